/* What the events of a file say of themselves, for foreign.c and foreign_report.c; nobody else includes it. */
#ifndef ICAL_FOREIGN_PRIVATE_H
#define ICAL_FOREIGN_PRIVATE_H

#include "core/plan.h"
#include "foreign.h"
#include "lines.h"

/* An event or a task. */
struct told {
	int line;    /* of its BEGIN */
	char *title; /* NULL: it has none */
	bool todo, type, category, effort, start, cancelled;
	bool whole_day, repeats, utc;
	bool html;        /* its description */
	bool people;      /* it names their addresses */
	const char *word; /* static; what its type is guessed from, in its categories or else in its title; NULL: nothing */
	bool in_categories;
	enum session_type guess;
	int sessions; /* of the plan that come from it */
};

struct told_list {
	struct told *items;
	size_t count, room;
	bool own;   /* the calendar is a plan of ours: it says what it means */
	char *wall; /* X-WR-TIMEZONE; NULL: not said */
};

void told_release(struct told_list *list);
/* Every event and task of the file, in its order. */
void told_scan(struct told_list *list, const char *bytes, size_t length);

/* Where the walk through a file is. */
struct walk {
	bool inside; /* an event: the last of the list */
	int deeper;  /* components open in it */
};

enum step { STEP_LINE, STEP_BEGIN, STEP_DEEPER, STEP_END };

/* STEP_BEGIN: an event begins here; STEP_DEEPER: a component in it; STEP_END: the event ends. */
enum step walk_take(struct walk *walk, const struct line *line);

/* Adds a line to the report. */
PRINTF_LIKE(3, 4) void foreign_tell(char ***report, size_t *count, const char *format, ...);

#endif
