/* The reading of a whole file, with limits as an argument: ical_read is this with the product's, the benchmark has its own. */
#ifndef ICAL_READER_H
#define ICAL_READER_H

#include "core/lint.h"
#include "core/plan.h"

struct reader_limits {
	size_t sessions_max, occurrences_max;
};

/* Reads, places, finishes and lints. Never NULL. Sessions that cannot be read are gaps of the plan; those whose values cannot be used are
 * still among its sessions, for an editor to mend: lint_leave_out takes them out. The caller owns the plan. */
struct plan *reader_read(const char *name, const char *file, const char *bytes, size_t length, const struct reader_limits *limits,
			 struct findings *findings);

#endif
