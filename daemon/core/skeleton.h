/* A new plan to begin with: weeks that grow, lighter weeks, a taper and a race, with texts a trainer will replace (RULES 2.3).
 *
 * The shape is what the checks of RULES 5.5 ask for; the numbers are pacing heuristics taken from running, not evidence. Nothing here is
 * random: the same arguments give the same plan. */
#ifndef CORE_SKELETON_H
#define CORE_SKELETON_H

#include "plan.h"

enum { SKELETON_WEEKS_MIN = 1, SKELETON_WEEKS_MAX = PLAN_WEEKS_MAX };

/* Five sessions a week, anchored at 2001-01-01 and with the UIDs <uuid>-Wnn-DD; uuid is also the plan's UID. The caller owns the plan.
 * One week is the race's; of two the first is the training for it, and there is no taper: nothing has grown that could be eased. Of four
 * the second already grows, so that the load peaks before the taper. NULL: weeks out of the range above. */
struct plan *plan_skeleton(const char *name, const char *title, int weeks, const char *uuid);

/* Phases for that many weeks (in the range above) and a lighter week after every three; the last week of training is never one. The shape
 * has none before. Returns the last week of training. */
int skeleton_shape(struct plan_shape *shape, int weeks);

/* Gives a skeleton the words of another plan. Each session takes those of the next session of its type that nobody has taken yet, of its
 * phase as long as there is one (short and medium ones: also of their skill's family); where none is left it keeps its own. Minutes,
 * effort, time and the shape stay. What a session needs first is kept where both ends are here, in this order. */
void plan_skeleton_words(struct plan *plan, const struct plan *from);

#endif
