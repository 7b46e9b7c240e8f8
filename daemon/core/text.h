/* What notifications say: one table row a kind of notice, filled with the session's facts.
 *
 * Tone (RULES 3.6): no word of the banned list, and a start prompt knows nothing of earlier misses (IDEAS 87). */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include "effect.h"

/* Words that no text of ours may contain; NULL-terminated. */
extern const char *const text_banned[];

/* What a session's notice tells of. */
struct text_facts {
	const struct enrolment *enrolment;
	const struct session *session;
	struct civil when;   /* the start on the learner's wall clock */
	const char *ref;     /* what to type for the session: "w05-fr", or "e2/w05-fr" when several enrolments run */
	const char *workday; /* the next working day, "Tomorrow" or "On Monday"; static */
	const char *later;   /* "After the meeting" while one runs, or "In half an hour"; static */
	bool again;          /* the question was asked before */
	const struct policy *policy;
};

/* Fills summary, body, command, actions and the like of the bubble for a session's notice. */
void text_session_bubble(struct bubble *bubble, enum notice_kind kind, const struct text_facts *facts);

/* The kind's bubbles carry this button, or may be clicked. */
bool text_offers(enum notice_kind kind, const char *choice);

/* What lies ahead today, or this week. */
struct outlook {
	int32_t today;
	int sessions, minutes;             /* still open; of all plans */
	int questions;                     /* of these, asked about already */
	bool several;                      /* more than one plan */
	const struct enrolment *enrolment; /* of the first */
	const struct session *first, *key; /* the first one, and the one of the highest priority; NULL: nothing lies ahead */
	struct civil first_at, key_at;     /* on the learner's wall clock */
};
/* The morning's line, or Monday's preview with the figures of the week before (IDEAS 42). */
void text_day_bubble(struct bubble *bubble, enum notice_kind kind, const struct outlook *outlook);

/* The plan has a new version, with so many changes to sessions still to come. */
void text_update_bubble(struct bubble *bubble, int changes);

/* A word to go with a session just logged: a break (refuel) and, after one that was no fun, somebody's hand on the shoulder (IDEAS 21,
 * 22). NULL: none. Caller frees. */
char *text_refuel(const struct session *session);
char *text_comfort(const struct session *session, const struct policy *policy);

/* What came due while nobody could be told. */
struct digest {
	int passed;        /* sessions that came due */
	int worth;         /* of them, still inside their catch window */
	struct text lines; /* text_digest_line of each worth naming; released by the caller */
	int line_count;
};
enum { DIGEST_LINES_MAX = 5 };
/* Adds the session's line; past DIGEST_LINES_MAX only counts. */
void text_digest_line(struct digest *digest, enum notice_kind kind, const struct session *session, struct civil when);
void text_digest_bubble(struct bubble *bubble, const struct digest *digest);

#endif
