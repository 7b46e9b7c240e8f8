#include "internal.h"

#include <poll.h>

#include "pacer/protocol.h"

/* A write that the socket did not take at once. */
struct outgoing {
	uv_write_t request;
	char *data;
};

static void conn_process(struct conn *conn);

/* --- end --------------------------------------------------------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *handle)
{
	struct conn *conn = handle->data;
	struct rpc *rpc = conn->rpc;
	if (--conn->handles > 0)
		return;
	while (!TAILQ_EMPTY(&conn->calls)) {
		struct rpc_call *call = TAILQ_FIRST(&conn->calls);
		if (!call->done)
			rpc->handlers.gone(rpc->handlers.ctx, call);
		call_free(call);
	}
	inbox_release(&conn->inbox);
	text_release(&conn->out);
	free(conn);
	rpc_unref(rpc);
}

void conn_close(struct conn *conn)
{
	if (conn->closing)
		return;
	conn->closing = true;
	TAILQ_REMOVE(&conn->rpc->conns, conn, link);
	conn->rpc->conn_count--;
	uv_close((uv_handle_t *)&conn->pipe, on_closed);
	uv_close((uv_handle_t *)&conn->timer, on_closed);
}

/* --- writing ----------------------------------------------------------------------------------------------------------------------- */

static size_t queued_bytes(const struct conn *conn)
{
	return uv_stream_get_write_queue_size((const uv_stream_t *)&conn->pipe);
}

/* Replies that are ours to keep because the reader is slow or an earlier call is open. */
static size_t backlog_bytes(const struct conn *conn)
{
	return queued_bytes(conn) + conn->out.len + conn->held_bytes;
}

static void on_written(uv_write_t *request, int status)
{
	struct outgoing *outgoing = (struct outgoing *)request;
	struct conn *conn = request->handle->data;
	free(outgoing->data);
	free(outgoing);
	if (conn->closing)
		return;
	if (status < 0)
		conn_close(conn);
	else
		conn_process(conn);
}

static int queue_rest(struct conn *conn, size_t sent)
{
	struct outgoing *outgoing = xcalloc(1, sizeof(*outgoing));
	uv_buf_t rest = uv_buf_init(conn->out.data + sent, (unsigned)(conn->out.len - sent));
	outgoing->data = text_take(&conn->out);
	int r = uv_write(&outgoing->request, (uv_stream_t *)&conn->pipe, &rest, 1, on_written);
	if (r < 0) {
		free(outgoing->data);
		free(outgoing);
	}
	return r;
}

/* Straight to the socket when nothing is in front of it; what does not fit is queued. */
static void conn_flush(struct conn *conn)
{
	if (conn->closing || !conn->out.len)
		return;
	uv_buf_t all = uv_buf_init(conn->out.data, (unsigned)conn->out.len);
	int r = queued_bytes(conn) ? UV_EAGAIN : uv_try_write((uv_stream_t *)&conn->pipe, &all, 1);
	if (r == (int)conn->out.len)
		text_release(&conn->out);
	else if (r >= 0 || r == UV_EAGAIN)
		r = queue_rest(conn, r > 0 ? (size_t)r : 0);
	if (r < 0)
		conn_close(conn);
}

/* Moves what may go out now, in the order of the calls: all of the answered ones in front, and what the first open one has so far.
 * A oneway call answers nothing and holds up nobody. */
static void collect_replies(struct conn *conn)
{
	struct rpc_call *call = TAILQ_FIRST(&conn->calls);
	while (call) {
		struct rpc_call *next = TAILQ_NEXT(call, link);
		conn->held_bytes -= call->held.len;
		if (!conn->out.len) {
			text_release(&conn->out);
			conn->out = call->held;
			call->held = (struct text){0};
		} else if (call->held.len) {
			text_add_n(&conn->out, call->held.data, call->held.len);
			text_release(&call->held);
		}
		if (!call->done && !call->oneway)
			return;
		if (call->done)
			call_free(call);
		call = next;
	}
}

/* A message was begun and not finished in time. Timers run before sockets: when the loop was busy its rest may be waiting unread, so the
 * sockets get one more turn. */
static void on_timer(uv_timer_t *timer)
{
	struct conn *conn = timer->data;
	if (conn->waking) {
		conn_process(conn);
	} else if (!conn->last_turn) {
		conn->last_turn = true;
		uv_timer_start(timer, on_timer, 1, 0);
	} else {
		conn_close(conn);
	}
}

static void start_deadline(struct conn *conn)
{
	conn->last_turn = false;
	uv_update_time(conn->rpc->loop);
	uv_timer_start(&conn->timer, on_timer, conn->rpc->message_timeout_ms, 0);
}

/* Goes on from the loop: the app, which may be in the middle of something, must not be called from inside its own rpc_reply. */
static void conn_wake(struct conn *conn)
{
	conn->waking = true;
	uv_timer_start(&conn->timer, on_timer, 0, 0);
}

void conn_answered(struct conn *conn)
{
	if (conn->closing)
		return;
	collect_replies(conn);
	if (conn->processing)
		return;
	conn_flush(conn);
	if (backlog_bytes(conn) > RPC_BACKLOG_BYTES_MAX)
		conn_close(conn);
	if (!conn->closing && (conn->paused || conn->ended))
		conn_wake(conn);
}

/* --- reading ----------------------------------------------------------------------------------------------------------------------- */

static void on_space(uv_handle_t *handle, size_t suggested UNUSED, uv_buf_t *buf)
{
	struct conn *conn = handle->data;
	size_t bytes;
	char *at = inbox_space(&conn->inbox, &bytes);
	*buf = uv_buf_init(at, (unsigned)bytes);
}

static bool streams_open(const struct conn *conn)
{
	struct rpc_call *call;
	TAILQ_FOREACH(call, &conn->calls, link)
	if (call->streaming && !call->done)
		return true;
	return false;
}

/* The peer closed its socket altogether; it is not only done with sending (unix_poll in Linux: HUP is both directions). */
static bool peer_left(const struct conn *conn)
{
	struct pollfd pollfd = {0};
	return uv_fileno((const uv_handle_t *)&conn->pipe, &pollfd.fd) < 0 ||
	       (poll(&pollfd, 1, 0) > 0 && (pollfd.revents & (POLLHUP | POLLERR)));
}

/* At the end of its input a peer may still be reading (nc -N), so plain calls are answered first. A stream has no end of its own. */
static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf UNUSED)
{
	struct conn *conn = stream->data;
	if (n == 0)
		return;
	if (n > 0) {
		inbox_added(&conn->inbox, (size_t)n);
	} else if (n == UV_EOF && !streams_open(conn) && !peer_left(conn)) {
		conn->ended = true;
	} else {
		conn_close(conn);
		return;
	}
	conn_process(conn);
}

static void set_reading(struct conn *conn, bool on)
{
	if (on)
		uv_read_start((uv_stream_t *)&conn->pipe, on_space, on_read); /* harmless when it reads already */
	else
		uv_read_stop((uv_stream_t *)&conn->pipe);
}

/* The state that fits what is left: closed, reading or not, and the timer running for a started message and for nothing else. */
static void settle(struct conn *conn)
{
	size_t waiting = inbox_bytes(&conn->inbox);
	if (!waiting)
		inbox_release(&conn->inbox);
	if (conn->ended && !conn->paused && TAILQ_EMPTY(&conn->calls) && !queued_bytes(conn)) {
		conn_close(conn);
		return;
	}
	set_reading(conn, !conn->ended && (!conn->paused || waiting < PACER_MESSAGE_BYTES_MAX));
	if (!waiting || conn->paused || conn->ended)
		uv_timer_stop(&conn->timer);
	else if (!uv_is_active((uv_handle_t *)&conn->timer))
		start_deadline(conn);
}

static bool must_pause(const struct conn *conn)
{
	return conn->call_count >= RPC_CALLS_MAX || backlog_bytes(conn) >= RPC_PAUSE_BYTES;
}

/* Handles what has arrived, as far as the reader and the app keep up. */
static void conn_process(struct conn *conn)
{
	int r = INBOX_NOTHING;
	if (conn->waking)
		uv_timer_stop(&conn->timer);
	conn->waking = false;
	conn->processing = true;
	while (!conn->closing && !must_pause(conn)) {
		struct message message;
		const char *bytes;
		size_t n;
		r = inbox_next(&conn->inbox, &bytes, &n);
		if (r != INBOX_MESSAGE)
			break;
		r = message_decode(bytes, n, &message);
		if (r < 0)
			break;
		uv_timer_stop(&conn->timer); /* the next message gets a time of its own */
		call_dispatch(conn, &message);
		message_release(&message);
	}
	conn->processing = false;
	conn_flush(conn);
	if (r < 0)
		conn_close(conn); /* garbage or too long; earlier calls got their replies */
	if (conn->closing)
		return;
	conn->paused = must_pause(conn);
	settle(conn);
}

/* --- start ------------------------------------------------------------------------------------------------------------------------- */

static void refuse_stranger(struct conn *conn)
{
	size_t bytes;
	OWNED_TEXT *reply = message_encode(PACER_SERVICE_INTERFACE ".PermissionDenied", NULL, false, &bytes);
	uv_buf_t buf = uv_buf_init(reply, (unsigned)bytes);
	uv_try_write((uv_stream_t *)&conn->pipe, &buf, 1);
	conn_close(conn);
}

static struct conn *conn_new(struct rpc *rpc)
{
	struct conn *conn = xcalloc(1, sizeof(*conn));
	conn->rpc = rpc;
	conn->handles = 2;
	conn->pipe.data = conn->timer.data = conn;
	uv_pipe_init(rpc->loop, &conn->pipe, 0);
	uv_timer_init(rpc->loop, &conn->timer);
	TAILQ_INIT(&conn->calls);
	TAILQ_INSERT_TAIL(&rpc->conns, conn, link);
	rpc->conn_count++;
	rpc->references++;
	return conn;
}

/* Too many: accepted and closed, or the kernel would keep it in the queue and the peer would wait for ever. */
void conn_accept(struct listener *listener)
{
	struct rpc *rpc = listener->rpc;
	struct conn *conn = conn_new(rpc);
	uv_os_fd_t fd;
	if (uv_accept((uv_stream_t *)&listener->pipe, (uv_stream_t *)&conn->pipe) < 0 || uv_fileno((uv_handle_t *)&conn->pipe, &fd) < 0)
		conn_close(conn);
	else if (!endpoint_peer_is(fd, rpc->peer_uid))
		refuse_stranger(conn);
	else if (rpc->conn_count > PACER_CONNECTIONS_MAX)
		conn_close(conn);
	else
		settle(conn);
}
