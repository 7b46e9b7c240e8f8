/* New versions of plans that somebody runs on: taken over by themselves when the file changes, or shown beforehand. */
#include "api.h"
#include "core/update.h"
#include "ical/read.h"
#include "log.h"

const struct plan_file *api_file_of(const struct app *app, const struct enrolment *enrolment)
{
	const struct plan_file *named = planfiles_find(app->planfiles, enrolment->plan_name);
	const char *uid = enrolment->plan_uid ? enrolment->plan_uid : "";
	const struct plan_file *newest = *uid ? planfiles_newest(app->planfiles, uid) : NULL;
	if (named && !schedule_is_of(enrolment, named->uid, named->name))
		return newest; /* another plan has its name */
	bool wins = newest && (!named || (named->uid && newest->modified.s > named->modified.s));
	return wins ? newest : named;
}

static bool is_of_file(const struct enrolment *enrolment, const struct plan_file *file)
{
	return file->revision && enrolment->revision && !strcmp(file->revision, enrolment->revision);
}

/* A draft is brought to nobody: a session that cannot be read just now is not taken out of the plan. */
static bool is_held_back(const struct enrolment *enrolment, const struct plan_file *file)
{
	return plan_file_is_draft(file) && !is_of_file(enrolment, file);
}

char *api_plan_problem(const struct app *app, const struct enrolment *enrolment)
{
	const struct plan_file *file = api_file_of(app, enrolment);
	if (!file && planfiles_find(app->planfiles, enrolment->plan_name))
		return xasprintf("the file called '%s' is another plan by now, by its UID: your copy goes on as it is",
				 enrolment->plan_name);
	if (!file)
		return xasprintf("the file of plan '%s' is gone: your copy goes on as it is", enrolment->plan_name);
	if (file->error)
		return xasprintf("the plan's file cannot be used (%s:%d: %s): your copy goes on with the last good version", file->path,
				 file->line, file->error);
	if (is_held_back(enrolment, file))
		return xasprintf(
			"the plan's file is a draft just now (%s:%d; pacer plan lint %s says why): your copy goes on with the last "
			"good version",
			file->path, file->line, file->name);
	if (enrolment->full && !is_of_file(enrolment, file))
		return xasprintf("the plan has a new version, and your copy has no room for it (%d sessions at most): it goes on with the "
				 "last one that fitted",
				 PLAN_SESSIONS_MAX);
	return NULL;
}

static struct event update_event(const struct enrolment *enrolment, uint32_t index, const struct plan *plan, const char *via)
{
	return (struct event){
		.kind = EVENT_UPDATE, .via = via, .plan = plan, .up = strcmp(plan->name, enrolment->plan_name) != 0, .ref = {index, 0}};
}

/* A full copy is told (api_plan_problem), and in the log once a version. */
static void take_new_plan(struct app *app, uint32_t index, const struct plan *plan)
{
	const struct enrolment *enrolment = app->engine->enrolments[index];
	const struct event event = update_event(enrolment, index, plan, "plan");
	struct err err = {0};
	int r = app_step(app, &event, &err);
	if (r && r != ENGINE_ALREADY)
		log_line(LOG_LEVEL_ERROR, "%s: %s", plan->name, err.text);
	err_release(&err);
}

void api_take_new_plans(struct app *app)
{
	for (uint32_t i = 0; i < app->engine->enrolment_count; i++) {
		const struct enrolment *enrolment = app->engine->enrolments[i];
		const struct plan_file *file = enrolment->left.s == INSTANT_NEVER ? api_file_of(app, enrolment) : NULL;
		if (!file || file->error || !file->revision || is_of_file(enrolment, file) || is_held_back(enrolment, file))
			continue;
		struct findings findings = {0};
		struct plan *plan = planfiles_read(app->planfiles, file, &findings);
		/* Another one by now may be a draft: it comes with the next change. */
		if (plan && !strcmp(plan->revision, file->revision))
			take_new_plan(app, i, plan);
		plan_free(plan);
		findings_release(&findings);
	}
}

/* --- what changes ---------------------------------------------------------------------------------------------------------------- */

/* A reply has a limit (protocol.h), and 32 enrolments may have 5 000 sessions each: what goes beyond is counted only. */
enum { CHANGES_TOLD_MAX = 500 };

static json_t *change_of_none(enum update_kind kind, const char *text)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "kind", update_kind_name[kind], "session", "", "title", "", "text", text);
}

/* room: how many a reply still takes; counted down. */
static json_t *changes_json(const struct enrolment *enrolment, const struct update *update, size_t *room)
{
	json_t *changes = json_array();
	size_t told = update->count < *room ? update->count : *room;
	*room -= told;
	for (size_t i = 0; i < told; i++) {
		const struct update_change *change = &update->items[i];
		const struct plan_session *plan = change->plan ? change->plan : &enrolment->sessions[change->session].plan;
		const char *id = change->id ? change->id : enrolment->sessions[change->session].plan.id;
		json_array_append_new(changes, json_pack("{s:s, s:s, s:o, s:o}", "kind", update_kind_name[change->kind], "session", id,
							 "title", json_text(plan->title), "text", json_text(change->text)));
	}
	if (told < update->count) {
		OWNED_TEXT *rest = xasprintf("and %zu more", update->count - told);
		json_array_append_new(changes, change_of_none(update->items[told].kind, rest));
	}
	return changes;
}

/* What the plan would change for this enrolment. */
static json_t *changes_by(const struct app *app, const struct enrolment *enrolment, const struct plan *plan, size_t *room)
{
	struct update update;
	update_make(&update, enrolment, plan, app->engine->local, app_now(app));
	json_t *changes = update_fits(&update) ? changes_json(enrolment, &update, room) : json_array();
	if (!update_fits(&update))
		json_array_append_new(changes, change_of_none(UPDATE_CONFLICT, "the copy has no room for all sessions of the new version: "
									       "it stays as it is"));
	update_release(&update);
	return changes;
}

/* It is a version of the enrolment's plan: by the UID, or by the name. */
static bool is_version_of(const struct app *app, const struct enrolment *enrolment, const struct plan *plan)
{
	if (enrolment->left.s != INSTANT_NEVER)
		return false;
	bool same_uid = plan->uid && enrolment->plan_uid && *plan->uid && !strcmp(plan->uid, enrolment->plan_uid);
	const struct plan_file *file = api_file_of(app, enrolment);
	bool same_name = !strcmp(file ? file->name : enrolment->plan_name, plan->name);
	return same_uid || (same_name && schedule_is_of(enrolment, plan->uid, plan->name));
}

static json_t *learner_json(const struct enrolment *enrolment, json_t *changes)
{
	return json_pack("{s:s, s:o}", "enrollment", enrolment->id, "changes", changes);
}

json_t *plan_reaches(struct app *app, const struct plan *changed)
{
	json_t *learners = json_array();
	size_t room = CHANGES_TOLD_MAX;
	for (size_t i = 0; i < app->engine->enrolment_count; i++) {
		const struct enrolment *enrolment = app->engine->enrolments[i];
		if (!is_version_of(app, enrolment, changed))
			continue;
		json_t *changes = changes_by(app, enrolment, changed, &room);
		if (json_array_size(changes))
			json_array_append_new(learners, learner_json(enrolment, changes));
		else
			json_decref(changes);
	}
	return learners;
}

/* --- the call -------------------------------------------------------------------------------------------------------------------- */

struct last_entry {
	const struct app *app;
	json_t *json;
};

static void keep_update(void *ctx, const struct journal_entry *entry)
{
	struct last_entry *last = ctx;
	if (strcmp(entry->what, "update") != 0)
		return;
	json_decref(last->json);
	last->json = json_entry(last->app, entry);
}

/* The last time a new version changed something for the enrolment. NULL: it never did, or that was long ago. */
static json_t *last_update(const struct app *app, const struct enrolment *enrolment)
{
	enum { ENTRIES_LOOK = 50 }; /* of the enrolment itself, which are few */
	struct last_entry last = {.app = app};
	struct err err = {0};
	if (store_journal(app->store, enrolment->id, "", ENTRIES_LOOK, keep_update, &last, &err))
		log_line(LOG_LEVEL_WARNING, "%s", err.text);
	err_release(&err);
	return last.json;
}

/* changes is taken over. */
static void reply_changes(struct app *app, struct rpc_call *call, uint32_t index, json_t *changes, json_t *learners)
{
	json_t *last = last_update(app, app->engine->enrolments[index]);
	json_t *reply = json_pack("{s:o, s:o}", "enrollment", json_enrolment(app, index), "changes", changes);
	if (last)
		json_object_set_new(reply, "last", last);
	if (learners)
		json_object_set_new(reply, "learners", learners);
	rpc_reply(call, reply);
}

static void take_over(struct app *app, struct rpc_call *call, uint32_t index, const struct plan *plan, bool dry_run)
{
	const struct enrolment *enrolment = app->engine->enrolments[index];
	const struct event event = update_event(enrolment, index, plan, "cli");
	size_t room = CHANGES_TOLD_MAX;
	struct err err = {0};
	json_t *changes = changes_by(app, enrolment, plan, &room);
	int r = dry_run ? 0 : app_step(app, &event, &err);
	if (!r || r == ENGINE_ALREADY)
		reply_changes(app, call, index, STEAL(changes), NULL);
	else if (r == ENGINE_LIMIT)
		rpc_error(call, "LimitReached", json_pack("{s:s, s:i}", "what", "sessions of your copy", "limit", PLAN_SESSIONS_MAX));
	else
		api_refuse(app, call, r, &err, NULL, "update");
	json_decref(changes);
	err_release(&err);
}

static void refuse_findings(struct rpc_call *call, const char *name, const char *path, const struct findings *findings)
{
	rpc_error(call, "LintFailed", json_pack("{s:o, s:o}", "plan", json_text(name), "findings", json_findings(findings, path)));
}

static void update_from_file(struct app *app, struct rpc_call *call, uint32_t index, bool dry_run)
{
	const struct enrolment *enrolment = app->engine->enrolments[index];
	struct findings findings = {0};
	planfiles_scan(app->planfiles);
	const struct plan_file *file = api_file_of(app, enrolment);
	struct plan *plan = file ? planfiles_read(app->planfiles, file, &findings) : NULL;
	if (!file) {
		rpc_error(call, "NoSuchPlan", json_pack("{s:s, s:[]}", "name", enrolment->plan_name, "suggestions"));
	} else if (!plan) {
		refuse_findings(call, file->name, file->path, &findings);
	} else if (is_held_back(enrolment, file)) {
		lint_sense(plan, &findings);
		api_refuse_draft(call, plan, file->path, &findings);
	} else {
		take_over(app, call, index, plan, dry_run);
	}
	plan_free(plan);
	findings_release(&findings);
}

static void refuse_stranger(struct rpc_call *call, const char *file, const char *of)
{
	OWNED_TEXT *expected = xasprintf("a version of %s: a file with its UID or its name", of);
	rpc_error(call, "OutOfRange",
		  json_pack("{s:s, s:o, s:o}", "parameter", "file", "value", json_text(file), "expected", json_text(expected)));
}

/* What the version would do: to the enrolment that was named, else to all that run on its plan. */
static void preview(struct app *app, struct rpc_call *call, const char *named, const struct plan *plan, const char *file)
{
	uint32_t only = 0, first = 0;
	size_t room = named ? CHANGES_TOLD_MAX : CHANGES_TOLD_MAX / 2, count = 0; /* the first learner's stand there twice */
	if (named && !api_enrolment(app, call, named, &only))
		return;
	json_t *learners = json_array();
	for (uint32_t i = named ? only : 0; i < (named ? only + 1 : app->engine->enrolment_count); i++) {
		const struct enrolment *enrolment = app->engine->enrolments[i];
		if (!is_version_of(app, enrolment, plan))
			continue;
		first = count++ ? first : i;
		json_array_append_new(learners, learner_json(enrolment, changes_by(app, enrolment, plan, &room)));
	}
	if (!count) {
		refuse_stranger(call, file, named ? app->engine->enrolments[only]->plan_name : "a plan that somebody runs on");
	} else {
		json_t *changes = json_incref(json_object_get(json_array_get(learners, 0), "changes"));
		reply_changes(app, call, first, changes, count > 1 ? json_incref(learners) : NULL);
	}
	json_decref(learners);
}

static void preview_text(struct app *app, struct rpc_call *call, const char *named, const char *text, const char *file)
{
	struct findings findings = {0};
	OWNED_TEXT *name = lint_plan_name(file);
	struct plan *plan = ical_read(name, file, text, strlen(text), &findings);
	if (plan)
		lint_sense(plan, &findings);
	if (!plan)
		refuse_findings(call, name, file, &findings);
	else if (findings_errors(&findings))
		api_refuse_draft(call, plan, file, &findings);
	else
		preview(app, call, named, plan, file);
	plan_free(plan);
	findings_release(&findings);
}

void api_update_enrollment(struct app *app, struct rpc_call *call, json_t *parameters)
{
	const char *named = api_text(parameters, "enrollment"), *text = api_text(parameters, "text"), *file = api_text(parameters, "file");
	bool dry_run = api_flag(parameters, "dry_run");
	uint32_t index;
	if (text && !dry_run)
		rpc_error(call, "OutOfRange",
			  json_pack("{s:s, s:s, s:s}", "parameter", "text", "value", file ? file : "", "expected",
				    "dry_run with it: another version is shown, and taken over once it is the plan's file"));
	else if (text)
		preview_text(app, call, named, text, file && *file ? file : "plan.ics");
	else if (api_enrolment(app, call, named, &index))
		update_from_file(app, call, index, dry_run);
}
