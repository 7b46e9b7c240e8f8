/* The daemon about itself: doctor, settings, watch. */
#include <unistd.h>

#include "api.h"
#include "pacer/protocol.h"

/* --- watch --------------------------------------------------------------------------------------------------------------------- */

void api_watch(struct app *app, struct rpc_call *call, json_t *parameters UNUSED)
{
	if (app->watcher_count == APP_WATCHERS_MAX) {
		rpc_error(call, "LimitReached", json_pack("{s:s, s:i}", "what", "watchers", "limit", APP_WATCHERS_MAX));
		return;
	}
	app->watchers[app->watcher_count++] = call;
}

void api_gone(void *ctx, struct rpc_call *call)
{
	struct app *app = ctx;
	testbubble_forget(&app->test, call);
	for (size_t i = 0; i < app->watcher_count; i++)
		if (app->watchers[i] == call) {
			app->watchers[i] = app->watchers[--app->watcher_count];
			return;
		}
}

void api_publish(struct app *app, const struct journal_entry *entry)
{
	struct agenda_ref ref;
	for (size_t i = app->watcher_count; i-- > 0;) {
		json_t *reply = json_pack("{s:o}", "entry", json_entry(app, entry));
		if (entry->session && engine_find(app->engine, entry->enrolment, entry->session, &ref))
			json_object_set_new(reply, "session", json_session(app, ref));
		rpc_stream(app->watchers[i], reply);
	}
}

/* --- doctor: the chain from plan to bubble, link by link ------------------------------------------------------------------------ */

static json_t *check_server(struct app *app)
{
	struct desktop_info info = desktop_info(app->desktop);
	json_t *check;
	if (app->server_problem)
		check = json_check(
			"notifications", "problem",
			info.bus ? "start your desktop's notification server (for example dunst); waiting questions are then shown"
				 : "log in to a desktop session, or set DBUS_SESSION_BUS_ADDRESS for pacerd",
			xasprintf("bubbles cannot appear: %s", app->server_problem));
	else if (!app->engine->server_up)
		check = json_check("notifications", "note", "ask again in a moment",
				   xstrdup("the notification server has not answered yet"));
	else
		check = json_check("notifications", "ok", NULL,
				   info.name ? xasprintf("%s %s answers", info.name, info.version ? info.version : "")
					     : xstrdup("a notification server can be started when it is needed"));
	desktop_info_release(&info);
	return check;
}

static json_t *check_buttons(struct app *app)
{
	struct desktop_info info = desktop_info(app->desktop);
	bool known = info.server && info.name;
	json_t *check = json_check("buttons", info.actions ? "ok" : "note",
				   known && !info.actions ? "answer with 'pacer start', 'pacer done' or 'pacer inbox'" : NULL,
				   xstrdup(!known         ? "not known before the server has answered"
					   : info.actions ? "bubbles can carry buttons"
							  : "this server shows no buttons: the bubble says what to type"));
	desktop_info_release(&info);
	return check;
}

static json_t *check_settings(struct app *app)
{
	const struct config *config = &app->config;
	if (!config->problem_count)
		return json_check("settings", "ok", NULL, xasprintf("%s", config->path));
	return json_check("settings", "problem", "mend the line, or set it again with 'pacer config NAME VALUE'",
			  xasprintf("%s:%d: %s", config->path, config->problems[0].line, config->problems[0].text));
}

static json_t *check_state(struct app *app)
{
	struct store_health health = {0};
	struct err err = {0};
	enum { LEAST_FREE = 16 * 1024 * 1024 };
	if (app->store_problem)
		return json_check("state", "problem", "make room on the disk, or make the directory writable", xstrdup(app->store_problem));
	if (store_health(app->store, &health, &err) || !health.sound) {
		json_t *check = json_check("state", "problem", "stop pacerd and copy the newest .bak file beside it back",
					   xasprintf("%s: %s", app->state_path, err.text ? err.text : "the database is damaged"));
		err_release(&err);
		return check;
	}
	bool full = health.free_bytes < LEAST_FREE;
	return json_check("state", full ? "problem" : "ok", full ? "make room on the disk" : NULL,
			  xasprintf("%s: %lld KiB, %lld MiB free", app->state_path, (long long)health.bytes / 1024,
				    (long long)health.free_bytes / (1024 * 1024)));
}

static json_t *check_plans(struct app *app)
{
	size_t count, broken = 0;
	const struct plan_file *files = planfiles_list(app->planfiles, &count), *first = NULL;
	for (size_t i = 0; i < count; i++)
		if (files[i].error) {
			broken++;
			first = first ? first : &files[i];
		}
	if (!count)
		return json_check("plans", "problem", "put .ics files there, or install the shipped plans with 'make install'",
				  xasprintf("no plan in %s or the system's plan directories", planfiles_dirs(app->planfiles)[0]));
	if (!first)
		return json_check("plans", "ok", NULL, xasprintf("%zu to choose from", count));
	return json_check("plans", "note", "the others work; 'pacerd --check FILE' lists everything about one",
			  xasprintf("%zu of %zu cannot be used; %s:%d: %s", broken, count, first->path, first->line, first->error));
}

static json_t *check_clock(struct app *app)
{
	char buf[STAMP_TEXT];
	const struct zone *zone = app->engine->local;
	return json_check("clock", app->clock.shifted ? "note" : "ok",
			  app->clock.shifted ? "this daemon runs with --at: start one without it" : NULL,
			  xasprintf("%s in %s%s", zone_stamp(buf, zone, app_now(app)), zone->name, app->clock.shifted ? ", shifted" : ""));
}

static json_t *check_socket(struct app *app)
{
	char path[PACER_SOCKET_PATH_MAX + 1];
	if (pacer_socket_path(path, (unsigned)geteuid()))
		return json_check("socket", "problem", "set XDG_RUNTIME_DIR to a shorter path", xstrdup("the socket path is too long"));
	return json_check("socket", "ok", NULL,
			  xasprintf("%s, %d of %d connections", path, rpc_connections(app->rpc), PACER_CONNECTIONS_MAX));
}

static json_t *check_enrolments(struct app *app)
{
	size_t running = engine_running_enrolments(app->engine);
	return json_check("enrolment", running ? "ok" : "note", running ? NULL : "pacer plans, then pacer enroll NAME --start 'next mon'",
			  running ? xasprintf("%zu running", running) : xstrdup("no plan yet"));
}

static json_t *check_presence(struct app *app)
{
	const struct absence *absence = engine_absence_now(app->engine, app_now(app));
	char stamp[STAMP_TEXT];
	if (absence)
		return json_check("presence", "note", "pacer resume ends it",
				  xasprintf("%s until %s: notices wait", absence_kind_name[absence->kind],
					    zone_stamp(stamp, app->engine->local, absence->to)));
	if (app->engine->locked)
		return json_check("presence", "note", NULL, xstrdup("the screen is locked or idle: notices wait up to 15 minutes"));
	return json_check("presence", "ok", NULL, xstrdup("neither away nor paused"));
}

static json_t *(*const checks[])(struct app *) = {
	check_server, check_buttons, check_settings, check_state, check_plans, check_enrolments, check_presence, check_clock, check_socket,
};

void api_doctor(struct app *app, struct rpc_call *call, json_t *parameters UNUSED)
{
	json_t *list = json_array();
	for (size_t i = 0; i < ARRAY_LEN(checks); i++)
		json_array_append_new(list, checks[i](app));
	rpc_reply(call, json_pack("{s:o}", "checks", list));
}

static void test_done(void *ctx, bool shown, bool answered, const char *text)
{
	rpc_reply(ctx, json_pack("{s:b, s:b, s:o}", "shown", shown, "answered", answered, "text", json_text(text)));
}

void api_test_bubble(struct app *app, struct rpc_call *call, json_t *parameters UNUSED)
{
	if (!testbubble_start(&app->test, test_done, call))
		rpc_error(call, "LimitReached", json_pack("{s:s, s:i}", "what", "test bubbles", "limit", 1));
}

/* --- settings ------------------------------------------------------------------------------------------------------------------ */

static json_t *json_setting(const struct config *config, const struct config_row *row)
{
	size_t at = (size_t)(row - config_rows);
	return json_pack("{s:s, s:o, s:s, s:s, s:s, s:s, s:o}", "name", row->name, "value", json_text(config->values[at]), "default",
			 row->fallback, "kind", row->kind, "expected", row->expected, "help", row->help, "source",
			 json_text(config->from_file[at] ? config->path : "default"));
}

void api_list_settings(struct app *app, struct rpc_call *call, json_t *parameters UNUSED)
{
	json_t *list = json_array();
	for (const struct config_row *row = config_rows; row->name; row++)
		json_array_append_new(list, json_setting(&app->config, row));
	rpc_reply(call, json_pack("{s:o, s:o}", "settings", list, "file", json_text(app->config.path)));
}

static void no_such_setting(struct rpc_call *call, const char *name)
{
	const char **names = NULL;
	size_t count = 0;
	for (const struct config_row *row = config_rows; row->name; row++) {
		names = xreallocarray(names, count + 1, sizeof(*names));
		names[count++] = row->name;
	}
	rpc_error(call, "NoSuchSetting", json_pack("{s:s, s:o}", "name", name, "suggestions", api_suggest(name, names, count)));
	free(names);
}

void api_set_setting(struct app *app, struct rpc_call *call, json_t *parameters)
{
	const char *name = api_text(parameters, "name"), *value = api_text(parameters, "value");
	const struct config_row *row = config_row_find(name);
	struct err err = {0};
	if (!row) {
		no_such_setting(call, name);
		return;
	}
	int r = config_set(&app->config, name, value, app_zone_known, NULL, &err);
	if (r == CONFIG_BAD_VALUE)
		rpc_error(call, "OutOfRange",
			  json_pack("{s:s, s:s, s:s}", "parameter", name, "value", value ? value : "", "expected", row->expected));
	else if (r)
		rpc_error(call, "StorageFailed",
			  json_pack("{s:o}", "reason", json_text(err.text ? err.text : "the settings file cannot be written")));
	if (!r) {
		app_apply_settings(app);
		rpc_reply(call, json_pack("{s:o}", "setting", json_setting(&app->config, row)));
	}
	err_release(&err);
}
