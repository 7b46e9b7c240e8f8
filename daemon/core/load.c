#include "load.h"

#include <limits.h>

const char *const band_name[] = {
	[BAND_NONE] = NULL, [BAND_GREEN] = "green", [BAND_YELLOW] = "yellow", [BAND_ORANGE] = "orange", [BAND_RED] = "red",
};

/* RULES 2.4, in percent of the planned minutes. */
enum { GREEN_FROM = 80, GREEN_TO = 120, YELLOW_FROM = 50, YELLOW_TO = 150 };

enum band load_band(int planned_min, int actual_min)
{
	if (planned_min <= 0 || actual_min < 0)
		return BAND_NONE;
	/* Compared as products: nothing is lost to rounding. */
	int64_t actual = (int64_t)actual_min * 100, planned = planned_min;
	if (actual >= planned * GREEN_FROM && actual <= planned * GREEN_TO)
		return BAND_GREEN;
	if (actual >= planned * YELLOW_FROM && actual <= planned * YELLOW_TO)
		return BAND_YELLOW;
	return BAND_ORANGE;
}

enum band load_session_band(const struct session *session)
{
	if (session->life.state == STATE_MISSED)
		return BAND_RED;
	return load_band(session->plan.minutes, session->life.actual_minutes);
}

/* a + b, held at INT_MAX: values of a damaged database must not wrap around. Both are >= 0. */
static int add_held(int a, int64_t b)
{
	return b > INT_MAX - a ? INT_MAX : a + (int)b;
}

static void add_planned(struct week_load *week, const struct plan_session *session)
{
	if (session->minutes < 0 || session->effort < 0)
		return;
	week->sessions++;
	week->minutes = add_held(week->minutes, session->minutes);
	week->load = add_held(week->load, (int64_t)session->minutes * session->effort);
}

static bool is_done(const struct session *session)
{
	return session->life.state == STATE_DONE || session->life.state == STATE_PARTIAL;
}

int load_minutes_done(const struct session *session)
{
	return is_done(session) && session->life.actual_minutes > 0 ? session->life.actual_minutes : 0;
}

static void add_done(struct week_load *week, const struct session *session)
{
	week->sessions_done += is_done(session);
	week->minutes_done = add_held(week->minutes_done, load_minutes_done(session));
}

static void weeks_clear(struct week_load *weeks, int week_count)
{
	for (int i = 0; i < week_count; i++)
		weeks[i] = (struct week_load){0};
}

void load_plan_weeks(const struct plan *plan, struct week_load *weeks)
{
	weeks_clear(weeks, plan->shape.weeks);
	for (size_t i = 0; i < plan->session_count; i++) {
		int week = plan->sessions[i].week;
		if (week >= 1 && week <= plan->shape.weeks)
			add_planned(&weeks[week - 1], &plan->sessions[i]);
	}
}

void load_session_weeks(const struct session *sessions, size_t count, int week_count, struct week_load *weeks)
{
	weeks_clear(weeks, week_count);
	for (size_t i = 0; i < count; i++) {
		int week = sessions[i].plan.week;
		if (week < 1 || week > week_count || session_is_withdrawn(&sessions[i]))
			continue;
		add_planned(&weeks[week - 1], &sessions[i].plan);
		add_done(&weeks[week - 1], &sessions[i]);
	}
}

int load_peak_week(const struct week_load *weeks, const struct plan_shape *shape)
{
	int peak = 1, highest = 0;
	for (int week = 1; week <= shape->weeks; week++) {
		if (strcmp(shape_phase(shape, week), "race") == 0 || weeks[week - 1].load <= highest)
			continue;
		peak = week;
		highest = weeks[week - 1].load;
	}
	return peak;
}

void load_plan_days(const struct plan *plan, int (*days)[WEEK_DAYS])
{
	memset(days, 0, (size_t)plan->shape.weeks * sizeof(*days));
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		if (session->week < 1 || session->week > plan->shape.weeks || session->minutes < 0 || session->effort < 0)
			continue;
		int *day = &days[session->week - 1][plan_weekday(session->day)];
		*day = add_held(*day, (int64_t)session->minutes * session->effort);
	}
}

/* mean > limit * sd, squared: with S the sum and Q the sum of squares of seven loads it is 6 S^2 > 7 limit^2 (7 Q - S^2). */
bool load_is_monotonous(const int days[WEEK_DAYS], int limit)
{
	double sum = 0, squares = 0;
	for (int i = 0; i < WEEK_DAYS; i++) {
		sum += days[i];
		squares += (double)days[i] * days[i];
	}
	return sum > 0 && (WEEK_DAYS - 1) * sum * sum > WEEK_DAYS * (double)limit * limit * (WEEK_DAYS * squares - sum * sum);
}
