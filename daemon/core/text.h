/* What notifications say: one table row a kind of notice, filled with the session's facts.
 *
 * Tone (RULES 3.6): no word of the banned list, and a start prompt knows nothing of earlier misses (IDEAS 87). */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include "effect.h"

/* Words that no text of ours may contain; NULL-terminated. */
extern const char *const text_banned[];

/* Fills summary, body, command and actions of the bubble for a session's notice. weeks: of the plan ("week 7 of 18"). */
void text_session_bubble(struct bubble *bubble, enum notice_kind kind, const struct enrolment *enrolment, const struct session *session,
			 const struct policy *policy);
/* The digest: passed sessions came due while nobody could be told, worth of them are still worth doing. titles: of those, at most shown. */
void text_digest_bubble(struct bubble *bubble, int passed, const char *const *titles, size_t worth);

#endif
