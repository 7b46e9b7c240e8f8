/* Absences: spans in which nothing is shown. Here they only hold notices back; what they do to the plan is not decided by them. */
#include "engine_private.h"

static void row(struct step *step, const struct absence *absence)
{
	effects_add(step->fx, EFFECT_ABSENCE)->absence = *absence;
}

static char *moment(const struct step *step, struct instant at)
{
	char day[DAY_TEXT], clock[CLOCK_TEXT];
	struct civil civil = zone_civil(step->engine->local, at);
	return xasprintf("%.3s %s %s", weekday_name[day_weekday(civil.day)], day_text(day, civil.day), clock_text(clock, civil.second));
}

int step_absence(struct step *step)
{
	struct engine *engine = step->engine;
	struct absence absence = step->event->absence;
	absence.number = engine->absence_count ? engine->absences[engine->absence_count - 1].number + 1 : 1;
	engine_adopt_absence(engine, absence);
	row(step, &absence);
	OWNED_TEXT *from = moment(step, absence.from);
	OWNED_TEXT *to = moment(step, absence.to);
	const char *what = absence_kind_name[absence.kind];
	step_journal(step, what, NULL, NULL, xasprintf("%s from %s to %s: notices wait", what, from, to), NULL);
	return 0;
}

int step_resume(struct step *step)
{
	struct engine *engine = step->engine;
	size_t ended = 0;
	for (size_t i = 0; i < engine->absence_count; i++) {
		struct absence *absence = &engine->absences[i];
		if (!absence_runs(absence, step->now))
			continue;
		absence->to = step->now;
		row(step, absence);
		ended++;
	}
	if (!ended)
		return ENGINE_ALREADY;
	step_journal(step, "resume", NULL, NULL, xstrdup("back: notices come again"), NULL);
	return 0;
}
