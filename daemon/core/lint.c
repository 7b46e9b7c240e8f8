#include "lint.h"

/* clang-format off */
const struct lint_info lint_info[LINT_CODE_COUNT] = {
	[LINT_FILE] = {"E-FILE", LINT_ERROR, SCOPE_FILE, "the file cannot be read as a calendar",
		"nothing of the plan can be shown, and nobody can enrol",
		"do what the finding says; a file that is damaged is best saved again from the program it came from"},
	[LINT_VALUE] = {"E-VALUE", LINT_ERROR, SCOPE_ANY, "a value is not written the way its property needs it",
		"a time, a length or a number would have to be guessed, and a learner would be asked at the wrong moment",
		"write it as the finding shows"},
	[LINT_RECUR] = {"E-RECUR", LINT_ERROR, SCOPE_ANY, "a repetition that cannot be expanded safely",
		"sessions would go on for ever, or fall where nobody expects them",
		"give it COUNT or UNTIL, and repeat by day or slower"},
	[LINT_ZONE] = {"E-ZONE", LINT_ERROR, SCOPE_ANY, "a time zone nobody knows",
		"the session would start at an hour that cannot be told",
		"use a name like Europe/Berlin, or leave the zone out: then it is the learner's own"},
	[LINT_EMPTY] = {"E-EMPTY", LINT_ERROR, SCOPE_FILE, "no session in the file",
		"there is nothing to do", "add at least one event that is not cancelled"},
	[LINT_ANCHOR] = {"E-ANCHOR", LINT_ERROR, SCOPE_ANY, "week 1 does not begin on a Monday",
		"every session would land on another weekday than the one it was written for",
		"move the anchor to a Monday, best 2001-01-01"},
	[LINT_UID] = {"E-UID", LINT_ERROR, SCOPE_ANY, "a session without a name of its own",
		"answers and moves could go to the wrong session", "give each a UID, and an id that no other has"},
	[LINT_WEEKS] = {"E-WEEKS", LINT_ERROR, SCOPE_ANY, "a session outside the plan's weeks, or more than 52 weeks",
		"it would fall after the end of the plan, where nobody looks", "move it, or change the number of weeks"},
	[LINT_TYPE] = {"E-TYPE", LINT_ERROR, SCOPE_ANY, "a type nobody knows",
		"how long it may wait and whether it may be moved hangs on the type",
		"use easy, short, medium, speed, cross, long, checkin, tuneup, race or rest"},
	[LINT_RANGE] = {"E-RANGE", LINT_ERROR, SCOPE_ANY, "minutes or effort out of range",
		"nobody practises well for less than 5 minutes or for more than 180",
		"sessions take 5 to 180 minutes; effort goes from 1 to 10, and is 0 only for rest"},
	[LINT_LIMIT] = {"E-LIMIT", LINT_ERROR, SCOPE_FILE, "larger than pacer takes",
		"a text could not be shown whole", "shorten the text, or split the plan"},
	[LINT_SKILL] = {"W-SKILL", LINT_WARNING, SCOPE_ANY, "a skill that is not in the skill tree",
		"its minutes count for no family of skills", "spell it as in the tree: pacer-plan(5) lists it"},
	[LINT_WORD] = {"W-VALUE", LINT_WARNING, SCOPE_ANY, "a text that is not written as its property needs it, or with a control character in it",
		"it is shown as it stands, and a learner may not understand it", "write it as the finding shows"},
	[LINT_ALARM] = {"W-ALARM", LINT_WARNING, SCOPE_ANY, "an alarm that is not used",
		"other calendar programs may ring for it, pacer rings by its own rules",
		"take it out, or leave it to the other programs"},
	[LINT_TOUCH] = {"I-TOUCH", LINT_INFO, SCOPE_ANY, "some of greet, interact, serve, process are named, others never",
		"a part of what customers meet is never trained", "add the missing one to the CATEGORIES of a session"},

	[LINT_GOAL] = {"E-GOAL", LINT_ERROR, SCOPE_OWN, "no goal, or no word on what done means",
		"nobody can tell when they have got there", "write X-PACER-GOAL and X-PACER-DONE, one sentence each"},
	[LINT_RACE] = {"E-RACE", LINT_ERROR, SCOPE_TRAINING, "no race day or several, or one before the last week",
		"the plan builds up to a day that is not there", "put one session of type race into the last week"},
	[LINT_LONG_2] = {"E-LONG-2", LINT_ERROR, SCOPE_OWN, "two long sessions in a week",
		"there is no time to recover from the first before the second",
		"keep one long session a week, and make the other a medium"},
	[LINT_TAPER] = {"E-TAPER", LINT_ERROR, SCOPE_TRAINING,
		"a taper week outside 40 to 80 % of the peak week, with two sessions fewer, or with a long one over 75 % of the longest",
		"learners come to the race tired, or out of rhythm",
		"keep the number of sessions and their effort, and make each shorter"},
	[LINT_GROWTH] = {"E-G1", LINT_ERROR, SCOPE_TRAINING, "a week over 130 % of the heaviest of the three before",
		"the step is too high: this is where people drop out", "spread the load over the weeks before"},
	[LINT_SPIKE] = {"E-G2", LINT_ERROR, SCOPE_TRAINING, "a session over 130 % of the longest of the 30 days before",
		"nobody is used to such a length yet", "shorten it, or let the long ones before it grow"},
	[LINT_CYCLE] = {"E-CYCLE", LINT_ERROR, SCOPE_OWN, "sessions that wait for each other, or for one that comes later",
		"what has to come first cannot come first", "move one of them, or take the RELATED-TO line out"},
	[LINT_GROWTH_WARN] = {"W-G1", LINT_WARNING, SCOPE_TRAINING,
		"a week over 110 % of the heaviest of the three before, and by more than 50",
		"the step is steep", "take some minutes to another week"},
	[LINT_SPIKE_WARN] = {"W-G2", LINT_WARNING, SCOPE_TRAINING,
		"a session over 110 % of the longest of the 30 days before, and by more than 5 minutes",
		"the session is longer than what learners are used to", "shorten it a little, or let the ones before it grow"},
	[LINT_RAMP_START] = {"W-RAMP-START", LINT_WARNING, SCOPE_TRAINING,
		"week 1 or 2 over 60 % of the peak week (65 % below 16 weeks, 85 % below 10)",
		"beginners start too fast and are spent before it gets interesting", "make the first two weeks lighter"},
	[LINT_CUTBACK] = {"W-CUTBACK", LINT_WARNING, SCOPE_TRAINING,
		"in 8 weeks and more: over 4 weeks without a cut-back, or one outside 65 to 80 % of the weeks before",
		"there is no week to catch breath and let things settle",
		"make every third or fourth week a fifth to a third lighter and name it in X-PACER-CUTBACK"},
	[LINT_PEAK] = {"W-PEAK", LINT_WARNING, SCOPE_TRAINING, "the heaviest week is not in the last third before the taper",
		"form is best too early and fades before the race", "let the load grow until shortly before the taper"},
	[LINT_MONO] = {"W-MONO", LINT_WARNING, SCOPE_TRAINING, "a week whose days are too alike: monotony over 2",
		"without easy days between, the hard ones wear out", "make hard days harder and easy days easier, or leave a day free"},
	[LINT_LONG] = {"W-LONG", LINT_WARNING, SCOPE_TRAINING,
		"a week without long session, tune-up or race, or a long one in base or build that is shorter than the last",
		"staying power does not grow", "give each week one long session that grows, but for the cut-backs"},
	[LINT_BALANCE] = {"W-BALANCE", LINT_WARNING, SCOPE_TRAINING, "a week without a soft or without a technical skill",
		"one half of the work is not trained for a week", "give each week one session of both families"},
	[LINT_PRACTICE] = {"W-PRACTICE", LINT_WARNING, SCOPE_TRAINING, "a week with nothing to learn, or with fewer than two to practise",
		"what is learned and not practised is gone within days",
		"give each week a session that brings something new, and two that use it"},
	[LINT_ALT] = {"W-ALT", LINT_WARNING, SCOPE_TRAINING, "in 8 weeks and more: speed in the base phase, or over 6 weeks without cross",
		"speed comes before the ground is laid, or nobody looks beyond the own desk",
		"use cross in the base phase and let cross and speed take turns after it"},
	[LINT_HARD_ADJ] = {"W-HARD-ADJ", LINT_WARNING, SCOPE_OWN, "two hard sessions on one day or on days in a row, beyond speed before long",
		"the second hard session is done tired", "put an easy day between them"},
	[LINT_HARD_AFTER_LONG] = {"W-HARD-AFTER-LONG", LINT_WARNING, SCOPE_OWN,
		"the day after a long session, a tune-up or a race is not easy",
		"there is no day to take in what the long one brought", "leave the day free, or make it easy, cross or rest"},
	[LINT_PREP] = {"W-PREP", LINT_WARNING, SCOPE_OWN, "a long session, tune-up or race with nothing to lay out",
		"the learner begins by looking for things", "list what is needed in X-PACER-PREP lines"},
	[LINT_TIP] = {"W-TIP", LINT_WARNING, SCOPE_OWN, "a tip of more than 120 characters",
		"the notification cuts it off", "keep it to one short sentence; the rest belongs into DESCRIPTION"},
	[LINT_CLASS] = {"W-CLASS", LINT_WARNING, SCOPE_OWN, "a class that does not fit the number of weeks",
		"people choose a plan by its class and get another distance",
		"5k is about 3 weeks, 10k 6, half 12, marathon 18, ultra 26"},
	[LINT_TRACK] = {"W-TRACK", LINT_WARNING, SCOPE_OWN, "a track that X-PACER-TRACKS does not list, or one without a session",
		"the session belongs to no track a learner can pick", "spell it as in X-PACER-TRACKS, or add it there"},
	[LINT_DEPENDS] = {"W-DEPENDS", LINT_WARNING, SCOPE_OWN, "RELATED-TO names a session that is not in the plan",
		"nothing is waited for", "use the UID of a session of this plan, or take the line out"},
	[LINT_SHAPE] = {"I-SHAPE", LINT_INFO, SCOPE_OWN, "three weeks and more, and no race among the phases",
		"the taper before the race is not looked at, nor what belongs into which phase",
		"name the phases: X-PACER-PHASES:base=1-4 build=5-12 peak=13-15 taper=16-17 race=18"},
	[LINT_SPEED_LONG] = {"I-SPEED-LONG", LINT_INFO, SCOPE_OWN, "a hard speed session the day before a long one",
		"two hard days in a row; this pair is customary", "nothing to do when it is meant so"},
	[LINT_HELP] = {"I-HELP", LINT_INFO, SCOPE_OWN, "sessions that say nowhere whom to ask",
		"pacer help has nothing to show when someone is stuck", "name a person or a place in X-PACER-HELP"},
	[LINT_FALLBACK] = {"I-FALLBACK", LINT_INFO, SCOPE_OWN, "sessions without a ten-minute version",
		"on a bad day the choice is all or nothing", "write a ten-minute version into X-PACER-FALLBACK"},
	[LINT_EVIDENCE] = {"I-EVIDENCE", LINT_INFO, SCOPE_OWN, "a milestone without evidence",
		"the milestone stays a claim: nobody knows what to show for it",
		"say in X-PACER-EVIDENCE what the learner shows"},
	[LINT_PLAN_B] = {"I-PLAN-B", LINT_INFO, SCOPE_TRAINING, "a race without a plan B",
		"when the day goes another way, there is nothing to fall back on",
		"write 'Plan B: ...' into the race's DESCRIPTION, X-PACER-PREP or X-PACER-FALLBACK"},
	[LINT_RUBRIC] = {"I-RUBRIC", LINT_INFO, SCOPE_TRAINING, "a tune-up or race without pass mark or rubric",
		"nobody knows what is good enough", "add X-PACER-PASS and a few X-PACER-RUBRIC lines"},
	[LINT_PERSONA] = {"I-PERSONA", LINT_INFO, SCOPE_OWN,
		"role-play without a persona, a persona that comes back before all had their turn, or one without a card",
		"some kinds of customers are met twice and others late, or nobody knows how to play them",
		"let the personas take turns in X-PACER-PERSONA of the sessions, and say in that of the calendar who each is"},
};
/* clang-format on */

const char *const lint_severity_name[3] = {[LINT_ERROR] = "error", [LINT_WARNING] = "warning", [LINT_INFO] = "info"};

static bool is_error(const struct finding *finding)
{
	return lint_info[finding->code].severity == LINT_ERROR;
}

static int weight_of(enum lint_code code)
{
	return lint_info[code].severity != LINT_ERROR ? 0 : lint_info[code].scope == SCOPE_FILE ? 2 : 1;
}

/* Makes room in a full list by giving up the last finding that weighs less: what stops a plan is always told. */
static bool findings_give_up_one(struct findings *findings, int weight)
{
	for (size_t i = weight ? findings->count : 0; i-- > 0;) {
		struct finding *item = &findings->items[i];
		if (weight_of(item->code) >= weight)
			continue;
		free(item->text);
		memmove(item, item + 1, (findings->count - i - 1) * sizeof(*item));
		findings->count--;
		return true;
	}
	return false;
}

void findings_add(struct findings *findings, enum lint_code code, int line, const char *format, ...)
{
	if (findings->count == LINT_FINDINGS_MAX) {
		findings->dropped++;
		if (!findings_give_up_one(findings, weight_of(code)))
			return;
	}
	if (findings->count == findings->room) {
		findings->room = findings->room ? findings->room * 2 : 8;
		findings->items = xreallocarray(findings->items, findings->room, sizeof(*findings->items));
	}
	va_list args;
	va_start(args, format);
	findings->items[findings->count++] = (struct finding){.code = code, .line = line, .text = xvasprintf(format, args)};
	va_end(args);
}

void findings_release(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		free(findings->items[i].text);
	free(findings->items);
	*findings = (struct findings){0};
}

size_t findings_errors(const struct findings *findings)
{
	size_t errors = 0;
	for (size_t i = 0; i < findings->count; i++)
		errors += is_error(&findings->items[i]);
	return errors;
}

size_t findings_of(const struct findings *findings, enum lint_severity severity)
{
	size_t count = 0;
	for (size_t i = 0; i < findings->count; i++)
		count += lint_info[findings->items[i].code].severity == severity;
	return count;
}

const struct finding *findings_first_error(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		if (is_error(&findings->items[i]))
			return &findings->items[i];
	return NULL;
}

const struct finding *findings_stopper(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		if (is_error(&findings->items[i]) && lint_info[findings->items[i].code].scope == SCOPE_FILE)
			return &findings->items[i];
	return NULL;
}

static bool same_finding(const struct finding *a, const struct finding *b)
{
	return a->line == b->line && a->code == b->code && strcmp(a->text, b->text) == 0;
}

/* Where a finding goes among the first count, which are sorted; *ret_twin: it stands there already. Mostly the list is sorted: from behind.
 */
static size_t place_of(const struct finding *items, size_t count, const struct finding *finding, bool *ret_twin)
{
	size_t at = count;
	while (at && items[at - 1].line > finding->line)
		at--;
	*ret_twin = false;
	for (size_t i = at; i && items[i - 1].line == finding->line && !*ret_twin; i--)
		*ret_twin = same_finding(&items[i - 1], finding);
	return at;
}

void findings_sort(struct findings *findings)
{
	size_t kept = 0;
	for (size_t i = 0; i < findings->count; i++) {
		struct finding finding = findings->items[i];
		bool twin;
		size_t at = place_of(findings->items, kept, &finding, &twin);
		if (twin) {
			free(finding.text);
			continue;
		}
		memmove(&findings->items[at + 1], &findings->items[at], (kept - at) * sizeof(finding));
		findings->items[at] = finding;
		kept++;
	}
	findings->count = kept;
}
