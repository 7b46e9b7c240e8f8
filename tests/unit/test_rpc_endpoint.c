/* The socket in the file system: made, found stale, found live, handed over, and cleaned up only when it is ours. */
#include "rpc_world.h"

#include <fcntl.h>

static int try_open(struct world *w, const char *path, const int *fds, int fd_count, struct err *err)
{
	struct rpc_handlers handlers = world_handlers(w);
	return rpc_open(&w->loop, world_text, path, fds, fd_count, &handlers, &w->rpc, err);
}

static mode_t mode_of(const char *path)
{
	struct stat st;
	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

static char *in(const struct world *w, const char *name)
{
	return xasprintf("%s/%s", w->directory, name);
}

/* A bound socket, listening or not. */
static int socket_at(const char *path, int type, bool listening)
{
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	memcpy(address.sun_path, path, strlen(path) + 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	if (listening)
		assert_int_equal(listen(fd, 5), 0);
	return fd;
}

static void expect_refusal(struct world *w, const char *path, int code, const char *words)
{
	struct err err = {0};
	assert_int_equal(try_open(w, path, NULL, 0, &err), code);
	assert_null(w->rpc);
	if (!strstr(err.text, words) || !strstr(err.text, "; "))
		fail_msg("%s", err.text);
	assert_int_equal(err.code, code);
	err_release(&err);
	assert_int_equal(try_open(w, path, NULL, 0, NULL), code);
}

static void test_made(void **state UNUSED)
{
	struct world w;
	mode_t mask = umask(0);
	world_open(&w);
	umask(mask);
	OWNED_TEXT *run = in(&w, "run");
	assert_int_equal(mode_of(run), 0700);
	assert_int_equal(mode_of(w.path), 0600);
	world_close(&w);
}

static void test_directory_is_tightened(void **state UNUSED)
{
	struct world w;
	world_directory(&w);
	OWNED_TEXT *run = in(&w, "run");
	assert_int_equal(mkdir(run, 0755), 0);
	assert_int_equal(try_open(&w, w.path, NULL, 0, NULL), 0);
	assert_int_equal(mode_of(run), 0700);
	world_close(&w);
}

static void test_stale(void **state UNUSED)
{
	struct world w;
	world_directory(&w);
	OWNED_TEXT *run = in(&w, "run");
	assert_int_equal(mkdir(run, 0700), 0);
	close(socket_at(w.path, SOCK_STREAM, true));
	assert_int_equal(try_open(&w, w.path, NULL, 0, NULL), 0);
	struct client c = client_open(w.path);
	client_expect_echo(&w, &c);
	client_close(&c);
	world_close(&w);
}

static void test_live(void **state UNUSED)
{
	struct world w;
	world_open(&w);
	struct rpc *first = STEAL(w.rpc);
	expect_refusal(&w, w.path, -EADDRINUSE, "another pacerd answers there");
	w.rpc = first;
	struct client c = client_open(w.path);
	client_expect_echo(&w, &c);
	client_close(&c);
	world_close(&w);
}

/* Somebody who accepts nothing any more, its queue full, is alive all the same; so is one of another kind. */
static void test_live_but_busy(void **state UNUSED)
{
	struct world w;
	world_directory(&w);
	OWNED_TEXT *run = in(&w, "run");
	assert_int_equal(mkdir(run, 0700), 0);
	int busy = socket_at(w.path, SOCK_STREAM, false);
	assert_int_equal(listen(busy, 0), 0);
	struct client c = client_open(w.path);
	expect_refusal(&w, w.path, -EADDRINUSE, "another pacerd answers there");
	client_close(&c);
	close(busy);
	unlink(w.path);
	int datagrams = socket_at(w.path, SOCK_DGRAM, false);
	expect_refusal(&w, w.path, -EADDRINUSE, "another pacerd answers there");
	close(datagrams);
	unlink(w.path);
	world_close(&w);
}

static void test_bad_places(void **state UNUSED)
{
	struct world w;
	world_directory(&w);
	OWNED_TEXT *file = in(&w, "file"), *below_file = in(&w, "file/socket"), *missing = in(&w, "no/run/socket"), *link = in(&w, "link");
	OWNED_TEXT *below_link = in(&w, "link/socket"), *run = in(&w, "run"), *foreign = in(&w, "foreign/socket");
	close(open(file, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(mkdir(run, 0700), 0);
	assert_int_equal(symlink("run", link), 0);
	expect_refusal(&w, file, -EEXIST, "something that is no socket stands here");
	expect_refusal(&w, below_file, -ENOTDIR, "it has to be a directory of yours");
	expect_refusal(&w, missing, -ENOENT, "make the directory above it");
	expect_refusal(&w, below_link, -ENOTDIR, "it has to be a directory of yours");
	assert_int_equal(access(file, F_OK), 0);
	unlink(file);
	unlink(link);

	/* Root can make a directory for somebody else; nobody else is root, whose directories are all around. */
	OWNED_TEXT *theirs = in(&w, "foreign");
	if (geteuid() == 0) {
		assert_int_equal(mkdir(theirs, 0700), 0);
		assert_int_equal(chown(theirs, 65534, 65534), 0);
	}
	expect_refusal(&w, geteuid() == 0 ? foreign : "/usr/socket", -EPERM, "the directory belongs to user");
	rmdir(theirs);
	world_close(&w);
}

static void test_path_length(void **state UNUSED)
{
	struct world w;
	world_directory(&w);
	OWNED_TEXT *most = in(&w, "run/");
	size_t n = strlen(most);
	most = xrealloc(most, PACER_SOCKET_PATH_MAX + 2);
	memset(most + n, 's', PACER_SOCKET_PATH_MAX + 1 - n);
	most[PACER_SOCKET_PATH_MAX + 1] = '\0';
	expect_refusal(&w, most, -ENAMETOOLONG, "longer than 107 bytes");
	most[PACER_SOCKET_PATH_MAX] = '\0';
	assert_int_equal(try_open(&w, most, NULL, 0, NULL), 0);
	assert_int_equal(mode_of(most), 0600);
	world_close(&w);
	assert_int_equal(access(most, F_OK), -1);
}

/* Somebody put another socket in the place of ours: it stays. */
static void test_not_ours_any_more(void **state UNUSED)
{
	struct world w;
	world_open(&w);
	unlink(w.path);
	int other = socket_at(w.path, SOCK_STREAM, true);
	rpc_close(STEAL(w.rpc));
	assert_int_equal(access(w.path, F_OK), 0);
	close(other);
	unlink(w.path);
	world_close(&w);
}

static void test_passed_in(void **state UNUSED)
{
	struct world w;
	world_directory(&w);
	OWNED_TEXT *one = in(&w, "one"), *two = in(&w, "two");
	int fds[] = {socket_at(one, SOCK_STREAM, true), socket_at(two, SOCK_STREAM, true)};
	assert_int_equal(try_open(&w, w.path, fds, 2, NULL), 0);
	assert_int_equal(access(w.path, F_OK), -1);
	struct client first = client_open(one), second = client_open(two);
	client_expect_echo(&w, &first);
	client_expect_echo(&w, &second);
	assert_int_equal(rpc_connections(w.rpc), 2);
	client_close(&first);
	client_close(&second);
	rpc_close(STEAL(w.rpc));
	world_settle(&w);
	assert_int_equal(unlink(one), 0);
	assert_int_equal(unlink(two), 0);
	assert_int_equal(fcntl(fds[0], F_GETFD), -1);
	world_close(&w);
}

/* Any descriptor that is no listening Unix stream socket refuses all of them, and closes them. */
static void test_passed_in_wrong(void **state UNUSED)
{
	struct world w;
	world_directory(&w);
	OWNED_TEXT *good = in(&w, "good"), *bad = in(&w, "bad");
	for (int kind = 0; kind < 4; kind++) {
		struct err err = {0};
		int fds[] = {socket_at(good, SOCK_STREAM, true), -1};
		fds[1] = kind == 0   ? open("/dev/null", O_RDWR | O_CLOEXEC)
			 : kind == 1 ? socket_at(bad, SOCK_STREAM, false)
			 : kind == 2 ? socket_at(bad, SOCK_DGRAM, false)
				     : socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_int_equal(try_open(&w, w.path, fds, 2, &err), -ENOTSOCK);
		assert_non_null(strstr(err.text, "is no listening Unix stream socket"));
		assert_int_equal(fcntl(fds[0], F_GETFD), -1);
		assert_int_equal(fcntl(fds[1], F_GETFD), -1);
		err_release(&err);
		unlink(good);
		unlink(bad);
	}
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_made),          cmocka_unit_test(test_directory_is_tightened),
	    cmocka_unit_test(test_stale),         cmocka_unit_test(test_live),
	    cmocka_unit_test(test_live_but_busy), cmocka_unit_test(test_bad_places),
	    cmocka_unit_test(test_path_length),   cmocka_unit_test(test_not_ours_any_more),
	    cmocka_unit_test(test_passed_in),     cmocka_unit_test(test_passed_in_wrong),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
