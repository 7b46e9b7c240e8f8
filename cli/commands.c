#include "commands.h"

#define BIT(option) (1u << (option))

static const char group_day[] = "Your day", group_before[] = "Before a session", group_answers[] = "Answers", group_quiet[] = "Quiet times",
		  group_plans[] = "Plans", group_closer[] = "Looking closer", group_care[] = "Care";

#define SESSION_OPTIONAL                                                                                                                   \
	{                                                                                                                                  \
		"SESSION", "session", VALUE_TEXT, false, false, NULL                                                                       \
	}

const struct command commands[] = {
	{
		.name = "today",
		.group = group_day,
		.usage = "today [DATE]",
		.summary = "sessions of a day, how the week stands, what to type next",
		.about = "Shows the sessions of the day in every enrolment, with the week and the plan as bars. This is also what pacer "
			 "shows without a command. A date is today, tomorrow, mon, next mon, 2026-11-30 or +3d.",
		.examples = "pacer\npacer today tomorrow\npacer today --json",
		.positionals = {{"DATE", "date", VALUE_TEXT, false, true, NULL}},
		.method = "Today",
		.show = today_show,
	},
	{
		.name = "week",
		.group = group_day,
		.usage = "week [N] [--enrollment ID]",
		.summary = "a week of your plan; without a number the running one",
		.about = "Shows one week of an enrolment: phase, sessions with their states, minutes done and planned.",
		.examples = "pacer week\npacer week 5\npacer week 5 --enrollment e2",
		.options = BIT(OPTION_ENROLLMENT),
		.positionals = {{"N", "week", VALUE_NUMBER, false, false, NULL}},
		.method = "Week",
		.show = week_show,
	},
	{
		.name = "next",
		.group = group_day,
		.usage = "next",
		.summary = "the next thing to do, and the next milestone",
		.about = "Shows the session that runs, waits for an answer or comes next, what it needs, and the next milestone.",
		.examples = "pacer next\npacer next --json",
		.method = "Next",
		.show = next_show,
	},
	{
		.name = "prep",
		.group = group_before,
		.usage = "prep [SESSION] [N...] [--all | --untick]",
		.summary = "what to lay out before a session; numbers tick it off",
		.about = "Shows what to lay out before a session: from the plan, from the kit settings and for a race. Numbers tick, with "
			 "--untick they take a tick back, --all ticks everything. A long session, a tune-up and a race ask for four fifths "
			 "of it before they start. Without a session: the one that is asked about, or the next.",
		.examples = "pacer prep\npacer prep w05-fr 1 3\npacer prep w05-fr --all\npacer prep 3 --untick",
		.options = BIT(OPTION_ALL) | BIT(OPTION_UNTICK),
		.positionals = {SESSION_OPTIONAL, {"N", "tick", VALUE_NUMBERS, false, true, NULL}},
		.method = "Prepare",
		.run = prep_run,
		.show = prep_show,
	},
	{
		.name = "intend",
		.group = group_before,
		.usage = "intend [SESSION] [--want TEXT] [--customer TEXT] [--act TEXT]",
		.summary = "note what you want from a session",
		.about = "Notes your intention for a session: what you want, how the customer is to feel, what you do for it. It is shown "
			 "when the session starts and when it is done, and stays with you. With a session and no options pacer asks the "
			 "three on a terminal: Enter keeps what stands there, - takes it back. Without a session it shows what is noted "
			 "for the one that is on, or the next.",
		.examples = "pacer intend w05-fr\npacer intend w05-fr --want \"stay calm\" --customer \"heard\"\npacer intend",
		.options = BIT(OPTION_WANT) | BIT(OPTION_CUSTOMER) | BIT(OPTION_ACT),
		.positionals = {SESSION_OPTIONAL},
		.method = "Intend",
		.run = intend_run,
		.show = intend_show,
	},
	{
		.name = "open",
		.group = group_before,
		.usage = "open [SESSION]",
		.summary = "open the address of a session",
		.about = "Opens the address the plan gives for a session in the program your desktop has for it. Without a session: the "
			 "one that runs or is asked about, or the next.",
		.examples = "pacer open\npacer open w05-fr",
		.positionals = {SESSION_OPTIONAL},
		.method = "Open",
		.show = open_show,
	},
	{
		.name = "start",
		.group = group_answers,
		.usage = "start [SESSION] [--anyway]",
		.summary = "begin a session",
		.about = "Notes that a session has begun; the question how it went comes when its minutes are over. A long session, a "
			 "tune-up or a race asks first when less than four fifths of its list is laid out (pacer prep); --anyway does not "
			 "ask. Without a session: the one that is asked about, or the next.",
		.examples = "pacer start\npacer start w01-mo\npacer start w05-fr --anyway",
		.options = BIT(OPTION_ANYWAY),
		.positionals = {SESSION_OPTIONAL},
		.method = "Start",
		.show = start_show,
	},
	{
		.name = "done",
		.group = group_answers,
		.usage = "done [SESSION] [--minutes N] [--effort N] [--feel F] [--partly]",
		.summary = "note a session as done, wholly or partly",
		.about =
			"Notes a session as done. Without --minutes the time it ran counts, up to what was planned. --partly counts the "
			"minutes and asks for no repeat; in the first ten minutes of a run it asks for five more, once. --feel says how it "
			"was and stays with you. Without a session: the one that runs or is asked about.",
		.examples = "pacer done\npacer done w01-mo --minutes 25 --effort 4 --feel good\npacer done w01-we --partly --minutes 12",
		.options = BIT(OPTION_MINUTES) | BIT(OPTION_EFFORT) | BIT(OPTION_FEEL) | BIT(OPTION_PARTLY),
		.positionals = {SESSION_OPTIONAL},
		.method = "Done",
		.show = done_show,
	},
	{
		.name = "skip",
		.group = group_answers,
		.usage = "skip [SESSION] [--reason R]",
		.summary = "leave a session out",
		.about = "Leaves a session out. With sick, pto, holiday or incident it leaves the count altogether; the other reasons "
			 "are meeting, energy, prep, unclear and other, or none: with these, the first ten minutes of a run ask for five "
			 "more, once.",
		.examples = "pacer skip\npacer skip w03-we --reason incident",
		.options = BIT(OPTION_REASON),
		.positionals = {SESSION_OPTIONAL},
		.method = "Skip",
		.show = skip_show,
	},
	{
		.name = "snooze",
		.group = group_answers,
		.usage = "snooze [SESSION] [TIME | --for 10m | --until 14:00]",
		.summary = "be asked again later; a running session gets more time",
		.about = "Asks again later, after the minutes of the setting prompts.snooze or as said: 30m, 14:00, tomorrow (the next "
			 "working day, at the session's own time), or meeting: after the one that runs, else in the next half hour. A "
			 "session that runs gets "
			 "more time instead.",
		.examples = "pacer snooze\npacer snooze 30m\npacer snooze w05-fr meeting\npacer snooze next tomorrow\n"
			    "pacer snooze w02-fr --until 14:00",
		.options = BIT(OPTION_FOR) | BIT(OPTION_UNTIL),
		.positionals = {SESSION_OPTIONAL, {"TIME", "until", VALUE_WHEN, false, true, NULL}},
		.method = "Snooze",
		.show = snooze_show,
	},
	{
		.name = "move",
		.group = group_answers,
		.usage = "move SESSION DATE/TIME... [--dry-run] [--yes]",
		.summary = "put a session at another time",
		.about = "Moves a session. A day keeps its time of day, a time alone means today, several words are taken together. The "
			 "pacing rules may say no, and why. Outside your working hours pacer asks first.",
		.examples = "pacer move w03-fr tomorrow 14:00\npacer move w03-fr +1d --dry-run\npacer move next 16:30",
		.options = BIT(OPTION_DRY_RUN) | BIT(OPTION_YES),
		.positionals = {{"SESSION", "session", VALUE_TEXT, true, false,
				 "type pacer move SESSION DATE/TIME, for example: pacer move next 14:00"},
				{"DATE/TIME", "to", VALUE_TEXT, true, true, "say when, for example: tomorrow 14:00"}},
		.method = "Move",
		.run = move_run,
		.show = move_show,
	},
	{
		.name = "inbox",
		.group = group_answers,
		.usage = "inbox [--plain]",
		.summary = "questions that wait for an answer; answered with one key each",
		.about = "Opens the questions nobody has answered yet, oldest first, on the full screen. Arrows, j and k, or a number "
			 "choose one; Enter gives the first answer that stands below, its letter any of them: s start, d done, p partly, "
			 "z later, m after this meeting, t tomorrow at the same time, n not today. h shows the help of the session, o "
			 "opens its address, u takes the last answer back, r looks again, q quits. "
			 "With --plain, in a pipe or where the terminal is dumb, it lists them with what to type. Closing a bubble is no "
			 "answer: the question stays here.",
		.examples = "pacer inbox\npacer inbox --plain\npacer inbox --json",
		.options = BIT(OPTION_PLAIN),
		.method = "Inbox",
		.run = inbox_run,
		.show = inbox_show,
	},
	{
		.name = "away",
		.group = group_quiet,
		.usage = "away [FROM..TO] [--dry-run]",
		.summary = "hold notices back for days or hours; without a span: list",
		.about = "Shows nothing from one moment to another: what comes due in that time waits and is told in one summary when it "
			 "ends. Days count whole, to the end of the last one. The answer names the sessions that fall into it; they stay "
			 "where they are. Two words do as well as FROM..TO. Without a span: the absences that run or are to come.",
		.examples = "pacer away next mon..next fri --dry-run\npacer away tomorrow..+2d\npacer away 13:00 15:30\npacer away",
		.options = BIT(OPTION_DRY_RUN),
		.positionals = {{"FROM", "from", VALUE_TEXT, false, false, NULL},
				{"TO", "to", VALUE_TEXT, true, false, "say until when, for example: pacer away tomorrow..+2d"}},
		.span = true,
		.method = "Away",
		.run = away_run,
	},
	{
		.name = "busy",
		.group = group_quiet,
		.usage = "busy [FROM..TO | SPAN] [--dry-run]",
		.summary = "a meeting: what comes due in it is asked at its end",
		.about = "Notes a meeting, or other work that nothing is to break into: what comes due in it is asked when it ends. 45m "
			 "counts from now on; times and days are as with pacer away. pacer away lists it, pacer resume ends it. Without a "
			 "span: that list.",
		.examples = "pacer busy 45m\npacer busy 13:00..14:30\npacer busy tomorrow 9:00 .. tomorrow 10:00 --dry-run",
		.options = BIT(OPTION_DRY_RUN),
		.positionals = {{"FROM", "from", VALUE_TEXT, false, false, NULL},
				{"TO", "to", VALUE_TEXT, true, false,
				 "say until when (pacer busy 13:00..14:00) or how long (pacer busy 45m)"}},
		.span = true,
		.from_now = true,
		.method = "Busy",
		.run = away_run,
	},
	{
		.name = "pause",
		.group = group_quiet,
		.usage = "pause SPAN",
		.summary = "hold notices back from now on, for a while",
		.about = "Shows nothing from now on for as long as you say. What comes due waits and is told in one summary when it is "
			 "over, or when you type pacer resume.",
		.examples = "pacer pause 2h\npacer pause 45m",
		.positionals = {{"SPAN", "for", VALUE_TEXT, true, false, "say how long, for example: pacer pause 2h"}},
		.method = "Pause",
		.show = pause_show,
	},
	{
		.name = "resume",
		.group = group_quiet,
		.usage = "resume",
		.summary = "end the pause, or an absence that runs",
		.about = "Ends the pause and any absence that runs now; what waited is told. Absences to come stay.",
		.examples = "pacer resume",
		.method = "Resume",
		.show = resume_show,
	},
	{
		.name = "plans",
		.group = group_plans,
		.usage = "plans",
		.summary = "plans you can enrol in",
		.about = "Lists the plan files found, with weeks, sessions and hours. A file that cannot be used is listed with its "
			 "place and the reason.",
		.examples = "pacer plans\npacer plans --json",
		.method = "ListPlans",
		.show = plans_show,
	},
	{
		.name = "plan list",
		.group = group_plans,
		.usage = "plan list",
		.summary = "the same as plans",
		.about = "Lists the plan files found, as pacer plans does.",
		.examples = "pacer plan list",
		.method = "ListPlans",
		.show = plans_show,
	},
	{
		.name = "plan show",
		.group = group_plans,
		.usage = "plan show NAME",
		.summary = "a plan's weeks and sessions",
		.about = "Shows a plan: its goal, its weeks with load and milestones, every session, and what the checks say about the "
			 "file.",
		.examples = "pacer plan show customer-service-18",
		.positionals = {{"NAME", "plan", VALUE_TEXT, true, false, "pacer plans lists the names"}},
		.method = "ShowPlan",
		.show = plan_show_show,
	},
	{
		.name = "enroll",
		.group = group_plans,
		.usage = "enroll PLAN --start DATE | --race DATE [--dry-run] [--yes]",
		.summary = "take up a plan, from a Monday on or back from a race day",
		.about = "Dates a plan for you: from the Monday you name, or counted back from a race day. Shows the outline and asks "
			 "before anything is kept; --dry-run stops there, --yes does not ask. Several plans at once are fine.",
		.examples = "pacer enroll customer-service-18 --start \"next mon\"\n"
			    "pacer enroll customer-service-18 --race 2027-04-02 --dry-run",
		.options = BIT(OPTION_START) | BIT(OPTION_RACE) | BIT(OPTION_DRY_RUN) | BIT(OPTION_YES),
		.positionals = {{"PLAN", "plan", VALUE_TEXT, true, false, "a name from pacer plans"}},
		.method = "Enroll",
		.run = enroll_run,
		.show = enroll_show,
	},
	{
		.name = "leave",
		.group = group_plans,
		.usage = "leave [ENROLLMENT] [--dry-run] [--yes]",
		.summary = "end an enrolment; what was recorded stays",
		.about = "Ends an enrolment: nothing more falls due. What was recorded stays in the journal. Without a name: the one you "
			 "have.",
		.examples = "pacer leave\npacer leave e2 --yes",
		.options = BIT(OPTION_DRY_RUN) | BIT(OPTION_YES),
		.positionals = {{"ENROLLMENT", "enrollment", VALUE_TEXT, false, false, NULL}},
		.method = "Leave",
		.run = leave_run,
		.show = leave_show,
	},
	{
		.name = "why",
		.group = group_closer,
		.usage = "why [SESSION]",
		.summary = "everything that was decided about a session, or lately",
		.about = "Tells a session's story in order of time: what you did, what pacer decided and by which rule, and what became "
			 "of every notice. Without a session: the newest 60 entries of all, and what became of the week, the day and the "
			 "summaries in the last 14 days.",
		.examples = "pacer why w05-fr\npacer why next\npacer why",
		.positionals = {SESSION_OPTIONAL},
		.method = "Why",
		.show = why_show,
	},
	{
		.name = "undo",
		.group = group_closer,
		.usage = "undo [--dry-run]",
		.summary = "take back your last action",
		.about = "Takes back your last action that still can be: an answer, a move, an enrolment, a leave. Type it again for the "
			 "one before.",
		.examples = "pacer undo --dry-run\npacer undo",
		.options = BIT(OPTION_DRY_RUN),
		.method = "Undo",
		.run = undo_run,
	},
	{
		.name = "watch",
		.group = group_closer,
		.usage = "watch",
		.summary = "every change as it happens, until Ctrl-C",
		.about = "Prints every journal entry as it is written, one line each, until you press Ctrl-C. With --json one object a "
			 "line.",
		.examples = "pacer watch\npacer watch --json | jq .entry.text",
		.method = "Watch",
		.run = watch_run,
	},
	{
		.name = "doctor",
		.group = group_care,
		.usage = "doctor [--test | --no-test]",
		.summary = "check the way from the plan to the bubble",
		.about = "Checks every link from the plan file to the bubble on the screen and says what to do about each that does not "
			 "hold. On a terminal, or with --test, it then shows a test bubble and waits up to 20 seconds for its button. The "
			 "exit status is 8 when there is a problem.",
		.examples = "pacer doctor\npacer doctor --test --json\npacer doctor --no-test",
		.options = BIT(OPTION_TEST) | BIT(OPTION_NO_TEST),
		.method = "Doctor",
		.run = doctor_run,
		.show = doctor_show,
		.status = doctor_status,
	},
	{
		.name = "config",
		.group = group_care,
		.usage = "config [NAME [VALUE...]] [--unset]",
		.summary = "read and write settings",
		.about = "Lists the settings, shows one, or changes it. Several words of a value are taken together; --unset goes back "
			 "to the default.",
		.examples = "pacer config\npacer config hours.work_days\npacer config hours.work_days mon-thu\n"
			    "pacer config hours.work_days --unset",
		.options = BIT(OPTION_UNSET),
		.positionals = {{"NAME", "name", VALUE_TEXT, false, false, NULL}, {"VALUE", "value", VALUE_TEXT, false, true, NULL}},
		.method = "SetSetting",
		.run = config_run,
	},
	{
		.name = "help",
		.group = group_care,
		.usage = "help [SESSION | COMMAND]",
		.summary = "whom to ask about a session, or how a command works",
		.about = "With a session: where to turn, its address, what to prepare, the coach's tip and what you noted. With a command: "
			 "its help. Without either: "
			 "the commands.",
		.examples = "pacer help\npacer help w05-fr\npacer help plan show",
		.positionals = {{"SESSION", "session", VALUE_TEXT, false, true, NULL}},
		.method = "Help",
		.run = help_run,
		.show = help_show,
	},
	{0},
};
