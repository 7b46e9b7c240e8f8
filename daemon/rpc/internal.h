/* The server, its connections and their calls, for the files of this room and its tests.
 *
 * Life of a connection: conn_accept, then reads; conn_close marks it and closes its two handles; the last close callback tells the app of
 * the calls that are still open, and frees. A closing connection takes replies and drops them, so the app never meets freed memory.
 * Our callbacks into the app (call, gone) run straight from the loop, never inside rpc_reply and its like. */
#ifndef RPC_INTERNAL_H
#define RPC_INTERNAL_H

#include <sys/queue.h>

#include "rpc.h"

#include "endpoint.h"
#include "idl.h"
#include "message.h"

enum {
	RPC_CALLS_MAX = 128,           /* open calls of one connection; more wait unread */
	RPC_PAUSE_BYTES = 1024 * 1024, /* replies waiting for the reader; new calls wait meanwhile */
};

enum interface_index { INTERFACE_SERVICE, INTERFACE_OURS, INTERFACE_COUNT };

struct interface {
	struct idl *idl;
	const char *text;
};

struct listener {
	uv_pipe_t pipe;
	struct rpc *rpc;
};

struct rpc {
	uv_loop_t *loop;
	struct rpc_handlers handlers;
	struct interface interfaces[INTERFACE_COUNT];
	struct listener *listeners;
	int listener_count;
	struct endpoint endpoint;
	TAILQ_HEAD(conn_list, conn) conns; /* that are not closing, by conn.link */
	int conn_count;                    /* of conns */
	int references;                    /* listeners and connections that still have handles */
	bool closing;
	uint64_t message_timeout_ms;
	uid_t peer_uid; /* who may call */
};
void rpc_unref(struct rpc *rpc);

struct rpc_call {
	TAILQ_ENTRY(rpc_call) link;
	struct conn *conn;
	const struct interface *interface; /* NULL: the call names none of ours */
	char *method;                      /* bare name */
	bool more, oneway, streaming;
	bool done;        /* answered */
	struct text held; /* replies that wait for those of earlier calls */
};

struct conn {
	uv_pipe_t pipe;
	uv_timer_t timer; /* runs for a started message, or at once to go on with waiting ones; else idle */
	int handles;
	struct rpc *rpc;
	TAILQ_ENTRY(conn) link;
	struct inbox inbox;
	TAILQ_HEAD(call_list, rpc_call) calls; /* not answered, or answered and held; by link, in order of arrival */
	int call_count;
	size_t held_bytes; /* of all calls */
	struct text out;   /* in order, on its way to the socket */
	bool processing;   /* inside conn_process: it flushes at its end */
	bool waking;       /* the timer is set to go on, not to give up */
	bool last_turn;    /* the timer has fired for this message before */
	bool paused;       /* the reader or the app has to catch up first */
	bool ended;        /* the peer sends nothing more */
	bool closing;
};
/* Takes the next connection from the listener, or refuses it. */
void conn_accept(struct listener *listener);
void conn_close(struct conn *conn);
/* A call got something to send, or its end. */
void conn_answered(struct conn *conn);

/* Handles one message; any outcome is a reply. */
void call_dispatch(struct conn *conn, const struct message *message);
void call_free(struct rpc_call *call);
/* The error of org.varlink.service with its one field (NULL: none), as an answer to the call. */
void call_refuse(struct rpc_call *call, const char *error, const char *field, const char *value);

/* org.varlink.service. */
extern const char service_interface_text[];
/* method is one of the text's, parameters fit it. */
void service_call(struct rpc_call *call, json_t *parameters);

/* A reply that does not fit the interface text, or a second answer: our own mistake, not the peer's. Says so and aborts. */
PRINTF_LIKE(1, 2) _Noreturn void own_bug(const char *format, ...);

#endif
