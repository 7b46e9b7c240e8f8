/* What a new version of a plan does to a learner's copy: three-way, base (what the enrolment was dated from), theirs (the new plan), mine
 * (what the learner did) (DESIGN 5).
 *
 * Sessions are matched by UID, else by id; those of tracks the learner does not take count as not there. What is done, skipped, asked about
 * or running never moves; the learner's own moves stay; what the plan has no more is withdrawn, and not counted; what is new in the past is
 * not held against anyone. Where the plan and the learner want different things the learner's stays and a conflict is listed, once. What
 * was withdrawn, or lay in the past when it came, and lies ahead in the new plan comes back. */
#ifndef CORE_UPDATE_H
#define CORE_UPDATE_H

#include "schedule.h"

enum update_kind { UPDATE_ADDED, UPDATE_RESTORED, UPDATE_WITHDRAWN, UPDATE_MOVED, UPDATE_CHANGED, UPDATE_CONFLICT, UPDATE_KIND_COUNT };
extern const char *const update_kind_name[UPDATE_KIND_COUNT]; /* added restored withdrawn moved changed conflict */

/* What stands against the plan. */
enum update_clash {
	CLASH_NONE,
	CLASH_OWN_TIME,    /* both moved it, or the learner put it off */
	CLASH_PASSED,      /* moved to a time that has passed */
	CLASH_ASKED,       /* moved while its question is open */
	CLASH_RUNNING,     /* moved while it runs */
	CLASH_RUN_MINUTES, /* other minutes while it runs */
	CLASH_OWN_GONE,    /* taken out, and the learner moved it or put it off */
	CLASH_ASKED_GONE,  /* taken out while its question is open */
	CLASH_RUN_GONE,    /* taken out while it runs */
	CLASH_COUNT
};
extern const char *const update_clash_end[CLASH_COUNT]; /* how its text ends: "; your own time stays" */

enum { UPDATE_NEW = -1 };
/* The UID of a session that the plan has no more and the learner keeps: it is told once, and belongs to no version from then on. */
#define UPDATE_DETACHED " " /* no reader gives such a one */

struct update_change {
	enum update_kind kind;
	enum update_clash clash;         /* of a conflict */
	int session;                     /* index in the enrolment, or UPDATE_NEW */
	const struct plan_session *plan; /* of the new plan; NULL: it has none. Borrowed */
	bool takes_plan;                 /* title, minutes and so on become the plan's */
	bool takes_time;                 /* the start becomes the plan's */
	char *text;                      /* for people; owned */
	/* ADDED: the row it takes, one past the last for a further one; and the id the learner will know it by; owned */
	size_t row;
	char *id;
};

struct update {
	struct update_change *items;
	size_t count, room;
	int of_kind[UPDATE_KIND_COUNT];
	size_t rows; /* sessions of the enrolment afterwards, withdrawn ones with them */
};

/* Fills in what has to change; both stay the caller's and must outlive the update. Nothing is changed. In order of the enrolment, new
 * ones last. now and local: what would lie in the past stays where it is.
 *
 * A new session takes the place of a withdrawn one that the learner never moved, noted or was asked anything about, so that a copy does not
 * grow with every version: one of its own id first (its ring number goes on), else one that never rang and was withdrawn by an earlier
 * version; by this one only when there is no other room, for the learner is to see what went. */
void update_make(struct update *ret_update, const struct enrolment *enrolment, const struct plan *plan, const struct zone *local,
		 struct instant now);
void update_release(struct update *update);
/* false: the copy would have more sessions than there is room for, and nothing of the update can be carried out. */
bool update_fits(const struct update *update);
/* "2 added, 1 moved". Owned by the caller; "nothing" for none. */
char *update_summary(const struct update *update);

#endif
