#include "foreign_private.h"

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
	bool names = span_is(line->name, "TZID") || span_is(line->name, "X-WR-TIMEZONE");
	bool named = !params && names && (row = zone_row(line->value)) >= 0;
	if (!params && !named)
		return NULL;
	if (!mending->told[row])
		foreign_tell(mending->report, mending->report_count, "zone '%s' is read as %s", zones[row].windows, zones[row].olson);
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

/* --- types from words ------------------------------------------------------------------------------------------------------------ */

static bool needs_type(const struct told_list *list, const struct told *told)
{
	return !list->own && !told->type && !told->category && told->word && told->start && !told->cancelled;
}

/* What was guessed, a word at a time: "'quiz' is a tuneup" once, however many events have it. */
static void tell_words(const struct told_list *list, const bool *done, char ***report, size_t *report_count)
{
	struct text out = {0};
	for (size_t i = 0; i < list->count; i++) {
		const struct told *told = &list->items[i];
		int events = 0;
		bool first = done[i];
		for (size_t k = 0; first && k < list->count; k++) {
			first = k >= i || !done[k] || list->items[k].word != told->word;
			events += done[k] && list->items[k].word == told->word;
		}
		if (first)
			text_addf(&out, "%s'%s' %s %d", out.len ? ", " : "", told->word, type_info[told->guess].name, events);
	}
	if (out.len)
		foreign_tell(report, report_count, "types guessed from words in categories and titles, and written into the plan: %s",
			     out.data);
	text_release(&out);
}

static const char *line_end_of(const char *bytes, const struct line *line)
{
	return line->end - line->begin >= 2 && bytes[line->end - 2] == '\r' ? "\r\n" : "\n";
}

void foreign_mend(const char *bytes, size_t length, struct text *out, char ***report, size_t *report_count)
{
	struct mending mending = {.out = out, .report = report, .report_count = report_count};
	CLEANUP(told_release) struct told_list list = {0};
	struct lines lines;
	struct line line;
	struct walk walk = {0};
	size_t begun = 0; /* events */
	told_scan(&list, bytes, length);
	bool *done = xcalloc(list.count, sizeof(*done));
	lines_init(&lines, bytes, length);
	while (lines_next(&lines, &line)) {
		bool was_inside = walk.inside;
		enum step step = walk_take(&walk, &line);
		if (step != STEP_LINE && was_inside && !done[begun - 1] && needs_type(&list, &list.items[begun - 1])) {
			done[begun - 1] = true;
			text_addf(out, "X-PACER-TYPE:%s%s", type_info[list.items[begun - 1].guess].name, line_end_of(bytes, &line));
		}
		begun += step == STEP_BEGIN;
		OWNED_TEXT *mended = line_mended(&mending, &line);
		if (mended)
			add_folded(out, mended, line_end_of(bytes, &line));
		else
			text_add_n(out, bytes + line.begin, line.end - line.begin);
	}
	lines_release(&lines);
	tell_words(&list, done, report, report_count);
	free(done);
}
