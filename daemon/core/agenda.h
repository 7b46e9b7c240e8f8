/* What falls due next, and what lies in a span of time: two orders over the sessions of all enrolments.
 *
 * A binary heap by due instant answers next-due in O(1) and takes changes in O(log n); an array by start answers a span of k
 * sessions in O(log n + k). Entries are named by (enrolment index, session index) and compare by instant, then by those. */
#ifndef CORE_AGENDA_H
#define CORE_AGENDA_H

#include "time.h"

struct agenda_ref {
	uint32_t enrolment, session;
};

struct agenda;

struct agenda *agenda_new(void);
struct agenda *agenda_free(struct agenda *agenda);
/* Adds the session, or moves it: due INSTANT_NEVER takes it out of the due order only. */
void agenda_set(struct agenda *agenda, struct agenda_ref ref, struct instant due, struct instant start);
void agenda_remove(struct agenda *agenda, struct agenda_ref ref);

/* INSTANT_NEVER when nothing is due. */
struct instant agenda_next_due(const struct agenda *agenda);
/* Takes out the earliest entry due at or before now: it is unlinked before anything else happens to it. false: none. */
bool agenda_pop_due(struct agenda *agenda, struct instant now, struct agenda_ref *ret_ref);

/* Sessions with from <= start < to in order: *ret_refs points into the agenda until the next change. Returns how many. */
size_t agenda_span(const struct agenda *agenda, struct instant from, struct instant to, const struct agenda_ref **ret_refs);

#endif
