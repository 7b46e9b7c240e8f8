/* Reads one plan file: lines -> struct plan, with findings at file:line. The only way into iCalendar for the daemon.
 *
 * The bytes are hostile: time and memory are bounded by the limits below, and nothing in them can crash.
 * Zones, RRULEs and durations go through libical, fenced (STANDARDS 2, SPIKES 2). Single-threaded, as libical is. */
#ifndef ICAL_READ_H
#define ICAL_READ_H

#include "core/lint.h"
#include "core/plan.h"

enum ical_limit {
	ICAL_FILE_BYTES_MAX = 16 * 1024 * 1024,
	ICAL_LINE_BYTES_MAX = 64 * 1024, /* unfolded */
	ICAL_DEPTH_MAX = 8,
	ICAL_OCCURRENCES_MAX = 100000, /* an expansion */
};

/* Reads bytes (not NUL-terminated) as the plan called name. What cannot be read or used is left out (plan->gaps) and told in findings, by
 * line: an error makes the plan a draft (see core/lint.h). Returns NULL when nothing can be relied on (findings_stopper) or no session
 * is left; findings then has an error. The caller owns the plan. revision is filled in. */
struct plan *ical_read(const char *name, const char *file, const char *bytes, size_t length, struct findings *findings);

/* The same for a file on disk. Unreadable, too large, not a regular file: an E-FILE finding. */
struct plan *ical_read_file(const char *name, const char *path, struct findings *findings);

#endif
