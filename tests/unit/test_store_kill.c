/* What the store said it has written is there after SIGKILL at any moment, each transaction whole. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/handle.h"

enum {
	KILLS = 30,
	ACKED_MAX = 8,    /* transactions before a kill is due */
	DELAY_MAX_US = 2000, /* then up to so long into the next ones */
};

static const struct zone *find_zone(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
	return NULL;
}

static const struct zone_source zones = {find_zone, NULL};

static struct enrolment *enrolment_new(void)
{
	const struct instant never = {INSTANT_NEVER};
	struct enrolment *enrolment = xcalloc(1, sizeof(*enrolment));
	*enrolment = (struct enrolment){.id = "e1", .plan_name = xstrdup("plan"), .plan_title = xstrdup("Plan"), .start_day = 20423,
					.shape.weeks = 1, .left = never, .sessions = xcalloc(1, sizeof(struct session)), .session_count = 1};
	enrolment->sessions[0] = (struct session){
		.plan = {.id = xstrdup("w01-mo"), .week = 1, .minutes = 30, .skill = xstrdup(""), .title = xstrdup("Calls")},
		.life = {.start = {20423, 0}, .moved_from = {DAY_NONE, 0}, .snoozed = never, .started = never, .ended = never, .end_due = never,
			 .actual_minutes = -1, .actual_effort = -1, .feel = -1},
	};
	return enrolment;
}

/* One transaction over five tables: all of them say n. */
static void add_round(struct effects *effects, struct enrolment *enrolment, int n)
{
	struct effect *life = effects_add(effects, EFFECT_SESSION);
	enrolment->sessions[0].life.ring = n;
	life->session.enrolment = enrolment;
	life->session.session = &enrolment->sessions[0];
	struct notice *notice = &effects_add(effects, EFFECT_NOTICE)->notice;
	*notice = (struct notice){.enrolment = "e1", .session = xstrdup("w01-mo"), .closed = {INSTANT_NEVER}};
	snprintf(notice->key, sizeof(notice->key), "e1/w01-mo/start/%d", n);
	effects_add(effects, EFFECT_ABSENCE)->absence = (struct absence){1, ABSENCE_PAUSE, {0}, {n}};
	struct effect *value = effects_add(effects, EFFECT_VALUE);
	value->value.name = "round";
	snprintf(value->value.text, sizeof(value->value.text), "%d", n);
	struct journal_entry *entry = &effects_add(effects, EFFECT_JOURNAL)->journal;
	*entry = (struct journal_entry){.what = "start", .via = "cli", .enrolment = "e1", .session = xstrdup("w01-mo"),
					.text = xasprintf("%d", n)};
}

/* Runs until it is killed; says each n once it is committed. */
static void write_rounds(const char *path, int from, int acks)
{
	struct store *store = NULL;
	struct enrolment *enrolment = enrolment_new();
	if (store_open(path, &store, NULL))
		_exit(1);
	for (int n = from;; n++) {
		struct effects effects = {0};
		if (n == 1) {
			struct effect *enrol = effects_add(&effects, EFFECT_ENROLMENT);
			enrol->enrolment.enrolment = enrolment;
			enrol->enrolment.is_new = true;
		}
		add_round(&effects, enrolment, n);
		if (store_apply(store, &effects, NULL) || write(acks, &n, sizeof(n)) != sizeof(n))
			_exit(1);
		effects_release(&effects);
	}
}

/* Returns the last round that was acknowledged, 0 for none. */
static int run_and_kill(const char *path, int from, unsigned *seed)
{
	int acks[2], last = 0, n = 0;
	assert_int_equal(pipe(acks), 0);
	pid_t child = fork();
	if (!child) {
		close(acks[0]);
		write_rounds(path, from, acks[1]);
	}
	close(acks[1]);
	for (int left = rand_r(seed) % ACKED_MAX; left > 0 && read(acks[0], &n, sizeof(n)) == sizeof(n); left--)
		last = n;
	usleep((useconds_t)(rand_r(seed) % DELAY_MAX_US));
	assert_int_equal(kill(child, SIGKILL), 0);
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	while (read(acks[0], &n, sizeof(n)) == sizeof(n))
		last = n;
	close(acks[0]);
	return last;
}

struct seen {
	int ring;           /* of the session */
	int notices;
	int to;             /* of the absence */
	int value;
	int entries;        /* journal entries that follow on each other */
	bool in_order;
};

static void see_enrolment(void *ctx, struct enrolment *enrolment)
{
	((struct seen *)ctx)->ring = enrolment->sessions[0].life.ring;
	enrolment_free(enrolment);
}

static void see_notice(void *ctx, struct notice notice)
{
	((struct seen *)ctx)->notices++;
	notice_release(&notice);
}

static void see_absence(void *ctx, struct absence absence)
{
	((struct seen *)ctx)->to = (int)absence.to.s;
}

static void see_value(void *ctx, const char *name, const char *text)
{
	assert_string_equal(name, "round");
	((struct seen *)ctx)->value = (int)strtol(text, NULL, 10);
}

static void see_entry(void *ctx, const struct journal_entry *entry)
{
	struct seen *seen = ctx;
	seen->in_order = seen->in_order && strtol(entry->text, NULL, 10) == ++seen->entries;
}

/* Returns the last round that is in the database. */
static int look(const char *path, unsigned seed)
{
	struct store *store = NULL;
	struct err err = {0};
	if (store_open(path, &store, &err))
		fail_msg("seed %u: %s", seed, err.text);
	struct seen seen = {.in_order = true};
	const struct store_loader loader = {
		.enrolment = see_enrolment, .notice = see_notice, .absence = see_absence, .value = see_value, .ctx = &seen};
	assert_int_equal(store_load(store, &zones, &loader, NULL), 0);
	assert_int_equal(store_journal(store, NULL, NULL, INT_MAX, see_entry, &seen, NULL), 0);
	int64_t sound = 0, dangling = -1;
	assert_int_equal(store_number(store, "SELECT group_concat(integrity_check) = 'ok' FROM pragma_integrity_check", &sound, NULL), 0);
	assert_int_equal(store_number(store, "SELECT count(*) FROM pragma_foreign_key_check", &dangling, NULL), 0);
	bool same = seen.ring == seen.entries && seen.notices == seen.entries && seen.to == seen.entries && seen.value == seen.entries;
	if (!sound || dangling || !seen.in_order || !same)
		fail_msg("seed %u: sound %d, dangling %d, in order %d, ring %d, notices %d, absence %d, value %d, entries %d", seed, (int)sound,
			 (int)dangling, seen.in_order, seen.ring, seen.notices, seen.to, seen.value, seen.entries);
	store_close(store);
	return seen.entries;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void nothing_acknowledged_is_lost(void **state)
{
	(void)state;
	char directory[] = "/tmp/pacer-kill-XXXXXX";
	assert_non_null(mkdtemp(directory));
	OWNED_TEXT *path = xasprintf("%s/pacer.db", directory);
	const unsigned first_seed = (unsigned)getpid();
	unsigned seed = first_seed;
	int written = 0;
	for (int i = 0; i < KILLS; i++) {
		int acked = run_and_kill(path, written + 1, &seed);
		int there = look(path, first_seed);
		/* One more may have been committed that was not said any more. */
		if (there < written || (acked && there != acked && there != acked + 1) || (!acked && there > written + 1))
			fail_msg("seed %u, kill %d: %d before, %d acknowledged, %d there", first_seed, i, written, acked, there);
		written = there;
	}
	assert_true(written > KILLS);
	assert_int_equal(nftw(directory, remove_one, 4, FTW_DEPTH | FTW_PHYS), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_acknowledged_is_lost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
