#include "plan_forms.h"

#include "field.h"
#include "render.h"

enum { DIFFERENCES_SHOWN = 40, VALUE_COLUMNS = 40 };

/* --- differences ----------------------------------------------------------------------------------------------------------------- */

static char *one_line(const json_t *difference, const char *name, const struct screen *out)
{
	OWNED_TEXT *text = xstrdup(field_has(difference, name) ? field_text(difference, name) : "nothing");
	text[strcspn(text, "\n")] = '\0';
	OWNED_TEXT *safe = text_safe(text, out->utf8);
	return text_fit(safe, VALUE_COLUMNS, out->utf8);
}

/* "w05-fr  title: One, was: Two" */
static void show_difference(const struct screen *out, const json_t *difference)
{
	const char *kind = field_text(difference, "kind");
	bool added = !strcmp(kind, "added"), removed = !strcmp(kind, "removed");
	say(out, added ? STYLE_GOOD : removed ? STYLE_TROUBLE : STYLE_CARE, "  %s ", added ? "+" : removed ? "-" : "~");
	if (field_has(difference, "session"))
		say(out, STYLE_NOW, "%s  ", field_text(difference, "session"));
	if (added || removed) {
		say_line(out, STYLE_PLAIN, "%s", field_text(difference, "title"));
		return;
	}
	OWNED_TEXT *from = one_line(difference, "from", out), *to = one_line(difference, "to", out);
	say(out, STYLE_PLAIN, "%s: %s", field_has(difference, "field") ? field_text(difference, "field") : kind, to);
	say_line(out, STYLE_DIM, "  was: %s", from);
}

void plan_forms_differences(const struct screen *out, const json_t *differences)
{
	size_t i, count = json_array_size(differences);
	json_t *difference;
	json_array_foreach (differences, i, difference)
		if (i < DIFFERENCES_SHOWN)
			show_difference(out, difference);
	if (count > DIFFERENCES_SHOWN)
		say_line(out, STYLE_DIM, "  and %zu more", count - DIFFERENCES_SHOWN);
}

static long count_findings(const json_t *findings, const char *severity)
{
	size_t i;
	long count = 0;
	json_t *finding;
	json_array_foreach (findings, i, finding)
		count += !strcmp(field_text(finding, "severity"), severity);
	return count;
}

static void show_findings(const struct screen *out, const json_t *reply)
{
	const json_t *findings = field_list(reply, "findings");
	long errors = count_findings(findings, "error"), warnings = count_findings(findings, "warning");
	OWNED_TEXT *errors_text = count_text(errors, "error", "errors"), *warnings_text = count_text(warnings, "warning", "warnings");
	if (!errors && !warnings)
		return;
	OWNED_TEXT *text = xasprintf("The checks find %s%s%s in it; pacer plan lint %s shows them.", errors ? errors_text : "",
				     errors && warnings ? " and " : "", warnings ? warnings_text : "",
				     field_text(json_object_get(reply, "plan"), "name"));
	say_wrapped(out, 2, errors ? STYLE_CARE : STYLE_DIM, text);
}

void plan_forms_show(const struct screen *out, const json_t *reply)
{
	const json_t *plan = json_object_get(reply, "plan");
	OWNED_TEXT *weeks = count_text(field_number(plan, "weeks"), "week", "weeks");
	OWNED_TEXT *sessions = count_text(field_number(plan, "sessions"), "session", "sessions");
	OWNED_TEXT *time = minutes_text(field_number(plan, "minutes"));
	size_t i;
	json_t *line;
	say(out, STYLE_STRONG, "%s", field_has(plan, "title") ? field_text(plan, "title") : field_text(plan, "name"));
	say_line(out, STYLE_DIM, "  %s, %s, %s", weeks, sessions, time);
	plan_forms_differences(out, field_list(reply, "differences"));
	json_array_foreach (field_list(reply, "report"), i, line)
		say_wrapped(out, 2, STYLE_DIM, json_is_string(line) ? json_string_value(line) : "");
	show_findings(out, reply);
}

/* --- calls ---------------------------------------------------------------------------------------------------------------------- */

json_t *plan_forms_ask(const char *plan, const char *format)
{
	json_t *parameters = json_object();
	if (!parameters)
		abort();
	args_add(parameters, "plan", VALUE_TEXT, plan);
	args_add(parameters, "format", VALUE_TEXT, format);
	return parameters;
}

json_t *plan_forms_parameters(struct cli *cli, const char *name, const char *path, const char *format, const char *text,
			      const char *based_on, int *ret_exit)
{
	json_t *string = json_string(text), *parameters = json_object();
	if (!parameters)
		abort();
	if (!string || strlen(text) > PACER_MESSAGE_BYTES_MAX / 2) {
		*ret_exit = string ? cli_error(cli, PACER_EXIT_USAGE, "File", "the file is too large: '%s'; split the plan", path)
				   : cli_error(cli, PACER_EXIT_PLAN, "File", "the file is no UTF-8 text: '%s'; save it as UTF-8", path);
		json_decref(string);
		json_decref(parameters);
		return NULL;
	}
	OWNED_TEXT *shown = text_safe(path, true);
	json_object_set_new(parameters, "text", string);
	args_add(parameters, "format", VALUE_TEXT, format);
	args_add(parameters, "name", VALUE_TEXT, name);
	args_add(parameters, "file", VALUE_TEXT, shown);
	if (based_on)
		args_add(parameters, "based_on", VALUE_TEXT, based_on);
	return parameters;
}

bool plan_forms_unchanged(const json_t *reply, const char *based_on)
{
	return based_on && !strcmp(field_text(reply, "revision"), based_on);
}
