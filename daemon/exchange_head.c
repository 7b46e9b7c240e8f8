#include "exchange_head.h"

#include "core/skeleton.h"

/* In fewer weeks nothing can grow (lint.h), or needs a lighter week. */
enum { BUILT_UP_WEEKS_MIN = 3, CUTBACK_WEEKS_MIN = 7 };

/* --- what can be guessed ----------------------------------------------------------------------------------------------------------- */

static int minutes_of_week(const struct plan *plan, int week)
{
	int minutes = 0;
	for (size_t i = 0; i < plan->session_count; i++)
		minutes += plan->sessions[i].week == week ? plan->sessions[i].minutes : 0;
	return minutes;
}

void exchange_head_guess(struct plan *plan)
{
	struct plan_shape shape = {0};
	if (plan->shape.weeks < BUILT_UP_WEEKS_MIN)
		return;
	skeleton_shape(&shape, plan->shape.weeks);
	for (int week = 2; week <= shape.weeks; week++)
		if (shape_is_cutback(&shape, week) && minutes_of_week(plan, week) >= minutes_of_week(plan, week - 1))
			shape.cutbacks &= ~(UINT64_C(1) << (week - 1));
	plan->shape = shape;
}

/* --- what is told ------------------------------------------------------------------------------------------------------------------ */

/* One of a list with ", " between. */
static bool is_among(const char *list, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = list; (at = strstr(at, word)); at++)
		if ((at == list || at[-1] == ' ') && (!at[length] || at[length] == ','))
			return true;
	return false;
}

/* The first sessions of the plan that say something there, "calm-anna, rushed-rana" for the personas; "" when none does. Owned. */
static char *words_of(const struct plan *plan, enum session_field field)
{
	enum { WORDS_TOLD = 5 };
	struct text out = {0};
	int count = 0;
	for (size_t i = 0; i < plan->session_count && count < WORDS_TOLD; i++) {
		OWNED_TEXT *word = session_field_get(plan, &plan->sessions[i], field);
		if (!*word || is_among(out.data ? out.data : "", word))
			continue;
		text_addf(&out, "%s%s", count++ ? ", " : "", word);
	}
	return text_take(&out);
}

/* What nobody can guess, in the order in which it is told. */
static const struct missing {
	enum plan_field field;
	int weeks_min;          /* shorter plans do without */
	enum session_field use; /* it is missed only when a session speaks of it; FIELD_COUNT: always */
	bool needed;            /* without it the plan is a draft */
} missing[] = {
	{PLAN_FIELD_GOAL, 0, FIELD_COUNT, true},      {PLAN_FIELD_DONE, 0, FIELD_COUNT, true},
	{PLAN_FIELD_CLASS, 0, FIELD_COUNT, false},    {PLAN_FIELD_CUTBACKS, CUTBACK_WEEKS_MIN, FIELD_COUNT, false},
	{PLAN_FIELD_TRACKS, 0, FIELD_TRACK, false},   {PLAN_FIELD_PERSONAS, 0, FIELD_PERSONA, false},
	{PLAN_FIELD_STATIONS, 0, FIELD_COUNT, false},
};

static void tell_missing(struct import *import, const char *name, const struct plan *plan, const struct missing *row)
{
	const struct field_info *field = &plan_fields[row->field];
	OWNED_TEXT *value = plan_field_get(plan, row->field);
	OWNED_TEXT *used = row->use == FIELD_COUNT ? xstrdup("") : words_of(plan, row->use);
	if (*value || plan->shape.weeks < row->weeks_min || (row->use != FIELD_COUNT && !*used))
		return;
	import_tell(import, "no %s%s%s (%s)%s: pacer plan set %s %s \"...\"", field->name, *used ? " for " : "", used, field->help,
		    row->needed ? ", which is needed" : "", name, field->name);
}

static void tell_guess(struct import *import, const char *name, const struct plan *plan, enum plan_field field, const char *from)
{
	OWNED_TEXT *value = plan_field_get(plan, field);
	if (*value)
		import_tell(import, "%s from %s: %s; another one: pacer plan set %s %s \"...\"", plan_fields[field].name, from, value, name,
			    plan_fields[field].name);
}

void exchange_head_tell(struct import *import, const char *name, const struct plan *plan)
{
	import_tell(import,
		    "A table says nothing of the plan itself; to carry a whole plan, export it as a .sheet or an .ics file. Here is:");
	tell_guess(import, name, plan, PLAN_FIELD_TITLE, "the plan's name");
	tell_guess(import, name, plan, PLAN_FIELD_PHASES, "the number of weeks");
	tell_guess(import, name, plan, PLAN_FIELD_CUTBACKS, "the number of weeks");
	for (size_t i = 0; i < ARRAY_LEN(missing); i++)
		tell_missing(import, name, plan, &missing[i]);
}
