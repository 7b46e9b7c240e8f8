/* A start date held against real zones, the shipped holidays and the shipped plan, and each rule of the verdict by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <time.h>
#include <unistd.h>

#include "core/lint.h"
#include "core/simulate.h"
#include "holidays.h"
#include "ical/read.h"
#include "ical/tz.h"

static const char plan_path[] = "plans/customer-service-18.ics";

static int32_t day(const char *text)
{
	int32_t day;
	assert_true(day_parse(text, &day));
	return day;
}

static const struct zone *zone(const char *name)
{
	const struct zone *zone = tz_source()->find(tz_source()->ctx, name);
	if (!zone)
		fail_msg("no zone %s", name);
	return zone;
}

static struct plan *shipped_plan(void)
{
	struct findings findings = {0};
	struct plan *plan = ical_read_file("customer-service-18", plan_path, &findings);
	assert_non_null(plan);
	findings_release(&findings);
	return plan;
}

/* The build's own holidays, two directories up from this program. */
static struct holiday_list shipped_holidays(const char *region)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	struct holiday_list list;
	struct text text = {0};
	char block[4096];
	assert_true(n > 0);
	path[n] = '\0';
	for (int up = 0; up < 3; up++)
		*strrchr(path, '/') = '\0';
	OWNED_TEXT *name = xasprintf("%s/holidays/%s.ics", path, region);
	FILE *file = fopen(name, "rb");
	assert_non_null(file);
	for (size_t got; (got = fread(block, 1, sizeof(block), file)) > 0;)
		text_add_n(&text, block, got);
	fclose(file);
	assert_int_equal(holidays_read(region, name, text.data, text.len, &list, NULL), 0);
	text_release(&text);
	return list;
}

static struct simulated run(const struct plan *plan, const char *zone_name, const struct holiday_list *holidays, const char *start)
{
	const struct simulate_case c = {plan, &policy_default, tz_source(), zone(zone_name), holidays};
	struct simulated out;
	simulate(&c, day(start), true, &out);
	return out;
}

/* --- golden rows ----------------------------------------------------------------------------------------------------------------- */

static const struct {
	const char *zone, *region, *start, *race;
	enum verdict verdict;
	int hits, outside, overloaded, changes;
	const char *reasons; /* with | between */
} golden[] = {
	/* Between Whit Monday and Christmas: 3 October is a Saturday, the clocks change two days after the race. */
	{"Europe/Berlin", "DE", "2026-06-22", "2026-10-23", VERDICT_GOOD, 0, 0, 0, 0, ""},
	{"Europe/Berlin", "DE", "2026-06-29", "2026-10-30", VERDICT_GOOD, 0, 0, 0, 1, ""},
	/* 95 long minutes on 25 December: three quarters of them beside any other day of that week are over 90. */
	{"Europe/Berlin", "DE", "2026-09-14", "2027-01-15", VERDICT_FAIR, 2, 0, 1, 1,
	 "week 15 gets too full|two long ones in a row on days off: w15-fr (Christmas Day, Fri 25 Dec 2026), w16-fr (New Year's Day, Fri 1 Jan 2027)|"
	 "2 sessions lie on holidays: w15-fr (Christmas Day, Fri 25 Dec 2026), w16-fr (New Year's Day, Fri 1 Jan 2027)"},
	{"Europe/Berlin", "DE", "2026-08-24", "2026-12-25", VERDICT_BAD, 1, 0, 0, 1,
	 "race on a day off: w18-fr (Christmas Day, Fri 25 Dec 2026)|"
	 "1 session lies on a holiday: w18-fr (Christmas Day, Fri 25 Dec 2026)"},
	/* A holiday on the Monday, and the tune-up of week 8 on none. */
	{"Europe/Berlin", "DE", "2027-03-29", "2027-07-30", VERDICT_FAIR, 3, 0, 0, 0,
	 "first session on a day off: w01-mo (Easter Monday, Mon 29 Mar 2027)|3 sessions lie on holidays: w01-mo (Easter Monday, Mon 29 "
	 "Mar "
	 "2027), w06-th (Ascension Day, Thu 6 May 2027), w08-mo (Whit Monday, Mon 17 May 2027)"},
	/* Half an hour, on 4 October 2026. */
	{"Australia/Lord_Howe", NULL, "2026-09-28", "2027-01-29", VERDICT_GOOD, 0, 0, 0, 1, ""},
	{"Europe/Berlin", NULL, "2026-08-24", "2026-12-25", VERDICT_GOOD, 0, 0, 0, 1, ""},
	{"Europe/Zurich", "CH", "2030-09-30", "2031-01-31", VERDICT_FAIR, 1, 0, 0, 1,
	 "holidays are known from 2026 to 2030, and some of it lies beyond|1 session lies on a holiday: w13-we (Christmas Day, Wed 25 Dec "
	 "2030)"},
	{"Europe/Berlin", "DE", "2030-10-07", "2031-02-07", VERDICT_FAIR, 2, 0, 0, 1,
	 "several holidays in one week: w12-we (Christmas Day, Wed 25 Dec 2030), w12-th (Second Day of Christmas, Thu 26 Dec "
	 "2030)|holidays are known from 2026 to 2030, and some of it lies beyond|"
	 "2 sessions lie on holidays: w12-we (Christmas Day, Wed 25 Dec 2030), w12-th (Second Day of Christmas, Thu 26 Dec 2030)"},
};

static char *joined(const struct simulated *fare)
{
	struct text text = {0};
	for (size_t i = 0; i < fare->reason_count; i++)
		text_addf(&text, "%s%s", i ? "|" : "", fare->reasons[i]);
	return text_take(&text);
}

static void check_golden(const struct plan *plan, size_t i)
{
	struct holiday_list holidays = {0};
	if (golden[i].region)
		holidays = shipped_holidays(golden[i].region);
	struct simulated fare = run(plan, golden[i].zone, golden[i].region ? &holidays : NULL, golden[i].start);
	OWNED_TEXT *reasons = joined(&fare);
	print_message("%s %s: %s %d %d %d %d\n", golden[i].start, golden[i].zone, verdict_name[fare.verdict], fare.holidays_hit,
		      fare.outside, fare.overloaded, fare.clock_changes);
	assert_string_equal(reasons, golden[i].reasons);
	assert_int_equal(fare.verdict, golden[i].verdict);
	assert_int_equal(fare.race, day(golden[i].race));
	assert_int_equal(fare.holidays_hit, golden[i].hits);
	assert_int_equal(fare.outside, golden[i].outside);
	assert_int_equal(fare.overloaded, golden[i].overloaded);
	assert_int_equal(fare.clock_changes, golden[i].changes);
	simulated_release(&fare);
	holiday_release(&holidays);
}

static void test_golden(void **state UNUSED)
{
	struct plan *plan = shipped_plan();
	for (size_t i = 0; i < ARRAY_LEN(golden); i++)
		check_golden(plan, i);
	plan_free(plan);
}

/* --- notices --------------------------------------------------------------------------------------------------------------------- */

/* What an enrolment would ring at: the same instants, whatever the zone and the season. */
static void test_notices_are_the_schedule_s(void **state UNUSED)
{
	static const char *const zones[] = {"Europe/Berlin", "Australia/Lord_Howe", "America/New_York", "Asia/Kolkata"};
	static const char *const starts[] = {"2026-06-22", "2026-10-05", "2027-01-04"};
	struct plan *plan = shipped_plan();
	const struct instant long_ago = {0};
	for (size_t z = 0; z < ARRAY_LEN(zones); z++)
		for (size_t s = 0; s < ARRAY_LEN(starts); s++) {
			struct simulated fare = run(plan, zones[z], NULL, starts[s]);
			struct enrolment *e = schedule_enrol(plan, day(starts[s]), &policy_default, tz_source(), zone(zones[z]), long_ago);
			size_t prepared = 0;
			for (size_t i = 0; i < e->session_count; i++)
				prepared += e->sessions[i].prep_at.s != INSTANT_NEVER;
			assert_int_equal(fare.notice_count, e->session_count * 2 + prepared);
			for (size_t i = 0; i < fare.notice_count; i++) {
				const struct simulated_notice *notice = &fare.notices[i];
				assert_int_equal(notice->at.s, session_alarm_at(&e->sessions[notice->session], notice->kind).s);
				assert_true(i == 0 || fare.notices[i - 1].at.s <= notice->at.s);
			}
			enrolment_free(e);
			simulated_release(&fare);
		}
	plan_free(plan);
}

/* The name stands with every notice of that day, and with no other. */
static void test_notices_name_the_holiday(void **state UNUSED)
{
	struct plan *plan = shipped_plan();
	struct holiday_list holidays = shipped_holidays("DE");
	struct simulated fare = run(plan, "Europe/Berlin", &holidays, "2026-09-14");
	int named = 0;
	for (size_t i = 0; i < fare.notice_count; i++) {
		const struct simulated_notice *notice = &fare.notices[i];
		const struct holiday *holiday = holiday_on(&holidays, zone_civil(zone("Europe/Berlin"), notice->at).day);
		assert_int_equal(notice->note == SIMULATE_HOLIDAY, holiday != NULL);
		if (!holiday) {
			assert_null(notice->holiday);
			continue;
		}
		assert_string_equal(notice->holiday, holiday->name);
		named++;
	}
	assert_int_equal(named, 4); /* start and end, on Christmas Day and on New Year's Day */
	simulated_release(&fare);
	holiday_release(&holidays);
	plan_free(plan);
}

static void test_wall_clock_across_a_change(void **state UNUSED)
{
	struct plan *plan = shipped_plan();
	struct simulated fare = run(plan, "Europe/Berlin", NULL, "2026-10-19");
	char stamp[STAMP_TEXT];
	assert_string_equal(zone_stamp(stamp, zone("Europe/Berlin"), fare.notices[0].at), "2026-10-19T09:30:00+02:00");
	for (size_t i = 0; i < fare.notice_count; i++)
		if (!strcmp(plan->sessions[fare.notices[i].session].id, "w02-mo") && fare.notices[i].kind == ALARM_START)
			assert_string_equal(zone_stamp(stamp, zone("Europe/Berlin"), fare.notices[i].at), "2026-10-26T09:30:00+01:00");
	simulated_release(&fare);
	plan_free(plan);
}

/* --- small plans ----------------------------------------------------------------------------------------------------------------- */

struct small {
	int day; /* from the first Monday */
	const char *clock;
	enum session_type type;
	int minutes;
};

static struct plan *small_plan(const struct small *rows, size_t count)
{
	struct plan *plan = plan_new();
	plan->name = xstrdup("small");
	for (size_t i = 0; i < count; i++) {
		struct plan_session *session = plan_add(plan);
		session->day = rows[i].day;
		session->week = rows[i].day / WEEK_DAYS + 1;
		assert_true(clock_parse(rows[i].clock, &session->second));
		session->type = rows[i].type;
		session->minutes = rows[i].minutes;
		session->effort = 3;
		session->title = xstrdup("Small");
		session->skill = xstrdup("crm");
		session->uid = xasprintf("small-%zu", i);
		plan->shape.weeks = session->week > plan->shape.weeks ? session->week : plan->shape.weeks;
	}
	plan_finish(plan);
	return plan;
}

/* Times that the wall clock leaves out or shows twice. */
static void test_gap_and_overlap(void **state UNUSED)
{
	static const struct {
		const char *zone, *start, *clock;
		enum simulate_note note;
		const char *utc;
	} rows[] = {
		{"Europe/Berlin", "2027-03-22", "02:30", SIMULATE_GAP, "2027-03-28T01:30:00+00:00"},
		{"Europe/Berlin", "2026-10-19", "02:30", SIMULATE_OVERLAP, "2026-10-25T00:30:00+00:00"},
		{"Europe/Berlin", "2026-10-19", "03:00", SIMULATE_OUTSIDE, "2026-10-25T02:00:00+00:00"},
		{"Australia/Lord_Howe", "2026-09-28", "02:15", SIMULATE_GAP, "2026-10-03T15:45:00+00:00"},
		{"Australia/Lord_Howe", "2027-03-29", "01:45", SIMULATE_OVERLAP, "2027-04-03T14:45:00+00:00"},
		{"Australia/Lord_Howe", "2027-03-29", "01:15", SIMULATE_OUTSIDE, "2027-04-03T14:15:00+00:00"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char stamp[STAMP_TEXT];
		struct plan *plan = small_plan(&(struct small){6, rows[i].clock, TYPE_SHORT, 20}, 1);
		struct simulated fare = run(plan, rows[i].zone, NULL, rows[i].start);
		assert_int_equal(fare.notice_count, 2);
		assert_int_equal(fare.notices[0].note, rows[i].note);
		assert_int_equal(fare.shifted, rows[i].note != SIMULATE_OUTSIDE);
		assert_int_equal(fare.clock_changes, 1);
		assert_string_equal(zone_stamp(stamp, &zone_utc, fare.notices[0].at), rows[i].utc);
		simulated_release(&fare);
		plan_free(plan);
	}
}

/* The start is Monday 2026-12-21; holidays are days from it, -1 ends them. */
static const struct {
	const char *what;
	struct small sessions[16];
	int session_count, holidays[4];
	enum verdict verdict;
	int overloaded;
	const char *reason; /* the first; NULL: none */
} rule_rows[] = {
	{"nothing in the way", {{0, "09:30", TYPE_SHORT, 30}}, 1, {-1}, VERDICT_GOOD, 0, NULL},
	{"the race", {{0, "09:30", TYPE_SHORT, 30}, {4, "09:30", TYPE_RACE, 60}}, 2, {4, -1}, VERDICT_BAD, 0, "race on a day off: w01-fr"},
	{"one of five",
	 {{0, "09:30", TYPE_SHORT, 30},
	  {1, "09:30", TYPE_SHORT, 30},
	  {2, "09:30", TYPE_SHORT, 30},
	  {3, "09:30", TYPE_SHORT, 30},
	  {7, "09:30", TYPE_EASY, 30}},
	 5,
	 {7, -1},
	 VERDICT_BAD,
	 0,
	 "1 of 5 sessions on days off"},
	{"one of six",
	 {{0, "09:30", TYPE_SHORT, 30},
	  {1, "09:30", TYPE_SHORT, 30},
	  {2, "09:30", TYPE_SHORT, 30},
	  {3, "09:30", TYPE_SHORT, 30},
	  {4, "09:30", TYPE_SHORT, 30},
	  {7, "09:30", TYPE_EASY, 30}},
	 6,
	 {7, -1},
	 VERDICT_FAIR,
	 0,
	 "1 of 6 sessions on days off"},
	{"one of five outside",
	 {{0, "09:30", TYPE_SHORT, 30},
	  {1, "09:30", TYPE_SHORT, 30},
	  {2, "09:30", TYPE_SHORT, 30},
	  {3, "09:30", TYPE_SHORT, 30},
	  {4, "19:00", TYPE_EASY, 30}},
	 5,
	 {-1},
	 VERDICT_BAD,
	 0,
	 "1 of 5 sessions outside the working hours"},
	{"one of six outside",
	 {{0, "09:30", TYPE_SHORT, 30},
	  {1, "09:30", TYPE_SHORT, 30},
	  {2, "09:30", TYPE_SHORT, 30},
	  {3, "09:30", TYPE_SHORT, 30},
	  {4, "09:30", TYPE_SHORT, 30},
	  {7, "19:00", TYPE_EASY, 30}},
	 6,
	 {-1},
	 VERDICT_FAIR,
	 0,
	 "1 session lies outside the working hours: w02-mo"},
	/* Thursday of 100 has Wednesday at 15 + 60 = 75 of at most 90; with 45 there and everywhere it has not. */
	{"room",
	 {{0, "09:30", TYPE_SHORT, 15},
	  {1, "09:30", TYPE_SHORT, 15},
	  {2, "09:30", TYPE_SHORT, 15},
	  {3, "09:30", TYPE_MEDIUM, 100},
	  {4, "09:30", TYPE_SHORT, 15},
	  {7, "09:30", TYPE_SHORT, 15}},
	 6,
	 {3, -1},
	 VERDICT_FAIR,
	 0,
	 "1 of 6 sessions on days off"},
	{"no room",
	 {{0, "09:30", TYPE_SHORT, 45},
	  {1, "09:30", TYPE_SHORT, 45},
	  {2, "09:30", TYPE_SHORT, 45},
	  {3, "09:30", TYPE_MEDIUM, 100},
	  {4, "09:30", TYPE_SHORT, 45},
	  {7, "09:30", TYPE_SHORT, 15}},
	 6,
	 {3, -1},
	 VERDICT_FAIR,
	 1,
	 "week 1 gets too full"},
	{"easy is left out",
	 {{0, "09:30", TYPE_SHORT, 80},
	  {1, "09:30", TYPE_SHORT, 80},
	  {2, "09:30", TYPE_SHORT, 80},
	  {3, "09:30", TYPE_EASY, 80},
	  {4, "09:30", TYPE_SHORT, 80},
	  {7, "09:30", TYPE_SHORT, 15}},
	 6,
	 {3, -1},
	 VERDICT_FAIR,
	 0,
	 "1 of 6 sessions on days off"},
	{"two crowded weeks",
	 {{0, "09:30", TYPE_SHORT, 50}, {0, "09:30", TYPE_SHORT, 50}, {7, "09:30", TYPE_SHORT, 50}, {7, "09:30", TYPE_SHORT, 50}},
	 4,
	 {-1},
	 VERDICT_BAD,
	 2,
	 "weeks 1, 2 get too full"},
	{"the first",
	 {{0, "09:30", TYPE_SHORT, 20},
	  {1, "09:30", TYPE_SHORT, 20},
	  {2, "09:30", TYPE_SHORT, 20},
	  {3, "09:30", TYPE_SHORT, 20},
	  {4, "09:30", TYPE_SHORT, 20},
	  {7, "09:30", TYPE_SHORT, 20}},
	 6,
	 {0, -1},
	 VERDICT_FAIR,
	 0,
	 "first session on a day off: w01-mo (A Day, Mon 21 Dec 2026)"},
	{"the tune-up",
	 {{0, "09:30", TYPE_SHORT, 20},
	  {1, "09:30", TYPE_SHORT, 20},
	  {2, "09:30", TYPE_SHORT, 20},
	  {3, "09:30", TYPE_SHORT, 20},
	  {4, "09:30", TYPE_TUNEUP, 90},
	  {7, "09:30", TYPE_SHORT, 20}},
	 6,
	 {4, -1},
	 VERDICT_FAIR,
	 0,
	 "tune-up or check-in on a day off: w01-fr"},
	{"two long ones",
	 {{0, "09:30", TYPE_SHORT, 20},
	  {4, "09:30", TYPE_LONG, 40},
	  {7, "09:30", TYPE_SHORT, 20},
	  {8, "09:30", TYPE_SHORT, 20},
	  {9, "09:30", TYPE_SHORT, 20},
	  {11, "09:30", TYPE_LONG, 40},
	  {14, "09:30", TYPE_SHORT, 20}},
	 7,
	 {4, 11, -1},
	 VERDICT_BAD,
	 0,
	 "2 of 7 sessions on days off"},
	{"three fall out, two find a day",
	 {{0, "09:30", TYPE_SHORT, 20},
	  {1, "09:30", TYPE_SHORT, 20},
	  {2, "09:30", TYPE_SHORT, 20},
	  {3, "09:30", TYPE_SHORT, 20},
	  {4, "09:30", TYPE_SHORT, 20},
	  {7, "09:30", TYPE_SHORT, 20}},
	 6,
	 {1, 2, 3, -1},
	 VERDICT_BAD,
	 1,
	 "3 of 6 sessions on days off"},
	{"easy gives way to two holidays",
	 {{0, "09:30", TYPE_SHORT, 80},
	  {1, "09:30", TYPE_EASY, 80},
	  {2, "09:30", TYPE_EASY, 30},
	  {3, "09:30", TYPE_MEDIUM, 100},
	  {4, "09:30", TYPE_SHORT, 80}},
	 5,
	 {2, 3, -1},
	 VERDICT_BAD,
	 0,
	 "2 of 5 sessions on days off"},
	{"but not to one",
	 {{0, "09:30", TYPE_SHORT, 80},
	  {1, "09:30", TYPE_EASY, 80},
	  {2, "09:30", TYPE_EASY, 80},
	  {3, "09:30", TYPE_MEDIUM, 100},
	  {4, "09:30", TYPE_SHORT, 80}},
	 5,
	 {3, -1},
	 VERDICT_BAD,
	 1,
	 "1 of 5 sessions on days off"},
	{"a third one of the week",
	 {{0, "09:30", TYPE_SHORT, 20}, {0, "10:30", TYPE_SHORT, 20}, {0, "14:00", TYPE_SHORT, 20}, {7, "09:30", TYPE_SHORT, 20}},
	 4,
	 {0, -1},
	 VERDICT_BAD,
	 1,
	 NULL},
	{"two of a week",
	 {{0, "09:30", TYPE_SHORT, 20}, {0, "10:30", TYPE_SHORT, 20}, {7, "09:30", TYPE_SHORT, 20}},
	 3,
	 {0, -1},
	 VERDICT_BAD,
	 0,
	 NULL},
	{"one a day",
	 {{0, "09:30", TYPE_SHORT, 20}, {0, "10:30", TYPE_SHORT, 20}, {7, "09:30", TYPE_SHORT, 20}},
	 3,
	 {0, 2, 3, 4},
	 VERDICT_BAD,
	 1,
	 NULL},
	/* 36 minutes beside 40: over five quarters of 60. Beside 39 they fit. */
	{"over the day's cap",
	 {{0, "09:30", TYPE_MEDIUM, 60},
	  {1, "09:30", TYPE_SHORT, 40},
	  {2, "09:30", TYPE_SHORT, 40},
	  {3, "09:30", TYPE_SHORT, 40},
	  {4, "09:30", TYPE_SHORT, 40}},
	 5,
	 {0, -1},
	 VERDICT_BAD,
	 1,
	 NULL},
	{"at the day's cap",
	 {{0, "09:30", TYPE_MEDIUM, 60},
	  {1, "09:30", TYPE_SHORT, 40},
	  {2, "09:30", TYPE_SHORT, 39},
	  {3, "09:30", TYPE_SHORT, 40},
	  {4, "09:30", TYPE_SHORT, 40}},
	 5,
	 {0, -1},
	 VERDICT_BAD,
	 0,
	 NULL},
	{"crowded as planned",
	 {{0, "09:30", TYPE_SHORT, 50}, {0, "14:00", TYPE_SHORT, 50}},
	 2,
	 {-1},
	 VERDICT_FAIR,
	 1,
	 "week 1 gets too full"},
	/* Load is minutes times three: 120 a week, then 156, which is 130 %. What easy ones lose on holidays makes the step bigger. */
	{"a step at the limit",
	 {{0, "09:30", TYPE_SHORT, 10}, {1, "09:30", TYPE_SHORT, 10}, {2, "09:30", TYPE_SHORT, 10}, {3, "09:30", TYPE_EASY, 10},
	  {7, "09:30", TYPE_SHORT, 10}, {8, "09:30", TYPE_SHORT, 10}, {9, "09:30", TYPE_SHORT, 10}, {10, "09:30", TYPE_EASY, 10},
	  {14, "09:30", TYPE_SHORT, 10}, {15, "09:30", TYPE_SHORT, 10}, {16, "09:30", TYPE_SHORT, 10}, {17, "09:30", TYPE_EASY, 10},
	  {21, "09:30", TYPE_SHORT, 13}, {22, "09:30", TYPE_SHORT, 13}, {23, "09:30", TYPE_SHORT, 13}, {24, "09:30", TYPE_SHORT, 13}},
	 16,
	 {-1},
	 VERDICT_GOOD,
	 0,
	 NULL},
	{"a step over it as planned",
	 {{0, "09:30", TYPE_SHORT, 10}, {1, "09:30", TYPE_SHORT, 10}, {2, "09:30", TYPE_SHORT, 10}, {3, "09:30", TYPE_EASY, 10},
	  {7, "09:30", TYPE_SHORT, 10}, {8, "09:30", TYPE_SHORT, 10}, {9, "09:30", TYPE_SHORT, 10}, {10, "09:30", TYPE_EASY, 10},
	  {14, "09:30", TYPE_SHORT, 10}, {15, "09:30", TYPE_SHORT, 10}, {16, "09:30", TYPE_SHORT, 10}, {17, "09:30", TYPE_EASY, 10},
	  {21, "09:30", TYPE_SHORT, 13}, {22, "09:30", TYPE_SHORT, 13}, {23, "09:30", TYPE_SHORT, 13}, {24, "09:30", TYPE_SHORT, 14}},
	 16,
	 {-1},
	 VERDICT_BAD,
	 1,
	 "too big a step in load: week 4 has 159 after 120, 120, 120"},
	{"a step after holidays",
	 {{0, "09:30", TYPE_SHORT, 10}, {1, "09:30", TYPE_SHORT, 10}, {2, "09:30", TYPE_SHORT, 10}, {3, "09:30", TYPE_EASY, 10},
	  {7, "09:30", TYPE_SHORT, 10}, {8, "09:30", TYPE_SHORT, 10}, {9, "09:30", TYPE_SHORT, 10}, {10, "09:30", TYPE_EASY, 10},
	  {14, "09:30", TYPE_SHORT, 10}, {15, "09:30", TYPE_SHORT, 10}, {16, "09:30", TYPE_SHORT, 10}, {17, "09:30", TYPE_EASY, 10},
	  {21, "09:30", TYPE_SHORT, 13}, {22, "09:30", TYPE_SHORT, 13}, {23, "09:30", TYPE_SHORT, 13}, {24, "09:30", TYPE_SHORT, 13}},
	 16,
	 {3, 10, 17, -1},
	 VERDICT_BAD,
	 1,
	 "too big a step in load: week 4 has 156 after 90, 90, 90|"},
	{"one week as before is enough",
	 {{0, "09:30", TYPE_SHORT, 10}, {1, "09:30", TYPE_SHORT, 10}, {2, "09:30", TYPE_SHORT, 10}, {3, "09:30", TYPE_EASY, 10},
	  {7, "09:30", TYPE_SHORT, 10}, {8, "09:30", TYPE_SHORT, 10}, {9, "09:30", TYPE_SHORT, 10}, {10, "09:30", TYPE_EASY, 10},
	  {14, "09:30", TYPE_SHORT, 10}, {15, "09:30", TYPE_SHORT, 10}, {16, "09:30", TYPE_SHORT, 10}, {17, "09:30", TYPE_EASY, 10},
	  {21, "09:30", TYPE_SHORT, 13}, {22, "09:30", TYPE_SHORT, 13}, {23, "09:30", TYPE_SHORT, 13}, {24, "09:30", TYPE_SHORT, 13}},
	 16,
	 {3, 17, -1},
	 VERDICT_FAIR,
	 0,
	 "2 of 16 sessions on days off"},
	{"what is moved keeps its load",
	 {{0, "09:30", TYPE_SHORT, 10}, {1, "09:30", TYPE_SHORT, 10}, {2, "09:30", TYPE_SHORT, 10}, {3, "09:30", TYPE_SHORT, 10},
	  {7, "09:30", TYPE_SHORT, 10}, {8, "09:30", TYPE_SHORT, 10}, {9, "09:30", TYPE_SHORT, 10}, {10, "09:30", TYPE_SHORT, 10},
	  {14, "09:30", TYPE_SHORT, 10}, {15, "09:30", TYPE_SHORT, 10}, {16, "09:30", TYPE_SHORT, 10}, {17, "09:30", TYPE_SHORT, 10},
	  {21, "09:30", TYPE_SHORT, 13}, {22, "09:30", TYPE_SHORT, 13}, {23, "09:30", TYPE_SHORT, 13}, {24, "09:30", TYPE_SHORT, 13}},
	 16,
	 {3, 10, 17, -1},
	 VERDICT_FAIR,
	 0,
	 "3 of 16 sessions on days off"},
	{"a long one alone over the budget", {{0, "09:30", TYPE_LONG, 120}}, 1, {-1}, VERDICT_GOOD, 0, NULL},
};

static struct simulated simulate_row(size_t i, struct plan **ret_plan)
{
	struct holiday_list holidays = {0};
	holiday_add(&holidays, day("2026-01-01"), "First");
	holiday_add(&holidays, day("2027-12-26"), "Last");
	for (int k = 0; k < 4 && rule_rows[i].holidays[k] >= 0; k++)
		holiday_add(&holidays, day("2026-12-21") + rule_rows[i].holidays[k], "A Day");
	holiday_finish(&holidays);
	*ret_plan = small_plan(rule_rows[i].sessions, (size_t)rule_rows[i].session_count);
	struct simulated fare = run(*ret_plan, "Europe/Berlin", &holidays, "2026-12-21");
	holiday_release(&holidays);
	return fare;
}

static void test_rules(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(rule_rows); i++) {
		struct plan *plan;
		struct simulated fare = simulate_row(i, &plan);
		OWNED_TEXT *reasons = joined(&fare);
		const char *reason = rule_rows[i].reason;
		if (fare.verdict != rule_rows[i].verdict || fare.overloaded != rule_rows[i].overloaded ||
		    (reason && strncmp(reasons, reason, strlen(reason)) != 0))
			fail_msg("%s: %s, %d weeks, '%s'", rule_rows[i].what, verdict_name[fare.verdict], fare.overloaded, reasons);
		simulated_release(&fare);
		plan_free(plan);
	}
}

/* What could not be read of a draft is said. */
static void test_gaps(void **state UNUSED)
{
	struct plan *plan = small_plan(&(struct small){0, "09:30", TYPE_SHORT, 20}, 1);
	struct plan_gap gaps[2] = {{.sessions = 1}, {.sessions = 3}};
	plan->gaps = gaps;
	for (plan->gap_count = 0; plan->gap_count <= 2; plan->gap_count++) {
		static const char *const expected[] = {"", "1 session of the draft is left out: pacer plan lint tells why",
						       "4 sessions of the draft are left out: pacer plan lint tells why"};
		struct simulated fare = run(plan, "Europe/Berlin", NULL, "2026-12-21");
		OWNED_TEXT *reasons = joined(&fare);
		assert_string_equal(reasons, expected[plan->gap_count]);
		assert_int_equal(fare.verdict, plan->gap_count ? VERDICT_FAIR : VERDICT_GOOD);
		simulated_release(&fare);
	}
	plan->gaps = NULL;
	plan->gap_count = 0;
	plan_free(plan);
}

/* A year of the shipped plan, with its notices, well inside a second: DESIGN's budget for 52 starts, measured on the thread's own clock. */
static void test_a_year_is_quick(void **state UNUSED)
{
	struct plan *plan = shipped_plan();
	struct holiday_list holidays = shipped_holidays("DE");
	struct timespec from, to;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	const struct simulate_case c = {plan, &policy_default, tz_source(), zone("Europe/Berlin"), &holidays};
	for (int week = 0; week < 52; week++) {
		struct simulated fare;
		simulate(&c, day("2027-01-04") + week * WEEK_DAYS, true, &fare);
		simulated_release(&fare);
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
	double ms = (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6;
	print_message("52 starts: %.1f ms\n", ms);
	assert_true(ms < 1000);
	holiday_release(&holidays);
	plan_free(plan);
}

static int finish(void **state UNUSED)
{
	tz_finish();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_notices_are_the_schedule_s),
		cmocka_unit_test(test_notices_name_the_holiday),
		cmocka_unit_test(test_wall_clock_across_a_change),
		cmocka_unit_test(test_gap_and_overlap),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_a_year_is_quick),
	};
	return cmocka_run_group_tests_name("simulate", tests, NULL, finish);
}
