#include "plan_change.h"

#include "pacer/protocol.h"
#include "render.h"

enum { REACHED_SHOWN = 20 };

/* --- calls ------------------------------------------------------------------------------------------------------------------------- */

void plan_put(json_t *object, const char *name, json_t *value)
{
	if (!value || json_object_set_new(object, name, value))
		abort();
}

void plan_put_word(json_t *object, const char *name, const char *word)
{
	args_add(object, name, VALUE_TEXT, word);
}

json_t *plan_change_new(const char *action)
{
	json_t *change = json_object();
	plan_put(change, "action", json_string(action));
	return change;
}

/* One change of a plan file on its way. */
struct change {
	struct cli *cli;
	const struct args *args;
	json_t *changes;
	char *based_on;
	json_t *before; /* what the checks said; NULL: not asked */
	bool told;      /* who stands where something stood */
};

static void change_release(struct change *change)
{
	json_decref(change->changes);
	json_decref(change->before);
	free(change->based_on);
}

static int call(struct change *change, const json_t *changes, bool dry_run, json_t **ret_reply)
{
	json_t *parameters = json_object();
	plan_put_word(parameters, "plan", change->args->positionals[0]);
	plan_put(parameters, "changes", json_incref((json_t *)changes));
	plan_put(parameters, "dry_run", json_boolean(dry_run));
	if (change->based_on)
		plan_put_word(parameters, "based_on", change->based_on);
	return cli_call(change->cli, "EditPlan", parameters, ret_reply);
}

/* No change at all, not written, answers with the plan as it is: its revision and what the checks say. */
static int find_base(struct change *change)
{
	json_t *none = json_array(), *reply = NULL;
	int exit = call(change, none, true, &reply);
	if (!exit && !change->based_on)
		change->based_on = xstrdup(field_text(reply, "revision"));
	if (!exit)
		change->before = json_incref(json_object_get(reply, "findings"));
	json_decref(reply);
	json_decref(none);
	return exit;
}

/* --- what is shown ----------------------------------------------------------------------------------------------------------------- */

static bool is_known(const json_t *findings, const json_t *finding)
{
	size_t i;
	json_t *other;
	json_array_foreach (findings, i, other)
		if (!strcmp(field_text(other, "code"), field_text(finding, "code")) &&
		    !strcmp(field_text(other, "text"), field_text(finding, "text")))
			return true;
	return false;
}

void plan_change_findings(const struct screen *out, const char *name, const json_t *findings, const json_t *before)
{
	size_t i, known = 0;
	json_t *finding;
	json_array_foreach (findings, i, finding) {
		if (is_known(before, finding)) {
			known++;
			continue;
		}
		OWNED_TEXT *text = xasprintf("%s %s", field_text(finding, "code"), field_text(finding, "text"));
		say_wrapped(out, 2, !strcmp(field_text(finding, "severity"), "error") ? STYLE_CARE : STYLE_PLAIN, text);
	}
	if (known) {
		OWNED_TEXT *count = count_text((long)known, "finding stands", "findings stand");
		say_line(out, STYLE_DIM, "  %s as before: pacer plan lint %s", count, name);
	}
}

static void show_lines(const struct screen *out, const json_t *lines, int indent, enum style style, const char *lead)
{
	size_t i;
	json_t *line;
	json_array_foreach (lines, i, line) {
		say(out, STYLE_GOOD, "%s", lead);
		say_wrapped(out, indent, style, json_string_value(line) ? json_string_value(line) : "");
	}
}

static bool is_draft(const json_t *findings)
{
	size_t i;
	json_t *finding;
	json_array_foreach (findings, i, finding)
		if (!strcmp(field_text(finding, "severity"), "error"))
			return true;
	return false;
}

/* What the change means to those who are to learn with the plan, when it became a draft, or one no more. */
static void show_draft(const struct change *change, const json_t *findings, bool dry_run)
{
	const struct screen *out = &change->cli->out;
	bool draft = is_draft(findings);
	if (!change->before || draft == is_draft(change->before))
		return;
	OWNED_TEXT *text =
		draft ? xasprintf("This %s it a draft: nobody enrols in it without --force, and learners stay on the last good version.",
				  dry_run ? "would make" : "makes")
		      : xasprintf("It %s no draft any more: learners get it, and enrolling takes no --force.", dry_run ? "would be" : "is");
	say_wrapped(out, 2, draft ? STYLE_CARE : STYLE_GOOD, text);
}

/* "reaches e1: w03-tu changed by the plan: minutes" */
static void show_reached(const struct screen *out, const json_t *learner, bool dry_run)
{
	const json_t *changes = field_list(learner, "changes");
	size_t i, count = json_array_size(changes);
	json_t *one;
	json_array_foreach (changes, i, one) {
		const char *session = field_text(one, "session");
		if (i >= REACHED_SHOWN)
			break;
		OWNED_TEXT *line = xasprintf("%s %s: %s%s%s", dry_run ? "would reach" : "reaches", field_text(learner, "enrollment"),
					     session, *session ? " " : "", field_text(one, "text"));
		say_wrapped(out, 2, !strcmp(field_text(one, "kind"), "conflict") ? STYLE_NOW : STYLE_DIM, line);
	}
	if (count > REACHED_SHOWN)
		say_line(out, STYLE_DIM, "  and %zu more of %s", count - REACHED_SHOWN, field_text(learner, "enrollment"));
}

static void show(const struct change *change, const json_t *reply, bool dry_run)
{
	const struct screen *out = &change->cli->out;
	size_t i;
	json_t *learner;
	show_lines(out, field_list(reply, "done"), 0, STYLE_PLAIN, dry_run ? "Would change: " : "");
	if (!change->told)
		show_lines(out, field_list(reply, "clashes"), 2, STYLE_CARE, "");
	json_array_foreach (field_list(reply, "learners"), i, learner)
		show_reached(out, learner, dry_run);
	plan_change_findings(out, field_text(json_object_get(reply, "plan"), "name"), field_list(reply, "findings"), change->before);
	show_draft(change, field_list(reply, "findings"), dry_run);
}

/* --- steps ------------------------------------------------------------------------------------------------------------------------- */

int plan_change_ask(struct cli *cli, const struct args *args, const char *question, const char *verb)
{
	if (args_has(args, OPTION_YES))
		return 0;
	if (cli->json)
		return cli_error(cli, PACER_EXIT_USAGE, "Usage", "--json does not ask: add --yes to %s, or --dry-run to look", verb);
	enum cli_answer answer = cli_ask(cli, question, CLI_NO);
	if (answer == CLI_YES)
		return 0;
	if (answer == CLI_NOBODY_TO_ASK)
		return cli_error(cli, PACER_EXIT_USAGE, "Usage", "nobody can be asked here: add --yes to %s, or --dry-run to look", verb);
	say_line(&cli->out, STYLE_PLAIN, "Nothing was changed.");
	return PACER_EXIT_REFUSED;
}

/* Looks at what it would do. Says what would stand where something stands, and asks. */
static int look(struct change *change, const char *question)
{
	struct cli *cli = change->cli;
	json_t *reply = NULL;
	int exit = call(change, change->changes, true, &reply);
	bool clashes = !exit && json_array_size(field_list(reply, "clashes"));
	if (!exit && question)
		show(change, reply, true);
	else if (clashes && !cli->json)
		show_lines(&cli->out, field_list(reply, "clashes"), 0, STYLE_CARE, "");
	change->told = clashes;
	json_decref(reply);
	if (!exit && question)
		exit = plan_change_ask(cli, change->args, question, "remove");
	else if (clashes)
		exit = plan_change_ask(cli, change->args, "Change it all the same?", "change");
	return exit;
}

/* The change itself, or with --dry-run what it would do. */
static int carry_out(struct change *change, bool dry_run)
{
	json_t *reply = NULL;
	int exit = call(change, change->changes, dry_run, &reply);
	if (!exit && change->cli->json)
		cli_print_json(change->cli, reply);
	else if (!exit)
		show(change, reply, dry_run);
	json_decref(reply);
	return exit;
}

int plan_change_run(struct cli *cli, const struct args *args, json_t *changes, const char *based_on, const char *question)
{
	const char *pinned = args->options[OPTION_REVISION];
	CLEANUP(change_release)
	struct change change = {.cli = cli, .args = args, .changes = changes, .based_on = xstrdup(pinned ? pinned : based_on)};
	bool dry_run = args_has(args, OPTION_DRY_RUN);
	int exit = cli->json && question && !dry_run ? plan_change_ask(cli, args, question, "remove") : 0;
	if (!exit)
		exit = find_base(&change);
	if (!exit && !dry_run && !(cli->json && question) && !args_has(args, OPTION_YES))
		exit = look(&change, question);
	return exit ? exit : carry_out(&change, dry_run);
}

int plan_change_one(struct cli *cli, const struct args *args, json_t *change, const char *question)
{
	json_t *changes = json_array();
	if (json_array_append_new(changes, change))
		abort();
	return plan_change_run(cli, args, changes, NULL, question);
}
