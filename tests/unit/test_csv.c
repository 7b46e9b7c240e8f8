#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/csv.h"

#define HEAD "id,week,weekday,time,minutes,type,effort,title,description,pass\r\n"
#define ROW "w01-mo,1,mo,09:30,25,short,4,One,,\r\n"

static struct plan *parse(const char *text, uint32_t *ret_fields)
{
	struct plan *plan = NULL;
	struct text_fault fault = {0};
	if (csv_parse(text, &plan, ret_fields, &fault)) {
		print_error("row %d, %s: %s\n", fault.line, fault.column ? fault.column : "", fault.text);
		fail();
	}
	return plan;
}

static void test_reads(void **state UNUSED)
{
	static const char *const texts[] = {
		"id,week,weekday,time,minutes,type,effort,title,description\r\n"
		"w02-fr,2,fr,9:30,45,long,6,\"One, \"\"two\"\"; three\",\"a\r\nb\"\r\n"
		",,,,,,,,\r\n"
		",1,Monday,14:00,,easy,,Two,\r\n",
		"\xEF\xBB\xBFTitle;WEEK; id ;weekday;time;minutes;type;effort;description;\n"
		"\"One, \"\"two\"\"; three\";2;w02-fr;FR;09:30:00;45;Long;6;\"a\nb\"\n"
		"\n"
		"Two;1;;mo;02:00 PM;;easy;;;",
		"id\tweek\tweekday\ttime\tminutes\ttype\teffort\ttitle\tdescription\r"
		"w02-fr\t2\tfri\t9:30 AM\t45\tlong\t6\t\"One, \"\"two\"\"; three\"\t\"a\nb\"\r"
		"\r"
		"\t1\tmo\t2:00:00 pm\t\teasy\t\tTwo\t\r",
	};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		uint32_t fields = 0;
		struct plan *plan = parse(texts[i], &fields);
		assert_int_equal(plan->session_count, 2);
		assert_int_equal(plan->shape.weeks, 2);
		const struct plan_session *s = plan->sessions;
		assert_string_equal(s[0].id, "w02-fr");
		assert_int_equal(s[0].line, 2);
		assert_int_equal(s[0].day, 7 + FRIDAY);
		assert_int_equal(s[0].second, 9 * HOUR_S + 30 * MINUTE_S);
		assert_int_equal(s[0].minutes, 45);
		assert_int_equal(s[0].type, TYPE_LONG);
		assert_int_equal(s[0].effort, 6);
		assert_string_equal(s[0].title, "One, \"two\"; three");
		assert_string_equal(s[0].description, "a\nb");
		assert_null(s[1].id);
		assert_int_equal(s[1].line, 4);
		assert_int_equal(s[1].second, 14 * HOUR_S);
		assert_int_equal(s[1].minutes, type_info[TYPE_EASY].minutes);
		assert_int_equal(s[1].effort, type_info[TYPE_EASY].effort);
		assert_true(fields & UINT32_C(1) << FIELD_DESCRIPTION);
		assert_false(fields & UINT32_C(1) << FIELD_TIP);
		plan_free(plan);
	}
}

/* Every kind of bad table: row, column, and what the text names. */
static void test_faults(void **state UNUSED)
{
	static const struct {
		const char *text;
		int row;
		const char *column, *says;
	} rows[] = {
		{"", 1, "week", "'week' is missing"},
		{"week,weekday,time,title\r\n", 1, "type", "'type' is missing"},
		{"week;weekday,time,type,title\r\n", 1, NULL, "unknown column: 'week;weekday'"},
		{"wek,weekday,time,type,title\r\n", 1, NULL, "did you mean 'week'"},
		{HEAD "w01-mo,x,mo,09:30,25,short,4,One\r\n", 2, "week", "'x'"},
		{HEAD "w01-mo,0,mo,09:30,25,short,4,One\r\n", 2, "week", "'0'"},
		{HEAD "w01-mo,1.5,mo,09:30,25,short,4,One\r\n", 2, "week", "'1.5'"},
		{HEAD ROW "w01-tu,1,xx,09:30,25,short,4,One\r\n", 3, "weekday", "'xx'"},
		{HEAD "w01-mo,1,mo,25:00,25,short,4,One\r\n", 2, "time", "'25:00'"},
		{HEAD "w01-mo,1,mo,13:00 AM,25,short,4,One\r\n", 2, "time", "'13:00 AM'"},
		{HEAD "w01-mo,1,mo,09:30:30,25,short,4,One\r\n", 2, "time", "'09:30:30'"},
		{HEAD "w01-mo,1,mo,,25,short,4,One\r\n", 2, "time", "''"},
		{HEAD "w01-mo,1,mo,09:30,-5,short,4,One\r\n", 2, "minutes", "'-5'"},
		{HEAD "w01-mo,1,mo,09:30,99999999999,short,4,One\r\n", 2, "minutes", "'99999999999'"},
		{HEAD "w01-mo,1,mo,09:30,25,shrt,4,One\r\n", 2, "type", "'shrt'"},
		{HEAD "w01-mo,1,mo,09:30,25,,4,One\r\n", 2, "type", "''"},
		{HEAD "w01-mo,1,mo,09:30,25,short,11,One\r\n", 2, "effort", "'11'"},
		{HEAD "w01-mo,1,mo,09:30,25,short,4,\r\n", 2, "title", "missing"},
		{HEAD "w01-mo,1,mo,09:30,25,short,4,One,,0\r\n", 2, "pass", "'0'"},
		{HEAD "\r\n" ROW "\r\n" ROW, 5, "id", "'w01-mo'"},
		{HEAD "w01-mo,1,mo,09:30,25,short,4,One,a,80,more\r\n", 2, NULL, "column 11 has no name"},
		{HEAD "\"w01-mo\"x,1\r\n", 2, NULL, "column 1: text behind"},
		{HEAD ROW "w01-tu,\"1\r\nmo,09:30\r\n", 3, NULL, "column 2: a quote that is not closed"},
		{"week,weekday,time,type,title,week\r\n", 1, "week", "two columns"},
		{HEAD "w01-mo,1,mo,09:30,25,short,4,\x1b[31mred\r\n", 2, "title", "'?[31mred'"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct plan *plan = NULL;
		struct text_fault fault = {0};
		uint32_t fields = 0;
		int result = csv_parse(rows[i].text, &plan, &fields, &fault);
		bool good = result == CSV_BAD && !plan && !fields && fault.line == rows[i].row && fault.text &&
			    strstr(fault.text, rows[i].says) && !fault.column == !rows[i].column &&
			    (!fault.column || !strcmp(fault.column, rows[i].column));
		if (!good)
			print_error("row %zu: %d, row %d, column %s: %s\n", i, result, fault.line, fault.column ? fault.column : "-",
				    fault.text ? fault.text : "-");
		assert_true(good);
		text_fault_release(&fault);
	}
	struct text many = {0};
	for (int i = 0; i <= CSV_COLUMNS_MAX; i++)
		text_add(&many, ",");
	struct plan *plan = NULL;
	struct text_fault fault = {0};
	uint32_t fields = 0;
	assert_int_equal(csv_parse(many.data, &plan, &fields, &fault), CSV_BAD);
	assert_non_null(strstr(fault.text, "more than 64 columns"));
	text_fault_release(&fault);
	text_release(&many);
}

static void test_limit_of_rows(void **state UNUSED)
{
	struct text text = {0};
	text_add(&text, "week,weekday,time,type,title\n");
	for (int i = 0; i < PLAN_SESSIONS_MAX; i++)
		text_add(&text, "1,mo,09:30,easy,T\n");
	uint32_t fields = 0;
	struct plan *plan = parse(text.data, &fields);
	assert_int_equal(plan->session_count, PLAN_SESSIONS_MAX);
	plan = plan_free(plan);
	text_add(&text, "1,mo,09:30,easy,T\n");
	struct text_fault fault = {0};
	assert_int_equal(csv_parse(text.data, &plan, &fields, &fault), CSV_BAD);
	assert_int_equal(fault.line, PLAN_SESSIONS_MAX + 2);
	text_fault_release(&fault);
	text_release(&text);
}

/* What is written has the header of all fields, quotes where another separator would cut, and reads back. */
static void test_writes(void **state UNUSED)
{
	struct plan *plan = plan_new();
	plan->shape.weeks = 1;
	struct plan_session *s = plan_add(plan);
	*s = (struct plan_session){
		.week = 1, .day = TUESDAY, .second = 9 * HOUR_S, .minutes = 25, .type = TYPE_SHORT, .effort = 4, .pass = 80};
	s->uid = xstrdup("u-1");
	s->skill = xstrdup("crm");
	s->title = xstrdup("a;b \"c\", d");
	s->description = xstrdup("one\n  two\n\n\"three\"");
	s->depends = xstrdup("u-1 gone");
	s->link = xstrdup("https://example.org/?a=1,2");
	plan_finish(plan);
	OWNED_TEXT *text = csv_write(plan);
	assert_string_equal(
		text, "id,week,weekday,time,minutes,type,skill,effort,title,milestone,prep,tip,description,help,link,fallback,persona,"
		      "track,with,pass,review,rubric,depends\r\n"
		      "w01-tu,1,tu,09:00,25,short,crm,4,\"a;b \"\"c\"\", d\",,,,\"one\n  two\n\n\"\"three\"\"\",,"
		      "\"https://example.org/?a=1,2\",,,,,80,,,w01-tu gone\r\n");
	uint32_t fields = 0;
	struct plan *back = parse(text, &fields);
	assert_int_equal(fields, (UINT32_C(1) << FIELD_COUNT) - 1);
	OWNED_TEXT *again = csv_write(back);
	assert_string_equal(again, text);
	plan_free(back);
	plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_limit_of_rows),
		cmocka_unit_test(test_writes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
