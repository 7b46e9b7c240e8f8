/* The interface text, parsed: what calls and replies are checked against (Varlink interface definition). */
#ifndef RPC_IDL_H
#define RPC_IDL_H

#include <jansson.h>

#include "pacer/base.h"

struct idl;

/* NULL when the text is no interface; err says line and what was expected. */
struct idl *idl_parse(const char *text, struct err *err);
struct idl *idl_free(struct idl *idl);
const char *idl_name(const struct idl *idl);
/* Names in the order of the text; NULL past the end. */
const char *idl_method(const struct idl *idl, size_t index);
const char *idl_error(const struct idl *idl, size_t index);

enum idl_what { IDL_CALL, IDL_REPLY, IDL_ERROR };
/* Does value (an object) fit? 0; 1: no such method or error; 2: a field is missing, of the wrong type or unknown: *ret_field is its path
 * ("session.minutes"), owned by the caller. */
int idl_check(const struct idl *idl, enum idl_what what, const char *name, const json_t *value, char **ret_field);

#endif
