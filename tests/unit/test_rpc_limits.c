/* The limits of the Varlink server, each at the limit and one past it, and what it keeps when idle: nothing. */
#include "rpc_world.h"

static void fill(struct text *t, char c, size_t n)
{
	char *bytes = xrealloc(NULL, n);
	memset(bytes, c, n);
	text_add_n(t, bytes, n);
	free(bytes);
}

/* --- messages ---------------------------------------------------------------------------------------------------------------------- */

/* A call of so many bytes and its NUL. */
static struct text padded(size_t bytes)
{
	struct text t = {0};
	text_add(&t, CALL("Echo"));
	fill(&t, ' ', bytes - t.len);
	text_add_n(&t, "", 1);
	return t;
}

static void test_message_bytes(void **state UNUSED)
{
	struct world w;
	world_open(&w);
	struct client good = client_open(w.path), bad = client_open(w.path), endless = client_open(w.path);
	struct text most = padded(PACER_MESSAGE_BYTES_MAX), more = padded(PACER_MESSAGE_BYTES_MAX + 1);
	for (int i = 0; i < 2; i++) {
		client_send_n(&w, &good, most.data, most.len);
		client_expect(&w, &good, "{\"parameters\":{}}");
	}
	client_send_n(&w, &bad, more.data, more.len);
	client_expect_end(&w, &bad);
	/* The end of a message does not have to be seen to know that it is too long. */
	client_send_n(&w, &endless, more.data, PACER_MESSAGE_BYTES_MAX);
	client_expect_quiet(&w, &endless);
	client_send_n(&w, &endless, more.data, 1);
	client_expect_end(&w, &endless);
	client_expect_echo(&w, &good);
	text_release(&most);
	text_release(&more);
	client_close(&endless);
	client_close(&bad);
	client_close(&good);
	world_close(&w);
}

static void test_depth(void **state UNUSED)
{
	struct world w;
	world_open(&w);
	for (int levels = PACER_JSON_DEPTH_MAX; levels <= PACER_JSON_DEPTH_MAX + 1; levels++) {
		struct client c = client_open(w.path);
		struct text t = {0};
		text_add(&t, "{\"method\":\"org.example.Test.Deep\",\"parameters\":{\"free\":{\"]}\\\"\\\\\":");
		fill(&t, '[', (size_t)levels - 3);
		text_add(&t, "\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[{\"");
		fill(&t, ']', (size_t)levels - 3);
		text_add(&t, "}}}");
		client_send(&w, &c, t.data);
		if (levels == PACER_JSON_DEPTH_MAX)
			client_expect(&w, &c, "{\"parameters\":{}}");
		else
			client_expect_end(&w, &c);
		text_release(&t);
		client_close(&c);
	}
	struct client c = client_open(w.path);
	struct text t = {0};
	fill(&t, '[', 1000000);
	client_send(&w, &c, t.data);
	client_expect_end(&w, &c);
	text_release(&t);
	client_close(&c);
	world_close(&w);
}

static void test_depth_scan(void **state UNUSED)
{
	static const struct {
		const char *before, *after;
		bool ok; /* with 32 brackets between them */
	} rows[] = {
	    {"", "", true},       {"[", "", false},        {"", "[", false},         {"[]", "", true},
	    {"\"[\"", "", true},  {"\"\\\"[\"", "", true}, {"\"\\\\\"[", "", false}, {"\"", "[[[", true},
	    {"\"[[\\", "", true}, {"", "]]]{{{", true},    {"", "]]]{{{{", false},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text t = {0};
		text_add(&t, rows[i].before);
		fill(&t, '[', PACER_JSON_DEPTH_MAX);
		text_add(&t, rows[i].after);
		if (message_depth_ok(t.data, t.len) != rows[i].ok)
			fail_msg("row %zu", i);
		text_release(&t);
	}
	assert_true(message_depth_ok("\"\\", 2));
	assert_true(message_depth_ok("\"", 1));
	assert_true(message_depth_ok("", 0));
}

/* 1000 calls in one go to an app that answers later: never more than RPC_CALLS_MAX open, none lost, all in order. */
static void test_many_calls(void **state UNUSED)
{
	enum { CALLS = 1000 };
	struct world w;
	struct text all = {0};
	int answered = 0, received = 0;
	world_open(&w);
	struct client c = client_open(w.path);
	for (int i = 0; i < CALLS; i++)
		text_add_n(&all, CALL("Later"), sizeof(CALL("Later")));
	client_send_n(&w, &c, all.data, all.len);
	while (received < CALLS) {
		world_settle(&w);
		assert_int_equal(w.open_count, answered + RPC_CALLS_MAX <= CALLS ? RPC_CALLS_MAX : CALLS - answered);
		for (int i = 0; i < w.open_count; i++)
			rpc_reply(w.open[i], json_pack("{si}", "n", answered++));
		w.open_count = 0;
		for (; received < answered; received++) {
			OWNED_TEXT *expected = xasprintf("{\"parameters\":{\"n\":%d}}", received);
			client_expect(&w, &c, expected);
		}
		world_settle(&w);
	}
	text_release(&all);
	client_close(&c);
	world_close(&w);
}

/* Calls wait unread while their sender does not read replies, and go on when it does. */
static void test_reader_pauses(void **state UNUSED)
{
	enum { CALLS = 200, BYTES = 100000 };
	struct world w;
	struct text all = {0};
	world_open(&w);
	struct client c = client_open(w.path);
	for (int i = 0; i < CALLS; i++)
		text_addf(&all, "{\"method\":\"org.example.Test.Big\",\"parameters\":{\"bytes\":%d}}%c", BYTES, ' '),
		    all.data[all.len - 1] = '\0';
	client_send_n(&w, &c, all.data, all.len);
	world_settle(&w);
	assert_in_range(w.calls, RPC_PAUSE_BYTES / BYTES, 2 * RPC_PAUSE_BYTES / BYTES);
	for (int i = 0; i < CALLS; i++) {
		OWNED_TEXT *got = client_receive(&w, &c);
		assert_non_null(got);
		assert_int_equal(strlen(got), BYTES);
	}
	assert_int_equal(w.calls, CALLS);
	text_release(&all);
	client_close(&c);
	world_close(&w);
}

/* --- replies ----------------------------------------------------------------------------------------------------------------------- */

static void test_reply_bytes(void **state UNUSED)
{
	struct world w;
	world_open(&w);
	struct client c = client_open(w.path);
	client_send(&w, &c, "{\"method\":\"org.example.Test.Big\",\"parameters\":{\"bytes\":1048576}}");
	OWNED_TEXT *got = client_receive(&w, &c);
	assert_int_equal(strlen(got), PACER_MESSAGE_BYTES_MAX);
	client_send(&w, &c, "{\"method\":\"org.example.Test.Big\",\"parameters\":{\"bytes\":1048577}}");
	client_expect(&w, &c,
		      "{\"error\":\"org.example.Test.LimitReached\",\"parameters\":{\"what\":\"bytes of a reply\",\"limit\":1048576}}");
	client_expect_echo(&w, &c);
	client_send(&w, &c, "{\"method\":\"org.example.Test.Big\",\"more\":true,\"parameters\":{\"bytes\":100}}");
	client_close(&c);
	world_close(&w);
}

static const char big_stream_text[] = "interface org.example.Big\nmethod Later() -> (text: string)\nmethod Count() -> (text: string)\n"
				      "error LimitReached (what: string, limit: int)\n";

static void big_open(struct world *w)
{
	struct rpc_handlers handlers = world_handlers(w);
	world_directory(w);
	assert_int_equal(rpc_open(&w->loop, big_stream_text, w->path, NULL, 0, &handlers, &w->rpc, NULL), 0);
}

/* A streamed reply that is too long ends the stream with its connection, told from the loop and not from inside rpc_stream. */
static void test_stream_bytes(void **state UNUSED)
{
	struct world w;
	big_open(&w);
	struct client c = client_open(w.path);
	size_t continues = strlen(",\"continues\":true");
	client_send(&w, &c, "{\"method\":\"org.example.Big.Count\",\"more\":true}");
	WORLD_UNTIL(&w, w.open_count == 1);
	rpc_stream(w.open[0], big_text(PACER_MESSAGE_BYTES_MAX - continues));
	OWNED_TEXT *got = client_receive(&w, &c);
	assert_int_equal(strlen(got), PACER_MESSAGE_BYTES_MAX);
	rpc_stream(w.open[0], big_text(PACER_MESSAGE_BYTES_MAX - continues + 1));
	assert_int_equal(w.gone, 0);
	WORLD_UNTIL(&w, w.gone == 1);
	client_expect_end(&w, &c);
	client_close(&c);
	world_close(&w);
}

/* Four replies of 1 MiB each, NULs included, wait behind an open call: that is the limit. One byte more is the end. */
static void test_backlog(void **state UNUSED)
{
	for (int past = 0; past <= 1; past++) {
		struct world w;
		big_open(&w);
		struct client c = client_open(w.path);
		for (int i = 0; i < 5; i++)
			client_send(&w, &c, "{\"method\":\"org.example.Big.Later\"}");
		WORLD_UNTIL(&w, w.open_count == 5);
		for (int i = 1; i < 5; i++)
			rpc_reply(w.open[i], big_text(RPC_BACKLOG_BYTES_MAX / 4 - 1 + (size_t)(i == 4 && past)));
		if (past) {
			client_expect_end(&w, &c);
			assert_int_equal(w.gone, 1);
		} else {
			client_expect_quiet(&w, &c);
			rpc_reply(w.open[0], big_text(100));
			for (int i = 0; i < 5; i++) {
				OWNED_TEXT *got = client_receive(&w, &c);
				assert_int_equal(strlen(got), i ? RPC_BACKLOG_BYTES_MAX / 4 - 1 : 100);
			}
		}
		client_close(&c);
		world_close(&w);
	}
}

/* A stream nobody reads: the kernel's buffer fills, then ours, then it is cut off; another reader of the same gets everything. */
static void test_slow_reader(void **state UNUSED)
{
	struct world w;
	int sent = 0;
	big_open(&w);
	struct client deaf = client_open(w.path), keen = client_open(w.path);
	client_send(&w, &deaf, "{\"method\":\"org.example.Big.Count\",\"more\":true}");
	WORLD_UNTIL(&w, w.open_count == 1);
	client_send(&w, &keen, "{\"method\":\"org.example.Big.Count\",\"more\":true}");
	WORLD_UNTIL(&w, w.open_count == 2);
	for (; !w.gone && sent < 1000; sent++) {
		rpc_stream(w.open[0], big_text(64000));
		rpc_stream(w.open[1], big_text(64000));
		OWNED_TEXT *got = client_receive(&w, &keen);
		assert_int_equal(strlen(got), 64000 + strlen(",\"continues\":true"));
		world_settle(&w);
	}
	assert_null(w.open[0]);
	assert_in_range(sent, RPC_BACKLOG_BYTES_MAX / 65000, 2 * RPC_BACKLOG_BYTES_MAX / 64000);
	assert_int_equal(rpc_connections(w.rpc), 1);
	client_close(&keen);
	client_close(&deaf);
	world_close(&w);
}

/* --- connections ------------------------------------------------------------------------------------------------------------------- */

static void test_connections(void **state UNUSED)
{
	struct world w;
	struct client clients[PACER_CONNECTIONS_MAX];
	world_open(&w);
	for (int i = 0; i < PACER_CONNECTIONS_MAX; i++) {
		clients[i] = client_open(w.path);
		client_expect_echo(&w, &clients[i]);
	}
	assert_int_equal(rpc_connections(w.rpc), PACER_CONNECTIONS_MAX);
	for (int i = 0; i < 3; i++) {
		struct client more = client_open(w.path);
		client_expect_end(&w, &more);
		client_close(&more);
	}
	client_expect_echo(&w, &clients[0]);
	client_close(&clients[1]);
	WORLD_UNTIL(&w, rpc_connections(w.rpc) == PACER_CONNECTIONS_MAX - 1);
	clients[1] = client_open(w.path);
	client_expect_echo(&w, &clients[1]);
	for (int i = 0; i < PACER_CONNECTIONS_MAX; i++)
		client_close(&clients[i]);
	WORLD_UNTIL(&w, rpc_connections(w.rpc) == 0);
	world_close(&w);
}

static void test_another_user(void **state UNUSED)
{
	struct world w;
	int pair[2];
	world_open(&w);
	w.rpc->peer_uid = geteuid() + 1;
	struct client c = client_open(w.path);
	client_expect(&w, &c, "{\"error\":\"org.varlink.service.PermissionDenied\",\"parameters\":{}}");
	client_expect_end(&w, &c);
	client_close(&c);
	assert_int_equal(rpc_connections(w.rpc), 0);
	w.rpc->peer_uid = geteuid();
	c = client_open(w.path);
	client_expect_echo(&w, &c);
	client_close(&c);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_true(endpoint_peer_is(pair[0], geteuid()));
	assert_false(endpoint_peer_is(pair[0], geteuid() + 1));
	close(pair[0]);
	close(pair[1]);
	assert_false(endpoint_peer_is(-1, geteuid()));
	world_close(&w);
}

/* --- time -------------------------------------------------------------------------------------------------------------------------- */

/* How long the loop would sleep, once all is handled. */
static int sleep_ms(struct world *w)
{
	world_settle(w);
	return uv_backend_timeout(&w->loop);
}

/* Who is silent may be silent for ever, and costs no wake-up; a message once begun has its time, all of it together. */
static void test_started_message(void **state UNUSED)
{
	struct world w;
	world_open(&w);
	assert_int_equal(w.rpc->message_timeout_ms, 5000);
	struct client silent = client_open(w.path), slow = client_open(w.path);
	client_expect_echo(&w, &silent);
	client_expect_echo(&w, &slow);
	assert_int_equal(sleep_ms(&w), -1);
	client_send_n(&w, &slow, "{", 1);
	assert_in_range(sleep_ms(&w), 1, 5000);
	client_send(&w, &slow, &CALL("Echo")[1]);
	client_expect(&w, &slow, "{\"parameters\":{}}");
	assert_int_equal(sleep_ms(&w), -1);

	w.rpc->message_timeout_ms = 50;
	uint64_t begin = uv_hrtime();
	client_send_n(&w, &slow, "{", 1);
	while (!slow.end) { /* byte after byte does not buy more time */
		send(slow.fd, " ", 1, MSG_NOSIGNAL);
		uv_run(&w.loop, UV_RUN_NOWAIT);
		client_read(&slow);
		assert_true(uv_hrtime() - begin < DEADLINE_MS * UINT64_C(1000000));
	}
	assert_true(uv_hrtime() - begin >= 49 * UINT64_C(1000000));
	assert_int_equal(slow.in.len, 0);
	client_expect_echo(&w, &silent);
	assert_int_equal(sleep_ms(&w), -1);
	client_close(&silent);
	client_close(&slow);
	world_close(&w);
}

/* A busy loop meets timer and bytes at once: what had arrived counts. */
static void test_busy_loop(void **state UNUSED)
{
	struct world w;
	world_open(&w);
	w.rpc->message_timeout_ms = 1;
	struct client c = client_open(w.path);
	client_expect_echo(&w, &c);
	send(c.fd, "{", 1, 0);
	WORLD_UNTIL(&w, uv_is_active((uv_handle_t *)&TAILQ_FIRST(&w.rpc->conns)->timer));
	send(c.fd, &CALL("Echo")[1], sizeof(CALL("Echo")) - 1, 0);
	usleep(5000);
	client_expect(&w, &c, "{\"parameters\":{}}");
	client_close(&c);
	world_close(&w);
}

/* Messages that wait for us have no time limit: it is not their sender who is late. */
static void test_waiting_message(void **state UNUSED)
{
	struct world w;
	struct text all = {0};
	world_open(&w);
	w.rpc->message_timeout_ms = 1;
	struct client c = client_open(w.path);
	for (int i = 0; i < RPC_CALLS_MAX + 1; i++)
		text_add_n(&all, CALL("Later"), sizeof(CALL("Later")));
	client_send_n(&w, &c, all.data, all.len);
	WORLD_UNTIL(&w, w.open_count == RPC_CALLS_MAX);
	assert_int_equal(sleep_ms(&w), -1);
	for (int i = 0; i < RPC_CALLS_MAX; i++)
		rpc_reply(w.open[i], json_pack("{si}", "n", i));
	WORLD_UNTIL(&w, w.open_count == RPC_CALLS_MAX + 1);
	assert_int_equal(w.gone, 0);
	text_release(&all);
	client_close(&c);
	world_close(&w);
}

/* --- memory ------------------------------------------------------------------------------------------------------------------------ */

/* Whatever the sizes of messages and reads, the buffer stays within a small multiple of what waits in it. */
static void test_inbox(void **state UNUSED)
{
	static const size_t sizes[] = {0, 1, 50, 4096, 65535, 65536, 70000, 1000000, PACER_MESSAGE_BYTES_MAX};
	struct inbox inbox = {0};
	const char *message;
	size_t n, sent = 0, messages = 0, wanted = 0;
	for (size_t i = 0; messages < 3 * ARRAY_LEN(sizes); i++) {
		size_t room;
		char *at = inbox_space(&inbox, &room);
		assert_in_range(room, INBOX_READ_BYTES_MIN, INBOX_READ_BYTES_MAX);
		for (size_t j = 0; j < room - i % 7; j++) {
			at[j] = sent == sizes[wanted % ARRAY_LEN(sizes)] ? '\0' : 'x';
			sent = at[j] ? sent + 1 : 0;
			wanted += !at[j];
		}
		inbox_added(&inbox, room - i % 7);
		while (inbox_next(&inbox, &message, &n) == INBOX_MESSAGE) {
			assert_int_equal(n, sizes[messages++ % ARRAY_LEN(sizes)]);
			assert_int_equal(strlen(message), n);
		}
		assert_in_range(inbox.room, 0, 8 * (PACER_MESSAGE_BYTES_MAX + INBOX_READ_BYTES_MAX));
	}
	inbox_release(&inbox);
	assert_int_equal(inbox_bytes(&inbox), 0);
}

static void test_idle_keeps_nothing(void **state UNUSED)
{
	struct world w;
	struct text most = padded(PACER_MESSAGE_BYTES_MAX);
	world_open(&w);
	struct client c = client_open(w.path);
	client_send_n(&w, &c, most.data, most.len);
	client_expect(&w, &c, "{\"parameters\":{}}");
	const struct conn *conn = TAILQ_FIRST(&w.rpc->conns);
	assert_null(conn->inbox.data);
	assert_null(conn->out.data);
	assert_int_equal(conn->held_bytes, 0);
	text_release(&most);
	client_close(&c);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_message_bytes),      cmocka_unit_test(test_depth),           cmocka_unit_test(test_depth_scan),
	    cmocka_unit_test(test_many_calls),         cmocka_unit_test(test_reader_pauses),   cmocka_unit_test(test_reply_bytes),
	    cmocka_unit_test(test_stream_bytes),       cmocka_unit_test(test_backlog),         cmocka_unit_test(test_slow_reader),
	    cmocka_unit_test(test_connections),        cmocka_unit_test(test_another_user),    cmocka_unit_test(test_started_message),
	    cmocka_unit_test(test_busy_loop),          cmocka_unit_test(test_waiting_message), cmocka_unit_test(test_inbox),
	    cmocka_unit_test(test_idle_keeps_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
