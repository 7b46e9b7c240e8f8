/* Plan files as texts: read as they lie there, written, and what a refusal of either says. */
#include "api_edit.h"

#include "ical/read.h"
#include "ical/reader.h"

/* --- plan files as texts --------------------------------------------------------------------------------------------------------- */

struct plan *api_plan_of(const char *name, const char *path, const char *bytes, size_t length, struct findings *findings)
{
	static const struct reader_limits limits = {.sessions_max = PLAN_SESSIONS_MAX, .occurrences_max = ICAL_OCCURRENCES_MAX};
	struct plan *plan = reader_read(name, path, bytes, length, &limits, findings);
	if (!findings_errors(findings)) {
		lint_sense(plan, findings);
		return plan;
	}
	/* What cannot stay is in `plan`, for an editor to mend; judged is what is left without it. */
	struct findings judged = {0};
	struct plan *rest = ical_read(name, path, bytes, length, &judged);
	if (rest)
		lint_sense(rest, &judged);
	plan_free(rest);
	findings_release(findings);
	*findings = judged;
	return plan;
}

void api_plan_text_release(struct plan_text *text)
{
	free(text->path);
	text_release(&text->bytes);
	text->plan = plan_free(text->plan);
	findings_release(&text->findings);
}

static bool is_own(const struct app *app, const char *path)
{
	const char *dir = planfiles_dirs(app->planfiles)[0];
	return !strncmp(path, dir, strlen(dir)) && path[strlen(dir)] == '/';
}

bool api_plan_text(struct app *app, struct rpc_call *call, const char *name, struct plan_text *ret)
{
	planfiles_scan(app->planfiles);
	const struct plan_file *file = api_plan_file(app, call, name);
	if (!file)
		return false;
	*ret = (struct plan_text){.name = file->name, .path = xstrdup(file->path), .own = is_own(app, file->path)};
	int r = planwrite_read(file->path, &ret->bytes);
	if (r) {
		findings_add(&ret->findings, LINT_FILE, 0, "cannot read the file: %s", strerror(-r));
		rpc_error(call, "LintFailed",
			  json_pack("{s:o, s:o}", "plan", json_text(ret->name), "findings", json_findings(&ret->findings, ret->path)));
		return false;
	}
	ret->plan = api_plan_of(ret->name, ret->path, ret->bytes.data, ret->bytes.len, &ret->findings);
	return true;
}

struct planwrite api_planwrite(const struct app *app, char **ret_history)
{
	*ret_history = planwrite_history_dir();
	return (struct planwrite){.plans = planfiles_dirs(app->planfiles)[0], .history = *ret_history, .now = app_now(app)};
}

json_t *api_plan_json(const struct app *app, const char *name, const struct plan *plan)
{
	const struct plan_file *found = planfiles_find(app->planfiles, name);
	if (found)
		return json_plan_file(app, found);
	int minutes = 0;
	for (size_t i = 0; plan && i < plan->session_count; i++)
		minutes += plan->sessions[i].minutes;
	const struct plan_file file = {.name = (char *)(uintptr_t)name,
				       .path = plan && plan->file ? plan->file : (char *)(uintptr_t) "",
				       .title = plan ? plan->title : NULL,
				       .goal = plan ? plan->goal : NULL,
				       .revision = plan ? plan->revision : NULL,
				       .weeks = plan ? plan->shape.weeks : 0,
				       .sessions = plan ? (int)plan->session_count : 0,
				       .minutes = minutes};
	return json_plan_file(app, &file);
}

/* --- refusals -------------------------------------------------------------------------------------------------------------------- */

void api_out_of_range(struct rpc_call *call, const char *parameter, const char *value, const char *expected)
{
	rpc_error(call, "OutOfRange",
		  json_pack("{s:s, s:o, s:s}", "parameter", parameter, "value", json_text(value ? value : ""), "expected", expected));
}

void api_refuse_write(struct rpc_call *call, int code, const char *name, struct err *err)
{
	const char *text = err->text ? err->text : "";
	if (code == PLANWRITE_NAME && !planwrite_name_is_good(name))
		rpc_error(call, "NotAPlanName", json_pack("{s:o, s:s}", "name", json_text(name), "expected", planwrite_name_rule));
	else if (code == PLANWRITE_EXISTS)
		rpc_error(call, "PlanExists", json_pack("{s:o, s:o}", "name", json_text(name), "file", json_text(text)));
	else if (code == PLANWRITE_CHANGED)
		rpc_error(call, "RevisionConflict",
			  json_pack("{s:o, s:s, s:s, s:[]}", "plan", json_text(name), "based_on", "", "revision", "", "differences"));
	else
		rpc_error(call, "StorageFailed", json_pack("{s:o}", "reason", json_text(text)));
	err_release(err);
}

/* What differs from the revision the caller knows to the one that is there, as far as the history still has the former. */
static json_t *differences_since(const struct app *app, const struct plan_text *text, const char *based_on)
{
	OWNED_TEXT *history = NULL;
	struct planwrite planwrite = api_planwrite(app, &history);
	struct text bytes = {0};
	struct plan_differences differences = {0};
	if (planwrite_find(&planwrite, text->name, based_on, &bytes)) {
		struct findings findings = {0};
		struct plan *was = api_plan_of(text->name, text->path, bytes.data, bytes.len, &findings);
		plandiff(was, text->plan, &differences);
		plan_free(was);
		findings_release(&findings);
	}
	json_t *list = json_differences(&differences);
	plan_differences_release(&differences);
	text_release(&bytes);
	return list;
}

bool api_check_revision(struct app *app, struct rpc_call *call, const struct plan_text *text, const char *based_on)
{
	if (!based_on || !strcmp(based_on, text->plan->revision))
		return true;
	rpc_error(call, "RevisionConflict",
		  json_pack("{s:o, s:o, s:s, s:o}", "plan", json_text(text->name), "based_on", json_text(based_on), "revision",
			    text->plan->revision, "differences", differences_since(app, text, based_on)));
	return false;
}

bool api_plan_write(struct app *app, struct rpc_call *call, const struct plan_text *text, const char *bytes, size_t length)
{
	OWNED_TEXT *history = NULL;
	struct err err = {0};
	struct planwrite planwrite = api_planwrite(app, &history);
	int r = planwrite_put(&planwrite, text->name, text->own ? text->plan->revision : NULL, bytes, length, &err);
	if (r)
		api_refuse_write(call, r, text->name, &err);
	else
		planfiles_scan(app->planfiles);
	return !r;
}
