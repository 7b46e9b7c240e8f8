/* Shared by the files of the engine; nobody else includes it. */
#ifndef CORE_ENGINE_PRIVATE_H
#define CORE_ENGINE_PRIVATE_H

#include "engine.h"

/* One step in the making: who asks, when, and where the effects go. */
struct step {
	struct engine *engine;
	const struct event *event;
	struct instant now;
	struct effects *fx;
	struct err *err;
};

enum { LOCK_MOST_S = 15 * 60 }; /* how long a locked screen holds a notice back (RULES 3.5) */
enum { RETRY_S = 60 };          /* a notice the server refused is handed over again after this */

struct enrolment *engine_enrolment(const struct engine *engine, struct agenda_ref ref);

/* Rows. */
void step_session_row(struct step *step, struct agenda_ref ref);
void step_notice_row(struct step *step, const struct notice *notice);
/* text is taken over. before: NULL when it cannot be undone; taken over. */
struct journal_entry *step_journal(struct step *step, const char *what, const char *rule, const struct agenda_ref *ref, char *text,
				   char *before);

enum { MOMENT_TEXT = 32 };
/* "14:10" for a moment of the same day, else "Fri 2026-12-04 14:10". Returns buf. */
const char *step_moment(const struct step *step, struct instant at, char buf[static MOMENT_TEXT]);

/* Puts the session, or all of an enrolment, into the agenda as it stands now. */
void engine_place(struct engine *engine, struct agenda_ref ref);
void engine_place_all(struct engine *engine, size_t enrolment);

/* Open notices. */
bool notice_is_of(const struct notice *notice, const struct enrolment *enrolment, const struct session *session);
void notice_drop(struct engine *engine, size_t at);
/* Its last state: writes the row and takes it out. answer and cause may be NULL. */
void notice_end(struct step *step, size_t at, enum notice_state state, const char *answer, const char *cause);
/* A new open notice; an older one of the session is over, but its place on the screen is kept for the new one to take.
 * The pointer holds until the next notice comes or goes; whoever changes the notice writes its row again. */
struct notice *step_ring(struct step *step, struct agenda_ref ref, enum notice_kind kind, struct instant due);
/* A notice about no session; the caller fills in the key. */
struct notice step_day_notice(const struct step *step, enum notice_kind kind);

/* Ends the session's open notices with that state (answer or cause as static text, may be NULL) and takes its bubble off the screen. */
void step_close_notices(struct step *step, struct agenda_ref ref, enum notice_state state, const char *answer, const char *cause);
/* Rings what is due, lets catch windows close. Bounded: each session is looked at once a due instant. */
void step_due(struct step *step);
/* How late a notice of the kind may still come by itself. */
int notice_young_s(const struct engine *engine, enum notice_kind kind);
/* Something lies ahead that the day's notice can tell of. */
bool engine_day_has(const struct engine *engine, enum notice_kind kind, struct instant now);
/* It waits for the end of a run or of a meeting. */
bool notice_held_on_purpose(const struct notice *notice);
extern const char notice_outside_hours[]; /* cause: it waits for the working day */
extern const char notice_kept_quiet[];    /* cause of a shown notice: do-not-disturb keeps it from the learner */
/* Raises questions again that were shown and ignored, once each. */
void step_again(struct step *step);
struct instant engine_next_again(const struct engine *engine, struct instant now);
/* What comes once a day: the morning's line, Monday's preview. */
void step_day(struct step *step);
struct instant engine_next_day(const struct engine *engine, struct instant now);
/* When Pacer next speaks by itself, and the first such moment of the next working day. */
struct instant engine_next_slot(const struct engine *engine, struct instant now);
struct instant engine_next_first_slot(const struct engine *engine, struct instant now);

/* What was handed over. */
void engine_note_recent(struct engine *engine, const struct notice *notice);
const struct recent *engine_recent(const struct engine *engine, const char *key);
/* Of those that count in the day's budget. */
int engine_sent_today(const struct engine *engine, struct instant now, int *ret_informing);
/* Far in the past when there was none. */
struct instant engine_last_sent(const struct engine *engine, struct instant now);
void step_day_bubble(const struct step *step, const struct notice *notice, struct bubble *bubble);
/* --- gates (engine_gates.c) --- */

/* A notice that wants to be shown now. */
struct wish {
	const struct step *step;
	const struct notice *notice;
	const struct agenda_ref *focus; /* the session that runs, or NULL */
	bool informs;                   /* it asks nothing, or goes into the digest: it can wait */
	bool own;                       /* the learner asked for it, or it belongs to the running session */
	bool digest_comes;              /* a digest is about to be shown beside it */
	bool counted;                   /* in the day's budget already: it was handed over before, or joins that digest */
};

struct gate {
	const char *cause, *rule;
	bool (*shut)(const struct wish *wish, struct instant *ret_until);
	bool fresh;
	bool keeps_cause;
};

/* What holds the notice back, or NULL; sets when that ends by itself, INSTANT_NEVER for not by itself. */
const struct gate *step_shut_gate(const struct wish *wish, struct instant *ret_until);
/* By a gate whose end is the right moment. */
bool step_still_held(const struct step *step, const struct notice *notice, const struct agenda_ref *focus);

/* What happened to a notice on its way, for the ledger and for its story. text is taken over. */
void step_note_cause(struct step *step, struct notice *notice, const char *cause, const char *what, const char *rule, char *text);
/* Hands the session's notice over. */
void step_show_session(struct step *step, struct notice *notice, struct agenda_ref ref);
/* Hands over what waits and may be shown now. */
void step_deliver(struct step *step);
/* What the notification thread reports. */
void step_take_over(struct step *step);
int step_shown(struct step *step);
int step_not_shown(struct step *step);
int step_closed(struct step *step);
int step_server(struct step *step);

int step_update(struct step *step);
int step_absence(struct step *step);
int step_resume(struct step *step);

/* What the learner does. */
int step_act(struct step *step);
/* By any way: the command line or a bubble. */
int step_do(struct step *step, struct agenda_ref ref, enum session_action action, const struct session_input *input);
int step_press(struct step *step);
int step_note(struct step *step);
/* A minute to breathe, when one is wanted before this session. */
void step_breathe(struct step *step, struct agenda_ref ref);
void step_breath_skips(struct step *step, int skips);
int step_enrol(struct step *step);
int step_leave(struct step *step);
int step_undo(struct step *step);

#endif
