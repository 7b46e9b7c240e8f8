/* LintPlan: everything there is to say about a plan file, and what each code means. */
#include "api.h"
#include "ical/read.h"

/* One row a code that was found, in the order of the table. */
static json_t *codes_json(const struct findings *findings)
{
	json_t *list = json_array();
	for (int code = 0; code < LINT_CODE_COUNT; code++) {
		const struct lint_info *info = &lint_info[code];
		bool found = false;
		for (size_t i = 0; i < findings->count; i++)
			found |= (int)findings->items[i].code == code;
		if (found)
			json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s}", "code", info->code, "severity",
							      lint_severity_name[info->severity], "condition", info->when, "meaning",
							      info->meaning, "remedy", info->remedy));
	}
	return list;
}

json_t *json_lint(const struct findings *findings, const char *file)
{
	return json_pack("{s:o, s:i, s:i, s:i, s:i, s:o}", "findings", json_findings(findings, file), "errors",
			 (int)findings_of(findings, LINT_ERROR), "warnings", (int)findings_of(findings, LINT_WARNING), "notes",
			 (int)findings_of(findings, LINT_INFO), "more", (int)findings->dropped, "codes", codes_json(findings));
}

static void judge(struct rpc_call *call, struct plan *plan, struct findings *findings, const char *file)
{
	if (plan)
		lint_sense(plan, findings);
	rpc_reply(call, json_lint(findings, file));
	plan_free(plan);
}

char *lint_plan_name(const char *file)
{
	const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
	size_t length = strlen(base);
	return length > 4 && !strcmp(base + length - 4, ".ics") ? xstrndup(base, length - 4) : xstrdup(base);
}

static void lint_text(struct rpc_call *call, const char *text, const char *file)
{
	struct findings findings = {0};
	OWNED_TEXT *name = lint_plan_name(file);
	judge(call, ical_read(name, file, text, strlen(text), &findings), &findings, file);
	findings_release(&findings);
}

static void lint_file(struct app *app, struct rpc_call *call, const char *name)
{
	struct findings findings = {0};
	const struct plan_file *file = api_plan_file(app, call, name);
	if (file)
		judge(call, planfiles_read(app->planfiles, file, &findings), &findings, file->path);
	findings_release(&findings);
}

void api_lint_plan(struct app *app, struct rpc_call *call, json_t *parameters)
{
	const char *name = api_text(parameters, "plan"), *text = api_text(parameters, "text"), *file = api_text(parameters, "file");
	if (!name == !text)
		rpc_error(call, "OutOfRange",
			  json_pack("{s:s, s:s, s:s}", "parameter", "plan", "value", name ? name : "", "expected",
				    "exactly one of a plan's name and the text of a file"));
	else if (text)
		lint_text(call, text, file && *file ? file : "plan.ics");
	else
		lint_file(app, call, name);
}
