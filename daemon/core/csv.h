/* The sessions of a plan as a spreadsheet (RFC 4180): a header with the names of the fields, then a row a session.
 *
 * Written with commas, CRLF and no byte order mark. Read with ',', ';' or tab between the cells, as the header tells, with any line ends,
 * with or without the mark, columns in any order. What spreadsheets make of times (09:30:00, 9:30 AM) is understood.
 * A cell that a spreadsheet would carry out as a formula (it begins with = + - @, a tab or a carriage return) is written with an apostrophe
 * before it; reading takes exactly that away. */
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
