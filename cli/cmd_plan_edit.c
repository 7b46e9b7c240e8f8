/* plan new, set, add, move, remove, rename, undo, fmt: plan files changed through the daemon. */
#include "commands.h"
#include "pacer/protocol.h"
#include "render.h"

/* --- what was typed ---------------------------------------------------------------------------------------------------------------- */

/* The words behind the plan's name; they came joined by line ends. */
struct plan_words {
	char *text;
	const char **items;
	size_t count;
};

static struct plan_words words_of(const struct args *args)
{
	struct plan_words words = {.text = xstrdup(args->positionals[1] ? args->positionals[1] : "")};
	words.items = xcalloc(strlen(words.text) + 2, sizeof(*words.items));
	for (char *at = args->positionals[1] ? words.text : NULL; at;) {
		char *end = strchr(at, '\n');
		words.items[words.count++] = at;
		if (end)
			*end++ = '\0';
		at = end;
	}
	return words;
}

static void words_release(struct plan_words *words)
{
	free(words->items);
	free(words->text);
}

/* The words from `first` on as one text. */
static char *words_text(const struct plan_words *words, size_t first)
{
	struct text text = {0};
	for (size_t i = first; i < words->count; i++)
		text_addf(&text, "%s%s", i > first ? " " : "", words->items[i]);
	return text_take(&text);
}

/* "w05": 5; 0: not a week. */
static int week_of(const char *word)
{
	size_t digits = (*word == 'w' || *word == 'W') ? strspn(word + 1, "0123456789") : 0;
	return digits >= 1 && digits <= 2 && !word[1 + digits] ? (int)strtol(word + 1, NULL, 10) : 0;
}

static bool is_weekday(const char *word)
{
	static const char *const days[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
	size_t length = strlen(word);
	for (size_t i = 0; i < ARRAY_LEN(days); i++)
		if ((length == 2 || length == 3 || length == strlen(days[i])) && !strncasecmp(word, days[i], length))
			return true;
	return false;
}

static int usage(struct cli *cli, const struct args *args, const char *problem)
{
	return cli_error(cli, PACER_EXIT_USAGE, "Usage", "%s: type pacer %s; pacer %s --help has examples", problem, args->command->usage,
			 args->command->name);
}

static void put(json_t *object, const char *name, json_t *value)
{
	if (!value || json_object_set_new(object, name, value))
		abort();
}

/* As typed; bytes that are no UTF-8 travel as '?'. */
static void put_word(json_t *object, const char *name, const char *word)
{
	args_add(object, name, VALUE_TEXT, word);
}

static json_t *change_new(const char *action)
{
	json_t *change = json_object();
	put(change, "action", json_string(action));
	return change;
}

static json_t *edit_parameters(const struct args *args, json_t *changes, bool dry_run)
{
	json_t *parameters = json_object();
	put_word(parameters, "plan", args->positionals[0]);
	put(parameters, "changes", json_incref(changes));
	put(parameters, "dry_run", json_boolean(dry_run));
	return parameters;
}

/* --- what is shown ----------------------------------------------------------------------------------------------------------------- */

static bool is_known(const json_t *findings, const json_t *finding)
{
	size_t i;
	json_t *other;
	json_array_foreach (findings, i, other)
		if (!strcmp(field_text(other, "code"), field_text(finding, "code")) &&
		    !strcmp(field_text(other, "text"), field_text(finding, "text")))
			return true;
	return false;
}

/* Findings that were not there before, each in full; the others as a number. before: NULL: all are new. */
static void show_findings(const struct screen *out, const char *name, const json_t *findings, const json_t *before)
{
	size_t i, known = 0;
	json_t *finding;
	json_array_foreach (findings, i, finding) {
		if (is_known(before, finding)) {
			known++;
			continue;
		}
		OWNED_TEXT *text = xasprintf("%s %s", field_text(finding, "code"), field_text(finding, "text"));
		say_wrapped(out, 2, !strcmp(field_text(finding, "severity"), "error") ? STYLE_CARE : STYLE_PLAIN, text);
	}
	if (known) {
		OWNED_TEXT *count = count_text((long)known, "finding stands", "findings stand");
		say_line(out, STYLE_DIM, "  %s as before: pacer plan lint %s", count, name);
	}
}

/* before: what the checks said, or NULL. */
static void show_edit(struct cli *cli, const json_t *reply, const json_t *before, bool dry_run)
{
	size_t i;
	json_t *line;
	json_array_foreach (field_list(reply, "done"), i, line) {
		say(&cli->out, STYLE_GOOD, "%s", dry_run ? "Would change: " : "");
		say_wrapped(&cli->out, 0, STYLE_PLAIN, json_string_value(line) ? json_string_value(line) : "");
	}
	show_findings(&cli->out, field_text(json_object_get(reply, "plan"), "name"), field_list(reply, "findings"),
		      field_list(before, "findings"));
}

void plan_edit_show(struct cli *cli, const json_t *reply)
{
	show_edit(cli, reply, NULL, false);
}

static json_t *findings_before(struct cli *cli, const char *plan)
{
	json_t *parameters = json_object();
	put_word(parameters, "plan", plan);
	return cli->json ? (json_decref(parameters), NULL) : cli_call_quietly(cli, "LintPlan", parameters);
}

/* One EditPlan. changes are taken over. What the checks said before is asked for first, so the daemon must be there. */
static int edit(struct cli *cli, const struct args *args, json_t *changes)
{
	bool dry_run = args_has(args, OPTION_DRY_RUN);
	int exit = cli_connect(cli);
	if (exit) {
		json_decref(changes);
		return exit;
	}
	json_t *reply = NULL, *before = findings_before(cli, args->positionals[0]);
	exit = cli_call(cli, args->command->method, edit_parameters(args, changes, dry_run), &reply);
	if (!exit && cli->json)
		cli_print_json(cli, reply);
	else if (!exit)
		show_edit(cli, reply, before, dry_run);
	json_decref(reply);
	json_decref(before);
	json_decref(changes);
	return exit;
}

static int edit_one(struct cli *cli, const struct args *args, json_t *change)
{
	json_t *changes = json_array();
	if (json_array_append_new(changes, change))
		abort();
	return edit(cli, args, changes);
}

/* --- new --------------------------------------------------------------------------------------------------------------------------- */

int plan_new_run(struct cli *cli, const struct args *args)
{
	json_t *reply = NULL;
	if (args_has(args, OPTION_WEEKS) == args_has(args, OPTION_FROM))
		return usage(cli, args, "say either how many weeks it has (--weeks 6) or which plan to copy (--from customer-service-18)");
	int exit = cli_call(cli, args->command->method, args_parameters(args), &reply);
	if (!exit)
		exit = cli_show(cli, args, reply);
	json_decref(reply);
	return exit;
}

void plan_new_show(struct cli *cli, const json_t *reply)
{
	const json_t *plan = json_object_get(reply, "plan");
	OWNED_TEXT *weeks = count_text(field_number(plan, "weeks"), "week", "weeks");
	OWNED_TEXT *sessions = count_text(field_number(plan, "sessions"), "session", "sessions");
	OWNED_TEXT *command = xasprintf("pacer plan show %s", field_text(plan, "name"));
	say(&cli->out, STYLE_GOOD, "New plan: ");
	say(&cli->out, STYLE_STRONG, "%s", field_text(plan, "name"));
	say_line(&cli->out, STYLE_PLAIN, ", %s, %s", weeks, sessions);
	say_line(&cli->out, STYLE_DIM, "  %s", field_text(plan, "file"));
	show_findings(&cli->out, field_text(plan, "name"), field_list(reply, "findings"), NULL);
	say_next(&cli->out, command);
}

/* --- set, add, move ---------------------------------------------------------------------------------------------------------------- */

/* Fields of the plan itself; a word that is none of them names a session. */
static bool is_plan_field(const char *word)
{
	static const char *const fields[] = {"title",    "goal",  "done",    "class",   "weeks", "phases",
					     "cutbacks", "about", "licence", "version", "tracks"};
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (!strcasecmp(word, fields[i]))
			return true;
	return false;
}

int plan_set_run(struct cli *cli, const struct args *args)
{
	struct plan_words words = words_of(args);
	bool unset = args_has(args, OPTION_UNSET);
	size_t at = words.count && is_plan_field(words.items[0]) ? 0 : 1;
	int exit;
	if (words.count < at + 1)
		exit = usage(cli, args, "which field?");
	else if (!unset && words.count < at + 2)
		exit = usage(cli, args, "the value is missing (--unset takes the field out)");
	else if (unset && words.count > at + 1)
		exit = usage(cli, args, "a value and --unset do not go together");
	else {
		bool alarms = at && !strcmp(words.items[at], "alarms"); /* a list of components, not a property */
		json_t *change = change_new(alarms ? "alarms" : "set");
		OWNED_TEXT *value = words_text(&words, at + 1);
		if (at)
			put_word(change, "session", words.items[0]);
		if (!alarms)
			put_word(change, "field", words.items[at]);
		if (!unset)
			put_word(change, "value", value);
		exit = edit_one(cli, args, change);
	}
	words_release(&words);
	return exit;
}

/* "5" and "w05". 0: neither. */
static int plain_week_of(const char *word)
{
	size_t digits = strspn(word, "0123456789");
	return digits >= 1 && digits <= 2 && !word[digits] ? (int)strtol(word, NULL, 10) : week_of(word);
}

int plan_add_run(struct cli *cli, const struct args *args)
{
	static const struct {
		enum option_id option;
		const char *name;
		enum value_kind kind;
	} options[] = {{OPTION_TYPE, "type", VALUE_TEXT},
		       {OPTION_SKILL, "skill", VALUE_TEXT},
		       {OPTION_MINUTES, "minutes", VALUE_NUMBER},
		       {OPTION_EFFORT, "effort", VALUE_NUMBER}};
	struct plan_words words = words_of(args);
	int exit;
	if (words.count < 4 || !plain_week_of(words.items[0]))
		exit = usage(cli, args, "a new session needs week, weekday, time and title");
	else if (!args_has(args, OPTION_TYPE))
		exit = usage(cli, args, "say what kind of session it is, for example --type short");
	else {
		json_t *change = change_new("add");
		OWNED_TEXT *title = words_text(&words, 3);
		put(change, "week", json_integer(plain_week_of(words.items[0])));
		put_word(change, "weekday", words.items[1]);
		put_word(change, "time", words.items[2]);
		put_word(change, "title", title);
		for (size_t i = 0; i < ARRAY_LEN(options); i++)
			if (args_has(args, options[i].option))
				args_add(change, options[i].name, options[i].kind, args->options[options[i].option]);
		exit = edit_one(cli, args, change);
	}
	words_release(&words);
	return exit;
}

/* "w05 w06", "w05 with w06": NULL: not understood. */
static json_t *week_change(const struct plan_words *words)
{
	bool swap = words->count == 3 && !strcasecmp(words->items[1], "with");
	int to = words->count == 2 || swap ? week_of(words->items[words->count - 1]) : 0;
	if (!to)
		return NULL;
	json_t *change = change_new(swap ? "swap-weeks" : "move-week");
	put(change, "week", json_integer(week_of(words->items[0])));
	put(change, "with_week", json_integer(to));
	return change;
}

static json_t *weekday_change(const struct plan_words *words)
{
	if (words->count != 2 || !is_weekday(words->items[1]))
		return NULL;
	json_t *change = change_new("move-weekday");
	put_word(change, "weekday", words->items[0]);
	put_word(change, "to_weekday", words->items[1]);
	return change;
}

/* "w05-fr w06 th 14:00", in any order and as much of it as changes. */
static json_t *session_change(const struct plan_words *words)
{
	json_t *change = change_new("move");
	put_word(change, "session", words->items[0]);
	for (size_t i = 1; i < words->count; i++) {
		const char *word = words->items[i], *name = strchr(word, ':') ? "time" : is_weekday(word) ? "weekday" : "week";
		bool week = !strcmp(name, "week");
		if (json_object_get(change, name) || (week && !week_of(word))) {
			json_decref(change);
			return NULL;
		}
		if (week)
			put(change, name, json_integer(week_of(word)));
		else
			put_word(change, name, word);
	}
	return change;
}

/* Where the session of the plan stands, as a move of another one. NULL: there is none of that id. */
static json_t *move_to_place_of(const json_t *plan, const char *session, const char *other)
{
	size_t i;
	json_t *row;
	json_array_foreach (field_list(plan, "sessions"), i, row) {
		if (strcasecmp(field_text(row, "id"), other) != 0)
			continue;
		json_t *change = change_new("move");
		put_word(change, "session", session);
		put(change, "week", json_integer(field_number(row, "week")));
		put_word(change, "weekday", field_text(row, "weekday"));
		put_word(change, "time", field_text(row, "time"));
		return change;
	}
	return NULL;
}

/* Two sessions change places: "w05-mo with w05-tu". */
static int swap_sessions(struct cli *cli, const struct args *args, const char *a, const char *b)
{
	json_t *parameters = json_object(), *plan = NULL;
	put_word(parameters, "plan", args->positionals[0]);
	int exit = cli_call(cli, "ShowPlan", parameters, &plan);
	if (exit)
		return exit;
	json_t *first = move_to_place_of(plan, a, b), *second = move_to_place_of(plan, b, a);
	json_decref(plan);
	if (first && second) {
		json_t *changes = json_array();
		if (json_array_append_new(changes, first) || json_array_append_new(changes, second))
			abort();
		return edit(cli, args, changes);
	}
	exit = cli_error(cli, PACER_EXIT_NOT_FOUND, "NoSuchSession", "no session is called '%s'; pacer plan show %s tells the ids",
			 first ? a : b, args->positionals[0]);
	json_decref(first);
	json_decref(second);
	return exit;
}

int plan_move_run(struct cli *cli, const struct args *args)
{
	struct plan_words words = words_of(args);
	json_t *change = NULL;
	int exit;
	bool group = words.count && (week_of(words.items[0]) || is_weekday(words.items[0]));
	if (words.count == 3 && !group && !strcasecmp(words.items[1], "with")) {
		exit = swap_sessions(cli, args, words.items[0], words.items[2]);
		words_release(&words);
		return exit;
	}
	if (words.count >= 2)
		change = week_of(words.items[0])      ? week_change(&words)
			 : is_weekday(words.items[0]) ? weekday_change(&words)
						      : session_change(&words);
	exit = change ? edit_one(cli, args, change)
		      : usage(cli, args, "not understood what is to move and where: a session to w06, th or 14:00; fr to th; w05 to w06");
	words_release(&words);
	return exit;
}

/* --- remove ------------------------------------------------------------------------------------------------------------------------ */

static json_t *remove_parameters(const struct args *args, bool dry_run)
{
	json_t *parameters = json_object();
	if (!args->positionals[1]) {
		put_word(parameters, "plan", args->positionals[0]);
		put(parameters, "dry_run", json_boolean(dry_run));
		return parameters;
	}
	json_decref(parameters);
	json_t *changes = json_array(), *change = change_new("remove");
	put_word(change, "session", args->positionals[1]);
	if (json_array_append_new(changes, change))
		abort();
	parameters = edit_parameters(args, changes, dry_run);
	json_decref(changes);
	return parameters;
}

static void show_removed_plan(struct cli *cli, const json_t *reply, bool dry_run)
{
	const json_t *plan = json_object_get(reply, "plan");
	size_t running = json_array_size(field_list(reply, "enrollments"));
	say(&cli->out, dry_run ? STYLE_PLAIN : STYLE_GOOD, "%s: ", dry_run ? "Would be removed" : "Removed");
	say(&cli->out, STYLE_STRONG, "%s", field_text(plan, "name"));
	say_line(&cli->out, STYLE_DIM, "  %s", field_text(plan, "file"));
	if (running) {
		OWNED_TEXT *count = count_text((long)running, "enrolment goes on", "enrolments go on");
		say_line(&cli->out, STYLE_CARE, "  %s with the plan as it was.", count);
	}
	if (!dry_run)
		say_line(&cli->out, STYLE_DIM, "  pacer plan undo %s brings it back.", field_text(plan, "name"));
}

static int remove_step(struct cli *cli, const struct args *args, bool dry_run)
{
	int exit = cli_connect(cli);
	if (exit)
		return exit;
	json_t *reply = NULL, *before = args->positionals[1] ? findings_before(cli, args->positionals[0]) : NULL;
	exit = cli_call(cli, args->positionals[1] ? "EditPlan" : args->command->method, remove_parameters(args, dry_run), &reply);
	if (!exit && cli->json)
		cli_print_json(cli, reply);
	else if (!exit && args->positionals[1])
		show_edit(cli, reply, before, dry_run);
	else if (!exit)
		show_removed_plan(cli, reply, dry_run);
	json_decref(before);
	json_decref(reply);
	return exit;
}

int plan_remove_run(struct cli *cli, const struct args *args)
{
	bool dry_run = args_has(args, OPTION_DRY_RUN), yes = args_has(args, OPTION_YES);
	if (cli->json && !dry_run && !yes)
		return cli_error(cli, PACER_EXIT_USAGE, "Usage", "--json does not ask: add --yes to remove, or --dry-run to look");
	if (yes && !dry_run)
		return remove_step(cli, args, false);
	int exit = remove_step(cli, args, true);
	if (exit || dry_run)
		return exit;
	enum cli_answer answer = cli_ask(cli, "Remove?", CLI_NO);
	if (answer == CLI_YES)
		return remove_step(cli, args, false);
	if (answer == CLI_NOBODY_TO_ASK)
		return cli_error(cli, PACER_EXIT_USAGE, "Usage", "nobody can be asked here: add --yes to remove, or --dry-run to look");
	say_line(&cli->out, STYLE_PLAIN, "Nothing was changed.");
	return PACER_EXIT_REFUSED;
}

/* --- rename, undo, fmt --------------------------------------------------------------------------------------------------------------- */

void plan_rename_show(struct cli *cli, const json_t *reply)
{
	const json_t *plan = json_object_get(reply, "plan");
	say(&cli->out, STYLE_GOOD, "Renamed: ");
	say(&cli->out, STYLE_STRONG, "%s", field_text(plan, "name"));
	say_line(&cli->out, STYLE_DIM, "  %s", field_text(plan, "file"));
}

void plan_undo_show(struct cli *cli, const json_t *reply)
{
	say(&cli->out, STYLE_GOOD, "Taken back: ");
	say_line(&cli->out, STYLE_PLAIN, "%s", field_text(reply, "text"));
}

int plan_fmt_run(struct cli *cli, const struct args *args)
{
	json_t *reply = NULL;
	bool dry_run = args_has(args, OPTION_DRY_RUN);
	int exit = cli_call(cli, args->command->method, args_parameters(args), &reply);
	const char *name = field_text(json_object_get(reply, "plan"), "name");
	if (!exit && cli->json)
		cli_print_json(cli, reply);
	else if (!exit)
		say_line(&cli->out, STYLE_PLAIN, "%s %s", name,
			 !field_flag(reply, "changed") ? "is in its usual form already."
			 : dry_run                     ? "would be brought into its usual form."
						       : "is in its usual form now.");
	json_decref(reply);
	return exit;
}
