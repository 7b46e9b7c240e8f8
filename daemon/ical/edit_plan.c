#include "edit_private.h"

#include "core/zone.h"
#include "values.h"

static void write_version(struct writer *writer, const char *version)
{
	int32_t number;
	if (version && *version)
		writer_line(writer, "X-PACER-VERSION", value_integer(span_of(version), &number) ? ";VALUE=INTEGER" : "", version, true);
}

static void write_format(struct writer *writer, const struct plan *plan)
{
	char day[MOMENT_VALUE];
	writer_line(writer, "REFRESH-INTERVAL", ";VALUE=DURATION", "P1D", false);
	writer_line(writer, "X-PUBLISHED-TTL", "", "P1D", false);
	writer_number(writer, "X-PACER-FORMAT", 1);
	write_version(writer, plan->version);
	writer_text(writer, "X-PACER-LICENSE", plan->licence);
	if (!plan->dated) /* real dates need no anchor, and one would take the dates from them */
		writer_line(writer, "X-PACER-ANCHOR", ";VALUE=DATE", date_value(day, plan->anchor), false);
	writer_number(writer, "X-PACER-WEEKS", plan->shape.weeks);
}

static void write_calendar(struct writer *writer, const struct plan *plan, const char *now)
{
	OWNED_TEXT *phases = shape_phases_text(&plan->shape), *cutbacks = shape_cutbacks_text(&plan->shape);
	writer_line(writer, "VERSION", "", "2.0", false);
	writer_line(writer, "PRODID", "", "-//Pacer//Pacer 1//EN", false);
	writer_line(writer, "CALSCALE", "", "GREGORIAN", false);
	writer_text(writer, "UID", plan->uid);
	writer_line(writer, "LAST-MODIFIED", "", now, false);
	writer_text(writer, "NAME", plan->title);
	writer_text(writer, "X-WR-CALNAME", plan->title);
	writer_text(writer, "DESCRIPTION", plan->about);
	write_format(writer, plan);
	writer_text(writer, "X-PACER-CLASS", plan->class_name);
	writer_text(writer, "X-PACER-GOAL", plan->goal);
	writer_text(writer, "X-PACER-DONE", plan->done);
	writer_text(writer, "X-PACER-TRACKS", plan->tracks);
	writer_text(writer, "X-PACER-PHASES", phases);
	writer_text(writer, "X-PACER-CUTBACK", cutbacks);
	writer_text(writer, "X-PACER-LEAD", plan->lead);
	writer_list(writer, "X-PACER-STATION", "", plan->stations, "\n", false);
	writer_list(writer, "X-PACER-PERSONA", "", plan->personas, "\n", false);
}

/* By DTSTART as it is written and UID: the usual form. */
static int usual_compare(const void *left, const void *right)
{
	const struct plan_session *a = *(const struct plan_session *const *)left, *b = *(const struct plan_session *const *)right;
	if (a->day != b->day || a->second != b->second)
		return a->day != b->day ? (a->day < b->day ? -1 : 1) : a->second < b->second ? -1 : 1;
	bool a_utc = a->zone && !strcmp(a->zone, zone_utc.name), b_utc = b->zone && !strcmp(b->zone, zone_utc.name);
	return a_utc != b_utc ? a_utc - b_utc : strcmp(a->uid ? a->uid : "", b->uid ? b->uid : "");
}

static void write_events(struct writer *writer, const struct plan *plan, const char *stamp)
{
	const struct plan_session **sorted = xcalloc(plan->session_count + 1, sizeof(*sorted));
	for (size_t i = 0; i < plan->session_count; i++)
		sorted[i] = &plan->sessions[i];
	qsort(sorted, plan->session_count, sizeof(*sorted), usual_compare);
	for (size_t i = 0; i < plan->session_count; i++)
		writer_event(writer, sorted[i], plan->anchor, stamp);
	free(sorted);
}

char *edit_write_plan(const struct plan *plan, struct instant now, size_t *ret_length)
{
	char moment[MOMENT_VALUE];
	OWNED_TEXT *stamp = xasprintf("%sZ", moment_value(moment, zone_civil(&zone_utc, now)));
	struct writer writer = {.line_end = "\r\n", .clean = true};
	text_add(&writer.text, "BEGIN:VCALENDAR\r\n");
	write_calendar(&writer, plan, stamp);
	write_events(&writer, plan, stamp);
	text_add(&writer.text, "END:VCALENDAR\r\n");
	*ret_length = writer.text.len;
	return text_take(&writer.text);
}
