/* How a notice reaches the learner: due -> sent -> shown, held back for a cause, or taken into the digest. */
#include "engine_private.h"
#include "text.h"

const char notice_outside_hours[] = "outside working hours";
const char notice_kept_quiet[] = "do not disturb is on";

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
	engine_note_recent(step->engine, notice);
}

static struct civil learner_time(const struct engine *engine, const struct session *session)
{
	return zone_civil(engine->local, session->start_at);
}

static const char *next_workday_name(const struct step *step)
{
	int32_t today = zone_civil(step->engine->local, step->now).day;
	int32_t next = policy_work_day(&step->engine->policy, today, 1);
	return next == today + 1 ? "Tomorrow" : weekday_name[day_weekday(next)];
}

static void show_session(struct step *step, struct notice *notice, struct agenda_ref ref)
{
	const struct engine *engine = step->engine;
	const struct session *session = engine_session(engine, ref);
	struct bubble bubble = {0};
	char typed[NOTICE_KEY_MAX];
	engine_ref_text(engine, ref, typed);
	snprintf(bubble.slot, sizeof(bubble.slot), "%s/%s", notice->enrolment, notice->session);
	const struct text_facts facts = {engine_enrolment(engine, ref), session,        learner_time(engine, session), typed,
					 next_workday_name(step),       &engine->policy};
	text_session_bubble(&bubble, notice->kind, &facts);
	hand_over(step, notice, bubble);
}

/* What happened to a notice on its way, for the ledger and for its story. */
static void note_cause(struct step *step, struct notice *notice, const char *cause, const char *what, const char *rule, char *text)
{
	struct agenda_ref ref;
	text_replace(&notice->cause, xstrdup(cause));
	step_notice_row(step, notice);
	bool of_session = notice->session && engine_find(step->engine, notice->enrolment, notice->session, &ref);
	step_journal(step, what, rule, of_session ? &ref : NULL, text, NULL);
}

/* --- what holds a notice back ---------------------------------------------------------------------------------------------------- */

/* A notice that wants to be shown now. */
struct wish {
	const struct step *step;
	const struct notice *notice;
	const struct agenda_ref *focus; /* the session that runs, or NULL */
	bool informs;                   /* it asks nothing, or goes into the digest: it can wait */
	bool own;                       /* the learner asked for it, or it belongs to the running session */
	bool digest_comes;              /* a digest is about to be shown beside it */
	bool counted;                   /* in the day's budget already: it was handed over before, or joins that digest */
};

static bool shut_server(const struct wish *wish, struct instant *ret_until UNUSED)
{
	return !wish->step->engine->server_up;
}

/* The server refused it a moment ago, and said why. */
static bool shut_retry(const struct wish *wish, struct instant *ret_until UNUSED)
{
	return wish->notice->retry.s > wish->step->now.s;
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

static bool shut_busy(const struct wish *wish, struct instant *ret_until)
{
	return shut_absence(wish, ABSENCE_BUSY, ret_until);
}

/* Until somebody is back, but not for long: a locked screen may also be somebody who reads. */
static bool shut_lock(const struct wish *wish, struct instant *ret_until)
{
	ret_until->s = wish->notice->due.s + LOCK_MOST_S;
	return wish->step->engine->locked && wish->step->now.s < ret_until->s;
}

/* A question rings at its own hour, whichever that is; put off by something, it waits for the working day like the rest. */
static bool shut_hours(const struct wish *wish, struct instant *ret_until)
{
	const struct engine *engine = wish->step->engine;
	bool put_off = wish->step->now.s - wish->notice->due.s > LOCK_MOST_S;
	if (wish->own || (!wish->informs && !put_off))
		return false;
	struct civil opening = policy_next_opening(&engine->policy, zone_civil(engine->local, wish->step->now));
	*ret_until = zone_resolve(engine->local, opening);
	return ret_until->s > wish->step->now.s;
}

static bool shut_channel(const struct wish *wish, struct instant *ret_until UNUSED)
{
	return !wish->own && wish->step->engine->policy.channel == CHANNEL_NONE;
}

/* Until it is old enough for the digest, which then waits for a slot. */
static bool shut_prompts(const struct wish *wish, struct instant *ret_until)
{
	const struct engine *engine = wish->step->engine;
	if (wish->own || engine->policy.channel != CHANNEL_DIGEST)
		return false;
	if (!wish->informs) {
		ret_until->s = wish->notice->due.s + engine->policy.late_min * MINUTE_S;
		return true;
	}
	*ret_until = engine_next_slot(engine, wish->step->now);
	return ret_until->s > wish->step->now.s;
}

static const char used_up[] = "the day's notices are used up";

/* What informs may use half of the day's notices, so that questions find room. What was left over comes in a slot. */
static bool shut_budget(const struct wish *wish, struct instant *ret_until)
{
	const struct engine *engine = wish->step->engine;
	int most = engine->policy.notices_a_day, informing, all = engine_sent_today(engine, wish->step->now, &informing);
	bool left_over = wish->informs && wish->notice->cause && !strcmp(wish->notice->cause, used_up);
	*ret_until = engine_next_slot(engine, wish->step->now);
	if (wish->own || wish->counted || !most)
		return false;
	if (left_over && ret_until->s > wish->step->now.s)
		return true;
	all += wish->digest_comes;
	informing += wish->digest_comes;
	if (all < most && (!wish->informs || informing < most / 2))
		return false;
	*ret_until = engine_next_first_slot(engine, wish->step->now);
	return true;
}

static bool shut_spacing(const struct wish *wish, struct instant *ret_until)
{
	const struct engine *engine = wish->step->engine;
	if (wish->own || wish->counted || !wish->informs)
		return false;
	struct instant last = wish->digest_comes ? wish->step->now : engine_last_sent(engine, wish->step->now);
	ret_until->s = last.s + engine->policy.spacing_min * MINUTE_S;
	return ret_until->s > wish->step->now.s;
}

/* In the order in which they are told. fresh: it held the notice back on purpose, so that its end is the right moment (RULES 3.5).
 * keeps_cause: the notice has the better words. */
static const struct gate {
	const char *cause, *rule;
	bool (*shut)(const struct wish *wish, struct instant *ret_until);
	bool fresh;
	bool keeps_cause;
} gates[] = {
	{"no notification server", "server", shut_server, false, false},
	{"the notification server refused it", "server", shut_retry, false, true},
	{"the clock was set back", "clock", shut_clock, false, false},
	{"a session is running", "focus", shut_focus, true, false},
	{"away", "away", shut_away, false, false},
	{"paused", "pause", shut_pause, false, false},
	{"in a meeting", "busy", shut_busy, true, false},
	{"the screen is locked", "lock", shut_lock, false, false},
	{notice_outside_hours, "hours", shut_hours, false, false},
	{"notices are off", "channel", shut_channel, false, false},
	{"kept for the summary", "channel", shut_prompts, false, false},
	{used_up, "budget", shut_budget, false, false},
	{"another notice came just before", "spacing", shut_spacing, false, false},
};

bool notice_held_on_purpose(const struct notice *notice)
{
	for (size_t i = 0; notice->cause && i < ARRAY_LEN(gates); i++)
		if (gates[i].fresh && !strcmp(notice->cause, gates[i].cause))
			return true;
	return false;
}

/* By a gate whose end is the right moment. */
static bool still_held(const struct step *step, const struct notice *notice, const struct agenda_ref *focus)
{
	const struct wish wish = {.step = step, .notice = notice, .focus = focus};
	struct instant until;
	for (size_t i = 0; i < ARRAY_LEN(gates); i++)
		if (gates[i].fresh && gates[i].shut(&wish, &until))
			return true;
	return false;
}

/* What holds a notice back, or NULL; sets when that ends by itself. */
static const struct gate *shut_gate(const struct wish *wish, struct instant *ret_until)
{
	for (size_t i = 0; i < ARRAY_LEN(gates); i++) {
		ret_until->s = INSTANT_NEVER;
		if (gates[i].shut(wish, ret_until))
			return &gates[i];
	}
	ret_until->s = INSTANT_NEVER;
	return NULL;
}

/* Each new cause once. */
static void hold(struct step *step, struct notice *notice, const struct gate *gate)
{
	const char *kind = notice_info[notice->kind].name;
	if (notice->cause && (gate->keeps_cause || !strcmp(notice->cause, gate->cause)))
		return;
	if (notice->look_again.s == INSTANT_NEVER) {
		note_cause(step, notice, gate->cause, "hold", gate->rule, xasprintf("the %s notice waits: %s", kind, gate->cause));
		return;
	}
	char when[MOMENT_TEXT];
	note_cause(step, notice, gate->cause, "hold", gate->rule,
		   xasprintf("the %s notice waits: %s, until %s", kind, gate->cause, step_moment(step, notice->look_again, when)));
}

/* Since when it could have been shown: from the due instant, or from the end of what held it back on purpose. */
static bool is_young(const struct engine *engine, const struct notice *notice, struct instant now)
{
	int64_t since_s = notice->due.s > notice->fresh_from.s ? notice->due.s : notice->fresh_from.s;
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
	struct notice notice = step_day_notice(step, NOTICE_DIGEST);
	struct bubble bubble = {0};
	notice.count = digest->passed;
	snprintf(notice.key, sizeof(notice.key), "digest/%lld/%d", (long long)step->now.s, step->engine->digests++);
	snprintf(bubble.slot, sizeof(bubble.slot), "digest");
	text_digest_bubble(&bubble, digest);
	engine_adopt_notice(step->engine, notice);
	struct notice *kept = &step->engine->notices[step->engine->notice_count - 1];
	hand_over(step, kept, bubble);
	step_journal(step, "digest", "late", NULL, xasprintf("%s", bubble.summary), NULL);
}

static void show_day(struct step *step, struct notice *notice)
{
	struct bubble bubble = {0};
	snprintf(bubble.slot, sizeof(bubble.slot), "day");
	step_day_bubble(step, notice->kind, &bubble);
	hand_over(step, notice, bubble);
}

/* A notice that is due, and what is to become of it. */
struct fate {
	struct agenda_ref ref;
	bool of_session; /* ref names one */
	bool shown;      /* as a bubble of its own; else in the digest, or not at all */
};

static struct fate fate_of(const struct step *step, const struct notice *notice)
{
	const struct engine *engine = step->engine;
	struct fate fate = {.of_session = notice->session != NULL};
	bool young = is_young(engine, notice, step->now), stands = !fate.of_session && notice->kind != NOTICE_DIGEST;
	if (fate.of_session && engine_find(engine, notice->enrolment, notice->session, &fate.ref))
		stands = notice->kind == NOTICE_REFUEL || !state_is_final(engine_session(engine, fate.ref)->life.state);
	fate.shown = young && stands;
	return fate;
}

/* One notice in a round: handed over, into the digest, over, or held. Returns whether it left the list. */
static bool deliver_one(struct step *step, size_t at, const struct agenda_ref *focus, bool informing, struct digest *digest,
			bool *ret_merged)
{
	struct notice *notice = &step->engine->notices[at];
	if (notice_held_on_purpose(notice) && !still_held(step, notice, focus))
		notice->fresh_from = step->now;
	struct fate fate = fate_of(step, notice);
	const struct notice_info *info = &notice_info[notice->kind];
	bool digest_comes = digest->passed || digest->line_count;
	if (!fate.shown && !info->digested) {
		notice_end(step, at, NSTATE_EXPIRED, NULL, "its moment was over");
		return true;
	}
	const struct wish wish = {.step = step,
				  .notice = notice,
				  .focus = focus,
				  .informs = !fate.shown || !info->asks,
				  .own = fate.shown && (info->own || notice->asked),
				  .digest_comes = digest_comes,
				  .counted = fate.shown ? engine_recent(step->engine, notice->key) != NULL : digest_comes};
	if ((wish.informs && !wish.own) != informing)
		return false;
	const struct gate *gate = shut_gate(&wish, &notice->look_again);
	if (gate) {
		hold(step, notice, gate);
		return false;
	}
	if (!fate.shown) {
		digest_add(step, digest, at, ret_merged);
		return true;
	}
	if (fate.of_session)
		show_session(step, notice, fate.ref);
	else
		show_day(step, notice);
	return false;
}

/* Questions first; what only informs keeps its distance from them. */
void step_deliver(struct step *step)
{
	struct engine *engine = step->engine;
	struct digest digest = {0};
	struct agenda_ref focus;
	bool waits = false, merged = false;
	for (size_t i = 0; i < engine->notice_count; i++)
		waits |= engine->notices[i].state == NSTATE_DUE;
	if (!waits)
		return;
	bool in_focus = engine_in_focus(engine, &focus); /* walks through the sessions */
	for (int informing = 0; informing <= 1; informing++)
		for (size_t i = 0; i < engine->notice_count; i++)
			if (engine->notices[i].state == NSTATE_DUE &&
			    deliver_one(step, i, in_focus ? &focus : NULL, informing, &digest, &merged))
				i--;
	if (merged)
		digest_again(engine, &digest);
	if (engine->policy.rhythm != RHYTHM_NONE && (digest.passed || digest.line_count))
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
	if (notice->shown.s == INSTANT_NEVER) /* taking a bubble over is not showing it again */
		notice->shown = step->now;
	notice->server_id = step->event->server_id;
	text_replace(&notice->server_owner, xstrdup(step->event->server_owner));
	if (step->event->up)
		note_cause(step, notice, notice_kept_quiet, "hold", "do-not-disturb",
			   xasprintf("the %s notice is kept back by the server: %s", notice_info[notice->kind].name, notice_kept_quiet));
	/* What informs about no open session: told is told. */
	bool told = !notice->session || notice->kind == NOTICE_REFUEL;
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
	note_cause(step, notice, step->event->cause, "hold", "server",
		   xasprintf("the %s notice was not taken: %s", notice_info[notice->kind].name, step->event->cause));
	return 0;
}

int step_closed(struct step *step)
{
	size_t at;
	struct notice *notice = notice_by_key(step->engine, step->event->key, &at);
	if (!notice || notice->state != NSTATE_SHOWN)
		return ENGINE_ALREADY;
	note_cause(step, notice, step->event->cause, "close", NULL,
		   xasprintf("the %s notice %s", notice_info[notice->kind].name, step->event->cause));
	return 0;
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
		if (notice->state != NSTATE_SHOWN || stands || !notice_info[notice->kind].asks ||
		    !engine_find(engine, notice->enrolment, notice->session, &ref))
			continue;
		enum notice_kind kind = notice->kind;
		struct instant due = notice->due;
		engine_session(engine, ref)->life.ring++;
		struct notice *again = step_ring(step, ref, kind, due);
		again->asked = true; /* the day's budget has it already */
		step_notice_row(step, again);
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
		bool fresh = notice->from_before && notice_info[notice->kind].asks && !notice->cause &&
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
