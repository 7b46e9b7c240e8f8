/* EditPlan: where sessions stand, one by one, by weekday and by week, and new ones. */
#include "api_editing.h"

/* --- places ---------------------------------------------------------------------------------------------------------------------- */

static bool check_week(struct editing *editing, const char *parameter, json_int_t week)
{
	if (week >= 1 && week <= editing->plan->shape.weeks)
		return true;
	OWNED_TEXT *value = xasprintf("%lld", (long long)week);
	OWNED_TEXT *expected = xasprintf("1 to %d, the weeks of the plan; the field weeks makes it longer", editing->plan->shape.weeks);
	api_out_of_range(editing->call, parameter, value, expected);
	return false;
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
	return (!weekday || editing_take_field(editing, session, FIELD_WEEKDAY, weekday)) &&
	       (!time || editing_take_field(editing, session, FIELD_TIME, time));
}

static bool put_place(struct editing *editing, const struct plan_session *session)
{
	if (!editing_put_field(editing, session, session, FIELD_TIME))
		return false;
	if (!editing->grouped)
		editing_tell_place(editing, session, "moved to");
	return true;
}

bool editing_move(struct editing *editing, json_t *change)
{
	struct plan_session *session = editing_find(editing, api_text(change, "session"));
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

bool editing_move_weekday(struct editing *editing, json_t *change)
{
	int from, to;
	size_t moved = 0;
	editing->grouped = editing->weekdays = true;
	if (!take_weekday(editing, change, "weekday", &from) || !take_weekday(editing, change, "to_weekday", &to))
		return false;
	for (size_t i = 0; i < editing->known && from != to; i++) {
		struct plan_session *session = &editing->plan->sessions[i];
		if (!session->uid || plan_weekday(session->day) != from)
			continue;
		session->day += to - from;
		moved++;
		if (!put_place(editing, session))
			return false;
	}
	if (!moved && from != to)
		return none_moved(editing, "weekday", weekday_short[from]);
	editing_tell(editing, "%s to %s: %zu session%s moved", weekday_name[from], weekday_name[to], moved, moved == 1 ? "" : "s");
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
	editing_tell(editing, both ? "weeks %d and %d change places: %zu session%s moved" : "week %d to week %d: %zu session%s moved", week,
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

bool editing_move_week(struct editing *editing, json_t *change)
{
	json_int_t week, with_week;
	if (!take_weeks(editing, change, &week, &with_week))
		return false;
	if (week != with_week && count_week(editing, with_week)) {
		OWNED_TEXT *value = xasprintf("%lld", (long long)with_week);
		api_out_of_range(editing->call, "with_week", value,
				 "a week without sessions; the word 'with' between two weeks swaps them");
		return false;
	}
	return exchange_weeks(editing, (int)week, (int)with_week, false);
}

bool editing_swap_weeks(struct editing *editing, json_t *change)
{
	json_int_t week, with_week;
	return take_weeks(editing, change, &week, &with_week) && exchange_weeks(editing, (int)week, (int)with_week, true);
}

/* --- new sessions ---------------------------------------------------------------------------------------------------------------- */

static bool take_number(struct editing *editing, json_t *change, const char *name, struct plan_session *session, enum session_field field)
{
	OWNED_TEXT *value = xasprintf("%lld", (long long)api_int(change, name, 0));
	return json_object_get(change, name) && !json_is_null(json_object_get(change, name))
		       ? editing_take_field(editing, session, field, value)
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
		if (!editing_take_field(editing, session, needed[i].field, value ? value : ""))
			return false;
	}
	session->minutes = type_info[session->type].minutes;
	session->effort = type_info[session->type].effort;
	return editing_take_field(editing, session, FIELD_SKILL, skill ? skill : "") &&
	       take_number(editing, change, "minutes", session, FIELD_MINUTES) &&
	       take_number(editing, change, "effort", session, FIELD_EFFORT);
}

bool editing_add(struct editing *editing, json_t *change)
{
	struct plan_session session = {.alarms = {{0, false}, {0, true}}, .alarm_count = 2};
	struct err err = {0};
	bool good = take_new(editing, change, &session);
	if (good && editing->plan->session_count >= PLAN_SESSIONS_MAX) {
		int r = err_set(&err, EDIT_VALUE, "a plan has at most %d sessions", PLAN_SESSIONS_MAX);
		good = editing_refuse(editing, session.title, "add", r, &err);
	}
	if (good) {
		const struct plan *plan = editing->plan;
		session.uid = names_fresh(plan->uid && *plan->uid ? plan->uid : plan->name, &session, editing->edit,
					  &editing->numbers[names_place(&session)]);
		session.id = xstrdup("new session");
		int r = edit_add(editing->edit, &session, editing->plan->anchor, &err);
		good = r ? editing_refuse(editing, session.title, "add", r, &err) : true;
	}
	if (!good) {
		plan_session_release(&session);
		return false;
	}
	editing_tell_place(editing, &session, "added to");
	*plan_add(editing->plan) = session;
	return true;
}
