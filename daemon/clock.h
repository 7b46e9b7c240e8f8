/* The only reader of clocks: real, or shifted and scaled for demonstrations and tests (pacerd --at TIME --speed N, --clock FILE).
 *
 * It also tells what happened to the machine's clocks between two looks. CLOCK_MONOTONIC stands still in suspend, CLOCK_BOOTTIME does
 * not, and neither follows when the wall clock is set; all three are slewed alike, so that they differ by steps and sleep alone. */
#ifndef DAEMON_CLOCK_H
#define DAEMON_CLOCK_H

#include "core/time.h"

enum {
	CLOCK_SLEPT_S = 1,  /* CLOCK_BOOTTIME ahead of CLOCK_MONOTONIC by more: the machine slept */
	CLOCK_DRIFT_S = 30, /* wall clock off CLOCK_MONOTONIC by more, and nobody said so: it was set, or the machine slept (DESIGN 4) */
};

/* The machine's clocks at one moment. */
struct clock_look {
	int64_t real_ns, monotonic_ns, boottime_ns;
};

enum clock_change {
	CLOCK_RAN,  /* nothing but time passed */
	CLOCK_SET,  /* the wall clock was set */
	CLOCK_WOKE, /* the machine slept and woke */
};

struct clock_news {
	enum clock_change change;
	int64_t by_s; /* SET: how far, backward is negative; WOKE: how long it slept; to the nearest second */
};

struct clock {
	bool shifted;
	int64_t base_real_ns; /* CLOCK_REALTIME at which the shown time was base_shown_s */
	int64_t base_shown_s;
	double speed;           /* shown seconds a real second; > 0 */
	struct clock_look last; /* what clock_news looks back to */
};

struct clock clock_real(void);
struct clock clock_shifted(struct instant shown, double speed);
/* From now on it shows this time; the last look stays. */
void clock_shift(struct clock *clock, struct instant shown, double speed);
struct instant clock_now(const struct clock *clock);
/* What clock_now says when CLOCK_REALTIME is at real_ns. */
struct instant clock_at(const struct clock *clock, int64_t real_ns);
/* CLOCK_REALTIME in ns at which clock_now first reaches the instant; INT64_MAX for INSTANT_NEVER and for what no clock will show;
 * at least 1, as 0 would disarm a timerfd. clock_at(clock_real_ns(x)) >= x, and a nanosecond earlier it is not. */
int64_t clock_real_ns(const struct clock *clock, struct instant instant);
/* CLOCK_MONOTONIC, for spans of real time. */
int64_t clock_monotonic_us(void);

/* What happened since the last look; this look is the next one's last. announced: the kernel said that the wall clock is not what it
 * was (ECANCELED), which it does after a sleep too. */
struct clock_news clock_news(struct clock *clock, bool announced);
/* The same between two looks. */
struct clock_news clock_compare(const struct clock_look *before, const struct clock_look *after, bool announced);

#endif
