/* A new plan to begin with: weeks that grow, lighter weeks, a taper and a race, with texts a trainer will replace (RULES 2.3).
 *
 * The shape is what the checks of RULES 5.5 ask for; the numbers are pacing heuristics taken from running, not evidence. Nothing here is
 * random: the same arguments give the same plan. */
#ifndef CORE_SKELETON_H
#define CORE_SKELETON_H

#include "plan.h"

enum { SKELETON_WEEKS_MIN = 3, SKELETON_WEEKS_MAX = 26 };

/* Five sessions a week, anchored at 2001-01-01 and with the UIDs <uuid>-Wnn-DD; uuid is also the plan's UID. The caller owns the plan.
 * NULL: weeks out of the range above. */
struct plan *plan_skeleton(const char *name, const char *title, int weeks, const char *uuid);

#endif
