#include "handle.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIRECTORY_MODE = 0700, FILE_MODE = 0600 };

int files_trouble(const char *path, int code, struct err *err)
{
	static const int unwritable[] = {EACCES, EPERM, EROFS, ENOSPC, EDQUOT, ENOTDIR, EEXIST, ENAMETOOLONG, ELOOP, EFBIG};
	int result = -code;
	for (size_t i = 0; i < ARRAY_LEN(unwritable); i++)
		if (unwritable[i] == code)
			result = STORE_UNWRITABLE;
	return err_set(err, result,
		       "the state cannot be kept here: '%s' (%s), make the directory writable for you and see that there is space", path,
		       strerror(code));
}

char *files_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	if (!slash)
		return xstrdup(".");
	return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}

/* Each missing directory on the way gets 0700 (XDG base directories). 0 or -errno. */
static int make_directories(const char *directory)
{
	struct stat st;
	if (!stat(directory, &st))
		return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
	if (errno != ENOENT)
		return -errno;
	OWNED_TEXT *parent = files_directory(directory);
	int r = strcmp(parent, directory) ? make_directories(parent) : -ENOENT;
	if (r)
		return r;
	if (mkdir(directory, DIRECTORY_MODE) && errno != EEXIST)
		return -errno;
	/* A umask may have taken from it what we need ourselves. */
	return chmod(directory, DIRECTORY_MODE) ? -errno : 0;
}

/* Directories shared by everyone (sticky, like /tmp) and those of others stay as they are. */
static void close_to_others(const char *path)
{
	struct stat st;
	if (!stat(path, &st) && st.st_uid == geteuid() && !(st.st_mode & S_ISVTX) && (st.st_mode & 0077))
		(void)!chmod(path, st.st_mode & 0700);
}

int files_create(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (fd < 0)
		return -errno;
	int r = fchmod(fd, FILE_MODE) ? -errno : 0;
	close(fd);
	return r;
}

/* SQLite gives -wal and -shm the mode of the database; those that lie there may be older. */
static void close_files_to_others(const char *path)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		OWNED_TEXT *name = xasprintf("%s%s", path, suffixes[i]);
		close_to_others(name);
	}
}

int files_prepare(const char *path, struct err *err)
{
	OWNED_TEXT *directory = files_directory(path);
	int r = make_directories(directory);
	if (r)
		return files_trouble(directory, -r, err);
	close_to_others(directory);
	struct stat st;
	if (stat(path, &st)) {
		r = errno == ENOENT ? files_create(path) : -errno;
		return r ? files_trouble(path, -r, err) : 0;
	}
	if (!S_ISREG(st.st_mode))
		return err_set(err, STORE_DAMAGED, "not a regular file: '%s', move it away", path);
	close_files_to_others(path);
	return 0;
}

static int sync_path(const char *path, int flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	if (fd < 0)
		return -errno;
	int r = fsync(fd) ? -errno : 0;
	close(fd);
	return r;
}

int files_publish(const char *from, const char *to)
{
	OWNED_TEXT *directory = files_directory(to);
	int r = sync_path(from, 0);
	if (!r && rename(from, to))
		r = -errno;
	return r ? r : sync_path(directory, O_DIRECTORY);
}
