#include "planedit.h"

/* --- properties ------------------------------------------------------------------------------------------------------------------ */

/* A field as a property. between: parts of the text that get a line each. No name: it has a way of its own below. */
struct property_row {
	const char *name, *between, *params;
	bool escape;
};

/* clang-format off */
static const struct property_row session_rows[FIELD_COUNT] = {
	[FIELD_SKILL]       = {"X-PACER-SKILL", NULL, "", true},
	[FIELD_EFFORT]      = {"X-PACER-EFFORT", NULL, ";VALUE=INTEGER", false},
	[FIELD_TYPE]        = {"X-PACER-TYPE", NULL, "", false},
	[FIELD_TITLE]       = {"SUMMARY", NULL, "", true},
	[FIELD_MILESTONE]   = {"X-PACER-MILESTONE", NULL, "", true},
	[FIELD_PREP]        = {"X-PACER-PREP", "; ", "", true},
	[FIELD_TIP]         = {"X-PACER-TIP", NULL, "", true},
	[FIELD_DESCRIPTION] = {"DESCRIPTION", NULL, "", true},
	[FIELD_HELP]        = {"X-PACER-HELP", NULL, "", true},
	[FIELD_LINK]        = {"URL", NULL, "", false},
	[FIELD_FALLBACK]    = {"X-PACER-FALLBACK", NULL, "", true},
	[FIELD_PERSONA]     = {"X-PACER-PERSONA", " ", "", true},
	[FIELD_TRACK]       = {"X-PACER-TRACK", NULL, "", true},
	[FIELD_WITH]        = {"X-PACER-WITH", NULL, "", true},
	[FIELD_PASS]        = {"X-PACER-PASS", NULL, ";VALUE=INTEGER", false},
	[FIELD_REVIEW]      = {"X-PACER-REVIEW", NULL, "", true},
	[FIELD_RUBRIC]      = {"X-PACER-RUBRIC", "; ", "", true},
	[FIELD_EVIDENCE]    = {"X-PACER-EVIDENCE", NULL, "", true},
	[FIELD_DEPENDS]     = {"RELATED-TO", " ", ";RELTYPE=DEPENDS-ON", true},
}, plan_rows[PLAN_FIELD_COUNT] = {
	[PLAN_FIELD_TITLE]    = {"NAME", NULL, "", true},
	[PLAN_FIELD_GOAL]     = {"X-PACER-GOAL", NULL, "", true},
	[PLAN_FIELD_DONE]     = {"X-PACER-DONE", NULL, "", true},
	[PLAN_FIELD_CLASS]    = {"X-PACER-CLASS", NULL, "", true},
	[PLAN_FIELD_WEEKS]    = {"X-PACER-WEEKS", NULL, ";VALUE=INTEGER", false},
	[PLAN_FIELD_PHASES]   = {"X-PACER-PHASES", NULL, "", true},
	[PLAN_FIELD_CUTBACKS] = {"X-PACER-CUTBACK", NULL, "", true},
	[PLAN_FIELD_ABOUT]    = {"DESCRIPTION", NULL, "", true},
	[PLAN_FIELD_LICENCE]  = {"X-PACER-LICENSE", NULL, "", true},
	[PLAN_FIELD_VERSION]  = {"X-PACER-VERSION", NULL, "", true},
	[PLAN_FIELD_TRACKS]   = {"X-PACER-TRACKS", NULL, "", true},
	[PLAN_FIELD_LEAD]     = {"X-PACER-LEAD", NULL, "", true},
	[PLAN_FIELD_STATIONS] = {"X-PACER-STATION", "\n", "", true},
	[PLAN_FIELD_PERSONAS] = {"X-PACER-PERSONA", "\n", "", true},
};
/* clang-format on */

/* A line for each part of the value; an empty value takes the property out. */
static int put(struct edit *edit, const char *uid, const struct property_row *row, const char *value, struct err *err)
{
	size_t count = 0, gap = row->between ? strlen(row->between) : 0;
	OWNED_TEXT *copy = xstrdup(value);
	const char **parts = xcalloc(strlen(copy) + 1, sizeof(*parts));
	for (char *at = copy; *at;) {
		char *end = gap ? strstr(at, row->between) : NULL;
		if (end)
			*end = '\0';
		if (*at)
			parts[count++] = at;
		at = end ? end + gap : at + strlen(at);
	}
	int r = edit_set(edit, uid, row->name, row->params, parts, count, row->escape, err);
	free(parts);
	return r;
}

static int take_out(struct edit *edit, const char *uid, const char *name, struct err *err)
{
	return edit_set(edit, uid, name, "", NULL, 0, false, err);
}

/* --- what follows from a field --------------------------------------------------------------------------------------------------- */

static const char *const family_names[] = {[FAMILY_SOFT] = "soft", [FAMILY_TECH] = "tech", [FAMILY_META] = "meta", [FAMILY_NONE] = ""};

/* The word in the list of categories becomes another; "" takes it out. */
static void swap_word(char **list, const char *from, const char *to)
{
	struct text out = {0};
	if (!*from || !strcmp(from, to))
		return;
	for (const char *p = *list; *p;) {
		size_t n = strcspn(p, ",");
		bool hit = strlen(from) == n && !strncasecmp(p, from, n);
		const char *word = hit ? to : p;
		size_t length = hit ? strlen(to) : n;
		text_add(&out, out.len && length ? "," : "");
		text_add_n(&out, word, length);
		p += n + (p[n] == ',');
	}
	text_replace(list, text_take(&out));
}

/* Type and skill stand in CATEGORIES as well, for calendar programs. Of several lines which one says what is not for us to tell. */
static int put_categories(struct edit *edit, const struct plan_session *was, const struct plan_session *now, enum session_field field,
			  struct err *err)
{
	static const struct property_row row = {"CATEGORIES", NULL, "", false};
	if (edit_count(edit, now->uid, row.name) != 1)
		return 0;
	OWNED_TEXT *before = edit_get(edit, now->uid, row.name, false);
	OWNED_TEXT *list = xstrdup(before);
	if (field == FIELD_TYPE) {
		swap_word(&list, type_info[was->type].name, type_info[now->type].name);
	} else {
		swap_word(&list, family_names[skill_family(was->skill)], family_names[skill_family(now->skill)]);
		swap_word(&list, was->skill, now->skill);
	}
	return strcmp(before, list) != 0 ? put(edit, now->uid, &row, list, err) : 0;
}

static char *concept_of(const char *skill)
{
	const char *family = family_names[skill_family(skill)];
	return *family ? xasprintf("urn:example:skill:%s:%s", family, skill) : xstrdup("");
}

/* CONCEPT says the new skill where it said the old (STANDARDS 4.4). */
static int put_concept(struct edit *edit, const struct plan_session *was, const struct plan_session *now, struct err *err)
{
	static const struct property_row row = {"CONCEPT", NULL, ";VALUE=URI", false};
	OWNED_TEXT *before = concept_of(was->skill), *concept = concept_of(now->skill);
	OWNED_TEXT *there = edit_get(edit, now->uid, row.name, false);
	return there && *before && !strcmp(there, before) ? put(edit, now->uid, &row, concept, err) : 0;
}

/* DTEND gives way to DURATION: it says the same, and moves with the start. */
static int put_minutes(struct edit *edit, const struct plan_session *now, struct err *err)
{
	static const struct property_row row = {"DURATION", NULL, "", false};
	OWNED_TEXT *length = xasprintf("PT%dM", now->minutes);
	int r = take_out(edit, now->uid, "DTEND", err);
	if (!r)
		r = take_out(edit, now->uid, "DUE", err);
	return r ? r : put(edit, now->uid, &row, length, err);
}

/* --- sessions -------------------------------------------------------------------------------------------------------------------- */

int planedit_put(struct edit *edit, int32_t anchor, const struct plan_session *was, const struct plan_session *now,
		 enum session_field field, struct err *err)
{
	if (field == FIELD_WEEK || field == FIELD_WEEKDAY || field == FIELD_TIME)
		return edit_move(edit, now->uid, anchor + now->day, now->second, err);
	if (field == FIELD_MINUTES)
		return put_minutes(edit, now, err);
	OWNED_TEXT *value = session_field_get(NULL, now, field);
	int r = put(edit, now->uid, &session_rows[field], value, err);
	if (!r && (field == FIELD_TYPE || field == FIELD_SKILL))
		r = put_categories(edit, was, now, field, err);
	if (!r && field == FIELD_SKILL)
		r = put_concept(edit, was, now, err);
	if (!r && field == FIELD_HELP && !*value) /* it would take its place */
		r = take_out(edit, now->uid, "CONTACT", err);
	return r;
}

static const char *uid_of(const struct plan *plan, const char *word)
{
	for (size_t i = 0; i < plan->session_count; i++)
		if (plan->sessions[i].uid && /* none: taken out in this very edit */
		    (!strcasecmp(plan->sessions[i].id, word) || !strcmp(plan->sessions[i].uid, word)))
			return plan->sessions[i].uid;
	return NULL;
}

/* The words of the session's dependencies as UIDs. */
static int depends_of(const struct plan *plan, const struct plan_session *now, struct text *uids, struct err *err)
{
	const char *list = now->depends ? now->depends : "";
	for (list += strspn(list, " "); *list; list += strspn(list, " ")) {
		size_t n = strcspn(list, " ");
		OWNED_TEXT *word = xstrndup(list, n);
		const char *uid = uid_of(plan, word);
		if (!uid || !strcmp(uid, now->uid))
			return err_set(err, PLANEDIT_NO_SESSION, "%s", word);
		text_addf(uids, "%s%s", uids->len ? " " : "", uid);
		list += n;
	}
	return 0;
}

int planedit_session(struct edit *edit, const struct plan *plan, const struct plan_session *was, const struct plan_session *now,
		     enum session_field field, struct err *err)
{
	struct plan_session known = *now;
	CLEANUP(text_release) struct text uids = {0};
	if (field == FIELD_DEPENDS) {
		int r = depends_of(plan, now, &uids, err);
		if (r)
			return r;
		known.depends = uids.data;
	}
	return planedit_put(edit, plan->anchor, was, &known, field, err);
}

/* --- the plan -------------------------------------------------------------------------------------------------------------------- */

/* The older word for NAME, where it says the same (RFC 7986 5.1). */
static int put_calendar_name(struct edit *edit, const char *was, const char *now, struct err *err)
{
	static const struct property_row row = {"X-WR-CALNAME", NULL, "", true};
	OWNED_TEXT *there = edit_get(edit, NULL, row.name, true);
	return there && !strcmp(there, was) ? put(edit, NULL, &row, now, err) : 0;
}

int planedit_plan(struct edit *edit, const struct plan *was, const struct plan *now, enum plan_field field, struct err *err)
{
	struct property_row row = plan_rows[field];
	OWNED_TEXT *value = plan_field_get(now, field);
	if (field == PLAN_FIELD_VERSION && *value && strlen(value) < 10 && !value[strspn(value, "0123456789")])
		row.params = ";VALUE=INTEGER";
	int r = put(edit, NULL, &row, value, err);
	return r || field != PLAN_FIELD_TITLE ? r : put_calendar_name(edit, was->title, now->title, err);
}
