/* What the engine promises, case by case: enrolling, refusing, undoing, texts. On the simulated world without its disturbances. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/text.h"
#include "ical/tz.h"
#include "sim/world.h"

static const int32_t monday = 20787; /* 2026-11-30 */

static struct world *on_monday(int hour, int minute)
{
	struct world *world = world_new(1, "Europe/Berlin", (struct civil){monday, hour * HOUR_S + minute * MINUTE_S}, true);
	struct plan *plan = world_plan_cs18();
	world_enrol(world, plan, monday);
	plan_free(plan);
	return world;
}

static int step(struct world *world, const struct event *event, struct effects *fx)
{
	struct err err = {0};
	int r = engine_step(world->engine, event, world->now, fx, &err);
	err_release(&err);
	return r;
}

/* IDEAS 71: race Sunday 2026-10-25, 18 weeks -> start Monday 2026-06-22, and the race lies in week 18. */
static void test_back_from_race_day(void **state UNUSED)
{
	static const struct {
		int weeks, ry, rm, rd, sy, sm, sd;
	} rows[] = {
		{18, 2026, 10, 25, 2026, 6, 22}, {18, 2026, 10, 19, 2026, 6, 22}, {18, 2026, 10, 26, 2026, 6, 29},
		{1, 2026, 11, 30, 2026, 11, 30}, {6, 2027, 1, 1, 2026, 11, 23},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int32_t race = day_from_ymd(rows[i].ry, rows[i].rm, rows[i].rd);
		int32_t start = schedule_start_for_race(rows[i].weeks, race);
		assert_int_equal(start, day_from_ymd(rows[i].sy, rows[i].sm, rows[i].sd));
		const struct enrolment enrolment = {.start_day = start, .shape = {.weeks = rows[i].weeks}};
		assert_int_equal(schedule_week(&enrolment, race), rows[i].weeks);
		assert_int_equal(schedule_week(&enrolment, start - 1), 0);
		assert_int_equal(schedule_week(&enrolment, start + rows[i].weeks * 7), rows[i].weeks + 1);
	}
}

/* Weeks begin Monday 00:00 local (IDEAS 70). */
static void test_week_boundaries(void **state UNUSED)
{
	const struct enrolment enrolment = {.start_day = monday, .shape = {.weeks = 18}};
	assert_int_equal(schedule_week(&enrolment, monday + 6), 1);
	assert_int_equal(schedule_week(&enrolment, monday + 7), 2);
}

/* Enrolling on a Wednesday of week 1: the days gone by are excused, today stays open (IDEAS 4). */
static void test_late_enrolment(void **state UNUSED)
{
	struct world *world = world_new(1, "Europe/Berlin", (struct civil){monday + 2, 12 * HOUR_S}, true);
	struct plan *plan = world_plan_cs18();
	world_enrol(world, plan, monday);
	plan_free(plan);
	assert_int_equal(world_session(world, "w01-mo")->life.state, STATE_EXCUSED);
	assert_int_equal(world_session(world, "w01-mo")->life.reason, REASON_LATE_START);
	assert_int_equal(world_session(world, "w01-we")->life.state, STATE_PROMPTED); /* 10:30 today: in the digest, still worth doing */
	assert_int_equal(world->digests, 1);
	assert_int_equal(world_session(world, "w01-th")->life.state, STATE_PLANNED);
	world_free(world);
}

static void test_enrolments(void **state UNUSED)
{
	struct world *world = on_monday(8, 0);
	struct plan *plan = world_plan_cs18();
	struct effects fx = {0};
	struct event event = {.kind = EVENT_ENROL, .via = "cli"};
	event.enrolment = schedule_enrol(plan, monday, &world->policy, tz_source(), world->local, world->now);
	assert_int_equal(step(world, &event, &fx), ENGINE_TWICE);
	assert_int_equal(fx.count, 0);
	enrolment_free(event.enrolment);
	for (int k = 1; k < ENROLMENTS_MAX; k++)
		world_enrol(world, plan, monday + 7 * k);
	assert_int_equal(engine_running_enrolments(world->engine), ENROLMENTS_MAX);
	event.enrolment = schedule_enrol(plan, monday + 700, &world->policy, tz_source(), world->local, world->now);
	assert_int_equal(step(world, &event, &fx), ENGINE_LIMIT);
	enrolment_free(event.enrolment);
	assert_string_equal(world->engine->enrolments[1]->id, "e2");
	/* Left ones free their place but never their id. */
	const struct event leave = {.kind = EVENT_LEAVE, .via = "cli", .ref = {1, 0}};
	assert_int_equal(world_event(world, &leave), 0);
	assert_int_equal(world_event(world, &leave), ENGINE_ALREADY);
	world_enrol(world, plan, monday + 700);
	assert_string_equal(world->engine->enrolments[ENROLMENTS_MAX]->id, "e33");
	plan_free(plan);
	effects_release(&fx);
	world_free(world);
}

static void test_one_session_at_a_time(void **state UNUSED)
{
	struct world *world = on_monday(9, 30);
	assert_int_equal(world_act(world, world_ref(world, "w01-mo"), ACT_START), 0);
	assert_int_equal(world_act(world, world_ref(world, "w01-tu"), ACT_START), ENGINE_NOT_POSSIBLE);
	assert_int_equal(world_session(world, "w01-tu")->life.state, STATE_PLANNED);
	world_free(world);
}

static int move(struct world *world, const char *id, int32_t day, int hour)
{
	const struct event event = {.kind = EVENT_ACT,
				    .via = "cli",
				    .ref = world_ref(world, id),
				    .action = ACT_MOVE,
				    .input = {.to = {day, hour * HOUR_S}, .minutes = -1, .effort = -1}};
	return world_event(world, &event);
}

static void test_moves(void **state UNUSED)
{
	struct world *world = on_monday(9, 0);
	assert_int_equal(move(world, "w01-tu", monday - 1, 10), ENGINE_NOT_POSSIBLE); /* the past */
	assert_int_equal(move(world, "w15-th", monday + 15 * 7, 10), ENGINE_AGAINST_RULE);
	assert_string_equal(world->engine->forbidden_rule, "R1a");
	assert_int_equal(move(world, "w01-tu", monday + 2, 11), 0);
	assert_int_equal(move(world, "w01-tu", monday + 2, 11), ENGINE_ALREADY);
	assert_int_equal(move(world, "w01-tu", monday + 3, 11), 0);
	const struct session *session = world_session(world, "w01-tu");
	assert_int_equal(session->life.state, STATE_MOVED);
	assert_int_equal(session->life.moved_from.day, monday + 1); /* the first planned day is kept */
	world_run(world, zone_resolve(world->local, (struct civil){monday + 3, 11 * HOUR_S}));
	assert_int_equal(world_session(world, "w01-tu")->life.state, STATE_PROMPTED);
	world_free(world);
}

/* Undo brings back the life before, and nothing that rang before rings again under its old key. */
static void test_undo(void **state UNUSED)
{
	static const enum session_action actions[] = {ACT_START, ACT_DONE, ACT_PARTLY, ACT_SNOOZE, ACT_DROP, ACT_EXCUSE};
	for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
		struct world *world = on_monday(9, 0);
		struct journal_entry entry = {0};
		struct err err = {0};
		world_run(world, zone_resolve(world->local, (struct civil){monday, 9 * HOUR_S + 31 * MINUTE_S}));
		assert_int_equal(world_act(world, world_ref(world, "w01-mo"), actions[i]), 0);
		assert_int_equal(store_last_undoable(world->store, &entry, &err), 0);
		const struct event undo = {.kind = EVENT_UNDO, .via = "cli", .undo = &entry};
		assert_int_equal(world_event(world, &undo), 0);
		journal_entry_release(&entry);
		assert_int_equal(world_session(world, "w01-mo")->life.state, STATE_PROMPTED);
		world_run(world, zone_resolve(world->local, (struct civil){monday, 20 * HOUR_S}));
		/* Only the enrolment itself is left to take back. */
		assert_int_equal(store_last_undoable(world->store, &entry, &err), 0);
		assert_string_equal(entry.what, "enrol");
		const struct event undo_enrol = {.kind = EVENT_UNDO, .via = "cli", .undo = &entry};
		assert_int_equal(world_event(world, &undo_enrol), 0);
		assert_int_equal(engine_running_enrolments(world->engine), 0);
		journal_entry_release(&entry);
		assert_int_equal(store_last_undoable(world->store, &entry, &err), 1);
		world_free(world);
	}
}

static void test_undo_leave(void **state UNUSED)
{
	struct world *world = on_monday(9, 0);
	struct journal_entry entry = {0};
	struct err err = {0};
	const struct event leave = {.kind = EVENT_LEAVE, .via = "cli"};
	assert_int_equal(world_event(world, &leave), 0);
	world_run(world, zone_resolve(world->local, (struct civil){monday, 12 * HOUR_S}));
	assert_int_equal(world->shows, 0);
	assert_int_equal(store_last_undoable(world->store, &entry, &err), 0);
	const struct event undo = {.kind = EVENT_UNDO, .via = "cli", .undo = &entry};
	assert_int_equal(world_event(world, &undo), 0);
	journal_entry_release(&entry);
	assert_int_equal(engine_running_enrolments(world->engine), 1);
	assert_int_equal(world->digests, 1); /* what came due meanwhile */
	world_free(world);
}

/* An answer from a bubble whose question is closed finds nothing. */
static void test_stale_answer(void **state UNUSED)
{
	struct world *world = on_monday(9, 29);
	struct agenda_ref ref;
	world_run(world, zone_resolve(world->local, (struct civil){monday, 9 * HOUR_S + 31 * MINUTE_S}));
	assert_true(engine_find_open(world->engine, "e1/w01-mo/start/0", &ref));
	assert_int_equal(world_act(world, ref, ACT_START), 0);
	assert_false(engine_find_open(world->engine, "e1/w01-mo/start/0", &ref));
	assert_false(engine_find_open(world->engine, "e1/w01-mo/start/1", &ref));
	assert_false(engine_find_open(world->engine, "nonsense", &ref));
	world_free(world);
}

/* A refused show is tried again after a minute, not at once and not never. */
static void test_refused_show(void **state UNUSED)
{
	struct world *world = on_monday(9, 29);
	struct effects fx = {0};
	const struct event tick = {.kind = EVENT_TICK, .via = "clock"};
	world->now = zone_resolve(world->local, (struct civil){monday, 9 * HOUR_S + 30 * MINUTE_S});
	assert_int_equal(step(world, &tick, &fx), 0);
	const struct event refused = {.kind = EVENT_NOT_SHOWN, .via = "server", .key = "e1/w01-mo/start/0", .cause = "too many"};
	assert_int_equal(step(world, &refused, &fx), 0);
	assert_int_equal(engine_next_wake(world->engine, world->now).s, world->now.s + 60);
	effects_release(&fx);
	world->now.s += 60;
	assert_int_equal(step(world, &tick, &fx), 0);
	size_t shows = 0;
	for (size_t i = 0; i < fx.count; i++)
		shows += fx.items[i].kind == EFFECT_SHOW;
	assert_int_equal(shows, 1);
	effects_release(&fx);
	world_free(world);
}

/* --- texts --------------------------------------------------------------------------------------------------------------------- */

static void check_words(const char *text)
{
	for (size_t i = 0; text_banned[i]; i++)
		if (text && strcasestr(text, text_banned[i]))
			fail_msg("'%s' says '%s'", text, text_banned[i]);
}

static struct text_facts facts_of(const struct world *world, const struct session *session)
{
	return (struct text_facts){world->engine->enrolments[0], session, session->life.start, "e2/w01-fr", "Tomorrow", "After the meeting", false, &world->policy};
}

/* IDEAS 87 as a property: whatever happened before, the start prompt of a session reads the same. */
static void test_clean_slate(void **state UNUSED)
{
	char *first_body = NULL;
	for (int history = 0; history < 40; history++) {
		struct world *world = on_monday(8, 0);
		world->seed = (uint64_t)history;
		for (int k = 0; k < 4; k++) {
			struct agenda_ref ref = {0, (uint32_t)k};
			static const enum session_action past[] = {ACT_DONE, ACT_DROP, ACT_EXCUSE, ACT_EXPIRE, ACT_PARTLY};
			const struct session_input input = {.minutes = -1, .effort = -1, .reason = REASON_OTHER};
			session_step(engine_session(world->engine, ref), past[world_random(world, 5)], &input, world->now);
			engine_session(world->engine, ref)->life.ring += history;
		}
		struct bubble bubble = {0};
		struct session *friday = world_session(world, "w01-fr");
		const struct text_facts facts = facts_of(world, friday);
		text_session_bubble(&bubble, NOTICE_START, &facts);
		check_words(bubble.summary);
		check_words(bubble.body);
		if (!first_body)
			first_body = xstrdup(bubble.body);
		assert_string_equal(bubble.body, first_body);
		bubble_release(&bubble);
		world_free(world);
	}
	assert_non_null(strstr(first_body, "week 1 of 18"));
	free(first_body);
}

/* IDEAS 93: from effort 6 on a session is announced as hard; RULES 5.1. */
static void test_hard_is_said(void **state UNUSED)
{
	static const struct {
		int effort;
		const char *says;
	} rows[] = {{5, "effort 5 of 10"}, {6, "meant to feel like 6 of 10"}, {8, "meant to feel like 8 of 10"}};
	struct world *world = on_monday(8, 0);
	struct session *session = world_session(world, "w01-fr");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bubble bubble = {0};
		session->plan.effort = rows[i].effort;
		const struct text_facts facts = facts_of(world, session);
		text_session_bubble(&bubble, NOTICE_START, &facts);
		assert_non_null(strstr(bubble.body, rows[i].says));
		bubble_release(&bubble);
	}
	world_free(world);
}

static void test_digest_texts(void **state UNUSED)
{
	static const struct {
		int passed, worth;
		const char *summary;
	} rows[] = {
		{3, 1, "3 sessions passed, 1 still worth doing"},
		{1, 1, "1 session passed, still worth doing"},
		{2, 0, "2 sessions passed, the plan goes on"},
		{1, 0, "1 session passed, the plan goes on"},
		{0, 0, "Coming up"},
	};
	const struct session session = {.plan = {.title = (char[]){"Long 1"}}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct digest digest = {.passed = rows[i].passed, .worth = rows[i].worth};
		for (int k = 0; k < DIGEST_LINES_MAX + 2; k++)
			text_digest_line(&digest, NOTICE_START, &session, (struct civil){monday, 14 * HOUR_S});
		struct bubble bubble = {0};
		text_digest_bubble(&bubble, &digest);
		assert_string_equal(bubble.summary, rows[i].summary);
		assert_non_null(strstr(bubble.body, "Monday 14:00 Long 1"));
		assert_non_null(strstr(bubble.body, "and 2 more"));
		check_words(bubble.summary);
		check_words(bubble.body);
		bubble_release(&bubble);
		text_release(&digest.lines);
	}
}

/* Every kind of a session's notice: at most three buttons, each one known, no banned word. */
static void test_bubbles(void **state UNUSED)
{
	struct world *world = on_monday(8, 0);
	struct session *session = world_session(world, "w01-fr");
	session->life.started = session->start_at;
	session->life.state = STATE_RUNNING;
	session->plan.minutes = 95;
	session->life.actual_minutes = 95;
	const struct text_facts facts = facts_of(world, session);
	int kinds = 0;
	for (int kind = 0; kind < NOTICE_KIND_COUNT; kind++) {
		struct bubble bubble = {0};
		if (kind == NOTICE_DIGEST || kind == NOTICE_MORNING || kind == NOTICE_WEEK || kind == NOTICE_UPDATE)
			continue;
		kinds++;
		text_session_bubble(&bubble, (enum notice_kind)kind, &facts);
		assert_in_range(bubble.action_count, 0, 3);
		assert_int_equal(notice_info[kind].asks, bubble.action_count == 3);
		assert_non_null(strstr(bubble.command, "e2/w01-fr"));
		assert_true(strlen(bubble.body) > 0);
		check_words(bubble.summary);
		check_words(bubble.body);
		for (int i = 0; i < bubble.action_count; i++) {
			assert_non_null(bubble.actions[i].label);
			assert_true(engine_knows_button(bubble.actions[i].id));
		}
		bubble_release(&bubble);
	}
	assert_int_equal(kinds, NOTICE_KIND_COUNT - 4);
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
		cmocka_unit_test(test_back_from_race_day),
		cmocka_unit_test(test_week_boundaries),
		cmocka_unit_test(test_late_enrolment),
		cmocka_unit_test(test_enrolments),
		cmocka_unit_test(test_one_session_at_a_time),
		cmocka_unit_test(test_moves),
		cmocka_unit_test(test_undo),
		cmocka_unit_test(test_undo_leave),
		cmocka_unit_test(test_stale_answer),
		cmocka_unit_test(test_refused_show),
		cmocka_unit_test(test_clean_slate),
		cmocka_unit_test(test_hard_is_said),
		cmocka_unit_test(test_digest_texts),
		cmocka_unit_test(test_bubbles),
	};
	return cmocka_run_group_tests_name("engine", tests, NULL, finish);
}
