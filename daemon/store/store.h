/* The truth on disk: schema, migrations, journal. The only SQLite in the house.
 *
 * Tables are STRICT, WAL with synchronous=FULL, every change one transaction, prepared statements only. Values read back are checked:
 * a damaged row is an error with its table and key, never a crash. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "core/effect.h"

struct store;

enum store_result {
	STORE_NEWER = 1,  /* written by a newer pacer: not touched */
	STORE_DAMAGED,    /* not a database, or a row makes no sense */
	STORE_UNWRITABLE, /* disk full, read-only, no permission: nothing was changed */
};

enum { STORE_VERSION = 4 };

/* Opens or creates the database at path (directory made 0700, file 0600), migrates it step by step after a backup copy
 * "<path>.v<N>.bak". path ":memory:" for tests. Returns 0, a store_result, or -errno; err says what and what to do. */
int store_open(const char *path, struct store **ret_store, struct err *err);
/* NULL is fine; returns NULL. */
struct store *store_close(struct store *store);

/* Writes all rows of the effects (ENROLMENT, SESSION, NOTICE, ABSENCE, VALUE, JOURNAL) in one transaction; the seq of each journal entry is
 * filled in. Nothing is written on an error (STORE_UNWRITABLE). The others are passed over. */
int store_apply(struct store *store, struct effects *effects, struct err *err);

/* Loading at start: enrolments by number, open notices by due, absences by number, notices that are over by due, values by name. recent
 * and value may be NULL, the others are given. Each callback takes over what it is given. Sessions come resolved only as far as the row
 * goes: start_at, grace_end and prep_at are the caller's to compute; zone is found by its name through zones (NULL: the learner's). */
struct store_loader {
	void (*enrolment)(void *ctx, struct enrolment *enrolment);
	void (*notice)(void *ctx, struct notice notice);    /* those in state due, sent, and shown ones not closed */
	void (*absence)(void *ctx, struct absence absence); /* all of them, ended ones too */
	/* Notices that are over and were sent or closed at or after recent_from. */
	void (*recent)(void *ctx, struct notice notice);
	/* What EFFECT_VALUE and store_put wrote, all of it; borrowed. */
	void (*value)(void *ctx, const char *name, const char *text);
	struct instant recent_from;
	void *ctx;
};
int store_load(struct store *store, const struct zone_source *zones, const struct store_loader *loader, struct err *err);

/* Journal of a session in order of seq; the newest `limit`. session "": of the enrolment itself; NULL: of everything. The callback owns
 * nothing. */
int store_journal(struct store *store, const char *enrolment, const char *session, int limit,
		  void (*each)(void *ctx, const struct journal_entry *entry), void *ctx, struct err *err);
/* The learner's newest entry that can be undone and was not. Returns 0, 1 when there is none. Caller releases the entry. */
int store_last_undoable(struct store *store, struct journal_entry *ret_entry, struct err *err);
/* Notices about a session, oldest first; the callback owns nothing. */
int store_notices(struct store *store, const char *enrolment, const char *session, void (*each)(void *ctx, const struct notice *notice),
		  void *ctx, struct err *err);
/* The same of notices that belong to no session, due at or after from. */
int store_day_notices(struct store *store, struct instant from, void (*each)(void *ctx, const struct notice *notice), void *ctx,
		      struct err *err);

/* Index of plan files, so that unchanged files are not parsed again. */
struct plan_file {
	char *path, *name;
	int64_t size, mtime_ns, inode;
	char *revision, *uid, *title, *goal; /* NULL when broken */
	int weeks, sessions, minutes;
	char *error; /* why it cannot be used; NULL: usable */
	int line;    /* of the first error; without `error`: of a draft, 0 when it is none */
	/* LAST-MODIFIED of the calendar. INSTANT_NEVER: listed by an older pacer, to be read again. */
	struct instant modified;
};
static inline bool plan_file_is_draft(const struct plan_file *file)
{
	return !file->error && file->line > 0;
}
void plan_file_release(struct plan_file *file);
/* The file does not say when it was modified: older than any that does. The first instant a row can hold. */
#define PLAN_FILE_UNDATED (-INT64_C(62135596800))
/* The callback takes over file. */
int store_plan_files(struct store *store, void (*each)(void *ctx, struct plan_file file), void *ctx, struct err *err);
/* Writes the given rows and removes the paths, in one transaction. */
int store_plan_files_update(struct store *store, const struct plan_file *put, size_t put_count, const char *const *remove,
			    size_t remove_count, struct err *err);

/* One small value by name ("zone", "last_start"...). store_get: 0, or 1 when it is not there; caller frees. */
int store_get(struct store *store, const char *name, char **ret_value, struct err *err);
int store_put(struct store *store, const char *name, const char *value, struct err *err);

/* For doctor: quick_check, size of the file, free bytes of its file system. 0, or an error. */
struct store_health {
	bool sound;
	int64_t bytes, free_bytes;
};
int store_health(struct store *store, struct store_health *ret_health, struct err *err);

#endif
