#include "edit_world.h"

/* --- what is written is read back ------------------------------------------------------------------------------------------------------
 */

static const struct {
	const char *name, *property;
	size_t at;
} session_texts[] = {
	{"uid", NULL, offsetof(struct plan_session, uid)},
	{"zone", NULL, offsetof(struct plan_session, zone)},
	{"skill", NULL, offsetof(struct plan_session, skill)},
	{"link", NULL, offsetof(struct plan_session, link)},
	{"depends", NULL, offsetof(struct plan_session, depends)},
	{"prep", NULL, offsetof(struct plan_session, prep)},
	{"persona", NULL, offsetof(struct plan_session, persona)},
	{"rubric", NULL, offsetof(struct plan_session, rubric)},
	{"title", "SUMMARY", offsetof(struct plan_session, title)},
	{"description", "DESCRIPTION", offsetof(struct plan_session, description)},
	{"milestone", "X-PACER-MILESTONE", offsetof(struct plan_session, milestone)},
	{"evidence", "X-PACER-EVIDENCE", offsetof(struct plan_session, evidence)},
	{"tip", "X-PACER-TIP", offsetof(struct plan_session, tip)},
	{"help", "X-PACER-HELP", offsetof(struct plan_session, help)},
	{"fallback", "X-PACER-FALLBACK", offsetof(struct plan_session, fallback)},
	{"track", "X-PACER-TRACK", offsetof(struct plan_session, track)},
	{"with", "X-PACER-WITH", offsetof(struct plan_session, with)},
	{"review", "X-PACER-REVIEW", offsetof(struct plan_session, review)},
};
enum { FIRST_SETTABLE = 8 }; /* rows from here on are one line of text */

static char **text_at(struct plan_session *session, size_t row)
{
	return (char **)(void *)((char *)session + session_texts[row].at);
}

static void assert_session(struct plan_session *expected, struct plan_session *got, const char *where)
{
	for (size_t i = 0; i < ARRAY_LEN(session_texts); i++)
		if (!same_text(*text_at(expected, i), *text_at(got, i)))
			fail_msg("%s: %s of %s: expected '%s', got '%s'", where, session_texts[i].name, expected->uid,
				 *text_at(expected, i), *text_at(got, i));
	const int64_t numbers[][2] = {{expected->day, got->day},         {expected->second, got->second},
				      {expected->minutes, got->minutes}, {expected->type, got->type},
				      {expected->effort, got->effort},   {expected->pass, got->pass},
				      {expected->week, got->week},       {expected->alarm_count, got->alarm_count},
				      {expected->touches, got->touches}};
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (numbers[i][0] != numbers[i][1])
			fail_msg("%s: number %d of %s: expected %d, got %d", where, (int)i, expected->uid, (int)numbers[i][0],
				 (int)numbers[i][1]);
	for (int i = 0; i < expected->alarm_count; i++)
		if (expected->alarms[i].offset_s != got->alarms[i].offset_s || expected->alarms[i].from_end != got->alarms[i].from_end)
			fail_msg("%s: alarm %d of %s: expected %d, got %d", where, i, expected->uid, expected->alarms[i].offset_s,
				 got->alarms[i].offset_s);
}

static struct plan_session *session_of(const struct plan *plan, const char *uid)
{
	for (size_t i = 0; i < plan->session_count; i++)
		if (strcmp(plan->sessions[i].uid, uid) == 0)
			return &plan->sessions[i];
	return NULL;
}

static void assert_plan(const struct plan *expected, const struct plan *got, const char *where)
{
	const char *texts[][2] = {
		{expected->uid, got->uid},         {expected->title, got->title},   {expected->goal, got->goal},
		{expected->done, got->done},       {expected->tracks, got->tracks}, {expected->class_name, got->class_name},
		{expected->licence, got->licence}, {expected->about, got->about},   {expected->version, got->version},
		{expected->lead, got->lead},       {expected->stations, got->stations}, {expected->personas, got->personas}};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (!same_text(texts[i][0], texts[i][1]))
			fail_msg("%s: text %d of the plan: expected '%s', got '%s'", where, (int)i, texts[i][0], texts[i][1]);
	assert_int_equal(expected->anchor, got->anchor);
	assert_int_equal(expected->dated, got->dated);
	assert_int_equal(expected->shape.weeks, got->shape.weeks);
	assert_int_equal(expected->shape.cutbacks, got->shape.cutbacks);
	OWNED_TEXT *phases = shape_phases_text(&expected->shape), *phases_got = shape_phases_text(&got->shape);
	assert_string_equal(phases, phases_got);
	assert_int_equal(expected->session_count, got->session_count);
	for (size_t i = 0; i < expected->session_count; i++) {
		struct plan_session *session = session_of(got, expected->sessions[i].uid);
		if (!session)
			fail_msg("%s: %s is gone", where, expected->sessions[i].uid);
		assert_session(&expected->sessions[i], session, where);
	}
}

/* A text that needs care: one line, no blanks at the ends. NULL now and then. */
static char *random_text(uint64_t *seed, bool lines)
{
	static const char *const words[] = {"plain", "a, b",       "one; two",  "back\\slash",  "\\n",
					    "ends:", "\"quoted\"", "çok güzel", "日本語の練習", "C\\,"};
	struct text text = {0};
	if (draw(seed, 6) == 0)
		return NULL;
	for (uint32_t n = 1 + draw(seed, 14); n--;)
		text_addf(&text, "%s%s", words[draw(seed, ARRAY_LEN(words))], lines && draw(seed, 4) == 0 ? "\n" : " ");
	text_add(&text, "end");
	return text_take(&text);
}

static char *random_list(uint64_t *seed, const char *between, const char *const *items, size_t count)
{
	struct text text = {0};
	for (uint32_t n = draw(seed, 4); n--;)
		text_addf(&text, "%s%s", text.len ? between : "", items[draw(seed, (uint32_t)count)]);
	char *list = text_take(&text);
	if (!*list)
		text_replace(&list, NULL);
	return list;
}

static const char *const prep_items[] = {"Persona cards",
					 "a, b",
					 "https://train.example.org/kit",
					 "mailto:desk@example.org",
					 "two  blanks",
					 "https://train.example.org/a,b;c",
					 "back\\slash",
					 "a blank ; before"};

/* What the reader makes of it when there is no URL. */
static char *link_of(const char *prep)
{
	for (const char *p = prep; p;) {
		const char *end = strstr(p, "; ");
		struct span item = {p, end ? (size_t)(end - p) : strlen(p)};
		if (value_link(item))
			return span_dup(item);
		p = end ? end + 2 : NULL;
	}
	return NULL;
}

static int random_alarms(uint64_t *seed, struct plan_alarm alarms[static PLAN_ALARMS_MAX])
{
	static const int32_t offsets[] = {0, -600, -DAY_S, 300, -90, -7 * DAY_S, -5400};
	int count = (int)draw(seed, 5);
	for (int i = 0; i < count; i++)
		alarms[i] = (struct plan_alarm){offsets[draw(seed, ARRAY_LEN(offsets))], draw(seed, 2)};
	return count;
}

static void random_session(uint64_t *seed, struct plan_session *session, int weeks, const char *uid, const char *needs)
{
	static const char *const skills[] = {"", "empathy", "sql", "own-skill", "plan"};
	static const char *const zones[] = {NULL, NULL, NULL, "Europe/Berlin", "UTC"};
	static const char *const personas[] = {"rushed-rana", "quiet-quinn", "expert-eli"};
	static const char *const rows[] = {"Greets by name", "Finds the cause, says it", "Closes with a promise\\date"};
	session->uid = xstrdup(uid);
	session->day = (int32_t)draw(seed, (uint32_t)weeks * WEEK_DAYS);
	session->week = session->day / WEEK_DAYS + 1;
	session->second = (int32_t)draw(seed, 1440) * MINUTE_S;
	session->zone = xstrdup(zones[draw(seed, ARRAY_LEN(zones))]);
	session->minutes = 5 + (int)draw(seed, 176);
	session->type = (enum session_type)draw(seed, TYPE_COUNT);
	session->effort = session->type == TYPE_REST ? 0 : 1 + (int)draw(seed, 10);
	session->pass = (int)draw(seed, 3) * 40;
	session->touches = draw(seed, 2) ? (1u << TOUCH_COUNT) - 1 : 0; /* all: no note on those left out */
	session->skill = xstrdup(skills[draw(seed, ARRAY_LEN(skills))]);
	session->prep = random_list(seed, "; ", prep_items, ARRAY_LEN(prep_items));
	session->link = draw(seed, 4) ? link_of(session->prep) : xstrdup("https://example.org/x?a=1,2;b");
	session->persona = random_list(seed, " ", personas, ARRAY_LEN(personas));
	session->rubric = random_list(seed, "; ", rows, ARRAY_LEN(rows));
	session->depends = needs && draw(seed, 2) ? xstrdup(needs) : NULL;
	for (size_t i = FIRST_SETTABLE; i < ARRAY_LEN(session_texts); i++)
		*text_at(session, i) = random_text(seed, strcmp(session_texts[i].name, "description") == 0);
	if (!session->title)
		session->title = xstrdup("Titel, with; care");
	session->alarm_count = random_alarms(seed, session->alarms);
}

static struct plan *random_plan(uint64_t seed)
{
	static const char *const stations[] = {"1 Ask your buddy, early", "4 Ask: the trainer; or Ines", "6 Ask\\write"};
	struct plan *plan = plan_new();
	plan->name = xstrdup("test");
	plan->uid = xasprintf("plan-%d", (int)seed);
	plan->title = xstrdup("A plan, with; care");
	plan->goal = random_text(&seed, false);
	plan->done = random_text(&seed, false);
	plan->about = random_text(&seed, true);
	plan->licence = random_text(&seed, false);
	plan->tracks = draw(&seed, 2) ? xstrdup("chat phone") : NULL;
	plan->class_name = draw(&seed, 2) ? xstrdup("half") : NULL;
	plan->version = draw(&seed, 3) ? xstrdup(draw(&seed, 2) ? "12" : "2.1, beta") : NULL;
	plan->lead = draw(&seed, 2) ? xstrdup("team-lead-12") : NULL;
	plan->stations = random_list(&seed, "\n", stations, ARRAY_LEN(stations));
	plan->personas = draw(&seed, 2) ? xstrdup("rushed-rana Rana, in a hurry; always\nquiet-quinn Quinn\\s silence") : NULL;
	plan->anchor = day_from_ymd(2001, 1, 1);
	plan->shape.weeks = 6;
	shape_parse_phases(&plan->shape, "base=1-4 taper=5 race=6");
	shape_parse_cutbacks(&plan->shape, "4");
	size_t count = 1 + draw(&seed, 30);
	for (size_t i = 0; i < count; i++) {
		OWNED_TEXT *uid = xasprintf("plan, %d-%d", (int)(seed & 0xFF), (int)i);
		for (char *p = uid; *p; p++)
			if (*p == ' ')
				*p = ';';
		struct plan_session *session = plan_add(plan);
		random_session(&seed, session, plan->shape.weeks, uid, i > 2 ? plan->sessions[i - 1].uid : NULL);
	}
	plan_finish(plan);
	return plan;
}

/* No physical line is over 75 octets, and no character is cut. */
static void assert_folds(const char *bytes, size_t length)
{
	for (size_t at = 0; at < length;) {
		const char *feed = memchr(bytes + at, '\n', length - at);
		assert_non_null(feed);
		size_t n = (size_t)(feed - bytes) - at;
		assert_true(n >= 1 && feed[-1] == '\r' && n - 1 <= 75);
		assert_false(bytes[at] == ' ' && n > 2 && ((unsigned char)bytes[at + 1] & 0xC0) == 0x80);
		at += n + 1;
	}
}

static void assert_written(const struct plan *plan, const char *where)
{
	size_t length, again_length;
	OWNED_TEXT *bytes = edit_write_plan(plan, now, &length);
	assert_folds(bytes, length);
	struct plan *got = read_plan(bytes, length);
	if (!got)
		fail_msg("%s is not readable:\n%s", where, bytes);
	assert_plan(plan, got, where);
	for (size_t i = 0; i < plan->session_count; i++)
		assert_string_equal(plan->sessions[i].id, got->sessions[i].id);
	OWNED_TEXT *again = edit_write_plan(got, now, &again_length);
	assert_int_equal(length, again_length);
	assert_memory_equal(bytes, again, length);
	plan_free(got);
}

static void test_a_written_plan_is_read_back(void **state UNUSED)
{
	for (uint64_t seed = 1; seed <= 200; seed++) {
		struct plan *plan = random_plan(seed);
		OWNED_TEXT *where = xasprintf("seed %d", (int)seed);
		assert_written(plan, where);
		plan_free(plan);
	}
	for (size_t i = 0; i < file_count; i++) {
		struct plan *plan = strncmp(files[i].name, "seed", 4) == 0 ? NULL : read_plan(files[i].bytes, files[i].length);
		if (plan && plan->session_count)
			assert_written(plan, files[i].name);
		plan_free(plan);
	}
}

static void set_one(struct edit *edit, const char *uid, const char *name, const char *params, const char *value, bool escape)
{
	const char *const values[] = {value};
	assert_int_equal(edit_set(edit, uid, name, params, values, value ? 1 : 0, escape, NULL), 0);
}

static void change_text(struct edit *edit, struct plan_session *session, uint64_t *seed)
{
	size_t row = FIRST_SETTABLE + draw(seed, ARRAY_LEN(session_texts) - FIRST_SETTABLE);
	char *text = random_text(seed, strcmp(session_texts[row].name, "description") == 0);
	if (!text && strcmp(session_texts[row].name, "title") == 0)
		text = xstrdup("Titel");
	if (!text && strcmp(session_texts[row].name, "help") == 0)
		text = xstrdup("Help"); /* CONTACT would take its place */
	set_one(edit, session->uid, session_texts[row].property, "", text, true);
	text_replace(text_at(session, row), text);
}

static void change_prep(struct edit *edit, struct plan_session *session, uint64_t *seed)
{
	const char *values[4];
	size_t count = draw(seed, 5);
	struct text text = {0};
	for (size_t i = 0; i < count; i++) {
		values[i] = prep_items[draw(seed, ARRAY_LEN(prep_items))];
		text_addf(&text, "%s%s", i ? "; " : "", values[i]);
	}
	assert_int_equal(edit_set(edit, session->uid, "X-PACER-PREP", "", values, count, true, NULL), 0);
	OWNED_TEXT *url = edit_get(edit, session->uid, "URL", false);
	text_replace(&session->prep, count ? text_take(&text) : NULL);
	if (!url)
		text_replace(&session->link, link_of(session->prep));
}

static void change_numbers(struct edit *edit, struct plan_session *session, uint64_t *seed)
{
	session->effort = session->type == TYPE_REST ? 0 : 1 + (int)draw(seed, 10);
	session->minutes = 5 + (int)draw(seed, 100);
	session->pass = 1 + (int)draw(seed, 100);
	OWNED_TEXT *effort = xasprintf("%d", session->effort), *minutes = xasprintf("PT%dM", session->minutes);
	OWNED_TEXT *pass = xasprintf("%d", session->pass);
	set_one(edit, session->uid, "X-PACER-EFFORT", ";VALUE=INTEGER", effort, false);
	set_one(edit, session->uid, "X-PACER-PASS", ";VALUE=INTEGER", pass, false);
	set_one(edit, session->uid, "DTEND", "", NULL, false);
	set_one(edit, session->uid, "DURATION", "", minutes, false);
}

static void change_place(struct edit *edit, const struct plan *plan, struct plan_session *session, uint64_t *seed)
{
	session->day = (int32_t)draw(seed, (uint32_t)plan->shape.weeks * WEEK_DAYS);
	session->second = (int32_t)draw(seed, 1440) * MINUTE_S;
	session->week = session->day / WEEK_DAYS + 1;
	set_one(edit, session->uid, "X-PACER-TYPE", "", type_info[session->type].name, false); /* else the weekday decides */
	assert_int_equal(edit_move(edit, session->uid, plan->anchor + session->day, session->second, NULL), 0);
}

static void change_alarms(struct edit *edit, struct plan_session *session, uint64_t *seed)
{
	session->alarm_count = random_alarms(seed, session->alarms);
	OWNED_TEXT *text = draw(seed, 2) ? random_text(seed, true) : NULL;
	assert_int_equal(edit_alarms(edit, session->uid, session->alarms, session->alarm_count, text, NULL), 0);
}

static void change_goal(struct edit *edit, struct plan *plan, uint64_t *seed)
{
	char *goal = random_text(seed, false);
	set_one(edit, NULL, "X-PACER-GOAL", "", goal, true);
	text_replace(&plan->goal, goal);
}

static void add_one(struct edit *edit, struct plan *plan, uint64_t *seed, int number)
{
	OWNED_TEXT *uid = xasprintf("added-%d", number);
	struct plan_session *session = plan_add(plan);
	random_session(seed, session, plan->shape.weeks, uid, NULL);
	if (!session->alarm_count) {
		session->alarms[1].from_end = true;
		session->alarms[0] = session->alarms[1];
		session->alarms[0].from_end = false;
		session->alarms[0].offset_s = session->alarms[1].offset_s = 0;
	}
	assert_int_equal(edit_add(edit, session, plan->anchor, NULL), 0);
	if (!session->alarm_count)
		session->alarm_count = 2;
}

static void remove_one(struct edit *edit, struct plan *plan, struct plan_session *session)
{
	assert_int_equal(edit_remove(edit, session->uid, NULL), 0);
	plan_session_release(session);
	*session = plan->sessions[--plan->session_count];
}

static void change_any(struct edit *edit, struct plan *plan, uint64_t *seed, int number)
{
	struct plan_session *session = &plan->sessions[draw(seed, (uint32_t)plan->session_count)];
	switch (draw(seed, 10)) {
	case 0:
		change_prep(edit, session, seed);
		break;
	case 1:
		change_numbers(edit, session, seed);
		break;
	case 2:
		change_place(edit, plan, session, seed);
		break;
	case 3:
		change_alarms(edit, session, seed);
		break;
	case 4:
		change_goal(edit, plan, seed);
		break;
	case 5:
		add_one(edit, plan, seed, number);
		break;
	case 6:
		if (plan->session_count > 1)
			remove_one(edit, plan, session);
		break;
	default:
		change_text(edit, session, seed);
		break;
	}
}

static void run_edits(const struct text *source, uint64_t seed, const char *name)
{
	struct plan *plan = read_plan(source->data, source->len);
	assert_non_null(plan);
	struct edit *edit = NULL;
	assert_int_equal(edit_open(source->data, source->len, &edit, NULL), 0);
	for (int i = 0; i < 60; i++)
		change_any(edit, plan, &seed, i);
	edit_stamp(edit, now);
	size_t length;
	OWNED_TEXT *bytes = edit_bytes(edit, &length);
	struct plan *got = read_plan(bytes, length);
	if (!got)
		fail_msg("%s is not readable:\n%s", name, bytes);
	assert_plan(plan, got, name);
	plan_free(got);
	plan_free(plan);
	edit_free(edit);
}

static void test_edits_are_read_back(void **state UNUSED)
{
	struct text shipped = slurp("plans/customer-service-18.ics"), small = slurp("tests/data/ical/plan.ics");
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct plan *plan = random_plan(seed);
		struct text random = {0};
		size_t length;
		OWNED_TEXT *bytes = edit_write_plan(plan, now, &length);
		text_add_n(&random, bytes, length);
		OWNED_TEXT *name = xasprintf("seed %d", (int)seed);
		run_edits(&random, seed, name);
		run_edits(&small, seed, name);
		if (seed % 6 == 0)
			run_edits(&shipped, seed, name);
		text_release(&random);
		plan_free(plan);
	}
	text_release(&shipped);
	text_release(&small);
}

/* What came from elsewhere than a file may hold anything. */
static void test_a_plan_with_impossible_text_is_written_all_the_same(void **state UNUSED)
{
	struct plan *plan = plan_new();
	plan->uid = xstrdup("p");
	plan->title = xstrdup("bell \a and \xC3 byte");
	plan->anchor = day_from_ymd(2001, 1, 1);
	plan->shape.weeks = 1;
	struct plan_session *session = plan_add(plan);
	random_session(&(uint64_t){3}, session, 1, "p-1", NULL);
	text_replace(&session->tip, xcalloc(80001, 1));
	memset(session->tip, 'x', 80000);
	text_replace(&session->description, xstrdup("a\r\nb"));
	size_t length;
	OWNED_TEXT *bytes = edit_write_plan(plan, now, &length);
	struct plan *got = read_plan(bytes, length);
	assert_non_null(got);
	assert_int_equal(strlen(got->sessions[0].tip), PLAN_TEXT_MAX);
	struct edit *edit = open_text(bytes);
	OWNED_TEXT *title = edit_get(edit, NULL, "NAME", true), *description = edit_get(edit, "p-1", "DESCRIPTION", true);
	assert_string_equal(title, "bell   and ? byte");
	assert_string_equal(description, "a \nb");
	edit_free(edit);
	plan_free(got);
	plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_written_plan_is_read_back),
		cmocka_unit_test(test_edits_are_read_back),
		cmocka_unit_test(test_a_plan_with_impossible_text_is_written_all_the_same),
	};
	return cmocka_run_group_tests(tests, files_load, files_drop);
}
