/* Fields of a plan and its sessions, put into a plan file that is open for editing: which property each is, and nothing else touched.
 *
 * The values come from structs that session_field_set and plan_field_set (core/planfield.h) have filled and checked. */
#ifndef DAEMON_PLANEDIT_H
#define DAEMON_PLANEDIT_H

#include "core/planfield.h"
#include "ical/edit.h"

/* The names of a dependency that is no session of the plan. */
enum { PLANEDIT_NO_SESSION = 50 };

/* Brings the field of the event from `was` to `now` (the same session, before and after). Type and skill are written in CATEGORIES and
 * CONCEPT as well, where these have the old ones. Week, weekday and time are one place: any of them moves the event. anchor: of the plan.
 * Dependencies are UIDs. Returns 0 or an edit_result. */
int planedit_put(struct edit *edit, int32_t anchor, const struct plan_session *was, const struct plan_session *now,
		 enum session_field field, struct err *err);
/* The same; dependencies are ids or UIDs of the plan's sessions. Returns PLANEDIT_NO_SESSION, too; err.text is the word. */
int planedit_session(struct edit *edit, const struct plan *plan, const struct plan_session *was, const struct plan_session *now,
		     enum session_field field, struct err *err);
/* The same for the calendar. Returns 0 or an edit_result. */
int planedit_plan(struct edit *edit, const struct plan *was, const struct plan *now, enum plan_field field, struct err *err);

#endif
