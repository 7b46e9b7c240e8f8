#include "desktop.h"

#include <pthread.h>
#include <signal.h>

#include "bubbles.h"
#include "bus.h"
#include "jobs.h"
#include "logind.h"
#include "opener.h"
#include "server.h"

/* GDBus works in a thread of its own; ours decodes small messages. Also too small for a transparent huge page. */
enum { STACK_BYTES = 256 * 1024 };

static const char thread_name[] = "pacer-desktop";

struct event_node {
	struct event_node *next;
	struct desktop_event event;
};

struct desktop {
	pthread_t thread;
	void (*wake)(void *ctx);
	void *wake_ctx;
	GMainContext *context;
	GSource *doorbell; /* set ready from the caller's thread when jobs or leaving changed */

	/* Both threads, under lock. */
	pthread_mutex_t lock;
	struct jobs inbox, opens; /* to be opened: it waits for no bubble */
	struct event_node *events, **events_end;
	struct desktop_info info;
	bool leaving;

	/* Desktop thread. */
	struct server *server;
	struct bubbles *bubbles;
	struct opener *opener;
	struct logind *logind;
	struct jobs jobs;         /* taken from the inbox */
	bool pumping;             /* settled may come from within */
	bool told;                /* SERVER_UP or SERVER_DOWN ... */
	const char *told_problem; /* ... with this; NULL: up */
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
		.quiet = server_quiet(server),
		.problem = xstrdup(server_problem(server)),
	};
	pthread_mutex_lock(&desktop->lock);
	struct desktop_info old = desktop->info;
	desktop->info = info;
	pthread_mutex_unlock(&desktop->lock);
	desktop_info_release(&old);
}

/* --- showing ------------------------------------------------------------------------------------------------------------------------- */

static bool is(const struct server_facts *facts, const char *name)
{
	return facts->name && !strcmp(facts->name, name);
}

static enum words_markup markup_of(const struct server_facts *facts)
{
	if (facts->body_markup)
		return WORDS_ESCAPED;
	return is(facts, "dunst") ? WORDS_UNSURE : WORDS_PLAIN;
}

/* Called when a server has answered just now. */
static void show(struct desktop *desktop, const struct bubble *bubble)
{
	const struct server_facts *facts = server_facts(desktop->server);
	const char *owner = server_owner(desktop->server);
	struct words_style style = {
		.markup = markup_of(facts), .buttons = facts->actions, .hidden = is(facts, "mako"), .menu = is(facts, "dunst")};
	struct desktop_event event = {.kind = DESKTOP_SHOWN};
	OWNED_TEXT *problem = NULL;
	switch (bubbles_show(desktop->bubbles, server_bus(desktop->server), owner, bubble, style, &event.server_id, &problem)) {
	case BUBBLES_SHOWN:
		event.server_owner = xstrdup(owner);
		event.quiet = server_quiet(desktop->server);
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
	const struct bubble *bubble = &desktop->jobs.first->bubble;
	const char *key = bubble->key;
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
	show(desktop, bubble);
	return true;
}

static void pump(struct desktop *desktop, bool answered)
{
	if (desktop->pumping)
		return;
	desktop->pumping = true;
	for (const struct job *job; (job = desktop->jobs.first);) {
		if (job->kind == JOB_CLOSE)
			bubbles_close(desktop->bubbles, job->bubble.slot);
		else if (!try_show(desktop, &answered))
			break;
		job_free(jobs_take(&desktop->jobs));
	}
	desktop->pumping = false;
}

/* --- what server, bubbles, opener and logind tell ------------------------------------------------------------------------------------ */

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
	if (bus)
		opener_bus(desktop->opener, NULL);
}

static void on_bus_known(void *ctx)
{
	struct desktop *desktop = ctx;
	opener_bus(desktop->opener, server_bus(desktop->server));
}

static void on_quiet_changed(void *ctx)
{
	struct desktop *desktop = ctx;
	pthread_mutex_lock(&desktop->lock);
	desktop->info.quiet = server_quiet(desktop->server);
	pthread_mutex_unlock(&desktop->lock);
}

static void on_pressed(void *ctx, const char *key, const char *action)
{
	tell(ctx, key, (struct desktop_event){.kind = DESKTOP_ACTION, .action = xstrdup(action)});
}

static void on_closed(void *ctx, const char *key, int reason)
{
	tell(ctx, key, (struct desktop_event){.kind = DESKTOP_CLOSED, .reason = reason});
}

static void on_opened(void *ctx, const char *key, const char *way, const char *problem)
{
	tell(ctx, key, (struct desktop_event){.kind = DESKTOP_OPENED, .action = xstrdup(way), .text = xstrdup(problem)});
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

/* Takes what came in, and opens what is to be opened; true: leave. */
static bool take_inbox(struct desktop *desktop)
{
	struct jobs opens;
	jobs_init(&opens);
	pthread_mutex_lock(&desktop->lock);
	bool leaving = desktop->leaving;
	jobs_append(&desktop->jobs, &desktop->inbox);
	if (!leaving)
		jobs_append(&opens, &desktop->opens);
	pthread_mutex_unlock(&desktop->lock);
	for (struct job *job; (job = jobs_take(&opens));) {
		opener_open(desktop->opener, job->bubble.key, job->address);
		job_free(job);
	}
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
	const struct server_hooks server_hooks = {
		.settled = on_settled,
		.lost = on_lost,
		.bus_known = on_bus_known,
		.quiet_changed = on_quiet_changed,
		.ctx = desktop,
	};
	const struct bubbles_hooks bubbles_hooks = {.pressed = on_pressed, .closed = on_closed, .ctx = desktop};
	const struct opener_hooks opener_hooks = {.opened = on_opened, .ctx = desktop};
	const struct logind_hooks logind_hooks = {.sleeping = on_sleeping, .away = on_away, .ctx = desktop};
	g_main_context_push_thread_default(desktop->context);
	desktop->bubbles = bubbles_new(desktop->context, &bubbles_hooks);
	desktop->opener = opener_new(desktop->context, &opener_hooks);
	desktop->server = server_new(desktop->context, &server_hooks);
	desktop->logind = logind_new(desktop->context, &logind_hooks);
	server_look(desktop->server);
	while (!take_inbox(desktop)) {
		pump(desktop, false);
		g_main_context_iteration(desktop->context, TRUE);
	}
	for (const struct job *job = desktop->jobs.first; job; job = job->next)
		if (job->kind == JOB_CLOSE)
			bubbles_close(desktop->bubbles, job->bubble.slot);
	desktop->server = server_free(desktop->server); /* first: what comes in while the others end shows no bubble */
	desktop->opener = opener_free(desktop->opener);
	desktop->logind = logind_free(desktop->logind);
	desktop->bubbles = bubbles_free(desktop->bubbles);
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
	jobs_init(&desktop->inbox);
	jobs_init(&desktop->opens);
	jobs_init(&desktop->jobs);
	desktop->events_end = &desktop->events;
	desktop->context = g_main_context_new();
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
	g_source_set_ready_time(desktop->doorbell, 0);
	pthread_join(desktop->thread, NULL);
	g_source_destroy(desktop->doorbell);
	g_source_unref(desktop->doorbell);
	g_main_context_unref(desktop->context);
	for (struct desktop_event event; desktop_next(desktop, &event);)
		desktop_event_release(&event);
	desktop_info_release(&desktop->info);
	struct jobs *left[] = {&desktop->inbox, &desktop->opens, &desktop->jobs};
	for (size_t i = 0; i < ARRAY_LEN(left); i++)
		jobs_release(left[i]);
	pthread_mutex_destroy(&desktop->lock);
	free(desktop);
	return NULL;
}

/* Into the inbox or the opens. */
static void post(struct desktop *desktop, struct jobs *jobs, struct job *job)
{
	pthread_mutex_lock(&desktop->lock);
	jobs_add(jobs, job);
	pthread_mutex_unlock(&desktop->lock);
	g_source_set_ready_time(desktop->doorbell, 0);
}

void desktop_show(struct desktop *desktop, const struct bubble *bubble)
{
	post(desktop, &desktop->inbox, job_show(bubble));
}

void desktop_close(struct desktop *desktop, const char *slot)
{
	post(desktop, &desktop->inbox, job_close(slot));
}

void desktop_open(struct desktop *desktop, const char *key, const char *address)
{
	post(desktop, &desktop->opens, job_open(key, address));
}
