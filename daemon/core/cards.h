/* The lists of a plan whose lines begin with a word: aid stations ("4 Ask the floor lead") by week, persona cards ("rushed-rana Rana has
 * four minutes") by slug. A list is one text, a line a card; lines that are no card are passed over. */
#ifndef CORE_CARDS_H
#define CORE_CARDS_H

#include "pacer/base.h"

struct card {
	const char *key, *text; /* borrowed from the list, not NUL-terminated */
	size_t key_length, text_length;
};

/* The next card at *at, which moves past it; false: no more, or list is NULL. Begin with *at = the list. */
bool card_next(const char **at, struct card *ret_card);
/* The week that the card is for; 0 when it is none of 1..weeks. */
int card_week(const struct card *card, int weeks);
/* The first card with this key. */
bool card_find(const char *list, const char *key, size_t key_length, struct card *ret_card);
/* A slug: lower-case letters, digits, '-' and '_', as sessions name a persona. */
bool card_is_slug(const struct card *card);

#endif
