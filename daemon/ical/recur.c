#include "recur.h"

#include <libical/ical.h>

#include "values.h"

enum frequency { FREQUENCY_NONE, DAILY, WEEKLY, MONTHLY, YEARLY };

enum part {
	PART_FREQ, PART_UNTIL, PART_COUNT, PART_INTERVAL, PART_WKST, PART_BYDAY, PART_BYMONTHDAY, PART_BYMONTH, PART_BYSETPOS,
	PART_COUNT_OF_PARTS
};
#define BIT(n) (1u << (n))

/* Sets of numbers, a bit each: days of the month 1..31 from the front and from the back, and so on. */
struct rule {
	enum frequency frequency;
	unsigned parts; /* bit per enum part that is there */
	int32_t count, interval;
	bool until_date, until_utc;
	struct civil until;
	enum weekday week_start;
	uint32_t month_days, month_days_back, months, set_pos, set_pos_back;
	uint32_t weekdays;            /* bit per weekday without a number */
	uint32_t nth[WEEK_DAYS], nth_back[WEEK_DAYS]; /* bits 1..5: the nth of the month */
};

enum { COUNT_MAX = 100000, INTERVAL_MAX = 1000, NTH_MAX = 5 };

/* --- reading a rule -------------------------------------------------------------------------------------------------------------- */

static const char *const not_whole = "a part is not written as KEY=value";

static bool weekday_take(struct span text, enum weekday *ret_weekday)
{
	static const char *const names[WEEK_DAYS] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
	for (int i = 0; i < WEEK_DAYS; i++)
		if (span_is(text, names[i])) {
			*ret_weekday = (enum weekday)i;
			return true;
		}
	return false;
}

/* "1,15,-1": a bit for each in front, or in back for those from the end (NULL: none allowed). */
static bool take_numbers(struct span list, int32_t max, uint32_t *front, uint32_t *back)
{
	for (struct span one; value_list_next(&list, &one);) {
		int32_t n;
		if (!value_integer(one, &n) || n == 0 || n > max || n < (back ? -max : 0))
			return false;
		*(n > 0 ? front : back) |= BIT(n > 0 ? n : -n);
	}
	return true;
}

static bool take_freq(struct rule *rule, struct span value)
{
	static const char *const names[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (span_is(value, names[i]))
			rule->frequency = (enum frequency)(DAILY + (int)i);
	return rule->frequency != FREQUENCY_NONE;
}

static bool take_until(struct rule *rule, struct span value)
{
	rule->until_date = value_date(value, &rule->until.day);
	if (rule->until_date)
		rule->until.second = DAY_S - 1; /* a date names the whole day; libical would drop its instance */
	return rule->until_date || value_date_time(value, &rule->until, &rule->until_utc);
}

static bool take_count(struct rule *rule, struct span value)
{
	return value_integer(value, &rule->count) && rule->count >= 1 && rule->count <= COUNT_MAX;
}

static bool take_interval(struct rule *rule, struct span value)
{
	return value_integer(value, &rule->interval) && rule->interval >= 1 && rule->interval <= INTERVAL_MAX;
}

static bool take_wkst(struct rule *rule, struct span value)
{
	return weekday_take(value, &rule->week_start);
}

static bool take_byday(struct rule *rule, struct span list)
{
	for (struct span one; value_list_next(&list, &one);) {
		enum weekday weekday;
		if (one.n < 2 || !weekday_take(span_skip(one, one.n - 2), &weekday))
			return false;
		if (one.n == 2)
			rule->weekdays |= BIT(weekday);
		else if (!take_numbers((struct span){one.p, one.n - 2}, NTH_MAX, &rule->nth[weekday], &rule->nth_back[weekday]))
			return false;
	}
	return true;
}

static bool take_bymonthday(struct rule *rule, struct span value)
{
	return take_numbers(value, 31, &rule->month_days, &rule->month_days_back);
}

static bool take_bymonth(struct rule *rule, struct span value)
{
	return take_numbers(value, 12, &rule->months, NULL);
}

static bool take_bysetpos(struct rule *rule, struct span value)
{
	return take_numbers(value, 31, &rule->set_pos, &rule->set_pos_back);
}

static const struct {
	const char *name;
	bool (*take)(struct rule *rule, struct span value);
	const char *why;
} part_info[PART_COUNT_OF_PARTS] = {
	[PART_FREQ] = {"FREQ", take_freq, "FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY"},
	[PART_UNTIL] = {"UNTIL", take_until, "UNTIL is not a date or a date with time"},
	[PART_COUNT] = {"COUNT", take_count, "COUNT must be 1 to 100000"},
	[PART_INTERVAL] = {"INTERVAL", take_interval, "INTERVAL must be 1 to 1000"},
	[PART_WKST] = {"WKST", take_wkst, "WKST must be a weekday such as MO"},
	[PART_BYDAY] = {"BYDAY", take_byday, "BYDAY must be weekdays such as MO,TU or 1MO,-1FR"},
	[PART_BYMONTHDAY] = {"BYMONTHDAY", take_bymonthday, "BYMONTHDAY must be 1 to 31 or -31 to -1"},
	[PART_BYMONTH] = {"BYMONTH", take_bymonth, "BYMONTH must be 1 to 12"},
	[PART_BYSETPOS] = {"BYSETPOS", take_bysetpos, "BYSETPOS must be 1 to 31 or -31 to -1"},
};

/* Takes one "KEY=value"; NULL, or why not. */
static const char *rule_take_part(struct rule *rule, struct span text)
{
	const char *equals = text.n ? memchr(text.p, '=', text.n) : NULL;
	if (!equals)
		return not_whole;
	struct span name = {text.p, (size_t)(equals - text.p)}, value = span_skip(text, name.n + 1);
	for (int part = 0; part < PART_COUNT_OF_PARTS; part++) {
		if (!span_is(name, part_info[part].name))
			continue;
		if (rule->parts & BIT(part))
			return "a part stands there twice";
		rule->parts |= BIT(part);
		return part_info[part].take(rule, value) ? NULL : part_info[part].why;
	}
	return "pacer knows FREQ, INTERVAL, COUNT, UNTIL, WKST, BYDAY, BYMONTHDAY, BYMONTH and BYSETPOS";
}

/* --- the profile ----------------------------------------------------------------------------------------------------------------- */

static const unsigned always_parts = BIT(PART_FREQ) | BIT(PART_UNTIL) | BIT(PART_COUNT) | BIT(PART_INTERVAL) | BIT(PART_WKST);

static const struct {
	unsigned parts; /* beside always_parts */
	bool nth;       /* BYDAY with numbers */
} profile[] = {
	[DAILY] = {BIT(PART_BYMONTH) | BIT(PART_BYDAY) | BIT(PART_BYMONTHDAY), false},
	[WEEKLY] = {BIT(PART_BYMONTH) | BIT(PART_BYDAY), false},
	[MONTHLY] = {BIT(PART_BYMONTH) | BIT(PART_BYDAY) | BIT(PART_BYMONTHDAY) | BIT(PART_BYSETPOS), true},
	[YEARLY] = {BIT(PART_BYMONTH) | BIT(PART_BYDAY) | BIT(PART_BYMONTHDAY), true},
};

static bool has_nth(const struct rule *rule)
{
	for (int i = 0; i < WEEK_DAYS; i++)
		if (rule->nth[i] | rule->nth_back[i])
			return true;
	return false;
}

static const char *rule_check(const struct rule *rule)
{
	bool by_day = rule->parts & BIT(PART_BYDAY), by_month_day = rule->parts & BIT(PART_BYMONTHDAY);
	if (rule->frequency == FREQUENCY_NONE)
		return part_info[PART_FREQ].why;
	if (rule->parts & BIT(PART_COUNT) && rule->parts & BIT(PART_UNTIL))
		return "COUNT and UNTIL exclude each other: keep one";
	if (rule->parts & ~(always_parts | profile[rule->frequency].parts))
		return "this BY part does not go with this FREQ";
	if (has_nth(rule) && !profile[rule->frequency].nth)
		return "BYDAY with a number goes with MONTHLY and YEARLY";
	if (has_nth(rule) && by_month_day)
		return "BYDAY with a number does not go with BYMONTHDAY";
	if (rule->frequency == DAILY && rule->month_days_back)
		return "BYMONTHDAY from the end of the month goes with MONTHLY";
	if (rule->frequency == YEARLY && (by_day || by_month_day) && !rule->months)
		return "YEARLY with BYDAY or BYMONTHDAY needs BYMONTH";
	if (rule->frequency == YEARLY && by_day && by_month_day)
		return "YEARLY takes BYDAY or BYMONTHDAY, not both";
	if (rule->parts & BIT(PART_BYSETPOS) && !by_day && !by_month_day)
		return "BYSETPOS needs BYDAY or BYMONTHDAY";
	return NULL;
}

static const char *rule_parse(struct span text, struct rule *rule)
{
	*rule = (struct rule){.interval = 1, .week_start = MONDAY};
	while (text.p) {
		const char *end = text.n ? memchr(text.p, ';', text.n) : NULL;
		struct span part = {text.p, end ? (size_t)(end - text.p) : text.n};
		const char *why = rule_take_part(rule, part);
		if (why)
			return why;
		text = end ? span_skip(text, part.n + 1) : (struct span){0};
	}
	return rule_check(rule);
}

/* The BY parts alone, without BYSETPOS. */
static bool rule_matches(const struct rule *rule, int32_t day)
{
	int year, month, number;
	day_to_ymd(day, &year, &month, &number);
	int next_year = month == 12 ? year + 1 : year, next_month = month == 12 ? 1 : month + 1;
	int last = year == 9999 && month == 12 ? 31 : day_from_ymd(next_year, next_month, 1) - day_from_ymd(year, month, 1);
	enum weekday weekday = day_weekday(day);
	if (rule->months && !(rule->months & BIT(month)))
		return false;
	if (rule->parts & BIT(PART_BYMONTHDAY) && !(rule->month_days & BIT(number)) && !(rule->month_days_back & BIT(last - number + 1)))
		return false;
	return !(rule->parts & BIT(PART_BYDAY)) || rule->weekdays & BIT(weekday) || rule->nth[weekday] & BIT((number - 1) / 7 + 1) ||
	       rule->nth_back[weekday] & BIT((last - number) / 7 + 1);
}

/* BYSETPOS within the month of the day. */
static bool set_pos_matches(const struct rule *rule, int32_t day)
{
	int year, month, number, before = 0, after = 0;
	day_to_ymd(day, &year, &month, &number);
	int32_t first = day - number + 1;
	for (int32_t other = first; other < first + 31; other++) {
		int other_year, other_month, other_number;
		day_to_ymd(other, &other_year, &other_month, &other_number);
		if (other_month != month || !rule_matches(rule, other))
			continue;
		before += other <= day;
		after += other >= day;
	}
	return rule->set_pos & BIT(before) || rule->set_pos_back & BIT(after);
}

/* --- through libical ------------------------------------------------------------------------------------------------------------- */

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
		if (front & BIT(n))
			*array++ = n;
		if (back & BIT(n))
			*array++ = (short)-n;
	}
}

static void fill_weekdays(short *array, const struct rule *rule)
{
	for (int weekday = 0; weekday < WEEK_DAYS; weekday++) {
		if (rule->weekdays & BIT(weekday))
			*array++ = ical_weekday(weekday, 0);
		for (int n = 1; n <= NTH_MAX; n++) {
			if (rule->nth[weekday] & BIT(n))
				*array++ = ical_weekday(weekday, n);
			if (rule->nth_back[weekday] & BIT(n))
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
	if (!(rule->parts & BIT(PART_UNTIL)) || rule->until_date)
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
	if (!same_every_week || rule->parts & (BIT(PART_UNTIL) | BIT(PART_BYMONTH) | BIT(PART_BYMONTHDAY)))
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
	bool match = !why && rule_matches(&rule, query->start.day);
	if (match && rule.parts & BIT(PART_BYSETPOS))
		match = set_pos_matches(&rule, query->start.day);
	if (!why && !match)
		why = "DTSTART is not one of the rule's days: move one of them";
	struct civil until = {query->end_day - 1, DAY_S - 1};
	if (!why && rule.parts & BIT(PART_UNTIL)) {
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
	if (result == RECUR_OK)
		memo_keep(memo, query, &rule, days);
	return result;
}
