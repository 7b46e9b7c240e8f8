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

/* first: what the names of two words begin with, such as "plan"; NULL: names of one word. */
static bool is_listed(const struct command *command, const char *first)
{
	return first ? args_is_of(command, first) : !strchr(command->name, ' ');
}

/* So that the groups of a page have their summaries in one column. */
static int longest_name(const struct command *commands, const char *first)
{
	size_t longest = 0;
	for (const struct command *command = commands; command->name; command++)
		if (is_listed(command, first) && strlen(command->name) > longest)
			longest = strlen(command->name);
	return (int)longest;
}

static void print_group(const struct command *commands, const char *group, const char *first, const struct screen *screen)
{
	int width = longest_name(commands, first);
	struct table table;
	table_init(&table, two_columns, ARRAY_LEN(two_columns));
	for (const struct command *command = commands; command->name; command++) {
		if (strcmp(command->group, group) != 0 || !is_listed(command, first))
			continue;
		table_cell(&table, STYLE_PLAIN, "%-*s", width, command->name);
		table_cell(&table, STYLE_DIM, "%s", command->summary);
	}
	say_line(screen, STYLE_STRONG, "%s", group);
	table_print(&table, screen);
	table_release(&table);
	say_gap(screen);
}

/* Every group once, where its first row stands. */
static void print_groups(const struct command *commands, const char *first, const struct screen *screen)
{
	for (const struct command *command = commands; command->name; command++) {
		const struct command *earlier = commands;
		while (earlier < command && (strcmp(earlier->group, command->group) != 0 || !is_listed(earlier, first)))
			earlier++;
		if (earlier == command && is_listed(command, first))
			print_group(commands, command->group, first, screen);
	}
}

void args_help(const struct command *commands, const struct screen *screen)
{
	say_line(screen, STYLE_PLAIN, "pacer %s carries a training plan through your working day.", PACER_VERSION);
	say_gap(screen);
	say_line(screen, STYLE_PLAIN, "usage: pacer [COMMAND] [ARGUMENTS] [OPTIONS]");
	say_gap(screen);
	print_groups(commands, NULL, screen);
	say_line(screen, STYLE_STRONG, "Options for every command");
	print_options(screen, OPTIONS_GLOBAL);
	say_gap(screen);
	say_wrapped(screen, 0, STYLE_DIM,
		    "Without a command: today. A session is named by its id (w05-fr), a beginning of it, or next. "
		    "pacer COMMAND --help tells more; the manual is pacer(1).");
}

/* Bytes up to the next blank that stands in no brackets. */
static size_t usage_part(const char *at)
{
	size_t bytes = 0;
	for (int depth = 0; at[bytes] && (depth || at[bytes] != ' '); bytes++)
		depth += at[bytes] == '[' ? 1 : at[bytes] == ']' ? -1 : 0;
	return bytes;
}

/* Broken between arguments, not within one. */
static void print_usage(const struct command *command, const struct screen *screen)
{
	enum { INDENT = 13 };
	size_t column = INDENT;
	say(screen, STYLE_PLAIN, "usage: pacer ");
	for (const char *at = command->usage; *at;) {
		size_t bytes = usage_part(at);
		bool breaks = column > INDENT && column + 1 + bytes > (size_t)screen->wrap;
		if (breaks)
			say_gap(screen);
		say(screen, STYLE_PLAIN, "%*s%.*s", breaks ? INDENT : column > INDENT, "", (int)bytes, at);
		column = (breaks ? INDENT : column + (column > INDENT)) + bytes;
		at += bytes;
		at += strspn(at, " ");
	}
	say_gap(screen);
}

/* To be copied: a line is never broken. */
static void print_examples(const struct command *command, const struct screen *screen)
{
	for (const char *at = command->examples; *at; at += strspn(at, "\n")) {
		int bytes = (int)strcspn(at, "\n");
		say_line(screen, STYLE_PLAIN, "  %.*s", bytes, at);
		at += bytes;
	}
}

void args_help_command(const struct command *command, const struct screen *screen)
{
	print_usage(command, screen);
	say_gap(screen);
	say_wrapped(screen, 0, STYLE_PLAIN, command->about);
	say_gap(screen);
	print_groups(command, command->name, screen); /* those of the family stand behind its row */
	if (command->options) {
		say_line(screen, STYLE_STRONG, "Options");
		print_options(screen, command->options);
		say_gap(screen);
	}
	say_line(screen, STYLE_STRONG, "Examples");
	print_examples(command, screen);
	say_gap(screen);
	say_line(screen, STYLE_DIM, "For every command: --json, --color WHEN, --no-start, --help, --version.");
}
