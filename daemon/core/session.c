#include "session.h"

#include <errno.h>
#include <limits.h>

const char *const state_name[STATE_COUNT] = {
	[STATE_PLANNED] = "planned", [STATE_PROMPTED] = "prompted", [STATE_RUNNING] = "running", [STATE_DONE] = "done",
	[STATE_PARTIAL] = "partial", [STATE_MISSED] = "missed",     [STATE_EXCUSED] = "excused", [STATE_MOVED] = "moved",
	[STATE_MERGED] = "merged",   [STATE_DROPPED] = "dropped",   [STATE_BAILED] = "bailed",   [STATE_RETRY] = "retry",
};

const char *const action_name[ACT_COUNT] = {
	[ACT_PROMPT] = "prompt", [ACT_START] = "start", [ACT_DONE] = "done",     [ACT_PARTLY] = "partly", [ACT_MORE_TIME] = "more-time",
	[ACT_SNOOZE] = "snooze", [ACT_MOVE] = "move",   [ACT_EXCUSE] = "excuse", [ACT_DROP] = "drop",     [ACT_EXPIRE] = "expire",
};

const char *const alarm_name[ALARM_COUNT] = {[ALARM_PREP] = "prep",   [ALARM_START] = "start", [ALARM_END] = "end",
					     [ALARM_WATER] = "water", [ALARM_WALL] = "wall",   [ALARM_WARMUP] = "warmup"};

/* clang-format off */
/* IDEAS 51; neutral ones do not count against the week (RULES 3.6). */
const struct reason_info reason_info[REASON_COUNT] = {
	[REASON_NONE] = {"none", false, false},
	[REASON_SICK] = {"sick", true, true},
	[REASON_PTO] = {"pto", true, true},
	[REASON_HOLIDAY] = {"holiday", true, true},
	[REASON_INCIDENT] = {"incident", true, true},
	[REASON_MEETING] = {"meeting", false, true},
	[REASON_ENERGY] = {"energy", false, true},
	[REASON_PREP] = {"prep", false, true},
	[REASON_UNCLEAR] = {"unclear", false, true},
	[REASON_OTHER] = {"other", false, true},
	[REASON_UNKNOWN] = {"unknown", false, false},
	[REASON_LATE_START] = {"late-start", true, false},
	[REASON_WITHDRAWN] = {"withdrawn", true, false},
};

/* The life of a session: row = state, column = action, entry = where it leads. 0 refuses, SAME is already so. */
#define TO(state) (1 + STATE_##state)
enum { REFUSE = 0, SAME = 1 + STATE_COUNT };

#define OPEN_ROW { \
	[ACT_PROMPT] = TO(PROMPTED), [ACT_START] = TO(RUNNING), [ACT_DONE] = TO(DONE), [ACT_PARTLY] = TO(PARTIAL), \
	[ACT_MORE_TIME] = TO(RUNNING), [ACT_SNOOZE] = TO(PLANNED), [ACT_MOVE] = TO(MOVED), [ACT_EXCUSE] = TO(EXCUSED), \
	[ACT_DROP] = TO(DROPPED), [ACT_EXPIRE] = TO(MISSED), \
}

static const unsigned char transitions[STATE_COUNT][ACT_COUNT] = {
	[STATE_PLANNED] = OPEN_ROW,
	[STATE_MOVED] = OPEN_ROW,
	[STATE_RETRY] = OPEN_ROW,
	[STATE_PROMPTED] = OPEN_ROW,
	[STATE_RUNNING] = {[ACT_PROMPT] = SAME, [ACT_START] = SAME, [ACT_DONE] = TO(DONE), [ACT_PARTLY] = TO(PARTIAL),
			   [ACT_MORE_TIME] = TO(RUNNING), [ACT_EXCUSE] = TO(EXCUSED), [ACT_DROP] = TO(DROPPED), [ACT_EXPIRE] = TO(MISSED)},
	/* What was done can be corrected; what was let go can still be done or taken up on another day. */
	[STATE_DONE] = {[ACT_DONE] = TO(DONE), [ACT_PARTLY] = TO(PARTIAL)},
	[STATE_PARTIAL] = {[ACT_DONE] = TO(DONE), [ACT_PARTLY] = TO(PARTIAL)},
	[STATE_MISSED] = {[ACT_DONE] = TO(DONE), [ACT_PARTLY] = TO(PARTIAL), [ACT_EXPIRE] = SAME},
	[STATE_EXCUSED] = {[ACT_DONE] = TO(DONE), [ACT_PARTLY] = TO(PARTIAL), [ACT_MOVE] = TO(MOVED), [ACT_EXCUSE] = TO(EXCUSED),
			   [ACT_DROP] = SAME},
	[STATE_DROPPED] = {[ACT_DONE] = TO(DONE), [ACT_PARTLY] = TO(PARTIAL), [ACT_MOVE] = TO(MOVED), [ACT_EXCUSE] = TO(EXCUSED),
			   [ACT_DROP] = TO(DROPPED)},
};
/* clang-format on */

bool state_is_final(enum session_state state)
{
	return state == STATE_DONE || state == STATE_PARTIAL || state == STATE_MISSED || state == STATE_EXCUSED || state == STATE_MERGED ||
	       state == STATE_DROPPED || state == STATE_BAILED;
}

bool reason_parse(const char *name, enum skip_reason *ret_reason)
{
	for (int i = 0; i < REASON_COUNT; i++)
		if (reason_info[i].given && !strcmp(reason_info[i].name, name)) {
			*ret_reason = (enum skip_reason)i;
			return true;
		}
	return false;
}

enum session_result session_allows(enum session_state state, enum session_action action, enum session_state *ret_state)
{
	unsigned char to = transitions[state][action];
	if (to == REFUSE)
		return SESSION_REFUSED;
	*ret_state = to == SAME ? state : (enum session_state)(to - 1);
	return to == SAME ? SESSION_ALREADY : SESSION_CHANGED;
}

/* Lets alarms ring again: under a new ring number when one of them rang already, so that no key is used twice. */
static void rearm(struct session_life *life, unsigned alarms)
{
	if (life->rung & alarms)
		life->ring++;
	life->rung &= ~alarms;
}

enum {
	BIT_PREP = 1u << ALARM_PREP,
	BIT_START = 1u << ALARM_START,
	BIT_END = 1u << ALARM_END,
	BITS_RUN = 1u << ALARM_WATER | 1u << ALARM_WALL | 1u << ALARM_WARMUP, /* what belongs to one run */
	BITS_ALL = (1u << ALARM_COUNT) - 1u,
};

static void carry_prompt(struct session *s, const struct session_input *in UNUSED, struct instant now UNUSED)
{
	struct session_life *life = &s->life;
	if (life->snoozed.s != INSTANT_NEVER && !(life->rung & BIT_START)) /* the end moved with the start */
		life->end_due.s = life->snoozed.s + s->plan.minutes * MINUTE_S;
	life->rung |= BIT_PREP | BIT_START;
	life->snoozed.s = INSTANT_NEVER;
}

static void carry_start(struct session *s, const struct session_input *in UNUSED, struct instant now)
{
	s->life.started = now;
	s->life.snoozed.s = INSTANT_NEVER;
	s->life.end_due.s = now.s + s->plan.minutes * MINUTE_S;
	s->life.rung |= BIT_PREP | BIT_START;
	rearm(&s->life, BIT_END | BITS_RUN);
}

static void log_minutes(struct session *s, const struct session_input *in, bool partly, struct instant now)
{
	struct session_life *life = &s->life;
	if (in->minutes >= 0 || life->actual_minutes < 0)
		life->actual_minutes = in->minutes >= 0 ? in->minutes : session_default_minutes(s, partly, now);
	if (in->effort >= 0 || life->actual_effort < 0)
		life->actual_effort = in->effort >= 0 ? in->effort : s->plan.effort;
	if (in->feel > 0)
		life->feel = in->feel;
	if (life->ended.s == INSTANT_NEVER)
		life->ended = now;
	life->reason = REASON_NONE;
	life->snoozed.s = INSTANT_NEVER;
	life->rung = BITS_ALL;
}

static void carry_done(struct session *s, const struct session_input *in, struct instant now)
{
	log_minutes(s, in, false, now);
}

static void carry_partly(struct session *s, const struct session_input *in, struct instant now)
{
	log_minutes(s, in, true, now);
}

static void carry_more_time(struct session *s, const struct session_input *in, struct instant now UNUSED)
{
	if (s->life.started.s == INSTANT_NEVER) {
		s->life.started = s->start_at;
		s->life.rung |= BITS_RUN; /* its marks have passed */
	}
	s->life.snoozed.s = INSTANT_NEVER;
	s->life.end_due = in->until;
	s->life.rung |= BIT_PREP | BIT_START;
	rearm(&s->life, BIT_END);
}

static void carry_snooze(struct session *s, const struct session_input *in, struct instant now UNUSED)
{
	s->life.snoozed = in->until;
	s->life.end_due.s = INSTANT_NEVER;
	rearm(&s->life, BIT_START | BIT_END);
}

static void carry_move(struct session *s, const struct session_input *in, struct instant now UNUSED)
{
	struct session_life *life = &s->life;
	if (life->moved_from.day == DAY_NONE)
		life->moved_from = life->start;
	life->start = in->to;
	life->reason = REASON_NONE;
	life->snoozed.s = life->started.s = life->ended.s = life->end_due.s = INSTANT_NEVER;
	life->actual_minutes = life->actual_effort = life->feel = -1;
	rearm(life, BITS_ALL);
}

static void carry_skip(struct session *s, const struct session_input *in, struct instant now)
{
	s->life.reason = in->reason;
	s->life.ended = now;
	s->life.snoozed.s = INSTANT_NEVER;
	s->life.rung = BITS_ALL;
}

static void carry_expire(struct session *s, const struct session_input *in UNUSED, struct instant now)
{
	s->life.ended = now;
	s->life.snoozed.s = INSTANT_NEVER;
	s->life.rung = BITS_ALL;
}

static void (*const carry[ACT_COUNT])(struct session *, const struct session_input *, struct instant) = {
	[ACT_PROMPT] = carry_prompt,       [ACT_START] = carry_start,   [ACT_DONE] = carry_done, [ACT_PARTLY] = carry_partly,
	[ACT_MORE_TIME] = carry_more_time, [ACT_SNOOZE] = carry_snooze, [ACT_MOVE] = carry_move, [ACT_EXCUSE] = carry_skip,
	[ACT_DROP] = carry_skip,           [ACT_EXPIRE] = carry_expire,
};

/* The same answer given again changes nothing: the second Done of a nervous finger, or of bubble and command line. */
static bool is_repeat(const struct session *s, enum session_action action, enum session_state to, const struct session_input *in)
{
	const struct session_life *life = &s->life;
	if (life->state != to)
		return false;
	if (action == ACT_DONE || action == ACT_PARTLY)
		return (in->minutes < 0 || in->minutes == life->actual_minutes) && (in->effort < 0 || in->effort == life->actual_effort) &&
		       (in->feel <= 0 || in->feel == life->feel);
	if (action == ACT_EXCUSE || action == ACT_DROP)
		return in->reason == life->reason || in->reason == REASON_UNKNOWN;
	if (action == ACT_SNOOZE)
		return in->until.s == life->snoozed.s;
	if (action == ACT_MOVE)
		return !civil_compare(in->to, life->start);
	return action == ACT_PROMPT;
}

enum session_result session_step(struct session *session, enum session_action action, const struct session_input *input, struct instant now)
{
	enum session_state to;
	enum session_result result = session_allows(session->life.state, action, &to);
	if (result != SESSION_CHANGED)
		return result;
	if (is_repeat(session, action, to, input))
		return SESSION_ALREADY;
	carry[action](session, input, now);
	session->life.state = to;
	return SESSION_CHANGED;
}

int session_default_minutes(const struct session *session, bool partly, struct instant now)
{
	int planned = session->plan.minutes;
	if (session->life.started.s == INSTANT_NEVER)
		return partly ? (planned + 1) / 2 : planned;
	int64_t ran_min = (now.s - session->life.started.s + MINUTE_S - 1) / MINUTE_S;
	int64_t most_min = planned;
	if (session->life.end_due.s != INSTANT_NEVER && session->life.end_due.s - session->life.started.s > most_min * MINUTE_S)
		most_min = (session->life.end_due.s - session->life.started.s) / MINUTE_S;
	if (ran_min > most_min)
		ran_min = most_min;
	return ran_min < 1 ? 1 : (int)ran_min;
}

struct instant session_end(const struct session *session)
{
	const struct session_life *life = &session->life;
	if (life->end_due.s != INSTANT_NEVER)
		return life->end_due;
	return (struct instant){session_alarm_at(session, ALARM_START).s + session->plan.minutes * MINUTE_S};
}

/* A mark of a run: part of the planned minutes from its start. */
static struct instant mark_at(const struct session *session, int part, int whole)
{
	if (session->life.state != STATE_RUNNING || session->plan.minutes < SESSION_MARKS_MIN)
		return (struct instant){INSTANT_NEVER};
	return (struct instant){session->life.started.s + session->plan.minutes * part / whole * MINUTE_S};
}

struct instant session_alarm_at(const struct session *session, enum alarm_kind alarm)
{
	switch (alarm) {
	case ALARM_PREP:
		return session->prep_at;
	case ALARM_START:
		return session->life.snoozed.s != INSTANT_NEVER ? session->life.snoozed : session->start_at;
	case ALARM_END:
		return session_end(session);
	case ALARM_WATER:
		return mark_at(session, 1, 2);
	case ALARM_WALL:
		return mark_at(session, 200, 262); /* mile 20 of 26.2 */
	default:
		return (struct instant){INSTANT_NEVER};
	}
}

enum alarm_kind session_question(const struct session *session)
{
	const struct session_life *life = &session->life;
	if (life->state != STATE_PROMPTED && life->state != STATE_RUNNING)
		return ALARM_COUNT;
	if (life->rung & BIT_END)
		return ALARM_END;
	return life->state == STATE_PROMPTED ? ALARM_START : ALARM_COUNT;
}

struct instant session_grace_end(const struct session *session)
{
	const struct session_life *life = &session->life;
	struct instant end = session->grace_end, promised = life->end_due;
	if (life->snoozed.s != INSTANT_NEVER)
		promised.s = life->snoozed.s + session->plan.minutes * MINUTE_S;
	if (end.s != INSTANT_NEVER && promised.s != INSTANT_NEVER && promised.s + DAY_S > end.s)
		end.s = promised.s + DAY_S;
	return end;
}

struct instant session_next_due(const struct session *session)
{
	const struct session_life *life = &session->life;
	if (state_is_final(life->state))
		return (struct instant){INSTANT_NEVER};
	struct instant due = session_grace_end(session);
	for (int alarm = 0; alarm < ALARM_COUNT; alarm++) {
		struct instant at = session_alarm_at(session, (enum alarm_kind)alarm);
		if (!(life->rung & 1u << alarm) && at.s < due.s)
			due = at;
	}
	return due;
}

void session_release(struct session *session)
{
	plan_session_release(&session->plan);
	free(session->intention.want);
	free(session->intention.feel);
	free(session->intention.act);
}

/* --- the life as text ---------------------------------------------------------------------------------------------------------- */

/* Every number of a life in one order; both directions walk this list, so they cannot differ. */
/* The journals of earlier versions end with `version`. */
enum { LIFE_FIELDS = 16, LIFE_FIELDS_FIRST = 15 };
static const char *const life_field[LIFE_FIELDS] = {
	"state", "reason",  "day",     "second", "from_day", "from_second", "snoozed", "started",
	"ended", "end_due", "minutes", "effort", "ring",     "rung",        "version", "feel",
};

static void life_to_numbers(const struct session_life *life, int64_t n[static LIFE_FIELDS])
{
	const int64_t all[LIFE_FIELDS] = {
		life->state,        life->reason,         life->start.day,
		life->start.second, life->moved_from.day, life->moved_from.second,
		life->snoozed.s,    life->started.s,      life->ended.s,
		life->end_due.s,    life->actual_minutes, life->actual_effort,
		life->ring,         life->rung,           1,
		life->feel,
	};
	memcpy(n, all, sizeof(all));
}

char *session_life_text(const struct session_life *life)
{
	int64_t n[LIFE_FIELDS];
	struct text text = {0};
	life_to_numbers(life, n);
	for (int i = 0; i < LIFE_FIELDS; i++)
		text_addf(&text, "%s%s=%lld", i ? " " : "", life_field[i], (long long)n[i]);
	return text_take(&text);
}

static bool in_int(int64_t n)
{
	return n >= INT_MIN && n <= INT_MAX;
}

static bool numbers_valid(const int64_t n[static LIFE_FIELDS])
{
	if (n[0] < 0 || n[0] >= STATE_COUNT || n[1] < 0 || n[1] >= REASON_COUNT || n[14] != 1)
		return false;
	if (n[3] < 0 || n[3] >= DAY_S || n[5] < 0 || n[5] >= DAY_S || n[13] < 0 || n[13] > BITS_ALL)
		return false;
	if (n[15] != -1 && (n[15] < 1 || n[15] > 3))
		return false;
	return in_int(n[2]) && in_int(n[4]) && in_int(n[10]) && in_int(n[11]) && n[12] >= 0 && in_int(n[12]);
}

bool session_life_parse(const char *text, struct session_life *ret_life)
{
	int64_t n[LIFE_FIELDS];
	for (int i = 0; i < LIFE_FIELDS; i++) {
		size_t length = strlen(life_field[i]);
		if (strncmp(text, life_field[i], length) != 0 || text[length] != '=')
			return false;
		char *end;
		errno = 0;
		n[i] = strtoll(text + length + 1, &end, 10);
		if (errno || end == text + length + 1)
			return false;
		n[15] = i < 15 ? -1 : n[15];
		if (i + 1 == LIFE_FIELDS_FIRST && !*end)
			break;
		if (*end != (i + 1 < LIFE_FIELDS ? ' ' : '\0'))
			return false;
		text = end + 1;
	}
	if (!numbers_valid(n))
		return false;
	*ret_life = (struct session_life){
		.state = (enum session_state)n[0],
		.reason = (enum skip_reason)n[1],
		.start = {(int32_t)n[2], (int32_t)n[3]},
		.moved_from = {(int32_t)n[4], (int32_t)n[5]},
		.snoozed = {n[6]},
		.started = {n[7]},
		.ended = {n[8]},
		.end_due = {n[9]},
		.actual_minutes = (int)n[10],
		.actual_effort = (int)n[11],
		.ring = (int)n[12],
		.rung = (unsigned)n[13],
		.feel = (int)n[15],
	};
	return true;
}
