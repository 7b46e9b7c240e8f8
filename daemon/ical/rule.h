/* RRULE (RFC 5545 3.3.10) as a value, inside the profile that libical 3.0.16 expands rightly.
 *
 * A rule is read by us, strictly, and refused when it lies outside of the profile: SECONDLY, MINUTELY and HOURLY (libical hangs in
 * them), COUNT with UNTIL, and the combinations it gets wrong or ignores (measured; the test holds the profile against a plain
 * day-by-day expansion):
 *   DAILY    BYMONTH BYDAY BYMONTHDAY>0
 *   WEEKLY   BYMONTH BYDAY
 *   MONTHLY  BYMONTH, BYDAY with BYSETPOS or BYDAY(nth) or BYMONTHDAY
 *   YEARLY   BYMONTH with BYDAY(nth) or BYMONTHDAY */
#ifndef ICAL_RULE_H
#define ICAL_RULE_H

#include "core/time.h"
#include "span.h"

enum frequency { FREQUENCY_NONE, DAILY, WEEKLY, MONTHLY, YEARLY };

enum rule_part {
	RULE_FREQ,
	RULE_UNTIL,
	RULE_COUNT,
	RULE_INTERVAL,
	RULE_WKST,
	RULE_BYDAY,
	RULE_BYMONTHDAY,
	RULE_BYMONTH,
	RULE_BYSETPOS,
	RULE_PART_COUNT
};
#define RULE_BIT(n) (1u << (n))

/* Sets of numbers, a bit each: days of the month 1..31 from the front and from the back, and so on. */
struct rule {
	enum frequency frequency;
	unsigned parts; /* bit per enum rule_part that is there */
	int32_t count, interval;
	bool until_date, until_utc;
	struct civil until;
	enum weekday week_start;
	uint32_t month_days, month_days_back, months, set_pos, set_pos_back;
	uint32_t weekdays;                            /* bit per weekday without a number */
	uint32_t nth[WEEK_DAYS], nth_back[WEEK_DAYS]; /* bits 1..5: the nth of the month */
};

enum { RULE_NTH_MAX = 5 };

/* NULL, or why the text is not a rule of the profile (static text). */
const char *rule_parse(struct span text, struct rule *ret_rule);
/* Would the day be an instance, were it not for INTERVAL, COUNT and UNTIL? */
bool rule_matches(const struct rule *rule, int32_t day);

#endif
