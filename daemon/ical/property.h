/* Tables of properties: a row a name, and what to do with a line of that name. */
#ifndef ICAL_PROPERTY_H
#define ICAL_PROPERTY_H

#include "lines.h"
#include "report.h"

struct property {
	const char *name; /* upper case */
	void (*take)(void *ctx, const struct line *line);
	bool once; /* a second one is an error (RFC 5545: MUST NOT occur more than once) */
};

enum { PROPERTY_ROWS_MAX = 31 };
#define PROPERTY_REFUSED (UINT32_C(1) << 31) /* in *seen: not used by a row */

/* Hands the line to the row of its name, if there is one. *seen has a bit per row. false: it is the second of a kind, and reported. */
bool properties_take(const struct property *rows, size_t count, const struct line *line, uint32_t *seen, struct report *report, void *ctx);

#endif
