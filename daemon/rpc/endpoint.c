#include "endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "pacer/protocol.h"

enum { BACKLOG = 2 * PACER_CONNECTIONS_MAX };

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static int complain(struct err *err, const char *path, const char *hint)
{
	int code = errno;
	return err_set(err, -code, "socket: '%s': %s; %s", path, strerror(code), hint);
}

static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	if (!slash)
		return xstrdup(".");
	return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}

/* Opens the directory, made when it is missing, once it is certain that nobody else can put a socket there. */
static int open_directory(const char *directory, struct err *err)
{
	struct stat st;
	if (mkdir(directory, 0700) < 0 && errno != EEXIST)
		return complain(err, directory, "make the directory above it or set XDG_RUNTIME_DIR");
	CLEANUP(close_fd) int fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return complain(err, directory, "it has to be a directory of yours");
	if (st.st_uid != geteuid())
		return err_set(err, -EPERM, "socket: '%s': the directory belongs to user %u; remove it or set XDG_RUNTIME_DIR", directory,
			       st.st_uid);
	if ((st.st_mode & 07777) != 0700 && fchmod(fd, 0700) < 0)
		return complain(err, directory, "its mode has to be 0700");
	int taken = fd;
	fd = -1;
	return taken;
}

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	memcpy(address.sun_path, path, strlen(path) + 1);
	return address;
}

/* 1: somebody listens; 0: nobody; -errno. A queue of connections that is full (EAGAIN) has an owner too. */
static int somebody_listens(const struct sockaddr_un *address)
{
	CLEANUP(close_fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 || errno == EAGAIN || errno == EPROTOTYPE)
		return 1;
	return errno == ECONNREFUSED || errno == ENOENT ? 0 : -errno;
}

/* Removes a socket that nobody listens on. */
static int clear_stale(const char *path, const struct sockaddr_un *address, struct err *err)
{
	struct stat st;
	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : complain(err, path, "look at its directory");
	if (!S_ISSOCK(st.st_mode))
		return err_set(err, -EEXIST, "socket: '%s': something that is no socket stands here; move it away", path);
	int r = somebody_listens(address);
	if (r > 0)
		return err_set(err, -EADDRINUSE, "socket: '%s': another pacerd answers there; stop it first (systemctl --user stop pacerd)",
			       path);
	if (r < 0)
		return err_set(err, r, "socket: '%s': %s; remove it if no pacerd runs", path, strerror(-r));
	return unlink(path) == 0 || errno == ENOENT ? 0 : complain(err, path, "remove it");
}

static int bind_here(const char *path, const struct sockaddr_un *address, struct endpoint *ret_endpoint, struct err *err)
{
	struct stat st;
	CLEANUP(close_fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (const struct sockaddr *)address, sizeof(*address)) < 0)
		return complain(err, path, "no socket could be made there");
	if (chmod(path, 0600) < 0 || listen(fd, BACKLOG) < 0 || lstat(path, &st) < 0) {
		complain(err, path, "the socket could not be set up");
		unlink(path);
		return err ? err->code : -EIO;
	}
	*ret_endpoint = (struct endpoint){.path = xstrdup(path), .device = st.st_dev, .inode = st.st_ino};
	int listening = fd;
	fd = -1;
	return listening;
}

int endpoint_listen(const char *path, struct endpoint *ret_endpoint, struct err *err)
{
	if (strlen(path) > PACER_SOCKET_PATH_MAX)
		return err_set(err, -ENAMETOOLONG, "socket: '%s': longer than %d bytes; set a shorter XDG_RUNTIME_DIR", path,
			       PACER_SOCKET_PATH_MAX);
	OWNED_TEXT *directory = directory_of(path);
	CLEANUP(close_fd) int lock = open_directory(directory, err); /* closing it gives the lock back */
	if (lock < 0)
		return lock;
	if (flock(lock, LOCK_EX) < 0)
		return complain(err, directory, "the directory could not be locked");
	struct sockaddr_un address = address_of(path);
	int r = clear_stale(path, &address, err);
	return r < 0 ? r : bind_here(path, &address, ret_endpoint, err);
}

void endpoint_release(struct endpoint *endpoint)
{
	struct stat st;
	if (endpoint->path && lstat(endpoint->path, &st) == 0 && st.st_dev == endpoint->device && st.st_ino == endpoint->inode)
		unlink(endpoint->path);
	free(endpoint->path);
	*endpoint = (struct endpoint){0};
}

static bool option_is(int fd, int option, int expected)
{
	int value = 0;
	socklen_t size = sizeof(value);
	return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 && value == expected;
}

int endpoint_check(int fd, struct err *err)
{
	if (option_is(fd, SO_DOMAIN, AF_UNIX) && option_is(fd, SO_TYPE, SOCK_STREAM) && option_is(fd, SO_ACCEPTCONN, 1))
		return 0;
	return err_set(err, -ENOTSOCK,
		       "socket passed in: descriptor %d is no listening Unix stream socket; see ListenStream= in pacerd.socket", fd);
}

bool endpoint_peer_is(int fd, uid_t uid)
{
	struct ucred peer = {.uid = (uid_t)-1};
	socklen_t size = sizeof(peer);
	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && size == sizeof(peer) && peer.uid == uid;
}
