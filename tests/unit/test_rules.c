#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/rules.h"

enum { MON = 20787 }; /* 2026-11-30 */

static void test_work_days(void **state UNUSED)
{
	static const struct { int from, n, want; } rows[] = {{0, 1, 1}, {4, 1, 7}, {5, 1, 7}, {6, 1, 7}, {0, 5, 7}, {0, -1, -3}, {7, -1, 4}, {1, -2, -3}};
	assert_int_equal(day_weekday(MON), MONDAY);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(policy_work_day(&policy_default, MON + rows[i].from, rows[i].n), MON + rows[i].want);
	struct policy none = policy_default;
	none.work_days = 0;
	assert_int_equal(policy_work_day(&none, MON, 3), MON + 3);
}

static void test_hours(void **state UNUSED)
{
	static const struct { int day, minute, minutes; bool in; } rows[] = {
		{0, 9 * 60, 30, true},	    {0, 8 * 60 + 59, 30, false}, {0, 17 * 60, 30, true},      {0, 17 * 60 + 1, 30, false},
		{0, 12 * 60, 30, true},	    {0, 12 * 60 + 1, 30, false}, {0, 13 * 60 + 15, 30, true}, {0, 13 * 60 + 14, 30, false},
		{5, 10 * 60, 30, false},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(policy_in_hours(&policy_default, (struct civil){MON + rows[i].day, rows[i].minute * 60}, rows[i].minutes), rows[i].in);
	struct policy no_lunch = policy_default;
	no_lunch.lunch_to_s = no_lunch.lunch_from_s;
	assert_true(policy_in_hours(&no_lunch, (struct civil){MON, 12 * HOUR_S + 40 * MINUTE_S}, 30));
}

/* RULES 5.1: easy/cross/short/speed one working day, medium two, long three, tuneup/checkin five, race none. */
static void test_grace(void **state UNUSED)
{
	static const struct { const char *type; int day, want; } rows[] = {
		{"easy", 0, 2}, {"short", 4, 8}, {"cross", 3, 5}, {"speed", 3, 5}, {"medium", 2, 5}, {"medium", 4, 9},
		{"long", 4, 10}, {"tuneup", 4, 12}, {"checkin", 3, 11}, {"rest", 3, 5},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		enum session_type type;
		assert_true(type_parse(rows[i].type, &type));
		struct civil end = rules_grace_end(&policy_default, type, (struct civil){MON + rows[i].day, 15 * HOUR_S});
		assert_int_equal(end.day, MON + rows[i].want);
		assert_int_equal(end.second, 0);
	}
	assert_int_equal(rules_grace_end(&policy_default, TYPE_RACE, (struct civil){MON, 0}).day, DAY_NONE);
}

static void test_prep(void **state UNUSED)
{
	struct civil prep = rules_prep(&policy_default, TYPE_LONG, (struct civil){MON + 7, 10 * HOUR_S});
	assert_int_equal(prep.day, MON + 4);
	assert_int_equal(prep.second, 16 * HOUR_S + 30 * MINUTE_S);
	assert_int_equal(rules_prep(&policy_default, TYPE_SHORT, (struct civil){MON, 0}).day, DAY_NONE);
	struct policy off = policy_default;
	off.prep_reminders = false;
	assert_int_equal(rules_prep(&off, TYPE_LONG, (struct civil){MON, 0}).day, DAY_NONE);
}

/* Scenario 14: week 15 speed into week 16 is refused (taper). */
static void test_moves(void **state UNUSED)
{
	struct plan_shape shape = {.weeks = 18};
	const char *why = NULL;
	assert_true(shape_parse_phases(&shape, "base=1-4 build=5-12 peak=13-15 taper=16-17 race=18"));
	struct session speed = {.plan = {.week = 15, .type = TYPE_SPEED}}, taper = {.plan = {.week = 16, .type = TYPE_SHORT}};
	struct session race = {.plan = {.week = 18, .type = TYPE_RACE}, .life = {.start = {MON, 0}}};
	assert_string_equal(rules_forbid_move(&shape, &speed, 16, (struct civil){MON, 0}, &why), "R1a");
	assert_non_null(why);
	assert_null(rules_forbid_move(&shape, &speed, 15, (struct civil){MON, 0}, &why));
	assert_null(rules_forbid_move(&shape, &speed, 14, (struct civil){MON, 0}, &why));
	assert_null(rules_forbid_move(&shape, &taper, 16, (struct civil){MON, 0}, &why));
	assert_string_equal(rules_forbid_move(&shape, &speed, 19, (struct civil){MON, 0}, &why), "R1a");
	assert_string_equal(rules_forbid_move(&shape, &race, 18, (struct civil){MON + 1, 0}, &why), "R2");
	assert_null(rules_forbid_move(&shape, &race, 18, (struct civil){MON, HOUR_S}, &why));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_work_days), cmocka_unit_test(test_hours), cmocka_unit_test(test_grace),
		cmocka_unit_test(test_prep),	  cmocka_unit_test(test_moves),
	};
	return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
