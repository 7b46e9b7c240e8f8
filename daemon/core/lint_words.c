/* Checks of what is written in a plan, and of what a learner would miss (IDEAS 6, 11, 37, 39, 46, 57, 64, 80, 83, 96). */
#include <strings.h>

#include "cards.h"
#include "lint_private.h"
#include "track.h"

static bool is_written(const char *text)
{
	return text && *text;
}

void lint_goal(const struct lint *lint)
{
	const struct plan *plan = lint->plan;
	if (!is_written(plan->goal))
		findings_add(lint->findings, LINT_GOAL, plan_line(plan, PLAN_LINE_GOAL),
			     "the plan says nowhere what it is for: add a line like 'X-PACER-GOAL:Calm on every "
			     "channel'");
	if (!is_written(plan->done))
		findings_add(
			lint->findings, LINT_GOAL, plan_line(plan, PLAN_LINE_DONE),
			"the plan says nowhere how one knows to have got there: add a line like 'X-PACER-DONE:85 %% at the certification'");
}

/* --- texts of sessions --------------------------------------------------------------------------------------------------------------- */

/* Characters, not bytes: every byte but those that continue one. */
static size_t characters(const char *text)
{
	size_t count = 0;
	for (; *text; text++)
		count += ((unsigned char)*text & 0xC0) != 0x80;
	return count;
}

void lint_words(const struct lint *lint)
{
	for (size_t i = 0; i < lint->plan->session_count; i++) {
		const struct plan_session *session = &lint->plan->sessions[i];
		if (lint_is_big(session) && !is_written(session->prep))
			findings_add(lint->findings, LINT_PREP, session->line, "nothing to lay out for the %s '%s': add X-PACER-PREP lines",
				     type_info[session->type].name, session->id);
		size_t length = session->tip ? characters(session->tip) : 0;
		if (length > TIP_CHARACTERS_MAX)
			findings_add(lint->findings, LINT_TIP, session->line, "tip of '%s' too long: %zu characters, shorten it to %d",
				     session->id, length, TIP_CHARACTERS_MAX);
	}
}

static bool without_help(const struct plan_session *session)
{
	return session->type != TYPE_REST && !is_written(session->help);
}

static bool without_fallback(const struct plan_session *session)
{
	return session->type != TYPE_REST && !is_written(session->fallback);
}

static bool without_evidence(const struct plan_session *session)
{
	return is_written(session->milestone) && !is_written(session->evidence);
}

void lint_missing(const struct lint *lint)
{
	static const struct {
		enum lint_code code;
		bool (*misses)(const struct plan_session *session);
		const char *what, *property;
	} rows[] = {
		{LINT_HELP, without_help, "say nowhere whom to ask", "X-PACER-HELP"},
		{LINT_FALLBACK, without_fallback, "have no ten-minute version", "X-PACER-FALLBACK"},
		{LINT_EVIDENCE, without_evidence, "have a milestone and nothing to show for it", "X-PACER-EVIDENCE"},
	};
	const struct plan *plan = lint->plan;
	for (size_t row = 0; row < ARRAY_LEN(rows); row++) {
		const struct plan_session *first = NULL;
		size_t count = 0;
		for (size_t i = plan->session_count; i-- > 0;)
			if (rows[row].misses(&plan->sessions[i])) {
				first = &plan->sessions[i];
				count++;
			}
		if (first)
			findings_add(lint->findings, rows[row].code, first->line, "%zu of %zu sessions %s, first '%s': add %s", count,
				     plan->session_count, rows[row].what, first->id, rows[row].property);
	}
}

/* --- names of the plan --------------------------------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	int weeks;
} classes[] = {{"5k", 3}, {"10k", 6}, {"half", 12}, {"marathon", 18}, {"ultra", 26}};

static int distance(int a, int b)
{
	return a < b ? b - a : a - b;
}

/* A class fits when none is nearer. */
void lint_class(const struct lint *lint)
{
	const char *name = lint->plan->class_name;
	int weeks = lint->plan->shape.weeks, line = plan_line(lint->plan, PLAN_LINE_CLASS), own = -1;
	size_t nearest = 0;
	if (!is_written(name))
		return;
	for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
		if (distance(classes[i].weeks, weeks) < distance(classes[nearest].weeks, weeks))
			nearest = i;
		if (strcmp(classes[i].name, name) == 0)
			own = classes[i].weeks;
	}
	if (own < 0)
		findings_add(lint->findings, LINT_CLASS, line, "unknown class: '%s', use 5k, 10k, half, marathon or ultra", name);
	else if (distance(own, weeks) > distance(classes[nearest].weeks, weeks))
		findings_add(lint->findings, LINT_CLASS, line, "class '%s' is about %d weeks, the plan has %d: that is nearer to %s", name,
			     own, weeks, classes[nearest].name);
}

/* --- lists of names ------------------------------------------------------------------------------------------------------------------ */

static void session_tracks(const struct lint *lint, const struct plan_session *session)
{
	const char *at = session->track ? session->track : "", *name, *known = lint->plan->tracks ? lint->plan->tracks : "";
	size_t length;
	while (track_next(&at, &name, &length))
		if (!track_in(known, name, length))
			findings_add(lint->findings, LINT_TRACK, session->line,
				     "track of '%s' is not one of the plan's: '%.*s', add it to X-PACER-TRACKS or spell it as there",
				     session->id, (int)length, name);
}

/* Bounded by the length of the plan's list (PLAN_TITLE_MAX) times the sessions. */
void lint_tracks(const struct lint *lint)
{
	const struct plan *plan = lint->plan;
	const char *at = plan->tracks ? plan->tracks : "", *name;
	size_t length;
	for (size_t i = 0; i < plan->session_count; i++)
		session_tracks(lint, &plan->sessions[i]);
	while (track_next(&at, &name, &length)) {
		bool used = false;
		for (size_t i = 0; !used && i < plan->session_count; i++)
			used = plan->sessions[i].track && track_in(plan->sessions[i].track, name, length);
		if (!used)
			findings_add(lint->findings, LINT_TRACK, plan_line(plan, PLAN_LINE_TRACKS),
				     "track without a session: '%.*s', give it one or take it out of X-PACER-TRACKS", (int)length, name);
	}
}

/* --- personas ------------------------------------------------------------------------------------------------------------------------ */

enum { PERSONAS_MAX = 32 }; /* bits; more are not told apart */

struct cast {
	struct {
		const char *name; /* borrowed, not NUL-terminated */
		size_t length;
	} all[PERSONAS_MAX];
	size_t count;
};

/* The number of the name, which is added when add is said; PERSONAS_MAX: unknown, or no room. */
static size_t cast_number(struct cast *cast, const char *name, size_t length, bool add)
{
	for (size_t i = 0; i < cast->count; i++)
		if (cast->all[i].length == length && memcmp(cast->all[i].name, name, length) == 0)
			return i;
	if (!add || cast->count == PERSONAS_MAX)
		return PERSONAS_MAX;
	cast->all[cast->count].name = name;
	cast->all[cast->count].length = length;
	return cast->count++;
}

static void cast_fill(struct cast *cast, const struct plan *plan)
{
	for (size_t i = 0; i < plan->session_count; i++) {
		const char *at = plan->sessions[i].persona ? plan->sessions[i].persona : "", *name;
		size_t length;
		while (track_next(&at, &name, &length))
			(void)cast_number(cast, name, length, true);
	}
}

/* The first persona that comes back while others have not had their turn. */
static void cast_rotation(struct cast *cast, const struct lint *lint)
{
	uint64_t met = 0, all = (UINT64_C(1) << cast->count) - 1;
	for (size_t i = 0; i < lint->plan->session_count; i++) {
		const struct plan_session *session = &lint->plan->sessions[i];
		const char *at = session->persona ? session->persona : "", *name;
		size_t length;
		while (track_next(&at, &name, &length)) {
			size_t number = cast_number(cast, name, length, false);
			if (number == PERSONAS_MAX)
				continue;
			if (met >> number & 1) {
				findings_add(lint->findings, LINT_PERSONA, session->line,
					     "'%.*s' comes back in %s before all %zu personas had a turn: let the others go first",
					     (int)length, name, session->id, cast->count);
				return;
			}
			met |= UINT64_C(1) << number;
			met = met == all ? 0 : met;
		}
	}
}

/* Each persona once that the plan does not tell who they are. */
static void cast_cards(const struct lint *lint, const struct plan_session *session, struct cast *told)
{
	const char *at = session->persona ? session->persona : "", *name;
	struct card card;
	size_t length;
	while (track_next(&at, &name, &length)) {
		size_t known = told->count;
		if (card_find(lint->plan->personas, name, length, &card) || cast_number(told, name, length, true) < known ||
		    told->count == known)
			continue;
		findings_add(lint->findings, LINT_PERSONA, session->line,
			     "nobody tells who '%.*s' of %s is: add 'X-PACER-PERSONA:%.*s' and a sentence to the calendar", (int)length,
			     name, session->id, (int)length, name);
	}
}

void lint_personas(const struct lint *lint)
{
	struct cast cast = {0}, told = {0};
	for (size_t i = 0; i < lint->plan->session_count; i++) {
		const struct plan_session *session = &lint->plan->sessions[i];
		if (session->skill && strcmp(session->skill, "roleplay") == 0 && !is_written(session->persona))
			findings_add(lint->findings, LINT_PERSONA, session->line,
				     "role-play without a persona: '%s', name one or more in X-PACER-PERSONA", session->id);
		cast_cards(lint, session, &told);
	}
	cast_fill(&cast, lint->plan);
	cast_rotation(&cast, lint);
}

/* --- the race and the shape ---------------------------------------------------------------------------------------------------------- */

static bool has_plan_b(const struct plan_session *session)
{
	const char *const texts[] = {session->description, session->prep, session->fallback, session->tip};
	bool found = false;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		for (const char *at = texts[i]; at && *at && !found; at++)
			found = strncasecmp(at, "plan b", strlen("plan b")) == 0;
	return found;
}

void lint_race_words(const struct lint *lint)
{
	for (size_t i = 0; i < lint->plan->session_count; i++) {
		const struct plan_session *session = &lint->plan->sessions[i];
		if (session->type == TYPE_RACE && !has_plan_b(session))
			findings_add(
				lint->findings, LINT_PLAN_B, session->line,
				"no plan B for the race '%s': write 'Plan B: ...' into its DESCRIPTION, X-PACER-PREP or X-PACER-FALLBACK",
				session->id);
		if ((session->type == TYPE_RACE || session->type == TYPE_TUNEUP) && (!session->pass || !is_written(session->rubric)))
			findings_add(lint->findings, LINT_RUBRIC, session->line, "no %s for the %s '%s': add X-PACER-%s",
				     session->pass ? "rubric" : "pass mark", type_info[session->type].name, session->id,
				     session->pass ? "RUBRIC lines" : "PASS");
	}
}

void lint_shape(const struct lint *lint)
{
	const struct plan *plan = lint->plan;
	/* Phases that cannot be read were told of by the reader. */
	bool unread = plan->lines[PLAN_LINE_PHASES] && !plan->shape.phase_count;
	bool named = false;
	for (int i = 0; i < plan->shape.phase_count; i++)
		named |= strcmp(plan->shape.phases[i].name, "race") == 0;
	if (!unread && !named)
		findings_add(lint->findings, LINT_SHAPE, plan_line(plan, PLAN_LINE_PHASES),
			     "no race among the phases of '%d' weeks: the taper is not looked at; name the phases in X-PACER-PHASES",
			     plan->shape.weeks);
}
