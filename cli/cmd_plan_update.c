/* plan update: what a new version of a plan does to the learner's copy. */
#include "commands.h"
#include "gitfile.h"
#include "render.h"

static const char *const kinds[] = {"added", "restored", "withdrawn", "moved", "changed", "conflict"};

/* --- for people -------------------------------------------------------------------------------------------------------------------- */

static void show_changes(struct cli *cli, const char *title, const json_t *changes)
{
	const json_t *change;
	size_t i;
	OWNED_TEXT *count = count_text((long)json_array_size(changes), "change", "changes");
	say_line(&cli->out, STYLE_STRONG, "%s: %s", title, count);
	for (size_t kind = 0; kind < ARRAY_LEN(kinds); kind++)
		json_array_foreach (changes, i, change) {
			if (strcmp(field_text(change, "kind"), kinds[kind]) != 0)
				continue;
			const char *name = field_text(change, "title");
			OWNED_TEXT *text =
				*name ? xasprintf("%s (%s)", name, field_text(change, "text")) : xstrdup(field_text(change, "text"));
			say(&cli->out, strcmp(kinds[kind], "conflict") ? STYLE_DIM : STYLE_NOW, "  %-9s  %-8s  ", kinds[kind],
			    field_text(change, "session"));
			say_hanging(&cli->out, 23, 23, STYLE_PLAIN, text);
		}
}

static void show_last(struct cli *cli, const json_t *last)
{
	if (!last)
		return;
	OWNED_TEXT *when = stamp_moment(field_text(last, "time"));
	OWNED_TEXT *line = xasprintf("The last change came %s: %s.", when, field_text(last, "text"));
	say_wrapped(&cli->out, 2, STYLE_DIM, line);
}

void plan_update_show(struct cli *cli, const json_t *reply)
{
	const json_t *enrollment = json_object_get(reply, "enrollment"), *changes = field_list(reply, "changes");
	const char *plan = field_text(enrollment, "title");
	if (json_array_size(changes)) {
		show_changes(cli, plan, changes);
		return;
	}
	say_line(&cli->out, STYLE_PLAIN, "%s: nothing is waiting, your copy is as the plan has it.", plan);
	show_last(cli, json_object_get(reply, "last"));
}

static void preview_one(struct cli *cli, const char *title, const json_t *changes)
{
	if (json_array_size(changes))
		show_changes(cli, title, changes);
	else
		say_line(&cli->out, STYLE_PLAIN, "%s: this version would change nothing.", title);
}

/* Another version: the enrolments it reaches, one after the other when they are several. */
static void preview_show(struct cli *cli, const json_t *reply)
{
	const char *plan = field_text(json_object_get(reply, "enrollment"), "title");
	const json_t *learner, *learners = field_list(reply, "learners");
	size_t i;
	if (!json_array_size(learners))
		preview_one(cli, plan, field_list(reply, "changes"));
	json_array_foreach (learners, i, learner) {
		OWNED_TEXT *title = xasprintf("%s (%s)", plan, field_text(learner, "enrollment"));
		if (i)
			say_gap(&cli->out);
		preview_one(cli, title, field_list(learner, "changes"));
	}
}

/* --- the command --------------------------------------------------------------------------------------------------------------------- */

/* Adds another version's text. Returns 0 or the exit status of a reported error. */
static int add_version(struct cli *cli, json_t *parameters, const char *path)
{
	struct err err = {0};
	char *read = NULL;
	int result = gitfile_read(path, &read, &err), exit = 0;
	OWNED_TEXT *text = read, *shown = text_safe(path, true);
	if (result)
		exit = cli_error(cli, result == GITFILE_MISSING ? PACER_EXIT_NOT_FOUND : PACER_EXIT_PLAN, "File", "%s", err.text);
	json_t *json = result ? NULL : json_string(text);
	if (!result && !json)
		exit = cli_error(cli, PACER_EXIT_PLAN, "File", "the file is no UTF-8 text: '%s'; save it as UTF-8", shown);
	if (json && (json_object_set_new(parameters, "text", json) || json_object_set_new(parameters, "file", json_string(shown))))
		abort();
	err_release(&err);
	return exit;
}

int plan_update_run(struct cli *cli, const struct args *args)
{
	const char *path = args->options[OPTION_WITH];
	if (path && !args_has(args, OPTION_DRY_RUN))
		return cli_error(cli, PACER_EXIT_USAGE, "Usage",
				 "--with shows what a version would change: add --dry-run; it is taken over once it is the plan's file");
	json_t *reply = NULL, *parameters = args_parameters(args);
	int exit = path ? add_version(cli, parameters, path) : 0;
	if (exit)
		json_decref(parameters);
	else
		exit = cli_call(cli, args->command->method, parameters, &reply);
	if (!exit && path && !cli->json)
		preview_show(cli, reply);
	else if (!exit)
		exit = cli_show(cli, args, reply);
	json_decref(reply);
	return exit;
}
