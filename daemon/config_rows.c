/* The table of settings: what each is called, means, may be, and is when nobody says. */
#include <strings.h>

#include "config.h"
#include "ini.h"

enum {
	TEXT_BYTES_MAX = 200,
	ZONE_BYTES_MAX = 64,
	SNOOZE_MIN_MIN = 1,
	SNOOZE_MIN_MAX = 120,
	LATE_MIN_MIN = 5,
	LATE_MIN_MAX = 240,
};

/* --- kinds ----------------------------------------------------------------------------------------------------------------------- */

static bool minutes_parse(const char *text, int least, int most, int *ret_minutes)
{
	size_t digits = strspn(text, "0123456789");
	if (digits < 1 || digits > 4 || text[digits])
		return false;
	int minutes = (int)strtol(text, NULL, 10);
	if (minutes < least || minutes > most)
		return false;
	*ret_minutes = minutes;
	return true;
}

/* "on" is the first word, "off" the second. */
static bool bool_parse(const char *text, bool *ret_on)
{
	bool on = strcasecmp(text, "on") == 0;
	if (!on && strcasecmp(text, "off") != 0)
		return false;
	*ret_on = on;
	return true;
}

/* One of the words, in lower case; NULL-terminated. The slot owns its copy. */
/* One of two words, the one that means yes first. */
static bool choice_set(bool *slot, const char *text, const char *yes, const char *no)
{
	if (strcasecmp(text, yes) != 0 && strcasecmp(text, no) != 0)
		return false;
	*slot = strcasecmp(text, yes) == 0;
	return true;
}

static bool text_set(char **slot, const char *text, size_t bytes_max)
{
	size_t length = strlen(text);
	if (length > bytes_max || !ini_is_text(text, length))
		return false;
	text_replace(slot, xstrdup(text));
	return true;
}

/* "mon" or "sun-thu": a span may run over the end of the week. Blanks around are fine. */
static bool span_parse(const char *text, size_t length, unsigned *ret_days)
{
	while (length && text[0] == ' ') {
		text++;
		length--;
	}
	while (length && text[length - 1] == ' ')
		length--;
	const char *dash = memchr(text, '-', length);
	size_t first = dash ? (size_t)(dash - text) : length;
	enum weekday from, to;
	if (!weekday_parse(text, first, &from))
		return false;
	to = from;
	if (dash && !weekday_parse(dash + 1, length - first - 1, &to))
		return false;
	for (int day = (int)from;; day = (day + 1) % WEEK_DAYS) { /* at most once around */
		*ret_days |= 1u << day;
		if (day == (int)to)
			return true;
	}
}

static bool days_parse(const char *text, unsigned *ret_days)
{
	unsigned days = 0;
	for (;;) { /* ends with the text */
		size_t length = strcspn(text, ",");
		if (!span_parse(text, length, &days))
			return false;
		if (!text[length])
			break;
		text += length + 1;
	}
	*ret_days = days;
	return true;
}

/* "12:30-13:15"; "none" is an empty one. */
static bool lunch_parse(const char *text, int32_t *ret_from_s, int32_t *ret_to_s)
{
	int32_t from_s = 0, to_s = 0;
	if (strcasecmp(text, "none") != 0) {
		const char *dash = strchr(text, '-');
		if (!dash)
			return false;
		OWNED_TEXT *from = xstrndup(text, (size_t)(dash - text));
		if (!clock_parse(from, &from_s) || !clock_parse(dash + 1, &to_s) || from_s >= to_s)
			return false;
	}
	*ret_from_s = from_s;
	*ret_to_s = to_s;
	return true;
}

/* --- one for each row ------------------------------------------------------------------------------------------------------------ */

static bool set_work_days(struct settings *settings, const char *text)
{
	return days_parse(text, &settings->policy.work_days);
}

static bool set_work_from(struct settings *settings, const char *text)
{
	return clock_parse(text, &settings->policy.work_from_s);
}

static bool set_work_to(struct settings *settings, const char *text)
{
	return clock_parse(text, &settings->policy.work_to_s);
}

static bool set_lunch(struct settings *settings, const char *text)
{
	return lunch_parse(text, &settings->policy.lunch_from_s, &settings->policy.lunch_to_s);
}

static bool set_snooze(struct settings *settings, const char *text)
{
	return minutes_parse(text, SNOOZE_MIN_MIN, SNOOZE_MIN_MAX, &settings->policy.snooze_min);
}

static bool set_more_time(struct settings *settings, const char *text)
{
	return minutes_parse(text, SNOOZE_MIN_MIN, SNOOZE_MIN_MAX, &settings->policy.more_time_min);
}

static bool set_late(struct settings *settings, const char *text)
{
	return minutes_parse(text, LATE_MIN_MIN, LATE_MIN_MAX, &settings->policy.late_min);
}

static bool set_style(struct settings *settings, const char *text)
{
	return choice_set(&settings->policy.brief, text, "brief", "full");
}

static bool set_prep(struct settings *settings, const char *text)
{
	return bool_parse(text, &settings->policy.prep_reminders);
}

static bool set_prep_time(struct settings *settings, const char *text)
{
	return clock_parse(text, &settings->policy.prep_s);
}

/* Whether the zone exists is for config_load to ask. */
static bool set_zone(struct settings *settings, const char *text)
{
	return *text && text_set(&settings->timezone, text, ZONE_BYTES_MAX);
}

static bool set_digest(struct settings *settings, const char *text)
{
	return choice_set(&settings->policy.digest, text, "return", "none");
}

static bool set_manager(struct settings *settings, const char *text)
{
	return text_set(&settings->manager_contact, text, TEXT_BYTES_MAX);
}

static bool set_help(struct settings *settings, const char *text)
{
	return text_set(&settings->help_contact, text, TEXT_BYTES_MAX);
}

/* --- the table ------------------------------------------------------------------------------------------------------------------- */

/* clang-format off */
const struct config_row config_rows[] = {
	{"hours.work_days", "days", "days like mon-fri, or mon,tue,thu",
	 "the days you learn on; sessions on other days are shown before you enrol", "mon-fri", set_work_days},
	{"hours.from", "clock", "a time like 09:00, before hours.to",
	 "when your working day begins", "09:00", set_work_from},
	{"hours.to", "clock", "a time like 17:30, after hours.from",
	 "when your working day ends", "17:30", set_work_to},
	{"hours.lunch", "span", "two times like 12:30-13:15, or none",
	 "your lunch break; sessions in it are shown before you enrol", "12:30-13:15", set_lunch},
	{"prompts.snooze", "minutes", "minutes from 1 to 120",
	 "how long Snooze waits before it asks again", "10", set_snooze},
	{"prompts.more_time", "minutes", "minutes from 1 to 120",
	 "how much More time adds to a running session", "10", set_more_time},
	{"prompts.late", "minutes", "minutes from 5 to 240",
	 "a prompt that could not be shown for longer than this goes into one digest", "30", set_late},
	{"prompts.style", "choice", "brief or full",
	 "brief leaves the tip out of the start prompt", "full", set_style},
	{"prompts.prep", "bool", "on or off",
	 "remind you of what to prepare, one working day before a long session, tune-up or race", "on", set_prep},
	{"prompts.prep_time", "clock", "a time like 16:30",
	 "when that reminder comes", "16:30", set_prep_time},
	{"time.zone", "zone", "follow, or a zone like Europe/Berlin",
	 "follow goes with the computer's zone when you travel; a name keeps sessions on that clock", "follow", set_zone},
	{"digest.rhythm", "choice", "return or none",
	 "return: one summary when sessions passed while nobody could be told; none: they wait in the inbox", "return", set_digest},
	{"people.manager", "text", "a name or an address, at most 200 bytes",
	 "your manager: named as the one to turn to for check-ins", "", set_manager},
	{"people.help", "text", "a name or an address, at most 200 bytes",
	 "whom to ask when a plan names nobody", "", set_help},
	{NULL, NULL, NULL, NULL, NULL, NULL},
};
/* clang-format on */

const struct config_row *config_row_find(const char *name)
{
	for (const struct config_row *row = config_rows; row->name; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

void settings_release(struct settings *settings)
{
	free(settings->timezone);
	free(settings->manager_contact);
	free(settings->help_contact);
	*settings = (struct settings){0};
}
