#include "text.h"

#include "checklist.h"
#include "load.h"

const char *const text_banned[] = {
	"fail", "failed", "lazy", "behind schedule", "overdue", "broken streak", "disappointed", "you only", NULL,
};

enum { HARD_EFFORT = 6 }; /* RULES 5.1 */

/* One row a kind: how the summary reads, which answers it offers, what to type instead. */
struct text_row {
	const char *summary; /* before the title; with `whole` all of it, and the body has the title */
	const char *command; /* before the session */
	struct bubble_action actions[BUBBLE_ACTIONS_MAX];
	int action_count;
	void (*body)(struct text *text, const struct text_facts *facts);
	bool clickable;
	int expire_s;
	bool whole;
};

static void add_week(struct text *text, const struct enrolment *enrolment, int week)
{
	const char *phase = shape_phase(&enrolment->shape, week);
	text_addf(text, "week %d of %d%s%s", week, enrolment->shape.weeks, phase[0] ? ", " : "", phase);
}

static void add_line(struct text *text, const char *label, const char *value)
{
	if (value && value[0])
		text_addf(text, "%s%s%s", text->len ? "\n" : "", label, value);
}

static void add_intention(struct text *text, const struct session *session)
{
	add_line(text, "You want: ", session->intention.want);
	add_line(text, "The customer feels: ", session->intention.feel);
	add_line(text, "You do: ", session->intention.act);
}

static void start_body(struct text *text, const struct text_facts *facts)
{
	const struct plan_session *plan = &facts->session->plan;
	/* A hard session is announced as one (IDEAS 93). */
	text_addf(text, "%d min, %s %d of 10 \u00b7 ", plan->minutes, plan->effort >= HARD_EFFORT ? "meant to feel like" : "effort",
		  plan->effort);
	add_week(text, facts->enrolment, plan->week);
	if (!facts->policy->brief)
		add_line(text, "", plan->tip);
	add_intention(text, facts->session);
}

static void end_body(struct text *text, const struct text_facts *facts)
{
	text_addf(text, "%d min planned \u00b7 ", facts->session->plan.minutes);
	add_week(text, facts->enrolment, facts->session->plan.week);
	add_line(text, "Milestone: ", facts->session->plan.milestone);
	add_intention(text, facts->session);
}

/* "A; B; C" of what is ticked or is not. */
static void add_items(struct text *text, const struct text_facts *facts, bool ticked)
{
	struct checklist list;
	checklist_make(&list, facts->session, facts->when, facts->policy);
	for (int i = 0, n = 0; i < list.count; i++)
		if (list.items[i].ticked == ticked)
			text_addf(text, "%s%s", n++ ? "; " : "", list.items[i].text);
	checklist_release(&list);
}

static void prep_body(struct text *text, const struct text_facts *facts)
{
	char clock[CLOCK_TEXT];
	OWNED_TEXT *items = NULL;
	struct text open = {0};
	text_addf(text, "%s %s, %d min \u00b7 ", weekday_name[day_weekday(facts->when.day)], clock_text(clock, facts->when.second),
		  facts->session->plan.minutes);
	add_week(text, facts->enrolment, facts->session->plan.week);
	add_items(&open, facts, false);
	items = text_take(&open);
	add_line(text, "Lay out: ", items[0] ? items : "your kit and a quiet place");
}

static void ready_body(struct text *text, const struct text_facts *facts)
{
	text_add(text, "Not laid out yet: ");
	add_items(text, facts, false);
}

/* The longest part of at most bytes_max that ends between two words, or at least between two characters. */
static size_t whole_characters(const char *text, size_t bytes_max)
{
	size_t n = strnlen(text, bytes_max);
	while (n && text[n] && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	size_t word = n;
	while (text[n] && word && text[word] != ' ')
		word--;
	return text[n] && word ? word : n;
}

/* Whom to ask comes first: some servers cut long bodies. */
static void more_body(struct text *text, const struct text_facts *facts)
{
	enum { ABOUT_BYTES_MAX = 240 };
	const struct plan_session *plan = &facts->session->plan;
	const char *contact = policy_contact(facts->policy, facts->session);
	add_line(text, "Ask: ", contact ? contact : "your buddy, or the trainer of this plan");
	add_line(text, "Open: ", plan->link);
	if (plan->description) {
		OWNED_TEXT *about = xstrndup(plan->description, whole_characters(plan->description, ABOUT_BYTES_MAX));
		text_addf(text, "\n%s%s", about, plan->description[strlen(about)] ? "\u2026" : "");
	}
	add_intention(text, facts->session);
}

static void water_body(struct text *text, const struct text_facts *facts)
{
	const struct plan_session *plan = &facts->session->plan;
	text_addf(text, "%s \u00b7 %d of %d min. A sip of water, shoulders down, and on.", plan->title, plan->minutes / 2, plan->minutes);
}

static void wall_body(struct text *text, const struct text_facts *facts)
{
	const struct session *session = facts->session;
	text_addf(text, "%s \u00b7 minute %d of %d. This is where it gets long for everybody. Water, sit up, then just the next step.",
		  session->plan.title, (int)(session_alarm_at(session, ALARM_WALL).s - session->life.started.s) / MINUTE_S,
		  session->plan.minutes);
}

static void refuel_body(struct text *text, const struct text_facts *facts)
{
	OWNED_TEXT *words = text_refuel(facts->session);
	text_add(text, words);
}

static void breathe_body(struct text *text, const struct text_facts *facts)
{
	text_addf(text, "%s\nIn for four, hold for four, out for six. Six times, then begin.", facts->session->plan.title);
}

/* clang-format off */
static const struct text_row rows[NOTICE_KIND_COUNT] = {
	[NOTICE_START] = {"", "pacer start", {{"start", "Start"}, {"snooze", "Snooze"}, {"drop", "Not today"}}, 3, start_body, true, 0, false},
	[NOTICE_END] = {"Finished? ", "pacer done", {{"done", "Done"}, {"partly", "Partly"}, {"more-time", "More time"}}, 3, end_body, true, 0, false},
	[NOTICE_PREP] = {"Coming up: ", "pacer prep", {{NULL, NULL}}, 0, prep_body, false, 0, false},
	[NOTICE_READY] = {"First lay out: ", "pacer prep", {{"ready", "All set"}, {"anyway", "Start anyway"}, {"snooze", "Snooze"}}, 3,
			  ready_body, false, 0, false},
	[NOTICE_MORE] = {"", "pacer help", {{"start", "Start"}, {"after-meeting", NULL}, {"tomorrow", NULL}}, 3, more_body, false, 0, false},
	[NOTICE_MORE_END] = {"Finished? ", "pacer help", {{"done", "Done"}, {"partly", "Partly"}, {"more-time", "More time"}}, 3, more_body,
			     false, 0, false},
	[NOTICE_WATER] = {"Half way", "pacer next", {{NULL, NULL}}, 0, water_body, false, 0, true},
	[NOTICE_WALL] = {"You have come this far", "pacer next", {{NULL, NULL}}, 0, wall_body, false, 0, true},
	[NOTICE_REFUEL] = {"Well earned: a break", "pacer", {{NULL, NULL}}, 0, refuel_body, false, 0, true},
	[NOTICE_BREATHE] = {"A minute to breathe", "pacer next", {{"breathed", "Ready"}, {"skip-breathing", "Skip"}}, 2, breathe_body,
			    false, 60, true},
};
/* clang-format on */

void text_session_bubble(struct bubble *bubble, enum notice_kind kind, const struct text_facts *facts)
{
	const struct text_row *row = &rows[kind];
	struct text body = {0};
	if (facts->again && notice_info[kind].asks)
		text_add(&body, "Asked once more \u00b7 ");
	row->body(&body, facts);
	bubble->summary = xasprintf("%s%s", row->summary, row->whole ? "" : facts->session->plan.title);
	bubble->command = xasprintf("%s %s", row->command, facts->ref);
	bubble->body = text_take(&body);
	bubble->action_count = row->action_count;
	bubble->clickable = row->clickable;
	bubble->sound = facts->policy->sound && notice_info[kind].asks;
	bubble->expire_s = row->expire_s;
	for (int i = 0; i < row->action_count; i++) {
		bubble->actions[i] = row->actions[i];
		if (!row->actions[i].label)
			bubble->actions[i].label = !strcmp(row->actions[i].id, "tomorrow") ? facts->workday : facts->later;
	}
}

bool text_offers(enum notice_kind kind, const char *choice)
{
	const struct text_row *row = &rows[kind];
	for (int i = 0; i < row->action_count; i++)
		if (!strcmp(row->actions[i].id, choice))
			return true;
	return row->clickable && !strcmp(choice, BUBBLE_CLICK);
}

/* --- the day and the week ------------------------------------------------------------------------------------------------------------- */

/* The smaller number is the one that helps: "3 done" early, "3 to go" late (IDEAS 81). */
static void add_progress(struct text *text, const struct enrolment *enrolment)
{
	size_t done = 0, counted = 0;
	for (size_t i = 0; i < enrolment->session_count; i++) {
		enum session_state state = enrolment->sessions[i].life.state;
		done += state == STATE_DONE || state == STATE_PARTIAL;
		counted += state != STATE_EXCUSED && state != STATE_DROPPED;
	}
	bool early = done * 2 < counted;
	if (done)
		text_addf(text, "%sIn the whole plan: %zu session%s %s", text->len ? "\n" : "", early ? done : counted - done,
			  (early ? done : counted - done) == 1 ? "" : "s", early ? "done" : "to go");
}

static void add_last_week(struct text *text, const struct enrolment *enrolment, int week)
{
	struct week_load *weeks = xcalloc((size_t)enrolment->shape.weeks, sizeof(*weeks));
	load_session_weeks(enrolment->sessions, enrolment->session_count, enrolment->shape.weeks, weeks);
	if (week > 1 && week <= enrolment->shape.weeks && weeks[week - 2].sessions_done)
		text_addf(text, "\nLast week: %d session%s, %d min", weeks[week - 2].sessions_done,
			  weeks[week - 2].sessions_done == 1 ? "" : "s", weeks[week - 2].minutes_done);
	free(weeks);
}

static void week_bubble(struct text *summary, struct text *body, const struct outlook *outlook)
{
	char clock[CLOCK_TEXT];
	const struct enrolment *enrolment = outlook->enrolment;
	int week = schedule_week(enrolment, outlook->today);
	bool inside = !outlook->several && week >= 1 && week <= enrolment->shape.weeks;
	if (inside) {
		add_week(summary, enrolment, week);
		summary->data[0] = 'W';
	} else {
		text_add(summary, "This week");
	}
	text_addf(summary, ": %d session%s, %d min", outlook->sessions, outlook->sessions == 1 ? "" : "s", outlook->minutes);
	if (inside && shape_is_cutback(&enrolment->shape, week))
		text_add(body, "A cut-back week: lighter on purpose.\n");
	text_addf(body, "Main session: %s %s, %s, %d min", weekday_name[day_weekday(outlook->key_at.day)],
		  clock_text(clock, outlook->key_at.second), outlook->key->plan.title, outlook->key->plan.minutes);
	if (outlook->questions)
		text_addf(body, "\n%d question%s in pacer inbox", outlook->questions, outlook->questions == 1 ? " waits" : "s wait");
	if (!outlook->several) {
		add_last_week(body, enrolment, week);
		add_progress(body, enrolment);
	}
}

static void morning_bubble(struct text *summary, struct text *body, const struct outlook *outlook)
{
	char clock[CLOCK_TEXT];
	text_addf(summary, "Today %s: %s", clock_text(clock, outlook->first_at.second), outlook->first->plan.title);
	text_addf(body, "%d min \u00b7 ", outlook->first->plan.minutes);
	add_week(body, outlook->enrolment, outlook->first->plan.week);
	if (outlook->sessions > 1)
		text_addf(body, "\n%d sessions in all today", outlook->sessions);
}

void text_day_bubble(struct bubble *bubble, enum notice_kind kind, const struct outlook *outlook)
{
	struct text summary = {0}, body = {0};
	(kind == NOTICE_WEEK ? week_bubble : morning_bubble)(&summary, &body, outlook);
	bubble->summary = text_take(&summary);
	bubble->body = text_take(&body);
	bubble->command = xstrdup(kind == NOTICE_WEEK ? "pacer week" : "pacer");
	bubble->action_count = 0;
}

void text_update_bubble(struct bubble *bubble, int changes)
{
	bubble->summary = xstrdup("Your plan has a new version");
	bubble->body = xasprintf("%d change%s to what lies ahead; what you did and moved stays. pacer why tells each.", changes,
				 changes == 1 ? "" : "s");
	bubble->command = xstrdup("pacer why");
	bubble->action_count = 0;
}

char *text_refuel(const struct session *session)
{
	return xasprintf("%d minutes of %s behind you. Up from the chair: water, a bite, ten minutes away from the screen.",
			 session->life.actual_minutes, session->plan.title);
}

char *text_comfort(const struct session *session, const struct policy *policy)
{
	const char *contact = policy_contact(policy, session);
	if (session->life.feel != 3)
		return NULL;
	return xasprintf("That was no fun, and you saw it through: %d minutes count. Drink something and take a short walk; %s%s.",
			 session->life.actual_minutes, contact ? "if it weighs on you, talk to " : "the next one starts fresh",
			 contact ? contact : "");
}

/* --- the digest -------------------------------------------------------------------------------------------------------------------------
 */

void text_digest_line(struct digest *digest, enum notice_kind kind, const struct session *session, struct civil when)
{
	char clock[CLOCK_TEXT];
	if (++digest->line_count > DIGEST_LINES_MAX)
		return;
	text_addf(&digest->lines, "%s%s %s %s%s", digest->line_count > 1 ? "\n" : "", weekday_name[day_weekday(when.day)],
		  clock_text(clock, when.second), kind == NOTICE_PREP ? "comes up: " : "", session->plan.title);
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
	else if (digest->passed == digest->worth)
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
