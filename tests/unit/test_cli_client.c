/* The command line against a small daemon of its own: what it sends, what it believes, how it starts one, what it leaves alone. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "cli.h"
#include "launch.h"

/* A runtime directory, and the child that listens in it. */
struct world {
	char dir[64];
	pid_t daemon;
};

/* Everything said in answer to one call: bytes as they are. */
struct answer {
	const char *bytes;
	size_t count;
};
#define ANSWER(text)                                                                                                                       \
	{                                                                                                                                  \
		text, sizeof(text)                                                                                                         \
	} /* with its NUL */

static char *world_path(const struct world *world, const char *name)
{
	return xasprintf("%s/%s", world->dir, name);
}

static int make_world(void **state)
{
	struct world *world = xcalloc(1, sizeof(*world));
	snprintf(world->dir, sizeof(world->dir), "/tmp/test_cli_client.XXXXXX");
	assert_non_null(mkdtemp(world->dir));
	setenv("XDG_RUNTIME_DIR", world->dir, 1);
	setenv("XDG_STATE_HOME", world->dir, 1);
	setenv("PACERD", "/nonexistent/pacerd", 1);
	unsetenv("PACER_TEST_DAEMON");
	OWNED_TEXT *dir = world_path(world, "pacer");
	assert_int_equal(mkdir(dir, 0700), 0);
	*state = world;
	return 0;
}

static int end_world(void **state)
{
	static const char *const files[] = {"pacerd", "systemctl", "pacer/org.pacer.Pacer", "pacer/pacerd.log", "calls",
					    "pacer",  "program",   "systemd/private",       "systemd"};
	struct world *world = *state;
	if (world->daemon > 0) {
		kill(world->daemon, SIGKILL);
		waitpid(world->daemon, NULL, 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		OWNED_TEXT *path = world_path(world, files[i]);
		remove(path);
	}
	int left = rmdir(world->dir);
	free(world);
	return left;
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	memcpy(address.sun_path, path, strlen(path) + 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

/* Bytes up to a NUL; false at the end. They go to the file of calls, one line each. */
static bool hear_call(int fd, int calls)
{
	char byte;
	while (read(fd, &byte, 1) == 1) {
		if (write(calls, byte ? &byte : "\n", 1) != 1 || !byte)
			return !byte;
	}
	return false;
}

/* Takes one connection after the other; each call gets the next answer, in small pieces when pieces is set. When the answers
 * are used up the connection is closed, or with `silent` nothing is said any more. Never returns. */
static void serve(int listener, const char *calls_path, const struct answer *answers, size_t count, size_t piece, bool silent)
{
	int calls = open(calls_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	signal(SIGPIPE, SIG_IGN);
	for (size_t next = 0;;) {
		int fd = accept(listener, NULL, NULL);
		while (fd >= 0 && hear_call(fd, calls)) {
			if (next == count && !silent)
				break;
			if (next == count)
				pause();
			const struct answer *answer = &answers[next++];
			for (size_t at = 0; at < answer->count; at += piece) {
				size_t bytes = answer->count - at < piece ? answer->count - at : piece;
				if (send(fd, answer->bytes + at, bytes, MSG_NOSIGNAL) < 0)
					break;
			}
			if (!answer->count)
				break;
		}
		close(fd);
	}
}

static void start_daemon(struct world *world, const struct answer *answers, size_t count, size_t piece, bool silent)
{
	OWNED_TEXT *path = world_path(world, "pacer/org.pacer.Pacer");
	OWNED_TEXT *calls = world_path(world, "calls");
	int listener = listen_at(path);
	world->daemon = fork();
	if (!world->daemon)
		serve(listener, calls, answers, count, piece, silent);
	close(listener);
}

struct run {
	int exit;
	char *out, *err; /* owned */
};

static struct run run_with(FILE *in, const char *const *words)
{
	struct run run;
	size_t out_bytes, err_bytes;
	int count = 0;
	while (words[count])
		count++;
	FILE *out = open_memstream(&run.out, &out_bytes), *err = open_memstream(&run.err, &err_bytes);
	run.exit = cli_run(count, (char **)(uintptr_t)words, in, out, err);
	fclose(out);
	fclose(err);
	return run;
}

#define RUN(...) run_with(stdin, (const char *const[]){"pacer", __VA_ARGS__, NULL})

static void run_release(struct run *run)
{
	free(run->out);
	free(run->err);
}

static void says(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' does not say '%s'", text, part);
}

static char *calls_of(const struct world *world)
{
	static char text[8192];
	OWNED_TEXT *path = world_path(world, "calls");
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

#define SESSION                                                                                                                            \
	"{\"id\":\"w01-mo\",\"enrollment\":\"e1\",\"title\":\"Lace up\",\"start\":\"2026-11-30T09:30:00+01:00\","                          \
	"\"minutes\":20,\"state\":\"done\",\"actual_minutes\":25,\"band\":\"yellow\"}"
#define DONE "{\"parameters\":{\"session\":" SESSION ",\"changed\":true,\"week_minutes\":140,\"week_minutes_done\":45,\"notes\":[]}}"

static void calls_and_tells(void **state)
{
	static const struct answer answers[] = {ANSWER(DONE)};
	struct world *world = *state;
	start_daemon(world, answers, 1, 1, false); /* byte by byte */
	struct run run = RUN("done", "w01-mo", "--minutes", "25");
	assert_int_equal(run.exit, 0);
	assert_string_equal(run.err, "");
	assert_string_equal(run.out, "Done: Lace up  w01-mo\n"
				     "  25 of 20 min, a little more than planned. This week 45 of 140 min. That was\n"
				     "  the last one planned.\n");
	assert_string_equal(calls_of(world),
			    "{\"method\":\"org.pacer.Pacer.Done\",\"parameters\":{\"session\":\"w01-mo\",\"minutes\":25}}\n");
	run_release(&run);
}

static void json_is_the_reply(void **state)
{
	static const struct answer answers[] = {
		ANSWER("{\"parameters\":{\"zebra\":1,\"apple\":[true,null],\"text\":\"\\u001b\\u007f\xc2\x9b\xc3\xbc\"}}"),
	};
	start_daemon(*state, answers, 1, 4096, false);
	struct run run = RUN("next", "--json");
	assert_int_equal(run.exit, 0);
	assert_string_equal(run.out, "{\n  \"zebra\": 1,\n  \"apple\": [\n    true,\n    null\n  ],\n"
				     "  \"text\": \"\\u001B\\u007F\\u009B\xc3\xbc\"\n}\n");
	run_release(&run);
}

static void errors_are_told_twice(void **state)
{
	static const char error[] =
		"{\"error\":\"org.pacer.Pacer.NoSuchSession\",\"parameters\":{\"id\":\"w01-mp\",\"suggestions\":[\"w01-mo\"]}}";
	static const struct answer answers[] = {{error, sizeof(error)}, {error, sizeof(error)}};
	start_daemon(*state, answers, 2, 4096, false);
	struct run plain = RUN("start", "w01-mp"), json = RUN("start", "w01-mp", "--json");
	assert_int_equal(plain.exit, PACER_EXIT_NOT_FOUND);
	assert_string_equal(plain.out, "");
	assert_string_equal(plain.err, "pacer: no session is called 'w01-mp'; did you mean 'w01-mo'?\n");
	assert_int_equal(json.exit, PACER_EXIT_NOT_FOUND);
	assert_string_equal(json.out,
			    "{\n  \"error\": \"NoSuchSession\",\n  \"id\": \"w01-mp\",\n  \"suggestions\": [\n    \"w01-mo\"\n  ]\n}\n");
	assert_string_equal(json.err, plain.err);
	run_release(&plain);
	run_release(&json);
}

static void findings_stand_below(void **state)
{
	static const struct answer answers[] = {ANSWER("{\"error\":\"org.pacer.Pacer.LintFailed\",\"parameters\":{\"plan\":\"bad\","
						       "\"findings\":[{\"code\":\"E-UID\",\"severity\":\"error\","
						       "\"file\":\"/p/bad.ics\",\"line\":7,\"text\":\"twice\\u001b[2J: 'a'\"}]}}")};
	start_daemon(*state, answers, 1, 4096, false);
	struct run run = RUN("plan", "show", "bad");
	assert_int_equal(run.exit, PACER_EXIT_PLAN);
	says(run.err, "'bad'; mend the lines below, then try again\n  /p/bad.ics:7: E-UID twice");
	assert_null(strchr(run.err, '\033'));
	run_release(&run);
}

/* Not one of these is believed, and each is told in a sentence. */
static void nonsense_is_not_believed(void **state)
{
	static const struct {
		struct answer answer;
		const char *says;
	} rows[] = {
		{ANSWER("not json"), "no Varlink reply"},
		{ANSWER(""), "no Varlink reply"},
		{ANSWER("[]"), "no Varlink reply"},
		{ANSWER("{\"error\":5}"), "no Varlink reply"},
		{ANSWER("{\"parameters\":[]}"), "no Varlink reply"},
		{ANSWER("{\"parameters\":{},\"continues\":1}"), "no Varlink reply"},
		{ANSWER("{\"parameters\":{\"a\":1,\"a\":2}}"), "no Varlink reply"},
		{ANSWER("{\"parameters\":{\"a\":\"\xff\"}}"), "no Varlink reply"},
		{ANSWER("{\"parameters\":{\"questions\":7}}"), "lacks 'questions'"},
		{ANSWER("{}"), "lacks 'questions'"},
		{{"", 0}, "closed the connection"},
		{{"{\"parameters\":", 14}, "closed the connection"},
	};
	struct world *world = *state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct answer answers[] = {rows[i].answer, {"", 0}};
		OWNED_TEXT *path = world_path(world, "pacer/org.pacer.Pacer");
		int listener = listen_at(path);
		pid_t pid = fork();
		if (!pid) { /* one connection, one answer, and away */
			int fd = accept(listener, NULL, NULL);
			char byte = 1;
			while (byte && read(fd, &byte, 1) == 1)
				;
			_exit(send(fd, answers[0].bytes, answers[0].count, MSG_NOSIGNAL) < 0);
		}
		close(listener);
		struct run run = RUN("inbox");
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		assert_int_equal(run.exit, PACER_EXIT_PROTOCOL);
		assert_string_equal(run.out, "");
		says(run.err, rows[i].says);
		run_release(&run);
		unlink(path);
	}
}

/* {"parameters":{"questions":[],"x":"aaa"}} of exactly these bytes, its NUL beside. */
static char *long_reply(size_t bytes)
{
	static const char head[] = "{\"parameters\":{\"questions\":[],\"x\":\"";
	char *reply = xcalloc(1, bytes + 1);
	memset(reply, 'a', bytes);
	memcpy(reply, head, sizeof(head) - 1);
	memcpy(reply + bytes - 3, "\"}}", 3);
	return reply;
}

static void messages_have_a_limit(void **state)
{
	OWNED_TEXT *fits = long_reply(PACER_MESSAGE_BYTES_MAX);
	OWNED_TEXT *too_long = long_reply(PACER_MESSAGE_BYTES_MAX + 1);
	struct answer answers[] = {{fits, PACER_MESSAGE_BYTES_MAX + 1}, {too_long, PACER_MESSAGE_BYTES_MAX + 2}};
	start_daemon(*state, answers, 2, 65536, false);
	struct run run = RUN("inbox");
	assert_int_equal(run.exit, 0);
	struct run refused = RUN("inbox");
	assert_int_equal(refused.exit, PACER_EXIT_PROTOCOL);
	says(refused.err, "longer than 1048576 bytes");
	run_release(&run);
	run_release(&refused);
}

/* depth counts the message's own braces, and the brackets inside of strings do not. */
static char *deep_reply(int depth)
{
	struct text text = {0};
	text_add(&text, "{\"parameters\":{\"s\":\"[[[[\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\",\"questions\":[],\"x\":");
	for (int i = 2; i < depth; i++)
		text_add(&text, "[");
	for (int i = 2; i < depth; i++)
		text_add(&text, "]");
	text_add(&text, "}}");
	return text_take(&text);
}

static void nesting_has_a_limit(void **state)
{
	OWNED_TEXT *fits = deep_reply(PACER_JSON_DEPTH_MAX);
	OWNED_TEXT *too_deep = deep_reply(PACER_JSON_DEPTH_MAX + 1);
	struct answer answers[] = {{fits, strlen(fits) + 1}, {too_deep, strlen(too_deep) + 1}};
	start_daemon(*state, answers, 2, 4096, false);
	struct run run = RUN("inbox");
	assert_int_equal(run.exit, 0);
	struct run refused = RUN("inbox");
	assert_int_equal(refused.exit, PACER_EXIT_PROTOCOL);
	says(refused.err, "nested deeper than 32");
	run_release(&run);
	run_release(&refused);
}

static void silence_has_an_end(void **state)
{
	struct client client;
	struct err err = {0};
	struct reply reply = {0};
	start_daemon(*state, NULL, 0, 1, true);
	client_init(&client);
	client.timeout_ms = 30;
	assert_int_equal(client_connect(&client, getuid(), &err), 0);
	json_t *parameters = json_object();
	assert_int_equal(client_send(&client, "Today", parameters, false, &err), 0);
	json_decref(parameters);
	assert_int_equal(client_reply(&client, false, -1, &reply, &err), CLIENT_BROKEN);
	says(err.text, "the daemon hangs");
	err_release(&err);
	client_release(&client);
}

/* --- whom it talks to ------------------------------------------------------------------------------------------------------------ */

static void another_users_daemon_is_not_talked_to(void **state)
{
	struct client client;
	struct err err = {0};
	start_daemon(*state, NULL, 0, 1, false);
	client_init(&client);
	assert_int_equal(client_connect(&client, getuid() + 1, &err), CLIENT_REFUSED);
	says(err.text, "belongs to user");
	assert_int_equal(client.fd, -1);
	err_release(&err);
	client_release(&client);
}

static void the_fallback_directory_must_be_ours(void **state)
{
	(void)state;
	static const struct {
		mode_t mode;
		uid_t asks;
		int result;
	} rows[] = {
		{0700, 0, CLIENT_NOBODY},
		{0750, 0, CLIENT_REFUSED},
		{0707, 0, CLIENT_REFUSED},
		{0700, 1, CLIENT_REFUSED},
	};
	unsetenv("XDG_RUNTIME_DIR");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct client client;
		struct err err = {0};
		/* A user id nobody has: the directory belongs to us, which is theirs or not as the row says. */
		uid_t uid = rows[i].asks ? 4000000001u : getuid();
		OWNED_TEXT *dir = xasprintf("/tmp/pacer-%u", uid);
		if (mkdir(dir, rows[i].mode))
			skip(); /* somebody really uses it: not ours to touch */
		chmod(dir, rows[i].mode);
		client_init(&client);
		int result = client_connect(&client, uid, &err);
		rmdir(dir);
		assert_int_equal(result, rows[i].result);
		err_release(&err);
		client_release(&client);
	}
}

static void socket_paths_have_a_limit(void **state)
{
	(void)state;
	struct client client;
	struct err err = {0};
	char dir[PACER_SOCKET_PATH_MAX + 1];
	size_t tail = strlen("/pacer/org.pacer.Pacer");
	client_init(&client);
	memset(dir, 'd', sizeof(dir));
	dir[0] = '/';
	dir[PACER_SOCKET_PATH_MAX - tail] = '\0';
	setenv("XDG_RUNTIME_DIR", dir, 1);
	assert_int_equal(client_connect(&client, getuid(), &err), CLIENT_NOBODY);
	err_release(&err);
	dir[PACER_SOCKET_PATH_MAX - tail] = 'd';
	dir[PACER_SOCKET_PATH_MAX - tail + 1] = '\0';
	setenv("XDG_RUNTIME_DIR", dir, 1);
	assert_int_equal(client_connect(&client, getuid(), &err), CLIENT_REFUSED);
	says(err.text, "too long for a socket");
	err_release(&err);
	client_release(&client);
}

/* --- starting one ---------------------------------------------------------------------------------------------------------------- */

static void no_start_starts_nothing(void **state)
{
	struct world *world = *state;
	setenv("PACERD", "/proc/self/exe", 1);
	struct run run = RUN("--no-start", "--json");
	OWNED_TEXT *log = world_path(world, "pacer/pacerd.log");
	assert_int_equal(run.exit, PACER_EXIT_NO_DAEMON);
	says(run.err, "--no-start");
	says(run.out, "\"error\": \"NoDaemon\"");
	assert_int_equal(access(log, F_OK), -1);
	run_release(&run);
}

static void starts_a_daemon_and_calls_it(void **state)
{
	struct world *world = *state;
	setenv("PACERD", "/proc/self/exe", 1); /* this program: see main */
	OWNED_TEXT *session = xasprintf("%d", getsid(0));
	setenv("PACER_TEST_SESSION", session, 1);
	setenv("PACER_TEST_DAEMON", world->dir, 1);
	struct run run = RUN("inbox");
	if (run.exit)
		fail_msg("%s", run.err);
	says(run.out, "Nothing waits for an answer");
	OWNED_TEXT *log = world_path(world, "pacer/pacerd.log");
	struct stat info;
	assert_int_equal(stat(log, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	/* It has no terminal of ours and nothing of ours open: it says so itself. */
	assert_string_equal(calls_of(world), "{\"method\":\"org.pacer.Pacer.Inbox\",\"parameters\":{}}\nsession=own files=3 dir=/\n");
	run_release(&run);
}

/* A user manager that does not know the unit: what it was asked is noted, and pacerd is found in PATH instead. */
static void the_service_manager_is_asked_first(void **state)
{
	struct world *world = *state;
	OWNED_TEXT *dir = world_path(world, "systemd");
	OWNED_TEXT *socket = world_path(world, "systemd/private");
	OWNED_TEXT *systemctl = world_path(world, "systemctl");
	OWNED_TEXT *pacerd = world_path(world, "pacerd");
	OWNED_TEXT *path = xasprintf(".:relative::%s:%s", world->dir, getenv("PATH"));
	OWNED_TEXT *old_path = xstrdup(getenv("PATH"));
	OWNED_TEXT *session = xasprintf("%d", getsid(0));
	assert_int_equal(mkdir(dir, 0700), 0);
	close(open(socket, O_WRONLY | O_CREAT, 0600));
	FILE *file = fopen(systemctl, "w");
	fprintf(file, "#!/bin/sh\necho \"$@\" >> %s/calls\nexit 5\n", world->dir);
	fclose(file);
	chmod(systemctl, 0700);
	char self[4096];
	ssize_t bytes = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[bytes] = '\0';
	assert_int_equal(symlink(self, pacerd), 0);
	unsetenv("PACERD");
	setenv("PATH", path, 1);
	setenv("PACER_TEST_SESSION", session, 1);
	setenv("PACER_TEST_DAEMON", world->dir, 1);
	struct run run = RUN("inbox");
	setenv("PATH", old_path, 1);
	if (run.exit)
		fail_msg("%s", run.err);
	says(calls_of(world), "--user start pacerd.socket\n{\"method\":\"org.pacer.Pacer.Inbox\"");
	run_release(&run);
}

static void a_daemon_that_ends_is_quoted(void **state)
{
	struct world *world = *state;
	OWNED_TEXT *program = world_path(world, "program");
	FILE *file = fopen(program, "w");
	fputs("#!/bin/sh\necho 'first words' >&2\necho 'the database is newer' >&2\nexit 1\n", file);
	fclose(file);
	chmod(program, 0700);
	setenv("PACERD", program, 1);
	struct run run = RUN("today");
	assert_int_equal(run.exit, PACER_EXIT_NO_DAEMON);
	says(run.err, "ended again");
	says(run.err, "the database is newer\n");
	assert_null(strstr(run.err, "first words"));
	run_release(&run);
}

static void a_program_that_is_none_is_named(void **state)
{
	struct world *world = *state;
	OWNED_TEXT *program = world_path(world, "program");
	struct run missing = RUN("today");
	assert_int_equal(missing.exit, PACER_EXIT_NO_DAEMON);
	says(missing.err, "PACERD names no program: '/nonexistent/pacerd'");
	FILE *file = fopen(program, "w");
	fputs("\x7f"
	      "ELF nonsense",
	      file);
	fclose(file);
	chmod(program, 0700);
	setenv("PACERD", program, 1);
	struct run broken = RUN("today");
	assert_int_equal(broken.exit, PACER_EXIT_NO_DAEMON);
	says(broken.err, program);
	run_release(&missing);
	run_release(&broken);
}

static void log_paths(void **state)
{
	(void)state;
	static const struct {
		const char *state, *home, *path;
	} rows[] = {
		{"/s", "/h", "/s/pacer/pacerd.log"},
		{"", "/h", "/h/.local/state/pacer/pacerd.log"},
		{"relative", "/h", "/h/.local/state/pacer/pacerd.log"},
		{"", "", NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		setenv("XDG_STATE_HOME", rows[i].state, 1);
		setenv("HOME", rows[i].home, 1);
		OWNED_TEXT *path = launch_log_path();
		if (rows[i].path)
			assert_string_equal(path, rows[i].path);
		else
			assert_null(path);
	}
}

/* --- asking first ---------------------------------------------------------------------------------------------------------------- */

#define LEAVE                                                                                                                              \
	"{\"parameters\":{\"enrollment\":{\"id\":\"e1\",\"title\":\"Customer "                                                             \
	"service\",\"week\":7,\"weeks\":18,\"sessions\":90,\"sessions_done\":33}}}"
#define DRY "{\"method\":\"org.pacer.Pacer.Leave\",\"parameters\":{\"dry_run\":true}}\n"
#define REAL "{\"method\":\"org.pacer.Pacer.Leave\",\"parameters\":{\"dry_run\":false}}\n"

static const struct answer leave_answers[] = {ANSWER(LEAVE), ANSWER(LEAVE)};

/* A terminal on which somebody has typed this already. */
static FILE *terminal(const char *typed, int *ret_keyboard)
{
	int keyboard = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(keyboard >= 0 && !grantpt(keyboard) && !unlockpt(keyboard));
	int fd = open(ptsname(keyboard), O_RDWR | O_NOCTTY);
	assert_int_equal(write(keyboard, typed, strlen(typed)), strlen(typed));
	*ret_keyboard = keyboard;
	return fdopen(fd, "r");
}

static void asks_before_it_acts(void **state)
{
	static const struct {
		const char *typed;
		int exit;
		const char *calls, *says;
	} rows[] = {
		{"y\n", 0, DRY REAL, "Left: Customer service"},
		{"YES\n", 0, DRY REAL, "Left: Customer service"},
		{"n\n", PACER_EXIT_REFUSED, DRY, "Nothing was changed."},
		{"\n", PACER_EXIT_REFUSED, DRY, "Nothing was changed."},
		{"yo\n", PACER_EXIT_REFUSED, DRY, "Nothing was changed."},
		{"\004", PACER_EXIT_REFUSED, DRY, "Nothing was changed."}, /* Ctrl-D */
	};
	struct world *world = *state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int keyboard;
		FILE *in = terminal(rows[i].typed, &keyboard);
		OWNED_TEXT *path = world_path(world, "pacer/org.pacer.Pacer");
		OWNED_TEXT *calls = world_path(world, "calls");
		start_daemon(world, leave_answers, 2, 4096, false);
		struct run run = run_with(in, (const char *const[]){"pacer", "leave", NULL});
		assert_int_equal(run.exit, rows[i].exit);
		says(run.out, rows[i].says);
		says(run.err, "Leave? [y/N] ");
		kill(world->daemon, SIGKILL);
		waitpid(world->daemon, NULL, 0);
		world->daemon = 0;
		assert_string_equal(calls_of(world), rows[i].calls);
		unlink(path);
		unlink(calls);
		run_release(&run);
		fclose(in);
		close(keyboard);
	}
}

static void without_a_terminal_it_does_not_act(void **state)
{
	FILE *in = fopen("/dev/null", "r");
	start_daemon(*state, leave_answers, 2, 4096, false);
	struct run run = run_with(in, (const char *const[]){"pacer", "leave", NULL});
	assert_int_equal(run.exit, PACER_EXIT_USAGE);
	says(run.err, "--yes");
	struct run json = run_with(in, (const char *const[]){"pacer", "leave", "--json", NULL});
	assert_int_equal(json.exit, PACER_EXIT_USAGE);
	says(json.out, "{\n  \"error\": \"Usage\"");
	assert_string_equal(calls_of(*state), DRY);
	run_release(&run);
	run_release(&json);
	fclose(in);
}

static void yes_acts_and_dry_run_does_not(void **state)
{
	start_daemon(*state, leave_answers, 2, 4096, false);
	struct run yes = RUN("leave", "--yes"), dry = RUN("leave", "--dry-run", "--yes", "--json");
	assert_int_equal(yes.exit, 0);
	assert_int_equal(dry.exit, 0);
	assert_string_equal(calls_of(*state), REAL DRY);
	run_release(&yes);
	run_release(&dry);
}

#define MOVED(outside) "{\"parameters\":{\"session\":" SESSION ",\"changed\":true,\"outside\":" outside "}}"
#define MOVE(dry) "{\"method\":\"org.pacer.Pacer.Move\",\"parameters\":{\"session\":\"w01-mo\",\"to\":\"22:00\",\"dry_run\":" dry "}}\n"

static void outside_the_hours_it_asks(void **state)
{
	static const struct answer answers[] = {ANSWER(MOVED("true")), ANSWER(MOVED("true")), ANSWER(MOVED("false")),
						ANSWER(MOVED("false"))};
	FILE *in = fopen("/dev/null", "r");
	start_daemon(*state, answers, 4, 4096, false);
	struct run refused = run_with(in, (const char *const[]){"pacer", "move", "w01-mo", "22:00", NULL});
	struct run yes = run_with(in, (const char *const[]){"pacer", "move", "w01-mo", "22:00", "--yes", NULL});
	struct run inside = run_with(in, (const char *const[]){"pacer", "move", "w01-mo", "22:00", NULL});
	assert_int_equal(refused.exit, PACER_EXIT_USAGE);
	says(refused.err, "outside your working hours");
	assert_int_equal(yes.exit, 0);
	assert_int_equal(inside.exit, 0);
	assert_string_equal(calls_of(*state), MOVE("true") MOVE("false") MOVE("true") MOVE("false"));
	run_release(&refused);
	run_release(&yes);
	run_release(&inside);
	fclose(in);
}

/* --- quiet times ----------------------------------------------------------------------------------------------------------------- */

#define ABSENCE(kind) "{\"number\":4,\"kind\":\"" kind "\",\"from\":\"2026-11-30T13:00:00+01:00\",\"to\":\"2026-12-05T00:00:00+01:00\"}"
#define AWAY(sessions) "{\"parameters\":{\"absence\":" ABSENCE("away") ",\"sessions\":[" sessions "]}}"
#define ONE_PLAN "{\"parameters\":{\"enrollments\":[{}]}}"
#define CALL(method, parameters) "{\"method\":\"org.pacer.Pacer." method "\",\"parameters\":{" parameters "}}\n"

/* One command, what the daemon answers, what is sent and what is said. */
struct quiet_row {
	const char *words[5];
	struct answer answers[2];
	const char *calls, *out;
};

static const struct quiet_row quiet_rows[] = {
	{{"pacer", "away", "mon", "..fri"},
	 {ANSWER(AWAY(""))},
	 CALL("Away", "\"from\":\"mon\",\"to\":\"fri\""),
	 "Away: Mon 30 Nov 13:00 to Sat 5 Dec 00:00\n"
	 "  Nothing is shown in that time; what comes due waits and is told in one summary\n"
	 "  when it ends.\n"
	 "  No session falls into it.\n"},
	{{"pacer", "away", "mon..fri", "--dry-run"},
	 {ANSWER(AWAY(SESSION)), ANSWER(ONE_PLAN)},
	 CALL("Away", "\"from\":\"mon\",\"to\":\"fri\",\"dry_run\":true") CALL("ListEnrollments", ""),
	 "Would be away: Mon 30 Nov 13:00 to Sat 5 Dec 00:00\n"
	 "  Nothing is shown in that time; what comes due waits and is told in one summary\n"
	 "  when it ends.\n"
	 "  1 session falls into it; pacer move puts one at another time.\n"
	 "  Mon 30 Nov  09:30  25/20 min  \u25cf done  Lace up  w01-mo\n"},
	{{"pacer", "away"},
	 {ANSWER("{\"parameters\":{\"absences\":[" ABSENCE("away") "," ABSENCE("pause") "]}}")},
	 CALL("ListAbsences", ""),
	 "         from              until\n"
	 "  away   Mon 30 Nov 13:00  Sat 5 Dec 00:00\n"
	 "  pause  Mon 30 Nov 13:00  Sat 5 Dec 00:00\n"
	 "pacer resume ends what runs now.\n"},
	{{"pacer", "away"},
	 {ANSWER("{\"parameters\":{\"absences\":[]}}")},
	 CALL("ListAbsences", ""),
	 "Nothing is held back. pacer away FROM..TO keeps days or hours free of bubbles,\n"
	 "pacer pause 2h the next two hours, pacer busy 45m a meeting.\n"},
	{{"pacer", "busy"},
	 {ANSWER("{\"parameters\":{\"absences\":[" ABSENCE("busy") "]}}")},
	 CALL("ListAbsences", ""),
	 "        from              until\n"
	 "  busy  Mon 30 Nov 13:00  Sat 5 Dec 00:00\n"
	 "pacer resume ends what runs now.\n"},
	{{"pacer", "busy", "45m"},
	 {ANSWER("{\"parameters\":{\"absence\":" ABSENCE("busy") ",\"sessions\":[]}}")},
	 CALL("Busy", "\"from\":\"now\",\"to\":\"+45m\""),
	 "Busy: Mon 30 Nov 13:00 to Sat 5 Dec 00:00\n"
	 "  Nothing breaks into it; what comes due is asked at its end.\n"
	 "  No session falls into it.\n"},
	{{"pacer", "away", "--json"},
	 {ANSWER("{\"parameters\":{\"absences\":[]}}")},
	 CALL("ListAbsences", ""),
	 "{\n  \"absences\": []\n}\n"},
	{{"pacer", "pause", "2h"},
	 {ANSWER("{\"parameters\":{\"absence\":" ABSENCE("pause") "}}")},
	 CALL("Pause", "\"for\":\"2h\""),
	 "Paused until Sat 5 Dec 00:00\n  What comes due waits till then; pacer resume ends it sooner.\n"},
	{{"pacer", "pause", "2h", "--json"},
	 {ANSWER("{\"parameters\":{\"absence\":{\"number\":4}}}")},
	 CALL("Pause", "\"for\":\"2h\""),
	 "{\n  \"absence\": {\n    \"number\": 4\n  }\n}\n"},
	{{"pacer", "resume"},
	 {ANSWER("{\"parameters\":{\"ended\":[" ABSENCE("pause") "," ABSENCE("away") "]}}")},
	 CALL("Resume", ""),
	 "Ended: pause since Mon 30 Nov 13:00\nEnded: away since Mon 30 Nov 13:00\n  What waited is told now.\n"},
	{{"pacer", "resume"},
	 {ANSWER("{\"parameters\":{\"ended\":[]}}")},
	 CALL("Resume", ""),
	 "Nothing was held back: bubbles come as planned.\n"},
};

/* The daemon of one row ends, so that the next one can stand in its place. */
static void end_daemon(struct world *world)
{
	OWNED_TEXT *path = world_path(world, "pacer/org.pacer.Pacer");
	OWNED_TEXT *calls = world_path(world, "calls");
	kill(world->daemon, SIGKILL);
	waitpid(world->daemon, NULL, 0);
	world->daemon = 0;
	unlink(path);
	unlink(calls);
}

static void quiet_times(void **state)
{
	struct world *world = *state;
	for (size_t i = 0; i < ARRAY_LEN(quiet_rows); i++) {
		const struct quiet_row *row = &quiet_rows[i];
		start_daemon(world, row->answers, row->answers[1].bytes ? 2 : 1, 4096, false);
		struct run run = run_with(stdin, row->words);
		assert_string_equal(run.err, "");
		assert_int_equal(run.exit, 0);
		assert_string_equal(run.out, row->out);
		assert_string_equal(calls_of(world), row->calls);
		run_release(&run);
		end_daemon(world);
	}
}

static void a_dry_run_needs_a_span(void **state)
{
	(void)state; /* no daemon: nothing is asked */
	struct run run = RUN("away", "--dry-run");
	assert_int_equal(run.exit, PACER_EXIT_USAGE);
	assert_string_equal(run.err, "pacer: --dry-run needs a span: type pacer away FROM..TO --dry-run\n");
	run_release(&run);
}

/* --- before, and asked about ------------------------------------------------------------------------------------------------------ */

#define LONG(more)                                                                                                                         \
	"{\"id\":\"w05-fr\",\"enrollment\":\"e1\",\"title\":\"Long run\",\"start\":\"2026-11-30T09:30:00+01:00\","                         \
	"\"end\":\"2026-11-30T10:30:00+01:00\",\"type\":\"long\",\"minutes\":60,\"actual_minutes\":4" more "}"
#define NOTED ",\"intention\":{\"want\":\"stay calm\",\"feel\":\"heard\",\"act\":null}"
#define STARTED(more) "{\"parameters\":{\"session\":" LONG(",\"state\":\"running\"" more) ",\"changed\":true}}"
#define NOT_PREPARED                                                                                                                       \
	"{\"error\":\"org.pacer.Pacer.NotPrepared\",\"parameters\":{\"session\":\"w05-fr\",\"ticked\":1,\"items\":3,"                      \
	"\"missing\":[\"A room\",\"Headset\"]}}"
#define FIVE_MORE "{\"error\":\"org.pacer.Pacer.FiveMoreMinutes\",\"parameters\":{\"session\":\"w05-fr\",\"minutes\":4}}"
#define PARTLY                                                                                                                             \
	"{\"parameters\":{\"session\":" LONG(                                                                                              \
		",\"state\":\"partial\"" NOTED) ",\"changed\":true,\"week_minutes\":60,"                                                   \
						"\"week_minutes_done\":4,\"notes\":[\"Drink something.\",\"Mara sends a cheer.\"]}}"
#define SKIPPED "{\"parameters\":{\"session\":" LONG(",\"state\":\"dropped\"") ",\"changed\":true}}"
#define ITEMS(second)                                                                                                                      \
	"{\"number\":1,\"text\":\"Two personas\",\"source\":\"plan\",\"ticked\":true},"                                                    \
	"{\"number\":2,\"text\":\"Headset\",\"source\":\"kit\",\"ticked\":" second "}"
#define PREPARED(second, ready)                                                                                                            \
	"{\"parameters\":{\"session\":" LONG(",\"state\":\"planned\"") ",\"items\":[" ITEMS(second) "],\"ticked\":1,\"ready\":" ready "}}"
#define INTENDED(more) "{\"parameters\":{\"session\":" LONG(",\"state\":\"planned\"" more) "}}"
#define START "\"session\":\"w05-fr\""

/* One command, what is typed at it (NULL: nobody is there), what the daemon answers, and what becomes of it. */
struct ask_row {
	const char *words[10];
	const char *typed;
	struct answer answers[4];
	int exit;
	const char *calls, *out, *err; /* out, err: all that is said */
};

static const struct ask_row ask_rows[] = {
	{{"pacer", "start", "w05-fr"},
	 "y\n",
	 {ANSWER(NOT_PREPARED), ANSWER(STARTED(NOTED))},
	 0,
	 CALL("Start", START) CALL("Start", START ",\"anyway\":true"),
	 "Started: Long run  w05-fr\n"
	 "  60 minutes, until 10:30. Pacer keeps quiet until then; pacer done when you are\n"
	 "  through, pacer snooze for more time.\n"
	 "  you noted\n"
	 "    I want          stay calm\n"
	 "    customer feels  heard\n",
	 "1 of 3 things are laid out for w05-fr. Still missing:\n"
	 "  [ ] A room\n"
	 "  [ ] Headset\n"
	 "Start all the same? [y/N] "},
	{{"pacer", "start", "w05-fr"},
	 "\n",
	 {ANSWER(NOT_PREPARED)},
	 PACER_EXIT_REFUSED,
	 CALL("Start", START),
	 "Nothing was changed. pacer prep w05-fr ticks what is ready.\n",
	 NULL},
	{{"pacer", "start", "w05-fr"},
	 "\004",
	 {ANSWER(NOT_PREPARED)},
	 PACER_EXIT_REFUSED,
	 CALL("Start", START),
	 "Nothing was changed. pacer prep w05-fr ticks what is ready.\n",
	 NULL},
	{{"pacer", "start", "w05-fr"},
	 NULL,
	 {ANSWER(NOT_PREPARED)},
	 PACER_EXIT_REFUSED,
	 CALL("Start", START),
	 "",
	 "pacer: 'w05-fr' has 1 of 3 things laid out; missing: 'A room' and 'Headset'; pacer prep w05-fr ticks them, pacer start w05-fr "
	 "--anyway begins all the same\n"},
	{{"pacer", "start", "w05-fr", "--json"},
	 "y\n",
	 {ANSWER(NOT_PREPARED)},
	 PACER_EXIT_REFUSED,
	 CALL("Start", START),
	 "{\n  \"error\": \"NotPrepared\",\n  \"session\": \"w05-fr\",\n  \"ticked\": 1,\n  \"items\": 3,\n"
	 "  \"missing\": [\n    \"A room\",\n    \"Headset\"\n  ]\n}\n",
	 NULL},
	{{"pacer", "start", "w05-fr", "--anyway"},
	 NULL,
	 {ANSWER(STARTED("")), ANSWER(ONE_PLAN)},
	 0,
	 CALL("Start", START ",\"anyway\":true") CALL("ListEnrollments", ""),
	 "Started: Long run  w05-fr\n"
	 "  60 minutes, until 10:30. Pacer keeps quiet until then; pacer done when you are\n"
	 "  through, pacer snooze for more time.\n"
	 "  A minute for what you want from it? pacer intend w05-fr\n",
	 ""},
	{{"pacer", "done", "w05-fr", "--partly"},
	 "\n",
	 {ANSWER(FIVE_MORE)},
	 PACER_EXIT_REFUSED,
	 CALL("Done", START ",\"partly\":true"),
	 "Good: on it goes, and nothing was changed. The same again ends it.\n",
	 "4 min in, and the first ten are the hardest. From here it mostly gets easier.\nFive more minutes? [Y/n] "},
	{{"pacer", "done", "w05-fr", "--partly"},
	 "\004",
	 {ANSWER(FIVE_MORE)},
	 PACER_EXIT_REFUSED,
	 CALL("Done", START ",\"partly\":true"),
	 "Good: on it goes, and nothing was changed. The same again ends it.\n",
	 NULL},
	{{"pacer", "done", "w05-fr", "--partly"},
	 "N\n",
	 {ANSWER(FIVE_MORE), ANSWER(PARTLY)},
	 0,
	 CALL("Done", START ",\"partly\":true") CALL("Done", START ",\"partly\":true"),
	 "Partly done: Long run  w05-fr\n"
	 "  4 of 60 min. This week 4 of 60 min. That was the last one planned.\n"
	 "  Drink something.\n"
	 "  Mara sends a cheer.\n"
	 "  what you meant to do\n"
	 "    I want          stay calm\n"
	 "    customer feels  heard\n",
	 NULL},
	{{"pacer", "skip", "w05-fr"},
	 "n\n",
	 {ANSWER(FIVE_MORE), ANSWER(SKIPPED)},
	 0,
	 CALL("Skip", START) CALL("Skip", START),
	 "Left out: Long run  w05-fr\n  pacer undo brings it back.\n",
	 NULL},
	{{"pacer", "skip", "w05-fr"},
	 "n\n",
	 {ANSWER(FIVE_MORE), ANSWER(FIVE_MORE)},
	 PACER_EXIT_REFUSED,
	 CALL("Skip", START) CALL("Skip", START),
	 "",
	 NULL},
	{{"pacer", "skip"},
	 NULL,
	 {ANSWER(FIVE_MORE)},
	 PACER_EXIT_REFUSED,
	 CALL("Skip", ""),
	 "",
	 "pacer: 'w05-fr' has run for 4 min, and the first ten are the hardest: five more are often all it takes; the same command again "
	 "ends it\n"},
	{{"pacer", "prep", "w05-fr", "1"},
	 NULL,
	 {ANSWER(PREPARED("false", "false")), ANSWER(ONE_PLAN)},
	 0,
	 CALL("Prepare", START ",\"tick\":[1]") CALL("ListEnrollments", ""),
	 "Long run  w05-fr, Mon 30 Nov 09:30\n"
	 "  [x]  1  Two personas\n"
	 "  [ ]  2  Headset       kit\n"
	 "\n"
	 "1 of 2 laid out, not enough to start yet.\n"
	 "Type: pacer prep w05-fr 2\n",
	 ""},
	{{"pacer", "prep", "2", "--untick"},
	 NULL,
	 {ANSWER(PREPARED("false", "true")), ANSWER(ONE_PLAN)},
	 0,
	 CALL("Prepare", "\"untick\":[2]") CALL("ListEnrollments", ""),
	 "Long run  w05-fr, Mon 30 Nov 09:30\n"
	 "  [x]  1  Two personas\n"
	 "  [ ]  2  Headset       kit\n"
	 "\n"
	 "1 of 2 laid out, enough to start.\n"
	 "Type: pacer start w05-fr\n",
	 ""},
	{{"pacer", "intend"},
	 "never read\n",
	 {ANSWER(INTENDED(NOTED))},
	 0,
	 CALL("Intend", ""),
	 "Long run  w05-fr, Mon 30 Nov 09:30\n"
	 "  noted\n"
	 "    I want          stay calm\n"
	 "    customer feels  heard\n",
	 ""},
	{{"pacer", "intend", "w05-fr"},
	 NULL,
	 {ANSWER(INTENDED("")), ANSWER(ONE_PLAN)},
	 0,
	 CALL("Intend", START) CALL("ListEnrollments", ""),
	 "Long run  w05-fr, Mon 30 Nov 09:30\n"
	 "  Nothing is noted for it yet.\n"
	 "Type: pacer intend w05-fr --want \"...\" --customer \"...\" --act \"...\"\n",
	 ""},
	{{"pacer", "intend", "w05-fr"},
	 "\n-\nlisten first\n",
	 {ANSWER(INTENDED(NOTED)), ANSWER(INTENDED(",\"intention\":{\"act\":\"listen first\"}"))},
	 0,
	 CALL("Intend", START) CALL("Intend", "\"feel\":\"\",\"act\":\"listen first\",\"session\":\"e1/w05-fr\""),
	 "Long run  w05-fr, Mon 30 Nov 09:30\n"
	 "  Enter keeps what stands there, - takes it back. It stays with you.\n"
	 "  noted\n"
	 "    I do  listen first\n",
	 "  What do I want? [stay calm]   How is the customer to feel? [heard]   What do I do for it? "},
	{{"pacer", "intend", "w05-fr"},
	 "\n\n\n",
	 {ANSWER(INTENDED(NOTED))},
	 0,
	 CALL("Intend", START),
	 "Long run  w05-fr, Mon 30 Nov 09:30\n"
	 "  Enter keeps what stands there, - takes it back. It stays with you.\n"
	 "  Nothing was changed.\n",
	 NULL},
	{{"pacer", "intend", "w05-fr", "--want", "stay calm"},
	 "never read\n",
	 {ANSWER(INTENDED(NOTED))},
	 0,
	 CALL("Intend", START ",\"want\":\"stay calm\""),
	 "Long run  w05-fr, Mon 30 Nov 09:30\n"
	 "  noted\n"
	 "    I want          stay calm\n"
	 "    customer feels  heard\n",
	 ""},
	{{"pacer", "open"},
	 NULL,
	 {ANSWER("{\"parameters\":{\"session\":" LONG("") ",\"link\":\"https://learn.example/a\",\"way\":\"portal\"}}")},
	 0,
	 CALL("Open", ""),
	 "Opened: Long run  w05-fr\n  https://learn.example/a\n",
	 ""},
};

static FILE *nobody(void)
{
	return fopen("/dev/null", "r");
}

static void asked_and_told(void **state)
{
	struct world *world = *state;
	for (size_t i = 0; i < ARRAY_LEN(ask_rows); i++) {
		const struct ask_row *row = &ask_rows[i];
		int keyboard = -1;
		size_t count = 0;
		while (count < ARRAY_LEN(row->answers) && row->answers[count].bytes)
			count++;
		FILE *in = row->typed ? terminal(row->typed, &keyboard) : nobody();
		start_daemon(world, row->answers, count, 4096, false);
		struct run run = run_with(in, row->words);
		if (run.exit != row->exit || strcmp(run.out, row->out) != 0 || (row->err && strcmp(run.err, row->err) != 0))
			fail_msg("row %zu: %d\n%s--- not\n%s--- err\n%s", i, run.exit, run.out, row->out, run.err);
		assert_string_equal(calls_of(world), row->calls);
		run_release(&run);
		end_daemon(world);
		fclose(in);
		if (keyboard >= 0)
			close(keyboard);
	}
}

static void unticking_needs_numbers(void **state)
{
	(void)state; /* no daemon: nothing is asked */
	struct run run = RUN("prep", "w05-fr", "--untick");
	assert_int_equal(run.exit, PACER_EXIT_USAGE);
	assert_string_equal(run.err, "pacer: --untick needs the numbers: type pacer prep SESSION N... --untick\n");
	run_release(&run);
}

/* --- the test bubble ------------------------------------------------------------------------------------------------------------- */

#define CHECKS(result) "{\"parameters\":{\"checks\":[{\"name\":\"bus\",\"result\":\"" result "\",\"text\":\"there\"}]}}"
#define TEST(shown, answered, text) "{\"parameters\":{\"shown\":" shown ",\"answered\":" answered ",\"text\":\"" text "\"}}"
#define CHECKED CALL("Doctor", "")
#define TESTED CALL("Doctor", "") CALL("TestBubble", "")

struct doctor_row {
	const char *words[5];
	struct answer answers[2];
	bool typed_at, read_at; /* input, output: a terminal */
	int exit;
	const char *calls, *says; /* says: the end of what is said */
};

static const struct doctor_row doctor_rows[] = {
	{{"pacer", "doctor"}, {ANSWER(CHECKS("ok"))}, false, false, 0, CHECKED, "there\n\nAll is well.\n"},
	{{"pacer", "doctor"}, {ANSWER(CHECKS("ok"))}, true, false, 0, CHECKED, "there\n\nAll is well.\n"},
	{{"pacer", "doctor"}, {ANSWER(CHECKS("ok"))}, false, true, 0, CHECKED, "there\n\nAll is well.\n"},
	{{"pacer", "doctor", "--no-test"}, {ANSWER(CHECKS("ok"))}, true, true, 0, CHECKED, "there\n\nAll is well.\n"},
	{{"pacer", "doctor", "--json"}, {ANSWER(CHECKS("ok"))}, true, true, 0, CHECKED, "\"text\": \"there\"\n    }\n  ]\n}\n"},
	{{"pacer", "doctor"},
	 {ANSWER(CHECKS("ok")), ANSWER(TEST("true", "true", "seen"))},
	 true,
	 true,
	 0,
	 TESTED,
	 "there\n\nA test bubble was shown, and your answer came back.\nAll is well.\n"},
	{{"pacer", "doctor", "--test"},
	 {ANSWER(CHECKS("ok")), ANSWER(TEST("true", "false", "it left"))},
	 false,
	 false,
	 0,
	 TESTED,
	 "there\n\nA test bubble was shown; no answer came back: it left\nAll is well.\n"},
	{{"pacer", "doctor", "--test"},
	 {ANSWER(CHECKS("ok")), ANSWER(TEST("false", "false", "no server"))},
	 false,
	 false,
	 PACER_EXIT_PROBLEM,
	 TESTED,
	 "there\n\nA test bubble could not be shown: no server\n1 problem found; what to do stands beside each.\n"},
	{{"pacer", "doctor", "--test"},
	 {ANSWER(CHECKS("problem")), ANSWER(TEST("true", "true", ""))},
	 false,
	 false,
	 PACER_EXIT_PROBLEM,
	 TESTED,
	 "your answer came back.\n1 problem found; what to do stands beside each.\n"},
	{{"pacer", "doctor", "--test", "--json"},
	 {ANSWER(CHECKS("ok")), ANSWER(TEST("false", "false", "no server"))},
	 false,
	 false,
	 PACER_EXIT_PROBLEM,
	 TESTED,
	 "  \"test\": {\n    \"shown\": false,\n    \"answered\": false,\n    \"text\": \"no server\"\n  }\n}\n"},
	{{"pacer", "doctor", "--test"},
	 {ANSWER(CHECKS("ok")), ANSWER("{\"parameters\":{\"shown\":true}}")},
	 false,
	 false,
	 PACER_EXIT_PROTOCOL,
	 TESTED,
	 "there\n\n"},
	{{"pacer", "doctor", "--test", "--json"},
	 {ANSWER(CHECKS("ok")), ANSWER("{\"error\":\"org.pacer.Pacer.LimitReached\"}")},
	 false,
	 false,
	 PACER_EXIT_REFUSED,
	 TESTED,
	 "{\n  \"error\": \"LimitReached\"\n}\n"},
};

/* What is written to this terminal arrives as it is on its other side. */
static FILE *screen(int *ret_other)
{
	struct termios settings;
	int other = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(other >= 0 && !grantpt(other) && !unlockpt(other));
	int fd = open(ptsname(other), O_RDWR | O_NOCTTY);
	assert_int_equal(tcgetattr(fd, &settings), 0);
	settings.c_oflag &= ~(tcflag_t)OPOST;
	assert_int_equal(tcsetattr(fd, TCSANOW, &settings), 0);
	*ret_other = other;
	return fdopen(fd, "w");
}

/* The same as run_with, with a terminal to write to. */
static struct run run_on_screen(FILE *in, const char *const *words)
{
	char block[4096];
	struct text said = {0};
	struct run run = {0};
	int count = 0, other;
	size_t err_bytes;
	while (words[count])
		count++;
	FILE *out = screen(&other), *err = open_memstream(&run.err, &err_bytes);
	run.exit = cli_run(count, (char **)(uintptr_t)words, in, out, err);
	fclose(out); /* so that reading ends (EIO) where the words do; they fit into the terminal's buffer */
	fclose(err);
	for (ssize_t n; (n = read(other, block, sizeof(block))) > 0;)
		text_add_n(&said, block, (size_t)n);
	run.out = text_take(&said);
	close(other);
	return run;
}

static bool ends_with(const char *text, const char *end)
{
	size_t bytes = strlen(text), wanted = strlen(end);
	return bytes >= wanted && !strcmp(text + bytes - wanted, end);
}

static void doctor_tests_where_somebody_looks(void **state)
{
	struct world *world = *state;
	setenv("TERM", "dumb", 1);
	for (size_t i = 0; i < ARRAY_LEN(doctor_rows); i++) {
		const struct doctor_row *row = &doctor_rows[i];
		int keyboard = -1;
		FILE *in = row->typed_at ? terminal("", &keyboard) : fopen("/dev/null", "r");
		start_daemon(world, row->answers, row->answers[1].bytes ? 2 : 1, 4096, false);
		struct run run = row->read_at ? run_on_screen(in, row->words) : run_with(in, row->words);
		if (run.exit != row->exit || !ends_with(run.out, row->says))
			fail_msg("row %zu: %d, '%s' does not end with '%s' ('%s')", i, run.exit, run.out, row->says, run.err);
		assert_string_equal(calls_of(world), row->calls);
		run_release(&run);
		end_daemon(world);
		fclose(in);
		if (keyboard >= 0)
			close(keyboard);
	}
}

/* --- watching -------------------------------------------------------------------------------------------------------------------- */

#define ENTRY(text, more)                                                                                                                  \
	"{\"parameters\":{\"entry\":{\"seq\":1,\"time\":\"2026-11-30T09:30:00+01:00\",\"what\":\"start\",\"by\":\"learner\","              \
	"\"enrollment\":\"e1\","                                                                                                           \
	"\"session\":\"w01-mo\",\"text\":\"" text "\"}}" more "}"

static void watches_until_the_end(void **state)
{
	static const char entries[] = ENTRY("one", ",\"continues\":true") "\0" ENTRY("two", "");
	static const struct answer answers[] = {{entries, sizeof(entries)}, {entries, sizeof(entries)}};
	start_daemon(*state, answers, 2, 7, false);
	struct run plain = RUN("watch"), json = RUN("watch", "--json");
	assert_int_equal(plain.exit, 0);
	assert_string_equal(plain.out, "Mon 30 Nov 09:30  you    e1/w01-mo  one\nMon 30 Nov 09:30  you    e1/w01-mo  two\n");
	assert_int_equal(json.exit, 0);
	char *second = strchr(json.out, '\n');
	assert_non_null(second);
	says(second, "\"text\":\"two\"");
	assert_string_equal(strchr(second + 1, '\n'), "\n");
	says(calls_of(*state), "\"more\":true");
	run_release(&plain);
	run_release(&json);
}

/* pacer watch | head -1: when head has gone nothing more need come for watch to end. */
static void watch_ends_with_its_reader(void **state)
{
	static const struct answer answers[] = {ANSWER(ENTRY("one", ",\"continues\":true"))};
	const char *const words[] = {"pacer", "watch", NULL};
	int pipe_fds[2];
	start_daemon(*state, answers, 1, 4096, true);
	assert_int_equal(pipe(pipe_fds), 0);
	close(pipe_fds[0]);
	FILE *out = fdopen(pipe_fds[1], "w");
	char *said = NULL;
	size_t bytes;
	FILE *err = open_memstream(&said, &bytes);
	assert_int_equal(cli_run(2, (char **)(uintptr_t)words, stdin, out, err), 0);
	fclose(err);
	assert_string_equal(said, "");
	free(said);
	fclose(out);
}

/* --- the daemon that is started ---------------------------------------------------------------------------------------------------- */

static int open_files(void)
{
	int count = 0;
	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

/* One connection, one call; then notes how it was started. */
static int be_the_daemon(const char *dir)
{
	static const char reply[] = "{\"parameters\":{\"questions\":[]}}";
	char where[256];
	int files = open_files();
	alarm(20); /* never stays behind */
	/* A session that is not the one we were started from, and led by somebody else (who has gone): no terminal can come back. */
	bool own = getsid(0) != (pid_t)strtol(getenv("PACER_TEST_SESSION"), NULL, 10) && getsid(0) != getpid();
	OWNED_TEXT *path = xasprintf("%s/pacer/org.pacer.Pacer", dir);
	OWNED_TEXT *calls_path = xasprintf("%s/calls", dir);
	int listener = listen_at(path);
	int fd = accept(listener, NULL, NULL), calls = open(calls_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (!hear_call(fd, calls))
		return 1;
	dprintf(calls, "session=%s files=%d dir=%s\n", own ? "own" : "shared", files, getcwd(where, sizeof(where)));
	return send(fd, reply, sizeof(reply), MSG_NOSIGNAL) < 0;
}

int main(void)
{
	const char *dir = getenv("PACER_TEST_DAEMON");
	if (dir)
		return be_the_daemon(dir);
	setlocale(LC_CTYPE, "C.UTF-8");
	signal(SIGPIPE, SIG_IGN);
#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, end_world)
	const struct CMUnitTest tests[] = {
		IN_WORLD(calls_and_tells),
		IN_WORLD(json_is_the_reply),
		IN_WORLD(errors_are_told_twice),
		IN_WORLD(findings_stand_below),
		IN_WORLD(nonsense_is_not_believed),
		IN_WORLD(messages_have_a_limit),
		IN_WORLD(nesting_has_a_limit),
		IN_WORLD(silence_has_an_end),
		IN_WORLD(another_users_daemon_is_not_talked_to),
		IN_WORLD(the_fallback_directory_must_be_ours),
		IN_WORLD(socket_paths_have_a_limit),
		IN_WORLD(no_start_starts_nothing),
		IN_WORLD(starts_a_daemon_and_calls_it),
		IN_WORLD(the_service_manager_is_asked_first),
		IN_WORLD(a_daemon_that_ends_is_quoted),
		IN_WORLD(a_program_that_is_none_is_named),
		IN_WORLD(log_paths),
		IN_WORLD(asks_before_it_acts),
		IN_WORLD(without_a_terminal_it_does_not_act),
		IN_WORLD(yes_acts_and_dry_run_does_not),
		IN_WORLD(outside_the_hours_it_asks),
		IN_WORLD(quiet_times),
		IN_WORLD(a_dry_run_needs_a_span),
		IN_WORLD(asked_and_told),
		IN_WORLD(unticking_needs_numbers),
		IN_WORLD(doctor_tests_where_somebody_looks),
		IN_WORLD(watches_until_the_end),
		IN_WORLD(watch_ends_with_its_reader),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
