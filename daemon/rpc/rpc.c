#include "internal.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "pacer/protocol.h"

void own_bug(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	OWNED_TEXT *text = xvasprintf(format, args);
	va_end(args);
	fprintf(stderr, "pacerd: bug in rpc: %s\n", text);
	abort();
}

static void on_connection(uv_stream_t *stream, int status)
{
	if (status == 0)
		conn_accept(stream->data);
}

static void on_listener_closed(uv_handle_t *handle)
{
	struct listener *listener = handle->data;
	rpc_unref(listener->rpc);
}

void rpc_unref(struct rpc *rpc)
{
	if (--rpc->references > 0)
		return;
	for (size_t i = 0; i < INTERFACE_COUNT; i++)
		idl_free(rpc->interfaces[i].idl);
	free(rpc->listeners);
	free(rpc);
}

/* The descriptor is closed with the listener, or here when libuv does not take it. */
static int listen_on(struct rpc *rpc, int fd, struct err *err)
{
	struct listener *listener = &rpc->listeners[rpc->listener_count++];
	listener->rpc = rpc;
	listener->pipe.data = listener;
	rpc->references++;
	uv_pipe_init(rpc->loop, &listener->pipe, 0);
	int r = uv_pipe_open(&listener->pipe, fd);
	if (r < 0)
		close(fd);
	else
		r = uv_listen((uv_stream_t *)&listener->pipe, 2 * PACER_CONNECTIONS_MAX, on_connection);
	return r < 0 ? err_set(err, r, "socket: descriptor %d: %s; start the daemon again", fd, uv_strerror(r)) : 0;
}

static struct interface interface_parse(const char *text)
{
	struct err err = {0};
	struct idl *idl = idl_parse(text, &err);
	if (!idl)
		own_bug("%s", err.text);
	return (struct interface){.idl = idl, .text = text};
}

static int listen_on_all(struct rpc *rpc, const int *fds, int fd_count, struct err *err)
{
	int r = 0;
	for (int i = 0; i < fd_count && r == 0; i++)
		r = endpoint_check(fds[i], err);
	rpc->listeners = xcalloc((size_t)fd_count, sizeof(*rpc->listeners));
	for (int i = 0; i < fd_count; i++)
		if (r < 0)
			close(fds[i]);
		else
			r = listen_on(rpc, fds[i], err);
	return r;
}

static int listen_on_path(struct rpc *rpc, const char *path, struct err *err)
{
	int fd = endpoint_listen(path, &rpc->endpoint, err);
	return fd < 0 ? fd : listen_on_all(rpc, &fd, 1, err);
}

/* A peer that goes away while we write is an error code to us; the signal would end the program. A handler set before stays. */
static void ignore_sigpipe(void)
{
	struct sigaction now;
	if (sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
		signal(SIGPIPE, SIG_IGN);
}

int rpc_open(uv_loop_t *loop, const char *interface_text, const char *path, const int *fds, int fd_count,
	     const struct rpc_handlers *handlers, struct rpc **ret_rpc, struct err *err)
{
	struct rpc *rpc = xcalloc(1, sizeof(*rpc));
	*rpc = (struct rpc){.loop = loop, .handlers = *handlers, .peer_uid = geteuid(), .references = 1};
	rpc->message_timeout_ms = UINT64_C(1000) * PACER_MESSAGE_TIMEOUT_S;
	rpc->interfaces[INTERFACE_SERVICE] = interface_parse(service_interface_text);
	rpc->interfaces[INTERFACE_OURS] = interface_parse(interface_text);
	TAILQ_INIT(&rpc->conns);
	ignore_sigpipe();
	int r = fd_count ? listen_on_all(rpc, fds, fd_count, err) : listen_on_path(rpc, path, err);
	if (r < 0)
		rpc_close(rpc);
	else
		*ret_rpc = rpc;
	return r;
}

void rpc_close(struct rpc *rpc)
{
	if (rpc->closing)
		own_bug("rpc_close called twice");
	rpc->closing = true;
	endpoint_release(&rpc->endpoint);
	while (!TAILQ_EMPTY(&rpc->conns))
		conn_close(TAILQ_FIRST(&rpc->conns));
	for (int i = 0; i < rpc->listener_count; i++)
		uv_close((uv_handle_t *)&rpc->listeners[i].pipe, on_listener_closed);
	rpc_unref(rpc);
}

int rpc_connections(const struct rpc *rpc)
{
	return rpc->conn_count;
}
