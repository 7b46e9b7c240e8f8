#include "update.h"

const char *const update_kind_name[UPDATE_KIND_COUNT] = {
	[UPDATE_ADDED] = "added", [UPDATE_RESTORED] = "restored", [UPDATE_WITHDRAWN] = "withdrawn",
	[UPDATE_MOVED] = "moved", [UPDATE_CHANGED] = "changed",   [UPDATE_CONFLICT] = "conflict"};

static struct update_change *add(struct update *update, enum update_kind kind, int session, const struct plan_session *plan, char *text)
{
	if (update->count == update->room) {
		update->room = update->room ? update->room * 2 : 16;
		update->items = xreallocarray(update->items, update->room, sizeof(*update->items));
	}
	struct update_change *change = &update->items[update->count++];
	*change = (struct update_change){.kind = kind, .session = session, .plan = plan, .text = text};
	update->of_kind[kind]++;
	return change;
}

static bool same(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

/* What differs besides the time, in words: "title, minutes"; "" for nothing. Fields that an enrolment does not keep are not looked at. */
static char *differences(const struct plan_session *base, const struct plan_session *theirs)
{
	const struct {
		const char *name;
		bool differs;
	} fields[] = {
		{"title", !same(base->title, theirs->title)},
		{"minutes", base->minutes != theirs->minutes},
		{"type", base->type != theirs->type},
		{"effort", base->effort != theirs->effort},
		{"skill", !same(base->skill, theirs->skill)},
		{"milestone", !same(base->milestone, theirs->milestone)},
		{"prep", !same(base->prep, theirs->prep)},
		{"tip", !same(base->tip, theirs->tip)},
		{"description", !same(base->description, theirs->description)},
		{"help", !same(base->help, theirs->help)},
		{"link", !same(base->link, theirs->link)},
	};
	struct text text = {0};
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (fields[i].differs)
			text_addf(&text, "%s%s", text.len ? ", " : "", fields[i].name);
	return text_take(&text);
}

static char *moment(int32_t day, int32_t second)
{
	char date[DAY_TEXT], clock[CLOCK_TEXT];
	return xasprintf("%.3s %s %s", weekday_name[day_weekday(day)], day_text(date, day), clock_text(clock, second));
}

static bool moves(const struct plan_session *base, const struct plan_session *theirs)
{
	return base->day != theirs->day || base->second != theirs->second || !same(base->zone, theirs->zone);
}

/* Done, skipped, asked about, running: it is the learner's. */
static bool has_begun(const struct session *session)
{
	return state_is_final(session->life.state) || session->life.state == STATE_RUNNING || session->life.state == STATE_PROMPTED;
}

static void compare(struct update *update, const struct enrolment *enrolment, int at, const struct plan_session *theirs,
		    const struct zone *local, struct instant now)
{
	const struct session *session = &enrolment->sessions[at];
	bool own_time = session->life.moved_from.day != DAY_NONE || session->life.snoozed.s != INSTANT_NEVER;
	OWNED_TEXT *fields = differences(&session->plan, theirs);
	bool withdrawn = session->life.state == STATE_EXCUSED && session->life.reason == REASON_WITHDRAWN;
	if (has_begun(session) && !withdrawn)
		return;
	struct civil to = {enrolment->start_day + theirs->day, theirs->second};
	OWNED_TEXT *when = moment(to.day, to.second);
	if (withdrawn) {
		if (zone_resolve(local, to).s <= now.s)
			return;
		struct update_change *change = add(update, UPDATE_RESTORED, at, theirs, xasprintf("in the plan again: %s", when));
		change->takes_plan = change->takes_time = true;
		return;
	}
	if (moves(&session->plan, theirs)) {
		bool past = zone_resolve(session->zone ? session->zone : local, to).s <= now.s;
		if (own_time || past) {
			add(update, UPDATE_CONFLICT, at, theirs,
			    xasprintf(own_time ? "the plan moved it to %s; your own time stays"
					       : "the plan moved it to %s, which has passed; it stays",
				      when))
				->takes_plan = true;
			return;
		}
		struct update_change *change = add(update, UPDATE_MOVED, at, theirs,
						   xasprintf("moved by the plan to %s%s%s", when, fields[0] ? "; also: " : "", fields));
		change->takes_plan = change->takes_time = true;
	} else if (fields[0]) {
		add(update, UPDATE_CHANGED, at, theirs, xasprintf("changed by the plan: %s", fields))->takes_plan = true;
	}
}

static void withdraw(struct update *update, const struct enrolment *enrolment, int at)
{
	const struct session *session = &enrolment->sessions[at];
	if (has_begun(session) || same(session->plan.uid, UPDATE_DETACHED))
		return;
	if (session->life.moved_from.day != DAY_NONE)
		add(update, UPDATE_CONFLICT, at, NULL, xstrdup("the plan has it no more; you moved it yourself, so it stays"));
	else
		add(update, UPDATE_WITHDRAWN, at, NULL, xstrdup("withdrawn: the plan has it no more"));
}

/* By UID; an id alone counts only where one of the two has no UID. O(n) each, and n is a few hundred. */
static const struct plan_session *find(const struct plan *plan, const struct plan_session *session)
{
	if (same(session->uid, UPDATE_DETACHED))
		return NULL;
	for (size_t i = 0; i < plan->session_count; i++)
		if (session->uid && plan->sessions[i].uid && !strcmp(session->uid, plan->sessions[i].uid))
			return &plan->sessions[i];
	for (size_t i = 0; i < plan->session_count; i++)
		if ((!session->uid || !plan->sessions[i].uid) && same(session->id, plan->sessions[i].id))
			return &plan->sessions[i];
	return NULL;
}

void update_make(struct update *ret_update, const struct enrolment *enrolment, const struct plan *plan, const struct zone *local,
		 struct instant now)
{
	*ret_update = (struct update){0};
	bool *known = xcalloc(plan->session_count ? plan->session_count : 1, sizeof(*known));
	for (size_t i = 0; i < enrolment->session_count; i++) {
		const struct plan_session *theirs = find(plan, &enrolment->sessions[i].plan);
		if (!theirs) {
			withdraw(ret_update, enrolment, (int)i);
			continue;
		}
		known[theirs - plan->sessions] = true;
		compare(ret_update, enrolment, (int)i, theirs, local, now);
	}
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *theirs = &plan->sessions[i];
		if (known[i])
			continue;
		OWNED_TEXT *when = moment(enrolment->start_day + theirs->day, theirs->second);
		add(ret_update, UPDATE_ADDED, UPDATE_NEW, theirs, xasprintf("added by the plan: %s, %d min", when, theirs->minutes));
	}
	free(known);
}

void update_release(struct update *update)
{
	for (size_t i = 0; i < update->count; i++)
		free(update->items[i].text);
	free(update->items);
	*update = (struct update){0};
}

char *update_summary(const struct update *update)
{
	struct text text = {0};
	for (int kind = 0; kind < UPDATE_KIND_COUNT; kind++)
		if (update->of_kind[kind])
			text_addf(&text, "%s%d %s", text.len ? ", " : "", update->of_kind[kind], update_kind_name[kind]);
	if (!text.len)
		text_add(&text, "nothing");
	return text_take(&text);
}
