/* What comes by the day and not by a session: the budget of notices, the slots, the morning's line, the week's preview. */
#include "engine_private.h"
#include "text.h"

/* --- what was shown lately ---------------------------------------------------------------------------------------------------------- */

static struct recent *find_recent(const struct engine *engine, const char *key)
{
	for (size_t i = 0; i < engine->recent_count; i++)
		if (!strcmp(engine->recent[i].key, key))
			return &engine->recent[i];
	return NULL;
}

const struct recent *engine_recent(const struct engine *engine, const char *key)
{
	return find_recent(engine, key);
}

/* Old ones go as new ones come. */
static void forget(struct engine *engine, struct instant now)
{
	size_t kept = 0;
	for (size_t i = 0; i < engine->recent_count; i++)
		if (engine->recent[i].at.s > now.s - ENGINE_RECENT_S)
			engine->recent[kept++] = engine->recent[i];
	engine->recent_count = kept;
}

void engine_note_recent(struct engine *engine, const struct notice *notice)
{
	struct recent *known = find_recent(engine, notice->key);
	bool sent = notice->sent.s != INSTANT_NEVER;
	if (known) { /* handed over once more */
		known->at = sent ? notice->sent : known->at;
		return;
	}
	if (sent)
		forget(engine, notice->sent);
	engine->recent = xreallocarray(engine->recent, engine->recent_count + 1, sizeof(*engine->recent));
	struct recent *recent = &engine->recent[engine->recent_count++];
	const struct notice_info *info = &notice_info[notice->kind];
	*recent = (struct recent){
		.at = sent ? notice->sent : notice->due,
		.sent = sent,
		.counted = sent && !notice->asked && !info->own,
		.informs = !info->asks,
	};
	snprintf(recent->key, sizeof(recent->key), "%s", notice->key);
}

void engine_adopt_recent(struct engine *engine, struct notice notice)
{
	engine_note_recent(engine, &notice);
	notice_release(&notice);
}

int engine_sent_today(const struct engine *engine, struct instant now, int *ret_informing)
{
	int all = 0;
	int32_t today = zone_civil(engine->local, now).day;
	*ret_informing = 0;
	for (size_t i = 0; i < engine->recent_count; i++) {
		const struct recent *recent = &engine->recent[i];
		if (!recent->counted || zone_civil(engine->local, recent->at).day != today)
			continue;
		all++;
		*ret_informing += recent->informs;
	}
	return all;
}

int engine_notices_today(const struct engine *engine, struct instant now)
{
	int informing;
	return engine_sent_today(engine, now, &informing);
}

struct instant engine_last_sent(const struct engine *engine, struct instant now)
{
	struct instant last = {now.s - ENGINE_RECENT_S};
	for (size_t i = 0; i < engine->recent_count; i++)
		if (engine->recent[i].sent && engine->recent[i].at.s <= now.s && engine->recent[i].at.s > last.s)
			last = engine->recent[i].at;
	return last;
}

/* --- slots -------------------------------------------------------------------------------------------------------------------------- */

struct instant engine_next_slot(const struct engine *engine, struct instant now)
{
	return zone_resolve(engine->local, policy_next_slot(&engine->policy, zone_civil(engine->local, now)));
}

struct instant engine_next_first_slot(const struct engine *engine, struct instant now)
{
	return zone_resolve(engine->local, policy_first_slot_after(&engine->policy, zone_civil(engine->local, now).day));
}

struct instant engine_after_meeting(const struct engine *engine, struct instant now)
{
	enum { EDGE_S = 30 * MINUTE_S, SOONEST_S = 5 * MINUTE_S };
	struct instant end = {INT64_MIN};
	for (size_t i = 0; i < engine->absence_count; i++)
		if (engine->absences[i].kind == ABSENCE_BUSY && absence_runs(&engine->absences[i], now) && engine->absences[i].to.s > end.s)
			end = engine->absences[i].to;
	if (end.s > now.s)
		return end;
	struct civil civil = zone_civil(engine->local, (struct instant){now.s + SOONEST_S});
	int32_t past_s = civil.second % EDGE_S;
	return (struct instant){now.s + SOONEST_S + (past_s ? EDGE_S - past_s : 0)};
}

struct instant engine_tomorrow(const struct engine *engine, struct agenda_ref ref, struct instant now)
{
	struct civil at = zone_civil(engine->local, engine_session(engine, ref)->start_at);
	at.day = policy_work_day(&engine->policy, zone_civil(engine->local, now).day, 1);
	return zone_resolve(engine->local, at);
}

/* --- once a day ----------------------------------------------------------------------------------------------------------------------- */

/* What the day begins with, or NOTICE_KIND_COUNT for nothing. */
static enum notice_kind opening_of(const struct policy *policy, int32_t day)
{
	if (policy->channel == CHANNEL_NONE || !policy_is_work_day(policy, day))
		return NOTICE_KIND_COUNT;
	if (policy->rhythm >= RHYTHM_WEEKLY && policy_opens_week(policy, day))
		return NOTICE_WEEK;
	return policy->rhythm == RHYTHM_DAILY ? NOTICE_MORNING : NOTICE_KIND_COUNT;
}

static struct instant opening_at(const struct engine *engine, int32_t day)
{
	return zone_resolve(engine->local, (struct civil){day, policy_first_slot(&engine->policy)});
}

struct instant engine_next_day(const struct engine *engine, struct instant now)
{
	int32_t today = zone_civil(engine->local, now).day;
	if (!engine_running_enrolments(engine))
		return (struct instant){INSTANT_NEVER};
	for (int32_t day = today; day <= today + WEEK_DAYS; day++) {
		struct instant at = opening_at(engine, day);
		if (at.s > now.s && opening_of(&engine->policy, day) != NOTICE_KIND_COUNT)
			return at;
	}
	return (struct instant){INSTANT_NEVER};
}

/* What lies in the days that the notice tells of, and is not over yet. */
static struct outlook outlook_of(const struct engine *engine, enum notice_kind kind, struct instant now)
{
	const struct agenda_ref *refs;
	int32_t today = zone_civil(engine->local, now).day;
	int32_t last = kind == NOTICE_WEEK ? day_monday(today) + WEEK_DAYS - 1 : today;
	struct outlook outlook = {.today = today};
	size_t count = agenda_span(engine->agenda, zone_resolve(engine->local, (struct civil){today, 0}),
				   zone_resolve(engine->local, (struct civil){last + 1, 0}), &refs);
	for (size_t i = 0; i < count; i++) {
		const struct session *session = engine_session(engine, refs[i]);
		const struct enrolment *enrolment = engine_enrolment(engine, refs[i]);
		if (state_is_final(session->life.state))
			continue;
		if (!outlook.sessions++) {
			outlook.enrolment = enrolment;
			outlook.first = session;
			outlook.first_at = zone_civil(engine->local, session->start_at);
		}
		outlook.minutes += session->plan.minutes;
		outlook.several |= enrolment != outlook.enrolment;
		outlook.questions += session_question(session) != ALARM_COUNT;
		if (!outlook.key || type_info[session->plan.type].priority > type_info[outlook.key->plan.type].priority) {
			outlook.key = session;
			outlook.key_at = zone_civil(engine->local, session->start_at);
		}
	}
	return outlook;
}

bool engine_day_has(const struct engine *engine, enum notice_kind kind, struct instant now)
{
	return kind == NOTICE_UPDATE || outlook_of(engine, kind, now).sessions > 0;
}

static bool is_open_key(const struct engine *engine, const char *key)
{
	for (size_t i = 0; i < engine->notice_count; i++)
		if (!strcmp(engine->notices[i].key, key))
			return true;
	return false;
}

/* One that could not come in time does not come: an empty slot is silent. */
void step_day(struct step *step)
{
	struct engine *engine = step->engine;
	char day[DAY_TEXT];
	int32_t today = zone_civil(engine->local, step->now).day;
	enum notice_kind kind = opening_of(&engine->policy, today);
	struct instant at = opening_at(engine, today);
	if (kind == NOTICE_KIND_COUNT || step->now.s < at.s || step->now.s - at.s >= notice_young_s(engine, kind))
		return;
	struct notice notice = step_day_notice(step, kind);
	notice.due = at;
	snprintf(notice.key, sizeof(notice.key), "%s/%s", notice_info[kind].name, day_text(day, today));
	if (is_open_key(engine, notice.key) || engine_recent(engine, notice.key) || !engine_day_has(engine, kind, step->now))
		return;
	engine_adopt_notice(engine, notice);
	step_notice_row(step, &notice);
}

void step_day_bubble(const struct step *step, const struct notice *notice, struct bubble *bubble)
{
	const struct outlook outlook = outlook_of(step->engine, notice->kind, step->now);
	if (notice->kind == NOTICE_UPDATE)
		text_update_bubble(bubble, notice->count);
	else
		text_day_bubble(bubble, notice->kind, &outlook);
}
