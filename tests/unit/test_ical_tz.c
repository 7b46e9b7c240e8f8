#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ical/tz.h"
#include "ical/values.h"

/* STANDARDS 2 and RFC 5545 3.3.5: twice -> the first, never -> the offset before. */
static void test_resolve(void **state UNUSED)
{
	const struct {
		const char *zone, *wall, *utc;
	} rows[] = {
		{"America/New_York", "20071104T013000", "20071104T053000"},
		{"America/New_York", "20070311T023000", "20070311T073000"},
		{"Europe/Berlin", "20261025T023000", "20261025T003000"},
		{"Europe/Berlin", "20260329T023000", "20260329T013000"},
		{"Australia/Lord_Howe", "20261004T021500", "20261003T154500"},
		{"Europe/Berlin", "20261005T093000", "20261005T073000"},
		{"Europe/Berlin", "20261026T093000", "20261026T083000"},
		{"Asia/Kolkata", "20261005T093000", "20261005T040000"},
		{"Pacific/Kiritimati", "20261005T093000", "20261004T193000"},
		{"Etc/GMT+5", "20261005T093000", "20261005T143000"},
		{"US/Eastern", "20261005T093000", "20261005T133000"},
		{"UTC", "20261005T093000", "20261005T093000"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct zone *zone = tz_source()->find(tz_source()->ctx, rows[i].zone);
		struct civil wall, utc;
		bool is_utc;
		assert_non_null(zone);
		assert_string_equal(zone->name, rows[i].zone);
		assert_true(value_date_time(span_of(rows[i].wall), &wall, &is_utc));
		assert_true(value_date_time(span_of(rows[i].utc), &utc, &is_utc));
		int64_t expected = (int64_t)utc.day * DAY_S + utc.second;
		if (zone_resolve(zone, wall).s != expected)
			fail_msg("%s %s: %lld, expected %lld", rows[i].zone, rows[i].wall, (long long)zone_resolve(zone, wall).s,
				 (long long)expected);
		/* Once is enough: the zone is kept. */
		assert_ptr_equal(zone, tz_source()->find(tz_source()->ctx, rows[i].zone));
	}
	tz_finish();
}

static void test_far_instants(void **state UNUSED)
{
	const int64_t instants[] = {INT64_MIN, INT64_C(-62135596801), 0, INT64_C(4102444800), INT64_C(253402300800), INT64_MAX - 1, INT64_MAX};
	const struct zone *zone = tz_source()->find(tz_source()->ctx, "Europe/Berlin");
	assert_non_null(zone);
	for (size_t i = 0; i < ARRAY_LEN(instants); i++) {
		int32_t offset_s = zone->offset_s(zone, instants[i]);
		assert_in_range(offset_s, 0, 2 * HOUR_S);
	}
	tz_finish();
}

static void test_names(void **state UNUSED)
{
	static const char *const unknown[] = {
		"", "/", "//", "Europe", "europe/berlin", "Europe/Berlin/", "/Europe/Berlin", "Europe//Berlin", "../../etc/passwd",
		"Europe/../Europe/Berlin", "./Europe/Berlin", "zone.tab", "tzdata.zi", "right/Europe/Berlin", "posix/Europe/Berlin", "localtime",
		"posixrules", "W. Europe Standard Time", "Europe/Berl\xC3\xADn", "Europe/Nowhere",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "%s%n", "Europe/Berlin ",
	};
	for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
		if (tz_source()->find(tz_source()->ctx, unknown[i]))
			fail_msg("'%s' was found", unknown[i]);
	tz_finish();
}

static void test_ids(void **state UNUSED)
{
	const struct {
		const char *id, *name; /* NULL: none */
	} rows[] = {
		{"Europe/Berlin", "Europe/Berlin"},
		{"/mozilla.org/20070129_1/Europe/Berlin", "Europe/Berlin"},
		{"/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"},
		{"/freeassociation.sourceforge.net/Tzfile/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"},
		{"/Europe/Berlin", "Europe/Berlin"},
		{"UTC", "UTC"},
		{"/x/UTC", "UTC"},
		{"W. Europe Standard Time", NULL},
		{"x/Europe/Berlin", NULL},
		{"/x/../../Europe/Nowhere", NULL},
		{"/", NULL},
		{"", NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct zone *zone = tz_of_id(rows[i].id);
		if (!zone != !rows[i].name)
			fail_msg("'%s'", rows[i].id);
		if (zone)
			assert_string_equal(zone->name, rows[i].name);
	}
	tz_finish();
}

static void test_system_name(void **state UNUSED)
{
	const struct {
		const char *tz, *name;
	} rows[] = {
		{"Europe/Berlin", "Europe/Berlin"}, {":Europe/Berlin", "Europe/Berlin"}, {":/usr/share/zoneinfo/Asia/Kolkata", "Asia/Kolkata"},
		{"UTC", "UTC"},                     {"CET-1CEST", "UTC"},                 {"Nowhere/Land", "UTC"},
		{":/etc/passwd", "UTC"},
	};
	OWNED_TEXT *before = xstrdup(getenv("TZ"));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		setenv("TZ", rows[i].tz, 1);
		OWNED_TEXT *name = tz_system_name();
		assert_string_equal(name, rows[i].name);
	}
	/* Without TZ it is what /etc/localtime says: whatever that is, a zone that is found. */
	unsetenv("TZ");
	OWNED_TEXT *name = tz_system_name();
	assert_non_null(tz_source()->find(tz_source()->ctx, name));
	if (before)
		setenv("TZ", before, 1);
	tz_finish();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_resolve), cmocka_unit_test(test_far_instants), cmocka_unit_test(test_names),
		cmocka_unit_test(test_ids),     cmocka_unit_test(test_system_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
