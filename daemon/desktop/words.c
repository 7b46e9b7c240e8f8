#include "words.h"

#include <glib.h>

static const char ellipsis[] = "\u2026";

static bool turns_direction(gunichar c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* The character to write for c; 0: none. */
static gunichar clean_character(gunichar c, bool one_line)
{
	if (c == '\n' || c == 0x2028 || c == 0x2029)
		return one_line ? ' ' : '\n';
	if (c == '\t')
		return ' ';
	if (c < 0x20 || (c >= 0x7f && c <= 0x9f) || turns_direction(c))
		return 0;
	return c;
}

/* Takes characters from the end until ellipsis and text fit into bytes_max, then the spaces in front of it. */
static void cut(struct text *text, size_t bytes_max)
{
	size_t len = bytes_max - (sizeof(ellipsis) - 1);
	while (len > 0 && ((unsigned char)text->data[len] & 0xc0) == 0x80)
		len--;
	while (len > 0 && (text->data[len - 1] == ' ' || text->data[len - 1] == '\n'))
		len--;
	text->len = len;
	text_add(text, ellipsis);
}

/* Cleaned, at most bytes_max bytes (more than an ellipsis). Reads no further than it needs: the text may be long. */
static char *cleaned(const char *raw, size_t bytes_max, bool one_line)
{
	struct text text = {0};
	g_autofree char *valid = g_utf8_make_valid(raw ? raw : "", -1);
	for (const char *p = valid; *p && text.len <= bytes_max; p = g_utf8_next_char(p)) {
		gunichar c = clean_character(g_utf8_get_char(p), one_line);
		char utf8[6];
		if (c)
			text_add_n(&text, utf8, (size_t)g_unichar_to_utf8(c, utf8));
	}
	if (text.len > bytes_max)
		cut(&text, bytes_max);
	return text_take(&text);
}

static const char special[] = "&<>";

/* What stands in the body for each special character; where nobody can tell, one that looks like it and means nothing. */
static const char *const stand_ins[WORDS_MARKUP_COUNT][sizeof(special) - 1] = {
	[WORDS_PLAIN] = {"&", "<", ">"},
	[WORDS_ESCAPED] = {"&amp;", "&lt;", "&gt;"},
	[WORDS_UNSURE] = {"\uff06", "\u2039", "\u203a"},
};

static char *marked(const char *plain, enum words_markup markup)
{
	struct text text = {0};
	for (size_t n; *plain; plain++) {
		n = strcspn(plain, special);
		text_add_n(&text, plain, n);
		plain += n;
		if (!*plain)
			break;
		text_add(&text, stand_ins[markup][strchr(special, *plain) - special]);
	}
	return text_take(&text);
}

char *words_summary(const char *summary)
{
	char *text = cleaned(summary, WORDS_SUMMARY_BYTES_MAX, true);
	if (text[strspn(text, " ")] == '\0')
		text_replace(&text, xstrdup("Pacer"));
	return text;
}

char *words_body(const char *body, const char *command, struct words_style style)
{
	OWNED_TEXT *line = NULL;
	if (command && command[0] && (!style.buttons || style.hidden)) {
		OWNED_TEXT *words = cleaned(command, WORDS_BODY_BYTES_MAX / 2, true);
		line = xasprintf("Type: %s", words);
	}
	size_t line_bytes = line ? strlen(line) + 1 : 0;
	OWNED_TEXT *told = cleaned(body, WORDS_BODY_BYTES_MAX - line_bytes, false);
	OWNED_TEXT *plain = xasprintf("%s%s%s", told, line && told[0] ? "\n" : "", line ? line : "");
	return marked(plain, style.markup);
}
