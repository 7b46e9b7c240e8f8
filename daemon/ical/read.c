#include "read.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader.h"

/* Appends found to findings, which may have some of other files already, and empties it. */
static void findings_move(struct findings *found, struct findings *findings)
{
	for (size_t i = 0; i < found->count; i++)
		findings_add(findings, found->items[i].code, found->items[i].line, "%s", found->items[i].text);
	findings->dropped += found->dropped;
	findings_release(found);
}

struct plan *ical_read(const char *name, const char *file, const char *bytes, size_t length, struct findings *findings)
{
	static const struct reader_limits limits = {.sessions_max = PLAN_SESSIONS_MAX, .occurrences_max = ICAL_OCCURRENCES_MAX};
	if (length > ICAL_FILE_BYTES_MAX) {
		findings_add(findings, LINT_FILE, 1, "file too large: %zu bytes, split it into parts of at most %d", length,
			     ICAL_FILE_BYTES_MAX);
		return NULL;
	}
	struct findings found = {0};
	struct plan *plan = reader_read(name, file, bytes, length, &limits, &found);
	if (findings_errors(&found))
		lint_leave_out(plan);
	if (!plan->session_count || findings_stopper(&found))
		plan = plan_free(plan);
	findings_sort(&found);
	findings_move(&found, findings);
	return plan;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Everything in the file, at most one byte over the limit. Returns 0 or -errno. */
static int read_all(int fd, struct text *text)
{
	char *block = xrealloc(NULL, 64 * 1024);
	int result = 0;
	while (text->len <= ICAL_FILE_BYTES_MAX) {
		ssize_t n = read(fd, block, 64 * 1024);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			result = n < 0 ? -errno : 0;
			break;
		}
		text_add_n(text, block, (size_t)n);
	}
	free(block);
	return result;
}

struct plan *ical_read_file(const char *name, const char *path, struct findings *findings)
{
	/* O_NONBLOCK: opening a pipe must not wait for its writer. */
	CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat info;
	if (fd < 0 || fstat(fd, &info) < 0) {
		findings_add(findings, LINT_FILE, 0, "cannot open the file: %s, %s", strerror(errno),
			     errno == EACCES ? "make it readable" : "check its name, or where a link leads");
		return NULL;
	}
	if (!S_ISREG(info.st_mode)) {
		findings_add(findings, LINT_FILE, 0, "not a regular file: put a plan there, or take it away");
		return NULL;
	}
	struct text text = {0};
	int result = read_all(fd, &text);
	struct plan *plan = NULL;
	if (result < 0)
		findings_add(findings, LINT_FILE, 0, "cannot read the file: %s", strerror(-result));
	else
		plan = ical_read(name, path, text.data ? text.data : "", text.len, findings);
	text_release(&text);
	return plan;
}
