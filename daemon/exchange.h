/* Plans to and from other forms: a sheet, a spreadsheet, a calendar of another program. Bytes in, bytes out; nothing is written here.
 *
 * What is changed goes through the lossless document (ical/edit.h): a session that says the same as before keeps every byte of its event,
 * and what the form cannot say (alarms, unknown properties) stays. Whether a field says the same is decided by what an export of the
 * plan would say. Sessions that the reader has left out of a plan with errors (plan->gaps) are in no form, and stay in the file. */
#ifndef DAEMON_EXCHANGE_H
#define DAEMON_EXCHANGE_H

#include "core/faults.h"
#include "core/lint.h"
#include "core/plan.h"
#include "core/planfield.h"

enum exchange_format { EXCHANGE_SHEET, EXCHANGE_CSV, EXCHANGE_ICS };
/* "sheet", "csv", "ics". false: none of them. */
bool exchange_format_parse(const char *name, enum exchange_format *ret_format);

/* Not EXCHANGE_ICS: a plan file is its own bytes. Owned by the caller. */
char *exchange_write(const struct plan *plan, enum exchange_format format);

/* The revision of the plan called name that the text says it was made of; NULL: it does not say. Owned by the caller. */
char *exchange_revision(const char *text, enum exchange_format format, const char *name);

enum exchange_result {
	EXCHANGE_BAD = 1, /* the text cannot be taken: faults say where and why */
	EXCHANGE_BROKEN,  /* the plan file that is to be changed has errors: the findings are in import->findings */
};

/* Where a session of the new file stands in the imported text. */
struct exchange_place {
	char *uid;
	int line;
};

/* What an import leads to. Zero-initialised is empty. */
struct import {
	struct text bytes;        /* of the new file */
	struct findings findings; /* of the file before it was changed */
	char **report;            /* what was guessed or left out, in words; owned */
	size_t report_count;
	struct exchange_place *places; /* of sheets and spreadsheets; by UID */
	size_t place_count;
};
void import_release(struct import *import);
PRINTF_LIKE(2, 3) void import_tell(struct import *import, const char *format, ...);

/* A new file of the plan called name. uuid: what its UIDs begin with, unless the text brings its own. */
int exchange_new(const char *name, const char *text, enum exchange_format format, const char *uuid, struct instant now,
		 struct import *import, struct faults *faults);
/* The file with these bytes, changed to what the text says. A sheet says everything about the plan and its sessions; a spreadsheet says
 * the fields it has columns for, and nothing about the plan itself; a calendar is the new file. */
int exchange_change(const char *name, struct text bytes, const char *text, enum exchange_format format, struct instant now,
		    struct import *import, struct faults *faults);

/* Findings about the new file, told where they arise in the imported text: their lines become those of the text (0: the whole of it). */
void exchange_lines(const struct import *import, struct findings *findings);

#endif
