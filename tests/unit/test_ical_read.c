#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "core/schedule.h"
#include "ical/read.h"
#include "ical/reader.h"
#include "ical/tz.h"

#define FIXTURE(name) "tests/data/ical/" name
#define BYTES_OF(literal) literal, sizeof(literal) - 1

static char *findings_text(const struct findings *findings)
{
	struct text text = {0};
	for (size_t i = 0; i < findings->count; i++)
		text_addf(&text, "%s%s:%d", i ? " " : "", lint_info[findings->items[i].code].code, findings->items[i].line);
	return text_take(&text);
}

/* "w01-mo 2001-01-01 09:30 20 easy/2 plan Title" a session. */
static char *plan_text(const struct plan *plan)
{
	struct text text = {0};
	for (size_t i = 0; plan && i < plan->session_count; i++) {
		const struct plan_session *s = &plan->sessions[i];
		char day[DAY_TEXT], clock[CLOCK_TEXT];
		text_addf(&text, "%s %s %s %d %s/%d %s%s%s%s%s\n", s->id, day_text(day, plan->anchor + s->day),
			  clock_text(clock, s->second), s->minutes, type_info[s->type].name, s->effort, s->skill, *s->skill ? " " : "",
			  s->zone ? s->zone : "", s->zone ? " " : "", s->title);
	}
	return text_take(&text);
}

static struct plan *read_text(const char *text, struct findings *findings)
{
	return ical_read("test", "test.ics", text, strlen(text), findings);
}

/* --- fixtures ------------------------------------------------------------------------------------------------------------------------ */

static void test_plan(void **state UNUSED)
{
	struct findings findings = {0};
	struct plan *plan = ical_read_file("warm-up", FIXTURE("plan.ics"), &findings);
	OWNED_TEXT *found = findings_text(&findings);
	assert_string_equal(found, "");
	OWNED_TEXT *sessions = plan_text(plan);
	assert_string_equal(sessions, "w01-mo 2001-01-01 09:30 20 easy/2 plan Tie the laces\n"
				      "w02-tu 2001-01-09 09:30 30 short/4 listening The question behind the question; and a very long title"
				      " that is folded in the middle of a word\n"
				      "w02-tu2 2001-01-09 14:00 30 short/4 A second one that day\n"
				      "w03-fr 2001-01-19 10:00 120 race/8 Race day\n");
	assert_string_equal(plan->name, "warm-up");
	assert_string_equal(plan->file, FIXTURE("plan.ics"));
	assert_string_equal(plan->uid, "2f1c8f0a-0d53-4c35-9a4e-6b8b1f2f7a10");
	assert_string_equal(plan->title, "Three weeks of warm-up");
	assert_string_equal(plan->goal, "Answer the first customer, calmly");
	assert_string_equal(plan->done, "The trainer has signed the sheet");
	assert_int_equal(strlen(plan->revision), 32);
	assert_false(plan->dated);
	assert_int_equal(plan->shape.weeks, 3);
	assert_string_equal(shape_phase(&plan->shape, 2), "base");
	assert_string_equal(shape_phase(&plan->shape, 3), "race");
	assert_true(shape_is_cutback(&plan->shape, 2) && !shape_is_cutback(&plan->shape, 1));

	const struct plan_session *first = &plan->sessions[0];
	assert_string_equal(first->uid, "2f1c8f0a-0d53-4c35-9a4e-6b8b1f2f7a10-W01-MO");
	assert_string_equal(first->description, "Open the plan, check your tools,\nwrite one line.");
	assert_string_equal(first->prep, "https://train.example.org/kit; A quiet corner");
	assert_string_equal(first->tip, "Slow is fine");
	assert_string_equal(first->help, "Ask your buddy");
	assert_string_equal(first->link, "https://train.example.org/kit");
	assert_null(first->milestone);
	assert_null(first->zone);
	assert_int_equal(first->line, 15);
	assert_int_equal(first->alarm_count, 2);
	assert_true(first->alarms[0].offset_s == -600 && !first->alarms[0].from_end);
	assert_true(first->alarms[1].offset_s == 0 && first->alarms[1].from_end);
	assert_string_equal(plan->sessions[2].help, "The front desk");
	assert_string_equal(plan->sessions[3].milestone, "Live - celebrate");
	plan_free(plan);
	findings_release(&findings);
}

static void test_dated(void **state UNUSED)
{
	struct findings findings = {0};
	struct plan *plan = ical_read_file("autumn", FIXTURE("dated.ics"), &findings);
	OWNED_TEXT *found = findings_text(&findings);
	assert_string_equal(found, "W-ALARM:47 W-ALARM:51");
	OWNED_TEXT *sessions = plan_text(plan);
	assert_string_equal(sessions, "w01-mo 2026-10-05 09:00 20 easy/2 Kick-off\n"
				      "w01-tu 2026-10-06 09:00 45 short/4 America/New_York Call with the other coast\n"
				      "w01-we 2026-10-07 10:15 60 medium/4 Europe/Berlin Workshop\n"
				      "w01-th 2026-10-08 14:00 20 cross/3 Everywhere at once\n"
				      "w01-fr 2026-10-09 14:00 60 medium/4 Europe/Berlin Workshop\n"
				      "w03-th 2026-10-22 09:00 60 cross/3 Europe/Berlin Workshop, moved to Thursday\n"
				      "w05-we 2026-11-04 10:15 60 medium/4 Europe/Berlin Workshop\n");
	assert_true(plan->dated);
	assert_int_equal(plan->anchor, day_from_ymd(2026, 10, 5));
	assert_int_equal(plan->shape.weeks, 5);
	assert_string_equal(plan->title, "Autumn course");
	assert_string_equal(plan->uid, "autumn");
	/* Every instance has a UID of its own. */
	assert_string_equal(plan->sessions[2].uid, "repeats@example.org");
	assert_string_equal(plan->sessions[4].uid, "repeats@example.org-20261009T140000");
	assert_string_equal(plan->sessions[5].uid, "repeats@example.org-20261021T101500");
	plan_free(plan);
	findings_release(&findings);
}

static void test_fixtures(void **state UNUSED)
{
	const struct {
		const char *file, *findings, *sessions;
	} rows[] = {
		{FIXTURE("bom-folded.ics"), "",
		 "w01-mo 2001-01-01 09:00 20 easy/2 \xC3\x9C"
		 "bung f\xC3\xBCr Anf\xC3\xA4nger \xE2\x9C\x93\n"},
		{FIXTURE("todo.ics"), "", "w01-mo 2026-10-05 09:30 20 easy/2 Europe/Berlin Lace up\n"},
		{FIXTURE("two-calendars.ics"), "",
		 "w01-tu 2001-01-02 09:00 30 short/4 In the first\nw01-we 2001-01-03 09:00 35 medium/4 In the second\n"},
		{FIXTURE("truncated.ics"), "E-FILE:15", ""},
		{FIXTURE("latin1.ics"), "E-FILE:3 E-FILE:7", ""},
		{FIXTURE("utf16.ics"), "E-FILE:1", ""},
		{FIXTURE("nul.ics"), "E-FILE:5", ""},
		{FIXTURE("cr-only.ics"), "E-FILE:1", ""},
		{FIXTURE("no-uid.ics"), "E-UID:3", ""},
		{FIXTURE("duplicate-uid.ics"), "E-UID:8", "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
		{FIXTURE("dtend-before.ics"), "E-VALUE:6", ""},
		{FIXTURE("unknown-zone.ics"), "E-ZONE:6", ""},
		{FIXTURE("secondly.ics"), "E-RECUR:6", ""},
		{FIXTURE("never.ics"), "E-RECUR:6", ""},
		{FIXTURE("impossible-date.ics"), "E-VALUE:5", ""},
		{FIXTURE("no-such-file.ics"), "E-FILE:0", ""},
		{"tests/data/ical", "E-FILE:0", ""},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct findings findings = {0};
		struct plan *plan = ical_read_file("fixture", rows[i].file, &findings);
		OWNED_TEXT *found = findings_text(&findings), *sessions = plan_text(plan);
		if (strcmp(found, rows[i].findings) != 0 || strcmp(sessions, rows[i].sessions) != 0)
			fail_msg("%s: %s (expected %s)\n%s", rows[i].file, found, rows[i].findings, sessions);
		for (size_t k = 0; k < findings.count; k++)
			assert_true(strlen(findings.items[k].text) > 10);
		plan_free(plan);
		findings_release(&findings);
	}
}

/* --- calendars of other programs ------------------------------------------------------------------------------------------------------ */

#define FOREIGN(uid, lines) "BEGIN:VEVENT\nUID:" uid "\nSUMMARY:x\nDURATION:PT30M\n" lines "END:VEVENT\n"
#define FILE_OF(head, events) "BEGIN:VCALENDAR\nVERSION:2.0\n" head events "END:VCALENDAR\n"
#define BERLIN "X-WR-TIMEZONE:Europe/Berlin\n"
#define PST "X-WR-TIMEZONE:America/Los_Angeles\n"

static const struct {
	const char *file, *findings, *sessions;
} foreign_rows[] = {
	/* What the clock of the calendar shows, on both sides of its change. */
	{FILE_OF(BERLIN, FOREIGN("a", "DTSTART:20261016T120000Z\n") FOREIGN("b", "DTSTART:20261030T130000Z\n")), "",
	 "w01-fr 2026-10-16 14:00 30 long/4 x\nw03-fr 2026-10-30 14:00 30 long/4 x\n"},
	/* The name may come last; a zone of the event's own stays. */
	{FILE_OF("", FOREIGN("a", "DTSTART:20261016T120000Z\n") FOREIGN("b", "DTSTART;TZID=Europe/London:20261016T120000\n") BERLIN), "",
	 "w01-fr 2026-10-16 12:00 30 long/4 Europe/London x\nw01-fr2 2026-10-16 14:00 30 long/4 x\n"},
	/* Another day, and with it another week. */
	{FILE_OF(BERLIN, FOREIGN("a", "DTSTART:20261011T223000Z\n")), "", "w01-mo 2026-10-12 00:30 30 easy/2 x\n"},
	{FILE_OF(PST, FOREIGN("a", "DTSTART:20261012T010000Z\n")), "", "w01-su 2026-10-11 18:00 30 easy/2 x\n"},
	{FILE_OF(BERLIN, FOREIGN("a", "DTSTART:20261011T223000Z\nRRULE:FREQ=WEEKLY;COUNT=2\n")), "",
	 "w01-mo 2026-10-12 00:30 30 easy/2 x\nw02-mo 2026-10-19 00:30 30 easy/2 x\n"},
	{FILE_OF(BERLIN, FOREIGN("a", "DTSTART:20261012T223000Z\n")), "", "w01-tu 2026-10-13 00:30 30 short/4 x\n"},
	/* Nobody's clock, one that nobody knows, and plans of one's own: as they stand. */
	{FILE_OF("", FOREIGN("a", "DTSTART:20261016T120000Z\n")), "", "w01-fr 2026-10-16 12:00 30 long/4 UTC x\n"},
	{FILE_OF("X-WR-TIMEZONE:Mars/Olympus\n", FOREIGN("a", "DTSTART:20261016T120000Z\n")), "", "w01-fr 2026-10-16 12:00 30 long/4 UTC x\n"},
	{FILE_OF(BERLIN "X-PACER-FORMAT;VALUE=INTEGER:1\n", FOREIGN("a", "DTSTART:20261016T120000Z\n")), "",
	 "w01-fr 2026-10-16 12:00 30 long/4 UTC x\n"},
	/* Zones by names that only people read; the end of a series in UTC takes none of it away. */
	{FILE_OF("", FOREIGN("a", "DTSTART;TZID=\"(UTC-08:00) Pacific Time (US & Canada)\":20261016T090000\n")), "W-VALUE:7",
	 "w01-fr 2026-10-16 09:00 30 long/4 x\n"},
	{FILE_OF("", FOREIGN("a", "DTSTART;TZID=Customized Time Zone:20261016T090000\nRRULE:FREQ=DAILY;UNTIL=20261018T070000Z\n")), "W-VALUE:7",
	 "w01-fr 2026-10-16 09:00 30 long/4 x\nw01-sa 2026-10-17 09:00 30 long/4 x\nw01-su 2026-10-18 09:00 30 long/4 x\n"},
	{FILE_OF("X-PACER-FORMAT;VALUE=INTEGER:1\n", FOREIGN("a", "DTSTART;TZID=Customized Time Zone:20261016T090000\n")), "E-ZONE:8", ""},
	{FILE_OF("", FOREIGN("a", "DTSTART;TZID=Mars/Olympus:20261016T090000\n")), "E-ZONE:7", ""},
};

static void test_foreign(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(foreign_rows); i++) {
		struct findings findings = {0};
		struct plan *plan = read_text(foreign_rows[i].file, &findings);
		OWNED_TEXT *found = findings_text(&findings), *sessions = plan_text(plan);
		if (strcmp(found, foreign_rows[i].findings) != 0 || strcmp(sessions, foreign_rows[i].sessions) != 0)
			fail_msg("row %zu: %s\n%s", i, found, sessions);
		plan_free(plan);
		findings_release(&findings);
	}
}

/* Sundays in UTC, Mondays on the clock: none of them is in week 53. */
static void test_foreign_series_end_with_the_plan(void **state UNUSED)
{
	struct findings findings = {0};
	struct plan *plan = read_text(FILE_OF(BERLIN, FOREIGN("a", "DTSTART:20261011T223000Z\nRRULE:FREQ=WEEKLY\n")), &findings);
	assert_int_equal(findings.count, 0);
	assert_int_equal(plan->session_count, 52);
	assert_int_equal(plan->sessions[51].week, 52);
	assert_int_equal(plan_weekday(plan->sessions[51].day), MONDAY);
	plan_free(plan);
	findings_release(&findings);
}

/* Tags are taken out of what other programs write, and of nothing else. */
static void test_html(void **state UNUSED)
{
	static const struct {
		const char *head, *description, *shown;
	} rows[] = {
		{"", "<p>Listen to <b>three calls</b> &amp\\; note:</p><ul><li>one</li><li>two &lt\\;3</li></ul>",
		 "Listen to three calls & note:\none\ntwo <3"},
		{"", "Join: <a href=\"https://example.org/a\">here</a><br/><br>Bring &#39\\;it&#39\\;&nbsp\\;", "Join: here\nBring 'it'"},
		{"", "Ask <name> if 3 < 4 &amp\\; more", "Ask <name> if 3 < 4 &amp; more"},
		{"", "<b>x</b> <b", "x <b"},
		{"X-PACER-FORMAT;VALUE=INTEGER:1\n", "Write <b>bold</b>", "Write <b>bold</b>"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *file = xasprintf("BEGIN:VCALENDAR\nVERSION:2.0\n%sBEGIN:VEVENT\nUID:a\nDTSTART:20261016T090000\nSUMMARY:x\n"
					     "DESCRIPTION:%s\nEND:VEVENT\nEND:VCALENDAR\n",
					     rows[i].head, rows[i].description);
		struct findings findings = {0};
		struct plan *plan = read_text(file, &findings);
		assert_string_equal(plan->sessions[0].description, rows[i].shown);
		plan_free(plan);
		findings_release(&findings);
	}
}

/* --- one event at a time ------------------------------------------------------------------------------------------------------------- */

/* Lines 1 to 3 are BEGIN:VCALENDAR, VERSION, BEGIN:VEVENT; body begins on line 4. */
struct event_row {
	const char *body, *findings, *sessions; /* NULL: no plan */
};

static const struct event_row event_rows[] = {
	/* Length. */
	{"UID:a\nDTSTART:20010101T093000\nSUMMARY:x\nDURATION:PT25M\n", "", "w01-mo 2001-01-01 09:30 25 easy/2 x\n"},
	{"UID:a\nDTSTART:20010101T093000\nSUMMARY:x\nDURATION:PT24M1S\n", "", "w01-mo 2001-01-01 09:30 25 easy/2 x\n"},
	{"UID:a\nDTSTART:20010101T093000\nSUMMARY:x\nDURATION:PT0S\n", "", "w01-mo 2001-01-01 09:30 20 easy/2 x\n"},
	{"UID:a\nDTSTART:20010101T093000\nSUMMARY:x\nDTEND:20010101T093000\n", "", "w01-mo 2001-01-01 09:30 20 easy/2 x\n"},
	{"UID:a\nDTSTART:20010101T093000\nSUMMARY:x\nDTEND:20010101T093500\n", "", "w01-mo 2001-01-01 09:30 5 easy/2 x\n"},
	{"UID:a\nDTSTART:20010101T093000\nSUMMARY:x\nDTEND:20010101T093459\n", "", "w01-mo 2001-01-01 09:30 5 easy/2 x\n"},
	{"UID:a\nDTSTART:20010101T093000\nSUMMARY:x\nDTEND:20010101T100000\nDURATION:PT30M\n", "E-VALUE:8", NULL},
	{"UID:a\nDTSTART:20010101T093000\nSUMMARY:x\nDTEND;VALUE=DATE:20010102\n", "E-VALUE:7", NULL},
	{"UID:a\nDTSTART:20010101T093000\nSUMMARY:x\nDTEND:20010101T100000Z\n", "E-VALUE:7", NULL},
	{"UID:a\nDTSTART:20010101T093000\nDURATION:-PT5M\n", "E-VALUE:6", NULL},
	{"UID:a\nDTSTART:20010101T093000\nDURATION:15\n", "E-VALUE:6", NULL},
	{"UID:a\nDTSTART:20010101T093000\nDURATION:PT99999999999S\n", "E-VALUE:6", NULL},
	{"UID:a\nDTSTART:20010101T093000\nX-PACER-TYPE:easy\nDURATION:PT181M\n", "E-RANGE:3", NULL},
	/* An hour is an hour when the clocks change: 01:30 to 03:30 on that night in Berlin. */
	{"UID:a\nDTSTART;TZID=Europe/Berlin:20260329T013000\nDTEND;TZID=Europe/Berlin:20260329T033000\nSUMMARY:x\n", "",
	 "w01-su 2026-03-29 01:30 60 easy/2 Europe/Berlin x\n"},
	{"UID:a\nDTSTART;TZID=Europe/Berlin:20261005T100000\nDTEND;TZID=Europe/London:20261005T094500\nSUMMARY:x\n", "",
	 "w01-mo 2026-10-05 10:00 45 easy/2 Europe/Berlin x\n"},
	/* Start. */
	{"UID:a\nDTSTART;VALUE=DATE:20010102\nSUMMARY:x\n", "", "w01-tu 2001-01-02 09:00 30 short/4 x\n"},
	{"UID:a\nDTSTART:20010102\nSUMMARY:x\n", "", "w01-tu 2001-01-02 09:00 30 short/4 x\n"},
	{"UID:a\nDTSTART;VALUE=DATE:20010102\nDTEND;VALUE=DATE:20010101\nSUMMARY:x\n", "E-VALUE:6", NULL},
	{"UID:a\nDTSTART;VALUE=DATE:20010102T090000\n", "E-VALUE:5", NULL},
	{"UID:a\nDTSTART;VALUE=PERIOD:20010102T090000/PT1H\n", "E-VALUE:5", NULL},
	{"UID:a\nDTSTART;TZID=Europe/Berlin:20010102T090000Z\n", "E-VALUE:5", NULL},
	{"UID:a\nDTSTART:garbage\n", "E-VALUE:5", NULL},
	{"UID:a\nDTSTART:20010102T090000\nDTSTART:20010102T090000\n", "E-VALUE:6", NULL},
	{"UID:a\nSUMMARY:no start\n", "E-VALUE:3", NULL},
	{"UID:\nDTSTART:20010101T090000\n", "E-UID:3", NULL},
	{"UID:a\nUID:b\nDTSTART:20010101T090000\n", "E-VALUE:5", NULL},
	/* Type, skill, effort. */
	{"UID:a\nDTSTART:20010106T090000\nCATEGORIES:Work,long\\,,LONG,sql\nSUMMARY:x\n", "", "w01-sa 2001-01-06 09:00 60 long/4 sql x\n"},
	{"UID:a\nDTSTART:20010106T090000\nCATEGORIES:long\nX-PACER-TYPE:Short\nX-PACER-SKILL: SQL\nSUMMARY:x\n", "",
	 "w01-sa 2001-01-06 09:00 30 short/4 sql x\n"},
	{"UID:a\nDTSTART:20010106T090000\nX-PACER-SKILL:juggling\nSUMMARY:x\n", "W-SKILL:3",
	 "w01-sa 2001-01-06 09:00 20 easy/2 juggling x\n"},
	{"UID:a\nDTSTART:20010106T090000\nX-PACER-TYPE:sprint\n", "E-TYPE:6", NULL},
	{"UID:a\nDTSTART:20010106T090000\nX-PACER-EFFORT:hard\n", "E-VALUE:6", NULL},
	{"UID:a\nDTSTART:20010106T090000\nX-PACER-EFFORT:10\nSUMMARY:x\n", "", "w01-sa 2001-01-06 09:00 20 easy/10 x\n"},
	{"UID:a\nDTSTART:20010106T090000\nX-PACER-EFFORT:11\n", "E-RANGE:3", NULL},
	{"UID:a\nDTSTART:20010101T090000\n", "", "w01-mo 2001-01-01 09:00 20 easy/2 easy session\n"},
	{"UID:a\nDTSTART:20010101T090000\nX-PACER-PREP;VALUE=URI:not an address\n", "E-VALUE:6", NULL},
	{"UID:a\nDTSTART:20010101T090000\nUNKNOWN;X=1:y\nX-OTHER:z\nSUMMARY:x\nSUMMARY:y\n", "", "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
	/* Control characters: kept in the file, a sign for them in the plan; in a value that is no text they are what is wrong with it. */
	{"UID:a\nDTSTART:20010101T090000\nSUMMARY:x\033[2J\x07\xC2\x9B\x7F\xC2\xA0y\tz\n", "W-VALUE:6",
	 "w01-mo 2001-01-01 09:00 20 easy/2 x\xE2\x90\x9B[2J\xE2\x90\x87\xEF\xBF\xBD\xE2\x90\xA1\xC2\xA0y z\n"},
	{"UID:a\nDTSTART:20010101T090000\nSUMMARY:x\nX-OTHER;P=\x01:y\n", "W-VALUE:7", "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
	{"UID:a\nDTSTART:20010101T09000\x01\nSUMMARY:x\n", "W-VALUE:5 E-VALUE:5", NULL},
	{"UID:a\nDTSTART:20010101T090000\nSUMMARY:x\nX-PACER-REVIEW:soon\nX-PACER-WITH:boss\n", "W-VALUE:3 W-VALUE:3",
	 "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
	/* Alarms. */
	{"UID:a\nDTSTART:20010101T090000\nSUMMARY:x\nBEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM\n", "W-ALARM:7",
	 "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
	{"UID:a\nDTSTART:20010101T090000\nSUMMARY:x\nBEGIN:VALARM\nACTION:DISPLAY\nEND:VALARM\n", "W-ALARM:7",
	 "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
	{"UID:a\nDTSTART:20010101T090000\nSUMMARY:x\nBEGIN:VALARM\nACTION:X-BLINK\nTRIGGER:PT0S\nEND:VALARM\n", "W-ALARM:7",
	 "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
	{"UID:a\nDTSTART:20010101T090000\nSUMMARY:x\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:soon\nEND:VALARM\n", "W-ALARM:7",
	 "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
	/* Repeating. */
	{"UID:a\nDTSTART:20010101T090000\nRRULE:FREQ=WEEKLY;COUNT=2\nSUMMARY:x\n", "",
	 "w01-mo 2001-01-01 09:00 20 easy/2 x\nw02-mo 2001-01-08 09:00 20 easy/2 x\n"},
	{"UID:a\nDTSTART:20010101T090000\nRDATE:20010102T100000,20010102T100000\nRDATE;VALUE=DATE:20010103\nSUMMARY:x\n", "",
	 "w01-mo 2001-01-01 09:00 20 easy/2 x\nw01-tu 2001-01-02 10:00 20 easy/2 x\nw01-we 2001-01-03 09:00 20 easy/2 x\n"},
	{"UID:a\nDTSTART:20010101T090000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20010102\nSUMMARY:x\n", "",
	 "w01-mo 2001-01-01 09:00 20 easy/2 x\nw01-we 2001-01-03 09:00 20 easy/2 x\n"},
	{"UID:a\nDTSTART;VALUE=DATE:20010101\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20010101T000000,20010103T120000\nSUMMARY:x\n", "",
	 "w01-tu 2001-01-02 09:00 20 easy/2 x\n"},
	{"UID:a\nDTSTART;TZID=Europe/"
	 "Berlin:20261023T100000\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE:20261024T080000Z,20261026T090000Z\nSUMMARY:x\n",
	 "", "w01-fr 2026-10-23 10:00 60 long/4 Europe/Berlin x\nw01-su 2026-10-25 10:00 60 long/4 Europe/Berlin x\n"},
	{"UID:a\nDTSTART;TZID=Europe/Berlin:20261005T100000\nRDATE;TZID=America/New_York:20261006T040000\nSUMMARY:x\n", "",
	 "w01-mo 2026-10-05 10:00 20 easy/2 Europe/Berlin x\nw01-tu 2026-10-06 10:00 20 easy/2 Europe/Berlin x\n"},
	{"UID:a\nDTSTART:20010101T090000\nEXDATE:20010101T090000\nSUMMARY:x\n", "E-EMPTY:1", NULL},
	{"UID:a\nDTSTART:20010101T090000\nRRULE:FREQ=DAILY;COUNT=3;UNTIL=20010105\n", "E-RECUR:6", NULL},
	{"UID:a\nDTSTART:20010101T090000\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY\n", "E-VALUE:7", NULL},
	{"UID:a\nDTSTART:20010101T090000\nEXRULE:FREQ=DAILY\n", "E-RECUR:6", NULL},
	{"UID:a\nDTSTART:20010101T090000\nRDATE;VALUE=PERIOD:20010102T090000/PT1H\n", "E-VALUE:6", NULL},
	{"UID:a\nDTSTART:20010101T090000\nEXDATE:20010102T090000,nonsense\n", "E-VALUE:6", NULL},
	{"UID:a\nDTSTART:20010101T090000\nRECURRENCE-ID;RANGE=THISANDFUTURE:20010101T090000\n", "E-RECUR:6", NULL},
	/* An instance of a series that is not in the file. */
	{"UID:a\nDTSTART:20010101T090000\nRECURRENCE-ID:20001225T090000\nSUMMARY:x\n", "", "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
	/* Ids of UIDs: only when they are true. */
	{"UID:p-w01-mo3\nDTSTART:20010101T090000\nSUMMARY:x\n", "", "w01-mo3 2001-01-01 09:00 20 easy/2 x\n"},
	{"UID:p-W02-MO\nDTSTART:20010101T090000\nSUMMARY:x\n", "", "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
	{"UID:p-W01-MO1\nDTSTART:20010101T090000\nSUMMARY:x\n", "", "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
	{"UID:p-W01-MO07\nDTSTART:20010101T090000\nSUMMARY:x\n", "", "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
	{"UID:p-W01-MO777\nDTSTART:20010101T090000\nSUMMARY:x\n", "", "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
	{"UID:w01-mo9\nDTSTART:20010101T090000\nSUMMARY:x\n", "", "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
	/* Components. */
	{"UID:a\nDTSTART:20010101T090000\nEND:VALARM\n", "E-FILE:6", NULL},
	{"UID:a\nDTSTART:20010101T090000\nBEGIN:VALARM\n", "E-FILE:7", NULL},
	{"UID:a\nDTSTART:20010101T090000\nBEGIN:VEVENT\nUID:b\n", "E-FILE:6 E-FILE:9", NULL},
	{"UID:a\nDTSTART:20010101T090000\nSUMMARY:x\nBEGIN:X-DEEP\nSUMMARY:y\nDTSTART:z\nEND:X-DEEP\n", "",
	 "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
	{"UID:a\nDTSTART:20010101T090000\nno colon\n", "E-FILE:6", NULL},
};

static void check_row(const char *text, const char *expected_findings, const char *expected_sessions)
{
	struct findings findings = {0};
	struct plan *plan = read_text(text, &findings);
	OWNED_TEXT *found = findings_text(&findings), *sessions = plan ? plan_text(plan) : NULL;
	bool same = !sessions == !expected_sessions && (!sessions || strcmp(sessions, expected_sessions) == 0);
	if (strcmp(found, expected_findings) != 0 || !same)
		fail_msg("%s\n-> '%s' (expected '%s') %s\n%s", text, found, expected_findings, findings.count ? findings.items[0].text : "",
			 sessions ? sessions : "no plan");
	plan_free(plan);
	findings_release(&findings);
}

static void test_events(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(event_rows); i++) {
		OWNED_TEXT *text =
			xasprintf("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n%sEND:VEVENT\nEND:VCALENDAR\n", event_rows[i].body);
		check_row(text, event_rows[i].findings, event_rows[i].sessions);
	}
}

/* What the first session can open; NULL: nothing. */
static const struct {
	const char *lines, *link;
} link_rows[] = {
	{"SUMMARY:x\n", NULL},
	{"URL:https://example.org/a?b=c&d#e\n", "https://example.org/a?b=c&d#e"},
	{"URL;VALUE=URI:http://example.org/\n", "http://example.org/"},
	{"url:HtTpS://Example.org/A\n", "HtTpS://Example.org/A"},
	{"URL:mailto:desk@example.org\n", "mailto:desk@example.org"},
	{"URL:https://example.org/a,b;c\n", "https://example.org/a,b;c"},
	{"URL:https://example.org/a-very-long\n -address\n", "https://example.org/a-very-long-address"},
	/* Others are no link, and no error. */
	{"URL:ftp://example.org/a\n", NULL},
	{"URL:file:///etc/passwd\n", NULL},
	{"URL:javascript:alert(1)\n", NULL},
	{"URL:tel:+4930123456\n", NULL},
	{"URL:httpx://example.org/\n", NULL},
	{"URL:http\n", NULL},
	{"URL:https:\n", NULL},
	{"URL:\n", NULL},
	{"URL: https://example.org/a\n", NULL},
	{"URL:https://example.org/a b\n", NULL},
	{"URL:https://example.org/\\,a\n", NULL},
	{"URL:https://example.org/\"a\n", NULL},
	{"URL:-https://example.org/\n", NULL},
	/* What is laid out, when it is an address and nothing else. */
	{"X-PACER-PREP;VALUE=URI:https://example.org/kit\n", "https://example.org/kit"},
	{"X-PACER-PREP;VALUE=URI:ftp://example.org/kit\n", NULL},
	{"X-PACER-PREP:https://example.org/kit\n", "https://example.org/kit"},
	{"X-PACER-PREP: https://example.org/a\\,b \n", "https://example.org/a,b"},
	{"X-PACER-PREP:see https://example.org/kit\n", NULL},
	{"X-PACER-PREP:https://example.org/kit first\n", NULL},
	{"X-PACER-PREP:Badge list\nX-PACER-PREP:Note: bring a pen\n", NULL},
	{"X-PACER-PREP:key ring\nX-PACER-PREP;VALUE=URI:http://a.example/\nX-PACER-PREP:http://b.example/\n", "http://a.example/"},
	{"X-PACER-PREP:ftp://a.example/\nX-PACER-PREP:http://b.example/\n", "http://b.example/"},
	/* URL wins, wherever it stands; one that is no link does not. */
	{"URL:http://u.example/\nX-PACER-PREP;VALUE=URI:http://p.example/\n", "http://u.example/"},
	{"X-PACER-PREP;VALUE=URI:http://p.example/\nURL:http://u.example/\n", "http://u.example/"},
	{"URL:ftp://u.example/\nX-PACER-PREP;VALUE=URI:http://p.example/\n", "http://p.example/"},
	{"X-PACER-PREP;VALUE=URI:http://p.example/\nURL:ftp://u.example/\n", "http://p.example/"},
	/* Of the event, not of what is in it. */
	{"BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:PT0S\nURL:http://u.example/\nEND:VALARM\n", NULL},
};

static void check_link(const char *lines, const char *expected)
{
	struct findings findings = {0};
	OWNED_TEXT *text = xasprintf(
		"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a\nDTSTART:20010101T090000\n%sEND:VEVENT\nEND:VCALENDAR\n", lines);
	struct plan *plan = read_text(text, &findings);
	OWNED_TEXT *found = findings_text(&findings);
	if (!plan || *found)
		fail_msg("%s\n-> '%s'", lines, found);
	for (size_t i = 0; i < plan->session_count; i++) {
		const char *link = plan->sessions[i].link;
		if (!link != !expected || (link && strcmp(link, expected) != 0))
			fail_msg("%s\n-> %s (expected %s)", lines, link ? link : "none", expected ? expected : "none");
	}
	plan_free(plan);
	findings_release(&findings);
}

static void test_links(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(link_rows); i++)
		check_link(link_rows[i].lines, link_rows[i].link);
}

/* Up to the limit of texts; a longer one is no link. */
static void test_link_limit(void **state UNUSED)
{
	for (int over = 0; over <= 1; over++) {
		OWNED_TEXT *link = xasprintf("https://example.org/%0*d", PLAN_TEXT_MAX - 20 + over, 0);
		OWNED_TEXT *lines = xasprintf("URL:%s\n", link);
		check_link(lines, over ? NULL : link);
	}
}

static const struct zone *no_zone(void *ctx UNUSED, const char *name UNUSED)
{
	return NULL;
}

/* Every instance of a series has it, and so has what a learner enrols in after the plan is gone. */
static void test_link_is_copied(void **state UNUSED)
{
	struct findings findings = {0};
	const struct zone_source zones = {no_zone, NULL};
	check_link("RRULE:FREQ=DAILY;COUNT=3\nURL:http://u.example/\n", "http://u.example/");
	struct plan *plan = read_text("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a\nDTSTART:20010101T090000\nURL:http://u.example/\n"
				      "END:VEVENT\nBEGIN:VEVENT\nUID:b\nDTSTART:20010102T090000\nEND:VEVENT\nEND:VCALENDAR\n",
				      &findings);
	struct enrolment *enrolment =
		schedule_enrol(plan, day_from_ymd(2025, 12, 1), &policy_default, &zones, &zone_utc, (struct instant){0});
	plan_free(plan);
	assert_string_equal(enrolment->sessions[0].plan.link, "http://u.example/");
	assert_null(enrolment->sessions[1].plan.link);
	enrolment_free(enrolment);
	findings_release(&findings);
}

/* --- what trainers say about a session, and about the plan --------------------------------------------------------------------------- */

static void check_text(const char *found, const char *expected, const char *line)
{
	if (!found != !expected || (found && strcmp(found, expected) != 0))
		fail_msg("%s: '%s' (expected '%s')", line, found ? found : "(none)", expected ? expected : "(none)");
}

static void test_trainer_words(void **state UNUSED)
{
	const struct {
		const char *lines;
		const char *fallback, *persona, *track, *with, *review, *rubric, *depends;
		int pass;
	} rows[] = {
		{"SUMMARY:x\n", NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0},
		{"X-PACER-FALLBACK:Read one reply\\, aloud\n", "Read one reply, aloud", NULL, NULL, NULL, NULL, NULL, NULL, 0},
		{"X-PACER-FALLBACK:a\nX-PACER-FALLBACK:b\n", "a", NULL, NULL, NULL, NULL, NULL, NULL, 0},
		{"X-PACER-PERSONA:calm-cleo\nX-PACER-PERSONA:brisk-bo\nX-PACER-PERSONA:\n", NULL, "calm-cleo brisk-bo", NULL, NULL, NULL,
		 NULL, NULL, 0},
		{"X-PACER-TRACK:phone\nX-PACER-WITH:role=buddy\nX-PACER-REVIEW:1 3 7 21\n", NULL, NULL, "phone", "role=buddy", "1 3 7 21",
		 NULL, NULL, 0},
		{"X-PACER-RUBRIC:Understood the need\nX-PACER-RUBRIC:Promised a next step\nX-PACER-PASS;VALUE=INTEGER:70\n", NULL, NULL,
		 NULL, NULL, NULL, "Understood the need; Promised a next step", NULL, 70},
		{"X-PACER-PASS:100\n", NULL, NULL, NULL, NULL, NULL, NULL, NULL, 100},
		{"RELATED-TO;RELTYPE=DEPENDS-ON:a\nRELATED-TO;RELTYPE=depends-on;VALUE=UID:b\n", NULL, NULL, NULL, NULL, NULL, NULL, "a b",
		 0},
		{"RELATED-TO:a\nRELATED-TO;RELTYPE=PARENT:b\nRELATED-TO;RELTYPE=STARTTOSTART:c\n"
		 "RELATED-TO;RELTYPE=DEPENDS-ON;VALUE=URI:https://u.example/\n",
		 NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct findings findings = {0};
		OWNED_TEXT *text = xasprintf("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:x\nDTSTART:20010101T090000\n%sEND:VEVENT\n"
					     "END:VCALENDAR\n",
					     rows[i].lines);
		struct plan *plan = read_text(text, &findings);
		assert_int_equal(findings.count, 0);
		const struct plan_session *s = &plan->sessions[0];
		check_text(s->fallback, rows[i].fallback, rows[i].lines);
		check_text(s->persona, rows[i].persona, rows[i].lines);
		check_text(s->track, rows[i].track, rows[i].lines);
		check_text(s->with, rows[i].with, rows[i].lines);
		check_text(s->review, rows[i].review, rows[i].lines);
		check_text(s->rubric, rows[i].rubric, rows[i].lines);
		check_text(s->depends, rows[i].depends, rows[i].lines);
		assert_int_equal(s->pass, rows[i].pass);
		plan_free(plan);
		findings_release(&findings);
	}
}

static void test_pass_marks(void **state UNUSED)
{
	static const char *const bad[] = {"X-PACER-PASS:0",    "X-PACER-PASS:101", "X-PACER-PASS:-5",
					  "X-PACER-PASS:80 %", "X-PACER-PASS:",    "SUMMARY:x\nX-PACER-PASS:80\nX-PACER-PASS:80"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct findings findings = {0};
		OWNED_TEXT *text = xasprintf(
			"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:x\nDTSTART:20010101T090000\n%s\nEND:VEVENT\nEND:VCALENDAR\n",
			bad[i]);
		assert_null(read_text(text, &findings));
		OWNED_TEXT *found = findings_text(&findings);
		assert_string_equal(found, i < 5 ? "E-VALUE:6" : "E-VALUE:8");
		findings_release(&findings);
	}
}

/* FINISHTOSTART says it from the other side, wherever the two stand in the file and however often it is said. */
static void test_followers(void **state UNUSED)
{
	static const char text[] = "BEGIN:VCALENDAR\nVERSION:2.0\n"
				   "BEGIN:VEVENT\nUID:last\nDTSTART:20010105T090000\nRELATED-TO;RELTYPE=DEPENDS-ON:first\nEND:VEVENT\n"
				   "BEGIN:VEVENT\nUID:first\nDTSTART:20010101T090000\nRELATED-TO;RELTYPE=FINISHTOSTART;GAP=P1D:last\n"
				   "RELATED-TO;RELTYPE=FINISHTOSTART:middle\nRELATED-TO;RELTYPE=FINISHTOSTART:nobody\nEND:VEVENT\n"
				   "BEGIN:VEVENT\nUID:middle\nDTSTART:20010103T090000\nRELATED-TO;RELTYPE=FINISHTOSTART:last\n"
				   "END:VEVENT\nEND:VCALENDAR\n";
	struct findings findings = {0};
	struct plan *plan = read_text(text, &findings);
	OWNED_TEXT *found = findings_text(&findings);
	assert_string_equal(found, "W-DEPENDS:8");
	assert_null(plan->sessions[0].depends);
	assert_string_equal(plan->sessions[1].depends, "first");
	assert_string_equal(plan->sessions[2].depends, "first middle");
	plan_free(plan);
	findings_release(&findings);
}

static void test_plan_words(void **state UNUSED)
{
	struct findings findings = {0};
	struct plan *plan =
		read_text("BEGIN:VCALENDAR\nVERSION:2.0\nX-PACER-CLASS:Marathon\nX-PACER-TRACKS:phone chat\nX-PACER-LICENSE:MIT\n"
			  "X-PACER-VERSION;VALUE=INTEGER:2\nDESCRIPTION:Two\\nlines\nDESCRIPTION:again\nX-PACER-DONE:Signed\n"
			  "BEGIN:VEVENT\nUID:a\nDTSTART:20010101T090000\nEND:VEVENT\nEND:VCALENDAR\n",
			  &findings);
	assert_int_equal(findings.count, 0);
	assert_string_equal(plan->class_name, "marathon");
	assert_string_equal(plan->tracks, "phone chat");
	assert_string_equal(plan->licence, "MIT");
	assert_string_equal(plan->version, "2");
	assert_string_equal(plan->about, "Two\nlines");
	assert_string_equal(plan->done, "Signed");
	assert_null(plan->lead);
	assert_null(plan->stations);
	plan_free(plan);
	findings_release(&findings);
}

/* Cards are judged when the weeks are known, wherever they stand; what is none is told with its line and left out. */
static void test_cards(void **state UNUSED)
{
	struct findings findings = {0};
	struct plan *plan = read_text("BEGIN:VCALENDAR\nVERSION:2.0\nX-PACER-STATION:2 Ask Ines\\, early\nX-PACER-STATION:3 Nobody\n"
				      "X-PACER-STATION:1\nX-PACER-STATION:1 Ask your buddy\nX-PACER-PERSONA:rana Rana runs\n"
				      "X-PACER-PERSONA:Rana runs\nX-PACER-PERSONA:rana Again\nX-PACER-LEAD:team-lead-12\nX-PACER-LEAD:a/b\n"
				      "X-PACER-WEEKS:2\nBEGIN:VEVENT\nUID:a\nDTSTART:20010101T090000\nX-PACER-PERSONA:rana\n"
				      "X-PACER-EVIDENCE:The sheet\\, signed\nX-PACER-EVIDENCE:no\nCATEGORIES:greet,training,SERVE,interact,process\n"
				      "END:VEVENT\nEND:VCALENDAR\n",
				      &findings);
	OWNED_TEXT *found = findings_text(&findings);
	assert_string_equal(found, "E-VALUE:4 E-VALUE:5 E-VALUE:8 E-VALUE:9 E-VALUE:11");
	plan_free(plan);
	findings_release(&findings);
}

/* Touch points are tags of events that are sessions; a cancelled one meets nobody. */
static void test_touch_points(void **state UNUSED)
{
	const struct {
		const char *first, *second, *findings, *text;
	} rows[] = {
		{"CATEGORIES:easy", "CATEGORIES:short", "", ""},
		{"CATEGORIES:Greet,interact", "CATEGORIES:serve\nCATEGORIES:process", "", ""},
		{"CATEGORIES:greet", "CATEGORIES:serve", "I-TOUCH:1", "'interact, process'"},
		{"CATEGORIES:greet,interact,process", "CATEGORIES:serve\nSTATUS:CANCELLED", "I-TOUCH:1", "'serve'"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct findings findings = {0};
		OWNED_TEXT *text = xasprintf("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a\nDTSTART:20010101T090000\n%s\nEND:VEVENT\n"
					     "BEGIN:VEVENT\nUID:b\nDTSTART:20010102T090000\n%s\nEND:VEVENT\nEND:VCALENDAR\n",
					     rows[i].first, rows[i].second);
		struct plan *plan = read_text(text, &findings);
		OWNED_TEXT *found = findings_text(&findings);
		assert_string_equal(found, rows[i].findings);
		assert_true(!findings.count || strstr(findings.items[0].text, rows[i].text));
		plan_free(plan);
		findings_release(&findings);
	}
}

/* Thousands of lines of one list cost no more than the text that may be kept. */
static void test_long_lists(void **state UNUSED)
{
	static const char *const names[] = {"X-PACER-PERSONA:", "X-PACER-RUBRIC:", "RELATED-TO;RELTYPE=DEPENDS-ON:"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct findings findings = {0};
		struct text text = {0};
		text_add(&text, "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:x\nDTSTART:20010101T090000\n");
		for (int k = 0; k < 200000; k++)
			text_addf(&text, "%swho-%d\n", names[i], k);
		text_add(&text, "END:VEVENT\nEND:VCALENDAR\n");
		assert_null(read_text(text.data, &findings));
		OWNED_TEXT *found = findings_text(&findings);
		assert_string_equal(found, "E-LIMIT:3");
		text_release(&text);
		findings_release(&findings);
	}
}

static void test_calendars(void **state UNUSED)
{
#define EVENT(uid, start) "BEGIN:VEVENT\nUID:" uid "\nDTSTART:" start "\nSUMMARY:x\nEND:VEVENT\n"
	const struct {
		const char *text, *findings, *sessions;
	} rows[] = {
		{"", "E-FILE:1", NULL},
		{"\n\n", "E-FILE:1", NULL},
		{"Hello\n", "E-FILE:1", NULL},
		{"\n{\"a\": 1}\n", "E-FILE:2", NULL},
		{"BEGIN:VCARD\nEND:VCARD\n", "E-FILE:1", NULL},
		{EVENT("a", "20010101T090000"), "E-FILE:1", NULL},
		{"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "E-EMPTY:1", NULL},
		{"BEGIN:VCALENDAR\n", "E-FILE:1", NULL},
		{"BEGIN:VCALENDAR\nEND:VCALENDAR\nNAME:x\n", "E-FILE:3", NULL},
		{"BEGIN:VCALENDAR\nEND:VCALENDAR\n" EVENT("a", "20010101T090000"), "E-FILE:3", NULL},
		{"BEGIN:VCALENDAR\nVERSION:1.0\n" EVENT("a", "20010101T090000") "END:VCALENDAR\n", "E-FILE:2", NULL},
		{"BEGIN:VCALENDAR\nCALSCALE:JULIAN\n" EVENT("a", "20010101T090000") "END:VCALENDAR\n", "E-VALUE:2",
		 "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
		{"BEGIN:VCALENDAR\nX-PACER-FORMAT:2\n" EVENT("a", "20010101T090000") "END:VCALENDAR\n", "E-VALUE:2",
		 "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
		{"BEGIN:VCALENDAR\nX-PACER-ANCHOR:soon\n" EVENT("a", "20010101T090000") "END:VCALENDAR\n", "E-VALUE:2",
		 "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
		{"BEGIN:VCALENDAR\nX-PACER-ANCHOR:20010102\n" EVENT("a", "20010103T090000") "END:VCALENDAR\n", "E-ANCHOR:2",
		 "w01-we 2001-01-03 09:00 35 medium/4 x\n"},
		/* A typing error far away leaves the plan as long as it is. */
		{"BEGIN:VCALENDAR\n" EVENT("a", "20010101T090000") EVENT("b", "20110108T090000") "END:VCALENDAR\n", "E-WEEKS:7",
		 "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
		{"BEGIN:VCALENDAR\nX-PACER-ANCHOR:20010101\nX-PACER-ANCHOR:20010108\n" EVENT("a", "20010103T090000") "END:VCALENDAR\n",
		 "E-VALUE:3", "w01-we 2001-01-03 09:00 35 medium/4 x\n"},
		/* Somebody's own plan, though its anchor says nothing: minutes are held to its limits. */
		{"BEGIN:VCALENDAR\nX-PACER-ANCHOR:soon\n" EVENT("a\nDURATION:PT4M", "20261005T090000")
			 EVENT("b", "20261006T090000") "END:VCALENDAR\n",
		 "E-VALUE:2 E-RANGE:3", "w01-tu 2026-10-06 09:00 30 short/4 x\n"},
		{"BEGIN:VCALENDAR\nX-PACER-WEEKS:0\n" EVENT("a", "20010101T090000") "END:VCALENDAR\n", "E-WEEKS:2",
		 "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
		{"BEGIN:VCALENDAR\nX-PACER-WEEKS:53\n" EVENT("a", "20010101T090000") "END:VCALENDAR\n", "E-WEEKS:2",
		 "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
		{"BEGIN:VCALENDAR\nX-PACER-WEEKS:52\n" EVENT("a", "20011230T090000") "END:VCALENDAR\n", "",
		 "w01-su 2001-12-30 09:00 20 easy/2 x\n"},
		{"BEGIN:VCALENDAR\n" EVENT("a", "20010101T090000") EVENT("b", "20011230T090000") "END:VCALENDAR\n", "",
		 "w01-mo 2001-01-01 09:00 20 easy/2 x\nw52-su 2001-12-30 09:00 20 easy/2 x\n"},
		{"BEGIN:VCALENDAR\n" EVENT("a", "20010101T090000") EVENT("b", "20011231T090000") "END:VCALENDAR\n", "E-WEEKS:7",
		 "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
		{"BEGIN:VCALENDAR\nX-PACER-WEEKS:1\n" EVENT("a", "20010101T090000") EVENT("b", "20010108T090000") "END:VCALENDAR\n",
		 "E-WEEKS:8", "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
		{"BEGIN:VCALENDAR\nX-PACER-ANCHOR:20010101\n" EVENT("a", "20001231T090000") "END:VCALENDAR\n", "E-WEEKS:3", NULL},
		{"BEGIN:VCALENDAR\nX-PACER-PHASES:base=1-9\n" EVENT("a", "20010101T090000") "END:VCALENDAR\n", "E-VALUE:2",
		 "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
		{"BEGIN:VCALENDAR\nX-PACER-CUTBACK:x\n" EVENT("a", "20010101T090000") "END:VCALENDAR\n", "E-VALUE:2",
		 "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
		{"BEGIN:VCALENDAR\nX-PACER-WEEKS:2\nBEGIN:VEVENT\nUID:a\nDTSTART:20010108T090000\nRRULE:FREQ=DAILY\nSUMMARY:x\n"
		 "END:VEVENT\nX-PACER-ANCHOR:20010101\nEND:VCALENDAR\n",
		 "",
		 "w02-mo 2001-01-08 09:00 20 easy/2 x\nw02-tu 2001-01-09 09:00 20 easy/2 x\nw02-we 2001-01-10 09:00 20 easy/2 x\n"
		 "w02-th 2001-01-11 09:00 20 easy/2 x\nw02-fr 2001-01-12 09:00 20 easy/2 x\nw02-sa 2001-01-13 09:00 20 easy/2 x\n"
		 "w02-su 2001-01-14 09:00 20 easy/2 x\n"},
		/* A rule that begins outside of the weeks is not followed. */
		{"BEGIN:VCALENDAR\nX-PACER-WEEKS:2\nX-PACER-ANCHOR:20010101\nBEGIN:VEVENT\nUID:a\nDTSTART:00010101T090000\nRRULE:FREQ="
		 "DAILY\n"
		 "END:VEVENT\nEND:VCALENDAR\n",
		 "E-WEEKS:4", NULL},
		/* The second of two with one id goes without, and gets the next. */
		{"BEGIN:VCALENDAR\n" EVENT("p-W01-MO", "20010101T090000") EVENT("q-W01-MO", "20010101T080000") "END:VCALENDAR\n", "",
		 "w01-mo2 2001-01-01 08:00 20 easy/2 x\nw01-mo 2001-01-01 09:00 20 easy/2 x\n"},
		{"BEGIN:VCALENDAR\n" EVENT("a", "20010101T090000") EVENT("b", "20010101T090000")
			 EVENT("a", "20010102T090000") "END:VCALENDAR\n",
		 "E-UID:12", "w01-mo 2001-01-01 09:00 20 easy/2 x\nw01-mo2 2001-01-01 09:00 20 easy/2 x\n"},
		{"BEGIN:VCALENDAR\n" EVENT("a", "20010101T090000") EVENT("A", "20010102T090000") "END:VCALENDAR\n", "",
		 "w01-mo 2001-01-01 09:00 20 easy/2 x\nw01-tu 2001-01-02 09:00 30 short/4 x\n"},
		/* One instance stood in for twice. */
		{"BEGIN:VCALENDAR\n" EVENT("a\nRECURRENCE-ID:20010101T090000", "20010101T100000")
			 EVENT("a\nRECURRENCE-ID:20010101T090000", "20010101T110000") "END:VCALENDAR\n",
		 "E-UID:8", "w01-mo 2001-01-01 10:00 20 easy/2 x\n"},
		/* An instance that cannot be read is left out, not put back where it was. */
		{"BEGIN:VCALENDAR\n" EVENT("a\nRECURRENCE-ID:20010101T090000", "nonsense")
			 EVENT("a\nRRULE:FREQ=WEEKLY;COUNT=2", "20010101T090000") "END:VCALENDAR\n",
		 "E-VALUE:5", "w02-mo 2001-01-08 09:00 20 easy/2 x\n"},
		/* A rule that cannot be used takes its event along, not the others. */
		{"BEGIN:VCALENDAR\n" EVENT("a\nRRULE:FREQ=HOURLY", "20010101T090000") EVENT("b", "20010102T090000") "END:VCALENDAR\n",
		 "E-RECUR:4", "w01-tu 2001-01-02 09:00 30 short/4 x\n"},
		/* What waits for one that was left out, or is waited for by it, has no finding of its own. */
		{"BEGIN:VCALENDAR\n" EVENT("a\nRELATED-TO;RELTYPE=FINISHTOSTART:b", "20010101T090000") EVENT("b", "never") "END:VCALENDAR\n",
		 "E-VALUE:10", "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
		/* What is cancelled is missed by nobody, but told of. */
		{"BEGIN:VCALENDAR\n" EVENT("a", "20010101T090000") EVENT("b\nSTATUS:CANCELLED", "never") "END:VCALENDAR\n", "E-VALUE:10",
		 "w01-mo 2001-01-01 09:00 20 easy/2 x\n"},
		{"BEGIN:VCALENDAR\n" EVENT("a\nRECURRENCE-ID:20010101T090000\nSTATUS:CANCELLED", "20010101T090000")
			 EVENT("a\nRRULE:FREQ=WEEKLY;COUNT=2", "20010101T090000") "END:VCALENDAR\n",
		 "", "w02-mo 2001-01-08 09:00 20 easy/2 x\n"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_row(rows[i].text, rows[i].findings, rows[i].sessions);
}

/* The first message of each kind of bad file says what is wrong and what to do. */
static void test_messages(void **state UNUSED)
{
	const struct {
		const char *file, *text;
	} rows[] = {
		{FIXTURE("utf16.ics"), "the file is UTF-16: save it in the encoding UTF-8"},
		{FIXTURE("unknown-zone.ics"),
		 "unknown time zone: 'W. Europe Standard Time', use a name like Europe/Berlin or leave TZID out"},
		{FIXTURE("duplicate-uid.ics"), "UID used twice: 'same', also on line 3; give one of them another"},
		{FIXTURE("truncated.ics"), "VEVENT has no END: the file stops at line 30, perhaps it was cut off; add END:VEVENT"},
		{FIXTURE("secondly.ics"), "RRULE not usable: 'FREQ=SECONDLY', FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY"},
		{FIXTURE("dtend-before.ics"), "DTEND is before DTSTART: move one of them, or use DURATION"},
		{FIXTURE("impossible-date.ics"), "DTSTART is not a valid date and time: '20260230T250000', write it like 20010131T093000"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct findings findings = {0};
		plan_free(ical_read_file("fixture", rows[i].file, &findings));
		assert_string_equal(findings.items[0].text, rows[i].text);
		findings_release(&findings);
	}
}

/* Findings of another file in the same list do not decide about this one. */
static void test_shared_findings(void **state UNUSED)
{
	struct findings findings = {0};
	findings_add(&findings, LINT_FILE, 1, "of another file");
	struct plan *plan = ical_read_file("warm-up", FIXTURE("plan.ics"), &findings);
	assert_non_null(plan);
	assert_int_equal(findings.count, 1);
	plan_free(plan);
	findings_release(&findings);
}

static void test_revision(void **state UNUSED)
{
	struct findings findings = {0};
	const char *text = "BEGIN:VCALENDAR\n" EVENT("a", "20010101T090000") "END:VCALENDAR\n";
	const char *other = "BEGIN:VCALENDAR\n" EVENT("a", "20010101T090100") "END:VCALENDAR\n";
	struct plan *plan = read_text(text, &findings), *same = read_text(text, &findings), *changed = read_text(other, &findings);
	assert_string_equal(plan->revision, same->revision);
	assert_string_not_equal(plan->revision, changed->revision);
	plan_free(plan);
	plan_free(same);
	plan_free(changed);
	findings_release(&findings);
}

/* --- limits -------------------------------------------------------------------------------------------------------------------------- */

static char *many_events(int count, const char *extra)
{
	struct text text = {0};
	text_add(&text, "BEGIN:VCALENDAR\n");
	for (int i = 0; i < count; i++)
		text_addf(&text, "BEGIN:VEVENT\nUID:u%d\nDTSTART:200101%02dT%02d%02d00\nSUMMARY:x\n%sEND:VEVENT\n", i, 1 + i % 7,
			  i / 60 % 24, i % 60, extra);
	text_add(&text, "END:VCALENDAR\n");
	return text_take(&text);
}

static void test_session_limit(void **state UNUSED)
{
	for (int more = 0; more <= 1; more++) {
		OWNED_TEXT *text = many_events(PLAN_SESSIONS_MAX + more, "");
		struct findings findings = {0};
		struct plan *plan = read_text(text, &findings);
		OWNED_TEXT *found = findings_text(&findings);
		assert_string_equal(found, more ? "E-LIMIT:25002" : "");
		assert_int_equal(plan ? plan->session_count : 0, more ? 0 : PLAN_SESSIONS_MAX);
		plan_free(plan);
		findings_release(&findings);
	}
}

static void test_repeat_limits(void **state UNUSED)
{
	const struct reader_limits limits = {.sessions_max = 10, .occurrences_max = 20};
	const struct {
		const char *body, *findings;
	} rows[] = {
		{"RRULE:FREQ=DAILY;COUNT=10\n", ""},
		{"RRULE:FREQ=DAILY;COUNT=11\n", "E-LIMIT:2"},
		{"RRULE:FREQ=DAILY;COUNT=20\nEXDATE;VALUE=DATE:20010101,20010102,20010103,20010104,20010105,20010106,20010107,20010108,"
		 "20010109,20010110\n",
		 ""},
		{"RRULE:FREQ=DAILY;COUNT=21\n", "E-LIMIT:6"},
		{"RDATE:20010102T090000,20010103T090000,20010104T090000,20010105T090000,20010106T090000\n", ""},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *text = many_events(1, rows[i].body);
		struct findings findings = {0};
		struct plan *plan = reader_read("n", "f", text, strlen(text), &limits, &findings);
		OWNED_TEXT *found = findings_text(&findings);
		assert_string_equal(found, rows[i].findings);
		assert_true(plan->session_count <= 10);
		plan_free(plan);
		findings_release(&findings);
	}
}

static void test_list_limit(void **state UNUSED)
{
	const struct {
		const char *name, *value;
	} rows[] = {{"EXDATE", "20010102T090000"}, {"RDATE", "20010102T090000"}, {"CATEGORIES", "easy"}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (int count = 500; count <= 501; count++) {
			struct text list = {0};
			text_addf(&list, "%s:%s", rows[i].name, rows[i].value);
			for (int k = 1; k < count; k++)
				text_addf(&list, ",%s", rows[i].value);
			text_add(&list, "\n");
			OWNED_TEXT *text = many_events(1, list.data);
			struct findings findings = {0};
			struct plan *plan = read_text(text, &findings);
			OWNED_TEXT *found = findings_text(&findings);
			assert_string_equal(found, count > 500 ? "E-LIMIT:6" : "");
			plan_free(plan);
			findings_release(&findings);
			text_release(&list);
		}
}

static void test_depth_limit(void **state UNUSED)
{
	const struct {
		int depth;
		const char *findings;
	} rows[] = {{7, ""}, {8, "E-FILE:9"}, {10000, "E-FILE:9"}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text text = {0};
		text_add(&text, "BEGIN:VCALENDAR\n");
		for (int k = 0; k < rows[i].depth; k++)
			text_add(&text, "BEGIN:X-NEST\n");
		for (int k = 0; k < rows[i].depth; k++)
			text_add(&text, "END:X-NEST\n");
		text_add(&text, EVENT("a", "20010101T090000") "END:VCALENDAR\n");
		struct findings findings = {0};
		struct plan *plan = read_text(text.data, &findings);
		OWNED_TEXT *found = findings_text(&findings);
		assert_string_equal(found, rows[i].findings);
		plan_free(plan);
		findings_release(&findings);
		text_release(&text);
	}
}

static void test_uid_limit(void **state UNUSED)
{
	for (int more = 0; more <= 1; more++) {
		OWNED_TEXT *uid = xrealloc(NULL, 257);
		memset(uid, 'u', 256);
		uid[255 + more] = '\0';
		OWNED_TEXT *text = xasprintf(
			"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:%s\nDTSTART:20010101T090000\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n", uid);
		check_row(text, more ? "E-UID:3" : "", more ? NULL : "w01-mo 2001-01-01 09:00 20 easy/2 x\n");
	}
}

static void test_alarm_limit(void **state UNUSED)
{
	struct text alarms = {0};
	for (int i = 0; i <= PLAN_ALARMS_MAX; i++)
		text_addf(&alarms, "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT%dM\nEND:VALARM\n", i);
	OWNED_TEXT *text = many_events(1, alarms.data);
	struct findings findings = {0};
	struct plan *plan = read_text(text, &findings);
	OWNED_TEXT *found = findings_text(&findings);
	assert_string_equal(found, "W-ALARM:38");
	assert_int_equal(plan->sessions[0].alarm_count, PLAN_ALARMS_MAX);
	plan_free(plan);
	findings_release(&findings);
	text_release(&alarms);
}

/* Many lines of one property are collected in linear time: no more than a little over the limit is kept. */
static void test_prep_limit(void **state UNUSED)
{
	struct text lines = {0};
	for (int i = 0; i < 20000; i++)
		text_add(&lines, "X-PACER-PREP:something to do before\n");
	OWNED_TEXT *text = many_events(1, lines.data);
	check_row(text, "E-LIMIT:2", NULL);
	text_release(&lines);
}

static void test_file_limit(void **state UNUSED)
{
	char *bytes = xrealloc(NULL, ICAL_FILE_BYTES_MAX + 1);
	memset(bytes, '\n', ICAL_FILE_BYTES_MAX + 1);
	const char *event = "BEGIN:VCALENDAR\n" EVENT("a", "20010101T090000") "END:VCALENDAR\n";
	memcpy(bytes, event, strlen(event));
	for (size_t more = 0; more <= 1; more++) {
		struct findings findings = {0};
		struct plan *plan = ical_read("n", "f", bytes, ICAL_FILE_BYTES_MAX + more, &findings);
		OWNED_TEXT *found = findings_text(&findings);
		assert_string_equal(found, more ? "E-FILE:1" : "");
		assert_int_equal(plan != NULL, !more);
		plan_free(plan);
		findings_release(&findings);
	}
	free(bytes);
}

static void test_file_kinds(void **state UNUSED)
{
	char dir[] = "/tmp/test_ical_readXXXXXX";
	assert_non_null(mkdtemp(dir));
	OWNED_TEXT *pipe_path = xasprintf("%s/pipe.ics", dir), *big = xasprintf("%s/big.ics", dir), *empty = xasprintf("%s/empty.ics", dir);
	assert_int_equal(mkfifo(pipe_path, 0600), 0);
	FILE *file = fopen(big, "w");
	assert_int_equal(ftruncate(fileno(file), ICAL_FILE_BYTES_MAX + 1), 0);
	fclose(file);
	fclose(fopen(empty, "w"));
	const struct {
		const char *path, *findings;
	} rows[] = {{pipe_path, "E-FILE:0"}, {big, "E-FILE:1"}, {empty, "E-FILE:1"}, {"/dev/zero", "E-FILE:0"}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct findings findings = {0};
		assert_null(ical_read_file("n", rows[i].path, &findings));
		OWNED_TEXT *found = findings_text(&findings);
		assert_string_equal(found, rows[i].findings);
		findings_release(&findings);
	}
	unlink(pipe_path);
	unlink(big);
	unlink(empty);
	rmdir(dir);
}

/* --- garbage: work is bounded, counted by findings and by what is left unread -----------------------------------------------------------
 */

/* 16 MiB, filled by repeating a piece after a head. */
static char *garbage(const char *head, const char *piece, size_t piece_n)
{
	char *bytes = xrealloc(NULL, ICAL_FILE_BYTES_MAX);
	size_t from = strlen(head), at = from + piece_n;
	memcpy(bytes, head, from);
	memcpy(bytes + from, piece, piece_n);
	while (at < ICAL_FILE_BYTES_MAX) { /* what is there, once more: whole pieces, but for the last */
		size_t more = at - from < ICAL_FILE_BYTES_MAX - at ? at - from : ICAL_FILE_BYTES_MAX - at;
		memcpy(bytes + at, bytes + from, more);
		at += more;
	}
	return bytes;
}

static void test_garbage(void **state UNUSED)
{
#define HEAD "BEGIN:VCALENDAR\nVERSION:2.0\n"
#define IN_EVENT HEAD "BEGIN:VEVENT\nUID:a\nDTSTART:20010101T090000\nSUMMARY:x\n"
	const struct {
		const char *head, *piece;
		size_t piece_n;
		int line;        /* of the first finding */
		size_t findings; /* at most */
	} rows[] = {
		{"", BYTES_OF("\0"), 1, 1},
		{"", BYTES_OF("\xFF"), 1, 1},
		{"", BYTES_OF("x"), 1, 1},
		{"", BYTES_OF("a\n"), 1, 1},
		{HEAD, BYTES_OF("a\n"), 3, 101},
		{HEAD, BYTES_OF("\xFF\n"), 3, 101},
		{HEAD, BYTES_OF("x"), 1, 2},
		{HEAD, BYTES_OF("A:1\n "), 0, 2},
		{HEAD, BYTES_OF("X:y\n z"), 0, 2},
		{HEAD, BYTES_OF("\n "), 0, 3},
		{HEAD, BYTES_OF("\r"), 1, 2},
		{HEAD, BYTES_OF(";"), 1, 2},
		{HEAD "A", BYTES_OF(";B=c"), 1, 2},
		{HEAD, BYTES_OF("BEGIN:X\n"), 9, 3},
		{HEAD, BYTES_OF("END:X\n"), 3, 101},
		{HEAD, BYTES_OF("BEGIN:VEVENT\n"), 4, 101},
		{HEAD, BYTES_OF("BEGIN:VEVENT\nEND:VEVENT\n"), 3, 101},
		{HEAD, BYTES_OF("BEGIN:VEVENT\nUID:same\nDTSTART:20010101T090000\nEND:VEVENT\n"), 7, 101},
		{IN_EVENT, BYTES_OF("BEGIN:VALARM\nEND:VALARM\n"), 7, LINT_FINDINGS_MAX},
		{IN_EVENT, BYTES_OF("EXDATE:20010102T090000,20010103T090000\n"), 0, 2},
		{IN_EVENT, BYTES_OF("RDATE:20010101T090000,20010101T090000\n"), 0, 2},
		{IN_EVENT, BYTES_OF("CATEGORIES:a,b,c,d,e,f,g\n"), 0, 2},
		{IN_EVENT, BYTES_OF("DTSTART;TZID=/a/b/c/d/e/f:20010101T090000\n"), 7, 101},
		{IN_EVENT, BYTES_OF("EXDATE;TZID=/a/b/c/d/e/f:20010101T090000\n"), 7, 101},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *bytes = garbage(rows[i].head, rows[i].piece, rows[i].piece_n);
		struct findings findings = {0};
		assert_null(ical_read("garbage", "garbage.ics", bytes, ICAL_FILE_BYTES_MAX, &findings));
		free(bytes);
		if (!findings_errors(&findings) || findings.count > rows[i].findings ||
		    (rows[i].line && findings.items[0].line != rows[i].line))
			fail_msg("row %zu: %zu findings, the first on line %d: %s", i, findings.count, findings.items[0].line,
				 findings.items[0].text);
		findings_release(&findings);
	}
}

/* After so many errors the rest is not read: that is no draft, for nobody knows what would be missing. */
static void test_error_limit(void **state UNUSED)
{
	for (int bad = 99; bad <= 100; bad++) {
		struct findings findings = {0};
		struct text text = {0};
		text_add(&text, "BEGIN:VCALENDAR\n" EVENT("good", "20010101T090000"));
		for (int i = 0; i < bad; i++)
			text_addf(&text, "BEGIN:VEVENT\nUID:u%d\nDTSTART:never\nEND:VEVENT\n", i);
		text_add(&text, "END:VCALENDAR\n");
		struct plan *plan = read_text(text.data, &findings);
		assert_int_equal(findings_errors(&findings), bad == 99 ? 99 : 101);
		assert_int_equal(plan != NULL, bad == 99);
		assert_int_equal(plan ? plan->gap_count : 0, bad == 99 ? 99 : 0);
		assert_int_equal(findings_stopper(&findings) != NULL, bad == 100);
		plan_free(plan);
		findings_release(&findings);
		text_release(&text);
	}
}

/* Each instance of an event is missing, and the reason is told once. */
static void test_gaps_of_series(void **state UNUSED)
{
	struct findings findings = {0};
	struct plan *plan = read_text("BEGIN:VCALENDAR\nX-PACER-ANCHOR:20010101\n" EVENT("good", "20010102T090000")
					      EVENT("a\nDURATION:PT4M\nRRULE:FREQ=DAILY;COUNT=5", "20010101T090000") "END:VCALENDAR\n",
				      &findings);
	OWNED_TEXT *found = findings_text(&findings);
	assert_string_equal(found, "E-RANGE:8");
	assert_int_equal(plan->session_count, 1);
	assert_int_equal(plan->gap_count, 1);
	assert_int_equal(plan->gaps[0].sessions, 5);
	assert_string_equal(plan->gaps[0].title, "x");
	plan_free(plan);
	findings_release(&findings);
}

static int finish(void **state UNUSED)
{
	tz_finish();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_dated),
		cmocka_unit_test(test_fixtures),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_foreign_series_end_with_the_plan),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_calendars),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_shared_findings),
		cmocka_unit_test(test_revision),
		cmocka_unit_test(test_session_limit),
		cmocka_unit_test(test_repeat_limits),
		cmocka_unit_test(test_list_limit),
		cmocka_unit_test(test_depth_limit),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_link_limit),
		cmocka_unit_test(test_link_is_copied),
		cmocka_unit_test(test_trainer_words),
		cmocka_unit_test(test_followers),
		cmocka_unit_test(test_pass_marks),
		cmocka_unit_test(test_plan_words), cmocka_unit_test(test_cards),
		cmocka_unit_test(test_touch_points),
		cmocka_unit_test(test_long_lists),
		cmocka_unit_test(test_uid_limit),
		cmocka_unit_test(test_alarm_limit),
		cmocka_unit_test(test_prep_limit),
		cmocka_unit_test(test_file_limit),
		cmocka_unit_test(test_file_kinds),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_error_limit),
		cmocka_unit_test(test_gaps_of_series),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
