/* Plan files on this side of the socket: as they lie on the disk, and as git has them.
 *
 * git is run as a program of its own (no shell), reads only, and nothing it is configured to run for files is run. */
#ifndef CLI_GITFILE_H
#define CLI_GITFILE_H

#include "pacer/base.h"

enum gitfile_result {
	GITFILE_MISSING = 1, /* there is no such file, or it cannot be read */
	GITFILE_NONE,        /* there is no other version to be had: no git, no repository, no such revision, not in it */
	GITFILE_UNFIT,       /* no text */
	GITFILE_LONG,        /* longer than a call holds */
};

/* The whole text of a file, without NUL bytes. Returns 0 or a gitfile_result with err filled; the text is the caller's. */
int gitfile_read(const char *path, char **ret_text, struct err *err);
/* Its text in a revision (whatever git takes: HEAD~2, v1, a branch, a commit's id) of the repository it lies in; links are followed
 * first. */
int gitfile_at(const char *path, const char *revision, char **ret_text, struct err *err);
/* The text of REV:PATH as git understands it in the current directory: PATH counts from the top of the repository, ./PATH from here. */
int gitfile_object(const char *object, char **ret_text, struct err *err);
/* Branches and tags, at most a hundred, the newest first, with blanks between; "" when there is no git, no repository, none. dir: inside
 * of the repository. Owned by the caller. */
char *gitfile_refs(const char *dir);

#endif
