/* Which plan files there are: the directories of the search path and what lies in them, without opening a file. */
#ifndef DAEMON_PLANSCAN_H
#define DAEMON_PLANSCAN_H

#include "pacer/base.h"

/* A file of the search path. Its name is what people type: letters, digits, '.', '_' and '-', 1 to PLAN_NAME_MAX of them. */
struct plan_candidate {
	char *name, *path;
	int64_t size, mtime_ns, inode;
	char *problem; /* why it is not to be opened; NULL: a regular file with a good name */
	size_t dir;    /* which directory it is in */
};

/* Zero-initialised is empty. Sorted by name; each name once, from the first directory that has it. */
struct planscan {
	struct plan_candidate *items;
	size_t count, room;
	size_t left_out; /* beyond the limit */
};

/* "$XDG_DATA_HOME/pacer/plans" first, then pacer/plans under each of $XDG_DATA_DIRS. What is unset or empty has the default of the
 * XDG base directory specification, what is relative is ignored. NULL-terminated; the caller frees it and its texts. */
char **planscan_dirs(void);

/* Hidden files and those that do not end in .ics are passed over. In the learner's own directory (the first) a link must not lead out
 * of it. A directory that cannot be read is empty, with a warning in the log. At most count_max files, the first directories first. */
void planscan_run(char *const *dirs, size_t count_max, struct planscan *ret_scan);
void planscan_release(struct planscan *scan);

#endif
