/* Plans out to a sheet, a spreadsheet or a calendar, and back in. */
#include "api.h"

#include <errno.h>

#include "exchange.h"
#include "ical/read.h"
#include "ical/revision.h"
#include "planwrite.h"

/* What a plan file holds now. */
struct source {
	const struct plan_file *file; /* NULL: there is none */
	struct text bytes;
	char *revision;
};

static void source_release(struct source *source)
{
	text_release(&source->bytes);
	free(source->revision);
}

/* false: an error was replied. */
static bool source_read(struct rpc_call *call, struct source *source)
{
	int result = planwrite_read(source->file->path, &source->bytes);
	if (result < 0) {
		OWNED_TEXT *reason = xasprintf("%s cannot be read: %s", source->file->path, strerror(-result));
		rpc_error(call, "StorageFailed", json_pack("{s:o}", "reason", json_text(reason)));
		return false;
	}
	source->revision = revision_of(source->bytes.data ? source->bytes.data : "", source->bytes.len);
	return true;
}

static bool format_read(struct rpc_call *call, const char *text, enum exchange_format *ret_format)
{
	if (exchange_format_parse(text, ret_format))
		return true;
	rpc_error(call, "OutOfRange", json_pack("{s:s, s:s, s:s}", "parameter", "format", "value", text, "expected", "sheet, csv or ics"));
	return false;
}

static void lint_failed(struct rpc_call *call, const char *plan, const struct findings *findings, const char *file)
{
	rpc_error(call, "LintFailed", json_pack("{s:o, s:o}", "plan", json_text(plan), "findings", json_findings(findings, file)));
}

/* --- export ---------------------------------------------------------------------------------------------------------------------- */

/* NULL: an error was replied. */
static json_t *export_text(struct rpc_call *call, const struct source *source, enum exchange_format format)
{
	const char *bytes = source->bytes.data ? source->bytes.data : "";
	if (format == EXCHANGE_ICS) {
		bool zero = memchr(bytes, '\0', source->bytes.len) != NULL;
		json_t *text = zero ? NULL : json_stringn(bytes, source->bytes.len);
		if (!text)
			rpc_error(call, "StorageFailed",
				  json_pack("{s:s}", "reason",
					    zero ? "the file holds NUL bytes: it is no text; copy it as it is"
						 : "the file is not UTF-8; save it as UTF-8, or copy it as it is"));
		return text;
	}
	struct findings findings = {0};
	struct plan *plan = ical_read(source->file->name, source->file->path, bytes, source->bytes.len, &findings);
	OWNED_TEXT *text = plan ? exchange_write(plan, format) : NULL;
	if (!plan)
		lint_failed(call, source->file->name, &findings, source->file->path);
	findings_release(&findings);
	plan_free(plan);
	return text ? json_text(text) : NULL;
}

void api_export_plan(struct app *app, struct rpc_call *call, json_t *parameters)
{
	enum exchange_format format;
	CLEANUP(source_release) struct source source = {0};
	if (!format_read(call, api_text(parameters, "format"), &format))
		return;
	source.file = api_plan_file(app, call, api_text(parameters, "plan"));
	if (!source.file || !source_read(call, &source))
		return;
	json_t *text = export_text(call, &source, format);
	if (text)
		rpc_reply(call, json_pack("{s:o, s:s}", "text", text, "revision", source.revision));
}

/* --- import ---------------------------------------------------------------------------------------------------------------------- */

/* One call on its way. */
struct importing {
	struct app *app;
	struct rpc_call *call;
	char *name;              /* owned: the list of files changes when one is written */
	const char *text, *file; /* file: what findings call the text */
	char *based_on;          /* owned; NULL: the plan must be new */
	enum exchange_format format;
	bool dry_run;
	struct planwrite directory;
	char *history, *path; /* where the plan is to lie */
	struct source source;
	struct import import;
	struct plan *old, *plan;
	struct findings findings;
	int draft_line; /* as in struct plan_file */
	struct plan_differences differences;
};

static void importing_release(struct importing *i)
{
	free(i->name);
	free(i->based_on);
	free(i->history);
	free(i->path);
	source_release(&i->source);
	import_release(&i->import);
	plan_free(i->old);
	plan_free(i->plan);
	findings_release(&i->findings);
	plan_differences_release(&i->differences);
}

static struct plan *read_quietly(const char *name, const char *path, const struct text *bytes)
{
	struct findings findings = {0};
	struct plan *plan = ical_read(name, path, bytes->data ? bytes->data : "", bytes->len, &findings);
	findings_release(&findings);
	return plan;
}

/* What changed since the revision the change rests on, when that is still known. */
static void reply_conflict(struct importing *i)
{
	struct plan_differences differences = {0};
	struct text was = {0};
	const char *name = i->source.file->name;
	struct plan *before = planwrite_find(&i->directory, name, i->based_on, &was) ? read_quietly(name, name, &was) : NULL;
	struct plan *now = before ? read_quietly(name, name, &i->source.bytes) : NULL;
	if (now)
		plandiff(before, now, &differences);
	rpc_error(i->call, "RevisionConflict",
		  json_pack("{s:s, s:s, s:s, s:o}", "plan", name, "based_on", i->based_on, "revision", i->source.revision, "differences",
			    json_differences(&differences)));
	plan_differences_release(&differences);
	text_release(&was);
	plan_free(before);
	plan_free(now);
}

static void reply_exists(struct importing *i, const char *path)
{
	rpc_error(i->call, "PlanExists", json_pack("{s:s, s:o}", "name", i->name, "file", json_text(path)));
}

/* A sheet that was kept for later rests on what it was made of, whatever its sender has seen since. */
static void rest_on_text(struct importing *i)
{
	char *made_of = exchange_revision(i->text, i->format, i->name);
	if (made_of)
		text_replace(&i->based_on, made_of);
}

/* The plan that is to change, or none of that name yet. false: an error was replied. */
static bool find_source(struct importing *i)
{
	if (!planwrite_name_is_good(i->name)) {
		rpc_error(i->call, "NotAPlanName", json_pack("{s:s, s:s}", "name", i->name, "expected", planwrite_name_rule));
		return false;
	}
	i->source.file = planfiles_find(i->app->planfiles, i->name);
	if (!i->based_on && i->source.file) {
		reply_exists(i, i->source.file->path);
		return false;
	}
	if (i->based_on && !i->source.file)
		i->source.file = api_plan_file(i->app, i->call, i->name);
	if (i->based_on && !i->source.file)
		return false;
	if (i->source.file)
		text_replace(&i->name, xstrdup(i->source.file->name));
	i->path = planwrite_path(&i->directory, i->name);
	if (!i->based_on)
		return true;
	rest_on_text(i);
	if (!source_read(i->call, &i->source))
		return false;
	if (!strcmp(i->based_on, i->source.revision))
		return true;
	reply_conflict(i);
	return false;
}

static json_t *json_fault(const struct importing *i, const struct text_fault *fault)
{
	OWNED_TEXT *place = fault_place(fault, i->format == EXCHANGE_CSV);
	json_t *json = json_pack("{s:i, s:s, s:o}", "line", fault->line, "place", place, "text", json_text(fault->text));
	json_set_text(json, "column", fault->column);
	return json;
}

static void reply_faults(struct importing *i, const struct faults *faults)
{
	json_t *json = json_fault(i, &faults->items[0]), *more = json_array();
	for (size_t k = 1; k < faults->count; k++)
		json_array_append_new(more, json_fault(i, &faults->items[k]));
	json_object_set_new(json, "file", json_text(i->file));
	json_object_set_new(json, "more", more);
	json_object_set_new(json, "unlisted", json_integer((json_int_t)faults->dropped));
	rpc_error(i->call, "InvalidImport", json);
}

/* The new file's bytes. false: an error was replied. */
static bool make_bytes(struct importing *i)
{
	CLEANUP(faults_release) struct faults faults = {0};
	struct instant now = app_now(i->app);
	OWNED_TEXT *uuid = api_uuid_new();
	int result = i->source.file ? exchange_change(i->name, i->source.bytes, i->text, i->format, now, &i->import, &faults)
				    : exchange_new(i->name, i->text, i->format, uuid, now, &i->import, &faults);
	if (result == EXCHANGE_BROKEN)
		lint_failed(i->call, i->name, &i->import.findings, i->source.file->path);
	else if (result)
		reply_faults(i, &faults);
	return !result;
}

static bool is_error(const struct finding *finding)
{
	return lint_info[finding->code].severity == LINT_ERROR;
}

/* A sheet or a table brings errors that the plan did not have: in what it says of a session, or of the whole. */
static bool brings_errors(const struct importing *i)
{
	size_t errors = 0;
	bool in_text = false;
	for (size_t k = 0; k < i->findings.count; k++) {
		errors += is_error(&i->findings.items[k]);
		in_text |= is_error(&i->findings.items[k]) && i->findings.items[k].line;
	}
	return i->format != EXCHANGE_ICS && (in_text || errors > findings_errors(&i->import.findings));
}

static void tell_draft(struct importing *i)
{
	int missing = 0;
	for (size_t k = 0; k < i->plan->gap_count; k++)
		missing += i->plan->gaps[k].sessions;
	if (missing)
		import_tell(&i->import, "a draft: %d session%s cannot be used, and %s in the file until mended", missing,
			    missing == 1 ? "" : "s", missing == 1 ? "stays" : "stay");
	else if (i->draft_line)
		import_tell(&i->import, "a draft: nobody is enrolled in it until its errors are mended");
}

/* Nothing is written of which nothing could be read again, and no error that a sheet or a table brings. false: an error was replied. */
static bool read_back(struct importing *i)
{
	const struct text *bytes = &i->import.bytes;
	i->plan = ical_read(i->name, i->path, bytes->data ? bytes->data : "", bytes->len, &i->findings);
	i->draft_line = planfiles_draft_line(&i->findings);
	exchange_lines(&i->import, &i->findings);
	if (!i->plan || brings_errors(i)) {
		lint_failed(i->call, i->name, &i->findings, i->file);
		return false;
	}
	struct findings sense = {0};
	lint_sense(i->plan, &sense);
	if (!i->draft_line)
		i->draft_line = planfiles_draft_line(&sense);
	exchange_lines(&i->import, &sense);
	for (size_t k = 0; k < sense.count; k++)
		findings_add(&i->findings, sense.items[k].code, sense.items[k].line, "%s", sense.items[k].text);
	findings_release(&sense);
	tell_draft(i);
	i->old = i->source.file ? read_quietly(i->name, i->path, &i->source.bytes) : NULL;
	if (i->old)
		plandiff(i->old, i->plan, &i->differences);
	return true;
}

static bool is_changed(const struct importing *i)
{
	const struct text *was = &i->source.bytes, *is = &i->import.bytes;
	return !i->source.file || was->len != is->len || (is->len && memcmp(was->data, is->data, is->len) != 0);
}

/* A plan of the system's directories is not changed there: the learner's own of that name goes before it. */
static bool keep(struct importing *i)
{
	struct err err = {0};
	bool own = i->source.file && !strcmp(i->source.file->path, i->path);
	int result =
		planwrite_put(&i->directory, i->name, own ? i->source.revision : NULL, i->import.bytes.data, i->import.bytes.len, &err);
	const char *text = err.text ? err.text : "";
	if (result == PLANWRITE_EXISTS)
		reply_exists(i, i->path);
	else if (result == PLANWRITE_CHANGED && i->source.file)
		reply_conflict(i);
	else if (result)
		rpc_error(i->call, "StorageFailed", json_pack("{s:o}", "reason", json_text(*text ? text : strerror(abs(result)))));
	else
		planfiles_scan(i->app->planfiles);
	err_release(&err);
	return !result;
}

static void reply_import(struct importing *i)
{
	const struct plan *plan = i->plan;
	struct plan_file file = {.path = i->path,
				 .name = i->name,
				 .revision = plan->revision,
				 .title = plan->title,
				 .goal = plan->goal,
				 .weeks = plan->shape.weeks,
				 .line = i->draft_line,
				 .sessions = (int)plan->session_count};
	for (size_t k = 0; k < plan->session_count; k++)
		file.minutes += plan->sessions[k].minutes;
	json_t *report = json_array();
	for (size_t k = 0; k < i->import.report_count; k++)
		json_array_append_new(report, json_text(i->import.report[k]));
	api_reply_done(i->call, json_pack("{s:o, s:s, s:o, s:o, s:o}", "plan", json_plan_file(i->app, &file), "revision", plan->revision,
					  "differences", json_differences(&i->differences), "report", report, "findings",
					  json_findings(&i->findings, i->file)));
}

void api_import_plan(struct app *app, struct rpc_call *call, json_t *parameters)
{
	CLEANUP(importing_release)
	struct importing i = {
		.app = app,
		.call = call,
		.name = xstrdup(api_text(parameters, "name")),
		.text = api_text(parameters, "text"),
		.file = api_text(parameters, "file"),
		.dry_run = api_flag(parameters, "dry_run"),
		.history = planwrite_history_dir(),
	};
	if (!i.file)
		i.file = api_text(parameters, "name");
	if (api_text(parameters, "based_on"))
		i.based_on = xstrdup(api_text(parameters, "based_on"));
	i.directory = (struct planwrite){.plans = planfiles_dirs(app->planfiles)[0], .history = i.history, .now = app_now(app)};
	if (!format_read(call, api_text(parameters, "format"), &i.format) || !find_source(&i) || !make_bytes(&i) || !read_back(&i))
		return;
	if (i.dry_run || !is_changed(&i) || keep(&i))
		reply_import(&i);
}
