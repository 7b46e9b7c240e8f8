/* The checks of training sense, in the order in which their findings come. */
#include "lint_private.h"

static const struct {
	enum lint_scope scope;
	void (*check)(const struct lint *lint);
} checks[] = {
	{SCOPE_TRAINING, lint_goal},       {SCOPE_TRAINING, lint_race},   {SCOPE_TRAINING, lint_longs},    {SCOPE_TRAINING, lint_taper},
	{SCOPE_TRAINING, lint_growth},     {SCOPE_TRAINING, lint_spikes}, {SCOPE_OWN, lint_depends},       {SCOPE_TRAINING, lint_ramp},
	{SCOPE_TRAINING, lint_cutbacks},   {SCOPE_TRAINING, lint_peak},   {SCOPE_TRAINING, lint_monotony}, {SCOPE_TRAINING, lint_mix},
	{SCOPE_TRAINING, lint_turns},      {SCOPE_OWN, lint_hard_days},   {SCOPE_OWN, lint_words},         {SCOPE_OWN, lint_class},
	{SCOPE_OWN, lint_tracks},          {SCOPE_OWN, lint_shape},       {SCOPE_OWN, lint_missing},       {SCOPE_OWN, lint_personas},
	{SCOPE_TRAINING, lint_race_words},
};

bool lint_in_phase(const struct lint *lint, int week, const char *phase)
{
	return strcmp(shape_phase(&lint->plan->shape, week), phase) == 0;
}

bool lint_in_race(const struct lint *lint, int week)
{
	return lint_in_phase(lint, week, "race");
}

/* RULES 5.1. */
bool lint_is_hard(const struct plan_session *session)
{
	return session->effort >= HARD_EFFORT || lint_is_big(session);
}

enum lint_scope lint_scope(const struct plan *plan)
{
	if (plan->dated)
		return SCOPE_FILE;
	bool race = false;
	for (int i = 0; i < plan->shape.phase_count; i++)
		race |= strcmp(plan->shape.phases[i].name, "race") == 0;
	return race && plan->shape.weeks >= TRAINING_WEEKS_MIN ? SCOPE_TRAINING : SCOPE_OWN;
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
	};
	load_plan_weeks(plan, lint.weeks);
	load_plan_days(plan, lint.days);
	lint.peak = load_peak_week(lint.weeks, &plan->shape);
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

void lint_sense(const struct plan *plan, struct findings *findings)
{
	enum lint_scope scope = lint_scope(plan);
	if (scope == SCOPE_FILE || !is_usable(plan))
		return;
	struct lint lint = lint_open(plan, findings);
	for (size_t i = 0; i < ARRAY_LEN(checks); i++)
		if (checks[i].scope <= scope)
			checks[i].check(&lint);
	lint_release(&lint);
}
