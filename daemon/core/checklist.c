#include "checklist.h"

const char *const checklist_source_name[] = {[ITEM_PLAN] = "plan", [ITEM_RACE] = "race", [ITEM_KIT] = "kit"};

static void add(struct checklist *list, const struct session *session, enum checklist_source source, char *text)
{
	if (list->count == CHECKLIST_MAX) {
		free(text);
		return;
	}
	bool ticked = session->ticked >> list->count & 1u;
	list->items[list->count++] = (struct checklist_item){source, text, ticked};
	list->ticked += ticked;
}

/* The plan's items are one text, with "; " between them. */
static void add_plan(struct checklist *list, const struct session *session)
{
	for (const char *item = session->plan.prep; item && *item;) {
		const char *end = strstr(item, "; ");
		size_t length = end ? (size_t)(end - item) : strlen(item);
		if (length)
			add(list, session, ITEM_PLAN, xstrndup(item, length));
		item = end ? end + 2 : NULL;
	}
}

/* Distance, terrain, weather, aid stations: what a race plan settles beforehand. */
static void add_race(struct checklist *list, const struct session *session, struct civil start, const struct policy *policy)
{
	char clock[CLOCK_TEXT];
	const char *contact = policy_contact(policy, session);
	if (session->plan.type != TYPE_RACE)
		return;
	add(list, session, ITEM_RACE,
	    xasprintf("Distance: %d minutes from %s, the first third on purpose slowly", session->plan.minutes,
		      clock_text(clock, start.second)));
	add(list, session, ITEM_RACE, xstrdup("Terrain: the systems and the queue of the day are open and signed in"));
	add(list, session, ITEM_RACE, xstrdup("Weather: you asked what makes the day busy, a release or a season"));
	add(list, session, ITEM_RACE, xasprintf("Aid stations: %s knows when you start", contact ? contact : "someone to ask"));
}

/* clang-format off */
static const struct {
	enum kit_place place;     /* PLACE_NONE: anywhere */
	enum kit_channel channel; /* KIT_NONE: whatever it is */
	bool rough_week;          /* in one, else always */
	const char *text;
} kit[] = {
	{PLACE_OFFICE, KIT_NONE, false, "A quiet room is booked"},
	{PLACE_REMOTE, KIT_NONE, false, "The door is closed, and those at home know until when"},
	{PLACE_OFFICE, KIT_PHONE, false, "The desk headset is plugged in and tried"},
	{PLACE_REMOTE, KIT_PHONE, false, "Your own headset is charged and tried"},
	{PLACE_NONE, KIT_CHAT, false, "Your saved replies are open beside the chat"},
	{PLACE_NONE, KIT_MAIL, false, "A blank reply and the writing guide are open"},
	{PLACE_NONE, KIT_NONE, true, "A colleague covers your queue, and you know until when"},
};
/* clang-format on */

static void add_kit(struct checklist *list, const struct session *session, const struct policy *policy)
{
	for (size_t i = 0; type_info[session->plan.type].prepared && i < ARRAY_LEN(kit); i++)
		if ((kit[i].place == PLACE_NONE || kit[i].place == policy->place) &&
		    (kit[i].channel == KIT_NONE || kit[i].channel == policy->kit) && (!kit[i].rough_week || policy->rough_week))
			add(list, session, ITEM_KIT, xstrdup(kit[i].text));
}

void checklist_make(struct checklist *ret_list, const struct session *session, struct civil start, const struct policy *policy)
{
	*ret_list = (struct checklist){0};
	add_plan(ret_list, session);
	add_race(ret_list, session, start, policy);
	add_kit(ret_list, session, policy);
}

void checklist_release(struct checklist *list)
{
	for (int i = 0; i < list->count; i++)
		free(list->items[i].text);
	*list = (struct checklist){0};
}

bool checklist_is_ready(const struct checklist *list, const struct session *session)
{
	return !type_info[session->plan.type].prepared || list->ticked * 100 >= list->count * CHECKLIST_READY_PERCENT;
}
