/* What holds a notice back: a table of gates, asked in the order in which they are told. Each has its cause in the ledger. */
#include "engine_private.h"

const char notice_outside_hours[] = "outside working hours";
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
	return wish->focus && !wish->notice->at_once &&
	       !notice_is_of(wish->notice, engine_enrolment(engine, *wish->focus), engine_session(engine, *wish->focus));
}

static bool shut_absence(const struct wish *wish, enum absence_kind kind, struct instant *ret_until)
{
	const struct absence *absence = engine_absence_now(wish->step->engine, wish->step->now);
	if (!absence || absence->kind != kind || wish->notice->at_once)
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
	return !wish->notice->at_once && wish->step->engine->locked && wish->step->now.s < ret_until->s;
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
	int most = engine->policy.notices_a_day, informing;
	if (wish->own || wish->counted || !most)
		return false;
	bool left_over = wish->informs && wish->notice->cause && !strcmp(wish->notice->cause, used_up);
	*ret_until = engine_next_slot(engine, wish->step->now);
	if (left_over && ret_until->s > wish->step->now.s)
		return true;
	int all = engine_sent_today(engine, wish->step->now, &informing) + wish->digest_comes;
	informing += wish->digest_comes;
	/* A reminder to prepare is of no use the day after. */
	if (all < most && (!wish->informs || wish->notice->kind == NOTICE_PREP || informing < most / 2))
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
static const struct gate gates[] = {
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
bool step_still_held(const struct step *step, const struct notice *notice, const struct agenda_ref *focus)
{
	const struct wish wish = {.step = step, .notice = notice, .focus = focus};
	struct instant until;
	for (size_t i = 0; i < ARRAY_LEN(gates); i++)
		if (gates[i].fresh && gates[i].shut(&wish, &until))
			return true;
	return false;
}

/* What holds a notice back, or NULL; sets when that ends by itself. */
const struct gate *step_shut_gate(const struct wish *wish, struct instant *ret_until)
{
	for (size_t i = 0; i < ARRAY_LEN(gates); i++) {
		ret_until->s = INSTANT_NEVER;
		if (gates[i].shut(wish, ret_until))
			return &gates[i];
	}
	ret_until->s = INSTANT_NEVER;
	return NULL;
}
