#include "format.h"

#include "lines.h"
#include "read.h"

enum { FOLD_OCTETS = 75 };

struct property_line {
	char *name, *params, *value; /* name in upper case */
	size_t rank, at;             /* place in the order of names, place in the file */
};

struct component {
	char *name;
	size_t rank, at;
	struct property_line *lines;
	size_t line_count;
	struct component **children;
	size_t child_count;
};

/* --- the order ------------------------------------------------------------------------------------------------------------------- */

static const char *const property_order[] = {
	/* the calendar */
	"VERSION",
	"PRODID",
	"CALSCALE",
	"METHOD",
	/* both */
	"UID",
	"DTSTAMP",
	"LAST-MODIFIED",
	"CREATED",
	"SEQUENCE",
	"NAME",
	"X-WR-CALNAME",
	"X-WR-TIMEZONE",
	/* events and alarms */
	"ACTION",
	"TRIGGER",
	"RECURRENCE-ID",
	"DTSTART",
	"DTEND",
	"DUE",
	"DURATION",
	"REPEAT",
	"RRULE",
	"RDATE",
	"EXDATE",
	"STATUS",
	"TRANSP",
	"SUMMARY",
	"DESCRIPTION",
	"CATEGORIES",
	"CONCEPT",
	"RELATED-TO",
	"URL",
	"LOCATION",
	"CONTACT",
	"COLOR",
	"REFRESH-INTERVAL",
	"X-PUBLISHED-TTL",
	/* ours: of the calendar, then of sessions */
	"X-PACER-FORMAT",
	"X-PACER-VERSION",
	"X-PACER-LICENSE",
	"X-PACER-ANCHOR",
	"X-PACER-WEEKS",
	"X-PACER-CLASS",
	"X-PACER-GOAL",
	"X-PACER-DONE",
	"X-PACER-TRACKS",
	"X-PACER-PHASES",
	"X-PACER-CUTBACK",
	"X-PACER-LEAD",
	"X-PACER-STATION",
	"X-PACER-TYPE",
	"X-PACER-SKILL",
	"X-PACER-EFFORT",
	"X-PACER-PREP",
	"X-PACER-REVIEW",
	"X-PACER-PASS",
	"X-PACER-MILESTONE",
	"X-PACER-EVIDENCE",
	"X-PACER-WITH",
	"X-PACER-PERSONA",
	"X-PACER-TRACK",
	"X-PACER-RUBRIC",
	"X-PACER-TIP",
	"X-PACER-FALLBACK",
	"X-PACER-HELP",
};

/* Events and tasks share a rank: they go by time. */
static const struct {
	const char *name;
	size_t rank;
} component_order[] = {{"VTIMEZONE", 0}, {"VEVENT", 1}, {"VTODO", 1}};
enum { COMPONENT_RANK_TIMED = 1, COMPONENT_RANK_OTHER = 2 };

static size_t property_rank(const char *name)
{
	size_t rank = 0;
	while (rank < ARRAY_LEN(property_order) && strcmp(property_order[rank], name) != 0)
		rank++;
	return rank;
}

static size_t component_rank(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(component_order); i++)
		if (!strcmp(component_order[i].name, name))
			return component_order[i].rank;
	return COMPONENT_RANK_OTHER;
}

static const char *value_of(const struct component *component, const char *name)
{
	for (size_t i = 0; i < component->line_count; i++)
		if (!strcmp(component->lines[i].name, name))
			return component->lines[i].value;
	return "";
}

static int by_place(size_t rank_a, size_t rank_b, size_t at_a, size_t at_b)
{
	if (rank_a != rank_b)
		return rank_a < rank_b ? -1 : 1;
	return (at_a > at_b) - (at_a < at_b);
}

static int line_compare(const void *left, const void *right)
{
	const struct property_line *a = left, *b = right;
	return by_place(a->rank, b->rank, a->at, b->at);
}

static int component_compare(const void *left, const void *right)
{
	const struct component *a = *(struct component *const *)left, *b = *(struct component *const *)right;
	int order = 0;
	if (a->rank == COMPONENT_RANK_TIMED && b->rank == COMPONENT_RANK_TIMED) {
		order = strcmp(value_of(a, "DTSTART"), value_of(b, "DTSTART"));
		order = order ? order : strcmp(value_of(a, "UID"), value_of(b, "UID"));
	}
	return order ? order : by_place(a->rank, b->rank, a->at, b->at);
}

static void component_sort(struct component *component)
{
	if (component->line_count)
		qsort(component->lines, component->line_count, sizeof(*component->lines), line_compare);
	for (size_t i = 0; i < component->child_count; i++)
		component_sort(component->children[i]);
	if (component->child_count)
		qsort(component->children, component->child_count, sizeof(struct component *), component_compare);
}

/* --- reading --------------------------------------------------------------------------------------------------------------------- */

static struct component *component_free(struct component *component)
{
	for (size_t i = 0; i < component->line_count; i++) {
		free(component->lines[i].name);
		free(component->lines[i].params);
		free(component->lines[i].value);
	}
	for (size_t i = 0; i < component->child_count; i++)
		component_free(component->children[i]);
	free(component->lines);
	free(component->children);
	free(component->name);
	free(component);
	return NULL;
}

static char *upper(struct span span)
{
	char *text = xstrndup(span.p, span.n);
	for (char *c = text; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	return text;
}

/* Room is the next power of two, so that it need not be remembered. */
static void *grown(void *items, size_t count, size_t bytes)
{
	return count & (count - 1) ? items : xreallocarray(items, count ? count * 2 : 1, bytes);
}

static struct component *child_add(struct component *parent, const struct line *line)
{
	struct component *child = xcalloc(1, sizeof(*child));
	child->name = upper(line->value);
	child->rank = component_rank(child->name);
	child->at = parent->child_count;
	parent->children = grown(parent->children, parent->child_count, sizeof(struct component *));
	parent->children[parent->child_count++] = child;
	return child;
}

static void line_add(struct component *component, const struct line *line)
{
	component->lines = grown(component->lines, component->line_count, sizeof(*component->lines));
	struct property_line *added = &component->lines[component->line_count];
	*added = (struct property_line){.name = upper(line->name),
					.params = xstrndup(line->params.n ? line->params.p : "", line->params.n),
					.value = xstrndup(line->value.n ? line->value.p : "", line->value.n),
					.at = component->line_count++};
	added->rank = property_rank(added->name);
}

/* What is open, from the file itself down. */
struct open {
	struct component *level[ICAL_DEPTH_MAX + 1];
	size_t depth;
};

static int take(struct open *open, const struct line *line, struct err *err)
{
	struct component *innermost = open->level[open->depth];
	if (span_is(line->name, "BEGIN")) {
		if (open->depth == ICAL_DEPTH_MAX)
			return err_set(err, FORMAT_BROKEN, "line %d: nested too deep, at most %d components", line->number, ICAL_DEPTH_MAX);
		open->level[++open->depth] = child_add(innermost, line);
	} else if (span_is(line->name, "END")) {
		if (!open->depth || !span_is(line->value, innermost->name))
			return err_set(err, FORMAT_BROKEN, "line %d: END that nothing has begun: mend the lines around it", line->number);
		open->depth--;
	} else if (!open->depth) {
		return err_set(err, FORMAT_BROKEN, "line %d: property outside of a calendar: put it between BEGIN and END", line->number);
	} else {
		line_add(innermost, line);
	}
	return 0;
}

static int parse(const char *bytes, size_t length, struct component *file, struct err *err)
{
	struct open open = {.level = {file}};
	struct lines lines;
	struct line line;
	int r = 0;
	lines_init(&lines, bytes, length);
	while (!r && lines_next(&lines, &line)) {
		if (line.fault != LINE_OK)
			r = err_set(err, FORMAT_BROKEN, "line %d: %s", line.fault_number, line_fault_text[line.fault]);
		else if (!line.blank)
			r = take(&open, &line, err);
	}
	lines_release(&lines);
	if (!r && (open.depth || !file->child_count))
		r = err_set(err, FORMAT_BROKEN, "the file ends before its calendar does: is it whole?");
	return r;
}

/* --- writing --------------------------------------------------------------------------------------------------------------------- */

/* The line with folds: never inside a character (RFC 5545 3.1). */
static void write_line(struct text *out, const char *line)
{
	size_t room = FOLD_OCTETS;
	for (size_t left = strlen(line); left > room; room = FOLD_OCTETS - 1) {
		size_t n = room;
		while (n > 1 && ((unsigned char)line[n] & 0xC0) == 0x80)
			n--;
		text_add_n(out, line, n);
		text_add(out, "\r\n ");
		line += n;
		left -= n;
	}
	text_add(out, line);
	text_add(out, "\r\n");
}

static void write_component(struct text *out, const struct component *component)
{
	text_addf(out, "BEGIN:%s\r\n", component->name);
	for (size_t i = 0; i < component->line_count; i++) {
		const struct property_line *line = &component->lines[i];
		OWNED_TEXT *whole = xasprintf("%s%s:%s", line->name, line->params, line->value);
		write_line(out, whole);
	}
	for (size_t i = 0; i < component->child_count; i++)
		write_component(out, component->children[i]);
	text_addf(out, "END:%s\r\n", component->name);
}

int ical_format(const char *bytes, size_t length, char **ret_text, size_t *ret_length, struct err *err)
{
	struct component *file = xcalloc(1, sizeof(*file));
	struct text out = {0};
	int r = parse(bytes, length, file, err);
	if (!r) {
		component_sort(file);
		for (size_t i = 0; i < file->child_count; i++)
			write_component(&out, file->children[i]);
		*ret_length = out.len;
		*ret_text = text_take(&out);
	}
	component_free(file);
	return r;
}
