/* The fields of a plan and of its sessions as text, one row a field: what a sheet and a spreadsheet hold, and what two plans are compared
 * by.
 *
 * Texts on one line have no line break or tab in them and no blank at their ends; reading a field of a session that was set from a text
 * gives that text in its usual form ("9:30" as "09:30"). Dependencies are written as ids of the plan's sessions, and as UIDs where
 * there is no such session. */
#ifndef CORE_PLANFIELD_H
#define CORE_PLANFIELD_H

#include "plan.h"

/* In the order of columns. */
enum session_field {
	FIELD_ID,
	FIELD_WEEK,
	FIELD_WEEKDAY,
	FIELD_TIME,
	FIELD_MINUTES,
	FIELD_TYPE,
	FIELD_SKILL,
	FIELD_EFFORT,
	FIELD_TITLE,
	FIELD_MILESTONE,
	FIELD_PREP,
	FIELD_TIP,
	FIELD_DESCRIPTION,
	FIELD_HELP,
	FIELD_LINK,
	FIELD_FALLBACK,
	FIELD_PERSONA,
	FIELD_TRACK,
	FIELD_WITH,
	FIELD_PASS,
	FIELD_REVIEW,
	FIELD_RUBRIC,
	FIELD_EVIDENCE,
	FIELD_DEPENDS,
	FIELD_COUNT
};

enum plan_field {
	PLAN_FIELD_TITLE,
	PLAN_FIELD_GOAL,
	PLAN_FIELD_DONE,
	PLAN_FIELD_CLASS,
	PLAN_FIELD_WEEKS,
	PLAN_FIELD_PHASES,
	PLAN_FIELD_CUTBACKS,
	PLAN_FIELD_ABOUT,
	PLAN_FIELD_LICENCE,
	PLAN_FIELD_VERSION,
	PLAN_FIELD_TRACKS,
	PLAN_FIELD_LEAD,
	PLAN_FIELD_STATIONS,
	PLAN_FIELD_PERSONAS,
	PLAN_FIELD_COUNT
};

/* A text needs no more than its row here and its member there; what is no text has its own case where it is read and set. */
struct field_info {
	const char *name; /* PlanChange's word */
	bool lines;       /* may hold line breaks */
	const char *help; /* what to write; one line */
	size_t offset;    /* of the text in struct plan_session or struct plan; no text: 0 */
};
extern const struct field_info session_fields[FIELD_COUNT];
extern const struct field_info plan_fields[PLAN_FIELD_COUNT];

/* A value that cannot be taken. */
enum { FIELD_BAD = 1 };

/* The index of the name, which is length bytes long, or -1. Case does not matter. */
int field_find(const struct field_info *rows, int count, const char *name, size_t length);
/* The row whose name is nearest to a mistyped one, or NULL. */
const char *field_nearest(const struct field_info *rows, int count, const char *name);

/* As written; "" when it has none. Owned by the caller. plan: to name dependencies. */
char *session_field_get(const struct plan *plan, const struct plan_session *session, enum session_field field);
char *plan_field_get(const struct plan *plan, enum plan_field field);

/* Takes the text in. Returns 0, or FIELD_BAD with err.text "problem: 'value', and what to do" and the session as it was. An empty text
 * takes a field out, where it may be missing; minutes and effort are then those of the type (set the type first), and depends keeps
 * the words as they are. Weeks up to PLAN_WEEKS_MAX are taken here. */
int session_field_set(struct plan_session *session, enum session_field field, const char *value, struct err *err);
/* Likewise; weeks before phases and cutbacks, which name weeks of the plan. */
int plan_field_set(struct plan *plan, enum plan_field field, const char *value, struct err *err);
/* The same for a single value that somebody writes now: what would be warned about for its form (planword.h) is refused. A sheet has it as
 * it stands. */
int session_field_write(struct plan_session *session, enum session_field field, const char *value, struct err *err);
int plan_field_write(struct plan *plan, enum plan_field field, const char *value, struct err *err);

/* The second session of two with the same id, by order in the plan; NULL: there is none. O(n log n). */
const struct plan_session *plan_id_twice(const struct plan *plan);

#endif
