/* A screen that writes into memory: what is drawn can be counted and cut into rows before it is shown. */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include "screen.h"

struct page {
	struct screen screen; /* say*() to this */
	char *text;
	size_t bytes;
};

/* Colours and characters as those of `like`, width columns. Ends with page_take. */
void page_open(struct page *page, const struct screen *like, int width);
/* What was written; owned by the caller. */
char *page_take(struct page *page);

/* Lines of a text of which each ends in a newline. */
int page_rows(const char *text);
/* The text from line `row` (from 0) on; its end when there are fewer. */
const char *page_row(const char *text, int row);

#endif
