/* pacerd --check: plan files looked at without a daemon. */
#ifndef DAEMON_CHECK_H
#define DAEMON_CHECK_H

#include "pacer/base.h"

struct check_options {
	bool strict; /* warnings count as errors */
	bool notes;  /* findings of severity info are printed, too */
	bool json;   /* one object, as pacer plan lint --json prints it: all findings, whatever notes says */
};

/* Prints what there is to say about each file, to stdout. Returns 0, PACER_EXIT_PLAN when one of them has errors or cannot be read, or
 * PACER_EXIT_STORAGE when that could not be written: told on stderr. */
int check_files(const struct check_options *options, char *const *paths);

#endif
