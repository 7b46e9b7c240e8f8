#include "field.h"

const char *field_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text ? text : "";
}

long field_number(const json_t *object, const char *name)
{
	return (long)json_integer_value(json_object_get(object, name));
}

bool field_flag(const json_t *object, const char *name)
{
	return json_is_true(json_object_get(object, name));
}

bool field_has(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return value && !json_is_null(value);
}

json_t *field_list(const json_t *object, const char *name)
{
	json_t *value = json_object_get(object, name);
	return json_is_array(value) ? value : NULL;
}
