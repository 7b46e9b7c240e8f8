/* A plan as its author looks at it: weeks, sessions, skills. */
#include "api.h"

#include <uthash.h>

/* --- skills -------------------------------------------------------------------------------------------------------------------- */

static const char *const family_name[] = {[FAMILY_SOFT] = "soft", [FAMILY_TECH] = "tech", [FAMILY_META] = "meta", [FAMILY_NONE] = "none"};

struct skill_sum {
	const char *skill; /* borrowed from the plan */
	enum skill_family family;
	int sessions, minutes;
	UT_hash_handle hh;
};

/* By family, then the most minutes, then the name. */
static int skill_compare(const struct skill_sum *a, const struct skill_sum *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->minutes != b->minutes)
		return a->minutes > b->minutes ? -1 : 1;
	return strcmp(a->skill, b->skill);
}

static json_t *json_skills(const struct plan *plan)
{
	struct skill_sum *sums = NULL, *sum = NULL, *next, *room = xcalloc(plan->session_count, sizeof(*room));
	json_t *list = json_array();
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		HASH_FIND_STR(sums, session->skill, sum);
		if (!sum) {
			sum = &room[i];
			*sum = (struct skill_sum){.skill = session->skill, .family = skill_family(session->skill)};
			HASH_ADD_KEYPTR(hh, sums, sum->skill, strlen(sum->skill), sum);
		}
		sum->sessions++;
		sum->minutes += session->minutes;
	}
	HASH_SORT(sums, skill_compare);
	HASH_ITER(hh, sums, sum, next)
	{
		json_array_append_new(list, json_pack("{s:o, s:s, s:i, s:i}", "skill", json_text(sum->skill), "family",
						      family_name[sum->family], "sessions", sum->sessions, "minutes", sum->minutes));
	}
	HASH_CLEAR(hh, sums);
	free(room);
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
				 weekday_short[session->day % WEEK_DAYS], "time", clock_text(clock, session->second), "title",
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
		{"tip", session->tip},   {"description", session->description}, {"help", session->help},
		{"link", session->link}, {"fallback", session->fallback},       {"track", session->track},
		{"with", session->with}, {"review", session->review},           {"rubric", session->rubric},
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
	json_t *reply = json_pack("{s:o, s:i, s:o, s:o, s:o, s:o}", "plan", json_plan_file(app, file), "peak_week", peak_week(plan),
				  "weeks", json_plan_weeks(plan), "sessions", json_plan_sessions(plan, week), "findings",
				  json_findings(findings, file->path), "skills", json_skills(plan));
	json_set_text(reply, "goal", plan->goal);
	json_set_text(reply, "done", plan->done);
	json_set_text(reply, "about", plan->about);
	json_set_text(reply, "class", plan->class_name);
	json_set_text(reply, "tracks", plan->tracks);
	json_set_text(reply, "licence", plan->licence);
	json_set_text(reply, "version", plan->version);
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
