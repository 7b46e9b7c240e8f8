/* A DATE or DATE-TIME with its zone, as DTSTART, RDATE and their like carry it (RFC 5545 3.3.4, 3.3.5). */
#ifndef ICAL_MOMENT_H
#define ICAL_MOMENT_H

#include "core/zone.h"
#include "lines.h"
#include "report.h"

/* The zone of a time whose own nobody knows: it is shown as it stands, wherever the learner is. Compared with times in UTC, such as the
 * end of a series, it is as far east as zones go but one hour: no occurrence of the last day is missed. */
extern const struct zone zone_unknown;

struct moment {
	struct civil at;
	const struct zone *zone; /* NULL: floating; zone_utc for "...Z" */
	bool date;               /* a DATE: second is 0, zone NULL */
};

/* The TZID that was asked for last and its zone: files name the same one over and over. */
struct zone_memo {
	struct text id;
	const struct zone *zone;
	bool foreign;            /* in the calendar of another program: a zone by its name for people is zone_unknown */
	const struct zone *wall; /* whose clock times in UTC are read by, as far as that is known; NULL: their own */
};
void zone_memo_release(struct zone_memo *memo);

/* Reads value with the VALUE and TZID of line (value is line's, or one of its list). Reports what is wrong and returns false. */
bool moment_read(const struct line *line, struct span value, struct zone_memo *memo, struct report *report, struct moment *ret_moment);
/* The wall clock of moment in zone; floating ones are taken as they are. */
struct civil moment_in(const struct moment *moment, const struct zone *zone);
/* Seconds from one to the other: of real time when both have a zone, on the wall clock when none has. */
int64_t moment_between_s(const struct moment *from, const struct moment *to);

/* A growing list; zero-initialised is empty. */
struct moments {
	struct moment *items;
	size_t count, room;
};
void moments_release(struct moments *moments);
void moments_add(struct moments *moments, const struct moment *moment);

#endif
