/* Plan files on a real disk, watched from a real loop. No test waits for nothing to happen: what is not armed cannot fire. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "planfiles.h"
#include "planscan.h"
#include "store/handle.h"

enum { GUARD_MS = 20000 };

/* What a test has: a directory with own/pacer/plans and system/pacer/plans in it, a store that survives closing the plan files, a loop. */
struct world {
	char *root, *own, *system;
	struct store *store;
	uv_loop_t loop;
	struct planfiles *planfiles;
	int changes;
};

static void make_dirs(const char *path)
{
	OWNED_TEXT *so_far = xstrdup(path);
	for (char *slash = so_far; (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		mkdir(so_far, 0700);
		*slash = '/';
	}
	mkdir(so_far, 0700);
	assert_int_equal(access(path, W_OK), 0);
}

static int set_up(void **state)
{
	struct world *world = xcalloc(1, sizeof(*world));
	world->root = xstrdup("/tmp/pacer-plans-XXXXXX");
	assert_non_null(mkdtemp(world->root));
	OWNED_TEXT *home = xasprintf("%s/own", world->root), *shared = xasprintf("%s/system", world->root);
	world->own = xasprintf("%s/pacer/plans", home);
	world->system = xasprintf("%s/pacer/plans", shared);
	setenv("XDG_DATA_HOME", home, 1);
	setenv("XDG_DATA_DIRS", shared, 1);
	assert_int_equal(store_open(":memory:", &world->store, NULL), 0);
	assert_int_equal(uv_loop_init(&world->loop), 0);
	*state = world;
	return 0;
}

static void close_planfiles(struct world *world)
{
	planfiles_close(STEAL(world->planfiles));
	uv_run(&world->loop, UV_RUN_DEFAULT);
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
	if (world->planfiles)
		close_planfiles(world);
	assert_int_equal(uv_loop_close(&world->loop), 0);
	store_close(world->store);
	assert_int_equal(nftw(world->root, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(world->root);
	free(world->own);
	free(world->system);
	free(world);
	return 0;
}

static void on_changed(void *ctx)
{
	struct world *world = ctx;
	world->changes++;
	uv_stop(&world->loop);
}

static void open_planfiles(struct world *world)
{
	world->planfiles = planfiles_open(&world->loop, world->store, on_changed, world);
	assert_int_equal(world->changes, 0);
}

static void reopen_planfiles(struct world *world)
{
	close_planfiles(world);
	open_planfiles(world);
}

static void on_guard(uv_timer_t *timer)
{
	fail_msg("nothing was noticed in %d ms", GUARD_MS);
	uv_close((uv_handle_t *)timer, NULL);
}

static void wait_for_change(struct world *world)
{
	uv_timer_t guard;
	int before = world->changes;
	uv_timer_init(&world->loop, &guard);
	uv_timer_start(&guard, on_guard, GUARD_MS, 0);
	while (world->changes == before)
		uv_run(&world->loop, UV_RUN_ONCE);
	uv_close((uv_handle_t *)&guard, NULL);
	uv_run(&world->loop, UV_RUN_NOWAIT);
	assert_int_equal(world->changes, before + 1);
}

/* The kernel has queued its events when the call that caused them returns. Whether a timer runs after they were read. */
static bool armed_now(struct world *world)
{
	uv_run(&world->loop, UV_RUN_NOWAIT);
	return uv_backend_timeout(&world->loop) >= 0;
}

static void write_bytes(const char *dir, const char *name, const char *bytes)
{
	OWNED_TEXT *path = xasprintf("%s/%s", dir, name);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fputs(bytes, file);
	assert_int_equal(fclose(file), 0);
}

static char *plan_text(const char *title)
{
	return xasprintf("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Pacer//test//EN\r\nUID:plan-1\r\nNAME:%s\r\n"
			 "BEGIN:VEVENT\r\nUID:s1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20010101T093000\r\nDURATION:PT30M\r\n"
			 "SUMMARY:First calls\r\nCATEGORIES:easy\r\nEND:VEVENT\r\n"
			 "BEGIN:VEVENT\r\nUID:s2\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20010109T093000\r\nDURATION:PT45M\r\n"
			 "SUMMARY:Second calls\r\nCATEGORIES:easy\r\nEND:VEVENT\r\nX-PACER-GOAL:Calm calls\r\nX-PACER-DONE:Five calls\r\nEND:VCALENDAR\r\n", title);
}

static void write_plan(const char *dir, const char *name, const char *title)
{
	OWNED_TEXT *text = plan_text(title);
	write_bytes(dir, name, text);
}

static void remove_file(const char *dir, const char *name)
{
	OWNED_TEXT *path = xasprintf("%s/%s", dir, name);
	assert_int_equal(unlink(path), 0);
}

/* "a=Title b!" : names in order, with the title or, when broken, '!'. */
static void assert_list(struct world *world, const char *expected)
{
	size_t count = 0;
	const struct plan_file *files = planfiles_list(world->planfiles, &count);
	struct text got = {0};
	for (size_t i = 0; i < count; i++) {
		text_addf(&got, "%s%s%s%s", i ? " " : "", files[i].name, files[i].error ? "!" : "=", files[i].error ? "" : files[i].title);
		assert_ptr_equal(planfiles_find(world->planfiles, files[i].name), &files[i]);
	}
	OWNED_TEXT *list = text_take(&got);
	assert_string_equal(list, expected);
	assert_null(planfiles_find(world->planfiles, "never-there"));
}

static void collect_index(void *ctx, struct plan_file file)
{
	text_addf(ctx, "%s ", file.path);
	plan_file_release(&file);
}

/* Paths in the index, in order, below the root. */
static void assert_index(struct world *world, size_t count, const char *const *paths)
{
	struct text expected = {0}, got = {0};
	for (size_t i = 0; i < count; i++)
		text_addf(&expected, "%s/%s ", world->root, paths[i]);
	assert_int_equal(store_plan_files(world->store, collect_index, &got, NULL), 0);
	OWNED_TEXT *index = text_take(&got), *wanted = text_take(&expected);
	assert_string_equal(index, wanted);
}

/* Changes all titles in the index: whoever still shows the true one has parsed the file. */
static void mark_index(struct world *world)
{
	assert_int_equal(store_exec(world->store, "UPDATE plan_file SET title = 'known'", NULL), 0);
}

/* --- the search path ----------------------------------------------------------------------------------------------------------- */

static void search_path(void **state)
{
	(void)state;
	static const struct { const char *home, *data_home, *data_dirs, *expected; } rows[] = {
		{"/home/a", NULL, NULL, "/home/a/.local/share/pacer/plans /usr/local/share/pacer/plans /usr/share/pacer/plans"},
		{"/home/a", "", "", "/home/a/.local/share/pacer/plans /usr/local/share/pacer/plans /usr/share/pacer/plans"},
		{"/home/a", "/d", "/x:/y", "/d/pacer/plans /x/pacer/plans /y/pacer/plans"},
		{"/home/a", "/d//", "/x/:", "/d/pacer/plans /x/pacer/plans"},
		{"/home/a", "d", "x:/y:./z:../w", "/home/a/.local/share/pacer/plans /y/pacer/plans"},
		{"/home/a", "/d", "/x:/d:/x/:/y:/x", "/d/pacer/plans /x/pacer/plans /y/pacer/plans"},
		{"/home/a", "/d", "::relative:", "/d/pacer/plans"},
		{"/home/a", "/", "/", "/pacer/plans"},
	};
	OWNED_TEXT *home = xstrdup(getenv("HOME"));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		setenv("HOME", rows[i].home, 1);
		rows[i].data_home ? setenv("XDG_DATA_HOME", rows[i].data_home, 1) : unsetenv("XDG_DATA_HOME");
		rows[i].data_dirs ? setenv("XDG_DATA_DIRS", rows[i].data_dirs, 1) : unsetenv("XDG_DATA_DIRS");
		char **dirs = planscan_dirs();
		struct text got = {0};
		for (size_t d = 0; dirs[d]; d++) {
			text_addf(&got, "%s%s", d ? " " : "", dirs[d]);
			free(dirs[d]);
		}
		free(dirs);
		OWNED_TEXT *list = text_take(&got);
		assert_string_equal(list, rows[i].expected);
	}
	home ? setenv("HOME", home, 1) : unsetenv("HOME");
}

static void dirs_for_the_doctor(void **state)
{
	struct world *world = *state;
	open_planfiles(world);
	const char *const *dirs = planfiles_dirs(world->planfiles);
	assert_string_equal(dirs[0], world->own);
	assert_string_equal(dirs[1], world->system);
	assert_null(dirs[2]);
	assert_list(world, "");
}

/* --- what is listed ------------------------------------------------------------------------------------------------------------ */

#define SIXTY_FOUR "a123456789b123456789c123456789d123456789e123456789f123456789g123"

static void names(void **state)
{
	struct world *world = *state;
	static const struct { const char *file, *listed; } rows[] = {
		{"plan.ics", "plan=T"},
		{"A.b_c-9.ics", "A.b_c-9=T"},
		{"_.ics", "_=T"},
		{SIXTY_FOUR ".ics", SIXTY_FOUR "=T"},
		{SIXTY_FOUR "4.ics", SIXTY_FOUR "4!"},
		{"-rf.ics", "-rf!"},
		{"my plan.ics", "my plan!"},
		{"\xc3\xbc\x01%.ics", "%C3%BC%01%25!"},
		{"\xff.ics", "%FF!"},
		{".hidden.ics", ""},
		{".ics", ""},
		{"plan.ICS", ""},
		{"plan.ics~", ""},
		{"plan.ics.bak", ""},
		{"ics", ""},
	};
	make_dirs(world->own);
	open_planfiles(world);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		write_plan(world->own, rows[i].file, "T");
		planfiles_scan(world->planfiles);
		assert_list(world, rows[i].listed);
		remove_file(world->own, rows[i].file);
	}
	planfiles_scan(world->planfiles);
	assert_list(world, "");
	assert_index(world, 0, NULL);
}

static void facts_of_a_plan(void **state)
{
	struct world *world = *state;
	make_dirs(world->own);
	write_plan(world->own, "plan.ics", "Two weeks");
	open_planfiles(world);
	const struct plan_file *file = planfiles_find(world->planfiles, "plan");
	assert_non_null(file);
	OWNED_TEXT *path = xasprintf("%s/plan.ics", world->own);
	assert_string_equal(file->path, path);
	assert_string_equal(file->title, "Two weeks");
	assert_non_null(file->uid);
	assert_true(file->weeks == 2 && file->sessions == 2 && file->minutes == 75 && !file->error && !file->line);
	struct findings findings = {0};
	struct plan *plan = planfiles_read(world->planfiles, file, &findings);
	assert_non_null(plan);
	assert_string_equal(plan->revision, file->revision);
	assert_int_equal(plan->session_count, 2);
	plan_free(plan);
	findings_release(&findings);
}

/* A file with errors that leave a plan is a draft: no error, but the line of the first one; also from the index. */
static void drafts_are_known(void **state)
{
	struct world *world = *state;
	OWNED_TEXT *text = plan_text("Draft"), *far = plan_text("Far");
	char *minutes = strstr(text, "DURATION:PT"), *start = strstr(far, "DTSTART:2001");
	assert_true(minutes && start);
	minutes[strlen("DURATION:PT")] = 'X';
	start[strlen("DTSTART:")] = 'x';
	make_dirs(world->own);
	write_bytes(world->own, "draft.ics", text);
	write_bytes(world->own, "far.ics", far);
	write_plan(world->own, "good.ics", "Good");
	for (int again = 0; again < 2; again++) {
		open_planfiles(world);
		assert_list(world, "draft=Draft far=Far good=Good");
		const struct plan_file *draft = planfiles_find(world->planfiles, "draft");
		assert_true(plan_file_is_draft(draft) && plan_file_is_draft(planfiles_find(world->planfiles, "far")));
		assert_false(plan_file_is_draft(planfiles_find(world->planfiles, "good")));
		assert_int_equal(draft->sessions, 1);
		struct findings findings = {0};
		struct plan *plan = planfiles_read(world->planfiles, draft, &findings);
		assert_int_equal(plan->gap_count, 1);
		assert_int_equal(planfiles_draft_line(&findings), draft->line);
		plan_free(plan);
		findings_release(&findings);
		close_planfiles(world);
	}
	struct findings none = {0};
	assert_int_equal(planfiles_draft_line(&none), 0);
}

static void broken_files_harm_no_other(void **state)
{
	struct world *world = *state;
	OWNED_TEXT *cut = plan_text("Cut");
	cut[strlen(cut) / 2] = '\0';
	make_dirs(world->own);
	write_plan(world->own, "good.ics", "Good");
	write_bytes(world->own, "empty.ics", "");
	write_bytes(world->own, "cut.ics", cut);
	write_bytes(world->own, "text.ics", "Dear diary,\r\n");
	write_plan(world->own, "bad name.ics", "Good");
	open_planfiles(world);
	assert_list(world, "bad name! cut! empty! good=Good text!");
	size_t count = 0;
	const struct plan_file *files = planfiles_list(world->planfiles, &count);
	for (size_t i = 0; i < count; i++) {
		struct findings findings = {0};
		struct plan *plan = planfiles_read(world->planfiles, &files[i], &findings);
		const struct finding *error = findings_first_error(&findings);
		assert_true(!plan == !!files[i].error);
		assert_true(!error == !files[i].error);
		if (error)
			assert_string_equal(error->text, files[i].error);
		if (error)
			assert_int_equal(error->line, files[i].line);
		plan_free(plan);
		findings_release(&findings);
	}
	assert_true(planfiles_find(world->planfiles, "text")->line > 0);
}

static void first_directory_wins(void **state)
{
	struct world *world = *state;
	make_dirs(world->own);
	make_dirs(world->system);
	write_plan(world->system, "plan.ics", "System");
	write_plan(world->system, "other.ics", "Other");
	open_planfiles(world);
	assert_list(world, "other=Other plan=System");
	write_plan(world->own, "plan.ics", "Own");
	planfiles_scan(world->planfiles);
	assert_list(world, "other=Other plan=Own");
	assert_index(world, 2, (const char *const[]){"own/pacer/plans/plan.ics", "system/pacer/plans/other.ics"});
	/* Also one that is broken: the learner put it there. */
	write_bytes(world->own, "plan.ics", "");
	planfiles_scan(world->planfiles);
	assert_list(world, "other=Other plan!");
	remove_file(world->own, "plan.ics");
	planfiles_scan(world->planfiles);
	assert_list(world, "other=Other plan=System");
	assert_index(world, 2, (const char *const[]){"system/pacer/plans/other.ics", "system/pacer/plans/plan.ics"});
}

static void make_link(const char *dir, const char *name, const char *to)
{
	OWNED_TEXT *path = xasprintf("%s/%s", dir, name);
	assert_int_equal(symlink(to, path), 0);
}

static void links_and_others(void **state)
{
	struct world *world = *state;
	OWNED_TEXT *outside = xasprintf("%s/outside.ics", world->root), *fifo = xasprintf("%s/pipe.ics", world->own);
	OWNED_TEXT *directory = xasprintf("%s/folder.ics", world->own);
	make_dirs(world->own);
	make_dirs(world->system);
	write_plan(world->root, "outside.ics", "Outside");
	write_plan(world->own, "inside.ics", "Inside");
	make_link(world->own, "in.ics", "inside.ics");
	make_link(world->own, "in-by-path.ics", "../plans/./inside.ics");
	make_link(world->own, "out.ics", outside);
	make_link(world->own, "nowhere.ics", "not-there.ics");
	make_link(world->own, "round.ics", "round.ics");
	make_link(world->system, "shipped.ics", outside);
	make_link(world->system, "device.ics", "/dev/zero");
	assert_int_equal(mkfifo(fifo, 0600) | mkdir(directory, 0700), 0);
	open_planfiles(world);
	assert_list(world, "device! folder! in=Inside in-by-path=Inside inside=Inside nowhere! out! pipe! round! shipped=Outside");
	assert_non_null(strstr(planfiles_find(world->planfiles, "out")->error, "leads out"));
	assert_non_null(strstr(planfiles_find(world->planfiles, "pipe")->error, "not a regular file"));
	struct findings findings = {0};
	assert_null(planfiles_read(world->planfiles, planfiles_find(world->planfiles, "pipe"), &findings));
	assert_int_equal(findings_errors(&findings), 1);
	findings_release(&findings);
	/* A directory that is a link itself: what lies in it does not lead out of it. */
	close_planfiles(world);
	OWNED_TEXT *elsewhere = xasprintf("%s/elsewhere", world->root);
	assert_int_equal(rename(world->own, elsewhere) | symlink(elsewhere, world->own), 0);
	open_planfiles(world);
	assert_string_equal(planfiles_find(world->planfiles, "in")->title, "Inside");
	assert_non_null(planfiles_find(world->planfiles, "out")->error);
}

static void at_most_so_many(void **state)
{
	struct world *world = *state;
	make_dirs(world->own);
	make_dirs(world->system);
	for (int i = 0; i < PLANFILES_MAX; i++) {
		OWNED_TEXT *name = xasprintf("p%04d.ics", i);
		write_bytes(i < 2 ? world->system : world->own, name, "");
	}
	open_planfiles(world);
	size_t count = 0;
	planfiles_list(world->planfiles, &count);
	assert_int_equal(count, PLANFILES_MAX);
	/* One more: what comes last in the order of the directories is left out, whatever its name. */
	write_bytes(world->own, "z.ics", "");
	planfiles_scan(world->planfiles);
	planfiles_list(world->planfiles, &count);
	assert_int_equal(count, PLANFILES_MAX);
	assert_non_null(planfiles_find(world->planfiles, "z"));
	assert_non_null(planfiles_find(world->planfiles, "p0000"));
	assert_null(planfiles_find(world->planfiles, "p0001"));
	remove_file(world->own, "z.ics");
	planfiles_scan(world->planfiles);
	assert_non_null(planfiles_find(world->planfiles, "p0001"));
}

/* --- what is parsed ------------------------------------------------------------------------------------------------------------ */

static void unchanged_files_are_not_parsed(void **state)
{
	struct world *world = *state;
	OWNED_TEXT *b = xasprintf("%s/b.ics", world->own), *c = xasprintf("%s/c.ics", world->own), *d = xasprintf("%s/d.ics", world->own);
	make_dirs(world->own);
	write_plan(world->own, "a.ics", "A");
	write_plan(world->own, "b.ics", "B");
	write_plan(world->own, "c.ics", "C");
	write_plan(world->own, "d.ics", "D");
	write_plan(world->own, "bad name.ics", "X");
	open_planfiles(world);
	mark_index(world);
	reopen_planfiles(world);
	assert_list(world, "a=known b=known bad name! c=known d=known");
	planfiles_scan(world->planfiles);
	assert_list(world, "a=known b=known bad name! c=known d=known");
	assert_false(armed_now(world));

	/* The same bytes with the same size and time; a new permission; another file under the name; a new name. */
	struct stat st;
	assert_int_equal(stat(b, &st), 0);
	write_plan(world->own, "b.ics", "!");
	assert_int_equal(utimensat(AT_FDCWD, b, (const struct timespec[]){st.st_atim, st.st_mtim}, 0), 0);
	assert_int_equal(chmod(c, 0640), 0);
	write_plan(world->own, "new", "N");
	OWNED_TEXT *new = xasprintf("%s/new", world->own), *e = xasprintf("%s/e.ics", world->own);
	assert_int_equal(rename(d, e) | rename(new, d), 0);
	reopen_planfiles(world);
	assert_list(world, "a=known b=! bad name! c=C d=N e=D");
	mark_index(world);
	reopen_planfiles(world);
	assert_list(world, "a=known b=known bad name! c=known d=known e=known");
}

static void another_reader_parses_again(void **state)
{
	struct world *world = *state;
	make_dirs(world->own);
	write_plan(world->own, "a.ics", "A");
	write_bytes(world->own, "b.ics", "");
	open_planfiles(world);
	mark_index(world);
	assert_int_equal(store_put(world->store, "plan_files_read_by", "0.9", NULL), 0);
	reopen_planfiles(world);
	assert_list(world, "a=A b!");
	mark_index(world);
	reopen_planfiles(world);
	assert_list(world, "a=known b!");
}

static void files_that_went_while_nobody_looked(void **state)
{
	struct world *world = *state;
	make_dirs(world->own);
	write_plan(world->own, "a.ics", "A");
	write_plan(world->own, "b.ics", "B");
	open_planfiles(world);
	close_planfiles(world);
	remove_file(world->own, "a.ics");
	open_planfiles(world);
	assert_list(world, "b=B");
	assert_index(world, 1, (const char *const[]){"own/pacer/plans/b.ics"});
}

static void index_that_cannot_be_written(void **state)
{
	struct world *world = *state;
	make_dirs(world->own);
	write_plan(world->own, "a.ics", "A");
	assert_int_equal(store_exec(world->store, "PRAGMA query_only = ON", NULL), 0);
	open_planfiles(world);
	assert_list(world, "a=A");
	assert_int_equal(store_exec(world->store, "PRAGMA query_only = OFF", NULL), 0);
	assert_index(world, 0, NULL);
	reopen_planfiles(world);
	assert_index(world, 1, (const char *const[]){"own/pacer/plans/a.ics"});
}

static void index_that_is_damaged(void **state)
{
	struct world *world = *state;
	make_dirs(world->own);
	write_plan(world->own, "a.ics", "A");
	write_plan(world->own, "b.ics", "B");
	write_plan(world->own, "c.ics", "C");
	open_planfiles(world);
	mark_index(world);
	assert_int_equal(store_exec(world->store, "PRAGMA ignore_check_constraints = ON; UPDATE plan_file SET weeks = -1 WHERE name = 'b'", NULL), 0);
	reopen_planfiles(world);
	assert_list(world, "a=known b=B c=C");
	reopen_planfiles(world);
	assert_list(world, "a=known b=B c=C");
}

/* --- watching ------------------------------------------------------------------------------------------------------------------ */

static void changes_are_noticed(void **state)
{
	struct world *world = *state;
	OWNED_TEXT *a = xasprintf("%s/a.ics", world->own), *temporary = xasprintf("%s/.a.ics.new", world->own);
	make_dirs(world->own);
	make_dirs(world->system);
	write_plan(world->own, "a.ics", "A");
	write_plan(world->own, "b.ics", "B");
	write_plan(world->own, "c.ics", "C");
	open_planfiles(world);
	write_plan(world->own, ".a.ics.new", "Renamed over");
	assert_int_equal(rename(temporary, a), 0);
	write_plan(world->own, "b.ics", "Written over");
	remove_file(world->own, "c.ics");
	assert_true(armed_now(world));
	write_plan(world->system, "d.ics", "New");
	wait_for_change(world);
	assert_list(world, "a=Renamed over b=Written over d=New");
}

/* A save is several changes: they are told once, and nothing runs on afterwards. */
static void told_once(void **state)
{
	struct world *world = *state;
	make_dirs(world->own);
	open_planfiles(world);
	assert_false(armed_now(world));
	for (int i = 0; i < 20; i++) {
		OWNED_TEXT *name = xasprintf("p%d.ics", i);
		write_plan(world->own, name, "P");
		assert_true(armed_now(world));
	}
	wait_for_change(world);
	assert_false(armed_now(world));
	assert_int_equal(world->changes, 1);
}

/* A change that leaves everything as it was is looked at and not told. */
static void no_news(void **state)
{
	struct world *world = *state;
	make_dirs(world->own);
	open_planfiles(world);
	write_bytes(world->own, "notes.txt", "x");
	assert_false(armed_now(world));
	write_bytes(world->own, ".draft.ics", "x");
	while (armed_now(world))
		uv_run(&world->loop, UV_RUN_ONCE);
	assert_int_equal(world->changes, 0);
}

static void missing_directories_are_waited_for(void **state)
{
	struct world *world = *state;
	open_planfiles(world);
	assert_false(armed_now(world));
	make_dirs(world->own);
	write_plan(world->own, "a.ics", "First");
	wait_for_change(world);
	assert_list(world, "a=First");
	/* Removed and made anew before anyone looked: the old watch is dead although the path is there. */
	remove_file(world->own, "a.ics");
	assert_int_equal(rmdir(world->own), 0);
	make_dirs(world->own);
	wait_for_change(world);
	assert_list(world, "");
	write_plan(world->own, "b.ics", "Again");
	wait_for_change(world);
	assert_list(world, "b=Again");
}

/* Asked to look by hand, the news is still told from the loop. */
static void scan_by_hand_is_told(void **state)
{
	struct world *world = *state;
	make_dirs(world->own);
	open_planfiles(world);
	write_plan(world->own, "a.ics", "A");
	planfiles_scan(world->planfiles);
	assert_list(world, "a=A");
	assert_int_equal(world->changes, 0);
	wait_for_change(world);
	assert_list(world, "a=A");
}

static void closing_with_a_change_on_its_way(void **state)
{
	struct world *world = *state;
	make_dirs(world->own);
	open_planfiles(world);
	write_plan(world->own, "a.ics", "A");
	assert_true(armed_now(world));
	close_planfiles(world);
	assert_int_equal(world->changes, 0);
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(search_path),
		WORLD_TEST(dirs_for_the_doctor),
		WORLD_TEST(names),
		WORLD_TEST(facts_of_a_plan),
		WORLD_TEST(drafts_are_known),
		WORLD_TEST(broken_files_harm_no_other),
		WORLD_TEST(first_directory_wins),
		WORLD_TEST(links_and_others),
		WORLD_TEST(at_most_so_many),
		WORLD_TEST(unchanged_files_are_not_parsed),
		WORLD_TEST(another_reader_parses_again),
		WORLD_TEST(files_that_went_while_nobody_looked),
		WORLD_TEST(index_that_cannot_be_written),
		WORLD_TEST(index_that_is_damaged),
		WORLD_TEST(changes_are_noticed),
		WORLD_TEST(told_once),
		WORLD_TEST(no_news),
		WORLD_TEST(missing_directories_are_waited_for),
		WORLD_TEST(scan_by_hand_is_told),
		WORLD_TEST(closing_with_a_change_on_its_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
