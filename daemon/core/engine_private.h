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

/* Puts the session, or all of an enrolment, into the agenda as it stands now. */
void engine_place(struct engine *engine, struct agenda_ref ref);
void engine_place_all(struct engine *engine, size_t enrolment);

/* Open notices. */
bool notice_is_of(const struct notice *notice, const struct enrolment *enrolment, const struct session *session);
void notice_drop(struct engine *engine, size_t at);
/* Its last state: writes the row and takes it out. answer and cause may be NULL. */
void notice_end(struct step *step, size_t at, enum notice_state state, const char *answer, const char *cause);
/* A new open notice; an older one of the session is over, but its place on the screen is kept for the new one to take. */
void step_ring(struct step *step, struct agenda_ref ref, enum alarm_kind alarm, struct instant due);

/* Ends the session's open notices with that state (answer or cause as static text, may be NULL) and takes its bubble off the screen. */
void step_close_notices(struct step *step, struct agenda_ref ref, enum notice_state state, const char *answer, const char *cause);
/* Rings what is due, lets catch windows close. Bounded: each session is looked at once a due instant. */
void step_due(struct step *step);
/* Hands over what waits and may be shown now. */
void step_deliver(struct step *step);
/* What the notification thread reports. */
int step_shown(struct step *step);
int step_not_shown(struct step *step);
int step_closed(struct step *step);
int step_server(struct step *step);

int step_absence(struct step *step);
int step_resume(struct step *step);

/* What the learner does. */
int step_act(struct step *step);
int step_enrol(struct step *step);
int step_leave(struct step *step);
int step_undo(struct step *step);

#endif
