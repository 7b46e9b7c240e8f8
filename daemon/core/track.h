/* Tracks: sessions of a plan that not everybody takes (X-PACER-TRACKS, X-PACER-TRACK; IDEAS 37).
 *
 * A list of tracks is slugs with blanks, commas or semicolons between. A session without a track is everybody's; one of several tracks
 * belongs to whoever takes any of them. */
#ifndef CORE_TRACK_H
#define CORE_TRACK_H

#include "plan.h"

/* The next slug of a list at *at; false: no more. */
bool track_next(const char **at, const char **ret_name, size_t *ret_length);
bool track_in(const char *list, const char *name, size_t length);

/* tracks: what a learner takes, NULL: all. */
bool track_takes(const char *tracks, const struct plan_session *session);
/* The wanted slugs in the order of the plan's own list, a blank between; owned by the caller. NULL: *ret_unknown, a borrowed span of
 * `wanted`, is none of the plan's, or (length 0) none is wanted. */
char *track_pick(const struct plan *plan, const char *wanted, const char **ret_unknown, size_t *ret_length);
/* Takes the sessions of other tracks out of the plan. */
void track_keep(struct plan *plan, const char *tracks);

#endif
