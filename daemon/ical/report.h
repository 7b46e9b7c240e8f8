/* How the reader speaks of what it finds: the same list of findings as the lint, with a stop for files that are nothing but faults.
 *
 * Text from the file is quoted short, so that a hostile line cannot fill the screen. */
#ifndef ICAL_REPORT_H
#define ICAL_REPORT_H

#include "core/lint.h"
#include "span.h"

enum {
	REPORT_ERRORS_MAX = 100, /* after so many errors the rest of the file is not read */
	REPORT_QUOTE_MAX = 48,   /* bytes */
	QUOTE_TEXT = REPORT_QUOTE_MAX + 4,
};

struct report {
	struct findings *findings;
	size_t errors;
	char *why; /* text of the first error since it was last forgotten, or taken away; NULL: none */
};

static inline void report_forget(struct report *report)
{
	free(report->why);
	report->why = NULL;
}

PRINTF_LIKE(4, 5) void report_add(struct report *report, enum lint_code code, int line, const char *format, ...);

static inline bool report_is_full(const struct report *report)
{
	return report->errors >= REPORT_ERRORS_MAX;
}

/* The span for a message: cut at a whole character with "..." after it, control characters as '?'. Returns buf. */
const char *quote(char buf[static QUOTE_TEXT], struct span span);

#endif
