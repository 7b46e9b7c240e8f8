/* plan lint: what the checks say about plans, by name or as files. */
#include "commands.h"
#include "field.h"
#include "gitfile.h"
#include "render.h"

struct sums {
	long errors, warnings, notes, plans;
};

/* Names of plans hold no slash; a file may be named like a plan, so its ending tells. */
static bool is_path(const char *word)
{
	size_t bytes = strlen(word);
	return strchr(word, '/') || (bytes > 4 && !strcmp(word + bytes - 4, ".ics"));
}

static int report_long(struct cli *cli, const char *path)
{
	return cli_error(cli, PACER_EXIT_PLAN, "File",
			 "the file is too long for a call: '%s'; type pacerd --check '%s', which reads it where it lies", path, path);
}

static int report_file(struct cli *cli, const char *path, int result, struct err *err)
{
	int exit = result == GITFILE_MISSING ? PACER_EXIT_NOT_FOUND : PACER_EXIT_PLAN;
	int status = result == GITFILE_LONG ? report_long(cli, path) : cli_error(cli, (enum pacer_exit)exit, "File", "%s", err->text);
	err_release(err);
	return status;
}

/* Escaped, a text may be longer than its file. */
static bool fits_call(const json_t *parameters)
{
	enum { AROUND_BYTES = 256 };
	return json_dumpb(parameters, NULL, 0, JSON_COMPACT) <= PACER_MESSAGE_BYTES_MAX - AROUND_BYTES;
}

/* The file's text as parameters. Returns 0 or the exit status of a reported error. */
static int add_file(struct cli *cli, json_t *parameters, const char *path)
{
	struct err err = {0};
	char *read = NULL;
	int result = gitfile_read(path, &read, &err);
	OWNED_TEXT *text = read, *shown = text_safe(path, true);
	if (result)
		return report_file(cli, path, result, &err);
	json_t *json = json_string(text);
	if (!json)
		return cli_error(cli, PACER_EXIT_PLAN, "File", "the file is no UTF-8 text: '%s'; save it as UTF-8", path);
	if (json_object_set_new(parameters, "text", json) || json_object_set_new(parameters, "file", json_string(shown)))
		abort();
	return fits_call(parameters) ? 0 : report_long(cli, path);
}

static int lint_one(struct cli *cli, const char *word, json_t **ret_reply)
{
	json_t *parameters = json_object();
	if (!parameters)
		abort();
	int exit = 0;
	if (is_path(word))
		exit = add_file(cli, parameters, word);
	else
		args_add(parameters, "plan", VALUE_TEXT, word);
	if (exit) {
		json_decref(parameters);
		return exit;
	}
	return cli_call(cli, "LintPlan", parameters, ret_reply);
}

/* --- for people ---------------------------------------------------------------------------------------------------------------------- */

static enum style style_of(const char *severity)
{
	return !strcmp(severity, "error") ? STYLE_TROUBLE : !strcmp(severity, "warning") ? STYLE_CARE : STYLE_DIM;
}

static void show_code(const struct screen *out, const json_t *code, const json_t *findings)
{
	const char *name = field_text(code, "code"), *severity = field_text(code, "severity");
	size_t i;
	json_t *finding;
	say_gap(out);
	OWNED_TEXT *condition = xasprintf("%s: %s", severity, field_text(code, "condition"));
	int width = (int)strlen(name);
	say(out, style_of(severity), "%s", name);
	say_hanging(out, width + 2, width, STYLE_DIM, condition);
	json_array_foreach (findings, i, finding) {
		if (strcmp(field_text(finding, "code"), name) != 0)
			continue;
		OWNED_TEXT *place = field_number(finding, "line") ? xasprintf("line %ld: ", field_number(finding, "line")) : xstrdup("");
		OWNED_TEXT *line = xasprintf("%s%s", place, field_text(finding, "text"));
		say_wrapped(out, 2, STYLE_PLAIN, line);
	}
	OWNED_TEXT *meaning = xasprintf("Why it matters: %s.", field_text(code, "meaning"));
	OWNED_TEXT *remedy = xasprintf("To mend it: %s.", field_text(code, "remedy"));
	say_wrapped(out, 2, STYLE_DIM, meaning);
	say_wrapped(out, 2, STYLE_DIM, remedy);
}

static void show_sums(const struct screen *out, const char *word, const json_t *reply)
{
	long errors = field_number(reply, "errors"), warnings = field_number(reply, "warnings"), notes = field_number(reply, "notes");
	OWNED_TEXT *error_count = count_text(errors, "error", "errors");
	OWNED_TEXT *warning_count = count_text(warnings, "warning", "warnings");
	OWNED_TEXT *note_count = count_text(notes, "note", "notes");
	say(out, STYLE_STRONG, "%s", word);
	if (!errors && !warnings && !notes)
		say_line(out, STYLE_GOOD, "  nothing to mend");
	else
		say_line(out,
			 errors     ? STYLE_TROUBLE
			 : warnings ? STYLE_CARE
				    : STYLE_GOOD,
			 "  %s, %s, %s", error_count, warning_count, note_count);
}

/* Grouped by code, errors first: what weighs most is read first. */
static void show_long(const struct screen *out, const char *word, const json_t *reply)
{
	static const char *const severities[] = {"error", "warning", "info"};
	const json_t *codes = field_list(reply, "codes");
	size_t i;
	json_t *code;
	show_sums(out, word, reply);
	for (size_t k = 0; k < ARRAY_LEN(severities); k++)
		json_array_foreach (codes, i, code)
			if (!strcmp(field_text(code, "severity"), severities[k]))
				show_code(out, code, field_list(reply, "findings"));
	if (field_number(reply, "more"))
		say_line(out, STYLE_DIM, "  and %ld more", field_number(reply, "more"));
}

static void show_short(const struct screen *out, const json_t *reply)
{
	size_t i;
	json_t *finding;
	json_array_foreach (field_list(reply, "findings"), i, finding) {
		say_line(out, STYLE_PLAIN, "%s:%ld: %s: %s", field_text(finding, "file"), field_number(finding, "line"),
			 field_text(finding, "code"), field_text(finding, "text"));
	}
	if (field_number(reply, "more"))
		say_line(out, STYLE_PLAIN, "and %ld more", field_number(reply, "more"));
}

/* --- the command --------------------------------------------------------------------------------------------------------------------- */

static void take_up(struct cli *cli, const struct args *args, const char *word, const json_t *reply, struct sums *sums, json_t *plans)
{
	sums->errors += field_number(reply, "errors");
	sums->warnings += field_number(reply, "warnings");
	sums->notes += field_number(reply, "notes");
	if (cli->json) {
		OWNED_TEXT *shown = text_safe(word, true);
		json_t *row = json_pack("{s:s}", "plan", shown);
		if (!row || json_object_update((json_t *)row, (json_t *)(uintptr_t)reply) || json_array_append_new(plans, row))
			abort();
		return;
	}
	if (args_has(args, OPTION_SHORT)) {
		show_short(&cli->out, reply);
		return;
	}
	if (sums->plans++)
		say_gap(&cli->out);
	show_long(&cli->out, word, reply);
}

static void print_sums(struct cli *cli, const struct sums *sums, json_t *plans)
{
	json_t *all = json_pack("{s:O, s:I, s:I, s:I}", "plans", plans, "errors", (json_int_t)sums->errors, "warnings",
				(json_int_t)sums->warnings, "notes", (json_int_t)sums->notes);
	if (!all)
		abort();
	cli_print_json(cli, all);
	json_decref(all);
}

/* One after the other; what cannot be read at all does not keep the others from being read, but for --json, which is one object. */
int plan_lint_run(struct cli *cli, const struct args *args)
{
	struct sums sums = {0};
	json_t *plans = json_array();
	int status = 0;
	for (const char *at = args->positionals[0]; *at && !(status && cli->json); at += strspn(at, ARGS_BETWEEN)) {
		OWNED_TEXT *word = xstrndup(at, strcspn(at, ARGS_BETWEEN));
		json_t *reply = NULL;
		int exit = lint_one(cli, word, &reply);
		if (!exit)
			take_up(cli, args, word, reply, &sums, plans);
		status = status ? status : exit;
		json_decref(reply);
		at += strlen(word);
	}
	if (!status && cli->json)
		print_sums(cli, &sums, plans);
	json_decref(plans);
	bool bad = sums.errors || (args_has(args, OPTION_STRICT) && sums.warnings);
	return status ? status : bad ? PACER_EXIT_PLAN : 0;
}
