#include "edit_private.h"

#include "values.h"

/* Lines of one name: where they are, or what is to be there. */
struct row {
	struct place *places;
	struct piece *pieces;
	size_t count;
};

static void row_add(struct row *row, struct place place, struct piece piece)
{
	row->places = xreallocarray(row->places, row->count + 1, sizeof(*row->places));
	row->pieces = xreallocarray(row->pieces, row->count + 1, sizeof(*row->pieces));
	row->places[row->count] = place;
	row->pieces[row->count++] = piece;
}

static void row_release(struct row *row)
{
	free(row->places);
	free(row->pieces);
}

/* RELATED-TO is one property for many relations: only those of the same RELTYPE are meant (RFC 5545 3.2.15: PARENT when not said). */
static bool same_relation(const struct piece *piece, struct span params)
{
	struct lines lines;
	struct line line, meant = {.params = params};
	struct span is = span_of("PARENT"), asked = is;
	edit_cut(piece, &lines, &line);
	(void)line_param(&line, "RELTYPE", &is);
	(void)line_param(&meant, "RELTYPE", &asked);
	bool same = is.n == asked.n && strncasecmp(is.p, asked.p, is.n) == 0;
	lines_release(&lines);
	return same;
}

static void row_find(const struct edit *edit, const struct scope *scope, const struct content *content, struct row *row)
{
	bool relation = strcmp(content->name, "RELATED-TO") == 0;
	for (struct place place = {scope->from, 0}; edit_next(edit, scope, content->name, &place); place.at++) {
		struct piece piece = edit->blocks[place.block].pieces[place.at];
		if (!relation || same_relation(&piece, span_of(content->params)))
			row_add(row, place, piece);
	}
}

static bool piece_has(const struct piece *piece, const char *value, bool escape)
{
	struct lines lines;
	struct line line;
	edit_cut(piece, &lines, &line);
	OWNED_TEXT *has = escape ? value_text(line.value) : span_dup(line.value);
	lines_release(&lines);
	return strcmp(has, value) == 0;
}

/* A line of old with that value that is not used yet, the one at `at` first; old->count: none. */
static size_t row_match(const struct row *old, const bool *used, size_t at, const char *value, bool escape)
{
	if (at < old->count && !used[at] && piece_has(&old->pieces[at], value, escape))
		return at;
	for (size_t i = 0; i < old->count; i++)
		if (!used[i] && piece_has(&old->pieces[i], value, escape))
			return i;
	return old->count;
}

/* What is to be there: lines that have a value already stay as they are, parameters and folds and all. */
static int row_make(const struct edit *edit, int depth, const struct content *content, const struct row *old, bool *used, struct row *row,
		    struct err *err)
{
	for (size_t i = 0; i < content->count; i++) {
		size_t match = row_match(old, used, i, content->values[i], content->escape);
		if (match < old->count) {
			used[match] = true;
			row_add(row, old->places[match], old->pieces[match]);
			continue;
		}
		struct text text = {0};
		int result = line_write(&text, content->name, content->params, content->values[i], content->escape, edit->line_end, err);
		if (result) {
			text_release(&text);
			for (size_t k = 0; k < row->count; k++) /* what was there stays */
				if (!row->places[k].block && !row->places[k].at)
					free(row->pieces[k].owned);
			return result;
		}
		struct piece piece = {.kind = PIECE_PROPERTY, .depth = depth, .length = text.len};
		piece.bytes = piece.owned = text_take(&text);
		row_add(row, (struct place){0, 0}, piece); /* no line stands there: a component begins with BEGIN */
	}
	return 0;
}

/* Does the component's own part of the block end here: with what is inside, or its END? */
static bool ends_own(const struct piece *piece, int depth)
{
	return (piece->kind == PIECE_BEGIN && piece->depth > depth) || (piece->kind == PIECE_END && piece->depth == depth);
}

/* Before the first component inside, or the end; blank lines stay with what follows them. */
static struct place new_place(const struct edit *edit, const struct scope *scope)
{
	const struct block *block = &edit->blocks[scope->from];
	size_t at = 0;
	while (at < block->count && !ends_own(&block->pieces[at], scope->depth))
		at++; /* to the end of the block when an event is the first inside */
	while (at && block->pieces[at - 1].kind == PIECE_BLANK)
		at--;
	return (struct place){scope->from, at};
}

static struct place place_after(const struct edit *edit, const struct scope *scope, const char *const *after)
{
	struct place last = {0, 0}, place;
	bool found = false;
	for (; after && *after; after++)
		for (place = (struct place){scope->from, 0}; edit_next(edit, scope, *after, &place); place.at++) {
			if (!found || place.block > last.block || (place.block == last.block && place.at >= last.at))
				last = (struct place){place.block, place.at + 1};
			found = true;
		}
	return found ? last : new_place(edit, scope);
}

/* The i-th line goes where the i-th was; more of them after the last, fewer leave the last places. */
static void row_place(struct edit *edit, const struct scope *scope, const struct row *old, const struct row *row, const char *const *after)
{
	struct place next = old->count ? old->places[old->count - 1] : place_after(edit, scope, after);
	next.at += old->count > 0;
	for (size_t i = 0; i < old->count && i < row->count; i++)
		edit->blocks[old->places[i].block].pieces[old->places[i].at] = row->pieces[i];
	for (size_t i = old->count; i < row->count; i++)
		block_insert(&edit->blocks[next.block], next.at++, row->pieces[i]);
	for (size_t i = old->count; i-- > row->count;) {
		struct block *block = &edit->blocks[old->places[i].block];
		block->pieces[old->places[i].at].owned = NULL; /* freed with the lines that are not used */
		block_remove(block, old->places[i].at);
	}
}

int edit_put(struct edit *edit, const struct scope *scope, const struct content *content, const char *const *after, struct err *err)
{
	struct row old = {0}, row = {0};
	row_find(edit, scope, content, &old);
	bool *used = xcalloc(old.count, sizeof(*used));
	int result = row_make(edit, scope->depth, content, &old, used, &row, err);
	if (!result) {
		row_place(edit, scope, &old, &row, after);
		for (size_t i = 0; i < old.count; i++)
			if (!used[i])
				free(old.pieces[i].owned);
	}
	free(used);
	row_release(&old);
	row_release(&row);
	return result;
}

int edit_set(struct edit *edit, const char *uid, const char *name, const char *params, const char *const *values, size_t count, bool escape,
	     struct err *err)
{
	struct scope scope;
	int result = edit_find(edit, uid, &scope, err);
	if (result)
		return result;
	const struct content content = {name, params ? params : "", values, count, escape};
	result = edit_put(edit, &scope, &content, NULL, err);
	if (!result && uid && strcmp(name, "UID") == 0)
		text_replace(&edit->blocks[scope.from].uid, edit_value(edit, &scope, "UID", true));
	return result;
}

int edit_remove(struct edit *edit, const char *uid, struct err *err)
{
	struct scope scope;
	int result = edit_find(edit, uid, &scope, err);
	if (result)
		return result;
	if (!uid)
		return err_set(err, EDIT_NO_SUCH, "no event is named: give its UID");
	block_release(&edit->blocks[scope.from]);
	edit->count--;
	memmove(edit->blocks + scope.from, edit->blocks + scope.from + 1, (edit->count - scope.from) * sizeof(*edit->blocks));
	return 0;
}
