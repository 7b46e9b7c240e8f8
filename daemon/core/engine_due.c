/* What falls due: alarms ring and become notices, catch windows close. */
#include "engine_private.h"

/* --- notices ------------------------------------------------------------------------------------------------------------------- */

void notice_drop(struct engine *engine, size_t at)
{
	notice_release(&engine->notices[at]);
	memmove(engine->notices + at, engine->notices + at + 1, (engine->notice_count - at - 1) * sizeof(*engine->notices));
	engine->notice_count--;
}

bool notice_is_of(const struct notice *notice, const struct enrolment *enrolment, const struct session *session)
{
	return notice->session && !strcmp(notice->enrolment, enrolment->id) && !strcmp(notice->session, session->plan.id);
}

void notice_end(struct step *step, size_t at, enum notice_state state, const char *answer, const char *cause)
{
	struct notice *notice = &step->engine->notices[at];
	notice->state = state;
	notice->closed = step->now;
	if (answer)
		text_replace(&notice->answer, xstrdup(answer));
	if (cause)
		text_replace(&notice->cause, xstrdup(cause));
	step_notice_row(step, notice);
	notice_drop(step->engine, at);
}

void step_close_notices(struct step *step, struct agenda_ref ref, enum notice_state state, const char *answer, const char *cause)
{
	struct engine *engine = step->engine;
	const struct enrolment *enrolment = engine_enrolment(engine, ref);
	const struct session *session = engine_session(engine, ref);
	bool on_screen = false;
	for (size_t i = engine->notice_count; i-- > 0;) {
		if (!notice_is_of(&engine->notices[i], enrolment, session))
			continue;
		on_screen |= engine->notices[i].state != NSTATE_DUE;
		notice_end(step, i, state, answer, cause);
	}
	if (on_screen) {
		struct effect *effect = effects_add(step->fx, EFFECT_CLOSE);
		snprintf(effect->slot, sizeof(effect->slot), "%s/%s", enrolment->id, session->plan.id);
	}
}

static struct notice fresh_notice(enum notice_kind kind, struct instant due)
{
	return (struct notice){.kind = kind,
			       .due = due,
			       .sent = {INSTANT_NEVER},
			       .shown = {INSTANT_NEVER},
			       .closed = {INSTANT_NEVER},
			       .fresh_from = {INT64_MIN},
			       .state = NSTATE_DUE};
}

struct notice step_day_notice(const struct step *step, enum notice_kind kind)
{
	return fresh_notice(kind, step->now);
}

/* The learner asked for what comes at the end of a snooze or of a run. */
static bool was_asked_for(const struct session *session, enum notice_kind kind)
{
	return (kind == NOTICE_START && session->life.snoozed.s != INSTANT_NEVER) ||
	       (kind == NOTICE_END && session->life.started.s != INSTANT_NEVER);
}

struct notice *step_ring(struct step *step, struct agenda_ref ref, enum notice_kind kind, struct instant due)
{
	struct engine *engine = step->engine;
	const struct enrolment *enrolment = engine_enrolment(engine, ref);
	const struct session *session = engine_session(engine, ref);
	struct notice notice = fresh_notice(kind, due);
	notice.session = xstrdup(session->plan.id);
	notice.asked = was_asked_for(session, kind);
	notice.at_once = step->event->kind == EVENT_PRESS && notice_info[kind].own;
	snprintf(notice.key, sizeof(notice.key), "%s/%s/%s/%d", enrolment->id, session->plan.id, notice_info[kind].name,
		 session->life.ring);
	snprintf(notice.enrolment, sizeof(notice.enrolment), "%s", enrolment->id);
	for (size_t i = engine->notice_count; i-- > 0;) {
		if (!notice_is_of(&engine->notices[i], enrolment, session))
			continue;
		if (engine->notices[i].count > notice.count)
			notice.count = engine->notices[i].count;
		bool stands = engine->notices[i].state == NSTATE_SHOWN;
		snprintf(notice.over, sizeof(notice.over), "%s", stands ? engine->notices[i].key : engine->notices[i].over);
		notice.server_id = engine->notices[i].server_id;
		text_replace(&notice.server_owner, xstrdup(engine->notices[i].server_owner));
		notice_end(step, i, NSTATE_EXPIRED, NULL, "replaced");
	}
	engine_adopt_notice(engine, notice);
	step_notice_row(step, &notice);
	return &engine->notices[engine->notice_count - 1];
}

/* --- what is due --------------------------------------------------------------------------------------------------------------- */

static const enum notice_kind kind_of_alarm[ALARM_COUNT] = {[ALARM_PREP] = NOTICE_PREP,
							    [ALARM_START] = NOTICE_START,
							    [ALARM_END] = NOTICE_END,
							    [ALARM_WATER] = NOTICE_WATER,
							    [ALARM_WALL] = NOTICE_WALL};

static void prompt(struct step *step, struct agenda_ref ref, enum alarm_kind alarm, struct instant due)
{
	struct session *session = engine_session(step->engine, ref);
	const struct session_input none = {.minutes = -1, .effort = -1};
	step_ring(step, ref, kind_of_alarm[alarm], due);
	if (alarm == ALARM_START || alarm == ALARM_END)
		session_step(session, ACT_PROMPT, &none, step->now);
	session->life.rung |= 1u << alarm;
	step_journal(step, "prompt", NULL, &ref, xasprintf("the %s came due", alarm_name[alarm]), NULL);
}

/* The start is still kept back: for a meeting or another run the end moves with it; for the night it is not asked about at all. */
static bool end_moves_on(struct step *step, struct agenda_ref ref)
{
	struct session *session = engine_session(step->engine, ref);
	if (session_end(session).s > step->now.s || session->life.state == STATE_RUNNING || session->life.rung & 1u << ALARM_END)
		return false;
	for (size_t i = 0; i < step->engine->notice_count; i++) {
		const struct notice *notice = &step->engine->notices[i];
		bool on_purpose = notice_held_on_purpose(notice), by_night = notice->cause && !strcmp(notice->cause, notice_outside_hours);
		if (notice->state != NSTATE_DUE || notice->kind != NOTICE_START || !(on_purpose || by_night) ||
		    !notice_is_of(notice, engine_enrolment(step->engine, ref), session))
			continue;
		if (on_purpose)
			session->life.end_due.s = step->now.s + session->plan.minutes * MINUTE_S;
		else
			session->life.rung |= 1u << ALARM_END;
		return true;
	}
	return false;
}

/* The newest alarm that is due; what it overtook does not ring any more. */
static void ring_due(struct step *step, struct agenda_ref ref)
{
	struct session *session = engine_session(step->engine, ref);
	unsigned passed = 0;
	int newest = -1;
	struct instant at[ALARM_COUNT];
	if (end_moves_on(step, ref))
		return;
	for (int alarm = 0; alarm < ALARM_COUNT; alarm++) {
		at[alarm] = session_alarm_at(session, (enum alarm_kind)alarm);
		if (session->life.rung & 1u << alarm || at[alarm].s > step->now.s)
			continue;
		passed |= 1u << alarm;
		if (newest < 0 || at[alarm].s >= at[newest].s)
			newest = alarm;
	}
	if (newest < 0)
		return;
	prompt(step, ref, (enum alarm_kind)newest, at[newest]);
	session->life.rung |= passed;
}

static void expire(struct step *step, struct agenda_ref ref)
{
	struct session *session = engine_session(step->engine, ref);
	const struct session_input none = {.minutes = -1, .effort = -1};
	if (session_step(session, ACT_EXPIRE, &none, step->now) != SESSION_CHANGED)
		return;
	/* What nobody could be told yet stays for the digest; what stood on the screen goes. */
	for (size_t i = 0; i < step->engine->notice_count; i++)
		if (notice_is_of(&step->engine->notices[i], engine_enrolment(step->engine, ref), session) &&
		    step->engine->notices[i].state != NSTATE_DUE) {
			step_close_notices(step, ref, NSTATE_EXPIRED, NULL, "catch window closed");
			break;
		}
	step_journal(step, "expire", "catch-window", &ref, xstrdup("the catch window closed without an answer"), NULL);
}

static void look(struct step *step, struct agenda_ref ref)
{
	struct session *session = engine_session(step->engine, ref);
	ring_due(step, ref);
	if (session_grace_end(session).s <= step->now.s)
		expire(step, ref);
	step_session_row(step, ref);
	engine_place(step->engine, ref);
}

void step_due(struct step *step)
{
	struct agenda_ref ref;
	/* Each look moves the session's next due past now or out of the agenda, so this ends. */
	while (agenda_pop_due(step->engine->agenda, step->now, &ref))
		look(step, ref);
}

/* --- ignored questions ------------------------------------------------------------------------------------------------------------ */

static struct instant again_at(const struct engine *engine, const struct notice *notice)
{
	bool ignored = notice->state == NSTATE_SHOWN && notice_info[notice->kind].asks && !notice->count;
	if (!ignored || !engine->policy.again_min)
		return (struct instant){INSTANT_NEVER};
	return (struct instant){notice->shown.s + engine->policy.again_min * MINUTE_S};
}

struct instant engine_next_again(const struct engine *engine, struct instant now)
{
	struct instant next = {INSTANT_NEVER};
	for (size_t i = 0; i < engine->notice_count; i++) {
		struct instant at = again_at(engine, &engine->notices[i]);
		if (at.s > now.s && at.s < next.s)
			next = at;
	}
	return next;
}

/* Under a new ring number, in the place of the first. What the server keeps back (do not disturb) was not ignored;
 * and where its moment passed unseen, it waits in the inbox. */
void step_again(struct step *step)
{
	struct engine *engine = step->engine;
	for (size_t i = 0; i < engine->notice_count; i++) {
		struct agenda_ref ref;
		struct notice *notice = &engine->notices[i];
		struct instant due = again_at(engine, notice);
		if (due.s > step->now.s)
			continue;
		notice->count++; /* carried over to the one that replaces it */
		bool late = step->now.s - due.s >= engine->policy.late_min * MINUTE_S;
		if (late || (notice->cause && !strcmp(notice->cause, notice_kept_quiet)) ||
		    !engine_find(engine, notice->enrolment, notice->session, &ref)) {
			step_notice_row(step, notice);
			continue;
		}
		enum notice_kind kind = notice->kind;
		if (kind == NOTICE_READY && engine_is_prepared(engine, engine_session(engine, ref)))
			kind = NOTICE_START;
		engine_session(engine, ref)->life.ring++;
		step_ring(step, ref, kind, due);
		step_session_row(step, ref);
		step_journal(step, "prompt", "again", &ref, xstrdup("no answer yet: asked once more"), NULL);
		i--; /* step_ring() took it out and appended another, whose count is not 0 */
	}
}
