#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock.h"

#define SECOND_NS INT64_C(1000000000)

static const struct clock real = {.speed = 1};
static const struct clock fast = {.shifted = true, .base_real_ns = 1700000000123456789, .base_shown_s = 1795000000, .speed = 3600};

static void test_at(void **state UNUSED)
{
	static const struct {
		struct clock clock;
		int64_t real_ns, shown_s;
	} rows[] = {
		{{.speed = 1}, 0, 0},
		{{.speed = 1}, SECOND_NS - 1, 0},
		{{.speed = 1}, SECOND_NS, 1},
		{{.speed = 1}, -1, -1},
		{{.speed = 1}, -SECOND_NS, -1},
		{{true, 5 * SECOND_NS, 1000, 1, {0}}, 5 * SECOND_NS, 1000},
		{{true, 5 * SECOND_NS, 1000, 1, {0}}, 6 * SECOND_NS - 1, 1000},
		{{true, 5 * SECOND_NS, 1000, 1, {0}}, 6 * SECOND_NS, 1001},
		{{true, 5 * SECOND_NS, 1000, 1, {0}}, 5 * SECOND_NS - 1, 999},
		{{true, 5 * SECOND_NS, 1000, 60, {0}}, 6 * SECOND_NS, 1060},
		{{true, 5 * SECOND_NS, 1000, 0.5, {0}}, 9 * SECOND_NS, 1002},
		{{true, 5 * SECOND_NS, -1000, 0.5, {0}}, 9 * SECOND_NS, -998},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(clock_at(&rows[i].clock, rows[i].real_ns).s, rows[i].shown_s);
}

/* The timer never fires too early, nor a nanosecond later than it must: for many speeds and moments. */
static void test_round_trip(void **state UNUSED)
{
	static const double speeds[] = {1, 0.001, 0.3, 1.0 / 3, 0.999999, 2, 7, 60, 1000.0 / 3, 3600, 86400, 1e6, 1e9};
	static const int64_t ahead_s[] = {-1000000, -86400, -1, 0, 1, 2, 59, 60, 3599, 86400, 604800, 10886400, 31536000, 315360000};
	for (size_t i = 0; i < ARRAY_LEN(speeds); i++)
		for (size_t k = 0; k < ARRAY_LEN(ahead_s); k++) {
			struct clock clock = fast;
			clock.speed = speeds[i];
			struct instant instant = {clock.base_shown_s + ahead_s[k]};
			int64_t ns = clock_real_ns(&clock, instant);
			if (ns == 1 || ns == INT64_MAX)
				continue; /* before the epoch, or beyond what a clock counts */
			assert_true(clock_at(&clock, ns).s >= instant.s);
			assert_true(clock_at(&clock, ns - 1).s < instant.s);
		}
}

static void test_round_trip_real(void **state UNUSED)
{
	for (int64_t s = 1; s < 9000000000; s += 123456789) {
		assert_true(clock_real_ns(&real, (struct instant){s}) == s * SECOND_NS);
		assert_true(clock_at(&real, s * SECOND_NS).s == s);
	}
}

static void test_edges(void **state UNUSED)
{
	static const int64_t past_s[] = {0, -1, -99999999999, INT64_MIN};
	for (size_t i = 0; i < ARRAY_LEN(past_s); i++) /* never 0: that would disarm a timer */
		assert_true(clock_real_ns(&real, (struct instant){past_s[i]}) == 1);
	assert_true(clock_real_ns(&fast, (struct instant){INT64_MIN}) == 1);
	assert_true(clock_real_ns(&real, (struct instant){INSTANT_NEVER}) == INT64_MAX);
	assert_true(clock_real_ns(&fast, (struct instant){INSTANT_NEVER}) == INT64_MAX);
	assert_true(clock_real_ns(&real, (struct instant){INT64_MAX - 1}) == INT64_MAX);
	assert_true(clock_real_ns(&fast, (struct instant){INT64_MAX - 1}) == INT64_MAX);
	/* A speed without sense still gives a time. */
	struct clock furious = {.shifted = true, .base_real_ns = SECOND_NS, .base_shown_s = 0, .speed = 1e300};
	assert_true(clock_at(&furious, INT64_MAX).s == INT64_C(1000000000000));
	assert_true(clock_at(&furious, 0).s == INT64_C(-1000000000000));
}

static void test_never_back(void **state UNUSED)
{
	struct clock clock = fast;
	clock.speed = 1000.0 / 3;
	int64_t last_s = INT64_MIN;
	for (int64_t ns = clock.base_real_ns - 1000; ns < clock.base_real_ns + 20000000; ns += 997) {
		int64_t now_s = clock_at(&clock, ns).s;
		assert_true(now_s >= last_s);
		last_s = now_s;
	}
}

/* The readers: between two looks at the system's own clock, however slow the machine. */
static void test_readers(void **state UNUSED)
{
	struct clock real_clock = clock_real();
	struct timespec before, after;
	clock_gettime(CLOCK_REALTIME, &before);
	struct instant now = clock_now(&real_clock);
	clock_gettime(CLOCK_REALTIME, &after);
	assert_true(before.tv_sec <= now.s && now.s <= after.tv_sec);

	clock_gettime(CLOCK_REALTIME, &before);
	struct clock shifted = clock_shifted((struct instant){1000}, 1e9);
	struct instant shown = clock_now(&shifted);
	clock_gettime(CLOCK_REALTIME, &after);
	int64_t passed_ns = (after.tv_sec - before.tv_sec) * SECOND_NS + after.tv_nsec - before.tv_nsec;
	assert_true(shown.s >= 1000 && shown.s <= 1000 + passed_ns);
	assert_true(shifted.shifted && shifted.base_shown_s == 1000);
	assert_true(clock_at(&shifted, shifted.base_real_ns).s == 1000);
}

/* Seconds by which the three clocks went on between the looks, and what that means. */
static void test_compare(void **state UNUSED)
{
	enum { HOURS = 3600 };
	static const struct {
		double real_s, monotonic_s, boottime_s;
		bool announced;
		enum clock_change change;
		int64_t by_s;
	} rows[] = {
		{0, 0, 0, false, CLOCK_RAN, 0},
		{60, 60, 60, false, CLOCK_RAN, 0},
		{90 * 24 * HOURS, 90 * 24 * HOURS, 90 * 24 * HOURS, false, CLOCK_RAN, 0},
		/* set, and the kernel said so: any step counts */
		{61, 60, 60, true, CLOCK_SET, 1},
		{60.2, 60, 60, true, CLOCK_SET, 0},
		{60 + 1199.999999, 60, 60, true, CLOCK_SET, 1200},
		{60 - 3599.999999, 60, 60, true, CLOCK_SET, -3600},
		{60 + 20 * 60, 60, 60, true, CLOCK_SET, 1200},
		{60 - 1 * HOURS, 60, 60, true, CLOCK_SET, -3600},
		/* set, and nobody said so: more than half a minute */
		{90, 60, 60, false, CLOCK_RAN, 0},
		{91, 60, 60, false, CLOCK_SET, 31},
		{90.2, 60, 60, false, CLOCK_SET, 30},
		{30, 60, 60, false, CLOCK_RAN, 0},
		{29, 60, 60, false, CLOCK_SET, -31},
		{60 + 3 * HOURS, 60, 60, false, CLOCK_SET, 3 * HOURS},
		{60 - 3 * HOURS, 60, 60, false, CLOCK_SET, -3 * HOURS},
		/* slept: the kernel says so in the same way */
		{60 + 600, 60, 60 + 600, true, CLOCK_WOKE, 600},
		{60 + 72 * HOURS, 60, 60 + 72 * HOURS, true, CLOCK_WOKE, 72 * HOURS},
		{62, 60, 62, true, CLOCK_WOKE, 2},
		{61, 60, 61, true, CLOCK_SET, 1},
		{61.1, 60, 61.1, true, CLOCK_WOKE, 1},
		/* slept, and nobody said so */
		{60 + 30, 60, 60 + 30, false, CLOCK_RAN, 0},
		{60 + 31, 60, 60 + 31, false, CLOCK_WOKE, 31},
		{60 + 8 * HOURS, 60, 60 + 8 * HOURS, false, CLOCK_WOKE, 8 * HOURS},
		/* slept, and the wall clock was set at the wake: one look at everything is enough */
		{60 - 5 * HOURS, 60, 60 + 8 * HOURS, true, CLOCK_WOKE, 8 * HOURS},
		{60, 60, 60 + 8 * HOURS, true, CLOCK_WOKE, 8 * HOURS},
	};
	const struct clock_look before = {1790000000 * SECOND_NS + 999999999, 5000 * SECOND_NS + 1, 9000 * SECOND_NS + 2};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct clock_look after = {before.real_ns + (int64_t)(rows[i].real_s * 1e9),
					   before.monotonic_ns + (int64_t)(rows[i].monotonic_s * 1e9),
					   before.boottime_ns + (int64_t)(rows[i].boottime_s * 1e9)};
		struct clock_news news = clock_compare(&before, &after, rows[i].announced);
		if (news.change != rows[i].change || news.by_s != rows[i].by_s)
			fail_msg("row %zu: change %d by %lld s", i, news.change, (long long)news.by_s);
	}
}

/* A look is the next one's last, and setting what is shown is none. */
static void test_news(void **state UNUSED)
{
	struct clock clock = clock_real();
	assert_int_equal(clock_news(&clock, false).change, CLOCK_RAN);
	clock.last.monotonic_ns += 40 * SECOND_NS; /* as if the wall clock had been set by 40 s since then */
	clock.last.boottime_ns += 40 * SECOND_NS;
	struct clock twin = clock;
	clock_shift(&twin, (struct instant){1000}, 2);
	assert_true(twin.shifted && twin.speed == 2 && twin.base_shown_s == 1000);
	assert_memory_equal(&twin.last, &clock.last, sizeof(clock.last));
	struct clock_news news = clock_news(&clock, false);
	assert_int_equal(news.change, CLOCK_SET);
	assert_true(news.by_s >= 39 && news.by_s <= 41);
	assert_int_equal(clock_news(&clock, false).change, CLOCK_RAN);
	clock.last.boottime_ns -= 600 * SECOND_NS;
	news = clock_news(&clock, true);
	assert_int_equal(news.change, CLOCK_WOKE);
	assert_true(news.by_s >= 599 && news.by_s <= 601);
}

static void test_monotonic(void **state UNUSED)
{
	struct timespec before, after;
	clock_gettime(CLOCK_MONOTONIC, &before);
	int64_t now_us = clock_monotonic_us();
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true(now_us >= before.tv_sec * 1000000 + before.tv_nsec / 1000 && now_us <= after.tv_sec * 1000000 + after.tv_nsec / 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at),        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_round_trip_real),
		cmocka_unit_test(test_edges),     cmocka_unit_test(test_never_back), cmocka_unit_test(test_readers),
		cmocka_unit_test(test_monotonic), cmocka_unit_test(test_compare),    cmocka_unit_test(test_news),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
