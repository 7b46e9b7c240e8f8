/* What the core costs by itself: 18 weeks of one enrolment lived through without a store (DESIGN 11: under 50 ms), and how the
 * questions that are asked all the time grow from 1 to 32 enrolments of 90 sessions. Prints one line of JSON.
 *
 * Enrolments begin a week apart, so that the first week has five sessions however many enrolments there are: what grows is only
 * what lies around it. Of many batches the fastest counts: the others were disturbed.
 * usage: bench_sim [ROUNDS] */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/lint.h"
#include "core/load.h"
#include "core/update.h"
#include "ical/tz.h"
#include "sim/world.h"

enum { ROUNDS = 21, WEEKS = 18, BATCHES = 15, BATCH_CALLS = 2000, SIZES = 3 };
static const int enrolments[SIZES] = {1, 8, 32};
static const struct civil morning = {.second = 8 * HOUR_S};

static int64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static int32_t first_monday(void)
{
	return day_from_ymd(2027, 1, 4);
}

static struct world *world_on_monday(int enrolment_count)
{
	struct world *world = world_new(1, "Europe/Berlin", (struct civil){first_monday(), morning.second}, false);
	struct plan *plan = world_plan_cs18();
	for (int i = 0; i < enrolment_count; i++)
		world_enrol(world, plan, first_monday() + i * WEEK_DAYS);
	plan_free(plan);
	return world;
}

/* --- a plan lived through -------------------------------------------------------------------------------------------------------- */

/* Milliseconds from an empty engine to the end of the last week. *ret_shows: so that one can see that something happened. */
static double live_ms(int *ret_shows)
{
	int64_t from_ns = now_ns();
	struct world *world = world_on_monday(1);
	world->learner = true;
	world_run(world, zone_resolve(world->local, (struct civil){first_monday() + WEEKS * WEEK_DAYS, 0}));
	double ms = (double)(now_ns() - from_ns) / 1e6;
	*ret_shows = world->shows;
	world_free(world);
	return ms;
}

static void print_lives(int rounds)
{
	int shows = 0;
	double *ms = xcalloc((size_t)rounds, sizeof(*ms));
	for (int i = 0; i < rounds; i++)
		ms[i] = live_ms(&shows);
	qsort(ms, (size_t)rounds, sizeof(*ms), by_size);
	printf("{\"bench\":\"sim\",\"rounds\":%d,\"shows\":%d,\"min_ms\":%.3f,\"median_ms\":%.3f,\"max_ms\":%.3f", rounds, shows, ms[0],
	       ms[rounds / 2], ms[rounds - 1]);
	free(ms);
}

/* --- a new version of a plan ------------------------------------------------------------------------------------------------------- */

enum { LEARNERS = 100 };

/* More than one learner may have (ENROLMENTS_MAX): adopted, as at a start, and written. */
static void enrol_many(struct world *world, const struct plan *plan)
{
	struct err err = {0};
	for (int i = 0; i < LEARNERS; i++) {
		struct effects fx = {0};
		struct enrolment *enrolment = schedule_enrol(plan, first_monday() + i % WEEKS * WEEK_DAYS, &world->policy, tz_source(),
							     world->local, world->now);
		snprintf(enrolment->id, sizeof(enrolment->id), "e%d", i + 1);
		engine_adopt_enrolment(world->engine, enrolment);
		struct effect *effect = effects_add(&fx, EFFECT_ENROLMENT);
		effect->enrolment.enrolment = enrolment;
		effect->enrolment.is_new = true;
		if (store_apply(world->store, &fx, &err))
			world_fail(world, "%s", err.text);
		effects_release(&fx);
	}
}

/* With a database on the disk, as the daemon has it. */
static struct world *world_on_disk(const char *path)
{
	struct err err = {0};
	struct world *world = world_new(1, "Europe/Berlin", (struct civil){first_monday(), morning.second}, false);
	if (store_open(path, &world->store, &err))
		world_fail(world, "%s", err.text);
	return world;
}

/* Milliseconds for a version 2 that changes every session to come: one step, one transaction. */
static double update_ms(void)
{
	char dir[] = "/tmp/bench-update-XXXXXX";
	assert_non_null(mkdtemp(dir));
	OWNED_TEXT *path = xasprintf("%s/pacer.db", dir);
	struct world *world = world_on_disk(path);
	struct plan *plan = world_plan_cs18();
	enrol_many(world, plan);
	text_replace(&plan->revision, xstrdup("2"));
	for (size_t i = 0; i < plan->session_count; i++) {
		plan->sessions[i].second += HOUR_S;
		text_replace(&plan->sessions[i].title, xstrdup("Another title"));
	}
	const struct event event = {.kind = EVENT_UPDATE, .via = "plan", .plan = plan};
	int64_t from_ns = now_ns();
	assert_int_equal(world_event(world, &event), 0);
	double ms = (double)(now_ns() - from_ns) / 1e6;
	for (size_t i = 0; i < LEARNERS; i++)
		assert_string_equal(world->engine->enrolments[i]->revision, "2");
	plan_free(plan);
	world_free(world);
	assert_int_equal(unlink(path), 0); /* the last one out takes its journal files along */
	assert_int_equal(rmdir(dir), 0);
	return ms;
}

/* The most that one plan and one copy hold, all of it exchanged for other sessions: milliseconds to work it out. */
static double exchange_ms(int sessions_a_day, size_t *ret_sessions)
{
	struct world *world = world_new(1, "Europe/Berlin", (struct civil){first_monday(), morning.second}, false);
	struct plan *plan = world_plan_dense(WEEKS, sessions_a_day);
	struct update update;
	world_enrol(world, plan, first_monday());
	for (size_t i = 0; i < plan->session_count; i++) {
		text_replace(&plan->sessions[i].uid, xasprintf("fresh-%zu", i));
		text_replace(&plan->sessions[i].id, xasprintf("v2-%zu", i));
	}
	int64_t from_ns = now_ns();
	update_make(&update, world->engine->enrolments[0], plan, world->local, world->now);
	double ms = (double)(now_ns() - from_ns) / 1e6;
	assert_int_equal(update.of_kind[UPDATE_ADDED], plan->session_count);
	*ret_sessions = plan->session_count;
	update_release(&update);
	plan_free(plan);
	world_free(world);
	return ms;
}

static double best_of(int rounds, int sessions_a_day, size_t *ret_sessions)
{
	double best = 0;
	for (int i = 0; i < rounds; i++) {
		double ms = sessions_a_day ? exchange_ms(sessions_a_day, ret_sessions) : update_ms();
		best = i == 0 || ms < best ? ms : best;
	}
	return best;
}

static void print_updates(void)
{
	size_t few, many;
	printf(",\"update_ms_of_100\":%.3f", best_of(5, 0, NULL));
	double small_ms = best_of(9, 5, &few), large_ms = best_of(9, 50, &many);
	printf(",\"exchange_sessions\":[%zu,%zu],\"exchange_ms\":[%.3f,%.3f]", few, many, small_ms, large_ms);
}

/* --- growth ---------------------------------------------------------------------------------------------------------------------- */

/* Each asks once and returns something that depends on the answer, so that no compiler leaves it out. */
struct question {
	const char *name;
	int64_t (*ask)(struct world *world);
};

static int64_t ask_next_due(struct world *world)
{
	return engine_next_wake(world->engine, world->now).s;
}

/* A snooze and back: the session's place in the order of what is due changes twice. */
static int64_t ask_new_due(struct world *world)
{
	const struct agenda_ref ref = {0, 0};
	const struct session *session = engine_session(world->engine, ref);
	struct instant due = session_next_due(session);
	agenda_set(world->engine->agenda, ref, (struct instant){due.s + DAY_S}, session->start_at);
	agenda_set(world->engine->agenda, ref, due, session->start_at);
	return due.s;
}

static int64_t ask_tick(struct world *world)
{
	const struct event tick = {.kind = EVENT_TICK, .via = "clock"};
	struct effects fx = {0};
	engine_step(world->engine, &tick, world->now, &fx, NULL);
	int64_t count = (int64_t)fx.count;
	effects_release(&fx);
	return count;
}

static int64_t ask_week(struct world *world)
{
	const struct agenda_ref *refs;
	int64_t minutes = 0;
	size_t count = agenda_span(world->engine->agenda, world->now, (struct instant){world->now.s + WEEK_DAYS * DAY_S}, &refs);
	for (size_t i = 0; i < count; i++)
		minutes += engine_session(world->engine, refs[i])->plan.minutes;
	return minutes;
}

static const struct question questions[] = {
	{"next due", ask_next_due}, {"new due", ask_new_due}, {"tick, nothing due", ask_tick}, {"agenda of a week", ask_week}};

static double fastest_ns(const struct question *question, struct world *world)
{
	double best_ns = 0;
	for (int batch = 0; batch < BATCHES; batch++) {
		int64_t from_ns = now_ns(), answers = 0;
		for (int i = 0; i < BATCH_CALLS; i++)
			answers += question->ask(world);
		__asm__ volatile("" : : "r"(answers)); /* somebody wants to know */
		double ns = (double)(now_ns() - from_ns) / BATCH_CALLS;
		if (batch == 0 || ns < best_ns)
			best_ns = ns;
	}
	return best_ns;
}

static void print_growth(void)
{
	struct world *worlds[SIZES];
	for (int k = 0; k < SIZES; k++)
		worlds[k] = world_on_monday(enrolments[k]);
	printf(",\"enrolments\":[%d,%d,%d],\"growth\":{", enrolments[0], enrolments[1], enrolments[2]);
	for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
		printf("%s\"%s\":[", i ? "," : "", questions[i].name);
		for (int k = 0; k < SIZES; k++)
			printf("%s%.1f", k ? "," : "", fastest_ns(&questions[i], worlds[k]));
		printf("]");
	}
	for (int k = 0; k < SIZES; k++)
		world_free(worlds[k]);
}

/* The load of a plan of n sessions, in ns a session: the same for every n when it is O(n). */
static double load_ns(int sessions_a_day)
{
	struct plan *plan = world_plan_dense(WEEKS, sessions_a_day);
	struct week_load weeks[WEEKS];
	double best_ns = 0;
	for (int batch = 0; batch < BATCHES; batch++) {
		int64_t from_ns = now_ns();
		for (int i = 0; i < BATCH_CALLS / sessions_a_day; i++)
			load_plan_weeks(plan, weeks);
		double ns = (double)(now_ns() - from_ns) / (BATCH_CALLS / sessions_a_day) / (double)plan->session_count;
		if (batch == 0 || ns < best_ns)
			best_ns = ns;
	}
	plan_free(plan);
	return best_ns;
}

/* What 'plan lint' costs in the daemon: a plan of so many sessions, values and training sense. */
static double lint_ms(int sessions_a_day, size_t *ret_sessions, size_t *ret_findings)
{
	struct plan *plan = world_plan_dense(WEEKS, sessions_a_day);
	double best_ms = 0;
	(void)shape_parse_phases(&plan->shape, "base=1-4 build=5-12 peak=13-15 taper=16-17 race=18");
	for (int batch = 0; batch < BATCHES; batch++) {
		struct findings findings = {0};
		int64_t from_ns = now_ns();
		lint_plan(plan, &findings);
		lint_sense(plan, &findings);
		double ms = (double)(now_ns() - from_ns) / 1e6;
		if (batch == 0 || ms < best_ms)
			best_ms = ms;
		*ret_findings = findings.count + findings.dropped;
		findings_release(&findings);
	}
	*ret_sessions = plan->session_count;
	plan_free(plan);
	return best_ms;
}

static void print_lint(void)
{
	size_t sessions, findings;
	double ms = lint_ms(6, &sessions, &findings);
	printf(",\"lint_ms\":%.3f,\"lint_sessions\":%zu,\"lint_findings\":%zu", ms, sessions, findings);
}

static void measure(void **state)
{
	int rounds = *(int *)*state;
	print_lives(rounds);
	print_updates();
	print_lint();
	print_growth();
	printf("},\"load_sessions\":[90,720,2880],\"load_ns_a_session\":[%.2f,%.2f,%.2f]}\n", load_ns(1), load_ns(8), load_ns(32));
}

/* The world ends a run through cmocka, which therefore has to be the one who runs it. */
int main(int argc, char **argv)
{
	int rounds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : ROUNDS;
	if (rounds < 1)
		rounds = ROUNDS;
	const struct CMUnitTest tests[] = {cmocka_unit_test_prestate(measure, &rounds)};
	int status = cmocka_run_group_tests_name("bench_sim", tests, NULL, NULL);
	tz_finish();
	return status;
}
