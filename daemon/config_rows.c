/* The table of settings: what each is called, means, may be, and is when nobody says. */
#include <strings.h>

#include "config.h"
#include "ini.h"

enum {
	ZONE_BYTES_MAX = 64,
	SNOOZE_MIN_MIN = 1,
	SNOOZE_MIN_MAX = 120,
	LATE_MIN_MIN = 5,
	LATE_MIN_MAX = 240,
	A_DAY_MIN = 2,
	A_DAY_MAX = 20,
	SPACING_MIN_MAX = 120,
	AGAIN_MIN_MIN = 1,
	AGAIN_MIN_MAX = 120,
};

/* --- kinds ----------------------------------------------------------------------------------------------------------------------- */

static bool number_parse(const char *text, int least, int most, int *ret_number)
{
	size_t digits = strspn(text, "0123456789");
	if (digits < 1 || digits > 4 || text[digits])
		return false;
	int number = (int)strtol(text, NULL, 10);
	if (number < least || number > most)
		return false;
	*ret_number = number;
	return true;
}

/* "off" is 0. */
static bool number_or_off_parse(const char *text, int least, int most, int *ret_number)
{
	if (strcasecmp(text, "off") != 0)
		return number_parse(text, least, most, ret_number);
	*ret_number = 0;
	return true;
}

static bool bool_parse(const char *text, bool *ret_on)
{
	bool on = strcasecmp(text, "on") == 0;
	if (!on && strcasecmp(text, "off") != 0)
		return false;
	*ret_on = on;
	return true;
}

/* Which of the words (NULL-terminated) it is, from 0. */
static bool choice_parse(const char *text, const char *const *words, int *ret_choice)
{
	for (int choice = 0; words[choice]; choice++)
		if (strcasecmp(text, words[choice]) == 0) {
			*ret_choice = choice;
			return true;
		}
	return false;
}

static bool text_set(char **slot, const char *text, size_t bytes_max)
{
	size_t length = strlen(text);
	if (length > bytes_max || !ini_is_text(text, length))
		return false;
	text_replace(slot, xstrdup(text));
	return true;
}

/* "mon", "sun-thu" or "su-th": a span may run over the end of the week. Blanks around are fine. */
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
	if (!weekday_word(text, first, &from))
		return false;
	to = from;
	if (dash && !weekday_word(dash + 1, length - first - 1, &to))
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

/* "09:15" or "09:15, 13:15, 16:30": at most SLOTS_MAX, each later than the one before. Blanks around are fine. */
static bool slots_parse(const char *text, int32_t ret_slots_s[static SLOTS_MAX], int *ret_count)
{
	int32_t slots_s[SLOTS_MAX] = {0};
	int count = 0;
	for (;; text++) { /* at most SLOTS_MAX times around */
		size_t length = strcspn(text, ",");
		OWNED_TEXT *whole = xstrndup(text, length), *clock = ini_trim(whole);
		if (count == SLOTS_MAX || !clock_parse(clock, &slots_s[count]))
			return false;
		if (count && slots_s[count] <= slots_s[count - 1])
			return false;
		count++;
		text += length;
		if (!*text)
			break;
	}
	memcpy(ret_slots_s, slots_s, sizeof(slots_s));
	*ret_count = count;
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
	return number_parse(text, SNOOZE_MIN_MIN, SNOOZE_MIN_MAX, &settings->policy.snooze_min);
}

static bool set_more_time(struct settings *settings, const char *text)
{
	return number_parse(text, SNOOZE_MIN_MIN, SNOOZE_MIN_MAX, &settings->policy.more_time_min);
}

static bool set_late(struct settings *settings, const char *text)
{
	return number_parse(text, LATE_MIN_MIN, LATE_MIN_MAX, &settings->policy.late_min);
}

static bool set_style(struct settings *settings, const char *text)
{
	static const char *const words[] = {"full", "brief", NULL};
	int choice;
	if (!choice_parse(text, words, &choice))
		return false;
	settings->policy.brief = choice == 1;
	return true;
}

static bool set_breathing(struct settings *settings, const char *text)
{
	return bool_parse(text, &settings->policy.breathing);
}

static bool set_rough_week(struct settings *settings, const char *text)
{
	return bool_parse(text, &settings->policy.rough_week);
}

static bool set_sound(struct settings *settings, const char *text)
{
	return bool_parse(text, &settings->policy.sound);
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

static bool set_a_day(struct settings *settings, const char *text)
{
	return number_or_off_parse(text, A_DAY_MIN, A_DAY_MAX, &settings->policy.notices_a_day);
}

static bool set_spacing(struct settings *settings, const char *text)
{
	return number_or_off_parse(text, 0, SPACING_MIN_MAX, &settings->policy.spacing_min);
}

static bool set_again(struct settings *settings, const char *text)
{
	return number_or_off_parse(text, AGAIN_MIN_MIN, AGAIN_MIN_MAX, &settings->policy.again_min);
}

static bool set_slots(struct settings *settings, const char *text)
{
	return slots_parse(text, settings->policy.slots_s, &settings->policy.slot_count);
}

static bool set_channel(struct settings *settings, const char *text)
{
	static const char *const words[] = {[CHANNEL_PROMPT] = "prompt", [CHANNEL_DIGEST] = "digest", [CHANNEL_NONE] = "none", NULL};
	int choice;
	if (!choice_parse(text, words, &choice))
		return false;
	settings->policy.channel = (enum channel)choice;
	return true;
}

static bool set_rhythm(struct settings *settings, const char *text)
{
	static const char *const words[] = {
		[RHYTHM_NONE] = "none", [RHYTHM_RETURN] = "return", [RHYTHM_WEEKLY] = "weekly", [RHYTHM_DAILY] = "daily", NULL};
	int choice;
	if (!choice_parse(text, words, &choice))
		return false;
	settings->policy.rhythm = (enum rhythm)choice;
	return true;
}

static bool set_place(struct settings *settings, const char *text)
{
	static const char *const words[] = {[PLACE_NONE] = "none", [PLACE_OFFICE] = "office", [PLACE_REMOTE] = "remote", NULL};
	int choice;
	if (!choice_parse(text, words, &choice))
		return false;
	settings->policy.place = (enum kit_place)choice;
	return true;
}

static bool set_kit(struct settings *settings, const char *text)
{
	static const char *const words[] = {[KIT_NONE] = "none", [KIT_PHONE] = "phone", [KIT_CHAT] = "chat", [KIT_MAIL] = "mail", NULL};
	int choice;
	if (!choice_parse(text, words, &choice))
		return false;
	settings->policy.kit = (enum kit_channel)choice;
	return true;
}

static bool contact_set(char slot[static CONTACT_BYTES_MAX + 1], const char *text)
{
	size_t length = strlen(text);
	if (length > CONTACT_BYTES_MAX || !ini_is_text(text, length))
		return false;
	memcpy(slot, text, length + 1);
	return true;
}

static bool set_manager(struct settings *settings, const char *text)
{
	return contact_set(settings->policy.manager, text);
}

static bool set_help(struct settings *settings, const char *text)
{
	return contact_set(settings->policy.help, text);
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
	{"prompts.sound", "bool", "on or off",
	 "let questions make the desktop's message sound, where the notification server plays any", "off", set_sound},
	{"prompts.prep", "bool", "on or off",
	 "remind you of what to prepare, one working day before a long session, tune-up or race", "on", set_prep},
	{"prompts.prep_time", "clock", "a time like 16:30",
	 "when that reminder comes", "16:30", set_prep_time},
	{"prompts.breathing", "bool", "on or off",
	 "offer a minute to breathe before hard and long sessions", "on", set_breathing},
	{"notices.a_day", "number", "a number from 2 to 20, or off",
	 "how many notices a day may come that you did not ask for; off: any number", "4", set_a_day},
	{"notices.spacing", "minutes", "minutes from 0 to 120, or off",
	 "how long Pacer stays quiet after a notice before one that only informs", "10", set_spacing},
	{"notices.again", "minutes", "minutes from 1 to 120, or off",
	 "a question you did not see is asked once more after this; off: it waits in the inbox", "10", set_again},
	{"notices.slots", "clocks", "one to three times in order, like 09:15,13:15,16:30",
	 "when Pacer speaks by itself, apart from your sessions", "09:15,13:15,16:30", set_slots},
	{"notices.channel", "choice", "prompt, digest or none",
	 "prompt: a bubble for each session; digest: sessions wait for the summaries; none: nothing appears, all waits in the inbox",
	 "prompt", set_channel},
	{"time.zone", "zone", "follow, or a zone like Europe/Berlin",
	 "follow goes with the computer's zone when you travel; a name keeps sessions on that clock", "follow", set_zone},
	{"digest.rhythm", "choice", "none, return, weekly or daily",
	 "return: one summary when sessions passed while nobody could be told; weekly: also Monday's preview; "
	 "daily: also a line each working morning", "weekly", set_rhythm},
	{"kit.place", "choice", "none, office or remote",
	 "where you mostly work: the kit check before a session reminds you of what belongs there", "none", set_place},
	{"kit.channel", "choice", "none, phone, chat or mail",
	 "how you mostly meet customers: the kit check reminds you of what that needs", "none", set_kit},
	{"kit.rough_week", "bool", "on or off",
	 "this is a busy week: the kit check before long sessions reminds of cover", "off", set_rough_week},
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
	*settings = (struct settings){0};
}
