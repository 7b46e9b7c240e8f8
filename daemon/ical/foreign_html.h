/* Descriptions that calendar programs write in HTML, as plain text to show. */
#ifndef ICAL_FOREIGN_HTML_H
#define ICAL_FOREIGN_HTML_H

#include "pacer/base.h"

/* The text has a tag such as <br> or </p>; other words in angle brackets are none. */
bool html_is(const char *text);
/* Without its tags, those that begin a line as a new line, and with the signs its entities stand for. Owned by the caller. */
char *html_plain(const char *text);

#endif
