#include "uids.h"

#include "revision.h"

void uids_release(struct uids *uids)
{
	free(uids->slots);
	*uids = (struct uids){0};
}

static uint32_t uid_hash(const char *uid)
{
	return (uint32_t)siphash_2_4(0, 0, uid, strlen(uid)).low;
}

/* The slot of the UID, or the empty one where it would go. Ends: half of the slots are empty. */
static size_t slot_of(const struct uids *uids, const struct plan *plan, const char *uid, uint32_t hash)
{
	size_t at = hash & (uids->room - 1);
	for (;; at = (at + 1) & (uids->room - 1)) {
		const struct uid_slot *slot = &uids->slots[at];
		if (!slot->session_and_1)
			return at;
		if (slot->hash == hash && strcmp(plan->sessions[slot->session_and_1 - 1].uid, uid) == 0)
			return at;
	}
}

size_t uids_find(const struct uids *uids, const struct plan *plan, const char *uid)
{
	if (!uids->count)
		return UIDS_NONE;
	uint32_t found = uids->slots[slot_of(uids, plan, uid, uid_hash(uid))].session_and_1;
	return found ? (size_t)found - 1 : UIDS_NONE;
}

static void uids_grow(struct uids *uids)
{
	struct uids grown = {.count = uids->count, .room = uids->room ? uids->room * 2 : 256};
	grown.slots = xcalloc(grown.room, sizeof(*grown.slots));
	for (size_t i = 0; i < uids->room; i++) {
		if (!uids->slots[i].session_and_1)
			continue;
		size_t at = uids->slots[i].hash & (grown.room - 1);
		while (grown.slots[at].session_and_1)
			at = (at + 1) & (grown.room - 1);
		grown.slots[at] = uids->slots[i];
	}
	uids_release(uids);
	*uids = grown;
}

size_t uids_claim(struct uids *uids, const struct plan *plan, const char *uid, size_t session)
{
	if (uids->count * 2 >= uids->room)
		uids_grow(uids);
	uint32_t hash = uid_hash(uid);
	struct uid_slot *slot = &uids->slots[slot_of(uids, plan, uid, hash)];
	if (slot->session_and_1)
		return (size_t)slot->session_and_1 - 1;
	*slot = (struct uid_slot){hash, (uint32_t)session + 1};
	uids->count++;
	return UIDS_NONE;
}
