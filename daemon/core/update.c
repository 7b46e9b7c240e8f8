#include "update.h"

#include "track.h"

#include <uthash.h>

#undef uthash_fatal
#define uthash_fatal(message) abort()

const char *const update_kind_name[UPDATE_KIND_COUNT] = {
	[UPDATE_ADDED] = "added", [UPDATE_RESTORED] = "restored", [UPDATE_WITHDRAWN] = "withdrawn",
	[UPDATE_MOVED] = "moved", [UPDATE_CHANGED] = "changed",   [UPDATE_CONFLICT] = "conflict"};

const char *const update_clash_end[CLASH_COUNT] = {
	[CLASH_NONE] = "",
	[CLASH_OWN_TIME] = "; your own time stays",
	[CLASH_PASSED] = ", which has passed; it stays",
	[CLASH_ASKED] = "; it waits for your answer, so it stays",
	[CLASH_RUNNING] = "; it runs, so it stays",
	[CLASH_RUN_MINUTES] = "; the run goes on as you began it",
	[CLASH_OWN_GONE] = "; you set its time yourself, so it stays",
	[CLASH_ASKED_GONE] = "; it waits for your answer, so it stays",
	[CLASH_RUN_GONE] = "; it runs, so it stays",
};

/* --- names, to be found at once ------------------------------------------------------------------------------------------------- */

struct name {
	const char *text; /* borrowed */
	size_t at;
	UT_hash_handle hh;
};

/* With room for so many; of several equal ones the first is found. */
struct names {
	struct name *items, *first;
	size_t count;
};

static struct names names_new(size_t room)
{
	return (struct names){.items = xcalloc(room ? room : 1, sizeof(struct name))};
}

static void names_release(struct names *names)
{
	HASH_CLEAR(hh, names->first);
	free(names->items);
}

static const struct name *names_find(const struct names *names, const char *text)
{
	struct name *found = NULL;
	if (text)
		HASH_FIND_STR(names->first, text, found);
	return found;
}

static void names_add(struct names *names, const char *text, size_t at)
{
	if (!text || names_find(names, text))
		return;
	struct name *name = &names->items[names->count++];
	*name = (struct name){.text = text, .at = at};
	HASH_ADD_KEYPTR(hh, names->first, name->text, strlen(name->text), name);
}

/* --- one session ---------------------------------------------------------------------------------------------------------------- */

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

/* Moved, or put off. */
static bool has_own_time(const struct session *session)
{
	return session->life.moved_from.day != DAY_NONE || session->life.snoozed.s != INSTANT_NEVER;
}

static void add_conflict(struct update *update, enum update_clash clash, int session, const struct plan_session *theirs, const char *did)
{
	struct update_change *change = add(update, UPDATE_CONFLICT, session, theirs, xasprintf("%s%s", did, update_clash_end[clash]));
	change->clash = clash;
	change->takes_plan = theirs != NULL;
}

/* What stands against another time. */
static enum update_clash clash_of_move(const struct session *session, bool past)
{
	if (session->life.state == STATE_RUNNING)
		return CLASH_RUNNING;
	if (session->life.state == STATE_PROMPTED)
		return CLASH_ASKED;
	if (has_own_time(session))
		return CLASH_OWN_TIME;
	return past ? CLASH_PASSED : CLASH_NONE;
}

static enum update_clash clash_of_removal(const struct session *session)
{
	if (session->life.state == STATE_RUNNING)
		return CLASH_RUN_GONE;
	if (session->life.state == STATE_PROMPTED)
		return CLASH_ASKED_GONE;
	return has_own_time(session) ? CLASH_OWN_GONE : CLASH_NONE;
}

/* What one session is held against. */
struct meeting {
	struct update *update;
	const struct enrolment *enrolment;
	const struct zone *local;
	struct instant now;
};

static struct civil planned_start(const struct meeting *m, const struct plan_session *theirs)
{
	return (struct civil){m->enrolment->start_day + theirs->day, theirs->second};
}

static bool has_passed(const struct meeting *m, const struct session *session, const struct plan_session *theirs)
{
	return zone_resolve(session->zone ? session->zone : m->local, planned_start(m, theirs)).s <= m->now.s;
}

static char *when_text(const struct meeting *m, const struct plan_session *theirs)
{
	struct civil start = planned_start(m, theirs);
	return moment(start.day, start.second);
}

/* What was set aside and lies ahead now comes back: what was withdrawn, and what lay in the past when it came but was moved. */
static void compare_final(const struct meeting *m, int at, const struct plan_session *theirs)
{
	const struct session *session = &m->enrolment->sessions[at];
	bool withdrawn = session_is_withdrawn(session);
	bool moved = session->life.state == STATE_EXCUSED && session->life.reason == REASON_LATE_START && moves(&session->plan, theirs);
	if (!(withdrawn || moved) || has_passed(m, session, theirs))
		return;
	OWNED_TEXT *when = when_text(m, theirs);
	struct update_change *change = add(m->update, withdrawn ? UPDATE_RESTORED : UPDATE_MOVED, at, theirs,
					   xasprintf(withdrawn ? "in the plan again: %s" : "moved by the plan to %s", when));
	change->takes_plan = change->takes_time = true;
}

static void compare_moved(const struct meeting *m, int at, const struct plan_session *theirs, const char *fields)
{
	const struct session *session = &m->enrolment->sessions[at];
	enum update_clash clash = clash_of_move(session, has_passed(m, session, theirs));
	OWNED_TEXT *when = when_text(m, theirs);
	if (clash != CLASH_NONE) {
		OWNED_TEXT *did = xasprintf("the plan moved it to %s", when);
		add_conflict(m->update, clash, at, theirs, did);
		return;
	}
	struct update_change *change = add(m->update, UPDATE_MOVED, at, theirs,
					   xasprintf("moved by the plan to %s%s%s", when, fields[0] ? "; also: " : "", fields));
	change->takes_plan = change->takes_time = true;
}

/* Still open: the plan's words are taken, and its time unless something stands against it. */
static void compare_open(const struct meeting *m, int at, const struct plan_session *theirs)
{
	const struct session *session = &m->enrolment->sessions[at];
	OWNED_TEXT *fields = differences(&session->plan, theirs);
	if (moves(&session->plan, theirs)) {
		compare_moved(m, at, theirs, fields);
	} else if (session->life.state == STATE_RUNNING && session->plan.minutes != theirs->minutes) {
		OWNED_TEXT *did = xasprintf("the plan gives it %d min now", theirs->minutes);
		add_conflict(m->update, CLASH_RUN_MINUTES, at, theirs, did);
	} else if (fields[0]) {
		add(m->update, UPDATE_CHANGED, at, theirs, xasprintf("changed by the plan: %s", fields))->takes_plan = true;
	}
}

/* why: how the plan lost it for this learner. */
static void withdraw(struct update *update, const struct enrolment *enrolment, int at, const char *why)
{
	const struct session *session = &enrolment->sessions[at];
	if (state_is_final(session->life.state) || same(session->plan.uid, UPDATE_DETACHED))
		return;
	enum update_clash clash = clash_of_removal(session);
	if (clash != CLASH_NONE)
		add_conflict(update, clash, at, NULL, why);
	else
		add(update, UPDATE_WITHDRAWN, at, NULL, xasprintf("withdrawn: %s", why));
}

/* --- places for new ones -------------------------------------------------------------------------------------------------------- */

/* Nothing of the learner's is in it. */
static bool is_untouched(const struct session *session)
{
	const struct session_life *life = &session->life;
	const struct intention *intention = &session->intention;
	return !has_own_time(session) && life->started.s == INSTANT_NEVER && life->actual_minutes < 0 && !session->ticked &&
	       !intention->want && !intention->feel && !intention->act;
}

static bool has_rung(const struct session *session)
{
	return session->life.ring || session->life.rung;
}

/* Whether a row may be given to another session: nobody would miss it. */
enum spare {
	SPARE_NOT,
	SPARE_NOW,    /* withdrawn by this update: the learner is to see that, as long as there is room */
	SPARE_BEFORE, /* by an earlier one */
};

/* One a row. Owned by the caller. */
static enum spare *spare_rows(const struct update *update, const struct enrolment *enrolment)
{
	enum spare *spare = xcalloc(enrolment->session_count + 1, sizeof(*spare));
	for (size_t i = 0; i < enrolment->session_count; i++)
		spare[i] = session_is_withdrawn(&enrolment->sessions[i]) ? SPARE_BEFORE : SPARE_NOT;
	for (size_t i = 0; i < update->count; i++)
		if (update->items[i].session != UPDATE_NEW)
			spare[update->items[i].session] = update->items[i].kind == UPDATE_WITHDRAWN ? SPARE_NOW : SPARE_NOT;
	for (size_t i = 0; i < enrolment->session_count; i++)
		if (!is_untouched(&enrolment->sessions[i]))
			spare[i] = SPARE_NOT;
	return spare;
}

static void take_own_places(struct update *update, const struct names *ids, enum spare *spare)
{
	for (size_t i = 0; i < update->count; i++) {
		struct update_change *change = &update->items[i];
		const struct name *row = change->kind == UPDATE_ADDED ? names_find(ids, change->plan->id) : NULL;
		if (!row || spare[row->at] == SPARE_NOT)
			continue;
		spare[row->at] = SPARE_NOT;
		change->row = row->at;
		change->id = xstrdup(change->plan->id);
	}
}

/* An id that no row has: the plan's own, else with the next number behind it. */
static char *free_id(const struct names *ids, const char *wanted)
{
	char *id = xstrdup(wanted);
	for (int number = 2; names_find(ids, id); number++) { /* ends: there are finitely many rows */
		OWNED_TEXT *tail = xasprintf("-%d", number);
		text_replace(&id, xasprintf("%.*s%s", (int)(PLAN_ID_MAX - strlen(tail)), wanted, tail));
	}
	return id;
}

/* The next row that is spare in this way and never rang; the number of rows for none. */
static size_t next_spare(const struct enrolment *enrolment, const enum spare *spare, enum spare how, size_t at)
{
	while (at < enrolment->session_count && (spare[at] != how || has_rung(&enrolment->sessions[at])))
		at++;
	return at;
}

/* No row is given the id that another one had, so that they can be written in any order. */
static void take_other_places(struct update *update, const struct enrolment *enrolment, struct names *ids, const enum spare *spare)
{
	const size_t end = enrolment->session_count;
	size_t before = next_spare(enrolment, spare, SPARE_BEFORE, 0), now = next_spare(enrolment, spare, SPARE_NOW, 0);
	for (size_t i = 0; i < update->count; i++) {
		struct update_change *change = &update->items[i];
		if (change->kind != UPDATE_ADDED || change->id)
			continue;
		size_t *taken = before < end ? &before : now < end && update->rows >= PLAN_SESSIONS_MAX ? &now : NULL;
		change->row = taken ? *taken : update->rows++;
		if (taken)
			*taken = next_spare(enrolment, spare, spare[*taken], *taken + 1);
		change->id = free_id(ids, change->plan->id);
		names_add(ids, change->id, change->row);
	}
}

static void place_new(struct update *update, const struct enrolment *enrolment)
{
	struct names ids = names_new(enrolment->session_count + (size_t)update->of_kind[UPDATE_ADDED]);
	for (size_t i = 0; i < enrolment->session_count; i++)
		names_add(&ids, enrolment->sessions[i].plan.id, i);
	enum spare *spare = spare_rows(update, enrolment);
	take_own_places(update, &ids, spare);
	take_other_places(update, enrolment, &ids, spare);
	free(spare);
	names_release(&ids);
}

/* --- all of them ---------------------------------------------------------------------------------------------------------------- */

struct theirs {
	const struct plan *plan;
	struct names uids, ids;
};

/* tracks: of the learner; NULL: the sessions of all. */
static struct theirs theirs_new(const struct plan *plan, const char *tracks)
{
	struct theirs theirs = {.plan = plan, .uids = names_new(plan->session_count), .ids = names_new(plan->session_count)};
	for (size_t i = 0; i < plan->session_count; i++) {
		if (!track_takes(tracks, &plan->sessions[i]))
			continue;
		names_add(&theirs.uids, plan->sessions[i].uid, i);
		names_add(&theirs.ids, plan->sessions[i].id, i);
	}
	return theirs;
}

/* By UID; an id alone counts only where one of the two has no UID. */
static const struct plan_session *find(const struct theirs *theirs, const struct plan_session *session)
{
	if (same(session->uid, UPDATE_DETACHED))
		return NULL;
	const struct name *by_uid = names_find(&theirs->uids, session->uid), *by_id = names_find(&theirs->ids, session->id);
	if (by_uid)
		return &theirs->plan->sessions[by_uid->at];
	const struct plan_session *named = by_id ? &theirs->plan->sessions[by_id->at] : NULL;
	return named && (!session->uid || !named->uid) ? named : NULL;
}

static void theirs_release(struct theirs *theirs)
{
	names_release(&theirs->uids);
	names_release(&theirs->ids);
}

void update_make(struct update *ret_update, const struct enrolment *enrolment, const struct plan *plan, const struct zone *local,
		 struct instant now)
{
	*ret_update = (struct update){.rows = enrolment->session_count};
	const struct meeting meeting = {ret_update, enrolment, local, now};
	struct theirs theirs = theirs_new(plan, enrolment->tracks), all = theirs_new(plan, NULL);
	bool *known = xcalloc(plan->session_count + 1, sizeof(*known));
	for (size_t i = 0; i < enrolment->session_count; i++) {
		const struct plan_session *mine = &enrolment->sessions[i].plan, *found = find(&theirs, mine);
		if (!found) {
			withdraw(ret_update, enrolment, (int)i, find(&all, mine) ? "no longer on your track" : "the plan has it no more");
			continue;
		}
		known[found - plan->sessions] = true;
		(state_is_final(enrolment->sessions[i].life.state) ? compare_final : compare_open)(&meeting, (int)i, found);
	}
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *fresh = &plan->sessions[i];
		if (known[i] || !track_takes(enrolment->tracks, fresh))
			continue;
		OWNED_TEXT *when = moment(enrolment->start_day + fresh->day, fresh->second);
		add(ret_update, UPDATE_ADDED, UPDATE_NEW, fresh, xasprintf("added by the plan: %s, %d min", when, fresh->minutes));
	}
	place_new(ret_update, enrolment);
	free(known);
	theirs_release(&theirs);
	theirs_release(&all);
}

bool update_fits(const struct update *update)
{
	return update->rows <= PLAN_SESSIONS_MAX;
}

void update_release(struct update *update)
{
	for (size_t i = 0; i < update->count; i++) {
		free(update->items[i].text);
		free(update->items[i].id);
	}
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
