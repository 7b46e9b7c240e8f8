/* Two plans held against each other. */
#include "api.h"
#include "api_edit.h"
#include "ical/read.h"

json_t *json_differences(const struct plan_differences *differences)
{
	json_t *list = json_array();
	for (size_t i = 0; i < differences->count; i++) {
		const struct plan_difference *difference = &differences->items[i];
		json_t *json = json_pack("{s:s}", "kind", plan_difference_name[difference->kind]);
		json_set_text(json, "session", difference->session);
		json_set_text(json, "title", difference->title);
		json_set_text(json, "field", difference->field);
		json_set_text(json, "from", difference->from);
		json_set_text(json, "to", difference->to);
		json_array_append_new(list, json);
	}
	return list;
}

/* One of the two plans of the call: the parameters that name it, carry its text and tell the file of that, and what findings call a text
 * of no file. */
struct diff_side {
	const char *name, *text, *file, *called;
};
static const struct diff_side diff_sides[] = {{"a", "a_text", "a_file", "first plan"}, {"b", "b_text", "b_file", "second plan"}};

/* A session that cannot be read would look like one that was removed: with gaps nothing is compared. */
static struct plan *refuse_gaps(struct rpc_call *call, struct plan *plan, const char *file, const struct findings *findings)
{
	if (!plan || !plan->gap_count)
		return plan;
	api_refuse_draft(call, plan, file, findings);
	return plan_free(plan);
}

static struct plan *read_text(struct rpc_call *call, const char *text, const char *called)
{
	struct findings findings = {0};
	OWNED_TEXT *name = lint_plan_name(called);
	struct plan *plan = ical_read(name, called, text, strlen(text), &findings);
	if (!plan)
		rpc_error(call, "LintFailed",
			  json_pack("{s:o, s:o}", "plan", json_text(called), "findings", json_findings(&findings, called)));
	else
		text_replace(&plan->name, xstrdup(called)); /* what it is called in refusals; a name of a plan is shorter */
	plan = refuse_gaps(call, plan, called, &findings);
	findings_release(&findings);
	return plan;
}

static struct plan *read_named(struct app *app, struct rpc_call *call, const char *name)
{
	struct findings findings = {0};
	const struct plan_file *file = api_plan_file(app, call, name);
	struct plan *plan = file ? api_read_plan(app, call, file, &findings) : NULL;
	plan = refuse_gaps(call, plan, plan ? file->path : "", &findings);
	findings_release(&findings);
	return plan;
}

/* NULL: an error was replied. The caller owns the plan. */
static struct plan *read_side(struct app *app, struct rpc_call *call, json_t *parameters, const struct diff_side *side)
{
	const char *name = api_text(parameters, side->name), *text = api_text(parameters, side->text);
	const char *file = api_text(parameters, side->file);
	if (!name == !text) {
		api_out_of_range(call, side->name, name ? name : "", "the name of a plan or the text of one, not both");
		return NULL;
	}
	return name ? read_named(app, call, name) : read_text(call, text, file ? file : side->called);
}

void api_diff_plans(struct app *app, struct rpc_call *call, json_t *parameters)
{
	struct plan_differences differences = {0};
	struct plan *a = read_side(app, call, parameters, &diff_sides[0]);
	struct plan *b = a ? read_side(app, call, parameters, &diff_sides[1]) : NULL;
	if (b) {
		plandiff(a, b, &differences);
		rpc_reply(call, json_pack("{s:o, s:o, s:o}", "differences", json_differences(&differences), "weeks_a", json_plan_weeks(a),
					  "weeks_b", json_plan_weeks(b)));
	}
	plan_differences_release(&differences);
	plan_free(a);
	plan_free(b);
}
