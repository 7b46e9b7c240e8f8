/* What the reply to each method must carry: a daemon whose reply lacks it, or carries it in another type, is not believed. */
#ifndef CLI_REPLIES_H
#define CLI_REPLIES_H

#include "pacer/base.h"

#include <jansson.h>

/* fields: "name:type" apart by blanks; s string, i int, b bool, a list, o object. Fields that may be absent are not listed. */
struct reply_row {
	const char *method;
	const char *fields;
};
/* NULL-method-terminated; held against org.pacer.Pacer.varlink by a test. */
extern const struct reply_row reply_rows[];

/* NULL when the reply is sound, else the name of the first field that is not; owned. */
char *reply_flaw(const char *method, const json_t *parameters);

#endif
