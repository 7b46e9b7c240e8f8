#include "exchange.h"

#include "core/csv.h"
#include "core/sheet.h"
#include "ical/edit.h"
#include "ical/foreign.h"
#include "ical/lines.h"
#include "ical/place.h"
#include "ical/read.h"
#include "ical/values.h"
#include "planedit.h"

static const char *const format_names[] = {[EXCHANGE_SHEET] = "sheet", [EXCHANGE_CSV] = "csv", [EXCHANGE_ICS] = "ics"};

enum { ALL_FIELDS = (1 << FIELD_COUNT) - 1 };

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

PRINTF_LIKE(4, 5) static int fail(struct text_fault *fault, int line, const char *column, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	*fault = (struct text_fault){line, column, xvasprintf(format, args)};
	va_end(args);
	return EXCHANGE_BAD;
}

/* --- what the text says ---------------------------------------------------------------------------------------------------------- */

/* The sessions of a plan by a text of theirs, for many look-ups. */
struct by_text {
	const struct plan_session **items;
	size_t count;
	char *(*text)(const struct plan_session *session); /* borrowed from it; NULL: it has none */
};

static char *id_of(const struct plan_session *session)
{
	return session->id;
}

static char *uid_of(const struct plan_session *session)
{
	return session->uid;
}

static int by_id(const void *a, const void *b)
{
	return strcmp((*(const struct plan_session *const *)a)->id, (*(const struct plan_session *const *)b)->id);
}

static int by_uid(const void *a, const void *b)
{
	return strcmp((*(const struct plan_session *const *)a)->uid, (*(const struct plan_session *const *)b)->uid);
}

static struct by_text by_text_of(const struct plan *plan, char *(*text)(const struct plan_session *))
{
	struct by_text index = {.items = xcalloc(plan->session_count, sizeof(*index.items)), .text = text};
	for (size_t i = 0; i < plan->session_count; i++)
		if (text(&plan->sessions[i]))
			index.items[index.count++] = &plan->sessions[i];
	if (index.count > 1)
		qsort(index.items, index.count, sizeof(const struct plan_session *), text == id_of ? by_id : by_uid);
	return index;
}

static const struct plan_session *by_text_find(const struct by_text *index, const char *text, size_t length)
{
	size_t from = 0, to = index->count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const char *at = index->text(index->items[middle]);
		int order = strncmp(at, text, length);
		if (!order)
			order = at[length] != '\0';
		if (!order)
			return index->items[middle];
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

/* What is to be, beside what is: both as the form says them. */
struct change {
	struct text bytes;      /* of the file; borrowed */
	const struct plan *old; /* the file; NULL: there is none */
	struct plan *said;      /* the old plan as an export says it, in the same order as the export's sessions */
	struct plan *wanted;    /* as the text says it; given UIDs here */
	uint32_t fields;        /* that the text speaks of */
	bool plan_fields;       /* the text speaks of the plan, too */
	struct by_text old_ids, old_uids, said_ids, wanted_ids;
	struct edit *edit;
	struct text_fault *fault;
};

static int parse(enum exchange_format format, const char *text, struct plan **ret_plan, uint32_t *ret_fields, struct text_fault *fault)
{
	*ret_fields = ALL_FIELDS;
	int result = format == EXCHANGE_SHEET ? sheet_parse(text, ret_plan, fault) : csv_parse(text, ret_plan, ret_fields, fault);
	return result ? EXCHANGE_BAD : 0;
}

static void change_release(struct change *change)
{
	plan_free(change->said);
	plan_free(change->wanted);
	free(change->old_ids.items);
	free(change->old_uids.items);
	free(change->said_ids.items);
	free(change->wanted_ids.items);
	edit_free(change->edit);
}

/* --- UIDs ------------------------------------------------------------------------------------------------------------------------ */

static bool uid_is_taken(const struct change *change, const struct by_text *fresh, const char *uid)
{
	if (change->old && by_text_find(&change->old_uids, uid, strlen(uid)))
		return true;
	for (size_t i = 0; i < fresh->count; i++)
		if (!strcmp(fresh->items[i]->uid, uid))
			return true;
	return false;
}

/* "<uid of the plan>-W05-FR2" for the id "w05-fr2"; NULL: the id is none of the session's place. */
static char *uid_of_place(const char *plan_uid, const struct plan_session *session, unsigned number)
{
	const char *weekday = weekday_short[session->day % WEEK_DAYS];
	OWNED_TEXT *more = number > 1 ? xasprintf("%u", number) : xstrdup("");
	return xasprintf("%s-W%02d-%c%c%s", plan_uid, session->week, weekday[0] - 'a' + 'A', weekday[1] - 'a' + 'A', more);
}

/* The number in an id such as "w05-fr2" that names the session's own place; 0: another kind of id. */
static unsigned number_of_id(const struct plan_session *session)
{
	OWNED_TEXT *plain = xasprintf("w%02d-%s", session->week, weekday_short[session->day % WEEK_DAYS]);
	size_t n = strlen(plain);
	if (!session->id || strncmp(session->id, plain, n) != 0)
		return 0;
	const char *digits = session->id + n;
	if (!*digits)
		return 1;
	if (strspn(digits, "0123456789") != strlen(digits) || strlen(digits) > 2 || *digits == '0' || !strcmp(digits, "1"))
		return 0;
	return (unsigned)strtoul(digits, NULL, 10);
}

/* New sessions get the UID that belongs to their place; in a new plan the number an id has is kept. */
static void give_uids(struct change *change, const char *plan_uid)
{
	struct by_text fresh = {.items = xcalloc(change->wanted->session_count, sizeof(*fresh.items)), .text = uid_of};
	unsigned next[(PLAN_WEEKS_MAX + 1) * WEEK_DAYS] = {0}; /* what was used up to now, a place of the week */
	for (int turn = 0; turn < 2; turn++)                   /* first those that bring a number */
		for (size_t i = 0; i < change->wanted->session_count; i++) {
			struct plan_session *session = &change->wanted->sessions[i];
			unsigned *used = &next[(unsigned)(session->week * WEEK_DAYS + session->day % WEEK_DAYS) % ARRAY_LEN(next)];
			unsigned number = turn ? *used + 1 : number_of_id(session);
			if (session->uid || !number)
				continue;
			OWNED_TEXT *uid = uid_of_place(plan_uid, session, number);
			if (!turn && uid_is_taken(change, &fresh, uid))
				continue;
			while (uid_is_taken(change, &fresh, uid)) /* ends: there are fewer UIDs than numbers */
				text_replace(&uid, uid_of_place(plan_uid, session, ++number));
			session->uid = STEAL(uid);
			*used = turn ? number : *used;
			fresh.items[fresh.count++] = session;
		}
	free(fresh.items);
}

/* --- dependencies ---------------------------------------------------------------------------------------------------------------- */

/* The UID the word stands for: an id of the text or of the file, or a UID that the session named before. NULL: nobody's. */
static const char *dependency(const struct change *change, const struct plan_session *old, const char *word, size_t n)
{
	const struct plan_session *found = by_text_find(&change->wanted_ids, word, n);
	if (!found && change->old)
		found = by_text_find(&change->old_ids, word, n);
	if (!found && change->old)
		found = by_text_find(&change->old_uids, word, n);
	if (found)
		return found->uid;
	for (const char *p = old && old->depends ? old->depends : ""; *p; p += strspn(p, " ")) {
		size_t length = strcspn(p, " ");
		if (length == n && !strncmp(p, word, n))
			return p;
		p += length;
	}
	return NULL;
}

/* The session's dependencies as UIDs, a blank between. */
static int dependencies(const struct change *change, const struct plan_session *old, struct plan_session *wanted)
{
	struct text uids = {0};
	for (const char *p = wanted->depends ? wanted->depends : ""; *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");
		const char *uid = dependency(change, old, p, n);
		if (!uid) {
			text_release(&uids);
			return fail(change->fault, wanted->line, "depends", "no session is called '%.*s': write ids of this plan",
				    n > 40 ? 40 : (int)n, p);
		}
		text_add(&uids, uids.len ? " " : "");
		text_add_n(&uids, uid, strcspn(uid, " "));
		p += n;
	}
	text_replace(&wanted->depends, uids.len ? text_take(&uids) : NULL);
	text_release(&uids);
	return 0;
}

/* --- changing the document ------------------------------------------------------------------------------------------------------- */

/* Texts that are a property each. between: parts that get a line each. */
static const struct property_row {
	const char *name, *between, *params;
	bool escape;
} session_rows[FIELD_COUNT] =
	{
		[FIELD_SKILL] = {"X-PACER-SKILL", NULL, "", true},
		[FIELD_EFFORT] = {"X-PACER-EFFORT", NULL, ";VALUE=INTEGER", false},
		[FIELD_TYPE] = {"X-PACER-TYPE", NULL, "", false},
		[FIELD_TITLE] = {"SUMMARY", NULL, "", true},
		[FIELD_MILESTONE] = {"X-PACER-MILESTONE", NULL, "", true},
		[FIELD_PREP] = {"X-PACER-PREP", "; ", "", true},
		[FIELD_TIP] = {"X-PACER-TIP", NULL, "", true},
		[FIELD_DESCRIPTION] = {"DESCRIPTION", NULL, "", true},
		[FIELD_HELP] = {"X-PACER-HELP", NULL, "", true},
		[FIELD_LINK] = {"URL", NULL, "", false},
		[FIELD_FALLBACK] = {"X-PACER-FALLBACK", NULL, "", true},
		[FIELD_PERSONA] = {"X-PACER-PERSONA", " ", "", true},
		[FIELD_TRACK] = {"X-PACER-TRACK", NULL, "", true},
		[FIELD_WITH] = {"X-PACER-WITH", NULL, "", true},
		[FIELD_PASS] = {"X-PACER-PASS", NULL, ";VALUE=INTEGER", false},
		[FIELD_REVIEW] = {"X-PACER-REVIEW", NULL, "", true},
		[FIELD_RUBRIC] = {"X-PACER-RUBRIC", "; ", "", true},
		[FIELD_DEPENDS] = {"RELATED-TO", " ", ";RELTYPE=DEPENDS-ON", true},
},
  plan_rows[PLAN_FIELD_COUNT] = {
	  [PLAN_FIELD_TITLE] = {"NAME", NULL, "", true},
	  [PLAN_FIELD_GOAL] = {"X-PACER-GOAL", NULL, "", true},
	  [PLAN_FIELD_DONE] = {"X-PACER-DONE", NULL, "", true},
	  [PLAN_FIELD_CLASS] = {"X-PACER-CLASS", NULL, "", true},
	  [PLAN_FIELD_WEEKS] = {"X-PACER-WEEKS", NULL, ";VALUE=INTEGER", false},
	  [PLAN_FIELD_PHASES] = {"X-PACER-PHASES", NULL, "", true},
	  [PLAN_FIELD_CUTBACKS] = {"X-PACER-CUTBACK", NULL, "", true},
	  [PLAN_FIELD_ABOUT] = {"DESCRIPTION", NULL, "", true},
	  [PLAN_FIELD_LICENCE] = {"X-PACER-LICENSE", NULL, "", true},
	  [PLAN_FIELD_VERSION] = {"X-PACER-VERSION", NULL, "", true},
	  [PLAN_FIELD_TRACKS] = {"X-PACER-TRACKS", NULL, "", true},
};

/* A property of each part of the value; an empty value takes it out. */
static int put(struct edit *edit, const char *uid, const struct property_row *row, const char *value, struct err *err)
{
	char **parts = NULL;
	size_t count = 0, gap = row->between ? strlen(row->between) : 0;
	for (const char *p = value; *p;) {
		const char *end = gap ? strstr(p, row->between) : NULL;
		size_t n = end ? (size_t)(end - p) : strlen(p);
		if (n) {
			parts = xreallocarray(parts, count + 1, sizeof(*parts));
			parts[count++] = xstrndup(p, n);
		}
		p += n + (end ? gap : 0);
	}
	int result = edit_set(edit, uid, row->name, row->params, (const char *const *)parts, count, row->escape, err);
	for (size_t i = 0; i < count; i++)
		free(parts[i]);
	free(parts);
	return result;
}

/* DTEND gives way to DURATION: it says the same, and moves with the start. */
static int put_minutes(struct edit *edit, const char *uid, int minutes, struct err *err)
{
	static const char *const ends[] = {"DTEND", "DUE"};
	OWNED_TEXT *length = xasprintf("PT%dM", minutes);
	const struct property_row row = {"DURATION", NULL, "", false};
	int result = 0;
	for (size_t i = 0; i < ARRAY_LEN(ends) && !result; i++)
		result = edit_set(edit, uid, ends[i], "", NULL, 0, false, err);
	return result ? result : put(edit, uid, &row, length, err);
}

/* The word in the list of categories becomes another; "" takes it out. */
static char *swap_word(const char *list, const char *from, const char *to)
{
	struct text out = {0};
	for (const char *p = list; *from && *p;) {
		size_t n = strcspn(p, ",");
		bool hit = strlen(from) == n && !strncasecmp(p, from, n);
		const char *word = hit ? to : p;
		size_t length = hit ? strlen(to) : n;
		text_add(&out, out.len && length ? "," : "");
		text_add_n(&out, word, length);
		p += n + (p[n] == ',');
	}
	return *from ? text_take(&out) : xstrdup(list);
}

static const char *family_word(const char *skill)
{
	static const char *const words[] = {[FAMILY_SOFT] = "soft", [FAMILY_TECH] = "tech", [FAMILY_META] = "meta", [FAMILY_NONE] = ""};
	return words[skill_family(skill)];
}

/* The session's event has several lines of that name: which of them says what is not for us to tell. */
static bool has_more(const struct change *change, const struct plan_session *old, const char *name)
{
	struct lines lines;
	struct line line;
	int count = 0;
	lines_init(&lines, change->bytes.data, change->bytes.len);
	while (lines_next(&lines, &line)) {
		if (line.fault || line.blank || line.number < old->line)
			continue;
		if (span_is(line.name, "END") && (span_is(line.value, "VEVENT") || span_is(line.value, "VTODO")))
			break;
		count += span_is(line.name, name);
	}
	lines_release(&lines);
	return count > 1;
}

/* Type and skill stand in CATEGORIES as well, for calendar programs. */
static int put_categories(const struct change *change, const struct plan_session *old, const struct plan_session *wanted, struct err *err)
{
	struct edit *edit = change->edit;
	const struct property_row row = {"CATEGORIES", NULL, "", false};
	OWNED_TEXT *list = edit_get(edit, old->uid, "CATEGORIES", false);
	if (!list)
		return 0;
	text_replace(&list, swap_word(list, type_info[old->type].name, type_info[wanted->type].name));
	text_replace(&list, swap_word(list, family_word(old->skill), family_word(wanted->skill)));
	text_replace(&list, swap_word(list, old->skill, wanted->skill));
	OWNED_TEXT *was = edit_get(edit, old->uid, "CATEGORIES", false);
	return strcmp(was, list) && !has_more(change, old, "CATEGORIES") ? put(edit, old->uid, &row, list, err) : 0;
}

/* What follows from other fields, and is no text of its own. */
static int put_field(struct change *change, const struct plan_session *old, const struct plan_session *wanted, enum session_field field,
		     struct err *err)
{
	struct edit *edit = change->edit;
	OWNED_TEXT *value =
		field == FIELD_DEPENDS ? xstrdup(wanted->depends ? wanted->depends : "") : session_field_get(change->wanted, wanted, field);
	if (field == FIELD_MINUTES)
		return put_minutes(edit, old->uid, wanted->minutes, err);
	int result = put(edit, old->uid, &session_rows[field], value, err);
	if (!result && (field == FIELD_TYPE || field == FIELD_SKILL))
		result = put_categories(change, old, wanted, err);
	if (!result && field == FIELD_SKILL) {
		const struct plan_session now = {.uid = old->uid, .skill = wanted->skill};
		result = planedit_concept(edit, old, &now, err);
	}
	if (!result && field == FIELD_HELP && !*value) /* it would take its place */
		result = edit_set(edit, old->uid, "CONTACT", "", NULL, 0, false, err);
	return result;
}

static bool says(const struct change *change, enum session_field field)
{
	return change->fields >> field & 1;
}

/* The text says another thing of the session than an export would. */
static bool differs(const struct change *change, const struct plan_session *said, const struct plan_session *wanted,
		    enum session_field field)
{
	if (!says(change, field))
		return false;
	OWNED_TEXT *a = session_field_get(NULL, said, field), *b = session_field_get(NULL, wanted, field);
	return strcmp(a, b) != 0;
}

static int edit_fault(const struct change *change, int line, const char *column, struct err *err)
{
	int result = fail(change->fault, line, column, "%s", err->text ? err->text : "this cannot be written");
	err_release(err);
	return result;
}

static int change_session(struct change *change, const struct plan_session *old, const struct plan_session *said,
			  struct plan_session *wanted)
{
	struct err err = {0};
	bool fields[FIELD_COUNT];
	for (int field = 0; field < FIELD_COUNT; field++)
		fields[field] = differs(change, said, wanted, (enum session_field)field);
	if (fields[FIELD_DEPENDS] && dependencies(change, old, wanted))
		return EXCHANGE_BAD;
	if ((fields[FIELD_WEEK] || fields[FIELD_WEEKDAY] || fields[FIELD_TIME]) &&
	    edit_move(change->edit, old->uid, change->old->anchor + wanted->day, wanted->second, &err))
		return edit_fault(change, wanted->line, session_fields[FIELD_TIME].name, &err);
	for (int field = FIELD_MINUTES; field < FIELD_COUNT; field++)
		if (fields[field] && put_field(change, old, wanted, (enum session_field)field, &err))
			return edit_fault(change, wanted->line, session_fields[field].name, &err);
	return 0;
}

static int add_session(struct change *change, struct plan_session *wanted)
{
	struct err err = {0};
	if (dependencies(change, NULL, wanted))
		return EXCHANGE_BAD;
	return edit_add(change->edit, wanted, change->old->anchor, &err) ? edit_fault(change, wanted->line, NULL, &err) : 0;
}

/* Ids of the text are those of the file; a session without one is new. */
static int match_sessions(struct change *change)
{
	if (!says(change, FIELD_ID))
		return fail(change->fault, 1, "id", "the column 'id' is missing: without it every session would be a new one");
	for (size_t i = 0; i < change->wanted->session_count; i++) {
		struct plan_session *wanted = &change->wanted->sessions[i];
		const struct plan_session *old = wanted->id ? by_text_find(&change->old_ids, wanted->id, strlen(wanted->id)) : NULL;
		if (wanted->id && !old)
			return fail(change->fault, wanted->line, "id", "no session is called '%s': leave the id out for a new session",
				    wanted->id);
		if (old)
			wanted->uid = xstrdup(old->uid);
		if (wanted->week > change->old->shape.weeks && !change->plan_fields)
			return fail(change->fault, wanted->line, "week", "the plan ends with week %d: give it more weeks first",
				    change->old->shape.weeks);
	}
	return 0;
}

static int change_sessions(struct change *change)
{
	for (size_t i = 0; i < change->wanted->session_count; i++) {
		struct plan_session *wanted = &change->wanted->sessions[i];
		const char *id = wanted->id ? wanted->id : "";
		const struct plan_session *old = by_text_find(&change->old_ids, id, strlen(id));
		const struct plan_session *said = by_text_find(&change->said_ids, id, strlen(id));
		if (old && said ? change_session(change, old, said, wanted) : add_session(change, wanted))
			return EXCHANGE_BAD;
	}
	return 0;
}

static int remove_sessions(struct change *change)
{
	struct err err = {0};
	for (size_t i = 0; i < change->old->session_count; i++) {
		const struct plan_session *old = &change->old->sessions[i];
		if (!by_text_find(&change->wanted_ids, old->id, strlen(old->id)) && edit_remove(change->edit, old->uid, &err)) {
			OWNED_TEXT *text = xasprintf("%s cannot be removed: %s", old->id, err.text ? err.text : "");
			err_release(&err);
			return fail(change->fault, 0, NULL, "%s", text);
		}
	}
	return 0;
}

/* X-WR-CALNAME says what NAME says, where it stands. */
static int put_plan_field(struct change *change, enum plan_field field, const char *value, struct err *err)
{
	struct property_row row = plan_rows[field], shown = {"X-WR-CALNAME", NULL, "", true};
	if (field == PLAN_FIELD_VERSION && *value && strspn(value, "0123456789") == strlen(value))
		row.params = ";VALUE=INTEGER";
	int result = put(change->edit, NULL, &row, value, err);
	OWNED_TEXT *calname = field == PLAN_FIELD_TITLE ? edit_get(change->edit, NULL, shown.name, true) : NULL;
	return result || !calname ? result : put(change->edit, NULL, &shown, value, err);
}

static int change_plan(struct change *change)
{
	for (int field = 0; field < PLAN_FIELD_COUNT; field++) {
		OWNED_TEXT *said = plan_field_get(change->said, (enum plan_field)field);
		OWNED_TEXT *wanted = plan_field_get(change->wanted, (enum plan_field)field);
		struct err err = {0};
		if (strcmp(said, wanted) != 0 && put_plan_field(change, (enum plan_field)field, wanted, &err))
			return edit_fault(change, 0, plan_fields[field].name, &err);
	}
	return 0;
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

static int apply(struct change *change)
{
	int result = match_sessions(change);
	if (!result)
		give_uids(change, change->old->uid);
	if (!result && change->plan_fields)
		result = change_plan(change);
	if (!result)
		result = change_sessions(change);
	return result ? result : remove_sessions(change);
}

static int change_document(struct change *change, const char *text, enum exchange_format format, struct instant now, struct import *import)
{
	uint32_t all;
	OWNED_TEXT *export = exchange_write(change->old, format);
	struct text_fault never = {0};
	if (parse(format, export, &change->said, &all, &never)) { /* a plan whose texts a form cannot hold */
		int result = fail(change->fault, 0, NULL, "the plan cannot be written in this form: %s", never.text);
		text_fault_release(&never);
		return result;
	}
	int result = parse(format, text, &change->wanted, &change->fields, change->fault);
	if (result)
		return result;
	change->plan_fields = format == EXCHANGE_SHEET;
	change->old_ids = by_text_of(change->old, id_of);
	change->old_uids = by_text_of(change->old, uid_of);
	change->said_ids = by_text_of(change->said, id_of);
	change->wanted_ids = by_text_of(change->wanted, id_of);
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
		    struct import *import, struct text_fault *fault)
{
	struct err err = {0};
	if (format == EXCHANGE_ICS) {
		take_calendar(name, text, import);
		return 0;
	}
	struct plan *old = ical_read(name, name, bytes.data ? bytes.data : "", bytes.len, &import->findings);
	if (!old)
		return EXCHANGE_BROKEN;
	struct change change = {.bytes = bytes, .old = old, .fault = fault};
	int result = edit_open(bytes.data, bytes.len, &change.edit, &err) ? edit_fault(&change, 0, NULL, &err)
									  : change_document(&change, text, format, now, import);
	change_release(&change);
	plan_free(old);
	return result;
}

/* What a table does not say. */
static void complete_plan(struct plan *plan, const char *name, const char *uuid)
{
	plan->uid = xstrdup(uuid);
	plan->anchor = place_standard_anchor();
	if (!plan->title)
		plan->title = xstrdup(name);
	for (size_t i = 0; i < plan->session_count; i++) {
		struct plan_session *session = &plan->sessions[i];
		session->alarms[session->alarm_count++] = (struct plan_alarm){0, false};
		session->alarms[session->alarm_count++] = (struct plan_alarm){0, true};
	}
}

int exchange_new(const char *name, const char *text, enum exchange_format format, const char *uuid, struct instant now,
		 struct import *import, struct text_fault *fault)
{
	if (format == EXCHANGE_ICS) {
		take_calendar(name, text, import);
		return 0;
	}
	struct change change = {.fault = fault};
	int result = parse(format, text, &change.wanted, &change.fields, fault);
	if (!result && !change.wanted->session_count)
		result = fail(fault, 0, NULL, "no session in it: write at least one");
	if (!result) {
		complete_plan(change.wanted, name, uuid);
		change.wanted_ids = by_text_of(change.wanted, id_of);
		give_uids(&change, uuid);
	}
	for (size_t i = 0; !result && i < change.wanted->session_count; i++)
		result = dependencies(&change, NULL, &change.wanted->sessions[i]);
	if (!result) {
		remember_places(&change, import);
		plan_finish(change.wanted);
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
