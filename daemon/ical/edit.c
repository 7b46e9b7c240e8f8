#include "edit_private.h"

#include "nest.h"
#include "values.h"

/* --- blocks and pieces ----------------------------------------------------------------------------------------------------------- */

void block_insert(struct block *block, size_t at, struct piece piece)
{
	if (block->count == block->room) {
		block->room = block->room ? block->room * 2 : 16;
		block->pieces = xreallocarray(block->pieces, block->room, sizeof(*block->pieces));
	}
	memmove(block->pieces + at + 1, block->pieces + at, (block->count - at) * sizeof(*block->pieces));
	block->pieces[at] = piece;
	block->count++;
}

void block_remove(struct block *block, size_t at)
{
	free(block->pieces[at].owned);
	block->count--;
	memmove(block->pieces + at, block->pieces + at + 1, (block->count - at) * sizeof(*block->pieces));
}

static struct block *block_free(struct block *block)
{
	for (size_t i = 0; i < block->count; i++)
		free(block->pieces[i].owned);
	free(block->pieces);
	free(block->uid);
	free(block);
	return NULL;
}

struct block *edit_block_insert(struct edit *edit, struct block *after)
{
	struct block *block = xcalloc(1, sizeof(*block));
	if (after)
		DL_APPEND_ELEM(edit->blocks, after, block);
	else
		DL_APPEND(edit->blocks, block);
	return block;
}

void edit_block_remove(struct edit *edit, struct block *block)
{
	edit_block_name(edit, block, NULL);
	DL_DELETE(edit->blocks, block);
	block_free(block);
}

static void index_add(struct edit *edit, struct block *block)
{
	struct block *first = NULL;
	size_t n = strlen(block->uid);
	HASH_FIND(hh, edit->by_uid, block->uid, n, first);
	if (!first) {
		HASH_ADD_KEYPTR(hh, edit->by_uid, block->uid, n, block);
		return;
	}
	block->twin = first->twin;
	first->twin = block;
}

static void index_drop(struct edit *edit, struct block *block)
{
	struct block *first = NULL, *twin = block->twin;
	HASH_FIND(hh, edit->by_uid, block->uid, strlen(block->uid), first);
	block->twin = NULL;
	if (first != block) {
		while (first->twin != block) /* ends: it is one of them */
			first = first->twin;
		first->twin = twin;
		return;
	}
	HASH_DEL(edit->by_uid, block);
	if (twin)
		HASH_ADD_KEYPTR(hh, edit->by_uid, twin->uid, strlen(twin->uid), twin);
}

void edit_block_name(struct edit *edit, struct block *block, char *uid)
{
	if (block->uid)
		index_drop(edit, block);
	text_replace(&block->uid, uid);
	if (uid)
		index_add(edit, block);
}

struct edit *edit_free(struct edit *edit)
{
	struct block *block, *next;
	if (!edit)
		return NULL;
	HASH_CLEAR(hh, edit->by_uid);
	DL_FOREACH_SAFE(edit->blocks, block, next)
	block_free(block);
	free(edit->source);
	free(edit);
	return NULL;
}

/* --- cutting --------------------------------------------------------------------------------------------------------------------- */

struct cutter {
	struct edit *edit;
	struct nest nest;
	struct findings findings;
	struct report report;
	bool split; /* the next line begins a block */
	bool any;   /* a line with text was seen */
};

static struct block *block_last(const struct edit *edit)
{
	return edit->blocks ? edit->blocks->prev : NULL;
}

static void piece_add(struct cutter *cutter, enum piece_kind kind, int depth, const struct line *line)
{
	struct edit *edit = cutter->edit;
	struct block *block = block_last(edit);
	if (!block || cutter->split) {
		block = edit_block_insert(edit, NULL);
		block->begin = line->begin;
		cutter->split = false;
	}
	block_insert(block, block->count,
		     (struct piece){.kind = kind, .depth = depth, .bytes = edit->source + line->begin, .length = line->end - line->begin});
	block->end = line->end;
}

static bool is_event(enum component kind)
{
	return kind == COMPONENT_EVENT || kind == COMPONENT_TODO;
}

static void property_cut(struct cutter *cutter, const struct line *line)
{
	char name[QUOTE_TEXT];
	struct edit *edit = cutter->edit;
	if (!cutter->nest.depth)
		report_add(&cutter->report, LINT_FILE, line->number,
			   "property outside of a calendar: '%s', put it between BEGIN and END:VCALENDAR", quote(name, line->name));
	piece_add(cutter, PIECE_PROPERTY, cutter->nest.depth, line);
	struct block *block = block_last(edit);
	if (block->event && !block->uid && is_event(nest_kind(&cutter->nest)) && span_is(line->name, "UID"))
		edit_block_name(edit, block, value_title(line->value));
}

static void line_cut(struct cutter *cutter, const struct line *line)
{
	enum component ended = COMPONENT_NONE;
	char text[QUOTE_TEXT];
	if (!cutter->any && !(span_is(line->name, "BEGIN") && span_is(line->value, "VCALENDAR")))
		report_add(&cutter->report, LINT_FILE, line->number, "not a calendar: it begins with '%s', expected BEGIN:VCALENDAR",
			   quote(text, line->name));
	cutter->any = true;
	switch (nest_take(&cutter->nest, line, &cutter->report, &ended)) {
	case NEST_STAY:
		property_cut(cutter, line);
		break;
	case NEST_BEGIN:
		cutter->split |= is_event(nest_kind(&cutter->nest));
		piece_add(cutter, PIECE_BEGIN, cutter->nest.depth, line);
		if (is_event(nest_kind(&cutter->nest)))
			block_last(cutter->edit)->event = true;
		break;
	case NEST_END:
		piece_add(cutter, PIECE_END, cutter->nest.depth + 1, line);
		cutter->split = is_event(ended) || ended == COMPONENT_CALENDAR;
		break;
	case NEST_BROKEN:
		break;
	}
}

/* Ends at the end of the file or at the first thing that is wrong. */
static void lines_cut(struct cutter *cutter)
{
	struct edit *edit = cutter->edit;
	struct lines lines;
	struct line line;
	lines_init(&lines, edit->source, edit->length);
	while (!cutter->findings.count && lines_next(&lines, &line)) {
		if (line.fault)
			report_add(&cutter->report, LINT_FILE, line.fault_number, "%s", line_fault_text[line.fault]);
		else if (line.blank)
			piece_add(cutter, PIECE_BLANK, cutter->nest.depth, &line);
		else
			line_cut(cutter, &line);
	}
	if (!cutter->findings.count)
		nest_finish(&cutter->nest, lines.number - 1, &cutter->report);
	if (!cutter->findings.count && !cutter->any)
		report_add(&cutter->report, LINT_FILE, 1, "the file has no text: expected BEGIN:VCALENDAR");
	lines_release(&lines);
}

static const char *line_end_of(const char *bytes, size_t length)
{
	const char *feed = length ? memchr(bytes, '\n', length) : NULL;
	return feed && (feed == bytes || feed[-1] != '\r') ? "\n" : "\r\n";
}

int edit_open(const char *bytes, size_t length, struct edit **ret_edit, struct err *err)
{
	if (length > ICAL_FILE_BYTES_MAX)
		return err_set(err, EDIT_BROKEN, "file too large: %zu bytes, split it into parts of at most %d", length,
			       ICAL_FILE_BYTES_MAX);
	struct edit *edit = xcalloc(1, sizeof(*edit));
	edit->source = xstrndup(length ? bytes : "", length);
	edit->length = length;
	edit->line_end = line_end_of(edit->source, length);
	struct cutter cutter = {.edit = edit};
	cutter.report.findings = &cutter.findings;
	lines_cut(&cutter);
	int result = 0;
	if (cutter.findings.count) {
		const struct finding *finding = &cutter.findings.items[0];
		result = err_set(err, EDIT_BROKEN, "line %d: %s", finding->line, finding->text);
		edit = edit_free(edit);
	} else {
		*ret_edit = edit;
	}
	nest_release(&cutter.nest);
	report_forget(&cutter.report);
	findings_release(&cutter.findings);
	return result;
}

/* --- joining --------------------------------------------------------------------------------------------------------------------- */

char *edit_bytes(const struct edit *edit, size_t *ret_length)
{
	struct text text = {0};
	const struct block *block;
	DL_FOREACH(edit->blocks, block)
	for (size_t i = 0; i < block->count; i++)
		text_add_n(&text, block->pieces[i].bytes, block->pieces[i].length);
	*ret_length = text.len;
	return text_take(&text);
}

/* Are the block's pieces these bytes from *at on? *at goes past them. */
static bool block_is(const struct block *block, const char *bytes, size_t length, size_t *at)
{
	for (size_t i = 0; i < block->count; i++) {
		const struct piece *piece = &block->pieces[i];
		if (piece->length > length - *at || memcmp(piece->bytes, bytes + *at, piece->length) != 0)
			return false;
		*at += piece->length;
	}
	return true;
}

bool edit_changed(const struct edit *edit)
{
	size_t at = 0;
	const struct block *block;
	DL_FOREACH(edit->blocks, block)
	if (!block_is(block, edit->source, edit->length, &at))
		return true;
	return at != edit->length;
}

bool edit_block_changed(const struct edit *edit, const struct block *block)
{
	size_t at = block->begin;
	return !block_is(block, edit->source, block->end, &at) || at != block->end;
}

/* --- finding --------------------------------------------------------------------------------------------------------------------- */

struct scope edit_scope_of(struct block *block)
{
	return (struct scope){block, block, 2};
}

/* Up to the block that ends with its END. */
struct scope edit_calendar(const struct edit *edit)
{
	struct scope scope = {edit->blocks, edit->blocks, 1};
	for (; scope.to->next; scope.to = scope.to->next) {
		const struct piece *last = scope.to->count ? &scope.to->pieces[scope.to->count - 1] : NULL;
		if (last && last->kind == PIECE_END && last->depth == 1)
			break;
	}
	return scope;
}

/* Whether an event has this UID but for the moment that series_instance_uid puts behind it. */
static bool is_instance(const struct edit *edit, const char *uid)
{
	static const char tail[] = "-YYYYMMDDTHHMMSS";
	struct block *found = NULL;
	size_t length = strlen(uid), behind = strlen(tail);
	if (length <= behind)
		return false;
	const char *at = uid + length - behind;
	for (size_t i = 0; i < behind; i++)
		if (strchr("-T", tail[i]) ? at[i] != tail[i] : !strchr("0123456789", at[i]))
			return false;
	HASH_FIND(hh, edit->by_uid, uid, length - behind, found);
	return found != NULL;
}

int edit_find(const struct edit *edit, const char *uid, struct scope *ret_scope, struct err *err)
{
	if (!uid) {
		*ret_scope = edit_calendar(edit);
		return 0;
	}
	char text[QUOTE_TEXT];
	struct block *found = NULL;
	HASH_FIND(hh, edit->by_uid, uid, strlen(uid), found);
	if (!found && is_instance(edit, uid))
		return err_set(
			err, EDIT_AMBIGUOUS,
			"it is one instance of an event that repeats (RRULE): change it in a calendar program, or write an event for each "
			"day");
	if (!found)
		return err_set(err, EDIT_NO_SUCH, "no event has the UID '%s': the file has changed meanwhile", quote(text, span_of(uid)));
	if (found->twin)
		return err_set(err, EDIT_AMBIGUOUS,
			       "several events have the UID '%s': a recurring event and its instances; change them in a calendar program",
			       quote(text, span_of(uid)));
	*ret_scope = edit_scope_of(found);
	return 0;
}

void edit_cut(const struct piece *piece, struct lines *lines, struct line *ret_line)
{
	lines_init(lines, piece->bytes, piece->length);
	(void)lines_next(lines, ret_line);
}

static bool piece_is(const struct piece *piece, const char *name)
{
	struct lines lines;
	struct line line;
	edit_cut(piece, &lines, &line);
	bool is = span_is(line.name, name);
	lines_release(&lines);
	return is;
}

bool edit_next(const struct scope *scope, const char *name, struct place *place)
{
	for (;; place->block = place->block->next, place->at = 0) { /* ends: the scope's last block */
		const struct block *block = place->block;
		bool skip = block->event && scope->depth < 2;
		for (; !skip && place->at < block->count; place->at++) {
			const struct piece *piece = &block->pieces[place->at];
			if (piece->kind == PIECE_PROPERTY && piece->depth == scope->depth && piece_is(piece, name))
				return true;
		}
		if (block == scope->to)
			return false;
	}
}

char *edit_value(const struct scope *scope, const char *name, bool escape)
{
	struct place place = {scope->from, 0};
	if (!edit_next(scope, name, &place))
		return NULL;
	struct lines lines;
	struct line line;
	edit_cut(&place.block->pieces[place.at], &lines, &line);
	char *value = escape ? value_text(line.value) : span_dup(line.value);
	lines_release(&lines);
	return value;
}

char *edit_get(const struct edit *edit, const char *uid, const char *name, bool escape)
{
	struct scope scope;
	return edit_find(edit, uid, &scope, NULL) ? NULL : edit_value(&scope, name, escape);
}

size_t edit_count(const struct edit *edit, const char *uid, const char *name)
{
	struct scope scope;
	size_t count = 0;
	if (edit_find(edit, uid, &scope, NULL))
		return 0;
	for (struct place place = {scope.from, 0}; edit_next(&scope, name, &place); place.at++)
		count++;
	return count;
}

bool edit_has(const struct edit *edit, const char *uid)
{
	const struct block *found = NULL;
	HASH_FIND(hh, edit->by_uid, uid, strlen(uid), found);
	return found != NULL;
}
