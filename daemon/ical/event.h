/* One VEVENT or VTODO, line by line, until it is whole and can be judged: a plan_session and what repeats it.
 *
 * A struct event is used for one after the other: event_begin, event_take for
 * each of its lines, event_end. */
#ifndef ICAL_EVENT_H
#define ICAL_EVENT_H

#include "core/plan.h"
#include "moment.h"

enum { EVENT_UID_MAX = 255 /* bytes; RFC 7986 5.3 */ };

/* What makes an event more than one session, or an instance of another. */
struct repeat {
	char *rule; /* RRULE, NULL: none */
	int rule_line;
	struct moments extra;   /* RDATE */
	struct moments except;  /* EXDATE */
	bool override;          /* has a RECURRENCE-ID */
	struct moment instance; /* which it names */
};
void repeat_release(struct repeat *repeat);
/* false: an event that happens once and stands for itself. */
bool repeat_is_set(const struct repeat *repeat);

struct event {
	struct report *report;
	struct zone_memo zones;
	/* From here on of the event at hand: */
	struct plan_session session; /* day and second are those of start.at */
	struct repeat repeat;
	char *followers; /* UIDs of those that need this one first (RELATED-TO FINISHTOSTART), a blank between; NULL: none */
	struct moment start, end;
	int end_line;
	int32_t length_s;
	uint32_t seen; /* bit per property that may stand there once */
	bool torn;     /* a line of it could not be read: what seems to be missing may have stood there */
	bool todo, cancelled, broken, has_start, has_end, has_length, has_type, has_effort;
};

void event_init(struct event *event, struct report *report);
void event_release(struct event *event);

void event_begin(struct event *event, int line, bool todo);
void event_take(struct event *event, const struct line *line);
/* Completes the session from what was there. true: it is one, to be taken over from event (session, repeat); false: passed over
 * (a task without a start) or faulty, and then reported. */
bool event_end(struct event *event);

#endif
