/* How starts fare, a cell a Monday, the months of a year in a line. */
#ifndef CLI_FARE_STRIP_H
#define CLI_FARE_STRIP_H

#include <jansson.h>

#include "screen.h"

/* How a verdict looks. In the strip it is a letter, and in colour a block: the worse the higher, for those who tell no red from green. */
struct fare_look {
	const char *word, *letter, *block;
	enum style style;
};
enum { FARE_VERDICTS = 3 };
extern const struct fare_look fare_looks[FARE_VERDICTS]; /* good fair bad */

/* The index of the fare's verdict; an unknown one counts as the worst. */
size_t fare_rank(const json_t *fare);

/* Shows []StartFare of SimulatePlan, by start, and below it what the signs mean. */
void fare_strip_show(const struct screen *screen, const json_t *fares);

#endif
