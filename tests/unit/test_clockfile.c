/* What the file of --clock may say, and what is heard of it while it is written, replaced, removed and spoilt. The kernel queues its
 * events before the call that caused them returns, so one turn of the loop sees them all: nothing here waits. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <unistd.h>

#include "clockfile.h"

enum { NINE = 1796025600 }; /* 2026-11-30 08:00 UTC */

static int32_t east_s(const struct zone *zone UNUSED, int64_t utc_s UNUSED)
{
	return HOUR_S;
}

static const struct zone east = {"East/One", east_s};

static const struct zone *zone_east(void)
{
	return &east;
}

/* --- text ------------------------------------------------------------------------------------------------------------------------ */

static void test_good(void **state UNUSED)
{
	static const struct {
		const char *text;
		int64_t shown_s;
		double speed;
	} rows[] = {
		{"2026-11-30 09:00", NINE, 1},
		{"2026-11-30 09:00\n", NINE, 1},
		{"2026-11-30T09:00\r\n", NINE, 1},
		{"2026-11-30 09:00:59\n", NINE + 59, 1},
		{"2026-11-30 09:00 20\n", NINE, 20},
		{"  2026-11-30 09:00:01 \t 0.5  \n\n", NINE + 1, 0.5},
		{"# a Monday\n\n2026-11-30 09:00 100000\n# over\n", NINE, 100000},
		{"\xef\xbb\xbf"
		 "2026-12-01 09:00",
		 NINE + DAY_S, 1},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct clock_setting setting = {0};
		struct err err = {0};
		int r = clockfile_parse("f", rows[i].text, strlen(rows[i].text), &east, &setting, &err);
		if (r || setting.shown.s != rows[i].shown_s || setting.speed != rows[i].speed)
			fail_msg("row %zu: %d, %lld, %g, %s", i, r, (long long)setting.shown.s, setting.speed, err.text ? err.text : "");
		assert_null(err.text);
	}
}

static void test_bad(void **state UNUSED)
{
	static const struct {
		const char *bytes;
		size_t length; /* 0: up to the NUL */
		int result;
		const char *text; /* what the error begins with */
	} rows[] = {
		{"", 0, CLOCKFILE_EMPTY, "f:1: there is no time"},
		{"\n \n# nothing\n", 0, CLOCKFILE_EMPTY, "f:1: there is no time"},
		{"09:00", 0, CLOCKFILE_WRONG, "f:1: not a time: '09:00', write it as '2026-11-30 09:00'"},
		{"2026-11-30", 0, CLOCKFILE_WRONG, "f:1: not a time: '2026-11-30'"},
		{"2026-11-30 9:00", 0, CLOCKFILE_WRONG, "f:1: not a time"},
		{"2026-11-31 09:00", 0, CLOCKFILE_WRONG, "f:1: not a time"},
		{"2026-11-30 24:00", 0, CLOCKFILE_WRONG, "f:1: not a time"},
		{"2026-11-30 09:00:60", 0, CLOCKFILE_WRONG, "f:1: not a time"},
		{"2026-11-30 09:00:5", 0, CLOCKFILE_WRONG, "f:1: not a time"},
		{"2026-11-30 09:0020", 0, CLOCKFILE_WRONG, "f:1: not a time"},
		{"2026-11-30 09:00x", 0, CLOCKFILE_WRONG, "f:1: not a time"},
		{"2026-11-30_09:00", 0, CLOCKFILE_WRONG, "f:1: not a time"},
		{"x\n2026-11-30 09:00", 0, CLOCKFILE_WRONG, "f:1: not a time: 'x'"},
		{"# one\n\nx\n", 0, CLOCKFILE_WRONG, "f:3: not a time: 'x'"},
		{"2026-11-30 09:00 fast", 0, CLOCKFILE_WRONG, "f:1: not a speed: 'fast', give a number above 0 and up to 100000"},
		{"2026-11-30 09:00 0", 0, CLOCKFILE_WRONG, "f:1: not a speed: '0'"},
		{"2026-11-30 09:00 -1", 0, CLOCKFILE_WRONG, "f:1: not a speed: '-1'"},
		{"2026-11-30 09:00 nan", 0, CLOCKFILE_WRONG, "f:1: not a speed: 'nan'"},
		{"2026-11-30 09:00 100001", 0, CLOCKFILE_WRONG, "f:1: not a speed: '100001'"},
		{"2026-11-30 09:00 2 3", 0, CLOCKFILE_WRONG, "f:1: not a speed: '2 3'"},
		{"2026-11-30 09:00\n2026-11-30 09:00\n", 0, CLOCKFILE_WRONG, "f:2: a second time: '2026-11-30 09:00', leave one line"},
		{"2026-11-30 09:00\0", 17, CLOCKFILE_WRONG, "f:1: this is no text"},
		{"\n\xff\n", 0, CLOCKFILE_WRONG, "f:2: this is no text"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct clock_setting setting = {{-7}, -7};
		struct err err = {0};
		size_t length = rows[i].length ? rows[i].length : strlen(rows[i].bytes);
		int r = clockfile_parse("f", rows[i].bytes, length, &east, &setting, &err);
		if (r != rows[i].result || strncmp(err.text, rows[i].text, strlen(rows[i].text)) != 0)
			fail_msg("row %zu: %d, %s", i, r, err.text);
		assert_true(setting.shown.s == -7 && setting.speed == -7);
		err_release(&err);
	}
}

/* --- the file -------------------------------------------------------------------------------------------------------------------- */

struct world {
	char *root, *path;
	uv_loop_t loop;
	struct clockfile file;
	int changes;
	struct clock_setting last;
};

static void on_changed(void *ctx, const struct clock_setting *setting)
{
	struct world *world = ctx;
	world->changes++;
	world->last = *setting;
}

static int set_up(void **state)
{
	struct world *world = xcalloc(1, sizeof(*world));
	world->root = xstrdup("/tmp/pacer-clock-XXXXXX");
	assert_non_null(mkdtemp(world->root));
	world->path = xasprintf("%s/now", world->root);
	assert_int_equal(uv_loop_init(&world->loop), 0);
	world->file = (struct clockfile){.changed = on_changed, .ctx = world};
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;
	uv_run(&world->loop, UV_RUN_DEFAULT);
	assert_null(world->file.path);
	assert_int_equal(uv_loop_close(&world->loop), 0);
	unlink(world->path);
	assert_int_equal(rmdir(world->root), 0);
	free(world->root);
	free(world->path);
	free(world);
	return 0;
}

static void put(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static int open_it(struct world *world, struct clock_setting *ret_setting, struct err *err)
{
	return clockfile_open(&world->file, &world->loop, world->path, zone_east, ret_setting, err);
}

/* Turns until nothing is left to be told. */
static int turn(struct world *world)
{
	int before = world->changes;
	uv_run(&world->loop, UV_RUN_NOWAIT);
	return world->changes - before;
}

static void test_written_and_replaced(void **state)
{
	struct world *world = *state;
	struct clock_setting setting;
	struct err err = {0};
	OWNED_TEXT *other = xasprintf("%s/other", world->root);
	put(world->path, "2026-11-30 09:00 3\n");
	assert_int_equal(open_it(world, &setting, &err), 0);
	assert_true(setting.shown.s == NINE && setting.speed == 3);
	uv_ref((uv_handle_t *)&world->file.handle); /* else the loop would not even look */
	assert_int_equal(turn(world), 0);

	put(world->path, "2026-11-30 10:00\n");
	assert_int_equal(turn(world), 1); /* emptied, then written: told of twice, taken once */
	assert_true(world->last.shown.s == NINE + HOUR_S && world->last.speed == 1);
	put(other, "2026-11-30 08:00 2\n");
	assert_int_equal(turn(world), 0); /* a neighbour */
	assert_int_equal(rename(other, world->path), 0);
	assert_int_equal(turn(world), 1);
	assert_true(world->last.shown.s == NINE - HOUR_S && world->last.speed == 2);
	put(other, "2026-11-30 08:00 2\n");
	assert_int_equal(rename(other, world->path), 0);
	assert_int_equal(turn(world), 1); /* the same time again: set again */

	put(world->path, "soon\n");
	assert_int_equal(turn(world), 0);
	put(world->path, "");
	assert_int_equal(turn(world), 0);
	assert_int_equal(unlink(world->path), 0);
	assert_int_equal(turn(world), 0);
	put(world->path, "2026-11-30 11:00\n");
	assert_int_equal(turn(world), 1); /* heard through all of it */
	assert_true(world->last.shown.s == NINE + 2 * HOUR_S);
	clockfile_close(&world->file);
	clockfile_close(&world->file);
}

static void test_limit(void **state)
{
	struct world *world = *state;
	struct clock_setting setting;
	struct err err = {0};
	struct text text = {0};
	text_add(&text, "2026-11-30 09:00\n#");
	while (text.len < CLOCKFILE_BYTES_MAX)
		text_add(&text, "x");
	put(world->path, text.data);
	assert_int_equal(open_it(world, &setting, &err), 0);
	clockfile_close(&world->file);
	uv_run(&world->loop, UV_RUN_DEFAULT);
	text_add(&text, "x");
	put(world->path, text.data);
	assert_int_equal(open_it(world, &setting, &err), CLOCKFILE_WRONG);
	assert_non_null(strstr(err.text, ":1: more than 4096 bytes"));
	err_release(&err);
	text_release(&text);
}

static void test_not_opened(void **state)
{
	struct world *world = *state;
	static const struct {
		const char *text; /* NULL: not there */
		int result;
		const char *error;
	} rows[] = {
		{NULL, UV_ENOENT, "No such file"},
		{"", CLOCKFILE_EMPTY, "/now:1: there is no time"},
		{"noon", CLOCKFILE_WRONG, "/now:1: not a time: 'noon'"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct clock_setting setting;
		struct err err = {0};
		if (rows[i].text)
			put(world->path, rows[i].text);
		assert_int_equal(open_it(world, &setting, &err), rows[i].result);
		assert_non_null(strstr(err.text, rows[i].error));
		err_release(&err);
		uv_run(&world->loop, UV_RUN_DEFAULT);
	}
	struct clock_setting setting;
	struct err err = {0};
	assert_int_equal(clockfile_open(&world->file, &world->loop, world->root, zone_east, &setting, &err), -EINVAL);
	err_release(&err);
	uv_run(&world->loop, UV_RUN_DEFAULT);
	OWNED_TEXT *nowhere = xasprintf("%s/none/now", world->root);
	assert_int_equal(clockfile_open(&world->file, &world->loop, nowhere, zone_east, &setting, &err), UV_ENOENT);
	assert_non_null(strstr(err.text, "cannot be watched"));
	err_release(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test_setup_teardown(test_written_and_replaced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_limit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_opened, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
