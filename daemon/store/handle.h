/* Inside of the store room: the handle, its statements, and the tables as lists of fields.
 *
 * One list of fields a table serves the INSERT, the SELECT, the binding and the checking of what is read back: a new column is one row
 * there and one migration step in schema.c. Measured on SQLite 3.40.1: with locking_mode=EXCLUSIVE set before the first read a WAL
 * database needs no -shm file, and a second process gets SQLITE_BUSY until we close. */
#ifndef STORE_HANDLE_H
#define STORE_HANDLE_H

#include <sqlite3.h>

#include "store.h"

enum field_kind {
	FIELD_TEXT,     /* char *, owned by the object */
	FIELD_BORROWED, /* const char *: read back it points into the row, until the next step */
	FIELD_CHARS,    /* char[max + 1]; nullable: "" is NULL */
	FIELD_INT,      /* int, int32_t */
	FIELD_UINT,     /* unsigned, uint32_t */
	FIELD_INT64,
	FIELD_BOOL,
	FIELD_NAME, /* an enum, kept by its name */
};

struct field {
	const char *column;
	enum field_kind kind;
	size_t at; /* in the object */
	bool nullable;
	int64_t none;                   /* nullable numbers: what NULL stands for */
	int64_t min, max;               /* numbers; FIELD_CHARS: max bytes; FIELD_NAME: max is the last value */
	const char *(*name)(int value); /* FIELD_NAME; NULL for a value without a name */
};

struct table {
	const char *name;
	const struct field *fields;
	int count;
	int key_count; /* the first fields name the row in messages */
};

/* Rows of which the core's value is only a part. */
struct enrolment_row {
	struct enrolment enrolment;
	int number; /* of the id "e<number>" */
	char *phases, *cutbacks;
};
struct session_row {
	char enrolment[ENROLMENT_ID_MAX];
	int position;
	struct session session;
};
struct value_row {
	char *name, *value;
};

extern const struct table enrolment_table, session_table, life_table, notice_table, absence_table, journal_table, plan_file_table,
	value_table;

enum statement {
	ST_BEGIN,
	ST_COMMIT,
	ST_ROLLBACK,
	ST_ENROLMENT_ADD,
	ST_ENROLMENT_SET,
	ST_ENROLMENTS,
	ST_SESSION_ADD,
	ST_SESSION_PUT,
	ST_SESSION_LIFE,
	ST_SESSIONS,
	ST_NOTICE_PUT,
	ST_NOTICES_OPEN,
	ST_NOTICES_RECENT,
	ST_NOTICES_OF,
	ST_NOTICES_OF_DAYS,
	ST_ABSENCE_PUT,
	ST_ABSENCES,
	ST_JOURNAL_ADD,
	ST_JOURNAL_ALL,
	ST_JOURNAL_OF,
	ST_JOURNAL_UNDOABLE,
	ST_PLAN_FILE_PUT,
	ST_PLAN_FILE_REMOVE,
	ST_PLAN_FILES,
	ST_VALUE_PUT,
	ST_VALUE_GET,
	ST_VALUES,
	ST_COUNT
};

struct store {
	sqlite3 *db;
	char *path;
	bool in_memory;
	sqlite3_stmt *statements[ST_COUNT];
	char **interned; /* texts that outlive their rows: few, as they are words of our own */
	size_t interned_count;
};

/* statements.c */
int store_prepare_all(struct store *store, struct err *err);
/* The statement, reset and with nothing bound. */
sqlite3_stmt *store_use(struct store *store, enum statement which);
/* One step; a statement that has no row to give, or that met an error, is reset. ret_row may be NULL. */
int store_step(struct store *store, sqlite3_stmt *statement, bool *ret_row, struct err *err);
/* take gets each row until it answers other than 0. It may use other statements, not this one. */
int store_each(struct store *store, sqlite3_stmt *statement,
	       int (*take)(struct store *store, sqlite3_stmt *statement, void *ctx, struct err *err), void *ctx, struct err *err);
/* One transaction: begin, then end with the result so far: commits on 0, takes everything back otherwise. */
int store_begin(struct store *store, struct err *err);
int store_end(struct store *store, int result, struct err *err);
/* The SQLite result code as a result of ours, with a text. */
int store_trouble(struct store *store, int code, struct err *err);
int store_exec(struct store *store, const char *sql, struct err *err);
int store_number(struct store *store, const char *sql, int64_t *ret_number, struct err *err);

/* fields.c */
/* Binds the fields as parameters 1.. in order; texts must live until the statement is reset. */
void table_bind(const struct table *table, sqlite3_stmt *statement, const void *object);
/* Reads the current row into object, which must be zeroed. STORE_DAMAGED: what is owned by then is the object's to release. */
int table_read(const struct table *table, struct store *store, sqlite3_stmt *statement, void *object, struct err *err);
/* "table 'session' has a damaged row 'e1/3'..."; detail says what about it. Returns STORE_DAMAGED. */
int table_damaged(const struct table *table, struct store *store, sqlite3_stmt *statement, const char *detail, struct err *err);

/* files.c */
/* Makes the directory (0700) and the file (0600), and takes access away from everyone else where they exist. */
int files_prepare(const char *path, struct err *err);
/* A new, empty file 0600 whatever the umask. 0 or -errno. */
int files_create(const char *path);
/* Renames a finished file into place so that it survives a power cut. 0 or -errno. */
int files_publish(const char *from, const char *to);
int files_trouble(const char *path, int code, struct err *err);
char *files_directory(const char *path);

/* planindex.c */
/* The value by this name, new or anew, as part of the transaction at hand; store_put is one of its own. */
int store_put_value(struct store *store, const char *name, const char *value, struct err *err);

/* schema.c */
enum { STORE_APPLICATION_ID = 0x50616372 }; /* "Pacr" */
/* steps[n] leads from version n to n + 1. */
extern const char *const schema_steps[STORE_VERSION];
/* Says what the database is, without changing it: 0 ours or empty, STORE_NEWER, STORE_DAMAGED. */
int schema_inspect(struct store *store, int known, int *ret_version, struct err *err);
int schema_migrate(struct store *store, const char *const *steps, int from, int to, struct err *err);

#endif
