#include "foreign_html.h"

/* The tags that calendar programs write. */
static const struct {
	const char *name;
	bool line; /* a line begins */
} tags[] = {
	{"a", false},  {"b", false}, {"br", true}, {"div", true},   {"em", false},       {"font", false},
	{"h1", true},  {"h2", true}, {"h3", true}, {"hr", true},    {"html-blob", true}, {"i", false},
	{"li", true},  {"ol", true}, {"p", true},  {"span", false}, {"strong", false},   {"table", true},
	{"td", false}, {"tr", true}, {"u", false}, {"ul", true},
};

static const struct {
	const char *name;
	char sign;
} entities[] = {
	{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}, {"&apos;", '\''}, {"&nbsp;", ' '},
};

/* Behind the tag that the text begins with; NULL: it begins with none. end: behind the last '>' there is. */
static const char *tag_end(const char *text, const char *end, bool *ret_line)
{
	const char *name = text + 1 + (text[0] == '<' && text[1] == '/');
	for (size_t i = 0; text[0] == '<' && i < ARRAY_LEN(tags); i++) {
		size_t n = strlen(tags[i].name);
		if (strncasecmp(name, tags[i].name, n) != 0 || !name[n] || !strchr("> /\t\n", name[n]))
			continue;
		*ret_line = tags[i].line;
		return (const char *)memchr(name, '>', (size_t)(end - name)) + 1;
	}
	return NULL;
}

/* Behind the last '>'; the text itself: there is none. */
static const char *tags_end(const char *text)
{
	const char *last = strrchr(text, '>');
	return last ? last + 1 : text;
}

bool html_is(const char *text)
{
	bool line;
	const char *end = tags_end(text);
	for (const char *at = strchr(text, '<'); at && at < end; at = strchr(at + 1, '<'))
		if (tag_end(at, end, &line))
			return true;
	return false;
}

/* Behind the sign that the text begins with. */
static const char *sign_take(const char *text, struct text *out)
{
	for (size_t i = 0; *text == '&' && i < ARRAY_LEN(entities); i++)
		if (!strncmp(text, entities[i].name, strlen(entities[i].name))) {
			text_add_n(out, &entities[i].sign, 1);
			return text + strlen(entities[i].name);
		}
	text_add_n(out, text, 1);
	return text + 1;
}

/* One line ends for however many tags; none before the first word. */
static void line_begin(struct text *out)
{
	while (out->len && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
	if (out->len && out->data[out->len - 1] != '\n')
		text_add(out, "\n");
}

char *html_plain(const char *text)
{
	struct text out = {0};
	const char *last = tags_end(text);
	text_add(&out, "");
	while (*text) {
		bool line = false;
		const char *end = text < last ? tag_end(text, last, &line) : NULL;
		if (line)
			line_begin(&out);
		text = end ? end : sign_take(text, &out);
	}
	while (out.len && (out.data[out.len - 1] == ' ' || out.data[out.len - 1] == '\n'))
		out.data[--out.len] = '\0';
	return text_take(&out);
}
