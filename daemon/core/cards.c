#include "cards.h"

static const char slug_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
enum { WEEK_DIGITS_MAX = 2 };

bool card_next(const char **at, struct card *ret_card)
{
	while (*at && **at) {
		const char *line = *at;
		size_t n = strcspn(line, "\n"), key = strcspn(line, " \n"), gap = strspn(line + key, " ");
		*at = line + n + (line[n] == '\n');
		if (!key || key + gap >= n)
			continue;
		*ret_card = (struct card){line, line + key + gap, key, n - key - gap};
		return true;
	}
	return false;
}

int card_week(const struct card *card, int weeks)
{
	int week = 0;
	if (card->key_length > WEEK_DIGITS_MAX || strspn(card->key, "0123456789") != card->key_length)
		return 0;
	for (size_t i = 0; i < card->key_length; i++)
		week = week * 10 + (card->key[i] - '0');
	return week <= weeks ? week : 0;
}

bool card_find(const char *list, const char *key, size_t key_length, struct card *ret_card)
{
	struct card card;
	while (card_next(&list, &card))
		if (card.key_length == key_length && memcmp(card.key, key, key_length) == 0) {
			*ret_card = card;
			return true;
		}
	return false;
}

bool card_is_slug(const struct card *card)
{
	return strspn(card->key, slug_letters) >= card->key_length;
}
