/* The socket of the daemon in the file system, and who may talk to it. */
#ifndef RPC_ENDPOINT_H
#define RPC_ENDPOINT_H

#include <sys/types.h>

#include "pacer/base.h"

/* A socket file that we made. */
struct endpoint {
	char *path; /* NULL: none */
	dev_t device;
	ino_t inode;
};

/* Binds and listens at path. Its directory is made when missing, must be ours and gets mode 0700; the socket gets 0600. A socket that
 * nobody listens on is replaced; two daemons starting at once are kept apart by a lock on the directory. Returns the listening descriptor,
 * -EADDRINUSE when a daemon answers there, or another -errno. */
int endpoint_listen(const char *path, struct endpoint *ret_endpoint, struct err *err);
/* Removes the file if it is still the one we made; to be called while we still listen, so that its inode cannot have been used again. */
void endpoint_release(struct endpoint *endpoint);

/* 0 when fd is a listening Unix stream socket. */
int endpoint_check(int fd, struct err *err);
/* Was the peer's end of this Unix socket opened by uid? (SO_PEERCRED) */
bool endpoint_peer_is(int fd, uid_t uid);

#endif
