/* A new version of a plan meets a learner's copy: what never moves, what stays, what is taken over (DESIGN 5). One row a case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/update.h"
#include "ical/tz.h"
#include "sim/world.h"

static const int32_t monday = 20787; /* 2026-11-30 */

static struct instant clock_on(const struct world *world, int32_t day, int hour, int minute)
{
	return zone_resolve(world->local, (struct civil){day, hour * HOUR_S + minute * MINUTE_S});
}

/* Enrolled on the Monday, it is Wednesday noon of week 1: Monday is done, Tuesday missed nothing yet, Thursday was moved to Friday 9:00. */
static struct world *in_week_one(void)
{
	struct world *world = world_new(1, "Europe/Berlin", (struct civil){monday, 8 * HOUR_S}, true);
	struct plan *plan = world_plan_cs18();
	world_enrol(world, plan, monday);
	plan_free(plan);
	world_run(world, clock_on(world, monday, 9, 31));
	assert_int_equal(world_act(world, world_ref(world, "w01-mo"), ACT_DONE), 0);
	world_run(world, clock_on(world, monday + 2, 12, 0));
	const struct event move = {.kind = EVENT_ACT,
				   .via = "cli",
				   .ref = world_ref(world, "w01-th"),
				   .action = ACT_MOVE,
				   .input = {.to = {monday + 4, 9 * HOUR_S}, .minutes = -1, .effort = -1}};
	assert_int_equal(world_event(world, &move), 0);
	return world;
}

static struct plan *version_two(void)
{
	struct plan *plan = world_plan_cs18();
	text_replace(&plan->revision, xstrdup("2"));
	return plan;
}

static struct plan_session *session_of(struct plan *plan, const char *id)
{
	for (size_t i = 0; i < plan->session_count; i++)
		if (!strcmp(plan->sessions[i].id, id))
			return &plan->sessions[i];
	fail_msg("no session %s", id);
	return NULL;
}

static void take_out(struct plan *plan, const char *id)
{
	struct plan_session *session = session_of(plan, id);
	size_t at = (size_t)(session - plan->sessions);
	plan_session_release(session);
	memmove(session, session + 1, (plan->session_count - at - 1) * sizeof(*session));
	plan->session_count--;
}

static void move_by(struct plan *plan, const char *id, int days)
{
	session_of(plan, id)->day += days;
}

static void retitle(struct plan *plan, const char *id, int unused UNUSED)
{
	text_replace(&session_of(plan, id)->title, xstrdup("Another title"));
}

static void remove_it(struct plan *plan, const char *id, int unused UNUSED)
{
	take_out(plan, id);
}

/* What version 2 does to a session, and what that means for the learner. */
static void test_three_ways(void **state UNUSED)
{
	static const struct {
		const char *id;
		void (*edit)(struct plan *plan, const char *id, int days);
		int days;
		const char *kind; /* NULL: nothing */
		int32_t starts;   /* days after Monday, afterwards */
		enum session_state state;
	} rows[] = {
		{"w01-mo", move_by, 1, NULL, 0, STATE_DONE},               /* done never moves */
		{"w01-mo", remove_it, 0, NULL, 0, STATE_DONE},             /* nor goes */
		{"w01-we", move_by, 1, NULL, 2, STATE_PROMPTED},           /* asked about */
		{"w01-th", move_by, 1, "conflict", 4, STATE_MOVED},        /* both moved it */
		{"w01-th", remove_it, 0, "conflict", 4, STATE_MOVED},      /* the learner wants it */
		{"w01-th", retitle, 0, "changed", 4, STATE_MOVED},         /* its words are the plan's */
		{"w02-tu", move_by, 2, "moved", 10, STATE_PLANNED},        /* theirs alone */
		{"w02-tu", move_by, -7, "conflict", 8, STATE_PLANNED},     /* into the past: it stays */
		{"w02-tu", remove_it, 0, "withdrawn", 8, STATE_EXCUSED},   /* and is not counted */
		{"w02-tu", retitle, 0, "changed", 8, STATE_PLANNED},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct world *world = in_week_one();
		struct plan *plan = version_two();
		struct update update;
		rows[i].edit(plan, rows[i].id, rows[i].days);
		update_make(&update, world->engine->enrolments[0], plan, world->local, world->now);
		assert_int_equal(update.count, rows[i].kind ? 1 : 0);
		if (rows[i].kind)
			assert_string_equal(update_kind_name[update.items[0].kind], rows[i].kind);
		update_release(&update);
		const struct event event = {.kind = EVENT_UPDATE, .via = "plan", .plan = plan};
		assert_int_equal(world_event(world, &event), 0);
		assert_int_equal(world_event(world, &event), ENGINE_ALREADY);
		world_restart(world); /* what was kept is what was decided */
		const struct session *session = world_session(world, rows[i].id);
		assert_int_equal(session->life.start.day, monday + rows[i].starts);
		assert_int_equal(session->life.state, rows[i].state);
		if (rows[i].edit == retitle)
			assert_string_equal(session->plan.title, "Another title");
		assert_string_equal(world->engine->enrolments[0]->revision, "2");
		plan_free(plan);
		world_free(world);
	}
}

/* New ones: ahead they are planned and ring, in the past they are excused; an id that is taken gets a number. */
static void test_added(void **state UNUSED)
{
	static const struct {
		int day;
		int32_t second;
		const char *id, *expected;
		enum session_state state;
	} rows[] = {
		{0, 9 * HOUR_S, "w01-mo2", "w01-mo2", STATE_EXCUSED},
		{2, 8 * HOUR_S, "w01-we2", "w01-we2", STATE_EXCUSED}, /* this morning */
		{3, 16 * HOUR_S, "w01-th", "w01-th-2", STATE_PLANNED},
		{127, 10 * HOUR_S, "w19-mo", "w19-mo", STATE_PLANNED},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct world *world = in_week_one();
		struct plan *plan = version_two();
		struct plan_session *fresh = plan_add(plan);
		*fresh = (struct plan_session){.id = xstrdup(rows[i].id),
					       .uid = xstrdup("fresh"),
					       .week = rows[i].day / 7 + 1,
					       .day = rows[i].day,
					       .second = rows[i].second,
					       .minutes = 20,
					       .effort = 3,
					       .type = TYPE_SHORT,
					       .skill = xstrdup("crm"),
					       .title = xstrdup("Fresh")};
		plan->shape.weeks = 19;
		const struct event event = {.kind = EVENT_UPDATE, .via = "plan", .plan = plan};
		assert_int_equal(world_event(world, &event), 0);
		world_restart(world);
		assert_int_equal(world_session(world, rows[i].expected)->life.state, rows[i].state);
		assert_int_equal(world->engine->enrolments[0]->session_count, 91);
		if (rows[i].day == 3) {
			world_run(world, clock_on(world, monday + 3, 16, 1));
			assert_int_equal(world_times_shown(world, "e1/w01-th-2/start/0"), 1);
		}
		plan_free(plan);
		world_free(world);
	}
}

/* What was withdrawn and is back in the plan comes back to the learner; what the learner keeps is told once. */
static void test_back_again(void **state UNUSED)
{
	struct world *world = in_week_one();
	for (int version = 2; version <= 4; version++) {
		struct plan *plan = version_two();
		struct update update;
		text_replace(&plan->revision, xasprintf("%d", version));
		if (version < 4)
			take_out(plan, "w02-tu");
		take_out(plan, "w01-th"); /* the learner moved it */
		update_make(&update, world->engine->enrolments[0], plan, world->local, world->now);
		assert_int_equal(update.of_kind[UPDATE_CONFLICT], version == 2);
		assert_int_equal(update.of_kind[UPDATE_WITHDRAWN], version == 2);
		assert_int_equal(update.of_kind[UPDATE_RESTORED], version == 4);
		update_release(&update);
		const struct event event = {.kind = EVENT_UPDATE, .via = "plan", .plan = plan};
		assert_int_equal(world_event(world, &event), 0);
		world_restart(world);
		assert_int_equal(world_session(world, "w02-tu")->life.state, version < 4 ? STATE_EXCUSED : STATE_PLANNED);
		assert_int_equal(world_session(world, "w01-th")->life.state, STATE_MOVED);
		plan_free(plan);
	}
	world_run(world, clock_on(world, monday + 8, 9, 31));
	assert_int_equal(world_session(world, "w02-tu")->life.state, STATE_PROMPTED);
	world_free(world);
}

/* One quiet note, in its hours, once; a plan of the same words says nothing. */
static void test_one_note(void **state UNUSED)
{
	struct world *world = in_week_one();
	struct plan *plan = version_two();
	const struct event event = {.kind = EVENT_UPDATE, .via = "plan", .plan = plan};
	assert_int_equal(world_event(world, &event), 0);
	assert_int_equal(world->by_kind[NOTICE_UPDATE], 0);
	text_replace(&plan->revision, xstrdup("3"));
	move_by(plan, "w02-tu", 1);
	move_by(plan, "w03-tu", 1);
	world->now = clock_on(world, monday + 2, 20, 0);
	assert_int_equal(world_event(world, &event), 0);
	assert_int_equal(world->by_kind[NOTICE_UPDATE], 0);
	world_run(world, clock_on(world, monday + 3, 18, 0));
	assert_int_equal(world->by_kind[NOTICE_UPDATE], 1);
	world_restart(world);
	world_run(world, clock_on(world, monday + 4, 8, 0));
	assert_int_equal(world->by_kind[NOTICE_UPDATE], 1);
	plan_free(plan);
	world_free(world);
}

/* Whatever a version 2 is, what is done stays as it was; and a crash at any effect loses nothing of it. */
static void test_property(void **state UNUSED)
{
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct world *world = in_week_one();
		world->random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
		world->chance_crash = 100;
		for (int version = 2; version < 6; version++) {
			struct plan *plan = world_plan_cs18();
			text_replace(&plan->revision, xasprintf("%d", version));
			for (int edits = 0; edits < 8; edits++) {
				struct plan_session *session = &plan->sessions[world_random(world, (uint32_t)plan->session_count)];
				OWNED_TEXT *id = xstrdup(session->id);
				static void (*const edit[])(struct plan *, const char *, int) = {move_by, retitle, remove_it};
				edit[world_random(world, 3)](plan, id, (int)world_random(world, 5) - 2);
			}
			const struct event event = {.kind = EVENT_UPDATE, .via = "plan", .plan = plan};
			/* After a crash before the commit it is seen again, as at a start. */
			for (int tries = 0; tries < 30 && strcmp(world->engine->enrolments[0]->revision, plan->revision) != 0; tries++)
				world_event(world, &event);
			assert_string_equal(world->engine->enrolments[0]->revision, plan->revision);
			const struct session *done = world_session(world, "w01-mo");
			assert_int_equal(done->life.state, STATE_DONE);
			assert_int_equal(done->life.start.day, monday);
			assert_string_equal(done->plan.title, "Session 1.1");
			plan_free(plan);
		}
		world_free(world);
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
		cmocka_unit_test(test_three_ways),
		cmocka_unit_test(test_added),
		cmocka_unit_test(test_back_again),
		cmocka_unit_test(test_one_note),
		cmocka_unit_test(test_property),
	};
	return cmocka_run_group_tests_name("update", tests, NULL, finish);
}
