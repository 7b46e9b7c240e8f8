/* What starting a plan on a Monday would mean for a learner: every notice with its time, what lies on holidays, on days off and outside
 * the hours, clock changes, weeks that get too full, and a verdict by fixed rules.
 *
 * Pure: the same plan, Monday, policy, zones and holidays give the same answer. Times are those an enrolment gets (schedule_resolve).
 *
 * A session is lost where it stands when its day (on the learner's wall clock) is a holiday or no working day. What lost sessions do to
 * their week (RULES 5.3 R2, R4, R13): easy and cross are left out; check-ins, tune-ups and the race find another day with other people and
 * are told apart; the others go to another working day of the week (long: the last one; else the nearest before, then after), one a day and
 * two a week (RULES 5.2), shortened as far as R4 allows (long to three quarters, others to three fifths). A day holds at most min(90,
 * max(1.25 x longest day of that week, 60)) minutes (RULES 5.2 day_cap; 90: IDEAS 91). In a week with two holidays or more easy and cross
 * give their minutes up. A week is too full when a lost session finds no such day, or when several sessions of one day are over 90
 * minutes as planned. This is about minutes alone: it promises no place, it warns of weeks that have none.
 *
 * Weeks that lose sessions make the step to the weeks behind them bigger: load (minutes times effort) is summed up again of what the
 * holidays leave - without what gives way and what finds no day, and what is moved as long as its new day holds - and held to the plan
 * check's G1 (RULES 5.2, E-G1). A week is overloaded when it is too full or too big a step.
 *
 * The verdict: the worst of these that hold.
 *   bad   the race is lost; two weeks or more are too full; a week is too big a step in load; a fifth of the sessions or more is lost
 * (RULES 5.2 behind_amber) or lies outside the hours fair  a week is too full; a tune-up or check-in is lost; the first session is lost;
 * two sessions or more of one week lie on holidays; two long sessions in a row are lost; over a twentieth of the sessions is lost; a
 * session lies outside the hours; a session's time does not exist or exists twice that day; holidays of some of its years are not known;
 * the plan is a draft with sessions left out good  else Reasons name each that holds, the worst first, and what lies on holidays in any
 * case. */
#ifndef CORE_SIMULATE_H
#define CORE_SIMULATE_H

#include "holiday.h"
#include "schedule.h"

enum simulate_limit {
	SIMULATE_STARTS_MAX = 520, /* ten years of Mondays */
	SIMULATE_BUDGET_MIN = 90,  /* minutes of learning a day (IDEAS 91) */
	SIMULATE_CAP_MIN = 60,     /* day_cap's least (RULES 5.2) */
	SIMULATE_MOVED_A_WEEK = 2, /* catchup_per_week (RULES 5.2) */
	SIMULATE_NAMED_MAX = 3,    /* sessions or holidays that a reason names; the others are counted */
};

enum verdict { VERDICT_GOOD, VERDICT_FAIR, VERDICT_BAD };
extern const char *const verdict_name[]; /* good fair bad */

/* What is to be said about one notice: the first that holds. */
enum simulate_note { SIMULATE_CLEAR, SIMULATE_GAP, SIMULATE_OVERLAP, SIMULATE_HOLIDAY, SIMULATE_OUTSIDE };
extern const char *const simulate_note_name[]; /* NULL dst-gap dst-overlap holiday outside */

/* Everything is borrowed. */
struct simulate_case {
	const struct plan *plan;
	const struct policy *policy;
	const struct zone_source *zones;
	const struct zone *local;
	const struct holiday_list *holidays; /* NULL: none asked for */
};

struct simulated_notice {
	struct instant at;
	size_t session;       /* index in the plan */
	enum alarm_kind kind; /* ALARM_PREP ALARM_START ALARM_END */
	enum simulate_note note;
	const char *holiday; /* its name, the list's; NULL: the day is none */
};

struct simulated {
	int32_t start, race; /* the Monday of week 1, the day of the race */
	enum verdict verdict;
	int holidays_hit;  /* sessions on holidays */
	int off;           /* sessions on days that are not worked, holidays left out */
	int outside;       /* sessions outside the hours, days off among them, holidays left out */
	int overloaded;    /* weeks: too full, or too big a step in load */
	int clock_changes; /* of the learner's zone from the Monday to the race */
	int shifted;       /* sessions whose time does not exist or exists twice */
	char **reasons;    /* owned */
	size_t reason_count;
	struct simulated_notice *notices; /* by time; owned; NULL unless asked for */
	size_t notice_count;
};

/* start must be a Monday. ret is overwritten. */
void simulate(const struct simulate_case *c, int32_t start, bool with_notices, struct simulated *ret);
void simulated_release(struct simulated *simulated);

#endif
