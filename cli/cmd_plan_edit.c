/* plan set, add, move, and remove with a session: what is typed made into changes of a plan file. */
#include "commands.h"
#include "pacer/protocol.h"
#include "plan_change.h"
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
		char *end = strpbrk(at, ARGS_BETWEEN);
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

/* The words from `first` on as one text. One that has blanks in it was quoted: a line, where the field has several. */
static char *words_text(const struct plan_words *words, size_t first)
{
	struct text text = {0};
	bool lines = false;
	for (size_t i = first; i < words->count; i++)
		lines |= strchr(words->items[i], ' ') != NULL;
	for (size_t i = first; i < words->count; i++)
		text_addf(&text, "%s%s", i == first ? "" : lines ? "\n" : " ", words->items[i]);
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

/* --- set, add, move ---------------------------------------------------------------------------------------------------------------- */

/* Ids of sessions say where they stand: w05-fr. No field has a digit or a dash in its name. */
static bool is_session(const char *word)
{
	return strpbrk(word, "-0123456789") != NULL;
}

int plan_set_run(struct cli *cli, const struct args *args)
{
	struct plan_words words = words_of(args);
	bool unset = args_has(args, OPTION_UNSET);
	size_t at = words.count && is_session(words.items[0]) ? 1 : 0;
	int exit;
	if (words.count < at + 1)
		exit = usage(cli, args, "say which field, and its value");
	else if (!unset && words.count < at + 2)
		exit = usage(cli, args, "the value is missing (--unset takes the field out)");
	else if (unset && words.count > at + 1)
		exit = usage(cli, args, "a value and --unset do not go together");
	else {
		bool alarms = at && !strcmp(words.items[at], "alarms"); /* a list of components, not a property */
		json_t *change = plan_change_new(alarms ? "alarms" : "set");
		OWNED_TEXT *value = words_text(&words, at + 1);
		if (at)
			plan_put_word(change, "session", words.items[0]);
		if (!alarms)
			plan_put_word(change, "field", words.items[at]);
		if (!unset)
			plan_put_word(change, "value", value);
		exit = plan_change_one(cli, args, change, NULL);
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
		json_t *change = plan_change_new("add");
		OWNED_TEXT *title = words_text(&words, 3);
		plan_put(change, "week", json_integer(plain_week_of(words.items[0])));
		plan_put_word(change, "weekday", words.items[1]);
		plan_put_word(change, "time", words.items[2]);
		plan_put_word(change, "title", title);
		for (size_t i = 0; i < ARRAY_LEN(options); i++)
			if (args_has(args, options[i].option))
				args_add(change, options[i].name, options[i].kind, args->options[options[i].option]);
		exit = plan_change_one(cli, args, change, NULL);
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
	json_t *change = plan_change_new(swap ? "swap-weeks" : "move-week");
	plan_put(change, "week", json_integer(week_of(words->items[0])));
	plan_put(change, "with_week", json_integer(to));
	return change;
}

static json_t *weekday_change(const struct plan_words *words)
{
	if (words->count != 2 || !is_weekday(words->items[1]))
		return NULL;
	json_t *change = plan_change_new("move-weekday");
	plan_put_word(change, "weekday", words->items[0]);
	plan_put_word(change, "to_weekday", words->items[1]);
	return change;
}

/* "w05-fr w06 th 14:00", in any order and as much of it as changes. */
static json_t *session_change(const struct plan_words *words)
{
	json_t *change = plan_change_new("move");
	plan_put_word(change, "session", words->items[0]);
	for (size_t i = 1; i < words->count; i++) {
		const char *word = words->items[i], *name = strchr(word, ':') ? "time" : is_weekday(word) ? "weekday" : "week";
		bool week = !strcmp(name, "week");
		if (json_object_get(change, name) || (week && !week_of(word))) {
			json_decref(change);
			return NULL;
		}
		if (week)
			plan_put(change, name, json_integer(week_of(word)));
		else
			plan_put_word(change, name, word);
	}
	return change;
}

/* --- two sessions ------------------------------------------------------------------------------------------------------------------ */

/* Where the session of the plan stands, as a move of another one. NULL: there is none of that id. */
static json_t *move_to_place_of(const json_t *plan, const char *session, const char *other)
{
	size_t i;
	json_t *row;
	json_array_foreach (field_list(plan, "sessions"), i, row) {
		if (strcasecmp(field_text(row, "id"), other) != 0)
			continue;
		json_t *change = plan_change_new("move");
		plan_put_word(change, "session", session);
		plan_put(change, "week", json_integer(field_number(row, "week")));
		plan_put_word(change, "weekday", field_text(row, "weekday"));
		plan_put_word(change, "time", field_text(row, "time"));
		return change;
	}
	return NULL;
}

/* Two sessions change places: "w05-mo with w05-tu". */
static int swap_sessions(struct cli *cli, const struct args *args, const char *a, const char *b)
{
	json_t *parameters = json_object(), *plan = NULL;
	plan_put_word(parameters, "plan", args->positionals[0]);
	int exit = cli_call(cli, "ShowPlan", parameters, &plan);
	if (exit)
		return exit;
	json_t *changes = json_array(), *first = move_to_place_of(plan, a, b), *second = move_to_place_of(plan, b, a);
	OWNED_TEXT *revision = xstrdup(field_text(json_object_get(plan, "plan"), "revision"));
	bool found = first && second;
	if ((first && json_array_append_new(changes, first)) || (second && json_array_append_new(changes, second)))
		abort();
	json_decref(plan);
	if (found)
		return plan_change_run(cli, args, changes, *revision ? revision : NULL, NULL);
	json_decref(changes);
	return cli_error(cli, PACER_EXIT_NOT_FOUND, "NoSuchSession", "no session is called '%s'; pacer plan show %s shows the ids",
			 first ? a : b, args->positionals[0]);
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
	exit = change ? plan_change_one(cli, args, change, NULL)
		      : usage(cli, args, "say what moves where (w05-fr to w06, th or 14:00; fr to th; w05 to w06)");
	words_release(&words);
	return exit;
}

/* --- remove ------------------------------------------------------------------------------------------------------------------------ */

int plan_remove_session(struct cli *cli, const struct args *args)
{
	json_t *change = plan_change_new("remove");
	plan_put_word(change, "session", args->positionals[1]);
	return plan_change_one(cli, args, change, "Remove?");
}
