#include "edit_private.h"

#include "core/zone.h"
#include "values.h"

/* --- lines ----------------------------------------------------------------------------------------------------------------------- */

/* For a file that has to be written in any case: what no line may hold becomes a blank or '?', what is too long ends early. */
static char *text_clean(const char *value)
{
	char *clean = xstrndup(value, strnlen(value, PLAN_TEXT_MAX));
	for (char *p = clean; *p; p++) {
		unsigned char c = (unsigned char)*p;
		if (c >= 0x7F)
			*p = '?';
		else if (c < ' ' && c != '\t' && c != '\n')
			*p = ' ';
	}
	return clean;
}

void writer_line(struct writer *writer, const char *name, const char *params, const char *value, bool escape)
{
	if (writer->result)
		return;
	struct err *err = writer->clean ? NULL : writer->err;
	int result = line_write(&writer->text, name, params, value, escape, writer->line_end, err);
	if (result && writer->clean) {
		OWNED_TEXT *clean = text_clean(value);
		result = line_write(&writer->text, name, params, clean, escape, writer->line_end, NULL);
		if (result && escape) /* parameters of ours are always good */
			result = line_write(&writer->text, name, "", clean, true, writer->line_end, NULL);
	}
	writer->result = writer->clean ? 0 : result;
}

void writer_text(struct writer *writer, const char *name, const char *value)
{
	if (value && *value)
		writer_line(writer, name, "", value, true);
}

void writer_number(struct writer *writer, const char *name, int number)
{
	OWNED_TEXT *value = xasprintf("%d", number);
	writer_line(writer, name, ";VALUE=INTEGER", value, false);
}

static void writer_frame(struct writer *writer, const char *line)
{
	text_addf(&writer->text, "%s%s", line, writer->line_end);
}

/* Where a list's first part ends: NULL for the last. Only what the reader joins again the same way is cut. */
static const char *part_end(const char *list, const char *between)
{
	size_t n = strlen(between);
	const char *end = *list ? strstr(list + 1, between) : NULL;
	while (end && (end[-1] == ' ' || end[n] == ' ' || !end[n]))
		end = strstr(end + 1, between);
	return end;
}

void writer_list(struct writer *writer, const char *name, const char *params, const char *list, const char *between, bool uri)
{
	while (list && *list) {
		const char *end = part_end(list, between);
		OWNED_TEXT *part = end ? xstrndup(list, (size_t)(end - list)) : xstrdup(list);
		bool link = uri && value_link(span_of(part));
		writer_line(writer, name, link ? ";VALUE=URI" : params, part, !link);
		list = end ? end + strlen(between) : NULL;
	}
}

/* --- alarms ---------------------------------------------------------------------------------------------------------------------- */

static char *minutes_text(int32_t seconds)
{
	int minutes = (int)((seconds + MINUTE_S - 1) / MINUTE_S);
	return xasprintf("%d minute%s", minutes, minutes == 1 ? "" : "s");
}

/* What the alarm says in a calendar program that knows no plans. */
static char *alarm_text(const struct alarm_words *words, const struct plan_alarm *alarm)
{
	if (words->text)
		return xstrdup(words->text);
	if (alarm->from_end && alarm->offset_s >= 0)
		return xstrdup("Done? Log the minutes and how hard it felt.");
	if (alarm->offset_s == -DAY_S && !alarm->from_end)
		return xasprintf("Tomorrow: %s", words->title);
	OWNED_TEXT *length = minutes_text(words->minutes * MINUTE_S);
	if (alarm->offset_s == 0)
		return words->minutes ? xasprintf("Starts now: %s (%s)", words->title, length) : xasprintf("Starts now: %s", words->title);
	int32_t offset_s = alarm->offset_s == INT32_MIN ? INT32_MAX : abs(alarm->offset_s);
	OWNED_TEXT *ahead = minutes_text(offset_s > INT32_MAX - MINUTE_S ? INT32_MAX - MINUTE_S : offset_s);
	if (alarm->from_end)
		return xasprintf("Ends in %s: %s", ahead, words->title);
	return alarm->offset_s < 0 ? xasprintf("Starts in %s: %s", ahead, words->title)
				   : xasprintf("Started %s ago: %s", ahead, words->title);
}

void writer_alarm(struct writer *writer, const struct alarm_words *words, const struct plan_alarm *alarm, int number)
{
	char trigger[DURATION_VALUE];
	OWNED_TEXT *uid = xasprintf("%s-A%d", words->uid, number);
	OWNED_TEXT *text = alarm_text(words, alarm);
	writer_frame(writer, "BEGIN:VALARM");
	writer_line(writer, "UID", "", uid, true);
	writer_line(writer, "ACTION", "", "DISPLAY", false);
	writer_line(writer, "TRIGGER", alarm->from_end ? ";RELATED=END" : "", duration_value(trigger, alarm->offset_s), false);
	writer_line(writer, "DESCRIPTION", "", text, true);
	writer_frame(writer, "END:VALARM");
}

/* --- events ---------------------------------------------------------------------------------------------------------------------- */

static void write_when(struct writer *writer, const struct plan_session *session, int32_t anchor_day)
{
	char moment[MOMENT_VALUE];
	bool utc = session->zone && strcmp(session->zone, zone_utc.name) == 0;
	OWNED_TEXT *params = session->zone && !utc ? xasprintf(";TZID=%s", session->zone) : xstrdup("");
	OWNED_TEXT *start =
		xasprintf("%s%s", moment_value(moment, (struct civil){anchor_day + session->day, session->second}), utc ? "Z" : "");
	OWNED_TEXT *length = xasprintf("PT%dM", session->minutes);
	writer_line(writer, "DTSTART", params, start, false);
	writer_line(writer, "DURATION", "", length, false);
}

/* "training,easy,meta,plan": what a calendar program can show of type, skill and touch points. Ours have no commas (STANDARDS 2). */
static void write_categories(struct writer *writer, const struct plan_session *session)
{
	static const char *const families[] = {[FAMILY_SOFT] = "soft", [FAMILY_TECH] = "tech", [FAMILY_META] = "meta"};
	enum skill_family family = session->skill ? skill_family(session->skill) : FAMILY_NONE;
	OWNED_TEXT *value = family == FAMILY_NONE
				    ? xasprintf("training,%s", type_info[session->type].name)
				    : xasprintf("training,%s,%s,%s", type_info[session->type].name, families[family], session->skill);
	for (int i = 0; i < TOUCH_COUNT; i++)
		if (session->touches >> i & 1)
			text_replace(&value, xasprintf("%s,%s", value, touch_name[i]));
	writer_line(writer, "CATEGORIES", "", value, false);
}

/* The reader takes the first address that is laid out when there is no URL. */
static bool link_is_laid_out(const struct plan_session *session)
{
	for (const char *prep = session->prep; prep;) {
		const char *end = part_end(prep, "; ");
		struct span item = {prep, end ? (size_t)(end - prep) : strlen(prep)};
		if (value_link(item))
			return span_equal(item, span_of(session->link));
		prep = end ? end + 2 : NULL;
	}
	return false;
}

/* The properties that are nothing but a text, in the usual order (format.c). A list has a line for each part. */
static const struct {
	const char *name, *between;
	size_t at;
} texts[] = {
	{"X-PACER-PREP", "; ", offsetof(struct plan_session, prep)},
	{"X-PACER-REVIEW", NULL, offsetof(struct plan_session, review)},
	{"X-PACER-MILESTONE", NULL, offsetof(struct plan_session, milestone)},
	{"X-PACER-EVIDENCE", NULL, offsetof(struct plan_session, evidence)},
	{"X-PACER-WITH", NULL, offsetof(struct plan_session, with)},
	{"X-PACER-PERSONA", " ", offsetof(struct plan_session, persona)},
	{"X-PACER-TRACK", NULL, offsetof(struct plan_session, track)},
	{"X-PACER-RUBRIC", "; ", offsetof(struct plan_session, rubric)},
	{"X-PACER-TIP", NULL, offsetof(struct plan_session, tip)},
	{"X-PACER-FALLBACK", NULL, offsetof(struct plan_session, fallback)},
	{"X-PACER-HELP", NULL, offsetof(struct plan_session, help)},
};

static void write_texts(struct writer *writer, const struct plan_session *session)
{
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		char *const *text = (char *const *)(const void *)((const char *)session + texts[i].at);
		bool laid_out = texts[i].at == offsetof(struct plan_session, prep);
		if (session->pass && texts[i].at == offsetof(struct plan_session, milestone))
			writer_number(writer, "X-PACER-PASS", session->pass);
		if (texts[i].between)
			writer_list(writer, texts[i].name, "", *text, texts[i].between, laid_out);
		else
			writer_text(writer, texts[i].name, *text);
	}
}

void writer_event(struct writer *writer, const struct plan_session *session, int32_t anchor_day, const char *dtstamp)
{
	bool blocks_time = session->type == TYPE_LONG || session->type == TYPE_TUNEUP || session->type == TYPE_RACE;
	const struct alarm_words words = {session->uid, session->title ? session->title : "", NULL, session->minutes};
	writer_frame(writer, "BEGIN:VEVENT");
	writer_line(writer, "UID", "", session->uid ? session->uid : "", true);
	if (dtstamp)
		writer_line(writer, "DTSTAMP", "", dtstamp, false);
	write_when(writer, session, anchor_day);
	writer_line(writer, "TRANSP", "", blocks_time ? "OPAQUE" : "TRANSPARENT", false);
	writer_text(writer, "SUMMARY", session->title);
	writer_text(writer, "DESCRIPTION", session->description);
	write_categories(writer, session);
	writer_list(writer, "RELATED-TO", ";RELTYPE=DEPENDS-ON", session->depends, " ", false);
	if (session->link && *session->link && !link_is_laid_out(session))
		writer_line(writer, "URL", "", session->link, false);
	writer_line(writer, "X-PACER-TYPE", "", type_info[session->type].name, false);
	writer_text(writer, "X-PACER-SKILL", session->skill);
	writer_number(writer, "X-PACER-EFFORT", session->effort);
	write_texts(writer, session);
	for (int i = 0; i < session->alarm_count; i++)
		writer_alarm(writer, &words, &session->alarms[i], i + 1);
	writer_frame(writer, "END:VEVENT");
}

void block_take(struct block *block, const char *bytes, size_t length, int depth)
{
	struct lines lines;
	struct line line;
	lines_init(&lines, bytes, length);
	while (lines_next(&lines, &line)) {
		struct piece piece = {.length = line.end - line.begin};
		bool begin = span_is(line.name, "BEGIN"), end = span_is(line.name, "END");
		piece.kind = line.blank ? PIECE_BLANK : begin ? PIECE_BEGIN : end ? PIECE_END : PIECE_PROPERTY;
		piece.depth = depth += begin;
		depth -= end;
		piece.bytes = piece.owned = xstrndup(bytes + line.begin, piece.length);
		block_insert(block, block->count, piece);
	}
	lines_release(&lines);
}

/* --- adding ---------------------------------------------------------------------------------------------------------------------- */

/* When the event begins, as its DTSTART is written. false: not known. */
static bool event_start(struct block *block, struct civil *ret_start)
{
	if (!block->start_is_known) {
		struct scope scope = edit_scope_of(block);
		OWNED_TEXT *value = block->event ? edit_value(&scope, "DTSTART", false) : NULL;
		bool utc;
		block->start = (struct civil){0};
		block->has_start =
			value && (value_date(span_of(value), &block->start.day) || value_date_time(span_of(value), &block->start, &utc));
		block->start_is_known = true;
	}
	*ret_start = block->start;
	return block->has_start;
}

/* Cuts the calendar's last block before its END and the blank lines above it. Returns the part above. */
static struct block *split_at_end(struct edit *edit)
{
	struct block *block = edit_calendar(edit).to;
	size_t cut = block->count - 1;
	while (cut && block->pieces[cut - 1].kind == PIECE_BLANK)
		cut--;
	struct block *tail = edit_block_insert(edit, block);
	for (size_t i = cut; i < block->count; i++)
		block_insert(tail, tail->count, block->pieces[i]);
	block->count = cut;
	return block;
}

/* The block behind which an event that begins then belongs: of equals the UID tells, as in the usual form. */
static struct block *place_of(struct edit *edit, struct civil start, const char *uid)
{
	struct block *first = NULL, *block = edit->blocks->prev;
	for (bool more = true; more; block = block->prev) { /* from the last one up: what is added comes in order, as a rule */
		struct civil at;
		more = block != edit->blocks;
		if (!event_start(block, &at))
			continue;
		int order = civil_compare(at, start);
		if (order < 0 || (!order && strcmp(block->uid ? block->uid : "", uid) <= 0))
			return block;
		first = block;
	}
	return first ? first->prev /* the calendar's BEGIN is above */ : split_at_end(edit);
}

static int add_check(const struct edit *edit, const struct plan_session *session, struct err *err)
{
	char text[QUOTE_TEXT];
	if (!session->uid || !*session->uid)
		return err_set(err, EDIT_VALUE, "a session without a UID cannot be written");
	if (edit_has(edit, session->uid))
		return err_set(err, EDIT_VALUE, "the UID is used already: '%s', give the new session another",
			       quote(text, span_of(session->uid)));
	return 0;
}

int edit_add(struct edit *edit, const struct plan_session *session, int32_t anchor_day, struct err *err)
{
	int result = add_check(edit, session, err);
	if (result)
		return result;
	struct plan_session complete = *session;
	if (!complete.alarm_count) {
		complete.alarms[0] = (struct plan_alarm){0, false};
		complete.alarms[1] = (struct plan_alarm){0, true};
		complete.alarm_count = 2;
	}
	struct writer writer = {.line_end = edit->line_end, .err = err};
	writer_event(&writer, &complete, anchor_day, NULL);
	if (!writer.result) {
		struct block *after = place_of(edit, (struct civil){anchor_day + session->day, session->second}, session->uid);
		struct block *block = edit_block_insert(edit, after);
		block->event = true;
		edit_block_name(edit, block, xstrdup(session->uid));
		block_take(block, writer.text.data, writer.text.len, 1);
	}
	text_release(&writer.text);
	return writer.result;
}
