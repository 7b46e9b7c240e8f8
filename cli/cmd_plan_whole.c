/* plan new, remove, rename, undo, fmt: plan files as a whole. */
#include "commands.h"
#include "pacer/protocol.h"
#include "plan_change.h"
#include "render.h"

/* --- new --------------------------------------------------------------------------------------------------------------------------- */

int plan_new_run(struct cli *cli, const struct args *args)
{
	json_t *reply = NULL;
	if (!args_has(args, OPTION_WEEKS) && !args_has(args, OPTION_FROM))
		return cli_error(
			cli, PACER_EXIT_USAGE, "Usage",
			"say how many weeks it has (--weeks 6), which plan to copy (--from customer-service-18), or both for a plan of "
			"that length with those words");
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
	OWNED_TEXT *command = xasprintf("pacer plan edit %s", field_text(plan, "name"));
	say(&cli->out, STYLE_GOOD, "New plan: ");
	say(&cli->out, STYLE_STRONG, "%s", field_text(plan, "name"));
	say_line(&cli->out, STYLE_PLAIN, ", %s, %s", weeks, sessions);
	say_line(&cli->out, STYLE_DIM, "  %s", field_text(plan, "file"));
	plan_change_findings(&cli->out, field_text(plan, "name"), field_list(reply, "findings"), NULL);
	say_next(&cli->out, command);
}

/* --- what is looked at first --------------------------------------------------------------------------------------------------------- */

/* One call of the command's method for its plan. based_on: NULL for a look that --revision may pin. */
static int step(struct cli *cli, const struct args *args, bool dry_run, const char *based_on, json_t **ret_reply)
{
	const char *revision = based_on ? based_on : args->options[OPTION_REVISION];
	json_t *parameters = json_object();
	plan_put_word(parameters, "plan", args->positionals[0]);
	plan_put(parameters, "dry_run", json_boolean(dry_run));
	if (revision)
		plan_put_word(parameters, "based_on", revision);
	return cli_call(cli, args->command->method, parameters, ret_reply);
}

/* Does what was looked at, and nothing else: when it has become another plan meanwhile, the daemon says so. */
static int carry_out(struct cli *cli, const struct args *args, const json_t *looked, void (*show)(struct cli *, const json_t *, bool))
{
	json_t *reply = NULL;
	int exit = step(cli, args, false, field_text(looked, "revision"), &reply);
	if (!exit && cli->json)
		cli_print_json(cli, reply);
	else if (!exit)
		show(cli, reply, false);
	json_decref(reply);
	return exit;
}

/* --- remove ------------------------------------------------------------------------------------------------------------------------ */

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

static int remove_plan(struct cli *cli, const struct args *args)
{
	bool dry_run = args_has(args, OPTION_DRY_RUN);
	json_t *looked = NULL;
	int exit = cli->json && !dry_run ? plan_change_ask(cli, args, NULL, "remove") : 0;
	if (!exit)
		exit = step(cli, args, true, NULL, &looked);
	if (!exit && cli->json && dry_run)
		cli_print_json(cli, looked);
	else if (!exit && (dry_run || !args_has(args, OPTION_YES)))
		show_removed_plan(cli, looked, true);
	if (!exit && !dry_run)
		exit = plan_change_ask(cli, args, "Remove?", "remove");
	if (!exit && !dry_run)
		exit = carry_out(cli, args, looked, show_removed_plan);
	json_decref(looked);
	return exit;
}

int plan_remove_run(struct cli *cli, const struct args *args)
{
	return args->positionals[1] ? plan_remove_session(cli, args) : remove_plan(cli, args);
}

/* --- undo -------------------------------------------------------------------------------------------------------------------------- */

static void show_undone(struct cli *cli, const json_t *reply, bool dry_run)
{
	const char *name = field_text(json_object_get(reply, "plan"), "name");
	if (dry_run) {
		OWNED_TEXT *text = xasprintf("Takes back: %s", field_text(reply, "text"));
		say_wrapped(&cli->out, 0, STYLE_PLAIN, text);
		return;
	}
	say(&cli->out, STYLE_GOOD, "Taken back: ");
	say_line(&cli->out, STYLE_PLAIN, field_flag(reply, "removes") ? "the file of %s is gone." : "%s is as it was before.", name);
}

int plan_undo_run(struct cli *cli, const struct args *args)
{
	bool dry_run = args_has(args, OPTION_DRY_RUN);
	json_t *looked = NULL;
	int exit = step(cli, args, true, NULL, &looked);
	if (!exit && !cli->json)
		show_undone(cli, looked, true);
	else if (!exit && dry_run)
		cli_print_json(cli, looked);
	if (!exit && !dry_run && field_flag(looked, "removes"))
		exit = plan_change_ask(cli, args, "Take the file away?", "take the file away");
	if (!exit && !dry_run)
		exit = carry_out(cli, args, looked, show_undone);
	json_decref(looked);
	return exit;
}

/* --- rename, fmt ------------------------------------------------------------------------------------------------------------------- */

void plan_rename_show(struct cli *cli, const json_t *reply)
{
	const json_t *plan = json_object_get(reply, "plan");
	say(&cli->out, STYLE_GOOD, "Renamed: ");
	say(&cli->out, STYLE_STRONG, "%s", field_text(plan, "name"));
	say_line(&cli->out, STYLE_DIM, "  %s", field_text(plan, "file"));
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
