#include "handle.h"

#include <errno.h>

/* "e17" -> 17; 0 for anything else, which the table's own check then refuses. */
static int enrolment_number(const char *id)
{
	char *end = NULL;
	errno = 0;
	long number = id[0] == 'e' ? strtol(id + 1, &end, 10) : 0;
	return end && !*end && !errno && number > 0 && number <= INT_MAX ? (int)number : 0;
}

static int step_one_row(struct store *store, sqlite3_stmt *statement, const char *table, const char *key, const char *id, struct err *err)
{
	int r = store_step(store, statement, NULL, err);
	if (!r && sqlite3_changes(store->db) != 1)
		r = err_set(err, STORE_DAMAGED, "table %s has no row '%s%s%s' in %s, put a backup copy in its place or move the file away",
			    table, key, id[0] ? "/" : "", id, store->path);
	return r;
}

static int add_sessions(struct store *store, const struct enrolment *enrolment, struct err *err)
{
	int r = 0;
	for (size_t i = 0; i < enrolment->session_count && !r; i++) {
		struct session_row row = {.position = (int)i, .session = enrolment->sessions[i]};
		memcpy(row.enrolment, enrolment->id, sizeof(row.enrolment));
		sqlite3_stmt *statement = store_use(store, ST_SESSION_ADD);
		table_bind(&session_table, statement, &row);
		r = store_step(store, statement, NULL, err);
	}
	return r;
}

static int apply_enrolment(struct store *store, struct effect *effect, struct err *err)
{
	const struct enrolment *enrolment = effect->enrolment.enrolment;
	OWNED_TEXT *phases = shape_phases_text(&enrolment->shape);
	OWNED_TEXT *cutbacks = shape_cutbacks_text(&enrolment->shape);
	bool is_new = effect->enrolment.is_new;
	struct enrolment_row row = {
		.enrolment = *enrolment, .number = enrolment_number(enrolment->id), .phases = phases, .cutbacks = cutbacks};
	sqlite3_stmt *statement = store_use(store, is_new ? ST_ENROLMENT_ADD : ST_ENROLMENT_SET);
	table_bind(&enrolment_table, statement, &row); /* borrows from row */
	if (!is_new)
		sqlite3_bind_text(statement, enrolment_table.count + 1, enrolment->id, -1, SQLITE_STATIC);
	int r = is_new ? store_step(store, statement, NULL, err) : step_one_row(store, statement, "enrolment", enrolment->id, "", err);
	sqlite3_clear_bindings(statement);
	return r || !is_new ? r : add_sessions(store, enrolment, err);
}

/* With its plan's part, which an update of the plan changes or adds. */
static int put_session(struct store *store, const struct enrolment *enrolment, const struct session *session, struct err *err)
{
	struct session_row row = {.position = (int)(session - enrolment->sessions), .session = *session};
	memcpy(row.enrolment, enrolment->id, sizeof(row.enrolment));
	sqlite3_stmt *statement = store_use(store, ST_SESSION_PUT);
	table_bind(&session_table, statement, &row);
	return store_step(store, statement, NULL, err);
}

static int apply_session(struct store *store, struct effect *effect, struct err *err)
{
	const char *enrolment = effect->session.enrolment->id, *id = effect->session.session->plan.id;
	if (effect->session.whole)
		return put_session(store, effect->session.enrolment, effect->session.session, err);
	struct session_row row = {.session = *effect->session.session};
	sqlite3_stmt *statement = store_use(store, ST_SESSION_LIFE);
	table_bind(&life_table, statement, &row);
	sqlite3_bind_text(statement, life_table.count + 1, enrolment, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, life_table.count + 2, id, -1, SQLITE_STATIC);
	return step_one_row(store, statement, "session", enrolment, id, err);
}

static int apply_notice(struct store *store, struct effect *effect, struct err *err)
{
	sqlite3_stmt *statement = store_use(store, ST_NOTICE_PUT);
	table_bind(&notice_table, statement, &effect->notice);
	return store_step(store, statement, NULL, err);
}

static int apply_absence(struct store *store, struct effect *effect, struct err *err)
{
	sqlite3_stmt *statement = store_use(store, ST_ABSENCE_PUT);
	table_bind(&absence_table, statement, &effect->absence);
	return store_step(store, statement, NULL, err);
}

static int apply_journal(struct store *store, struct effect *effect, struct err *err)
{
	sqlite3_stmt *statement = store_use(store, ST_JOURNAL_ADD);
	effect->journal.seq = 0;
	table_bind(&journal_table, statement, &effect->journal);
	int r = store_step(store, statement, NULL, err);
	if (!r)
		effect->journal.seq = sqlite3_last_insert_rowid(store->db);
	return r;
}

static int apply_value(struct store *store, struct effect *effect, struct err *err)
{
	return store_put_value(store, effect->value.name, effect->value.text, err);
}

static int (*const appliers[])(struct store *store, struct effect *effect, struct err *err) = {
	[EFFECT_ENROLMENT] = apply_enrolment,
	[EFFECT_SESSION] = apply_session,
	[EFFECT_NOTICE] = apply_notice,
	[EFFECT_JOURNAL] = apply_journal,
	[EFFECT_ABSENCE] = apply_absence,
	[EFFECT_VALUE] = apply_value,
	[EFFECT_SHOW] = NULL,
	[EFFECT_CLOSE] = NULL,
};

int store_apply(struct store *store, struct effects *effects, struct err *err)
{
	int r = store_begin(store, err);
	for (size_t i = 0; i < effects->count && !r; i++)
		if (appliers[effects->items[i].kind])
			r = appliers[effects->items[i].kind](store, &effects->items[i], err);
	r = store_end(store, r, err);
	/* What was taken back has no number. */
	for (size_t i = 0; i < effects->count && r; i++)
		if (effects->items[i].kind == EFFECT_JOURNAL)
			effects->items[i].journal.seq = 0;
	return r;
}
