#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/session.h"

static struct session fresh(void)
{
	return (struct session){
		.plan = {.minutes = 30, .effort = 3, .id = (char[]){"w01-mo"}},
		.life = {.start = {20000, 9 * HOUR_S}, .moved_from = {.day = DAY_NONE}, .snoozed = {INSTANT_NEVER}, .started = {INSTANT_NEVER},
			 .ended = {INSTANT_NEVER}, .end_due = {INSTANT_NEVER}, .actual_minutes = -1, .actual_effort = -1},
		.start_at = {1000000}, .grace_end = {1500000}, .prep_at = {INSTANT_NEVER},
	};
}

/* What the table promises, written a second time as text: state, then the actions it takes and where they lead. */
struct walk_row {
	const char *from, *action, *to; /* to NULL: refused; "=": already */
};

static const struct walk_row walk[] = {
	{"planned", "prompt", "prompted"},  {"planned", "start", "running"},   {"planned", "snooze", "planned"}, {"planned", "move", "moved"},
	{"planned", "expire", "missed"},    {"prompted", "start", "running"},  {"prompted", "snooze", "planned"}, {"prompted", "move", "moved"},
	{"prompted", "done", "done"},	    {"prompted", "partly", "partial"}, {"prompted", "more-time", "running"}, {"prompted", "drop", "dropped"},
	{"prompted", "excuse", "excused"},  {"prompted", "expire", "missed"},  {"running", "start", "="},	  {"running", "prompt", "="},
	{"running", "snooze", NULL},	    {"running", "move", NULL},	       {"running", "done", "done"},	  {"running", "partly", "partial"},
	{"running", "more-time", "running"}, {"running", "drop", "dropped"},   {"running", "expire", "missed"},	  {"done", "start", NULL},
	{"done", "move", NULL},		    {"done", "drop", NULL},	       {"done", "expire", NULL},	  {"done", "partly", "partial"},
	{"partial", "done", "done"},	    {"partial", "snooze", NULL},       {"missed", "done", "done"},	  {"missed", "start", NULL},
	{"missed", "move", NULL},	    {"missed", "expire", "="},	       {"excused", "drop", "="},	  {"excused", "move", "moved"},
	{"excused", "done", "done"},	    {"dropped", "move", "moved"},      {"dropped", "excuse", "excused"},  {"dropped", "start", NULL},
	{"moved", "prompt", "prompted"},    {"moved", "start", "running"},     {"moved", "expire", "missed"},	  {"merged", "done", NULL},
	{"bailed", "start", NULL},	    {"retry", "start", "running"},
};

static enum session_action action_of(const char *name)
{
	for (int i = 0; i < ACT_COUNT; i++)
		if (!strcmp(action_name[i], name))
			return (enum session_action)i;
	fail_msg("no action %s", name);
	return ACT_COUNT;
}

static enum session_state state_of(const char *name)
{
	for (int i = 0; i < STATE_COUNT; i++)
		if (!strcmp(state_name[i], name))
			return (enum session_state)i;
	fail_msg("no state %s", name);
	return STATE_COUNT;
}

static void test_walk(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(walk); i++) {
		enum session_state to = STATE_COUNT;
		enum session_result result = session_allows(state_of(walk[i].from), action_of(walk[i].action), &to);
		if (!walk[i].to)
			assert_int_equal(result, SESSION_REFUSED);
		else if (!strcmp(walk[i].to, "="))
			assert_int_equal(result, SESSION_ALREADY);
		else
			assert_string_equal(state_name[to], walk[i].to);
	}
}

/* A refusal and a repeat leave the life as it was, for every state and action. */
static void test_refusals_change_nothing(void **state UNUSED)
{
	const struct session_input input = {.minutes = -1, .effort = -1, .until = {2000}, .to = {20001, 0}, .reason = REASON_OTHER};
	for (int from = 0; from < STATE_COUNT; from++)
		for (int action = 0; action < ACT_COUNT; action++) {
			struct session session = fresh();
			session.life.state = (enum session_state)from;
			struct session_life before = session.life;
			enum session_result result = session_step(&session, (enum session_action)action, &input, (struct instant){1000});
			if (result != SESSION_CHANGED)
				assert_memory_equal(&before, &session.life, sizeof(before));
		}
}

/* Every action twice in a row with the same input: the second changes nothing. */
static void test_repeat_is_safe(void **state UNUSED)
{
	const struct session_input input = {.minutes = -1, .effort = -1, .until = {1000600}, .to = {20001, 0}, .reason = REASON_SICK};
	static const char *const repeated[] = {"start", "done", "partly", "snooze", "move", "excuse"};
	for (size_t i = 0; i < ARRAY_LEN(repeated); i++) {
		struct session session = fresh();
		enum session_action action = action_of(repeated[i]);
		assert_int_equal(session_step(&session, action, &input, (struct instant){1000000}), SESSION_CHANGED);
		struct session_life once = session.life;
		assert_int_equal(session_step(&session, action, &input, (struct instant){1000005}), SESSION_ALREADY);
		assert_memory_equal(&once, &session.life, sizeof(once));
	}
}

static void test_minutes(void **state UNUSED)
{
	static const struct { int64_t started, now; bool partly; int want; } rows[] = {
		{INSTANT_NEVER, 5000, false, 30}, {INSTANT_NEVER, 5000, true, 15}, {1000, 1000, false, 1}, {1000, 1001, false, 1},
		{1000, 1000 + 600, false, 10},	  {1000, 1000 + 601, false, 11},   {1000, 1000 + 1800, false, 30}, {1000, 1000 + 9000, false, 30},
		{1000, 500, false, 1}, /* the clock was set back */
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct session session = fresh();
		session.life.started.s = rows[i].started;
		if (rows[i].started != INSTANT_NEVER)
			session.life.end_due.s = rows[i].started + 1800;
		assert_int_equal(session_default_minutes(&session, rows[i].partly, (struct instant){rows[i].now}), rows[i].want);
	}
	struct session longer = fresh();
	longer.life.started.s = 1000;
	longer.life.end_due.s = 1000 + 45 * 60;
	assert_int_equal(session_default_minutes(&longer, false, (struct instant){1000 + 90 * 60}), 45);
}

/* A correction of what was logged is a change; without figures it is a repeat. */
static void test_correcting(void **state UNUSED)
{
	struct session session = fresh();
	struct session_input input = {.minutes = 20, .effort = 5};
	assert_int_equal(session_step(&session, ACT_DONE, &input, (struct instant){1000}), SESSION_CHANGED);
	input.minutes = 25;
	input.effort = -1;
	assert_int_equal(session_step(&session, ACT_DONE, &input, (struct instant){1001}), SESSION_CHANGED);
	assert_int_equal(session.life.actual_minutes, 25);
	assert_int_equal(session.life.actual_effort, 5);
	assert_int_equal(session.life.ended.s, 1000);
}

/* A key is never used twice: what rings again has a higher ring number. */
static void test_ring_grows(void **state UNUSED)
{
	struct session session = fresh();
	const struct session_input later = {.minutes = -1, .effort = -1, .until = {1000600}};
	session_step(&session, ACT_PROMPT, &later, (struct instant){1000000});
	assert_int_equal(session.life.ring, 0);
	session_step(&session, ACT_SNOOZE, &later, (struct instant){1000010});
	assert_int_equal(session.life.ring, 1);
	assert_int_equal(session_next_due(&session).s, 1000600);
	session_step(&session, ACT_PROMPT, &later, (struct instant){1000600});
	session.life.rung |= 1u << ALARM_END;
	session_step(&session, ACT_START, &later, (struct instant){1000700});
	assert_int_equal(session.life.ring, 2);
	assert_int_equal(session_next_due(&session).s, 1000700 + 1800);
}

static void test_life_text(void **state UNUSED)
{
	struct session session = fresh();
	const struct session_input move = {.to = {20005, 3600}, .minutes = -1, .effort = -1};
	session_step(&session, ACT_MOVE, &move, (struct instant){5});
	OWNED_TEXT *text = session_life_text(&session.life);
	struct session_life back = {0};
	assert_true(session_life_parse(text, &back));
	OWNED_TEXT *again = session_life_text(&back);
	assert_string_equal(text, again);
	/* Cut anywhere it is not taken, but where the journals of the first version end. */
	size_t length = strlen(text), first_version = (size_t)(strstr(text, "version=1") + strlen("version=1") - text);
	for (size_t cut = 0; cut + 1 < length; cut++) {
		OWNED_TEXT *part = xstrndup(text, cut);
		assert_int_equal(session_life_parse(part, &back), cut == first_version);
	}
	assert_int_equal(back.feel, -1);
	assert_false(session_life_parse("state=0 reason=0 day=1 second=1 from_day=1 from_second=1 snoozed=1 started=1 ended=1 end_due=1 "
					"minutes=1 effort=1 ring=1 rung=1 version=1 feel=4",
					&back));
	assert_false(session_life_parse("state=99 reason=0", &back));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walk),	   cmocka_unit_test(test_refusals_change_nothing), cmocka_unit_test(test_repeat_is_safe),
		cmocka_unit_test(test_minutes),	   cmocka_unit_test(test_correcting),		   cmocka_unit_test(test_ring_grows),
		cmocka_unit_test(test_life_text),
	};
	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
