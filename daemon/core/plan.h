/* A plan as the core sees it: weeks of sessions on a wall clock, not yet dated (DESIGN 5, RULES 2).
 *
 * Day 0 is the Monday of week 1. A plan owns all its text; sessions are sorted by (day, second, id). */
#ifndef CORE_PLAN_H
#define CORE_PLAN_H

#include "time.h"

enum plan_limit {
	PLAN_WEEKS_MAX = 52,
	PLAN_SESSIONS_MAX = 5000,
	PLAN_ALARMS_MAX = 8, /* a session */
	PLAN_PHASES_MAX = 8,
	PLAN_MINUTES_MIN = 5, /* RULES 5.5 E-RANGE */
	PLAN_MINUTES_MAX = 180,
	PLAN_DATED_MINUTES_MAX = 24 * 60, /* of an event in somebody's dated calendar */
	PLAN_EFFORT_MAX = 10,             /* CR-10 */
	PLAN_TITLE_MAX = 200,             /* bytes */
	PLAN_TEXT_MAX = 16384,            /* bytes of a description */
	PLAN_NAME_MAX = 64,
	PLAN_ID_MAX = 32, /* a session's id is part of a notice's key (NOTICE_KEY_MAX) */
};

enum session_type {
	TYPE_EASY,
	TYPE_SHORT,
	TYPE_MEDIUM,
	TYPE_SPEED,
	TYPE_CROSS,
	TYPE_LONG,
	TYPE_CHECKIN,
	TYPE_TUNEUP,
	TYPE_RACE,
	TYPE_REST,
	TYPE_COUNT
};

/* RULES 5.1: one row a type. */
struct type_info {
	const char *name;
	int priority;        /* 7 = keep longest */
	int grace_days;      /* working days after the planned end until `missed`; -1: never by itself */
	bool hard;           /* counts as hard whatever the effort */
	bool prepared;       /* gets a reminder one working day before (IDEAS 18) */
	int minutes, effort; /* defaults for a file that does not say (RULES 2.2) */
};
extern const struct type_info type_info[TYPE_COUNT];
/* false: unknown name. */
bool type_parse(const char *name, enum session_type *ret_type);

/* Where a customer meets us (IDEAS 59); names as in CATEGORIES. */
enum touch { TOUCH_GREET, TOUCH_INTERACT, TOUCH_SERVE, TOUCH_PROCESS, TOUCH_COUNT };
extern const char *const touch_name[TOUCH_COUNT];

enum skill_family { FAMILY_SOFT, FAMILY_TECH, FAMILY_META, FAMILY_NONE };
extern const char *const skill_family_name[FAMILY_NONE + 1];
/* RULES 4.2; FAMILY_NONE for an unknown slug. */
enum skill_family skill_family(const char *skill);

/* A VALARM that rings: seconds from the session's start, or from its end. */
struct plan_alarm {
	int32_t offset_s;
	bool from_end;
};

struct plan_session {
	char *id; /* "w05-fr", "w05-fr2"; unique in the plan */
	char *uid;
	int week;       /* 1.. */
	int32_t day;    /* from the Monday of week 1 */
	int32_t second; /* of the day, wall clock */
	char *zone;     /* NULL: floating */
	int minutes;
	enum session_type type;
	int effort;  /* 0-10 (CR-10) */
	int line;    /* of BEGIN:VEVENT in the file */
	char *skill; /* slug; "" when none */
	char *title;
	/* NULL when the plan has none: */
	char *milestone, *prep, *tip, *description, *help;
	char *link; /* an address to open: http, https or mailto */
	/* X-PACER-FALLBACK: ten minutes that can be done instead; PERSONA, TRACK, WITH, REVIEW as written; RUBRIC: rows with "; " between.
	 */
	char *fallback, *persona, *track, *with, *review, *rubric;
	char *evidence;  /* X-PACER-EVIDENCE: what the learner shows at the milestone (IDEAS 48) */
	char *depends;   /* UIDs it needs first (RELATED-TO DEPENDS-ON), a blank between */
	int pass;        /* pass mark in percent; 0: none */
	uint8_t touches; /* bit per enum touch */
	struct plan_alarm alarms[PLAN_ALARMS_MAX];
	int alarm_count;
};

/* The weeks of a plan by phase, and which of them are cut-backs. */
struct plan_phase {
	char name[16];
	int from, to; /* weeks, inclusive */
};

struct plan_shape {
	int weeks;
	struct plan_phase phases[PLAN_PHASES_MAX];
	int phase_count;
	uint64_t cutbacks; /* bit k-1: week k */
};

/* A session of the file that is not among the plan's: it cannot be read, or its values cannot be used. */
struct plan_gap {
	int line, last;         /* of its event in the file */
	int sessions;           /* several of one event that repeats */
	char *id, *uid, *title; /* NULL where it is not known */
	char *why;              /* as the finding says it */
};

/* Lines of the file that findings about the whole plan are told at. */
enum plan_line {
	PLAN_LINE_CALENDAR, /* BEGIN:VCALENDAR */
	PLAN_LINE_NAME,
	PLAN_LINE_WEEKS,
	PLAN_LINE_PHASES,
	PLAN_LINE_GOAL,
	PLAN_LINE_DONE,
	PLAN_LINE_CLASS,
	PLAN_LINE_TRACKS,
	PLAN_LINE_STATIONS,
	PLAN_LINE_PERSONAS,
	PLAN_LINE_LICENCE,
	PLAN_LINE_VERSION,
	PLAN_LINE_ABOUT,
	PLAN_LINE_COUNT
};

struct plan {
	char *name;     /* file name without .ics: what people type */
	char *file;     /* path */
	char *revision; /* hash of the file's bytes, hex */
	char *uid, *title;
	char *goal, *done;                                     /* NULL when the plan has none */
	char *class_name, *tracks, *licence, *version, *about; /* X-PACER-CLASS, TRACKS, LICENSE, VERSION, DESCRIPTION; NULL likewise */
	char *lead;                                            /* X-PACER-LEAD: the plan of those who lead this one (IDEAS 58) */
	char *stations, *personas; /* X-PACER-STATION, X-PACER-PERSONA: lines of "week text" and of "slug text" (cards.h) */
	int32_t anchor;            /* the Monday of week 1 in the file */
	struct instant modified;   /* LAST-MODIFIED; INSTANT_NEVER when the file does not say */
	bool dated;                /* the file carries real dates (no X-PACER-ANCHOR and anchor is not 2001-01-01) */
	struct plan_shape shape;
	struct plan_session *sessions;
	size_t session_count;
	struct plan_gap *gaps; /* what is missing; by line after lint_leave_out */
	size_t gap_count;
	int lines[PLAN_LINE_COUNT]; /* 0: there is no such line */
};

/* Can be the name of a plan file: letters, digits, '-', '_' and '.', neither '-' nor '.' first; at most PLAN_NAME_MAX bytes. */
bool plan_name_is_good(const char *name);
/* 0 (Monday) to 6, also of a day before week 1. */
static inline int plan_weekday(int32_t day)
{
	return (day % WEEK_DAYS + WEEK_DAYS) % WEEK_DAYS;
}

struct plan *plan_new(void);
/* NULL is fine; returns NULL: plan = plan_free(plan). */
struct plan *plan_free(struct plan *plan);
/* A new zeroed session at the end; the pointer holds until the next call. */
struct plan_session *plan_add(struct plan *plan);
/* Gives a session that borrows another's texts its own copies of them. */
void plan_session_own(struct plan_session *session);
void plan_session_release(struct plan_session *session);
/* Notes a gap; its texts are taken over. */
void plan_leave_out(struct plan *plan, struct plan_gap gap);
void plan_gap_release(struct plan_gap *gap);
/* The UID is one of a session that was left out. */
bool plan_has_gap(const struct plan *plan, const char *uid);
/* The line, or where there is none that of the plan's name, else of its calendar; 0: the plan is of no file. */
int plan_line(const struct plan *plan, enum plan_line which);
/* Sorts the sessions and gives an id to each that has none: wNN-DD, then wNN-DD2, in order of start. */
void plan_finish(struct plan *plan);

/* "base=1-4 build=5-12 race=18". false: not of this form, out of 1..weeks, overlapping or too many; the shape is unchanged. */
bool shape_parse_phases(struct plan_shape *shape, const char *text);
/* "4 8 12". false: not of this form or out of 1..weeks. */
bool shape_parse_cutbacks(struct plan_shape *shape, const char *text);
/* The inverse of the two; owned by the caller. */
char *shape_phases_text(const struct plan_shape *shape);
char *shape_cutbacks_text(const struct plan_shape *shape);
/* "" when no phase covers the week. */
const char *shape_phase(const struct plan_shape *shape, int week);
bool shape_is_cutback(const struct plan_shape *shape, int week);
/* Weeks into which nothing may be moved: phase taper, race (RULES 5.1). */
bool shape_is_taper(const struct plan_shape *shape, int week);

#endif
