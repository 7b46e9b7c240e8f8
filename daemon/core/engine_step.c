/* One event in, effects out: which file of the engine answers which event. */
#include "engine_private.h"

#include <assert.h>

static void resolve_everything(struct engine *engine)
{
	for (size_t i = 0; i < engine->enrolment_count; i++) {
		schedule_resolve_all(engine->enrolments[i], &engine->policy, engine->local);
		engine_place_all(engine, i);
	}
}

/* Looking at what is due is the end of every step. */
static int step_tick(struct step *step UNUSED)
{
	return 0;
}

static int step_zone(struct step *step)
{
	struct engine *engine = step->engine;
	if (engine->local == step->event->zone)
		return ENGINE_ALREADY;
	step_journal(step, "zone", "wall-clock", NULL,
		     xasprintf("wall clock is now %s, was %s", step->event->zone->name, engine->local->name), NULL);
	engine->local = step->event->zone;
	resolve_everything(engine);
	return 0;
}

static int step_policy(struct step *step)
{
	if (step->event->policy->breathing && !step->engine->policy.breathing)
		step_breath_skips(step, 0);
	step->engine->policy = *step->event->policy;
	resolve_everything(step->engine);
	return 0;
}

static int step_lock(struct step *step)
{
	if (step->engine->locked == step->event->up)
		return ENGINE_ALREADY;
	step->engine->locked = step->event->up;
	return 0;
}

static int (*const steps[])(struct step *) = {
	[EVENT_TICK] = step_tick,     [EVENT_ACT] = step_act,       [EVENT_ENROL] = step_enrol,   [EVENT_LEAVE] = step_leave,
	[EVENT_UNDO] = step_undo,     [EVENT_SERVER] = step_server, [EVENT_SHOWN] = step_shown,   [EVENT_NOT_SHOWN] = step_not_shown,
	[EVENT_CLOSED] = step_closed, [EVENT_ZONE] = step_zone,     [EVENT_POLICY] = step_policy, [EVENT_ABSENCE] = step_absence,
	[EVENT_RESUME] = step_resume, [EVENT_LOCK] = step_lock,     [EVENT_PRESS] = step_press,   [EVENT_NOTE] = step_note,
	[EVENT_UPDATE] = step_update,
};

int engine_step(struct engine *engine, const struct event *event, struct instant now, struct effects *ret, struct err *err)
{
	assert(event->kind < ARRAY_LEN(steps));
	struct step step = {.engine = engine, .event = event, .now = now, .fx = ret, .err = err};
	int refused = steps[event->kind](&step);
	if (refused)
		return refused;
	step_due(&step);
	step_again(&step);
	step_day(&step);
	step_take_over(&step);
	step_deliver(&step);
	return 0;
}

struct instant engine_next_wake(const struct engine *engine, struct instant now)
{
	const struct instant next[] = {agenda_next_due(engine->agenda), engine_next_again(engine, now), engine_next_day(engine, now)};
	struct instant wake = {INSTANT_NEVER};
	const struct absence *absence = engine_absence_now(engine, now);
	for (size_t i = 0; absence && i < engine->notice_count; i++)
		if (engine->notices[i].from_before) /* its bubble is taken over when this is over */
			wake = absence->to;
	for (size_t i = 0; i < ARRAY_LEN(next); i++)
		if (next[i].s < wake.s)
			wake = next[i];
	for (size_t i = 0; engine->server_up && i < engine->notice_count; i++) {
		const struct notice *notice = &engine->notices[i];
		const int64_t at_s[] = {notice->retry.s, notice->due.s, notice->look_again.s};
		for (size_t k = 0; notice->state == NSTATE_DUE && k < ARRAY_LEN(at_s); k++)
			if (at_s[k] > now.s && at_s[k] < wake.s)
				wake.s = at_s[k];
	}
	return wake;
}
