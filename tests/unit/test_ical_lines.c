#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>

#include <libical/ical.h>

#include "ical/lines.h"
#include "ical/read.h"
#include "ical/values.h"

#define FIXTURES "tests/data/ical"

static char *span_text(struct span span)
{
	return span_dup(span);
}

/* "3:NAME;params=value" or "3!fault" (enum) or "3-" for a blank line, one after the other. */
static char *scan_text(const char *bytes, size_t length)
{
	struct lines lines;
	struct line line;
	struct text text = {0};
	lines_init(&lines, bytes, length);
	while (lines_next(&lines, &line)) {
		OWNED_TEXT *name = span_text(line.name), *params = span_text(line.params), *value = span_text(line.value);
		if (line.blank)
			text_addf(&text, "%d-|", line.number);
		else if (line.fault)
			text_addf(&text, "%d!%d|", line.fault_number, line.fault);
		else if (line.control)
			text_addf(&text, "%d^%d:%s(%s)=%s|", line.fault_number, line.number, name, params, value);
		else
			text_addf(&text, "%d:%s(%s)=%s|", line.number, name, params, value);
	}
	lines_release(&lines);
	return text_take(&text);
}

#define BYTES(literal) literal, sizeof(literal) - 1

struct scan_row {
	const char *bytes;
	size_t length;
	const char *expected;
};

static const struct scan_row scan_rows[] = {
	{BYTES(""), ""},
	{BYTES("A:1\r\nB:2\r\n"), "1:A()=1|2:B()=2|"},
	{BYTES("A:1\nB:2"), "1:A()=1|2:B()=2|"},
	{BYTES("\xEF\xBB\xBF"), "1-|"},
	{BYTES("\xEF\xBB\xBF" "A:1\r\n"), "1:A()=1|"},
	{BYTES("A:\r\n"), "1:A()=|"},
	{BYTES("\r\nA:1\n\n\nB:2\n"), "1-|2:A()=1|3-|4-|5:B()=2|"},
	{BYTES("A:one\r\n  two\r\n\tthree\r\nB:2\r\n"), "1:A()=one twothree|4:B()=2|"},
	{BYTES("A\r\n :\r\n 1\r\n"), "1:A()=1|"},
	{BYTES("A:1\r\n "), "1:A()=1|"},
	{BYTES("A:1\r\n \r\n\r\nB:2"), "1:A()=1|3-|4:B()=2|"},
	{BYTES("A:\xC3\r\n \xA4\n"), "1:A()=\xC3\xA4|"},
	{BYTES("x-a_b.c-9:1"), "1:x-a_b.c-9()=1|"},
	{BYTES("A:b:c;d=e,f\"g"), "1:A()=b:c;d=e,f\"g|"},
	{BYTES("A;B=c:1"), "1:A(;B=c)=1|"},
	{BYTES("A;B=:1"), "1:A(;B=)=1|"},
	{BYTES("A;B=\"x:y;z,w\";C=1,\"2\",3:v"), "1:A(;B=\"x:y;z,w\";C=1,\"2\",3)=v|"},
	{BYTES("A;B=\"x\r\n  y\":v"), "1:A(;B=\"x y\")=v|"},
	{BYTES("A:tab\there"), "1:A()=tab\there|"},
	{BYTES("A:\x7F"), "1^1:A()=\x7F|"},
	{BYTES("A:12345678\x01"), "1^1:A()=12345678\x01|"},
	{BYTES("A:\033[2J\x07\n"), "1^1:A()=\033[2J\x07|"},
	{BYTES("A:\xC2\x9B\xC2\xA0\n"), "1^1:A()=\xC2\x9B\xC2\xA0|"},
	{BYTES("A:\033\n \001\0\n"), "2!1|"},
	{BYTES("A\033:1\n"), "1!6|"},
	{BYTES("A:1\0002\nB:2\n"), "1!1|2:B()=2|"},
	{BYTES("A:1\rB:2\n"), "1!2|"},
	{BYTES("A:1\r\r\n"), "1!2|"},
	{BYTES("A:1\r"), "1!2|"},
	{BYTES("A:\xE4\xF6\n"), "1!3|"},
	{BYTES("A:\xC0\xAF\n"), "1!3|"},
	{BYTES("A:\xE0\x80\xAF\n"), "1!3|"},
	{BYTES("A:\xED\xA0\x80\n"), "1!3|"},
	{BYTES("A:\xF4\x90\x80\x80\n"), "1!3|"},
	{BYTES("A:\xF8\x88\x80\x80\x80\n"), "1!3|"},
	{BYTES("A:\xE2\x9C\n"), "1!3|"},
	{BYTES("A:\xF0\x9F\x8F\x83 \xE2\x9C\x93\n"), "1:A()=\xF0\x9F\x8F\x83 \xE2\x9C\x93|"},
	{BYTES("A:good\r\n good\r\n ba\001d\r\nB:2"), "3^1:A()=goodgoodba\001d|4:B()=2|"},
	{BYTES("\xEF\xBB\xBF" "A:12\r\n \001\r\n"), "2^1:A()=12\001|"},
	{BYTES(" A:1\n"), "1!5|"},
	{BYTES(":1\n"), "1!5|"},
	{BYTES("<html>\n"), "1!5|"},
	{BYTES("ABC\n"), "1!6|"},
	{BYTES("A B:1\n"), "1!6|"},
	{BYTES("A;B=c\n"), "1!6|"},
	{BYTES("A;B:1\n"), "1!7|"},
	{BYTES("A;=b:1\n"), "1!7|"},
	{BYTES("A;:1\n"), "1!7|"},
	{BYTES("A;"), "1!7|"},
	{BYTES("A;B=\"c:1\n"), "1!8|"},
	{BYTES("A;B=c\"d\":1\n"), "1!8|"},
	{BYTES("A;B=\"c\"d:1\n"), "1!8|"},
};

static void test_scan(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(scan_rows); i++) {
		/* In a block of its own size, so that a byte read beyond it is seen by the sanitizer. */
		char *bytes = xrealloc(NULL, scan_rows[i].length);
		memcpy(bytes, scan_rows[i].bytes, scan_rows[i].length);
		OWNED_TEXT *got = scan_text(bytes, scan_rows[i].length);
		free(bytes);
		if (strcmp(got, scan_rows[i].expected) != 0)
			fail_msg("row %zu '%s': %s, expected %s", i, scan_rows[i].bytes, got, scan_rows[i].expected);
	}
}

static void test_fault_texts(void **state UNUSED)
{
	for (int i = LINE_OK + 1; i < LINE_FAULT_COUNT; i++)
		assert_true(line_fault_text[i] && strchr(line_fault_text[i], ' '));
}

/* "A:" and so many letters, folded after every `fold` bytes (0: not at all), then "B:2". */
static char *long_line(size_t length, size_t fold)
{
	struct text text = {0};
	text_add(&text, "A:");
	for (size_t i = 2; i < length; i++) {
		if (fold && i % fold == 0)
			text_add(&text, "\r\n ");
		text_add(&text, "x");
	}
	text_add(&text, "\r\nB:2\r\n");
	return text_take(&text);
}

static void test_long_lines(void **state UNUSED)
{
	const struct {
		size_t length, fold;
		bool fits;
	} rows[] = {
		{ICAL_LINE_BYTES_MAX, 0, true},  {ICAL_LINE_BYTES_MAX + 1, 0, false},  {ICAL_LINE_BYTES_MAX, 74, true},
		{ICAL_LINE_BYTES_MAX + 1, 74, false}, {ICAL_LINE_BYTES_MAX, 1, true},  {ICAL_LINE_BYTES_MAX + 1, 1, false},
		{200000, 199999, false}, {200000, 74, false},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *bytes = long_line(rows[i].length, rows[i].fold);
		struct lines lines;
		struct line line;
		lines_init(&lines, bytes, strlen(bytes));
		assert_true(lines_next(&lines, &line));
		assert_int_equal(line.fault, rows[i].fits ? LINE_OK : LINE_LONG);
		assert_int_equal(line.value.n, rows[i].fits ? rows[i].length - 2 : 0);
		assert_true(lines_next(&lines, &line));
		assert_int_equal(line.fault, LINE_OK);
		assert_memory_equal(line.value.p, "2", 1);
		assert_false(lines_next(&lines, &line));
		/* However long the line: no more than the limit is ever copied. */
		assert_true(lines.scratch.room <= 4 * ICAL_LINE_BYTES_MAX);
		lines_release(&lines);
	}
}

static void test_many_values(void **state UNUSED)
{
	for (int count = LINE_PARAM_VALUES_MAX; count <= LINE_PARAM_VALUES_MAX + 1; count++) {
		struct text text = {0};
		text_add(&text, "A;P=1");
		for (int i = 2; i < count; i++)
			text_addf(&text, i % 3 ? ",%d" : ";Q=%d", i);
		text_add(&text, ",\"last\":v");
		struct lines lines;
		struct line line;
		lines_init(&lines, text.data, text.len);
		assert_true(lines_next(&lines, &line));
		assert_int_equal(line.fault, count <= LINE_PARAM_VALUES_MAX ? LINE_OK : LINE_MANY);
		lines_release(&lines);
		text_release(&text);
	}
}

static void test_params(void **state UNUSED)
{
	const struct {
		const char *bytes, *name, *values; /* NULL: not there */
	} rows[] = {
		{"A;TZID=Europe/Berlin:1", "TZID", "[Europe/Berlin]"},
		{"A;tzid=Europe/Berlin:1", "TZID", "[Europe/Berlin]"},
		{"A;X=1;TZID=\"Europe/Berlin\":1", "TZID", "[Europe/Berlin]"},
		{"A;M=a,\"b,c\",,d:1", "M", "[a][b,c][][d]"},
		{"A;M=:1", "M", "[]"},
		{"A;M=\"\":1", "M", "[]"},
		{"A;M=a,:1", "M", "[a][]"},
		{"A;M=a;M=b:1", "M", "[a]"},
		{"A;TZIDX=1:1", "TZID", NULL},
		{"A:1", "TZID", NULL},
		{"A:;TZID=no", "TZID", NULL},
		{"A;M=^^^n^'^x^:1", "M", "[^\n\"^x^]"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct lines lines;
		struct line line;
		struct span value, rest;
		struct text got = {0};
		lines_init(&lines, rows[i].bytes, strlen(rows[i].bytes));
		assert_true(lines_next(&lines, &line));
		assert_int_equal(line.fault, LINE_OK);
		assert_int_equal(line_param(&line, rows[i].name, &value), rows[i].values != NULL);
		for (rest = line.params; rest.n;) {
			struct param param;
			size_t count, seen = 0;
			assert_int_equal(param_next(&rest, &param, &count), LINE_OK);
			for (; param_value_next(&param.values, &value); seen++)
				if (span_is(param.name, rows[i].name) && (seen || !got.len)) {
					text_add(&got, "[");
					param_decode(value, &got);
					text_add(&got, "]");
				}
			assert_int_equal(seen, count);
		}
		assert_string_equal(got.data ? got.data : "", rows[i].values ? rows[i].values : "");
		text_release(&got);
		lines_release(&lines);
	}
}

/* --- properties of the scanner ----------------------------------------------------------------------------------------------------- */

/* Ranges touch, begin at 0 and end at the end; physical lines are counted right. Works for any bytes. */
static void check_ranges(const char *bytes, size_t length)
{
	struct lines lines;
	struct line line;
	size_t at = 0;
	int number = 1;
	lines_init(&lines, bytes, length);
	while (lines_next(&lines, &line)) {
		assert_int_equal(line.begin, at);
		assert_true(line.end > at && line.end <= length);
		assert_int_equal(line.number, number);
		for (; at < line.end; at++)
			number += bytes[at] == '\n';
		assert_true(line.fault_number >= line.number && line.fault_number <= number);
	}
	assert_int_equal(at, length);
	lines_release(&lines);
}

static struct text read_fixture(const char *name)
{
	OWNED_TEXT *path = xasprintf(FIXTURES "/%s", name);
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	struct text text = {0};
	char block[4096];
	for (size_t n; (n = fread(block, 1, sizeof(block), file)) > 0;)
		text_add_n(&text, block, n);
	fclose(file);
	return text;
}

static void test_fixtures_are_covered(void **state UNUSED)
{
	DIR *dir = opendir(FIXTURES);
	int count = 0;
	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));) {
		if (entry->d_name[0] == '.')
			continue;
		struct text text = read_fixture(entry->d_name);
		check_ranges(text.data, text.len);
		text_release(&text);
		count++;
	}
	closedir(dir);
	assert_true(count >= 15);
}

static uint64_t random_state;

static uint32_t random_below(uint32_t n)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(random_state >> 33) % n;
}

static void test_random_bytes_are_covered(void **state UNUSED)
{
	static const char alphabet[] = "\r\n \tAB:;=,\"x\0\x7F\xC3\xA4\xE2\xEF\xBB\xBF";
	random_state = 1;
	for (int i = 0; i < 3000; i++) {
		char bytes[64];
		size_t length = random_below(sizeof(bytes));
		for (size_t at = 0; at < length; at++)
			bytes[at] = alphabet[random_below(sizeof(alphabet) - 1)];
		check_ranges(bytes, length);
	}
}

/* --- against libical on what both call well-formed ----------------------------------------------------------------------------------- */

static void add_folded(struct text *text, const char *line)
{
	size_t n = strlen(line);
	for (size_t at = 0; at < n;) {
		size_t piece = 1 + random_below(60);
		piece = piece < n - at ? piece : n - at;
		text_add(text, at ? "\r\n " : "");
		text_add_n(text, line + at, piece);
		at += piece;
	}
	text_add(text, "\r\n");
}

static char *random_value(const char *const *pieces, size_t count)
{
	struct text text = {0};
	text_add(&text, "v");
	for (uint32_t n = random_below(12); n > 0; n--)
		text_add(&text, pieces[random_below((uint32_t)count)]);
	text_add(&text, "."); /* libical cuts blanks off the end of a line */
	return text_take(&text);
}

static void test_like_libical(void **state UNUSED)
{
	static const char *const texts[] = {"a", "long words", "\\n", "\\,", "\\;", "\\\\", ":", "\xC3\xA4", "\xE2\x9C\x93", "=", "\"", " "};
	static const char *const params[] = {"a", ":", ";", ",", "\xC3\xA4", " ", "="};
	random_state = 7;
	for (int i = 0; i < 400; i++) {
		OWNED_TEXT *value = random_value(texts, ARRAY_LEN(texts)), *param = random_value(params, ARRAY_LEN(params));
		OWNED_TEXT *content = xasprintf("SUMMARY;X-P=\"%s\";LANGUAGE=en:%s", param, value);
		struct text bytes = {0};
		text_add(&bytes, "BEGIN:VEVENT\r\n");
		add_folded(&bytes, content);
		text_add(&bytes, "END:VEVENT\r\n");

		icalcomponent *event = icalparser_parse_string(bytes.data);
		assert_non_null(event);
		icalproperty *summary = icalcomponent_get_first_property(event, ICAL_SUMMARY_PROPERTY);
		char *their_param = icalproperty_get_parameter_as_string_r(summary, "X-P");

		struct lines lines;
		struct line line;
		struct span ours;
		lines_init(&lines, bytes.data, bytes.len);
		assert_true(lines_next(&lines, &line) && lines_next(&lines, &line));
		assert_int_equal(line.fault, LINE_OK);
		assert_true(span_is(line.name, "SUMMARY"));
		OWNED_TEXT *our_text = value_text(line.value);
		assert_string_equal(our_text, icalproperty_get_summary(summary));
		assert_true(line_param(&line, "X-P", &ours));
		OWNED_TEXT *our_param = span_text(ours);
		assert_string_equal(our_param, their_param);
		icalmemory_free_buffer(their_param);
		icalcomponent_free(event);
		lines_release(&lines);
		text_release(&bytes);
	}
	icalmemory_free_ring();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scan),
		cmocka_unit_test(test_fault_texts),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_many_values),
		cmocka_unit_test(test_params),
		cmocka_unit_test(test_fixtures_are_covered),
		cmocka_unit_test(test_random_bytes_are_covered),
		cmocka_unit_test(test_like_libical),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
