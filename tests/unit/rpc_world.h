/* A server in a directory of its own and clients beside it, in one thread on one loop, for the tests of daemon/rpc. */
#ifndef TESTS_RPC_WORLD_H
#define TESTS_RPC_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "pacer/protocol.h"
#include "rpc/internal.h"

static const char world_text[] = "interface org.example.Test\n"
				 "# Answers at once with what it got.\n"
				 "method Echo(text: ?string, n: ?int) -> (text: ?string, n: ?int)\n"
				 "# Answers when the test says so.\n"
				 "method Later() -> (n: int)\n"
				 "method Deep(free: object) -> ()\n"
				 "method Refuse(full: bool) -> ()\n"
				 "# A reply of so many bytes, and then its NUL.\n"
				 "method Big(bytes: int) -> (text: string)\n"
				 "# Needs more.\n"
				 "method Count() -> (n: int)\n"
				 "error NoSuch (id: string)\n"
				 "error LimitReached (what: string, limit: int)\n";

enum { WORLD_CALLS_MAX = 300, DEADLINE_MS = 20000 };

struct world {
	uv_loop_t loop;
	struct rpc *rpc;
	char directory[32];
	char *path;
	struct rpc_call *open[WORLD_CALLS_MAX]; /* calls to Later and Count, in order of arrival; NULL once gone */
	int open_count;
	int calls, gone;
};

struct client {
	int fd;
	struct text in;
	bool end;
};

/* A string of which the reply {"parameters":{"text":"..."}} has so many bytes. */
static json_t *big_text(size_t reply_bytes)
{
	size_t n = reply_bytes - strlen("{\"parameters\":{\"text\":\"\"}}");
	char *text = xrealloc(NULL, n);
	memset(text, 'x', n);
	json_t *string = json_stringn(text, n);
	free(text);
	return json_pack("{so}", "text", string);
}

static void world_call(void *ctx, struct rpc_call *call, const char *method, json_t *parameters)
{
	struct world *w = ctx;
	w->calls++;
	if (!strcmp(method, "Echo"))
		rpc_reply(call, json_incref(parameters));
	else if (!strcmp(method, "Deep"))
		rpc_reply(call, NULL);
	else if (!strcmp(method, "Big"))
		rpc_reply(call, big_text((size_t)json_integer_value(json_object_get(parameters, "bytes"))));
	else if (!strcmp(method, "Refuse"))
		rpc_error(call, json_is_true(json_object_get(parameters, "full")) ? "org.example.Test.NoSuch" : "NoSuch",
			  json_pack("{ss}", "id", "x"));
	else
		w->open[w->open_count++] = call;
	assert_non_null(method);
}

static void world_gone(void *ctx, struct rpc_call *call)
{
	struct world *w = ctx;
	w->gone++;
	for (int i = 0; i < w->open_count; i++)
		if (w->open[i] == call)
			w->open[i] = NULL;
}

static const char *const world_streaming[] = {"Count", NULL};

static struct rpc_handlers world_handlers(struct world *w)
{
	return (struct rpc_handlers){.call = world_call, .gone = world_gone, .streaming = world_streaming, .ctx = w};
}

static void world_directory(struct world *w)
{
	*w = (struct world){.directory = "/tmp/pacer-rpc-XXXXXX"};
	assert_non_null(mkdtemp(w->directory));
	w->path = xasprintf("%s/run/socket", w->directory);
	assert_int_equal(uv_loop_init(&w->loop), 0);
}

static void world_open(struct world *w)
{
	struct err err = {0};
	struct rpc_handlers handlers = world_handlers(w);
	world_directory(w);
	if (rpc_open(&w->loop, world_text, w->path, NULL, 0, &handlers, &w->rpc, &err) < 0)
		fail_msg("%s", err.text);
}

/* Ends the server if there is one, and holds it to leaving nothing behind. */
static void world_close(struct world *w)
{
	if (w->rpc)
		rpc_close(w->rpc);
	assert_int_equal(uv_run(&w->loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&w->loop), 0);
	assert_int_equal(access(w->path, F_OK), -1);
	OWNED_TEXT *run = xasprintf("%s/run", w->directory);
	rmdir(run);
	assert_int_equal(rmdir(w->directory), 0);
	free(w->path);
}

/* Lets the server do what it can do now, until the condition holds. */
#define WORLD_UNTIL(w, condition)                                                                                                          \
	do {                                                                                                                               \
		uint64_t end_ = uv_hrtime() + DEADLINE_MS * UINT64_C(1000000);                                                             \
		while (!(condition)) {                                                                                                     \
			if (uv_hrtime() > end_)                                                                                            \
				fail_msg("line %d: never: %s", __LINE__, #condition);                                                      \
			uv_run(&(w)->loop, UV_RUN_NOWAIT);                                                                                 \
		}                                                                                                                          \
	} while (0)

/* Everything that is on its way has been handled. */
static void world_settle(struct world *w)
{
	for (int i = 0; i < 5; i++)
		uv_run(&w->loop, UV_RUN_NOWAIT);
}

static UNUSED struct client client_open(const char *path)
{
	struct client c = {.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	memcpy(address.sun_path, path, strlen(path) + 1);
	assert_true(c.fd >= 0);
	assert_int_equal(connect(c.fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return c;
}

static UNUSED void client_close(struct client *c)
{
	close(c->fd);
	text_release(&c->in);
}

/* Stops early when the server has hung up. */
static UNUSED void client_send_n(struct world *w, struct client *c, const char *bytes, size_t n)
{
	uint64_t end = uv_hrtime() + DEADLINE_MS * UINT64_C(1000000);
	while (n) {
		ssize_t sent = send(c->fd, bytes, n, MSG_NOSIGNAL);
		if (sent < 0 && errno != EAGAIN)
			return;
		if (sent > 0) {
			bytes += sent;
			n -= (size_t)sent;
		}
		if (n)
			uv_run(&w->loop, UV_RUN_NOWAIT);
		assert_true(uv_hrtime() < end);
	}
}

/* One message with its NUL. */
static UNUSED void client_send(struct world *w, struct client *c, const char *message)
{
	client_send_n(w, c, message, strlen(message) + 1);
}

static void client_read(struct client *c)
{
	char bytes[65536];
	ssize_t n = c->end ? 0 : recv(c->fd, bytes, sizeof(bytes), 0);
	if (n > 0)
		text_add_n(&c->in, bytes, (size_t)n);
	else if (n == 0 || errno != EAGAIN)
		c->end = true;
}

/* The next message, owned by the caller; NULL when the server has hung up. */
static UNUSED char *client_receive(struct world *w, struct client *c)
{
	WORLD_UNTIL(w, (c->in.len && memchr(c->in.data, '\0', c->in.len)) || c->end || (client_read(c), false));
	const char *nul = c->in.len ? memchr(c->in.data, '\0', c->in.len) : NULL;
	if (!nul)
		return NULL;
	char *message = xstrdup(c->in.data);
	size_t taken = (size_t)(nul - c->in.data) + 1;
	memmove(c->in.data, c->in.data + taken, c->in.len - taken);
	c->in.len -= taken;
	return message;
}

static UNUSED void client_expect(struct world *w, struct client *c, const char *expected)
{
	OWNED_TEXT *got = client_receive(w, c);
	if (!got)
		fail_msg("hung up in place of %s", expected);
	assert_string_equal(got, expected);
}

static UNUSED void client_expect_end(struct world *w, struct client *c)
{
	OWNED_TEXT *got = client_receive(w, c);
	if (got)
		fail_msg("%.200s in place of the end", got);
}

/* Nothing came and nothing ended. */
static UNUSED void client_expect_quiet(struct world *w, struct client *c)
{
	world_settle(w);
	client_read(c);
	assert_int_equal(c->in.len, 0);
	assert_false(c->end);
}

/* The server still serves. */
static UNUSED void client_expect_echo(struct world *w, struct client *c)
{
	client_send(w, c, "{\"method\":\"org.example.Test.Echo\",\"parameters\":{\"n\":7}}");
	client_expect(w, c, "{\"parameters\":{\"n\":7}}");
}

#define CALL(method) "{\"method\":\"org.example.Test." method "\"}"
#define CALL_MORE(method) "{\"method\":\"org.example.Test." method "\",\"more\":true}"
#define CALL_ONEWAY(method) "{\"method\":\"org.example.Test." method "\",\"oneway\":true}"

#endif
