/* The interface text: what is one, what is none, and which values fit it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "rpc/internal.h"

extern const char pacer_interface_text[];

static const char sample[] =
    "# Everything the language has.\n"
    "interface org.example.Sample-1.x\n"
    "\n"
    "method All(flag: bool, n: int, f: float, s: string, o: object, pick: (one, two_3), list: []int, map: [string]int,\n"
    "  set: [string](), inner: (a: int, b: ?string), maybe: ?[]Tree, later: Later, nested: [][string]?int) -> ()\n"
    "method One(value: ?Tree) -> (value: ?Tree, n: int)\r\n"
    "method None()->()# no space, and a comment behind\n"
    "type Tree (name: string, children: []Tree)\n"
    "type Later (red, green)\n"
    "error Broken (why: string, at: ?int)\n"
    "error Empty ()";

static struct idl *parse(const char *text)
{
	struct err err = {0};
	struct idl *idl = idl_parse(text, &err);
	if (!idl)
		fail_msg("%s", err.text);
	return idl;
}

static void test_names(void **state UNUSED)
{
	static const char *const methods[] = {"All", "One", "None", NULL}, *const errors[] = {"Broken", "Empty", NULL};
	struct idl *idl = parse(sample);
	assert_string_equal(idl_name(idl), "org.example.Sample-1.x");
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(idl_method(idl, i), methods[i]);
	for (size_t i = 0; i < 2; i++)
		assert_string_equal(idl_error(idl, i), errors[i]);
	assert_null(idl_method(idl, 3));
	assert_null(idl_method(idl, SIZE_MAX));
	assert_null(idl_error(idl, 2));
	assert_null(idl_free(idl));
	assert_null(idl_free(NULL));
}

/* --- texts ------------------------------------------------------------------------------------------------------------------------- */

#define HEAD "interface a.b\n"

static const struct {
	const char *text;
	const char *error; /* all of it after "interface text, "; NULL: fine */
} texts[] = {
    {HEAD, NULL},
    {"interface xn--a.b-c.D9", NULL},
    {"\n\t# x\r\n  interface\ta.b # y\n#", NULL},
    {HEAD "type A(b:?[]?[string]?(c:A))", NULL},
    {HEAD "type A (typeof: int, method: string, interface_: int)", "line 2: 'interface_:' cannot stand here; write a field name"},
    {HEAD "type A (type: int, method: string, a1_b_2: int)", NULL},
    {HEAD "type A (B, c)\nmethod C(d: A) -> (e: [string]A)", NULL},
    {"", "line 1: the text ends, but interface and its name first must follow"},
    {"\n\ninterfaces a.b", "line 3: 'interfaces' cannot stand here; write interface and its name first"},
    {"type A ()", "line 1: 'type' cannot stand here"},
    {"interface", "line 1: the text ends, but an interface name like"},
    {"interface a", "line 1: 'a' cannot stand here; write an interface name"},
    {"interface a.", "line 1: 'a.' cannot"},
    {"interface .a", "line 1: '.a' cannot"},
    {"interface a..b", "line 1: 'a..b' cannot"},
    {"interface 1.b", "line 1: '1.b' cannot"},
    {"interface a.-b", "line 1: 'a.-b' cannot"},
    {"interface a-.b", "line 1: 'a-.b' cannot"},
    {"interface a.b_c", "line 1: 'a.b_c' cannot"},
    {HEAD "\ntypo A ()", "line 3: 'typo' cannot stand here; write type, method or error"},
    {HEAD "type a ()", "line 2: 'a' cannot stand here; write a name (an upper case"},
    {HEAD "type A_b ()", "line 2: 'A_b' cannot"},
    {HEAD "type 9 ()", "line 2: '9' cannot"},
    {HEAD "type", "line 2: the text ends, but a name"},
    {HEAD "type A", "line 2: the text ends, but '(' must follow"},
    {HEAD "type A int", "line 2: 'int' cannot stand here; write '('"},
    {HEAD "type A (", "line 2: the text ends, but a field name"},
    {HEAD "type A (b", "line 2: the text ends, but ')' must follow"},
    {HEAD "type A (b:", "line 2: the text ends, but a type"},
    {HEAD "type A (b: int,)", "line 2: ')' cannot stand here; write a field name"},
    {HEAD "type A (b: int\n c: int)", "line 3: 'c:' cannot stand here; write ')'"},
    {HEAD "type A (b__c: int)", "line 2: 'b__c:' cannot"},
    {HEAD "type A (_b: int)", "line 2: '_b:' cannot"},
    {HEAD "type A (b: Int32 int)", "line 2: 'int)' cannot stand here; write ')'"},
    {HEAD "type A (b: integer)", "line 2: 'integer)' cannot stand here; write a type"},
    {HEAD "type A (b: [int])", "line 2: '[int])' cannot"},
    {HEAD "type A (b: [string])", "line 2: ')' cannot"},
    {HEAD "type A (b: ?)", "line 2: ')' cannot"},
    {HEAD "type A (b: ??int)", "line 2: a '?' after '?' says nothing more"},
    {HEAD "type A (b: ?\n# x\n?int)", "line 4: a '?' after '?'"},
    {HEAD "type A (b: int, c)", "line 2: ')' cannot stand here; write ':' and a type"},
    {HEAD "type A (b, c: int)", "line 2: 'int)' cannot stand here; write ',' or ')'"},
    {HEAD "type A (b, b)", "line 2: field 'b' stands here twice"},
    {HEAD "type A (b: int,\nb: int)", "line 3: field 'b' stands here twice"},
    {HEAD "type A ()\nmethod A() -> ()", "line 3: 'A' is defined twice"},
    {HEAD "error A ()\nerror A ()", "line 3: 'A' is defined twice"},
    {HEAD "method A()", "line 2: the text ends, but '->' must follow"},
    {HEAD "method A() - > ()", "line 2: '-' cannot stand here; write '->'"},
    {HEAD "method A() -> int", "line 2: 'int' cannot stand here; write '('"},
    {HEAD "method A(b, c) -> ()", "line 2: the fields of a method or error need types"},
    {HEAD "method A() -> (b, c)", "line 2: the fields of a method or error need types"},
    {HEAD "error A (b)", "line 2: the fields of a method or error need types"},
    {HEAD "error A", "line 2: the text ends"},
    {HEAD "type A (\n b: []B)", "line 3: there is no type 'B'"},
    {HEAD "type A (b: C)\nmethod C() -> ()", "line 2: there is no type 'C'"},
    {HEAD "method A() -> (b: (c: ?D))", "line 2: there is no type 'D'"},
    {HEAD "type A (\x01: int)", "line 2: byte 0x01 cannot stand here"},
    {HEAD "type \xc3\x84 ()", "line 2: byte 0xc3 cannot stand here"},
    {HEAD "abcdefghijklmnopqrstuvwxyz", "line 2: 'abcdefghijklmnopqrstuvwx' cannot"},
};

static void test_texts(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct err err = {0};
		struct idl *idl = idl_parse(texts[i].text, &err);
		if (!texts[i].error != !!idl)
			fail_msg("row %zu: %s", i, err.text ? err.text : "was taken");
		if (texts[i].error) {
			OWNED_TEXT *expected = xasprintf("interface text, %s", texts[i].error);
			if (strncmp(err.text, expected, strlen(expected)) != 0)
				fail_msg("row %zu: %s", i, err.text);
			assert_int_equal(err.code, -EBADMSG);
		}
		idl_free(idl);
		err_release(&err);
	}
}

/* A broken text without a place for the error, and every prefix of a good one: an answer, never a crash. */
static void test_prefixes(void **state UNUSED)
{
	for (size_t n = 0; n <= strlen(sample); n++) {
		OWNED_TEXT *prefix = xstrndup(sample, n);
		idl_free(idl_parse(prefix, NULL));
	}
}

static char *nested(const char *open, int levels, const char *inner)
{
	struct text t = {0};
	text_add(&t, HEAD "type A (b: ");
	for (int i = 0; i < levels; i++)
		text_add(&t, open);
	text_addf(&t, "%s)", inner);
	return text_take(&t);
}

static void test_type_depth(void **state UNUSED)
{
	OWNED_TEXT *most = nested("[]", 31, "int"), *more = nested("[]", 32, "int"), *endless = nested("(a:?", 100000, "int");
	struct err err = {0};
	idl_free(parse(most));
	assert_null(idl_parse(more, &err));
	assert_non_null(strstr(err.text, "nested more than 32 deep"));
	err_release(&err);
	assert_null(idl_parse(endless, &err));
	assert_non_null(strstr(err.text, "nested more than 32 deep"));
	err_release(&err);
}

/* --- values ------------------------------------------------------------------------------------------------------------------------ */

#define ALL_BUT(flag, n, f, s, o, pick, list, map, set, inner, more)                                                                       \
	"{\"flag\":" flag ",\"n\":" n ",\"f\":" f ",\"s\":" s ",\"o\":" o ",\"pick\":" pick ",\"list\":" list ",\"map\":" map              \
	",\"set\":" set ",\"inner\":" inner ",\"later\":\"red\",\"nested\":[{\"x\":null},{}]" more "}"
#define OK_INNER "{\"a\":1}"

static const struct {
	enum idl_what what;
	const char *name, *json;
	int result;
	const char *field;
} values[] = {
    {IDL_CALL, "None", "{}", 0, NULL},
    {IDL_REPLY, "None", "{}", 0, NULL},
    {IDL_ERROR, "Empty", "{}", 0, NULL},
    {IDL_CALL, "Nothing", "{}", 1, NULL},
    {IDL_CALL, "Tree", "{}", 1, NULL},
    {IDL_CALL, "Broken", "{}", 1, NULL},
    {IDL_ERROR, "None", "{}", 1, NULL},
    {IDL_CALL, "", "{}", 1, NULL},
    {IDL_CALL, "None", "[]", 2, ""},
    {IDL_CALL, "None", "{\"x\":1}", 2, "x"},
    {IDL_CALL, "None", "{\"\":null}", 2, ""},
    {IDL_CALL, "All", ALL_BUT("true", "1", "1.5", "\"\"", "{\"free\":[1]}", "\"one\"", "[1,2]", "{\"\":1}", "{\"a\":{}}", OK_INNER, ""), 0,
     NULL},
    {IDL_CALL, "All", ALL_BUT("false", "-1", "1", "\"\"", "{}", "\"two_3\"", "[]", "{}", "{}", "{\"a\":1,\"b\":null}", ",\"maybe\":null"),
     0, NULL},
    {IDL_CALL, "All", ALL_BUT("1", "1", "1", "\"\"", "{}", "\"one\"", "[]", "{}", "{}", OK_INNER, ""), 2, "flag"},
    {IDL_CALL, "All", ALL_BUT("null", "1", "1", "\"\"", "{}", "\"one\"", "[]", "{}", "{}", OK_INNER, ""), 2, "flag"},
    {IDL_CALL, "All", ALL_BUT("true", "1.0", "1", "\"\"", "{}", "\"one\"", "[]", "{}", "{}", OK_INNER, ""), 2, "n"},
    {IDL_CALL, "All", ALL_BUT("true", "\"1\"", "1", "\"\"", "{}", "\"one\"", "[]", "{}", "{}", OK_INNER, ""), 2, "n"},
    {IDL_CALL, "All", ALL_BUT("true", "1", "\"1\"", "\"\"", "{}", "\"one\"", "[]", "{}", "{}", OK_INNER, ""), 2, "f"},
    {IDL_CALL, "All", ALL_BUT("true", "1", "1", "7", "{}", "\"one\"", "[]", "{}", "{}", OK_INNER, ""), 2, "s"},
    {IDL_CALL, "All", ALL_BUT("true", "1", "1", "\"\"", "[]", "\"one\"", "[]", "{}", "{}", OK_INNER, ""), 2, "o"},
    {IDL_CALL, "All", ALL_BUT("true", "1", "1", "\"\"", "{}", "\"three\"", "[]", "{}", "{}", OK_INNER, ""), 2, "pick"},
    {IDL_CALL, "All", ALL_BUT("true", "1", "1", "\"\"", "{}", "1", "[]", "{}", "{}", OK_INNER, ""), 2, "pick"},
    {IDL_CALL, "All", ALL_BUT("true", "1", "1", "\"\"", "{}", "\"one\"", "[1,2,null]", "{}", "{}", OK_INNER, ""), 2, "list[2]"},
    {IDL_CALL, "All", ALL_BUT("true", "1", "1", "\"\"", "{}", "\"one\"", "{}", "{}", "{}", OK_INNER, ""), 2, "list"},
    {IDL_CALL, "All", ALL_BUT("true", "1", "1", "\"\"", "{}", "\"one\"", "[]", "{\"a\":1,\"b\":\"\"}", "{}", OK_INNER, ""), 2, "map.b"},
    {IDL_CALL, "All", ALL_BUT("true", "1", "1", "\"\"", "{}", "\"one\"", "[]", "[]", "{}", OK_INNER, ""), 2, "map"},
    {IDL_CALL, "All", ALL_BUT("true", "1", "1", "\"\"", "{}", "\"one\"", "[]", "{}", "{\"a\":true}", OK_INNER, ""), 2, "set.a"},
    {IDL_CALL, "All", ALL_BUT("true", "1", "1", "\"\"", "{}", "\"one\"", "[]", "{}", "{}", "{}", ""), 2, "inner.a"},
    {IDL_CALL, "All", ALL_BUT("true", "1", "1", "\"\"", "{}", "\"one\"", "[]", "{}", "{}", "{\"a\":1,\"c\":2}", ""), 2, "inner.c"},
    {IDL_CALL, "All", ALL_BUT("true", "1", "1", "\"\"", "{}", "\"one\"", "[]", "{}", "{}", OK_INNER, ",\"maybe\":[1]"), 2, "maybe[0]"},
    {IDL_CALL, "All", ALL_BUT("true", "1", "1", "\"\"", "{}", "\"one\"", "[]", "{}", "{}", OK_INNER, ",\"maybe\":7"), 2, "maybe"},
    {IDL_CALL, "All", ALL_BUT("true", "1", "1", "\"\"", "{}", "\"one\"", "[]", "{}", "{}", OK_INNER, ",\"other\":7"), 2, "other"},
    {IDL_CALL, "All", "{}", 2, "flag"},
    {IDL_CALL, "One", "{\"value\":{\"name\":\"a\",\"children\":[{\"name\":\"b\",\"children\":[]}]}}", 0, NULL},
    {IDL_CALL, "One", "{\"value\":{\"name\":\"a\",\"children\":[{\"name\":\"b\",\"children\":[]},{\"name\":7}]}}", 2,
     "value.children[1].name"},
    {IDL_CALL, "One", "{\"n\":1}", 2, "n"},
    {IDL_REPLY, "One", "{\"n\":9007199254740992}", 0, NULL},
    {IDL_REPLY, "One", "{\"n\":-9007199254740992}", 0, NULL},
    {IDL_REPLY, "One", "{\"n\":9007199254740993}", 2, "n"},
    {IDL_REPLY, "One", "{\"n\":-9007199254740993}", 2, "n"},
    {IDL_REPLY, "One", "{}", 2, "n"},
    {IDL_ERROR, "Broken", "{\"why\":\"x\"}", 0, NULL},
    {IDL_ERROR, "Broken", "{\"why\":\"x\",\"at\":1}", 0, NULL},
    {IDL_ERROR, "Broken", "{\"at\":1}", 2, "why"},
};

static void test_values(void **state UNUSED)
{
	struct idl *idl = parse(sample);
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		json_t *value = json_loads(values[i].json, 0, NULL);
		char *field = NULL;
		int r = idl_check(idl, values[i].what, values[i].name, value, &field);
		if (!value || r != values[i].result || !field != !values[i].field || (field && strcmp(field, values[i].field) != 0))
			fail_msg("row %zu: %d '%s'", i, r, field ? field : "(none)");
		free(field);
		json_decref(value);
	}
	idl_free(idl);
}

/* A message has 32 levels: itself, the parameters, and for a tree two each. */
static void test_value_depth(void **state UNUSED)
{
	struct idl *idl = parse(sample);
	for (int trees = 15; trees <= 16; trees++) {
		json_t *tree = json_pack("{ss s[]}", "name", "leaf", "children");
		for (int i = 1; i < trees; i++)
			tree = json_pack("{ss s[o]}", "name", "branch", "children", tree);
		json_t *value = json_pack("{so}", "value", tree);
		char *field = NULL;
		assert_int_equal(idl_check(idl, IDL_CALL, "One", value, &field), trees == 15 ? 0 : 2);
		free(field);
		json_decref(value);
	}
	idl_free(idl);
}

/* --- our own texts ----------------------------------------------------------------------------------------------------------------- */

static void test_own_texts(void **state UNUSED)
{
	static const struct {
		const char *text, *name;
		size_t methods;
	} own[] = {{pacer_interface_text, "org.pacer.Pacer", 20}, {service_interface_text, "org.varlink.service", 2}};
	for (size_t i = 0; i < ARRAY_LEN(own); i++) {
		struct idl *idl = parse(own[i].text);
		assert_string_equal(idl_name(idl), own[i].name);
		assert_non_null(idl_method(idl, own[i].methods - 1));
		idl_free(idl);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),      cmocka_unit_test(test_texts),  cmocka_unit_test(test_prefixes),
	    cmocka_unit_test(test_type_depth), cmocka_unit_test(test_values), cmocka_unit_test(test_value_depth),
	    cmocka_unit_test(test_own_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
