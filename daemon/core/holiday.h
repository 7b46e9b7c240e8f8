/* Public holidays of a region as the core sees them: days with names, and the years that are known. */
#ifndef CORE_HOLIDAY_H
#define CORE_HOLIDAY_H

#include "time.h"

enum { HOLIDAY_NAMES_MAX = 200 }; /* bytes of the names of one day together */

struct holiday {
	int32_t day;
	char *name; /* owned; of several on one day: "Whit Monday, Children's Day" */
};

/* Zero-initialised is empty: nothing is known of any year. */
struct holiday_list {
	char *region, *title; /* "DE" or "DE,US", "Public holidays: Germany"; NULL when nobody said */
	struct holiday *items;
	size_t count, room;
	int first_year, last_year; /* of the days; what lies outside is not known; first > last: nothing is */
};

void holiday_add(struct holiday_list *list, int32_t day, const char *name);
/* Sorts by day, joins the names of one day and finds the years. To be called after the last holiday_add. */
void holiday_finish(struct holiday_list *list);
/* Adds the days of another region. Both lists are finished, and so is what comes out; it knows the years that both know. */
void holiday_unite(struct holiday_list *list, const struct holiday_list *other);
/* NULL: that day is none. list may be NULL. */
const struct holiday *holiday_on(const struct holiday_list *list, int32_t day);
/* Days from..to lie in known years; so do all when list is NULL: nobody asked. */
bool holiday_knows(const struct holiday_list *list, int32_t from, int32_t to);
void holiday_release(struct holiday_list *list);

#endif
