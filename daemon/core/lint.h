/* Findings about plans: the table of codes (RULES 5.5) and the checks that need only the plan's values.
 *
 * Readers add findings of their own (file:line and what is wrong with the text) through the same list. */
#ifndef CORE_LINT_H
#define CORE_LINT_H

#include "plan.h"

enum lint_severity { LINT_ERROR, LINT_WARNING, LINT_INFO };

enum lint_code {
	LINT_FILE,   /* E-FILE: the file cannot be read as iCalendar */
	LINT_VALUE,  /* E-VALUE: a property's value is not of its type */
	LINT_RECUR,  /* E-RECUR: a recurrence that cannot be expanded safely */
	LINT_ZONE,   /* E-ZONE: a zone nobody knows */
	LINT_EMPTY,  /* E-EMPTY: no session in the file */
	LINT_ANCHOR, /* E-ANCHOR */
	LINT_UID,    /* E-UID */
	LINT_WEEKS,  /* E-WEEKS */
	LINT_TYPE,   /* E-TYPE */
	LINT_RANGE,  /* E-RANGE */
	LINT_LIMIT,  /* E-LIMIT: more sessions, longer text, ... than the limits allow */
	LINT_SKILL,  /* W-SKILL: a skill outside the tree of RULES 4.2 */
	LINT_ALARM,  /* W-ALARM: an alarm that is not used, and why */
	LINT_CODE_COUNT
};

struct lint_info {
	const char *code;
	enum lint_severity severity;
	const char *meaning; /* what it means for a learner and how to mend it */
};
extern const struct lint_info lint_info[LINT_CODE_COUNT];
extern const char *const lint_severity_name[3];

struct finding {
	enum lint_code code;
	int line;   /* 0: the whole file */
	char *text; /* "problem: 'value', and what to do" */
};

/* Zero-initialised is empty. At most LINT_FINDINGS_MAX are kept, then counted only; an error takes the place of the last warning, so
 * that a plan with errors is never without one in its list. */
enum { LINT_FINDINGS_MAX = 200 };
struct findings {
	struct finding *items;
	size_t count, room, dropped;
};

PRINTF_LIKE(4, 5) void findings_add(struct findings *findings, enum lint_code code, int line, const char *format, ...);
void findings_release(struct findings *findings);
size_t findings_errors(const struct findings *findings);
/* The first error, or NULL. */
const struct finding *findings_first_error(const struct findings *findings);

/* Appends what the plan's values break. Dated plans of others (plan->dated) are held only to what enrolling needs: their events may
 * last 1 minute to a whole day; all else is as for our own. Ids: at most PLAN_ID_MAX of letters, digits, '-', '_', '.', not the word
 * "next". An unknown skill is a warning. Runs after plan_finish. */
void lint_plan(const struct plan *plan, struct findings *findings);

#endif
