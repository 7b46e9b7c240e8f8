/* The instances of an RRULE, walked along by libical's iterator on floating time; rule.h says which rules.
 *
 * DTSTART must be an instance of its rule (RFC 5545 3.8.5.3): then no rule is without instances, and libical's fault in
 * every-second-week rules that begin between two of their days cannot come up. All instances have DTSTART's time of day; what a zone
 * makes of them is for the one who dates them: an instance in a gap of daylight saving time is ignored there, not here. */
#ifndef ICAL_RECUR_H
#define ICAL_RECUR_H

#include "core/zone.h"
#include "span.h"

enum recur_result {
	RECUR_OK = 0,
	RECUR_REFUSED = 1, /* *ret_why says why (static text) */
	RECUR_MANY = 2,    /* more instances than asked for */
};

struct recur_query {
	struct span rule;        /* "FREQ=WEEKLY;COUNT=4" */
	struct civil start;      /* DTSTART on its wall clock */
	const struct zone *zone; /* DTSTART's, NULL: floating; UNTIL is moved into it */
	bool date;               /* DTSTART is a DATE */
	int32_t end_day;         /* instances before this day */
	size_t max;              /* instances */
};

/* Days of instances, ascending. Zero-initialised is empty; used again by the next expansion. */
struct recur_days {
	int32_t *items;
	size_t count, room;
};
void recur_days_release(struct recur_days *days);
void recur_days_add(struct recur_days *days, int32_t day);

/* What was found for rules that are the same from every Monday on (DAILY and WEEKLY, without UNTIL and months): libical takes
 * longer for one of them than the reader for the whole event, and files say the same rule over and over.
 * Zero-initialised is empty. */
enum { RECUR_MEMO_ROWS = 16 };
struct recur_memo {
	struct recur_memo_row {
		struct text rule;
		enum weekday weekday;   /* of the start */
		int32_t span_days;      /* how far it was followed; 0: the row is empty */
		struct recur_days days; /* from the start */
	} rows[RECUR_MEMO_ROWS];
	size_t next; /* the row to give up */
};
void recur_memo_release(struct recur_memo *memo);

/* Fills days, which is emptied first. enum recur_result. */
int recur_expand(const struct recur_query *query, struct recur_memo *memo, struct recur_days *days, const char **ret_why);

#endif
