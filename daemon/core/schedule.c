#include "schedule.h"

struct enrolment *enrolment_free(struct enrolment *enrolment)
{
	if (!enrolment)
		return NULL;
	for (size_t i = 0; i < enrolment->session_count; i++)
		session_release(&enrolment->sessions[i]);
	free(enrolment->sessions);
	free(enrolment->plan_name);
	free(enrolment->plan_uid);
	free(enrolment->tracks);
	free(enrolment->plan_title);
	free(enrolment->revision);
	free(enrolment);
	return NULL;
}

int32_t schedule_start_for_race(int weeks, int32_t race_day)
{
	return day_monday(race_day) - (weeks - 1) * WEEK_DAYS;
}

static bool is_stated(const char *uid, const char *name)
{
	return uid && *uid && strcmp(uid, name) != 0;
}

bool schedule_is_of(const struct enrolment *enrolment, const char *uid, const char *name)
{
	const char *own = enrolment->plan_uid;
	return !is_stated(uid, name) || !is_stated(own, enrolment->plan_name) || !strcmp(uid, own);
}

/* Of all sessions, or of those of type race alone; DAY_NONE: there is none. */
static int32_t last_day(const struct enrolment *enrolment, bool race)
{
	int32_t last = DAY_NONE;
	for (size_t i = 0; i < enrolment->session_count; i++) {
		const struct session *session = &enrolment->sessions[i];
		bool counts = !session_is_withdrawn(session) && (!race || session->plan.type == TYPE_RACE);
		if (counts && session->life.start.day > last)
			last = session->life.start.day;
	}
	return last;
}

bool schedule_has_race(const struct enrolment *enrolment)
{
	return last_day(enrolment, true) != DAY_NONE;
}

int32_t schedule_race_day(const struct enrolment *enrolment)
{
	if (schedule_has_race(enrolment))
		return last_day(enrolment, true);
	int32_t last = last_day(enrolment, false);
	return last > enrolment->start_day ? last : enrolment->start_day;
}

int schedule_week(const struct enrolment *enrolment, int32_t day)
{
	if (day < enrolment->start_day)
		return 0;
	int32_t week = (day - enrolment->start_day) / WEEK_DAYS + 1;
	return week > enrolment->shape.weeks ? enrolment->shape.weeks + 1 : (int)week;
}

static struct plan_session plan_session_copy(const struct plan_session *from)
{
	struct plan_session copy = *from;
	plan_session_own(&copy);
	return copy;
}

static void date_session(struct session *session, const struct plan_session *from, int32_t start_monday, const struct zone_source *zones)
{
	*session = (struct session){
		.plan = plan_session_copy(from),
		.life = {.state = STATE_PLANNED,
			 .start = {start_monday + from->day, from->second},
			 .moved_from = {.day = DAY_NONE},
			 .snoozed = {INSTANT_NEVER},
			 .started = {INSTANT_NEVER},
			 .ended = {INSTANT_NEVER},
			 .end_due = {INSTANT_NEVER},
			 .actual_minutes = -1,
			 .actual_effort = -1,
			 .feel = -1},
		.zone = from->zone ? zones->find(zones->ctx, from->zone) : NULL,
	};
}

/* What came before this moment is not held against anyone: days gone by are excused, a reminder gone by is not wanted.
 * Sessions earlier today stay open: the first day is worth doing at any hour. */
static void forgive_past(struct session *session, int32_t today, struct instant now)
{
	if (session->prep_at.s <= now.s)
		session->life.rung |= 1u << ALARM_PREP;
	if (session->life.start.day < today) {
		const struct session_input input = {.reason = REASON_LATE_START};
		session_step(session, ACT_EXCUSE, &input, now);
	}
}

struct session schedule_session(const struct plan_session *from, int32_t start_monday, const struct policy *policy,
				const struct zone_source *zones, const struct zone *local, struct instant now)
{
	struct session session;
	date_session(&session, from, start_monday, zones);
	schedule_resolve(&session, policy, local);
	forgive_past(&session, zone_civil(local, now).day, now);
	return session;
}

struct enrolment *schedule_enrol(const struct plan *plan, int32_t start_monday, const struct policy *policy,
				 const struct zone_source *zones, const struct zone *local, struct instant now)
{
	struct enrolment *enrolment = xcalloc(1, sizeof(*enrolment));
	*enrolment = (struct enrolment){
		.plan_name = xstrdup(plan->name),
		.plan_uid = xstrdup(plan->uid ? plan->uid : ""),
		.plan_title = xstrdup(plan->title),
		.revision = xstrdup(plan->revision),
		.start_day = start_monday,
		.shape = plan->shape,
		.sessions = xcalloc(plan->session_count, sizeof(struct session)),
		.session_count = plan->session_count,
		.enrolled = now,
		.left = {INSTANT_NEVER},
	};
	for (size_t i = 0; i < plan->session_count; i++)
		enrolment->sessions[i] = schedule_session(&plan->sessions[i], start_monday, policy, zones, local, now);
	return enrolment;
}

static struct instant resolve_or_never(const struct zone *zone, struct civil civil)
{
	return civil.day == DAY_NONE ? (struct instant){INSTANT_NEVER} : zone_resolve(zone, civil);
}

void schedule_resolve(struct session *session, const struct policy *policy, const struct zone *local)
{
	const struct zone *zone = session->zone ? session->zone : local;
	session->start_at = zone_resolve(zone, session->life.start);
	/* Working days are the learner's, so the windows around a session lie on the learner's wall clock. */
	struct civil start = zone_civil(local, session->start_at);
	struct civil end = civil_add(start, session->plan.minutes * MINUTE_S);
	session->grace_end = resolve_or_never(local, rules_grace_end(policy, session->plan.type, end));
	session->prep_at = resolve_or_never(local, rules_prep(policy, session->plan.type, start));
}

void schedule_resolve_all(struct enrolment *enrolment, const struct policy *policy, const struct zone *local)
{
	for (size_t i = 0; i < enrolment->session_count; i++)
		schedule_resolve(&enrolment->sessions[i], policy, local);
}
