/* How the inbox looks: rows of text for a screen of a given size. */
#ifndef CLI_INBOX_VIEW_H
#define CLI_INBOX_VIEW_H

#include "inbox.h"
#include "screen.h"

/* What became of the last key; no text: nothing to say. */
struct inbox_note {
	char *text; /* owned by whoever keeps the note */
	enum style style;
};

/* The whole page, at most `rows` lines where that is possible, none wider than `columns`; colours and characters as `like`.
 * Scrolls the inbox so that the chosen question is on it. Owned by the caller. */
char *inbox_draw(struct inbox *inbox, const struct screen *like, int rows, int columns, const struct inbox_note *note);

/* The help of a session from line *top on (clamped to what there is), with a foot. ret_page: lines of it that are shown,
 * ret_count: the first lines that can stand on top. Owned by the caller. */
char *inbox_draw_help(const char *help, const struct screen *like, int rows, int columns, size_t *top, size_t *ret_page, size_t *ret_count);

#endif
