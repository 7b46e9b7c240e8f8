#include "skills.h"

#include <uthash.h>

#undef uthash_fatal
#define uthash_fatal(message) abort()

struct skill_entry {
	const char *skill;
	size_t index; /* of its sum */
	UT_hash_handle hh;
};

static struct skill_sum *sum_of(struct skill_sums *sums, const char *skill)
{
	struct skill_entry *found;
	HASH_FIND_STR(sums->by_name, skill, found);
	if (found)
		return &sums->items[found->index];
	found = xcalloc(1, sizeof(*found));
	*found = (struct skill_entry){.skill = skill, .index = sums->count};
	HASH_ADD_KEYPTR(hh, sums->by_name, skill, strlen(skill), found);
	sums->items = xreallocarray(sums->items, sums->count + 1, sizeof(*sums->items));
	sums->items[sums->count] = (struct skill_sum){.skill = skill, .family = skill_family(skill)};
	return &sums->items[sums->count++];
}

void skills_add(struct skill_sums *sums, const struct plan_session *session, int minutes_done)
{
	struct skill_sum *sum = sum_of(sums, session->skill ? session->skill : "");
	sum->sessions++;
	sum->minutes += session->minutes;
	sum->minutes_done += minutes_done;
}

static int sum_compare(const void *left, const void *right)
{
	const struct skill_sum *a = left, *b = right;
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->minutes != b->minutes)
		return a->minutes > b->minutes ? -1 : 1;
	return strcmp(a->skill, b->skill);
}

void skills_sort(struct skill_sums *sums)
{
	if (sums->count > 1)
		qsort(sums->items, sums->count, sizeof(*sums->items), sum_compare);
}

void skills_release(struct skill_sums *sums)
{
	struct skill_entry *entry, *next;
	HASH_ITER(hh, sums->by_name, entry, next)
	{
		HASH_DEL(sums->by_name, entry);
		free(entry);
	}
	free(sums->items);
	*sums = (struct skill_sums){0};
}
