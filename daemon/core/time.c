#include "time.h"

/* 0001-01-01 and 9999-12-31. */
enum { DAY_FIRST = -719162, DAY_LAST = 2932896 };
/* Days of the cycles of the Gregorian calendar: 400, 100, 4 and 1 years; the last year or century of each may be a day longer. */
enum { DAYS_400Y = 146097, DAYS_100Y = 36524, DAYS_4Y = 1461, DAYS_1Y = 365 };

const char *const weekday_short[WEEK_DAYS] = {"mo", "tu", "we", "th", "fr", "sa", "su"};
const char *const weekday_name[WEEK_DAYS] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

/* Days before the first of each month, January first; the second row is for leap years. */
static const int16_t month_start[2][13] = {
	{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365},
	{0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366},
};

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int32_t day_clamp(int64_t day)
{
	return day < DAY_FIRST ? DAY_FIRST : day > DAY_LAST ? DAY_LAST : (int32_t)day;
}

bool ymd_valid(int year, int month, int day)
{
	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
		return false;
	const int16_t *start = month_start[is_leap(year)];
	return day <= start[month] - start[month - 1];
}

int32_t day_from_ymd(int year, int month, int day)
{
	int past = year - 1;
	return DAY_FIRST + past * DAYS_1Y + past / 4 - past / 100 + past / 400 + month_start[is_leap(year)][month - 1] + day - 1;
}

/* How many cycles of so many days lie in *rest, at most max; takes them out of *rest. */
static int take_cycles(int32_t *rest, int32_t cycle_days, int max)
{
	int n = *rest / cycle_days;
	if (n > max)
		n = max;
	*rest -= n * cycle_days;
	return n;
}

void day_to_ymd(int32_t day, int *ret_year, int *ret_month, int *ret_day)
{
	int32_t rest = day_clamp(day) - DAY_FIRST;
	int year = 1 + 400 * take_cycles(&rest, DAYS_400Y, 24);
	year += 100 * take_cycles(&rest, DAYS_100Y, 3);
	year += 4 * take_cycles(&rest, DAYS_4Y, 24);
	year += take_cycles(&rest, DAYS_1Y, 3);
	const int16_t *start = month_start[is_leap(year)];
	int month = 1;
	while (month < 12 && rest >= start[month])
		month++;
	*ret_year = year;
	*ret_month = month;
	*ret_day = rest - start[month - 1] + 1;
}

enum weekday day_weekday(int32_t day)
{
	/* Day 0 was a Thursday. */
	int64_t since_monday = (int64_t)day + THURSDAY;
	return (enum weekday)(since_monday - floor_div(since_monday, WEEK_DAYS) * WEEK_DAYS);
}

int32_t day_monday(int32_t day)
{
	return day - (int32_t)day_weekday(day);
}

struct civil civil_add(struct civil civil, int64_t seconds)
{
	if (civil.day == DAY_NONE)
		return civil;
	int64_t second = civil.second + seconds % DAY_S;
	int64_t days = seconds / DAY_S + floor_div(second, DAY_S);
	second -= floor_div(second, DAY_S) * DAY_S;
	return (struct civil){.day = day_clamp(civil.day + days), .second = (int32_t)second};
}

int civil_compare(struct civil a, struct civil b)
{
	if (a.day != b.day)
		return a.day < b.day ? -1 : 1;
	return (a.second > b.second) - (a.second < b.second);
}

/* Writes value with so many digits at out; returns the place behind them. No NUL. */
static char *put_digits(char *out, int digits, int32_t value)
{
	for (int i = digits - 1; i >= 0; i--, value /= 10)
		out[i] = (char)('0' + value % 10);
	return out + digits;
}

static int32_t second_clamp(int32_t second)
{
	return second < 0 ? 0 : second >= DAY_S ? DAY_S - 1 : second;
}

const char *day_text(char buf[static DAY_TEXT], int32_t day)
{
	int year, month, mday;
	day_to_ymd(day, &year, &month, &mday);
	char *p = put_digits(buf, 4, year);
	*p++ = '-';
	p = put_digits(p, 2, month);
	*p++ = '-';
	*put_digits(p, 2, mday) = '\0';
	return buf;
}

const char *clock_text(char buf[static CLOCK_TEXT], int32_t second)
{
	second = second_clamp(second);
	char *p = put_digits(buf, 2, second / HOUR_S);
	*p++ = ':';
	*put_digits(p, 2, second / MINUTE_S % 60) = '\0';
	return buf;
}

const char *stamp_text(char buf[static STAMP_TEXT], struct civil civil, int32_t offset_s)
{
	int32_t east_min = (offset_s < 0 ? -offset_s : offset_s) / MINUTE_S;
	if (east_min > 99 * 60 + 59)
		east_min = 99 * 60 + 59;
	day_text(buf, civil.day);
	buf[10] = 'T';
	clock_text(buf + 11, civil.second);
	buf[16] = ':';
	char *p = put_digits(buf + 17, 2, second_clamp(civil.second) % 60);
	*p++ = offset_s < 0 ? '-' : '+';
	p = put_digits(p, 2, east_min / 60);
	*p++ = ':';
	*put_digits(p, 2, east_min % 60) = '\0';
	return buf;
}

/* Reads exactly so many digits at *text and moves past them; -1 when there are fewer. */
static int take_digits(const char **text, int digits)
{
	int value = 0;
	for (int i = 0; i < digits; i++) {
		char c = (*text)[i];
		if (c < '0' || c > '9')
			return -1;
		value = value * 10 + (c - '0');
	}
	*text += digits;
	return value;
}

bool day_parse(const char *text, int32_t *ret_day)
{
	const char *p = text;
	int year = take_digits(&p, 4);
	if (year < 0 || *p++ != '-')
		return false;
	int month = take_digits(&p, 2);
	if (month < 0 || *p++ != '-')
		return false;
	int mday = take_digits(&p, 2);
	if (mday < 0 || *p || !ymd_valid(year, month, mday))
		return false;
	*ret_day = day_from_ymd(year, month, mday);
	return true;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool weekday_parse(const char *text, size_t length, enum weekday *ret_weekday)
{
	for (int weekday = MONDAY; weekday <= SUNDAY; weekday++) {
		const char *name = weekday_name[weekday];
		size_t i = 0;
		while (i < length && text[i] && lower(text[i]) == lower(name[i]))
			i++;
		if (i == length && (length == 3 || (length && !name[length]))) {
			*ret_weekday = (enum weekday)weekday;
			return true;
		}
	}
	return false;
}

bool weekday_word(const char *text, size_t length, enum weekday *ret_weekday)
{
	for (int weekday = MONDAY; length == 2 && weekday <= SUNDAY; weekday++)
		if (lower(text[0]) == weekday_short[weekday][0] && lower(text[1]) == weekday_short[weekday][1]) {
			*ret_weekday = (enum weekday)weekday;
			return true;
		}
	return weekday_parse(text, length, ret_weekday);
}

bool clock_parse(const char *text, int32_t *ret_second)
{
	const char *p = text;
	int hour = take_digits(&p, 2);
	if (hour < 0)
		hour = take_digits(&p, 1);
	if (hour < 0 || hour > 23 || *p++ != ':')
		return false;
	int minute = take_digits(&p, 2);
	if (minute < 0 || minute > 59 || *p)
		return false;
	*ret_second = hour * HOUR_S + minute * MINUTE_S;
	return true;
}
