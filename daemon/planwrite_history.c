#include "planwrite_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <unistd.h>

#include "ical/revision.h"

const char history_none[] = "none";

/* What the names of entries end in. */
static const char *const suffixes[HISTORY_KIND_COUNT] = {[HISTORY_BYTES] = "ics", [HISTORY_NONE] = "none", [HISTORY_NAME] = "name"};

void history_release(struct history *history)
{
	for (size_t i = 0; i < history->count; i++) {
		free(history->entries[i].made);
		free(history->entries[i].path);
	}
	free(history->entries);
	free(history->dir);
}

/* Kept as the file's own time: the name says all the rest. */
static int note_time(const char *path, struct instant now)
{
	const struct timespec times[] = {{.tv_sec = now.s}, {.tv_sec = now.s}};
	return utimensat(AT_FDCWD, path, times, 0) < 0 ? -errno : 0;
}

static struct instant noted_time(const char *path)
{
	struct stat st = {0};
	return (struct instant){stat(path, &st) < 0 ? 0 : st.st_mtim.tv_sec};
}

/* "12.0123...ef.ics". false: not one of ours. */
static bool entry_parse(const char *dir, const char *file, struct history_entry *ret)
{
	char *end = NULL;
	if (*file < '0' || *file > '9')
		return false;
	errno = 0;
	unsigned long number = strtoul(file, &end, 10);
	const char *suffix = strrchr(file, '.');
	int kind = 0;
	while (suffix && kind < HISTORY_KIND_COUNT && strcmp(suffix + 1, suffixes[kind]) != 0)
		kind++;
	if (errno || *end != '.' || suffix <= end + 1 || kind == HISTORY_KIND_COUNT)
		return false;
	*ret = (struct history_entry){
		.number = number,
		.made = xstrndup(end + 1, (size_t)(suffix - end - 1)),
		.path = xasprintf("%s/%s", dir, file),
		.kind = (enum history_kind)kind,
	};
	ret->since = noted_time(ret->path);
	return true;
}

static int by_number(const void *a, const void *b)
{
	const struct history_entry *x = a, *y = b;
	return (x->number > y->number) - (x->number < y->number);
}

struct history history_read(const struct planwrite *planwrite, const char *name)
{
	struct history history = {.dir = xasprintf("%s/%s", planwrite->history, name)};
	DIR *stream = opendir(history.dir);
	const struct dirent *file;
	struct history_entry entry;
	while (stream && (file = readdir(stream)))
		if (entry_parse(history.dir, file->d_name, &entry)) {
			history.entries = xreallocarray(history.entries, history.count + 1, sizeof(entry));
			history.entries[history.count++] = entry;
		}
	if (stream)
		closedir(stream);
	if (history.count)
		qsort(history.entries, history.count, sizeof(entry), by_number);
	return history;
}

static int forget_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void forget_dir(const char *path)
{
	enum { OPEN_DIRS = 8 };
	(void)nftw(path, forget_one, OPEN_DIRS, FTW_DEPTH | FTW_PHYS);
}

/* "<history>/NAME/12.before", of the entry "<history>/NAME/12.0123...ef.name" in the directory it is in, or was in. */
static char *before_path(const char *dir, const char *entry_path)
{
	const char *file = strrchr(entry_path, '/') + 1;
	return xasprintf("%s/%.*s.before", dir, (int)strcspn(file, "."), file);
}

static void forget(const struct history *history, const struct history_entry *entry)
{
	OWNED_TEXT *before = before_path(history->dir, entry->path);
	unlink(entry->path);
	if (entry->kind == HISTORY_NAME)
		forget_dir(before);
}

int history_keep(const struct planwrite *planwrite, const char *name, enum history_kind kind, const struct text *what, const char *made,
		 char **ret_path, struct err *err)
{
	CLEANUP(history_release) struct history history = history_read(planwrite, name);
	unsigned long number = history.count ? history.entries[history.count - 1].number + 1 : 1;
	OWNED_TEXT *path = xasprintf("%s/%lu.%s.%s", history.dir, number, made, suffixes[kind]);
	OWNED_TEXT *temp = xasprintf("%s/new", history.dir);
	int r = file_make_dir(history.dir);
	if (!r)
		r = file_write_new(temp, what ? what->data : "", what ? what->len : 0, 0600);
	if (!r)
		r = note_time(temp, planwrite->now);
	if (!r && rename(temp, path) < 0)
		r = -errno;
	if (r)
		return err_set(err, r, "what the plan was cannot be kept: '%s': %s, nothing was changed", history.dir, strerrordesc_np(-r));
	diskfile_sync_dir(history.dir);
	*ret_path = STEAL(path);
	return 0;
}

void history_settle(const struct planwrite *planwrite, const char *name, const char *entry_path, bool done)
{
	if (!done) {
		if (entry_path)
			unlink(entry_path);
		return;
	}
	CLEANUP(history_release) struct history history = history_read(planwrite, name);
	for (size_t i = 0; i + PLANWRITE_KEPT < history.count; i++)
		forget(&history, &history.entries[i]);
}

bool history_is_of_removed(const struct planwrite *planwrite, const char *name)
{
	CLEANUP(history_release) struct history history = history_read(planwrite, name);
	return history.count && !strcmp(history.entries[history.count - 1].made, history_none);
}

/* --- names ------------------------------------------------------------------------------------------------------------------------- */

char *history_name(const struct history_entry *entry)
{
	struct text name = {0};
	if (entry->kind != HISTORY_NAME || planwrite_read(entry->path, &name))
		return NULL;
	OWNED_TEXT *word = text_take(&name);
	return planwrite_name_is_good(word) ? STEAL(word) : NULL;
}

/* What was put aside in a directory that is put aside itself would lie ever deeper. */
static void forget_befores(const char *dir)
{
	DIR *stream = opendir(dir);
	const struct dirent *file;
	while (stream && (file = readdir(stream))) {
		const char *suffix = strrchr(file->d_name, '.');
		OWNED_TEXT *path = xasprintf("%s/%s", dir, file->d_name);
		if (suffix && !strcmp(suffix, ".before"))
			forget_dir(path);
	}
	if (stream)
		closedir(stream);
}

void history_rename(const struct planwrite *planwrite, const char *name, const char *to, const char *entry_path)
{
	OWNED_TEXT *dir = xasprintf("%s/%s", planwrite->history, name), *to_dir = xasprintf("%s/%s", planwrite->history, to);
	OWNED_TEXT *before = before_path(dir, entry_path);
	forget_dir(before); /* of an entry of that number that is no more */
	forget_befores(to_dir);
	(void)rename(to_dir, before);
	(void)rename(dir, to_dir);
	diskfile_sync_dir(planwrite->history);
}

void history_rename_back(const struct planwrite *planwrite, const char *name, const char *to, const char *entry_path)
{
	OWNED_TEXT *dir = xasprintf("%s/%s", planwrite->history, name), *to_dir = xasprintf("%s/%s", planwrite->history, to);
	OWNED_TEXT *before = before_path(to_dir, entry_path), *entry = xasprintf("%s/%s", to_dir, strrchr(entry_path, '/') + 1);
	forget_dir(to_dir); /* of another plan of that name, which came and went meanwhile */
	(void)rename(dir, to_dir);
	unlink(entry);
	(void)rename(before, dir);
	diskfile_sync_dir(planwrite->history);
}

bool planwrite_find(const struct planwrite *planwrite, const char *name, const char *revision, struct text *ret_bytes)
{
	CLEANUP(history_release) struct history history = {0};
	if (!planwrite_name_is_good(name))
		return false;
	history = history_read(planwrite, name);
	for (size_t i = history.count; i-- > 0;) {
		struct text bytes = {0};
		if (history.entries[i].kind != HISTORY_BYTES || planwrite_read(history.entries[i].path, &bytes))
			continue;
		OWNED_TEXT *found = revision_of(bytes.data, bytes.len);
		if (!strcmp(found, revision)) {
			*ret_bytes = bytes;
			return true;
		}
		text_release(&bytes);
	}
	return false;
}
