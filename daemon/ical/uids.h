/* Which session a UID belongs to: a hash table of indexes into plan->sessions, whose UIDs it compares. */
#ifndef ICAL_UIDS_H
#define ICAL_UIDS_H

#include "core/plan.h"

#define UIDS_NONE SIZE_MAX

struct uid_slot {
	uint64_t hash;
	size_t session_and_1; /* 0: empty */
};

/* Zero-initialised is empty. Sessions must keep their index while they are in. */
struct uids {
	struct uid_slot *slots;
	size_t count, room; /* room is 0 or a power of two, at most half full */
};
void uids_release(struct uids *uids);
size_t uids_find(const struct uids *uids, const struct plan *plan, const char *uid);
/* The UID of that session must not be in yet. */
void uids_add(struct uids *uids, const struct plan *plan, size_t session);

#endif
