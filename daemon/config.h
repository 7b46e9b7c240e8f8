/* The settings file $XDG_CONFIG_HOME/pacer/pacer.conf: INI, one table in code gives names, types, ranges, defaults and help.
 *
 * Lines are "name = value" under [section]; a name is written section.name on the command line. Comments and unknown lines are kept
 * byte for byte when a value is written. A wrong value names file and line and leaves the setting as it was. */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include "core/rules.h"

struct settings {
	struct policy policy;
	char *timezone; /* "follow" (the system's), or an Olson name: fixed */
};
void settings_release(struct settings *settings);

struct config_row {
	const char *name;     /* "hours.work_days" */
	const char *kind;     /* days, clock, clocks, span, minutes, number, choice, text, zone, bool */
	const char *expected; /* for people: "mon-fri, or names with commas" */
	const char *help;
	const char *fallback; /* default, as text */
	/* Sets the value from text; false: not of its kind or out of range. */
	bool (*set)(struct settings *settings, const char *text);
};
/* NULL-name-terminated. */
extern const struct config_row config_rows[];
const struct config_row *config_row_find(const char *name);

/* Of the file at config.path; text says what and what to do, without the place. */
struct config_problem {
	int line;
	char *text;
};

struct config {
	char *path;
	struct settings settings;
	char **values;      /* by row: the text in force */
	bool *from_file;    /* by row: set in the file, not a default */
	bool hours_crossed; /* hours.from is not before hours.to in the file: both are at their defaults */
	struct config_problem *problems;
	size_t problem_count;
};

/* Zone names are checked with zone_known(ctx, name). A missing file means defaults. Returns 0 or -errno of reading it (-EFBIG over 1 MiB,
 * -EINVAL for what is no file); ret_config is written on success. */
int config_load(const char *path, bool (*zone_known)(void *ctx, const char *name), void *ctx, struct config *ret_config, struct err *err);
void config_release(struct config *config);

enum config_result { CONFIG_UNKNOWN = 1, CONFIG_BAD_VALUE = 2 };
/* Writes one setting (value NULL: back to the default, its line is removed) by temp + fsync + rename, into the file as it is now; comments
 * and other lines stay. The file gets mode 0600; a link to it stays a link. config then holds what the file says.
 * Returns 0, a config_result, or -errno with err filled. On any error nothing has changed. */
int config_set(struct config *config, const char *name, const char *value, bool (*zone_known)(void *ctx, const char *name), void *ctx,
	       struct err *err);

#endif
