#include "edit_private.h"

#include "read.h"

enum { FOLD_OCTETS = 75 /* of a physical line, without its line end (RFC 5545 3.1) */ };

void line_escape(struct text *text, const char *value)
{
	for (const char *p = value; *p; p++) {
		if (*p == '\n') {
			text_add(text, "\\n");
			continue;
		}
		if (*p == '\\' || *p == ';' || *p == ',')
			text_add(text, "\\");
		text_add_n(text, p, 1);
	}
}

/* How many bytes of the text go on a physical line with that room: up to a character's end. */
static size_t fold_length(struct span text, size_t room)
{
	if (text.n <= room)
		return text.n;
	size_t n = room;
	while (n > room - 4 && ((unsigned char)text.p[n] & 0xC0) == 0x80)
		n--;
	return n;
}

static void line_fold(struct text *text, struct span line, const char *line_end)
{
	size_t n = fold_length(line, FOLD_OCTETS);
	text_add_n(text, line.p, n);
	for (line = span_skip(line, n); line.n; line = span_skip(line, n)) { /* ends: each round takes a character at least */
		n = fold_length(line, FOLD_OCTETS - 1);
		text_add(text, line_end);
		text_add(text, " ");
		text_add_n(text, line.p, n);
	}
	text_add(text, line_end);
}

/* Does the unfolded text read as this one property? The reader's own scanner decides. */
static int line_check(const struct text *plain, const char *name, const char *params, struct err *err)
{
	if (memchr(plain->data, '\n', plain->len) || memchr(plain->data, '\r', plain->len))
		return err_set(err, EDIT_VALUE, "%s cannot be written: a line break in it; write it on one line", name);
	struct lines lines;
	struct line line;
	int result = 0;
	lines_init(&lines, plain->data, plain->len);
	if (!lines_next(&lines, &line) || line.blank)
		result = err_set(err, EDIT_VALUE, "a property without a name cannot be written");
	else if (line.control)
		result = err_set(err, EDIT_VALUE, "%s cannot be written: a control character in the text: remove it", name);
	else if (line.fault)
		result = err_set(err, EDIT_VALUE, "%s cannot be written: %s", name, line_fault_text[line.fault]);
	else if (!span_equal(line.name, span_of(name)) || !span_equal(line.params, span_of(params)))
		result = err_set(err, EDIT_VALUE, "%s cannot be written: its parameters are not of the form ;NAME=value", name);
	else if (span_is(line.name, "BEGIN") || span_is(line.name, "END"))
		result = err_set(err, EDIT_VALUE, "%s is no property: it frames a component", name);
	lines_release(&lines);
	return result;
}

int line_write(struct text *text, const char *name, const char *params, const char *value, bool escape, const char *line_end,
	       struct err *err)
{
	struct text plain = {0};
	text_add(&plain, name);
	text_add(&plain, params);
	text_add(&plain, ":");
	if (escape)
		line_escape(&plain, value);
	else
		text_add(&plain, value);
	int result = line_check(&plain, name, params, err);
	if (!result)
		line_fold(text, (struct span){plain.data, plain.len}, line_end);
	text_release(&plain);
	return result;
}

/* --- values ---------------------------------------------------------------------------------------------------------------------- */

const char *date_value(char buf[static MOMENT_VALUE], int32_t day)
{
	int year, month, of_month;
	day_to_ymd(day, &year, &month, &of_month);
	snprintf(buf, MOMENT_VALUE, "%04u%02u%02u", (unsigned)year % 10000, (unsigned)month % 100, (unsigned)of_month % 100);
	return buf;
}

const char *moment_value(char buf[static MOMENT_VALUE], struct civil at)
{
	unsigned second = (unsigned)at.second % DAY_S;
	date_value(buf, at.day);
	snprintf(buf + 8, MOMENT_VALUE - 8, "T%02u%02u%02u", second / HOUR_S, second % HOUR_S / MINUTE_S, second % MINUTE_S);
	return buf;
}

/* In the largest unit that goes without a rest: what people write. */
const char *duration_value(char buf[static DURATION_VALUE], int32_t seconds)
{
	static const struct {
		int32_t s;
		const char *before;
		char unit;
	} units[] = {{DAY_S, "P", 'D'}, {HOUR_S, "PT", 'H'}, {MINUTE_S, "PT", 'M'}, {1, "PT", 'S'}};
	const char *sign = seconds < 0 ? "-" : "";
	int64_t s = seconds < 0 ? -(int64_t)seconds : seconds;
	size_t i = s ? 0 : 3;
	while (s % units[i].s)
		i++;
	snprintf(buf, DURATION_VALUE, "%s%s%d%c", sign, units[i].before, (int)(s / units[i].s), units[i].unit);
	return buf;
}
