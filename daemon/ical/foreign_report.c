#include "foreign_private.h"

#include "read.h"

/* Names with a comma between; of many the first few. */
enum { NAMES_TOLD = 5 };
struct name_list {
	struct text text;
	int count;
};

/* times: 0: not said. */
static void name_add(struct name_list *list, const struct told *told, int times)
{
	if (++list->count > NAMES_TOLD)
		return;
	text_addf(&list->text, "%s'%s'", list->text.len ? ", " : "", told->title ? told->title : "without a title");
	if (times)
		text_addf(&list->text, " %d", times);
}

/* Owned by the caller. */
static char *name_list_text(struct name_list *list)
{
	if (list->count > NAMES_TOLD)
		text_addf(&list->text, " and %d more", list->count - NAMES_TOLD);
	return text_take(&list->text);
}

/* --- what was guessed ------------------------------------------------------------------------------------------------------------ */

static int told_compare(const void *key, const void *item)
{
	int line = *(const int *)key, at = ((const struct told *)item)->line;
	return line < at ? -1 : line > at;
}

/* The event a session comes from. */
static struct told *told_of(const struct told_list *list, const struct plan_session *session)
{
	return list->count ? bsearch(&session->line, list->items, list->count, sizeof(*list->items), told_compare) : NULL;
}

/* "easy 2, long 1" */
static char *counts_text(const int counts[static TYPE_COUNT])
{
	struct text text = {0};
	for (int type = 0; type < TYPE_COUNT; type++)
		if (counts[type])
			text_addf(&text, "%s%s %d", text.len ? ", " : "", type_info[type].name, counts[type]);
	return text_take(&text);
}

static void tell_guesses(const struct plan *plan, const struct told_list *list, char ***report, size_t *report_count)
{
	int by_category[TYPE_COUNT] = {0}, by_weekday[TYPE_COUNT] = {0}, efforts = 0;
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		struct told *told = told_of(list, session);
		if (!told)
			continue;
		told->sessions++;
		by_category[session->type] += !told->type && told->category;
		by_weekday[session->type] += !told->type && !told->category;
		efforts += !told->effort;
	}
	OWNED_TEXT *categories = counts_text(by_category), *weekdays = counts_text(by_weekday);
	if (*categories)
		foreign_tell(report, report_count, "types read from the categories: %s", categories);
	if (*weekdays)
		foreign_tell(report, report_count, "types guessed from the weekday: %s", weekdays);
	if (efforts)
		foreign_tell(report, report_count, "effort not said, so that of the type is taken: %d of %zu sessions", efforts,
			     plan->session_count);
}

static void tell_whole_days(const struct told_list *list, char ***report, size_t *report_count)
{
	struct name_list names = {0};
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].whole_day && list->items[i].sessions)
			name_add(&names, &list->items[i], 0);
	OWNED_TEXT *text = name_list_text(&names);
	if (names.count)
		foreign_tell(report, report_count, "events of a whole day begin at 09:00: %s", text);
}

static void tell_series(const struct told_list *list, char ***report, size_t *report_count)
{
	struct name_list names = {0};
	for (size_t i = 0; i < list->count; i++) {
		const struct told *told = &list->items[i];
		if (told->repeats && told->sessions)
			name_add(&names, told, told->sessions);
	}
	OWNED_TEXT *text = name_list_text(&names);
	if (names.count)
		foreign_tell(report, report_count, "events that repeat became a session each time: %s", text);
}

/* Each zone once, with its sessions. */
static void tell_zones(const struct plan *plan, char ***report, size_t *report_count)
{
	struct text out = {0};
	for (size_t i = 0; i < plan->session_count; i++) {
		const char *zone = plan->sessions[i].zone;
		int sessions = 0;
		bool first = zone != NULL;
		for (size_t k = 0; first && k < plan->session_count; k++) {
			bool same = plan->sessions[k].zone && !strcmp(plan->sessions[k].zone, zone);
			first = k >= i || !same;
			sessions += same;
		}
		if (first)
			text_addf(&out, "%s%s %d", out.len ? ", " : "", zone, sessions);
	}
	if (out.len)
		foreign_tell(report, report_count, "times stay in the zone of their event, wherever the learner is: %s", out.data);
	text_release(&out);
}

/* Times in UTC: on whose clock, or that they are on none. */
static void tell_utc(const struct plan *plan, const struct told_list *list, char ***report, size_t *report_count)
{
	int on_clock = 0, utc = 0;
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		const struct told *told = told_of(list, session);
		on_clock += told && told->utc && !session->zone;
		utc += session->zone && !strcmp(session->zone, "UTC");
	}
	if (on_clock)
		foreign_tell(report, report_count,
			     "times in UTC are read on the clock of %s (X-WR-TIMEZONE), and stay at that time of day wherever the learner "
			     "is: %d",
			     list->wall, on_clock);
	if (utc && !list->own)
		foreign_tell(
			report, report_count,
			"times in UTC move with zone and season: a learner elsewhere, or after the clocks change, has them at another time "
			"of day; for a fixed one add a line like X-WR-TIMEZONE:Europe/Berlin below BEGIN:VCALENDAR and import again");
}

/* What stays in the file, and is better known before it is given away. */
static void tell_kept(const struct told_list *list, char ***report, size_t *report_count)
{
	int html = 0, people = 0;
	for (size_t i = 0; i < list->count; i++) {
		html += list->items[i].html;
		people += list->items[i].people;
	}
	if (html)
		foreign_tell(report, report_count, "descriptions written in HTML stay so in the file%s: %d event%s",
			     list->own ? "" : ", and are shown without its tags", html, html == 1 ? "" : "s");
	if (people)
		foreign_tell(report, report_count,
			     "addresses of people (ORGANIZER, ATTENDEE) stay in the file, take them out before you give it to others: "
			     "%d event%s",
			     people, people == 1 ? "" : "s");
}

static void tell_left_out(const struct told_list *list, char ***report, size_t *report_count)
{
	struct name_list tasks = {0}, cancelled = {0};
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].todo && !list->items[i].start)
			name_add(&tasks, &list->items[i], 0);
		if (list->items[i].cancelled)
			name_add(&cancelled, &list->items[i], 0);
	}
	OWNED_TEXT *task_names = name_list_text(&tasks), *cancelled_names = name_list_text(&cancelled);
	if (tasks.count)
		foreign_tell(report, report_count, "no session, because they have no start: %d task%s: %s", tasks.count,
			     tasks.count == 1 ? "" : "s", task_names);
	if (cancelled.count)
		foreign_tell(report, report_count, "no session, because they are cancelled: %d event%s: %s", cancelled.count,
			     cancelled.count == 1 ? "" : "s", cancelled_names);
}

void foreign_report(const char *name, const char *bytes, size_t length, char ***report, size_t *report_count)
{
	struct findings findings = {0};
	CLEANUP(told_release) struct told_list list = {0};
	char day[DAY_TEXT];
	struct plan *plan = ical_read(name, name, bytes, length, &findings);
	if (plan) {
		told_scan(&list, bytes, length);
		if (plan->dated)
			foreign_tell(report, report_count, "week 1 begins on Monday %s, in the week of the first event",
				     day_text(day, plan->anchor));
		tell_guesses(plan, &list, report, report_count);
		tell_whole_days(&list, report, report_count);
		tell_series(&list, report, report_count);
		tell_zones(plan, report, report_count);
		tell_utc(plan, &list, report, report_count);
		tell_left_out(&list, report, report_count);
		tell_kept(&list, report, report_count);
	}
	plan_free(plan);
	findings_release(&findings);
}
