/* plan export, plan import: plans as sheets, spreadsheets and calendars. */
#include "commands.h"
#include "gitfile.h"
#include "outfile.h"
#include "plan_change.h"
#include "plan_forms.h"
#include "render.h"

/* --- export ---------------------------------------------------------------------------------------------------------------------- */

static const struct form {
	enum option_id option;
	const char *format, *ending;
} forms[] = {
	{OPTION_SHEET, "sheet", ".sheet"},
	{OPTION_CSV, "csv", ".csv"},
	{OPTION_ICS, "ics", ".ics"},
};

static bool ends_with(const char *text, const char *ending)
{
	size_t n = strlen(text), k = strlen(ending);
	return n > k && !strcasecmp(text + n - k, ending);
}

static const struct form *form_of_file(const char *path)
{
	for (size_t i = 0; path && i < ARRAY_LEN(forms); i++)
		if (ends_with(path, forms[i].ending))
			return &forms[i];
	return NULL;
}

/* By option, else by the file's name, else a sheet. NULL: a usage error was reported. */
static const struct form *form_asked(struct cli *cli, const struct args *args)
{
	const struct form *found = NULL;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		if (!args_has(args, forms[i].option))
			continue;
		if (found) {
			cli_error(cli, PACER_EXIT_USAGE, "Usage", "one form at a time: '--%s' and '--%s' are two; keep one of them",
				  found->format, forms[i].format);
			return NULL;
		}
		found = &forms[i];
	}
	if (!found)
		found = form_of_file(args->options[OPTION_OUTPUT]);
	return found ? found : &forms[0];
}

/* NULL: it is to be printed. */
static const char *output_path(const struct args *args)
{
	const char *path = args->options[OPTION_OUTPUT];
	return path && strcmp(path, "-") != 0 ? path : NULL;
}

static int write_file(struct cli *cli, const char *path, const char *text)
{
	struct err err = {0};
	int exit = outfile_write(path, text, &err) ? cli_error(cli, PACER_EXIT_STORAGE, "File", "%s", err.text) : 0;
	err_release(&err);
	return exit;
}

static void say_written(struct cli *cli, const struct form *form, const char *path, const char *plan)
{
	say_line(&cli->out, STYLE_PLAIN, "Written: %s", path);
	if (strcmp(form->format, "csv") != 0)
		return;
	OWNED_TEXT *text =
		xasprintf("A table holds the sessions and nothing else: goal, phases and the like stay in the plan. pacer plan import "
			  "%s --as %s puts it back.",
			  path, plan);
	say_wrapped(&cli->out, 2, STYLE_DIM, text);
}

/* On a terminal what could steer it is made visible; a pipe gets the bytes. */
static void print_text(struct cli *cli, const char *text)
{
	for (const char *p = text; cli->out.tty && *p;) {
		size_t n = strcspn(p, "\n"), keep = n && p[n - 1] == '\r' ? n - 1 : n;
		OWNED_TEXT *line = xstrndup(p, keep);
		say_line(&cli->out, STYLE_PLAIN, "%s", line);
		p += n + (p[n] == '\n');
	}
	if (!cli->out.tty)
		fputs(text, cli->out.file);
}

int plan_export_run(struct cli *cli, const struct args *args)
{
	const struct form *form = form_asked(cli, args);
	const char *path = output_path(args);
	json_t *reply = NULL;
	if (!form)
		return PACER_EXIT_USAGE;
	int exit = cli_call(cli, args->command->method, plan_forms_ask(args->positionals[0], form->format), &reply);
	if (!exit && path)
		exit = write_file(cli, path, field_text(reply, "text"));
	if (!exit && cli->json)
		cli_print_json(cli, reply);
	else if (!exit && path)
		say_written(cli, form, path, args->positionals[0]);
	else if (!exit)
		print_text(cli, field_text(reply, "text"));
	json_decref(reply);
	return exit;
}

/* --- import ---------------------------------------------------------------------------------------------------------------------- */

/* Of a plan with errors the list has none. */
static char *revision_of_file(struct cli *cli, const char *name)
{
	json_t *reply = cli_call_quietly(cli, "ExportPlan", plan_forms_ask(name, "ics"));
	char *revision = reply ? xstrdup(field_text(reply, "revision")) : NULL;
	json_decref(reply);
	return revision;
}

/* The revision of the plan of that name, which may not be shortened here: the import changes it. NULL: there is none. Owned. */
static char *revision_of_plan(struct cli *cli, const char *name)
{
	json_t *reply = cli_call_quietly(cli, "ListPlans", NULL), *plan;
	char *revision = NULL;
	size_t i;
	json_array_foreach (field_list(reply, "plans"), i, plan)
		if (!revision && !strcmp(field_text(plan, "name"), name))
			revision = field_has(plan, "revision") ? xstrdup(field_text(plan, "revision")) : revision_of_file(cli, name);
	json_decref(reply);
	return revision;
}

/* "team" for "/tmp/team.csv" */
static char *name_of_file(const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *dot = strrchr(base, '.');
	return xstrndup(base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
}

static json_t *with_dry_run(const json_t *parameters, bool dry_run)
{
	json_t *copy = json_copy((json_t *)parameters);
	if (!copy || json_object_set_new(copy, "dry_run", json_boolean(dry_run)))
		abort();
	return copy;
}

static int check_import(struct cli *cli, const struct args *args)
{
	if (cli->json && !args_has(args, OPTION_YES) && !args_has(args, OPTION_DRY_RUN))
		return cli_error(cli, PACER_EXIT_USAGE, "Usage", "--json does not ask: add --yes to import, or --dry-run to look");
	if (!form_of_file(args->positionals[0]))
		return cli_error(cli, PACER_EXIT_USAGE, "Usage", "not known by its name: '%s'; import takes .csv, .ics and .sheet files",
				 args->positionals[0]);
	return 0;
}

/* Looks, asks, does. */
static int import_steps(struct cli *cli, const struct args *args, const json_t *parameters, const char *based_on)
{
	json_t *reply = NULL;
	bool dry_run = args_has(args, OPTION_DRY_RUN);
	int exit = cli_call(cli, args->command->method, with_dry_run(parameters, true), &reply);
	bool nothing = !exit && plan_forms_unchanged(reply, based_on);
	if (!exit && !cli->json)
		plan_forms_show(&cli->out, reply);
	if (!exit && !cli->json && nothing)
		say_line(&cli->out, STYLE_PLAIN, "The plan says all that already: nothing to change.");
	if (!exit && cli->json && (dry_run || nothing))
		cli_print_json(cli, reply);
	json_decref(STEAL(reply));
	if (exit || dry_run || nothing)
		return exit;
	exit = plan_change_ask(cli, args, "Import?", "import");
	if (!exit)
		exit = cli_call(cli, args->command->method, with_dry_run(parameters, false), &reply);
	if (!exit)
		exit = cli_show(cli, args, reply);
	json_decref(reply);
	return exit;
}

void plan_import_show(struct cli *cli, const json_t *reply)
{
	const json_t *plan = json_object_get(reply, "plan");
	OWNED_TEXT *command = xasprintf("pacer plan show %s", field_text(plan, "name"));
	say(&cli->out, STYLE_GOOD, "Imported");
	say_line(&cli->out, STYLE_PLAIN, " as %s: %s", field_text(plan, "name"), field_text(plan, "file"));
	say_next(&cli->out, command);
}

int plan_import_run(struct cli *cli, const struct args *args)
{
	const char *path = args->positionals[0];
	struct err err = {0};
	OWNED_TEXT *text = NULL;
	int exit = check_import(cli, args);
	if (exit)
		return exit;
	int result = gitfile_read(path, &text, &err);
	if (result) {
		exit = cli_error(cli, result == GITFILE_MISSING ? PACER_EXIT_NOT_FOUND : PACER_EXIT_PLAN, "File", "%s", err.text);
		err_release(&err);
		return exit;
	}
	OWNED_TEXT *name = args_has(args, OPTION_AS) ? xstrdup(args->options[OPTION_AS]) : name_of_file(path);
	exit = cli_connect(cli);
	if (exit)
		return exit;
	OWNED_TEXT *based_on = revision_of_plan(cli, name);
	json_t *parameters = plan_forms_parameters(cli, name, path, form_of_file(path)->format, text, based_on, &exit);
	if (parameters)
		exit = import_steps(cli, args, parameters, based_on);
	json_decref(parameters);
	return exit;
}
