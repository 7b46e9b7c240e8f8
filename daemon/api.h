/* The methods of org.pacer.Pacer: one row a method, and what they share. Every handler ends in exactly one reply or error. */
#ifndef DAEMON_API_H
#define DAEMON_API_H

#include "app.h"
#include "core/load.h"
#include "core/plandiff.h"

struct api_method {
	const char *name;
	void (*handle)(struct app *app, struct rpc_call *call, json_t *parameters);
};
/* NULL-name-terminated; a test holds it against the interface text. */
extern const struct api_method api_methods[];
extern const char *const api_streaming[];

/* For struct rpc_handlers; ctx is the app. */
void api_call(void *ctx, struct rpc_call *call, const char *method, json_t *parameters);
void api_gone(void *ctx, struct rpc_call *call);
/* Tells the watchers of a committed entry. */
void api_publish(struct app *app, const struct journal_entry *entry);

/* --- shared by the handlers ---------------------------------------------------------------------------------------------------- */

/* Parameters, NULL or fallback when absent. */
const char *api_text(json_t *parameters, const char *name);
json_int_t api_int(json_t *parameters, const char *name, json_int_t fallback);
bool api_flag(json_t *parameters, const char *name);

/* What to take when no session is named. */
enum api_default { API_ASKED, API_ASKED_OR_NEXT };
/* Finds the session that text names. false: an error was replied. */
bool api_session(struct app *app, struct rpc_call *call, const char *text, enum api_default fallback, struct agenda_ref *ret_ref);
/* Whether a running enrolment has a session of exactly this name. */
bool api_session_exists(const struct app *app, const char *text);
/* Finds the running enrolment (NULL: the only one, or the one of today). false: an error was replied. */
bool api_enrolment(struct app *app, struct rpc_call *call, const char *text, uint32_t *ret_index);
/* The plan file of this name, or the only one whose name begins so. NULL: an error was replied. */
const struct plan_file *api_plan_file(struct app *app, struct rpc_call *call, const char *name);
/* Reads it now; the caller owns the plan. NULL: an error was replied. findings are the caller's either way. */
struct plan *api_read_plan(struct app *app, struct rpc_call *call, const struct plan_file *file, struct findings *findings);
/* Replies with LintFailed: the errors among the findings. */
void api_refuse_draft(struct rpc_call *call, const struct plan *plan, const char *path, const struct findings *findings);
/* Adds what is forced: each session that will be missing and why, and each other error once, with what it means. */
void api_note_forced(const struct plan *plan, const struct findings *findings, json_t *preflight);
/* The checklist is not laid out: replies with what is missing. */
void api_unprepared(struct app *app, struct rpc_call *call, struct agenda_ref ref);
/* Who asked for a link is gone. */
void api_forget_opening(struct app *app, const struct rpc_call *call);
/* A link was opened, or was not: tells who asked. */
void api_opened(struct app *app, const struct desktop_event *event);
/* Brings new versions of plan files to the enrolments that run on them. */
void api_take_new_plans(struct app *app);
/* The file an enrolment came from: by name; of two files with the plan's UID the newer one (IDEAS 13). NULL: gone. */
const struct plan_file *api_file_of(const struct app *app, const struct enrolment *enrolment);
/* A day as people type it, near enough to be planned for; a Monday. false: an error was replied. */
bool api_plan_day(struct app *app, struct rpc_call *call, const char *parameter, const char *text, int32_t *ret_day);
bool api_check_monday(struct rpc_call *call, int32_t day);
/* Leaves only the wanted tracks in the plan; wanted and *ret_tracks NULL: all. false: an error was replied. */
bool api_pick_tracks(struct rpc_call *call, const char *wanted, struct plan *plan, char **ret_tracks);
/* Adds a note when those who lead the plan are not seen to be on their own plan yet (IDEAS 58). */
void api_note_lead(const struct app *app, const struct plan *plan, const struct enrolment *enrolment, json_t *preflight);
/* Why the enrolment cannot follow its plan's file; NULL: it can. The caller frees it. */
char *api_plan_problem(const struct app *app, const struct enrolment *enrolment);
/* What taking the changed plan over would do to those who run on it: []LearnerChange of the interface, whoever it leaves as they are left
 * out. The caller owns it. */
json_t *plan_reaches(struct app *app, const struct plan *changed);
void api_simulate_plan(struct app *app, struct rpc_call *call, json_t *parameters);
void api_update_enrollment(struct app *app, struct rpc_call *call, json_t *parameters);
/* A random UUID (RFC 4122, version 4) as text; the caller frees it. */
char *api_uuid_new(void);
/* Turns a refusal of app_step into an error reply; err is released. */
void api_refuse(struct app *app, struct rpc_call *call, int code, struct err *err, const struct agenda_ref *ref, const char *action);
/* The names closest to text, as a JSON array. */
json_t *api_suggest(const char *text, const char *const *names, size_t count);

/* The plan week of one enrolment, summed; zeros for a week outside the plan. */
struct week_load api_week_sum(const struct enrolment *enrolment, int week);

/* --- values as JSON; the caller owns what is returned ---------------------------------------------------------------------------- */

json_t *json_session(const struct app *app, struct agenda_ref ref);
json_t *json_one_session(const struct app *app, const struct enrolment *enrolment, const struct session *session);
json_t *json_enrolment(const struct app *app, uint32_t index);
json_t *json_entry(const struct app *app, const struct journal_entry *entry);
json_t *json_notice(const struct app *app, const struct notice *notice);
json_t *json_finding(const struct finding *finding, const char *file);
json_t *json_findings(const struct findings *findings, const char *file);
/* What LintPlan replies: findings, their sums and codes. */
json_t *json_lint(const struct findings *findings, const char *file);
/* "drafts/my-plan.ics" is the plan my-plan. Owned by the caller. */
char *lint_plan_name(const char *file);
json_t *json_plan_file(const struct app *app, const struct plan_file *file);
/* Weeks of a plan or an enrolment; start_day DAY_NONE: not dated, with_done: minutes_done is given. */
json_t *json_weeks(const struct plan_shape *shape, const struct week_load *weeks, int32_t start_day, bool with_done,
		   const char *const *milestones);
/* The same of a plan that is not dated, summed here. */
json_t *json_plan_weeks(const struct plan *plan);
/* []Persona: those of the words, or with NULL every card of the plan. */
json_t *json_personas(const struct plan *plan, const char *words);
/* []Station: of that week, 0: of all. start_day DAY_NONE: not dated. */
json_t *json_stations(const struct plan *plan, int week, int32_t start_day);
json_t *json_differences(const struct plan_differences *differences);
/* The reply to what has been done: one that would not fit into a message loses the ends of its longest lists, for an error would say that
 * nothing was done. Takes reply over. */
void api_reply_done(struct rpc_call *call, json_t *reply);
json_t *json_day(int32_t day);
json_t *json_stamp(const struct app *app, struct instant instant);
/* Text as it is, or with '?' for what is no UTF-8: paths and damaged rows may hold anything. */
json_t *json_text(const char *text);
/* Sets the field when value is neither NULL nor empty. */
void json_set_text(json_t *object, const char *name, const char *value);
json_t *json_check(const char *name, const char *result, const char *remedy, char *text);

/* Methods by file. */
void api_today_method(struct app *app, struct rpc_call *call, json_t *parameters);
void api_week(struct app *app, struct rpc_call *call, json_t *parameters);
void api_next(struct app *app, struct rpc_call *call, json_t *parameters);
void api_inbox(struct app *app, struct rpc_call *call, json_t *parameters);
void api_map(struct app *app, struct rpc_call *call, json_t *parameters);
void api_skills(struct app *app, struct rpc_call *call, json_t *parameters);
void api_help(struct app *app, struct rpc_call *call, json_t *parameters);
void api_why(struct app *app, struct rpc_call *call, json_t *parameters);
void api_start(struct app *app, struct rpc_call *call, json_t *parameters);
void api_done(struct app *app, struct rpc_call *call, json_t *parameters);
void api_skip(struct app *app, struct rpc_call *call, json_t *parameters);
void api_snooze(struct app *app, struct rpc_call *call, json_t *parameters);
void api_move(struct app *app, struct rpc_call *call, json_t *parameters);
void api_undo(struct app *app, struct rpc_call *call, json_t *parameters);
void api_list_plans(struct app *app, struct rpc_call *call, json_t *parameters);
void api_show_plan(struct app *app, struct rpc_call *call, json_t *parameters);
void api_export_plan(struct app *app, struct rpc_call *call, json_t *parameters);
void api_import_plan(struct app *app, struct rpc_call *call, json_t *parameters);
void api_diff_plans(struct app *app, struct rpc_call *call, json_t *parameters);
void api_lint_plan(struct app *app, struct rpc_call *call, json_t *parameters);
void api_new_plan(struct app *app, struct rpc_call *call, json_t *parameters);
void api_edit_plan(struct app *app, struct rpc_call *call, json_t *parameters);
void api_rename_plan(struct app *app, struct rpc_call *call, json_t *parameters);
void api_remove_plan(struct app *app, struct rpc_call *call, json_t *parameters);
void api_undo_plan(struct app *app, struct rpc_call *call, json_t *parameters);
void api_format_plan(struct app *app, struct rpc_call *call, json_t *parameters);
void api_enroll(struct app *app, struct rpc_call *call, json_t *parameters);
void api_leave(struct app *app, struct rpc_call *call, json_t *parameters);
void api_list_enrollments(struct app *app, struct rpc_call *call, json_t *parameters);
void api_doctor(struct app *app, struct rpc_call *call, json_t *parameters);
void api_list_settings(struct app *app, struct rpc_call *call, json_t *parameters);
void api_set_setting(struct app *app, struct rpc_call *call, json_t *parameters);
void api_away(struct app *app, struct rpc_call *call, json_t *parameters);
void api_busy(struct app *app, struct rpc_call *call, json_t *parameters);
void api_prepare(struct app *app, struct rpc_call *call, json_t *parameters);
void api_intend(struct app *app, struct rpc_call *call, json_t *parameters);
void api_open(struct app *app, struct rpc_call *call, json_t *parameters);
void api_pause(struct app *app, struct rpc_call *call, json_t *parameters);
void api_resume(struct app *app, struct rpc_call *call, json_t *parameters);
void api_list_absences(struct app *app, struct rpc_call *call, json_t *parameters);
void api_test_bubble(struct app *app, struct rpc_call *call, json_t *parameters);
void api_watch(struct app *app, struct rpc_call *call, json_t *parameters);

#endif
