/* Sums of sessions by skill (IDEAS 16): what a plan, or an enrolment, spends on each. The sums add up to all sessions. */
#ifndef CORE_SKILLS_H
#define CORE_SKILLS_H

#include "plan.h"

struct skill_sum {
	const char *skill; /* borrowed from the first session of the skill; "" for none */
	enum skill_family family;
	int sessions, minutes, minutes_done;
};

/* Zero-initialised is empty. */
struct skill_sums {
	struct skill_sum *items;
	size_t count;
	struct skill_entry *by_name;
};

/* The session's texts must outlive the sums. */
void skills_add(struct skill_sums *sums, const struct plan_session *session, int minutes_done);
/* By family, then the most minutes, then the name. Nothing is added after it. */
void skills_sort(struct skill_sums *sums);
void skills_release(struct skill_sums *sums);

#endif
