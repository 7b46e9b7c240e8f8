#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/plandiff.h"
#include "core/planfield.h"
#include "ical/read.h"

static struct plan_session *add(struct plan *plan, const char *uid, const char *id, int32_t day, const char *title)
{
	struct plan_session *session = plan_add(plan);
	session->uid = xstrdup(uid);
	session->id = xstrdup(id);
	session->day = day;
	session->week = day / WEEK_DAYS + 1;
	session->second = 9 * HOUR_S + 30 * MINUTE_S;
	session->title = xstrdup(title);
	session->skill = xstrdup("crm");
	session->minutes = 20;
	session->effort = 3;
	session->type = TYPE_SHORT;
	return session;
}

/* Three sessions in two weeks; the ids are made by plan_finish. */
static struct plan *plan_of_three(void)
{
	struct plan *plan = plan_new();
	plan->title = xstrdup("Three");
	plan->shape.weeks = 2;
	add(plan, "u1", NULL, 0, "First");
	add(plan, "u2", NULL, 4, "Second");
	add(plan, "u3", NULL, 8, "Third");
	return plan;
}

static struct plan_session *by_uid(struct plan *plan, const char *uid)
{
	for (size_t i = 0; i < plan->session_count; i++)
		if (!strcmp(plan->sessions[i].uid, uid))
			return &plan->sessions[i];
	fail_msg("no session has the UID %s", uid);
	return NULL;
}

static void add_line(struct text *text, const struct plan_difference *d)
{
	text_addf(text, "%s%s", text->len ? "\n" : "", plan_difference_name[d->kind]);
	if (d->session)
		text_addf(text, " %s '%s'", d->session, d->title);
	if (d->field)
		text_addf(text, " %s", d->field);
	if (d->from || d->to)
		text_addf(text, ": %s -> %s", d->from ? d->from : "(none)", d->to ? d->to : "(none)");
}

/* Finishes both, compares, and frees them. */
static void check(struct plan *a, struct plan *b, const char *expected)
{
	struct plan_differences out = {0};
	struct text text = {0};
	plan_finish(a);
	plan_finish(b);
	plandiff(a, b, &out);
	for (size_t i = 0; i < out.count; i++)
		add_line(&text, &out.items[i]);
	assert_string_equal(text.data ? text.data : "", expected);
	text_release(&text);
	plan_differences_release(&out);
	assert_null(out.items);
	plan_free(a);
	plan_free(b);
}

static void test_equal(void **state UNUSED)
{
	struct plan *a = plan_of_three(), *b = plan_of_three();
	a->file = xstrdup("/a.ics");
	b->file = xstrdup("/b.ics");
	a->revision = xstrdup("1");
	b->revision = xstrdup("2");
	b->goal = xstrdup(""); /* no goal, as in a */
	by_uid(b, "u1")->tip = xstrdup("");
	by_uid(b, "u1")->line = 77;
	check(a, b, "");
	check(plan_new(), plan_new(), "");
}

static void test_added_removed(void **state UNUSED)
{
	struct plan *a = plan_of_three(), *b = plan_of_three();
	add(a, "gone", NULL, 2, "Gone");
	add(b, "new", NULL, 2, "New");
	add(b, "late", NULL, 13, "Late");
	plan_finish(a);
	plan_finish(b);
	/* Same place, other UID: the ids are equal, so it is the same session under another UID. */
	check(a, b, "changed w01-we 'New' title: Gone -> New\nadded w02-su 'Late'");
	a = plan_of_three(), b = plan_of_three();
	add(a, "gone", "old", 2, "Gone");
	add(b, "new", "brand-new", 2, "New");
	check(a, b, "added brand-new 'New'\nremoved old 'Gone'");
	check(plan_new(), plan_of_three(),
	      "plan title: (none) -> Three\nplan weeks: 0 -> 2\nadded w01-mo 'First'\nadded w01-fr 'Second'\nadded w02-tu 'Third'");
	check(plan_of_three(), plan_new(),
	      "plan title: Three -> (none)\nplan weeks: 2 -> 0\nremoved w01-mo 'First'\nremoved w01-fr 'Second'\nremoved w02-tu 'Third'");
}

static void test_moved(void **state UNUSED)
{
	struct plan *a = plan_of_three(), *b = plan_of_three();
	by_uid(b, "u1")->day = 1; /* its id becomes w01-tu */
	by_uid(b, "u2")->second += HOUR_S;
	by_uid(b, "u3")->day -= WEEK_DAYS;
	by_uid(b, "u3")->week = 1; /* also on the Tuesday of week 1, which has two then */
	by_uid(b, "u3")->zone = xstrdup("Europe/Berlin");
	check(a, b,
	      "moved w01-tu 'First': week 1 Monday 09:30 -> week 1 Tuesday 09:30\n"
	      "moved w01-tu2 'Third': week 2 Tuesday 09:30 -> week 1 Tuesday 09:30 Europe/Berlin\n"
	      "moved w01-fr 'Second': week 1 Friday 09:30 -> week 1 Friday 10:30");
}

/* What goes is told before what takes its place, and its id with it. */
static void test_replaced(void **state UNUSED)
{
	struct plan *a = plan_new(), *b = plan_new();
	add(a, "u1", NULL, 0, "First");
	add(a, "u2", NULL, 4, "Second");
	add(b, "u2", NULL, 0, "Second");
	check(a, b, "removed w01-mo 'First'\nmoved w01-mo 'Second': week 1 Friday 09:30 -> week 1 Monday 09:30");
}

/* Two sessions that change places keep who they are, whatever their ids say. */
static void test_swapped(void **state UNUSED)
{
	struct plan *a = plan_of_three(), *b = plan_of_three();
	by_uid(b, "u1")->day = 4;
	by_uid(b, "u2")->day = 0;
	check(a, b,
	      "moved w01-mo 'Second': week 1 Friday 09:30 -> week 1 Monday 09:30\n"
	      "moved w01-fr 'First': week 1 Monday 09:30 -> week 1 Friday 09:30");
}

static void set(char **slot, const char *text)
{
	text_replace(slot, xstrdup(text));
}

static void test_every_field(void **state UNUSED)
{
	struct plan *a = plan_of_three(), *b = plan_of_three();
	struct plan_session *s = by_uid(b, "u2");
	char **const texts[] = {&s->title, &s->skill,    &s->milestone, &s->prep,  &s->tip,  &s->description, &s->help,
				&s->link,  &s->fallback, &s->persona,   &s->track, &s->with, &s->review,      &s->rubric,
				&s->evidence};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		set(texts[i], "x");
	s->minutes = 35;
	s->effort = 5;
	s->type = TYPE_LONG;
	s->pass = 70;
	set(&s->depends, "u1 elsewhere");
	s->alarm_count = 1;
	check(a, b,
	      "changed w01-fr 'x' minutes: 20 -> 35\nchanged w01-fr 'x' type: short -> long\nchanged w01-fr 'x' skill: crm -> x\n"
	      "changed w01-fr 'x' effort: 3 -> 5\nchanged w01-fr 'x' title: Second -> x\nchanged w01-fr 'x' milestone: (none) -> x\n"
	      "changed w01-fr 'x' prep: (none) -> x\nchanged w01-fr 'x' tip: (none) -> x\nchanged w01-fr 'x' description: (none) -> x\n"
	      "changed w01-fr 'x' help: (none) -> x\nchanged w01-fr 'x' link: (none) -> x\nchanged w01-fr 'x' fallback: (none) -> x\n"
	      "changed w01-fr 'x' persona: (none) -> x\nchanged w01-fr 'x' track: (none) -> x\nchanged w01-fr 'x' with: (none) -> x\n"
	      "changed w01-fr 'x' pass: (none) -> 70\nchanged w01-fr 'x' review: (none) -> x\nchanged w01-fr 'x' rubric: (none) -> x\n"
	      "changed w01-fr 'x' evidence: (none) -> x\nchanged w01-fr 'x' depends: (none) -> elsewhere w01-mo\nchanged w01-fr 'x' alarms: (none) -> at the start");
}

/* Every row of the table is seen, by its own name and once. */
static void test_every_row(void **state UNUSED)
{
	static const struct {
		enum session_field field;
		const char *value;
	} special[] = {
		{FIELD_MINUTES, "35"}, {FIELD_EFFORT, "5"}, {FIELD_PASS, "70"}, {FIELD_TYPE, "long"}, {FIELD_LINK, "https://example.org"},
	};
	for (int i = FIELD_MINUTES; i < FIELD_COUNT; i++) {
		struct plan *a = plan_of_three(), *b = plan_of_three();
		struct plan_differences out = {0};
		struct err err = {0};
		const char *value = "x";
		for (size_t k = 0; k < ARRAY_LEN(special); k++)
			value = special[k].field == (enum session_field)i ? special[k].value : value;
		plan_finish(a);
		plan_finish(b);
		if (session_field_set(by_uid(b, "u2"), (enum session_field)i, value, &err))
			fail_msg("%s", err.text);
		plandiff(a, b, &out);
		assert_int_equal(out.count, 1);
		assert_string_equal(out.items[0].field, session_fields[i].name);
		assert_string_equal(out.items[0].to, value);
		plan_differences_release(&out);
		plan_free(a);
		plan_free(b);
	}
}

static void test_plan_fields(void **state UNUSED)
{
	struct plan *a = plan_of_three(), *b = plan_of_three();
	char **const texts[] = {&b->title, &b->goal, &b->done, &b->class_name, &b->about, &b->licence, &b->version, &b->tracks};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		set(texts[i], "y");
	b->shape.weeks = 3;
	assert_true(shape_parse_phases(&b->shape, "base=1-2 race=3"));
	assert_true(shape_parse_cutbacks(&b->shape, "2"));
	check(a, b,
	      "plan title: Three -> y\nplan goal: (none) -> y\nplan done: (none) -> y\nplan class: (none) -> y\n"
	      "plan weeks: 2 -> 3\nplan phases: (none) -> base=1-2 race=3\nplan cutbacks: (none) -> 2\nplan about: (none) -> y\n"
	      "plan licence: (none) -> y\nplan version: (none) -> y\nplan tracks: (none) -> y");
}

static void test_alarms(void **state UNUSED)
{
	static const struct {
		struct plan_alarm alarms[PLAN_ALARMS_MAX];
		int count;
		const char *text;
	} rows[] = {
		{{{0, false}}, 0, ""},
		{{{0, true}, {0, false}}, 2, "at the start, at the end"},
		{{{0, false}, {-600, false}, {-DAY_S, false}}, 3, "1 day before the start, 10 min before the start, at the start"},
		{{{-2 * DAY_S, false}, {300, true}, {-30, true}}, 3, "2 days before the start, 30 s before the end, 5 min after the end"},
		{{{INT32_MIN, false}, {INT32_MAX, true}}, 2, "2147483648 s before the start, 2147483647 s after the end"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct plan_session session = {.alarm_count = rows[i].count};
		memcpy(session.alarms, rows[i].alarms, sizeof(session.alarms));
		OWNED_TEXT *text = plan_alarms_text(&session);
		assert_string_equal(text, rows[i].text);
	}
	struct plan *a = plan_of_three(), *b = plan_of_three();
	struct plan_session *before = by_uid(a, "u1"), *after = by_uid(b, "u1");
	before->alarm_count = after->alarm_count = 2;
	before->alarms[0] = after->alarms[1] = (struct plan_alarm){-600, false};
	before->alarms[1] = after->alarms[0] = (struct plan_alarm){0, true};
	check(a, b, ""); /* in another order only */
}

/* What a session needs is the same when only names have changed: its order, the ids after a move, or all UIDs in a copy. */
static void test_depends(void **state UNUSED)
{
	struct plan *a = plan_of_three(), *b = plan_of_three();
	set(&by_uid(a, "u3")->depends, "u1 u2");
	set(&by_uid(b, "u3")->depends, "u2  u1 ");
	by_uid(b, "u1")->day = 1;
	check(a, b, "moved w01-tu 'First': week 1 Monday 09:30 -> week 1 Tuesday 09:30");

	a = plan_of_three(), b = plan_of_three();
	set(&by_uid(a, "u3")->depends, "u1");
	set(&by_uid(b, "u3")->depends, "v1");
	set(&by_uid(b, "u1")->uid, "v1");
	set(&by_uid(b, "u3")->uid, "v3");
	check(a, b, "");

	/* One of the two was moved, which changed its id; the other has a new UID. */
	a = plan_of_three(), b = plan_of_three();
	set(&by_uid(a, "u3")->depends, "u1 u2");
	set(&by_uid(b, "u3")->depends, "u1 v2");
	by_uid(b, "u1")->day = 1;
	set(&by_uid(b, "u2")->uid, "v2");
	check(a, b, "moved w01-tu 'First': week 1 Monday 09:30 -> week 1 Tuesday 09:30");

	a = plan_of_three(), b = plan_of_three();
	set(&by_uid(a, "u3")->depends, "u1");
	set(&by_uid(b, "u3")->depends, "u2");
	check(a, b, "changed w02-tu 'Third' depends: w01-mo -> w01-fr");
}

/* Files with one UID twice are refused by the checks; the comparison itself must still end and tell something true. */
static void test_uid_twice(void **state UNUSED)
{
	struct plan *a = plan_of_three(), *b = plan_of_three();
	set(&by_uid(b, "u2")->uid, "u1");
	check(a, b, "");
	a = plan_of_three(), b = plan_of_three();
	for (size_t i = 0; i < b->session_count; i++) {
		free(b->sessions[i].uid);
		b->sessions[i].uid = NULL;
	}
	check(a, b, "");
}

/* Forwards and backwards tell the same: what is added one way is removed the other way. */
static void test_backwards(void **state UNUSED)
{
	struct findings findings = {0};
	struct plan *a = ical_read_file("cs", "plans/customer-service-18.ics", &findings), *b = plan_of_three();
	struct plan_differences there = {0}, back = {0};
	size_t counts[2][DIFFERENCE_CHANGED + 1] = {0};
	assert_non_null(a);
	plan_finish(b);
	plandiff(a, b, &there);
	plandiff(b, a, &back);
	assert_int_equal(there.count, back.count);
	for (size_t i = 0; i < there.count; i++) {
		counts[0][there.items[i].kind]++;
		counts[1][back.items[i].kind]++;
	}
	assert_int_equal(counts[0][DIFFERENCE_ADDED], counts[1][DIFFERENCE_REMOVED]);
	assert_int_equal(counts[0][DIFFERENCE_REMOVED], counts[1][DIFFERENCE_ADDED]);
	assert_int_equal(counts[0][DIFFERENCE_REMOVED], a->session_count - b->session_count);
	assert_int_equal(counts[0][DIFFERENCE_CHANGED], counts[1][DIFFERENCE_CHANGED]);
	assert_int_equal(counts[0][DIFFERENCE_MOVED], counts[1][DIFFERENCE_MOVED]);
	plan_differences_release(&there);
	plan_differences_release(&back);
	plan_free(a);
	plan_free(b);
	findings_release(&findings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal),     cmocka_unit_test(test_added_removed), cmocka_unit_test(test_moved),
		cmocka_unit_test(test_swapped),   cmocka_unit_test(test_every_field),   cmocka_unit_test(test_plan_fields),
		cmocka_unit_test(test_alarms),    cmocka_unit_test(test_depends),       cmocka_unit_test(test_uid_twice),
		cmocka_unit_test(test_backwards), cmocka_unit_test(test_replaced),      cmocka_unit_test(test_every_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
