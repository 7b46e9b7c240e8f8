/* What a new version of a plan does to a learner's copy: three-way, base (what the enrolment was dated from), theirs (the new plan), mine
 * (what the learner did) (DESIGN 5).
 *
 * Sessions are matched by UID, else by id. What is done, skipped, asked about or running never moves; the learner's own moves stay;
 * what the plan has no more is withdrawn, and not counted; what is new in the past is not held against anyone; where both moved a
 * session the learner's time stays and a conflict is listed, once. What was withdrawn and is in the plan again comes back. */
#ifndef CORE_UPDATE_H
#define CORE_UPDATE_H

#include "schedule.h"

enum update_kind { UPDATE_ADDED, UPDATE_RESTORED, UPDATE_WITHDRAWN, UPDATE_MOVED, UPDATE_CHANGED, UPDATE_CONFLICT, UPDATE_KIND_COUNT };
extern const char *const update_kind_name[UPDATE_KIND_COUNT]; /* added restored withdrawn moved changed conflict */

enum { UPDATE_NEW = -1 };
/* The UID of a session that the plan has no more and the learner keeps: it is told once, and belongs to no version from then on. */
#define UPDATE_DETACHED "-"

struct update_change {
	enum update_kind kind;
	int session;                     /* index in the enrolment, or UPDATE_NEW */
	const struct plan_session *plan; /* of the new plan; NULL: it has none. Borrowed */
	bool takes_plan;                 /* title, minutes and so on become the plan's */
	bool takes_time;                 /* the start becomes the plan's */
	char *text;                      /* for people; owned */
};

struct update {
	struct update_change *items;
	size_t count, room;
	int of_kind[UPDATE_KIND_COUNT];
};

/* Appends what has to change; both stay the caller's and must outlive the update. Nothing is changed. In order of the enrolment, new
 * ones last. now and local: what would lie in the past stays where it is. */
void update_make(struct update *ret_update, const struct enrolment *enrolment, const struct plan *plan, const struct zone *local,
		 struct instant now);
void update_release(struct update *update);
/* "2 added, 1 moved". Owned by the caller; "nothing" for none. */
char *update_summary(const struct update *update);

#endif
