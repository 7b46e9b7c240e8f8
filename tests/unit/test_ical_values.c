#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libical/ical.h>

#include "ical/report.h"
#include "ical/revision.h"
#include "ical/values.h"

static void test_date(void **state UNUSED)
{
	const struct {
		const char *text, *day; /* NULL: refused */
	} rows[] = {
		{"20010101", "2001-01-01"}, {"20240229", "2024-02-29"}, {"99991231", "9999-12-31"}, {"00010101", "0001-01-01"},
		{"20260230", NULL}, {"20230229", NULL}, {"20010001", NULL}, {"20010100", NULL}, {"20011301", NULL}, {"00000101", NULL},
		{"2001010", NULL}, {"200101011", NULL}, {"2001-1-1", NULL}, {"2001 101", NULL}, {"", NULL}, {"garbage!", NULL},
		{"20010101T", NULL}, {"+2001010", NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int32_t day;
		char buf[DAY_TEXT];
		bool ok = value_date(span_of(rows[i].text), &day);
		if (ok != (rows[i].day != NULL))
			fail_msg("'%s'", rows[i].text);
		if (ok)
			assert_string_equal(day_text(buf, day), rows[i].day);
	}
}

static void test_date_time(void **state UNUSED)
{
	const struct {
		const char *text;
		int32_t second; /* -1: refused */
		bool utc;
	} rows[] = {
		{"20010101T000000", 0, false},     {"20010101T235959", DAY_S - 1, false}, {"20010101T093005Z", 34205, true},
		{"20010101T235960Z", DAY_S - 1, true}, {"20010101T235961", -1, false},    {"20010101T240000", -1, false},
		{"20010101T236000", -1, false},    {"20260230T250000", -1, false},        {"20260230T090000", -1, false},
		{"20010101T09300", -1, false},     {"20010101T0930000", -1, false},       {"20010101t093000", -1, false},
		{"20010101T093000z", -1, false},   {"20010101T093000-0800", -1, false},   {"20010101T09:30", -1, false},
		{"20010101 093000", -1, false},    {"20010101", -1, false},               {"", -1, false},
		{"20010101T-93000", -1, false},    {"garbage", -1, false},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct civil civil;
		bool utc;
		bool ok = value_date_time(span_of(rows[i].text), &civil, &utc);
		if (ok != (rows[i].second >= 0) || (ok && (civil.second != rows[i].second || utc != rows[i].utc)))
			fail_msg("'%s'", rows[i].text);
		if (ok)
			assert_int_equal(civil.day, day_from_ymd(2001, 1, 1));
	}
}

#define REFUSED INT32_MIN

static void test_duration(void **state UNUSED)
{
	const struct {
		const char *text;
		int32_t s;
	} rows[] = {
		{"PT25M", 1500}, {"PT1H30M", 5400}, {"PT1H", 3600}, {"PT10S", 10}, {"P1D", 86400}, {"P1DT2H", 93600}, {"P2W", 1209600},
		{"-PT10M", -600}, {"+PT10M", 600}, {"-P1DT1S", -86401}, {"PT0S", 0}, {"PT1H2M3S", 3723}, {"PT1H3S", 3603}, {"P0D", 0},
		{"PT90M", 5400}, {"PT2147483647S", INT32_MAX}, {"-PT2147483647S", -INT32_MAX},
		{"PT2147483648S", REFUSED}, {"P24856D", REFUSED}, {"P3551W", REFUSED}, {"P3550W", 2147040000}, {"PT99999999999999999999S", REFUSED},
		{"PT596524H", REFUSED}, {"P24855DT11648S", REFUSED}, {"P24855DT11647S", INT32_MAX},
		{"", REFUSED}, {"P", REFUSED}, {"-P", REFUSED}, {"PT", REFUSED}, {"P1", REFUSED}, {"PT1", REFUSED}, {"P1DT", REFUSED},
		{"1D", REFUSED}, {"PD", REFUSED}, {"PTM", REFUSED}, {"P1Y", REFUSED}, {"P1M", REFUSED}, {"PT1D", REFUSED}, {"P1H", REFUSED},
		{"P1W1D", REFUSED}, {"P1WT1H", REFUSED}, {"PT1W", REFUSED}, {"PT1M1H", REFUSED}, {"PT1M1M", REFUSED}, {"P1D1D", REFUSED},
		{"PT1.5H", REFUSED}, {"--PT1H", REFUSED}, {"PT-1H", REFUSED}, {"PT1H ", REFUSED}, {"pt1h", REFUSED}, {"PT1HT1M", REFUSED},
		{"15", REFUSED}, {"P1W2W", REFUSED},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int32_t s = 0;
		bool ok = value_duration(span_of(rows[i].text), &s);
		if (ok != (rows[i].s != REFUSED) || (ok && s != rows[i].s))
			fail_msg("'%s': %d %d", rows[i].text, ok, s);
	}
}

static void test_integer(void **state UNUSED)
{
	const struct {
		const char *text;
		bool ok;
		int32_t number;
	} rows[] = {
		{"0", true, 0}, {"8", true, 8}, {"-8", true, -8}, {"+8", true, 8}, {"007", true, 7}, {"2147483647", true, INT32_MAX},
		{"-2147483648", true, INT32_MIN}, {"2147483648", false, 0}, {"-2147483649", false, 0}, {"99999999999999999999", false, 0},
		{"", false, 0}, {"-", false, 0}, {"abc", false, 0}, {"1a", false, 0}, {" 1", false, 0}, {"1 ", false, 0}, {"1.0", false, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int32_t number = 0;
		bool ok = value_integer(span_of(rows[i].text), &number);
		if (ok != rows[i].ok || number != rows[i].number)
			fail_msg("'%s': %d %d", rows[i].text, ok, number);
	}
}

static void test_texts(void **state UNUSED)
{
	const struct {
		const char *raw, *text, *title, *slug;
	} rows[] = {
		{"", "", "", ""},
		{"plain", "plain", "plain", "plain"},
		{"a\\, b\\; c\\\\d", "a, b; c\\d", "a, b; c\\d", "a, b; c\\d"},
		{"one\\nTWO\\Nthree", "one\nTWO\nthree", "one TWO three", "one two three"},
		{"\\\\n", "\\n", "\\n", "\\n"},
		{"end\\", "end\\", "end\\", "end\\"},
		{"\\q\\:", "q:", "q:", "q:"},
		{"  wide\t title \\n", "  wide\t title \n", "wide  title", "wide  title"},
		{"   ", "   ", "", ""},
		{"\xC3\x84H", "\xC3\x84H", "\xC3\x84H", "\xC3\x84h"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *text = value_text(span_of(rows[i].raw)), *title = value_title(span_of(rows[i].raw)),
			   *slug = value_slug(span_of(rows[i].raw));
		assert_string_equal(text, rows[i].text);
		assert_string_equal(title, rows[i].title);
		assert_string_equal(slug, rows[i].slug);
	}
}

static void test_list(void **state UNUSED)
{
	const struct {
		const char *raw, *parts;
	} rows[] = {
		{"a,b,c", "[a][b][c]"}, {"a", "[a]"}, {"", "[]"}, {"a,", "[a][]"}, {",a", "[][a]"}, {"a\\,b,c", "[a\\,b][c]"},
		{"a\\\\,b", "[a\\\\][b]"}, {"a\\", "[a\\]"}, {",", "[][]"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text got = {0};
		struct span list = span_of(rows[i].raw), one;
		while (value_list_next(&list, &one)) {
			text_add(&got, "[");
			text_add_n(&got, one.p, one.n);
			text_add(&got, "]");
		}
		assert_string_equal(got.data, rows[i].parts);
		text_release(&got);
	}
}

static void test_uri(void **state UNUSED)
{
	const struct {
		const char *text;
		bool ok;
	} rows[] = {
		{"https://example.org/a?b=c#d", true}, {"mailto:a@example.org", true}, {"urn:example:skill:soft", true}, {"x-y+z.1:a", true},
		{"", false}, {":", false}, {"https:", false}, {":a", false}, {"nothing", false}, {"1a:b", false}, {"a b:c", false},
		{"a:b c", false}, {"a:\tb", false}, {"a:<b>", false}, {"a:\"b\"", false}, {"a:\x7F", false},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (value_uri(span_of(rows[i].text)) != rows[i].ok)
			fail_msg("'%s'", rows[i].text);
}

/* On what is well-formed, libical reads the same. */
static void test_like_libical(void **state UNUSED)
{
	for (int i = 0; i < 3000; i++) {
		struct civil civil;
		bool utc;
		int32_t s;
		char day[DAY_TEXT];
		OWNED_TEXT *stamp = xasprintf("%04d%02d%02dT%02d%02d%02d%s", 1970 + i % 60, 1 + i % 12, 1 + i % 28, i % 24, i * 7 % 60, i * 11 % 60,
					      i % 2 ? "Z" : "");
		struct icaltimetype theirs = icaltime_from_string(stamp);
		assert_true(value_date_time(span_of(stamp), &civil, &utc));
		assert_int_equal(civil.second, theirs.hour * 3600 + theirs.minute * 60 + theirs.second);
		assert_int_equal(utc, icaltime_is_utc(theirs));
		OWNED_TEXT *their_day = xasprintf("%04d-%02d-%02d", theirs.year, theirs.month, theirs.day);
		assert_string_equal(day_text(day, civil.day), their_day);

		OWNED_TEXT *length = i % 5 == 0 ? xasprintf("%sP%dW", i % 3 ? "" : "-", i % 50)
						: xasprintf("%sP%dDT%dH%dM%dS", i % 3 ? "" : "-", i % 20, i % 30, i % 70, i % 80);
		assert_true(value_duration(span_of(length), &s));
		assert_int_equal(s, icaldurationtype_as_int(icaldurationtype_from_string(length)));
	}
}

static void test_quote(void **state UNUSED)
{
	const char digits[] = "123456789012345678901234567890123456789012345678";
	assert_int_equal(sizeof(digits) - 1, REPORT_QUOTE_MAX);
	char buf[QUOTE_TEXT];
	assert_string_equal(quote(buf, span_of("")), "");
	assert_string_equal(quote(buf, span_of("a\tb\n")), "a?b?");
	assert_string_equal(quote(buf, span_of(digits)), digits);
	OWNED_TEXT *longer = xasprintf("%s9", digits), *cut = xasprintf("%s...", digits);
	assert_string_equal(quote(buf, span_of(longer)), cut);
	/* A character on the border is left out whole. */
	OWNED_TEXT *wide = xasprintf("%.47s\xE2\x9C\x93", digits), *wide_cut = xasprintf("%.47s...", digits);
	assert_string_equal(quote(buf, span_of(wide)), wide_cut);
}

/* The reference vectors: key 00 01 .. 0f, input 00 01 .. of length n, 16 bytes of output. */
static void test_siphash(void **state UNUSED)
{
	const struct {
		size_t length;
		uint64_t low, high; /* little-endian halves of the output */
	} rows[] = {
		{0, UINT64_C(0xe6a825ba047f81a3), UINT64_C(0x930255c71472f66d)},
		{1, UINT64_C(0x44af996bd8c187da), UINT64_C(0x45fc229b11597634)},
		{16, UINT64_C(0xbb54b067caa4e26e), UINT64_C(0x77052385bf1533fd)},
	};
	char input[16];
	for (size_t i = 0; i < sizeof(input); i++)
		input[i] = (char)i;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct siphash hash = siphash_2_4(UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908), input, rows[i].length);
		assert_true(hash.low == rows[i].low && hash.high == rows[i].high);
	}
}

static void test_revision(void **state UNUSED)
{
	char bytes[100] = {0};
	OWNED_TEXT *whole = revision_of(bytes, sizeof(bytes));
	assert_int_equal(strlen(whole), 32);
	assert_int_equal(strspn(whole, "0123456789abcdef"), 32);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		OWNED_TEXT *shorter = revision_of(bytes, i);
		assert_string_not_equal(shorter, whole);
		bytes[i] ^= 1;
		OWNED_TEXT *changed = revision_of(bytes, sizeof(bytes));
		bytes[i] ^= 1;
		assert_string_not_equal(changed, whole);
	}
	OWNED_TEXT *again = revision_of(bytes, sizeof(bytes));
	assert_string_equal(again, whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_date),   cmocka_unit_test(test_date_time),     cmocka_unit_test(test_duration),
		cmocka_unit_test(test_integer), cmocka_unit_test(test_texts),        cmocka_unit_test(test_list),
		cmocka_unit_test(test_uri),    cmocka_unit_test(test_like_libical), cmocka_unit_test(test_quote),
		cmocka_unit_test(test_siphash), cmocka_unit_test(test_revision),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
