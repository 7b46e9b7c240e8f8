/* Whether a plan's values can be used. */
#include <uthash.h>

#include "lint.h"
#include "planword.h"

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
		{"evidence", session->evidence, PLAN_TEXT_MAX},
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
	if (session->effort < (session->type == TYPE_REST ? 0 : 1) || session->effort > PLAN_EFFORT_MAX)
		findings_add(findings, LINT_RANGE, session->line,
			     "effort out of range: '%d', use 1 (very easy) to %d (all you have), or 0 for type rest", session->effort,
			     PLAN_EFFORT_MAX);
}

static bool is_outside(const struct plan *plan, const struct plan_session *session)
{
	return session->week < 1 || session->week > plan->shape.weeks;
}

static void lint_week(const struct plan *plan, const struct plan_session *session, struct findings *findings)
{
	if (is_outside(plan, session))
		findings_add(findings, LINT_WEEKS, session->line, "session outside the plan's weeks: week '%d', the plan has 1 to %d",
			     session->week, plan->shape.weeks);
}

/* Several have one cause, mostly a number of weeks that is too small: one finding, at the first. */
static void lint_weeks(const struct plan *plan, struct findings *findings)
{
	const struct plan_session *first = NULL;
	size_t count = 0;
	for (size_t i = plan->session_count; i-- > 0;)
		if (is_outside(plan, &plan->sessions[i])) {
			first = &plan->sessions[i];
			count++;
		}
	if (count == 1)
		lint_week(plan, first, findings);
	else if (first)
		findings_add(
			findings, LINT_WEEKS, first->line,
			"%zu sessions lie outside the plan's weeks, which are 1 to %d, the first: '%s' in week '%d'; move them, or change "
			"the number of weeks",
			count, plan->shape.weeks, first->id ? first->id : "", first->week);
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

static void lint_word(struct findings *findings, int line, const char *what, const char *text, bool (*is_good)(const char *text),
		      const char *example)
{
	if (text && *text && strlen(text) <= PLAN_TITLE_MAX && !is_good(text))
		findings_add(findings, LINT_WORD, line, "%s cannot be used: '%s', %s", what, text, example);
}

struct seen_id {
	const char *id; /* borrowed */
	int line;
	UT_hash_handle hh;
};

/* The sessions that were looked at so far. */
struct roll {
	struct seen_id *seen, *entries; /* entries: one a session */
};

static struct roll roll_open(const struct plan *plan)
{
	return (struct roll){.entries = xcalloc(plan->session_count, sizeof(struct seen_id))};
}

static void roll_release(struct roll *roll)
{
	HASH_CLEAR(hh, roll->seen);
	free(roll->entries);
}

static void lint_twin(struct roll *roll, size_t index, const struct plan_session *session, struct findings *findings)
{
	struct seen_id *twin, *entry = &roll->entries[index];
	if (!session->id || strlen(session->id) > PLAN_ID_MAX)
		return; /* has a finding already */
	HASH_FIND_STR(roll->seen, session->id, twin);
	if (twin) {
		findings_add(findings, LINT_UID, session->line, "id used twice: '%s', it is also on line %d; change one", session->id,
			     twin->line);
		return;
	}
	*entry = (struct seen_id){.id = session->id, .line = session->line};
	HASH_ADD_KEYPTR(hh, roll->seen, entry->id, strlen(entry->id), entry);
}

static void lint_session(const struct plan *plan, size_t index, struct roll *roll, struct findings *findings)
{
	const struct plan_session *session = &plan->sessions[index];
	lint_numbers(plan, session, findings);
	lint_id(session, findings);
	lint_texts(session, findings);
	lint_skill(session, findings);
	lint_word(findings, session->line, "X-PACER-WITH", session->with, planword_is_with, PLANWORD_WITH);
	lint_word(findings, session->line, "X-PACER-REVIEW", session->review, planword_is_review, PLANWORD_REVIEW);
	lint_twin(roll, index, session, findings);
}

/* Texts of the plan; those of a calendar of others that nobody here looks at are not held to limits either. */
static void lint_plan_texts(const struct plan *plan, struct findings *findings)
{
	const struct {
		const char *what, *text;
		size_t bytes_max;
		enum plan_line line;
		bool dated; /* of dated plans, too */
	} texts[] = {
		{"name", plan->name, PLAN_NAME_MAX, PLAN_LINE_CALENDAR, true},
		{"title", plan->title, PLAN_TITLE_MAX, PLAN_LINE_NAME, true},
		{"goal", plan->goal, PLAN_TEXT_MAX, PLAN_LINE_GOAL, true},
		{"done", plan->done, PLAN_TEXT_MAX, PLAN_LINE_DONE, true},
		{"description of the plan", plan->about, PLAN_TEXT_MAX, PLAN_LINE_ABOUT, false},
		{"class", plan->class_name, PLAN_NAME_MAX, PLAN_LINE_CLASS, false},
		{"list of tracks", plan->tracks, PLAN_TITLE_MAX, PLAN_LINE_TRACKS, false},
		{"list of aid stations", plan->stations, PLAN_TEXT_MAX, PLAN_LINE_STATIONS, false},
		{"list of personas", plan->personas, PLAN_TEXT_MAX, PLAN_LINE_PERSONAS, false},
		{"licence", plan->licence, PLAN_TITLE_MAX, PLAN_LINE_LICENCE, false},
		{"version", plan->version, PLAN_NAME_MAX, PLAN_LINE_VERSION, false},
	};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (texts[i].dated || !plan->dated)
			lint_text(findings, plan_line(plan, texts[i].line), texts[i].what, texts[i].text, texts[i].bytes_max);
}

static void lint_whole(const struct plan *plan, struct findings *findings)
{
	if (!plan->session_count)
		findings_add(findings, LINT_EMPTY, plan->lines[PLAN_LINE_CALENDAR], "no session in the plan: add at least one event");
	if (plan->session_count > PLAN_SESSIONS_MAX)
		findings_add(findings, LINT_LIMIT, plan->lines[PLAN_LINE_CALENDAR],
			     "too many sessions: %zu, split the plan into parts of at most %d", plan->session_count, PLAN_SESSIONS_MAX);
	if (plan->shape.weeks < 1 || plan->shape.weeks > PLAN_WEEKS_MAX)
		findings_add(findings, LINT_WEEKS, plan_line(plan, PLAN_LINE_WEEKS), "number of weeks out of range: '%d', use 1 to %d",
			     plan->shape.weeks, PLAN_WEEKS_MAX);
	lint_plan_texts(plan, findings);
	lint_word(findings, plan_line(plan, PLAN_LINE_VERSION), "X-PACER-VERSION", plan->version, planword_is_version, PLANWORD_VERSION);
	lint_weeks(plan, findings);
}

void lint_plan(const struct plan *plan, struct findings *findings)
{
	struct roll roll = roll_open(plan);
	lint_whole(plan, findings);
	for (size_t i = 0; i < plan->session_count; i++)
		lint_session(plan, i, &roll, findings);
	roll_release(&roll);
}

/* --- leaving out ----------------------------------------------------------------------------------------------------------------- */

/* Why each session cannot be used, NULL for those that can: all are looked at before one goes. The caller owns them. */
static char **whys_of(const struct plan *plan)
{
	char **whys = xcalloc(plan->session_count, sizeof(*whys));
	struct roll roll = roll_open(plan);
	for (size_t i = 0; i < plan->session_count; i++) {
		struct findings found = {0};
		lint_session(plan, i, &roll, &found);
		lint_week(plan, &plan->sessions[i], &found);
		const struct finding *error = findings_first_error(&found);
		whys[i] = error ? xstrdup(error->text) : NULL;
		findings_release(&found);
	}
	roll_release(&roll);
	return whys;
}

static int gap_compare(const void *left, const void *right)
{
	const struct plan_gap *a = left, *b = right;
	return a->line != b->line ? (a->line > b->line) - (a->line < b->line) : strcmp(a->why, b->why);
}

/* Instances of one event that are missing for one reason are one gap. */
static void gaps_sort(struct plan *plan)
{
	size_t kept = 0;
	if (plan->gap_count)
		qsort(plan->gaps, plan->gap_count, sizeof(*plan->gaps), gap_compare);
	for (size_t i = 0; i < plan->gap_count; i++) {
		struct plan_gap *gap = &plan->gaps[i], *last = kept ? &plan->gaps[kept - 1] : NULL;
		if (last && gap_compare(last, gap) == 0) {
			last->sessions += gap->sessions;
			plan_gap_release(gap);
		} else {
			plan->gaps[kept++] = *gap;
		}
	}
	plan->gap_count = kept;
}

void lint_leave_out(struct plan *plan)
{
	char **whys = whys_of(plan);
	size_t kept = 0;
	for (size_t i = 0; i < plan->session_count; i++) {
		struct plan_session *session = &plan->sessions[i];
		if (!whys[i]) {
			plan->sessions[kept++] = *session;
			continue;
		}
		plan_leave_out(plan, (struct plan_gap){.line = session->line,
						       .last = session->line,
						       .sessions = 1,
						       .id = STEAL(session->id),
						       .uid = STEAL(session->uid),
						       .title = STEAL(session->title),
						       .why = whys[i]});
		plan_session_release(session);
	}
	plan->session_count = kept;
	free(whys);
	gaps_sort(plan);
}
