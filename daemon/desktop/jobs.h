/* What the daemon asked for, in order: queues of bubbles to show or close, and of addresses to open. Not locked: whoever shares a queue
 * does that. */
#ifndef DESKTOP_JOBS_H
#define DESKTOP_JOBS_H

#include "core/effect.h"

enum job_kind { JOB_SHOW, JOB_CLOSE, JOB_OPEN };

struct job {
	struct job *next;
	enum job_kind kind;
	struct bubble bubble; /* JOB_CLOSE: its slot; JOB_OPEN: its key */
	char *address;        /* JOB_OPEN */
};

/* Copies of what they are made of, but for the labels and ids of buttons (desktop.h). */
struct job *job_show(const struct bubble *bubble);
struct job *job_close(const char *slot);
struct job *job_open(const char *key, const char *address);
void job_free(struct job *job);

/* List, by .next; end is where the next one goes, so that an empty one must not be moved. */
struct jobs {
	struct job *first, **end;
};

void jobs_init(struct jobs *jobs);
/* Empties it. */
void jobs_release(struct jobs *jobs);
/* Takes over the job. */
void jobs_add(struct jobs *jobs, struct job *job);
/* Takes over what is in more (may be empty), which is empty then. */
void jobs_append(struct jobs *jobs, struct jobs *more);
/* The first one, for the caller to free; NULL: empty. */
struct job *jobs_take(struct jobs *jobs);

#endif
