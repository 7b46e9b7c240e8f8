#include "calendar.h"

#include "core/cards.h"
#include "property.h"
#include "tz.h"
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

static void note_line(struct calendar *calendar, enum plan_line which, const struct line *line)
{
	int *slot = &calendar->plan->lines[which];
	*slot = *slot ? *slot : line->number;
}

static void keep_text(struct calendar *calendar, char **slot, char *text, const struct line *line, enum plan_line which)
{
	note_line(calendar, which, line);
	keep_first(slot, text);
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
	keep_text(ctx, &((struct calendar *)ctx)->plan->title, value_title(line->value), line, PLAN_LINE_NAME);
}

static void take_calname(void *ctx, const struct line *line)
{
	keep_text(ctx, &((struct calendar *)ctx)->calname, value_title(line->value), line, PLAN_LINE_NAME);
}

static void take_goal(void *ctx, const struct line *line)
{
	keep_text(ctx, &((struct calendar *)ctx)->plan->goal, value_title(line->value), line, PLAN_LINE_GOAL);
}

static void take_done(void *ctx, const struct line *line)
{
	keep_text(ctx, &((struct calendar *)ctx)->plan->done, value_title(line->value), line, PLAN_LINE_DONE);
}

static void take_class(void *ctx, const struct line *line)
{
	keep_text(ctx, &((struct calendar *)ctx)->plan->class_name, value_slug(line->value), line, PLAN_LINE_CLASS);
}

static void take_tracks(void *ctx, const struct line *line)
{
	keep_text(ctx, &((struct calendar *)ctx)->plan->tracks, value_title(line->value), line, PLAN_LINE_TRACKS);
}

static void take_licence(void *ctx, const struct line *line)
{
	keep_text(ctx, &((struct calendar *)ctx)->plan->licence, value_title(line->value), line, PLAN_LINE_LICENCE);
}

static void take_plan_version(void *ctx, const struct line *line)
{
	keep_text(ctx, &((struct calendar *)ctx)->plan->version, value_title(line->value), line, PLAN_LINE_VERSION);
}

static void take_description(void *ctx, const struct line *line)
{
	keep_text(ctx, &((struct calendar *)ctx)->plan->about, value_text(line->value), line, PLAN_LINE_ABOUT);
}

/* Of several the newest; what is no time in UTC is passed over, as other programs do. */
static void take_modified(void *ctx, const struct line *line)
{
	struct instant *modified = &((struct calendar *)ctx)->plan->modified;
	struct civil civil;
	bool utc;
	if (!value_date_time(line->value, &civil, &utc) || !utc)
		return;
	struct instant at = {(int64_t)civil.day * DAY_S + civil.second};
	if (modified->s == INSTANT_NEVER || modified->s < at.s)
		*modified = at;
}

static void take_lead(void *ctx, const struct line *line)
{
	struct calendar *calendar = ctx;
	char text[QUOTE_TEXT];
	OWNED_TEXT *name = value_title(line->value);
	if (!plan_name_is_good(name))
		report_add(calendar->report, LINT_VALUE, line->number,
			   "X-PACER-LEAD is no name of a plan: '%s', write it like team-lead-12, without '.ics'", quote(text, line->value));
	else
		keep_first(&calendar->plan->lead, STEAL(name));
}

/* Several make a list. */
static void keep_each(struct late_texts *list, const struct line *line)
{
	/* The room is the next power of two, so that it need not be remembered. */
	if (!(list->count & (list->count - 1)))
		list->items = xreallocarray(list->items, list->count ? list->count * 2 : 1, sizeof(*list->items));
	list->items[list->count++] = (struct late_text){value_title(line->value), line->number};
}

static void take_station(void *ctx, const struct line *line)
{
	note_line(ctx, PLAN_LINE_STATIONS, line);
	keep_each(&((struct calendar *)ctx)->stations, line);
}

static void take_persona(void *ctx, const struct line *line)
{
	note_line(ctx, PLAN_LINE_PERSONAS, line);
	keep_each(&((struct calendar *)ctx)->personas, line);
}

static void take_format(void *ctx, const struct line *line)
{
	char text[QUOTE_TEXT];
	int32_t format;
	((struct calendar *)ctx)->has_format = true;
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

static void take_timezone(void *ctx, const struct line *line)
{
	struct calendar *calendar = ctx;
	OWNED_TEXT *name = value_title(line->value);
	if (!calendar->wall)
		calendar->wall = tz_of_id(name);
}

static void take_anchor(void *ctx, const struct line *line)
{
	struct calendar *calendar = ctx;
	char text[QUOTE_TEXT];
	int32_t day;
	calendar->is_own = true;
	if (!value_date(line->value, &day)) {
		report_add(calendar->report, LINT_VALUE, line->number, "X-PACER-ANCHOR is not a date: '%s', write it like 20010101",
			   quote(text, line->value));
		return;
	}
	if (day_weekday(day) != MONDAY)
		report_add(calendar->report, LINT_ANCHOR, line->number, "week 1 begins on a %s: '%s', move the anchor to a Monday",
			   weekday_name[day_weekday(day)], quote(text, line->value));
	else if (calendar->has_anchor && day != calendar->plan->anchor)
		disagree(calendar, line);
	else
		calendar->plan->anchor = day;
	calendar->has_anchor |= day_weekday(day) == MONDAY;
}

static void take_weeks(void *ctx, const struct line *line)
{
	struct calendar *calendar = ctx;
	char text[QUOTE_TEXT];
	int32_t weeks;
	note_line(calendar, PLAN_LINE_WEEKS, line);
	if (!value_integer(line->value, &weeks) || weeks < 1 || weeks > PLAN_WEEKS_MAX) {
		report_add(calendar->report, LINT_WEEKS, line->number, "X-PACER-WEEKS out of range: '%s', use 1 to %d",
			   quote(text, line->value), PLAN_WEEKS_MAX);
		return;
	}
	if (calendar->has_weeks && weeks != calendar->plan->shape.weeks)
		disagree(calendar, line);
	else
		calendar->plan->shape.weeks = weeks;
	calendar->has_weeks = true;
}

static void take_phases(void *ctx, const struct line *line)
{
	note_line(ctx, PLAN_LINE_PHASES, line);
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
	{PROPERTY_NAME("X-WR-TIMEZONE"), take_timezone, false},
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
	{PROPERTY_NAME("LAST-MODIFIED"), take_modified, false},
	{PROPERTY_NAME("X-PACER-PHASES"), take_phases, false},
	{PROPERTY_NAME("X-PACER-CUTBACK"), take_cutback, false},
	{PROPERTY_NAME("X-PACER-LEAD"), take_lead, false},
	{PROPERTY_NAME("X-PACER-STATION"), take_station, false},
	{PROPERTY_NAME("X-PACER-PERSONA"), take_persona, false},
};

void calendar_take(struct calendar *calendar, const struct line *line)
{
	(void)properties_take(calendar_properties, ARRAY_LEN(calendar_properties), line, &calendar->seen, calendar->report, calendar);
}

static bool is_station(const struct card *card, const struct plan *plan)
{
	return card_week(card, plan->shape.weeks) > 0;
}

static bool is_persona(const struct card *card, const struct plan *plan)
{
	struct card twin;
	return card_is_slug(card) && !card_find(plan->personas, card->key, card->key_length, &twin);
}

/* A card that is none is told of and left out. What is over the limit anyway is not collected further. */
static void cards_collect(struct calendar *calendar, const struct late_texts *from, char **slot,
			  bool (*fits)(const struct card *card, const struct plan *plan), const char *name, const char *what)
{
	for (size_t i = 0; i < from->count; i++) {
		char text[QUOTE_TEXT];
		struct card card;
		const char *at = from->items[i].text;
		if (!card_next(&at, &card) || !fits(&card, calendar->plan))
			report_add(calendar->report, LINT_VALUE, from->items[i].line, "%s is not usable: '%s', %s", name,
				   quote(text, span_of(from->items[i].text)), what);
		else if (!*slot || strlen(*slot) <= PLAN_TEXT_MAX)
			text_replace(slot, xasprintf("%s%s%s", *slot ? *slot : "", *slot ? "\n" : "", from->items[i].text));
	}
}

static void calendar_cards(struct calendar *calendar)
{
	struct plan *plan = calendar->plan;
	cards_collect(calendar, &calendar->stations, &plan->stations, is_station, "X-PACER-STATION",
		      "write a week of the plan and whom to turn to, like '4 Ask the floor lead'");
	cards_collect(calendar, &calendar->personas, &plan->personas, is_persona, "X-PACER-PERSONA",
		      "write a slug that no other card has and who that is, like 'rushed-rana Rana has four minutes'");
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
	calendar_cards(calendar);
}

void calendar_names(struct calendar *calendar, const char *name)
{
	struct plan *plan = calendar->plan;
	if (!plan->title)
		plan->title = calendar->calname ? STEAL(calendar->calname) : xstrdup(name);
	if (!plan->uid)
		plan->uid = xstrdup(name);
}

static void late_release(struct late_texts *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].text);
	free(list->items);
}

void calendar_release(struct calendar *calendar)
{
	free(calendar->phases.text);
	free(calendar->cutbacks.text);
	free(calendar->calname);
	late_release(&calendar->stations);
	late_release(&calendar->personas);
}
