/* Whether a plan's values can be used. */
#include <uthash.h>

#include "lint.h"

#undef uthash_fatal
#define uthash_fatal(message) abort()

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
		{"fallback", session->fallback, PLAN_TEXT_MAX},
		{"personas", session->persona, PLAN_TITLE_MAX},
		{"tracks", session->track, PLAN_TITLE_MAX},
		{"partner", session->with, PLAN_TITLE_MAX},
		{"review days", session->review, PLAN_TITLE_MAX},
		{"rubric", session->rubric, PLAN_TEXT_MAX},
		{"list of what comes first", session->depends, PLAN_TEXT_MAX},
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
	if (plan->dated)
		return; /* the rest of a calendar's own texts is not looked at by anybody here */
	lint_text(findings, 0, "description of the plan", plan->about, PLAN_TEXT_MAX);
	lint_text(findings, 0, "class", plan->class_name, PLAN_NAME_MAX);
	lint_text(findings, 0, "list of tracks", plan->tracks, PLAN_TITLE_MAX);
	lint_text(findings, 0, "licence", plan->licence, PLAN_TITLE_MAX);
	lint_text(findings, 0, "version", plan->version, PLAN_NAME_MAX);
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
