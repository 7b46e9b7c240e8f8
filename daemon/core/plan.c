#include "plan.h"

#include <uthash.h>

#undef uthash_fatal
#define uthash_fatal(message) abort()

/* clang-format off */
const struct type_info type_info[TYPE_COUNT] = {
	/*                 name       prio grace hard   prepared min  effort */
	[TYPE_EASY]    = {"easy",     1,   1,    false, false,   20,  2},
	[TYPE_SHORT]   = {"short",    3,   1,    false, false,   30,  4},
	[TYPE_MEDIUM]  = {"medium",   4,   2,    false, false,   35,  4},
	[TYPE_SPEED]   = {"speed",    3,   1,    false, false,   20,  5},
	[TYPE_CROSS]   = {"cross",    2,   1,    false, false,   20,  3},
	[TYPE_LONG]    = {"long",     5,   3,    true,  true,    60,  4},
	[TYPE_CHECKIN] = {"checkin",  6,   5,    false, false,   30,  2},
	[TYPE_TUNEUP]  = {"tuneup",   6,   5,    true,  true,    50,  5},
	[TYPE_RACE]    = {"race",     7,   -1,   true,  true,    120, 8},
	[TYPE_REST]    = {"rest",     0,   1,    false, false,   5,   1},
};

const char *const touch_name[TOUCH_COUNT] = {"greet", "interact", "serve", "process"};

const char *const skill_family_name[FAMILY_NONE + 1] = {"soft", "tech", "meta", "none"};

/* RULES 4.2. */
static const struct {
	const char *slug;
	enum skill_family family;
} skills[] = {
	{"empathy", FAMILY_SOFT},       {"listening", FAMILY_SOFT},    {"deescalation", FAMILY_SOFT}, {"writing", FAMILY_SOFT},
	{"expectations", FAMILY_SOFT},  {"rapport", FAMILY_SOFT},      {"resilience", FAMILY_SOFT},   {"mindfulness", FAMILY_SOFT},
	{"teamwork", FAMILY_SOFT},      {"adaptability", FAMILY_SOFT}, {"product", FAMILY_TECH},      {"crm", FAMILY_TECH},
	{"troubleshooting", FAMILY_TECH}, {"triage", FAMILY_TECH},     {"sla", FAMILY_TECH},          {"logs", FAMILY_TECH},
	{"network", FAMILY_TECH},       {"sql", FAMILY_TECH},          {"incident", FAMILY_TECH},     {"rca", FAMILY_TECH},
	{"data", FAMILY_TECH},          {"plan", FAMILY_META},         {"retrieval", FAMILY_META},    {"review", FAMILY_META},
	{"shadowing", FAMILY_META},     {"roleplay", FAMILY_META},     {"assessment", FAMILY_META},   {"mixed", FAMILY_META},
};
/* clang-format on */

bool type_parse(const char *name, enum session_type *ret_type)
{
	for (int type = 0; type < TYPE_COUNT; type++)
		if (strcmp(type_info[type].name, name) == 0) {
			*ret_type = (enum session_type)type;
			return true;
		}
	return false;
}

enum skill_family skill_family(const char *skill)
{
	for (size_t i = 0; i < ARRAY_LEN(skills); i++)
		if (strcmp(skills[i].slug, skill) == 0)
			return skills[i].family;
	return FAMILY_NONE;
}

bool plan_name_is_good(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	size_t length = strlen(name);
	return length && length <= PLAN_NAME_MAX && strspn(name, letters) == length && strcspn(name, "-.");
}

struct plan *plan_new(void)
{
	struct plan *plan = xcalloc(1, sizeof(*plan));
	plan->modified.s = INSTANT_NEVER;
	return plan;
}

/* Every text of a session: what is copied and freed goes through this list. */
enum { SESSION_TEXTS = 19 };
static void texts_of(struct plan_session *session, char **ret_texts[static SESSION_TEXTS])
{
	char **const texts[SESSION_TEXTS] = {
		&session->id,        &session->uid,      &session->zone,    &session->skill,       &session->title,
		&session->milestone, &session->prep,     &session->tip,     &session->description, &session->help,
		&session->link,      &session->fallback, &session->persona, &session->track,       &session->with,
		&session->review,    &session->rubric,   &session->depends, &session->evidence,
	};
	memcpy(ret_texts, texts, sizeof(texts));
}

void plan_session_own(struct plan_session *session)
{
	char **texts[SESSION_TEXTS];
	texts_of(session, texts);
	for (size_t i = 0; i < SESSION_TEXTS; i++)
		*texts[i] = xstrdup(*texts[i]);
}

void plan_session_release(struct plan_session *session)
{
	char **texts[SESSION_TEXTS];
	texts_of(session, texts);
	for (size_t i = 0; i < SESSION_TEXTS; i++)
		free(*texts[i]);
	*session = (struct plan_session){0};
}

void plan_gap_release(struct plan_gap *gap)
{
	free(gap->id);
	free(gap->uid);
	free(gap->title);
	free(gap->why);
}

struct plan *plan_free(struct plan *plan)
{
	if (!plan)
		return NULL;
	char *const owned[] = {plan->name,    plan->file,  plan->revision,   plan->uid,      plan->title,
			       plan->goal,    plan->done,  plan->class_name, plan->tracks,   plan->licence,
			       plan->version, plan->about, plan->lead,       plan->stations, plan->personas};
	for (size_t i = 0; i < ARRAY_LEN(owned); i++)
		free(owned[i]);
	for (size_t i = 0; i < plan->session_count; i++)
		plan_session_release(&plan->sessions[i]);
	for (size_t i = 0; i < plan->gap_count; i++)
		plan_gap_release(&plan->gaps[i]);
	free(plan->sessions);
	free(plan->gaps);
	free(plan);
	return NULL;
}

void plan_leave_out(struct plan *plan, struct plan_gap gap)
{
	/* As in plan_add. */
	size_t count = plan->gap_count;
	if ((count & (count - 1)) == 0)
		plan->gaps = xreallocarray(plan->gaps, count ? count * 2 : 1, sizeof(*plan->gaps));
	plan->gaps[plan->gap_count++] = gap;
}

bool plan_has_gap(const struct plan *plan, const char *uid)
{
	for (size_t i = 0; i < plan->gap_count; i++)
		if (plan->gaps[i].uid && strcmp(plan->gaps[i].uid, uid) == 0)
			return true;
	return false;
}

int plan_line(const struct plan *plan, enum plan_line which)
{
	const enum plan_line order[] = {which, PLAN_LINE_NAME, PLAN_LINE_CALENDAR};
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		if (plan->lines[order[i]])
			return plan->lines[order[i]];
	return 0;
}

struct plan_session *plan_add(struct plan *plan)
{
	/* The room is the next power of two, so that it need not be remembered. */
	size_t count = plan->session_count;
	if ((count & (count - 1)) == 0)
		plan->sessions = xreallocarray(plan->sessions, count ? count * 2 : 1, sizeof(*plan->sessions));
	struct plan_session *session = &plan->sessions[plan->session_count++];
	*session = (struct plan_session){0};
	return session;
}

/* NULL comes before any text. */
static int text_compare(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int session_compare(const void *left, const void *right)
{
	const struct plan_session *a = left, *b = right;
	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	if (a->second != b->second)
		return a->second < b->second ? -1 : 1;
	int by_id = text_compare(a->id, b->id);
	if (by_id)
		return by_id;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return text_compare(a->uid, b->uid);
}

struct id_entry {
	const char *id; /* borrowed from its session */
	UT_hash_handle hh;
};

static void id_remember(struct id_entry **ids, struct id_entry *entry, const char *id)
{
	struct id_entry *found;
	HASH_FIND_STR(*ids, id, found);
	if (found)
		return;
	entry->id = id;
	HASH_ADD_KEYPTR(hh, *ids, id, strlen(id), entry);
}

/* The first free id of the session's day from number *n on: "w05-fr" is number 1, "w05-fr2" number 2; *n becomes the one after it. */
static char *id_make(struct id_entry *ids, const struct plan_session *session, int *n)
{
	for (;;) { /* ends: there are fewer ids than numbers */
		const char *weekday = weekday_short[plan_weekday(session->day)];
		int number = (*n)++;
		char *id = number == 1 ? xasprintf("w%02d-%s", session->week, weekday)
				       : xasprintf("w%02d-%s%d", session->week, weekday, number);
		struct id_entry *found;
		HASH_FIND_STR(ids, id, found);
		if (!found)
			return id;
		free(id);
	}
}

void plan_finish(struct plan *plan)
{
	struct plan_session *sessions = plan->sessions;
	size_t count = plan->session_count;
	if (!count)
		return;
	qsort(sessions, count, sizeof(*sessions), session_compare);
	struct id_entry *ids = NULL, *entries = xcalloc(count, sizeof(*entries));
	for (size_t i = 0; i < count; i++)
		if (sessions[i].id)
			id_remember(&ids, &entries[i], sessions[i].id);
	int n = 1;
	for (size_t i = 0; i < count; i++) {
		if (i && (sessions[i].day != sessions[i - 1].day || sessions[i].week != sessions[i - 1].week))
			n = 1;
		if (sessions[i].id)
			continue;
		sessions[i].id = id_make(ids, &sessions[i], &n);
		id_remember(&ids, &entries[i], sessions[i].id);
	}
	HASH_CLEAR(hh, ids);
	free(entries);
	qsort(sessions, count, sizeof(*sessions), session_compare);
}

/* --- shape ---------------------------------------------------------------------------------------------------------------------- */

enum { SHAPE_WEEKS_MAX = 64 }; /* bits of plan_shape.cutbacks */

static const char *skip_spaces(const char *text)
{
	return text + strspn(text, " ");
}

/* Reads a week number of at most three digits at *text and moves past it; 0 when there is none in 1..weeks. */
static int take_week(const char **text, int weeks)
{
	size_t digits = strspn(*text, "0123456789");
	if (digits < 1 || digits > 3)
		return 0;
	int week = 0;
	for (size_t i = 0; i < digits; i++)
		week = week * 10 + ((*text)[i] - '0');
	*text += digits;
	return week <= weeks && week <= SHAPE_WEEKS_MAX ? week : 0;
}

/* Reads "build=5-12" or "race=18" at *text and moves past it. */
static bool take_phase(const char **text, int weeks, struct plan_phase *ret_phase)
{
	struct plan_phase phase = {0};
	size_t length = strspn(*text, "abcdefghijklmnopqrstuvwxyz-");
	if (length < 1 || length >= sizeof(phase.name) || (*text)[length] != '=')
		return false;
	memcpy(phase.name, *text, length);
	const char *p = *text + length + 1;
	phase.from = phase.to = take_week(&p, weeks);
	if (*p == '-') {
		p++;
		phase.to = take_week(&p, weeks);
	}
	if (!phase.from || phase.to < phase.from || (*p && *p != ' '))
		return false;
	*text = p;
	*ret_phase = phase;
	return true;
}

bool shape_parse_phases(struct plan_shape *shape, const char *text)
{
	struct plan_phase phases[PLAN_PHASES_MAX] = {0};
	int count = 0;
	uint64_t covered = 0;
	for (const char *p = skip_spaces(text); *p; p = skip_spaces(p)) {
		struct plan_phase phase;
		if (count == PLAN_PHASES_MAX || !take_phase(&p, shape->weeks, &phase))
			return false;
		for (int week = phase.from; week <= phase.to; week++) {
			uint64_t bit = UINT64_C(1) << (week - 1);
			if (covered & bit)
				return false;
			covered |= bit;
		}
		phases[count++] = phase;
	}
	memcpy(shape->phases, phases, sizeof(phases));
	shape->phase_count = count;
	return true;
}

bool shape_parse_cutbacks(struct plan_shape *shape, const char *text)
{
	uint64_t cutbacks = 0;
	for (const char *p = skip_spaces(text); *p; p = skip_spaces(p)) {
		int week = take_week(&p, shape->weeks);
		if (!week || (*p && *p != ' '))
			return false;
		cutbacks |= UINT64_C(1) << (week - 1);
	}
	shape->cutbacks = cutbacks;
	return true;
}

char *shape_phases_text(const struct plan_shape *shape)
{
	struct text text = {0};
	for (int i = 0; i < shape->phase_count; i++) {
		const struct plan_phase *phase = &shape->phases[i];
		text_addf(&text, "%s%s=%d", i ? " " : "", phase->name, phase->from);
		if (phase->to != phase->from)
			text_addf(&text, "-%d", phase->to);
	}
	return text_take(&text);
}

char *shape_cutbacks_text(const struct plan_shape *shape)
{
	struct text text = {0};
	for (int week = 1; week <= SHAPE_WEEKS_MAX; week++)
		if (shape_is_cutback(shape, week))
			text_addf(&text, "%s%d", text.len ? " " : "", week);
	return text_take(&text);
}

const char *shape_phase(const struct plan_shape *shape, int week)
{
	for (int i = 0; i < shape->phase_count; i++)
		if (week >= shape->phases[i].from && week <= shape->phases[i].to)
			return shape->phases[i].name;
	return "";
}

bool shape_is_cutback(const struct plan_shape *shape, int week)
{
	return week >= 1 && week <= SHAPE_WEEKS_MAX && (shape->cutbacks >> (week - 1) & 1);
}

bool shape_is_taper(const struct plan_shape *shape, int week)
{
	const char *phase = shape_phase(shape, week);
	return strcmp(phase, "taper") == 0 || strcmp(phase, "race") == 0;
}
