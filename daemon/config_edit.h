/* How a setting gets into the settings file: one line changed, every other byte kept, the old file whole until the new one is. */
#ifndef DAEMON_CONFIG_EDIT_H
#define DAEMON_CONFIG_EDIT_H

#include "ini.h"

/* "section.name" of a setting's line, or its bare name above the first section; owned by the caller. */
char *config_line_name(const struct ini_line *line);

/* Appends bytes to ret with the setting called name ("hours.from") at value; NULL takes all of its lines out. A line that is there keeps
 * its place and spacing, earlier lines of the same setting go; a new one goes to the end of its section. */
void config_edit(const struct text *bytes, const char *name, const char *value, struct text *ret);

/* Puts bytes in place of the file at path, through a link if it is one; missing directories are made with mode 0700.
 * Returns 0 or -errno, and then the old file is as it was. */
int config_replace_file(const char *path, const struct text *bytes, struct err *err);

#endif
