/* Errors that are questions: what the daemon would rather be told twice. The answer that repeats the call is in the row. */
#ifndef CLI_ASKS_H
#define CLI_ASKS_H

#include "pacer/base.h"
#include "screen.h"

#include <jansson.h>

struct asks_row {
	const char *error;     /* short name */
	const char *text;      /* with {field}s of the error, as in errors.h */
	const char *list;      /* a field with names that stand below; NULL */
	const char *question;  /* one that yes or no answers */
	const char *yes, *no;  /* what each answer does, beside a key */
	bool again;            /* the answer that repeats the call; the other one is meant where nothing clear was said */
	const char *parameter; /* set to true in the repeated call; NULL: it is the same */
	const char *kept;      /* said when nothing was changed */
};
/* NULL-error-terminated. */
extern const struct asks_row asks_rows[];

/* error: short or full name. NULL: it is no question. */
const struct asks_row *asks_find(const char *error);

/* What stands above the question. */
void asks_show(const struct screen *screen, const struct asks_row *row, const json_t *fields);

/* The call's parameters made those of the repeated one. */
void asks_repeat(const struct asks_row *row, json_t *parameters);

#endif
