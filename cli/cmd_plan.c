/* plans, plan show: what a learner can take up. */
#include "commands.h"
#include "render.h"

static void plan_row(struct table *table, const json_t *plan)
{
	OWNED_TEXT *time = minutes_text(field_number(plan, "minutes"));
	bool broken = field_has(plan, "error");
	table_cell(table, broken ? STYLE_DIM : STYLE_NOW, "%s", field_text(plan, "name"));
	table_cell(table, broken ? STYLE_DIM : STYLE_PLAIN, "%s", broken ? "cannot be used, see below" : field_text(plan, "title"));
	if (broken) {
		for (int i = 0; i < 3; i++)
			table_cell(table, STYLE_DIM, "%s", "");
	} else {
		table_cell(table, STYLE_PLAIN, "%ld", field_number(plan, "weeks"));
		table_cell(table, STYLE_PLAIN, "%ld", field_number(plan, "sessions"));
		table_cell(table, STYLE_PLAIN, "%s", time);
	}
	table_cell(table, STYLE_GOOD, "%s", field_flag(plan, "enrolled") ? "enrolled" : "");
}

static void show_broken(const struct screen *out, const json_t *plans)
{
	size_t i;
	json_t *plan;
	json_array_foreach (plans, i, plan) {
		if (!field_has(plan, "error"))
			continue;
		say_gap(out);
		say_line(out, STYLE_CARE, "%s:%ld", field_text(plan, "file"), field_number(plan, "line"));
		say_wrapped(out, 2, STYLE_PLAIN, field_text(plan, "error"));
	}
}

static const char *first_usable(const json_t *plans)
{
	size_t i;
	json_t *plan;
	json_array_foreach (plans, i, plan)
		if (!field_has(plan, "error"))
			return field_text(plan, "name");
	return NULL;
}

void plans_show(struct cli *cli, const json_t *reply)
{
	static const struct column columns[] = {
		{.title = "name"},
		{.title = "title", .flexible = true},
		{.title = "weeks", .right = true, .optional = true},
		{.title = "sessions", .right = true, .optional = true},
		{.title = "time", .right = true},
		{.optional = true},
	};
	const json_t *plans = field_list(reply, "plans");
	struct table table;
	size_t i;
	json_t *plan;
	if (!json_array_size(plans)) {
		say_wrapped(&cli->out, 0, STYLE_PLAIN,
			    "No plan files found. Put one into ~/.local/share/pacer/plans; pacer-plan(5) tells how they are written.");
		return;
	}
	table_init(&table, columns, ARRAY_LEN(columns));
	table.indent = 0;
	json_array_foreach (plans, i, plan)
		plan_row(&table, plan);
	table_print(&table, &cli->out);
	table_release(&table);
	show_broken(&cli->out, plans);
	if (first_usable(plans)) {
		OWNED_TEXT *command = xasprintf("pacer plan show %s", first_usable(plans));
		say_gap(&cli->out);
		say_next(&cli->out, command);
	}
}

/* An empty line before each week but the first. */
static void week_gap(struct table *table, const json_t *session, const json_t *before)
{
	if (!before || field_number(session, "week") == field_number(before, "week"))
		return;
	for (size_t i = 0; i < table->column_count; i++)
		table_cell(table, STYLE_PLAIN, "%s", "");
}

static void session_row(struct table *table, const json_t *session)
{
	table_cell(table, STYLE_NOW, "%s", field_text(session, "id"));
	table_cell(table, STYLE_PLAIN, "%s", field_text(session, "weekday"));
	table_cell(table, STYLE_PLAIN, "%s", field_text(session, "time"));
	table_cell(table, STYLE_PLAIN, "%ld min", field_number(session, "minutes"));
	table_cell(table, STYLE_PLAIN, "%s", field_text(session, "title"));
	table_cell(table, STYLE_DIM, "%s", field_text(session, "type"));
	table_cell(table, STYLE_DIM, "%s", field_text(session, "skill"));
	table_cell(table, STYLE_DIM, "effort %ld", field_number(session, "effort"));
}

static void show_plan_sessions(const struct screen *out, const json_t *sessions)
{
	static const struct column columns[] = {
		{.title = NULL},    {.title = NULL},    {.title = NULL},    {.right = true},
		{.flexible = true}, {.optional = true}, {.optional = true}, {.optional = true},
	};
	struct table table;
	size_t i;
	json_t *session;
	table_init(&table, columns, ARRAY_LEN(columns));
	json_array_foreach (sessions, i, session) {
		week_gap(&table, session, i ? json_array_get(sessions, i - 1) : NULL);
		session_row(&table, session);
	}
	table_print(&table, out);
	table_release(&table);
}

static void show_findings(const struct screen *out, const json_t *findings)
{
	size_t i;
	json_t *finding;
	if (!json_array_size(findings))
		return;
	say_gap(out);
	say_line(out, STYLE_STRONG, "What the checks say");
	json_array_foreach (findings, i, finding) {
		OWNED_TEXT *text = xasprintf("%s:%ld: %s %s", field_text(finding, "file"), field_number(finding, "line"),
					     field_text(finding, "code"), field_text(finding, "text"));
		say_wrapped(out, 2, !strcmp(field_text(finding, "severity"), "error") ? STYLE_CARE : STYLE_PLAIN, text);
	}
}

void plan_show_show(struct cli *cli, const json_t *reply)
{
	const struct screen *out = &cli->out;
	const json_t *plan = json_object_get(reply, "plan");
	const char *goal = field_has(reply, "goal") ? field_text(reply, "goal") : field_text(plan, "goal");
	long peak_week = field_number(reply, "peak_week");
	OWNED_TEXT *time = minutes_text(field_number(plan, "minutes"));
	OWNED_TEXT *sessions = count_text(field_number(plan, "sessions"), "session", "sessions");
	OWNED_TEXT *weeks = count_text(field_number(plan, "weeks"), "week", "weeks");
	OWNED_TEXT *command = xasprintf("pacer enroll %s --start \"next mon\" --dry-run", field_text(plan, "name"));

	say_line(out, STYLE_STRONG, "%s", field_has(plan, "title") ? field_text(plan, "title") : field_text(plan, "name"));
	say_line(out, STYLE_DIM, "%s, %s, %s, peak in week %ld", weeks, sessions, time, peak_week);
	say_labelled(out, "goal", goal);
	say_gap(out);
	render_weeks(out, field_list(reply, "weeks"), peak_week, false);
	say_gap(out);
	show_plan_sessions(out, field_list(reply, "sessions"));
	show_findings(out, field_list(reply, "findings"));
	say_gap(out);
	say_next(out, command);
}
