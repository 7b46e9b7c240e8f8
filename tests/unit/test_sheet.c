#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/sheet.h"

#define TOP "title: T\nweeks: 3\n"
#define FR "fr 14:00  60  long  e4  crm  Long one  [w01-fr]\n"

static struct plan *parse(const char *text)
{
	struct plan *plan = NULL;
	struct faults faults = {0};
	if (sheet_parse(text, &plan, &faults)) {
		print_error("line %d: %s\n", faults.items[0].line, faults.items[0].text);
		fail();
	}
	return plan;
}

static void test_reads(void **state UNUSED)
{
	static const char text[] = "\xEF\xBB\xBF# a note\r\n"
				   "Title:   Marathon \r\n"
				   "goal: Calm: on every channel\r\n"
				   "about: One\r\n| Two\r\n|\r\n| Four\r\n"
				   "cutbacks: 2\r\nphases: base=1-2 race=3\r\nweeks: 3\r\n"
				   "\r\n"
				   "## week 2  base, lighter\r\n"
				   "  # a note between\r\n"
				   "Friday 9:30 60 LONG E4 CRM Long [one]: go  [w01-fr]\r\n"
				   "    tip: a: b\r\n"
				   "\tDescription: First\r\n"
				   "\t|   - indented\r\n"
				   "    depends: w01-mo w01-tu\r\n"
				   "mo 09:00  20  easy  e0  -  New one\r\n"
				   "##week 1\r\n"
				   "su 23:59 180 race e10 mixed Last [w03-su]";
	struct plan *plan = parse(text);
	assert_string_equal(plan->title, "Marathon");
	assert_string_equal(plan->goal, "Calm: on every channel");
	assert_string_equal(plan->about, "One\nTwo\n\nFour");
	assert_null(plan->done);
	assert_int_equal(plan->shape.weeks, 3);
	assert_true(shape_is_cutback(&plan->shape, 2));
	assert_string_equal(shape_phase(&plan->shape, 3), "race");
	assert_int_equal(plan->session_count, 3);
	const struct plan_session *s = plan->sessions;
	assert_string_equal(s->id, "w01-fr");
	assert_int_equal(s->week, 2);
	assert_int_equal(s->day, 7 + FRIDAY);
	assert_int_equal(s->second, 9 * HOUR_S + 30 * MINUTE_S);
	assert_int_equal(s->minutes, 60);
	assert_int_equal(s->type, TYPE_LONG);
	assert_int_equal(s->effort, 4);
	assert_string_equal(s->skill, "crm");
	assert_string_equal(s->title, "Long [one]: go");
	assert_string_equal(s->tip, "a: b");
	assert_string_equal(s->description, "First\n  - indented");
	assert_string_equal(s->depends, "w01-mo w01-tu");
	assert_int_equal(s->line, 14);
	assert_null(s[1].id);
	assert_string_equal(s[1].skill, "");
	assert_int_equal(s[1].effort, 0);
	assert_int_equal(s[2].week, 1);
	assert_int_equal(s[2].line, 21);
	plan_free(plan);
}

/* A bad sheet: where it is wrong and what the text names. */
static void test_faults(void **state UNUSED)
{
	static const struct {
		const char *text;
		int line;
		const char *column, *says;
	} rows[] = {
		{"", 1, "title", "'title:' is missing"},
		{"title: T\n", 1, "weeks", "'weeks:' is missing"},
		{"title:\nweeks: 3\n", 1, "title", "title is missing"},
		{"title: T\nweeks: 53\n", 2, "weeks", "'53'"},
		{"title: T\nweeks: x\n", 2, "weeks", "'x'"},
		{TOP "phases: base=1-9\n", 3, "phases", "base=1-9"},
		{TOP "cutbacks: 4\n", 3, "cutbacks", "'4'"},
		{TOP "gaol: x\n", 3, NULL, "did you mean 'goal'"},
		{TOP "zzzzzz: x\n", 3, NULL, "unknown field: 'zzzzzz'"},
		{TOP "goal: x\ngoal: y\n", 4, "goal", "twice"},
		{TOP "| x\n", 2, "weeks", "'3 x'"},
		{TOP "## week 1\n  tip: x\n", 4, NULL, "no session above"},
		{"| x\n", 1, NULL, "none above"},
		{TOP FR, 3, NULL, "below '## week 1'"},
		{TOP "## wek 1\n", 3, NULL, "'## wek 1'"},
		{TOP "## week\n", 3, "week", "week is not usable"},
		{TOP "## week 99\n", 3, "week", "'99'"},
		{TOP "## week 0\n", 3, "week", "'0'"},
		{TOP "\n## week 1\nfx 14:00 60 long e4 crm T\n", 5, "weekday", "'fx'"},
		{TOP "## week 1\nfr 24:00 60 long e4 crm T\n", 4, "time", "'24:00'"},
		{TOP "## week 1\nfr 1400 60 long e4 crm T\n", 4, "time", "'1400'"},
		{TOP "## week 1\nfr 14:00 0 long e4 crm T\n", 4, "minutes", "'0'"},
		{TOP "## week 1\nfr 14:00 1h long e4 crm T\n", 4, "minutes", "'1h'"},
		{TOP "## week 1\nfr 14:00 60 lang e4 crm T\n", 4, "type", "'lang'"},
		{TOP "## week 1\nfr 14:00 60 long e11 crm T\n", 4, "effort", "'11'"},
		{TOP "## week 1\nfr 14:00 60 long crm T\n", 4, "effort", "'crm'"},
		{TOP "## week 1\nfr 14:00 60 long e crm T\n", 4, "effort", "'e'"},
		{TOP "## week 1\nfr 14:00 60 long\n", 4, "effort", "is missing"},
		{TOP "## week 1\nfr 14:00 60 long e4 crm\n", 4, "title", "title is missing"},
		{TOP "## week 1\nfr 14:00 60 long e4 crm [w01-fr]\n", 4, "title", "title is missing"},
		{TOP "## week 1\n" FR FR, 5, "id", "'w01-fr'"},
		{TOP "## week 4\n" FR, 4, "week", "weeks: 4"},
		{TOP "## week 1\n" FR "  tipp: x\n", 5, NULL, "did you mean 'tip'"},
		{TOP "## week 1\n" FR "  minutes: 5\n", 5, NULL, "unknown field: 'minutes'"},
		{TOP "## week 1\n" FR "  nonsense\n", 5, NULL, "'nonsense'"},
		{TOP "## week 1\n" FR "  tip: x\n  tip: y\n", 6, "tip", "twice"},
		{TOP "## week 1\n" FR "  pass: 101\n", 5, "pass", "'101'"},
		{TOP "## week 1\n" FR "  link: ftp://x\n", 5, "link", "'ftp://x'"},
		{TOP "## week 1\n" FR "  tip: x\n  | y\n\n  | z\n", 8, NULL, "none above"},
		{TOP "## week 1\n" FR "  tip: \x1b[31mred\n", 5, "tip", "'?[31mred'"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct plan *plan = NULL;
		struct faults faults = {0};
		int result = sheet_parse(rows[i].text, &plan, &faults);
		const struct text_fault *fault = &faults.items[0];
		bool good = result == SHEET_BAD && !plan && fault->line == rows[i].line && fault->text && strstr(fault->text, rows[i].says) &&
			    !fault->column == !rows[i].column && (!fault->column || !strcmp(fault->column, rows[i].column));
		if (!good)
			print_error("row %zu: %d, line %d, column %s: %s\n", i, result, fault->line, fault->column ? fault->column : "-",
				    fault->text ? fault->text : "-");
		assert_true(good);
		faults_release(&faults);
	}
}

/* One that is refused does not hide the next, and takes none with it. */
static void test_every_fault_is_told(void **state UNUSED)
{
	static const int lines[] = {2, 4, 5, 8, 9};
	struct plan *plan = NULL;
	struct faults faults = {0};
	assert_int_equal(sheet_parse("title: T\nweeks: x\n## week 1\nfx 14:00 60 long e4 crm T\n  tipp: a\n  | more of it\n  help: b\n"
				     "  link: nowhere\n## week 99\n" FR,
				     &plan, &faults),
			 SHEET_BAD);
	assert_int_equal(faults.count, ARRAY_LEN(lines));
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		assert_int_equal(faults.items[i].line, lines[i]);
	faults_release(&faults);
}

/* --- notes ------------------------------------------------------------------------------------------------------------------------ */

/* A sheet knows what it was made of, and which sessions are not in it. */
static void test_a_sheet_says_what_it_was_made_of(void **state UNUSED)
{
	struct plan *plan = parse(TOP "## week 1\n" FR);
	plan->name = xstrdup("team-lead-12");
	plan->revision = xstrdup("00ff");
	plan_leave_out(plan, (struct plan_gap){.line = 14, .last = 20, .sessions = 1, .title = xstrdup("Lost"), .why = xstrdup("bad\nday")});
	OWNED_TEXT *sheet = sheet_write(plan);
	OWNED_TEXT *revision = sheet_revision(sheet, "team-lead-12");
	assert_string_equal(revision, "00ff");
	assert_null(sheet_revision(sheet, "team-lead"));
	assert_null(sheet_revision(sheet, "team-lead-12b"));
	assert_null(sheet_revision(TOP, "team-lead-12"));
	assert_non_null(strstr(sheet, "#   line 14 of it: Lost: bad day\n"));
	struct plan *back = parse(sheet);
	assert_int_equal(back->session_count, 1);
	plan_free(back);
	plan_free(plan);
}

/* --- round trip ------------------------------------------------------------------------------------------------------------------ */

static uint32_t random_next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static char *random_text(uint32_t *seed, bool lines)
{
	static const char *const parts[] = {
		"a", "word", " ",   "  ",   "|", "# ",  "## week 1", ":", "tip: ",           "[x]", "[", "]", "- ", "\xc3\xa4", "\"", ",",
		";", "e4",   "fr ", "=1+1", "'", "\\n", "50%",       ".", "\xf0\x9f\x8f\x83"};
	struct text text = {0};
	for (uint32_t n = random_next(seed) % 8; n; n--) {
		text_add(&text, parts[random_next(seed) % ARRAY_LEN(parts)]);
		if (lines && random_next(seed) % 4 == 0)
			text_add(&text, "\n");
	}
	return text_take(&text);
}

/* A plan of random texts in every field. */
static struct plan *random_plan(uint32_t *seed)
{
	struct plan *plan = plan_new();
	plan->title = xasprintf("T%u", random_next(seed));
	plan->goal = random_text(seed, false);
	plan->about = random_text(seed, true);
	plan->shape.weeks = 1 + (int)(random_next(seed) % PLAN_WEEKS_MAX);
	for (uint32_t n = random_next(seed) % 20; n; n--) {
		struct plan_session *s = plan_add(plan);
		s->week = 1 + (int)(random_next(seed) % (uint32_t)plan->shape.weeks);
		s->day = (s->week - 1) * WEEK_DAYS + (int)(random_next(seed) % WEEK_DAYS);
		s->second = (int32_t)(random_next(seed) % (24 * 60)) * MINUTE_S;
		s->minutes = PLAN_MINUTES_MIN + (int)(random_next(seed) % 170);
		s->type = (enum session_type)(random_next(seed) % TYPE_COUNT);
		s->effort = (int)(random_next(seed) % 11);
		s->pass = (int)(random_next(seed) % 101);
		s->skill = xstrdup(random_next(seed) % 2 ? "crm" : "");
		s->title = xasprintf("t%u", random_next(seed));
		s->uid = xasprintf("uid-%u", n);
		char **const texts[] = {&s->milestone, &s->prep, &s->tip, &s->help, &s->fallback, &s->persona, &s->with, &s->rubric};
		for (size_t i = 0; i < ARRAY_LEN(texts); i++)
			*texts[i] = random_next(seed) % 2 ? random_text(seed, false) : NULL;
		s->description = random_next(seed) % 2 ? random_text(seed, true) : NULL;
		s->depends = random_next(seed) % 2 ? xstrdup("uid-1 uid-9999") : NULL;
	}
	plan_finish(plan);
	return plan;
}

static void test_round_trip(void **state UNUSED)
{
	for (uint32_t k = 1; k <= 500; k++) {
		uint32_t seed = k;
		struct plan *plan = random_plan(&seed);
		OWNED_TEXT *sheet = sheet_write(plan);
		struct plan *back = parse(sheet);
		OWNED_TEXT *again = sheet_write(back);
		assert_int_equal(back->session_count, plan->session_count);
		/* Skills are aligned anew and dependencies stay words: the same texts all the same. */
		if (strcmp(sheet, again) != 0)
			print_error("seed %u\n", k);
		assert_string_equal(sheet, again);
		for (size_t i = 0; i < plan->session_count; i++)
			for (int field = 0; field < FIELD_COUNT; field++) {
				OWNED_TEXT *a = session_field_get(plan, &plan->sessions[i], (enum session_field)field);
				OWNED_TEXT *b = session_field_get(back, &back->sessions[i], (enum session_field)field);
				assert_string_equal(a, b);
			}
		plan_free(back);
		plan_free(plan);
	}
}

/* The notes at the top name every field and type there is. */
static void test_notes_are_complete(void **state UNUSED)
{
	struct plan *plan = plan_new();
	plan->title = xstrdup("T");
	plan->shape.weeks = 1;
	OWNED_TEXT *sheet = sheet_write(plan);
	for (int field = FIELD_MILESTONE; field < FIELD_COUNT; field++)
		assert_non_null(strstr(sheet, session_fields[field].name));
	for (int type = 0; type < TYPE_COUNT; type++) {
		assert_non_null(strstr(sheet, type_info[type].name));
		assert_non_null(strstr(session_fields[FIELD_TYPE].help, type_info[type].name));
	}
	plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_every_fault_is_told),
		cmocka_unit_test(test_a_sheet_says_what_it_was_made_of),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_notes_are_complete),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
