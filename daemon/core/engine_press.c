/* The buttons of a bubble: one row a button. Most answer the session's question; some lead to another bubble in its place. */
#include "checklist.h"
#include "engine_private.h"
#include "text.h"

enum { BREATH_SKIPS_MOST = 3 /* IDEAS 85 */, EFFORT_HARD = 6 /* RULES 5.1 */ };

struct button {
	const char *id;
	int (*press)(struct step *step, struct agenda_ref ref, const struct button *button);
	enum session_action action;
	enum notice_kind kind;
	struct instant (*until)(const struct engine *engine, struct agenda_ref ref, struct instant now);
};

static struct instant after_snooze(const struct engine *engine, struct agenda_ref ref UNUSED, struct instant now)
{
	return (struct instant){now.s + engine->policy.snooze_min * MINUTE_S};
}

static struct instant after_more_time(const struct engine *engine, struct agenda_ref ref UNUSED, struct instant now)
{
	return (struct instant){now.s + engine->policy.more_time_min * MINUTE_S};
}

static struct instant after_meeting(const struct engine *engine, struct agenda_ref ref UNUSED, struct instant now)
{
	return engine_after_meeting(engine, now);
}

/* Ends the bubble that was pressed with that answer and asks anew in its place, under a new ring number. */
static int show_other(struct step *step, struct agenda_ref ref, enum notice_kind kind, const char *answer)
{
	struct session *session = engine_session(step->engine, ref);
	int raised = 0;
	for (size_t i = step->engine->notice_count; i-- > 0;)
		if (notice_is_of(&step->engine->notices[i], engine_enrolment(step->engine, ref), session)) {
			raised = step->engine->notices[i].count;
			notice_end(step, i, NSTATE_ANSWERED, answer, NULL);
		}
	session->life.ring++;
	struct notice *notice = step_ring(step, ref, kind, step->now);
	notice->count = raised;
	step_notice_row(step, notice);
	step_session_row(step, ref);
	return 0;
}

/* Why it cannot be; the bubble is gone from the screen, so the question is asked again. */
static int refuse_press(struct step *step, struct agenda_ref ref, const struct button *button)
{
	step_journal(step, "refuse", NULL, &ref,
		     xasprintf("%s was pressed, but %s", button->id, step->err->text ? step->err->text : "it cannot be"), NULL);
	err_release(step->err);
	return show_other(step, ref, session_question(engine_session(step->engine, ref)) == ALARM_END ? NOTICE_END : NOTICE_START,
			  button->id);
}

static int do_or_refuse(struct step *step, struct agenda_ref ref, const struct button *button, const struct session_input *input)
{
	int r = step_do(step, ref, button->action, input);
	if (r == ENGINE_UNPREPARED) {
		err_release(step->err);
		return show_other(step, ref, NOTICE_READY, button->id);
	}
	bool asked = session_question(engine_session(step->engine, ref)) != ALARM_COUNT;
	return r > 0 && r != ENGINE_ALREADY && asked ? refuse_press(step, ref, button) : r;
}

static int press_act(struct step *step, struct agenda_ref ref, const struct button *button)
{
	struct session_input input = {.minutes = -1, .effort = -1, .reason = REASON_UNKNOWN};
	if (button->until)
		input.until = button->until(step->engine, ref, step->now);
	return do_or_refuse(step, ref, button, &input);
}

/* The learner clicked on the bubble itself: help, and more answers than fit on one. */
static int press_more(struct step *step, struct agenda_ref ref, const struct button *button)
{
	enum alarm_kind question = session_question(engine_session(step->engine, ref));
	return show_other(step, ref, question == ALARM_END ? NOTICE_MORE_END : NOTICE_MORE, button->id);
}

static int press_ready(struct step *step, struct agenda_ref ref, const struct button *button)
{
	struct session *session = engine_session(step->engine, ref);
	const struct session_input input = {.minutes = -1, .effort = -1, .asked = true};
	int r = do_or_refuse(step, ref, button, &input);
	if (!r && session->life.state == STATE_RUNNING && button->kind == NOTICE_READY) {
		session->ticked = engine_all_ticked(step->engine, session);
		step_session_row(step, ref);
	}
	return r;
}

void step_breath_skips(struct step *step, int skips)
{
	step->engine->breath_skips = skips;
	struct effect *effect = effects_add(step->fx, EFFECT_VALUE);
	effect->value.name = "breath_skips";
	snprintf(effect->value.text, sizeof(effect->value.text), "%d", skips);
}

void engine_adopt_value(struct engine *engine, const char *name, const char *text)
{
	if (!strcmp(name, "breath_skips"))
		engine->breath_skips = (int)strtol(text, NULL, 10);
}

void step_breathe(struct step *step, struct agenda_ref ref)
{
	const struct engine *engine = step->engine;
	const struct session *session = engine_session(engine, ref);
	bool hard = session->plan.effort >= EFFORT_HARD || session->plan.type == TYPE_LONG;
	if (hard && engine->policy.breathing && engine->breath_skips < BREATH_SKIPS_MOST)
		step_ring(step, ref, NOTICE_BREATHE, step->now);
}

static int press_breath(struct step *step, struct agenda_ref ref, const struct button *button)
{
	bool skipped = button->kind == NOTICE_BREATHE;
	step_close_notices(step, ref, NSTATE_ANSWERED, button->id, NULL);
	step_breath_skips(step, skipped ? step->engine->breath_skips + 1 : 0);
	if (step->engine->breath_skips == BREATH_SKIPS_MOST)
		step_journal(step, "offer", "breathing", &ref,
			     xstrdup("skipped three times: the minute to breathe is not offered any more"), NULL);
	return 0;
}

/* clang-format off */
static const struct button buttons[] = {
	{"start",          press_act,    ACT_START,     NOTICE_KIND_COUNT, NULL},
	{"snooze",         press_act,    ACT_SNOOZE,    NOTICE_KIND_COUNT, after_snooze},
	{"drop",           press_act,    ACT_DROP,      NOTICE_KIND_COUNT, NULL},
	{"done",           press_act,    ACT_DONE,      NOTICE_KIND_COUNT, NULL},
	{"partly",         press_act,    ACT_PARTLY,    NOTICE_KIND_COUNT, NULL},
	{"more-time",      press_act,    ACT_MORE_TIME, NOTICE_KIND_COUNT, after_more_time},
	{"after-meeting",  press_act,    ACT_SNOOZE,    NOTICE_KIND_COUNT, after_meeting},
	{"tomorrow",       press_act,    ACT_SNOOZE,    NOTICE_KIND_COUNT, engine_tomorrow},
	{BUBBLE_CLICK,     press_more,   ACT_COUNT,     NOTICE_KIND_COUNT, NULL},
	{"ready",          press_ready,  ACT_START,     NOTICE_READY,      NULL},
	{"anyway",         press_ready,  ACT_START,     NOTICE_KIND_COUNT, NULL},
	{"breathed",       press_breath, ACT_COUNT,     NOTICE_KIND_COUNT, NULL},
	{"skip-breathing", press_breath, ACT_COUNT,     NOTICE_BREATHE,    NULL},
};
/* clang-format on */

static const struct button *find_button(const char *id)
{
	for (size_t i = 0; i < ARRAY_LEN(buttons); i++)
		if (!strcmp(buttons[i].id, id))
			return &buttons[i];
	return NULL;
}

bool engine_knows_button(const char *id)
{
	return find_button(id) != NULL;
}

/* The kind stands in the key: e1/w05-fr/start/0. */
static bool key_is_of(const char *key, enum notice_kind kind)
{
	const char *last = strrchr(key, '/');
	size_t length = strlen(notice_info[kind].name);
	return last && (size_t)(last - key) > length && last[-(ptrdiff_t)length - 1] == '/' &&
	       !strncmp(last - length, notice_info[kind].name, length);
}

static bool is_offered(const char *key, const char *choice)
{
	for (int kind = 0; kind < NOTICE_KIND_COUNT; kind++)
		if (key_is_of(key, (enum notice_kind)kind) && text_offers((enum notice_kind)kind, choice))
			return true;
	return false;
}

int step_press(struct step *step)
{
	const struct event *event = step->event;
	struct agenda_ref ref;
	if (!engine_find_open(step->engine, event->key, &ref))
		return err_set(step->err, ENGINE_STALE, "an answer to %s came after the question was closed", event->key);
	const struct button *button = event->choice && is_offered(event->key, event->choice) ? find_button(event->choice) : NULL;
	if (button)
		return button->press(step, ref, button);
	return err_set(step->err, ENGINE_STALE, "an answer to %s that nobody offered: '%s'", event->key,
		       event->choice ? event->choice : "");
}
