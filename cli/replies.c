#include "replies.h"

#define SESSION_CHANGED "session:o changed:b"

const struct reply_row reply_rows[] = {
	{"Today", "date:s weekday:s enrollments:a sessions:a week_minutes:i week_minutes_done:i questions:i"},
	{"Week", "enrollment:o week:i weeks:i phase:s cutback:b start:s minutes:i minutes_done:i load:i sessions:a"},
	{"Map", "enrollment:o weeks:a stations:a"},
	{"Skills", "enrollment:o skills:a"},
	{"Next", ""},
	{"ListPlans", "plans:a"},
	{"ShowPlan", "plan:o peak_week:i weeks:a sessions:a findings:a personas:a stations:a skills:a touches:a"},
	{"DiffPlans", "differences:a weeks_a:a weeks_b:a"},
	{"ExportPlan", "text:s revision:s"},
	{"ImportPlan", "plan:o revision:s differences:a report:a findings:a"},
	{"LintPlan", "findings:a errors:i warnings:i notes:i more:i codes:a"},
	{"NewPlan", "plan:o findings:a"},
	{"EditPlan", "plan:o revision:s done:a clashes:a findings:a learners:a"},
	{"RenamePlan", "plan:o"},
	{"RemovePlan", "plan:o revision:s enrollments:a"},
	{"UndoPlan", "plan:o revision:s text:s removes:b"},
	{"FormatPlan", "changed:b plan:o"},
	{"Enroll",
	 "enrollment:s plan:s title:s start:s race:s has_race:b weeks:i sessions:i minutes:i peak_week:i outline:a first:o outside:a "
	 "outside_count:i preflight:a"},
	{"Leave", "enrollment:o"},
	{"SimulatePlan", "plan:s fares:a notices:a weeks:a regions:a"},
	{"UpdateEnrollment", "enrollment:o changes:a"},
	{"Start", SESSION_CHANGED},
	{"Done", SESSION_CHANGED " week_minutes:i week_minutes_done:i notes:a"},
	{"Skip", SESSION_CHANGED},
	{"Snooze", SESSION_CHANGED},
	{"Prepare", "session:o items:a ticked:i ready:b"},
	{"Intend", "session:o"},
	{"Open", "session:o link:s way:s"},
	{"Move", SESSION_CHANGED " outside:b"},
	{"Away", "absence:o sessions:a"},
	{"Busy", "absence:o sessions:a"},
	{"Pause", "absence:o"},
	{"Resume", "ended:a"},
	{"ListAbsences", "absences:a"},
	{"TestBubble", "shown:b answered:b text:s"},
	{"Inbox", "questions:a"},
	{"Help", "session:o personas:a stations:a"},
	{"Why", "entries:a notices:a"},
	{"Undo", "undone:o"},
	{"Watch", "entry:o"},
	{"Doctor", "checks:a"},
	{"ListSettings", "settings:a file:s"},
	{"SetSetting", "setting:o"},
	{0},
};

static bool is_type(const json_t *value, char type)
{
	switch (type) {
	case 's':
		return json_is_string(value);
	case 'i':
		return json_is_integer(value);
	case 'b':
		return json_is_boolean(value);
	case 'a':
		return json_is_array(value);
	default:
		return json_is_object(value);
	}
}

char *reply_flaw(const char *method, const json_t *parameters)
{
	const struct reply_row *row = reply_rows;
	while (row->method && strcmp(row->method, method) != 0)
		row++;
	for (const char *at = row->method ? row->fields : ""; *at; at += strspn(at, " ")) {
		size_t bytes = strcspn(at, ":");
		char *name = xstrndup(at, bytes);
		if (!is_type(json_object_get(parameters, name), at[bytes + 1]))
			return name;
		free(name);
		at += bytes + 2;
	}
	return NULL;
}
