#include "exchange.h"

#include "core/csv.h"
#include "core/sheet.h"
#include "exchange_head.h"
#include "exchange_names.h"
#include "ical/foreign.h"
#include "ical/lines.h"
#include "ical/place.h"
#include "ical/read.h"
#include "ical/values.h"
#include "planedit.h"

static const char *const format_names[] = {[EXCHANGE_SHEET] = "sheet", [EXCHANGE_CSV] = "csv", [EXCHANGE_ICS] = "ics"};

bool exchange_format_parse(const char *name, enum exchange_format *ret_format)
{
	for (size_t i = 0; i < ARRAY_LEN(format_names); i++)
		if (!strcmp(format_names[i], name)) {
			*ret_format = (enum exchange_format)i;
			return true;
		}
	return false;
}

char *exchange_write(const struct plan *plan, enum exchange_format format)
{
	return format == EXCHANGE_SHEET ? sheet_write(plan) : csv_write(plan);
}

char *exchange_revision(const char *text, enum exchange_format format, const char *name)
{
	return format == EXCHANGE_SHEET ? sheet_revision(text, name) : NULL;
}

void import_release(struct import *import)
{
	text_release(&import->bytes);
	findings_release(&import->findings);
	for (size_t i = 0; i < import->report_count; i++)
		free(import->report[i]);
	free(import->report);
	for (size_t i = 0; i < import->place_count; i++)
		free(import->places[i].uid);
	free(import->places);
	*import = (struct import){0};
}

void import_tell(struct import *import, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	import->report = xreallocarray(import->report, import->report_count + 1, sizeof(*import->report));
	import->report[import->report_count++] = xvasprintf(format, args);
	va_end(args);
}

/* --- what the text says ---------------------------------------------------------------------------------------------------------- */

/* What is to be, beside what is: both as the form says them. */
struct change {
	const struct plan *old;   /* the file; NULL: there is none */
	struct plan *said;        /* the old plan as an export says it */
	struct plan *wanted;      /* as the text says it; given UIDs here */
	int columns[FIELD_COUNT]; /* of a spreadsheet; 0: the text does not speak of the field */
	bool rows;                /* it is a spreadsheet, which says nothing of the plan itself */
	struct names old_ids, old_uids, said_ids, wanted_ids;
	struct edit *edit;
	struct faults *faults;
};

static void change_release(struct change *change)
{
	names_release(&change->said_ids);
	names_release(&change->wanted_ids);
	names_release(&change->old_ids);
	names_release(&change->old_uids);
	plan_free(change->said);
	plan_free(change->wanted);
	edit_free(change->edit);
}

/* A sheet speaks of every field. */
static int parse(enum exchange_format format, const char *text, struct plan **ret_plan, int columns[static FIELD_COUNT],
		 struct faults *faults)
{
	for (int field = 0; field < FIELD_COUNT; field++)
		columns[field] = field + 1;
	int result = format == EXCHANGE_SHEET ? sheet_parse(text, ret_plan, faults) : csv_parse(text, ret_plan, columns, faults);
	return result ? EXCHANGE_BAD : 0;
}

static bool says(const struct change *change, enum session_field field)
{
	return change->columns[field] > 0;
}

/* What is wrong with a field of the session. */
PRINTF_LIKE(4, 5)
static void bad(struct change *change, const struct plan_session *wanted, enum session_field field, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	OWNED_TEXT *text = xvasprintf(format, args);
	va_end(args);
	faults_add(change->faults, wanted->line, change->rows ? change->columns[field] : 0, session_fields[field].name, "%s", text);
}

/* The session's dependencies as UIDs, a blank between. before: the same session of the file, or NULL. */
static void resolve_dependencies(struct change *change, const struct plan_session *before, struct plan_session *wanted)
{
	const struct names *const tables[] = {&change->wanted_ids, &change->old_ids, &change->old_uids};
	struct text uids = {0};
	for (const char *p = wanted->depends ? wanted->depends : ""; *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");
		const char *uid = names_dependency(tables, ARRAY_LEN(tables), before, p, n);
		if (!uid)
			bad(change, wanted, FIELD_DEPENDS, "no session is called '%.*s': write ids of this plan", n > 40 ? 40 : (int)n, p);
		else
			text_addf(&uids, "%s%.*s", uids.len ? " " : "", (int)strcspn(uid, " "), uid);
		p += n;
	}
	text_replace(&wanted->depends, uids.len ? text_take(&uids) : NULL);
	text_release(&uids);
}

/* --- changing the document ------------------------------------------------------------------------------------------------------- */

/* The text says another thing of the session than an export would. */
static bool differs(const struct change *change, const struct plan_session *said, const struct plan_session *wanted,
		    enum session_field field)
{
	if (!says(change, field))
		return false;
	OWNED_TEXT *a = session_field_get(NULL, said, field), *b = session_field_get(NULL, wanted, field);
	return strcmp(a, b) != 0;
}

static void put_field(struct change *change, const struct plan_session *old, const struct plan_session *wanted, enum session_field field)
{
	struct err err = {0};
	if (planedit_put(change->edit, change->old->anchor, old, wanted, field, &err))
		bad(change, wanted, field, "%s", err.text ? err.text : "this cannot be written");
	err_release(&err);
}

/* Week, weekday and time are one place: the event moves once. */
static void change_session(struct change *change, const struct plan_session *old, const struct plan_session *said,
			   struct plan_session *wanted)
{
	bool fields[FIELD_COUNT];
	for (int field = 0; field < FIELD_COUNT; field++)
		fields[field] = differs(change, said, wanted, (enum session_field)field);
	if (fields[FIELD_DEPENDS])
		resolve_dependencies(change, old, wanted);
	if (fields[FIELD_WEEK] || fields[FIELD_WEEKDAY] || fields[FIELD_TIME])
		put_field(change, old, wanted, FIELD_TIME);
	for (int field = FIELD_MINUTES; field < FIELD_COUNT; field++)
		if (fields[field])
			put_field(change, old, wanted, (enum session_field)field);
}

static void add_session(struct change *change, struct plan_session *wanted)
{
	struct err err = {0};
	resolve_dependencies(change, NULL, wanted);
	if (edit_add(change->edit, wanted, change->old->anchor, &err))
		faults_add(change->faults, wanted->line, 0, NULL, "%s", err.text ? err.text : "this cannot be written");
	err_release(&err);
}

/* Ids of the text are those of the file; a session without one is new. */
static void match_session(struct change *change, struct plan_session *wanted)
{
	const struct plan_session *old = wanted->id ? names_find(&change->old_ids, wanted->id, strlen(wanted->id)) : NULL;
	if (wanted->id && !old)
		bad(change, wanted, FIELD_ID, "no session is called '%s': leave the id out for a new session", wanted->id);
	if (old)
		wanted->uid = xstrdup(old->uid);
	if (wanted->week > change->old->shape.weeks && change->rows)
		bad(change, wanted, FIELD_WEEK, "the plan ends with week %d: give it more weeks first", change->old->shape.weeks);
}

static void match_sessions(struct change *change)
{
	if (!says(change, FIELD_ID))
		faults_add(change->faults, 1, 0, "id", "the column 'id' is missing: without it every session would be a new one");
	for (size_t i = 0; i < change->wanted->session_count && says(change, FIELD_ID); i++)
		match_session(change, &change->wanted->sessions[i]);
}

static void change_sessions(struct change *change)
{
	for (size_t i = 0; i < change->wanted->session_count; i++) {
		struct plan_session *wanted = &change->wanted->sessions[i];
		size_t n = wanted->id ? strlen(wanted->id) : 0;
		const struct plan_session *old = n ? names_find(&change->old_ids, wanted->id, n) : NULL;
		const struct plan_session *said = n ? names_find(&change->said_ids, wanted->id, n) : NULL;
		if (old && said)
			change_session(change, old, said, wanted);
		else
			add_session(change, wanted);
	}
}

/* Those of the plan that the text leaves out. What the reader could not read is none of the plan's, and stays in the file. */
static void remove_sessions(struct change *change)
{
	for (size_t i = 0; i < change->old->session_count; i++) {
		const struct plan_session *old = &change->old->sessions[i];
		struct err err = {0};
		if (!names_find(&change->wanted_ids, old->id, strlen(old->id)) && edit_remove(change->edit, old->uid, &err))
			faults_add(change->faults, 0, 0, NULL, "%s cannot be removed: %s", old->id, err.text ? err.text : "");
		err_release(&err);
	}
}

static void change_plan(struct change *change)
{
	for (int field = 0; field < PLAN_FIELD_COUNT; field++) {
		OWNED_TEXT *said = plan_field_get(change->said, (enum plan_field)field);
		OWNED_TEXT *wanted = plan_field_get(change->wanted, (enum plan_field)field);
		struct err err = {0};
		if (strcmp(said, wanted) != 0 && planedit_plan(change->edit, change->old, change->wanted, (enum plan_field)field, &err))
			faults_add(change->faults, 0, 0, plan_fields[field].name, "%s", err.text ? err.text : "this cannot be written");
		err_release(&err);
	}
}

static int place_order(const void *a, const void *b)
{
	return strcmp(((const struct exchange_place *)a)->uid, ((const struct exchange_place *)b)->uid);
}

static void remember_places(const struct change *change, struct import *import)
{
	import->places = xcalloc(change->wanted->session_count, sizeof(*import->places));
	for (size_t i = 0; i < change->wanted->session_count; i++)
		import->places[import->place_count++] =
			(struct exchange_place){xstrdup(change->wanted->sessions[i].uid), change->wanted->sessions[i].line};
	if (import->place_count > 1)
		qsort(import->places, import->place_count, sizeof(*import->places), place_order);
}

static int result_of(struct faults *faults)
{
	faults_sort(faults);
	return faults_any(faults) ? EXCHANGE_BAD : 0;
}

static int apply(struct change *change)
{
	match_sessions(change);
	if (faults_any(change->faults))
		return result_of(change->faults);
	names_give(change->wanted, change->old->uid, &change->old_uids, change->edit);
	if (!change->rows)
		change_plan(change);
	change_sessions(change);
	remove_sessions(change);
	return result_of(change->faults);
}

/* The plan as an export of it says: what the text is held against. */
static int say_old(struct change *change, enum exchange_format format)
{
	int columns[FIELD_COUNT];
	struct faults never = {0};
	OWNED_TEXT *export = exchange_write(change->old, format);
	int result = parse(format, export, &change->said, columns, &never);
	if (result) /* a plan whose texts a form cannot hold */
		faults_add(change->faults, 0, 0, NULL, "the plan cannot be written in this form: %s", never.items[0].text);
	faults_release(&never);
	return result;
}

static int change_document(struct change *change, const char *text, enum exchange_format format, struct instant now, struct import *import)
{
	int result = say_old(change, format);
	if (!result)
		result = parse(format, text, &change->wanted, change->columns, change->faults);
	if (result)
		return result;
	change->rows = format == EXCHANGE_CSV;
	change->old_ids = names_of(change->old, name_id);
	change->old_uids = names_of(change->old, name_uid);
	change->said_ids = names_of(change->said, name_id);
	change->wanted_ids = names_of(change->wanted, name_id);
	result = apply(change);
	if (result)
		return result;
	edit_stamp(change->edit, now);
	import->bytes.data = edit_bytes(change->edit, &import->bytes.len);
	import->bytes.room = import->bytes.len;
	remember_places(change, import);
	return 0;
}

/* --- whole files ----------------------------------------------------------------------------------------------------------------- */

static void take_calendar(const char *name, const char *text, struct import *import)
{
	foreign_mend(text, strlen(text), &import->bytes, &import->report, &import->report_count);
	foreign_report(name, import->bytes.data ? import->bytes.data : "", import->bytes.len, &import->report, &import->report_count);
}

int exchange_change(const char *name, struct text bytes, const char *text, enum exchange_format format, struct instant now,
		    struct import *import, struct faults *faults)
{
	struct err err = {0};
	if (format == EXCHANGE_ICS) {
		take_calendar(name, text, import);
		return 0;
	}
	struct plan *old = ical_read(name, name, bytes.data ? bytes.data : "", bytes.len, &import->findings);
	if (!old)
		return EXCHANGE_BROKEN;
	struct change change = {.old = old, .faults = faults};
	int result =
		edit_open(bytes.data, bytes.len, &change.edit, &err) ? EXCHANGE_BAD : change_document(&change, text, format, now, import);
	if (!change.edit)
		faults_add(faults, 0, 0, NULL, "the plan's file cannot be changed: %s", err.text);
	err_release(&err);
	change_release(&change);
	plan_free(old);
	return result;
}

/* What the text does not say. rows: it is a spreadsheet. */
static void complete_plan(struct plan *plan, bool rows, const char *name, const char *uuid)
{
	plan->uid = xstrdup(uuid);
	plan->anchor = place_standard_anchor();
	if (!plan->title)
		plan->title = xstrdup(name);
	if (rows)
		exchange_head_guess(plan);
	for (size_t i = 0; i < plan->session_count; i++) {
		struct plan_session *session = &plan->sessions[i];
		session->alarms[session->alarm_count++] = (struct plan_alarm){0, false};
		session->alarms[session->alarm_count++] = (struct plan_alarm){0, true};
	}
}

int exchange_new(const char *name, const char *text, enum exchange_format format, const char *uuid, struct instant now,
		 struct import *import, struct faults *faults)
{
	if (format == EXCHANGE_ICS) {
		take_calendar(name, text, import);
		return 0;
	}
	struct change change = {.rows = format == EXCHANGE_CSV, .faults = faults};
	int result = parse(format, text, &change.wanted, change.columns, faults);
	if (!result && !change.wanted->session_count)
		faults_add(faults, 0, 0, NULL, "no session in it: write at least one");
	if (!faults_any(faults)) {
		complete_plan(change.wanted, change.rows, name, uuid);
		change.wanted_ids = names_of(change.wanted, name_id);
		names_give(change.wanted, uuid, NULL, NULL);
		for (size_t i = 0; i < change.wanted->session_count; i++)
			resolve_dependencies(&change, NULL, &change.wanted->sessions[i]);
	}
	result = result_of(faults);
	if (!result) {
		remember_places(&change, import);
		plan_finish(change.wanted);
		if (change.rows)
			exchange_head_tell(import, name, change.wanted);
		import->bytes.data = edit_write_plan(change.wanted, now, &import->bytes.len);
		import->bytes.room = import->bytes.len;
	}
	change_release(&change);
	return result;
}

/* --- findings -------------------------------------------------------------------------------------------------------------------- */

/* Lines of an event of the new file, and where it stands in the text. */
struct event_lines {
	int from, to, line;
};

static int place_compare(const void *key, const void *item)
{
	return strcmp(key, ((const struct exchange_place *)item)->uid);
}

static int place_line(const struct import *import, const char *uid)
{
	const struct exchange_place *place = bsearch(uid, import->places, import->place_count, sizeof(*import->places), place_compare);
	return place ? place->line : 0;
}

/* Every event of the new file; the caller frees them. */
static struct event_lines *events_of(const struct import *import, size_t *ret_count)
{
	struct event_lines *events = NULL, *open = NULL;
	size_t room = 0;
	struct lines lines;
	struct line line;
	lines_init(&lines, import->bytes.data, import->bytes.len);
	for (*ret_count = 0; lines_next(&lines, &line);) {
		bool event = !line.fault && !line.blank && (span_is(line.value, "VEVENT") || span_is(line.value, "VTODO"));
		if (event && span_is(line.name, "BEGIN")) {
			if (*ret_count == room)
				events = xreallocarray(events, room = room ? room * 2 : 64, sizeof(*events));
			open = &events[(*ret_count)++];
			*open = (struct event_lines){.from = line.number, .to = line.number};
		} else if (open && !line.fault && !line.blank && span_is(line.name, "UID") && !open->line) {
			OWNED_TEXT *uid = value_title(line.value);
			open->line = place_line(import, uid);
		}
		if (open)
			open->to = line.number;
		if (event && span_is(line.name, "END"))
			open = NULL;
	}
	lines_release(&lines);
	return events;
}

void exchange_lines(const struct import *import, struct findings *findings)
{
	if (!import->place_count) /* a calendar: its lines are its own */
		return;
	size_t count;
	struct event_lines *events = events_of(import, &count);
	for (size_t i = 0; i < findings->count; i++) {
		int line = findings->items[i].line;
		findings->items[i].line = 0;
		for (size_t k = 0; k < count; k++)
			if (line >= events[k].from && line <= events[k].to)
				findings->items[i].line = events[k].line;
	}
	free(events);
}
