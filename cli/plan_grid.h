/* The weeks of a plan by weekday: one row a week, with the load. */
#ifndef CLI_PLAN_GRID_H
#define CLI_PLAN_GRID_H

#include <jansson.h>

#include "screen.h"

enum { WEEK_DAYS = 7 };
/* "mo".."su", as the protocol names them. */
extern const char *const plan_weekdays[WEEK_DAYS];

/* Shows the weeks and sessions of a ShowPlan reply: letters on a narrow screen, types of sessions on a common one, titles on a wide
 * one. What the signs mean stands below. */
void plan_grid_show(const struct screen *screen, const json_t *reply);

/* "base  1" in the first week of a phase, else the number alone. before: the week before it, or NULL. Owned. */
char *plan_week_name(const json_t *week, const json_t *before);

/* What marks a milestone. */
const char *plan_milestone_sign(const struct screen *screen);

#endif
