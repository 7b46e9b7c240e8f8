/* The table of methods and the interface text are the same list, in the same order. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "api.h"
#include "rpc/idl.h"

extern const char pacer_interface_text[];

static void test_methods_are_those_of_the_text(void **state UNUSED)
{
	struct err err = {0};
	struct idl *idl = idl_parse(pacer_interface_text, &err);
	if (!idl)
		fail_msg("%s", err.text);
	size_t rows = 0, methods = 0;
	for (; api_methods[rows].name; rows++) {
		bool found = false;
		for (size_t i = 0; idl_method(idl, i); i++)
			found |= !strcmp(idl_method(idl, i), api_methods[rows].name);
		if (!found || !api_methods[rows].handle)
			fail_msg("%s is not a method of the interface, or has no handler", api_methods[rows].name);
		for (size_t k = 0; k < rows; k++)
			assert_string_not_equal(api_methods[k].name, api_methods[rows].name);
	}
	while (idl_method(idl, methods))
		methods++;
	assert_int_equal(rows, methods);
	idl_free(idl);
}

static void test_streaming_methods_exist(void **state UNUSED)
{
	for (size_t i = 0; api_streaming[i]; i++) {
		bool found = false;
		for (const struct api_method *row = api_methods; row->name; row++)
			found |= !strcmp(row->name, api_streaming[i]);
		assert_true(found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_methods_are_those_of_the_text),
		cmocka_unit_test(test_streaming_methods_exist),
	};
	return cmocka_run_group_tests_name("api", tests, NULL, NULL);
}
