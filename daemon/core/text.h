/* What notifications say: one table row a kind of notice, filled with the session's facts.
 *
 * Tone (RULES 3.6): no word of the banned list, and a start prompt knows nothing of earlier misses (IDEAS 87). */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include "effect.h"

/* Words that no text of ours may contain; NULL-terminated. */
extern const char *const text_banned[];

/* Fills summary, body, command and actions of the bubble for a session's notice; brief: without the tip. when: the start on the
 * learner's wall clock; ref: what to type for the session ("w05-fr", or "e2/w05-fr" when several enrolments run). */
void text_session_bubble(struct bubble *bubble, enum notice_kind kind, const struct enrolment *enrolment, const struct session *session,
			 struct civil when, const char *ref, bool brief);

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
