#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOG_BYTES_MAX = 1024 * 1024, LOG_TAIL_BYTES = 2048, RETRY_FIRST_MS = 5, RETRY_LAST_MS = 100 };

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_program(const char *path)
{
	struct stat info;
	return !stat(path, &info) && S_ISREG(info.st_mode) && !access(path, X_OK);
}

static char *beside_ourselves(void)
{
	char self[4096];
	ssize_t bytes = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (bytes <= 0)
		return NULL;
	self[bytes] = '\0';
	char *slash = strrchr(self, '/');
	OWNED_TEXT *path = slash ? xasprintf("%.*s/pacerd", (int)(slash - self), self) : NULL;
	return path && is_program(path) ? STEAL(path) : NULL;
}

/* Empty and relative parts of PATH are passed over: what is started must not depend on where the learner stands. */
static char *in_path(void)
{
	const char *at = getenv("PATH");
	while (at && *at) {
		size_t bytes = strcspn(at, ":");
		OWNED_TEXT *path = xasprintf("%.*s/pacerd", (int)bytes, at);
		if (*path == '/' && bytes && is_program(path))
			return STEAL(path);
		at += bytes + (at[bytes] == ':');
	}
	return NULL;
}

/* The program to start; owned; NULL with err filled when there is none. */
static char *find_program(struct err *err)
{
	const char *wanted = getenv("PACERD");
	if (wanted && *wanted) {
		char *path = realpath(wanted, NULL);
		if (path && is_program(path))
			return path;
		free(path);
		err_set(err, CLIENT_NOBODY, "PACERD names no program: '%s'; set it to the path of pacerd, or unset it", wanted);
		return NULL;
	}
	char *path = beside_ourselves();
	if (!path)
		path = in_path();
	if (!path)
		err_set(err, CLIENT_NOBODY, "pacerd was found neither beside pacer nor in PATH; install it, or set PACERD to its path");
	return path;
}

char *launch_log_path(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	if (state && *state == '/')
		return xasprintf("%s/pacer/pacerd.log", state);
	return home && *home == '/' ? xasprintf("%s/.local/state/pacer/pacerd.log", home) : NULL;
}

/* Makes the directories above path, private ones (basedir specification: 0700). */
static void make_parents(const char *path)
{
	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		OWNED_TEXT *dir = xstrndup(path, (size_t)(slash - path));
		mkdir(dir, 0700);
	}
}

/* The daemon's stderr; /dev/null when there can be no log. A log that has grown large starts anew. */
static int open_log(const char *path)
{
	struct stat info;
	int fd = -1;
	if (path) {
		make_parents(path);
		int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW |
			    (!stat(path, &info) && info.st_size > LOG_BYTES_MAX ? O_TRUNC : 0);
		fd = open(path, flags, 0600);
	}
	return fd >= 0 ? fd : open("/dev/null", O_WRONLY | O_CLOEXEC);
}

/* In the child: nothing of ours goes on into the new program but the environment. */
static void become(char *const argv[], int log)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	dup2(null, 0);
	dup2(null, 1);
	dup2(log >= 0 ? log : null, 2);
	close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
	execvp(argv[0], argv);
}

/* Waits for the child until the deadline, then ends it. Returns its exit status, -1 for anything else. */
static int wait_child(pid_t pid, int64_t deadline_ms)
{
	int status = 0;
	for (;;) {
		pid_t ended = waitpid(pid, &status, WNOHANG);
		if (ended == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		if (ended < 0 && errno != EINTR)
			return -1;
		if (now_ms() > deadline_ms) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return -1;
		}
		poll(NULL, 0, RETRY_FIRST_MS);
	}
}

/* The manager's private socket is there exactly while a user manager runs. */
static bool has_user_manager(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	if (!runtime || *runtime != '/')
		return false;
	OWNED_TEXT *path = xasprintf("%s/systemd/private", runtime);
	return !access(path, F_OK);
}

/* false: the manager does not know the unit, or could not start it. */
static bool start_unit(int64_t deadline_ms)
{
	char *const argv[] = {(char *)"systemctl", (char *)"--user", (char *)"start", (char *)"pacerd.socket", NULL};
	pid_t pid = fork();
	if (pid < 0)
		return false;
	if (!pid) {
		become(argv, -1);
		_exit(127);
	}
	return wait_child(pid, deadline_ms) == 0;
}

/* A detached daemon on its way. */
struct launch {
	char *program, *log_path; /* owned; log_path NULL: no log */
	off_t log_from;           /* where its own words begin in the log */
	pid_t pid;
};

static void launch_release(struct launch *launch)
{
	free(launch->program);
	free(launch->log_path);
}

/* What the grandchild tells before it becomes the daemon; reason is 0, or the errno for which it could not. */
struct birth {
	pid_t pid;
	int reason;
};

static void give_birth(const char *program, int log, int tell)
{
	char *const argv[] = {(char *)program, NULL};
	struct birth birth = {0};
	setsid();
	if (fork())
		_exit(0);
	birth.pid = getpid();
	if (chdir("/") || write(tell, &birth, sizeof(birth)) != sizeof(birth))
		_exit(1);
	become(argv, log);
	birth.reason = errno;
	_exit(write(tell, &birth, sizeof(birth)) == sizeof(birth) ? 127 : 1);
}

/* Reads until the pipe closes, which it does by itself when the program is there: its last word counts. */
static struct birth hear_birth(int fd)
{
	struct birth birth = {0}, word;
	while (read(fd, &word, sizeof(word)) == sizeof(word))
		birth = word;
	close(fd);
	return birth;
}

/* Forks twice, so that the daemon is nobody's child and has no terminal (daemon(7)). */
static int start_detached(struct launch *launch, struct err *err)
{
	int pipe_fds[2], status;
	if (pipe2(pipe_fds, O_CLOEXEC))
		return err_set(err, CLIENT_NOBODY, "cannot start pacerd: %s", strerror(errno));
	int log = open_log(launch->log_path);
	launch->log_from = log >= 0 ? lseek(log, 0, SEEK_END) : 0;
	pid_t pid = fork();
	if (!pid)
		give_birth(launch->program, log, pipe_fds[1]);
	close(pipe_fds[1]);
	struct birth birth = hear_birth(pipe_fds[0]);
	if (log >= 0)
		close(log);
	if (pid > 0)
		waitpid(pid, &status, 0);
	if (!birth.pid || birth.reason)
		return err_set(err, CLIENT_NOBODY, "cannot start '%s': %s", launch->program,
			       birth.reason ? strerror(birth.reason) : "no new process could be made");
	launch->pid = birth.pid;
	return 0;
}

/* The last line the daemon wrote, for an error; "" when there is none. Owned. */
static char *last_words(const struct launch *launch)
{
	char tail[LOG_TAIL_BYTES + 1];
	int fd = launch->log_path ? open(launch->log_path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return xstrdup("");
	off_t size = lseek(fd, 0, SEEK_END);
	off_t from = size - LOG_TAIL_BYTES > launch->log_from ? size - LOG_TAIL_BYTES : launch->log_from;
	ssize_t got = pread(fd, tail, LOG_TAIL_BYTES, from);
	close(fd);
	while (got > 0 && tail[got - 1] == '\n')
		got--;
	tail[got < 0 ? 0 : got] = '\0';
	char *line = strrchr(tail, '\n');
	return xstrdup(line ? line + 1 : tail);
}

/* It is nobody's child, so it cannot be waited for. proc(5): the state stands behind the name in parentheses. */
static bool has_ended(const struct launch *launch)
{
	char stat[256];
	if (!launch)
		return false;
	OWNED_TEXT *path = xasprintf("/proc/%d/stat", launch->pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd >= 0 ? read(fd, stat, sizeof(stat) - 1) : 0;
	if (fd >= 0)
		close(fd);
	stat[got < 0 ? 0 : got] = '\0';
	const char *name_end = strrchr(stat, ')');
	return !name_end || !strncmp(name_end, ") Z", 3) || !strncmp(name_end, ") X", 3);
}

/* Tries again and again until the deadline, or once more after the daemon has ended: another one may have been faster.
 * launch: NULL when the daemon is not ours to watch. */
static int connect_patiently(struct client *client, uid_t uid, const struct launch *launch, int64_t deadline_ms, struct err *err)
{
	for (int pause_ms = RETRY_FIRST_MS;; pause_ms = pause_ms * 2 > RETRY_LAST_MS ? RETRY_LAST_MS : pause_ms * 2) {
		bool last = has_ended(launch) || now_ms() >= deadline_ms;
		struct err attempt = {0};
		int result = client_connect(client, uid, &attempt);
		if (result && (result != CLIENT_NOBODY || last))
			err_set(err, result, "%s", attempt.text);
		err_release(&attempt);
		if (result != CLIENT_NOBODY || last)
			return result;
		poll(NULL, 0, pause_ms);
	}
}

static int explain(const struct launch *launch, struct err *err)
{
	OWNED_TEXT *words = last_words(launch);
	bool ended = has_ended(launch);
	err_release(err);
	if (ended && *words)
		return err_set(err, CLIENT_NOBODY, "'%s' was started and ended again, its last words in %s are: %s", launch->program,
			       launch->log_path, words);
	if (ended)
		return err_set(err, CLIENT_NOBODY, "'%s' was started and ended again: run it by hand to see why", launch->program);
	return err_set(err, CLIENT_NOBODY, "'%s' was started and has not answered for %d seconds: see %s", launch->program,
		       LAUNCH_PATIENCE_MS / 1000, launch->log_path ? launch->log_path : "what it says when run by hand");
}

static int launch_detached(struct client *client, uid_t uid, struct err *err)
{
	struct launch launch = {.program = find_program(err)};
	if (!launch.program)
		return CLIENT_NOBODY;
	launch.log_path = launch_log_path();
	int result = start_detached(&launch, err);
	if (!result) {
		result = connect_patiently(client, uid, &launch, now_ms() + LAUNCH_PATIENCE_MS, err);
		if (result == CLIENT_NOBODY)
			result = explain(&launch, err);
	}
	launch_release(&launch);
	return result;
}

int launch_and_connect(struct client *client, uid_t uid, struct err *err)
{
	int64_t deadline_ms = now_ms() + LAUNCH_PATIENCE_MS;
	const char *wanted = getenv("PACERD");
	if (!(wanted && *wanted) && has_user_manager() && start_unit(deadline_ms)) {
		int result = connect_patiently(client, uid, NULL, deadline_ms, err);
		if (result != CLIENT_NOBODY)
			return result;
		err_release(err);
	}
	return launch_detached(client, uid, err);
}
