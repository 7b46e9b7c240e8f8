/* NewPlan, RenamePlan, RemovePlan, FormatPlan: plan files as a whole. */
#include <sys/random.h>

#include "api_edit.h"
#include "core/skeleton.h"
#include "ical/edit.h"
#include "ical/format.h"

/* --- names ----------------------------------------------------------------------------------------------------------------------- */

/* The name can be a new plan's. false: an error was replied. */
static bool check_new_name(struct app *app, struct rpc_call *call, const char *name)
{
	planfiles_scan(app->planfiles);
	const struct plan_file *there = planwrite_name_is_good(name) ? planfiles_find(app->planfiles, name) : NULL;
	if (!planwrite_name_is_good(name))
		rpc_error(call, "NotAPlanName", json_pack("{s:o, s:s}", "name", json_text(name), "expected", planwrite_name_rule));
	else if (there)
		rpc_error(call, "PlanExists", json_pack("{s:s, s:o}", "name", name, "file", json_text(there->path)));
	else
		return true;
	return false;
}

static bool check_own(struct rpc_call *call, const struct plan_text *text, const char *action)
{
	if (text->own)
		return true;
	rpc_error(call, "NotPossible",
		  json_pack("{s:s, s:s, s:s, s:s}", "session", text->name, "state", "part of the system", "action", action, "hint",
			    "pacer plan new NAME --from it makes a copy of your own"));
	return false;
}

/* --- new ------------------------------------------------------------------------------------------------------------------------- */

enum { UUID_CHARS = 36 };

/* RFC 9562 5.4: 122 random bits. */
char *api_uuid_new(void)
{
	unsigned char b[16];
	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		abort();
	b[6] = (unsigned char)((b[6] & 0x0F) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3F) | 0x80);
	struct text text = {0};
	for (size_t i = 0; i < sizeof(b); i++)
		text_addf(&text, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", b[i]);
	return text_take(&text);
}

/* "team-lead-12" -> "Team lead 12". */
static char *title_for(const char *name)
{
	char *title = xstrdup(name);
	for (char *c = title; *c; c++)
		if (*c == '-' || *c == '_')
			*c = ' ';
	if (*title >= 'a' && *title <= 'z')
		*title = (char)(*title - 'a' + 'A');
	return title;
}

/* Length of the word at `at`, folds counted in; 0: it is another one. */
static size_t folded_match(const char *at, const char *end, const char *word)
{
	const char *from = at;
	for (; *word && at < end; word++, at++) {
		if (*at == '\r' && end - at > 2 && at[1] == '\n' && (at[2] == ' ' || at[2] == '\t'))
			at += 3;
		else if (*at == '\n' && end - at > 1 && (at[1] == ' ' || at[1] == '\t'))
			at += 2;
		if (at >= end || *at != *word)
			return 0;
	}
	return *word ? 0 : (size_t)(at - from);
}

/* Every UID of the plan begins with the plan's own: all of them become fresh ones at once, with every other byte and fold kept, where
 * both have the same length. */
static char *with_uuid(const struct text *bytes, const char *was, const char *uuid)
{
	struct text out = {0};
	const char *at = bytes->data, *end = at + bytes->len;
	while (at < end) {
		size_t n = *at == *was ? folded_match(at, end, was) : 0;
		for (size_t i = 0, k = 0; i < n; i++) {
			bool fold = at[i] == '\r' || at[i] == '\n' || (i && (at[i] == ' ' || at[i] == '\t'));
			text_add_n(&out, fold ? &at[i] : &uuid[k++], 1);
		}
		if (!n)
			text_add_n(&out, at, 1);
		at += n ? n : 1;
	}
	return text_take(&out);
}

/* What the search above did not reach: a plan without a UID, sessions whose UIDs are somebody else's. */
static int freshen(struct edit *edit, const struct plan *plan, const char *uuid, struct err *err)
{
	const char *values[] = {uuid};
	size_t length = strlen(uuid);
	int r = edit_set(edit, NULL, "UID", "", values, 1, true, err);
	for (size_t i = 0; i < plan->session_count && !r; i++) {
		const struct plan_session *session = &plan->sessions[i];
		if (!strncmp(session->uid, uuid, length))
			continue;
		OWNED_TEXT *uid = xasprintf("%s-%s", uuid, session->id);
		values[0] = uid;
		r = edit_set(edit, session->uid, "UID", "", values, 1, true, err);
	}
	return r;
}

/* The bytes of a copy, or NULL: an error was replied. */
static char *copy_of(struct app *app, struct rpc_call *call, const struct plan_text *from, size_t *ret_length)
{
	struct err err = {0};
	struct findings findings = {0};
	struct edit *edit = NULL;
	OWNED_TEXT *uuid = api_uuid_new();
	bool ours = from->plan->uid && strlen(from->plan->uid) == UUID_CHARS;
	OWNED_TEXT *bytes = ours ? with_uuid(&from->bytes, from->plan->uid, uuid) : xstrndup(from->bytes.data, from->bytes.len);
	struct plan *plan = api_plan_of(from->name, from->path, bytes, from->bytes.len, &findings);
	char *copy = NULL;
	int r = edit_open(bytes, from->bytes.len, &edit, &err);
	if (!r)
		r = freshen(edit, plan, uuid, &err);
	if (r) {
		rpc_error(call, "NotPossible",
			  json_pack("{s:s, s:s, s:s, s:o}", "session", from->name, "state", "as the file has it", "action", "a copy",
				    "hint", json_text(err.text)));
	} else {
		edit_stamp(edit, app_now(app));
		copy = edit_bytes(edit, ret_length);
	}
	edit_free(edit);
	plan_free(plan);
	findings_release(&findings);
	err_release(&err);
	return copy;
}

/* from: whose words it has; NULL: its own. NULL: an error was replied. */
static char *skeleton_of(struct app *app, struct rpc_call *call, const char *name, json_int_t weeks, const struct plan *from,
			 size_t *ret_length)
{
	OWNED_TEXT *uuid = api_uuid_new(), *title = title_for(name);
	bool fits = weeks >= SKELETON_WEEKS_MIN && weeks <= SKELETON_WEEKS_MAX;
	struct plan *plan = fits ? plan_skeleton(name, title, (int)weeks, uuid) : NULL;
	char *bytes = NULL;
	if (!plan) {
		OWNED_TEXT *value = xasprintf("%lld", (long long)weeks);
		OWNED_TEXT *expected = xasprintf("a number from %d to %d", SKELETON_WEEKS_MIN, SKELETON_WEEKS_MAX);
		api_out_of_range(call, "weeks", value, expected);
		return NULL;
	}
	if (from)
		plan_skeleton_words(plan, from);
	bytes = edit_write_plan(plan, app_now(app), ret_length);
	plan_free(plan);
	return bytes;
}

/* The bytes of the new plan, or NULL: an error was replied. Of another plan's length it is that plan, copied. */
static char *bytes_of_new(struct app *app, struct rpc_call *call, json_t *parameters, const char *name, size_t *ret_length)
{
	const char *from = api_text(parameters, "from");
	bool counted = json_is_integer(json_object_get(parameters, "weeks"));
	json_int_t weeks = api_int(parameters, "weeks", 0);
	struct plan_text text = {0};
	char *bytes = NULL;
	if (!from && !counted)
		api_out_of_range(call, "weeks", NULL, "how many weeks the plan has, or a plan to copy instead");
	else if (!from)
		bytes = skeleton_of(app, call, name, weeks, NULL, ret_length);
	else if (api_plan_text(app, call, from, &text))
		bytes = !counted || weeks == text.plan->shape.weeks ? copy_of(app, call, &text, ret_length)
								    : skeleton_of(app, call, name, weeks, text.plan, ret_length);
	api_plan_text_release(&text);
	return bytes;
}

static void new_plan(struct app *app, struct rpc_call *call, const char *name, const char *bytes, size_t length)
{
	struct plan_text text = {.name = name};
	struct findings findings = {0};
	if (!api_plan_write(app, call, &text, bytes, length))
		return;
	const struct plan_file *file = planfiles_find(app->planfiles, name);
	struct plan *plan = api_plan_of(name, file ? file->path : "", bytes, length, &findings);
	rpc_reply(call, json_pack("{s:o, s:o}", "plan", api_plan_json(app, name, plan), "findings", json_findings(&findings, plan->file)));
	plan_free(plan);
	findings_release(&findings);
}

void api_new_plan(struct app *app, struct rpc_call *call, json_t *parameters)
{
	const char *name = api_text(parameters, "name");
	size_t length = 0;
	if (!check_new_name(app, call, name))
		return;
	OWNED_TEXT *bytes = bytes_of_new(app, call, parameters, name, &length);
	if (bytes)
		new_plan(app, call, name, bytes, length);
}

/* --- rename, remove ---------------------------------------------------------------------------------------------------------------- */

void api_rename_plan(struct app *app, struct rpc_call *call, json_t *parameters)
{
	const char *to = api_text(parameters, "name");
	OWNED_TEXT *history = NULL;
	struct planwrite planwrite = api_planwrite(app, &history);
	struct plan_text text = {0};
	struct err err = {0};
	int r = 0;
	if (check_new_name(app, call, to) && api_plan_text(app, call, api_text(parameters, "plan"), &text) &&
	    check_own(call, &text, "a new name")) {
		r = planwrite_rename(&planwrite, text.name, to, &err);
		if (r) {
			api_refuse_write(call, r, r == PLANWRITE_CHANGED ? text.name : to, &err);
		} else {
			planfiles_scan(app->planfiles);
			rpc_reply(call, json_pack("{s:o}", "plan", api_plan_json(app, to, text.plan)));
		}
	}
	api_plan_text_release(&text);
}

static json_t *enrolments_on(struct app *app, const char *plan)
{
	json_t *list = json_array();
	for (uint32_t i = 0; i < app->engine->enrolment_count; i++) {
		const struct enrolment *enrolment = app->engine->enrolments[i];
		if (enrolment->left.s == INSTANT_NEVER && !strcmp(enrolment->plan_name, plan))
			json_array_append_new(list, json_enrolment(app, i));
	}
	return list;
}

void api_remove_plan(struct app *app, struct rpc_call *call, json_t *parameters)
{
	OWNED_TEXT *history = NULL;
	struct planwrite planwrite = api_planwrite(app, &history);
	struct plan_text text = {0};
	struct err err = {0};
	if (api_plan_text(app, call, api_text(parameters, "plan"), &text) && check_own(call, &text, "removal") &&
	    api_check_revision(app, call, &text, api_text(parameters, "based_on"))) {
		json_t *reply = json_pack("{s:o, s:s, s:o}", "plan", api_plan_json(app, text.name, text.plan), "revision",
					  text.plan->revision, "enrollments", enrolments_on(app, text.name));
		int r = api_flag(parameters, "dry_run") ? 0 : planwrite_remove(&planwrite, text.name, &err);
		if (r) {
			json_decref(reply);
			api_refuse_write(call, r, text.name, &err);
		} else {
			planfiles_scan(app->planfiles);
			rpc_reply(call, reply);
		}
	}
	api_plan_text_release(&text);
}

/* --- format ------------------------------------------------------------------------------------------------------------------------ */

void api_format_plan(struct app *app, struct rpc_call *call, json_t *parameters)
{
	struct plan_text text = {0};
	struct err err = {0};
	OWNED_TEXT *formatted = NULL;
	size_t length = 0;
	if (!api_plan_text(app, call, api_text(parameters, "plan"), &text)) {
		api_plan_text_release(&text);
		return;
	}
	OWNED_TEXT *name = xstrdup(text.name);
	bool good = !ical_format(text.bytes.data, text.bytes.len, &formatted, &length, &err);
	bool changed = good && (length != text.bytes.len || memcmp(formatted, text.bytes.data, length) != 0);
	if (!good) {
		if (!findings_stopper(&text.findings))
			findings_add(&text.findings, LINT_FILE, 1, "%s", err.text);
		rpc_error(call, "LintFailed", json_pack("{s:s, s:o}", "plan", name, "findings", json_findings(&text.findings, text.path)));
	} else if (!changed || api_flag(parameters, "dry_run") || api_plan_write(app, call, &text, formatted, length)) {
		rpc_reply(call, json_pack("{s:b, s:o}", "changed", changed, "plan", api_plan_json(app, name, text.plan)));
	}
	err_release(&err);
	api_plan_text_release(&text);
}
