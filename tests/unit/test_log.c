#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

/* What the log writes while stderr is a file of our own. */
struct capture {
	FILE *file;
	int stderr_fd;
};

static struct capture capture_begin(void)
{
	struct capture capture = {.file = tmpfile(), .stderr_fd = dup(STDERR_FILENO)};
	assert_non_null(capture.file);
	assert_true(dup2(fileno(capture.file), STDERR_FILENO) >= 0);
	return capture;
}

static char *capture_end(struct capture *capture)
{
	char buf[1024];
	assert_true(dup2(capture->stderr_fd, STDERR_FILENO) >= 0);
	close(capture->stderr_fd);
	ssize_t n = pread(fileno(capture->file), buf, sizeof(buf), 0);
	fclose(capture->file);
	assert_true(n >= 0 && n < (ssize_t)sizeof(buf));
	return xstrndup(buf, (size_t)n);
}

static void say_all(void)
{
	log_line(LOG_LEVEL_ERROR, "e %d", 1);
	log_line(LOG_LEVEL_WARNING, "w %s", "two\nthree\x1b[31m\x7f");
	log_line(LOG_LEVEL_INFO, "i");
	log_line(LOG_LEVEL_DEBUG, "d");
}

static void test_lines(void **state UNUSED)
{
	enum stream { NONE, OURS, OTHER, NONSENSE };
	static const struct {
		enum stream stream;
		const char *debug; /* PACER_DEBUG */
		const char *said;
	} rows[] = {
		{NONE, NULL, "pacerd: error: e 1\npacerd: warning: w two three [31m \npacerd: i\n"},
		{NONE, "", "pacerd: error: e 1\npacerd: warning: w two three [31m \npacerd: i\n"},
		{NONE, "1", "pacerd: error: e 1\npacerd: warning: w two three [31m \npacerd: i\npacerd: debug: d\n"},
		{OURS, NULL, "<3>e 1\n<4>w two three [31m \n<6>i\n"},
		{OURS, "1", "<3>e 1\n<4>w two three [31m \n<6>i\n<7>d\n"},
		{OTHER, NULL, "pacerd: error: e 1\npacerd: warning: w two three [31m \npacerd: i\n"},
		{NONSENSE, NULL, "pacerd: error: e 1\npacerd: warning: w two three [31m \npacerd: i\n"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct capture capture = capture_begin();
		struct stat st;
		fstat(STDERR_FILENO, &st);
		OWNED_TEXT *stream = rows[i].stream == NONSENSE
					     ? xstrdup("x")
					     : xasprintf("%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino + (rows[i].stream == OTHER));
		if (rows[i].stream == NONE)
			unsetenv("JOURNAL_STREAM");
		else
			setenv("JOURNAL_STREAM", stream, 1);
		if (rows[i].debug)
			setenv("PACER_DEBUG", rows[i].debug, 1);
		else
			unsetenv("PACER_DEBUG");
		log_open();
		say_all();
		OWNED_TEXT *said = capture_end(&capture);
		assert_string_equal(said, rows[i].said);
	}
}

/* A line of any length is one line. */
static void test_long_line(void **state UNUSED)
{
	OWNED_TEXT *text = memset(xcalloc(100001, 1), 'x', 100000);
	struct capture capture = capture_begin();
	struct stat st;
	unsetenv("JOURNAL_STREAM");
	log_open();
	log_line(LOG_LEVEL_INFO, "%s", text);
	fstat(STDERR_FILENO, &st);
	dup2(capture.stderr_fd, STDERR_FILENO);
	close(capture.stderr_fd);
	fclose(capture.file);
	assert_int_equal(st.st_size, 100000 + strlen("pacerd: \n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_long_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
