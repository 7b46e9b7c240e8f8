#include "planwrite_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "ical/revision.h"

const char history_none[] = "none";

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
	bool was_there = !strcmp(suffix ? suffix : "", ".ics");
	if (errno || *end != '.' || suffix <= end + 1 || (!was_there && strcmp(suffix, ".none") != 0))
		return false;
	*ret = (struct history_entry){
		.number = number,
		.made = xstrndup(end + 1, (size_t)(suffix - end - 1)),
		.path = xasprintf("%s/%s", dir, file),
		.was_there = was_there,
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

int history_keep(const struct planwrite *planwrite, const char *name, const struct text *bytes, const char *made, char **ret_path,
		 struct err *err)
{
	CLEANUP(history_release) struct history history = history_read(planwrite, name);
	unsigned long number = history.count ? history.entries[history.count - 1].number + 1 : 1;
	OWNED_TEXT *path = xasprintf("%s/%lu.%s.%s", history.dir, number, made, bytes ? "ics" : history_none);
	OWNED_TEXT *temp = xasprintf("%s/new", history.dir);
	int r = file_make_dir(history.dir);
	if (!r)
		r = file_write_new(temp, bytes ? bytes->data : "", bytes ? bytes->len : 0, 0600);
	if (!r)
		r = note_time(temp, planwrite->now);
	if (!r && rename(temp, path) < 0)
		r = -errno;
	if (r)
		return err_set(err, r, "what the plan was cannot be kept: '%s': %s, nothing was changed", history.dir, strerrordesc_np(-r));
	file_sync_dir(history.dir);
	for (size_t i = 0; i + PLANWRITE_KEPT <= history.count; i++)
		unlink(history.entries[i].path);
	*ret_path = STEAL(path);
	return 0;
}

bool planwrite_find(const struct planwrite *planwrite, const char *name, const char *revision, struct text *ret_bytes)
{
	CLEANUP(history_release) struct history history = {0};
	if (!planwrite_name_is_good(name))
		return false;
	history = history_read(planwrite, name);
	for (size_t i = history.count; i-- > 0;) {
		struct text bytes = {0};
		if (!history.entries[i].was_there || planwrite_read(history.entries[i].path, &bytes))
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
