/* What a parsed interface text looks like inside: shared by the parser (idl.c) and the check of values (check.c). */
#ifndef RPC_TYPES_H
#define RPC_TYPES_H

#include "pacer/base.h"

enum kind {
	KIND_BOOL,
	KIND_INT,
	KIND_FLOAT,
	KIND_STRING,
	KIND_OBJECT, /* any JSON object */
	KIND_ENUM,   /* fields without types */
	KIND_STRUCT,
	KIND_ARRAY, /* of element */
	KIND_MAP,   /* JSON object with free names, values of element */
	KIND_MAYBE, /* element, null or absent */
	KIND_NAMED, /* stands for target */
};

struct field {
	char *name;
	struct type *type; /* NULL in an enum */
};

struct type {
	enum kind kind;
	struct type *element;
	struct field *fields;
	size_t field_count;
	char *name;                /* KIND_NAMED */
	int line;                  /* KIND_NAMED: where it is used */
	const struct type *target; /* KIND_NAMED: body of the type member, not owned */
};

enum member_kind { MEMBER_TYPE, MEMBER_METHOD, MEMBER_ERROR };

struct member {
	enum member_kind kind;
	char *name;
	struct type *body; /* of a type or an error; what goes into a method */
	struct type *out;  /* what comes out of a method */
};

struct idl {
	char *name;
	struct member *members;
	size_t count;
};

/* NULL when there is none of that kind and name. */
const struct member *idl_member(const struct idl *idl, enum member_kind kind, const char *name);

#endif
