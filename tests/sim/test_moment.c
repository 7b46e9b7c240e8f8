/* The right moment: budget, distance, slots, meetings, second prompts, and what comes in a run. One row a case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/checklist.h"
#include "core/text.h"
#include "ical/tz.h"
#include "sim/world.h"

static const int32_t monday = 20787; /* 2026-11-30 */

static struct instant clock_on(const struct world *world, int32_t day, int hour, int minute)
{
	return zone_resolve(world->local, (struct civil){day, hour * HOUR_S + minute * MINUTE_S});
}

static struct world *enrolled(const struct policy *policy, struct plan *plan, int32_t day, int hour, int minute)
{
	struct world *world =
		world_new(1, "Europe/Berlin", (struct civil){day, hour * HOUR_S + minute * MINUTE_S}, true);
	world_set_policy(world, policy);
	world_enrol(world, plan, monday);
	plan_free(plan);
	return world;
}

static const char *cause_of(const struct world *world, const char *key)
{
	for (size_t i = 0; i < world->engine->notice_count; i++)
		if (!strcmp(world->engine->notices[i].key, key))
			return world->engine->notices[i].cause;
	return NULL;
}

static int away(struct world *world, enum absence_kind kind, struct instant from, struct instant to)
{
	const struct event event = {.kind = EVENT_ABSENCE, .via = "cli", .absence = {.kind = kind, .from = from, .to = to}};
	return world_event(world, &event);
}

/* --- budget, distance -------------------------------------------------------------------------------------------------------------- */

/* Eight sessions a day: four notices come, the rest waits and says why; the next morning's slot tells of it in one. A restart forgets
 * nothing of the count. */
static void test_four_a_day(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	policy.notices_a_day = 4;
	struct world *world = enrolled(&policy, world_plan_dense(1, 8), monday, 8, 0);
	world_run(world, clock_on(world, monday, 10, 30));
	world_restart(world);
	world_run(world, clock_on(world, monday, 23, 0));
	assert_int_equal(world->shows, 4);
	assert_int_equal(engine_notices_today(world->engine, world->now), 4);
	assert_string_equal(cause_of(world, "e1/w01-mo8/end/0"), "the day's notices are used up");
	world_run(world, clock_on(world, monday + 1, 9, 14));
	int before = world->digests;
	world_run(world, clock_on(world, monday + 1, 9, 16));
	assert_int_equal(world->digests, before + 1);
	world_free(world);
}

/* What the learner asked for comes whatever the count says: the end of a snooze, of a run. */
static void test_asked_for_is_not_counted(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	policy.notices_a_day = 1;
	struct world *world = enrolled(&policy, world_plan_cs18(), monday, 9, 0);
	world_run(world, clock_on(world, monday, 9, 31));
	assert_int_equal(world_press(world, "e1/w01-mo/start/0", "snooze"), 0);
	world_run(world, clock_on(world, monday, 9, 41));
	assert_int_equal(world_times_shown(world, "e1/w01-mo/start/1"), 1);
	assert_int_equal(world_press(world, "e1/w01-mo/start/1", "start"), 0);
	world_run(world, clock_on(world, monday, 10, 1));
	assert_int_equal(world->by_kind[NOTICE_END], 1);
	assert_int_equal(engine_notices_today(world->engine, world->now), 1);
	world_free(world);
}

/* What informs has half of the day's notices: three reminders do not keep a prompt from coming. */
static void test_informing_leaves_room(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	policy.notices_a_day = 2;
	policy.prep_s = 9 * HOUR_S + 20 * MINUTE_S;
	struct world *world = enrolled(&policy, world_plan_dense(1, 2), monday, 9, 10);
	world_run(world, clock_on(world, monday, 9, 25));
	assert_int_equal(world->by_kind[NOTICE_PREP] + world->by_kind[NOTICE_START] + world->by_kind[NOTICE_END], world->shows);
	world_run(world, clock_on(world, monday, 14, 0));
	assert_int_equal(engine_notices_today(world->engine, world->now), 2);
	assert_true(world->by_kind[NOTICE_PREP] + world->digests <= 1);
	world_free(world);
}

/* A reminder that comes due with a prompt waits ten minutes. */
static void test_distance(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	policy.spacing_min = 10;
	policy.prep_s = 13 * HOUR_S + 30 * MINUTE_S; /* with Thursday's session, about Friday's */
	struct world *world = enrolled(&policy, world_plan_cs18(), monday + 3, 13, 0);
	world_run(world, clock_on(world, monday + 3, 13, 39));
	assert_int_equal(world->by_kind[NOTICE_START], 1);
	assert_int_equal(world->by_kind[NOTICE_PREP], 0);
	assert_string_equal(cause_of(world, "e1/w01-fr/prep/0"), "another notice came just before");
	world_run(world, clock_on(world, monday + 3, 13, 40));
	assert_int_equal(world->by_kind[NOTICE_PREP], 1);
	world_free(world);
}

/* --- meetings ---------------------------------------------------------------------------------------------------------------------- */

/* Held through the meeting, asked at its end however long it was, and not in the evening. */
static void test_end_of_a_meeting(void **state UNUSED)
{
	static const struct {
		int to_hour, to_minute, starts;
	} rows[] = {{14, 20, 1}, {16, 0, 1}, {17, 30, 0}} /* at 17:30 the day is over: tomorrow, in the summary */;
	struct policy policy = world_plain_policy();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct world *world = enrolled(&policy, world_plan_cs18(), monday + 4, 13, 0);
		struct instant end = clock_on(world, monday + 4, rows[i].to_hour, rows[i].to_minute);
		assert_int_equal(away(world, ABSENCE_BUSY, clock_on(world, monday + 4, 13, 30), end), 0);
		world_run(world, (struct instant){end.s - 1});
		assert_int_equal(world->shows, 0);
		assert_string_equal(cause_of(world, "e1/w01-fr/start/0"), "in a meeting");
		world_run(world, end);
		assert_int_equal(world_times_shown(world, "e1/w01-fr/start/0"), rows[i].starts);
		assert_int_equal(world->shows, rows[i].starts);
		world_run(world, (struct instant){end.s + 46 * MINUTE_S}); /* the end moved with the start */
		assert_int_equal(world->by_kind[NOTICE_END], rows[i].starts);
		world_free(world);
	}
}

static void test_after_the_meeting(void **state UNUSED)
{
	static const struct {
		int hour, minute, busy_to_minute, want_hour, want_minute;
	} rows[] = {{9, 40, 0, 10, 0}, {9, 0, 0, 9, 30}, {9, 26, 0, 10, 0}, {9, 25, 0, 9, 30}, {9, 40, 50, 9, 50}};
	struct policy policy = world_plain_policy();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct world *world = enrolled(&policy, world_plan_cs18(), monday, rows[i].hour, rows[i].minute);
		if (rows[i].busy_to_minute)
			away(world, ABSENCE_BUSY, world->now, clock_on(world, monday, rows[i].hour, rows[i].busy_to_minute));
		assert_int_equal(engine_after_meeting(world->engine, world->now).s,
				 clock_on(world, monday, rows[i].want_hour, rows[i].want_minute).s);
		world_free(world);
	}
}

/* Tomorrow is the next working day, at the session's own time. */
static void test_tomorrow(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	struct world *world = enrolled(&policy, world_plan_cs18(), monday + 4, 13, 0);
	assert_int_equal(engine_tomorrow(world->engine, world_ref(world, "w01-fr"), world->now).s, clock_on(world, monday + 7, 14, 0).s);
	world_run(world, clock_on(world, monday + 4, 14, 1));
	assert_int_equal(world_press(world, "e1/w01-fr/start/0", BUBBLE_CLICK), 0);
	assert_int_equal(world_times_shown(world, "e1/w01-fr/more/1"), 1);
	assert_int_equal(world_press(world, "e1/w01-fr/more/1", "tomorrow"), 0);
	assert_int_equal(world_session(world, "w01-fr")->life.snoozed.s, clock_on(world, monday + 7, 14, 0).s);
	world_free(world);
}

/* --- once more --------------------------------------------------------------------------------------------------------------------- */

/* An ignored question is raised again after ten minutes, once: not twice, not after an answer, not where do-not-disturb kept it. */
static void test_raised_again_once(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	policy.again_min = 10;
	struct world *world = enrolled(&policy, world_plan_cs18(), monday + 4, 13, 0);
	world_run(world, clock_on(world, monday + 4, 14, 9));
	assert_int_equal(world->shows, 1);
	world_restart(world);
	world_run(world, clock_on(world, monday + 4, 14, 10));
	assert_int_equal(world_times_shown(world, "e1/w01-fr/start/1"), 1);
	world_run(world, clock_on(world, monday + 4, 14, 44));
	assert_int_equal(world->by_kind[NOTICE_START], 2);
	world_run(world, clock_on(world, monday + 4, 23, 0));
	assert_int_equal(world->by_kind[NOTICE_END], 1); /* it took the place of one that was raised again */
	world_free(world);
}

static void test_not_again_in_silence(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	policy.again_min = 10;
	struct world *world = enrolled(&policy, world_plan_cs18(), monday + 4, 13, 0);
	struct effects fx = {0};
	struct err err = {0};
	const struct event tick = {.kind = EVENT_TICK, .via = "clock"};
	const struct event shown = {
		.kind = EVENT_SHOWN, .via = "server", .key = "e1/w01-fr/start/0", .server_id = 7, .server_owner = ":1.0", .up = true};
	world->now = clock_on(world, monday + 4, 14, 0);
	assert_int_equal(engine_step(world->engine, &tick, world->now, &fx, &err), 0);
	assert_int_equal(engine_step(world->engine, &shown, world->now, &fx, &err), 0);
	assert_string_equal(cause_of(world, "e1/w01-fr/start/0"), "do not disturb is on");
	size_t rows = fx.count;
	world->now.s += 11 * MINUTE_S;
	assert_int_equal(engine_step(world->engine, &tick, world->now, &fx, &err), 0);
	for (size_t i = rows; i < fx.count; i++)
		assert_int_not_equal(fx.items[i].kind, EFFECT_SHOW);
	effects_release(&fx);
	world_free(world);
}

/* --- the day and the week ---------------------------------------------------------------------------------------------------------- */

/* Weekly: one in seven days, on the first working day; daily: a line each other working morning with something to do. */
static void test_rhythm(void **state UNUSED)
{
	static const struct {
		enum rhythm rhythm;
		unsigned off_days;
		int weeks, mornings;
	} rows[] = {
		{RHYTHM_NONE, 0, 0, 0}, {RHYTHM_RETURN, 0, 0, 0}, {RHYTHM_WEEKLY, 0, 1, 0},
		{RHYTHM_DAILY, 0, 1, 4}, {RHYTHM_DAILY, 1u << MONDAY, 1, 3},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct policy policy = world_plain_policy();
		policy.rhythm = rows[i].rhythm;
		policy.work_days &= ~rows[i].off_days;
		struct world *world = enrolled(&policy, world_plan_cs18(), monday, 8, 0);
		for (int day = 0; day < 7; day++) {
			world_run(world, clock_on(world, monday + day, 9, 20));
			world_restart(world); /* what came today does not come again */
			world_run(world, clock_on(world, monday + day, 18, 0));
		}
		assert_int_equal(world->by_kind[NOTICE_WEEK], rows[i].weeks);
		assert_int_equal(world->by_kind[NOTICE_MORNING], rows[i].mornings);
		world_free(world);
	}
}

/* A morning that nobody could be told of in time stays silent. */
static void test_late_morning_is_silent(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	policy.rhythm = RHYTHM_DAILY;
	struct world *world = enrolled(&policy, world_plan_cs18(), monday, 8, 0);
	away(world, ABSENCE_AWAY, clock_on(world, monday, 9, 0), clock_on(world, monday, 13, 16));
	world_run(world, clock_on(world, monday, 14, 0));
	assert_int_equal(world->by_kind[NOTICE_WEEK], 0);
	assert_int_equal(world->digests, 1);
	world_free(world);
}

static void test_day_texts(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	struct world *world = enrolled(&policy, world_plan_cs18(), monday, 8, 0);
	struct enrolment *enrolment = world->engine->enrolments[0];
	for (size_t k = 0; k < 4; k++) {
		enrolment->sessions[k].life.state = STATE_DONE;
		enrolment->sessions[k].life.actual_minutes = 20;
	}
	enrolment->sessions[4].life.state = STATE_MISSED;
	struct bubble bubble = {0};
	struct outlook outlook = {.sessions = 5,
				  .minutes = 145,
				  .today = monday + 7,
				  .enrolment = enrolment,
				  .first = &enrolment->sessions[5],
				  .first_at = enrolment->sessions[5].life.start,
				  .key = &enrolment->sessions[9],
				  .key_at = enrolment->sessions[9].life.start};
	text_day_bubble(&bubble, NOTICE_WEEK, &outlook);
	assert_string_equal(bubble.summary, "Week 2 of 18, base: 5 sessions, 145 min");
	assert_string_equal(bubble.body, "Main session: Friday 14:00, Session 2.5, 50 min\nLast week: 4 sessions, 80 min\nIn the whole plan: 4 sessions done");
	bubble_release(&bubble);
	text_day_bubble(&bubble, NOTICE_MORNING, &outlook);
	assert_string_equal(bubble.summary, "Today 09:30: Session 2.1");
	bubble_release(&bubble);
	for (size_t k = 0; k < 88; k++) /* the smaller number (IDEAS 81) */
		enrolment->sessions[k].life.state = STATE_DONE;
	text_day_bubble(&bubble, NOTICE_WEEK, &outlook);
	assert_non_null(strstr(bubble.body, "In the whole plan: 2 sessions to go"));
	bubble_release(&bubble);
	world_free(world);
}

/* Prompts off: the day's sessions come in summaries, in the slots, three at most; off altogether: nothing. */
static void test_channels(void **state UNUSED)
{
	static const struct {
		enum channel channel;
		int most_digests, starts;
	} rows[] = {{CHANNEL_DIGEST, 3, 0}, {CHANNEL_NONE, 0, 0}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct policy policy = world_plain_policy();
		policy.channel = rows[i].channel;
		struct world *world = enrolled(&policy, world_plan_dense(1, 8), monday, 8, 0);
		world_run(world, clock_on(world, monday, 23, 0));
		assert_int_equal(world->by_kind[NOTICE_START] + world->by_kind[NOTICE_END], rows[i].starts);
		assert_in_range(world->digests, rows[i].most_digests ? 1 : 0, rows[i].most_digests);
		assert_int_equal(session_question(world_session(world, "w01-mo")), ALARM_END); /* it waits in the inbox */
		world_free(world);
	}
}

/* --- in a run ---------------------------------------------------------------------------------------------------------------------- */

/* IDEAS 89 and 92: a session of an hour and more has its marks at half and at 76 %; 95 minutes: 47 and 72. Shorter ones have none. */
static void test_marks(void **state UNUSED)
{
	static const struct {
		int minutes, water, wall;
	} rows[] = {{95, 47, 72}, {60, 30, 45}, {59, 0, 0}, {120, 60, 91}};
	struct policy policy = world_plain_policy();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct plan *plan = world_plan_cs18();
		plan->sessions[4].minutes = rows[i].minutes;
		struct world *world = enrolled(&policy, plan, monday + 4, 13, 0);
		world_run(world, clock_on(world, monday + 4, 14, 0));
		assert_int_equal(world_act(world, world_ref(world, "w01-fr"), ACT_START), 0);
		for (int minute = 1; minute < rows[i].minutes; minute++) {
			world_run(world, clock_on(world, monday + 4, 14, minute));
			assert_int_equal(world->by_kind[NOTICE_WATER], rows[i].water && minute >= rows[i].water);
			assert_int_equal(world->by_kind[NOTICE_WALL], rows[i].wall && minute >= rows[i].wall);
		}
		world_run(world, clock_on(world, monday + 4, 14 + rows[i].minutes / 60, rows[i].minutes % 60));
		assert_int_equal(world->by_kind[NOTICE_END], 1);
		world_free(world);
	}
}

/* A mark that was slept through is over; so it is when more time is given for a session that never was started. */
static void test_marks_do_not_come_late(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	struct plan *plan = world_plan_cs18();
	plan->sessions[4].minutes = 90;
	struct world *world = enrolled(&policy, plan, monday + 4, 13, 0);
	world_run(world, clock_on(world, monday + 4, 15, 31));
	assert_int_equal(world->by_kind[NOTICE_END], 1);
	assert_int_equal(world_press(world, "e1/w01-fr/end/0", "more-time"), 0);
	world_run(world, clock_on(world, monday + 4, 15, 50));
	assert_int_equal(world->by_kind[NOTICE_WATER] + world->by_kind[NOTICE_WALL], 0);
	assert_int_equal(world->by_kind[NOTICE_END], 2);
	world_free(world);
}

/* IDEAS 7: leaving in the first ten minutes is asked about once; the second time it is so. Who is sick, or late in the run, goes. */
static void test_warmup(void **state UNUSED)
{
	static const struct {
		int minute;
		enum session_action action;
		enum skip_reason reason;
		bool offered;
	} rows[] = {
		{6, ACT_DROP, REASON_ENERGY, true}, {6, ACT_PARTLY, REASON_NONE, true},  {10, ACT_DROP, REASON_ENERGY, false},
		{6, ACT_EXCUSE, REASON_SICK, false}, {6, ACT_DONE, REASON_NONE, false},
	};
	struct policy policy = world_plain_policy();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct world *world = enrolled(&policy, world_plan_cs18(), monday, 9, 30);
		struct agenda_ref ref = world_ref(world, "w01-mo");
		assert_int_equal(world_act(world, ref, ACT_START), 0);
		world_run(world, clock_on(world, monday, 9, 30 + rows[i].minute));
		const struct event leave = {.kind = EVENT_ACT,
					    .via = "cli",
					    .ref = ref,
					    .action = rows[i].action,
					    .input = {.minutes = -1, .effort = -1, .reason = rows[i].reason}};
		assert_int_equal(world_event(world, &leave), 0);
		assert_int_equal(world->engine->warmup_offered, rows[i].offered);
		assert_int_equal(world_session(world, "w01-mo")->life.state == STATE_RUNNING, rows[i].offered);
		if (rows[i].offered) {
			world_restart(world);
			assert_int_equal(world_event(world, &leave), 0);
			assert_false(world->engine->warmup_offered);
			assert_true(state_is_final(world_session(world, "w01-mo")->life.state));
		}
		world_free(world);
	}
}

/* IDEAS 46: 3 of 5 asks, 4 of 5 starts; from the bubble the question comes in its place, with a way out. */
static void test_prep_gate(void **state UNUSED)
{
	static const struct {
		uint32_t ticked;
		bool ready;
	} rows[] = {{0x00, false}, {0x07, false}, {0x0f, true}, {0x1f, true}};
	struct policy policy = world_plain_policy();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct plan *plan = world_plan_cs18();
		plan->sessions[4].prep = xstrdup("one; two; three; four; five");
		struct world *world = enrolled(&policy, plan, monday + 4, 13, 0);
		struct agenda_ref ref = world_ref(world, "w01-fr");
		const struct event note = {.kind = EVENT_NOTE, .via = "cli", .ref = ref, .ticked = rows[i].ticked};
		const struct event start = {.kind = EVENT_ACT, .via = "cli", .ref = ref, .action = ACT_START, .input = {.minutes = -1, .effort = -1}};
		assert_int_equal(world_event(world, &note), 0);
		world_restart(world);
		world_run(world, clock_on(world, monday + 4, 14, 1));
		assert_int_equal(world_press(world, "e1/w01-fr/start/0", "start"), 0);
		assert_int_equal(world_session(world, "w01-fr")->life.state == STATE_RUNNING, rows[i].ready);
		assert_int_equal(world->by_kind[NOTICE_READY], !rows[i].ready);
		if (!rows[i].ready) {
			assert_int_equal(world_event(world, &start), ENGINE_UNPREPARED);
			assert_int_equal(world_press(world, "e1/w01-fr/ready/1", i ? "anyway" : "ready"), 0);
			assert_int_equal(world_session(world, "w01-fr")->life.state, STATE_RUNNING);
			assert_int_equal(engine_is_prepared(world->engine, world_session(world, "w01-fr")), i == 0);
		}
		world_free(world);
	}
}

/* IDEAS 85: a minute to breathe before long and hard sessions; skipped three times in a row it is not offered any more. */
static void test_breathing(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	policy.breathing = true;
	struct world *world = enrolled(&policy, world_plan_dense(2, 8), monday, 8, 59);
	static const char *const sessions[] = {"w01-mo", "w01-mo3", "w01-mo5", "w01-mo7", "w01-tu"};
	for (size_t i = 0; i < ARRAY_LEN(sessions); i++) {
		struct session *session = world_session(world, sessions[i]);
		world_run(world, (struct instant){session->start_at.s + 60});
		assert_int_equal(world_act(world, world_ref(world, sessions[i]), ACT_START), 0);
		OWNED_TEXT *key = xasprintf("e1/%s/breathe/%d", sessions[i], session->life.ring);
		int want = i < 4; /* the first is breathed through, the next three are skipped */
		assert_int_equal(world_times_shown(world, key), want);
		if (want)
			assert_int_equal(world_press(world, key, i ? "skip-breathing" : "breathed"), 0);
		assert_int_equal(world_act(world, world_ref(world, sessions[i]), ACT_DONE), 0);
		world_restart(world);
	}
	world_set_policy(world, &(struct policy){.breathing = false, .slot_count = 1});
	world_set_policy(world, &policy);
	assert_int_equal(world->engine->breath_skips, 0);
	world_free(world);
}

/* IDEAS 22: after a long session, or an hour and a half without a break; one hint, from the bubble as a bubble. */
static void test_refuel(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	struct plan *plan = world_plan_cs18();
	plan->sessions[4].minutes = 95;
	struct world *world = enrolled(&policy, plan, monday + 4, 13, 0);
	world_run(world, clock_on(world, monday + 4, 14, 0));
	assert_int_equal(world_act(world, world_ref(world, "w01-fr"), ACT_START), 0);
	world_run(world, clock_on(world, monday + 4, 15, 36));
	assert_int_equal(world_press(world, "e1/w01-fr/end/0", "done"), 0);
	assert_int_equal(world->by_kind[NOTICE_REFUEL], 1);
	world_run(world, clock_on(world, monday + 4, 18, 0));
	assert_int_equal(world->by_kind[NOTICE_REFUEL], 1);
	world_free(world);
	/* Two of 50 minutes with ten minutes between them. */
	world = enrolled(&policy, world_plan_dense(1, 8), monday, 8, 59);
	static const struct {
		const char *id;
		int start_minute, end_minute;
		bool refuel;
	} runs[] = {{"w01-mo2", 0, 50, false}, {"w01-mo4", 60, 110, true}, {"w01-mo6", 180, 230, false}};
	for (size_t i = 0; i < ARRAY_LEN(runs); i++) {
		struct session *session = world_session(world, runs[i].id);
		session->life.state = STATE_DONE;
		session->life.started = clock_on(world, monday, 9, runs[i].start_minute);
		session->life.ended = clock_on(world, monday, 9, runs[i].end_minute);
		session->life.actual_minutes = 50;
		session->start_at = session->life.started;
		agenda_set(world->engine->agenda, world_ref(world, runs[i].id), (struct instant){INSTANT_NEVER}, session->start_at);
	}
	for (size_t i = 0; i < ARRAY_LEN(runs); i++)
		assert_int_equal(engine_wants_refuel(world->engine, world_ref(world, runs[i].id)), runs[i].refuel);
	world_free(world);
}

/* IDEAS 45 and 60: what the list of a session holds, by type and by place. */
static void test_checklists(void **state UNUSED)
{
	static const struct {
		enum session_type type;
		enum kit_place place;
		enum kit_channel channel;
		int plan, race, kit;
		const char *has;
	} rows[] = {
		{TYPE_LONG, PLACE_NONE, KIT_NONE, 2, 0, 0, "a"},
		{TYPE_LONG, PLACE_OFFICE, KIT_PHONE, 2, 0, 2, "The desk headset is plugged in and tried"},
		{TYPE_LONG, PLACE_REMOTE, KIT_PHONE, 2, 0, 2, "Your own headset is charged and tried"},
		{TYPE_LONG, PLACE_REMOTE, KIT_MAIL, 2, 0, 2, "A blank reply and the writing guide are open"},
		{TYPE_RACE, PLACE_OFFICE, KIT_CHAT, 2, 4, 2, "Aid stations: Ida knows when you start"},
		{TYPE_RACE, PLACE_NONE, KIT_NONE, 2, 4, 0, "Distance: 95 minutes from 10:00, the first third on purpose slowly"},
		{TYPE_SHORT, PLACE_OFFICE, KIT_PHONE, 2, 0, 0, "b"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct policy policy = world_plain_policy();
		policy.place = rows[i].place;
		policy.kit = rows[i].channel;
		const struct session session = {
			.plan = {.type = rows[i].type, .minutes = 95, .prep = (char[]){"a; b"}, .help = (char[]){"Ida"}}, .ticked = 1};
		struct checklist list;
		int of[3] = {0}, has = 0;
		checklist_make(&list, &session, (struct civil){monday, 10 * HOUR_S}, &policy);
		for (int k = 0; k < list.count; k++) {
			of[list.items[k].source]++;
			has += !strcmp(list.items[k].text, rows[i].has);
		}
		assert_int_equal(of[ITEM_PLAN], rows[i].plan);
		assert_int_equal(of[ITEM_RACE], rows[i].race);
		assert_int_equal(of[ITEM_KIT], rows[i].kit);
		assert_int_equal(has, 1);
		assert_int_equal(list.ticked, 1);
		int count = list.count;
		checklist_release(&list);
		policy.rough_week = true; /* one more, where there is a kit at all */
		checklist_make(&list, &session, (struct civil){monday, 10 * HOUR_S}, &policy);
		assert_int_equal(list.count, count + type_info[rows[i].type].prepared);
		checklist_release(&list);
	}
}

/* --- what a reviewer found ---------------------------------------------------------------------------------------------------------- */

/* Raised again late it is not raised at all: it waits in the inbox. */
static void test_again_not_days_later(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	policy.again_min = 10;
	struct world *world = enrolled(&policy, world_plan_cs18(), monday + 4, 13, 0);
	world_run(world, clock_on(world, monday + 4, 14, 1));
	world_sleep(world, 31 * HOUR_S, true);
	assert_int_equal(world->by_kind[NOTICE_START], 1);
	world_free(world);
}

/* A snooze past the catch window is a promise: it rings, and can be answered for a day. */
static void test_snooze_past_the_window(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	struct world *world = enrolled(&policy, world_plan_cs18(), monday, 9, 0);
	world_run(world, clock_on(world, monday + 1, 10, 0));
	const struct event snooze = {.kind = EVENT_ACT,
				     .via = "cli",
				     .ref = world_ref(world, "w01-mo"),
				     .action = ACT_SNOOZE,
				     .input = {.minutes = -1, .effort = -1, .until = clock_on(world, monday + 2, 9, 0)}};
	assert_int_equal(world_event(world, &snooze), 0);
	world_restart(world);
	world_run(world, clock_on(world, monday + 2, 9, 1));
	assert_int_equal(world_session(world, "w01-mo")->life.state, STATE_PROMPTED);
	assert_int_equal(world_times_shown(world, "e1/w01-mo/start/1"), 1);
	world_run(world, clock_on(world, monday + 3, 9, 21));
	assert_int_equal(world_session(world, "w01-mo")->life.state, STATE_MISSED);
	world_free(world);
}

/* The end of a five-minute session is no warm-up. */
static void test_short_session_may_end(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	struct plan *plan = world_plan_cs18();
	plan->sessions[0].minutes = 5;
	struct world *world = enrolled(&policy, plan, monday, 9, 30);
	assert_int_equal(world_act(world, world_ref(world, "w01-mo"), ACT_START), 0);
	world_run(world, clock_on(world, monday, 9, 36));
	assert_int_equal(world_press(world, "e1/w01-mo/end/0", "partly"), 0);
	assert_int_equal(world_session(world, "w01-mo")->life.state, STATE_PARTIAL);
	world_free(world);
}

/* What a press leads to comes at once, also in a meeting; a press that cannot be is asked anew and stands in the story. */
static void test_presses_are_answered(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	struct plan *plan = world_plan_cs18();
	plan->sessions[4].prep = xstrdup("one; two");
	struct world *world = enrolled(&policy, plan, monday + 4, 13, 0);
	world_run(world, clock_on(world, monday + 4, 14, 1));
	away(world, ABSENCE_BUSY, world->now, clock_on(world, monday + 4, 16, 0));
	assert_int_equal(world_press(world, "e1/w01-fr/start/0", "start"), 0);
	assert_int_equal(world->by_kind[NOTICE_READY], 1);
	/* Another session runs when it is all set: refused, nothing ticked, asked again later. */
	assert_int_equal(world_act(world, world_ref(world, "w02-mo"), ACT_START), 0);
	assert_int_equal(world_press(world, "e1/w01-fr/ready/1", "ready"), 0);
	assert_int_equal(world_session(world, "w01-fr")->ticked, 0);
	assert_string_equal(cause_of(world, "e1/w01-fr/start/2"), "a session is running");
	assert_int_equal(world_press(world, "e1/w01-fr/start/2", "done"), ENGINE_STALE); /* not on that bubble */
	world_free(world);
}

/* Slots outside the working hours do not count; without any the day begins with its hours. */
static void test_slots_in_hours(void **state UNUSED)
{
	static const struct {
		int from_min, to_min, first_min;
	} rows[] = {{9 * 60, 17 * 60 + 30, 9 * 60 + 15}, {10 * 60, 18 * 60, 13 * 60 + 15}, {17 * 60 + 30, 21 * 60, 17 * 60 + 30}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct policy policy = world_plain_policy();
		policy.rhythm = RHYTHM_WEEKLY;
		policy.channel = CHANNEL_DIGEST;
		policy.work_from_s = rows[i].from_min * MINUTE_S;
		policy.work_to_s = rows[i].to_min * MINUTE_S;
		assert_int_equal(policy_first_slot(&policy), rows[i].first_min * MINUTE_S);
		struct world *world = enrolled(&policy, world_plan_cs18(), monday, 8, 0);
		world_run(world, clock_on(world, monday, 0, rows[i].first_min));
		assert_int_equal(world->by_kind[NOTICE_WEEK], 1);
		world_run(world, clock_on(world, monday + 6, 23, 0));
		assert_int_equal(world->shows - world->by_kind[NOTICE_PREP], 1); /* one summary in seven days (IDEAS 9) */
		world_free(world);
	}
}

/* A bubble whose subject is gone does not come; the minute to breathe is over after a minute. */
static void test_nothing_to_say(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	policy.rhythm = RHYTHM_DAILY;
	policy.breathing = true;
	struct world *world = enrolled(&policy, world_plan_cs18(), monday + 4, 9, 0);
	away(world, ABSENCE_BUSY, world->now, clock_on(world, monday + 4, 11, 0));
	world_run(world, clock_on(world, monday + 4, 10, 0));
	assert_int_equal(world_act(world, world_ref(world, "w01-fr"), ACT_DONE), 0);
	world_run(world, clock_on(world, monday + 4, 12, 0));
	assert_int_equal(world->by_kind[NOTICE_MORNING], 0);
	away(world, ABSENCE_PAUSE, world->now, clock_on(world, monday + 4, 12, 40));
	assert_int_equal(world_act(world, world_ref(world, "w02-fr"), ACT_START), 0);
	world_run(world, clock_on(world, monday + 4, 12, 50));
	assert_int_equal(world->by_kind[NOTICE_BREATHE], 0);
	world_free(world);
}

/* Closed by the learner, it does not come back with every server. */
static void test_closed_stays_closed(void **state UNUSED)
{
	struct policy policy = world_plain_policy();
	struct world *world = enrolled(&policy, world_plan_cs18(), monday + 4, 13, 0);
	world_run(world, clock_on(world, monday + 4, 14, 1));
	const struct event closed = {.kind = EVENT_CLOSED, .via = "bubble", .key = "e1/w01-fr/start/0", .cause = "closed without an answer"};
	assert_int_equal(world_event(world, &closed), 0);
	for (int times = 0; times < 3; times++) {
		world_server(world, false);
		world_server(world, true);
	}
	assert_int_equal(world->by_kind[NOTICE_START], 1);
	world_free(world);
}

static int finish(void **state UNUSED)
{
	tz_finish();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_four_a_day),
		cmocka_unit_test(test_asked_for_is_not_counted),
		cmocka_unit_test(test_informing_leaves_room),
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_end_of_a_meeting),
		cmocka_unit_test(test_after_the_meeting),
		cmocka_unit_test(test_tomorrow),
		cmocka_unit_test(test_raised_again_once),
		cmocka_unit_test(test_not_again_in_silence),
		cmocka_unit_test(test_rhythm),
		cmocka_unit_test(test_late_morning_is_silent),
		cmocka_unit_test(test_day_texts),
		cmocka_unit_test(test_channels),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_marks_do_not_come_late),
		cmocka_unit_test(test_warmup),
		cmocka_unit_test(test_prep_gate),
		cmocka_unit_test(test_breathing),
		cmocka_unit_test(test_refuel),
		cmocka_unit_test(test_checklists),
		cmocka_unit_test(test_again_not_days_later),
		cmocka_unit_test(test_snooze_past_the_window),
		cmocka_unit_test(test_short_session_may_end),
		cmocka_unit_test(test_presses_are_answered),
		cmocka_unit_test(test_slots_in_hours),
		cmocka_unit_test(test_nothing_to_say),
		cmocka_unit_test(test_closed_stays_closed),
	};
	return cmocka_run_group_tests_name("moment", tests, NULL, finish);
}
