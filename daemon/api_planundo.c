/* UndoPlan: which change of a plan file would be taken back, in words, and taking it back. */
#include <unistd.h>

#include "api_edit.h"

/* --- a change in words ----------------------------------------------------------------------------------------------------------- */

enum { TOLD_MAX = 3, VALUE_BYTES_MAX = 60 };

/* The first line of a value, cut between characters. Owned by the caller. */
static char *brief(const char *value)
{
	size_t length = strcspn(value, "\n");
	bool whole = length <= VALUE_BYTES_MAX && !value[length];
	if (length > VALUE_BYTES_MAX)
		for (length = VALUE_BYTES_MAX; length && ((unsigned char)value[length] & 0xC0) == 0x80;)
			length--;
	return xasprintf("%.*s%s", (int)length, value, whole ? "" : "...");
}

/* "minutes is '25', was '30'" */
static void tell_value(struct text *out, const struct plan_difference *difference)
{
	OWNED_TEXT *from = brief(difference->from ? difference->from : ""), *to = brief(difference->to ? difference->to : "");
	text_add(out, difference->field ? difference->field : "the form");
	if (difference->to)
		text_addf(out, " is '%s'", to);
	else
		text_add(out, " is taken out");
	if (difference->from)
		text_addf(out, ", was '%s'", from);
}

static void tell_difference(struct text *out, const struct plan_difference *difference)
{
	const char *title = difference->title ? difference->title : "";
	if (difference->session)
		text_addf(out, "%s: ", difference->session);
	switch (difference->kind) {
	case DIFFERENCE_ADDED:
		text_addf(out, "'%s' is new", title);
		return;
	case DIFFERENCE_REMOVED:
		text_addf(out, "'%s' is taken out", title);
		return;
	case DIFFERENCE_MOVED:
		text_addf(out, "is in %s, was in %s", difference->to ? difference->to : "", difference->from ? difference->from : "");
		return;
	case DIFFERENCE_PLAN:
	case DIFFERENCE_CHANGED:
		tell_value(out, difference);
	}
}

/* What the change did to what the file holds. */
static void tell_differences(struct text *out, const char *path, const struct text *before, const struct plan *after)
{
	struct findings findings = {0};
	struct plan_differences differences = {0};
	struct plan *was = api_plan_of(after->name, path, before->data, before->len, &findings);
	plandiff(was, after, &differences);
	for (size_t i = 0; i < differences.count && i < TOLD_MAX; i++) {
		text_add(out, i ? "; " : "");
		tell_difference(out, &differences.items[i]);
	}
	if (differences.count > TOLD_MAX)
		text_addf(out, "; and %zu more", differences.count - TOLD_MAX);
	if (!differences.count)
		text_add(out, "the form of the file, nothing that it says");
	plan_differences_release(&differences);
	plan_free(was);
	findings_release(&findings);
}

/* A plan of that name further down the search path. */
static bool is_below(const struct app *app, const char *name)
{
	for (const char *const *dir = planfiles_dirs(app->planfiles) + 1; *dir; dir++) {
		OWNED_TEXT *path = xasprintf("%s/%s.ics", *dir, name);
		if (!access(path, F_OK))
			return true;
	}
	return false;
}

static void tell_when(struct text *out, const struct app *app, const struct planwrite_change *change)
{
	char clock[CLOCK_TEXT], day[DAY_TEXT];
	struct civil made = zone_civil(app->engine->local, change->made), now = zone_civil(app->engine->local, app_now(app));
	bool today = made.day == now.day;
	text_addf(out, " (%s%s at %s; ", today ? "" : "on ", today ? "today" : day_text(day, made.day), clock_text(clock, made.second));
	if (change->older)
		text_addf(out, "%zu older change%s kept)", change->older, change->older == 1 ? " is" : "s are");
	else
		text_add(out, "nothing older is kept)");
}

/* after: the plan as it is; NULL: it is not there. Owned by the caller. */
static char *change_text(const struct app *app, const char *name, const struct planwrite_change *change, const struct plan *after)
{
	struct text out = {0}, before = {0};
	if (!change->was_there && is_below(app, name))
		text_addf(&out, "your own copy of %s, which goes: the one that came with the system counts again", name);
	else if (!change->was_there)
		text_addf(&out, "%s is new: its file goes", name);
	else if (change->renamed)
		text_addf(&out, "%s was called %s: it gets that name back", name, change->renamed);
	else if (!after)
		text_addf(&out, "%s was removed: its file comes back", name);
	else if (planwrite_read(change->kept, &before))
		text_addf(&out, "the last change of %s", name);
	else
		tell_differences(&out, change->kept, &before, after);
	tell_when(&out, app, change);
	text_release(&before);
	return text_take(&out);
}

/* --- refusals -------------------------------------------------------------------------------------------------------------------- */

static void refuse(struct rpc_call *call, const char *name, const char *state, char *hint)
{
	rpc_error(call, "NotPossible",
		  json_pack("{s:o, s:s, s:s, s:o}", "session", json_text(name), "state", state, "action", "taking a change back", "hint",
			    json_text(hint)));
	free(hint);
}

static void refuse_nothing(struct rpc_call *call, const char *name)
{
	refuse(call, name, "as far back as pacer knows it",
	       xasprintf("nothing older is kept: the last %d changes made through pacer are; pacer plan diff %s compares it with git",
			 PLANWRITE_KEPT, name));
}

/* Its file went by another hand: there is nothing to compare with, and only what is kept can come back. */
static void refuse_deleted(struct rpc_call *call, const char *name, const struct planwrite_change *change)
{
	refuse(call, name, "deleted outside of pacer meanwhile",
	       change->was_there && !change->renamed
		       ? xasprintf("pacer plan import %s --as %s brings it back as it was before the last change through pacer; in "
				   "git: git checkout",
				   change->kept, name)
		       : xstrdup("pacer keeps no older text of it; in git: git checkout"));
}

/* Somebody's editor was at it: their work is not thrown away for them. */
static void refuse_other(const struct app *app, struct rpc_call *call, const char *name, const struct planwrite_change *change)
{
	static const char state[] = "changed outside of pacer meanwhile";
	if (!planfiles_find(app->planfiles, name))
		refuse_deleted(call, name, change);
	else if (change->renamed)
		refuse(call, name, state,
		       xasprintf("it was renamed before that: pacer plan rename %s %s gives it its old name back; pacer plan diff %s "
				 "compares it with git",
				 name, change->renamed, name));
	else if (change->was_there)
		refuse(call, name, state,
		       xasprintf("pacer plan diff %s %s shows what differs from before the last change through pacer, pacer plan import %s "
				 "--as %s goes back to that; in git: git checkout",
				 change->kept, name, change->kept, name));
	else
		refuse(call, name, state,
		       xasprintf("it was new before that: pacer plan diff %s compares it with git, git checkout goes back there; pacer "
				 "plan remove %s takes it away",
				 name, name));
}

/* Its old name is another plan's by now, or was one's that undo can still bring back. */
static void refuse_taken(const struct app *app, struct rpc_call *call, const char *name, const char *was)
{
	if (!planfiles_find(app->planfiles, was)) {
		refuse(call, name, "renamed",
		       xasprintf("it was called %s, and a plan of that name was removed since: pacer plan undo %s brings that one back; "
				 "pacer "
				 "plan rename %s %s gives this one the name all the same",
				 was, was, name, was));
		return;
	}
	refuse(call, name, "renamed",
	       xasprintf("it was called %s, and another plan is called that by now: give that one another name first, pacer plan rename %s "
			 "OTHER",
			 was, was));
}

/* --- the call -------------------------------------------------------------------------------------------------------------------- */

/* One UndoPlan on its way. */
struct undoing {
	struct planwrite planwrite;
	char *history, *name;
	struct planwrite_change change;
	struct plan_text text; /* of what is there */
};

static void undoing_release(struct undoing *undoing)
{
	planwrite_change_release(&undoing->change);
	api_plan_text_release(&undoing->text);
	free(undoing->history);
	free(undoing->name);
}

/* Finds the change. A plan that was removed is in no list: its name is taken as it is. false: an error was replied. */
static bool find_change(struct app *app, struct rpc_call *call, struct undoing *undoing)
{
	struct err err = {0};
	int r = planwrite_last(&undoing->planwrite, undoing->name, &undoing->change, &err);
	if ((r == PLANWRITE_NOTHING || r == PLANWRITE_NAME) && !planfiles_find(app->planfiles, undoing->name)) {
		const struct plan_file *file = api_plan_file(app, call, undoing->name);
		err_release(&err);
		if (!file)
			return false;
		text_replace(&undoing->name, xstrdup(file->name));
		r = planwrite_last(&undoing->planwrite, undoing->name, &undoing->change, &err);
	}
	if (r == PLANWRITE_NOTHING)
		refuse_nothing(call, undoing->name);
	else if (r == PLANWRITE_CHANGED)
		refuse_other(app, call, undoing->name, &undoing->change);
	else if (r == PLANWRITE_EXISTS)
		refuse_taken(app, call, undoing->name, undoing->change.renamed);
	else if (r)
		api_refuse_write(call, r, undoing->name, &err);
	err_release(&err);
	return !r;
}

static bool check_based_on(struct app *app, struct rpc_call *call, const struct undoing *undoing, const char *based_on)
{
	if (undoing->change.is_there)
		return api_check_revision(app, call, &undoing->text, based_on);
	if (!based_on || !strcmp(based_on, undoing->change.revision))
		return true;
	rpc_error(call, "RevisionConflict",
		  json_pack("{s:o, s:o, s:s, s:[]}", "plan", json_text(undoing->name), "based_on", json_text(based_on), "revision",
			    undoing->change.revision, "differences"));
	return false;
}

static void undo(struct app *app, struct rpc_call *call, struct undoing *undoing, bool dry_run)
{
	struct err err = {0};
	const struct planwrite_change *change = &undoing->change;
	OWNED_TEXT *text = change_text(app, undoing->name, change, change->is_there ? undoing->text.plan : NULL);
	json_t *plan = api_plan_json(app, undoing->name, undoing->text.plan);
	const char *name = change->renamed && !dry_run ? change->renamed : undoing->name;
	int r = dry_run ? 0 : planwrite_undo(&undoing->planwrite, undoing->name, &err);
	if (r) {
		json_decref(plan);
		if (r == PLANWRITE_EXISTS && change->renamed)
			refuse_taken(app, call, undoing->name, change->renamed);
		else
			api_refuse_write(call, r, undoing->name, &err);
		err_release(&err);
		return;
	}
	planfiles_scan(app->planfiles);
	if (planfiles_find(app->planfiles, name)) {
		json_decref(plan);
		plan = api_plan_json(app, name, NULL);
	}
	rpc_reply(call, json_pack("{s:o, s:s, s:o, s:b}", "plan", plan, "revision", change->revision, "text", json_text(text), "removes",
				  !change->was_there));
}

void api_undo_plan(struct app *app, struct rpc_call *call, json_t *parameters)
{
	CLEANUP(undoing_release) struct undoing undoing = {.name = xstrdup(api_text(parameters, "plan"))};
	undoing.planwrite = api_planwrite(app, &undoing.history);
	planfiles_scan(app->planfiles);
	if (!find_change(app, call, &undoing))
		return;
	if (undoing.change.is_there && !api_plan_text(app, call, undoing.name, &undoing.text))
		return;
	if (check_based_on(app, call, &undoing, api_text(parameters, "based_on")))
		undo(app, call, &undoing, api_flag(parameters, "dry_run"));
}
