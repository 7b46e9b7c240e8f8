/* A simulated world around the real engine and the real store: a clock that jumps, a notification server that comes and goes, a learner
 * with a seed, and crashes between any two effects. Months pass in milliseconds; invariants are checked at every step.
 *
 * The screen is the judge: which keys were shown, when, and how often. */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "core/engine.h"
#include "store/store.h"

enum { NO_CRASH = -1 };

struct shown_key {
	char key[NOTICE_KEY_MAX];
	int times;
	bool was_in_flight; /* a crash fell between its commit and its report */
	int restart;        /* how many restarts there had been when it was shown */
	int server;         /* the server that showed it */
};

struct pending_answer {
	struct instant at;
	char key[NOTICE_KEY_MAX];
	enum session_action action; /* by the command line; ACT_COUNT: by the button */
	char choice[24];
};

struct world {
	uint64_t seed, random;
	struct instant now;
	const struct zone *local;
	struct policy policy;
	struct store *store; /* NULL: engine only, nothing is written */
	struct engine *engine;
	bool server_up;
	int server;   /* counts the servers there were */
	int restarts;
	/* The screen and its history. */
	struct shown_key *keys;
	size_t key_count, key_room;
	int shows, digests, steps, crashes;
	int by_kind[NOTICE_KIND_COUNT]; /* shows of each kind */
	struct instant last_show;
	int shows_this_step, old_shows_this_step;
	/* The learner. */
	bool learner;
	struct pending_answer answers[64];
	size_t answer_count;
	/* Crash control: the effect boundary (counted over the whole run) at which to crash, or NO_CRASH; chance_crash in 1/1000. */
	int64_t boundary, crash_at;
	int chance_crash;
	/* What the current step leaves to report after it. */
	char reports[64][NOTICE_KEY_MAX];
	size_t report_count;
};

struct world *world_new(uint64_t seed, const char *zone, struct civil start, bool with_store);
/* Plain: no limits, slots, previews or second prompts, so that a test sees only what it is about; with the defaults: all of it. */
void world_set_policy(struct world *world, const struct policy *policy);
struct policy world_plain_policy(void);
struct world *world_free(struct world *world);
uint32_t world_random(struct world *world, uint32_t below);

/* The 90-session grid of CS-18 as a plan, or a small one: sessions_a_day sessions of 20 minutes, Monday to Friday. The caller frees. */
struct plan *world_plan_cs18(void);
struct plan *world_plan_dense(int weeks, int sessions_a_day);

void world_enrol(struct world *world, const struct plan *plan, int32_t monday);
/* One event; carries out its effects, with a crash when it is time. Returns the engine's answer. */
int world_event(struct world *world, const struct event *event);
int world_press(struct world *world, const char *key, const char *choice);
int world_act(struct world *world, struct agenda_ref ref, enum session_action action);
/* Lets time pass to `until`, waking only when the engine or the learner wants to. */
void world_run(struct world *world, struct instant until);
/* The machine sleeps or is off: time passes and nothing runs; then one tick. off: the daemon starts anew afterwards. */
void world_sleep(struct world *world, int64_t seconds, bool off);
void world_server(struct world *world, bool up);
/* Throws the engine away and loads it from the store, as a start does. */
void world_restart(struct world *world);
int world_times_shown(const struct world *world, const char *key);
struct session *world_session(struct world *world, const char *id);
struct agenda_ref world_ref(struct world *world, const char *id);
/* Ends the test with the seed and the moment in its text. */
PRINTF_LIKE(2, 3) void world_fail(const struct world *world, const char *format, ...);

#endif
