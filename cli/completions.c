#include "completions_private.h"

#include "field.h"
#include "plan_grid.h"

#include <strings.h>
#include <unistd.h>

enum { PATIENCE_MS = 500, SAID_MAX = 60 };

/* --- printing ---------------------------------------------------------------------------------------------------------------------- */

/* Letters that mean nothing to any shell. */
static bool needs_no_quotes(const char *word)
{
	return *word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/+=:@-")];
}

void typed_offer(const struct typed *typed, const char *word, const char *meaning)
{
	int before = typed->before ? (int)(typed->current - typed->before) : 0;
	if (strncmp(word, typed->current, strlen(typed->current)) != 0 || !needs_no_quotes(word))
		return;
	OWNED_TEXT *safe = text_safe(meaning, typed->cli.out.utf8);
	OWNED_TEXT *cut = text_fit(safe, SAID_MAX, typed->cli.out.utf8);
	fprintf(typed->cli.out.file, "%.*s%s\t%s\n", before, before ? typed->before : "", word, cut);
}

static void offer_files(struct typed *typed)
{
	fputs(":files\n", typed->cli.out.file);
}

/* --- asking the daemon --------------------------------------------------------------------------------------------------------------- */

/* NULL: nobody answers, or not in time. parameters are taken over. */
static json_t *ask_with(struct typed *typed, const char *method, json_t *parameters)
{
	struct err err = {0};
	typed->cli.client.timeout_ms = PATIENCE_MS;
	if (typed->cli.client.fd < 0 && client_connect(&typed->cli.client, getuid(), &err)) {
		err_release(&err);
		json_decref(parameters);
		return NULL;
	}
	return cli_call_quietly(&typed->cli, method, parameters);
}

json_t *typed_ask(struct typed *typed, const char *method, const char *name, const char *value)
{
	json_t *parameters = json_object();
	if (!parameters)
		abort();
	if (name)
		args_add(parameters, name, VALUE_TEXT, value);
	return ask_with(typed, method, parameters);
}

void typed_offer_list(const struct typed *typed, json_t *reply, const char *list, const char *word, const char *meaning)
{
	size_t i;
	json_t *object;
	json_array_foreach (field_list(reply, list), i, object)
		typed_offer(typed, field_text(object, word), field_text(object, meaning));
	json_decref(reply);
}

static void offer_plans(struct typed *typed)
{
	typed_offer_list(typed, typed_ask(typed, "ListPlans", NULL, NULL), "plans", "name", "title");
}

static void offer_plans_and_files(struct typed *typed)
{
	offer_plans(typed);
	offer_files(typed);
}

static void offer_enrollments(struct typed *typed)
{
	typed_offer_list(typed, typed_ask(typed, "ListEnrollments", NULL, NULL), "enrollments", "id", "title");
}

static void offer_settings(struct typed *typed)
{
	typed_offer_list(typed, typed_ask(typed, "ListSettings", NULL, NULL), "settings", "name", "help");
}

void typed_go_behind(struct typed *typed, const char *signs)
{
	const char *at = typed->current + strlen(typed->current);
	while (at > typed->current && !strchr(signs, at[-1]))
		at--;
	typed->before = typed->before ? typed->before : typed->current;
	typed->current = at;
}

void typed_offer_once(const struct typed *typed, const char *signs, const char *word)
{
	size_t bytes = strlen(word);
	for (const char *at = typed->before; at < typed->current; at += strcspn(at, signs) + 1)
		if (strcspn(at, signs) == bytes && !strncasecmp(at, word, bytes))
			return;
	typed_offer(typed, word, "");
}

/* The daemon tells the regions it knows with every simulation, of whatever plan. */
static void offer_regions(struct typed *typed)
{
	json_t *plans = NULL, *reply, *region, *parameters = json_object();
	const char *plan = typed->word_count > typed->taken ? typed->words[typed->taken] : NULL;
	size_t i;
	if (!parameters)
		abort();
	if (!plan) {
		plans = typed_ask(typed, "ListPlans", NULL, NULL);
		plan = field_text(json_array_get(field_list(plans, "plans"), 0), "name");
	}
	args_add(parameters, "plan", VALUE_TEXT, plan);
	args_add(parameters, "start", VALUE_TEXT, "next mon");
	reply = ask_with(typed, "SimulatePlan", parameters);
	typed_go_behind(typed, ",");
	json_array_foreach (field_list(reply, "regions"), i, region)
		typed_offer_once(typed, "=,", json_is_string(region) ? json_string_value(region) : "");
	json_decref(reply);
	json_decref(plans);
}

/* Those of the settings first, then single days, also as the end of a span: "mon-" goes on with a day. */
static void offer_workdays(struct typed *typed)
{
	json_t *reply = typed_ask(typed, "ListSettings", NULL, NULL), *setting;
	size_t i;
	json_array_foreach (field_list(reply, "settings"), i, setting)
		if (!strcmp(field_text(setting, "name"), "hours.work_days"))
			typed_offer(typed, field_text(setting, "value"), "as in your settings");
	json_decref(reply);
	typed_go_behind(typed, ",-");
	for (int day = 0; day < WEEK_DAYS; day++)
		typed_offer_once(typed, "=,-", plan_weekdays[day]);
}

/* The learner's sessions of the running week, as they are typed; several enrolments put theirs before the ids. */
static void offer_week(struct typed *typed, const char *enrollment, bool several)
{
	size_t i;
	json_t *session, *reply = typed_ask(typed, "Week", "enrollment", enrollment);
	json_array_foreach (field_list(reply, "sessions"), i, session) {
		OWNED_TEXT *name = xasprintf("%s%s%s", several ? enrollment : "", several ? "/" : "", field_text(session, "id"));
		typed_offer(typed, name, field_text(session, "title"));
	}
	json_decref(reply);
}

void typed_offer_own_sessions(struct typed *typed)
{
	json_t *reply = typed_ask(typed, "ListEnrollments", NULL, NULL), *enrollment;
	bool several = json_array_size(field_list(reply, "enrollments")) > 1;
	size_t i;
	typed_offer(typed, "next", "the next session");
	json_array_foreach (field_list(reply, "enrollments"), i, enrollment)
		offer_week(typed, field_text(enrollment, "id"), several);
	json_decref(reply);
}

/* --- commands and options ------------------------------------------------------------------------------------------------------------ */

/* The next word of every command whose name goes on from the word typed. */
static void offer_commands(struct typed *typed)
{
	const char *first = typed->word_count ? typed->words[0] : "";
	size_t bytes = strlen(first);
	for (const struct command *command = commands; command->name; command++) {
		if (bytes ? args_is_of(command, first) : !strchr(command->name, ' '))
			typed_offer(typed, command->name + (bytes ? bytes + 1 : 0), command->summary);
	}
}

static void offer_options(struct typed *typed)
{
	uint64_t options = OPTIONS_GLOBAL | (typed->command ? typed->command->options : 0);
	for (enum option_id id = 0; id < OPTION_COUNT; id++) {
		OWNED_TEXT *word = xasprintf("--%s", option_rows[id].name);
		if (options & UINT64_C(1) << id)
			typed_offer(typed, word, option_rows[id].help);
	}
}

void typed_offer_words(const struct typed *typed, const char *words)
{
	for (const char *at = words; *at; at += strspn(at, " ")) {
		OWNED_TEXT *word = xstrndup(at, strcspn(at, " "));
		typed_offer(typed, word, "");
		at += strlen(word);
	}
}

/* plan move: what is moved, and where to. */
static void offer_places(struct typed *typed)
{
	typed_offer_words(typed, "mo tu we th fr sa su with");
	offer_sessions(typed);
}

static void offer_help(struct typed *typed)
{
	for (const struct command *command = commands; command->name; command++)
		if (!strchr(command->name, ' '))
			typed_offer(typed, command->name, command->summary);
	typed_offer_own_sessions(typed);
}

const char completions_types[] = "easy short medium speed cross long checkin tuneup race rest";

/* What can stand where a value is called so in the tables: by the parameter it travels as, what help calls it, and the method of the
 * command; NULL fits all. The first row that fits counts. */
static const struct completion {
	const char *parameter, *name, *method;
	void (*offer)(struct typed *typed);
	const char *words; /* offered as they are, when there is no function */
} completions[] = {
	{"session", NULL, "Help", offer_help, NULL},
	{NULL, "SESSION", "EditPlan", offer_places, NULL},
	{NULL, "SESSION", NULL, offer_sessions, NULL},
	{NULL, "FIELD", NULL, offer_fields, NULL},
	{NULL, "WEEK", NULL, NULL, "mo tu we th fr sa su"},
	{NULL, "NEW", NULL, NULL, ""},
	{"session", NULL, NULL, offer_sessions, NULL},
	{"enrollment", NULL, NULL, offer_enrollments, NULL},
	{"plan", NULL, "LintPlan", offer_plans_and_files, NULL},
	{"plan", NULL, NULL, offer_plans, NULL},
	{"from", "PLAN", NULL, offer_plans, NULL},
	{"a", NULL, "DiffPlans", offer_plans_and_files, NULL},
	{"b", NULL, "DiffPlans", offer_plans_and_files, NULL},
	{"name", NULL, "SetSetting", offer_settings, NULL},
	{NULL, "FILE", NULL, offer_files, NULL},
	{"reason", NULL, "Skip", NULL, "sick pto holiday incident meeting energy prep unclear other"},
	{NULL, "T", NULL, NULL, completions_types},
	{NULL, "S", NULL, offer_skills, NULL},
	{"tracks", NULL, NULL, offer_tracks, NULL},
	{NULL, "REV", "DiffPlans", offer_revisions, NULL},
	{NULL, "WHEN", NULL, NULL, "auto always never"},
	{NULL, "F", NULL, NULL, "good hard nofun"},
	{"start", "DATE", NULL, NULL, "mon"},
	{"region", NULL, NULL, offer_regions, NULL},
	{"workdays", NULL, NULL, offer_workdays, NULL},
	{"until", "TIME", NULL, NULL, "tomorrow meeting 10m 30m"},
	{"date", "DATE", NULL, NULL, "today tomorrow mon tue wed thu fri"},
};

static bool fits(const char *wanted, const char *given)
{
	return !wanted || (given && !strcmp(wanted, given));
}

static void offer_value(struct typed *typed, const char *parameter, const char *name)
{
	const char *method = typed->command ? typed->command->method : NULL;
	for (size_t i = 0; i < ARRAY_LEN(completions); i++) {
		const struct completion *row = &completions[i];
		if (!fits(row->parameter, parameter) || !fits(row->name, name) || !fits(row->method, method))
			continue;
		if (row->offer)
			row->offer(typed);
		else
			typed_offer_words(typed, row->words);
		return;
	}
}

/* The argument that is being typed: the next one, or the last one that takes all words. */
static void offer_positional(struct typed *typed)
{
	int nth = typed->word_count - typed->taken;
	for (int i = 0; i < POSITIONALS_MAX && typed->command->positionals[i].name; i++) {
		const struct positional *row = &typed->command->positionals[i];
		if (i == nth || (row->joined && i < nth))
			offer_value(typed, row->parameter, row->name);
	}
}

/* --- reading what was typed ---------------------------------------------------------------------------------------------------------- */

/* An option that takes a value, by its letter, or by its name with perhaps "=value" behind; OPTION_COUNT for anything else. */
static enum option_id valued_option(const char *word)
{
	size_t bytes = strcspn(word, "=");
	for (enum option_id id = 0; id < OPTION_COUNT; id++)
		if (option_rows[id].argument && bytes == 2 && option_rows[id].letter && word[1] == option_rows[id].letter)
			return id;
		else if (option_rows[id].argument && !strncmp(word, "--", 2) && strlen(option_rows[id].name) + 2 == bytes &&
			 !strncmp(option_rows[id].name, word + 2, bytes - 2))
			return id;
	return OPTION_COUNT;
}

/* bash gives "--color=al" as three words. */
static void take_word(struct typed *typed, const char *word)
{
	bool separator = !strcmp(word, "=") && typed->wanting < OPTION_COUNT, value = typed->wanting < OPTION_COUNT;
	if (separator)
		return;
	typed->wanting = OPTION_COUNT;
	if (value)
		return;
	if (!typed->only_words && !strcmp(word, "--"))
		typed->only_words = true;
	else if (!typed->only_words && *word == '-')
		typed->wanting = strchr(word, '=') ? OPTION_COUNT : valued_option(word);
	else
		typed->words[typed->word_count++] = word;
}

/* The command whose name the words begin with: of two words before one. */
static void find_command(struct typed *typed)
{
	OWNED_TEXT *both = typed->word_count > 1 ? xasprintf("%s %s", typed->words[0], typed->words[1]) : NULL;
	typed->command = both ? args_command(commands, both) : NULL;
	typed->taken = typed->command ? 2 : 0;
	if (!typed->command && typed->word_count)
		typed->command = args_command(commands, typed->words[0]);
	if (typed->command && !typed->taken)
		typed->taken = 1;
}

static void offer_all(struct typed *typed)
{
	enum option_id inside = !typed->only_words && strchr(typed->current, '=') ? valued_option(typed->current) : OPTION_COUNT;
	if (typed->wanting == OPTION_COUNT && inside < OPTION_COUNT) {
		typed->before = typed->current;
		typed->current = strchr(typed->current, '=') + 1;
		typed->wanting = inside;
	} else if (typed->wanting < OPTION_COUNT && !strcmp(typed->current, "=")) {
		typed->current = "";
	}
	if (typed->wanting < OPTION_COUNT)
		offer_value(typed, option_rows[typed->wanting].parameter, option_rows[typed->wanting].argument);
	else if (*typed->current == '-' && !typed->only_words)
		offer_options(typed);
	else {
		if (typed->command)
			offer_positional(typed);
		if (typed->word_count < 2)
			offer_commands(typed);
	}
}

void completions_run(int count, char **words, FILE *out)
{
	struct typed typed = {.current = count ? words[count - 1] : "", .wanting = OPTION_COUNT};
	typed.words = xcalloc((size_t)count + 1, sizeof(*typed.words));
	typed.cli.no_start = true;
	client_init(&typed.cli.client);
	screen_init(&typed.cli.out, out, COLOUR_NEVER);
	for (int i = 0; i + 1 < count; i++)
		take_word(&typed, words[i]);
	find_command(&typed);
	offer_all(&typed);
	client_release(&typed.cli.client);
	free(typed.words);
}
