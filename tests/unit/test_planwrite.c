/* A plan file is written whole or not at all, whatever happens in between, and the change can be taken back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ical/revision.h"
#include "planwrite.h"

struct place {
	char *root, *plans, *history;
	struct planwrite planwrite;
};

static int set_up(void **state)
{
	struct place *place = xcalloc(1, sizeof(*place));
	place->root = xstrdup("/tmp/pacer-planwrite-XXXXXX");
	assert_non_null(mkdtemp(place->root));
	place->plans = xasprintf("%s/data/plans", place->root);
	place->history = xasprintf("%s/state/plans", place->root);
	place->planwrite = (struct planwrite){.plans = place->plans, .history = place->history};
	*state = place;
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
	struct place *place = *state;
	assert_int_equal(nftw(place->root, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(place->plans);
	free(place->history);
	free(place->root);
	free(place);
	return 0;
}

static int put(struct place *place, const char *name, const char *was, const char *bytes)
{
	struct err err = {0};
	OWNED_TEXT *based_on = was ? revision_of(was, strlen(was)) : NULL;
	int r = planwrite_put(&place->planwrite, name, based_on, bytes, strlen(bytes), &err);
	assert_true(!r == !err.text);
	err_release(&err);
	return r;
}

static int undo(struct place *place, const char *name, bool *ret_there)
{
	struct planwrite_change change = {0};
	struct err err = {0};
	int r = planwrite_last(&place->planwrite, name, &change, &err);
	assert_true(!r == !err.text);
	err_release(&err);
	assert_int_equal(planwrite_undo(&place->planwrite, name, NULL), r);
	if (!r)
		*ret_there = change.was_there;
	planwrite_change_release(&change);
	return r;
}

/* NULL: there is no such plan. */
static char *text_of(struct place *place, const char *name)
{
	OWNED_TEXT *path = planwrite_path(&place->planwrite, name);
	struct text bytes = {0};
	if (planwrite_read(path, &bytes))
		return NULL;
	return text_take(&bytes);
}

static void assert_text(struct place *place, const char *name, const char *expected)
{
	OWNED_TEXT *text = text_of(place, name);
	if (!expected) {
		assert_null(text);
		return;
	}
	assert_non_null(text);
	assert_string_equal(text, expected);
}

static size_t files_in(const char *path)
{
	DIR *stream = opendir(path);
	size_t count = 0;
	const struct dirent *entry;
	while (stream && (entry = readdir(stream)))
		count += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
	if (stream)
		closedir(stream);
	return count;
}

static void names_that_lead_elsewhere_are_refused(void **state)
{
	static const char *const bad[] = {"",     ".",          "..",
					  "../x", "a/b",        "/etc/passwd",
					  "-rf",  ".hidden",    "a b",
					  "x\n",  "x.ics",      "Next",
					  "none", "b\xc3\xa4r", "12345678901234567890123456789012345678901234567890123456789012345"};
	static const char *const good[] = {"a", "customer-service-18", "_x", "9.to.5", "Team_Lead-12"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_false(planwrite_name_is_good(bad[i]));
		assert_int_equal(put(*state, bad[i], NULL, "x"), PLANWRITE_NAME);
	}
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_int_equal(put(*state, good[i], NULL, "x"), 0);
}

static void links_that_lead_out_are_refused(void **state)
{
	struct place *place = *state;
	OWNED_TEXT *path = planwrite_path(&place->planwrite, "out"), *target = xasprintf("%s/secret", place->root);
	OWNED_TEXT *inner = planwrite_path(&place->planwrite, "inner"), *nowhere = planwrite_path(&place->planwrite, "nowhere");
	assert_int_equal(put(place, "real", NULL, "one"), 0);
	FILE *file = fopen(target, "w");
	assert_non_null(file);
	fputs("one", file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(symlink("real.ics", inner), 0);
	assert_int_equal(symlink("not-there.ics", nowhere), 0);
	assert_int_equal(put(place, "out", "one", "two"), PLANWRITE_NAME);
	assert_int_equal(put(place, "nowhere", NULL, "two"), PLANWRITE_NAME);
	assert_text(place, "out", "one");
	assert_int_equal(put(place, "inner", "one", "two"), 0);
	assert_text(place, "real", "two");
}

static void what_changed_meanwhile_is_not_overwritten(void **state)
{
	struct place *place = *state;
	assert_int_equal(put(place, "plan", "ghost", "x"), PLANWRITE_CHANGED);
	assert_int_equal(put(place, "plan", NULL, "one"), 0);
	assert_int_equal(put(place, "plan", NULL, "two"), PLANWRITE_EXISTS);
	assert_int_equal(put(place, "plan", "other", "two"), PLANWRITE_CHANGED);
	assert_text(place, "plan", "one");
	assert_int_equal(put(place, "plan", "one", "two"), 0);
	assert_text(place, "plan", "two");
	assert_int_equal(files_in(place->plans), 1);
}

static void mode_of_the_file_is_kept(void **state)
{
	struct place *place = *state;
	struct stat st;
	OWNED_TEXT *path = planwrite_path(&place->planwrite, "plan");
	assert_int_equal(put(place, "plan", NULL, "one"), 0);
	assert_int_equal(chmod(path, 0664), 0);
	assert_int_equal(put(place, "plan", "one", "two"), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0664);
}

static void changes_are_taken_back_one_by_one(void **state)
{
	struct place *place = *state;
	bool there = false;
	assert_int_equal(undo(place, "plan", &there), PLANWRITE_NOTHING);
	assert_int_equal(put(place, "plan", NULL, "one"), 0);
	assert_int_equal(put(place, "plan", "one", "two"), 0);
	assert_int_equal(put(place, "plan", "two", "one"), 0);
	assert_int_equal(planwrite_remove(&place->planwrite, "plan", NULL), 0);
	assert_text(place, "plan", NULL);
	static const char *const expected[] = {"one", "two", "one", NULL};
	for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
		assert_int_equal(undo(place, "plan", &there), 0);
		assert_int_equal(there, expected[i] != NULL);
		assert_text(place, "plan", expected[i]);
	}
	assert_int_equal(undo(place, "plan", &there), PLANWRITE_NOTHING);
}

static void somebody_elses_change_is_not_taken_back(void **state)
{
	struct place *place = *state;
	bool there = false;
	OWNED_TEXT *path = planwrite_path(&place->planwrite, "plan");
	assert_int_equal(put(place, "plan", NULL, "one"), 0);
	assert_int_equal(put(place, "plan", "one", "two"), 0);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("by hand", file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(undo(place, "plan", &there), PLANWRITE_CHANGED);
	assert_text(place, "plan", "by hand");
}

/* What would be taken back can be told before it is. */
static void last_change_is_known_beforehand(void **state)
{
	struct place *place = *state;
	struct planwrite_change change = {0};
	assert_int_equal(planwrite_last(&place->planwrite, "plan", &change, NULL), PLANWRITE_NOTHING);
	place->planwrite.now.s = 1700000000;
	assert_int_equal(put(place, "plan", NULL, "one"), 0);
	place->planwrite.now.s = 1700000060;
	assert_int_equal(put(place, "plan", "one", "two"), 0);
	place->planwrite.now.s = 1700009999;
	OWNED_TEXT *two = revision_of("two", 3);
	assert_int_equal(planwrite_last(&place->planwrite, "plan", &change, NULL), 0);
	assert_true(change.was_there && change.is_there);
	assert_int_equal(change.older, 1);
	assert_int_equal(change.made.s, 1700000060);
	assert_string_equal(change.revision, two);
	struct text kept = {0};
	assert_int_equal(planwrite_read(change.kept, &kept), 0);
	assert_string_equal(kept.data, "one");
	text_release(&kept);
	planwrite_change_release(&change);
	assert_text(place, "plan", "two");
	assert_int_equal(planwrite_undo(&place->planwrite, "plan", NULL), 0);
	assert_int_equal(planwrite_last(&place->planwrite, "plan", &change, NULL), 0);
	assert_false(change.was_there);
	assert_int_equal(change.older, 0);
	assert_int_equal(change.made.s, 1700000000);
	planwrite_change_release(&change);
}

static void newest_twenty_are_kept(void **state)
{
	struct place *place = *state;
	OWNED_TEXT *dir = xasprintf("%s/plan", place->history), *was = NULL;
	struct text found = {0};
	for (int i = 0; i < PLANWRITE_KEPT + 10; i++) {
		OWNED_TEXT *now = xasprintf("version %d", i);
		assert_int_equal(put(place, "plan", was, now), 0);
		text_replace(&was, STEAL(now));
	}
	assert_int_equal(files_in(dir), PLANWRITE_KEPT);
	OWNED_TEXT *known = revision_of("version 15", 10), *forgotten = revision_of("version 2", 9);
	assert_true(planwrite_find(&place->planwrite, "plan", known, &found));
	assert_string_equal(found.data, "version 15");
	assert_false(planwrite_find(&place->planwrite, "plan", forgotten, &found));
	text_release(&found);
}

static void rename_takes_the_history_along(void **state)
{
	struct place *place = *state;
	bool there = false;
	assert_int_equal(put(place, "plan", NULL, "one"), 0);
	assert_int_equal(put(place, "plan", "one", "two"), 0);
	assert_int_equal(put(place, "taken", NULL, "x"), 0);
	assert_int_equal(planwrite_rename(&place->planwrite, "plan", "taken", NULL), PLANWRITE_EXISTS);
	assert_int_equal(planwrite_rename(&place->planwrite, "plan", "../out", NULL), PLANWRITE_NAME);
	assert_int_equal(planwrite_rename(&place->planwrite, "ghost", "fresh", NULL), PLANWRITE_CHANGED);
	assert_int_equal(planwrite_rename(&place->planwrite, "plan", "fresh", NULL), 0);
	assert_text(place, "plan", NULL);
	assert_int_equal(put(place, "fresh", "two", "three"), 0);
	assert_int_equal(undo(place, "fresh", &there), 0);
	assert_text(place, "fresh", "two");
	assert_int_equal(undo(place, "fresh", &there), 0); /* the name */
	assert_text(place, "fresh", NULL);
	assert_text(place, "plan", "two");
	assert_int_equal(undo(place, "fresh", &there), PLANWRITE_NOTHING);
	assert_int_equal(undo(place, "plan", &there), 0);
	assert_text(place, "plan", "one");
	assert_int_equal(undo(place, "plan", &there), 0);
	assert_text(place, "plan", NULL);
}

static void names_come_back_one_by_one(void **state)
{
	struct place *place = *state;
	static const char *const names[] = {"a", "b", "c", "a", "d"};
	struct planwrite_change change = {0};
	bool there = false;
	assert_int_equal(put(place, "a", NULL, "one"), 0);
	for (size_t i = 1; i < ARRAY_LEN(names); i++)
		assert_int_equal(planwrite_rename(&place->planwrite, names[i - 1], names[i], NULL), 0);
	for (size_t i = ARRAY_LEN(names) - 1; i > 0; i--) {
		assert_text(place, names[i], "one");
		assert_int_equal(planwrite_last(&place->planwrite, names[i], &change, NULL), 0);
		assert_string_equal(change.renamed, names[i - 1]);
		assert_int_equal(change.older, i);
		planwrite_change_release(&change);
		assert_int_equal(undo(place, names[i], &there), 0);
		assert_true(there);
	}
	assert_text(place, "a", "one");
	assert_int_equal(files_in(place->plans), 1);
	assert_int_equal(files_in(place->history), 1);
}

static void name_that_is_taken_by_now_does_not_come_back(void **state)
{
	struct place *place = *state;
	struct planwrite_change change = {0};
	bool there = false;
	assert_int_equal(put(place, "plan", NULL, "one"), 0);
	assert_int_equal(planwrite_rename(&place->planwrite, "plan", "fresh", NULL), 0);
	assert_int_equal(put(place, "plan", NULL, "another"), 0);
	assert_int_equal(planwrite_last(&place->planwrite, "fresh", &change, NULL), PLANWRITE_EXISTS);
	assert_string_equal(change.renamed, "plan");
	planwrite_change_release(&change);
	assert_int_equal(undo(place, "fresh", &there), PLANWRITE_EXISTS);
	assert_text(place, "fresh", "one");
	assert_text(place, "plan", "another");
	/* Removed, it can still come back: its history is not given up for the name. */
	assert_int_equal(planwrite_remove(&place->planwrite, "plan", NULL), 0);
	assert_int_equal(undo(place, "fresh", &there), PLANWRITE_EXISTS);
	assert_text(place, "fresh", "one");
	assert_int_equal(undo(place, "plan", &there), 0);
	assert_text(place, "plan", "another");
	assert_int_equal(planwrite_remove(&place->planwrite, "plan", NULL), 0);
	assert_int_equal(planwrite_rename(&place->planwrite, "fresh", "plan", NULL), 0);
	assert_text(place, "plan", "one");
	assert_int_equal(undo(place, "plan", &there), 0);
	assert_text(place, "fresh", "one");
	assert_int_equal(undo(place, "plan", &there), 0);
	assert_text(place, "plan", "another");
}

static int deepest;

static int note_depth(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)path;
	(void)st;
	(void)type;
	deepest = ftw->level > deepest ? ftw->level : deepest;
	return 0;
}

/* What was put aside does not lie inside of what was put aside. */
static void names_that_change_often_leave_no_depths(void **state)
{
	struct place *place = *state;
	for (int i = 0; i < 60; i++) {
		assert_int_equal(put(place, "plan", NULL, "text"), 0);
		assert_int_equal(planwrite_rename(&place->planwrite, "plan", "fresh", NULL), 0);
		assert_int_equal(planwrite_remove(&place->planwrite, "fresh", NULL), 0);
	}
	deepest = 0;
	assert_int_equal(nftw(place->planwrite.history, note_depth, 8, FTW_PHYS), 0);
	assert_true(deepest <= 4);
}

/* A write that fails costs no step back. */
static void failed_change_gives_up_no_older_one(void **state)
{
	struct place *place = *state;
	struct planwrite_change change = {0};
	assert_int_equal(put(place, "plan", NULL, "0"), 0);
	for (int i = 1; i < PLANWRITE_KEPT; i++) {
		OWNED_TEXT *was = xasprintf("%d", i - 1), *text = xasprintf("%d", i);
		assert_int_equal(put(place, "plan", was, text), 0);
	}
	assert_int_equal(put(place, "other", NULL, "in the way"), 0);
	assert_int_equal(planwrite_rename(&place->planwrite, "plan", "other", NULL), PLANWRITE_EXISTS);
	assert_int_equal(planwrite_last(&place->planwrite, "plan", &change, NULL), 0);
	assert_int_equal(change.older, PLANWRITE_KEPT - 1);
	planwrite_change_release(&change);
}

/* What is kept of a removed plan waits while another one has its name. */
static void removed_plan_comes_back_after_its_name_does(void **state)
{
	struct place *place = *state;
	bool there = false;
	assert_int_equal(put(place, "gone", NULL, "old"), 0);
	assert_int_equal(planwrite_remove(&place->planwrite, "gone", NULL), 0);
	assert_int_equal(put(place, "plan", NULL, "one"), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(planwrite_rename(&place->planwrite, "plan", "gone", NULL), 0);
		assert_text(place, "gone", "one");
		assert_int_equal(undo(place, "gone", &there), 0);
		assert_text(place, "plan", "one");
	}
	assert_int_equal(undo(place, "gone", &there), 0);
	assert_text(place, "gone", "old");
	assert_int_equal(undo(place, "gone", &there), 0);
	assert_false(there);
}

/* The machine died before the file had its new name, or before its history had it. */
static void rename_that_never_came_to_pass_is_passed_over(void **state)
{
	struct place *place = *state;
	bool there = false;
	OWNED_TEXT *one = revision_of("one", 3), *entry = xasprintf("%s/plan/2.%s.name", place->history, one);
	assert_int_equal(put(place, "plan", NULL, "one"), 0);
	FILE *file = fopen(entry, "w");
	assert_non_null(file);
	fputs("plan", file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(undo(place, "plan", &there), 0);
	assert_false(there);
	assert_text(place, "plan", NULL);
}

static void entries_of_names_are_among_the_newest_twenty(void **state)
{
	struct place *place = *state;
	OWNED_TEXT *dir = xasprintf("%s/a", place->history);
	assert_int_equal(put(place, "b", NULL, "old"), 0);
	assert_int_equal(planwrite_remove(&place->planwrite, "b", NULL), 0);
	assert_int_equal(put(place, "a", NULL, "one"), 0);
	for (int i = 0; i < PLANWRITE_KEPT / 2 + 2; i++) {
		assert_int_equal(planwrite_rename(&place->planwrite, "a", "b", NULL), 0);
		assert_int_equal(planwrite_rename(&place->planwrite, "b", "a", NULL), 0);
	}
	assert_int_equal(files_in(dir), PLANWRITE_KEPT); /* what waited for the name b went with the entry it waited behind */
	assert_int_equal(files_in(place->history), 1);
}

static void rename_follows_no_link_out(void **state)
{
	struct place *place = *state;
	OWNED_TEXT *path = planwrite_path(&place->planwrite, "out"), *target = xasprintf("%s/secret", place->root);
	assert_int_equal(put(place, "real", NULL, "one"), 0);
	FILE *file = fopen(target, "w");
	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(planwrite_rename(&place->planwrite, "out", "fresh", NULL), PLANWRITE_NAME);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("real.ics", path), 0);
	assert_int_equal(planwrite_rename(&place->planwrite, "out", "fresh", NULL), 0);
	assert_text(place, "fresh", "one");
	assert_text(place, "real", "one");
}

/* Of what stands in the folder only the files that are called like ours before they are whole. */
static void sweep_takes_what_a_killed_daemon_left(void **state)
{
	struct place *place = *state;
	static const char *const ours[] = {".plan.ics.new", ".Team_Lead-12.ics.new"};
	static const char *const others[] = {"plan.ics",       ".ics.new",         "plan.ics.new", ".plan.ics.new~", ".plan.ics",
					     ".a b.ics.new",   "..plan.ics.new",   ".plan.ICS.new"};
	assert_int_equal(put(place, "plan", NULL, "one"), 0);
	for (size_t i = 0; i < ARRAY_LEN(ours) + ARRAY_LEN(others); i++) {
		OWNED_TEXT *path = xasprintf("%s/%s", place->plans, i < ARRAY_LEN(ours) ? ours[i] : others[i - ARRAY_LEN(ours)]);
		FILE *file = fopen(path, "a");
		assert_non_null(file);
		assert_int_equal(fclose(file), 0);
	}
	OWNED_TEXT *dir = xasprintf("%s/.dir.ics.new", place->plans), *linked = xasprintf("%s/.link.ics.new", place->plans);
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(symlink("plan.ics", linked), 0);
	planwrite_sweep(place->plans);
	for (size_t i = 0; i < ARRAY_LEN(ours); i++) {
		OWNED_TEXT *path = xasprintf("%s/%s", place->plans, ours[i]);
		assert_int_equal(access(path, F_OK), -1);
	}
	assert_int_equal(files_in(place->plans), ARRAY_LEN(others) + 2);
	planwrite_sweep("/nowhere/at/all");
}

/* A limit on file sizes is what a full disk is for write(2): it takes a part, then refuses. */
static void full_disk_leaves_the_old_file(void **state)
{
	struct place *place = *state;
	assert_int_equal(put(place, "plan", NULL, "one"), 0);
	OWNED_TEXT *big = memset(xcalloc(100001, 1), 'x', 100000);
	pid_t child = fork();
	if (!child) {
		const struct rlimit small = {1000, 1000};
		struct err err = {0};
		OWNED_TEXT *one = revision_of("one", 3);
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &small);
		int r = planwrite_put(&place->planwrite, "plan", one, big, 100000, &err);
		_exit(r == -EFBIG && err.text && strstr(err.text, "nothing was changed") ? 0 : 1);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_text(place, "plan", "one");
	assert_int_equal(files_in(place->plans), 1);
	bool there = true;
	assert_int_equal(undo(place, "plan", &there), 0); /* the creation: no entry of the refused change is left */
	assert_false(there);
}

/* A version says its number on every line: a mixture would show. */
static char *version(int number)
{
	struct text text = {0};
	for (int i = 0; i < 4000; i++)
		text_addf(&text, "line of version %d\n", number);
	return text_take(&text);
}

/* Runs until it is killed; says each version once it is written. */
static void write_versions(const struct planwrite *planwrite, int from, int acks)
{
	char *was = from ? version(from) : NULL;
	for (int number = from + 1;; number++) {
		char *based_on = was ? revision_of(was, strlen(was)) : NULL, *now = version(number);
		if (planwrite_put(planwrite, "plan", based_on, now, strlen(now), NULL) || write(acks, "", 1) != 1)
			_exit(1);
		free(was);
		free(based_on);
		was = now;
	}
}

static int whole_version(struct place *place, unsigned seed)
{
	OWNED_TEXT *text = text_of(place, "plan");
	if (!text)
		return 0;
	int number = (int)strtol(text + strlen("line of version "), NULL, 10);
	OWNED_TEXT *expected = version(number);
	if (strcmp(text, expected) != 0)
		fail_msg("seed %u: the plan is torn", seed);
	return number;
}

static void kill_at_any_moment_leaves_a_whole_file(void **state)
{
	enum { KILLS = 40, ACKED_MAX = 3, DELAY_MAX_US = 3000 };
	struct place *place = *state;
	const unsigned first_seed = (unsigned)getpid();
	unsigned seed = first_seed;
	int number = 0;
	for (int i = 0; i < KILLS; i++) {
		int acks[2], acked = 0;
		char one;
		assert_int_equal(pipe(acks), 0);
		pid_t child = fork();
		if (!child)
			write_versions(&place->planwrite, number, acks[1]);
		close(acks[1]);
		for (int left = rand_r(&seed) % (ACKED_MAX + 1); left > 0 && read(acks[0], &one, 1) == 1; left--)
			acked++;
		close(acks[0]);
		usleep((useconds_t)(rand_r(&seed) % DELAY_MAX_US));
		assert_int_equal(kill(child, SIGKILL), 0);
		int status = 0;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		int now = whole_version(place, first_seed);
		if (now < number + acked)
			fail_msg("seed %u: %d before, %d acknowledged, %d there", first_seed, number, acked, now);
		/* An entry whose change did not come to pass is passed over: back is always the version before. */
		bool there = false;
		if (i % 4 == 3 && now > 1) {
			assert_int_equal(undo(place, "plan", &there), 0);
			assert_int_equal(whole_version(place, first_seed), now - 1);
			now--;
		}
		number = now;
	}
	assert_true(number > KILLS / 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_that_lead_elsewhere_are_refused),
		TEST(links_that_lead_out_are_refused),
		TEST(what_changed_meanwhile_is_not_overwritten),
		TEST(mode_of_the_file_is_kept),
		TEST(changes_are_taken_back_one_by_one),
		TEST(somebody_elses_change_is_not_taken_back),
		TEST(last_change_is_known_beforehand),
		TEST(newest_twenty_are_kept),
		TEST(rename_takes_the_history_along),
		TEST(names_come_back_one_by_one),
		TEST(name_that_is_taken_by_now_does_not_come_back),
		TEST(names_that_change_often_leave_no_depths),
		TEST(failed_change_gives_up_no_older_one),
		TEST(removed_plan_comes_back_after_its_name_does),
		TEST(rename_that_never_came_to_pass_is_passed_over),
		TEST(entries_of_names_are_among_the_newest_twenty),
		TEST(rename_follows_no_link_out),
		TEST(sweep_takes_what_a_killed_daemon_left),
		TEST(full_disk_leaves_the_old_file),
		TEST(kill_at_any_moment_leaves_a_whole_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
