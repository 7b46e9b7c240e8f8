/* Opening, migrating, being refused, running out of space: the file under the rows. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/handle.h"

enum { NOBODY = 65534 };

/* Each test works in a directory of its own. */
static char *root;

static int set_up(void **state)
{
	(void)state;
	root = xstrdup("/tmp/pacer-store-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
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
	(void)state;
	int r = nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	text_replace(&root, NULL);
	return r;
}

static char *in_root(const char *name)
{
	return xasprintf("%s/%s", root, name);
}

static unsigned mode_of(const char *path)
{
	struct stat st;
	if (stat(path, &st))
		fail_msg("%s: %s", path, strerror(errno));
	return st.st_mode & 07777;
}

static bool exists(const char *path)
{
	struct stat st;
	return !lstat(path, &st);
}

static void write_file(const char *path, const void *bytes, size_t length)
{
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static char *read_file(const char *path, size_t *ret_length)
{
	struct text bytes = {0};
	char block[4096];
	FILE *file = fopen(path, "re");
	if (!file)
		fail_msg("%s: %s", path, strerror(errno));
	for (size_t n; (n = fread(block, 1, sizeof(block), file));)
		text_add_n(&bytes, block, n);
	fclose(file);
	*ret_length = bytes.len;
	return text_take(&bytes);
}

static struct store *open_ok(const char *path)
{
	struct store *store = NULL;
	struct err err = {0};
	if (store_open(path, &store, &err))
		fail_msg("%s", err.text);
	return store;
}

/* The result of opening; with a result there is a text that names the path. */
static int open_refused(const char *path, const char *says)
{
	struct store *store = NULL;
	struct err err = {0};
	int r = store_open(path, &store, &err);
	assert_null(store);
	assert_int_equal(err.code, r);
	assert_non_null(err.text);
	if (!strstr(err.text, says))
		fail_msg("'%s' does not say '%s'", err.text, says);
	err_release(&err);
	return r;
}

/* As whoever is not the store: plain SQL on the file. */
static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	char *message = NULL;
	if (sqlite3_exec(db, sql, NULL, NULL, &message))
		fail_msg("%s: %s", sql, message);
	sqlite3_close(db);
}

static void load_version(const char *path, int version)
{
	size_t length = 0;
	OWNED_TEXT *fixture = xasprintf("tests/data/store/v%d.sql", version), *sql = read_file(fixture, &length);
	run_sql(path, sql);
}

static void load_fixture(const char *path)
{
	load_version(path, STORE_VERSION);
}

static char *backup_path(const char *path, int version)
{
	return xasprintf("%s.v%d.bak", path, version);
}

static void add_entry(struct effects *effects, const char *words)
{
	struct journal_entry *entry = &effects_add(effects, EFFECT_JOURNAL)->journal;
	*entry = (struct journal_entry){.what = "zone", .via = "start", .text = xstrdup(words)};
}

static int apply_entry(struct store *store, const char *words, struct err *err)
{
	struct effects effects = {0};
	add_entry(&effects, words);
	int r = store_apply(store, &effects, err);
	effects_release(&effects);
	return r;
}

static int64_t number(struct store *store, const char *sql)
{
	int64_t n = -1;
	assert_int_equal(store_number(store, sql, &n, NULL), 0);
	return n;
}

/* --- modes --------------------------------------------------------------------------------------------------------------------- */

static void everything_is_private(void **state)
{
	(void)state;
	static const mode_t umasks[] = {0, 022, 0777};
	for (size_t i = 0; i < ARRAY_LEN(umasks); i++) {
		OWNED_TEXT *outer = xasprintf("%s/%zu", root, i), *directory = xasprintf("%s/pacer", outer);
		OWNED_TEXT *path = xasprintf("%s/pacer.db", directory), *wal = xasprintf("%s-wal", path), *shm = xasprintf("%s-shm", path);
		mode_t before = umask(umasks[i]);
		struct store *store = open_ok(path);
		assert_int_equal(apply_entry(store, "x", NULL), 0);
		umask(before);
		assert_int_equal(mode_of(outer), 0700);
		assert_int_equal(mode_of(directory), 0700);
		assert_int_equal(mode_of(path), 0600);
		assert_int_equal(mode_of(wal), 0600);
		assert_false(exists(shm)); /* exclusive use needs none */
		store_close(store);
		assert_false(exists(wal));
	}
}

static void open_doors_are_closed(void **state)
{
	(void)state;
	OWNED_TEXT *directory = in_root("pacer"), *path = in_root("pacer/pacer.db"), *shared = in_root("shared"), *inside = in_root("shared/p.db");
	store_close(open_ok(path));
	assert_int_equal(chmod(directory, 0755) | chmod(path, 0644), 0);
	store_close(open_ok(path));
	assert_int_equal(mode_of(directory), 0700);
	assert_int_equal(mode_of(path), 0600);
	/* A place for everyone, like /tmp, stays one. */
	assert_int_equal(mkdir(shared, 0700) | chmod(shared, 01777), 0);
	store_close(open_ok(inside));
	assert_int_equal(mode_of(shared), 01777);
	assert_int_equal(mode_of(inside), 0600);
}

static void settings_of_the_database(void **state)
{
	(void)state;
	OWNED_TEXT *path = in_root("pacer.db");
	struct store *store = open_ok(path);
	assert_int_equal(number(store, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
	assert_int_equal(number(store, "PRAGMA synchronous"), 2);
	assert_int_equal(number(store, "PRAGMA foreign_keys"), 1);
	assert_int_equal(number(store, "PRAGMA user_version"), STORE_VERSION);
	assert_int_equal(number(store, "PRAGMA application_id"), STORE_APPLICATION_ID);
	assert_int_equal(number(store, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict"
				       " AND name NOT LIKE 'sqlite_%'"), 0);
	store_close(store);
}

/* --- refused ------------------------------------------------------------------------------------------------------------------- */

/* Another daemon: waits until go is closed, then tries to open. Does not return. */
static void open_as_second(char *path, int go)
{
	struct store *store = NULL;
	struct err err = {0};
	char byte;
	bool told = read(go, &byte, 1) == 0 && store_open(path, &store, &err) == -EBUSY && !store && strstr(err.text, "in use");
	err_release(&err);
	free(path);
	_exit(told ? 0 : 1);
}

static void one_daemon_at_a_time(void **state)
{
	(void)state;
	OWNED_TEXT *path = in_root("pacer.db");
	int go[2], status = -1;
	assert_int_equal(pipe(go), 0);
	pid_t child = fork();
	if (!child) {
		close(go[1]);
		open_as_second(path, go[0]);
	}
	struct store *store = open_ok(path);
	close(go[0]);
	close(go[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(apply_entry(store, "still ours", NULL), 0);
	store_close(store);
	store = open_ok(path);
	assert_int_equal(number(store, "SELECT count(*) FROM journal"), 1);
	store_close(store);
}

static void newer_versions_are_refused(void **state)
{
	(void)state;
	OWNED_TEXT *path = in_root("pacer.db"), *backup = backup_path(path, STORE_VERSION + 1), *wal = in_root("pacer.db-wal");
	OWNED_TEXT *sql = xasprintf("PRAGMA user_version = %d; CREATE TABLE later (x TEXT) STRICT", STORE_VERSION + 1);
	OWNED_TEXT *says = xasprintf("version %d, this pacer knows %d", STORE_VERSION + 1, STORE_VERSION);
	store_close(open_ok(path));
	run_sql(path, sql);
	size_t length_before = 0, length_after = 0;
	OWNED_TEXT *before = read_file(path, &length_before);
	assert_int_equal(open_refused(path, says), STORE_NEWER);
	OWNED_TEXT *after = read_file(path, &length_after);
	assert_int_equal(length_before, length_after);
	assert_memory_equal(before, after, length_before);
	assert_false(exists(backup) || exists(wal));
}

/* The newer one was killed: its last words are still in the -wal, and stay there. */
static void newer_with_a_wal_is_not_touched(void **state)
{
	(void)state;
	OWNED_TEXT *path = in_root("pacer.db"), *wal = in_root("pacer.db-wal");
	store_close(open_ok(path));
	pid_t child = fork();
	if (!child) {
		run_sql(path, "PRAGMA journal_mode = DELETE");
		sqlite3 *db = NULL;
		sqlite3_open(path, &db);
		sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA user_version = 7; CREATE TABLE later (x TEXT) STRICT", NULL, NULL, NULL);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	size_t length[4] = {0};
	OWNED_TEXT *db_before = read_file(path, &length[0]), *wal_before = read_file(wal, &length[1]);
	assert_true(length[1] > 0);
	assert_int_equal(open_refused(path, "version 7"), STORE_NEWER);
	OWNED_TEXT *db_after = read_file(path, &length[2]), *wal_after = read_file(wal, &length[3]);
	assert_int_equal(length[0], length[2]);
	assert_int_equal(length[1], length[3]);
	assert_memory_equal(db_before, db_after, length[0]);
	assert_memory_equal(wal_before, wal_after, length[1]);
}

static void make_text(const char *path)
{
	write_file(path, "This is no database, but long enough to look at: a header has one hundred bytes, and this line has a few more of them.", 118);
}

static void make_zeros(const char *path)
{
	char zeros[8192] = {0};
	write_file(path, zeros, sizeof(zeros));
}

static void make_foreign(const char *path)
{
	run_sql(path, "CREATE TABLE bookmarks (x)");
}

static void make_foreign_of_our_version(const char *path)
{
	run_sql(path, "CREATE TABLE bookmarks (x); PRAGMA user_version = 1");
}

static void make_negative(const char *path)
{
	load_fixture(path);
	run_sql(path, "PRAGMA user_version = -1");
}

static void make_tables_missing(const char *path)
{
	load_fixture(path);
	run_sql(path, "DROP TABLE value");
}

static void make_columns_missing(const char *path)
{
	load_fixture(path);
	run_sql(path, "ALTER TABLE session RENAME COLUMN rung TO rang");
}

static void make_cut(const char *path)
{
	load_fixture(path);
	assert_int_equal(truncate(path, 4096), 0);
}

static void make_directory(const char *path)
{
	assert_int_equal(mkdir(path, 0700), 0);
}

static void make_fifo(const char *path)
{
	assert_int_equal(mkfifo(path, 0600), 0);
}

static void what_is_no_database_of_ours(void **state)
{
	(void)state;
	static const struct { const char *name; void (*make)(const char *path); const char *says; } rows[] = {
		{"text", make_text, "not a database of pacer"},
		{"zeros", make_zeros, "database"},
		{"foreign", make_foreign, "not a database of pacer"},
		{"foreign-1", make_foreign_of_our_version, "not a database of pacer"},
		{"negative", make_negative, "not a database of pacer"},
		{"no-table", make_tables_missing, "no such table: value"},
		{"no-column", make_columns_missing, "no column named rung"},
		{"cut", make_cut, "database"},
		{"directory", make_directory, "not a regular file"},
		{"fifo", make_fifo, "not a regular file"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *path = in_root(rows[i].name);
		rows[i].make(path);
		int r = open_refused(path, rows[i].says);
		if (r != STORE_DAMAGED)
			fail_msg("%s: %d", rows[i].name, r);
	}
}

/* --- cannot be written --------------------------------------------------------------------------------------------------------- */

/* As root permissions mean nothing: those tests become nobody for a while. */
static void become(uid_t uid)
{
	if (getuid() == 0)
		assert_int_equal(seteuid(uid), 0);
}

static void read_only_directory(void **state)
{
	(void)state;
	OWNED_TEXT *directory = in_root("d"), *path = in_root("d/pacer.db"), *deeper = in_root("d/e/pacer.db"), *other = in_root("d/x.db");
	store_close(open_ok(path));
	assert_int_equal(chmod(root, 0755) | chmod(directory, 0555), 0);
	if (getuid() == 0)
		assert_int_equal(chown(path, NOBODY, (gid_t)-1), 0);
	become(NOBODY);
	assert_int_equal(open_refused(path, "make the file and its directory writable"), STORE_UNWRITABLE);
	assert_int_equal(open_refused(deeper, "make the directory writable"), STORE_UNWRITABLE);
	assert_int_equal(open_refused(other, "make the directory writable"), STORE_UNWRITABLE);
	become(0);
	assert_int_equal(chmod(directory, 0755), 0);
	store_close(open_ok(path));
}

static void read_only_file(void **state)
{
	(void)state;
	OWNED_TEXT *directory = in_root("d"), *path = in_root("d/pacer.db");
	store_close(open_ok(path));
	assert_int_equal(chmod(root, 0755) | chmod(path, 0400), 0);
	if (getuid() == 0)
		assert_int_equal(chown(directory, NOBODY, (gid_t)-1) | chown(path, NOBODY, (gid_t)-1), 0);
	become(NOBODY);
	assert_int_equal(open_refused(path, "(attempt to write a readonly database), make the file and its directory writable"), STORE_UNWRITABLE);
	become(0);
	assert_int_equal(mode_of(path), 0400);
}

static void file_in_the_way(void **state)
{
	(void)state;
	OWNED_TEXT *file = in_root("f"), *path = in_root("f/pacer.db");
	make_text(file);
	assert_int_equal(open_refused(path, "Not a directory"), STORE_UNWRITABLE);
}

/* Applies big entries until one does not fit. Returns how many were taken. */
static int fill(struct store *store, const char *words)
{
	for (int taken = 0; taken < 1000; taken++) {
		struct err err = {0};
		int r = apply_entry(store, words, &err);
		if (!r)
			continue;
		assert_int_equal(r, STORE_UNWRITABLE);
		assert_int_equal(err.code, r);
		err_release(&err);
		return taken;
	}
	fail_msg("everything was taken");
	return 0;
}

static void limit_pages(struct store *store, bool on)
{
	assert_int_equal(store_exec(store, on ? "PRAGMA max_page_count = 60" : "PRAGMA max_page_count = 100000", NULL), 0);
}

/* The system refuses bytes past the limit (EFBIG), as it would past the end of a quota. */
static void limit_files(struct store *store, bool on)
{
	(void)store;
	struct rlimit limit = {on ? 256 * 1024 : RLIM_INFINITY, RLIM_INFINITY};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	signal(SIGXFSZ, on ? SIG_IGN : SIG_DFL);
}

static void full_disk(void **state)
{
	(void)state;
	static void (*const limits[])(struct store *, bool) = {limit_pages, limit_files};
	OWNED_TEXT *words = xasprintf("%08000d", 1);
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		OWNED_TEXT *path = xasprintf("%s/%zu.db", root, i);
		struct store *store = open_ok(path);
		limits[i](store, true);
		int taken = fill(store, words);
		assert_true(taken > 0);
		/* All that was taken is there, and nothing of what was not. */
		assert_int_equal(number(store, "SELECT count(*) FROM journal"), taken);
		struct effects effects = {0};
		for (int n = 0; n < 40; n++)
			add_entry(&effects, n ? words : "small");
		assert_int_equal(store_apply(store, &effects, NULL), STORE_UNWRITABLE);
		assert_int_equal(number(store, "SELECT count(*) FROM journal"), taken);
		assert_int_equal(effects.items[0].journal.seq, 0);
		limits[i](store, false);
		assert_int_equal(store_apply(store, &effects, NULL), 0);
		assert_true(effects.items[39].journal.seq > taken);
		effects_release(&effects);
		assert_int_equal(number(store, "SELECT count(*) FROM journal"), taken + 40);
		store_close(store);
		store = open_ok(path);
		assert_int_equal(number(store, "SELECT count(*) FROM journal"), taken + 40);
		store_close(store);
	}
}

/* Nothing but an empty file can be made: there is no database, and a later try has one. */
static void full_disk_from_the_start(void **state)
{
	(void)state;
	static const rlim_t rooms[] = {0, 4096, 20000};
	for (size_t i = 0; i < ARRAY_LEN(rooms); i++) {
		OWNED_TEXT *path = xasprintf("%s/%zu.db", root, i);
		struct rlimit limit = {rooms[i], RLIM_INFINITY};
		signal(SIGXFSZ, SIG_IGN);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
		int r = open_refused(path, path);
		limit_files(NULL, false);
		assert_int_equal(r, STORE_UNWRITABLE);
		store_close(open_ok(path));
	}
}

/* --- migrations ---------------------------------------------------------------------------------------------------------------- */

/* A database in memory as the steps up to this version leave it. */
static struct store *store_of_steps(int version)
{
	struct store *store = xcalloc(1, sizeof(*store));
	store->path = xstrdup(":memory:");
	store->in_memory = true;
	assert_int_equal(sqlite3_open(store->path, &store->db), SQLITE_OK);
	struct err err = {0};
	if (schema_migrate(store, schema_steps, 0, version, &err))
		fail_msg("%s", err.text);
	return store;
}

/* Rows of one schema that the other lacks: none, when both have the same words and as many of them. */
static void assert_same_schema(struct store *store, const char *path)
{
	OWNED_TEXT *sql = xasprintf("ATTACH '%s' AS old", path);
	assert_int_equal(store_exec(store, sql, NULL), 0);
	assert_true(number(store, "SELECT count(*) FROM old.sqlite_schema") > 10);
	assert_int_equal(number(store, "SELECT count(*) FROM (SELECT type, name, tbl_name, sql FROM old.sqlite_schema EXCEPT "
				       "SELECT type, name, tbl_name, sql FROM main.sqlite_schema)"), 0);
	assert_int_equal(number(store, "SELECT count(*) FROM old.sqlite_schema") - number(store, "SELECT count(*) FROM main.sqlite_schema"), 0);
	assert_int_equal(number(store, "PRAGMA old.user_version"), number(store, "PRAGMA main.user_version"));
	assert_int_equal(number(store, "PRAGMA old.application_id"), number(store, "PRAGMA main.application_id"));
	assert_int_equal(store_exec(store, "DETACH old", NULL), 0);
}

/* Each fixture is what the steps up to its version make: word for word. So a published step cannot change unnoticed. */
static void fixtures_are_their_versions(void **state)
{
	(void)state;
	for (int version = 1; version <= STORE_VERSION; version++) {
		OWNED_TEXT *path = xasprintf("%s/v%d.db", root, version);
		load_version(path, version);
		struct store *store = store_of_steps(version);
		assert_same_schema(store, path);
		store_close(store);
	}
}

static const struct zone *find_zone(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
	return &zone_utc;
}

static void describe_enrolment(void *ctx, struct enrolment *enrolment)
{
	OWNED_TEXT *phases = shape_phases_text(&enrolment->shape);
	text_addf(ctx, "%s %s [%s] %zu %s; ", enrolment->id, enrolment->plan_title, phases, enrolment->session_count,
		  state_name[enrolment->sessions[0].life.state]);
	enrolment_free(enrolment);
}

static void describe_notice(void *ctx, struct notice notice)
{
	text_addf(ctx, "%s %s; ", notice.key, notice_state_name[notice.state]);
	notice_release(&notice);
}

static void describe_absence(void *ctx, struct absence absence)
{
	text_addf(ctx, "%d %s %lld-%lld; ", absence.number, absence_kind_name[absence.kind], (long long)absence.from.s, (long long)absence.to.s);
}

static void describe_recent(void *ctx, struct notice notice)
{
	text_addf(ctx, "over: ");
	describe_notice(ctx, notice);
}

static void describe_value(void *ctx, const char *name, const char *value)
{
	text_addf(ctx, "%s=%s; ", name, value);
}

/* What a fixture holds beside the rows all of them have. */
static const struct { const char *absences, *recent, *values; } fixture_rows[STORE_VERSION + 1] = {
	[1] = {"", "", "zone=Europe/Berlin; "},
	[2] = {"1 pause 1764579000-1764579060; 2 away 1766358000-1767567600; ", "", "zone=Europe/Berlin; "},
	[3] = {"1 pause 1764579000-1764579060; 2 away 1766358000-1767567600; 3 busy 1764583200-1764586800; ",
	       "over: e1/w01-mo/start/1 answered; over: e1/w02-fr/water/0 shown; ", "seen=20423; zone=Europe/Berlin; "},
	[4] = {"1 pause 1764579000-1764579060; 2 away 1766358000-1767567600; 3 busy 1764583200-1764586800; ",
	       "over: e1/w01-mo/start/1 answered; over: e1/w02-fr/water/0 shown; ", "seen=20423; zone=Europe/Berlin; "},
};

static void assert_fixture_rows(struct store *store, int version)
{
	struct text got = {0};
	const struct zone_source zones = {find_zone, NULL};
	const struct store_loader loader = {.enrolment = describe_enrolment, .notice = describe_notice, .absence = describe_absence,
					    .recent = describe_recent, .value = describe_value, .ctx = &got};
	OWNED_TEXT *expected = xasprintf("e1 Two weeks [base=1 race=2] 2 running; e2 Two weeks [] 1 planned; digest/1764577800 due; "
					 "e1/w01-mo/start/0 shown; %s%s%s", fixture_rows[version].absences, fixture_rows[version].recent,
					 fixture_rows[version].values);
	assert_int_equal(store_load(store, &zones, &loader, NULL), 0);
	assert_string_equal(got.data, expected);
	text_release(&got);
	struct journal_entry entry = {0};
	assert_int_equal(store_last_undoable(store, &entry, NULL), 0);
	assert_int_equal(entry.seq, 1);
	journal_entry_release(&entry);
}

static int version_of(const char *path)
{
	struct store plain = {.path = (char *)(uintptr_t)path};
	assert_int_equal(sqlite3_open(path, &plain.db), SQLITE_OK);
	int version = (int)number(&plain, "PRAGMA user_version");
	sqlite3_close(plain.db);
	return version;
}

static char *one_text(struct store *store, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	assert_int_equal(sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	char *got = xstrdup((const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	return got;
}

/* Every row of the tables that both have is the same in both, in the columns of the old one. */
static void assert_same_rows(struct store *store, const char *path, int version)
{
	static const char *const tables[] = {"enrolment", "session", "notice", "journal", "plan_file", "value", "absence"};
	const size_t count_of_tables = version > 1 ? ARRAY_LEN(tables) : ARRAY_LEN(tables) - 1;
	OWNED_TEXT *attach = xasprintf("ATTACH '%s' AS old", path);
	assert_int_equal(store_exec(store, attach, NULL), 0);
	for (size_t i = 0; i < count_of_tables; i++) {
		OWNED_TEXT *list = xasprintf("SELECT group_concat(name, ', ') FROM pragma_table_info('%s', 'old')", tables[i]);
		OWNED_TEXT *columns = one_text(store, list);
		OWNED_TEXT *there = xasprintf("SELECT count(*) FROM old.%s", tables[i]);
		OWNED_TEXT *count = xasprintf("SELECT count(*) FROM main.%s", tables[i]);
		OWNED_TEXT *lost = xasprintf("SELECT count(*) FROM (SELECT %s FROM old.%s EXCEPT SELECT %s FROM main.%s)", columns, tables[i],
					     columns, tables[i]);
		assert_true(number(store, there) > 0);
		assert_int_equal(number(store, there), number(store, count));
		assert_int_equal(number(store, lost), 0);
	}
	assert_int_equal(store_exec(store, "DETACH old", NULL), 0);
}

/* A database of any version becomes a new one with all its rows; the copy beside it is the old one, whole and usable. */
static void every_version_is_read(void **state)
{
	(void)state;
	for (int version = 1; version <= STORE_VERSION; version++) {
		OWNED_TEXT *path = xasprintf("%s/%d.db", root, version), *backup = backup_path(path, version);
		OWNED_TEXT *before = xasprintf("%s/%d-before.db", root, version), *new = xasprintf("%s/%d-new.db", root, version);
		load_version(path, version);
		load_version(before, version);
		store_close(open_ok(new));
		struct store *store = open_ok(path);
		assert_fixture_rows(store, version);
		assert_same_rows(store, before, version);
		assert_same_schema(store, new);
		assert_int_equal(number(store, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
		assert_int_equal(number(store, "SELECT group_concat(integrity_check) = 'ok' FROM pragma_integrity_check"), 1);
		assert_int_equal(number(store, "PRAGMA user_version"), STORE_VERSION);
		store_close(store);
		/* A second time there is nothing left to do. */
		store = open_ok(path);
		assert_fixture_rows(store, version);
		store_close(store);
		assert_true(exists(backup) == (version < STORE_VERSION));
		if (version == STORE_VERSION)
			continue;
		assert_int_equal(mode_of(backup), 0600);
		assert_int_equal(version_of(backup), version);
		store = open_ok(backup);
		assert_fixture_rows(store, version);
		assert_same_rows(store, before, version);
		store_close(store);
	}
}

static void take_first(void *ctx, struct enrolment *enrolment)
{
	struct enrolment **first = ctx;
	if (*first)
		enrolment_free(enrolment);
	else
		*first = enrolment;
}

static void drop_notice(void *ctx, struct notice notice)
{
	(void)ctx;
	notice_release(&notice);
}

static void drop_absence(void *ctx, struct absence absence)
{
	(void)ctx;
	(void)absence;
}

/* Without the callbacks that may be left out. */
static struct enrolment *load_first(struct store *store)
{
	struct enrolment *first = NULL;
	const struct zone_source zones = {find_zone, NULL};
	const struct store_loader loader = {.enrolment = take_first, .notice = drop_notice, .absence = drop_absence, .ctx = &first};
	assert_int_equal(store_load(store, &zones, &loader, NULL), 0);
	assert_non_null(first);
	return first;
}

/* A session from before has none of what came later. */
static void assert_nothing_new(const struct session *session)
{
	const struct intention *intention = &session->intention;
	assert_true(!session->plan.link && !intention->want && !intention->feel && !intention->act);
	assert_int_equal(session->life.feel, -1);
	assert_int_equal(session->ticked, 0);
}

static void add_what_is_new(struct effects *effects, struct enrolment *enrolment, struct session *session)
{
	text_replace(&enrolment->tracks, xstrdup("phone"));
	session->life.rung = (1u << ALARM_COUNT) - 1;
	session->life.feel = 3;
	session->ticked = UINT32_MAX;
	text_replace(&session->intention.want, xstrdup("Listen"));
	struct effect *life = effects_add(effects, EFFECT_SESSION);
	life->session.enrolment = enrolment;
	life->session.session = session;
	struct effect *enrolled = effects_add(effects, EFFECT_ENROLMENT);
	enrolled->enrolment.enrolment = enrolment;
	effects_add(effects, EFFECT_ABSENCE)->absence = (struct absence){9, ABSENCE_BUSY, {10}, {20}};
	effects_add(effects, EFFECT_NOTICE)->notice = (struct notice){.key = "e1/w01-mo/wall/0", .kind = NOTICE_WALL, .enrolment = "e1",
								      .session = xstrdup("w01-mo"), .closed = {30}, .state = NSTATE_SHOWN, .asked = true};
	add_entry(effects, "busy");
}

/* A migrated database takes what its version could not. */
static void what_is_migrated_is_usable(void **state)
{
	(void)state;
	for (int version = 1; version < STORE_VERSION; version++) {
		OWNED_TEXT *path = xasprintf("%s/%d.db", root, version);
		load_version(path, version);
		struct store *store = open_ok(path);
		struct enrolment *enrolment = load_first(store);
		struct effects effects = {0};
		assert_null(enrolment->tracks);
		if (version < 3)
			assert_nothing_new(&enrolment->sessions[0]);
		add_what_is_new(&effects, enrolment, &enrolment->sessions[0]);
		assert_int_equal(store_apply(store, &effects, NULL), 0);
		assert_int_equal(effects.items[4].journal.seq, 4);
		effects_release(&effects);
		enrolment_free(enrolment);
		store_close(store);
		store = open_ok(path);
		enrolment = load_first(store);
		const struct session *session = &enrolment->sessions[0];
		assert_true(session->life.feel == 3 && session->life.rung == 63 && session->ticked == UINT32_MAX);
		assert_string_equal(session->intention.want, "Listen");
		assert_string_equal(enrolment->tracks, "phone");
		if (version < 3)
			assert_nothing_new(&enrolment->sessions[1]);
		assert_int_equal(number(store, "SELECT count(*) FROM absence WHERE number = 9 AND kind = 'busy' AND from_s = 10 AND to_s = 20"), 1);
		assert_int_equal(number(store, "SELECT count(*) FROM notice WHERE asked = 1 AND kind = 'wall'"), 1);
		enrolment_free(enrolment);
		store_close(store);
	}
}

/* What a rebuilt table must not lose: its keys, and the reference that is looked at when all is written. */
static void rebuilt_tables_keep_their_rules(void **state)
{
	(void)state;
	static const struct { const char *sql, *says; } rows[] = {
		{"UPDATE session SET enrolment = 'e9' WHERE enrolment = 'e2'", "FOREIGN KEY"},
		{"DELETE FROM enrolment WHERE id = 'e2'", "FOREIGN KEY"},
		{"UPDATE session SET id = 'w01-mo' WHERE enrolment = 'e1'", "session.enrolment, session.id"},
		{"UPDATE session SET position = 0 WHERE enrolment = 'e1'", "session.enrolment, session.position"},
		{"UPDATE session SET minutes = 'half an hour'", "TEXT value in INTEGER column"},
		{"UPDATE session SET rung = 64", "rung"},
		{"UPDATE absence SET kind = 'lost'", "kind"},
		{"UPDATE absence SET number = 1", "absence.number"},
		{"UPDATE notice SET asked = 2", "asked"},
		{"UPDATE notice SET asked = NULL", "notice.asked"},
	};
	OWNED_TEXT *path = in_root("pacer.db");
	load_version(path, 2);
	struct store *store = open_ok(path);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = {0};
		assert_int_equal(store_exec(store, rows[i].sql, &err), STORE_DAMAGED);
		if (!strstr(err.text, rows[i].says))
			fail_msg("%s: '%s' does not say '%s'", rows[i].sql, err.text, rows[i].says);
		err_release(&err);
	}
	assert_int_equal(store_exec(store, "BEGIN; UPDATE session SET enrolment = 'e9' WHERE enrolment = 'e2';"
					   "UPDATE session SET enrolment = 'e2' WHERE enrolment = 'e9'; COMMIT", NULL), 0);
	assert_fixture_rows(store, 2);
	store_close(store);
}

/* A row that the rebuilt table does not take: the version stays with all its tables, and its copy is there. */
static void a_rebuild_that_fails_changes_nothing(void **state)
{
	(void)state;
	OWNED_TEXT *path = in_root("pacer.db"), *before = in_root("before.db"), *backup = backup_path(path, 2);
	load_version(path, 2);
	load_version(before, 2);
	run_sql(path, "PRAGMA ignore_check_constraints = ON; UPDATE session SET rung = 64 WHERE id = 'w02-fr'");
	assert_int_equal(open_refused(path, "rung"), STORE_DAMAGED);
	assert_int_equal(version_of(path), 2);
	assert_int_equal(version_of(backup), 2);
	run_sql(path, "UPDATE session SET rung = 7 WHERE id = 'w02-fr'");
	struct store *store = open_ok(path);
	assert_fixture_rows(store, 2);
	assert_same_rows(store, before, 2);
	store_close(store);
}

enum { LATER = STORE_VERSION + 1, MUCH_LATER };

/* Steps of a later pacer: one that works, one that does half of its work. Those before are never taken again. */
static const char *const later_steps[MUCH_LATER] = {
	[STORE_VERSION] = "ALTER TABLE value ADD COLUMN note TEXT; UPDATE value SET note = 'migrated'",
	[LATER] = "CREATE TABLE half (x TEXT) STRICT; UPDATE value SET note = 'half'; INSERT INTO nowhere VALUES (1)",
};

static void steps_are_taken_after_a_backup(void **state)
{
	(void)state;
	OWNED_TEXT *path = in_root("pacer.db"), *backup = backup_path(path, STORE_VERSION), *unfinished = xasprintf("%s.new", backup);
	OWNED_TEXT *says = xasprintf("version %d", LATER);
	load_fixture(path);
	make_text(unfinished); /* left over from a try that was cut off */
	mode_t before = umask(0);
	struct store *store = open_ok(path);
	assert_int_equal(schema_migrate(store, later_steps, STORE_VERSION, LATER, NULL), 0);
	umask(before);
	assert_int_equal(number(store, "PRAGMA user_version"), LATER);
	assert_int_equal(number(store, "SELECT count(*) FROM value WHERE note IS NOT 'migrated'"), 0);
	store_close(store);
	assert_int_equal(open_refused(path, says), STORE_NEWER);
	assert_int_equal(mode_of(backup), 0600);
	assert_false(exists(unfinished));
	/* The copy is a whole database of the old version. */
	store = open_ok(backup);
	assert_fixture_rows(store, STORE_VERSION);
	store_close(store);
}

static void half_a_step_is_no_step(void **state)
{
	(void)state;
	OWNED_TEXT *path = in_root("pacer.db");
	load_fixture(path);
	struct store *store = open_ok(path);
	struct err err = {0};
	assert_int_equal(schema_migrate(store, later_steps, STORE_VERSION, MUCH_LATER, &err), STORE_DAMAGED);
	assert_non_null(strstr(err.text, "nowhere"));
	err_release(&err);
	/* The step before it stays. */
	assert_int_equal(number(store, "PRAGMA user_version"), LATER);
	assert_int_equal(number(store, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
	assert_int_equal(number(store, "SELECT count(*) FROM value WHERE note IS NOT 'migrated'"), 0);
	assert_int_equal(apply_entry(store, "usable", NULL), 0);
	store_close(store);
}

static void no_step_without_a_backup(void **state)
{
	(void)state;
	OWNED_TEXT *path = in_root("pacer.db"), *backup = backup_path(path, 1), *inside = xasprintf("%s/x", backup);
	load_version(path, 1);
	assert_int_equal(mkdir(backup, 0700) | mkdir(inside, 0700), 0);
	struct store *store = NULL;
	struct err err = {0};
	assert_int_not_equal(store_open(path, &store, &err), 0);
	assert_null(store);
	assert_non_null(strstr(err.text, backup));
	err_release(&err);
	assert_int_equal(version_of(path), 1);
	/* Once the way is free the same database is taken up. */
	assert_int_equal(rmdir(inside) | rmdir(backup), 0);
	store = open_ok(path);
	assert_fixture_rows(store, 1);
	store_close(store);
	assert_true(exists(backup));
}

/* --- health -------------------------------------------------------------------------------------------------------------------- */

static void health(void **state)
{
	(void)state;
	OWNED_TEXT *path = in_root("pacer.db");
	struct store *store = open_ok(path);
	struct store_health got = {0};
	assert_int_equal(store_health(store, &got, NULL), 0);
	assert_true(got.sound && got.bytes > 4096 && got.free_bytes > 0);
	OWNED_TEXT *words = xasprintf("%0100000d", 1);
	int64_t bytes = got.bytes;
	assert_int_equal(apply_entry(store, words, NULL), 0);
	assert_int_equal(store_health(store, &got, NULL), 0);
	assert_true(got.sound && got.bytes > bytes + 100000);
	store_close(store);

	store = open_ok(":memory:");
	assert_int_equal(store_health(store, &got, NULL), 0);
	assert_true(got.sound && got.bytes > 4096);
	store_close(store);
}

/* Bytes of a page in the middle turned over, headers untouched. */
static void damaged_page(void **state)
{
	(void)state;
	OWNED_TEXT *path = in_root("pacer.db");
	struct store *store = open_ok(path);
	for (int i = 0; i < 200; i++) {
		OWNED_TEXT *name = xasprintf("name-%d", i);
		assert_int_equal(store_put(store, name, "some words to fill the page with", NULL), 0);
	}
	int64_t page = number(store, "SELECT rootpage FROM sqlite_schema WHERE name = 'value'");
	store_close(store);
	size_t length = 0;
	OWNED_TEXT *bytes = read_file(path, &length);
	memset(bytes + (page - 1) * 4096, 0xA5, 4096);
	write_file(path, bytes, length);
	store = open_ok(path);
	struct store_health got = {.sound = true};
	assert_int_equal(store_health(store, &got, NULL), 0);
	assert_false(got.sound);
	struct err err = {0};
	assert_int_equal(store_put(store, "name-1", "x", &err), STORE_DAMAGED);
	assert_non_null(strstr(err.text, path));
	err_release(&err);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(everything_is_private, set_up, tear_down),
		cmocka_unit_test_setup_teardown(open_doors_are_closed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(settings_of_the_database, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_daemon_at_a_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(newer_versions_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(newer_with_a_wal_is_not_touched, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_database_of_ours, set_up, tear_down),
		cmocka_unit_test_setup_teardown(read_only_directory, set_up, tear_down),
		cmocka_unit_test_setup_teardown(read_only_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(file_in_the_way, set_up, tear_down),
		cmocka_unit_test_setup_teardown(full_disk, set_up, tear_down),
		cmocka_unit_test_setup_teardown(full_disk_from_the_start, set_up, tear_down),
		cmocka_unit_test_setup_teardown(fixtures_are_their_versions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_version_is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_migrated_is_usable, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rebuilt_tables_keep_their_rules, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_rebuild_that_fails_changes_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(steps_are_taken_after_a_backup, set_up, tear_down),
		cmocka_unit_test_setup_teardown(half_a_step_is_no_step, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_step_without_a_backup, set_up, tear_down),
		cmocka_unit_test_setup_teardown(health, set_up, tear_down),
		cmocka_unit_test_setup_teardown(damaged_page, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
