/* The plan files of the search path, watched: $XDG_DATA_HOME/pacer/plans, then pacer/plans under $XDG_DATA_DIRS (DESIGN 5).
 *
 * The first file of a name wins (the learner's own before the system's). Files are known by size, mtime and inode: an unchanged file is
 * not parsed again, also not after a restart (the index is in the store). A broken file is listed with its reason and harms no other. */
#ifndef DAEMON_PLANFILES_H
#define DAEMON_PLANFILES_H

#include <uv.h>

#include "core/lint.h"
#include "store/store.h"

struct planfiles;

enum { PLANFILES_MAX = 1000 };

/* changed(ctx) is called from the loop after a change on disk was taken in. Missing directories are watched for through their parent. */
struct planfiles *planfiles_open(uv_loop_t *loop, struct store *store, void (*changed)(void *ctx), void *ctx);
/* Closes the watches; freed in the last close callback. */
void planfiles_close(struct planfiles *planfiles);

/* Looks at all directories now (also called by itself, 200 ms after the last change). */
void planfiles_scan(struct planfiles *planfiles);
/* Known files sorted by name; valid until the loop runs. */
const struct plan_file *planfiles_list(const struct planfiles *planfiles, size_t *ret_count);
/* By name, or NULL. */
const struct plan_file *planfiles_find(const struct planfiles *planfiles, const char *name);
/* What plan_file.line is for a usable plan with these findings: the line of its first error, 0 when it is no draft. */
int planfiles_draft_line(const struct findings *findings);
/* Of the files with this UID that can be used the one modified last by its own word, or NULL (IDEAS 13); a draft only when all are drafts. */
const struct plan_file *planfiles_newest(const struct planfiles *planfiles, const char *uid);
/* Parses the file now, without looking for training sense. NULL: findings say why. The caller owns the plan. */
struct plan *planfiles_read(const struct planfiles *planfiles, const struct plan_file *file, struct findings *findings);
/* The directories in order, for doctor; NULL-terminated. */
const char *const *planfiles_dirs(const struct planfiles *planfiles);

#endif
