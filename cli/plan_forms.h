/* What plan import and plan edit share: the calls, and how what comes of them is told. */
#ifndef CLI_PLAN_FORMS_H
#define CLI_PLAN_FORMS_H

#include "cli.h"

/* {plan, format}; owned by the caller. */
json_t *plan_forms_ask(const char *plan, const char *format);
/* What ImportPlan takes, without dry_run; file: what findings call the text; based_on may be NULL. Owned by the caller.
 * NULL: an error was reported, and *ret_exit is its exit status. */
json_t *plan_forms_parameters(struct cli *cli, const char *name, const char *file, const char *format, const char *text,
			      const char *based_on, int *ret_exit);
/* The reply's plan is the one it was based on. */
bool plan_forms_unchanged(const json_t *reply, const char *based_on);

/* What an import does, or would do. */
void plan_forms_show(const struct screen *out, const json_t *reply);
void plan_forms_differences(const struct screen *out, const json_t *differences);

#endif
