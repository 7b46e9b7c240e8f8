#include "errors.h"

#include "field.h"
#include "stamp.h"

const struct error_row error_rows[] = {
	{"NoSuchSession", "no session is called '{id}'", "suggestions", "did you mean ", "pacer week shows the ids"},
	{"AmbiguousSession", "more than one session fits '{id}'", "candidates", "type one of ", "type more of the id"},
	{"NoSuchPlan", "no plan is called '{name}'", "suggestions", "did you mean ", "pacer plans lists them"},
	{"NoSuchEnrollment", "no enrolment is called '{id}'", "suggestions", "did you mean ", "pacer today shows yours"},
	{"NoSuchSetting", "no setting is called '{name}'", "suggestions", "did you mean ", "pacer config lists them"},
	{"NothingEnrolled", "no plan yet", NULL, NULL, "choose one with pacer plans, then type pacer enroll NAME --start \"next mon\""},
	{"NothingToAnswer", "nothing waits for an answer", NULL, NULL, "pacer next shows what comes"},
	{"NothingToUndo", "nothing to take back", NULL, NULL,
	 "pacer why tells what happened; what an editor or git did to a plan's file is taken back there"},
	{"NoSuchRegion", "no holidays are known of a region called '{region}'", "regions", "type one of ",
	 "put its holidays into ~/.local/share/pacer/holidays as an .ics file"},
	{"InvalidHolidays", "the holidays of '{region}' cannot be read: {file}:{line}: {text}", NULL, NULL,
	 "mend the file, or take it away"},
	{"RevisionConflict", "'{plan}' has been changed by somebody else meanwhile", NULL, NULL,
	 "look at it with pacer plan show {plan}, then make the change again"},
	{"PlanExists", "there is a plan called '{name}' already: '{file}'", NULL, NULL, "choose another name"},
	{"NotAPlanName", "not a name for a plan: '{name}'", NULL, NULL, "it takes {expected}"},
	{"InvalidImport", "{file}: {place}: {text}", NULL, NULL, "nothing was changed"},
	{"LintFailed", "the plan cannot be used as it stands: '{plan}'", NULL, NULL, "mend the lines below, then try again"},
	{"InvalidDate", "not understood as a date or time: '{text}'", NULL, NULL, "type {expected}"},
	{"OutOfRange", "{parameter} cannot be '{value}'", NULL, NULL, "expected: {expected}"},
	{"NotAMonday", "plans start on a Monday, which '{date}' is not", NULL, NULL,
	 "type --start {before} ({before@}) or --start {after} ({after@})"},
	{"NotEnoughWeeks", "'{plan}' takes {weeks} weeks, and {weeks_left} are left before that race day", NULL, NULL,
	 "the first race day that works is {earliest@}: type --race {earliest}"},
	{"AlreadyEnrolled", "already enrolled in {plan} from {start@}: '{enrollment}'", NULL, NULL,
	 "pacer week shows it, pacer leave {enrollment} ends it"},
	{"NotPossible", "{action} is not possible for '{session}', which is {state}", NULL, NULL, "{hint}"},
	{"NotPrepared", "'{session}' has {ticked} of {items} things laid out; missing: {missing}", NULL, NULL,
	 "pacer prep {session} ticks them, pacer start {session} --anyway begins all the same"},
	{"FiveMoreMinutes", "'{session}' has run for {minutes} min, and the first ten are the hardest: five more are often all it takes",
	 NULL, NULL, "the same command again ends it"},
	{"NoLink", "the plan names no address for '{session}'", NULL, NULL, "pacer help {session} says where to turn"},
	{"NotOpened", "the desktop could not open '{link}': {reason}", NULL, NULL, "copy it from here"},
	{"AgainstRule", "a pacing rule keeps '{session}' as it is: {text} (rule {rule})", NULL, NULL,
	 "pacer why {session} tells its story"},
	{"LimitReached", "no more {what} fit: the limit is '{limit}'", NULL, NULL, "end or take out what is not needed first"},
	{"StorageFailed", "the change could not be kept, so nothing was changed: '{reason}'", NULL, NULL, "pacer doctor tells more"},
	{"org.varlink.service.InterfaceNotFound", "the daemon does not know the interface '{interface}'", NULL, NULL,
	 "restart it, it may be of another version: systemctl --user restart pacerd"},
	{"org.varlink.service.MethodNotFound", "the daemon does not know the method '{method}'", NULL, NULL,
	 "restart it, it may be of another version: systemctl --user restart pacerd"},
	{"org.varlink.service.MethodNotImplemented", "the daemon does not offer the method '{method}'", NULL, NULL,
	 "restart it, it may be of another version: systemctl --user restart pacerd"},
	{"org.varlink.service.InvalidParameter", "the daemon does not take the value of '{parameter}'", NULL, NULL,
	 "see pacer COMMAND --help"},
	{"org.varlink.service.PermissionDenied", "the daemon does not talk to this user", NULL, NULL,
	 "run pacer as the user it belongs to"},
	{"org.varlink.service.ExpectedMore", "the daemon expected another kind of call", NULL, NULL,
	 "restart it, it may be of another version: systemctl --user restart pacerd"},
	{0},
};

/* "pacer leave" with several enrolments: none was named. */
static const struct error_row which_enrolment = {"NoSuchEnrollment", "you have several enrolments", "suggestions", "type one of ",
						 "name one"};

/* Of a plan's file: other ids are meant than those of one's own week. */
static const struct error_row session_of_plan = {"NoSuchSession",
						 "no session of '{plan}' is called '{id}', as pacer plan show {plan} has it", "suggestions",
						 "did you mean ", "type one of those ids"};

const char *error_short_name(const char *name)
{
	size_t bytes = strlen(PACER_INTERFACE ".");
	return !strncmp(name, PACER_INTERFACE ".", bytes) ? name + bytes : name;
}

enum pacer_exit error_exit(const char *short_name)
{
	for (size_t i = 0; i < ARRAY_LEN(pacer_error_exits); i++)
		if (!strcmp(pacer_error_exits[i].error, short_name))
			return pacer_error_exits[i].exit;
	return PACER_EXIT_PROTOCOL;
}

static void add_list(struct text *out, const json_t *names, const char *last)
{
	size_t i, count = json_array_size(names);
	json_t *name;
	json_array_foreach (names, i, name) {
		const char *text = json_string_value(name);
		text_addf(out, "%s'%s'", i == 0 ? "" : i == count - 1 ? last : ", ", text ? text : "");
	}
}

/* What the command line calls a parameter, where that is another word. */
static const char *typed_word(const char *parameter)
{
	static const struct {
		const char *parameter, *word;
	} words[] = {
		{"tick", "the number"}, {"untick", "the number"},        {"to", "the end"},
		{"file", "the file"},   {"with_week", "the other week"}, {"to_weekday", "the other weekday"},
		{"starts", "--starts"}, {"workdays", "--workdays"},      {"region", "--region"},
	};
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (!strcmp(words[i].parameter, parameter))
			return words[i].word;
	return parameter;
}

/* name: between the braces, "before" or "before@". */
static void add_field(struct text *out, const json_t *fields, const char *name)
{
	OWNED_TEXT *key = xstrndup(name, strcspn(name, "@"));
	const json_t *value = json_object_get(fields, key);
	if (json_is_integer(value)) {
		text_addf(out, "%ld", field_number(fields, key));
	} else if (json_is_array(value)) {
		add_list(out, value, " and ");
	} else if (name[strlen(key)]) {
		OWNED_TEXT *day = stamp_year_day(field_text(fields, key));
		text_add(out, day);
	} else {
		const char *text = field_text(fields, key);
		text_add(out, strcmp(key, "parameter") ? text : typed_word(text));
	}
}

static void add_template(struct text *out, const char *template, const json_t *fields)
{
	while (*template) {
		size_t plain = strcspn(template, "{");
		text_add_n(out, template, plain);
		template += plain;
		if (!*template)
			return;
		size_t inside = strcspn(template, "}") - 1;
		OWNED_TEXT *name = xstrndup(template + 1, inside);
		add_field(out, fields, name);
		template += inside + 2;
	}
}

char *error_fill(const char *template, const json_t *fields)
{
	struct text out = {0};
	add_template(&out, template, fields);
	return text_take(&out);
}

/* An error this version does not know: its name and fields, for they are all there is. */
static char *unknown_error(const char *short_name, const json_t *fields)
{
	char *dump = json_dumps(fields, JSON_COMPACT);
	char *text = xasprintf("the daemon answers with an error this version does not know: '%s' %s", short_name, dump ? dump : "");
	free(dump);
	return text;
}

char *error_sentence(const char *short_name, const json_t *fields)
{
	struct text out = {0};
	const struct error_row *row = error_rows;
	while (row->error && strcmp(row->error, short_name) != 0)
		row++;
	if (!row->error)
		return unknown_error(short_name, fields);
	if (!strcmp(short_name, which_enrolment.error) && !*field_text(fields, "id"))
		row = &which_enrolment;
	if (!strcmp(short_name, session_of_plan.error) && field_has(fields, "plan"))
		row = &session_of_plan;
	add_template(&out, row->text, fields);
	const json_t *names = row->list ? field_list(fields, row->list) : NULL;
	text_add(&out, "; ");
	if (json_array_size(names)) {
		text_add(&out, row->lead);
		add_list(&out, names, " or ");
		text_add(&out, !strncmp(row->lead, "did", 3) ? "?" : "");
	} else {
		add_template(&out, row->otherwise, fields);
	}
	return text_take(&out);
}
