#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/when.h"

static int32_t day(const char *text)
{
	int32_t day;
	assert_true(day_parse(text, &day));
	return day;
}

/* today is a Wednesday. */
#define TODAY "2026-11-25"

static const struct {
	const char *text;
	const char *day; /* NULL: not of a form */
} days[] = {
	{"today", "2026-11-25"},
	{"Today", "2026-11-25"},
	{"  tomorrow ", "2026-11-26"},
	{"thu", "2026-11-26"},
	{"Friday", "2026-11-27"},
	{"sat", "2026-11-28"},
	{"sun", "2026-11-29"},
	{"mon", "2026-11-30"},
	{"MONDAY", "2026-11-30"},
	{"tue", "2026-12-01"},
	{"wed", "2026-12-02"}, /* strictly after today */
	{"next mon", "2026-11-30"},
	{"next   monday", "2026-11-30"},
	{"next wed", "2026-12-02"},
	{"next thu", "2026-12-03"},
	{"next sun", "2026-12-06"},
	{"2026-11-30", "2026-11-30"},
	{"2024-02-29", "2024-02-29"},
	{"+1d", "2026-11-26"},
	{"+3d", "2026-11-28"},
	{"+2w", "2026-12-09"},
	{"+3660d", "2036-12-02"},
	{"+522w", "2036-11-26"},
	{"+3661d", NULL},
	{"+523w", NULL},
	{"+9999d", NULL},
	{"+10000d", NULL},
	{"+99999999999999999999d", NULL},
	{"+0d", NULL},
	{"+d", NULL},
	{"+3", NULL},
	{"3d", NULL},
	{"-3d", NULL},
	{"+ 3d", NULL},
	{"+3d2w", NULL},
	{"+3m", NULL},
	{"", NULL},
	{" ", NULL},
	{"next", NULL},
	{"next ", NULL},
	{"next week", NULL},
	{"next next mon", NULL},
	{"last mon", NULL},
	{"mo", NULL},
	{"mond", NULL},
	{"mon tue", NULL},
	{"2026-11-31", NULL},
	{"2026-2-1", NULL},
	{"26-11-30", NULL},
	{"30.11.2026", NULL},
	{"2026-11-30x", NULL},
	{"today\t", NULL},
	{"tomorrow 14:00", NULL},
	{"14:00", NULL},
	{"todayyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy", NULL},
	{"\xc3\xa4", NULL},
};

static void test_day(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(days); i++) {
		int32_t found = 77;
		assert_int_equal(when_day(days[i].text, day(TODAY), &found), days[i].day != NULL);
		assert_int_equal(found, days[i].day ? day(days[i].day) : 77);
	}
}

/* From every weekday to every weekday: 1 to 7 days ahead, and in the week after this one. */
static void test_weekdays(void **state UNUSED)
{
	int32_t monday = day("2026-11-23");
	for (int32_t today = monday; today < monday + WEEK_DAYS; today++)
		for (int weekday = MONDAY; weekday <= SUNDAY; weekday++) {
			OWNED_TEXT *next = xasprintf("next %s", weekday_name[weekday]);
			int32_t found;
			assert_true(when_day(weekday_name[weekday], today, &found));
			assert_in_range(found - today, 1, WEEK_DAYS);
			assert_int_equal(day_weekday(found), weekday);
			assert_true(when_day(next, today, &found));
			assert_int_equal(found, monday + WEEK_DAYS + weekday);
		}
}

/* now is 2026-11-25 10:15:30, the time to keep is 14:00. */
static const struct {
	const char *text;
	const char *day; /* NULL: not of a form */
	int32_t second;
} moments[] = {
	{"+10m", "2026-11-25", 10 * 3600 + 25 * 60 + 30},
	{"+2h", "2026-11-25", 12 * 3600 + 15 * 60 + 30},
	{"+1h30m", "2026-11-25", 11 * 3600 + 45 * 60 + 30},
	{"+1H30M", "2026-11-25", 11 * 3600 + 45 * 60 + 30},
	{"+90m", "2026-11-25", 11 * 3600 + 45 * 60 + 30},
	{"+14h", "2026-11-26", 15 * 60 + 30},
	{"+9999m", "2026-12-02", 8 * 3600 + 54 * 60 + 30},
	{"14:00", "2026-11-25", 14 * 3600},
	{"10:16", "2026-11-25", 10 * 3600 + 16 * 60},
	{"10:15", "2026-11-26", 10 * 3600 + 15 * 60}, /* passed 30 seconds ago */
	{"9:30", "2026-11-26", 9 * 3600 + 30 * 60},
	{"tomorrow", "2026-11-26", 14 * 3600},
	{"fri", "2026-11-27", 14 * 3600},
	{"next mon", "2026-11-30", 14 * 3600},
	{"+3d", "2026-11-28", 14 * 3600},
	{"2026-11-30", "2026-11-30", 14 * 3600},
	{"today", "2026-11-25", 14 * 3600},
	{"tomorrow 14:30", "2026-11-26", 14 * 3600 + 30 * 60},
	{"fri 10:00", "2026-11-27", 10 * 3600},
	{"next monday 9:05", "2026-11-30", 9 * 3600 + 5 * 60},
	{"+2w 08:00", "2026-12-09", 8 * 3600},
	{"today 09:00", "2026-11-25", 9 * 3600}, /* said so: taken at the word */
	{"2026-11-30 09:30", "2026-11-30", 9 * 3600 + 30 * 60},
	{"2026-11-30T09:30", "2026-11-30", 9 * 3600 + 30 * 60},
	{"2026-11-30t9:30", "2026-11-30", 9 * 3600 + 30 * 60},
	{"", NULL, 0},
	{"+0m", NULL, 0},
	{"+1h60m", NULL, 0},
	{"+30m1h", NULL, 0},
	{"+1h30", NULL, 0},
	{"+1h 30m", NULL, 0},
	{"+10000m", NULL, 0},
	{"+h", NULL, 0},
	{"10m", NULL, 0},
	{"-10m", NULL, 0},
	{"+10s", NULL, 0},
	{"24:00", NULL, 0},
	{"14", NULL, 0},
	{"14:00 tomorrow", NULL, 0},
	{"tomorrow 24:00", NULL, 0},
	{"tomorrow at 14:00", NULL, 0},
	{"tomorrow +2h", NULL, 0},
	{"fri 10:00 11:00", NULL, 0},
	{"fri10:00", NULL, 0},
	{"2026-11-30T", NULL, 0},
	{"2026-11-31T09:30", NULL, 0},
	{"2026-11-30T09:30:00", NULL, 0},
	{"2026-11-30T09:30+01:00", NULL, 0},
	{"2026-11-30 09:3", NULL, 0},
	{"next 14:00", NULL, 0},
	{" 14:00 x", NULL, 0},
	{"tomorrowxxt09:30", NULL, 0},
};

static void test_moment(void **state UNUSED)
{
	struct civil now = {day(TODAY), 10 * HOUR_S + 15 * MINUTE_S + 30}, keep = {day("2026-12-24"), 14 * HOUR_S};
	for (size_t i = 0; i < ARRAY_LEN(moments); i++) {
		struct civil found = {77, 7};
		bool fits = when_moment(moments[i].text, now, keep, &found);
		if (fits != (moments[i].day != NULL))
			fail_msg("'%s': %s", moments[i].text, fits ? "taken" : "refused");
		assert_int_equal(found.day, fits ? day(moments[i].day) : 77);
		assert_int_equal(found.second, fits ? moments[i].second : 7);
	}
}

/* A time alone is never the past, and at the very second it is still today. */
static void test_moment_at_the_edge(void **state UNUSED)
{
	struct civil now = {day(TODAY), 14 * HOUR_S}, found;
	assert_true(when_moment("14:00", now, now, &found));
	assert_int_equal(civil_compare(found, now), 0);
	now.second++;
	assert_true(when_moment("14:00", now, now, &found));
	assert_int_equal(found.day, now.day + 1);
}

/* The forms that messages promise are taken. */
static void test_promised_forms(void **state UNUSED)
{
	static const char *const promised[] = {"today", "tomorrow", "mon", "next mon",       "2026-11-30",      "+3d",
					       "14:00", "+10m",     "+2h", "tomorrow 14:00", "2026-11-30 09:30"};
	for (size_t i = 0; i < ARRAY_LEN(promised); i++) {
		struct civil now = {day(TODAY), 0}, moment;
		int32_t found;
		assert_true(strstr(WHEN_DAY_FORMS " " WHEN_MOMENT_FORMS, promised[i]) != NULL);
		assert_true(when_moment(promised[i], now, now, &moment));
		if (strstr(WHEN_DAY_FORMS, promised[i]))
			assert_true(when_day(promised[i], now.day, &found));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_day),
		cmocka_unit_test(test_weekdays),
		cmocka_unit_test(test_moment),
		cmocka_unit_test(test_moment_at_the_edge),
		cmocka_unit_test(test_promised_forms),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
