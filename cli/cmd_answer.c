/* start, done, skip, snooze, move, inbox: the learner's answers and the questions behind them. */
#include "commands.h"
#include "render.h"

enum { HARD_EFFORT = 6 }; /* RULES 5.1 */

/* "Started: Lace up  w01-mo"; already: the word for an answer that changed nothing, NULL when that makes no difference. */
static void say_answer(struct cli *cli, const json_t *reply, const char *word, const char *already)
{
	const json_t *session = json_object_get(reply, "session");
	say(&cli->out, STYLE_GOOD, "%s: ", already && !field_flag(reply, "changed") ? already : word);
	say(&cli->out, STYLE_STRONG, "%s", field_text(session, "title"));
	say(&cli->out, STYLE_DIM, "  %s", field_text(session, "id"));
	say_gap(&cli->out);
}

/* Long, tune-up, race, or a hard one: worth a thought beforehand (IDEAS 47). */
static bool deserves_intention(const json_t *session)
{
	static const char *const types[] = {"long", "tuneup", "race"};
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (!strcmp(field_text(session, "type"), types[i]))
			return true;
	return field_number(session, "effort") >= HARD_EFFORT;
}

void start_show(struct cli *cli, const json_t *reply)
{
	const json_t *session = json_object_get(reply, "session");
	OWNED_TEXT *end = stamp_time(field_text(session, "end"));
	say_answer(cli, reply, "Started", "Runs already");
	OWNED_TEXT *text =
		xasprintf("%ld minutes%s%s. Pacer keeps quiet until then; pacer done when you are through, pacer snooze for more time.",
			  field_number(session, "minutes"), *end ? ", until " : "", end);
	say_wrapped(&cli->out, 2, STYLE_PLAIN, text);
	say_labelled(&cli->out, "tip", field_text(session, "tip"));
	say_intention(&cli->out, "you noted", session);
	if (!has_intention(session) && deserves_intention(session)) {
		OWNED_TEXT *name = session_name(session, cli_has_several(cli));
		say_line(&cli->out, STYLE_DIM, "  A minute for what you want from it? pacer intend %s", name);
	}
}

/* The compliance band in words (RULES 2.4); every one of them counts. */
static const char *band_words(const json_t *session)
{
	static const struct {
		const char *band, *less, *more;
	} rows[] = {
		{"green", "on plan", "on plan"},
		{"yellow", "a little less than planned", "a little more than planned"},
		{"orange", "a short one, and it counts", "a good deal more than planned: go easy next time"},
	};
	const char *band = field_text(session, "band");
	bool more = field_number(session, "actual_minutes") > field_number(session, "minutes");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (!strcmp(rows[i].band, band))
			return more ? rows[i].more : rows[i].less;
	return "";
}

static void say_notes(const struct screen *out, const json_t *notes)
{
	size_t i;
	json_t *line;
	json_array_foreach (notes, i, line) {
		const char *text = json_string_value(line);
		if (text && *text)
			say_wrapped(out, 2, STYLE_GOOD, text);
	}
}

void done_show(struct cli *cli, const json_t *reply)
{
	const json_t *session = json_object_get(reply, "session"), *next = json_object_get(reply, "next");
	const char *words = band_words(session);
	bool partial = !strcmp(field_text(session, "state"), "partial");
	struct text text = {0};
	say_answer(cli, reply, partial ? "Partly done" : "Done", partial ? "Partly done already" : "Done already");
	text_addf(&text, "%ld of %ld min%s%s. ", field_number(session, "actual_minutes"), field_number(session, "minutes"),
		  *words ? ", " : "", words);
	text_addf(&text, "This week %ld of %ld min. ", field_number(reply, "week_minutes_done"), field_number(reply, "week_minutes"));
	if (json_is_object(next)) {
		OWNED_TEXT *phrase = session_phrase(next);
		text_addf(&text, "Next: %s.", phrase);
	} else {
		text_add(&text, "That was the last one planned.");
	}
	say_wrapped(&cli->out, 2, STYLE_PLAIN, text.data);
	text_release(&text);
	say_notes(&cli->out, field_list(reply, "notes"));
	say_intention(&cli->out, "what you meant to do", session);
}

void skip_show(struct cli *cli, const json_t *reply)
{
	const json_t *session = json_object_get(reply, "session");
	const char *reason = field_text(session, "reason");
	bool excused = !strcmp(field_text(session, "state"), "excused");
	say_answer(cli, reply, "Left out", "Left out already");
	OWNED_TEXT *text = xasprintf("%s%s%s pacer undo brings it back.", *reason ? "Reason: " : "", reason,
				     excused   ? "; it leaves the count, and nothing is to be made up."
				     : *reason ? "."
					       : "");
	say_wrapped(&cli->out, 2, STYLE_PLAIN, text + strspn(text, " "));
}

void snooze_show(struct cli *cli, const json_t *reply)
{
	const json_t *session = json_object_get(reply, "session");
	bool running = !strcmp(field_text(session, "state"), "running");
	const char *until = field_has(session, "snoozed_until") ? field_text(session, "snoozed_until") : field_text(session, "end");
	OWNED_TEXT *moment = stamp_moment(until);
	say_answer(cli, reply, running ? "More time" : "Snoozed", running ? "Has that time already" : "Snoozed already");
	say_line(&cli->out, STYLE_PLAIN, "  Pacer asks again %s.", moment);
}

static void say_move(struct cli *cli, const json_t *reply, const char *word, const char *already)
{
	const json_t *session = json_object_get(reply, "session");
	OWNED_TEXT *from = stamp_moment(field_text(session, "moved_from"));
	OWNED_TEXT *to = stamp_moment(field_text(session, "start"));
	say_answer(cli, reply, word, already);
	say_line(&cli->out, STYLE_PLAIN, "  %s%s%s", to, *from ? ", planned for " : "", from);
	if (field_flag(reply, "outside"))
		say_line(&cli->out, STYLE_CARE, "  That is outside your working hours.");
}

void move_show(struct cli *cli, const json_t *reply)
{
	say_move(cli, reply, "Moved", "Stands there already");
}

/* What the dry run showed lies outside the working hours: asks. Returns 0 to go on, else the exit status. */
static int ask_outside(struct cli *cli, const json_t *reply)
{
	if (!cli->json)
		say_move(cli, reply, "Would move", NULL);
	enum cli_answer answer = cli->json ? CLI_NOBODY_TO_ASK : cli_ask(cli, "Move it there?", CLI_NO);
	if (answer == CLI_NOBODY_TO_ASK)
		return cli_error(cli, PACER_EXIT_USAGE, "Usage",
				 "the new time is outside your working hours, and nobody can be asked: add --yes to move it there");
	if (answer == CLI_NO)
		say_line(&cli->out, STYLE_PLAIN, "Nothing was changed.");
	return answer == CLI_NO ? PACER_EXIT_REFUSED : 0;
}

int move_run(struct cli *cli, const struct args *args)
{
	json_t *reply = NULL;
	bool dry_run = args_has(args, OPTION_DRY_RUN), yes = args_has(args, OPTION_YES);
	int exit = 0;
	if (dry_run || !yes) {
		exit = cli_call(cli, args->command->method, args_parameters_dry(args, true), &reply);
		if (!exit && dry_run && cli->json)
			cli_print_json(cli, reply);
		else if (!exit && dry_run)
			say_move(cli, reply, "Would move", NULL);
		else if (!exit && field_flag(reply, "outside"))
			exit = ask_outside(cli, reply);
		json_decref(STEAL(reply));
	}
	if (exit || dry_run)
		return exit;
	exit = cli_call(cli, args->command->method, args_parameters_dry(args, false), &reply);
	if (!exit)
		exit = cli_show(cli, args, reply);
	json_decref(reply);
	return exit;
}

/* One question with the commands that answer it. */
static void show_question(struct cli *cli, const json_t *question, bool several)
{
	const json_t *session = json_object_get(question, "session");
	bool start = !strcmp(field_text(question, "question"), "start");
	OWNED_TEXT *name = session_name(session, several);
	OWNED_TEXT *since = stamp_moment(field_text(question, "since"));
	say(&cli->out, STYLE_STRONG, "%s", field_text(session, "title"));
	say(&cli->out, STYLE_CARE, "  %s", start ? "start now?" : "how did it go?");
	say_line(&cli->out, STYLE_DIM, "  %ld min, since %s", field_number(session, "minutes"), since);
	if (start)
		say_line(&cli->out, STYLE_NOW, "  pacer start %s, pacer snooze %s, pacer skip %s", name, name, name);
	else
		say_line(&cli->out, STYLE_NOW, "  pacer done %s, pacer done %s --partly, pacer snooze %s", name, name, name);
}

void inbox_show(struct cli *cli, const json_t *reply)
{
	const json_t *questions = field_list(reply, "questions");
	size_t i;
	json_t *question;
	if (!json_array_size(questions)) {
		say_line(&cli->out, STYLE_PLAIN, "Nothing waits for an answer. pacer next shows what comes.");
		return;
	}
	bool several = cli_has_several(cli);
	json_array_foreach (questions, i, question) {
		if (i)
			say_gap(&cli->out);
		show_question(cli, question, several);
	}
}
