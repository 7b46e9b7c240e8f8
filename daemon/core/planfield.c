#include "planfield.h"

#include <strings.h>

enum { FIELD_QUOTE_MAX = 48 /* bytes of a value in an error */ };

/* clang-format off */
const struct field_info session_fields[FIELD_COUNT] = {
	[FIELD_ID]          = {"id",          false, "ties the line to its session; empty for a new one"},
	[FIELD_WEEK]        = {"week",        false, "1 is the first"},
	[FIELD_WEEKDAY]     = {"weekday",     false, "mo tu we th fr sa su"},
	[FIELD_TIME]        = {"time",        false, "on the wall clock, such as 09:30"},
	[FIELD_MINUTES]     = {"minutes",     false, "how long it is planned to take"},
	[FIELD_TYPE]        = {"type",        false, "easy short medium speed cross long checkin tuneup race rest"},
	[FIELD_SKILL]       = {"skill",       false, "what it trains, one word"},
	[FIELD_EFFORT]      = {"effort",      false, "0 to 10"},
	[FIELD_TITLE]       = {"title",       false, "what the learner reads"},
	[FIELD_MILESTONE]   = {"milestone",   false, "what is reached with it"},
	[FIELD_PREP]        = {"prep",        false, "what to lay out, with '; ' between"},
	[FIELD_TIP]         = {"tip",         false, "a word from the coach"},
	[FIELD_DESCRIPTION] = {"description", true,  "what to do and what good looks like"},
	[FIELD_HELP]        = {"help",        false, "whom to ask"},
	[FIELD_LINK]        = {"link",        false, "an address: https://..."},
	[FIELD_FALLBACK]    = {"fallback",    false, "ten minutes that can be done instead"},
	[FIELD_PERSONA]     = {"persona",     false, "the customer of a role play"},
	[FIELD_TRACK]       = {"track",       false, "for one track of the plan only"},
	[FIELD_WITH]        = {"with",        false, "who takes part, such as role=manager"},
	[FIELD_PASS]        = {"pass",        false, "pass mark in percent"},
	[FIELD_REVIEW]      = {"review",      false, "days after it to ask again, such as 1 3 7 21"},
	[FIELD_RUBRIC]      = {"rubric",      false, "rows to score by, with '; ' between"},
	[FIELD_DEPENDS]     = {"depends",     false, "ids of sessions it needs first"},
};

const struct field_info plan_fields[PLAN_FIELD_COUNT] = {
	[PLAN_FIELD_TITLE]    = {"title",    false, "what learners read"},
	[PLAN_FIELD_GOAL]     = {"goal",     false, "where it leads"},
	[PLAN_FIELD_DONE]     = {"done",     false, "how to tell that the goal is reached"},
	[PLAN_FIELD_CLASS]    = {"class",    false, "5k 10k half marathon ultra"},
	[PLAN_FIELD_WEEKS]    = {"weeks",    false, "how many there are"},
	[PLAN_FIELD_PHASES]   = {"phases",   false, "such as base=1-4 build=5-12 race=18"},
	[PLAN_FIELD_CUTBACKS] = {"cutbacks", false, "lighter weeks, such as 4 8 12"},
	[PLAN_FIELD_ABOUT]    = {"about",    true,  "what the plan is for"},
	[PLAN_FIELD_LICENCE]  = {"licence",  false, "such as MIT"},
	[PLAN_FIELD_VERSION]  = {"version",  false, "of the plan"},
	[PLAN_FIELD_TRACKS]   = {"tracks",   false, "tracks that sessions may belong to"},
};
/* clang-format on */

void text_fault_release(struct text_fault *fault)
{
	free(fault->text);
	*fault = (struct text_fault){0};
}

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

/* --- values ---------------------------------------------------------------------------------------------------------------------- */

/* The value for an error: short, on one line, nothing in it that steers a terminal. */
static char *quoted(const char *value)
{
	size_t n = strlen(value);
	bool cut = n > FIELD_QUOTE_MAX;
	if (cut)
		for (n = FIELD_QUOTE_MAX; n && ((unsigned char)value[n] & 0xC0) == 0x80;)
			n--;
	char *text = xasprintf("%.*s%s", (int)n, value, cut ? "..." : "");
	for (char *p = text; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7F)
			*p = '?';
	return text;
}

static int refuse(struct err *err, const char *name, const char *value, const char *what)
{
	OWNED_TEXT *text = quoted(value);
	return err_set(err, FIELD_BAD, "%s is not usable: '%s', %s", name, text, what);
}

/* As it is kept: one line unless lines, no blanks at the ends of it, or of each. */
static char *tidy(const char *value, bool lines)
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

static bool has_control(const char *value)
{
	for (; *value; value++)
		if (((unsigned char)*value < ' ' && !strchr("\n\t\r", *value)) || *value == 0x7F)
			return true;
	return false;
}

/* Digits and nothing else; false also for what is out of range. */
static bool number_parse(const char *value, int least_value, int most_value, int *ret)
{
	size_t digits = strspn(value, "0123456789");
	if (digits < 1 || digits > 6 || value[digits])
		return false;
	int number = 0;
	for (size_t i = 0; i < digits; i++)
		number = number * 10 + (value[i] - '0');
	if (number < least_value || number > most_value)
		return false;
	*ret = number;
	return true;
}

static bool weekday_of(const char *value, enum weekday *ret)
{
	for (int i = 0; i < WEEK_DAYS; i++)
		if (!strcasecmp(weekday_short[i], value)) {
			*ret = (enum weekday)i;
			return true;
		}
	return weekday_parse(value, strlen(value), ret);
}

/* "9:30" and what spreadsheets make of it: "09:30:00", "9:30 AM", "09:30:00 PM". */
static bool time_of(const char *value, int32_t *ret_second)
{
	size_t n = strspn(value, "0123456789:");
	OWNED_TEXT *clock = xstrndup(value, n);
	const char *half = value + n + strspn(value + n, " ");
	bool pm = !strcasecmp(half, "pm"), am = !strcasecmp(half, "am");
	if (*half && !am && !pm)
		return false;
	char *last = strrchr(clock, ':');
	if (last && strchr(clock, ':') != last) {
		if (strcmp(last, ":00") != 0)
			return false;
		*last = '\0';
	}
	int32_t second;
	if (!clock_parse(clock, &second))
		return false;
	int32_t hour = second / HOUR_S;
	if ((am || pm) && (hour < 1 || hour > 12))
		return false;
	if (am || pm)
		second += (pm && hour < 12 ? 12 : am && hour == 12 ? -12 : 0) * HOUR_S;
	*ret_second = second;
	return true;
}

static bool is_address(const char *value)
{
	static const char *const schemes[] = {"http:", "https:", "mailto:"};
	if (strchr(value, ' '))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (!strncasecmp(value, schemes[i], strlen(schemes[i])) && value[strlen(schemes[i])])
			return true;
	return false;
}

static void to_lower(char *text)
{
	for (; *text; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text - 'A' + 'a');
}

/* --- sessions -------------------------------------------------------------------------------------------------------------------- */

/* Where a text is kept; NULL: the field is none. */
static char **text_of(struct plan_session *session, enum session_field field)
{
	/* clang-format off */
	char **const texts[FIELD_COUNT] = {
		[FIELD_ID] = &session->id, [FIELD_SKILL] = &session->skill, [FIELD_TITLE] = &session->title,
		[FIELD_MILESTONE] = &session->milestone, [FIELD_PREP] = &session->prep, [FIELD_TIP] = &session->tip,
		[FIELD_DESCRIPTION] = &session->description, [FIELD_HELP] = &session->help, [FIELD_LINK] = &session->link,
		[FIELD_FALLBACK] = &session->fallback, [FIELD_PERSONA] = &session->persona, [FIELD_TRACK] = &session->track,
		[FIELD_WITH] = &session->with, [FIELD_REVIEW] = &session->review, [FIELD_RUBRIC] = &session->rubric,
		[FIELD_DEPENDS] = &session->depends,
	};
	/* clang-format on */
	return texts[field];
}

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
		return xstrdup(weekday_short[session->day % WEEK_DAYS]);
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
	const char *text = *text_of((struct plan_session *)session, field);
	return tidy(text ? text : "", session_fields[field].lines);
}

static void place(struct plan_session *session, int week, int weekday)
{
	session->week = week;
	session->day = (week - 1) * WEEK_DAYS + weekday;
}

static int set_week(struct plan_session *session, const char *value, struct err *err)
{
	int week;
	if (!number_parse(value, 1, PLAN_WEEKS_MAX, &week))
		return refuse(err, "week", value, "write a number from 1 to 52");
	place(session, week, session->day % WEEK_DAYS);
	return 0;
}

static int set_weekday(struct plan_session *session, const char *value, struct err *err)
{
	enum weekday weekday;
	if (!weekday_of(value, &weekday))
		return refuse(err, "weekday", value, "write mo, tu, we, th, fr, sa or su");
	place(session, session->week ? session->week : 1, (int)weekday);
	return 0;
}

static int set_time(struct plan_session *session, const char *value, struct err *err)
{
	return time_of(value, &session->second) ? 0 : refuse(err, "time", value, "write it like 09:30");
}

static int set_type(struct plan_session *session, const char *value, struct err *err)
{
	OWNED_TEXT *lower = xstrdup(value);
	to_lower(lower);
	return type_parse(lower, &session->type) ? 0
						 : refuse(err, "type", value,
							  "use easy, short, medium, speed, cross, long, checkin, "
							  "tuneup, race or rest");
}

static int set_minutes(struct plan_session *session, const char *value, struct err *err)
{
	if (!*value)
		session->minutes = type_info[session->type].minutes;
	else if (!number_parse(value, 1, PLAN_DATED_MINUTES_MAX, &session->minutes))
		return refuse(err, "minutes", value, "write a number from 5 to 180");
	return 0;
}

static int set_effort(struct plan_session *session, const char *value, struct err *err)
{
	if (!*value)
		session->effort = type_info[session->type].effort;
	else if (!number_parse(value, 0, PLAN_EFFORT_MAX, &session->effort))
		return refuse(err, "effort", value, "write a number from 0 to 10");
	return 0;
}

static int set_pass(struct plan_session *session, const char *value, struct err *err)
{
	size_t n = strlen(value);
	OWNED_TEXT *bare = xstrndup(value, n && value[n - 1] == '%' ? n - 1 : n);
	for (n = strlen(bare); n && bare[n - 1] == ' '; n--)
		bare[n - 1] = '\0';
	if (!*value)
		session->pass = 0;
	else if (!number_parse(bare, 1, 100, &session->pass))
		return refuse(err, "pass", value, "write a percentage from 1 to 100");
	return 0;
}

static int set_text(struct plan_session *session, enum session_field field, char *value, struct err *err)
{
	const char *name = session_fields[field].name;
	size_t most = field == FIELD_TITLE ? PLAN_TITLE_MAX : field == FIELD_ID ? PLAN_ID_MAX : PLAN_TEXT_MAX, bytes = strlen(value);
	if (bytes > most)
		return err_set(err, FIELD_BAD, "%s is too long: %zu bytes, shorten it to %zu", name, bytes, most);
	if (field == FIELD_TITLE && !bytes)
		return err_set(err, FIELD_BAD, "the title is missing: write what the learner is to read");
	if (field == FIELD_LINK && bytes && !is_address(value))
		return refuse(err, name, value, "write an address that begins with https://, http:// or mailto:");
	if (field == FIELD_SKILL || field == FIELD_ID)
		to_lower(value);
	if (field == FIELD_SKILL && strchr(value, ' '))
		return refuse(err, name, value, "write one word");
	bool kept = bytes || field == FIELD_SKILL;
	text_replace(text_of(session, field), kept ? xstrdup(value) : NULL);
	return 0;
}

int session_field_set(struct plan_session *session, enum session_field field, const char *value, struct err *err)
{
	if (has_control(value))
		return refuse(err, session_fields[field].name, value, "take the control characters out of it");
	OWNED_TEXT *tidied = tidy(value, session_fields[field].lines);
	switch ((int)field) {
	case FIELD_WEEK:
		return set_week(session, tidied, err);
	case FIELD_WEEKDAY:
		return set_weekday(session, tidied, err);
	case FIELD_TIME:
		return set_time(session, tidied, err);
	case FIELD_TYPE:
		return set_type(session, tidied, err);
	case FIELD_MINUTES:
		return set_minutes(session, tidied, err);
	case FIELD_EFFORT:
		return set_effort(session, tidied, err);
	case FIELD_PASS:
		return set_pass(session, tidied, err);
	}
	return set_text(session, field, tidied, err);
}

/* --- the plan -------------------------------------------------------------------------------------------------------------------- */

static char **plan_text_of(struct plan *plan, enum plan_field field)
{
	char **const texts[PLAN_FIELD_COUNT] = {
		[PLAN_FIELD_TITLE] = &plan->title,      [PLAN_FIELD_GOAL] = &plan->goal,     [PLAN_FIELD_DONE] = &plan->done,
		[PLAN_FIELD_CLASS] = &plan->class_name, [PLAN_FIELD_ABOUT] = &plan->about,   [PLAN_FIELD_LICENCE] = &plan->licence,
		[PLAN_FIELD_VERSION] = &plan->version,  [PLAN_FIELD_TRACKS] = &plan->tracks,
	};
	return texts[field];
}

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
	const char *text = *plan_text_of((struct plan *)plan, field);
	return tidy(text ? text : "", plan_fields[field].lines);
}

static int set_shape(struct plan *plan, enum plan_field field, const char *value, struct err *err)
{
	const char *name = plan_fields[field].name;
	if (field == PLAN_FIELD_WEEKS)
		return number_parse(value, 1, PLAN_WEEKS_MAX, &plan->shape.weeks) ? 0
										  : refuse(err, name, value, "write a number from 1 to 52");
	if (field == PLAN_FIELD_PHASES)
		return shape_parse_phases(&plan->shape, value)
			       ? 0
			       : refuse(err, name, value, "name weeks of the plan like base=1-4 build=5-12 race=18");
	return shape_parse_cutbacks(&plan->shape, value) ? 0 : refuse(err, name, value, "name weeks of the plan like 4 8 12");
}

int plan_field_set(struct plan *plan, enum plan_field field, const char *value, struct err *err)
{
	const char *name = plan_fields[field].name;
	if (has_control(value))
		return refuse(err, name, value, "take the control characters out of it");
	OWNED_TEXT *tidied = tidy(value, plan_fields[field].lines);
	if (field == PLAN_FIELD_WEEKS || field == PLAN_FIELD_PHASES || field == PLAN_FIELD_CUTBACKS)
		return set_shape(plan, field, tidied, err);
	size_t most = field == PLAN_FIELD_TITLE ? PLAN_TITLE_MAX : PLAN_TEXT_MAX, bytes = strlen(tidied);
	if (bytes > most)
		return err_set(err, FIELD_BAD, "%s is too long: %zu bytes, shorten it to %zu", name, bytes, most);
	if (field == PLAN_FIELD_TITLE && !bytes)
		return err_set(err, FIELD_BAD, "the plan's title is missing: write what learners are to read");
	text_replace(plan_text_of(plan, field), bytes ? STEAL(tidied) : NULL);
	return 0;
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
