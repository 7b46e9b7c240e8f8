/* Drafts: plans with errors. Who wants one is told what will be missing, and who did not say so is refused. */
#include "api.h"

enum { GAPS_TOLD_MAX = 20 };

static void add_problem(json_t *preflight, const char *remedy, char *text)
{
	json_array_append_new(preflight, json_check("plan", "problem", remedy, text));
}

/* The finding is about a session that is missing: then the gap says so. */
static bool is_in_gap(const struct plan *plan, const struct finding *finding)
{
	bool found = false;
	for (size_t i = 0; i < plan->gap_count && !found && lint_info[finding->code].scope <= SCOPE_ANY; i++)
		found = finding->line >= plan->gaps[i].line && finding->line <= plan->gaps[i].last;
	return found;
}

static char *gap_text(const struct plan_gap *gap)
{
	OWNED_TEXT *times = gap->sessions > 1 ? xasprintf(", %d times", gap->sessions) : xstrdup("");
	return xasprintf("left out%s: '%s' of line %d: %s", times,
			 gap->title ? gap->title
			 : gap->uid ? gap->uid
				    : "a session",
			 gap->line, gap->why);
}

void api_note_forced(const struct plan *plan, const struct findings *findings, json_t *preflight)
{
	OWNED_TEXT *remedy = xasprintf("mend it, then enrol again; pacer plan lint %s tells more", plan->name);
	int missing = 0;
	for (size_t i = 0; i < plan->gap_count; i++)
		missing += plan->gaps[i].sessions;
	if (missing)
		add_problem(preflight, remedy,
			    xasprintf("the plan is a draft: %d of its %d sessions will be missing", missing,
				      missing + (int)plan->session_count));
	for (size_t i = 0; i < plan->gap_count && i < GAPS_TOLD_MAX; i++)
		add_problem(preflight, NULL, gap_text(&plan->gaps[i]));
	if (plan->gap_count > GAPS_TOLD_MAX)
		add_problem(preflight, NULL, xasprintf("left out: and %zu more", plan->gap_count - GAPS_TOLD_MAX));
	for (size_t i = 0; i < findings->count; i++) {
		const struct lint_info *info = &lint_info[findings->items[i].code];
		if (info->severity == LINT_ERROR && !is_in_gap(plan, &findings->items[i]))
			add_problem(preflight, info->remedy, xasprintf("%s: %s: %s", info->code, findings->items[i].text, info->meaning));
	}
}

void api_refuse_draft(struct rpc_call *call, const struct plan *plan, const char *path, const struct findings *findings)
{
	json_t *errors = json_array();
	for (size_t i = 0; i < findings->count; i++)
		if (lint_info[findings->items[i].code].severity == LINT_ERROR)
			json_array_append_new(errors, json_finding(&findings->items[i], path));
	rpc_error(call, "LintFailed", json_pack("{s:o, s:o}", "plan", json_text(plan->name), "findings", errors));
}
