#include "foreign_private.h"

#include "foreign_html.h"
#include "foreign_words.h"
#include "values.h"

void foreign_tell(char ***report, size_t *count, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	*report = xreallocarray(*report, *count + 1, sizeof(**report));
	(*report)[(*count)++] = xvasprintf(format, args);
	va_end(args);
}

void told_release(struct told_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].title);
	free(list->items);
	free(list->wall);
}

static void take_begin(struct told_list *list, const struct line *line)
{
	if (list->count == list->room) {
		list->room = list->room ? list->room * 2 : 64;
		list->items = xreallocarray(list->items, list->room, sizeof(*list->items));
	}
	list->items[list->count++] = (struct told){.line = line->number, .todo = span_is(line->value, "VTODO")};
}

static void take_categories(struct told *told, struct span categories)
{
	struct span one;
	while (value_list_next(&categories, &one)) {
		OWNED_TEXT *slug = value_slug(one);
		enum session_type type;
		told->category |= type_parse(slug, &type);
		if (!told->in_categories)
			told->in_categories = foreign_type(slug, &told->guess, &told->word);
	}
}

static void take_title(struct told *told, struct span value)
{
	text_replace(&told->title, value_title(value));
	if (!told->in_categories)
		(void)foreign_type(told->title, &told->guess, &told->word);
}

static void take_property(struct told *told, const struct line *line)
{
	int32_t day;
	told->type |= span_is(line->name, "X-PACER-TYPE");
	told->effort |= span_is(line->name, "X-PACER-EFFORT");
	told->cancelled |= span_is(line->name, "STATUS") && span_is(line->value, "CANCELLED");
	told->repeats |= span_is(line->name, "RRULE") || span_is(line->name, "RDATE");
	if (span_is(line->name, "DTSTART")) {
		told->start = true;
		told->whole_day = value_date(line->value, &day);
		told->utc = line->value.n && line->value.p[line->value.n - 1] == 'Z';
	}
	if (span_is(line->name, "DESCRIPTION")) {
		OWNED_TEXT *text = value_text(line->value);
		told->html |= html_is(text);
	}
	told->people |= span_is(line->name, "ORGANIZER") || span_is(line->name, "ATTENDEE");
	if (span_is(line->name, "CATEGORIES"))
		take_categories(told, line->value);
	if (span_is(line->name, "SUMMARY"))
		take_title(told, line->value);
}

static void take_calendar(struct told_list *list, const struct line *line)
{
	list->own |= span_is(line->name, "X-PACER-ANCHOR") || span_is(line->name, "X-PACER-FORMAT");
	if (span_is(line->name, "X-WR-TIMEZONE") && !list->wall)
		list->wall = value_title(line->value);
}

enum step walk_take(struct walk *walk, const struct line *line)
{
	if (line->fault || line->blank)
		return STEP_LINE;
	bool begin = span_is(line->name, "BEGIN"), end = span_is(line->name, "END");
	bool event = (begin || end) && (span_is(line->value, "VEVENT") || span_is(line->value, "VTODO"));
	if (event) {
		*walk = (struct walk){.inside = begin};
		return begin ? STEP_BEGIN : STEP_END;
	}
	if (!walk->inside)
		return STEP_LINE;
	walk->deeper += begin;
	walk->deeper -= end && walk->deeper;
	return begin ? STEP_DEEPER : STEP_LINE;
}

void told_scan(struct told_list *list, const char *bytes, size_t length)
{
	struct lines lines;
	struct line line;
	struct walk walk = {0};
	lines_init(&lines, bytes, length);
	while (lines_next(&lines, &line)) {
		if (walk_take(&walk, &line) == STEP_BEGIN)
			take_begin(list, &line);
		else if (walk.inside && !walk.deeper && !line.fault && !line.blank)
			take_property(&list->items[list->count - 1], &line);
		else if (!walk.inside && !line.fault && !line.blank)
			take_calendar(list, &line);
	}
	lines_release(&lines);
}
