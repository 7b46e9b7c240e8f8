#include "handle.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

enum {
	BUSY_MS = 200,               /* an old daemon on its way out */
	ROW_BYTES_MAX = 1024 * 1024, /* a session with all its texts stays under 100 KiB */
};

/* The file may have been made by anyone: the schema's functions are not trusted, and pages are checked as they are read. */
static const char pragmas_before[] = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
				     "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -512";
static const char pragmas_after[] = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 1048576";

static bool has_bytes(const char *path, const char *suffix)
{
	OWNED_TEXT *name = xasprintf("%s%s", path, suffix);
	struct stat st;
	return !stat(name, &st) && st.st_size > 0;
}

/* Closing folds a leftover -wal into the database; one that is not ours to open is to stay as it is. */
static void keep_wal(struct store *store, bool keep)
{
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep, NULL);
}

static int connect_database(struct store *store, struct err *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (store->in_memory ? SQLITE_OPEN_CREATE : 0);
	int code = sqlite3_open_v2(store->path, &store->db, flags, NULL);
	if (code)
		return store_trouble(store, code, err);
	sqlite3_busy_timeout(store->db, BUSY_MS);
	sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, ROW_BYTES_MAX);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	keep_wal(store, has_bytes(store->path, "-wal"));
	if (sqlite3_db_readonly(store->db, "main") == 1)
		return store_trouble(store, SQLITE_READONLY, err);
	return store_exec(store, pragmas_before, err);
}

static int set_up(struct store *store, struct err *err)
{
	int version = 0;
	int r = schema_inspect(store, STORE_VERSION, &version, err);
	if (r)
		return r;
	keep_wal(store, false);
	if (!store->in_memory)
		r = store_exec(store, "PRAGMA journal_mode = WAL", err);
	if (!r)
		r = store_exec(store, pragmas_after, err);
	if (!r)
		r = schema_migrate(store, schema_steps, version, STORE_VERSION, err);
	return r ? r : store_prepare_all(store, err);
}

int store_open(const char *path, struct store **ret_store, struct err *err)
{
	struct store *store = xcalloc(1, sizeof(*store));
	store->path = xstrdup(path);
	store->in_memory = !strcmp(path, ":memory:");
	int r = store->in_memory ? 0 : files_prepare(path, err);
	if (!r)
		r = connect_database(store, err);
	if (!r)
		r = set_up(store, err);
	if (r)
		store = store_close(store);
	else
		*ret_store = store;
	return r;
}

struct store *store_close(struct store *store)
{
	if (!store)
		return NULL;
	for (int i = 0; i < ST_COUNT; i++)
		sqlite3_finalize(store->statements[i]);
	sqlite3_close(store->db);
	for (size_t i = 0; i < store->interned_count; i++)
		free(store->interned[i]);
	free(store->interned);
	free(store->path);
	free(store);
	return NULL;
}

static int64_t file_bytes(const char *path, const char *suffix)
{
	OWNED_TEXT *name = xasprintf("%s%s", path, suffix);
	struct stat st;
	return stat(name, &st) ? 0 : (int64_t)st.st_size;
}

/* In memory there is no file to grow and no file system to fill. */
static int measure(struct store *store, struct store_health *health, struct err *err)
{
	if (store->in_memory) {
		health->free_bytes = INT64_MAX;
		return store_number(store, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", &health->bytes, err);
	}
	OWNED_TEXT *directory = files_directory(store->path);
	struct statvfs fs;
	if (statvfs(directory, &fs))
		return files_trouble(directory, errno, err);
	health->bytes = file_bytes(store->path, "") + file_bytes(store->path, "-wal");
	health->free_bytes = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
	return 0;
}

int store_health(struct store *store, struct store_health *ret_health, struct err *err)
{
	struct store_health health = {0};
	int r = measure(store, &health, err);
	if (r)
		return r;
	/* A check that cannot be carried through says the same as one that finds something. */
	int64_t sound = 0;
	health.sound = !store_number(store, "SELECT quick_check = 'ok' FROM pragma_quick_check(1)", &sound, NULL) && sound;
	*ret_health = health;
	return 0;
}
