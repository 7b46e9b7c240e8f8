/* plans, plan list: what a learner can take up. */
#include "commands.h"
#include "render.h"

/* "draft, enrolled, older copy of desk-2"; owned by the caller. */
static char *marks_of(const json_t *plan)
{
	OWNED_TEXT *copy = field_has(plan, "copy_of") ? xasprintf("older copy of %s", field_text(plan, "copy_of")) : NULL;
	const char *const marks[] = {field_flag(plan, "draft") ? "draft" : NULL, field_flag(plan, "enrolled") ? "enrolled" : NULL, copy};
	struct text text = {0};
	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		if (marks[i])
			text_addf(&text, "%s%s", text.len ? ", " : "", marks[i]);
	return text_take(&text);
}

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
	OWNED_TEXT *marks = marks_of(plan);
	table_cell(table, field_flag(plan, "draft") ? STYLE_CARE : STYLE_GOOD, "%s", marks);
}

static void show_drafts(const struct screen *out, const json_t *plans)
{
	size_t i, count = 0;
	json_t *plan;
	const char *first = NULL;
	json_array_foreach (plans, i, plan) {
		if (!field_flag(plan, "draft"))
			continue;
		first = first ? first : field_text(plan, "name");
		count++;
	}
	if (!count)
		return;
	OWNED_TEXT *why =
		xasprintf("%s: type pacer plan lint %s to see why.", count == 1 ? "A draft has errors" : "Drafts have errors", first);
	say_gap(out);
	say_wrapped(out, 0, STYLE_CARE, why);
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
	show_drafts(&cli->out, plans);
	show_broken(&cli->out, plans);
	if (first_usable(plans)) {
		OWNED_TEXT *command = xasprintf("pacer plan show %s", first_usable(plans));
		say_gap(&cli->out);
		say_next(&cli->out, command);
	}
}
