/* The daemon about itself: watch and settings. */
#include "api.h"

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
	api_forget_opening(app, call);
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
