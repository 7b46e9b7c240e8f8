/* The known word nearest to a mistyped one. */
#ifndef CLI_NEAREST_H
#define CLI_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *word, *best; /* best: NULL while nothing offered is near enough */
	size_t distance;
};

struct nearest nearest_to(const char *word);
/* Words up to a third of the typed word's letters away are near (at least 1, at most 3), as are words it begins. */
void nearest_offer(struct nearest *nearest, const char *candidate);

/* Letters to insert, take away, replace or swap with their neighbour to get from one to the other (optimal string alignment).
 * Words longer than NEAREST_LETTERS_MAX are far from everything: NEAREST_LETTERS_MAX + 1. */
enum { NEAREST_LETTERS_MAX = 32 };
size_t nearest_distance(const char *a, const char *b);

#endif
