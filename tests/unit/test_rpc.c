/* The Varlink server: what is answered to what, in which order, and what happens to garbage. */
#include "rpc_world.h"

#include <signal.h>
#include <sys/wait.h>

static void test_info(void **state UNUSED)
{
	struct world w;
	world_open(&w);
	struct client c = client_open(w.path);
	client_send(&w, &c, "{\"method\":\"org.varlink.service.GetInfo\"}");
	client_expect(&w, &c,
		      "{\"parameters\":{\"vendor\":\"Pacer\",\"product\":\"pacerd\",\"version\":\"" PACER_VERSION "\",\"url\":\"" PACER_URL
		      "\",\"interfaces\":[\"org.varlink.service\",\"org.example.Test\"]}}");
	static const struct {
		const char *name, *text;
	} texts[] = {{"org.varlink.service", service_interface_text}, {"org.example.Test", world_text}};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		OWNED_TEXT *call = xasprintf(
		    "{\"method\":\"org.varlink.service.GetInterfaceDescription\",\"parameters\":{\"interface\":\"%s\"}}", texts[i].name);
		client_send(&w, &c, call);
		OWNED_TEXT *got = client_receive(&w, &c);
		json_t *reply = json_loads(got, 0, NULL);
		assert_string_equal(json_string_value(json_object_get(json_object_get(reply, "parameters"), "description")), texts[i].text);
		json_decref(reply);
	}
	client_close(&c);
	world_close(&w);
}

#define TEST(method) "\"method\":\"org.example.Test." method "\""
#define REFUSED(error, field, value) "{\"error\":\"org.varlink.service." error "\",\"parameters\":{\"" field "\":\"" value "\"}}"

static const struct {
	const char *call, *reply; /* reply NULL: none, but the connection stays */
} calls[] = {
    {"{" TEST("Echo") "}", "{\"parameters\":{}}"},
    {"{" TEST("Echo") ",\"parameters\":{}}", "{\"parameters\":{}}"},
    {"{" TEST("Echo") ",\"parameters\":null,\"more\":null,\"oneway\":null,\"upgrade\":null}", "{\"parameters\":{}}"},
    {"{" TEST("Echo") ",\"more\":false,\"oneway\":false,\"upgrade\":false}", "{\"parameters\":{}}"},
    {" {" TEST("Echo") ",\"parameters\":{\"text\":\"\\u00e4\\n\",\"n\":-3}} \n", "{\"parameters\":{\"text\":\"\xc3\xa4\\n\",\"n\":-3}}"},
    {"{" TEST("Echo") ",\"parameters\":{\"text\":null,\"n\":1}}", "{\"parameters\":{\"n\":1}}"},
    {"{" TEST("Echo") ",\"more\":true}", "{\"parameters\":{}}"},
    {"{" TEST("Echo") ",\"something\":[\"of the future\"]}", "{\"parameters\":{}}"},
    {"{" TEST("Refuse") ",\"parameters\":{\"full\":true}}", "{\"error\":\"org.example.Test.NoSuch\",\"parameters\":{\"id\":\"x\"}}"},
    {"{" TEST("Refuse") ",\"parameters\":{\"full\":false}}", "{\"error\":\"org.example.Test.NoSuch\",\"parameters\":{\"id\":\"x\"}}"},
    {"{" TEST("Echo") ",\"parameters\":{\"n\":9007199254740993}}", REFUSED("InvalidParameter", "parameter", "n")},
    {"{" TEST("Echo") ",\"parameters\":{\"n\":1.0}}", REFUSED("InvalidParameter", "parameter", "n")},
    {"{" TEST("Echo") ",\"parameters\":{\"colour\":\"red\"}}", REFUSED("InvalidParameter", "parameter", "colour")},
    {"{" TEST("Echo") ",\"upgrade\":true}", REFUSED("InvalidParameter", "parameter", "upgrade")},
    {"{" TEST("Refuse") "}", REFUSED("InvalidParameter", "parameter", "full")},
    {"{" TEST("Dance") "}", REFUSED("MethodNotFound", "method", "org.example.Test.Dance")},
    {"{" TEST("") "}", REFUSED("MethodNotFound", "method", "org.example.Test.")},
    {"{" TEST("NoSuch") ",\"parameters\":{\"id\":\"\"}}", REFUSED("MethodNotFound", "method", "org.example.Test.NoSuch")},
    {"{\"method\":\"org.example.Other.Echo\"}", REFUSED("InterfaceNotFound", "interface", "org.example.Other")},
    {"{\"method\":\"Echo\"}", REFUSED("InvalidParameter", "parameter", "method")},
    {"{\"method\":\".Echo\"}", REFUSED("InvalidParameter", "parameter", "method")},
    {"{\"method\":\"\"}", REFUSED("InvalidParameter", "parameter", "method")},
    {"{\"method\":\"org.varlink.service.GetInfo\",\"parameters\":{\"x\":1}}", REFUSED("InvalidParameter", "parameter", "x")},
    {"{\"method\":\"org.varlink.service.Count\"}", REFUSED("MethodNotFound", "method", "org.varlink.service.Count")},
    {"{\"method\":\"org.varlink.service.GetInterfaceDescription\"}", REFUSED("InvalidParameter", "parameter", "interface")},
    {"{\"method\":\"org.varlink.service.GetInterfaceDescription\",\"parameters\":{\"interface\":\"a.b\"}}",
     REFUSED("InterfaceNotFound", "interface", "a.b")},
    {CALL("Count"), "{\"error\":\"org.varlink.service.ExpectedMore\",\"parameters\":{}}"},
    {CALL_ONEWAY("Echo"), NULL},
    {CALL_ONEWAY("Count"), NULL},
    {CALL_ONEWAY("Dance"), NULL},
    {"{" TEST("Refuse") ",\"oneway\":true,\"parameters\":{\"full\":true}}", NULL},
    {"{" TEST("Count") ",\"oneway\":true,\"more\":true}", NULL},
    {"{\"method\":\"org.varlink.service.GetInfo\",\"oneway\":true}", NULL},
    {"{\"method\":\"a.b.C\",\"oneway\":true}", NULL},
};

static void test_calls(void **state UNUSED)
{
	struct world w;
	world_open(&w);
	struct client c = client_open(w.path);
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		client_send(&w, &c, calls[i].call);
		if (calls[i].reply)
			client_expect(&w, &c, calls[i].reply);
		client_expect_echo(&w, &c);
	}
	assert_int_equal(w.open_count, 0);
	client_close(&c);
	world_close(&w);
}

#define BYTES(s) s, sizeof(s)

static const struct {
	const char *bytes; /* with the NUL that C puts behind it */
	size_t n;
} garbage[] = {
    {BYTES("")},
    {BYTES("\xff\xfe hello")},
    {BYTES("[]")},
    {BYTES("[" CALL("Echo") "]")},
    {BYTES("\"org.example.Test.Echo\"")},
    {BYTES("null")},
    {BYTES("{}")},
    {BYTES("{" TEST("Echo"))},
    {BYTES("{" TEST("Echo") "} {}")},
    {BYTES("{" TEST("Echo") "}\n{" TEST("Echo") "}")},
    {BYTES("{" TEST("Echo") ",}")},
    {BYTES("{" TEST("Echo") "," TEST("Echo") "}")},
    {BYTES("{" TEST("Echo") ",\"parameters\":{\"n\":1,\"n\":1}}")},
    {BYTES("{" TEST("Echo") ",\"parameters\":[]}")},
    {BYTES("{" TEST("Echo") ",\"parameters\":\"\"}")},
    {BYTES("{" TEST("Echo") ",\"more\":1}")},
    {BYTES("{" TEST("Echo") ",\"oneway\":\"true\"}")},
    {BYTES("{" TEST("Echo") ",\"upgrade\":{}}")},
    {BYTES("{\"method\":7}")},
    {BYTES("{\"method\":null}")},
    {BYTES("{'method':'org.example.Test.Echo'}")},
    {BYTES("{" TEST("Echo") ",\"parameters\":{\"n\":NaN}}")},
    {BYTES("{" TEST("Echo") ",\"parameters\":{\"n\":99999999999999999999}}")},
    {BYTES("{" TEST("Echo") ",\"parameters\":{\"n\":1e999}}")},
    {BYTES("{" TEST("Echo") ",\"parameters\":{\"text\":\"a\\u0000b\"}}")},
    {BYTES("{" TEST("Echo") ",\"parameters\":{\"text\":\"\xc3(\"}}")},        /* not UTF-8 */
    {BYTES("{" TEST("Echo") ",\"parameters\":{\"text\":\"\xc0\xaf\"}}")},     /* overlong */
    {BYTES("{" TEST("Echo") ",\"parameters\":{\"text\":\"\xed\xa0\x80\"}}")}, /* surrogate */
    {BYTES("{" TEST("Echo") ",\"parameters\":{\"text\":\"\\ud800\"}}")},
    {BYTES("{" TEST("Echo") ",\"parameters\":{\"text\":\"a\nb\"}}")},
    {BYTES("\xef\xbb\xbf" CALL("Echo"))},
};

/* The call before it is answered, the rude one is shown the door, the one beside it notices nothing. */
static void test_garbage(void **state UNUSED)
{
	struct world w;
	world_open(&w);
	struct client beside = client_open(w.path);
	for (size_t i = 0; i < ARRAY_LEN(garbage); i++) {
		struct client rude = client_open(w.path);
		struct text all = {0};
		text_add_n(&all, BYTES(CALL("Echo")));
		text_add_n(&all, garbage[i].bytes, garbage[i].n);
		text_add_n(&all, BYTES(CALL("Later")));
		client_send_n(&w, &rude, all.data, all.len);
		client_expect(&w, &rude, "{\"parameters\":{}}");
		client_expect_end(&w, &rude);
		client_expect_echo(&w, &beside);
		client_close(&rude);
		text_release(&all);
	}
	assert_int_equal(w.open_count, 0);
	client_close(&beside);
	world_close(&w);
}

/* Two messages, cut in two at every byte, and one byte at a time. */
static void test_partial(void **state UNUSED)
{
	static const char both[] = "{" TEST("Echo") ",\"parameters\":{\"n\":1}}\0{" TEST("Echo") ",\"parameters\":{\"n\":2}}";
	struct world w;
	world_open(&w);
	struct client c = client_open(w.path);
	for (size_t cut = 1; cut <= sizeof(both); cut++) {
		client_send_n(&w, &c, both, cut);
		world_settle(&w);
		client_send_n(&w, &c, both + cut, sizeof(both) - cut);
		client_expect(&w, &c, "{\"parameters\":{\"n\":1}}");
		client_expect(&w, &c, "{\"parameters\":{\"n\":2}}");
	}
	for (size_t i = 0; i < sizeof(both); i++) {
		client_send_n(&w, &c, both + i, 1);
		uv_run(&w.loop, UV_RUN_NOWAIT);
	}
	client_expect(&w, &c, "{\"parameters\":{\"n\":1}}");
	client_expect(&w, &c, "{\"parameters\":{\"n\":2}}");
	client_close(&c);
	world_close(&w);
}

/* 100 calls in one go; every third is answered later and out of order, and all replies come in the order of the calls. */
static void test_pipelining(void **state UNUSED)
{
	struct world w;
	struct text all = {0};
	world_open(&w);
	struct client c = client_open(w.path);
	for (int i = 0; i < 100; i++)
		if (i % 3 == 1)
			text_add_n(&all, BYTES(CALL("Later")));
		else
			text_addf(&all, "{" TEST("Echo") ",\"parameters\":{\"n\":%d}}%c", i, '\n'), all.data[all.len - 1] = '\0';
	client_send_n(&w, &c, all.data, all.len);
	client_expect(&w, &c, "{\"parameters\":{\"n\":0}}");
	WORLD_UNTIL(&w, w.calls == 100);
	assert_int_equal(w.open_count, 33);
	for (int i = w.open_count - 1; i > 0; i--)
		rpc_reply(w.open[i], json_pack("{si}", "n", 3 * i + 1));
	client_expect_quiet(&w, &c);
	rpc_reply(w.open[0], json_pack("{si}", "n", 1));
	for (int i = 1; i < 100; i++) {
		OWNED_TEXT *expected = xasprintf("{\"parameters\":{\"n\":%d}}", i);
		client_expect(&w, &c, expected);
	}
	text_release(&all);
	client_close(&c);
	world_close(&w);
}

static void test_oneway(void **state UNUSED)
{
	struct world w;
	world_open(&w);
	struct client c = client_open(w.path);
	client_send(&w, &c, CALL_ONEWAY("Later"));
	client_send(&w, &c, CALL("Later"));
	client_send(&w, &c, CALL_ONEWAY("Later"));
	client_expect_quiet(&w, &c);
	assert_int_equal(w.open_count, 3);
	rpc_reply(w.open[1], json_pack("{si}", "n", 1)); /* the open oneway call before it holds up nothing */
	client_expect(&w, &c, "{\"parameters\":{\"n\":1}}");
	rpc_error(w.open[0], "NoSuch", json_pack("{ss}", "id", "x"));
	client_expect_echo(&w, &c);
	client_close(&c);
	WORLD_UNTIL(&w, w.gone == 1);
	assert_null(w.open[2]);
	world_close(&w);
}

static void test_stream(void **state UNUSED)
{
	struct world w;
	world_open(&w);
	struct client c = client_open(w.path), other = client_open(w.path);
	client_send(&w, &c, CALL_MORE("Count"));
	WORLD_UNTIL(&w, w.open_count == 1);
	client_send(&w, &c, CALL("Echo"));
	for (int i = 0; i < 3; i++) {
		OWNED_TEXT *expected = xasprintf("{\"parameters\":{\"n\":%d},\"continues\":true}", i);
		rpc_stream(w.open[0], json_pack("{si}", "n", i));
		client_expect(&w, &c, expected);
	}
	client_expect_quiet(&w, &c); /* the echo waits */
	client_expect_echo(&w, &other);
	rpc_reply(w.open[0], json_pack("{si}", "n", 3));
	client_expect(&w, &c, "{\"parameters\":{\"n\":3}}");
	client_expect(&w, &c, "{\"parameters\":{}}");
	assert_int_equal(w.gone, 0);

	client_send(&w, &c, CALL_MORE("Count"));
	WORLD_UNTIL(&w, w.open_count == 2);
	rpc_error(w.open[1], "NoSuch", json_pack("{ss}", "id", "x"));
	client_expect(&w, &c, "{\"error\":\"org.example.Test.NoSuch\",\"parameters\":{\"id\":\"x\"}}");
	client_close(&other);
	client_close(&c);
	world_close(&w);
}

/* The stream ends when its reader closes, wholly or its sending side. */
static void test_stream_gone(void **state UNUSED)
{
	struct world w;
	world_open(&w);
	struct client whole = client_open(w.path), half = client_open(w.path);
	client_send(&w, &whole, CALL_MORE("Count"));
	WORLD_UNTIL(&w, w.open_count == 1);
	client_send(&w, &half, CALL_MORE("Count"));
	WORLD_UNTIL(&w, w.open_count == 2);
	client_close(&whole);
	WORLD_UNTIL(&w, w.gone == 1);
	assert_null(w.open[0]);
	shutdown(half.fd, SHUT_WR);
	WORLD_UNTIL(&w, w.gone == 2);
	client_expect_end(&w, &half);
	client_close(&half);
	assert_int_equal(rpc_connections(w.rpc), 0);
	world_close(&w);
}

/* What nc -N does: sends, shuts down its sending side, and reads. Even an answer that takes its time arrives. */
static void test_half_closed(void **state UNUSED)
{
	struct world w;
	world_open(&w);
	struct client c = client_open(w.path), silent = client_open(w.path);
	client_send(&w, &c, CALL("Echo"));
	client_send(&w, &c, CALL("Later"));
	client_send(&w, &c, CALL("Echo"));
	client_send_n(&w, &c, "{\"half\":", 8);
	shutdown(c.fd, SHUT_WR);
	shutdown(silent.fd, SHUT_WR);
	client_expect(&w, &c, "{\"parameters\":{}}");
	client_expect_end(&w, &silent);
	client_expect_quiet(&w, &c);
	assert_int_equal(rpc_connections(w.rpc), 1);
	rpc_reply(w.open[0], json_pack("{si}", "n", 1));
	client_expect(&w, &c, "{\"parameters\":{\"n\":1}}");
	client_expect(&w, &c, "{\"parameters\":{}}");
	client_expect_end(&w, &c);
	assert_int_equal(w.gone, 0);
	client_close(&silent);
	client_close(&c);
	world_close(&w);
}

/* Calls that are open when the server closes: told to gone, unless they are answered on the way out. */
static void test_close_with_open_calls(void **state UNUSED)
{
	struct world w;
	world_open(&w);
	struct client c = client_open(w.path), partial = client_open(w.path);
	for (int i = 0; i < 3; i++)
		client_send(&w, &c, i < 2 ? CALL("Later") : CALL_MORE("Count"));
	client_send_n(&w, &partial, "{", 1);
	WORLD_UNTIL(&w, w.open_count == 3);
	rpc_close(STEAL(w.rpc));
	rpc_reply(w.open[1], json_pack("{si}", "n", 1));
	rpc_stream(w.open[2], json_pack("{si}", "n", 1));
	assert_int_equal(w.gone, 0);
	struct rpc_call *answered = w.open[1];
	world_settle(&w);
	assert_int_equal(w.gone, 2);
	assert_ptr_equal(w.open[1], answered);
	client_expect_end(&w, &c);
	client_close(&partial);
	client_close(&c);
	world_close(&w);
}

/* --- our own mistakes -------------------------------------------------------------------------------------------------------------- */

static void reply_wrong_type(struct world *w)
{
	rpc_reply(w->open[0], json_pack("{ss}", "n", "one"));
}

static void reply_unknown_field(struct world *w)
{
	rpc_reply(w->open[0], json_pack("{sisi}", "n", 1, "m", 2));
}

static void error_unknown(struct world *w)
{
	rpc_error(w->open[0], "Nothing", NULL);
}

static void error_other_interface(struct world *w)
{
	rpc_error(w->open[0], "org.example.Other.NoSuch", NULL);
}

static void stream_without_more(struct world *w)
{
	rpc_stream(w->open[0], json_pack("{si}", "n", 1));
}

static void reply_twice(struct world *w)
{
	rpc_reply(w->open[1], json_pack("{si}", "n", 1)); /* held by the first call, so still there */
	rpc_reply(w->open[1], json_pack("{si}", "n", 1));
}

static void close_twice(struct world *w)
{
	rpc_close(w->rpc);
	rpc_close(w->rpc);
}

/* What the mistake says before it aborts; in a child. The caller frees. */
static char *last_words(struct world *w, void (*mistake)(struct world *))
{
	int ends[2], status;
	struct text said = {0};
	char bytes[512];
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		signal(SIGABRT, SIG_DFL);
		dup2(ends[1], STDERR_FILENO);
		mistake(w);
		_exit(0);
	}
	close(ends[1]);
	for (ssize_t n; (n = read(ends[0], bytes, sizeof(bytes))) > 0;)
		text_add_n(&said, bytes, (size_t)n);
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	return text_take(&said);
}

static void test_own_mistakes(void **state UNUSED)
{
	static const struct {
		void (*mistake)(struct world *);
		const char *words;
	} rows[] = {
	    {reply_wrong_type, "org.example.Test.Later: 'n' does not fit the interface text"},
	    {reply_unknown_field, "org.example.Test.Later: 'm' does not fit the interface text"},
	    {error_unknown, "org.example.Test.Nothing: not in the interface text"},
	    {error_other_interface, "error 'org.example.Other.NoSuch' is of no interface of ours"},
	    {stream_without_more, "Later: streams, but the call did not ask for more"},
	    {reply_twice, "Later: answered twice"},
	    {close_twice, "rpc_close called twice"},
	};
	struct world w;
	world_open(&w);
	struct client c = client_open(w.path);
	client_send(&w, &c, CALL("Later"));
	client_send(&w, &c, CALL("Later"));
	WORLD_UNTIL(&w, w.open_count == 2);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *said = last_words(&w, rows[i].mistake);
		OWNED_TEXT *expected = xasprintf("pacerd: bug in rpc: %s\n", rows[i].words);
		if (!strstr(said, expected))
			fail_msg("row %zu: %s", i, said);
	}
	/* The child that closed took our socket's file with it. */
	client_close(&c);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_info),
	    cmocka_unit_test(test_calls),
	    cmocka_unit_test(test_garbage),
	    cmocka_unit_test(test_partial),
	    cmocka_unit_test(test_pipelining),
	    cmocka_unit_test(test_oneway),
	    cmocka_unit_test(test_stream),
	    cmocka_unit_test(test_stream_gone),
	    cmocka_unit_test(test_half_closed),
	    cmocka_unit_test(test_own_mistakes),
	    cmocka_unit_test(test_close_with_open_calls),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
