/* The engine: (state, event, now) -> effects. It holds the enrolments and the open notices, and decides; it does nothing.
 *
 * Invariants: an alarm of a session rings at most once per ring number; rows come before bubbles; nothing is decided
 * earlier than it is due; engine_step at the same state, event and now gives the same effects.
 * When its effects cannot be committed the engine is thrown away and loaded again: the database is the truth. */
#ifndef CORE_ENGINE_H
#define CORE_ENGINE_H

#include "agenda.h"
#include "effect.h"

enum event_kind {
	EVENT_TICK,  /* look at what is due */
	EVENT_ACT,   /* the learner acts on a session */
	EVENT_PRESS, /* a button of the bubble `key`: `choice` */
	EVENT_NOTE,  /* the learner notes something about a session: `intention`, `ticked` */
	EVENT_ENROL, /* takes over enrolment (engine gives the id) */
	EVENT_LEAVE,
	EVENT_UNDO,   /* takes back entry `undo` */
	EVENT_SERVER, /* the notification server came (`up`, `server_owner`; NULL: not running yet) or went */
	EVENT_SHOWN,  /* the notification thread showed `key` as server_id of server_owner; `up`: do-not-disturb is on, nobody saw it yet */
	EVENT_NOT_SHOWN, /* it could not: `cause` */
	EVENT_CLOSED,    /* a bubble left the screen unanswered: not an answer, only a note in the ledger */
	EVENT_ZONE,      /* the learner's zone is now `zone` */
	EVENT_ABSENCE,   /* the learner will be away, or pauses: `absence`, its number is given here */
	EVENT_RESUME,    /* ends every absence that runs now */
	EVENT_LOCK,      /* the screen was locked or left idle (`up`), or the learner is back */
	EVENT_POLICY,    /* the settings changed */
	EVENT_UPDATE,    /* the plan has a new version: `plan` */
};

struct event {
	enum event_kind kind;
	const char *via; /* journal's via: "cli", "bubble", "clock", ...; static */
	/* ACT, LEAVE: which; ACT: what */
	struct agenda_ref ref;
	enum session_action action; /* START DONE PARTLY MORE_TIME SNOOZE MOVE EXCUSE DROP */
	struct session_input input;
	bool dry_run;                     /* ACT MOVE: check only */
	struct enrolment *enrolment;      /* ENROL: taken over when engine_step returns 0 */
	const struct journal_entry *undo; /* UNDO */
	bool up;                          /* SERVER LOCK SHOWN; UPDATE: also the enrolment of ref, whose plan has another name now */
	const char *key;                  /* PRESS SHOWN NOT_SHOWN CLOSED */
	const char *choice;               /* PRESS: id of the button */
	struct intention intention;       /* NOTE: borrowed; NULL leaves a part as it is, "" takes it back */
	uint32_t ticked;                  /* NOTE */
	uint32_t server_id;
	const char *server_owner, *cause;
	const struct zone *zone;     /* ZONE */
	struct absence absence;      /* ABSENCE: kind, from, to */
	const struct policy *policy; /* POLICY; copied */
	const struct plan *plan;     /* UPDATE; borrowed */
};

enum engine_refusal {
	ENGINE_ALREADY = 1,  /* it is so already: nothing changed */
	ENGINE_NOT_POSSIBLE, /* the session's state does not allow it */
	ENGINE_AGAINST_RULE, /* err.text explains; engine_forbidden_rule names the rule */
	ENGINE_LIMIT,        /* too many enrolments */
	ENGINE_TWICE,        /* the same plan from the same Monday runs already */
	ENGINE_UNPREPARED,   /* ACT START: the checklist is not laid out; input.asked begins all the same */
	ENGINE_STALE,        /* UNDO: what came later stands on it; or a bubble's answer to a question that is closed */
};

/* A notice that was handed over, for the day's budget and so that what comes once a day does. */
struct recent {
	char key[NOTICE_KEY_MAX];
	struct instant at; /* when it was handed over; for one that never was, when it was due */
	bool sent, counted, informs;
};

struct engine {
	struct policy policy;
	const struct zone_source *zones;
	const struct zone *local;
	struct enrolment **enrolments; /* also those left; index is stable */
	size_t enrolment_count;
	int last_enrolment_number; /* "e3" was the last id given */
	struct agenda *agenda;
	struct notice *notices; /* open ones: due, sent, shown questions */
	size_t notice_count, notice_room;
	bool server_up;
	bool locked;              /* the screen, or nobody is at it */
	struct absence *absences; /* by number, also those that are over */
	size_t absence_count;
	int digests;           /* shown by this process: part of their keys */
	struct recent *recent; /* of the last two days */
	size_t recent_count;
	int breath_skips;           /* breathing cards skipped in a row */
	bool warmup_offered;        /* after 0 from ACT: nothing was ended, five more minutes were offered instead (IDEAS 7) */
	const char *forbidden_rule; /* after ENGINE_AGAINST_RULE */
};

struct engine *engine_new(const struct policy *policy, const struct zone_source *zones, const struct zone *local);
struct engine *engine_free(struct engine *engine);

/* Loading: what the database has, before the first step. Both take over what they are given.
 * Notices in state `sent` become `due` again (see effect.h). */
void engine_adopt_enrolment(struct engine *engine, struct enrolment *enrolment);
void engine_adopt_notice(struct engine *engine, struct notice notice);
void engine_adopt_absence(struct engine *engine, struct absence absence);
/* A notice that is over, and something remembered by name. notice is taken over. */
void engine_adopt_recent(struct engine *engine, struct notice notice);
void engine_adopt_value(struct engine *engine, const char *name, const char *text);
/* How far back engine_adopt_recent has to know, from now. */
enum { ENGINE_RECENT_S = 2 * DAY_S };

/* Returns 0, or an engine_refusal with err filled (not for ENGINE_ALREADY) and no effects. now must be what the clock says;
 * it may jump either way between calls. Effects are appended to ret. */
int engine_step(struct engine *engine, const struct event *event, struct instant now, struct effects *ret, struct err *err);

/* When to call EVENT_TICK next: INSTANT_NEVER for "only when something happens". */
struct instant engine_next_wake(const struct engine *engine, struct instant now);

struct session *engine_session(const struct engine *engine, struct agenda_ref ref);
/* By id, among enrolments that run. false: none. */
bool engine_find(const struct engine *engine, const char *enrolment, const char *session, struct agenda_ref *ret_ref);
/* The session a learner means without naming one: running first, then asked about, then the next one. false: nothing left. */
bool engine_find_current(const struct engine *engine, struct instant now, struct agenda_ref *ret_ref);
/* The next session that is still to come or asked about, by start. */
bool engine_find_next(const struct engine *engine, struct instant now, struct agenda_ref *ret_ref);
/* The open notice with this key belongs to a session: which. false: no such open notice, so an answer to it comes too late. Also the key of
 * a bubble that still stands while the question that replaced it waits. */
bool engine_find_open(const struct engine *engine, const char *key, struct agenda_ref *ret_ref);
/* Zone on whose wall clock the session lives. */
const struct zone *engine_zone(const struct engine *engine, const struct session *session);
/* What a learner types for the session: "w05-fr", or "e2/w05-fr" while several enrolments run. */
void engine_ref_text(const struct engine *engine, struct agenda_ref ref, char ret_text[static NOTICE_KEY_MAX]);
/* The absence that runs at this moment and ends last, or NULL. */
const struct absence *engine_absence_now(const struct engine *engine, struct instant now);
/* Enrolments that have not been left. */
size_t engine_running_enrolments(const struct engine *engine);
/* A bubble may carry this button. */
bool engine_knows_button(const char *id);
/* Enough of its checklist is ticked to begin (IDEAS 46). */
/* The session's ticks when all of its list is laid out. */
uint32_t engine_all_ticked(const struct engine *engine, const struct session *session);
bool engine_is_prepared(const struct engine *engine, const struct session *session);
/* Notices of today that the learner did not ask for (RULES 3.5). */
int engine_notices_today(const struct engine *engine, struct instant now);
/* "After this meeting": the end of the meeting that runs, else the next :00 or :30 that is not right now. */
struct instant engine_after_meeting(const struct engine *engine, struct instant now);
/* "Tomorrow at the same time": the session's own time on the next working day. */
struct instant engine_tomorrow(const struct engine *engine, struct agenda_ref ref, struct instant now);
/* The session was just logged: more than an hour and a half of training without a break, or a long one (IDEAS 22). */
bool engine_wants_refuel(const struct engine *engine, struct agenda_ref ref);
/* The session that runs and whose end has not been asked about: until then its end is the only notice (IDEAS 86). false: none. */
bool engine_in_focus(const struct engine *engine, struct agenda_ref *ret_ref);

#endif
