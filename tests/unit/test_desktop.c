/* Words of a bubble, the search for a bus, and the notification thread where there is no bus. With a bus and servers: tests/e2e. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "desktop/bus.h"
#include "desktop/desktop.h"
#include "desktop/opener.h"
#include "desktop/words.h"

#define DOTS "\u2026"
#define WORD10 "0123456789"
#define TEXT100 WORD10 WORD10 WORD10 WORD10 WORD10 WORD10 WORD10 WORD10 WORD10 WORD10

static const struct {
	const char *raw, *expected;
} summaries[] = {
	{"Call listening", "Call listening"},
	{"Tone & <b>voice</b>", "Tone & <b>voice</b>"},
	{"two\nlines\tand a tab", "two lines and a tab"},
	{"a\u2028b\u2029c", "a b c"},
	{"bell\a escape\x1b[31m del\x7f c1\xc2\x85", "bell escape[31m del c1"},
	{"\u202eevil\u202c \u2066in\u2069 \u202ait", "evil in it"},
	{"Gr\u00fc\u00dfe \u05e9\u05dc\u05d5\u05dd \U0001F44B", "Gr\u00fc\u00dfe \u05e9\u05dc\u05d5\u05dd \U0001F44B"},
	{"bad \xff\xc3 byte", "bad \ufffd\ufffd byte"},
	{"overlong \xc0\x80", "overlong \ufffd\ufffd"},
	{"surrogate \xed\xa0\x80", "surrogate \ufffd\ufffd\ufffd"},
	{"", "Pacer"},
	{NULL, "Pacer"},
	{" \n\a", "Pacer"},
	/* 120 bytes stand; of 121 the ellipsis takes three. */
	{TEXT100 WORD10 WORD10, TEXT100 WORD10 WORD10},
	{TEXT100 WORD10 WORD10 "x", TEXT100 WORD10 "0123456" DOTS},
	{TEXT100 WORD10 "012345 \u00e4yz", TEXT100 WORD10 "012345" DOTS},
	{TEXT100 WORD10 "01234567\u00e4", TEXT100 WORD10 "01234567\u00e4"},
	{TEXT100 WORD10 "012345\u00e4xyz", TEXT100 WORD10 "012345" DOTS},
	{TEXT100 WORD10 "0123\U0001F44Bxyz", TEXT100 WORD10 "0123" DOTS},
	{TEXT100 WORD10 "012345\xff\xff\xff", TEXT100 WORD10 "012345" DOTS},
};

static void summary_is_one_safe_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(summaries); i++) {
		OWNED_TEXT *text = words_summary(summaries[i].raw);
		assert_string_equal(text, summaries[i].expected);
		assert_true(strlen(text) <= WORDS_SUMMARY_BYTES_MAX);
	}
}

static const struct {
	const char *body, *command;
	struct words_style style;
	const char *expected;
} bodies[] = {
	{"5 < 6 & \"so\" > x", "pacer done a", {.markup = WORDS_ESCAPED, .buttons = true}, "5 &lt; 6 &amp; \"so\" &gt; x"},
	{"5 < 6 & \"so\" > x", "pacer done a", {.markup = WORDS_PLAIN, .buttons = true}, "5 < 6 & \"so\" > x"},
	{"5 < 6 &amp; x", "pacer done a", {.markup = WORDS_UNSURE, .buttons = true}, "5 \u2039 6 \uff06amp; x"},
	{"one\ntwo", "pacer done a", {.markup = WORDS_PLAIN, .buttons = false}, "one\ntwo\nType: pacer done a"},
	{"a & b", "pacer done a&b", {.markup = WORDS_ESCAPED, .buttons = false}, "a &amp; b\nType: pacer done a&amp;b"},
	{"", "pacer done a", {.buttons = false}, "Type: pacer done a"},
	{NULL, "pacer done a", {.buttons = false}, "Type: pacer done a"},
	{"told", NULL, {.buttons = false}, "told"},
	{"told", "", {.buttons = false}, "told"},
	{NULL, NULL, {.markup = WORDS_ESCAPED}, ""},
	{"a\r\nb", "pacer done a\nrm b", {.buttons = false}, "a\nb\nType: pacer done a rm b"},
};

static void body_fits_the_server(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		OWNED_TEXT *text = words_body(bodies[i].body, bodies[i].command, bodies[i].style);
		assert_string_equal(text, bodies[i].expected);
	}
}

/* At the limit, one past it, and with a command that must stay whole. */
static void body_is_cut(void **state)
{
	(void)state;
	const struct words_style plain = {.buttons = true}, typed = {.buttons = false}, markup = {.markup = WORDS_ESCAPED, .buttons = true};
	char body[WORDS_BODY_BYTES_MAX + 2];
	memset(body, '<', sizeof(body));
	body[WORDS_BODY_BYTES_MAX] = '\0';
	OWNED_TEXT *whole = words_body(body, NULL, plain);
	assert_string_equal(whole, body);
	OWNED_TEXT *escaped = words_body(body, NULL, markup);
	assert_int_equal(strlen(escaped), WORDS_BODY_BYTES_MAX * strlen("&lt;"));
	body[WORDS_BODY_BYTES_MAX] = '<';
	body[WORDS_BODY_BYTES_MAX + 1] = '\0';
	OWNED_TEXT *cut = words_body(body, NULL, plain);
	assert_int_equal(strlen(cut), WORDS_BODY_BYTES_MAX);
	assert_string_equal(cut + WORDS_BODY_BYTES_MAX - 4, "<" DOTS);
	static const char tail[] = DOTS "\nType: pacer done w01-mo";
	OWNED_TEXT *with_command = words_body(body, "pacer done w01-mo", typed);
	assert_int_equal(strlen(with_command), WORDS_BODY_BYTES_MAX);
	assert_string_equal(with_command + WORDS_BODY_BYTES_MAX - (sizeof(tail) - 1), tail);
}

/* --- addresses ----------------------------------------------------------------------------------------------------------------------- */

static const char *const good_addresses[] = {
	"http://example.org",
	"https://example.org/",
	"HTTPS://EXAMPLE.ORG:8443/a/b;c=d?e=f&g=$(h)#i",
	"https://example.org/it's/(fine)/~me/!*+,@:",
	"https://example.org/%C3%BC%20b",
	"http://[2001:db8::1]/",
	"http://user@example.org/",
	"mailto:coach@example.org",
	"mailto:a@example.org,b@example.org?Subject=Week%203&body=so%0Ait%20went&cc=c@example.org",
	"mailto:?to=a@example.org",
};

static const char *const bad_addresses[] = {
	"",
	" ",
	"example.org",
	"//example.org/",
	"/etc/passwd",
	"-v",
	"--help",
	"--version=http://example.org/",
	"http",
	"http:",
	"http:/",
	"http://",
	"http:///path",
	"https:example.org",
	"http://?a",
	"http://example.org:port/",
	"http://example.org:99999999/",
	"http://[::1/",
	" http://example.org",
	"http://example.org/a b",
	"http://example.org/\n",
	"http://example.org/\x1b[31m",
	"http://example.org/\x7f",
	"http://example.org/\"a\"",
	"http://example.org/`id`",
	"http://example.org/<a>",
	"http://example.org/a\\b",
	"http://example.org/{a}|^",
	"http://example.org/\u00fc",
	"http://example.org/\xff",
	"http://example.org/\u202egpj",
	"http://example.org/%",
	"http://example.org/%zz",
	"http://exa%mple.org/",
	"file:///etc/passwd",
	"ftp://example.org/",
	"javascript:alert(1)",
	"data:text/html,x",
	"ssh://-oProxyCommand=x/",
	"httpx://example.org/",
	"mailto:",
	"mailto://example.org",
	"mailto:a@example.org?attach=/etc/passwd",
	"mailto:a@example.org?subject=x&ATTACHMENT=/etc/passwd",
	"mailto:a@example.org?at%74ach=/etc/passwd",
	"mailto:a@example.org?subject=x&amp;attach=/etc/passwd",
	"mailto:a@example.org?subject=x&",
	"mailto:a@example.org?%00subject=x",
};

static void only_addresses_are_opened(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good_addresses); i++) {
		OWNED_TEXT *problem = opener_problem(good_addresses[i]);
		if (problem)
			fail_msg("%s: %s", good_addresses[i], problem);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad_addresses); i++) {
		OWNED_TEXT *problem = opener_problem(bad_addresses[i]);
		if (!problem || strncmp(problem, "not an address to open: '", 25) != 0)
			fail_msg("%s: %s", bad_addresses[i], problem ? problem : "opened");
	}
}

static const struct {
	const char *address, *expected;
} told_addresses[] = {
	{"", "not an address to open: ''; write it as in https://example.org/page"},
	{"ftp://a", "not an address to open: 'ftp://a'; only http, https and mailto are opened"},
	{"http:///a", "not an address to open: 'http:///a'; it needs a host, as in http://example.org/"},
	{"http://a/\x1b[1mb", "not an address to open: 'http://a/[1mb'; write spaces, letters beyond ASCII and \" < > \\ ^ ` { | } as %XX"},
};

static void what_is_wrong_with_an_address_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(told_addresses); i++) {
		OWNED_TEXT *problem = opener_problem(told_addresses[i].address);
		assert_string_equal(problem, told_addresses[i].expected);
	}
}

/* At the limit, and one past it. */
static void addresses_have_a_length(void **state)
{
	(void)state;
	char address[OPENER_ADDRESS_BYTES_MAX + 2] = "http://example.org/";
	memset(address + strlen(address), 'x', OPENER_ADDRESS_BYTES_MAX - strlen(address));
	assert_int_equal(strlen(address), OPENER_ADDRESS_BYTES_MAX);
	assert_null(opener_problem(address));
	address[OPENER_ADDRESS_BYTES_MAX] = 'x';
	OWNED_TEXT *problem = opener_problem(address);
	assert_non_null(strstr(problem, "it is too long"));
}

/* --- the bus ------------------------------------------------------------------------------------------------------------------------- */

struct place {
	char dir[32];
	char *socket;
	int fd;
};

/* A socket "bus %" in a directory of its own; the names that matter are taken out of the environment. */
static int place_make(void **state)
{
	static struct place place;
	place = (struct place){.dir = "/tmp/test_desktop.XXXXXX", .fd = -1};
	assert_non_null(mkdtemp(place.dir));
	place.socket = xasprintf("%s/bus", place.dir);
	unsetenv("DBUS_SESSION_BUS_ADDRESS");
	unsetenv("XDG_RUNTIME_DIR");
	*state = &place;
	return 0;
}

static int place_clear(void **state)
{
	struct place *place = *state;
	if (place->fd >= 0)
		close(place->fd);
	unlink(place->socket);
	rmdir(place->dir);
	free(place->socket);
	return 0;
}

static void place_bind(struct place *place)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	assert_true(snprintf(address.sun_path, sizeof(address.sun_path), "%s", place->socket) < (int)sizeof(address.sun_path));
	place->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(place->fd, (const struct sockaddr *)&address, sizeof(address)), 0);
}

static void bus_needs_an_address_and_its_socket(void **state)
{
	struct place *place = *state;
	const struct {
		const char *prefix, *suffix; /* around the directory; NULL: without it */
		bool before, after;          /* the socket is there */
	} rows[] = {
		{"", NULL, false, false},
		{"autolaunch:", NULL, false, false},
		{"unix:path=", "/bus;autolaunch:scope=*", false, false},
		{"unix:path=", "/bus", false, true},
		{"unix:path=", "/%62us,guid=12ab", false, true},
		{"unix:path=", "/bus;unix:path=/nowhere", false, true},
		{"unix:path=", "", false, false}, /* a directory is no socket */
		{"unix:path=", "/b%6", false, false},
		{"unix:abstract=", "", true, true},
	};
	assert_false(bus_present(BUS_SESSION));
	for (int made = 0; made <= 1; made++) {
		for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
			const char *suffix = rows[i].suffix;
			OWNED_TEXT *address = xasprintf("%s%s%s", rows[i].prefix, suffix ? place->dir : "", suffix ? suffix : "");
			setenv("DBUS_SESSION_BUS_ADDRESS", address, 1);
			if (bus_present(BUS_SESSION) != (made ? rows[i].after : rows[i].before))
				fail_msg("row %zu, socket %d: %s", i, made, address);
		}
		if (!made)
			place_bind(place);
	}
}

static void the_system_bus_has_an_address_of_its_own(void **state)
{
	struct place *place = *state;
	unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
	assert_string_equal(bus_address(BUS_SYSTEM), "unix:path=/var/run/dbus/system_bus_socket");
	setenv("DBUS_SYSTEM_BUS_ADDRESS", "", 1);
	assert_string_equal(bus_address(BUS_SYSTEM), "unix:path=/var/run/dbus/system_bus_socket");
	OWNED_TEXT *address = xasprintf("unix:path=%s", place->socket);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
	assert_string_equal(bus_address(BUS_SYSTEM), address);
	assert_false(bus_present(BUS_SYSTEM));
	place_bind(place);
	assert_true(bus_present(BUS_SYSTEM));
	assert_null(bus_address(BUS_SESSION));
	assert_false(bus_present(BUS_SESSION));
	unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

static void environment_names_the_bus(void **state)
{
	struct place *place = *state;
	bus_environment();
	assert_null(getenv("DBUS_SESSION_BUS_ADDRESS"));
	assert_string_equal(getenv("NOTIFY_IGNORE_PORTAL"), "1");
	setenv("XDG_RUNTIME_DIR", "not/absolute", 1);
	bus_environment();
	assert_null(getenv("DBUS_SESSION_BUS_ADDRESS"));
	setenv("XDG_RUNTIME_DIR", "/run/a b", 1);
	bus_environment();
	assert_string_equal(getenv("DBUS_SESSION_BUS_ADDRESS"), "unix:path=/run/a%20b/bus");
	setenv("XDG_RUNTIME_DIR", place->dir, 1);
	bus_environment(); /* what is set stays */
	assert_string_equal(getenv("DBUS_SESSION_BUS_ADDRESS"), "unix:path=/run/a%20b/bus");
}

static void count_call(void *ctx)
{
	++*(int *)ctx;
}

static void watch_hears_of_the_socket_alone(void **state)
{
	struct place *place = *state;
	int calls = 0;
	GMainContext *context = g_main_context_new();
	assert_null(bus_watch_new(context, BUS_SESSION, count_call, &calls));
	setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all", 1);
	assert_null(bus_watch_new(context, BUS_SESSION, count_call, &calls));
	setenv("DBUS_SESSION_BUS_ADDRESS", "unix:abstract=x", 1);
	assert_null(bus_watch_new(context, BUS_SESSION, count_call, &calls));
	OWNED_TEXT *address = xasprintf("unix:path=%s", place->socket);
	setenv("DBUS_SESSION_BUS_ADDRESS", address, 1);
	struct bus_watch *watch = bus_watch_new(context, BUS_SESSION, count_call, &calls);
	assert_non_null(watch);
	OWNED_TEXT *other = xasprintf("%s/other", place->dir);
	fclose(fopen(other, "w"));
	g_main_context_iteration(context, TRUE);
	assert_int_equal(calls, 0);
	place_bind(place);
	g_main_context_iteration(context, TRUE);
	assert_int_equal(calls, 1);
	watch = bus_watch_free(watch);
	unlink(other);
	g_main_context_unref(context);
}

/* --- the thread without a bus -------------------------------------------------------------------------------------------------------- */

static void wake(void *ctx)
{
	eventfd_write(*(int *)ctx, 1);
}

static struct desktop_event next_event(struct desktop *desktop, int fd)
{
	struct desktop_event event;
	while (!desktop_next(desktop, &event)) {
		struct pollfd woken = {.fd = fd, .events = POLLIN};
		assert_int_equal(poll(&woken, 1, 20000), 1);
		eventfd_t count;
		eventfd_read(fd, &count);
	}
	return event;
}

static void expect_text(struct desktop *desktop, int fd, enum desktop_event_kind kind, const char *key, const char *text)
{
	struct desktop_event event = next_event(desktop, fd);
	assert_int_equal(event.kind, kind);
	assert_string_equal(event.key, key);
	assert_string_equal(event.text, text);
	desktop_event_release(&event);
}

/* Every show is answered, in order, whatever is asked in between; a thread that is never asked anything can be stopped, too. */
static void every_show_is_answered(void **state)
{
	(void)state;
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	struct desktop *desktop = desktop_start(wake, &fd);
	expect_text(desktop, fd, DESKTOP_SERVER_DOWN, "", "no session bus");
	char summary[] = "Call listening";
	struct bubble bubble = {.slot = "e1/w01-mo", .summary = summary};
	for (int i = 0; i < 100; i++) {
		snprintf(bubble.key, sizeof(bubble.key), "e1/w01-mo/start/%d", i);
		desktop_show(desktop, &bubble);
		desktop_close(desktop, bubble.slot);
	}
	for (int i = 0; i < 100; i++) {
		snprintf(bubble.key, sizeof(bubble.key), "e1/w01-mo/start/%d", i);
		expect_text(desktop, fd, DESKTOP_FAILED, bubble.key, "no session bus");
	}
	struct desktop_info info = desktop_info(desktop);
	assert_false(info.bus || info.server || info.actions);
	assert_null(info.name);
	assert_string_equal(info.problem, "no session bus");
	desktop_info_release(&info);
	desktop_open(desktop, "o", "file:///etc/passwd");
	struct desktop_event event = next_event(desktop, fd);
	assert_int_equal(event.kind, DESKTOP_OPENED);
	assert_string_equal(event.key, "o");
	assert_null(event.action);
	assert_non_null(event.text);
	desktop_event_release(&event);
	desktop_show(desktop, &bubble); /* its answer is thrown away by the stop */
	desktop_open(desktop, "o", "file:///etc/passwd");
	assert_null(desktop_stop(desktop));
	assert_null(desktop_stop(desktop_start(wake, &fd)));
	assert_null(desktop_stop(NULL));
	close(fd);
}

/* A socket that nobody serves: quiet tries, and the thread can be stopped in the middle of them. */
static void a_dead_socket_is_no_bus(void **state)
{
	struct place *place = *state;
	place_bind(place);
	setenv("XDG_RUNTIME_DIR", place->dir, 1);
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	struct desktop *desktop = desktop_start(wake, &fd);
	expect_text(desktop, fd, DESKTOP_SERVER_DOWN, "", "no session bus");
	assert_null(desktop_stop(desktop));
	close(fd);
}

/* A bus that takes the connection and says nothing: only the stop can end that. */
static void a_mute_bus_does_not_keep_the_daemon(void **state)
{
	struct place *place = *state;
	place_bind(place);
	assert_int_equal(listen(place->fd, 1), 0);
	setenv("XDG_RUNTIME_DIR", place->dir, 1);
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	struct desktop *desktop = desktop_start(wake, &fd);
	int peer = accept(place->fd, NULL, NULL);
	char byte;
	assert_int_equal(read(peer, &byte, 1), 1); /* GDBus is in the middle of its greeting */
	assert_null(desktop_stop(desktop));
	close(peer);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(summary_is_one_safe_line),
		cmocka_unit_test(body_fits_the_server),
		cmocka_unit_test(body_is_cut),
		cmocka_unit_test(only_addresses_are_opened),
		cmocka_unit_test(what_is_wrong_with_an_address_is_told),
		cmocka_unit_test(addresses_have_a_length),
		cmocka_unit_test_setup_teardown(bus_needs_an_address_and_its_socket, place_make, place_clear),
		cmocka_unit_test_setup_teardown(the_system_bus_has_an_address_of_its_own, place_make, place_clear),
		cmocka_unit_test_setup_teardown(environment_names_the_bus, place_make, place_clear),
		cmocka_unit_test_setup_teardown(watch_hears_of_the_socket_alone, place_make, place_clear),
		cmocka_unit_test_setup_teardown(every_show_is_answered, place_make, place_clear),
		cmocka_unit_test_setup_teardown(a_dead_socket_is_no_bus, place_make, place_clear),
		cmocka_unit_test_setup_teardown(a_mute_bus_does_not_keep_the_daemon, place_make, place_clear),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
