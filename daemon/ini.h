/* The lines of an INI file, with their places, so that one value can be written and every other byte kept.
 *
 * Line ends are LF or CRLF, a byte order mark is passed over, # and ; begin a comment at the start of a line. Nothing is copied:
 * every text points into the bytes, which need no NUL. */
#ifndef DAEMON_INI_H
#define DAEMON_INI_H

#include "pacer/base.h"

struct ini_text {
	const char *at;
	size_t length;
};

enum ini_kind {
	INI_NOTHING, /* blank or a comment */
	INI_SECTION,
	INI_SETTING,
	INI_NOT_UTF8, /* or a control character in it */
	INI_BROKEN,   /* none of these */
};

struct ini_line {
	enum ini_kind kind;
	int number;                  /* from 1 */
	size_t from, to;             /* bytes of the line in the file, with its end */
	struct ini_text text;        /* without blanks around */
	struct ini_text section;     /* the line's own, or the one it stands under; empty before the first */
	struct ini_text name, value; /* of a setting; without blanks around; value may be empty */
};

/* A walk over the file: set bytes and length, the rest is zero. */
struct ini {
	const char *bytes;
	size_t length;
	size_t at;
	int number;
	struct ini_text section;
};

/* The next line; false at the end. */
bool ini_next(struct ini *ini, struct ini_line *ret_line);
/* UTF-8 (RFC 3629) without control characters other than the tab. */
bool ini_is_text(const char *at, size_t length);
/* A copy without blanks around; owned by the caller. */
char *ini_trim(const char *text);

#endif
