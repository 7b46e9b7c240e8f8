/* EditPlan: changes of a plan file, all or none. */
#include "api_edit.h"

#include "ical/edit.h"
#include "planedit.h"

/* --- changing -------------------------------------------------------------------------------------------------------------------- */

/* One EditPlan on its way. Sessions keep the ids they had before it; where they stand follows the changes. */
struct editing {
	struct app *app;
	struct rpc_call *call;
	struct plan *plan;
	struct edit *edit;
	json_t *done;
	size_t known; /* sessions that had an id when it began */
	bool grouped; /* a whole weekday or week was moved: told as one, not session by session */
};

PRINTF_LIKE(2, 3) static void tell(struct editing *editing, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	OWNED_TEXT *text = xvasprintf(format, args);
	va_end(args);
	json_array_append_new(editing->done, json_text(text));
}

static bool refuse_edit(struct editing *editing, const char *session, const char *action, int code, struct err *err)
{
	if (code == PLANEDIT_NO_SESSION)
		rpc_error(editing->call, "NoSuchSession", json_pack("{s:o, s:[]}", "id", json_text(err->text), "suggestions"));
	else
		rpc_error(editing->call, "NotPossible",
			  json_pack("{s:o, s:s, s:s, s:o}", "session", json_text(session), "state",
				    code == EDIT_AMBIGUOUS ? "an event that repeats" : "as the file has it", "action", action, "hint",
				    json_text(err->text ? err->text : "look at the file")));
	err_release(err);
	return false;
}

static struct plan_session *find_session(struct editing *editing, const char *id)
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
			  json_pack("{s:o, s:o}", "id", json_text(id), "suggestions", api_suggest(id, names, editing->known)));
	else if (!found)
		api_out_of_range(editing->call, "session", "", "the id of a session, such as w05-fr");
	free(names);
	return found;
}

static bool check_week(struct editing *editing, const char *parameter, json_int_t week)
{
	if (week >= 1 && week <= editing->plan->shape.weeks)
		return true;
	OWNED_TEXT *value = xasprintf("%lld", (long long)week);
	OWNED_TEXT *expected = xasprintf("1 to %d, the weeks of the plan; the field weeks makes it longer", editing->plan->shape.weeks);
	api_out_of_range(editing->call, parameter, value, expected);
	return false;
}

/* What a field takes, or what is wrong with the text as such. */
static const char *expected_of(const struct field_info *field, const char *value)
{
	for (const char *c = value; *c; c++)
		if (((unsigned char)*c < ' ' && *c != '\n' && *c != '\t') || *c == 0x7F)
			return "text without control characters";
	return strlen(value) > PLAN_TITLE_MAX ? "a shorter text" : field->help;
}

/* Takes a text into a field; the refusal names the field and what it takes. */
static bool take_field(struct editing *editing, struct plan_session *session, enum session_field field, const char *value)
{
	struct err err = {0};
	int r = session_field_set(session, field, value, &err);
	if (r)
		api_out_of_range(editing->call, session_fields[field].name, value, expected_of(&session_fields[field], value));
	err_release(&err);
	return !r;
}

static bool put_field(struct editing *editing, const struct plan_session *was, const struct plan_session *now, enum session_field field)
{
	struct err err = {0};
	int r = planedit_session(editing->edit, editing->plan, was, now, field, &err);
	return r ? refuse_edit(editing, now->id, "this change", r, &err) : true;
}

static void tell_field(struct editing *editing, const char *what, const char *field, const char *value)
{
	if (value && *value)
		tell(editing, "%s: %s is '%s'", what, field, value);
	else
		tell(editing, "%s: %s is taken out", what, field);
}

static void tell_place(struct editing *editing, const struct plan_session *session, const char *verb)
{
	char clock[CLOCK_TEXT];
	tell(editing, "%s: %s week %d, %s %s", session->id, verb, session->week, weekday_name[session->day % WEEK_DAYS],
	     clock_text(clock, session->second));
}

/* --- the actions ----------------------------------------------------------------------------------------------------------------- */

static bool set_plan_field(struct editing *editing, const char *field, const char *value)
{
	struct err err = {0};
	int row = field_find(plan_fields, PLAN_FIELD_COUNT, field, strlen(field));
	if (row < 0) {
		api_out_of_range(
			editing->call, "field", field,
			"title goal done class weeks phases cutbacks about licence version tracks; of a session also its own fields");
		return false;
	}
	struct plan was = *editing->plan;
	was.title = xstrdup(was.title);
	int r = plan_field_set(editing->plan, (enum plan_field)row, value, &err);
	if (r)
		api_out_of_range(editing->call, plan_fields[row].name, value, expected_of(&plan_fields[row], value));
	else if ((r = planedit_plan(editing->edit, &was, editing->plan, (enum plan_field)row, &err)))
		refuse_edit(editing, editing->plan->name, "this change", r, &err);
	else
		tell_field(editing, "plan", plan_fields[row].name, value);
	free(was.title);
	err_release(&err);
	return !r;
}

static bool set_session_field(struct editing *editing, const char *id, const char *field, const char *value)
{
	struct plan_session *session = find_session(editing, id);
	int row = field_find(session_fields, FIELD_COUNT, field, strlen(field));
	if (!session)
		return false;
	if (row <= FIELD_WEEKDAY) {
		api_out_of_range(
			editing->call, "field", field,
			"title minutes type skill effort time milestone prep tip description help link fallback persona track with pass "
			"review rubric depends; move changes week and weekday");
		return false;
	}
	if (!*value && (row == FIELD_TIME || row == FIELD_TYPE || row == FIELD_MINUTES)) {
		api_out_of_range(editing->call, session_fields[row].name, value, session_fields[row].help);
		return false;
	}
	struct plan_session was = *session;
	plan_session_own(&was);
	bool done =
		take_field(editing, session, (enum session_field)row, value) && put_field(editing, &was, session, (enum session_field)row);
	plan_session_release(&was);
	if (done)
		tell_field(editing, session->id, session_fields[row].name, value);
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

/* Week, weekday and time of the change, where it has them; what is absent stays. */
static bool take_place(struct editing *editing, json_t *change, struct plan_session *session)
{
	const char *weekday = api_text(change, "weekday"), *time = api_text(change, "time");
	json_int_t week = api_int(change, "week", session->week);
	if (!check_week(editing, "week", week))
		return false;
	session->day += ((int32_t)week - session->week) * WEEK_DAYS;
	session->week = (int)week;
	return (!weekday || take_field(editing, session, FIELD_WEEKDAY, weekday)) &&
	       (!time || take_field(editing, session, FIELD_TIME, time));
}

static bool put_place(struct editing *editing, const struct plan_session *session)
{
	if (!put_field(editing, session, session, FIELD_TIME))
		return false;
	if (!editing->grouped)
		tell_place(editing, session, "moved to");
	return true;
}

static bool act_move(struct editing *editing, json_t *change)
{
	struct plan_session *session = find_session(editing, api_text(change, "session"));
	if (!session)
		return false;
	if (!api_text(change, "weekday") && !api_text(change, "time") && api_int(change, "week", 0) == 0) {
		api_out_of_range(editing->call, "week", "", "a week, a weekday or a time to move to");
		return false;
	}
	return take_place(editing, change, session) && put_place(editing, session);
}

static bool take_weekday(struct editing *editing, json_t *change, const char *parameter, int *ret)
{
	struct plan_session parsed = {.week = 1};
	struct err err = {0};
	const char *word = api_text(change, parameter);
	int r = session_field_set(&parsed, FIELD_WEEKDAY, word ? word : "", &err);
	if (r)
		api_out_of_range(editing->call, parameter, word, session_fields[FIELD_WEEKDAY].help);
	else
		*ret = parsed.day % WEEK_DAYS;
	err_release(&err);
	return !r;
}

static bool none_moved(struct editing *editing, const char *parameter, const char *value)
{
	api_out_of_range(editing->call, parameter, value, "one with sessions in it; pacer plan show tells where they are");
	return false;
}

static bool act_move_weekday(struct editing *editing, json_t *change)
{
	int from, to;
	size_t moved = 0;
	editing->grouped = true;
	if (!take_weekday(editing, change, "weekday", &from) || !take_weekday(editing, change, "to_weekday", &to))
		return false;
	for (size_t i = 0; i < editing->known && from != to; i++) {
		struct plan_session *session = &editing->plan->sessions[i];
		if (!session->uid || session->day % WEEK_DAYS != from)
			continue;
		session->day += to - from;
		moved++;
		if (!put_place(editing, session))
			return false;
	}
	if (!moved && from != to)
		return none_moved(editing, "weekday", weekday_short[from]);
	tell(editing, "%s to %s: %zu session%s moved", weekday_name[from], weekday_name[to], moved, moved == 1 ? "" : "s");
	return true;
}

static size_t count_week(const struct editing *editing, json_int_t week)
{
	size_t count = 0;
	for (size_t i = 0; i < editing->plan->session_count; i++)
		count += editing->plan->sessions[i].uid && editing->plan->sessions[i].week == week;
	return count;
}

/* Sessions of week go to with_week, and with both ways the other way round. */
static bool exchange_weeks(struct editing *editing, int week, int with_week, bool both)
{
	size_t moved = 0;
	editing->grouped = true;
	for (size_t i = 0; i < editing->known; i++) {
		struct plan_session *session = &editing->plan->sessions[i];
		int to = session->week == week ? with_week : both && session->week == with_week ? week : session->week;
		if (!session->uid || to == session->week)
			continue;
		session->day += (to - session->week) * WEEK_DAYS;
		session->week = to;
		moved++;
		if (!put_place(editing, session))
			return false;
	}
	tell(editing, both ? "weeks %d and %d change places: %zu session%s moved" : "week %d to week %d: %zu session%s moved", week,
	     with_week, moved, moved == 1 ? "" : "s");
	return true;
}

static bool take_weeks(struct editing *editing, json_t *change, json_int_t *ret_week, json_int_t *ret_with)
{
	*ret_week = api_int(change, "week", 0);
	*ret_with = api_int(change, "with_week", 0);
	OWNED_TEXT *value = xasprintf("%lld", (long long)*ret_week);
	return check_week(editing, "week", *ret_week) && check_week(editing, "with_week", *ret_with) &&
	       (count_week(editing, *ret_week) || none_moved(editing, "week", value));
}

static bool act_move_week(struct editing *editing, json_t *change)
{
	json_int_t week, with_week;
	if (!take_weeks(editing, change, &week, &with_week))
		return false;
	if (week != with_week && count_week(editing, with_week)) {
		OWNED_TEXT *value = xasprintf("%lld", (long long)with_week);
		api_out_of_range(editing->call, "with_week", value, "a week without sessions; swap-weeks exchanges two");
		return false;
	}
	return exchange_weeks(editing, (int)week, (int)with_week, false);
}

static bool act_swap_weeks(struct editing *editing, json_t *change)
{
	json_int_t week, with_week;
	return take_weeks(editing, change, &week, &with_week) && exchange_weeks(editing, (int)week, (int)with_week, true);
}

static bool act_remove(struct editing *editing, json_t *change)
{
	struct plan_session *session = find_session(editing, api_text(change, "session"));
	struct err err = {0};
	if (!session)
		return false;
	int r = edit_remove(editing->edit, session->uid, &err);
	if (r)
		return refuse_edit(editing, session->id, "remove", r, &err);
	tell_place(editing, session, "taken out of");
	text_replace(&session->uid, NULL);
	return true;
}

static bool is_uid_taken(const struct plan *plan, const char *uid)
{
	for (size_t i = 0; i < plan->session_count; i++)
		if (plan->sessions[i].uid && !strcmp(plan->sessions[i].uid, uid))
			return true;
	return false;
}

/* <plan uid>-W05-FR, or -FR2, -FR3 and so on: the first that no other has. Ends: there are fewer sessions than numbers. */
static char *uid_for(const struct plan *plan, const struct plan_session *session)
{
	const char *day = weekday_short[session->day % WEEK_DAYS];
	const char *base = plan->uid && *plan->uid ? plan->uid : plan->name;
	char *uid = xasprintf("%s-W%02d-%c%c", base, session->week, day[0] - 'a' + 'A', day[1] - 'a' + 'A');
	for (int number = 2; is_uid_taken(plan, uid); number++)
		text_replace(&uid, xasprintf("%s-W%02d-%c%c%d", base, session->week, day[0] - 'a' + 'A', day[1] - 'a' + 'A', number));
	return uid;
}

static bool take_number(struct editing *editing, json_t *change, const char *name, struct plan_session *session, enum session_field field)
{
	OWNED_TEXT *value = xasprintf("%lld", (long long)api_int(change, name, 0));
	return json_object_get(change, name) && !json_is_null(json_object_get(change, name)) ? take_field(editing, session, field, value)
											     : true;
}

/* Type first: minutes and effort that are not said are those of the type. */
static bool take_new(struct editing *editing, json_t *change, struct plan_session *session)
{
	static const struct {
		const char *name;
		enum session_field field;
	} needed[] = {{"type", FIELD_TYPE}, {"weekday", FIELD_WEEKDAY}, {"time", FIELD_TIME}, {"title", FIELD_TITLE}};
	const char *skill = api_text(change, "skill");
	session->week = (int)api_int(change, "week", 0);
	if (!check_week(editing, "week", api_int(change, "week", 0)))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
		const char *value = api_text(change, needed[i].name);
		if (!take_field(editing, session, needed[i].field, value ? value : ""))
			return false;
	}
	session->minutes = type_info[session->type].minutes;
	session->effort = type_info[session->type].effort;
	return take_field(editing, session, FIELD_SKILL, skill ? skill : "") &&
	       take_number(editing, change, "minutes", session, FIELD_MINUTES) &&
	       take_number(editing, change, "effort", session, FIELD_EFFORT);
}

static bool act_add(struct editing *editing, json_t *change)
{
	struct plan_session session = {.alarms = {{0, false}, {0, true}}, .alarm_count = 2};
	struct err err = {0};
	bool good = take_new(editing, change, &session);
	if (good && editing->plan->session_count >= PLAN_SESSIONS_MAX) {
		int r = err_set(&err, EDIT_VALUE, "a plan has at most %d sessions", PLAN_SESSIONS_MAX);
		good = refuse_edit(editing, session.title, "add", r, &err);
	}
	if (good) {
		session.uid = uid_for(editing->plan, &session);
		session.id = xstrdup("new session");
		int r = edit_add(editing->edit, &session, editing->plan->anchor, &err);
		good = r ? refuse_edit(editing, session.title, "add", r, &err) : true;
	}
	if (!good) {
		plan_session_release(&session);
		return false;
	}
	tell_place(editing, &session, "added to");
	*plan_add(editing->plan) = session;
	return true;
}

static bool act_alarms(struct editing *editing, json_t *change)
{
	struct plan_session *session = find_session(editing, api_text(change, "session"));
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
		return refuse_edit(editing, session->id, "this change", r, &err);
	tell(editing, "%s: rings %s%s at the start and at the end", session->id, list, *list ? " minutes before," : "");
	return true;
}

static const struct {
	const char *name;
	bool (*act)(struct editing *editing, json_t *change);
} actions[] = {
	{"set", act_set},
	{"add", act_add},
	{"move", act_move},
	{"move-weekday", act_move_weekday},
	{"move-week", act_move_week},
	{"swap-weeks", act_swap_weeks},
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

/* An id says where a session stands: who was moved or added is told the new one. */
static void tell_ids(struct editing *editing, const struct plan *after)
{
	const struct plan *before = editing->plan;
	for (size_t i = 0; i < before->session_count; i++) {
		const struct plan_session *session = &before->sessions[i];
		for (size_t k = 0; session->uid && k < after->session_count; k++)
			if (!strcmp(after->sessions[k].uid, session->uid) && strcasecmp(after->sessions[k].id, session->id) != 0)
				tell(editing, "%s is now %s", session->id, after->sessions[k].id);
	}
}

static void finish(struct editing *editing, const struct plan_text *text, bool dry_run)
{
	size_t length;
	OWNED_TEXT *name = xstrdup(text->name);
	struct findings findings = {0};
	edit_stamp(editing->edit, app_now(editing->app));
	bool changed = edit_changed(editing->edit);
	OWNED_TEXT *bytes = edit_bytes(editing->edit, &length);
	OWNED_TEXT *history = NULL;
	struct planwrite planwrite = api_planwrite(editing->app, &history);
	OWNED_TEXT *own_path = planwrite_path(&planwrite, name);
	struct plan *after = api_plan_of(name, own_path, bytes, length, &findings);
	if (!editing->grouped)
		tell_ids(editing, after);
	if (changed && !text->own)
		tell(editing, "the plan came with the system: the change is in a copy of your own, %s", own_path);
	if (!changed)
		tell(editing, "nothing to change: the plan is like that already");
	if (!changed || dry_run || api_plan_write(editing->app, editing->call, text, bytes, length)) {
		json_t *plan = api_plan_json(editing->app, name, after);
		rpc_reply(editing->call, json_pack("{s:o, s:s, s:O, s:o}", "plan", plan, "revision", after->revision, "done", editing->done,
						   "findings", json_findings(&findings, own_path)));
	}
	plan_free(after);
	findings_release(&findings);
}

static void edit_plan(struct app *app, struct rpc_call *call, json_t *parameters, struct plan_text *text)
{
	struct editing editing = {.app = app, .call = call, .plan = text->plan, .done = json_array(), .known = text->plan->session_count};
	struct err err = {0};
	json_t *changes = json_object_get(parameters, "changes"), *change;
	size_t i;
	bool good = true;
	if (edit_open(text->bytes.data, text->bytes.len, &editing.edit, &err)) {
		findings_add(&text->findings, LINT_FILE, 0, "%s", err.text);
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
