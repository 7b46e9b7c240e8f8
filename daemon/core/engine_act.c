/* What the learner does: answers, moves, enrols, leaves, takes back. */
#include "checklist.h"
#include "engine_private.h"

const char *step_moment(const struct step *step, struct instant at, char buf[static MOMENT_TEXT])
{
	struct civil civil = zone_civil(step->engine->local, at);
	char day[DAY_TEXT], clock[CLOCK_TEXT];
	clock_text(clock, civil.second);
	if (civil.day == zone_civil(step->engine->local, step->now).day)
		snprintf(buf, MOMENT_TEXT, "%s", clock);
	else
		snprintf(buf, MOMENT_TEXT, "%.3s %s %s", weekday_name[day_weekday(civil.day)], day_text(day, civil.day), clock);
	return buf;
}

/* One line for the journal: what happened, in words. */
static char *act_text(const struct step *step, enum session_action action, const struct session *session)
{
	char when[MOMENT_TEXT];
	const struct session_life *life = &session->life;
	switch (action) {
	case ACT_START:
		return xasprintf("started, ends %s", step_moment(step, life->end_due, when));
	case ACT_DONE:
	case ACT_PARTLY:
		return xasprintf("%s: %d of %d min, effort %d", action == ACT_DONE ? "done" : "partly done", life->actual_minutes,
				 session->plan.minutes, life->actual_effort);
	case ACT_MORE_TIME:
		return xasprintf("more time, until %s", step_moment(step, life->end_due, when));
	case ACT_SNOOZE:
		return xasprintf("snoozed until %s", step_moment(step, life->snoozed, when));
	case ACT_MOVE:
		return xasprintf("moved to %s", step_moment(step, session->start_at, when));
	default:
		return xasprintf("not this time: %s", reason_info[life->reason].name);
	}
}

static int refuse(struct step *step, const struct session *session, enum session_action action)
{
	return err_set(step->err, ENGINE_NOT_POSSIBLE, "'%s' is %s: '%s' does not apply", session->plan.id, state_name[session->life.state],
		       action_name[action]);
}

enum { MORE_TIME_MOST_S = 4 * HOUR_S };

/* An answer on its way: which session, what, with what. */
struct act {
	struct agenda_ref ref;
	enum session_action action;
	const struct session_input *input;
};

static int check_move(struct step *step, struct session *session, const struct act *act)
{
	struct engine *engine = step->engine;
	const struct enrolment *enrolment = engine_enrolment(engine, act->ref);
	const char *why = NULL;
	struct civil to = act->input->to;
	engine->forbidden_rule = rules_forbid_move(&enrolment->shape, session, schedule_week(enrolment, to.day), to, &why);
	if (engine->forbidden_rule)
		return err_set(step->err, ENGINE_AGAINST_RULE, "%s", why);
	if (zone_resolve(engine_zone(engine, session), to).s <= step->now.s)
		return err_set(step->err, ENGINE_NOT_POSSIBLE, "that time has passed: give one that is still to come");
	return 0;
}

bool engine_is_prepared(const struct engine *engine, const struct session *session)
{
	struct checklist list;
	checklist_make(&list, session, zone_civil(engine->local, session->start_at), &engine->policy);
	bool ready = checklist_is_ready(&list, session);
	checklist_release(&list);
	return ready;
}

uint32_t engine_all_ticked(const struct engine *engine, const struct session *session)
{
	struct checklist list;
	checklist_make(&list, session, zone_civil(engine->local, session->start_at), &engine->policy);
	uint32_t all = list.count == CHECKLIST_MAX ? UINT32_MAX : (UINT32_C(1) << list.count) - 1;
	checklist_release(&list);
	return all;
}

/* One session at a time has the learner's attention (IDEAS 86), and what is prepared for is prepared (IDEAS 46). */
static int check_start(struct step *step, struct session *session, const struct act *act)
{
	struct agenda_ref running;
	bool own = !engine_in_focus(step->engine, &running) || engine_session(step->engine, running) == session;
	if (!own) {
		char typed[NOTICE_KEY_MAX];
		engine_ref_text(step->engine, running, typed);
		return err_set(step->err, ENGINE_NOT_POSSIBLE, "'%s' is running: finish it first with 'pacer done %s'", typed, typed);
	}
	if (act->input->asked || session->life.state == STATE_RUNNING || engine_is_prepared(step->engine, session))
		return 0;
	return err_set(step->err, ENGINE_UNPREPARED, "'%s' is not laid out yet", session->plan.id);
}

static int (*const checks[ACT_COUNT])(struct step *, struct session *,
				      const struct act *) = {[ACT_MOVE] = check_move, [ACT_START] = check_start};

/* After the life changed: instants, agenda, rows, screen, journal. */
static void settle(struct step *step, struct agenda_ref ref)
{
	struct engine *engine = step->engine;
	struct session *session = engine_session(engine, ref);
	schedule_resolve(session, &engine->policy, engine->local);
	if (session->prep_at.s <= step->now.s)
		session->life.rung |= 1u << ALARM_PREP; /* a reminder whose time is gone is not wanted */
	engine_place(engine, ref);
	step_session_row(step, ref);
}

/* The first ten minutes are the hardest: leaving in them is asked about, once (IDEAS 7). Who has to go, goes. */
static bool leaves_in_warmup(const struct step *step, const struct session *session, const struct act *act)
{
	bool leaves = act->action == ACT_PARTLY || act->action == ACT_DROP;
	return leaves && session->life.state == STATE_RUNNING && !act->input->asked &&
	       !(session->life.rung & (1u << ALARM_WARMUP | 1u << ALARM_END)) &&
	       step->now.s - session->life.started.s < SESSION_WARMUP_MIN * MINUTE_S;
}

static void offer_warmup(struct step *step, struct agenda_ref ref)
{
	engine_session(step->engine, ref)->life.rung |= 1u << ALARM_WARMUP;
	step_session_row(step, ref);
	step_journal(step, "offer", "warm-up", &ref, xstrdup("within the first ten minutes: five more were offered"), NULL);
	step->engine->warmup_offered = true;
}

/* What follows an answer by itself. */
static void follow_up(struct step *step, const struct act *act, enum session_state before)
{
	bool logged = act->action == ACT_DONE || act->action == ACT_PARTLY;
	if (act->action == ACT_START)
		step_breathe(step, act->ref);
	/* Who types is told in the reply. */
	if (logged && !state_is_final(before) && step->event->kind == EVENT_PRESS && engine_wants_refuel(step->engine, act->ref))
		step_ring(step, act->ref, NOTICE_REFUEL, step->now);
}

int step_do(struct step *step, struct agenda_ref ref, enum session_action action, const struct session_input *input)
{
	struct session *session = engine_session(step->engine, ref);
	enum session_state to;
	/* A running session is not put off but given more time. */
	if (action == ACT_SNOOZE && session->life.state == STATE_RUNNING)
		action = ACT_MORE_TIME;
	const struct act act = {ref, action, input};
	step->engine->warmup_offered = false;
	if (action == ACT_MORE_TIME && session->life.state == STATE_RUNNING && input->until.s - step->now.s > MORE_TIME_MOST_S)
		return err_set(step->err, ENGINE_NOT_POSSIBLE,
			       "it is running, and gets at most four hours more: 'pacer done --partly' ends it");
	if (action == ACT_SNOOZE && session->life.state != STATE_PROMPTED && input->until.s < session->start_at.s)
		return err_set(step->err, ENGINE_NOT_POSSIBLE, "it begins later than that: 'pacer move' puts it at another time");
	if (session_allows(session->life.state, action, &to) == SESSION_REFUSED)
		return refuse(step, session, action);
	int checked = checks[action] ? checks[action](step, session, &act) : 0;
	if (checked)
		return checked;
	if (leaves_in_warmup(step, session, &act)) {
		offer_warmup(step, ref);
		return 0;
	}
	struct session_life before = session->life;
	if (session_step(session, action, input, step->now) == SESSION_ALREADY)
		return ENGINE_ALREADY;
	if (step->event->dry_run) {
		session->life = before;
		return 0;
	}
	step_close_notices(step, ref, NSTATE_ANSWERED, action_name[action], NULL);
	settle(step, ref);
	step_journal(step, action_name[action], NULL, &ref, act_text(step, action, session), session_life_text(&before));
	follow_up(step, &act, before.state);
	return 0;
}

int step_act(struct step *step)
{
	const struct event *event = step->event;
	return step_do(step, event->ref, event->action, &event->input);
}

static void note_part(char **slot, const char *text)
{
	if (text)
		text_replace(slot, text[0] ? xstrdup(text) : NULL);
}

int step_note(struct step *step)
{
	const struct event *event = step->event;
	struct session *session = engine_session(step->engine, event->ref);
	const struct intention *to = &event->intention;
	bool ticks = session->ticked != event->ticked;
	session->ticked = event->ticked;
	note_part(&session->intention.want, to->want);
	note_part(&session->intention.feel, to->feel);
	note_part(&session->intention.act, to->act);
	step_session_row(step, event->ref);
	step_journal(step, ticks ? "prepare" : "intend", NULL, &event->ref,
		     xstrdup(ticks ? "the checklist was ticked" : "an intention was noted"), NULL);
	return 0;
}

/* --- enrolments ---------------------------------------------------------------------------------------------------------------- */

int step_enrol(struct step *step)
{
	struct engine *engine = step->engine;
	struct enrolment *enrolment = step->event->enrolment;
	if (engine_running_enrolments(engine) >= ENROLMENTS_MAX)
		return err_set(step->err, ENGINE_LIMIT, "%d plans run already: leave one first", ENROLMENTS_MAX);
	for (size_t i = 0; i < engine->enrolment_count; i++) {
		const struct enrolment *other = engine->enrolments[i];
		if (other->left.s == INSTANT_NEVER && other->start_day == enrolment->start_day &&
		    !strcmp(other->plan_name, enrolment->plan_name))
			return err_set(step->err, ENGINE_TWICE, "%s", other->id);
	}
	snprintf(enrolment->id, sizeof(enrolment->id), "e%d", engine->last_enrolment_number + 1);
	engine_adopt_enrolment(engine, enrolment);
	struct effect *effect = effects_add(step->fx, EFFECT_ENROLMENT);
	effect->enrolment.enrolment = enrolment;
	effect->enrolment.is_new = true;
	char day[DAY_TEXT];
	struct journal_entry *entry =
		step_journal(step, "enrol", NULL, NULL,
			     xasprintf("enrolled in %s from %s", enrolment->plan_name, day_text(day, enrolment->start_day)), NULL);
	snprintf(entry->enrolment, sizeof(entry->enrolment), "%s", enrolment->id);
	return 0;
}

static void set_left(struct step *step, uint32_t index, struct instant left)
{
	struct engine *engine = step->engine;
	struct enrolment *enrolment = engine->enrolments[index];
	for (uint32_t k = 0; k < enrolment->session_count; k++)
		step_close_notices(step, (struct agenda_ref){index, k}, NSTATE_EXPIRED, NULL, "enrolment left");
	enrolment->left = left;
	for (uint32_t k = 0; k < enrolment->session_count; k++)
		engine_place(engine, (struct agenda_ref){index, k});
	struct effect *effect = effects_add(step->fx, EFFECT_ENROLMENT);
	effect->enrolment.enrolment = enrolment;
}

int step_leave(struct step *step)
{
	struct enrolment *enrolment = engine_enrolment(step->engine, step->event->ref);
	if (enrolment->left.s != INSTANT_NEVER)
		return ENGINE_ALREADY;
	set_left(step, step->event->ref.enrolment, step->now);
	struct journal_entry *entry = step_journal(step, "leave", NULL, NULL, xasprintf("left %s", enrolment->plan_name), NULL);
	snprintf(entry->enrolment, sizeof(entry->enrolment), "%s", enrolment->id);
	return 0;
}

/* --- undo ---------------------------------------------------------------------------------------------------------------------- */

static bool find_enrolment(const struct engine *engine, const char *id, uint32_t *ret_index)
{
	for (uint32_t i = 0; i < engine->enrolment_count; i++)
		if (!strcmp(engine->enrolments[i]->id, id)) {
			*ret_index = i;
			return true;
		}
	return false;
}

static int undo_enrolment(struct step *step, const struct journal_entry *undo)
{
	uint32_t index;
	bool enrolled = !strcmp(undo->what, "enrol");
	if (!find_enrolment(step->engine, undo->enrolment, &index) ||
	    (step->engine->enrolments[index]->left.s == INSTANT_NEVER) != enrolled)
		return err_set(step->err, ENGINE_STALE, "'%s' changed since: nothing taken back", undo->enrolment);
	set_left(step, index, enrolled ? step->now : (struct instant){INSTANT_NEVER});
	return 0;
}

/* Taking a move back leads to where the plan has the session by now, unless that has passed. */
static void back_to_plan(const struct step *step, struct agenda_ref ref, struct session_life *before)
{
	const struct enrolment *enrolment = step->engine->enrolments[ref.enrolment];
	const struct session *session = engine_session(step->engine, ref);
	struct civil plan = {enrolment->start_day + session->plan.day, session->plan.second};
	bool was_moved = before->moved_from.day == DAY_NONE && session->life.moved_from.day != DAY_NONE;
	if (was_moved && zone_resolve(engine_zone(step->engine, session), plan).s > step->now.s)
		before->start = plan;
}

/* Back to the life before, under a new ring number: what rings again must not repeat a key. */
static int undo_session(struct step *step, const struct journal_entry *undo)
{
	struct session_life before;
	struct agenda_ref ref;
	if (!undo->before || !session_life_parse(undo->before, &before) || !engine_find(step->engine, undo->enrolment, undo->session, &ref))
		return err_set(step->err, ENGINE_STALE, "'%s' is not there any more: nothing taken back",
			       undo->session ? undo->session : undo->what);
	struct session *session = engine_session(step->engine, ref);
	before.ring = session->life.ring + 1;
	back_to_plan(step, ref, &before);
	session->life = before;
	step_close_notices(step, ref, NSTATE_EXPIRED, NULL, "taken back");
	settle(step, ref);
	return 0;
}

int step_undo(struct step *step)
{
	const struct journal_entry *undo = step->event->undo;
	bool of_enrolment = !undo->session;
	int refused = of_enrolment ? undo_enrolment(step, undo) : undo_session(step, undo);
	if (refused)
		return refused;
	struct journal_entry *entry =
		step_journal(step, "undo", NULL, NULL, xasprintf("took back: %s", undo->text ? undo->text : undo->what), NULL);
	snprintf(entry->enrolment, sizeof(entry->enrolment), "%s", undo->enrolment);
	entry->session = xstrdup(undo->session);
	entry->undoes = undo->seq;
	return 0;
}
