/* What the daemon and the service manager tell each other, against a manager of our own: a datagram socket, a file or abstract. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "service.h"

static const char *const environment[] = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"};

static int clean(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(environment); i++)
		unsetenv(environment[i]);
	return 0;
}

struct manager {
	int fd;
	char directory[32];
	char *path;
};

/* Bound by the kernel to an abstract name of its choice, or to a file. */
static void manager_open(struct manager *m, bool abstract)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t size = sizeof(sa_family_t);
	*m = (struct manager){.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), .directory = "/tmp/pacer-sd-XXXXXX"};
	assert_non_null(mkdtemp(m->directory));
	m->path = xasprintf("%s/notify", m->directory);
	if (!abstract) {
		memcpy(address.sun_path, m->path, strlen(m->path) + 1);
		size = sizeof(address);
	}
	assert_int_equal(bind(m->fd, (struct sockaddr *)&address, size), 0);
	if (abstract) {
		size = sizeof(address);
		assert_int_equal(getsockname(m->fd, (struct sockaddr *)&address, &size), 0);
		OWNED_TEXT *name = xstrndup(address.sun_path + 1, size - sizeof(sa_family_t) - 1);
		OWNED_TEXT *value = xasprintf("@%s", name);
		setenv("NOTIFY_SOCKET", value, 1);
	} else {
		setenv("NOTIFY_SOCKET", m->path, 1);
	}
}

static void manager_close(struct manager *m)
{
	unsetenv("NOTIFY_SOCKET");
	close(m->fd);
	unlink(m->path);
	free(m->path);
	assert_int_equal(rmdir(m->directory), 0);
}

/* The next message, "" when there is none; owned by the caller. */
static char *heard(const struct manager *m)
{
	char bytes[4096];
	ssize_t n = recv(m->fd, bytes, sizeof(bytes), 0);
	return xstrndup(bytes, n > 0 ? (size_t)n : 0);
}

static void expect(const struct manager *m, const char *message)
{
	OWNED_TEXT *got = heard(m);
	assert_string_equal(got, message);
}

static struct service *open_on(uv_loop_t *loop)
{
	assert_int_equal(uv_loop_init(loop), 0);
	struct service *service = service_open(loop);
	assert_non_null(service);
	return service;
}

static void close_both(struct service *service, uv_loop_t *loop)
{
	service_close(service);
	assert_int_equal(uv_run(loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(loop), 0);
}

static void test_messages(void **state UNUSED)
{
	for (int abstract = 0; abstract <= 1; abstract++) {
		struct manager m;
		uv_loop_t loop;
		manager_open(&m, abstract);
		struct service *service = open_on(&loop);
		expect(&m, "");
		service_ready(service);
		expect(&m, "READY=1");
		service_status(service, "%d enrollments", 2);
		expect(&m, "STATUS=2 enrollments");
		service_status(service, "%s", "one\nREADY=0\r\nWATCHDOG=trigger");
		expect(&m, "STATUS=one READY=0  WATCHDOG=trigger");
		service_stopping(service);
		expect(&m, "STOPPING=1");
		close_both(service, &loop);
		expect(&m, "");
		manager_close(&m);
	}
}

static void test_reloading_tells_when(void **state UNUSED)
{
	struct manager m;
	uv_loop_t loop;
	manager_open(&m, false);
	struct service *service = open_on(&loop);
	unsigned long long before = uv_hrtime() / 1000, told = 0;
	service_reloading(service);
	OWNED_TEXT *got = heard(&m);
	assert_int_equal(sscanf(got, "RELOADING=1\nMONOTONIC_USEC=%llu", &told), 1);
	assert_in_range(told, before, uv_hrtime() / 1000);
	close_both(service, &loop);
	manager_close(&m);
}

/* No manager, or one that has gone: nothing happens. */
static void test_nobody_listens(void **state UNUSED)
{
	struct manager m;
	uv_loop_t loop;
	struct service *service = open_on(&loop);
	service_ready(service);
	manager_open(&m, false);
	OWNED_TEXT *path = xstrdup(m.path);
	manager_close(&m);
	setenv("NOTIFY_SOCKET", path, 1);
	service_ready(service);
	service_status(service, "x");
	service_stopping(service);
	close_both(service, &loop);
}

/* --- watchdog ---------------------------------------------------------------------------------------------------------------------- */

static void test_watchdog_asked_for(void **state UNUSED)
{
	struct manager m;
	uv_loop_t loop;
	manager_open(&m, false);
	OWNED_TEXT *pid = xasprintf("%d", getpid());
	setenv("WATCHDOG_USEC", "20000", 1);
	setenv("WATCHDOG_PID", pid, 1);
	uint64_t begin = uv_hrtime();
	struct service *service = open_on(&loop);
	for (int i = 0; i < 3; i++) {
		uv_run(&loop, UV_RUN_ONCE);
		expect(&m, "WATCHDOG=1");
	}
	assert_true(uv_hrtime() - begin >= 28 * UINT64_C(1000000)); /* three times half of 20 ms, less the loop's rounding */
	close_both(service, &loop);
	expect(&m, "");
	manager_close(&m);
}

/* Only one that is asked for, and of this process, wakes the loop. */
static void test_watchdog_interval(void **state UNUSED)
{
	static const struct {
		const char *wait_us, *pid;
		uint64_t interval_ms; /* 0: no timer */
	} rows[] = {
	    {NULL, NULL, 0}, {"60000000", NULL, 30000}, {"3001", NULL, 1},    {"1", NULL, 1},
	    {"0", NULL, 0},  {"soon", NULL, 0},         {"60000000", "1", 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uv_loop_t loop;
		clean(NULL);
		if (rows[i].wait_us)
			setenv("WATCHDOG_USEC", rows[i].wait_us, 1);
		if (rows[i].pid)
			setenv("WATCHDOG_PID", rows[i].pid, 1);
		struct service *service = open_on(&loop);
		const uv_timer_t *timer = (const uv_timer_t *)service; /* its first member */
		bool active = uv_is_active((const uv_handle_t *)timer) != 0;
		if (active != (rows[i].interval_ms > 0) || (active && uv_timer_get_repeat(timer) != rows[i].interval_ms))
			fail_msg("row %zu", i);
		close_both(service, &loop);
	}
}

/* --- sockets ----------------------------------------------------------------------------------------------------------------------- */

struct passed {
	const char *fds, *names;
	bool ours;          /* LISTEN_PID is the daemon */
	int count;          /* expected; descriptors are passed from 3 on */
	int first;          /* expected first descriptor */
	const char *closed; /* of "345", those that must be closed afterwards */
};

static const struct passed passed[] = {
    {NULL, NULL, true, 0, 0, ""},
    {"1", "varlink", true, 1, 3, ""},
    {"1", NULL, true, 1, 3, ""},
    {"1", "", true, 1, 3, ""},
    {"1", "varlink", false, 0, 0, ""},
    {"2", "varlink:varlink", true, 2, 3, ""},
    {"3", "other:varlink:metrics", true, 1, 4, "35"},
    {"1", "other", true, 0, 0, "3"},
    {"0", "", true, 0, 0, ""},
    {"2", "varlink", true, 0, 0, ""}, /* fewer names than sockets */
    {"many", "varlink", true, 0, 0, ""},
};

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* Runs in a child, whose descriptors 3 to 5 are ours to use. Returns the line of the first thing that is wrong. */
static int check_passed(const struct passed *row)
{
	const int *fds;
	uv_loop_t loop;
	OWNED_TEXT *pid = xasprintf("%d", row->ours ? getpid() : getpid() + 1);
	for (int fd = 3; fd <= 5; fd++)
		if (dup2(STDERR_FILENO, fd) != fd)
			return __LINE__;
	setenv("LISTEN_PID", pid, 1);
	if (row->fds)
		setenv("LISTEN_FDS", row->fds, 1);
	if (row->names)
		setenv("LISTEN_FDNAMES", row->names, 1);
	struct service *service = open_on(&loop);
	if (service_fds(service, &fds) != row->count || (row->count && fds[0] != row->first))
		return __LINE__;
	for (int i = 0; i < row->count; i++)
		if (!(fcntl(fds[i], F_GETFD) & FD_CLOEXEC))
			return __LINE__;
	for (int fd = 3; fd <= 5; fd++)
		if (is_open(fd) != !strchr(row->closed, '0' + fd))
			return __LINE__;
	close_both(service, &loop);
	service = open_on(&loop);
	int again = service_fds(service, &fds);
	close_both(service, &loop);
	return again || getenv("LISTEN_PID") ? __LINE__ : 0;
}

static void test_sockets(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(passed); i++) {
		int status;
		pid_t pid = fork();
		if (pid == 0) {
			dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO); /* the warning about wrong variables */
			_exit(check_passed(&passed[i]) & 0xff);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			fail_msg("row %zu: status %x (line %d modulo 256)", i, status, WEXITSTATUS(status));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_messages, clean),          cmocka_unit_test_setup(test_reloading_tells_when, clean),
	    cmocka_unit_test_setup(test_nobody_listens, clean),    cmocka_unit_test_setup(test_watchdog_asked_for, clean),
	    cmocka_unit_test_setup(test_watchdog_interval, clean), cmocka_unit_test_setup(test_sockets, clean),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
