#include "api.h"

#include <assert.h>

#include "log.h"

const struct api_method api_methods[] = {
	{"Today", api_today_method},
	{"Week", api_week},
	{"Map", api_map},
	{"Skills", api_skills},
	{"Next", api_next},
	{"ListPlans", api_list_plans},
	{"ShowPlan", api_show_plan},
	{"NewPlan", api_new_plan},
	{"EditPlan", api_edit_plan},
	{"RenamePlan", api_rename_plan},
	{"RemovePlan", api_remove_plan},
	{"UndoPlan", api_undo_plan},
	{"ExportPlan", api_export_plan},
	{"ImportPlan", api_import_plan},
	{"LintPlan", api_lint_plan},
	{"DiffPlans", api_diff_plans},
	{"FormatPlan", api_format_plan},
	{"SimulatePlan", api_simulate_plan},
	{"UpdateEnrollment", api_update_enrollment},
	{"Enroll", api_enroll},
	{"Leave", api_leave},
	{"ListEnrollments", api_list_enrollments},
	{"Start", api_start},
	{"Done", api_done},
	{"Skip", api_skip},
	{"Snooze", api_snooze},
	{"Move", api_move},
	{"Inbox", api_inbox},
	{"Help", api_help},
	{"Why", api_why},
	{"Undo", api_undo},
	{"Prepare", api_prepare},
	{"Intend", api_intend},
	{"Open", api_open},
	{"Away", api_away},
	{"Busy", api_busy},
	{"Pause", api_pause},
	{"Resume", api_resume},
	{"ListAbsences", api_list_absences},
	{"TestBubble", api_test_bubble},
	{"Watch", api_watch},
	{"Doctor", api_doctor},
	{"ListSettings", api_list_settings},
	{"SetSetting", api_set_setting},
	{NULL, NULL},
};

const char *const api_streaming[] = {"Watch", NULL};

void api_call(void *ctx, struct rpc_call *call, const char *method, json_t *parameters)
{
	const struct api_method *row = api_methods;
	while (row->name && strcmp(row->name, method) != 0)
		row++;
	assert(row->name); /* the interface text and the table of methods agree: a test holds them together */
	row->handle(ctx, call, parameters);
}

/* --- parameters ---------------------------------------------------------------------------------------------------------------- */

const char *api_text(json_t *parameters, const char *name)
{
	return json_string_value(json_object_get(parameters, name));
}

json_int_t api_int(json_t *parameters, const char *name, json_int_t fallback)
{
	json_t *value = json_object_get(parameters, name);
	return json_is_integer(value) ? json_integer_value(value) : fallback;
}

bool api_flag(json_t *parameters, const char *name)
{
	return json_is_true(json_object_get(parameters, name));
}

struct week_load api_week_sum(const struct enrolment *enrolment, int week)
{
	struct week_load *weeks = xcalloc((size_t)enrolment->shape.weeks, sizeof(*weeks)), sum = {0};
	load_session_weeks(enrolment->sessions, enrolment->session_count, enrolment->shape.weeks, weeks);
	if (week >= 1 && week <= enrolment->shape.weeks)
		sum = weeks[week - 1];
	free(weeks);
	return sum;
}

/* --- suggestions --------------------------------------------------------------------------------------------------------------- */

/* Edit distance, cut off: names are short. */
static size_t distance(const char *a, const char *b)
{
	enum { MOST = 64 };
	size_t m = strnlen(a, MOST), n = strnlen(b, MOST), row[MOST + 1];
	for (size_t k = 0; k <= n; k++)
		row[k] = k;
	for (size_t i = 1; i <= m; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t k = 1; k <= n; k++) {
			size_t best = corner + (a[i - 1] != b[k - 1]);
			corner = row[k];
			if (row[k] + 1 < best)
				best = row[k] + 1;
			if (row[k - 1] + 1 < best)
				best = row[k - 1] + 1;
			row[k] = best;
		}
	}
	return row[n];
}

json_t *api_suggest(const char *text, const char *const *names, size_t count)
{
	enum { MOST = 3, FAR = 4 };
	json_t *found = json_array();
	for (size_t far = 0; far <= FAR && json_array_size(found) < MOST; far++)
		for (size_t i = 0; i < count && json_array_size(found) < MOST; i++) {
			size_t d = distance(text, names[i]);
			/* A name that begins with the text is as close as a typo. */
			if (!strncmp(names[i], text, strlen(text)) && *text)
				d = 1;
			if (d == far && d < strlen(names[i]))
				json_array_append_new(found, json_string(names[i]));
		}
	return found;
}

/* --- which session ------------------------------------------------------------------------------------------------------------- */

static bool matches(const struct enrolment *enrolment, const char *id, const char *text, size_t *ret_exact)
{
	char full[NOTICE_KEY_MAX];
	snprintf(full, sizeof(full), "%s/%s", enrolment->id, id);
	*ret_exact = !strcasecmp(id, text) || !strcasecmp(full, text);
	return *ret_exact || !strncasecmp(id, text, strlen(text)) || (strchr(text, '/') && !strncasecmp(full, text, strlen(text)));
}

struct matched {
	struct agenda_ref ref;
	size_t exact, count, exact_count;
	json_t *candidates;
};

static void match_all(const struct engine *engine, const char *text, struct matched *m)
{
	for (uint32_t i = 0; i < engine->enrolment_count; i++) {
		const struct enrolment *enrolment = engine->enrolments[i];
		for (uint32_t k = 0; enrolment->left.s == INSTANT_NEVER && k < enrolment->session_count; k++) {
			size_t exact;
			const char *id = enrolment->sessions[k].plan.id;
			if (!matches(enrolment, id, text, &exact))
				continue;
			if (exact ? !m->exact_count++ : !m->exact_count && !m->count)
				m->ref = (struct agenda_ref){i, k};
			m->count++;
			if (m->candidates && json_array_size(m->candidates) < 10) {
				char typed[NOTICE_KEY_MAX];
				engine_ref_text(engine, (struct agenda_ref){i, k}, typed);
				json_array_append_new(m->candidates, json_string(typed));
			}
		}
	}
}

static void no_such_session(struct app *app, struct rpc_call *call, const char *text)
{
	const struct engine *engine = app->engine;
	const char **names = NULL;
	size_t count = 0;
	for (size_t i = 0; i < engine->enrolment_count; i++) {
		const struct enrolment *enrolment = engine->enrolments[i];
		if (enrolment->left.s != INSTANT_NEVER)
			continue;
		names = xreallocarray(names, count + enrolment->session_count, sizeof(*names));
		for (size_t k = 0; k < enrolment->session_count; k++)
			names[count++] = enrolment->sessions[k].plan.id;
	}
	rpc_error(call, "NoSuchSession", json_pack("{s:s, s:o}", "id", text, "suggestions", api_suggest(text, names, count)));
	free(names);
}

static bool session_by_default(struct app *app, struct rpc_call *call, enum api_default fallback, struct agenda_ref *ret_ref)
{
	struct instant now = app_now(app);
	bool found = engine_find_current(app->engine, now, ret_ref);
	const struct session *session = found ? engine_session(app->engine, *ret_ref) : NULL;
	if (found && (fallback == API_ASKED_OR_NEXT || session->life.state == STATE_RUNNING || session_question(session) != ALARM_COUNT))
		return true;
	rpc_error(call, "NothingToAnswer", NULL);
	return false;
}

bool api_session(struct app *app, struct rpc_call *call, const char *text, enum api_default fallback, struct agenda_ref *ret_ref)
{
	if (!engine_running_enrolments(app->engine)) {
		rpc_error(call, "NothingEnrolled", NULL);
		return false;
	}
	if (!text)
		return session_by_default(app, call, fallback, ret_ref);
	if (!strcasecmp(text, "next")) {
		if (engine_find_next(app->engine, app_now(app), ret_ref))
			return true;
		rpc_error(call, "NothingToAnswer", NULL);
		return false;
	}
	struct matched m = {.candidates = json_array()};
	if (*text)
		match_all(app->engine, text, &m);
	bool unique = m.exact_count == 1 || (!m.exact_count && m.count == 1);
	if (unique)
		*ret_ref = m.ref;
	else if (!m.count)
		no_such_session(app, call, text);
	else
		rpc_error(call, "AmbiguousSession", json_pack("{s:s, s:O}", "id", text, "candidates", m.candidates));
	json_decref(m.candidates);
	return unique;
}

bool api_session_exists(const struct app *app, const char *text)
{
	struct matched m = {0};
	match_all(app->engine, text, &m);
	return m.exact_count > 0;
}

bool api_enrolment(struct app *app, struct rpc_call *call, const char *text, uint32_t *ret_index)
{
	const struct engine *engine = app->engine;
	const char *names[ENROLMENTS_MAX];
	size_t count = 0;
	uint32_t only = 0;
	for (uint32_t i = 0; i < engine->enrolment_count && count < ENROLMENTS_MAX; i++) {
		const struct enrolment *enrolment = engine->enrolments[i];
		if (enrolment->left.s != INSTANT_NEVER)
			continue;
		names[count++] = enrolment->id;
		only = i;
		if (text && (!strcasecmp(enrolment->id, text) || !strcasecmp(enrolment->plan_name, text))) {
			*ret_index = i;
			return true;
		}
	}
	if (!count)
		rpc_error(call, "NothingEnrolled", NULL);
	else if (!text && count == 1)
		return *ret_index = only, true;
	else if (!text)
		rpc_error(call, "NoSuchEnrollment", json_pack("{s:s, s:o}", "id", "", "suggestions", api_suggest("e", names, count)));
	else
		rpc_error(call, "NoSuchEnrollment", json_pack("{s:s, s:o}", "id", text, "suggestions", api_suggest(text, names, count)));
	return false;
}

/* --- refusals ------------------------------------------------------------------------------------------------------------------ */

static const char *hint_for(const struct session *session)
{
	enum session_state state = session->life.state;
	if (state == STATE_RUNNING)
		return "it is running: 'pacer done' or 'pacer done --partly' ends it";
	if (state == STATE_DONE || state == STATE_PARTIAL)
		return "it is logged: 'pacer undo' takes that back, 'pacer done' with --minutes or --effort corrects it";
	if (state == STATE_MISSED)
		return "its catch window has closed: what was done can still be logged with 'pacer done'";
	if (state_is_final(state))
		return "'pacer undo' takes it back";
	return "'pacer why' tells what happened to it";
}

void api_refuse(struct app *app, struct rpc_call *call, int code, struct err *err, const struct agenda_ref *ref, const char *action)
{
	const struct session *session = ref ? engine_session(app->engine, *ref) : NULL;
	char id[NOTICE_KEY_MAX] = "";
	if (ref)
		engine_ref_text(app->engine, *ref, id);
	const char *text = err->text ? err->text : "";
	if (code == APP_STORAGE)
		rpc_error(call, "StorageFailed", json_pack("{s:o}", "reason", json_text(text)));
	else if (code == ENGINE_AGAINST_RULE)
		rpc_error(call, "AgainstRule",
			  json_pack("{s:s, s:s, s:s}", "session", id, "rule", app->engine->forbidden_rule, "text", text));
	else if (code == ENGINE_LIMIT)
		rpc_error(call, "LimitReached", json_pack("{s:s, s:i}", "what", "enrollments", "limit", ENROLMENTS_MAX));
	else if (code == ENGINE_UNPREPARED && ref)
		api_unprepared(app, call, *ref);
	else if (code == ENGINE_STALE)
		rpc_error(call, "NothingToUndo", NULL);
	else
		rpc_error(call, "NotPossible",
			  json_pack("{s:s, s:s, s:s, s:s}", "session", id, "state", session ? state_name[session->life.state] : "",
				    "action", action, "hint",
				    session && !strstr(text, "does not apply") && *text ? text
				    : session                                           ? hint_for(session)
											: text));
	err_release(err);
}
