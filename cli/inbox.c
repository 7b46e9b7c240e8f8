#include "inbox.h"

#include "field.h"

const struct inbox_answer inbox_answers[] = {
	{"start", 's', "start", "start", "Start", "start", NULL, NULL},
	{"done", 'd', "done", "done", "Done", "done", NULL, NULL},
	{"partly", 'p', "partly", "partly", "Done", "done", "partly", NULL},
	{"snooze", 'z', "later", "more time", "Snooze", "snooze", NULL, NULL},
	{"snooze", 'm', "after meeting", NULL, "Snooze", "snooze", "until", "meeting"},
	{"snooze", 't', "tomorrow", NULL, "Snooze", "snooze", "until", "tomorrow"},
	{"skip", 'n', "not today", "not today", "Skip", "skip", NULL, NULL},
};
const size_t inbox_answer_count = ARRAY_LEN(inbox_answers);

enum { CTRL_L = 0x0c };

static const struct {
	int key;
	enum inbox_what what;
} actions[] = {
	{'h', INBOX_HELP},  {'o', INBOX_OPEN},    {'u', INBOX_UNDO},         {'q', INBOX_QUIT},
	{'r', INBOX_AGAIN}, {CTRL_L, INBOX_DRAW}, {KEY_RESIZED, INBOX_DRAW}, {KEY_GONE, INBOX_QUIT},
};

/* How far a key goes: in rows, in pages, or to an end. */
static const struct {
	int key;
	int rows, pages, ends;
} moves[] = {
	{KEY_UP, -1, 0, 0},       {'k', -1, 0, 0},      {KEY_DOWN, 1, 0, 0}, {'j', 1, 0, 0},     {KEY_PAGE_UP, 0, -1, 0},
	{KEY_PAGE_DOWN, 0, 1, 0}, {KEY_HOME, 0, 0, -1}, {'g', 0, 0, -1},     {KEY_END, 0, 0, 1}, {'G', 0, 0, 1},
};

void inbox_release(struct inbox *inbox)
{
	json_decref(inbox->questions);
	*inbox = (struct inbox){0};
}

size_t inbox_count(const struct inbox *inbox)
{
	return json_array_size(inbox->questions);
}

const json_t *inbox_selected(const struct inbox *inbox)
{
	return json_array_get(inbox->questions, inbox->selected);
}

static bool is_about(const json_t *question, const json_t *session)
{
	const json_t *asked = json_object_get(question, "session");
	return !strcmp(field_text(asked, "enrollment"), field_text(session, "enrollment")) &&
	       !strcmp(field_text(asked, "id"), field_text(session, "id"));
}

void inbox_choose(struct inbox *inbox, const json_t *session)
{
	size_t i;
	json_t *question;
	json_array_foreach (inbox->questions, i, question)
		if (session && is_about(question, session))
			inbox->selected = i;
}

void inbox_take(struct inbox *inbox, json_t *questions)
{
	size_t count = json_array_size(questions);
	json_t *before = inbox->questions;
	const json_t *chosen = json_object_get(inbox_selected(inbox), "session");
	inbox->questions = questions;
	if (inbox->selected >= count)
		inbox->selected = count ? count - 1 : 0;
	inbox_choose(inbox, chosen);
	json_decref(before);
}

const struct inbox_answer *inbox_answer_at(const json_t *question, size_t n)
{
	bool running = !strcmp(field_text(json_object_get(question, "session"), "state"), "running");
	size_t i;
	json_t *word;
	json_array_foreach (field_list(question, "answers"), i, word)
		for (size_t k = 0; k < ARRAY_LEN(inbox_answers); k++) {
			const struct inbox_answer *row = &inbox_answers[k];
			const char *name = json_string_value(word);
			if (name && !strcmp(row->name, name) && (row->running_label || !running) && !n--)
				return row;
		}
	return NULL;
}

bool inbox_move(size_t *at, size_t count, size_t page, int key)
{
	for (size_t i = 0; i < ARRAY_LEN(moves); i++) {
		if (moves[i].key != key)
			continue;
		int64_t last = count ? (int64_t)count - 1 : 0;
		int64_t to = (int64_t)*at + moves[i].rows + moves[i].pages * (int64_t)page + moves[i].ends * (int64_t)count;
		*at = (size_t)(to < 0 ? 0 : to > last ? last : to);
		return true;
	}
	return false;
}

static struct inbox_step answer_step(const struct inbox *inbox, int key)
{
	const json_t *question = inbox_selected(inbox);
	const struct inbox_answer *meant = NULL, *answer;
	for (size_t k = 0; k < ARRAY_LEN(inbox_answers); k++)
		if (inbox_answers[k].letter == key)
			meant = &inbox_answers[k];
	if (!question || (!meant && key != KEY_ENTER))
		return (struct inbox_step){0};
	for (size_t n = 0; (answer = inbox_answer_at(question, n)); n++)
		if (key == KEY_ENTER || answer == meant)
			return (struct inbox_step){INBOX_ANSWER, answer};
	return (struct inbox_step){meant ? INBOX_UNFIT : INBOX_NOTHING, meant};
}

static struct inbox_step action_step(const struct inbox *inbox, enum inbox_what what)
{
	const json_t *question = inbox_selected(inbox);
	if ((what == INBOX_HELP || what == INBOX_OPEN) && !question)
		what = INBOX_NOTHING;
	if (what == INBOX_OPEN && !field_has(json_object_get(question, "session"), "link"))
		what = INBOX_HELP; /* where there is no address, the help says where to turn */
	if (what == INBOX_UNDO && inbox->answered <= 0)
		what = INBOX_NO_UNDO;
	return (struct inbox_step){.what = what};
}

struct inbox_step inbox_key(struct inbox *inbox, int key)
{
	if (key >= '1' && key <= '9') {
		if ((size_t)(key - '1') >= inbox_count(inbox))
			return (struct inbox_step){0};
		inbox->selected = (size_t)(key - '1');
		return (struct inbox_step){.what = INBOX_CHOSEN};
	}
	if (inbox_move(&inbox->selected, inbox_count(inbox), inbox->page, key))
		return (struct inbox_step){.what = INBOX_CHOSEN};
	for (size_t i = 0; i < ARRAY_LEN(actions); i++)
		if (actions[i].key == key)
			return action_step(inbox, actions[i].what);
	return answer_step(inbox, key);
}

void inbox_scroll(struct inbox *inbox, size_t rows)
{
	size_t count = inbox_count(inbox);
	inbox->page = rows ? rows : 1;
	if (inbox->selected < inbox->top)
		inbox->top = inbox->selected;
	if (inbox->selected >= inbox->top + inbox->page)
		inbox->top = inbox->selected - inbox->page + 1;
	if (inbox->top + inbox->page > count)
		inbox->top = count > inbox->page ? count - inbox->page : 0;
}
