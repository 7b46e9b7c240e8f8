#include "scan.h"

#include <errno.h>

enum { FOUND_CHARS_MAX = 24 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c)
{
	return is_upper(c) || (c >= 'a' && c <= 'z');
}

static bool is_alnum(char c)
{
	return is_letter(c) || is_digit(c);
}

/* --- names ------------------------------------------------------------------------------------------------------------------------- */

bool scan_member_name_ok(const char *s, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (!is_alnum(s[i]))
			return false;
	return n && is_upper(s[0]);
}

bool scan_field_name_ok(const char *s, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (!is_alnum(s[i]) && (s[i] != '_' || s[i - 1] == '_'))
			return false;
	return n && is_letter(s[0]) && s[n - 1] != '_';
}

bool scan_interface_name_ok(const char *s, size_t n)
{
	bool dot = false;
	for (size_t i = 0; i < n; i++) {
		if (is_alnum(s[i]))
			continue;
		bool edge = i == 0 || i + 1 == n;
		if (edge || (s[i] != '.' && s[i] != '-'))
			return false;
		if (s[i] == '.' && (!is_alnum(s[i - 1]) || !is_alnum(s[i + 1])))
			return false;
		dot |= s[i] == '.';
	}
	return dot && is_letter(s[0]);
}

/* --- tokens ------------------------------------------------------------------------------------------------------------------------ */

void scan_skip(struct scan *scan)
{
	for (;; scan->at++) {
		if (*scan->at == '#')
			scan->at += strcspn(scan->at, "\n");
		if (*scan->at == '\n')
			scan->line++;
		else if (*scan->at != ' ' && *scan->at != '\t' && *scan->at != '\r')
			return;
	}
}

bool scan_complain(struct scan *scan, const char *expected)
{
	size_t n = 0;
	scan_skip(scan);
	while (n < FOUND_CHARS_MAX && scan->at[n] > ' ' && scan->at[n] < 0x7f)
		n++;
	if (*scan->at == '\0')
		err_set(scan->err, -EBADMSG, "interface text, line %d: the text ends, but %s must follow", scan->line, expected);
	else if (!n)
		err_set(scan->err, -EBADMSG, "interface text, line %d: byte 0x%02x cannot stand here; write %s", scan->line,
			(unsigned char)*scan->at, expected);
	else
		err_set(scan->err, -EBADMSG, "interface text, line %d: '%.*s' cannot stand here; write %s", scan->line, (int)n, scan->at,
			expected);
	return false;
}

bool scan_take(struct scan *scan, const char *sign)
{
	scan_skip(scan);
	size_t n = strlen(sign);
	if (strncmp(scan->at, sign, n) != 0)
		return false;
	scan->at += n;
	return true;
}

bool scan_need(struct scan *scan, const char *sign)
{
	if (scan_take(scan, sign))
		return true;
	OWNED_TEXT *expected = xasprintf("'%s'", sign);
	return scan_complain(scan, expected);
}

/* Length of the word at the next place; 0: there is none. dotted: an interface name, with dots and hyphens. */
static size_t word(struct scan *scan, bool dotted)
{
	scan_skip(scan);
	size_t n = 0;
	while (is_alnum(scan->at[n]) || scan->at[n] == '_' || (dotted && (scan->at[n] == '.' || scan->at[n] == '-')))
		n++;
	return n;
}

bool scan_take_word(struct scan *scan, const char *expected)
{
	size_t n = word(scan, false);
	if (n != strlen(expected) || strncmp(scan->at, expected, n) != 0)
		return false;
	scan->at += n;
	return true;
}

char *scan_name(struct scan *scan, bool (*ok)(const char *, size_t), const char *expected)
{
	size_t n = word(scan, ok == scan_interface_name_ok);
	if (!ok(scan->at, n)) {
		scan_complain(scan, expected);
		return NULL;
	}
	char *name = xstrndup(scan->at, n);
	scan->at += n;
	return name;
}
