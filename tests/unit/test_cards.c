/* Cards of a plan, and sums by skill. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/cards.h"
#include "core/planfield.h"
#include "core/skills.h"

static void test_next(void **state UNUSED)
{
	static const struct {
		const char *list, *cards;
	} rows[] = {
		{NULL, ""},
		{"", ""},
		{"4 Ask", "4=Ask;"},
		{"4 Ask the lead\n8  Ask; again", "4=Ask the lead;8=Ask; again;"},
		{"\n\n4 Ask\n", "4=Ask;"},
		{"4\n8 ", ""},
		{" 4 Ask\nrana Rana runs", "rana=Rana runs;"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text got = {0};
		struct card card;
		const char *at = rows[i].list;
		while (card_next(&at, &card))
			text_addf(&got, "%.*s=%.*s;", (int)card.key_length, card.key, (int)card.text_length, card.text);
		assert_string_equal(got.data ? got.data : "", rows[i].cards);
		text_release(&got);
	}
}

static int week_of(const char *line, int weeks)
{
	struct card card;
	assert_true(card_next(&line, &card));
	return card_week(&card, weeks);
}

static void test_weeks_and_slugs(void **state UNUSED)
{
	static const struct {
		const char *line;
		int week;
		bool slug;
	} rows[] = {
		{"1 x", 1, true},   {"18 x", 18, true},   {"19 x", 0, true},   {"0 x", 0, true},   {"008 x", 0, true},
		{"-1 x", 0, true},  {"4: x", 0, false},   {"1e1 x", 0, true},  {"99999999999 x", 0, true},
		{"Rana x", 0, false}, {"new-here_1 x", 0, true}, {"r\xC3\xA4na x", 0, false},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct card card;
		const char *at = rows[i].line;
		assert_int_equal(week_of(rows[i].line, 18), rows[i].week);
		assert_true(card_next(&at, &card));
		assert_int_equal(card_is_slug(&card), rows[i].slug);
	}
}

static void test_find(void **state UNUSED)
{
	static const char list[] = "rana Rana runs\nra Ra\nrana Again";
	struct card card;
	assert_true(card_find(list, "rana-x", 4, &card));
	assert_int_equal(card.text_length, strlen("Rana runs"));
	assert_true(card_find(list, "ra", 2, &card));
	assert_int_equal(card.text_length, 2);
	assert_false(card_find(list, "r", 1, &card));
	assert_false(card_find(NULL, "rana", 4, &card));
}

static void test_fields(void **state UNUSED)
{
	static const struct {
		enum plan_field field;
		const char *value, *kept; /* kept NULL: refused */
	} rows[] = {
		{PLAN_FIELD_STATIONS, "2 Ask Ines\r\n\r\n  \n1 Ask, too; now", "2 Ask Ines\n1 Ask, too; now"},
		{PLAN_FIELD_STATIONS, "", ""},
		{PLAN_FIELD_STATIONS, "7 Ask", NULL},
		{PLAN_FIELD_STATIONS, "2 Ask\nnobody", NULL},
		{PLAN_FIELD_PERSONAS, "rana Rana runs\nole Ole asks", "rana Rana runs\nole Ole asks"},
		{PLAN_FIELD_PERSONAS, "rana Rana runs\nrana Rana walks", NULL},
		{PLAN_FIELD_PERSONAS, "rana", NULL},
		{PLAN_FIELD_LEAD, "team-lead-12", "team-lead-12"},
		{PLAN_FIELD_LEAD, "", ""},
		{PLAN_FIELD_LEAD, "../x", NULL},
		{PLAN_FIELD_LEAD, ".x", NULL},
		{PLAN_FIELD_LEAD, "team lead", NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct plan *plan = plan_new();
		struct err err = {0};
		plan->shape.weeks = 6;
		int result = plan_field_set(plan, rows[i].field, rows[i].value, &err);
		OWNED_TEXT *kept = plan_field_get(plan, rows[i].field);
		assert_int_equal(result, rows[i].kept ? 0 : FIELD_BAD);
		assert_string_equal(kept, rows[i].kept ? rows[i].kept : "");
		assert_int_equal(!rows[i].kept, err.text != NULL);
		err_release(&err);
		plan_free(plan);
	}
}

static void test_skills(void **state UNUSED)
{
	static const struct {
		const char *skill;
		int minutes, done;
	} rows[] = {{"sql", 30, 10}, {"plan", 20, 0}, {"logs", 30, 0}, {"sql", 15, 15}, {"own", 5, 5}, {NULL, 7, 0}, {"listening", 1, 1}};
	struct plan_session sessions[ARRAY_LEN(rows)] = {0};
	struct skill_sums sums = {0};
	struct text got = {0};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		sessions[i].skill = (char *)rows[i].skill;
		sessions[i].minutes = rows[i].minutes;
		skills_add(&sums, &sessions[i], rows[i].done);
	}
	skills_sort(&sums);
	for (size_t i = 0; i < sums.count; i++)
		text_addf(&got, "%s/%s %d %d %d\n", skill_family_name[sums.items[i].family], sums.items[i].skill, sums.items[i].sessions,
			  sums.items[i].minutes, sums.items[i].minutes_done);
	assert_string_equal(got.data, "soft/listening 1 1 1\ntech/sql 2 45 25\ntech/logs 1 30 0\nmeta/plan 1 20 0\nnone/ 1 7 0\nnone/own 1 5 5\n");
	text_release(&got);
	skills_release(&sums);
	skills_sort(&sums);
	assert_int_equal(sums.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next),   cmocka_unit_test(test_weeks_and_slugs), cmocka_unit_test(test_find),
		cmocka_unit_test(test_fields), cmocka_unit_test(test_skills),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
