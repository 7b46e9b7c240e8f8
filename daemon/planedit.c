#include "planedit.h"

/* --- values ---------------------------------------------------------------------------------------------------------------------- */

static int set_one(struct edit *edit, const char *uid, const char *name, const char *params, const char *value, bool escape,
		   struct err *err)
{
	const char *const values[] = {value};
	return edit_set(edit, uid, name, params, values, value && *value ? 1 : 0, escape, err);
}

static int set_number(struct edit *edit, const char *uid, const char *name, int number, struct err *err)
{
	OWNED_TEXT *value = xasprintf("%d", number);
	return set_one(edit, uid, name, ";VALUE=INTEGER", value, false, err);
}

/* A list that takes a line for each: "kit; notes" with "; " between. */
static int set_list(struct edit *edit, const char *uid, const char *name, const char *params, const char *list, const char *between,
		    struct err *err)
{
	size_t count = 0, step = strlen(between);
	OWNED_TEXT *copy = xstrdup(list ? list : "");
	const char **values = xcalloc(strlen(copy) + 1, sizeof(*values));
	for (char *at = copy; *at;) {
		char *end = strstr(at, between);
		if (end)
			*end = '\0';
		if (*at)
			values[count++] = at;
		at = end ? end + step : at + strlen(at);
	}
	int r = edit_set(edit, uid, name, params, values, count, true, err);
	free(values);
	return r;
}

/* --- sessions -------------------------------------------------------------------------------------------------------------------- */

static const char *const family_names[] = {[FAMILY_SOFT] = "soft", [FAMILY_TECH] = "tech", [FAMILY_META] = "meta", [FAMILY_NONE] = NULL};

/* CATEGORIES with `now` in the place of `was`; other words stay. Nothing when the word is not there. */
static int recategorise(struct edit *edit, const char *uid, const char *was, const char *now, struct err *err)
{
	OWNED_TEXT *old = edit_get(edit, uid, "CATEGORIES", false);
	struct text list = {0};
	bool found = false;
	for (const char *at = was && now ? old : NULL; at && *at;) {
		size_t n = strcspn(at, ",");
		bool same = !found && strlen(was) == n && !strncasecmp(at, was, n);
		text_add(&list, list.len ? "," : "");
		text_add_n(&list, same ? now : at, same ? strlen(now) : n);
		found |= same;
		at += n + (at[n] == ',');
	}
	int r = found ? set_one(edit, uid, "CATEGORIES", "", list.data, false, err) : 0;
	text_release(&list);
	return r;
}

static int set_type(struct edit *edit, const struct plan_session *was, const struct plan_session *now, struct err *err)
{
	int r = set_one(edit, now->uid, "X-PACER-TYPE", "", type_info[now->type].name, false, err);
	return r ? r : recategorise(edit, now->uid, type_info[was->type].name, type_info[now->type].name, err);
}

static char *concept_of(const char *skill)
{
	const char *family = skill && *skill ? family_names[skill_family(skill)] : NULL;
	return family ? xasprintf("urn:example:skill:%s:%s", family, skill) : NULL;
}

int planedit_concept(struct edit *edit, const struct plan_session *was, const struct plan_session *now, struct err *err)
{
	OWNED_TEXT *was_concept = concept_of(was->skill), *concept = concept_of(now->skill);
	OWNED_TEXT *there = edit_get(edit, now->uid, "CONCEPT", false);
	bool ours = there && was_concept && !strcmp(there, was_concept);
	return ours ? set_one(edit, now->uid, "CONCEPT", ";VALUE=URI", concept, false, err) : 0;
}

static int set_skill(struct edit *edit, const struct plan_session *was, const struct plan_session *now, struct err *err)
{
	int r = set_one(edit, now->uid, "X-PACER-SKILL", "", now->skill, true, err);
	if (!r && *now->skill)
		r = recategorise(edit, now->uid, was->skill, now->skill, err);
	if (!r && *now->skill)
		r = recategorise(edit, now->uid, family_names[skill_family(was->skill)], family_names[skill_family(now->skill)], err);
	return r ? r : planedit_concept(edit, was, now, err);
}

static int set_minutes(struct edit *edit, const struct plan_session *now, struct err *err)
{
	static const char *const ends[] = {"DTEND", "DUE"};
	OWNED_TEXT *length = xasprintf("PT%dM", now->minutes);
	int r = 0;
	for (size_t i = 0; i < ARRAY_LEN(ends) && !r; i++)
		r = set_one(edit, now->uid, ends[i], "", NULL, false, err);
	return r ? r : set_one(edit, now->uid, "DURATION", "", length, false, err);
}

static const char *uid_of(const struct plan *plan, const char *word)
{
	for (size_t i = 0; i < plan->session_count; i++)
		if (plan->sessions[i].uid && /* none: taken out in this very edit */
		    (!strcasecmp(plan->sessions[i].id, word) || !strcmp(plan->sessions[i].uid, word)))
			return plan->sessions[i].uid;
	return NULL;
}

static int set_depends(struct edit *edit, const struct plan *plan, const struct plan_session *now, struct err *err)
{
	struct text uids = {0};
	const char *list = now->depends ? now->depends : "";
	for (list += strspn(list, " "); *list; list += strspn(list, " ")) {
		size_t n = strcspn(list, " ");
		OWNED_TEXT *word = xstrndup(list, n);
		const char *uid = uid_of(plan, word);
		if (!uid || !strcmp(uid, now->uid)) {
			text_release(&uids);
			return err_set(err, PLANEDIT_NO_SESSION, "%s", word);
		}
		text_addf(&uids, "%s%s", uids.len ? " " : "", uid);
		list += n;
	}
	int r = set_list(edit, now->uid, "RELATED-TO", ";RELTYPE=DEPENDS-ON", uids.data, " ", err);
	text_release(&uids);
	return r;
}

/* What is text on one line, or a list of lines. */
static const struct {
	enum session_field field;
	const char *name, *between; /* NULL: one line */
	size_t offset;
} session_texts[] = {
	{FIELD_TITLE, "SUMMARY", NULL, offsetof(struct plan_session, title)},
	{FIELD_MILESTONE, "X-PACER-MILESTONE", NULL, offsetof(struct plan_session, milestone)},
	{FIELD_PREP, "X-PACER-PREP", "; ", offsetof(struct plan_session, prep)},
	{FIELD_TIP, "X-PACER-TIP", NULL, offsetof(struct plan_session, tip)},
	{FIELD_DESCRIPTION, "DESCRIPTION", NULL, offsetof(struct plan_session, description)},
	{FIELD_HELP, "X-PACER-HELP", NULL, offsetof(struct plan_session, help)},
	{FIELD_FALLBACK, "X-PACER-FALLBACK", NULL, offsetof(struct plan_session, fallback)},
	{FIELD_PERSONA, "X-PACER-PERSONA", " ", offsetof(struct plan_session, persona)},
	{FIELD_TRACK, "X-PACER-TRACK", NULL, offsetof(struct plan_session, track)},
	{FIELD_WITH, "X-PACER-WITH", NULL, offsetof(struct plan_session, with)},
	{FIELD_REVIEW, "X-PACER-REVIEW", NULL, offsetof(struct plan_session, review)},
	{FIELD_RUBRIC, "X-PACER-RUBRIC", "; ", offsetof(struct plan_session, rubric)},
};

static int set_session_text(struct edit *edit, const struct plan_session *now, enum session_field field, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(session_texts); i++) {
		if (session_texts[i].field != field)
			continue;
		const char *text = *(char *const *)((const char *)now + session_texts[i].offset);
		return session_texts[i].between ? set_list(edit, now->uid, session_texts[i].name, "", text, session_texts[i].between, err)
						: set_one(edit, now->uid, session_texts[i].name, "", text, true, err);
	}
	return 0;
}

int planedit_session(struct edit *edit, const struct plan *plan, const struct plan_session *was, const struct plan_session *now,
		     enum session_field field, struct err *err)
{
	switch ((int)field) {
	case FIELD_WEEK:
	case FIELD_WEEKDAY:
	case FIELD_TIME:
		return edit_move(edit, now->uid, plan->anchor + now->day, now->second, err);
	case FIELD_TYPE:
		return set_type(edit, was, now, err);
	case FIELD_SKILL:
		return set_skill(edit, was, now, err);
	case FIELD_MINUTES:
		return set_minutes(edit, now, err);
	case FIELD_EFFORT:
		return set_number(edit, now->uid, "X-PACER-EFFORT", now->effort, err);
	case FIELD_PASS:
		return now->pass ? set_number(edit, now->uid, "X-PACER-PASS", now->pass, err)
				 : set_one(edit, now->uid, "X-PACER-PASS", "", NULL, false, err);
	case FIELD_LINK:
		return set_one(edit, now->uid, "URL", "", now->link, false, err);
	case FIELD_DEPENDS:
		return set_depends(edit, plan, now, err);
	}
	return set_session_text(edit, now, field, err);
}

/* --- the plan -------------------------------------------------------------------------------------------------------------------- */

/* NAME, and the older word for it where it says the same (RFC 7986 5.1). */
static int set_title(struct edit *edit, const struct plan *was, const struct plan *now, struct err *err)
{
	OWNED_TEXT *older = edit_get(edit, NULL, "X-WR-CALNAME", true);
	int r = set_one(edit, NULL, "NAME", "", now->title, true, err);
	return !r && older && !strcmp(older, was->title) ? set_one(edit, NULL, "X-WR-CALNAME", "", now->title, true, err) : r;
}

static int set_version(struct edit *edit, const struct plan *now, struct err *err)
{
	const char *version = now->version ? now->version : "";
	bool number = *version && !version[strspn(version, "0123456789")] && strlen(version) < 10;
	return set_one(edit, NULL, "X-PACER-VERSION", number ? ";VALUE=INTEGER" : "", version, !number, err);
}

int planedit_plan(struct edit *edit, const struct plan *was, const struct plan *now, enum plan_field field, struct err *err)
{
	static const char *const names[PLAN_FIELD_COUNT] = {
		[PLAN_FIELD_GOAL] = "X-PACER-GOAL",       [PLAN_FIELD_DONE] = "X-PACER-DONE",        [PLAN_FIELD_CLASS] = "X-PACER-CLASS",
		[PLAN_FIELD_PHASES] = "X-PACER-PHASES",   [PLAN_FIELD_CUTBACKS] = "X-PACER-CUTBACK", [PLAN_FIELD_ABOUT] = "DESCRIPTION",
		[PLAN_FIELD_LICENCE] = "X-PACER-LICENSE", [PLAN_FIELD_TRACKS] = "X-PACER-TRACKS",
	};
	if (field == PLAN_FIELD_TITLE)
		return set_title(edit, was, now, err);
	if (field == PLAN_FIELD_VERSION)
		return set_version(edit, now, err);
	if (field == PLAN_FIELD_WEEKS)
		return set_number(edit, NULL, "X-PACER-WEEKS", now->shape.weeks, err);
	/* As it is written, not as a sheet shows it. */
	OWNED_TEXT *shape = field == PLAN_FIELD_PHASES     ? shape_phases_text(&now->shape)
			    : field == PLAN_FIELD_CUTBACKS ? shape_cutbacks_text(&now->shape)
							   : NULL;
	const char *const texts[PLAN_FIELD_COUNT] = {
		[PLAN_FIELD_GOAL] = now->goal,       [PLAN_FIELD_DONE] = now->done,     [PLAN_FIELD_CLASS] = now->class_name,
		[PLAN_FIELD_PHASES] = shape,         [PLAN_FIELD_CUTBACKS] = shape,     [PLAN_FIELD_ABOUT] = now->about,
		[PLAN_FIELD_LICENCE] = now->licence, [PLAN_FIELD_TRACKS] = now->tracks,
	};
	return set_one(edit, NULL, names[field], "", texts[field], true, err);
}
