#include "handle.h"

#include <unistd.h>

/* Years 1 to 9999, in days and in seconds, as the fields have them. */
#define IS_DAY(column) column " BETWEEN -719162 AND 2932896"
#define IS_INSTANT(column) column " BETWEEN -62135596800 AND 253402300799"
#define IS_SECOND(column) column " BETWEEN 0 AND 86399"
#define IS_COUNT(column) column " BETWEEN 0 AND 2147483647"

/* A published step is never edited: what comes later is a step of its own. tests/data/store keeps each version as it was. */
/* clang-format off */
static const char step_1[] =
	"PRAGMA application_id = 1348559730;\n" /* STORE_APPLICATION_ID */
	"CREATE TABLE enrolment (\n"
	"	id TEXT NOT NULL PRIMARY KEY CHECK (id = 'e' || number),\n"
	"	number INTEGER NOT NULL UNIQUE CHECK (number BETWEEN 1 AND 2147483647),\n"
	"	plan_name TEXT NOT NULL,\n"
	"	plan_uid TEXT,\n"
	"	title TEXT NOT NULL,\n"
	"	revision TEXT,\n"
	"	start_day INTEGER NOT NULL CHECK (" IS_DAY("start_day") "),\n"
	"	weeks INTEGER NOT NULL CHECK (weeks BETWEEN 1 AND 52),\n"
	"	phases TEXT NOT NULL,\n"
	"	cutbacks TEXT NOT NULL,\n"
	"	enrolled_s INTEGER NOT NULL CHECK (" IS_INSTANT("enrolled_s") "),\n"
	"	left_s INTEGER CHECK (" IS_INSTANT("left_s") ")\n"
	") STRICT;\n"
	"CREATE TABLE session (\n"
	"	enrolment TEXT NOT NULL REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED,\n"
	"	position INTEGER NOT NULL CHECK (position BETWEEN 0 AND 4999),\n"
	"	id TEXT NOT NULL,\n"
	"	uid TEXT,\n"
	"	week INTEGER NOT NULL CHECK (week BETWEEN 1 AND 52),\n"
	"	day INTEGER NOT NULL CHECK (day BETWEEN 0 AND 363),\n"
	"	second INTEGER NOT NULL CHECK (" IS_SECOND("second") "),\n"
	"	zone TEXT,\n"
	"	minutes INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 100000),\n"
	"	type TEXT NOT NULL,\n"
	"	effort INTEGER NOT NULL CHECK (effort BETWEEN 0 AND 10),\n"
	"	line INTEGER NOT NULL CHECK (" IS_COUNT("line") "),\n"
	"	skill TEXT NOT NULL,\n"
	"	title TEXT NOT NULL,\n"
	"	milestone TEXT,\n"
	"	prep TEXT,\n"
	"	tip TEXT,\n"
	"	description TEXT,\n"
	"	help TEXT,\n"
	"	state TEXT NOT NULL,\n"
	"	reason TEXT,\n"
	"	start_day INTEGER NOT NULL CHECK (" IS_DAY("start_day") "),\n"
	"	start_second INTEGER NOT NULL CHECK (" IS_SECOND("start_second") "),\n"
	"	moved_from_day INTEGER CHECK (" IS_DAY("moved_from_day") "),\n"
	"	moved_from_second INTEGER NOT NULL CHECK (" IS_SECOND("moved_from_second") "),\n"
	"	snoozed_s INTEGER CHECK (" IS_INSTANT("snoozed_s") "),\n"
	"	started_s INTEGER CHECK (" IS_INSTANT("started_s") "),\n"
	"	ended_s INTEGER CHECK (" IS_INSTANT("ended_s") "),\n"
	"	end_due_s INTEGER CHECK (" IS_INSTANT("end_due_s") "),\n"
	"	actual_minutes INTEGER CHECK (actual_minutes BETWEEN 0 AND 100000),\n"
	"	actual_effort INTEGER CHECK (actual_effort BETWEEN 0 AND 10),\n"
	"	ring INTEGER NOT NULL CHECK (" IS_COUNT("ring") "),\n"
	"	rung INTEGER NOT NULL CHECK (rung BETWEEN 0 AND 7),\n"
	"	PRIMARY KEY (enrolment, position),\n"
	"	UNIQUE (enrolment, id)\n"
	") STRICT;\n"
	"CREATE TABLE notice (\n"
	"	key TEXT NOT NULL PRIMARY KEY,\n"
	"	kind TEXT NOT NULL,\n"
	"	enrolment TEXT REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED,\n"
	"	session TEXT,\n"
	"	due_s INTEGER CHECK (" IS_INSTANT("due_s") "),\n"
	"	sent_s INTEGER CHECK (" IS_INSTANT("sent_s") "),\n"
	"	shown_s INTEGER CHECK (" IS_INSTANT("shown_s") "),\n"
	"	closed_s INTEGER CHECK (" IS_INSTANT("closed_s") "),\n"
	"	state TEXT NOT NULL,\n"
	"	cause TEXT,\n"
	"	answer TEXT,\n"
	"	count INTEGER NOT NULL CHECK (" IS_COUNT("count") "),\n"
	"	server_id INTEGER NOT NULL CHECK (server_id BETWEEN 0 AND 4294967295),\n"
	"	server_owner TEXT\n"
	") STRICT;\n"
	"CREATE INDEX notice_of_session ON notice (enrolment, session, due_s);\n"
	"CREATE INDEX notice_open ON notice (due_s)\n"
	"	WHERE state NOT IN ('answered', 'expired', 'digested') AND (state <> 'shown' OR closed_s IS NULL);\n"
	"CREATE TABLE journal (\n"
	"	seq INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"	time_s INTEGER NOT NULL CHECK (" IS_INSTANT("time_s") "),\n"
	"	what TEXT NOT NULL,\n"
	"	by_learner INTEGER NOT NULL CHECK (by_learner IN (0, 1)),\n"
	"	via TEXT NOT NULL,\n"
	"	rule TEXT,\n"
	"	enrolment TEXT REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED,\n"
	"	session TEXT,\n"
	"	text TEXT,\n"
	"	before TEXT,\n"
	"	undoes INTEGER REFERENCES journal (seq) CHECK (undoes >= 1)\n"
	") STRICT;\n"
	"CREATE INDEX journal_of_session ON journal (enrolment, session);\n"
	"CREATE INDEX journal_undoes ON journal (undoes) WHERE undoes IS NOT NULL;\n"
	"CREATE INDEX journal_undoable ON journal (seq) WHERE by_learner = 1 AND (before IS NOT NULL OR what IN ('enrol', 'leave'));\n"
	"CREATE TRIGGER journal_keeps_rows BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;\n"
	"CREATE TRIGGER journal_keeps_words BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;\n"
	"CREATE TABLE plan_file (\n"
	"	path TEXT NOT NULL PRIMARY KEY,\n"
	"	name TEXT NOT NULL,\n"
	"	size INTEGER NOT NULL CHECK (size >= 0),\n"
	"	mtime_ns INTEGER NOT NULL,\n"
	"	inode INTEGER NOT NULL,\n"
	"	revision TEXT,\n"
	"	uid TEXT,\n"
	"	title TEXT,\n"
	"	goal TEXT,\n"
	"	weeks INTEGER NOT NULL CHECK (" IS_COUNT("weeks") "),\n"
	"	sessions INTEGER NOT NULL CHECK (" IS_COUNT("sessions") "),\n"
	"	minutes INTEGER NOT NULL CHECK (" IS_COUNT("minutes") "),\n"
	"	error TEXT,\n"
	"	line INTEGER NOT NULL CHECK (" IS_COUNT("line") ")\n"
	") STRICT;\n"
	"CREATE TABLE value (\n"
	"	name TEXT NOT NULL PRIMARY KEY,\n"
	"	value TEXT NOT NULL\n"
	") STRICT;\n";

static const char step_2[] =
	"CREATE TABLE absence (\n"
	"	number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 2147483647),\n"
	"	kind TEXT NOT NULL CHECK (kind IN ('away', 'pause')),\n"
	"	from_s INTEGER NOT NULL CHECK (" IS_INSTANT("from_s") "),\n"
	"	to_s INTEGER NOT NULL CHECK (" IS_INSTANT("to_s") "),\n"
	"	CHECK (from_s <= to_s)\n"
	") STRICT;\n";

/* SQLite cannot change the CHECK of a column: such a table is made anew under another name, filled, and put in the place of the old one
 * (https://www.sqlite.org/lang_altertable.html, section 7). No other table refers to these two, so that renaming rewrites nothing else. */
#define SESSION_COLUMNS                                                                                                                    \
	"enrolment, position, id, uid, week, day, second, zone, minutes, type, effort, line, skill, title, milestone, prep, tip, "             \
	"description, help, state, reason, start_day, start_second, moved_from_day, moved_from_second, snoozed_s, started_s, ended_s, "        \
	"end_due_s, actual_minutes, actual_effort, ring, rung"

static const char step_3[] =
	"CREATE TABLE session_new (\n"
	"	enrolment TEXT NOT NULL REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED,\n"
	"	position INTEGER NOT NULL CHECK (position BETWEEN 0 AND 4999),\n"
	"	id TEXT NOT NULL,\n"
	"	uid TEXT,\n"
	"	week INTEGER NOT NULL CHECK (week BETWEEN 1 AND 52),\n"
	"	day INTEGER NOT NULL CHECK (day BETWEEN 0 AND 363),\n"
	"	second INTEGER NOT NULL CHECK (" IS_SECOND("second") "),\n"
	"	zone TEXT,\n"
	"	minutes INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 100000),\n"
	"	type TEXT NOT NULL,\n"
	"	effort INTEGER NOT NULL CHECK (effort BETWEEN 0 AND 10),\n"
	"	line INTEGER NOT NULL CHECK (" IS_COUNT("line") "),\n"
	"	skill TEXT NOT NULL,\n"
	"	title TEXT NOT NULL,\n"
	"	milestone TEXT,\n"
	"	prep TEXT,\n"
	"	tip TEXT,\n"
	"	description TEXT,\n"
	"	help TEXT,\n"
	"	link TEXT,\n"
	"	state TEXT NOT NULL,\n"
	"	reason TEXT,\n"
	"	start_day INTEGER NOT NULL CHECK (" IS_DAY("start_day") "),\n"
	"	start_second INTEGER NOT NULL CHECK (" IS_SECOND("start_second") "),\n"
	"	moved_from_day INTEGER CHECK (" IS_DAY("moved_from_day") "),\n"
	"	moved_from_second INTEGER NOT NULL CHECK (" IS_SECOND("moved_from_second") "),\n"
	"	snoozed_s INTEGER CHECK (" IS_INSTANT("snoozed_s") "),\n"
	"	started_s INTEGER CHECK (" IS_INSTANT("started_s") "),\n"
	"	ended_s INTEGER CHECK (" IS_INSTANT("ended_s") "),\n"
	"	end_due_s INTEGER CHECK (" IS_INSTANT("end_due_s") "),\n"
	"	actual_minutes INTEGER CHECK (actual_minutes BETWEEN 0 AND 100000),\n"
	"	actual_effort INTEGER CHECK (actual_effort BETWEEN 0 AND 10),\n"
	"	feel INTEGER CHECK (feel BETWEEN 1 AND 3),\n"
	"	ring INTEGER NOT NULL CHECK (" IS_COUNT("ring") "),\n"
	"	rung INTEGER NOT NULL CHECK (rung BETWEEN 0 AND 63),\n"
	"	want TEXT,\n"
	"	want_feel TEXT,\n"
	"	act TEXT,\n"
	"	ticked INTEGER NOT NULL DEFAULT 0 CHECK (ticked BETWEEN 0 AND 4294967295),\n"
	"	PRIMARY KEY (enrolment, position),\n"
	"	UNIQUE (enrolment, id)\n"
	") STRICT;\n"
	"INSERT INTO session_new (" SESSION_COLUMNS ") SELECT " SESSION_COLUMNS " FROM session;\n"
	"DROP TABLE session;\n"
	"ALTER TABLE session_new RENAME TO session;\n"
	"ALTER TABLE notice ADD COLUMN asked INTEGER NOT NULL DEFAULT 0 CHECK (asked IN (0, 1));\n"
	"CREATE INDEX notice_over ON notice (max(ifnull(sent_s, closed_s), ifnull(closed_s, sent_s)))\n"
	"	WHERE state IN ('answered', 'expired', 'digested') OR (state = 'shown' AND closed_s IS NOT NULL);\n"
	"CREATE TABLE absence_new (\n"
	"	number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 2147483647),\n"
	"	kind TEXT NOT NULL CHECK (kind IN ('away', 'pause', 'busy')),\n"
	"	from_s INTEGER NOT NULL CHECK (" IS_INSTANT("from_s") "),\n"
	"	to_s INTEGER NOT NULL CHECK (" IS_INSTANT("to_s") "),\n"
	"	CHECK (from_s <= to_s)\n"
	") STRICT;\n"
	"INSERT INTO absence_new (number, kind, from_s, to_s) SELECT number, kind, from_s, to_s FROM absence;\n"
	"DROP TABLE absence;\n"
	"ALTER TABLE absence_new RENAME TO absence;\n";

static const char step_4[] =
	"ALTER TABLE enrolment ADD COLUMN tracks TEXT;\n"
	"ALTER TABLE plan_file ADD COLUMN modified_s INTEGER CHECK (" IS_INSTANT("modified_s") ");\n";
/* clang-format on */

const char *const schema_steps[STORE_VERSION] = {step_1, step_2, step_3, step_4};

int schema_inspect(struct store *store, int known, int *ret_version, struct err *err)
{
	int64_t version = 0, application = 0, objects = 0;
	int r = store_number(store, "PRAGMA user_version", &version, err);
	if (!r)
		r = store_number(store, "PRAGMA application_id", &application, err);
	if (!r)
		r = store_number(store, "SELECT count(*) FROM sqlite_schema", &objects, err);
	if (r)
		return r;
	if (version > known)
		return err_set(
			err, STORE_NEWER,
			"the database was written by a newer pacer: '%s' has version %lld, this pacer knows %d, install the newer one",
			store->path, (long long)version, known);
	bool empty = !version && !objects;
	if (!empty && (version < 1 || application != STORE_APPLICATION_ID))
		return err_set(err, STORE_DAMAGED, "this is not a database of pacer: '%s', move it away", store->path);
	*ret_version = (int)version;
	return 0;
}

/* The database as it is, in one file of its own: "<path>.v<version>.bak". An older copy of that name is replaced when this one is whole. */
static int back_up(struct store *store, int version, struct err *err)
{
	OWNED_TEXT *copy = xasprintf("%s.v%d.bak", store->path, version);
	OWNED_TEXT *unfinished = xasprintf("%s.new", copy);
	unlink(unfinished);
	int r = files_create(unfinished);
	if (r)
		return files_trouble(unfinished, -r, err);
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db, "VACUUM INTO ?1", -1, &statement, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_bind_text(statement, 1, unfinished, -1, SQLITE_STATIC);
	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	r = code == SQLITE_DONE ? 0 : store_trouble(store, code, err);
	sqlite3_finalize(statement);
	if (!r && (r = files_publish(unfinished, copy)))
		r = files_trouble(copy, -r, err);
	if (r)
		unlink(unfinished);
	return r;
}

static int take_step(struct store *store, const char *sql, int to, struct err *err)
{
	OWNED_TEXT *bump = xasprintf("PRAGMA user_version = %d; COMMIT", to);
	int r = store_exec(store, "BEGIN IMMEDIATE", err);
	if (!r)
		r = store_exec(store, sql, err);
	if (!r)
		r = store_exec(store, bump, err);
	if (r && !sqlite3_get_autocommit(store->db))
		store_exec(store, "ROLLBACK", NULL);
	return r;
}

int schema_migrate(struct store *store, const char *const *steps, int from, int to, struct err *err)
{
	int r = from && from < to && !store->in_memory ? back_up(store, from, err) : 0;
	for (int version = from; version < to && !r; version++)
		r = take_step(store, steps[version], version + 1, err);
	return r;
}
