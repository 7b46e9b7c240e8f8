/* The new plan of every length is one the checks have nothing to say against. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/lint.h"
#include "core/load.h"
#include "core/skeleton.h"
#include "core/text.h"

static const char uuid[] = "0a1b2c3d-0000-4000-8000-123456789abc";

static struct plan *skeleton(int weeks)
{
	struct plan *plan = plan_skeleton("first-steps", "First steps", weeks, uuid);
	assert_non_null(plan);
	return plan;
}

static void weeks_out_of_range_give_none(void **state)
{
	(void)state;
	assert_null(plan_skeleton("x", "X", SKELETON_WEEKS_MIN - 1, uuid));
	assert_null(plan_skeleton("x", "X", SKELETON_WEEKS_MAX + 1, uuid));
}

/* In plans under six weeks the rules of 2.3 cannot all hold: with a taper and a race the peak cannot be late, and from the first two weeks
 * on there is one week, or none, to grow in. */
static bool is_too_short_for(int weeks, enum lint_code code)
{
	return (weeks < 6 && code == LINT_PEAK) || (weeks < 5 && code == LINT_RAMP_START);
}

static void checks_have_nothing_to_say(void **state)
{
	(void)state;
	for (int weeks = SKELETON_WEEKS_MIN; weeks <= SKELETON_WEEKS_MAX; weeks++) {
		struct plan *plan = skeleton(weeks);
		struct findings findings = {0};
		lint_plan(plan, &findings);
		lint_sense(plan, &findings);
		for (size_t i = 0; i < findings.count; i++)
			if (!is_too_short_for(weeks, findings.items[i].code))
				fail_msg("%d weeks: %s %s", weeks, lint_info[findings.items[i].code].code, findings.items[i].text);
		findings_release(&findings);
		plan_free(plan);
	}
}

static void phases_are_those_of_the_rules(void **state)
{
	(void)state;
	static const struct {
		int weeks;
		const char *phases, *cutbacks;
	} rows[] = {
		{6, "base=1-2 build=3 peak=4 taper=5 race=6", ""},
		{12, "base=1-4 build=5-8 peak=9-10 taper=11 race=12", "4 8"},
		{18, "base=1-4 build=5-12 peak=13-15 taper=16-17 race=18", "4 8 12"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct plan *plan = skeleton(rows[i].weeks);
		OWNED_TEXT *phases = shape_phases_text(&plan->shape), *cutbacks = shape_cutbacks_text(&plan->shape);
		assert_string_equal(phases, rows[i].phases);
		assert_string_equal(cutbacks, rows[i].cutbacks);
		plan_free(plan);
	}
}

static int load_before(const struct week_load *weeks, int week)
{
	int most = 0;
	for (int k = week - 3; k < week; k++)
		if (k >= 1 && weeks[k - 1].load > most)
			most = weeks[k - 1].load;
	return most;
}

/* RULES 2.3 and 5.2, in percent. */
static void check_loads(const struct plan *plan, const struct week_load *weeks, int peak)
{
	int tapers = 0, first_taper = plan->shape.weeks >= 16 ? 75 : plan->shape.weeks >= 9 ? 63 : 70;
	for (int week = 1; week <= plan->shape.weeks; week++) {
		const char *phase = shape_phase(&plan->shape, week);
		int load = weeks[week - 1].load, before = load_before(weeks, week), percent = before ? load * 100 / before : 100;
		assert_int_equal(weeks[week - 1].sessions, 5);
		if (!strcmp(phase, "taper"))
			assert_in_range(load * 100 / weeks[peak - 1].load, tapers ? 52 : first_taper - 3, (tapers ? 58 : first_taper + 3));
		else if (shape_is_cutback(&plan->shape, week))
			assert_in_range(percent, 65, 80);
		else if (strcmp(phase, "race") && plan->shape.weeks > 5)
			assert_true(load * 100 <= before * 110 || week == 1);
		else if (strcmp(phase, "race"))
			assert_true(load <= before + 50 || week == 1);
		tapers += !strcmp(phase, "taper");
	}
}

static void weeks_grow_and_rest_and_taper(void **state)
{
	(void)state;
	for (int weeks = SKELETON_WEEKS_MIN; weeks <= SKELETON_WEEKS_MAX; weeks++) {
		struct plan *plan = skeleton(weeks);
		struct week_load *loads = xcalloc((size_t)weeks, sizeof(*loads));
		load_plan_weeks(plan, loads);
		int peak = load_peak_week(loads, &plan->shape);
		assert_false(shape_is_taper(&plan->shape, peak + 1) == false && weeks > 4);
		check_loads(plan, loads, peak);
		free(loads);
		plan_free(plan);
	}
}

static void sessions_have_all_a_learner_needs(void **state)
{
	(void)state;
	struct plan *plan = skeleton(18);
	int kinds[TYPE_COUNT] = {0};
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		const char *const texts[] = {session->title, session->description, session->tip, session->fallback, session->help};
		kinds[session->type]++;
		for (size_t k = 0; k < ARRAY_LEN(texts); k++) {
			assert_true(texts[k] && *texts[k]);
			for (const char *const *word = text_banned; *word; word++)
				assert_null(strcasestr(texts[k], *word));
		}
		assert_true(strlen(session->tip) <= 120);
		assert_true(!type_info[session->type].prepared || session->prep);
		assert_int_not_equal(skill_family(session->skill), FAMILY_NONE);
		assert_int_equal(session->alarm_count, 2);
	}
	assert_int_equal(kinds[TYPE_RACE], 1);
	assert_int_equal(kinds[TYPE_TUNEUP], 1);
	assert_int_equal(kinds[TYPE_CHECKIN], 3);
	assert_int_equal(kinds[TYPE_REST], 1);
	assert_true(kinds[TYPE_SPEED] > 3 && kinds[TYPE_CROSS] > 3);
	assert_string_equal(plan->sessions[0].uid, "0a1b2c3d-0000-4000-8000-123456789abc-W01-MO");
	assert_string_equal(plan->sessions[0].id, "w01-mo");
	assert_string_equal(plan->sessions[89].uid, "0a1b2c3d-0000-4000-8000-123456789abc-W18-FR");
	assert_int_equal(plan->sessions[89].type, TYPE_RACE);
	plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weeks_out_of_range_give_none),      cmocka_unit_test(checks_have_nothing_to_say),
		cmocka_unit_test(phases_are_those_of_the_rules),     cmocka_unit_test(weeks_grow_and_rest_and_taper),
		cmocka_unit_test(sessions_have_all_a_learner_needs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
