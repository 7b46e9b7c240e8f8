#include "exchange_names.h"

#include <uthash.h>

#undef uthash_fatal
#define uthash_fatal(message) abort()

struct named {
	const struct plan_session *session;
	UT_hash_handle hh;
};

const char *name_id(const struct plan_session *session)
{
	return session->id;
}

const char *name_uid(const struct plan_session *session)
{
	return session->uid;
}

static struct named *find(const struct names *names, const char *name, size_t n)
{
	struct named *found = NULL;
	HASH_FIND(hh, names->table, name, n, found);
	return found;
}

static void add(struct names *names, struct named *item, const struct plan_session *session, const char *name)
{
	size_t n = strlen(name);
	item->session = session;
	if (!find(names, name, n))
		HASH_ADD_KEYPTR(hh, names->table, name, n, item);
}

struct names names_of(const struct plan *plan, const char *(*of)(const struct plan_session *session))
{
	struct names names = {.items = xcalloc(plan->session_count, sizeof(*names.items))};
	for (size_t i = 0; i < plan->session_count; i++)
		if (of(&plan->sessions[i]))
			add(&names, &names.items[i], &plan->sessions[i], of(&plan->sessions[i]));
	return names;
}

void names_release(struct names *names)
{
	HASH_CLEAR(hh, names->table);
	free(names->items);
	*names = (struct names){0};
}

const struct plan_session *names_find(const struct names *names, const char *name, size_t n)
{
	const struct named *found = find(names, name, n);
	return found ? found->session : NULL;
}

/* --- UIDs ------------------------------------------------------------------------------------------------------------------------ */

static char *uid_of_place(const char *plan_uid, const struct plan_session *session, unsigned number)
{
	const char *weekday = weekday_short[plan_weekday(session->day)];
	OWNED_TEXT *more = number > 1 ? xasprintf("%u", number) : xstrdup("");
	return xasprintf("%s-W%02d-%c%c%s", plan_uid, session->week, weekday[0] - 'a' + 'A', weekday[1] - 'a' + 'A', more);
}

char *names_fresh(const char *plan_uid, const struct plan_session *session, const struct edit *edit, unsigned *used)
{
	char *uid = uid_of_place(plan_uid, session, ++*used);
	while (edit_has(edit, uid)) /* ends: there are fewer UIDs than numbers */
		text_replace(&uid, uid_of_place(plan_uid, session, ++*used));
	return uid;
}

size_t names_place(const struct plan_session *session)
{
	return ((size_t)session->week * WEEK_DAYS + (size_t)plan_weekday(session->day)) % NAMES_PLACES;
}

/* The number in an id such as "w05-fr2" that names the session's own place; 0: another kind of id. */
static unsigned number_of_id(const struct plan_session *session)
{
	OWNED_TEXT *plain = xasprintf("w%02d-%s", session->week, weekday_short[plan_weekday(session->day)]);
	size_t n = strlen(plain);
	if (!session->id || strncmp(session->id, plain, n) != 0)
		return 0;
	const char *digits = session->id + n;
	if (!*digits)
		return 1;
	if (strspn(digits, "0123456789") != strlen(digits) || strlen(digits) > 2 || *digits == '0' || !strcmp(digits, "1"))
		return 0;
	return (unsigned)strtoul(digits, NULL, 10);
}

/* UIDs on their way out: those that are taken, and the highest number used up to now of each place of the week. */
struct giving {
	const char *plan_uid;
	const struct names *taken;
	const struct edit *edit;
	struct names fresh;
	unsigned used[NAMES_PLACES];
};

static bool is_taken(const struct giving *giving, const char *uid)
{
	size_t n = strlen(uid);
	return (giving->taken && names_find(giving->taken, uid, n)) || (giving->edit && edit_has(giving->edit, uid)) ||
	       names_find(&giving->fresh, uid, n);
}

/* number 0: the next free one of its place; else that one, unless it is taken. */
static void give(struct giving *giving, struct plan_session *session, size_t at, unsigned number)
{
	unsigned *used = &giving->used[names_place(session)];
	unsigned next = number ? number : *used + 1;
	OWNED_TEXT *uid = uid_of_place(giving->plan_uid, session, next);
	if (number && is_taken(giving, uid))
		return;
	while (is_taken(giving, uid)) /* ends: there are fewer UIDs than numbers */
		text_replace(&uid, uid_of_place(giving->plan_uid, session, ++next));
	session->uid = STEAL(uid);
	*used = number ? *used : next;
	add(&giving->fresh, &giving->fresh.items[at], session, session->uid);
}

void names_give(struct plan *wanted, const char *plan_uid, const struct names *taken, const struct edit *edit)
{
	struct giving giving = {.plan_uid = plan_uid, .taken = taken, .edit = edit};
	giving.fresh.items = xcalloc(wanted->session_count, sizeof(*giving.fresh.items));
	for (size_t i = 0; i < wanted->session_count; i++) { /* first those that bring a number */
		unsigned number = number_of_id(&wanted->sessions[i]);
		if (!wanted->sessions[i].uid && number)
			give(&giving, &wanted->sessions[i], i, number);
	}
	for (size_t i = 0; i < wanted->session_count; i++)
		if (!wanted->sessions[i].uid)
			give(&giving, &wanted->sessions[i], i, 0);
	names_release(&giving.fresh);
}

/* --- dependencies ---------------------------------------------------------------------------------------------------------------- */

const char *names_dependency(const struct names *const *tables, size_t count, const struct plan_session *before, const char *word, size_t n)
{
	for (size_t i = 0; i < count; i++) {
		const struct plan_session *found = names_find(tables[i], word, n);
		if (found)
			return found->uid;
	}
	for (const char *p = before && before->depends ? before->depends : ""; *p; p += strspn(p, " ")) {
		size_t length = strcspn(p, " ");
		if (length == n && !strncmp(p, word, n))
			return p;
		p += length;
	}
	return NULL;
}
