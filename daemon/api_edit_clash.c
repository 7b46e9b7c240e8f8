/* EditPlan: what then stands where something stood already. */
#include "api_editing.h"

/* --- time ------------------------------------------------------------------------------------------------------------------------ */

static struct editing_place place_of(const struct plan_session *session)
{
	return (struct editing_place){session->day, session->second, session->minutes};
}

/* Two that stand on one another. */
static bool overlaps(const struct editing_place *a, const struct editing_place *b)
{
	return a->day == b->day && a->second < b->second + b->minutes * MINUTE_S && b->second < a->second + a->minutes * MINUTE_S;
}

/* New, or at another place or longer than before. */
static bool is_changed(const struct editing *editing, size_t i)
{
	struct editing_place now = place_of(&editing->plan->sessions[i]);
	return i >= editing->known || memcmp(&now, &editing->places[i], sizeof(now)) != 0;
}

static bool did_overlap(const struct editing *editing, size_t a, size_t b)
{
	return a < editing->known && b < editing->known && overlaps(&editing->places[a], &editing->places[b]);
}

/* A few are enough to tell; the others are counted. */
enum { OVERLAPS_TOLD_MAX = 8 };

static void tell_overlap(json_t *list, const struct plan_session *mover, const struct plan_session *other)
{
	char from[CLOCK_TEXT], to[CLOCK_TEXT];
	int32_t end = other->second + other->minutes * MINUTE_S;
	OWNED_TEXT *text =
		xasprintf("week %d, %s: '%s' then overlaps %s '%s', %s to %s", mover->week, weekday_name[plan_weekday(mover->day)],
			  mover->title, other->id, other->title, clock_text(from, other->second), clock_text(to, end % DAY_S));
	json_array_append_new(list, json_text(text));
}

/* Returns how many there are. */
static size_t find_overlaps(const struct editing *editing, size_t mover, json_t *list)
{
	size_t count = 0;
	const struct plan_session *sessions = editing->plan->sessions;
	struct editing_place place = place_of(&sessions[mover]);
	for (size_t i = 0; i < editing->plan->session_count; i++) {
		struct editing_place other = place_of(&sessions[i]);
		bool told = i > mover && is_changed(editing, i); /* when it is the mover's turn */
		if (i == mover || !sessions[i].uid || told || !overlaps(&place, &other) || did_overlap(editing, mover, i))
			continue;
		if (json_array_size(list) < OVERLAPS_TOLD_MAX)
			tell_overlap(list, &sessions[mover], &sessions[i]);
		count++;
	}
	return count;
}

/* --- days ------------------------------------------------------------------------------------------------------------------------ */

/* Somebody stayed on the day that the mover came to. */
static bool meets(const struct editing *editing, size_t mover)
{
	const struct plan_session *sessions = editing->plan->sessions;
	for (size_t i = 0; i < editing->known; i++)
		if (sessions[i].uid && sessions[i].day == sessions[mover].day && editing->places[i].day == sessions[i].day)
			return true;
	return false;
}

/* "weeks 1 to 3, 5": bits to words. */
static char *weeks_text(uint64_t weeks)
{
	struct text out = {0};
	bool several = (weeks & (weeks - 1)) != 0;
	for (int week = 1; week <= PLAN_WEEKS_MAX; week++) {
		int last = week;
		if (!(weeks >> week & 1))
			continue;
		while (last < PLAN_WEEKS_MAX && weeks >> (last + 1) & 1)
			last++;
		text_addf(&out, "%s%d", out.len ? ", " : several ? "weeks " : "week ", week);
		if (last > week)
			text_addf(&out, " to %d", last);
		week = last;
	}
	return text_take(&out);
}

/* One line for a weekday that was moved onto another. */
static void find_shared_days(const struct editing *editing, json_t *list)
{
	uint64_t weeks[WEEK_DAYS] = {0};
	for (size_t i = 0; i < editing->known; i++) {
		const struct plan_session *session = &editing->plan->sessions[i];
		if (session->uid && session->week >= 1 && session->week <= PLAN_WEEKS_MAX && session->day != editing->places[i].day &&
		    meets(editing, i))
			weeks[plan_weekday(session->day)] |= UINT64_C(1) << session->week;
	}
	for (int day = 0; day < WEEK_DAYS; day++) {
		if (!weeks[day])
			continue;
		OWNED_TEXT *in = weeks_text(weeks[day]),
			   *text = xasprintf("%s of %s then holds more than one session", weekday_name[day], in);
		json_array_append_new(list, json_text(text));
	}
}

json_t *editing_clashes(const struct editing *editing)
{
	json_t *list = json_array(), *overlaps = json_array();
	size_t count = 0;
	if (editing->weekdays)
		find_shared_days(editing, list);
	for (size_t i = 0; i < editing->plan->session_count; i++)
		if (editing->plan->sessions[i].uid && is_changed(editing, i))
			count += find_overlaps(editing, i, overlaps);
	if (count > OVERLAPS_TOLD_MAX)
		json_array_append_new(overlaps, json_sprintf("and %zu more that overlap", count - OVERLAPS_TOLD_MAX));
	json_array_extend(list, overlaps);
	json_decref(overlaps);
	return list;
}
