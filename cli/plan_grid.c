#include "plan_grid.h"

#include "render.h"

const char *const plan_weekdays[WEEK_DAYS] = {"mo", "tu", "we", "th", "fr", "sa", "su"};
static const char *const weekday_titles[WEEK_DAYS] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

/* How a type of session looks in the grid; the letter alone where it is narrow, before the title where it is wide. */
static const struct type_look {
	const char *type, *letter;
	enum style style;
} type_looks[] = {
	{"easy", "e", STYLE_DIM},    {"short", "s", STYLE_PLAIN}, {"medium", "m", STYLE_PLAIN}, {"speed", "p", STYLE_PLAIN},
	{"cross", "c", STYLE_DIM},   {"long", "L", STYLE_NOW},    {"checkin", "k", STYLE_GOOD}, {"tuneup", "T", STYLE_CARE},
	{"race", "R", STYLE_STRONG}, {"rest", "-", STYLE_DIM},
};

static const struct type_look *type_look(const char *type)
{
	static const struct type_look unknown = {"", "?", STYLE_PLAIN};
	for (size_t i = 0; i < ARRAY_LEN(type_looks); i++)
		if (!strcmp(type_looks[i].type, type))
			return &type_looks[i];
	return &unknown;
}

const char *plan_milestone_sign(const struct screen *screen)
{
	return screen->utf8 ? "\u25c6" : "*";
}

/* -1: none of the seven. */
static int weekday_index(const json_t *session)
{
	for (int day = 0; day < WEEK_DAYS; day++)
		if (!strcmp(plan_weekdays[day], field_text(session, "weekday")))
			return day;
	return -1;
}

/* --- grid ------------------------------------------------------------------------------------------------------------------------ */

enum cell_look { CELL_LETTER, CELL_TYPE, CELL_TITLE };
/* From these widths on. Beside the days a row holds the week with its phase, the minutes and the load: GRID_REST columns. */
enum { WIDTH_TYPES = 76, WIDTH_TITLES = 112, GRID_REST = 38, GRID_GAP = 2, GRID_LOAD_CELLS = 10 };

struct grid {
	const struct screen *screen;
	enum cell_look look;
	bool days[WEEK_DAYS]; /* that any week uses */
	int room;             /* of a title, its letter aside; 0: no limit */
	long most, peak_week; /* the highest load, and the week that counts as the peak */
};

static void grid_init(struct grid *grid, const struct screen *screen, const json_t *reply)
{
	size_t i;
	json_t *session, *week;
	int width = screen->width, days = 0;
	*grid = (struct grid){.screen = screen, .peak_week = field_number(reply, "peak_week")};
	grid->look = !width || width >= WIDTH_TITLES ? CELL_TITLE : width >= WIDTH_TYPES ? CELL_TYPE : CELL_LETTER;
	json_array_foreach (field_list(reply, "sessions"), i, session)
		if (weekday_index(session) >= 0)
			grid->days[weekday_index(session)] = true;
	json_array_foreach (field_list(reply, "weeks"), i, week)
		grid->most = field_number(week, "load") > grid->most ? field_number(week, "load") : grid->most;
	for (int day = 0; day < WEEK_DAYS; day++)
		days += grid->days[day];
	if (width && days)
		grid->room = (width - GRID_REST) / days - GRID_GAP - 2;
}

/* The title, or what stands before its colon when the whole is too wide. Owned. */
static char *short_title(const struct grid *grid, const json_t *session)
{
	const char *title = field_text(session, "title"), *colon = strstr(title, ": ");
	OWNED_TEXT *safe = text_safe(title, grid->screen->utf8);
	if (!colon || !grid->room || text_width(safe, grid->screen->utf8) <= grid->room)
		return xstrdup(title);
	return xstrndup(title, (size_t)(colon - title));
}

/* All sessions of a day in a few words. Owned; *ret_first is the first of them, NULL when there is none. */
static char *day_text(const struct grid *grid, const json_t *sessions, long week, int day, const json_t **ret_first)
{
	struct text letters = {0};
	bool milestone = false;
	int count = 0;
	size_t i;
	json_t *session;
	*ret_first = NULL;
	json_array_foreach (sessions, i, session) {
		if (field_number(session, "week") != week || weekday_index(session) != day)
			continue;
		*ret_first = count++ ? *ret_first : session;
		milestone = milestone || field_has(session, "milestone");
		text_add(&letters, type_look(field_text(session, "type"))->letter);
	}
	OWNED_TEXT *all = text_take(&letters);
	OWNED_TEXT *more = count > 1 ? xasprintf(" +%d", count - 1) : xstrdup("");
	const char *sign = milestone ? plan_milestone_sign(grid->screen) : "";
	if (!count)
		return xstrdup(grid->look == CELL_LETTER ? (grid->screen->utf8 ? "\u00b7" : ".") : "");
	if (grid->look == CELL_LETTER)
		return xasprintf("%s%s", all, sign);
	if (grid->look == CELL_TYPE)
		return xasprintf("%s%s%s%s", field_text(*ret_first, "type"), more, *sign ? " " : "", sign);
	OWNED_TEXT *title = short_title(grid, *ret_first);
	return xasprintf("%.1s %s%s%s%s", all, sign, *sign ? " " : "", title, more);
}

char *plan_week_name(const json_t *week, const json_t *before)
{
	const char *phase = field_text(week, "phase");
	if (!*phase || (before && !strcmp(phase, field_text(before, "phase"))))
		return xasprintf("%ld", field_number(week, "week"));
	return xasprintf("%s %2ld", phase, field_number(week, "week"));
}

static void load_cell(struct table *table, const struct grid *grid, const json_t *week)
{
	bool cutback = field_flag(week, "cutback"), peak = field_number(week, "week") == grid->peak_week;
	OWNED_TEXT *bar = load_bar(grid->screen, field_number(week, "load"), grid->most, GRID_LOAD_CELLS);
	table_cell(table, cutback ? STYLE_DIM : STYLE_GOOD, "%s%s%s", bar, *bar && (cutback || peak) ? " " : "",
		   cutback ? "cut-back"
		   : peak  ? "peak"
			   : "");
}

static void grid_row(struct table *table, const struct grid *grid, const json_t *sessions, const json_t *week, const json_t *before)
{
	OWNED_TEXT *name = plan_week_name(week, before);
	table_cell(table, strchr(name, ' ') ? STYLE_STRONG : STYLE_PLAIN, "%s", name);
	for (int day = 0; day < WEEK_DAYS; day++) {
		const json_t *first;
		if (!grid->days[day])
			continue;
		OWNED_TEXT *text = day_text(grid, sessions, field_number(week, "week"), day, &first);
		table_cell(table, first ? type_look(field_text(first, "type"))->style : STYLE_DIM, "%s", text);
	}
	table_cell(table, STYLE_PLAIN, "%ld", field_number(week, "minutes"));
	load_cell(table, grid, week);
}

static bool occurs(const json_t *sessions, const char *field, const char *value)
{
	size_t i;
	json_t *session;
	json_array_foreach (sessions, i, session)
		if (value ? !strcmp(field_text(session, field), value) : field_has(session, field))
			return true;
	return false;
}

/* Adds "L long" to the line, which goes out first when there is no room left in it. */
static void add_sign(const struct screen *screen, struct text *line, const char *sign, const char *word)
{
	OWNED_TEXT *entry = xasprintf("  %s %s", sign, word);
	if (line->len &&
	    text_width(line->data, screen->utf8) + text_width(entry, screen->utf8) > (screen->width ? screen->width : screen->wrap)) {
		say_line(screen, STYLE_DIM, "%s", line->data);
		text_release(line);
	}
	text_add(line, entry);
}

/* What the letters and signs mean: those that occur. */
static void show_legend(const struct grid *grid, const json_t *sessions)
{
	struct text line = {0};
	say_gap(grid->screen);
	for (size_t i = 0; grid->look != CELL_TYPE && i < ARRAY_LEN(type_looks); i++)
		if (occurs(sessions, "type", type_looks[i].type))
			add_sign(grid->screen, &line, type_looks[i].letter, type_looks[i].type);
	if (occurs(sessions, "milestone", NULL))
		add_sign(grid->screen, &line, plan_milestone_sign(grid->screen), "milestone");
	if (line.len)
		say_line(grid->screen, STYLE_DIM, "%s", line.data);
	text_release(&line);
}

void plan_grid_show(const struct screen *screen, const json_t *reply)
{
	const json_t *weeks = field_list(reply, "weeks"), *sessions = field_list(reply, "sessions");
	struct column columns[WEEK_DAYS + 3];
	size_t count = 0, i;
	struct grid grid;
	struct table table;
	json_t *week;
	grid_init(&grid, screen, reply);
	columns[count++] = (struct column){.title = "week", .right = true};
	for (int day = 0; day < WEEK_DAYS; day++)
		if (grid.days[day])
			columns[count++] = (struct column){.title = weekday_titles[day],
							   .flexible = grid.look != CELL_LETTER,
							   .least = grid.look == CELL_TYPE ? 4 : 8};
	columns[count++] = (struct column){.title = "min", .right = true};
	columns[count++] = (struct column){.title = "load", .optional = true};
	table_init(&table, columns, count);
	json_array_foreach (weeks, i, week)
		grid_row(&table, &grid, sessions, week, i ? json_array_get(weeks, i - 1) : NULL);
	table_print(&table, screen);
	table_release(&table);
	show_legend(&grid, sessions);
}
