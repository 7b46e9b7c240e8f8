/* What is wrong with a text that holds a plan: every fault with its place, so that all of them can be mended at once. */
#ifndef CORE_FAULTS_H
#define CORE_FAULTS_H

#include "pacer/base.h"

enum { FAULTS_LISTED = 20 };

struct text_fault {
	int line;           /* from 1; of a spreadsheet: the row, the header is row 1; 0: the text as a whole */
	int number;         /* of a spreadsheet: of the column, from 1; 0: the whole line */
	const char *column; /* its name; static; NULL: the whole line */
	char *text;         /* owned */
};

/* Zero-initialised is empty. */
struct faults {
	struct text_fault items[FAULTS_LISTED];
	size_t count, dropped; /* dropped: those that are not listed */
};
void faults_release(struct faults *faults);
void faults_add(struct faults *faults, int line, int number, const char *column, const char *format, ...) PRINTF_LIKE(5, 6);
static inline bool faults_any(const struct faults *faults)
{
	return faults->count > 0;
}
/* By line, then by column. */
void faults_sort(struct faults *faults);

/* "row 14, column F (minutes)" of a spreadsheet, "line 14" of another text; owned by the caller. */
char *fault_place(const struct text_fault *fault, bool rows);

#endif
