/* Plan files changed through the daemon: what the methods that write them share. */
#ifndef DAEMON_API_EDIT_H
#define DAEMON_API_EDIT_H

#include "api.h"
#include "planwrite.h"

/* A plan file as it lies there now, drafts with errors included. */
struct plan_text {
	const char *name; /* of the list; holds until the next scan of the plan files */
	char *path;
	bool own; /* in the learner's own directory */
	struct text bytes;
	struct plan *plan; /* never NULL after api_plan_text */
	struct findings findings;
};
/* false: an error was replied. Released by the caller either way. */
bool api_plan_text(struct app *app, struct rpc_call *call, const char *name, struct plan_text *ret);
void api_plan_text_release(struct plan_text *text);

/* The plan that these bytes are, with what all checks say about it. Never NULL. */
struct plan *api_plan_of(const char *name, const char *path, const char *bytes, size_t length, struct findings *findings);

/* Replies with RevisionConflict when the text is not of that revision; NULL: any will do. */
bool api_check_revision(struct app *app, struct rpc_call *call, const struct plan_text *text, const char *based_on);

/* Writes the bytes as the plan's new version into the learner's own directory, and has the list of plans know it. false: an error was
 * replied and the old file is there. text->name does not hold any more. */
bool api_plan_write(struct app *app, struct rpc_call *call, const struct plan_text *text, const char *bytes, size_t length);

/* Replies with OutOfRange; value may be NULL. */
void api_out_of_range(struct rpc_call *call, const char *parameter, const char *value, const char *expected);
/* Turns a refusal of planwrite into an error reply; err is released. */
void api_refuse_write(struct rpc_call *call, int code, const char *name, struct err *err);
/* The plan's row of the list, or one for a plan that is in none. */
json_t *api_plan_json(const struct app *app, const char *name, const struct plan *plan);
/* The directories; released by the caller with free(history). */
struct planwrite api_planwrite(const struct app *app, char **ret_history);

#endif
