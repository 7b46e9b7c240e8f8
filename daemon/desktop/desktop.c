#include "desktop.h"

#include <pthread.h>
#include <signal.h>

#include "bubbles.h"
#include "bus.h"
#include "logind.h"
#include "server.h"

/* GDBus works in a thread of its own; ours decodes small messages. Also too small for a transparent huge page. */
enum { STACK_BYTES = 256 * 1024 };

static const char thread_name[] = "pacer-desktop";

/* List, by .next, of what the daemon asked for, in order. */
struct job {
	struct job *next;
	bool close; /* the slot; otherwise show */
	struct bubble bubble;
};

struct event_node {
	struct event_node *next;
	struct desktop_event event;
};

struct desktop {
	pthread_t thread;
	void (*wake)(void *ctx);
	void *wake_ctx;
	GMainContext *context;
	GSource *doorbell;  /* set ready from the caller's thread when jobs or leaving changed */
	GCancellable *stop; /* of a connect that blocks */

	/* Both threads, under lock. */
	pthread_mutex_t lock;
	struct job *inbox, **inbox_end;
	struct event_node *events, **events_end;
	struct desktop_info info;
	bool leaving;

	/* Desktop thread. */
	struct server *server;
	struct bubbles *bubbles;
	struct logind *logind;
	struct job *jobs, **jobs_end; /* taken from the inbox */
	bool pumping;                 /* settled may come from within */
	bool told;                    /* SERVER_UP or SERVER_DOWN ... */
	const char *told_problem;     /* ... with this; NULL: up */
};

/* --- events out ---------------------------------------------------------------------------------------------------------------------- */

void desktop_event_release(struct desktop_event *event)
{
	free(event->action);
	free(event->text);
	free(event->server_owner);
	*event = (struct desktop_event){0};
}

/* Takes over the event's texts. */
static void tell(struct desktop *desktop, const char *key, struct desktop_event event)
{
	struct event_node *node = xcalloc(1, sizeof(*node));
	node->event = event;
	snprintf(node->event.key, sizeof(node->event.key), "%s", key);
	pthread_mutex_lock(&desktop->lock);
	*desktop->events_end = node;
	desktop->events_end = &node->next;
	pthread_mutex_unlock(&desktop->lock);
	desktop->wake(desktop->wake_ctx);
}

static void tell_not_shown(struct desktop *desktop, const char *key, const char *text)
{
	tell(desktop, key, (struct desktop_event){.kind = DESKTOP_FAILED, .text = xstrdup(text)});
}

bool desktop_next(struct desktop *desktop, struct desktop_event *ret_event)
{
	pthread_mutex_lock(&desktop->lock);
	struct event_node *node = desktop->events;
	if (node) {
		desktop->events = node->next;
		if (!desktop->events)
			desktop->events_end = &desktop->events;
	}
	pthread_mutex_unlock(&desktop->lock);
	if (!node)
		return false;
	*ret_event = node->event;
	free(node);
	return true;
}

/* --- what is known ------------------------------------------------------------------------------------------------------------------- */

void desktop_info_release(struct desktop_info *info)
{
	free(info->name);
	free(info->vendor);
	free(info->version);
	free(info->spec);
	free(info->problem);
	*info = (struct desktop_info){0};
}

struct desktop_info desktop_info(struct desktop *desktop)
{
	pthread_mutex_lock(&desktop->lock);
	struct desktop_info info = desktop->info;
	char **texts[] = {&info.name, &info.vendor, &info.version, &info.spec, &info.problem};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		*texts[i] = xstrdup(*texts[i]);
	pthread_mutex_unlock(&desktop->lock);
	return info;
}

static void info_update(struct desktop *desktop)
{
	const struct server *server = desktop->server;
	const struct server_facts *facts = server_facts(server);
	struct desktop_info info = {
		.bus = server_bus(server),
		.server = server_owner(server),
		.name = xstrdup(facts->name),
		.vendor = xstrdup(facts->vendor),
		.version = xstrdup(facts->version),
		.spec = xstrdup(facts->spec),
		.actions = facts->actions,
		.body = facts->body,
		.body_markup = facts->body_markup,
		.persistence = facts->persistence,
		.problem = xstrdup(server_problem(server)),
	};
	pthread_mutex_lock(&desktop->lock);
	struct desktop_info old = desktop->info;
	desktop->info = info;
	pthread_mutex_unlock(&desktop->lock);
	desktop_info_release(&old);
}

/* --- jobs ---------------------------------------------------------------------------------------------------------------------------- */

static struct job *job_new(bool close, const char *slot)
{
	struct job *job = xcalloc(1, sizeof(*job));
	job->close = close;
	snprintf(job->bubble.slot, sizeof(job->bubble.slot), "%s", slot);
	return job;
}

static struct job *job_show(const struct bubble *bubble)
{
	struct job *job = job_new(false, bubble->slot);
	job->bubble = *bubble;
	job->bubble.summary = xstrdup(bubble->summary);
	job->bubble.body = xstrdup(bubble->body);
	job->bubble.command = xstrdup(bubble->command);
	job->bubble.server_owner = xstrdup(bubble->server_owner);
	return job;
}

static void jobs_free(struct job *jobs)
{
	while (jobs) {
		struct job *job = jobs;
		jobs = job->next;
		bubble_release(&job->bubble);
		free(job);
	}
}

/* The job in front is done. */
static void job_pop(struct desktop *desktop)
{
	struct job *job = desktop->jobs;
	desktop->jobs = job->next;
	if (!desktop->jobs)
		desktop->jobs_end = &desktop->jobs;
	job->next = NULL;
	jobs_free(job);
}

static enum words_markup markup_of(const struct server_facts *facts)
{
	if (facts->body_markup)
		return WORDS_ESCAPED;
	return facts->name && !strcmp(facts->name, "dunst") ? WORDS_UNSURE : WORDS_PLAIN;
}

/* Called when a server has answered just now. */
static void show(struct desktop *desktop, const struct bubble *bubble)
{
	const struct server_facts *facts = server_facts(desktop->server);
	const char *owner = server_owner(desktop->server);
	struct words_style style = {.markup = markup_of(facts), .buttons = facts->actions};
	struct desktop_event event = {.kind = DESKTOP_SHOWN};
	OWNED_TEXT *problem = NULL;
	switch (bubbles_show(desktop->bubbles, server_bus(desktop->server), owner, bubble, style, &event.server_id, &problem)) {
	case BUBBLES_SHOWN:
		event.server_owner = xstrdup(owner);
		tell(desktop, bubble->key, event);
		server_proved(desktop->server);
		break;
	case BUBBLES_REFUSED:
		tell_not_shown(desktop, bubble->key, problem);
		break;
	case BUBBLES_SILENT:
		tell_not_shown(desktop, bubble->key, "the notification server does not answer");
		server_silent(desktop->server);
		break;
	}
}

/* What becomes of a show in front, by the server's state. True: it is done; false: wait for settled.
 * answered: nothing has happened since the server replied; good for one show. */
static bool try_show(struct desktop *desktop, bool *answered)
{
	struct server *server = desktop->server;
	const char *key = desktop->jobs->bubble.key;
	switch (server_state(server)) {
	case SERVER_LOOKING:
		return false;
	case SERVER_NO_BUS:
	case SERVER_NONE:
		if (server_look_again(server))
			return false;
		tell_not_shown(desktop, key, server_problem(server));
		return true;
	case SERVER_STARTABLE:
		server_start(server);
		return false;
	case SERVER_HUNG:
		tell_not_shown(desktop, key, server_problem(server));
		return true;
	case SERVER_READY:
		break;
	}
	if (!*answered) {
		if (!server_asking(server))
			server_ask(server);
		return false;
	}
	*answered = false;
	show(desktop, &desktop->jobs->bubble);
	return true;
}

static void pump(struct desktop *desktop, bool answered)
{
	if (desktop->pumping)
		return;
	desktop->pumping = true;
	while (desktop->jobs) {
		if (desktop->jobs->close)
			bubbles_close(desktop->bubbles, desktop->jobs->bubble.slot);
		else if (!try_show(desktop, &answered))
			break;
		job_pop(desktop);
	}
	desktop->pumping = false;
}

/* --- what server, bubbles and logind tell -------------------------------------------------------------------------------------------- */

static void on_settled(void *ctx, bool answered)
{
	struct desktop *desktop = ctx;
	const char *problem = server_problem(desktop->server);
	info_update(desktop);
	if (!desktop->told || desktop->told_problem != problem) {
		desktop->told = true;
		desktop->told_problem = problem;
		enum desktop_event_kind kind = problem ? DESKTOP_SERVER_DOWN : DESKTOP_SERVER_UP;
		tell(desktop, "",
		     (struct desktop_event){.kind = kind,
					    .text = xstrdup(problem),
					    .server_owner = problem ? NULL : xstrdup(server_owner(desktop->server))});
	}
	pump(desktop, answered);
}

static void on_lost(void *ctx, bool bus)
{
	struct desktop *desktop = ctx;
	bubbles_clear(desktop->bubbles, bus);
}

static void on_pressed(void *ctx, const char *key, const char *action)
{
	tell(ctx, key, (struct desktop_event){.kind = DESKTOP_ACTION, .action = xstrdup(action)});
}

static void on_closed(void *ctx, const char *key, int reason)
{
	tell(ctx, key, (struct desktop_event){.kind = DESKTOP_CLOSED, .reason = reason});
}

static void on_sleeping(void *ctx, bool asleep)
{
	tell(ctx, "", (struct desktop_event){.kind = asleep ? DESKTOP_SLEEP : DESKTOP_WAKE});
}

static void on_away(void *ctx, bool away)
{
	tell(ctx, "", (struct desktop_event){.kind = away ? DESKTOP_LOCKED : DESKTOP_UNLOCKED});
}

/* --- the thread ---------------------------------------------------------------------------------------------------------------------- */

/* Takes what came in; true: leave. */
static bool take_inbox(struct desktop *desktop)
{
	pthread_mutex_lock(&desktop->lock);
	bool leaving = desktop->leaving;
	if (desktop->inbox) {
		*desktop->jobs_end = desktop->inbox;
		desktop->jobs_end = desktop->inbox_end;
		desktop->inbox = NULL;
		desktop->inbox_end = &desktop->inbox;
	}
	pthread_mutex_unlock(&desktop->lock);
	return leaving;
}

/* Ready when its time was set to 0, from any thread. The loop looks into the inbox after each turn. */
static gboolean doorbell_dispatch(GSource *source, GSourceFunc callback UNUSED, gpointer data UNUSED)
{
	g_source_set_ready_time(source, -1);
	return G_SOURCE_CONTINUE;
}

static GSourceFuncs doorbell_functions = {.dispatch = doorbell_dispatch}; /* GLib wants it writable and does not write */

static void *desktop_main(void *data)
{
	struct desktop *desktop = data;
	const struct server_hooks server_hooks = {.settled = on_settled, .lost = on_lost, .ctx = desktop};
	const struct bubbles_hooks bubbles_hooks = {.pressed = on_pressed, .closed = on_closed, .ctx = desktop};
	const struct logind_hooks logind_hooks = {.sleeping = on_sleeping, .away = on_away, .ctx = desktop};
	g_main_context_push_thread_default(desktop->context);
	desktop->bubbles = bubbles_new(desktop->context, &bubbles_hooks);
	desktop->server = server_new(desktop->context, desktop->stop, &server_hooks);
	desktop->logind = logind_new(desktop->context, &logind_hooks);
	server_look(desktop->server);
	while (!take_inbox(desktop)) {
		pump(desktop, false);
		g_main_context_iteration(desktop->context, TRUE);
	}
	for (const struct job *job = desktop->jobs; job; job = job->next)
		if (job->close)
			bubbles_close(desktop->bubbles, job->bubble.slot);
	desktop->server = server_free(desktop->server); /* first: what comes in while the others end shows no bubble */
	desktop->logind = logind_free(desktop->logind);
	desktop->bubbles = bubbles_free(desktop->bubbles);
	jobs_free(desktop->jobs);
	g_main_context_pop_thread_default(desktop->context);
	return NULL;
}

/* Signals are the loop's: the thread, and those GLib starts from it, take none. */
static void thread_start(struct desktop *desktop)
{
	sigset_t all, before;
	pthread_attr_t attributes;
	sigfillset(&all);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&desktop->thread, &attributes, desktop_main, desktop) != 0)
		abort(); /* out of memory or threads at start */
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	pthread_setname_np(desktop->thread, thread_name);
}

struct desktop *desktop_start(void (*wake)(void *ctx), void *ctx)
{
	bus_environment();
	struct desktop *desktop = xcalloc(1, sizeof(*desktop));
	*desktop = (struct desktop){.wake = wake, .wake_ctx = ctx};
	pthread_mutex_init(&desktop->lock, NULL);
	desktop->inbox_end = &desktop->inbox;
	desktop->events_end = &desktop->events;
	desktop->jobs_end = &desktop->jobs;
	desktop->context = g_main_context_new();
	desktop->stop = g_cancellable_new();
	desktop->doorbell = g_source_new(&doorbell_functions, sizeof(GSource));
	g_source_attach(desktop->doorbell, desktop->context);
	thread_start(desktop);
	return desktop;
}

struct desktop *desktop_stop(struct desktop *desktop)
{
	if (!desktop)
		return NULL;
	pthread_mutex_lock(&desktop->lock);
	desktop->leaving = true;
	pthread_mutex_unlock(&desktop->lock);
	g_cancellable_cancel(desktop->stop);
	g_source_set_ready_time(desktop->doorbell, 0);
	pthread_join(desktop->thread, NULL);
	g_source_destroy(desktop->doorbell);
	g_source_unref(desktop->doorbell);
	g_object_unref(desktop->stop);
	g_main_context_unref(desktop->context);
	for (struct desktop_event event; desktop_next(desktop, &event);)
		desktop_event_release(&event);
	desktop_info_release(&desktop->info);
	pthread_mutex_destroy(&desktop->lock);
	free(desktop);
	return NULL;
}

static void post(struct desktop *desktop, struct job *job)
{
	pthread_mutex_lock(&desktop->lock);
	*desktop->inbox_end = job;
	desktop->inbox_end = &job->next;
	pthread_mutex_unlock(&desktop->lock);
	g_source_set_ready_time(desktop->doorbell, 0);
}

void desktop_show(struct desktop *desktop, const struct bubble *bubble)
{
	post(desktop, job_show(bubble));
}

void desktop_close(struct desktop *desktop, const char *slot)
{
	post(desktop, job_new(true, slot));
}
