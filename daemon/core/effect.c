#include "effect.h"

/* clang-format off */
const struct notice_info notice_info[NOTICE_KIND_COUNT] = {
	/*                  name        asks   digested own    young_s */
	[NOTICE_PREP] =     {"prep",     false, true,  false, 0},
	[NOTICE_START] =    {"start",    true,  true,  false, 0},
	[NOTICE_END] =      {"end",      true,  true,  false, 0},
	[NOTICE_DIGEST] =   {"digest",   false, true,  false, 0},
	[NOTICE_WATER] =    {"water",    false, false, true,  5 * MINUTE_S},
	[NOTICE_WALL] =     {"wall",     false, false, true,  5 * MINUTE_S},
	[NOTICE_REFUEL] =   {"refuel",   false, false, true,  0},
	[NOTICE_BREATHE] =  {"breathe",  false, false, true,  MINUTE_S},
	[NOTICE_READY] =    {"ready",    true,  true,  true,  0},
	[NOTICE_MORE] =     {"more",     true,  true,  true,  0},
	[NOTICE_MORE_END] = {"more-end", true,  true,  true,  0},
	[NOTICE_MORNING] =  {"morning",  false, false, false, 4 * HOUR_S},
	[NOTICE_WEEK] =     {"week",     false, false, false, 4 * HOUR_S},
	[NOTICE_UPDATE] =   {"update",   false, false, false, 7 * DAY_S},
};
/* clang-format on */

const char *const notice_state_name[NSTATE_COUNT] = {
	[NSTATE_DUE] = "due",           [NSTATE_SENT] = "sent",       [NSTATE_SHOWN] = "shown",
	[NSTATE_ANSWERED] = "answered", [NSTATE_EXPIRED] = "expired", [NSTATE_DIGESTED] = "digested"};

const char *const absence_kind_name[ABSENCE_KIND_COUNT] = {[ABSENCE_AWAY] = "away", [ABSENCE_PAUSE] = "pause", [ABSENCE_BUSY] = "busy"};

bool absence_runs(const struct absence *absence, struct instant now)
{
	return absence->from.s <= now.s && now.s < absence->to.s;
}

void notice_release(struct notice *notice)
{
	free(notice->session);
	free(notice->cause);
	free(notice->answer);
	free(notice->server_owner);
	*notice = (struct notice){0};
}

struct notice notice_copy(const struct notice *notice)
{
	struct notice copy = *notice;
	copy.session = xstrdup(notice->session);
	copy.cause = xstrdup(notice->cause);
	copy.answer = xstrdup(notice->answer);
	copy.server_owner = xstrdup(notice->server_owner);
	return copy;
}

void journal_entry_release(struct journal_entry *entry)
{
	free(entry->session);
	free(entry->text);
	free(entry->before);
	*entry = (struct journal_entry){0};
}

void bubble_release(struct bubble *bubble)
{
	free(bubble->summary);
	free(bubble->body);
	free(bubble->command);
	free(bubble->server_owner);
	*bubble = (struct bubble){0};
}

struct effect *effects_add(struct effects *effects, enum effect_kind kind)
{
	if (effects->count == effects->room) {
		effects->room = effects->room ? effects->room * 2 : 16;
		effects->items = xreallocarray(effects->items, effects->room, sizeof(*effects->items));
	}
	struct effect *effect = &effects->items[effects->count++];
	*effect = (struct effect){.kind = kind};
	return effect;
}

void effects_release(struct effects *effects)
{
	for (size_t i = 0; i < effects->count; i++) {
		struct effect *effect = &effects->items[i];
		if (effect->kind == EFFECT_NOTICE)
			notice_release(&effect->notice);
		else if (effect->kind == EFFECT_JOURNAL)
			journal_entry_release(&effect->journal);
		else if (effect->kind == EFFECT_SHOW)
			bubble_release(&effect->bubble);
	}
	free(effects->items);
	*effects = (struct effects){0};
}
