#include "engine_private.h"

struct engine *engine_new(const struct policy *policy, const struct zone_source *zones, const struct zone *local)
{
	struct engine *engine = xcalloc(1, sizeof(*engine));
	engine->policy = *policy;
	engine->zones = zones;
	engine->local = local;
	engine->agenda = agenda_new();
	return engine;
}

struct engine *engine_free(struct engine *engine)
{
	if (!engine)
		return NULL;
	for (size_t i = 0; i < engine->enrolment_count; i++)
		enrolment_free(engine->enrolments[i]);
	for (size_t i = 0; i < engine->notice_count; i++)
		notice_release(&engine->notices[i]);
	free(engine->enrolments);
	free(engine->notices);
	free(engine->absences);
	free(engine->recent);
	agenda_free(engine->agenda);
	free(engine);
	return NULL;
}

/* --- lookups ------------------------------------------------------------------------------------------------------------------- */

struct enrolment *engine_enrolment(const struct engine *engine, struct agenda_ref ref)
{
	return engine->enrolments[ref.enrolment];
}

struct session *engine_session(const struct engine *engine, struct agenda_ref ref)
{
	return &engine->enrolments[ref.enrolment]->sessions[ref.session];
}

const struct zone *engine_zone(const struct engine *engine, const struct session *session)
{
	return session->zone ? session->zone : engine->local;
}

bool engine_find(const struct engine *engine, const char *enrolment, const char *session, struct agenda_ref *ret_ref)
{
	for (size_t i = 0; i < engine->enrolment_count; i++) {
		const struct enrolment *e = engine->enrolments[i];
		if (e->left.s != INSTANT_NEVER || strcmp(e->id, enrolment) != 0)
			continue;
		for (size_t k = 0; k < e->session_count; k++)
			if (!strcmp(e->sessions[k].plan.id, session)) {
				*ret_ref = (struct agenda_ref){(uint32_t)i, (uint32_t)k};
				return true;
			}
	}
	return false;
}

bool engine_find_open(const struct engine *engine, const char *key, struct agenda_ref *ret_ref)
{
	for (size_t i = 0; i < engine->notice_count; i++) {
		const struct notice *notice = &engine->notices[i];
		bool stands = notice->state == NSTATE_DUE && !strcmp(notice->over, key);
		if (notice->session && (stands || !strcmp(notice->key, key)))
			return engine_find(engine, notice->enrolment, notice->session, ret_ref);
	}
	return false;
}

size_t engine_running_enrolments(const struct engine *engine)
{
	size_t count = 0;
	for (size_t i = 0; i < engine->enrolment_count; i++)
		count += engine->enrolments[i]->left.s == INSTANT_NEVER;
	return count;
}

void engine_ref_text(const struct engine *engine, struct agenda_ref ref, char ret_text[static NOTICE_KEY_MAX])
{
	const char *id = engine_session(engine, ref)->plan.id;
	if (engine_running_enrolments(engine) > 1)
		snprintf(ret_text, NOTICE_KEY_MAX, "%s/%s", engine_enrolment(engine, ref)->id, id);
	else
		snprintf(ret_text, NOTICE_KEY_MAX, "%s", id);
}

/* Walks all sessions in order of start; the first that fits. O(n), and n is a few hundred. */
static bool find_first(const struct engine *engine, bool (*fits)(const struct session *, struct instant), struct instant now,
		       struct agenda_ref *ret_ref)
{
	const struct agenda_ref *refs;
	size_t count = agenda_span(engine->agenda, (struct instant){INT64_MIN}, (struct instant){INSTANT_NEVER}, &refs);
	for (size_t i = 0; i < count; i++)
		if (fits(engine_session(engine, refs[i]), now)) {
			*ret_ref = refs[i];
			return true;
		}
	return false;
}

static bool is_running(const struct session *session, struct instant now UNUSED)
{
	return session->life.state == STATE_RUNNING;
}

static bool is_asked(const struct session *session, struct instant now UNUSED)
{
	return session_question(session) != ALARM_COUNT;
}

static bool is_to_come(const struct session *session, struct instant now)
{
	return !state_is_final(session->life.state) && (session_end(session).s > now.s || session_question(session) != ALARM_COUNT);
}

bool engine_find_current(const struct engine *engine, struct instant now, struct agenda_ref *ret_ref)
{
	return find_first(engine, is_running, now, ret_ref) || find_first(engine, is_asked, now, ret_ref) ||
	       find_first(engine, is_to_come, now, ret_ref);
}

static bool is_ahead(const struct session *session, struct instant now)
{
	return !state_is_final(session->life.state) && session->life.state != STATE_RUNNING && session_end(session).s > now.s;
}

bool engine_find_next(const struct engine *engine, struct instant now, struct agenda_ref *ret_ref)
{
	return find_first(engine, is_ahead, now, ret_ref) || find_first(engine, is_to_come, now, ret_ref);
}

static bool holds_focus(const struct session *session, struct instant now UNUSED)
{
	return session->life.state == STATE_RUNNING && !(session->life.rung & 1u << ALARM_END);
}

/* Walks back from the session as long as the one before ended a moment ago. O(n). */
bool engine_wants_refuel(const struct engine *engine, struct agenda_ref ref)
{
	enum { REFUEL_MIN = 90, LONG_RUN_MIN = 30, BREAK_S = 15 * MINUTE_S };
	const struct session *session = engine_session(engine, ref);
	int minutes = session->life.actual_minutes;
	int64_t began_s = session->life.ended.s - minutes * MINUTE_S;
	const struct agenda_ref *refs;
	size_t count = agenda_span(engine->agenda, (struct instant){began_s - DAY_S}, session->life.ended, &refs);
	for (size_t i = count; i-- > 0;) {
		const struct session *before = engine_session(engine, refs[i]);
		bool back_to_back = before != session && before->life.actual_minutes > 0 && before->life.ended.s != INSTANT_NEVER &&
				    before->life.ended.s <= session->life.ended.s && began_s - before->life.ended.s < BREAK_S;
		if (!back_to_back)
			continue;
		minutes += before->life.actual_minutes;
		began_s = before->life.ended.s - before->life.actual_minutes * MINUTE_S;
	}
	return minutes >= REFUEL_MIN || (session->plan.type == TYPE_LONG && session->life.actual_minutes >= LONG_RUN_MIN);
}

bool engine_in_focus(const struct engine *engine, struct agenda_ref *ret_ref)
{
	return find_first(engine, holds_focus, (struct instant){0}, ret_ref);
}

/* --- loading ------------------------------------------------------------------------------------------------------------------- */

void engine_place(struct engine *engine, struct agenda_ref ref)
{
	const struct session *session = engine_session(engine, ref);
	if (engine_enrolment(engine, ref)->left.s != INSTANT_NEVER)
		agenda_remove(engine->agenda, ref);
	else
		agenda_set(engine->agenda, ref, session_next_due(session), session->start_at);
}

void engine_place_all(struct engine *engine, size_t enrolment)
{
	for (size_t k = 0; k < engine->enrolments[enrolment]->session_count; k++)
		engine_place(engine, (struct agenda_ref){(uint32_t)enrolment, (uint32_t)k});
}

void engine_adopt_enrolment(struct engine *engine, struct enrolment *enrolment)
{
	engine->enrolments = xreallocarray(engine->enrolments, engine->enrolment_count + 1, sizeof(struct enrolment *));
	engine->enrolments[engine->enrolment_count++] = enrolment;
	int number = (int)strtol(enrolment->id + 1, NULL, 10);
	if (number > engine->last_enrolment_number)
		engine->last_enrolment_number = number;
	schedule_resolve_all(enrolment, &engine->policy, engine->local);
	engine_place_all(engine, engine->enrolment_count - 1);
}

void engine_adopt_notice(struct engine *engine, struct notice notice)
{
	if (engine->notice_count == engine->notice_room) {
		engine->notice_room = engine->notice_room ? engine->notice_room * 2 : 8;
		engine->notices = xreallocarray(engine->notices, engine->notice_room, sizeof(*engine->notices));
	}
	if (notice.state == NSTATE_SENT)
		notice.state = NSTATE_DUE;
	notice.from_before = notice.state == NSTATE_SHOWN;
	if (notice.sent.s != INSTANT_NEVER)
		engine_note_recent(engine, &notice);
	notice.retry.s = INT64_MIN;
	notice.look_again.s = INSTANT_NEVER;
	notice.fresh_from.s = INT64_MIN;
	engine->notices[engine->notice_count++] = notice;
}

void engine_adopt_absence(struct engine *engine, struct absence absence)
{
	engine->absences = xreallocarray(engine->absences, engine->absence_count + 1, sizeof(*engine->absences));
	engine->absences[engine->absence_count++] = absence;
}

const struct absence *engine_absence_now(const struct engine *engine, struct instant now)
{
	const struct absence *last = NULL;
	for (size_t i = 0; i < engine->absence_count; i++) {
		const struct absence *absence = &engine->absences[i];
		if (absence_runs(absence, now) && (!last || absence->to.s > last->to.s))
			last = absence;
	}
	return last;
}

/* --- rows ---------------------------------------------------------------------------------------------------------------------- */

void step_session_row(struct step *step, struct agenda_ref ref)
{
	struct effect *effect = effects_add(step->fx, EFFECT_SESSION);
	effect->session.enrolment = engine_enrolment(step->engine, ref);
	effect->session.session = engine_session(step->engine, ref);
}

void step_notice_row(struct step *step, const struct notice *notice)
{
	effects_add(step->fx, EFFECT_NOTICE)->notice = notice_copy(notice);
}

struct journal_entry *step_journal(struct step *step, const char *what, const char *rule, const struct agenda_ref *ref, char *text,
				   char *before)
{
	struct journal_entry *entry = &effects_add(step->fx, EFFECT_JOURNAL)->journal;
	enum event_kind kind = step->event->kind;
	*entry = (struct journal_entry){
		.time = step->now,
		.what = what,
		.rule = rule,
		.text = text,
		.before = before,
		.by_learner = before || kind == EVENT_NOTE || kind == EVENT_ENROL || kind == EVENT_LEAVE || kind == EVENT_UNDO ||
			      kind == EVENT_ABSENCE || kind == EVENT_RESUME,
	};
	snprintf(entry->via, sizeof(entry->via), "%s", step->event->via ? step->event->via : "clock");
	if (ref) {
		snprintf(entry->enrolment, sizeof(entry->enrolment), "%s", engine_enrolment(step->engine, *ref)->id);
		entry->session = xstrdup(engine_session(step->engine, *ref)->plan.id);
	}
	return entry;
}
