/* plan show: a plan on one page, or a week of it in full. */
#include "commands.h"
#include "plan_grid.h"
#include "render.h"

enum { SKILL_CELLS = 20 };

/* --- what stands below the grid -------------------------------------------------------------------------------------------------- */

static void heading(const struct screen *screen, const char *text)
{
	say_gap(screen);
	say_line(screen, STYLE_STRONG, "%s", text);
}

static void show_milestones(const struct screen *screen, const json_t *sessions)
{
	static const struct column columns[] = {{.title = NULL}, {.title = NULL}, {.flexible = true, .wraps = true, .least = 24}};
	struct table table;
	size_t i;
	json_t *session;
	table_init(&table, columns, ARRAY_LEN(columns));
	json_array_foreach (sessions, i, session) {
		if (!field_has(session, "milestone"))
			continue;
		table_cell(&table, STYLE_PLAIN, "%s week %2ld", plan_milestone_sign(screen), field_number(session, "week"));
		table_cell(&table, STYLE_NOW, "%s", field_text(session, "id"));
		table_cell(&table, STYLE_PLAIN, "%s", field_text(session, "milestone"));
	}
	if (table.cell_count)
		heading(screen, "Milestones");
	table_print(&table, screen);
	table_release(&table);
}

struct family_sum {
	long sessions, minutes;
	size_t skills;
};

static struct family_sum family_sum(const json_t *skills, const char *family)
{
	struct family_sum sum = {0};
	size_t i;
	json_t *skill;
	json_array_foreach (skills, i, skill) {
		if (strcmp(field_text(skill, "family"), family) != 0)
			continue;
		sum.sessions += field_number(skill, "sessions");
		sum.minutes += field_number(skill, "minutes");
		sum.skills++;
	}
	return sum;
}

/* The nth skill of a family, NULL past the last. */
static const json_t *family_skill(const json_t *skills, const char *family, size_t n)
{
	size_t i;
	json_t *skill;
	json_array_foreach (skills, i, skill)
		if (!strcmp(field_text(skill, "family"), family) && !n--)
			return skill;
	return NULL;
}

static void show_families(const struct screen *screen, const json_t *skills, long whole)
{
	static const struct column columns[] = {
		{.title = NULL}, {.right = true, .optional = true}, {.right = true}, {.right = true}, {.optional = true}};
	struct table table;
	table_init(&table, columns, ARRAY_LEN(columns));
	for (size_t k = 0; k < ARRAY_LEN(families); k++) {
		const struct family_sum sum = family_sum(skills, families[k].name);
		OWNED_TEXT *sessions = count_text(sum.sessions, "session", "sessions");
		OWNED_TEXT *time = minutes_text(sum.minutes);
		OWNED_TEXT *bar = load_bar(screen, sum.minutes, whole, SKILL_CELLS);
		if (!sum.sessions)
			continue;
		table_cell(&table, STYLE_PLAIN, "%s", families[k].words);
		table_cell(&table, STYLE_PLAIN, "%s", sessions);
		table_cell(&table, STYLE_PLAIN, "%s", time);
		table_cell(&table, STYLE_PLAIN, "%ld %%", whole ? (sum.minutes * 100 + whole / 2) / whole : 0);
		table_cell(&table, STYLE_GOOD, "%s", bar);
	}
	table_print(&table, screen);
	table_release(&table);
}

static void skill_cells(struct table *table, const json_t *skill)
{
	long minutes = field_number(skill, "minutes");
	if (!skill) {
		table_cell(table, STYLE_PLAIN, "%s", "");
		table_cell(table, STYLE_PLAIN, "%s", "");
		return;
	}
	table_cell(table, STYLE_PLAIN, "%s", *field_text(skill, "skill") ? field_text(skill, "skill") : "none named");
	table_cell(table, STYLE_DIM, "%ld:%02ld", minutes / 60, minutes % 60);
}

/* One family beside the other, its skills below each other with hours and minutes. */
static void show_skill_list(const struct screen *screen, const json_t *skills)
{
	struct column columns[2 * ARRAY_LEN(families)];
	const char *used[ARRAY_LEN(families)];
	size_t count = 0, most = 0;
	struct table table;
	for (size_t k = 0; k < ARRAY_LEN(families); k++) {
		size_t own = family_sum(skills, families[k].name).skills;
		if (!own)
			continue;
		columns[2 * count] = (struct column){.title = families[k].words, .flexible = true, .least = 8};
		columns[2 * count + 1] = (struct column){.right = true};
		used[count++] = families[k].name;
		most = own > most ? own : most;
	}
	if (!count)
		return;
	table_init(&table, columns, 2 * count);
	for (size_t n = 0; n < most; n++)
		for (size_t k = 0; k < count; k++)
			skill_cells(&table, family_skill(skills, used[k], n));
	table_print(&table, screen);
	table_release(&table);
}

static void show_skills(const struct screen *screen, const json_t *skills, long whole)
{
	if (!json_array_size(skills))
		return;
	heading(screen, "Skills");
	show_families(screen, skills, whole);
	say_gap(screen);
	show_skill_list(screen, skills);
}

static void show_touches(const struct screen *screen, const json_t *touches, long whole)
{
	static const struct column columns[] = {{.title = NULL}, {.right = true, .optional = true}, {.right = true}, {.optional = true}};
	struct table table;
	size_t i;
	json_t *touch;
	if (!json_array_size(touches))
		return;
	heading(screen, "Touch points");
	table_init(&table, columns, ARRAY_LEN(columns));
	json_array_foreach (touches, i, touch) {
		OWNED_TEXT *sessions = count_text(field_number(touch, "sessions"), "session", "sessions");
		OWNED_TEXT *time = minutes_text(field_number(touch, "minutes"));
		OWNED_TEXT *bar = load_bar(screen, field_number(touch, "minutes"), whole, SKILL_CELLS);
		table_cell(&table, STYLE_PLAIN, "%s", field_text(touch, "touch"));
		table_cell(&table, STYLE_PLAIN, "%s", sessions);
		table_cell(&table, STYLE_PLAIN, "%s", time);
		table_cell(&table, STYLE_GOOD, "%s", bar);
	}
	table_print(&table, screen);
	table_release(&table);
}

/* "w03-we, w05-fr": a list of the session, or the ids of the sessions whose list has the word. Owned. */
static char *list_text(const json_t *list)
{
	struct text text = {0};
	size_t i;
	json_t *word;
	json_array_foreach (list, i, word)
		text_addf(&text, "%s%s", i ? ", " : "", json_is_string(word) ? json_string_value(word) : "");
	return text_take(&text);
}

static const struct column pair_columns[] = {{.title = NULL}, {.flexible = true, .wraps = true, .least = 24}};

static void show_needs(const struct screen *screen, const json_t *sessions)
{
	struct table table;
	size_t i;
	json_t *session;
	table_init(&table, pair_columns, ARRAY_LEN(pair_columns));
	json_array_foreach (sessions, i, session) {
		OWNED_TEXT *needs = list_text(field_list(session, "needs"));
		if (!*needs)
			continue;
		table_cell(&table, STYLE_NOW, "%s", field_text(session, "id"));
		table_cell(&table, STYLE_PLAIN, "after %s", needs);
	}
	if (table.cell_count)
		heading(screen, "What builds on what");
	table_print(&table, screen);
	table_release(&table);
}

/* "w03-tu, w05-fr": the sessions in which the persona appears. Owned. */
static char *appearances(const json_t *sessions, const char *slug)
{
	struct text text = {0};
	json_t *session, *name;
	size_t i, k;
	json_array_foreach (sessions, i, session)
		json_array_foreach (field_list(session, "personas"), k, name)
			if (json_is_string(name) && !strcmp(json_string_value(name), slug))
				text_addf(&text, "%s%s", text.len ? ", " : "", field_text(session, "id"));
	return text_take(&text);
}

static json_t *card_of(const json_t *cards, const char *slug)
{
	size_t i;
	json_t *card;
	json_array_foreach (cards, i, card)
		if (!strcmp(field_text(card, "slug"), slug))
			return card;
	return NULL;
}

/* Those with a card, then those that a session names without one. The caller owns the list. */
static json_t *all_personas(const json_t *cards, const json_t *sessions)
{
	json_t *all = json_array(), *session, *name;
	size_t i, k;
	if (!all || (cards && json_array_extend(all, (json_t *)cards)))
		abort();
	json_array_foreach (sessions, i, session)
		json_array_foreach (field_list(session, "personas"), k, name)
			if (json_is_string(name) && !card_of(all, json_string_value(name)) &&
			    json_array_append_new(all, json_pack("{s:O}", "slug", name)))
				abort();
	return all;
}

static void show_personas(const struct screen *screen, const json_t *cards, const json_t *sessions)
{
	json_t *all = all_personas(cards, sessions), *persona;
	struct table table;
	size_t i;
	table_init(&table, pair_columns, ARRAY_LEN(pair_columns));
	json_array_foreach (all, i, persona) {
		OWNED_TEXT *ids = appearances(sessions, field_text(persona, "slug"));
		table_cell(&table, STYLE_PLAIN, "%s", field_text(persona, "slug"));
		table_cell(&table, STYLE_NOW, "%s", ids);
		if (!field_has(persona, "text"))
			continue;
		table_cell(&table, STYLE_PLAIN, "%s", "");
		table_cell(&table, STYLE_PLAIN, "%s", field_text(persona, "text"));
	}
	if (table.cell_count)
		heading(screen, "Personas");
	table_print(&table, screen);
	table_release(&table);
	json_decref(all);
}

static void show_findings(const struct screen *screen, const json_t *findings)
{
	size_t i;
	json_t *finding;
	if (!json_array_size(findings))
		return;
	heading(screen, "What the checks say");
	json_array_foreach (findings, i, finding) {
		OWNED_TEXT *text = xasprintf("%s:%ld: %s %s", field_text(finding, "file"), field_number(finding, "line"),
					     field_text(finding, "code"), field_text(finding, "text"));
		say_wrapped(screen, 2, !strcmp(field_text(finding, "severity"), "error") ? STYLE_CARE : STYLE_PLAIN, text);
	}
}

/* --- the two pages ---------------------------------------------------------------------------------------------------------------- */

/* A field of an object and what it is called on the screen. */
struct labelled {
	const char *field, *label;
};

/* Labels are as wide as the widest of the rows, shown or not: sessions below each other line up. */
static void show_labelled(const struct screen *screen, int indent, const json_t *object, const struct labelled *rows, size_t count)
{
	struct table table;
	int widest = 0;
	for (size_t i = 0; i < count; i++)
		widest = (int)strlen(rows[i].label) > widest ? (int)strlen(rows[i].label) : widest;
	table_init(&table, pair_columns, ARRAY_LEN(pair_columns));
	table.indent = indent;
	for (size_t i = 0; i < count; i++) {
		const json_t *value = json_object_get(object, rows[i].field);
		OWNED_TEXT *words = json_is_array(value)     ? list_text(value)
				    : json_is_integer(value) ? xasprintf("%ld", field_number(object, rows[i].field))
							     : xstrdup(field_text(object, rows[i].field));
		if (!*words)
			continue;
		table_cell(&table, STYLE_DIM, "%-*s", widest, rows[i].label);
		table_cell(&table, STYLE_PLAIN, "%s", words);
	}
	table_print(&table, screen);
	table_release(&table);
}

static void show_title(const struct screen *screen, const json_t *plan)
{
	say_wrapped(screen, 0, STYLE_STRONG, field_has(plan, "title") ? field_text(plan, "title") : field_text(plan, "name"));
}

/* "version 2, licence MIT", as far as the plan says. Owned. */
static char *edition_text(const json_t *reply)
{
	const char *version = field_text(reply, "version"), *licence = field_text(reply, "licence");
	return xasprintf("%s%s%s%s%s", *version ? "version " : "", version, *version && *licence ? ", " : "", *licence ? "licence " : "",
			 licence);
}

static void show_head(const struct screen *screen, const json_t *reply)
{
	static const struct labelled rows[] = {
		{"goal", "goal"}, {"done", "done means"}, {"tracks", "tracks"}, {"lead", "led from"}, {"about", "about"}};
	const json_t *plan = json_object_get(reply, "plan");
	const char *class = field_text(reply, "class");
	OWNED_TEXT *time = minutes_text(field_number(plan, "minutes"));
	OWNED_TEXT *sessions = count_text(field_number(plan, "sessions"), "session", "sessions");
	OWNED_TEXT *weeks = count_text(field_number(plan, "weeks"), "week", "weeks");
	OWNED_TEXT *edition = edition_text(reply);
	show_title(screen, plan);
	OWNED_TEXT *size = xasprintf("%s%s%s, %s, %s, peak in week %ld", class, *class ? ", " : "", weeks, sessions, time,
				     field_number(reply, "peak_week"));
	say_wrapped(screen, 0, STYLE_DIM, size);
	if (*edition)
		say_wrapped(screen, 0, STYLE_DIM, edition);
	say_line(screen, STYLE_DIM, "%s", field_text(plan, "file"));
	say_gap(screen);
	show_labelled(screen, 2, reply, rows, ARRAY_LEN(rows));
}

static void show_page(const struct screen *screen, const json_t *reply)
{
	const json_t *plan = json_object_get(reply, "plan"), *sessions = field_list(reply, "sessions");
	show_head(screen, reply);
	say_gap(screen);
	plan_grid_show(screen, reply);
	show_milestones(screen, sessions);
	show_skills(screen, field_list(reply, "skills"), field_number(plan, "minutes"));
	show_touches(screen, field_list(reply, "touches"), field_number(plan, "minutes"));
	say_stations(screen, field_list(reply, "stations"));
	show_personas(screen, field_list(reply, "personas"), sessions);
	show_needs(screen, sessions);
	show_findings(screen, field_list(reply, "findings"));
	OWNED_TEXT *week = xasprintf("pacer plan show %s --week %ld", field_text(plan, "name"), field_number(reply, "peak_week"));
	OWNED_TEXT *enroll = xasprintf("pacer enroll %s --start \"next mon\" --dry-run", field_text(plan, "name"));
	say_gap(screen);
	say_next(screen, week);
	say_next(screen, enroll);
}

/* --- one week in full -------------------------------------------------------------------------------------------------------------- */

static const char *weekday_name(const char *weekday)
{
	static const char *const names[][2] = {{"mo", "Monday"}, {"tu", "Tuesday"},  {"we", "Wednesday"}, {"th", "Thursday"},
					       {"fr", "Friday"}, {"sa", "Saturday"}, {"su", "Sunday"}};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!strcmp(names[i][0], weekday))
			return names[i][1];
	return weekday;
}

/* The cards of those whom the session names. The caller owns the list. */
static json_t *personas_of(const json_t *cards, const json_t *session)
{
	json_t *found = json_array(), *name;
	size_t i;
	if (!found)
		abort();
	json_array_foreach (field_list(session, "personas"), i, name) {
		json_t *card = json_is_string(name) ? card_of(cards, json_string_value(name)) : NULL;
		if (json_array_append_new(found, card ? json_incref(card) : json_pack("{s:O}", "slug", name)))
			abort();
	}
	return found;
}

static void show_session(const struct screen *screen, const json_t *session, const json_t *cards)
{
	static const struct labelled rows[] = {
		{"milestone", "milestone"},
		{"evidence", "to show"},
		{"description", "what to do"},
		{"prep", "lay out"},
		{"tip", "tip"},
		{"fallback", "ten minutes"},
		{"help", "ask"},
		{"link", "link"},
		{"with", "with"},
		{"track", "track"},
		{"needs", "needs first"},
		{"pass", "pass, %"},
		{"rubric", "rubric"},
		{"review", "review, days"},
		{"alarms", "rings"},
	};
	const char *id = field_text(session, "id"), *skill = field_text(session, "skill");
	int indent = (int)strlen(id) + 2;
	OWNED_TEXT *facts = xasprintf("%s %s, %ld min, %s, effort %ld%s%s", weekday_name(field_text(session, "weekday")),
				      field_text(session, "time"), field_number(session, "minutes"), field_text(session, "type"),
				      field_number(session, "effort"), *skill ? ", " : "", skill);
	say_gap(screen);
	say(screen, STYLE_NOW, "%s", id);
	say_hanging(screen, indent, indent - 2, STYLE_STRONG, field_text(session, "title"));
	say_wrapped(screen, 2, STYLE_DIM, facts);
	show_labelled(screen, 2, session, rows, ARRAY_LEN(rows));
	json_t *personas = personas_of(cards, session);
	say_personas(screen, "personas", personas);
	json_decref(personas);
}

static void show_week(const struct screen *screen, const json_t *reply, long number)
{
	const json_t *plan = json_object_get(reply, "plan"), *weeks = field_list(reply, "weeks");
	const json_t *week = json_array_get(weeks, (size_t)number - 1);
	const char *phase = field_text(week, "phase");
	OWNED_TEXT *time = minutes_text(field_number(week, "minutes"));
	OWNED_TEXT *sessions = count_text(field_number(week, "sessions"), "session", "sessions");
	size_t i;
	json_t *session;
	OWNED_TEXT *facts = xasprintf("week %ld of %ld%s%s%s, %s, %s, load %ld", number, field_number(plan, "weeks"), *phase ? ", " : "",
				      phase, field_flag(week, "cutback") ? ", cut-back" : "", sessions, time, field_number(week, "load"));
	show_title(screen, plan);
	say_wrapped(screen, 0, STYLE_DIM, facts);
	json_array_foreach (field_list(reply, "sessions"), i, session)
		show_session(screen, session, field_list(reply, "personas"));
	if (number < field_number(plan, "weeks")) {
		OWNED_TEXT *next = xasprintf("pacer plan show %s --week %ld", field_text(plan, "name"), number + 1);
		say_gap(screen);
		say_next(screen, next);
	}
}

void plan_show_show(struct cli *cli, const json_t *reply)
{
	show_page(&cli->out, reply);
}

int plan_show_run(struct cli *cli, const struct args *args)
{
	json_t *reply = NULL;
	int exit = cli_call(cli, args->command->method, args_parameters(args), &reply);
	if (!exit && args_has(args, OPTION_WEEK) && !cli->json)
		show_week(&cli->out, reply, strtol(args->options[OPTION_WEEK], NULL, 10));
	else if (!exit)
		exit = cli_show(cli, args, reply);
	json_decref(reply);
	return exit;
}
