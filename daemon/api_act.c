/* What a learner does: start, done, skip, snooze, move, undo. The same events as a bubble's buttons. */
#include "api.h"
#include "core/text.h"
#include "core/when.h"

static struct event act_event(struct agenda_ref ref, enum session_action action)
{
	return (struct event){.kind = EVENT_ACT, .via = "cli", .ref = ref, .action = action, .input = {.minutes = -1, .effort = -1}};
}

/* Carries the event out. false: an error was replied. */
static bool act(struct app *app, struct rpc_call *call, const struct event *event, bool *ret_changed)
{
	struct err err = {0};
	int r = app_step(app, event, &err);
	if (r && r != ENGINE_ALREADY) {
		api_refuse(app, call, r, &err, &event->ref, action_name[event->action]);
		return false;
	}
	err_release(&err);
	if (!r && app->engine->warmup_offered) {
		struct instant started = engine_session(app->engine, event->ref)->life.started;
		char typed[NOTICE_KEY_MAX];
		engine_ref_text(app->engine, event->ref, typed);
		rpc_error(call, "FiveMoreMinutes",
			  json_pack("{s:s, s:i}", "session", typed, "minutes", (int)((app_now(app).s - started.s) / MINUTE_S)));
		return false;
	}
	*ret_changed = r == 0;
	return true;
}

static void act_and_reply(struct app *app, struct rpc_call *call, const struct event *event)
{
	bool changed;
	if (act(app, call, event, &changed))
		rpc_reply(call, json_pack("{s:o, s:b}", "session", json_session(app, event->ref), "changed", changed));
}

void api_start(struct app *app, struct rpc_call *call, json_t *parameters)
{
	struct agenda_ref ref;
	if (!api_session(app, call, api_text(parameters, "session"), API_ASKED_OR_NEXT, &ref))
		return;
	struct event event = act_event(ref, ACT_START);
	event.input.asked = api_flag(parameters, "anyway");
	act_and_reply(app, call, &event);
}

/* -1 when absent. false: out of range, an error was replied. */
static bool ranged(struct rpc_call *call, json_t *parameters, const char *name, int least, int most, int *ret_value)
{
	json_int_t value = api_int(parameters, name, -1);
	bool given = json_is_integer(json_object_get(parameters, name));
	*ret_value = (int)value;
	if (!given || (value >= least && value <= most))
		return true;
	OWNED_TEXT *text = xasprintf("%lld", (long long)value);
	OWNED_TEXT *expected = xasprintf("%d to %d", least, most);
	rpc_error(call, "OutOfRange", json_pack("{s:s, s:s, s:s}", "parameter", name, "value", text, "expected", expected));
	return false;
}

/* A word to go with what was logged just now; nothing of it in the warm-up (IDEAS 7). */
static json_t *notes_for(const struct app *app, struct agenda_ref ref, bool newly)
{
	const struct session *session = engine_session(app->engine, ref);
	json_t *notes = json_array();
	OWNED_TEXT *comfort = text_comfort(session, &app->engine->policy);
	OWNED_TEXT *refuel = newly && engine_wants_refuel(app->engine, ref) ? text_refuel(session) : NULL;
	if (comfort && session->life.actual_minutes >= SESSION_WARMUP_MIN)
		json_array_append_new(notes, json_text(comfort));
	if (refuel && !comfort) /* it says so itself */
		json_array_append_new(notes, json_text(refuel));
	return notes;
}

void api_done(struct app *app, struct rpc_call *call, json_t *parameters)
{
	enum { MINUTES_MOST = 24 * 60 };
	struct agenda_ref ref, next;
	bool changed;
	struct event event = act_event((struct agenda_ref){0}, api_flag(parameters, "partly") ? ACT_PARTLY : ACT_DONE);
	if (!ranged(call, parameters, "minutes", 0, MINUTES_MOST, &event.input.minutes) ||
	    !ranged(call, parameters, "effort", 0, 10, &event.input.effort) || !ranged(call, parameters, "feel", 1, 3, &event.input.feel) ||
	    !api_session(app, call, api_text(parameters, "session"), API_ASKED, &ref))
		return;
	event.ref = ref;
	bool newly = !state_is_final(engine_session(app->engine, ref)->life.state);
	if (!act(app, call, &event, &changed))
		return;
	/* Everything a learner wants to know after logging, in one reply (IDEAS 41). */
	struct week_load week = api_week_sum(app->engine->enrolments[ref.enrolment], engine_session(app->engine, ref)->plan.week);
	json_t *reply = json_pack("{s:o, s:b, s:i, s:i, s:o}", "session", json_session(app, ref), "changed", changed, "week_minutes",
				  week.minutes, "week_minutes_done", week.minutes_done, "notes", notes_for(app, ref, newly));
	if (engine_find_next(app->engine, app_now(app), &next))
		json_object_set_new(reply, "next", json_session(app, next));
	rpc_reply(call, reply);
}

void api_skip(struct app *app, struct rpc_call *call, json_t *parameters)
{
	const char *text = api_text(parameters, "reason");
	enum skip_reason reason = REASON_UNKNOWN;
	struct agenda_ref ref;
	if (text && !reason_parse(text, &reason)) {
		rpc_error(call, "OutOfRange",
			  json_pack("{s:s, s:s, s:s}", "parameter", "reason", "value", text, "expected",
				    "sick, pto, holiday, incident, meeting, energy, prep, unclear or other"));
		return;
	}
	if (!api_session(app, call, api_text(parameters, "session"), API_ASKED, &ref))
		return;
	struct event event = act_event(ref, reason_info[reason].neutral ? ACT_EXCUSE : ACT_DROP);
	event.input.reason = reason;
	act_and_reply(app, call, &event);
}

static void invalid_moment(struct rpc_call *call, const char *text)
{
	rpc_error(call, "InvalidDate", json_pack("{s:s, s:s}", "text", text, "expected", "meeting, " WHEN_MOMENT_FORMS));
}

/* A snooze without a time counts from now, or from the start of a session that is still to come. */
static struct instant default_until(const struct app *app, const struct session *session)
{
	const struct policy *policy = &app->engine->policy;
	struct instant from = app_now(app);
	bool running = session->life.state == STATE_RUNNING;
	if (!running && session->start_at.s > from.s)
		from = session->start_at;
	return (struct instant){from.s + (running ? policy->more_time_min : policy->snooze_min) * MINUTE_S};
}

void api_snooze(struct app *app, struct rpc_call *call, json_t *parameters)
{
	const char *text = api_text(parameters, "until");
	struct agenda_ref ref;
	struct instant now = app_now(app);
	if (!api_session(app, call, api_text(parameters, "session"), API_ASKED_OR_NEXT, &ref))
		return;
	struct event event = act_event(ref, ACT_SNOOZE);
	event.input.until = default_until(app, engine_session(app->engine, ref));
	if (text && !strcasecmp(text, "meeting")) {
		event.input.until = engine_after_meeting(app->engine, now);
	} else if (text && !strcasecmp(text, "tomorrow")) {
		event.input.until = engine_tomorrow(app->engine, ref, now);
	} else if (text) {
		/* A day alone means the session's own time on it: tomorrow at the same time. */
		struct civil local = app_today(app), until;
		struct civil same = zone_civil(app->engine->local, engine_session(app->engine, ref)->start_at);
		if (!when_moment(text, local, same, &until)) {
			invalid_moment(call, text);
			return;
		}
		event.input.until = zone_resolve(app->engine->local, until);
	}
	if (event.input.until.s <= now.s) {
		rpc_error(call, "OutOfRange",
			  json_pack("{s:s, s:s, s:s}", "parameter", "until", "value", text, "expected", "a time that is still to come"));
		return;
	}
	act_and_reply(app, call, &event);
}

void api_move(struct app *app, struct rpc_call *call, json_t *parameters)
{
	const char *text = api_text(parameters, "to");
	struct agenda_ref ref;
	bool changed;
	if (!api_session(app, call, api_text(parameters, "session"), API_ASKED_OR_NEXT, &ref))
		return;
	struct session *session = engine_session(app->engine, ref);
	struct event event = act_event(ref, ACT_MOVE);
	/* Typed on the learner's clock, kept on the session's. */
	const struct zone *local = app->engine->local;
	struct civil to;
	if (!when_moment(text, zone_civil(local, app_now(app)), zone_civil(local, session->start_at), &to)) {
		invalid_moment(call, text);
		return;
	}
	event.input.to = session->zone ? zone_civil(session->zone, zone_resolve(local, to)) : to;
	event.dry_run = api_flag(parameters, "dry_run");
	if (!act(app, call, &event, &changed))
		return;
	struct session shown = *session; /* borrows the texts */
	shown.life.start = event.input.to;
	schedule_resolve(&shown, &app->engine->policy, app->engine->local);
	bool outside = !policy_in_hours(&app->engine->policy, zone_civil(app->engine->local, shown.start_at), session->plan.minutes);
	rpc_reply(call, json_pack("{s:o, s:b, s:b}", "session", json_one_session(app, app->engine->enrolments[ref.enrolment], &shown),
				  "changed", changed, "outside", outside));
}

void api_undo(struct app *app, struct rpc_call *call, json_t *parameters)
{
	struct journal_entry entry = {0};
	struct err err = {0};
	int r = store_last_undoable(app->store, &entry, &err);
	if (r > 0 && !err.text) {
		rpc_error(call, "NothingToUndo", NULL);
		return;
	}
	const struct event event = {.kind = EVENT_UNDO, .via = "cli", .undo = &entry};
	if (r)
		r = APP_STORAGE;
	else if (!api_flag(parameters, "dry_run"))
		r = app_step(app, &event, &err);
	if (r) {
		api_refuse(app, call, r, &err, NULL, "undo");
		journal_entry_release(&entry);
		return;
	}
	struct agenda_ref ref;
	json_t *reply = json_pack("{s:o}", "undone", json_entry(app, &entry));
	if (entry.session && engine_find(app->engine, entry.enrolment, entry.session, &ref))
		json_object_set_new(reply, "session", json_session(app, ref));
	journal_entry_release(&entry);
	rpc_reply(call, reply);
}
