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
		{"w01-mo", retitle, 0, NULL, 0, STATE_DONE},               /* nor changes */
		{"w01-we", move_by, 1, "conflict", 2, STATE_PROMPTED},     /* asked about */
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
		if (rows[i].edit == retitle && rows[i].kind)
			assert_string_equal(session->plan.title, "Another title");
		assert_string_equal(world->engine->enrolments[0]->revision, "2");
		plan_free(plan);
		world_free(world);
	}
}

static void stretch(struct plan *plan, const char *id, int minutes)
{
	session_of(plan, id)->minutes += minutes;
}

static int step_version(struct world *world, struct plan *plan, const char *revision)
{
	const struct event event = {.kind = EVENT_UPDATE, .via = "plan", .plan = plan};
	text_replace(&plan->revision, xstrdup(revision));
	return world_event(world, &event);
}

static struct update seen_update(const struct world *world, const struct plan *plan)
{
	struct update update;
	update_make(&update, world->engine->enrolments[0], plan, world->local, world->now);
	return update;
}

/* Every kind of conflict: what is the learner's stays, it is told, and by the next version not again. */
static void test_conflicts(void **state UNUSED)
{
	static const struct {
		enum update_clash clash;
		const char *id;
		enum session_action first; /* what the learner did; ACT_COUNT: nothing, or moved it */
		void (*edit)(struct plan *plan, const char *id, int number);
		int number;
	} rows[] = {
		{CLASH_OWN_TIME, "w01-th", ACT_COUNT, move_by, 1},
		{CLASH_OWN_TIME, "w01-we", ACT_SNOOZE, move_by, 1},
		{CLASH_PASSED, "w02-tu", ACT_COUNT, move_by, -7},
		{CLASH_ASKED, "w01-we", ACT_COUNT, move_by, 1},
		{CLASH_ASKED, "w01-we", ACT_COUNT, move_by, -1},
		{CLASH_RUNNING, "w01-we", ACT_START, move_by, 3},
		{CLASH_RUN_MINUTES, "w01-we", ACT_START, stretch, 15},
		{CLASH_RUN_MINUTES, "w01-we", ACT_START, stretch, -10},
		{CLASH_OWN_GONE, "w01-th", ACT_COUNT, remove_it, 0},
		{CLASH_OWN_GONE, "w01-we", ACT_SNOOZE, remove_it, 0},
		{CLASH_ASKED_GONE, "w01-we", ACT_COUNT, remove_it, 0},
		{CLASH_RUN_GONE, "w01-we", ACT_START, remove_it, 0},
	};
	bool seen[CLASH_COUNT] = {[CLASH_NONE] = true};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct world *world = in_week_one();
		if (rows[i].first != ACT_COUNT)
			assert_int_equal(world_act(world, world_ref(world, rows[i].id), rows[i].first), 0);
		const struct session_life before = world_session(world, rows[i].id)->life;
		struct plan *plan = version_two();
		rows[i].edit(plan, rows[i].id, rows[i].number);
		struct update update = seen_update(world, plan);
		assert_int_equal(update.count, 1);
		assert_int_equal(update.items[0].kind, UPDATE_CONFLICT);
		assert_int_equal(update.items[0].clash, rows[i].clash);
		assert_non_null(strstr(update.items[0].text, update_clash_end[rows[i].clash]));
		update_release(&update);
		assert_int_equal(step_version(world, plan, "2"), 0);
		world_restart(world);
		const struct session_life *after = &world_session(world, rows[i].id)->life;
		assert_int_equal(after->state, before.state);
		assert_int_equal(after->ring, before.ring);
		assert_int_equal(civil_compare(after->start, before.start), 0);
		assert_true(after->snoozed.s == before.snoozed.s && after->end_due.s == before.end_due.s);
		update = seen_update(world, plan);
		assert_int_equal(update.count, 0);
		update_release(&update);
		seen[rows[i].clash] = true;
		plan_free(plan);
		world_free(world);
	}
	for (int clash = 0; clash < CLASH_COUNT; clash++)
		assert_true(seen[clash]);
}

/* A run that the plan makes shorter counts as long as it ran. */
static void test_run_keeps_its_minutes(void **state UNUSED)
{
	struct world *world = in_week_one();
	assert_int_equal(world_act(world, world_ref(world, "w01-we"), ACT_START), 0); /* 30 minutes */
	struct plan *plan = version_two();
	stretch(plan, "w01-we", -15);
	assert_int_equal(step_version(world, plan, "2"), 0);
	world_run(world, clock_on(world, monday + 2, 12, 30));
	assert_int_equal(world_act(world, world_ref(world, "w01-we"), ACT_DONE), 0);
	assert_int_equal(world_session(world, "w01-we")->life.actual_minutes, 30);
	assert_int_equal(world_session(world, "w01-we")->plan.minutes, 15);
	plan_free(plan);
	world_free(world);
}

/* Both moved it; the learner takes the own move back. */
static void test_move_taken_back(void **state UNUSED)
{
	for (int days = -2; days <= 1; days += 3) { /* Thursday of version 1 becomes Tuesday, which has passed, or Friday */
		struct world *world = in_week_one();
		struct plan *plan = version_two();
		struct journal_entry entry = {0};
		move_by(plan, "w01-th", days);
		assert_int_equal(step_version(world, plan, "2"), 0);
		assert_int_equal(store_last_undoable(world->store, &entry, NULL), 0);
		const struct event undo = {.kind = EVENT_UNDO, .via = "cli", .undo = &entry};
		assert_int_equal(world_event(world, &undo), 0);
		world_restart(world);
		assert_int_equal(world_session(world, "w01-th")->life.start.day, monday + 3 + (days > 0 ? days : 0));
		assert_int_equal(world_session(world, "w01-th")->life.moved_from.day, DAY_NONE);
		journal_entry_release(&entry);
		plan_free(plan);
		world_free(world);
	}
}

/* What lay in the past when it came, and was put right. */
static void test_moved_out_of_the_past(void **state UNUSED)
{
	struct world *world = in_week_one();
	struct plan *plan = version_two();
	struct plan_session *fresh = plan_add(plan);
	*fresh = *session_of(plan, "w01-mo");
	plan_session_own(fresh);
	text_replace(&fresh->uid, xstrdup("fresh"));
	text_replace(&fresh->id, xstrdup("w01-mo2"));
	assert_int_equal(step_version(world, plan, "2"), 0);
	assert_int_equal(world_session(world, "w01-mo2")->life.state, STATE_EXCUSED);
	session_of(plan, "w01-mo2")->day += 7;
	struct update update = seen_update(world, plan);
	assert_int_equal(update.count, 1);
	assert_int_equal(update.items[0].kind, UPDATE_MOVED);
	update_release(&update);
	assert_int_equal(step_version(world, plan, "3"), 0);
	assert_int_equal(world_session(world, "w01-mo2")->life.state, STATE_PLANNED);
	world_run(world, clock_on(world, monday + 7, 9, 31));
	assert_int_equal(world_session(world, "w01-mo2")->life.state, STATE_PROMPTED);
	plan_free(plan);
	world_free(world);
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

/* Two enrolments and three versions by night: one note in the morning, with the sum of all changes. */
static void test_one_note_for_all(void **state UNUSED)
{
	struct world *world = in_week_one();
	struct plan *plan = version_two();
	text_replace(&plan->revision, xstrdup("1"));
	world_enrol(world, plan, monday + 7);
	world->now = clock_on(world, monday + 2, 20, 0);
	const char *const revisions[] = {"2", "3", "4"};
	for (size_t i = 0; i < ARRAY_LEN(revisions); i++) {
		retitle(plan, i == 0 ? "w02-tu" : i == 1 ? "w03-tu" : "w04-tu", 0);
		assert_int_equal(step_version(world, plan, revisions[i]), 0);
	}
	int waiting = 0;
	for (size_t i = 0; i < world->engine->notice_count; i++)
		if (world->engine->notices[i].kind == NOTICE_UPDATE) {
			assert_int_equal(world->engine->notices[i].count, 6);
			waiting++;
		}
	assert_int_equal(waiting, 1);
	world_run(world, clock_on(world, monday + 3, 18, 0));
	assert_int_equal(world->by_kind[NOTICE_UPDATE], 1);
	/* Another one, and back to a version that was told of: nothing new. */
	move_by(plan, "w06-tu", 1);
	assert_int_equal(step_version(world, plan, "5"), 0);
	world_run(world, clock_on(world, monday + 4, 10, 0));
	assert_int_equal(world->by_kind[NOTICE_UPDATE], 2);
	move_by(plan, "w06-tu", -1);
	assert_int_equal(step_version(world, plan, "4"), 0);
	assert_int_equal(world_session(world, "w06-tu")->life.start.day, monday + 36);
	world_run(world, clock_on(world, monday + 7, 18, 0));
	assert_int_equal(world->by_kind[NOTICE_UPDATE], 2);
	plan_free(plan);
	world_free(world);
}

/* --- rows ------------------------------------------------------------------------------------------------------------------------ */

static bool is_withdrawn(const struct session *session)
{
	return session->life.state == STATE_EXCUSED && session->life.reason == REASON_WITHDRAWN;
}

/* Rows that have to be there: of the plan or the learner's; and withdrawn ones that rang or hold something of the learner's. */
static size_t needed_rows(const struct enrolment *enrolment)
{
	size_t needed = 0;
	for (size_t i = 0; i < enrolment->session_count; i++) {
		const struct session *session = &enrolment->sessions[i];
		needed += !is_withdrawn(session) || session->life.ring || session->life.rung || session->ticked;
	}
	return needed;
}

static void check_ids(const struct world *world, const struct enrolment *enrolment)
{
	for (size_t i = 0; i < enrolment->session_count; i++)
		for (size_t k = 0; k < i; k++)
			if (!strcmp(enrolment->sessions[i].plan.id, enrolment->sessions[k].plan.id))
				world_fail(world, "two sessions are called %s", enrolment->sessions[i].plan.id);
}

/* Takes some out and puts some in: under fresh names and UIDs, or under the name of one that went. */
static void rewrite(struct world *world, struct plan *plan, int version)
{
	for (uint32_t gone = world_random(world, 12); gone > 0 && plan->session_count > 40; gone--) {
		OWNED_TEXT *id = xstrdup(plan->sessions[world_random(world, (uint32_t)plan->session_count)].id);
		take_out(plan, id);
	}
	for (uint32_t more = world_random(world, 12); more > 0 && plan->session_count < 140; more--) {
		int day = (int)world_random(world, 18 * 7);
		OWNED_TEXT *id = xasprintf("w%02d-x%u", day / 7 + 1, world_random(world, 2) ? world_random(world, 3) : 10 + (uint32_t)version);
		bool taken = false;
		for (size_t i = 0; i < plan->session_count; i++)
			taken |= !strcmp(plan->sessions[i].id, id);
		if (taken)
			continue;
		struct plan_session *fresh = plan_add(plan);
		*fresh = (struct plan_session){.id = STEAL(id),
					       .uid = xasprintf("fresh-%d-%u", version, more),
					       .week = day / 7 + 1,
					       .day = day,
					       .second = (int32_t)(8 + world_random(world, 9)) * HOUR_S,
					       .minutes = 20,
					       .effort = 3,
					       .type = world_random(world, 4) ? TYPE_SHORT : TYPE_LONG,
					       .skill = xstrdup("crm"),
					       .title = xasprintf("Version %d", version)};
	}
}

/* 200 versions over ten weeks of a learner who answers: the copy holds what is needed and no more, and every row is written. */
static void test_copy_stays_small(void **state UNUSED)
{
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct world *world = in_week_one();
		struct plan *plan = version_two();
		size_t most_needed = world->engine->enrolments[0]->session_count, added = 0;
		world->seed = seed;
		world->random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
		world->learner = true;
		for (int version = 2; version <= 201; version++) {
			rewrite(world, plan, version);
			OWNED_TEXT *revision = xasprintf("%d", version);
			struct update update = seen_update(world, plan);
			added += (size_t)update.of_kind[UPDATE_ADDED];
			assert_true(update_fits(&update));
			size_t rows = update.rows, gone = (size_t)update.of_kind[UPDATE_WITHDRAWN];
			update_release(&update);
			assert_int_equal(step_version(world, plan, revision), 0);
			const struct enrolment *enrolment = world->engine->enrolments[0];
			if (rows != enrolment->session_count)
				world_fail(world, "%zu rows were said, %zu came", rows, enrolment->session_count);
			size_t needed = needed_rows(enrolment) + gone; /* what has just gone is still seen */
			most_needed = needed > most_needed ? needed : most_needed;
			if (enrolment->session_count > most_needed)
				world_fail(world, "version %d: %zu rows, %zu needed", version, enrolment->session_count, most_needed);
			check_ids(world, enrolment);
			if (version % 10 == 0) {
				world_restart(world);
				assert_int_equal(world->engine->enrolments[0]->session_count, rows);
			}
			world_run(world, (struct instant){world->now.s + 8 * HOUR_S + (int64_t)world_random(world, HOUR_S)});
		}
		assert_true(added > 600 && world->engine->enrolments[0]->session_count < 90 + added / 2);
		plan_free(plan);
		world_free(world);
	}
}

static void put_in(struct plan *plan, const char *id, int day)
{
	struct plan_session *fresh = plan_add(plan);
	*fresh = *session_of(plan, "w10-fr");
	plan_session_own(fresh);
	text_replace(&fresh->uid, xasprintf("fresh-%s", id));
	text_replace(&fresh->id, xstrdup(id));
	fresh->week = day / 7 + 1;
	fresh->day = day;
}

/* A place is taken by a session of its own name, with the ring numbers going on; else only where nothing ever rang. */
static void test_places(void **state UNUSED)
{
	struct world *world = in_week_one();
	struct plan *plan = version_two();
	const struct enrolment *enrolment = world->engine->enrolments[0];
	world_run(world, clock_on(world, monday + 3, 18, 0));
	assert_int_equal(world->by_kind[NOTICE_PREP], 1); /* tomorrow's long one */
	move_by(plan, "w05-tu", 1);
	assert_int_equal(step_version(world, plan, "2"), 0);
	take_out(plan, "w05-tu");
	take_out(plan, "w01-fr");
	assert_int_equal(step_version(world, plan, "3"), 0);
	put_in(plan, "w06-xx", 40); /* takes that of w05-tu, which never rang */
	assert_int_equal(step_version(world, plan, "4"), 0);
	assert_int_equal(enrolment->session_count, 90);
	put_in(plan, "w06-yy", 41); /* not that of w01-fr, which did */
	assert_int_equal(step_version(world, plan, "5"), 0);
	assert_int_equal(enrolment->session_count, 91);
	put_in(plan, "w01-fr", 11); /* its own name */
	take_out(plan, "w02-fr");
	assert_int_equal(step_version(world, plan, "6"), 0);
	assert_int_equal(enrolment->session_count, 91);
	world_restart(world);
	world_run(world, clock_on(world, monday + 11, 18, 0));
	assert_int_equal(world_times_shown(world, "e1/w01-fr/prep/0"), 1);
	assert_int_equal(world_times_shown(world, "e1/w01-fr/prep/1"), 1);
	assert_int_equal(world_times_shown(world, "e1/w01-fr/start/1"), 1);
	plan_free(plan);
	world_free(world);
}

/* What went is seen as long as there is room; then its place is taken at once. */
static void test_room_is_made(void **state UNUSED)
{
	struct world *world = world_new(1, "Europe/Berlin", (struct civil){monday, 8 * HOUR_S}, true);
	struct plan *plan = world_plan_dense(52, 10);
	world_enrol(world, plan, monday);
	const struct enrolment *enrolment = world->engine->enrolments[0];
	const size_t sessions = enrolment->session_count;
	for (int version = 2; version < 6; version++) {
		for (size_t i = 0; i < plan->session_count; i++) {
			text_replace(&plan->sessions[i].uid, xasprintf("fresh-%d-%zu", version, i));
			text_replace(&plan->sessions[i].id, xasprintf("v%d-%zu", version, i));
		}
		OWNED_TEXT *revision = xasprintf("%d", version);
		assert_int_equal(step_version(world, plan, revision), 0);
		assert_int_equal(enrolment->session_count, PLAN_SESSIONS_MAX);
		size_t live = 0;
		for (size_t i = 0; i < enrolment->session_count; i++)
			live += !is_withdrawn(&enrolment->sessions[i]);
		assert_int_equal(live, sessions);
	}
	world_restart(world);
	assert_int_equal(world->engine->enrolments[0]->session_count, PLAN_SESSIONS_MAX);
	plan_free(plan);
	world_free(world);
}

/* A copy that is full: refused as a whole, remembered, and followed again once a version fits. */
static void test_full(void **state UNUSED)
{
	struct world *world = world_new(1, "Europe/Berlin", (struct civil){monday, 8 * HOUR_S}, false);
	struct plan *plan = world_plan_dense(52, 10);
	world_enrol(world, plan, monday);
	struct enrolment *enrolment = world->engine->enrolments[0];
	const size_t sessions = enrolment->session_count;
	assert_true(sessions < PLAN_SESSIONS_MAX && 2 * sessions > PLAN_SESSIONS_MAX);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < plan->session_count; i++)
			text_replace(&plan->sessions[i].uid, xasprintf("fresh-%d-%zu", round, i));
		if (round == 0) { /* nothing of the learner's in them: they change places */
			assert_int_equal(step_version(world, plan, "2"), 0);
			assert_int_equal(enrolment->session_count, sessions);
			for (size_t i = 0; i < sessions; i++)
				enrolment->sessions[i].ticked = 1;
			continue;
		}
		assert_int_equal(step_version(world, plan, "3"), ENGINE_LIMIT);
		assert_true(enrolment->full);
		assert_string_equal(enrolment->revision, "2");
		assert_int_equal(enrolment->session_count, sessions);
	}
	while (plan->session_count > PLAN_SESSIONS_MAX - sessions)
		plan_session_release(&plan->sessions[--plan->session_count]);
	assert_int_equal(step_version(world, plan, "4"), 0);
	assert_false(enrolment->full);
	assert_int_equal(enrolment->session_count, PLAN_SESSIONS_MAX);
	assert_string_equal(enrolment->revision, "4");
	plan_free(plan);
	world_free(world);
}

/* Three enrolments, and a crash at every place on the way: all of them have version 2, or none. */
static void test_all_or_none(void **state UNUSED)
{
	int none = 0, all = 0;
	for (int64_t at = 0; at < 6; at++) {
		struct world *world = in_week_one();
		struct plan *plan = version_two();
		text_replace(&plan->revision, xstrdup("1"));
		world_enrol(world, plan, monday + 7);
		world_enrol(world, plan, monday + 14);
		retitle(plan, "w04-tu", 0);
		take_out(plan, "w05-tu");
		world->crash_at = world->boundary + at;
		step_version(world, plan, "2");
		world_restart(world);
		int taken = 0;
		for (size_t i = 0; i < 3; i++) {
			const struct enrolment *enrolment = world->engine->enrolments[i];
			struct update update;
			update_make(&update, enrolment, plan, world->local, world->now);
			assert_int_equal(update.count, strcmp(enrolment->revision, "2") ? 2 : 0);
			taken += !strcmp(enrolment->revision, "2");
			update_release(&update);
		}
		if (taken && taken != 3)
			world_fail(world, "%d of 3 enrolments have the new version", taken);
		none += !taken;
		all += taken == 3;
		plan_free(plan);
		world_free(world);
	}
	assert_true(none && all);
}

/* A plan under another name: all who ran on it follow at once; one of another plan does not. */
static void test_renamed(void **state UNUSED)
{
	struct world *world = in_week_one();
	struct plan *plan = version_two();
	text_replace(&plan->revision, xstrdup("1"));
	world_enrol(world, plan, monday + 7);
	text_replace(&plan->name, xstrdup("other"));
	world_enrol(world, plan, monday);
	text_replace(&plan->name, xstrdup("renamed"));
	text_replace(&plan->revision, xstrdup("2"));
	const struct event event = {.kind = EVENT_UPDATE, .via = "plan", .plan = plan, .up = true, .ref = {1, 0}};
	assert_int_equal(world_event(world, &event), 0);
	world_restart(world);
	static const char *const names[] = {"renamed", "renamed", "other"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_string_equal(world->engine->enrolments[i]->plan_name, names[i]);
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
		cmocka_unit_test(test_conflicts),
		cmocka_unit_test(test_run_keeps_its_minutes),
		cmocka_unit_test(test_moved_out_of_the_past),
		cmocka_unit_test(test_move_taken_back),
		cmocka_unit_test(test_added),
		cmocka_unit_test(test_back_again),
		cmocka_unit_test(test_one_note),
		cmocka_unit_test(test_one_note_for_all),
		cmocka_unit_test(test_copy_stays_small),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_room_is_made),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_all_or_none),
		cmocka_unit_test(test_renamed),
		cmocka_unit_test(test_property),
	};
	return cmocka_run_group_tests_name("update", tests, NULL, finish);
}
