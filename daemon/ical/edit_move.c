#include "edit_private.h"

#include "core/zone.h"
#include "tz.h"
#include "values.h"

enum { ALL_DAY_SECOND = 9 * HOUR_S /* when an event of a whole day begins for the reader */ };

/* A DTSTART, DTEND or DUE as it stands there. */
struct stamp {
	bool there, date, utc;
	bool in_utc; /* by Z or by TZID */
	struct civil at;
	char *params;
};

static void stamp_release(struct stamp *stamp)
{
	free(stamp->params);
}

/* false: there is one, and it cannot be read. */
static bool stamp_read(const struct scope *scope, const char *name, struct stamp *ret_stamp)
{
	struct place place = {scope->from, 0};
	*ret_stamp = (struct stamp){0};
	if (!edit_next(scope, name, &place))
		return true;
	struct lines lines;
	struct line line;
	edit_cut(&place.block->pieces[place.at], &lines, &line);
	ret_stamp->there = true;
	ret_stamp->date = value_date(line.value, &ret_stamp->at.day);
	bool good = ret_stamp->date || value_date_time(line.value, &ret_stamp->at, &ret_stamp->utc);
	struct span tzid;
	ret_stamp->in_utc = ret_stamp->utc || (line_param(&line, "TZID", &tzid) && span_is(tzid, zone_utc.name));
	ret_stamp->params = span_dup(line.params);
	lines_release(&lines);
	return good;
}

/* The parameters without VALUE. */
static char *params_untyped(const char *params)
{
	struct text text = {0};
	for (struct span rest = span_of(params); rest.n;) {
		struct span from = rest;
		struct param param;
		size_t values;
		if (param_next(&rest, &param, &values))
			break;
		if (!span_is(param.name, "VALUE"))
			text_add_n(&text, from.p, from.n - rest.n);
	}
	return text_take(&text);
}

static int stamp_write(struct edit *edit, const struct scope *scope, const char *name, const struct stamp *was, struct civil at, bool date,
		       struct err *err)
{
	char value[MOMENT_VALUE];
	const char *values[] = {date ? date_value(value, at.day) : moment_value(value, at)};
	OWNED_TEXT *text = xasprintf("%s%s", values[0], was->utc && !date ? "Z" : "");
	values[0] = text;
	OWNED_TEXT *params = was->date && !date ? params_untyped(was->params) : xstrdup(was->params);
	return edit_put(edit, scope, &(struct content){name, params, values, 1, false}, NULL, err);
}

static int remove_all(struct edit *edit, const struct scope *scope, const char *name, struct err *err)
{
	return edit_put(edit, scope, &(struct content){.name = name, .params = ""}, NULL, err);
}

static const char *const end_names[] = {"DTEND", "DUE"};
enum { ENDS = 2 };

/* A whole day that gets a time of day loses its end: what it lasts comes from its type, as before. */
static int move_ends(struct edit *edit, const struct scope *scope, const struct stamp *ends, int64_t by_s, bool timed, struct err *err)
{
	int result = timed ? remove_all(edit, scope, "DURATION", err) : 0;
	for (size_t i = 0; i < ENDS && !result; i++) {
		if (!ends[i].there)
			continue;
		result = timed ? remove_all(edit, scope, end_names[i], err)
			       : stamp_write(edit, scope, end_names[i], &ends[i], civil_add(ends[i].at, by_s), ends[i].date, err);
	}
	return result;
}

static int move_start(struct edit *edit, const struct scope *scope, const struct stamp *start, const struct stamp *ends, struct civil to,
		      struct err *err)
{
	bool date = start->date && to.second == ALL_DAY_SECOND;
	int64_t by_s = (int64_t)(to.day - start->at.day) * DAY_S + (start->date ? 0 : to.second - start->at.second);
	int result = stamp_write(edit, scope, "DTSTART", start, to, date, err);
	return result ? result : move_ends(edit, scope, ends, by_s, start->date && !date, err);
}

static int move_check(const struct scope *scope, struct civil to, struct err *err)
{
	static const char *const repeats[] = {"RECURRENCE-ID", "RRULE", "RDATE", "EXDATE", "EXRULE"};
	if (to.second < 0 || to.second >= DAY_S || to.day < day_from_ymd(1, 1, 1) || to.day > day_from_ymd(9999, 12, 31))
		return err_set(err, EDIT_VALUE, "no such moment: day %d, second %d; use a day of the years 1 to 9999 and a time of day",
			       to.day, to.second);
	for (size_t i = 0; i < ARRAY_LEN(repeats); i++) {
		struct place place = {scope->from, 0};
		if (edit_next(scope, repeats[i], &place))
			return err_set(err, EDIT_AMBIGUOUS,
				       "the event repeats (%s): move it in a calendar program, or write an event for each day", repeats[i]);
	}
	return 0;
}

/* The clock that the reader shows times in UTC by (place_wall); zone_utc: as they stand. */
static const struct zone *wall_of(const struct edit *edit)
{
	struct scope calendar = edit_calendar(edit);
	struct place anchor = {calendar.from, 0}, format = anchor;
	if (edit_next(&calendar, "X-PACER-ANCHOR", &anchor) || edit_next(&calendar, "X-PACER-FORMAT", &format))
		return &zone_utc;
	OWNED_TEXT *name = edit_value(&calendar, "X-WR-TIMEZONE", true);
	const struct zone *wall = name ? tz_of_id(name) : NULL;
	return wall ? wall : &zone_utc;
}

int edit_move(struct edit *edit, const char *uid, int32_t day, int32_t second, struct err *err)
{
	struct scope scope;
	struct civil to = {day, second};
	if (!uid)
		return err_set(err, EDIT_NO_SUCH, "no event is named: give its UID");
	int result = edit_find(edit, uid, &scope, err);
	if (!result)
		result = move_check(&scope, to, err);
	if (result)
		return result;
	CLEANUP(stamp_release) struct stamp start = {0};
	struct stamp ends[ENDS] = {0};
	bool good = stamp_read(&scope, "DTSTART", &start) && start.there;
	for (size_t i = 0; i < ENDS; i++)
		good = stamp_read(&scope, end_names[i], &ends[i]) && good && (!ends[i].there || ends[i].date == start.date);
	if (start.in_utc)
		to = zone_civil(&zone_utc, zone_resolve(wall_of(edit), to));
	if (good)
		result = move_start(edit, &scope, &start, ends, to, err);
	else
		result = err_set(err, EDIT_VALUE,
				 "the event has no DTSTART that can be moved, or an end of another kind: mend its lines first");
	for (size_t i = 0; i < ENDS; i++)
		stamp_release(&ends[i]);
	return result;
}

/* --- revisions ------------------------------------------------------------------------------------------------------------------- */

static void put_one(struct edit *edit, const struct scope *scope, const char *name, const char *value, const char *const *after)
{
	const char *const values[] = {value};
	(void)edit_put(edit, scope, &(struct content){name, "", values, 1, false}, after, NULL);
}

static bool has(const struct scope *scope, const char *name)
{
	struct place place = {scope->from, 0};
	return edit_next(scope, name, &place);
}

/* Do events of this file say when they were changed besides DTSTAMP? Without METHOD the two are the same (RFC 5545 3.8.7.2), so a
 * file that does without gets none; with METHOD only LAST-MODIFIED tells. */
static bool events_have_modified(const struct edit *edit)
{
	struct scope calendar = edit_calendar(edit);
	struct block *block;
	if (has(&calendar, "METHOD"))
		return true;
	DL_FOREACH(edit->blocks, block)
	{
		struct scope scope = edit_scope_of(block);
		if (block->event && has(&scope, "LAST-MODIFIED"))
			return true;
	}
	return false;
}

/* RFC 5545 3.8.7.4: from 0, which is what an event without one has. */
static void sequence_raise(struct edit *edit, const struct scope *scope)
{
	static const char *const after[] = {"UID", "DTSTAMP", "LAST-MODIFIED", NULL};
	OWNED_TEXT *was = edit_value(scope, "SEQUENCE", false);
	int32_t sequence = 0;
	if (was && (!value_integer(span_of(was), &sequence) || sequence < 0))
		sequence = 0;
	OWNED_TEXT *raised = xasprintf("%d", sequence < INT32_MAX ? sequence + 1 : sequence);
	put_one(edit, scope, "SEQUENCE", raised, after);
}

static void event_stamp(struct edit *edit, struct block *block, const char *now, bool modified)
{
	static const char *const after_uid[] = {"UID", NULL}, *const after_dtstamp[] = {"UID", "DTSTAMP", NULL};
	struct scope scope = edit_scope_of(block);
	bool added = block->begin == block->end;
	put_one(edit, &scope, "DTSTAMP", now, after_uid);
	if (modified)
		put_one(edit, &scope, "LAST-MODIFIED", now, after_dtstamp);
	if (!added && !block->stamped)
		sequence_raise(edit, &scope);
	block->stamped = true;
}

void edit_stamp(struct edit *edit, struct instant now)
{
	static const char *const after_uid[] = {"UID", NULL};
	if (!edit_changed(edit))
		return;
	char moment[MOMENT_VALUE];
	OWNED_TEXT *value = xasprintf("%sZ", moment_value(moment, zone_civil(&zone_utc, now)));
	bool modified = events_have_modified(edit);
	struct block *block;
	DL_FOREACH(edit->blocks, block)
	if (block->event && edit_block_changed(edit, block))
		event_stamp(edit, block, value, modified);
	struct scope scope = edit_calendar(edit);
	put_one(edit, &scope, "LAST-MODIFIED", value, after_uid);
}
