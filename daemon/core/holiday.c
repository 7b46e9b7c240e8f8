#include "holiday.h"

void holiday_add(struct holiday_list *list, int32_t day, const char *name)
{
	if (list->count == list->room) {
		list->room = list->room ? list->room * 2 : 64;
		list->items = xreallocarray(list->items, list->room, sizeof(*list->items));
	}
	list->items[list->count++] = (struct holiday){day, xstrdup(name)};
}

static int by_day(const void *a, const void *b)
{
	const struct holiday *x = a, *y = b;
	return x->day != y->day ? (x->day > y->day) - (x->day < y->day) : strcmp(x->name, y->name);
}

/* The same name twice on a day stays one; sorted before. */
static void drop_doubles(struct holiday_list *list)
{
	size_t kept = 0;
	for (size_t i = 0; i < list->count; i++) {
		if (kept && by_day(&list->items[kept - 1], &list->items[i]) == 0)
			free(list->items[i].name);
		else
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

/* Names beyond the limit are left out: nobody reads them. */
static void join(struct holiday *into, struct holiday *other)
{
	if (strlen(into->name) + strlen(other->name) < HOLIDAY_NAMES_MAX)
		text_replace(&into->name, xasprintf("%s, %s", into->name, other->name));
	free(other->name);
}

static void join_days(struct holiday_list *list)
{
	size_t kept = 0;
	for (size_t i = 0; i < list->count; i++) {
		if (kept && list->items[kept - 1].day == list->items[i].day)
			join(&list->items[kept - 1], &list->items[i]);
		else
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

static int year_of(int32_t day)
{
	int year, month, of_month;
	day_to_ymd(day, &year, &month, &of_month);
	return year;
}

void holiday_finish(struct holiday_list *list)
{
	if (!list->count)
		return;
	qsort(list->items, list->count, sizeof(*list->items), by_day);
	drop_doubles(list);
	join_days(list);
	list->first_year = year_of(list->items[0].day);
	list->last_year = year_of(list->items[list->count - 1].day);
}

void holiday_unite(struct holiday_list *list, const struct holiday_list *other)
{
	bool known = list->count && other->count;
	int first_year = list->first_year > other->first_year ? list->first_year : other->first_year;
	int last_year = list->last_year < other->last_year ? list->last_year : other->last_year;
	for (size_t i = 0; i < other->count; i++)
		holiday_add(list, other->items[i].day, other->items[i].name);
	holiday_finish(list);
	list->first_year = known ? first_year : 1;
	list->last_year = known ? last_year : 0;
	text_replace(&list->region, xasprintf("%s,%s", list->region, other->region));
	text_replace(&list->title, NULL);
}

static int day_compare(const void *key, const void *item)
{
	int32_t day = *(const int32_t *)key, other = ((const struct holiday *)item)->day;
	return (day > other) - (day < other);
}

const struct holiday *holiday_on(const struct holiday_list *list, int32_t day)
{
	if (!list || !list->count)
		return NULL;
	return bsearch(&day, list->items, list->count, sizeof(*list->items), day_compare);
}

bool holiday_knows(const struct holiday_list *list, int32_t from, int32_t to)
{
	return !list || (list->count && year_of(from) >= list->first_year && year_of(to) <= list->last_year);
}

void holiday_release(struct holiday_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].name);
	free(list->items);
	free(list->region);
	free(list->title);
	*list = (struct holiday_list){0};
}
