/* The daemon's errors in sentences: one row an error of org.pacer.Pacer.varlink. */
#ifndef CLI_ERRORS_H
#define CLI_ERRORS_H

#include "pacer/base.h"
#include "pacer/protocol.h"

#include <jansson.h>

struct error_row {
	const char *error;     /* as in pacer_error_exits */
	const char *text;      /* {field} stands for the reply's field (a list: its texts), {field@} for a day of it in words */
	const char *list;      /* field with names to suggest; NULL */
	const char *lead;      /* what stands before them */
	const char *otherwise; /* what to do next when there are none, or always */
};
/* NULL-error-terminated. */
extern const struct error_row error_rows[];

/* "NoSuchPlan" for "org.pacer.Pacer.NoSuchPlan"; names of other interfaces stay whole. Borrowed from name. */
const char *error_short_name(const char *name);
enum pacer_exit error_exit(const char *short_name);
/* A text of which each {field} is replaced as in a row's. Owned. */
char *error_fill(const char *template, const json_t *fields);
/* The sentence; an unknown error is told with its fields. Owned. */
char *error_sentence(const char *short_name, const json_t *fields);

#endif
