/* The sessions of a plan as a spreadsheet (RFC 4180): a header with the names of the fields, then a row a session.
 *
 * Written with commas, CRLF and no byte order mark. Read with ',', ';' or tab between the cells, as the header tells, with any line ends,
 * with or without the mark, columns in any order. What spreadsheets make of times (09:30:00, 9:30 AM) and of
 * whole numbers (1.0, 1,00) is understood.
 * A text that a spreadsheet would carry out as a formula (it begins with = + - @, a tab or a carriage return) or take for a number, a date
 * or a truth value, and write differently then (007, 1e3, 2026-01-01, 3 May, true), is written with an apostrophe before it; reading takes
 * exactly that away. Months are known in English and German. */
#ifndef CORE_CSV_H
#define CORE_CSV_H

#include "faults.h"
#include "planfield.h"

enum { CSV_BAD = 1, CSV_COLUMNS_MAX = 64 };

/* Owned by the caller. */
char *csv_write(const struct plan *plan);

/* Reads the sessions: ids as written (NULL: new), line is the row in the spreadsheet; no UIDs, alarms or zones; weeks of the plan are those
 * of its last session, and nothing else of the plan is known. Dependencies stay the words written. ret_columns has for each
 * field the number of its column, from 1; 0: it was not said. week, weekday, time, type and title must be there. Returns 0, or CSV_BAD with
 * everything that is wrong in *faults (empty before; released by the caller). */
int csv_parse(const char *text, struct plan **ret_plan, int ret_columns[static FIELD_COUNT], struct faults *faults);

#endif
