/* The learner's working days and the pacing rules that need nothing but dates and a plan's shape (RULES 5). */
#ifndef CORE_RULES_H
#define CORE_RULES_H

#include "session.h"

/* What may appear as a bubble by itself (IDEAS 9). */
enum channel { CHANNEL_PROMPT, CHANNEL_DIGEST, CHANNEL_NONE };
/* Which summaries come: none; on return; also Monday's preview; also a line each working morning. */
enum rhythm { RHYTHM_NONE, RHYTHM_RETURN, RHYTHM_WEEKLY, RHYTHM_DAILY };
enum kit_place { PLACE_NONE, PLACE_OFFICE, PLACE_REMOTE };
enum kit_channel { KIT_NONE, KIT_PHONE, KIT_CHAT, KIT_MAIL };
enum { SLOTS_MAX = 3 };

enum { CONTACT_BYTES_MAX = 200 };

/* Constants of the rules with their keys in the settings file (RULES 5.2); policy_default has the documented defaults. */
struct policy {
	unsigned work_days;               /* bit per enum weekday */
	int32_t work_from_s, work_to_s;   /* of the day, wall clock */
	int32_t lunch_from_s, lunch_to_s; /* equal: no lunch break */
	int snooze_min;
	int late_min; /* a prompt younger than this fires, an older one joins the digest (DESIGN 4) */
	int more_time_min;
	int32_t prep_s; /* time of day of the reminder one working day before (RULES 3.5 slots) */
	bool prep_reminders;
	bool brief;     /* prompts without the tip */
	bool sound;     /* questions may make one */
	bool breathing; /* offer a minute to breathe before hard and long sessions (IDEAS 85) */
	enum channel channel;
	enum rhythm rhythm;
	int notices_a_day;          /* of those nobody asked for (RULES 3.5) */
	int spacing_min;            /* between a notice and the next one that only informs */
	int again_min;              /* an ignored question is raised again after this, once; 0: never */
	int32_t slots_s[SLOTS_MAX]; /* of the day, ascending: when Pacer speaks by itself (RULES 3.5) */
	int slot_count;             /* at least 1 */
	enum kit_place place;       /* what the kit check reminds of (IDEAS 60) */
	enum kit_channel kit;
	bool rough_week; /* the kit check reminds of what a busy week needs */
	/* Whom to turn to where the plan names nobody: for check-ins, and for all else; "" for nobody. */
	char manager[CONTACT_BYTES_MAX + 1], help[CONTACT_BYTES_MAX + 1];
};
extern const struct policy policy_default;

/* The plan's own words first, then the learner's contacts; NULL for nobody. */
const char *policy_contact(const struct policy *policy, const struct session *session);

bool policy_is_work_day(const struct policy *policy, int32_t day);
/* The n-th working day after day (n >= 1), or before it (n <= -1). Bounded: without working days it is the n-th day. */
int32_t policy_work_day(const struct policy *policy, int32_t day, int n);
/* All of minutes from start lies in working hours of a working day. */
bool policy_in_hours(const struct policy *policy, struct civil start, int minutes);

/* The first moment from civil on that lies in working hours, outside the lunch break; civil itself without working days. */
struct civil policy_next_opening(const struct policy *policy, struct civil civil);

/* When Pacer next speaks by itself (RULES 3.5): civil itself within SLOT_OPEN_MIN after a slot, else the next slot of a working day. */
struct civil policy_next_slot(const struct policy *policy, struct civil civil);
enum { SLOT_OPEN_MIN = 15 };
/* The first slot of a working day: slots outside the working hours do not count; without any, the beginning of the hours. */
int32_t policy_first_slot(const struct policy *policy);
/* The first slot of the next working day after day. */
struct civil policy_first_slot_after(const struct policy *policy, int32_t day);
/* No working day before it in its week. */
bool policy_opens_week(const struct policy *policy, int32_t day);

/* The end of the catch window (RULES 5.1), on the learner's wall clock: midnight after the last day; day DAY_NONE: none. */
struct civil rules_grace_end(const struct policy *policy, enum session_type type, struct civil planned_end);
/* When to remind of preparation (IDEAS 18); day DAY_NONE: not at all. */
struct civil rules_prep(const struct policy *policy, enum session_type type, struct civil start);

/* May the learner move the session there? NULL: yes; else the number of the rule that forbids it, and in *ret_text why (static).
 * R1(a): no undone session enters a taper week. R2: the race day is not moved by moving a session.
 * to_week is the plan week of the new start. */
const char *rules_forbid_move(const struct plan_shape *shape, const struct session *session, int to_week, struct civil to,
			      const char **ret_text);

#endif
