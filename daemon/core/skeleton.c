#include "skeleton.h"

/* --- phases ---------------------------------------------------------------------------------------------------------------------- */

/* RULES 2.3: how the weeks before the taper are shared out, and the loads of the taper weeks in percent of the peak week's. */
static const struct ratio {
	int weeks_max; /* the row for plans up to so many weeks */
	int base, build, peak;
	int taper_percent[2];
	int taper_weeks;
	int race_minutes;
} ratios[] = {
	{8, 2, 1, 1, {70, 0}, 1, 60},
	{15, 4, 4, 2, {63, 0}, 1, 90},
	{SKELETON_WEEKS_MAX, 4, 8, 3, {75, 55}, 2, 120},
};

enum { RACE_WEEKS = 1, CUTBACK_EVERY = 4, CUTBACK_PERCENT = 73, GROWTH_PERCENT = 110, LIGHT_WEEKS = 5 };

static const struct ratio *ratio_for(int weeks)
{
	const struct ratio *ratio = ratios;
	while (weeks > ratio->weeks_max)
		ratio++;
	return ratio;
}

static int rounded_share(int whole, int part, int parts)
{
	return (2 * whole * part + parts) / (2 * parts);
}

static void add_phase(struct plan_shape *shape, const char *name, int *next, int weeks)
{
	if (weeks <= 0)
		return;
	struct plan_phase *phase = &shape->phases[shape->phase_count++];
	snprintf(phase->name, sizeof(phase->name), "%s", name);
	phase->from = *next;
	phase->to = *next + weeks - 1;
	*next += weeks;
}

/* Phases, and a lighter week after every three; the last week of training is never one. Returns the last week of training. */
static int shape_fill(struct plan_shape *shape, int weeks)
{
	const struct ratio *ratio = ratio_for(weeks);
	int training = weeks - ratio->taper_weeks - RACE_WEEKS, parts = ratio->base + ratio->build + ratio->peak, next = 1;
	int peak = rounded_share(training, ratio->peak, parts);
	peak += !peak;
	int base = rounded_share(training, ratio->base, parts);
	base = base > training - peak ? training - peak : base;
	shape->weeks = weeks;
	add_phase(shape, "base", &next, base);
	add_phase(shape, "build", &next, training - base - peak);
	add_phase(shape, "peak", &next, peak);
	add_phase(shape, "taper", &next, ratio->taper_weeks);
	add_phase(shape, "race", &next, RACE_WEEKS);
	for (int week = CUTBACK_EVERY; week < training; week += CUTBACK_EVERY)
		shape->cutbacks |= UINT64_C(1) << (week - 1);
	return training;
}

/* --- minutes --------------------------------------------------------------------------------------------------------------------- */

/* The five places of a week, Monday to Friday. */
enum slot { SLOT_EASY, SLOT_SHORT, SLOT_MEDIUM, SLOT_VARIED, SLOT_LONG, SLOT_COUNT };

struct week {
	int minutes[SLOT_COUNT];
	int effort[SLOT_COUNT];
	bool speed; /* on Thursday, instead of cross-training: shorter and harder, the same load */
};

enum { STEP_MIN = 5, LONG_STEPS_MAX = 10, CROSS_EFFORT = 3, SPEED_EFFORT = 5 };

/* The first week. Very short plans begin lighter: in them one week's step must bring the load from 85 % to the peak (IDEAS 1). */
static const struct week first_week = {.minutes = {15, 20, 25, 25, 45}, .effort = {2, 3, 4, CROSS_EFFORT, 4}};
static const struct week light_week = {.minutes = {10, 15, 15, 15, 25}, .effort = {2, 3, 4, CROSS_EFFORT, 4}};

/* Steps that what stands beside the long session can grow by in a whole plan. */
static const struct {
	enum slot slot;
	int steps;
} others[] = {{SLOT_MEDIUM, 5}, {SLOT_SHORT, 4}, {SLOT_EASY, 1}};
enum { OTHER_STEPS = 10, OTHER_KINDS = 3 };

static int week_load(const struct week *week)
{
	int load = 0;
	for (int slot = 0; slot < SLOT_COUNT; slot++)
		load += week->minutes[slot] * week->effort[slot];
	return load;
}

/* Where the growth stands: weeks that grow and the steps made. */
struct growth {
	struct week week; /* the last one that was not lighter */
	int at, of;       /* growing weeks */
	int longs;
	int others[OTHER_KINDS];
};

/* A set of steps for one week: how many of each kind beside the long session. */
struct steps {
	int of[OTHER_KINDS];
	int load;
};

static bool steps_fit(const struct growth *growth, const struct steps *steps, int count_max, int room)
{
	int count = 0;
	for (int i = 0; i < OTHER_KINDS; i++) {
		count += steps->of[i];
		if (growth->others[i] + steps->of[i] > others[i].steps)
			return false;
	}
	return count <= count_max && steps->load <= room;
}

static int steps_load(const struct week *week, const struct steps *steps)
{
	int load = 0;
	for (int i = 0; i < OTHER_KINDS; i++)
		load += steps->of[i] * STEP_MIN * week->effort[others[i].slot];
	return load;
}

/* The heaviest set that fits into the room; of equals the one with more of the technical block. A few dozen sets are looked at. */
static struct steps best_steps(const struct growth *growth, int count_max, int room)
{
	enum { MOST = 3 };
	struct steps best = {0}, steps;
	for (steps.of[0] = MOST; steps.of[0] >= 0; steps.of[0]--)
		for (steps.of[1] = MOST; steps.of[1] >= 0; steps.of[1]--)
			for (steps.of[2] = MOST; steps.of[2] >= 0; steps.of[2]--) {
				steps.load = steps_load(&growth->week, &steps);
				if (steps.load > best.load && steps_fit(growth, &steps, count_max, room))
					best = steps;
			}
	return best;
}

/* One week on: the long session by a step, the others as their share of the plan allows, all under the growth of RULES 5.2 G1. A very
 * short plan may add the 50 AU that G1 never minds. */
static void grow(struct growth *growth, int weeks)
{
	enum { SMALL_STEP_AU = 50 };
	int load = week_load(&growth->week), longs = growth->of < LONG_STEPS_MAX ? growth->of : LONG_STEPS_MAX, made = 0;
	int room = weeks <= LIGHT_WEEKS ? SMALL_STEP_AU : (load * GROWTH_PERCENT - 1) / 100 - load;
	growth->at++;
	if (growth->longs < longs * growth->at / growth->of) {
		growth->longs++;
		growth->week.minutes[SLOT_LONG] += STEP_MIN;
		room -= STEP_MIN * growth->week.effort[SLOT_LONG];
	}
	for (int i = 0; i < OTHER_KINDS; i++)
		made += growth->others[i];
	struct steps steps = best_steps(growth, OTHER_STEPS * growth->at / growth->of - made, room);
	for (int i = 0; i < OTHER_KINDS; i++) {
		growth->others[i] += steps.of[i];
		growth->week.minutes[others[i].slot] += STEP_MIN * steps.of[i];
	}
}

static int scaled(int minutes, int percent)
{
	int rounded = (minutes * percent + 50 * STEP_MIN) / (100 * STEP_MIN) * STEP_MIN;
	return rounded < STEP_MIN ? STEP_MIN : rounded;
}

/* The week made shorter to about that part of `full_load`: all sessions, the same effort; the rounding is evened out in the middle of
 * the week. The long session is never more than its share. */
static struct week shorten(const struct week *full, int full_load, int percent)
{
	struct week week = *full;
	for (int slot = 0; slot < SLOT_COUNT; slot++)
		week.minutes[slot] = scaled(full->minutes[slot], percent);
	while (week.minutes[SLOT_LONG] * 100 > full->minutes[SLOT_LONG] * percent && week.minutes[SLOT_LONG] > STEP_MIN)
		week.minutes[SLOT_LONG] -= STEP_MIN;
	int target = full_load * percent / 100;
	/* Ends: each turn brings the load nearer, by one step of one session. */
	for (int turn = 0; turn < SLOT_COUNT; turn++) {
		enum slot slot = turn % 2 ? SLOT_SHORT : SLOT_MEDIUM;
		int step = STEP_MIN * week.effort[slot], off = target - week_load(&week);
		if (2 * off > step)
			week.minutes[slot] += STEP_MIN;
		else if (-2 * off > step && week.minutes[slot] > STEP_MIN)
			week.minutes[slot] -= STEP_MIN;
	}
	return week;
}

/* Cross-training of 25 minutes and a speed session of 15 are the same load. */
static void make_varied(struct week *week, bool speed)
{
	if (!speed)
		return;
	week->minutes[SLOT_VARIED] = week->minutes[SLOT_VARIED] * CROSS_EFFORT / SPEED_EFFORT;
	week->minutes[SLOT_VARIED] += week->minutes[SLOT_VARIED] < STEP_MIN ? STEP_MIN - week->minutes[SLOT_VARIED] : 0;
	week->effort[SLOT_VARIED] = SPEED_EFFORT;
	week->speed = true;
}

/* --- texts ----------------------------------------------------------------------------------------------------------------------- */

struct topic {
	const char *skill, *title;
};

static const struct topic soft_topics[] = {
	{"empathy", "Notice what the other person needs"},
	{"listening", "Listen to the end, then say it back"},
	{"writing", "Write it in plain words"},
	{"expectations", "Promise what you can keep"},
	{"rapport", "Find the other person's pace"},
	{"deescalation", "Stay calm when voices rise"},
	{"teamwork", "Hand over without dropping anything"},
	{"resilience", "Steady after a hard contact"},
	{"adaptability", "Change course and say so"},
};

static const struct topic tech_topics[] = {
	{"product", "Walk the main path of the product"},
	{"crm", "Open, update and close a case"},
	{"troubleshooting", "Ask, isolate, test"},
	{"triage", "Sort what comes in"},
	{"sla", "Read the clock of a promise"},
	{"logs", "Follow one request through the logs"},
	{"network", "Name, route, port: where it stops"},
	{"incident", "The first note of an incident"},
	{"rca", "From what happened to why"},
};

static const struct topic long_topics[] = {
	{"listening", "sit in on live work and note what you hear"},
	{"roleplay", "play the week's situations through"},
	{"mixed", "a block of real cases with a partner"},
	{"retrieval", "cases from memory, then check them"},
};

/* What each kind of session says. %s of the title: the topic's. */
static const struct kind_text {
	const char *skill, *title; /* NULL: from the topics */
	const char *description, *tip, *fallback, *help, *prep, *with;
} kind_texts[TYPE_COUNT] = {
	[TYPE_EASY] =
		{"retrieval", "Warm-up: ten questions from memory",
		 "Write ten answers about the weeks before without looking, then check them. Mark what you missed and carry it into the "
		 "week. Good looks like knowing your two weakest points.",
		 "A question you missed is worth more than nine you knew.", "Answer three of the ten questions.", "Your trainer",
		 "Question cards", NULL},
	[TYPE_SHORT] =
		{NULL, NULL,
		 "Read the example, then do the drill three times with a situation of your own. Write one sentence on what changed. Good "
		 "looks like a third round that sounds like you.",
		 "Say it out loud once before you write it down.", "Do one round with the example as it stands.", "Your trainer", NULL,
		 NULL},
	[TYPE_MEDIUM] =
		{NULL, NULL,
		 "Work through the steps on a practice case and note each one. Do it a second time from your notes alone. Good looks like "
		 "notes a colleague could follow.",
		 "Stop at the first surprise and write it down.", "Read the steps and do the first two.", "Your buddy", NULL, NULL},
	[TYPE_SPEED] =
		{"triage", "Strides: short cases against the clock",
		 "Take six small cases and give each two minutes. Decide, write one line why, go on. Good looks like six decisions you "
		 "would stand by.",
		 "Decide first, polish never.", "Take two of the six cases.", "Your buddy", NULL, NULL},
	[TYPE_CROSS] =
		{"shadowing", "Ride along: another team's view",
		 "Sit beside a colleague of a neighbouring team and keep your hands off the keyboard. Note what they look at first. Good "
		 "looks like one question you would now ask earlier.",
		 "Ask what they decided without typing it.", "Ask a colleague one question about their work.",
		 "A colleague of a neighbouring team", NULL, "role=peer"},
	[TYPE_LONG] =
		{NULL, NULL,
		 "Work a longer block on what the week was about, with a break in the middle. Keep a line for each case. Close with four "
		 "questions: what happened, what worked, what you learned, what you try next.",
		 "Keep a pace at which you could still talk.", "Do one case and the four closing questions.", "Your buddy",
		 "Practice cases; notes of the week", "role=buddy"},
	[TYPE_CHECKIN] =
		{"review", "Check-in with your manager",
		 "Go through the weeks so far with your manager: what works, what is in the way, what comes next. Bring one thing you are "
		 "proud of and one you need. Good looks like one agreed next step.",
		 "Bring the question you would rather not ask.", "Send three lines: works, in the way, next.", "Your manager",
		 "Notes of the weeks so far", "role=manager"},
	[TYPE_TUNEUP] =
		{"assessment", "Tune-up: a short assessment",
		 "Work three cases as on the last day, with somebody who scores them by the agreed sheet. Go through the score together. "
		 "Good looks like one strength and one thing to practise.",
		 "It is a measurement, not a verdict.", "Score one of your own cases with the sheet.", "Your trainer",
		 "Scoring sheet; three cases", "role=trainer"},
	[TYPE_RACE] =
		{"assessment", "Race day: show what you can do",
		 "The assessment on real cases, by the agreed sheet. Begin with the plan you made, keep to your pace and take the break. "
		 "Good looks like the work you did in the last weeks. Plan B: if something comes up, agree a new day with your trainer.",
		 "Start slower than you feel like.", "Agree a new day with your trainer.", "Your trainer",
		 "Scoring sheet; access and tools checked; a quiet place", "role=trainer"},
	[TYPE_REST] = {"mindfulness", "Rest day: lay out your kit",
		       "Check your access, your tools and the place. Then close everything for today. Good looks like an evening without "
		       "practice.",
		       "Nothing you learn today helps tomorrow. Sleep does.", "Check the place and the time of tomorrow.", "Your trainer",
		       NULL, NULL},
};

static const int32_t slot_second[SLOT_COUNT] = {
	[SLOT_EASY] = 9 * HOUR_S + 30 * MINUTE_S,
	[SLOT_SHORT] = 9 * HOUR_S + 30 * MINUTE_S,
	[SLOT_MEDIUM] = 10 * HOUR_S + 30 * MINUTE_S,
	[SLOT_VARIED] = 13 * HOUR_S + 30 * MINUTE_S,
	[SLOT_LONG] = 14 * HOUR_S,
};
enum { RACE_SECOND = 10 * HOUR_S };

/* --- sessions -------------------------------------------------------------------------------------------------------------------- */

/* Titles and skills of what has topics; the others have one each. */
static void name_session(struct plan_session *session, int number)
{
	const struct kind_text *text = &kind_texts[session->type];
	const struct topic *topic = NULL;
	if (session->type == TYPE_SHORT)
		topic = &soft_topics[(size_t)number % ARRAY_LEN(soft_topics)];
	else if (session->type == TYPE_MEDIUM)
		topic = &tech_topics[(size_t)number % ARRAY_LEN(tech_topics)];
	else if (session->type == TYPE_LONG)
		topic = &long_topics[(size_t)number % ARRAY_LEN(long_topics)];
	session->skill = xstrdup(topic ? topic->skill : text->skill);
	session->title = session->type == TYPE_LONG ? xasprintf("Long %d: %s", session->week, topic->title)
						    : xstrdup(topic ? topic->title : text->title);
}

enum { PASS_PERCENT = 80 };

static void fill_texts(struct plan_session *session)
{
	const struct kind_text *text = &kind_texts[session->type];
	session->description = xstrdup(text->description);
	session->tip = xstrdup(text->tip);
	session->fallback = xstrdup(text->fallback);
	session->help = xstrdup(text->help);
	session->prep = xstrdup(text->prep);
	session->with = xstrdup(text->with);
	if (!strcmp(session->skill, "roleplay"))
		session->persona = xstrdup("first-timer");
	if (!strcmp(session->skill, "assessment")) {
		session->pass = PASS_PERCENT;
		session->rubric = xstrdup("Listens before answering; Finds the cause; Says what happens next");
	}
}

static void add_session(struct plan *plan, const char *uuid, int week, enum slot slot, enum session_type type, int minutes, int effort)
{
	struct plan_session *session = plan_add(plan);
	*session = (struct plan_session){.week = week, .day = (week - 1) * WEEK_DAYS + (int)slot, .second = slot_second[slot]};
	session->type = type;
	session->minutes = minutes;
	session->effort = effort;
	if (type == TYPE_RACE)
		session->second = RACE_SECOND;
	const char *day = weekday_short[slot];
	session->uid = xasprintf("%s-W%02d-%c%c", uuid, week, day[0] - 'a' + 'A', day[1] - 'a' + 'A');
	name_session(session, week - 1);
	fill_texts(session);
	session->alarms[session->alarm_count++] = (struct plan_alarm){0, false};
	session->alarms[session->alarm_count++] = (struct plan_alarm){0, true};
}

/* Milestones stand where something is over that the learner can see. */
static void set_milestone(struct plan *plan, const char *format, int number)
{
	struct plan_session *session = &plan->sessions[plan->session_count - 1];
	char digits[12];
	snprintf(digits, sizeof(digits), "%d", number);
	const char *at = strchr(format, '#');
	session->milestone = at ? xasprintf("%.*s%s%s", (int)(at - format), format, digits, at + 1) : xstrdup(format);
}

enum { CHECKIN_EFFORT = 2 };

static void add_week(struct plan *plan, const char *uuid, int week, const struct week *minutes, int peak, int tuneup)
{
	bool cutback = shape_is_cutback(&plan->shape, week), meets_monday = !plan->shape.cutbacks && week == peak;
	enum session_type thursday = cutback ? TYPE_CHECKIN : minutes->speed ? TYPE_SPEED : TYPE_CROSS;
	enum session_type friday = week == tuneup ? TYPE_TUNEUP : TYPE_LONG;
	add_session(plan, uuid, week, SLOT_EASY, meets_monday ? TYPE_CHECKIN : TYPE_EASY, minutes->minutes[SLOT_EASY],
		    minutes->effort[SLOT_EASY]);
	add_session(plan, uuid, week, SLOT_SHORT, TYPE_SHORT, minutes->minutes[SLOT_SHORT], minutes->effort[SLOT_SHORT]);
	add_session(plan, uuid, week, SLOT_MEDIUM, TYPE_MEDIUM, minutes->minutes[SLOT_MEDIUM], minutes->effort[SLOT_MEDIUM]);
	add_session(plan, uuid, week, SLOT_VARIED, thursday, minutes->minutes[SLOT_VARIED],
		    cutback ? CHECKIN_EFFORT : minutes->effort[SLOT_VARIED]);
	add_session(plan, uuid, week, SLOT_LONG, friday, minutes->minutes[SLOT_LONG],
		    friday == TYPE_TUNEUP ? type_info[TYPE_TUNEUP].effort : minutes->effort[SLOT_LONG]);
	if (friday == TYPE_TUNEUP)
		set_milestone(plan, "Tune-up scored", 0);
	else if (cutback)
		set_milestone(plan, "Week # done: check-in held", week);
	else if (week == 1)
		set_milestone(plan, "Started", 0);
	else if (week == peak)
		set_milestone(plan, "Longest session done", 0);
}

/* Loosen up, one drill each of both families, rest, race. */
static void add_race_week(struct plan *plan, const char *uuid, int week, int race_minutes)
{
	static const struct {
		enum session_type type;
		int minutes, effort;
	} days[] = {{TYPE_EASY, 10, 2}, {TYPE_SHORT, 15, 3}, {TYPE_SPEED, 15, 4}, {TYPE_REST, 5, 1}};
	for (size_t i = 0; i < ARRAY_LEN(days); i++)
		add_session(plan, uuid, week, (enum slot)i, days[i].type, days[i].minutes, days[i].effort);
	add_session(plan, uuid, week, SLOT_LONG, TYPE_RACE, race_minutes, type_info[TYPE_RACE].effort);
	set_milestone(plan, "Done - celebrate", 0);
}

/* --- the plan -------------------------------------------------------------------------------------------------------------------- */

/* Weeks that grow on the one before: neither the first two, which are alike to settle in, nor the lighter ones. */
static int growing_weeks(const struct plan_shape *shape, int training)
{
	int count = 0;
	for (int week = 3; week <= training; week++)
		count += !shape_is_cutback(shape, week);
	return count ? count : 1;
}

static bool is_speed_week(const struct plan_shape *shape, int week)
{
	bool taper = shape_is_taper(shape, week);
	return taper || (strcmp(shape_phase(shape, week), "base") != 0 && week % 2);
}

/* The tune-up takes the long session's place in the lighter week nearest to the middle, from eight weeks on. */
static int tuneup_week(const struct plan_shape *shape)
{
	int found = 0;
	for (int week = 1; shape->weeks >= 8 && week <= shape->weeks / 2 + 1; week++)
		if (shape_is_cutback(shape, week))
			found = week;
	return found;
}

static void add_training(struct plan *plan, const char *uuid, int training, struct week *ret_peak)
{
	struct growth growth = {.week = plan->shape.weeks <= LIGHT_WEEKS ? light_week : first_week,
				.of = growing_weeks(&plan->shape, training)};
	int tuneup = tuneup_week(&plan->shape);
	for (int week = 1; week <= training; week++) {
		bool cutback = shape_is_cutback(&plan->shape, week);
		if (week > 2 && !cutback)
			grow(&growth, plan->shape.weeks);
		struct week minutes = cutback ? shorten(&growth.week, week_load(&growth.week), CUTBACK_PERCENT) : growth.week;
		make_varied(&minutes, !cutback && is_speed_week(&plan->shape, week));
		add_week(plan, uuid, week, &minutes, training, tuneup);
	}
	*ret_peak = growth.week;
}

static void add_taper(struct plan *plan, const char *uuid, int training, const struct week *peak)
{
	const struct ratio *ratio = ratio_for(plan->shape.weeks);
	for (int i = 0; i < ratio->taper_weeks; i++) {
		struct week full = *peak;
		make_varied(&full, true);
		struct week minutes = shorten(&full, week_load(peak), ratio->taper_percent[i]);
		add_week(plan, uuid, training + 1 + i, &minutes, training, 0);
	}
	add_race_week(plan, uuid, plan->shape.weeks, ratio->race_minutes);
}

/* IDEAS 39: the distances have a name at these lengths. */
static const char *class_for(int weeks)
{
	static const struct {
		int weeks;
		const char *name;
	} classes[] = {{3, "5k"}, {6, "10k"}, {12, "half"}, {18, "marathon"}, {26, "ultra"}};
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		if (classes[i].weeks == weeks)
			return classes[i].name;
	return NULL;
}

struct plan *plan_skeleton(const char *name, const char *title, int weeks, const char *uuid)
{
	if (weeks < SKELETON_WEEKS_MIN || weeks > SKELETON_WEEKS_MAX)
		return NULL;
	struct plan *plan = plan_new();
	struct week peak;
	plan->name = xstrdup(name);
	plan->title = xstrdup(title);
	plan->uid = xstrdup(uuid);
	plan->anchor = day_from_ymd(2001, 1, 1);
	plan->goal = xstrdup("Say in one line what a learner can do at the end");
	plan->done = xstrdup("Say how it is seen: 80 % at the assessment, and the trainer's word");
	plan->about =
		xasprintf("A plan of %d weeks to begin with: replace the texts, keep the rhythm. Its growth is a pacing heuristic, not "
			  "evidence.",
			  weeks);
	plan->class_name = xstrdup(class_for(weeks));
	plan->version = xstrdup("1");
	int training = shape_fill(&plan->shape, weeks);
	add_training(plan, uuid, training, &peak);
	add_taper(plan, uuid, training, &peak);
	plan_finish(plan);
	return plan;
}
