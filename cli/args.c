#include "args.h"

#include "nearest.h"
#include "pacer/protocol.h"

#include <errno.h>

const struct option_row option_rows[OPTION_COUNT] = {
	[OPTION_HELP] = {"help", 'h', NULL, VALUE_FLAG, NULL, NULL, "show help for the command"},
	[OPTION_VERSION] = {"version", 0, NULL, VALUE_FLAG, NULL, NULL, "show the version"},
	[OPTION_JSON] = {"json", 0, NULL, VALUE_FLAG, NULL, NULL, "print the answer as one JSON object"},
	[OPTION_COLOR] = {"color", 0, "WHEN", VALUE_COLOUR, NULL, "never", "auto, always or never; auto heeds NO_COLOR"},
	[OPTION_NO_START] = {"no-start", 0, NULL, VALUE_FLAG, NULL, NULL, "do not start pacerd when none answers"},
	[OPTION_START] = {"start", 0, "DATE", VALUE_TEXT, "start", "\"next mon\"", "the Monday of week 1"},
	[OPTION_RACE] = {"race", 0, "DATE", VALUE_TEXT, "race", "2027-04-02", "race day, counted back from: any day of the last week"},
	[OPTION_DRY_RUN] = {"dry-run", 0, NULL, VALUE_FLAG, "dry_run", NULL, "show what would happen and change nothing"},
	[OPTION_YES] = {"yes", 0, NULL, VALUE_FLAG, NULL, NULL, "do not ask"},
	[OPTION_ENROLLMENT] = {"enrollment", 0, "ID", VALUE_TEXT, "enrollment", "e1", "which enrolment, when there are several"},
	[OPTION_MINUTES] = {"minutes", 0, "N", VALUE_NUMBER, "minutes", "25", "how many minutes: those it took, or those of a new session"},
	[OPTION_EFFORT] = {"effort", 0, "N", VALUE_NUMBER, "effort", "4", "how hard: 1 very easy, 5 hard, 10 all you have"},
	[OPTION_PARTLY] = {"partly", 0, NULL, VALUE_FLAG, "partly", NULL, "part of it was done; the minutes count"},
	[OPTION_REASON] = {"reason", 0, "R", VALUE_TEXT, "reason", "meeting",
			   "sick, pto, holiday, incident, meeting, energy, prep, unclear or other"},
	[OPTION_FOR] = {"for", 0, "TIME", VALUE_AHEAD, "until", "10m", "how long from now: 10m, 1h"},
	[OPTION_UNTIL] = {"until", 0, "TIME", VALUE_TEXT, "until", "14:00", "until when: 14:00"},
	[OPTION_ANYWAY] = {"anyway", 0, NULL, VALUE_FLAG, "anyway", NULL, "begin also when not all is laid out"},
	[OPTION_FEEL] = {"feel", 0, "F", VALUE_FEEL, "feel", "good",
			 "how it was: good (1), hard but worth it (2), nofun (3); kept private"},
	[OPTION_ALL] = {"all", 0, NULL, VALUE_FLAG, "all", NULL, "tick everything"},
	[OPTION_UNTICK] = {"untick", 0, NULL, VALUE_FLAG, NULL, NULL, "take the ticks of these numbers back"},
	[OPTION_WANT] = {"want", 0, "TEXT", VALUE_OWN, "want", "\"stay calm\"", "what I want; \"\" takes it back"},
	[OPTION_CUSTOMER] = {"customer", 0, "TEXT", VALUE_OWN, "feel", "\"heard\"", "how the customer is to feel"},
	[OPTION_STARTS] = {"starts", 0, "FROM..TO", VALUE_TEXT, NULL, "2027-01-01..2027-12-31", "every Monday of a span"},
	[OPTION_REGION] = {"region", 0, "R", VALUE_TEXT, "region", "DE,US", "whose public holidays count; several with commas between"},
	[OPTION_GIT] = {"git", 0, "REV", VALUE_TEXT, NULL, "HEAD~1", "the revision to compare with: a commit, a tag, a branch"},
	[OPTION_WORKDAYS] = {"workdays", 0, "DAYS", VALUE_TEXT, "workdays", "mon-thu", "working days, when not those of the settings"},
	[OPTION_NOTICES] = {"notices", 0, NULL, VALUE_FLAG, NULL, NULL, "list every notice with its time"},
	[OPTION_SHORT] = {"short", 0, NULL, VALUE_FLAG, NULL, NULL, "one line a finding, as compilers write it: file:line: code: text"},
	[OPTION_STRICT] = {"strict", 0, NULL, VALUE_FLAG, NULL, NULL, "warnings count as errors"},
	[OPTION_TRACK] = {"track", 0, "TRACK", VALUE_TEXT, "tracks", "phone,chat",
			  "take the sessions of a track; several with commas between"},
	[OPTION_FORCE] = {"force", 0, NULL, VALUE_FLAG, "force", NULL, "enrol in a draft, too; says what will be missing"},
	[OPTION_WEEK] = {"week", 0, "N", VALUE_NUMBER, "week", "5", "a week of the plan, from 1"},
	[OPTION_ACT] = {"act", 0, "TEXT", VALUE_OWN, "act", "\"repeat it in their words\"", "what I do for it"},
	[OPTION_SHEET] = {"sheet", 0, NULL, VALUE_FLAG, NULL, NULL, "as a sheet to read: a line a session"},
	[OPTION_CSV] = {"csv", 0, NULL, VALUE_FLAG, NULL, NULL, "as a spreadsheet: a row a session"},
	[OPTION_ICS] = {"ics", 0, NULL, VALUE_FLAG, NULL, NULL, "the plan file itself, for calendar programs"},
	[OPTION_OUTPUT] = {"output", 'o', "FILE", VALUE_TEXT, NULL, "team.csv", "write into this file; its ending says the form"},
	[OPTION_AS] = {"as", 0, "NAME", VALUE_TEXT, NULL, "my-team", "the plan's name; else that of the file"},
	[OPTION_WITH] = {"with", 0, "FILE", VALUE_TEXT, NULL, "team-v2.ics",
			 "another version of the plan file, to see what it would change"},
	[OPTION_PLAIN] = {"plain", 0, NULL, VALUE_FLAG, NULL, NULL, "print a list instead of opening the full screen"},
	[OPTION_WEEKS] = {"weeks", 0, "N", VALUE_NUMBER, "weeks", "6", "how many weeks the new plan has, 1 to 52"},
	[OPTION_FROM] = {"from", 0, "PLAN", VALUE_TEXT, "from", "customer-service-18", "the plan to copy, or whose words to use"},
	[OPTION_TYPE] = {"type", 0, "T", VALUE_TEXT, NULL, "short",
			 "easy, short, medium, speed, cross, long, checkin, tuneup, race or rest"},
	[OPTION_SKILL] = {"skill", 0, "S", VALUE_TEXT, NULL, "listening", "the skill it trains"},
	[OPTION_REVISION] = {"revision", 0, "REV", VALUE_TEXT, NULL, "0f3a52c1",
			     "refuse when the plan is another one by now; --json shows it"},
	[OPTION_UNSET] = {"unset", 0, NULL, VALUE_FLAG, NULL, NULL, "take it out again; a setting goes back to its default"},
	[OPTION_TEST] = {"test", 0, NULL, VALUE_FLAG, NULL, NULL, "show a test bubble also where nobody sits at a terminal"},
	[OPTION_NO_TEST] = {"no-test", 0, NULL, VALUE_FLAG, NULL, NULL, "show no test bubble"},
};

/* Everything that is no option, in order. */
struct words {
	char **items;
	int count;
};

static const char *const colour_words[] = {"auto", "always", "never"};

static const struct {
	const char *word, *digit;
	int number;
} feel_words[] = {{"good", "1", 1}, {"hard", "2", 2}, {"nofun", "3", 3}};

/* Words a time begins with; what begins with a digit or a plus is one as well. No session is called so. */
static const char *const when_words[] = {"today", "tomorrow", "meeting"};

static bool is_number(const char *text)
{
	char *end = NULL;
	errno = 0;
	(void)strtol(text, &end, 10);
	return *text && !*end && !errno && *text != ' ';
}

static bool is_numbers(const char *text)
{
	return *text >= '0' && *text <= '9' && !text[strspn(text, "0123456789, ")];
}

/* 45m, 2h, 1h30m. */
static bool is_length(const char *text)
{
	size_t bytes = strlen(text);
	return *text >= '0' && *text <= '9' && strspn(text, "0123456789hm") == bytes && strchr("hm", text[bytes - 1]);
}

static bool is_when(const char *text)
{
	size_t bytes = strcspn(text, " ");
	for (size_t i = 0; i < ARRAY_LEN(when_words); i++)
		if (strlen(when_words[i]) == bytes && !strncmp(text, when_words[i], bytes))
			return true;
	return *text == '+' || (*text >= '0' && *text <= '9');
}

/* 0: none. */
static int feel_number(const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(feel_words); i++)
		if (!strcmp(text, feel_words[i].word) || !strcmp(text, feel_words[i].digit))
			return feel_words[i].number;
	return 0;
}

/* Whether the word can be told to be of this kind, whatever stands beside it. */
static bool suits(enum value_kind kind, const char *word)
{
	return (kind == VALUE_NUMBERS && is_numbers(word)) || (kind == VALUE_WHEN && is_when(word));
}

static bool is_colour(const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(colour_words); i++)
		if (!strcmp(text, colour_words[i]))
			return true;
	return false;
}

static enum option_id option_find(const char *name, size_t bytes)
{
	for (enum option_id id = 0; id < OPTION_COUNT; id++)
		if (strlen(option_rows[id].name) == bytes && !memcmp(option_rows[id].name, name, bytes))
			return id;
	return OPTION_COUNT;
}

static enum option_id option_find_letter(char letter)
{
	for (enum option_id id = 0; id < OPTION_COUNT; id++)
		if (letter && option_rows[id].letter == letter)
			return id;
	return OPTION_COUNT;
}

static int unknown_option(const char *token, size_t bytes, struct err *err)
{
	OWNED_TEXT *name = xstrndup(token, bytes);
	struct nearest nearest = nearest_to(name + strspn(name, "-"));
	for (enum option_id id = 0; id < OPTION_COUNT; id++)
		nearest_offer(&nearest, option_rows[id].name);
	if (nearest.best)
		return err_set(err, PACER_EXIT_USAGE, "unknown option: '%s'; did you mean '--%s'?", name, nearest.best);
	return err_set(err, PACER_EXIT_USAGE, "unknown option: '%s'; pacer --help lists commands and options", name);
}

static int check_value(enum option_id id, const char *value, struct err *err)
{
	const struct option_row *row = &option_rows[id];
	if (row->kind == VALUE_NUMBER && !is_number(value))
		return err_set(err, PACER_EXIT_USAGE, "--%s takes a whole number: '%s'; for example --%s %s", row->name, value, row->name,
			       row->example);
	if (row->kind == VALUE_COLOUR && !is_colour(value))
		return err_set(err, PACER_EXIT_USAGE, "--%s takes auto, always or never: '%s'", row->name, value);
	if (row->kind == VALUE_FEEL && !feel_number(value))
		return err_set(err, PACER_EXIT_USAGE, "--%s takes good (1), hard (2) or nofun (3): '%s'", row->name, value);
	if (!*value && row->argument && row->kind != VALUE_OWN)
		return err_set(err, PACER_EXIT_USAGE, "--%s is empty: type a %s, for example --%s %s", row->name, row->argument, row->name,
			       row->example);
	return 0;
}

/* argv[at] is an option. Returns how many words it took; an error is in err. */
static int take_option(char **argv, int argc, int at, struct args *args, struct err *err)
{
	const char *token = argv[at];
	bool is_long = token[1] == '-';
	size_t bytes = is_long ? strcspn(token, "=") : strlen(token);
	enum option_id id = is_long ? option_find(token + 2, bytes - 2) : bytes == 2 ? option_find_letter(token[1]) : OPTION_COUNT;
	if (id == OPTION_COUNT) {
		unknown_option(token, bytes, err);
		return 1;
	}
	const struct option_row *row = &option_rows[id];
	const char *value = token[bytes] == '=' ? token + bytes + 1 : NULL;
	if (!row->argument) {
		if (value)
			err_set(err, PACER_EXIT_USAGE, "--%s takes no value: '%s'; type --%s alone", row->name, value, row->name);
		args->options[id] = "";
		return 1;
	}
	bool next = !value && at + 1 < argc && strncmp(argv[at + 1], "--", 2) != 0;
	value = next ? argv[at + 1] : value;
	if (!value)
		err_set(err, PACER_EXIT_USAGE, "--%s needs a %s: for example --%s %s", row->name, row->argument, row->name, row->example);
	else if (!check_value(id, value, err))
		args->options[id] = value;
	return next ? 2 : 1;
}

/* Options and words may come in any order; after "--" everything is a word. */
static void sort_out(int argc, char **argv, struct args *args, struct words *words, struct err *err)
{
	bool ended = false;
	for (int at = 1; at < argc;) {
		if (!ended && !strcmp(argv[at], "--")) {
			ended = true;
			at++;
		} else if (!ended && argv[at][0] == '-' && argv[at][1] && !is_number(argv[at])) {
			at += take_option(argv, argc, at, args, err);
		} else {
			words->items[words->count++] = argv[at++];
		}
	}
}

/* Takes the words of the command's name off the front. */
static int take_command(const struct command *commands, struct args *args, struct words *words, struct err *err)
{
	if (!words->count) {
		args->command = &commands[0];
		return 0;
	}
	const char *first = words->items[0], *second = words->count > 1 ? words->items[1] : NULL;
	args->command = args_find(commands, first, second);
	if (!args->command)
		return args_unknown_command(commands, first, second, err);
	int taken = strchr(args->command->name, ' ') ? 2 : 1;
	args->named = true;
	words->items += taken;
	words->count -= taken;
	return 0;
}

static char *join(const struct words *words, const char *between)
{
	struct text out = {0};
	for (int i = 0; i < words->count; i++)
		text_addf(&out, "%s%s", i ? between : "", words->items[i]);
	return text_take(&out);
}

static char *trimmed(const char *text, size_t bytes)
{
	size_t blanks = strspn(text, " ");
	size_t from = blanks < bytes ? blanks : bytes;
	while (bytes > from && text[bytes - 1] == ' ')
		bytes--;
	return xstrndup(text + from, bytes - from);
}

/* "next mon..next fri", in as many words as were typed. false: there is no ".." among them. */
static bool take_span(struct args *args, struct words *words, struct err *err)
{
	OWNED_TEXT *all = words->count ? join(words, " ") : NULL;
	char *dots = all ? strstr(all, "..") : NULL;
	if (!dots)
		return false;
	args->positionals[0] = trimmed(all, (size_t)(dots - all));
	args->positionals[1] = trimmed(dots + 2, strlen(dots + 2));
	if (!*args->positionals[0] || !*args->positionals[1])
		err_set(err, PACER_EXIT_USAGE, "a span has two ends: '%s'; type pacer %s", all, args->command->usage);
	return true;
}

/* "45m" alone: from now on, for so long. false: it is not that. */
static bool take_length(struct args *args, struct words *words)
{
	if (words->count != 1 || !is_length(words->items[0] + (words->items[0][0] == '+')))
		return false;
	args->positionals[0] = xstrdup("now");
	args->positionals[1] = xasprintf("+%s", words->items[0] + (words->items[0][0] == '+'));
	return true;
}

static int check_positional(const struct args *args, const struct positional *row, const char *value, struct err *err)
{
	if (row->kind == VALUE_NUMBER && !is_number(value))
		return err_set(err, PACER_EXIT_USAGE, "%s is a whole number: '%s'; type pacer %s", row->name, value, args->command->usage);
	if (row->kind == VALUE_NUMBERS && !is_numbers(value))
		return err_set(err, PACER_EXIT_USAGE, "%s are whole numbers: '%s'; type pacer %s", row->name, value, args->command->usage);
	return 0;
}

static int take_positionals(struct args *args, struct words *words, struct err *err)
{
	const struct command *command = args->command;
	if (command->span && take_span(args, words, err))
		return err->code;
	if (command->from_now && take_length(args, words))
		return 0;
	for (int i = 0; i < POSITIONALS_MAX && command->positionals[i].name; i++) {
		const struct positional *row = &command->positionals[i];
		if (!words->count && row->required)
			return err_set(err, PACER_EXIT_USAGE, "pacer %s needs %s: %s", command->name, row->name, row->hint);
		if (!words->count)
			return 0;
		if (!row->required && i + 1 < POSITIONALS_MAX && suits(row[1].kind, words->items[0]))
			continue;
		args->positionals[i] = row->joined ? join(words, row->kind == VALUE_PATHS ? ARGS_BETWEEN : " ") : xstrdup(words->items[0]);
		if (check_positional(args, row, args->positionals[i], err))
			return err->code;
		int taken = row->joined ? words->count : 1;
		words->items += taken;
		words->count -= taken;
	}
	if (words->count)
		return err_set(err, PACER_EXIT_USAGE, "one word too many: '%s'; type pacer %s", words->items[0], command->usage);
	return 0;
}

/* Options of which one says what the other denies. */
static const struct {
	enum option_id one, other;
} exclusive[] = {
	{OPTION_FOR, OPTION_UNTIL},
	{OPTION_TEST, OPTION_NO_TEST},
	{OPTION_ALL, OPTION_UNTICK},
};

static int check_options(const struct args *args, struct err *err)
{
	uint64_t allowed = args->command->options | OPTIONS_GLOBAL;
	for (enum option_id id = 0; id < OPTION_COUNT; id++)
		if (args_has(args, id) && !(allowed & UINT64_C(1) << id))
			return err_set(err, PACER_EXIT_USAGE, "pacer %s takes no '--%s'; type pacer %s", args->command->name,
				       option_rows[id].name, args->command->usage);
	for (size_t i = 0; i < ARRAY_LEN(exclusive); i++)
		if (args_has(args, exclusive[i].one) && args_has(args, exclusive[i].other))
			return err_set(err, PACER_EXIT_USAGE, "--%s and --%s do not go together: keep one of them",
				       option_rows[exclusive[i].one].name, option_rows[exclusive[i].other].name);
	return 0;
}

/* The same thing as an argument and as an option: which is meant? */
static int check_twice(const struct args *args, struct err *err)
{
	for (enum option_id id = 0; id < OPTION_COUNT; id++)
		for (int i = 0; i < POSITIONALS_MAX; i++) {
			const char *parameter = args->command->positionals[i].parameter;
			if (parameter && args->positionals[i] && args_has(args, id) && option_rows[id].parameter &&
			    !strcmp(parameter, option_rows[id].parameter))
				return err_set(err, PACER_EXIT_USAGE, "'%s' and --%s say the same: keep one of them", args->positionals[i],
					       option_rows[id].name);
		}
	return 0;
}

int args_parse(const struct command *commands, int argc, char **argv, struct args *ret, struct err *err)
{
	char **items = xcalloc((size_t)argc + 1, sizeof(items[0]));
	struct words words = {.items = items};
	*ret = (struct args){0};
	sort_out(argc, argv, ret, &words, err);
	bool only_help = args_has(ret, OPTION_HELP) || args_has(ret, OPTION_VERSION);
	int result = err->code;
	if (!result)
		result = take_command(commands, ret, &words, err);
	if (!result && !only_help)
		result = check_options(ret, err);
	if (!result && !only_help)
		result = take_positionals(ret, &words, err);
	if (!result && !only_help)
		result = check_twice(ret, err);
	free(items);
	return result;
}

void args_release(struct args *args)
{
	for (int i = 0; i < POSITIONALS_MAX; i++)
		free(args->positionals[i]);
	*args = (struct args){0};
}

static json_t *numbers_json(const char *text)
{
	json_t *list = json_array();
	char *end = NULL;
	for (text += strspn(text, ", "); *text; text = end + strspn(end, ", "))
		if (json_array_append_new(list, json_integer(strtol(text, &end, 10))))
			abort();
	return list;
}

static json_t *value_json(enum value_kind kind, const char *value)
{
	if (kind == VALUE_FLAG)
		return json_true();
	if (kind == VALUE_NUMBER)
		return json_integer(strtol(value, NULL, 10));
	if (kind == VALUE_NUMBERS)
		return numbers_json(value);
	if (kind == VALUE_FEEL)
		return json_integer(feel_number(value));
	if ((kind == VALUE_AHEAD && *value != '+') || (kind == VALUE_WHEN && is_length(value)))
		return json_sprintf("+%s", value);
	return json_string(value);
}

/* jansson refuses text that is no UTF-8; such a parameter travels with the bad bytes replaced, so that the daemon's answer names it. */
void args_add(json_t *parameters, const char *name, enum value_kind kind, const char *value)
{
	json_t *json = value_json(kind, value);
	if (!json) {
		OWNED_TEXT *ascii = xstrdup(value);
		for (char *c = ascii; *c; c++)
			*c = (unsigned char)*c < 0x80 ? *c : '?';
		json = value_json(kind, ascii);
	}
	if (!json || json_object_set_new(parameters, name, json))
		abort();
}

json_t *args_parameters(const struct args *args)
{
	json_t *parameters = json_object();
	if (!parameters)
		abort();
	for (int i = 0; i < POSITIONALS_MAX; i++) {
		const struct positional *row = &args->command->positionals[i];
		if (args->positionals[i] && row->parameter)
			args_add(parameters, row->parameter, row->kind, args->positionals[i]);
	}
	for (enum option_id id = 0; id < OPTION_COUNT; id++)
		if (args_has(args, id) && option_rows[id].parameter)
			args_add(parameters, option_rows[id].parameter, option_rows[id].kind, args->options[id]);
	return parameters;
}

json_t *args_parameters_dry(const struct args *args, bool dry_run)
{
	json_t *parameters = args_parameters(args);
	if (json_object_set_new(parameters, "dry_run", json_boolean(dry_run)))
		abort();
	return parameters;
}
