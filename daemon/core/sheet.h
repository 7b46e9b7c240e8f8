/* A plan as a sheet to read and to edit: a line a session, weeks as headings, notes that explain the columns.
 *
 *   title: Customer service marathon
 *   weeks: 18
 *
 *   ## week 5  build
 *   fr 14:00   60  long  e4  crm  Long 5: the whole queue  [w05-fr]
 *       tip: Read the last three tickets first.
 *       description: Take the queue for an hour.
 *       | Good looks like no ticket left unread.
 *
 * The id in brackets ties a line to its session: without one it is a new session; where the line stands is where the session goes. A line
 * that begins with '|' continues the field above it after a line break. '#' begins a note, but '##' a heading. Line ends may be CRLF.
 * Writing a plan, reading it and writing it again gives the same sheet. A note at the top names the plan and the revision it was made of.
 */
#ifndef CORE_SHEET_H
#define CORE_SHEET_H

#include "faults.h"
#include "planfield.h"

enum { SHEET_BAD = 1 };

/* Owned by the caller. */
char *sheet_write(const struct plan *plan);

/* Reads a sheet: ids as written (NULL: new), line of each session in the sheet; no UIDs, alarms or zones; sessions in the order of the
 * lines. Dependencies stay the words written. Returns 0, or SHEET_BAD with everything that is wrong in *faults (empty before; released by
 * the caller). */
int sheet_parse(const char *text, struct plan **ret_plan, struct faults *faults);

/* The revision of the plan called name that the sheet was made of; NULL: it does not say, or was made of another plan. Owned by the
 * caller. */
char *sheet_revision(const char *text, const char *name);

#endif
