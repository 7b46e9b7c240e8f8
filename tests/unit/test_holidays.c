/* Holiday files: how they are read, and that those we ship have the days that were published. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "holidays.h"

/* --- the shipped ones ------------------------------------------------------------------------------------------------------------ */

/* The build's own holidays, two directories up from this program. */
static char *shipped_dir(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	assert_true(n > 0);
	path[n] = '\0';
	for (int up = 0; up < 3; up++)
		*strrchr(path, '/') = '\0';
	return xasprintf("%s/holidays", path);
}

static char *file_text(const char *path, size_t *ret_length)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		fail_msg("%s is not there", path);
	char *text = xcalloc(1, HOLIDAYS_FILE_BYTES_MAX);
	*ret_length = fread(text, 1, HOLIDAYS_FILE_BYTES_MAX, file);
	fclose(file);
	return text;
}

static struct holiday_list shipped(const char *region)
{
	OWNED_TEXT *dir = shipped_dir();
	OWNED_TEXT *path = xasprintf("%s/%s.ics", dir, region);
	size_t length;
	OWNED_TEXT *text = file_text(path, &length);
	struct holiday_list list;
	struct holidays_fault fault = {0};
	if (holidays_read(region, path, text, length, &list, &fault))
		fail_msg("%s:%d: %s", fault.file, fault.line, fault.text);
	return list;
}

static int32_t day(const char *text)
{
	int32_t day;
	assert_true(day_parse(text, &day));
	return day;
}

/* As the governments' calendars have them. NULL: that day is none. */
static const struct {
	const char *region, *day, *name;
} published[] = {
	{"DE", "2026-04-03", "Good Friday"},
	{"DE", "2026-05-14", "Ascension Day"},
	{"DE", "2026-05-25", "Whit Monday"},
	{"DE", "2027-03-29", "Easter Monday"},
	{"DE", "2028-10-03", "Day of German Unity"},
	{"DE", "2029-04-02", "Easter Monday"},
	{"DE", "2030-12-26", "Second Day of Christmas"},
	{"DE", "2026-06-04", NULL}, /* Corpus Christi: some states */
	{"DE", "2026-12-24", NULL},
	{"AT", "2026-01-06", "Epiphany"},
	{"AT", "2026-06-04", "Corpus Christi"},
	{"AT", "2026-10-26", "National Day"},
	{"AT", "2027-05-17", "Whit Monday"},
	{"AT", "2027-12-08", "Immaculate Conception"},
	{"AT", "2026-04-03", NULL},
	{"CH", "2026-01-01", "New Year's Day"},
	{"CH", "2026-05-14", "Ascension Day"},
	{"CH", "2027-05-06", "Ascension Day"},
	{"CH", "2027-08-01", "Swiss National Day"},
	{"CH", "2028-12-25", "Christmas Day"},
	{"CH", "2026-05-25", NULL},
	{"FR", "2026-04-06", "Easter Monday"},
	{"FR", "2026-05-08", "Victory Day"},
	{"FR", "2026-07-14", "National Day"},
	{"FR", "2027-05-17", "Whit Monday"},
	{"FR", "2028-11-11", "Armistice Day"},
	{"FR", "2026-04-03", NULL},
	{"IT", "2026-04-06", "Easter Monday"},
	{"IT", "2026-04-25", "Liberation Day"},
	{"IT", "2026-06-02", "Republic Day"},
	{"IT", "2027-10-04", "St Francis of Assisi"},
	{"IT", "2027-12-08", "Immaculate Conception"},
	{"IT", "2026-04-03", NULL},
	{"ES", "2026-01-06", "Epiphany"},
	{"ES", "2026-04-03", "Good Friday"},
	{"ES", "2026-10-12", "National Day"},
	{"ES", "2027-03-26", "Good Friday"},
	{"ES", "2028-12-06", "Constitution Day"},
	{"ES", "2026-04-06", NULL},
	{"NL", "2026-04-06", "Easter Monday"},
	{"NL", "2026-04-27", "King's Day"},
	{"NL", "2026-05-05", "Liberation Day"},
	{"NL", "2027-05-06", "Ascension Day"},
	{"NL", "2028-06-05", "Whit Monday"},
	{"NL", "2030-04-27", "King's Day"}, /* a Saturday stays */
	{"NL", "2026-04-03", NULL},
	{"BE", "2026-04-06", "Easter Monday"},
	{"BE", "2026-05-14", "Ascension Day"},
	{"BE", "2026-07-21", "National Day"},
	{"BE", "2027-11-11", "Armistice Day"},
	{"BE", "2028-06-05", "Whit Monday"},
	{"BE", "2026-12-26", NULL},
	{"GB-ENG", "2026-04-03", "Good Friday"},
	{"GB-ENG", "2026-05-04", "Early May bank holiday"},
	{"GB-ENG", "2026-05-25", "Spring bank holiday"},
	{"GB-ENG", "2026-08-31", "Summer bank holiday"},
	{"GB-ENG", "2026-12-28", "Boxing Day (substitute day)"},
	{"GB-ENG", "2027-12-27", "Christmas Day (substitute day)"},
	{"GB-ENG", "2027-12-28", "Boxing Day (substitute day)"},
	{"GB-ENG", "2028-01-03", "New Year's Day (substitute day)"},
	{"GB-ENG", "2026-12-29", NULL},
	{"IE", "2026-02-02", "St Brigid's Day"},
	{"IE", "2026-03-17", "St Patrick's Day"},
	{"IE", "2026-06-01", "June Holiday"},
	{"IE", "2026-08-03", "August Holiday"},
	{"IE", "2026-10-26", "October Holiday"},
	{"IE", "2030-02-01", "St Brigid's Day"}, /* a Friday */
	{"IE", "2029-10-29", "October Holiday"},
	{"IE", "2030-02-04", NULL},
	{"IE", "2026-04-03", NULL},
	{"US", "2026-01-19", "Martin Luther King Jr. Day"},
	{"US", "2026-02-16", "Washington's Birthday"},
	{"US", "2026-05-25", "Memorial Day"},
	{"US", "2026-06-19", "Juneteenth"},
	{"US", "2026-07-03", "Independence Day (observed)"},
	{"US", "2026-09-07", "Labor Day"},
	{"US", "2026-10-12", "Columbus Day"},
	{"US", "2026-11-26", "Thanksgiving Day"},
	{"US", "2027-06-18", "Juneteenth (observed)"},
	{"US", "2027-07-05", "Independence Day (observed)"},
	{"US", "2027-12-24", "Christmas Day (observed)"},
	{"US", "2027-12-31", "New Year's Day (observed)"}, /* of the year after */
	{"US", "2026-04-03", NULL},
	{"CA", "2026-04-03", "Good Friday"},
	{"CA", "2026-05-18", "Victoria Day"},
	{"CA", "2026-07-01", "Canada Day"},
	{"CA", "2026-09-30", "National Day for Truth and Reconciliation"},
	{"CA", "2026-10-12", "Thanksgiving Day"},
	{"CA", "2026-11-11", "Remembrance Day"},
	{"CA", "2027-05-24", "Victoria Day"},
	{"CA", "2026-12-28", "Boxing Day (substitute day)"},
	{"CA", "2027-12-27", "Christmas Day (substitute day)"},
	{"CA", "2027-12-28", "Boxing Day (substitute day)"},
	{"CA", "2028-10-02", "National Day for Truth and Reconciliation (substitute day)"},
	{"CA", "2028-11-13", "Remembrance Day (substitute day)"},
	{"CA", "2029-07-02", "Canada Day (substitute day)"},
	{"CA", "2026-08-03", NULL},
	{"PL", "2026-01-06", "Epiphany"},
	{"PL", "2026-05-03", "Constitution Day"},
	{"PL", "2026-06-04", "Corpus Christi"},
	{"PL", "2026-11-11", "Independence Day"},
	{"PL", "2026-12-24", "Christmas Eve"},
	{"PL", "2027-03-29", "Easter Monday"},
	{"PL", "2026-04-03", NULL},
	{"SE", "2026-01-06", "Epiphany"},
	{"SE", "2026-06-06", "National Day"},
	{"SE", "2026-06-19", "Midsummer Eve"},
	{"SE", "2026-06-20", "Midsummer Day"},
	{"SE", "2026-10-31", "All Saints' Day"},
	{"SE", "2027-06-26", "Midsummer Day"},
	{"SE", "2027-11-06", "All Saints' Day"},
	{"SE", "2028-06-23", "Midsummer Eve"},
	{"SE", "2030-11-02", "All Saints' Day"},
	{"SE", "2026-05-25", NULL},
	{"PT", "2026-04-03", "Good Friday"},
	{"PT", "2026-04-25", "Freedom Day"},
	{"PT", "2026-06-04", "Corpus Christi"},
	{"PT", "2026-06-10", "Portugal Day"},
	{"PT", "2027-10-05", "Republic Day"},
	{"PT", "2026-04-06", NULL},
	{"RO", "2026-04-10", "Good Friday"}, /* by the Julian calendar */
	{"RO", "2026-04-13", "Easter Monday"},
	{"RO", "2026-06-01", "Children's Day, Whit Monday"}, /* both in that year */
	{"RO", "2026-12-01", "National Day"},
	{"RO", "2027-05-03", "Easter Monday"},
	{"RO", "2027-06-21", "Whit Monday"},
	{"RO", "2029-04-09", "Easter Monday"}, /* a week after the others */
	{"RO", "2026-04-03", NULL},
};

static void test_published_days(void **state UNUSED)
{
	struct holiday_list list = {0};
	for (size_t i = 0; i < ARRAY_LEN(published); i++) {
		if (!list.region || strcmp(list.region, published[i].region) != 0) {
			holiday_release(&list);
			list = shipped(published[i].region);
		}
		const struct holiday *found = holiday_on(&list, day(published[i].day));
		const char *is = found ? found->name : "none", *wanted = published[i].name ? published[i].name : "none";
		if (strcmp(is, wanted) != 0)
			fail_msg("%s %s: '%s' and not '%s'", published[i].region, published[i].day, is, wanted);
	}
	holiday_release(&list);
}

/* Every holiday from Monday to Friday, substitute and observed days among them: gov.uk/bank-holidays, opm.gov, and the German laws. */
static const struct {
	const char *region;
	int year;
	const char *days;
} whole_years[] = {
	{"DE", 2026, "01-01 04-03 04-06 05-01 05-14 05-25 12-25"},
	{"DE", 2027, "01-01 03-26 03-29 05-06 05-17"},
	{"DE", 2028, "04-14 04-17 05-01 05-25 06-05 10-03 12-25 12-26"},
	{"DE", 2029, "01-01 03-30 04-02 05-01 05-10 05-21 10-03 12-25 12-26"},
	{"DE", 2030, "01-01 04-19 04-22 05-01 05-30 06-10 10-03 12-25 12-26"},
	{"GB-ENG", 2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"},
	{"GB-ENG", 2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"},
	{"GB-ENG", 2028, "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26"},
	{"GB-ENG", 2029, "01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26"},
	{"GB-ENG", 2030, "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26"},
	{"US", 2026, "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25"},
	{"US", 2027, "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31"},
	{"US", 2028, "01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25"},
	{"US", 2029, "01-01 01-15 02-19 05-28 06-19 07-04 09-03 10-08 11-12 11-22 12-25"},
	{"US", 2030, "01-01 01-21 02-18 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25"},
};

static void test_whole_years(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(whole_years); i++) {
		struct holiday_list list = shipped(whole_years[i].region);
		struct text found = {0};
		for (size_t k = 0; k < list.count; k++) {
			int year, month, of_month;
			day_to_ymd(list.items[k].day, &year, &month, &of_month);
			if (year == whole_years[i].year && day_weekday(list.items[k].day) < SATURDAY)
				text_addf(&found, "%s%02d-%02d", found.len ? " " : "", month, of_month);
		}
		if (strcmp(found.data, whole_years[i].days) != 0)
			fail_msg("%s %d: '%s'", whole_years[i].region, whole_years[i].year, found.data);
		text_release(&found);
		holiday_release(&list);
	}
}

/* Where Easter Sunday is a holiday of its own; the dates of the five years, and of the Julian calendar. */
static void test_easter(void **state UNUSED)
{
	static const char *const west[] = {"2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01", "2030-04-21"};
	static const char *const east[] = {"2026-04-12", "2027-05-02", "2028-04-16", "2029-04-08", "2030-04-28"};
	static const char *const regions[] = {"IT", "PL", "SE", "PT", "RO"};
	for (size_t r = 0; r < ARRAY_LEN(regions); r++) {
		struct holiday_list list = shipped(regions[r]);
		for (size_t y = 0; y < ARRAY_LEN(west); y++) {
			const struct holiday *found = holiday_on(&list, day(strcmp(regions[r], "RO") ? west[y] : east[y]));
			assert_non_null(found);
			assert_string_equal(found->name, "Easter Sunday");
		}
		holiday_release(&list);
	}
}

static void test_shipped_years(void **state UNUSED)
{
	const struct holiday_list germany = shipped("DE");
	assert_int_equal(germany.count, 5 * 9);
	assert_int_equal(germany.first_year, 2026);
	assert_int_equal(germany.last_year, 2030);
	assert_string_equal(germany.title, "Public holidays: Germany, all states");
	assert_true(holiday_knows(&germany, day("2026-01-01"), day("2030-12-31")));
	assert_false(holiday_knows(&germany, day("2025-12-29"), day("2026-04-30")));
	assert_false(holiday_knows(&germany, day("2030-10-07"), day("2031-02-07")));
	assert_true(holiday_knows(NULL, day("2040-01-01"), day("2040-01-02")));
	holiday_release((struct holiday_list *)&germany);
}

/* --- reading --------------------------------------------------------------------------------------------------------------------- */

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
#define EVENT(lines) "BEGIN:VEVENT\r\n" lines "END:VEVENT\r\n"
#define TAIL "END:VCALENDAR\r\n"
#define DAY(text) "DTSTART;VALUE=DATE:" text "\r\n"

static void test_good_files(void **state UNUSED)
{
	static const char text[] = HEAD EVENT(DAY("20261224") "DTEND;VALUE=DATE:20261227\r\nSUMMARY:Days between\\, off\r\n")
		EVENT("SUMMARY:Twice\r\n" DAY("20261224")) EVENT(DAY("20261224") "SUMMARY:Twice\r\n")
			EVENT(DAY("20260101") "SUMMARY:One\r\nX-OTHER:kept out\r\nBEGIN:VALARM\r\nDURATION:PT5M\r\nEND:VALARM\r\n")
				EVENT(DAY("20270101") "STATUS:CANCELLED\r\nSUMMARY:Not this one\r\n") TAIL;
	struct holiday_list list;
	struct holidays_fault fault = {0};
	if (holidays_read("XX", "xx.ics", text, sizeof(text) - 1, &list, &fault))
		fail_msg("%s:%d: %s", fault.file, fault.line, fault.text);
	assert_int_equal(list.count, 4);
	assert_string_equal(holiday_on(&list, day("2026-12-24"))->name, "Days between, off, Twice");
	assert_string_equal(holiday_on(&list, day("2026-12-26"))->name, "Days between, off");
	assert_null(holiday_on(&list, day("2026-12-27")));
	assert_null(holiday_on(&list, day("2027-01-01")));
	assert_int_equal(list.last_year, 2026);
	holiday_release(&list);
}

static void test_empty_calendar(void **state UNUSED)
{
	struct holiday_list list;
	assert_int_equal(holidays_read("XX", "xx.ics", HEAD TAIL, strlen(HEAD TAIL), &list, NULL), 0);
	assert_int_equal(list.count, 0);
	assert_false(holiday_knows(&list, day("2026-01-01"), day("2026-01-02")));
	holiday_release(&list);
}

static const struct {
	const char *text, *error;
} broken[] = {
	{"", "xx.ics:1: no calendar in it"},
	{"Dear diary,\r\n", "xx.ics:1: "},
	{"X:1\r\n", "xx.ics:1: no calendar"},
	{HEAD EVENT("DTSTART:20261224T000000\r\nSUMMARY:x\r\n") TAIL, "xx.ics:4: not a whole day: '20261224T000000'"},
	{HEAD EVENT("DTSTART:20261224\r\nSUMMARY:x\r\n") TAIL, "xx.ics:4: not a whole day"},
	{HEAD EVENT(DAY("20260230") "SUMMARY:x\r\n") TAIL, "xx.ics:4: not a whole day: '20260230'"},
	{HEAD EVENT("SUMMARY:x\r\n") TAIL, "xx.ics:3: an event without a day"},
	{HEAD EVENT(DAY("20261224")) TAIL, "xx.ics:3: an event without a name"},
	{HEAD EVENT(DAY("20261224") "DTEND;VALUE=DATE:20261224\r\nSUMMARY:x\r\n") TAIL, "xx.ics:3: DTEND is not after DTSTART"},
	{HEAD EVENT(DAY("20261201") "DTEND;VALUE=DATE:20270102\r\nSUMMARY:x\r\n") TAIL, "xx.ics:3: an event of more than 31 days"},
	{HEAD EVENT(DAY("20261224") "SUMMARY:x\r\nRRULE:FREQ=YEARLY\r\n") TAIL, "xx.ics:6: RRULE is not read"},
	{HEAD EVENT(DAY("20261224") "SUMMARY:x\r\nRDATE;VALUE=DATE:20271224\r\n") TAIL, "xx.ics:6: RDATE is not read"},
	{HEAD EVENT(DAY("20261224") "SUMMARY:x\r\nDURATION:P1D\r\n") TAIL, "xx.ics:6: DURATION is not read"},
	{HEAD EVENT(DAY("20261224") DAY("20261225") "SUMMARY:x\r\n") TAIL, "xx.ics:5: "},
	{HEAD "BEGIN:VEVENT\r\n" DAY("20261224"), "xx.ics:3: "},
	{HEAD EVENT(DAY("20261224") "SUMMARY:\xff\r\n") TAIL, "xx.ics:5: "},
};

static void test_broken_files(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		struct holiday_list list;
		struct holidays_fault fault = {0};
		int result = holidays_read("XX", "xx.ics", broken[i].text, strlen(broken[i].text), &list, &fault);
		OWNED_TEXT *told = result ? xasprintf("%s:%d: %s", fault.file, fault.line, fault.text) : xstrdup("read");
		if (result != HOLIDAYS_BROKEN || strncmp(told, broken[i].error, strlen(broken[i].error)) != 0)
			fail_msg("row %zu: '%s' and not '%s'", i, told, broken[i].error);
		holidays_fault_release(&fault);
	}
}

/* Whatever bytes there are: read, or refused with a place. The same every time. */
static void test_changed_bytes(void **state UNUSED)
{
	static const char text[] =
		HEAD EVENT(DAY("20261224") "DTEND;VALUE=DATE:20261227\r\nSUMMARY:Days\r\n") EVENT(DAY("20260101") "SUMMARY:One\r\n") TAIL;
	uint32_t seed = 1;
	for (int round = 0; round < 20000; round++) {
		char bytes[sizeof(text)];
		struct holiday_list list;
		struct holidays_fault fault = {0};
		memcpy(bytes, text, sizeof(text));
		for (int k = 0; k < 1 + round % 4; k++) {
			seed = seed * 1664525u + 1013904223u;
			bytes[(seed >> 8) % (sizeof(text) - 1)] = text[(seed >> 16) % sizeof(text)] ^ (char)(round % 3 ? 0 : seed >> 24);
		}
		size_t length = round % 5 ? sizeof(text) - 1 : (seed >> 4) % sizeof(text);
		int result = holidays_read("XX", "xx.ics", bytes, length, &list, &fault);
		if (result)
			assert_true(!strcmp(fault.file, "xx.ics") && fault.line >= 1 && fault.text[0]);
		else
			holiday_release(&list);
		holidays_fault_release(&fault);
	}
}

/* The limit of days, and one past it. */
static void test_many_days(void **state UNUSED)
{
	for (int more = 0; more < 2; more++) {
		struct text text = {0};
		struct holiday_list list;
		text_add(&text, HEAD);
		for (int i = 0; i < HOLIDAYS_DAYS_MAX + more; i++)
			text_add(&text, EVENT(DAY("20261224") "SUMMARY:x\r\n"));
		text_add(&text, TAIL);
		struct holidays_fault fault = {0};
		int result = holidays_read("XX", "xx.ics", text.data, text.len, &list, &fault);
		holidays_fault_release(&fault);
		assert_int_equal(result, more ? HOLIDAYS_BROKEN : 0);
		if (!result)
			holiday_release(&list);
		text_release(&text);
	}
}

static void test_long_name_is_cut_at_a_character(void **state UNUSED)
{
	struct text text = {0};
	struct holiday_list list;
	text_add(&text, HEAD "BEGIN:VEVENT\r\n" DAY("20261224") "SUMMARY:x");
	for (int i = 0; i < HOLIDAYS_NAME_MAX; i++)
		text_add(&text, "\xc3\xbc");
	text_add(&text, "\r\nEND:VEVENT\r\n" TAIL);
	assert_int_equal(holidays_read("XX", "xx.ics", text.data, text.len, &list, NULL), 0);
	assert_int_equal(strlen(list.items[0].name), HOLIDAYS_NAME_MAX - 1);
	holiday_release(&list);
	text_release(&text);
}

/* --- where they lie -------------------------------------------------------------------------------------------------------------- */

struct world {
	char *root;
};

static void put(const struct world *world, const char *where, const char *name, const char *text)
{
	OWNED_TEXT *path = xasprintf("%s/%s/pacer/holidays/%s", world->root, where, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int set_up(void **state)
{
	static const char *const dirs[] = {"own", "own/pacer", "own/pacer/holidays", "sys", "sys/pacer", "sys/pacer/holidays"};
	struct world *world = xcalloc(1, sizeof(*world));
	world->root = xstrdup("/tmp/pacer-holidays-XXXXXX");
	assert_non_null(mkdtemp(world->root));
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		OWNED_TEXT *dir = xasprintf("%s/%s", world->root, dirs[i]);
		assert_int_equal(mkdir(dir, 0700), 0);
	}
	OWNED_TEXT *own = xasprintf("%s/own", world->root), *sys = xasprintf("%s/sys", world->root);
	setenv("XDG_DATA_HOME", own, 1);
	setenv("XDG_DATA_DIRS", sys, 1);
	*state = world;
	return 0;
}

static int remove_one(const char *path, const struct stat *st UNUSED, int type UNUSED, struct FTW *ftw UNUSED)
{
	return remove(path);
}

static int tear_down(void **state)
{
	struct world *world = *state;
	nftw(world->root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(world->root);
	free(world);
	return 0;
}

static void test_search_path(void **state)
{
	const struct world *world = *state;
	struct holiday_list list;
	put(world, "sys", "DE.ics", HEAD EVENT(DAY("20261224") "SUMMARY:shipped\r\n") TAIL);
	put(world, "sys", "FR.ics", HEAD EVENT(DAY("20261224") "SUMMARY:shipped\r\n") TAIL);
	put(world, "own", "DE.ics", HEAD EVENT(DAY("20261224") "SUMMARY:my own\r\n") TAIL);
	put(world, "own", "notes.txt", "nothing");
	char **regions = holidays_regions();
	assert_string_equal(regions[0], "DE");
	assert_string_equal(regions[1], "FR");
	assert_null(regions[2]);
	holidays_regions_free(regions);
	assert_int_equal(holidays_load("de", &list, NULL), 0);
	assert_string_equal(list.region, "DE");
	assert_string_equal(list.items[0].name, "my own");
	holiday_release(&list);
}

/* The days of all of them, and the years that all know; what is named twice counts once. */
static void test_several_regions(void **state)
{
	const struct world *world = *state;
	struct holiday_list list;
	put(world, "sys", "AA.ics", HEAD EVENT(DAY("20260101") "SUMMARY:New Year\r\n") EVENT(DAY("20281224") "SUMMARY:Eve\r\n") TAIL);
	put(world, "sys", "BB.ics", HEAD EVENT(DAY("20270704") "SUMMARY:Fair\r\n") EVENT(DAY("20281224") "SUMMARY:Feast\r\n") TAIL);
	put(world, "sys", "NO.ics", HEAD TAIL);
	assert_int_equal(holidays_load(" aa , BB,Aa", &list, NULL), 0);
	assert_string_equal(list.region, "AA,BB");
	assert_int_equal(list.count, 3);
	assert_string_equal(holiday_on(&list, day("2026-01-01"))->name, "New Year");
	assert_string_equal(holiday_on(&list, day("2027-07-04"))->name, "Fair");
	assert_string_equal(holiday_on(&list, day("2028-12-24"))->name, "Eve, Feast");
	assert_true(holiday_knows(&list, day("2027-01-01"), day("2028-12-31")));
	assert_false(holiday_knows(&list, day("2026-12-31"), day("2027-01-01")));
	holiday_release(&list);
	assert_int_equal(holidays_load("NO,AA,BB", &list, NULL), 0);
	assert_int_equal(list.count, 3);
	assert_false(holiday_knows(&list, day("2027-01-01"), day("2027-01-01")));
	holiday_release(&list);
}

static void test_unknown_regions(void **state)
{
	const struct world *world = *state;
	static const char *const rows[][2] = {{"../plans/AA", "../plans/AA"}, {"", ""}, {"AA,", ""}, {",AA", ""}, {"AA, Nowhere ,AA", "Nowhere"}};
	struct holiday_list list;
	put(world, "sys", "AA.ics", HEAD EVENT(DAY("20260101") "SUMMARY:New Year\r\n") TAIL);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct holidays_fault fault = {0};
		assert_int_equal(holidays_load(rows[i][0], &list, &fault), HOLIDAYS_UNKNOWN);
		assert_string_equal(fault.region, rows[i][1]);
		assert_null(fault.file);
		holidays_fault_release(&fault);
	}
}

/* A broken file is named with its line, alone and among others; the others go on. */
static void test_a_broken_file_among_others(void **state)
{
	const struct world *world = *state;
	struct holiday_list list;
	put(world, "sys", "AA.ics", HEAD EVENT(DAY("20260101") "SUMMARY:New Year\r\n") TAIL);
	put(world, "own", "BB.ics", HEAD EVENT(DAY("20260101") "RRULE:FREQ=YEARLY\r\nSUMMARY:New Year\r\n") TAIL);
	static const char *const asked[] = {"BB", "AA,BB", "BB,AA"};
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		struct holidays_fault fault = {0};
		assert_int_equal(holidays_load(asked[i], &list, &fault), HOLIDAYS_BROKEN);
		assert_string_equal(fault.region, "BB");
		assert_non_null(strstr(fault.file, "/own/pacer/holidays/BB.ics"));
		assert_int_equal(fault.line, 5);
		assert_non_null(strstr(fault.text, "RRULE is not read"));
		holidays_fault_release(&fault);
	}
	assert_int_equal(holidays_load("AA", &list, NULL), 0);
	holiday_release(&list);
}

static void test_files_that_cannot_be_used(void **state)
{
	const struct world *world = *state;
	struct holiday_list list;
	struct holidays_fault fault = {0};
	OWNED_TEXT *link = xasprintf("%s/own/pacer/holidays/LI.ics", world->root);
	OWNED_TEXT *dir = xasprintf("%s/own/pacer/holidays/DI.ics", world->root);
	OWNED_TEXT *big = xasprintf("%s/own/pacer/holidays/BI.ics", world->root);
	assert_int_equal(symlink("/etc/passwd", link), 0);
	assert_int_equal(mkdir(dir, 0700), 0);
	put(world, "own", "BI.ics", HEAD TAIL);
	assert_int_equal(truncate(big, HOLIDAYS_FILE_BYTES_MAX + 1), 0);
	static const char *const rows[][2] = {{"LI", "leads out"}, {"DI", "not a regular file"}, {"BI", "File too large"}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(holidays_load(rows[i][0], &list, &fault), HOLIDAYS_BROKEN);
		assert_non_null(strstr(fault.text, rows[i][1]));
		assert_non_null(strstr(fault.file, rows[i][0]));
		holidays_fault_release(&fault);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_days),
		cmocka_unit_test(test_whole_years),
		cmocka_unit_test(test_easter),
		cmocka_unit_test(test_shipped_years),
		cmocka_unit_test(test_good_files),
		cmocka_unit_test(test_empty_calendar),
		cmocka_unit_test(test_broken_files),
		cmocka_unit_test(test_changed_bytes),
		cmocka_unit_test(test_many_days),
		cmocka_unit_test(test_long_name_is_cut_at_a_character),
		cmocka_unit_test_setup_teardown(test_search_path, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_several_regions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unknown_regions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_broken_file_among_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_files_that_cannot_be_used, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("holidays", tests, NULL, NULL);
}
