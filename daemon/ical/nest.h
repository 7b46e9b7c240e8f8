/* The components a line is in: BEGIN and END must match (RFC 5545 3.6), at most ICAL_DEPTH_MAX deep. */
#ifndef ICAL_NEST_H
#define ICAL_NEST_H

#include "lines.h"
#include "read.h"
#include "report.h"

enum component { COMPONENT_NONE, COMPONENT_CALENDAR, COMPONENT_EVENT, COMPONENT_TODO, COMPONENT_ALARM, COMPONENT_OTHER };

struct nest_level {
	enum component kind;
	int line;         /* of its BEGIN */
	struct text name; /* as written; kept for the next component of that depth */
};

struct nest {
	struct nest_level level[ICAL_DEPTH_MAX];
	int depth; /* 0: outside of everything */
	int over;  /* components open beyond ICAL_DEPTH_MAX, all passed over */
};

/* A zero-initialised nest is empty. */
void nest_release(struct nest *nest);

enum nest_step {
	NEST_STAY,   /* neither BEGIN nor END */
	NEST_BEGIN,  /* the innermost level is new */
	NEST_END,    /* the innermost component was closed */
	NEST_BROKEN, /* reported: what was open may be closed by now, and is not whole */
};

/* Takes the line in; line has no fault and is not blank. NEST_END: the kind that ended is in *ret_ended. */
enum nest_step nest_take(struct nest *nest, const struct line *line, struct report *report, enum component *ret_ended);
/* After the last line: reports what is still open. last_number: of the file's last line. */
void nest_finish(const struct nest *nest, int last_number, struct report *report);

/* The innermost component; COMPONENT_NONE outside, COMPONENT_OTHER in what is passed over. */
enum component nest_kind(const struct nest *nest);

#endif
