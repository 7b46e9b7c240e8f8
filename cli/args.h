/* The command line as a table: commands, options and arguments are rows; parsing, help, suggestions and the parameters of a
 * call are read off them. */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include "pacer/base.h"

#include <jansson.h>

struct cli;
struct args;
struct screen;

enum option_id {
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_JSON,
	OPTION_COLOR,
	OPTION_NO_START, /* taken by every command */
	OPTION_START,
	OPTION_RACE,
	OPTION_DRY_RUN,
	OPTION_YES,
	OPTION_ENROLLMENT,
	OPTION_MINUTES,
	OPTION_EFFORT,
	OPTION_PARTLY,
	OPTION_REASON,
	OPTION_FOR,
	OPTION_UNTIL,
	OPTION_UNSET,
	OPTION_TEST,
	OPTION_NO_TEST,
	OPTION_PLAIN,
	OPTION_ANYWAY,
	OPTION_FEEL,
	OPTION_ALL,
	OPTION_UNTICK,
	OPTION_WANT,
	OPTION_CUSTOMER,
	OPTION_ACT,
	OPTION_WEEK,
	OPTION_SHORT,
	OPTION_STRICT,
	OPTION_FORCE,
	OPTION_TRACK,
	OPTION_STARTS,
	OPTION_REGION,
	OPTION_WORKDAYS,
	OPTION_NOTICES,
	OPTION_WEEKS,
	OPTION_FROM,
	OPTION_TYPE,
	OPTION_SKILL,
	OPTION_SHEET,
	OPTION_CSV,
	OPTION_ICS,
	OPTION_OUTPUT,
	OPTION_AS,
	OPTION_WITH,
	OPTION_GIT,
	OPTION_REVISION,
	OPTION_COUNT
};
enum { OPTIONS_GLOBAL = (1 << OPTION_START) - 1 };

enum value_kind {
	VALUE_FLAG,
	VALUE_TEXT,
	VALUE_NUMBER,
	VALUE_NUMBERS, /* several, apart by blanks or commas: travel as a list */
	VALUE_AHEAD,   /* a span counted from now: 10m travels as +10m */
	VALUE_WHEN,    /* a span likewise, or a time as it is: 14:00, tomorrow */
	VALUE_COLOUR,  /* auto, always or never */
	VALUE_FEEL,    /* good, hard, nofun or their numbers: travels as a number */
	VALUE_OWN,     /* the learner's own words: may be empty */
	VALUE_PATHS,   /* several, which may have blanks and line breaks in them: ARGS_BETWEEN between them */
};

#define ARGS_BETWEEN "\x1f" /* unit separator: nobody types it */

struct option_row {
	const char *name;     /* without the dashes */
	char letter;          /* 0: none */
	const char *argument; /* what help calls the value; NULL for a flag */
	enum value_kind kind;
	const char *parameter; /* of the call; NULL: it stays on this side */
	const char *example;
	const char *help;
};
extern const struct option_row option_rows[OPTION_COUNT];

enum { POSITIONALS_MAX = 2 };

/* An optional one is taken as left out when the next word suits the one behind it: pacer snooze tomorrow, pacer prep 1 3. */

struct positional {
	const char *name; /* NULL: no further one */
	const char *parameter;
	enum value_kind kind;
	bool required;
	bool joined;      /* takes all words that are left: "tomorrow 14:00" */
	const char *hint; /* what to type when a required one is missing */
};

struct command {
	const char *name;    /* one word or two */
	const char *group;   /* heading in the overview */
	const char *usage;   /* after "pacer " */
	const char *summary; /* one line */
	const char *about;
	const char *examples; /* lines */
	uint64_t options;     /* bits of option_id beside the global ones */
	struct positional positionals[POSITIONALS_MAX];
	bool span;     /* the two positionals may come as one, parted by "..": then each may be several words */
	bool from_now; /* of a span: one word alone that is a length (45m) counts from now on */
	const char *method;
	/* NULL: one call of method with the parameters typed, then show. */
	int (*run)(struct cli *cli, const struct args *args);
	/* Shows the reply to people. */
	void (*show)(struct cli *cli, const json_t *reply);
	/* The exit status the reply asks for, however it is shown; NULL: always 0. */
	int (*status)(const json_t *reply);
};

struct args {
	const struct command *command;      /* NULL after an error */
	bool named;                         /* the command was typed, not meant */
	const char *options[OPTION_COUNT];  /* NULL: not given; "" for a flag; borrowed from argv */
	char *positionals[POSITIONALS_MAX]; /* NULL: not given; owned */
};

/* commands: NULL-name-terminated; its first row is what no words at all mean.
 * Returns 0, or PACER_EXIT_USAGE with err filled; what could be read of the options is in ret either way (whoever is to
 * report the error must know of --json). With --help or --version nothing is missing and nothing is too much. */
int args_parse(const struct command *commands, int argc, char **argv, struct args *ret, struct err *err);
void args_release(struct args *args);

/* NULL: none of that name. */
const struct command *args_command(const struct command *commands, const char *name);
/* The command these words begin with; second may be NULL. NULL: none, or one whose second word is no such command's. */
const struct command *args_find(const struct command *commands, const char *first, const char *second);
/* Whether the command's name is this word and another one: "plan show" is of "plan". */
bool args_is_of(const struct command *command, const char *first);
/* Says that no command is called so, and which was probably meant. second: the next word, or NULL. Returns PACER_EXIT_USAGE. */
int args_unknown_command(const struct command *commands, const char *first, const char *second, struct err *err);
static inline bool args_has(const struct args *args, enum option_id id)
{
	return args->options[id] != NULL;
}
/* The call's parameters; the caller owns the object. Numbers were checked by args_parse. */
json_t *args_parameters(const struct args *args);
/* One parameter more, as typed. */
void args_add(json_t *parameters, const char *name, enum value_kind kind, const char *value);
/* The same with dry_run as said here, whatever was typed. */
json_t *args_parameters_dry(const struct args *args, bool dry_run);

void args_help(const struct command *commands, const struct screen *screen);
void args_help_command(const struct command *command, const struct screen *screen);

#endif
