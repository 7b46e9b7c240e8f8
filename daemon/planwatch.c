#include "planwatch.h"

#include <unistd.h>

void planwatch_init(struct planwatch *watch, uv_loop_t *loop, const char *dir, void (*changed)(void *ctx), void *ctx)
{
	*watch = (struct planwatch){.dir = dir, .changed = changed, .ctx = ctx};
	uv_fs_event_init(loop, &watch->handle);
	watch->handle.data = watch;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* What follows path in dir, when path is a parent of it. */
static const char *below(const struct planwatch *watch)
{
	size_t above = strlen(watch->path);
	return watch->dir + above + (watch->path[above - 1] != '/');
}

/* Of the directory its plans count, of a parent the next part on the way; and of both what happens to themselves, which libuv reports
 * under their own last part. */
static bool matters(const struct planwatch *watch, const char *name)
{
	if (!name || !strcmp(name, last_part(watch->path)))
		return true;
	size_t length = strlen(name);
	if (!strcmp(watch->path, watch->dir))
		return length > 4 && !strcmp(name + length - 4, ".ics");
	const char *next = below(watch);
	return !strncmp(next, name, length) && (next[length] == '/' || !next[length]);
}

static void on_change(uv_fs_event_t *handle, const char *name, int events UNUSED, int status)
{
	const struct planwatch *watch = handle->data;
	if (status < 0 || matters(watch, name))
		watch->changed(watch->ctx);
}

/* path becomes its parent; "/" stays. */
static void cut_last_part(char *path)
{
	char *slash = strrchr(path, '/');
	slash[slash == path] = '\0';
}

/* Starts at dir or, going up, at the first parent that can be watched. */
static int start_nearest(struct planwatch *watch)
{
	text_replace(&watch->path, xstrdup(watch->dir));
	for (;;) {
		int r = uv_fs_event_start(&watch->handle, on_change, watch->path, 0);
		bool missing = r == UV_ENOENT || r == UV_ENOTDIR || r == UV_EACCES;
		if (!missing || !strcmp(watch->path, "/"))
			return r;
		cut_last_part(watch->path);
	}
}

/* Whether what was missing under the watched parent came to be before the watch began. */
static bool came_late(const struct planwatch *watch)
{
	if (!strcmp(watch->path, watch->dir))
		return false;
	OWNED_TEXT *child = xstrndup(watch->dir, (size_t)(strchrnul(below(watch), '/') - watch->dir));
	return access(child, R_OK | X_OK) == 0;
}

/* Each further turn means that someone made a directory in this very instant: a few are enough. */
enum { TURNS_MAX = 8 };

int planwatch_start(struct planwatch *watch)
{
	int r = 0;
	for (int turn = 0; turn < TURNS_MAX; turn++) {
		uv_fs_event_stop(&watch->handle);
		r = start_nearest(watch);
		if (r || !came_late(watch))
			break;
	}
	return r;
}

static void on_closed(uv_handle_t *handle)
{
	struct planwatch *watch = handle->data;
	text_replace(&watch->path, NULL);
	watch->closed(watch->ctx);
}

void planwatch_close(struct planwatch *watch, void (*closed)(void *ctx))
{
	watch->closed = closed;
	uv_close((uv_handle_t *)&watch->handle, on_closed);
}
