#include "handle.h"

/* Texts of the core's structs that are static there live in the pool from then on. */
static const char *intern(struct store *store, const char *text)
{
	if (!text)
		return NULL;
	for (size_t i = 0; i < store->interned_count; i++)
		if (!strcmp(store->interned[i], text))
			return store->interned[i];
	store->interned = xreallocarray(store->interned, store->interned_count + 1, sizeof(*store->interned));
	char *copy = xstrdup(text);
	store->interned[store->interned_count++] = copy;
	return copy;
}

struct loading {
	const struct zone_source *zones;
	const struct store_loader *loader;
	struct enrolment *enrolment; /* the one whose sessions are read */
	size_t room;
};

static struct session *next_session(struct loading *loading)
{
	struct enrolment *enrolment = loading->enrolment;
	if (enrolment->session_count == loading->room) {
		loading->room = loading->room ? loading->room * 2 : 128;
		enrolment->sessions = xreallocarray(enrolment->sessions, loading->room, sizeof(*enrolment->sessions));
	}
	return &enrolment->sessions[enrolment->session_count++];
}

static int take_session(struct store *store, sqlite3_stmt *statement, void *ctx, struct err *err)
{
	struct loading *loading = ctx;
	struct session_row row = {0};
	int r = table_read(&session_table, store, statement, &row, err);
	if (!r && (size_t)row.position != loading->enrolment->session_count)
		r = table_damaged(&session_table, store, statement, "a session before it is missing", err);
	if (r) {
		session_release(&row.session);
		return r;
	}
	struct session *session = next_session(loading);
	*session = row.session;
	session->zone = session->plan.zone ? loading->zones->find(loading->zones->ctx, session->plan.zone) : NULL;
	session->start_at.s = session->grace_end.s = session->prep_at.s = INSTANT_NEVER;
	return 0;
}

static bool shape_read(struct plan_shape *shape, const char *phases, const char *cutbacks)
{
	return (!phases[0] || shape_parse_phases(shape, phases)) && (!cutbacks[0] || shape_parse_cutbacks(shape, cutbacks));
}

static int read_enrolment(struct store *store, sqlite3_stmt *statement, struct enrolment *enrolment, struct err *err)
{
	struct enrolment_row row = {0};
	int r = table_read(&enrolment_table, store, statement, &row, err);
	*enrolment = row.enrolment;
	if (!r && !shape_read(&enrolment->shape, row.phases, row.cutbacks))
		r = table_damaged(&enrolment_table, store, statement, "phases and cutbacks do not fit the weeks", err);
	if (!r && day_weekday(enrolment->start_day) != MONDAY)
		r = table_damaged(&enrolment_table, store, statement, "start_day is no Monday", err);
	free(row.phases);
	free(row.cutbacks);
	return r;
}

static int take_enrolment(struct store *store, sqlite3_stmt *statement, void *ctx, struct err *err)
{
	struct loading *loading = ctx;
	struct enrolment *enrolment = xcalloc(1, sizeof(*enrolment));
	int r = read_enrolment(store, statement, enrolment, err);
	if (!r) {
		loading->enrolment = enrolment;
		loading->room = 0;
		sqlite3_stmt *sessions = store_use(store, ST_SESSIONS);
		sqlite3_bind_text(sessions, 1, enrolment->id, -1, SQLITE_TRANSIENT);
		r = store_each(store, sessions, take_session, loading, err);
	}
	if (!r && !enrolment->session_count)
		r = table_damaged(&enrolment_table, store, statement, "its sessions are missing", err);
	if (r)
		enrolment_free(enrolment);
	else
		loading->loader->enrolment(loading->loader->ctx, enrolment);
	return r;
}

static int hand_notice(struct store *store, sqlite3_stmt *statement, void (*to)(void *ctx, struct notice notice), void *ctx,
		       struct err *err)
{
	struct notice notice = {0};
	int r = table_read(&notice_table, store, statement, &notice, err);
	if (r)
		notice_release(&notice);
	else
		to(ctx, notice);
	return r;
}

static int take_open_notice(struct store *store, sqlite3_stmt *statement, void *ctx, struct err *err)
{
	const struct store_loader *loader = ctx;
	return hand_notice(store, statement, loader->notice, loader->ctx, err);
}

static int take_recent_notice(struct store *store, sqlite3_stmt *statement, void *ctx, struct err *err)
{
	const struct store_loader *loader = ctx;
	return hand_notice(store, statement, loader->recent, loader->ctx, err);
}

static int take_absence(struct store *store, sqlite3_stmt *statement, void *ctx, struct err *err)
{
	const struct store_loader *loader = ctx;
	struct absence absence = {0};
	int r = table_read(&absence_table, store, statement, &absence, err);
	if (!r && absence.from.s > absence.to.s)
		r = table_damaged(&absence_table, store, statement, "from_s is after to_s", err);
	if (!r)
		loader->absence(loader->ctx, absence);
	return r;
}

static int take_value(struct store *store, sqlite3_stmt *statement, void *ctx, struct err *err)
{
	const struct store_loader *loader = ctx;
	struct value_row row = {0};
	int r = table_read(&value_table, store, statement, &row, err);
	if (!r)
		loader->value(loader->ctx, row.name, row.value);
	free(row.name);
	free(row.value);
	return r;
}

static int load_recent(struct store *store, const struct store_loader *loader, struct err *err)
{
	sqlite3_stmt *statement = store_use(store, ST_NOTICES_RECENT);
	sqlite3_bind_int64(statement, 1, loader->recent_from.s);
	return store_each(store, statement, take_recent_notice, (void *)(uintptr_t)loader, err);
}

int store_load(struct store *store, const struct zone_source *zones, const struct store_loader *loader, struct err *err)
{
	struct loading loading = {.zones = zones, .loader = loader};
	int r = store_each(store, store_use(store, ST_ENROLMENTS), take_enrolment, &loading, err);
	if (!r)
		r = store_each(store, store_use(store, ST_NOTICES_OPEN), take_open_notice, (void *)(uintptr_t)loader, err);
	if (!r)
		r = store_each(store, store_use(store, ST_ABSENCES), take_absence, (void *)(uintptr_t)loader, err);
	if (!r && loader->recent)
		r = load_recent(store, loader, err);
	if (!r && loader->value)
		r = store_each(store, store_use(store, ST_VALUES), take_value, (void *)(uintptr_t)loader, err);
	/* Read once: the pages are not needed again soon. */
	sqlite3_db_release_memory(store->db);
	return r;
}

struct journal_reader {
	void (*each)(void *ctx, const struct journal_entry *entry);
	void *ctx;
};

static int take_journal_entry(struct store *store, sqlite3_stmt *statement, void *ctx, struct err *err)
{
	const struct journal_reader *reader = ctx;
	struct journal_entry entry = {0};
	int r = table_read(&journal_table, store, statement, &entry, err);
	if (!r)
		reader->each(reader->ctx, &entry);
	journal_entry_release(&entry);
	return r;
}

int store_journal(struct store *store, const char *enrolment, const char *session, int limit,
		  void (*each)(void *ctx, const struct journal_entry *entry), void *ctx, struct err *err)
{
	struct journal_reader reader = {each, ctx};
	sqlite3_stmt *statement = store_use(store, session ? ST_JOURNAL_OF : ST_JOURNAL_ALL);
	sqlite3_bind_int(statement, 1, limit > 0 ? limit : 0);
	if (session) {
		sqlite3_bind_text(statement, 2, enrolment, -1, SQLITE_TRANSIENT);
		sqlite3_bind_text(statement, 3, session, -1, SQLITE_TRANSIENT);
	}
	return store_each(store, statement, take_journal_entry, &reader, err);
}

enum { NONE_THERE = 1 };

int store_last_undoable(struct store *store, struct journal_entry *ret_entry, struct err *err)
{
	sqlite3_stmt *statement = store_use(store, ST_JOURNAL_UNDOABLE);
	bool row = false;
	int r = store_step(store, statement, &row, err);
	if (r || !row)
		return r ? r : NONE_THERE;
	struct journal_entry entry = {0};
	r = table_read(&journal_table, store, statement, &entry, err);
	if (r) {
		journal_entry_release(&entry);
	} else {
		entry.what = intern(store, entry.what);
		entry.rule = intern(store, entry.rule);
		*ret_entry = entry;
	}
	sqlite3_reset(statement);
	return r;
}

struct notice_reader {
	void (*each)(void *ctx, const struct notice *notice);
	void *ctx;
};

static int take_notice(struct store *store, sqlite3_stmt *statement, void *ctx, struct err *err)
{
	const struct notice_reader *reader = ctx;
	struct notice notice = {0};
	int r = table_read(&notice_table, store, statement, &notice, err);
	if (!r)
		reader->each(reader->ctx, &notice);
	notice_release(&notice);
	return r;
}

int store_notices(struct store *store, const char *enrolment, const char *session, void (*each)(void *ctx, const struct notice *notice),
		  void *ctx, struct err *err)
{
	struct notice_reader reader = {each, ctx};
	sqlite3_stmt *statement = store_use(store, ST_NOTICES_OF);
	sqlite3_bind_text(statement, 1, enrolment, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(statement, 2, session, -1, SQLITE_TRANSIENT);
	return store_each(store, statement, take_notice, &reader, err);
}

int store_day_notices(struct store *store, struct instant from, void (*each)(void *ctx, const struct notice *notice), void *ctx,
		      struct err *err)
{
	struct notice_reader reader = {each, ctx};
	sqlite3_stmt *statement = store_use(store, ST_NOTICES_OF_DAYS);
	sqlite3_bind_int64(statement, 1, from.s);
	return store_each(store, statement, take_notice, &reader, err);
}
