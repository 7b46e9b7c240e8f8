/* The public holidays of a region: REGION.ics in pacer/holidays under $XDG_DATA_HOME, then under each of $XDG_DATA_DIRS; the first file of
 * a name wins, so a learner's own goes before the one that is shipped.
 *
 * Read strictly, for a holiday passed over is worse than a file refused: all-day events (DTSTART;VALUE=DATE, with DTEND when longer than a
 * day) and their SUMMARY. Times, recurrences (RRULE, RDATE) and DURATION are errors with file and line. A cancelled event counts as absent.
 * Shipped files are built from plans/holidays/rules.txt. Files are read when asked for: they are small and the question is rare. */
#ifndef DAEMON_HOLIDAYS_H
#define DAEMON_HOLIDAYS_H

#include "core/holiday.h"

enum holidays_limit {
	HOLIDAYS_FILE_BYTES_MAX = 1024 * 1024,
	HOLIDAYS_REGIONS_MAX = 300,
	HOLIDAYS_DAYS_MAX = 5000,     /* a file */
	HOLIDAYS_EVENT_DAYS_MAX = 31, /* an event */
	HOLIDAYS_NAME_MAX = 100,      /* bytes of a day's name; the rest is cut off */
};

/* Names of the regions found, sorted; NULL-terminated, the caller frees it and its texts. */
char **holidays_regions(void);
char **holidays_regions_free(char **regions);

enum holidays_result { HOLIDAYS_UNKNOWN = 1, HOLIDAYS_BROKEN = 2 };

/* What is wrong with a region. Zero-initialised is empty. */
struct holidays_fault {
	char *region;
	char *file; /* NULL: it has none */
	int line;   /* from 1 */
	char *text; /* NULL as file is */
};
void holidays_fault_release(struct holidays_fault *fault);

/* The union of the regions named, with commas between, in any case ("de,us"). Returns 0 with ret_list (released by the caller), or
 * HOLIDAYS_UNKNOWN or HOLIDAYS_BROKEN with the fault of the first that cannot be had: holidays passed over are worse than none. */
int holidays_load(const char *regions, struct holiday_list *ret_list, struct holidays_fault *fault);

/* One region of bytes at hand; path is for the fault. Returns 0 or HOLIDAYS_BROKEN. */
int holidays_read(const char *region, const char *path, const char *bytes, size_t length, struct holiday_list *ret_list,
		  struct holidays_fault *fault);

#endif
