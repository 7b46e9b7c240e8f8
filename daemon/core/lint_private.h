/* What the checks of training sense share: the constants, the plan summed up once, and one function a check. */
#ifndef CORE_LINT_PRIVATE_H
#define CORE_LINT_PRIVATE_H

#include "lint.h"
#include "load.h"

/* RULES 5.2 and 5.5, 2.3 and IDEAS 1, 6; shares in percent. */
enum lint_constant {
	TRAINING_WEEKS_MIN = 3,

	GROWTH_WARN = 110,
	GROWTH_ERR = 130,
	GROWTH_WARN_LOAD = 50, /* over the heaviest week before, for a warning */
	GROWTH_WEEKS = 3,      /* that are looked back on */
	SPIKE_WARN = 110,
	SPIKE_ERR = 130,
	SPIKE_WARN_MIN = 5,
	SPIKE_DAYS = 30,
	EARLY_WEEKS = 2, /* in which the growth of a week is no error yet */

	TAPER_MIN = 40, /* of the peak week's load */
	TAPER_MAX = 80,
	TAPER_LONG_MAX = 75, /* of the longest long session */
	TAPER_SESSIONS_LESS = 1,

	CUTBACK_PLAN_WEEKS_MIN = 8, /* shorter plans need none */
	CUTBACK_AFTER_WEEKS = 4,
	CUTBACK_MIN = 65,
	CUTBACK_MAX = 80,

	RAMP_LONG_WEEKS = 16,
	RAMP_LONG = 60,
	RAMP_MIDDLE_WEEKS = 10,
	RAMP_MIDDLE = 65,
	RAMP_SHORT = 85,

	MONOTONY_MAX = 2,
	CROSS_AFTER_WEEKS = 6,
	PRACTICE_LEARN_MIN = 1,
	PRACTICE_USE_MIN = 2,

	HARD_EFFORT = 6,
	EASY_EFFORT = 3,
	TIP_CHARACTERS_MAX = 120,
};

struct lint {
	const struct plan *plan;
	struct findings *findings;
	struct week_load *weeks; /* week k at index k-1, likewise: */
	int (*days)[WEEK_DAYS];
	int *lines;    /* of the first session, or of the plan's weeks */
	int race_week; /* that of the last session of type race; 0: there is none */
	int peak;      /* the heaviest week, race left out */
};

/* true: weeks of the phase race and that of the race, which are held to nothing but the race. */
bool lint_in_race(const struct lint *lint, int week);
/* The same, and those of the phase taper: nothing new belongs into them. */
bool lint_in_taper(const struct lint *lint, int week);
bool lint_in_phase(const struct lint *lint, int week, const char *phase);
bool lint_is_hard(const struct plan_session *session);
/* A long session, a tune-up or a race: type_info.hard. */
static inline bool lint_is_big(const struct plan_session *session)
{
	return type_info[session->type].hard;
}
/* percent of part in whole (> 0) as it is shown: rounded up when it is too much, down when it is too little. */
static inline int lint_share(int part, int whole, bool too_much)
{
	return (int)(((int64_t)part * 100 + (too_much ? whole - 1 : 0)) / whole);
}
/* part is more, or less, than percent of whole, exactly. */
static inline bool lint_over(int part, int whole, int percent)
{
	return (int64_t)part * 100 > (int64_t)whole * percent;
}
static inline bool lint_under(int part, int whole, int percent)
{
	return (int64_t)part * 100 < (int64_t)whole * percent;
}

/* lint_weeks.c: sums of weeks */
void lint_growth(const struct lint *lint);
void lint_taper(const struct lint *lint);
void lint_ramp(const struct lint *lint);
void lint_cutbacks(const struct lint *lint);
void lint_peak(const struct lint *lint);
void lint_monotony(const struct lint *lint);

/* lint_sessions.c: which sessions a week has, and how they follow each other */
void lint_race(const struct lint *lint);
void lint_long_pairs(const struct lint *lint);
void lint_longs(const struct lint *lint);
void lint_spikes(const struct lint *lint);
void lint_mix(const struct lint *lint);
void lint_turns(const struct lint *lint);
void lint_hard_days(const struct lint *lint);

/* lint_depends.c */
void lint_depends(const struct lint *lint);

/* lint_words.c: what is written and what is missing */
void lint_goal(const struct lint *lint);
void lint_words(const struct lint *lint);
void lint_missing(const struct lint *lint);
void lint_class(const struct lint *lint);
void lint_tracks(const struct lint *lint);
void lint_personas(const struct lint *lint);
void lint_race_words(const struct lint *lint);
void lint_shape(const struct lint *lint);

#endif
