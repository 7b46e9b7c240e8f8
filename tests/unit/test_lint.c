#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/lint.h"

static void replace_by(char **slot, size_t bytes)
{
	text_replace(slot, memset(xcalloc(bytes + 1, 1), 'x', bytes));
}

/* A plan of two sessions in two weeks that has nothing to find. */
static struct plan *good_plan(void)
{
	struct plan *plan = plan_new();
	plan->name = xstrdup("small");
	plan->title = xstrdup("Small plan");
	plan->anchor = day_from_ymd(2001, 1, 1);
	plan->shape.weeks = 2;
	for (int i = 0; i < 2; i++) {
		struct plan_session *session = plan_add(plan);
		*session = (struct plan_session){
			.week = i + 1, .day = i * WEEK_DAYS, .second = 34200, .minutes = 30, .effort = 4, .line = 10 + i};
		session->title = xstrdup("Title");
		session->skill = xstrdup("crm");
	}
	plan_finish(plan);
	return plan;
}

struct bend {
	void (*bend)(struct plan *plan, int value);
	int value;
	int code; /* LINT_CODE_COUNT: nothing to find */
	int line;
};

static void weeks(struct plan *plan, int value)
{
	plan->shape.weeks = value;
}

static void week(struct plan *plan, int value)
{
	plan->sessions[1].week = value;
}

static void minutes(struct plan *plan, int value)
{
	plan->sessions[1].minutes = value;
}

static void dated_minutes(struct plan *plan, int value)
{
	plan->dated = true;
	plan->sessions[1].minutes = value;
}

static void effort(struct plan *plan, int value)
{
	plan->sessions[1].effort = value;
}

static void anchor(struct plan *plan, int value)
{
	plan->anchor = day_from_ymd(2001, 1, value);
}

static void empty(struct plan *plan, int value)
{
	while ((int)plan->session_count > value)
		plan_session_release(&plan->sessions[--plan->session_count]);
}

static void twin(struct plan *plan, int value)
{
	text_replace(&plan->sessions[1].id, xstrdup(value ? plan->sessions[0].id : "other"));
}

static const char *const ids[] = {"w05-fr", "A.b_C-9", "w05 fr", "w05/fr", "", "next", "nexts", "-w", "w\xc3\xa4", "w\t"};

static void id(struct plan *plan, int value)
{
	text_replace(&plan->sessions[1].id, xstrdup(ids[value]));
}

static void id_bytes(struct plan *plan, int value)
{
	replace_by(&plan->sessions[1].id, (size_t)value);
}

static const char *const skill_names[] = {"deescalation", "", "juggling"};

static void skill(struct plan *plan, int value)
{
	text_replace(&plan->sessions[1].skill, xstrdup(skill_names[value]));
}

static void no_skill(struct plan *plan, int value UNUSED)
{
	text_replace(&plan->sessions[1].skill, NULL);
}

static void skill_bytes(struct plan *plan, int value)
{
	replace_by(&plan->sessions[1].skill, (size_t)value);
}

static void session_count(struct plan *plan, int value)
{
	while ((int)plan->session_count < value) {
		struct plan_session *session = plan_add(plan);
		*session = (struct plan_session){.week = 1, .minutes = 30, .effort = 4, .id = xasprintf("s%zu", plan->session_count)};
	}
}

static void plan_name_bytes(struct plan *plan, int value)
{
	replace_by(&plan->name, (size_t)value);
}

static void plan_title_bytes(struct plan *plan, int value)
{
	replace_by(&plan->title, (size_t)value);
}

static void goal_bytes(struct plan *plan, int value)
{
	replace_by(&plan->goal, (size_t)value);
}

static void done_bytes(struct plan *plan, int value)
{
	replace_by(&plan->done, (size_t)value);
}

static void title_bytes(struct plan *plan, int value)
{
	replace_by(&plan->sessions[1].title, (size_t)value);
}

static void milestone_bytes(struct plan *plan, int value)
{
	replace_by(&plan->sessions[1].milestone, (size_t)value);
}

static void prep_bytes(struct plan *plan, int value)
{
	replace_by(&plan->sessions[1].prep, (size_t)value);
}

static void tip_bytes(struct plan *plan, int value)
{
	replace_by(&plan->sessions[1].tip, (size_t)value);
}

static void description_bytes(struct plan *plan, int value)
{
	replace_by(&plan->sessions[1].description, (size_t)value);
}

static void help_bytes(struct plan *plan, int value)
{
	replace_by(&plan->sessions[1].help, (size_t)value);
}

/* Each limit at the limit and one past it. */
static const struct bend bends[] = {
	{weeks, 2, LINT_CODE_COUNT, 0},
	{weeks, 52, LINT_CODE_COUNT, 0},
	{weeks, 53, LINT_WEEKS, 0},
	{weeks, 1, LINT_WEEKS, 11},
	{week, 1, LINT_CODE_COUNT, 0},
	{week, 2, LINT_CODE_COUNT, 0},
	{week, 3, LINT_WEEKS, 11},
	{week, 0, LINT_WEEKS, 11},
	{week, -1, LINT_WEEKS, 11},
	{minutes, 5, LINT_CODE_COUNT, 0},
	{minutes, 4, LINT_RANGE, 11},
	{minutes, 180, LINT_CODE_COUNT, 0},
	{minutes, 181, LINT_RANGE, 11},
	{dated_minutes, 1, LINT_CODE_COUNT, 0},
	{dated_minutes, 0, LINT_RANGE, 11},
	{dated_minutes, 1440, LINT_CODE_COUNT, 0},
	{dated_minutes, 1441, LINT_RANGE, 11},
	{effort, 0, LINT_CODE_COUNT, 0},
	{effort, -1, LINT_RANGE, 11},
	{effort, 10, LINT_CODE_COUNT, 0},
	{effort, 11, LINT_RANGE, 11},
	{anchor, 8, LINT_CODE_COUNT, 0},
	{anchor, 2, LINT_ANCHOR, 0},
	{anchor, 7, LINT_ANCHOR, 0},
	{empty, 1, LINT_CODE_COUNT, 0},
	{empty, 0, LINT_EMPTY, 0},
	{twin, 0, LINT_CODE_COUNT, 0},
	{twin, 1, LINT_UID, 11},
	{id, 0, LINT_CODE_COUNT, 0},
	{id, 1, LINT_CODE_COUNT, 0},
	{id, 2, LINT_UID, 11},
	{id, 3, LINT_UID, 11},
	{id, 4, LINT_UID, 11},
	{id, 5, LINT_UID, 11},
	{id, 6, LINT_CODE_COUNT, 0},
	{id, 7, LINT_UID, 11},
	{id, 8, LINT_UID, 11},
	{id, 9, LINT_UID, 11},
	{id_bytes, PLAN_ID_MAX, LINT_CODE_COUNT, 0},
	{id_bytes, PLAN_ID_MAX + 1, LINT_LIMIT, 11},
	{skill, 0, LINT_CODE_COUNT, 0},
	{skill, 1, LINT_CODE_COUNT, 0},
	{skill, 2, LINT_SKILL, 11},
	{no_skill, 0, LINT_CODE_COUNT, 0},
	{skill_bytes, PLAN_NAME_MAX, LINT_SKILL, 11},
	{skill_bytes, PLAN_NAME_MAX + 1, LINT_LIMIT, 11},
	{session_count, PLAN_SESSIONS_MAX, LINT_CODE_COUNT, 0},
	{session_count, PLAN_SESSIONS_MAX + 1, LINT_LIMIT, 0},
	{plan_name_bytes, PLAN_NAME_MAX, LINT_CODE_COUNT, 0},
	{plan_name_bytes, PLAN_NAME_MAX + 1, LINT_LIMIT, 0},
	{plan_title_bytes, PLAN_TITLE_MAX, LINT_CODE_COUNT, 0},
	{plan_title_bytes, PLAN_TITLE_MAX + 1, LINT_LIMIT, 0},
	{goal_bytes, PLAN_TEXT_MAX, LINT_CODE_COUNT, 0},
	{goal_bytes, PLAN_TEXT_MAX + 1, LINT_LIMIT, 0},
	{done_bytes, PLAN_TEXT_MAX, LINT_CODE_COUNT, 0},
	{done_bytes, PLAN_TEXT_MAX + 1, LINT_LIMIT, 0},
	{title_bytes, PLAN_TITLE_MAX, LINT_CODE_COUNT, 0},
	{title_bytes, PLAN_TITLE_MAX + 1, LINT_LIMIT, 11},
	{milestone_bytes, PLAN_TITLE_MAX, LINT_CODE_COUNT, 0},
	{milestone_bytes, PLAN_TITLE_MAX + 1, LINT_LIMIT, 11},
	{prep_bytes, PLAN_TEXT_MAX, LINT_CODE_COUNT, 0},
	{prep_bytes, PLAN_TEXT_MAX + 1, LINT_LIMIT, 11},
	{tip_bytes, PLAN_TEXT_MAX, LINT_CODE_COUNT, 0},
	{tip_bytes, PLAN_TEXT_MAX + 1, LINT_LIMIT, 11},
	{description_bytes, PLAN_TEXT_MAX, LINT_CODE_COUNT, 0},
	{description_bytes, PLAN_TEXT_MAX + 1, LINT_LIMIT, 11},
	{help_bytes, PLAN_TEXT_MAX, LINT_CODE_COUNT, 0},
	{help_bytes, PLAN_TEXT_MAX + 1, LINT_LIMIT, 11},
};

static void test_bends(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(bends); i++) {
		struct plan *plan = good_plan();
		struct findings findings = {0};
		bends[i].bend(plan, bends[i].value);
		lint_plan(plan, &findings);
		size_t expected = bends[i].code != LINT_CODE_COUNT;
		if (findings.count != expected)
			fail_msg("row %zu: %zu findings, first '%s'", i, findings.count, findings.count ? findings.items[0].text : "");
		if (expected) {
			assert_int_equal(findings.items[0].code, bends[i].code);
			assert_int_equal(findings.items[0].line, bends[i].line);
			assert_true(strlen(findings.items[0].text) > 10);
			assert_int_equal(findings_errors(&findings), lint_info[bends[i].code].severity == LINT_ERROR);
		}
		findings_release(&findings);
		plan_free(plan);
	}
}

/* No weeks at all: the plan and each of its sessions say so. */
static void test_no_weeks(void **state UNUSED)
{
	struct plan *plan = good_plan();
	struct findings findings = {0};
	weeks(plan, 0);
	lint_plan(plan, &findings);
	assert_int_equal(findings.count, 3);
	for (size_t i = 0; i < findings.count; i++)
		assert_int_equal(findings.items[i].code, LINT_WEEKS);
	findings_release(&findings);
	plan_free(plan);
}

/* Every code has its row; those that lint_plan itself finds are in the table above. */
static void test_table(void **state UNUSED)
{
	static const char *const codes[LINT_CODE_COUNT] = {
		[LINT_FILE] = "E-FILE",   [LINT_VALUE] = "E-VALUE",   [LINT_RECUR] = "E-RECUR", [LINT_ZONE] = "E-ZONE",
		[LINT_EMPTY] = "E-EMPTY", [LINT_ANCHOR] = "E-ANCHOR", [LINT_UID] = "E-UID",     [LINT_WEEKS] = "E-WEEKS",
		[LINT_TYPE] = "E-TYPE",   [LINT_RANGE] = "E-RANGE",   [LINT_LIMIT] = "E-LIMIT", [LINT_SKILL] = "W-SKILL",
		[LINT_ALARM] = "W-ALARM",
	};
	static const enum lint_code of_values[] = {LINT_EMPTY, LINT_ANCHOR, LINT_UID, LINT_WEEKS, LINT_RANGE, LINT_LIMIT, LINT_SKILL};
	for (int code = 0; code < LINT_CODE_COUNT; code++) {
		const struct lint_info *info = &lint_info[code];
		assert_string_equal(info->code, codes[code]);
		assert_int_equal(info->severity, info->code[0] == 'E' ? LINT_ERROR : LINT_WARNING);
		assert_true(strlen(info->meaning) > 20 && strchr(info->meaning, ';') != NULL);
	}
	for (size_t k = 0; k < ARRAY_LEN(of_values); k++) {
		bool found = false;
		for (size_t i = 0; i < ARRAY_LEN(bends); i++)
			found |= bends[i].code == (int)of_values[k];
		assert_true(found);
	}
	assert_string_equal(lint_severity_name[LINT_ERROR], "error");
	assert_string_equal(lint_severity_name[LINT_WARNING], "warning");
	assert_string_equal(lint_severity_name[LINT_INFO], "info");
}

static void test_list_is_bounded(void **state UNUSED)
{
	struct findings findings = {0};
	assert_null(findings_first_error(&findings));
	for (int i = 0; i < LINT_FINDINGS_MAX; i++)
		findings_add(&findings, LINT_SKILL, i, "warning %d", i);
	assert_int_equal(findings.count, LINT_FINDINGS_MAX);
	assert_int_equal(findings.dropped, 0);
	assert_null(findings_first_error(&findings));
	findings_add(&findings, LINT_SKILL, 0, "one too many");
	assert_int_equal(findings.count, LINT_FINDINGS_MAX);
	assert_int_equal(findings.dropped, 1);
	assert_string_equal(findings.items[LINT_FINDINGS_MAX - 1].text, "warning 199");
	/* An error is kept in place of the last warning. */
	findings_add(&findings, LINT_TYPE, 7, "an error: '%s'", "x");
	assert_int_equal(findings.count, LINT_FINDINGS_MAX);
	assert_int_equal(findings.dropped, 2);
	assert_int_equal(findings_errors(&findings), 1);
	assert_string_equal(findings_first_error(&findings)->text, "an error: 'x'");
	assert_string_equal(findings.items[LINT_FINDINGS_MAX - 2].text, "warning 198");
	for (int i = 0; i < LINT_FINDINGS_MAX + 5; i++)
		findings_add(&findings, LINT_TYPE, i, "error %d", i);
	assert_int_equal(findings.count, LINT_FINDINGS_MAX);
	assert_int_equal(findings_errors(&findings), LINT_FINDINGS_MAX);
	assert_string_equal(findings.items[0].text, "an error: 'x'");
	assert_string_equal(findings.items[LINT_FINDINGS_MAX - 1].text, "error 198");
	findings_release(&findings);
	assert_int_equal(findings.count, 0);
	assert_null(findings.items);
}

/* All 5000 of one id: bounded in the list and in time. */
static void test_many_twins(void **state UNUSED)
{
	struct plan *plan = good_plan();
	struct findings findings = {0};
	session_count(plan, PLAN_SESSIONS_MAX);
	for (size_t i = 0; i < plan->session_count; i++)
		text_replace(&plan->sessions[i].id, xstrdup("same"));
	lint_plan(plan, &findings);
	assert_int_equal(findings.count, LINT_FINDINGS_MAX);
	assert_int_equal(findings.count + findings.dropped, PLAN_SESSIONS_MAX - 1);
	assert_int_equal(findings.items[0].code, LINT_UID);
	assert_non_null(strstr(findings.items[0].text, "line 10"));
	findings_release(&findings);
	plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bends),           cmocka_unit_test(test_no_weeks),   cmocka_unit_test(test_table),
		cmocka_unit_test(test_list_is_bounded), cmocka_unit_test(test_many_twins),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
