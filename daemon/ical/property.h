/* Tables of properties: a row a name, and what to do with a line of that name. */
#ifndef ICAL_PROPERTY_H
#define ICAL_PROPERTY_H

#include "lines.h"
#include "report.h"

struct property {
	const char *name; /* upper case: PROPERTY_NAME("UID") is this and the next */
	size_t length;
	void (*take)(void *ctx, const struct line *line);
	bool once; /* a second one is an error (RFC 5545: MUST NOT occur more than once) */
};

#define PROPERTY_NAME(name) name, sizeof(name) - 1

enum { PROPERTY_ROWS_MAX = 32 }; /* bits of seen */

/* Hands the line to the row of its name, if there is one. *seen has a bit per row. false: it is the second of a kind, and reported. */
bool properties_take(const struct property *rows, size_t count, const struct line *line, uint32_t *seen, struct report *report, void *ctx);

#endif
