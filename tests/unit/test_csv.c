#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/csv.h"

#define HEAD "id,week,weekday,time,minutes,type,effort,title,description,pass\r\n"
#define ROW "w01-mo,1,mo,09:30,25,short,4,One,,\r\n"

static struct plan *parse(const char *text, int columns[static FIELD_COUNT])
{
	struct plan *plan = NULL;
	struct faults faults = {0};
	if (csv_parse(text, &plan, columns, &faults)) {
		print_error("row %d: %s\n", faults.items[0].line, faults.items[0].text);
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
		int columns[FIELD_COUNT] = {0};
		struct plan *plan = parse(texts[i], columns);
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
		assert_int_equal(columns[FIELD_DESCRIPTION], 9);
		assert_int_equal(columns[FIELD_TIP], 0);
		plan_free(plan);
	}
}

/* Every kind of bad table: where it is wrong, and what the text names. */
static void test_faults(void **state UNUSED)
{
	static const struct {
		const char *text, *place, *says;
	} rows[] = {
		{"", "row 1", "'week' is missing"},
		{"week,weekday,time,title\r\n", "row 1", "'type' is missing"},
		{"week;weekday,time,type,title\r\n", "row 1", "'week' is missing"},
		{"wek,weekday,time,type,title\r\n", "row 1", "'week' is missing"},
		{HEAD "w01-mo,x,mo,09:30,25,short,4,One\r\n", "row 2, column B (week)", "'x'"},
		{HEAD "w01-mo,0,mo,09:30,25,short,4,One\r\n", "row 2, column B (week)", "'0'"},
		{HEAD "w01-mo,1.5,mo,09:30,25,short,4,One\r\n", "row 2, column B (week)", "'1.5'"},
		{HEAD ROW "w01-tu,1,xx,09:30,25,short,4,One\r\n", "row 3, column C (weekday)", "'xx'"},
		{HEAD "w01-mo,1,mo,25:00,25,short,4,One\r\n", "row 2, column D (time)", "'25:00'"},
		{HEAD "w01-mo,1,mo,13:00 AM,25,short,4,One\r\n", "row 2, column D (time)", "'13:00 AM'"},
		{HEAD "w01-mo,1,mo,09:30:30,25,short,4,One\r\n", "row 2, column D (time)", "'09:30:30'"},
		{HEAD "w01-mo,1,mo,,25,short,4,One\r\n", "row 2, column D (time)", "''"},
		{HEAD "w01-mo,1,mo,09:30,-5,short,4,One\r\n", "row 2, column E (minutes)", "'-5'"},
		{HEAD "w01-mo,1,mo,09:30,99999999999,short,4,One\r\n", "row 2, column E (minutes)", "'99999999999'"},
		{HEAD "w01-mo,1,mo,09:30,25,shrt,4,One\r\n", "row 2, column F (type)", "'shrt'"},
		{HEAD "w01-mo,1,mo,09:30,25,,4,One\r\n", "row 2, column F (type)", "''"},
		{HEAD "w01-mo,1,mo,09:30,25,short,11,One\r\n", "row 2, column G (effort)", "'11'"},
		{HEAD "w01-mo,1,mo,09:30,25,short,4,\r\n", "row 2, column H (title)", "missing"},
		{HEAD "w01-mo,1,mo,09:30,25,short,4,One,,0\r\n", "row 2, column J (pass)", "'0'"},
		{HEAD "\r\n" ROW "\r\n" ROW, "row 5, column A (id)", "'w01-mo'"},
		{HEAD "w01-mo,1,mo,09:30,25,short,4,One,a,80,more\r\n", "row 2, column K", "no name in the first row"},
		{HEAD "\"w01-mo\"x,1\r\n", "row 2, column A (id)", "text behind"},
		{HEAD ROW "w01-tu,\"1\r\nmo,09:30\r\n", "row 3, column B (week)", "a quote that is not closed"},
		{"week,weekday,time,type,title,week\r\n", "row 1, column F (week)", "two columns"},
		{HEAD "w01-mo,1,mo,09:30,25,short,4,\x1b[31mred\r\n", "row 2, column H (title)", "'?[31mred'"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct plan *plan = NULL;
		struct faults faults = {0};
		int columns[FIELD_COUNT] = {0};
		assert_int_equal(csv_parse(rows[i].text, &plan, columns, &faults), CSV_BAD);
		assert_null(plan);
		OWNED_TEXT *place = fault_place(&faults.items[0], true);
		if (strcmp(place, rows[i].place) != 0 || !strstr(faults.items[0].text, rows[i].says))
			fail_msg("row %zu: %s: %s", i, place, faults.items[0].text);
		faults_release(&faults);
	}
}

static void test_too_many_columns(void **state UNUSED)
{
	struct text many = {0};
	struct plan *plan = NULL;
	struct faults faults = {0};
	int columns[FIELD_COUNT] = {0};
	for (int i = 0; i <= CSV_COLUMNS_MAX; i++)
		text_add(&many, ",");
	assert_int_equal(csv_parse(many.data, &plan, columns, &faults), CSV_BAD);
	assert_non_null(strstr(faults.items[0].text, "more than 64 columns"));
	faults_release(&faults);
	text_release(&many);
}

/* All that is wrong is told, in the order of rows and columns, up to the limit. */
static void test_every_fault_is_told(void **state UNUSED)
{
	static const char *const places[] = {"row 2, column B (week)", "row 2, column F (type)", "row 4, column D (time)",
					     "row 4, column E (minutes)", "row 5, column K"};
	struct plan *plan = NULL;
	struct faults faults = {0};
	int columns[FIELD_COUNT] = {0};
	assert_int_equal(csv_parse(HEAD ",x,mo,09:30,25,shrt,4,One\r\n" ROW "a,1,mo,9.30,1h,short,4,One\r\nb,1,mo,09:30,5,easy,2,T,,,x\r\n",
				   &plan, columns, &faults),
			 CSV_BAD);
	for (size_t i = 0; i < faults.count && i < ARRAY_LEN(places); i++) {
		OWNED_TEXT *place = fault_place(&faults.items[i], true);
		assert_string_equal(place, places[i]);
	}
	assert_int_equal(faults.count, ARRAY_LEN(places));
	assert_int_equal(faults.dropped, 0);
	faults_release(&faults);
	struct text text = {0};
	text_add(&text, HEAD);
	for (int i = 0; i < FAULTS_LISTED + 7; i++)
		text_add(&text, ",x,mo,09:30,25,short,4,One\r\n");
	assert_int_equal(csv_parse(text.data, &plan, columns, &faults), CSV_BAD);
	assert_int_equal(faults.count, FAULTS_LISTED);
	assert_int_equal(faults.dropped, 7);
	faults_release(&faults);
	text_release(&text);
}

static void test_columns_have_the_letters_of_a_spreadsheet(void **state UNUSED)
{
	static const struct {
		int number;
		const char *place;
	} rows[] = {{1, "A"}, {26, "Z"}, {27, "AA"}, {52, "AZ"}, {53, "BA"}, {64, "BL"}, {702, "ZZ"}, {703, "AAA"}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *place = fault_place(&(struct text_fault){3, rows[i].number, NULL, NULL}, true);
		OWNED_TEXT *expected = xasprintf("row 3, column %s", rows[i].place);
		assert_string_equal(place, expected);
	}
	OWNED_TEXT *line = fault_place(&(struct text_fault){3, 0, "tip", NULL}, false);
	assert_string_equal(line, "line 3");
}

/* --- formulas ------------------------------------------------------------------------------------------------------------------------ */

/* The cell of the title in what is written of a plan with that title; owned. */
static char *written_title(const char *title)
{
	struct plan *plan = plan_new();
	plan->shape.weeks = 1;
	struct plan_session *session = plan_add(plan);
	*session = (struct plan_session){.week = 1, .minutes = 20, .uid = xstrdup("u"), .skill = xstrdup(""), .title = xstrdup(title)};
	plan_finish(plan);
	char *text = csv_write(plan);
	plan_free(plan);
	return text;
}

static void test_no_cell_is_a_formula(void **state UNUSED)
{
	static const struct {
		const char *title, *cell;
	} rows[] = {
		{"=1+1", ",'=1+1,"},       {"+49 30 1234", ",'+49 30 1234,"}, {"-5 to go", ",'-5 to go,"},   {"@team", ",'@team,"},
		{"'=1+1", ",''=1+1,"},     {"=HYPERLINK(\"x\",1)", ",\"'=HYPERLINK(\"\"x\"\",1)\","}, {"a=b", ",a=b,"},
		{"'quoted'", ",'quoted',"}, {"'", ",',"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *text = written_title(rows[i].title);
		int columns[FIELD_COUNT] = {0};
		if (!strstr(text, rows[i].cell))
			fail_msg("row %zu: %s", i, text);
		struct plan *plan = parse(text, columns);
		assert_string_equal(plan->sessions[0].title, rows[i].title);
		plan_free(plan);
	}
}

/* Texts that a spreadsheet would take for a number, a date or a truth value, and write differently then. */
static void test_no_cell_is_taken_for_a_number(void **state UNUSED)
{
	static const struct {
		const char *title, *cell;
	} rows[] = {
		{"007", ",'007,"},         {"1e3", ",'1e3,"},           {"2026-01-01", ",'2026-01-01,"}, {"TRUE", ",'TRUE,"},
		{"wahr", ",'wahr,"},       {"3 May", ",'3 May,"},       {"Jan 2026", ",'Jan 2026,"},     {"24/7", ",'24/7,"},
		{"9:30 AM", ",'9:30 AM,"}, {"1,5", ",\"'1,5\","},       {"50%", ",'50%,"},             {"$5", ",'$5,"},
		{"5 \u20ac", ",'5 \u20ac,"}, {"3. M\u00e4rz", ",'3. M\u00e4rz,"}, {"'007", ",''007,"},           {"1 000", ",'1 000,"},
		{"1234567890123456", ",'1234567890123456,"}, {"0.50", ",'0.50,"}, {"12", ",12,"}, {"0", ",0,"}, {"1 3 7 21", ",1 3 7 21,"},
		{"5 calls", ",5 calls,"},  {"Long 5", ",Long 5,"},      {"True story", ",True story,"},  {"Marathon 2026", ",Marathon 2026,"},
		{"'90", ",'90,"},          {"w05-fr", ",w05-fr,"},      {"Monday", ",Monday,"},          {"May", ",May,"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *text = written_title(rows[i].title);
		int columns[FIELD_COUNT] = {0};
		if (!strstr(text, rows[i].cell))
			fail_msg("row %zu: %s", i, text);
		struct plan *plan = parse(text, columns);
		assert_string_equal(plan->sessions[0].title, rows[i].title);
		plan_free(plan);
	}
}

/* Numbers as spreadsheets write them; what could be thousands, or is no whole number, is refused. */
static void test_whole_numbers(void **state UNUSED)
{
	static const struct {
		const char *cell;
		int number; /* 0: refused */
	} rows[] = {{"12", 12}, {"12.0", 12}, {"12.00", 12}, {"\"12,0\"", 12}, {"'12", 12}, {"12.000", 0}, {"12.5", 0}, {"12.", 0}, {"1.05", 0},
		    {"12.0x", 0}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *text = xasprintf("week,weekday,time,minutes,type,title,pass\n%s,mo,09:30,%s,short,T,%s\n", rows[i].cell, rows[i].cell,
					     rows[i].cell);
		struct plan *plan = NULL;
		struct faults faults = {0};
		int columns[FIELD_COUNT] = {0};
		if (csv_parse(text, &plan, columns, &faults)) {
			assert_int_equal(rows[i].number, 0);
			assert_int_equal(faults.count, 3);
		} else {
			assert_int_equal(plan->sessions[0].week, rows[i].number);
			assert_int_equal(plan->sessions[0].minutes, rows[i].number);
			assert_int_equal(plan->sessions[0].pass, rows[i].number);
		}
		faults_release(&faults);
		plan_free(plan);
	}
	int columns[FIELD_COUNT] = {0};
	struct plan *plan = parse("week;weekday;time;type;title;pass\n2,0;mo;09:30;short;1,0;80,00 %\n", columns);
	assert_int_equal(plan->sessions[0].week, 2);
	assert_int_equal(plan->sessions[0].pass, 80);
	assert_string_equal(plan->sessions[0].title, "1,0");
	plan_free(plan);
}

static uint32_t draw(uint64_t *state, uint32_t below)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33) % below;
}

/* Whatever a text is made of: its cell does not begin like a formula, and it comes back as it was. */
static void test_any_text_goes_round(void **state UNUSED)
{
	static const char *const pieces[] = {"'", "=", "+", "-", "@", "\t", "\r", "\n", "\"", ",", ";", "a", "1", "0", ".", "/", "May", "e", "true", " ", "ü"};
	for (uint64_t seed = 1; seed <= 3000; seed++) {
		uint64_t state_of = seed;
		struct text made = {0};
		struct err err = {0};
		for (uint32_t n = 1 + draw(&state_of, 8); n--;)
			text_add(&made, pieces[draw(&state_of, ARRAY_LEN(pieces))]);
		struct plan_session probe = {.title = NULL};
		OWNED_TEXT *title = NULL;
		if (!session_field_set(&probe, FIELD_DESCRIPTION, made.data, &err) && probe.description)
			title = xstrdup(probe.description);
		err_release(&err);
		free(probe.description);
		text_release(&made);
		if (!title)
			continue;
		struct plan *plan = plan_new(), *back;
		plan->shape.weeks = 1;
		struct plan_session *session = plan_add(plan);
		*session = (struct plan_session){.week = 1, .minutes = 20, .uid = xstrdup("u"), .skill = xstrdup(""), .title = xstrdup("T")};
		session->description = xstrdup(title);
		plan_finish(plan);
		OWNED_TEXT *text = csv_write(plan);
		int columns[FIELD_COUNT] = {0};
		back = parse(text, columns);
		if (strcmp(back->sessions[0].description, title) != 0)
			fail_msg("seed %d: '%s' became '%s'", (int)seed, title, back->sessions[0].description);
		for (const char *p = strstr(text, "\r\n") + 2; *p; p++)
			if (strchr("=+-@\t\r", *p) && (p[-1] == ',' || (p[-1] == '"' && p[-2] == ',')) && p[-2] != '"' && strstr(text, title) == p)
				fail_msg("seed %d: a formula: %s", (int)seed, text);
		plan_free(back);
		plan_free(plan);
	}
}

static void test_limit_of_rows(void **state UNUSED)
{
	struct text text = {0};
	text_add(&text, "week,weekday,time,type,title\n");
	for (int i = 0; i < PLAN_SESSIONS_MAX; i++)
		text_add(&text, "1,mo,09:30,easy,T\n");
	int columns[FIELD_COUNT] = {0};
	struct plan *plan = parse(text.data, columns);
	assert_int_equal(plan->session_count, PLAN_SESSIONS_MAX);
	plan = plan_free(plan);
	text_add(&text, "1,mo,09:30,easy,T\n");
	struct faults faults = {0};
	assert_int_equal(csv_parse(text.data, &plan, columns, &faults), CSV_BAD);
	assert_int_equal(faults.items[0].line, PLAN_SESSIONS_MAX + 2);
	faults_release(&faults);
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
		      "track,with,pass,review,rubric,evidence,depends\r\n"
		      "w01-tu,1,tu,09:00,25,short,crm,4,\"a;b \"\"c\"\", d\",,,,\"one\n  two\n\n\"\"three\"\"\",,"
		      "\"https://example.org/?a=1,2\",,,,,80,,,,w01-tu gone\r\n");
	int columns[FIELD_COUNT] = {0};
	struct plan *back = parse(text, columns);
	for (int field = 0; field < FIELD_COUNT; field++)
		assert_int_equal(columns[field], field + 1);
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
		cmocka_unit_test(test_too_many_columns),
		cmocka_unit_test(test_every_fault_is_told),
		cmocka_unit_test(test_columns_have_the_letters_of_a_spreadsheet),
		cmocka_unit_test(test_no_cell_is_a_formula),
		cmocka_unit_test(test_no_cell_is_taken_for_a_number),
		cmocka_unit_test(test_whole_numbers),
		cmocka_unit_test(test_any_text_goes_round),
		cmocka_unit_test(test_limit_of_rows),
		cmocka_unit_test(test_writes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
