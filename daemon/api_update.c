/* New versions of plans that somebody runs on: taken over by themselves when the file changes, or shown beforehand. */
#include "api.h"
#include "core/update.h"
#include "log.h"

/* The file an enrolment came from: by name, else, after a rename, by the plan's UID. NULL: gone. */
static const struct plan_file *file_of(const struct app *app, const struct enrolment *enrolment)
{
	size_t count;
	const struct plan_file *named = planfiles_find(app->planfiles, enrolment->plan_name);
	const struct plan_file *files = planfiles_list(app->planfiles, &count);
	for (size_t i = 0; !named && enrolment->plan_uid[0] && i < count; i++)
		if (files[i].uid && !strcmp(files[i].uid, enrolment->plan_uid))
			return &files[i];
	return named;
}

char *api_plan_problem(const struct app *app, const struct enrolment *enrolment)
{
	const struct plan_file *file = file_of(app, enrolment);
	if (!file)
		return xasprintf("the file of plan '%s' is gone: your copy goes on as it is", enrolment->plan_name);
	if (file->error)
		return xasprintf("the plan's file cannot be used (%s:%d: %s): your copy goes on with the last good version", file->path,
				 file->line, file->error);
	return NULL;
}

void api_take_new_plans(struct app *app)
{
	for (size_t i = 0; i < app->engine->enrolment_count; i++) {
		const struct enrolment *enrolment = app->engine->enrolments[i];
		const struct plan_file *file = enrolment->left.s == INSTANT_NEVER ? file_of(app, enrolment) : NULL;
		if (!file || file->error || !file->revision || !strcmp(file->revision, enrolment->revision ? enrolment->revision : ""))
			continue;
		struct findings findings = {0};
		struct err err = {0};
		struct plan *plan = planfiles_read(app->planfiles, file, &findings);
		const struct event event = {.kind = EVENT_UPDATE,
					    .via = "plan",
					    .plan = plan,
					    .up = strcmp(file->name, enrolment->plan_name) != 0,
					    .ref = {(uint32_t)i, 0}};
		if (plan && app_step(app, &event, &err) == APP_STORAGE)
			log_line(LOG_LEVEL_ERROR, "%s", err.text);
		plan_free(plan);
		findings_release(&findings);
		err_release(&err);
	}
}

static json_t *changes_json(const struct enrolment *enrolment, const struct update *update)
{
	json_t *changes = json_array();
	for (size_t i = 0; i < update->count; i++) {
		const struct update_change *change = &update->items[i];
		const struct plan_session *plan = change->plan ? change->plan : &enrolment->sessions[change->session].plan;
		const char *id = change->session == UPDATE_NEW ? plan->id : enrolment->sessions[change->session].plan.id;
		json_array_append_new(changes, json_pack("{s:s, s:s, s:o, s:o}", "kind", update_kind_name[change->kind], "session", id,
							 "title", json_text(plan->title), "text", json_text(change->text)));
	}
	return changes;
}

void api_update_enrollment(struct app *app, struct rpc_call *call, json_t *parameters)
{
	uint32_t index;
	struct findings findings = {0};
	struct update update = {0};
	struct err err = {0};
	if (!api_enrolment(app, call, api_text(parameters, "enrollment"), &index))
		return;
	const struct enrolment *enrolment = app->engine->enrolments[index];
	planfiles_scan(app->planfiles);
	const struct plan_file *file = file_of(app, enrolment);
	struct plan *plan = file ? planfiles_read(app->planfiles, file, &findings) : NULL;
	if (!file)
		rpc_error(call, "NoSuchPlan", json_pack("{s:s, s:[]}", "name", enrolment->plan_name, "suggestions"));
	else if (!plan)
		rpc_error(call, "LintFailed",
			  json_pack("{s:o, s:o}", "plan", json_text(file->name), "findings", json_findings(&findings, file->path)));
	if (plan) {
		update_make(&update, enrolment, plan, app->engine->local, app_now(app));
		const struct event event = {.kind = EVENT_UPDATE,
					    .via = "cli",
					    .plan = plan,
					    .up = strcmp(file->name, enrolment->plan_name) != 0,
					    .ref = {index, 0}};
		json_t *changes = changes_json(enrolment, &update);
		int r = api_flag(parameters, "dry_run") ? 0 : app_step(app, &event, &err);
		if (r && r != ENGINE_ALREADY) {
			json_decref(changes);
			api_refuse(app, call, r, &err, NULL, "update");
		} else {
			rpc_reply(call, json_pack("{s:o, s:o}", "enrollment", json_enrolment(app, index), "changes", changes));
		}
	}
	err_release(&err);
	update_release(&update);
	plan_free(plan);
	findings_release(&findings);
}
