/* What a learner looks at: today, the week, what is next, open questions, why. */
#include "api.h"
#include "core/when.h"

static json_t *running_enrolments(const struct app *app, int32_t day, struct week_load *ret_sum)
{
	json_t *list = json_array();
	for (uint32_t i = 0; i < app->engine->enrolment_count; i++) {
		const struct enrolment *enrolment = app->engine->enrolments[i];
		if (enrolment->left.s != INSTANT_NEVER)
			continue;
		struct week_load sum = api_week_sum(enrolment, schedule_week(enrolment, day));
		ret_sum->minutes += sum.minutes;
		ret_sum->minutes_done += sum.minutes_done;
		json_array_append_new(list, json_enrolment(app, i));
	}
	return list;
}

static json_t *sessions_of_day(const struct app *app, int32_t day)
{
	const struct zone *zone = app->engine->local;
	const struct agenda_ref *refs;
	size_t count = agenda_span(app->engine->agenda, zone_resolve(zone, (struct civil){day, 0}),
				   zone_resolve(zone, (struct civil){day + 1, 0}), &refs);
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_session(app, refs[i]));
	return list;
}

/* Every session in order of start. */
static size_t all_sessions(const struct app *app, const struct agenda_ref **ret_refs)
{
	return agenda_span(app->engine->agenda, (struct instant){INT64_MIN}, (struct instant){INSTANT_NEVER}, ret_refs);
}

static int count_questions(const struct app *app)
{
	const struct agenda_ref *refs;
	int questions = 0;
	for (size_t i = 0, count = all_sessions(app, &refs); i < count; i++)
		questions += session_question(engine_session(app->engine, refs[i])) != ALARM_COUNT;
	return questions;
}

/* What keeps bubbles from appearing: a trouble first, else an absence. */
static void set_notice(const struct app *app, json_t *reply)
{
	char stamp[STAMP_TEXT];
	static const char *const words[ABSENCE_KIND_COUNT] = {
		[ABSENCE_AWAY] = "away", [ABSENCE_PAUSE] = "paused", [ABSENCE_BUSY] = "in a meeting"};
	const struct engine *engine = app->engine;
	const struct absence *absence = engine_absence_now(engine, app_now(app));
	int used = engine_notices_today(engine, app_now(app)), most = engine->policy.notices_a_day;
	OWNED_TEXT *text = NULL;
	if (absence) {
		text = xasprintf("%s until %.16s: notices wait; pacer resume ends it", words[absence->kind],
				 zone_stamp(stamp, engine->local, absence->to));
		*strchr(text, 'T') = ' ';
	} else if (engine->policy.channel == CHANNEL_NONE) {
		text = xstrdup("notices are off (notices.channel none): questions wait in pacer inbox");
	} else if (most && used >= most) {
		text = xasprintf("today's %d notices are used: more questions wait in pacer inbox", most);
	}
	const char *trouble = app->store_problem ? app->store_problem : app->server_problem;
	json_set_text(reply, "notice", trouble ? trouble : text);
}

void api_today_method(struct app *app, struct rpc_call *call, json_t *parameters)
{
	const char *text = api_text(parameters, "date");
	int32_t today = app_today(app).day, day = today;
	if (text && !when_day(text, today, &day)) {
		rpc_error(call, "InvalidDate", json_pack("{s:s, s:s}", "text", text, "expected", WHEN_DAY_FORMS));
		return;
	}
	struct week_load sum = {0};
	json_t *enrolments = running_enrolments(app, day, &sum);
	json_t *reply = json_pack("{s:o, s:s, s:o, s:o, s:i, s:i, s:i}", "date", json_day(day), "weekday", weekday_name[day_weekday(day)],
				  "enrollments", enrolments, "sessions", sessions_of_day(app, day), "week_minutes", sum.minutes,
				  "week_minutes_done", sum.minutes_done, "questions", count_questions(app));
	set_notice(app, reply);
	rpc_reply(call, reply);
}

static const char *week_milestone(const struct enrolment *enrolment, int week)
{
	const char *last = NULL;
	for (size_t i = 0; i < enrolment->session_count; i++)
		if (enrolment->sessions[i].plan.week == week && enrolment->sessions[i].plan.milestone &&
		    !session_is_withdrawn(&enrolment->sessions[i]))
			last = enrolment->sessions[i].plan.milestone;
	return last;
}

/* In order of start, by a sort that keeps the order of equals: a week has a handful. */
static void sort_by_start(const struct enrolment *enrolment, uint32_t *at, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k > 0 && enrolment->sessions[at[k]].start_at.s < enrolment->sessions[at[k - 1]].start_at.s; k--) {
			uint32_t later = at[k - 1];
			at[k - 1] = at[k];
			at[k] = later;
		}
}

/* Sessions of a plan week stand together: the plan is sorted. */
static json_t *sessions_of_week(const struct app *app, uint32_t index, int week, int *ret_load)
{
	const struct enrolment *enrolment = app->engine->enrolments[index];
	json_t *list = json_array();
	uint32_t *at = NULL;
	size_t count = 0;
	*ret_load = 0;
	for (size_t i = 0; i < enrolment->session_count; i++) {
		const struct plan_session *plan = &enrolment->sessions[i].plan;
		if (plan->week != week)
			continue;
		*ret_load += plan->minutes * plan->effort;
		at = xreallocarray(at, count + 1, sizeof(*at));
		at[count++] = (uint32_t)i;
	}
	sort_by_start(enrolment, at, count);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_session(app, (struct agenda_ref){index, at[i]}));
	free(at);
	return list;
}

void api_week(struct app *app, struct rpc_call *call, json_t *parameters)
{
	uint32_t index;
	int load;
	if (!api_enrolment(app, call, api_text(parameters, "enrollment"), &index))
		return;
	const struct enrolment *enrolment = app->engine->enrolments[index];
	int weeks = enrolment->shape.weeks, now_week = schedule_week(enrolment, app_today(app).day);
	int fallback = now_week < 1 ? 1 : now_week > weeks ? weeks : now_week;
	json_int_t asked = api_int(parameters, "week", fallback);
	if (asked < 1 || asked > weeks) {
		OWNED_TEXT *value = xasprintf("%lld", (long long)asked);
		OWNED_TEXT *expected = xasprintf("1 to %d", weeks);
		rpc_error(call, "OutOfRange", json_pack("{s:s, s:s, s:s}", "parameter", "week", "value", value, "expected", expected));
		return;
	}
	int week = (int)asked;
	struct week_load sum = api_week_sum(enrolment, week);
	json_t *sessions = sessions_of_week(app, index, week, &load);
	json_t *reply =
		json_pack("{s:o, s:i, s:i, s:s, s:b, s:o, s:i, s:i, s:i, s:o}", "enrollment", json_enrolment(app, index), "week", week,
			  "weeks", weeks, "phase", shape_phase(&enrolment->shape, week), "cutback",
			  shape_is_cutback(&enrolment->shape, week), "start", json_day(enrolment->start_day + (week - 1) * WEEK_DAYS),
			  "minutes", sum.minutes, "minutes_done", sum.minutes_done, "load", load, "sessions", sessions);
	json_set_text(reply, "milestone", week_milestone(enrolment, week));
	rpc_reply(call, reply);
}

void api_next(struct app *app, struct rpc_call *call, json_t *parameters UNUSED)
{
	const struct agenda_ref *refs;
	struct agenda_ref next;
	struct instant now = app_now(app);
	if (!engine_running_enrolments(app->engine)) {
		rpc_error(call, "NothingEnrolled", NULL);
		return;
	}
	json_t *reply = json_object();
	if (engine_find_next(app->engine, now, &next))
		json_object_set_new(reply, "session", json_session(app, next));
	/* The next milestone only (IDEAS 54): the first session still open that carries one. */
	for (size_t i = 0, count = all_sessions(app, &refs); i < count; i++) {
		const struct session *session = engine_session(app->engine, refs[i]);
		if (!session->plan.milestone || state_is_final(session->life.state))
			continue;
		json_set_text(reply, "milestone", session->plan.milestone);
		json_object_set_new(reply, "milestone_week", json_integer(session->plan.week));
		break;
	}
	rpc_reply(call, reply);
}

/* --- questions ----------------------------------------------------------------------------------------------------------------- */

static json_t *answers_to(enum alarm_kind question)
{
	if (question == ALARM_START)
		return json_pack("[s, s, s, s]", "start", "snooze", "skip", "done");
	return json_pack("[s, s, s, s]", "done", "partly", "snooze", "skip");
}

void api_inbox(struct app *app, struct rpc_call *call, json_t *parameters UNUSED)
{
	const struct agenda_ref *refs;
	json_t *questions = json_array();
	for (size_t i = 0, count = all_sessions(app, &refs); i < count; i++) {
		const struct session *session = engine_session(app->engine, refs[i]);
		enum alarm_kind question = session_question(session);
		if (question == ALARM_COUNT)
			continue;
		struct instant since = question == ALARM_START ? session->start_at : session_end(session);
		json_array_append_new(questions,
				      json_pack("{s:o, s:s, s:o, s:o}", "session", json_session(app, refs[i]), "question",
						alarm_name[question], "since", json_stamp(app, since), "answers", answers_to(question)));
	}
	rpc_reply(call, json_pack("{s:o}", "questions", questions));
}

/* --- why ----------------------------------------------------------------------------------------------------------------------- */

struct collecting {
	const struct app *app;
	json_t *list;
};

static void add_entry(void *ctx, const struct journal_entry *entry)
{
	struct collecting *c = ctx;
	json_array_append_new(c->list, json_entry(c->app, entry));
}

static void add_notice(void *ctx, const struct notice *notice)
{
	struct collecting *c = ctx;
	json_array_append_new(c->list, json_notice(c->app, notice));
}

/* Everything about one session. */
static int collect_story(const struct app *app, const char *enrolment, const char *id, struct collecting *entries,
			 struct collecting *notices, struct err *err)
{
	enum { ENTRIES_MAX = 500 };
	int r = store_journal(app->store, enrolment, id, ENTRIES_MAX, add_entry, entries, err);
	return r ? r : store_notices(app->store, enrolment, id, add_notice, notices, err);
}

/* What happened lately, and the notices that no session's story tells. */
static int collect_all(const struct app *app, struct collecting *entries, struct collecting *notices, struct err *err)
{
	enum { ENTRIES_MAX = 60, NOTICES_S = 2 * WEEK_DAYS * DAY_S };
	int r = store_journal(app->store, NULL, NULL, ENTRIES_MAX, add_entry, entries, err);
	return r ? r : store_day_notices(app->store, (struct instant){app_now(app).s - NOTICES_S}, add_notice, notices, err);
}

/* Whose story is told. */
struct subject {
	const char *enrolment, *id; /* NULL: of everything */
	bool gone;                  /* a new session has its place in the learner's copy: the journal alone knows it */
};

/* The id within text when it may be one of this enrolment, else NULL. */
static const char *id_within(const char *enrolment, const char *text)
{
	const char *slash = strchr(text, '/');
	if (!slash)
		return text;
	size_t length = (size_t)(slash - text);
	return length == strlen(enrolment) && !strncasecmp(enrolment, text, length) ? slash + 1 : NULL;
}

/* Looks in the journal for a session whose place another one has by now. Returns how many enrolments had one of that name, < 0 on error. */
static int find_gone(const struct app *app, const char *text, struct subject *ret, json_t *candidates, struct err *err)
{
	int found = 0;
	for (uint32_t i = 0; i < app->engine->enrolment_count; i++) {
		const struct enrolment *enrolment = app->engine->enrolments[i];
		const char *id = enrolment->left.s == INSTANT_NEVER ? id_within(enrolment->id, text) : NULL;
		if (!id || !*id)
			continue;
		struct collecting last = {app, json_array()};
		int r = store_journal(app->store, enrolment->id, id, 1, add_entry, &last, err);
		if (!r && json_array_size(last.list)) {
			found++;
			*ret = (struct subject){enrolment->id, id, true};
			json_array_append_new(candidates, json_sprintf("%s/%s", enrolment->id, id));
		}
		json_decref(last.list);
		if (r)
			return r < 0 ? r : -r;
	}
	return found;
}

/* false: an error was replied. */
static bool find_subject(struct app *app, struct rpc_call *call, const char *text, struct subject *ret, struct agenda_ref *ret_ref)
{
	struct err err = {0};
	json_t *candidates = json_array();
	int gone = *text && !api_session_exists(app, text) ? find_gone(app, text, ret, candidates, &err) : 0;
	bool good = gone == 1;
	if (gone < 0)
		api_refuse(app, call, APP_STORAGE, &err, NULL, "why");
	else if (gone > 1)
		rpc_error(call, "AmbiguousSession", json_pack("{s:s, s:O}", "id", text, "candidates", candidates));
	else if (!gone && api_session(app, call, text, API_ASKED_OR_NEXT, ret_ref)) {
		*ret = (struct subject){app->engine->enrolments[ret_ref->enrolment]->id, engine_session(app->engine, *ret_ref)->plan.id,
					false};
		good = true;
	}
	json_decref(candidates);
	return good;
}

void api_why(struct app *app, struct rpc_call *call, json_t *parameters)
{
	const char *name = api_text(parameters, "session");
	struct agenda_ref ref = {0};
	struct subject of = {0};
	struct err err = {0};
	if (name && !find_subject(app, call, name, &of, &ref))
		return;
	struct collecting entries = {app, json_array()}, notices = {app, json_array()};
	int r = of.id ? collect_story(app, of.enrolment, of.id, &entries, &notices, &err) : collect_all(app, &entries, &notices, &err);
	json_t *reply = json_pack("{s:o, s:o}", "entries", entries.list, "notices", notices.list);
	if (r) {
		json_decref(reply);
		api_refuse(app, call, APP_STORAGE, &err, NULL, "why");
		return;
	}
	if (of.gone)
		json_object_set_new(reply, "gone", json_sprintf("%s/%s", of.enrolment, of.id));
	else if (of.id)
		json_object_set_new(reply, "session", json_session(app, ref));
	rpc_reply(call, reply);
}
