#include "planscan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/plan.h"
#include "log.h"
#include "paths.h"

#define SUFFIX ".ics"
#define NAME_RULE "letters, digits, '.', '_' and '-', starting with a letter or a digit or '_', at most 64"

/* --- the search path ----------------------------------------------------------------------------------------------------------- */

static size_t dirs_count(char *const *dirs)
{
	size_t count = 0;
	while (dirs[count])
		count++;
	return count;
}

/* Adds base/pacer/plans unless base is relative or there already. */
static char **add_dir(char **dirs, const char *base, size_t length)
{
	while (length > 1 && base[length - 1] == '/')
		length--;
	if (!length || base[0] != '/')
		return dirs;
	char *dir = xasprintf("%.*s/pacer/plans", length > 1 ? (int)length : 0, base);
	size_t count = dirs_count(dirs);
	for (size_t i = 0; i < count; i++)
		if (!strcmp(dirs[i], dir)) {
			free(dir);
			return dirs;
		}
	dirs = xreallocarray(dirs, count + 2, sizeof(*dirs));
	dirs[count] = dir;
	dirs[count + 1] = NULL;
	return dirs;
}

char **planscan_dirs(void)
{
	char **dirs = xcalloc(1, sizeof(*dirs));
	const char *shared = getenv("XDG_DATA_DIRS");
	OWNED_TEXT *own = paths_xdg("XDG_DATA_HOME", ".local/share");
	dirs = add_dir(dirs, own, strlen(own));
	if (!shared || !shared[0])
		shared = "/usr/local/share:/usr/share";
	for (const char *end; *shared; shared = end + (*end == ':')) {
		end = strchrnul(shared, ':');
		dirs = add_dir(dirs, shared, (size_t)(end - shared));
	}
	return dirs;
}

/* --- names --------------------------------------------------------------------------------------------------------------------- */

static bool is_name_byte(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

static bool name_is_good(const char *name)
{
	size_t length = strlen(name);
	for (size_t i = 0; i < length; i++)
		if (!is_name_byte((unsigned char)name[i]))
			return false;
	return length <= PLAN_NAME_MAX && name[0] != '-';
}

/* A name from a disk can be any bytes; shown are ours and, of the others, %XX (RFC 3986 2.1), so that no two look the same. */
static char *printable(const char *bytes)
{
	struct text text = {0};
	for (; *bytes; bytes++) {
		unsigned char c = (unsigned char)*bytes;
		if (is_name_byte(c) || c == ' ')
			text_add_n(&text, bytes, 1);
		else
			text_addf(&text, "%%%02X", c);
	}
	return text_take(&text);
}

/* --- one directory ------------------------------------------------------------------------------------------------------------- */

static struct plan_candidate *add_candidate(struct planscan *scan)
{
	if (scan->count == scan->room) {
		scan->room = scan->room ? scan->room * 2 : 64;
		scan->items = xreallocarray(scan->items, scan->room, sizeof(*scan->items));
	}
	scan->items[scan->count] = (struct plan_candidate){0};
	return &scan->items[scan->count++];
}

static void candidate_release(struct plan_candidate *candidate)
{
	free(candidate->name);
	free(candidate->path);
	free(candidate->problem);
	*candidate = (struct plan_candidate){0};
}

void planscan_release(struct planscan *scan)
{
	for (size_t i = 0; i < scan->count; i++)
		candidate_release(&scan->items[i]);
	free(scan->items);
	*scan = (struct planscan){0};
}

static void add_entry(struct planscan *scan, const char *dir, size_t dir_index, const char *entry)
{
	size_t length = strlen(entry);
	if (entry[0] == '.' || length < sizeof(SUFFIX) - 1 || strcmp(entry + length - (sizeof(SUFFIX) - 1), SUFFIX) != 0)
		return;
	OWNED_TEXT *stem = xstrndup(entry, length - (sizeof(SUFFIX) - 1));
	struct plan_candidate *candidate = add_candidate(scan);
	candidate->dir = dir_index;
	candidate->name = printable(stem);
	candidate->path = xasprintf("%s/%s" SUFFIX, dir, candidate->name);
	if (!name_is_good(stem))
		candidate->problem = xasprintf("the name cannot be used: '%s', rename the file to " NAME_RULE, candidate->name);
}

static void list_dir(struct planscan *scan, const char *dir, size_t dir_index)
{
	DIR *stream = opendir(dir);
	if (!stream) {
		if (errno != ENOENT)
			log_line(LOG_LEVEL_WARNING, "plans in %s are not seen: %s", dir, strerror(errno));
		return;
	}
	const struct dirent *entry;
	while ((entry = readdir(stream)))
		add_entry(scan, dir, dir_index, entry->d_name);
	closedir(stream);
}

static bool leads_out(const char *path)
{
	OWNED_TEXT *dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	OWNED_TEXT *real_dir = realpath(dir, NULL), *real_file = realpath(path, NULL);
	size_t length = real_dir ? strlen(real_dir) : 0;
	return length && real_file && (strncmp(real_file, real_dir, length) != 0 || real_file[length] != '/');
}

/* By its name in the open directory: with a thousand files the paths are a third of the time. false: it is gone again. */
static bool look_at(struct plan_candidate *candidate, int dir_fd)
{
	struct stat st;
	if (candidate->problem)
		return true;
	if (fstatat(dir_fd, strrchr(candidate->path, '/') + 1, &st, AT_SYMLINK_NOFOLLOW))
		return errno != ENOENT;
	bool is_link = S_ISLNK(st.st_mode);
	if (is_link && stat(candidate->path, &st))
		candidate->problem = xasprintf("the link leads nowhere: %s, mend it or take it away", strerror(errno));
	else if (is_link && candidate->dir == 0 && leads_out(candidate->path))
		candidate->problem = xstrdup("the link leads out of your plan directory: put a copy of the file here instead");
	else if (!S_ISREG(st.st_mode))
		candidate->problem = xstrdup("not a regular file: put a plan there, or take it away");
	candidate->size = st.st_size;
	/* The inode's change time: it moves with every write, and also when a file becomes readable or gets an old mtime. */
	candidate->mtime_ns = (int64_t)st.st_ctim.tv_sec * NS_PER_S + st.st_ctim.tv_nsec;
	candidate->inode = (int64_t)st.st_ino;
	return true;
}

/* --- all of them --------------------------------------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const struct plan_candidate *x = a, *y = b;
	int order = strcmp(x->name, y->name);
	return order ? order : (x->dir > y->dir) - (x->dir < y->dir);
}

static int by_dir(const void *a, const void *b)
{
	const struct plan_candidate *x = a, *y = b;
	int order = (x->dir > y->dir) - (x->dir < y->dir);
	return order ? order : strcmp(x->name, y->name);
}

/* Keeps the first of each name; sorted by name before. */
static void drop_shadowed(struct planscan *scan)
{
	size_t kept = 0;
	for (size_t i = 0; i < scan->count; i++) {
		if (kept && !strcmp(scan->items[kept - 1].name, scan->items[i].name))
			candidate_release(&scan->items[i]);
		else
			scan->items[kept++] = scan->items[i];
	}
	scan->count = kept;
}

static void look_at_all(struct planscan *scan, char *const *dirs, size_t count_max)
{
	size_t kept = 0, open_dir = SIZE_MAX;
	int dir_fd = -1;
	for (size_t i = 0; i < scan->count; i++) {
		bool fits = kept < count_max;
		if (fits && scan->items[i].dir != open_dir) {
			if (dir_fd >= 0)
				close(dir_fd);
			open_dir = scan->items[i].dir;
			dir_fd = open(dirs[open_dir], O_PATH | O_DIRECTORY | O_CLOEXEC);
		}
		scan->left_out += !fits;
		if (fits && look_at(&scan->items[i], dir_fd))
			scan->items[kept++] = scan->items[i];
		else
			candidate_release(&scan->items[i]);
	}
	scan->count = kept;
	if (dir_fd >= 0)
		close(dir_fd);
}

static void sort(struct planscan *scan, int (*compare)(const void *a, const void *b))
{
	if (scan->count)
		qsort(scan->items, scan->count, sizeof(*scan->items), compare);
}

void planscan_run(char *const *dirs, size_t count_max, struct planscan *ret_scan)
{
	struct planscan scan = {0};
	for (size_t i = 0; dirs[i]; i++)
		list_dir(&scan, dirs[i], i);
	sort(&scan, by_name);
	drop_shadowed(&scan);
	/* Who is left out depends on the directory; mostly nobody is. */
	bool too_many = scan.count > count_max;
	if (too_many)
		sort(&scan, by_dir);
	look_at_all(&scan, dirs, count_max);
	if (too_many)
		sort(&scan, by_name);
	*ret_scan = scan;
}
