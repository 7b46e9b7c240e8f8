/* The checks of training sense, in the order in which their findings come. */
#include "lint_private.h"
#include "track.h"

/* each_track: what a learner of one track has of the plan is looked at as well: the caps on load hold for everybody (IDEAS 37). */
static const struct {
	enum lint_scope scope;
	bool each_track;
	void (*check)(const struct lint *lint);
} checks[] = {
	{SCOPE_OWN, false, lint_goal},       {SCOPE_TRAINING, false, lint_race},
	{SCOPE_OWN, false, lint_long_pairs}, {SCOPE_TRAINING, false, lint_longs},
	{SCOPE_TRAINING, true, lint_taper},  {SCOPE_TRAINING, true, lint_growth},
	{SCOPE_TRAINING, true, lint_spikes}, {SCOPE_OWN, false, lint_depends},
	{SCOPE_TRAINING, false, lint_ramp},  {SCOPE_TRAINING, false, lint_cutbacks},
	{SCOPE_TRAINING, false, lint_peak},  {SCOPE_TRAINING, false, lint_monotony},
	{SCOPE_TRAINING, false, lint_mix},   {SCOPE_TRAINING, false, lint_turns},
	{SCOPE_OWN, false, lint_hard_days},  {SCOPE_OWN, false, lint_words},
	{SCOPE_OWN, false, lint_class},      {SCOPE_OWN, false, lint_tracks},
	{SCOPE_TRAINING, false, lint_shape}, {SCOPE_OWN, false, lint_missing},
	{SCOPE_OWN, false, lint_personas},   {SCOPE_TRAINING, false, lint_race_words},
};

bool lint_in_phase(const struct lint *lint, int week, const char *phase)
{
	return strcmp(shape_phase(&lint->plan->shape, week), phase) == 0;
}

bool lint_in_race(const struct lint *lint, int week)
{
	return week == lint->race_week || lint_in_phase(lint, week, "race");
}

bool lint_in_taper(const struct lint *lint, int week)
{
	return lint_in_race(lint, week) || lint_in_phase(lint, week, "taper");
}

/* RULES 5.1. */
bool lint_is_hard(const struct plan_session *session)
{
	return session->effort >= HARD_EFFORT || lint_is_big(session);
}

enum lint_scope lint_scope(const struct plan *plan)
{
	if (plan->dated)
		return SCOPE_ANY;
	return plan->shape.weeks >= TRAINING_WEEKS_MIN ? SCOPE_TRAINING : SCOPE_OWN;
}

static int race_week_of(const struct plan *plan)
{
	for (size_t i = plan->session_count; i-- > 0;)
		if (plan->sessions[i].type == TYPE_RACE)
			return plan->sessions[i].week;
	return 0;
}

static int peak_of(const struct lint *lint)
{
	int peak = 1, highest = 0;
	for (int week = 1; week <= lint->plan->shape.weeks; week++)
		if (!lint_in_race(lint, week) && lint->weeks[week - 1].load > highest) {
			peak = week;
			highest = lint->weeks[week - 1].load;
		}
	return peak;
}

static struct lint lint_open(const struct plan *plan, struct findings *findings)
{
	size_t weeks = (size_t)plan->shape.weeks;
	struct lint lint = {
		.plan = plan,
		.findings = findings,
		.weeks = xcalloc(weeks, sizeof(*lint.weeks)),
		.days = xcalloc(weeks, sizeof(*lint.days)),
		.lines = xcalloc(weeks, sizeof(*lint.lines)),
		.race_week = race_week_of(plan),
	};
	load_plan_weeks(plan, lint.weeks);
	load_plan_days(plan, lint.days);
	lint.peak = peak_of(&lint);
	for (size_t week = 0; week < weeks; week++)
		lint.lines[week] = plan_line(plan, PLAN_LINE_WEEKS);
	for (size_t i = plan->session_count; i-- > 0;)
		lint.lines[plan->sessions[i].week - 1] = plan->sessions[i].line;
	return lint;
}

static void lint_release(struct lint *lint)
{
	free(lint->weeks);
	free(lint->days);
	free(lint->lines);
}

/* Values that lint_plan refuses would lead the sums astray. */
static bool is_usable(const struct plan *plan)
{
	bool usable = plan->session_count && plan->shape.weeks >= 1 && plan->shape.weeks <= PLAN_WEEKS_MAX;
	for (size_t i = 0; usable && i < plan->session_count; i++)
		usable = plan->sessions[i].week >= 1 && plan->sessions[i].week <= plan->shape.weeks;
	return usable;
}

static void run(const struct lint *lint, enum lint_scope scope, bool track_only)
{
	for (size_t i = 0; i < ARRAY_LEN(checks); i++)
		if (checks[i].scope <= scope && (!track_only || checks[i].each_track))
			checks[i].check(lint);
}

static bool is_told(const struct findings *findings, const struct finding *finding)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].code == finding->code && findings->items[i].line == finding->line)
			return true;
	return false;
}

/* The part borrows the sessions of the whole. */
static void lint_track(const struct lint *whole, enum lint_scope scope, const char *track)
{
	struct findings own = {0};
	struct plan part = *whole->plan;
	part.sessions = xcalloc(part.session_count, sizeof(*part.sessions));
	part.session_count = 0;
	for (size_t i = 0; i < whole->plan->session_count; i++)
		if (track_takes(track, &whole->plan->sessions[i]))
			part.sessions[part.session_count++] = whole->plan->sessions[i];
	if (part.session_count && part.session_count < whole->plan->session_count) {
		struct lint lint = lint_open(&part, &own);
		run(&lint, scope, true);
		lint_release(&lint);
	}
	for (size_t i = 0; i < own.count; i++)
		if (!is_told(whole->findings, &own.items[i]))
			findings_add(whole->findings, own.items[i].code, own.items[i].line, "with track '%s' alone: %s", track,
				     own.items[i].text);
	findings_release(&own);
	free(part.sessions);
}

void lint_sense(const struct plan *plan, struct findings *findings)
{
	enum lint_scope scope = lint_scope(plan);
	if (scope == SCOPE_ANY || !is_usable(plan))
		return;
	struct lint lint = lint_open(plan, findings);
	run(&lint, scope, false);
	const char *at = plan->tracks ? plan->tracks : "", *name;
	for (size_t length; track_next(&at, &name, &length);) {
		OWNED_TEXT *track = xasprintf("%.*s", (int)length, name);
		lint_track(&lint, scope, track);
	}
	lint_release(&lint);
	findings_sort(findings);
}
