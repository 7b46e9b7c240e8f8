#include "nest.h"

/* What may stand where; everything else is COMPONENT_OTHER: its lines are passed over. */
static const struct {
	const char *name;
	enum component kind, within;
} places[] = {
	{"VCALENDAR", COMPONENT_CALENDAR, COMPONENT_NONE}, {"VEVENT", COMPONENT_EVENT, COMPONENT_CALENDAR},
	{"VTODO", COMPONENT_TODO, COMPONENT_CALENDAR},     {"VALARM", COMPONENT_ALARM, COMPONENT_EVENT},
	{"VALARM", COMPONENT_ALARM, COMPONENT_TODO},
};

void nest_release(struct nest *nest)
{
	for (size_t i = 0; i < ICAL_DEPTH_MAX; i++)
		text_release(&nest->level[i].name);
	*nest = (struct nest){0};
}

enum component nest_kind(const struct nest *nest)
{
	if (nest->over)
		return COMPONENT_OTHER;
	return nest->depth ? nest->level[nest->depth - 1].kind : COMPONENT_NONE;
}

static struct span level_name(const struct nest_level *level)
{
	return (struct span){level->name.data, level->name.len};
}

static bool same_name(struct span a, struct span b)
{
	return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

static enum component kind_of(const struct nest *nest, struct span name)
{
	enum component within = nest_kind(nest);
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (places[i].within == within && span_is(name, places[i].name))
			return places[i].kind;
	return COMPONENT_OTHER;
}

/* BEGIN:VEVENT where no event can be: most often the END of the one before is missing. */
static void begin_check(const struct nest *nest, const struct line *line, struct report *report)
{
	enum component within = nest_kind(nest);
	char name[QUOTE_TEXT];
	if (within == COMPONENT_NONE && !span_is(line->value, "VCALENDAR"))
		report_add(report, LINT_FILE, line->number,
			   "component outside of a calendar: '%s', put it between BEGIN:VCALENDAR and END:VCALENDAR",
			   quote(name, line->value));
	if ((within == COMPONENT_EVENT || within == COMPONENT_TODO) && (span_is(line->value, "VEVENT") || span_is(line->value, "VTODO")))
		report_add(report, LINT_FILE, line->number, "%s inside the one of line %d: add END:%s before it", quote(name, line->value),
			   nest->level[nest->depth - 1].line, nest->level[nest->depth - 1].name.data);
}

static enum nest_step nest_begin(struct nest *nest, const struct line *line, struct report *report)
{
	begin_check(nest, line, report);
	if (nest->depth == ICAL_DEPTH_MAX) {
		if (nest->over++ == 0)
			report_add(report, LINT_FILE, line->number, "components nested too deep: more than %d, take the inner ones out",
				   ICAL_DEPTH_MAX);
		return NEST_BEGIN;
	}
	struct nest_level *level = &nest->level[nest->depth];
	level->kind = kind_of(nest, line->value);
	level->line = line->number;
	level->name.len = 0;
	text_add_n(&level->name, line->value.p, line->value.n);
	nest->depth++;
	return NEST_BEGIN;
}

/* An END that does not fit: closes what it names, with all inside, when that is open, and nothing else. */
static enum nest_step nest_mismatch(struct nest *nest, const struct line *line, struct report *report)
{
	char name[QUOTE_TEXT], open[QUOTE_TEXT];
	int at = nest->depth - 1;
	while (at >= 0 && !same_name(level_name(&nest->level[at]), line->value))
		at--;
	if (at < 0) {
		report_add(report, LINT_FILE, line->number, "END without BEGIN: '%s', remove it", quote(name, line->value));
		return NEST_BROKEN;
	}
	const struct nest_level *inner = &nest->level[nest->depth - 1];
	report_add(report, LINT_FILE, line->number, "END does not match: '%s', but %s of line %d is open; add END:%s before it",
		   quote(name, line->value), quote(open, level_name(inner)), inner->line, open);
	nest->depth = at;
	return NEST_BROKEN;
}

static enum nest_step nest_end(struct nest *nest, const struct line *line, struct report *report, enum component *ret_ended)
{
	if (nest->over) {
		nest->over--;
		*ret_ended = COMPONENT_OTHER;
		return NEST_END;
	}
	if (!nest->depth || !same_name(level_name(&nest->level[nest->depth - 1]), line->value))
		return nest_mismatch(nest, line, report);
	*ret_ended = nest->level[--nest->depth].kind;
	return NEST_END;
}

enum nest_step nest_take(struct nest *nest, const struct line *line, struct report *report, enum component *ret_ended)
{
	if (span_is(line->name, "BEGIN"))
		return nest_begin(nest, line, report);
	if (span_is(line->name, "END"))
		return nest_end(nest, line, report, ret_ended);
	return NEST_STAY;
}

void nest_finish(const struct nest *nest, int last_number, struct report *report)
{
	if (!nest->depth)
		return;
	const struct nest_level *inner = &nest->level[nest->depth - 1];
	char name[QUOTE_TEXT];
	report_add(report, LINT_FILE, inner->line, "%s has no END: the file stops at line %d, perhaps it was cut off; add END:%s",
		   quote(name, level_name(inner)), last_number, name);
}
