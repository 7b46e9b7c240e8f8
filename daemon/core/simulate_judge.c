/* The verdict on a start: the rules of simulate.h, a row each, and their reasons in words. */
#include "simulate_private.h"

static char *day_words(int32_t day)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int year, month, of_month;
	day_to_ymd(day, &year, &month, &of_month);
	return xasprintf("%.3s %d %.3s %d", weekday_name[day_weekday(day)], of_month, months + (month - 1) * 3, year);
}

/* "w10-fr (Christmas Day, Fri 25 Dec 2026)" or "w10-fr (Fri 25 Dec 2026)". */
static void add_session(const struct simulate_run *run, size_t i, struct text *text)
{
	const struct simulate_placed *placed = &run->placed[i];
	OWNED_TEXT *day = day_words(placed->at.day);
	text_addf(text, "%s (%s%s%s)", run->sessions[i].id, placed->holiday ? placed->holiday->name : "", placed->holiday ? ", " : "", day);
}

/* The first few of those that belong, then how many more. NULL: none belongs. */
static char *name_sessions(const struct simulate_run *run, bool (*belongs)(const struct simulate_run *run, size_t i), int *ret_count)
{
	struct text text = {0};
	int count = 0;
	for (size_t i = 0; i < run->count; i++) {
		if (!belongs(run, i) || ++count > SIMULATE_NAMED_MAX)
			continue;
		text_add(&text, count > 1 ? ", " : "");
		add_session(run, i, &text);
	}
	if (count > SIMULATE_NAMED_MAX)
		text_addf(&text, " and %d more", count - SIMULATE_NAMED_MAX);
	*ret_count = count;
	return count ? text_take(&text) : NULL;
}

/* "1 session lies", "3 sessions lie". */
static const char *lie(int count)
{
	return count == 1 ? "session lies" : "sessions lie";
}

static bool race_lost(const struct simulate_run *run, size_t i)
{
	return run->sessions[i].type == TYPE_RACE && simulate_is_lost(&run->placed[i]);
}

static bool meeting_lost(const struct simulate_run *run, size_t i)
{
	enum session_type type = run->sessions[i].type;
	return (type == TYPE_TUNEUP || type == TYPE_CHECKIN) && simulate_is_lost(&run->placed[i]);
}

static bool first_lost(const struct simulate_run *run, size_t i)
{
	return i == 0 && simulate_is_lost(&run->placed[i]);
}

static bool is_on_holiday(const struct simulate_run *run, size_t i)
{
	return run->placed[i].holiday != NULL;
}

static bool is_off(const struct simulate_run *run, size_t i)
{
	return run->placed[i].off;
}

static bool is_outside_hours(const struct simulate_run *run, size_t i)
{
	return run->placed[i].outside && !run->placed[i].off;
}

static bool is_shifted(const struct simulate_run *run, size_t i)
{
	return run->placed[i].shift != SIMULATE_CLEAR;
}

/* The nearest long one from i on, step SIZE_MAX (that is -1) before it, 1 behind it, is lost. */
static bool next_long_lost(const struct simulate_run *run, size_t i, size_t step)
{
	for (i += step; i < run->count; i += step) /* below 0 is past the end */
		if (run->sessions[i].type == TYPE_LONG)
			return simulate_is_lost(&run->placed[i]);
	return false;
}

/* A long one that is lost, as the one before or behind it is. */
static bool is_lost_long(const struct simulate_run *run, size_t i)
{
	return run->sessions[i].type == TYPE_LONG && simulate_is_lost(&run->placed[i]) &&
	       (next_long_lost(run, i, SIZE_MAX) || next_long_lost(run, i, 1));
}

static bool is_one_of_several(const struct simulate_run *run, size_t i)
{
	return run->placed[i].one_of_several;
}

/* Each gives the reason, or NULL when it does not hold. */
typedef char *reason_function(const struct simulate_run *run);

static char *race_reason(const struct simulate_run *run)
{
	int count;
	OWNED_TEXT *names = name_sessions(run, race_lost, &count);
	return names ? xasprintf("race on a day off: %s", names) : NULL;
}

/* "3, 7" */
static char *week_list(uint64_t weeks)
{
	struct text text = {0};
	for (int week = 1; week <= PLAN_WEEKS_MAX; week++)
		if (weeks >> (week - 1) & 1u)
			text_addf(&text, "%s%d", text.len ? ", " : "", week);
	return text_take(&text);
}

static bool is_one(uint64_t weeks)
{
	return !(weeks & (weeks - 1));
}

static char *full_weeks_reason(const struct simulate_run *run)
{
	OWNED_TEXT *weeks = week_list(run->full);
	return run->full && !is_one(run->full) ? xasprintf("weeks %s get too full", weeks) : NULL;
}

static char *full_week_reason(const struct simulate_run *run)
{
	OWNED_TEXT *weeks = week_list(run->full);
	return run->full && is_one(run->full) ? xasprintf("week %s gets too full", weeks) : NULL;
}

/* The first of them with its load and those before it, for they are not the plan's. */
static char *steep_reason(const struct simulate_run *run)
{
	struct text before = {0};
	int week = 0;
	if (!run->steep)
		return NULL;
	while (!(run->steep >> week & 1u))
		week++;
	for (int k = week > 3 ? week - 3 : 0; k < week; k++)
		text_addf(&before, "%s%d", before.len ? ", " : "", run->loads[k]);
	OWNED_TEXT *others = week_list(run->steep & ~(UINT64_C(1) << week));
	char *reason = xasprintf("too big a step in load: week %d has %d after %s%s%s", week + 1, run->loads[week], before.data,
				 *others ? "; also weeks " : "", others);
	text_release(&before);
	return reason;
}

/* Counts of at least one in so many. */
static bool is_share(int count, size_t one_in, size_t all)
{
	return count > 0 && (size_t)count * one_in >= all;
}

static char *many_lost_reason(const struct simulate_run *run)
{
	int lost = run->out->holidays_hit + run->out->off;
	return is_share(lost, 5, run->count) ? xasprintf("%d of %zu sessions on days off", lost, run->count) : NULL;
}

static char *many_outside_reason(const struct simulate_run *run)
{
	int outside = run->out->outside - run->out->off;
	return is_share(outside, 5, run->count) ? xasprintf("%d of %zu sessions outside the working hours", outside, run->count) : NULL;
}

static char *some_lost_reason(const struct simulate_run *run)
{
	int lost = run->out->holidays_hit + run->out->off;
	return is_share(lost, 20, run->count) && !is_share(lost, 5, run->count)
		       ? xasprintf("%d of %zu sessions on days off", lost, run->count)
		       : NULL;
}

static char *named_reason(const struct simulate_run *run, bool (*belongs)(const struct simulate_run *run, size_t i), const char *words)
{
	int count;
	OWNED_TEXT *names = name_sessions(run, belongs, &count);
	return names ? xasprintf("%s: %s", words, names) : NULL;
}

static char *meeting_reason(const struct simulate_run *run)
{
	return named_reason(run, meeting_lost, "tune-up or check-in on a day off");
}

static char *first_reason(const struct simulate_run *run)
{
	return named_reason(run, first_lost, "first session on a day off");
}

static char *two_in_week_reason(const struct simulate_run *run)
{
	return named_reason(run, is_one_of_several, "several holidays in one week");
}

static char *longs_reason(const struct simulate_run *run)
{
	return named_reason(run, is_lost_long, "two long ones in a row on days off");
}

static char *shift_reason(const struct simulate_run *run)
{
	return named_reason(run, is_shifted, "at the clock change, at a time that is left out or comes twice");
}

static char *counted_reason(const struct simulate_run *run, bool (*belongs)(const struct simulate_run *run, size_t i), const char *one,
			    const char *many)
{
	int count;
	OWNED_TEXT *names = name_sessions(run, belongs, &count);
	return names ? xasprintf("%d %s %s: %s", count, lie(count), count == 1 ? one : many, names) : NULL;
}

static char *outside_reason(const struct simulate_run *run)
{
	return counted_reason(run, is_outside_hours, "outside the working hours", "outside the working hours");
}

static char *off_reason(const struct simulate_run *run)
{
	return counted_reason(run, is_off, "on a day that is not worked", "on days that are not worked");
}

static char *holiday_reason(const struct simulate_run *run)
{
	return counted_reason(run, is_on_holiday, "on a holiday", "on holidays");
}

static char *unknown_reason(const struct simulate_run *run)
{
	const struct holiday_list *list = run->c->holidays;
	if (holiday_knows(list, run->out->start, run->out->race))
		return NULL;
	if (!list->count)
		return xstrdup("no holidays are known: the region's file has none");
	if (list->first_year > list->last_year)
		return xasprintf("no year has the holidays of all of %s", list->region);
	return xasprintf("holidays are known from %d to %d, and some of it lies beyond", list->first_year, list->last_year);
}

/* A draft lacks what could not be read of its file. */
static char *gaps_reason(const struct simulate_run *run)
{
	const struct plan *plan = run->c->plan;
	int sessions = 0;
	for (size_t i = 0; i < plan->gap_count; i++)
		sessions += plan->gaps[i].sessions;
	return sessions ? xasprintf("%d %s left out: pacer plan lint tells why", sessions,
				    sessions == 1 ? "session of the draft is" : "sessions of the draft are")
			: NULL;
}

/* In the order in which they are told: the worst first. */
static const struct {
	enum verdict verdict;
	reason_function *reason;
} rules[] = {
	{VERDICT_BAD, race_reason},         {VERDICT_BAD, full_weeks_reason},   {VERDICT_BAD, steep_reason},
	{VERDICT_BAD, many_lost_reason},    {VERDICT_BAD, many_outside_reason}, {VERDICT_FAIR, full_week_reason},
	{VERDICT_FAIR, meeting_reason},     {VERDICT_FAIR, first_reason},       {VERDICT_FAIR, longs_reason},
	{VERDICT_FAIR, two_in_week_reason}, {VERDICT_FAIR, some_lost_reason},   {VERDICT_FAIR, outside_reason},
	{VERDICT_FAIR, off_reason},         {VERDICT_FAIR, shift_reason},       {VERDICT_FAIR, unknown_reason},
	{VERDICT_FAIR, gaps_reason},        {VERDICT_GOOD, holiday_reason},
};

void simulate_judge(struct simulate_run *run)
{
	struct simulated *out = run->out;
	out->reasons = xcalloc(ARRAY_LEN(rules), sizeof(*out->reasons));
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		char *reason = rules[i].reason(run);
		if (!reason)
			continue;
		out->reasons[out->reason_count++] = reason;
		out->verdict = rules[i].verdict > out->verdict ? rules[i].verdict : out->verdict;
	}
}
