#include "cards.h"
#include "planfield_private.h"
#include "planword.h"

#include <strings.h>

enum { FIELD_QUOTE_MAX = 48 /* bytes of a value in an error */ };

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

static bool has_control(const char *value)
{
	for (const unsigned char *p = (const unsigned char *)value; *p; p++)
		if ((*p < ' ' && !strchr("\n\t\r", *p)) || *p == 0x7F || (*p == 0xC2 && p[1] >= 0x80 && p[1] < 0xA0))
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
	place(session, week, plan_weekday(session->day));
	return 0;
}

static int set_weekday(struct plan_session *session, const char *value, struct err *err)
{
	enum weekday weekday;
	if (!weekday_word(value, strlen(value), &weekday))
		return refuse(err, "weekday", value, "write mo, tu, we, th, fr, sa or su");
	place(session, session->week ? session->week : 1, (int)weekday);
	return 0;
}

static int set_time(struct plan_session *session, const char *value, struct err *err)
{
	return time_of(value, &session->second) ? 0 : refuse(err, "time", value, "write a time like 09:30");
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
		return refuse(err, "effort", value, "write a number from 1 to 10, or 0 for rest");
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
	text_replace(field_text(session, &session_fields[field]), kept ? xstrdup(value) : NULL);
	return 0;
}

int session_field_set(struct plan_session *session, enum session_field field, const char *value, struct err *err)
{
	if (has_control(value))
		return refuse(err, session_fields[field].name, value, "take the control characters out of it");
	OWNED_TEXT *tidied = field_tidy(value, session_fields[field].lines);
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

int session_field_write(struct plan_session *session, enum session_field field, const char *value, struct err *err)
{
	static const struct {
		enum session_field field;
		bool (*is_good)(const char *text);
		const char *what;
	} words[] = {{FIELD_REVIEW, planword_is_review, PLANWORD_REVIEW}, {FIELD_WITH, planword_is_with, PLANWORD_WITH}};
	OWNED_TEXT *tidied = field_tidy(value, false);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (words[i].field == field && *tidied && !words[i].is_good(tidied))
			return refuse(err, session_fields[field].name, tidied, words[i].what);
	return session_field_set(session, field, value, err);
}

/* --- the plan -------------------------------------------------------------------------------------------------------------------- */

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

static bool is_station(const struct plan *plan, const struct card *card, const char *before UNUSED)
{
	return card_week(card, plan->shape.weeks) > 0;
}

static bool is_persona(const struct plan *plan UNUSED, const struct card *card, const char *before)
{
	struct card twin;
	return card_is_slug(card) && !card_find(before, card->key, card->key_length, &twin);
}

/* Every line is a card; empty ones are left out. */
static int set_cards(struct plan *plan, enum plan_field field, const char *value, struct err *err)
{
	const char *what = field == PLAN_FIELD_STATIONS ? "write a line for each: a week of the plan, then whom to turn to"
							: "write a line for each: a slug that no other has, then who that is";
	struct text list = {0};
	for (const char *p = value; *p; p += *p == '\n') {
		struct card card;
		OWNED_TEXT *line = xstrndup(p, strcspn(p, "\n"));
		const char *at = line;
		p += strlen(line);
		if (!line[strspn(line, " ")])
			continue;
		if (!card_next(&at, &card) || !(field == PLAN_FIELD_STATIONS ? is_station : is_persona)(plan, &card, list.data)) {
			text_release(&list);
			return refuse(err, plan_fields[field].name, line, what);
		}
		text_addf(&list, "%s%s", list.len ? "\n" : "", line);
	}
	text_replace(field_text(plan, &plan_fields[field]), list.len ? text_take(&list) : NULL);
	text_release(&list);
	return 0;
}

int plan_field_set(struct plan *plan, enum plan_field field, const char *value, struct err *err)
{
	const char *name = plan_fields[field].name;
	if (has_control(value))
		return refuse(err, name, value, "take the control characters out of it");
	OWNED_TEXT *tidied = field_tidy(value, plan_fields[field].lines);
	if (field == PLAN_FIELD_WEEKS || field == PLAN_FIELD_PHASES || field == PLAN_FIELD_CUTBACKS)
		return set_shape(plan, field, tidied, err);
	size_t most = field == PLAN_FIELD_TITLE ? PLAN_TITLE_MAX : PLAN_TEXT_MAX, bytes = strlen(tidied);
	if (bytes > most)
		return err_set(err, FIELD_BAD, "%s is too long: %zu bytes, shorten it to %zu", name, bytes, most);
	if (field == PLAN_FIELD_TITLE && !bytes)
		return err_set(err, FIELD_BAD, "the plan's title is missing: write what learners are to read");
	if (field == PLAN_FIELD_STATIONS || field == PLAN_FIELD_PERSONAS)
		return set_cards(plan, field, tidied, err);
	if (field == PLAN_FIELD_LEAD && bytes && !plan_name_is_good(tidied))
		return refuse(err, name, tidied, "write the name of a plan, such as team-lead-12, without '.ics'");
	text_replace(field_text(plan, &plan_fields[field]), bytes ? STEAL(tidied) : NULL);
	return 0;
}

int plan_field_write(struct plan *plan, enum plan_field field, const char *value, struct err *err)
{
	OWNED_TEXT *tidied = field_tidy(value, false);
	if (field == PLAN_FIELD_VERSION && *tidied && !planword_is_version(tidied))
		return refuse(err, plan_fields[field].name, tidied, PLANWORD_VERSION);
	return plan_field_set(plan, field, value, err);
}
