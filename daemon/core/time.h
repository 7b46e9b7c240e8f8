/* Time as values: struct instant is a point in time, struct civil what a wall clock shows. They meet only in struct zone.
 *
 * Days count from 1970-01-01 (a Thursday) in the proleptic Gregorian calendar; years 1 to 9999: sums that leave them stop at their
 * first or last day, and texts of days outside show that day. No function reads a clock. */
#ifndef CORE_TIME_H
#define CORE_TIME_H

#include <limits.h>

#include "pacer/base.h"

enum { DAY_S = 24 * 60 * 60, HOUR_S = 60 * 60, MINUTE_S = 60, WEEK_DAYS = 7 };
#define NS_PER_S INT64_C(1000000000)

#define INSTANT_NEVER INT64_MAX
#define DAY_NONE INT32_MIN

struct instant {
	int64_t s; /* seconds since 1970-01-01T00:00:00Z; INSTANT_NEVER for none */
};

struct civil {
	int32_t day;    /* days since 1970-01-01 */
	int32_t second; /* of the day, 0 to 86399 */
};

enum weekday { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

/* "mo".."su", as in session ids. */
extern const char *const weekday_short[WEEK_DAYS];
/* "Monday".."Sunday". */
extern const char *const weekday_name[WEEK_DAYS];

bool ymd_valid(int year, int month, int day);
int32_t day_from_ymd(int year, int month, int day);
void day_to_ymd(int32_t day, int *ret_year, int *ret_month, int *ret_day);
enum weekday day_weekday(int32_t day);
/* The Monday on or before day. */
int32_t day_monday(int32_t day);

/* civil moved by seconds on the wall clock (no zone involved); DAY_NONE stays DAY_NONE. */
struct civil civil_add(struct civil civil, int64_t seconds);
int civil_compare(struct civil a, struct civil b);

enum { DAY_TEXT = 11, CLOCK_TEXT = 6, STAMP_TEXT = 26 };
/* "2026-11-30". Returns buf. */
const char *day_text(char buf[static DAY_TEXT], int32_t day);
/* "09:30". Returns buf. */
const char *clock_text(char buf[static CLOCK_TEXT], int32_t second);
/* "2026-11-30T09:30:00+01:00" for a wall clock that is offset_s east of UTC. Returns buf. */
const char *stamp_text(char buf[static STAMP_TEXT], struct civil civil, int32_t offset_s);

/* "YYYY-MM-DD" and nothing else. */
bool day_parse(const char *text, int32_t *ret_day);
/* "mon" or "monday" and nothing else in the first length bytes of text; case does not matter. */
bool weekday_parse(const char *text, size_t length, enum weekday *ret_weekday);
/* The same, or "mo" as in session ids: where a weekday is all that can stand there. */
bool weekday_word(const char *text, size_t length, enum weekday *ret_weekday);
/* "H:MM" or "HH:MM", 00:00 to 23:59, and nothing else. */
bool clock_parse(const char *text, int32_t *ret_second);

#endif
