#include "reader.h"

#include "alarm.h"
#include "calendar.h"
#include "event.h"
#include "nest.h"
#include "place.h"
#include "relate.h"
#include "revision.h"
#include "series.h"
#include "uids.h"

struct reader {
	const struct reader_limits *limits;
	struct plan *plan;
	struct report report;
	struct nest nest;
	struct calendar calendar;
	struct event event;
	struct alarm alarm;
	bool in_event; /* event is whole so far */
	bool stop;
	struct uids uids;
	struct series_list series;
	struct relations relations;
	uint8_t touches; /* of all sessions */
};

/* --- events ---------------------------------------------------------------------------------------------------------------------- */

/* The event that ended at line last is no session of the plan; cancelled, it would be none anyway. */
static void leave_out(struct reader *reader, int last)
{
	struct event *event = &reader->event;
	struct plan_session *session = &event->session;
	if (!reader->report.why || event->cancelled)
		return;
	plan_leave_out(reader->plan, (struct plan_gap){.line = session->line,
						       .last = last,
						       .sessions = 1,
						       .uid = session->uid ? xstrdup(session->uid) : NULL,
						       .title = STEAL(session->title),
						       .why = STEAL(reader->report.why)});
}

/* Claims the UID for the session that is about to be added; false: another has it, and that is reported. */
static bool uid_claim(struct reader *reader)
{
	const struct plan_session *session = &reader->event.session;
	size_t twin = uids_claim(&reader->uids, reader->plan, session->uid, reader->plan->session_count);
	if (twin == UIDS_NONE)
		return true;
	char uid[QUOTE_TEXT];
	report_add(&reader->report, LINT_UID, session->line, "UID used twice: '%s', also on line %d; give one of them another",
		   quote(uid, span_of(session->uid)), reader->plan->sessions[twin].line);
	return false;
}

/* last: the event's last line. */
static void session_take_over(struct reader *reader, int last)
{
	struct event *event = &reader->event;
	struct plan *plan = reader->plan;
	size_t index = plan->session_count;
	if (index == reader->limits->sessions_max) {
		report_add(&reader->report, LINT_LIMIT, event->session.line, "too many sessions: a plan has at most %zu, split it", index);
		reader->stop = true;
		return;
	}
	bool override = event->repeat.override;
	if (!override && !uid_claim(reader)) {
		leave_out(reader, last);
		return;
	}
	*plan_add(plan) = event->session;
	reader->touches |= event->session.touches;
	if (!override)
		relations_add(&reader->relations, index, STEAL(event->followers));
	if (repeat_is_set(&event->repeat))
		series_add(&reader->series, event, index);
	if (override) {
		const struct moment *instance = &reader->series.overrides[reader->series.override_count - 1].repeat.instance;
		char *uid = plan->sessions[index].uid;
		plan->sessions[index].uid = series_instance_uid(uid, instance->at);
		free(uid);
	}
	event->session = (struct plan_session){0};
}

/* A cancelled instance takes its place out of the series, and so does one that cannot be read: it would stand there as it was before. */
static void event_missing(struct reader *reader)
{
	struct event *event = &reader->event;
	if (event->repeat.override && event->session.uid)
		series_add(&reader->series, event, SERIES_NO_SESSION);
}

static void component_end(struct reader *reader, enum component ended, int line)
{
	struct event *event = &reader->event;
	if (ended == COMPONENT_ALARM && reader->in_event)
		alarm_end(&reader->alarm, &event->session, &reader->report);
	if ((ended != COMPONENT_EVENT && ended != COMPONENT_TODO) || !reader->in_event)
		return;
	reader->in_event = false;
	if (event_end(event) && !event->cancelled) {
		session_take_over(reader, line);
	} else {
		leave_out(reader, line);
		event_missing(reader);
	}
}

static void component_begin(struct reader *reader, int line)
{
	enum component kind = nest_kind(&reader->nest);
	if (kind == COMPONENT_EVENT || kind == COMPONENT_TODO) {
		event_begin(&reader->event, line, kind == COMPONENT_TODO);
		reader->event.zones.foreign = calendar_is_foreign(&reader->calendar);
		reader->event.zones.wall = calendar_wall(&reader->calendar);
		report_forget(&reader->report);
		reader->in_event = true;
	} else if (kind == COMPONENT_CALENDAR && !reader->plan->lines[PLAN_LINE_CALENDAR]) {
		reader->plan->lines[PLAN_LINE_CALENDAR] = line;
	} else if (kind == COMPONENT_ALARM && reader->in_event) {
		alarm_begin(&reader->alarm, line);
	}
}

static void property_take(struct reader *reader, const struct line *line)
{
	char text[QUOTE_TEXT];
	switch (nest_kind(&reader->nest)) {
	case COMPONENT_NONE:
		report_add(&reader->report, LINT_FILE, line->number,
			   "property outside of a calendar: '%s', put it between BEGIN and END:VCALENDAR", quote(text, line->name));
		break;
	case COMPONENT_CALENDAR:
		calendar_take(&reader->calendar, line);
		break;
	case COMPONENT_EVENT:
	case COMPONENT_TODO:
		if (reader->in_event)
			event_take(&reader->event, line);
		break;
	case COMPONENT_ALARM:
		if (reader->in_event)
			alarm_take(&reader->alarm, line, &reader->report);
		break;
	case COMPONENT_OTHER:
		break;
	}
}

static void line_take(struct reader *reader, const struct line *line)
{
	enum component ended = COMPONENT_NONE;
	if (line->fault) {
		report_add(&reader->report, LINT_FILE, line->fault_number, "%s", line_fault_text[line->fault]);
		reader->event.torn = true;
		return;
	}
	if (line->control)
		report_add(&reader->report, LINT_WORD, line->fault_number,
			   "a control character in the text: it is shown as a sign and does nothing, take it out");
	switch (nest_take(&reader->nest, line, &reader->report, &ended)) {
	case NEST_STAY:
		property_take(reader, line);
		break;
	case NEST_BEGIN:
		component_begin(reader, line->number);
		break;
	case NEST_END:
		component_end(reader, ended, line->number);
		break;
	case NEST_BROKEN:
		reader->in_event = false;
		break;
	}
}

/* --- the whole file -------------------------------------------------------------------------------------------------------------- */

/* What no calendar begins with, told in the words that help; false: reported. */
static bool encoding_check(const char *bytes, size_t length, struct report *report)
{
	if (length == 0) {
		report_add(report, LINT_FILE, 1, "the file is empty: expected BEGIN:VCALENDAR");
		return false;
	}
	const unsigned char *b = (const unsigned char *)bytes;
	bool mark = length >= 2 && ((b[0] == 0xFF && b[1] == 0xFE) || (b[0] == 0xFE && b[1] == 0xFF));
	bool wide = length >= 2 && (b[0] == 0) != (b[1] == 0);
	if (mark || wide)
		report_add(report, LINT_FILE, 1, "the file is UTF-16: save it in the encoding UTF-8");
	return !mark && !wide;
}

static bool first_line_check(const struct line *line, struct report *report)
{
	char text[QUOTE_TEXT];
	if (!line->fault && span_is(line->name, "BEGIN") && span_is(line->value, "VCALENDAR"))
		return true;
	if (line->fault)
		report_add(report, LINT_FILE, line->fault_number, "%s", line_fault_text[line->fault]);
	else
		report_add(report, LINT_FILE, line->number, "not a calendar: it begins with '%s', expected BEGIN:VCALENDAR",
			   quote(text, line->name));
	return false;
}

/* Ends at the end of the file, or when there is nothing more to learn from it. */
static void lines_read(struct reader *reader, const char *bytes, size_t length)
{
	struct lines lines;
	struct line line;
	bool first = true;
	lines_init(&lines, bytes, length);
	while (!reader->stop && !report_is_full(&reader->report) && lines_next(&lines, &line)) {
		if (line.blank)
			continue;
		reader->stop = first && !first_line_check(&line, &reader->report);
		first = false;
		if (!reader->stop)
			line_take(reader, &line);
	}
	if (!reader->stop && first)
		report_add(&reader->report, LINT_FILE, 1, "the file has no text: expected BEGIN:VCALENDAR");
	if (!reader->stop && !report_is_full(&reader->report))
		nest_finish(&reader->nest, lines.number - 1, &reader->report);
	lines_release(&lines);
}

static void plan_place(struct reader *reader)
{
	struct plan *plan = reader->plan;
	const struct zone *wall = calendar_wall(&reader->calendar);
	int32_t turn = wall != NULL; /* days that a clock elsewhere may be away */
	if (!reader->calendar.has_anchor)
		plan->anchor = place_first_monday(plan, wall);
	plan->dated = !reader->calendar.is_own && plan->anchor != place_standard_anchor();
	struct series_limits limits = {
		.begin_day = plan->anchor - turn,
		.end_day = plan->anchor + (reader->calendar.has_weeks ? plan->shape.weeks : PLAN_WEEKS_MAX) * WEEK_DAYS - turn,
		.sessions_max = reader->limits->sessions_max,
		.occurrences_max = reader->limits->occurrences_max,
	};
	relations_resolve(&reader->relations, plan, &reader->uids, &reader->report);
	series_expand(&reader->series, plan, &reader->uids, &limits, &reader->report);
	series_release(&reader->series);
	uids_release(&reader->uids);
	place_wall(plan, wall);
	place_weeks(plan);
	int last = place_last_week(plan);
	if (!reader->calendar.has_weeks)
		plan->shape.weeks = last < 1 ? 1 : last;
	calendar_shape(&reader->calendar);
	place_ids(plan);
}

/* A plan that names touch points wants to meet them all (IDEAS 59). */
static void touches_check(struct reader *reader)
{
	struct text missing = {0};
	for (int i = 0; i < TOUCH_COUNT; i++)
		if (!(reader->touches >> i & 1))
			text_addf(&missing, "%s%s", missing.len ? ", " : "", touch_name[i]);
	if (reader->touches && missing.len)
		report_add(&reader->report, LINT_TOUCH, plan_line(reader->plan, PLAN_LINE_NAME),
			   "touch points without a session: '%s', add them to the CATEGORIES of a session", missing.data);
	text_release(&missing);
}

static void reader_release(struct reader *reader)
{
	calendar_release(&reader->calendar);
	nest_release(&reader->nest);
	relations_release(&reader->relations);
	event_release(&reader->event);
	report_forget(&reader->report);
}

/* What was not read any more cannot be missed by anybody: such a file is no plan. */
static void full_check(struct report *report)
{
	if (report_is_full(report))
		report_add(report, LINT_LIMIT, report->findings->items[report->findings->count - 1].line,
			   "%d errors so far: the rest of the file is not read, mend these first", REPORT_ERRORS_MAX);
}

struct plan *reader_read(const char *name, const char *file, const char *bytes, size_t length, const struct reader_limits *limits,
			 struct findings *findings)
{
	struct plan *plan = plan_new();
	struct reader reader = {.limits = limits, .plan = plan, .report = {.findings = findings}};
	event_init(&reader.event, &reader.report);
	reader.calendar = (struct calendar){.plan = plan, .report = &reader.report};
	plan->name = xstrdup(name);
	plan->file = xstrdup(file);
	plan->revision = revision_of(bytes, length);
	if (encoding_check(bytes, length, &reader.report))
		lines_read(&reader, bytes, length);
	calendar_names(&reader.calendar, name);
	plan_place(&reader);
	full_check(&reader.report);
	plan_finish(plan);
	touches_check(&reader);
	/* A file that could not be read has no need to hear that it is empty, too. */
	if (plan->session_count || !reader.report.errors)
		lint_plan(plan, findings);
	reader_release(&reader);
	return plan;
}
