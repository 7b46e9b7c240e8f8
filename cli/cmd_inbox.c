/* inbox: the questions as text, or on a terminal as a list that is answered with single keys. */
#include "asks.h"
#include "commands.h"
#include "errors.h"
#include "inbox.h"
#include "inbox_view.h"
#include "page.h"
#include "render.h"
#include "replies.h"
#include "tty.h"

/* One sitting at the list. */
struct sitting {
	struct cli *cli;
	struct tty tty;
	struct inbox inbox;
	struct inbox_note note;
	bool over;
	int exit;
};

static void note(struct sitting *sitting, enum style style, char *text)
{
	text_replace(&sitting->note.text, text);
	sitting->note.style = style;
}

/* Ends the sitting before anything is said: errors belong on the screen that stays. */
static void end(struct sitting *sitting)
{
	tty_close(&sitting->tty);
	sitting->over = true;
}

/* One call; parameters are borrowed. false: the talk is over. */
static bool talk(struct sitting *sitting, const char *method, json_t *parameters, struct reply *ret)
{
	struct err err = {0};
	int result = client_send(&sitting->cli->client, method, parameters, false, &err);
	if (!result)
		result = client_reply(&sitting->cli->client, false, -1, ret, &err);
	if (!result)
		return true;
	end(sitting);
	sitting->exit = cli_client_error(sitting->cli, result, &err);
	return false;
}

/* true: what the reply carries is the caller's. false: the daemon said no, which the note tells, or the talk is over. */
static bool take(struct sitting *sitting, const char *method, struct reply *reply, json_t **ret_reply)
{
	OWNED_TEXT *flaw = reply->error ? NULL : reply_flaw(method, reply->parameters);
	if (reply->error) {
		note(sitting, STYLE_CARE, error_sentence(error_short_name(reply->error), reply->parameters));
	} else if (flaw) {
		end(sitting);
		sitting->exit = cli_check_reply(sitting->cli, method, reply);
	} else {
		*ret_reply = STEAL(reply->parameters);
	}
	return *ret_reply != NULL;
}

/* Both; parameters are taken over. */
static bool ask(struct sitting *sitting, const char *method, json_t *parameters, json_t **ret_reply)
{
	struct reply reply = {0};
	bool got = talk(sitting, method, parameters, &reply) && take(sitting, method, &reply, ret_reply);
	json_decref(parameters);
	reply_release(&reply);
	return got;
}

static void fetch(struct sitting *sitting)
{
	json_t *reply = NULL;
	if (ask(sitting, "Inbox", json_object(), &reply))
		inbox_take(&sitting->inbox, json_incref(field_list(reply, "questions")));
	json_decref(reply);
}

/* The list anew; keys typed before it stood there were meant for the one before. */
static void refresh(struct sitting *sitting)
{
	if (!sitting->over)
		fetch(sitting);
	if (!sitting->over)
		tty_forget(&sitting->tty);
}

/* What a command's show prints, for a screen of so many columns. Owned. */
static char *shown_text(struct sitting *sitting, const char *command, const json_t *reply, int columns, bool colour)
{
	struct page page;
	struct screen terminal = sitting->cli->out;
	page_open(&page, &terminal, columns);
	page.screen.colour = colour && terminal.colour;
	sitting->cli->out = page.screen;
	args_command(commands, command)->show(sitting->cli, reply);
	sitting->cli->out = terminal;
	return page_take(&page);
}

/* Lines made one: "Started: Lace up  w01-mo  20 minutes, until 09:50." Owned. */
static char *one_line(const char *lines)
{
	struct text out = {0};
	for (int line = 0; *lines; line++) {
		size_t bytes = strcspn(lines, "\n");
		text_add(&out, line == 0 ? "" : line == 1 ? "  " : " "); /* the head, then what was one sentence */
		text_add_n(&out, lines, bytes);
		lines += bytes;
		lines += strspn(lines, "\n ");
	}
	return text_take(&out);
}

/* The session as a call names it: always with its enrolment. */
static json_t *session_parameter(const json_t *question)
{
	OWNED_TEXT *name = session_name(json_object_get(question, "session"), true);
	json_t *parameters = json_pack("{s:s}", "session", name);
	if (!parameters)
		abort();
	return parameters;
}

/* Shows the card until a key that moves nothing is pressed, and returns that. make: its text for a screen of so many columns,
 * owned; about: whatever that is made of. */
static int show_card(struct sitting *sitting, struct inbox_card *card,
		     char *(*make)(struct sitting *sitting, const void *about, int columns), const void *about)
{
	int key;
	do {
		int rows, columns;
		tty_size(&sitting->tty, &rows, &columns);
		OWNED_TEXT *text = make(sitting, about, columns);
		card->text = text;
		OWNED_TEXT *lines = inbox_draw_card(card, &sitting->cli->out, rows, columns);
		tty_paint(&sitting->tty, lines);
		key = tty_key(&sitting->tty);
	} while (key == KEY_RESIZED || (card->count > 1 && inbox_move(&card->top, card->count, card->page, key)));
	return key;
}

/* An error that is a question, and what it is about. */
struct asked {
	const struct asks_row *row;
	const json_t *session, *fields; /* borrowed */
};

static char *asked_text(struct sitting *sitting, const void *about, int columns)
{
	const struct asked *asked = about;
	struct page page;
	page_open(&page, &sitting->cli->out, columns);
	say_line(&page.screen, STYLE_STRONG, "%s", field_text(asked->session, "title"));
	say_gap(&page.screen);
	asks_show(&page.screen, asked->row, asked->fields);
	say_gap(&page.screen);
	say_line(&page.screen, STYLE_STRONG, "%s", asked->row->question);
	return page_take(&page);
}

/* true: the answer repeats the call. */
static bool confirm(struct sitting *sitting, const struct asks_row *row, const json_t *fields)
{
	const struct asked asked = {row, json_object_get(inbox_selected(&sitting->inbox), "session"), fields};
	struct inbox_card card = {
		.hints = {{row->again ? "y" : "Enter/y", row->yes}, {row->again ? "Enter/n" : "n", row->no}},
	};
	tty_forget(&sitting->tty); /* a key held down must not answer this one too */
	return show_card(sitting, &card, asked_text, &asked) == (row->again ? 'y' : 'n');
}

/* The answer's call, and a second one when its question was answered so. */
static bool ask_twice(struct sitting *sitting, const struct inbox_answer *given, json_t *parameters, json_t **ret_reply)
{
	struct reply reply = {0};
	bool talked = talk(sitting, given->method, parameters, &reply), got = false;
	const struct asks_row *row = talked && reply.error ? asks_find(reply.error) : NULL;
	if (talked && !row) {
		got = take(sitting, given->method, &reply, ret_reply);
	} else if (row && confirm(sitting, row, reply.parameters)) {
		asks_repeat(row, parameters);
		got = ask(sitting, given->method, json_incref(parameters), ret_reply);
	} else if (row) {
		note(sitting, STYLE_PLAIN, error_fill(row->kept, reply.parameters));
	}
	reply_release(&reply);
	return got;
}

static void answer(struct sitting *sitting, const struct inbox_answer *given)
{
	json_t *reply = NULL, *parameters = session_parameter(inbox_selected(&sitting->inbox));
	json_t *value = given->value ? json_string(given->value) : json_true();
	if (given->parameter && json_object_set(parameters, given->parameter, value))
		abort();
	json_decref(value);
	if (ask_twice(sitting, given, parameters, &reply)) {
		OWNED_TEXT *lines = shown_text(sitting, given->command, reply, INT16_MAX, false);
		note(sitting, STYLE_GOOD, one_line(lines));
		sitting->inbox.answered += field_flag(reply, "changed");
	}
	refresh(sitting);
	json_decref(parameters);
	json_decref(reply);
}

/* What was taken back asks again, and is chosen. */
static void undo(struct sitting *sitting)
{
	json_t *reply = NULL;
	bool undone = ask(sitting, "Undo", json_object(), &reply);
	const json_t *session = json_object_get(reply, "session");
	if (undone) {
		const char *title = field_text(session, "title"), *text = field_text(json_object_get(reply, "undone"), "text");
		note(sitting, STYLE_GOOD, xasprintf("Taken back: %s%s%s", title, *title ? "  " : "", text));
		sitting->inbox.answered--;
	}
	refresh(sitting);
	inbox_choose(&sitting->inbox, session);
	json_decref(reply);
}

/* Draws and waits. Returns the key. */
static int show_and_wait(struct sitting *sitting)
{
	int rows, columns;
	tty_size(&sitting->tty, &rows, &columns);
	OWNED_TEXT *lines = inbox_draw(&sitting->inbox, &sitting->cli->out, rows, columns, &sitting->note);
	tty_paint(&sitting->tty, lines);
	return tty_key(&sitting->tty);
}

static char *help_text(struct sitting *sitting, const void *about, int columns)
{
	return shown_text(sitting, "help", about, columns, true);
}

static void help(struct sitting *sitting)
{
	json_t *reply = NULL;
	struct inbox_card card = {0};
	if (ask(sitting, "Help", session_parameter(inbox_selected(&sitting->inbox)), &reply))
		show_card(sitting, &card, help_text, reply);
	json_decref(reply);
}

static void open_link(struct sitting *sitting)
{
	json_t *reply = NULL;
	if (ask(sitting, "Open", session_parameter(inbox_selected(&sitting->inbox)), &reply)) {
		OWNED_TEXT *lines = shown_text(sitting, "open", reply, INT16_MAX, false);
		note(sitting, STYLE_GOOD, one_line(lines));
	}
	json_decref(reply);
}

static void carry_out(struct sitting *sitting, struct inbox_step step)
{
	switch (step.what) {
	case INBOX_NOTHING:
	case INBOX_CHOSEN:
	case INBOX_DRAW:
		return;
	case INBOX_ANSWER:
		answer(sitting, step.answer);
		return;
	case INBOX_UNFIT:
		note(sitting, STYLE_CARE, xasprintf("%c is no answer to this question; its answers stand below", step.answer->letter));
		return;
	case INBOX_HELP:
		help(sitting);
		return;
	case INBOX_OPEN:
		open_link(sitting);
		return;
	case INBOX_UNDO:
		undo(sitting);
		return;
	case INBOX_NO_UNDO:
		note(sitting, STYLE_CARE, xstrdup("nothing was answered here yet; pacer undo takes back what came before"));
		return;
	case INBOX_AGAIN:
		note(sitting, STYLE_PLAIN, NULL);
		refresh(sitting);
		return;
	case INBOX_QUIT:
		end(sitting);
		return;
	}
}

static void sit(struct sitting *sitting)
{
	while (!sitting->over) {
		bool empty = !inbox_count(&sitting->inbox);
		int key = show_and_wait(sitting);
		struct inbox_step step = inbox_key(&sitting->inbox, key);
		if (empty && step.what != INBOX_DRAW && step.what != INBOX_UNDO)
			end(sitting);
		else
			carry_out(sitting, step);
	}
}

/* Without a terminal that can draw, the questions are listed as text with what to type. */
static bool wants_list(const struct cli *cli, const struct args *args)
{
	return !cli->json && !args_has(args, OPTION_PLAIN) && tty_can_draw(cli->in, cli->out.file);
}

int inbox_run(struct cli *cli, const struct args *args)
{
	json_t *reply = NULL;
	struct sitting sitting = {.cli = cli};
	int exit = cli_call(cli, args->command->method, args_parameters(args), &reply);
	if (exit)
		return exit;
	if (!wants_list(cli, args) || tty_open(&sitting.tty, cli->in, cli->out.file)) {
		exit = cli_show(cli, args, reply);
	} else {
		inbox_take(&sitting.inbox, json_incref(field_list(reply, "questions")));
		sit(&sitting);
		exit = sitting.exit;
	}
	inbox_release(&sitting.inbox);
	free(sitting.note.text);
	json_decref(reply);
	return exit;
}
