/* The pieces that the answers are made of: states, bars, spans of time, lists of sessions and checks. */
#ifndef CLI_RENDER_H
#define CLI_RENDER_H

#include "field.h"
#include "screen.h"
#include "stamp.h"
#include "table.h"

/* How a state looks; the word always stands beside the sign. An unknown state looks plain and keeps its word. */
struct look {
	const char *word;
	const char *sign, *ascii_sign;
	enum style style;
};
extern const struct look state_looks[];
extern const size_t state_look_count;
const struct look *state_look(const char *state);
const char *look_sign(const struct look *look, const struct screen *screen);

/* Families of skills, as the protocol names them and as they read. */
enum { FAMILY_COUNT = 4 };
struct family {
	const char *name, *words;
};
extern const struct family families[FAMILY_COUNT];

/* "20 min", "3 h 40 min"; owned. */
char *minutes_text(long minutes);
/* "1 session", "90 sessions"; owned. */
char *count_text(long count, const char *one, const char *many);

/* What the day `race` of an enrolment, or of enrolling, is called: "race day", or "last day" of a plan without a race. */
const char *race_day_label(const json_t *enrolment);

/* Cells out of `cells` that are full: some for the smallest beginning, all for nothing less than the whole. */
int bar_cells(long part, long whole, int cells);
/* "  week  ▆▆▆▁▁▁▁▁  45 of 140 min": a bar with its name and what it says. */
void say_bar(const struct screen *screen, const char *name, long part, long whole, const char *words);
/* A bar whose length is the number: eighths of a block where there are blocks. Owned. */
char *load_bar(const struct screen *screen, long load, long most, int cells);

/* "w05-fr", or "e2/w05-fr" when there are several enrolments. Owned. */
char *session_name(const json_t *session, bool several);
void render_sessions(const struct screen *screen, const json_t *sessions, bool with_day, bool several);
/* "pacer done w05-fr": what to type about this session, or NULL when nothing is open; owned. */
char *session_command(const json_t *session, bool several);
/* "Tue 1 Dec 09:30, First mile (25 min)"; owned. */
char *session_phrase(const json_t *session);

/* "  label  text" wrapped under itself; nothing for empty text. */
void say_labelled(const struct screen *screen, const char *label, const char *text);
/* The parts of a session's intention: field of the protocol's Intention, how it reads beside the words, and the question for it. */
enum { INTENTION_PARTS = 3 };
struct intention_part {
	const char *field, *label, *question;
};
extern const struct intention_part intention_parts[INTENTION_PARTS];
bool has_intention(const json_t *session);
/* Its parts, one a line, under the label; nothing when there is none. */
void say_intention(const struct screen *screen, const char *label, const json_t *session);
/* The session's address and what opens it; nothing when it has none. name: as it is typed. */
void say_link(const struct screen *screen, const json_t *session, const char *name);

/* "Type: pacer ..." */
void say_next(const struct screen *screen, const char *command);

void render_checks(const struct screen *screen, const json_t *checks);
/* Rows of plan or enrolment weeks: dated when with_dates. */
void render_weeks(const struct screen *screen, const json_t *weeks, long peak_week, bool with_dates);

#endif
