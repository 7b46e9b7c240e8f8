/* The new plan of every length is one the checks have nothing to say against. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/lint.h"
#include "core/load.h"
#include "core/skeleton.h"
#include "core/text.h"
#include "ical/edit.h"
#include "ical/format.h"
#include "ical/reader.h"
#include "planwrite.h"

static const char uuid[] = "0a1b2c3d-0000-4000-8000-123456789abc";

static struct plan *skeleton(int weeks)
{
	struct plan *plan = plan_skeleton("first-steps", "First steps", weeks, uuid);
	assert_non_null(plan);
	return plan;
}

static void weeks_out_of_range_give_none(void **state)
{
	(void)state;
	assert_null(plan_skeleton("x", "X", SKELETON_WEEKS_MIN - 1, uuid));
	assert_null(plan_skeleton("x", "X", SKELETON_WEEKS_MAX + 1, uuid));
}

static void checks_have_nothing_to_say(void **state)
{
	(void)state;
	for (int weeks = SKELETON_WEEKS_MIN; weeks <= SKELETON_WEEKS_MAX; weeks++) {
		struct plan *plan = skeleton(weeks);
		struct findings findings = {0};
		lint_plan(plan, &findings);
		lint_sense(plan, &findings);
		for (size_t i = 0; i < findings.count; i++)
			fail_msg("%d weeks: %s %s", weeks, lint_info[findings.items[i].code].code, findings.items[i].text);
		findings_release(&findings);
		plan_free(plan);
	}
}

static void phases_are_those_of_the_rules(void **state)
{
	(void)state;
	static const struct {
		int weeks;
		const char *phases, *cutbacks;
	} rows[] = {
		{1, "race=1", ""},
		{2, "peak=1 race=2", ""},
		{3, "peak=1 taper=2 race=3", ""},
		{4, "base=1 peak=2 taper=3 race=4", ""},
		{6, "base=1-2 build=3 peak=4 taper=5 race=6", ""},
		{12, "base=1-4 build=5-8 peak=9-10 taper=11 race=12", "4 8"},
		{18, "base=1-4 build=5-12 peak=13-15 taper=16-17 race=18", "4 8 12"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct plan *plan = skeleton(rows[i].weeks);
		OWNED_TEXT *phases = shape_phases_text(&plan->shape), *cutbacks = shape_cutbacks_text(&plan->shape);
		assert_string_equal(phases, rows[i].phases);
		assert_string_equal(cutbacks, rows[i].cutbacks);
		plan_free(plan);
	}
}

static int load_before(const struct week_load *weeks, int week)
{
	int most = 0;
	for (int k = week - 3; k < week; k++)
		if (k >= 1 && weeks[k - 1].load > most)
			most = weeks[k - 1].load;
	return most;
}

/* RULES 2.3 and 5.2, in percent. */
static void check_loads(const struct plan *plan, const struct week_load *weeks, int peak)
{
	int tapers = 0, first_taper = plan->shape.weeks >= 16 ? 75 : plan->shape.weeks >= 9 ? 63 : 70;
	for (int week = 1; week <= plan->shape.weeks; week++) {
		const char *phase = shape_phase(&plan->shape, week);
		int load = weeks[week - 1].load, before = load_before(weeks, week), percent = before ? load * 100 / before : 100;
		assert_int_equal(weeks[week - 1].sessions, 5);
		if (!strcmp(phase, "taper"))
			assert_in_range(load * 100 / weeks[peak - 1].load, tapers ? 52 : first_taper - 3, (tapers ? 58 : first_taper + 3));
		else if (shape_is_cutback(&plan->shape, week))
			assert_in_range(percent, 65, 80);
		else if (strcmp(phase, "race") && plan->shape.weeks > 5)
			assert_true(load * 100 <= before * 110 || week == 1);
		else if (strcmp(phase, "race"))
			assert_true(load <= before + 50 || week == 1);
		tapers += !strcmp(phase, "taper");
	}
}

static void weeks_grow_and_rest_and_taper(void **state)
{
	(void)state;
	for (int weeks = SKELETON_WEEKS_MIN; weeks <= SKELETON_WEEKS_MAX; weeks++) {
		struct plan *plan = skeleton(weeks);
		struct week_load *loads = xcalloc((size_t)weeks, sizeof(*loads));
		load_plan_weeks(plan, loads);
		int peak = load_peak_week(loads, &plan->shape);
		assert_true(shape_is_taper(&plan->shape, peak + 1) || weeks == 1);
		check_loads(plan, loads, peak);
		free(loads);
		plan_free(plan);
	}
}

static void sessions_have_all_a_learner_needs(void **state)
{
	(void)state;
	struct plan *plan = skeleton(18);
	int kinds[TYPE_COUNT] = {0};
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		const char *const texts[] = {session->title, session->description, session->tip, session->fallback, session->help};
		kinds[session->type]++;
		for (size_t k = 0; k < ARRAY_LEN(texts); k++) {
			assert_true(texts[k] && *texts[k]);
			for (const char *const *word = text_banned; *word; word++)
				assert_null(strcasestr(texts[k], *word));
		}
		assert_true(strlen(session->tip) <= 120);
		assert_true(!type_info[session->type].prepared || session->prep);
		assert_int_not_equal(skill_family(session->skill), FAMILY_NONE);
		assert_int_equal(session->alarm_count, 2);
	}
	assert_int_equal(kinds[TYPE_RACE], 1);
	assert_int_equal(kinds[TYPE_TUNEUP], 1);
	assert_int_equal(kinds[TYPE_CHECKIN], 3);
	assert_int_equal(kinds[TYPE_REST], 1);
	assert_true(kinds[TYPE_SPEED] > 3 && kinds[TYPE_CROSS] > 3);
	assert_string_equal(plan->sessions[0].uid, "0a1b2c3d-0000-4000-8000-123456789abc-W01-MO");
	assert_string_equal(plan->sessions[0].id, "w01-mo");
	assert_string_equal(plan->sessions[89].uid, "0a1b2c3d-0000-4000-8000-123456789abc-W18-FR");
	assert_int_equal(plan->sessions[89].type, TYPE_RACE);
	plan_free(plan);
}

/* --- as a file --------------------------------------------------------------------------------------------------------------------- */

static void check_usual(const char *what, const char *bytes, size_t length)
{
	size_t formatted_length = 0;
	OWNED_TEXT *formatted = NULL;
	assert_int_equal(ical_format(bytes, length, &formatted, &formatted_length, NULL), 0);
	for (size_t i = 0; i < length && i < formatted_length; i++)
		if (bytes[i] != formatted[i])
			fail_msg("%s: not in the usual form at: %.80s", what, bytes + i);
	assert_int_equal(length, formatted_length);
}

/* Everything a session can say, one of two at the same time. */
static struct plan_session full_session(const struct plan *plan, const char *end)
{
	const struct plan_session *other = &plan->sessions[0];
	struct plan_session session = *other;
	session.uid = xasprintf("%s%s", plan->uid, end);
	session.pass = 80;
	session.touches = 15;
	char **const texts[] = {&session.milestone, &session.evidence, &session.with,   &session.persona,     &session.track,
				&session.rubric,    &session.tip,      &session.help,   &session.fallback,    &session.review,
				&session.prep,      &session.title,    &session.skill,  &session.description};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		*texts[i] = (char *)(uintptr_t)"words; more of them";
	session.link = (char *)(uintptr_t)"https://example.org/a";
	session.depends = plan->sessions[plan->session_count - 1].uid;
	return session;
}

/* A session that is added stands where the usual form has it. */
static void check_added(const char *what, const struct plan *plan, const char *bytes, size_t length)
{
	static const char *const ends[] = {"-W01-MO2", "-A", "-Z"};
	struct edit *edit = NULL;
	size_t added_length = 0;
	assert_int_equal(edit_open(bytes, length, &edit, NULL), 0);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		struct plan_session session = full_session(plan, ends[i]);
		assert_int_equal(edit_add(edit, &session, plan->anchor, NULL), 0);
		free(session.uid);
	}
	edit_stamp(edit, (struct instant){1800000000});
	OWNED_TEXT *added = edit_bytes(edit, &added_length);
	check_usual(what, added, added_length);
	edit_free(edit);
}

static void written_plans_are_in_the_usual_form(void **state)
{
	(void)state;
	for (int weeks = SKELETON_WEEKS_MIN; weeks <= SKELETON_WEEKS_MAX; weeks++) {
		struct plan *plan = skeleton(weeks);
		OWNED_TEXT *what = xasprintf("%d weeks", weeks);
		char **const texts[] = {&plan->tracks, &plan->lead, &plan->stations, &plan->personas, &plan->licence};
		size_t length = 0;
		for (size_t i = 0; i < ARRAY_LEN(texts) && weeks % 2; i++)
			text_replace(texts[i], xstrdup("2 words\n3 more"));
		OWNED_TEXT *bytes = edit_write_plan(plan, (struct instant){1700000000}, &length);
		check_usual(what, bytes, length);
		check_added(what, plan, bytes, length);
		plan_free(plan);
	}
}

static void shipped_plans_are_in_the_usual_form(void **state)
{
	(void)state;
	static const char *const names[] = {"customer-service-18", "technical-support-18", "team-lead-12", "incident-communication-6"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		OWNED_TEXT *path = xasprintf("plans/%s.ics", names[i]);
		struct text bytes = {0};
		assert_int_equal(planwrite_read(path, &bytes), 0);
		check_usual(path, bytes.data, bytes.len);
		text_release(&bytes);
	}
}

/* --- with the words of another plan ------------------------------------------------------------------------------------------------- */

static struct plan *shipped(const char *name)
{
	static const struct reader_limits limits = {.sessions_max = PLAN_SESSIONS_MAX, .occurrences_max = 100000};
	OWNED_TEXT *path = xasprintf("plans/%s.ics", name);
	struct text bytes = {0};
	struct findings findings = {0};
	assert_int_equal(planwrite_read(path, &bytes), 0);
	struct plan *plan = reader_read(name, path, bytes.data, bytes.len, &limits, &findings);
	assert_int_equal(findings_errors(&findings), 0);
	findings_release(&findings);
	text_release(&bytes);
	return plan;
}

static const struct plan_session *session_of_uid(const struct plan *plan, const char *uid, size_t length)
{
	for (size_t i = 0; i < plan->session_count; i++)
		if (strlen(plan->sessions[i].uid) == length && !memcmp(plan->sessions[i].uid, uid, length))
			return &plan->sessions[i];
	return NULL;
}

/* The one whose description it has: in the shipped plans each is another. */
static const struct plan_session *role_of(const struct plan *from, const struct plan_session *session)
{
	for (size_t i = 0; i < from->session_count; i++)
		if (!strcmp(from->sessions[i].description, session->description))
			return &from->sessions[i];
	return NULL;
}

static int check_depends(const struct plan *plan, const struct plan_session *session)
{
	int count = 0;
	for (const char *at = session->depends ? session->depends : ""; *at; at += strspn(at, " "), count++) {
		const struct plan_session *first = session_of_uid(plan, at, strcspn(at, " "));
		assert_non_null(first);
		assert_true(first->day < session->day);
		at += strcspn(at, " ");
	}
	return count;
}

static void check_role(const struct plan_session *session, const struct plan_session *bare, const struct plan_session *role)
{
	assert_int_equal(session->minutes, bare->minutes);
	assert_int_equal(session->effort, bare->effort);
	assert_int_equal(session->day, bare->day);
	assert_string_equal(session->uid, bare->uid);
	assert_int_equal(role->type, session->type);
	assert_string_equal(role->skill, session->skill);
	assert_string_equal(role->tip, session->tip);
	assert_int_equal(role->pass, session->pass);
	if (role->milestone)
		assert_string_equal(role->milestone, session->milestone);
	if (role->evidence && role->milestone)
		assert_string_equal(role->evidence, session->evidence);
}

static void check_words(const char *name, const struct plan *from, int weeks)
{
	struct plan *plan = skeleton(weeks), *bare = skeleton(weeks);
	struct findings findings = {0};
	int roles = 0, dependencies = 0;
	plan_skeleton_words(plan, from);
	lint_plan(plan, &findings);
	lint_sense(plan, &findings);
	for (size_t i = 0; i < findings.count; i++) /* the shipped plans have none themselves */
		if (lint_info[findings.items[i].code].severity != LINT_INFO)
			fail_msg("%s, %d weeks: %s %s", name, weeks, lint_info[findings.items[i].code].code, findings.items[i].text);
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *role = role_of(from, &plan->sessions[i]);
		dependencies += check_depends(plan, &plan->sessions[i]);
		if (!role)
			continue;
		roles++;
		check_role(&plan->sessions[i], &bare->sessions[i], role);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(plan->sessions[k].description, plan->sessions[i].description);
	}
	assert_true(roles >= (weeks < from->shape.weeks ? (weeks - 1) * 4 : (from->shape.weeks - 1) * 3));
	assert_true(dependencies || weeks < from->shape.weeks);
	assert_string_equal(plan->goal, from->goal);
	assert_string_equal(plan->licence, from->licence);
	findings_release(&findings);
	plan_free(bare);
	plan_free(plan);
}

static void words_of_another_plan_keep_the_shape(void **state)
{
	(void)state;
	static const char *const names[] = {"customer-service-18", "team-lead-12"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct plan *from = shipped(names[i]);
		for (int weeks = 3; weeks <= 26; weeks++)
			check_words(names[i], from, weeks);
		plan_free(from);
	}
}

static void titles_count_the_weeks_they_stand_in(void **state)
{
	(void)state;
	struct plan *from = shipped("customer-service-18"), *plan = skeleton(12);
	plan_skeleton_words(plan, from);
	const struct plan_session *peak = &plan->sessions[44];
	assert_int_equal(peak->week, 9);
	assert_string_equal(peak->title, "Long 9: half-distance rehearsal"); /* of week 13, the first of the peak */
	plan_free(plan);
	plan_free(from);
}

/* A plan that leans to one side does not tip the skeleton over: every week keeps a soft and a technical skill. */
static void words_keep_both_families(void **state)
{
	(void)state;
	struct plan *from = shipped("customer-service-18"), *plan = skeleton(12);
	struct findings findings = {0};
	for (size_t i = 0; i < from->session_count; i++)
		if (from->sessions[i].type == TYPE_SHORT || from->sessions[i].type == TYPE_LONG || from->sessions[i].type == TYPE_SPEED)
			text_replace(&from->sessions[i].skill, xstrdup("data"));
	plan_skeleton_words(plan, from);
	lint_sense(plan, &findings);
	assert_int_equal(findings_of(&findings, LINT_WARNING), 0);
	findings_release(&findings);
	plan_free(plan);
	plan_free(from);
}

/* Stations of weeks that are not there would be no stations. */
static void stations_beyond_the_end_stay_behind(void **state)
{
	(void)state;
	struct plan *from = shipped("customer-service-18"), *plan = skeleton(6);
	text_replace(&from->stations, xstrdup("2 Ask the floor lead\n9 Ask the trainer\n6 Ask for a quiet room"));
	text_replace(&from->tracks, xstrdup("phone chat"));
	text_replace(&from->sessions[0].track, xstrdup("phone"));
	plan_skeleton_words(plan, from);
	assert_string_equal(plan->stations, "2 Ask the floor lead\n6 Ask for a quiet room");
	assert_null(plan->tracks);
	assert_null(plan->sessions[0].track);
	plan_free(plan);
	plan_free(from);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weeks_out_of_range_give_none),      cmocka_unit_test(checks_have_nothing_to_say),
		cmocka_unit_test(phases_are_those_of_the_rules),     cmocka_unit_test(weeks_grow_and_rest_and_taper),
		cmocka_unit_test(sessions_have_all_a_learner_needs), cmocka_unit_test(words_of_another_plan_keep_the_shape),
		cmocka_unit_test(titles_count_the_weeks_they_stand_in), cmocka_unit_test(words_keep_both_families),
		cmocka_unit_test(stations_beyond_the_end_stay_behind), cmocka_unit_test(written_plans_are_in_the_usual_form),
		cmocka_unit_test(shipped_plans_are_in_the_usual_form),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
