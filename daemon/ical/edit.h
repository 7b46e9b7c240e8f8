/* Lossless editing of a plan file: what is not changed keeps its bytes, folds, order and comments (DESIGN 5, STANDARDS 4.5).
 *
 * A document is the file's bytes cut into components and lines (lines.h gives each its byte range). Changes are made on properties of
 * the calendar (uid NULL) or of the event with that UID; new lines are folded at 75 octets with the file's own line ends (CRLF where
 * the file has none yet). Joining an unchanged document gives the file back byte for byte. Values given here are plain text or values as
 * RFC 5545 writes them; the document escapes what `escape` asks for. Property names are upper case. */
#ifndef ICAL_EDIT_H
#define ICAL_EDIT_H

#include "core/plan.h"

struct edit;

enum edit_result {
	EDIT_BROKEN = 1, /* not a calendar that can be edited: err says line and why */
	EDIT_NO_SUCH,    /* no event of that UID */
	EDIT_AMBIGUOUS,  /* several: a recurring event's instances; err says so */
	EDIT_VALUE,      /* the value cannot be written: a control character, too long */
};

/* Cuts the bytes (copied). Returns 0 or EDIT_BROKEN. */
int edit_open(const char *bytes, size_t length, struct edit **ret_edit, struct err *err);
struct edit *edit_free(struct edit *edit);
/* The file as it would be written; owned by the caller, ends with the file's own last line end. */
char *edit_bytes(const struct edit *edit, size_t *ret_length);
/* Something differs from what was opened. */
bool edit_changed(const struct edit *edit);

/* Sets the property: the lines of that name in the component become the given values, the first in the place of the first and so on
 * (new ones: before the first sub-component or END). params: "" or ";VALUE=INTEGER"; for lines that are written anew. escape: TEXT
 * escaping of each value. count 0 removes it. A line that has one of the values already keeps its bytes, parameters and folds; a
 * property that has these values already is not touched. Of RELATED-TO only the lines with the RELTYPE of params are meant. Setting
 * UID gives the event that UID. On an error nothing is changed. */
int edit_set(struct edit *edit, const char *uid, const char *name, const char *params, const char *const *values, size_t count, bool escape,
	     struct err *err);
/* The first value, unescaped when escape; NULL: it has none, or there is no such event, or several. Owned by the caller. */
char *edit_get(const struct edit *edit, const char *uid, const char *name, bool escape);
/* How many lines of that name it has itself; 0 likewise. */
size_t edit_count(const struct edit *edit, const char *uid, const char *name);
/* One or more events have that UID. */
bool edit_has(const struct edit *edit, const char *uid);
/* Adds a whole event built from the session, with its alarms, behind the last event that begins earlier, or then with a lesser UID (dtstart
 * as written). One that has no alarms gets two, at start and end. Its DTSTAMP comes with edit_stamp. EDIT_VALUE: the UID is missing or used
 * already. */
int edit_add(struct edit *edit, const struct plan_session *session, int32_t anchor_day, struct err *err);
int edit_remove(struct edit *edit, const char *uid, struct err *err);
/* Moves DTSTART to that day (from 1970-01-01, as struct civil has it) and second, and DTEND or DUE by as much; keeps TZID, UID, alarms.
 * An event of a whole day stays one at 09:00, else it gets that time and loses its end. An event that repeats is EDIT_AMBIGUOUS. */
int edit_move(struct edit *edit, const char *uid, int32_t day, int32_t second, struct err *err);
/* Makes the alarms of the event that ring (see alarm.h) these, in this order; one that is there already keeps its bytes, others stay.
 * text: of each; NULL: new ones say when the session begins or ends, old ones what they say. */
int edit_alarms(struct edit *edit, const char *uid, const struct plan_alarm *alarms, int count, const char *text, struct err *err);
/* After changes, before the bytes are taken: LAST-MODIFIED of the calendar; of each event changed since it was opened DTSTAMP, SEQUENCE
 * + 1 (from 0; once, however often this is called; an added event has none, which is 0), and LAST-MODIFIED when events of the file have it
 * or there is a METHOD: without one DTSTAMP says the same (RFC 5545 3.8.7.2). Times are UTC. Nothing when nothing changed. */
void edit_stamp(struct edit *edit, struct instant now);

/* A new file from a plan: everything the plan has, in its usual form (format.h), CRLF. Text that no line may hold (control
 * characters, not UTF-8) is made harmless. Owned by the caller. */
char *edit_write_plan(const struct plan *plan, struct instant now, size_t *ret_length);

#endif
