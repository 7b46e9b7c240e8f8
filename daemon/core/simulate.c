#include "simulate_private.h"

const char *const verdict_name[] = {[VERDICT_GOOD] = "good", [VERDICT_FAIR] = "fair", [VERDICT_BAD] = "bad"};

const char *const simulate_note_name[] = {
	[SIMULATE_CLEAR] = NULL,        [SIMULATE_GAP] = "dst-gap",     [SIMULATE_OVERLAP] = "dst-overlap",
	[SIMULATE_HOLIDAY] = "holiday", [SIMULATE_OUTSIDE] = "outside",
};

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

/* --- notices ------------------------------------------------------------------------------------------------------------------- */

static struct simulated_notice notice_of(const struct simulate_placed *placed, struct instant at, size_t session, enum alarm_kind kind)
{
	enum simulate_note note = placed->shift != SIMULATE_CLEAR ? placed->shift
				  : placed->holiday               ? SIMULATE_HOLIDAY
				  : placed->outside               ? SIMULATE_OUTSIDE
								  : SIMULATE_CLEAR;
	return (struct simulated_notice){at, session, kind, note, placed->holiday ? placed->holiday->name : NULL};
}

/* The reminder comes on a working day of the settings: that can be a holiday all the same. */
static struct simulated_notice prep_notice(const struct simulate_run *run, size_t i)
{
	const struct simulate_case *c = run->c;
	struct civil prep = rules_prep(c->policy, run->sessions[i].type, run->placed[i].at);
	enum simulate_note shift = shift_of(c->local, prep, run->placed[i].prep);
	const struct simulate_placed placed = {
		.holiday = holiday_on(c->holidays, prep.day), .outside = !policy_in_hours(c->policy, prep, 0), .shift = shift};
	return notice_of(&placed, run->placed[i].prep, i, ALARM_PREP);
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
		if (placed->prep.s != INSTANT_NEVER)
			out->notices[out->notice_count++] = prep_notice(run, i);
		out->notices[out->notice_count++] = notice_of(placed, placed->start, i, ALARM_START);
		out->notices[out->notice_count++] = notice_of(placed, placed->end, i, ALARM_END);
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
	simulate_weeks(&run);
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
