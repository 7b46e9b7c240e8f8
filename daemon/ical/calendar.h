/* What stands in VCALENDAR itself: the plan's names, anchor and shape. Of several calendars in a file the first to say a thing wins. */
#ifndef ICAL_CALENDAR_H
#define ICAL_CALENDAR_H

#include "core/plan.h"
#include "core/zone.h"
#include "lines.h"
#include "report.h"

/* A text that can be judged only at the end, with its line. */
struct late_text {
	char *text;
	int line;
};

struct late_texts {
	struct late_text *items;
	size_t count;
};

struct calendar {
	struct plan *plan; /* is filled */
	struct report *report;
	bool has_anchor, has_weeks;
	bool is_own; /* it names an anchor, if only one that cannot be used */
	bool has_format;
	const struct zone *wall; /* X-WR-TIMEZONE; NULL: not said, or not known */
	struct late_text phases, cutbacks;
	struct late_texts stations, personas;
	char *calname; /* X-WR-CALNAME: NAME wins */
	uint32_t seen;
};

void calendar_release(struct calendar *calendar);
void calendar_take(struct calendar *calendar, const struct line *line);
/* Of another program: nothing said so far makes it a plan of one's own. */
static inline bool calendar_is_foreign(const struct calendar *calendar)
{
	return !calendar->is_own && !calendar->has_format;
}
/* Whose clock times in UTC are read by; NULL: their own. */
static inline const struct zone *calendar_wall(const struct calendar *calendar)
{
	return calendar_is_foreign(calendar) ? calendar->wall : NULL;
}
/* After the last line: title and UID of a file without are name. */
void calendar_names(struct calendar *calendar, const char *name);
/* When plan->shape.weeks is known: phases, cut-back weeks, and the lists of stations and personas. */
void calendar_shape(struct calendar *calendar);

#endif
