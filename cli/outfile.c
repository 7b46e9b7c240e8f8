#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(struct err *err, const char *path, const char *reason)
{
	return err_set(err, OUTFILE_FAILED, "cannot write '%s': %s", path, reason);
}

/* Closes it. false: errno says why not all of it is there. */
static bool put(FILE *file, const char *text, bool to_disk)
{
	bool good = fputs(text, file) >= 0 && !fflush(file) && (!to_disk || !fsync(fileno(file)));
	int reason = errno;
	bool closed = !fclose(file);
	errno = good ? errno : reason;
	return good && closed;
}

/* "/a/.b.ics.77.tmp" for "/a/b.ics" */
static char *temporary_of(const char *real)
{
	const char *slash = strrchr(real, '/'), *name = slash ? slash + 1 : real;
	return xasprintf("%.*s.%s.%ld.tmp", (int)(name - real), real, name, (long)getpid());
}

/* info: of the file that stands there; NULL: none does. */
static int replace(const char *path, const char *real, const struct stat *info, const char *text, struct err *err)
{
	OWNED_TEXT *temporary = temporary_of(real);
	FILE *file = fopen(temporary, "wxe");
	if (!file)
		return fail(err, path, strerror(errno));
	if (info)
		(void)fchmod(fileno(file), info->st_mode & 0777);
	if (put(file, text, true) && !rename(temporary, real))
		return 0;
	int reason = errno;
	unlink(temporary);
	return fail(err, path, strerror(reason));
}

static int write_straight(const char *path, const char *text, struct err *err)
{
	int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	return file && put(file, text, false) ? 0 : fail(err, path, strerror(errno));
}

static int write_new(const char *path, const char *text, struct err *err)
{
	struct stat info;
	if (!lstat(path, &info))
		return fail(err, path, "it is a link to a file that is not there; name the file itself");
	return replace(path, path, NULL, text, err);
}

int outfile_write(const char *path, const char *text, struct err *err)
{
	struct stat info;
	if (stat(path, &info))
		return errno == ENOENT ? write_new(path, text, err) : fail(err, path, strerror(errno));
	if (S_ISFIFO(info.st_mode) || S_ISCHR(info.st_mode))
		return write_straight(path, text, err);
	if (!S_ISREG(info.st_mode))
		return fail(err, path, S_ISDIR(info.st_mode) ? "it is a folder; name a file in it" : "it is no file; name one");
	if (access(path, W_OK)) /* the folder's rights are not the file's */
		return fail(err, path, strerror(errno));
	OWNED_TEXT *real = realpath(path, NULL);
	return real ? replace(path, real, &info, text, err) : fail(err, path, strerror(errno));
}
