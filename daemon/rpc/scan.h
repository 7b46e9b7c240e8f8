/* The words and signs of an interface text. Blanks and comments are skipped before each; lines are counted. */
#ifndef RPC_SCAN_H
#define RPC_SCAN_H

#include "pacer/base.h"

struct scan {
	const char *at; /* NUL-terminated rest of the text */
	int line;
	struct err *err;
};

void scan_skip(struct scan *scan);
/* Fills err: line, what stands there, what was expected. Returns false. */
bool scan_complain(struct scan *scan, const char *expected);
/* True when the sign or the whole word came next and was taken. */
bool scan_take(struct scan *scan, const char *sign);
bool scan_take_word(struct scan *scan, const char *expected);
/* The same, but err is filled when it is not there. */
bool scan_need(struct scan *scan, const char *sign);
/* A name that ok takes; NULL and err filled when there is none. The caller frees. */
char *scan_name(struct scan *scan, bool (*ok)(const char *s, size_t n), const char *expected);

/* Types, methods and errors: an upper case letter, then letters and digits. */
bool scan_member_name_ok(const char *s, size_t n);
/* Fields and enum values: a letter first; single underscores in the middle. */
bool scan_field_name_ok(const char *s, size_t n);
/* Reverse domain name: at least two parts joined by dots, hyphens within a part, the first part starts with a letter. */
bool scan_interface_name_ok(const char *s, size_t n);

#endif
