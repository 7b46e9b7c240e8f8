/* A piece of someone else's bytes: not NUL-terminated, not owned, valid as long as what it points into. */
#ifndef ICAL_SPAN_H
#define ICAL_SPAN_H

#include "pacer/base.h"

struct span {
	const char *p;
	size_t n;
};

/* Names of iCalendar know no case (RFC 5545 2): true when span is name, which is written in upper case. */
static inline bool span_is(struct span span, const char *name)
{
	if (span.n != strlen(name))
		return false;
	for (size_t i = 0; i < span.n; i++) {
		unsigned char c = (unsigned char)span.p[i];
		if ((c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c) != (unsigned char)name[i])
			return false;
	}
	return true;
}

static inline bool span_equal(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline struct span span_of(const char *text)
{
	return (struct span){text, strlen(text)};
}

/* What is left of span after its first n bytes. */
static inline struct span span_skip(struct span span, size_t n)
{
	return (struct span){span.p + n, span.n - n};
}

/* Bytes of the control character (C0, DEL, and C1 in UTF-8) at the front of span, which is not empty; 0: another character is there. */
static inline size_t span_control(struct span span)
{
	unsigned char c = (unsigned char)span.p[0];
	if (c < ' ' || c == 0x7F)
		return 1;
	return c == 0xC2 && span.n > 1 && (unsigned char)span.p[1] < 0xA0 ? 2 : 0;
}

static inline char *span_dup(struct span span)
{
	return xstrndup(span.n ? span.p : "", span.n);
}

#endif
