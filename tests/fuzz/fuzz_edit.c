/* Any file through the editor, and any edits on it. What stands before the first NUL byte is the file, what follows says what is done.
 * Seeds: tests/fuzz/corpus/edit, and those of ical.
 *
 * Promises: cutting and joining gives the same bytes; an own value changes nothing; what was set is read back; what is refused changes
 * nothing; after every edit the file can be cut again; a file that could be read before can be read as lines after. */
#include "ical/edit.h"
#include "ical/lines.h"
#include "ical/values.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EDITS_MAX = 64, NAMES_MAX = 256 };

/* What is left of the bytes that say what to do. */
struct orders {
	const uint8_t *p;
	size_t n;
};

/* UIDs met in the file, and one that is not. */
struct uids {
	char *items[NAMES_MAX];
	size_t count;
};

static void promise(bool kept)
{
	if (!kept)
		abort();
}

static uint8_t next(struct orders *orders)
{
	if (!orders->n)
		return 0;
	orders->n--;
	return *orders->p++;
}

static char *next_text(struct orders *orders)
{
	size_t n = next(orders);
	if (n > orders->n)
		n = orders->n;
	char *text = xstrndup((const char *)orders->p, n);
	orders->p += n;
	orders->n -= n;
	return text;
}

static const char *next_of(struct orders *orders, const char *const *items, size_t count)
{
	return items[next(orders) % count];
}

static void uids_find(const char *bytes, size_t length, struct uids *uids)
{
	struct lines lines;
	struct line line;
	lines_init(&lines, bytes, length);
	uids->items[uids->count++] = xstrdup("fuzz");
	while (uids->count < NAMES_MAX && lines_next(&lines, &line))
		if (!line.fault && !line.blank && span_is(line.name, "UID"))
			uids->items[uids->count++] = value_title(line.value);
	lines_release(&lines);
}

static const char *next_uid(struct orders *orders, const struct uids *uids)
{
	uint8_t which = next(orders);
	return which == 255 ? NULL : uids->items[which % uids->count];
}

static void set(struct edit *edit, const char *uid, struct orders *orders)
{
	static const char *const names[] = {"SUMMARY", "DESCRIPTION", "X-PACER-PREP", "RELATED-TO", "CATEGORIES", "DURATION",
					    "DTSTART", "UID",         "X-NEW",        "DTEND",      "SEQUENCE",   "METHOD"};
	static const char *const params[] = {"", ";VALUE=INTEGER", ";RELTYPE=DEPENDS-ON", ";X=\"a:b\"", ";broken"};
	const char *name = next_of(orders, names, ARRAY_LEN(names)), *param = next_of(orders, params, ARRAY_LEN(params));
	char *values[3] = {0};
	size_t count = next(orders) % 4;
	bool escape = next(orders) & 1;
	for (size_t i = 0; i < count; i++)
		values[i] = next_text(orders);
	struct err err = {0};
	size_t before_n, after_n;
	OWNED_TEXT *before = edit_bytes(edit, &before_n);
	int result = edit_set(edit, uid, name, param, (const char *const *)values, count, escape, &err);
	OWNED_TEXT *after = edit_bytes(edit, &after_n);
	promise(!result == !err.text);
	promise(!result || (before_n == after_n && memcmp(before, after, after_n) == 0));
	if (!result && count && strcmp(name, "RELATED-TO") != 0 && strcmp(name, "UID") != 0) {
		OWNED_TEXT *got = edit_get(edit, uid, name, escape);
		promise(got && strcmp(got, values[0]) == 0);
	}
	err_release(&err);
	for (size_t i = 0; i < count; i++)
		free(values[i]);
}

/* An own value, set again, changes nothing. */
static void set_same(struct edit *edit, const char *uid, const char *name)
{
	size_t before_n, after_n;
	OWNED_TEXT *value = edit_get(edit, uid, name, false);
	if (!value)
		return;
	OWNED_TEXT *before = edit_bytes(edit, &before_n);
	const char *const values[] = {value};
	/* Of a property with several lines only the first would be left. */
	promise(edit_set(edit, uid, name, "", values, 1, false, NULL) == 0);
	OWNED_TEXT *after = edit_bytes(edit, &after_n);
	promise(after_n < before_n || (after_n == before_n && memcmp(before, after, after_n) == 0));
}

static void alarms(struct edit *edit, const char *uid, struct orders *orders)
{
	struct plan_alarm items[PLAN_ALARMS_MAX];
	int count = next(orders) % (PLAN_ALARMS_MAX + 1);
	for (int i = 0; i < count; i++)
		items[i] = (struct plan_alarm){((int32_t)next(orders) - 128) * (next(orders) & 1 ? MINUTE_S : DAY_S), next(orders) & 1};
	OWNED_TEXT *text = next(orders) & 1 ? next_text(orders) : NULL;
	(void)edit_alarms(edit, uid, items, count, text, NULL);
}

static void add(struct edit *edit, const char *uid, struct orders *orders)
{
	OWNED_TEXT *title = next_text(orders), *prep = next_text(orders);
	struct plan_session session = {.uid = (char *)uid,
				       .title = title,
				       .prep = prep,
				       .depends = title,
				       .persona = prep,
				       .skill = (char *)"plan",
				       .day = next(orders),
				       .second = next(orders) * 300,
				       .minutes = next(orders),
				       .type = next(orders) % TYPE_COUNT};
	(void)edit_add(edit, &session, 11323, NULL);
}

static void edit_once(struct edit *edit, const struct uids *uids, struct orders *orders)
{
	uint8_t what = next(orders) % 8;
	const char *uid = next_uid(orders, uids);
	struct err err = {0};
	if (what < 3)
		set(edit, uid, orders);
	else if (what == 3)
		(void)edit_move(edit, uid, (int32_t)next(orders) * 7777 - 900000, (int32_t)next(orders) * 400 - 800, &err);
	else if (what == 4)
		alarms(edit, uid, orders);
	else if (what == 5)
		add(edit, uid, orders);
	else if (what == 6)
		(void)edit_remove(edit, uid, &err);
	else
		edit_stamp(edit, (struct instant){(int64_t)next(orders) << next(orders) % 40});
	err_release(&err);
	set_same(edit, uid, "SUMMARY");
}

/* It can be cut again, and joined is the same. */
static void check_again(const struct edit *edit)
{
	struct edit *again = NULL;
	struct err err = {0};
	size_t length, again_length;
	OWNED_TEXT *bytes = edit_bytes(edit, &length);
	promise(edit_open(bytes, length, &again, &err) == 0 && !edit_changed(again));
	OWNED_TEXT *same = edit_bytes(again, &again_length);
	promise(length == again_length && memcmp(bytes, same, length) == 0);
	edit_free(again);
	err_release(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	size_t length = nul ? (size_t)(nul - data) : size;
	struct orders orders = {nul ? nul + 1 : data, nul ? size - length - 1 : size};
	struct edit *edit = NULL;
	struct err err = {0};
	struct uids uids = {0};
	int result = edit_open((const char *)data, length, &edit, &err);
	promise(!result == !err.text && !result == (edit != NULL));
	if (!result) {
		check_again(edit);
		uids_find((const char *)data, length, &uids);
		for (int i = 0; i < EDITS_MAX && orders.n; i++) {
			edit_once(edit, &uids, &orders);
			if (i % 8 == 0)
				check_again(edit);
		}
		check_again(edit);
	}
	for (size_t i = 0; i < uids.count; i++)
		free(uids.items[i]);
	edit_free(edit);
	err_release(&err);
	return 0;
}
