#include "clock.h"

#include <assert.h>

#define SECOND_NS INT64_C(1000000000)
/* Shown seconds are held within what the calendar can name, far outside of years 1 to 9999. */
#define SHOWN_S_MAX INT64_C(1000000000000)

static int64_t read_ns(clockid_t id)
{
	struct timespec now;
	int r = clock_gettime(id, &now);
	assert(r == 0); /* these clocks always exist */
	(void)r;
	return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

static struct clock_look look(void)
{
	return (struct clock_look){read_ns(CLOCK_REALTIME), read_ns(CLOCK_MONOTONIC), read_ns(CLOCK_BOOTTIME)};
}

struct clock clock_real(void)
{
	return (struct clock){.speed = 1, .last = look()};
}

struct clock clock_shifted(struct instant shown, double speed)
{
	struct clock clock = clock_real();
	clock_shift(&clock, shown, speed);
	return clock;
}

void clock_shift(struct clock *clock, struct instant shown, double speed)
{
	assert(speed > 0);
	clock->shifted = true;
	clock->base_real_ns = read_ns(CLOCK_REALTIME);
	clock->base_shown_s = shown.s;
	clock->speed = speed;
}

/* Never goes back as real_ns grows: one multiplication and one rounding down, both monotonic. */
struct instant clock_at(const struct clock *clock, int64_t real_ns)
{
	if (!clock->shifted)
		return (struct instant){real_ns / SECOND_NS - (real_ns % SECOND_NS < 0)};
	long double passed_s = (long double)(real_ns - clock->base_real_ns) * clock->speed / SECOND_NS;
	if (passed_s > SHOWN_S_MAX)
		passed_s = SHOWN_S_MAX;
	if (passed_s < -SHOWN_S_MAX)
		passed_s = -SHOWN_S_MAX;
	int64_t whole_s = (int64_t)passed_s;
	return (struct instant){clock->base_shown_s + whole_s - ((long double)whole_s > passed_s)};
}

struct instant clock_now(const struct clock *clock)
{
	return clock_at(clock, read_ns(CLOCK_REALTIME));
}

int64_t clock_real_ns(const struct clock *clock, struct instant instant)
{
	if (instant.s == INSTANT_NEVER)
		return INT64_MAX;
	/* Bisection over the function itself, at most 63 steps: dividing by the speed could land a nanosecond too early, and the
	 * timer would find nothing due. */
	int64_t from = 1, to = INT64_MAX;
	while (from < to) {
		int64_t middle = from + (to - from) / 2;
		if (clock_at(clock, middle).s >= instant.s)
			to = middle;
		else
			from = middle + 1;
	}
	return from;
}

int64_t clock_monotonic_us(void)
{
	return read_ns(CLOCK_MONOTONIC) / 1000;
}

static int64_t nearest_s(int64_t ns)
{
	return (ns + (ns < 0 ? -SECOND_NS / 2 : SECOND_NS / 2)) / SECOND_NS;
}

struct clock_news clock_compare(const struct clock_look *before, const struct clock_look *after, bool announced)
{
	int64_t monotonic_ns = after->monotonic_ns - before->monotonic_ns;
	int64_t off_ns = after->real_ns - before->real_ns - monotonic_ns;
	int64_t slept_ns = after->boottime_ns - before->boottime_ns - monotonic_ns;
	if (!announced && off_ns <= CLOCK_DRIFT_S * SECOND_NS && off_ns >= -CLOCK_DRIFT_S * SECOND_NS)
		return (struct clock_news){CLOCK_RAN, 0};
	if (slept_ns > CLOCK_SLEPT_S * SECOND_NS)
		return (struct clock_news){CLOCK_WOKE, nearest_s(slept_ns)};
	return (struct clock_news){CLOCK_SET, nearest_s(off_ns)};
}

struct clock_news clock_news(struct clock *clock, bool announced)
{
	const struct clock_look now = look(), before = clock->last;
	clock->last = now;
	return clock_compare(&before, &now, announced);
}
