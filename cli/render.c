#include "render.h"

enum { BAR_CELLS = 24, LOAD_CELLS = 12 };

const struct look state_looks[] = {
	{"planned", "\u25cb", "o", STYLE_PLAIN}, {"prompted", "\u25d4", "?", STYLE_CARE}, {"running", "\u25b6", ">", STYLE_NOW},
	{"done", "\u25cf", "*", STYLE_GOOD},     {"partial", "\u25d0", "+", STYLE_GOOD},  {"missed", "\u2013", "-", STYLE_DIM},
	{"excused", "\u223c", "~", STYLE_DIM},   {"moved", "\u2192", "^", STYLE_PLAIN},   {"merged", "\u2295", "&", STYLE_DIM},
	{"dropped", "\u2013", "-", STYLE_DIM},   {"bailed", "\u2013", "-", STYLE_DIM},    {"retry", "\u21bb", "r", STYLE_CARE},
};
const size_t state_look_count = ARRAY_LEN(state_looks);

static const struct look check_looks[] = {
	{"ok", "\u2713", "+", STYLE_GOOD},
	{"note", "\u2022", "-", STYLE_CARE},
	{"problem", "\u2717", "!", STYLE_TROUBLE},
};

static const struct look unknown_look = {"", " ", " ", STYLE_PLAIN};

static const struct look *look_find(const struct look *looks, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(looks[i].word, word))
			return &looks[i];
	return &unknown_look;
}

const struct look *state_look(const char *state)
{
	return look_find(state_looks, ARRAY_LEN(state_looks), state);
}

const char *look_sign(const struct look *look, const struct screen *screen)
{
	return screen->utf8 ? look->sign : look->ascii_sign;
}

const struct family families[FAMILY_COUNT] = {{"soft", "soft"}, {"tech", "technical"}, {"meta", "meta"}, {"none", "other"}};

char *minutes_text(long minutes)
{
	if (minutes < 120)
		return xasprintf("%ld min", minutes);
	return minutes % 60 ? xasprintf("%ld h %ld min", minutes / 60, minutes % 60) : xasprintf("%ld h", minutes / 60);
}

char *count_text(long count, const char *one, const char *many)
{
	return xasprintf("%ld %s", count, count == 1 ? one : many);
}

const char *race_day_label(const json_t *enrolment)
{
	return field_flag(enrolment, "has_race") ? "race day" : "last day";
}

int bar_cells(long part, long whole, int cells)
{
	if (whole <= 0 || part <= 0)
		return 0;
	if (part >= whole)
		return cells;
	int full = (int)((double)part / (double)whole * cells + 0.5);
	return full < 1 ? 1 : full >= cells ? cells - 1 : full;
}

static char *repeat(const char *piece, int times)
{
	struct text out = {0};
	for (int i = 0; i < times; i++)
		text_add(&out, piece);
	return text_take(&out);
}

void say_bar(const struct screen *screen, const char *name, long part, long whole, const char *words)
{
	int room = screen->wrap - 44;
	int cells = room > BAR_CELLS ? BAR_CELLS : room < 8 ? 8 : room;
	int full = bar_cells(part, whole, cells);
	OWNED_TEXT *done = repeat(screen->utf8 ? "\u2586" : "#", full);
	OWNED_TEXT *rest = repeat(screen->utf8 ? "\u2581" : ".", cells - full);
	say(screen, STYLE_DIM, "  %-5s ", name);
	say(screen, STYLE_GOOD, "%s", done);
	say(screen, STYLE_DIM, "%s", rest);
	say_line(screen, STYLE_PLAIN, "  %s", words);
}

char *load_bar(const struct screen *screen, long load, long most, int cells)
{
	static const char *const eighths[] = {"", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589"};
	if (most <= 0 || load <= 0)
		return xstrdup("");
	if (!screen->utf8)
		return repeat("#", bar_cells(load, most, cells));
	int all = load >= most ? cells * 8 : (int)((double)load / (double)most * cells * 8 + 0.5);
	OWNED_TEXT *blocks = repeat("\u2588", all / 8);
	return xasprintf("%s%s", blocks, eighths[all % 8]);
}

char *session_name(const json_t *session, bool several)
{
	const char *id = field_text(session, "id");
	return several ? xasprintf("%s/%s", field_text(session, "enrollment"), id) : xstrdup(id);
}

/* What stands behind a session's title: that it waits, was moved, or where it comes from. */
static char *session_remark(const json_t *session)
{
	OWNED_TEXT *snoozed = stamp_time(field_text(session, "snoozed_until"));
	OWNED_TEXT *from = stamp_day(field_text(session, "moved_from"));
	if (*snoozed)
		return xasprintf("snoozed until %s", snoozed);
	if (!strcmp(field_text(session, "question"), "end"))
		return xstrdup("how did it go?");
	if (!strcmp(field_text(session, "question"), "start"))
		return xstrdup("start now?");
	return *from ? xasprintf("moved from %s", from) : xstrdup(field_text(session, "reason"));
}

/* "35 min", or "12/35 min" when something else was logged. */
static char *session_minutes(const json_t *session)
{
	long planned = field_number(session, "minutes"), actual = field_number(session, "actual_minutes");
	if (!field_has(session, "actual_minutes") || actual == planned)
		return xasprintf("%ld min", planned);
	return xasprintf("%ld/%ld min", actual, planned);
}

static void session_row(struct table *table, const struct screen *screen, const json_t *session, bool with_day, bool several)
{
	const char *state = field_text(session, "state");
	const struct look *look = state_look(state);
	enum style quiet = look->style == STYLE_DIM ? STYLE_DIM : STYLE_PLAIN;
	OWNED_TEXT *day = with_day ? stamp_day(field_text(session, "start")) : xstrdup("");
	OWNED_TEXT *time = stamp_time(field_text(session, "start"));
	OWNED_TEXT *name = session_name(session, several);
	OWNED_TEXT *remark = session_remark(session);
	OWNED_TEXT *minutes = session_minutes(session);
	table_cell(table, quiet, "%s", day);
	table_cell(table, quiet, "%s", time);
	table_cell(table, quiet, "%s", minutes);
	table_cell(table, look->style, "%s %s", look_sign(look, screen), state);
	table_cell(table, look->style == STYLE_NOW ? STYLE_STRONG : quiet, "%s", field_text(session, "title"));
	table_cell(table, STYLE_DIM, "%s", remark);
	table_cell(table, STYLE_NOW, "%s", name);
}

void render_sessions(const struct screen *screen, const json_t *sessions, bool with_day, bool several)
{
	static const struct column columns[] = {
		{.title = NULL},    {.title = NULL}, {.right = true}, {.title = NULL}, {.flexible = true, .least = 30},
		{.optional = true}, {.title = NULL},
	};
	struct table table;
	size_t i;
	json_t *session;
	table_init(&table, columns, ARRAY_LEN(columns));
	json_array_foreach (sessions, i, session)
		session_row(&table, screen, session, with_day, several);
	table_print(&table, screen);
	table_release(&table);
}

char *session_command(const json_t *session, bool several)
{
	const char *state = field_text(session, "state");
	OWNED_TEXT *name = session_name(session, several);
	if (!strcmp(state, "running") || !strcmp(field_text(session, "question"), "end"))
		return xasprintf("pacer done %s", name);
	if (!strcmp(state, "planned") || !strcmp(state, "prompted") || !strcmp(state, "moved") || !strcmp(state, "retry"))
		return xasprintf("pacer start %s", name);
	return NULL;
}

char *session_phrase(const json_t *session)
{
	OWNED_TEXT *moment = stamp_moment(field_text(session, "start"));
	return xasprintf("%s, %s (%ld min)", moment, field_text(session, "title"), field_number(session, "minutes"));
}

void say_labelled(const struct screen *screen, const char *label, const char *text)
{
	if (!*text)
		return;
	say_line(screen, STYLE_DIM, "  %s", label);
	say_wrapped(screen, 4, STYLE_PLAIN, text);
}

const struct intention_part intention_parts[INTENTION_PARTS] = {
	{"want", "I want", "What do I want?"},
	{"feel", "customer feels", "How is the customer to feel?"},
	{"act", "I do", "What do I do for it?"},
};

bool has_intention(const json_t *session)
{
	const json_t *intention = json_object_get(session, "intention");
	for (int i = 0; i < INTENTION_PARTS; i++)
		if (*field_text(intention, intention_parts[i].field))
			return true;
	return false;
}

void say_intention(const struct screen *screen, const char *label, const json_t *session)
{
	static const struct column columns[] = {{.title = NULL}, {.flexible = true, .wraps = true}};
	const json_t *intention = json_object_get(session, "intention");
	struct table table;
	if (!has_intention(session))
		return;
	say_line(screen, STYLE_DIM, "  %s", label);
	table_init(&table, columns, ARRAY_LEN(columns));
	table.indent = 4;
	for (int i = 0; i < INTENTION_PARTS; i++) {
		const char *text = field_text(intention, intention_parts[i].field);
		if (!*text)
			continue;
		table_cell(&table, STYLE_DIM, "%s", intention_parts[i].label);
		table_cell(&table, STYLE_PLAIN, "%s", text);
	}
	table_print(&table, screen);
	table_release(&table);
}

void say_link(const struct screen *screen, const json_t *session, const char *name)
{
	OWNED_TEXT *label = xasprintf("link (pacer open %s)", name);
	say_labelled(screen, label, field_text(session, "link"));
}

void say_next(const struct screen *screen, const char *command)
{
	say(screen, STYLE_DIM, "Type: ");
	say_line(screen, STYLE_NOW, "%s", command);
}

void render_checks(const struct screen *screen, const json_t *checks)
{
	size_t i;
	json_t *check;
	json_array_foreach (checks, i, check) {
		const char *result = field_text(check, "result");
		const struct look *look = look_find(check_looks, ARRAY_LEN(check_looks), result);
		OWNED_TEXT *text = xasprintf("%s: %s", field_text(check, "name"), field_text(check, "text"));
		say(screen, look->style, "  %s %s", look_sign(look, screen), result);
		say_hanging(screen, 13, 4 + (int)strlen(result), STYLE_PLAIN, text);
		if (*field_text(check, "remedy"))
			say_wrapped(screen, 13, STYLE_DIM, field_text(check, "remedy"));
	}
}

static long highest(const json_t *weeks, const char *name)
{
	size_t i;
	json_t *week;
	long most = 0;
	json_array_foreach (weeks, i, week)
		most = field_number(week, name) > most ? field_number(week, name) : most;
	return most;
}

static void week_row(struct table *table, const struct screen *screen, const json_t *week, long most, long peak_week, bool with_dates)
{
	long number = field_number(week, "week");
	bool cutback = field_flag(week, "cutback");
	OWNED_TEXT *start = with_dates ? stamp_short_day(field_text(week, "start")) : xstrdup("");
	OWNED_TEXT *bar = load_bar(screen, field_number(week, "load"), most, LOAD_CELLS);
	table_cell(table, number == peak_week ? STYLE_STRONG : STYLE_PLAIN, "%ld", number);
	table_cell(table, STYLE_PLAIN, "%s", start);
	table_cell(table, STYLE_PLAIN, "%s%s", field_text(week, "phase"), cutback ? ", cut-back" : "");
	table_cell(table, STYLE_PLAIN, "%ld", field_number(week, "sessions"));
	table_cell(table, STYLE_PLAIN, "%ld", field_number(week, "minutes"));
	table_cell(table, cutback ? STYLE_DIM : STYLE_GOOD, "%s", bar);
	table_cell(table, STYLE_DIM, "%s", field_text(week, "milestone"));
}

void render_weeks(const struct screen *screen, const json_t *weeks, long peak_week, bool with_dates)
{
	static const struct column columns[] = {
		{.title = "week", .right = true},
		{.title = "from", .right = true},
		{.title = "phase"},
		{.title = "sessions", .right = true, .optional = true},
		{.title = "min", .right = true},
		{.title = "load", .optional = true},
		{.title = "milestone", .flexible = true, .optional = true, .least = 20},
	};
	struct table table;
	size_t i;
	json_t *week;
	long most = highest(weeks, "load");
	table_init(&table, columns, ARRAY_LEN(columns));
	json_array_foreach (weeks, i, week)
		week_row(&table, screen, week, most, peak_week, with_dates);
	table_print(&table, screen);
	table_release(&table);
}
