/* Which session a UID belongs to: a hash table of indexes into plan->sessions, whose UIDs it compares. */
#ifndef ICAL_UIDS_H
#define ICAL_UIDS_H

#include "core/plan.h"

#define UIDS_NONE SIZE_MAX

/* Small on purpose: a big file's table should fit into the cache. A plan has fewer than 2^32 sessions, as its file has bytes. */
struct uid_slot {
	uint32_t hash;
	uint32_t session_and_1; /* 0: empty */
};

/* Zero-initialised is empty. Sessions must keep their index while they are in. */
struct uids {
	struct uid_slot *slots;
	size_t count, room; /* room is 0 or a power of two, at most half full */
};
void uids_release(struct uids *uids);
size_t uids_find(const struct uids *uids, const struct plan *plan, const char *uid);
/* The session that has the UID already; UIDS_NONE: none had, it now belongs to plan->sessions[session], which the caller adds next. */
size_t uids_claim(struct uids *uids, const struct plan *plan, const char *uid, size_t session);

#endif
