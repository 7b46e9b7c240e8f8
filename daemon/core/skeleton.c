#include "skeleton_private.h"

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

enum { RACE_WEEKS = 1, CUTBACK_EVERY = 4, CUTBACK_PERCENT = 73, GROWTH_PERCENT = 110, LIGHT_WEEKS = 5, TAPERED_WEEKS_MIN = 3 };

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

static int taper_weeks(int weeks)
{
	return weeks < TAPERED_WEEKS_MIN ? 0 : ratio_for(weeks)->taper_weeks;
}

int skeleton_shape(struct plan_shape *shape, int weeks)
{
	const struct ratio *ratio = ratio_for(weeks);
	int training = weeks - taper_weeks(weeks) - RACE_WEEKS, parts = ratio->base + ratio->build + ratio->peak, next = 1;
	int peak = rounded_share(training, ratio->peak, parts);
	peak += !peak && training;
	int base = rounded_share(training, ratio->base, parts);
	base = base > training - peak ? training - peak : base;
	shape->weeks = weeks;
	add_phase(shape, "base", &next, base);
	add_phase(shape, "build", &next, training - base - peak);
	add_phase(shape, "peak", &next, peak);
	add_phase(shape, "taper", &next, taper_weeks(weeks));
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

static const int32_t slot_second[SLOT_COUNT] = {
	[SLOT_EASY] = 9 * HOUR_S + 30 * MINUTE_S,
	[SLOT_SHORT] = 9 * HOUR_S + 30 * MINUTE_S,
	[SLOT_MEDIUM] = 10 * HOUR_S + 30 * MINUTE_S,
	[SLOT_VARIED] = 13 * HOUR_S + 30 * MINUTE_S,
	[SLOT_LONG] = 14 * HOUR_S,
};
enum { RACE_SECOND = 10 * HOUR_S };

/* --- sessions -------------------------------------------------------------------------------------------------------------------- */

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
	skeleton_texts(session);
	session->alarms[session->alarm_count++] = (struct plan_alarm){0, false};
	session->alarms[session->alarm_count++] = (struct plan_alarm){0, true};
}

/* Milestones stand where something is over that the learner can see, with what there is to show for it. */
enum milestone { MILESTONE_STARTED, MILESTONE_CUTBACK, MILESTONE_TUNEUP, MILESTONE_LONGEST, MILESTONE_DONE };

static const struct {
	const char *text; /* '#': the week */
	const char *evidence;
} milestones[] = {
	[MILESTONE_STARTED] = {"Started", "Your notes of the first week on one page"},
	[MILESTONE_CUTBACK] = {"Week # done: check-in held", "The step you agreed on, in one sentence"},
	[MILESTONE_TUNEUP] = {"Tune-up scored", "The filled scoring sheet"},
	[MILESTONE_LONGEST] = {"Longest session done", "Your notes: a line for each case"},
	[MILESTONE_DONE] = {"Done - celebrate", "The filled scoring sheet and the trainer's word"},
};

/* Of the last session added. */
static void set_milestone(struct plan *plan, enum milestone milestone)
{
	struct plan_session *session = &plan->sessions[plan->session_count - 1];
	const char *text = milestones[milestone].text, *at = strchr(text, '#');
	session->milestone = at ? xasprintf("%.*s%d%s", (int)(at - text), text, session->week, at + 1) : xstrdup(text);
	session->evidence = xstrdup(milestones[milestone].evidence);
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
		set_milestone(plan, MILESTONE_TUNEUP);
	else if (cutback)
		set_milestone(plan, MILESTONE_CUTBACK);
	else if (week == 1)
		set_milestone(plan, MILESTONE_STARTED);
	else if (week == peak)
		set_milestone(plan, MILESTONE_LONGEST);
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
	set_milestone(plan, MILESTONE_DONE);
}

/* --- the plan -------------------------------------------------------------------------------------------------------------------- */

/* The first week that grows: two are alike to settle in, where there is time for it. */
static int first_growing_week(int training)
{
	return training > 2 ? 3 : 2;
}

/* Weeks that grow on the one before: neither the first ones nor the lighter ones. */
static int growing_weeks(const struct plan_shape *shape, int training)
{
	int count = 0;
	for (int week = first_growing_week(training); week <= training; week++)
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
		if (week >= first_growing_week(training) && !cutback)
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
	for (int i = 0; i < taper_weeks(plan->shape.weeks); i++) {
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
	int training = skeleton_shape(&plan->shape, weeks);
	add_training(plan, uuid, training, &peak);
	add_taper(plan, uuid, training, &peak);
	skeleton_personas(plan);
	plan_finish(plan);
	return plan;
}
