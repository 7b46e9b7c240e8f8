#include "foreign.h"

#include "property.h"
#include "read.h"
#include "values.h"

enum { FOLD_OCTETS = 75 };

/* clang-format off */
static const struct {
	const char *windows, *olson;
} zones[] = {
	{"Alaskan Standard Time", "America/Anchorage"},          {"Arab Standard Time", "Asia/Riyadh"},
	{"Arabian Standard Time", "Asia/Dubai"},                 {"Argentina Standard Time", "America/Buenos_Aires"},
	{"Atlantic Standard Time", "America/Halifax"},           {"AUS Eastern Standard Time", "Australia/Sydney"},
	{"Canada Central Standard Time", "America/Regina"},      {"Cen. Australia Standard Time", "Australia/Adelaide"},
	{"Central Europe Standard Time", "Europe/Budapest"},     {"Central European Standard Time", "Europe/Warsaw"},
	{"Central Standard Time", "America/Chicago"},            {"Central Standard Time (Mexico)", "America/Mexico_City"},
	{"China Standard Time", "Asia/Shanghai"},                {"E. Africa Standard Time", "Africa/Nairobi"},
	{"E. Australia Standard Time", "Australia/Brisbane"},    {"E. Europe Standard Time", "Europe/Chisinau"},
	{"E. South America Standard Time", "America/Sao_Paulo"}, {"Eastern Standard Time", "America/New_York"},
	{"Egypt Standard Time", "Africa/Cairo"},                 {"FLE Standard Time", "Europe/Kiev"},
	{"GMT Standard Time", "Europe/London"},                  {"Greenwich Standard Time", "Atlantic/Reykjavik"},
	{"GTB Standard Time", "Europe/Bucharest"},               {"Hawaiian Standard Time", "Pacific/Honolulu"},
	{"India Standard Time", "Asia/Calcutta"},                {"Israel Standard Time", "Asia/Jerusalem"},
	{"Korea Standard Time", "Asia/Seoul"},                   {"Mountain Standard Time", "America/Denver"},
	{"New Zealand Standard Time", "Pacific/Auckland"},       {"Newfoundland Standard Time", "America/St_Johns"},
	{"Pacific Standard Time", "America/Los_Angeles"},        {"Pakistan Standard Time", "Asia/Karachi"},
	{"Romance Standard Time", "Europe/Paris"},               {"Russian Standard Time", "Europe/Moscow"},
	{"SA Pacific Standard Time", "America/Bogota"},          {"SE Asia Standard Time", "Asia/Bangkok"},
	{"Singapore Standard Time", "Asia/Singapore"},           {"South Africa Standard Time", "Africa/Johannesburg"},
	{"Tokyo Standard Time", "Asia/Tokyo"},                   {"Turkey Standard Time", "Europe/Istanbul"},
	{"US Eastern Standard Time", "America/Indianapolis"},    {"US Mountain Standard Time", "America/Phoenix"},
	{"W. Australia Standard Time", "Australia/Perth"},       {"W. Central Africa Standard Time", "Africa/Lagos"},
	{"W. Europe Standard Time", "Europe/Berlin"},
};
/* clang-format on */

PRINTF_LIKE(3, 4) static void tell(char ***report, size_t *count, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	*report = xreallocarray(*report, *count + 1, sizeof(**report));
	(*report)[(*count)++] = xvasprintf(format, args);
	va_end(args);
}

/* --- zones ----------------------------------------------------------------------------------------------------------------------- */

struct mending {
	struct text *out;
	char ***report;
	size_t *report_count;
	bool told[ARRAY_LEN(zones)];
};

/* The row of a name, quoted or not; -1: not one of Windows. */
static int zone_row(struct span name)
{
	if (name.n >= 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
		name = (struct span){name.p + 1, name.n - 2};
	for (size_t i = 0; i < ARRAY_LEN(zones); i++)
		if (span_equal(name, span_of(zones[i].windows)))
			return (int)i;
	return -1;
}

/* The parameters with TZID renamed; NULL: nothing is to be renamed. */
static char *params_mended(const struct line *line, int *ret_row)
{
	struct text out = {0};
	*ret_row = -1;
	for (struct span rest = line->params; rest.n;) {
		struct span from = rest;
		struct param param;
		size_t values;
		if (param_next(&rest, &param, &values))
			break;
		int row = span_is(param.name, "TZID") ? zone_row(param.values) : -1;
		if (row >= 0) {
			*ret_row = row;
			text_addf(&out, ";TZID=%s", zones[row].olson);
		} else {
			text_add_n(&out, from.p, from.n - rest.n);
		}
	}
	if (*ret_row < 0) {
		text_release(&out);
		return NULL;
	}
	return text_take(&out);
}

static void add_folded(struct text *out, const char *text, const char *line_end)
{
	size_t room = FOLD_OCTETS, n = strlen(text);
	while (n > room) { /* ends: a character is shorter than the room */
		size_t cut = room;
		while (cut > room - 4 && ((unsigned char)text[cut] & 0xC0) == 0x80)
			cut--;
		text_add_n(out, text, cut);
		text_addf(out, "%s ", line_end);
		text += cut;
		n -= cut;
		room = FOLD_OCTETS - 1;
	}
	text_addf(out, "%s%s", text, line_end);
}

/* The line as it is to be; NULL: as it is. */
static char *line_mended(struct mending *mending, const struct line *line)
{
	int row = -1;
	if (line->fault || line->blank)
		return NULL;
	OWNED_TEXT *params = params_mended(line, &row);
	bool named = !params && span_is(line->name, "TZID") && (row = zone_row(line->value)) >= 0;
	if (!params && !named)
		return NULL;
	if (!mending->told[row])
		tell(mending->report, mending->report_count, "zone '%s' is read as %s", zones[row].windows, zones[row].olson);
	mending->told[row] = true;
	struct text text = {0};
	text_add_n(&text, line->name.p, line->name.n);
	text_add(&text, params ? params : "");
	if (!params)
		text_add_n(&text, line->params.p, line->params.n);
	text_add(&text, ":");
	if (named)
		text_add(&text, zones[row].olson);
	else
		text_add_n(&text, line->value.p, line->value.n);
	return text_take(&text);
}

void foreign_mend(const char *bytes, size_t length, struct text *out, char ***report, size_t *report_count)
{
	struct mending mending = {.out = out, .report = report, .report_count = report_count};
	struct lines lines;
	struct line line;
	lines_init(&lines, bytes, length);
	while (lines_next(&lines, &line)) {
		OWNED_TEXT *mended = line_mended(&mending, &line);
		bool crlf = line.end - line.begin >= 2 && bytes[line.end - 2] == '\r';
		if (mended)
			add_folded(out, mended, crlf ? "\r\n" : "\n");
		else
			text_add_n(out, bytes + line.begin, line.end - line.begin);
	}
	lines_release(&lines);
}

/* --- what was guessed ------------------------------------------------------------------------------------------------------------ */

/* What an event says of itself. */
struct told {
	int line; /* of its BEGIN */
	bool todo, type, category, effort, start, cancelled;
};

struct told_list {
	struct told *items;
	size_t count, room;
};

static void take_begin(struct told_list *list, const struct line *line)
{
	if (list->count == list->room) {
		list->room = list->room ? list->room * 2 : 64;
		list->items = xreallocarray(list->items, list->room, sizeof(*list->items));
	}
	list->items[list->count++] = (struct told){.line = line->number, .todo = span_is(line->value, "VTODO")};
}

static bool names_type(struct span categories)
{
	struct span one;
	bool found = false;
	while (value_list_next(&categories, &one)) {
		OWNED_TEXT *word = value_slug(one);
		enum session_type type;
		found |= type_parse(word, &type);
	}
	return found;
}

static void take_property(struct told *told, const struct line *line)
{
	told->type |= span_is(line->name, "X-PACER-TYPE");
	told->effort |= span_is(line->name, "X-PACER-EFFORT");
	told->start |= span_is(line->name, "DTSTART");
	told->cancelled |= span_is(line->name, "STATUS") && span_is(line->value, "CANCELLED");
	told->category |= span_is(line->name, "CATEGORIES") && names_type(line->value);
}

static void told_scan(struct told_list *list, const char *bytes, size_t length)
{
	struct lines lines;
	struct line line;
	bool inside = false;
	lines_init(&lines, bytes, length);
	while (lines_next(&lines, &line)) {
		if (line.fault || line.blank)
			continue;
		bool event = span_is(line.value, "VEVENT") || span_is(line.value, "VTODO");
		if (span_is(line.name, "BEGIN") && event) {
			take_begin(list, &line);
			inside = true;
		} else if (span_is(line.name, "END") && event) {
			inside = false;
		} else if (inside) {
			take_property(&list->items[list->count - 1], &line);
		}
	}
	lines_release(&lines);
}

static int told_compare(const void *key, const void *item)
{
	int line = *(const int *)key, at = ((const struct told *)item)->line;
	return line < at ? -1 : line > at;
}

/* "easy 2, long 1" */
static char *counts_text(const int counts[static TYPE_COUNT])
{
	struct text text = {0};
	for (int type = 0; type < TYPE_COUNT; type++)
		if (counts[type])
			text_addf(&text, "%s%s %d", text.len ? ", " : "", type_info[type].name, counts[type]);
	return text_take(&text);
}

static void tell_guesses(const struct plan *plan, const struct told_list *list, char ***report, size_t *report_count)
{
	int by_category[TYPE_COUNT] = {0}, by_weekday[TYPE_COUNT] = {0}, efforts = 0;
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		const struct told *told =
			list->count ? bsearch(&session->line, list->items, list->count, sizeof(*list->items), told_compare) : NULL;
		if (!told)
			continue;
		by_category[session->type] += !told->type && told->category;
		by_weekday[session->type] += !told->type && !told->category;
		efforts += !told->effort;
	}
	OWNED_TEXT *categories = counts_text(by_category), *weekdays = counts_text(by_weekday);
	if (*categories)
		tell(report, report_count, "types read from the categories: %s", categories);
	if (*weekdays)
		tell(report, report_count, "types guessed from the weekday: %s", weekdays);
	if (efforts)
		tell(report, report_count, "effort not said, so that of the type is taken: %d of %zu sessions", efforts,
		     plan->session_count);
}

static void tell_left_out(const struct told_list *list, char ***report, size_t *report_count)
{
	int tasks = 0, cancelled = 0;
	for (size_t i = 0; i < list->count; i++) {
		tasks += list->items[i].todo && !list->items[i].start;
		cancelled += list->items[i].cancelled;
	}
	if (tasks)
		tell(report, report_count, "no session, because they have no start: %d task%s", tasks, tasks == 1 ? "" : "s");
	if (cancelled)
		tell(report, report_count, "no session, because they are cancelled: %d event%s", cancelled, cancelled == 1 ? "" : "s");
}

void foreign_report(const char *name, const char *bytes, size_t length, char ***report, size_t *report_count)
{
	struct findings findings = {0};
	struct told_list list = {0};
	char day[DAY_TEXT];
	struct plan *plan = ical_read(name, name, bytes, length, &findings);
	if (plan) {
		told_scan(&list, bytes, length);
		if (plan->dated)
			tell(report, report_count, "week 1 begins on Monday %s, in the week of the first event",
			     day_text(day, plan->anchor));
		tell_guesses(plan, &list, report, report_count);
		tell_left_out(&list, report, report_count);
	}
	free(list.items);
	plan_free(plan);
	findings_release(&findings);
}
