/* Content lines of an iCalendar file (RFC 5545 3.1), scanned once from first byte to last in linear time.
 *
 * Lossless: every line knows its byte range in the file, folds and line ends included. The ranges touch and cover the file,
 * so joining them gives the file back, and an editor can put other bytes in the place of one line.
 *
 * A line that is not folded is not copied: its spans point into the file. A folded one is unfolded, on bytes, into a buffer
 * that the next line uses again: spans of a line hold until the next call of lines_next.
 * LF is accepted for CRLF, and a byte order mark is passed over; both stay in the byte ranges. */
#ifndef ICAL_LINES_H
#define ICAL_LINES_H

#include "span.h"

enum {
	LINE_PARAM_VALUES_MAX = 500, /* values of all parameters of a line; libical drops what comes after so many without a word */
};

/* What is wrong with a line. A line with a fault has no spans. */
enum line_fault {
	LINE_OK,
	LINE_NUL,      /* a byte of value 0 */
	LINE_BARE_CR,  /* a carriage return without a line feed */
	LINE_UTF8,     /* bytes that are not UTF-8: overlong and surrogate forms included */
	LINE_LONG,     /* over ICAL_LINE_BYTES_MAX, unfolded and without the line end */
	LINE_NO_NAME,  /* does not begin with a property name */
	LINE_NO_COLON, /* a name without a value */
	LINE_PARAM,    /* a parameter without a name, or without '=' */
	LINE_QUOTE,    /* a quote that is not closed, or in the middle of a value */
	LINE_MANY,     /* over LINE_PARAM_VALUES_MAX */
	LINE_FAULT_COUNT
};
/* What is wrong and what to do, for people. */
extern const char *const line_fault_text[LINE_FAULT_COUNT];

struct line {
	int number;       /* of its first physical line, from 1 */
	int fault_number; /* of the physical line with the fault; without one, of the first control character */
	enum line_fault fault;
	size_t begin, end;  /* bytes of the file */
	bool blank;         /* nothing in it: not a content line, and no fault */
	bool control;       /* a control character other than the tab is in it (C0, DEL, C1): values.h makes it visible */
	struct span name;   /* as written */
	struct span params; /* ";TZID=Europe/Berlin;X=1", or empty */
	struct span value;  /* as written, still escaped */
};

struct lines {
	const char *bytes;
	size_t length, at;
	int number;          /* of the physical line at `at` */
	struct text scratch; /* of folded lines */
};

/* bytes stay the caller's and must outlive lines. */
void lines_init(struct lines *lines, const char *bytes, size_t length);
void lines_release(struct lines *lines);
/* The next logical line; false after the last. */
bool lines_next(struct lines *lines, struct line *ret_line);

/* One parameter: values is the list as written, quotes included. */
struct param {
	struct span name, values;
};

/* Takes the first parameter off *rest, which begins as line->params and is empty after the last. Returns LINE_OK, or a fault:
 * not for the parameters of a line without fault. *ret_values counts the values. */
enum line_fault param_next(struct span *rest, struct param *ret_param, size_t *ret_values);
/* Takes the first value off *values, quotes removed. false: there is none. */
bool param_value_next(struct span *values, struct span *ret_value);
/* The first value of the parameter of that (upper-case) name; false when the line has none. */
bool line_param(const struct line *line, const char *name, struct span *ret_value);
/* Appends the value with ^n, ^' and ^^ resolved (RFC 6868); any other ^ stays. */
void param_decode(struct span value, struct text *text);

#endif
