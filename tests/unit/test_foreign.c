#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exchange.h"
#include "ical/foreign.h"
#include "ical/foreign_words.h"

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
		{"X-WR-TIMEZONE:Romance Standard Time\n", "X-WR-TIMEZONE:Europe/Paris\n", 1},
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

#define PRUEFUNG "pr\xc3\xbc" "fung" /* as people write it */

/* --- words ---------------------------------------------------------------------------------------------------------------------------- */

static void test_words(void **state UNUSED)
{
	static const struct {
		const char *text, *word; /* NULL: none is known */
		enum session_type type;
	} rows[] = {
		{"Final exam", "final exam", TYPE_RACE},
		{"EXAM!", "exam", TYPE_RACE},
		{"Pr\xc3\xbc" "fung: Modul 2", PRUEFUNG, TYPE_RACE},
		{"PR\xc3\x9c" "FUNG", PRUEFUNG, TYPE_RACE},
		{"Pru\xcc\x88" "fung", PRUEFUNG, TYPE_RACE}, /* the accent as a character of its own */
		{"\xc3\x89valuation finale", "evaluation", TYPE_TUNEUP},
		{"Evaluaci\xc3\xb3n", "evaluaci\xc3\xb3n", TYPE_TUNEUP},
		{"Stand-up quiz", "quiz", TYPE_TUNEUP},
		{"Practice exam", "practice exam", TYPE_TUNEUP},
		{"Taller de ventas", "taller", TYPE_LONG},
		{"CRM training", "training", TYPE_MEDIUM},
		{"1:1 with Kim", "1:1", TYPE_CHECKIN},
		{"Weekly check-in", "check-in", TYPE_CHECKIN},
		{"R\xc3\xa9union d'\xc3\xa9quipe", "reunion", TYPE_CHECKIN},
		{"Job shadowing", "job shadowing", TYPE_CROSS},
		{"E-Learning: Datenschutz", "e-learning", TYPE_EASY},
		{"Lekt\xc3\xbcre", "lekt\xc3\xbcre", TYPE_EASY},
		{"Reading the exam rules", "reading", TYPE_EASY}, /* the first counts */
		{"Drill", "drill", TYPE_SPEED},
		{"\xc3\x9c" "bung 3", "\xc3\xbc" "bung", TYPE_SHORT},
		{"ejercicio", "ejercicio", TYPE_SHORT},
		{"Example", NULL, 0}, /* whole words only */
		{"Labels and collaboration", NULL, 0},
		{"Latest contest", NULL, 0},
		{"11:15 to 1:15", NULL, 0},
		{"test\xd0\xb0", NULL, 0}, /* a letter of another script goes on with the word */
		{"\xf0\x9f\x8f\x83test\xf0\x9f\x8f\x83", "test", TYPE_TUNEUP},
		{"\xc3", NULL, 0},
		{"\xc3\xc3quiz", NULL, 0},
		{"", NULL, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		enum session_type type = TYPE_COUNT;
		const char *word = NULL;
		bool known = foreign_type(rows[i].text, &type, &word);
		if (known != (rows[i].word != NULL) || (known && (type != rows[i].type || strcmp(word, rows[i].word) != 0)))
			fail_msg("row %zu: '%s' is '%s'", i, rows[i].text, word ? word : "nothing");
	}
}

/* --- types and the report -------------------------------------------------------------------------------------------------------------- */

#define EVENT(uid, lines) "BEGIN:VEVENT\r\nUID:" uid "\r\n" lines "END:VEVENT\r\n"
#define CALENDAR(events) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//X//X//EN\r\n" events "END:VCALENDAR\r\n"
#define AT "DTSTART:20261130T093000\r\nDTEND:20261130T100000\r\n"

/* What is added to the events, and nothing else; what is told. */
static void test_types_are_written(void **state UNUSED)
{
	static const struct {
		const char *file, *before; /* the line the type is put before */
		const char *type;          /* NULL: none */
	} rows[] = {
		{CALENDAR(EVENT("1", AT "SUMMARY:Quiz\r\n")), "END:VEVENT", "tuneup"},
		{CALENDAR(EVENT("1", AT "SUMMARY:Quiz\r\nCATEGORIES:Team,Workshop\r\n")), "END:VEVENT", "long"},
		{CALENDAR(EVENT("1", AT "SUMMARY:Quiz\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:PT0S\r\nDESCRIPTION:x\r\nEND:VALARM\r\n")),
		 "BEGIN:VALARM", "tuneup"},
		{CALENDAR(EVENT("1", AT "SUMMARY:Talk\r\nBEGIN:VALARM\r\nSUMMARY:Quiz\r\nEND:VALARM\r\n")), "", NULL},
		{CALENDAR(EVENT("1", AT "SUMMARY:Quiz\r\nCATEGORIES:Long\r\n")), "", NULL}, /* one of our own words is read as it stands */
		{CALENDAR(EVENT("1", AT "SUMMARY:Quiz\r\nX-PACER-TYPE:easy\r\n")), "", NULL},
		{CALENDAR(EVENT("1", AT "SUMMARY:Quiz\r\nSTATUS:CANCELLED\r\n")), "", NULL},
		{CALENDAR("X-PACER-ANCHOR;VALUE=DATE:20010101\r\n" EVENT("1", AT "SUMMARY:Quiz\r\n")), "", NULL},
		{CALENDAR(EVENT("1", AT "SUMMARY:Talk\r\n")), "", NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct import import = {0};
		foreign_mend(rows[i].file, strlen(rows[i].file), &import.bytes, &import.report, &import.report_count);
		const char *at = strstr(rows[i].file, rows[i].before);
		OWNED_TEXT *expected = rows[i].type ? xasprintf("%.*sX-PACER-TYPE:%s\r\n%s", (int)(at - rows[i].file), rows[i].file, rows[i].type, at)
						    : xstrdup(rows[i].file);
		assert_string_equal(import.bytes.data, expected);
		assert_int_equal(import.report_count, rows[i].type != NULL);
		import_release(&import);
	}
}

/* One of each: what had to be guessed or changed is told, a line a kind. */
static void test_the_report(void **state UNUSED)
{
	static const char file[] = CALENDAR(EVENT("1", "DTSTART;TZID=Europe/Berlin:20261130T093000\r\nDURATION:PT30M\r\nSUMMARY:Quiz one\r\n")
		EVENT("2", AT "SUMMARY:Quiz two\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n") EVENT("3", "DTSTART;VALUE=DATE:20261202\r\nSUMMARY:Reading\r\n")
			EVENT("4", "DTSTART;VALUE=DATE:20261204\r\nSUMMARY:Fair\r\n") EVENT("5", AT "SUMMARY:Off\r\nSTATUS:CANCELLED\r\n")
				EVENT("6", "DTSTART:20261203T080000Z\r\nSUMMARY:Tour\r\nDESCRIPTION:<b>x</b>\r\nATTENDEE:mailto:kim@example.org\r\n"));
	static const char *const told[] = {
		"types guessed from words in categories and titles, and written into the plan: 'quiz' tuneup 2, 'reading' easy 1",
		"week 1 begins on Monday 2026-11-30, in the week of the first event",
		"types guessed from the weekday: cross 1, long 1",
		"effort not said, so that of the type is taken: 7 of 7 sessions",
		"events of a whole day begin at 09:00: 'Reading', 'Fair'",
		"events that repeat became a session each time: 'Quiz two' 3",
		"times stay in the zone of their event, wherever the learner is: Europe/Berlin 1, UTC 1",
		"times in UTC move with zone and season: a learner elsewhere, or after the clocks change, has them at another time of day; for a "
		"fixed one add a line like X-WR-TIMEZONE:Europe/Berlin below BEGIN:VCALENDAR and import again",
		"no session, because they are cancelled: 1 event: 'Off'",
		"descriptions written in HTML stay so in the file, and are shown without its tags: 1 event",
		"addresses of people (ORGANIZER, ATTENDEE) stay in the file, take them out before you give it to others: 1 event",
	};
	struct import import = {0};
	foreign_mend(file, strlen(file), &import.bytes, &import.report, &import.report_count);
	foreign_report("x", import.bytes.data, import.bytes.len, &import.report, &import.report_count);
	for (size_t i = 0; i < import.report_count && i < ARRAY_LEN(told); i++)
		assert_string_equal(import.report[i], told[i]);
	assert_int_equal(import.report_count, ARRAY_LEN(told));
	import_release(&import);
}

/* Times in UTC are on the clock that the calendar names. */
static void test_the_clock_is_told(void **state UNUSED)
{
	static const char file[] = CALENDAR("X-WR-TIMEZONE:Europe/Berlin\r\n" EVENT("1", "DTSTART:20261203T080000Z\r\nX-PACER-TYPE:easy\r\n"));
	struct import import = {0};
	foreign_report("x", file, strlen(file), &import.report, &import.report_count);
	assert_int_equal(import.report_count, 3);
	assert_string_equal(import.report[2], "times in UTC are read on the clock of Europe/Berlin (X-WR-TIMEZONE), and stay at that time of day "
					      "wherever the learner is: 1");
	import_release(&import);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zones_are_renamed_and_nothing_else),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_types_are_written),
		cmocka_unit_test(test_the_report),
		cmocka_unit_test(test_the_clock_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
