#include "server.h"

#include "bus.h"
#include "calls.h"
#include "quiet.h"

static const char no_bus_text[] = "no session bus";
static const char no_server_text[] = "no notification server";
static const char not_started_text[] = "the notification server could not be started";
static const char silent_text[] = "the notification server does not answer";
static const char bus_silent_text[] = "the session bus does not answer";

struct server {
	GMainContext *context;
	struct server_hooks hooks;
	struct calls calls; /* a new owner or look begins a new round */
	struct quiet *quiet;
	GCancellable *opening; /* while a connection is being made */
	GDBusConnection *bus;
	guint owner_watch;
	gulong closed_handler;
	struct bus_watch *bus_watch;
	enum server_state state;
	const char *problem;
	char *owner;
	gint64 owner_since_us, looked_us;
	bool asking, facts_known, startable;
	struct server_facts facts;
	GSource *timer;
	guint hung_pause_ms, lost_pause_ms;
	int bus_tries;
};

/* --- questions ---------------------------------------------------------------------------------------------------------------------- */

static void ask_bus(struct server *server, const char *method, GVariant *parameters, const char *reply_type, int limit_ms, call_told *told)
{
	calls_make(&server->calls, server->bus, BUS_NAME, BUS_PATH, BUS_NAME, method, parameters, reply_type, limit_ms, told, server);
}

static void ask_server(struct server *server, const char *method, const char *reply_type, call_told *told)
{
	calls_make(&server->calls, server->bus, server->owner, SERVER_PATH, SERVER_NAME, method, NULL, reply_type, SERVER_ANSWER_LIMIT_MS,
		   told, server);
}

static void next_round(struct server *server)
{
	calls_next_round(&server->calls);
	server->asking = false;
}

/* --- states ------------------------------------------------------------------------------------------------------------------------ */

static void facts_clear(struct server *server)
{
	struct server_facts *facts = &server->facts;
	char *texts[] = {facts->name, facts->vendor, facts->version, facts->spec};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		free(texts[i]);
	*facts = (struct server_facts){0};
	server->facts_known = false;
}

static void settle(struct server *server, enum server_state state, const char *problem)
{
	server->state = state;
	server->problem = problem;
	server->hooks.settled(server->hooks.ctx, false);
}

static void timer_stop(struct server *server)
{
	if (server->timer) {
		g_source_destroy(server->timer);
		g_clear_pointer(&server->timer, g_source_unref);
	}
}

static gboolean on_timer(gpointer data)
{
	struct server *server = data;
	timer_stop(server);
	if (server->state == SERVER_HUNG && server->owner)
		server_ask(server);
	else if (server->state == SERVER_NONE && server->startable)
		settle(server, SERVER_STARTABLE, NULL);
	else
		server_look(server);
	return G_SOURCE_REMOVE;
}

static void timer_start(struct server *server, guint pause_ms)
{
	timer_stop(server);
	server->timer = g_timeout_source_new(pause_ms);
	g_source_set_callback(server->timer, on_timer, server, NULL);
	g_source_attach(server->timer, server->context);
}

/* Starts the timer with the pause and doubles it for the next time. */
static void timer_start_growing(struct server *server, guint *pause_ms)
{
	timer_start(server, *pause_ms);
	*pause_ms = MIN(*pause_ms * 2, (guint)SERVER_RETRY_MS_MAX);
}

static void hung(struct server *server, const char *problem)
{
	server->asking = false;
	timer_start_growing(server, &server->hung_pause_ms);
	settle(server, SERVER_HUNG, problem);
}

void server_silent(struct server *server)
{
	hung(server, silent_text);
}

void server_proved(struct server *server)
{
	server->hung_pause_ms = SERVER_RETRY_MS;
}

/* --- what the server is -------------------------------------------------------------------------------------------------------------- */

static void ready(struct server *server)
{
	server->asking = false;
	server->state = SERVER_READY;
	server->problem = NULL;
	server->hooks.settled(server->hooks.ctx, true);
}

static void capabilities_told(void *ctx, GVariant *reply, const GError *error)
{
	struct server *server = ctx;
	if (call_timed_out(error)) {
		server_silent(server);
		return;
	}
	const struct {
		const char *name;
		bool *fact;
	} known[] = {
		{"actions", &server->facts.actions},
		{"body", &server->facts.body},
		{"body-markup", &server->facts.body_markup},
		{"persistence", &server->facts.persistence},
	};
	g_autofree const char **names = NULL;
	if (reply)
		g_variant_get(reply, "(^a&s)", &names);
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		*known[i].fact = names && g_strv_contains(names, known[i].name);
	/* It says nothing of actions, but shows them as a dialog that takes the screen (SPIKES 1). */
	if (g_strcmp0(server->facts.name, "notify-osd") == 0)
		server->facts.actions = false;
	server->facts_known = true;
	ready(server);
}

static void information_told(void *ctx, GVariant *reply, const GError *error)
{
	struct server *server = ctx;
	if (call_timed_out(error)) {
		server_silent(server);
		return;
	}
	if (call_found_nobody(error)) { /* NameOwnerChanged tells the rest */
		server->asking = false;
		settle(server, SERVER_NONE, no_server_text);
		return;
	}
	if (server->facts_known) {
		ready(server);
		return;
	}
	facts_clear(server);
	struct server_facts *facts = &server->facts;
	const char *name, *vendor, *version, *spec;
	if (reply) {
		g_variant_get(reply, "(&s&s&s&s)", &name, &vendor, &version, &spec);
		facts->name = xstrdup(name);
		facts->vendor = xstrdup(vendor);
		facts->version = xstrdup(version);
		facts->spec = xstrdup(spec);
	}
	ask_server(server, "GetCapabilities", "(as)", capabilities_told);
}

void server_ask(struct server *server)
{
	server->asking = true;
	quiet_ask(server->quiet); /* first: answered before what comes next */
	ask_server(server, "GetServerInformation", "(ssss)", information_told);
}

/* --- who the server is --------------------------------------------------------------------------------------------------------------- */

static void lose_owner(struct server *server, bool bus)
{
	next_round(server);
	timer_stop(server);
	facts_clear(server);
	bool had_one = server->owner;
	text_replace(&server->owner, NULL);
	quiet_follow(server->quiet, NULL, NULL);
	if (had_one || bus)
		server->hooks.lost(server->hooks.ctx, bus);
}

static void take_owner(struct server *server, const char *owner)
{
	next_round(server);
	timer_stop(server);
	text_replace(&server->owner, xstrdup(owner));
	quiet_follow(server->quiet, server->bus, owner);
	server->owner_since_us = g_get_monotonic_time();
	server->state = SERVER_LOOKING;
	server_ask(server);
}

static void startable_told(void *ctx, GVariant *reply, const GError *error UNUSED)
{
	struct server *server = ctx;
	g_autofree const char **names = NULL;
	if (reply)
		g_variant_get(reply, "(^a&s)", &names);
	server->startable = names && g_strv_contains(names, SERVER_NAME);
	if (server->state != SERVER_NONE) /* a look: nothing was lost */
		settle(server, server->startable ? SERVER_STARTABLE : SERVER_NONE, server->startable ? NULL : no_server_text);
	else if (server->startable) /* one that dies of its first bubble is not started over and over */
		timer_start_growing(server, &server->lost_pause_ms);
}

static void ask_startable(struct server *server)
{
	server->startable = false;
	ask_bus(server, "ListActivatableNames", NULL, "(as)", SERVER_ANSWER_LIMIT_MS, startable_told);
}

static void owner_told(void *ctx, GVariant *reply, const GError *error)
{
	struct server *server = ctx;
	const char *owner = NULL;
	if (reply)
		g_variant_get(reply, "(&s)", &owner);
	if (owner)
		take_owner(server, owner);
	else if (call_timed_out(error))
		hung(server, bus_silent_text);
	else
		ask_startable(server);
}

static void owner_gone(struct server *server)
{
	if (g_get_monotonic_time() - server->owner_since_us >= SERVER_STEADY_MS * G_TIME_SPAN_MILLISECOND)
		server->lost_pause_ms = SERVER_RETRY_MS;
	lose_owner(server, false);
	settle(server, SERVER_NONE, no_server_text);
}

/* The bus tells in order, so the newest word is true, also while GetNameOwner is under way. */
static void on_owner_changed(GDBusConnection *bus UNUSED, const gchar *sender UNUSED, const gchar *path UNUSED,
			     const gchar *interface UNUSED, const gchar *signal UNUSED, GVariant *parameters, gpointer data)
{
	struct server *server = data;
	const char *name, *old, *owner;
	if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(sss)")))
		return;
	g_variant_get(parameters, "(&s&s&s)", &name, &old, &owner);
	if (strcmp(owner, server->owner ? server->owner : "") == 0)
		return;
	if (server->owner)
		owner_gone(server);
	if (owner[0])
		take_owner(server, owner);
	else if (server->state == SERVER_NONE) /* not when a waiting show began a look */
		ask_startable(server);
}

static void started_told(void *ctx, GVariant *reply, const GError *error UNUSED)
{
	struct server *server = ctx;
	if (reply) { /* usually NameOwnerChanged came first and ended this round */
		ask_bus(server, "GetNameOwner", g_variant_new("(s)", SERVER_NAME), "(s)", SERVER_ANSWER_LIMIT_MS, owner_told);
		return;
	}
	timer_start_growing(server, &server->lost_pause_ms);
	settle(server, SERVER_NONE, not_started_text);
}

void server_start(struct server *server)
{
	server->state = SERVER_LOOKING;
	server->looked_us = g_get_monotonic_time(); /* one that does not start is not tried again for the same show */
	GVariant *parameters = g_variant_new("(su)", SERVER_NAME, 0);
	ask_bus(server, "StartServiceByName", parameters, "(u)", SERVER_START_LIMIT_MS, started_told);
}

/* --- the bus ------------------------------------------------------------------------------------------------------------------------- */

static void on_bus_socket(void *ctx)
{
	struct server *server = ctx;
	server->bus_tries = 0;
	timer_start(server, SERVER_BUS_RETRY_MS); /* bound, but perhaps not yet listening */
}

/* Quiet tries while a socket is there (one kept open by systemd's dbus.socket never appears anew), then waits for the socket. */
static void bus_missing(struct server *server)
{
	if (!server->bus_watch)
		server->bus_watch = bus_watch_new(server->context, BUS_SESSION, on_bus_socket, server);
	if (bus_present(BUS_SESSION) && server->bus_tries < SERVER_BUS_RETRIES_MAX)
		timer_start(server, (guint)SERVER_BUS_RETRY_MS << server->bus_tries++);
	server->hooks.bus_known(server->hooks.ctx);
	settle(server, SERVER_NO_BUS, no_bus_text);
}

static void bus_drop(struct server *server)
{
	if (!server->bus)
		return;
	lose_owner(server, true);
	g_signal_handler_disconnect(server->bus, server->closed_handler);
	g_dbus_connection_signal_unsubscribe(server->bus, server->owner_watch);
	g_clear_object(&server->bus);
}

static void on_bus_closed(GDBusConnection *bus UNUSED, gboolean remote UNUSED, GError *error UNUSED, gpointer data)
{
	struct server *server = data;
	bus_drop(server);
	server->bus_tries = 0;
	bus_missing(server);
}

static void find_owner(struct server *server)
{
	if (server->state != SERVER_HUNG) /* while the bus hangs, shows are answered at once */
		server->state = SERVER_LOOKING;
	ask_bus(server, "GetNameOwner", g_variant_new("(s)", SERVER_NAME), "(s)", SERVER_ANSWER_LIMIT_MS, owner_told);
}

static void bus_take(struct server *server, GDBusConnection *bus)
{
	server->bus = g_object_ref(bus);
	server->closed_handler = g_signal_connect(bus, "closed", G_CALLBACK(on_bus_closed), server);
	server->owner_watch = g_dbus_connection_signal_subscribe(bus, BUS_NAME, BUS_NAME, "NameOwnerChanged", BUS_PATH, SERVER_NAME,
								 G_DBUS_SIGNAL_FLAGS_NONE, on_owner_changed, server, NULL);
	server->bus_watch = bus_watch_free(server->bus_watch);
	server->bus_tries = 0;
}

static void on_bus_opened(GObject *source UNUSED, GAsyncResult *result, gpointer data)
{
	struct server *server = data;
	bool leaving = g_cancellable_is_cancelled(server->opening);
	g_autoptr(GDBusConnection) bus = g_bus_get_finish(result, NULL);
	g_clear_object(&server->opening);
	if (bus)
		g_dbus_connection_set_exit_on_close(bus, FALSE);
	if (leaving)
		return;
	if (!bus || g_dbus_connection_is_closed(bus)) { /* GLib keeps the old one until its last call is told */
		bus_missing(server);
		return;
	}
	bus_take(server, bus);
	next_round(server);
	server->hooks.bus_known(server->hooks.ctx);
	find_owner(server);
}

/* GLib's shared connection, which libnotify takes, too. A thread of GLib's waits for as long as the bus does not say hello. GLib ends the
 * process with that connection by raising SIGTERM in the context's thread, until it is told not to; should the bus die in the moment
 * before, the signal stays pending: our thread takes none (2.74). */
static void bus_open(struct server *server)
{
	server->state = SERVER_LOOKING;
	server->opening = g_cancellable_new();
	g_bus_get(G_BUS_TYPE_SESSION, server->opening, on_bus_opened, server);
}

void server_look(struct server *server)
{
	server->looked_us = g_get_monotonic_time();
	timer_stop(server);
	if (server->opening) /* its end looks further */
		return;
	next_round(server);
	if (server->bus)
		find_owner(server);
	else if (bus_present(BUS_SESSION))
		bus_open(server);
	else
		bus_missing(server);
}

bool server_look_again(struct server *server)
{
	if (g_get_monotonic_time() - server->looked_us < SERVER_LOOK_PAUSE_MS * G_TIME_SPAN_MILLISECOND)
		return false;
	server_look(server);
	return server->state == SERVER_LOOKING;
}

/* --- life ---------------------------------------------------------------------------------------------------------------------------- */

static void on_quiet_changed(void *ctx)
{
	struct server *server = ctx;
	server->hooks.quiet_changed(server->hooks.ctx);
}

struct server *server_new(GMainContext *context, const struct server_hooks *hooks)
{
	struct server *server = xcalloc(1, sizeof(*server));
	*server = (struct server){
		.context = context,
		.hooks = *hooks,
		.state = SERVER_NO_BUS,
		.problem = no_bus_text,
		.hung_pause_ms = SERVER_RETRY_MS,
		.lost_pause_ms = SERVER_RETRY_MS,
		.quiet = quiet_new(context, on_quiet_changed, server),
	};
	return server;
}

struct server *server_free(struct server *server)
{
	if (!server)
		return NULL;
	if (server->opening)
		g_cancellable_cancel(server->opening);
	if (server->bus)
		g_dbus_connection_flush_sync(server->bus, NULL, NULL); /* closes of bubbles on their way */
	bus_drop(server);
	calls_end_round(&server->calls);
	timer_stop(server);
	bus_watch_free(server->bus_watch);
	server->quiet = quiet_free(server->quiet);
	while (server->calls.open > 0 || server->opening) /* cancelled: each is told at once */
		g_main_context_iteration(server->context, TRUE);
	while (g_main_context_iteration(server->context, FALSE)) /* GDBus frees what its subscriptions held from the context */
		;
	facts_clear(server);
	free(server);
	return NULL;
}

enum server_state server_state(const struct server *server)
{
	return server->state;
}

const char *server_problem(const struct server *server)
{
	return server->problem;
}

const struct server_facts *server_facts(const struct server *server)
{
	return &server->facts;
}

const char *server_owner(const struct server *server)
{
	return server->owner;
}

GDBusConnection *server_bus(const struct server *server)
{
	return server->bus;
}

bool server_quiet(const struct server *server)
{
	return quiet_on(server->quiet);
}

bool server_asking(const struct server *server)
{
	return server->asking;
}
