#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/lint.h"
#include "core/text.h"
#include "ical/read.h"

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
	plan->goal = xstrdup("Small steps");
	plan->done = xstrdup("Both are done");
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

static void rest_effort(struct plan *plan, int value)
{
	plan->sessions[1].type = TYPE_REST;
	plan->sessions[1].effort = value;
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

static void fallback_bytes(struct plan *plan, int value)
{
	replace_by(&plan->sessions[1].fallback, (size_t)value);
}

static void persona_bytes(struct plan *plan, int value)
{
	replace_by(&plan->sessions[1].persona, (size_t)value);
}

static void rubric_bytes(struct plan *plan, int value)
{
	replace_by(&plan->sessions[1].rubric, (size_t)value);
}

static void depends_bytes(struct plan *plan, int value)
{
	replace_by(&plan->sessions[1].depends, (size_t)value);
}

static void about_bytes(struct plan *plan, int value)
{
	replace_by(&plan->about, (size_t)value);
}

static void dated_about_bytes(struct plan *plan, int value)
{
	plan->dated = true;
	replace_by(&plan->about, (size_t)value);
}

static void class_bytes(struct plan *plan, int value)
{
	replace_by(&plan->class_name, (size_t)value);
}

static void tracks_bytes(struct plan *plan, int value)
{
	replace_by(&plan->tracks, (size_t)value);
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
	{effort, 0, LINT_RANGE, 11},
	{effort, 1, LINT_CODE_COUNT, 0},
	{rest_effort, 0, LINT_CODE_COUNT, 0},
	{rest_effort, -1, LINT_RANGE, 11},
	{effort, -1, LINT_RANGE, 11},
	{effort, 10, LINT_CODE_COUNT, 0},
	{effort, 11, LINT_RANGE, 11},
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
	{fallback_bytes, PLAN_TEXT_MAX, LINT_CODE_COUNT, 0},
	{fallback_bytes, PLAN_TEXT_MAX + 1, LINT_LIMIT, 11},
	{persona_bytes, PLAN_TITLE_MAX, LINT_CODE_COUNT, 0},
	{persona_bytes, PLAN_TITLE_MAX + 1, LINT_LIMIT, 11},
	{rubric_bytes, PLAN_TEXT_MAX, LINT_CODE_COUNT, 0},
	{rubric_bytes, PLAN_TEXT_MAX + 1, LINT_LIMIT, 11},
	{depends_bytes, PLAN_TEXT_MAX, LINT_CODE_COUNT, 0},
	{depends_bytes, PLAN_TEXT_MAX + 1, LINT_LIMIT, 11},
	{about_bytes, PLAN_TEXT_MAX, LINT_CODE_COUNT, 0},
	{about_bytes, PLAN_TEXT_MAX + 1, LINT_LIMIT, 0},
	{dated_about_bytes, PLAN_TEXT_MAX + 1, LINT_CODE_COUNT, 0},
	{class_bytes, PLAN_NAME_MAX, LINT_CODE_COUNT, 0},
	{class_bytes, PLAN_NAME_MAX + 1, LINT_LIMIT, 0},
	{tracks_bytes, PLAN_TITLE_MAX, LINT_CODE_COUNT, 0},
	{tracks_bytes, PLAN_TITLE_MAX + 1, LINT_LIMIT, 0},
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

/* No weeks at all: the plan says so, and its sessions together. */
static void test_no_weeks(void **state UNUSED)
{
	struct plan *plan = good_plan();
	struct findings findings = {0};
	weeks(plan, 0);
	lint_plan(plan, &findings);
	assert_int_equal(findings.count, 2);
	for (size_t i = 0; i < findings.count; i++)
		assert_int_equal(findings.items[i].code, LINT_WEEKS);
	findings_release(&findings);
	plan_free(plan);
}

/* One cause is one finding, at the first of the sessions, and each of them is left out. */
static void test_outside_the_weeks(void **state UNUSED)
{
	struct plan *plan = good_plan();
	struct findings findings = {0};
	session_count(plan, 20);
	for (size_t i = 2; i < plan->session_count; i++) {
		plan->sessions[i].week = i < 17 ? 4 + (int)i : 2;
		plan->sessions[i].line = 20 + (int)i;
	}
	lint_plan(plan, &findings);
	assert_int_equal(findings.count, 1);
	assert_int_equal(findings.items[0].code, LINT_WEEKS);
	assert_int_equal(findings.items[0].line, 22);
	assert_string_equal(findings.items[0].text, "15 sessions lie outside the plan's weeks, which are 1 to 2, the first: 's3' in week '6'; "
						    "move them, or change the number of weeks");
	lint_leave_out(plan);
	assert_int_equal(plan->session_count, 5);
	assert_int_equal(plan->gap_count, 15);
	assert_string_equal(plan->gaps[14].why, "session outside the plan's weeks: week '20', the plan has 1 to 2");
	findings_release(&findings);
	plan_free(plan);
}

static const char *const reviews[] = {"1 3 7 21", "1", "1 2 3 4 5 6 7 365", "1 2 3 4 5 6 7 8 9", "a b", "3 1", "1 1", "0", "366", "1,3", "-1", "1 3x", " "};
static const char *const partners[] = {"role=manager", "role=peer role=floor-lead", "boss", "role=", "role=peer boss", "role=a,b", "Role=peer"};
static const char *const versions[] = {"1", "999999999", "new", "1.2", "1000000000", "-1"};

static void review(struct plan *plan, int value)
{
	text_replace(&plan->sessions[1].review, xstrdup(reviews[value]));
}

static void with(struct plan *plan, int value)
{
	text_replace(&plan->sessions[1].with, xstrdup(partners[value]));
}

static void version(struct plan *plan, int value)
{
	text_replace(&plan->version, xstrdup(versions[value]));
}

/* Texts with a form: those before good are of it, and what is not of it is a warning that leaves nothing out. */
static void test_words(void **state UNUSED)
{
	static const struct {
		void (*bend)(struct plan *plan, int value);
		int count, good, line;
	} rows[] = {{review, ARRAY_LEN(reviews), 3, 11}, {with, ARRAY_LEN(partners), 2, 11}, {version, ARRAY_LEN(versions), 2, 0}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (int value = 0; value < rows[i].count; value++) {
			struct plan *plan = good_plan();
			struct findings findings = {0};
			rows[i].bend(plan, value);
			lint_plan(plan, &findings);
			if (findings.count != (value >= rows[i].good))
				fail_msg("row %zu, value %d: %zu findings", i, value, findings.count);
			if (findings.count) {
				assert_int_equal(findings.items[0].code, LINT_WORD);
				assert_int_equal(findings.items[0].line, rows[i].line);
			}
			lint_leave_out(plan);
			assert_int_equal(plan->session_count, 2);
			findings_release(&findings);
			plan_free(plan);
		}
}

static enum lint_code code_of(const char *name)
{
	for (int code = 0; code < LINT_CODE_COUNT; code++)
		if (strcmp(lint_info[code].code, name) == 0)
			return (enum lint_code)code;
	fail_msg("no code is called %s", name);
	return LINT_CODE_COUNT;
}

/* Every code has its row, and each of its texts is fit to be read. */
static void test_table(void **state UNUSED)
{
	static const char letters[] = {[LINT_ERROR] = 'E', [LINT_WARNING] = 'W', [LINT_INFO] = 'I'};
	for (int code = 0; code < LINT_CODE_COUNT; code++) {
		const struct lint_info *info = &lint_info[code];
		const char *const texts[] = {info->when, info->meaning, info->remedy};
		assert_int_equal(code_of(info->code), code);
		assert_int_equal(info->code[0], letters[info->severity]);
		assert_int_equal(info->scope <= SCOPE_ANY, code <= LINT_TOUCH);
		assert_int_equal(info->scope == SCOPE_FILE, code == LINT_FILE || code == LINT_EMPTY || code == LINT_LIMIT);
		for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
			assert_true(strlen(texts[i]) > 10 && texts[i][strlen(texts[i]) - 1] != '.');
			for (const char *const *word = text_banned; *word; word++)
				assert_null(strstr(texts[i], *word));
		}
	}
	static const enum lint_code of_values[] = {LINT_EMPTY, LINT_UID, LINT_WEEKS, LINT_RANGE, LINT_LIMIT, LINT_SKILL};
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

/* --- fixtures ------------------------------------------------------------------------------------------------------------------------ */

/* CODE.badN.ics has the finding at that line; CODE.goodN.ics, where there is one, is as near to it as a plan may come. */
static const struct {
	const char *code, *number;
	int line;
} fixtures[] = {
	{"E-FILE", "", 1},
	{"E-VALUE", "", 29},
	{"E-VALUE", "2", 10},
	{"E-RECUR", "", 24},
	{"E-ZONE", "", 28},
	{"E-EMPTY", "", 1},
	{"E-ANCHOR", "", 8},
	{"E-ANCHOR", "2", 8},
	{"E-UID", "", 25},
	{"E-WEEKS", "", 38},
	{"E-WEEKS", "2", 9},
	{"E-TYPE", "", 32},
	{"E-RANGE", "", 25},
	{"E-RANGE", "2", 25},
	{"E-LIMIT", "", 25},
	{"W-SKILL", "", 25},
	{"W-VALUE", "", 25},
	{"W-VALUE", "2", 36},
	{"W-ALARM", "", 37},
	{"I-TOUCH", "", 6},
	{"E-GOAL", "", 6},
	{"E-RACE", "", 10},
	{"E-RACE", "2", 120},
	{"E-LONG-2", "", 120},
	{"E-TAPER", "", 372},
	{"E-TAPER", "2", 333},
	{"E-TAPER", "3", 333},
	{"E-G1", "", 121},
	{"E-G2", "", 160},
	{"E-CYCLE", "", 12},
	{"E-CYCLE", "2", 12},
	{"E-CYCLE", "3", 12},
	{"W-G1", "", 121},
	{"W-G2", "", 160},
	{"W-RAMP-START", "", 68},
	{"W-CUTBACK", "", 174},
	{"W-CUTBACK", "2", 226},
	{"W-PEAK", "", 121},
	{"W-MONO", "", 67},
	{"W-LONG", "", 67},
	{"W-LONG", "2", 160},
	{"W-BALANCE", "", 67},
	{"W-PRACTICE", "", 67},
	{"W-ALT", "", 81},
	{"W-ALT", "2", 333},
	{"W-HARD-ADJ", "", 93},
	{"W-HARD-AFTER-LONG", "", 67},
	{"W-PREP", "", 106},
	{"W-TIP", "", 80},
	{"W-CLASS", "", 11},
	{"W-TRACK", "", 82},
	{"W-TRACK", "2", 12},
	{"W-DEPENDS", "", 25},
	{"W-DEPENDS", "2", 12},
	{"I-SHAPE", "", 10},
	{"I-SPEED-LONG", "", 106},
	{"I-HELP", "", 80},
	{"I-FALLBACK", "", 159},
	{"I-PLAN-B", "", 159},
	{"I-RUBRIC", "", 159},
	{"I-EVIDENCE", "", 106},
	{"I-PERSONA", "", 109},
	{"I-PERSONA", "2", 106},
	{"I-PERSONA", "3", 108},
};

static void lint_file(const char *path, struct findings *findings)
{
	struct plan *plan = ical_read_file("fixture", path, findings);
	if (plan)
		lint_sense(plan, findings);
	plan_free(plan);
}

static bool has(const struct findings *findings, enum lint_code code, int line)
{
	bool found = false;
	for (size_t i = 0; i < findings->count; i++)
		found |= findings->items[i].code == code && (line < 0 || findings->items[i].line == line);
	return found;
}

static char *all_of(const struct findings *findings)
{
	struct text text = {0};
	for (size_t i = 0; i < findings->count; i++)
		text_addf(&text, "\n%d: %s: %s", findings->items[i].line, lint_info[findings->items[i].code].code, findings->items[i].text);
	return text_take(&text);
}

static bool has_good(size_t row)
{
	static const char *const without[] = {"E-RACE2",    "E-CYCLE2",   "E-VALUE2", "E-ANCHOR2", "W-CUTBACK2", "W-TRACK2", "W-DEPENDS2", "I-PERSONA2", "I-PERSONA3", "W-VALUE2"};
	OWNED_TEXT *name = xasprintf("%s%s", fixtures[row].code, fixtures[row].number);
	bool found = false;
	for (size_t i = 0; i < ARRAY_LEN(without); i++)
		found |= strcmp(without[i], name) == 0;
	return !found;
}

static void test_fixtures(void **state UNUSED)
{
	bool seen[LINT_CODE_COUNT] = {false};
	for (size_t i = 0; i < ARRAY_LEN(fixtures); i++) {
		struct findings good = {0}, bad = {0};
		enum lint_code code = code_of(fixtures[i].code);
		OWNED_TEXT *good_path = xasprintf("tests/data/lint/%s.good%s.ics", fixtures[i].code, fixtures[i].number);
		OWNED_TEXT *bad_path = xasprintf("tests/data/lint/%s.bad%s.ics", fixtures[i].code, fixtures[i].number);
		if (has_good(i))
			lint_file(good_path, &good);
		lint_file(bad_path, &bad);
		OWNED_TEXT *good_text = all_of(&good), *bad_text = all_of(&bad);
		if (has(&good, code, -1) || findings_errors(&good))
			fail_msg("%s:%s", good_path, good_text);
		if (!has(&bad, code, fixtures[i].line))
			fail_msg("%s:%d: no %s, but%s", bad_path, fixtures[i].line, fixtures[i].code, bad_text);
		for (size_t k = 0; k < bad.count; k++)
			assert_true(strlen(bad.items[k].text) > 20 && strpbrk(bad.items[k].text, ",:;"));
		for (const char *const *word = text_banned; *word; word++)
			if (strstr(bad_text, *word))
				fail_msg("%s: '%s' in%s", bad_path, *word, bad_text);
		seen[code] = true;
		findings_release(&good);
		findings_release(&bad);
	}
	for (int code = 0; code < LINT_CODE_COUNT; code++)
		if (!seen[code])
			fail_msg("no fixture for %s", lint_info[code].code);
}

/* Of two that stand against each other both are named: in a sheet or a spreadsheet the lines of the file are not there. */
static void test_both_are_named(void **state UNUSED)
{
	static const struct {
		enum session_type type;
		const char *told;
	} rows[] = {
		{TYPE_LONG, "second long session of week 3: 'second', the other is 'first'; "},
		{TYPE_RACE, "second race: 'second', the other is 'first'; "},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct findings findings = {0};
		struct plan *plan = plan_new();
		plan->shape.weeks = 3;
		assert_true(shape_parse_phases(&plan->shape, "base=1-2 race=3"));
		*plan_add(plan) = (struct plan_session){.id = xstrdup("first"), .week = 3, .day = 14, .minutes = 30, .effort = 3, .type = rows[i].type, .line = 10};
		*plan_add(plan) = (struct plan_session){
			.id = xstrdup("second"), .week = 3, .day = 15, .minutes = 30, .effort = 3, .type = rows[i].type, .line = 20};
		lint_sense(plan, &findings);
		OWNED_TEXT *text = all_of(&findings);
		if (!strstr(text, rows[i].told))
			fail_msg("row %zu:%s", i, text);
		findings_release(&findings);
		plan_free(plan);
	}
}

static bool is_sorted(const struct findings *findings)
{
	bool sorted = true;
	for (size_t i = 1; i < findings->count; i++)
		sorted &= findings->items[i - 1].line <= findings->items[i].line;
	return sorted;
}

/* Everything is told at once, at a line, in the order of the file, whatever hand found it; the other sessions stand. */
static void test_draft(void **state UNUSED)
{
	static const struct {
		int line, last;
		const char *title, *why;
	} gaps[] = {
		{27, 39, "Drill", "DTSTART is not a valid date"}, {40, 52, "Block", "unknown type: 'marathon'"},
		{67, 79, "Quiz", "unknown time zone"},            {80, 92, "Drill", "UID used twice"},
		{93, 93, "Block", "effort out of range: '12'"},   {120, 132, "Quiz", "RRULE not usable"},
		{134, 134, "Drill", "outside the plan's weeks"},
	};
	static const enum lint_code codes[] = {LINT_GOAL, LINT_WEEKS, LINT_VALUE, LINT_TYPE, LINT_ZONE, LINT_UID, LINT_RANGE, LINT_RECUR};
	struct findings findings = {0};
	struct plan *plan = ical_read_file("draft", "tests/data/lint/draft.ics", &findings);
	assert_non_null(plan);
	assert_true(is_sorted(&findings));
	lint_sense(plan, &findings);
	assert_true(is_sorted(&findings));
	assert_null(findings_stopper(&findings));
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		assert_true(has(&findings, codes[i], -1));
	/* One that needs a session that was left out is not told to look for it. */
	assert_false(has(&findings, LINT_DEPENDS, -1));
	for (size_t i = 0; i < findings.count; i++)
		assert_true(findings.items[i].line > 0);
	assert_int_equal(plan->session_count, 25);
	assert_int_equal(plan->shape.weeks, 8);
	assert_int_equal(plan->shape.cutbacks, 0);
	assert_int_equal(plan->shape.phase_count, 5);
	assert_int_equal(plan->gap_count, ARRAY_LEN(gaps));
	for (size_t i = 0; i < ARRAY_LEN(gaps); i++) {
		assert_int_equal(plan->gaps[i].line, gaps[i].line);
		assert_int_equal(plan->gaps[i].last, gaps[i].last);
		assert_int_equal(plan->gaps[i].sessions, 1);
		assert_string_equal(plan->gaps[i].title, gaps[i].title);
		assert_non_null(strstr(plan->gaps[i].why, gaps[i].why));
	}
	assert_string_equal(plan->gaps[4].id, "w02-we");
	assert_true(plan_has_gap(plan, plan->gaps[4].uid) && !plan_has_gap(plan, plan->sessions[1].uid));
	plan_free(plan);
	findings_release(&findings);
}

/* Plan-level values that cannot be read are replaced by what the sessions say. */
static void test_fall_back(void **state UNUSED)
{
	static const struct {
		const char *name;
		size_t count; /* without phases the taper is no reason to go without cross */
	} rows[] = {{"E-ANCHOR.bad2", 1}, {"E-WEEKS.bad2", 1}, {"E-VALUE.bad2", 2}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *path = xasprintf("tests/data/lint/%s.ics", rows[i].name);
		struct findings findings = {0};
		struct plan *plan = ical_read_file("clean", path, &findings);
		lint_sense(plan, &findings);
		assert_int_equal(findings.count, rows[i].count);
		assert_int_equal(findings_errors(&findings), 1);
		assert_int_equal(plan->session_count, 32);
		assert_int_equal(plan->shape.weeks, 8);
		assert_int_equal(plan->anchor, day_from_ymd(2001, 1, 1));
		assert_false(plan->dated);
		plan_free(plan);
		findings_release(&findings);
	}
}

/* What is in the way goes, everything else stays; instances of one event are one gap. */
static void test_leave_out(void **state UNUSED)
{
	struct plan *plan = good_plan();
	session_count(plan, 9);
	for (size_t i = 2; i < 9; i++) {
		plan->sessions[i].line = i < 5 ? 7 : 20;
		plan->sessions[i].minutes = i < 5 ? 200 : 30;
		plan->sessions[i].title = xstrdup("More");
	}
	text_replace(&plan->sessions[8].id, xstrdup(plan->sessions[0].id));
	lint_leave_out(plan);
	assert_int_equal(plan->session_count, 5);
	assert_int_equal(plan->gap_count, 2);
	assert_int_equal(plan->gaps[0].line, 7);
	assert_int_equal(plan->gaps[0].sessions, 3);
	assert_string_equal(plan->gaps[0].why, "length out of range: '200' minutes, use 5 to 180");
	assert_string_equal(plan->gaps[1].id, plan->sessions[0].id);
	struct findings findings = {0};
	lint_plan(plan, &findings);
	assert_int_equal(findings.count, 0);
	lint_leave_out(plan);
	assert_int_equal(plan->session_count, 5);
	assert_int_equal(plan->gap_count, 2);
	plan_free(plan);
}

static void test_sorting(void **state UNUSED)
{
	static const struct {
		int line;
		const char *text;
	} given[] = {{9, "a"}, {3, "b"}, {9, "c"}, {3, "b"}, {0, "d"}, {9, "a"}, {3, "a"}, {9, "b"}};
	static const char *const sorted[] = {"0d", "3b", "3a", "9a", "9c", "9b"};
	struct findings findings = {0};
	for (size_t i = 0; i < ARRAY_LEN(given); i++)
		findings_add(&findings, LINT_VALUE, given[i].line, "%s", given[i].text);
	findings_add(&findings, LINT_TYPE, 9, "a"); /* another code says another thing */
	for (int again = 0; again < 2; again++) {
		findings_sort(&findings);
		assert_int_equal(findings.count, ARRAY_LEN(sorted) + 1);
		for (size_t i = 0; i < ARRAY_LEN(sorted); i++) {
			OWNED_TEXT *text = xasprintf("%d%s", findings.items[i].line, findings.items[i].text);
			assert_string_equal(text, sorted[i]);
		}
	}
	findings_release(&findings);
}

/* A list full of errors still takes the one that leaves no plan. */
static void test_stopper_is_kept(void **state UNUSED)
{
	struct findings findings = {0};
	for (int i = 0; i < LINT_FINDINGS_MAX + 5; i++)
		findings_add(&findings, LINT_RANGE, i + 1, "number %d", i);
	assert_null(findings_stopper(&findings));
	findings_add(&findings, LINT_LIMIT, 999, "too much");
	findings_add(&findings, LINT_TIP, 999, "a warning");
	assert_int_equal(findings.count, LINT_FINDINGS_MAX);
	assert_int_equal(findings.dropped, 7);
	assert_int_equal(findings_stopper(&findings)->line, 999);
	findings_release(&findings);
}

/* The plan that the fixtures of eight weeks are bent from. */
static struct plan *clean_plan(void)
{
	struct findings findings = {0};
	struct plan *plan = ical_read_file("clean", "tests/data/lint/clean.ics", &findings);
	assert_non_null(plan);
	findings_release(&findings);
	return plan;
}

static void test_clean(void **state UNUSED)
{
	struct findings findings = {0};
	lint_file("tests/data/lint/clean.ics", &findings);
	OWNED_TEXT *text = all_of(&findings);
	assert_string_equal(text, "");
	findings_release(&findings);
}

/* The shipped marathon: nothing but the speed sessions before its long ones, which are meant so. */
static void test_shipped(void **state UNUSED)
{
	struct findings findings = {0};
	lint_file("plans/customer-service-18.ics", &findings);
	assert_int_equal(findings_of(&findings, LINT_ERROR), 0);
	assert_int_equal(findings_of(&findings, LINT_WARNING), 0);
	assert_true(has(&findings, LINT_SPEED_LONG, -1));
	assert_false(has(&findings, LINT_TOUCH, -1));
	findings_release(&findings);
}

/* --- what a plan is held to ------------------------------------------------------------------------------------------------------------
 */

static void test_scope(void **state UNUSED)
{
	const struct {
		const char *phases;
		int weeks;
		bool dated;
		enum lint_scope scope;
	} rows[] = {
		{"base=1-2 race=3", 3, false, SCOPE_TRAINING},
		{"race=2", 2, false, SCOPE_OWN},
		{"race=1", 52, false, SCOPE_TRAINING},
		{"base=1-3", 3, false, SCOPE_TRAINING},
		{"", 18, false, SCOPE_TRAINING},
		{"", 2, false, SCOPE_OWN},
		{"base=1-2 race=3", 3, true, SCOPE_ANY},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct plan *plan = good_plan();
		plan->shape.weeks = rows[i].weeks;
		plan->dated = rows[i].dated;
		assert_true(shape_parse_phases(&plan->shape, rows[i].phases));
		assert_int_equal(lint_scope(plan), rows[i].scope);
		plan_free(plan);
	}
}

/* Every plan of one's own says what it is for, and has one long session a week; of three weeks and more, a race that it builds up to,
 * whatever it says of phases. No line that is left out makes a plan better. */
static void test_without_phases(void **state UNUSED)
{
	static const struct {
		enum lint_code code;
		int weeks;
		bool goal, race, told;
	} rows[] = {
		{LINT_GOAL, 1, false, false, true}, {LINT_GOAL, 1, true, false, false}, {LINT_GOAL, 18, false, true, true},
		{LINT_LONG_2, 2, true, false, true}, {LINT_LONG_2, 18, true, true, true}, {LINT_RACE, 2, true, false, false},
		{LINT_RACE, 3, true, false, true}, {LINT_RACE, 3, true, true, false}, {LINT_SPIKE, 2, true, false, false},
		{LINT_SPIKE, 3, true, true, true}, {LINT_GROWTH, 3, true, true, false}, {LINT_GROWTH, 4, true, true, true},
		{LINT_SHAPE, 2, true, false, false}, {LINT_SHAPE, 3, true, true, true},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct plan *plan = plan_new();
		struct findings findings = {0};
		plan->shape.weeks = rows[i].weeks;
		plan->goal = rows[i].goal ? xstrdup("Calm") : NULL;
		plan->done = xstrdup("Signed");
		for (int week = 1; week <= rows[i].weeks; week++)
			for (int k = 0; k < 2; k++)
				*plan_add(plan) = (struct plan_session){.week = week, .day = (week - 1) * WEEK_DAYS + 4 * k, .minutes = week < 3 ? 40 * week : 120,
									.effort = 1, .type = k && week == rows[i].weeks && rows[i].race ? TYPE_RACE : TYPE_LONG};
		plan_finish(plan);
		lint_sense(plan, &findings);
		if (has(&findings, rows[i].code, -1) != rows[i].told)
			fail_msg("row %zu: %s", i, lint_info[rows[i].code].code);
		findings_release(&findings);
		plan_free(plan);
	}
}

/* A dated calendar of others is left alone, and a plan whose values are unusable was told of by lint_plan. */
static void test_left_alone(void **state UNUSED)
{
	for (int i = 0; i < 5; i++) {
		struct plan *plan = clean_plan();
		struct findings findings = {0};
		text_replace(&plan->goal, NULL);
		if (i == 0)
			plan->dated = true;
		if (i == 1)
			plan->sessions[3].week = 9;
		if (i == 2)
			plan->sessions[3].week = 0;
		if (i == 3)
			plan->shape.weeks = 0;
		if (i == 4)
			empty(plan, 0);
		lint_sense(plan, &findings);
		assert_int_equal(findings.count, 0);
		findings_release(&findings);
		plan_free(plan);
	}
}

/* Thousands of sessions that all need each other: told of, and bounded. */
static void test_many_circles(void **state UNUSED)
{
	struct plan *plan = good_plan();
	struct findings findings = {0};
	session_count(plan, PLAN_SESSIONS_MAX);
	for (size_t i = 0; i < plan->session_count; i++) {
		text_replace(&plan->sessions[i].uid, xasprintf("u%zu", i));
		text_replace(&plan->sessions[i].depends,
			     xasprintf("u%zu u%zu  u%zu", (i + 1) % plan->session_count, (i * 7 + 3) % plan->session_count, i));
	}
	lint_sense(plan, &findings);
	assert_int_equal(findings.count, LINT_FINDINGS_MAX);
	assert_int_equal(findings.items[0].code, LINT_CYCLE);
	findings_release(&findings);
	plan_free(plan);
}

/* RULES 5.6, 17: an import whose week 5 has 800 after at most 560. */
static void test_import_that_jumps(void **state UNUSED)
{
	struct findings findings = {0};
	struct plan *plan = ical_read_file("marathon", "plans/customer-service-18.ics", &findings);
	assert_non_null(plan);
	for (size_t i = 0; i < plan->session_count; i++)
		if (plan->sessions[i].week == 5 && plan->sessions[i].type == TYPE_LONG)
			plan->sessions[i].minutes = 110; /* 600 - 60 x 4 + 110 x 4 */
	lint_sense(plan, &findings);
	bool told = false;
	for (size_t i = 0; i < findings.count; i++)
		told |= findings.items[i].code == LINT_GROWTH && strstr(findings.items[i].text, "'800' is 143 %") != NULL;
	assert_true(told);
	findings_release(&findings);
	plan_free(plan);
}

/* IDEAS 1: how much of the peak the first weeks may have, by the length of the plan; one over, and one at the limit. */
static void test_start_by_length(void **state UNUSED)
{
	static const struct {
		int weeks, load;
		bool told;
	} rows[] = {
		{18, 60, false}, {18, 61, true}, {16, 60, false}, {16, 61, true}, {15, 65, false}, {15, 66, true},
		{10, 65, false}, {10, 66, true}, {9, 85, false},  {9, 86, true},  {3, 85, false},  {3, 86, true},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct plan *plan = plan_new();
		struct findings findings = {0};
		OWNED_TEXT *phases = xasprintf("base=1-%d race=%d", rows[i].weeks - 1, rows[i].weeks);
		plan->shape.weeks = rows[i].weeks;
		assert_true(shape_parse_phases(&plan->shape, phases));
		for (int week = 1; week <= rows[i].weeks; week++)
			*plan_add(plan) = (struct plan_session){
				.week = week, .day = (week - 1) * WEEK_DAYS, .minutes = week > 1 ? 100 : rows[i].load, .effort = 1};
		plan_finish(plan);
		lint_sense(plan, &findings);
		assert_int_equal(has(&findings, LINT_RAMP_START, -1), rows[i].told);
		findings_release(&findings);
		plan_free(plan);
	}
}

/* IDEAS 39: the class that is nearest, and both of two that are as near. */
static void test_classes(void **state UNUSED)
{
	static const struct {
		const char *class_name;
		int weeks;
		bool told;
	} rows[] = {
		{"half", 18, true},  {"marathon", 18, false}, {"marathon", 20, false}, {"ultra", 22, false}, {"marathon", 22, false},
		{"ultra", 21, true}, {"ultra", 52, false},    {"5k", 3, false},        {"5k", 5, true},      {"10k", 9, false},
		{"half", 9, false},  {"10k", 10, true},       {"mile", 1, true},       {"", 1, false},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct plan *plan = good_plan();
		struct findings findings = {0};
		plan->class_name = xstrdup(rows[i].class_name);
		plan->shape.weeks = rows[i].weeks;
		plan->sessions[1].week = 1;
		lint_sense(plan, &findings);
		if (has(&findings, LINT_CLASS, -1) != rows[i].told)
			fail_msg("%s of %d weeks", rows[i].class_name, rows[i].weeks);
		findings_release(&findings);
		plan_free(plan);
	}
}

/* --- each limit at the limit and one past it --------------------------------------------------------------------------------------------
 */

/* One session a week, of this load, and whether the code is found in the week; 0: nowhere. Effort is 1. */
static const struct {
	enum lint_code code;
	int week;
	const char *phases, *cutbacks;
	int loads[12];
} load_rows[] = {
	{LINT_GROWTH, 0, "base=1-3 race=4", "", {1000, 1000, 1300, 9}},
	{LINT_GROWTH, 3, "base=1-3 race=4", "", {1000, 1000, 1301, 9}},
	{LINT_GROWTH, 0, "base=1-3 race=4", "", {100, 900, 900, 9000}},
	{LINT_GROWTH_WARN, 2, "base=1-3 race=4", "", {100, 900, 900, 9000}},
	{LINT_GROWTH_WARN, 0, "base=1-3 race=4", "", {1000, 1000, 1100, 9}},
	{LINT_GROWTH_WARN, 3, "base=1-3 race=4", "", {1000, 1000, 1101, 9}},
	{LINT_GROWTH_WARN, 0, "base=1-3 race=4", "", {400, 400, 450, 9}},
	{LINT_GROWTH_WARN, 3, "base=1-3 race=4", "", {400, 400, 451, 9}},
	{LINT_GROWTH, 0, "base=1-4 race=5", "", {1000, 500, 500, 1000, 9}},
	{LINT_GROWTH, 5, "base=1-5 race=6", "", {1000, 500, 500, 500, 1000, 9}},
	{LINT_GROWTH, 0, "base=1-3 race=4", "", {0, 0, 900, 9}},
	{LINT_TAPER, 0, "base=1-2 taper=3 race=4", "", {800, 1000, 800, 9}},
	{LINT_TAPER, 3, "base=1-2 taper=3 race=4", "", {800, 1000, 801, 9}},
	{LINT_TAPER, 0, "base=1-2 taper=3 race=4", "", {800, 1000, 400, 9}},
	{LINT_TAPER, 3, "base=1-2 taper=3 race=4", "", {800, 1000, 399, 9}},
	{LINT_CUTBACK, 0, "base=1-7 race=8", "4", {900, 950, 1000, 800, 1000, 1000, 1000, 9}},
	{LINT_CUTBACK, 4, "base=1-7 race=8", "4", {900, 950, 1000, 801, 1000, 1000, 1000, 9}},
	{LINT_CUTBACK, 0, "base=1-7 race=8", "4", {900, 950, 1000, 650, 1000, 1000, 1000, 9}},
	{LINT_CUTBACK, 4, "base=1-7 race=8", "4", {900, 950, 1000, 649, 1000, 1000, 1000, 9}},
	{LINT_CUTBACK, 0, "base=1-6 race=7", "4", {900, 950, 1000, 1000, 1000, 1000, 9}},
	{LINT_CUTBACK, 0, "base=1-7 race=8", "5", {900, 950, 1000, 1000, 750, 1000, 1000, 9}},
	{LINT_CUTBACK, 5, "base=1-7 race=8", "6", {900, 950, 1000, 1000, 1000, 750, 1000, 9}},
	{LINT_PEAK, 0, "base=1-5 race=6", "", {90, 91, 92, 100, 99, 9}},
	{LINT_PEAK, 3, "base=1-5 race=6", "", {90, 91, 100, 92, 99, 9}},
	{LINT_PEAK, 0, "base=1-3 taper=4-5 race=6", "", {90, 91, 100, 70, 50, 9}},
};

static struct plan *plan_of_loads(size_t row)
{
	struct plan *plan = plan_new();
	for (int k = 0; k < (int)ARRAY_LEN(load_rows[row].loads); k++)
		plan->shape.weeks = load_rows[row].loads[k] ? k + 1 : plan->shape.weeks;
	assert_true(shape_parse_phases(&plan->shape, load_rows[row].phases));
	assert_true(shape_parse_cutbacks(&plan->shape, load_rows[row].cutbacks));
	for (int week = 1; week <= plan->shape.weeks; week++)
		*plan_add(plan) = (struct plan_session){
			.week = week, .day = (week - 1) * WEEK_DAYS, .minutes = load_rows[row].loads[week - 1], .effort = 1, .line = week};
	plan_finish(plan);
	return plan;
}

static void test_loads(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(load_rows); i++) {
		struct plan *plan = plan_of_loads(i);
		struct findings findings = {0};
		lint_sense(plan, &findings);
		OWNED_TEXT *text = all_of(&findings);
		bool told =
			load_rows[i].week ? has(&findings, load_rows[i].code, load_rows[i].week) : !has(&findings, load_rows[i].code, -1);
		if (!told)
			fail_msg("row %zu:%s", i, text);
		findings_release(&findings);
		plan_free(plan);
	}
}

/* The caps hold for a learner of one track as well; what everybody has is told once. */
static void test_tracks(void **state UNUSED)
{
	static const struct { const char *tracks[6]; const char *told; } rows[] = {
		{{NULL, NULL, NULL, NULL, NULL, NULL}, NULL},
		{{NULL, "phone", "phone", NULL, NULL, NULL}, "with track 'chat' alone: "}, /* two empty weeks before week 4 */
		{{"chat phone", "phone,chat", NULL, NULL, NULL, NULL}, NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct findings findings = {0};
		struct plan *plan = plan_new();
		plan->shape.weeks = 6;
		plan->tracks = xstrdup("phone chat");
		assert_true(shape_parse_phases(&plan->shape, "base=1-5 race=6"));
		for (int week = 1; week <= 6; week++) {
			struct plan_session session = {.week = week, .day = (week - 1) * WEEK_DAYS, .minutes = 90 + 9 * week, .effort = 1, .line = week};
			session.track = rows[i].tracks[week - 1] ? xstrdup(rows[i].tracks[week - 1]) : NULL;
			if (week == 1)
				session.minutes = 20; /* what comes after it is too high a step for whoever has nothing between */
			*plan_add(plan) = session;
		}
		plan->sessions[1].minutes = plan->sessions[2].minutes = 100;
		plan_finish(plan);
		lint_sense(plan, &findings);
		OWNED_TEXT *text = all_of(&findings);
		if (!has(&findings, LINT_GROWTH, -1) == !!rows[i].told || (rows[i].told && !strstr(text, rows[i].told)) ||
		    (!rows[i].told && strstr(text, "with track")))
			fail_msg("row %zu:%s", i, text);
		findings_release(&findings);
		plan_free(plan);
	}
}

/* Sessions of a plan of six weeks: three of base, a taper, a peak, a race. line: where the code is found, the first session is on line 1;
 * 0: with none of them. */
static const struct {
	enum lint_code code;
	int line;
	struct {
		enum session_type type;
		int day, minutes, effort;
	} sessions[8];
} session_rows[] = {
	{LINT_SPIKE, 0, {{TYPE_LONG, 11, 100, 1}, {TYPE_LONG, 18, 130, 1}}},
	{LINT_SPIKE, 2, {{TYPE_LONG, 11, 100, 1}, {TYPE_LONG, 18, 131, 1}}},
	{LINT_SPIKE, 0, {{TYPE_LONG, 4, 100, 1}, {TYPE_LONG, 11, 130, 1}}},
	{LINT_SPIKE_WARN, 2, {{TYPE_LONG, 4, 100, 1}, {TYPE_LONG, 11, 130, 1}}},
	{LINT_SPIKE, 2, {{TYPE_LONG, 4, 100, 1}, {TYPE_LONG, 11, 131, 1}}}, /* week 2: only G1 waits for week 3 */
	{LINT_SPIKE, 0, {{TYPE_LONG, 0, 10, 1}, {TYPE_LONG, 4, 100, 1}}}, /* no history but the first week itself */
	{LINT_SPIKE_WARN, 0, {{TYPE_LONG, 0, 10, 1}, {TYPE_LONG, 4, 100, 1}}},
	{LINT_SPIKE, 0, {{TYPE_SHORT, 7, 10, 1}, {TYPE_LONG, 11, 100, 1}, {TYPE_LONG, 18, 110, 1}}}, /* week 2 is the first here */
	{LINT_SPIKE, 0, {{TYPE_LONG, 4, 40, 1}, {TYPE_TUNEUP, 11, 90, 1}}},
	{LINT_SPIKE_WARN, 0, {{TYPE_LONG, 11, 100, 1}, {TYPE_LONG, 18, 110, 1}}},
	{LINT_SPIKE_WARN, 2, {{TYPE_LONG, 11, 100, 1}, {TYPE_LONG, 18, 111, 1}}},
	{LINT_SPIKE_WARN, 0, {{TYPE_LONG, 11, 40, 1}, {TYPE_LONG, 18, 45, 1}}},
	{LINT_SPIKE_WARN, 2, {{TYPE_LONG, 11, 40, 1}, {TYPE_LONG, 18, 46, 1}}},
	{LINT_SPIKE_WARN, 0, {{TYPE_LONG, 11, 40, 1}, {TYPE_TUNEUP, 18, 90, 1}, {TYPE_RACE, 32, 180, 1}}},
	{LINT_SPIKE, 0, {{TYPE_LONG, 0, 100, 1}, {TYPE_LONG, 7, 50, 1}, {TYPE_LONG, 30, 100, 1}}},
	{LINT_SPIKE, 3, {{TYPE_LONG, 0, 100, 1}, {TYPE_LONG, 7, 50, 1}, {TYPE_LONG, 31, 100, 1}}},
	{LINT_TAPER, 0, {{TYPE_LONG, 4, 100, 5}, {TYPE_LONG, 25, 75, 5}}},
	{LINT_TAPER, 2, {{TYPE_LONG, 4, 100, 5}, {TYPE_LONG, 25, 76, 5}}},
	{LINT_PRACTICE, 0, {{TYPE_EASY, 0, 9, 1}, {TYPE_SPEED, 1, 9, 1}, {TYPE_LONG, 4, 9, 1}}},
	{LINT_PRACTICE, 0, {{TYPE_SHORT, 0, 9, 1}, {TYPE_MEDIUM, 1, 9, 1}, {TYPE_LONG, 4, 9, 1}}},
	{LINT_PRACTICE, 0, {{TYPE_CROSS, 0, 9, 1}, {TYPE_SHORT, 1, 9, 1}, {TYPE_MEDIUM, 4, 9, 1}}},
	{LINT_PRACTICE, 1, {{TYPE_SPEED, 0, 9, 1}, {TYPE_SPEED, 1, 9, 1}, {TYPE_LONG, 4, 9, 1}}},
	{LINT_PRACTICE, 1, {{TYPE_EASY, 0, 9, 1}, {TYPE_CHECKIN, 1, 9, 1}, {TYPE_LONG, 4, 9, 1}}},
	{LINT_PRACTICE, 1, {{TYPE_SHORT, 0, 9, 1}, {TYPE_MEDIUM, 1, 9, 1}}},
	{LINT_HARD_AFTER_LONG, 0, {{TYPE_LONG, 2, 9, 1}, {TYPE_SHORT, 3, 9, 3}}},
	{LINT_HARD_AFTER_LONG, 2, {{TYPE_LONG, 2, 9, 1}, {TYPE_SHORT, 3, 9, 4}}},
	{LINT_HARD_AFTER_LONG, 0, {{TYPE_LONG, 2, 9, 1}, {TYPE_CROSS, 3, 9, 5}}},
	{LINT_HARD_AFTER_LONG, 2, {{TYPE_TUNEUP, 2, 9, 1}, {TYPE_CHECKIN, 3, 9, 6}}},
	{LINT_HARD_AFTER_LONG, 0, {{TYPE_LONG, 2, 9, 1}, {TYPE_SHORT, 4, 9, 8}}},
	{LINT_HARD_ADJ, 0, {{TYPE_SHORT, 2, 9, 6}, {TYPE_SHORT, 3, 9, 5}}},
	{LINT_HARD_ADJ, 2, {{TYPE_SHORT, 2, 9, 6}, {TYPE_SHORT, 3, 9, 6}}},
	{LINT_HARD_ADJ, 2, {{TYPE_SHORT, 2, 9, 6}, {TYPE_LONG, 2, 9, 1}}},
	{LINT_HARD_ADJ, 0, {{TYPE_SPEED, 2, 9, 6}, {TYPE_LONG, 3, 9, 1}}},
	{LINT_SPEED_LONG, 1, {{TYPE_SPEED, 2, 9, 6}, {TYPE_LONG, 3, 9, 1}}},
	{LINT_SPEED_LONG, 0, {{TYPE_SPEED, 2, 9, 5}, {TYPE_LONG, 3, 9, 1}}},
	{LINT_HARD_ADJ, 2, {{TYPE_SPEED, 2, 9, 6}, {TYPE_TUNEUP, 3, 9, 1}}},
};

static void test_sessions(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(session_rows); i++) {
		struct plan *plan = plan_new();
		struct findings findings = {0};
		plan->shape.weeks = 6;
		assert_true(shape_parse_phases(&plan->shape, "base=1-3 taper=4 peak=5 race=6"));
		for (int k = 0; session_rows[i].sessions[k].minutes; k++)
			*plan_add(plan) = (struct plan_session){.week = session_rows[i].sessions[k].day / WEEK_DAYS + 1,
								.day = session_rows[i].sessions[k].day,
								.second = k,
								.minutes = session_rows[i].sessions[k].minutes,
								.effort = session_rows[i].sessions[k].effort,
								.type = session_rows[i].sessions[k].type,
								.line = k + 1};
		plan_finish(plan);
		lint_sense(plan, &findings);
		OWNED_TEXT *text = all_of(&findings);
		bool told = session_rows[i].line == 0;
		for (int line = 1; line <= 8; line++) /* empty weeks are told of as well, on line 0 */
			told = has(&findings, session_rows[i].code, line) ? line == session_rows[i].line : told;
		if (!told)
			fail_msg("row %zu:%s", i, text);
		findings_release(&findings);
		plan_free(plan);
	}
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
		cmocka_unit_test(test_bends),           cmocka_unit_test(test_no_weeks),
		cmocka_unit_test(test_outside_the_weeks), cmocka_unit_test(test_words),
		cmocka_unit_test(test_table),           cmocka_unit_test(test_fixtures),
		cmocka_unit_test(test_clean),           cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_scope),           cmocka_unit_test(test_left_alone),
		cmocka_unit_test(test_without_phases),
		cmocka_unit_test(test_many_circles),    cmocka_unit_test(test_import_that_jumps),
		cmocka_unit_test(test_start_by_length), cmocka_unit_test(test_classes),
		cmocka_unit_test(test_loads),           cmocka_unit_test(test_sessions),
		cmocka_unit_test(test_list_is_bounded), cmocka_unit_test(test_many_twins),
		cmocka_unit_test(test_both_are_named),
		cmocka_unit_test(test_draft),           cmocka_unit_test(test_fall_back),
		cmocka_unit_test(test_leave_out),       cmocka_unit_test(test_sorting),
		cmocka_unit_test(test_stopper_is_kept), cmocka_unit_test(test_tracks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
