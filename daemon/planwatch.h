/* Watches a directory that may not be there: then its nearest existing parent, for the next part on the way.
 *
 * libuv 1.44.2 (inotify): a path that is not there cannot be watched, and a watch ends without a word when what it watches is
 * removed or replaced. So planwatch_start is called again after each change; it costs two system calls. */
#ifndef DAEMON_PLANWATCH_H
#define DAEMON_PLANWATCH_H

#include <uv.h>

#include "pacer/base.h"

struct planwatch {
	uv_fs_event_t handle;
	const char *dir; /* borrowed */
	char *path;      /* what is watched: dir or a parent of it */
	void (*changed)(void *ctx);
	void (*closed)(void *ctx);
	void *ctx;
};

/* changed(ctx) is called from the loop: a plan file of dir, or dir itself, is not what it was. */
void planwatch_init(struct planwatch *watch, uv_loop_t *loop, const char *dir, void (*changed)(void *ctx), void *ctx);
/* Starts, or starts anew. Returns 0 or an error of libuv; then nothing is watched. */
int planwatch_start(struct planwatch *watch);
/* closed(ctx) is called from the loop when watch may be freed. */
void planwatch_close(struct planwatch *watch, void (*closed)(void *ctx));

#endif
