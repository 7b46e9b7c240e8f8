/* What simulate.c, simulate_weeks.c and simulate_judge.c share: a plan dated from one Monday. For nobody else. */
#ifndef CORE_SIMULATE_PRIVATE_H
#define CORE_SIMULATE_PRIVATE_H

#include "simulate.h"

/* A session with its dates. */
struct simulate_placed {
	struct instant start, end, prep;
	struct civil at; /* the start on the learner's wall clock */
	const struct holiday *holiday;
	bool off, outside;
	bool one_of_several;      /* of its week, on holidays */
	enum simulate_note shift; /* SIMULATE_CLEAR, _GAP or _OVERLAP */
};

struct simulate_run {
	const struct simulate_case *c;
	const struct plan_session *sessions; /* of the plan */
	struct simulate_placed *placed;      /* one a session, in plan order */
	size_t count;
	uint64_t full, steep;      /* bit k-1: week k has no room for all of it, is too big a step in load (E-G1) */
	int loads[PLAN_WEEKS_MAX]; /* of week k at index k-1: of what the holidays leave of it */
	struct simulated *out;
};

/* Its day is a holiday or is not worked. */
static inline bool simulate_is_lost(const struct simulate_placed *placed)
{
	return placed->holiday || placed->off;
}

/* Marks sessions and weeks, and counts the weeks that are overloaded. */
void simulate_weeks(struct simulate_run *run);
/* Fills reasons and verdict from all the rest of run->out. */
void simulate_judge(struct simulate_run *run);

#endif
