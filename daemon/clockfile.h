/* The file of pacerd --clock: one line, "2026-11-30 09:00 [SPEED]", read at the start and each time it is written or replaced.
 *
 * Blank lines and lines that begin with # say nothing. A file that says something wrong changes nothing. One that is empty or not
 * there is about to be written: it changes nothing either, without a word. */
#ifndef DAEMON_CLOCKFILE_H
#define DAEMON_CLOCKFILE_H

#include <sys/stat.h>
#include <uv.h>

#include "core/zone.h"

enum { CLOCKFILE_BYTES_MAX = 4096, CLOCK_SPEED_MAX = 100000 };

/* What a clock is to show from now on. */
struct clock_setting {
	struct instant shown;
	double speed;
};

/* "YYYY-MM-DD HH:MM[:SS]" on the wall clock of the zone, and nothing else; a T may stand for the blank. */
bool clock_time_parse(const char *text, const struct zone *zone, struct instant *ret_shown);
/* A number above 0 and up to CLOCK_SPEED_MAX, and nothing else. */
bool clock_speed_parse(const char *text, double *ret_speed);

enum clockfile_result { CLOCKFILE_EMPTY = 1, CLOCKFILE_WRONG };
/* Without a speed it is 1. Returns 0, CLOCKFILE_EMPTY (no line says anything) or CLOCKFILE_WRONG; err says "path:line: what". */
int clockfile_parse(const char *path, const char *bytes, size_t length, const struct zone *zone, struct clock_setting *ret_setting,
		    struct err *err);

struct clockfile {
	uv_fs_event_t handle;
	char *path, *name;
	const struct zone *(*zone)(void); /* on whose wall clock the file is read, asked each time */
	void (*changed)(void *ctx, const struct clock_setting *setting);
	void *ctx;
	char *taken; /* the bytes that were read last, and the file they were in: one write is told of more than once */
	struct stat taken_from;
};

/* Watches and reads; changed and ctx may be set until the loop runs, from where changed is called, but not for what is read here. The
 * handle does not keep the loop alive. Returns 0, or a code with err filled: then it closes by itself. */
int clockfile_open(struct clockfile *file, uv_loop_t *loop, const char *path, const struct zone *(*zone)(void),
		   struct clock_setting *ret_setting, struct err *err);
/* The memory of file is needed until the loop has run dry. */
void clockfile_close(struct clockfile *file);

#endif
