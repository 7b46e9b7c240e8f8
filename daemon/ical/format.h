/* A calendar file in its usual form: nothing is added or left out but blank lines, a byte order mark and the old folds.
 *
 * CRLF, lines folded at 75 octets between characters, names in upper case; properties in the order of the shipped plans, unknown ones
 * behind them as they stood; zones first, then events and tasks by DTSTART as written and UID, then what else there is. Doing it again
 * changes nothing. */
#ifndef ICAL_FORMAT_H
#define ICAL_FORMAT_H

#include "pacer/base.h"

/* The file cannot be read: err says line and why. */
enum { FORMAT_BROKEN = 1 };

/* *ret_text is owned by the caller. */
int ical_format(const char *bytes, size_t length, char **ret_text, size_t *ret_length, struct err *err);

#endif
