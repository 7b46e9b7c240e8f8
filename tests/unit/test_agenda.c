#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/agenda.h"

/* Against a plain array, thousands of random changes: next due, order of popping, spans. */
enum { ROWS = 3, COLUMNS = 40, TURNS = 4000 };

struct model {
	bool known;
	int64_t due, start;
};

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static int64_t model_next(const struct model model[ROWS][COLUMNS])
{
	int64_t next = INSTANT_NEVER;
	for (int i = 0; i < ROWS * COLUMNS; i++) {
		const struct model *m = &model[i / COLUMNS][i % COLUMNS];
		if (m->known && m->due < next)
			next = m->due;
	}
	return next;
}

static size_t model_span(const struct model model[ROWS][COLUMNS], int64_t from, int64_t to)
{
	size_t count = 0;
	for (int i = 0; i < ROWS * COLUMNS; i++) {
		const struct model *m = &model[i / COLUMNS][i % COLUMNS];
		count += m->known && m->start >= from && m->start < to;
	}
	return count;
}

static void check_span(const struct agenda *agenda, const struct model model[ROWS][COLUMNS], int64_t from, int64_t to)
{
	const struct agenda_ref *refs;
	size_t count = agenda_span(agenda, (struct instant){from}, (struct instant){to}, &refs);
	assert_int_equal(count, model_span(model, from, to));
	for (size_t i = 1; i < count; i++)
		assert_true(model[refs[i - 1].enrolment][refs[i - 1].session].start <= model[refs[i].enrolment][refs[i].session].start);
}

static void test_against_model(void **state UNUSED)
{
	static struct model model[ROWS][COLUMNS];
	struct agenda *agenda = agenda_new();
	uint32_t random = 12345;
	for (int turn = 0; turn < TURNS; turn++) {
		struct agenda_ref ref = {next_random(&random) % ROWS, next_random(&random) % COLUMNS};
		struct model *m = &model[ref.enrolment][ref.session];
		int what = (int)(next_random(&random) % 8);
		if (what == 0) {
			agenda_remove(agenda, ref);
			m->known = false;
		} else if (what == 1 && agenda_pop_due(agenda, (struct instant){model_next(model)}, &ref)) {
			m = &model[ref.enrolment][ref.session];
			assert_int_equal(m->due, model_next(model));
			m->due = INSTANT_NEVER;
		} else if (what > 1) {
			*m = (struct model){true, what == 2 ? INSTANT_NEVER : next_random(&random) % 100, next_random(&random) % 100};
			agenda_set(agenda, ref, (struct instant){m->due}, (struct instant){m->start});
		}
		assert_int_equal(agenda_next_due(agenda).s, model_next(model));
		int64_t from = next_random(&random) % 100;
		check_span(agenda, model, from, from + next_random(&random) % 50);
	}
	agenda_free(agenda);
}

static void test_empty_and_edges(void **state UNUSED)
{
	struct agenda *agenda = agenda_new();
	struct agenda_ref ref = {0, 0};
	const struct agenda_ref *refs;
	assert_int_equal(agenda_next_due(agenda).s, INSTANT_NEVER);
	assert_false(agenda_pop_due(agenda, (struct instant){INT64_MAX - 1}, &ref));
	assert_int_equal(agenda_span(agenda, (struct instant){INT64_MIN}, (struct instant){INSTANT_NEVER}, &refs), 0);
	agenda_remove(agenda, ref);
	agenda_set(agenda, ref, (struct instant){100}, (struct instant){100});
	assert_false(agenda_pop_due(agenda, (struct instant){99}, &ref));
	assert_true(agenda_pop_due(agenda, (struct instant){100}, &ref));
	assert_false(agenda_pop_due(agenda, (struct instant){100}, &ref));
	assert_int_equal(agenda_span(agenda, (struct instant){100}, (struct instant){101}, &refs), 1);
	assert_int_equal(agenda_span(agenda, (struct instant){101}, (struct instant){100}, &refs), 0);
	agenda_free(agenda);
	assert_null(agenda_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_model), cmocka_unit_test(test_empty_and_edges)};
	return cmocka_run_group_tests_name("agenda", tests, NULL, NULL);
}
