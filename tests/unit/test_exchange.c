#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exchange.h"
#include "ical/read.h"

#define STAMP                                                                                                                              \
	{                                                                                                                                  \
		1790000000                                                                                                                 \
	}
#define EVENT(number, day, more)                                                                                                           \
	"BEGIN:VEVENT\r\nUID:p-" number "\r\nDTSTAMP:20260901T080000Z\r\nDTSTART:" day "\r\nDURATION:PT30M\r\nSUMMARY:T" number            \
	"\r\n" more "X-PACER-TYPE:short\r\nX-PACER-SKILL:crm\r\nX-PACER-EFFORT:4\r\nX-OWN;A=b:kept\\, too\r\n"                             \
	"BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT7M\r\nDESCRIPTION:x\r\nEND:VALARM\r\nEND:VEVENT\r\n"
#define PLAN(events)                                                                                                                       \
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\nUID:p\r\nNAME:Plan\r\nX-WR-CALNAME:Plan\r\n"                              \
	"X-PACER-ANCHOR;VALUE=DATE:20010101\r\nX-PACER-WEEKS;VALUE=INTEGER:2\r\n" events "END:VCALENDAR\r\n"
#define ONE EVENT("W01-MO", "20010101T093000", "CATEGORIES:training,short,tech,crm,vip\r\n")
#define TWO EVENT("W01-FR", "20010105T140000", "CATEGORIES:a\r\nCATEGORIES:short,crm\r\n")

static struct text text_of(const char *bytes)
{
	return (struct text){(char *)bytes, strlen(bytes), strlen(bytes) + 1};
}

static char *sheet_of(const char *file)
{
	struct findings findings = {0};
	struct plan *plan = ical_read("p", "p", file, strlen(file), &findings);
	assert_non_null(plan);
	char *sheet = exchange_write(plan, EXCHANGE_SHEET);
	plan_free(plan);
	findings_release(&findings);
	return sheet;
}

/* The sheet with one piece of it replaced; owned. */
static char *swapped(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	assert_non_null(at);
	return xasprintf("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

/* What becomes of the file when the sheet is changed so; owned. */
static char *changed(const char *file, const char *from, const char *to)
{
	struct import import = {0};
	struct faults faults = {0};
	OWNED_TEXT *sheet = sheet_of(file);
	OWNED_TEXT *edited = swapped(sheet, from, to);
	int result = exchange_change("p", text_of(file), edited, EXCHANGE_SHEET, (struct instant)STAMP, &import, &faults);
	if (result)
		print_error("line %d: %s\n", faults.items[0].line, faults.items[0].text);
	assert_int_equal(result, 0);
	char *bytes = xstrndup(import.bytes.data, import.bytes.len);
	import_release(&import);
	return bytes;
}

static void test_nothing_changes_without_a_change(void **state UNUSED)
{
	static const char file[] = PLAN(ONE TWO);
	OWNED_TEXT *bytes = changed(file, "# Notes like this one are not kept.", "# Notes");
	assert_string_equal(bytes, file);
}

/* Each change: what the file gets, and what it keeps. */
static void test_changes(void **state UNUSED)
{
	static const char file[] = PLAN(ONE TWO);
	static const struct {
		const char *from, *to, *has, *has_not;
	} rows[] = {
		{"title: Plan", "title: Better", "\r\nNAME:Better\r\nX-WR-CALNAME:Better\r\n", "Plan\r\n"},
		{"weeks: 2", "weeks: 3\ngoal: Go; on", "X-PACER-WEEKS;VALUE=INTEGER:3\r\nX-PACER-GOAL:Go\\; on\r\n", ":2\r\n"},
		{"weeks: 2", "weeks: 2\nversion: 4", "X-PACER-VERSION;VALUE=INTEGER:4\r\n", "LICENSE"},
		{"mo 09:30   30  short", "mo 09:30   30  speed", "CATEGORIES:training,speed,tech,crm,vip\r\nX-PACER-TYPE:speed\r\n", NULL},
		{"e4   crm  TW01-MO", "e4 empathy TW01-MO", "CATEGORIES:training,short,soft,empathy,vip\r\n", NULL},
		{"e4   crm  TW01-MO", "e4 - TW01-MO", "CATEGORIES:training,short,vip\r\nX-PACER-TYPE:short\r\nX-PACER-EFFORT:4\r\n", NULL},
		{"e4   crm  TW01-MO", "e6 crm TW01-MO", "X-PACER-EFFORT;VALUE=INTEGER:6\r\n", NULL},
		{"fr 14:00   30  short", "fr 14:00 30 speed", "CATEGORIES:a\r\nCATEGORIES:short,crm\r\nX-PACER-TYPE:speed\r\n", NULL},
		{"mo 09:30   30", "mo 09:30 45", "DURATION:PT45M\r\n", "X-PACER-DURATION"},
		{"[w01-mo]\n", "[w01-mo]\n  prep: a; b\n  pass: 80\n",
		 "X-OWN;A=b:kept\\, too\r\nX-PACER-PREP:a\r\nX-PACER-PREP:b\r\nX-PACER-PASS;VALUE=INTEGER:80\r\nBEGIN:VALARM", NULL},
		{"[w01-fr]\n", "[w01-fr]\n  depends: w01-mo\n", "RELATED-TO;RELTYPE=DEPENDS-ON:p-W01-MO\r\n", NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *bytes = changed(file, rows[i].from, rows[i].to);
		bool good = strstr(bytes, rows[i].has) && (!rows[i].has_not || !strstr(bytes, rows[i].has_not));
		if (!good)
			print_error("row %zu:\n%s\n", i, bytes);
		assert_true(good);
	}
}

/* Findings about the new file stand at the lines of the sheet. */
static void test_findings_have_the_lines_of_the_text(void **state UNUSED)
{
	static const char file[] = PLAN(ONE TWO);
	struct import import = {0};
	struct faults faults = {0};
	struct findings findings = {0};
	OWNED_TEXT *sheet = sheet_of(file);
	OWNED_TEXT *edited = swapped(sheet, "fr 14:00   30", "fr 14:00 200");
	assert_int_equal(exchange_change("p", text_of(file), edited, EXCHANGE_SHEET, (struct instant)STAMP, &import, &faults), 0);
	plan_free(ical_read("p", "p", import.bytes.data, import.bytes.len, &findings));
	exchange_lines(&import, &findings);
	int line = 1;
	for (const char *p = edited; p < strstr(edited, "fr 14:00"); p++)
		line += *p == '\n';
	assert_int_equal(findings_first_error(&findings)->line, line);
	findings_release(&findings);
	import_release(&import);
}

static void test_faults(void **state UNUSED)
{
	static const char file[] = PLAN(ONE TWO), series[] = PLAN(EVENT("S", "20010101T093000", "RRULE:FREQ=WEEKLY;COUNT=2\r\n"));
	static const struct {
		const char *file, *from, *to, *column, *says;
	} rows[] = {
		{file, "[w01-fr]", "[w01-xx]", "id", "'w01-xx'"},
		{file, "[w01-fr]\n", "[w01-fr]\n  depends: w01-mo w09-mo\n", "depends", "'w09-mo'"},
		{series, "mo 09:30", "tu 09:30", "time", ""},
		{series, "TS  [w02-mo]", "Other  [w02-mo]", "title", ""},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct import import = {0};
		struct faults faults = {0};
		OWNED_TEXT *sheet = sheet_of(rows[i].file);
		OWNED_TEXT *edited = swapped(sheet, rows[i].from, rows[i].to);
		assert_int_equal(
			exchange_change("p", text_of(rows[i].file), edited, EXCHANGE_SHEET, (struct instant)STAMP, &import, &faults),
			EXCHANGE_BAD);
		assert_string_equal(faults.items[0].column, rows[i].column);
		assert_non_null(strstr(faults.items[0].text, rows[i].says));
		assert_true(faults.items[0].line > 1);
		faults_release(&faults);
		import_release(&import);
	}
}

/* All of a table's wrong names are told, with the columns they stand in. */
static void test_faults_of_a_table(void **state UNUSED)
{
	static const char file[] = PLAN(ONE TWO);
	static const char table[] = "title,week,weekday,time,type,id,depends\n"
				    "One,1,mo,09:30,short,w01-mo,w07-mo\n"
				    "Two,9,fr,14:00,short,w01-xx,\n";
	static const char *const faults_of[] = {"row 3, column B (week): the plan ends with week 2: give it more weeks first",
						"row 3, column F (id): no session is called 'w01-xx': leave the id out for a new session"};
	struct import import = {0};
	struct faults faults = {0};
	assert_int_equal(exchange_change("p", text_of(file), table, EXCHANGE_CSV, (struct instant)STAMP, &import, &faults), EXCHANGE_BAD);
	assert_int_equal(faults.count, 2);
	for (size_t i = 0; i < 2; i++) {
		OWNED_TEXT *place = fault_place(&faults.items[i], true);
		OWNED_TEXT *whole = xasprintf("%s: %s", place, faults.items[i].text);
		assert_string_equal(whole, faults_of[i]);
	}
	faults_release(&faults);
	import_release(&import);
}

/* A table without a column for the skill says nothing of it, in CATEGORIES neither. */
static void test_a_column_that_is_not_there_changes_nothing(void **state UNUSED)
{
	static const char file[] = PLAN(ONE);
	static const char table[] = "id,week,weekday,time,type,title\nw01-mo,1,mo,09:30,speed,TW01-MO\n";
	struct import import = {0};
	struct faults faults = {0};
	assert_int_equal(exchange_change("p", text_of(file), table, EXCHANGE_CSV, (struct instant)STAMP, &import, &faults), 0);
	assert_non_null(strstr(import.bytes.data, "CATEGORIES:training,speed,tech,crm,vip\r\n"));
	assert_non_null(strstr(import.bytes.data, "X-PACER-SKILL:crm\r\n"));
	import_release(&import);
}

/* A draft: the session that cannot be read is in no sheet, and stays byte for byte whatever the sheet says. */
static void test_what_cannot_be_read_stays(void **state UNUSED)
{
	static const char lost[] = "BEGIN:VEVENT\r\nUID:p-W01-WE\r\nDTSTART:2001010xT100000\r\nSUMMARY;X-A=1:Lost\r\nEND:VEVENT\r\n";
	OWNED_TEXT *file = xasprintf("%s", PLAN(ONE "@" TWO));
	OWNED_TEXT *draft = swapped(file, "@", lost);
	OWNED_TEXT *sheet = sheet_of(draft);
	assert_non_null(strstr(sheet, ": Lost: "));
	assert_null(strstr(sheet, "[w01-we]"));
	static const struct {
		const char *from, *to, *has;
	} rows[] = {
		{"TW01-MO", "Better", "SUMMARY:Better\r\n"},
		{"[w01-fr]\n", "[w01-fr]\nwe 10:00 20 easy e2 - New\n", "UID:p-W01-WE2\r\n"},
		{"fr 14:00   30  short    e4   crm  TW01-FR  [w01-fr]\n", "", "UID:p-W01-MO\r\n"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *bytes = changed(draft, rows[i].from, rows[i].to);
		assert_non_null(strstr(bytes, lost));
		assert_non_null(strstr(bytes, rows[i].has));
	}
}

/* --- what a table cannot say -------------------------------------------------------------------------------------------------------- */

/* A table of so many weeks, a session each; week 4 has fewer minutes when lighter; owned. */
static char *table_of(int weeks, bool lighter)
{
	struct text table = {0};
	text_add(&table, "week,weekday,time,minutes,type,title,persona\n");
	for (int week = 1; week <= weeks; week++)
		text_addf(&table, "%d,mo,09:30,%d,short,T,%s\n", week, week == 4 && lighter ? 20 : 30, week % 2 ? "calm-anna" : "");
	return text_take(&table);
}

static bool tells(const struct import *import, const char *text)
{
	for (size_t i = 0; i < import->report_count; i++)
		if (strstr(import->report[i], text))
			return true;
	return false;
}

/* Phases of RULES 2.3; the rest is told, with the commands. */
static void test_a_table_gets_phases(void **state UNUSED)
{
	static const struct {
		int weeks;
		bool lighter;
		const char *has, *tells, *tells_not;
	} rows[] = {
		{1, false, "X-PACER-WEEKS;VALUE=INTEGER:1\r\n", "no goal", "phases from"},
		{6, false, "X-PACER-PHASES:base=1-2 build=3 peak=4 taper=5 race=6\r\n", "phases from the number of weeks: base=1-2", "cutbacks"},
		{12, true, "X-PACER-CUTBACK:4\r\n", "cutbacks from the number of weeks: 4;", "no cutbacks"},
		{12, false, "X-PACER-PHASES:base=1-4 build=5-8 peak=9-10 taper=11 race=12\r\n", "no cutbacks (", "cutbacks from"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct import import = {0};
		struct faults faults = {0};
		OWNED_TEXT *table = table_of(rows[i].weeks, rows[i].lighter);
		assert_int_equal(exchange_new("new", table, EXCHANGE_CSV, "u", (struct instant)STAMP, &import, &faults), 0);
		OWNED_TEXT *bytes = xstrndup(import.bytes.data, import.bytes.len);
		if (!strstr(bytes, rows[i].has) || !tells(&import, rows[i].tells) || tells(&import, rows[i].tells_not))
			fail_msg("row %zu: %s", i, bytes);
		assert_true(tells(&import, "no goal (where it leads), which is needed: pacer plan set new goal \"...\""));
		assert_true(tells(&import, "no done (") && tells(&import, "no class (") && tells(&import, "no stations ("));
		assert_true(tells(&import, "no personas for calm-anna (") && !tells(&import, "tracks"));
		assert_true(tells(&import, "title from the plan's name: new;"));
		import_release(&import);
	}
}

/* A sheet speaks of the plan: nothing is guessed. */
static void test_a_sheet_is_taken_at_its_word(void **state UNUSED)
{
	struct import import = {0};
	struct faults faults = {0};
	const char sheet[] = "title: T\nweeks: 6\n## week 1\nmo 09:30 30 short e3 - One\n";
	assert_int_equal(exchange_new("new", sheet, EXCHANGE_SHEET, "u", (struct instant)STAMP, &import, &faults), 0);
	assert_int_equal(import.report_count, 0);
	OWNED_TEXT *bytes = xstrndup(import.bytes.data, import.bytes.len);
	assert_null(strstr(bytes, "X-PACER-PHASES"));
	import_release(&import);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_changes_without_a_change),    cmocka_unit_test(test_changes),
		cmocka_unit_test(test_findings_have_the_lines_of_the_text), cmocka_unit_test(test_faults),
		cmocka_unit_test(test_faults_of_a_table),
		cmocka_unit_test(test_a_column_that_is_not_there_changes_nothing),
		cmocka_unit_test(test_what_cannot_be_read_stays),
		cmocka_unit_test(test_a_table_gets_phases),
		cmocka_unit_test(test_a_sheet_is_taken_at_its_word),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
