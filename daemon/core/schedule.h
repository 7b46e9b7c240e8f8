/* Dating a plan: plan + Monday + learner's days and zone -> enrolment (DESIGN 4 and 5, IDEAS 71).
 *
 * Weeks are anchored whole: plan day 0 becomes the Monday, wall-clock times stay. Instants come from the zones as they are now
 * and are computed again when the zone changes (schedule_resolve). */
#ifndef CORE_SCHEDULE_H
#define CORE_SCHEDULE_H

#include "rules.h"

enum { ENROLMENT_ID_MAX = 16, ENROLMENTS_MAX = 32 };

struct enrolment {
	char id[ENROLMENT_ID_MAX]; /* "e1": given by the engine, never used again */
	char *plan_name, *plan_uid, *plan_title, *revision;
	char *tracks;      /* slugs with a blank between: sessions of other tracks are left out (IDEAS 37); NULL: all */
	int32_t start_day; /* the Monday of week 1 */
	struct plan_shape shape;
	/* In plan order; what a later version of the plan adds stands at the end, or takes the place of a withdrawn one. */
	struct session *sessions;
	size_t session_count;
	struct instant enrolled;
	struct instant left; /* INSTANT_NEVER while it runs */
	bool full;           /* not stored: the plan's version of now has more sessions than there is room for */
};

struct enrolment *enrolment_free(struct enrolment *enrolment);

/* false: a plan of this UID is another one than the learner took up, whatever its file is called. A file that names no UID goes by its
 * name, and is told from no other. */
bool schedule_is_of(const struct enrolment *enrolment, const char *uid, const char *name);
/* The Monday that puts race_day into the last week of a plan of so many weeks. */
int32_t schedule_start_for_race(int weeks, int32_t race_day);
/* The day of the race session (the last session of type race, else the last session), withdrawn ones left out. */
int32_t schedule_race_day(const struct enrolment *enrolment);
/* false: that day is only the last one. */
bool schedule_has_race(const struct enrolment *enrolment);
/* 1..weeks for days inside, 0 before, weeks + 1 after. */
int schedule_week(const struct enrolment *enrolment, int32_t day);

/* Dates the plan. Every session gets a copy of its text. Sessions that have ended by now are excused as REASON_LATE_START:
 * what lay before enrolling is not held against anyone. A pinned zone that zones does not find: the learner's zone. */
struct enrolment *schedule_enrol(const struct plan *plan, int32_t start_monday, const struct policy *policy,
				 const struct zone_source *zones, const struct zone *local, struct instant now);

/* One session of the plan as an enrolment has it, dated from the Monday; what lies before today is excused. */
struct session schedule_session(const struct plan_session *from, int32_t start_monday, const struct policy *policy,
				const struct zone_source *zones, const struct zone *local, struct instant now);

/* Computes start_at, grace_end and prep_at of one session, of all, from its wall-clock start. */
void schedule_resolve(struct session *session, const struct policy *policy, const struct zone *local);
void schedule_resolve_all(struct enrolment *enrolment, const struct policy *policy, const struct zone *local);

#endif
