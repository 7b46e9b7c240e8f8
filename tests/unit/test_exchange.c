#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exchange.h"
#include "ical/foreign.h"
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
	struct text_fault fault = {0};
	OWNED_TEXT *sheet = sheet_of(file);
	OWNED_TEXT *edited = swapped(sheet, from, to);
	int result = exchange_change("p", text_of(file), edited, EXCHANGE_SHEET, (struct instant)STAMP, &import, &fault);
	if (result)
		print_error("line %d: %s\n", fault.line, fault.text);
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
	struct text_fault fault = {0};
	struct findings findings = {0};
	OWNED_TEXT *sheet = sheet_of(file);
	OWNED_TEXT *edited = swapped(sheet, "fr 14:00   30", "fr 14:00 200");
	assert_int_equal(exchange_change("p", text_of(file), edited, EXCHANGE_SHEET, (struct instant)STAMP, &import, &fault), 0);
	assert_null(ical_read("p", "p", import.bytes.data, import.bytes.len, &findings));
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
		struct text_fault fault = {0};
		OWNED_TEXT *sheet = sheet_of(rows[i].file);
		OWNED_TEXT *edited = swapped(sheet, rows[i].from, rows[i].to);
		assert_int_equal(
			exchange_change("p", text_of(rows[i].file), edited, EXCHANGE_SHEET, (struct instant)STAMP, &import, &fault),
			EXCHANGE_BAD);
		assert_string_equal(fault.column, rows[i].column);
		assert_non_null(strstr(fault.text, rows[i].says));
		assert_true(fault.line > 1);
		text_fault_release(&fault);
		import_release(&import);
	}
}

static void test_zones_are_renamed_and_nothing_else(void **state UNUSED)
{
	static const struct {
		const char *file, *mended;
		size_t told;
	} rows[] = {
		{"A;TZID=Europe/Berlin:1\r\nB:x", "A;TZID=Europe/Berlin:1\r\nB:x", 0},
		{"A;X=1;TZID=\"Romance Standard Time\";Y=\"a;b\":1\nTZID:Romance Standard Time\n",
		 "A;X=1;TZID=Europe/Paris;Y=\"a;b\":1\nTZID:Europe/Paris\n", 1},
		{"A;TZID=Romance S\r\n tandard Time:1\r\nTZID:India Standard Time\r\n", "A;TZID=Europe/Paris:1\r\nTZID:Asia/Calcutta\r\n",
		 2},
		{"A;TZID=Nowhere Standard Time:1\n", "A;TZID=Nowhere Standard Time:1\n", 0},
		{"SUMMARY:Romance Standard Time\n", "SUMMARY:Romance Standard Time\n", 0},
		{"", "", 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct import import = {0};
		foreign_mend(rows[i].file, strlen(rows[i].file), &import.bytes, &import.report, &import.report_count);
		assert_string_equal(import.bytes.data ? import.bytes.data : "", rows[i].mended);
		assert_int_equal(import.report_count, rows[i].told);
		import_release(&import);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_changes_without_a_change),    cmocka_unit_test(test_changes),
		cmocka_unit_test(test_findings_have_the_lines_of_the_text), cmocka_unit_test(test_faults),
		cmocka_unit_test(test_zones_are_renamed_and_nothing_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
