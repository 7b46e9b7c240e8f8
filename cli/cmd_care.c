/* doctor, config, help: keeping it running, and where to turn. */
#include "commands.h"
#include "errors.h"
#include "nearest.h"
#include "render.h"

/* TestBubble answers within 20 seconds. */
enum { TEST_TIMEOUT_MS = 30 * 1000 };

/* Of the checks, and a test bubble that did not reach the screen. One that nobody answered is none. */
static long problems(const json_t *reply)
{
	const json_t *checks = field_list(reply, "checks"), *test = json_object_get(reply, "test");
	size_t i;
	json_t *check;
	long count = test && !field_flag(test, "shown");
	json_array_foreach (checks, i, check)
		count += !strcmp(field_text(check, "result"), "problem");
	return count;
}

int doctor_status(const json_t *reply)
{
	return problems(reply) ? PACER_EXIT_PROBLEM : PACER_EXIT_OK;
}

static void show_test(const struct screen *out, const json_t *test)
{
	const char *text = field_text(test, "text");
	if (field_flag(test, "answered"))
		say_line(out, STYLE_GOOD, "A test bubble was shown, and your answer came back.");
	else if (field_flag(test, "shown"))
		say_line(out, STYLE_CARE, "A test bubble was shown; no answer came back: %s", text);
	else
		say_line(out, STYLE_TROUBLE, "A test bubble could not be shown: %s", text);
}

/* What stands below the checks. */
void doctor_show(struct cli *cli, const json_t *reply)
{
	const json_t *test = json_object_get(reply, "test");
	OWNED_TEXT *found = count_text(problems(reply), "problem", "problems");
	if (test)
		show_test(&cli->out, test);
	if (problems(reply))
		say_line(&cli->out, STYLE_TROUBLE, "%s found; what to do stands beside each.", found);
	else
		say_line(&cli->out, STYLE_GOOD, "All is well.");
}

static void show_checks(struct cli *cli, const json_t *reply)
{
	say_line(&cli->out, STYLE_STRONG, "From the plan to the bubble");
	render_checks(&cli->out, field_list(reply, "checks"));
	say_gap(&cli->out);
	fflush(cli->out.file);
}

static bool wants_test(const struct cli *cli, const struct args *args)
{
	bool watched = !cli->json && cli->out.tty && cli_is_attended(cli);
	return args_has(args, OPTION_TEST) || (watched && !args_has(args, OPTION_NO_TEST));
}

/* Adds what came of a test bubble to the reply. Returns 0 or the exit status of a reported error. */
static int add_test(struct cli *cli, json_t *reply)
{
	json_t *test = NULL;
	int timeout_ms = cli->client.timeout_ms;
	if (cli->err.tty && !cli->json)
		say_line(&cli->err, STYLE_DIM, "A test bubble is on its way: press its button within 20 seconds.");
	cli->client.timeout_ms = TEST_TIMEOUT_MS;
	int exit = cli_call(cli, "TestBubble", NULL, &test);
	cli->client.timeout_ms = timeout_ms;
	if (!exit && json_object_set_new(reply, "test", test))
		abort();
	return exit;
}

int doctor_run(struct cli *cli, const struct args *args)
{
	json_t *reply = NULL;
	int exit = cli_call(cli, args->command->method, args_parameters(args), &reply);
	if (!exit && !cli->json)
		show_checks(cli, reply);
	if (!exit && wants_test(cli, args))
		exit = add_test(cli, reply);
	if (!exit)
		exit = cli_show(cli, args, reply);
	json_decref(reply);
	return exit;
}

static void show_settings(struct cli *cli, const json_t *reply)
{
	static const struct column columns[] = {
		{.title = "setting"},
		{.title = "value", .flexible = true},
		{.optional = true},
		{.title = "meaning", .flexible = true, .optional = true},
	};
	struct table table;
	size_t i;
	json_t *setting;
	table_init(&table, columns, ARRAY_LEN(columns));
	table.indent = 0;
	json_array_foreach (field_list(reply, "settings"), i, setting) {
		bool changed = strcmp(field_text(setting, "value"), field_text(setting, "default")) != 0;
		table_cell(&table, STYLE_NOW, "%s", field_text(setting, "name"));
		table_cell(&table, changed ? STYLE_STRONG : STYLE_PLAIN, "%s", field_text(setting, "value"));
		table_cell(&table, STYLE_GOOD, "%s", changed ? "yours" : "");
		table_cell(&table, STYLE_DIM, "%s", field_text(setting, "help"));
	}
	table_print(&table, &cli->out);
	table_release(&table);
	say_gap(&cli->out);
	say_line(&cli->out, STYLE_DIM, "kept in %s", field_text(reply, "file"));
}

static void show_setting(struct cli *cli, const json_t *setting)
{
	const struct screen *out = &cli->out;
	const char *value = field_text(setting, "value"), *fallback = field_text(setting, "default");
	say(out, STYLE_NOW, "%s", field_text(setting, "name"));
	say_line(out, STYLE_STRONG, " = %s", value);
	say_wrapped(out, 2, STYLE_PLAIN, field_text(setting, "help"));
	say_line(out, STYLE_DIM, "  takes    %s", field_text(setting, "expected"));
	say_line(out, STYLE_DIM, "  default  %s", *fallback ? fallback : "(empty)");
	say_line(out, STYLE_DIM, "  set in   %s", field_text(setting, "source"));
}

/* The same error the daemon gives for writing an unknown one. */
static int no_such_setting(struct cli *cli, const json_t *settings, const char *name)
{
	struct nearest nearest = nearest_to(name);
	size_t i;
	json_t *setting;
	OWNED_TEXT *typed = text_safe(name, true);
	json_array_foreach (settings, i, setting)
		nearest_offer(&nearest, field_text(setting, "name"));
	struct reply reply = {
		.error = xstrdup("NoSuchSetting"),
		.parameters = nearest.best ? json_pack("{s:s, s:[s]}", "name", typed, "suggestions", nearest.best)
					   : json_pack("{s:s, s:[]}", "name", typed, "suggestions"),
	};
	int exit = cli_reply_error(cli, &reply);
	reply_release(&reply);
	return exit;
}

static int config_read(struct cli *cli, const char *name)
{
	json_t *reply = NULL, *setting, *found = NULL;
	size_t i;
	int exit = cli_call(cli, "ListSettings", NULL, &reply);
	json_array_foreach (field_list(reply, "settings"), i, setting)
		if (name && !strcmp(field_text(setting, "name"), name))
			found = setting;
	if (!exit && name && !found) {
		exit = no_such_setting(cli, field_list(reply, "settings"), name);
	} else if (!exit && cli->json) {
		json_t *one = name ? json_pack("{s:O}", "setting", found) : json_incref(reply);
		cli_print_json(cli, one);
		json_decref(one);
	} else if (!exit && name) {
		show_setting(cli, found);
	} else if (!exit) {
		show_settings(cli, reply);
	}
	json_decref(reply);
	return exit;
}

int config_run(struct cli *cli, const struct args *args)
{
	const char *name = args->positionals[0], *value = args->positionals[1];
	bool unset = args_has(args, OPTION_UNSET);
	json_t *reply = NULL;
	if (unset && (!name || value))
		return cli_error(cli, PACER_EXIT_USAGE, "Usage",
				 "--unset takes the name of a setting and no value: type pacer config NAME --unset");
	if (!unset && !value)
		return config_read(cli, name);
	int exit = cli_call(cli, args->command->method, args_parameters(args), &reply);
	if (!exit && cli->json)
		cli_print_json(cli, reply);
	else if (!exit)
		show_setting(cli, json_object_get(reply, "setting"));
	json_decref(reply);
	return exit;
}

int family_run(struct cli *cli, const struct args *args)
{
	if (!cli->json)
		args_help_command(args->command, &cli->err); /* an error: the output stays empty */
	return cli_error(cli, PACER_EXIT_USAGE, "Usage", "'%s' needs one more word: type pacer %s", args->command->name,
			 args->command->usage);
}

/* Sessions are one word: several can only be meant for a command. */
static int unknown_topic(struct cli *cli, const char *topic)
{
	struct err err = {0};
	OWNED_TEXT *first = xstrndup(topic, strcspn(topic, " "));
	args_unknown_command(commands, first, topic + strlen(first) + 1, &err);
	int exit = cli_error(cli, PACER_EXIT_USAGE, "Usage", "%s", err.text);
	err_release(&err);
	return exit;
}

int help_run(struct cli *cli, const struct args *args)
{
	const char *topic = args->positionals[0];
	const struct command *command = topic ? args_command(commands, topic) : NULL;
	json_t *reply = NULL;
	if (command)
		args_help_command(command, &cli->out);
	else if (!topic)
		args_help(commands, &cli->out);
	if (!topic || command)
		return 0;
	if (strchr(topic, ' '))
		return unknown_topic(cli, topic);
	int exit = cli_call(cli, args->command->method, args_parameters(args), &reply);
	if (!exit)
		exit = cli_show(cli, args, reply);
	json_decref(reply);
	return exit;
}
