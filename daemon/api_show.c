/* A plan as its author looks at it: weeks, sessions, skills. */
#include "api.h"
#include "core/skills.h"

#include <uthash.h>

/* --- skills and touch points ----------------------------------------------------------------------------------------------------- */

static json_t *json_skills(const struct plan *plan)
{
	struct skill_sums sums = {0};
	json_t *list = json_array();
	for (size_t i = 0; i < plan->session_count; i++)
		skills_add(&sums, &plan->sessions[i], 0);
	skills_sort(&sums);
	for (size_t i = 0; i < sums.count; i++)
		json_array_append_new(list, json_pack("{s:o, s:s, s:i, s:i}", "skill", json_text(sums.items[i].skill), "family",
						      skill_family_name[sums.items[i].family], "sessions", sums.items[i].sessions,
						      "minutes", sums.items[i].minutes));
	skills_release(&sums);
	return list;
}

/* All touch points, met or not, when the plan names any. */
static json_t *json_touches(const struct plan *plan)
{
	struct week_load sums[TOUCH_COUNT] = {0};
	uint8_t named = 0;
	json_t *list = json_array();
	for (size_t i = 0; i < plan->session_count; i++) {
		named |= plan->sessions[i].touches;
		for (int touch = 0; touch < TOUCH_COUNT; touch++)
			if (plan->sessions[i].touches >> touch & 1) {
				sums[touch].sessions++;
				sums[touch].minutes += plan->sessions[i].minutes;
			}
	}
	for (int touch = 0; named && touch < TOUCH_COUNT; touch++)
		json_array_append_new(list, json_pack("{s:s, s:i, s:i}", "touch", touch_name[touch], "sessions", sums[touch].sessions,
						      "minutes", sums[touch].minutes));
	return list;
}

/* --- sessions ------------------------------------------------------------------------------------------------------------------ */

/* UID to session, so that what a session needs can be named by its id. */
struct uid_entry {
	const struct plan_session *session;
	UT_hash_handle hh;
};

static struct uid_entry *uids_make(const struct plan *plan, struct uid_entry *room)
{
	struct uid_entry *uids = NULL, *found;
	for (size_t i = 0; i < plan->session_count; i++) {
		const char *uid = plan->sessions[i].uid;
		if (!uid)
			continue;
		HASH_FIND_STR(uids, uid, found);
		room[i].session = &plan->sessions[i];
		if (!found)
			HASH_ADD_KEYPTR(hh, uids, uid, strlen(uid), &room[i]);
	}
	return uids;
}

/* Sets the words of the text as a list; a UID of the plan becomes the id of its session. uids: NULL for words that are none. */
static void set_words(json_t *json, const char *name, const char *text, struct uid_entry *uids)
{
	json_t *list = json_array();
	for (const char *at = text ? text : ""; *(at += strspn(at, " "));) {
		size_t length = strcspn(at, " ");
		OWNED_TEXT *word = xstrndup(at, length);
		struct uid_entry *found = NULL;
		if (uids)
			HASH_FIND_STR(uids, word, found);
		json_array_append_new(list, json_text(found ? found->session->id : word));
		at += length;
	}
	if (json_array_size(list))
		json_object_set_new(json, name, list);
	else
		json_decref(list);
}

static json_t *session_json(const struct plan_session *session, struct uid_entry *uids)
{
	char clock[CLOCK_TEXT];
	json_t *json = json_pack("{s:s, s:i, s:s, s:s, s:o, s:s, s:o, s:i, s:i}", "id", session->id, "week", session->week, "weekday",
				 weekday_short[plan_weekday(session->day)], "time", clock_text(clock, session->second), "title",
				 json_text(session->title), "type", type_info[session->type].name, "skill", json_text(session->skill),
				 "minutes", session->minutes, "effort", session->effort);
	json_set_text(json, "milestone", session->milestone);
	json_set_text(json, "prep", session->prep);
	set_words(json, "personas", session->persona, NULL);
	set_words(json, "needs", session->depends, uids);
	return json;
}

static void set_long_texts(json_t *json, const struct plan_session *session)
{
	OWNED_TEXT *alarms = plan_alarms_text(session);
	const struct {
		const char *name, *value;
	} texts[] = {
		{"tip", session->tip},
		{"description", session->description},
		{"help", session->help},
		{"link", session->link},
		{"fallback", session->fallback},
		{"track", session->track},
		{"with", session->with},
		{"review", session->review},
		{"rubric", session->rubric},
		{"evidence", session->evidence},
		{"alarms", alarms},
	};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		json_set_text(json, texts[i].name, texts[i].value);
	if (session->pass)
		json_object_set_new(json, "pass", json_integer(session->pass));
}

/* week 0: all. */
static json_t *json_plan_sessions(const struct plan *plan, int week)
{
	struct uid_entry *room = xcalloc(plan->session_count, sizeof(*room)), *uids = uids_make(plan, room);
	json_t *list = json_array();
	for (size_t i = 0; i < plan->session_count; i++) {
		if (week && plan->sessions[i].week != week)
			continue;
		json_t *json = session_json(&plan->sessions[i], uids);
		if (week)
			set_long_texts(json, &plan->sessions[i]);
		json_array_append_new(list, json);
	}
	HASH_CLEAR(hh, uids);
	free(room);
	return list;
}

/* --- the method ---------------------------------------------------------------------------------------------------------------- */

static int peak_week(const struct plan *plan)
{
	struct week_load *weeks = xcalloc((size_t)plan->shape.weeks, sizeof(*weeks));
	load_plan_weeks(plan, weeks);
	int peak = load_peak_week(weeks, &plan->shape);
	free(weeks);
	return peak;
}

/* week: 0 when none was asked for. false: an error was replied. */
static bool take_week(struct rpc_call *call, json_t *parameters, const struct plan *plan, int *ret_week)
{
	json_int_t week = api_int(parameters, "week", 0);
	if (json_object_get(parameters, "week") && (week < 1 || week > plan->shape.weeks)) {
		OWNED_TEXT *value = xasprintf("%lld", (long long)week);
		OWNED_TEXT *expected = xasprintf("a week of the plan, 1 to %d", plan->shape.weeks);
		rpc_error(call, "OutOfRange", json_pack("{s:s, s:s, s:s}", "parameter", "week", "value", value, "expected", expected));
		return false;
	}
	*ret_week = (int)week;
	return true;
}

static json_t *show_reply(struct app *app, const struct plan_file *file, const struct plan *plan, const struct findings *findings, int week)
{
	json_t *reply = json_pack("{s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "plan", json_plan_file(app, file), "peak_week",
				  peak_week(plan), "weeks", json_plan_weeks(plan), "sessions", json_plan_sessions(plan, week), "findings",
				  json_findings(findings, file->path), "skills", json_skills(plan), "touches", json_touches(plan),
				  "personas", json_personas(plan, NULL), "stations", json_stations(plan, 0, DAY_NONE));
	json_set_text(reply, "goal", plan->goal);
	json_set_text(reply, "done", plan->done);
	json_set_text(reply, "about", plan->about);
	json_set_text(reply, "class", plan->class_name);
	json_set_text(reply, "tracks", plan->tracks);
	json_set_text(reply, "licence", plan->licence);
	json_set_text(reply, "version", plan->version);
	json_set_text(reply, "lead", plan->lead);
	return reply;
}

void api_show_plan(struct app *app, struct rpc_call *call, json_t *parameters)
{
	struct findings findings = {0};
	int week;
	const struct plan_file *file = api_plan_file(app, call, api_text(parameters, "plan"));
	struct plan *plan = file ? api_read_plan(app, call, file, &findings) : NULL;
	if (plan && take_week(call, parameters, plan, &week))
		rpc_reply(call, show_reply(app, file, plan, &findings, week));
	plan_free(plan);
	findings_release(&findings);
}
