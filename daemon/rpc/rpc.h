/* Varlink over a Unix stream socket on libuv. Knows messages, not sessions: calls are checked against the interface text and
 * handed to one callback; replies go out in the order of the calls of a connection.
 *
 * org.varlink.service (GetInfo, GetInterfaceDescription) is answered here. Limits: protocol.h. A peer of another user is refused with
 * org.varlink.service.PermissionDenied and closed. Garbage, a message over the limit, a started message older than the timeout and a
 * reader that lets more than RPC_BACKLOG_BYTES_MAX pile up are cut off; nobody else notices. Who sends calls faster than they are answered
 * or their replies read is not cut off: the rest waits unread. Who has done sending (nc -N) still gets the replies of plain calls. */
#ifndef RPC_RPC_H
#define RPC_RPC_H

#include <jansson.h>
#include <uv.h>

#include "pacer/base.h"

enum { RPC_BACKLOG_BYTES_MAX = 4 * 1024 * 1024 };

struct rpc;
struct rpc_call;

struct rpc_handlers {
	/* A valid call of our interface: method is the bare name ("Today"), parameters an object that fits the text, with what was given as
	 * null left out; both are borrowed until this returns.
	 * Must lead to exactly one rpc_reply or rpc_error, now or later; for a streaming method any number of rpc_stream before.
	 * Runs straight from the loop, never inside rpc_reply and its like. */
	void (*call)(void *ctx, struct rpc_call *call, const char *method, json_t *parameters);
	/* The call will not be answered any more (the peer went away): forget it, without rpc_reply (what it asks for may still be done).
	 * Only for calls still open after `call` returned; straight from the loop as well, so no call disappears while rpc_stream is being
	 * used on it. */
	void (*gone)(void *ctx, struct rpc_call *call);
	/* Methods that may only be called with more, NULL-terminated. */
	const char *const *streaming;
	void *ctx;
};

/* Parses the interface text; a broken one is our own bug and aborts. fds: listening sockets passed in by the service manager, taken over,
 * used as they are and never unlinked; with fd_count 0 the socket at path is bound (directory 0700, socket 0600; a stale one is replaced, a
 * live daemon's is -EADDRINUSE). Returns 0 or -errno. The loop owns nothing; rpc_close must be called and the loop run to the end (the
 * latter also after an error). SIGPIPE is ignored from here on unless the program has a handler. */
int rpc_open(uv_loop_t *loop, const char *interface_text, const char *path, const int *fds, int fd_count,
	     const struct rpc_handlers *handlers, struct rpc **ret_rpc, struct err *err);
/* Stops listening, closes every connection, unlinks a socket we bound; *rpc is freed in the last close callback. Open calls are told to
 * gone from the loop, so handlers.ctx has to live until the loop has run to its end. */
void rpc_close(struct rpc *rpc);
/* Connections open now. */
int rpc_connections(const struct rpc *rpc);

/* Replies take over parameters (NULL: {}). Checked against the interface text: a reply that does not fit is our own bug and aborts.
 * A reply over PACER_MESSAGE_BYTES_MAX goes out as LimitReached(what, limit) of the interface; a streamed one ends the connection. */
void rpc_reply(struct rpc_call *call, json_t *parameters);
void rpc_stream(struct rpc_call *call, json_t *parameters); /* continues: true */
/* error: bare ("NoSuchSession") or full name; fields as the text says. */
void rpc_error(struct rpc_call *call, const char *error, json_t *parameters);

#endif
