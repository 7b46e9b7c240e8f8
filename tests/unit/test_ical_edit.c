#include "edit_world.h"

/* --- a second pair of eyes: what the lines of a file say, without the editor ------------------------------------------------------------
 */

/* A line that is a property of the calendar (uid NULL) or of an event. */
struct seen {
	char *uid, *name, *value, *bytes;
	size_t length;
	int depth;
	size_t event; /* number of the event; 0: none */
};

struct sight {
	struct seen *items;
	size_t count, events;
};

static void sight_release(struct sight *sight)
{
	for (size_t i = 0; i < sight->count; i++) {
		struct seen *seen = &sight->items[i];
		free(seen->uid);
		free(seen->name);
		free(seen->value);
		free(seen->bytes);
	}
	free(sight->items);
}

static char *upper(struct span name)
{
	char *text = span_dup(name);
	for (char *p = text; *p; p++)
		*p = (char)(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
	return text;
}

/* Every logical line; UIDs are filled in afterwards. Of files that the editor opens only. */
static struct sight look(const char *bytes, size_t length)
{
	struct sight sight = {0};
	struct lines lines;
	struct line line;
	int depth = 0, event_depth = 0;
	lines_init(&lines, bytes, length);
	while (lines_next(&lines, &line)) {
		if ((sight.count & (sight.count - 1)) == 0) /* the room is the next power of two */
			sight.items = xreallocarray(sight.items, sight.count ? sight.count * 2 : 1, sizeof(*sight.items));
		struct seen *seen = &sight.items[sight.count++];
		bool begin = span_is(line.name, "BEGIN"), end = span_is(line.name, "END");
		depth += begin;
		if (begin && depth == 2 && (span_is(line.value, "VEVENT") || span_is(line.value, "VTODO"))) {
			event_depth = depth;
			sight.events++;
		}
		*seen = (struct seen){
			.name = upper(line.name), .value = span_dup(line.value), .length = line.end - line.begin, .depth = depth};
		seen->bytes = xstrndup(bytes + line.begin, seen->length);
		seen->event = event_depth ? sight.events : 0;
		depth -= end;
		if (end && event_depth && depth < event_depth)
			event_depth = 0;
	}
	lines_release(&lines);
	for (size_t i = 0; i < sight.count; i++) {
		const struct seen *of = &sight.items[i];
		if (!of->event || of->depth != 2 || strcmp(of->name, "UID") != 0)
			continue;
		for (size_t k = 0; k < sight.count; k++)
			if (sight.items[k].event == of->event && !sight.items[k].uid)
				sight.items[k].uid = value_title(span_of(of->value));
	}
	return sight;
}

static bool is_property(const struct seen *seen)
{
	return *seen->name && strcmp(seen->name, "BEGIN") != 0 && strcmp(seen->name, "END") != 0 &&
	       (seen->event ? seen->depth == 2 : seen->depth == 1);
}

/* The values of that property, as written. */
static size_t values_of(const struct sight *sight, const char *uid, const char *name, const char *values[static 64])
{
	size_t count = 0;
	for (size_t i = 0; i < sight->count && count < 64; i++)
		if (is_property(&sight->items[i]) && same_text(sight->items[i].uid, uid) && strcmp(sight->items[i].name, name) == 0)
			values[count++] = sight->items[i].value;
	return count;
}

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

/* All lines but those that a change of these properties of the event may touch, with their places. */
static char *untouched(const char *bytes, size_t length, const char *uid, const char *const *names)
{
	struct sight sight = look(bytes, length);
	struct text text = {0};
	for (size_t i = 0; i < sight.count; i++) {
		const struct seen *seen = &sight.items[i];
		bool of_event = seen->event && seen->depth == 2 && uid && same_text(seen->uid, uid) && is_one_of(seen->name, names);
		bool of_calendar = !seen->event && seen->depth == 1 && strcmp(seen->name, "LAST-MODIFIED") == 0;
		if (!of_event && !of_calendar)
			text_add_n(&text, seen->bytes, seen->length);
	}
	sight_release(&sight);
	return text_take(&text);
}

/* --- properties over every file ------------------------------------------------------------------------------------------------------- */

#define assert_same_bytes(a, an, b, bn, file)                                                                                              \
	do {                                                                                                                               \
		if ((an) != (bn) || memcmp((a), (b), (an)) != 0)                                                                           \
			fail_msg("%s: the bytes differ:\n%s", (file)->name, (b));                                                          \
	} while (0)

static struct edit *open_file(const struct file *file)
{
	struct edit *edit = NULL;
	struct err err = {0};
	int result = edit_open(file->bytes, file->length, &edit, &err);
	if (result) {
		assert_int_equal(result, EDIT_BROKEN);
		assert_int_equal(err.code, EDIT_BROKEN);
		assert_true(strncmp(err.text, "line ", 5) == 0);
		assert_null(edit);
	}
	err_release(&err);
	return edit;
}

static void assert_is_file(const struct edit *edit, const struct file *file)
{
	size_t length;
	OWNED_TEXT *bytes = edit_bytes(edit, &length);
	assert_same_bytes(file->bytes, file->length, bytes, length, file);
	assert_false(edit_changed(edit));
}

/* What can be read can be edited, and comes back as it was. */
static void test_bytes_are_kept(void **state UNUSED)
{
	size_t opened = 0;
	for (size_t i = 0; i < file_count; i++) {
		struct edit *edit = open_file(&files[i]);
		struct plan *plan = read_plan(files[i].bytes, files[i].length);
		if (plan && !edit)
			fail_msg("%s can be read and not be edited", files[i].name);
		plan_free(plan);
		if (!edit)
			continue;
		opened++;
		assert_is_file(edit, &files[i]);
		edit_stamp(edit, now);
		assert_is_file(edit, &files[i]);
		edit_free(edit);
	}
	assert_true(opened >= GENERATED + 10);
	assert_true(opened < file_count); /* some fixtures are broken on purpose */
}

static void set_own_values(struct edit *edit, const struct file *file, const struct sight *sight, const struct seen *seen)
{
	static const char *const relation[] = {"RELATED-TO", NULL};
	const char *values[64];
	size_t count = values_of(sight, seen->uid, seen->name, values);
	if (is_one_of(seen->name, relation) || count == 64)
		return;
	int result = edit_set(edit, seen->uid, seen->name, ";X-OTHER=1", values, count, false, NULL);
	if (result == EDIT_AMBIGUOUS)
		return;
	assert_int_equal(result, 0);
	char *plain[64];
	for (size_t i = 0; i < count; i++)
		plain[i] = value_text(span_of(values[i]));
	OWNED_TEXT *got = edit_get(edit, seen->uid, seen->name, true);
	assert_string_equal(got, plain[0]);
	assert_int_equal(edit_set(edit, seen->uid, seen->name, "", (const char *const *)plain, count, true, NULL), 0);
	for (size_t i = 0; i < count; i++)
		free(plain[i]);
	assert_is_file(edit, file);
}

static bool one_calendar(const struct sight *sight)
{
	size_t count = 0;
	for (size_t i = 0; i < sight->count; i++)
		count += sight->items[i].depth == 1 && strcmp(sight->items[i].name, "BEGIN") == 0;
	return count == 1;
}

static void test_own_values_change_nothing(void **state UNUSED)
{
	for (size_t i = 0; i < file_count; i++) {
		struct edit *edit = open_file(&files[i]);
		if (!edit)
			continue;
		struct sight sight = look(files[i].bytes, files[i].length);
		for (size_t k = 0; k < sight.count && (k < 400 || i > 200); k++)
			if (is_property(&sight.items[k]) && (sight.items[k].uid || (!sight.items[k].event && one_calendar(&sight))))
				set_own_values(edit, &files[i], &sight, &sight.items[k]);
		sight_release(&sight);
		edit_free(edit);
	}
}

static void change_one(const struct file *file, const char *uid, const char *name)
{
	const char *const names[] = {name, NULL};
	const char *const stamped[] = {name, "DTSTAMP", "SEQUENCE", "LAST-MODIFIED", NULL};
	const char *const values[] = {
		"Something new, with; a \\ and\na second line, long enough that it has to be folded: çok güzel 日本語"};
	struct edit *edit = open_file(file);
	if (edit_set(edit, uid, name, "", values, 1, true, NULL) == EDIT_AMBIGUOUS) {
		edit_free(edit);
		return;
	}
	size_t length;
	OWNED_TEXT *bytes = edit_bytes(edit, &length);
	assert_true(edit_changed(edit));
	OWNED_TEXT *before = untouched(file->bytes, file->length, uid, names), *after = untouched(bytes, length, uid, names);
	assert_string_equal(before, after);
	edit_stamp(edit, now);
	OWNED_TEXT *with_stamps = edit_bytes(edit, &length);
	OWNED_TEXT *rest_before = untouched(file->bytes, file->length, uid, stamped), *rest = untouched(with_stamps, length, uid, stamped);
	assert_string_equal(rest_before, rest);
	OWNED_TEXT *value = edit_get(edit, uid, name, true), *dtstamp = edit_get(edit, uid, "DTSTAMP", false);
	assert_string_equal(value, values[0]);
	assert_string_equal(dtstamp, NOW_TEXT);
	OWNED_TEXT *modified = edit_get(edit, NULL, "LAST-MODIFIED", false);
	assert_string_equal(modified, NOW_TEXT);
	edit_free(edit);
}

static void test_one_change_touches_one_line(void **state UNUSED)
{
	size_t changed = 0;
	for (size_t i = 0; i < file_count; i++) {
		struct edit *edit = open_file(&files[i]);
		if (!edit)
			continue;
		edit_free(edit);
		struct sight sight = look(files[i].bytes, files[i].length);
		size_t done = 0;
		for (size_t k = 0; k < sight.count && done < 12; k++)
			if (sight.items[k].uid && sight.items[k].depth == 2 && strcmp(sight.items[k].name, "UID") == 0) {
				change_one(&files[i], sight.items[k].uid, done % 2 ? "SUMMARY" : "X-PACER-TIP");
				done++;
			}
		changed += done;
		sight_release(&sight);
	}
	assert_true(changed > 500);
}

static void test_add_and_remove_is_nothing(void **state UNUSED)
{
	const struct plan_session session = {.uid = (char *)"added", .title = (char *)"Added", .minutes = 20, .type = TYPE_LONG};
	for (size_t i = 0; i < file_count; i++) {
		struct edit *edit = open_file(&files[i]);
		if (!edit)
			continue;
		int32_t anchor = day_from_ymd(2001, 1, 1) + (int32_t)(i % 30);
		assert_int_equal(edit_add(edit, &session, anchor, NULL), 0);
		assert_int_equal(edit_add(edit, &session, anchor, NULL), EDIT_VALUE);
		assert_true(edit_changed(edit));
		assert_int_equal(edit_remove(edit, "added", NULL), 0);
		assert_int_equal(edit_remove(edit, "added", NULL), EDIT_NO_SUCH);
		assert_is_file(edit, &files[i]);
		edit_free(edit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_are_kept),
		cmocka_unit_test(test_own_values_change_nothing),
		cmocka_unit_test(test_one_change_touches_one_line),
		cmocka_unit_test(test_add_and_remove_is_nothing),
	};
	return cmocka_run_group_tests(tests, files_load, files_drop);
}
