#include "holidays.h"

#include <errno.h>
#include <fcntl.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ical/nest.h"
#include "ical/property.h"
#include "ical/values.h"
#include "planscan.h"

#define PLANS_DIR "plans"
#define HOLIDAYS_DIR "holidays"

/* --- which there are ----------------------------------------------------------------------------------------------------------- */

/* The search path of the plans, with the directory beside it. */
static char **search_path(void)
{
	char **dirs = planscan_dirs();
	for (char **dir = dirs; *dir; dir++)
		text_replace(dir, xasprintf("%.*s" HOLIDAYS_DIR, (int)(strlen(*dir) - strlen(PLANS_DIR)), *dir));
	return dirs;
}

static void scan(struct planscan *ret_scan)
{
	char **dirs = search_path();
	planscan_run(dirs, HOLIDAYS_REGIONS_MAX, ret_scan);
	holidays_regions_free(dirs);
}

char **holidays_regions(void)
{
	struct planscan found;
	scan(&found);
	char **regions = xcalloc(found.count + 1, sizeof(*regions));
	for (size_t i = 0; i < found.count; i++)
		regions[i] = xstrdup(found.items[i].name);
	planscan_release(&found);
	return regions;
}

char **holidays_regions_free(char **regions)
{
	for (char **region = regions; region && *region; region++)
		free(*region);
	free(regions);
	return NULL;
}

/* --- one file ------------------------------------------------------------------------------------------------------------------ */

/* An event as it is being read. */
struct event {
	int line; /* of its BEGIN */
	uint32_t seen;
	bool starts, ends, cancelled;
	int32_t from, to; /* to: the day after the last */
	char *name;       /* NULL: none yet */
};

struct reading {
	struct holiday_list list;
	struct findings findings;
	struct report report;
	struct event event;
	uint32_t calendar_seen;
	int calendars;
};

/* VALUE=DATE and eight digits; anything else is reported. */
static bool read_day(struct reading *reading, const struct line *line, int32_t *ret_day)
{
	char shown[QUOTE_TEXT];
	struct span kind;
	if (line_param(line, "VALUE", &kind) && span_is(kind, "DATE") && value_date(line->value, ret_day))
		return true;
	report_add(&reading->report, LINT_FILE, line->number, "not a whole day: '%s', write ;VALUE=DATE:20261225",
		   quote(shown, line->value));
	return false;
}

static void take_start(void *ctx, const struct line *line)
{
	struct reading *reading = ctx;
	reading->event.starts = read_day(reading, line, &reading->event.from);
}

static void take_end(void *ctx, const struct line *line)
{
	struct reading *reading = ctx;
	reading->event.ends = read_day(reading, line, &reading->event.to);
}

static void take_summary(void *ctx, const struct line *line)
{
	struct reading *reading = ctx;
	text_replace(&reading->event.name, value_title(line->value));
	size_t length = strnlen(reading->event.name, HOLIDAYS_NAME_MAX + 1);
	if (length <= HOLIDAYS_NAME_MAX)
		return;
	for (length = HOLIDAYS_NAME_MAX; length && ((unsigned char)reading->event.name[length] & 0xC0) == 0x80;)
		length--; /* not inside a character */
	reading->event.name[length] = '\0';
}

static void take_status(void *ctx, const struct line *line)
{
	((struct reading *)ctx)->event.cancelled = span_is(line->value, "CANCELLED");
}

static void take_unread(void *ctx, const struct line *line)
{
	char shown[QUOTE_TEXT];
	report_add(&((struct reading *)ctx)->report, LINT_FILE, line->number, "%s is not read in holidays: write an event for each day",
		   quote(shown, line->name));
}

static void take_title(void *ctx, const struct line *line)
{
	struct reading *reading = ctx;
	text_replace(&reading->list.title, value_title(line->value));
}

static const struct property event_rows[] = {
	{PROPERTY_NAME("DTSTART"), take_start, true},    {PROPERTY_NAME("DTEND"), take_end, true},
	{PROPERTY_NAME("SUMMARY"), take_summary, true},  {PROPERTY_NAME("STATUS"), take_status, true},
	{PROPERTY_NAME("RRULE"), take_unread, false},    {PROPERTY_NAME("RDATE"), take_unread, false},
	{PROPERTY_NAME("DURATION"), take_unread, false},
};

static const struct property calendar_rows[] = {
	{PROPERTY_NAME("NAME"), take_title, false},
};

static void event_begin(struct reading *reading, int line)
{
	free(reading->event.name);
	reading->event = (struct event){.line = line};
}

/* false: reported. */
static bool check_event(struct reading *reading)
{
	struct event *event = &reading->event;
	const char *wrong = !event->starts                            ? "an event without a day: add DTSTART;VALUE=DATE:20261225"
			    : event->ends && event->to <= event->from ? "DTEND is not after DTSTART: it is the day after the last one"
			    : event->ends && event->to - event->from > HOLIDAYS_EVENT_DAYS_MAX ? "an event of more than 31 days: split it"
			    : !event->name || !event->name[0]                                  ? "an event without a name: add SUMMARY"
											       : NULL;
	if (wrong)
		report_add(&reading->report, LINT_FILE, event->line, "%s", wrong);
	return !wrong;
}

static void event_end(struct reading *reading)
{
	const struct event *event = &reading->event;
	/* A line of the event that could not be read has been told already. */
	if (event->cancelled || reading->report.errors || !check_event(reading))
		return;
	int32_t to = event->ends ? event->to : event->from + 1;
	for (int32_t day = event->from; day < to; day++) {
		if (reading->list.count == HOLIDAYS_DAYS_MAX) {
			report_add(&reading->report, LINT_FILE, event->line, "too many days: at most %d, split the file",
				   HOLIDAYS_DAYS_MAX);
			return;
		}
		holiday_add(&reading->list, day, event->name);
	}
}

static void take_line(struct reading *reading, struct nest *nest, const struct line *line)
{
	enum component ended = COMPONENT_NONE;
	enum nest_step step = nest_take(nest, line, &reading->report, &ended);
	enum component kind = nest_kind(nest);
	if (step == NEST_BEGIN && kind == COMPONENT_EVENT)
		event_begin(reading, line->number);
	else if (step == NEST_BEGIN)
		reading->calendars += kind == COMPONENT_CALENDAR;
	else if (step == NEST_END && ended == COMPONENT_EVENT)
		event_end(reading);
	else if (step == NEST_STAY && kind == COMPONENT_EVENT)
		properties_take(event_rows, ARRAY_LEN(event_rows), line, &reading->event.seen, &reading->report, reading);
	else if (step == NEST_STAY && kind == COMPONENT_CALENDAR)
		properties_take(calendar_rows, ARRAY_LEN(calendar_rows), line, &reading->calendar_seen, &reading->report, reading);
	else if (step == NEST_STAY && kind == COMPONENT_NONE)
		report_add(&reading->report, LINT_FILE, line->number, "no calendar: put it between BEGIN:VCALENDAR and END:VCALENDAR");
}

static void take_lines(struct reading *reading, const char *bytes, size_t length)
{
	struct lines lines;
	struct line line;
	struct nest nest = {0};
	int last = 1;
	lines_init(&lines, bytes, length);
	while (!reading->report.errors && lines_next(&lines, &line)) {
		last = line.number;
		if (line.fault)
			report_add(&reading->report, LINT_FILE, line.fault_number, "%s", line_fault_text[line.fault]);
		else if (!line.blank)
			take_line(reading, &nest, &line);
	}
	if (!reading->report.errors)
		nest_finish(&nest, last, &reading->report);
	if (!reading->report.errors && !reading->calendars)
		report_add(&reading->report, LINT_FILE, last, "no calendar in it: put one there, or take the file away");
	nest_release(&nest);
	lines_release(&lines);
}

void holidays_fault_release(struct holidays_fault *fault)
{
	free(fault->region);
	free(fault->file);
	free(fault->text);
	*fault = (struct holidays_fault){0};
}

/* Returns HOLIDAYS_BROKEN. */
static int broken(struct holidays_fault *fault, const char *region, const char *path, int line, const char *text)
{
	*fault = (struct holidays_fault){xstrdup(region), xstrdup(path), line, xstrdup(text)};
	return HOLIDAYS_BROKEN;
}

int holidays_read(const char *region, const char *path, const char *bytes, size_t length, struct holiday_list *ret_list,
		  struct holidays_fault *fault)
{
	struct reading reading = {.report.findings = &reading.findings};
	int result = 0;
	take_lines(&reading, bytes, length);
	free(reading.event.name);
	if (reading.report.errors)
		result = broken(fault, region, path, reading.findings.items[0].line, reading.findings.items[0].text);
	findings_release(&reading.findings);
	report_forget(&reading.report);
	if (result) {
		holiday_release(&reading.list);
		return result;
	}
	holiday_finish(&reading.list);
	reading.list.region = xstrdup(region);
	*ret_list = reading.list;
	return 0;
}

/* --- from the disk ------------------------------------------------------------------------------------------------------------- */

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Everything in the file, at most one byte over the limit. Returns 0 or -errno. */
static int read_all(int fd, struct text *text)
{
	char block[16 * 1024];
	while (text->len <= HOLIDAYS_FILE_BYTES_MAX) {
		ssize_t n = read(fd, block, sizeof(block));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		text_add_n(text, block, (size_t)n);
	}
	return -EFBIG;
}

static int load_file(const struct plan_candidate *file, struct holiday_list *ret_list, struct holidays_fault *fault)
{
	if (file->problem)
		return broken(fault, file->name, file->path, 1, file->problem);
	/* O_NONBLOCK: what became a pipe meanwhile must not wait for its writer. */
	CLEANUP(close_fd) int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct text text = {0};
	int result = fd < 0 ? -errno : read_all(fd, &text);
	if (result) {
		OWNED_TEXT *reason = xasprintf("cannot be read: %s", strerror(-result));
		result = broken(fault, file->name, file->path, 1, reason);
	} else
		result = holidays_read(file->name, file->path, text.data ? text.data : "", text.len, ret_list, fault);
	text_release(&text);
	return result;
}

/* Adds one region to those there are; one that is named twice is read once. */
static int add_region(struct planscan *found, bool *taken, const char *region, struct holiday_list *list, struct holidays_fault *fault)
{
	struct holiday_list own = {0};
	size_t i = 0;
	while (i < found->count && strcasecmp(found->items[i].name, region) != 0)
		i++;
	if (i == found->count) {
		*fault = (struct holidays_fault){.region = xstrdup(region)};
		return HOLIDAYS_UNKNOWN;
	}
	if (taken[i])
		return 0;
	taken[i] = true;
	int result = load_file(&found->items[i], list->region ? &own : list, fault);
	if (!result && own.region)
		holiday_unite(list, &own);
	holiday_release(&own);
	return result;
}

/* "DE, US": the next word from *at on, without the blanks around it. Owned. */
static char *next_word(const char **at)
{
	*at += strspn(*at, " ");
	size_t length = strcspn(*at, ","), bytes = length;
	while (bytes && (*at)[bytes - 1] == ' ')
		bytes--;
	char *word = xstrndup(*at, bytes);
	*at += length;
	return word;
}

int holidays_load(const char *regions, struct holiday_list *ret_list, struct holidays_fault *fault)
{
	struct holiday_list list = {0};
	struct planscan found;
	int result = 0;
	scan(&found);
	bool *taken = xcalloc(found.count + 1, sizeof(*taken));
	for (const char *at = regions; !result; at++) { /* ends with the text */
		OWNED_TEXT *region = next_word(&at);
		result = add_region(&found, taken, region, &list, fault);
		if (!*at)
			break;
	}
	free(taken);
	planscan_release(&found);
	if (result)
		holiday_release(&list);
	else
		*ret_list = list;
	return result;
}
