#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fts.h>

#include "core/zone.h"
#include "ical/edit.h"
#include "ical/lines.h"
#include "ical/reader.h"
#include "ical/tz.h"
#include "ical/values.h"

enum { GENERATED = 150, FILES_MAX = 512 };

static const struct instant now = {1793347200}; /* 2026-10-30T08:00:00Z */
#define NOW_TEXT "20261030T080000Z"

/* --- files --------------------------------------------------------------------------------------------------------------------------- */

struct file {
	char *name, *bytes;
	size_t length;
};

static struct file files[FILES_MAX];
static size_t file_count;

static struct text slurp(const char *path)
{
	struct text text = {0};
	char block[4096];
	FILE *in = fopen(path, "rbe");
	assert_non_null(in);
	for (size_t n; (n = fread(block, 1, sizeof(block), in));)
		text_add_n(&text, block, n);
	fclose(in);
	return text;
}

static void file_add(char *name, struct text *text)
{
	assert_true(file_count < FILES_MAX);
	size_t length = text->len;
	files[file_count++] = (struct file){name, text_take(text), length};
}

static void files_find(const char *root)
{
	char *const roots[] = {(char *)root, NULL};
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	assert_non_null(walk);
	for (FTSENT *entry; (entry = fts_read(walk));) {
		size_t n = strlen(entry->fts_path);
		if (entry->fts_info != FTS_F || n < 4 || strcmp(entry->fts_path + n - 4, ".ics") != 0)
			continue;
		struct text text = slurp(entry->fts_path);
		file_add(xstrdup(entry->fts_path), &text);
	}
	fts_close(walk);
}

/* --- generated files ----------------------------------------------------------------------------------------------------------------- */

static uint32_t draw(uint64_t *state, uint32_t below)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33) % below;
}

/* The line, folded where chance has it (in the middle of characters, too), or not at all. */
static void generate_line(struct text *text, uint64_t *seed, const char *eol, const char *line)
{
	uint32_t style = draw(seed, 4);
	for (size_t i = 0; line[i]; i++) {
		if (i && (style == 0 ? draw(seed, 20) == 0 : style == 1 && i % 74 == 0)) {
			text_add(text, eol);
			text_add(text, draw(seed, 3) ? " " : "\t");
		}
		text_add_n(text, line + i, 1);
	}
	text_add(text, eol);
	if (draw(seed, 25) == 0)
		text_add(text, eol); /* a blank line; what follows begins with a name */
}

static char *generate_words(uint64_t *seed)
{
	static const char *const words[] = {"plan",        "a\\, b",           "çok güzel", "日本語", "\\\\", "x:y",
					    "line\\nline", "\xF0\x9F\x98\x80", "\"q\"",     "\t",     " "};
	struct text text = {0};
	for (uint32_t n = 1 + draw(seed, 12); n--;)
		text_addf(&text, "%s ", words[draw(seed, ARRAY_LEN(words))]);
	text_add(&text, "end");
	return text_take(&text);
}

static void generate_property(struct text *text, uint64_t *seed, const char *eol)
{
	static const char *const names[] = {"SUMMARY",
					    "DESCRIPTION",
					    "X-PACER-TIP",
					    "x-pacer-prep;X-A=\"b;c:d\"",
					    "X-UNKNOWN;LANGUAGE=de",
					    "X-PACER-RUBRIC",
					    "CATEGORIES",
					    "COMMENT",
					    "Attach;FMTTYPE=text/plain",
					    "X-PACER-MILESTONE",
					    "SUMMARY;LANGUAGE=en",
					    "LAST-MODIFIED"};
	OWNED_TEXT *words = generate_words(seed);
	OWNED_TEXT *line = xasprintf("%s:%s", names[draw(seed, ARRAY_LEN(names))], words);
	generate_line(text, seed, eol, line);
}

static void generate_alarm(struct text *text, uint64_t *seed, const char *eol, int event)
{
	static const char *const actions[] = {"DISPLAY", "AUDIO", "EMAIL", "display"};
	OWNED_TEXT *action = xasprintf("ACTION:%s", actions[draw(seed, 4)]);
	OWNED_TEXT *trigger = xasprintf("TRIGGER%s:-PT%uM", draw(seed, 2) ? ";RELATED=END" : "", draw(seed, 5) * 5);
	OWNED_TEXT *uid = xasprintf("UID:event-%d-A%u", event, draw(seed, 4));
	generate_line(text, seed, eol, "BEGIN:VALARM");
	generate_line(text, seed, eol, action);
	if (draw(seed, 2))
		generate_line(text, seed, eol, uid);
	generate_line(text, seed, eol, trigger);
	generate_property(text, seed, eol);
	generate_line(text, seed, eol, draw(seed, 2) ? "END:VALARM" : "end:valarm");
}

static void generate_event(struct text *text, uint64_t *seed, const char *eol, int event)
{
	char moment[32];
	snprintf(moment, sizeof(moment), "200101%02uT%02u%02u00", 1 + draw(seed, 28), 6 + draw(seed, 12), draw(seed, 60));
	static const char *const zones[] = {"", ";TZID=Europe/Berlin", ";X-B=1;TZID=\"America/New_York\""};
	OWNED_TEXT *uid = xasprintf("%s:event-%d", draw(seed, 3) ? "UID" : "Uid;X-A=1", event);
	OWNED_TEXT *start = xasprintf("DTSTART%s:%s", zones[draw(seed, 3)], moment);
	generate_line(text, seed, eol, "BEGIN:VEVENT");
	if (draw(seed, 2))
		generate_property(text, seed, eol);
	generate_line(text, seed, eol, uid);
	if (draw(seed, 3))
		generate_line(text, seed, eol, "DTSTAMP:20200101T000000Z");
	if (draw(seed, 3) == 0)
		generate_line(text, seed, eol, "SEQUENCE:7");
	generate_line(text, seed, eol, start);
	generate_line(text, seed, eol, "DURATION:PT30M");
	for (uint32_t n = draw(seed, 8); n--;)
		generate_property(text, seed, eol);
	for (uint32_t n = draw(seed, 4); n--;)
		generate_alarm(text, seed, eol, event);
	if (draw(seed, 6) == 0)
		generate_property(text, seed, eol); /* after the alarms */
	generate_line(text, seed, eol, "END:VEVENT");
}

static struct text generate(uint64_t seed)
{
	struct text text = {0};
	const char *eol = draw(&seed, 3) ? "\r\n" : "\n";
	if (draw(&seed, 5) == 0)
		text_add(&text, "\xEF\xBB\xBF");
	generate_line(&text, &seed, eol, "BEGIN:VCALENDAR");
	generate_line(&text, &seed, eol, "VERSION:2.0");
	for (uint32_t n = draw(&seed, 5); n--;)
		generate_property(&text, &seed, eol);
	if (draw(&seed, 3) == 0) {
		generate_line(&text, &seed, eol, "BEGIN:VTIMEZONE");
		generate_line(&text, &seed, eol, "BEGIN:STANDARD");
		generate_line(&text, &seed, eol, "DTSTART:19701025T030000");
		generate_line(&text, &seed, eol, "END:STANDARD");
		generate_line(&text, &seed, eol, "END:VTIMEZONE");
	}
	int events = 1 + (int)draw(&seed, 8);
	for (int i = 0; i < events; i++) {
		generate_event(&text, &seed, eol, i);
		if (draw(&seed, 6) == 0)
			generate_property(&text, &seed, eol); /* of the calendar, between events */
	}
	text_add(&text, "END:VCALENDAR");
	for (uint32_t n = draw(&seed, 3); n--;)
		text_add(&text, eol);
	return text;
}

static int files_load(void **state UNUSED)
{
	files_find("tests/data");
	files_find("plans");
	for (uint64_t seed = 1; seed <= GENERATED; seed++) {
		struct text text = generate(seed);
		file_add(xasprintf("seed %d", (int)seed), &text);
	}
	return 0;
}

static int files_drop(void **state UNUSED)
{
	while (file_count--) {
		free(files[file_count].name);
		free(files[file_count].bytes);
	}
	tz_finish();
	return 0;
}

/* --- a second pair of eyes: what the lines of a file say, without the editor ------------------------------------------------------------
 */

/* A line that is a property of the calendar (uid NULL) or of an event. */
struct seen {
	char *uid, *name, *value, *bytes;
	size_t length;
	int depth;
	size_t event; /* number of the event; 0: none */
};

struct sight {
	struct seen *items;
	size_t count, events;
};

static void sight_release(struct sight *sight)
{
	for (size_t i = 0; i < sight->count; i++) {
		struct seen *seen = &sight->items[i];
		free(seen->uid);
		free(seen->name);
		free(seen->value);
		free(seen->bytes);
	}
	free(sight->items);
}

static char *upper(struct span name)
{
	char *text = span_dup(name);
	for (char *p = text; *p; p++)
		*p = (char)(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
	return text;
}

/* Every logical line; UIDs are filled in afterwards. Of files that the editor opens only. */
static struct sight look(const char *bytes, size_t length)
{
	struct sight sight = {0};
	struct lines lines;
	struct line line;
	int depth = 0, event_depth = 0;
	lines_init(&lines, bytes, length);
	while (lines_next(&lines, &line)) {
		if ((sight.count & (sight.count - 1)) == 0) /* the room is the next power of two */
			sight.items = xreallocarray(sight.items, sight.count ? sight.count * 2 : 1, sizeof(*sight.items));
		struct seen *seen = &sight.items[sight.count++];
		bool begin = span_is(line.name, "BEGIN"), end = span_is(line.name, "END");
		depth += begin;
		if (begin && depth == 2 && (span_is(line.value, "VEVENT") || span_is(line.value, "VTODO"))) {
			event_depth = depth;
			sight.events++;
		}
		*seen = (struct seen){
			.name = upper(line.name), .value = span_dup(line.value), .length = line.end - line.begin, .depth = depth};
		seen->bytes = xstrndup(bytes + line.begin, seen->length);
		seen->event = event_depth ? sight.events : 0;
		depth -= end;
		if (end && event_depth && depth < event_depth)
			event_depth = 0;
	}
	lines_release(&lines);
	for (size_t i = 0; i < sight.count; i++) {
		const struct seen *of = &sight.items[i];
		if (!of->event || of->depth != 2 || strcmp(of->name, "UID") != 0)
			continue;
		for (size_t k = 0; k < sight.count; k++)
			if (sight.items[k].event == of->event && !sight.items[k].uid)
				sight.items[k].uid = value_title(span_of(of->value));
	}
	return sight;
}

static bool is_property(const struct seen *seen)
{
	return *seen->name && strcmp(seen->name, "BEGIN") != 0 && strcmp(seen->name, "END") != 0 &&
	       (seen->event ? seen->depth == 2 : seen->depth == 1);
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* The values of that property, as written. */
static size_t values_of(const struct sight *sight, const char *uid, const char *name, const char *values[static 64])
{
	size_t count = 0;
	for (size_t i = 0; i < sight->count && count < 64; i++)
		if (is_property(&sight->items[i]) && same_text(sight->items[i].uid, uid) && strcmp(sight->items[i].name, name) == 0)
			values[count++] = sight->items[i].value;
	return count;
}

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

/* All lines but those that a change of these properties of the event may touch, with their places. */
static char *untouched(const char *bytes, size_t length, const char *uid, const char *const *names)
{
	struct sight sight = look(bytes, length);
	struct text text = {0};
	for (size_t i = 0; i < sight.count; i++) {
		const struct seen *seen = &sight.items[i];
		bool of_event = seen->event && seen->depth == 2 && uid && same_text(seen->uid, uid) && is_one_of(seen->name, names);
		bool of_calendar = !seen->event && seen->depth == 1 && strcmp(seen->name, "LAST-MODIFIED") == 0;
		if (!of_event && !of_calendar)
			text_add_n(&text, seen->bytes, seen->length);
	}
	sight_release(&sight);
	return text_take(&text);
}

/* --- properties over every file ------------------------------------------------------------------------------------------------------- */

#define assert_same_bytes(a, an, b, bn, file)                                                                                              \
	do {                                                                                                                               \
		if ((an) != (bn) || memcmp((a), (b), (an)) != 0)                                                                           \
			fail_msg("%s: the bytes differ:\n%s", (file)->name, (b));                                                          \
	} while (0)

static struct edit *open_file(const struct file *file)
{
	struct edit *edit = NULL;
	struct err err = {0};
	int result = edit_open(file->bytes, file->length, &edit, &err);
	if (result) {
		assert_int_equal(result, EDIT_BROKEN);
		assert_int_equal(err.code, EDIT_BROKEN);
		assert_true(strncmp(err.text, "line ", 5) == 0);
		assert_null(edit);
	}
	err_release(&err);
	return edit;
}

static void assert_is_file(const struct edit *edit, const struct file *file)
{
	size_t length;
	OWNED_TEXT *bytes = edit_bytes(edit, &length);
	assert_same_bytes(file->bytes, file->length, bytes, length, file);
	assert_false(edit_changed(edit));
}

static const struct reader_limits limits = {PLAN_SESSIONS_MAX, 100000};

/* Errors of the file and its values: what the editor could have broken. What makes a bad plan is not meant. */
static bool is_fault(const struct finding *finding)
{
	return lint_info[finding->code].severity == LINT_ERROR && finding->code <= LINT_LIMIT;
}

static struct plan *read_plan(const char *bytes, size_t length)
{
	struct findings findings = {0};
	struct plan *plan = reader_read("test", "test.ics", bytes, length, &limits, &findings);
	for (size_t i = 0; i < findings.count; i++)
		if (is_fault(&findings.items[i])) {
			plan = plan_free(plan);
			break;
		}
	findings_release(&findings);
	return plan;
}

/* What can be read can be edited, and comes back as it was. */
static void test_bytes_are_kept(void **state UNUSED)
{
	size_t opened = 0;
	for (size_t i = 0; i < file_count; i++) {
		struct edit *edit = open_file(&files[i]);
		struct plan *plan = read_plan(files[i].bytes, files[i].length);
		if (plan && !edit)
			fail_msg("%s can be read and not be edited", files[i].name);
		plan_free(plan);
		if (!edit)
			continue;
		opened++;
		assert_is_file(edit, &files[i]);
		edit_stamp(edit, now);
		assert_is_file(edit, &files[i]);
		edit_free(edit);
	}
	assert_true(opened >= GENERATED + 10);
	assert_true(opened < file_count); /* some fixtures are broken on purpose */
}

static void set_own_values(struct edit *edit, const struct file *file, const struct sight *sight, const struct seen *seen)
{
	static const char *const relation[] = {"RELATED-TO", NULL};
	const char *values[64];
	size_t count = values_of(sight, seen->uid, seen->name, values);
	if (is_one_of(seen->name, relation) || count == 64)
		return;
	int result = edit_set(edit, seen->uid, seen->name, ";X-OTHER=1", values, count, false, NULL);
	if (result == EDIT_AMBIGUOUS)
		return;
	assert_int_equal(result, 0);
	char *plain[64];
	for (size_t i = 0; i < count; i++)
		plain[i] = value_text(span_of(values[i]));
	OWNED_TEXT *got = edit_get(edit, seen->uid, seen->name, true);
	assert_string_equal(got, plain[0]);
	assert_int_equal(edit_set(edit, seen->uid, seen->name, "", (const char *const *)plain, count, true, NULL), 0);
	for (size_t i = 0; i < count; i++)
		free(plain[i]);
	assert_is_file(edit, file);
}

static bool one_calendar(const struct sight *sight)
{
	size_t count = 0;
	for (size_t i = 0; i < sight->count; i++)
		count += sight->items[i].depth == 1 && strcmp(sight->items[i].name, "BEGIN") == 0;
	return count == 1;
}

static void test_own_values_change_nothing(void **state UNUSED)
{
	for (size_t i = 0; i < file_count; i++) {
		struct edit *edit = open_file(&files[i]);
		if (!edit)
			continue;
		struct sight sight = look(files[i].bytes, files[i].length);
		for (size_t k = 0; k < sight.count && (k < 400 || i > 200); k++)
			if (is_property(&sight.items[k]) && (sight.items[k].uid || (!sight.items[k].event && one_calendar(&sight))))
				set_own_values(edit, &files[i], &sight, &sight.items[k]);
		sight_release(&sight);
		edit_free(edit);
	}
}

static void change_one(const struct file *file, const char *uid, const char *name)
{
	const char *const names[] = {name, NULL};
	const char *const stamped[] = {name, "DTSTAMP", "SEQUENCE", "LAST-MODIFIED", NULL};
	const char *const values[] = {
		"Something new, with; a \\ and\na second line, long enough that it has to be folded: çok güzel 日本語"};
	struct edit *edit = open_file(file);
	if (edit_set(edit, uid, name, "", values, 1, true, NULL) == EDIT_AMBIGUOUS) {
		edit_free(edit);
		return;
	}
	size_t length;
	OWNED_TEXT *bytes = edit_bytes(edit, &length);
	assert_true(edit_changed(edit));
	OWNED_TEXT *before = untouched(file->bytes, file->length, uid, names), *after = untouched(bytes, length, uid, names);
	assert_string_equal(before, after);
	edit_stamp(edit, now);
	OWNED_TEXT *with_stamps = edit_bytes(edit, &length);
	OWNED_TEXT *rest_before = untouched(file->bytes, file->length, uid, stamped), *rest = untouched(with_stamps, length, uid, stamped);
	assert_string_equal(rest_before, rest);
	OWNED_TEXT *value = edit_get(edit, uid, name, true), *dtstamp = edit_get(edit, uid, "DTSTAMP", false);
	assert_string_equal(value, values[0]);
	assert_string_equal(dtstamp, NOW_TEXT);
	OWNED_TEXT *modified = edit_get(edit, NULL, "LAST-MODIFIED", false);
	assert_string_equal(modified, NOW_TEXT);
	edit_free(edit);
}

static void test_one_change_touches_one_line(void **state UNUSED)
{
	size_t changed = 0;
	for (size_t i = 0; i < file_count; i++) {
		struct edit *edit = open_file(&files[i]);
		if (!edit)
			continue;
		edit_free(edit);
		struct sight sight = look(files[i].bytes, files[i].length);
		size_t done = 0;
		for (size_t k = 0; k < sight.count && done < 12; k++)
			if (sight.items[k].uid && sight.items[k].depth == 2 && strcmp(sight.items[k].name, "UID") == 0) {
				change_one(&files[i], sight.items[k].uid, done % 2 ? "SUMMARY" : "X-PACER-TIP");
				done++;
			}
		changed += done;
		sight_release(&sight);
	}
	assert_true(changed > 500);
}

static void test_add_and_remove_is_nothing(void **state UNUSED)
{
	const struct plan_session session = {.uid = (char *)"added", .title = (char *)"Added", .minutes = 20, .type = TYPE_LONG};
	for (size_t i = 0; i < file_count; i++) {
		struct edit *edit = open_file(&files[i]);
		if (!edit)
			continue;
		int32_t anchor = day_from_ymd(2001, 1, 1) + (int32_t)(i % 30);
		assert_int_equal(edit_add(edit, &session, anchor, NULL), 0);
		assert_int_equal(edit_add(edit, &session, anchor, NULL), EDIT_VALUE);
		assert_true(edit_changed(edit));
		assert_int_equal(edit_remove(edit, "added", NULL), 0);
		assert_int_equal(edit_remove(edit, "added", NULL), EDIT_NO_SUCH);
		assert_is_file(edit, &files[i]);
		edit_free(edit);
	}
}

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
				      {expected->week, got->week},       {expected->alarm_count, got->alarm_count}};
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
		{expected->licence, got->licence}, {expected->about, got->about},   {expected->version, got->version}};
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
	session->effort = (int)draw(seed, 11);
	session->pass = (int)draw(seed, 3) * 40;
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
	session->effort = (int)draw(seed, 11);
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

/* --- examples --------------------------------------------------------------------------------------------------------------------------
 */

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nUID:cal\r\n"
#define EVENT(uid, rest) "BEGIN:VEVENT\r\nUID:" uid "\r\n" rest "END:VEVENT\r\n"
#define TAIL "END:VCALENDAR\r\n"

static struct edit *open_text(const char *text)
{
	struct edit *edit = NULL;
	struct err err = {0};
	if (edit_open(text, strlen(text), &edit, &err))
		fail_msg("%s", err.text);
	return edit;
}

/* Frees the document. */
static void assert_now(struct edit *edit, const char *expected)
{
	size_t length;
	OWNED_TEXT *bytes = edit_bytes(edit, &length);
	assert_string_equal(bytes, expected);
	assert_int_equal(length, strlen(expected));
	edit_free(edit);
}

static int set_values(struct edit *edit, const char *uid, const char *name, const char *params, const char *const *values)
{
	size_t count = 0;
	while (values[count])
		count++;
	return edit_set(edit, uid, name, params, values, count, true, NULL);
}
#define SET(edit, uid, name, params, ...) set_values(edit, uid, name, params, (const char *const[]){__VA_ARGS__, NULL})

static void test_a_new_line_goes_before_what_is_inside(void **state UNUSED)
{
	struct edit *edit = open_text(HEAD "\r\n" EVENT("a", "SUMMARY:A\r\nBEGIN:VALARM\r\nSUMMARY:of the alarm\r\nEND:VALARM\r\n") TAIL);
	SET(edit, NULL, "X-PACER-GOAL", "", "Calm, always");
	SET(edit, "a", "X-PACER-TIP", "", "Slow; is fine");
	SET(edit, "a", "SUMMARY", "", "New");
	assert_now(edit,
		   HEAD "X-PACER-GOAL:Calm\\, always\r\n\r\n" EVENT("a", "SUMMARY:New\r\nX-PACER-TIP:Slow\\; is fine\r\nBEGIN:VALARM\r\n"
									 "SUMMARY:of the alarm\r\nEND:VALARM\r\n") TAIL);
	edit = open_text("BEGIN:VCALENDAR\nEND:VCALENDAR");
	SET(edit, NULL, "NAME", "", "One\nTwo");
	assert_now(edit, "BEGIN:VCALENDAR\nNAME:One\\nTwo\nEND:VCALENDAR");
}

static void test_a_property_of_an_alarm_is_not_the_events(void **state UNUSED)
{
	const char *text = HEAD EVENT("a", "BEGIN:VALARM\r\nUID:b\r\nDESCRIPTION:Bell\r\nEND:VALARM\r\n") TAIL;
	struct edit *edit = open_text(text);
	assert_null(edit_get(edit, "a", "DESCRIPTION", true));
	assert_null(edit_get(edit, "b", "DESCRIPTION", true));
	assert_int_equal(edit_set(edit, "a", "DESCRIPTION", "", NULL, 0, true, NULL), 0);
	assert_int_equal(edit_remove(edit, "b", NULL), EDIT_NO_SUCH);
	assert_int_equal(edit_remove(edit, NULL, NULL), EDIT_NO_SUCH);
	assert_now(edit, text);
}

static void test_a_property_that_repeats_is_set_as_a_whole(void **state UNUSED)
{
#define PREP_A "X-PACER-PREP;VALUE=URI:https://e\r\n xample.org/a\r\n"
	struct edit *edit = open_text(HEAD EVENT("a", PREP_A "X-PACER-PREP;X-A=1:b\r\nX-B:1\r\nX-PACER-PREP:c\r\nX-C:1\r\n") TAIL);
	SET(edit, "a", "X-PACER-PREP", "", "https://example.org/a", "b", "new");
	assert_int_equal(edit_set(edit, "a", "X-B", "", NULL, 0, true, NULL), 0);
	assert_now(edit, HEAD EVENT("a", PREP_A "X-PACER-PREP;X-A=1:b\r\nX-PACER-PREP:new\r\nX-C:1\r\n") TAIL);

	edit = open_text(HEAD EVENT("a", PREP_A "X-PACER-PREP;X-A=1:b\r\nX-PACER-PREP:c\r\n") TAIL);
	SET(edit, "a", "X-PACER-PREP", "", "b", "c");
	assert_now(edit, HEAD EVENT("a", "X-PACER-PREP;X-A=1:b\r\nX-PACER-PREP:c\r\n") TAIL);

	edit = open_text(HEAD EVENT("a", "X-PACER-PREP:b\r\nX-C:1\r\n") TAIL);
	SET(edit, "a", "X-PACER-PREP", "", "z", "b", "b");
	SET(edit, "a", "X-PACER-PREP", ";X=1", "b", "z");
	assert_now(edit, HEAD EVENT("a", "X-PACER-PREP:b\r\nX-PACER-PREP:z\r\nX-C:1\r\n") TAIL);
}

static void test_relations_of_other_kinds_stay(void **state UNUSED)
{
	struct edit *edit =
		open_text(HEAD EVENT("a", "RELATED-TO:p\r\nRELATED-TO;RELTYPE=\"depends-on\":x\r\nRELATED-TO;RELTYPE=NEXT:n\r\n") TAIL);
	SET(edit, "a", "RELATED-TO", ";RELTYPE=DEPENDS-ON", "y", "x");
	SET(edit, "a", "RELATED-TO", "", "q");
	assert_now(edit, HEAD EVENT("a", "RELATED-TO:q\r\nRELATED-TO;RELTYPE=DEPENDS-ON:y\r\nRELATED-TO;RELTYPE=\"depends-on\":x\r\n"
					 "RELATED-TO;RELTYPE=NEXT:n\r\n") TAIL);
}

static void test_long_lines_fold_between_characters(void **state UNUSED)
{
	/* "SUMMARY:" and 67 bytes fill the first line; the 75th byte would be the first of "ö". */
#define A66 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	struct edit *edit = open_text(HEAD EVENT("a", "") TAIL);
	SET(edit, "a", "SUMMARY", "", A66 "a");
	SET(edit, "a", "X-B", "", A66 "aaaböc");
	assert_now(edit, HEAD EVENT("a", "SUMMARY:" A66 "a\r\nX-B:" A66 "aaab\r\n öc\r\n") TAIL);
	edit = open_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n");
	SET(edit, NULL, "X-B", "", A66 A66 A66);
	assert_now(edit, "BEGIN:VCALENDAR\nX-B:" A66 "aaaaa\n " A66
			 "aaaaaaaa\n aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nEND:VCALENDAR\n");
}

static void test_what_cannot_be_written_changes_nothing(void **state UNUSED)
{
	static const struct {
		const char *name, *params, *value;
		bool escape;
	} rows[] = {
		{"SUMMARY", "", "bell \a", true},
		{"SUMMARY", "", "two\nlines", false},
		{"SUMMARY", "", "carriage\rreturn", true},
		{"SUMMARY", "", "\xC3 is not UTF-8", true},
		{"SUMMARY", ";X", "value", true},
		{"SUMMARY", ";X=a:b", "value", true},
		{"SUMMARY", ":X", "value", true},
		{"", "", "value", true},
		{"BEGIN", "", "VEVENT", true},
		{"A B", "", "value", true},
		{"SUMMARY", ";X=\"", "value", true},
		{"SUMMARY", "\r\nX:1", "value", true},
	};
	const char *text = HEAD EVENT("a", "SUMMARY:A\r\nX-B:1\r\n") TAIL;
	struct edit *edit = open_text(text);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = {0};
		const char *const values[] = {"A", "fine", rows[i].value};
		int result = edit_set(edit, "a", rows[i].name, rows[i].params, values + 1, 2, rows[i].escape, &err);
		if (result != EDIT_VALUE || !err.text)
			fail_msg("row %d: %d %s", (int)i, result, err.text);
		err_release(&err);
		assert_int_equal(edit_set(edit, "a", rows[i].name, rows[i].params, values, 3, rows[i].escape, NULL), EDIT_VALUE);
	}
	char *endless = xcalloc(70000, 1);
	memset(endless, 'x', 69999);
	assert_int_equal(SET(edit, "a", "SUMMARY", "", endless), EDIT_VALUE);
	free(endless);
	assert_false(edit_changed(edit));
	assert_now(edit, text);
}

static void test_events_that_are_not_one(void **state UNUSED)
{
	const char *text =
		HEAD EVENT("a", "DTSTART:20010101T090000\r\nRRULE:FREQ=DAILY\r\n") EVENT("a", "RECURRENCE-ID:20010102T090000\r\n")
			EVENT("b", "DTSTART:20010101T090000\r\nRRULE:FREQ=DAILY\r\n") EVENT("c", "SUMMARY:C\r\n") TAIL;
	struct edit *edit = open_text(text);
	struct err err = {0};
	assert_int_equal(SET(edit, "a", "SUMMARY", "", "x"), EDIT_AMBIGUOUS);
	assert_int_equal(edit_remove(edit, "a", NULL), EDIT_AMBIGUOUS);
	assert_int_equal(edit_alarms(edit, "a", NULL, 0, NULL, NULL), EDIT_AMBIGUOUS);
	assert_int_equal(edit_move(edit, "a", 11323, 0, NULL), EDIT_AMBIGUOUS);
	assert_int_equal(edit_move(edit, "b", 11323, 0, &err), EDIT_AMBIGUOUS);
	assert_string_equal(err.text, "the event repeats (RRULE): move it in a calendar program, or write an event for each day");
	err_release(&err);
	assert_int_equal(edit_move(edit, "c", 11323, 0, NULL), EDIT_VALUE); /* no DTSTART */
	assert_int_equal(edit_move(edit, "b", 11323, DAY_S, NULL), EDIT_VALUE);
	assert_int_equal(edit_move(edit, "d", 11323, 0, NULL), EDIT_NO_SUCH);
	assert_int_equal(SET(edit, "d", "SUMMARY", "", "x"), EDIT_NO_SUCH);
	assert_null(edit_get(edit, "a", "DTSTART", false));
	assert_now(edit, text);
}

static void test_moving(void **state UNUSED)
{
	static const struct {
		const char *before, *after;
		int32_t second;
	} rows[] = {
		{"DTSTART:20010101T093000\r\nDURATION:PT5M\r\n", "DTSTART:20010103T140000\r\nDURATION:PT5M\r\n", 14 * HOUR_S},
		{"DTSTART;X-A=\"b;c\";TZID=Europe/Berlin:20010101T093000\r\nDTEND;TZID=Europe/Berlin:20010101T233000\r\n",
		 "DTSTART;X-A=\"b;c\";TZID=Europe/Berlin:20010103T140000\r\nDTEND;TZID=Europe/Berlin:20010104T040000\r\n", 14 * HOUR_S},
		{"DTSTART:20010101T093000Z\r\nDUE:20010101T100000Z\r\n", "DTSTART:20010103T140000Z\r\nDUE:20010103T143000Z\r\n",
		 14 * HOUR_S},
		{"DTSTART;VALUE=DATE:20010101\r\nDTEND;VALUE=DATE:20010102\r\n",
		 "DTSTART;VALUE=DATE:20010103\r\nDTEND;VALUE=DATE:20010104\r\n", 9 * HOUR_S},
		{"DTSTART;X-A=1;VALUE=DATE;X-B=2:20010101\r\nDTEND;VALUE=DATE:20010102\r\n", "DTSTART;X-A=1;X-B=2:20010103T140000\r\n",
		 14 * HOUR_S},
		{"dtstart:20010103T1400\r\n 00\r\n", "dtstart:20010103T1400\r\n 00\r\n", 14 * HOUR_S},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *before = xasprintf(HEAD EVENT("a", "%s") TAIL, rows[i].before);
		OWNED_TEXT *after = xasprintf(HEAD EVENT("a", "%s") TAIL, rows[i].after);
		struct edit *edit = open_text(before);
		assert_int_equal(edit_move(edit, "a", day_from_ymd(2001, 1, 3), rows[i].second, NULL), 0);
		assert_now(edit, after);
	}
}

static void test_stamps(void **state UNUSED)
{
	static const struct {
		const char *head, *before, *after;
	} rows[] = {
		{"", "DTSTAMP:20200101T000000Z\r\nSUMMARY:A\r\n", "DTSTAMP:" NOW_TEXT "\r\nSEQUENCE:1\r\nSUMMARY:New\r\n"},
		{"", "SUMMARY:A\r\n", "DTSTAMP:" NOW_TEXT "\r\nSEQUENCE:1\r\nSUMMARY:New\r\n"},
		{"", "SEQUENCE:4\r\nSUMMARY:A\r\nLAST-MODIFIED:20200101T000000Z\r\n",
		 "DTSTAMP:" NOW_TEXT "\r\nSEQUENCE:5\r\nSUMMARY:New\r\nLAST-MODIFIED:" NOW_TEXT "\r\n"},
		{"METHOD:PUBLISH\r\n", "SUMMARY:A\r\nSEQUENCE:x\r\n",
		 "DTSTAMP:" NOW_TEXT "\r\nLAST-MODIFIED:" NOW_TEXT "\r\nSUMMARY:New\r\nSEQUENCE:1\r\n"},
		{"", "SEQUENCE:2147483647\r\nSUMMARY:A\r\n", "DTSTAMP:" NOW_TEXT "\r\nSEQUENCE:2147483647\r\nSUMMARY:New\r\n"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *before = xasprintf(HEAD "%s" EVENT("a", "%s") EVENT("b", "SUMMARY:B\r\n") TAIL, rows[i].head, rows[i].before);
		OWNED_TEXT *after = xasprintf(HEAD "LAST-MODIFIED:" NOW_TEXT "\r\n%s" EVENT("a", "%s") EVENT("b", "SUMMARY:B\r\n") TAIL,
					      rows[i].head, rows[i].after);
		struct edit *edit = open_text(before);
		SET(edit, "a", "SUMMARY", "", "New");
		edit_stamp(edit, (struct instant){0});
		edit_stamp(edit, now); /* once more: the number is not raised again */
		assert_now(edit, after);
	}
	/* Removing changes the calendar and no other event; an added one begins at SEQUENCE 0, which need not be said. */
	struct edit *edit = open_text(HEAD EVENT("a", "") EVENT("b", "SUMMARY:B\r\n") TAIL);
	assert_int_equal(edit_remove(edit, "a", NULL), 0);
	edit_stamp(edit, now);
	assert_now(edit, HEAD "LAST-MODIFIED:" NOW_TEXT "\r\n" EVENT("b", "SUMMARY:B\r\n") TAIL);
}

static void test_alarms(void **state UNUSED)
{
#define MAIL "BEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER:PT0S\r\nEND:VALARM\r\n"
#define OLD "begin:valarm\r\naction:display\r\ntrigger:-PT10\r\n M\r\nUID:a-A1\r\nX-KEEP:1\r\nEND:VALARM\r\n"
#define END_ALARM(n, text)                                                                                                                 \
	"BEGIN:VALARM\r\nUID:a-A" n "\r\nACTION:DISPLAY\r\nTRIGGER;RELATED=END:PT0S\r\nDESCRIPTION:" text "\r\nEND:VALARM\r\n"
	static const char text[] = HEAD EVENT("a", "SUMMARY:A, b\r\nDURATION:PT1H\r\n" MAIL OLD) TAIL;
	const struct plan_alarm ten = {-600, false}, end = {0, true}, day = {-DAY_S, false}, start = {0, false};
	struct edit *edit = open_text(text);
	assert_int_equal(edit_alarms(edit, "a", &ten, 1, NULL, NULL), 0);
	assert_false(edit_changed(edit));
	assert_int_equal(edit_alarms(edit, "a", (struct plan_alarm[]){end, ten}, 2, NULL, NULL), 0);
	assert_int_equal(edit_alarms(edit, "a", &ten, 9, NULL, NULL), EDIT_VALUE);
	assert_int_equal(edit_alarms(edit, "a", &day, 1, "\a", NULL), EDIT_VALUE);
	assert_now(edit, HEAD EVENT("a", "SUMMARY:A, b\r\nDURATION:PT1H\r\n" MAIL END_ALARM(
						 "2", "Done? Log the minutes and how hard it felt.") OLD) TAIL);
	edit = open_text(text);
	assert_int_equal(edit_alarms(edit, "a", (struct plan_alarm[]){start, day}, 2, NULL, NULL), 0);
	assert_now(edit,
		   HEAD EVENT("a", "SUMMARY:A, b\r\nDURATION:PT1H\r\n" MAIL "BEGIN:VALARM\r\nUID:a-A2\r\nACTION:DISPLAY\r\nTRIGGER:PT0S\r\n"
				   "DESCRIPTION:Starts now: A\\, b (60 minutes)\r\nEND:VALARM\r\n"
				   "BEGIN:VALARM\r\nUID:a-A3\r\nACTION:DISPLAY\r\nTRIGGER:-P1D\r\n"
				   "DESCRIPTION:Tomorrow: A\\, b\r\nEND:VALARM\r\n") TAIL);
	edit = open_text(text);
	assert_int_equal(edit_alarms(edit, "a", &end, 1, "Own; text", NULL), 0);
	assert_int_equal(edit_alarms(edit, "a", &end, 1, "Own; text", NULL), 0);
	assert_now(edit, HEAD EVENT("a", "SUMMARY:A, b\r\nDURATION:PT1H\r\n" MAIL END_ALARM("2", "Own\\; text")) TAIL);
	edit = open_text(text); /* twice the same: one is there, one is new */
	assert_int_equal(edit_alarms(edit, "a", (struct plan_alarm[]){ten, ten}, 2, NULL, NULL), 0);
	assert_now(edit, HEAD EVENT("a", "SUMMARY:A, b\r\nDURATION:PT1H\r\n" MAIL OLD
					 "BEGIN:VALARM\r\nUID:a-A2\r\nACTION:DISPLAY\r\nTRIGGER:-PT10M\r\n"
					 "DESCRIPTION:Starts in 10 minutes: A\\, b\r\nEND:VALARM\r\n") TAIL);
	edit = open_text(text);
	assert_int_equal(edit_alarms(edit, "a", NULL, 0, NULL, NULL), 0);
	assert_now(edit, HEAD EVENT("a", "SUMMARY:A, b\r\nDURATION:PT1H\r\n" MAIL) TAIL);
}

static void test_adding(void **state UNUSED)
{
	const struct plan_session session = {
		.uid = (char *)"cal-W01-FR",
		.day = 4,
		.second = 14 * HOUR_S,
		.minutes = 60,
		.type = TYPE_LONG,
		.effort = 4,
		.skill = (char *)"listening",
		.title = (char *)"Listen, then talk",
		.prep = (char *)"Headset; https://example.org/a,b",
		.depends = (char *)"a b",
		.rubric = (char *)"Greets; Closes",
		.pass = 80,
		.alarms = {{-DAY_S, false}},
		.alarm_count = 1,
	};
#define ADDED                                                                                                                              \
	EVENT("cal-W01-FR", "DTSTAMP:" NOW_TEXT "\r\nDTSTART:20010105T140000\r\nDURATION:PT60M\r\nTRANSP:OPAQUE\r\n"                       \
			    "SUMMARY:Listen\\, then talk\r\nCATEGORIES:training,long,soft,listening\r\n"                                   \
			    "RELATED-TO;RELTYPE=DEPENDS-ON:a\r\nRELATED-TO;RELTYPE=DEPENDS-ON:b\r\n"                                       \
			    "X-PACER-TYPE:long\r\nX-PACER-SKILL:listening\r\nX-PACER-EFFORT;VALUE=INTEGER:4\r\n"                           \
			    "X-PACER-PREP:Headset\r\nX-PACER-PREP;VALUE=URI:https://example.org/a,b\r\nX-PACER-PASS;VALUE=INTEGER:80\r\n"  \
			    "X-PACER-RUBRIC:Greets\r\nX-PACER-RUBRIC:Closes\r\nBEGIN:VALARM\r\nUID:cal-W01-FR-A1\r\nACTION:DISPLAY\r\n"    \
			    "TRIGGER:-P1D\r\nDESCRIPTION:Tomorrow: Listen\\, then talk\r\nEND:VALARM\r\n")
#define STAMPED HEAD "LAST-MODIFIED:" NOW_TEXT "\r\n"
#define MON EVENT("mo", "DTSTART:20010101T090000\r\n")
#define FRI EVENT("fr", "DTSTART:20010105T140000\r\n")
#define SAT EVENT("sa", "DTSTART;VALUE=DATE:20010106\r\n")
	static const struct {
		const char *before, *after;
	} rows[] = {
		{HEAD MON "\r\n" SAT TAIL, STAMPED MON ADDED "\r\n" SAT TAIL},
		{HEAD MON FRI SAT TAIL, STAMPED MON FRI ADDED SAT TAIL},
		{HEAD SAT MON "X-LAST:1\r\n" TAIL, STAMPED SAT MON ADDED "X-LAST:1\r\n" TAIL},
		{HEAD "X-A:1\r\n" SAT TAIL, STAMPED "X-A:1\r\n" ADDED SAT TAIL},
		{HEAD "BEGIN:X-B\r\nEND:X-B\r\n\r\n" TAIL, STAMPED "BEGIN:X-B\r\nEND:X-B\r\n" ADDED "\r\n" TAIL},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct edit *edit = open_text(rows[i].before);
		assert_int_equal(edit_add(edit, &session, day_from_ymd(2001, 1, 1), NULL), 0);
		edit_stamp(edit, now);
		assert_now(edit, rows[i].after);
	}
	struct edit *edit = open_text(rows[0].before);
	struct plan_session bad = session;
	bad.title = (char *)"\a";
	assert_int_equal(edit_add(edit, &bad, 11323, NULL), EDIT_VALUE);
	bad = session;
	bad.uid = NULL;
	assert_int_equal(edit_add(edit, &bad, 11323, NULL), EDIT_VALUE);
	bad.uid = (char *)"mo";
	assert_int_equal(edit_add(edit, &bad, 11323, NULL), EDIT_VALUE);
	assert_now(edit, rows[0].before);
}

static void test_what_blocks_the_time_of_others(void **state UNUSED)
{
	for (int type = 0; type < TYPE_COUNT; type++) {
		bool opaque = type == TYPE_LONG || type == TYPE_TUNEUP || type == TYPE_RACE;
		const struct plan_session session = {
			.uid = (char *)"a", .title = (char *)"A", .minutes = 20, .type = (enum session_type)type};
		struct edit *edit = open_text(HEAD TAIL);
		assert_int_equal(edit_add(edit, &session, 11323, NULL), 0);
		OWNED_TEXT *transp = edit_get(edit, "a", "TRANSP", true), *categories = edit_get(edit, "a", "CATEGORIES", false);
		OWNED_TEXT *expected = xasprintf("training,%s", type_info[type].name);
		assert_string_equal(transp, opaque ? "OPAQUE" : "TRANSPARENT");
		assert_string_equal(categories, expected);
		edit_free(edit);
	}
}

/* The first to say a thing is the one that is read (calendar.h): it is the one that is changed. */
static void test_of_two_calendars_the_first_is_meant(void **state UNUSED)
{
#define SECOND "BEGIN:VCALENDAR\r\nNAME:Second\r\n" EVENT("b", "") TAIL
	struct edit *edit = open_text(HEAD EVENT("a", "") "NAME:First\r\n" TAIL SECOND);
	SET(edit, NULL, "NAME", "", "New");
	SET(edit, "b", "X-B", "", "1");
	assert_now(edit, HEAD EVENT("a", "") "NAME:New\r\n" TAIL "BEGIN:VCALENDAR\r\nNAME:Second\r\n" EVENT("b", "X-B:1\r\n") TAIL);
	edit = open_text(HEAD TAIL SECOND);
	assert_null(edit_get(edit, NULL, "NAME", true));
	SET(edit, NULL, "NAME", "", "New");
	assert_now(edit, HEAD "NAME:New\r\n" TAIL SECOND);
}

static void test_the_uid_can_be_set(void **state UNUSED)
{
	struct edit *edit = open_text(HEAD EVENT("a", "") TAIL);
	SET(edit, "a", "UID", "", "b, c");
	assert_int_equal(SET(edit, "a", "X", "", "1"), EDIT_NO_SUCH);
	assert_int_equal(SET(edit, "b, c", "X", "", "1"), 0);
	assert_now(edit, HEAD EVENT("b\\, c", "X:1\r\n") TAIL);
}

static void test_broken_files_say_where(void **state UNUSED)
{
	static const struct {
		const char *text, *begins;
	} rows[] = {
		{"", "line 1: the file has no text"},
		{"\r\n\r\n", "line 1: the file has no text"},
		{"VERSION:2.0\r\n", "line 1: not a calendar"},
		{"BEGIN:VCARD\r\nEND:VCARD\r\n", "line 1: not a calendar"},
		{HEAD "no colon\r\n" TAIL, "line 4: a line without ':'"},
		{HEAD EVENT("a", "X:\xC3\r\n") TAIL, "line 6: bytes that are not UTF-8"},
		{HEAD "BEGIN:VEVENT\r\n" TAIL, "line 5: END does not match"},
		{HEAD, "line 1: VCALENDAR has no END"},
		{HEAD TAIL "X:1\r\n", "line 5: property outside of a calendar"},
		{HEAD TAIL TAIL, "line 5: END without BEGIN"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct edit *edit = NULL;
		struct err err = {0};
		int result = edit_open(rows[i].text, strlen(rows[i].text), &edit, &err);
		if (result != EDIT_BROKEN || strncmp(err.text, rows[i].begins, strlen(rows[i].begins)) != 0)
			fail_msg("row %d: %d %s", (int)i, result, err.text);
		assert_null(edit);
		err_release(&err);
	}
	assert_null(edit_free(NULL));
}

/* A file of another program, line by line: what is asked for changes, and nothing else. */
static void test_a_file_from_elsewhere(void **state UNUSED)
{
	static const char uid[] = "1@elsewhere.example.org";
	struct text source = slurp("tests/data/ical/elsewhere.ics");
	struct edit *edit = NULL;
	assert_int_equal(edit_open(source.data, source.len, &edit, NULL), 0);
	OWNED_TEXT *title = edit_get(edit, uid, "SUMMARY", true), *none = edit_get(edit, uid, "DESCRIPTION", true);
	assert_string_equal(title, "Erstes Gespräch, ruhig zu gehört");
	assert_null(none);
	assert_int_equal(SET(edit, uid, "SUMMARY", "", title), 0);
	assert_int_equal(edit_alarms(edit, uid, &(struct plan_alarm){-900, false}, 1, NULL, NULL), 0);
	assert_int_equal(SET(edit, "4@elsewhere.example.org", "SUMMARY", "", "x"), EDIT_AMBIGUOUS);
	assert_false(edit_changed(edit));
	assert_int_equal(SET(edit, uid, "X-PACER-TIP", "", "Listen"), 0);
	assert_int_equal(edit_move(edit, uid, day_from_ymd(2026, 9, 8), 14 * HOUR_S, NULL), 0);
	assert_int_equal(SET(edit, "3@elsewhere.example.org", "SUMMARY", "", "A task"), 0);
	edit_stamp(edit, now);
	size_t length;
	OWNED_TEXT *bytes = edit_bytes(edit, &length);
	static const struct {
		const char *was, *is;
	} changes[] = {
		{"zu\n\t gehört\n", "zu\n\t gehört\n"},
		{"dtstart;tzid=\"Europe/Berlin\":20260907T093000", "DTSTART;tzid=\"Europe/Berlin\":20260908T140000"},
		{"dtend;tzid=\"Europe/Berlin\":20260907T101500", "DTEND;tzid=\"Europe/Berlin\":20260908T144500"},
		{"DTSTAMP:20260801T080000Z\nLAST-MODIFIED:20260801T080000Z\n",
		 "DTSTAMP:" NOW_TEXT "\nLAST-MODIFIED:" NOW_TEXT "\nSEQUENCE:1\n"},
		{"RELATED-TO:0@elsewhere.example.org\n", "RELATED-TO:0@elsewhere.example.org\nX-PACER-TIP:Listen\n"},
		{"UID:3@elsewhere.example.org\nDTSTAMP:20260801T080000Z\n",
		 "UID:3@elsewhere.example.org\nDTSTAMP:" NOW_TEXT "\nLAST-MODIFIED:" NOW_TEXT "\nSEQUENCE:1\n"},
		{"A task with a start", "A task"},
		{"autumn\n\n", "autumn\nLAST-MODIFIED:" NOW_TEXT "\n\n"},
	};
	OWNED_TEXT *expected = text_take(&source);
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		char *at = strstr(expected, changes[i].was);
		if (!at)
			fail_msg("row %d: '%s' is not in the file", (int)i, changes[i].was);
		text_replace(&expected, xasprintf("%.*s%s%s", (int)(at - expected), expected, changes[i].is, at + strlen(changes[i].was)));
	}
	assert_string_equal(bytes, expected);
	assert_int_equal(length, strlen(expected));
	edit_free(edit);
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
		cmocka_unit_test(test_bytes_are_kept),
		cmocka_unit_test(test_own_values_change_nothing),
		cmocka_unit_test(test_one_change_touches_one_line),
		cmocka_unit_test(test_add_and_remove_is_nothing),
		cmocka_unit_test(test_a_written_plan_is_read_back),
		cmocka_unit_test(test_edits_are_read_back),
		cmocka_unit_test(test_a_new_line_goes_before_what_is_inside),
		cmocka_unit_test(test_a_property_of_an_alarm_is_not_the_events),
		cmocka_unit_test(test_a_property_that_repeats_is_set_as_a_whole),
		cmocka_unit_test(test_relations_of_other_kinds_stay),
		cmocka_unit_test(test_long_lines_fold_between_characters),
		cmocka_unit_test(test_what_cannot_be_written_changes_nothing),
		cmocka_unit_test(test_events_that_are_not_one),
		cmocka_unit_test(test_moving),
		cmocka_unit_test(test_stamps),
		cmocka_unit_test(test_alarms),
		cmocka_unit_test(test_adding),
		cmocka_unit_test(test_what_blocks_the_time_of_others),
		cmocka_unit_test(test_of_two_calendars_the_first_is_meant),
		cmocka_unit_test(test_the_uid_can_be_set),
		cmocka_unit_test(test_broken_files_say_where),
		cmocka_unit_test(test_a_file_from_elsewhere),
		cmocka_unit_test(test_a_plan_with_impossible_text_is_written_all_the_same),
	};
	return cmocka_run_group_tests(tests, files_load, files_drop);
}
