#include "sheet.h"

#include <strings.h>

/* The note that tells which file a sheet was made of. */
#define MADE_OF "# Made of "
#define AS_OF ", revision "

enum { SKILL_NONE_BYTES = 1, INDENT = 4, GAPS_SHOWN = 10 };

/* The columns of a session's line, in order; the title and the id in brackets follow. */
static const enum session_field line_fields[] = {FIELD_WEEKDAY, FIELD_TIME, FIELD_MINUTES, FIELD_TYPE, FIELD_EFFORT, FIELD_SKILL};

static bool is_indented(enum session_field field)
{
	return field >= FIELD_MILESTONE;
}

/* --- writing --------------------------------------------------------------------------------------------------------------------- */

static const char head[] =
	"# A line is a session:  day time  minutes  type  effort  skill  title  [id]\n"
	"#   day     mo tu we th fr sa su          time    09:30\n"
	"#   type    easy short medium speed cross long checkin tuneup race rest\n"
	"#   effort  e0 (rest) to e10              skill   one word, - for none\n"
	"#   id      ties the line to its session: leave it as it is, and leave it out for a new one\n"
	"# Move a line to another week or change its day and time to move the session. Delete the line to remove it.\n"
	"# More about a session stands below it, indented, as 'field: text'. A line that begins with | is the next line "
	"of the text above.\n"
	"# Fields: milestone prep tip description help link fallback persona track with pass review rubric evidence depends\n"
	"# Notes like this one are not kept.\n";

/* What the reader left out of a plan with errors is in no line below, and nothing that is done here takes it out of the file. */
static void write_gaps(struct text *out, const struct plan *plan)
{
	if (plan->gap_count)
		text_add(out, "# Not shown here, and kept in the file as it is, is what cannot be used yet:\n");
	for (size_t i = 0; i < plan->gap_count && i < GAPS_SHOWN; i++) {
		const struct plan_gap *gap = &plan->gaps[i];
		OWNED_TEXT *what =
			xasprintf("line %d of it: %s: %s", gap->line, gap->title ? gap->title : "a session", gap->why ? gap->why : "");
		for (char *p = what; *p; p++)
			if (*p == '\n')
				*p = ' ';
		text_addf(out, "#   %s\n", what);
	}
	if (plan->gap_count > GAPS_SHOWN)
		text_addf(out, "#   and %zu more\n", plan->gap_count - GAPS_SHOWN);
}

static void write_origin(struct text *out, const struct plan *plan)
{
	if (plan->name && plan->revision)
		text_addf(out, MADE_OF "%s" AS_OF "%s. Without this note it would go over what has changed since.\n", plan->name,
			  plan->revision);
	write_gaps(out, plan);
	text_add(out, "\n");
}

/* "name: text", further lines of the text behind a '|'. */
static void write_field(struct text *out, int indent, const char *name, const char *value)
{
	text_addf(out, "%*s%s: ", indent, "", name);
	for (const char *p = value;;) {
		size_t n = strcspn(p, "\n");
		text_add_n(out, p, n);
		text_add(out, "\n");
		if (!p[n])
			return;
		text_addf(out, "%*s| ", indent, "");
		p += n + 1;
	}
}

static void write_plan_fields(struct text *out, const struct plan *plan)
{
	for (int field = 0; field < PLAN_FIELD_COUNT; field++) {
		OWNED_TEXT *value = plan_field_get(plan, (enum plan_field)field);
		if (*value)
			write_field(out, 0, plan_fields[field].name, value);
	}
}

static void write_week(struct text *out, const struct plan *plan, int week)
{
	const char *phase = shape_phase(&plan->shape, week);
	bool lighter = shape_is_cutback(&plan->shape, week);
	text_addf(out, "\n## week %d%s%s%s%s\n", week, *phase || lighter ? "  " : "", phase, *phase && lighter ? ", " : "",
		  lighter ? "lighter" : "");
}

static int skill_width(const struct plan *plan)
{
	size_t width = SKILL_NONE_BYTES;
	for (size_t i = 0; i < plan->session_count; i++)
		if (strlen(plan->sessions[i].skill) > width)
			width = strlen(plan->sessions[i].skill);
	return width > 20 ? 20 : (int)width;
}

static void write_session(struct text *out, const struct plan *plan, const struct plan_session *session, int width)
{
	OWNED_TEXT *day = session_field_get(plan, session, FIELD_WEEKDAY);
	OWNED_TEXT *time = session_field_get(plan, session, FIELD_TIME);
	OWNED_TEXT *skill = session_field_get(plan, session, FIELD_SKILL);
	OWNED_TEXT *title = session_field_get(plan, session, FIELD_TITLE);
	OWNED_TEXT *effort = xasprintf("e%d", session->effort);
	text_addf(out, "%s %s  %3d  %-7s  %-3s  %-*s  %s", day, time, session->minutes, type_info[session->type].name, effort, width,
		  *skill ? skill : "-", title);
	if (session->id)
		text_addf(out, "  [%s]", session->id);
	text_add(out, "\n");
	for (int field = 0; field < FIELD_COUNT; field++) {
		if (!is_indented((enum session_field)field))
			continue;
		OWNED_TEXT *value = session_field_get(plan, session, (enum session_field)field);
		if (*value)
			write_field(out, INDENT, session_fields[field].name, value);
	}
}

char *sheet_write(const struct plan *plan)
{
	struct text out = {0};
	size_t at = 0;
	int width = skill_width(plan);
	text_add(&out, head);
	write_origin(&out, plan);
	write_plan_fields(&out, plan);
	for (int week = 1; week <= plan->shape.weeks; week++) {
		write_week(&out, plan, week);
		for (; at < plan->session_count && plan->sessions[at].week <= week; at++)
			write_session(&out, plan, &plan->sessions[at], width);
	}
	return text_take(&out);
}

/* --- reading --------------------------------------------------------------------------------------------------------------------- */

struct reading {
	struct plan *plan;
	int line, week;
	bool in_session;                     /* indented lines belong to the last session */
	int open;                            /* the field a '|' continues; OPEN_NONE; OPEN_BAD: one that was refused already */
	struct text open_text;               /* its text so far */
	int open_line;                       /* where it began */
	uint32_t seen, plan_seen;            /* bits of the fields of the last session, of the plan */
	int plan_lines[PLAN_FIELD_COUNT];    /* where each stands */
	char *plan_values[PLAN_FIELD_COUNT]; /* taken at the end: weeks go before phases */
	struct faults *faults;
};

enum { OPEN_NONE = -1, OPEN_BAD = -2 };

PRINTF_LIKE(4, 5) static int fail(struct reading *r, int line, const char *column, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	OWNED_TEXT *text = xvasprintf(format, args);
	va_end(args);
	faults_add(r->faults, line, 0, column, "%s", text);
	return SHEET_BAD;
}

static int fail_err(struct reading *r, int line, const char *column, struct err *err)
{
	int result = fail(r, line, column, "%s", err->text);
	err_release(err);
	return result;
}

static struct plan_session *last_session(struct reading *r)
{
	return &r->plan->sessions[r->plan->session_count - 1];
}

/* The field that was open is whole. */
static int close_field(struct reading *r)
{
	int field = r->open;
	struct err err = {0};
	r->open = OPEN_NONE;
	if (field < 0)
		return 0;
	OWNED_TEXT *value = text_take(&r->open_text);
	if (!r->in_session) {
		r->plan_values[field] = STEAL(value);
		return 0;
	}
	if (!session_field_set(last_session(r), (enum session_field)field, value, &err))
		return 0;
	return fail_err(r, r->open_line, session_fields[field].name, &err);
}

/* "name: text": opens the field. */
static int take_field(struct reading *r, const char *at)
{
	const struct field_info *rows = r->in_session ? session_fields : plan_fields;
	int count = r->in_session ? FIELD_COUNT : PLAN_FIELD_COUNT;
	uint32_t *seen = r->in_session ? &r->seen : &r->plan_seen;
	size_t n = strcspn(at, ":");
	r->open = OPEN_BAD; /* until it is known to be good */
	if (!at[n])
		return fail(r, r->line, NULL,
			    "not understood: '%.40s', write a field as 'tip: text', and a session at the line's beginning", at);
	int field = field_find(rows, count, at, n);
	if (field < 0 || (r->in_session && !is_indented((enum session_field)field))) {
		OWNED_TEXT *name = xstrndup(at, n < 40 ? n : 40);
		const char *near = field_nearest(rows, count, name);
		return near ? fail(r, r->line, NULL, "unknown field: '%s', did you mean '%s'?", name, near)
			    : fail(r, r->line, NULL, "unknown field: '%s', the notes at the top name those there are", name);
	}
	if (*seen & UINT32_C(1) << field)
		return fail(r, r->line, rows[field].name, "%s stands there twice: keep one", rows[field].name);
	*seen |= UINT32_C(1) << field;
	r->open = field;
	r->open_line = r->line;
	if (!r->in_session)
		r->plan_lines[field] = r->line;
	text_add(&r->open_text, at + n + 1 + strspn(at + n + 1, " \t"));
	return 0;
}

static int take_more(struct reading *r, const char *at)
{
	if (r->open == OPEN_BAD)
		return 0;
	if (r->open == OPEN_NONE)
		return fail(r, r->line, NULL, "'|' continues a field, and there is none above it: begin with its name, as in 'tip: text'");
	at += *at == ' ';
	text_add(&r->open_text, "\n");
	text_add(&r->open_text, at);
	return 0;
}

/* "## week 5  build" */
static int take_heading(struct reading *r, const char *line)
{
	const char *at = line + strspn(line, "# \t");
	struct plan_session probe = {0};
	struct err err = {0};
	if (strncasecmp(at, "week", 4) != 0)
		return fail(r, r->line, NULL, "not understood: '%.40s', write a week as '## week 5', and a note with one '#'", line);
	at += 4 + strspn(at + 4, " \t");
	OWNED_TEXT *number = xstrndup(at, strcspn(at, " \t,:"));
	if (session_field_set(&probe, FIELD_WEEK, number, &err))
		return fail_err(r, r->line, "week", &err);
	r->week = probe.week;
	r->in_session = false;
	return 0;
}

/* Takes the id in brackets off the end of rest; NULL: there is none. */
static char *take_id(char *rest)
{
	size_t n = strlen(rest);
	char *open = n && rest[n - 1] == ']' ? strrchr(rest, '[') : NULL;
	if (!open)
		return NULL;
	char *id = xstrndup(open + 1, n - 2 - (size_t)(open - rest));
	*open = '\0';
	return id;
}

static int take_column(struct reading *r, enum session_field field, const char **at)
{
	struct plan_session *session = last_session(r);
	const char *name = session_fields[field].name;
	struct err err = {0};
	*at += strspn(*at, " \t");
	size_t n = strcspn(*at, " \t");
	OWNED_TEXT *word = xstrndup(*at, n);
	*at += n;
	const char *value = word;
	if (!n)
		return fail(r, r->line, name, "%s is missing: a session is 'fr 14:00  60  long  e4  crm  Title  [id]'", name);
	if (field == FIELD_EFFORT && strcspn(word, "eE") == 0)
		value++;
	else if (field == FIELD_EFFORT)
		return fail(r, r->line, name, "effort is not usable: '%s', write e0 to e10", word);
	if (field == FIELD_SKILL && !strcmp(word, "-"))
		value = "";
	if (field == FIELD_EFFORT && !*value)
		return fail(r, r->line, name, "effort is not usable: '%s', write e0 to e10", word);
	return session_field_set(session, field, value, &err) ? fail_err(r, r->line, name, &err) : 0;
}

static int take_session(struct reading *r, const char *line)
{
	struct err err = {0};
	if (!r->week)
		return fail(r, r->line, NULL,
			    "not understood: '%.40s', write a plan's field as 'goal: text', and sessions below '## week 1'", line);
	if (r->plan->session_count == PLAN_SESSIONS_MAX)
		return fail(r, r->line, NULL, "more than %d sessions: split the plan", PLAN_SESSIONS_MAX);
	struct plan_session *session = plan_add(r->plan);
	session->line = r->line;
	session->skill = xstrdup("");
	session->week = r->week;
	session->day = (r->week - 1) * WEEK_DAYS;
	r->in_session = true;
	r->seen = 0;
	for (size_t i = 0; i < ARRAY_LEN(line_fields); i++)
		if (take_column(r, line_fields[i], &line))
			return SHEET_BAD;
	OWNED_TEXT *rest = xstrdup(line);
	OWNED_TEXT *id = take_id(rest);
	if (session_field_set(session, FIELD_TITLE, rest, &err))
		return fail_err(r, r->line, "title", &err);
	if (id && session_field_set(session, FIELD_ID, id, &err))
		return fail_err(r, r->line, "id", &err);
	return 0;
}

static int take_line(struct reading *r, const char *line)
{
	const char *at = line + strspn(line, " \t");
	bool indented = at != line;
	if (*at == '|' && (indented || !r->in_session))
		return take_more(r, at + 1);
	(void)close_field(r);
	if (!*at)
		return 0;
	if (*at == '#')
		return at[1] == '#' ? take_heading(r, at) : 0;
	if (indented && !r->in_session)
		return fail(r, r->line, NULL, "no session above: '%.40s', write a session at the line's beginning", at);
	if (indented)
		return take_field(r, at);
	if (!r->week && at[strcspn(at, ": \t")] == ':') /* the plan's own */
		return take_field(r, at);
	return take_session(r, at);
}

/* A line that is refused is told, and the next one is read. */
static void take_lines(struct reading *r, const char *text)
{
	if (!strncmp(text, "\xEF\xBB\xBF", 3))
		text += 3;
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\n");
		r->line++;
		size_t keep = n;
		while (keep && strchr(" \t\r", p[keep - 1]))
			keep--;
		OWNED_TEXT *line = xstrndup(p, keep);
		(void)take_line(r, line);
		p += n + (p[n] == '\n');
	}
	(void)close_field(r);
}

static void take_plan_values(struct reading *r)
{
	static const enum plan_field needed[] = {PLAN_FIELD_TITLE, PLAN_FIELD_WEEKS};
	for (size_t i = 0; i < ARRAY_LEN(needed); i++)
		if (!r->plan_values[needed[i]])
			(void)fail(r, 1, plan_fields[needed[i]].name, "'%s:' is missing above the first week: %s",
				   plan_fields[needed[i]].name, plan_fields[needed[i]].help);
	for (int field = 0; field < PLAN_FIELD_COUNT; field++) {
		struct err err = {0};
		if (r->plan_values[field] && plan_field_set(r->plan, (enum plan_field)field, r->plan_values[field], &err))
			(void)fail_err(r, r->plan_lines[field], plan_fields[field].name, &err);
	}
}

/* No id twice, no session after the last week. */
static void check_sessions(struct reading *r)
{
	struct plan *plan = r->plan;
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		if (session->week > plan->shape.weeks)
			(void)fail(r, session->line, "week",
				   "week %d is past the plan's last: write 'weeks: %d' above, or move the session", session->week,
				   session->week);
	}
	const struct plan_session *twice = plan_id_twice(plan);
	if (twice)
		(void)fail(r, twice->line, "id", "the id stands there twice: '%s', leave it out for a new session", twice->id);
}

int sheet_parse(const char *text, struct plan **ret_plan, struct faults *faults)
{
	struct reading r = {.plan = plan_new(), .open = OPEN_NONE, .faults = faults};
	take_lines(&r, text);
	take_plan_values(&r);
	if (!faults_any(faults))
		check_sessions(&r);
	text_release(&r.open_text);
	for (int field = 0; field < PLAN_FIELD_COUNT; field++)
		free(r.plan_values[field]);
	if (!faults_any(faults)) {
		*ret_plan = r.plan;
		return 0;
	}
	faults_sort(faults);
	plan_free(r.plan);
	return SHEET_BAD;
}

/* --- what it rests on ------------------------------------------------------------------------------------------------------------ */

char *sheet_revision(const char *text, const char *name)
{
	size_t n = strlen(MADE_OF), name_n = strlen(name);
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *at = line + n;
		if (strncmp(line, MADE_OF, n) != 0 || strncmp(at, name, name_n) != 0 || strncmp(at + name_n, AS_OF, strlen(AS_OF)) != 0)
			continue;
		at += name_n + strlen(AS_OF);
		return xstrndup(at, strspn(at, "0123456789abcdef"));
	}
	return NULL;
}
