/* What goes into the store comes out again, all of it or nothing, and no damaged row gets further than an error. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "store/handle.h"

enum { MONDAY_2025_12_01 = 20423 };

static const struct zone *find_zone(void *ctx, const char *name)
{
	(void)ctx;
	return strcmp(name, "UTC") ? NULL : &zone_utc;
}

static const struct zone_source zones = {find_zone, NULL};

static struct session plain_session(const char *id)
{
	const struct instant never = {INSTANT_NEVER};
	return (struct session){
		.plan = {.id = xstrdup(id), .week = 1, .minutes = 30, .type = TYPE_EASY, .effort = 3, .skill = xstrdup(""), .title = xstrdup("Calls")},
		.life = {.start = {MONDAY_2025_12_01, 9 * HOUR_S}, .moved_from = {DAY_NONE, 0}, .snoozed = never, .started = never, .ended = never,
			 .end_due = never, .actual_minutes = -1, .actual_effort = -1, .feel = -1},
	};
}

/* Every member set, and at the end of its range where it has one. */
static struct session full_session(void)
{
	return (struct session){
		.plan = {.id = xstrdup("w52-su"), .uid = xstrdup("uid"), .week = PLAN_WEEKS_MAX, .day = 363, .second = DAY_S - 1, .zone = xstrdup("UTC"),
			 .minutes = 180, .type = TYPE_REST, .effort = 10, .line = INT_MAX, .skill = xstrdup("empathy"), .title = xstrdup("T\xc3\xa4g"),
			 .milestone = xstrdup("m"), .prep = xstrdup("p"), .tip = xstrdup(""), .description = xstrdup("'; DROP TABLE session; --"),
			 .help = xstrdup("h"), .link = xstrdup("mailto:a@example.org")},
		.life = {.state = STATE_RETRY, .reason = REASON_LATE_START, .start = {2932896, DAY_S - 1}, .moved_from = {-719162, DAY_S - 1},
			 .snoozed = {253402300799}, .started = {-62135596800}, .ended = {0}, .end_due = {1}, .actual_minutes = 0,
			 .actual_effort = 10, .feel = 3, .ring = INT_MAX, .rung = 63},
		.intention = {xstrdup("w"), xstrdup("f"), xstrdup("a")},
		.ticked = UINT32_MAX,
	};
}

static struct enrolment *enrolment_new(const char *id)
{
	struct enrolment *enrolment = xcalloc(1, sizeof(*enrolment));
	snprintf(enrolment->id, sizeof(enrolment->id), "%s", id);
	enrolment->plan_name = xstrdup("plan");
	enrolment->plan_uid = xstrdup("plan-uid");
	enrolment->plan_title = xstrdup("A plan");
	enrolment->revision = xstrdup("r1");
	enrolment->tracks = xstrdup("phone chat");
	enrolment->start_day = MONDAY_2025_12_01;
	enrolment->shape.weeks = PLAN_WEEKS_MAX;
	assert_true(shape_parse_phases(&enrolment->shape, "base=1-4 race=52"));
	assert_true(shape_parse_cutbacks(&enrolment->shape, "4 52"));
	enrolment->enrolled.s = 1764300000;
	enrolment->left.s = INSTANT_NEVER;
	enrolment->session_count = 3;
	enrolment->sessions = xcalloc(3, sizeof(*enrolment->sessions));
	enrolment->sessions[0] = plain_session("w01-mo");
	enrolment->sessions[1] = full_session();
	enrolment->sessions[2] = plain_session("w01-fr");
	return enrolment;
}

struct loaded {
	struct enrolment *enrolments[8];
	size_t enrolment_count;
	struct notice notices[16];
	size_t notice_count;
	struct absence absences[4];
	size_t absence_count;
	struct instant recent_from;
	struct text recent, values;
};

static void take_enrolment(void *ctx, struct enrolment *enrolment)
{
	struct loaded *loaded = ctx;
	assert_true(loaded->enrolment_count < ARRAY_LEN(loaded->enrolments));
	loaded->enrolments[loaded->enrolment_count++] = enrolment;
}

static void take_notice(void *ctx, struct notice notice)
{
	struct loaded *loaded = ctx;
	assert_true(loaded->notice_count < ARRAY_LEN(loaded->notices));
	loaded->notices[loaded->notice_count++] = notice;
}

static void take_absence(void *ctx, struct absence absence)
{
	struct loaded *loaded = ctx;
	assert_true(loaded->absence_count < ARRAY_LEN(loaded->absences));
	loaded->absences[loaded->absence_count++] = absence;
}

static void take_recent(void *ctx, struct notice notice)
{
	text_addf(&((struct loaded *)ctx)->recent, "%s ", notice.key);
	notice_release(&notice);
}

static void take_value(void *ctx, const char *name, const char *value)
{
	text_addf(&((struct loaded *)ctx)->values, "%s=%s ", name, value);
}

static void loaded_release(struct loaded *loaded)
{
	for (size_t i = 0; i < loaded->enrolment_count; i++)
		enrolment_free(loaded->enrolments[i]);
	for (size_t i = 0; i < loaded->notice_count; i++)
		notice_release(&loaded->notices[i]);
	text_release(&loaded->recent);
	text_release(&loaded->values);
	*loaded = (struct loaded){0};
}

static int load(struct store *store, struct loaded *loaded, struct err *err)
{
	const struct store_loader loader = {.enrolment = take_enrolment, .notice = take_notice, .absence = take_absence,
					    .recent = take_recent, .value = take_value, .recent_from = loaded->recent_from, .ctx = loaded};
	return store_load(store, &zones, &loader, err);
}

static struct store *open_store(void)
{
	struct store *store = NULL;
	struct err err = {0};
	if (store_open(":memory:", &store, &err))
		fail_msg("%s", err.text);
	return store;
}

static void exec(struct store *store, const char *sql)
{
	struct err err = {0};
	if (store_exec(store, sql, &err))
		fail_msg("%s: %s", sql, err.text);
}

static int64_t number(struct store *store, const char *sql)
{
	int64_t n = 0;
	assert_int_equal(store_number(store, sql, &n, NULL), 0);
	return n;
}

static void add_enrolment(struct effects *effects, const struct enrolment *enrolment)
{
	struct effect *effect = effects_add(effects, EFFECT_ENROLMENT);
	effect->enrolment.enrolment = enrolment;
	effect->enrolment.is_new = true;
}

static void add_life(struct effects *effects, const struct enrolment *enrolment, const struct session *session)
{
	struct effect *effect = effects_add(effects, EFFECT_SESSION);
	effect->session.enrolment = enrolment;
	effect->session.session = session;
}

static void add_value(struct effects *effects, const char *name, const char *words)
{
	struct effect *effect = effects_add(effects, EFFECT_VALUE);
	effect->value.name = name;
	snprintf(effect->value.text, sizeof(effect->value.text), "%s", words);
}

static void apply(struct store *store, struct effects *effects)
{
	struct err err = {0};
	if (store_apply(store, effects, &err))
		fail_msg("%s", err.text);
	effects_release(effects);
}

static void enrol(struct store *store, const struct enrolment *enrolment)
{
	struct effects effects = {0};
	add_enrolment(&effects, enrolment);
	apply(store, &effects);
}

static void assert_text(const char *got, const char *expected)
{
	if (expected)
		assert_non_null(got);
	if (expected)
		assert_string_equal(got, expected);
	else
		assert_null(got);
}

/* What an update writes. */
static void assert_life(const struct session *got, const struct session *expected)
{
	OWNED_TEXT *a = session_life_text(&got->life), *b = session_life_text(&expected->life);
	assert_string_equal(a, b);
	assert_int_equal(got->life.feel, expected->life.feel);
	assert_int_equal(got->life.rung, expected->life.rung);
	assert_text(got->intention.want, expected->intention.want);
	assert_text(got->intention.feel, expected->intention.feel);
	assert_text(got->intention.act, expected->intention.act);
	assert_int_equal(got->ticked, expected->ticked);
}

static void assert_session(const struct session *got, const struct session *expected)
{
	const struct plan_session *a = &got->plan, *b = &expected->plan;
	assert_text(a->id, b->id);
	assert_text(a->uid, b->uid);
	assert_text(a->zone, b->zone);
	assert_text(a->skill, b->skill);
	assert_text(a->title, b->title);
	assert_text(a->milestone, b->milestone);
	assert_text(a->prep, b->prep);
	assert_text(a->tip, b->tip);
	assert_text(a->description, b->description);
	assert_text(a->help, b->help);
	assert_text(a->link, b->link);
	const int64_t numbers_a[] = {a->week, a->day, a->second, a->minutes, a->type, a->effort, a->line};
	const int64_t numbers_b[] = {b->week, b->day, b->second, b->minutes, b->type, b->effort, b->line};
	assert_memory_equal(numbers_a, numbers_b, sizeof(numbers_a));
	assert_life(got, expected);
	assert_ptr_equal(got->zone, b->zone ? &zone_utc : NULL);
}

static void assert_enrolment(const struct enrolment *got, const struct enrolment *expected)
{
	assert_string_equal(got->id, expected->id);
	assert_text(got->plan_name, expected->plan_name);
	assert_text(got->plan_uid, expected->plan_uid);
	assert_text(got->plan_title, expected->plan_title);
	assert_text(got->revision, expected->revision);
	assert_text(got->tracks, expected->tracks);
	assert_int_equal(got->start_day, expected->start_day);
	assert_int_equal(got->shape.weeks, expected->shape.weeks);
	assert_int_equal(got->shape.phase_count, expected->shape.phase_count);
	assert_true(got->shape.cutbacks == expected->shape.cutbacks);
	assert_true(got->enrolled.s == expected->enrolled.s && got->left.s == expected->left.s);
	assert_int_equal(got->session_count, expected->session_count);
	for (size_t i = 0; i < got->session_count; i++)
		assert_session(&got->sessions[i], &expected->sessions[i]);
}

static void enrolments_come_back(void **state)
{
	(void)state;
	struct store *store = open_store();
	/* In order of number, not of text; also with no phases. */
	struct enrolment *ten = enrolment_new("e10"), *two = enrolment_new("e2");
	ten->shape = (struct plan_shape){.weeks = 1};
	enrol(store, ten);
	enrol(store, two);
	struct loaded loaded = {0};
	assert_int_equal(load(store, &loaded, NULL), 0);
	assert_int_equal(loaded.enrolment_count, 2);
	assert_enrolment(loaded.enrolments[0], two);
	assert_enrolment(loaded.enrolments[1], ten);
	loaded_release(&loaded);

	/* What changes later: the lives, and leaving. */
	struct effects effects = {0};
	session_release(&two->sessions[0]);
	two->sessions[0] = full_session();
	text_replace(&two->sessions[0].plan.id, xstrdup("w01-mo"));
	two->left.s = 1764400000;
	add_life(&effects, two, &two->sessions[0]);
	effects_add(&effects, EFFECT_ENROLMENT)->enrolment.enrolment = two;
	effects_add(&effects, EFFECT_CLOSE);
	apply(store, &effects);
	assert_int_equal(load(store, &loaded, NULL), 0);
	assert_true(loaded.enrolments[0]->left.s == 1764400000);
	assert_life(&loaded.enrolments[0]->sessions[0], &two->sessions[0]);
	assert_null(loaded.enrolments[0]->sessions[0].plan.link); /* no part of the life */
	assert_enrolment(loaded.enrolments[1], ten);
	loaded_release(&loaded);
	enrolment_free(ten);
	enrolment_free(two);
	store_close(store);
}

static void unknown_zone_is_the_learners(void **state)
{
	(void)state;
	struct store *store = open_store();
	struct enrolment *enrolment = enrolment_new("e1");
	text_replace(&enrolment->sessions[1].plan.zone, xstrdup("Mars/Base"));
	enrol(store, enrolment);
	struct loaded loaded = {0};
	assert_int_equal(load(store, &loaded, NULL), 0);
	assert_null(loaded.enrolments[0]->sessions[1].zone);
	assert_string_equal(loaded.enrolments[0]->sessions[1].plan.zone, "Mars/Base");
	loaded_release(&loaded);
	enrolment_free(enrolment);
	store_close(store);
}

static const struct notice_row {
	const char *key;
	enum notice_state state;
	int64_t due_s, closed_s;
	bool open;
} notice_rows[] = {
	{"e1/w01-mo/end/0", NSTATE_DUE, 30, INSTANT_NEVER, true},
	{"e1/w01-mo/start/2", NSTATE_SENT, 20, INSTANT_NEVER, true},
	{"e1/w01-mo/start/1", NSTATE_SHOWN, 20, INSTANT_NEVER, true},
	{"e1/w01-mo/start/0", NSTATE_SHOWN, 10, 11, false},
	{"e1/w01-mo/prep/0", NSTATE_ANSWERED, 40, INSTANT_NEVER, false},
	{"e1/w01-mo/prep/1", NSTATE_EXPIRED, 50, INSTANT_NEVER, false},
	{"e1/w01-mo/prep/2", NSTATE_DIGESTED, 60, INSTANT_NEVER, false},
};

static struct notice notice_of(const struct notice_row *row)
{
	struct notice notice = {.kind = NOTICE_START, .session = xstrdup("w01-mo"), .due = {row->due_s}, .sent = {INSTANT_NEVER},
				.shown = {INSTANT_NEVER}, .closed = {row->closed_s}, .state = row->state, .cause = xstrdup("why"),
				.answer = xstrdup("done"), .server_id = UINT32_MAX, .server_owner = xstrdup(":1.2")};
	snprintf(notice.key, sizeof(notice.key), "%s", row->key);
	snprintf(notice.enrolment, sizeof(notice.enrolment), "e1");
	return notice;
}

static struct notice closed_notice(const char *key, enum notice_state state, int64_t sent_s, int64_t closed_s)
{
	struct notice notice = {.state = state, .due = {1}, .sent = {sent_s}, .shown = {INSTANT_NEVER}, .closed = {closed_s}};
	snprintf(notice.key, sizeof(notice.key), "%s", key);
	return notice;
}

static void recent_notices_come_back(void **state)
{
	(void)state;
	static const int64_t never = INSTANT_NEVER;
	static const struct { int64_t from_s; const char *expected; } rows[] = {
		{INT64_MIN, "a b c d e f "}, {0, "a b c d e f "}, {10, "a b c d e f "}, {11, "b c d e f "},
		{20, "b c d e f "},          {21, "c e f "},      {30, "c e f "},       {31, "e f "},
		{50, "f "},                  {61, NULL},          {INSTANT_NEVER, NULL},
	};
	const struct notice notices[] = {
		closed_notice("a", NSTATE_ANSWERED, 10, never),    closed_notice("b", NSTATE_EXPIRED, never, 20),
		closed_notice("c", NSTATE_DIGESTED, 10, 30),       closed_notice("d", NSTATE_SHOWN, 10, 20),
		closed_notice("e", NSTATE_SHOWN, 45, 5), /* the clock was set back in between */
		closed_notice("f", NSTATE_ANSWERED, 60, 60),
		/* Never sent or closed; and not over. */
		closed_notice("g", NSTATE_EXPIRED, never, never),  closed_notice("h", NSTATE_SHOWN, 99, never),
		closed_notice("i", NSTATE_SENT, 99, never),        closed_notice("j", NSTATE_DUE, 99, 99),
	};
	struct store *store = open_store();
	struct effects effects = {0};
	for (size_t i = 0; i < ARRAY_LEN(notices); i++)
		effects_add(&effects, EFFECT_NOTICE)->notice = notices[i];
	apply(store, &effects);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct loaded loaded = {.recent_from = {rows[i].from_s}};
		assert_int_equal(load(store, &loaded, NULL), 0);
		assert_text(loaded.recent.data, rows[i].expected);
		assert_int_equal(loaded.notice_count, 3);
		loaded_release(&loaded);
	}
	store_close(store);
}

static void every_kind_of_notice_comes_back(void **state)
{
	(void)state;
	struct store *store = open_store();
	struct effects effects = {0};
	for (int kind = 0; kind < NOTICE_KIND_COUNT; kind++) {
		struct notice *notice = &effects_add(&effects, EFFECT_NOTICE)->notice;
		*notice = (struct notice){.kind = (enum notice_kind)kind, .due = {kind}, .closed = {INSTANT_NEVER}, .asked = kind % 2};
		snprintf(notice->key, sizeof(notice->key), "k/%d", kind);
	}
	apply(store, &effects);
	struct loaded loaded = {0};
	assert_int_equal(load(store, &loaded, NULL), 0);
	assert_int_equal(loaded.notice_count, NOTICE_KIND_COUNT);
	for (int kind = 0; kind < NOTICE_KIND_COUNT; kind++) {
		assert_int_equal(loaded.notices[kind].kind, kind);
		assert_int_equal(loaded.notices[kind].asked, kind % 2);
	}
	loaded_release(&loaded);
	store_close(store);
}

static void collect_key(void *ctx, const struct notice *notice)
{
	text_addf(ctx, "%s ", notice->key);
}

static void notices_come_back(void **state)
{
	(void)state;
	struct store *store = open_store();
	struct enrolment *enrolment = enrolment_new("e1");
	struct effects effects = {0};
	/* Rows before what they refer to: the references are looked at when all is written. */
	for (size_t i = 0; i < ARRAY_LEN(notice_rows); i++)
		effects_add(&effects, EFFECT_NOTICE)->notice = notice_of(&notice_rows[i]);
	struct notice *digest = &effects_add(&effects, EFFECT_NOTICE)->notice;
	*digest = (struct notice){.key = "digest/5", .kind = NOTICE_DIGEST, .due = {5}, .sent = {6}, .shown = {INSTANT_NEVER},
				  .closed = {INSTANT_NEVER}, .state = NSTATE_SENT, .count = 3};
	add_enrolment(&effects, enrolment);
	apply(store, &effects);

	struct loaded loaded = {0};
	assert_int_equal(load(store, &loaded, NULL), 0);
	static const char *const open[] = {"digest/5", "e1/w01-mo/start/1", "e1/w01-mo/start/2", "e1/w01-mo/end/0"};
	assert_int_equal(loaded.notice_count, ARRAY_LEN(open));
	for (size_t i = 0; i < ARRAY_LEN(open); i++)
		assert_string_equal(loaded.notices[i].key, open[i]);
	const struct notice *first = &loaded.notices[0], *last = &loaded.notices[3];
	assert_true(first->kind == NOTICE_DIGEST && !first->enrolment[0] && !first->session && first->due.s == 5 && first->sent.s == 6 &&
		    first->shown.s == INSTANT_NEVER && first->count == 3 && !first->cause && !first->answer && !first->server_owner);
	assert_true(last->server_id == UINT32_MAX && last->state == NSTATE_DUE && last->closed.s == INSTANT_NEVER);
	assert_string_equal(last->enrolment, "e1");
	assert_string_equal(last->session, "w01-mo");
	assert_string_equal(last->cause, "why");
	assert_string_equal(last->answer, "done");
	assert_string_equal(last->server_owner, ":1.2");
	loaded_release(&loaded);

	/* The same key again: the row changes, there is no second one. */
	struct notice_row answered = notice_rows[0];
	answered.state = NSTATE_ANSWERED;
	effects_add(&effects, EFFECT_NOTICE)->notice = notice_of(&answered);
	apply(store, &effects);
	assert_int_equal(load(store, &loaded, NULL), 0);
	assert_int_equal(loaded.notice_count, ARRAY_LEN(open) - 1);
	loaded_release(&loaded);
	struct text keys = {0};
	assert_int_equal(store_notices(store, "e1", "w01-mo", collect_key, &keys, NULL), 0);
	assert_string_equal(keys.data, "e1/w01-mo/start/0 e1/w01-mo/start/1 e1/w01-mo/start/2 e1/w01-mo/end/0 e1/w01-mo/prep/0 "
				       "e1/w01-mo/prep/1 e1/w01-mo/prep/2 ");
	text_release(&keys);
	assert_int_equal(store_notices(store, "e1", "w01-tu", collect_key, &keys, NULL), 0);
	assert_null(keys.data);
	enrolment_free(enrolment);
	store_close(store);
}

/* In whatever state they are, and of no session only. */
static void notices_of_no_session_come_back(void **state)
{
	(void)state;
	static const struct { int64_t from_s; const char *expected; } rows[] = {
		{INT64_MIN, "week/1 digest/5/0 digest/5/1 morning/9 "},
		{1, "week/1 digest/5/0 digest/5/1 morning/9 "},
		{2, "digest/5/0 digest/5/1 morning/9 "},
		{5, "digest/5/0 digest/5/1 morning/9 "},
		{6, "morning/9 "},
		{10, NULL},
		{INSTANT_NEVER, NULL},
	};
	static const struct { const char *key; enum notice_kind kind; int64_t due_s; enum notice_state state; } notices[] = {
		{"morning/9", NOTICE_MORNING, 9, NSTATE_DUE},
		{"digest/5/1", NOTICE_DIGEST, 5, NSTATE_SHOWN},
		{"digest/5/0", NOTICE_DIGEST, 5, NSTATE_DIGESTED},
		{"week/1", NOTICE_WEEK, 1, NSTATE_EXPIRED},
	};
	struct store *store = open_store();
	struct enrolment *enrolment = enrolment_new("e1");
	struct effects effects = {0};
	add_enrolment(&effects, enrolment);
	for (size_t i = 0; i < ARRAY_LEN(notice_rows); i++)
		effects_add(&effects, EFFECT_NOTICE)->notice = notice_of(&notice_rows[i]);
	for (size_t i = 0; i < ARRAY_LEN(notices); i++) {
		struct notice *notice = &effects_add(&effects, EFFECT_NOTICE)->notice;
		*notice = closed_notice(notices[i].key, notices[i].state, INSTANT_NEVER, INSTANT_NEVER);
		notice->kind = notices[i].kind;
		notice->due.s = notices[i].due_s;
	}
	apply(store, &effects);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text keys = {0};
		assert_int_equal(store_day_notices(store, (struct instant){rows[i].from_s}, collect_key, &keys, NULL), 0);
		assert_text(keys.data, rows[i].expected);
		text_release(&keys);
	}
	enrolment_free(enrolment);
	store_close(store);
}

static void apply_absence(struct store *store, const struct absence *absence)
{
	struct effects effects = {0};
	effects_add(&effects, EFFECT_ABSENCE)->absence = *absence;
	apply(store, &effects);
}

static void assert_absences(struct store *store, const struct absence *expected, size_t count)
{
	struct loaded loaded = {0};
	assert_int_equal(load(store, &loaded, NULL), 0);
	assert_int_equal(loaded.absence_count, count);
	for (size_t i = 0; i < count; i++) {
		const struct absence *got = &loaded.absences[i];
		assert_int_equal(got->number, expected[i].number);
		assert_int_equal(got->kind, expected[i].kind);
		assert_true(got->from.s == expected[i].from.s && got->to.s == expected[i].to.s);
	}
	loaded_release(&loaded);
}

static void absences_come_back(void **state)
{
	(void)state;
	/* In order of number, at the ends of each range, and one that ended as it began. */
	struct absence rows[] = {
		{1, ABSENCE_AWAY, {INT64_C(-62135596800)}, {INT64_C(253402300799)}},
		{2, ABSENCE_PAUSE, {1764579000}, {1764586200}},
		{3, ABSENCE_BUSY, {1764583200}, {1764586800}},
		{INT_MAX, ABSENCE_PAUSE, {5}, {5}},
	};
	struct store *store = open_store();
	assert_absences(store, NULL, 0);
	for (size_t i = ARRAY_LEN(rows); i-- > 0;)
		apply_absence(store, &rows[i]);
	assert_absences(store, rows, ARRAY_LEN(rows));
	/* The same number again: resumed early, and there is no second one. */
	rows[1].to.s = 1764580000;
	apply_absence(store, &rows[1]);
	assert_absences(store, rows, ARRAY_LEN(rows));
	store_close(store);
}

/* One line of the journal in few words; time is the row's place. */
static struct journal_entry *add_entry(struct effects *effects, const char *what, const char *session, const char *before, int64_t undoes)
{
	struct journal_entry *entry = &effects_add(effects, EFFECT_JOURNAL)->journal;
	*entry = (struct journal_entry){.time = {(int64_t)effects->count}, .what = what, .by_learner = true, .via = "cli", .enrolment = "e1",
					.session = xstrdup(session), .before = xstrdup(before), .undoes = undoes};
	return entry;
}

static void collect_entry(void *ctx, const struct journal_entry *entry)
{
	text_addf(ctx, "%lld:%s ", (long long)entry->seq, entry->what);
}

static void journal_comes_back(void **state)
{
	(void)state;
	static const struct { const char *session; int limit; const char *expected; } rows[] = {
		{NULL, 10, "1:enrol 2:start 3:start 4:done 5:done "},
		{NULL, 2, "4:done 5:done "},
		{NULL, 0, ""},
		{NULL, -1, ""},
		{"w01-mo", 10, "2:start 4:done 5:done "},
		{"w01-mo", 2, "4:done 5:done "},
		{"w01-fr", 1, "3:start "},
		{"w01-tu", 1, ""},
		{"", 10, "1:enrol "},
	};
	struct store *store = open_store();
	struct enrolment *enrolment = enrolment_new("e1");
	struct effects effects = {0};
	add_enrolment(&effects, enrolment);
	add_entry(&effects, "enrol", NULL, NULL, 0);
	add_entry(&effects, "start", "w01-mo", "x", 0);
	add_entry(&effects, "start", "w01-fr", "x", 0);
	add_entry(&effects, "done", "w01-mo", "x", 0);
	add_entry(&effects, "done", "w01-mo", "x", 2);
	assert_int_equal(store_apply(store, &effects, NULL), 0);
	for (int64_t i = 1; i < (int64_t)effects.count; i++)
		assert_int_equal(effects.items[i].journal.seq, i);
	effects_release(&effects);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text got = {0};
		assert_int_equal(store_journal(store, "e1", rows[i].session, rows[i].limit, collect_entry, &got, NULL), 0);
		OWNED_TEXT *text = text_take(&got);
		assert_string_equal(text, rows[i].expected);
	}
	enrolment_free(enrolment);
	store_close(store);
}

static void compare_entry(void *ctx, const struct journal_entry *entry)
{
	const struct journal_entry *expected = ctx;
	assert_int_equal(entry->seq, 2);
	assert_int_equal(entry->undoes, 1);
	assert_true(entry->time.s == expected->time.s && entry->by_learner == expected->by_learner);
	assert_text(entry->what, expected->what);
	assert_text(entry->via, expected->via);
	assert_text(entry->rule, expected->rule);
	assert_text(entry->enrolment, expected->enrolment);
	assert_text(entry->session, expected->session);
	assert_text(entry->text, expected->text);
	assert_text(entry->before, expected->before);
}

static void journal_keeps_every_member(void **state)
{
	(void)state;
	struct store *store = open_store();
	struct effects effects = {0};
	struct journal_entry *entry = &effects_add(&effects, EFFECT_JOURNAL)->journal;
	*entry = (struct journal_entry){.time = {INT64_C(-62135596800)}, .what = "zone", .via = "", .seq = 77};
	apply(store, &effects);
	entry = &effects_add(&effects, EFFECT_JOURNAL)->journal;
	*entry = (struct journal_entry){.time = {INT64_C(253402300799)}, .what = "undo", .via = "fifteen-letters", .rule = "R1a",
					.text = xstrdup("Zone"), .before = xstrdup("b"), .undoes = 1};
	assert_int_equal(store_apply(store, &effects, NULL), 0);
	assert_int_equal(store_journal(store, NULL, NULL, 1, compare_entry, &effects.items[0].journal, NULL), 0);
	effects_release(&effects);
	store_close(store);
}

static void journal_is_append_only(void **state)
{
	(void)state;
	struct store *store = open_store();
	struct effects effects = {0};
	struct journal_entry *entry = &effects_add(&effects, EFFECT_JOURNAL)->journal;
	*entry = (struct journal_entry){.what = "zone", .via = "start"};
	apply(store, &effects);
	static const char *const forbidden[] = {"DELETE FROM journal", "UPDATE journal SET what = 'x'"};
	for (size_t i = 0; i < ARRAY_LEN(forbidden); i++) {
		struct err err = {0};
		assert_int_not_equal(store_exec(store, forbidden[i], &err), 0);
		assert_non_null(strstr(err.text, "append-only"));
		err_release(&err);
	}
	assert_int_equal(number(store, "SELECT count(*) FROM journal WHERE what = 'zone'"), 1);
	store_close(store);
}

static void last_undoable(void **state)
{
	(void)state;
	/* Entries come one by one; undoable is what is found after each, 0 for none. */
	static const struct { const char *what, *before; bool by_learner; int64_t undoes, undoable; } rows[] = {
		{"enrol", NULL, false, 0, 0},
		{"enrol", NULL, true, 0, 2},
		{"prompt", "b", false, 0, 2},
		{"start", "b", true, 0, 4},
		{"more-time", NULL, true, 0, 4},
		{"leave", NULL, true, 0, 6},
		{"undo", NULL, true, 6, 4},
		{"undo", NULL, true, 4, 2},
		{"undo", NULL, true, 2, 0},
		{"done", "b", true, 0, 10},
	};
	struct store *store = open_store();
	struct enrolment *enrolment = enrolment_new("e1");
	enrol(store, enrolment);
	const char *word = NULL;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct effects effects = {0};
		struct journal_entry *added = add_entry(&effects, rows[i].what, "w01-mo", rows[i].before, rows[i].undoes);
		added->by_learner = rows[i].by_learner;
		added->rule = "RULES 5.1";
		apply(store, &effects);
		struct journal_entry entry = {0};
		assert_int_equal(store_last_undoable(store, &entry, NULL), !rows[i].undoable);
		assert_int_equal(entry.seq, rows[i].undoable);
		if (entry.seq)
			assert_string_equal(entry.what, rows[entry.seq - 1].what);
		if (entry.seq && word)
			assert_ptr_equal(entry.rule, word); /* the same words are kept once */
		word = entry.seq ? entry.rule : word;
		journal_entry_release(&entry);
	}
	enrolment_free(enrolment);
	store_close(store);
}

/* Each row breaks a transaction at its last effect. */
static void break_unknown_session(struct effects *effects, struct enrolment *enrolment)
{
	text_replace(&enrolment->sessions[0].plan.id, xstrdup("w09-mo"));
	add_life(effects, enrolment, &enrolment->sessions[0]);
}

static void break_unknown_enrolment(struct effects *effects, struct enrolment *enrolment)
{
	static const struct enrolment stranger = {.id = "e9"};
	(void)enrolment;
	effects_add(effects, EFFECT_ENROLMENT)->enrolment.enrolment = &stranger;
}

static void break_second_of_that_id(struct effects *effects, struct enrolment *enrolment)
{
	add_enrolment(effects, enrolment);
}

static void break_bad_id(struct effects *effects, struct enrolment *enrolment)
{
	snprintf(enrolment->id, sizeof(enrolment->id), "x2");
	add_enrolment(effects, enrolment);
}

static void break_two_sessions_of_an_id(struct effects *effects, struct enrolment *enrolment)
{
	snprintf(enrolment->id, sizeof(enrolment->id), "e2");
	text_replace(&enrolment->sessions[2].plan.id, xstrdup("w01-mo"));
	add_enrolment(effects, enrolment);
}

static void break_life(struct effects *effects, struct enrolment *enrolment)
{
	enrolment->sessions[0].life.rung = 64;
	add_life(effects, enrolment, &enrolment->sessions[0]);
}

static void break_feel(struct effects *effects, struct enrolment *enrolment)
{
	enrolment->sessions[0].life.feel = 0;
	add_life(effects, enrolment, &enrolment->sessions[0]);
}

static void break_value(struct effects *effects, struct enrolment *enrolment)
{
	(void)enrolment;
	effects_add(effects, EFFECT_VALUE);
}

static void break_notice_kind(struct effects *effects, struct enrolment *enrolment)
{
	(void)enrolment;
	effects_add(effects, EFFECT_NOTICE)->notice = (struct notice){.key = "k", .kind = NOTICE_KIND_COUNT, .closed = {INSTANT_NEVER}};
}

static void break_state(struct effects *effects, struct enrolment *enrolment)
{
	enrolment->sessions[0].life.state = STATE_COUNT;
	add_life(effects, enrolment, &enrolment->sessions[0]);
}

static void break_reference(struct effects *effects, struct enrolment *enrolment)
{
	(void)enrolment;
	effects_add(effects, EFFECT_NOTICE)->notice = (struct notice){.key = "k", .enrolment = "e7", .closed = {INSTANT_NEVER}};
}

static void break_undoes(struct effects *effects, struct enrolment *enrolment)
{
	(void)enrolment;
	add_entry(effects, "undo", NULL, NULL, 999);
}

static void break_absence(struct effects *effects, struct absence absence)
{
	effects_add(effects, EFFECT_ABSENCE)->absence = (struct absence){3, ABSENCE_AWAY, {1}, {2}};
	effects_add(effects, EFFECT_ABSENCE)->absence = absence;
}

static void break_absence_number(struct effects *effects, struct enrolment *enrolment)
{
	(void)enrolment;
	break_absence(effects, (struct absence){0, ABSENCE_AWAY, {1}, {2}});
}

static void break_absence_kind(struct effects *effects, struct enrolment *enrolment)
{
	(void)enrolment;
	break_absence(effects, (struct absence){1, ABSENCE_KIND_COUNT, {1}, {2}});
}

static void break_absence_order(struct effects *effects, struct enrolment *enrolment)
{
	(void)enrolment;
	break_absence(effects, (struct absence){1, ABSENCE_PAUSE, {2}, {1}});
}

static void break_absence_without_end(struct effects *effects, struct enrolment *enrolment)
{
	(void)enrolment;
	break_absence(effects, (struct absence){1, ABSENCE_PAUSE, {1}, {INSTANT_NEVER}});
}

static void all_or_nothing(void **state)
{
	(void)state;
	static const struct { void (*breaks)(struct effects *, struct enrolment *); const char *says; } rows[] = {
		{break_unknown_session, "table session has no row 'e1/w09-mo'"},
		{break_unknown_enrolment, "table enrolment has no row 'e9'"},
		{break_second_of_that_id, "enrolment.number"},
		{break_bad_id, "number"},
		{break_two_sessions_of_an_id, "session.enrolment, session.id"},
		{break_life, "rung"},
		{break_feel, "feel"},
		{break_value, "value.name"},
		{break_notice_kind, "notice.kind"},
		{break_state, "session.state"},
		{break_reference, "FOREIGN KEY"},
		{break_undoes, "FOREIGN KEY"},
		{break_absence_number, "number BETWEEN 1"},
		{break_absence_kind, "absence.kind"},
		{break_absence_order, "from_s <= to_s"},
		{break_absence_without_end, "to_s BETWEEN"},
	};
	struct store *store = open_store();
	struct enrolment *enrolment = enrolment_new("e1");
	enrol(store, enrolment);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct enrolment *broken = enrolment_new("e1");
		struct effects effects = {0};
		struct err err = {0};
		struct session changed = {.plan.id = "w01-mo", .life = broken->sessions[1].life, .intention.want = "w", .ticked = 1};
		add_life(&effects, enrolment, &changed);
		add_entry(&effects, "start", "w01-mo", "b", 0);
		add_value(&effects, "seen", "1");
		rows[i].breaks(&effects, broken);
		assert_int_equal(store_apply(store, &effects, &err), STORE_DAMAGED);
		if (!strstr(err.text, rows[i].says))
			fail_msg("row %zu: '%s' does not say '%s'", i, err.text, rows[i].says);
		assert_int_equal(effects.items[1].journal.seq, 0);
		assert_int_equal(number(store, "SELECT count(*) FROM journal") + number(store, "SELECT count(*) FROM notice") +
				 number(store, "SELECT count(*) FROM absence") + number(store, "SELECT count(*) FROM value"), 0);
		struct loaded loaded = {0};
		assert_int_equal(load(store, &loaded, NULL), 0);
		assert_int_equal(loaded.enrolment_count, 1);
		assert_enrolment(loaded.enrolments[0], enrolment);
		loaded_release(&loaded);
		effects_release(&effects);
		err_release(&err);
		enrolment_free(broken);
	}
	enrolment_free(enrolment);
	store_close(store);
}

static void collect_file(void *ctx, struct plan_file file)
{
	text_addf(ctx, "%s %s %lld %lld %lld %s %s %s %s %d %d %d %s %d %s\n", file.path, file.name, (long long)file.size, (long long)file.mtime_ns,
		  (long long)file.inode, file.revision ? file.revision : "-", file.uid ? file.uid : "-", file.title ? file.title : "-",
		  file.goal ? file.goal : "-", file.weeks, file.sessions, file.minutes, file.error ? file.error : "-", file.line,
		  file.modified.s == INSTANT_NEVER ? "never" : "modified");
	plan_file_release(&file);
	assert_null(file.path);
}

static void assert_files(struct store *store, const char *expected)
{
	struct text got = {0};
	assert_int_equal(store_plan_files(store, collect_file, &got, NULL), 0);
	OWNED_TEXT *text = text_take(&got);
	assert_string_equal(text, expected);
}

static void plan_files_come_back(void **state)
{
	(void)state;
	const struct plan_file good = {"/p/b.ics", "b", 10, 1764300000123456789, INT64_MIN, "r", "u", "t", "g", 2, 3, 90, NULL, 0, {1764200000}};
	const struct plan_file bad = {"/p/a.ics", "a", 0, -1, 7, NULL, NULL, NULL, NULL, 0, 0, 0, "no-session", 3, {INSTANT_NEVER}};
	const struct plan_file both[] = {good, bad};
	struct plan_file newer = good, wrong = good;
	newer.size = 11;
	wrong.path = "/p/c.ics";
	wrong.weeks = -1;
	struct store *store = open_store();
	assert_files(store, "");
	assert_int_equal(store_plan_files_update(store, both, 2, NULL, 0, NULL), 0);
	assert_files(store, "/p/a.ics a 0 -1 7 - - - - 0 0 0 no-session 3 never\n"
			    "/p/b.ics b 10 1764300000123456789 -9223372036854775808 r u t g 2 3 90 - 0 modified\n");
	const char *const gone[] = {"/p/a.ics", "/p/never-there.ics"};
	assert_int_equal(store_plan_files_update(store, &newer, 1, gone, 2, NULL), 0);
	static const char after[] = "/p/b.ics b 11 1764300000123456789 -9223372036854775808 r u t g 2 3 90 - 0 modified\n";
	assert_files(store, after);
	/* A row that cannot be: nothing of the update stays. */
	const struct plan_file mixed[] = {bad, wrong};
	assert_int_equal(store_plan_files_update(store, mixed, 2, (const char *const[]){"/p/b.ics"}, 1, NULL), STORE_DAMAGED);
	assert_files(store, after);
	store_close(store);
}

static void values_come_back(void **state)
{
	(void)state;
	struct store *store = open_store();
	char *value = NULL;
	assert_int_equal(store_get(store, "zone", &value, NULL), 1);
	assert_null(value);
	static const char *const puts[] = {"Europe/Berlin", "", "Asia/Tokyo"};
	for (size_t i = 0; i < ARRAY_LEN(puts); i++) {
		assert_int_equal(store_put(store, "zone", puts[i], NULL), 0);
		assert_int_equal(store_get(store, "zone", &value, NULL), 0);
		assert_string_equal(value, puts[i]);
		text_replace(&value, NULL);
	}
	assert_int_equal(store_put(store, "other", "1", NULL), 0);
	assert_int_equal(number(store, "SELECT count(*) FROM value"), 2);
	store_close(store);
}

/* As an effect, in one transaction with the rest; of two of a name the later one stays. */
static void values_come_with_the_effects(void **state)
{
	(void)state;
	struct store *store = open_store();
	struct effects effects = {0};
	struct loaded loaded = {0};
	assert_int_equal(load(store, &loaded, NULL), 0);
	assert_null(loaded.values.data);
	assert_int_equal(store_put(store, "zone", "UTC", NULL), 0);
	add_value(&effects, "week", "2025-12-01");
	add_entry(&effects, "zone", NULL, NULL, 0)->enrolment[0] = '\0';
	add_value(&effects, "again", "");
	add_value(&effects, "zone", "Asia/Tokyo");
	add_value(&effects, "week", "1234567890123456789012345678901"); /* as long as it may be */
	apply(store, &effects);
	assert_int_equal(load(store, &loaded, NULL), 0);
	assert_string_equal(loaded.values.data, "again= week=1234567890123456789012345678901 zone=Asia/Tokyo ");
	loaded_release(&loaded);
	char *value = NULL;
	assert_int_equal(store_get(store, "zone", &value, NULL), 0);
	assert_string_equal(value, "Asia/Tokyo");
	free(value);
	store_close(store);
}

static void ignore_file(void *ctx, struct plan_file file)
{
	(void)ctx;
	plan_file_release(&file);
}

/* Everything that is read back from the table, through the door that the app uses. */
static int read_all(struct store *store, const struct table *table, struct err *err)
{
	struct text text = {0};
	struct loaded loaded = {.recent_from = {INT64_MIN}};
	char *value = NULL;
	int r;
	if (table == &journal_table)
		r = store_journal(store, NULL, NULL, 10, collect_entry, &text, err);
	else if (table == &plan_file_table)
		r = store_plan_files(store, ignore_file, NULL, err);
	else if (table == &value_table)
		r = store_get(store, "zone", &value, err);
	else
		r = load(store, &loaded, err);
	if (table == &value_table && r != STORE_DAMAGED)
		r = load(store, &loaded, err);
	free(value);
	loaded_release(&loaded);
	text_release(&text);
	return r;
}

/* Puts the wrong value into the last row of the table: the table refuses it, and if it is there all the same, reading tells. */
static void damage(struct store *store, const struct table *table, const char *column, const char *value, bool refused)
{
	OWNED_TEXT *sql = xasprintf("UPDATE %s SET %s = %s WHERE rowid = (SELECT max(rowid) FROM %s)", table->name, column, value, table->name);
	if (refused && !store_exec(store, sql, NULL))
		fail_msg("taken: %s", sql);
	struct err err = {0};
	exec(store, "PRAGMA ignore_check_constraints = ON; BEGIN");
	exec(store, sql);
	int r = read_all(store, table, &err);
	exec(store, "ROLLBACK; PRAGMA ignore_check_constraints = OFF");
	if (r != STORE_DAMAGED || !strstr(err.text, table->name) || !strstr(err.text, column))
		fail_msg("%s: %d '%s'", sql, r, err.text ? err.text : "");
	err_release(&err);
}

static void damage_field(struct store *store, const struct table *table, const struct field *field)
{
	if (field->kind == FIELD_TEXT || field->kind == FIELD_BORROWED || field->kind == FIELD_CHARS)
		damage(store, table, field->column, "'a' || char(0) || 'b'", false);
	if (field->kind == FIELD_NAME)
		damage(store, table, field->column, "'nonsense'", false);
	if (field->kind == FIELD_CHARS) {
		OWNED_TEXT *long_text = xasprintf("'%0*d'", (int)field->max + 1, 0);
		damage(store, table, field->column, long_text, false);
	}
	if (field->kind == FIELD_CHARS || field->kind == FIELD_TEXT || field->kind == FIELD_NAME || field->kind == FIELD_BORROWED)
		return;
	if (field->min != INT64_MIN) {
		OWNED_TEXT *low = xasprintf("%lld", (long long)field->min - 1);
		damage(store, table, field->column, low, true);
	}
	if (field->max != INT64_MAX) {
		OWNED_TEXT *high = xasprintf("%lld", (long long)field->max + 1);
		damage(store, table, field->column, high, true);
	}
}

static struct store *open_fixture(void)
{
	struct text sql = {0};
	OWNED_TEXT *fixture = xasprintf("tests/data/store/v%d.sql", STORE_VERSION);
	FILE *file = fopen(fixture, "re");
	assert_non_null(file);
	char block[4096];
	for (size_t n; (n = fread(block, 1, sizeof(block), file));)
		text_add_n(&sql, block, n);
	fclose(file);
	struct store *store = xcalloc(1, sizeof(*store));
	store->path = xstrdup(":memory:");
	store->in_memory = true;
	assert_int_equal(sqlite3_open(":memory:", &store->db), SQLITE_OK);
	exec(store, sql.data);
	assert_int_equal(store_prepare_all(store, NULL), 0);
	text_release(&sql);
	return store;
}

static void damaged_rows_are_told(void **state)
{
	(void)state;
	static const struct table *const tables[] = {&enrolment_table, &session_table,   &notice_table, &absence_table,
						     &journal_table,   &plan_file_table, &value_table};
	struct store *store = open_fixture();
	exec(store, "DROP TRIGGER journal_keeps_words; UPDATE journal SET undoes = 1 WHERE seq = 1");
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		assert_int_equal(read_all(store, tables[i], NULL), 0);
		for (int f = 0; f < tables[i]->count; f++) {
			const char *column = tables[i]->fields[f].column;
			/* These only lose the row, so that nothing damaged is read. */
			bool lost = (tables[i] == &session_table && !strcmp(column, "enrolment")) || (tables[i] == &journal_table && !f);
			if (!lost)
				damage_field(store, tables[i], &tables[i]->fields[f]);
		}
	}
	store_close(store);
}

/* Damage that shows between rows or between columns. */
static void rows_that_do_not_fit(void **state)
{
	(void)state;
	static const struct { const char *sql, *says; } rows[] = {
		{"UPDATE session SET position = 4 WHERE position = 1", "table session has a damaged row: 'e1/4'"},
		{"DELETE FROM session WHERE enrolment = 'e2'", "table enrolment has a damaged row: 'e2'"},
		{"UPDATE enrolment SET phases = 'base=1-3' WHERE id = 'e1'", "table enrolment has a damaged row: 'e1'"},
		{"UPDATE enrolment SET cutbacks = '3' WHERE id = 'e1'", "table enrolment has a damaged row: 'e1'"},
		{"UPDATE enrolment SET start_day = start_day + 1 WHERE id = 'e2'", "start_day"},
		{"PRAGMA ignore_check_constraints = ON; UPDATE absence SET from_s = to_s + 1 WHERE number = 2",
		 "table absence has a damaged row: '2' (from_s is after to_s)"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct store *store = open_fixture();
		struct err err = {0};
		exec(store, rows[i].sql);
		assert_int_equal(read_all(store, &session_table, &err), STORE_DAMAGED);
		if (!strstr(err.text, rows[i].says))
			fail_msg("'%s' does not say '%s'", err.text, rows[i].says);
		err_release(&err);
		store_close(store);
	}
}

/* Every question that grows with use is answered from an index; only whole tables that are small are walked through. */
static void queries_use_their_index(void **state)
{
	(void)state;
	static const struct { enum statement which; const char *index; } rows[] = {
		{ST_SESSIONS, "sqlite_autoindex_session_1 (enrolment=?)"},
		{ST_SESSION_LIFE, "sqlite_autoindex_session_2 (enrolment=? AND id=?)"},
		{ST_ENROLMENT_SET, "sqlite_autoindex_enrolment_1 (id=?)"},
		{ST_NOTICES_OPEN, "notice_open"},
		{ST_NOTICES_RECENT, "notice_over (<expr>>?)"},
		{ST_NOTICES_OF, "notice_of_session (enrolment=? AND session=?)"},
		{ST_NOTICES_OF_DAYS, "notice_of_session (enrolment=? AND session=? AND due_s>?)"},
		{ST_JOURNAL_OF, "journal_of_session (enrolment=? AND session=?)"},
		{ST_JOURNAL_UNDOABLE, "journal_undoable"},
		{ST_JOURNAL_UNDOABLE, "journal_undoes (undoes=?)"},
		{ST_PLAN_FILE_REMOVE, "sqlite_autoindex_plan_file_1 (path=?)"},
		{ST_VALUE_GET, "sqlite_autoindex_value_1 (name=?)"},
	};
	struct store *store = open_store();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OWNED_TEXT *sql = xasprintf("EXPLAIN QUERY PLAN %s", sqlite3_sql(store->statements[rows[i].which]));
		struct text plan = {0};
		sqlite3_stmt *statement = NULL;
		assert_int_equal(sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL), SQLITE_OK);
		while (sqlite3_step(statement) == SQLITE_ROW)
			text_addf(&plan, "%s\n", sqlite3_column_text(statement, 3));
		sqlite3_finalize(statement);
		if (!strstr(plan.data, rows[i].index))
			fail_msg("%s\n%s: no %s", sql, plan.data, rows[i].index);
		text_release(&plan);
	}
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enrolments_come_back),
		cmocka_unit_test(unknown_zone_is_the_learners),
		cmocka_unit_test(notices_come_back),
		cmocka_unit_test(notices_of_no_session_come_back),
		cmocka_unit_test(recent_notices_come_back),
		cmocka_unit_test(every_kind_of_notice_comes_back),
		cmocka_unit_test(absences_come_back),
		cmocka_unit_test(journal_comes_back),
		cmocka_unit_test(journal_keeps_every_member),
		cmocka_unit_test(journal_is_append_only),
		cmocka_unit_test(last_undoable),
		cmocka_unit_test(all_or_nothing),
		cmocka_unit_test(plan_files_come_back),
		cmocka_unit_test(values_come_back),
		cmocka_unit_test(values_come_with_the_effects),
		cmocka_unit_test(damaged_rows_are_told),
		cmocka_unit_test(rows_that_do_not_fit),
		cmocka_unit_test(queries_use_their_index),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
