/* A new version of a plan reaches the enrolments that run on it: one step for all of them, so that it is one transaction. */
#include "engine_private.h"
#include "update.h"

static void whole_row(struct step *step, struct agenda_ref ref)
{
	step_session_row(step, ref);
	step->fx->items[step->fx->count - 1].session.whole = true;
}

/* What the plan says now, under the id by which the learner knows the session. Where the learner's own time stays, it stays on its clock.
 */
static void take_plan(struct session *session, const struct plan_session *theirs, bool takes_time)
{
	struct plan_session fresh = *theirs;
	plan_session_own(&fresh);
	text_replace(&fresh.id, xstrdup(session->plan.id));
	if (!takes_time) {
		text_replace(&fresh.zone, xstrdup(session->plan.zone));
	}
	if (strcmp(fresh.prep ? fresh.prep : "", session->plan.prep ? session->plan.prep : "") != 0)
		session->ticked = 0; /* another list */
	plan_session_release(&session->plan);
	session->plan = fresh;
}

/* Back to what a session is before it begins. */
static void reopen(struct session_life *life)
{
	life->state = STATE_PLANNED;
	life->reason = REASON_NONE;
	life->ended.s = INSTANT_NEVER;
}

static void take_time(struct step *step, struct agenda_ref ref)
{
	struct engine *engine = step->engine;
	struct session *session = engine_session(engine, ref);
	struct session_life *life = &session->life;
	step_close_notices(step, ref, NSTATE_EXPIRED, NULL, "moved by the plan");
	if (state_is_final(life->state))
		reopen(life);
	session->zone = session->plan.zone ? engine->zones->find(engine->zones->ctx, session->plan.zone) : NULL;
	life->start = (struct civil){engine_enrolment(engine, ref)->start_day + session->plan.day, session->plan.second};
	life->ring += life->rung != 0; /* no key is used twice */
	life->rung = 0;
}

/* What rang stays written down: it says whether another session may take the row. */
static void withdraw(struct step *step, struct agenda_ref ref)
{
	struct session *session = engine_session(step->engine, ref);
	const struct session_input input = {.reason = REASON_WITHDRAWN, .minutes = -1, .effort = -1};
	unsigned rung = session->life.rung;
	session_step(session, ACT_EXCUSE, &input, step->now);
	session->life.rung = rung;
	step_close_notices(step, ref, NSTATE_EXPIRED, NULL, "withdrawn");
}

static void change_one(struct step *step, uint32_t index, const struct update_change *change)
{
	struct engine *engine = step->engine;
	const struct agenda_ref ref = {index, (uint32_t)change->session};
	struct session *session = engine_session(engine, ref);
	if (change->takes_plan)
		take_plan(session, change->plan, change->takes_time);
	if (change->kind == UPDATE_CONFLICT && !change->plan)
		text_replace(&session->plan.uid, xstrdup(UPDATE_DETACHED));
	if (change->takes_time)
		take_time(step, ref);
	if (change->kind == UPDATE_WITHDRAWN)
		withdraw(step, ref);
	schedule_resolve(session, &engine->policy, engine->local);
	if (session->prep_at.s <= step->now.s && !state_is_final(session->life.state))
		session->life.rung |= 1u << ALARM_PREP;
	engine_place(engine, ref);
	whole_row(step, ref);
	step_journal(step, "update", "plan", &ref, xstrdup(change->text), NULL);
}

/* Into a row of its own, or that of a withdrawn one. */
static void add_one(struct step *step, uint32_t index, const struct update_change *change)
{
	struct engine *engine = step->engine;
	struct enrolment *enrolment = engine->enrolments[index];
	const struct agenda_ref ref = {index, (uint32_t)change->row};
	struct session *row = &enrolment->sessions[change->row]; /* apply() made room */
	struct session session =
		schedule_session(change->plan, enrolment->start_day, &engine->policy, engine->zones, engine->local, step->now);
	text_replace(&session.plan.id, xstrdup(change->id));
	/* What is new and has begun already is not held against anyone. */
	const struct session_input late = {.reason = REASON_LATE_START, .minutes = -1, .effort = -1};
	if (session.start_at.s <= step->now.s && !state_is_final(session.life.state))
		session_step(&session, ACT_EXCUSE, &late, step->now);
	if (change->row < enrolment->session_count) {
		session.life.ring = row->life.ring + (row->life.rung != 0);
		session_release(row);
	} else {
		enrolment->session_count++;
	}
	*row = session;
	engine_place(engine, ref);
	whole_row(step, ref);
	step_journal(step, "update", "plan", &ref, xstrdup(change->text), NULL);
}

/* One note for all of them; what an earlier one was about to say is said with it. A version that was told of is not told of again. */
static void tell(struct step *step, uint32_t first, size_t changes)
{
	struct engine *engine = step->engine;
	const struct enrolment *enrolment = engine->enrolments[first];
	struct notice notice = step_day_notice(step, NOTICE_UPDATE);
	notice.count = (int)changes;
	snprintf(notice.key, sizeof(notice.key), "update/%s/%.16s", enrolment->id, enrolment->revision);
	for (size_t i = engine->notice_count; i-- > 0;) {
		if (engine->notices[i].kind != NOTICE_UPDATE || engine->notices[i].state != NSTATE_DUE)
			continue;
		notice.count += engine->notices[i].count;
		notice_end(step, i, NSTATE_EXPIRED, NULL, "replaced");
	}
	const struct recent *before = engine_recent(engine, notice.key);
	if (before && before->sent)
		return;
	engine_adopt_notice(engine, notice);
	step_notice_row(step, &notice);
}

/* Rows are borrowed from the array, so it grows once, before the first of them. */
static void apply(struct step *step, uint32_t index, const struct plan *plan, const struct update *update)
{
	struct enrolment *enrolment = step->engine->enrolments[index];
	enrolment->sessions = xreallocarray(enrolment->sessions, update->rows, sizeof(*enrolment->sessions));
	enrolment->shape = plan->shape;
	text_replace(&enrolment->revision, xstrdup(plan->revision));
	text_replace(&enrolment->plan_title, xstrdup(plan->title));
	text_replace(&enrolment->plan_name, xstrdup(plan->name));
	effects_add(step->fx, EFFECT_ENROLMENT)->enrolment.enrolment = enrolment;
	for (size_t i = 0; i < update->count; i++) {
		if (update->items[i].kind == UPDATE_ADDED)
			add_one(step, index, &update->items[i]);
		else
			change_one(step, index, &update->items[i]);
	}
	if (!update->count) /* other words, and none of them the learner's */
		return;
	OWNED_TEXT *summary = update_summary(update);
	struct journal_entry *entry =
		step_journal(step, "update", "plan", NULL, xasprintf("%s has a new version: %s", enrolment->plan_name, summary), NULL);
	snprintf(entry->enrolment, sizeof(entry->enrolment), "%s", enrolment->id);
}

/* It runs on this plan, which may have had another name, and has another revision of it. */
static bool is_behind(const struct enrolment *enrolment, const struct plan *plan, const char *old_name)
{
	bool named = !strcmp(enrolment->plan_name, plan->name) || !strcmp(enrolment->plan_name, old_name);
	return enrolment->left.s == INSTANT_NEVER && named && schedule_is_of(enrolment, plan->uid, plan->name) &&
	       strcmp(enrolment->revision ? enrolment->revision : "", plan->revision) != 0;
}

int step_update(struct step *step)
{
	struct engine *engine = step->engine;
	const struct plan *plan = step->event->plan;
	OWNED_TEXT *old_name = xstrdup(step->event->up ? engine_enrolment(engine, step->event->ref)->plan_name : plan->name);
	size_t updated = 0, full = 0, changes = 0;
	uint32_t first = 0;
	for (uint32_t i = 0; i < engine->enrolment_count; i++) {
		struct enrolment *enrolment = engine->enrolments[i];
		struct update update;
		if (!is_behind(enrolment, plan, old_name))
			continue;
		update_make(&update, enrolment, plan, engine->local, step->now);
		enrolment->full = !update_fits(&update);
		if (enrolment->full) {
			full++;
		} else {
			apply(step, i, plan, &update);
			updated++;
			first = changes ? first : i;
			changes += update.count;
		}
		update_release(&update);
	}
	if (changes)
		tell(step, first, changes);
	if (full && !updated)
		return err_set(step->err, ENGINE_LIMIT, "the copy has no room for all sessions of the new version");
	return updated ? 0 : ENGINE_ALREADY;
}
