/* Plans and enrolments: list, find, enrol, leave. */
#include "api_edit.h"
#include "core/track.h"
#include "core/when.h"
#include "ical/tz.h"

void api_list_plans(struct app *app, struct rpc_call *call, json_t *parameters UNUSED)
{
	size_t count;
	const struct plan_file *files = planfiles_list(app->planfiles, &count);
	json_t *plans = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(plans, json_plan_file(app, &files[i]));
	rpc_reply(call, json_pack("{s:o}", "plans", plans));
}

static void no_such_plan(struct app *app, struct rpc_call *call, const char *name)
{
	size_t count;
	const struct plan_file *files = planfiles_list(app->planfiles, &count);
	const char **names = xcalloc(count, sizeof(*names));
	for (size_t i = 0; i < count; i++)
		names[i] = files[i].name;
	rpc_error(call, "NoSuchPlan", json_pack("{s:s, s:o}", "name", name, "suggestions", api_suggest(name, names, count)));
	free(names);
}

const struct plan_file *api_plan_file(struct app *app, struct rpc_call *call, const char *name)
{
	size_t count, matches = 0;
	const struct plan_file *files = planfiles_list(app->planfiles, &count), *found = planfiles_find(app->planfiles, name);
	for (size_t i = 0; !found && *name && i < count; i++)
		matches += !strncmp(files[i].name, name, strlen(name));
	for (size_t i = 0; !found && matches == 1 && i < count; i++)
		if (!strncmp(files[i].name, name, strlen(name)))
			return &files[i];
	if (!found)
		no_such_plan(app, call, name);
	return found;
}

struct plan *api_read_plan(struct app *app, struct rpc_call *call, const struct plan_file *file, struct findings *findings)
{
	struct plan *plan = planfiles_read(app->planfiles, file, findings);
	if (!plan)
		rpc_error(call, "LintFailed",
			  json_pack("{s:o, s:o}", "plan", json_text(file->name), "findings", json_findings(findings, file->path)));
	return plan;
}

/* The last milestone of each week; borrowed texts, the array is the caller's. */
static const char **plan_milestones(const struct plan *plan)
{
	const char **milestones = xcalloc((size_t)plan->shape.weeks, sizeof(*milestones));
	for (size_t i = 0; i < plan->session_count; i++)
		if (plan->sessions[i].milestone)
			milestones[plan->sessions[i].week - 1] = plan->sessions[i].milestone;
	return milestones;
}

/* A plan with its sums: what enrol prints. */
struct outline {
	struct plan *plan;
	struct week_load *weeks;
	const char **milestones;
	int minutes, peak_week;
	struct findings findings; /* enrol only */
};

static struct outline outline_of(struct plan *plan)
{
	struct outline o = {
		.plan = plan, .weeks = xcalloc((size_t)plan->shape.weeks, sizeof(struct week_load)), .milestones = plan_milestones(plan)};
	load_plan_weeks(plan, o.weeks);
	for (int k = 0; k < plan->shape.weeks; k++)
		o.minutes += o.weeks[k].minutes;
	o.peak_week = load_peak_week(o.weeks, &plan->shape);
	return o;
}

static void outline_release(struct outline *o)
{
	free(o->weeks);
	free(o->milestones);
	findings_release(&o->findings);
	plan_free(o->plan);
}

json_t *json_plan_weeks(const struct plan *plan)
{
	struct week_load *loads = xcalloc((size_t)plan->shape.weeks, sizeof(*loads));
	const char **milestones = plan_milestones(plan);
	load_plan_weeks(plan, loads);
	json_t *weeks = json_weeks(&plan->shape, loads, DAY_NONE, false, milestones);
	free(milestones);
	free(loads);
	return weeks;
}

/* --- enrolling ----------------------------------------------------------------------------------------------------------------- */

enum { PLAN_YEARS_AWAY_MAX = 50 }; /* zones are known by rule alone from some day on, and nobody plans that far */

bool api_plan_day(struct app *app, struct rpc_call *call, const char *parameter, const char *text, int32_t *ret_day)
{
	int32_t today = app_today(app).day;
	if (!when_day(text, today, ret_day)) {
		rpc_error(call, "InvalidDate", json_pack("{s:s, s:s}", "text", text, "expected", WHEN_DAY_FORMS));
		return false;
	}
	if (abs(*ret_day - today) <= PLAN_YEARS_AWAY_MAX * 366)
		return true;
	api_out_of_range(call, parameter, text, "a day within 50 years");
	return false;
}

bool api_check_monday(struct rpc_call *call, int32_t day)
{
	int32_t monday = day_monday(day);
	if (monday == day)
		return true;
	rpc_error(call, "NotAMonday",
		  json_pack("{s:o, s:o, s:o}", "date", json_day(day), "before", json_day(monday), "after", json_day(monday + WEEK_DAYS)));
	return false;
}

/* A race date that leaves fewer weeks than the plan has is refused (IDEAS 52): weeks that have begun count. */
static bool check_weeks(struct app *app, struct rpc_call *call, const struct plan *plan, int32_t start, int32_t race)
{
	int32_t this_monday = day_monday(app_today(app).day);
	if (start >= this_monday)
		return true;
	int32_t left = (day_monday(race) - this_monday) / WEEK_DAYS + 1;
	int32_t earliest = this_monday + (plan->shape.weeks - 1) * WEEK_DAYS + (race - day_monday(race));
	rpc_error(call, "NotEnoughWeeks",
		  json_pack("{s:s, s:i, s:i, s:o}", "plan", plan->name, "weeks", plan->shape.weeks, "weeks_left", left > 0 ? (int)left : 0,
			    "earliest", json_day(earliest)));
	return false;
}

/* false: an error was replied. */
static bool find_start(struct app *app, struct rpc_call *call, json_t *parameters, const struct plan *plan, int32_t *ret_start)
{
	const char *start = api_text(parameters, "start"), *race = api_text(parameters, "race");
	int32_t day;
	if (!start == !race) {
		rpc_error(call, "OutOfRange",
			  json_pack("{s:s, s:s, s:s}", "parameter", "start", "value", start ? start : "", "expected",
				    "exactly one of a start Monday and a race day"));
		return false;
	}
	if (!api_plan_day(app, call, start ? "start" : "race", start ? start : race, &day))
		return false;
	*ret_start = start ? day : schedule_start_for_race(plan->shape.weeks, day);
	return start ? api_check_monday(call, day) : check_weeks(app, call, plan, *ret_start, day);
}

static json_t *sessions_outside(const struct app *app, const struct enrolment *enrolment)
{
	json_t *list = json_array();
	for (size_t i = 0; i < enrolment->session_count; i++) {
		const struct session *session = &enrolment->sessions[i];
		struct civil start = zone_civil(app->engine->local, session->start_at);
		if (!state_is_final(session->life.state) && !policy_in_hours(&app->engine->policy, start, session->plan.minutes))
			json_array_append_new(list, json_one_session(app, enrolment, session));
	}
	return list;
}

/* What would keep the first days from working (IDEAS 4). */
static json_t *preflight(const struct app *app, const struct enrolment *enrolment)
{
	json_t *list = json_array();
	if (app->server_problem)
		json_array_append_new(list, json_check("notifications", "problem", "start a notification server, then 'pacer doctor'",
						       xasprintf("bubbles cannot appear: %s", app->server_problem)));
	if (app->config.problem_count)
		json_array_append_new(list, json_check("settings", "problem", "mend the file, or set it again with 'pacer config'",
						       xasprintf("%s:%d: %s", app->config.path, app->config.problems[0].line,
								 app->config.problems[0].text)));
	if (!app->engine->policy.work_days)
		json_array_append_new(
			list, json_check("hours", "problem", "pacer config hours.work_days mon-fri", xstrdup("no working day is set")));
	int32_t today = app_today(app).day;
	if (enrolment->start_day < day_monday(today))
		json_array_append_new(
			list, json_check("start", "note", NULL, xstrdup("sessions before today are excused: nothing to catch up on")));
	return list;
}

static void note_tracks(const struct plan *plan, const struct enrolment *enrolment, json_t *checks)
{
	if (plan->tracks && !enrolment->tracks)
		json_array_append_new(
			checks, json_check("tracks", "note", "pacer enroll with --track takes the sessions of one",
					   xasprintf("this plan has tracks (%s); without a choice they are all yours", plan->tracks)));
}

static json_t *enroll_reply(struct app *app, const struct enrolment *enrolment, const struct outline *o)
{
	json_t *outside = sessions_outside(app, enrolment), *checks = preflight(app, enrolment);
	api_note_forced(o->plan, &o->findings, checks);
	api_note_lead(app, o->plan, enrolment, checks);
	note_tracks(o->plan, enrolment, checks);
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:b, s:i, s:i, s:i, s:i, s:o, s:o, s:o, s:i, s:o}", "enrollment", enrolment->id, "plan",
			 enrolment->plan_name, "title", json_text(enrolment->plan_title), "start", json_day(enrolment->start_day), "race",
			 json_day(schedule_race_day(enrolment)), "has_race", schedule_has_race(enrolment), "weeks", enrolment->shape.weeks,
			 "sessions", (int)enrolment->session_count, "minutes", o->minutes, "peak_week", o->peak_week, "outline",
			 json_weeks(&enrolment->shape, o->weeks, enrolment->start_day, false, o->milestones), "first",
			 json_one_session(app, enrolment, &enrolment->sessions[0]), "outside", outside, "outside_count",
			 (int)json_array_size(outside), "preflight", checks);
}

static void refuse_enrol(struct app *app, struct rpc_call *call, int code, struct err *err, const struct plan *plan, int32_t start)
{
	if (code == ENGINE_TWICE) {
		rpc_error(call, "AlreadyEnrolled",
			  json_pack("{s:s, s:s, s:o}", "enrollment", err->text, "plan", plan->name, "start", json_day(start)));
		err_release(err);
	} else {
		api_refuse(app, call, code, err, NULL, "enroll");
	}
}

bool api_pick_tracks(struct rpc_call *call, const char *wanted, struct plan *plan, char **ret_tracks)
{
	const char *unknown;
	size_t length;
	*ret_tracks = wanted ? track_pick(plan, wanted, &unknown, &length) : NULL;
	if (wanted && !*ret_tracks) {
		OWNED_TEXT *value = xasprintf("%.*s", (int)length, unknown);
		OWNED_TEXT *expected =
			plan->tracks ? xasprintf("tracks of the plan: %s", plan->tracks) : xstrdup("none: this plan has no tracks");
		rpc_error(call, "OutOfRange",
			  json_pack("{s:s, s:o, s:o}", "parameter", "track", "value", json_text(value), "expected", json_text(expected)));
		return false;
	}
	track_keep(plan, *ret_tracks);
	if (plan->session_count)
		return true;
	rpc_error(call, "OutOfRange",
		  json_pack("{s:s, s:s, s:s}", "parameter", "track", "value", *ret_tracks, "expected", "a track with sessions in it"));
	return false;
}

static void enroll(struct app *app, struct rpc_call *call, const struct outline *o, const char *tracks, int32_t start, bool dry_run)
{
	struct err err = {0};
	struct enrolment *enrolment = schedule_enrol(o->plan, start, &app->engine->policy, tz_source(), app->engine->local, app_now(app));
	text_replace(&enrolment->tracks, tracks ? xstrdup(tracks) : NULL);
	if (dry_run) {
		api_reply_done(call, enroll_reply(app, enrolment, o));
		enrolment_free(enrolment);
		return;
	}
	/* The engine owns it from here; after a refusal it is ours again, after a failed commit it went with the engine. */
	json_t *reply = enroll_reply(app, enrolment, o);
	const struct event event = {.kind = EVENT_ENROL, .via = "cli", .enrolment = enrolment};
	int r = app_step(app, &event, &err);
	if (!r) {
		const struct engine *engine = app->engine;
		const char *id = engine->enrolments[engine->enrolment_count - 1]->id;
		json_object_set_new(reply, "enrollment", json_string(id));
		json_object_set_new(json_object_get(reply, "first"), "enrollment", json_string(id));
		api_reply_done(call, reply);
		return;
	}
	json_decref(reply);
	if (r != APP_STORAGE)
		enrolment_free(enrolment);
	refuse_enrol(app, call, r, &err, o->plan, start);
}

void api_enroll(struct app *app, struct rpc_call *call, json_t *parameters)
{
	struct findings findings = {0};
	int32_t start;
	const struct plan_file *file = api_plan_file(app, call, api_text(parameters, "plan"));
	struct plan *plan = file ? api_read_plan(app, call, file, &findings) : NULL;
	if (!plan) {
		findings_release(&findings);
		return;
	}
	OWNED_TEXT *tracks = NULL;
	lint_sense(plan, &findings);
	bool is_draft = findings_errors(&findings) && !api_flag(parameters, "force"); /* nobody gets into one by accident */
	if (is_draft)
		api_refuse_draft(call, plan, file->path, &findings);
	bool fits = !is_draft && api_pick_tracks(call, api_text(parameters, "tracks"), plan, &tracks);
	struct outline o = outline_of(plan);
	o.findings = findings;
	if (fits && find_start(app, call, parameters, plan, &start))
		enroll(app, call, &o, tracks, start, api_flag(parameters, "dry_run"));
	outline_release(&o);
}

void api_leave(struct app *app, struct rpc_call *call, json_t *parameters)
{
	uint32_t index;
	struct err err = {0};
	if (!api_enrolment(app, call, api_text(parameters, "enrollment"), &index))
		return;
	const struct event event = {.kind = EVENT_LEAVE, .via = "cli", .ref = {index, 0}};
	json_t *reply = json_pack("{s:o}", "enrollment", json_enrolment(app, index));
	int r = api_flag(parameters, "dry_run") ? 0 : app_step(app, &event, &err);
	if (r) {
		json_decref(reply);
		api_refuse(app, call, r, &err, NULL, "leave");
		return;
	}
	rpc_reply(call, reply);
}

void api_list_enrollments(struct app *app, struct rpc_call *call, json_t *parameters UNUSED)
{
	json_t *list = json_array();
	for (uint32_t i = 0; i < app->engine->enrolment_count; i++)
		if (app->engine->enrolments[i]->left.s == INSTANT_NEVER)
			json_array_append_new(list, json_enrolment(app, i));
	rpc_reply(call, json_pack("{s:o}", "enrollments", list));
}
