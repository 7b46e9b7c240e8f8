#include "place.h"

int32_t place_standard_anchor(void)
{
	return day_from_ymd(2001, 1, 1);
}

static bool is_utc(const struct plan_session *session)
{
	return session->zone && strcmp(session->zone, zone_utc.name) == 0;
}

static struct civil wall_civil(const struct plan_session *session, const struct zone *wall)
{
	struct civil at = {session->day, session->second};
	return wall && is_utc(session) ? zone_civil(wall, zone_resolve(&zone_utc, at)) : at;
}

int32_t place_first_monday(const struct plan *plan, const struct zone *wall)
{
	if (!plan->session_count)
		return place_standard_anchor();
	int32_t first = wall_civil(&plan->sessions[0], wall).day;
	for (size_t i = 1; i < plan->session_count; i++) {
		int32_t day = wall_civil(&plan->sessions[i], wall).day;
		first = day < first ? day : first;
	}
	return day_monday(first);
}

void place_wall(struct plan *plan, const struct zone *wall)
{
	for (size_t i = 0; wall && i < plan->session_count; i++) {
		struct plan_session *session = &plan->sessions[i];
		if (!is_utc(session))
			continue;
		struct civil at = wall_civil(session, wall);
		session->day = at.day;
		session->second = at.second;
		text_replace(&session->zone, NULL);
	}
}

void place_weeks(struct plan *plan)
{
	for (size_t i = 0; i < plan->session_count; i++) {
		struct plan_session *session = &plan->sessions[i];
		session->day -= plan->anchor;
		/* Rounded down: the week before week 1 is week 0. */
		session->week = session->day / WEEK_DAYS - (session->day % WEEK_DAYS < 0) + 1;
	}
}

int place_last_week(const struct plan *plan)
{
	int last = 0;
	for (size_t i = 0; i < plan->session_count; i++)
		if (plan->sessions[i].week > last && plan->sessions[i].week <= PLAN_WEEKS_MAX)
			last = plan->sessions[i].week;
	return last;
}

/* --- ids ------------------------------------------------------------------------------------------------------------------------- */

struct id_claim {
	int32_t slot; /* the session's day, and the number: what the id says */
	uint32_t number;
	size_t session;
};

static int claim_compare(const void *left, const void *right)
{
	const struct id_claim *a = left, *b = right;
	if (a->slot != b->slot)
		return a->slot < b->slot ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return (a->session > b->session) - (a->session < b->session);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "...-W05-FR" -> 1, "...-W05-FR2" -> 2; 0: no such end, or another week or weekday than the session's. */
static uint32_t suffix_number(const struct plan_session *session)
{
	const char *uid = session->uid;
	size_t n = strlen(uid), digits = 0;
	while (digits < n && digits < 3 && is_digit(uid[n - 1 - digits]))
		digits++;
	if (digits == 3 || n - digits < 7 || session->week < 1 || session->week > 99)
		return 0;
	char expected[16];
	const char *weekday = weekday_short[plan_weekday(session->day)];
	snprintf(expected, sizeof(expected), "-w%02d-%s", session->week, weekday);
	if (strncasecmp(uid + n - digits - 7, expected, 7) != 0)
		return 0;
	if (!digits)
		return 1;
	uint32_t number = (uint32_t)strtoul(uid + n - digits, NULL, 10);
	return number >= 2 && uid[n - digits] != '0' ? number : 0;
}

void place_ids(struct plan *plan)
{
	struct id_claim *claims = xcalloc(plan->session_count, sizeof(*claims));
	size_t count = 0;
	for (size_t i = 0; i < plan->session_count; i++) {
		uint32_t number = suffix_number(&plan->sessions[i]);
		if (number)
			claims[count++] = (struct id_claim){plan->sessions[i].day, number, i};
	}
	if (count > 1)
		qsort(claims, count, sizeof(*claims), claim_compare);
	for (size_t i = 0; i < count; i++) {
		const struct id_claim *claim = &claims[i];
		if (i && claims[i - 1].slot == claim->slot && claims[i - 1].number == claim->number)
			continue;
		struct plan_session *session = &plan->sessions[claim->session];
		const char *weekday = weekday_short[plan_weekday(session->day)];
		session->id = claim->number == 1 ? xasprintf("w%02d-%s", session->week, weekday)
						 : xasprintf("w%02d-%s%u", session->week, weekday, claim->number);
	}
	free(claims);
}
