/* What comes first, told from the other side: RELATED-TO;RELTYPE=FINISHTOSTART (RFC 9253 5) names the sessions that wait for this one.
 *
 * Their plan_session.depends says so once the whole file is read. */
#ifndef ICAL_RELATE_H
#define ICAL_RELATE_H

#include "core/plan.h"
#include "report.h"
#include "uids.h"

struct relation {
	size_t session;  /* index into plan->sessions: what comes first */
	char *followers; /* UIDs, a blank between */
};

/* Zero-initialised is empty. */
struct relations {
	struct relation *items;
	size_t count, room;
};
void relations_release(struct relations *relations);
/* Takes followers over; NULL is fine. */
void relations_add(struct relations *relations, size_t session, char *followers);
/* Writes each into its followers' depends, unless it stands there. Before indexes change. A follower nobody is gets a W-DEPENDS. */
void relations_resolve(const struct relations *relations, struct plan *plan, const struct uids *uids, struct report *report);

#endif
