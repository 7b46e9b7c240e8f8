#include "inbox_view.h"

#include "page.h"
#include "render.h"

enum { ROWS_AIRY = 14, TITLE_LEAST = 20 };

/* The keys side by side, in as many lines as they need; one without a key is left out. */
static void say_hints(const struct screen *screen, const struct inbox_hint *hints, size_t count)
{
	int used = 0;
	for (size_t i = 0; i < count; i++) {
		if (!hints[i].key)
			continue;
		int width = text_width(hints[i].key, screen->utf8) + 1 + text_width(hints[i].label, screen->utf8);
		if (used && used + 2 + width > screen->width) {
			say_gap(screen);
			used = 0;
		}
		say(screen, STYLE_PLAIN, "%s", used ? "  " : " ");
		say(screen, STYLE_NOW, "%s", hints[i].key);
		say(screen, STYLE_DIM, " %s", hints[i].label);
		used += (used ? 2 : 1) + width;
	}
	say_gap(screen);
}

static void say_answers(const struct screen *screen, const json_t *question)
{
	enum { HINTS_MAX = 10 };
	struct inbox_hint hints[HINTS_MAX];
	char keys[HINTS_MAX][sizeof("Enter/s")];
	const struct inbox_answer *answer;
	size_t count = 0;
	bool running = !strcmp(field_text(json_object_get(question, "session"), "state"), "running");
	for (; count < HINTS_MAX && (answer = inbox_answer_at(question, count)); count++) {
		snprintf(keys[count], sizeof(keys[count]), "%s%c", count ? "" : "Enter/", answer->letter);
		hints[count] = (struct inbox_hint){keys[count], running ? answer->running_label : answer->label};
	}
	say_hints(screen, hints, count);
}

/* One line, cut where the screen ends. */
static void say_cut(const struct screen *screen, enum style style, const char *text)
{
	OWNED_TEXT *safe = text_safe(text, screen->utf8);
	OWNED_TEXT *cut = text_fit(safe, screen->width - 2, screen->utf8);
	say_line(screen, style, " %s", cut);
}

static const char *question_words(const json_t *question)
{
	return !strcmp(field_text(question, "question"), "start") ? "start now?" : "how did it go?";
}

static void add_row(struct table *table, const struct screen *screen, const struct inbox *inbox, size_t at)
{
	const json_t *question = json_array_get(inbox->questions, at), *session = json_object_get(question, "session");
	bool chosen = at == inbox->selected;
	OWNED_TEXT *day = stamp_day(field_text(session, "start"));
	OWNED_TEXT *time = stamp_time(field_text(session, "start"));
	table_cell(table, STYLE_NOW, "%s", !chosen ? " " : screen->utf8 ? "\u25b8" : ">");
	table_cell(table, chosen ? STYLE_NOW : STYLE_DIM, "%zu", at + 1);
	table_cell(table, STYLE_PLAIN, "%s", day);
	table_cell(table, STYLE_PLAIN, "%s", time);
	table_cell(table, STYLE_DIM, "%ld min", field_number(session, "minutes"));
	table_cell(table, chosen ? STYLE_STRONG : STYLE_PLAIN, "%s", field_text(session, "title"));
	table_cell(table, STYLE_CARE, "%s", question_words(question));
}

/* Every question on a line of its own: measured together, so that nothing moves sideways while the list scrolls. */
static char *draw_list(const struct inbox *inbox, const struct screen *like, int columns)
{
	static const struct column layout[] = {
		{.title = NULL},    {.right = true}, {.optional = true},
		{.title = NULL},    {.right = true}, {.flexible = true, .least = TITLE_LEAST},
		{.optional = true},
	};
	struct page page;
	struct table table;
	page_open(&page, like, columns);
	table_init(&table, layout, ARRAY_LEN(layout));
	table.indent = 0;
	for (size_t i = 0; i < inbox_count(inbox); i++)
		add_row(&table, &page.screen, inbox, i);
	table_print(&table, &page.screen);
	table_release(&table);
	return page_take(&page);
}

static void say_chosen(const struct screen *screen, const json_t *question, bool airy)
{
	const json_t *session = json_object_get(question, "session");
	OWNED_TEXT *since = stamp_moment(field_text(question, "since"));
	OWNED_TEXT *text = xasprintf("%s  %s, since %s", question_words(question), field_text(session, "id"), since);
	if (airy)
		say_cut(screen, STYLE_STRONG, field_text(session, "title"));
	say_cut(screen, STYLE_DIM, text);
}

static void say_moves(const struct screen *screen, const json_t *question)
{
	bool link = field_has(json_object_get(question, "session"), "link");
	const struct inbox_hint all[] = {
		{screen->utf8 ? "\u2191\u2193 1-9" : "j/k 1-9", "choose"},
		{"h", "help"},
		{link ? "o" : NULL, "open"},
		{"u", "undo"},
		{"q", "quit"},
	};
	say_hints(screen, all, ARRAY_LEN(all));
}

static char *draw_foot(const struct inbox *inbox, const struct screen *like, bool airy, int columns, const struct inbox_note *note)
{
	struct page page;
	const struct screen *screen = &page.screen;
	const json_t *question = inbox_selected(inbox);
	const struct inbox_hint leave[] = {{"any key", "ends"}}, back[] = {{"u", "undo"}, {"any other key", "ends"}};
	page_open(&page, like, columns);
	if (note->text)
		say_cut(screen, note->style, note->text);
	if (airy && note->text)
		say_gap(screen);
	if (question) {
		say_chosen(screen, question, airy);
		say_answers(screen, question);
		if (airy)
			say_gap(screen);
		say_moves(screen, question);
	} else if (inbox->answered > 0) {
		say_hints(screen, back, ARRAY_LEN(back));
	} else {
		say_hints(screen, leave, ARRAY_LEN(leave));
	}
	return page_take(&page);
}

static void say_head(const struct screen *screen, const struct inbox *inbox, bool airy)
{
	size_t count = inbox_count(inbox);
	say(screen, STYLE_STRONG, " Inbox");
	if (count == 1)
		say(screen, STYLE_DIM, "  1 question waits");
	else if (count)
		say(screen, STYLE_DIM, "  %zu of %zu questions", inbox->selected + 1, count);
	say_gap(screen);
	if (airy)
		say_gap(screen);
	if (!count) {
		say_wrapped(screen, 1, STYLE_GOOD, "Nothing waits for an answer. All is well.");
		say_wrapped(screen, 1, STYLE_PLAIN, "pacer next shows what comes.");
	}
}

/* A line that was written, and may hold colours, goes on as it is. */
static void copy_rows(const struct screen *screen, const char *text, int from, int rows)
{
	const char *begin = page_row(text, from), *end = page_row(begin, rows);
	fwrite(begin, 1, (size_t)(end - begin), screen->file);
}

static void say_gaps(const struct screen *screen, int rows)
{
	for (; rows > 0; rows--)
		say_gap(screen);
}

char *inbox_draw(struct inbox *inbox, const struct screen *like, int rows, int columns, const struct inbox_note *note)
{
	struct page head, page;
	bool airy = rows >= ROWS_AIRY;
	page_open(&head, like, columns);
	say_head(&head.screen, inbox, airy);
	OWNED_TEXT *above = page_take(&head);
	OWNED_TEXT *list = draw_list(inbox, like, columns);
	OWNED_TEXT *foot = draw_foot(inbox, like, airy, columns, note);
	int room = rows - page_rows(above) - page_rows(foot) - airy;
	inbox_scroll(inbox, room > 0 ? (size_t)room : 1);
	int shown = (int)(inbox_count(inbox) - inbox->top < inbox->page ? inbox_count(inbox) - inbox->top : inbox->page);
	page_open(&page, like, columns);
	copy_rows(&page.screen, above, 0, page_rows(above));
	copy_rows(&page.screen, list, (int)inbox->top, shown);
	say_gaps(&page.screen, room + airy - shown);
	copy_rows(&page.screen, foot, 0, page_rows(foot));
	return page_take(&page);
}

/* "any key back" where nothing else is to be pressed; else what the arrows do, and what the card's own keys do. Owned. */
static char *draw_card_foot(const struct inbox_card *card, const struct screen *like, int columns, bool fits)
{
	const char *leave = fits ? "any key" : "any other key", *scroll = like->utf8 ? "\u2191\u2193" : "j/k";
	const struct inbox_hint hints[] = {
		{fits ? NULL : scroll, "more"},
		card->hints[0],
		card->hints[1],
		{card->hints[0].key ? NULL : leave, "back"},
	};
	struct page page;
	page_open(&page, like, columns);
	say_hints(&page.screen, hints, ARRAY_LEN(hints));
	return page_take(&page);
}

char *inbox_draw_card(struct inbox_card *card, const struct screen *like, int rows, int columns)
{
	struct page page;
	int count = page_rows(card->text);
	size_t lines = (size_t)count;
	OWNED_TEXT *below = draw_card_foot(card, like, columns, true);
	if (count + 1 + page_rows(below) > rows)
		text_replace(&below, draw_card_foot(card, like, columns, false));
	int room = rows - 1 - page_rows(below);
	card->page = room > 0 ? (size_t)room : 1;
	bool fits = lines <= card->page;
	card->count = fits ? 1 : lines - card->page + 1;
	card->top = card->top < card->count ? card->top : card->count - 1;
	page_open(&page, like, columns);
	copy_rows(&page.screen, card->text, (int)card->top, (int)card->page);
	say_gaps(&page.screen, rows - page_rows(below) - (int)(fits ? lines : card->page));
	copy_rows(&page.screen, below, 0, page_rows(below));
	return page_take(&page);
}
