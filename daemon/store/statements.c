#include "handle.h"

#include <errno.h>

enum form {
	FORM_PLAIN,  /* the tail as it is */
	FORM_INSERT, /* INSERT of all fields */
	FORM_UPSERT, /* the same, replacing the row of that key */
	FORM_UPDATE, /* SET of all fields; the tail names the row with parameters past the fields */
	FORM_SELECT, /* all fields */
};

struct recipe {
	enum form form;
	const struct table *table;
	const char *tail;
};

/* Word for word as in the partial indexes. Said as what is not open, so that a state nobody knows is read and told. */
#define NOTICE_IS_OPEN "state NOT IN ('answered', 'expired', 'digested') AND (state <> 'shown' OR closed_s IS NULL)"
#define NOTICE_IS_OVER "(state IN ('answered', 'expired', 'digested') OR (state = 'shown' AND closed_s IS NOT NULL))"
#define NOTICE_LAST_S "max(ifnull(sent_s, closed_s), ifnull(closed_s, sent_s))"
#define JOURNAL_CAN_BE_UNDONE "by_learner = 1 AND (before IS NOT NULL OR what IN ('enrol', 'leave'))"

static const struct recipe recipes[ST_COUNT] = {
	[ST_BEGIN] = {FORM_PLAIN, NULL, "BEGIN IMMEDIATE"},
	[ST_COMMIT] = {FORM_PLAIN, NULL, "COMMIT"},
	[ST_ROLLBACK] = {FORM_PLAIN, NULL, "ROLLBACK"},
	[ST_ENROLMENT_ADD] = {FORM_INSERT, &enrolment_table, ""},
	[ST_ENROLMENT_SET] = {FORM_UPDATE, &enrolment_table, "WHERE id = :name"},
	[ST_ENROLMENTS] = {FORM_SELECT, &enrolment_table, "ORDER BY number"},
	[ST_SESSION_ADD] = {FORM_INSERT, &session_table, ""},
	[ST_SESSION_PUT] = {FORM_UPSERT, &session_table, ""},
	[ST_SESSION_LIFE] = {FORM_UPDATE, &life_table, "WHERE enrolment = :enrolment AND id = :id"},
	[ST_SESSIONS] = {FORM_SELECT, &session_table, "WHERE enrolment = ?1 ORDER BY position"},
	[ST_NOTICE_PUT] = {FORM_UPSERT, &notice_table, ""},
	[ST_NOTICES_OPEN] = {FORM_SELECT, &notice_table, "WHERE " NOTICE_IS_OPEN " ORDER BY due_s, key"},
	[ST_NOTICES_RECENT] = {FORM_SELECT, &notice_table, "WHERE " NOTICE_IS_OVER " AND " NOTICE_LAST_S " >= ?1 ORDER BY due_s, key"},
	[ST_NOTICES_OF] = {FORM_SELECT, &notice_table, "WHERE enrolment = ?1 AND session = ?2 ORDER BY due_s, key"},
	[ST_NOTICES_OF_DAYS] = {FORM_SELECT, &notice_table,
				"WHERE enrolment IS NULL AND session IS NULL AND due_s >= ?1 ORDER BY due_s, key"},
	[ST_ABSENCE_PUT] = {FORM_UPSERT, &absence_table, ""},
	[ST_ABSENCES] = {FORM_SELECT, &absence_table, "ORDER BY number"},
	[ST_JOURNAL_ADD] = {FORM_INSERT, &journal_table, ""},
	/* The newest ?1, oldest of them first. */
	[ST_JOURNAL_ALL] = {FORM_SELECT, &journal_table, "WHERE seq IN (SELECT seq FROM journal ORDER BY seq DESC LIMIT ?1) ORDER BY seq"},
	[ST_JOURNAL_OF] = {FORM_SELECT, &journal_table,
			   "WHERE seq IN (SELECT seq FROM journal WHERE enrolment = ?2 AND session IS nullif(?3, '')"
			   " ORDER BY seq DESC LIMIT ?1) ORDER BY seq"},
	[ST_JOURNAL_UNDOABLE] = {FORM_SELECT, &journal_table,
				 "WHERE " JOURNAL_CAN_BE_UNDONE
				 " AND NOT EXISTS (SELECT 1 FROM journal AS later WHERE later.undoes = journal.seq)"
				 " ORDER BY seq DESC LIMIT 1"},
	[ST_PLAN_FILE_PUT] = {FORM_UPSERT, &plan_file_table, ""},
	[ST_PLAN_FILE_REMOVE] = {FORM_PLAIN, NULL, "DELETE FROM plan_file WHERE path = ?1"},
	[ST_PLAN_FILES] = {FORM_SELECT, &plan_file_table, "ORDER BY path"},
	[ST_VALUE_PUT] = {FORM_UPSERT, &value_table, ""},
	[ST_VALUE_GET] = {FORM_SELECT, &value_table, "WHERE name = ?1"},
	[ST_VALUES] = {FORM_SELECT, &value_table, "ORDER BY name"},
};

/* Every field with commas between: "<prefix>column", and when assign is given "column<assign><prefix>column". */
static void add_columns(struct text *sql, const struct table *table, const char *assign, const char *prefix)
{
	for (int i = 0; i < table->count; i++) {
		const char *column = table->fields[i].column;
		if (i)
			text_add(sql, ", ");
		if (assign)
			text_addf(sql, "%s%s", column, assign);
		text_addf(sql, "%s%s", prefix, column);
	}
}

static char *recipe_sql(const struct recipe *recipe)
{
	struct text sql = {0};
	const char *name = recipe->table ? recipe->table->name : "";
	switch (recipe->form) {
	case FORM_PLAIN:
		break;
	case FORM_SELECT:
		text_add(&sql, "SELECT ");
		add_columns(&sql, recipe->table, NULL, "");
		text_addf(&sql, " FROM %s ", name);
		break;
	case FORM_UPDATE:
		text_addf(&sql, "UPDATE %s SET ", name);
		add_columns(&sql, recipe->table, " = ", ":");
		text_add(&sql, " ");
		break;
	case FORM_INSERT:
	case FORM_UPSERT:
		text_addf(&sql, "INSERT INTO %s (", name);
		add_columns(&sql, recipe->table, NULL, "");
		text_add(&sql, ") VALUES (");
		add_columns(&sql, recipe->table, NULL, ":");
		text_add(&sql, ")");
	}
	if (recipe->form == FORM_UPSERT) {
		text_add(&sql, " ON CONFLICT (");
		for (int i = 0; i < recipe->table->key_count; i++)
			text_addf(&sql, "%s%s", i ? ", " : "", recipe->table->fields[i].column);
		text_add(&sql, ") DO UPDATE SET ");
		add_columns(&sql, recipe->table, " = ", "excluded.");
	}
	text_add(&sql, recipe->tail);
	return text_take(&sql);
}

int store_prepare_all(struct store *store, struct err *err)
{
	for (int i = 0; i < ST_COUNT; i++) {
		OWNED_TEXT *sql = recipe_sql(&recipes[i]);
		int code = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &store->statements[i], NULL);
		if (code)
			return store_trouble(store, code, err);
	}
	return 0;
}

sqlite3_stmt *store_use(struct store *store, enum statement which)
{
	sqlite3_stmt *statement = store->statements[which];
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return statement;
}

int store_step(struct store *store, sqlite3_stmt *statement, bool *ret_row, struct err *err)
{
	int code = sqlite3_step(statement);
	int result = code == SQLITE_ROW || code == SQLITE_DONE ? 0 : store_trouble(store, code, err);
	if (code != SQLITE_ROW)
		sqlite3_reset(statement);
	if (ret_row)
		*ret_row = code == SQLITE_ROW;
	return result;
}

int store_each(struct store *store, sqlite3_stmt *statement,
	       int (*take)(struct store *store, sqlite3_stmt *statement, void *ctx, struct err *err), void *ctx, struct err *err)
{
	bool row = false;
	int r = store_step(store, statement, &row, err);
	while (row && !r) {
		r = take(store, statement, ctx, err);
		if (!r)
			r = store_step(store, statement, &row, err);
	}
	sqlite3_reset(statement);
	return r;
}

int store_begin(struct store *store, struct err *err)
{
	return store_step(store, store_use(store, ST_BEGIN), NULL, err);
}

int store_end(struct store *store, int result, struct err *err)
{
	if (!result)
		result = store_step(store, store_use(store, ST_COMMIT), NULL, err);
	/* SQLite takes some transactions back by itself. A rollback has nothing left to go wrong with. */
	if (result && !sqlite3_get_autocommit(store->db))
		store_step(store, store_use(store, ST_ROLLBACK), NULL, NULL);
	return result;
}

struct trouble {
	int code;   /* of SQLite, primary or extended */
	int result; /* ours */
	const char *problem, *remedy;
};

#define DAMAGED "put a backup copy in its place or move the file away"
#define USED "stop the other pacerd first"

/* The first row that fits; extended codes stand before their primary ones. The last row fits all. */
static const struct trouble troubles[] = {
	{SQLITE_FULL, STORE_UNWRITABLE, "there is no room left for the database", "free some space and try again"},
	{SQLITE_READONLY, STORE_UNWRITABLE, "the database cannot be written", "make the file and its directory writable for you"},
	{SQLITE_PERM, STORE_UNWRITABLE, "the database cannot be written", "make the file and its directory writable for you"},
	{SQLITE_CANTOPEN, STORE_UNWRITABLE, "the database cannot be opened for writing",
	 "make the file and its directory writable for you"},
	{SQLITE_BUSY, -EBUSY, "the database is in use", USED},
	{SQLITE_LOCKED, -EBUSY, "the database is in use", USED},
	{SQLITE_IOERR_READ, -EIO, "the database cannot be read", "check the disk"},
	{SQLITE_IOERR_LOCK, -EIO, "the database cannot be locked", "put it on a file system with locks"},
	{SQLITE_IOERR, STORE_UNWRITABLE, "the database cannot be written", "check the disk and the space on it"},
	{SQLITE_CONSTRAINT, STORE_DAMAGED, "a change does not fit the rows of the database",
	 "nothing was changed: see what pacer doctor says"},
	{SQLITE_NOTADB, STORE_DAMAGED, "this is not a database of pacer", DAMAGED},
	{SQLITE_OK, STORE_DAMAGED, "the database is damaged", DAMAGED},
};

int store_trouble(struct store *store, int code, struct err *err)
{
	if (code == SQLITE_NOMEM)
		abort();
	const struct trouble *row = troubles;
	while (row->code != code && row->code != (code & 0xff) && row->code != SQLITE_OK)
		row++;
	/* Of codes that we found ourselves the handle knows nothing. */
	const char *detail = sqlite3_extended_errcode(store->db) == code ? sqlite3_errmsg(store->db) : sqlite3_errstr(code);
	return err_set(err, row->result, "%s: '%s' (%s), %s", row->problem, store->path, detail, row->remedy);
}

int store_exec(struct store *store, const char *sql, struct err *err)
{
	int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
	return code ? store_trouble(store, code, err) : 0;
}

int store_number(struct store *store, const char *sql, int64_t *ret_number, struct err *err)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	int result = code == SQLITE_ROW ? 0 : store_trouble(store, code, err);
	if (!result)
		*ret_number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return result;
}
