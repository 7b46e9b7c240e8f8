/* today, week, next: what is on. */
#include "commands.h"
#include "render.h"

static const json_t *first_open(const json_t *sessions)
{
	size_t i;
	json_t *session;
	const json_t *waiting = NULL;
	json_array_foreach (sessions, i, session) {
		OWNED_TEXT *command = session_command(session, false);
		if (command && !strcmp(field_text(session, "state"), "running"))
			return session;
		if (command && !waiting)
			waiting = session;
	}
	return waiting;
}

/* The week's phase and minutes are asked for beside the day's answer: one more round trip of a tenth of a millisecond. */
static void show_enrolment(struct cli *cli, const json_t *enrolment)
{
	const struct screen *out = &cli->out;
	long week = field_number(enrolment, "week"), weeks = field_number(enrolment, "weeks");
	json_t *now =
		cli_call_quietly(cli, "Week", json_pack("{s:I, s:s}", "week", (json_int_t)week, "enrollment", field_text(enrolment, "id")));
	OWNED_TEXT *race = stamp_day(field_text(enrolment, "race"));
	OWNED_TEXT *start = stamp_day(field_text(enrolment, "start"));
	const char *phase = field_text(now, "phase"), *label = race_day_label(enrolment);

	say(out, STYLE_STRONG, "%s", field_text(enrolment, "title"));
	say_line(out, STYLE_DIM, "  %s", field_text(enrolment, "id"));
	if (week < 1)
		say_line(out, STYLE_DIM, "  begins %s, %ld weeks, %s %s", start, weeks, label, race);
	else
		say_line(out, STYLE_DIM, "  week %ld of %ld%s%s, %s %s", week, weeks, *phase ? ", " : "", phase, label, race);
	if (now) {
		OWNED_TEXT *words = xasprintf("%ld of %ld min", field_number(now, "minutes_done"), field_number(now, "minutes"));
		say_bar(out, "week", field_number(now, "minutes_done"), field_number(now, "minutes"), words);
	}
	OWNED_TEXT *words = xasprintf("%ld of %ld sessions", field_number(enrolment, "sessions_done"), field_number(enrolment, "sessions"));
	say_bar(out, "plan", field_number(enrolment, "sessions_done"), field_number(enrolment, "sessions"), words);
	if (field_has(enrolment, "plan_problem"))
		say_wrapped(out, 2, STYLE_DIM, field_text(enrolment, "plan_problem"));
	say_gap(out);
	json_decref(now);
}

static void show_after_the_day(struct cli *cli)
{
	json_t *reply = cli_call_quietly(cli, "Next", NULL);
	const json_t *session = json_object_get(reply, "session");
	if (json_is_object(session)) {
		OWNED_TEXT *phrase = session_phrase(session);
		say(&cli->out, STYLE_DIM, "Next: ");
		say_line(&cli->out, STYLE_PLAIN, "%s", phrase);
	}
	json_decref(reply);
}

static void show_questions(struct cli *cli, long questions)
{
	if (!questions)
		return;
	say(&cli->out, STYLE_CARE, questions == 1 ? "%ld question waits" : "%ld questions wait", questions);
	say(&cli->out, STYLE_PLAIN, " for an answer: ");
	say_line(&cli->out, STYLE_NOW, "pacer inbox");
}

static void show_no_plan(struct cli *cli)
{
	say_line(&cli->out, STYLE_PLAIN, "No plan yet. Two steps to your first session:");
	say(&cli->out, STYLE_NOW, "  pacer plans");
	say_line(&cli->out, STYLE_DIM, "                               what there is");
	say(&cli->out, STYLE_NOW, "  pacer enroll NAME --start \"next mon\"");
	say_line(&cli->out, STYLE_DIM, "      shows the outline, then asks");
}

/* What belongs to the session that is on: its address, and what was noted for it. */
static void show_at_hand(struct cli *cli, const json_t *session, bool several)
{
	OWNED_TEXT *name = session_name(session, several);
	say_link(&cli->out, session, name);
	say_intention(&cli->out, "you noted", session);
	if (field_has(session, "link") || has_intention(session))
		say_gap(&cli->out);
}

static void show_sessions_of_day(struct cli *cli, const json_t *sessions, bool several)
{
	const json_t *open = first_open(sessions);
	if (json_array_size(sessions))
		render_sessions(&cli->out, sessions, false, several);
	else
		say_line(&cli->out, STYLE_PLAIN, "  Nothing is planned for this day.");
	say_gap(&cli->out);
	if (open) {
		OWNED_TEXT *command = session_command(open, several);
		show_at_hand(cli, open, several);
		say_next(&cli->out, command);
	} else {
		show_after_the_day(cli);
	}
}

void today_show(struct cli *cli, const json_t *reply)
{
	const json_t *enrolments = field_list(reply, "enrollments");
	const char *notice = field_text(reply, "notice");
	OWNED_TEXT *day = stamp_long_day(field_text(reply, "date"));
	size_t i;
	json_t *enrolment;
	say_line(&cli->out, STYLE_STRONG, "%s", day);
	say_gap(&cli->out);
	json_array_foreach (enrolments, i, enrolment)
		show_enrolment(cli, enrolment);
	if (json_array_size(enrolments))
		show_sessions_of_day(cli, field_list(reply, "sessions"), json_array_size(enrolments) > 1);
	else
		show_no_plan(cli);
	show_questions(cli, field_number(reply, "questions"));
	if (*notice) {
		say(&cli->out, STYLE_CARE, "Note: ");
		say_hanging(&cli->out, 6, 6, STYLE_PLAIN, notice);
	}
}

void week_show(struct cli *cli, const json_t *reply)
{
	const struct screen *out = &cli->out;
	const json_t *enrolment = json_object_get(reply, "enrollment"), *sessions = field_list(reply, "sessions");
	const char *phase = field_text(reply, "phase");
	long minutes = field_number(reply, "minutes"), minutes_done = field_number(reply, "minutes_done");
	OWNED_TEXT *start = stamp_year_day(field_text(reply, "start"));
	OWNED_TEXT *words = xasprintf("%ld of %ld min", minutes_done, minutes);

	say(out, STYLE_STRONG, "Week %ld of %ld", field_number(reply, "week"), field_number(reply, "weeks"));
	say(out, STYLE_PLAIN, "%s%s%s", *phase ? ", " : "", phase, field_flag(reply, "cutback") ? ", cut-back" : "");
	say_line(out, STYLE_DIM, "  from %s", start);
	say_line(out, STYLE_DIM, "%s  %s", field_text(enrolment, "title"), field_text(enrolment, "id"));
	say_gap(out);
	say_bar(out, "week", minutes_done, minutes, words);
	say_gap(out);
	if (json_array_size(sessions))
		render_sessions(out, sessions, true, cli_has_several(cli));
	else
		say_line(out, STYLE_PLAIN, "  Nothing is planned in this week.");
	if (*field_text(reply, "milestone")) {
		say_gap(out);
		say(out, STYLE_DIM, "Milestone: ");
		say_line(out, STYLE_PLAIN, "%s", field_text(reply, "milestone"));
	}
}

static void show_milestone(const struct screen *out, const json_t *reply)
{
	if (!field_has(reply, "milestone"))
		return;
	say(out, STYLE_DIM, "Next milestone: ");
	say(out, STYLE_PLAIN, "%s", field_text(reply, "milestone"));
	if (field_has(reply, "milestone_week"))
		say(out, STYLE_DIM, " (week %ld)", field_number(reply, "milestone_week"));
	say_gap(out);
}

void next_show(struct cli *cli, const json_t *reply)
{
	const struct screen *out = &cli->out;
	const json_t *session = json_object_get(reply, "session");
	if (!json_is_object(session)) {
		say_line(out, STYLE_PLAIN, "Nothing more is planned. pacer plans shows what you can take up.");
		return;
	}
	const struct look *look = state_look(field_text(session, "state"));
	OWNED_TEXT *moment = stamp_moment(field_text(session, "start"));
	bool several = cli_has_several(cli);
	OWNED_TEXT *name = session_name(session, several);
	OWNED_TEXT *command = session_command(session, several);
	say_line(out, STYLE_STRONG, "%s", field_text(session, "title"));
	say(out, STYLE_PLAIN, "  %s, %ld min  ", moment, field_number(session, "minutes"));
	say(out, look->style, "%s %s  ", look_sign(look, out), field_text(session, "state"));
	say_line(out, STYLE_NOW, "%s", name);
	say_labelled(out, "prepare", field_text(session, "prep"));
	say_labelled(out, "tip", field_text(session, "tip"));
	say_link(out, session, name);
	say_intention(out, "you noted", session);
	say_gap(out);
	show_milestone(out, reply);
	if (command)
		say_next(out, command);
}
