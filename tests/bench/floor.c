/* The least that a command line client can be: what `pacer next` is held against.
 *
 * floor serve SOCKET   answers every 1 KB with 1 KB, until it is ended
 * floor call SOCKET    connects, sends 1 KB, reads 1 KB, ends */
#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "pacer/base.h"

enum { MESSAGE_BYTES = 1024, WAITING_MAX = 16 };

static int open_socket(const char *path, struct sockaddr_un *ret_address)
{
	*ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
	size_t length = strlen(path);
	if (length >= sizeof(ret_address->sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(ret_address->sun_path, path, length);
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* A stream may hand a message over in pieces. false: the other side ended or broke off. */
static bool receive(int fd, char *message)
{
	for (size_t got = 0; got < MESSAGE_BYTES;) {
		ssize_t n = read(fd, message + got, MESSAGE_BYTES - got);
		if (n <= 0)
			return false;
		got += (size_t)n;
	}
	return true;
}

static bool transmit(int fd, const char *message)
{
	return send(fd, message, MESSAGE_BYTES, MSG_NOSIGNAL) == MESSAGE_BYTES;
}

static int serve(const char *path)
{
	struct sockaddr_un address;
	char message[MESSAGE_BYTES];
	int listener = open_socket(path, &address);
	if (listener < 0 || bind(listener, (const struct sockaddr *)&address, sizeof(address)) < 0 || listen(listener, WAITING_MAX) < 0) {
		perror(path);
		return 1;
	}
	for (;;) { /* until a signal */
		int client = accept(listener, NULL, NULL);
		while (client >= 0 && receive(client, message) && transmit(client, message))
			;
		if (client >= 0)
			close(client);
	}
}

static int call(const char *path)
{
	struct sockaddr_un address;
	char message[MESSAGE_BYTES] = "hello";
	int fd = open_socket(path, &address);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 && transmit(fd, message) &&
	    receive(fd, message))
		return 0;
	perror(path);
	return 1;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "serve"))
		return serve(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "call"))
		return call(argv[2]);
	fputs("usage: floor serve|call SOCKET\n", stderr);
	return 2;
}
