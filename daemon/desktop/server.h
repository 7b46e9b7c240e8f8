/* The notification server as seen over the session bus: is there one, does it answer, what can it do. All calls are our own, asynchronous
 * and with a limit; libnotify is not used here. Everything runs in the thread of the given context.
 *
 *   NO_BUS -> LOOKING -> NONE | STARTABLE | READY | HUNG; every loss leads back, and a restarted server is a new owner.
 *
 * A bus that takes the connection and says nothing keeps it LOOKING, but not the thread.
 * Timers run only after a loss or while a server hangs, with growing pauses; all is quiet otherwise. Pauses are measured with
 * g_get_monotonic_time: they are about this connection, not about the learner's day. */
#ifndef DESKTOP_SERVER_H
#define DESKTOP_SERVER_H

#include <gio/gio.h>

#include "pacer/base.h"

#define SERVER_NAME "org.freedesktop.Notifications"
#define SERVER_PATH "/org/freedesktop/Notifications"

enum {
	SERVER_ANSWER_LIMIT_MS = 1500,
	SERVER_START_LIMIT_MS = 3000, /* the bus starts one for us */
	SERVER_LOOK_PAUSE_MS = 5000,  /* between looks that a show asks for */
	SERVER_RETRY_MS = 5000,       /* first pause of a hung or lost server, doubling to the next one */
	SERVER_RETRY_MS_MAX = 300000,
	SERVER_STEADY_MS = 60000,   /* an owner that lived this long may be started again after the first pause */
	SERVER_BUS_RETRY_MS = 100,  /* after the bus went or its socket appeared, doubling ... */
	SERVER_BUS_RETRIES_MAX = 7, /* ... so often; then only the socket or a show brings the next look */
};

enum server_state {
	SERVER_NO_BUS,
	SERVER_LOOKING, /* an answer is under way: wait for settled */
	SERVER_NONE,
	SERVER_STARTABLE, /* nobody has the name, the bus would start a server */
	SERVER_READY,
	SERVER_HUNG,
};

struct server_facts {
	char *name, *vendor, *version, *spec; /* NULL: not told */
	bool actions, body, body_markup, persistence;
};

struct server_hooks {
	/* A state other than LOOKING holds now. answered: a server replied this very moment, so that a call to it may be made. */
	void (*settled)(void *ctx, bool answered);
	/* The owner is gone and its ids with it. bus: the connection too; whoever uses it lets go of it before returning. */
	void (*lost)(void *ctx, bool bus);
	/* A bus was opened, or there is none: server_bus tells. */
	void (*bus_known)(void *ctx);
	/* server_quiet tells otherwise than before; settled may follow. */
	void (*quiet_changed)(void *ctx);
	void *ctx;
};

struct server;

/* Does nothing until server_look. */
struct server *server_new(GMainContext *context, const struct server_hooks *hooks);
/* Lets go of the bus (lost is called) and waits for the cancelled calls: no I/O wait. NULL is fine; returns NULL. */
struct server *server_free(struct server *server);

enum server_state server_state(const struct server *server);
/* NULL: fine; static text otherwise. */
const char *server_problem(const struct server *server);
const struct server_facts *server_facts(const struct server *server);
/* Unique bus name; NULL without one. */
const char *server_owner(const struct server *server);
/* NULL without a bus. Borrowed. */
GDBusConnection *server_bus(const struct server *server);
/* It keeps bubbles to itself for now, as of the last answer or news (quiet.h). */
bool server_quiet(const struct server *server);
/* A question is on its way. */
bool server_asking(const struct server *server);

void server_look(struct server *server);
/* For a show without a server: looks unless the last look is less than SERVER_LOOK_PAUSE_MS ago. True: wait for settled. */
bool server_look_again(struct server *server);
/* READY or HUNG: GetServerInformation; settled follows. */
void server_ask(struct server *server);
/* STARTABLE: lets the bus start one; settled follows. */
void server_start(struct server *server);
/* A call to the server was not answered in time: HUNG. */
void server_silent(struct server *server);
/* A bubble was taken: the next trouble starts with the short pause again. */
void server_proved(struct server *server);

#endif
