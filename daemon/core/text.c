#include "text.h"

const char *const text_banned[] = {
	"fail", "failed", "lazy", "behind schedule", "overdue", "broken streak", "disappointed", "you only", NULL,
};

enum { HARD_EFFORT = 6 }; /* RULES 5.1 */

/* One row a kind: how the summary reads, which answers it offers, what to type instead. */
struct text_row {
	const char *summary; /* before the title */
	const char *command; /* before the session */
	struct bubble_action actions[BUBBLE_ACTIONS_MAX];
	int action_count;
	void (*body)(struct text *text, const struct enrolment *enrolment, const struct session *session, struct civil when);
};

static void add_week(struct text *text, const struct enrolment *enrolment, const struct session *session)
{
	const char *phase = shape_phase(&enrolment->shape, session->plan.week);
	text_addf(text, "week %d of %d%s%s", session->plan.week, enrolment->shape.weeks, phase[0] ? ", " : "", phase);
}

static void start_body(struct text *text, const struct enrolment *enrolment, const struct session *session, struct civil when UNUSED)
{
	/* A hard session is announced as one (IDEAS 93). */
	bool hard = session->plan.effort >= HARD_EFFORT;
	text_addf(text, "%d min, %s %d of 10 \u00b7 ", session->plan.minutes, hard ? "meant to feel like" : "effort", session->plan.effort);
	add_week(text, enrolment, session);
}

static void end_body(struct text *text, const struct enrolment *enrolment, const struct session *session, struct civil when UNUSED)
{
	text_addf(text, "%d min planned \u00b7 ", session->plan.minutes);
	add_week(text, enrolment, session);
	if (session->plan.milestone)
		text_addf(text, "\nMilestone: %s", session->plan.milestone);
}

static void prep_body(struct text *text, const struct enrolment *enrolment, const struct session *session, struct civil when)
{
	char clock[CLOCK_TEXT];
	text_addf(text, "%s %s, %d min \u00b7 ", weekday_name[day_weekday(when.day)], clock_text(clock, when.second),
		  session->plan.minutes);
	add_week(text, enrolment, session);
	text_addf(text, "\nLay out: %s", session->plan.prep ? session->plan.prep : "your kit and a quiet place");
}

static const struct text_row rows[NOTICE_KIND_COUNT] = {
	[NOTICE_START] = {"", "pacer start", {{"start", "Start"}, {"snooze", "Snooze"}, {"drop", "Not today"}}, 3, start_body},
	[NOTICE_END] = {"Time: ", "pacer done", {{"done", "Done"}, {"partly", "Partly"}, {"more-time", "More time"}}, 3, end_body},
	[NOTICE_PREP] = {"Coming up: ", "pacer help", {{NULL, NULL}}, 0, prep_body},
};

void text_session_bubble(struct bubble *bubble, enum notice_kind kind, const struct enrolment *enrolment, const struct session *session,
			 struct civil when, const char *ref, bool brief)
{
	const struct text_row *row = &rows[kind];
	struct text body = {0};
	row->body(&body, enrolment, session, when);
	if (kind == NOTICE_START && session->plan.tip && !brief)
		text_addf(&body, "\n%s", session->plan.tip);
	bubble->summary = xasprintf("%s%s", row->summary, session->plan.title);
	bubble->command = xasprintf("%s %s", row->command, ref);
	bubble->body = text_take(&body);
	memcpy(bubble->actions, row->actions, sizeof(bubble->actions));
	bubble->action_count = row->action_count;
}

void text_digest_line(struct digest *digest, enum notice_kind kind, const struct session *session, struct civil when)
{
	char clock[CLOCK_TEXT];
	if (++digest->line_count > DIGEST_LINES_MAX)
		return;
	text_addf(&digest->lines, "%s%s %s %s%s", digest->line_count > 1 ? "\n" : "", weekday_name[day_weekday(when.day)],
		  clock_text(clock, when.second), kind == NOTICE_PREP ? "coming up: " : "", session->plan.title);
}

void text_digest_bubble(struct bubble *bubble, const struct digest *digest)
{
	struct text summary = {0}, body = {0};
	if (digest->passed)
		text_addf(&summary, "%d session%s passed, ", digest->passed, digest->passed == 1 ? "" : "s");
	if (!digest->passed)
		text_add(&summary, "Coming up");
	else if (!digest->worth)
		text_add(&summary, "the plan goes on");
	else if (digest->passed == 1)
		text_add(&summary, "still worth doing");
	else
		text_addf(&summary, "%d still worth doing", digest->worth);
	text_add(&body, digest->lines.data ? digest->lines.data : "Nothing to catch up on. Next: pacer next");
	if (digest->line_count > DIGEST_LINES_MAX)
		text_addf(&body, "\nand %d more", digest->line_count - DIGEST_LINES_MAX);
	bubble->summary = text_take(&summary);
	bubble->body = text_take(&body);
	bubble->command = xstrdup(digest->worth ? "pacer inbox" : "pacer");
	bubble->action_count = 0;
}
