/* Puts the sessions of a file into weeks: the anchor, week numbers, and ids from UIDs (STANDARDS 4).
 *
 * While a file is read, plan_session.day counts from 1970 as in the file; place_weeks makes it count from the Monday of week 1. */
#ifndef ICAL_PLACE_H
#define ICAL_PLACE_H

#include "core/plan.h"
#include "core/zone.h"

/* The Monday of the earliest session, those in UTC by the clock of wall (NULL: by their own); the standard anchor when there is none. */
int32_t place_first_monday(const struct plan *plan, const struct zone *wall);
/* Monday 2001-01-01, which begins ISO week 1: the anchor of plans that are not dated. */
int32_t place_standard_anchor(void);

/* Sessions in UTC become wall-clock times of no zone: what the clock of wall shows then. NULL: they stay. */
void place_wall(struct plan *plan, const struct zone *wall);
/* Sets day and week of all sessions from plan->anchor. */
void place_weeks(struct plan *plan);
/* The week of the last session that lies in one a plan may have; 0: none. */
int place_last_week(const struct plan *plan);
/* Gives each session whose UID ends in "-Wnn-DD" or "-Wnn-DDk" that id ("w05-fr2"), when week and weekday are those of the session
 * and no session before it has the id; the others stay without, for plan_finish. */
void place_ids(struct plan *plan);

#endif
