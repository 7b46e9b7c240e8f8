/* plan diff: two plans, or a plan file and its version in git. */
#include "commands.h"
#include "gitfile.h"
#include "render.h"

enum { ONE_LINE = 56, LOAD_CELLS = 10 };

/* --- what is compared -------------------------------------------------------------------------------------------------------------- */

/* Names of plans hold no slash; a file may be named like a plan, so its ending tells. */
static bool is_path(const char *word)
{
	size_t bytes = strlen(word);
	return strchr(word, '/') || (bytes > 4 && !strcmp(word + bytes - 4, ".ics"));
}

/* REV:PATH. A file with a colon in its name is written with ./ before it. */
static bool is_object(const char *word)
{
	return *word != '/' && *word != '.' && strchr(word, ':');
}

static int report(struct cli *cli, int result, struct err *err)
{
	enum pacer_exit exit = result == GITFILE_MISSING ? PACER_EXIT_NOT_FOUND
			       : result == GITFILE_NONE  ? PACER_EXIT_REFUSED
							 : PACER_EXIT_USAGE;
	int status = cli_error(cli, exit, result == GITFILE_NONE ? "NoEarlierVersion" : "File", "%s", err->text);
	err_release(err);
	return status;
}

/* Sets the text of a file as parameters; name: of the side. Returns 0 or the exit status of a reported error; text is taken over. */
static int add_text(struct cli *cli, json_t *parameters, const char *name, const char *called, char *text)
{
	OWNED_TEXT *owned = text;
	OWNED_TEXT *text_name = xasprintf("%s_text", name), *file_name = xasprintf("%s_file", name);
	json_t *json = json_string(owned);
	if (!json)
		return cli_error(cli, PACER_EXIT_PLAN, "File", "the file is no UTF-8 text: '%s'; save it as UTF-8", called);
	if (json_object_set_new(parameters, text_name, json))
		abort();
	args_add(parameters, file_name, VALUE_TEXT, called);
	return 0;
}

/* One side of the comparison, "a" or "b": a name goes to the daemon as it is, a path or a version of git's as the file's text. */
static int add_side(struct cli *cli, json_t *parameters, const char *word, const char *name)
{
	struct err err = {0};
	char *text = NULL;
	if (!is_object(word) && !is_path(word)) {
		args_add(parameters, name, VALUE_TEXT, word);
		return 0;
	}
	int result = is_object(word) ? gitfile_object(word, &text, &err) : gitfile_read(word, &text, &err);
	return result ? report(cli, result, &err) : add_text(cli, parameters, name, word, text);
}

/* The path of the file that the word means. Returns 0 or the exit status of a reported error. */
static int find_file(struct cli *cli, const char *word, char **ret_path)
{
	json_t *reply = NULL, *parameters = json_object();
	if (!parameters)
		abort();
	if (is_path(word)) {
		json_decref(parameters);
		*ret_path = xstrdup(word);
		return 0;
	}
	args_add(parameters, "plan", VALUE_TEXT, word);
	int exit = cli_call(cli, "ShowPlan", parameters, &reply);
	if (!exit)
		*ret_path = xstrdup(field_text(json_object_get(reply, "plan"), "file"));
	json_decref(reply);
	return exit;
}

/* The version of the revision as A, the file as it is as B. */
static int add_history(struct cli *cli, json_t *parameters, const char *word, const char *revision)
{
	struct err err = {0};
	OWNED_TEXT *path = NULL;
	char *text = NULL;
	int exit = find_file(cli, word, &path);
	if (exit)
		return exit;
	int result = gitfile_at(path, revision, &text, &err);
	if (result)
		return report(cli, result, &err);
	OWNED_TEXT *called = xasprintf("%s:%s", revision, word);
	exit = add_text(cli, parameters, "a", called, text);
	return exit ? exit : add_side(cli, parameters, word, "b");
}

static int add_sides(struct cli *cli, const struct args *args, json_t *parameters)
{
	const char *a = args->positionals[0], *b = args->positionals[1], *revision = args->options[OPTION_GIT];
	if (b && revision)
		return cli_error(
			cli, PACER_EXIT_USAGE, "Usage",
			"--git compares a plan with its own past, and two are named: '%s' and '%s'; leave one out, or type %s:PATH for "
			"the past of a file",
			a, b, revision);
	if (!b && is_object(a))
		return cli_error(cli, PACER_EXIT_USAGE, "Usage", "what is '%s' to be compared with? Type pacer plan diff %s FILE", a, a);
	if (!b)
		return add_history(cli, parameters, a, revision ? revision : "HEAD");
	int exit = add_side(cli, parameters, a, "a");
	return exit ? exit : add_side(cli, parameters, b, "b");
}

static void show_heading(const struct cli *cli, const struct args *args)
{
	const char *a = args->positionals[0], *b = args->positionals[1], *revision = args->options[OPTION_GIT];
	if (b)
		say_line(&cli->out, STYLE_STRONG, "From %s to %s", a, b);
	else
		say_line(&cli->out, STYLE_STRONG, "%s since %s", a, revision ? revision : "the last commit");
}

int plan_diff_run(struct cli *cli, const struct args *args)
{
	json_t *reply = NULL, *parameters = json_object();
	if (!parameters)
		abort();
	int exit = add_sides(cli, args, parameters);
	if (exit)
		json_decref(parameters);
	else
		exit = cli_call(cli, args->command->method, parameters, &reply);
	if (!exit && !cli->json)
		show_heading(cli, args);
	if (!exit)
		exit = cli_show(cli, args, reply);
	json_decref(reply);
	return exit;
}

/* --- what differs ------------------------------------------------------------------------------------------------------------------ */

static const struct kind_look {
	const char *kind, *heading, *sign;
	enum style style;
} kind_looks[] = {
	{"plan", "Plan", "~", STYLE_CARE},  {"added", "Added", "+", STYLE_GOOD},     {"removed", "Removed", "-", STYLE_TROUBLE},
	{"moved", "Moved", ">", STYLE_NOW}, {"changed", "Changed", "~", STYLE_CARE},
};

static const char *arrow(const struct screen *screen)
{
	return screen->utf8 ? "\u2192" : "->";
}

/* "minutes  20 → 35", or one under the other when they are long; a value that there is not is left out. */
static void show_values(const struct screen *screen, const json_t *difference)
{
	const char *from = field_text(difference, "from"), *to = field_text(difference, "to");
	const char *field = field_text(difference, "field");
	if (!*from && !*to)
		return;
	say(screen, STYLE_DIM, "      %-*s", *field ? 11 : 5, field);
	if (*from && *to && strlen(from) + strlen(to) <= ONE_LINE && !strpbrk(from, "\n") && !strpbrk(to, "\n")) {
		say(screen, STYLE_PLAIN, "  %s", from);
		say(screen, STYLE_DIM, " %s ", arrow(screen));
		say_line(screen, STYLE_PLAIN, "%s", to);
		return;
	}
	OWNED_TEXT *old = xasprintf("- %s", from);
	OWNED_TEXT *new = xasprintf("+ %s", to);
	int written = 6 + ((int)strlen(field) > 11 ? (int)strlen(field) : 11);
	if (*from)
		say_hanging(screen, 19, written, STYLE_TROUBLE, old);
	if (*from && *to)
		say_wrapped(screen, 19, STYLE_GOOD, new);
	else if (*to)
		say_hanging(screen, 19, written, STYLE_GOOD, new);
}

static bool same_session(const json_t *a, const json_t *b)
{
	return a && !strcmp(field_text(a, "session"), field_text(b, "session"));
}

static void show_difference(const struct screen *screen, const struct kind_look *look, const json_t *difference, const json_t *before)
{
	if (field_has(difference, "session") && !same_session(before, difference)) {
		say(screen, look->style, "  %s ", look->sign);
		say(screen, STYLE_NOW, "%-8s ", field_text(difference, "session"));
		say_line(screen, STYLE_PLAIN, "%s", field_text(difference, "title"));
	}
	show_values(screen, difference);
}

static void show_kind(const struct screen *screen, const struct kind_look *look, const json_t *differences)
{
	const json_t *before = NULL;
	size_t i;
	json_t *difference;
	json_array_foreach (differences, i, difference) {
		if (strcmp(field_text(difference, "kind"), look->kind) != 0)
			continue;
		if (!before) {
			say_gap(screen);
			say_line(screen, STYLE_STRONG, "%s", look->heading);
		}
		show_difference(screen, look, difference, before);
		before = difference;
	}
}

/* --- load side by side -------------------------------------------------------------------------------------------------------------- */

static const struct column load_columns[] = {
	{.title = "week", .right = true},  {.title = "min", .right = true},    {.title = "before", .right = true},
	{.title = NULL, .optional = true}, {.title = "min", .right = true},    {.title = "after", .right = true},
	{.title = NULL, .optional = true}, {.title = "change", .right = true},
};

static void load_cells(struct table *table, const struct screen *screen, const json_t *week, long most, enum style style)
{
	if (!week) {
		for (int i = 0; i < 3; i++)
			table_cell(table, STYLE_DIM, "%s", "");
		return;
	}
	OWNED_TEXT *bar = load_bar(screen, field_number(week, "load"), most, LOAD_CELLS);
	table_cell(table, style, "%ld", field_number(week, "minutes"));
	table_cell(table, style, "%ld", field_number(week, "load"));
	table_cell(table, style == STYLE_DIM ? STYLE_DIM : STYLE_GOOD, "%s", bar);
}

static bool same_load(const json_t *a, const json_t *b)
{
	return a && b && field_number(a, "load") == field_number(b, "load") && field_number(a, "minutes") == field_number(b, "minutes");
}

static void load_row(struct table *table, const struct screen *screen, const json_t *a, const json_t *b, long most)
{
	long change = field_number(b, "load") - field_number(a, "load");
	bool same = same_load(a, b);
	table_cell(table, same ? STYLE_DIM : STYLE_PLAIN, "%ld", field_number(a ? a : b, "week"));
	load_cells(table, screen, a, most, same ? STYLE_DIM : STYLE_PLAIN);
	load_cells(table, screen, b, most, same ? STYLE_DIM : STYLE_PLAIN);
	if (same)
		table_cell(table, STYLE_DIM, "%s", "=");
	else
		table_cell(table, STYLE_CARE, "%+ld", change);
}

static long highest_load(const json_t *weeks, long most)
{
	size_t i;
	json_t *week;
	json_array_foreach (weeks, i, week)
		most = field_number(week, "load") > most ? field_number(week, "load") : most;
	return most;
}

static void show_loads(const struct screen *screen, const json_t *a, const json_t *b)
{
	size_t weeks = json_array_size(a) > json_array_size(b) ? json_array_size(a) : json_array_size(b), same = 0;
	long most = highest_load(b, highest_load(a, 0));
	struct table table;
	for (size_t i = 0; i < weeks; i++)
		same += same_load(json_array_get(a, i), json_array_get(b, i));
	say_gap(screen);
	if (same == weeks) {
		say_line(screen, STYLE_DIM, "The load is the same in every week.");
		return;
	}
	say_line(screen, STYLE_STRONG, "Load, week by week");
	table_init(&table, load_columns, ARRAY_LEN(load_columns));
	for (size_t i = 0; i < weeks; i++)
		load_row(&table, screen, json_array_get(a, i), json_array_get(b, i), most);
	table_print(&table, screen);
	table_release(&table);
}

void plan_diff_show(struct cli *cli, const json_t *reply)
{
	const json_t *differences = field_list(reply, "differences");
	if (!json_array_size(differences)) {
		say_line(&cli->out, STYLE_PLAIN, "Nothing differs.");
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(kind_looks); i++)
		show_kind(&cli->out, &kind_looks[i], differences);
	show_loads(&cli->out, field_list(reply, "weeks_a"), field_list(reply, "weeks_b"));
}
