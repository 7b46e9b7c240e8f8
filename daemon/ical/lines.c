#include "lines.h"

#include <limits.h>

#include "read.h"

const char *const line_fault_text[LINE_FAULT_COUNT] = {
	[LINE_OK] = "",
	[LINE_NUL] = "a byte of value 0 in the text: save the file as plain UTF-8 text",
	[LINE_BARE_CR] = "a carriage return that ends no line: save the file with line ends LF or CRLF",
	[LINE_UTF8] = "bytes that are not UTF-8: save the file in the encoding UTF-8",
	[LINE_LONG] = "a line of more than 65536 bytes: shorten it",
	[LINE_NO_NAME] = "a line without a property name: expected NAME:value",
	[LINE_NO_COLON] = "a line without ':': expected NAME:value",
	[LINE_PARAM] = "a parameter that is not of the form ;NAME=value",
	[LINE_QUOTE] = "a quote that is not closed or stands inside a parameter value: write ;NAME=\"value\"",
	[LINE_MANY] = "more than 500 parameter values: shorten the list",
};

/* --- bytes ----------------------------------------------------------------------------------------------------------------------- */

/* Length of the UTF-8 sequence at p (of at least one byte, not ASCII), 0 when it is none (RFC 3629 4). */
static size_t utf8_length(const unsigned char *p, size_t n)
{
	size_t length = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
	if (p[0] < 0xC2 || p[0] > 0xF4 || n < length)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	bool overlong = (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xF0 && p[1] < 0x90);
	bool surrogate = p[0] == 0xED && p[1] > 0x9F;
	bool too_high = p[0] == 0xF4 && p[1] > 0x8F;
	return overlong || surrogate || too_high ? 0 : length;
}

/* Eight bytes at once: none below a space, no DEL, none above 0x7F. A carry or borrow comes only from bytes that count anyway. */
static bool all_printable(const char *p)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	uint64_t word;
	memcpy(&word, p, sizeof(word));
	return !((word | (word - UINT64_C(0x2020202020202020)) | (word + UINT64_C(0x0101010101010101))) & high);
}

/* Length of the character at p, of at least one byte; 0: it must not be in a line. */
static size_t character_length(const unsigned char *p, size_t n)
{
	if (p[0] >= 0x80)
		return utf8_length(p, n);
	return p[0] == 0 || p[0] == '\r' ? 0 : 1;
}

static enum line_fault byte_fault(unsigned char c)
{
	return c >= 0x80 ? LINE_UTF8 : c == 0 ? LINE_NUL : LINE_BARE_CR;
}

/* Finds the first byte that must not be in a line; *ret_at is where. Without one it is where the first control character is, if there is
 * one (*ret_control). */
static enum line_fault bytes_check(struct span text, size_t *ret_at, bool *ret_control)
{
	size_t i = 0;
	*ret_control = false;
	while (i < text.n) {
		if (i + 8 <= text.n && all_printable(text.p + i)) {
			i += 8;
			if (i + 8 > text.n && all_printable(text.p + text.n - 8)) /* the rest, and some bytes a second time */
				break;
			continue;
		}
		size_t length = character_length((const unsigned char *)text.p + i, text.n - i);
		if (!length) {
			*ret_at = i;
			return byte_fault((unsigned char)text.p[i]);
		}
		if (!*ret_control && span_control(span_skip(text, i)) && text.p[i] != '\t') {
			*ret_at = i;
			*ret_control = true;
		}
		i += length;
	}
	return LINE_OK;
}

/* --- parameters ------------------------------------------------------------------------------------------------------------------ */

/* RFC 5545 names are letters, digits and '-'; '_' and '.' are met in files of others and do no harm. */
static const bool name_bytes[UCHAR_MAX + 1] = {
	['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['0' ... '9'] = true, ['-'] = true, ['_'] = true, ['.'] = true,
};

static size_t name_length(struct span text)
{
	size_t n = 0;
	while (n < text.n && name_bytes[(unsigned char)text.p[n]])
		n++;
	return n;
}

/* Length of the parameter value at the front of text, quotes included. */
static enum line_fault value_length(struct span text, size_t *ret_length)
{
	size_t n = 0;
	if (text.n && text.p[0] == '"') {
		const char *close = memchr(text.p + 1, '"', text.n - 1);
		if (!close)
			return LINE_QUOTE;
		n = (size_t)(close - text.p) + 1;
		if (n < text.n && !memchr(",;:", text.p[n], 3))
			return LINE_QUOTE;
	} else {
		while (n < text.n && text.p[n] != ',' && text.p[n] != ';' && text.p[n] != ':' && text.p[n] != '"')
			n++;
		if (n < text.n && text.p[n] == '"')
			return LINE_QUOTE;
	}
	*ret_length = n;
	return LINE_OK;
}

enum line_fault param_next(struct span *rest, struct param *ret_param, size_t *ret_values)
{
	struct span text = span_skip(*rest, 1); /* the ';' */
	size_t n = name_length(text), values = 0, at = n + 1;
	if (n == 0 || n >= text.n || text.p[n] != '=')
		return LINE_PARAM;
	for (;;) { /* ends: each round goes on by the value and a comma */
		size_t length;
		enum line_fault fault = value_length(span_skip(text, at), &length);
		if (fault)
			return fault;
		at += length;
		values++;
		if (at >= text.n || text.p[at] != ',')
			break;
		at++;
	}
	ret_param->name = (struct span){text.p, n};
	ret_param->values = (struct span){text.p + n + 1, at - n - 1};
	*ret_values = values;
	*rest = span_skip(text, at);
	return LINE_OK;
}

bool param_value_next(struct span *values, struct span *ret_value)
{
	size_t n;
	if (!values->p || value_length(*values, &n))
		return false;
	bool quoted = n && values->p[0] == '"';
	*ret_value = quoted ? (struct span){values->p + 1, n - 2} : (struct span){values->p, n};
	*values = n < values->n ? span_skip(*values, n + 1) : (struct span){0};
	return true;
}

bool line_param(const struct line *line, const char *name, struct span *ret_value)
{
	struct span rest = line->params;
	while (rest.n) {
		struct param param;
		size_t values;
		if (param_next(&rest, &param, &values))
			return false;
		if (span_is(param.name, name))
			return param_value_next(&param.values, ret_value);
	}
	return false;
}

void param_decode(struct span value, struct text *text)
{
	for (size_t i = 0; i < value.n; i++) {
		char next = i + 1 < value.n ? value.p[i + 1] : '\0';
		bool escape = value.p[i] == '^' && (next == 'n' || next == '\'' || next == '^');
		char c = !escape ? value.p[i] : next == 'n' ? '\n' : next == '\'' ? '"' : '^';
		text_add_n(text, &c, 1);
		i += escape;
	}
}

/* --- lines ----------------------------------------------------------------------------------------------------------------------- */

static const char byte_order_mark[3] = {'\xEF', '\xBB', '\xBF'};

void lines_init(struct lines *lines, const char *bytes, size_t length)
{
	*lines = (struct lines){.bytes = bytes, .length = length, .number = 1};
}

void lines_release(struct lines *lines)
{
	text_release(&lines->scratch);
}

static size_t mark_length(const struct lines *lines)
{
	return lines->length >= 3 && memcmp(lines->bytes, byte_order_mark, 3) == 0 ? 3 : 0;
}

/* One physical line from lines->at on: its text without the line end; goes past it. */
static struct span take_physical(struct lines *lines)
{
	const char *from = lines->bytes + lines->at;
	const char *feed = memchr(from, '\n', lines->length - lines->at);
	size_t n = feed ? (size_t)(feed - from) : lines->length - lines->at;
	lines->at += feed ? n + 1 : n;
	lines->number++;
	if (feed && n && from[n - 1] == '\r')
		n--;
	return (struct span){from, n};
}

static bool at_fold(const struct lines *lines)
{
	return lines->at < lines->length && (lines->bytes[lines->at] == ' ' || lines->bytes[lines->at] == '\t');
}

/* Adds the piece, at most to one byte over the limit: enough to see that the line is too long. */
static void scratch_add(struct text *scratch, struct span piece)
{
	size_t room = ICAL_LINE_BYTES_MAX + 1 - scratch->len;
	text_add_n(scratch, piece.p, piece.n < room ? piece.n : room);
}

/* The whole logical line; of one that is too long, a piece over the limit. */
static struct span take_logical(struct lines *lines)
{
	struct span text = take_physical(lines);
	if (!at_fold(lines))
		return text;
	lines->scratch.len = 0;
	scratch_add(&lines->scratch, text);
	while (at_fold(lines))
		scratch_add(&lines->scratch, span_skip(take_physical(lines), 1));
	return (struct span){lines->scratch.data, lines->scratch.len};
}

/* The physical line with byte at of the unfolded text: unfolds once more, counting. */
static int fault_number(const struct lines *lines, const struct line *line, size_t at)
{
	struct lines again = {.bytes = lines->bytes, .length = line->end, .at = line->begin, .number = line->number};
	if (again.at == 0)
		again.at = mark_length(lines);
	size_t seen = take_physical(&again).n;
	while (at >= seen && again.at < again.length)
		seen += take_physical(&again).n - 1;
	return again.number - 1;
}

static enum line_fault line_parse(struct line *line, struct span text)
{
	size_t n = name_length(text), count = 0;
	if (n == 0)
		return LINE_NO_NAME;
	struct span rest = span_skip(text, n);
	while (rest.n && rest.p[0] == ';') {
		struct param param;
		size_t values;
		enum line_fault fault = param_next(&rest, &param, &values);
		if (fault)
			return fault;
		count += values;
		if (count > LINE_PARAM_VALUES_MAX)
			return LINE_MANY;
	}
	if (!rest.n || rest.p[0] != ':')
		return LINE_NO_COLON;
	line->name = (struct span){text.p, n};
	line->params = (struct span){text.p + n, text.n - n - rest.n};
	line->value = span_skip(rest, 1);
	return LINE_OK;
}

bool lines_next(struct lines *lines, struct line *ret_line)
{
	if (lines->at >= lines->length)
		return false;
	/* Filled where it lies: a copy of fields just written stalls the processor, once a line. */
	*ret_line = (struct line){.number = lines->number, .fault_number = lines->number, .begin = lines->at};
	if (lines->at == 0)
		lines->at = mark_length(lines);
	struct span text = take_logical(lines);
	ret_line->end = lines->at;
	ret_line->blank = text.n == 0;
	if (text.n > ICAL_LINE_BYTES_MAX) {
		ret_line->fault = LINE_LONG;
	} else if (text.n) {
		size_t at = 0;
		ret_line->fault = bytes_check(text, &at, &ret_line->control);
		if (ret_line->fault || ret_line->control)
			ret_line->fault_number = fault_number(lines, ret_line, at);
		if (!ret_line->fault)
			ret_line->fault = line_parse(ret_line, text);
	}
	return true;
}
