#include "tty.h"

#include "pacer/base.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* DEC private modes of xterm's ctlseqs, which other terminals took over: 1049 the other screen, 25 the cursor, 7 wrapping.
 * A terminal that knows no other screen is left with a cleared one. */
#define ENTER "\033[?1049h\033[?25l\033[?7l\033[H\033[J"
#define LEAVE "\033[0m\033[H\033[J\033[?7h\033[?25h\033[?1049l"

static const int fatal_signals[TTY_FATAL_SIGNALS] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGABRT, SIGSEGV, SIGBUS, SIGFPE};
/* Let through nowhere but in wait_for_key(): their handlers never find a page half drawn. */
static const int held_signals[TTY_HELD_SIGNALS] = {SIGWINCH, SIGTSTP, SIGCONT};

/* A signal's handler gets no argument: the one terminal that is open, and whether it must be drawn again. */
static struct tty *volatile shown;
static volatile sig_atomic_t redraw;

static void write_all(int fd, const char *bytes, size_t count)
{
	while (count) {
		ssize_t written = write(fd, bytes, count);
		if (written < 0 && errno != EINTR)
			return; /* the terminal has gone: the next key says so */
		bytes += written > 0 ? written : 0;
		count -= written > 0 ? (size_t)written : 0;
	}
}

/* Both may be called in a handler: they use what signal-safety(7) lists and nothing else. */
static void enter(const struct tty *tty, int when)
{
	tcsetattr(tty->in, when, &tty->keys);
	write_all(tty->out, ENTER, strlen(ENTER));
}

/* In the background the terminal is somebody else's, who has set it up already. */
static void leave(const struct tty *tty)
{
	if (tcgetpgrp(tty->in) != getpgrp())
		return;
	write_all(tty->out, LEAVE, strlen(LEAVE));
	tcsetattr(tty->in, TCSANOW, &tty->before);
}

static void on_fatal(int number)
{
	struct tty *tty = shown;
	for (size_t i = 0; i < ARRAY_LEN(fatal_signals); i++)
		if (tty && fatal_signals[i] == number)
			sigaction(number, &tty->fatal_before[i], NULL);
	if (tty && tty->open)
		leave(tty);
	raise(number); /* comes when this returns, and ends us as it would have without a handler */
}

static void on_held(int number)
{
	struct tty *tty = shown;
	int saved = errno;
	redraw = 1;
	if (tty && tty->open && number == SIGCONT)
		enter(tty, TCSANOW);
	if (tty && tty->open && number == SIGTSTP) {
		struct sigaction ours;
		sigset_t stop;
		leave(tty);
		tty->open = 0;
		sigaction(SIGTSTP, &(struct sigaction){.sa_handler = SIG_DFL}, &ours);
		sigemptyset(&stop);
		sigaddset(&stop, SIGTSTP);
		raise(SIGTSTP);
		sigprocmask(SIG_UNBLOCK, &stop, NULL); /* stops here; goes on with SIGCONT */
		sigprocmask(SIG_BLOCK, &stop, NULL);
		sigaction(SIGTSTP, &ours, NULL);
		tty->open = 1;
		enter(tty, TCSANOW);
	}
	errno = saved;
}

/* A signal that was ignored (nohup, a shell without job control) stays ignored. */
static void catch_signals(const int *signals, size_t count, void (*handler)(int), struct sigaction *before)
{
	struct sigaction ours = {.sa_handler = handler};
	sigemptyset(&ours.sa_mask);
	for (size_t i = 0; i < count; i++) {
		sigaction(signals[i], &ours, &before[i]);
		if (before[i].sa_handler == SIG_IGN)
			sigaction(signals[i], &before[i], NULL);
	}
}

bool tty_can_draw(FILE *in, FILE *out)
{
	const char *term = getenv("TERM");
	int from = fileno(in), to = fileno(out);
	return term && *term && strcmp(term, "dumb") != 0 && from >= 0 && to >= 0 && isatty(from) && isatty(to);
}

int tty_open(struct tty *tty, FILE *in, FILE *out)
{
	sigset_t held;
	*tty = (struct tty){.in = fileno(in), .out = fileno(out)};
	if (tcgetattr(tty->in, &tty->before))
		return -errno;
	/* Single keys without echo; Ctrl-C and Ctrl-Z stay signals, and a newline still returns to the margin. */
	tty->keys = tty->before;
	tty->keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
	tty->keys.c_iflag &= ~(tcflag_t)(IXON | ISTRIP | INLCR | IGNCR);
	tty->keys.c_cc[VMIN] = 1;
	tty->keys.c_cc[VTIME] = 0;
	fflush(out);
	sigemptyset(&held);
	for (size_t i = 0; i < ARRAY_LEN(held_signals); i++)
		sigaddset(&held, held_signals[i]);
	sigprocmask(SIG_BLOCK, &held, &tty->mask_before);
	tty->mask_waiting = tty->mask_before;
	for (size_t i = 0; i < ARRAY_LEN(held_signals); i++)
		sigdelset(&tty->mask_waiting, held_signals[i]);
	tty->open = 1;
	shown = tty;
	catch_signals(fatal_signals, ARRAY_LEN(fatal_signals), on_fatal, tty->fatal_before);
	catch_signals(held_signals, ARRAY_LEN(held_signals), on_held, tty->held_before);
	enter(tty, TCSAFLUSH);
	return 0;
}

void tty_close(struct tty *tty)
{
	if (!tty->open)
		return;
	leave(tty);
	tty->open = 0;
	for (size_t i = 0; i < ARRAY_LEN(fatal_signals); i++)
		sigaction(fatal_signals[i], &tty->fatal_before[i], NULL);
	for (size_t i = 0; i < ARRAY_LEN(held_signals); i++)
		sigaction(held_signals[i], &tty->held_before[i], NULL);
	shown = NULL;
	sigprocmask(SIG_SETMASK, &tty->mask_before, NULL);
}

void tty_size(const struct tty *tty, int *ret_rows, int *ret_columns)
{
	struct winsize size = {0};
	bool known = !ioctl(tty->out, TIOCGWINSZ, &size) && size.ws_row && size.ws_col;
	*ret_rows = known ? size.ws_row : 24;
	*ret_columns = known ? size.ws_col : 80;
}

/* Returns > 0 when there is something to read, 0 when timeout_ms (< 0: none) have passed, < 0 after a signal. */
static int wait_for_key(const struct tty *tty, int timeout_ms)
{
	struct pollfd fds = {.fd = tty->in, .events = POLLIN};
	struct timespec timeout = {.tv_sec = timeout_ms / 1000, .tv_nsec = timeout_ms % 1000 * 1000000L};
	return ppoll(&fds, 1, timeout_ms < 0 ? NULL : &timeout, &tty->mask_waiting);
}

int tty_key(struct tty *tty)
{
	for (bool complete = false;;) {
		int key = KEY_NONE;
		if (redraw) {
			redraw = 0;
			return KEY_RESIZED;
		}
		size_t used = keys_parse(tty->typed, tty->typed_count, complete, &key);
		if (used) {
			tty->typed_count -= used;
			memmove(tty->typed, tty->typed + used, tty->typed_count);
			return key;
		}
		int ready = wait_for_key(tty, tty->typed_count ? TTY_ESCAPE_MS : -1);
		complete = ready == 0;
		if (ready < 0 && errno != EINTR)
			return KEY_GONE;
		if (ready <= 0)
			continue;
		ssize_t got = read(tty->in, tty->typed + tty->typed_count, sizeof(tty->typed) - tty->typed_count);
		if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
			return KEY_GONE;
		tty->typed_count += got > 0 ? (size_t)got : 0;
	}
}

void tty_forget(struct tty *tty)
{
	tty->typed_count = 0;
	tcflush(tty->in, TCIFLUSH);
}

void tty_paint(const struct tty *tty, const char *lines)
{
	struct text out = {0};
	int rows, columns;
	tty_size(tty, &rows, &columns);
	text_add(&out, "\033[H");
	int row = 0;
	for (; row < rows && *lines; row++) {
		size_t bytes = strcspn(lines, "\n");
		text_add(&out, row ? "\r\n\033[K" : "\033[K"); /* cleared first: at the right margin it would take the last character */
		text_add_n(&out, lines, bytes);
		lines += bytes + (lines[bytes] == '\n');
	}
	text_add(&out, row < rows ? "\r\n\033[J" : "");
	write_all(tty->out, out.data, out.len);
	text_release(&out);
}
