#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"

/* --- a directory of our own --------------------------------------------------------------------------------------------------- */

struct place {
	char dir[32];
	char *path; /* of the settings file, not there yet */
};

static struct place place_make(void)
{
	struct place place = {"/tmp/pacer-config-XXXXXX", NULL};
	assert_non_null(mkdtemp(place.dir));
	place.path = xasprintf("%s/pacer.conf", place.dir);
	return place;
}

/* Every test names what it leaves; an unexpected file, such as a forgotten temporary one, keeps the directory alive. */
static void place_remove(struct place *place)
{
	unlink(place->path);
	assert_int_equal(rmdir(place->dir), 0);
	free(place->path);
}

static void write_bytes(const char *path, const char *bytes, size_t length)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static void write_text(const char *path, const char *text)
{
	write_bytes(path, text, strlen(text));
}

static void assert_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	char buf[4096];
	size_t n = fread(buf, 1, sizeof(buf) - 1, file);
	fclose(file);
	buf[n] = '\0';
	assert_string_equal(buf, text);
	assert_int_equal(n, strlen(text));
}

static bool zone_known(void *ctx, const char *name)
{
	(*(int *)ctx)++;
	return strcmp(name, "Europe/Berlin") == 0;
}

static int zone_asked;

static struct config load(const char *path)
{
	struct config config;
	struct err err = {0};
	assert_int_equal(config_load(path, zone_known, &zone_asked, &config, &err), 0);
	assert_null(err.text);
	return config;
}

static size_t row_of(const char *name)
{
	const struct config_row *row = config_row_find(name);
	assert_non_null(row);
	return (size_t)(row - config_rows);
}

static const char *value_of(const struct config *config, const char *name)
{
	return config->values[row_of(name)];
}

/* --- the table ---------------------------------------------------------------------------------------------------------------- */

/* Every row: its default fits its own kind and is what the rules say; a missing file is all defaults. */
static void test_defaults(void **state UNUSED)
{
	struct place place = place_make();
	struct config config = load(place.path);
	assert_int_equal(config.problem_count, 0);
	assert_string_equal(config.path, place.path);
	for (size_t i = 0; config_rows[i].name; i++) {
		assert_string_equal(config.values[i], config_rows[i].fallback);
		assert_false(config.from_file[i]);
		assert_non_null(strchr(config_rows[i].name, '.'));
		assert_true(strlen(config_rows[i].help) > 10 && strlen(config_rows[i].expected) > 5);
		assert_ptr_equal(config_row_find(config_rows[i].name), &config_rows[i]);
	}
	assert_int_equal(config.settings.policy.work_days, policy_default.work_days);
	assert_int_equal(config.settings.policy.work_from_s, policy_default.work_from_s);
	assert_int_equal(config.settings.policy.work_to_s, policy_default.work_to_s);
	assert_int_equal(config.settings.policy.lunch_from_s, policy_default.lunch_from_s);
	assert_int_equal(config.settings.policy.lunch_to_s, policy_default.lunch_to_s);
	assert_int_equal(config.settings.policy.snooze_min, policy_default.snooze_min);
	assert_int_equal(config.settings.policy.late_min, policy_default.late_min);
	assert_int_equal(config.settings.policy.more_time_min, policy_default.more_time_min);
	assert_int_equal(config.settings.policy.prep_s, policy_default.prep_s);
	assert_int_equal(config.settings.policy.prep_reminders, policy_default.prep_reminders);
	assert_int_equal(config.settings.policy.brief, policy_default.brief);
	assert_int_equal(config.settings.policy.breathing, policy_default.breathing);
	assert_int_equal(config.settings.policy.sound, policy_default.sound);
	assert_int_equal(config.settings.policy.rough_week, policy_default.rough_week);
	assert_int_equal(config.settings.policy.channel, policy_default.channel);
	assert_int_equal(config.settings.policy.rhythm, policy_default.rhythm);
	assert_int_equal(config.settings.policy.notices_a_day, policy_default.notices_a_day);
	assert_int_equal(config.settings.policy.spacing_min, policy_default.spacing_min);
	assert_int_equal(config.settings.policy.again_min, policy_default.again_min);
	assert_int_equal(config.settings.policy.slot_count, policy_default.slot_count);
	assert_true(policy_default.slot_count >= 1 && policy_default.slot_count <= SLOTS_MAX);
	for (int i = 0; i < policy_default.slot_count; i++)
		assert_int_equal(config.settings.policy.slots_s[i], policy_default.slots_s[i]);
	assert_int_equal(config.settings.policy.place, policy_default.place);
	assert_int_equal(config.settings.policy.kit, policy_default.kit);
	assert_string_equal(config.settings.timezone, "follow");
	assert_string_equal(config.settings.policy.manager, "");
	assert_string_equal(config.settings.policy.help, "");
	config_release(&config);
	place_remove(&place);
	assert_null(config_row_find("hours"));
	assert_null(config_row_find(""));
}

enum { A200 = 200 };
static char text_200[A200 + 1], text_201[A200 + 2];

/* A value and whether it fits; what it means is checked in test_meanings. */
static const struct {
	const char *name, *value;
	bool fits;
} values[] = {
	{"hours.work_days", "mon-fri", true},
	{"hours.work_days", "mon,tue,thu", true},
	{"hours.work_days", "Monday, wed - fri", false},
	{"hours.work_days", "Monday, wed-fri ", true},
	{"hours.work_days", "sun-thu", true},
	{"hours.work_days", "sa-we", true},
	{"hours.work_days", "sat", true},
	{"hours.work_days", "", false},
	{"hours.work_days", "mon,", false},
	{"hours.work_days", ",mon", false},
	{"hours.work_days", "mon-", false},
	{"hours.work_days", "mon-tue-wed", false},
	{"hours.work_days", "weekdays", false},
	{"hours.work_days", "none", false},
	{"hours.from", "8:00", true},
	{"hours.from", "00:00", true},
	{"hours.from", "24:00", false},
	{"hours.from", "8", false},
	{"hours.from", "8:00 # early", false},
	{"hours.to", "23:59", true},
	{"hours.to", "17:60", false},
	{"hours.lunch", "12:00-12:30", true},
	{"hours.lunch", "none", true},
	{"hours.lunch", "12:00-12:00", false},
	{"hours.lunch", "13:00-12:00", false},
	{"hours.lunch", "12:00", false},
	{"hours.lunch", "12:00-", false},
	{"hours.lunch", "", false},
	{"prompts.snooze", "1", true},
	{"prompts.snooze", "0", false},
	{"prompts.snooze", "120", true},
	{"prompts.snooze", "121", false},
	{"prompts.snooze", "-5", false},
	{"prompts.snooze", "10m", false},
	{"prompts.snooze", "", false},
	{"prompts.snooze", "99999999999999999999", false},
	{"prompts.more_time", "1", true},
	{"prompts.more_time", "120", true},
	{"prompts.more_time", "0", false},
	{"prompts.more_time", "121", false},
	{"prompts.late", "5", true},
	{"prompts.late", "4", false},
	{"prompts.late", "240", true},
	{"prompts.late", "241", false},
	{"prompts.style", "brief", true},
	{"prompts.style", "Full", true},
	{"prompts.style", "long", false},
	{"prompts.prep", "off", true},
	{"prompts.prep", "ON", true},
	{"prompts.prep", "yes", false},
	{"prompts.prep_time", "9:15", true},
	{"prompts.prep_time", "9:15pm", false},
	{"kit.rough_week", "on", true},
	{"kit.rough_week", "very", false},
	{"prompts.sound", "on", true},
	{"prompts.sound", "loud", false},
	{"prompts.breathing", "off", true},
	{"prompts.breathing", "On", true},
	{"prompts.breathing", "60", false},
	{"notices.a_day", "2", true},
	{"notices.a_day", "20", true},
	{"notices.a_day", "1", false},
	{"notices.a_day", "21", false},
	{"notices.a_day", "off", true},
	{"notices.spacing", "0", true},
	{"notices.spacing", "off", true},
	{"notices.spacing", "120", true},
	{"notices.spacing", "121", false},
	{"notices.spacing", "-1", false},
	{"notices.spacing", "none", false},
	{"notices.again", "1", true},
	{"notices.again", "Off", true},
	{"notices.again", "120", true},
	{"notices.again", "0", false},
	{"notices.again", "121", false},
	{"notices.again", "offf", false},
	{"notices.slots", "09:15", true},
	{"notices.slots", "8:00, 12:00 ,23:59", true},
	{"notices.slots", "09:15,13:15,16:30", true},
	{"notices.slots", "09:15,13:15,16:30,17:00", false},
	{"notices.slots", "13:15,09:15", false},
	{"notices.slots", "09:15,09:15", false},
	{"notices.slots", "09:15,", false},
	{"notices.slots", ",09:15", false},
	{"notices.slots", "09:15 13:15", false},
	{"notices.slots", "24:00", false},
	{"notices.slots", "none", false},
	{"notices.slots", "", false},
	{"notices.channel", "prompt", true},
	{"notices.channel", "Digest", true},
	{"notices.channel", "none", true},
	{"notices.channel", "bubble", false},
	{"notices.channel", "", false},
	{"kit.place", "office", true},
	{"kit.place", "remote", true},
	{"kit.place", "none", true},
	{"kit.place", "home", false},
	{"kit.channel", "phone", true},
	{"kit.channel", "chat", true},
	{"kit.channel", "mail", true},
	{"kit.channel", "none", true},
	{"kit.channel", "fax", false},
	{"time.zone", "follow", true},
	{"time.zone", "Europe/Berlin", true},
	{"time.zone", "Europe/Atlantis", false},
	{"time.zone", "", false},
	{"digest.rhythm", "return", true},
	{"digest.rhythm", "none", true},
	{"digest.rhythm", "Weekly", true},
	{"digest.rhythm", "daily", true},
	{"digest.rhythm", "hourly", false},
	{"people.manager", "", true},
	{"people.manager", "\xc3\x9cmit # 3; <u@example.org>", true},
	{"people.manager", text_200, true},
	{"people.manager", text_201, false},
	{"people.help", "#helpdesk", true},
	{"people.help", text_200, true},
	{"people.help", text_201, false},
};

/* From a file and through config_set a value is taken alike; one that does not fit changes nothing and names its line. */
static void test_values(void **state UNUSED)
{
	struct place place = place_make();
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		size_t row = row_of(values[i].name);
		OWNED_TEXT *section = xstrndup(values[i].name, strcspn(values[i].name, "."));
		OWNED_TEXT *text = xasprintf("\n[%s]\n%s = %s\n", section, strchr(values[i].name, '.') + 1, values[i].value);
		write_text(place.path, text);
		struct config config = load(place.path);
		if (config.from_file[row] != values[i].fits)
			fail_msg("%s = '%s': %s", values[i].name, values[i].value, values[i].fits ? "refused" : "taken");
		assert_int_equal(config.problem_count, !values[i].fits);
		if (!values[i].fits) {
			assert_int_equal(config.problems[0].line, 3);
			assert_non_null(strstr(config.problems[0].text, values[i].name));
			assert_non_null(strstr(config.problems[0].text, config_rows[row].expected));
			assert_string_equal(config.values[row], config_rows[row].fallback);
		}
		config_release(&config);

		unlink(place.path);
		config = load(place.path);
		struct err err = {0};
		int r = config_set(&config, values[i].name, values[i].value, zone_known, &zone_asked, &err);
		assert_int_equal(r, values[i].fits ? 0 : CONFIG_BAD_VALUE);
		assert_int_equal(err.text == NULL, values[i].fits);
		assert_int_equal(config.from_file[row], values[i].fits);
		assert_int_equal(access(place.path, F_OK) == 0, values[i].fits);
		err_release(&err);
		config_release(&config);
		unlink(place.path);
	}
	for (size_t k = 0; config_rows[k].name; k++) { /* no row without rows here */
		int seen = 0;
		for (size_t i = 0; i < ARRAY_LEN(values); i++)
			seen += strcmp(values[i].name, config_rows[k].name) == 0;
		assert_true(seen >= 2);
	}
	place_remove(&place);
}

static void test_meanings(void **state UNUSED)
{
	struct place place = place_make();
	write_text(place.path, "[hours]\nwork_days=sun-tue,fri\nfrom=8:15\nto=16:00\nlunch=none\n"
			       "[prompts]\nsnooze=7\nmore_time=8\nlate=45\nstyle=Brief\nprep=off\nprep_time=15:45\nbreathing=off\nsound=on\n"
			       "[notices]\na_day=6\nspacing=15\nagain=20\nslots=9:00, 15:00\nchannel=digest\n"
			       "[kit]\nplace=remote\nchannel=chat\nrough_week=on\n"
			       "[time]\nzone=Europe/Berlin\n[digest]\nrhythm=Daily\n[people]\nmanager=M\nhelp=H\n");
	struct config config = load(place.path);
	const struct settings *settings = &config.settings;
	assert_int_equal(config.problem_count, 0);
	assert_int_equal(settings->policy.work_days, 1u << SUNDAY | 1u << MONDAY | 1u << TUESDAY | 1u << FRIDAY);
	assert_int_equal(settings->policy.work_from_s, 8 * HOUR_S + 15 * MINUTE_S);
	assert_int_equal(settings->policy.work_to_s, 16 * HOUR_S);
	assert_int_equal(settings->policy.lunch_from_s, settings->policy.lunch_to_s);
	assert_int_equal(settings->policy.snooze_min, 7);
	assert_int_equal(settings->policy.more_time_min, 8);
	assert_int_equal(settings->policy.late_min, 45);
	assert_true(settings->policy.brief);
	assert_false(settings->policy.prep_reminders);
	assert_int_equal(settings->policy.prep_s, 15 * HOUR_S + 45 * MINUTE_S);
	assert_string_equal(settings->timezone, "Europe/Berlin");
	assert_int_equal(settings->policy.rhythm, RHYTHM_DAILY);
	assert_false(settings->policy.breathing);
	assert_true(settings->policy.sound);
	assert_true(settings->policy.rough_week);
	assert_int_equal(settings->policy.notices_a_day, 6);
	assert_int_equal(settings->policy.spacing_min, 15);
	assert_int_equal(settings->policy.again_min, 20);
	assert_int_equal(settings->policy.slot_count, 2);
	assert_int_equal(settings->policy.slots_s[0], 9 * HOUR_S);
	assert_int_equal(settings->policy.slots_s[1], 15 * HOUR_S);
	assert_int_equal(settings->policy.channel, CHANNEL_DIGEST);
	assert_int_equal(settings->policy.place, PLACE_REMOTE);
	assert_int_equal(settings->policy.kit, KIT_CHAT);
	assert_string_equal(settings->policy.manager, "M");
	assert_string_equal(settings->policy.help, "H");
	for (size_t i = 0; config_rows[i].name; i++)
		assert_true(config.from_file[i]);
	config_release(&config);
	write_text(place.path, "[hours]\nlunch=11:30-12:15\nwork_days=sat\n[notices]\nspacing=off\nagain=off\n[digest]\nrhythm=None\n");
	config = load(place.path);
	assert_int_equal(config.settings.policy.lunch_from_s, 11 * HOUR_S + 30 * MINUTE_S);
	assert_int_equal(config.settings.policy.lunch_to_s, 12 * HOUR_S + 15 * MINUTE_S);
	assert_int_equal(config.settings.policy.work_days, 1u << SATURDAY);
	assert_int_equal(config.settings.policy.spacing_min, 0);
	assert_int_equal(config.settings.policy.again_min, 0);
	assert_int_equal(config.settings.policy.rhythm, RHYTHM_NONE);
	config_release(&config);
	place_remove(&place);
}

/* Every word of a choice is the one value it names. */
static void test_choices(void **state UNUSED)
{
	static const struct {
		const char *name, *words;
		size_t at;
	} rows[] = {
		{"notices.channel", "prompt digest none", offsetof(struct policy, channel)},
		{"digest.rhythm", "none return weekly daily", offsetof(struct policy, rhythm)},
		{"kit.place", "none office remote", offsetof(struct policy, place)},
		{"kit.channel", "none phone chat mail", offsetof(struct policy, kit)},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct config_row *row = config_row_find(rows[i].name);
		OWNED_TEXT *words = xstrdup(rows[i].words);
		int expected = 0;
		for (char *rest = words, *word; (word = strsep(&rest, " ")); expected++) {
			struct settings settings = {.policy = policy_default};
			int value;
			assert_true(row->set(&settings, word));
			memcpy(&value, (const char *)&settings.policy + rows[i].at, sizeof(value));
			assert_int_equal(value, expected);
			assert_non_null(strstr(row->expected, word));
		}
	}
}

/* Slots that are not taken leave the ones before. */
static void test_slots_are_taken_whole(void **state UNUSED)
{
	struct settings settings = {.policy = policy_default};
	const struct config_row *row = config_row_find("notices.slots");
	assert_false(row->set(&settings, "08:00,12:00,11:00"));
	assert_int_equal(settings.policy.slot_count, policy_default.slot_count);
	assert_memory_equal(settings.policy.slots_s, policy_default.slots_s, sizeof(policy_default.slots_s));
	assert_true(row->set(&settings, "07:30"));
	assert_int_equal(settings.policy.slot_count, 1);
	assert_int_equal(settings.policy.slots_s[0], 7 * HOUR_S + 30 * MINUTE_S);
}

/* --- reading ------------------------------------------------------------------------------------------------------------------ */

/* Lines and what is said about them. */
static const struct {
	const char *bytes;
	int line;         /* of the one problem; 0: none */
	const char *says; /* a part of it */
	const char *snooze;
} files[] = {
	{"", 0, NULL, "10"},
	{"# nothing\n; here\n\n   \n\t# or here\n", 0, NULL, "10"},
	{"[prompts]\nsnooze = 7", 0, NULL, "7"},
	{"\xef\xbb\xbf[prompts]\r\nsnooze = 7\r\n", 0, NULL, "7"},
	{"  [ prompts ]  \n\t snooze\t=\t7\t\n", 0, NULL, "7"},
	{"prompts.snooze = 7\n", 0, NULL, "7"},
	{"[prompts]\nlate = 40\n[hours]\nfrom=8:00\n[prompts]\nsnooze=7\n", 0, NULL, "7"},
	{"# caf\xe9\n[prompts]\nsnooze=7\n", 0, NULL, "7"}, /* comments may be anything */
	{"[prompts]\nsnoze = 7\n", 2, "did you mean prompts.snooze?", "10"},
	{"[prompt]\nsnooze = 7\n", 2, "did you mean prompts.snooze?", "10"},
	{"[prompts]\nSNOOZE = 7\n", 2, "unknown setting: 'prompts.SNOOZE'", "10"},
	{"[colours]\nbackground = green\n", 2, "lists them all", "10"},
	{"snooze = 7\n", 1, "unknown setting: 'snooze'", "10"},
	{"[prompts]\nsnooze\n", 2, "neither a [section] nor 'name = value': 'snooze'", "10"},
	{"[prompts]\n= 7\n", 2, "neither", "10"},
	{"[prompts\nprompts.snooze = 7\n", 1, "neither", "7"},
	{"[]\nprompts.snooze = 7\n", 1, "neither", "7"},
	{"[prompts]\nsnooze = 7\xff\n", 2, "UTF-8", "10"},
	{"[prompts]\nsnooze = 7\nsnooze = 8\n", 3, "line 2 does not count", "8"},
	{"[prompts]\nsnooze = 7\nsnooze = 800\n", 3, "wrong value for prompts.snooze: '800'", "7"},
	{"[prompts]\rsnooze = 7\r", 1, "UTF-8", "10"},
};

static void test_files(void **state UNUSED)
{
	struct place place = place_make();
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		write_text(place.path, files[i].bytes);
		struct config config = load(place.path);
		if (config.problem_count != (files[i].line != 0))
			fail_msg("file %zu: %zu problems", i, config.problem_count);
		if (files[i].line) {
			assert_int_equal(config.problems[0].line, files[i].line);
			if (!strstr(config.problems[0].text, files[i].says))
				fail_msg("file %zu: '%s'", i, config.problems[0].text);
		}
		assert_string_equal(value_of(&config, "prompts.snooze"), files[i].snooze);
		config_release(&config);
	}
	place_remove(&place);
}

static void test_hours_cross(void **state UNUSED)
{
	static const struct {
		const char *text;
		int line;
		const char *says[2];
	} rows[] = {
		{"[hours]\nfrom = 9:00\nto = 9:01\n", 0, {NULL, NULL}},
		{"[hours]\nfrom = 9:00\nto = 9:00\n", 3, {"hours.from is '9:00' on line 2", "hours.to is '9:00' on line 3"}},
		{"[hours]\n\nto = 7:00\nfrom = 9:00\n", 4, {"hours.from is '9:00' on line 4", "hours.to is '7:00' on line 3"}},
		{"[hours]\nfrom = 18:00\n", 2, {"hours.from is '18:00' on line 2", "hours.to is '17:30' by default"}},
		{"[hours]\nto = 8:00\n", 2, {"hours.from is '09:00' by default", "hours.to is '8:00' on line 2"}},
	};
	struct place place = place_make();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		write_text(place.path, rows[i].text);
		struct config config = load(place.path);
		assert_int_equal(config.problem_count, rows[i].line != 0);
		assert_int_equal(config.hours_crossed, rows[i].line != 0);
		assert_true(config.settings.policy.work_from_s < config.settings.policy.work_to_s);
		if (rows[i].line) {
			assert_int_equal(config.problems[0].line, rows[i].line);
			assert_non_null(strstr(config.problems[0].text, rows[i].says[0]));
			assert_non_null(strstr(config.problems[0].text, rows[i].says[1]));
			assert_string_equal(value_of(&config, "hours.from"), "09:00");
			assert_string_equal(value_of(&config, "hours.to"), "17:30");
			assert_int_equal(config.settings.policy.work_from_s, 9 * HOUR_S);
			assert_false(config.from_file[row_of("hours.to")]);
		}
		config_release(&config);
	}
	place_remove(&place);
}

static void test_zone_is_asked_for(void **state UNUSED)
{
	struct place place = place_make();
	write_text(place.path, "[time]\nzone = follow\n");
	zone_asked = 0;
	struct config config = load(place.path);
	assert_int_equal(zone_asked, 0);
	config_release(&config);
	write_text(place.path, "[time]\nzone = Europe/Berlin\n");
	config = load(place.path);
	assert_int_equal(zone_asked, 1);
	config_release(&config);
	place_remove(&place);
}

/* A file of nonsense: few problems are kept, quotes are short and still UTF-8. */
static void test_nonsense(void **state UNUSED)
{
	struct place place = place_make();
	struct text text = {0};
	for (int i = 0; i < 1000; i++)
		text_add(&text, "nonsense\n");
	write_bytes(place.path, text.data, text.len);
	text_release(&text);
	struct config config = load(place.path);
	assert_int_equal(config.problem_count, 50);
	config_release(&config);

	text_add(&text, "[prompts]\nsnooze = ");
	for (int i = 0; i < 1000; i++)
		text_add(&text, "\xe2\x82\xac"); /* three bytes each: 60 falls between two */
	text_add(&text, "\nx\xc3\xa4");
	for (int i = 0; i < 1000; i++)
		text_add(&text, "\xc3\xa4"); /* and here in the middle of one */
	text_add(&text, " = 1\n");
	write_bytes(place.path, text.data, text.len);
	text_release(&text);
	config = load(place.path);
	assert_int_equal(config.problem_count, 2);
	const char *dots = strstr(config.problems[0].text, "...'");
	assert_non_null(dots);
	assert_memory_equal(dots - 3, "\xe2\x82\xac", 3);
	dots = strstr(config.problems[1].text, "...'");
	assert_non_null(dots);
	assert_memory_equal(dots - 2, "\xc3\xa4", 2);
	assert_true(strlen(config.problems[1].text) < 200);
	config_release(&config);

	write_bytes(place.path, "[prompts]\nsnooze = 7\0\n", 22);
	config = load(place.path);
	assert_int_equal(config.problem_count, 1);
	assert_string_equal(value_of(&config, "prompts.snooze"), "10");
	config_release(&config);
	place_remove(&place);
}

static void test_unreadable(void **state UNUSED)
{
	struct place place = place_make();
	struct config config = {.problem_count = 77};
	struct err err = {0};
	assert_int_equal(config_load(place.dir, zone_known, &zone_asked, &config, &err), -EINVAL);
	assert_non_null(strstr(err.text, place.dir));
	err_release(&err);
	OWNED_TEXT *below = xasprintf("%s/x", place.path);
	write_text(place.path, "");
	assert_int_equal(config_load(below, zone_known, &zone_asked, &config, &err), -ENOTDIR);
	err_release(&err);
	/* At the limit, and one byte past it. */
	assert_int_equal(truncate(place.path, 1024 * 1024 + 1), 0);
	assert_int_equal(config_load(place.path, zone_known, &zone_asked, &config, &err), -EFBIG);
	err_release(&err);
	assert_int_equal(config.problem_count, 77);
	assert_int_equal(truncate(place.path, 1024 * 1024), 0);
	config = load(place.path);
	config_release(&config);
	place_remove(&place);
}

/* --- writing ------------------------------------------------------------------------------------------------------------------ */

/* Every other byte stays. */
static const struct {
	const char *before, *name, *value, *after;
} edits[] = {
	{NULL, "prompts.snooze", "7", "[prompts]\nsnooze = 7\n"},
	{"", "prompts.snooze", "7", "[prompts]\nsnooze = 7\n"},
	{"# mine\n", "prompts.snooze", "7", "# mine\n\n[prompts]\nsnooze = 7\n"},
	{"# mine", "prompts.snooze", "7", "# mine\n\n[prompts]\nsnooze = 7\n"},
	{"[prompts]\nsnooze = 5\nlate = 40\n", "prompts.snooze", "7", "[prompts]\nsnooze = 7\nlate = 40\n"},
	{"[prompts]\n  snooze\t=5   \r\nlate = 40", "prompts.snooze", "7", "[prompts]\n  snooze\t=7   \r\nlate = 40"},
	{"[prompts]\nsnooze =\n", "prompts.snooze", "7", "[prompts]\nsnooze = 7\n"},
	{"[prompts]\nlate = 40", "prompts.snooze", "7", "[prompts]\nlate = 40\nsnooze = 7\n"},
	{"[prompts]\r\n# c\r\nlate = 40\r\n\r\n# d\r\n[hours]\r\nto = 18:00\r\n", "prompts.snooze", "7",
	 "[prompts]\r\n# c\r\nlate = 40\r\nsnooze = 7\r\n\r\n# d\r\n[hours]\r\nto = 18:00\r\n"},
	{"[prompts]\n[hours]\n", "prompts.snooze", "7", "[prompts]\nsnooze = 7\n[hours]\n"},
	{"[prompts]\nlate = 5\n[hours]\n[prompts]\n", "prompts.snooze", "7", "[prompts]\nlate = 5\n[hours]\n[prompts]\nsnooze = 7\n"},
	{"\xef\xbb\xbf# bom\r\n", "prompts.snooze", "7", "\xef\xbb\xbf# bom\r\n\r\n[prompts]\r\nsnooze = 7\r\n"},
	{"\xef\xbb\xbf[prompts]\nsnooze=5", "prompts.snooze", "7", "\xef\xbb\xbf[prompts]\nsnooze=7"},
	{"prompts.snooze = 5\n", "prompts.snooze", "7", "prompts.snooze = 7\n"},
	{"[prompts]\nsnooze = 5\nlate = 40\nsnooze = 6\n", "prompts.snooze", "7", "[prompts]\nlate = 40\nsnooze = 7\n"},
	{"[prompts]\nsnooze = 5\n# keep\nsnooze = 6\nx y\n", "prompts.snooze", NULL, "[prompts]\n# keep\nx y\n"},
	{"[prompts]\nlate = 40\n", "prompts.snooze", NULL, "[prompts]\nlate = 40\n"},
	{"[prompts]\nsnooze = 5", "prompts.snooze", NULL, "[prompts]\n"},
	{NULL, "prompts.snooze", NULL, ""},
	{"[prompts]\nsnooze = many\n\xff junk\n", "prompts.snooze", "  7 ", "[prompts]\nsnooze = 7\n\xff junk\n"},
	{"[people]\nmanager = A\n", "people.manager", "", "[people]\nmanager = \n"},
	{"[people]\nmanager =\n", "people.manager", "= ] # \xc3\xa4", "[people]\nmanager = = ] # \xc3\xa4\n"},
};

static void test_edits(void **state UNUSED)
{
	struct place place = place_make();
	for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
		if (edits[i].before)
			write_text(place.path, edits[i].before);
		struct config config = load(place.path);
		struct err err = {0};
		assert_int_equal(config_set(&config, edits[i].name, edits[i].value, zone_known, &zone_asked, &err), 0);
		assert_null(err.text);
		assert_file(place.path, edits[i].after);
		struct config again = load(place.path);
		assert_string_equal(value_of(&config, edits[i].name), value_of(&again, edits[i].name));
		assert_int_equal(config.from_file[row_of(edits[i].name)], edits[i].value != NULL);
		struct stat st;
		assert_int_equal(stat(place.path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
		config_release(&again);
		config_release(&config);
		unlink(place.path);
	}
	place_remove(&place);
}

static void test_set_refused(void **state UNUSED)
{
	static const struct {
		const char *before, *name, *value;
		int result;
		const char *says;
	} rows[] = {
		{"[hours]\nfrom = 9:00\n", "hours.form", "8:00", CONFIG_UNKNOWN, "did you mean hours.from?"},
		{"[hours]\nfrom = 9:00\n", "", "8:00", CONFIG_UNKNOWN, "lists them all"},
		{"[hours]\nfrom = 9:00\n", "hours.form", NULL, CONFIG_UNKNOWN, "did you mean hours.from?"},
		{"[hours]\nfrom = 9:00\n", "hours.from", "8", CONFIG_BAD_VALUE, "wrong value for hours.from: '8'"},
		{"[hours]\nfrom = 9:00\n", "people.help", "a\nsnooze = 1", CONFIG_BAD_VALUE, "people.help"},
		{"[hours]\nfrom = 9:00\n", "people.help", "\xff", CONFIG_BAD_VALUE, "people.help: '...'"},
		{"[hours]\nfrom = 9:00\n", "time.zone", "Mars/Olympus", CONFIG_BAD_VALUE, "'Mars/Olympus'"},
		{"[hours]\nfrom = 9:00\n", "hours.to", "9:00", CONFIG_BAD_VALUE, "end before it begins: hours.to '9:00'"},
		{"[hours]\nfrom = 18:00\nto = 20:00\n", "hours.to", NULL, CONFIG_BAD_VALUE, "end before it begins: hours.to '17:30'"},
		{"[hours]\nfrom = 18:00\nto = 8:00\n", "hours.from", "19:00", CONFIG_BAD_VALUE, "end before it begins"},
	};
	struct place place = place_make();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		write_text(place.path, rows[i].before);
		struct config config = load(place.path);
		OWNED_TEXT *from = xstrdup(value_of(&config, "hours.from"));
		struct err err = {0};
		assert_int_equal(config_set(&config, rows[i].name, rows[i].value, zone_known, &zone_asked, &err), rows[i].result);
		assert_int_equal(err.code, rows[i].result);
		if (!strstr(err.text, rows[i].says))
			fail_msg("row %zu: '%s'", i, err.text);
		assert_file(place.path, rows[i].before);
		assert_string_equal(value_of(&config, "hours.from"), from);
		err_release(&err);
		config_release(&config);
	}
	place_remove(&place);
}

/* Hours that are crossed in the file do not keep other settings from being written, and can be mended one by one. */
static void test_set_with_crossed_hours(void **state UNUSED)
{
	struct place place = place_make();
	write_text(place.path, "[hours]\nfrom = 18:00\nto = 8:00\n");
	struct config config = load(place.path);
	assert_true(config.hours_crossed);
	assert_int_equal(config_set(&config, "prompts.snooze", "7", zone_known, &zone_asked, NULL), 0);
	assert_true(config.hours_crossed);
	assert_int_equal(config_set(&config, "hours.from", "7:00", zone_known, &zone_asked, NULL), 0);
	assert_false(config.hours_crossed);
	assert_string_equal(value_of(&config, "hours.to"), "8:00");
	assert_file(place.path, "[hours]\nfrom = 7:00\nto = 8:00\n\n[prompts]\nsnooze = 7\n");
	config_release(&config);
	place_remove(&place);
}

/* What somebody wrote with an editor meanwhile is kept. */
static void test_set_on_the_file_as_it_is(void **state UNUSED)
{
	struct place place = place_make();
	write_text(place.path, "[prompts]\nsnooze = 5\n");
	struct config config = load(place.path);
	write_text(place.path, "# new\n[prompts]\nlate = 50\n");
	assert_int_equal(config_set(&config, "prompts.snooze", "7", zone_known, &zone_asked, NULL), 0);
	assert_file(place.path, "# new\n[prompts]\nlate = 50\nsnooze = 7\n");
	assert_int_equal(config.settings.policy.late_min, 50);
	assert_int_equal(config.settings.policy.snooze_min, 7);
	config_release(&config);
	place_remove(&place);
}

static void test_set_makes_directories(void **state UNUSED)
{
	struct place place = place_make();
	OWNED_TEXT *parent = xasprintf("%s/a", place.dir), *dir = xasprintf("%s/b", parent), *path = xasprintf("%s/pacer.conf", dir);
	struct config config = load(path);
	struct stat st;
	assert_int_equal(config_set(&config, "prompts.snooze", "7", zone_known, &zone_asked, NULL), 0);
	assert_file(path, "[prompts]\nsnooze = 7\n");
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	config_release(&config);
	unlink(path);
	rmdir(dir);
	rmdir(parent);
	place_remove(&place);
}

static void test_set_through_links(void **state UNUSED)
{
	struct place place = place_make();
	OWNED_TEXT *dir = xasprintf("%s/dots", place.dir), *target = xasprintf("%s/real", dir);
	struct stat st;
	assert_int_equal(mkdir(dir, 0700), 0);
	write_text(target, "# dots\n");
	assert_int_equal(symlink("dots/real", place.path), 0);
	struct config config = load(place.path);
	assert_int_equal(config_set(&config, "prompts.snooze", "7", zone_known, &zone_asked, NULL), 0);
	assert_int_equal(lstat(place.path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_file(target, "# dots\n\n[prompts]\nsnooze = 7\n");
	/* A link to nowhere stays one: nothing is written where nobody looks for it. */
	unlink(target);
	struct err err = {0};
	assert_int_equal(config_set(&config, "prompts.snooze", "8", zone_known, &zone_asked, &err), -ENOENT);
	assert_non_null(strstr(err.text, place.path));
	assert_int_equal(config.settings.policy.snooze_min, 7);
	err_release(&err);
	config_release(&config);
	assert_int_equal(rmdir(dir), 0);
	place_remove(&place);
}

/* No room on the disk: the old file is as it was, and so are the settings. */
static void test_set_without_room(void **state UNUSED)
{
	struct place place = place_make();
	const char *before = "[prompts]\nsnooze = 5\n";
	write_text(place.path, before);
	struct config config = load(place.path);
	struct rlimit old, tiny;
	struct err err = {0};
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	tiny = (struct rlimit){.rlim_cur = 8, .rlim_max = old.rlim_max};
	sighandler_t handler = signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tiny), 0);
	int r = config_set(&config, "prompts.snooze", "7", zone_known, &zone_asked, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	signal(SIGXFSZ, handler);
	assert_int_equal(r, -EFBIG);
	assert_non_null(strstr(err.text, "nothing was changed"));
	assert_file(place.path, before);
	assert_int_equal(config.settings.policy.snooze_min, 5);
	err_release(&err);
	config_release(&config);
	place_remove(&place); /* no temporary file is left */
}

/* A directory that cannot be: its path goes through a file. */
static void test_set_without_directory(void **state UNUSED)
{
	struct place place = place_make();
	OWNED_TEXT *below = xasprintf("%s/sub/pacer.conf", place.dir), *blocker = xasprintf("%s/sub", place.dir);
	struct config config = load(below);
	write_text(blocker, "in the way");
	struct err err = {0};
	assert_int_equal(config_set(&config, "prompts.snooze", "7", zone_known, &zone_asked, &err), -ENOTDIR);
	assert_non_null(err.text);
	assert_file(blocker, "in the way");
	assert_int_equal(config.settings.policy.snooze_min, 10);
	err_release(&err);
	config_release(&config);
	unlink(blocker);
	place_remove(&place);
}

static int fill_texts(void **state UNUSED)
{
	memset(text_200, 'x', A200);
	memset(text_201, 'x', A200 + 1);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_meanings),
		cmocka_unit_test(test_choices),
		cmocka_unit_test(test_slots_are_taken_whole),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_hours_cross),
		cmocka_unit_test(test_zone_is_asked_for),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_edits),
		cmocka_unit_test(test_set_refused),
		cmocka_unit_test(test_set_with_crossed_hours),
		cmocka_unit_test(test_set_on_the_file_as_it_is),
		cmocka_unit_test(test_set_makes_directories),
		cmocka_unit_test(test_set_through_links),
		cmocka_unit_test(test_set_without_room),
		cmocka_unit_test(test_set_without_directory),
	};
	return cmocka_run_group_tests(tests, fill_texts, NULL);
}
