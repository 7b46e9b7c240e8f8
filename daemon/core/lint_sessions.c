/* Checks of which sessions a week has, and how they follow each other (RULES 5.2 G2, 5.5; IDEAS 17, 56, 76, 78). */
#include "lint_private.h"

/* --- the race ------------------------------------------------------------------------------------------------------------------------ */

void lint_race(const struct lint *lint)
{
	const struct plan *plan = lint->plan;
	const struct plan_session *race = NULL;
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		if (session->type != TYPE_RACE)
			continue;
		if (race)
			findings_add(lint->findings, LINT_RACE, session->line,
				     "second race: '%s', the other is '%s'; make one of them a tuneup", session->id, race->id);
		else if (session->week != plan->shape.weeks)
			findings_add(lint->findings, LINT_RACE, session->line,
				     "the race is in week '%d' of %d: move it into the last week, or end the plan there", session->week,
				     plan->shape.weeks);
		race = session;
	}
	if (!race)
		findings_add(lint->findings, LINT_RACE, plan_line(plan, PLAN_LINE_PHASES),
			     "no race: the plan builds up to nothing; add a session of type race to week '%d', the last",
			     plan->shape.weeks);
}

/* --- long sessions ------------------------------------------------------------------------------------------------------------------- */

/* In base and build each long session is at least as long as the last one outside a cut-back. */
static void long_grows(const struct lint *lint, const struct plan_session *session, int *last)
{
	if (shape_is_cutback(&lint->plan->shape, session->week) ||
	    (!lint_in_phase(lint, session->week, "base") && !lint_in_phase(lint, session->week, "build")))
		return;
	if (session->minutes < *last)
		findings_add(lint->findings, LINT_LONG, session->line,
			     "long session of week %d shrinks: '%d' minutes after %d; let it grow, or make the week a cut-back",
			     session->week, session->minutes, *last);
	*last = session->minutes;
}

static void weeks_without_long(const struct lint *lint, const int *big)
{
	const struct plan_shape *shape = &lint->plan->shape;
	for (int week = 1; week <= shape->weeks; week++)
		if (!big[week - 1] && !shape_is_cutback(shape, week) && !lint_in_race(lint, week))
			findings_add(lint->findings, LINT_LONG, lint->lines[week - 1],
				     "week '%d' has no long session, no tune-up and no race: add a long one on its last working day", week);
}

void lint_long_pairs(const struct lint *lint)
{
	const struct plan_session *last = NULL;
	for (size_t i = 0; i < lint->plan->session_count; i++) {
		const struct plan_session *session = &lint->plan->sessions[i];
		if (session->type != TYPE_LONG)
			continue;
		if (last && session->week == last->week)
			findings_add(lint->findings, LINT_LONG_2, session->line,
				     "second long session of week %d: '%s', the other is '%s'; make one of them a medium", session->week,
				     session->id, last->id);
		last = session;
	}
}

void lint_longs(const struct lint *lint)
{
	const struct plan *plan = lint->plan;
	int *big = xcalloc((size_t)plan->shape.weeks, sizeof(*big)), last = 0, last_week = 0;
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		big[session->week - 1] += lint_is_big(session);
		if (session->type != TYPE_LONG)
			continue;
		if (session->week != last_week)
			long_grows(lint, session, &last);
		last_week = session->week;
	}
	weeks_without_long(lint, big);
	free(big);
}

/* --- spikes -------------------------------------------------------------------------------------------------------------------------- */

static void spike(const struct lint *lint, const struct plan_session *session, int longest)
{
	int over = lint_share(session->minutes, longest, true);
	if (lint_over(session->minutes, longest, SPIKE_ERR))
		findings_add(lint->findings, LINT_SPIKE, session->line,
			     "'%s' is too long a step: %d minutes are %d %% of the longest in the 30 days before (%d); stay within %d",
			     session->id, session->minutes, over, longest, longest * SPIKE_ERR / 100);
	else if (lint_over(session->minutes, longest, SPIKE_WARN) && session->minutes - longest > SPIKE_WARN_MIN)
		findings_add(lint->findings, LINT_SPIKE_WARN, session->line,
			     "'%s' is a long step: %d minutes are %d %% of the longest in the 30 days before (%d); %d would be smooth",
			     session->id, session->minutes, over, longest, longest * SPIKE_WARN / 100);
}

/* Sessions come sorted by day. The longest of the days before is the front of a queue in which lengths fall: what a later and longer
 * one outlasts is dropped, so each session goes in and out once. */
void lint_spikes(const struct lint *lint)
{
	const struct plan *plan = lint->plan;
	const struct plan_session **queue = xcalloc(plan->session_count, sizeof(const struct plan_session *));
	size_t front = 0, back = 0;
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		while (front < back && queue[front]->day < session->day - SPIKE_DAYS)
			front++;
		/* Where there is no history, the longest of the first week is what there is to get used to (RULES 5.2); a tune-up and a
		 * race may be longer than anything before. */
		if (front < back && queue[front]->minutes > 0 && session->week > plan->sessions[0].week && session->type != TYPE_RACE &&
		    session->type != TYPE_TUNEUP)
			spike(lint, session, queue[front]->minutes);
		while (back > front && queue[back - 1]->minutes <= session->minutes)
			back--;
		queue[back++] = session;
	}
	free(queue);
}

/* --- what a week consists of --------------------------------------------------------------------------------------------------------- */

/* What a session is for: easy, cross and checkin bring or recall something, speed and the big ones use it, short and medium do both. */
struct mix {
	int soft, tech, learn, use, both;
};

static void mix_add(struct mix *mix, const struct plan_session *session)
{
	enum skill_family family = session->skill ? skill_family(session->skill) : FAMILY_NONE;
	mix->soft += family == FAMILY_SOFT;
	mix->tech += family == FAMILY_TECH;
	mix->learn += session->type == TYPE_EASY || session->type == TYPE_CROSS || session->type == TYPE_CHECKIN;
	mix->use += session->type == TYPE_SPEED || lint_is_big(session);
	mix->both += session->type == TYPE_SHORT || session->type == TYPE_MEDIUM;
}

static void mix_check(const struct lint *lint, int week, const struct mix *mix)
{
	int line = lint->lines[week - 1];
	if (!mix->soft || !mix->tech)
		findings_add(lint->findings, LINT_BALANCE, line, "week %d has no session of a '%s' skill: let one of its sessions have one",
			     week, mix->soft ? "technical" : "soft");
	if (mix->learn + mix->both < PRACTICE_LEARN_MIN || mix->use + mix->both < PRACTICE_USE_MIN ||
	    mix->learn + mix->use + mix->both < PRACTICE_LEARN_MIN + PRACTICE_USE_MIN)
		findings_add(
			lint->findings, LINT_PRACTICE, line,
			"week '%d' is thin: it needs a session to learn from and two to practise in; short and medium count for either",
			week);
}

void lint_mix(const struct lint *lint)
{
	const struct plan *plan = lint->plan;
	struct mix *mixes = xcalloc((size_t)plan->shape.weeks, sizeof(*mixes));
	for (size_t i = 0; i < plan->session_count; i++)
		mix_add(&mixes[plan->sessions[i].week - 1], &plan->sessions[i]);
	for (int week = 1; week <= plan->shape.weeks; week++)
		if (!lint_in_race(lint, week))
			mix_check(lint, week, &mixes[week - 1]);
	free(mixes);
}

/* Weeks without cross up to the taper, where nothing new belongs. */
static void cross_gaps(const struct lint *lint, const bool *crossed)
{
	const struct plan_shape *shape = &lint->plan->shape;
	int gap = 0;
	for (int week = 1; week <= shape->weeks; week++) {
		gap = crossed[week - 1] || lint_in_taper(lint, week) ? 0 : gap + 1;
		if (gap == CROSS_AFTER_WEEKS + 1)
			findings_add(lint->findings, LINT_ALT, lint->lines[week - 1],
				     "no cross session in weeks %d to '%d': put one in the place of a speed session",
				     week - CROSS_AFTER_WEEKS, week);
	}
}

void lint_turns(const struct lint *lint)
{
	const struct plan *plan = lint->plan;
	if (plan->shape.weeks < CUTBACK_PLAN_WEEKS_MIN)
		return;
	bool *crossed = xcalloc((size_t)plan->shape.weeks, sizeof(*crossed));
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		crossed[session->week - 1] |= session->type == TYPE_CROSS;
		if (session->type == TYPE_SPEED && lint_in_phase(lint, session->week, "base"))
			findings_add(lint->findings, LINT_ALT, session->line,
				     "speed in the base phase: '%s', make it cross or easy until the build phase", session->id);
	}
	cross_gaps(lint, crossed);
	free(crossed);
}

/* --- hard days ----------------------------------------------------------------------------------------------------------------------- */

/* Several are one finding: the same pair comes back every week. */
struct pairs {
	const struct plan_session *first;
	int count;
};

static bool is_easy(const struct plan_session *session)
{
	enum session_type type = session->type;
	bool kind = type == TYPE_EASY || type == TYPE_REST || type == TYPE_CROSS || type == TYPE_CHECKIN;
	return kind ? session->effort < HARD_EFFORT : session->effort <= EASY_EFFORT;
}

static void judge_pair(const struct lint *lint, const struct plan_session *a, const struct plan_session *b, struct pairs *pairs)
{
	const char *where = a->day == b->day ? "on the same day as" : "the day after";
	if (a->type == TYPE_SPEED && b->type == TYPE_LONG && lint_is_hard(a)) {
		pairs->first = pairs->first ? pairs->first : a;
		pairs->count++;
	} else if (a->day != b->day && lint_is_big(a) && !is_easy(b)) {
		findings_add(lint->findings, LINT_HARD_AFTER_LONG, b->line,
			     "'%s' comes %s the %s '%s': leave that day free, or make it easy", b->id, where, type_info[a->type].name,
			     a->id);
	} else if (lint_is_hard(a) && lint_is_hard(b)) {
		findings_add(lint->findings, LINT_HARD_ADJ, b->line,
			     "hard session '%s' comes %s the hard '%s': put an easy day between them", b->id, where, a->id);
	}
}

/* Looks at a's day and the next. Whole days of many sessions are somebody's timetable: a few are enough to tell. */
void lint_hard_days(const struct lint *lint)
{
	enum { LOOK_AHEAD = 8 };
	const struct plan *plan = lint->plan;
	struct pairs pairs = {0};
	for (size_t i = 0; i < plan->session_count; i++)
		for (size_t k = i + 1; k < plan->session_count && k <= i + LOOK_AHEAD; k++) {
			if (plan->sessions[k].day > plan->sessions[i].day + 1)
				break;
			if (lint_is_hard(&plan->sessions[i]))
				judge_pair(lint, &plan->sessions[i], &plan->sessions[k], &pairs);
		}
	if (pairs.count)
		findings_add(lint->findings, LINT_SPEED_LONG, pairs.first->line,
			     "hard speed before a long session: '%s'%s; fine when it is meant so", pairs.first->id,
			     pairs.count > 1 ? " and in weeks after it" : "");
}
