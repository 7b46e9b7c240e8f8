#include "completions_private.h"

#include "field.h"
#include "gitfile.h"

#include <fnmatch.h>
#include <stdlib.h>

/* --- the plan ---------------------------------------------------------------------------------------------------------------------- */

/* The n-th word behind the command; NULL: not typed yet. */
static const char *typed_word(const struct typed *typed, int n)
{
	return typed->taken + n < typed->word_count ? typed->words[typed->taken + n] : NULL;
}

/* ShowPlan of the plan that was typed first; NULL: none was, or nobody answers. Owned by the caller. */
static json_t *ask_plan(struct typed *typed)
{
	const char *plan = typed_word(typed, 0);
	return plan ? typed_ask(typed, "ShowPlan", "plan", plan) : NULL;
}

/* A trainer's command names a session of the plan that was typed before it. */
void offer_sessions(struct typed *typed)
{
	if (strncmp(typed->command->name, "plan ", 5) != 0)
		typed_offer_own_sessions(typed);
	else
		typed_offer_list(typed, ask_plan(typed), "sessions", "id", "title");
}

void offer_skills(struct typed *typed)
{
	typed_offer_list(typed, ask_plan(typed), "skills", "skill", "family");
}

static void offer_personas(struct typed *typed)
{
	typed_offer_list(typed, ask_plan(typed), "personas", "slug", "text");
}

static void offer_track(struct typed *typed)
{
	json_t *reply = ask_plan(typed);
	typed_offer_words(typed, field_text(reply, "tracks"));
	json_decref(reply);
}

void offer_tracks(struct typed *typed)
{
	json_t *reply = ask_plan(typed);
	const char *tracks = field_text(reply, "tracks");
	typed_go_behind(typed, ",");
	for (size_t n = 0; *(tracks += strspn(tracks, " ")); tracks += n) {
		n = strcspn(tracks, " ");
		OWNED_TEXT *track = xstrndup(tracks, n);
		typed_offer_once(typed, "=,", track);
	}
	json_decref(reply);
}

/* --- plan set ---------------------------------------------------------------------------------------------------------------------- */

/* PlanChange in the interface lists them. */
static const char session_fields[] = "title minutes type skill effort time milestone prep tip description help link fallback persona track "
				     "with pass review rubric evidence depends alarms";
static const char plan_fields[] = "title goal done class phases cutbacks weeks about licence version tracks lead stations personas";

static const struct {
	const char *field;
	void (*offer)(struct typed *typed);
	const char *words; /* when there is no function */
} values[] = {
	{"type", NULL, completions_types}, {"skill", offer_skills, NULL},     {"track", offer_track, NULL},
	{"persona", offer_personas, NULL}, {"depends", offer_sessions, NULL}, {"class", NULL, "5k 10k half marathon ultra"},
};

static void offer_field_value(struct typed *typed, const char *field)
{
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		if (strcmp(values[i].field, field) != 0)
			continue;
		if (values[i].offer)
			values[i].offer(typed);
		else
			typed_offer_words(typed, values[i].words);
	}
}

void offer_fields(struct typed *typed)
{
	const char *first = typed_word(typed, 1);
	bool session = first && strpbrk(first, "-0123456789"); /* as plan set tells it from a field */
	const char *field = session ? typed_word(typed, 2) : first;
	if (field)
		offer_field_value(typed, field);
	else
		typed_offer_words(typed, session ? session_fields : plan_fields);
	if (!first)
		offer_sessions(typed);
}

/* --- plan diff --------------------------------------------------------------------------------------------------------------------- */

/* Where the plan's file lies: it may be a path itself. Owned by the caller, "" when it is not known. */
static char *plan_path(struct typed *typed, const char *word)
{
	size_t i;
	json_t *reply, *plan;
	if (strchr(word, '/') || fnmatch("*.ics", word, 0) == 0)
		return xstrdup(word);
	char *path = xstrdup("");
	reply = typed_ask(typed, "ListPlans", NULL, NULL);
	json_array_foreach (field_list(reply, "plans"), i, plan)
		if (!strcmp(field_text(plan, "name"), word))
			text_replace(&path, xstrdup(field_text(plan, "file")));
	json_decref(reply);
	return path;
}

void offer_revisions(struct typed *typed)
{
	const char *word = typed_word(typed, 0);
	OWNED_TEXT *path = word ? plan_path(typed, word) : NULL;
	OWNED_TEXT *real = path && *path ? realpath(path, NULL) : NULL;
	typed_offer_words(typed, "HEAD");
	if (!real)
		return;
	*strrchr(real, '/') = '\0';
	OWNED_TEXT *refs = gitfile_refs(*real ? real : "/");
	typed_offer_words(typed, refs);
}
