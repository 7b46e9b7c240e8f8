/* What is found of units, entries and icons, in directories of our own. The names are nobody else's: the system's directories are
 * looked through as well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sysfiles.h"

#define UNIT "pacer-unit-test.service"
#define ENTRY "pacer-unit-test.desktop"

/* --- a home and a system ------------------------------------------------------------------------------------------------------- */

struct world {
	char root[32];
};

static const struct {
	const char *variable, *under;
} homes[] = {
	{"XDG_CONFIG_HOME", "config"}, {"XDG_CONFIG_DIRS", "etc"}, {"XDG_DATA_HOME", "data"},
	{"XDG_DATA_DIRS", "share"},    {"XDG_RUNTIME_DIR", "run"},
};

static int remove_one(const char *path, const struct stat *st UNUSED, int type UNUSED, struct FTW *at UNUSED)
{
	return remove(path);
}

static int world_open(void **state)
{
	struct world *world = xcalloc(1, sizeof(*world));
	*world = (struct world){"/tmp/pacer-sysfiles-XXXXXX"};
	assert_non_null(mkdtemp(world->root));
	for (size_t i = 0; i < ARRAY_LEN(homes); i++) {
		OWNED_TEXT *path = xasprintf("%s/%s", world->root, homes[i].under);
		setenv(homes[i].variable, path, 1);
	}
	*state = world;
	return 0;
}

static int world_close(void **state)
{
	struct world *world = *state;
	assert_int_equal(nftw(world->root, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(world);
	return 0;
}

/* The path in the world, its directories made; owned by the caller. */
static char *place(const struct world *world, const char *name)
{
	char *path = xasprintf("%s/%s", world->root, name);
	for (char *slash = path + strlen(world->root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
		*slash = '/';
	}
	return path;
}

static void put(const struct world *world, const char *name, const char *text)
{
	OWNED_TEXT *path = place(world, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void put_link(const struct world *world, const char *name, const char *target)
{
	OWNED_TEXT *path = place(world, name);
	assert_int_equal(symlink(target, path), 0);
}

/* found is taken over; name NULL: nothing was to be found. */
static void expect(const struct world *world, char *found, const char *name)
{
	OWNED_TEXT *path = found;
	OWNED_TEXT *expected = name ? xasprintf("%s/%s", world->root, name) : NULL;
	if (!name)
		assert_null(path);
	else if (!path)
		fail_msg("%s is not found", name);
	else
		assert_string_equal(path, expected);
}

/* --- data ---------------------------------------------------------------------------------------------------------------------- */

static void data_of_the_learner_comes_first(void **state)
{
	struct world *world = *state;
	expect(world, sysfiles_data("applications/" ENTRY), NULL);
	put(world, "share/applications/" ENTRY, "x");
	expect(world, sysfiles_data("applications/" ENTRY), "share/applications/" ENTRY);
	put(world, "data/applications/" ENTRY, "x");
	expect(world, sysfiles_data("applications/" ENTRY), "data/applications/" ENTRY);
}

static void every_directory_of_a_list_is_looked_at(void **state)
{
	struct world *world = *state;
	OWNED_TEXT *list = xasprintf("relative::%s/no:%s/more/:%s/share", world->root, world->root, world->root);
	setenv("XDG_DATA_DIRS", list, 1);
	put(world, "share/applications/" ENTRY, "x");
	expect(world, sysfiles_data("applications/" ENTRY), "share/applications/" ENTRY);
	put(world, "more/applications/" ENTRY, "x");
	expect(world, sysfiles_data("applications/" ENTRY), "more//applications/" ENTRY);
	/* A relative one is not the current directory's. */
	assert_int_equal(chdir(world->root), 0);
	setenv("XDG_DATA_DIRS", "share", 1);
	expect(world, sysfiles_data("applications/" ENTRY), NULL);
	assert_int_equal(chdir("/"), 0);
}

/* --- units --------------------------------------------------------------------------------------------------------------------- */

/* From the last place that counts to the first: each hides those before it. */
static void units_are_looked_for_in_order(void **state)
{
	static const char *const places[] = {"share/systemd/user/" UNIT, "data/systemd/user/" UNIT, "run/systemd/user/" UNIT,
					     "etc/systemd/user/" UNIT, "config/systemd/user/" UNIT};
	struct world *world = *state;
	expect(world, sysfiles_unit(UNIT), NULL);
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		put(world, places[i], "[Unit]\n");
		expect(world, sysfiles_unit(UNIT), places[i]);
	}
}

static void masked_units(void **state)
{
	struct world *world = *state;
	put(world, "data/systemd/user/" UNIT, "[Unit]\n");
	OWNED_TEXT *plain = sysfiles_unit(UNIT);
	assert_false(sysfiles_is_masked(plain));
	put_link(world, "config/systemd/user/" UNIT, "/dev/null");
	OWNED_TEXT *linked = sysfiles_unit(UNIT);
	assert_non_null(strstr(linked, "/config/"));
	assert_true(sysfiles_is_masked(linked));
	put(world, "data/systemd/user/" UNIT, "");
	assert_true(sysfiles_is_masked(plain));
	assert_false(sysfiles_is_masked("/nonexistent/" UNIT));
}

static void enabled_units(void **state)
{
	struct world *world = *state;
	put(world, "config/systemd/user/" UNIT, "[Unit]\n");
	put(world, "config/systemd/user/other/" UNIT, "[Unit]\n");
	put(world, "config/systemd/user/other.service.d/" UNIT, "[Unit]\n");
	put(world, "config/systemd/user/x.wants/other.service", "[Unit]\n");
	expect(world, sysfiles_enabled(UNIT), NULL);
	/* A link counts by its name, wherever it points. */
	put_link(world, "config/systemd/user/x.target.wants/" UNIT, "/nonexistent/" UNIT);
	expect(world, sysfiles_enabled(UNIT), "config/systemd/user/x.target.wants/" UNIT);
	expect(world, sysfiles_enabled("pacer-other-test.service"), NULL);
}

static void enabled_for_everybody(void **state)
{
	struct world *world = *state;
	put_link(world, "etc/systemd/user/sockets.target.wants/" UNIT, "../" UNIT);
	expect(world, sysfiles_enabled(UNIT), "etc/systemd/user/sockets.target.wants/" UNIT);
}

/* --- autostart ----------------------------------------------------------------------------------------------------------------- */

static void autostart_entries(void **state)
{
	static const struct {
		const char *text; /* of the learner's own entry */
		bool counts;
	} rows[] = {
		{"[Desktop Entry]\nName=Pacer\n", true},
		{"[Desktop Entry]\nName=Pacer\nHidden=false\n", true},
		{"[Desktop Entry]\nHidden = true\n", false},
		{"[Desktop Entry]\r\nHidden=true\r\n", false},
		{"[Desktop Entry]\n[Desktop Action x]\nHidden=true\n", true},
		{"Hidden=true\n", true},
		{"[Desktop Entry]\nHidden[de]=true\n", true},
		{"", true},
		{"\xff\xfe nonsense", true},
	};
	struct world *world = *state;
	expect(world, sysfiles_autostart(ENTRY), NULL);
	put(world, "etc/autostart/" ENTRY, "[Desktop Entry]\nName=Pacer\n");
	expect(world, sysfiles_autostart(ENTRY), "etc/autostart/" ENTRY);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		put(world, "config/autostart/" ENTRY, rows[i].text);
		expect(world, sysfiles_autostart(ENTRY), rows[i].counts ? "config/autostart/" ENTRY : NULL);
	}
}

/* Opening it the plain way would wait for a writer. */
static void an_entry_that_is_no_file(void **state)
{
	struct world *world = *state;
	OWNED_TEXT *path = place(world, "config/autostart/" ENTRY);
	assert_int_equal(mkfifo(path, 0600), 0);
	expect(world, sysfiles_autostart(ENTRY), "config/autostart/" ENTRY);
}

static void an_entry_without_end(void **state)
{
	struct world *world = *state;
	put(world, "config/autostart/" ENTRY, "[Desktop Entry]\nHidden=true\n");
	OWNED_TEXT *path = place(world, "config/autostart/" ENTRY);
	assert_int_equal(truncate(path, 1024L * 1024 * 1024), 0);
	expect(world, sysfiles_autostart(ENTRY), NULL);
}

/* --- the zone ------------------------------------------------------------------------------------------------------------------ */

static void localtime_is_what_the_system_has(void **state UNUSED)
{
	char *target = NULL;
	struct stat st;
	int r = sysfiles_localtime(&target);
	if (lstat("/etc/localtime", &st) != 0) {
		assert_int_equal(r, -ENOENT);
	} else if (!S_ISLNK(st.st_mode)) {
		assert_int_equal(r, -EINVAL);
	} else {
		assert_int_equal(r, 0);
		assert_int_equal(strlen(target), st.st_size);
	}
	assert_int_equal(target != NULL, r == 0);
	free(target);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(data_of_the_learner_comes_first),
		IN_WORLD(every_directory_of_a_list_is_looked_at),
		IN_WORLD(units_are_looked_for_in_order),
		IN_WORLD(masked_units),
		IN_WORLD(enabled_units),
		IN_WORLD(enabled_for_everybody),
		IN_WORLD(autostart_entries),
		IN_WORLD(an_entry_that_is_no_file),
		IN_WORLD(an_entry_without_end),
		cmocka_unit_test(localtime_is_what_the_system_has),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
