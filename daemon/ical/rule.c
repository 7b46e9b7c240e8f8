#include "rule.h"

#include "values.h"

enum { COUNT_MAX = 100000, INTERVAL_MAX = 1000 };

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
		*(n > 0 ? front : back) |= RULE_BIT(n > 0 ? n : -n);
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
			rule->weekdays |= RULE_BIT(weekday);
		else if (!take_numbers((struct span){one.p, one.n - 2}, RULE_NTH_MAX, &rule->nth[weekday], &rule->nth_back[weekday]))
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
} part_info[RULE_PART_COUNT] = {
	[RULE_FREQ] = {"FREQ", take_freq, "FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY"},
	[RULE_UNTIL] = {"UNTIL", take_until, "UNTIL is not a date or a date with time"},
	[RULE_COUNT] = {"COUNT", take_count, "COUNT must be 1 to 100000"},
	[RULE_INTERVAL] = {"INTERVAL", take_interval, "INTERVAL must be 1 to 1000"},
	[RULE_WKST] = {"WKST", take_wkst, "WKST must be a weekday such as MO"},
	[RULE_BYDAY] = {"BYDAY", take_byday, "BYDAY must be weekdays such as MO,TU or 1MO,-1FR"},
	[RULE_BYMONTHDAY] = {"BYMONTHDAY", take_bymonthday, "BYMONTHDAY must be 1 to 31 or -31 to -1"},
	[RULE_BYMONTH] = {"BYMONTH", take_bymonth, "BYMONTH must be 1 to 12"},
	[RULE_BYSETPOS] = {"BYSETPOS", take_bysetpos, "BYSETPOS must be 1 to 31 or -31 to -1"},
};

/* Takes one "KEY=value"; NULL, or why not. */
static const char *rule_take_part(struct rule *rule, struct span text)
{
	const char *equals = text.n ? memchr(text.p, '=', text.n) : NULL;
	if (!equals)
		return not_whole;
	struct span name = {text.p, (size_t)(equals - text.p)}, value = span_skip(text, name.n + 1);
	for (int part = 0; part < RULE_PART_COUNT; part++) {
		if (!span_is(name, part_info[part].name))
			continue;
		if (rule->parts & RULE_BIT(part))
			return "a part stands there twice";
		rule->parts |= RULE_BIT(part);
		return part_info[part].take(rule, value) ? NULL : part_info[part].why;
	}
	return "pacer knows FREQ, INTERVAL, COUNT, UNTIL, WKST, BYDAY, BYMONTHDAY, BYMONTH and BYSETPOS";
}

/* --- the profile ----------------------------------------------------------------------------------------------------------------- */

static const unsigned always_parts =
	RULE_BIT(RULE_FREQ) | RULE_BIT(RULE_UNTIL) | RULE_BIT(RULE_COUNT) | RULE_BIT(RULE_INTERVAL) | RULE_BIT(RULE_WKST);

static const struct {
	unsigned parts; /* beside always_parts */
	bool nth;       /* BYDAY with numbers */
} profile[] = {
	[DAILY] = {RULE_BIT(RULE_BYMONTH) | RULE_BIT(RULE_BYDAY) | RULE_BIT(RULE_BYMONTHDAY), false},
	[WEEKLY] = {RULE_BIT(RULE_BYMONTH) | RULE_BIT(RULE_BYDAY), false},
	[MONTHLY] = {RULE_BIT(RULE_BYMONTH) | RULE_BIT(RULE_BYDAY) | RULE_BIT(RULE_BYMONTHDAY) | RULE_BIT(RULE_BYSETPOS), true},
	[YEARLY] = {RULE_BIT(RULE_BYMONTH) | RULE_BIT(RULE_BYDAY) | RULE_BIT(RULE_BYMONTHDAY), true},
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
	bool by_day = rule->parts & RULE_BIT(RULE_BYDAY), by_month_day = rule->parts & RULE_BIT(RULE_BYMONTHDAY);
	if (rule->frequency == FREQUENCY_NONE)
		return part_info[RULE_FREQ].why;
	if (rule->parts & RULE_BIT(RULE_COUNT) && rule->parts & RULE_BIT(RULE_UNTIL))
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
	if (rule->parts & RULE_BIT(RULE_BYSETPOS) && (!by_day || by_month_day))
		return "BYSETPOS goes with BYDAY and without BYMONTHDAY";
	return NULL;
}

const char *rule_parse(struct span text, struct rule *rule)
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
static bool parts_match(const struct rule *rule, int32_t day)
{
	int year, month, number;
	day_to_ymd(day, &year, &month, &number);
	int next_year = month == 12 ? year + 1 : year, next_month = month == 12 ? 1 : month + 1;
	int last = year == 9999 && month == 12 ? 31 : day_from_ymd(next_year, next_month, 1) - day_from_ymd(year, month, 1);
	enum weekday weekday = day_weekday(day);
	if (rule->months && !(rule->months & RULE_BIT(month)))
		return false;
	if (rule->parts & RULE_BIT(RULE_BYMONTHDAY) && !(rule->month_days & RULE_BIT(number)) &&
	    !(rule->month_days_back & RULE_BIT(last - number + 1)))
		return false;
	return !(rule->parts & RULE_BIT(RULE_BYDAY)) || rule->weekdays & RULE_BIT(weekday) ||
	       rule->nth[weekday] & RULE_BIT((number - 1) / 7 + 1) || rule->nth_back[weekday] & RULE_BIT((last - number) / 7 + 1);
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
		if (other_month != month || !parts_match(rule, other))
			continue;
		before += other <= day;
		after += other >= day;
	}
	return rule->set_pos & RULE_BIT(before) || rule->set_pos_back & RULE_BIT(after);
}

bool rule_matches(const struct rule *rule, int32_t day)
{
	return parts_match(rule, day) && (!(rule->parts & RULE_BIT(RULE_BYSETPOS)) || set_pos_matches(rule, day));
}
