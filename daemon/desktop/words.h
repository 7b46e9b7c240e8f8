/* What stands in a bubble: plan text made safe for a notification server. Pure; plan text is data, never markup (DESIGN 8).
 *
 * The result is always valid UTF-8 (a GVariant string must be), without control characters and without the characters that turn
 * the reading direction of what follows (U+202A-202E, U+2066-2069): they could make a button's question read as another one. */
#ifndef DESKTOP_WORDS_H
#define DESKTOP_WORDS_H

#include "core/effect.h"

enum { WORDS_SUMMARY_BYTES_MAX = 120, WORDS_BODY_BYTES_MAX = 1000 };

/* How the server reads & < > in a body: as markup, so that they must be escaped; as they are, so that they must not (SPIKES 1); or
 * nobody can tell: dunst 1.9 without a markup setting says that it knows none and reads it all the same. */
enum words_markup { WORDS_PLAIN, WORDS_ESCAPED, WORDS_UNSURE, WORDS_MARKUP_COUNT };

/* What the server can do with the body. */
struct words_style {
	enum words_markup markup;
	bool buttons; /* false: the command to type is added to the body */
	bool hidden;  /* it takes buttons and shows none: the command is added all the same (mako) */
	bool menu;    /* the buttons are items of a menu, and Help is one of them */
};

/* One line, at most WORDS_SUMMARY_BYTES_MAX bytes, never empty (libnotify refuses an empty one). Never escaped: no server reads markup
 * in a summary. The caller frees. */
char *words_summary(const char *summary);
/* At most WORDS_BODY_BYTES_MAX bytes before escaping; the command line is kept whole and the rest is cut for it. The caller frees. */
char *words_body(const char *body, const char *command, struct words_style style);

#endif
