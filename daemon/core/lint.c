#include "lint.h"

#include <uthash.h>

#undef uthash_fatal
#define uthash_fatal(message) abort()

const struct lint_info lint_info[LINT_CODE_COUNT] = {
	[LINT_FILE] = {"E-FILE", LINT_ERROR, "the file cannot be read as a calendar; save it again from the program it came from"},
	[LINT_VALUE] = {"E-VALUE", LINT_ERROR, "a value is not written the way its property needs it; write it as the example shows"},
	[LINT_RECUR] = {"E-RECUR", LINT_ERROR, "a repetition has no safe end; give it COUNT or UNTIL, and repeat by day or slower"},
	[LINT_ZONE] = {"E-ZONE", LINT_ERROR,
		       "a time zone is unknown; use a name like Europe/Berlin, or leave it out for the learner's own"},
	[LINT_EMPTY] = {"E-EMPTY", LINT_ERROR, "the plan has no session; add at least one event"},
	[LINT_ANCHOR] = {"E-ANCHOR", LINT_ERROR, "week 1 does not begin on a Monday; move the anchor to a Monday, best 2001-01-01"},
	[LINT_UID] = {"E-UID", LINT_ERROR, "a session has no name of its own; give each a UID and an id that no other has"},
	[LINT_WEEKS] = {"E-WEEKS", LINT_ERROR, "a session lies outside the plan's weeks; move it, or change the number of weeks"},
	[LINT_TYPE] = {"E-TYPE", LINT_ERROR,
		       "a type is unknown; use easy, short, medium, speed, cross, long, checkin, tuneup, race or rest"},
	[LINT_RANGE] = {"E-RANGE", LINT_ERROR,
			"a number is too small or too large; sessions take 5 to 180 minutes, effort goes from 0 to 10"},
	[LINT_LIMIT] = {"E-LIMIT", LINT_ERROR, "the plan is larger than pacer takes; shorten the text or split the plan"},
	[LINT_SKILL] = {"W-SKILL", LINT_WARNING, "a skill is not in the skill tree; it counts for no family until it is spelled as there"},
	[LINT_ALARM] = {"W-ALARM", LINT_WARNING, "an alarm is not used; pacer rings before the start, at the start and at the end"},
};

const char *const lint_severity_name[3] = {[LINT_ERROR] = "error", [LINT_WARNING] = "warning", [LINT_INFO] = "info"};

static bool is_error(const struct finding *finding)
{
	return lint_info[finding->code].severity == LINT_ERROR;
}

/* Makes room in a full list for an error by giving up the last finding that is none: what stops a plan is always told. */
static bool findings_give_up_one(struct findings *findings)
{
	for (size_t i = findings->count; i-- > 0;) {
		struct finding *item = &findings->items[i];
		if (is_error(item))
			continue;
		free(item->text);
		memmove(item, item + 1, (findings->count - i - 1) * sizeof(*item));
		findings->count--;
		return true;
	}
	return false;
}

void findings_add(struct findings *findings, enum lint_code code, int line, const char *format, ...)
{
	if (findings->count == LINT_FINDINGS_MAX) {
		findings->dropped++;
		if (lint_info[code].severity != LINT_ERROR || !findings_give_up_one(findings))
			return;
	}
	if (findings->count == findings->room) {
		findings->room = findings->room ? findings->room * 2 : 8;
		findings->items = xreallocarray(findings->items, findings->room, sizeof(*findings->items));
	}
	va_list args;
	va_start(args, format);
	findings->items[findings->count++] = (struct finding){.code = code, .line = line, .text = xvasprintf(format, args)};
	va_end(args);
}

void findings_release(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		free(findings->items[i].text);
	free(findings->items);
	*findings = (struct findings){0};
}

size_t findings_errors(const struct findings *findings)
{
	size_t errors = 0;
	for (size_t i = 0; i < findings->count; i++)
		errors += is_error(&findings->items[i]);
	return errors;
}

const struct finding *findings_first_error(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		if (is_error(&findings->items[i]))
			return &findings->items[i];
	return NULL;
}

/* --- the checks ------------------------------------------------------------------------------------------------------------------ */

static void lint_text(struct findings *findings, int line, const char *what, const char *text, size_t bytes_max)
{
	if (text && strlen(text) > bytes_max)
		findings_add(findings, LINT_LIMIT, line, "%s too long: %zu bytes, shorten it to %zu", what, strlen(text), bytes_max);
}

static void lint_texts(const struct plan_session *session, struct findings *findings)
{
	const struct {
		const char *what, *text;
		size_t bytes_max;
	} texts[] = {
		{"title", session->title, PLAN_TITLE_MAX},
		{"skill", session->skill, PLAN_NAME_MAX},
		{"milestone", session->milestone, PLAN_TITLE_MAX},
		{"preparation", session->prep, PLAN_TEXT_MAX},
		{"tip", session->tip, PLAN_TEXT_MAX},
		{"description", session->description, PLAN_TEXT_MAX},
		{"help", session->help, PLAN_TEXT_MAX},
	};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		lint_text(findings, session->line, texts[i].what, texts[i].text, texts[i].bytes_max);
}

/* Whole days are the most a foreign calendar may ask for: its all-day events and workshops are sessions too. */
static void lint_numbers(const struct plan *plan, const struct plan_session *session, struct findings *findings)
{
	int least = plan->dated ? 1 : PLAN_MINUTES_MIN, most = plan->dated ? PLAN_DATED_MINUTES_MAX : PLAN_MINUTES_MAX;
	if (session->minutes < least || session->minutes > most)
		findings_add(findings, LINT_RANGE, session->line, "length out of range: '%d' minutes, use %d to %d", session->minutes,
			     least, most);
	if (session->effort < 0 || session->effort > PLAN_EFFORT_MAX)
		findings_add(findings, LINT_RANGE, session->line, "effort out of range: '%d', use 0 (rest) to %d (all you have)",
			     session->effort, PLAN_EFFORT_MAX);
	if (session->week < 1 || session->week > plan->shape.weeks)
		findings_add(findings, LINT_WEEKS, session->line, "session outside the plan's weeks: week '%d', the plan has 1 to %d",
			     session->week, plan->shape.weeks);
}

/* An id is typed at a prompt and is part of a notice's key: short, without blanks, slashes or the word that means something else. */
static void lint_id(const struct plan_session *session, struct findings *findings)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	const char *id = session->id ? session->id : "";
	if (strlen(id) > PLAN_ID_MAX)
		findings_add(findings, LINT_LIMIT, session->line, "id too long: %zu bytes, shorten it to %d", strlen(id), PLAN_ID_MAX);
	else if (!*id || id[0] == '-' || id[strspn(id, allowed)] || strcmp(id, "next") == 0)
		findings_add(findings, LINT_UID, session->line,
			     "id cannot be used: '%s', write letters, digits, '-', '_' and '.', like w05-fr", id);
}

/* Texts are shown whole or not at all: cut in the middle they might no longer be UTF-8. */
static void lint_skill(const struct plan_session *session, struct findings *findings)
{
	const char *skill = session->skill;
	if (!skill || !*skill || strlen(skill) > PLAN_NAME_MAX || skill_family(skill) != FAMILY_NONE)
		return;
	findings_add(findings, LINT_SKILL, session->line, "unknown skill: '%s', use one of the skill tree", skill);
}

struct seen_id {
	const char *id; /* borrowed */
	int line;
	UT_hash_handle hh;
};

static void lint_twins(const struct plan *plan, struct findings *findings)
{
	struct seen_id *seen = NULL, *entries = xcalloc(plan->session_count, sizeof(*entries));
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		struct seen_id *twin;
		if (!session->id || strlen(session->id) > PLAN_ID_MAX)
			continue; /* has a finding already */
		HASH_FIND_STR(seen, session->id, twin);
		if (twin) {
			findings_add(findings, LINT_UID, session->line, "id used twice: '%s', it is also on line %d; change one",
				     session->id, twin->line);
			continue;
		}
		entries[i] = (struct seen_id){.id = session->id, .line = session->line};
		HASH_ADD_KEYPTR(hh, seen, entries[i].id, strlen(entries[i].id), &entries[i]);
	}
	HASH_CLEAR(hh, seen);
	free(entries);
}

static void lint_whole(const struct plan *plan, struct findings *findings)
{
	char day[DAY_TEXT];
	if (!plan->session_count)
		findings_add(findings, LINT_EMPTY, 0, "no session in the plan: add at least one event");
	if (plan->session_count > PLAN_SESSIONS_MAX)
		findings_add(findings, LINT_LIMIT, 0, "too many sessions: %zu, split the plan into parts of at most %d",
			     plan->session_count, PLAN_SESSIONS_MAX);
	if (day_weekday(plan->anchor) != MONDAY)
		findings_add(findings, LINT_ANCHOR, 0, "week 1 begins on a %s: '%s', move the anchor to a Monday",
			     weekday_name[day_weekday(plan->anchor)], day_text(day, plan->anchor));
	if (plan->shape.weeks < 1 || plan->shape.weeks > PLAN_WEEKS_MAX)
		findings_add(findings, LINT_WEEKS, 0, "number of weeks out of range: '%d', use 1 to %d", plan->shape.weeks, PLAN_WEEKS_MAX);
	lint_text(findings, 0, "name", plan->name, PLAN_NAME_MAX);
	lint_text(findings, 0, "title", plan->title, PLAN_TITLE_MAX);
	lint_text(findings, 0, "goal", plan->goal, PLAN_TEXT_MAX);
	lint_text(findings, 0, "done", plan->done, PLAN_TEXT_MAX);
}

void lint_plan(const struct plan *plan, struct findings *findings)
{
	lint_whole(plan, findings);
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		lint_numbers(plan, session, findings);
		lint_id(session, findings);
		lint_texts(session, findings);
		lint_skill(session, findings);
	}
	lint_twins(plan, findings);
}
