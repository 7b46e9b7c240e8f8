#include "csv.h"

#include <strings.h>

static const char separators[] = ",;\t";

/* --- guards ---------------------------------------------------------------------------------------------------------------------- */

/* What is no text: a spreadsheet may compute with it, and nothing is lost. */
static bool is_number(enum session_field field)
{
	static const enum session_field numbers[] = {FIELD_WEEK, FIELD_TIME, FIELD_MINUTES, FIELD_EFFORT, FIELD_PASS};
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (numbers[i] == field)
			return true;
	return false;
}

/* A spreadsheet would take the cell for a formula, and carry it out. */
static bool is_formula(const char *value)
{
	return *value && strchr("=+-@\t\r", *value);
}

/* Words beside which figures are still a number, a date or a time; of months three letters are enough. */
static const char *const figure_words[] = {
	"january", "february", "march",    "april",  "may",     "june",         "july",     "august", "september",
	"october", "november", "december", "januar", "februar", "m\xC3\xA4rz",  "mai",      "juni",   "juli",
	"oktober", "dezember", "am",       "pm",     "e",       "\xE2\x82\xAC", "\xC2\xA3",
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_figure_word(const char *word, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(figure_words); i++)
		if ((n >= 3 || n == strlen(figure_words[i])) && !strncasecmp(figure_words[i], word, n))
			return true;
	return false;
}

/* "7", "1 3 7 21": what it comes to is written the same. Three figures behind a blank could be thousands. */
static bool is_plain(const char *value)
{
	enum { FIGURES_KEPT = 15, FIGURES_OF_THOUSANDS = 3 };
	for (bool first = true;; first = false) {
		size_t n = strspn(value, "0123456789");
		if (!n || n > FIGURES_KEPT || (*value == '0' && n > 1) || (!first && n >= FIGURES_OF_THOUSANDS))
			return false;
		value += n;
		if (!*value)
			return true;
		if (*value++ != ' ')
			return false;
	}
}

/* A spreadsheet would make another text of it: 007 is 7 to it, 1e3 is 1000, and 2026-01-01 and "3 May" are days. */
static bool is_computed(const char *value)
{
	static const char *const logical[] = {"true", "false", "wahr", "falsch"};
	for (size_t i = 0; i < ARRAY_LEN(logical); i++)
		if (!strcasecmp(value, logical[i]))
			return true;
	if (is_plain(value) || !value[strcspn(value, "0123456789")])
		return false;
	for (const char *p = value; *p;) {
		size_t n = 0;
		while (is_letter(p[n]))
			n++;
		if (n && !is_figure_word(p, n))
			return false;
		p += n ? n : 1;
	}
	return true;
}

/* An apostrophe goes before it, as people do; a text that begins with apostrophes itself gets one more, so that reading can take one
 * away. */
static bool is_guarded(const char *value)
{
	value += strspn(value, "'");
	return is_formula(value) || is_computed(value);
}

/* --- writing --------------------------------------------------------------------------------------------------------------------- */

/* Quoted where another program could take it apart, whatever separator it expects. */
static void write_cell(struct text *out, const char *value, bool guarded)
{
	size_t n = strlen(value);
	const char *guard = guarded ? "'" : "";
	if (!value[strcspn(value, ",;\t\"\r\n")] && (!n || (value[0] != ' ' && value[n - 1] != ' '))) {
		text_addf(out, "%s%s", guard, value);
		return;
	}
	text_addf(out, "\"%s", guard);
	for (const char *p = value; *p; p++) {
		text_add(out, *p == '"' ? "\"" : "");
		text_add_n(out, p, 1);
	}
	text_add(out, "\"");
}

char *csv_write(const struct plan *plan)
{
	struct text out = {0};
	for (int field = 0; field < FIELD_COUNT; field++)
		text_addf(&out, "%s%s", field ? "," : "", session_fields[field].name);
	text_add(&out, "\r\n");
	for (size_t i = 0; i < plan->session_count; i++) {
		for (int field = 0; field < FIELD_COUNT; field++) {
			OWNED_TEXT *value = session_field_get(plan, &plan->sessions[i], (enum session_field)field);
			text_add(&out, field ? "," : "");
			write_cell(&out, value, !is_number((enum session_field)field) && is_guarded(value));
		}
		text_add(&out, "\r\n");
	}
	return text_take(&out);
}

/* --- reading --------------------------------------------------------------------------------------------------------------------- */

struct reading {
	const char *at;
	int row; /* of the record at hand */
	char separator;
	char *cells[CSV_COLUMNS_MAX]; /* of the record at hand; owned */
	int cell_count;
	int fields[CSV_COLUMNS_MAX]; /* which field a column is; -1: none, and its cells are empty */
	int column_count;
	int columns[FIELD_COUNT]; /* like ret_columns of csv_parse */
	struct plan *plan;
	struct faults *faults;
};

/* number: of the column, from 1; 0: the whole row. What is wrong is told, and the reading goes on. */
PRINTF_LIKE(4, 5) static void bad(struct reading *r, int number, const char *column, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	OWNED_TEXT *text = xvasprintf(format, args);
	va_end(args);
	faults_add(r->faults, r->row, number, column, "%s", text);
}

static bool ends_record(char c)
{
	return !c || c == '\n' || c == '\r';
}

/* The separator of the header: the one it has most of, outside of quotes. */
static char find_separator(const char *header)
{
	size_t counts[sizeof(separators)] = {0}, best = 0;
	bool inside = false;
	for (const char *p = header; *p && (inside || !ends_record(*p)); p++) {
		const char *hit = strchr(separators, *p);
		if (*p == '"')
			inside = !inside;
		else if (!inside && hit)
			counts[hit - separators]++;
	}
	for (size_t i = 1; separators[i]; i++)
		if (counts[i] > counts[best])
			best = i;
	return separators[best];
}

/* The text between quotes: *at is behind the first one. false: there is no second. */
static bool take_quoted(const char **at, struct text *cell)
{
	for (;;) { /* ends: every turn takes a byte */
		size_t n = strcspn(*at, "\"");
		text_add_n(cell, *at, n);
		*at += n;
		if (!**at)
			return false;
		(*at)++;
		if (**at != '"')
			return true;
		text_add(cell, "\"");
		(*at)++;
	}
}

/* The column's field; NULL: it has none, or none that is known yet. */
static const char *name_of(const struct reading *r, int column)
{
	return column < r->column_count && r->fields[column] >= 0 ? session_fields[r->fields[column]].name : NULL;
}

static int take_cell(struct reading *r)
{
	struct text cell = {0};
	if (r->cell_count == CSV_COLUMNS_MAX) {
		bad(r, 0, NULL, "more than %d columns: take out those that are none of a plan's", CSV_COLUMNS_MAX);
		return CSV_BAD;
	}
	if (*r->at == '"') {
		r->at++;
		bool whole = take_quoted(&r->at, &cell);
		if (!whole || (!ends_record(*r->at) && *r->at != r->separator)) {
			text_release(&cell);
			bad(r, r->cell_count + 1, name_of(r, r->cell_count), "%s",
			    whole ? "text behind the closing quote; write a quote inside a cell twice" : "a quote that is not closed");
			return CSV_BAD;
		}
	} else {
		const char ends[] = {r->separator, '\r', '\n', '\0'};
		size_t n = strcspn(r->at, ends);
		text_add_n(&cell, r->at, n);
		r->at += n;
	}
	r->cells[r->cell_count++] = text_take(&cell);
	return 0;
}

static void drop_cells(struct reading *r)
{
	for (int i = 0; i < r->cell_count; i++)
		free(r->cells[i]);
	r->cell_count = 0;
}

/* The next record into cells. CSV_BAD: where the next would begin cannot be told. */
static int take_record(struct reading *r)
{
	drop_cells(r);
	r->row++;
	for (;;) { /* ends: every turn but the last takes a separator */
		if (take_cell(r))
			return CSV_BAD;
		if (*r->at != r->separator)
			break;
		r->at++;
	}
	if (*r->at == '\r')
		r->at++;
	if (*r->at == '\n')
		r->at++;
	return 0;
}

static char *trimmed(const char *text)
{
	text += strspn(text, " ");
	size_t n = strlen(text);
	while (n && text[n - 1] == ' ')
		n--;
	return xstrndup(text, n);
}

static bool is_blank(const char *text)
{
	return !text[strspn(text, " \t\r\n")];
}

static void take_column(struct reading *r, const char *name)
{
	int field = field_find(session_fields, FIELD_COUNT, name, strlen(name)), number = ++r->column_count;
	r->fields[number - 1] = *name ? field : -1;
	if (!*name)
		return;
	if (field < 0) {
		const char *near = field_nearest(session_fields, FIELD_COUNT, name);
		if (near)
			bad(r, number, NULL, "unknown column: '%.40s', did you mean '%s'?", name, near);
		else
			bad(r, number, NULL, "unknown column: '%.40s', take it out or give it one of the names that an export has", name);
	} else if (r->columns[field]) {
		bad(r, number, session_fields[field].name, "two columns are called '%s': keep one", session_fields[field].name);
	} else {
		r->columns[field] = number;
	}
}

static int take_header(struct reading *r)
{
	static const enum session_field needed[] = {FIELD_WEEK, FIELD_WEEKDAY, FIELD_TIME, FIELD_TYPE, FIELD_TITLE};
	if (take_record(r))
		return CSV_BAD;
	for (int i = 0; i < r->cell_count; i++) {
		OWNED_TEXT *name = trimmed(r->cells[i]);
		take_column(r, name);
	}
	for (size_t i = 0; i < ARRAY_LEN(needed); i++)
		if (!r->columns[needed[i]])
			bad(r, 0, session_fields[needed[i]].name, "the column '%s' is missing: the first row names the columns",
			    session_fields[needed[i]].name);
	return faults_any(r->faults) ? CSV_BAD : 0;
}

/* What stands outside of the columns must be empty. */
static void check_spare(struct reading *r)
{
	for (int i = 0; i < r->cell_count; i++)
		if ((i >= r->column_count || r->fields[i] < 0) && !is_blank(r->cells[i]))
			bad(r, i + 1, NULL, "the column has no name in the first row, but a value: '%.40s'", r->cells[i]);
}

/* "1.0" and "1,00" without what is behind the point: spreadsheets write whole numbers so. More noughts could be thousands. */
static void make_whole(char *cell)
{
	size_t n = strspn(cell, "0123456789");
	char *point = cell + n;
	size_t noughts = n && (*point == '.' || *point == ',') ? strspn(point + 1, "0") : 0;
	const char *rest = point + 1 + noughts;
	if (noughts && noughts <= 2 && (!*rest || strchr(" %", *rest)))
		memmove(point, rest, strlen(rest) + 1);
}

/* The cell of the field, without what guards it; NULL: it has no column. "" where the row is shorter. Owned. */
static char *cell_of(const struct reading *r, enum session_field field)
{
	if (!r->columns[field])
		return NULL;
	const char *cell = r->columns[field] <= r->cell_count ? r->cells[r->columns[field] - 1] : "";
	bool number = is_number(field);
	char *own = xstrdup(cell + (*cell == '\'' && (number || is_guarded(cell))));
	if (number && field != FIELD_TIME)
		make_whole(own);
	return own;
}

static bool is_blank_record(const struct reading *r)
{
	for (int i = 0; i < r->cell_count; i++)
		if (!is_blank(r->cells[i]))
			return false;
	return true;
}

/* In the order of the fields, save that the type goes first: minutes and effort left empty are those of the type. */
static void take_fields(struct reading *r, struct plan_session *session)
{
	for (int turn = -1; turn < FIELD_COUNT; turn++) {
		enum session_field field = turn < 0 ? FIELD_TYPE : (enum session_field)turn;
		OWNED_TEXT *cell = cell_of(r, field);
		struct err err = {0};
		bool by_type = field == FIELD_MINUTES || field == FIELD_EFFORT;
		if ((!cell && !by_type) || turn == FIELD_TYPE)
			continue;
		if (session_field_set(session, field, cell ? cell : "", &err))
			bad(r, r->columns[field], session_fields[field].name, "%s", err.text);
		err_release(&err);
	}
}

static int take_row(struct reading *r)
{
	if (is_blank_record(r))
		return 0;
	check_spare(r);
	if (r->plan->session_count == PLAN_SESSIONS_MAX) {
		bad(r, 0, NULL, "more than %d sessions: split the plan", PLAN_SESSIONS_MAX);
		return CSV_BAD;
	}
	struct plan_session *session = plan_add(r->plan);
	session->line = r->row;
	session->skill = xstrdup("");
	take_fields(r, session);
	if (session->week > r->plan->shape.weeks)
		r->plan->shape.weeks = session->week;
	return 0;
}

static void take_rows(struct reading *r)
{
	if (take_header(r))
		return;
	while (*r->at)
		if (take_record(r) || take_row(r))
			return;
	const struct plan_session *twice = plan_id_twice(r->plan);
	if (!twice)
		return;
	r->row = twice->line;
	bad(r, r->columns[FIELD_ID], "id", "the id stands there twice: '%s', leave it empty for a new session", twice->id);
}

int csv_parse(const char *text, struct plan **ret_plan, int ret_columns[static FIELD_COUNT], struct faults *faults)
{
	if (!strncmp(text, "\xEF\xBB\xBF", 3))
		text += 3;
	struct reading r = {.at = text, .separator = find_separator(text), .plan = plan_new(), .faults = faults};
	take_rows(&r);
	drop_cells(&r);
	if (faults_any(faults)) {
		faults_sort(faults);
		plan_free(r.plan);
		return CSV_BAD;
	}
	*ret_plan = r.plan;
	memcpy(ret_columns, r.columns, sizeof(r.columns));
	return 0;
}
