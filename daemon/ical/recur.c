#include "recur.h"

#include <libical/ical.h>

#include "rule.h"

static struct icaltimetype ical_time(struct civil civil, bool date)
{
	struct icaltimetype time = icaltime_null_time();
	day_to_ymd(civil.day, &time.year, &time.month, &time.day);
	time.is_date = date;
	if (!date) {
		time.hour = civil.second / HOUR_S;
		time.minute = civil.second % HOUR_S / MINUTE_S;
		time.second = civil.second % MINUTE_S;
	}
	return time;
}

/* libical counts weekdays from Sunday = 1, and keeps the nth as day + 8 * n, negative from the end. */
static short ical_weekday(int weekday, int nth)
{
	int day = (weekday + 1) % WEEK_DAYS + 1;
	return (short)(nth < 0 ? -(day - 8 * nth) : day + 8 * nth);
}

/* Writes the numbers of the sets into an array that libical has filled with its end mark. */
static void fill_numbers(short *array, uint32_t front, uint32_t back)
{
	for (short n = 1; n <= 31; n++) {
		if (front & RULE_BIT(n))
			*array++ = n;
		if (back & RULE_BIT(n))
			*array++ = (short)-n;
	}
}

/* From the first day of the week on: libical's own parser sorts them so, and its iterator relies on it. */
static void fill_weekdays(short *array, const struct rule *rule)
{
	for (int i = 0; i < WEEK_DAYS; i++) {
		int weekday = ((int)rule->week_start + i) % WEEK_DAYS;
		if (rule->weekdays & RULE_BIT(weekday))
			*array++ = ical_weekday(weekday, 0);
		for (int n = 1; n <= RULE_NTH_MAX; n++) {
			if (rule->nth[weekday] & RULE_BIT(n))
				*array++ = ical_weekday(weekday, n);
			if (rule->nth_back[weekday] & RULE_BIT(n))
				*array++ = ical_weekday(weekday, -n);
		}
	}
}

static struct icalrecurrencetype ical_rule(const struct rule *rule, struct civil until)
{
	static const icalrecurrencetype_frequency frequencies[] = {
		[DAILY] = ICAL_DAILY_RECURRENCE,
		[WEEKLY] = ICAL_WEEKLY_RECURRENCE,
		[MONTHLY] = ICAL_MONTHLY_RECURRENCE,
		[YEARLY] = ICAL_YEARLY_RECURRENCE,
	};
	struct icalrecurrencetype recur;
	icalrecurrencetype_clear(&recur);
	recur.freq = frequencies[rule->frequency];
	recur.count = rule->count;
	recur.interval = (short)rule->interval;
	recur.until = ical_time(until, false);
	recur.week_start = (icalrecurrencetype_weekday)ical_weekday((int)rule->week_start, 0);
	fill_weekdays(recur.by_day, rule);
	fill_numbers(recur.by_month_day, rule->month_days, rule->month_days_back);
	fill_numbers(recur.by_month, rule->months, 0);
	fill_numbers(recur.by_set_pos, rule->set_pos, rule->set_pos_back);
	return recur;
}

void recur_days_release(struct recur_days *days)
{
	free(days->items);
	*days = (struct recur_days){0};
}

void recur_days_add(struct recur_days *days, int32_t day)
{
	if (days->count == days->room) {
		days->room = days->room ? days->room * 2 : 64;
		days->items = xreallocarray(days->items, days->room, sizeof(*days->items));
	}
	days->items[days->count++] = day;
}

/* until is the earlier of the rule's own and the horizon: libical's inner loops look at it, so none of them runs on.
 * Bounded by the days from start to until. */
static int iterate(const struct rule *rule, struct civil start, struct civil until, size_t max, struct recur_days *days)
{
	icalrecur_iterator *iterator = icalrecur_iterator_new(ical_rule(rule, until), ical_time(start, false));
	int result = RECUR_OK;
	while (iterator) {
		struct icaltimetype at = icalrecur_iterator_next(iterator);
		if (icaltime_is_null_time(at) || !ymd_valid(at.year, at.month, at.day))
			break;
		struct civil civil = {day_from_ymd(at.year, at.month, at.day), start.second};
		if (civil_compare(civil, until) > 0)
			break;
		if (days->count == max) {
			result = RECUR_MANY;
			break;
		}
		recur_days_add(days, civil.day);
	}
	icalrecur_iterator_free(iterator);
	return result;
}

/* UNTIL on DTSTART's wall clock (RFC 5545 3.3.10: in UTC when DTSTART has a zone, else floating like it). */
static const char *until_resolve(struct rule *rule, const struct recur_query *query)
{
	if (!(rule->parts & RULE_BIT(RULE_UNTIL)) || rule->until_date)
		return NULL;
	if (rule->until_utc && !query->zone && !query->date)
		return "UNTIL ends in Z but DTSTART has no zone: write both without";
	if (rule->until_utc && query->zone)
		rule->until = zone_civil(query->zone, zone_resolve(&zone_utc, rule->until));
	if (query->date)
		rule->until.second = DAY_S - 1;
	return NULL;
}

/* --- the memo -------------------------------------------------------------------------------------------------------------------- */

void recur_memo_release(struct recur_memo *memo)
{
	for (size_t i = 0; i < RECUR_MEMO_ROWS; i++) {
		text_release(&memo->rows[i].rule);
		recur_days_release(&memo->rows[i].days);
	}
	*memo = (struct recur_memo){0};
}

static const struct recur_memo_row *memo_find(const struct recur_memo *memo, const struct recur_query *query)
{
	for (size_t i = 0; i < RECUR_MEMO_ROWS; i++) {
		const struct recur_memo_row *row = &memo->rows[i];
		if (row->span_days >= query->end_day - query->start.day && row->span_days > 0 &&
		    row->weekday == day_weekday(query->start.day) && span_equal(query->rule, (struct span){row->rule.data, row->rule.len}))
			return row;
	}
	return NULL;
}

static void memo_keep(struct recur_memo *memo, const struct recur_query *query, const struct rule *rule, const struct recur_days *days)
{
	bool same_every_week = rule->frequency == DAILY || rule->frequency == WEEKLY;
	if (!same_every_week || rule->parts & (RULE_BIT(RULE_UNTIL) | RULE_BIT(RULE_BYMONTH) | RULE_BIT(RULE_BYMONTHDAY)))
		return;
	struct recur_memo_row *row = &memo->rows[memo->next];
	memo->next = (memo->next + 1) % RECUR_MEMO_ROWS;
	row->rule.len = 0;
	text_add_n(&row->rule, query->rule.p, query->rule.n);
	row->weekday = day_weekday(query->start.day);
	row->span_days = query->end_day - query->start.day;
	row->days.count = 0;
	for (size_t i = 0; i < days->count; i++)
		recur_days_add(&row->days, days->items[i] - query->start.day);
}

static int memo_answer(const struct recur_memo_row *row, const struct recur_query *query, struct recur_days *days)
{
	for (size_t i = 0; i < row->days.count; i++) {
		int32_t day = query->start.day + row->days.items[i];
		if (day >= query->end_day)
			break;
		if (days->count == query->max)
			return RECUR_MANY;
		recur_days_add(days, day);
	}
	return RECUR_OK;
}

int recur_expand(const struct recur_query *query, struct recur_memo *memo, struct recur_days *days, const char **ret_why)
{
	struct rule rule;
	days->count = 0;
	const struct recur_memo_row *known = memo_find(memo, query);
	if (known)
		return memo_answer(known, query, days);
	const char *why = rule_parse(query->rule, &rule);
	if (!why)
		why = until_resolve(&rule, query);
	if (!why && !rule_matches(&rule, query->start.day))
		why = "DTSTART is not one of the rule's days: move one of them";
	struct civil until = {query->end_day - 1, DAY_S - 1};
	if (!why && rule.parts & RULE_BIT(RULE_UNTIL)) {
		if (civil_compare(rule.until, query->start) < 0)
			why = "UNTIL is before DTSTART: move one of them";
		else if (civil_compare(rule.until, until) < 0)
			until = rule.until;
	}
	if (why) {
		*ret_why = why;
		return RECUR_REFUSED;
	}
	int result = iterate(&rule, query->start, until, query->max, days);
	if (result == RECUR_OK && (!days->count || days->items[0] != query->start.day)) {
		*ret_why = "it is not followed rightly from DTSTART on: list the days in RDATE";
		return RECUR_REFUSED;
	}
	if (result == RECUR_OK)
		memo_keep(memo, query, &rule, days);
	return result;
}
