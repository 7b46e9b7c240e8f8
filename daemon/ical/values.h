/* Values of iCalendar properties, read strictly (RFC 5545 3.3): what is not of the type is refused, never guessed at.
 *
 * libical rolls 30 February over to March, wraps numbers that are too large and takes "abc" for 0; nothing here does. */
#ifndef ICAL_VALUES_H
#define ICAL_VALUES_H

#include "core/time.h"
#include "span.h"

enum { VALUES_LIST_MAX = 500 }; /* values of one property; libical drops what comes after so many without a word */

/* "20010101" */
bool value_date(struct span text, int32_t *ret_day);
/* "20010101T093000", "20010101T093000Z"; a leap second is second 59, as 3.3.12 has it for those who know none. */
bool value_date_time(struct span text, struct civil *ret_civil, bool *ret_utc);
/* Seconds of "PT25M", "-P1DT2H", "P2W"; days and weeks are of 24 hours (alarms and lengths are short). One unit may be left out
 * between two others ("PT1H5S"). false also for more than fits into int32. */
bool value_duration(struct span text, int32_t *ret_s);
/* "-12" within int32. */
bool value_integer(struct span text, int32_t *ret_number);
/* A scheme, ':', and no blank or control character (RFC 3986 3.1). */
bool value_uri(struct span text);
/* An address that can be opened: one of the schemes http, https, mailto, in any case (RFC 3986 3.1). */
bool value_link(struct span text);

/* TEXT with \n \, \; \\ resolved; another escape keeps its character, without the backslash. A control character that stands in it as it
 * is, the tab aside, becomes the sign for it (U+241B for ESC; U+FFFD for C1): it is seen and does nothing. The caller owns it. */
char *value_text(struct span text);
/* The same on one line: line breaks and tabs become blanks, none at the ends. */
char *value_title(struct span text);
/* The same in lower case (ASCII). */
char *value_slug(struct span text);

/* Takes the first value off *list: up to a comma that is not escaped. false: the last was taken. An empty text is one empty value. */
bool value_list_next(struct span *list, struct span *ret_value);

#endif
