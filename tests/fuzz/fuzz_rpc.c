/* Hostile bytes for daemon/rpc, with libFuzzer. The first byte of the input chooses the door:
 *   i  the rest is an interface text; what parses is asked about a value
 *   m  the rest is one message: depth, JSON, call, and its parameters against every method of both interfaces
 *   others: the rest is what a client sends to a live server on a real socket, cut in pieces by that byte; half of them hang up at once,
 *      half wait for the replies, which must all be messages. The server has to be empty again afterwards. */
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "pacer/protocol.h"
#include "rpc/internal.h"

extern const char pacer_interface_text[];
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

enum { PARKED_MAX = 8 };

static uv_loop_t loop;
static struct rpc *rpc;
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static struct rpc_call *parked[PARKED_MAX]; /* Later: answered when the row is full; Count: until it is gone */
static struct idl *idls[2];

static const char server_text[] = "interface org.example.Test\n"
				  "method Echo(text: ?string, n: ?int) -> (text: ?string, n: ?int)\n"
				  "method Later() -> ()\n"
				  "method Count() -> ()\n"
				  "error LimitReached (what: string, limit: int)\n";

static void park(struct rpc_call *call)
{
	for (size_t i = 0; i < PARKED_MAX; i++)
		if (!parked[i]) {
			parked[i] = call;
			return;
		}
	rpc_reply(call, NULL);
	for (size_t i = PARKED_MAX; i-- > 0;)
		rpc_reply(STEAL(parked[i]), NULL);
}

static void on_call(void *ctx UNUSED, struct rpc_call *call, const char *method, json_t *parameters)
{
	if (!strcmp(method, "Echo"))
		rpc_reply(call, json_incref(parameters));
	else
		park(call);
}

static void on_gone(void *ctx UNUSED, struct rpc_call *call)
{
	for (size_t i = 0; i < PARKED_MAX; i++)
		if (parked[i] == call)
			parked[i] = NULL;
}

int LLVMFuzzerInitialize(int *argc UNUSED, char ***argv UNUSED)
{
	static const char *const streaming[] = {"Count", NULL};
	static const struct rpc_handlers handlers = {.call = on_call, .gone = on_gone, .streaming = streaming};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t length = sizeof(address);
	signal(SIGPIPE, SIG_IGN);
	/* Bound to an abstract name of the kernel's choice: nothing to clean up. */
	if (bind(fd, (struct sockaddr *)&address, sizeof(sa_family_t)) < 0 || listen(fd, 8) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &length) < 0)
		abort();
	idls[0] = idl_parse(pacer_interface_text, NULL);
	idls[1] = idl_parse(service_interface_text, NULL);
	if (!idls[0] || !idls[1] || uv_loop_init(&loop) || rpc_open(&loop, server_text, "", &fd, 1, &handlers, &rpc, NULL))
		abort();
	return 0;
}

static void fuzz_interface(const char *text)
{
	struct err err = {0};
	struct idl *idl = idl_parse(text, &err);
	if (!idl == !err.text)
		abort();
	json_t *value = json_pack("{s{ss}s[i]}", "a", "b", "c", "d", 1);
	for (size_t i = 0; idl && idl_method(idl, i); i++) {
		char *field = NULL;
		if ((idl_check(idl, IDL_CALL, idl_method(idl, i), value, &field) == 2) != (field != NULL))
			abort();
		free(field);
	}
	json_decref(value);
	idl_free(idl);
	err_release(&err);
}

static void fuzz_message(const char *bytes, size_t n)
{
	struct message message;
	if (message_decode(bytes, n, &message) < 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(idls); i++)
		for (size_t m = 0; idl_method(idls[i], m); m++)
			for (enum idl_what what = IDL_CALL; what <= IDL_REPLY; what++) {
				char *field = NULL;
				if ((idl_check(idls[i], what, idl_method(idls[i], m), message.parameters, &field) == 2) != (field != NULL))
					abort();
				free(field);
			}
	message_release(&message);
}

/* Sends nothing more and reads until the server has closed the connection; what it said has to end with a whole message. */
static void read_replies(int fd)
{
	char bytes[65536];
	char last = '\0';
	shutdown(fd, SHUT_WR);
	for (int turns = 0; turns < 1000; turns++) {
		uv_run(&loop, UV_RUN_NOWAIT);
		ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		if (n > 0)
			last = bytes[n - 1];
		if (n == 0)
			break;
		for (size_t i = 0; turns > 10 && i < PARKED_MAX; i++)
			if (parked[i])
				rpc_reply(STEAL(parked[i]), NULL);
	}
	if (last)
		abort();
}

static void fuzz_server(uint8_t how, const char *bytes, size_t n)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t piece = (size_t)(how & 0x7f) + 1;
	socklen_t length = (socklen_t)(sizeof(sa_family_t) + 1 + strlen(address.sun_path + 1));
	if (connect(fd, (struct sockaddr *)&address, length) < 0)
		abort();
	while (!rpc_connections(rpc))
		uv_run(&loop, UV_RUN_NOWAIT);
	for (size_t at = 0; at < n; at += piece) {
		send(fd, bytes + at, n - at < piece ? n - at : piece, MSG_DONTWAIT | MSG_NOSIGNAL);
		uv_run(&loop, UV_RUN_NOWAIT);
	}
	if (how & 0x80)
		read_replies(fd);
	close(fd);
	for (int turns = 0; rpc_connections(rpc) && turns < 1000; turns++)
		uv_run(&loop, UV_RUN_NOWAIT);
	uv_run(&loop, UV_RUN_NOWAIT); /* the last close callback */
	for (size_t i = 0; i < PARKED_MAX; i++)
		if (parked[i])
			abort();
	if (rpc_connections(rpc) || uv_backend_timeout(&loop) != -1)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	OWNED_TEXT *rest = xstrndup((const char *)data + 1, size - 1);
	if (data[0] == 'i')
		fuzz_interface(rest);
	else if (data[0] == 'm')
		fuzz_message(rest, size - 1);
	else
		fuzz_server(data[0], rest, size - 1);
	return 0;
}
