/* Load: minutes times effort (session-RPE, RULES 2.4), week sums, and the compliance bands. Heuristics, not evidence. */
#ifndef CORE_LOAD_H
#define CORE_LOAD_H

#include "session.h"

enum band { BAND_NONE, BAND_GREEN, BAND_YELLOW, BAND_ORANGE, BAND_RED };
extern const char *const band_name[]; /* BAND_NONE: NULL */

/* Compliance c = 100 * actual / planned: green 80-120, yellow 50-<80 and >120-150, orange else (RULES 2.4). */
enum band load_band(int planned_min, int actual_min);
/* Of a session: BAND_NONE before something was logged, BAND_RED only once it is `missed`. */
enum band load_session_band(const struct session *session);

struct week_load {
	int sessions, minutes, load;
	int sessions_done, minutes_done; /* done and partial; actual minutes */
};

/* Sums per week, weeks 1..weeks at index 0..weeks-1; O(n). Excused and dropped sessions stay in `minutes` of the plan, withdrawn ones do
 * not. */
void load_plan_weeks(const struct plan *plan, struct week_load *weeks);
void load_session_weeks(const struct session *sessions, size_t count, int week_count, struct week_load *weeks);
/* Minutes of a session that was done, wholly or partly; else 0. */
int load_minutes_done(const struct session *session);
/* The week of the highest load, race phase left out (RULES 2.5: week 15 of CS-18); the first of equals; 1 when there is none. */
int load_peak_week(const struct week_load *weeks, const struct plan_shape *shape);

/* Planned load of each day, Monday to Sunday, weeks 1..weeks at index 0..weeks-1; O(n). */
void load_plan_days(const struct plan *plan, int (*days)[WEEK_DAYS]);
/* Monotony (RULES 2.4: mean by sample standard deviation of the seven daily loads) is over limit. A week of seven equal days has no
 * monotony by the formula and is the most monotonous there is: true; an empty one: false. */
bool load_is_monotonous(const int days[WEEK_DAYS], int limit);

#endif
