/* The app: knows every room, holds no rules. Events in, engine_step, then the effects in fixed order: commit, notify, reply.
 *
 * A change that cannot be committed did not happen: the engine is loaded again from the database and the caller is told. */
#ifndef DAEMON_APP_H
#define DAEMON_APP_H

#include <uv.h>

#include "clock.h"
#include "config.h"
#include "core/engine.h"
#include "desktop/desktop.h"
#include "planfiles.h"
#include "rpc/rpc.h"
#include "service.h"
#include "store/store.h"
#include "testbubble.h"

enum app_limit {
	APP_EVENTS_PER_TURN = 64, /* desktop events taken in before the loop gets its turn */
	APP_COMMIT_RETRY_S = 30,  /* after a failed commit */
	APP_WATCHERS_MAX = 32,
	APP_OPENINGS_MAX = 8,
};

/* app_step beside the engine's refusals. */
enum { APP_STORAGE = 100 };

/* A link on its way to the learner's program. */
struct opening {
	unsigned number;       /* 0: free */
	struct rpc_call *call; /* NULL: who asked is gone */
	struct agenda_ref ref;
};

struct app {
	uv_loop_t *loop;
	struct clock clock;
	void (*publish)(struct app *app, const struct journal_entry *entry);
	void (*opened)(struct app *app, const struct desktop_event *event);
	void (*plans_changed)(struct app *app);
	struct config config;
	char *state_path;
	struct store *store;
	struct engine *engine;
	struct planfiles *planfiles;
	struct desktop *desktop;
	struct testbubble test;
	struct rpc *rpc;
	struct service *service;
	char *server_problem; /* why bubbles cannot appear; NULL: they can, as far as is known */
	char *store_problem;  /* why the last commit did not happen; NULL: it did */
	struct rpc_call *watchers[APP_WATCHERS_MAX];
	size_t watcher_count;
	struct opening openings[APP_OPENINGS_MAX];
	unsigned openings_count; /* ever */
	int timer_fd;
	uv_poll_t timer;
	uv_async_t desktop_wake;
	uv_fs_event_t zone_watch;
	uv_signal_t signals[3];
	int open_handles;
};

struct app_options {
	struct clock clock;
	const char *interface_text;
	struct rpc_handlers handlers; /* their ctx will be the app */
	/* Tells whoever watches of a committed entry. */
	void (*publish)(struct app *app, const struct journal_entry *entry);
	/* Plan files changed on disk. */
	void (*plans_changed)(struct app *app);
	/* Tells who asked for a link to be opened. */
	void (*opened)(struct app *app, const struct desktop_event *event);
};

/* Opens everything in order; on an error whatever was opened is closed again. Returns 0, or a code with err filled. */
int app_open(struct app *app, uv_loop_t *loop, const struct app_options *options, struct err *err);
/* Starts closing everything, in the opposite order; the loop runs dry, then app_release. */
void app_close(struct app *app);
void app_release(struct app *app);

/* One event through the engine and out. Returns 0, an engine_refusal, or APP_STORAGE. */
int app_step(struct app *app, const struct event *event, struct err *err);
struct instant app_now(const struct app *app);
/* Now on the learner's wall clock. */
struct civil app_today(const struct app *app);
/* Reads the settings file again and takes the plan directories in (SIGHUP). */
void app_reload(struct app *app);
/* The settings changed: tells the engine, sets the zone. */
void app_apply_settings(struct app *app);

bool app_zone_known(void *ctx, const char *name);

#endif
