/* Reading a reply: what is missing or of another type reads as "", 0, false or an empty list, so that showing never crashes. */
#ifndef CLI_FIELD_H
#define CLI_FIELD_H

#include <jansson.h>
#include <stdbool.h>

/* Borrowed from the object; "" when absent. */
const char *field_text(const json_t *object, const char *name);
long field_number(const json_t *object, const char *name);
bool field_flag(const json_t *object, const char *name);
/* Present and not null. */
bool field_has(const json_t *object, const char *name);
/* NULL when it is no list; json_array_foreach takes that as empty. */
json_t *field_list(const json_t *object, const char *name);

#endif
