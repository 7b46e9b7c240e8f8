/* Plan files in the learner's own plan directory, written: whole or not at all, and never over what somebody else has just saved.
 *
 * A write goes to a hidden file beside the plan, to the disk, and then in its place (rename): whenever it is cut off, the old file is
 * there, whole. Before it what the file held goes to the history, <history>/NAME/<n>.<revision the change made>.ics, the newest
 * PLANWRITE_KEPT of them; a plan that was not there before leaves <n>.<revision>.none. "none" is also the revision of a plan that was
 * taken away. A plan that had another name leaves that name, in <n>.<revision>.name, and its history goes with it; what was kept of a
 * removed plan of the new name waits in <n>.before until the name is free again. An entry whose change never came to pass (the machine
 * died between the two) is known by that and passed over. */
#ifndef DAEMON_PLANWRITE_H
#define DAEMON_PLANWRITE_H

#include "core/time.h"

enum { PLANWRITE_KEPT = 20 };

enum planwrite_result {
	PLANWRITE_NAME = 1, /* the name cannot be used, or the file is a link that leads out of the directory: err says why */
	PLANWRITE_EXISTS,   /* a plan of the name is there already: err is its path */
	PLANWRITE_CHANGED,  /* the file is not the one the change rests on */
	PLANWRITE_NOTHING,  /* no change to take back */
};

/* Borrowed: the learner's plan directory and the one of the histories. Missing ones are made (mode 0700). */
struct planwrite {
	const char *plans, *history;
	struct instant now; /* noted with what is kept */
};

/* "$XDG_STATE_HOME/pacer/plans"; owned by the caller. */
char *planwrite_history_dir(void);

/* What names may look like, for people. */
extern const char planwrite_name_rule[];
/* Letters, digits, '.', '_' and '-', beginning with a letter, a digit or '_', 1 to PLAN_NAME_MAX, and no word that means something
 * else where plans are named: "." and ".." are none anyhow. */
bool planwrite_name_is_good(const char *name);
/* Where the plan lies, or would; owned by the caller. */
char *planwrite_path(const struct planwrite *planwrite, const char *name);

/* The whole file, up to ICAL_FILE_BYTES_MAX. Returns 0 or -errno. */
int planwrite_read(const char *path, struct text *ret_bytes);

/* All below: 0, a planwrite_result or -errno, err filled; after anything but 0 the plan is as it was. */

/* based_on: the revision of the file that is to be replaced; NULL: there must be none. The file keeps its mode. */
int planwrite_put(const struct planwrite *planwrite, const char *name, const char *based_on, const char *bytes, size_t length,
		  struct err *err);
/* Of a link the link itself gets the name. The history goes with it. */
int planwrite_rename(const struct planwrite *planwrite, const char *name, const char *to, struct err *err);
int planwrite_remove(const struct planwrite *planwrite, const char *name, struct err *err);

/* Takes away what a daemon that was killed while it wrote has left in the learner's plan directory: at the start, before anything is
 * written. */
void planwrite_sweep(const char *plans);

/* The newest change of a plan. */
struct planwrite_change {
	char *kept;          /* path of what it was before; empty when it was not there */
	char *renamed;       /* the name it had before; NULL: the change was another one */
	char *revision;      /* of what it is now; "none" when it is not there */
	struct instant made; /* when */
	size_t older;        /* changes before it that are kept */
	bool was_there, is_there;
};
void planwrite_change_release(struct planwrite_change *change);

/* What planwrite_undo would take back; filled after PLANWRITE_CHANGED as well, and after PLANWRITE_EXISTS: the name it would get back is
 * another plan's by now. */
int planwrite_last(const struct planwrite *planwrite, const char *name, struct planwrite_change *ret, struct err *err);
/* Takes the newest change back; the one before it is the newest then. */
int planwrite_undo(const struct planwrite *planwrite, const char *name, struct err *err);

/* The bytes the plan had at that revision, if the history still has them. */
bool planwrite_find(const struct planwrite *planwrite, const char *name, const char *revision, struct text *ret_bytes);

#endif
