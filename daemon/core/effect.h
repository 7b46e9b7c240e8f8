/* What the engine wants done, as data: rows to write, then bubbles to show or close. The app carries them out in exactly this
 * order: all rows in one transaction, then the bubbles, then the reply (DESIGN 2). */
#ifndef CORE_EFFECT_H
#define CORE_EFFECT_H

#include "schedule.h"

/* What a notice is about. Each name is stored: a new kind goes to the end. */
enum notice_kind {
	NOTICE_PREP,
	NOTICE_START,
	NOTICE_END,
	NOTICE_DIGEST,
	NOTICE_WATER,    /* half of a session of an hour and more */
	NOTICE_WALL,     /* 76 % of it */
	NOTICE_REFUEL,   /* after a long one */
	NOTICE_BREATHE,  /* a minute before a hard one */
	NOTICE_READY,    /* the preparation is not laid out yet: start all the same? */
	NOTICE_MORE,     /* the start asked about, with help and more answers */
	NOTICE_MORE_END, /* the end asked about, likewise */
	NOTICE_MORNING,  /* one line about the day */
	NOTICE_WEEK,     /* Monday's preview */
	NOTICE_UPDATE,   /* the plan has a new version */
	NOTICE_KIND_COUNT
};

/* One row a kind. */
struct notice_info {
	const char *name;
	bool asks;     /* waits for an answer; the others inform */
	bool digested; /* what nobody could be told in time joins the digest; else its moment is over */
	bool own;      /* belongs to a session that runs or has just ended: not counted in the day's budget, and its moment is now */
	int young_s;   /* how late it may still come by itself; 0: policy.late_min */
};
extern const struct notice_info notice_info[NOTICE_KIND_COUNT];

/* due: decided, not handed to the notification thread (cause says why it waits); sent: handed over after the commit;
 * shown: the server took it; the others are final. After a crash `sent` counts as `due`: the one repeat the design allows. */
enum notice_state { NSTATE_DUE, NSTATE_SENT, NSTATE_SHOWN, NSTATE_ANSWERED, NSTATE_EXPIRED, NSTATE_DIGESTED, NSTATE_COUNT };
extern const char *const notice_state_name[NSTATE_COUNT];

enum { NOTICE_KEY_MAX = 64 };

/* One row of the delivery ledger. Key: "e1/w05-fr/start/0" (enrolment, session, alarm, ring), or "digest/<due>". */
struct notice {
	char key[NOTICE_KEY_MAX];
	enum notice_kind kind;
	char enrolment[ENROLMENT_ID_MAX]; /* "" for a digest */
	char *session;                    /* id; NULL for a digest; owned */
	struct instant due, sent, shown, closed;
	enum notice_state state;
	char *cause;               /* why it waits or ended; NULL; owned */
	char *answer;              /* action_name of the answer; NULL; owned */
	int count;                 /* of a digest: sessions that passed; of a question: how often it was raised again */
	bool asked;                /* the learner asked for it (a snooze, more time): not counted in the day's budget */
	struct instant retry;      /* not stored: not handed over again before this */
	struct instant look_again; /* not stored: when what holds it back ends by itself */
	bool at_once;              /* not stored: the answer to a press; it does not wait for the end of a meeting */
	struct instant fresh_from; /* not stored: the end of what held it back on purpose, a run or a meeting; INT64_MIN none */
	char over[NOTICE_KEY_MAX]; /* not stored: while this one waits, the bubble of this key still stands in its place; "" none */
	bool from_before;          /* not stored: shown by an earlier process, whose bubble this one has to take over */
	/* Where it stands on the screen, for replacing it after a restart; 0 and NULL when unknown. */
	uint32_t server_id;
	char *server_owner; /* unique bus name of the server that gave the id; owned */
};
void notice_release(struct notice *notice);
struct notice notice_copy(const struct notice *notice);

/* One line of the journal: every decision, with who, by which way, which rule, and the facts it rests on. Append-only. */
struct journal_entry {
	int64_t seq; /* given by the store */
	struct instant time;
	const char *what; /* static: enrol leave start done partly more-time snooze move excuse drop expire prompt hold close digest undo
			     zone away pause busy resume offer prepare intend */
	bool by_learner;
	char via[16];     /* cli, bubble, clock, start, resume, server */
	const char *rule; /* static; what Pacer decided by: catch-window, late, wall-clock; NULL where nothing had to be decided */
	char enrolment[ENROLMENT_ID_MAX]; /* "" for none */
	char *session;                    /* id or NULL; owned */
	char *text;                       /* for people, one line; owned */
	char *before;                     /* session_life_text before an action that can be undone, or NULL; owned */
	int64_t undoes;                   /* seq of the entry this one takes back; 0 */
};
void journal_entry_release(struct journal_entry *entry);

/* A bubble. Text is plain: whoever shows it escapes it as the server needs. */
enum { BUBBLE_ACTIONS_MAX = 3 };
#define BUBBLE_CLICK "more"
struct bubble_action {
	const char *id;    /* action_name, static */
	const char *label; /* static */
};
struct bubble {
	char key[NOTICE_KEY_MAX];  /* of its notice */
	char slot[NOTICE_KEY_MAX]; /* "e1/w05-fr": a bubble replaces the one in its slot */
	enum notice_kind kind;
	char *summary, *body; /* owned */
	char *command;        /* what to type where the server has no buttons; owned */
	struct bubble_action actions[BUBBLE_ACTIONS_MAX];
	int action_count;
	bool sound;         /* it may make one; none otherwise */
	bool clickable;     /* a click on the bubble itself is the action BUBBLE_CLICK */
	int expire_s;       /* how long it stays; 0: as long as the server likes */
	uint32_t server_id; /* of the slot's last bubble, 0 none; only good with this owner */
	char *server_owner; /* owned */
};
void bubble_release(struct bubble *bubble);

/* A span in which nothing is shown (RULES 5.7 absence). Ended ones stay in the table; to may be moved up to now. */
enum absence_kind { ABSENCE_AWAY, ABSENCE_PAUSE, ABSENCE_BUSY, ABSENCE_KIND_COUNT };
extern const char *const absence_kind_name[ABSENCE_KIND_COUNT]; /* away pause busy */

struct absence {
	int number; /* 1.., given by the engine, never used again */
	enum absence_kind kind;
	struct instant from, to; /* from <= t < to */
};
bool absence_runs(const struct absence *absence, struct instant now);

enum effect_kind {
	EFFECT_ENROLMENT, /* insert with all sessions, or update `left` */
	EFFECT_SESSION,   /* the session's life */
	EFFECT_NOTICE,
	EFFECT_JOURNAL,
	EFFECT_ABSENCE, /* insert or update by number */
	EFFECT_VALUE,   /* something to remember by name */
	EFFECT_SHOW,
	EFFECT_CLOSE, /* the bubble in this slot */
};

enum { EFFECT_VALUE_TEXT = 32 };

struct effect {
	enum effect_kind kind;
	union {
		struct {
			const struct enrolment *enrolment;
			bool is_new;
		} enrolment; /* borrowed from the engine */
		struct {
			const struct enrolment *enrolment;
			const struct session *session;
			bool whole; /* also what the plan says of it; a new one is added */
		} session;          /* borrowed */
		struct notice notice;
		struct absence absence;
		struct {
			const char *name; /* static */
			char text[EFFECT_VALUE_TEXT];
		} value;
		struct journal_entry journal;
		struct bubble bubble;
		char slot[NOTICE_KEY_MAX];
	};
};

/* Zero-initialised is empty. Borrowed pointers hold until the next engine_step. */
struct effects {
	struct effect *items;
	size_t count, room;
};
struct effect *effects_add(struct effects *effects, enum effect_kind kind);
void effects_release(struct effects *effects);

#endif
