#include "faults.h"

void faults_release(struct faults *faults)
{
	for (size_t i = 0; i < faults->count; i++)
		free(faults->items[i].text);
	*faults = (struct faults){0};
}

void faults_add(struct faults *faults, int line, int number, const char *column, const char *format, ...)
{
	va_list args;
	if (faults->count == FAULTS_LISTED) {
		faults->dropped++;
		return;
	}
	va_start(args, format);
	faults->items[faults->count++] = (struct text_fault){line, number, column, xvasprintf(format, args)};
	va_end(args);
}

static int compare(const void *left, const void *right)
{
	const struct text_fault *a = left, *b = right;
	return a->line != b->line ? (a->line > b->line) - (a->line < b->line) : (a->number > b->number) - (a->number < b->number);
}

void faults_sort(struct faults *faults)
{
	qsort(faults->items, faults->count, sizeof(*faults->items), compare);
}

/* "A", "Z", "AA": as a spreadsheet names it. */
static char *column_letters(int number)
{
	char *letters = NULL;
	for (; number > 0; number = (number - 1) / 26)
		text_replace(&letters, xasprintf("%c%s", 'A' + (number - 1) % 26, letters ? letters : ""));
	return letters;
}

char *fault_place(const struct text_fault *fault, bool rows)
{
	if (!fault->line)
		return xstrdup("the whole of it");
	if (!rows || !fault->number)
		return xasprintf("%s %d", rows ? "row" : "line", fault->line);
	OWNED_TEXT *letters = column_letters(fault->number);
	return fault->column ? xasprintf("row %d, column %s (%s)", fault->line, letters, fault->column)
			     : xasprintf("row %d, column %s", fault->line, letters);
}
