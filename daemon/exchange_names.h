/* Who is meant in a text that holds a plan: sessions by id and UID, the UIDs of new ones, and whom a session depends on. */
#ifndef DAEMON_EXCHANGE_NAMES_H
#define DAEMON_EXCHANGE_NAMES_H

#include "core/plan.h"
#include "ical/edit.h"

/* The sessions of a plan by a text of theirs. Zero-initialised is empty. */
struct names {
	struct named *items, *table;
};
/* of: the text, borrowed; NULL: the session is not in the table. Of several with one text the first is. */
struct names names_of(const struct plan *plan, const char *(*of)(const struct plan_session *session));
void names_release(struct names *names);
/* name is n bytes long. NULL: nobody. */
const struct plan_session *names_find(const struct names *names, const char *name, size_t n);

const char *name_id(const struct plan_session *session);
const char *name_uid(const struct plan_session *session);

/* Gives new sessions (uid NULL) the UID that belongs to their place, "<plan_uid>-W05-FR2"; in a new plan the number an id has is kept.
 * taken: UIDs of the plan, edit: of the file; either may be NULL. */
void names_give(struct plan *wanted, const char *plan_uid, const struct names *taken, const struct edit *edit);

/* One more such UID, for a session that is added to the file; owned by the caller. *used: the highest number given at this place so far, 0
 * for none; counted up. */
char *names_fresh(const char *plan_uid, const struct plan_session *session, const struct edit *edit, unsigned *used);
/* Where the place of a session stands in a table of NAMES_PLACES numbers; of days outside the plan's weeks several share one. */
enum { NAMES_PLACES = (PLAN_WEEKS_MAX + 1) * WEEK_DAYS };
size_t names_place(const struct plan_session *session);

/* The UID a word of n bytes stands for: the first of the tables that knows it, or a UID that `before` depended on. Not NUL-terminated:
 * ends with a blank, too. NULL: nobody's. */
const char *names_dependency(const struct names *const *tables, size_t count, const struct plan_session *before, const char *word,
			     size_t n);

#endif
