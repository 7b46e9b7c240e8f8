/* Changes of a plan file through EditPlan: what they rest on, what they would do, the question, and how it is told. */
#ifndef CLI_PLAN_CHANGE_H
#define CLI_PLAN_CHANGE_H

#include "cli.h"

/* Objects for a call; out of memory ends the program. */
void plan_put(json_t *object, const char *name, json_t *value);
/* As typed; bytes that are no UTF-8 travel as '?'. */
void plan_put_word(json_t *object, const char *name, const char *word);
/* A PlanChange. Owned by the caller. */
json_t *plan_change_new(const char *action);

/* One EditPlan of the plan that the first word names. changes are taken over. The daemon is asked first at which revision the plan is; the
 * change rests on that, on --revision, or on based_on where the changes were made of a reply (NULL: they were not): what somebody else
 * changes meanwhile is never written over. What would then stand where something stands already is said beforehand, and asked about;
 * where nobody can be asked it takes --yes. question: asked whatever it does, NULL: not. Returns the exit status. */
int plan_change_run(struct cli *cli, const struct args *args, json_t *changes, const char *based_on, const char *question);
/* The same with one change. */
int plan_change_one(struct cli *cli, const struct args *args, json_t *change, const char *question);

/* Asks, unless --yes or --json said so. Returns 0 to go on, or the exit status. verb: "remove". */
int plan_change_ask(struct cli *cli, const struct args *args, const char *question, const char *verb);

/* Findings that were not there before, each in full; the others as a number. before: NULL: all are new. */
void plan_change_findings(const struct screen *out, const char *name, const json_t *findings, const json_t *before);

#endif
