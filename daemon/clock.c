#include "clock.h"

#include <assert.h>

#define SECOND_NS INT64_C(1000000000)
/* Shown seconds are held within what the calendar can name, far outside of years 1 to 9999. */
#define SHOWN_S_MAX INT64_C(1000000000000)

static int64_t read_ns(clockid_t id)
{
	struct timespec now;
	int r = clock_gettime(id, &now);
	assert(r == 0); /* both clocks always exist */
	(void)r;
	return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

struct clock clock_real(void)
{
	return (struct clock){.speed = 1};
}

struct clock clock_shifted(struct instant shown, double speed)
{
	assert(speed > 0);
	return (struct clock){.shifted = true, .base_real_ns = read_ns(CLOCK_REALTIME), .base_shown_s = shown.s, .speed = speed};
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
