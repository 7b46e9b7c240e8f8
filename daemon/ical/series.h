/* Sets of instances (RFC 5545 3.8.5): DTSTART, RRULE and RDATE without EXDATE and without those that another event stands in for.
 *
 * libical 3.0.16 takes RDATEs with a zone for UTC, keeps duplicates and knows nothing of RECURRENCE-ID: the sets are made here,
 * libical only walks along the rule. */
#ifndef ICAL_SERIES_H
#define ICAL_SERIES_H

#include "event.h"
#include "recur.h"
#include "uids.h"

/* An event with a repeat, in file order. */
struct series {
	size_t session; /* its first session in the plan; of a cancelled override: SERIES_NO_SESSION */
	char *uid;      /* of an override, else NULL */
	int line;
	struct moment start;
	struct repeat repeat;
};
#define SERIES_NO_SESSION SIZE_MAX

/* Zero-initialised is empty. */
struct series_list {
	struct series *masters, *overrides;
	size_t master_count, master_room, override_count, override_room;
};
void series_release(struct series_list *list);
/* Takes event->repeat over. session: as above; overrides are told apart by event->repeat.override. */
void series_add(struct series_list *list, struct event *event, size_t session);

/* The UID of one instance: the same from reading to reading, and for the override that stands in for it. Owned by the caller. */
char *series_instance_uid(const char *uid, struct civil at);

struct series_limits {
	int32_t begin_day, end_day; /* rules are expanded from and up to these days */
	size_t sessions_max;        /* of the plan */
	size_t occurrences_max;     /* of all rules together */
};

/* Adds the sessions of all instances to the plan and takes out those whose set is empty. Indexes change: uids is of no use after it. */
void series_expand(struct series_list *list, struct plan *plan, const struct uids *uids, const struct series_limits *limits,
		   struct report *report);

#endif
