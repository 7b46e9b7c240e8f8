/* Which command the first words of a command line mean, and which was probably meant. */
#include "args.h"
#include "nearest.h"
#include "pacer/protocol.h"

const struct command *args_command(const struct command *commands, const char *name)
{
	for (const struct command *command = commands; command->name; command++)
		if (!strcmp(command->name, name))
			return command;
	return NULL;
}

bool args_is_of(const struct command *command, const char *first)
{
	size_t bytes = strlen(first);
	return !strncmp(command->name, first, bytes) && command->name[bytes] == ' ';
}

/* Whether commands of two words begin with this one: "plan" of "plan show". */
static bool is_family(const struct command *commands, const char *first)
{
	for (const struct command *command = commands; command->name; command++)
		if (args_is_of(command, first))
			return true;
	return false;
}

const struct command *args_find(const struct command *commands, const char *first, const char *second)
{
	OWNED_TEXT *both = second ? xasprintf("%s %s", first, second) : NULL;
	const struct command *two = both ? args_command(commands, both) : NULL;
	return two || (second && is_family(commands, first)) ? two : args_command(commands, first);
}

/* The command that was probably meant, by its name or by its second word alone. first: only of those that begin so; NULL: of all.
 * NULL: none is near. */
static const char *nearest_command(const struct command *commands, const char *first, const char *word)
{
	struct nearest nearest = nearest_to(word);
	const char *name = NULL;
	for (const struct command *command = commands; command->name; command++) {
		const char *blank = strchr(command->name, ' ');
		size_t before = nearest.distance;
		if (first && !args_is_of(command, first))
			continue;
		nearest_offer(&nearest, command->name);
		if (blank)
			nearest_offer(&nearest, blank + 1);
		name = nearest.distance < before ? command->name : name;
	}
	return name;
}

int args_unknown_command(const struct command *commands, const char *first, const char *second, struct err *err)
{
	bool family = second && is_family(commands, first);
	const char *near = family ? nearest_command(commands, first, second) : nearest_command(commands, NULL, first);
	if (family && !near)
		near = nearest_command(commands, NULL, second);
	OWNED_TEXT *hint = near ? xasprintf("; did you mean '%s'? ", near) : xstrdup("; ");
	return err_set(err, PACER_EXIT_USAGE, "unknown command: '%s%s%s'%spacer %s lists the commands", first, family ? " " : "",
		       family ? second : "", hint, family ? first : "help");
}
