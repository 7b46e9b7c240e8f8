/* Away, pause, resume: spans in which notices wait. */
#include <ctype.h>

#include "api.h"
#include "core/when.h"

enum { ABSENCE_DAYS_MAX = 366 };

static json_t *absence_json(const struct app *app, const struct absence *absence)
{
	return json_pack("{s:i, s:s, s:o, s:o}", "number", absence->number, "kind", absence_kind_name[absence->kind], "from",
			 json_stamp(app, absence->from), "to", json_stamp(app, absence->to));
}

/* A day alone means its first moment, or for the end of a span the first moment after it. false: an error was replied. */
static bool moment(struct app *app, struct rpc_call *call, const char *text, bool is_end, struct instant *ret_at)
{
	struct civil now = app_today(app), at = {0, 0};
	if (when_day(text, now.day, &at.day)) {
		at.day += is_end;
	} else if (!when_moment(text, now, now, &at)) {
		rpc_error(call, "InvalidDate", json_pack("{s:s, s:s}", "text", text, "expected", WHEN_DAY_FORMS "; or " WHEN_MOMENT_FORMS));
		return false;
	}
	*ret_at = zone_resolve(app->engine->local, at);
	return true;
}

/* A time that has passed means tomorrow; but "14:00..15:00" at 14:05 is the span that has begun. */
static void has_begun(const struct app *app, const char *from, struct absence *absence)
{
	int32_t second;
	struct civil now = app_today(app);
	if (clock_parse(from, &second) && second < now.second && zone_civil(app->engine->local, absence->to).day == now.day)
		absence->from = zone_resolve(app->engine->local, (struct civil){now.day, second});
}

/* A weekday that ends a span is the one after its beginning: "next mon..fri". */
static void after_beginning(const struct app *app, const char *text, const struct absence *absence, struct instant *to)
{
	struct civil from = zone_civil(app->engine->local, absence->from);
	bool weekday = isalpha((unsigned char)text[0]) && strncasecmp(text, "to", 2) != 0;
	int32_t day;
	if (to->s <= absence->from.s && weekday && when_day(text, from.day, &day))
		*to = zone_resolve(app->engine->local, (struct civil){day + 1, 0});
}

static bool out_of_range(struct rpc_call *call, const char *parameter, const char *value, const char *expected)
{
	rpc_error(call, "OutOfRange", json_pack("{s:s, s:s, s:s}", "parameter", parameter, "value", value, "expected", expected));
	return false;
}

static bool check_span(struct app *app, struct rpc_call *call, const struct absence *absence, const char *to)
{
	if (absence->to.s <= absence->from.s)
		return out_of_range(call, "to", to, "a moment after the first");
	if (absence->to.s <= app_now(app).s)
		return out_of_range(call, "to", to, "a moment that is still to come");
	if (absence->to.s - absence->from.s > (int64_t)ABSENCE_DAYS_MAX * DAY_S)
		return out_of_range(call, "to", to, "at most 366 days after the first");
	return true;
}

/* false: an error was replied. */
static bool keep(struct app *app, struct rpc_call *call, struct absence *absence, const char *action)
{
	struct err err = {0};
	const struct event event = {.kind = EVENT_ABSENCE, .via = "cli", .absence = *absence};
	int r = app_step(app, &event, &err);
	if (r) {
		api_refuse(app, call, r, &err, NULL, action);
		return false;
	}
	absence->number = app->engine->absences[app->engine->absence_count - 1].number;
	return true;
}

static void span(struct app *app, struct rpc_call *call, json_t *parameters, enum absence_kind kind)
{
	struct absence absence = {.kind = kind};
	const char *to = api_text(parameters, "to");
	if (!moment(app, call, api_text(parameters, "from"), false, &absence.from) || !moment(app, call, to, true, &absence.to))
		return;
	after_beginning(app, to, &absence, &absence.to);
	has_begun(app, api_text(parameters, "from"), &absence);
	if (!check_span(app, call, &absence, to))
		return;
	if (!api_flag(parameters, "dry_run") && !keep(app, call, &absence, absence_kind_name[kind]))
		return;
	const struct agenda_ref *refs;
	json_t *sessions = json_array();
	for (size_t i = 0, count = agenda_span(app->engine->agenda, absence.from, absence.to, &refs); i < count; i++)
		json_array_append_new(sessions, json_session(app, refs[i]));
	rpc_reply(call, json_pack("{s:o, s:o}", "absence", absence_json(app, &absence), "sessions", sessions));
}

void api_away(struct app *app, struct rpc_call *call, json_t *parameters)
{
	span(app, call, parameters, ABSENCE_AWAY);
}

void api_busy(struct app *app, struct rpc_call *call, json_t *parameters)
{
	span(app, call, parameters, ABSENCE_BUSY);
}

void api_pause(struct app *app, struct rpc_call *call, json_t *parameters)
{
	const char *text = api_text(parameters, "for");
	OWNED_TEXT *span = xasprintf("%s%s", text[0] == '+' ? "" : "+", text);
	struct civil now = app_today(app), until;
	struct absence absence = {.kind = ABSENCE_PAUSE, .from = app_now(app)};
	int32_t day;
	if (when_day(span, now.day, &day) || !when_moment(span, now, now, &until)) {
		rpc_error(call, "InvalidDate", json_pack("{s:s, s:s}", "text", text, "expected", "a span such as 45m, 2h or 1h30m"));
		return;
	}
	absence.to = zone_resolve(app->engine->local, until);
	if (check_span(app, call, &absence, text) && keep(app, call, &absence, "pause"))
		rpc_reply(call, json_pack("{s:o}", "absence", absence_json(app, &absence)));
}

void api_resume(struct app *app, struct rpc_call *call, json_t *parameters UNUSED)
{
	struct err err = {0};
	const struct engine *engine = app->engine;
	struct instant now = app_now(app);
	json_t *ended = json_array();
	for (size_t i = 0; i < engine->absence_count; i++)
		if (absence_runs(&engine->absences[i], now)) {
			struct absence over = engine->absences[i];
			over.to = now;
			json_array_append_new(ended, absence_json(app, &over));
		}
	const struct event event = {.kind = EVENT_RESUME, .via = "cli"};
	int r = app_step(app, &event, &err);
	if (r && r != ENGINE_ALREADY) {
		json_decref(ended);
		api_refuse(app, call, r, &err, NULL, "resume");
		return;
	}
	rpc_reply(call, json_pack("{s:o}", "ended", ended));
}

static int by_start(const void *a, const void *b)
{
	const struct absence *x = a, *y = b;
	int order = (x->from.s > y->from.s) - (x->from.s < y->from.s);
	return order ? order : (x->number > y->number) - (x->number < y->number);
}

void api_list_absences(struct app *app, struct rpc_call *call, json_t *parameters UNUSED)
{
	const struct engine *engine = app->engine;
	struct absence *ahead = xcalloc(engine->absence_count, sizeof(*ahead));
	size_t count = 0;
	for (size_t i = 0; i < engine->absence_count; i++)
		if (engine->absences[i].to.s > app_now(app).s)
			ahead[count++] = engine->absences[i];
	qsort(ahead, count, sizeof(*ahead), by_start);
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, absence_json(app, &ahead[i]));
	free(ahead);
	rpc_reply(call, json_pack("{s:o}", "absences", list));
}
