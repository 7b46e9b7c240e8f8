/* How a notice reaches the learner: due -> sent -> shown, held back for a cause, or taken into the digest. */
#include "engine_private.h"
#include "text.h"

static const char held_by_focus[] = "a session is running";

/* --- handing over -------------------------------------------------------------------------------------------------------------- */

static void hand_over(struct step *step, struct notice *notice, struct bubble bubble)
{
	notice->state = NSTATE_SENT;
	notice->sent = step->now;
	text_replace(&notice->cause, NULL);
	step_notice_row(step, notice);
	snprintf(bubble.key, sizeof(bubble.key), "%s", notice->key);
	bubble.kind = notice->kind;
	bubble.server_id = notice->server_id;
	bubble.server_owner = xstrdup(notice->server_owner);
	effects_add(step->fx, EFFECT_SHOW)->bubble = bubble;
}

static struct civil learner_time(const struct engine *engine, const struct session *session)
{
	return zone_civil(engine->local, session->start_at);
}

static void show_session(struct step *step, struct notice *notice, struct agenda_ref ref)
{
	const struct engine *engine = step->engine;
	const struct session *session = engine_session(engine, ref);
	struct bubble bubble = {0};
	char typed[NOTICE_KEY_MAX];
	engine_ref_text(engine, ref, typed);
	snprintf(bubble.slot, sizeof(bubble.slot), "%s/%s", notice->enrolment, notice->session);
	text_session_bubble(&bubble, notice->kind, engine_enrolment(engine, ref), session, learner_time(engine, session), typed,
			    engine->policy.brief);
	hand_over(step, notice, bubble);
}

static void hold(struct step *step, struct notice *notice, const char *cause)
{
	if (notice->cause && !strcmp(notice->cause, cause))
		return;
	text_replace(&notice->cause, xstrdup(cause));
	step_notice_row(step, notice);
}

/* --- what holds a notice back ---------------------------------------------------------------------------------------------------- */

/* A notice that wants to be shown now. informs: it asks nothing (reminders, digests), so it can wait for working hours. */
struct wish {
	const struct step *step;
	const struct notice *notice;
	const struct agenda_ref *focus; /* the session that runs, or NULL */
	bool informs;
};

static bool shut_server(const struct wish *wish, struct instant *ret_until UNUSED)
{
	return !wish->step->engine->server_up;
}

static bool shut_clock(const struct wish *wish, struct instant *ret_until)
{
	*ret_until = wish->notice->due;
	return wish->notice->due.s > wish->step->now.s;
}

static bool shut_focus(const struct wish *wish, struct instant *ret_until UNUSED)
{
	const struct engine *engine = wish->step->engine;
	return wish->focus && !notice_is_of(wish->notice, engine_enrolment(engine, *wish->focus), engine_session(engine, *wish->focus));
}

static bool shut_absence(const struct wish *wish, enum absence_kind kind, struct instant *ret_until)
{
	const struct absence *absence = engine_absence_now(wish->step->engine, wish->step->now);
	if (!absence || absence->kind != kind)
		return false;
	*ret_until = absence->to;
	return true;
}

static bool shut_away(const struct wish *wish, struct instant *ret_until)
{
	return shut_absence(wish, ABSENCE_AWAY, ret_until);
}

static bool shut_pause(const struct wish *wish, struct instant *ret_until)
{
	return shut_absence(wish, ABSENCE_PAUSE, ret_until);
}

/* Until somebody is back, but not for long: a locked screen may also be somebody who reads. */
static bool shut_lock(const struct wish *wish, struct instant *ret_until)
{
	ret_until->s = wish->notice->due.s + LOCK_MOST_S;
	return wish->step->engine->locked && wish->step->now.s < ret_until->s;
}

static bool shut_hours(const struct wish *wish, struct instant *ret_until)
{
	const struct engine *engine = wish->step->engine;
	if (!wish->informs)
		return false;
	struct civil opening = policy_next_opening(&engine->policy, zone_civil(engine->local, wish->step->now));
	*ret_until = zone_resolve(engine->local, opening);
	return ret_until->s > wish->step->now.s;
}

/* In the order in which they are told. */
static const struct gate {
	const char *cause;
	bool (*shut)(const struct wish *wish, struct instant *ret_until);
} gates[] = {
	{"no notification server", shut_server},
	{"the clock was set back", shut_clock},
	{held_by_focus, shut_focus},
	{"away", shut_away},
	{"paused", shut_pause},
	{"the screen is locked", shut_lock},
	{"outside working hours", shut_hours},
};

/* Why a notice waits, or NULL; sets when that ends by itself. */
static const char *hold_cause(const struct wish *wish, struct instant *ret_until)
{
	ret_until->s = INSTANT_NEVER;
	if (wish->notice->retry.s > wish->step->now.s && wish->step->engine->server_up)
		return wish->notice->cause ? wish->notice->cause : "the notification server refused it";
	for (size_t i = 0; i < ARRAY_LEN(gates); i++) {
		struct instant until = {INSTANT_NEVER};
		if (gates[i].shut(wish, &until)) {
			*ret_until = until;
			return gates[i].cause;
		}
	}
	return NULL;
}

/* How long nobody could be told: from the due instant, or from the end of the run that held it back. */
static bool is_young(const struct engine *engine, const struct notice *notice, struct instant now)
{
	int64_t since_s = notice->due.s;
	if (engine->focus_released.s != INSTANT_NEVER && notice->cause && !strcmp(notice->cause, held_by_focus) &&
	    engine->focus_released.s > since_s)
		since_s = engine->focus_released.s;
	return now.s - since_s < engine->policy.late_min * MINUTE_S;
}

/* Takes a notice into the digest; an earlier digest that never reached the screen too. */
static void digest_add(struct step *step, struct digest *digest, size_t at, bool *ret_merged)
{
	struct engine *engine = step->engine;
	const struct notice *notice = &engine->notices[at];
	struct agenda_ref ref;
	if (notice->kind == NOTICE_DIGEST) {
		digest->passed += notice->count;
		*ret_merged = true;
	} else if (engine_find(engine, notice->enrolment, notice->session, &ref)) {
		const struct session *session = engine_session(engine, ref);
		bool open = !state_is_final(session->life.state);
		digest->passed += notice->kind != NOTICE_PREP;
		digest->worth += notice->kind != NOTICE_PREP && open;
		if (open && (notice->kind != NOTICE_PREP || session->start_at.s > step->now.s))
			text_digest_line(digest, notice->kind, session, learner_time(engine, session));
	}
	notice_end(step, at, NSTATE_DIGESTED, NULL, "older than the late limit");
}

static bool has_open_notice(const struct engine *engine, struct agenda_ref ref)
{
	for (size_t i = 0; i < engine->notice_count; i++)
		if (notice_is_of(&engine->notices[i], engine_enrolment(engine, ref), engine_session(engine, ref)))
			return true;
	return false;
}

/* A digest that took in an earlier one names every question that nothing else on the screen asks. */
static void digest_again(const struct engine *engine, struct digest *digest)
{
	const struct agenda_ref *refs;
	size_t count = agenda_span(engine->agenda, (struct instant){INT64_MIN}, (struct instant){INSTANT_NEVER}, &refs);
	text_release(&digest->lines);
	digest->worth = digest->line_count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct session *session = engine_session(engine, refs[i]);
		if (session_question(session) == ALARM_COUNT || has_open_notice(engine, refs[i]))
			continue;
		digest->worth++;
		text_digest_line(digest, NOTICE_START, session, learner_time(engine, session));
	}
}

static void show_digest(struct step *step, const struct digest *digest)
{
	struct notice notice = {.kind = NOTICE_DIGEST,
				.due = step->now,
				.sent = {INSTANT_NEVER},
				.shown = {INSTANT_NEVER},
				.closed = {INSTANT_NEVER},
				.state = NSTATE_DUE,
				.count = digest->passed};
	struct bubble bubble = {0};
	snprintf(notice.key, sizeof(notice.key), "digest/%lld/%d", (long long)step->now.s, step->engine->digests++);
	snprintf(bubble.slot, sizeof(bubble.slot), "digest");
	text_digest_bubble(&bubble, digest);
	engine_adopt_notice(step->engine, notice);
	struct notice *kept = &step->engine->notices[step->engine->notice_count - 1];
	hand_over(step, kept, bubble);
	step_journal(step, "digest", "late", NULL, xasprintf("%s", bubble.summary), NULL);
}

/* Marks the end of a run that held notices back. Sessions are walked through for it, so it is asked only when a notice waits. */
static bool track_focus(struct step *step, struct agenda_ref *ret_focus)
{
	bool held = false, waits = false;
	for (size_t i = 0; i < step->engine->notice_count; i++) {
		const struct notice *notice = &step->engine->notices[i];
		waits |= notice->state == NSTATE_DUE;
		held |= notice->state == NSTATE_DUE && notice->cause && !strcmp(notice->cause, held_by_focus);
	}
	if (waits && engine_in_focus(step->engine, ret_focus))
		return true;
	if (held)
		step->engine->focus_released = step->now;
	return false;
}

void step_deliver(struct step *step)
{
	struct engine *engine = step->engine;
	struct digest digest = {0};
	struct agenda_ref focus, ref;
	bool in_focus = track_focus(step, &focus), merged = false;
	for (size_t i = 0; i < engine->notice_count; i++) {
		struct notice *notice = &engine->notices[i];
		if (notice->state != NSTATE_DUE)
			continue;
		bool own = notice->session && engine_find(engine, notice->enrolment, notice->session, &ref) &&
			   is_young(engine, notice, step->now) && !state_is_final(engine_session(engine, ref)->life.state);
		const struct wish wish = {step, notice, in_focus ? &focus : NULL, !own || notice->kind == NOTICE_PREP};
		const char *cause = hold_cause(&wish, &notice->look_again);
		if (cause)
			hold(step, notice, cause);
		else if (own)
			show_session(step, notice, ref);
		else
			digest_add(step, &digest, i--, &merged); /* it left the list */
	}
	if (merged)
		digest_again(engine, &digest);
	if (engine->policy.digest && (digest.passed || digest.line_count))
		show_digest(step, &digest);
	text_release(&digest.lines);
}

/* --- reports of the notification thread ---------------------------------------------------------------------------------------- */

static struct notice *notice_by_key(struct engine *engine, const char *key, size_t *ret_at)
{
	for (size_t i = 0; i < engine->notice_count; i++)
		if (!strcmp(engine->notices[i].key, key)) {
			*ret_at = i;
			return &engine->notices[i];
		}
	return NULL;
}

int step_shown(struct step *step)
{
	size_t at;
	struct notice *notice = notice_by_key(step->engine, step->event->key, &at);
	if (!notice || notice->state != NSTATE_SENT)
		return ENGINE_ALREADY;
	notice->state = NSTATE_SHOWN;
	notice->shown = step->now;
	notice->server_id = step->event->server_id;
	text_replace(&notice->server_owner, xstrdup(step->event->server_owner));
	bool told = notice->kind == NOTICE_DIGEST; /* it informs and asks nothing: told is told */
	if (told)
		notice->closed = step->now;
	step_notice_row(step, notice);
	if (told)
		notice_drop(step->engine, at);
	return 0;
}

int step_not_shown(struct step *step)
{
	size_t at;
	struct notice *notice = notice_by_key(step->engine, step->event->key, &at);
	if (!notice || notice->state != NSTATE_SENT)
		return ENGINE_ALREADY;
	notice->state = NSTATE_DUE;
	notice->retry.s = step->now.s + RETRY_S;
	text_replace(&notice->cause, xstrdup(step->event->cause));
	step_notice_row(step, notice);
	return 0;
}

int step_closed(struct step *step)
{
	size_t at;
	struct notice *notice = notice_by_key(step->engine, step->event->key, &at);
	if (!notice || notice->state != NSTATE_SHOWN)
		return ENGINE_ALREADY;
	hold(step, notice, step->event->cause);
	return 0;
}

static bool notice_asks(const struct notice *notice)
{
	return notice->kind == NOTICE_START || notice->kind == NOTICE_END;
}

/* A server that went takes its bubbles with it: open questions are shown once more by the next one, under a new ring number.
 * owner: the server that is there now; bubbles of its own stay. */
static void ask_again(struct step *step, const char *owner)
{
	struct engine *engine = step->engine;
	size_t count = engine->notice_count; /* step_ring() appends; those are not looked at again */
	for (size_t i = 0; i < count; i++) {
		struct agenda_ref ref;
		const struct notice *notice = &engine->notices[i];
		bool stands = owner && notice->server_owner && !strcmp(notice->server_owner, owner);
		if (notice->state != NSTATE_SHOWN || stands || !notice_asks(notice) ||
		    !engine_find(engine, notice->enrolment, notice->session, &ref))
			continue;
		enum alarm_kind alarm = notice->kind == NOTICE_END ? ALARM_END : ALARM_START;
		struct instant due = notice->due;
		engine_session(engine, ref)->life.ring++;
		step_ring(step, ref, alarm, due);
		step_session_row(step, ref);
		i--, count--; /* step_ring() took the old one out */
	}
}

/* A bubble that an earlier process left standing: shown again in its own place, so that its buttons reach this process.
 * One that was closed, or has stood for long, is left alone: its question is in the inbox. */
static void take_over(struct step *step)
{
	struct engine *engine = step->engine;
	for (size_t i = 0; i < engine->notice_count; i++) {
		struct agenda_ref ref;
		struct notice *notice = &engine->notices[i];
		bool fresh = notice->from_before && notice_asks(notice) && !notice->cause &&
			     step->now.s - notice->shown.s < engine->policy.late_min * MINUTE_S;
		notice->from_before = false;
		if (fresh && notice->state == NSTATE_SHOWN && notice->server_id &&
		    engine_find(engine, notice->enrolment, notice->session, &ref))
			show_session(step, notice, ref);
	}
}

int step_server(struct step *step)
{
	struct engine *engine = step->engine;
	if (engine->server_up == step->event->up)
		return ENGINE_ALREADY;
	engine->server_up = step->event->up;
	ask_again(step, engine->server_up ? step->event->server_owner : NULL);
	if (engine->server_up)
		take_over(step);
	for (size_t i = 0; engine->server_up && i < engine->notice_count; i++)
		engine->notices[i].retry.s = INT64_MIN;
	return 0;
}
