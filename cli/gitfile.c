#include "gitfile.h"

#include "pacer/protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ_BYTES = 16 * 1024, TEXT_BYTES_MAX = PACER_MESSAGE_BYTES_MAX, NO_PROGRAM = 127 };

/* Adds what is there to read. Returns false at the end, and when more came than fits. */
static bool take(int fd, struct text *text)
{
	char buffer[READ_BYTES];
	ssize_t bytes;
	do {
		bytes = read(fd, buffer, sizeof(buffer));
	} while (bytes < 0 && errno == EINTR);
	if (bytes > 0)
		text_add_n(text, buffer, (size_t)bytes);
	return bytes > 0 && text->len <= TEXT_BYTES_MAX;
}

/* It begins with the byte order mark of UTF-16, of either order. */
static bool is_utf16(const char *text)
{
	return !strncmp(text, "\xFF\xFE", 2) || !strncmp(text, "\xFE\xFF", 2);
}

/* The bytes as a text that may go into a call; they are taken over. */
static int fit_text(const char *path, struct text *bytes, char **ret_text, struct err *err)
{
	size_t length = bytes->len;
	OWNED_TEXT *text = text_take(bytes);
	if (length > TEXT_BYTES_MAX)
		return err_set(err, GITFILE_LONG, "the file is too long to be taken: '%s'; at most %d bytes fit", path, TEXT_BYTES_MAX);
	if (is_utf16(text))
		return err_set(err, GITFILE_UNFIT, "the file is UTF-16 text: '%s'; save it as UTF-8 (in a spreadsheet: as CSV UTF-8)",
			       path);
	if (strlen(text) != length)
		return err_set(err, GITFILE_UNFIT, "the file is no text, a NUL byte is in it: '%s'; name a plan file", path);
	*ret_text = STEAL(text);
	return 0;
}

int gitfile_read(const char *path, char **ret_text, struct err *err)
{
	struct stat info;
	struct text bytes = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return err_set(err, GITFILE_MISSING, "the file cannot be read: '%s': %s; look at its path; a plan goes by its name alone",
			       path, strerror(errno));
	if (fstat(fd, &info) || !S_ISREG(info.st_mode)) {
		close(fd);
		return err_set(err, GITFILE_UNFIT, "not a regular file: '%s'; name a plan file", path);
	}
	while (take(fd, &bytes))
		;
	close(fd);
	return fit_text(path, &bytes, ret_text, err);
}

/* --- git --------------------------------------------------------------------------------------------------------------------------- */

/* A run of git and what it wrote. */
struct run {
	pid_t pid;
	int fds[2]; /* its output and its complaints */
	struct text texts[2];
	int status;
};

/* In the child. Its words are told apart by their English text. */
static _Noreturn void become(char *const argv[], int out, int complaints)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	dup2(null, 0);
	dup2(out, 1);
	dup2(complaints, 2);
	setenv("LC_ALL", "C", 1);
	close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
	execvp(argv[0], argv);
	_exit(NO_PROGRAM);
}

static int run_start(struct run *run, char *const argv[])
{
	int out[2], complaints[2];
	if (pipe2(out, O_CLOEXEC))
		return -errno;
	if (pipe2(complaints, O_CLOEXEC)) {
		int reason = errno;
		close(out[0]);
		close(out[1]);
		return -reason;
	}
	run->pid = fork();
	int reason = errno;
	if (!run->pid)
		become(argv, out[1], complaints[1]);
	if (run->pid < 0) {
		close(out[0]);
		close(complaints[0]);
	}
	close(out[1]);
	close(complaints[1]);
	run->fds[0] = out[0];
	run->fds[1] = complaints[0];
	return run->pid < 0 ? -reason : 0;
}

/* Reads both until they end; whoever writes more than fits finds its reader gone. */
static void run_finish(struct run *run)
{
	bool open_fds[2] = {run->pid > 0, run->pid > 0};
	while (open_fds[0] || open_fds[1]) {
		struct pollfd polls[2] = {{.fd = open_fds[0] ? run->fds[0] : -1, .events = POLLIN},
					  {.fd = open_fds[1] ? run->fds[1] : -1, .events = POLLIN}};
		if (poll(polls, 2, -1) < 0 && errno != EINTR)
			break;
		for (int i = 0; i < 2; i++)
			if (polls[i].revents && !take(run->fds[i], &run->texts[i])) {
				close(run->fds[i]);
				open_fds[i] = false;
			}
	}
	while (run->pid > 0 && waitpid(run->pid, &run->status, 0) < 0 && errno == EINTR)
		;
}

/* git's complaints and what they mean to whoever wanted an earlier version. */
static const struct {
	const char *words, *meaning;
} complaints[] = {
	{"not a git repository", "it lies in no git repository"},
	{"invalid object name 'HEAD'", "nothing has been committed there yet"},
	{"Not a valid object name HEAD", "nothing has been committed there yet"},
	{"invalid object name", "git knows no such revision"},
	{"not in '", "it is not in that commit"},
	{"does not exist", "it is not in that commit"},
	{"Not a valid object name", "git knows no such version"},
	{"bad file", "it is no file there"},
};

/* The last line of what git said, without its "fatal: ". Owned. */
static char *last_line(const char *text)
{
	size_t end = strlen(text);
	while (end && text[end - 1] == '\n')
		end--;
	size_t from = end;
	while (from && text[from - 1] != '\n')
		from--;
	from += strncmp(text + from, "fatal: ", 7) ? 0 : 7;
	return xstrndup(text + from, end - from);
}

/* called: what was asked for, as the user wrote it. */
static int explain(const char *called, const char *said, bool no_program, struct err *err)
{
	OWNED_TEXT *own_words = last_line(said);
	const char *meaning = no_program ? "git is not installed" : *own_words ? own_words : "git failed";
	for (size_t i = 0; !no_program && i < ARRAY_LEN(complaints); i++)
		if (strstr(said, complaints[i].words)) {
			meaning = complaints[i].meaning;
			break;
		}
	return err_set(err, GITFILE_NONE, "no version to compare with: '%s': %s; name two plans: pacer plan diff A B", called, meaning);
}

static int blob(const char *called, char *const argv[], char **ret_text, struct err *err)
{
	struct run run = {0};
	int r = run_start(&run, argv);
	run_finish(&run);
	OWNED_TEXT *said = text_take(&run.texts[1]);
	bool ended = !r && WIFEXITED(run.status), no_program = ended && WEXITSTATUS(run.status) == NO_PROGRAM;
	if (!r && run.texts[0].len <= TEXT_BYTES_MAX && (!ended || WEXITSTATUS(run.status)))
		r = explain(called, said, no_program, err);
	else if (r)
		r = err_set(err, GITFILE_NONE, "git cannot be started: %s; name two plans: pacer plan diff A B", strerror(-r));
	else
		r = fit_text(called, &run.texts[0], ret_text, err);
	text_release(&run.texts[0]);
	return r;
}

/* cat-file gives the bytes as they are: no pager, no text conversion of the repository's choice. dir: where git is to look; NULL: here. */
static int cat_file(const char *called, const char *dir, const char *object, char **ret_text, struct err *err)
{
	char *const argv[] = {(char *)"git",  (char *)"-C", (char *)(dir ? dir : "."), (char *)"cat-file", (char *)"blob",
			      (char *)object, NULL};
	/* What begins so would be an option to git. */
	if (*object == '-')
		return err_set(err, GITFILE_UNFIT, "no revision begins with a dash: '%s'; type it like HEAD~1 or v2", called);
	return blob(called, argv, ret_text, err);
}

int gitfile_at(const char *path, const char *revision, char **ret_text, struct err *err)
{
	OWNED_TEXT *real = realpath(path, NULL);
	if (!real)
		return err_set(err, GITFILE_MISSING, "the file cannot be read: '%s': %s; look at its path; a plan goes by its name alone",
			       path, strerror(errno));
	const char *slash = strrchr(real, '/');
	OWNED_TEXT *dir = slash == real ? xstrdup("/") : xstrndup(real, (size_t)(slash - real));
	OWNED_TEXT *object = xasprintf("%s:./%s", revision, slash + 1);
	OWNED_TEXT *called = xasprintf("%s:%s", revision, path);
	return cat_file(strcmp(revision, "HEAD") ? called : path, dir, object, ret_text, err);
}

int gitfile_object(const char *object, char **ret_text, struct err *err)
{
	return cat_file(object, NULL, object, ret_text, err);
}

char *gitfile_refs(const char *dir)
{
	char *const argv[] = {(char *)"git",
			      (char *)"-C",
			      (char *)dir,
			      (char *)"for-each-ref",
			      (char *)"--count=100",
			      (char *)"--sort=-creatordate",
			      (char *)"--format=%(refname:short)",
			      (char *)"refs/heads",
			      (char *)"refs/tags",
			      NULL};
	struct run run = {0};
	if (run_start(&run, argv))
		return xstrdup("");
	run_finish(&run);
	text_release(&run.texts[1]);
	char *refs = text_take(&run.texts[0]);
	for (char *end = refs; (end = strchr(end, '\n'));) /* no name of a ref has a blank in it */
		*end = ' ';
	return refs;
}
