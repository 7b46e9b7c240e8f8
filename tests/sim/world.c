#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ical/tz.h"
#include "sim/world.h"

void world_fail(const struct world *world, const char *format, ...)
{
	char stamp[STAMP_TEXT];
	va_list args;
	va_start(args, format);
	char *text = xvasprintf(format, args);
	va_end(args);
	fail_msg("%s [seed %llu, step %d, boundary %lld, at %s]", text, (unsigned long long)world->seed, world->steps,
		 (long long)world->boundary, zone_stamp(stamp, world->local, world->now));
}

/* xorshift64*: small and good enough to be a learner. */
uint32_t world_random(struct world *world, uint32_t below)
{
	world->random ^= world->random >> 12;
	world->random ^= world->random << 25;
	world->random ^= world->random >> 27;
	return (uint32_t)((world->random * UINT64_C(2685821657736338717)) >> 33) % below;
}

static const struct zone *find_zone(const char *name)
{
	const struct zone *zone = tz_source()->find(tz_source()->ctx, name);
	assert_non_null(zone);
	return zone;
}

struct world *world_new(uint64_t seed, const char *zone, struct civil start, bool with_store)
{
	struct world *world = xcalloc(1, sizeof(*world));
	struct err err = {0};
	world->seed = seed;
	world->random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	world->local = find_zone(zone);
	world->now = zone_resolve(world->local, start);
	world->policy = world_plain_policy();
	world->last_show.s = INT64_MIN / 2;
	world->crash_at = NO_CRASH;
	if (with_store && store_open(":memory:", &world->store, &err))
		fail_msg("store: %s", err.text);
	world->engine = engine_new(&world->policy, tz_source(), world->local);
	world_server(world, true);
	return world;
}

struct policy world_plain_policy(void)
{
	struct policy policy = policy_default;
	policy.rhythm = RHYTHM_RETURN;
	policy.notices_a_day = policy.spacing_min = policy.again_min = 0;
	policy.breathing = false;
	return policy;
}

void world_set_policy(struct world *world, const struct policy *policy)
{
	const struct event event = {.kind = EVENT_POLICY, .via = "settings", .policy = policy};
	world->policy = *policy;
	world_event(world, &event);
}

struct world *world_free(struct world *world)
{
	engine_free(world->engine);
	store_close(world->store);
	free(world->keys);
	free(world);
	return NULL;
}

/* --- plans --------------------------------------------------------------------------------------------------------------------- */

/* Minutes x effort of the CS-18 grid, Monday to Friday, week by week. */
static const unsigned char cs18[18][5][2] = {
	{{20, 2}, {25, 3}, {30, 4}, {20, 3}, {45, 4}}, {{20, 2}, {25, 4}, {30, 4}, {20, 3}, {50, 4}},
	{{20, 2}, {30, 4}, {30, 4}, {20, 3}, {55, 4}}, {{15, 2}, {20, 4}, {25, 4}, {20, 2}, {40, 4}},
	{{20, 2}, {30, 4}, {35, 4}, {20, 3}, {60, 4}}, {{20, 2}, {30, 4}, {35, 5}, {20, 3}, {65, 4}},
	{{20, 2}, {35, 4}, {35, 5}, {20, 4}, {70, 4}}, {{15, 2}, {25, 4}, {25, 5}, {30, 2}, {50, 5}},
	{{20, 2}, {35, 4}, {40, 5}, {25, 4}, {75, 4}}, {{20, 2}, {35, 5}, {40, 5}, {25, 4}, {80, 4}},
	{{20, 2}, {35, 5}, {45, 5}, {25, 5}, {85, 4}}, {{15, 2}, {30, 5}, {35, 5}, {20, 3}, {60, 4}},
	{{30, 2}, {40, 5}, {45, 5}, {25, 6}, {90, 4}}, {{20, 2}, {35, 5}, {40, 5}, {25, 6}, {80, 4}},
	{{20, 2}, {40, 5}, {50, 5}, {30, 6}, {95, 4}}, {{15, 2}, {30, 5}, {35, 5}, {25, 6}, {70, 4}},
	{{15, 2}, {25, 5}, {25, 5}, {20, 6}, {45, 4}}, {{10, 2}, {20, 5}, {15, 4}, {5, 1}, {120, 8}},
};

static struct plan *plan_begin(int weeks)
{
	struct plan *plan = plan_new();
	plan->name = xstrdup("plan");
	plan->file = xstrdup("plan.ics");
	plan->revision = xstrdup("1");
	plan->uid = xstrdup("plan");
	plan->title = xstrdup("A plan");
	plan->shape.weeks = weeks;
	return plan;
}

static void add_session(struct plan *plan, int week, int weekday, int32_t second, int minutes, int effort, enum session_type type)
{
	struct plan_session *session = plan_add(plan);
	*session = (struct plan_session){.uid = xasprintf("u%d-%d-%d", week, weekday, second),
					 .week = week,
					 .day = (week - 1) * 7 + weekday,
					 .second = second,
					 .minutes = minutes,
					 .effort = effort,
					 .type = type,
					 .skill = xstrdup("retrieval"),
					 .title = xasprintf("Session %d.%d", week, weekday + 1)};
}

struct plan *world_plan_cs18(void)
{
	static const int32_t at_min[5] = {9 * 60 + 30, 9 * 60 + 30, 10 * 60 + 30, 13 * 60 + 30, 14 * 60};
	static const enum session_type type[5] = {TYPE_EASY, TYPE_SHORT, TYPE_MEDIUM, TYPE_CROSS, TYPE_LONG};
	struct plan *plan = plan_begin(18);
	assert_true(shape_parse_phases(&plan->shape, "base=1-4 build=5-12 peak=13-15 taper=16-17 race=18"));
	for (int week = 1; week <= 18; week++)
		for (int d = 0; d < 5; d++)
			add_session(plan, week, d, at_min[d] * MINUTE_S, cs18[week - 1][d][0], cs18[week - 1][d][1],
				    week == 18 && d == 4  ? TYPE_RACE
				    : week == 8 && d == 4 ? TYPE_TUNEUP
							  : type[d]);
	plan_finish(plan);
	return plan;
}

struct plan *world_plan_dense(int weeks, int sessions_a_day)
{
	struct plan *plan = plan_begin(weeks);
	assert_true(shape_parse_phases(&plan->shape, "base=1-1"));
	for (int week = 1; week <= weeks; week++)
		for (int d = 0; d < 5; d++)
			for (int k = 0; k < sessions_a_day; k++)
				add_session(plan, week, d, 9 * HOUR_S + k * 8 * HOUR_S / sessions_a_day, 20, 3,
					    k % 2 ? TYPE_SHORT : TYPE_LONG);
	plan_finish(plan);
	return plan;
}

/* --- the screen ---------------------------------------------------------------------------------------------------------------- */

static struct shown_key *key_find(const struct world *world, const char *key)
{
	for (size_t i = world->key_count; i-- > 0;)
		if (!strcmp(world->keys[i].key, key))
			return &world->keys[i];
	return NULL;
}

static struct shown_key *key_of(struct world *world, const char *key)
{
	struct shown_key *found = key_find(world, key);
	if (found)
		return found;
	if (world->key_count == world->key_room) {
		world->key_room = world->key_room ? world->key_room * 2 : 256;
		world->keys = xreallocarray(world->keys, world->key_room, sizeof(*world->keys));
	}
	struct shown_key *fresh = &world->keys[world->key_count++];
	*fresh = (struct shown_key){0};
	snprintf(fresh->key, sizeof(fresh->key), "%s", key);
	return fresh;
}

int world_times_shown(const struct world *world, const char *key)
{
	struct shown_key *found = key_find(world, key);
	return found ? found->times : 0;
}

static const enum session_action start_answers[] = {ACT_START, ACT_START, ACT_START, ACT_START, ACT_SNOOZE, ACT_DROP, ACT_DONE, ACT_EXCUSE};
static const enum session_action end_answers[] = {ACT_DONE, ACT_DONE, ACT_DONE, ACT_DONE, ACT_PARTLY, ACT_MORE_TIME, ACT_DROP, ACT_DONE};

/* By a button of the bubble, the first most often, sometimes by a click on the bubble; or by the command line. */
static struct pending_answer choose(struct world *world, const struct bubble *bubble)
{
	struct pending_answer answer = {.action = ACT_COUNT};
	uint32_t which = world_random(world, 8);
	if (notice_info[bubble->kind].asks && which == 0) {
		answer.action = (bubble->kind == NOTICE_END ? end_answers : start_answers)[world_random(world, 8)];
		return answer;
	}
	const char *choice = bubble->clickable && which == 1
				     ? BUBBLE_CLICK
				     : bubble->actions[which < 6 ? 0 : world_random(world, (uint32_t)bubble->action_count)].id;
	snprintf(answer.choice, sizeof(answer.choice), "%s", choice);
	return answer;
}

/* The learner answers four of five questions, after a while; one answer in eight twice. */
static void learner_sees(struct world *world, const struct bubble *bubble)
{
	if (!world->learner || !bubble->action_count || world_random(world, 5) == 0)
		return;
	struct pending_answer chosen = choose(world, bubble);
	int64_t delay_s = world_random(world, 4) ? world_random(world, 600) : world_random(world, 2 * DAY_S);
	for (int times = world_random(world, 8) ? 1 : 2; times > 0 && world->answer_count < ARRAY_LEN(world->answers); times--) {
		struct pending_answer *answer = &world->answers[world->answer_count++];
		*answer = chosen;
		answer->at.s = world->now.s + delay_s;
		snprintf(answer->key, sizeof(answer->key), "%s", bubble->key);
	}
}

/* The day's budget and the distance between notices, as the screen sees them (RULES 3.5). */
static void check_limits(struct world *world, const struct bubble *bubble, bool taken_over)
{
	const struct policy *policy = &world->engine->policy;
	const struct notice_info *info = &notice_info[bubble->kind];
	if (!taken_over && policy->notices_a_day && engine_notices_today(world->engine, world->now) > policy->notices_a_day)
		world_fail(world, "more than %d notices on a day: %s", policy->notices_a_day, bubble->key);
	if (!taken_over && !info->asks && !info->own && world->now.s > world->last_show.s &&
	    world->now.s - world->last_show.s < policy->spacing_min * MINUTE_S)
		world_fail(world, "%lld s after another notice: %s", (long long)(world->now.s - world->last_show.s), bubble->key);
	world->by_kind[bubble->kind] += !taken_over;
	world->last_show = world->now;
}

static void check_show(struct world *world, const struct bubble *bubble)
{
	struct agenda_ref focus, ref;
	struct shown_key *key = key_of(world, bubble->key);
	/* A bubble may be taken over by the next process: in its own place, on the same server. */
	bool taken_over = key->times && bubble->server_id && key->restart < world->restarts && key->server == world->server;
	if (key->times && !key->was_in_flight && !taken_over)
		world_fail(world, "key shown twice: %s", bubble->key);
	if (!world->server_up)
		world_fail(world, "shown without a server: %s", bubble->key);
	bool pressed_for = notice_info[bubble->kind].own; /* what answers a press comes at once */
	if (!pressed_for && engine_in_focus(world->engine, &focus) && engine_find_open(world->engine, bubble->key, &ref) &&
	    (focus.enrolment != ref.enrolment || focus.session != ref.session))
		world_fail(world, "shown while another session runs: %s", bubble->key);
	if (!pressed_for && engine_absence_now(world->engine, world->now))
		world_fail(world, "shown during an absence: %s", bubble->key);
	for (size_t i = 0; i < world->engine->notice_count; i++)
		if (!strcmp(world->engine->notices[i].key, bubble->key) && world->engine->notices[i].due.s > world->now.s)
			world_fail(world, "shown before it was due: %s", bubble->key);
	check_limits(world, bubble, taken_over);
	key->times += !taken_over;
	key->was_in_flight = false;
	key->restart = world->restarts;
	key->server = world->server;
	world->shows += !taken_over;
	world->shows_this_step++;
	world->digests += bubble->kind == NOTICE_DIGEST;
	world->old_shows_this_step += bubble->kind == NOTICE_DIGEST;
	if (world->old_shows_this_step > 1)
		world_fail(world, "more than one digest at once");
}

static char *server_name(const struct world *world)
{
	return xasprintf(":1.%d", world->server);
}

/* --- effects and crashes ------------------------------------------------------------------------------------------------------- */

static void adopt_enrolment(void *ctx, struct enrolment *enrolment)
{
	engine_adopt_enrolment(ctx, enrolment);
}

static void adopt_notice(void *ctx, struct notice notice)
{
	engine_adopt_notice(ctx, notice);
}

static void adopt_absence(void *ctx, struct absence absence)
{
	engine_adopt_absence(ctx, absence);
}

static void adopt_recent(void *ctx, struct notice notice)
{
	engine_adopt_recent(ctx, notice);
}

static void adopt_value(void *ctx, const char *name, const char *text)
{
	engine_adopt_value(ctx, name, text);
}

void world_restart(struct world *world)
{
	struct err err = {0};
	struct engine *engine = engine_new(&world->policy, tz_source(), world->local);
	const struct store_loader loader = {.enrolment = adopt_enrolment,
					    .notice = adopt_notice,
					    .absence = adopt_absence,
					    .recent = adopt_recent,
					    .value = adopt_value,
					    .recent_from = {world->now.s - ENGINE_RECENT_S},
					    .ctx = engine};
	if (store_load(world->store, tz_source(), &loader, &err))
		world_fail(world, "load: %s", err.text);
	engine_free(world->engine);
	world->engine = engine;
	world->report_count = 0;
	world->restarts++;
	const struct event tick = {.kind = EVENT_TICK, .via = "start"};
	world_event(world, &tick);
	if (world->server_up) {
		OWNED_TEXT *owner = server_name(world);
		const struct event up = {.kind = EVENT_SERVER, .via = "server", .up = true, .server_owner = owner};
		world_event(world, &up);
	}
}

/* Every boundary between two effects is a place to die at. */
static bool crash_here(struct world *world)
{
	int64_t here = world->boundary++;
	if (!world->store)
		return false;
	if (here == world->crash_at)
		return true;
	return world->chance_crash && world_random(world, 1000) < (uint32_t)world->chance_crash;
}

/* Carries out; true: died on the way. */
static bool carry_out(struct world *world, struct effects *fx)
{
	struct err err = {0};
	if (crash_here(world))
		return true;
	if (world->store && store_apply(world->store, fx, &err))
		world_fail(world, "commit: %s", err.text);
	for (size_t i = 0; i < fx->count; i++)
		if (fx->items[i].kind == EFFECT_SHOW)
			key_of(world, fx->items[i].bubble.key)->was_in_flight |= false;
	for (size_t i = 0; i < fx->count; i++) {
		if (fx->items[i].kind != EFFECT_SHOW)
			continue;
		const struct bubble *bubble = &fx->items[i].bubble;
		if (crash_here(world))
			return true;
		check_show(world, bubble);
		key_of(world, bubble->key)->was_in_flight = true; /* until its report is committed */
		learner_sees(world, bubble);
		if (crash_here(world))
			return true;
		if (world->report_count < ARRAY_LEN(world->reports))
			snprintf(world->reports[world->report_count++], NOTICE_KEY_MAX, "%s", bubble->key);
	}
	return false;
}

static void check_after(struct world *world)
{
	struct instant wake = engine_next_wake(world->engine, world->now);
	if (wake.s <= world->now.s)
		world_fail(world, "the engine would spin: next wake is not after now");
	for (size_t i = 0; i < world->engine->enrolment_count; i++) {
		const struct enrolment *enrolment = world->engine->enrolments[i];
		for (size_t k = 0; k < enrolment->session_count; k++) {
			const struct session *session = &enrolment->sessions[k];
			/* Just now: travelling moves the windows of what is long over. */
			if (session->life.state == STATE_MISSED && session->life.ended.s == world->now.s &&
			    session->life.ended.s < session_grace_end(session).s)
				world_fail(world, "missed inside its window: %s", session->plan.id);
		}
	}
}

int world_event(struct world *world, const struct event *event)
{
	struct effects fx = {0};
	struct err err = {0};
	world->steps++;
	world->shows_this_step = world->old_shows_this_step = 0;
	int r = engine_step(world->engine, event, world->now, &fx, &err);
	if (r && fx.count)
		world_fail(world, "a refusal with effects");
	bool died = carry_out(world, &fx);
	effects_release(&fx);
	err_release(&err);
	if (died) {
		world->crashes++;
		world_restart(world);
		return r;
	}
	check_after(world);
	while (world->report_count) {
		char key[NOTICE_KEY_MAX];
		memcpy(key, world->reports[--world->report_count], sizeof(key));
		OWNED_TEXT *owner = server_name(world);
		const struct event shown = {.kind = EVENT_SHOWN, .via = "server", .key = key, .server_id = 7, .server_owner = owner};
		int crashes = world->crashes;
		world_event(world, &shown);
		if (crashes != world->crashes)
			return r; /* the restart dealt with everything */
		key_of(world, key)->was_in_flight = false;
	}
	return r;
}

/* --- what happens -------------------------------------------------------------------------------------------------------------- */

void world_enrol(struct world *world, const struct plan *plan, int32_t monday)
{
	int crashes = world->crashes;
	const struct event event = {.kind = EVENT_ENROL,
				    .via = "cli",
				    .enrolment = schedule_enrol(plan, monday, &world->policy, tz_source(), world->local, world->now)};
	world_event(world, &event);
	/* A crash before the commit means no reply: the learner asks again. */
	if (crashes != world->crashes && !engine_running_enrolments(world->engine))
		world_enrol(world, plan, monday);
}

int world_act(struct world *world, struct agenda_ref ref, enum session_action action)
{
	struct event event = {.kind = EVENT_ACT,
			      .via = "cli",
			      .ref = ref,
			      .action = action,
			      .input = {.minutes = -1,
					.asked = true,
					.effort = -1,
					.reason = action == ACT_EXCUSE ? REASON_SICK : REASON_UNKNOWN,
					.until = {world->now.s + 10 * MINUTE_S}}};
	struct session_life before = engine_session(world->engine, ref)->life;
	int crashes = world->crashes, r = world_event(world, &event);
	/* No reply: the learner does it again, unless it turns out to have been kept. */
	if (crashes != world->crashes && !memcmp(&before, &engine_session(world->engine, ref)->life, sizeof(before)))
		return world_act(world, ref, action);
	return r;
}

int world_press(struct world *world, const char *key, const char *choice)
{
	const struct event event = {.kind = EVENT_PRESS, .via = "bubble", .key = key, .choice = choice};
	return world_event(world, &event);
}

static void give_answer(struct world *world, const struct pending_answer *answer)
{
	struct agenda_ref ref;
	if (!engine_find_open(world->engine, answer->key, &ref))
		return;
	if (answer->action != ACT_COUNT)
		world_act(world, ref, answer->action);
	else
		world_press(world, answer->key, answer->choice);
}

void world_run(struct world *world, struct instant until)
{
	const struct event tick = {.kind = EVENT_TICK, .via = "clock"};
	for (;;) {
		struct instant wake = engine_next_wake(world->engine, world->now);
		size_t first = SIZE_MAX;
		for (size_t i = 0; i < world->answer_count; i++)
			if (world->answers[i].at.s <= wake.s && (first == SIZE_MAX || world->answers[i].at.s < world->answers[first].at.s))
				first = i;
		struct instant next = first != SIZE_MAX ? world->answers[first].at : wake;
		if (next.s > until.s)
			break;
		if (next.s > world->now.s)
			world->now = next;
		if (first == SIZE_MAX) {
			world_event(world, &tick);
			continue;
		}
		struct pending_answer answer = world->answers[first];
		world->answers[first] = world->answers[--world->answer_count];
		give_answer(world, &answer);
	}
	world->now = until;
}

void world_sleep(struct world *world, int64_t seconds, bool off)
{
	const struct event tick = {.kind = EVENT_TICK, .via = "resume"};
	world->now.s += seconds;
	if (off && world->store)
		world_restart(world);
	else
		world_event(world, &tick);
}

void world_server(struct world *world, bool up)
{
	OWNED_TEXT *owner = server_name(world);
	const struct event event = {.kind = EVENT_SERVER, .via = "server", .up = up, .server_owner = up ? owner : NULL};
	world->server_up = up;
	world->server += !up;
	world_event(world, &event);
}

struct agenda_ref world_ref(struct world *world, const char *id)
{
	struct agenda_ref ref = {0};
	if (!engine_find(world->engine, "e1", id, &ref))
		world_fail(world, "no session %s", id);
	return ref;
}

struct session *world_session(struct world *world, const char *id)
{
	return engine_session(world->engine, world_ref(world, id));
}
