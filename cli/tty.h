/* The terminal as a page to draw on: keys one by one, the other screen, no cursor.
 *
 * However the program ends (a return, SIGINT, SIGTERM, a crash), the terminal gets back its attributes, its screen and its cursor.
 * While it is open, Ctrl-Z gives the terminal back too, and coming back draws again. One at a time. */
#ifndef CLI_TTY_H
#define CLI_TTY_H

#include "keys.h"

#include <signal.h>
#include <stdio.h>
#include <termios.h>

enum { TTY_FATAL_SIGNALS = 8, TTY_HELD_SIGNALS = 3, TTY_ESCAPE_MS = 100 };

struct tty {
	int in, out;
	struct termios before, keys;
	sigset_t mask_before, mask_waiting;
	struct sigaction fatal_before[TTY_FATAL_SIGNALS], held_before[TTY_HELD_SIGNALS];
	char typed[KEY_BYTES_MAX * 2]; /* read and not yet taken */
	size_t typed_count;
	volatile sig_atomic_t open;
};

/* true when both ends are a terminal that knows how to draw (TERM is not empty and not "dumb"). */
bool tty_can_draw(FILE *in, FILE *out);

/* What was typed before is thrown away. Returns 0 or -errno, with nothing changed. */
int tty_open(struct tty *tty, FILE *in, FILE *out);
/* May be called twice. */
void tty_close(struct tty *tty);

/* Of the window now; 24 rows of 80 when nobody says. */
void tty_size(const struct tty *tty, int *ret_rows, int *ret_columns);

/* Waits for the next key: a character or enum key. A sequence that stops half-way is waited for TTY_ESCAPE_MS. */
int tty_key(struct tty *tty);
/* Throws away what was typed and not yet read: it was meant for what stood there before. */
void tty_forget(struct tty *tty);

/* Draws lines (each ending in a newline) from the top, as many as there are rows, and clears what is left of the page.
 * They must be safe: made by say*(). */
void tty_paint(const struct tty *tty, const char *lines);

#endif
