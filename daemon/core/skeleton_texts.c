/* The texts of a new plan: what each kind of session says until a trainer says it better. */
#include "cards.h"
#include "skeleton_private.h"

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
static const char persona[] = "first-timer";

void skeleton_texts(struct plan_session *session)
{
	name_session(session, session->week - 1);
	const struct kind_text *text = &kind_texts[session->type];
	session->description = xstrdup(text->description);
	session->tip = xstrdup(text->tip);
	session->fallback = xstrdup(text->fallback);
	session->help = xstrdup(text->help);
	session->prep = xstrdup(text->prep);
	session->with = xstrdup(text->with);
	if (!strcmp(session->skill, "roleplay"))
		session->persona = xstrdup(persona);
	if (!strcmp(session->skill, "assessment")) {
		session->pass = PASS_PERCENT;
		session->rubric = xstrdup("Listens before answering; Finds the cause; Says what happens next");
	}
}

void skeleton_personas(struct plan *plan)
{
	struct card card;
	bool met = false;
	for (size_t i = 0; i < plan->session_count && !met; i++)
		met = plan->sessions[i].persona && !strcmp(plan->sessions[i].persona, persona);
	if (met && !card_find(plan->personas, persona, strlen(persona), &card))
		text_replace(
			&plan->personas,
			xasprintf("%s%s%s Turns to us for the first time, has no words for the problem and wants to know what happens next",
				  plan->personas ? plan->personas : "", plan->personas ? "\n" : "", persona));
}
