/* Small helpers that both programs share: allocation that never returns NULL, owned text, errors for people.
 *
 * Errors: a function answers int: 0 ok; < 0 an unexpected -errno passed up unchanged; > 0 a documented value of its module.
 * Text for people travels in struct err: filled once, where the facts are known, and left alone on success. */
#ifndef PACER_BASE_H
#define PACER_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define PRINTF_LIKE(format_at, first_at) __attribute__((format(printf, format_at, first_at)))
#define UNUSED __attribute__((unused))
#define CLEANUP(function) __attribute__((cleanup(function)))

/* Out of memory aborts: the journal was written first and the service manager starts us again. */
static inline void *xrealloc(void *old, size_t bytes)
{
	void *p = realloc(old, bytes ? bytes : 1);
	if (!p)
		abort();
	return p;
}

static inline void *xcalloc(size_t count, size_t bytes)
{
	void *p = calloc(count ? count : 1, bytes ? bytes : 1);
	if (!p)
		abort();
	return p;
}

static inline void *xreallocarray(void *old, size_t count, size_t bytes)
{
	if (bytes && count > SIZE_MAX / bytes)
		abort();
	return xrealloc(old, count * bytes);
}

/* NULL stays NULL. The caller frees. */
static inline char *xstrdup(const char *s)
{
	if (!s)
		return NULL;
	size_t n = strlen(s) + 1;
	return memcpy(xrealloc(NULL, n), s, n);
}

static inline char *xstrndup(const char *s, size_t n)
{
	char *p = xrealloc(NULL, n + 1);
	memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

PRINTF_LIKE(1, 0) static inline char *xvasprintf(const char *format, va_list args)
{
	char *text = NULL;
	if (vasprintf(&text, format, args) < 0)
		abort();
	return text;
}

PRINTF_LIKE(1, 2) static inline char *xasprintf(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = xvasprintf(format, args);
	va_end(args);
	return text;
}

/* Replaces *slot by text (taken over), freeing what was there. */
static inline void text_replace(char **slot, char *text)
{
	free(*slot);
	*slot = text;
}

static inline void free_text(char **text)
{
	free(*text);
}

/* Local text freed at the end of its scope: OWNED_TEXT *name = xasprintf(...); */
#define OWNED_TEXT CLEANUP(free_text) char

/* Hands a pointer on and forgets it here, so that a cleanup attribute finds NULL. */
#define STEAL(p)                                                                                                                           \
	__extension__({                                                                                                                    \
		__typeof__(p) stolen_ = (p);                                                                                               \
		(p) = NULL;                                                                                                                \
		stolen_;                                                                                                                   \
	})

/* code: the value the function returned; text: "problem: 'value', and what to do next"; owned. */
struct err {
	int code;
	char *text;
};

static inline void err_release(struct err *err)
{
	free(err->text);
	err->text = NULL;
	err->code = 0;
}

/* Fills err (may be NULL), returns code. The first text wins: callers further up do not overwrite it. */
PRINTF_LIKE(3, 4) static inline int err_set(struct err *err, int code, const char *format, ...)
{
	if (err && !err->text) {
		va_list args;
		va_start(args, format);
		err->text = xvasprintf(format, args);
		va_end(args);
		err->code = code;
	}
	return code;
}

/* A growing string. Zero-initialised is empty; data is NULL or NUL-terminated. */
struct text {
	char *data;
	size_t len, room;
};

static inline void text_release(struct text *t)
{
	free(t->data);
	*t = (struct text){0};
}

static inline void text_add_n(struct text *t, const char *s, size_t n)
{
	if (n > SIZE_MAX / 2 - t->len - 1)
		abort();
	if (t->len + n + 1 > t->room) {
		t->room = (t->len + n + 1) * 2;
		t->data = xrealloc(t->data, t->room);
	}
	if (n)
		memcpy(t->data + t->len, s, n);
	t->len += n;
	t->data[t->len] = '\0';
}

static inline void text_add(struct text *t, const char *s)
{
	text_add_n(t, s, strlen(s));
}

PRINTF_LIKE(2, 3) static inline void text_addf(struct text *t, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *s = xvasprintf(format, args);
	va_end(args);
	text_add(t, s);
	free(s);
}

/* The text so far, taken over by the caller ("" when nothing was added); t is empty again. */
static inline char *text_take(struct text *t)
{
	char *s = t->data ? t->data : xstrdup("");
	*t = (struct text){0};
	return s;
}

#endif
