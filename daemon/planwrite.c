#include "planwrite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/plan.h"
#include "ical/read.h"
#include "ical/revision.h"
#include "paths.h"

static const char none[] = "none";

char *planwrite_history_dir(void)
{
	OWNED_TEXT *state = paths_xdg("XDG_STATE_HOME", ".local/state");
	return xasprintf("%s/pacer/plans", state);
}

/* --- names ------------------------------------------------------------------------------------------------------------------------- */

const char planwrite_name_rule[] =
	"1 to 64 letters, digits, '.', '_' and '-', starting with a letter, a digit or '_'; not one of the words "
	"that pacer uses itself, and not ending in .ics";

/* Words that stand where a plan's name may stand (pacer help plan ..., pacer enroll next ...). */
static const char *const reserved[] = {"next", "all", "none", "new", "help"};

bool planwrite_name_is_good(const char *name)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	size_t length = strlen(name);
	if (!length || length > PLAN_NAME_MAX || strspn(name, first) != length || name[0] == '.' || name[0] == '-')
		return false;
	for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
		if (!strcasecmp(name, reserved[i]))
			return false;
	return length < 4 || strcasecmp(name + length - 4, ".ics") != 0;
}

static int check_name(const char *name, struct err *err)
{
	if (planwrite_name_is_good(name))
		return 0;
	return err_set(err, PLANWRITE_NAME, "not a name for a plan: '%s', use %s", name, planwrite_name_rule);
}

char *planwrite_path(const struct planwrite *planwrite, const char *name)
{
	return xasprintf("%s/%s.ics", planwrite->plans, name);
}

/* --- files ------------------------------------------------------------------------------------------------------------------------- */

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static int make_dir(const char *path)
{
	OWNED_TEXT *dir = xasprintf("%s/", path);
	for (char *slash = strchr(dir + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(dir, 0700) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return 0;
}

int planwrite_read(const char *path, struct text *ret_bytes)
{
	CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	struct text bytes = {0};
	OWNED_TEXT *block = xrealloc(NULL, 64 * 1024);
	ssize_t n = 0;
	do {
		n = read(fd, block, 64 * 1024);
		if (n > 0)
			text_add_n(&bytes, block, (size_t)n);
	} while ((n > 0 && bytes.len <= ICAL_FILE_BYTES_MAX) || (n < 0 && errno == EINTR));
	if (n < 0 || bytes.len > ICAL_FILE_BYTES_MAX) {
		int r = n < 0 ? -errno : -EFBIG;
		text_release(&bytes);
		return r;
	}
	text_add_n(&bytes, "", 0);
	*ret_bytes = bytes;
	return 0;
}

static int write_all(int fd, const char *bytes, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t n = write(fd, bytes + done, length - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		done += (size_t)n;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

/* The names in it must reach the disk too. Some file systems cannot say so; the file is in place all the same. */
static void sync_dir(const char *dir)
{
	CLEANUP(close_fd) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		(void)fsync(fd);
}

/* A fresh file with these bytes, on the disk. What an earlier daemon left of that name when it was killed goes. mode: of the file;
 * 0: as new files are. */
static int write_new(const char *path, const char *bytes, size_t length, mode_t mode)
{
	unlink(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0)
		return -errno;
	int r = mode && fchmod(fd, mode) < 0 ? -errno : 0;
	if (!r)
		r = write_all(fd, bytes, length);
	if (close(fd) < 0 && !r)
		r = -errno;
	if (r)
		unlink(path);
	return r;
}

/* rename(2), but an existing file is not replaced. File systems that cannot do it in one step do it in two. */
static int rename_new(const char *from, const char *to)
{
	if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (link(from, to) < 0)
		return -errno;
	return unlink(from) < 0 ? -errno : 0;
}

/* --- the plan on disk -------------------------------------------------------------------------------------------------------------- */

/* What stands there now. */
struct present {
	char *path;     /* of the file itself, at the end of links; else where it would be */
	char *revision; /* NULL: there is none */
	struct text bytes;
	mode_t mode;
};

static void present_release(struct present *present)
{
	free(present->path);
	free(present->revision);
	text_release(&present->bytes);
}

static int refuse_file(const char *path, int r, struct err *err)
{
	return err_set(err, r, "the plan cannot be written: '%s': %s, nothing was changed", path, strerrordesc_np(-r));
}

/* The end of the links at path, which must lie in dir. */
static int follow(const char *dir, const char *path, char **ret_path, struct err *err)
{
	OWNED_TEXT *real_dir = realpath(dir, NULL), *real = realpath(path, NULL);
	struct stat st;
	if (!real && errno == ENOENT && lstat(path, &st) < 0) {
		*ret_path = xstrdup(path);
		return 0;
	}
	if (!real || !real_dir)
		return err_set(err, PLANWRITE_NAME, "the link leads nowhere: '%s', mend it or take it away", path);
	size_t length = strlen(real_dir);
	if (strncmp(real, real_dir, length) != 0 || real[length] != '/')
		return err_set(err, PLANWRITE_NAME, "the link leads out of your plan directory: '%s', put a copy of the file there instead",
			       path);
	*ret_path = STEAL(real);
	return 0;
}

static int look(const struct planwrite *planwrite, const char *name, struct present *ret, struct err *err)
{
	OWNED_TEXT *path = planwrite_path(planwrite, name);
	struct stat st = {0};
	int r = check_name(name, err);
	if (!r)
		r = follow(planwrite->plans, path, &ret->path, err);
	if (r)
		return r;
	r = planwrite_read(ret->path, &ret->bytes);
	if (r == -ENOENT)
		return 0;
	if (!r && stat(ret->path, &st) < 0)
		r = -errno;
	if (r)
		return err_set(err, r, "the plan cannot be read: '%s': %s", ret->path, strerrordesc_np(-r));
	ret->mode = st.st_mode & 07777;
	ret->revision = revision_of(ret->bytes.data, ret->bytes.len);
	return 0;
}

/* The revision as histories write it. */
static const char *revision_word(const char *revision)
{
	return revision ? revision : none;
}

static bool is_still(const struct present *present)
{
	struct text bytes = {0};
	int r = planwrite_read(present->path, &bytes);
	if (r)
		return r == -ENOENT && !present->revision;
	bool same = present->revision && bytes.len == present->bytes.len && !memcmp(bytes.data, present->bytes.data, bytes.len);
	text_release(&bytes);
	return same;
}

static char *dir_of(const char *path)
{
	return xstrndup(path, (size_t)(strrchr(path, '/') - path));
}

static int refuse_changed(const char *path, struct err *err)
{
	return err_set(err, PLANWRITE_CHANGED, "the file has just been changed by somebody else: '%s', look at it and try again", path);
}

/* Puts the bytes in the place of what is present. */
static int replace(const struct present *present, const char *bytes, size_t length, struct err *err)
{
	OWNED_TEXT *dir = dir_of(present->path);
	OWNED_TEXT *temp = xasprintf("%s/.%s.new", dir, strrchr(present->path, '/') + 1);
	int r = write_new(temp, bytes, length, present->mode);
	if (r)
		return refuse_file(present->path, r, err);
	if (!is_still(present)) {
		unlink(temp);
		return refuse_changed(present->path, err);
	}
	r = present->revision ? (rename(temp, present->path) < 0 ? -errno : 0) : rename_new(temp, present->path);
	if (r) {
		unlink(temp);
		return r == -EEXIST ? refuse_changed(present->path, err) : refuse_file(present->path, r, err);
	}
	sync_dir(dir);
	return 0;
}

static int take_away(const struct planwrite *planwrite, const char *name, struct err *err)
{
	OWNED_TEXT *path = planwrite_path(planwrite, name);
	if (unlink(path) < 0 && errno != ENOENT)
		return refuse_file(path, -errno, err);
	sync_dir(planwrite->plans);
	return 0;
}

/* --- the history ------------------------------------------------------------------------------------------------------------------- */

struct entry {
	unsigned long number;
	char *made; /* the revision the change made */
	char *path;
	bool was_there; /* the plan, before */
};

struct history {
	char *dir;
	struct entry *entries; /* by number, the newest last */
	size_t count;
};

static void history_release(struct history *history)
{
	for (size_t i = 0; i < history->count; i++) {
		free(history->entries[i].made);
		free(history->entries[i].path);
	}
	free(history->entries);
	free(history->dir);
}

/* "12.0123...ef.ics". false: not one of ours. */
static bool entry_parse(const char *dir, const char *file, struct entry *ret)
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
	*ret = (struct entry){
		.number = number,
		.made = xstrndup(end + 1, (size_t)(suffix - end - 1)),
		.path = xasprintf("%s/%s", dir, file),
		.was_there = was_there,
	};
	return true;
}

static int by_number(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	return (x->number > y->number) - (x->number < y->number);
}

static struct history history_read(const struct planwrite *planwrite, const char *name)
{
	struct history history = {.dir = xasprintf("%s/%s", planwrite->history, name)};
	DIR *stream = opendir(history.dir);
	const struct dirent *file;
	struct entry entry;
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

/* Keeps what is present, before a change to the revision `made`. *ret_path: of the entry. */
static int history_keep(const struct planwrite *planwrite, const char *name, const struct present *present, const char *made,
			char **ret_path, struct err *err)
{
	CLEANUP(history_release) struct history history = history_read(planwrite, name);
	unsigned long number = history.count ? history.entries[history.count - 1].number + 1 : 1;
	OWNED_TEXT *path = xasprintf("%s/%lu.%s.%s", history.dir, number, made, present->revision ? "ics" : none);
	OWNED_TEXT *temp = xasprintf("%s/new", history.dir);
	int r = make_dir(history.dir);
	if (!r)
		r = write_new(temp, present->bytes.data ? present->bytes.data : "", present->bytes.len, 0600);
	if (!r && rename(temp, path) < 0)
		r = -errno;
	if (r)
		return err_set(err, r, "what the plan was cannot be kept: '%s': %s, nothing was changed", history.dir, strerrordesc_np(-r));
	sync_dir(history.dir);
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

/* --- changes ----------------------------------------------------------------------------------------------------------------------- */

int planwrite_put(const struct planwrite *planwrite, const char *name, const char *based_on, const char *bytes, size_t length,
		  struct err *err)
{
	CLEANUP(present_release) struct present present = {0};
	OWNED_TEXT *kept = NULL, *made = revision_of(bytes, length);
	int r = check_name(name, err);
	if (!r && (r = make_dir(planwrite->plans)))
		return refuse_file(planwrite->plans, r, err);
	if (!r)
		r = look(planwrite, name, &present, err);
	if (!r && !based_on && present.revision)
		r = err_set(err, PLANWRITE_EXISTS, "there is a plan of that name: '%s'", present.path);
	if (!r && based_on && (!present.revision || strcmp(based_on, present.revision) != 0))
		r = refuse_changed(present.path, err);
	if (!r)
		r = history_keep(planwrite, name, &present, made, &kept, err);
	if (r)
		return r;
	r = replace(&present, bytes, length, err);
	if (r)
		unlink(kept);
	return r;
}

int planwrite_remove(const struct planwrite *planwrite, const char *name, struct err *err)
{
	CLEANUP(present_release) struct present present = {0};
	OWNED_TEXT *kept = NULL;
	int r = look(planwrite, name, &present, err);
	if (!r && !present.revision)
		r = err_set(err, PLANWRITE_CHANGED, "the plan is gone already: '%s'", present.path);
	if (!r)
		r = history_keep(planwrite, name, &present, none, &kept, err);
	if (!r && !is_still(&present))
		r = refuse_changed(present.path, err);
	else if (!r)
		r = take_away(planwrite, name, err);
	if (r && kept)
		unlink(kept);
	return r;
}

int planwrite_rename(const struct planwrite *planwrite, const char *name, const char *to, struct err *err)
{
	int r = check_name(name, err);
	if (!r)
		r = check_name(to, err);
	if (r)
		return r;
	OWNED_TEXT *from_path = planwrite_path(planwrite, name), *to_path = planwrite_path(planwrite, to);
	r = rename_new(from_path, to_path);
	if (r == -EEXIST)
		return err_set(err, PLANWRITE_EXISTS, "there is a plan of that name: '%s'", to_path);
	if (r)
		return refuse_file(from_path, r, err);
	sync_dir(planwrite->plans);
	OWNED_TEXT *history = xasprintf("%s/%s", planwrite->history, name), *new_history = xasprintf("%s/%s", planwrite->history, to);
	(void)rename_new(history, new_history);
	return 0;
}

/* The change of the entry never came to pass: the plan is what the entry kept. */
static bool is_void(const struct entry *entry, const struct present *present)
{
	struct text bytes = {0};
	if (!entry->was_there)
		return !present->revision;
	if (!present->revision || planwrite_read(entry->path, &bytes))
		return false;
	bool same = bytes.len == present->bytes.len && !memcmp(bytes.data, present->bytes.data, bytes.len);
	text_release(&bytes);
	return same;
}

static int restore(const struct planwrite *planwrite, const char *name, const struct entry *entry, const struct present *present,
		   struct err *err)
{
	struct text bytes = {0};
	if (!entry->was_there)
		return is_still(present) ? take_away(planwrite, name, err) : refuse_changed(present->path, err);
	int r = planwrite_read(entry->path, &bytes);
	r = r ? err_set(err, r, "what the plan was cannot be read: '%s': %s", entry->path, strerrordesc_np(-r))
	      : replace(present, bytes.data, bytes.len, err);
	text_release(&bytes);
	return r;
}

int planwrite_undo(const struct planwrite *planwrite, const char *name, bool *ret_there, struct err *err)
{
	CLEANUP(present_release) struct present present = {0};
	CLEANUP(history_release) struct history history = {0};
	int r = look(planwrite, name, &present, err);
	if (r)
		return r;
	history = history_read(planwrite, name);
	size_t at = history.count;
	while (at && strcmp(history.entries[at - 1].made, revision_word(present.revision)) != 0 &&
	       is_void(&history.entries[at - 1], &present))
		unlink(history.entries[--at].path);
	if (!at)
		return err_set(err, PLANWRITE_NOTHING, "nothing to take back: no change of '%s' was made through pacer", name);
	const struct entry *entry = &history.entries[at - 1];
	if (strcmp(entry->made, revision_word(present.revision)) != 0)
		return err_set(err, PLANWRITE_CHANGED,
			       "the file has been changed otherwise since: '%s', what it was before the last change is in '%s'",
			       present.path, entry->path);
	r = restore(planwrite, name, entry, &present, err);
	if (r)
		return r;
	*ret_there = entry->was_there;
	unlink(entry->path);
	return 0;
}
