#include "rules.h"

enum { WORK_WEEK = 1u << MONDAY | 1u << TUESDAY | 1u << WEDNESDAY | 1u << THURSDAY | 1u << FRIDAY };

const struct policy policy_default = {
	.work_days = WORK_WEEK,
	.work_from_s = 9 * HOUR_S,
	.work_to_s = 17 * HOUR_S + 30 * MINUTE_S,
	.lunch_from_s = 12 * HOUR_S + 30 * MINUTE_S,
	.lunch_to_s = 13 * HOUR_S + 15 * MINUTE_S,
	.snooze_min = 10,
	.late_min = 30,
	.more_time_min = 10,
	.prep_s = 16 * HOUR_S + 30 * MINUTE_S,
	.prep_reminders = true,
	.breathing = true,
	.channel = CHANNEL_PROMPT,
	.rhythm = RHYTHM_WEEKLY,
	.notices_a_day = 4,
	.spacing_min = 10,
	.again_min = 10,
	.slots_s = {9 * HOUR_S + 15 * MINUTE_S, 13 * HOUR_S + 15 * MINUTE_S, 16 * HOUR_S + 30 * MINUTE_S},
	.slot_count = 3,
};

const char *policy_contact(const struct policy *policy, const struct session *session)
{
	if (session->plan.help)
		return session->plan.help;
	if (session->plan.type == TYPE_CHECKIN && policy->manager[0])
		return policy->manager;
	return policy->help[0] ? policy->help : NULL;
}

bool policy_is_work_day(const struct policy *policy, int32_t day)
{
	return policy->work_days >> day_weekday(day) & 1u;
}

int32_t policy_work_day(const struct policy *policy, int32_t day, int n)
{
	int step = n < 0 ? -1 : 1;
	if (!policy->work_days)
		return day + n;
	/* Each turn of the inner loop ends within a week: there is a working day. */
	for (int left = n < 0 ? -n : n; left > 0; left--)
		do
			day += step;
		while (!policy_is_work_day(policy, day));
	return day;
}

bool policy_in_hours(const struct policy *policy, struct civil start, int minutes)
{
	int32_t end_s = start.second + minutes * MINUTE_S;
	if (!policy_is_work_day(policy, start.day) || start.second < policy->work_from_s || end_s > policy->work_to_s)
		return false;
	return policy->lunch_from_s == policy->lunch_to_s || end_s <= policy->lunch_from_s || start.second >= policy->lunch_to_s;
}

struct civil policy_next_opening(const struct policy *policy, struct civil civil)
{
	bool lunch = policy->lunch_from_s < policy->lunch_to_s;
	if (!policy->work_days)
		return civil;
	if (!policy_is_work_day(policy, civil.day) || civil.second >= policy->work_to_s)
		civil = (struct civil){policy_work_day(policy, civil.day, 1), policy->work_from_s};
	else if (civil.second < policy->work_from_s)
		civil.second = policy->work_from_s;
	if (lunch && civil.second >= policy->lunch_from_s && civil.second < policy->lunch_to_s)
		civil.second = policy->lunch_to_s;
	return civil;
}

/* Those that lie in working hours, or the beginning of them. */
static int slots_in_hours(const struct policy *policy, int32_t ret_s[static SLOTS_MAX])
{
	int count = 0;
	for (int i = 0; i < policy->slot_count; i++)
		if (policy->slots_s[i] >= policy->work_from_s && policy->slots_s[i] < policy->work_to_s)
			ret_s[count++] = policy->slots_s[i];
	if (!count)
		ret_s[count++] = policy->work_from_s;
	return count;
}

int32_t policy_first_slot(const struct policy *policy)
{
	int32_t slots_s[SLOTS_MAX];
	slots_in_hours(policy, slots_s);
	return slots_s[0];
}

struct civil policy_next_slot(const struct policy *policy, struct civil civil)
{
	int32_t slots_s[SLOTS_MAX];
	int count = slots_in_hours(policy, slots_s);
	if (policy_is_work_day(policy, civil.day))
		for (int i = 0; i < count; i++) {
			if (civil.second < slots_s[i])
				return (struct civil){civil.day, slots_s[i]};
			if (civil.second - slots_s[i] < SLOT_OPEN_MIN * MINUTE_S)
				return civil;
		}
	return policy_first_slot_after(policy, civil.day);
}

struct civil policy_first_slot_after(const struct policy *policy, int32_t day)
{
	return (struct civil){policy_work_day(policy, day, 1), policy_first_slot(policy)};
}

bool policy_opens_week(const struct policy *policy, int32_t day)
{
	if (!policy_is_work_day(policy, day))
		return false;
	for (int32_t before = day_monday(day); before < day; before++)
		if (policy_is_work_day(policy, before))
			return false;
	return true;
}

struct civil rules_grace_end(const struct policy *policy, enum session_type type, struct civil planned_end)
{
	int days = type_info[type].grace_days;
	if (days < 0)
		return (struct civil){.day = DAY_NONE};
	return (struct civil){.day = policy_work_day(policy, planned_end.day, days) + 1};
}

struct civil rules_prep(const struct policy *policy, enum session_type type, struct civil start)
{
	if (!policy->prep_reminders || !type_info[type].prepared)
		return (struct civil){.day = DAY_NONE};
	return (struct civil){.day = policy_work_day(policy, start.day, -1), .second = policy->prep_s};
}

const char *rules_forbid_move(const struct plan_shape *shape, const struct session *session, int to_week, struct civil to,
			      const char **ret_text)
{
	if (session->plan.type == TYPE_RACE && to.day != session->life.start.day) {
		*ret_text = "the race day is part of the enrolment: leave and enrol again with --race to change it";
		return "R2";
	}
	if (to_week > session->plan.week && shape_is_taper(shape, to_week)) {
		*ret_text = "taper weeks take no work from earlier weeks: rest is part of the plan; do it before, or skip it";
		return "R1a";
	}
	if (to_week > shape->weeks) {
		*ret_text = "that day lies after the race";
		return "R1a";
	}
	return NULL;
}
