/* A whole event: judged, and completed from what was there. */
#include "event.h"

enum { ALL_DAY_SECOND = 9 * HOUR_S };

/* RULES 2.2: what a day of the week is for, in a file that does not say. */
static const enum session_type weekday_type[WEEK_DAYS] = {
	[MONDAY] = TYPE_EASY, [TUESDAY] = TYPE_SHORT, [WEDNESDAY] = TYPE_MEDIUM, [THURSDAY] = TYPE_CROSS,
	[FRIDAY] = TYPE_LONG, [SATURDAY] = TYPE_EASY, [SUNDAY] = TYPE_EASY,
};

/* From DTSTART with DTEND or DURATION (RFC 5545 3.6.1: never both); 0: it has none, or lasts whole days. false: reported. */
static bool event_length(struct event *event, int64_t *ret_s)
{
	const char *end = event->todo ? "DUE" : "DTEND";
	int line = event->end_line;
	if (event->has_end && event->has_length) {
		report_add(event->report, LINT_VALUE, line, "%s and DURATION together: keep one", end);
		return false;
	}
	int64_t length_s = event->has_length ? event->length_s : 0;
	if (event->has_end && (event->end.date != event->start.date || !event->end.zone != !event->start.zone)) {
		report_add(event->report, LINT_VALUE, line,
			   "%s is not of the same kind as DTSTART: write both as dates, or both with a zone or without", end);
		return false;
	}
	if (event->has_end)
		length_s = moment_between_s(&event->start, &event->end);
	if (length_s < 0) {
		report_add(event->report, LINT_VALUE, line, "%s is before DTSTART: move one of them, or use DURATION", end);
		return false;
	}
	*ret_s = event->start.date ? 0 : length_s;
	return true;
}

/* What day it is for the people of the calendar. */
static int32_t wall_day(const struct event *event)
{
	return event->start.zone == &zone_utc ? moment_in(&event->start, event->zones.wall).day : event->start.at.day;
}

static void event_defaults(struct event *event, int64_t length_s)
{
	struct plan_session *session = &event->session;
	if (!event->has_type)
		session->type = weekday_type[day_weekday(wall_day(event))];
	const struct type_info *info = &type_info[session->type];
	if (!event->has_effort)
		session->effort = info->effort;
	/* Rounded up to a whole minute. What is far too long for the lint stays far too long. */
	int64_t minutes = (length_s + MINUTE_S - 1) / MINUTE_S;
	session->minutes = !length_s ? info->minutes : minutes > INT32_MAX ? INT32_MAX : (int)minutes;
	if (!session->title || !*session->title)
		text_replace(&session->title, xasprintf("%s session", info->name));
	if (!session->skill)
		session->skill = xstrdup("");
	if (session->description && !*session->description)
		text_replace(&session->description, NULL);
}

bool event_end(struct event *event)
{
	struct plan_session *session = &event->session;
	if (event->todo && !event->has_start)
		return false; /* a task without a time is no session */
	if (event->torn)
		return false;
	if (!session->uid || !*session->uid) {
		report_add(event->report, LINT_UID, session->line, "%s without UID: add a line like UID:my-plan-W01-MO",
			   event->todo ? "VTODO" : "VEVENT");
		event->broken = true;
	}
	if (!event->has_start && !event->broken) {
		report_add(event->report, LINT_VALUE, session->line, "VEVENT without DTSTART: add a line like DTSTART:20010101T093000");
		event->broken = true;
	}
	int64_t length_s;
	if (event->broken || !event_length(event, &length_s))
		return false;
	if (event->start.date)
		event->start.at.second = ALL_DAY_SECOND;
	session->day = event->start.at.day;
	session->second = event->start.at.second;
	session->zone = event->start.zone && event->start.zone != &zone_unknown ? xstrdup(event->start.zone->name) : NULL;
	event_defaults(event, length_s);
	return true;
}
