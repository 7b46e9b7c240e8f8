#include "commands.h"

#define BIT(option) (UINT64_C(1) << (option))

static const char group_day[] = "Your day", group_before[] = "Before a session", group_answers[] = "Answers", group_quiet[] = "Quiet times",
		  group_plans[] = "Plans", group_write[] = "Writing a plan", group_check[] = "Looking at it",
		  group_files[] = "Spreadsheets and calendars", group_live[] = "Learners who are on it", group_closer[] = "Looking closer",
		  group_care[] = "Care";

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
		.name = "map",
		.group = group_day,
		.usage = "map [ENROLLMENT]",
		.summary = "the whole course: weeks, milestones, aid stations, where you are",
		.about = "Shows an enrolment from its start to race day: what it is for and how you know that you are there, every week "
			 "with its Monday, how heavy it is and how much of it is done, the milestones, and the aid stations: whom to turn "
			 "to in which week. Without a name: the one you have.",
		.examples = "pacer map\npacer map e2\npacer map --json",
		.positionals = {{"ENROLLMENT", "enrollment", VALUE_TEXT, false, false, NULL}},
		.method = "Map",
		.show = map_show,
	},
	{
		.name = "skills",
		.group = group_day,
		.usage = "skills [ENROLLMENT]",
		.summary = "hours planned and done for each skill",
		.about = "Shows what an enrolment spends on each skill, by family, in hours and minutes: planned, and done. A session that "
			 "was done partly counts with the minutes it took. Without a name: the one you have.",
		.examples = "pacer skills\npacer skills e2 --json",
		.positionals = {{"ENROLLMENT", "enrollment", VALUE_TEXT, false, false, NULL}},
		.method = "Skills",
		.show = skills_show,
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
		.examples = "pacer prep\npacer prep w01-fr 1 3\npacer prep w01-fr --all\npacer prep 3 --untick",
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
		.name = "plan",
		.group = group_plans,
		.usage = "plan COMMAND [ARGUMENTS] [OPTIONS]",
		.summary = "write, check and change plans: pacer plan lists the commands",
		.about =
			"For those who write plans. A plan is a calendar file in your plan directory, and its name without .ics is what "
			"you type. "
			"Every change is checked and kept as a whole or not at all, pacer plan undo takes it back, and learners who are on "
			"the plan have it at once; what they did or moved themselves stays.",
		.examples = "pacer plan new first-steps-6 --weeks 6\npacer plan edit first-steps-6\npacer plan lint first-steps-6",
		.method = "ListPlans",
		.run = family_run,
	},
	{
		.name = "plan new",
		.group = group_write,
		.usage = "plan new NAME [--weeks N] [--from PLAN]",
		.summary = "a new plan file of your own: a skeleton, or a copy",
		.about = "Writes a new plan into your plan directory. With --weeks a skeleton: phases, weeks that grow, lighter weeks, a "
			 "taper and a race day, with texts for you to replace. With --from a copy of another plan that is a plan of its "
			 "own. With both the skeleton with the words of the other plan, as far as they go.",
		.examples = "pacer plan new first-steps-6 --weeks 6\npacer plan new our-service --from customer-service-18\n"
			    "pacer plan new our-service-9 --weeks 9 --from customer-service-18",
		.options = BIT(OPTION_WEEKS) | BIT(OPTION_FROM),
		.positionals = {{"NAME", "name", VALUE_TEXT, true, false, "say what the plan is to be called, for example: first-steps-6"}},
		.method = "NewPlan",
		.run = plan_new_run,
		.show = plan_new_show,
	},
	{
		.name = "plan edit",
		.group = group_write,
		.usage = "plan edit NAME",
		.summary = "a plan as a sheet in your editor",
		.about = "Opens $VISUAL, else $EDITOR, on a sheet of the plan: a line a session, weeks as headings, notes that explain the "
			 "columns. What you save is checked and applied as one change; sessions you did not touch keep every byte. What "
			 "cannot be taken stands above its line when the editor opens again; saving that without a change gives up. Bad "
			 "training (an error of pacer plan lint) comes back likewise; saved again as it is, the plan becomes a draft. "
			 "When somebody else changed the plan meanwhile, nothing is changed, and your sheet is kept.",
		.examples = "pacer plan edit my-team",
		.positionals = {{"NAME", "name", VALUE_TEXT, true, false, "pacer plans lists the names"}},
		.method = "ImportPlan",
		.run = plan_edit_run,
	},
	{
		.name = "plan set",
		.group = group_write,
		.usage = "plan set NAME [SESSION] FIELD VALUE [--unset] [--revision REV] [--yes] [--dry-run]",
		.summary = "change a field of a plan or of one of its sessions",
		.about = "Changes one field and leaves every other line of the file as it is. Of a session: title, minutes, type, skill, "
			 "effort, time, milestone, prep, tip, description, help, link, fallback, persona, track, with, pass, review, "
			 "rubric, evidence, "
			 "depends and alarms (minutes before the start: \"10 1440\"); of the plan: title, goal, done, class, weeks, "
			 "phases, cutbacks, about, licence, version, tracks, lead, stations and personas (a line for each). "
			 "--unset takes a field out. A plan that came with the system is copied into your own directory first. What "
			 "somebody "
			 "else changed meanwhile is never written over: the change is refused and says what that was; --revision refuses "
			 "when the plan is not the one you saw. Learners whom the change reaches are named.",
		.examples = "pacer plan set first-steps-6 w02-fr title \"Long 2: the morning queue\"\n"
			    "pacer plan set first-steps-6 goal \"Calm on the phone\"\npacer plan set first-steps-6 w02-fr tip --unset",
		.options = BIT(OPTION_UNSET) | BIT(OPTION_REVISION) | BIT(OPTION_YES) | BIT(OPTION_DRY_RUN),
		.positionals = {{"NAME", "plan", VALUE_TEXT, true, false, "pacer plans lists the names"},
				{"FIELD", "plan", VALUE_PATHS, true, true,
				 "say what changes to what, for example: title \"Phones\", or w02-fr minutes 50"}},
		.method = "EditPlan",
		.run = plan_set_run,
	},
	{
		.name = "plan add",
		.group = group_write,
		.usage = "plan add NAME WEEK WEEKDAY TIME TITLE --type T [--minutes N] [--effort N] [--skill S] [--revision REV] "
			 "[--yes] [--dry-run]",
		.summary = "add a session to a plan",
		.about = "Adds a session. What is not said of minutes and effort comes from its type; pacer plan set fills in the rest. "
			 "Says so, and asks, when another session stands at that time, unless --yes.",
		.examples = "pacer plan add first-steps-6 2 we 10:30 \"Read the logs\" --type medium",
		.options = BIT(OPTION_TYPE) | BIT(OPTION_MINUTES) | BIT(OPTION_EFFORT) | BIT(OPTION_SKILL) | BIT(OPTION_REVISION) |
			   BIT(OPTION_YES) | BIT(OPTION_DRY_RUN),
		.positionals = {{"NAME", "plan", VALUE_TEXT, true, false, "pacer plans lists the names"},
				{"WEEK", "plan", VALUE_PATHS, true, true,
				 "say when and what, for example: 2 we 10:30 \"Read the logs\" --type medium"}},
		.method = "EditPlan",
		.run = plan_add_run,
	},
	{
		.name = "plan move",
		.group = group_write,
		.usage = "plan move NAME SESSION [wNN] [WEEKDAY] [TIME] | WEEKDAY WEEKDAY | wNN [with] wNN | SESSION with SESSION "
			 "[--revision REV] [--yes] [--dry-run]",
		.summary = "move a session, a weekday or a week of a plan",
		.about = "Moves a session to a week, a weekday, a time, or several of them; all sessions of a weekday to another one; a "
			 "week "
			 "to one that is empty. 'with' exchanges: two weeks, or the places of two sessions. Sessions stay who they are for "
			 "learners who run the plan; their ids, which say where they stand, change. Says so, and asks, "
			 "when another session stands at that time, or on a day a weekday is moved to, unless --yes.",
		.examples = "pacer plan move first-steps-6 w02-fr th 13:30\npacer plan move first-steps-6 w03-fr w04\n"
			    "pacer plan move first-steps-6 fr th\npacer plan move first-steps-6 w02 with w03\n"
			    "pacer plan move first-steps-6 w02-mo with w02-tu",
		.options = BIT(OPTION_REVISION) | BIT(OPTION_YES) | BIT(OPTION_DRY_RUN),
		.positionals = {{"NAME", "plan", VALUE_TEXT, true, false, "pacer plans lists the names"},
				{"SESSION", "plan", VALUE_PATHS, true, true, "say what goes where, for example: w02-fr th 13:30"}},
		.method = "EditPlan",
		.run = plan_move_run,
	},
	{
		.name = "plan remove",
		.group = group_write,
		.usage = "plan remove NAME [SESSION] [--revision REV] [--yes] [--dry-run]",
		.summary = "remove a session, or a whole plan",
		.about = "Removes a session from a plan, or the plan itself; asks before, unless --yes. pacer plan undo brings either "
			 "back. Who "
			 "runs the plan goes on with it as it was.",
		.examples = "pacer plan remove first-steps-6 w02-th\npacer plan remove first-steps-6 --yes",
		.options = BIT(OPTION_REVISION) | BIT(OPTION_YES) | BIT(OPTION_DRY_RUN),
		.positionals = {{"NAME", "plan", VALUE_TEXT, true, false, "pacer plans lists the names"},
				{"SESSION", "plan", VALUE_TEXT, false, false, NULL}},
		.method = "RemovePlan",
		.run = plan_remove_run,
	},
	{
		.name = "plan rename",
		.group = group_write,
		.usage = "plan rename NAME NEW",
		.summary = "give a plan file another name",
		.about = "Renames a plan file of your own. The title learners read stays: pacer plan set NAME title changes that. "
			 "pacer plan undo gives it its old name back.",
		.examples = "pacer plan rename first-steps-6 phone-6",
		.positionals = {{"NAME", "plan", VALUE_TEXT, true, false, "pacer plans lists the names"},
				{"NEW", "name", VALUE_TEXT, true, false, "the new name"}},
		.method = "RenamePlan",
		.show = plan_rename_show,
	},
	{
		.name = "plan undo",
		.group = group_write,
		.usage = "plan undo NAME [--revision REV] [--yes] [--dry-run]",
		.summary = "take the last change of a plan file back",
		.about = "Takes back the last change that was made through pacer, and says which; type it again for the one before, up to "
			 "twenty. It also brings back a plan that was removed and the name of one that was renamed, and takes away one "
			 "that was just made: then it asks, unless --yes. When the file was changed otherwise since, nothing is done, and "
			 "it says how to get back.",
		.examples = "pacer plan undo first-steps-6\npacer plan undo first-steps-6 --dry-run",
		.options = BIT(OPTION_REVISION) | BIT(OPTION_YES) | BIT(OPTION_DRY_RUN),
		.positionals = {{"NAME", "plan", VALUE_TEXT, true, false, "pacer plans lists the names"}},
		.method = "UndoPlan",
		.run = plan_undo_run,
	},
	{
		.name = "plan fmt",
		.group = group_write,
		.usage = "plan fmt NAME [--dry-run]",
		.summary = "bring a plan file into its usual form",
		.about = "Puts the lines of a plan file into their usual order and folds, the sessions in order of time; says nothing else "
			 "and "
			 "loses nothing. Doing it twice changes nothing more. Good before a commit.",
		.examples = "pacer plan fmt first-steps-6 --dry-run",
		.options = BIT(OPTION_DRY_RUN),
		.positionals = {{"NAME", "plan", VALUE_TEXT, true, false, "pacer plans lists the names"}},
		.method = "FormatPlan",
		.run = plan_fmt_run,
	},
	{
		.name = "plan show",
		.group = group_check,
		.usage = "plan show NAME [--week N]",
		.summary = "a plan week by week; --week N: the sessions of a week in full",
		.about = "Shows a plan on one page: its goal, its weeks and weekdays as a grid with the load of every week, the "
			 "milestones, the time it spends on each skill and touch point, the aid stations, who appears in it, what builds "
			 "on what, and what the checks say "
			 "about the file. The wider the terminal, the more the grid says. --week N shows every text of that week's "
			 "sessions instead.",
		.examples = "pacer plan show customer-service-18\npacer plan show customer-service-18 --week 5",
		.options = BIT(OPTION_WEEK),
		.positionals = {{"NAME", "plan", VALUE_TEXT, true, false, "pacer plans lists the names"}},
		.method = "ShowPlan",
		.run = plan_show_run,
		.show = plan_show_show,
	},
	{
		.name = "plan lint",
		.group = group_check,
		.usage = "plan lint NAME|FILE... [--short] [--strict]",
		.summary = "check plans: values, growth, rest, taper, what is missing",
		.about =
			"Checks plans, by name or as files (what holds a slash or ends in .ics): whether the file can be used, and whether "
			"the plan makes sense as training. Findings stand together by code, with what they mean for a learner and how to "
			"mend them; --short prints a line each. Errors keep a plan from being enrolled in and end with status 6, warnings "
			"do so with --strict. pacerd --check does the same without a daemon.",
		.examples = "pacer plan lint customer-service-18\npacer plan lint drafts/*.ics --short --strict",
		.options = BIT(OPTION_SHORT) | BIT(OPTION_STRICT),
		.positionals = {{"NAME", "plan", VALUE_PATHS, true, true, "the name of a plan, or the path of a file"}},
		.method = "LintPlan",
		.run = plan_lint_run,
	},
	{
		.name = "plan diff",
		.group = group_check,
		.usage = "plan diff A [B] [--git REV]",
		.summary = "what differs between two plans, or since a commit in git",
		.about = "Shows what differs from plan A to plan B: fields of the plan, sessions added, removed, moved and changed, and "
			 "the load of both, week by week. A and B are names, paths of files (what holds a slash or ends in .ics) or "
			 "versions of files in git (REV:PATH, as git has it). With A alone, the file as it lies there is compared with its "
			 "version in git's last commit (HEAD), or in the revision that --git names.",
		.examples = "pacer plan diff customer-service-18 my-team\npacer plan diff my-team\npacer plan diff my-team --git HEAD~1\n"
			    "pacer plan diff v1:plans/my-team.ics ./draft.ics",
		.options = BIT(OPTION_GIT),
		.positionals = {{"A", "a", VALUE_TEXT, true, false, "the name of a plan, or the path of a file"},
				{"B", "b", VALUE_TEXT, false, false, NULL}},
		.method = "DiffPlans",
		.run = plan_diff_run,
		.show = plan_diff_show,
	},
	{
		.name = "plan simulate",
		.group = group_check,
		.usage = "plan simulate NAME --start DATE | --starts FROM..TO [--region R] [--workdays DAYS] [--track TRACK] [--notices]",
		.summary = "what a start date would mean: holidays, full weeks, every notice",
		.about =
			"Enrols nobody. With --start: the weeks from that Monday, what lies on holidays, on days off or outside the hours, "
			"and how many notices each week brings; --notices lists them all. With --starts: how every Monday of the span "
			"fares, "
			"as a table and a strip, and which are best and worst. A start is good, fair or bad by fixed rules, and the "
			"reasons "
			"are named. --region takes the public holidays of a region into account, such as DE, GB-ENG or US; of several with "
			"commas between: DE,US. --workdays takes days and spans of days, such as mon-thu, su-th or mo,we,fr.",
		.examples = "pacer plan simulate customer-service-18 --start 2027-01-04 --region DE\n"
			    "pacer plan simulate my-team --starts 2027-01-01..2027-12-31 --region US",
		.options = BIT(OPTION_START) | BIT(OPTION_STARTS) | BIT(OPTION_REGION) | BIT(OPTION_WORKDAYS) | BIT(OPTION_TRACK) |
			   BIT(OPTION_NOTICES),
		.positionals = {{"NAME", "plan", VALUE_TEXT, true, false, "pacer plans lists the names"}},
		.method = "SimulatePlan",
		.run = plan_simulate_run,
	},
	{
		.name = "plan list",
		.group = group_check,
		.usage = "plan list",
		.summary = "the same as plans",
		.about = "Lists the plan files found, as pacer plans does.",
		.examples = "pacer plan list",
		.method = "ListPlans",
		.show = plans_show,
	},
	{
		.name = "plan export",
		.group = group_files,
		.usage = "plan export NAME [--csv | --sheet | --ics] [--output FILE]",
		.summary = "a plan as a spreadsheet, a sheet or a calendar file",
		.about = "Prints a plan, or writes it into a file: as CSV for spreadsheets (UTF-8, commas), as the sheet of pacer plan "
			 "edit, or "
			 "as the plan file itself. Without an option the file's ending decides, else it is a sheet; -o - prints it. "
			 "pacer plan import takes all three back. CSV holds the sessions alone, not the goal, phases and the like.",
		.examples = "pacer plan export customer-service-18\npacer plan export my-team -o my-team.csv\npacer plan export my-team "
			    "--ics | wc -c",
		.options = BIT(OPTION_CSV) | BIT(OPTION_SHEET) | BIT(OPTION_ICS) | BIT(OPTION_OUTPUT),
		.positionals = {{"NAME", "plan", VALUE_TEXT, true, false, "pacer plans lists the names"}},
		.method = "ExportPlan",
		.run = plan_export_run,
	},
	{
		.name = "plan import",
		.group = group_files,
		.usage = "plan import FILE [--as NAME] [--dry-run] [--yes]",
		.summary = "a spreadsheet, a sheet or another program's calendar as a plan",
		.about = "Makes a plan of a .csv, .sheet or .ics file, or changes the plan of that name to what the file says. Shows what "
			 "differs and asks first; --dry-run stops there, --yes does not ask. In a spreadsheet the column id ties a row to "
			 "its "
			 "session, a row without one is a new session, and a session without a row is removed. A calendar of another "
			 "program "
			 "is kept as it is, with its dates. What had to be guessed is told, and what a spreadsheet lacks of a new plan.",
		.examples = "pacer plan import my-team.csv --dry-run\npacer plan import holiday-cover.ics --as cover --yes",
		.options = BIT(OPTION_AS) | BIT(OPTION_DRY_RUN) | BIT(OPTION_YES),
		.positionals = {{"FILE", "file", VALUE_TEXT, true, false, "say which .csv, .sheet or .ics file"}},
		.method = "ImportPlan",
		.run = plan_import_run,
		.show = plan_import_show,
	},
	{
		.name = "plan update",
		.group = group_live,
		.usage = "plan update [ENROLLMENT] [--dry-run] [--with FILE.ics]",
		.summary = "take a new version of the plan over; with --dry-run: see it first",
		.about = "Brings your copy up to the plan's file as it is now. This happens by itself when the file changes. What is done, "
			 "skipped or asked about never moves, your own moves stay, what the plan has no more is withdrawn and not counted, "
			 "what is new in the past is not held against you. Where you and the plan want different things, or a session runs "
			 "just then, yours stays, and it is listed as a conflict. --dry-run shows what is waiting, or what came last; with "
			 "--with FILE what another version of the file would change, before it is put in place: for the enrolment named, "
			 "else "
			 "for all that run on the plan.",
		.examples = "pacer plan update --dry-run\npacer plan update --dry-run --with drafts/team.ics\npacer plan update e2",
		.options = BIT(OPTION_DRY_RUN) | BIT(OPTION_WITH),
		.positionals = {{"ENROLLMENT", "enrollment", VALUE_TEXT, false, false, NULL}},
		.method = "UpdateEnrollment",
		.run = plan_update_run,
		.show = plan_update_show,
	},
	{
		.name = "enroll",
		.group = group_plans,
		.usage = "enroll PLAN --start DATE | --race DATE [--track TRACK] [--dry-run] [--yes] [--force]",
		.summary = "take up a plan, from a Monday on or back from a race day",
		.about = "Dates a plan for you: from the Monday you name, or counted back from a race day. Shows the outline and asks "
			 "before anything is kept; --dry-run stops there, --yes does not ask. A draft, in which pacer plan lint finds "
			 "errors, is "
			 "refused; --force takes it all the same and says what will be missing. Where a plan has tracks, --track takes "
			 "those "
			 "you name and leaves the sessions of the others out. Several plans at once are fine.",
		.examples = "pacer enroll customer-service-18 --start \"next mon\"\n"
			    "pacer enroll customer-service-18 --race 2027-04-02 --dry-run",
		.options = BIT(OPTION_START) | BIT(OPTION_RACE) | BIT(OPTION_TRACK) | BIT(OPTION_DRY_RUN) | BIT(OPTION_YES) |
			   BIT(OPTION_FORCE),
		.positionals = {{"PLAN", "plan", VALUE_TEXT, true, false, "pacer plans lists the names"}},
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
		.about = "With a session: where to turn, its address, what it is about, whom you meet in it, what to prepare, what to show "
			 "for its milestone, what can be done in ten minutes instead, and what you noted. With a command: its help. "
			 "Without either: "
			 "the commands.",
		.examples = "pacer help\npacer help w05-fr\npacer help plan show",
		.positionals = {{"SESSION", "session", VALUE_TEXT, false, true, NULL}},
		.method = "Help",
		.run = help_run,
		.show = help_show,
	},
	{0},
};
