/* The life of a session as a transition table (RULES 5.1), and the dated session itself.
 *
 * Only session_step changes a life. A refused action leaves it as it was. */
#ifndef CORE_SESSION_H
#define CORE_SESSION_H

#include "plan.h"
#include "zone.h"

enum session_state {
	STATE_PLANNED,
	STATE_PROMPTED,
	STATE_RUNNING,
	STATE_DONE,
	STATE_PARTIAL,
	STATE_MISSED,
	STATE_EXCUSED,
	STATE_MOVED,
	STATE_MERGED,
	STATE_DROPPED,
	STATE_BAILED,
	STATE_RETRY,
	STATE_COUNT
};
extern const char *const state_name[STATE_COUNT];
/* Terminal for statistics: done, partial, missed, excused, merged, dropped, bailed. */
bool state_is_final(enum session_state state);

enum session_action {
	ACT_PROMPT, /* the start came due */
	ACT_START,
	ACT_DONE,
	ACT_PARTLY,
	ACT_MORE_TIME, /* the end asked for again later */
	ACT_SNOOZE,    /* the start asked for again later */
	ACT_MOVE,
	ACT_EXCUSE, /* skipped for a neutral reason: sick, pto, holiday, incident; or passed before enrolling */
	ACT_DROP,   /* skipped for another reason */
	ACT_EXPIRE, /* the catch window closed */
	ACT_COUNT
};
extern const char *const action_name[ACT_COUNT];

/* Why a session was skipped (IDEAS 51). */
enum skip_reason {
	REASON_NONE,
	REASON_SICK,
	REASON_PTO,
	REASON_HOLIDAY,
	REASON_INCIDENT,
	REASON_MEETING,
	REASON_ENERGY,
	REASON_PREP,
	REASON_UNCLEAR,
	REASON_OTHER,
	REASON_UNKNOWN,    /* Not today, without saying why */
	REASON_LATE_START, /* lay before the enrolment */
	REASON_WITHDRAWN,  /* a new version of the plan has it no more */
	REASON_COUNT
};
struct reason_info {
	const char *name;
	bool neutral; /* leaves the denominator as excused */
	bool given;   /* a learner can name it */
};
extern const struct reason_info reason_info[REASON_COUNT];
bool reason_parse(const char *name, enum skip_reason *ret_reason); /* of those a learner can name */

struct session;

/* What a session can ring for. Each rings at most once per ring number. Bits of life.rung are stored: a new one goes to the end. */
enum alarm_kind {
	ALARM_PREP,
	ALARM_START,
	ALARM_END,
	ALARM_WATER,  /* half of a session of SESSION_MARKS_MIN and more (IDEAS 92) */
	ALARM_WALL,   /* 20/26.2 of it (IDEAS 89) */
	ALARM_WARMUP, /* "five more minutes?" was offered (IDEAS 7); not by the clock */
	ALARM_COUNT
};
extern const char *const alarm_name[ALARM_COUNT]; /* prep start end water wall warmup */
enum { SESSION_MARKS_MIN = 60, SESSION_WARMUP_MIN = 10 };
/* When the alarm rings: INSTANT_NEVER for not at all as things stand. Marks ring only in a run. */
struct instant session_alarm_at(const struct session *session, enum alarm_kind alarm);

/* The part that changes; stored as one row. Instants are INSTANT_NEVER when not set. */
struct session_life {
	enum session_state state;
	enum skip_reason reason;
	struct civil start;      /* as things stand now, on the session's wall clock */
	struct civil moved_from; /* the first planned start; day DAY_NONE: never moved */
	struct instant snoozed;  /* the start prompt comes at this instant instead */
	struct instant started, ended;
	struct instant end_due;            /* of a running session: when the end prompt comes */
	int actual_minutes, actual_effort; /* -1: not logged */
	int feel;                          /* 1 good, 2 hard but worth it, 3 no fun at all (IDEAS 33); -1: not said. Private */
	int ring;                          /* only grows; part of the key of a notice */
	unsigned rung;                     /* bit per alarm_kind: rang with this ring number, or not wanted */
};

/* What the learner means to do with a session (IDEAS 47). NULL or text each; private. */
struct intention {
	char *want, *feel, *act; /* owned */
};

/* A dated session. Text belongs to it. */
struct session {
	struct plan_session plan; /* day and week as in the plan; alarms not used after dating */
	struct session_life life;
	struct intention intention;
	uint32_t ticked;          /* bit per item of its checklist (checklist.h) */
	const struct zone *zone;  /* pinned by the plan, or NULL: the learner's */
	struct instant start_at;  /* of life.start, in its zone as that is now */
	struct instant grace_end; /* INSTANT_NEVER: never missed by itself */
	struct instant prep_at;   /* INSTANT_NEVER: no reminder */
};

/* What an action brings with it. Unused members stay zero. */
struct session_input {
	struct instant until; /* SNOOZE, MORE_TIME */
	struct civil to;      /* MOVE */
	enum skip_reason reason;
	int minutes, effort; /* DONE, PARTLY; -1: not said */
	int feel;            /* DONE, PARTLY; 0: not said */
	bool asked;          /* the run is to end all the same, within the warm-up; or to begin though not all is laid out */
};

enum session_result {
	SESSION_CHANGED = 0,
	SESSION_ALREADY = 1, /* it is as asked for: nothing changed, no error */
	SESSION_REFUSED = 2, /* the table has no such transition */
};

/* Carries the action out on life at now. Logged minutes and effort default as session_default_* says. */
enum session_result session_step(struct session *session, enum session_action action, const struct session_input *input,
				 struct instant now);
/* What the table says without doing it; ret_state is the state it would lead to. */
enum session_result session_allows(enum session_state state, enum session_action action, enum session_state *ret_state);

/* Minutes that count when the learner does not say: the time it ran up to the planned minutes and any extension,
 * the planned minutes when it was never started (half of them for partly). */
int session_default_minutes(const struct session *session, bool partly, struct instant now);

/* When it is missed by itself: the end of the catch window, or a day after an end that was put off by the learner, whichever is later. */
struct instant session_grace_end(const struct session *session);
/* Planned end: of a running session its end prompt, else start plus minutes. */
struct instant session_end(const struct session *session);
/* The question that waits for an answer: ALARM_START, ALARM_END, or ALARM_COUNT for none. */
enum alarm_kind session_question(const struct session *session);
/* The earliest thing this session has to be looked at for, INSTANT_NEVER for nothing:
 * an alarm not yet rung or the end of the catch window. */
struct instant session_next_due(const struct session *session);

/* The life as one line of text ("state=prompted start=... ring=1") for the journal's undo, and back.
 * session_life_parse: false when the text is not of that form. */
char *session_life_text(const struct session_life *life);
bool session_life_parse(const char *text, struct session_life *ret_life);

void session_release(struct session *session);

/* Its plan has it no more: it is kept for the story, and counted nowhere. */
static inline bool session_is_withdrawn(const struct session *session)
{
	return session->life.state == STATE_EXCUSED && session->life.reason == REASON_WITHDRAWN;
}

#endif
