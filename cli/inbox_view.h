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

/* A key and what it does, as it stands at the foot. */
struct inbox_hint {
	const char *key, *label;
};

/* A text that takes the list's place: the help of a session, or something to be asked about. */
struct inbox_card {
	const char *text;           /* lines, each ending in a newline; borrowed, as are the hints */
	struct inbox_hint hints[2]; /* at the foot; no key: none */
	size_t top;                 /* the first line shown; drawing clamps it to what there is */
	size_t page;                /* set by drawing: lines that are shown */
	size_t count;               /* set by drawing: first lines that can stand on top; 1: all of it is shown */
};

/* The card with its foot, exactly `rows` lines. Owned by the caller. */
char *inbox_draw_card(struct inbox_card *card, const struct screen *like, int rows, int columns);

#endif
