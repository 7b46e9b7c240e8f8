/* Asynchronous D-Bus calls with a limit, in rounds: what is asked in one round is not told any more once the next one began. */
#ifndef DESKTOP_CALLS_H
#define DESKTOP_CALLS_H

#include <gio/gio.h>

#include "pacer/base.h"

#define BUS_NAME "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"

/* Zero-initialised is idle. */
struct calls {
	GCancellable *round;
	int open; /* without an answer yet, of all rounds */
};

/* error is NULL when reply is not. Both borrowed. */
typedef void call_told(void *ctx, GVariant *reply, const GError *error);

/* Cancels what is under way and begins anew; calls may be made. */
void calls_next_round(struct calls *calls);
/* Cancels what is under way; no calls until the next round. */
void calls_end_round(struct calls *calls);

/* Asks name; told(ctx) follows in the caller's context unless the round ends. Starts no server.
 * parameters may be NULL and are taken over; a reply that is not of reply_type is an error. */
void calls_make(struct calls *calls, GDBusConnection *bus, const char *name, const char *path, const char *interface, const char *method,
		GVariant *parameters, const char *reply_type, int limit_ms, call_told *told, void *ctx);

/* What an error says. NULL says neither. */
bool call_timed_out(const GError *error);
/* Nobody is there to answer; an error of any other kind is an answer. */
bool call_found_nobody(const GError *error);

#endif
