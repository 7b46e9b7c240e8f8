/* A new version of a plan reaches the enrolments that run on it: one step for all of them, so that it is one transaction. */
#include "engine_private.h"
#include "update.h"

static void whole_row(struct step *step, struct agenda_ref ref)
{
	step_session_row(step, ref);
	step->fx->items[step->fx->count - 1].session.whole = true;
}

/* An id that no session of the enrolment has: the plan's own, else with the next number behind it. */
static char *free_id(const struct enrolment *enrolment, const char *wanted)
{
	char *id = xstrdup(wanted);
	for (int number = 2;; number++) { /* ends: there are finitely many sessions */
		bool taken = false;
		for (size_t i = 0; i < enrolment->session_count; i++)
			taken |= !strcmp(enrolment->sessions[i].plan.id, id);
		if (!taken)
			return id;
		text_replace(&id, xasprintf("%.*s-%d", PLAN_ID_MAX - 4, wanted, number));
	}
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

static void change_one(struct step *step, uint32_t index, const struct update_change *change)
{
	struct engine *engine = step->engine;
	struct enrolment *enrolment = engine->enrolments[index];
	const struct agenda_ref ref = {index, (uint32_t)change->session};
	struct session *session = engine_session(engine, ref);
	if (change->takes_plan)
		take_plan(session, change->plan, change->takes_time);
	if (change->kind == UPDATE_CONFLICT && !change->plan)
		text_replace(&session->plan.uid, xstrdup(UPDATE_DETACHED));
	if (change->kind == UPDATE_RESTORED) {
		session->life.state = STATE_PLANNED;
		session->life.reason = REASON_NONE;
		session->life.ended.s = INSTANT_NEVER;
	}
	if (change->takes_time) {
		step_close_notices(step, ref, NSTATE_EXPIRED, NULL, "moved by the plan");
		session->zone = session->plan.zone ? engine->zones->find(engine->zones->ctx, session->plan.zone) : NULL;
		session->life.start = (struct civil){enrolment->start_day + session->plan.day, session->plan.second};
		session->life.ring++;
		session->life.rung = 0;
	}
	if (change->kind == UPDATE_WITHDRAWN) {
		const struct session_input input = {.reason = REASON_WITHDRAWN, .minutes = -1, .effort = -1};
		session_step(session, ACT_EXCUSE, &input, step->now);
		step_close_notices(step, ref, NSTATE_EXPIRED, NULL, "withdrawn");
	}
	schedule_resolve(session, &engine->policy, engine->local);
	if (session->prep_at.s <= step->now.s)
		session->life.rung |= 1u << ALARM_PREP;
	engine_place(engine, ref);
	whole_row(step, ref);
	step_journal(step, "update", "plan", &ref, xstrdup(change->text), NULL);
}

static void add_one(struct step *step, uint32_t index, const struct update_change *change)
{
	struct engine *engine = step->engine;
	struct enrolment *enrolment = engine->enrolments[index];
	const struct agenda_ref ref = {index, (uint32_t)enrolment->session_count};
	struct session session =
		schedule_session(change->plan, enrolment->start_day, &engine->policy, engine->zones, engine->local, step->now);
	char *id = free_id(enrolment, session.plan.id);
	text_replace(&session.plan.id, id);
	/* What is new and has begun already is not held against anyone. */
	const struct session_input late = {.reason = REASON_LATE_START, .minutes = -1, .effort = -1};
	if (session.start_at.s <= step->now.s && !state_is_final(session.life.state))
		session_step(&session, ACT_EXCUSE, &late, step->now);
	enrolment->sessions[enrolment->session_count++] = session; /* apply() made room */
	engine_place(engine, ref);
	whole_row(step, ref);
	step_journal(step, "update", "plan", &ref, xstrdup(change->text), NULL);
}

static void tell(struct step *step, uint32_t index, const struct update *update)
{
	struct engine *engine = step->engine;
	const struct enrolment *enrolment = engine->enrolments[index];
	struct notice notice = step_day_notice(step, NOTICE_UPDATE);
	notice.count = (int)update->count;
	snprintf(notice.key, sizeof(notice.key), "update/%s/%.16s", enrolment->id, enrolment->revision);
	for (size_t i = engine->notice_count; i-- > 0;) /* one at a time: the newest */
		if (engine->notices[i].kind == NOTICE_UPDATE && engine->notices[i].state == NSTATE_DUE &&
		    !strncmp(engine->notices[i].key, notice.key, strcspn(strchr(notice.key, '/') + 1, "/") + strlen("update/")))
			notice_end(step, i, NSTATE_EXPIRED, NULL, "replaced");
	if (engine_recent(engine, notice.key))
		return;
	engine_adopt_notice(engine, notice);
	step_notice_row(step, &notice);
}

/* Rows are borrowed from the array, so it grows once, before the first of them. */
static void apply(struct step *step, uint32_t index, const struct plan *plan, const struct update *update)
{
	struct enrolment *enrolment = step->engine->enrolments[index];
	size_t more = enrolment->session_count + (size_t)update->of_kind[UPDATE_ADDED];
	enrolment->sessions = xreallocarray(enrolment->sessions, more, sizeof(*enrolment->sessions));
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
	tell(step, index, update);
}

/* Every running enrolment of the plan that has another revision; and the one whose plan was renamed. */
int step_update(struct step *step)
{
	struct engine *engine = step->engine;
	const struct plan *plan = step->event->plan;
	size_t updated = 0;
	for (uint32_t i = 0; i < engine->enrolment_count; i++) {
		const struct enrolment *enrolment = engine->enrolments[i];
		bool named = !strcmp(enrolment->plan_name, plan->name);
		bool renamed = step->event->up && step->event->ref.enrolment == i;
		if (enrolment->left.s != INSTANT_NEVER || !(named || renamed) ||
		    !strcmp(enrolment->revision ? enrolment->revision : "", plan->revision))
			continue;
		struct update update;
		update_make(&update, enrolment, plan, engine->local, step->now);
		bool fits = enrolment->session_count + (size_t)update.of_kind[UPDATE_ADDED] <= PLAN_SESSIONS_MAX;
		if (fits)
			apply(step, i, plan, &update);
		update_release(&update);
		updated += fits; /* what was withdrawn keeps its row: after many rewrites with fresh UIDs the copy stays as it is */
	}
	return updated ? 0 : ENGINE_ALREADY;
}
