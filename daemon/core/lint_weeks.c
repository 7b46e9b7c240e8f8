/* Checks of the weeks' sums: how they grow, rest, peak and taper (RULES 5.2 G1, 5.5). */
#include "lint_private.h"

static int line_of(const struct lint *lint, int week)
{
	return lint->lines[week - 1];
}

static int load_of(const struct lint *lint, int week)
{
	return lint->weeks[week - 1].load;
}

/* The heaviest of the three weeks before; 0: none had a load. */
static int load_before(const struct lint *lint, int week)
{
	int most = 0;
	for (int k = week - GROWTH_WEEKS > 1 ? week - GROWTH_WEEKS : 1; k < week; k++)
		most = load_of(lint, k) > most ? load_of(lint, k) : most;
	return most;
}

void lint_growth(const struct lint *lint)
{
	for (int week = 2; week <= lint->plan->shape.weeks; week++) {
		int load = load_of(lint, week), before = load_before(lint, week);
		if (!before || lint_in_race(lint, week))
			continue;
		if (week > EARLY_WEEKS && lint_over(load, before, GROWTH_ERR))
			findings_add(lint->findings, LINT_GROWTH, line_of(lint, week),
				     "week %d is too much of a step: load '%d' is %d %% of the heaviest of the three weeks before (%d); "
				     "stay within %d",
				     week, load, lint_share(load, before, true), before, before * GROWTH_ERR / 100);
		else if (lint_over(load, before, GROWTH_WARN) && load - before > GROWTH_WARN_LOAD)
			findings_add(lint->findings, LINT_GROWTH_WARN, line_of(lint, week),
				     "week %d is a steep step: load '%d' is %d %% of the heaviest of the three weeks before (%d); "
				     "%d would be smooth",
				     week, load, lint_share(load, before, true), before, before * GROWTH_WARN / 100);
	}
}

/* --- taper --------------------------------------------------------------------------------------------------------------------------- */

static void taper_sums(const struct lint *lint, int week)
{
	int load = load_of(lint, week), peak = load_of(lint, lint->peak), sessions = lint->weeks[week - 1].sessions;
	int least = lint->weeks[lint->peak - 1].sessions - TAPER_SESSIONS_LESS;
	if (lint_over(load, peak, TAPER_MAX) || lint_under(load, peak, TAPER_MIN))
		findings_add(lint->findings, LINT_TAPER, line_of(lint, week),
			     "taper week %d has load '%d', %d %% of the peak in week %d; make it %d to %d %%: %d to %d", week, load,
			     lint_share(load, peak, lint_over(load, peak, TAPER_MAX)), lint->peak, TAPER_MIN, TAPER_MAX,
			     peak * TAPER_MIN / 100, peak * TAPER_MAX / 100);
	if (sessions < least)
		findings_add(lint->findings, LINT_TAPER, line_of(lint, week),
			     "taper week %d has '%d' sessions; the peak week has %d, keep at least %d and make them shorter", week,
			     sessions, least + TAPER_SESSIONS_LESS, least);
}

static void taper_long(const struct lint *lint, const struct plan_session *session, int longest)
{
	if (session->type == TYPE_LONG && lint_in_phase(lint, session->week, "taper") &&
	    lint_over(session->minutes, longest, TAPER_LONG_MAX))
		findings_add(lint->findings, LINT_TAPER, session->line,
			     "long session of taper week %d is too long: '%d' minutes, at most %d (%d %% of the longest, %d)",
			     session->week, session->minutes, longest * TAPER_LONG_MAX / 100, TAPER_LONG_MAX, longest);
}

void lint_taper(const struct lint *lint)
{
	const struct plan *plan = lint->plan;
	int longest = 0;
	if (!load_of(lint, lint->peak))
		return;
	for (int week = 1; week <= plan->shape.weeks; week++)
		if (lint_in_phase(lint, week, "taper"))
			taper_sums(lint, week);
	for (size_t i = 0; i < plan->session_count; i++)
		if (plan->sessions[i].type == TYPE_LONG && plan->sessions[i].minutes > longest)
			longest = plan->sessions[i].minutes;
	for (size_t i = 0; i < plan->session_count; i++)
		taper_long(lint, &plan->sessions[i], longest);
}

/* --- start, cut-backs, peak ------------------------------------------------------------------------------------------------------- */

void lint_ramp(const struct lint *lint)
{
	int weeks = lint->plan->shape.weeks, peak = load_of(lint, lint->peak);
	int most = weeks >= RAMP_LONG_WEEKS ? RAMP_LONG : weeks >= RAMP_MIDDLE_WEEKS ? RAMP_MIDDLE : RAMP_SHORT;
	for (int week = 1; week <= EARLY_WEEKS && week < lint->peak; week++)
		if (lint_over(load_of(lint, week), peak, most))
			findings_add(lint->findings, LINT_RAMP_START, line_of(lint, week),
				     "week %d starts fast: load '%d' is %d %% of the peak in week %d; begin with at most %d %%: %d", week,
				     load_of(lint, week), lint_share(load_of(lint, week), peak, true), lint->peak, most, peak * most / 100);
}

/* A cut-back that is none, or hardly anything. */
static void cutback_depth(const struct lint *lint, int week)
{
	int load = load_of(lint, week), before = load_before(lint, week);
	if (!before || (!lint_over(load, before, CUTBACK_MAX) && !lint_under(load, before, CUTBACK_MIN)))
		return;
	findings_add(lint->findings, LINT_CUTBACK, line_of(lint, week),
		     "cut-back week %d has load '%d', %d %% of the heaviest of the three weeks before; make it %d to %d %%: %d to %d", week,
		     load, lint_share(load, before, lint_over(load, before, CUTBACK_MAX)), CUTBACK_MIN, CUTBACK_MAX,
		     before * CUTBACK_MIN / 100, before * CUTBACK_MAX / 100);
}

void lint_cutbacks(const struct lint *lint)
{
	const struct plan_shape *shape = &lint->plan->shape;
	int weeks = 0;
	if (shape->weeks < CUTBACK_PLAN_WEEKS_MIN)
		return;
	for (int week = 1; week <= shape->weeks; week++) {
		bool taper = lint_in_taper(lint, week), cutback = shape_is_cutback(shape, week);
		if (cutback && !taper)
			cutback_depth(lint, week);
		weeks = cutback || taper ? 0 : weeks + 1;
		if (weeks == CUTBACK_AFTER_WEEKS + 1)
			findings_add(lint->findings, LINT_CUTBACK, line_of(lint, week),
				     "week %d is the fifth in a row without a cut-back: make it or one before it lighter and name it in "
				     "X-PACER-CUTBACK",
				     week);
	}
}

/* The last third of the plan, or the last week before the taper: short plans taper within their last third. */
void lint_peak(const struct lint *lint)
{
	const struct plan_shape *shape = &lint->plan->shape;
	if (lint->peak * 3 >= shape->weeks * 2 || lint_in_taper(lint, lint->peak + 1) || !load_of(lint, lint->peak))
		return;
	findings_add(lint->findings, LINT_PEAK, line_of(lint, lint->peak),
		     "the peak comes early: week '%d' of %d is the heaviest (%d); let the load grow until shortly before the taper",
		     lint->peak, shape->weeks, load_of(lint, lint->peak));
}

void lint_monotony(const struct lint *lint)
{
	for (int week = 1; week <= lint->plan->shape.weeks; week++)
		if (load_is_monotonous(lint->days[week - 1], MONOTONY_MAX))
			findings_add(lint->findings, LINT_MONO, line_of(lint, week),
				     "the days of week %d are too alike: monotony over '%d', let hard and easy days differ more", week,
				     MONOTONY_MAX);
}
