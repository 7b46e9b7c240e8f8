#include "when.h"

enum {
	WHEN_TEXT_MAX = 40,         /* longer than every form */
	WHEN_AHEAD_DAYS_MAX = 3660, /* ten years: what lies further ahead is a slip of the finger */
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Lower case, without blanks around and with one blank between words. false: too long for any form. */
static bool normalise(const char *text, char buf[static WHEN_TEXT_MAX])
{
	size_t n = 0;
	for (const char *p = text; *p; p++) {
		if (*p == ' ' && (n == 0 || buf[n - 1] == ' '))
			continue;
		if (n == WHEN_TEXT_MAX - 1)
			return false;
		buf[n++] = lower(*p);
	}
	if (n && buf[n - 1] == ' ')
		n--;
	buf[n] = '\0';
	return n > 0;
}

/* Reads one to four digits and a unit at *text and moves past them; 0 when there are none or the unit is another one. */
static int take_count(const char **text, char unit)
{
	size_t digits = strspn(*text, "0123456789");
	if (digits < 1 || digits > 4 || (*text)[digits] != unit)
		return 0;
	int count = 0;
	for (size_t i = 0; i < digits; i++)
		count = count * 10 + ((*text)[i] - '0');
	*text += digits + 1;
	return count;
}

/* "+3d" or "+2w". */
static bool ahead_days_parse(const char *text, int *ret_days)
{
	if (*text++ != '+')
		return false;
	int days = take_count(&text, 'd');
	if (!days)
		days = take_count(&text, 'w') * WEEK_DAYS;
	if (!days || *text || days > WHEN_AHEAD_DAYS_MAX)
		return false;
	*ret_days = days;
	return true;
}

/* "+10m", "+2h", "+1h30m". */
static bool ahead_parse(const char *text, int64_t *ret_seconds)
{
	if (*text++ != '+')
		return false;
	int hours = take_count(&text, 'h');
	int minutes = *text ? take_count(&text, 'm') : 0;
	if (*text || (!hours && !minutes) || (hours && minutes >= 60))
		return false;
	*ret_seconds = (int64_t)hours * HOUR_S + (int64_t)minutes * MINUTE_S;
	return true;
}

/* A day form in normal form. */
static bool day_form(const char *text, int32_t today, int32_t *ret_day)
{
	enum weekday weekday;
	int days;
	if (strcmp(text, "today") == 0)
		*ret_day = today;
	else if (strcmp(text, "tomorrow") == 0)
		*ret_day = today + 1;
	else if (weekday_parse(text, strlen(text), &weekday)) /* 1 to 7 days ahead */
		*ret_day = today + 1 + ((int)weekday - (int)day_weekday(today) + WEEK_DAYS - 1) % WEEK_DAYS;
	else if (strncmp(text, "next ", 5) == 0 && weekday_parse(text + 5, strlen(text + 5), &weekday))
		*ret_day = day_monday(today) + WEEK_DAYS + (int)weekday;
	else if (ahead_days_parse(text, &days))
		*ret_day = today + days;
	else
		return day_parse(text, ret_day);
	return true;
}

bool when_day(const char *text, int32_t today, int32_t *ret_day)
{
	char form[WHEN_TEXT_MAX];
	return normalise(text, form) && day_form(form, today, ret_day);
}

/* "fri 10:00", "2026-11-30T09:30": a day form, a separator, a time. form is cut in two. */
static bool day_and_time(char *form, int32_t today, struct civil *ret_civil)
{
	char *time = strrchr(form, ' ');
	if (!time && strlen(form) > DAY_TEXT - 1 && form[DAY_TEXT - 1] == 't')
		time = form + DAY_TEXT - 1;
	if (!time)
		return false;
	*time++ = '\0';
	struct civil civil;
	if (!day_form(form, today, &civil.day) || !clock_parse(time, &civil.second))
		return false;
	*ret_civil = civil;
	return true;
}

bool when_moment(const char *text, struct civil now, struct civil keep, struct civil *ret_civil)
{
	char form[WHEN_TEXT_MAX];
	int64_t seconds;
	int32_t day, second;
	if (!normalise(text, form))
		return false;
	if (strcmp(form, "now") == 0) {
		*ret_civil = now;
		return true;
	}
	if (ahead_parse(form, &seconds)) {
		*ret_civil = civil_add(now, seconds);
		return true;
	}
	if (clock_parse(form, &second)) {
		*ret_civil = (struct civil){.day = now.day + (second < now.second), .second = second};
		return true;
	}
	if (day_form(form, now.day, &day)) {
		*ret_civil = (struct civil){.day = day, .second = keep.second};
		return true;
	}
	return day_and_time(form, now.day, ret_civil);
}
