#include "simulate_private.h"

const char *const verdict_name[] = {[VERDICT_GOOD] = "good", [VERDICT_FAIR] = "fair", [VERDICT_BAD] = "bad"};

const char *const simulate_note_name[] = {
	[SIMULATE_CLEAR] = NULL,        [SIMULATE_GAP] = "dst-gap",     [SIMULATE_OVERLAP] = "dst-overlap",
	[SIMULATE_HOLIDAY] = "holiday", [SIMULATE_OUTSIDE] = "outside",
};

/* RULES 5.2 shrink_floor: what a session may be shortened to before it is left out, in percent. */
enum { SHRINK_LONG = 75, SHRINK_OTHER = 60 };

/* --- dating -------------------------------------------------------------------------------------------------------------------- */

/* Whether the wall clock shows civil never or twice; at: what it was resolved to. */
static enum simulate_note shift_of(const struct zone *zone, struct civil civil, struct instant at)
{
	if (at.s == INSTANT_NEVER)
		return SIMULATE_CLEAR;
	if (civil_compare(zone_civil(zone, at), civil) != 0)
		return SIMULATE_GAP;
	int64_t wall_s = (int64_t)civil.day * DAY_S + civil.second;
	struct instant second = {wall_s - zone->offset_s(zone, wall_s + DAY_S)};
	return second.s != at.s && civil_compare(zone_civil(zone, second), civil) == 0 ? SIMULATE_OVERLAP : SIMULATE_CLEAR;
}

/* The session as an enrolment would have it; its texts stay the plan's. */
static struct session dated(const struct simulate_case *c, const struct plan_session *from, int32_t start)
{
	struct session session = {
		.plan = *from,
		.life = {.start = {start + from->day, from->second},
			 .moved_from = {.day = DAY_NONE},
			 .snoozed = {INSTANT_NEVER},
			 .started = {INSTANT_NEVER},
			 .ended = {INSTANT_NEVER},
			 .end_due = {INSTANT_NEVER}},
		.zone = from->zone ? c->zones->find(c->zones->ctx, from->zone) : NULL,
	};
	schedule_resolve(&session, c->policy, c->local);
	return session;
}

static struct simulate_placed place(const struct simulate_case *c, const struct plan_session *from, int32_t start)
{
	struct session session = dated(c, from, start);
	const struct zone *zone = session.zone ? session.zone : c->local;
	struct simulate_placed placed = {
		.start = session.start_at,
		.end = session_end(&session),
		.prep = session.prep_at,
		.at = zone_civil(c->local, session.start_at),
		.shift = shift_of(zone, session.life.start, session.start_at),
	};
	placed.holiday = holiday_on(c->holidays, placed.at.day);
	placed.off = !placed.holiday && !policy_is_work_day(c->policy, placed.at.day);
	placed.outside = !placed.holiday && !policy_in_hours(c->policy, placed.at, from->minutes);
	return placed;
}

static void tally(struct simulate_run *run)
{
	struct simulated *out = run->out;
	for (size_t i = 0; i < run->count; i++) {
		const struct simulate_placed *placed = &run->placed[i];
		out->holidays_hit += placed->holiday != NULL;
		out->off += placed->off;
		out->outside += placed->outside;
		out->shifted += placed->shift != SIMULATE_CLEAR;
	}
}

/* As schedule_race_day has it: the last session of type race, else the last of all. */
static int32_t race_day(const struct simulate_run *run)
{
	int32_t day = run->out->start;
	for (size_t i = run->count; i-- > 0;) {
		if (run->sessions[i].type == TYPE_RACE)
			return run->placed[i].at.day;
		day = run->placed[i].at.day > day ? run->placed[i].at.day : day;
	}
	return day;
}

/* One look a day: two changes within one are not told apart. */
static int clock_changes(const struct zone *zone, int32_t from, int32_t to)
{
	int changes = 0;
	int32_t before = zone->offset_s(zone, (int64_t)from * DAY_S);
	for (int32_t day = from + 1; day <= to + 1; day++) {
		int32_t now = zone->offset_s(zone, (int64_t)day * DAY_S);
		changes += now != before;
		before = now;
	}
	return changes;
}

/* --- weeks --------------------------------------------------------------------------------------------------------------------- */

/* One week as its lost sessions meet it; days from its Monday. */
struct week {
	int32_t monday;
	int minutes[WEEK_DAYS]; /* that stay where they are */
	bool open[WEEK_DAYS];   /* a working day, no holiday, nothing moved in yet */
	int longest, cap;
	int holidays; /* on working days */
	bool crowded; /* several sessions of a day are over the budget as planned */
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

static void week_minutes(const struct simulate_run *run, size_t from, size_t to, struct week *week)
{
	int planned[WEEK_DAYS] = {0}, sessions[WEEK_DAYS] = {0};
	for (size_t i = from; i < to; i++) {
		int day = day_in_week(week, &run->placed[i]);
		if (day < 0)
			continue;
		planned[day] += run->sessions[i].minutes;
		sessions[day]++;
		week->longest = planned[day] > week->longest ? planned[day] : week->longest;
		week->crowded |= sessions[day] > 1 && planned[day] > SIMULATE_BUDGET_MIN;
		if (!simulate_is_lost(&run->placed[i]) && !(week->holidays >= 2 && gives_way(run->sessions[i].type)))
			week->minutes[day] += run->sessions[i].minutes;
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

/* Sessions from..to of the plan are one week. The more important a session the earlier it chooses (RULES 5.1 priority). */
static bool is_overloaded(const struct simulate_run *run, size_t from, size_t to)
{
	struct week week = {.monday = run->out->start + (run->sessions[from].week - 1) * WEEK_DAYS};
	int moved = 0;
	week_days(run, &week);
	week_minutes(run, from, to, &week);
	for (int priority = 7; priority > 0; priority--)
		for (size_t i = from; i < to; i++) {
			const struct plan_session *session = &run->sessions[i];
			int own = day_in_week(&week, &run->placed[i]);
			bool moves =
				simulate_is_lost(&run->placed[i]) && own >= 0 && !gives_way(session->type) && !stands_apart(session->type);
			if (!moves || type_info[session->type].priority != priority)
				continue;
			int day = find_day(&week, session, own);
			if (day < 0 || ++moved > SIMULATE_MOVED_A_WEEK)
				return true;
			week.open[day] = false;
		}
	return week.crowded;
}

/* The sessions of a week stand together: the plan is sorted by day. */
static size_t week_end(const struct simulate_run *run, size_t from)
{
	size_t to = from;
	while (to < run->count && run->sessions[to].week == run->sessions[from].week)
		to++;
	return to;
}

static void load_weeks(struct simulate_run *run)
{
	for (size_t from = 0, to; from < run->count; from = to) {
		int week = run->sessions[from].week;
		to = week_end(run, from);
		if (week < 1 || week > PLAN_WEEKS_MAX || !is_overloaded(run, from, to))
			continue;
		run->overloaded |= UINT64_C(1) << (week - 1);
		run->out->overloaded++;
	}
}

/* --- notices ------------------------------------------------------------------------------------------------------------------- */

static enum simulate_note note_of(const struct simulate_placed *placed)
{
	return placed->shift != SIMULATE_CLEAR ? placed->shift
	       : placed->holiday               ? SIMULATE_HOLIDAY
	       : placed->outside               ? SIMULATE_OUTSIDE
					       : SIMULATE_CLEAR;
}

/* The reminder comes on a working day of the settings: that can be a holiday all the same. */
static enum simulate_note prep_note(const struct simulate_run *run, size_t i)
{
	const struct simulate_case *c = run->c;
	struct civil prep = rules_prep(c->policy, run->sessions[i].type, run->placed[i].at);
	enum simulate_note shift = shift_of(c->local, prep, run->placed[i].prep);
	return shift != SIMULATE_CLEAR               ? shift
	       : holiday_on(c->holidays, prep.day)   ? SIMULATE_HOLIDAY
	       : policy_in_hours(c->policy, prep, 0) ? SIMULATE_CLEAR
						     : SIMULATE_OUTSIDE;
}

static int by_time(const void *a, const void *b)
{
	const struct simulated_notice *x = a, *y = b;
	if (x->at.s != y->at.s)
		return x->at.s < y->at.s ? -1 : 1;
	if (x->session != y->session)
		return x->session < y->session ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

static void list_notices(struct simulate_run *run)
{
	struct simulated *out = run->out;
	out->notices = xcalloc(run->count * 3, sizeof(*out->notices));
	for (size_t i = 0; i < run->count; i++) {
		const struct simulate_placed *placed = &run->placed[i];
		enum simulate_note note = note_of(placed);
		if (placed->prep.s != INSTANT_NEVER)
			out->notices[out->notice_count++] = (struct simulated_notice){placed->prep, i, ALARM_PREP, prep_note(run, i)};
		out->notices[out->notice_count++] = (struct simulated_notice){placed->start, i, ALARM_START, note};
		out->notices[out->notice_count++] = (struct simulated_notice){placed->end, i, ALARM_END, note};
	}
	if (out->notice_count)
		qsort(out->notices, out->notice_count, sizeof(*out->notices), by_time);
}

/* --- the whole ----------------------------------------------------------------------------------------------------------------- */

void simulate(const struct simulate_case *c, int32_t start, bool with_notices, struct simulated *ret)
{
	const struct plan *plan = c->plan;
	*ret = (struct simulated){.start = start, .race = start};
	struct simulate_run run = {.c = c,
				   .sessions = plan->sessions,
				   .placed = xcalloc(plan->session_count, sizeof(struct simulate_placed)),
				   .count = plan->session_count,
				   .out = ret};
	for (size_t i = 0; i < run.count; i++)
		run.placed[i] = place(c, &plan->sessions[i], start);
	tally(&run);
	ret->race = race_day(&run);
	ret->clock_changes = clock_changes(c->local, start, ret->race);
	load_weeks(&run);
	simulate_judge(&run);
	if (with_notices)
		list_notices(&run);
	free(run.placed);
}

void simulated_release(struct simulated *simulated)
{
	for (size_t i = 0; i < simulated->reason_count; i++)
		free(simulated->reasons[i]);
	free(simulated->reasons);
	free(simulated->notices);
	*simulated = (struct simulated){0};
}
