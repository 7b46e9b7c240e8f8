#include "edit_private.h"

#include "alarm.h"
#include "values.h"

/* An alarm of the event that rings, as the reader counts them: its pieces from..to, and what it says. */
struct ring {
	size_t from, to; /* to: after its END */
	struct plan_alarm at;
	char *uid, *text;
	bool used;
};

struct rings {
	struct ring *items;
	size_t count;
};

static void rings_release(struct rings *rings)
{
	for (size_t i = 0; i < rings->count; i++) {
		free(rings->items[i].uid);
		free(rings->items[i].text);
	}
	free(rings->items);
}

/* Reads the alarm that begins at piece from. Alarms that do not ring (by mail, at a fixed moment, broken) are not ours: they stay. */
static bool ring_read(const struct block *block, size_t from, struct ring *ret_ring)
{
	struct findings findings = {0};
	struct report report = {.findings = &findings};
	struct plan_session session = {0};
	struct alarm alarm;
	struct ring ring = {.from = from, .to = from + 1};
	alarm_begin(&alarm, 0);
	for (; !(block->pieces[ring.to].kind == PIECE_END && block->pieces[ring.to].depth == 3); ring.to++) { /* ends: it has its END */
		struct lines lines;
		struct line line;
		if (block->pieces[ring.to].kind != PIECE_PROPERTY || block->pieces[ring.to].depth != 3)
			continue;
		edit_cut(&block->pieces[ring.to], &lines, &line);
		alarm_take(&alarm, &line, &report);
		if (!ring.uid && span_is(line.name, "UID"))
			ring.uid = value_text(line.value);
		if (!ring.text && span_is(line.name, "DESCRIPTION"))
			ring.text = value_text(line.value);
		lines_release(&lines);
	}
	ring.to++;
	alarm_end(&alarm, &session, &report);
	ring.at = session.alarms[0];
	report_forget(&report);
	findings_release(&findings);
	if (!session.alarm_count) {
		free(ring.uid);
		free(ring.text);
		return false;
	}
	*ret_ring = ring;
	return true;
}

static bool begins_alarm(const struct piece *piece)
{
	struct lines lines;
	struct line line;
	if (piece->kind != PIECE_BEGIN || piece->depth != 3)
		return false;
	edit_cut(piece, &lines, &line);
	bool is = span_is(line.value, "VALARM");
	lines_release(&lines);
	return is;
}

static void rings_read(const struct block *block, struct rings *rings)
{
	for (size_t i = 0; i < block->count; i++) {
		struct ring ring;
		if (!begins_alarm(&block->pieces[i]) || !ring_read(block, i, &ring))
			continue;
		rings->items = xreallocarray(rings->items, rings->count + 1, sizeof(*rings->items));
		rings->items[rings->count++] = ring;
		i = ring.to - 1;
	}
}

static bool ring_is(const struct ring *ring, const struct plan_alarm *alarm, const char *text)
{
	return ring->at.offset_s == alarm->offset_s && ring->at.from_end == alarm->from_end &&
	       (!text || (ring->text && strcmp(ring->text, text) == 0));
}

/* They ring as asked, in that order. */
static bool rings_are(const struct rings *rings, const struct plan_alarm *alarms, int count, const char *text)
{
	if (rings->count != (size_t)count)
		return false;
	for (int i = 0; i < count; i++)
		if (!ring_is(&rings->items[i], &alarms[i], text))
			return false;
	return true;
}

/* The first number no alarm of the event has in its UID. */
static int free_number(const struct rings *rings, const char *uid, int from)
{
	for (bool taken = true; taken; from += taken) { /* ends: there are fewer alarms than numbers */
		OWNED_TEXT *name = xasprintf("%s-A%d", uid, from);
		taken = false;
		for (size_t i = 0; i < rings->count && !taken; i++)
			taken = rings->items[i].uid && strcmp(rings->items[i].uid, name) == 0;
	}
	return from;
}

/* The lines of the new alarms: one that is there already stays as it is written. */
static void alarms_write(struct writer *writer, const struct block *block, struct rings *rings, const struct alarm_words *words,
			 const struct plan_alarm *alarms, int count)
{
	int number = 0;
	for (int i = 0; i < count; i++) {
		struct ring *same = NULL;
		for (size_t k = 0; k < rings->count && !same; k++)
			if (!rings->items[k].used && ring_is(&rings->items[k], &alarms[i], words->text))
				same = &rings->items[k];
		if (!same) {
			number = free_number(rings, words->uid, number + 1);
			writer_alarm(writer, words, &alarms[i], number);
			continue;
		}
		same->used = true;
		for (size_t k = same->from; k < same->to; k++)
			text_add_n(&writer->text, block->pieces[k].bytes, block->pieces[k].length);
	}
}

/* Takes the old ones out and puts the lines in the place of the first, or before the event's END. */
static void alarms_place(struct block *block, const struct rings *rings, const struct text *lines)
{
	size_t at = rings->count ? rings->items[0].from : block->count - 1;
	for (size_t i = rings->count; i-- > 0;)
		for (size_t k = rings->items[i].to; k-- > rings->items[i].from;)
			block_remove(block, k);
	struct block fresh = {0};
	block_take(&fresh, lines->data ? lines->data : "", lines->len, 2);
	for (size_t i = 0; i < fresh.count; i++)
		block_insert(block, at + i, fresh.pieces[i]);
	free(fresh.pieces);
}

/* Minutes as the event's DURATION says; 0: it has none. */
static int event_minutes(const struct scope *scope)
{
	OWNED_TEXT *value = edit_value(scope, "DURATION", false);
	int32_t length_s = 0;
	return value && value_duration(span_of(value), &length_s) && length_s > 0 ? (int)(((int64_t)length_s + MINUTE_S - 1) / MINUTE_S)
										  : 0;
}

int edit_alarms(struct edit *edit, const char *uid, const struct plan_alarm *alarms, int count, const char *text, struct err *err)
{
	struct scope scope;
	if (!uid)
		return err_set(err, EDIT_NO_SUCH, "no event is named: give its UID");
	if (count < 0 || count > PLAN_ALARMS_MAX)
		return err_set(err, EDIT_VALUE, "too many alarms: %d, a session has at most %d", count, PLAN_ALARMS_MAX);
	int result = edit_find(edit, uid, &scope, err);
	if (result)
		return result;
	struct block *block = scope.from;
	CLEANUP(rings_release) struct rings rings = {0};
	rings_read(block, &rings);
	if (rings_are(&rings, alarms, count, text))
		return 0;
	OWNED_TEXT *title = edit_value(&scope, "SUMMARY", true);
	const struct alarm_words words = {uid, title ? title : "your session", text, event_minutes(&scope)};
	struct writer writer = {.line_end = edit->line_end, .err = err};
	alarms_write(&writer, block, &rings, &words, alarms, count);
	if (!writer.result)
		alarms_place(block, &rings, &writer.text);
	text_release(&writer.text);
	return writer.result;
}
