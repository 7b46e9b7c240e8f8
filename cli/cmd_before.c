/* prep, intend, open: what comes before a session. */
#include "commands.h"
#include "render.h"

static void say_session(const struct screen *out, const json_t *session)
{
	OWNED_TEXT *moment = stamp_moment(field_text(session, "start"));
	say(out, STYLE_STRONG, "%s", field_text(session, "title"));
	say_line(out, STYLE_DIM, "  %s, %s", field_text(session, "id"), moment);
}

static void show_items(const struct screen *out, const json_t *items)
{
	static const struct column columns[] = {
		{.title = NULL},
		{.right = true},
		{.flexible = true, .wraps = true},
		{.optional = true},
	};
	struct table table;
	size_t i;
	json_t *item;
	table_init(&table, columns, ARRAY_LEN(columns));
	json_array_foreach (items, i, item) {
		bool ticked = field_flag(item, "ticked");
		const char *source = field_text(item, "source");
		table_cell(&table, ticked ? STYLE_GOOD : STYLE_CARE, "%s", ticked ? "[x]" : "[ ]");
		table_cell(&table, STYLE_NOW, "%ld", field_number(item, "number"));
		table_cell(&table, ticked ? STYLE_DIM : STYLE_PLAIN, "%s", field_text(item, "text"));
		table_cell(&table, STYLE_DIM, "%s", strcmp(source, "plan") != 0 ? source : "");
	}
	table_print(&table, out);
	table_release(&table);
}

/* "pacer prep w05-fr 2 5": what ticks the rest. Owned. */
static char *rest_command(const json_t *items, const char *name)
{
	struct text out = {0};
	size_t i;
	json_t *item;
	text_addf(&out, "pacer prep %s", name);
	json_array_foreach (items, i, item)
		if (!field_flag(item, "ticked"))
			text_addf(&out, " %ld", field_number(item, "number"));
	return text_take(&out);
}

/* What the laid out things are enough for, while the session is still to come. */
static const char *readiness(const json_t *reply, const char *state)
{
	if (!strcmp(state, "running"))
		return ", and it has begun.";
	return field_flag(reply, "ready") ? ", enough to start." : ", not enough to start yet.";
}

void prep_show(struct cli *cli, const json_t *reply)
{
	const struct screen *out = &cli->out;
	const json_t *session = json_object_get(reply, "session"), *items = field_list(reply, "items");
	long ticked = field_number(reply, "ticked"), count = (long)json_array_size(items);
	bool ready = field_flag(reply, "ready"), several = cli_has_several(cli);
	const char *state = field_text(session, "state");
	OWNED_TEXT *name = session_name(session, several);
	OWNED_TEXT *answer = session_command(session, several); /* NULL: it is over */
	OWNED_TEXT *rest = rest_command(items, name);
	say_session(out, session);
	if (!count) {
		say(out, STYLE_PLAIN, "  Nothing is to be laid out for it");
	} else {
		show_items(out, items);
		say_gap(out);
		say(out, STYLE_PLAIN, "%ld of %ld laid out", ticked, count);
	}
	if (!answer)
		say_line(out, STYLE_PLAIN, "; the session is over (%s).", state);
	else if (!count)
		say_line(out, STYLE_PLAIN, ".");
	else
		say_line(out, ready ? STYLE_GOOD : STYLE_CARE, "%s", readiness(reply, state));
	if (answer && count)
		say_next(out, ready ? answer : rest);
}

int prep_run(struct cli *cli, const struct args *args)
{
	json_t *reply = NULL, *parameters = args_parameters(args), *numbers = json_object_get(parameters, "tick");
	if (args_has(args, OPTION_UNTICK) && !numbers) {
		json_decref(parameters);
		return cli_error(cli, PACER_EXIT_USAGE, "Usage", "--untick needs the numbers: type pacer prep SESSION N... --untick");
	}
	if (args_has(args, OPTION_UNTICK) && (json_object_set(parameters, "untick", numbers) || json_object_del(parameters, "tick")))
		abort();
	int exit = cli_call(cli, args->command->method, parameters, &reply);
	if (!exit)
		exit = cli_show(cli, args, reply);
	json_decref(reply);
	return exit;
}

void intend_show(struct cli *cli, const json_t *reply)
{
	const json_t *session = json_object_get(reply, "session");
	say_session(&cli->out, session);
	say_intention(&cli->out, "noted", session);
	if (has_intention(session))
		return;
	OWNED_TEXT *name = session_name(session, cli_has_several(cli));
	say_line(&cli->out, STYLE_PLAIN, "  Nothing is noted for it yet.");
	OWNED_TEXT *command = xasprintf("pacer intend %s --want \"...\" --customer \"...\" --act \"...\"", name);
	say_next(&cli->out, command);
}

/* Asks for each part and adds what was typed. Enter, and the end of the input, keep what stands there; "-" takes it back. */
static void ask_parts(struct cli *cli, const json_t *intention, json_t *parameters)
{
	for (int i = 0; i < INTENTION_PARTS; i++) {
		const struct intention_part *part = &intention_parts[i];
		const char *now = field_text(intention, part->field);
		fflush(cli->out.file);
		say(&cli->err, STYLE_STRONG, "  %s ", part->question);
		if (*now)
			say(&cli->err, STYLE_DIM, "[%s] ", now);
		OWNED_TEXT *line = cli_read_line(cli);
		if (!line)
			return;
		if (*line)
			args_add(parameters, part->field, VALUE_OWN, !strcmp(line, "-") ? "" : line);
	}
}

/* What is noted, then the questions; a second call keeps what was typed. */
static int intend_asking(struct cli *cli, const struct args *args)
{
	json_t *before = NULL, *reply = NULL;
	int exit = cli_call(cli, args->command->method, args_parameters(args), &before);
	if (exit)
		return exit;
	const json_t *session = json_object_get(before, "session");
	OWNED_TEXT *name = session_name(session, true);
	json_t *parameters = json_object();
	say_session(&cli->out, session);
	say_line(&cli->out, STYLE_DIM, "  Enter keeps what stands there, - takes it back. It stays with you.");
	ask_parts(cli, json_object_get(session, "intention"), parameters);
	if (json_object_size(parameters)) {
		args_add(parameters, "session", VALUE_TEXT, name);
		exit = cli_call(cli, args->command->method, STEAL(parameters), &reply);
	}
	json_decref(parameters);
	if (!exit && reply)
		say_intention(&cli->out, "noted", json_object_get(reply, "session"));
	else if (!exit)
		say_line(&cli->out, STYLE_PLAIN, "  Nothing was changed.");
	json_decref(reply);
	json_decref(before);
	return exit;
}

int intend_run(struct cli *cli, const struct args *args)
{
	json_t *reply = NULL;
	bool told = args_has(args, OPTION_WANT) || args_has(args, OPTION_CUSTOMER) || args_has(args, OPTION_ACT);
	if (args->positionals[0] && !told && !cli->json && cli_is_attended(cli))
		return intend_asking(cli, args);
	int exit = cli_call(cli, args->command->method, args_parameters(args), &reply);
	if (!exit)
		exit = cli_show(cli, args, reply);
	json_decref(reply);
	return exit;
}

void open_show(struct cli *cli, const json_t *reply)
{
	const json_t *session = json_object_get(reply, "session");
	say(&cli->out, STYLE_GOOD, "Opened: ");
	say(&cli->out, STYLE_STRONG, "%s", field_text(session, "title"));
	say_line(&cli->out, STYLE_DIM, "  %s", field_text(session, "id"));
	say_line(&cli->out, STYLE_PLAIN, "  %s", field_text(reply, "link"));
}
