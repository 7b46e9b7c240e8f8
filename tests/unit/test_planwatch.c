/* What is noticed of a directory that is there, is not there yet, goes and comes back. The kernel queues its events before the call
 * that caused them returns, so one turn of the loop sees them all: nothing here waits. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "planwatch.h"

struct world {
	char *root, *dir; /* dir: root/a/b/plans */
	uv_loop_t loop;
	struct planwatch watch;
	int changes;
	bool closed;
};

static void on_changed(void *ctx)
{
	((struct world *)ctx)->changes++;
}

static void on_closed(void *ctx)
{
	((struct world *)ctx)->closed = true;
}

static int set_up(void **state)
{
	struct world *world = xcalloc(1, sizeof(*world));
	world->root = xstrdup("/tmp/pacer-watch-XXXXXX");
	assert_non_null(mkdtemp(world->root));
	world->dir = xasprintf("%s/a/b/plans", world->root);
	assert_int_equal(uv_loop_init(&world->loop), 0);
	planwatch_init(&world->watch, &world->loop, world->dir, on_changed, world);
	*state = world;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	struct world *world = *state;
	planwatch_close(&world->watch, on_closed);
	uv_run(&world->loop, UV_RUN_DEFAULT);
	assert_true(world->closed);
	assert_int_equal(uv_loop_close(&world->loop), 0);
	assert_int_equal(nftw(world->root, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(world->root);
	free(world->dir);
	free(world);
	return 0;
}

static char *in_root(const struct world *world, const char *name)
{
	return xasprintf("%s/%s", world->root, name);
}

enum deed { DIR_MAKE, DIR_REMOVE, FILE_WRITE, FILE_REMOVE, MOVE };

/* One change below the root; to is for MOVE. */
static void change(const struct world *world, enum deed deed, const char *name, const char *to)
{
	OWNED_TEXT *path = in_root(world, name), *target = in_root(world, to ? to : "");
	int fd = deed == FILE_WRITE ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
	bool done = deed == DIR_MAKE      ? !mkdir(path, 0700)
		    : deed == DIR_REMOVE  ? !rmdir(path)
		    : deed == FILE_WRITE  ? fd >= 0 && write(fd, "x", 1) == 1 && !close(fd)
		    : deed == FILE_REMOVE ? !unlink(path)
					  : !rename(path, target);
	if (!done)
		fail_msg("cannot change %s", path);
}

static bool noticed(struct world *world)
{
	world->changes = 0;
	uv_run(&world->loop, UV_RUN_NOWAIT);
	return world->changes > 0;
}

static void start(struct world *world, const char *expected)
{
	OWNED_TEXT *path = expected ? in_root(world, expected) : xstrdup(world->root);
	assert_int_equal(planwatch_start(&world->watch), 0);
	assert_string_equal(world->watch.path, path);
	noticed(world);
}

/* Each row changes something and says whether that counts; then, where watched is given, the watch is started anew. */
static void changes_that_count(void **state)
{
	static const struct { enum deed deed; const char *name, *to; bool counts; const char *watched; } rows[] = {
		/* Nothing of a/b/plans is there: the root is watched, for a. */
		{FILE_WRITE, "x.ics", NULL, false, NULL},
		{DIR_MAKE, "ab", NULL, false, NULL},
		{DIR_REMOVE, "ab", NULL, false, NULL},
		{DIR_MAKE, "plans", NULL, false, NULL},
		{DIR_MAKE, "a", NULL, true, "a"},
		{DIR_MAKE, "a/plans", NULL, false, NULL},
		{DIR_MAKE, "a/b", NULL, true, "a/b"},
		{DIR_MAKE, "a/b/plan", NULL, false, NULL},
		{DIR_MAKE, "a/b/plans2", NULL, false, NULL},
		{DIR_MAKE, "a/b/plans", NULL, true, "a/b/plans"},
		/* The directory itself. */
		{FILE_WRITE, "a/b/plans/notes.txt", NULL, false, NULL},
		{FILE_WRITE, "a/b/plans/.ics", NULL, false, NULL},
		{FILE_REMOVE, "a/b/plans/.ics", NULL, false, NULL},
		{FILE_WRITE, "a/b/plans/ics", NULL, false, NULL},
		{FILE_WRITE, "a/b/plans/x.ics", NULL, true, NULL},
		{FILE_WRITE, "a/b/plans/x.ics", NULL, true, NULL},
		{MOVE, "a/b/plans/x.ics", "a/b/plans/x", true, NULL},
		{MOVE, "a/b/plans/x", "a/b/plans/x.ics", true, NULL},
		{FILE_REMOVE, "a/b/plans/x.ics", NULL, true, NULL},
		{FILE_REMOVE, "a/b/plans/notes.txt", NULL, false, NULL},
		{FILE_REMOVE, "a/b/plans/ics", NULL, false, NULL},
		/* It goes away and comes back, as it was or as another. */
		{MOVE, "a/b/plans", "away", true, "a/b"},
		{FILE_WRITE, "away/x.ics", NULL, false, NULL},
		{MOVE, "away", "a/b/plans", true, "a/b/plans"},
		{FILE_REMOVE, "a/b/plans/x.ics", NULL, true, NULL},
		{DIR_REMOVE, "a/b/plans", NULL, true, NULL},
		{DIR_MAKE, "a/b/plans", NULL, false, "a/b/plans"},
		{FILE_WRITE, "a/b/plans/x.ics", NULL, true, NULL},
		{FILE_REMOVE, "a/b/plans/x.ics", NULL, true, NULL},
		/* A parent goes while it is watched. */
		{DIR_REMOVE, "a/b/plans", NULL, true, "a/b"},
		{DIR_REMOVE, "a/b/plan", NULL, false, NULL},
		{DIR_REMOVE, "a/b/plans2", NULL, false, NULL},
		{DIR_REMOVE, "a/b", NULL, true, "a"},
		/* A file in the place of a directory, and out of it again. */
		{FILE_WRITE, "a/b", NULL, true, "a/b"},
		{FILE_REMOVE, "a/b", NULL, true, "a"},
		{DIR_MAKE, "a/b", NULL, true, "a/b"},
		{FILE_WRITE, "a/b/plans", NULL, true, "a/b/plans"},
		{FILE_REMOVE, "a/b/plans", NULL, true, "a/b"},
	};
	struct world *world = *state;
	start(world, NULL);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		change(world, rows[i].deed, rows[i].name, rows[i].to);
		if (noticed(world) != rows[i].counts)
			fail_msg("row %zu: %s %s", i, rows[i].name, rows[i].counts ? "was not noticed" : "was noticed");
		if (rows[i].watched)
			start(world, rows[i].watched);
	}
}

/* Two directories that are missing share a parent: each hears of its own. */
static void shared_parent(void **state)
{
	struct world *world = *state;
	struct world other = {.root = world->root};
	OWNED_TEXT *dir = in_root(world, "c/plans");
	planwatch_init(&other.watch, &world->loop, dir, on_changed, &other);
	start(world, NULL);
	assert_int_equal(planwatch_start(&other.watch), 0);
	change(world, DIR_MAKE, "c", NULL);
	assert_false(noticed(world));
	assert_true(other.changes > 0);
	assert_int_equal(planwatch_start(&other.watch), 0);
	other.changes = 0;
	change(world, DIR_MAKE, "a", NULL);
	assert_true(noticed(world));
	assert_int_equal(other.changes, 0);
	planwatch_close(&other.watch, on_closed);
	uv_run(&world->loop, UV_RUN_NOWAIT);
	assert_true(other.closed);
}

static void close_without_start(void **state)
{
	struct world *world = *state;
	assert_null(world->watch.path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(changes_that_count, set_up, tear_down),
		cmocka_unit_test_setup_teardown(shared_parent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(close_without_start, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
