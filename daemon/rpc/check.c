/* The check of JSON values against a parsed interface text. */
#include "idl.h"

#include "pacer/protocol.h"
#include "types.h"

#define INT_MAX_EXACT (INT64_C(1) << 53) /* beyond it a reader with doubles for numbers sees another value */

/* Where in the value we are: a chain on the stack, turned into text only when something does not fit. */
struct place {
	const struct place *up; /* NULL: the value handed in, which has no name */
	const char *key;        /* field or map key; NULL: element of an array */
	size_t index;
	int depth;
	char **ret_field;
};

static bool check_value(const struct type *type, const json_t *value, const struct place *place);

static void place_add(const struct place *place, struct text *path)
{
	if (!place->up)
		return;
	place_add(place->up, path);
	if (place->key)
		text_addf(path, "%s%s", path->len ? "." : "", place->key);
	else
		text_addf(path, "[%zu]", place->index);
}

static bool does_not_fit(const struct place *place)
{
	struct text path = {0};
	place_add(place, &path);
	*place->ret_field = text_take(&path);
	return false;
}

static struct place place_in(const struct place *up, const char *key, size_t index)
{
	return (struct place){.up = up, .key = key, .index = index, .depth = up->depth + 1, .ret_field = up->ret_field};
}

static bool check_bool(const struct type *type UNUSED, const json_t *value, const struct place *place)
{
	return json_is_boolean(value) || does_not_fit(place);
}

static bool check_int(const struct type *type UNUSED, const json_t *value, const struct place *place)
{
	json_int_t n = json_integer_value(value);
	return (json_is_integer(value) && n >= -INT_MAX_EXACT && n <= INT_MAX_EXACT) || does_not_fit(place);
}

static bool check_float(const struct type *type UNUSED, const json_t *value, const struct place *place)
{
	return json_is_number(value) || does_not_fit(place);
}

static bool check_string(const struct type *type UNUSED, const json_t *value, const struct place *place)
{
	return json_is_string(value) || does_not_fit(place);
}

static bool check_object(const struct type *type UNUSED, const json_t *value, const struct place *place)
{
	return json_is_object(value) || does_not_fit(place);
}

static const struct field *field_find(const struct type *type, const char *name)
{
	for (size_t i = 0; i < type->field_count; i++)
		if (!strcmp(type->fields[i].name, name))
			return &type->fields[i];
	return NULL;
}

static bool check_enum(const struct type *type, const json_t *value, const struct place *place)
{
	return (json_is_string(value) && field_find(type, json_string_value(value))) || does_not_fit(place);
}

/* Called when the object has more members than the struct has fields: names the first that is none. */
static bool check_no_others(const struct type *type, const json_t *value, const struct place *place)
{
	const char *key;
	json_t *ignored;
	json_object_foreach ((json_t *)value, key, ignored) {
		struct place here = place_in(place, key, 0);
		if (!field_find(type, key))
			return does_not_fit(&here);
	}
	return true;
}

static bool check_struct(const struct type *type, const json_t *value, const struct place *place)
{
	size_t present = 0;
	if (!json_is_object(value))
		return does_not_fit(place);
	for (size_t i = 0; i < type->field_count; i++) {
		const json_t *field = json_object_get(value, type->fields[i].name);
		struct place here = place_in(place, type->fields[i].name, 0);
		present += field != NULL;
		if (!check_value(type->fields[i].type, field, &here))
			return false;
	}
	return present == json_object_size(value) || check_no_others(type, value, place);
}

static bool check_array(const struct type *type, const json_t *value, const struct place *place)
{
	if (!json_is_array(value))
		return does_not_fit(place);
	for (size_t i = 0; i < json_array_size(value); i++) {
		struct place here = place_in(place, NULL, i);
		if (!check_value(type->element, json_array_get(value, i), &here))
			return false;
	}
	return true;
}

static bool check_map(const struct type *type, const json_t *value, const struct place *place)
{
	const char *key;
	json_t *element;
	if (!json_is_object(value))
		return does_not_fit(place);
	json_object_foreach ((json_t *)value, key, element) {
		struct place here = place_in(place, key, 0);
		if (!check_value(type->element, element, &here))
			return false;
	}
	return true;
}

static bool check_maybe(const struct type *type, const json_t *value, const struct place *place)
{
	return !value || json_is_null(value) || check_value(type->element, value, place);
}

static bool check_named(const struct type *type, const json_t *value, const struct place *place)
{
	return check_value(type->target, value, place);
}

/* value NULL: absent. Recursion: at most three levels (maybe, named, struct) for one of the value, and those end at the depth limit. */
static bool check_value(const struct type *type, const json_t *value, const struct place *place)
{
	static bool (*const checks[])(const struct type *, const json_t *, const struct place *) = {
		[KIND_BOOL] = check_bool,     [KIND_INT] = check_int,     [KIND_FLOAT] = check_float,   [KIND_STRING] = check_string,
		[KIND_OBJECT] = check_object, [KIND_ENUM] = check_enum,   [KIND_STRUCT] = check_struct, [KIND_ARRAY] = check_array,
		[KIND_MAP] = check_map,       [KIND_MAYBE] = check_maybe, [KIND_NAMED] = check_named,
	};
	if (place->depth > PACER_JSON_DEPTH_MAX && (json_is_object(value) || json_is_array(value)))
		return does_not_fit(place);
	return checks[type->kind](type, value, place);
}

int idl_check(const struct idl *idl, enum idl_what what, const char *name, const json_t *value, char **ret_field)
{
	const struct member *m = idl_member(idl, what == IDL_ERROR ? MEMBER_ERROR : MEMBER_METHOD, name);
	const struct place top = {.depth = 2, .ret_field = ret_field}; /* the message around it is the first level */
	if (!m)
		return 1;
	return check_value(what == IDL_REPLY ? m->out : m->body, value, &top) ? 0 : 2;
}
