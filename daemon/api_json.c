/* Core values as the JSON of the interface text. */
#include "api.h"
#include "pacer/protocol.h"

json_t *json_text(const char *text)
{
	json_t *json = json_string(text);
	if (json)
		return json;
	OWNED_TEXT *plain = xstrdup(text);
	for (char *c = plain; *c; c++)
		if (*c & 0x80)
			*c = '?';
	return json_string(plain);
}

void json_set_text(json_t *object, const char *name, const char *value)
{
	if (value && *value)
		json_object_set_new(object, name, json_text(value));
}

json_t *json_day(int32_t day)
{
	char buf[DAY_TEXT];
	return json_string(day_text(buf, day));
}

json_t *json_stamp(const struct app *app, struct instant instant)
{
	char buf[STAMP_TEXT];
	return json_string(zone_stamp(buf, app->engine->local, instant));
}

static void set_stamp(json_t *object, const char *name, const struct zone *zone, struct instant instant)
{
	char buf[STAMP_TEXT];
	if (instant.s != INSTANT_NEVER)
		json_object_set_new(object, name, json_string(zone_stamp(buf, zone, instant)));
}

/* A session that keeps to a zone of its own was moved on its clock; all is told on the learner's. */
static void set_moved_from(json_t *json, const struct session *session, const struct zone *local)
{
	if (session->life.moved_from.day != DAY_NONE)
		set_stamp(json, "moved_from", local, zone_resolve(session->zone ? session->zone : local, session->life.moved_from));
}

static void set_life(json_t *json, const struct session *session, const struct zone *local)
{
	const struct session_life *life = &session->life;
	enum alarm_kind question = session_question(session);
	if (question != ALARM_COUNT)
		json_object_set_new(json, "question", json_string(alarm_name[question]));
	set_stamp(json, "snoozed_until", local, life->snoozed);
	set_stamp(json, "started", local, life->started);
	set_moved_from(json, session, local);
	if (life->reason != REASON_NONE)
		json_object_set_new(json, "reason", json_string(reason_info[life->reason].name));
	if (life->actual_minutes >= 0)
		json_object_set_new(json, "actual_minutes", json_integer(life->actual_minutes));
	if (life->actual_effort >= 0)
		json_object_set_new(json, "actual_effort", json_integer(life->actual_effort));
	if (life->feel > 0)
		json_object_set_new(json, "feel", json_integer(life->feel));
	json_set_text(json, "band", band_name[load_session_band(session)]);
}

static void set_intention(json_t *json, const struct intention *intention)
{
	json_t *parts = json_object();
	json_set_text(parts, "want", intention->want);
	json_set_text(parts, "feel", intention->feel);
	json_set_text(parts, "act", intention->act);
	if (json_object_size(parts))
		json_object_set_new(json, "intention", parts);
	else
		json_decref(parts);
}

static json_t *session_json(const struct zone *local, const struct enrolment *enrolment, const struct session *session)
{
	const struct plan_session *plan = &session->plan;
	json_t *json = json_pack("{s:s, s:s, s:s, s:i, s:o, s:s, s:o}", "id", plan->id, "enrollment", enrolment->id, "plan",
				 enrolment->plan_name, "week", plan->week, "title", json_text(plan->title), "type",
				 type_info[plan->type].name, "skill", json_text(plan->skill));
	set_stamp(json, "start", local, session->start_at);
	set_stamp(json, "end", local, session_end(session));
	json_object_set_new(json, "minutes", json_integer(plan->minutes));
	json_object_set_new(json, "effort", json_integer(plan->effort));
	json_object_set_new(json, "state", json_string(state_name[session->life.state]));
	set_life(json, session, local);
	json_set_text(json, "milestone", plan->milestone);
	json_set_text(json, "prep", plan->prep);
	json_set_text(json, "tip", plan->tip);
	json_set_text(json, "description", plan->description);
	json_set_text(json, "link", plan->link);
	set_intention(json, &session->intention);
	return json;
}

json_t *json_one_session(const struct app *app, const struct enrolment *enrolment, const struct session *session)
{
	json_t *json = session_json(app->engine->local, enrolment, session);
	json_set_text(json, "help", policy_contact(&app->engine->policy, session));
	return json;
}

json_t *json_session(const struct app *app, struct agenda_ref ref)
{
	return json_one_session(app, app->engine->enrolments[ref.enrolment], engine_session(app->engine, ref));
}

json_t *json_enrolment(const struct app *app, uint32_t index)
{
	const struct enrolment *e = app->engine->enrolments[index];
	struct week_load sum = {0}, *weeks = xcalloc((size_t)e->shape.weeks, sizeof(*weeks));
	load_session_weeks(e->sessions, e->session_count, e->shape.weeks, weeks);
	for (int i = 0; i < e->shape.weeks; i++) {
		sum.sessions += weeks[i].sessions;
		sum.minutes += weeks[i].minutes;
		sum.minutes_done += weeks[i].minutes_done;
		sum.sessions_done += weeks[i].sessions_done;
	}
	free(weeks);
	OWNED_TEXT *problem = e->left.s == INSTANT_NEVER ? api_plan_problem(app, e) : NULL;
	json_t *json =
		json_pack("{s:s, s:s, s:o, s:o, s:o, s:b, s:i, s:i, s:i, s:i, s:i, s:i}", "id", e->id, "plan", e->plan_name, "title",
			  json_text(e->plan_title), "start", json_day(e->start_day), "race", json_day(schedule_race_day(e)), "has_race",
			  schedule_has_race(e), "week", schedule_week(e, app_today(app).day), "weeks", e->shape.weeks, "sessions",
			  sum.sessions, "sessions_done", sum.sessions_done, "minutes", sum.minutes, "minutes_done", sum.minutes_done);
	json_set_text(json, "tracks", e->tracks);
	json_set_text(json, "plan_problem", problem);
	return json;
}

json_t *json_entry(const struct app *app, const struct journal_entry *entry)
{
	json_t *json = json_pack("{s:I, s:o, s:s, s:s, s:s}", "seq", (json_int_t)entry->seq, "time", json_stamp(app, entry->time), "what",
				 entry->what, "by", entry->by_learner ? "learner" : "pacer", "via", entry->via);
	json_set_text(json, "rule", entry->rule);
	json_set_text(json, "enrollment", entry->enrolment);
	json_set_text(json, "session", entry->session);
	json_object_set_new(json, "text", json_text(entry->text ? entry->text : ""));
	return json;
}

json_t *json_notice(const struct app *app, const struct notice *notice)
{
	json_t *json = json_pack("{s:s, s:o, s:s}", "key", notice->key, "due", json_stamp(app, notice->due), "state",
				 notice_state_name[notice->state]);
	json_set_text(json, "cause", notice->cause);
	set_stamp(json, "sent", app->engine->local, notice->sent);
	set_stamp(json, "shown", app->engine->local, notice->shown);
	set_stamp(json, "closed", app->engine->local, notice->closed);
	json_set_text(json, "answer", notice->answer);
	return json;
}

json_t *json_finding(const struct finding *finding, const char *file)
{
	const struct lint_info *info = &lint_info[finding->code];
	return json_pack("{s:s, s:s, s:o, s:i, s:o}", "code", info->code, "severity", lint_severity_name[info->severity], "file",
			 json_text(file), "line", finding->line, "text", json_text(finding->text));
}

json_t *json_findings(const struct findings *findings, const char *file)
{
	json_t *list = json_array();
	for (size_t i = 0; i < findings->count; i++)
		json_array_append_new(list, json_finding(&findings->items[i], file));
	return list;
}

static bool is_enrolled(const struct engine *engine, const char *plan)
{
	for (size_t i = 0; i < engine->enrolment_count; i++)
		if (engine->enrolments[i]->left.s == INSTANT_NEVER && !strcmp(engine->enrolments[i]->plan_name, plan))
			return true;
	return false;
}

/* The plan with the same UID and a newer file, or NULL. */
static const char *newer_twin(const struct app *app, const struct plan_file *file)
{
	const struct plan_file *newest = file->uid && !file->error ? planfiles_newest(app->planfiles, file->uid) : NULL;
	return newest && newest->modified.s > file->modified.s && strcmp(newest->name, file->name) != 0 ? newest->name : NULL;
}

json_t *json_plan_file(const struct app *app, const struct plan_file *file)
{
	json_t *json = json_pack("{s:o, s:o, s:i, s:i, s:i, s:b, s:b}", "name", json_text(file->name), "file", json_text(file->path),
				 "weeks", file->weeks, "sessions", file->sessions, "minutes", file->minutes, "enrolled",
				 is_enrolled(app->engine, file->name), "draft", plan_file_is_draft(file));
	json_set_text(json, "title", file->title);
	json_set_text(json, "goal", file->goal);
	json_set_text(json, "revision", file->revision);
	json_set_text(json, "copy_of", newer_twin(app, file));
	json_set_text(json, "error", file->error);
	if (file->error)
		json_object_set_new(json, "line", json_integer(file->line));
	return json;
}

json_t *json_weeks(const struct plan_shape *shape, const struct week_load *weeks, int32_t start_day, bool with_done,
		   const char *const *milestones)
{
	json_t *list = json_array();
	for (int k = 1; k <= shape->weeks; k++) {
		const struct week_load *week = &weeks[k - 1];
		json_t *json =
			json_pack("{s:i, s:s, s:b, s:i, s:i, s:i}", "week", k, "phase", shape_phase(shape, k), "cutback",
				  shape_is_cutback(shape, k), "sessions", week->sessions, "minutes", week->minutes, "load", week->load);
		if (start_day != DAY_NONE)
			json_object_set_new(json, "start", json_day(start_day + (k - 1) * WEEK_DAYS));
		if (with_done)
			json_object_set_new(json, "minutes_done", json_integer(week->minutes_done));
		json_set_text(json, "milestone", milestones ? milestones[k - 1] : NULL);
		json_array_append_new(list, json);
	}
	return list;
}

json_t *json_check(const char *name, const char *result, const char *remedy, char *text)
{
	json_t *json = json_pack("{s:s, s:s, s:o}", "name", name, "result", result, "text", json_text(text));
	json_set_text(json, "remedy", remedy);
	free(text);
	return json;
}

/* --- replies that must go out ------------------------------------------------------------------------------------------------------ */

enum { ENVELOPE_BYTES = 64 }; /* what stands around the parameters of a reply */

static size_t bytes_of(const json_t *value)
{
	return json_dumpb(value, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY);
}

/* Of the members of an object the list that takes most; NULL: none that can be shortened. */
static json_t *longest_list(json_t *object)
{
	const char *key;
	json_t *value, *longest = NULL;
	size_t most = 0;
	json_object_foreach (object, key, value) {
		size_t bytes = json_array_size(value) ? bytes_of(value) : 0;
		if (bytes <= most)
			continue;
		most = bytes;
		longest = value;
	}
	return longest;
}

void api_reply_done(struct rpc_call *call, json_t *reply)
{
	while (bytes_of(reply) > PACER_MESSAGE_BYTES_MAX - ENVELOPE_BYTES) {
		json_t *list = longest_list(reply);
		if (!list)
			break;
		for (size_t keep = json_array_size(list) / 2; json_array_size(list) > keep;)
			json_array_remove(list, json_array_size(list) - 1);
	}
	rpc_reply(call, reply);
}
