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

static void row_find(const struct scope *scope, const struct content *content, struct row *row)
{
	bool relation = strcmp(content->name, "RELATED-TO") == 0;
	for (struct place place = {scope->from, 0}; edit_next(scope, content->name, &place); place.at++) {
		struct piece piece = place.block->pieces[place.at];
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

/* --- parameters ------------------------------------------------------------------------------------------------------------------ */

static bool is_number(struct span value)
{
	int32_t number;
	return value_integer(value, &number);
}

/* Of a line whose value changes the parameters stay: what language it is in, and what other programs say of the property. Not those that
 * are about the old value alone (RFC 5545 3.2): its other form, its encoding, its zone, its distance from what it named (RFC 9253 6.2). */
static const char *const of_old_value[] = {"VALUE", "ALTREP", "ENCODING", "TZID", "RELTYPE", "GAP"};

/* Types that a value may be told to have; the new one keeps it when it is of that type, too. */
static const struct {
	const char *name;
	bool (*is)(struct span value);
} types[] = {{"URI", value_link}, {"INTEGER", is_number}};

/* The type the old line names and the new value has; NULL: none. */
static const char *type_kept(const struct line *old, const char *value)
{
	struct span type;
	if (!line_param(old, "VALUE", &type))
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (span_is(type, types[i].name))
			return types[i].is(span_of(value)) ? types[i].name : NULL;
	return NULL;
}

static bool param_stays(struct span name, struct span given)
{
	struct line line = {.params = given};
	struct span value;
	OWNED_TEXT *upper = xstrndup(name.p, name.n);
	for (char *p = upper; *p; p++)
		*p = (char)(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
	for (size_t i = 0; i < ARRAY_LEN(of_old_value); i++)
		if (!strcmp(upper, of_old_value[i]))
			return false;
	return !line_param(&line, upper, &value);
}

/* The parameters of a line that takes the place of old: those given, and of old's those that hold for the new value as well. *ret_escape:
 * the value is a TEXT. */
static char *params_merged(const struct piece *old, const struct content *content, const char *value, bool *ret_escape)
{
	struct text text = {0};
	struct lines lines;
	struct line line;
	edit_cut(old, &lines, &line);
	const char *type = *content->params ? NULL : type_kept(&line, value);
	*ret_escape = content->escape && !type;
	text_add(&text, content->params);
	if (type)
		text_addf(&text, ";VALUE=%s", type);
	for (struct span rest = line.params; rest.n;) {
		struct span from = rest;
		struct param param;
		size_t values;
		if (param_next(&rest, &param, &values))
			break;
		if (param_stays(param.name, span_of(content->params)))
			text_add_n(&text, from.p, from.n - rest.n);
	}
	lines_release(&lines);
	return text_take(&text);
}

/* --- lines ----------------------------------------------------------------------------------------------------------------------- */

/* The line of a value; old: in whose place it goes, NULL: a new one. */
static int piece_make(const struct edit *edit, int depth, const struct content *content, const char *value, const struct piece *old,
		      struct piece *ret_piece, struct err *err)
{
	struct text text = {0};
	bool escape = content->escape;
	OWNED_TEXT *params = old ? params_merged(old, content, value, &escape) : xstrdup(content->params);
	int result = line_write(&text, content->name, params, value, escape, edit->line_end, err);
	if (result) {
		text_release(&text);
		return result;
	}
	*ret_piece = (struct piece){.kind = PIECE_PROPERTY, .depth = depth, .length = text.len};
	ret_piece->bytes = ret_piece->owned = text_take(&text);
	return 0;
}

/* What is to be there: lines that have a value already stay as they are, parameters and folds and all. */
static int row_make(const struct edit *edit, int depth, const struct content *content, const struct row *old, bool *used, struct row *row,
		    struct err *err)
{
	bool relation = strcmp(content->name, "RELATED-TO") == 0; /* each is one of its own */
	for (size_t i = 0; i < content->count; i++) {
		size_t match = row_match(old, used, i, content->values[i], content->escape);
		if (match < old->count) {
			used[match] = true;
			row_add(row, old->places[match], old->pieces[match]);
			continue;
		}
		struct piece piece;
		const struct piece *replaced = i < old->count && !relation ? &old->pieces[i] : NULL;
		int result = piece_make(edit, depth, content, content->values[i], replaced, &piece, err);
		if (result) {
			for (size_t k = 0; k < row->count; k++) /* what was there stays */
				if (!row->places[k].block && !row->places[k].at)
					free(row->pieces[k].owned);
			return result;
		}
		row_add(row, (struct place){NULL, 0}, piece); /* no line stands there: a component begins with BEGIN */
	}
	return 0;
}

/* Does the component's own part of the block end here: with what is inside, or its END? */
static bool ends_own(const struct piece *piece, int depth)
{
	return (piece->kind == PIECE_BEGIN && piece->depth > depth) || (piece->kind == PIECE_END && piece->depth == depth);
}

/* Before the first component inside, or the end; blank lines stay with what follows them. */
static struct place new_place(const struct scope *scope)
{
	const struct block *block = scope->from;
	size_t at = 0;
	while (at < block->count && !ends_own(&block->pieces[at], scope->depth))
		at++; /* to the end of the block when an event is the first inside */
	while (at && block->pieces[at - 1].kind == PIECE_BLANK)
		at--;
	return (struct place){scope->from, at};
}

/* a is the farther one. Of two that stand in different blocks the walk from one to the other tells. */
static bool is_behind(struct place a, struct place b)
{
	const struct block *block = b.block;
	if (a.block == b.block)
		return a.at > b.at;
	while (block && block != a.block)
		block = block->next;
	return block != NULL;
}

static struct place place_after(const struct scope *scope, const char *const *after)
{
	struct place last = {NULL, 0};
	for (; after && *after; after++)
		for (struct place place = {scope->from, 0}; edit_next(scope, *after, &place); place.at++) {
			struct place behind = {place.block, place.at + 1};
			if (!last.block || is_behind(behind, last))
				last = behind;
		}
	return last.block ? last : new_place(scope);
}

/* The i-th line goes where the i-th was; more of them after the last, fewer leave the last places. */
static void row_place(const struct scope *scope, const struct row *old, const struct row *row, const char *const *after)
{
	struct place next = old->count ? old->places[old->count - 1] : place_after(scope, after);
	next.at += old->count > 0;
	for (size_t i = 0; i < old->count && i < row->count; i++)
		old->places[i].block->pieces[old->places[i].at] = row->pieces[i];
	for (size_t i = old->count; i < row->count; i++)
		block_insert(next.block, next.at++, row->pieces[i]);
	for (size_t i = old->count; i-- > row->count;) {
		struct block *block = old->places[i].block;
		block->pieces[old->places[i].at].owned = NULL; /* freed with the lines that are not used */
		block_remove(block, old->places[i].at);
	}
}

int edit_put(struct edit *edit, const struct scope *scope, const struct content *content, const char *const *after, struct err *err)
{
	struct row old = {0}, row = {0};
	row_find(scope, content, &old);
	bool *used = xcalloc(old.count, sizeof(*used));
	int result = row_make(edit, scope->depth, content, &old, used, &row, err);
	if (!result) {
		row_place(scope, &old, &row, after);
		scope->from->start_is_known = false;
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
		edit_block_name(edit, scope.from, edit_value(&scope, "UID", true));
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
	edit_block_remove(edit, scope.from);
	return 0;
}
