#include "calendar.h"

#include "property.h"
#include "values.h"

enum { FORMAT_KNOWN = 1 /* X-PACER-FORMAT */ };

/* The first of several wins, within a file of several calendars too; an empty one does not count. */
static void keep_first(char **slot, char *text)
{
	if (*slot || !*text)
		free(text);
	else
		*slot = text;
}

static void keep_late(struct late_text *late, const struct line *line)
{
	if (!late->text)
		*late = (struct late_text){value_title(line->value), line->number};
}

static void take_version(void *ctx, const struct line *line)
{
	char text[QUOTE_TEXT];
	if (!span_equal(line->value, span_of("2.0")))
		report_add(((struct calendar *)ctx)->report, LINT_FILE, line->number,
			   "calendar of version '%s': save it as iCalendar, version 2.0", quote(text, line->value));
}

static void take_calscale(void *ctx, const struct line *line)
{
	char text[QUOTE_TEXT];
	if (!span_is(line->value, "GREGORIAN"))
		report_add(((struct calendar *)ctx)->report, LINT_VALUE, line->number, "unknown CALSCALE: '%s', use GREGORIAN",
			   quote(text, line->value));
}

static void take_uid(void *ctx, const struct line *line)
{
	keep_first(&((struct calendar *)ctx)->plan->uid, value_title(line->value));
}

static void take_name(void *ctx, const struct line *line)
{
	keep_first(&((struct calendar *)ctx)->plan->title, value_title(line->value));
}

static void take_calname(void *ctx, const struct line *line)
{
	keep_first(&((struct calendar *)ctx)->calname, value_title(line->value));
}

static void take_goal(void *ctx, const struct line *line)
{
	keep_first(&((struct calendar *)ctx)->plan->goal, value_title(line->value));
}

static void take_done(void *ctx, const struct line *line)
{
	keep_first(&((struct calendar *)ctx)->plan->done, value_title(line->value));
}

static void take_class(void *ctx, const struct line *line)
{
	keep_first(&((struct calendar *)ctx)->plan->class_name, value_slug(line->value));
}

static void take_tracks(void *ctx, const struct line *line)
{
	keep_first(&((struct calendar *)ctx)->plan->tracks, value_title(line->value));
}

static void take_licence(void *ctx, const struct line *line)
{
	keep_first(&((struct calendar *)ctx)->plan->licence, value_title(line->value));
}

static void take_plan_version(void *ctx, const struct line *line)
{
	keep_first(&((struct calendar *)ctx)->plan->version, value_title(line->value));
}

static void take_description(void *ctx, const struct line *line)
{
	keep_first(&((struct calendar *)ctx)->plan->about, value_text(line->value));
}

static void take_format(void *ctx, const struct line *line)
{
	char text[QUOTE_TEXT];
	int32_t format;
	if (!value_integer(line->value, &format) || format != FORMAT_KNOWN)
		report_add(((struct calendar *)ctx)->report, LINT_VALUE, line->number, "unknown X-PACER-FORMAT: '%s', this pacer reads %d",
			   quote(text, line->value), FORMAT_KNOWN);
}

static void disagree(struct calendar *calendar, const struct line *line)
{
	char name[QUOTE_TEXT], text[QUOTE_TEXT];
	report_add(calendar->report, LINT_VALUE, line->number, "second %s of the file differs: '%s', keep one", quote(name, line->name),
		   quote(text, line->value));
}

static void take_anchor(void *ctx, const struct line *line)
{
	struct calendar *calendar = ctx;
	char text[QUOTE_TEXT];
	int32_t day;
	if (!value_date(line->value, &day)) {
		report_add(calendar->report, LINT_VALUE, line->number, "X-PACER-ANCHOR is not a date: '%s', write it like 20010101",
			   quote(text, line->value));
		return;
	}
	if (calendar->has_anchor && day != calendar->plan->anchor)
		disagree(calendar, line);
	calendar->plan->anchor = day;
	calendar->has_anchor = true;
}

static void take_weeks(void *ctx, const struct line *line)
{
	struct calendar *calendar = ctx;
	char text[QUOTE_TEXT];
	int32_t weeks;
	if (!value_integer(line->value, &weeks) || weeks < 1 || weeks > PLAN_WEEKS_MAX) {
		report_add(calendar->report, LINT_WEEKS, line->number, "X-PACER-WEEKS out of range: '%s', use 1 to %d",
			   quote(text, line->value), PLAN_WEEKS_MAX);
		return;
	}
	if (calendar->has_weeks && weeks != calendar->plan->shape.weeks)
		disagree(calendar, line);
	calendar->plan->shape.weeks = weeks;
	calendar->has_weeks = true;
}

static void take_phases(void *ctx, const struct line *line)
{
	keep_late(&((struct calendar *)ctx)->phases, line);
}

static void take_cutback(void *ctx, const struct line *line)
{
	keep_late(&((struct calendar *)ctx)->cutbacks, line);
}

static const struct property calendar_properties[] = {
	{PROPERTY_NAME("VERSION"), take_version, false},
	{PROPERTY_NAME("CALSCALE"), take_calscale, false},
	{PROPERTY_NAME("UID"), take_uid, false},
	{PROPERTY_NAME("NAME"), take_name, false},
	{PROPERTY_NAME("X-WR-CALNAME"), take_calname, false},
	{PROPERTY_NAME("X-PACER-FORMAT"), take_format, false},
	{PROPERTY_NAME("X-PACER-ANCHOR"), take_anchor, false},
	{PROPERTY_NAME("X-PACER-WEEKS"), take_weeks, false},
	{PROPERTY_NAME("X-PACER-GOAL"), take_goal, false},
	{PROPERTY_NAME("X-PACER-DONE"), take_done, false},
	{PROPERTY_NAME("X-PACER-CLASS"), take_class, false},
	{PROPERTY_NAME("X-PACER-TRACKS"), take_tracks, false},
	{PROPERTY_NAME("X-PACER-LICENSE"), take_licence, false},
	{PROPERTY_NAME("X-PACER-VERSION"), take_plan_version, false},
	{PROPERTY_NAME("DESCRIPTION"), take_description, false},
	{PROPERTY_NAME("X-PACER-PHASES"), take_phases, false},
	{PROPERTY_NAME("X-PACER-CUTBACK"), take_cutback, false},
};

void calendar_take(struct calendar *calendar, const struct line *line)
{
	(void)properties_take(calendar_properties, ARRAY_LEN(calendar_properties), line, &calendar->seen, calendar->report, calendar);
}

void calendar_shape(struct calendar *calendar)
{
	struct plan_shape *shape = &calendar->plan->shape;
	const struct {
		const struct late_text *late;
		bool (*parse)(struct plan_shape *shape, const char *text);
		const char *name, *example;
	} parts[] = {
		{&calendar->phases, shape_parse_phases, "X-PACER-PHASES", "base=1-4 build=5-12 race=18"},
		{&calendar->cutbacks, shape_parse_cutbacks, "X-PACER-CUTBACK", "4 8 12"},
	};
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		char text[QUOTE_TEXT];
		const struct late_text *late = parts[i].late;
		if (late->text && !parts[i].parse(shape, late->text))
			report_add(calendar->report, LINT_VALUE, late->line, "%s is not usable: '%s', name weeks of the plan like %s",
				   parts[i].name, quote(text, span_of(late->text)), parts[i].example);
	}
}

void calendar_names(struct calendar *calendar, const char *name)
{
	struct plan *plan = calendar->plan;
	if (!plan->title)
		plan->title = calendar->calname ? STEAL(calendar->calname) : xstrdup(name);
	if (!plan->uid)
		plan->uid = xstrdup(name);
}

void calendar_release(struct calendar *calendar)
{
	free(calendar->phases.text);
	free(calendar->cutbacks.text);
	free(calendar->calname);
}
