#include "series.h"

static void array_release(struct series *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(items[i].uid);
		repeat_release(&items[i].repeat);
	}
	free(items);
}

void series_release(struct series_list *list)
{
	array_release(list->masters, list->master_count);
	array_release(list->overrides, list->override_count);
	*list = (struct series_list){0};
}

static struct series *array_add(struct series **items, size_t *count, size_t *room)
{
	if (*count == *room) {
		*room = *room ? *room * 2 : 16;
		*items = xreallocarray(*items, *room, sizeof(**items));
	}
	return &(*items)[(*count)++];
}

void series_add(struct series_list *list, struct event *event, size_t session)
{
	bool override = event->repeat.override;
	struct series *series = override ? array_add(&list->overrides, &list->override_count, &list->override_room)
					 : array_add(&list->masters, &list->master_count, &list->master_room);
	*series = (struct series){
		.session = session,
		.uid = override ? xstrdup(event->session.uid) : NULL,
		.line = event->session.line,
		.start = event->start,
		.repeat = event->repeat,
	};
	event->repeat = (struct repeat){0};
}

/* --- overrides ------------------------------------------------------------------------------------------------------------------- */

static int override_compare(const void *left, const void *right)
{
	const struct series *a = left, *b = right;
	int by_uid = strcmp(a->uid, b->uid);
	if (by_uid)
		return by_uid;
	int by_time = civil_compare(a->repeat.instance.at, b->repeat.instance.at);
	return by_time ? by_time : (a->line > b->line) - (a->line < b->line);
}

static int master_compare(const void *key, const void *item)
{
	size_t session = *(const size_t *)key, other = ((const struct series *)item)->session;
	return (session > other) - (session < other);
}

/* The session is no session of the plan, for what was just reported: its title, which is gone, marks it for remove_released. */
static void session_leave_out(struct plan *plan, size_t session, int last, struct report *report)
{
	if (session == SERIES_NO_SESSION)
		return;
	struct plan_session *out = &plan->sessions[session];
	plan_leave_out(plan, (struct plan_gap){.line = out->line,
					       .last = last > out->line ? last : out->line,
					       .sessions = 1,
					       .uid = STEAL(out->uid),
					       .title = STEAL(out->title),
					       .why = STEAL(report->why)});
	plan_session_release(out);
}

/* An override stands in for the instance it names: its series leaves that one out. Without a series it is a session like any other. */
static void overrides_apply(struct series_list *list, struct plan *plan, const struct uids *uids, struct report *report)
{
	if (list->override_count)
		qsort(list->overrides, list->override_count, sizeof(*list->overrides), override_compare);
	for (size_t i = 0; i < list->override_count; i++) {
		const struct series *override = &list->overrides[i], *before = i ? override - 1 : NULL;
		if (before && strcmp(before->uid, override->uid) == 0 &&
		    civil_compare(before->repeat.instance.at, override->repeat.instance.at) == 0) {
			char uid[QUOTE_TEXT];
			report_forget(report);
			report_add(report, LINT_UID, override->line,
				   "UID with the same RECURRENCE-ID used twice: '%s', also on line %d; remove one",
				   quote(uid, span_of(override->uid)), before->line);
			session_leave_out(plan, override->session, override->line, report);
			continue;
		}
		size_t session = uids_find(uids, plan, override->uid);
		struct series *master = session == UIDS_NONE || !list->master_count ? NULL
										    : bsearch(&session, list->masters, list->master_count,
											      sizeof(*list->masters), master_compare);
		if (master)
			moments_add(&master->repeat.except, &override->repeat.instance);
	}
}

/* --- one set --------------------------------------------------------------------------------------------------------------------- */

struct civils {
	struct civil *items;
	size_t count, room;
};

static void civils_add(struct civils *civils, struct civil civil)
{
	if (civils->count == civils->room) {
		civils->room = civils->room ? civils->room * 2 : 64;
		civils->items = xreallocarray(civils->items, civils->room, sizeof(*civils->items));
	}
	civils->items[civils->count++] = civil;
}

static int civils_order(const void *left, const void *right)
{
	return civil_compare(*(const struct civil *)left, *(const struct civil *)right);
}

static void civils_sort(struct civils *civils)
{
	if (civils->count > 1)
		qsort(civils->items, civils->count, sizeof(*civils->items), civils_order);
}

static bool civils_have(const struct civils *civils, struct civil civil)
{
	return civils->count && bsearch(&civil, civils->items, civils->count, sizeof(civil), civils_order);
}

/* Buffers that one expansion hands to the next. */
struct expansion {
	struct plan *plan;
	const struct series_limits *limits;
	struct report *report;
	size_t occurrences;
	bool full;
	struct recur_memo memo;
	struct recur_days days;
	struct civils set, except;
};

enum { ALL_OF_DAY = -1 /* as second of an exception: whatever happens that day */ };

/* Where moment falls for a series that starts at start. */
static struct civil instance_civil(const struct series *series, const struct moment *moment, int32_t second_of_date)
{
	if (moment->date)
		return (struct civil){moment->at.day, second_of_date};
	return moment_in(moment, series->start.zone);
}

/* false: reported. A start outside of the plan's weeks is the lint's to report; its rule is not followed. */
static bool rule_days(struct expansion *x, const struct series *series)
{
	const struct repeat *repeat = &series->repeat;
	const char *why = NULL;
	x->days.count = 0;
	if (!repeat->rule || series->start.at.day < x->limits->begin_day || series->start.at.day >= x->limits->end_day) {
		recur_days_add(&x->days, series->start.at.day);
		return true;
	}
	struct recur_query query = {
		.rule = span_of(repeat->rule),
		.start = series->start.at,
		.zone = series->start.zone,
		.date = series->start.date,
		.end_day = x->limits->end_day,
		.max = x->limits->occurrences_max - x->occurrences,
	};
	int result = recur_expand(&query, &x->memo, &x->days, &why);
	x->occurrences += x->days.count;
	char rule[QUOTE_TEXT];
	report_forget(x->report);
	if (result == RECUR_REFUSED)
		report_add(x->report, LINT_RECUR, repeat->rule_line, "RRULE not usable: '%s', %s", quote(rule, query.rule), why);
	if (result == RECUR_MANY) {
		report_add(x->report, LINT_LIMIT, repeat->rule_line, "too many repetitions: more than %zu in the file, shorten the rules",
			   x->limits->occurrences_max);
		x->full = true;
	}
	return result == RECUR_OK;
}

static bool collect(struct expansion *x, const struct series *series)
{
	const struct repeat *repeat = &series->repeat;
	x->set.count = x->except.count = 0;
	if (!rule_days(x, series))
		return false;
	for (size_t i = 0; i < x->days.count; i++)
		civils_add(&x->set, (struct civil){x->days.items[i], series->start.at.second});
	for (size_t i = 0; i < repeat->extra.count; i++)
		civils_add(&x->set, instance_civil(series, &repeat->extra.items[i], series->start.at.second));
	for (size_t i = 0; i < repeat->except.count; i++) {
		struct civil civil = instance_civil(series, &repeat->except.items[i], ALL_OF_DAY);
		if (series->start.date)
			civil.second = ALL_OF_DAY;
		civils_add(&x->except, civil);
	}
	civils_sort(&x->set);
	civils_sort(&x->except);
	return true;
}

char *series_instance_uid(const char *uid, struct civil at)
{
	int year, month, day;
	day_to_ymd(at.day, &year, &month, &day);
	return xasprintf("%s-%04d%02d%02dT%02d%02d%02d", uid, year, month, day, at.second / HOUR_S, at.second % HOUR_S / MINUTE_S,
			 at.second % MINUTE_S);
}

/* The instance at DTSTART has the UID of the event, the others one made from it. */
static char *instance_uid(const struct series *series, const char *uid, struct civil at)
{
	return civil_compare(at, series->start.at) == 0 ? xstrdup(uid) : series_instance_uid(uid, at);
}

/* A copy of the series' first session for another instance. */
static void instance_add(struct plan *plan, const struct series *series, const char *uid, struct civil at)
{
	struct plan_session *copy = plan_add(plan);
	*copy = plan->sessions[series->session];
	plan_session_own(copy);
	free(copy->uid);
	copy->uid = instance_uid(series, uid, at);
	copy->day = at.day;
	copy->second = at.second;
}

/* Moves the series' first session to its first instance; *ret_uid takes the event's UID over when that gets another. */
static void first_place(struct plan_session *session, const struct series *series, struct civil at, char **ret_uid)
{
	if (session->day == at.day && session->second == at.second)
		return;
	*ret_uid = session->uid;
	session->uid = instance_uid(series, *ret_uid, at);
	session->day = at.day;
	session->second = at.second;
}

static bool is_left_out(const struct expansion *x, struct civil at)
{
	return civils_have(&x->except, at) || civils_have(&x->except, (struct civil){at.day, ALL_OF_DAY});
}

static void series_expand_one(struct expansion *x, const struct series *series)
{
	struct plan *plan = x->plan;
	if (!collect(x, series)) {
		session_leave_out(plan, series->session, series->repeat.rule_line, x->report);
		return;
	}
	const char *uid = plan->sessions[series->session].uid;
	OWNED_TEXT *old_uid = NULL;
	bool placed = false;
	for (size_t i = 0; i < x->set.count && !x->full; i++) {
		struct civil at = x->set.items[i];
		if ((i && civil_compare(x->set.items[i - 1], at) == 0) || is_left_out(x, at))
			continue;
		if (!placed) {
			first_place(&plan->sessions[series->session], series, at, &old_uid);
		} else if (plan->session_count < x->limits->sessions_max) {
			instance_add(plan, series, uid, at);
		} else {
			report_add(x->report, LINT_LIMIT, series->line, "too many sessions: this event repeats beyond %zu, split the plan",
				   x->limits->sessions_max);
			x->full = true;
		}
		placed = true;
	}
	if (!placed)
		plan_session_release(&plan->sessions[series->session]); /* without a title: taken out below */
}

static void remove_released(struct plan *plan)
{
	size_t kept = 0;
	for (size_t i = 0; i < plan->session_count; i++)
		if (plan->sessions[i].title)
			plan->sessions[kept++] = plan->sessions[i];
	plan->session_count = kept;
}

void series_expand(struct series_list *list, struct plan *plan, const struct uids *uids, const struct series_limits *limits,
		   struct report *report)
{
	overrides_apply(list, plan, uids, report);
	struct expansion x = {.plan = plan, .limits = limits, .report = report};
	for (size_t i = 0; i < list->master_count && !x.full && !report_is_full(report); i++)
		series_expand_one(&x, &list->masters[i]);
	remove_released(plan);
	recur_memo_release(&x.memo);
	recur_days_release(&x.days);
	free(x.set.items);
	free(x.except.items);
}
