#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ical/recur.h"
#include "ical/rule.h"
#include "ical/tz.h"
#include "ical/values.h"

static struct civil civil_of(const char *text)
{
	struct civil civil = {0};
	bool utc;
	if (strlen(text) == 8)
		assert_true(value_date(span_of(text), &civil.day));
	else
		assert_true(value_date_time(span_of(text), &civil, &utc));
	return civil;
}

static char *days_text(const struct recur_days *days)
{
	struct text text = {0};
	for (size_t i = 0; i < days->count; i++) {
		char day[DAY_TEXT];
		text_addf(&text, "%s%s", i ? " " : "", day_text(day, days->items[i]) + 5);
	}
	return text_take(&text);
}

struct vector {
	const char *start, *rule, *zone, *end;
	const char *days; /* MM-DD; NULL: refused */
};

/* 2001-01-01 and 2026-10-05 are Mondays. */
static const struct vector vectors[] = {
	{"20010101T093000", "FREQ=DAILY;COUNT=3", NULL, "20010201", "01-01 01-02 01-03"},
	{"20010101T093000", "FREQ=DAILY;INTERVAL=10", NULL, "20010201", "01-01 01-11 01-21 01-31"},
	{"20010101T093000", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", NULL, "20010110", "01-01 01-02 01-03 01-04 01-05 01-08 01-09"},
	{"20010101T093000", "FREQ=DAILY;UNTIL=20010103", NULL, "20010201", "01-01 01-02 01-03"},
	{"20010101T093000", "FREQ=DAILY;UNTIL=20010103T093000", NULL, "20010201", "01-01 01-02 01-03"},
	{"20010101T093000", "FREQ=DAILY;UNTIL=20010103T092959", NULL, "20010201", "01-01 01-02"},
	{"20010101T093000", "UNTIL=20010102;FREQ=DAILY", NULL, "20010201", "01-01 01-02"},
	{"20010101T093000", "freq=weekly;byday=mo,we;count=4", NULL, "20010201", "01-01 01-03 01-08 01-10"},
	{"20010101T093000", "FREQ=WEEKLY;INTERVAL=2", NULL, "20010201", "01-01 01-15 01-29"},
	{"20010107T093000", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU", NULL, "20010210", "01-07 01-16 01-21 01-30 02-04"},
	{"20010107T093000", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU;WKST=SU", NULL, "20010210", "01-07 01-09 01-21 01-23 02-04 02-06"},
	{"20010101T093000", "FREQ=MONTHLY;COUNT=3", NULL, "20020101", "01-01 02-01 03-01"},
	{"20010131T093000", "FREQ=MONTHLY", NULL, "20010801", "01-31 03-31 05-31 07-31"},
	{"20010131T093000", "FREQ=MONTHLY;BYMONTHDAY=-1", NULL, "20010501", "01-31 02-28 03-31 04-30"},
	{"20010101T093000", "FREQ=MONTHLY;BYDAY=1MO", NULL, "20010401", "01-01 02-05 03-05"},
	{"20010126T093000", "FREQ=MONTHLY;BYDAY=-1FR", NULL, "20010401", "01-26 02-23 03-30"},
	{"20010131T093000", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", NULL, "20010501", "01-31 02-28 03-30 04-30"},
	{"20010105T093000", "FREQ=YEARLY", NULL, "20030101", "01-05 01-05"},
	{"20010105T093000", "FREQ=YEARLY;BYMONTH=1,3;BYMONTHDAY=5", NULL, "20030101", "01-05 03-05 01-05 03-05"},
	{"20010105", "FREQ=WEEKLY;UNTIL=20010119", NULL, "20010201", "01-05 01-12 01-19"},
	{"20010105", "FREQ=WEEKLY;UNTIL=20010119T000000Z", NULL, "20010201", "01-05 01-12 01-19"},
	/* UNTIL in UTC is 10:30 in Berlin before and 09:30 after 25 October 2026: RFC 5545 3.3.10. */
	{"20261023T093000", "FREQ=DAILY;UNTIL=20261026T083000Z", "Europe/Berlin", "20270101", "10-23 10-24 10-25 10-26"},
	{"20261023T093000", "FREQ=DAILY;UNTIL=20261026T082959Z", "Europe/Berlin", "20270101", "10-23 10-24 10-25"},
	{"20261023T093000", "FREQ=DAILY;UNTIL=20261025T093000", "Europe/Berlin", "20270101", "10-23 10-24 10-25"},
	/* The horizon ends before the rule does. */
	{"20010101T093000", "FREQ=WEEKLY", NULL, "20010116", "01-01 01-08 01-15"},
	{"20010101T093000", "FREQ=WEEKLY", NULL, "20010115", "01-01 01-08"},
	{"20010101T235959", "FREQ=DAILY", NULL, "20010103", "01-01 01-02"},
	{"20010101T000000", "FREQ=DAILY", NULL, "20010103", "01-01 01-02"},
	/* Refused: libical hangs in them, or gets them wrong. */
	{"20010101T093000", "FREQ=SECONDLY", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=MINUTELY;COUNT=3", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=DAILY;COUNT=3;UNTIL=20010105", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=DAILY;BYSETPOS=1;BYDAY=MO", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=WEEKLY;BYSETPOS=1;BYDAY=MO", NULL, "20010201", NULL},
	{"20010131T093000", "FREQ=DAILY;BYMONTHDAY=-1", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=DAILY;BYDAY=1MO", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=WEEKLY;BYDAY=1MO", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=WEEKLY;BYMONTHDAY=1", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=YEARLY;BYMONTHDAY=1", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=YEARLY;BYDAY=MO", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=YEARLY;BYMONTH=1;BYDAY=MO;BYMONTHDAY=1", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=YEARLY;BYWEEKNO=1", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=YEARLY;BYYEARDAY=1", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=YEARLY;BYSETPOS=1;BYMONTH=1", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=MONTHLY;BYSETPOS=1", NULL, "20010201", NULL},
	{"20010118T093000", "FREQ=MONTHLY;BYMONTHDAY=18,-4;BYSETPOS=1", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=1", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=DAILY;BYHOUR=9", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=DAILY;RSCALE=CHINESE", NULL, "20010201", NULL},
	/* Never a day: DTSTART cannot be one. */
	{"20010228T093000", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", NULL, "20020101", NULL},
	{"20010228T093000", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", NULL, "20020101", NULL},
	{"20010228T093000", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", NULL, "20020101", NULL},
	{"20010101T093000", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6", NULL, "20020101", NULL},
	/* DTSTART is not an instance. */
	{"20010102T093000", "FREQ=WEEKLY;BYDAY=MO", NULL, "20010201", NULL},
	{"20010102T093000", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2", NULL, "20010201", NULL},
	{"20010108T093000", "FREQ=DAILY;UNTIL=20010107", NULL, "20010201", NULL},
	{"20010108T093000", "FREQ=DAILY;UNTIL=20010110T093000Z", NULL, "20010201", NULL},
	/* Not of the form. */
	{"20010101T093000", "", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=", NULL, "20010201", NULL},
	{"20010101T093000", "COUNT=3", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=DAILY;", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=DAILY;FREQ=DAILY", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=DAILY;COUNT=0", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=DAILY;COUNT=100001", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=DAILY;COUNT=99999999999", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=DAILY;INTERVAL=0", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=DAILY;INTERVAL=1001", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=DAILY;INTERVAL=1000;COUNT=100000", NULL, "20010201", "01-01"},
	{"20010101T093000", "FREQ=DAILY;BYMONTH=13", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=DAILY;BYMONTH=0", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=MONTHLY;BYMONTHDAY=32", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=MONTHLY;BYDAY=6MO", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=MONTHLY;BYDAY=0MO", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=WEEKLY;BYDAY=XX", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=WEEKLY;BYDAY=", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=WEEKLY;WKST=1", NULL, "20010201", NULL},
	{"20010101T093000", "FREQ=DAILY;UNTIL=20260230", NULL, "20010201", NULL},
};

static void test_vectors(void **state UNUSED)
{
	struct recur_memo memo = {0};
	struct recur_days days = {0};
	/* Twice: the second time out of the memo, where it has the rule. */
	for (size_t i = 0; i < 2 * ARRAY_LEN(vectors); i++) {
		const struct vector *v = &vectors[i / 2];
		const char *why = NULL;
		struct recur_query query = {
			.rule = span_of(v->rule),
			.start = civil_of(v->start),
			.zone = v->zone ? tz_of_id(v->zone) : NULL,
			.date = strlen(v->start) == 8,
			.end_day = civil_of(v->end).day,
			.max = 1000,
		};
		int result = recur_expand(&query, &memo, &days, &why);
		OWNED_TEXT *got = result == RECUR_REFUSED ? xstrdup("refused") : days_text(&days);
		if (strcmp(got, v->days ? v->days : "refused") != 0)
			fail_msg("%s %s: %s (%s), expected %s", v->start, v->rule, got, why ? why : "", v->days ? v->days : "refused");
		assert_true(result != RECUR_REFUSED || (why && *why));
	}
	recur_days_release(&days);
	recur_memo_release(&memo);
	tz_finish();
}

static void test_max(void **state UNUSED)
{
	const struct {
		const char *rule;
		size_t max;
		int result;
	} rows[] = {
		{"FREQ=DAILY;COUNT=10", 10, RECUR_OK},    {"FREQ=DAILY;COUNT=10", 9, RECUR_MANY}, {"FREQ=DAILY", 31, RECUR_OK},
		{"FREQ=DAILY", 30, RECUR_MANY},           {"FREQ=MONTHLY", 1, RECUR_OK},          {"FREQ=MONTHLY", 0, RECUR_MANY},
	};
	struct recur_days days = {0};
	for (int warm = 0; warm < 2; warm++) {
		struct recur_memo memo = {0};
		for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
			const char *why;
			struct recur_query query = {
				.rule = span_of(rows[i].rule),
				.start = civil_of("20010101T093000"),
				.end_day = civil_of("20010201").day,
				.max = 1000,
			};
			if (warm)
				assert_int_equal(recur_expand(&query, &memo, &days, &why), RECUR_OK);
			query.max = rows[i].max;
			assert_int_equal(recur_expand(&query, &memo, &days, &why), rows[i].result);
			assert_true(days.count <= rows[i].max);
		}
		recur_memo_release(&memo);
	}
	recur_days_release(&days);
}

/* The memo holds a rule for a weekday: another weekday, a longer way and a shorter one must not be mistaken for it. */
static void test_memo(void **state UNUSED)
{
	const struct {
		const char *start, *end, *days;
	} rows[] = {
		{"20010103T093000", "20010112", "01-03 01-05 01-10"}, {"20010105T093000", "20010112", "01-05 01-10"},
		{"20010103T093000", "20010106", "01-03 01-05"},       {"20010103T093000", "20010120", "01-03 01-05 01-10 01-12 01-17 01-19"},
		{"20010110T080000", "20010118", "01-10 01-12 01-17"}, {"20010104T093000", "20010118", NULL},
	};
	struct recur_memo memo = {0};
	struct recur_days days = {0};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *why;
		struct recur_query query = {
			.rule = span_of("FREQ=WEEKLY;BYDAY=WE,FR"),
			.start = civil_of(rows[i].start),
			.end_day = civil_of(rows[i].end).day,
			.max = 100,
		};
		int result = recur_expand(&query, &memo, &days, &why);
		assert_int_equal(result, rows[i].days ? RECUR_OK : RECUR_REFUSED);
		OWNED_TEXT *got = days_text(&days);
		assert_string_equal(got, rows[i].days ? rows[i].days : "");
	}
	recur_days_release(&days);
	recur_memo_release(&memo);
}

/* --- against a plain day-by-day expansion ------------------------------------------------------------------------------------------ */

static uint64_t random_state;

static uint32_t random_below(uint32_t n)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(random_state >> 33) % n;
}

static void random_list(struct text *text, const char *key, int min, int max, int count)
{
	text_addf(text, ";%s=", key);
	for (int i = 0; i < count; i++) {
		int n = 0;
		while (n == 0)
			n = min + (int)random_below((uint32_t)(max - min + 1));
		text_addf(text, "%s%d", i ? "," : "", n);
	}
}

static void random_days(struct text *text, bool nth)
{
	static const char *const names[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
	int count = 1 + (int)random_below(3);
	text_add(text, ";BYDAY=");
	for (int i = 0; i < count; i++) {
		int n = (int)random_below(11) - 5;
		text_add(text, i ? "," : "");
		if (nth && n)
			text_addf(text, "%d", n);
		text_add(text, names[random_below(7)]);
	}
}

/* A rule of the profile, more or less: some are refused, for their start at the latest. */
static char *random_rule(void)
{
	static const char *const names[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
	uint32_t frequency = random_below(4);
	struct text text = {0};
	text_addf(&text, "FREQ=%s", names[frequency]);
	if (random_below(2))
		text_addf(&text, ";INTERVAL=%u", 1 + random_below(4));
	if (random_below(3) == 0)
		text_addf(&text, ";COUNT=%u", 1 + random_below(12));
	if (random_below(3) == 0)
		text_addf(&text, ";WKST=%s", random_below(2) ? "SU" : "WE");
	bool months = random_below(3) == 0 || frequency == 3;
	if (months)
		random_list(&text, "BYMONTH", 1, 12, 1 + (int)random_below(3));
	bool days = random_below(2);
	if (days)
		random_days(&text, frequency >= 2 && random_below(2));
	bool month_days = frequency != 1 && random_below(3) == 0;
	if (month_days)
		random_list(&text, "BYMONTHDAY", frequency == 0 ? 1 : -31, 31, 1 + (int)random_below(4));
	if (frequency == 2 && days && !month_days && random_below(3) == 0)
		random_list(&text, "BYSETPOS", -3, 3, 1);
	return text_take(&text);
}

static void ymd(int32_t day, int *year, int *month, int *number)
{
	day_to_ymd(day, year, month, number);
}

/* Which period of the rule a day lies in, counted from some fixed one. */
static int period_of(const struct rule *rule, int32_t day)
{
	int year, month, number;
	ymd(day, &year, &month, &number);
	switch (rule->frequency) {
	case DAILY:
		return day;
	case WEEKLY:
		return (day + 700000 - ((int)day_weekday(day) + 7 - (int)rule->week_start) % 7) / 7;
	case MONTHLY:
		return year * 12 + month;
	default:
		return year;
	}
}

/* What a part that is left out takes from DTSTART (RFC 5545 3.3.10). */
static bool follows_start(const struct rule *rule, int32_t start, int32_t day)
{
	int year, month, number, start_year, start_month, start_number;
	ymd(day, &year, &month, &number);
	ymd(start, &start_year, &start_month, &start_number);
	bool by_day = rule->parts & (RULE_BIT(RULE_BYDAY) | RULE_BIT(RULE_BYMONTHDAY));
	if (rule->frequency == WEEKLY && !by_day)
		return day_weekday(day) == day_weekday(start);
	if (rule->frequency >= MONTHLY && !by_day && number != start_number)
		return false;
	return !(rule->frequency == YEARLY && !rule->months && month != start_month);
}

static char *plain_expansion(const struct rule *rule, int32_t start, int32_t end)
{
	struct recur_days days = {0};
	for (int32_t day = start; day < end; day++) {
		if ((period_of(rule, day) - period_of(rule, start)) % rule->interval != 0)
			continue;
		if (rule_matches(rule, day) && follows_start(rule, start, day) && (!rule->count || days.count < (size_t)rule->count))
			recur_days_add(&days, day);
	}
	char *text = days_text(&days);
	recur_days_release(&days);
	return text;
}

static void test_plain_expansion(void **state UNUSED)
{
	enum { ROUNDS = 5000 };
	int expanded = 0;
	struct recur_days days = {0};
	struct recur_memo memo = {0};
	random_state = 20010101;
	for (int i = 0; i < ROUNDS; i++) {
		OWNED_TEXT *text = random_rule();
		struct rule rule;
		int32_t start = day_from_ymd(2001, 1, 1) + (int32_t)random_below(1500), end = start + 1 + (int32_t)random_below(400);
		if (rule_parse(span_of(text), &rule))
			continue;
		for (int tries = 0; tries < 60 && !rule_matches(&rule, start); tries++)
			start++;
		const char *why;
		struct recur_query query = {.rule = span_of(text), .start = {start, 9 * HOUR_S}, .end_day = end, .max = 1000};
		if (start >= end || recur_expand(&query, &memo, &days, &why) != RECUR_OK)
			continue;
		expanded++;
		OWNED_TEXT *got = days_text(&days);
		OWNED_TEXT *expected = plain_expansion(&rule, start, end);
		char first[DAY_TEXT];
		if (strcmp(got, expected) != 0)
			fail_msg("round %d: %s from %s:\n%s, expected\n%s", i, text, day_text(first, start), got, expected);
	}
	assert_true(expanded > ROUNDS / 3);
	recur_days_release(&days);
	recur_memo_release(&memo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_max),
		cmocka_unit_test(test_memo),
		cmocka_unit_test(test_plain_expansion),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
