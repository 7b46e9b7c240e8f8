/* enroll, leave: look first, ask, then do. */
#include "commands.h"
#include "render.h"

static void show_outside(const struct screen *out, const json_t *outside, long count)
{
	if (!count)
		return;
	say_gap(out);
	say_line(out, STYLE_CARE, count == 1 ? "%ld session is outside your working hours" : "%ld sessions are outside your working hours",
		 count);
	render_sessions(out, outside, true, false);
	say_wrapped(out, 2, STYLE_DIM, "pacer move puts a session elsewhere; pacer config hours.work_days and its like change the hours.");
}

static void show_outline(const struct screen *out, const json_t *reply)
{
	const json_t *first = json_object_get(reply, "first"), *preflight = field_list(reply, "preflight");
	OWNED_TEXT *start = stamp_year_day(field_text(reply, "start"));
	OWNED_TEXT *race = stamp_year_day(field_text(reply, "race"));
	OWNED_TEXT *time = minutes_text(field_number(reply, "minutes"));
	OWNED_TEXT *weeks = count_text(field_number(reply, "weeks"), "week", "weeks");
	OWNED_TEXT *sessions = count_text(field_number(reply, "sessions"), "session", "sessions");
	OWNED_TEXT *phrase = session_phrase(first);

	say_line(out, STYLE_STRONG, "%s", field_text(reply, "title"));
	say_line(out, STYLE_DIM, "%s, %s, %s, peak in week %ld", weeks, sessions, time, field_number(reply, "peak_week"));
	say_gap(out);
	render_weeks(out, field_list(reply, "outline"), field_number(reply, "peak_week"), true);
	say_gap(out);
	say_line(out, STYLE_PLAIN, "  starts    %s", start);
	say_line(out, STYLE_PLAIN, "  %s  %s", race_day_label(reply), race);
	say_line(out, STYLE_PLAIN, "  first     %s", phrase);
	show_outside(out, field_list(reply, "outside"), field_number(reply, "outside_count"));
	if (json_array_size(preflight)) {
		say_gap(out);
		say_line(out, STYLE_CARE, "Before the first day");
		render_checks(out, preflight);
	}
	say_gap(out);
}

void enroll_show(struct cli *cli, const json_t *reply)
{
	say(&cli->out, STYLE_GOOD, "Enrolled");
	say(&cli->out, STYLE_PLAIN, " as %s. ", field_text(reply, "enrollment"));
	OWNED_TEXT *phrase = session_phrase(json_object_get(reply, "first"));
	say_line(&cli->out, STYLE_PLAIN, "First: %s.", phrase);
	say_next(&cli->out, "pacer week 1");
}

/* Shows a dry run's reply, then asks. Returns 0 to go on, else the exit status of having stopped. */
static int ask_first(struct cli *cli, const char *question, const char *command)
{
	enum cli_answer answer = cli_ask(cli, question, CLI_NO);
	if (answer == CLI_YES)
		return 0;
	if (answer == CLI_NOBODY_TO_ASK)
		return cli_error(cli, PACER_EXIT_USAGE, "Usage", "nobody can be asked here: add --yes to %s, or --dry-run to look",
				 command);
	say_line(&cli->out, STYLE_PLAIN, "Nothing was changed.");
	return PACER_EXIT_REFUSED;
}

/* One JSON object is all that may be printed: there the choice has to be made beforehand. */
static int check_json_choice(struct cli *cli, const struct args *args)
{
	if (!cli->json || args_has(args, OPTION_YES) || args_has(args, OPTION_DRY_RUN))
		return 0;
	return cli_error(cli, PACER_EXIT_USAGE, "Usage", "--json does not ask: add --yes to %s, or --dry-run to look", args->command->name);
}

static int check_enroll(struct cli *cli, const struct args *args)
{
	bool start = args_has(args, OPTION_START), race = args_has(args, OPTION_RACE);
	if (start && race)
		return cli_error(cli, PACER_EXIT_USAGE, "Usage", "--start and --race both fix the dates: '%s' and '%s'; keep one of them",
				 args->options[OPTION_START], args->options[OPTION_RACE]);
	if (!start && !race)
		return cli_error(cli, PACER_EXIT_USAGE, "Usage",
				 "from when on? Type pacer enroll %s --start \"next mon\", or --race with the day it should end",
				 args->positionals[0]);
	return check_json_choice(cli, args);
}

static int enroll_for_real(struct cli *cli, const struct args *args, bool outline)
{
	json_t *reply = NULL;
	int exit = cli_call(cli, args->command->method, args_parameters_dry(args, false), &reply);
	if (!exit && outline && !cli->json)
		show_outline(&cli->out, reply);
	if (!exit)
		exit = cli_show(cli, args, reply);
	json_decref(reply);
	return exit;
}

static int enroll_asked(struct cli *cli, const struct args *args)
{
	json_t *reply = NULL;
	int exit = check_enroll(cli, args);
	if (exit)
		return exit;
	if (args_has(args, OPTION_YES) && !args_has(args, OPTION_DRY_RUN))
		return enroll_for_real(cli, args, true);
	exit = cli_call(cli, args->command->method, args_parameters_dry(args, true), &reply);
	if (!exit && cli->json)
		cli_print_json(cli, reply);
	else if (!exit)
		show_outline(&cli->out, reply);
	json_decref(reply);
	if (!exit && args_has(args, OPTION_DRY_RUN))
		return 0;
	if (!exit)
		exit = ask_first(cli, "Enrol?", "enrol");
	return exit ? exit : enroll_for_real(cli, args, false);
}

int enroll_run(struct cli *cli, const struct args *args)
{
	int exit = enroll_asked(cli, args);
	if (exit == PACER_EXIT_PLAN && !args_has(args, OPTION_FORCE))
		say_line(&cli->err, STYLE_DIM, "pacer: a draft that can be read is taken as it stands with --force");
	return exit;
}

static void say_enrolment(struct cli *cli, const json_t *reply, const char *word)
{
	const json_t *enrolment = json_object_get(reply, "enrollment");
	say(&cli->out, STYLE_PLAIN, "%s: ", word);
	say(&cli->out, STYLE_STRONG, "%s", field_text(enrolment, "title"));
	say_line(&cli->out, STYLE_DIM, "  %s", field_text(enrolment, "id"));
	say_line(&cli->out, STYLE_PLAIN, "  week %ld of %ld, %ld of %ld sessions done; what was recorded stays.",
		 field_number(enrolment, "week"), field_number(enrolment, "weeks"), field_number(enrolment, "sessions_done"),
		 field_number(enrolment, "sessions"));
}

void leave_show(struct cli *cli, const json_t *reply)
{
	say_enrolment(cli, reply, "Left");
	say_line(&cli->out, STYLE_DIM, "  pacer undo takes you back.");
}

int leave_run(struct cli *cli, const struct args *args)
{
	json_t *reply = NULL;
	bool dry_run = args_has(args, OPTION_DRY_RUN);
	int exit = check_json_choice(cli, args);
	if (!exit && (dry_run || !args_has(args, OPTION_YES))) {
		exit = cli_call(cli, args->command->method, args_parameters_dry(args, true), &reply);
		if (!exit && cli->json)
			cli_print_json(cli, reply);
		else if (!exit)
			say_enrolment(cli, reply, "Would leave");
		json_decref(STEAL(reply));
		if (!exit && !dry_run)
			exit = ask_first(cli, "Leave?", "leave");
	}
	if (exit || dry_run)
		return exit;
	exit = cli_call(cli, args->command->method, args_parameters_dry(args, false), &reply);
	if (!exit)
		exit = cli_show(cli, args, reply);
	json_decref(reply);
	return exit;
}
