#include "edit_world.h"

/* --- examples --------------------------------------------------------------------------------------------------------------------------
 */

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nUID:cal\r\n"
#define EVENT(uid, rest) "BEGIN:VEVENT\r\nUID:" uid "\r\n" rest "END:VEVENT\r\n"
#define TAIL "END:VCALENDAR\r\n"

/* Frees the document. */
static void assert_now(struct edit *edit, const char *expected)
{
	size_t length;
	OWNED_TEXT *bytes = edit_bytes(edit, &length);
	assert_string_equal(bytes, expected);
	assert_int_equal(length, strlen(expected));
	edit_free(edit);
}

static int set_values(struct edit *edit, const char *uid, const char *name, const char *params, const char *const *values)
{
	size_t count = 0;
	while (values[count])
		count++;
	return edit_set(edit, uid, name, params, values, count, true, NULL);
}
#define SET(edit, uid, name, params, ...) set_values(edit, uid, name, params, (const char *const[]){__VA_ARGS__, NULL})

static void test_a_new_line_goes_before_what_is_inside(void **state UNUSED)
{
	struct edit *edit = open_text(HEAD "\r\n" EVENT("a", "SUMMARY:A\r\nBEGIN:VALARM\r\nSUMMARY:of the alarm\r\nEND:VALARM\r\n") TAIL);
	SET(edit, NULL, "X-PACER-GOAL", "", "Calm, always");
	SET(edit, "a", "X-PACER-TIP", "", "Slow; is fine");
	SET(edit, "a", "SUMMARY", "", "New");
	assert_now(edit,
		   HEAD "X-PACER-GOAL:Calm\\, always\r\n\r\n" EVENT("a", "SUMMARY:New\r\nX-PACER-TIP:Slow\\; is fine\r\nBEGIN:VALARM\r\n"
									 "SUMMARY:of the alarm\r\nEND:VALARM\r\n") TAIL);
	edit = open_text("BEGIN:VCALENDAR\nEND:VCALENDAR");
	SET(edit, NULL, "NAME", "", "One\nTwo");
	assert_now(edit, "BEGIN:VCALENDAR\nNAME:One\\nTwo\nEND:VCALENDAR");
}

static void test_a_property_of_an_alarm_is_not_the_events(void **state UNUSED)
{
	const char *text = HEAD EVENT("a", "BEGIN:VALARM\r\nUID:b\r\nDESCRIPTION:Bell\r\nEND:VALARM\r\n") TAIL;
	struct edit *edit = open_text(text);
	assert_null(edit_get(edit, "a", "DESCRIPTION", true));
	assert_null(edit_get(edit, "b", "DESCRIPTION", true));
	assert_int_equal(edit_set(edit, "a", "DESCRIPTION", "", NULL, 0, true, NULL), 0);
	assert_int_equal(edit_remove(edit, "b", NULL), EDIT_NO_SUCH);
	assert_int_equal(edit_remove(edit, NULL, NULL), EDIT_NO_SUCH);
	assert_now(edit, text);
}

static void test_a_property_that_repeats_is_set_as_a_whole(void **state UNUSED)
{
#define PREP_A "X-PACER-PREP;VALUE=URI:https://e\r\n xample.org/a\r\n"
	struct edit *edit = open_text(HEAD EVENT("a", PREP_A "X-PACER-PREP;X-A=1:b\r\nX-B:1\r\nX-PACER-PREP:c\r\nX-C:1\r\n") TAIL);
	SET(edit, "a", "X-PACER-PREP", "", "https://example.org/a", "b", "new");
	assert_int_equal(edit_set(edit, "a", "X-B", "", NULL, 0, true, NULL), 0);
	assert_now(edit, HEAD EVENT("a", PREP_A "X-PACER-PREP;X-A=1:b\r\nX-PACER-PREP:new\r\nX-C:1\r\n") TAIL);

	edit = open_text(HEAD EVENT("a", PREP_A "X-PACER-PREP;X-A=1:b\r\nX-PACER-PREP:c\r\n") TAIL);
	SET(edit, "a", "X-PACER-PREP", "", "b", "c");
	assert_now(edit, HEAD EVENT("a", "X-PACER-PREP;X-A=1:b\r\nX-PACER-PREP:c\r\n") TAIL);

	edit = open_text(HEAD EVENT("a", "X-PACER-PREP:b\r\nX-C:1\r\n") TAIL);
	SET(edit, "a", "X-PACER-PREP", "", "z", "b", "b");
	SET(edit, "a", "X-PACER-PREP", ";X=1", "b", "z");
	assert_now(edit, HEAD EVENT("a", "X-PACER-PREP:b\r\nX-PACER-PREP:z\r\nX-C:1\r\n") TAIL);
}

static void test_relations_of_other_kinds_stay(void **state UNUSED)
{
	struct edit *edit =
		open_text(HEAD EVENT("a", "RELATED-TO:p\r\nRELATED-TO;RELTYPE=\"depends-on\":x\r\nRELATED-TO;RELTYPE=NEXT:n\r\n") TAIL);
	SET(edit, "a", "RELATED-TO", ";RELTYPE=DEPENDS-ON", "y", "x");
	SET(edit, "a", "RELATED-TO", "", "q");
	assert_now(edit, HEAD EVENT("a", "RELATED-TO:q\r\nRELATED-TO;RELTYPE=DEPENDS-ON:y\r\nRELATED-TO;RELTYPE=\"depends-on\":x\r\n"
					 "RELATED-TO;RELTYPE=NEXT:n\r\n") TAIL);
}

static void test_long_lines_fold_between_characters(void **state UNUSED)
{
	/* "SUMMARY:" and 67 bytes fill the first line; the 75th byte would be the first of "ö". */
#define A66 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	struct edit *edit = open_text(HEAD EVENT("a", "") TAIL);
	SET(edit, "a", "SUMMARY", "", A66 "a");
	SET(edit, "a", "X-B", "", A66 "aaaböc");
	assert_now(edit, HEAD EVENT("a", "SUMMARY:" A66 "a\r\nX-B:" A66 "aaab\r\n öc\r\n") TAIL);
	edit = open_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n");
	SET(edit, NULL, "X-B", "", A66 A66 A66);
	assert_now(edit, "BEGIN:VCALENDAR\nX-B:" A66 "aaaaa\n " A66
			 "aaaaaaaa\n aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nEND:VCALENDAR\n");
}

static void test_what_cannot_be_written_changes_nothing(void **state UNUSED)
{
	static const struct {
		const char *name, *params, *value;
		bool escape;
	} rows[] = {
		{"SUMMARY", "", "bell \a", true},
		{"SUMMARY", "", "two\nlines", false},
		{"SUMMARY", "", "carriage\rreturn", true},
		{"SUMMARY", "", "\xC3 is not UTF-8", true},
		{"SUMMARY", ";X", "value", true},
		{"SUMMARY", ";X=a:b", "value", true},
		{"SUMMARY", ":X", "value", true},
		{"", "", "value", true},
		{"BEGIN", "", "VEVENT", true},
		{"A B", "", "value", true},
		{"SUMMARY", ";X=\"", "value", true},
		{"SUMMARY", "\r\nX:1", "value", true},
	};
	const char *text = HEAD EVENT("a", "SUMMARY:A\r\nX-B:1\r\n") TAIL;
	struct edit *edit = open_text(text);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = {0};
		const char *const values[] = {"A", "fine", rows[i].value};
		int result = edit_set(edit, "a", rows[i].name, rows[i].params, values + 1, 2, rows[i].escape, &err);
		if (result != EDIT_VALUE || !err.text)
			fail_msg("row %d: %d %s", (int)i, result, err.text);
		err_release(&err);
		assert_int_equal(edit_set(edit, "a", rows[i].name, rows[i].params, values, 3, rows[i].escape, NULL), EDIT_VALUE);
	}
	char *endless = xcalloc(70000, 1);
	memset(endless, 'x', 69999);
	assert_int_equal(SET(edit, "a", "SUMMARY", "", endless), EDIT_VALUE);
	free(endless);
	assert_false(edit_changed(edit));
	assert_now(edit, text);
}

static void test_events_that_are_not_one(void **state UNUSED)
{
	const char *text =
		HEAD EVENT("a", "DTSTART:20010101T090000\r\nRRULE:FREQ=DAILY\r\n") EVENT("a", "RECURRENCE-ID:20010102T090000\r\n")
			EVENT("b", "DTSTART:20010101T090000\r\nRRULE:FREQ=DAILY\r\n") EVENT("c", "SUMMARY:C\r\n") TAIL;
	struct edit *edit = open_text(text);
	struct err err = {0};
	assert_int_equal(SET(edit, "a", "SUMMARY", "", "x"), EDIT_AMBIGUOUS);
	assert_int_equal(edit_remove(edit, "a", NULL), EDIT_AMBIGUOUS);
	assert_int_equal(edit_alarms(edit, "a", NULL, 0, NULL, NULL), EDIT_AMBIGUOUS);
	assert_int_equal(edit_move(edit, "a", 11323, 0, NULL), EDIT_AMBIGUOUS);
	assert_int_equal(edit_move(edit, "b", 11323, 0, &err), EDIT_AMBIGUOUS);
	assert_string_equal(err.text, "the event repeats (RRULE): move it in a calendar program, or write an event for each day");
	err_release(&err);
	assert_int_equal(edit_move(edit, "c", 11323, 0, NULL), EDIT_VALUE); /* no DTSTART */
	assert_int_equal(edit_move(edit, "b", 11323, DAY_S, NULL), EDIT_VALUE);
	assert_int_equal(edit_move(edit, "d", 11323, 0, NULL), EDIT_NO_SUCH);
	assert_int_equal(SET(edit, "d", "SUMMARY", "", "x"), EDIT_NO_SUCH);
	assert_null(edit_get(edit, "a", "DTSTART", false));
	assert_now(edit, text);
}

static void test_moving(void **state UNUSED)
{
	static const struct {
		const char *before, *after;
		int32_t second;
	} rows[] = {
		{"DTSTART:20010101T093000\r\nDURATION:PT5M\r\n", "DTSTART:20010103T140000\r\nDURATION:PT5M\r\n", 14 * HOUR_S},
		{"DTSTART;X-A=\"b;c\";TZID=Europe/Berlin:20010101T093000\r\nDTEND;TZID=Europe/Berlin:20010101T233000\r\n",
		 "DTSTART;X-A=\"b;c\";TZID=Europe/Berlin:20010103T140000\r\nDTEND;TZID=Europe/Berlin:20010104T040000\r\n", 14 * HOUR_S},
		{"DTSTART:20010101T093000Z\r\nDUE:20010101T100000Z\r\n", "DTSTART:20010103T140000Z\r\nDUE:20010103T143000Z\r\n",
		 14 * HOUR_S},
		{"DTSTART;VALUE=DATE:20010101\r\nDTEND;VALUE=DATE:20010102\r\n",
		 "DTSTART;VALUE=DATE:20010103\r\nDTEND;VALUE=DATE:20010104\r\n", 9 * HOUR_S},
		{"DTSTART;X-A=1;VALUE=DATE;X-B=2:20010101\r\nDTEND;VALUE=DATE:20010102\r\n", "DTSTART;X-A=1;X-B=2:20010103T140000\r\n",
		 14 * HOUR_S},
		{"dtstart:20010103T1400\r\n 00\r\n", "dtstart:20010103T1400\r\n 00\r\n", 14 * HOUR_S},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *before = xasprintf(HEAD EVENT("a", "%s") TAIL, rows[i].before);
		OWNED_TEXT *after = xasprintf(HEAD EVENT("a", "%s") TAIL, rows[i].after);
		struct edit *edit = open_text(before);
		assert_int_equal(edit_move(edit, "a", day_from_ymd(2001, 1, 3), rows[i].second, NULL), 0);
		assert_now(edit, after);
	}
}

static void test_stamps(void **state UNUSED)
{
	static const struct {
		const char *head, *before, *after;
	} rows[] = {
		{"", "DTSTAMP:20200101T000000Z\r\nSUMMARY:A\r\n", "DTSTAMP:" NOW_TEXT "\r\nSEQUENCE:1\r\nSUMMARY:New\r\n"},
		{"", "SUMMARY:A\r\n", "DTSTAMP:" NOW_TEXT "\r\nSEQUENCE:1\r\nSUMMARY:New\r\n"},
		{"", "SEQUENCE:4\r\nSUMMARY:A\r\nLAST-MODIFIED:20200101T000000Z\r\n",
		 "DTSTAMP:" NOW_TEXT "\r\nSEQUENCE:5\r\nSUMMARY:New\r\nLAST-MODIFIED:" NOW_TEXT "\r\n"},
		{"METHOD:PUBLISH\r\n", "SUMMARY:A\r\nSEQUENCE:x\r\n",
		 "DTSTAMP:" NOW_TEXT "\r\nLAST-MODIFIED:" NOW_TEXT "\r\nSUMMARY:New\r\nSEQUENCE:1\r\n"},
		{"", "SEQUENCE:2147483647\r\nSUMMARY:A\r\n", "DTSTAMP:" NOW_TEXT "\r\nSEQUENCE:2147483647\r\nSUMMARY:New\r\n"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *before = xasprintf(HEAD "%s" EVENT("a", "%s") EVENT("b", "SUMMARY:B\r\n") TAIL, rows[i].head, rows[i].before);
		OWNED_TEXT *after = xasprintf(HEAD "LAST-MODIFIED:" NOW_TEXT "\r\n%s" EVENT("a", "%s") EVENT("b", "SUMMARY:B\r\n") TAIL,
					      rows[i].head, rows[i].after);
		struct edit *edit = open_text(before);
		SET(edit, "a", "SUMMARY", "", "New");
		edit_stamp(edit, (struct instant){0});
		edit_stamp(edit, now); /* once more: the number is not raised again */
		assert_now(edit, after);
	}
	/* Removing changes the calendar and no other event; an added one begins at SEQUENCE 0, which need not be said. */
	struct edit *edit = open_text(HEAD EVENT("a", "") EVENT("b", "SUMMARY:B\r\n") TAIL);
	assert_int_equal(edit_remove(edit, "a", NULL), 0);
	edit_stamp(edit, now);
	assert_now(edit, HEAD "LAST-MODIFIED:" NOW_TEXT "\r\n" EVENT("b", "SUMMARY:B\r\n") TAIL);
}

static void test_alarms(void **state UNUSED)
{
#define MAIL "BEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER:PT0S\r\nEND:VALARM\r\n"
#define OLD "begin:valarm\r\naction:display\r\ntrigger:-PT10\r\n M\r\nUID:a-A1\r\nX-KEEP:1\r\nEND:VALARM\r\n"
#define END_ALARM(n, text)                                                                                                                 \
	"BEGIN:VALARM\r\nUID:a-A" n "\r\nACTION:DISPLAY\r\nTRIGGER;RELATED=END:PT0S\r\nDESCRIPTION:" text "\r\nEND:VALARM\r\n"
	static const char text[] = HEAD EVENT("a", "SUMMARY:A, b\r\nDURATION:PT1H\r\n" MAIL OLD) TAIL;
	const struct plan_alarm ten = {-600, false}, end = {0, true}, day = {-DAY_S, false}, start = {0, false};
	struct edit *edit = open_text(text);
	assert_int_equal(edit_alarms(edit, "a", &ten, 1, NULL, NULL), 0);
	assert_false(edit_changed(edit));
	assert_int_equal(edit_alarms(edit, "a", (struct plan_alarm[]){end, ten}, 2, NULL, NULL), 0);
	assert_int_equal(edit_alarms(edit, "a", &ten, 9, NULL, NULL), EDIT_VALUE);
	assert_int_equal(edit_alarms(edit, "a", &day, 1, "\a", NULL), EDIT_VALUE);
	assert_now(edit, HEAD EVENT("a", "SUMMARY:A, b\r\nDURATION:PT1H\r\n" MAIL END_ALARM(
						 "2", "Done? Log the minutes and how hard it felt.") OLD) TAIL);
	edit = open_text(text);
	assert_int_equal(edit_alarms(edit, "a", (struct plan_alarm[]){start, day}, 2, NULL, NULL), 0);
	assert_now(edit,
		   HEAD EVENT("a", "SUMMARY:A, b\r\nDURATION:PT1H\r\n" MAIL "BEGIN:VALARM\r\nUID:a-A2\r\nACTION:DISPLAY\r\nTRIGGER:PT0S\r\n"
				   "DESCRIPTION:Starts now: A\\, b (60 minutes)\r\nEND:VALARM\r\n"
				   "BEGIN:VALARM\r\nUID:a-A3\r\nACTION:DISPLAY\r\nTRIGGER:-P1D\r\n"
				   "DESCRIPTION:Tomorrow: A\\, b\r\nEND:VALARM\r\n") TAIL);
	edit = open_text(text);
	assert_int_equal(edit_alarms(edit, "a", &end, 1, "Own; text", NULL), 0);
	assert_int_equal(edit_alarms(edit, "a", &end, 1, "Own; text", NULL), 0);
	assert_now(edit, HEAD EVENT("a", "SUMMARY:A, b\r\nDURATION:PT1H\r\n" MAIL END_ALARM("2", "Own\\; text")) TAIL);
	edit = open_text(text); /* twice the same: one is there, one is new */
	assert_int_equal(edit_alarms(edit, "a", (struct plan_alarm[]){ten, ten}, 2, NULL, NULL), 0);
	assert_now(edit, HEAD EVENT("a", "SUMMARY:A, b\r\nDURATION:PT1H\r\n" MAIL OLD
					 "BEGIN:VALARM\r\nUID:a-A2\r\nACTION:DISPLAY\r\nTRIGGER:-PT10M\r\n"
					 "DESCRIPTION:Starts in 10 minutes: A\\, b\r\nEND:VALARM\r\n") TAIL);
	edit = open_text(text);
	assert_int_equal(edit_alarms(edit, "a", NULL, 0, NULL, NULL), 0);
	assert_now(edit, HEAD EVENT("a", "SUMMARY:A, b\r\nDURATION:PT1H\r\n" MAIL) TAIL);
}

static void test_adding(void **state UNUSED)
{
	const struct plan_session session = {
		.uid = (char *)"cal-W01-FR",
		.day = 4,
		.second = 14 * HOUR_S,
		.minutes = 60,
		.type = TYPE_LONG,
		.effort = 4,
		.skill = (char *)"listening",
		.title = (char *)"Listen, then talk",
		.prep = (char *)"Headset; https://example.org/a,b",
		.depends = (char *)"a b",
		.rubric = (char *)"Greets; Closes",
		.pass = 80,
		.alarms = {{-DAY_S, false}},
		.alarm_count = 1,
	};
#define ADDED                                                                                                                              \
	EVENT("cal-W01-FR", "DTSTAMP:" NOW_TEXT "\r\nDTSTART:20010105T140000\r\nDURATION:PT60M\r\nTRANSP:OPAQUE\r\n"                       \
			    "SUMMARY:Listen\\, then talk\r\nCATEGORIES:training,long,soft,listening\r\n"                                   \
			    "RELATED-TO;RELTYPE=DEPENDS-ON:a\r\nRELATED-TO;RELTYPE=DEPENDS-ON:b\r\n"                                       \
			    "X-PACER-TYPE:long\r\nX-PACER-SKILL:listening\r\nX-PACER-EFFORT;VALUE=INTEGER:4\r\n"                           \
			    "X-PACER-PREP:Headset\r\nX-PACER-PREP;VALUE=URI:https://example.org/a,b\r\nX-PACER-PASS;VALUE=INTEGER:80\r\n"  \
			    "X-PACER-RUBRIC:Greets\r\nX-PACER-RUBRIC:Closes\r\nBEGIN:VALARM\r\nUID:cal-W01-FR-A1\r\nACTION:DISPLAY\r\n"    \
			    "TRIGGER:-P1D\r\nDESCRIPTION:Tomorrow: Listen\\, then talk\r\nEND:VALARM\r\n")
#define STAMPED HEAD "LAST-MODIFIED:" NOW_TEXT "\r\n"
#define MON EVENT("mo", "DTSTART:20010101T090000\r\n")
#define FRI EVENT("fr", "DTSTART:20010105T140000\r\n")
#define EARLIER_UID EVENT("a", "DTSTART:20010105T140000\r\n")
#define SAT EVENT("sa", "DTSTART;VALUE=DATE:20010106\r\n")
	static const struct {
		const char *before, *after;
	} rows[] = {
		{HEAD MON "\r\n" SAT TAIL, STAMPED MON ADDED "\r\n" SAT TAIL},
		{HEAD MON FRI SAT TAIL, STAMPED MON ADDED FRI SAT TAIL}, /* of equals the UID tells */
		{HEAD MON EARLIER_UID SAT TAIL, STAMPED MON EARLIER_UID ADDED SAT TAIL},
		{HEAD SAT MON "X-LAST:1\r\n" TAIL, STAMPED SAT MON ADDED "X-LAST:1\r\n" TAIL},
		{HEAD "X-A:1\r\n" SAT TAIL, STAMPED "X-A:1\r\n" ADDED SAT TAIL},
		{HEAD "BEGIN:X-B\r\nEND:X-B\r\n\r\n" TAIL, STAMPED "BEGIN:X-B\r\nEND:X-B\r\n" ADDED "\r\n" TAIL},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct edit *edit = open_text(rows[i].before);
		assert_int_equal(edit_add(edit, &session, day_from_ymd(2001, 1, 1), NULL), 0);
		edit_stamp(edit, now);
		assert_now(edit, rows[i].after);
	}
	struct edit *edit = open_text(rows[0].before);
	struct plan_session bad = session;
	bad.title = (char *)"\a";
	assert_int_equal(edit_add(edit, &bad, 11323, NULL), EDIT_VALUE);
	bad = session;
	bad.uid = NULL;
	assert_int_equal(edit_add(edit, &bad, 11323, NULL), EDIT_VALUE);
	bad.uid = (char *)"mo";
	assert_int_equal(edit_add(edit, &bad, 11323, NULL), EDIT_VALUE);
	assert_now(edit, rows[0].before);
}

static void test_what_blocks_the_time_of_others(void **state UNUSED)
{
	for (int type = 0; type < TYPE_COUNT; type++) {
		bool opaque = type == TYPE_LONG || type == TYPE_TUNEUP || type == TYPE_RACE;
		const struct plan_session session = {
			.uid = (char *)"a", .title = (char *)"A", .minutes = 20, .type = (enum session_type)type};
		struct edit *edit = open_text(HEAD TAIL);
		assert_int_equal(edit_add(edit, &session, 11323, NULL), 0);
		OWNED_TEXT *transp = edit_get(edit, "a", "TRANSP", true), *categories = edit_get(edit, "a", "CATEGORIES", false);
		OWNED_TEXT *expected = xasprintf("training,%s", type_info[type].name);
		assert_string_equal(transp, opaque ? "OPAQUE" : "TRANSPARENT");
		assert_string_equal(categories, expected);
		edit_free(edit);
	}
}

/* The first to say a thing is the one that is read (calendar.h): it is the one that is changed. */
static void test_of_two_calendars_the_first_is_meant(void **state UNUSED)
{
#define SECOND "BEGIN:VCALENDAR\r\nNAME:Second\r\n" EVENT("b", "") TAIL
	struct edit *edit = open_text(HEAD EVENT("a", "") "NAME:First\r\n" TAIL SECOND);
	SET(edit, NULL, "NAME", "", "New");
	SET(edit, "b", "X-B", "", "1");
	assert_now(edit, HEAD EVENT("a", "") "NAME:New\r\n" TAIL "BEGIN:VCALENDAR\r\nNAME:Second\r\n" EVENT("b", "X-B:1\r\n") TAIL);
	edit = open_text(HEAD TAIL SECOND);
	assert_null(edit_get(edit, NULL, "NAME", true));
	SET(edit, NULL, "NAME", "", "New");
	assert_now(edit, HEAD "NAME:New\r\n" TAIL SECOND);
}

static void test_the_uid_can_be_set(void **state UNUSED)
{
	struct edit *edit = open_text(HEAD EVENT("a", "") TAIL);
	SET(edit, "a", "UID", "", "b, c");
	assert_int_equal(SET(edit, "a", "X", "", "1"), EDIT_NO_SUCH);
	assert_int_equal(SET(edit, "b, c", "X", "", "1"), 0);
	assert_now(edit, HEAD EVENT("b\\, c", "X:1\r\n") TAIL);
}

static void test_broken_files_say_where(void **state UNUSED)
{
	static const struct {
		const char *text, *begins;
	} rows[] = {
		{"", "line 1: the file has no text"},
		{"\r\n\r\n", "line 1: the file has no text"},
		{"VERSION:2.0\r\n", "line 1: not a calendar"},
		{"BEGIN:VCARD\r\nEND:VCARD\r\n", "line 1: not a calendar"},
		{HEAD "no colon\r\n" TAIL, "line 4: a line without ':'"},
		{HEAD EVENT("a", "X:\xC3\r\n") TAIL, "line 6: bytes that are not UTF-8"},
		{HEAD "BEGIN:VEVENT\r\n" TAIL, "line 5: END does not match"},
		{HEAD, "line 1: VCALENDAR has no END"},
		{HEAD TAIL "X:1\r\n", "line 5: property outside of a calendar"},
		{HEAD TAIL TAIL, "line 5: END without BEGIN"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct edit *edit = NULL;
		struct err err = {0};
		int result = edit_open(rows[i].text, strlen(rows[i].text), &edit, &err);
		if (result != EDIT_BROKEN || strncmp(err.text, rows[i].begins, strlen(rows[i].begins)) != 0)
			fail_msg("row %d: %d %s", (int)i, result, err.text);
		assert_null(edit);
		err_release(&err);
	}
	assert_null(edit_free(NULL));
}

/* A file of another program, line by line: what is asked for changes, and nothing else. */
static void test_a_file_from_elsewhere(void **state UNUSED)
{
	static const char uid[] = "1@elsewhere.example.org";
	struct text source = slurp("tests/data/ical/elsewhere.ics");
	struct edit *edit = NULL;
	assert_int_equal(edit_open(source.data, source.len, &edit, NULL), 0);
	OWNED_TEXT *title = edit_get(edit, uid, "SUMMARY", true), *none = edit_get(edit, uid, "DESCRIPTION", true);
	assert_string_equal(title, "Erstes Gespräch, ruhig zu gehört");
	assert_null(none);
	assert_int_equal(SET(edit, uid, "SUMMARY", "", title), 0);
	assert_int_equal(edit_alarms(edit, uid, &(struct plan_alarm){-900, false}, 1, NULL, NULL), 0);
	assert_int_equal(SET(edit, "4@elsewhere.example.org", "SUMMARY", "", "x"), EDIT_AMBIGUOUS);
	assert_false(edit_changed(edit));
	assert_int_equal(SET(edit, uid, "X-PACER-TIP", "", "Listen"), 0);
	assert_int_equal(edit_move(edit, uid, day_from_ymd(2026, 9, 8), 14 * HOUR_S, NULL), 0);
	assert_int_equal(SET(edit, "3@elsewhere.example.org", "SUMMARY", "", "A task"), 0);
	edit_stamp(edit, now);
	size_t length;
	OWNED_TEXT *bytes = edit_bytes(edit, &length);
	static const struct {
		const char *was, *is;
	} changes[] = {
		{"zu\n\t gehört\n", "zu\n\t gehört\n"},
		{"dtstart;tzid=\"Europe/Berlin\":20260907T093000", "DTSTART;tzid=\"Europe/Berlin\":20260908T140000"},
		{"dtend;tzid=\"Europe/Berlin\":20260907T101500", "DTEND;tzid=\"Europe/Berlin\":20260908T144500"},
		{"DTSTAMP:20260801T080000Z\nLAST-MODIFIED:20260801T080000Z\n",
		 "DTSTAMP:" NOW_TEXT "\nLAST-MODIFIED:" NOW_TEXT "\nSEQUENCE:1\n"},
		{"RELATED-TO:0@elsewhere.example.org\n", "RELATED-TO:0@elsewhere.example.org\nX-PACER-TIP:Listen\n"},
		{"UID:3@elsewhere.example.org\nDTSTAMP:20260801T080000Z\n",
		 "UID:3@elsewhere.example.org\nDTSTAMP:" NOW_TEXT "\nLAST-MODIFIED:" NOW_TEXT "\nSEQUENCE:1\n"},
		{"A task with a start", "A task"},
		{"autumn\n\n", "autumn\nLAST-MODIFIED:" NOW_TEXT "\n\n"},
	};
	OWNED_TEXT *expected = text_take(&source);
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		char *at = strstr(expected, changes[i].was);
		if (!at)
			fail_msg("row %d: '%s' is not in the file", (int)i, changes[i].was);
		text_replace(&expected, xasprintf("%.*s%s%s", (int)(at - expected), expected, changes[i].is, at + strlen(changes[i].was)));
	}
	assert_string_equal(bytes, expected);
	assert_int_equal(length, strlen(expected));
	edit_free(edit);
}

/* A value that is replaced: the language and what others say of the property stay, what is about the old value alone goes. */
static void test_parameters_that_stay(void **state UNUSED)
{
	static const struct {
		const char *name, *params, *value, *before, *after;
		bool escape;
	} rows[] = {
		{"SUMMARY", "", "Neu", "SUMMARY;LANGUAGE=de:Alt\r\n", "SUMMARY;LANGUAGE=de:Neu\r\n", true},
		{"SUMMARY", "", "New", "SUMMARY;altrep=\"cid:x\";X-A=\"b;c\";language=en:Old\r\n", "SUMMARY;X-A=\"b;c\";language=en:New\r\n", true},
		{"DESCRIPTION", "", "a, b", "DESCRIPTION;ENCODING=8BIT;X-A=1,2:Old\r\n", "DESCRIPTION;X-A=1,2:a\\, b\r\n", true},
		{"X-PACER-EFFORT", ";VALUE=INTEGER", "6", "X-PACER-EFFORT;X-A=1;VALUE=TEXT:4\r\n", "X-PACER-EFFORT;VALUE=INTEGER;X-A=1:6\r\n", false},
		{"X-PACER-PREP", "", "https://e.org/a,b", "X-PACER-PREP;VALUE=URI:https://e.org/\r\n", "X-PACER-PREP;VALUE=URI:https://e.org/a,b\r\n", true},
		{"X-PACER-PREP", "", "Pen", "X-PACER-PREP;VALUE=URI:https://e.org/\r\n", "X-PACER-PREP:Pen\r\n", true},
		{"X-PACER-VERSION", "", "4", "X-PACER-VERSION;VALUE=INTEGER:3\r\n", "X-PACER-VERSION;VALUE=INTEGER:4\r\n", true},
		{"X-PACER-VERSION", "", "4.1", "X-PACER-VERSION;VALUE=INTEGER:3\r\n", "X-PACER-VERSION:4.1\r\n", true},
		{"RELATED-TO", ";RELTYPE=DEPENDS-ON", "y", "RELATED-TO;GAP=P1D;RELTYPE=DEPENDS-ON;X-A=1:x\r\n", "RELATED-TO;RELTYPE=DEPENDS-ON:y\r\n", true},
		{"CATEGORIES", "", "a,c", "CATEGORIES;LANGUAGE=fr:a,b\r\n", "CATEGORIES;LANGUAGE=fr:a,c\r\n", false},
		{"DTSTART", ";TZID=Europe/Paris", "20010102T090000", "DTSTART;TZID=Europe/Berlin;X-A=1:20010101T090000\r\n",
		 "DTSTART;TZID=Europe/Paris;X-A=1:20010102T090000\r\n", false},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *before = xasprintf(HEAD "BEGIN:VEVENT\r\nUID:a\r\nX-1:1\r\n%sX-2:2\r\nEND:VEVENT\r\n" TAIL, rows[i].before);
		OWNED_TEXT *after = xasprintf(HEAD "BEGIN:VEVENT\r\nUID:a\r\nX-1:1\r\n%sX-2:2\r\nEND:VEVENT\r\n" TAIL, rows[i].after);
		struct edit *edit = open_text(before);
		const char *const values[] = {rows[i].value};
		assert_int_equal(edit_set(edit, "a", rows[i].name, rows[i].params, values, 1, rows[i].escape, NULL), 0);
		assert_now(edit, after);
	}
}

/* Events are found by the UID they have now, however it came to them. */
static void test_twins(void **state UNUSED)
{
	struct edit *edit = open_text(HEAD EVENT("a", "X:1\r\n") EVENT("b", "X:2\r\n") EVENT("c", "X:3\r\n") TAIL);
	SET(edit, "b", "UID", "", "a");
	assert_true(edit_has(edit, "a") && !edit_has(edit, "b"));
	assert_int_equal(SET(edit, "a", "X", "", "9"), EDIT_AMBIGUOUS);
	SET(edit, "c", "UID", "", "b");
	assert_int_equal(edit_count(edit, "b", "X"), 1);
	assert_int_equal(edit_count(edit, "a", "X"), 0);
	assert_int_equal(edit_remove(edit, "b", NULL), 0);
	assert_false(edit_has(edit, "b"));
	assert_int_equal(edit_remove(edit, "b", NULL), EDIT_NO_SUCH);
	assert_now(edit, HEAD EVENT("a", "X:1\r\n") EVENT("a", "X:2\r\n") TAIL);
}

static int drop_zones(void **state UNUSED)
{
	tz_finish();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_new_line_goes_before_what_is_inside),
		cmocka_unit_test(test_a_property_of_an_alarm_is_not_the_events),
		cmocka_unit_test(test_a_property_that_repeats_is_set_as_a_whole),
		cmocka_unit_test(test_relations_of_other_kinds_stay),
		cmocka_unit_test(test_long_lines_fold_between_characters),
		cmocka_unit_test(test_what_cannot_be_written_changes_nothing),
		cmocka_unit_test(test_events_that_are_not_one),
		cmocka_unit_test(test_moving),
		cmocka_unit_test(test_stamps),
		cmocka_unit_test(test_alarms),
		cmocka_unit_test(test_adding),
		cmocka_unit_test(test_what_blocks_the_time_of_others),
		cmocka_unit_test(test_of_two_calendars_the_first_is_meant),
		cmocka_unit_test(test_the_uid_can_be_set),
		cmocka_unit_test(test_broken_files_say_where),
		cmocka_unit_test(test_a_file_from_elsewhere),
		cmocka_unit_test(test_parameters_that_stay),
		cmocka_unit_test(test_twins),
	};
	return cmocka_run_group_tests(tests, NULL, drop_zones);
}
