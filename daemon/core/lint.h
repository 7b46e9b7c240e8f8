/* Findings about plans: the table of codes (RULES 5.5), and the checks of a plan's values and of its training sense.
 *
 * Three hands write into one list: the reader (what the text says, daemon/ical), lint_plan (whether the values can be used), and
 * lint_sense (whether it is good training). A plan with an error is a draft: it can be shown, edited, simulated and kept, and nobody
 * enrols in it without insisting. Sessions that cannot be read or used are left out of it (plan->gaps). Only an error of SCOPE_FILE
 * leaves no plan at all: nothing of such a file can be relied on. A wrong anchor is none of these: the week of the first session
 * takes its place, as in files that have none, so that weekdays stay right and every other finding can be told at once.
 *
 * Which plans the third looks at (lint_scope):
 * - a calendar with dates of its own is somebody else's: nothing;
 * - a plan of our own gets what holds for any plan: goal, one long session a week, order of the sessions, hard days, texts, names;
 * - one that lasts at least three weeks builds up to a day: it is held to race, growth and cut-backs as well, whether its phases are
 *   named or not; what is about a phase (taper, speed in the base phase) waits for the phase. Below three weeks there is nothing to grow
 *   from.
 */
#ifndef CORE_LINT_H
#define CORE_LINT_H

#include "plan.h"

enum lint_severity { LINT_ERROR, LINT_WARNING, LINT_INFO };

enum lint_code {
	/* Of the text and its values: */
	LINT_FILE,   /* E-FILE: the file cannot be read as iCalendar */
	LINT_VALUE,  /* E-VALUE: a property's value is not of its type */
	LINT_RECUR,  /* E-RECUR: a recurrence that cannot be expanded safely */
	LINT_ZONE,   /* E-ZONE: a zone nobody knows */
	LINT_EMPTY,  /* E-EMPTY: no session in the file */
	LINT_ANCHOR, /* E-ANCHOR: the reader's, which takes another anchor then */
	LINT_UID,    /* E-UID */
	LINT_WEEKS,  /* E-WEEKS */
	LINT_TYPE,   /* E-TYPE */
	LINT_RANGE,  /* E-RANGE */
	LINT_LIMIT,  /* E-LIMIT: more sessions, longer text, ... than the limits allow */
	LINT_SKILL,  /* W-SKILL: a skill outside the tree of RULES 4.2 */
	LINT_WORD,   /* W-VALUE: a value that is shown and not used, and is not written as it should be */
	LINT_ALARM,  /* W-ALARM: an alarm that is not used, and why */
	LINT_TOUCH,  /* I-TOUCH: touch points without a session (IDEAS 59) */
	/* Of training sense: */
	LINT_GOAL,            /* E-GOAL (IDEAS 57, 80) */
	LINT_RACE,            /* E-RACE */
	LINT_LONG_2,          /* E-LONG-2 (IDEAS 56) */
	LINT_TAPER,           /* E-TAPER */
	LINT_GROWTH,          /* E-G1 */
	LINT_SPIKE,           /* E-G2 */
	LINT_CYCLE,           /* E-CYCLE */
	LINT_GROWTH_WARN,     /* W-G1 */
	LINT_SPIKE_WARN,      /* W-G2 */
	LINT_RAMP_START,      /* W-RAMP-START (IDEAS 1) */
	LINT_CUTBACK,         /* W-CUTBACK */
	LINT_PEAK,            /* W-PEAK */
	LINT_MONO,            /* W-MONO */
	LINT_LONG,            /* W-LONG: a week without a long one, or one that shrinks (IDEAS 56) */
	LINT_BALANCE,         /* W-BALANCE (IDEAS 17) */
	LINT_PRACTICE,        /* W-PRACTICE: too little to learn or to practise (IDEAS 76) */
	LINT_ALT,             /* W-ALT */
	LINT_HARD_ADJ,        /* W-HARD-ADJ */
	LINT_HARD_AFTER_LONG, /* W-HARD-AFTER-LONG (IDEAS 78) */
	LINT_PREP,            /* W-PREP (IDEAS 46) */
	LINT_TIP,             /* W-TIP (IDEAS 6) */
	LINT_CLASS,           /* W-CLASS (IDEAS 39) */
	LINT_TRACK,           /* W-TRACK (IDEAS 37) */
	LINT_DEPENDS,         /* W-DEPENDS: needs a session that is not there; the reader finds some, too */
	LINT_SHAPE,           /* I-SHAPE: no race among the phases, so the taper is not looked at */
	LINT_SPEED_LONG,      /* I-SPEED-LONG: a hard speed session the day before a long one, as is the custom */
	LINT_HELP,            /* I-HELP (IDEAS 11) */
	LINT_FALLBACK,        /* I-FALLBACK (IDEAS 64) */
	LINT_EVIDENCE,        /* I-EVIDENCE (IDEAS 48) */
	LINT_PLAN_B,          /* I-PLAN-B (IDEAS 83) */
	LINT_RUBRIC,          /* I-RUBRIC: an assessment without pass mark or rubric */
	LINT_PERSONA,         /* I-PERSONA (IDEAS 96) */
	LINT_CODE_COUNT
};

/* Which plans a code can be found in. */
enum lint_scope {
	SCOPE_FILE,     /* any file, and nothing of it can be used */
	SCOPE_ANY,      /* any plan */
	SCOPE_OWN,      /* plans of our own */
	SCOPE_TRAINING, /* those of them that last three weeks and more */
};

struct lint_info {
	const char *code;
	enum lint_severity severity;
	enum lint_scope scope;
	const char *when;    /* the condition */
	const char *meaning; /* what it means for a learner */
	const char *remedy;  /* how to mend it */
};
extern const struct lint_info lint_info[LINT_CODE_COUNT];
extern const char *const lint_severity_name[3];

struct finding {
	enum lint_code code;
	int line;   /* 0: the file could not be opened, or the plan is of none */
	char *text; /* "problem: 'value', and what to do" */
};

/* Zero-initialised is empty. At most LINT_FINDINGS_MAX are kept, then counted only; an error takes the place of the last warning, so
 * that a plan with errors is never without one in its list; one of SCOPE_FILE that of any other error. */
enum { LINT_FINDINGS_MAX = 200 };
struct findings {
	struct finding *items;
	size_t count, room, dropped;
};

PRINTF_LIKE(4, 5) void findings_add(struct findings *findings, enum lint_code code, int line, const char *format, ...);
void findings_release(struct findings *findings);
size_t findings_errors(const struct findings *findings);
size_t findings_of(const struct findings *findings, enum lint_severity severity);
/* The first error, or NULL. */
const struct finding *findings_first_error(const struct findings *findings);
/* The first error that leaves no plan (SCOPE_FILE), or NULL. */
const struct finding *findings_stopper(const struct findings *findings);
/* By line, those of one line as they came; what is said twice of one line stays once. */
void findings_sort(struct findings *findings);

/* Appends what the plan's values break. Dated plans of others (plan->dated) are held only to what enrolling needs: their events may
 * last 1 minute to a whole day; all else is as for our own. Ids: at most PLAN_ID_MAX of letters, digits, '-', '_', '.', not the word
 * "next". An unknown skill is a warning, and so are texts of a form that nothing hangs on (planword.h). All sessions outside the weeks
 * are one finding. Runs after plan_finish. */
void lint_plan(const struct plan *plan, struct findings *findings);
/* Takes the sessions in which lint_plan finds errors out of the plan, and sorts its gaps. */
void lint_leave_out(struct plan *plan);

/* Appends what is wrong with a usable plan as training (RULES 2.3, 5.2, 5.5); O(n log n) for n sessions and dependencies. I-HELP,
 * I-FALLBACK and I-EVIDENCE come once, with a count. The line is the session's, for a week that of its first session (where it has none: of
 * the plan), for the plan that of plan_line. The whole list is sorted then (findings_sort). */
void lint_sense(const struct plan *plan, struct findings *findings);
/* What the plan is held to: SCOPE_ANY, SCOPE_OWN or SCOPE_TRAINING. */
enum lint_scope lint_scope(const struct plan *plan);

#endif
