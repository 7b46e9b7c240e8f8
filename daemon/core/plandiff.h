/* What differs between two plans, in words: for 'plan diff', an import before it is applied, a refused edit.
 *
 * Sessions are the same one when their UIDs are equal; those left over when their ids are. The answer depends on the plans' values
 * alone, not on where they lie or when they were read. */
#ifndef CORE_PLANDIFF_H
#define CORE_PLANDIFF_H

#include "plan.h"

enum plan_difference_kind { DIFFERENCE_PLAN, DIFFERENCE_ADDED, DIFFERENCE_REMOVED, DIFFERENCE_MOVED, DIFFERENCE_CHANGED };
/* "plan", "added", "removed", "moved", "changed": PlanDifference.kind. */
extern const char *const plan_difference_name[];

struct plan_difference {
	enum plan_difference_kind kind;
	/* All owned, NULL where they do not apply. */
	char *session; /* its id: in b, of a removed one in a; NULL: of the plan */
	char *title;   /* likewise */
	char *field;   /* PlanChange's word: title minutes ... of a session, goal phases ... of the plan; NULL: added, removed, moved */
	char *from;    /* the value in a: "35", "week 5 Friday 09:30"; NULL: it had none */
	char *to;      /* the value in b; NULL: it has none */
};

/* Zero-initialised is empty. */
struct plan_differences {
	struct plan_difference *items;
	size_t count, room;
};

/* Appends what differs from a to b: the plan's fields first, in the order of plan_fields (planfield.h); then the sessions by where
 * they stand (week, day, time, id; a removed one where it stood), each with its move first, then its fields in the order of
 * session_fields, its alarms last. Both plans have gone through plan_finish. Empty texts and NULL are equal; alarms are compared as a set,
 * depends as well. O((n + m) log (n + m)). */
void plandiff(const struct plan *a, const struct plan *b, struct plan_differences *out);
/* "10 min before the start, at the start, at the end"; "" for none. Owned by the caller. */
char *plan_alarms_text(const struct plan_session *session);
void plan_differences_release(struct plan_differences *out);

#endif
