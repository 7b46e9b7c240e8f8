/* The inbox as a list: what terminals send as keys, what a key means, what stays chosen, and how the page looks at every size. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>

#include "inbox.h"
#include "inbox_view.h"
#include "page.h"

#define TEN "0123456789"

static void keys_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		bool complete;
		size_t used;
		int key;
	} rows[] = {
		{"", true, 0, KEY_NONE},
		{"a", false, 1, 'a'},
		{"ab", false, 1, 'a'},
		{"\r", false, 1, KEY_ENTER},
		{"\n", false, 1, KEY_ENTER},
		{"\003", false, 1, 3},
		{"\xc3\xa4", false, 1, KEY_NONE},
		{"\033", false, 0, KEY_NONE},
		{"\033", true, 1, KEY_ESCAPE},
		{"\033\033[A", false, 1, KEY_ESCAPE},
		{"\033[", false, 0, KEY_NONE},
		{"\033[", true, 2, KEY_NONE},
		{"\033[A", false, 3, KEY_UP},
		{"\033[Ad", false, 3, KEY_UP},
		{"\033[B", false, 3, KEY_DOWN},
		{"\033[C", false, 3, KEY_NONE},
		{"\033[1;5B", false, 6, KEY_DOWN},
		{"\033OA", false, 3, KEY_UP},
		{"\033OB", false, 3, KEY_DOWN},
		{"\033O", false, 0, KEY_NONE},
		{"\033OM", false, 3, KEY_ENTER},
		{"\033[H", false, 3, KEY_HOME},
		{"\033OH", false, 3, KEY_HOME},
		{"\033[1~", false, 4, KEY_HOME},
		{"\033[7~", false, 4, KEY_HOME},
		{"\033[F", false, 3, KEY_END},
		{"\033[4~", false, 4, KEY_END},
		{"\033[8~", false, 4, KEY_END},
		{"\033[5~", false, 4, KEY_PAGE_UP},
		{"\033[6~", false, 4, KEY_PAGE_DOWN},
		{"\033[6;2~", false, 6, KEY_PAGE_DOWN},
		{"\033[3~", false, 4, KEY_NONE},
		{"\033[56~", false, 5, KEY_NONE},
		{"\033[99999999~", false, 11, KEY_NONE},
		{"\033[M", false, 3, KEY_NONE},
		{"\033d", false, 2, KEY_NONE}, /* Alt with d */
		{"\033[1\033[A", false, 3, KEY_NONE},
		{"\033[1\r", false, 3, KEY_NONE},
		{"\033[" TEN TEN TEN, false, KEY_BYTES_MAX, KEY_NONE}, /* as long as any may be */
		{"\033[" TEN TEN "012345678", false, 0, KEY_NONE},     /* one less: its end may still come */
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int key = KEY_NONE;
		assert_int_equal(keys_parse(rows[i].bytes, strlen(rows[i].bytes), rows[i].complete, &key), rows[i].used);
		assert_int_equal(key, rows[i].key);
	}
}

/* Whatever comes, every byte is taken in the end and nothing is read past the last one (each try has its own memory). */
static void any_bytes_are_keys(void **state)
{
	(void)state;
	static const char alphabet[] = "\033[O~A1;M\r\xff\x80z";
	uint32_t seed = 1;
	for (int turn = 0; turn < 20000; turn++) {
		size_t count = 1 + (size_t)turn % 40;
		char *bytes = xrealloc(NULL, count);
		for (size_t i = 0; i < count; i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
		}
		int key = -1;
		size_t used = keys_parse(bytes, count, true, &key);
		assert_in_range(used, 1, count);
		assert_int_not_equal(key, -1);
		free(bytes);
	}
}

/* n questions, starts and ends in turn; the third has an address, the fourth is about a session that runs. */
static json_t *questions(size_t first, size_t count)
{
	json_t *list = json_array();
	for (size_t i = first; i < first + count; i++) {
		OWNED_TEXT *id = xasprintf("w01-%zu", i);
		OWNED_TEXT *title = xasprintf("Session number %zu", i);
		bool start = i % 2 == 0;
		json_t *answers = start ? json_pack("[s,s,s,s]", "start", "snooze", "skip", "done")
					: json_pack("[s,s,s,s,s]", "juggle", "done", "partly", "snooze", "skip");
		json_t *session = json_pack("{s:s, s:s, s:s, s:s, s:i, s:s}", "id", id, "enrollment", "e1", "title", title, "start",
					    "2026-11-30T09:30:00+01:00", "minutes", 25, "state", i == 3 ? "running" : "prompted");
		if (i == 2)
			json_object_set_new(session, "link", json_string("https://learn.example/2"));
		json_array_append_new(list, json_pack("{s:o, s:s, s:s, s:o}", "session", session, "question", start ? "start" : "end",
						      "since", "2026-11-30T09:30:00+01:00", "answers", answers));
	}
	return list;
}

static void keys_have_a_meaning(void **state)
{
	(void)state;
	static const struct {
		size_t count, selected;
		long answered;
		int key;
		enum inbox_what what;
		size_t then;
		const char *answer;
	} rows[] = {
		{20, 0, 0, KEY_DOWN, INBOX_CHOSEN, 1, NULL},
		{20, 0, 0, 'j', INBOX_CHOSEN, 1, NULL},
		{20, 5, 0, KEY_UP, INBOX_CHOSEN, 4, NULL},
		{20, 5, 0, 'k', INBOX_CHOSEN, 4, NULL},
		{20, 0, 0, KEY_UP, INBOX_CHOSEN, 0, NULL},
		{20, 19, 0, KEY_DOWN, INBOX_CHOSEN, 19, NULL},
		{20, 3, 0, KEY_PAGE_DOWN, INBOX_CHOSEN, 10, NULL},
		{20, 15, 0, KEY_PAGE_DOWN, INBOX_CHOSEN, 19, NULL},
		{20, 15, 0, KEY_PAGE_UP, INBOX_CHOSEN, 8, NULL},
		{20, 3, 0, KEY_PAGE_UP, INBOX_CHOSEN, 0, NULL},
		{20, 3, 0, KEY_HOME, INBOX_CHOSEN, 0, NULL},
		{20, 3, 0, 'g', INBOX_CHOSEN, 0, NULL},
		{20, 3, 0, KEY_END, INBOX_CHOSEN, 19, NULL},
		{20, 3, 0, 'G', INBOX_CHOSEN, 19, NULL},
		{20, 3, 0, '1', INBOX_CHOSEN, 0, NULL},
		{20, 3, 0, '9', INBOX_CHOSEN, 8, NULL},
		{8, 3, 0, '8', INBOX_CHOSEN, 7, NULL},
		{8, 3, 0, '9', INBOX_NOTHING, 3, NULL},
		{8, 3, 0, '0', INBOX_NOTHING, 3, NULL},
		{8, 0, 0, KEY_ENTER, INBOX_ANSWER, 0, "start"},
		{8, 0, 0, 's', INBOX_ANSWER, 0, "start"},
		{8, 0, 0, 'd', INBOX_ANSWER, 0, "done"},
		{8, 0, 0, 'z', INBOX_ANSWER, 0, "snooze"},
		{8, 0, 0, 'n', INBOX_ANSWER, 0, "skip"},
		{8, 0, 0, 'p', INBOX_UNFIT, 0, "partly"},
		{8, 1, 0, KEY_ENTER, INBOX_ANSWER, 1, "done"}, /* the first one that is known here */
		{8, 1, 0, 'p', INBOX_ANSWER, 1, "partly"},
		{8, 1, 0, 's', INBOX_UNFIT, 1, "start"},
		{8, 1, 0, 'D', INBOX_NOTHING, 1, NULL},
		{8, 0, 0, 'm', INBOX_ANSWER, 0, "snooze"},
		{8, 0, 0, 't', INBOX_ANSWER, 0, "snooze"},
		{8, 1, 0, 'h', INBOX_HELP, 1, NULL},
		{8, 1, 0, 'o', INBOX_HELP, 1, NULL}, /* no address */
		{8, 2, 0, 'o', INBOX_OPEN, 2, NULL},
		{8, 3, 0, 'm', INBOX_UNFIT, 3, "snooze"}, /* it runs */
		{8, 3, 0, 't', INBOX_UNFIT, 3, "snooze"},
		{8, 3, 0, 'z', INBOX_ANSWER, 3, "snooze"},
		{8, 1, 0, 'u', INBOX_NO_UNDO, 1, NULL},
		{8, 1, 1, 'u', INBOX_UNDO, 1, NULL},
		{8, 1, 0, 'r', INBOX_AGAIN, 1, NULL},
		{8, 1, 0, 'q', INBOX_QUIT, 1, NULL},
		{8, 1, 0, KEY_ESCAPE, INBOX_NOTHING, 1, NULL},
		{8, 1, 0, KEY_NONE, INBOX_NOTHING, 1, NULL},
		{8, 1, 0, KEY_RESIZED, INBOX_DRAW, 1, NULL},
		{8, 1, 0, KEY_GONE, INBOX_QUIT, 1, NULL},
		{0, 0, 0, KEY_DOWN, INBOX_CHOSEN, 0, NULL},
		{0, 0, 0, KEY_END, INBOX_CHOSEN, 0, NULL},
		{0, 0, 0, KEY_ENTER, INBOX_NOTHING, 0, NULL},
		{0, 0, 0, 'd', INBOX_NOTHING, 0, NULL},
		{0, 0, 0, 'o', INBOX_NOTHING, 0, NULL},
		{0, 0, 0, 'h', INBOX_NOTHING, 0, NULL},
		{0, 0, 0, '1', INBOX_NOTHING, 0, NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct inbox inbox = {.selected = rows[i].selected, .page = 7, .answered = rows[i].answered};
		inbox.questions = questions(0, rows[i].count);
		struct inbox_step step = inbox_key(&inbox, rows[i].key);
		assert_int_equal(step.what, rows[i].what);
		assert_int_equal(inbox.selected, rows[i].then);
		assert_int_equal(step.answer != NULL, rows[i].answer != NULL);
		if (step.answer)
			assert_string_equal(step.answer->name, rows[i].answer);
		inbox_release(&inbox);
	}
}

/* No letter means two things. */
static void letters_are_told_apart(void **state)
{
	(void)state;
	static const char taken[] = "jkgGhourq";
	for (size_t i = 0; i < inbox_answer_count; i++) {
		assert_null(strchr(taken, inbox_answers[i].letter));
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(inbox_answers[i].letter, inbox_answers[k].letter);
	}
}

static void the_chosen_one_stays_chosen(void **state)
{
	(void)state;
	static const struct {
		size_t count, selected, first_then, count_then, selected_then;
	} rows[] = {
		{5, 2, 0, 5, 2}, /* the same list */
		{5, 2, 1, 4, 1}, /* the first has gone */
		{5, 0, 1, 4, 0}, /* the chosen one has gone: the next moved up */
		{5, 4, 0, 4, 3}, /* the last, chosen, has gone */
		{5, 2, 0, 0, 0}, /* all have */
		{0, 0, 0, 3, 0}, /* from nothing */
		{3, 1, 0, 9, 1}, /* more came behind */
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct inbox inbox = {.selected = rows[i].selected, .questions = questions(0, rows[i].count)};
		inbox_take(&inbox, questions(rows[i].first_then, rows[i].count_then));
		assert_int_equal(inbox_count(&inbox), rows[i].count_then);
		assert_int_equal(inbox.selected, rows[i].selected_then);
		inbox_release(&inbox);
	}
	struct inbox inbox = {.questions = questions(0, 5)};
	inbox_choose(&inbox, json_object_get(json_array_get(inbox.questions, 3), "session"));
	assert_int_equal(inbox.selected, 3);
	inbox_choose(&inbox, NULL);
	assert_int_equal(inbox.selected, 3);
	inbox_release(&inbox);
}

/* A question without its fields, or that is no object at all, is shown and harms nothing. */
static void strange_questions_do_no_harm(void **state)
{
	(void)state;
	static const char *const lists[] = {"[{}]", "[1, null, []]", "[{\"session\": 5, \"answers\": [1, null, \"done\", {}]}]",
					    "[{\"answers\": \"done\"}]"};
	const struct screen like = {.utf8 = true};
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		struct inbox inbox = {.questions = json_loads(lists[i], 0, NULL)};
		const struct inbox_note note = {0};
		assert_non_null(inbox.questions);
		OWNED_TEXT *page = inbox_draw(&inbox, &like, 24, 80, &note);
		assert_int_equal(page_rows(page), 24);
		assert_int_equal(inbox_key(&inbox, KEY_ENTER).what, i == 2 ? INBOX_ANSWER : INBOX_NOTHING);
		inbox_release(&inbox);
	}
}

static void the_chosen_one_is_on_the_page(void **state)
{
	(void)state;
	static const struct {
		size_t count, selected, top, rows, top_then;
	} rows[] = {
		{10, 0, 0, 4, 0},  {10, 3, 0, 4, 0}, {10, 4, 0, 4, 1}, {10, 9, 0, 4, 6}, {10, 2, 6, 4, 2},
		{10, 9, 6, 20, 0}, {3, 2, 6, 4, 0},  {10, 5, 0, 0, 5}, {0, 0, 3, 4, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct inbox inbox = {.selected = rows[i].selected, .top = rows[i].top, .questions = questions(0, rows[i].count)};
		inbox_scroll(&inbox, rows[i].rows);
		assert_int_equal(inbox.top, rows[i].top_then);
		assert_int_equal(inbox.page, rows[i].rows ? rows[i].rows : 1);
		inbox_release(&inbox);
	}
}

static int widest_row(const char *page, bool utf8)
{
	int widest = 0;
	for (; *page; page = page_row(page, 1)) {
		OWNED_TEXT *row = xstrndup(page, strcspn(page, "\n"));
		int width = text_width(row, utf8);
		widest = width > widest ? width : widest;
	}
	return widest;
}

static void pages_fit_every_screen(void **state)
{
	(void)state;
	static const struct {
		int rows, columns;
	} sizes[] = {{10, 40}, {13, 40}, {14, 40}, {24, 80}, {25, 132}, {60, 200}, {8, 60}};
	static const size_t counts[] = {0, 1, 2, 9, 100};
	static char long_note[] =
		"a result that is a good deal longer than any line on which it could be shown, however wide the window may be "
		"drawn by whoever sits there, for it goes on and on and on until the two hundredth column is behind it";
	for (size_t i = 0; i < ARRAY_LEN(sizes) * ARRAY_LEN(counts) * 4; i++) {
		int rows = sizes[i % ARRAY_LEN(sizes)].rows, columns = sizes[i % ARRAY_LEN(sizes)].columns;
		size_t count = counts[i / ARRAY_LEN(sizes) % ARRAY_LEN(counts)], kind = i / ARRAY_LEN(sizes) / ARRAY_LEN(counts);
		const struct screen like = {.utf8 = kind & 1};
		const struct inbox_note note = {.text = kind & 2 ? long_note : NULL};
		struct inbox inbox = {.questions = questions(0, count), .selected = count ? count - 1 : 0};
		OWNED_TEXT *page = inbox_draw(&inbox, &like, rows, columns, &note);
		assert_int_equal(page_rows(page), rows);
		assert_in_range(widest_row(page, like.utf8), 1, columns);
		assert_int_equal(strstr(page, like.utf8 ? "\u25b8" : ">") != NULL, count > 0);
		assert_non_null(strstr(page, count ? "q quit" : "ends"));
		inbox_release(&inbox);
	}
}

static void a_page_looks_like_this(void **state)
{
	(void)state;
	struct inbox inbox = {.questions = questions(0, 3), .selected = 1};
	const struct screen like = {.utf8 = true};
	const struct inbox_note note = {.text = (char[]){"Done."}};
	OWNED_TEXT *page = inbox_draw(&inbox, &like, 10, 80, &note);
	assert_string_equal(page, " Inbox  2 of 3 questions\n"
				  "   1  Mon 30 Nov  09:30  25 min  Session number 0  start now?\n"
				  "\u25b8  2  Mon 30 Nov  09:30  25 min  Session number 1  how did it go?\n"
				  "   3  Mon 30 Nov  09:30  25 min  Session number 2  start now?\n"
				  "\n"
				  "\n"
				  " Done.\n"
				  " how did it go?  w01-1, since Mon 30 Nov 09:30\n"
				  " Enter/d done  p partly  z later  m after meeting  t tomorrow  n not today\n"
				  " \u2191\u2193 1-9 choose  h help  u undo  q quit\n");
	inbox_release(&inbox);
}

/* Every answer there is, and an address: the keys still take one line each on a screen of 80 columns. */
static void the_keys_fit_80_columns(void **state)
{
	(void)state;
	static const char *const answers[] = {"[\"start\",\"snooze\",\"skip\"]", "[\"done\",\"partly\",\"snooze\",\"skip\"]"};
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		struct inbox inbox = {.questions = questions(2, 1)};
		const struct screen like = {.utf8 = true};
		const struct inbox_note note = {0};
		json_object_set_new(json_array_get(inbox.questions, 0), "answers", json_loads(answers[i], 0, NULL));
		OWNED_TEXT *page = inbox_draw(&inbox, &like, 24, 80, &note);
		const char *keys = page_row(page, page_rows(page) - 3);
		assert_int_equal(strncmp(keys, " Enter/", 7), 0);
		assert_non_null(strstr(page_row(page, 23), "1-9 choose  h help  o open  u undo  q quit"));
		inbox_release(&inbox);
	}
}

static void escape_sequences_are_shown(void **state)
{
	(void)state;
	static const char evil[] =
		"[{\"session\": {\"title\": \"a\\u001b[2Jb\\nc\", \"id\": \"\\u001b[31m\"}, \"since\": \"\\u009b1m\", \"answers\": []}]";
	struct inbox inbox = {.questions = json_loads(evil, 0, NULL)};
	const struct screen like = {.utf8 = true};
	const struct inbox_note note = {.text = (char[]){"\033]0;name\a\nmore"}};
	OWNED_TEXT *page = inbox_draw(&inbox, &like, 24, 80, &note);
	assert_non_null(strstr(page, "a\u241b[2Jb\u240ac"));
	assert_int_equal(page_rows(page), 24);
	for (const char *at = page; *at; at++)
		assert_true((unsigned char)*at >= ' ' || *at == '\n');
	inbox_release(&inbox);
}

static void cards_are_scrolled(void **state)
{
	(void)state;
	static const struct {
		int rows, columns;
		size_t top, top_then, page, count;
		bool asks;
		const char *first, *foot;
	} rows[] = {
		{10, 60, 0, 0, 8, 1, false, "one\n", "\n any key back\n"},
		{7, 60, 0, 0, 5, 1, false, "one\n", "\n any key back\n"},
		{6, 60, 0, 0, 4, 2, false, "one\n", "\n j/k more  any other key back\n"},
		{6, 60, 9, 1, 4, 2, false, "two\n", "\n j/k more  any other key back\n"},
		{3, 60, 4, 4, 1, 5, false, "five\n", "\n j/k more  any other key back\n"},
		{10, 60, 0, 0, 8, 1, true, "one\n", "\n y start all the same  Enter/n not yet\n"},
		{6, 60, 9, 1, 4, 2, true, "two\n", "\n j/k more  y start all the same  Enter/n not yet\n"},
		{8, 34, 0, 0, 5, 1, true, "one\n", "\n y start all the same\n Enter/n not yet\n"},
		{7, 34, 0, 0, 4, 2, true, "one\n", "\n j/k more  y start all the same\n Enter/n not yet\n"},
	};
	const struct screen like = {.utf8 = false};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct inbox_card card = {
			.text = "one\ntwo\nthree\nfour\nfive\n",
			.hints = {{rows[i].asks ? "y" : NULL, "start all the same"}, {rows[i].asks ? "Enter/n" : NULL, "not yet"}},
			.top = rows[i].top,
		};
		OWNED_TEXT *text = inbox_draw_card(&card, &like, rows[i].rows, rows[i].columns);
		assert_int_equal(card.top, rows[i].top_then);
		assert_int_equal(card.page, rows[i].page);
		assert_int_equal(card.count, rows[i].count);
		assert_int_equal(page_rows(text), rows[i].rows);
		assert_int_equal(strncmp(text, rows[i].first, strlen(rows[i].first)), 0);
		assert_non_null(strstr(text, rows[i].foot));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_read),
		cmocka_unit_test(any_bytes_are_keys),
		cmocka_unit_test(keys_have_a_meaning),
		cmocka_unit_test(letters_are_told_apart),
		cmocka_unit_test(the_chosen_one_stays_chosen),
		cmocka_unit_test(strange_questions_do_no_harm),
		cmocka_unit_test(the_chosen_one_is_on_the_page),
		cmocka_unit_test(pages_fit_every_screen),
		cmocka_unit_test(a_page_looks_like_this),
		cmocka_unit_test(the_keys_fit_80_columns),
		cmocka_unit_test(escape_sequences_are_shown),
		cmocka_unit_test(cards_are_scrolled),
	};
	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
