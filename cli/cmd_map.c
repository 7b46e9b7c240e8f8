/* map, skills, help SESSION: the whole course, what it trains, and where to turn on the way. */
#include "commands.h"
#include "plan_grid.h"
#include "render.h"

enum { MAP_CELLS = 10, SKILL_CELLS = 16 };

static const struct column pair_columns[] = {{.title = NULL}, {.flexible = true, .wraps = true, .least = 24}};

static void add_pair(struct table *table, const char *label, const char *text)
{
	if (!*text)
		return;
	table_cell(table, STYLE_DIM, "%s", label);
	table_cell(table, STYLE_PLAIN, "%s", text);
}

static void say_title(const struct screen *out, const json_t *enrolment)
{
	say(out, STYLE_STRONG, "%s", field_text(enrolment, "title"));
	say_line(out, STYLE_DIM, "  %s", field_text(enrolment, "id"));
}

/* "week 3 of 18", "begins Mon 30 Nov 2026", "over". Owned. */
static char *place_text(const json_t *enrolment)
{
	long week = field_number(enrolment, "week"), weeks = field_number(enrolment, "weeks");
	OWNED_TEXT *start = stamp_year_day(field_text(enrolment, "start"));
	OWNED_TEXT *length = count_text(weeks, "week", "weeks");
	if (week < 1)
		return xasprintf("begins %s, %s", start, length);
	return week > weeks ? xasprintf("its %s over", weeks == 1 ? "week is" : "weeks are") : xasprintf("week %ld of %ld", week, weeks);
}

/* --- the map --------------------------------------------------------------------------------------------------------------------- */

static void show_head(const struct screen *out, const json_t *reply)
{
	const json_t *enrolment = json_object_get(reply, "enrollment");
	OWNED_TEXT *place = place_text(enrolment);
	OWNED_TEXT *race = stamp_year_day(field_text(enrolment, "race"));
	struct table table;
	say_title(out, enrolment);
	OWNED_TEXT *facts = xasprintf("%s, %s %s, %ld of %ld sessions done", place, race_day_label(enrolment), race,
				      field_number(enrolment, "sessions_done"), field_number(enrolment, "sessions"));
	say_wrapped(out, 0, STYLE_DIM, facts);
	say_gap(out);
	table_init(&table, pair_columns, ARRAY_LEN(pair_columns));
	add_pair(&table, "goal", field_text(reply, "goal"));
	add_pair(&table, "done means", field_text(reply, "done"));
	if (field_has(enrolment, "tracks"))
		add_pair(&table, "your tracks", field_text(enrolment, "tracks"));
	table_print(&table, out);
	if (table.cell_count)
		say_gap(out);
	table_release(&table);
}

static const char *reached_sign(const struct screen *out, bool reached)
{
	return reached ? plan_milestone_sign(out) : out->utf8 ? "\u25c7" : "o";
}

static const char *here_sign(const struct screen *out)
{
	return out->utf8 ? "\u25b6" : ">";
}

static const char *station_sign(const struct screen *out)
{
	return out->utf8 ? "\u271a" : "+";
}

static const char *cutback_sign(const struct screen *out)
{
	return out->utf8 ? "\u2193" : "v";
}

/* As long as the thing is large beside the largest, filled as far as it is done. Owned. */
static char *course_bar(const struct screen *out, int cells, long done, long whole)
{
	int full = bar_cells(done, whole, cells);
	struct text bar = {0};
	for (int i = 0; i < cells; i++)
		text_add(&bar, i < full ? (out->utf8 ? "\u2586" : "#") : (out->utf8 ? "\u2581" : "."));
	return text_take(&bar);
}

static bool has_station(const json_t *stations, long week)
{
	size_t i;
	json_t *station;
	json_array_foreach (stations, i, station)
		if (field_number(station, "week") == week)
			return true;
	return false;
}

static void milestone_cell(struct table *table, const struct screen *out, const json_t *week)
{
	bool reached = field_flag(week, "milestone_reached");
	OWNED_TEXT *day = stamp_short_day(field_text(week, "milestone_day"));
	if (field_has(week, "milestone"))
		table_cell(table, reached ? STYLE_GOOD : STYLE_PLAIN, "%s %s %s", reached_sign(out, reached), day,
			   field_text(week, "milestone"));
	else
		table_cell(table, STYLE_PLAIN, "%s", "");
}

/* What the rows of the map are drawn from. */
struct course {
	const struct screen *out;
	const json_t *weeks, *stations;
	long here, most; /* the running week; the load of the heaviest */
};

static void map_row(struct table *table, const struct course *course, size_t at)
{
	const struct screen *out = course->out;
	const json_t *week = json_array_get(course->weeks, at);
	long number = field_number(week, "week"), done = field_number(week, "minutes_done"), whole = field_number(week, "minutes");
	bool here = number == course->here;
	OWNED_TEXT *name = plan_week_name(week, at ? json_array_get(course->weeks, at - 1) : NULL);
	OWNED_TEXT *start = stamp_short_day(field_text(week, "start"));
	OWNED_TEXT *bar = course_bar(out, bar_cells(field_number(week, "load"), course->most, MAP_CELLS), done, whole);
	OWNED_TEXT *minutes = done ? xasprintf("%ld/%ld", done, whole) : xasprintf("%ld", whole);
	enum style style = here ? STYLE_NOW : strchr(name, ' ') ? STYLE_STRONG : STYLE_PLAIN;
	table_cell(table, STYLE_NOW, "%s", here ? here_sign(out) : "");
	table_cell(table, style, "%s", name);
	table_cell(table, here ? STYLE_NOW : STYLE_PLAIN, "%s", start);
	table_cell(table, STYLE_PLAIN, "%s", minutes);
	table_cell(table, done ? STYLE_GOOD : STYLE_DIM, "%s", bar);
	table_cell(table, STYLE_CARE, "%s%s", field_flag(week, "cutback") ? cutback_sign(out) : "",
		   has_station(course->stations, number) ? station_sign(out) : "");
	milestone_cell(table, out, week);
}

static void show_course(const struct course *course)
{
	static const struct column columns[] = {
		{.title = NULL},
		{.title = "week", .right = true},
		{.title = "from", .right = true},
		{.title = "min", .right = true, .optional = true},
		{.title = "load", .optional = true},
		{.title = NULL},
		{.title = "milestone", .flexible = true, .wraps = true, .least = 24},
	};
	struct table table;
	table_init(&table, columns, ARRAY_LEN(columns));
	table.indent = 0;
	for (size_t i = 0; i < json_array_size(course->weeks); i++)
		map_row(&table, course, i);
	table_print(&table, course->out);
	table_release(&table);
}

/* What the signs mean: those that occur. */
static void show_legend(const struct course *course)
{
	const struct screen *out = course->out;
	bool open = false, reached = false, cutback = false;
	struct text line = {0};
	size_t i;
	json_t *week;
	json_array_foreach (course->weeks, i, week) {
		reached |= field_has(week, "milestone") && field_flag(week, "milestone_reached");
		open |= field_has(week, "milestone") && !field_flag(week, "milestone_reached");
		cutback |= field_flag(week, "cutback");
	}
	if (course->here >= 1 && (size_t)course->here <= json_array_size(course->weeks))
		text_addf(&line, "  %s you are here", here_sign(out));
	if (cutback)
		text_addf(&line, "  %s cut-back", cutback_sign(out));
	if (open)
		text_addf(&line, "  %s milestone", reached_sign(out, false));
	if (reached)
		text_addf(&line, "  %s reached", reached_sign(out, true));
	if (json_array_size(course->stations))
		text_addf(&line, "  %s aid station", station_sign(out));
	say_gap(out);
	if (line.len)
		say_wrapped(out, 2, STYLE_DIM, line.data + 2);
	text_release(&line);
}

void say_stations(const struct screen *out, const json_t *stations)
{
	static const struct column columns[] = {
		{.title = NULL}, {.title = NULL}, {.title = NULL}, {.flexible = true, .wraps = true, .least = 24}};
	struct table table;
	size_t i;
	json_t *station;
	table_init(&table, columns, ARRAY_LEN(columns));
	json_array_foreach (stations, i, station) {
		OWNED_TEXT *start = stamp_day(field_text(station, "start"));
		table_cell(&table, STYLE_CARE, "%s", station_sign(out));
		table_cell(&table, STYLE_PLAIN, "week %ld", field_number(station, "week"));
		table_cell(&table, STYLE_DIM, "%s", start);
		table_cell(&table, STYLE_PLAIN, "%s", field_text(station, "text"));
	}
	if (table.cell_count) {
		say_gap(out);
		say_line(out, STYLE_STRONG, "Aid stations");
	}
	table_print(&table, out);
	table_release(&table);
}

void map_show(struct cli *cli, const json_t *reply)
{
	const json_t *enrolment = json_object_get(reply, "enrollment");
	struct course course = {.out = &cli->out,
				.weeks = field_list(reply, "weeks"),
				.stations = field_list(reply, "stations"),
				.here = field_number(enrolment, "week")};
	size_t i;
	json_t *week;
	json_array_foreach (course.weeks, i, week)
		course.most = field_number(week, "load") > course.most ? field_number(week, "load") : course.most;
	show_head(&cli->out, reply);
	show_course(&course);
	show_legend(&course);
	say_stations(&cli->out, course.stations);
	if (field_has(enrolment, "plan_problem")) {
		say_gap(&cli->out);
		say_wrapped(&cli->out, 0, STYLE_DIM, field_text(enrolment, "plan_problem"));
	}
}

/* --- skills ---------------------------------------------------------------------------------------------------------------------- */

struct sum {
	long sessions, minutes, minutes_done;
};

static struct sum sum_of(const json_t *skills, const char *family)
{
	struct sum sum = {0};
	size_t i;
	json_t *skill;
	json_array_foreach (skills, i, skill) {
		if (family && strcmp(field_text(skill, "family"), family) != 0)
			continue;
		sum.sessions += field_number(skill, "sessions");
		sum.minutes += field_number(skill, "minutes");
		sum.minutes_done += field_number(skill, "minutes_done");
	}
	return sum;
}

/* "1:05": hours and minutes. */
static void hours_cell(struct table *table, enum style style, long minutes)
{
	table_cell(table, style, "%ld:%02ld", minutes / 60, minutes % 60);
}

static void skill_row(struct table *table, const struct screen *out, enum style style, const char *name, struct sum sum, long most)
{
	OWNED_TEXT *bar = course_bar(out, bar_cells(sum.minutes, most, SKILL_CELLS), sum.minutes_done, sum.minutes);
	table_cell(table, style, "%s", name);
	table_cell(table, style, "%ld", sum.sessions);
	hours_cell(table, sum.minutes_done ? style : STYLE_DIM, sum.minutes_done);
	hours_cell(table, style, sum.minutes);
	table_cell(table, sum.minutes_done ? STYLE_GOOD : STYLE_DIM, "%s", bar);
}

/* The family's sums, then its skills; a family without sessions is left out. most: the minutes of the longest bar. */
static void family_rows(struct table *table, const struct screen *out, const json_t *skills, const struct family *family, long most)
{
	const struct sum all = sum_of(skills, family->name);
	size_t i;
	json_t *skill;
	if (!all.sessions)
		return;
	skill_row(table, out, STYLE_STRONG, family->words, all, 0);
	json_array_foreach (skills, i, skill) {
		const struct sum own = {field_number(skill, "sessions"), field_number(skill, "minutes"),
					field_number(skill, "minutes_done")};
		OWNED_TEXT *name = xasprintf("  %s", *field_text(skill, "skill") ? field_text(skill, "skill") : "none named");
		if (!strcmp(field_text(skill, "family"), family->name))
			skill_row(table, out, STYLE_PLAIN, name, own, most);
	}
}

void skills_show(struct cli *cli, const json_t *reply)
{
	static const struct column columns[] = {
		{.title = "skill", .flexible = true},
		{.title = "sessions", .right = true, .optional = true},
		{.title = "done", .right = true},
		{.title = "planned", .right = true},
		{.optional = true},
	};
	const struct screen *out = &cli->out;
	const json_t *enrolment = json_object_get(reply, "enrollment"), *skills = field_list(reply, "skills");
	OWNED_TEXT *place = place_text(enrolment);
	struct table table;
	size_t i;
	json_t *skill;
	long most = 0;
	json_array_foreach (skills, i, skill)
		most = field_number(skill, "minutes") > most ? field_number(skill, "minutes") : most;
	say_title(out, enrolment);
	OWNED_TEXT *facts = xasprintf("%s, hours and minutes by skill", place);
	say_wrapped(out, 0, STYLE_DIM, facts);
	say_gap(out);
	table_init(&table, columns, ARRAY_LEN(columns));
	for (size_t k = 0; k < FAMILY_COUNT; k++)
		family_rows(&table, out, skills, &families[k], most);
	skill_row(&table, out, STYLE_STRONG, "together", sum_of(skills, NULL), 0);
	table_print(&table, out);
	table_release(&table);
}

/* --- help ------------------------------------------------------------------------------------------------------------------------ */

void say_personas(const struct screen *out, const char *label, const json_t *personas)
{
	struct table table;
	size_t i;
	json_t *persona;
	table_init(&table, pair_columns, ARRAY_LEN(pair_columns));
	table.indent = 4;
	json_array_foreach (personas, i, persona) {
		table_cell(&table, STYLE_NOW, "%s", field_text(persona, "slug"));
		table_cell(&table, STYLE_PLAIN, "%s", field_text(persona, "text"));
	}
	if (table.cell_count)
		say_line(out, STYLE_DIM, "  %s", label);
	table_print(&table, out);
	table_release(&table);
}

static void say_station(const struct screen *out, const json_t *stations)
{
	size_t i;
	json_t *station;
	json_array_foreach (stations, i, station)
		say_labelled(out, "aid station of this week", field_text(station, "text"));
}

/* "role=trainer role=manager" as it is read. Owned. */
static char *partners_text(const char *with)
{
	struct text text = {0};
	for (const char *at = with; *(at += strspn(at, " "));) {
		size_t role = strncmp(at, "role=", strlen("role=")) ? 0 : strlen("role="), length = strcspn(at, " ");
		text_addf(&text, "%s%.*s", text.len ? ", " : "", (int)(length - role), at + role);
		at += length;
	}
	return text_take(&text);
}

static void say_good(const struct screen *out, const json_t *reply)
{
	OWNED_TEXT *pass = field_number(reply, "pass") ? xasprintf("%ld %%", field_number(reply, "pass")) : xstrdup("");
	say_labelled(out, "to show for it", field_text(reply, "evidence"));
	say_labelled(out, "pass mark", pass);
	say_labelled(out, "what is looked at", field_text(reply, "rubric"));
}

/* Beside each other where there is room. */
static void say_head(const struct screen *out, const char *title, const char *facts)
{
	OWNED_TEXT *safe = text_safe(title, out->utf8);
	if (text_width(safe, out->utf8) + 2 + text_width(facts, out->utf8) <= out->wrap) {
		say(out, STYLE_STRONG, "%s", title);
		say_line(out, STYLE_DIM, "  %s", facts);
		return;
	}
	say_wrapped(out, 0, STYLE_STRONG, title);
	say_wrapped(out, 0, STYLE_DIM, facts);
}

void help_show(struct cli *cli, const json_t *reply)
{
	const struct screen *out = &cli->out;
	const json_t *session = json_object_get(reply, "session");
	OWNED_TEXT *phrase = stamp_moment(field_text(session, "start"));
	OWNED_TEXT *name = session_name(session, cli_has_several(cli));
	OWNED_TEXT *facts = xasprintf("%s, %s", field_text(session, "id"), phrase);
	OWNED_TEXT *partners = partners_text(field_text(reply, "with"));
	say_head(out, field_text(session, "title"), facts);
	OWNED_TEXT *prepare = xasprintf("prepare (pacer prep %s)", name);
	say_gap(out);
	say_labelled(out, "where to turn",
		     field_has(session, "help") ? field_text(session, "help")
						: "The plan names nobody. Whoever sits next to you is a good first "
						  "address; pacer config people.help keeps a contact of your own.");
	say_station(out, field_list(reply, "stations"));
	say_link(out, session, name);
	say_labelled(out, "what it is about", field_text(session, "description"));
	say_personas(out, "who you meet", field_list(reply, "personas"));
	say_labelled(out, "who takes part", partners);
	say_labelled(out, prepare, field_text(session, "prep"));
	say_labelled(out, "tip", field_text(session, "tip"));
	say_labelled(out, "milestone", field_text(session, "milestone"));
	say_good(out, reply);
	say_labelled(out, "in ten minutes instead", field_text(reply, "fallback"));
	say_intention(out, "you noted", session);
}
