#include "planfield_private.h"

#include <strings.h>

#define OF_SESSION(member) offsetof(struct plan_session, member)
#define OF_PLAN(member) offsetof(struct plan, member)

/* clang-format off */
const struct field_info session_fields[FIELD_COUNT] = {
	[FIELD_ID]          = {"id",          false, "ties the line to its session; empty for a new one", OF_SESSION(id)},
	[FIELD_WEEK]        = {"week",        false, "1 is the first", 0},
	[FIELD_WEEKDAY]     = {"weekday",     false, "mo tu we th fr sa su", 0},
	[FIELD_TIME]        = {"time",        false, "on the wall clock, such as 09:30", 0},
	[FIELD_MINUTES]     = {"minutes",     false, "how long it is planned to take", 0},
	[FIELD_TYPE]        = {"type",        false, "easy short medium speed cross long checkin tuneup race rest", 0},
	[FIELD_SKILL]       = {"skill",       false, "what it trains, one word", OF_SESSION(skill)},
	[FIELD_EFFORT]      = {"effort",      false, "1 to 10; 0 for rest", 0},
	[FIELD_TITLE]       = {"title",       false, "what the learner reads", OF_SESSION(title)},
	[FIELD_MILESTONE]   = {"milestone",   false, "what is reached with it", OF_SESSION(milestone)},
	[FIELD_PREP]        = {"prep",        false, "what to lay out, with '; ' between", OF_SESSION(prep)},
	[FIELD_TIP]         = {"tip",         false, "a word from the coach", OF_SESSION(tip)},
	[FIELD_DESCRIPTION] = {"description", true,  "what to do and what good looks like", OF_SESSION(description)},
	[FIELD_HELP]        = {"help",        false, "whom to ask", OF_SESSION(help)},
	[FIELD_LINK]        = {"link",        false, "an address: https://...", OF_SESSION(link)},
	[FIELD_FALLBACK]    = {"fallback",    false, "ten minutes that can be done instead", OF_SESSION(fallback)},
	[FIELD_PERSONA]     = {"persona",     false, "the customer of a role play", OF_SESSION(persona)},
	[FIELD_TRACK]       = {"track",       false, "for one track of the plan only", OF_SESSION(track)},
	[FIELD_WITH]        = {"with",        false, "who takes part, such as role=manager", OF_SESSION(with)},
	[FIELD_PASS]        = {"pass",        false, "pass mark in percent", 0},
	[FIELD_REVIEW]      = {"review",      false, "days after it to ask again, such as 1 3 7 21", OF_SESSION(review)},
	[FIELD_RUBRIC]      = {"rubric",      false, "rows to score by, with '; ' between", OF_SESSION(rubric)},
	[FIELD_EVIDENCE]    = {"evidence",    false, "what the learner shows at the milestone", OF_SESSION(evidence)},
	[FIELD_DEPENDS]     = {"depends",     false, "ids of sessions it needs first", OF_SESSION(depends)},
};

const struct field_info plan_fields[PLAN_FIELD_COUNT] = {
	[PLAN_FIELD_TITLE]    = {"title",    false, "what learners read", OF_PLAN(title)},
	[PLAN_FIELD_GOAL]     = {"goal",     false, "where it leads", OF_PLAN(goal)},
	[PLAN_FIELD_DONE]     = {"done",     false, "how to tell that the goal is reached", OF_PLAN(done)},
	[PLAN_FIELD_CLASS]    = {"class",    false, "5k 10k half marathon ultra", OF_PLAN(class_name)},
	[PLAN_FIELD_WEEKS]    = {"weeks",    false, "how many there are", 0},
	[PLAN_FIELD_PHASES]   = {"phases",   false, "such as base=1-4 build=5-12 race=18", 0},
	[PLAN_FIELD_CUTBACKS] = {"cutbacks", false, "lighter weeks, such as 4 8 12", 0},
	[PLAN_FIELD_ABOUT]    = {"about",    true,  "what the plan is for", OF_PLAN(about)},
	[PLAN_FIELD_LICENCE]  = {"licence",  false, "such as MIT", OF_PLAN(licence)},
	[PLAN_FIELD_VERSION]  = {"version",  false, "of the plan", OF_PLAN(version)},
	[PLAN_FIELD_TRACKS]   = {"tracks",   false, "tracks that sessions may belong to", OF_PLAN(tracks)},
	[PLAN_FIELD_LEAD]     = {"lead",     false, "the plan of those who lead this one, such as team-lead-12", OF_PLAN(lead)},
	[PLAN_FIELD_STATIONS] = {"stations", true,  "whom to turn to, a line for each: the week, then the words", OF_PLAN(stations)},
	[PLAN_FIELD_PERSONAS] = {"personas", true,  "characters of role-play, a line for each: the slug, then who it is", OF_PLAN(personas)},
};
/* clang-format on */

/* --- names ----------------------------------------------------------------------------------------------------------------------- */

int field_find(const struct field_info *rows, int count, const char *name, size_t length)
{
	for (int i = 0; i < count; i++)
		if (strlen(rows[i].name) == length && !strncasecmp(rows[i].name, name, length))
			return i;
	return -1;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters to insert, take away or replace; names are short, and what is longer is far. */
static size_t distance(const char *a, const char *b)
{
	enum { MOST = 24 };
	size_t row[MOST + 1], m = strnlen(a, MOST), n = strnlen(b, MOST);
	for (size_t k = 0; k <= n; k++)
		row[k] = k;
	for (size_t i = 1; i <= m; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t k = 1; k <= n; k++) {
			bool same = strncasecmp(&a[i - 1], &b[k - 1], 1) == 0;
			size_t best = least(corner + !same, least(row[k], row[k - 1]) + 1);
			corner = row[k];
			row[k] = best;
		}
	}
	return row[n];
}

const char *field_nearest(const struct field_info *rows, int count, const char *name)
{
	const char *best = NULL;
	size_t best_far = 3; /* farther is no slip of the finger */
	for (int i = 0; i < count; i++) {
		bool begins = strlen(name) >= 2 && !strncasecmp(rows[i].name, name, strlen(name));
		size_t far = begins ? 1 : distance(name, rows[i].name);
		if (far >= best_far || far >= strlen(rows[i].name))
			continue;
		best = rows[i].name;
		best_far = far;
	}
	return best;
}

/* --- texts ----------------------------------------------------------------------------------------------------------------------- */

char *field_tidy(const char *value, bool lines)
{
	struct text out = {0};
	value += strspn(value, " \t\r\n");
	for (; *value; value++) {
		if (value[0] == '\r' && value[1] == '\n')
			continue;
		bool gap = *value == '\n' || *value == '\t' || *value == '\r';
		char c = !gap ? *value : lines && *value != '\t' ? '\n' : ' ';
		while (c == '\n' && out.len && out.data[out.len - 1] == ' ')
			out.len--;
		text_add_n(&out, &c, 1);
	}
	char *text = text_take(&out);
	for (size_t n = strlen(text); n && strchr(" \n", text[n - 1]); n--)
		text[n - 1] = '\0';
	return text;
}

char **field_text(void *owner, const struct field_info *field)
{
	return (void *)((char *)owner + field->offset);
}

/* The text of a row as it is read. */
static char *text_of(const void *owner, const struct field_info *field)
{
	const char *text = *field_text((void *)owner, field);
	return field_tidy(text ? text : "", field->lines);
}

/* --- sessions -------------------------------------------------------------------------------------------------------------------- */

/* "w05-fr" for its UID; the word itself where no session has it. */
static char *dependencies(const struct plan *plan, const char *uids)
{
	struct text out = {0};
	for (const char *p = uids + strspn(uids, " "); *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");
		const char *id = NULL;
		for (size_t i = 0; plan && !id && i < plan->session_count; i++) {
			const struct plan_session *other = &plan->sessions[i];
			if (other->uid && other->id && strlen(other->uid) == n && !strncmp(other->uid, p, n))
				id = other->id;
		}
		text_add(&out, out.len ? " " : "");
		text_add_n(&out, id ? id : p, id ? strlen(id) : n);
		p += n;
	}
	return text_take(&out);
}

char *session_field_get(const struct plan *plan, const struct plan_session *session, enum session_field field)
{
	char clock[CLOCK_TEXT];
	switch ((int)field) {
	case FIELD_WEEK:
		return xasprintf("%d", session->week);
	case FIELD_WEEKDAY:
		return xstrdup(weekday_short[plan_weekday(session->day)]);
	case FIELD_TIME:
		return xstrdup(clock_text(clock, session->second));
	case FIELD_MINUTES:
		return xasprintf("%d", session->minutes);
	case FIELD_TYPE:
		return xstrdup(type_info[session->type].name);
	case FIELD_EFFORT:
		return xasprintf("%d", session->effort);
	case FIELD_PASS:
		return session->pass ? xasprintf("%d", session->pass) : xstrdup("");
	case FIELD_DEPENDS:
		return dependencies(plan, session->depends ? session->depends : "");
	}
	return text_of(session, &session_fields[field]);
}

/* --- the plan -------------------------------------------------------------------------------------------------------------------- */

char *plan_field_get(const struct plan *plan, enum plan_field field)
{
	switch ((int)field) {
	case PLAN_FIELD_WEEKS:
		return xasprintf("%d", plan->shape.weeks);
	case PLAN_FIELD_PHASES:
		return shape_phases_text(&plan->shape);
	case PLAN_FIELD_CUTBACKS:
		return shape_cutbacks_text(&plan->shape);
	}
	return text_of(plan, &plan_fields[field]);
}

static int id_compare(const void *left, const void *right)
{
	const struct plan_session *a = *(const struct plan_session *const *)left, *b = *(const struct plan_session *const *)right;
	int by_id = strcmp(a->id, b->id);
	return by_id ? by_id : a < b ? -1 : a > b;
}

const struct plan_session *plan_id_twice(const struct plan *plan)
{
	const struct plan_session **sorted = xcalloc(plan->session_count, sizeof(*sorted)), *twice = NULL;
	size_t count = 0;
	for (size_t i = 0; i < plan->session_count; i++)
		if (plan->sessions[i].id)
			sorted[count++] = &plan->sessions[i];
	if (count > 1)
		qsort(sorted, count, sizeof(const struct plan_session *), id_compare);
	for (size_t i = 1; i < count; i++)
		if (!strcmp(sorted[i - 1]->id, sorted[i]->id) && (!twice || sorted[i] < twice))
			twice = sorted[i];
	free(sorted);
	return twice;
}
