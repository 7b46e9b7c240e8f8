/* What the tests of the editor share: every calendar file of the tree, generated ones, and a reader that says whether a file is whole. */
#ifndef TESTS_EDIT_WORLD_H
#define TESTS_EDIT_WORLD_H

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

static inline struct text slurp(const char *path)
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

static inline void file_add(char *name, struct text *text)
{
	assert_true(file_count < FILES_MAX);
	size_t length = text->len;
	files[file_count++] = (struct file){name, text_take(text), length};
}

static inline void files_find(const char *root)
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

static inline uint32_t draw(uint64_t *state, uint32_t below)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33) % below;
}

/* The line, folded where chance has it (in the middle of characters, too), or not at all. */
static inline void generate_line(struct text *text, uint64_t *seed, const char *eol, const char *line)
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

static inline char *generate_words(uint64_t *seed)
{
	static const char *const words[] = {"plan",        "a\\, b",           "çok güzel", "日本語", "\\\\", "x:y",
					    "line\\nline", "\xF0\x9F\x98\x80", "\"q\"",     "\t",     " "};
	struct text text = {0};
	for (uint32_t n = 1 + draw(seed, 12); n--;)
		text_addf(&text, "%s ", words[draw(seed, ARRAY_LEN(words))]);
	text_add(&text, "end");
	return text_take(&text);
}

static inline void generate_property(struct text *text, uint64_t *seed, const char *eol)
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

static inline void generate_alarm(struct text *text, uint64_t *seed, const char *eol, int event)
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

static inline void generate_event(struct text *text, uint64_t *seed, const char *eol, int event)
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

static inline struct text generate(uint64_t seed)
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

static inline int files_load(void **state UNUSED)
{
	files_find("tests/data");
	files_find("plans");
	for (uint64_t seed = 1; seed <= GENERATED; seed++) {
		struct text text = generate(seed);
		file_add(xasprintf("seed %d", (int)seed), &text);
	}
	return 0;
}

static inline int files_drop(void **state UNUSED)
{
	while (file_count--) {
		free(files[file_count].name);
		free(files[file_count].bytes);
	}
	tz_finish();
	return 0;
}

/* --- reading and opening ---------------------------------------------------------------------------------------------------------------- */

static inline bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static const struct reader_limits limits = {PLAN_SESSIONS_MAX, 100000};

/* Errors of the file and its values: what the editor could have broken. What makes a bad plan is not meant. */
static inline bool is_fault(const struct finding *finding)
{
	return lint_info[finding->code].severity == LINT_ERROR && finding->code <= LINT_LIMIT;
}

static inline struct plan *read_plan(const char *bytes, size_t length)
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

static inline struct edit *open_text(const char *text)
{
	struct edit *edit = NULL;
	struct err err = {0};
	if (edit_open(text, strlen(text), &edit, &err))
		fail_msg("%s", err.text);
	return edit;
}

#endif
