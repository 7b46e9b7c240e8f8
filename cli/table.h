/* Rows and columns that fit the screen.
 *
 * Columns without any text are left out. When the rest is wider than the screen the flexible columns get shorter, the widest
 * first; when that is not enough the optional ones go, the last first. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "screen.h"

enum { TABLE_COLUMNS_MAX = 12, TABLE_LEAST = 12 };

struct column {
	const char *title; /* NULL: none */
	bool right;        /* numbers */
	bool flexible, optional;
	bool wraps; /* of a flexible column: goes on in the next line instead of being cut */
	int least;  /* of a flexible column: narrower only when no optional column is left; 0: TABLE_LEAST */
};

struct cell {
	char *text; /* owned */
	enum style style;
};

struct table {
	const struct column *columns;
	size_t column_count;
	int indent;
	struct cell *cells; /* row after row */
	size_t cell_count, cell_room;
};

void table_init(struct table *table, const struct column *columns, size_t column_count);
/* The next cell: a row is as many of them as there are columns. */
PRINTF_LIKE(3, 4) void table_cell(struct table *table, enum style style, const char *format, ...);
void table_print(const struct table *table, const struct screen *screen);
void table_release(struct table *table);

#endif
