/* Where text goes: a terminal or a pipe, its width, colours and characters.
 *
 * Everything a program or a plan gave us passes through say*(): control characters and escape sequences become visible
 * signs there. The only escape sequences that reach a terminal are the colours written in screen.c. */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include "pacer/base.h"

enum style { STYLE_PLAIN, STYLE_DIM, STYLE_STRONG, STYLE_GOOD, STYLE_CARE, STYLE_NOW, STYLE_TROUBLE, STYLE_COUNT };

enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

struct screen {
	FILE *file;
	int width; /* columns tables must fit into; 0: no limit (a pipe) */
	int wrap;  /* columns sentences are broken at */
	bool tty;
	bool colour;
	bool utf8; /* the locale's characters */
};

/* Looks at the file, the locale and the environment (NO_COLOR, TERM, COLUMNS). LC_CTYPE must be set before. */
void screen_init(struct screen *screen, FILE *file, enum colour colour);

/* Text without newline; with one; an empty line. */
PRINTF_LIKE(3, 4) void say(const struct screen *screen, enum style style, const char *format, ...);
PRINTF_LIKE(3, 4) void say_line(const struct screen *screen, enum style style, const char *format, ...);
void say_gap(const struct screen *screen);
/* Broken at spaces to the screen's width, every line indented, ends with a newline; newlines of the text are kept. */
void say_wrapped(const struct screen *screen, int indent, enum style style, const char *text);

/* The same behind something that took `written` columns (fewer than indent) of the line already; on a screen too narrow for
 * that it begins on a line of its own. */
void say_hanging(const struct screen *screen, int indent, int written, enum style style, const char *text);

/* Bytes of the line that the safe text begins with when it is broken at blanks to width columns, and blanks after it. */
size_t text_line(const char *text, int width, bool utf8, size_t *ret_blanks);

/* Text with everything that could steer a terminal made visible. Owned. */
char *text_safe(const char *text, bool utf8);
/* Columns of safe text. */
int text_width(const char *text, bool utf8);
/* The text when it fits into width columns, else its beginning and an ellipsis, cut between characters. Owned. */
char *text_fit(const char *text, int width, bool utf8);

#endif
