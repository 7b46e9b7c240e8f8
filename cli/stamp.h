/* Days and times as the daemon writes them (2026-11-30, 2026-11-30T09:30:00+01:00), in the words a person reads.
 *
 * Nothing is computed but the weekday's name and an order. What is not of these forms is given back as it came. */
#ifndef CLI_STAMP_H
#define CLI_STAMP_H

#include <stdint.h>

/* All owned by the caller. */
char *stamp_long_day(const char *iso);  /* Monday 30 November 2026 */
char *stamp_year_day(const char *iso);  /* Mon 30 Nov 2026 */
char *stamp_day(const char *iso);       /* Mon 30 Nov */
char *stamp_short_day(const char *iso); /* 30 Nov */
char *stamp_time(const char *iso);      /* 09:30 */
char *stamp_moment(const char *iso);    /* Mon 30 Nov 09:30 */

/* Seconds on one scale whatever the offset, for putting moments in order; INT64_MIN for what is no moment. */
int64_t stamp_order(const char *iso);

#endif
