/* The sessions of a plan as a spreadsheet (RFC 4180): a header with the names of the fields, then a row a session.
 *
 * Written with commas, CRLF and no byte order mark. Read with ',', ';' or tab between the cells, as the header tells, with any line ends,
 * with or without the mark, columns in any order. What spreadsheets make of times (09:30:00, 9:30 AM) is understood. */
#ifndef CORE_CSV_H
#define CORE_CSV_H

#include "planfield.h"

enum { CSV_BAD = 1, CSV_COLUMNS_MAX = 64 };

/* Owned by the caller. */
char *csv_write(const struct plan *plan);

/* Reads the sessions: ids as written (NULL: new), line is the row in the spreadsheet; no UIDs, alarms or zones; weeks of the plan are those
 * of its last session, and nothing else of the plan is known. Dependencies stay the words written. *ret_fields has a bit for each field
 * that has a column: the others were not said. week, weekday, time, type and title must be there. Returns 0, or CSV_BAD with *fault
 * filled (released by the caller). */
int csv_parse(const char *text, struct plan **ret_plan, uint32_t *ret_fields, struct text_fault *fault);

#endif
