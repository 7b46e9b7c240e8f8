#include "planwrite_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "ical/read.h"

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

int file_make_dir(const char *path)
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

int file_write_new(const char *path, const char *bytes, size_t length, mode_t mode)
{
	unlink(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0)
		return -errno;
	int r = mode && fchmod(fd, mode) < 0 ? -errno : 0;
	if (!r)
		r = diskfile_write(fd, bytes, length);
	if (close(fd) < 0 && !r)
		r = -errno;
	if (r)
		unlink(path);
	return r;
}

int file_rename_new(const char *from, const char *to)
{
	if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (link(from, to) < 0)
		return -errno;
	return unlink(from) < 0 ? -errno : 0;
}

/* ".NAME.ics.new", as a plan's file is called until it is whole. */
static bool is_unfinished(const char *file)
{
	static const char end[] = ".ics.new";
	size_t length = strlen(file), tail = strlen(end);
	if (*file != '.' || length <= tail + 1 || strcmp(file + length - tail, end) != 0)
		return false;
	OWNED_TEXT *name = xstrndup(file + 1, length - tail - 1);
	return planwrite_name_is_good(name);
}

void planwrite_sweep(const char *plans)
{
	DIR *stream = opendir(plans);
	const struct dirent *file;
	struct stat st;
	while (stream && (file = readdir(stream)))
		if (is_unfinished(file->d_name) && !fstatat(dirfd(stream), file->d_name, &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode))
			(void)unlinkat(dirfd(stream), file->d_name, 0);
	if (stream)
		closedir(stream);
}
