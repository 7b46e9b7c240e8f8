/* What the notification thread reports of its bubbles, and servers that come and go. */
#include "engine_private.h"

const char notice_kept_quiet[] = "do not disturb is on";

static struct notice *notice_by_key(struct engine *engine, const char *key, size_t *ret_at)
{
	for (size_t i = 0; i < engine->notice_count; i++)
		if (!strcmp(engine->notices[i].key, key)) {
			*ret_at = i;
			return &engine->notices[i];
		}
	return NULL;
}

int step_shown(struct step *step)
{
	size_t at;
	struct notice *notice = notice_by_key(step->engine, step->event->key, &at);
	if (!notice || notice->state != NSTATE_SENT)
		return ENGINE_ALREADY;
	notice->state = NSTATE_SHOWN;
	if (notice->shown.s == INSTANT_NEVER) /* taking a bubble over is not showing it again */
		notice->shown = step->now;
	notice->server_id = step->event->server_id;
	text_replace(&notice->server_owner, xstrdup(step->event->server_owner));
	if (step->event->up)
		step_note_cause(
			step, notice, notice_kept_quiet, "hold", "do-not-disturb",
			xasprintf("the %s notice is kept back by the server: %s", notice_info[notice->kind].name, notice_kept_quiet));
	/* What informs about no open session: told is told. */
	bool told = !notice->session || notice->kind == NOTICE_REFUEL;
	if (told)
		notice->closed = step->now;
	step_notice_row(step, notice);
	if (told)
		notice_drop(step->engine, at);
	return 0;
}

int step_not_shown(struct step *step)
{
	size_t at;
	struct notice *notice = notice_by_key(step->engine, step->event->key, &at);
	if (!notice || notice->state != NSTATE_SENT)
		return ENGINE_ALREADY;
	notice->state = NSTATE_DUE;
	notice->retry.s = step->now.s + RETRY_S;
	step_note_cause(step, notice, step->event->cause, "hold", "server",
			xasprintf("the %s notice was not taken: %s", notice_info[notice->kind].name, step->event->cause));
	return 0;
}

int step_closed(struct step *step)
{
	size_t at;
	struct notice *notice = notice_by_key(step->engine, step->event->key, &at);
	if (!notice || notice->state != NSTATE_SHOWN)
		return ENGINE_ALREADY;
	step_note_cause(step, notice, step->event->cause, "close", NULL,
			xasprintf("the %s notice %s", notice_info[notice->kind].name, step->event->cause));
	return 0;
}

/* A server that went takes its bubbles with it: open questions are shown once more by the next one, under a new ring number.
 * owner: the server that is there now; bubbles of its own stay. */
static void ask_again(struct step *step, const char *owner)
{
	struct engine *engine = step->engine;
	size_t count = engine->notice_count; /* step_ring() appends; those are not looked at again */
	for (size_t i = 0; i < count; i++) {
		struct agenda_ref ref;
		const struct notice *notice = &engine->notices[i];
		bool stands = owner && notice->server_owner && !strcmp(notice->server_owner, owner);
		stands |= notice->cause && strcmp(notice->cause, notice_kept_quiet) != 0; /* it was closed before the server went */
		if (notice->state != NSTATE_SHOWN || stands || !notice_info[notice->kind].asks ||
		    !engine_find(engine, notice->enrolment, notice->session, &ref))
			continue;
		enum notice_kind kind = notice->kind;
		struct instant due = notice->due;
		engine_session(engine, ref)->life.ring++;
		struct notice *again = step_ring(step, ref, kind, due);
		again->asked = true; /* the day's budget has it already */
		step_notice_row(step, again);
		step_session_row(step, ref);
		i--, count--; /* step_ring() took the old one out */
	}
}

/* A bubble that an earlier process left standing: shown again in its own place, so that its buttons reach this process; not while nothing
 * may be shown. One that was closed, or has stood for long, is left alone: its question is in the inbox. */
void step_take_over(struct step *step)
{
	struct engine *engine = step->engine;
	struct agenda_ref focus;
	bool any = false;
	for (size_t i = 0; i < engine->notice_count; i++)
		any |= engine->notices[i].from_before;
	if (!any || !engine->server_up || engine_absence_now(engine, step->now) || engine_in_focus(engine, &focus))
		return;
	for (size_t i = 0; i < engine->notice_count; i++) {
		struct agenda_ref ref;
		struct notice *notice = &engine->notices[i];
		bool stands = !notice->cause || !strcmp(notice->cause, notice_kept_quiet);
		bool fresh = notice->from_before && notice_info[notice->kind].asks && stands &&
			     step->now.s - notice->shown.s < engine->policy.late_min * MINUTE_S;
		notice->from_before = false;
		if (fresh && notice->state == NSTATE_SHOWN && notice->server_id &&
		    engine_find(engine, notice->enrolment, notice->session, &ref))
			step_show_session(step, notice, ref);
	}
}

int step_server(struct step *step)
{
	struct engine *engine = step->engine;
	if (engine->server_up == step->event->up)
		return ENGINE_ALREADY;
	engine->server_up = step->event->up;
	ask_again(step, engine->server_up ? step->event->server_owner : NULL);
	for (size_t i = 0; engine->server_up && i < engine->notice_count; i++)
		engine->notices[i].retry.s = INT64_MIN;
	return 0;
}
