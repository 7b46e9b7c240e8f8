/* What holidays and days off do to the weeks: which get too full, and which become too big a step in load. */
#include "lint_private.h"
#include "simulate_private.h"

/* RULES 5.2 shrink_floor: what a session may be shortened to before it is left out, in percent. */
enum { SHRINK_LONG = 75, SHRINK_OTHER = 60 };

/* One week as its lost sessions meet it; days from its Monday. */
struct week {
	int32_t monday;
	int minutes[WEEK_DAYS]; /* that stay where they are */
	bool open[WEEK_DAYS];   /* a working day, no holiday, nothing moved in yet */
	int longest, cap;
	int holidays; /* on working days */
	int moved;
	int load;  /* of all that is held */
	bool full; /* a lost session finds no day, or several sessions of a day are over the budget as planned */
};

static bool gives_way(enum session_type type)
{
	return type == TYPE_EASY || type == TYPE_CROSS;
}

/* Finds another place with other people, or has none at all. */
static bool stands_apart(enum session_type type)
{
	return type == TYPE_CHECKIN || type == TYPE_TUNEUP || type == TYPE_RACE || type == TYPE_REST;
}

static int least_minutes(const struct plan_session *session)
{
	int percent = session->type == TYPE_LONG ? SHRINK_LONG : SHRINK_OTHER;
	return (session->minutes * percent + 99) / 100;
}

static void week_days(const struct simulate_run *run, struct week *week)
{
	for (int day = 0; day < WEEK_DAYS; day++) {
		bool works = policy_is_work_day(run->c->policy, week->monday + day);
		bool holiday = holiday_on(run->c->holidays, week->monday + day) != NULL;
		week->open[day] = works && !holiday;
		week->holidays += works && holiday;
	}
}

/* A session of a pinned zone may lie in the week before or after on the learner's clock: it is left out there. */
static int day_in_week(const struct week *week, const struct simulate_placed *placed)
{
	int32_t day = placed->at.day - week->monday;
	return day >= 0 && day < WEEK_DAYS ? (int)day : -1;
}

/* Stays in the week wherever it stood: nothing is lost, or it finds its own day with other people. */
static bool holds(const struct week *week, const struct plan_session *session, const struct simulate_placed *placed)
{
	if (gives_way(session->type))
		return !simulate_is_lost(placed) && week->holidays < 2;
	return !simulate_is_lost(placed) || stands_apart(session->type);
}

static void week_minutes(const struct simulate_run *run, size_t from, size_t to, struct week *week)
{
	int planned[WEEK_DAYS] = {0}, sessions[WEEK_DAYS] = {0};
	for (size_t i = from; i < to; i++) {
		const struct plan_session *session = &run->sessions[i];
		int day = day_in_week(week, &run->placed[i]);
		bool held = holds(week, session, &run->placed[i]);
		week->load += held || day < 0 ? session->minutes * session->effort : 0;
		if (day < 0)
			continue;
		planned[day] += session->minutes;
		sessions[day]++;
		week->longest = planned[day] > week->longest ? planned[day] : week->longest;
		week->full |= sessions[day] > 1 && planned[day] > SIMULATE_BUDGET_MIN;
		if (held && !simulate_is_lost(&run->placed[i]))
			week->minutes[day] += session->minutes;
	}
	int cap = week->longest * 5 / 4;
	cap = cap > SIMULATE_CAP_MIN ? cap : SIMULATE_CAP_MIN;
	week->cap = cap < SIMULATE_BUDGET_MIN ? cap : SIMULATE_BUDGET_MIN;
}

/* R13: a long one takes the last working day of the week; another the nearest before its own, then after. -1: none has room. */
static int find_day(const struct week *week, const struct plan_session *session, int own)
{
	int least = least_minutes(session), from = session->type == TYPE_LONG ? WEEK_DAYS : own;
	for (int day = from - 1; day >= 0; day--)
		if (week->open[day] && week->minutes[day] + least <= week->cap)
			return day;
	for (int day = from + 1; day < WEEK_DAYS; day++)
		if (week->open[day] && week->minutes[day] + least <= week->cap)
			return day;
	return -1;
}

/* A lost session goes to another day, as long as that day holds; else it is left out. */
static void move(struct week *week, const struct plan_session *session, int own)
{
	int day = week->moved < SIMULATE_MOVED_A_WEEK ? find_day(week, session, own) : -1;
	if (day < 0) {
		week->full = true;
		return;
	}
	int room = week->cap - week->minutes[day];
	week->load += (session->minutes < room ? session->minutes : room) * session->effort;
	week->open[day] = false;
	week->moved++;
}

/* Sessions from..to of the plan are one week. The more important a session the earlier it chooses (RULES 5.1 priority). */
static struct week meet_week(const struct simulate_run *run, size_t from, size_t to)
{
	struct week week = {.monday = run->out->start + (run->sessions[from].week - 1) * WEEK_DAYS};
	week_days(run, &week);
	week_minutes(run, from, to, &week);
	for (int priority = 7; priority > 0; priority--)
		for (size_t i = from; i < to; i++) {
			const struct plan_session *session = &run->sessions[i];
			int own = day_in_week(&week, &run->placed[i]);
			bool moves = own >= 0 && !gives_way(session->type) && !holds(&week, session, &run->placed[i]);
			if (moves && type_info[session->type].priority == priority)
				move(&week, session, own);
		}
	return week;
}

/* The sessions of a week stand together: the plan is sorted by day. */
static size_t week_end(const struct simulate_run *run, size_t from)
{
	size_t to = from;
	while (to < run->count && run->sessions[to].week == run->sessions[from].week)
		to++;
	return to;
}

static void mark_holidays(struct simulate_run *run, size_t from, size_t to)
{
	size_t hit = 0;
	for (size_t i = from; i < to; i++)
		hit += run->placed[i].holiday != NULL;
	for (size_t i = from; i < to; i++)
		run->placed[i].one_of_several = hit > 1 && run->placed[i].holiday;
}

/* G1 (RULES 5.2) is the plan check's own; its findings stand on lines, which here are the weeks. */
static void find_steps(struct simulate_run *run, struct week_load *loads)
{
	struct findings findings = {0};
	int weeks[PLAN_WEEKS_MAX];
	for (int i = 0; i < PLAN_WEEKS_MAX; i++)
		weeks[i] = i + 1;
	lint_growth(&(struct lint){.plan = run->c->plan, .findings = &findings, .weeks = loads, .lines = weeks});
	for (size_t i = 0; i < findings.count; i++)
		if (findings.items[i].code == LINT_GROWTH)
			run->steep |= UINT64_C(1) << (findings.items[i].line - 1);
	findings_release(&findings);
}

void simulate_weeks(struct simulate_run *run)
{
	struct week_load loads[PLAN_WEEKS_MAX] = {0};
	for (size_t from = 0, to; from < run->count; from = to) {
		int week = run->sessions[from].week;
		to = week_end(run, from);
		mark_holidays(run, from, to);
		if (week < 1 || week > PLAN_WEEKS_MAX)
			continue;
		struct week met = meet_week(run, from, to);
		loads[week - 1].load = met.load;
		run->full |= met.full ? UINT64_C(1) << (week - 1) : 0;
	}
	find_steps(run, loads);
	for (int week = 0; week < PLAN_WEEKS_MAX; week++) {
		run->loads[week] = loads[week].load;
		run->out->overloaded += (run->full | run->steep) >> week & 1u ? 1 : 0;
	}
}
