/* How fast and with how much memory a plan file of 100 000 events is read, against icalparser_parse_string of libical on the same
 * bytes (DESIGN 11: at most a quarter of the time and an eighth of the memory). Each runs in a child of its own; what grows is
 * the child's ru_maxrss. The best of the rounds counts. Prints one line of JSON; exit status 1 when a budget is broken.
 *
 * Our side does more than parse: it checks, expands the endless rules within the plan's weeks (one session an event), resolves
 * zones, sorts and lints. libical expands nothing here.
 * usage: bench_read [EVENTS [ROUNDS]] */
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libical/ical.h>

#include "core/time.h"
#include "ical/reader.h"
#include "ical/tz.h"

enum { EVENTS = 100000, ROUNDS = 5, PLAN_WEEKS = 18 };

struct measure {
	double seconds;
	long grown_kib;
	size_t result; /* sessions, or components: that the work was done */
};

static double cpu_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now); /* of this process: others on the machine do not count */
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static long peak_kib(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/* Event i of so many, in the order of their dates. */
static void add_event(struct text *text, int i, int events)
{
	static const char *const types[] = {"easy", "short", "medium", "cross", "long"};
	int work_day = (int)((int64_t)i * PLAN_WEEKS * 5 / events), weekday = work_day % 5, year, month, day;
	day_to_ymd(day_from_ymd(2026, 10, 5) + work_day / 5 * WEEK_DAYS + weekday, &year, &month, &day);
	text_addf(text,
		  "BEGIN:VEVENT\r\nUID:6f1d2c0e-5b7a-4d0e-9a53-2f6f0b6f1c18-%06d\r\nDTSTAMP:20260901T080000Z\r\n"
		  "DTSTART;TZID=Europe/Berlin:%04d%02d%02dT%02d%02d00\r\nDURATION:PT25M\r\nRRULE:FREQ=WEEKLY;INTERVAL=26\r\n"
		  "SUMMARY:Session %06d of the long road\r\nDESCRIPTION:Read\\, try\\, write one line about it.\r\n"
		  "LOCATION:At your own desk with the door closed\r\n"
		  "CATEGORIES:training,%s,soft,listening\r\nX-PACER-EFFORT;VALUE=INTEGER:4\r\n"
		  "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT10M\r\nDESCRIPTION:Soon\r\nEND:VALARM\r\n"
		  "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER;RELATED=END:PT0S\r\nDESCRIPTION:Done?\r\nEND:VALARM\r\n"
		  "END:VEVENT\r\n",
		  i, year, month, day, 9 + i % 7, i % 60, i, types[weekday]);
}

static struct text make_file(int events)
{
	struct text text = {0};
	text_addf(&text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Pacer//bench//EN\r\nX-PACER-ANCHOR:20261005\r\nX-PACER-WEEKS:%d\r\n",
		  PLAN_WEEKS);
	for (int i = 0; i < events; i++)
		add_event(&text, i, events);
	text_add(&text, "END:VCALENDAR\r\n");
	return text;
}

static size_t read_ours(const struct text *text)
{
	static const struct reader_limits limits = {.sessions_max = SIZE_MAX, .occurrences_max = SIZE_MAX};
	struct findings findings = {0};
	struct plan *plan = reader_read("bench", "bench.ics", text->data, text->len, &limits, &findings);
	size_t sessions = plan->session_count;
	/* The number of sessions is over the product's limit, of course; nothing else may be found. */
	if (findings.count != 1 || findings.items[0].code != LINT_LIMIT)
		sessions = 0;
	return sessions;
}

static size_t read_theirs(const struct text *text)
{
	icalcomponent *calendar = icalparser_parse_string(text->data);
	return calendar ? (size_t)icalcomponent_count_components(calendar, ICAL_VEVENT_COMPONENT) : 0;
}

/* In a child, which ends without freeing: only the reading counts. */
static struct measure measure_child(size_t (*read_it)(const struct text *text), const struct text *text)
{
	struct measure measure = {0};
	int ends[2];
	if (pipe(ends) < 0)
		exit(2);
	pid_t child = fork();
	if (child == 0) {
		(void)tz_source()->find(tz_source()->ctx, "Europe/Berlin");
		long before_kib = peak_kib();
		double from_s = cpu_s();
		measure.result = read_it(text);
		measure.seconds = cpu_s() - from_s;
		measure.grown_kib = peak_kib() - before_kib;
		_exit(write(ends[1], &measure, sizeof(measure)) == (ssize_t)sizeof(measure) ? 0 : 2);
	}
	close(ends[1]);
	if (child < 0 || read(ends[0], &measure, sizeof(measure)) != (ssize_t)sizeof(measure))
		exit(2);
	close(ends[0]);
	waitpid(child, NULL, 0);
	return measure;
}

static void keep_best(struct measure *best, struct measure measure)
{
	if (!best->seconds || measure.seconds < best->seconds)
		*best = measure;
}

int main(int argc, char **argv)
{
	int events = argc > 1 ? (int)strtol(argv[1], NULL, 10) : EVENTS, rounds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : ROUNDS;
	struct text text = make_file(events);
	struct measure ours = {0}, theirs = {0};
	for (int i = 0; i < rounds; i++) {
		keep_best(&ours, measure_child(read_ours, &text));
		keep_best(&theirs, measure_child(read_theirs, &text));
	}
	double time_ratio = ours.seconds / theirs.seconds, memory_ratio = (double)ours.grown_kib / (double)theirs.grown_kib;
	bool right = ours.result == (size_t)events && theirs.result == (size_t)events;
	bool pass = right && time_ratio <= 0.25 && memory_ratio <= 0.125;
	printf("{\"bench\":\"read\",\"events\":%d,\"bytes\":%zu,\"sessions\":%zu,\"pacer_s\":%.3f,\"libical_s\":%.3f,\"time_ratio\":%.3f,"
	       "\"time_budget\":0.25,\"pacer_kib\":%ld,\"libical_kib\":%ld,\"memory_ratio\":%.3f,\"memory_budget\":0.125,\"pass\":%s}\n",
	       events, text.len, ours.result, ours.seconds, theirs.seconds, time_ratio, ours.grown_kib, theirs.grown_kib, memory_ratio,
	       pass ? "true" : "false");
	text_release(&text);
	return pass ? 0 : 1;
}
