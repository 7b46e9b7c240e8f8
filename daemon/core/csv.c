#include "csv.h"

static const char separators[] = ",;\t";

/* --- writing --------------------------------------------------------------------------------------------------------------------- */

/* A spreadsheet would take the cell for a formula, and carry it out. So an apostrophe goes before it, as people do; a text that begins
 * with apostrophes and such a character gets one more, so that reading can take one away. */
static bool is_formula(const char *value)
{
	value += strspn(value, "'");
	return *value && strchr("=+-@\t\r", *value);
}

/* Quoted where another program could take it apart, whatever separator it expects. */
static void write_cell(struct text *out, const char *value)
{
	size_t n = strlen(value);
	const char *guard = is_formula(value) ? "'" : "";
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
			write_cell(&out, value);
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

/* The cell of the field, without what guards a formula; NULL: it has no column. "" where the row is shorter. */
static const char *cell_of(const struct reading *r, enum session_field field)
{
	if (!r->columns[field])
		return NULL;
	const char *cell = r->columns[field] <= r->cell_count ? r->cells[r->columns[field] - 1] : "";
	return cell + (*cell == '\'' && is_formula(cell));
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
		const char *cell = cell_of(r, field);
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
