/* SimulatePlan: what starting on a Monday would mean, or on each Monday of a span. Nothing is kept. */
#include "api.h"
#include "api_edit.h"
#include "core/simulate.h"
#include "holidays.h"
#include "ical/tz.h"

/* What the call asks for, checked. */
struct question {
	int32_t from, to; /* Mondays; the same without a span */
	bool span;
	struct settings settings; /* the learner's policy, with the days of the call */
	struct holiday_list holidays;
	bool with_holidays;
};

/* Of a span the Mondays in it count: its ends may be any days. */
static bool read_span(struct app *app, struct rpc_call *call, const char *from, const char *to, struct question *q)
{
	int32_t first, last;
	if (!api_plan_day(app, call, "starts", from, &first) || !api_plan_day(app, call, "starts", to, &last))
		return false;
	q->span = true;
	q->from = day_monday(first) == first ? first : day_monday(first) + WEEK_DAYS;
	q->to = day_monday(last);
	if (q->to >= q->from && (q->to - q->from) / WEEK_DAYS < SIMULATE_STARTS_MAX)
		return true;
	api_out_of_range(call, "starts", to, q->to < q->from ? "a span with a Monday in it" : "at most 520 Mondays: name a shorter span");
	return false;
}

static bool read_starts(struct app *app, struct rpc_call *call, json_t *parameters, struct question *q)
{
	const char *start = api_text(parameters, "start"), *to = api_text(parameters, "to");
	if (to)
		return read_span(app, call, start, to, q);
	if (!api_plan_day(app, call, "start", start, &q->from) || !api_check_monday(call, q->from))
		return false;
	q->to = q->from;
	return true;
}

static bool read_workdays(struct rpc_call *call, json_t *parameters, struct question *q)
{
	const struct config_row *row = config_row_find("hours.work_days");
	const char *days = api_text(parameters, "workdays");
	if (!days || row->set(&q->settings, days))
		return true;
	api_out_of_range(call, "workdays", days, row->expected);
	return false;
}

static json_t *region_names(void)
{
	char **regions = holidays_regions();
	json_t *list = json_array();
	for (char **region = regions; *region; region++)
		json_array_append_new(list, json_text(*region));
	holidays_regions_free(regions);
	return list;
}

static bool read_region(struct rpc_call *call, json_t *parameters, struct question *q)
{
	struct holidays_fault fault = {0};
	const char *regions = api_text(parameters, "region");
	int result = regions ? holidays_load(regions, &q->holidays, &fault) : 0;
	q->with_holidays = regions && !result;
	if (result == HOLIDAYS_UNKNOWN)
		rpc_error(call, "NoSuchRegion", json_pack("{s:o, s:o}", "region", json_text(fault.region), "regions", region_names()));
	else if (result)
		rpc_error(call, "InvalidHolidays",
			  json_pack("{s:o, s:o, s:i, s:o}", "region", json_text(fault.region), "file", json_text(fault.file), "line",
				    fault.line, "text", json_text(fault.text)));
	holidays_fault_release(&fault);
	return !result;
}

/* --- the answer ---------------------------------------------------------------------------------------------------------------- */

static json_t *fare_json(const struct simulated *fare)
{
	json_t *reasons = json_array();
	for (size_t i = 0; i < fare->reason_count; i++)
		json_array_append_new(reasons, json_text(fare->reasons[i]));
	return json_pack("{s:o, s:o, s:s, s:i, s:i, s:i, s:i, s:o}", "start", json_day(fare->start), "race", json_day(fare->race),
			 "verdict", verdict_name[fare->verdict], "holidays_hit", fare->holidays_hit, "outside", fare->outside,
			 "overloaded_weeks", fare->overloaded, "dst", fare->clock_changes, "reasons", reasons);
}

static json_t *notice_json(const struct app *app, const struct plan *plan, const struct simulated_notice *notice)
{
	const struct plan_session *session = &plan->sessions[notice->session];
	json_t *json = json_pack("{s:o, s:s, s:s, s:o}", "time", json_stamp(app, notice->at), "session", session->id, "kind",
				 alarm_name[notice->kind], "title", json_text(session->title));
	json_set_text(json, "note", simulate_note_name[notice->note]);
	json_set_text(json, "holiday", notice->holiday);
	return json;
}

static json_t *notices_json(const struct app *app, const struct plan *plan, const struct simulated *fare)
{
	json_t *list = json_array();
	for (size_t i = 0; i < fare->notice_count; i++)
		json_array_append_new(list, notice_json(app, plan, &fare->notices[i]));
	return list;
}

static json_t *weeks_json(const struct plan *plan, const struct question *q)
{
	json_t *weeks = json_plan_weeks(plan), *week;
	size_t i;
	json_array_foreach (weeks, i, week)
		if (!q->span)
			json_object_set_new(week, "start", json_day(q->from + (int32_t)i * WEEK_DAYS));
	return weeks;
}

static void answer(struct app *app, struct rpc_call *call, const struct plan *plan, const struct question *q)
{
	const struct simulate_case c = {.plan = plan,
					.policy = &q->settings.policy,
					.zones = tz_source(),
					.local = app->engine->local,
					.holidays = q->with_holidays ? &q->holidays : NULL};
	json_t *fares = json_array(), *notices = NULL;
	for (int32_t start = q->from; start <= q->to; start += WEEK_DAYS) {
		struct simulated fare;
		simulate(&c, start, !q->span, &fare);
		json_array_append_new(fares, fare_json(&fare));
		if (!q->span)
			notices = notices_json(app, plan, &fare);
		simulated_release(&fare);
	}
	rpc_reply(call, json_pack("{s:o, s:o, s:o, s:o, s:o}", "plan", json_text(plan->name), "fares", fares, "notices",
				  notices ? notices : json_array(), "weeks", weeks_json(plan, q), "regions", region_names()));
}

void api_simulate_plan(struct app *app, struct rpc_call *call, json_t *parameters)
{
	struct findings findings = {0};
	struct question q = {.settings.policy = app->engine->policy};
	const struct plan_file *file = api_plan_file(app, call, api_text(parameters, "plan"));
	struct plan *plan = file ? api_read_plan(app, call, file, &findings) : NULL;
	OWNED_TEXT *tracks = NULL;
	if (plan && api_pick_tracks(call, api_text(parameters, "tracks"), plan, &tracks) && read_starts(app, call, parameters, &q) &&
	    read_workdays(call, parameters, &q) && read_region(call, parameters, &q))
		answer(app, call, plan, &q);
	holiday_release(&q.holidays);
	plan_free(plan);
	findings_release(&findings);
}
