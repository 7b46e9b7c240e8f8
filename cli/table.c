#include "table.h"

#include <assert.h>

enum { GAP = 2, LAST_RESORT = 4 };

void table_init(struct table *table, const struct column *columns, size_t column_count)
{
	assert(column_count <= TABLE_COLUMNS_MAX);
	*table = (struct table){.columns = columns, .column_count = column_count, .indent = 2};
}

void table_cell(struct table *table, enum style style, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	if (table->cell_count == table->cell_room) {
		table->cell_room = table->cell_room ? table->cell_room * 2 : 64;
		table->cells = xreallocarray(table->cells, table->cell_room, sizeof(table->cells[0]));
	}
	table->cells[table->cell_count++] = (struct cell){.text = xvasprintf(format, args), .style = style};
	va_end(args);
}

void table_release(struct table *table)
{
	for (size_t i = 0; i < table->cell_count; i++)
		free(table->cells[i].text);
	free(table->cells);
	*table = (struct table){0};
}

/* Natural widths; 0 for a column to leave out. */
static void measure(const struct table *table, const struct screen *screen, int widths[])
{
	for (size_t i = 0; i < table->column_count; i++)
		widths[i] = 0;
	for (size_t i = 0; i < table->cell_count; i++) {
		OWNED_TEXT *safe = text_safe(table->cells[i].text, screen->utf8);
		int width = text_width(safe, screen->utf8);
		int *widest = &widths[i % table->column_count];
		*widest = width > *widest ? width : *widest;
	}
	for (size_t i = 0; i < table->column_count; i++) {
		int title = table->columns[i].title ? (int)strlen(table->columns[i].title) : 0;
		widths[i] = widths[i] && title > widths[i] ? title : widths[i];
	}
}

static int total_width(const struct table *table, const int widths[])
{
	int total = table->indent;
	for (size_t i = 0; i < table->column_count; i++)
		total += widths[i] ? widths[i] + GAP : 0;
	return total - GAP;
}

/* least < 0: each column's own. */
static int least_width(const struct column *column, int least)
{
	return least >= 0 ? least : column->least ? column->least : TABLE_LEAST;
}

/* Makes the widest flexible column narrower until the table fits or none is wider than its least width.
 * Bound: every turn takes one from a width. */
static void shrink(const struct table *table, int widths[], int limit, int least)
{
	while (total_width(table, widths) > limit) {
		int *widest = NULL;
		for (size_t i = 0; i < table->column_count; i++)
			if (table->columns[i].flexible && widths[i] > least_width(&table->columns[i], least) &&
			    (!widest || widths[i] > *widest))
				widest = &widths[i];
		if (!widest)
			return;
		(*widest)--;
	}
}

static void fit(const struct table *table, int widths[], int limit)
{
	int natural[TABLE_COLUMNS_MAX];
	memcpy(natural, widths, table->column_count * sizeof(widths[0]));
	shrink(table, widths, limit, -1);
	for (size_t i = table->column_count; i-- > 0 && total_width(table, widths) > limit;) {
		if (!table->columns[i].optional || !widths[i])
			continue;
		natural[i] = 0;
		memcpy(widths, natural, table->column_count * sizeof(widths[0]));
		shrink(table, widths, limit, -1);
	}
	shrink(table, widths, limit, LAST_RESORT);
}

static void print_cell(const struct screen *screen, const struct column *column, const char *text, enum style style, int width, int *pad)
{
	OWNED_TEXT *safe = text_safe(text, screen->utf8);
	OWNED_TEXT *cut = column->wraps ? xstrdup(safe) : text_fit(safe, width, screen->utf8); /* one long word stays whole */
	int used = text_width(cut, screen->utf8), rest = width > used ? width - used : 0;
	if (*cut) /* blanks go out when something follows: no line ends in them */
		fprintf(screen->file, "%*s", *pad + (column->right ? rest : 0), "");
	if (*cut)
		say(screen, style, "%s", cut);
	*pad = *cut ? (column->right ? 0 : rest) + GAP : *pad + width + GAP;
}

static bool has_titles(const struct table *table)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i].title)
			return true;
	return false;
}

static void print_titles(const struct table *table, const struct screen *screen, const int widths[])
{
	int pad = table->indent;
	for (size_t i = 0; i < table->column_count; i++)
		if (widths[i])
			print_cell(screen, &table->columns[i], table->columns[i].title ? table->columns[i].title : "", STYLE_DIM, widths[i],
				   &pad);
	say_gap(screen);
}

/* The part of a cell that stands in the row's first line; what is left of it goes on in the next ones. Owned. */
static char *take_line(const struct column *column, const struct screen *screen, int width, char **rest)
{
	size_t blanks = 0, bytes = column->wraps ? text_line(*rest, width, screen->utf8, &blanks) : strlen(*rest);
	char *line = xstrndup(*rest, bytes);
	text_replace(rest, xstrdup(*rest + bytes + blanks));
	return line;
}

/* A row is one line, and more where a column wraps. Bound: every line takes something from a cell, or was the last. */
static void print_row(const struct table *table, const struct screen *screen, const struct cell *cells, const int widths[])
{
	char *rest[TABLE_COLUMNS_MAX];
	for (size_t i = 0; i < table->column_count; i++)
		rest[i] = text_safe(cells[i].text, screen->utf8);
	for (bool more = true; more;) {
		int pad = table->indent;
		more = false;
		for (size_t i = 0; i < table->column_count; i++) {
			if (!widths[i])
				continue;
			OWNED_TEXT *line = take_line(&table->columns[i], screen, widths[i], &rest[i]);
			print_cell(screen, &table->columns[i], line, cells[i].style, widths[i], &pad);
			more = more || *rest[i];
		}
		say_gap(screen);
	}
	for (size_t i = 0; i < table->column_count; i++)
		free(rest[i]);
}

void table_print(const struct table *table, const struct screen *screen)
{
	int widths[TABLE_COLUMNS_MAX];
	assert(table->cell_count % table->column_count == 0);
	measure(table, screen, widths);
	if (screen->width)
		fit(table, widths, screen->width);
	if (table->cell_count && has_titles(table))
		print_titles(table, screen, widths);
	for (size_t i = 0; i < table->cell_count; i += table->column_count)
		print_row(table, screen, &table->cells[i], widths);
}
