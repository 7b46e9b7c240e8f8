/* away, busy, pause, resume: spans in which nothing is shown. */
#include "commands.h"
#include "render.h"

/* How a span of each kind is told; the last row stands for any other. */
static const struct kind_row {
	const char *kind, *kept, *dry, *about;
} kind_rows[] = {
	{"busy", "Busy: ", "Would be busy: ", "Nothing breaks into it; what comes due is asked at its end."},
	{"", "Away: ", "Would be away: ", "Nothing is shown in that time; what comes due waits and is told in one summary when it ends."},
};

static const struct kind_row *kind_row(const char *kind)
{
	const struct kind_row *row = kind_rows;
	while (*row->kind && strcmp(row->kind, kind) != 0)
		row++;
	return row;
}

static void show_away(struct cli *cli, const json_t *reply, bool dry_run)
{
	const struct screen *out = &cli->out;
	const json_t *absence = json_object_get(reply, "absence"), *sessions = field_list(reply, "sessions");
	size_t count = json_array_size(sessions);
	OWNED_TEXT *from = stamp_moment(field_text(absence, "from"));
	OWNED_TEXT *to = stamp_moment(field_text(absence, "to"));
	const struct kind_row *row = kind_row(field_text(absence, "kind"));
	say(out, STYLE_GOOD, "%s", dry_run ? row->dry : row->kept);
	say_line(out, STYLE_STRONG, "%s to %s", from, to);
	say_wrapped(out, 2, STYLE_PLAIN, row->about);
	if (!count) {
		say_line(out, STYLE_PLAIN, "  No session falls into it.");
		return;
	}
	OWNED_TEXT *found = count_text((long)count, "session falls", "sessions fall");
	say_line(out, STYLE_CARE, "  %s into it; pacer move puts one at another time.", found);
	render_sessions(out, sessions, true, cli_has_several(cli));
}

static void show_absences(struct cli *cli, const json_t *absences)
{
	static const struct column columns[] = {{.title = NULL}, {.title = "from"}, {.title = "until"}};
	struct table table;
	size_t i;
	json_t *absence;
	if (!json_array_size(absences)) {
		say_wrapped(&cli->out, 0, STYLE_PLAIN,
			    "Nothing is held back. pacer away FROM..TO keeps days or hours free of bubbles, pacer pause 2h the next two "
			    "hours, pacer busy 45m a meeting.");
		return;
	}
	table_init(&table, columns, ARRAY_LEN(columns));
	json_array_foreach (absences, i, absence) {
		OWNED_TEXT *from = stamp_moment(field_text(absence, "from"));
		OWNED_TEXT *to = stamp_moment(field_text(absence, "to"));
		table_cell(&table, STYLE_STRONG, "%s", field_text(absence, "kind"));
		table_cell(&table, STYLE_PLAIN, "%s", from);
		table_cell(&table, STYLE_PLAIN, "%s", to);
	}
	table_print(&table, &cli->out);
	table_release(&table);
	say_line(&cli->out, STYLE_DIM, "pacer resume ends what runs now.");
}

/* With a span it plans, without one it lists. */
int away_run(struct cli *cli, const struct args *args)
{
	bool plans = args->positionals[0], dry_run = args_has(args, OPTION_DRY_RUN);
	json_t *reply = NULL;
	if (dry_run && !plans)
		return cli_error(cli, PACER_EXIT_USAGE, "Usage", "--dry-run needs a span: type pacer %s FROM..TO --dry-run",
				 args->command->name);
	int exit =
		plans ? cli_call(cli, args->command->method, args_parameters(args), &reply) : cli_call(cli, "ListAbsences", NULL, &reply);
	if (!exit && cli->json)
		cli_print_json(cli, reply);
	else if (!exit && plans)
		show_away(cli, reply, dry_run);
	else if (!exit)
		show_absences(cli, field_list(reply, "absences"));
	json_decref(reply);
	return exit;
}

void pause_show(struct cli *cli, const json_t *reply)
{
	OWNED_TEXT *to = stamp_moment(field_text(json_object_get(reply, "absence"), "to"));
	say(&cli->out, STYLE_GOOD, "Paused ");
	say_line(&cli->out, STYLE_STRONG, "until %s", to);
	say_line(&cli->out, STYLE_PLAIN, "  What comes due waits till then; pacer resume ends it sooner.");
}

void resume_show(struct cli *cli, const json_t *reply)
{
	const json_t *ended = field_list(reply, "ended");
	size_t i;
	json_t *absence;
	if (!json_array_size(ended)) {
		say_line(&cli->out, STYLE_PLAIN, "Nothing was held back: bubbles come as planned.");
		return;
	}
	json_array_foreach (ended, i, absence) {
		OWNED_TEXT *from = stamp_moment(field_text(absence, "from"));
		say(&cli->out, STYLE_GOOD, "Ended: ");
		say(&cli->out, STYLE_STRONG, "%s", field_text(absence, "kind"));
		say_line(&cli->out, STYLE_PLAIN, " since %s", from);
	}
	say_line(&cli->out, STYLE_PLAIN, "  What waited is told now.");
}
