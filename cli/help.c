/* What pacer --help and pacer COMMAND --help print, read off the tables. */
#include "args.h"
#include "pacer/protocol.h"
#include "screen.h"
#include "table.h"

static const struct column two_columns[] = {{.title = NULL}, {.flexible = true}};

static void add_option(struct table *table, enum option_id id)
{
	const struct option_row *row = &option_rows[id];
	OWNED_TEXT *letter = row->letter ? xasprintf("-%c, ", row->letter) : xstrdup("");
	table_cell(table, STYLE_PLAIN, "%s--%s%s%s", letter, row->name, row->argument ? " " : "", row->argument ? row->argument : "");
	table_cell(table, STYLE_DIM, "%s", row->help);
}

static void print_options(const struct screen *screen, uint64_t options)
{
	struct table table;
	table_init(&table, two_columns, ARRAY_LEN(two_columns));
	for (enum option_id id = 0; id < OPTION_COUNT; id++)
		if (options & UINT64_C(1) << id)
			add_option(&table, id);
	table_print(&table, screen);
	table_release(&table);
}

/* Rows of one group, which stand together in the table. Returns the first row after them. */
static const struct command *print_group(const struct command *first, const struct screen *screen)
{
	struct table table;
	const struct command *command = first;
	table_init(&table, two_columns, ARRAY_LEN(two_columns));
	for (; command->name && !strcmp(command->group, first->group); command++) {
		table_cell(&table, STYLE_PLAIN, "%-11s", command->name);
		table_cell(&table, STYLE_DIM, "%s", command->summary);
	}
	say_line(screen, STYLE_STRONG, "%s", first->group);
	table_print(&table, screen);
	table_release(&table);
	say_gap(screen);
	return command;
}

void args_help(const struct command *commands, const struct screen *screen)
{
	say_line(screen, STYLE_PLAIN, "pacer %s carries a training plan through your working day.", PACER_VERSION);
	say_gap(screen);
	say_line(screen, STYLE_PLAIN, "usage: pacer [COMMAND] [ARGUMENTS] [OPTIONS]");
	say_gap(screen);
	for (const struct command *command = commands; command->name;)
		command = print_group(command, screen);
	say_line(screen, STYLE_STRONG, "Options for every command");
	print_options(screen, OPTIONS_GLOBAL);
	say_gap(screen);
	say_wrapped(screen, 0, STYLE_DIM,
		    "Without a command: today. A session is named by its id (w05-fr), a beginning of it, or next. "
		    "pacer COMMAND --help tells more; the manual is pacer(1).");
}

void args_help_command(const struct command *command, const struct screen *screen)
{
	say_line(screen, STYLE_PLAIN, "usage: pacer %s", command->usage);
	say_gap(screen);
	say_wrapped(screen, 0, STYLE_PLAIN, command->about);
	say_gap(screen);
	if (command->options) {
		say_line(screen, STYLE_STRONG, "Options");
		print_options(screen, command->options);
		say_gap(screen);
	}
	say_line(screen, STYLE_STRONG, "Examples");
	say_wrapped(screen, 2, STYLE_PLAIN, command->examples);
	say_gap(screen);
	say_line(screen, STYLE_DIM, "For every command: --json, --color WHEN, --no-start, --help, --version.");
}
