#include "event.h"

#include "foreign_html.h"
#include "property.h"
#include "values.h"

void repeat_release(struct repeat *repeat)
{
	free(repeat->rule);
	moments_release(&repeat->extra);
	moments_release(&repeat->except);
	*repeat = (struct repeat){0};
}

bool repeat_is_set(const struct repeat *repeat)
{
	return repeat->rule || repeat->extra.count || repeat->except.count || repeat->override;
}

void event_init(struct event *event, struct report *report)
{
	*event = (struct event){.report = report};
}

static void event_clear(struct event *event)
{
	plan_session_release(&event->session);
	repeat_release(&event->repeat);
	free(event->followers);
	struct event cleared = {.report = event->report, .zones = event->zones};
	*event = cleared;
}

void event_release(struct event *event)
{
	event_clear(event);
	zone_memo_release(&event->zones);
}

void event_begin(struct event *event, int line, bool todo)
{
	event_clear(event);
	event->session.line = line;
	event->todo = todo;
}

/* --- properties ------------------------------------------------------------------------------------------------------------------ */

/* A fault of the line: the event is not used, the rest of it is still read for its own faults. */
PRINTF_LIKE(4, 5) static void event_refuse(struct event *event, enum lint_code code, const struct line *line, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	OWNED_TEXT *text = xvasprintf(format, args);
	va_end(args);
	report_add(event->report, code, line->number, "%s", text);
	event->broken = true;
}

/* The first of several wins. */
static void keep_first(char **slot, char *text)
{
	if (*slot)
		free(text);
	else
		*slot = text;
}

static void take_uid(void *ctx, const struct line *line)
{
	struct event *event = ctx;
	if (line->value.n > EVENT_UID_MAX)
		event_refuse(event, LINT_UID, line, "UID too long: %zu bytes, shorten it to %d", line->value.n, EVENT_UID_MAX);
	event->session.uid = value_title(line->value);
}

static void take_dtstart(void *ctx, const struct line *line)
{
	struct event *event = ctx;
	event->has_start = moment_read(line, line->value, &event->zones, event->report, &event->start);
	event->broken |= !event->has_start;
}

static void take_dtend(void *ctx, const struct line *line)
{
	struct event *event = ctx;
	event->has_end = moment_read(line, line->value, &event->zones, event->report, &event->end);
	event->broken |= !event->has_end;
	event->end_line = line->number;
}

static void take_duration(void *ctx, const struct line *line)
{
	struct event *event = ctx;
	char text[QUOTE_TEXT];
	event->has_length = value_duration(line->value, &event->length_s);
	if (!event->has_length)
		event_refuse(event, LINT_VALUE, line, "DURATION is not valid: '%s', write it like PT25M or PT1H30M",
			     quote(text, line->value));
	else if (event->length_s < 0)
		event_refuse(event, LINT_VALUE, line, "DURATION is negative: '%s', write it without '-'", quote(text, line->value));
	event->end_line = line->number;
}

static void take_summary(void *ctx, const struct line *line)
{
	keep_first(&((struct event *)ctx)->session.title, value_title(line->value));
}

static void take_description(void *ctx, const struct line *line)
{
	struct event *event = ctx;
	OWNED_TEXT *text = value_text(line->value);
	keep_first(&event->session.description, event->zones.foreign && html_is(text) ? html_plain(text) : STEAL(text));
}

static void take_milestone(void *ctx, const struct line *line)
{
	keep_first(&((struct event *)ctx)->session.milestone, value_title(line->value));
}

static void take_tip(void *ctx, const struct line *line)
{
	keep_first(&((struct event *)ctx)->session.tip, value_title(line->value));
}

static void take_help(void *ctx, const struct line *line)
{
	text_replace(&((struct event *)ctx)->session.help, value_title(line->value));
}

/* X-PACER-HELP is the exact word, CONTACT the portable one. */
static void take_contact(void *ctx, const struct line *line)
{
	keep_first(&((struct event *)ctx)->session.help, value_title(line->value));
}

static void take_skill(void *ctx, const struct line *line)
{
	text_replace(&((struct event *)ctx)->session.skill, value_slug(line->value));
}

/* The names of types and skills are short and have nothing to unescape. */
static void category_take(struct event *event, struct span category)
{
	char slug[PLAN_NAME_MAX + 1];
	if (category.n > PLAN_NAME_MAX)
		return;
	for (size_t i = 0; i < category.n; i++)
		slug[i] = category.p[i] >= 'A' && category.p[i] <= 'Z' ? (char)(category.p[i] - 'A' + 'a') : category.p[i];
	slug[category.n] = '\0';
	for (int i = 0; i < TOUCH_COUNT; i++)
		if (strcmp(slug, touch_name[i]) == 0)
			event->session.touches |= (uint8_t)(1u << i);
	enum session_type type;
	if (!event->has_type && type_parse(slug, &type)) {
		event->session.type = type;
		event->has_type = true;
	} else if (!event->session.skill && skill_family(slug) != FAMILY_NONE) {
		event->session.skill = xstrdup(slug);
	}
}

/* Type and skill as a calendar program can show them; X-PACER-TYPE and X-PACER-SKILL win over them. */
static void take_categories(void *ctx, const struct line *line)
{
	struct event *event = ctx;
	struct span list = line->value, one;
	size_t count = 0;
	while (value_list_next(&list, &one)) {
		if (++count > VALUES_LIST_MAX) {
			event_refuse(event, LINT_LIMIT, line, "more than %d values in one list: shorten it", VALUES_LIST_MAX);
			return;
		}
		category_take(event, one);
	}
}

static void take_type(void *ctx, const struct line *line)
{
	struct event *event = ctx;
	char text[QUOTE_TEXT];
	OWNED_TEXT *slug = value_slug(line->value);
	event->has_type = type_parse(slug, &event->session.type);
	if (!event->has_type)
		event_refuse(event, LINT_TYPE, line,
			     "unknown type: '%s', use easy, short, medium, speed, cross, long, checkin, tuneup, race or rest",
			     quote(text, line->value));
}

static void take_effort(void *ctx, const struct line *line)
{
	struct event *event = ctx;
	char text[QUOTE_TEXT];
	int32_t effort;
	event->has_effort = value_integer(line->value, &effort);
	if (event->has_effort)
		event->session.effort = effort;
	else
		event_refuse(event, LINT_VALUE, line, "X-PACER-EFFORT is not a number: '%s', use 0 to 10", quote(text, line->value));
}

static bool is_link(struct span text)
{
	return text.n <= PLAN_TEXT_MAX && value_link(text);
}

/* There is at most one (RFC 5545 3.8.4.6), and it goes before what is laid out. One that nobody here can open is for other programs. */
static void take_url(void *ctx, const struct line *line)
{
	if (is_link(line->value))
		text_replace(&((struct event *)ctx)->session.link, span_dup(line->value));
}

static void take_prep(void *ctx, const struct line *line)
{
	struct event *event = ctx;
	struct span type;
	char text[QUOTE_TEXT];
	if (line_param(line, "VALUE", &type) && span_is(type, "URI") && !value_uri(line->value)) {
		event_refuse(event, LINT_VALUE, line, "not an address: '%s', write it like https://example.org/page",
			     quote(text, line->value));
		return;
	}
	OWNED_TEXT *prep = value_title(line->value);
	if (!*prep)
		return;
	if (is_link(span_of(prep)))
		keep_first(&event->session.link, xstrdup(prep));
	/* What is over the limit anyway is not collected further: many of these lines stay linear. */
	size_t have = event->session.prep ? strlen(event->session.prep) : 0;
	if (!have)
		text_replace(&event->session.prep, STEAL(prep));
	else if (have <= PLAN_TEXT_MAX)
		text_replace(&event->session.prep, xasprintf("%s; %s", event->session.prep, prep));
}

/* Appends to a list of many lines. What is over the limit anyway is not collected further. */
static void collect(char **slot, const char *between, char *text)
{
	OWNED_TEXT *more = text;
	size_t have = *slot ? strlen(*slot) : 0;
	if (!*more || have > PLAN_TEXT_MAX)
		return;
	text_replace(slot, have ? xasprintf("%s%s%s", *slot, between, more) : xstrdup(more));
}

static void take_fallback(void *ctx, const struct line *line)
{
	keep_first(&((struct event *)ctx)->session.fallback, value_title(line->value));
}

static void take_persona(void *ctx, const struct line *line)
{
	collect(&((struct event *)ctx)->session.persona, " ", value_title(line->value));
}

static void take_track(void *ctx, const struct line *line)
{
	collect(&((struct event *)ctx)->session.track, " ", value_title(line->value));
}

static void take_with(void *ctx, const struct line *line)
{
	collect(&((struct event *)ctx)->session.with, " ", value_title(line->value));
}

static void take_review(void *ctx, const struct line *line)
{
	keep_first(&((struct event *)ctx)->session.review, value_title(line->value));
}

static void take_rubric(void *ctx, const struct line *line)
{
	collect(&((struct event *)ctx)->session.rubric, "; ", value_title(line->value));
}

static void take_evidence(void *ctx, const struct line *line)
{
	keep_first(&((struct event *)ctx)->session.evidence, value_title(line->value));
}

static void take_pass(void *ctx, const struct line *line)
{
	struct event *event = ctx;
	char text[QUOTE_TEXT];
	int32_t percent;
	if (value_integer(line->value, &percent) && percent >= 1 && percent <= 100)
		event->session.pass = percent;
	else
		event_refuse(event, LINT_VALUE, line, "X-PACER-PASS is not a pass mark: '%s', use 1 to 100 (percent)",
			     quote(text, line->value));
}

/* RFC 9253 5: DEPENDS-ON names what this one needs, FINISHTOSTART what may begin when this one is over. The other kinds say nothing
 * about what comes first. */
static void take_related(void *ctx, const struct line *line)
{
	struct event *event = ctx;
	struct span kind, type;
	if (!line_param(line, "RELTYPE", &kind) || (line_param(line, "VALUE", &type) && !span_is(type, "UID")))
		return;
	if (span_is(kind, "DEPENDS-ON"))
		collect(&event->session.depends, " ", value_title(line->value));
	else if (span_is(kind, "FINISHTOSTART"))
		collect(&event->followers, " ", value_title(line->value));
}

static void take_status(void *ctx, const struct line *line)
{
	((struct event *)ctx)->cancelled = span_is(line->value, "CANCELLED");
}

static void take_rrule(void *ctx, const struct line *line)
{
	struct repeat *repeat = &((struct event *)ctx)->repeat;
	text_replace(&repeat->rule, span_dup(line->value));
	repeat->rule_line = line->number;
}

static void take_exrule(void *ctx, const struct line *line)
{
	event_refuse(ctx, LINT_RECUR, line, "EXRULE is not supported: list the days in EXDATE");
}

static void take_moments(struct event *event, const struct line *line, struct moments *moments)
{
	struct span list = line->value, one;
	size_t count = 0;
	while (value_list_next(&list, &one)) {
		struct moment moment;
		if (++count > VALUES_LIST_MAX) {
			event_refuse(event, LINT_LIMIT, line, "more than %d values in one list: use several lines", VALUES_LIST_MAX);
			return;
		}
		if (!moment_read(line, one, &event->zones, event->report, &moment)) {
			event->broken = true;
			return;
		}
		moments_add(moments, &moment);
	}
}

static void take_rdate(void *ctx, const struct line *line)
{
	take_moments(ctx, line, &((struct event *)ctx)->repeat.extra);
}

static void take_exdate(void *ctx, const struct line *line)
{
	take_moments(ctx, line, &((struct event *)ctx)->repeat.except);
}

static void take_recurrence_id(void *ctx, const struct line *line)
{
	struct event *event = ctx;
	struct span range;
	if (line_param(line, "RANGE", &range))
		event_refuse(event, LINT_RECUR, line, "RECURRENCE-ID with RANGE is not supported: write a new event from that day on");
	event->repeat.override = moment_read(line, line->value, &event->zones, event->report, &event->repeat.instance);
	event->broken |= !event->repeat.override;
}

static const struct property event_properties[] = {
	{PROPERTY_NAME("UID"), take_uid, true},
	{PROPERTY_NAME("DTSTART"), take_dtstart, true},
	{PROPERTY_NAME("DTEND"), take_dtend, true},
	{PROPERTY_NAME("DUE"), take_dtend, true},
	{PROPERTY_NAME("DURATION"), take_duration, true},
	{PROPERTY_NAME("SUMMARY"), take_summary, false},
	{PROPERTY_NAME("DESCRIPTION"), take_description, false},
	{PROPERTY_NAME("CATEGORIES"), take_categories, false},
	{PROPERTY_NAME("STATUS"), take_status, false},
	{PROPERTY_NAME("CONTACT"), take_contact, false},
	{PROPERTY_NAME("URL"), take_url, false},
	{PROPERTY_NAME("RRULE"), take_rrule, true},
	{PROPERTY_NAME("EXRULE"), take_exrule, false},
	{PROPERTY_NAME("RDATE"), take_rdate, false},
	{PROPERTY_NAME("EXDATE"), take_exdate, false},
	{PROPERTY_NAME("RECURRENCE-ID"), take_recurrence_id, true},
	{PROPERTY_NAME("X-PACER-TYPE"), take_type, true},
	{PROPERTY_NAME("X-PACER-SKILL"), take_skill, true},
	{PROPERTY_NAME("X-PACER-EFFORT"), take_effort, true},
	{PROPERTY_NAME("X-PACER-PREP"), take_prep, false},
	{PROPERTY_NAME("X-PACER-MILESTONE"), take_milestone, false},
	{PROPERTY_NAME("X-PACER-TIP"), take_tip, false},
	{PROPERTY_NAME("X-PACER-HELP"), take_help, true},
	{PROPERTY_NAME("X-PACER-FALLBACK"), take_fallback, false},
	{PROPERTY_NAME("X-PACER-PERSONA"), take_persona, false},
	{PROPERTY_NAME("X-PACER-TRACK"), take_track, false},
	{PROPERTY_NAME("X-PACER-WITH"), take_with, false},
	{PROPERTY_NAME("X-PACER-REVIEW"), take_review, false},
	{PROPERTY_NAME("X-PACER-RUBRIC"), take_rubric, false},
	{PROPERTY_NAME("X-PACER-EVIDENCE"), take_evidence, false},
	{PROPERTY_NAME("X-PACER-PASS"), take_pass, true},
	{PROPERTY_NAME("RELATED-TO"), take_related, false},
};

void event_take(struct event *event, const struct line *line)
{
	if (!properties_take(event_properties, ARRAY_LEN(event_properties), line, &event->seen, event->report, event))
		event->broken = true;
}
