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

static const enum notice_kind kind_of_alarm[ALARM_COUNT] = {
	[ALARM_PREP] = NOTICE_PREP, [ALARM_START] = NOTICE_START, [ALARM_END] = NOTICE_END};

void step_ring(struct step *step, struct agenda_ref ref, enum alarm_kind alarm, struct instant due)
{
	struct engine *engine = step->engine;
	const struct enrolment *enrolment = engine_enrolment(engine, ref);
	const struct session *session = engine_session(engine, ref);
	struct notice notice = {.kind = kind_of_alarm[alarm],
				.session = xstrdup(session->plan.id),
				.due = due,
				.sent = {INSTANT_NEVER},
				.shown = {INSTANT_NEVER},
				.closed = {INSTANT_NEVER},
				.state = NSTATE_DUE};
	snprintf(notice.key, sizeof(notice.key), "%s/%s/%s/%d", enrolment->id, session->plan.id, alarm_name[alarm], session->life.ring);
	snprintf(notice.enrolment, sizeof(notice.enrolment), "%s", enrolment->id);
	for (size_t i = engine->notice_count; i-- > 0;) {
		if (!notice_is_of(&engine->notices[i], enrolment, session))
			continue;
		notice.server_id = engine->notices[i].server_id;
		text_replace(&notice.server_owner, xstrdup(engine->notices[i].server_owner));
		notice_end(step, i, NSTATE_EXPIRED, NULL, "replaced");
	}
	engine_adopt_notice(engine, notice);
	step_notice_row(step, &notice);
}

/* --- what is due --------------------------------------------------------------------------------------------------------------- */

static void prompt(struct step *step, struct agenda_ref ref, enum alarm_kind alarm, struct instant due)
{
	struct session *session = engine_session(step->engine, ref);
	const struct session_input none = {.minutes = -1, .effort = -1};
	if (alarm != ALARM_PREP)
		session_step(session, ACT_PROMPT, &none, step->now);
	session->life.rung |= 1u << alarm;
	step_ring(step, ref, alarm, due);
	step_journal(step, "prompt", NULL, &ref, xasprintf("the %s came due", alarm_name[alarm]), NULL);
}

/* The newest alarm that is due; what it overtook does not ring any more. */
static void ring_due(struct step *step, struct agenda_ref ref)
{
	struct session *session = engine_session(step->engine, ref);
	struct session_life *life = &session->life;
	struct instant start = life->snoozed.s != INSTANT_NEVER ? life->snoozed : session->start_at;
	const struct instant at[ALARM_COUNT] = {[ALARM_PREP] = session->prep_at, [ALARM_START] = start, [ALARM_END] = session_end(session)};
	for (int alarm = ALARM_COUNT; alarm-- > 0;) {
		if (life->rung & 1u << alarm || at[alarm].s > step->now.s)
			continue;
		prompt(step, ref, (enum alarm_kind)alarm, at[alarm]);
		life->rung |= (1u << alarm) - 1u;
		return;
	}
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
	if (session->grace_end.s <= step->now.s)
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
