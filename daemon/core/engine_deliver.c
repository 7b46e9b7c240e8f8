/* How a notice reaches the learner: due -> sent -> shown, held back for a cause, or taken into the digest. */
#include "engine_private.h"
#include "text.h"

/* --- handing over -------------------------------------------------------------------------------------------------------------- */

static void hand_over(struct step *step, struct notice *notice, struct bubble bubble)
{
	notice->state = NSTATE_SENT;
	notice->sent = step->now;
	text_replace(&notice->cause, NULL);
	step_notice_row(step, notice);
	snprintf(bubble.key, sizeof(bubble.key), "%s", notice->key);
	bubble.kind = notice->kind;
	bubble.server_id = notice->server_id;
	bubble.server_owner = xstrdup(notice->server_owner);
	effects_add(step->fx, EFFECT_SHOW)->bubble = bubble;
	engine_note_recent(step->engine, notice);
}

static struct civil learner_time(const struct engine *engine, const struct session *session)
{
	return zone_civil(engine->local, session->start_at);
}

static const char *next_workday_name(const struct step *step)
{
	int32_t today = zone_civil(step->engine->local, step->now).day;
	static const char *const on[WEEK_DAYS] = {"On Monday", "On Tuesday",  "On Wednesday", "On Thursday",
						  "On Friday", "On Saturday", "On Sunday"};
	int32_t next = policy_work_day(&step->engine->policy, today, 1);
	return next == today + 1 ? "Tomorrow" : on[day_weekday(next)];
}

void step_show_session(struct step *step, struct notice *notice, struct agenda_ref ref)
{
	const struct engine *engine = step->engine;
	const struct session *session = engine_session(engine, ref);
	struct bubble bubble = {0};
	char typed[NOTICE_KEY_MAX];
	engine_ref_text(engine, ref, typed);
	snprintf(bubble.slot, sizeof(bubble.slot), "%s/%s", notice->enrolment, notice->session);
	const struct absence *absence = engine_absence_now(engine, step->now);
	const struct text_facts facts = {.enrolment = engine_enrolment(engine, ref),
					 .session = session,
					 .when = learner_time(engine, session),
					 .ref = typed,
					 .workday = next_workday_name(step),
					 .later = absence && absence->kind == ABSENCE_BUSY ? "After the meeting" : "At the next half hour",
					 .again = notice->count > 0,
					 .policy = &engine->policy};
	text_session_bubble(&bubble, notice->kind, &facts);
	hand_over(step, notice, bubble);
}

void step_note_cause(struct step *step, struct notice *notice, const char *cause, const char *what, const char *rule, char *text)
{
	struct agenda_ref ref;
	text_replace(&notice->cause, xstrdup(cause));
	step_notice_row(step, notice);
	bool of_session = notice->session && engine_find(step->engine, notice->enrolment, notice->session, &ref);
	step_journal(step, what, rule, of_session ? &ref : NULL, text, NULL);
}

/* Each new cause once. */
static void hold(struct step *step, struct notice *notice, const struct gate *gate)
{
	const char *kind = notice_info[notice->kind].name;
	if (notice->cause && (gate->keeps_cause || !strcmp(notice->cause, gate->cause)))
		return;
	if (notice->look_again.s == INSTANT_NEVER) {
		step_note_cause(step, notice, gate->cause, "hold", gate->rule, xasprintf("the %s notice waits: %s", kind, gate->cause));
		return;
	}
	char when[MOMENT_TEXT];
	step_note_cause(step, notice, gate->cause, "hold", gate->rule,
			xasprintf("the %s notice waits: %s, until %s", kind, gate->cause, step_moment(step, notice->look_again, when)));
}

int notice_young_s(const struct engine *engine, enum notice_kind kind)
{
	return notice_info[kind].young_s ? notice_info[kind].young_s : engine->policy.late_min * MINUTE_S;
}

/* Since when it could have been shown: from the due instant, or from the end of what held it back on purpose. */
static bool is_young(const struct engine *engine, const struct notice *notice, struct instant now)
{
	int64_t since_s = notice->due.s > notice->fresh_from.s ? notice->due.s : notice->fresh_from.s;
	return now.s - since_s < notice_young_s(engine, notice->kind);
}

/* With summaries once a week and no prompts, Monday's preview is the one summary (IDEAS 9). */
static bool digest_wanted(const struct engine *engine)
{
	return engine->policy.rhythm != RHYTHM_NONE &&
	       !(engine->policy.rhythm == RHYTHM_WEEKLY && engine->policy.channel == CHANNEL_DIGEST);
}

/* Takes a notice into the digest; an earlier digest that never reached the screen too. */
static void digest_add(struct step *step, struct digest *digest, size_t at, bool *ret_merged)
{
	struct engine *engine = step->engine;
	const struct notice *notice = &engine->notices[at];
	struct agenda_ref ref;
	if (notice->kind == NOTICE_DIGEST) {
		digest->passed += notice->count;
		*ret_merged = true;
	} else if (engine_find(engine, notice->enrolment, notice->session, &ref)) {
		const struct session *session = engine_session(engine, ref);
		bool open = !state_is_final(session->life.state);
		digest->passed += notice->kind != NOTICE_PREP;
		digest->worth += notice->kind != NOTICE_PREP && open;
		if (open && (notice->kind != NOTICE_PREP || session->start_at.s > step->now.s))
			text_digest_line(digest, notice->kind, session, learner_time(engine, session));
	}
	notice_end(step, at, NSTATE_DIGESTED, NULL,
		   digest_wanted(engine) ? "older than the late limit" : "older than the late limit: it waits in the inbox");
}

static bool has_open_notice(const struct engine *engine, struct agenda_ref ref)
{
	for (size_t i = 0; i < engine->notice_count; i++)
		if (notice_is_of(&engine->notices[i], engine_enrolment(engine, ref), engine_session(engine, ref)))
			return true;
	return false;
}

/* A digest that took in an earlier one names every question that nothing else on the screen asks. */
static void digest_again(const struct engine *engine, struct digest *digest)
{
	const struct agenda_ref *refs;
	size_t count = agenda_span(engine->agenda, (struct instant){INT64_MIN}, (struct instant){INSTANT_NEVER}, &refs);
	text_release(&digest->lines);
	digest->worth = digest->line_count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct session *session = engine_session(engine, refs[i]);
		if (session_question(session) == ALARM_COUNT || has_open_notice(engine, refs[i]))
			continue;
		digest->worth++;
		text_digest_line(digest, NOTICE_START, session, learner_time(engine, session));
	}
}

static void show_digest(struct step *step, const struct digest *digest)
{
	struct notice notice = step_day_notice(step, NOTICE_DIGEST);
	struct bubble bubble = {0};
	notice.count = digest->passed;
	snprintf(notice.key, sizeof(notice.key), "digest/%lld/%d", (long long)step->now.s, step->engine->digests++);
	snprintf(bubble.slot, sizeof(bubble.slot), "digest");
	text_digest_bubble(&bubble, digest);
	engine_adopt_notice(step->engine, notice);
	struct notice *kept = &step->engine->notices[step->engine->notice_count - 1];
	hand_over(step, kept, bubble);
	step_journal(step, "digest", "late", NULL, xasprintf("%s", bubble.summary), NULL);
}

static void show_day(struct step *step, struct notice *notice)
{
	struct bubble bubble = {0};
	snprintf(bubble.slot, sizeof(bubble.slot), notice->kind == NOTICE_UPDATE ? "update" : "day");
	step_day_bubble(step, notice, &bubble);
	hand_over(step, notice, bubble);
}

/* A notice that is due, and what is to become of it. */
struct fate {
	struct agenda_ref ref;
	bool of_session; /* ref names one */
	bool shown;      /* as a bubble of its own; else in the digest, or not at all */
};

static struct fate fate_of(const struct step *step, const struct notice *notice)
{
	const struct engine *engine = step->engine;
	struct fate fate = {.of_session = notice->session != NULL};
	bool young = is_young(engine, notice, step->now);
	bool stands = !fate.of_session && notice->kind != NOTICE_DIGEST && engine_day_has(engine, notice->kind, step->now);
	if (fate.of_session && engine_find(engine, notice->enrolment, notice->session, &fate.ref))
		stands = notice->kind == NOTICE_REFUEL || !state_is_final(engine_session(engine, fate.ref)->life.state);
	fate.shown = young && stands;
	return fate;
}

/* One notice in a round: handed over, into the digest, over, or held. Returns whether it left the list. */
static bool deliver_one(struct step *step, size_t at, const struct agenda_ref *focus, bool informing, struct digest *digest,
			bool *ret_merged)
{
	struct notice *notice = &step->engine->notices[at];
	if (notice_held_on_purpose(notice) && !step_still_held(step, notice, focus))
		notice->fresh_from = step->now;
	struct fate fate = fate_of(step, notice);
	const struct notice_info *info = &notice_info[notice->kind];
	bool digest_comes = digest->passed || digest->line_count;
	if (!fate.shown && !info->digested) {
		notice_end(step, at, NSTATE_EXPIRED, NULL, "its moment was over");
		return true;
	}
	const struct wish wish = {.step = step,
				  .notice = notice,
				  .focus = focus,
				  .informs = !fate.shown || !info->asks,
				  .own = fate.shown && (info->own || notice->asked),
				  .digest_comes = digest_comes,
				  .counted = fate.shown ? engine_recent(step->engine, notice->key) != NULL : digest_comes};
	if ((wish.informs && !wish.own) != informing)
		return false;
	const struct gate *gate = step_shut_gate(&wish, &notice->look_again);
	if (gate) {
		hold(step, notice, gate);
		return false;
	}
	if (!fate.shown) {
		digest_add(step, digest, at, ret_merged);
		return true;
	}
	if (fate.of_session)
		step_show_session(step, notice, fate.ref);
	else
		show_day(step, notice);
	return false;
}

/* Questions first; what only informs keeps its distance from them. */
void step_deliver(struct step *step)
{
	struct engine *engine = step->engine;
	struct digest digest = {0};
	struct agenda_ref focus;
	bool waits = false, merged = false;
	for (size_t i = 0; i < engine->notice_count; i++)
		waits |= engine->notices[i].state == NSTATE_DUE;
	if (!waits)
		return;
	bool in_focus = engine_in_focus(engine, &focus); /* walks through the sessions */
	/* The last round: what joins a digest that comes anyway. */
	for (int round = 0; round <= 1 + (digest.passed || digest.line_count) && round <= 2; round++)
		for (size_t i = 0; i < engine->notice_count; i++)
			if (engine->notices[i].state == NSTATE_DUE &&
			    deliver_one(step, i, in_focus ? &focus : NULL, round > 0, &digest, &merged))
				i--;
	if (merged)
		digest_again(engine, &digest);
	if (digest_wanted(engine) && (digest.passed || digest.line_count))
		show_digest(step, &digest);
	text_release(&digest.lines);
}
