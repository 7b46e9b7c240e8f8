/* Dates and times as people type them: today, tomorrow, mon, next mon, 2026-11-30, +3d; 14:00, +10m, +2h; "tomorrow 14:00".
 *
 * mon: the next Monday, today included only when asked for `today`; next mon: the Monday of next week. Case does not matter. */
#ifndef CORE_WHEN_H
#define CORE_WHEN_H

#include "time.h"

#define WHEN_DAY_FORMS "today, tomorrow, mon, next mon, 2026-11-30 or +3d"
#define WHEN_MOMENT_FORMS "now, 14:00, +10m, +2h, tomorrow, or a day and a time: 'tomorrow 14:00', '2026-11-30 09:30'"

/* A day. false: not of these forms. */
bool when_day(const char *text, int32_t today, int32_t *ret_day);

/* A moment: a day keeps the time of day of keep, a time alone is today (or tomorrow, when it has passed: never the past),
 * +10m counts from now. false: not of these forms. */
bool when_moment(const char *text, struct civil now, struct civil keep, struct civil *ret_civil);

#endif
