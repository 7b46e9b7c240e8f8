#include "log.h"

#include <sys/stat.h>
#include <unistd.h>

/* Set once by log_open, before any thread starts. */
static struct {
	bool to_journal;
	enum log_level level;
} log_to = {.level = LOG_LEVEL_INFO};

/* JOURNAL_STREAM is "device:inode" of the stream the service manager gave us; a redirected stderr is another one. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat st;
	if (!stream || fstat(STDERR_FILENO, &st) < 0)
		return false;
	OWNED_TEXT *ours = xasprintf("%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return strcmp(stream, ours) == 0;
}

void log_open(void)
{
	const char *debug = getenv("PACER_DEBUG");
	log_to.level = debug && *debug ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO;
	log_to.to_journal = stderr_is_journal();
}

static const char *plain_prefix(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		return "pacerd: error: ";
	case LOG_LEVEL_WARNING:
		return "pacerd: warning: ";
	case LOG_LEVEL_INFO:
		return "pacerd: ";
	case LOG_LEVEL_DEBUG:
		return "pacerd: debug: ";
	}
	return "pacerd: ";
}

void log_line(enum log_level level, const char *format, ...)
{
	if (level > log_to.level)
		return;
	struct text line = {0};
	if (log_to.to_journal)
		text_addf(&line, "<%d>", (int)level);
	else
		text_add(&line, plain_prefix(level));
	va_list args;
	va_start(args, format);
	OWNED_TEXT *said = xvasprintf(format, args);
	va_end(args);
	/* One line is one line: text of others must not be able to begin a new one or steer a terminal. */
	for (char *p = said; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	text_add(&line, said);
	text_add(&line, "\n");
	/* One write, so that lines of two threads do not mix. Nobody is left to tell when it does not work. */
	ssize_t written = write(STDERR_FILENO, line.data, line.len);
	(void)written;
	text_release(&line);
}
