#include "moment.h"

#include "tz.h"
#include "values.h"

static int32_t unknown_offset_s(const struct zone *zone UNUSED, int64_t utc_s UNUSED)
{
	return 13 * HOUR_S;
}

const struct zone zone_unknown = {"unknown", unknown_offset_s};

void zone_memo_release(struct zone_memo *memo)
{
	text_release(&memo->id);
	memo->zone = NULL;
}

/* "(UTC+01:00) Amsterdam, Berlin": for people, and no name that a system could have. */
static bool is_display_name(const char *id)
{
	return id[0] != '/' && strchr(id, ' ');
}

/* NULL: unknown, and reported. */
static const struct zone *zone_read(const struct line *line, struct span tzid, struct zone_memo *memo, struct report *report)
{
	if (memo->zone && span_equal(tzid, (struct span){memo->id.data, memo->id.len}))
		return memo->zone;
	memo->id.len = 0;
	text_add_n(&memo->id, "", 0);
	param_decode(tzid, &memo->id);
	memo->zone = tz_of_id(memo->id.data);
	char id[QUOTE_TEXT];
	if (!memo->zone && memo->foreign && is_display_name(memo->id.data)) {
		memo->zone = &zone_unknown;
		report_add(report, LINT_WORD, line->number,
			   "unknown time zone: '%s', its times are taken as they stand; use a name like Europe/Berlin", quote(id, tzid));
	} else if (!memo->zone) {
		report_add(report, LINT_ZONE, line->number, "unknown time zone: '%s', use a name like Europe/Berlin or leave TZID out",
			   quote(id, tzid));
	}
	return memo->zone;
}

static bool moment_refuse(const struct line *line, struct span value, struct report *report, const char *expected)
{
	char name[QUOTE_TEXT], text[QUOTE_TEXT];
	report_add(report, LINT_VALUE, line->number, "%s is not a valid %s: '%s', write it like %s", quote(name, line->name),
		   strlen(expected) > 8 ? "date and time" : "date", quote(text, value), expected);
	return false;
}

bool moment_read(const struct line *line, struct span value, struct zone_memo *memo, struct report *report, struct moment *ret_moment)
{
	struct span type = {0}, tzid = {0};
	struct moment moment = {0};
	bool utc, typed = line->params.n && line_param(line, "VALUE", &type), zoned = line->params.n && line_param(line, "TZID", &tzid);
	/* Without VALUE=DATE a date is against the RFC, but says the same. */
	if (typed ? span_is(type, "DATE") : value.n == 8) {
		moment.date = true;
		if (!value_date(value, &moment.at.day))
			return moment_refuse(line, value, report, "20010131");
		*ret_moment = moment;
		return true;
	}
	if (typed && !span_is(type, "DATE-TIME")) {
		char text[QUOTE_TEXT];
		report_add(report, LINT_VALUE, line->number, "VALUE=%s is not supported here: use DATE or DATE-TIME", quote(text, type));
		return false;
	}
	if (!value_date_time(value, &moment.at, &utc))
		return moment_refuse(line, value, report, "20010131T093000");
	if (utc && zoned) {
		report_add(report, LINT_VALUE, line->number, "a time in UTC with a TZID: remove the 'Z' or the TZID");
		return false;
	}
	moment.zone = utc ? &zone_utc : zoned ? zone_read(line, tzid, memo, report) : NULL;
	if (zoned && !moment.zone)
		return false;
	*ret_moment = moment;
	return true;
}

struct civil moment_in(const struct moment *moment, const struct zone *zone)
{
	if (!zone || !moment->zone || zone == moment->zone)
		return moment->at;
	return zone_civil(zone, zone_resolve(moment->zone, moment->at));
}

int64_t moment_between_s(const struct moment *from, const struct moment *to)
{
	if (from->zone && to->zone)
		return zone_resolve(to->zone, to->at).s - zone_resolve(from->zone, from->at).s;
	return (int64_t)(to->at.day - from->at.day) * DAY_S + to->at.second - from->at.second;
}

void moments_release(struct moments *moments)
{
	free(moments->items);
	*moments = (struct moments){0};
}

void moments_add(struct moments *moments, const struct moment *moment)
{
	if (moments->count == moments->room) {
		moments->room = moments->room ? moments->room * 2 : 4;
		moments->items = xreallocarray(moments->items, moments->room, sizeof(*moments->items));
	}
	moments->items[moments->count++] = *moment;
}
