#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/zone.h"

/* A zone from its transitions: `offset_s` holds from `from_s` on; the first row holds also before it. */
struct change {
	int64_t from_s;
	int32_t offset_s;
};

struct table_zone {
	struct zone zone;
	const struct change *changes;
	size_t count;
};

static int32_t table_offset(const struct zone *zone, int64_t utc_s)
{
	const struct table_zone *table = (const struct table_zone *)zone;
	int32_t offset_s = table->changes[0].offset_s;
	for (size_t i = 1; i < table->count && table->changes[i].from_s <= utc_s; i++)
		offset_s = table->changes[i].offset_s;
	return offset_s;
}

#define TABLE_ZONE(name, changes)                                                                                                          \
	{                                                                                                                                  \
		{name, table_offset}, changes, ARRAY_LEN(changes)                                                                          \
	}

static const struct change new_york_changes[] = {{0, -18000}, {1173596400, -14400}, {1194156000, -18000}};
static const struct change berlin_changes[] = {{0, 3600}, {1774746000, 7200}, {1792890000, 3600}};
static const struct change lord_howe_changes[] = {{0, 39600}, {1775314800, 37800}, {1791041400, 39600}};
static const struct change apia_changes[] = {{0, -36000}, {1325239200, 50400}}; /* 2011-12-30 was left out */

static const struct table_zone new_york = TABLE_ZONE("America/New_York", new_york_changes);
static const struct table_zone berlin = TABLE_ZONE("Europe/Berlin", berlin_changes);
static const struct table_zone lord_howe = TABLE_ZONE("Australia/Lord_Howe", lord_howe_changes);
static const struct table_zone apia = TABLE_ZONE("Pacific/Apia", apia_changes);

static struct civil civil(const char *day, const char *clock)
{
	struct civil civil;
	assert_true(day_parse(day, &civil.day));
	assert_true(clock_parse(clock, &civil.second));
	return civil;
}

/* The vectors of the standard's reading (RFC 5545 3.3.5) and the plain cases around them. utc: what zone_stamp says in UTC. */
static const struct {
	const struct zone *zone;
	const char *day, *clock, *utc;
} rows[] = {
	{&new_york.zone, "2007-11-04", "01:30", "2007-11-04T05:30:00+00:00"}, /* twice: the first */
	{&new_york.zone, "2007-11-04", "00:59", "2007-11-04T04:59:00+00:00"},
	{&new_york.zone, "2007-11-04", "02:00", "2007-11-04T07:00:00+00:00"},
	{&new_york.zone, "2007-03-11", "02:30", "2007-03-11T07:30:00+00:00"}, /* never: the offset before */
	{&new_york.zone, "2007-03-11", "01:59", "2007-03-11T06:59:00+00:00"},
	{&new_york.zone, "2007-03-11", "02:00", "2007-03-11T07:00:00+00:00"},
	{&new_york.zone, "2007-03-11", "03:00", "2007-03-11T07:00:00+00:00"},
	{&berlin.zone, "2026-10-25", "02:30", "2026-10-25T00:30:00+00:00"},
	{&berlin.zone, "2026-10-25", "02:00", "2026-10-25T00:00:00+00:00"},
	{&berlin.zone, "2026-10-25", "03:00", "2026-10-25T02:00:00+00:00"},
	{&berlin.zone, "2026-03-29", "02:30", "2026-03-29T01:30:00+00:00"},
	{&berlin.zone, "2026-03-29", "03:00", "2026-03-29T01:00:00+00:00"},
	{&berlin.zone, "2026-03-28", "09:30", "2026-03-28T08:30:00+00:00"},
	{&berlin.zone, "2026-03-30", "09:30", "2026-03-30T07:30:00+00:00"},
	{&berlin.zone, "2026-11-30", "09:30", "2026-11-30T08:30:00+00:00"},
	{&lord_howe.zone, "2026-10-04", "02:15", "2026-10-03T15:45:00+00:00"}, /* half an hour */
	{&lord_howe.zone, "2026-10-04", "02:30", "2026-10-03T15:30:00+00:00"},
	{&lord_howe.zone, "2026-04-05", "01:45", "2026-04-04T14:45:00+00:00"},
	{&apia.zone, "2011-12-29", "23:59", "2011-12-30T09:59:00+00:00"},
	{&apia.zone, "2011-12-30", "12:00", "2011-12-30T22:00:00+00:00"}, /* a day that never was */
	{&apia.zone, "2011-12-31", "00:00", "2011-12-30T10:00:00+00:00"},
	{&zone_utc, "2026-11-30", "09:30", "2026-11-30T09:30:00+00:00"},
};

static void test_resolve(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char stamp[STAMP_TEXT];
		struct instant instant = zone_resolve(rows[i].zone, civil(rows[i].day, rows[i].clock));
		assert_string_equal(zone_stamp(stamp, &zone_utc, instant), rows[i].utc);
	}
}

/* What exists on the wall clock comes back as it was: every quarter of an hour of 2026 in Berlin. */
static void test_there_and_back(void **state UNUSED)
{
	int32_t first = day_from_ymd(2026, 1, 1), gap_day = day_from_ymd(2026, 3, 29);
	for (int32_t day = first; day < first + 365; day++)
		for (int32_t second = 0; second < DAY_S; second += 15 * MINUTE_S) {
			struct civil in = {day, second}, out = zone_civil(&berlin.zone, zone_resolve(&berlin.zone, in));
			bool in_gap = day == gap_day && second >= 2 * HOUR_S && second < 3 * HOUR_S;
			assert_int_equal(out.day, day);
			assert_int_equal(out.second, in_gap ? second + HOUR_S : second);
		}
}

static void test_stamp_has_the_offset(void **state UNUSED)
{
	char stamp[STAMP_TEXT];
	assert_string_equal(zone_stamp(stamp, &berlin.zone, (struct instant){1792886400}), "2026-10-25T02:00:00+02:00");
	assert_string_equal(zone_stamp(stamp, &berlin.zone, (struct instant){1792890000}), "2026-10-25T02:00:00+01:00");
	assert_string_equal(zone_stamp(stamp, &new_york.zone, (struct instant){-1}), "1969-12-31T18:59:59-05:00");
	assert_string_equal(zone_stamp(stamp, &lord_howe.zone, (struct instant){1791041399}), "2026-10-04T01:59:59+10:30");
}

static void test_none(void **state UNUSED)
{
	assert_true(zone_resolve(&berlin.zone, (struct civil){DAY_NONE, 0}).s == INSTANT_NEVER);
	assert_int_equal(zone_civil(&berlin.zone, (struct instant){INSTANT_NEVER}).day, DAY_NONE);
	/* As far as the calendar goes, and no further. */
	assert_int_equal(zone_civil(&berlin.zone, (struct instant){INT64_MAX - 1}).day, day_from_ymd(9999, 12, 31));
	assert_int_equal(zone_civil(&berlin.zone, (struct instant){INT64_MIN}).day, day_from_ymd(1, 1, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_stamp_has_the_offset),
		cmocka_unit_test(test_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
