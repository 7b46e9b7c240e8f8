#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/plan.h"

static void test_types(void **state UNUSED)
{
	static const struct type_info rows[TYPE_COUNT] = {
		{"easy", 1, 1, false, false, 20, 2},    {"short", 3, 1, false, false, 30, 4}, {"medium", 4, 2, false, false, 35, 4},
		{"speed", 3, 1, false, false, 20, 5},   {"cross", 2, 1, false, false, 20, 3}, {"long", 5, 3, true, true, 60, 4},
		{"checkin", 6, 5, false, false, 30, 2}, {"tuneup", 6, 5, true, true, 50, 5},  {"race", 7, -1, true, true, 120, 8},
		{"rest", 0, 1, false, false, 5, 1},
	};
	for (int i = 0; i < TYPE_COUNT; i++) {
		const struct type_info *info = &type_info[i];
		enum session_type type;
		assert_string_equal(info->name, rows[i].name);
		assert_int_equal(info->priority, rows[i].priority);
		assert_int_equal(info->grace_days, rows[i].grace_days);
		assert_int_equal(info->hard, rows[i].hard);
		assert_int_equal(info->prepared, rows[i].prepared);
		assert_int_equal(info->minutes, rows[i].minutes);
		assert_int_equal(info->effort, rows[i].effort);
		assert_in_range(info->minutes, PLAN_MINUTES_MIN, PLAN_MINUTES_MAX);
		assert_true(type_parse(info->name, &type));
		assert_int_equal(type, i);
	}
	static const char *const wrong[] = {"", "Easy", "eas", "easyy", "marathon"};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		enum session_type type = TYPE_REST;
		assert_false(type_parse(wrong[i], &type));
		assert_int_equal(type, TYPE_REST);
	}
}

static void test_skills(void **state UNUSED)
{
	static const struct {
		const char *slugs; /* RULES 4.2 */
		enum skill_family family;
		int count;
	} rows[] = {
		{"empathy listening deescalation writing expectations rapport resilience mindfulness teamwork adaptability", FAMILY_SOFT,
		 10},
		{"product crm troubleshooting triage sla logs network sql incident rca data", FAMILY_TECH, 11},
		{"plan retrieval review shadowing roleplay assessment mixed", FAMILY_META, 7},
		{"Empathy soft tech meta empath listeningg", FAMILY_NONE, 6},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int count = 0;
		for (const char *p = rows[i].slugs; *p; p += strspn(p, " ")) {
			size_t length = strcspn(p, " ");
			OWNED_TEXT *slug = xstrndup(p, length);
			assert_int_equal(skill_family(slug), rows[i].family);
			p += length;
			count++;
		}
		assert_int_equal(count, rows[i].count);
	}
	assert_int_equal(skill_family(""), FAMILY_NONE);
}

static void add(struct plan *plan, int32_t day, int32_t second, const char *id, int line)
{
	struct plan_session *session = plan_add(plan);
	session->day = day;
	session->week = day / WEEK_DAYS + 1;
	session->second = second;
	session->id = xstrdup(id);
	session->line = line;
	session->title = xasprintf("line %d", line);
}

struct row {
	int32_t day, second;
	const char *id;     /* as in the file; NULL: none */
	const char *finish; /* after plan_finish, in this order when sorted by `place` */
	int place;
};

static void check_finish(const struct row *rows, size_t count)
{
	struct plan *plan = plan_new();
	for (size_t i = 0; i < count; i++)
		add(plan, rows[i].day, rows[i].second, rows[i].id, (int)i + 1);
	plan_finish(plan);
	assert_int_equal(plan->session_count, count);
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(plan->sessions[rows[i].place].id, rows[i].finish);
		assert_int_equal(plan->sessions[rows[i].place].line, i + 1);
	}
	plan = plan_free(plan);
	assert_null(plan);
}

static void test_finish(void **state UNUSED)
{
	static const struct row given[] = {
		{7, 100, "second", "second", 2},
		{0, 200, "b", "b", 1},
		{0, 200, "a", "a", 0},
		{7, 100, "third", "third", 3},
	};
	static const struct row made[] = {
		{32, 36000, NULL, "w05-fr2", 5}, {0, 0, NULL, "w01-mo", 0},       {32, 32400, NULL, "w05-fr", 4},
		{6, 0, NULL, "w01-su", 1},       {32, 40000, NULL, "w05-fr3", 6}, {7, 0, NULL, "w02-mo", 2},
		{12, 0, NULL, "w02-sa", 3},      {126 - 3, 0, NULL, "w18-fr", 7}, {7 * 103, 0, NULL, "w104-mo", 8},
	};
	/* Made ids keep clear of given ones, wherever those stand. */
	static const struct row mixed[] = {
		{0, 100, NULL, "w01-mo2", 0},
		{1, 0, "w01-mo", "w01-mo", 2},
		{0, 200, NULL, "w01-mo4", 1},
		{9, 0, "w01-mo3", "w01-mo3", 3},
	};
	/* The same start: the order of the file. */
	static const struct row same[] = {{0, 5, NULL, "w01-mo", 0}, {0, 5, NULL, "w01-mo2", 1}, {0, 5, NULL, "w01-mo3", 2}};
	check_finish(given, ARRAY_LEN(given));
	check_finish(made, ARRAY_LEN(made));
	check_finish(mixed, ARRAY_LEN(mixed));
	check_finish(same, ARRAY_LEN(same));
	check_finish(NULL, 0);
}

/* A full plan on one day: ids stay different and it takes no time to speak of. */
static void test_finish_full(void **state UNUSED)
{
	struct plan *plan = plan_new();
	for (int i = 0; i < PLAN_SESSIONS_MAX; i++)
		add(plan, 0, PLAN_SESSIONS_MAX - i, NULL, i + 1);
	plan_finish(plan);
	assert_string_equal(plan->sessions[0].id, "w01-mo");
	for (int i = 1; i < PLAN_SESSIONS_MAX; i++)
		assert_true(plan->sessions[i - 1].second < plan->sessions[i].second);
	assert_string_equal(plan->sessions[PLAN_SESSIONS_MAX - 1].id, "w01-mo5000");
	plan_free(plan);
}

static void test_session_release(void **state UNUSED)
{
	struct plan *plan = plan_new();
	struct plan_session *session = plan_add(plan);
	*session = (struct plan_session){
		.id = xstrdup("w01-mo"),
		.uid = xstrdup("u"),
		.zone = xstrdup("Europe/Berlin"),
		.skill = xstrdup("crm"),
		.title = xstrdup("t"),
		.milestone = xstrdup("m"),
		.prep = xstrdup("p"),
		.tip = xstrdup("tip"),
		.description = xstrdup("d"),
		.help = xstrdup("h"),
		.minutes = 30,
	};
	plan_session_release(session);
	assert_null(session->id);
	assert_null(session->help);
	assert_int_equal(session->minutes, 0);
	plan->name = xstrdup("name");
	plan->goal = xstrdup("goal");
	assert_null(plan_free(plan));
	assert_null(plan_free(NULL));
}

static void test_phases(void **state UNUSED)
{
	static const struct {
		int weeks;
		const char *text;
		const char *back; /* NULL: not of the form */
	} rows[] = {
		{18, "base=1-4 build=5-12 peak=13-15 taper=16-17 race=18", "base=1-4 build=5-12 peak=13-15 taper=16-17 race=18"},
		{18, "  base=1-4   race=18  ", "base=1-4 race=18"},
		{18, "race=18 base=1-4", "race=18 base=1-4"},
		{18, "base=4-4", "base=4"},
		{18, "", ""},
		{52, "base=1-52", "base=1-52"},
		{1, "race=1", "race=1"},
		{18, "a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8", "a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8"},
		{18, "a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8 i=9", NULL},
		{18, "abcdefghijklmno=1", "abcdefghijklmno=1"},
		{18, "abcdefghijklmnop=1", NULL},
		{18, "base=0-4", NULL},
		{18, "base=1-19", NULL},
		{18, "base=19", NULL},
		{18, "base=4-1", NULL},
		{18, "base=1-4 build=4-5", NULL},
		{18, "base=1-4 build=5-6 race=2", NULL},
		{18, "base=1-", NULL},
		{18, "base=", NULL},
		{18, "base", NULL},
		{18, "=1", NULL},
		{18, "base=1,build=2", NULL},
		{18, "base=1-4build=5", NULL},
		{18, "Base=1", NULL},
		{18, "base=+1", NULL},
		{18, "base=1-2-3", NULL},
		{18, "base=99999999999999", NULL},
		{100, "base=1-65", NULL},
		{100, "base=64", "base=64"},
		{0, "base=1", NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct plan_shape shape = {.weeks = rows[i].weeks, .phases = {{"old", 1, 1}}, .phase_count = 1};
		assert_int_equal(shape_parse_phases(&shape, rows[i].text), rows[i].back != NULL);
		OWNED_TEXT *text = shape_phases_text(&shape);
		assert_string_equal(text, rows[i].back ? rows[i].back : "old=1");
	}
}

static void test_cutbacks(void **state UNUSED)
{
	static const struct {
		int weeks;
		const char *text;
		const char *back;
	} rows[] = {
		{18, "4 8 12", "4 8 12"}, {18, "12 8 4 4", "4 8 12"}, {18, "", ""},      {18, " 1  18 ", "1 18"}, {18, "19", NULL},
		{18, "0", NULL},          {18, "4,8", NULL},          {18, "4 x", NULL}, {18, "4-8", NULL},       {64, "64 1", "1 64"},
		{65, "65", NULL},         {18, "-4", NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct plan_shape shape = {.weeks = rows[i].weeks, .cutbacks = 1 << 2};
		assert_int_equal(shape_parse_cutbacks(&shape, rows[i].text), rows[i].back != NULL);
		OWNED_TEXT *text = shape_cutbacks_text(&shape);
		assert_string_equal(text, rows[i].back ? rows[i].back : "3");
	}
}

static void test_shape(void **state UNUSED)
{
	static const struct {
		int week;
		const char *phase;
		bool cutback, taper;
	} rows[] = {
		{1, "base", false, false}, {4, "base", true, false},   {5, "build", false, false}, {12, "build", true, false},
		{15, "", false, false},    {16, "taper", false, true}, {17, "taper", false, true}, {18, "race", false, true},
		{0, "", false, false},     {19, "", false, false},     {-1, "", false, false},     {64, "", false, false},
		{65, "", false, false},
	};
	struct plan_shape shape = {.weeks = 18};
	assert_true(shape_parse_phases(&shape, "base=1-4 build=5-12 taper=16-17 race=18"));
	assert_true(shape_parse_cutbacks(&shape, "4 8 12"));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_string_equal(shape_phase(&shape, rows[i].week), rows[i].phase);
		assert_int_equal(shape_is_cutback(&shape, rows[i].week), rows[i].cutback);
		assert_int_equal(shape_is_taper(&shape, rows[i].week), rows[i].taper);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),       cmocka_unit_test(test_skills),          cmocka_unit_test(test_finish),
		cmocka_unit_test(test_finish_full), cmocka_unit_test(test_session_release), cmocka_unit_test(test_phases),
		cmocka_unit_test(test_cutbacks),    cmocka_unit_test(test_shape),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
