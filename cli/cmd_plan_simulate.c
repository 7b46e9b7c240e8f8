/* plan simulate: what starting on a Monday would mean, or on each Monday of a span. */
#include "commands.h"
#include "fare_strip.h"
#include "pacer/protocol.h"
#include "render.h"

enum { NAMED_MAX = 3, REASONS_MAX = 2 }; /* best and worst starts, and what is told of each */

/* Nought is a dash, so that what hits stands out. */
static void count_cell(struct table *table, enum style style, long count)
{
	OWNED_TEXT *text = count ? xasprintf("%ld", count) : xstrdup("-");
	table_cell(table, count ? style : STYLE_DIM, "%s", text);
}

static void show_reasons(const struct screen *out, const json_t *fare, int indent, size_t most)
{
	size_t i, count = json_array_size(field_list(fare, "reasons"));
	json_t *reason;
	json_array_foreach (field_list(fare, "reasons"), i, reason) {
		if (i == most) {
			say_line(out, STYLE_DIM, "%*s- and %zu more", indent, "", count - most);
			return;
		}
		const char *text = json_string_value(reason);
		say(out, STYLE_DIM, "%*s- ", indent, "");
		say_hanging(out, indent + 2, indent + 2, STYLE_PLAIN, text ? text : "");
	}
}

/* --- one start ----------------------------------------------------------------------------------------------------------------- */

/* What a note means, in the words of a table, with the holiday's name; an unknown one stays as it is. Owned. */
static char *note_words(const json_t *notice)
{
	static const char *const words[][2] = {
		{"outside", "outside the hours"},
		{"dst-gap", "clock goes forward"},
		{"dst-overlap", "clock goes back"},
	};
	const char *note = field_text(notice, "note"), *holiday = field_text(notice, "holiday");
	if (!strcmp(note, "holiday") && *holiday)
		return xstrdup(holiday);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (!strcmp(note, words[i][0]))
			return xasprintf("%s%s%s", words[i][1], *holiday ? ", " : "", holiday);
	return xstrdup(note);
}

static void notice_row(struct table *table, const json_t *notice, bool with_kind)
{
	OWNED_TEXT *note = note_words(notice);
	OWNED_TEXT *time = stamp_moment(field_text(notice, "time"));
	table_cell(table, STYLE_PLAIN, "%s", time);
	table_cell(table, STYLE_DIM, "%s", with_kind ? field_text(notice, "kind") : "");
	table_cell(table, STYLE_NOW, "%s", field_text(notice, "session"));
	table_cell(table, STYLE_PLAIN, "%s", field_text(notice, "title"));
	table_cell(table, STYLE_CARE, "%s", note);
}

static const struct column notice_columns[] = {{.title = NULL}, {.title = NULL}, {.title = NULL}, {.flexible = true}, {.title = NULL}};

static bool is_hit(const json_t *notice)
{
	return field_has(notice, "note") && !strcmp(field_text(notice, "kind"), "start");
}

static void show_hits(const struct screen *out, const json_t *notices)
{
	struct table table;
	size_t i;
	json_t *notice;
	table_init(&table, notice_columns, ARRAY_LEN(notice_columns));
	json_array_foreach (notices, i, notice)
		if (is_hit(notice))
			notice_row(&table, notice, false);
	if (table.cell_count) {
		say_gap(out);
		say_line(out, STYLE_STRONG, "What does not fit");
		table_print(&table, out);
	}
	table_release(&table);
}

static void show_notices(const struct screen *out, const json_t *notices)
{
	struct table table;
	size_t i;
	json_t *notice;
	table_init(&table, notice_columns, ARRAY_LEN(notice_columns));
	json_array_foreach (notices, i, notice)
		notice_row(&table, notice, true);
	say_gap(out);
	say_line(out, STYLE_STRONG, "Notices");
	table_print(&table, out);
	table_release(&table);
}

/* What one week brings: notices from its Monday to the next. ISO days compare as text. */
struct week_notices {
	long notices, hits;
	const char *first, *last;
};

static struct week_notices week_notices(const json_t *notices, const char *from, const char *to)
{
	struct week_notices sum = {0};
	size_t i;
	json_t *notice;
	json_array_foreach (notices, i, notice) {
		const char *time = field_text(notice, "time");
		if (strncmp(time, from, 10) < 0 || (to && strncmp(time, to, 10) >= 0))
			continue;
		sum.notices++;
		sum.hits += is_hit(notice);
		sum.first = sum.first ? sum.first : time;
		sum.last = time;
	}
	return sum;
}

/* "Mon 09:30"; NULL: no moment, and no text. Owned. */
static char *weekday_time(const char *iso)
{
	if (!iso)
		return xstrdup("");
	OWNED_TEXT *day = stamp_day(iso);
	OWNED_TEXT *time = stamp_time(iso);
	return xasprintf("%.3s %s", day, time);
}

enum { LOAD_CELLS = 8 };

static void week_row(struct table *table, const struct screen *out, const json_t *week, const struct week_notices *sum, long most)
{
	OWNED_TEXT *start = stamp_short_day(field_text(week, "start"));
	OWNED_TEXT *bar = load_bar(out, field_number(week, "load"), most, LOAD_CELLS);
	OWNED_TEXT *first = weekday_time(sum->first);
	OWNED_TEXT *last = weekday_time(sum->last);
	bool cutback = field_flag(week, "cutback");
	table_cell(table, STYLE_PLAIN, "%ld", field_number(week, "week"));
	table_cell(table, STYLE_PLAIN, "%s", start);
	table_cell(table, STYLE_PLAIN, "%s%s", field_text(week, "phase"), cutback ? ", cut-back" : "");
	table_cell(table, STYLE_PLAIN, "%ld", field_number(week, "minutes"));
	table_cell(table, cutback ? STYLE_DIM : STYLE_GOOD, "%s", bar);
	table_cell(table, STYLE_PLAIN, "%ld", sum->notices);
	table_cell(table, STYLE_DIM, "%s", first);
	table_cell(table, STYLE_DIM, "%s", last);
	count_cell(table, STYLE_CARE, sum->hits);
}

static void show_weeks(const struct screen *out, const json_t *weeks, const json_t *notices)
{
	static const struct column columns[] = {
		{.title = "week", .right = true},
		{.title = "from", .right = true},
		{.title = "phase"},
		{.title = "min", .right = true},
		{.title = "load"},
		{.title = "notices", .right = true},
		{.title = "first", .optional = true},
		{.title = "last", .optional = true},
		{.title = "hit", .right = true},
	};
	struct table table;
	size_t i;
	json_t *week;
	long most = 0;
	json_array_foreach (weeks, i, week)
		most = field_number(week, "load") > most ? field_number(week, "load") : most;
	table_init(&table, columns, ARRAY_LEN(columns));
	json_array_foreach (weeks, i, week) {
		const json_t *next = json_array_get(weeks, i + 1);
		struct week_notices sum =
			week_notices(notices, i ? field_text(week, "start") : "", next ? field_text(next, "start") : NULL);
		week_row(&table, out, week, &sum, most);
	}
	table_print(&table, out);
	table_release(&table);
}

static void show_start(struct cli *cli, const struct args *args, const json_t *reply)
{
	const struct screen *out = &cli->out;
	const json_t *fare = json_array_get(field_list(reply, "fares"), 0), *notices = field_list(reply, "notices");
	const struct fare_look *look = &fare_looks[fare_rank(fare)];
	OWNED_TEXT *start = stamp_year_day(field_text(fare, "start"));
	OWNED_TEXT *race = stamp_year_day(field_text(fare, "race"));
	OWNED_TEXT *count = count_text((long)json_array_size(notices), "notice", "notices");
	OWNED_TEXT *changes = count_text(field_number(fare, "dst"), "clock change", "clock changes");
	say(out, STYLE_STRONG, "%s", field_text(reply, "plan"));
	say(out, STYLE_PLAIN, " from %s to %s: ", start, race);
	say_line(out, look->style, "%s", look->word);
	OWNED_TEXT *hit = count_text(field_number(fare, "holidays_hit"), "session on a holiday", "sessions on holidays");
	say_line(out, STYLE_DIM, "%s; %s, %ld outside the hours, %s", count, hit, field_number(fare, "outside"), changes);
	show_reasons(out, fare, 2, SIZE_MAX);
	say_gap(out);
	show_weeks(out, field_list(reply, "weeks"), notices);
	show_hits(out, notices);
	if (args_has(args, OPTION_NOTICES))
		show_notices(out, notices);
	say_gap(out);
	if (!args_has(args, OPTION_NOTICES))
		say_line(out, STYLE_DIM, "--notices lists every notice with its time.");
	OWNED_TEXT *command = xasprintf("pacer enroll %s --start %s --dry-run", field_text(reply, "plan"), field_text(fare, "start"));
	say_next(out, command);
}

/* --- a span of starts ---------------------------------------------------------------------------------------------------------- */

/* The first reason; where there is no room for the sessions it names, what stands before them. Owned. */
static char *first_reason(const json_t *fare, bool wide)
{
	const char *reason = json_string_value(json_array_get(field_list(fare, "reasons"), 0));
	const char *colon = reason ? strstr(reason, ": ") : NULL;
	if (!reason || !fare_rank(fare))
		return xstrdup("");
	return colon && !wide ? xstrndup(reason, (size_t)(colon - reason)) : xstrdup(reason);
}

static void fare_row(struct table *table, const json_t *fare, bool wide)
{
	const struct fare_look *look = &fare_looks[fare_rank(fare)];
	OWNED_TEXT *start = stamp_year_day(field_text(fare, "start"));
	OWNED_TEXT *race = wide ? stamp_day(field_text(fare, "race")) : stamp_short_day(field_text(fare, "race"));
	OWNED_TEXT *reason = first_reason(fare, wide);
	const char *monday = strchr(start, ' '); /* they all are */
	table_cell(table, STYLE_PLAIN, "%s", monday ? monday + 1 : start);
	table_cell(table, STYLE_DIM, "%s", race);
	table_cell(table, look->style, "%s", look->word);
	count_cell(table, STYLE_PLAIN, field_number(fare, "holidays_hit"));
	count_cell(table, STYLE_PLAIN, field_number(fare, "outside"));
	count_cell(table, STYLE_CARE, field_number(fare, "overloaded_weeks"));
	if (wide)
		count_cell(table, STYLE_DIM, field_number(fare, "dst"));
	table_cell(table, STYLE_DIM, "%s", reason);
}

enum { WIDTH_WIDE = 112 /* columns from which on a table tells all */, FARE_COLUMNS = 8 };

static void show_fares(const struct screen *out, const json_t *fares)
{
	static const struct column all[FARE_COLUMNS] = {
		{.title = "start", .right = true},
		{.title = "race", .right = true, .optional = true},
		{.title = "fares"},
		{.title = "hol", .right = true},
		{.title = "out", .right = true},
		{.title = "full", .right = true},
		{.title = "dst", .right = true},
		{.title = "why", .flexible = true, .least = 30},
	};
	struct column columns[FARE_COLUMNS];
	struct table table;
	size_t i, count = 0;
	json_t *fare;
	bool wide = !out->width || out->width >= WIDTH_WIDE;
	for (size_t k = 0; k < FARE_COLUMNS; k++)
		if (wide || strcmp(all[k].title, "dst") != 0)
			columns[count++] = all[k];
	table_init(&table, columns, count);
	json_array_foreach (fares, i, fare)
		fare_row(&table, fare, wide);
	table_print(&table, out);
	table_release(&table);
	OWNED_TEXT *legend = xasprintf("hol: sessions on holidays, out: outside the hours, full: overloaded weeks%s",
				       wide ? ", dst: clock changes" : "");
	say_wrapped(out, 2, STYLE_DIM, legend);
}

/* The more the worse: verdict, then weeks that are too full, then what is hit. */
static long fare_cost(const json_t *fare)
{
	return (long)fare_rank(fare) * 1000000 + field_number(fare, "overloaded_weeks") * 10000 +
	       (field_number(fare, "holidays_hit") + field_number(fare, "outside")) * 10 + (field_number(fare, "dst") > 0);
}

/* The n-th of the order by cost, the earlier of equals first; NULL past the end. Bounded: n is small. */
static const json_t *nth_fare(const json_t *fares, size_t n, bool worst)
{
	size_t count = json_array_size(fares);
	for (size_t i = 0; i < count; i++) {
		const json_t *fare = json_array_get(fares, i);
		size_t before = 0;
		for (size_t k = 0; k < count; k++) {
			long mine = fare_cost(fare), other = fare_cost(json_array_get(fares, k));
			before += worst ? other > mine : other < mine;
			before += other == mine && k < i;
		}
		if (before == n)
			return fare;
	}
	return NULL;
}

static void show_named(const struct screen *out, const json_t *fares, bool worst)
{
	const char *label = worst ? "Worst" : "Best";
	size_t most = json_array_size(fares) / 2 < NAMED_MAX ? json_array_size(fares) / 2 : NAMED_MAX;
	say_gap(out);
	say_line(out, STYLE_STRONG, "%s", label);
	for (size_t n = 0; n < (most ? most : 1); n++) {
		const json_t *fare = nth_fare(fares, n, worst);
		const struct fare_look *look = &fare_looks[fare_rank(fare)];
		OWNED_TEXT *start = stamp_year_day(field_text(fare, "start"));
		say(out, STYLE_PLAIN, "  %s  ", start);
		say_line(out, look->style, "%s", look->word);
		if (json_array_size(field_list(fare, "reasons")))
			show_reasons(out, fare, 4, REASONS_MAX);
		else
			say_line(out, STYLE_DIM, "    - nothing is in the way");
	}
}

static void show_span(struct cli *cli, const json_t *reply)
{
	const struct screen *out = &cli->out;
	const json_t *fares = field_list(reply, "fares");
	long counts[FARE_VERDICTS] = {0};
	size_t i;
	json_t *fare;
	json_array_foreach (fares, i, fare)
		counts[fare_rank(fare)]++;
	OWNED_TEXT *starts = count_text((long)json_array_size(fares), "start", "starts");
	say(out, STYLE_STRONG, "%s", field_text(reply, "plan"));
	say_line(out, STYLE_PLAIN, ": %s, %ld good, %ld fair, %ld bad", starts, counts[0], counts[1], counts[2]);
	say_gap(out);
	fare_strip_show(out, fares);
	say_gap(out);
	show_fares(out, fares);
	show_named(out, fares, false);
	if (json_array_size(fares) > 1)
		show_named(out, fares, true);
	say_gap(out);
	OWNED_TEXT *command =
		xasprintf("pacer plan simulate %s --start %s", field_text(reply, "plan"), field_text(nth_fare(fares, 0, false), "start"));
	say_next(out, command);
}

/* --- the command --------------------------------------------------------------------------------------------------------------- */

static int check_starts(struct cli *cli, const struct args *args)
{
	const char *start = args->options[OPTION_START], *span = args->options[OPTION_STARTS];
	const char *dots = span ? strstr(span, "..") : NULL;
	if (!start && !span)
		return cli_error(cli, PACER_EXIT_USAGE, "Usage",
				 "from when on? Type pacer plan simulate %s --start \"next mon\", or --starts FROM..TO",
				 args->positionals[0]);
	if (start && span)
		return cli_error(cli, PACER_EXIT_USAGE, "Usage",
				 "--start is one Monday and --starts a span: '%s' and '%s'; keep one of them", start, span);
	if (span && (!dots || dots == span || !dots[2]))
		return cli_error(cli, PACER_EXIT_USAGE, "Usage",
				 "--starts takes two days with .. between: '%s'; for example --starts 2027-01-01..2027-12-31", span);
	if (span && args_has(args, OPTION_NOTICES))
		return cli_error(cli, PACER_EXIT_USAGE, "Usage", "--notices belongs to one start: type --start with one of the Mondays");
	return 0;
}

static json_t *parameters_of(const struct args *args)
{
	json_t *parameters = args_parameters(args);
	const char *span = args->options[OPTION_STARTS];
	if (span) {
		OWNED_TEXT *from = xstrndup(span, (size_t)(strstr(span, "..") - span));
		args_add(parameters, "start", VALUE_TEXT, from);
		args_add(parameters, "to", VALUE_TEXT, strstr(span, "..") + 2);
	}
	return parameters;
}

int plan_simulate_run(struct cli *cli, const struct args *args)
{
	json_t *reply = NULL;
	int exit = check_starts(cli, args);
	if (!exit)
		exit = cli_call(cli, args->command->method, parameters_of(args), &reply);
	if (exit)
		return exit;
	if (cli->json)
		cli_print_json(cli, reply);
	else if (args_has(args, OPTION_STARTS))
		show_span(cli, reply);
	else
		show_start(cli, args, reply);
	json_decref(reply);
	return 0;
}
