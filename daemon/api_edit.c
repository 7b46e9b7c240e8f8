/* EditPlan: changes of a plan file, all or none. */
#include <uthash.h>

#include "api_editing.h"

#undef uthash_fatal
#define uthash_fatal(message) abort()

/* --- changing -------------------------------------------------------------------------------------------------------------------- */

enum { DONE_TOLD_MAX = 200 }; /* a reply has a limit */

void editing_tell(struct editing *editing, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	OWNED_TEXT *text = xvasprintf(format, args);
	va_end(args);
	if (json_array_size(editing->done) < DONE_TOLD_MAX)
		json_array_append_new(editing->done, json_text(text));
	else
		editing->untold++;
}

/* The word is the id or the UID of the session with this id. */
static bool is_itself(const struct plan *plan, const char *id, const char *word)
{
	for (size_t i = 0; i < plan->session_count; i++)
		if (plan->sessions[i].uid && !strcasecmp(plan->sessions[i].id, id))
			return !strcasecmp(word, id) || !strcmp(word, plan->sessions[i].uid);
	return false;
}

bool editing_refuse(struct editing *editing, const char *session, const char *action, int code, struct err *err)
{
	if (code == PLANEDIT_NO_SESSION && is_itself(editing->plan, session, err->text))
		api_out_of_range(editing->call, "depends", err->text, "ids of other sessions: none can need itself first");
	else if (code == PLANEDIT_NO_SESSION)
		rpc_error(editing->call, "NoSuchSession",
			  json_pack("{s:o, s:[], s:s}", "id", json_text(err->text), "suggestions", "plan", editing->plan->name));
	else
		rpc_error(editing->call, "NotPossible",
			  json_pack("{s:o, s:s, s:s, s:o}", "session", json_text(session), "state",
				    code == EDIT_AMBIGUOUS ? "an event that repeats" : "as the file has it", "action", action, "hint",
				    json_text(err->text ? err->text : "look at the file")));
	err_release(err);
	return false;
}

struct plan_session *editing_find(struct editing *editing, const char *id)
{
	const struct plan *plan = editing->plan;
	const char **names = xcalloc(plan->session_count, sizeof(*names));
	struct plan_session *found = NULL;
	for (size_t i = 0; i < editing->known && !found; i++) {
		names[i] = plan->sessions[i].id;
		if (id && plan->sessions[i].uid && !strcasecmp(plan->sessions[i].id, id))
			found = &plan->sessions[i];
	}
	if (!found && id && *id)
		rpc_error(editing->call, "NoSuchSession",
			  json_pack("{s:o, s:o, s:s}", "id", json_text(id), "suggestions", api_suggest(id, names, editing->known), "plan",
				    plan->name));
	else if (!found)
		api_out_of_range(editing->call, "session", "", "the id of a session, such as w05-fr");
	free(names);
	return found;
}

/* What a field takes, from what its refusal says: "minutes is not usable: 'soon', write a number from 5 to 180". Owned by the caller. */
static char *expected_of(const struct field_info *field, const char *value, const struct err *err)
{
	static const char *const verbs[] = {"write ", "use ", "name "};
	const char *what = NULL;
	for (const char *at = err->text; at && (at = strstr(at, "', ")); what = at)
		at += strlen("', "); /* the last: the value may have some, too */
	if (!what)
		return xstrdup(strlen(value) > PLAN_TITLE_MAX ? "a shorter text" : field->help);
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (!strncmp(what, verbs[i], strlen(verbs[i])))
			return xstrdup(what + strlen(verbs[i]));
	return xstrdup("text without control characters");
}

static void refuse_value(struct editing *editing, const struct field_info *field, const char *value, const struct err *err)
{
	OWNED_TEXT *expected = expected_of(field, value, err);
	api_out_of_range(editing->call, field->name, value, expected);
}

bool editing_take_field(struct editing *editing, struct plan_session *session, enum session_field field, const char *value)
{
	struct err err = {0};
	int r = session_field_write(session, field, value, &err);
	if (r)
		refuse_value(editing, &session_fields[field], value, &err);
	err_release(&err);
	return !r;
}

bool editing_put_field(struct editing *editing, const struct plan_session *was, const struct plan_session *now, enum session_field field)
{
	struct err err = {0};
	int r = planedit_session(editing->edit, editing->plan, was, now, field, &err);
	return r ? editing_refuse(editing, now->id, "this change", r, &err) : true;
}

/* value: as it stands there now. */
static void tell_field(struct editing *editing, const char *what, const char *field, const char *value)
{
	if (*value)
		editing_tell(editing, "%s: %s is '%s'", what, field, value);
	else
		editing_tell(editing, "%s: %s is taken out", what, field);
}

void editing_tell_place(struct editing *editing, const struct plan_session *session, const char *verb)
{
	char clock[CLOCK_TEXT];
	editing_tell(editing, "%s: %s week %d, %s %s", session->id, verb, session->week, weekday_name[plan_weekday(session->day)],
		     clock_text(clock, session->second));
}

/* --- the actions ----------------------------------------------------------------------------------------------------------------- */

/* No field of that name. first: the first row that can be set; hint: what else there is. */
static bool refuse_field(struct editing *editing, const char *field, const struct field_info *rows, int count, int first, const char *hint)
{
	struct text names = {0};
	const char *nearest = field_nearest(rows, count, field);
	if (nearest)
		text_addf(&names, "one such as %s; ", nearest);
	for (int i = first; i < count; i++)
		text_addf(&names, "%s%s", i > first ? " " : "", rows[i].name);
	text_addf(&names, "; %s", hint);
	api_out_of_range(editing->call, "field", field, names.data);
	text_release(&names);
	return false;
}

static bool set_plan_field(struct editing *editing, const char *field, const char *value)
{
	struct err err = {0};
	int row = field_find(plan_fields, PLAN_FIELD_COUNT, field, strlen(field));
	if (row < 0)
		return refuse_field(editing, field, plan_fields, PLAN_FIELD_COUNT, 0,
				    "a session has fields of its own, named behind its id");
	struct plan was = *editing->plan;
	was.title = xstrdup(was.title);
	int r = plan_field_write(editing->plan, (enum plan_field)row, value, &err);
	if (r)
		refuse_value(editing, &plan_fields[row], value, &err);
	else if ((r = planedit_plan(editing->edit, &was, editing->plan, (enum plan_field)row, &err)))
		editing_refuse(editing, editing->plan->name, "this change", r, &err);
	if (!r) {
		OWNED_TEXT *stored = plan_field_get(editing->plan, (enum plan_field)row);
		tell_field(editing, "plan", plan_fields[row].name, stored);
	}
	free(was.title);
	err_release(&err);
	return !r;
}

static bool set_session_field(struct editing *editing, const char *id, const char *field, const char *value)
{
	struct plan_session *session = editing_find(editing, id);
	int row = field_find(session_fields, FIELD_COUNT, field, strlen(field));
	if (!session)
		return false;
	if (row <= FIELD_WEEKDAY)
		return refuse_field(editing, field, session_fields, FIELD_COUNT, FIELD_WEEKDAY + 1,
				    "alarms; move changes week and weekday");
	if (!*value && (row == FIELD_TIME || row == FIELD_TYPE || row == FIELD_MINUTES)) {
		api_out_of_range(editing->call, session_fields[row].name, value, "a value: every session has one");
		return false;
	}
	struct plan_session was = *session;
	plan_session_own(&was);
	bool done = editing_take_field(editing, session, (enum session_field)row, value) &&
		    editing_put_field(editing, &was, session, (enum session_field)row);
	plan_session_release(&was);
	if (done) {
		OWNED_TEXT *stored = session_field_get(editing->plan, session, (enum session_field)row);
		tell_field(editing, session->id, session_fields[row].name, stored);
	}
	return done;
}

static bool act_set(struct editing *editing, json_t *change)
{
	const char *id = api_text(change, "session"), *field = api_text(change, "field"), *value = api_text(change, "value");
	if (!field) {
		api_out_of_range(editing->call, "field", "", "the name of the field to set");
		return false;
	}
	return id ? set_session_field(editing, id, field, value ? value : "") : set_plan_field(editing, field, value ? value : "");
}

static bool act_remove(struct editing *editing, json_t *change)
{
	struct plan_session *session = editing_find(editing, api_text(change, "session"));
	struct err err = {0};
	if (!session)
		return false;
	int r = edit_remove(editing->edit, session->uid, &err);
	if (r)
		return editing_refuse(editing, session->id, "remove", r, &err);
	editing_tell_place(editing, session, "taken out of");
	text_replace(&session->uid, NULL);
	return true;
}

static bool act_alarms(struct editing *editing, json_t *change)
{
	struct plan_session *session = editing_find(editing, api_text(change, "session"));
	const char *list = api_text(change, "value") ? api_text(change, "value") : "";
	struct plan_alarm alarms[PLAN_ALARMS_MAX];
	struct err err = {0};
	int count = 0;
	if (!session)
		return false;
	for (const char *at = list + strspn(list, " ,"); *at; at += strspn(at, " ,")) {
		size_t digits = strspn(at, "0123456789");
		long minutes = digits && digits < 6 ? strtol(at, NULL, 10) : 0;
		if (minutes < 1 || minutes > 14 * 24 * 60 || (at[digits] && !strchr(" ,", at[digits])) || count == PLAN_ALARMS_MAX - 2) {
			api_out_of_range(editing->call, "alarms", list,
					 "minutes before the start, at most six, such as 10 1440; none for start and end alone");
			return false;
		}
		alarms[count++] = (struct plan_alarm){(int32_t)-minutes * MINUTE_S, false};
		at += digits;
	}
	alarms[count++] = (struct plan_alarm){0, false};
	alarms[count++] = (struct plan_alarm){0, true};
	int r = edit_alarms(editing->edit, session->uid, alarms, count, NULL, &err);
	if (r)
		return editing_refuse(editing, session->id, "this change", r, &err);
	editing_tell(editing, "%s: rings %s%s at the start and at the end", session->id, list, *list ? " minutes before," : "");
	return true;
}

static const struct {
	const char *name;
	bool (*act)(struct editing *editing, json_t *change);
} actions[] = {
	{"set", act_set},
	{"add", editing_add},
	{"move", editing_move},
	{"move-weekday", editing_move_weekday},
	{"move-week", editing_move_week},
	{"swap-weeks", editing_swap_weeks},
	{"remove", act_remove},
	{"alarms", act_alarms},
};

static bool apply(struct editing *editing, json_t *change)
{
	const char *action = api_text(change, "action");
	for (size_t i = 0; i < ARRAY_LEN(actions); i++)
		if (!strcmp(actions[i].name, action))
			return actions[i].act(editing, change);
	api_out_of_range(editing->call, "action", action, "set, add, move, move-weekday, move-week, swap-weeks, remove or alarms");
	return false;
}

/* --- the whole call -------------------------------------------------------------------------------------------------------------- */

/* The id of a UID. */
struct new_id {
	const char *id; /* NULL: several have the UID */
	UT_hash_handle hh;
};

/* ids: room for all sessions; the table borrows from it and from the plan. */
static struct new_id *index_ids(const struct plan *plan, struct new_id *ids)
{
	struct new_id *table = NULL, *twin;
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		HASH_FIND_STR(table, session->uid, twin);
		if (twin) {
			twin->id = NULL;
			continue;
		}
		ids[i].id = session->id;
		HASH_ADD_KEYPTR(hh, table, session->uid, strlen(session->uid), &ids[i]);
	}
	return table;
}

/* An id says where a session stands: who was moved or added is told the new one. */
static void tell_ids(struct editing *editing, const struct plan *after)
{
	const struct plan *before = editing->plan;
	struct new_id *ids = xcalloc(after->session_count + 1, sizeof(*ids)), *table = index_ids(after, ids), *found;
	for (size_t i = 0; i < before->session_count; i++) {
		const struct plan_session *session = &before->sessions[i];
		found = NULL;
		if (session->uid)
			HASH_FIND_STR(table, session->uid, found);
		if (found && found->id && strcasecmp(found->id, session->id) != 0)
			editing_tell(editing, "%s is now %s", session->id, found->id);
	}
	HASH_CLEAR(hh, table);
	free(ids);
}

static void reply(struct editing *editing, const char *name, const char *path, const struct plan *after, const struct findings *findings,
		  json_t *learners)
{
	if (editing->untold)
		json_array_append_new(editing->done, json_sprintf("and %zu more", editing->untold));
	api_reply_done(editing->call, json_pack("{s:o, s:s, s:O, s:o, s:o, s:o}", "plan", api_plan_json(editing->app, name, after),
						"revision", after->revision, "done", editing->done, "clashes", editing_clashes(editing),
						"findings", json_findings(findings, path), "learners", learners));
}

static void finish(struct editing *editing, const struct plan_text *text, bool dry_run)
{
	size_t length;
	OWNED_TEXT *name = xstrdup(text->name), *history = NULL;
	struct findings findings = {0};
	edit_stamp(editing->edit, app_now(editing->app));
	bool changed = edit_changed(editing->edit);
	OWNED_TEXT *bytes = edit_bytes(editing->edit, &length);
	struct planwrite planwrite = api_planwrite(editing->app, &history);
	OWNED_TEXT *own_path = planwrite_path(&planwrite, name);
	struct plan *after = api_plan_of(name, own_path, bytes, length, &findings);
	if (!editing->grouped)
		tell_ids(editing, after);
	if (changed && !text->own)
		editing_tell(editing, "the plan came with the system: the change is in a copy of your own, %s", own_path);
	if (!changed)
		editing_tell(editing, "nothing to change: the plan is like that already");
	/* Before it is written: then it may have reached them. With errors it is a draft, which reaches nobody. */
	json_t *learners = findings_errors(&findings) ? json_array() : plan_reaches(editing->app, after);
	if (!changed || dry_run || api_plan_write(editing->app, editing->call, text, bytes, length))
		reply(editing, name, own_path, after, &findings, learners);
	else
		json_decref(learners);
	plan_free(after);
	findings_release(&findings);
}

/* Where the sessions stand before anything is changed; owned by the caller. */
static struct editing_place *places_of(const struct plan *plan)
{
	struct editing_place *places = xcalloc(plan->session_count + 1, sizeof(*places));
	for (size_t i = 0; i < plan->session_count; i++)
		places[i] = (struct editing_place){plan->sessions[i].day, plan->sessions[i].second, plan->sessions[i].minutes};
	return places;
}

static void edit_plan(struct app *app, struct rpc_call *call, json_t *parameters, struct plan_text *text)
{
	struct editing editing = {
		.app = app,
		.call = call,
		.plan = text->plan,
		.done = json_array(),
		.known = text->plan->session_count,
		.places = places_of(text->plan),
	};
	struct err err = {0};
	json_t *changes = json_object_get(parameters, "changes"), *change;
	size_t i;
	bool good = true;
	if (edit_open(text->bytes.data, text->bytes.len, &editing.edit, &err)) {
		if (!findings_stopper(&text->findings))
			findings_add(&text->findings, LINT_FILE, 1, "%s", err.text);
		rpc_error(call, "LintFailed",
			  json_pack("{s:o, s:o}", "plan", json_text(text->name), "findings", json_findings(&text->findings, text->path)));
		good = false;
	}
	json_array_foreach (changes, i, change)
		good = good && apply(&editing, change);
	if (good)
		finish(&editing, text, api_flag(parameters, "dry_run"));
	edit_free(editing.edit);
	json_decref(editing.done);
	free(editing.places);
	err_release(&err);
}

void api_edit_plan(struct app *app, struct rpc_call *call, json_t *parameters)
{
	struct plan_text text = {0};
	if (api_plan_text(app, call, api_text(parameters, "plan"), &text) &&
	    api_check_revision(app, call, &text, api_text(parameters, "based_on")))
		edit_plan(app, call, parameters, &text);
	api_plan_text_release(&text);
}
