#include "app.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "ical/tz.h"
#include "log.h"
#include "paths.h"
#include "pacer/protocol.h"
#include "planwrite.h"

struct instant app_now(const struct app *app)
{
	return clock_now(&app->clock);
}

struct civil app_today(const struct app *app)
{
	return zone_civil(app->engine->local, app_now(app));
}

bool app_zone_known(void *ctx UNUSED, const char *name)
{
	const struct zone_source *zones = tz_source();
	return zones->find(zones->ctx, name) != NULL;
}

/* --- the timer ----------------------------------------------------------------------------------------------------------------- */

/* One absolute deadline on the wall clock. Without anything due it is armed far away, so that a clock step still wakes us. */
static void arm(struct app *app)
{
	struct instant now = app_now(app), wake = engine_next_wake(app->engine, now);
	if (app->store_problem && wake.s < now.s + APP_COMMIT_RETRY_S)
		wake.s = now.s + APP_COMMIT_RETRY_S;
	const int64_t far_ns = INT64_C(4102444800) * 1000000000; /* 2100-01-01 */
	int64_t at_ns = clock_real_ns(&app->clock, wake);
	if (at_ns > far_ns)
		at_ns = far_ns;
	if (at_ns < 1)
		at_ns = 1; /* 0 would disarm */
	const struct itimerspec spec = {.it_value = {.tv_sec = at_ns / 1000000000, .tv_nsec = at_ns % 1000000000}};
	if (timerfd_settime(app->timer_fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &spec, NULL) < 0)
		log_line(LOG_LEVEL_ERROR, "cannot arm the timer: %s", strerror(errno));
}

static void tick(struct app *app, const char *via)
{
	const struct event event = {.kind = EVENT_TICK, .via = via};
	struct err err = {0};
	if (app_step(app, &event, &err) == APP_STORAGE)
		log_line(LOG_LEVEL_ERROR, "%s", err.text);
	err_release(&err);
}

/* The via of the tick that follows; says in the log what happened to the machine's clocks. */
static const char *clock_via(struct app *app, bool announced)
{
	struct clock_news news = clock_news(&app->clock, announced);
	if (news.change == CLOCK_RAN)
		return "clock";
	if (news.change == CLOCK_WOKE) {
		log_line(LOG_LEVEL_INFO, "woke after %lld min: looking at everything again",
			 (long long)(news.by_s + MINUTE_S - 1) / MINUTE_S);
		return "resume";
	}
	log_line(LOG_LEVEL_INFO, "the wall clock was set by %+lld s%s: looking at everything again", (long long)news.by_s,
		 announced ? "" : ", unannounced");
	return "clock-set";
}

static void on_timer(uv_poll_t *timer, int status UNUSED, int events UNUSED)
{
	struct app *app = timer->data;
	uint64_t expirations;
	bool announced = read(app->timer_fd, &expirations, sizeof(expirations)) < 0 && errno == ECANCELED;
	tick(app, clock_via(app, announced));
}

/* --- the engine and the store -------------------------------------------------------------------------------------------------- */

static void adopt_enrolment(void *ctx, struct enrolment *enrolment)
{
	engine_adopt_enrolment(ctx, enrolment);
}

static void adopt_notice(void *ctx, struct notice notice)
{
	engine_adopt_notice(ctx, notice);
}

static void adopt_absence(void *ctx, struct absence absence)
{
	engine_adopt_absence(ctx, absence);
}

static void adopt_recent(void *ctx, struct notice notice)
{
	engine_adopt_recent(ctx, notice);
}

static void adopt_value(void *ctx, const char *name, const char *text)
{
	engine_adopt_value(ctx, name, text);
}

static const struct zone *local_zone(const struct app *app)
{
	const struct zone_source *zones = tz_source();
	const char *fixed = app->config.settings.timezone;
	const struct zone *zone = fixed && strcmp(fixed, "follow") != 0 ? zones->find(zones->ctx, fixed) : NULL;
	if (zone)
		return zone;
	/* About to be replaced: the old zone stays until then. */
	const char *tz = getenv("TZ");
	if (app->engine && !(tz && *tz) && faccessat(AT_FDCWD, "/etc/localtime", F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return app->engine->local;
	OWNED_TEXT *name = tz_system_name();
	zone = zones->find(zones->ctx, name);
	return zone ? zone : &zone_utc;
}

/* Replaces the engine by what the database says. */
static int load_engine(struct app *app, struct err *err)
{
	struct engine *engine = engine_new(&app->config.settings.policy, tz_source(), local_zone(app));
	const struct store_loader loader = {.enrolment = adopt_enrolment,
					    .notice = adopt_notice,
					    .absence = adopt_absence,
					    .recent = adopt_recent,
					    .value = adopt_value,
					    .recent_from = {app_now(app).s - ENGINE_RECENT_S},
					    .ctx = engine};
	int r = store_load(app->store, tz_source(), &loader, err);
	if (r) {
		engine_free(engine);
		return r;
	}
	engine->server_up = app->engine && app->engine->server_up;
	engine->locked = app->engine && app->engine->locked;
	app->engine = engine_free(app->engine);
	app->engine = engine;
	return 0;
}

static int storage_failed(struct app *app, struct err *err)
{
	struct err again = {0};
	text_replace(&app->store_problem, xstrdup(err->text));
	if (load_engine(app, &again))
		log_line(LOG_LEVEL_ERROR, "cannot read the state back: %s", again.text);
	err_release(&again);
	arm(app);
	return APP_STORAGE;
}

/* Bubbles after the commit, and what watchers see. */
static void carry_out(struct app *app, const struct effects *fx)
{
	for (size_t i = 0; i < fx->count; i++) {
		const struct effect *effect = &fx->items[i];
		if (effect->kind == EFFECT_SHOW)
			desktop_show(app->desktop, &effect->bubble);
		else if (effect->kind == EFFECT_CLOSE)
			desktop_close(app->desktop, effect->slot);
		else if (effect->kind == EFFECT_JOURNAL)
			app->publish(app, &effect->journal);
	}
}

int app_step(struct app *app, const struct event *event, struct err *err)
{
	struct effects fx = {0};
	struct err mine = {0};
	int r = engine_step(app->engine, event, app_now(app), &fx, err);
	if (!r && fx.count && store_apply(app->store, &fx, &mine)) {
		r = storage_failed(app, &mine);
		err_set(err, APP_STORAGE, "%s", mine.text);
	} else if (!r) {
		if (fx.count)
			text_replace(&app->store_problem, NULL);
		carry_out(app, &fx);
		arm(app);
	}
	err_release(&mine);
	effects_release(&fx);
	return r;
}

/* --- the notification thread --------------------------------------------------------------------------------------------------- */

static int step_quietly(struct app *app, const struct event *event)
{
	struct err err = {0};
	int r = app_step(app, event, &err);
	if (r && err.text)
		log_line(r == APP_STORAGE ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO, "%s", err.text);
	err_release(&err);
	return r;
}

static void take_server(struct app *app, const struct desktop_event *in)
{
	bool up = in->kind == DESKTOP_SERVER_UP;
	text_replace(&app->server_problem, up ? NULL : xstrdup(in->text ? in->text : "no notification server"));
	const struct event event = {.kind = EVENT_SERVER, .via = "server", .up = up, .server_owner = in->server_owner};
	step_quietly(app, &event);
}

static void take_shown(struct app *app, const struct desktop_event *in)
{
	const struct event event = {.kind = EVENT_SHOWN,
				    .via = "server",
				    .key = in->key,
				    .server_id = in->server_id,
				    .server_owner = in->server_owner,
				    .up = in->quiet};
	step_quietly(app, &event);
}

static void take_failed(struct app *app, const struct desktop_event *in)
{
	const struct event event = {.kind = EVENT_NOT_SHOWN,
				    .via = "server",
				    .key = in->key,
				    .cause = in->text ? in->text : "the notification server refused it"};
	log_line(LOG_LEVEL_WARNING, "notice %s not shown: %s", in->key, event.cause);
	step_quietly(app, &event);
}

/* Closing is no answer; closing by ourselves is not worth a word. */
static void take_closed(struct app *app, const struct desktop_event *in)
{
	static const char *const cause[] = {[1] = "left the screen unanswered", [2] = "closed without an answer", [4] = "left the screen"};
	if (in->reason < 1 || in->reason >= (int)ARRAY_LEN(cause) || !cause[in->reason])
		return;
	const struct event event = {.kind = EVENT_CLOSED, .via = "bubble", .key = in->key, .cause = cause[in->reason]};
	step_quietly(app, &event);
}

static void take_action(struct app *app, const struct desktop_event *in)
{
	const struct event event = {.kind = EVENT_PRESS, .via = "bubble", .key = in->key, .choice = in->action};
	step_quietly(app, &event);
}

/* Awake again: whatever fell due meanwhile is looked at; the timer alone would do it too. */
static void take_sleep(struct app *app, const struct desktop_event *in)
{
	if (in->kind == DESKTOP_WAKE)
		tick(app, "resume");
}

static void take_lock(struct app *app, const struct desktop_event *in)
{
	const struct event event = {.kind = EVENT_LOCK, .via = "screen", .up = in->kind == DESKTOP_LOCKED};
	step_quietly(app, &event);
}

static void take_opened(struct app *app, const struct desktop_event *in)
{
	app->opened(app, in);
}

static void (*const take[])(struct app *, const struct desktop_event *) = {
	[DESKTOP_SERVER_UP] = take_server, [DESKTOP_SERVER_DOWN] = take_server, [DESKTOP_SHOWN] = take_shown,
	[DESKTOP_FAILED] = take_failed,    [DESKTOP_ACTION] = take_action,      [DESKTOP_CLOSED] = take_closed,
	[DESKTOP_SLEEP] = take_sleep,      [DESKTOP_WAKE] = take_sleep,         [DESKTOP_LOCKED] = take_lock,
	[DESKTOP_UNLOCKED] = take_lock,    [DESKTOP_OPENED] = take_opened,
};

static void on_desktop(uv_async_t *async)
{
	struct app *app = async->data;
	struct desktop_event event;
	for (int n = 0; n < APP_EVENTS_PER_TURN; n++) {
		if (!desktop_next(app->desktop, &event))
			return;
		if (!testbubble_takes(&app->test, &event))
			take[event.kind](app, &event);
		desktop_event_release(&event);
	}
	uv_async_send(async); /* the rest in the next turn */
}

static void wake_loop(void *ctx)
{
	uv_async_send(ctx);
}

/* --- settings and zone --------------------------------------------------------------------------------------------------------- */

void app_apply_settings(struct app *app)
{
	const struct event zone = {.kind = EVENT_ZONE, .via = "settings", .zone = local_zone(app)};
	const struct event policy = {.kind = EVENT_POLICY, .via = "settings", .policy = &app->config.settings.policy};
	step_quietly(app, &policy);
	step_quietly(app, &zone);
}

static void load_config(struct app *app)
{
	OWNED_TEXT *dir = paths_xdg("XDG_CONFIG_HOME", ".config");
	OWNED_TEXT *path = xasprintf("%s/pacer/pacer.conf", dir);
	struct err err = {0};
	struct config fresh;
	int r = config_load(path, app_zone_known, NULL, &fresh, &err);
	if (r) {
		log_line(LOG_LEVEL_WARNING, "%s; the settings stay as they were", err.text ? err.text : strerror(-r));
		err_release(&err);
		return;
	}
	config_release(&app->config);
	app->config = fresh;
	for (size_t i = 0; i < fresh.problem_count; i++)
		log_line(LOG_LEVEL_WARNING, "%s:%d: %s", fresh.path, fresh.problems[i].line, fresh.problems[i].text);
}

static void tell_ready(struct app *app)
{
	service_ready(app->service);
	service_status(app->service, "%zu enrolments", engine_running_enrolments(app->engine));
}

void app_reload(struct app *app)
{
	service_reloading(app->service);
	load_config(app);
	app_apply_settings(app);
	planfiles_scan(app->planfiles);
	tell_ready(app);
	log_line(LOG_LEVEL_INFO, "settings and plans read again");
}

static void on_zone_file(uv_fs_event_t *watch, const char *name, int events UNUSED, int status UNUSED)
{
	struct app *app = watch->data;
	if (name && strcmp(name, "localtime") != 0)
		return;
	const struct event event = {.kind = EVENT_ZONE, .via = "zone", .zone = local_zone(app)};
	step_quietly(app, &event);
}

static void on_signal(uv_signal_t *signal, int number)
{
	struct app *app = signal->data;
	if (number == SIGHUP)
		app_reload(app);
	else
		app_close(app);
}

static void on_plans_changed(void *ctx)
{
	struct app *app = ctx;
	log_line(LOG_LEVEL_INFO, "plans changed on disk");
	app->plans_changed(app);
}

/* --- opening and closing ------------------------------------------------------------------------------------------------------- */

static void watch_handles(struct app *app)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
	uv_poll_init(app->loop, &app->timer, app->timer_fd);
	uv_async_init(app->loop, &app->desktop_wake, on_desktop);
	uv_fs_event_init(app->loop, &app->zone_watch);
	app->timer.data = app->desktop_wake.data = app->zone_watch.data = app;
	app->open_handles = 3 + (int)ARRAY_LEN(numbers);
	uv_poll_start(&app->timer, UV_READABLE, on_timer);
	/* Not the file: replacing a link is seen in its directory only (SPIKES 3). */
	if (uv_fs_event_start(&app->zone_watch, on_zone_file, "/etc", 0) < 0)
		log_line(LOG_LEVEL_WARNING, "cannot watch /etc: a change of time zone is seen at the next start");
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		uv_signal_init(app->loop, &app->signals[i]);
		app->signals[i].data = app;
		uv_signal_start(&app->signals[i], on_signal, numbers[i]);
	}
}

static int open_socket(struct app *app, const struct app_options *options, struct err *err)
{
	char path[PACER_SOCKET_PATH_MAX + 1];
	const int *fds;
	int fd_count = service_fds(app->service, &fds);
	if (pacer_socket_path(path, (unsigned)geteuid()) < 0)
		return err_set(err, -ENAMETOOLONG, "the socket path is too long: '%s/pacer/...', set XDG_RUNTIME_DIR to a shorter one",
			       getenv("XDG_RUNTIME_DIR"));
	struct rpc_handlers handlers = options->handlers;
	handlers.ctx = app;
	return rpc_open(app->loop, options->interface_text, path, fds, fd_count, &handlers, &app->rpc, err);
}

int app_open(struct app *app, uv_loop_t *loop, const struct app_options *options, struct err *err)
{
	*app = (struct app){.loop = loop,
			    .clock = options->clock,
			    .publish = options->publish,
			    .opened = options->opened,
			    .plans_changed = options->plans_changed,
			    .timer_fd = -1};
	app->service = service_open(loop);
	load_config(app);
	OWNED_TEXT *state_dir = paths_xdg("XDG_STATE_HOME", ".local/state");
	app->state_path = xasprintf("%s/pacer/pacer.db", state_dir);
	/* The socket first: a second daemon is told so before it touches anything. Calls are heard only once the loop runs. */
	int r = open_socket(app, options, err);
	if (!r)
		r = store_open(app->state_path, &app->store, err);
	if (!r)
		r = load_engine(app, err);
	if (!r && (app->timer_fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC)) < 0)
		r = err_set(err, -errno, "no timer: %s", strerror(errno));
	if (r)
		return r;
	watch_handles(app);
	app->planfiles = planfiles_open(loop, app->store, on_plans_changed, app);
	planwrite_sweep(planfiles_dirs(app->planfiles)[0]);
	app->desktop = desktop_start(wake_loop, &app->desktop_wake);
	testbubble_open(&app->test, loop, app->desktop);
	tick(app, "start");
	app->plans_changed(app); /* what changed while nobody looked */
	tell_ready(app);
	return 0;
}

static void on_handle_closed(uv_handle_t *handle)
{
	struct app *app = handle->data;
	app->open_handles--;
}

void app_close(struct app *app)
{
	if (app->service)
		service_stopping(app->service);
	if (app->desktop)
		app->desktop = desktop_stop(app->desktop);
	testbubble_close(&app->test);
	if (app->planfiles)
		planfiles_close(STEAL(app->planfiles));
	if (app->rpc)
		rpc_close(STEAL(app->rpc));
	if (app->service)
		service_close(STEAL(app->service));
	if (!app->open_handles)
		return;
	uv_handle_t *handles[] = {(uv_handle_t *)&app->timer,      (uv_handle_t *)&app->desktop_wake, (uv_handle_t *)&app->zone_watch,
				  (uv_handle_t *)&app->signals[0], (uv_handle_t *)&app->signals[1],   (uv_handle_t *)&app->signals[2]};
	for (size_t i = 0; i < ARRAY_LEN(handles); i++)
		if (!uv_is_closing(handles[i]))
			uv_close(handles[i], on_handle_closed);
}

void app_release(struct app *app)
{
	if (app->timer_fd >= 0)
		close(app->timer_fd);
	app->engine = engine_free(app->engine);
	app->store = store_close(app->store);
	config_release(&app->config);
	free(app->state_path);
	free(app->server_problem);
	free(app->store_problem);
	tz_finish();
}
