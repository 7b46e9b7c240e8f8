#include "plandiff.h"

#include <uthash.h>

#include "planfield.h"

#undef uthash_fatal
#define uthash_fatal(message) abort()

const char *const plan_difference_name[] = {
	[DIFFERENCE_PLAN] = "plan",   [DIFFERENCE_ADDED] = "added",     [DIFFERENCE_REMOVED] = "removed",
	[DIFFERENCE_MOVED] = "moved", [DIFFERENCE_CHANGED] = "changed",
};

/* A session, and the same one in the other plan. */
struct slot {
	const struct plan_session *session;
	struct slot *partner; /* NULL: the other plan does not have it */
	bool of_b;
	UT_hash_handle by_uid, by_id;
};

/* One of the two plans; of several sessions with one UID the first is found. */
struct side {
	const struct plan *plan;
	struct slot *slots; /* as many as the plan has sessions */
	struct slot *uids, *ids;
};

static void side_init(struct side *side, const struct plan *plan, bool of_b)
{
	*side = (struct side){.plan = plan, .slots = xcalloc(plan->session_count, sizeof(*side->slots))};
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		struct slot *slot = &side->slots[i], *found = NULL;
		slot->session = session;
		slot->of_b = of_b;
		if (session->uid)
			HASH_FIND(by_uid, side->uids, session->uid, strlen(session->uid), found);
		if (session->uid && !found)
			HASH_ADD_KEYPTR(by_uid, side->uids, session->uid, strlen(session->uid), slot);
		HASH_FIND(by_id, side->ids, session->id, strlen(session->id), found);
		if (!found)
			HASH_ADD_KEYPTR(by_id, side->ids, session->id, strlen(session->id), slot);
	}
}

static void side_release(struct side *side)
{
	HASH_CLEAR(by_uid, side->uids);
	HASH_CLEAR(by_id, side->ids);
	free(side->slots);
}

static struct slot *find_uid(const struct side *side, const char *uid, size_t length)
{
	struct slot *found = NULL;
	HASH_FIND(by_uid, side->uids, uid, length, found);
	return found;
}

static void pair(struct slot *a, struct slot *b)
{
	if (a->partner || !b || b->partner)
		return;
	a->partner = b;
	b->partner = a;
}

static void match(struct side *a, const struct side *b)
{
	for (size_t i = 0; i < a->plan->session_count; i++) {
		const char *uid = a->slots[i].session->uid;
		if (uid)
			pair(&a->slots[i], find_uid(b, uid, strlen(uid)));
	}
	for (size_t i = 0; i < a->plan->session_count; i++) {
		const char *id = a->slots[i].session->id;
		struct slot *found = NULL;
		HASH_FIND(by_id, b->ids, id, strlen(id), found);
		pair(&a->slots[i], found);
	}
}

/* --- values in words ------------------------------------------------------------------------------------------------------------ */

static char *place_text(const struct plan_session *session)
{
	char clock[CLOCK_TEXT];
	const char *weekday = weekday_name[plan_weekday(session->day)];
	return xasprintf("week %d %s %s%s%s", session->week, weekday, clock_text(clock, session->second), session->zone ? " " : "",
			 session->zone ? session->zone : "");
}

/* "1 day", "90 min", "30 s": the largest unit that leaves nothing over. */
static void add_span(struct text *text, int64_t seconds)
{
	if (seconds % DAY_S == 0)
		text_addf(text, "%lld %s", (long long)(seconds / DAY_S), seconds == DAY_S ? "day" : "days");
	else if (seconds % MINUTE_S == 0)
		text_addf(text, "%lld min", (long long)(seconds / MINUTE_S));
	else
		text_addf(text, "%lld s", (long long)seconds);
}

static int alarm_compare(const void *left, const void *right)
{
	const struct plan_alarm *a = left, *b = right;
	if (a->from_end != b->from_end)
		return a->from_end - b->from_end;
	return (a->offset_s > b->offset_s) - (a->offset_s < b->offset_s);
}

char *plan_alarms_text(const struct plan_session *session)
{
	struct plan_alarm alarms[PLAN_ALARMS_MAX];
	struct text text = {0};
	size_t count = (size_t)session->alarm_count;
	memcpy(alarms, session->alarms, sizeof(alarms));
	qsort(alarms, count, sizeof(alarms[0]), alarm_compare);
	for (size_t i = 0; i < count; i++) {
		int64_t offset_s = alarms[i].offset_s;
		text_add(&text, i ? ", " : "");
		if (offset_s)
			add_span(&text, offset_s < 0 ? -offset_s : offset_s);
		text_addf(&text, "%s the %s",
			  offset_s < 0   ? " before"
			  : offset_s > 0 ? " after"
					 : "at",
			  alarms[i].from_end ? "end" : "start");
	}
	return text_take(&text);
}

static int text_compare(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static char *join_sorted(char **words, size_t count)
{
	struct text text = {0};
	qsort(words, count, sizeof(words[0]), text_compare);
	for (size_t i = 0; i < count; i++) {
		text_addf(&text, "%s%s", i ? " " : "", words[i]);
		free(words[i]);
	}
	return text_take(&text);
}

enum depends_names { DEPENDS_IDS, DEPENDS_UIDS, DEPENDS_UIDS_THERE };

/* The sessions it needs first, sorted: by their ids, by their UIDs, or by the UIDs they have in the other plan. */
static char *depends_text(const struct side *side, const struct plan_session *session, enum depends_names names)
{
	const char *at = session->depends ? session->depends : "";
	char **words = xcalloc(strlen(at) / 2 + 1, sizeof(*words));
	size_t count = 0;
	for (at += strspn(at, " "); *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		const struct slot *slot = find_uid(side, at, length);
		if (slot && names == DEPENDS_IDS)
			words[count++] = xstrdup(slot->session->id);
		else if (slot && names == DEPENDS_UIDS_THERE && slot->partner && slot->partner->session->uid)
			words[count++] = xstrdup(slot->partner->session->uid);
		else
			words[count++] = xstrndup(at, length);
		at += length;
	}
	char *text = join_sorted(words, count);
	free(words);
	return text;
}

/* --- fields --------------------------------------------------------------------------------------------------------------------- */

static char *session_value(const struct side *side, const struct plan_session *session, enum session_field field)
{
	return field == FIELD_DEPENDS ? depends_text(side, session, DEPENDS_IDS) : session_field_get(NULL, session, field);
}

static struct plan_difference *add(struct plan_differences *out, enum plan_difference_kind kind, const struct plan_session *session)
{
	if (out->count == out->room) {
		out->room = out->room ? out->room * 2 : 16;
		out->items = xreallocarray(out->items, out->room, sizeof(*out->items));
	}
	struct plan_difference *difference = &out->items[out->count++];
	*difference = (struct plan_difference){.kind = kind};
	if (session) {
		difference->session = xstrdup(session->id);
		difference->title = xstrdup(session->title);
	}
	return difference;
}

/* The text, or NULL for an empty one, which is freed. */
static char *filled(char *text)
{
	if (text && *text)
		return text;
	free(text);
	return NULL;
}

/* Adds the field when its texts differ; from and to are taken over. */
static void compare_field(struct plan_differences *out, const struct plan_session *session, const char *field, char *from, char *to)
{
	if (strcmp(from, to) == 0) {
		free(from);
		free(to);
		return;
	}
	struct plan_difference *difference = add(out, session ? DIFFERENCE_CHANGED : DIFFERENCE_PLAN, session);
	difference->field = xstrdup(field);
	difference->from = filled(from);
	difference->to = filled(to);
}

/* The same sessions are needed, whatever they are called in each plan. */
static bool same_depends(const struct side *a, const struct side *b, const struct slot *slot)
{
	OWNED_TEXT *from = depends_text(a, slot->partner->session, DEPENDS_UIDS_THERE);
	OWNED_TEXT *to = depends_text(b, slot->session, DEPENDS_UIDS);
	return strcmp(from, to) == 0;
}

static bool same_place(const struct plan_session *a, const struct plan_session *b)
{
	return a->day == b->day && a->second == b->second && strcmp(a->zone ? a->zone : "", b->zone ? b->zone : "") == 0;
}

/* A session of b that a has as well. */
static void compare_session(const struct side *a, const struct side *b, const struct slot *slot, struct plan_differences *out)
{
	const struct plan_session *before = slot->partner->session, *after = slot->session;
	if (!same_place(before, after)) {
		struct plan_difference *moved = add(out, DIFFERENCE_MOVED, after);
		moved->from = place_text(before);
		moved->to = place_text(after);
	}
	for (int i = FIELD_MINUTES; i < FIELD_COUNT; i++) /* those before it tell the place */
		if (i != FIELD_DEPENDS || !same_depends(a, b, slot))
			compare_field(out, after, session_fields[i].name, session_value(a, before, (enum session_field)i),
				      session_value(b, after, (enum session_field)i));
	compare_field(out, after, "alarms", plan_alarms_text(before), plan_alarms_text(after));
}

/* Where a session stands: in b, a removed one in a. A removed one comes before what took its place. */
static int slot_compare(const void *left, const void *right)
{
	const struct slot *a = *(const struct slot *const *)left, *b = *(const struct slot *const *)right;
	if (a->session->day != b->session->day)
		return a->session->day < b->session->day ? -1 : 1;
	if (a->session->second != b->session->second)
		return a->session->second < b->session->second ? -1 : 1;
	int by_id = strcmp(a->session->id, b->session->id);
	return by_id ? by_id : a->of_b - b->of_b;
}

/* Every session of b and those of a that b lacks, in order; owned by the caller. */
static const struct slot **all_slots(const struct side *a, const struct side *b, size_t *ret_count)
{
	const struct slot **slots = xcalloc(a->plan->session_count + b->plan->session_count, sizeof(const struct slot *));
	size_t count = 0;
	for (size_t i = 0; i < a->plan->session_count; i++)
		if (!a->slots[i].partner)
			slots[count++] = &a->slots[i];
	for (size_t i = 0; i < b->plan->session_count; i++)
		slots[count++] = &b->slots[i];
	qsort(slots, count, sizeof(const struct slot *), slot_compare);
	*ret_count = count;
	return slots;
}

void plandiff(const struct plan *a, const struct plan *b, struct plan_differences *out)
{
	struct side before, after;
	size_t count;
	side_init(&before, a, false);
	side_init(&after, b, true);
	match(&before, &after);
	for (int i = 0; i < PLAN_FIELD_COUNT; i++)
		compare_field(out, NULL, plan_fields[i].name, plan_field_get(a, (enum plan_field)i), plan_field_get(b, (enum plan_field)i));
	const struct slot **slots = all_slots(&before, &after, &count);
	for (size_t i = 0; i < count; i++)
		if (slots[i]->partner)
			compare_session(&before, &after, slots[i], out);
		else
			add(out, slots[i]->of_b ? DIFFERENCE_ADDED : DIFFERENCE_REMOVED, slots[i]->session);
	free(slots);
	side_release(&before);
	side_release(&after);
}

void plan_differences_release(struct plan_differences *out)
{
	for (size_t i = 0; i < out->count; i++) {
		char *const owned[] = {out->items[i].session, out->items[i].title, out->items[i].field, out->items[i].from,
				       out->items[i].to};
		for (size_t k = 0; k < ARRAY_LEN(owned); k++)
			free(owned[k]);
	}
	free(out->items);
	*out = (struct plan_differences){0};
}
