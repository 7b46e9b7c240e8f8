/* The only reader of clocks: real, or shifted and scaled for demonstrations and tests (pacerd --at TIME --speed N). */
#ifndef DAEMON_CLOCK_H
#define DAEMON_CLOCK_H

#include "core/time.h"

struct clock {
	bool shifted;
	int64_t base_real_ns; /* CLOCK_REALTIME at which the shown time was base_shown_s */
	int64_t base_shown_s;
	double speed; /* shown seconds a real second; > 0 */
};

struct clock clock_real(void);
struct clock clock_shifted(struct instant shown, double speed);
struct instant clock_now(const struct clock *clock);
/* What clock_now says when CLOCK_REALTIME is at real_ns. */
struct instant clock_at(const struct clock *clock, int64_t real_ns);
/* CLOCK_REALTIME in ns at which clock_now first reaches the instant; INT64_MAX for INSTANT_NEVER and for what no clock will show;
 * at least 1, as 0 would disarm a timerfd. clock_at(clock_real_ns(x)) >= x, and a nanosecond earlier it is not. */
int64_t clock_real_ns(const struct clock *clock, struct instant instant);
/* CLOCK_MONOTONIC, for spans of real time. */
int64_t clock_monotonic_us(void);

#endif
