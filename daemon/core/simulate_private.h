/* What simulate.c and simulate_judge.c share: a plan dated from one Monday. For nobody else. */
#ifndef CORE_SIMULATE_PRIVATE_H
#define CORE_SIMULATE_PRIVATE_H

#include "simulate.h"

/* A session with its dates. */
struct simulate_placed {
	struct instant start, end, prep;
	struct civil at; /* the start on the learner's wall clock */
	const struct holiday *holiday;
	bool off, outside;
	enum simulate_note shift; /* SIMULATE_CLEAR, _GAP or _OVERLAP */
};

struct simulate_run {
	const struct simulate_case *c;
	const struct plan_session *sessions; /* of the plan */
	struct simulate_placed *placed;      /* one a session, in plan order */
	size_t count;
	uint64_t overloaded; /* bit k-1: week k */
	struct simulated *out;
};

/* Its day is a holiday or is not worked. */
static inline bool simulate_is_lost(const struct simulate_placed *placed)
{
	return placed->holiday || placed->off;
}

/* Fills reasons and verdict from all the rest of run->out. */
void simulate_judge(struct simulate_run *run);

#endif
