/* What api_edit.c, api_edit_place.c and api_edit_clash.c share: one EditPlan on its way. For nobody else. */
#ifndef DAEMON_API_EDITING_H
#define DAEMON_API_EDITING_H

#include "api_edit.h"
#include "exchange_names.h"
#include "ical/edit.h"
#include "planedit.h"

/* Where a session stood before the changes. */
struct editing_place {
	int32_t day, second;
	int minutes;
};

/* Sessions keep the ids they had before it; where they stand follows the changes. */
struct editing {
	struct app *app;
	struct rpc_call *call;
	struct plan *plan;
	struct edit *edit;
	json_t *done; /* texts; of more than a few hundred the rest is counted */
	size_t untold;
	size_t known;                   /* sessions that had an id when it began; the others are new */
	struct editing_place *places;   /* of the known ones */
	unsigned numbers[NAMES_PLACES]; /* of UIDs given to new sessions */
	bool grouped;                   /* a whole weekday or week was moved: told as one, not session by session */
	bool weekdays;                  /* a whole weekday was moved: who meets whom there is told by the day */
};

PRINTF_LIKE(2, 3) void editing_tell(struct editing *editing, const char *format, ...);
/* Where the session stands now. */
void editing_tell_place(struct editing *editing, const struct plan_session *session, const char *verb);
/* All below: false: an error was replied. */
bool editing_refuse(struct editing *editing, const char *session, const char *action, int code, struct err *err);
/* The known session of this id; NULL: an error was replied. */
struct plan_session *editing_find(struct editing *editing, const char *id);
/* Takes a text into a field; the refusal names the field and what it takes. */
bool editing_take_field(struct editing *editing, struct plan_session *session, enum session_field field, const char *value);
bool editing_put_field(struct editing *editing, const struct plan_session *was, const struct plan_session *now, enum session_field field);

/* api_edit_place.c: the actions about where sessions stand */
bool editing_add(struct editing *editing, json_t *change);
bool editing_move(struct editing *editing, json_t *change);
bool editing_move_weekday(struct editing *editing, json_t *change);
bool editing_move_week(struct editing *editing, json_t *change);
bool editing_swap_weeks(struct editing *editing, json_t *change);

/* api_edit_clash.c: what then stands where something stood already, in words; the caller owns the list. */
json_t *editing_clashes(const struct editing *editing);

#endif
