#include "ini.h"

/* By lead byte: length of the sequence and the range of its second byte (RFC 3629, section 4). */
static const struct {
	unsigned char from, to;
	unsigned char length, second_from, second_to;
} sequences[] = {
	{0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf}, {0xe1, 0xec, 3, 0x80, 0xbf}, {0xed, 0xed, 3, 0x80, 0x9f},
	{0xee, 0xef, 3, 0x80, 0xbf}, {0xf0, 0xf0, 4, 0x90, 0xbf}, {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

/* Bytes of the character at the start; 0 when it is no UTF-8. */
static size_t sequence_length(const unsigned char *at, size_t length)
{
	if (at[0] < 0x80)
		return 1;
	for (size_t i = 0; i < ARRAY_LEN(sequences); i++) {
		if (at[0] < sequences[i].from || at[0] > sequences[i].to)
			continue;
		if (length < sequences[i].length || at[1] < sequences[i].second_from || at[1] > sequences[i].second_to)
			return 0;
		for (size_t k = 2; k < sequences[i].length; k++)
			if ((at[k] & 0xc0) != 0x80)
				return 0;
		return sequences[i].length;
	}
	return 0;
}

bool ini_is_text(const char *at, size_t length)
{
	const unsigned char *p = (const unsigned char *)at;
	while (length) {
		size_t n = sequence_length(p, length);
		if (!n || (p[0] < ' ' && p[0] != '\t') || p[0] == 0x7f)
			return false;
		p += n;
		length -= n;
	}
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct ini_text trimmed(const char *at, size_t length)
{
	while (length && is_blank(at[length - 1]))
		length--;
	while (length && is_blank(at[0])) {
		at++;
		length--;
	}
	return (struct ini_text){at, length};
}

char *ini_trim(const char *text)
{
	struct ini_text inner = trimmed(text, strlen(text));
	return xstrndup(inner.at, inner.length);
}

/* Kind, section, name and value of a line from its text. */
static void classify(struct ini *ini, struct ini_line *line)
{
	struct ini_text text = line->text;
	if (!text.length || text.at[0] == '#' || text.at[0] == ';')
		return;
	if (!ini_is_text(text.at, text.length)) {
		line->kind = INI_NOT_UTF8;
		return;
	}
	if (text.at[0] == '[') {
		line->kind = text.at[text.length - 1] == ']' && text.length > 2 ? INI_SECTION : INI_BROKEN;
		if (line->kind == INI_SECTION)
			line->section = ini->section = trimmed(text.at + 1, text.length - 2);
		return;
	}
	const char *equals = memchr(text.at, '=', text.length);
	line->kind = equals && equals > text.at ? INI_SETTING : INI_BROKEN;
	if (line->kind != INI_SETTING)
		return;
	line->name = trimmed(text.at, (size_t)(equals - text.at));
	line->value = trimmed(equals + 1, (size_t)(text.at + text.length - equals - 1));
}

bool ini_next(struct ini *ini, struct ini_line *ret_line)
{
	if (ini->at == 0 && ini->length >= 3 && memcmp(ini->bytes, "\xef\xbb\xbf", 3) == 0)
		ini->at = 3;
	if (ini->at >= ini->length)
		return false;
	const char *start = ini->bytes + ini->at;
	size_t rest = ini->length - ini->at;
	const char *end = memchr(start, '\n', rest);
	size_t length = end ? (size_t)(end - start) : rest;
	struct ini_line line = {.number = ++ini->number, .from = ini->at, .to = ini->at + length + (end != NULL), .section = ini->section};
	if (length && start[length - 1] == '\r')
		length--;
	line.text = trimmed(start, length);
	classify(ini, &line);
	ini->at = line.to;
	*ret_line = line;
	return true;
}
