/* plans, plan list: what a learner can take up. */
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
