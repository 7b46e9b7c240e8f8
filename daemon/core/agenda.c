#include "agenda.h"

#include <assert.h>

struct entry {
	struct agenda_ref ref;
	struct instant due, start;
	size_t heap_at; /* place in the heap; HEAP_OUT when not in it */
	bool known;
};

#define HEAP_OUT SIZE_MAX

/* The entries of one enrolment, by session index. Allocated one by one: the heap points at them. */
struct row {
	struct entry **items;
	size_t length;
};

struct agenda {
	struct row *rows; /* by enrolment index */
	size_t row_count;
	struct entry **heap; /* binary heap, earliest due first */
	size_t heap_count, heap_room;
	struct agenda_ref *span; /* sorted by (start, ref) */
	size_t span_count, span_room;
};

struct agenda *agenda_new(void)
{
	return xcalloc(1, sizeof(struct agenda));
}

struct agenda *agenda_free(struct agenda *agenda)
{
	if (!agenda)
		return NULL;
	for (size_t i = 0; i < agenda->row_count; i++) {
		for (size_t k = 0; k < agenda->rows[i].length; k++)
			free(agenda->rows[i].items[k]);
		free(agenda->rows[i].items);
	}
	free(agenda->rows);
	free(agenda->heap);
	free(agenda->span);
	free(agenda);
	return NULL;
}

static struct entry *entry_find(const struct agenda *agenda, struct agenda_ref ref)
{
	if (ref.enrolment >= agenda->row_count || ref.session >= agenda->rows[ref.enrolment].length)
		return NULL;
	return agenda->rows[ref.enrolment].items[ref.session];
}

static struct entry *entry_make(struct agenda *agenda, struct agenda_ref ref)
{
	if (ref.enrolment >= agenda->row_count) {
		agenda->rows = xreallocarray(agenda->rows, ref.enrolment + 1u, sizeof(*agenda->rows));
		memset(agenda->rows + agenda->row_count, 0, (ref.enrolment + 1u - agenda->row_count) * sizeof(*agenda->rows));
		agenda->row_count = ref.enrolment + 1u;
	}
	struct row *row = &agenda->rows[ref.enrolment];
	if (ref.session >= row->length) {
		size_t length = ref.session + 1u > row->length * 2 ? ref.session + 1u : row->length * 2;
		row->items = xreallocarray(row->items, length, sizeof(*row->items));
		memset(row->items + row->length, 0, (length - row->length) * sizeof(*row->items));
		row->length = length;
	}
	if (!row->items[ref.session]) {
		struct entry *entry = xcalloc(1, sizeof(*entry));
		*entry = (struct entry){.ref = ref, .heap_at = HEAP_OUT};
		row->items[ref.session] = entry;
	}
	return row->items[ref.session];
}

static int compare(struct instant a, struct agenda_ref ra, struct instant b, struct agenda_ref rb)
{
	if (a.s != b.s)
		return a.s < b.s ? -1 : 1;
	if (ra.enrolment != rb.enrolment)
		return ra.enrolment < rb.enrolment ? -1 : 1;
	return ra.session == rb.session ? 0 : ra.session < rb.session ? -1 : 1;
}

/* --- the heap ------------------------------------------------------------------------------------------------------------------ */

static bool earlier(const struct agenda *agenda, size_t a, size_t b)
{
	const struct entry *x = agenda->heap[a], *y = agenda->heap[b];
	return compare(x->due, x->ref, y->due, y->ref) < 0;
}

static void heap_swap(struct agenda *agenda, size_t a, size_t b)
{
	struct entry *x = agenda->heap[a];
	agenda->heap[a] = agenda->heap[b];
	agenda->heap[b] = x;
	agenda->heap[a]->heap_at = a;
	agenda->heap[b]->heap_at = b;
}

/* Bounded by the height of the heap. */
static void heap_settle(struct agenda *agenda, size_t at)
{
	while (at > 0 && earlier(agenda, at, (at - 1) / 2)) {
		heap_swap(agenda, at, (at - 1) / 2);
		at = (at - 1) / 2;
	}
	for (;;) {
		size_t least = at, left = 2 * at + 1;
		for (size_t child = left; child < left + 2 && child < agenda->heap_count; child++)
			if (earlier(agenda, child, least))
				least = child;
		if (least == at)
			return;
		heap_swap(agenda, at, least);
		at = least;
	}
}

static void heap_out(struct agenda *agenda, struct entry *entry)
{
	size_t at = entry->heap_at;
	if (at == HEAP_OUT)
		return;
	heap_swap(agenda, at, agenda->heap_count - 1);
	agenda->heap_count--;
	entry->heap_at = HEAP_OUT;
	if (at < agenda->heap_count)
		heap_settle(agenda, at);
}

static void heap_in(struct agenda *agenda, struct entry *entry)
{
	if (agenda->heap_count == agenda->heap_room) {
		agenda->heap_room = agenda->heap_room ? agenda->heap_room * 2 : 64;
		agenda->heap = xreallocarray(agenda->heap, agenda->heap_room, sizeof(struct entry *));
	}
	entry->heap_at = agenda->heap_count;
	agenda->heap[agenda->heap_count++] = entry;
	heap_settle(agenda, entry->heap_at);
}

/* --- the order by start -------------------------------------------------------------------------------------------------------- */

/* The first place whose (start, ref) is not less. */
static size_t span_lower(const struct agenda *agenda, struct instant start, struct agenda_ref ref)
{
	size_t low = 0, high = agenda->span_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct entry *entry = entry_find(agenda, agenda->span[middle]);
		if (compare(entry->start, entry->ref, start, ref) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void span_out(struct agenda *agenda, const struct entry *entry)
{
	size_t at = span_lower(agenda, entry->start, entry->ref);
	assert(at < agenda->span_count && compare(entry->start, entry->ref, entry->start, agenda->span[at]) == 0);
	memmove(agenda->span + at, agenda->span + at + 1, (agenda->span_count - at - 1) * sizeof(*agenda->span));
	agenda->span_count--;
}

static void span_in(struct agenda *agenda, const struct entry *entry)
{
	if (agenda->span_count == agenda->span_room) {
		agenda->span_room = agenda->span_room ? agenda->span_room * 2 : 64;
		agenda->span = xreallocarray(agenda->span, agenda->span_room, sizeof(*agenda->span));
	}
	size_t at = span_lower(agenda, entry->start, entry->ref);
	memmove(agenda->span + at + 1, agenda->span + at, (agenda->span_count - at) * sizeof(*agenda->span));
	agenda->span[at] = entry->ref;
	agenda->span_count++;
}

/* --- the agenda ---------------------------------------------------------------------------------------------------------------- */

void agenda_set(struct agenda *agenda, struct agenda_ref ref, struct instant due, struct instant start)
{
	struct entry *entry = entry_make(agenda, ref);
	if (!entry->known || entry->start.s != start.s) {
		if (entry->known)
			span_out(agenda, entry);
		entry->start = start;
		entry->known = true;
		span_in(agenda, entry);
	}
	heap_out(agenda, entry);
	entry->due = due;
	if (due.s != INSTANT_NEVER)
		heap_in(agenda, entry);
}

void agenda_remove(struct agenda *agenda, struct agenda_ref ref)
{
	struct entry *entry = entry_find(agenda, ref);
	if (!entry || !entry->known)
		return;
	heap_out(agenda, entry);
	span_out(agenda, entry);
	entry->known = false;
}

struct instant agenda_next_due(const struct agenda *agenda)
{
	return agenda->heap_count ? agenda->heap[0]->due : (struct instant){INSTANT_NEVER};
}

bool agenda_pop_due(struct agenda *agenda, struct instant now, struct agenda_ref *ret_ref)
{
	if (!agenda->heap_count || agenda->heap[0]->due.s > now.s)
		return false;
	*ret_ref = agenda->heap[0]->ref;
	heap_out(agenda, agenda->heap[0]);
	return true;
}

size_t agenda_span(const struct agenda *agenda, struct instant from, struct instant to, const struct agenda_ref **ret_refs)
{
	const struct agenda_ref first = {0, 0};
	size_t begin = span_lower(agenda, from, first);
	size_t end = to.s == INSTANT_NEVER ? agenda->span_count : span_lower(agenda, to, first);
	*ret_refs = agenda->span + begin;
	return end > begin ? end - begin : 0;
}
