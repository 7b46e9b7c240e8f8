/* Whole plans lived through: learners, sleep, clock steps, daylight saving, servers that go, and a crash at every effect. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ical/tz.h"
#include "sim/world.h"

static struct civil at(int year, int month, int day, int hour, int minute)
{
	return (struct civil){day_from_ymd(year, month, day), hour * HOUR_S + minute * MINUTE_S};
}

static struct instant moment(const struct world *world, int year, int month, int day, int hour, int minute)
{
	return zone_resolve(world->local, at(year, month, day, hour, minute));
}

static struct world *enrolled(uint64_t seed, const char *zone, struct civil now, struct plan *plan, int32_t monday)
{
	struct world *world = world_new(seed, zone, now, true);
	world_enrol(world, plan, monday);
	plan_free(plan);
	return world;
}

/* A Monday as it should be: prompted at 09:30, started, asked at the end, done. */
static void test_a_monday(void **state UNUSED)
{
	int32_t monday = day_from_ymd(2026, 11, 30);
	struct world *world = enrolled(1, "Europe/Berlin", at(2026, 11, 30, 8, 0), world_plan_cs18(), monday);
	world_run(world, moment(world, 2026, 11, 30, 9, 29));
	assert_int_equal(world->shows, 0);
	world_run(world, moment(world, 2026, 11, 30, 9, 31));
	assert_int_equal(world_times_shown(world, "e1/w01-mo/start/0"), 1);
	assert_int_equal(world_act(world, world_ref(world, "w01-mo"), ACT_START), 0);
	assert_int_equal(world_act(world, world_ref(world, "w01-mo"), ACT_START), ENGINE_ALREADY);
	world_run(world, moment(world, 2026, 11, 30, 9, 52));
	assert_int_equal(world_times_shown(world, "e1/w01-mo/end/0"), 1);
	assert_int_equal(world_act(world, world_ref(world, "w01-mo"), ACT_DONE), 0);
	assert_int_equal(world_session(world, "w01-mo")->life.actual_minutes, 20);
	world_run(world, moment(world, 2026, 11, 30, 23, 0));
	assert_int_equal(world->shows, 2);
	world_free(world);
}

/* IDEAS 18: Friday's long session announces itself on Thursday 16:30; a Monday's race on the Friday before. */
static void test_prep_one_working_day_before(void **state UNUSED)
{
	struct world *world = enrolled(2, "Europe/Berlin", at(2026, 11, 30, 8, 0), world_plan_cs18(), day_from_ymd(2026, 11, 30));
	world_run(world, moment(world, 2026, 12, 3, 16, 29));
	assert_int_equal(world_times_shown(world, "e1/w01-fr/prep/0"), 0);
	world_run(world, moment(world, 2026, 12, 3, 16, 30));
	assert_int_equal(world_times_shown(world, "e1/w01-fr/prep/0"), 1);
	struct civil race = at(2026, 12, 7, 10, 0);
	struct civil prep = rules_prep(&policy_default, TYPE_RACE, race);
	assert_int_equal(prep.day, day_from_ymd(2026, 12, 4));
	world_free(world);
}

struct off_row {
	int64_t seconds;
	int digests, passed_missed;
};

/* Off over several sessions: one digest, never a burst; windows that closed meanwhile are closed. */
static void test_off(void **state UNUSED)
{
	static const struct off_row rows[] = {{3 * HOUR_S, 1, 0}, {3 * DAY_S, 1, 1}, {21 * DAY_S, 1, 14}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct world *world = enrolled(3, "Europe/Berlin", at(2026, 11, 30, 9, 0), world_plan_cs18(), day_from_ymd(2026, 11, 30));
		world_sleep(world, rows[i].seconds, i % 2 == 0);
		int missed = 0;
		for (size_t k = 0; k < world->engine->enrolments[0]->session_count; k++)
			missed += world->engine->enrolments[0]->sessions[k].life.state == STATE_MISSED;
		assert_int_equal(world->digests, rows[i].digests);
		assert_int_equal(world->shows, rows[i].digests);
		if (missed < rows[i].passed_missed)
			world_fail(world, "%d missed after %lld s", missed, (long long)rows[i].seconds);
		world_free(world);
	}
}

/* DESIGN 4: younger than 30 minutes fires, older joins the digest. */
static void test_late_limit(void **state UNUSED)
{
	static const struct {
		int late_s, starts, digests;
	} rows[] = {{29 * 60 + 59, 1, 0}, {30 * 60, 0, 1}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		/* The Friday long session of 45 minutes: its end is not due yet. */
		struct world *world = enrolled(4, "Europe/Berlin", at(2026, 12, 4, 13, 0), world_plan_cs18(), day_from_ymd(2026, 11, 30));
		world->now = moment(world, 2026, 12, 4, 14, 0);
		world_sleep(world, rows[i].late_s, false);
		assert_int_equal(world_times_shown(world, "e1/w01-fr/start/0"), rows[i].starts);
		assert_int_equal(world->digests, rows[i].digests);
		world_free(world);
	}
}

/* A session at 09:30 stays at 09:30 across both changes of the clock, and rings once (scenario 19). */
static void test_daylight_saving(void **state UNUSED)
{
	static const struct {
		const char *zone;
		int year, month, day;
	} rows[] = {
		{"Europe/Berlin", 2026, 10, 19},  {"Europe/Berlin", 2027, 3, 22},       {"America/New_York", 2026, 10, 26},
		{"America/New_York", 2027, 3, 8}, {"Australia/Lord_Howe", 2026, 9, 28}, {"Asia/Tokyo", 2026, 10, 19},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int32_t monday = day_from_ymd(rows[i].year, rows[i].month, rows[i].day);
		struct world *world = enrolled(5, rows[i].zone, (struct civil){monday, 8 * HOUR_S}, world_plan_cs18(), monday);
		world_run(world, zone_resolve(world->local, (struct civil){monday + 14, 0}));
		for (size_t k = 0; k < 10; k++) {
			const struct session *session = &world->engine->enrolments[0]->sessions[k];
			OWNED_TEXT *key = xasprintf("e1/%s/start/0", session->plan.id);
			assert_int_equal(zone_civil(world->local, session->start_at).second, session->plan.second);
			assert_int_equal(world_times_shown(world, key), 1);
		}
		world_free(world);
	}
}

/* The clock set back an hour rings nothing twice; set forward it rings late ones by the rule. */
static void test_clock_steps(void **state UNUSED)
{
	struct world *world = enrolled(6, "Europe/Berlin", at(2026, 11, 30, 9, 0), world_plan_cs18(), day_from_ymd(2026, 11, 30));
	world_run(world, moment(world, 2026, 11, 30, 9, 31));
	world->now.s -= HOUR_S;
	const struct event tick = {.kind = EVENT_TICK, .via = "clock-set"};
	world_event(world, &tick);
	world_run(world, moment(world, 2026, 11, 30, 9, 49));
	assert_int_equal(world->shows, 1);
	world->now.s += 20 * MINUTE_S;
	world_event(world, &tick);
	assert_int_equal(world_times_shown(world, "e1/w01-mo/end/0"), 1);
	world_free(world);
}

/* A notice that waits for a server while the clock is set back before its time comes at its time. */
static void test_clock_set_back_while_held(void **state UNUSED)
{
	struct world *world = enrolled(12, "Europe/Berlin", at(2026, 12, 4, 13, 0), world_plan_cs18(), day_from_ymd(2026, 11, 30));
	world_run(world, moment(world, 2026, 12, 4, 14, 1));
	assert_int_equal(world_act(world, world_ref(world, "w01-fr"), ACT_START), 0);
	world_run(world, moment(world, 2026, 12, 4, 14, 40));
	world_server(world, false);
	world_run(world, moment(world, 2026, 12, 4, 14, 50));
	world->now.s -= 30 * MINUTE_S;
	world_server(world, true);
	assert_int_equal(world_times_shown(world, "e1/w01-fr/end/0"), 0);
	world_run(world, moment(world, 2026, 12, 4, 14, 50));
	assert_int_equal(world_times_shown(world, "e1/w01-fr/end/0"), 1);
	world_free(world);
}

/* No server: the question is kept; young it is shown when one comes, old it is in one digest. */
static void test_server_away(void **state UNUSED)
{
	static const struct {
		int away_min, starts, digests;
	} rows[] = {{10, 1, 0}, {90, 0, 1}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct world *world = enrolled(7, "Europe/Berlin", at(2026, 12, 4, 13, 50), world_plan_cs18(), day_from_ymd(2026, 11, 30));
		world_server(world, false);
		world_run(world, moment(world, 2026, 12, 4, 14, rows[i].away_min % 60));
		world_run(world, (struct instant){moment(world, 2026, 12, 4, 14, 0).s + rows[i].away_min * MINUTE_S});
		assert_int_equal(world->shows, 0);
		world_server(world, true);
		assert_int_equal(world_times_shown(world, "e1/w01-fr/start/0"), rows[i].starts);
		assert_int_equal(world->digests, rows[i].digests);
		world_free(world);
	}
}

/* A server that restarts loses its bubbles: an open question is shown once more, under a new key. */
static void test_server_restart_asks_again(void **state UNUSED)
{
	struct world *world = enrolled(8, "Europe/Berlin", at(2026, 11, 30, 9, 0), world_plan_cs18(), day_from_ymd(2026, 11, 30));
	world_run(world, moment(world, 2026, 11, 30, 9, 31));
	world_server(world, false);
	world_server(world, true);
	assert_int_equal(world_times_shown(world, "e1/w01-mo/start/0"), 1);
	assert_int_equal(world_times_shown(world, "e1/w01-mo/start/1"), 1);
	world_free(world);
}

/* IDEAS 86: while a session runs nothing but its end is shown; what waited comes after. */
static void test_focus(void **state UNUSED)
{
	struct world *world = enrolled(9, "Europe/Berlin", at(2026, 11, 30, 8, 59), world_plan_dense(1, 16), day_from_ymd(2026, 11, 30));
	world_run(world, moment(world, 2026, 11, 30, 9, 25));
	assert_int_equal(world_act(world, world_ref(world, "w01-mo"), ACT_START), 0);
	world_run(world, moment(world, 2026, 11, 30, 9, 31)); /* w01-mo2 is due at 09:30 and waits */
	assert_int_equal(world_times_shown(world, "e1/w01-mo2/start/0"), 0);
	world_run(world, moment(world, 2026, 11, 30, 9, 44));
	assert_int_equal(world_act(world, world_ref(world, "w01-mo"), ACT_DONE), 0);
	assert_int_equal(world_times_shown(world, "e1/w01-mo2/start/0"), 1);
	world_free(world);
}

/* A snooze outlives a crash and rings at its minute (IDEAS 10). */
static void test_snooze_survives(void **state UNUSED)
{
	struct world *world = enrolled(10, "Europe/Berlin", at(2026, 11, 30, 9, 0), world_plan_cs18(), day_from_ymd(2026, 11, 30));
	world_run(world, moment(world, 2026, 11, 30, 9, 30));
	assert_int_equal(world_act(world, world_ref(world, "w01-mo"), ACT_SNOOZE), 0);
	world_restart(world);
	world_run(world, moment(world, 2026, 11, 30, 9, 39));
	assert_int_equal(world_times_shown(world, "e1/w01-mo/start/1"), 0);
	world_run(world, moment(world, 2026, 11, 30, 9, 40));
	assert_int_equal(world_times_shown(world, "e1/w01-mo/start/1"), 1);
	world_free(world);
}

/* Travel: 09:30 stays 09:30 on the new wall clock. */
static void test_zone_change(void **state UNUSED)
{
	struct world *world = enrolled(11, "Asia/Tokyo", at(2026, 11, 29, 20, 0), world_plan_cs18(), day_from_ymd(2026, 11, 30));
	const struct zone *berlin = tz_source()->find(tz_source()->ctx, "Europe/Berlin");
	const struct event travel = {.kind = EVENT_ZONE, .via = "zone", .zone = berlin};
	world_event(world, &travel);
	world->local = berlin;
	world_run(world, moment(world, 2026, 11, 30, 9, 29));
	assert_int_equal(world->shows, 0);
	world_run(world, moment(world, 2026, 11, 30, 9, 30));
	assert_int_equal(world->shows, 1);
	world_free(world);
}

static int away(struct world *world, enum absence_kind kind, int64_t from_s, int64_t to_s)
{
	const struct event event = {.kind = EVENT_ABSENCE, .via = "cli", .absence = {.kind = kind, .from = {from_s}, .to = {to_s}}};
	return world_event(world, &event);
}

static int resume(struct world *world)
{
	const struct event event = {.kind = EVENT_RESUME, .via = "cli"};
	return world_event(world, &event);
}

/* Nothing while away, also after a restart; then what is young fires and the rest is one digest. */
static void test_away(void **state UNUSED)
{
	static const struct {
		int from_min, to_min, starts, digests;
	} rows[] = {{-30, 20, 1, 0}, {-30, 40, 0, 1}, {-30, 0, 1, 0}, {-60, -1, 1, 0}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct world *world = enrolled(20, "Europe/Berlin", at(2026, 12, 4, 13, 0), world_plan_cs18(), day_from_ymd(2026, 11, 30));
		int64_t start_s = moment(world, 2026, 12, 4, 14, 0).s;
		assert_int_equal(away(world, ABSENCE_AWAY, start_s + rows[i].from_min * 60, start_s + rows[i].to_min * 60), 0);
		world_run(world, (struct instant){start_s - 120});
		world_restart(world);
		world_run(world, (struct instant){start_s + 44 * 60});
		assert_int_equal(world_times_shown(world, "e1/w01-fr/start/0"), rows[i].starts);
		assert_int_equal(world->digests, rows[i].digests);
		world_free(world);
	}
}

static void test_pause_and_resume(void **state UNUSED)
{
	struct world *world = enrolled(21, "Europe/Berlin", at(2026, 12, 4, 13, 50), world_plan_cs18(), day_from_ymd(2026, 11, 30));
	assert_int_equal(resume(world), ENGINE_ALREADY);
	assert_int_equal(away(world, ABSENCE_PAUSE, world->now.s, world->now.s + 2 * HOUR_S), 0);
	world_run(world, moment(world, 2026, 12, 4, 14, 10));
	assert_int_equal(world->shows, 0);
	assert_int_equal(resume(world), 0);
	assert_int_equal(world_times_shown(world, "e1/w01-fr/start/0"), 1);
	assert_int_equal(resume(world), ENGINE_ALREADY);
	world_restart(world);
	assert_null(engine_absence_now(world->engine, world->now));
	world_free(world);
}

static void lock(struct world *world, bool locked)
{
	const struct event event = {.kind = EVENT_LOCK, .via = "screen", .up = locked};
	world_event(world, &event);
}

/* A locked screen defers to the unlock, at most 15 minutes (RULES 3.5). */
static void test_locked_screen(void **state UNUSED)
{
	static const struct {
		int unlock_min, before, after;
	} rows[] = {{5, 0, 1}, {20, 1, 1}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct world *world = enrolled(22, "Europe/Berlin", at(2026, 12, 4, 13, 50), world_plan_cs18(), day_from_ymd(2026, 11, 30));
		lock(world, true);
		world_run(world, (struct instant){moment(world, 2026, 12, 4, 14, 0).s + rows[i].unlock_min * 60});
		assert_int_equal(world_times_shown(world, "e1/w01-fr/start/0"), rows[i].before);
		lock(world, false);
		assert_int_equal(world_times_shown(world, "e1/w01-fr/start/0"), rows[i].after);
		world_free(world);
	}
}

/* What only informs waits for working hours: a digest due at night comes in the morning. */
static void test_quiet_hours(void **state UNUSED)
{
	struct world *world = enrolled(23, "Europe/Berlin", at(2026, 12, 1, 9, 0), world_plan_cs18(), day_from_ymd(2026, 11, 30));
	world->now = moment(world, 2026, 12, 1, 21, 0);
	world_restart(world);
	assert_int_equal(world->shows, 0);
	world_run(world, moment(world, 2026, 12, 2, 8, 59));
	assert_int_equal(world->shows, 0);
	world_run(world, moment(world, 2026, 12, 2, 9, 0));
	assert_int_equal(world->digests, 1);
	assert_int_equal(world->shows, 1);
	world_free(world);
}

static void travel(struct world *world, const char *name)
{
	const struct event event = {.kind = EVENT_ZONE, .via = "zone", .zone = tz_source()->find(tz_source()->ctx, name)};
	world->local = event.zone;
	world_event(world, &event);
}

/* One simulated life of 18 weeks with everything that can happen to it. */
static void live(uint64_t seed)
{
	/* Both changes of the clock, on both halves of the globe, half an hour and none. */
	static const char *const zones[] = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"};
	static const struct {
		int year, month, day;
	} mondays[] = {{2027, 1, 4}, {2026, 8, 31}};
	size_t when = seed / ARRAY_LEN(zones) % ARRAY_LEN(mondays);
	int32_t monday = day_from_ymd(mondays[when].year, mondays[when].month, mondays[when].day);
	struct world *world = world_new(seed, zones[seed % ARRAY_LEN(zones)], (struct civil){monday, 8 * HOUR_S}, true);
	struct plan *plan = world_plan_cs18();
	struct policy policy = policy_default;
	policy.rhythm = seed % 3 ? RHYTHM_DAILY : RHYTHM_WEEKLY;
	policy.channel = seed % 7 ? CHANNEL_PROMPT : CHANNEL_DIGEST;
	policy.place = PLACE_REMOTE;
	world_set_policy(world, &policy);
	world->learner = true;
	world->chance_crash = 5;
	world_enrol(world, plan, monday);
	plan_free(plan);
	struct instant end = zone_resolve(world->local, (struct civil){monday + 20 * WEEK_DAYS, 0});
	while (world->now.s < end.s) {
		int64_t stretch = 1 + world_random(world, 3 * DAY_S);
		world_run(world, (struct instant){world->now.s + stretch});
		switch (world_random(world, 10)) {
		case 0:
			world_sleep(world, world_random(world, 4 * HOUR_S), false);
			break;
		case 1:
			world_sleep(world, world_random(world, 3 * DAY_S), true);
			break;
		case 2:
			world_server(world, !world->server_up);
			break;
		case 3:
			world->now.s -= world_random(world, HOUR_S); /* the clock set back */
			break;
		case 4:
			world_restart(world);
			break;
		case 5:
			away(world, ABSENCE_AWAY, world->now.s + world_random(world, DAY_S),
			     world->now.s + DAY_S + world_random(world, 3 * DAY_S));
			break;
		case 6:
			lock(world, !world->engine->locked);
			break;
		case 7:
			away(world, ABSENCE_BUSY, world->now.s, world->now.s + world_random(world, 3 * HOUR_S));
			break;
		case 8:
			travel(world, zones[world_random(world, ARRAY_LEN(zones))]);
			break;
		default:
			break;
		}
	}
	resume(world);
	world_server(world, true);
	world->now.s += 30 * DAY_S;
	world_restart(world);
	for (size_t k = 0; k < world->engine->enrolments[0]->session_count; k++) {
		const struct session *session = &world->engine->enrolments[0]->sessions[k];
		if (!state_is_final(session->life.state) && session->plan.type != TYPE_RACE)
			world_fail(world, "%s is still %s at the end", session->plan.id, state_name[session->life.state]);
	}
	world_free(world);
}

static void test_lives(void **state UNUSED)
{
	const char *only = getenv("SIM_SEED"), *count = getenv("SIM_COUNT");
	uint64_t lives = count ? strtoull(count, NULL, 10) : 20;
	if (only) {
		live(strtoull(only, NULL, 10));
		return;
	}
	for (uint64_t seed = 1; seed <= lives; seed++)
		live(seed);
}

/* --- a crash at every effect --------------------------------------------------------------------------------------------------- */

/* Two days with every kind of effect; returns how many boundaries it has. crash_at NO_CRASH: the reference. */
static int64_t two_days(int64_t crash_at, struct session_life *ret_lives, size_t *ret_count, int *ret_shows)
{
	struct world *world = world_new(99, "Europe/Berlin", at(2026, 12, 3, 8, 0), true);
	struct plan *plan = world_plan_cs18();
	world_set_policy(world, &policy_default);
	world->boundary = 0; /* counted from the enrolment on, alike in every run */
	world->crash_at = crash_at;
	world_enrol(world, plan, day_from_ymd(2026, 11, 30));
	plan_free(plan);
	world_run(world, moment(world, 2026, 12, 3, 13, 31));
	world_act(world, world_ref(world, "w01-th"), ACT_SNOOZE);
	world_run(world, moment(world, 2026, 12, 3, 13, 45));
	world_act(world, world_ref(world, "w01-th"), ACT_START);
	world_run(world, moment(world, 2026, 12, 3, 14, 10));
	world_act(world, world_ref(world, "w01-th"), ACT_DONE);
	world_run(world, moment(world, 2026, 12, 4, 14, 1));
	world_act(world, world_ref(world, "w01-fr"), ACT_START);
	world_run(world, moment(world, 2026, 12, 4, 14, 50));
	world_act(world, world_ref(world, "w01-fr"), ACT_MORE_TIME);
	world_run(world, moment(world, 2026, 12, 4, 15, 5));
	world_act(world, world_ref(world, "w01-fr"), ACT_PARTLY);
	world_run(world, moment(world, 2026, 12, 7, 8, 0));
	const struct enrolment *enrolment = world->engine->enrolments[0];
	*ret_count = enrolment->session_count;
	*ret_shows = 0;
	for (size_t k = 0; k < world->key_count; k++)
		*ret_shows += world->keys[k].times > 0;
	for (size_t k = 0; k < enrolment->session_count; k++)
		ret_lives[k] = enrolment->sessions[k].life;
	int64_t boundaries = world->boundary;
	world_free(world);
	return boundaries;
}

static void test_crash_at_every_effect(void **state UNUSED)
{
	static struct session_life reference[200], lives[200];
	size_t count, reference_count;
	int shows, reference_shows;
	int64_t boundaries = two_days(NO_CRASH, reference, &reference_count, &reference_shows);
	assert_true(boundaries > 30);
	for (int64_t at_boundary = 0; at_boundary < boundaries; at_boundary++) {
		two_days(at_boundary, lives, &count, &shows);
		assert_int_equal(count, reference_count);
		for (size_t k = 0; k < count; k++) {
			OWNED_TEXT *want = session_life_text(&reference[k]);
			OWNED_TEXT *got = session_life_text(&lives[k]);
			if (strcmp(want, got) != 0)
				fail_msg("crash at boundary %lld: session %zu\n want %s\n got  %s", (long long)at_boundary, k, want, got);
		}
		if (shows != reference_shows)
			fail_msg("crash at boundary %lld: %d keys shown, %d without", (long long)at_boundary, shows, reference_shows);
	}
}

static int finish(void **state UNUSED)
{
	tz_finish();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_monday),
		cmocka_unit_test(test_prep_one_working_day_before),
		cmocka_unit_test(test_off),
		cmocka_unit_test(test_late_limit),
		cmocka_unit_test(test_daylight_saving),
		cmocka_unit_test(test_clock_steps),
		cmocka_unit_test(test_clock_set_back_while_held),
		cmocka_unit_test(test_server_away),
		cmocka_unit_test(test_server_restart_asks_again),
		cmocka_unit_test(test_focus),
		cmocka_unit_test(test_snooze_survives),
		cmocka_unit_test(test_zone_change),
		cmocka_unit_test(test_away),
		cmocka_unit_test(test_pause_and_resume),
		cmocka_unit_test(test_locked_screen),
		cmocka_unit_test(test_quiet_hours),
		cmocka_unit_test(test_lives),
		cmocka_unit_test(test_crash_at_every_effect),
	};
	return cmocka_run_group_tests_name("simulation", tests, NULL, finish);
}
