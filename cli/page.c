#include "page.h"

enum { SENTENCE_MAX = 96, SENTENCE_MIN = 24 };

void page_open(struct page *page, const struct screen *like, int width)
{
	*page = (struct page){.screen = *like};
	page->screen.file = open_memstream(&page->text, &page->bytes);
	if (!page->screen.file)
		abort();
	page->screen.width = width;
	page->screen.wrap = width > SENTENCE_MAX ? SENTENCE_MAX : width < SENTENCE_MIN ? SENTENCE_MIN : width;
}

char *page_take(struct page *page)
{
	if (fclose(page->screen.file))
		abort();
	return STEAL(page->text);
}

int page_rows(const char *text)
{
	int rows = 0;
	for (; *text; text++)
		rows += *text == '\n';
	return rows;
}

const char *page_row(const char *text, int row)
{
	for (; row > 0 && *text; row--) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return text;
}
