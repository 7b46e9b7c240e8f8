#include "keys.h"

#include "pacer/base.h"

enum { ESC = 0x1b };

/* ECMA-48 control sequences as xterm, VT220, rxvt, tmux, screen and the Linux console send them: first parameter and final byte.
 * number < 0: with any parameters, for a modifier (1;5A) does not make it another key here. */
static const struct {
	int number;
	char final;
	int key;
} sequences[] =
	{
		{-1, 'A', KEY_UP},     {-1, 'B', KEY_DOWN},     {-1, 'H', KEY_HOME},  {-1, 'F', KEY_END},
		{1, '~', KEY_HOME},    {7, '~', KEY_HOME},      {4, '~', KEY_END},    {8, '~', KEY_END},
		{5, '~', KEY_PAGE_UP}, {6, '~', KEY_PAGE_DOWN}, {-1, 'M', KEY_ENTER}, /* of the keypad, after ESC O */
};

static int find_sequence(int number, char final)
{
	for (size_t i = 0; i < ARRAY_LEN(sequences); i++)
		if (sequences[i].final == final && (sequences[i].number < 0 || sequences[i].number == number))
			return sequences[i].key;
	return KEY_NONE;
}

/* Of ESC [ parameters final. Returns its bytes, 0 when the final byte is not there yet. */
static size_t parse_control(const char *bytes, size_t count, int *ret_key)
{
	int number = 0;
	bool first = true;
	for (size_t at = 2; at < count && at < KEY_BYTES_MAX; at++) {
		unsigned char c = (unsigned char)bytes[at];
		if (c >= 0x40 && c < 0x7f) {
			*ret_key = c == 'M' ? KEY_NONE : find_sequence(number, (char)c); /* CSI M is the mouse */
			return at + 1;
		}
		if (c < 0x20 || c >= 0x7f) { /* broken off: what comes now is a key of its own */
			*ret_key = KEY_NONE;
			return at;
		}
		if (c >= '0' && c <= '9' && first && number < 1000)
			number = number * 10 + (c - '0');
		else
			first = false;
	}
	if (count < KEY_BYTES_MAX)
		return 0;
	*ret_key = KEY_NONE;
	return KEY_BYTES_MAX;
}

static size_t parse_escape(const char *bytes, size_t count, int *ret_key)
{
	if (count < 2)
		return 0;
	if (bytes[1] == '[')
		return parse_control(bytes, count, ret_key);
	if (bytes[1] == ESC) {
		*ret_key = KEY_ESCAPE;
		return 1;
	}
	if (bytes[1] == 'O' && count < 3)
		return 0;
	/* Alt with a letter is not that letter: it must answer nothing. */
	*ret_key = bytes[1] == 'O' ? find_sequence(0, bytes[2]) : KEY_NONE;
	return bytes[1] == 'O' ? 3 : 2;
}

size_t keys_parse(const char *bytes, size_t count, bool complete, int *ret_key)
{
	if (!count)
		return 0;
	if (bytes[0] == ESC) {
		size_t used = parse_escape(bytes, count, ret_key);
		if (used || !complete)
			return used;
		*ret_key = count == 1 ? KEY_ESCAPE : KEY_NONE;
		return count;
	}
	if (bytes[0] == '\r' || bytes[0] == '\n')
		*ret_key = KEY_ENTER;
	else
		*ret_key = (unsigned char)bytes[0] < 0x80 ? bytes[0] : KEY_NONE;
	return 1;
}
