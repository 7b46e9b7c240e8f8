/* What reaches a screen: safe text, widths, cuts, breaks, tables, bars, days; and the daemon's errors in sentences. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>

#include "asks.h"
#include "errors.h"
#include "render.h"

/* A screen that writes into memory. */
struct page {
	struct screen screen;
	char *text;
	size_t bytes;
};

static void page_open(struct page *page, int width, bool colour, bool utf8)
{
	page->screen = (struct screen){
		.file = open_memstream(&page->text, &page->bytes),
		.width = width,
		.wrap = width ? width : 80,
		.colour = colour,
		.utf8 = utf8,
	};
	assert_non_null(page->screen.file);
}

static void page_is(struct page *page, const char *expected)
{
	fclose(page->screen.file);
	assert_string_equal(page->text, expected);
	free(page->text);
}

static void text_is_made_safe(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool utf8;
		const char *safe;
	} rows[] = {
		{"", true, ""},
		{"plain", true, "plain"},
		{"M\u00fcller \u65e5\u672c", true, "M\u00fcller \u65e5\u672c"},
		{"M\u00fcller", false, "M\u00fcller"},
		{"\033[2J", true, "\u241b[2J"},
		{"\033[2J", false, "^[[2J"},
		{"a\tb\nc\rd\a", true, "a\u2409b\u240ac\u240dd\u2407"},
		{"a\nb", false, "a^Jb"},
		{"\177", true, "\u2421"},
		{"\177", false, "^?"},
		{"\xc2\x9b"
		 "31m",
		 true, "\ufffd31m"},
		{"\xc2\x9b"
		 "31m",
		 false, "?31m"},
		{"\u202eevil", true, "\ufffdevil"},
		{"\u2066x\u2069", true, "\ufffdx\ufffd"},
		{"\xff\xc3", true, "\ufffd\ufffd"},
		{"\xc0\x9b", true, "\ufffd\ufffd"},                     /* overlong: a hidden ESC-like byte */
		{"\xed\xa0\x80", true, "\ufffd\ufffd\ufffd"},           /* surrogate */
		{"\xf4\x90\x80\x80", true, "\ufffd\ufffd\ufffd\ufffd"}, /* past U+10FFFF */
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *safe = text_safe(rows[i].text, rows[i].utf8);
		assert_string_equal(safe, rows[i].safe);
	}
}

static void text_fits(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int width;
		bool utf8;
		const char *fit;
		int columns;
	} rows[] = {
		{"12345", 5, true, "12345", 5},
		{"123456", 5, true, "1234\u2026", 6},
		{"123456", 5, false, "12...", 6},
		{"123 56", 5, true, "123\u2026", 6},
		{"M\u00fcllerin", 4, true, "M\u00fcl\u2026", 8},
		{"\u65e5\u672c\u8a9e", 6, true, "\u65e5\u672c\u8a9e", 6},
		{"\u65e5\u672c\u8a9e", 5, true, "\u65e5\u672c\u2026", 6},
		{"\u65e5\u672c\u8a9e", 4, true, "\u65e5\u2026", 6},
		{"e\u0301e\u0301e\u0301", 2, true, "e\u0301\u2026", 3},
		{"123456", 2, false, "12", 6},
		{"12", 0, true, "", 2},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *fit = text_fit(rows[i].text, rows[i].width, rows[i].utf8);
		assert_string_equal(fit, rows[i].fit);
		assert_int_equal(text_width(rows[i].text, rows[i].utf8), rows[i].columns);
	}
}

static void colours_wrap_safe_text(void **state)
{
	(void)state;
	struct page page;
	page_open(&page, 80, true, true);
	say(&page.screen, STYLE_GOOD, "a%sb", "\033[31m");
	say_line(&page.screen, STYLE_PLAIN, "c");
	page_is(&page, "\033[32ma\u241b[31mb\033[0mc\n");
}

static void sentences_are_broken(void **state)
{
	(void)state;
	struct page page;
	page_open(&page, 24, false, true);
	say_wrapped(&page.screen, 4, STYLE_PLAIN, "one two three four five six seven\nnew line\n");
	page_is(&page, "    one two three four\n    five six seven\n    new line\n");
	page_open(&page, 20, false, true);
	say_wrapped(&page.screen, 2, STYLE_PLAIN, "/a/path/that/is/longer/than/the/line end");
	page_is(&page, "  /a/path/that/is/longer/than/the/line\n  end\n");
	page_open(&page, 40, false, true);
	say(&page.screen, STYLE_PLAIN, "name:");
	say_hanging(&page.screen, 8, 5, STYLE_PLAIN, "text that goes on in the next line, too");
	page_is(&page, "name:   text that goes on in the next\n        line, too\n");
	page_open(&page, 24, false, true);
	say(&page.screen, STYLE_PLAIN, "name:");
	say_hanging(&page.screen, 8, 5, STYLE_PLAIN, "text that goes on");
	page_is(&page, "name:\n    text that goes on\n");
	page_open(&page, 24, false, true);
	say_wrapped(&page.screen, 2, STYLE_PLAIN, "");
	page_is(&page, "\n");
}

static const struct column columns[] = {
	{.title = "id"}, {.title = "min", .right = true}, {.title = "title", .flexible = true}, {.optional = true}};

static void fill(struct table *table, bool remark)
{
	table_init(table, columns, ARRAY_LEN(columns));
	table_cell(table, STYLE_PLAIN, "w01-mo");
	table_cell(table, STYLE_PLAIN, "5");
	table_cell(table, STYLE_PLAIN, "Lace up: meet your plan");
	table_cell(table, STYLE_PLAIN, "%s", "");
	table_cell(table, STYLE_PLAIN, "w01-tu");
	table_cell(table, STYLE_PLAIN, "120");
	table_cell(table, STYLE_PLAIN, "\u65e5\u672c");
	table_cell(table, STYLE_PLAIN, "%s", remark ? "a remark" : "");
}

static void tables_fit(void **state)
{
	(void)state;
	static const struct {
		int width;
		bool remark;
		const char *lines;
	} rows[] = {
		{0, false, "  id      min  title\n  w01-mo    5  Lace up: meet your plan\n  w01-tu  120  \u65e5\u672c\n"},
		{0, true,
		 "  id      min  title\n  w01-mo    5  Lace up: meet your plan\n  w01-tu  120  \u65e5\u672c                     a "
		 "remark\n"},
		{38, false, "  id      min  title\n  w01-mo    5  Lace up: meet your plan\n  w01-tu  120  \u65e5\u672c\n"},
		{37, false, "  id      min  title\n  w01-mo    5  Lace up: meet your pl\u2026\n  w01-tu  120  \u65e5\u672c\n"},
		{37, true, "  id      min  title\n  w01-mo    5  Lace up: me\u2026\n  w01-tu  120  \u65e5\u672c          a remark\n"},
		{36, true, "  id      min  title\n  w01-mo    5  Lace up: meet your p\u2026\n  w01-tu  120  \u65e5\u672c\n"},
		{5, true,
		 "  id      min  tit\u2026\n  w01-mo    5  Lac\u2026\n  w01-tu  120  \u65e5\u672c\n"}, /* narrower than it can be */
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct page page;
		struct table table;
		fill(&table, rows[i].remark);
		page_open(&page, rows[i].width, false, true);
		table_print(&table, &page.screen);
		table_release(&table);
		page_is(&page, rows[i].lines);
	}
}

/* A column that wraps loses nothing, however narrow the screen is. */
static void tables_wrap(void **state)
{
	(void)state;
	static const struct column wrapping[] = {{.title = NULL}, {.flexible = true, .wraps = true}, {.optional = true}};
	static const struct {
		int width;
		const char *lines;
	} rows[] = {
		{0, "  1  one two three four  kit\n  2  five\n"},
		{28, "  1  one two three four  kit\n  2  five\n"},
		{27, "  1  one two three      kit\n     four\n  2  five\n"},
		{22, "  1  one two       kit\n     three four\n  2  five\n"},
		{10, "  1  one\n     two\n     three\n     four\n  2  five\n"},
		{4, "  1  one\n     two\n     three\n     four\n  2  five\n"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct page page;
		struct table table;
		table_init(&table, wrapping, ARRAY_LEN(wrapping));
		table_cell(&table, STYLE_PLAIN, "1");
		table_cell(&table, STYLE_PLAIN, "one two three four");
		table_cell(&table, STYLE_PLAIN, "kit");
		table_cell(&table, STYLE_PLAIN, "2");
		table_cell(&table, STYLE_PLAIN, "five");
		table_cell(&table, STYLE_PLAIN, "%s", "");
		page_open(&page, rows[i].width, false, true);
		table_print(&table, &page.screen);
		table_release(&table);
		page_is(&page, rows[i].lines);
	}
}

static void intentions(void **state)
{
	(void)state;
	static const struct {
		const char *session, *lines;
	} rows[] = {
		{"{}", ""},
		{"{\"intention\":null}", ""},
		{"{\"intention\":{\"want\":\"\"}}", ""},
		{"{\"intention\":{\"want\":\"stay calm\",\"act\":\"repeat it in their own words before I answer\"}}",
		 "  noted\n    I want  stay calm\n    I do    repeat it in their own\n            words before I answer\n"},
		{"{\"intention\":{\"feel\":\"a\\u001b[2Jb\"}}", "  noted\n    customer feels  a\u241b[2Jb\n"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct page page;
		json_t *session = json_loads(rows[i].session, 0, NULL);
		page_open(&page, 36, false, true);
		say_intention(&page.screen, "noted", session);
		page_is(&page, rows[i].lines);
		assert_int_equal(has_intention(session), *rows[i].lines != '\0');
		json_decref(session);
	}
}

static void bars(void **state)
{
	(void)state;
	static const struct {
		long part, whole;
		int cells;
	} rows[] = {
		{0, 100, 0}, {-5, 100, 0}, {1, 100, 1}, {50, 100, 5}, {99, 100, 9}, {100, 100, 10}, {150, 100, 10}, {1, 0, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(bar_cells(rows[i].part, rows[i].whole, 10), rows[i].cells);
	struct page page;
	page_open(&page, 52, false, false);
	say_bar(&page.screen, "week", 45, 180, "45 of 180 min");
	page_is(&page, "  week  ##......  45 of 180 min\n");
	struct screen screen = {.utf8 = true};
	OWNED_TEXT *half = load_bar(&screen, 1, 2, 3);
	OWNED_TEXT *all = load_bar(&screen, 7, 7, 3);
	OWNED_TEXT *none = load_bar(&screen, 0, 7, 3);
	assert_string_equal(half, "\u2588\u258c");
	assert_string_equal(all, "\u2588\u2588\u2588");
	assert_string_equal(none, "");
}

static void spans(void **state)
{
	(void)state;
	static const struct {
		long minutes;
		const char *text;
	} rows[] = {
		{0, "0 min"}, {119, "119 min"}, {120, "2 h"}, {121, "2 h 1 min"}, {3130, "52 h 10 min"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *text = minutes_text(rows[i].minutes);
		assert_string_equal(text, rows[i].text);
	}
}

static void days_in_words(void **state)
{
	(void)state;
	static const struct {
		const char *iso, *long_day, *day, *moment;
	} rows[] = {
		{"2026-11-30T09:30:00+01:00", "Monday 30 November 2026", "Mon 30 Nov", "Mon 30 Nov 09:30"},
		{"2026-11-30", "Monday 30 November 2026", "Mon 30 Nov", "2026-11-30"},
		{"2024-02-29T23:59:59Z", "Thursday 29 February 2024", "Thu 29 Feb", "Thu 29 Feb 23:59"},
		{"2000-03-01", "Wednesday 1 March 2000", "Wed 1 Mar", "2000-03-01"},
		{"1900-01-01", "Monday 1 January 1900", "Mon 1 Jan", "1900-01-01"},
		{"2026-12-31T00:00:00-09:30", "Thursday 31 December 2026", "Thu 31 Dec", "Thu 31 Dec 00:00"},
		{"", "", "", ""},
		{"soon", "soon", "soon", "soon"},
		{"2026-13-01", "2026-13-01", "2026-13-01", "2026-13-01"},
		{"2026-11-30T09:30", "2026-11-30T09:30", "2026-11-30T09:30", "2026-11-30T09:30"},
		{"2026-11-30T09:30:00+01:00x", "2026-11-30T09:30:00+01:00x", "2026-11-30T09:30:00+01:00x", "2026-11-30T09:30:00+01:00x"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *long_day = stamp_long_day(rows[i].iso);
		OWNED_TEXT *day = stamp_day(rows[i].iso);
		OWNED_TEXT *moment = stamp_moment(rows[i].iso);
		assert_string_equal(long_day, rows[i].long_day);
		assert_string_equal(day, rows[i].day);
		assert_string_equal(moment, rows[i].moment);
	}
	OWNED_TEXT *time = stamp_time("2026-11-30T09:30:00+01:00");
	OWNED_TEXT *year_day = stamp_year_day("2026-11-30");
	OWNED_TEXT *short_day = stamp_short_day("2026-11-30");
	assert_string_equal(time, "09:30");
	assert_string_equal(year_day, "Mon 30 Nov 2026");
	assert_string_equal(short_day, "30 Nov");
}

static void moments_in_order(void **state)
{
	(void)state;
	/* Across the end of summer time the wall clock goes back and time goes on. */
	assert_true(stamp_order("2026-10-25T02:30:00+02:00") < stamp_order("2026-10-25T02:10:00+01:00"));
	assert_true(stamp_order("2026-10-25T01:30:00Z") == stamp_order("2026-10-25T02:30:00+01:00"));
	assert_true(stamp_order("2026-12-31T23:59:59Z") + 1 == stamp_order("2027-01-01T00:00:00Z"));
	assert_true(stamp_order("2026-12-31") == INT64_MIN);
}

static void every_state_has_a_look(void **state)
{
	(void)state;
	static const char *const states[] = {"planned", "prompted", "running", "done",    "partial", "missed",
					     "excused", "moved",    "merged",  "dropped", "bailed",  "retry"};
	assert_int_equal(state_look_count, ARRAY_LEN(states));
	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		const struct look *look = state_look(states[i]);
		assert_string_equal(look->word, states[i]);
		assert_int_equal(text_width(look->sign, true), 1);
		assert_int_equal(strlen(look->ascii_sign), 1);
	}
	assert_string_equal(state_look("new in version 9")->word, "");
}

static void commands_for_sessions(void **state)
{
	(void)state;
	static const struct {
		const char *session, *command;
	} rows[] = {
		{"{\"id\":\"w01-mo\",\"enrollment\":\"e2\",\"state\":\"planned\"}", "pacer start e2/w01-mo"},
		{"{\"id\":\"w01-mo\",\"enrollment\":\"e2\",\"state\":\"prompted\",\"question\":\"start\"}", "pacer start e2/w01-mo"},
		{"{\"id\":\"w01-mo\",\"enrollment\":\"e2\",\"state\":\"prompted\",\"question\":\"end\"}", "pacer done e2/w01-mo"},
		{"{\"id\":\"w01-mo\",\"enrollment\":\"e2\",\"state\":\"running\"}", "pacer done e2/w01-mo"},
		{"{\"id\":\"w01-mo\",\"enrollment\":\"e2\",\"state\":\"done\"}", NULL},
		{"{\"id\":\"w01-mo\",\"enrollment\":\"e2\",\"state\":\"missed\"}", NULL},
		{"{}", NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *session = json_loads(rows[i].session, 0, NULL);
		OWNED_TEXT *command = session_command(session, true);
		if (rows[i].command)
			assert_string_equal(command, rows[i].command);
		else
			assert_null(command);
		json_decref(session);
	}
}

/* --- errors -------------------------------------------------------------------------------------------------------------------- */

static void errors_in_sentences(void **state)
{
	(void)state;
	static const struct {
		const char *error, *fields, *sentence;
	} rows[] = {
		{"NoSuchPlan", "{\"name\":\"cs\",\"suggestions\":[]}", "no plan is called 'cs'; pacer plans lists them"},
		{"NoSuchPlan", "{\"name\":\"cs\",\"suggestions\":[\"a\"]}", "no plan is called 'cs'; did you mean 'a'?"},
		{"NoSuchPlan", "{\"name\":\"cs\",\"suggestions\":[\"a\",\"b\",\"c\"]}",
		 "no plan is called 'cs'; did you mean 'a', 'b' or 'c'?"},
		{"AmbiguousSession", "{\"id\":\"w01\",\"candidates\":[\"w01-mo\",\"w01-tu\"]}",
		 "more than one session fits 'w01'; type one of 'w01-mo' or 'w01-tu'"},
		{"NotAMonday", "{\"date\":\"2026-12-01\",\"before\":\"2026-11-30\",\"after\":\"2026-12-07\"}",
		 "plans start on a Monday, which '2026-12-01' is not; type --start 2026-11-30 (Mon 30 Nov 2026) or --start 2026-12-07 (Mon "
		 "7 Dec 2026)"},
		{"NotEnoughWeeks", "{\"plan\":\"cs\",\"weeks\":18,\"weeks_left\":10,\"earliest\":\"2027-04-02\"}",
		 "'cs' takes 18 weeks, and 10 are left before that race day; the first race day that works is Fri 2 Apr 2027: type --race "
		 "2027-04-02"},
		{"NoSuchEnrollment", "{\"id\":\"\",\"suggestions\":[\"e1\",\"e2\"]}",
		 "you have several enrolments; type one of 'e1' or 'e2'"},
		{"NoSuchEnrollment", "{\"id\":\"e9\",\"suggestions\":[]}", "no enrolment is called 'e9'; pacer today shows yours"},
		{"NotPrepared", "{\"session\":\"w05-fr\",\"ticked\":2,\"items\":5,\"missing\":[\"A room\",\"Headset\",\"Water\"]}",
		 "'w05-fr' has 2 of 5 things laid out; missing: 'A room', 'Headset' and 'Water'; pacer prep w05-fr ticks them, pacer start "
		 "w05-fr --anyway begins all the same"},
		{"NotPrepared", "{\"session\":\"w05-fr\",\"ticked\":0,\"items\":1,\"missing\":[\"A room\"]}",
		 "'w05-fr' has 0 of 1 things laid out; missing: 'A room'; pacer prep w05-fr ticks them, pacer start w05-fr --anyway begins "
		 "all the same"},
		{"FiveMoreMinutes", "{\"session\":\"w05-fr\",\"minutes\":4}",
		 "'w05-fr' has run for 4 min, and the first ten are the hardest: five more are often all it takes; the same command again "
		 "ends it"},
		{"NoLink", "{\"session\":\"w05-fr\"}", "the plan names no address for 'w05-fr'; pacer help w05-fr says where to turn"},
		{"NotOpened", "{\"link\":\"https://a/b\",\"reason\":\"no browser\"}",
		 "the desktop could not open 'https://a/b': no browser; copy it from here"},
		{"Unheard", "{\"a\":1}", "the daemon answers with an error this version does not know: 'Unheard' {\"a\":1}"},
		{"NoSuchPlan", "{}", "no plan is called ''; pacer plans lists them"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *fields = json_loads(rows[i].fields, 0, NULL);
		OWNED_TEXT *sentence = error_sentence(rows[i].error, fields);
		assert_string_equal(sentence, rows[i].sentence);
		json_decref(fields);
	}
	assert_string_equal(error_short_name("org.pacer.Pacer.NoSuchPlan"), "NoSuchPlan");
	assert_string_equal(error_short_name("org.varlink.service.MethodNotFound"), "org.varlink.service.MethodNotFound");
	assert_int_equal(error_exit("LintFailed"), PACER_EXIT_PLAN);
	assert_int_equal(error_exit("Unheard"), PACER_EXIT_PROTOCOL);
}

static bool ends_in(const char *text, char end)
{
	return *text && text[strlen(text) - 1] == end;
}

/* Every {field} of a row must be a field of that error in the interface. */
static void check_fields(const struct error_row *row, const char *template, const char *declaration)
{
	for (const char *at = strchr(template, '{'); at; at = strchr(at + 1, '{')) {
		OWNED_TEXT *field = xasprintf("%.*s: ", (int)strcspn(at + 1, "@}"), at + 1);
		if (!strstr(declaration, field))
			fail_msg("%s has no field %s", row->error, field);
	}
}

static void errors_fit_the_interface(void **state)
{
	(void)state;
	static char interface[65536];
	FILE *file = fopen("include/pacer/org.pacer.Pacer.varlink", "r");
	assert_non_null(file);
	interface[fread(interface, 1, sizeof(interface) - 1, file)] = '\0';
	fclose(file);
	size_t rows = 0;
	for (const struct error_row *row = error_rows; row->error; row++, rows++) {
		OWNED_TEXT *head = xasprintf("error %s (", row->error);
		const char *at = strstr(interface, head);
		assert_true(at || strchr(row->error, '.'));
		if (!at)
			continue;
		OWNED_TEXT *declaration = xstrndup(at, strcspn(at, ")"));
		check_fields(row, row->text, declaration);
		check_fields(row, row->otherwise, declaration);
		if (row->list) {
			OWNED_TEXT *list = xasprintf("%s: []string", row->list);
			assert_non_null(strstr(declaration, list));
		}
	}
	assert_int_equal(rows, ARRAY_LEN(pacer_error_exits));
	for (size_t i = 0; i < ARRAY_LEN(pacer_error_exits); i++)
		assert_string_equal(error_rows[i].error, pacer_error_exits[i].error);
}

/* What can be asked about is an error the daemon has, and its texts use fields that error carries. */
static void questions_fit_the_errors(void **state)
{
	(void)state;
	OWNED_TEXT *nothing = error_fill("no {field}", NULL);
	assert_string_equal(nothing, "no ");
	static char interface[65536];
	FILE *file = fopen("include/pacer/org.pacer.Pacer.varlink", "r");
	assert_non_null(file);
	interface[fread(interface, 1, sizeof(interface) - 1, file)] = '\0';
	fclose(file);
	for (const struct asks_row *row = asks_rows; row->error; row++) {
		OWNED_TEXT *head = xasprintf("error %s (", row->error);
		OWNED_TEXT *full = xasprintf("org.pacer.Pacer.%s", row->error);
		const struct error_row as_error = {.error = row->error};
		const char *at = strstr(interface, head);
		assert_non_null(at);
		OWNED_TEXT *declaration = xstrndup(at, strcspn(at, ")"));
		check_fields(&as_error, row->text, declaration);
		check_fields(&as_error, row->kept, declaration);
		assert_ptr_equal(asks_find(full), row);
		assert_true(row->yes && row->no && ends_in(row->question, '?'));
	}
	assert_null(asks_find("org.pacer.Pacer.NoSuchPlan"));
}

int main(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_made_safe),
		cmocka_unit_test(text_fits),
		cmocka_unit_test(colours_wrap_safe_text),
		cmocka_unit_test(sentences_are_broken),
		cmocka_unit_test(tables_fit),
		cmocka_unit_test(tables_wrap),
		cmocka_unit_test(intentions),
		cmocka_unit_test(bars),
		cmocka_unit_test(spans),
		cmocka_unit_test(days_in_words),
		cmocka_unit_test(moments_in_order),
		cmocka_unit_test(every_state_has_a_look),
		cmocka_unit_test(commands_for_sessions),
		cmocka_unit_test(errors_in_sentences),
		cmocka_unit_test(errors_fit_the_interface),
		cmocka_unit_test(questions_fit_the_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
