#include "planword.h"

#include "pacer/base.h"

enum { REVIEWS_MAX = 8, REVIEW_DAY_MAX = 365, VERSION_DIGITS_MAX = 9 };

static const char digits[] = "0123456789";

/* The next word of *at, which is moved behind it; empty after the last. */
static size_t next_word(const char **at, const char **ret_word)
{
	*ret_word = *at += strspn(*at, " ");
	size_t length = strcspn(*at, " ");
	*at += length;
	return length;
}

/* 0: it is none. */
static int day_of(const char *word, size_t length)
{
	int day = 0;
	if (length > 3 || strspn(word, digits) < length)
		return 0;
	for (size_t i = 0; i < length; i++)
		day = day * 10 + (word[i] - '0');
	return day <= REVIEW_DAY_MAX ? day : 0;
}

bool planword_is_review(const char *text)
{
	const char *word;
	int count = 0, last = 0;
	for (size_t length; (length = next_word(&text, &word)); count++) {
		int day = day_of(word, length);
		if (day <= last)
			return false;
		last = day;
	}
	return count >= 1 && count <= REVIEWS_MAX;
}

bool planword_is_with(const char *text)
{
	static const char key[] = "role=", allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
	const char *word;
	size_t count = 0, bytes = strlen(key);
	for (size_t length; (length = next_word(&text, &word)); count++)
		if (length <= bytes || strncmp(word, key, bytes) != 0 || strspn(word + bytes, allowed) < length - bytes)
			return false;
	return count > 0;
}

bool planword_is_version(const char *text)
{
	size_t length = strlen(text);
	return length >= 1 && length <= VERSION_DIGITS_MAX && strspn(text, digits) == length;
}
