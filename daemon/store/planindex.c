#include "handle.h"

void plan_file_release(struct plan_file *file)
{
	char **const texts[] = {&file->path, &file->name, &file->revision, &file->uid, &file->title, &file->goal, &file->error};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		text_replace(texts[i], NULL);
}

struct plan_file_reader {
	void (*each)(void *ctx, struct plan_file file);
	void *ctx;
};

static int take_plan_file(struct store *store, sqlite3_stmt *statement, void *ctx, struct err *err)
{
	const struct plan_file_reader *reader = ctx;
	struct plan_file file = {0};
	int r = table_read(&plan_file_table, store, statement, &file, err);
	if (r)
		plan_file_release(&file);
	else
		reader->each(reader->ctx, file);
	return r;
}

int store_plan_files(struct store *store, void (*each)(void *ctx, struct plan_file file), void *ctx, struct err *err)
{
	struct plan_file_reader reader = {each, ctx};
	int r = store_each(store, store_use(store, ST_PLAN_FILES), take_plan_file, &reader, err);
	/* Read once: the pages are not needed again soon. */
	sqlite3_db_release_memory(store->db);
	return r;
}

static int put_plan_file(struct store *store, const struct plan_file *file, struct err *err)
{
	sqlite3_stmt *statement = store_use(store, ST_PLAN_FILE_PUT);
	table_bind(&plan_file_table, statement, file);
	return store_step(store, statement, NULL, err);
}

static int remove_plan_file(struct store *store, const char *path, struct err *err)
{
	sqlite3_stmt *statement = store_use(store, ST_PLAN_FILE_REMOVE);
	sqlite3_bind_text(statement, 1, path, -1, SQLITE_STATIC);
	return store_step(store, statement, NULL, err);
}

int store_plan_files_update(struct store *store, const struct plan_file *put, size_t put_count, const char *const *remove,
			    size_t remove_count, struct err *err)
{
	int r = store_begin(store, err);
	for (size_t i = 0; i < remove_count && !r; i++)
		r = remove_plan_file(store, remove[i], err);
	for (size_t i = 0; i < put_count && !r; i++)
		r = put_plan_file(store, &put[i], err);
	return store_end(store, r, err);
}

enum { NOT_THERE = 1 };

int store_get(struct store *store, const char *name, char **ret_value, struct err *err)
{
	sqlite3_stmt *statement = store_use(store, ST_VALUE_GET);
	sqlite3_bind_text(statement, 1, name, -1, SQLITE_TRANSIENT);
	bool found = false;
	int r = store_step(store, statement, &found, err);
	if (r || !found)
		return r ? r : NOT_THERE;
	struct value_row row = {0};
	r = table_read(&value_table, store, statement, &row, err);
	if (!r)
		*ret_value = STEAL(row.value);
	free(row.name);
	free(row.value);
	sqlite3_reset(statement);
	return r;
}

int store_put_value(struct store *store, const char *name, const char *value, struct err *err)
{
	sqlite3_stmt *statement = store_use(store, ST_VALUE_PUT);
	const struct value_row row = {(char *)(uintptr_t)name, (char *)(uintptr_t)value};
	table_bind(&value_table, statement, &row);
	int r = store_step(store, statement, NULL, err);
	/* The texts are the caller's. */
	sqlite3_clear_bindings(statement);
	return r;
}

int store_put(struct store *store, const char *name, const char *value, struct err *err)
{
	int r = store_begin(store, err);
	if (!r)
		r = store_put_value(store, name, value, err);
	return store_end(store, r, err);
}
