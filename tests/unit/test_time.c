#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/time.h"

static const struct {
	int year, month, day;
	int32_t number;
	enum weekday weekday;
} days[] = {
	{1970, 1, 1, 0, THURSDAY},       {1969, 12, 31, -1, WEDNESDAY},  {1, 1, 1, -719162, MONDAY},    {9999, 12, 31, 2932896, FRIDAY},
	{1600, 2, 29, -135081, TUESDAY}, {1900, 3, 1, -25508, THURSDAY}, {2000, 2, 29, 11016, TUESDAY}, {2000, 12, 31, 11322, SUNDAY},
	{2001, 1, 1, 11323, MONDAY},     {2026, 11, 22, 20779, SUNDAY},  {2026, 11, 30, 20787, MONDAY}, {2100, 2, 28, 47540, SUNDAY},
	{2100, 3, 1, 47541, MONDAY},
};

static void test_days(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(days); i++) {
		int year, month, day;
		day_to_ymd(days[i].number, &year, &month, &day);
		assert_int_equal(day_from_ymd(days[i].year, days[i].month, days[i].day), days[i].number);
		assert_int_equal(year, days[i].year);
		assert_int_equal(month, days[i].month);
		assert_int_equal(day, days[i].day);
		assert_int_equal(day_weekday(days[i].number), days[i].weekday);
		assert_int_equal(day_monday(days[i].number), days[i].number - (int)days[i].weekday);
	}
}

/* Every day follows the one before: the calendar against its own rules, 1580 to 2420, and in strides over all years. */
static void test_days_in_order(void **state UNUSED)
{
	int last_year = 1579, last_month = 12, last_day = 31;
	for (int32_t number = day_from_ymd(1580, 1, 1); number <= day_from_ymd(2420, 12, 31); number++) {
		int year, month, day;
		day_to_ymd(number, &year, &month, &day);
		assert_true(ymd_valid(year, month, day));
		assert_int_equal(day_from_ymd(year, month, day), number);
		bool next_day = year == last_year && month == last_month && day == last_day + 1;
		bool next_month = year == last_year && month == last_month + 1 && day == 1;
		bool next_year = year == last_year + 1 && month == 1 && last_month == 12 && day == 1;
		assert_true(next_day || ((next_month || next_year) && !ymd_valid(last_year, last_month, last_day + 1)));
		last_year = year;
		last_month = month;
		last_day = day;
	}
	for (int32_t number = -719162; number <= 2932896; number += 97) {
		int year, month, day;
		day_to_ymd(number, &year, &month, &day);
		assert_int_equal(day_from_ymd(year, month, day), number);
	}
}

static void test_ymd_valid(void **state UNUSED)
{
	static const struct {
		int year, month, day;
		bool valid;
	} rows[] = {
		{1, 1, 1, true},      {0, 12, 31, false},  {9999, 12, 31, true}, {10000, 1, 1, false},  {2026, 0, 1, false},
		{2026, 13, 1, false}, {2026, 1, 0, false}, {2026, 1, 31, true},  {2026, 1, 32, false},  {2026, 4, 30, true},
		{2026, 4, 31, false}, {2026, 2, 28, true}, {2026, 2, 29, false}, {2024, 2, 29, true},   {2024, 2, 30, false},
		{1900, 2, 29, false}, {2000, 2, 29, true}, {2026, 12, 31, true}, {2026, 12, 32, false}, {2026, -1, 1, false},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(ymd_valid(rows[i].year, rows[i].month, rows[i].day), rows[i].valid);
}

static void test_civil_add(void **state UNUSED)
{
	static const struct {
		struct civil from;
		int64_t seconds;
		struct civil to;
	} rows[] = {
		{{10, 0}, 0, {10, 0}},
		{{10, 0}, -1, {9, 86399}},
		{{10, 86399}, 1, {11, 0}},
		{{10, 86399}, 86400, {11, 86399}},
		{{10, 3600}, -2 * 86400 - 3601, {7, 86399}},
		{{-1, 86399}, 1, {0, 0}},
		{{0, 0}, INT64_MAX, {2932896, INT64_MAX % DAY_S}},
		{{0, 0}, INT64_MIN, {-719162, DAY_S + INT64_MIN % DAY_S}},
		{{DAY_NONE, 0}, 5, {DAY_NONE, 0}},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct civil to = civil_add(rows[i].from, rows[i].seconds);
		assert_int_equal(to.day, rows[i].to.day);
		assert_int_equal(to.second, rows[i].to.second);
	}
}

static void test_civil_compare(void **state UNUSED)
{
	static const struct {
		struct civil a, b;
		int order;
	} rows[] = {
		{{1, 5}, {1, 5}, 0},
		{{1, 5}, {1, 6}, -1},
		{{2, 0}, {1, 86399}, 1},
		{{-1, 9}, {0, 0}, -1},
		{{DAY_NONE, 0}, {INT32_MAX, 0}, -1},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(civil_compare(rows[i].a, rows[i].b), rows[i].order);
		assert_int_equal(civil_compare(rows[i].b, rows[i].a), -rows[i].order);
	}
}

static void test_texts(void **state UNUSED)
{
	static const struct {
		struct civil civil;
		int32_t offset_s;
		const char *stamp;
	} rows[] = {
		{{20787, 34200}, 3600, "2026-11-30T09:30:00+01:00"},
		{{20787, 34200}, 0, "2026-11-30T09:30:00+00:00"},
		{{20787, 86399}, -12600, "2026-11-30T23:59:59-03:30"},
		{{0, 0}, 50400, "1970-01-01T00:00:00+14:00"},
		{{0, 61}, 3208, "1970-01-01T00:01:01+00:53"},
		{{-719162, 0}, -43200, "0001-01-01T00:00:00-12:00"},
		/* Values no calendar has still give a text of that form. */
		{{INT32_MAX, INT32_MAX}, INT32_MAX, "9999-12-31T23:59:59+99:59"},
		{{INT32_MIN, INT32_MIN}, -INT32_MAX, "0001-01-01T00:00:00-99:59"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char stamp[STAMP_TEXT], day[DAY_TEXT], clock[CLOCK_TEXT];
		assert_string_equal(stamp_text(stamp, rows[i].civil, rows[i].offset_s), rows[i].stamp);
		assert_memory_equal(day_text(day, rows[i].civil.day), rows[i].stamp, DAY_TEXT - 1);
		assert_memory_equal(clock_text(clock, rows[i].civil.second), rows[i].stamp + 11, CLOCK_TEXT - 1);
		assert_int_equal(strlen(day), DAY_TEXT - 1);
		assert_int_equal(strlen(clock), CLOCK_TEXT - 1);
	}
}

static void test_day_parse(void **state UNUSED)
{
	static const char *const wrong[] = {
		"",           "2026",       "2026-11",     "2026-11-",   "2026-11-3",   "2026-11-300",      "2026-11-31", "2026-02-29",
		"0000-01-01", "2026/11/30", "2026-1-30",   "26-11-30",   " 2026-11-30", "2026-11-30 ",      "+026-11-30", "2026-13-01",
		"2026-00-10", "2026-11-00", "2026-11-30T", "-026-11-30", "20261130",    "2026-11-\xff\x30",
	};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		int32_t day = 77;
		assert_false(day_parse(wrong[i], &day));
		assert_int_equal(day, 77);
	}
	for (size_t i = 0; i < ARRAY_LEN(days); i++) {
		char text[DAY_TEXT];
		int32_t day;
		assert_true(day_parse(day_text(text, days[i].number), &day));
		assert_int_equal(day, days[i].number);
	}
}

static void test_clock_parse(void **state UNUSED)
{
	static const struct {
		const char *text;
		int32_t second; /* -1: none of the form */
	} rows[] = {
		{"00:00", 0},  {"0:00", 0},  {"9:30", 34200}, {"09:30", 34200}, {"23:59", 86340}, {"24:00", -1}, {"23:60", -1},
		{"9:3", -1},   {"9", -1},    {":30", -1},     {"009:30", -1},   {"9:300", -1},    {"", -1},      {" 9:30", -1},
		{"9:30 ", -1}, {"9.30", -1}, {"-9:30", -1},   {"9:-3", -1},     {"9:30pm", -1},   {"9:", -1},    {"12:30:00", -1},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int32_t second = -1;
		assert_int_equal(clock_parse(rows[i].text, &second), rows[i].second >= 0);
		assert_int_equal(second, rows[i].second);
	}
}

static void test_weekday_parse(void **state UNUSED)
{
	static const struct {
		const char *text;
		int weekday; /* -1: none */
	} rows[] = {
		{"mon", MONDAY},   {"Monday", MONDAY}, {"TUE", TUESDAY},  {"wednesday", WEDNESDAY},
		{"thu", THURSDAY}, {"Fri", FRIDAY},    {"sat", SATURDAY}, {"sunday", SUNDAY},
		{"mo", -1},        {"mond", -1},       {"mondays", -1},   {"", -1},
		{"m", -1},         {" mon", -1},       {"xyz", -1},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		enum weekday weekday = MONDAY;
		assert_int_equal(weekday_parse(rows[i].text, strlen(rows[i].text), &weekday), rows[i].weekday >= 0);
		if (rows[i].weekday >= 0)
			assert_int_equal(weekday, rows[i].weekday);
	}
	enum weekday weekday;
	for (int i = MONDAY; i <= SUNDAY; i++) {
		assert_true(weekday_word(weekday_short[i], 2, &weekday));
		assert_int_equal(weekday, i);
		assert_true(weekday_word(weekday_name[i], 3, &weekday));
		assert_int_equal(weekday, i);
	}
	assert_true(weekday_word("TH", 2, &weekday));
	assert_int_equal(weekday, THURSDAY);
	assert_false(weekday_word("mx", 2, &weekday));
	assert_false(weekday_word("m", 1, &weekday));
	assert_false(weekday_word("", 0, &weekday));
	assert_true(weekday_parse("mon-fri", 3, &weekday));
	assert_false(weekday_parse("mon", 7, &weekday));
	for (int i = MONDAY; i <= SUNDAY; i++) {
		assert_true(weekday_parse(weekday_name[i], strlen(weekday_name[i]), &weekday));
		assert_int_equal(weekday, i);
		assert_int_equal(strlen(weekday_short[i]), 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days),      cmocka_unit_test(test_days_in_order), cmocka_unit_test(test_ymd_valid),
		cmocka_unit_test(test_civil_add), cmocka_unit_test(test_civil_compare), cmocka_unit_test(test_texts),
		cmocka_unit_test(test_day_parse), cmocka_unit_test(test_clock_parse),   cmocka_unit_test(test_weekday_parse),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
