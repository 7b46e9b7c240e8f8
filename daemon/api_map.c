/* What a learner finds along the course: the map of an enrolment, its skills, and where to turn in a session. */
#include "api.h"
#include "core/cards.h"
#include "core/skills.h"

enum { LEAD_DAYS = 2 * WEEK_DAYS }; /* that leads are ahead of those they lead (IDEAS 58) */

/* --- cards of the plan ----------------------------------------------------------------------------------------------------------- */

static json_t *json_part(const char *text, size_t length)
{
	OWNED_TEXT *part = xstrndup(text, length);
	return json_text(part);
}

static void add_persona(json_t *list, const char *slug, size_t length, const struct card *card)
{
	json_t *persona = json_pack("{s:o}", "slug", json_part(slug, length));
	if (card)
		json_object_set_new(persona, "text", json_part(card->text, card->text_length));
	json_array_append_new(list, persona);
}

json_t *json_personas(const struct plan *plan, const char *words)
{
	json_t *list = json_array();
	struct card card;
	for (const char *at = words ? NULL : plan->personas; card_next(&at, &card);)
		add_persona(list, card.key, card.key_length, &card);
	for (const char *at = words ? words : ""; *(at += strspn(at, " "));) {
		size_t length = strcspn(at, " ");
		add_persona(list, at, length, card_find(plan->personas, at, length, &card) ? &card : NULL);
		at += length;
	}
	return list;
}

json_t *json_stations(const struct plan *plan, int week, int32_t start_day)
{
	json_t *list = json_array();
	struct card card;
	for (int k = week ? week : 1; k <= (week ? week : plan->shape.weeks); k++)
		for (const char *at = plan->stations; card_next(&at, &card);) {
			if (card_week(&card, plan->shape.weeks) != k)
				continue;
			json_t *station = json_pack("{s:i, s:o}", "week", k, "text", json_part(card.text, card.text_length));
			if (start_day != DAY_NONE)
				json_object_set_new(station, "start", json_day(start_day + (k - 1) * WEEK_DAYS));
			json_array_append_new(list, station);
		}
	return list;
}

/* The plan's file as it is now; NULL: it is gone, or cannot be used. The caller frees it. */
static struct plan *live_plan(const struct app *app, const struct enrolment *enrolment)
{
	struct findings findings = {0};
	const struct plan_file *file = api_file_of(app, enrolment);
	struct plan *plan = file ? planfiles_read(app->planfiles, file, &findings) : NULL;
	findings_release(&findings);
	return plan;
}

/* --- the map --------------------------------------------------------------------------------------------------------------------- */

/* The last session of the week that carries a milestone; NULL: none. */
static const struct session *milestone_of(const struct enrolment *enrolment, int week)
{
	const struct session *last = NULL;
	for (size_t i = 0; i < enrolment->session_count; i++) {
		const struct session *session = &enrolment->sessions[i];
		if (session->plan.week == week && session->plan.milestone && !session_is_withdrawn(session) &&
		    (!last || session->start_at.s >= last->start_at.s))
			last = session;
	}
	return last;
}

static json_t *map_weeks(const struct app *app, const struct enrolment *enrolment)
{
	size_t weeks = (size_t)enrolment->shape.weeks;
	struct week_load *loads = xcalloc(weeks, sizeof(*loads));
	load_session_weeks(enrolment->sessions, enrolment->session_count, enrolment->shape.weeks, loads);
	json_t *list = json_weeks(&enrolment->shape, loads, enrolment->start_day, true, NULL);
	for (size_t i = 0; i < weeks; i++) {
		const struct session *session = milestone_of(enrolment, (int)i + 1);
		json_t *week = json_array_get(list, i);
		if (!session)
			continue;
		enum session_state state = session->life.state;
		json_set_text(week, "milestone", session->plan.milestone);
		json_object_set_new(week, "milestone_day", json_day(zone_civil(app->engine->local, session->start_at).day));
		json_object_set_new(week, "milestone_reached", json_boolean(state == STATE_DONE || state == STATE_PARTIAL));
	}
	free(loads);
	return list;
}

void api_map(struct app *app, struct rpc_call *call, json_t *parameters)
{
	uint32_t index;
	if (!api_enrolment(app, call, api_text(parameters, "enrollment"), &index))
		return;
	const struct enrolment *enrolment = app->engine->enrolments[index];
	struct plan *plan = live_plan(app, enrolment);
	json_t *reply = json_pack("{s:o, s:o, s:o}", "enrollment", json_enrolment(app, index), "weeks", map_weeks(app, enrolment),
				  "stations", plan ? json_stations(plan, 0, enrolment->start_day) : json_array());
	json_set_text(reply, "goal", plan ? plan->goal : NULL);
	json_set_text(reply, "done", plan ? plan->done : NULL);
	plan_free(plan);
	rpc_reply(call, reply);
}

/* --- skills ---------------------------------------------------------------------------------------------------------------------- */

static json_t *skill_json(const struct skill_sum *sum)
{
	return json_pack("{s:o, s:s, s:i, s:i, s:i}", "skill", json_text(sum->skill), "family", skill_family_name[sum->family], "sessions",
			 sum->sessions, "minutes", sum->minutes, "minutes_done", sum->minutes_done);
}

void api_skills(struct app *app, struct rpc_call *call, json_t *parameters)
{
	uint32_t index;
	if (!api_enrolment(app, call, api_text(parameters, "enrollment"), &index))
		return;
	const struct enrolment *enrolment = app->engine->enrolments[index];
	struct skill_sums sums = {0};
	json_t *list = json_array();
	for (size_t i = 0; i < enrolment->session_count; i++)
		if (!session_is_withdrawn(&enrolment->sessions[i]))
			skills_add(&sums, &enrolment->sessions[i].plan, load_minutes_done(&enrolment->sessions[i]));
	skills_sort(&sums);
	for (size_t i = 0; i < sums.count; i++)
		json_array_append_new(list, skill_json(&sums.items[i]));
	skills_release(&sums);
	rpc_reply(call, json_pack("{s:o, s:o}", "enrollment", json_enrolment(app, index), "skills", list));
}

/* --- help ------------------------------------------------------------------------------------------------------------------------ */

static const struct plan_session *plan_session_of(const struct plan *plan, const char *uid)
{
	for (size_t i = 0; uid && i < plan->session_count; i++)
		if (plan->sessions[i].uid && !strcmp(plan->sessions[i].uid, uid))
			return &plan->sessions[i];
	return NULL;
}

static void set_session_texts(json_t *reply, const struct plan_session *session)
{
	json_set_text(reply, "fallback", session->fallback);
	json_set_text(reply, "evidence", session->evidence);
	json_set_text(reply, "rubric", session->rubric);
	json_set_text(reply, "with", session->with);
	if (session->pass)
		json_object_set_new(reply, "pass", json_integer(session->pass));
}

void api_help(struct app *app, struct rpc_call *call, json_t *parameters)
{
	struct agenda_ref ref;
	if (!api_session(app, call, api_text(parameters, "session"), API_ASKED_OR_NEXT, &ref))
		return;
	const struct enrolment *enrolment = app->engine->enrolments[ref.enrolment];
	const struct plan_session *own = &engine_session(app->engine, ref)->plan;
	struct plan *plan = live_plan(app, enrolment);
	const struct plan_session *session = plan ? plan_session_of(plan, own->uid) : NULL;
	json_t *reply = json_pack("{s:o, s:o, s:o}", "session", json_session(app, ref), "personas",
				  session ? json_personas(plan, session->persona ? session->persona : "") : json_array(), "stations",
				  plan ? json_stations(plan, own->week, enrolment->start_day) : json_array());
	if (session)
		set_session_texts(reply, session);
	plan_free(plan);
	rpc_reply(call, reply);
}

/* --- who leads ------------------------------------------------------------------------------------------------------------------- */

/* Runs, or ran, for two weeks before that day. */
static bool is_ahead(const struct app *app, const struct enrolment *lead, int32_t day)
{
	int32_t last = day;
	if (lead->left.s != INSTANT_NEVER)
		last = zone_civil(app->engine->local, lead->left).day;
	return (last < day ? last : day) - lead->start_day >= LEAD_DAYS;
}

void api_note_lead(const struct app *app, const struct plan *plan, const struct enrolment *enrolment, json_t *preflight)
{
	int32_t today = app_today(app).day, day = enrolment->start_day > today ? enrolment->start_day : today;
	for (size_t i = 0; plan->lead && i < app->engine->enrolment_count; i++)
		if (!strcmp(app->engine->enrolments[i]->plan_name, plan->lead) && is_ahead(app, app->engine->enrolments[i], day))
			return;
	if (plan->lead)
		json_array_append_new(preflight,
				      json_check("lead", "note", NULL,
						 xasprintf("this plan counts on leads who are two weeks into %s: ask yours", plan->lead)));
}
