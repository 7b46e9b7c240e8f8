#include "nearest.h"

#include "pacer/base.h"

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t nearest_distance(const char *a, const char *b)
{
	size_t rows = strlen(a), columns = strlen(b);
	size_t d[NEAREST_LETTERS_MAX + 1][NEAREST_LETTERS_MAX + 1];
	if (rows > NEAREST_LETTERS_MAX || columns > NEAREST_LETTERS_MAX)
		return NEAREST_LETTERS_MAX + 1;
	for (size_t i = 0; i <= rows; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= columns; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= rows; i++) {
		for (size_t j = 1; j <= columns; j++) {
			size_t replaced = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			d[i][j] = least(replaced, least(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[rows][columns];
}

struct nearest nearest_to(const char *word)
{
	size_t third = (strlen(word) + 1) / 3;
	return (struct nearest){.word = word, .distance = (third < 1 ? 1 : least(third, 3)) + 1};
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
	size_t letters = strlen(nearest->word);
	bool begins = letters >= 2 && !strncmp(candidate, nearest->word, letters) && candidate[letters];
	size_t distance = begins ? 1 : nearest_distance(nearest->word, candidate);
	if (distance < nearest->distance) {
		nearest->distance = distance;
		nearest->best = candidate;
	}
}
