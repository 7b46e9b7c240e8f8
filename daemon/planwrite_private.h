/* What planwrite.c, planwrite_file.c and planwrite_history.c share. For nobody else. */
#ifndef DAEMON_PLANWRITE_PRIVATE_H
#define DAEMON_PLANWRITE_PRIVATE_H

#include <sys/stat.h>

#include "diskfile.h"
#include "planwrite.h"

/* --- planwrite_file.c: files, whole or not at all; all return 0 or -errno ---------------------------------------------------------- */

int file_make_dir(const char *path);
/* A fresh file with these bytes, on the disk. What an earlier daemon left of that name when it was killed goes. mode: of the file;
 * 0: as new files are. */
int file_write_new(const char *path, const char *bytes, size_t length, mode_t mode);
/* rename(2), but an existing file is not replaced. File systems that cannot do it in one step do it in two. */
int file_rename_new(const char *from, const char *to);

/* --- planwrite_history.c: what plans were -------------------------------------------------------------------------------------------- */

/* The revision of a plan that is not there, in histories. */
extern const char history_none[];

/* What the plan was before: other bytes, not there, or of another name. */
enum history_kind { HISTORY_BYTES, HISTORY_NONE, HISTORY_NAME, HISTORY_KIND_COUNT };

struct history_entry {
	unsigned long number;
	char *made; /* the revision the change made */
	char *path;
	enum history_kind kind;
	struct instant since; /* when it was made */
};

struct history {
	char *dir;
	struct history_entry *entries; /* by number, the newest last */
	size_t count;
};

struct history history_read(const struct planwrite *planwrite, const char *name);
void history_release(struct history *history);
/* Keeps what the plan is (its bytes, nothing, or its name), before a change to the revision `made`. *ret_path: of the entry. Returns 0 or
 * -errno, err filled. */
int history_keep(const struct planwrite *planwrite, const char *name, enum history_kind kind, const struct text *what, const char *made,
		 char **ret_path, struct err *err);
/* After the change: when it came to pass the entries beyond the newest PLANWRITE_KEPT go, else the entry at the path (NULL: none was kept).
 */
void history_settle(const struct planwrite *planwrite, const char *name, const char *entry_path, bool done);
/* The plan of that name was removed last: undo brings it back. */
bool history_is_of_removed(const struct planwrite *planwrite, const char *name);
/* The name that the entry has kept; NULL: it is of another kind, or cannot be read. Owned by the caller. */
char *history_name(const struct history_entry *entry);
/* The history goes with the plan that has just got the name `to`; the entry at the path says so. What is kept of a plan of that name that
 * was removed is put aside. */
void history_rename(const struct planwrite *planwrite, const char *name, const char *to, const char *entry_path);
/* The inverse: the plan `name` is `to` again. What was put aside is in its place again, the entry is gone. */
void history_rename_back(const struct planwrite *planwrite, const char *name, const char *to, const char *entry_path);

#endif
