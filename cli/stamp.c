#include "stamp.h"

#include "pacer/base.h"

struct stamp {
	int year, month, day, hour, minute, second, offset_s;
	bool has_time;
};

static const char *const weekdays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
				     "July",    "August",   "September", "October", "November", "December"};

/* Reads exactly `digits` digits; NULL when they are not there or the number is out of range. NULL in, NULL out. */
static const char *read_number(const char *at, int digits, int min, int max, int *ret_value)
{
	int value = 0;
	if (!at)
		return NULL;
	for (int i = 0; i < digits; i++) {
		if (at[i] < '0' || at[i] > '9')
			return NULL;
		value = value * 10 + (at[i] - '0');
	}
	if (value < min || value > max)
		return NULL;
	*ret_value = value;
	return at + digits;
}

static const char *read_mark(const char *at, char mark)
{
	return at && *at == mark ? at + 1 : NULL;
}

static const char *read_offset(const char *at, struct stamp *stamp)
{
	int hours, minutes;
	if (!at || *at == 'Z')
		return at ? at + 1 : NULL;
	if (*at != '+' && *at != '-')
		return NULL;
	int sign = *at == '-' ? -1 : 1;
	at = read_number(at + 1, 2, 0, 23, &hours);
	at = read_number(read_mark(at, ':'), 2, 0, 59, &minutes);
	if (at)
		stamp->offset_s = sign * (hours * 3600 + minutes * 60);
	return at;
}

static bool stamp_read(const char *iso, struct stamp *stamp)
{
	*stamp = (struct stamp){0};
	const char *at = read_number(iso, 4, 1, 9999, &stamp->year);
	at = read_number(read_mark(at, '-'), 2, 1, 12, &stamp->month);
	at = read_number(read_mark(at, '-'), 2, 1, 31, &stamp->day);
	if (!at || *at == '\0')
		return at != NULL;
	at = read_number(read_mark(at, 'T'), 2, 0, 23, &stamp->hour);
	at = read_number(read_mark(at, ':'), 2, 0, 59, &stamp->minute);
	at = read_number(read_mark(at, ':'), 2, 0, 60, &stamp->second);
	at = read_offset(at, stamp);
	stamp->has_time = at && *at == '\0';
	return stamp->has_time;
}

/* Days since 0000-03-01 of the Gregorian calendar: years begin in March, so the leap day comes last. */
static int64_t day_number(const struct stamp *stamp)
{
	int64_t month = (stamp->month + 9) % 12;
	int64_t year = stamp->year - month / 10;
	return 365 * year + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + stamp->day - 1;
}

static const char *weekday_name(const struct stamp *stamp)
{
	return weekdays[(day_number(stamp) + 2) % 7]; /* day 0 was a Wednesday */
}

char *stamp_long_day(const char *iso)
{
	struct stamp at;
	if (!stamp_read(iso, &at))
		return xstrdup(iso);
	return xasprintf("%s %d %s %d", weekday_name(&at), at.day, months[at.month - 1], at.year);
}

char *stamp_year_day(const char *iso)
{
	struct stamp at;
	if (!stamp_read(iso, &at))
		return xstrdup(iso);
	return xasprintf("%.3s %d %.3s %d", weekday_name(&at), at.day, months[at.month - 1], at.year);
}

char *stamp_day(const char *iso)
{
	struct stamp at;
	if (!stamp_read(iso, &at))
		return xstrdup(iso);
	return xasprintf("%.3s %d %.3s", weekday_name(&at), at.day, months[at.month - 1]);
}

char *stamp_short_day(const char *iso)
{
	struct stamp at;
	if (!stamp_read(iso, &at))
		return xstrdup(iso);
	return xasprintf("%d %.3s", at.day, months[at.month - 1]);
}

char *stamp_time(const char *iso)
{
	struct stamp at;
	if (!stamp_read(iso, &at) || !at.has_time)
		return xstrdup(iso);
	return xasprintf("%02d:%02d", at.hour, at.minute);
}

char *stamp_moment(const char *iso)
{
	struct stamp at;
	if (!stamp_read(iso, &at) || !at.has_time)
		return xstrdup(iso);
	return xasprintf("%.3s %d %.3s %02d:%02d", weekday_name(&at), at.day, months[at.month - 1], at.hour, at.minute);
}

int64_t stamp_order(const char *iso)
{
	struct stamp at;
	if (!stamp_read(iso, &at) || !at.has_time)
		return INT64_MIN;
	return day_number(&at) * 86400 + at.hour * 3600 + at.minute * 60 + at.second - at.offset_s;
}
