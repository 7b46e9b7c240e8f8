/* Before a session: what to lay out, what the learner means to do, and its link. */
#include "api.h"
#include "core/checklist.h"

static bool note(struct app *app, struct rpc_call *call, struct agenda_ref ref, const struct intention *intention, uint32_t ticked)
{
	struct err err = {0};
	const struct event event = {.kind = EVENT_NOTE, .via = "cli", .ref = ref, .intention = *intention, .ticked = ticked};
	int r = app_step(app, &event, &err);
	if (!r)
		return true;
	api_refuse(app, call, r, &err, &ref, "note");
	return false;
}

/* The bits of the numbers in the list. false: an error was replied. */
static bool read_numbers(struct rpc_call *call, json_t *numbers, const char *name, int count, uint32_t *ret_bits)
{
	size_t i;
	json_t *number;
	*ret_bits = 0;
	json_array_foreach (numbers, i, number) {
		json_int_t n = json_integer_value(number);
		if (n < 1 || n > count) {
			OWNED_TEXT *text = xasprintf("%lld", (long long)n);
			OWNED_TEXT *expected = count ? xasprintf("1 to %d", count) : xstrdup("nothing: the list is empty");
			rpc_error(call, "OutOfRange", json_pack("{s:s, s:s, s:s}", "parameter", name, "value", text, "expected", expected));
			return false;
		}
		*ret_bits |= UINT32_C(1) << (n - 1);
	}
	return true;
}

static void make_list(const struct app *app, const struct session *session, struct checklist *ret_list)
{
	checklist_make(ret_list, session, zone_civil(app->engine->local, session->start_at), &app->engine->policy);
}

static json_t *json_items(const struct checklist *list)
{
	json_t *items = json_array();
	for (int i = 0; i < list->count; i++)
		json_array_append_new(items,
				      json_pack("{s:i, s:o, s:s, s:b}", "number", i + 1, "text", json_text(list->items[i].text), "source",
						checklist_source_name[list->items[i].source], "ticked", list->items[i].ticked));
	return items;
}

void api_prepare(struct app *app, struct rpc_call *call, json_t *parameters)
{
	struct agenda_ref ref;
	struct checklist list;
	uint32_t tick, untick;
	if (!api_session(app, call, api_text(parameters, "session"), API_ASKED_OR_NEXT, &ref))
		return;
	const struct session *session = engine_session(app->engine, ref);
	make_list(app, session, &list);
	bool valid = read_numbers(call, json_object_get(parameters, "tick"), "tick", list.count, &tick) &&
		     read_numbers(call, json_object_get(parameters, "untick"), "untick", list.count, &untick);
	checklist_release(&list);
	if (!valid)
		return;
	if (api_flag(parameters, "all"))
		tick = engine_all_ticked(app->engine, session);
	uint32_t ticked = (session->ticked | tick) & ~untick;
	if (ticked != session->ticked && !note(app, call, ref, &(struct intention){0}, ticked))
		return;
	make_list(app, session, &list);
	rpc_reply(call, json_pack("{s:o, s:o, s:i, s:b}", "session", json_session(app, ref), "items", json_items(&list), "ticked",
				  list.ticked, "ready", checklist_is_ready(&list, session)));
	checklist_release(&list);
}

void api_unprepared(struct app *app, struct rpc_call *call, struct agenda_ref ref)
{
	struct checklist list;
	json_t *missing = json_array();
	char typed[NOTICE_KEY_MAX];
	engine_ref_text(app->engine, ref, typed);
	make_list(app, engine_session(app->engine, ref), &list);
	for (int i = 0; i < list.count; i++)
		if (!list.items[i].ticked)
			json_array_append_new(missing, json_text(list.items[i].text));
	rpc_error(call, "NotPrepared",
		  json_pack("{s:s, s:i, s:i, s:o}", "session", typed, "ticked", list.ticked, "items", list.count, "missing", missing));
	checklist_release(&list);
}

void api_intend(struct app *app, struct rpc_call *call, json_t *parameters)
{
	enum { INTENTION_BYTES_MAX = 200 };
	static const char *const parts[] = {"want", "feel", "act"};
	struct agenda_ref ref;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		const char *text = api_text(parameters, parts[i]);
		if (text && strlen(text) > INTENTION_BYTES_MAX) {
			OWNED_TEXT *expected = xasprintf("at most %d bytes", INTENTION_BYTES_MAX);
			rpc_error(call, "OutOfRange",
				  json_pack("{s:s, s:s, s:s}", "parameter", parts[i], "value", text, "expected", expected));
			return;
		}
	}
	if (!api_session(app, call, api_text(parameters, "session"), API_ASKED_OR_NEXT, &ref))
		return;
	/* note() copies; the engine borrows for the step. */
	const struct intention to = {.want = (char *)(uintptr_t)api_text(parameters, "want"),
				     .feel = (char *)(uintptr_t)api_text(parameters, "feel"),
				     .act = (char *)(uintptr_t)api_text(parameters, "act")};
	bool any = to.want || to.feel || to.act;
	if (!any || note(app, call, ref, &to, engine_session(app->engine, ref)->ticked))
		rpc_reply(call, json_pack("{s:o}", "session", json_session(app, ref)));
}

/* --- the link ------------------------------------------------------------------------------------------------------------------- */

void api_open(struct app *app, struct rpc_call *call, json_t *parameters)
{
	struct agenda_ref ref;
	struct opening *free_one = NULL;
	if (!api_session(app, call, api_text(parameters, "session"), API_ASKED_OR_NEXT, &ref))
		return;
	const struct session *session = engine_session(app->engine, ref);
	if (!session->plan.link) {
		char typed[NOTICE_KEY_MAX];
		engine_ref_text(app->engine, ref, typed);
		rpc_error(call, "NoLink", json_pack("{s:s}", "session", typed));
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(app->openings); i++)
		if (!app->openings[i].number)
			free_one = &app->openings[i];
	if (!free_one) {
		rpc_error(call, "LimitReached", json_pack("{s:s, s:i}", "what", "links being opened", "limit", APP_OPENINGS_MAX));
		return;
	}
	*free_one = (struct opening){.number = ++app->openings_count, .call = call, .ref = ref};
	OWNED_TEXT *key = xasprintf("open/%u", free_one->number);
	desktop_open(app->desktop, key, session->plan.link);
}

void api_forget_opening(struct app *app, const struct rpc_call *call)
{
	for (size_t i = 0; i < ARRAY_LEN(app->openings); i++)
		if (app->openings[i].call == call)
			app->openings[i].call = NULL;
}

void api_opened(struct app *app, const struct desktop_event *event)
{
	for (size_t i = 0; i < ARRAY_LEN(app->openings); i++) {
		struct opening *opening = &app->openings[i];
		OWNED_TEXT *key = xasprintf("open/%u", opening->number);
		if (!opening->number || strcmp(key, event->key) != 0)
			continue;
		struct rpc_call *call = opening->call;
		const struct agenda_ref ref = opening->ref;
		*opening = (struct opening){0};
		if (!call) /* who asked is gone */
			return;
		const char *link = engine_session(app->engine, ref)->plan.link;
		if (event->text)
			rpc_error(call, "NotOpened",
				  json_pack("{s:o, s:o}", "link", json_text(link ? link : ""), "reason", json_text(event->text)));
		else
			rpc_reply(call, json_pack("{s:o, s:o, s:s}", "session", json_session(app, ref), "link", json_text(link ? link : ""),
						  "way", event->action ? event->action : "portal"));
		return;
	}
}
