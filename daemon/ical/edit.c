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

void block_release(struct block *block)
{
	for (size_t i = 0; i < block->count; i++)
		free(block->pieces[i].owned);
	free(block->pieces);
	free(block->uid);
	*block = (struct block){0};
}

struct block *edit_block_insert(struct edit *edit, size_t at)
{
	if (edit->count == edit->room) {
		edit->room = edit->room ? edit->room * 2 : 64;
		edit->blocks = xreallocarray(edit->blocks, edit->room, sizeof(*edit->blocks));
	}
	memmove(edit->blocks + at + 1, edit->blocks + at, (edit->count - at) * sizeof(*edit->blocks));
	edit->blocks[at] = (struct block){0};
	edit->count++;
	return &edit->blocks[at];
}

struct edit *edit_free(struct edit *edit)
{
	if (!edit)
		return NULL;
	for (size_t i = 0; i < edit->count; i++)
		block_release(&edit->blocks[i]);
	free(edit->blocks);
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

static void piece_add(struct cutter *cutter, enum piece_kind kind, int depth, const struct line *line)
{
	struct edit *edit = cutter->edit;
	struct block *block = edit->count ? &edit->blocks[edit->count - 1] : NULL;
	if (!block || cutter->split) {
		block = edit_block_insert(edit, edit->count);
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
	struct block *block = &edit->blocks[edit->count - 1];
	if (block->event && !block->uid && is_event(nest_kind(&cutter->nest)) && span_is(line->name, "UID"))
		block->uid = value_title(line->value);
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
			cutter->edit->blocks[cutter->edit->count - 1].event = true;
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
	findings_release(&cutter.findings);
	return result;
}

/* --- joining --------------------------------------------------------------------------------------------------------------------- */

char *edit_bytes(const struct edit *edit, size_t *ret_length)
{
	struct text text = {0};
	for (size_t i = 0; i < edit->count; i++)
		for (size_t k = 0; k < edit->blocks[i].count; k++)
			text_add_n(&text, edit->blocks[i].pieces[k].bytes, edit->blocks[i].pieces[k].length);
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
	for (size_t i = 0; i < edit->count; i++)
		if (!block_is(&edit->blocks[i], edit->source, edit->length, &at))
			return true;
	return at != edit->length;
}

bool edit_block_changed(const struct edit *edit, const struct block *block)
{
	size_t at = block->begin;
	return !block_is(block, edit->source, block->end, &at) || at != block->end;
}

/* --- finding --------------------------------------------------------------------------------------------------------------------- */

struct scope edit_scope_of(size_t block)
{
	return (struct scope){block, block, 2};
}

/* Up to the block that ends with its END. */
struct scope edit_calendar(const struct edit *edit)
{
	struct scope scope = {0, 0, 1};
	for (; scope.to + 1 < edit->count; scope.to++) {
		const struct block *block = &edit->blocks[scope.to];
		const struct piece *last = block->count ? &block->pieces[block->count - 1] : NULL;
		if (last && last->kind == PIECE_END && last->depth == 1)
			break;
	}
	return scope;
}

int edit_find(const struct edit *edit, const char *uid, struct scope *ret_scope, struct err *err)
{
	if (!uid) {
		*ret_scope = edit_calendar(edit);
		return 0;
	}
	char text[QUOTE_TEXT];
	size_t found = SIZE_MAX;
	for (size_t i = 0; i < edit->count; i++) {
		if (!edit->blocks[i].uid || strcmp(edit->blocks[i].uid, uid) != 0)
			continue;
		if (found != SIZE_MAX)
			return err_set(
				err, EDIT_AMBIGUOUS,
				"several events have the UID '%s': a recurring event and its instances; change them in a calendar program",
				quote(text, span_of(uid)));
		found = i;
	}
	if (found == SIZE_MAX)
		return err_set(err, EDIT_NO_SUCH, "no event has the UID '%s': the file has changed, or it is one of a recurring event",
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

bool edit_next(const struct edit *edit, const struct scope *scope, const char *name, struct place *place)
{
	for (; place->block <= scope->to; place->block++, place->at = 0) {
		const struct block *block = &edit->blocks[place->block];
		if (block->event && scope->depth < 2)
			continue;
		for (; place->at < block->count; place->at++) {
			const struct piece *piece = &block->pieces[place->at];
			if (piece->kind == PIECE_PROPERTY && piece->depth == scope->depth && piece_is(piece, name))
				return true;
		}
	}
	return false;
}

char *edit_value(const struct edit *edit, const struct scope *scope, const char *name, bool escape)
{
	struct place place = {scope->from, 0};
	if (!edit_next(edit, scope, name, &place))
		return NULL;
	struct lines lines;
	struct line line;
	edit_cut(&edit->blocks[place.block].pieces[place.at], &lines, &line);
	char *value = escape ? value_text(line.value) : span_dup(line.value);
	lines_release(&lines);
	return value;
}

char *edit_get(const struct edit *edit, const char *uid, const char *name, bool escape)
{
	struct scope scope;
	return edit_find(edit, uid, &scope, NULL) ? NULL : edit_value(edit, &scope, name, escape);
}
