#include "jobs.h"

static struct job *job_new(enum job_kind kind)
{
	struct job *job = xcalloc(1, sizeof(*job));
	job->kind = kind;
	return job;
}

struct job *job_show(const struct bubble *bubble)
{
	struct job *job = job_new(JOB_SHOW);
	job->bubble = *bubble;
	job->bubble.summary = xstrdup(bubble->summary);
	job->bubble.body = xstrdup(bubble->body);
	job->bubble.command = xstrdup(bubble->command);
	job->bubble.server_owner = xstrdup(bubble->server_owner);
	return job;
}

struct job *job_close(const char *slot)
{
	struct job *job = job_new(JOB_CLOSE);
	snprintf(job->bubble.slot, sizeof(job->bubble.slot), "%s", slot);
	return job;
}

struct job *job_open(const char *key, const char *address)
{
	struct job *job = job_new(JOB_OPEN);
	snprintf(job->bubble.key, sizeof(job->bubble.key), "%s", key);
	job->address = xstrdup(address);
	return job;
}

void job_free(struct job *job)
{
	bubble_release(&job->bubble);
	free(job->address);
	free(job);
}

void jobs_init(struct jobs *jobs)
{
	*jobs = (struct jobs){.end = &jobs->first};
}

void jobs_add(struct jobs *jobs, struct job *job)
{
	*jobs->end = job;
	jobs->end = &job->next;
}

void jobs_append(struct jobs *jobs, struct jobs *more)
{
	if (!more->first)
		return;
	*jobs->end = more->first;
	jobs->end = more->end;
	jobs_init(more);
}

struct job *jobs_take(struct jobs *jobs)
{
	struct job *job = jobs->first;
	if (job)
		jobs->first = job->next;
	if (!jobs->first)
		jobs_init(jobs);
	return job;
}

void jobs_release(struct jobs *jobs)
{
	for (struct job *job; (job = jobs_take(jobs));)
		job_free(job);
}
