/* What to lay out before a session: the plan's own list, what a race adds (IDEAS 45), and the kit of the learner's place (IDEAS 60).
 *
 * The order is plan, race, kit, and a tick is a bit by position (session.ticked): changing the kit settings moves no other tick. */
#ifndef CORE_CHECKLIST_H
#define CORE_CHECKLIST_H

#include "rules.h"

enum {
	CHECKLIST_MAX = 32,          /* bits of session.ticked; what a plan lists beyond is left out */
	CHECKLIST_READY_PERCENT = 80 /* IDEAS 46 */
};

enum checklist_source { ITEM_PLAN, ITEM_RACE, ITEM_KIT };
extern const char *const checklist_source_name[]; /* plan race kit */

struct checklist_item {
	enum checklist_source source;
	char *text; /* owned */
	bool ticked;
};

struct checklist {
	struct checklist_item items[CHECKLIST_MAX];
	int count, ticked;
};

/* Caller releases. start: on the learner's wall clock. */
void checklist_make(struct checklist *ret_list, const struct session *session, struct civil start, const struct policy *policy);
void checklist_release(struct checklist *list);
/* Enough to begin: not a session that is prepared for, or four fifths ticked. */
bool checklist_is_ready(const struct checklist *list, const struct session *session);

#endif
