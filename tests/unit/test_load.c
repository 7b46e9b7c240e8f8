#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>

#include "core/load.h"

enum { WEEKS = 18, DAYS = 5 };

/* The customer-service plan: minutes and effort, Monday to Friday. */
static const struct {
	int minutes, effort;
} grid[WEEKS][DAYS] = {
	{{20, 2}, {25, 3}, {30, 4}, {20, 3}, {45, 4}}, {{20, 2}, {25, 4}, {30, 4}, {20, 3}, {50, 4}},
	{{20, 2}, {30, 4}, {30, 4}, {20, 3}, {55, 4}}, {{15, 2}, {20, 4}, {25, 4}, {20, 2}, {40, 4}},
	{{20, 2}, {30, 4}, {35, 4}, {20, 3}, {60, 4}}, {{20, 2}, {30, 4}, {35, 5}, {20, 3}, {65, 4}},
	{{20, 2}, {35, 4}, {35, 5}, {20, 4}, {70, 4}}, {{15, 2}, {25, 4}, {25, 5}, {30, 2}, {50, 5}},
	{{20, 2}, {35, 4}, {40, 5}, {25, 4}, {75, 4}}, {{20, 2}, {35, 5}, {40, 5}, {25, 4}, {80, 4}},
	{{20, 2}, {35, 5}, {45, 5}, {25, 5}, {85, 4}}, {{20, 2}, {30, 5}, {35, 5}, {20, 3}, {60, 4}},
	{{30, 2}, {40, 5}, {45, 5}, {25, 6}, {90, 4}}, {{20, 2}, {35, 5}, {40, 5}, {25, 6}, {80, 4}},
	{{20, 2}, {40, 5}, {50, 5}, {30, 6}, {95, 4}}, {{15, 2}, {30, 5}, {35, 5}, {25, 6}, {70, 4}},
	{{15, 2}, {25, 5}, {25, 5}, {20, 6}, {45, 4}}, {{10, 2}, {20, 5}, {15, 4}, {5, 1}, {120, 8}},
};

/* RULES 2.5. */
static const struct {
	int minutes, load;
} profile[WEEKS] = {
	{140, 475}, {145, 520}, {155, 560}, {120, 410}, {165, 600}, {170, 655},  {180, 715}, {145, 565}, {195, 780},
	{200, 835}, {210, 905}, {165, 665}, {230, 995}, {200, 885}, {235, 1050}, {175, 785}, {130, 580}, {170, 1145},
};

static void fill(struct plan_session *session, int week, int weekday)
{
	session->week = week;
	session->day = (week - 1) * WEEK_DAYS + weekday;
	session->minutes = grid[week - 1][weekday].minutes;
	session->effort = grid[week - 1][weekday].effort;
}

static struct plan *cs18(void)
{
	struct plan *plan = plan_new();
	plan->shape.weeks = WEEKS;
	assert_true(shape_parse_phases(&plan->shape, "base=1-4 build=5-12 peak=13-15 taper=16-17 race=18"));
	for (int week = 1; week <= WEEKS; week++)
		for (int weekday = 0; weekday < DAYS; weekday++)
			fill(plan_add(plan), week, weekday);
	return plan;
}

static void test_plan_weeks(void **state UNUSED)
{
	struct week_load weeks[WEEKS];
	struct plan *plan = cs18();
	int minutes = 0, load = 0;
	memset(weeks, 0x55, sizeof(weeks));
	load_plan_weeks(plan, weeks);
	for (int i = 0; i < WEEKS; i++) {
		assert_int_equal(weeks[i].sessions, DAYS);
		assert_int_equal(weeks[i].minutes, profile[i].minutes);
		assert_int_equal(weeks[i].load, profile[i].load);
		assert_int_equal(weeks[i].sessions_done, 0);
		assert_int_equal(weeks[i].minutes_done, 0);
		minutes += weeks[i].minutes;
		load += weeks[i].load;
	}
	assert_int_equal(minutes, 3130);
	assert_int_equal(load, 13125);
	plan_free(plan);
}

static void test_peak(void **state UNUSED)
{
	struct week_load weeks[WEEKS];
	struct plan *plan = cs18();
	load_plan_weeks(plan, weeks);
	assert_int_equal(load_peak_week(weeks, &plan->shape), 15);
	/* Without phases nothing tells the race week from others. */
	plan->shape.phase_count = 0;
	assert_int_equal(load_peak_week(weeks, &plan->shape), 18);
	/* The first of equals. */
	weeks[3].load = weeks[17].load;
	assert_int_equal(load_peak_week(weeks, &plan->shape), 4);
	memset(weeks, 0, sizeof(weeks));
	assert_int_equal(load_peak_week(weeks, &plan->shape), 1);
	plan->shape.weeks = 0;
	assert_int_equal(load_peak_week(weeks, &plan->shape), 1);
	plan_free(plan);
}

static void test_session_weeks(void **state UNUSED)
{
	static const struct {
		enum session_state state;
		int actual_minutes, sessions_done, minutes_done;
	} rows[] = {
		{STATE_DONE, 20, 1, 20},    {STATE_PARTIAL, 7, 1, 7}, {STATE_PLANNED, -1, 0, 0}, {STATE_RUNNING, -1, 0, 0},
		{STATE_EXCUSED, -1, 0, 0},  {STATE_DROPPED, 9, 0, 0}, {STATE_MISSED, -1, 0, 0},  {STATE_DONE, -1, 1, 0},
		{STATE_PROMPTED, -1, 0, 0}, {STATE_DONE, 0, 1, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct session sessions[DAYS] = {0};
		struct week_load weeks[2];
		for (int weekday = 0; weekday < DAYS; weekday++) {
			fill(&sessions[weekday].plan, 2, weekday);
			sessions[weekday].life.actual_minutes = -1;
		}
		sessions[1].life.state = rows[i].state;
		sessions[1].life.actual_minutes = rows[i].actual_minutes;
		memset(weeks, 0x55, sizeof(weeks));
		load_session_weeks(sessions, DAYS, 2, weeks);
		assert_int_equal(weeks[0].sessions, 0);
		assert_int_equal(weeks[0].minutes, 0);
		assert_int_equal(weeks[1].sessions, DAYS);
		assert_int_equal(weeks[1].minutes, 145);
		assert_int_equal(weeks[1].load, 520);
		assert_int_equal(weeks[1].sessions_done, rows[i].sessions_done);
		assert_int_equal(weeks[1].minutes_done, rows[i].minutes_done);
	}
}

/* Weeks outside, and numbers no plan has: passed over or held, never written elsewhere or wrapped around. */
static void test_odd_values(void **state UNUSED)
{
	struct session sessions[5] = {0};
	struct week_load weeks[3] = {0};
	sessions[0].plan = (struct plan_session){.week = 0, .minutes = 10, .effort = 1};
	sessions[1].plan = (struct plan_session){.week = 3, .minutes = 10, .effort = 1};
	sessions[2].plan = (struct plan_session){.week = 1, .minutes = INT_MAX, .effort = INT_MAX};
	sessions[3].plan = (struct plan_session){.week = 1, .minutes = INT_MAX, .effort = 10};
	sessions[4].plan = (struct plan_session){.week = 2, .minutes = -10, .effort = 3};
	weeks[2].load = 77;
	load_session_weeks(sessions, ARRAY_LEN(sessions), 2, weeks);
	assert_int_equal(weeks[0].sessions, 2);
	assert_int_equal(weeks[0].minutes, INT_MAX);
	assert_int_equal(weeks[0].load, INT_MAX);
	assert_int_equal(weeks[1].sessions, 0);
	assert_int_equal(weeks[1].load, 0);
	assert_int_equal(weeks[2].load, 77);
}

static void test_bands(void **state UNUSED)
{
	static const struct {
		int planned, actual;
		enum band band;
	} rows[] = {
		{100, 80, BAND_GREEN},  {100, 79, BAND_YELLOW},         {100, 120, BAND_GREEN},    {100, 121, BAND_YELLOW},
		{100, 50, BAND_YELLOW}, {100, 49, BAND_ORANGE},         {100, 150, BAND_YELLOW},   {100, 151, BAND_ORANGE},
		{100, 0, BAND_ORANGE},  {100, 100, BAND_GREEN},         {45, 36, BAND_GREEN},      {45, 35, BAND_YELLOW},
		{45, 54, BAND_GREEN},   {45, 55, BAND_YELLOW},          {45, 23, BAND_YELLOW},     {45, 22, BAND_ORANGE},
		{45, 67, BAND_YELLOW},  {45, 68, BAND_ORANGE},          {100, -1, BAND_NONE},      {0, 10, BAND_NONE},
		{-5, 10, BAND_NONE},    {INT_MAX, INT_MAX, BAND_GREEN}, {1, INT_MAX, BAND_ORANGE},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(load_band(rows[i].planned, rows[i].actual), rows[i].band);
}

static void test_session_band(void **state UNUSED)
{
	static const struct {
		enum session_state state;
		int actual;
		enum band band;
	} rows[] = {
		{STATE_PLANNED, -1, BAND_NONE}, {STATE_PROMPTED, -1, BAND_NONE},  {STATE_RUNNING, -1, BAND_NONE},
		{STATE_EXCUSED, -1, BAND_NONE}, {STATE_DROPPED, -1, BAND_NONE},   {STATE_MISSED, -1, BAND_RED},
		{STATE_DONE, 30, BAND_GREEN},   {STATE_PARTIAL, 15, BAND_YELLOW}, {STATE_PARTIAL, 3, BAND_ORANGE},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct session session = {.plan.minutes = 30, .life = {.state = rows[i].state, .actual_minutes = rows[i].actual}};
		assert_int_equal(load_session_band(&session), rows[i].band);
	}
	assert_null(band_name[BAND_NONE]);
	assert_string_equal(band_name[BAND_GREEN], "green");
	assert_string_equal(band_name[BAND_YELLOW], "yellow");
	assert_string_equal(band_name[BAND_ORANGE], "orange");
	assert_string_equal(band_name[BAND_RED], "red");
}

/* RULES 2.4: week 1 of the marathon has 40 75 120 60 180 and a monotony of 1.043. */
static void test_monotony(void **state UNUSED)
{
	static const struct {
		int days[WEEK_DAYS], limit;
		bool over;
	} rows[] = {
		{{40, 75, 120, 60, 180, 0, 0}, 1, true}, {{40, 75, 120, 60, 180, 0, 0}, 2, false},
		{{80, 80, 80, 80, 80, 80, 0}, 2, true},  {{80, 80, 80, 80, 80, 0, 0}, 2, false},
		{{0, 0, 0, 0, 0, 0, 0}, 2, false},       {{5, 5, 5, 5, 5, 5, 5}, 2, true},
		{{INT_MAX, 0, 0, 0, 0, 0, 0}, 2, false}, {{INT_MAX, INT_MAX, INT_MAX, INT_MAX, INT_MAX, INT_MAX, 0}, 2, true},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (load_is_monotonous(rows[i].days, rows[i].limit) != rows[i].over)
			fail_msg("row %zu", i);
}

static void test_plan_days(void **state UNUSED)
{
	struct plan *plan = cs18();
	int days[WEEKS][WEEK_DAYS];
	static const int first[WEEK_DAYS] = {40, 75, 120, 60, 180};
	plan->sessions[plan->session_count - 1].week = WEEKS + 1;
	load_plan_days(plan, days);
	assert_memory_equal(days[0], first, sizeof(first));
	for (int week = 1; week < WEEKS; week++) {
		int sum = 0;
		for (int day = 0; day < WEEK_DAYS; day++)
			sum += days[week - 1][day];
		assert_int_equal(sum, profile[week - 1].load);
	}
	plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan_weeks), cmocka_unit_test(test_peak),      cmocka_unit_test(test_session_weeks),
		cmocka_unit_test(test_odd_values), cmocka_unit_test(test_bands),     cmocka_unit_test(test_session_band),
		cmocka_unit_test(test_monotony),   cmocka_unit_test(test_plan_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
