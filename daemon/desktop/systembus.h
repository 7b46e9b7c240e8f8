/* The system bus on a connection of its own, followed as it comes, goes and returns. Everything runs in the thread of the given context
 * and nothing blocks it. While there is no bus its socket is waited for. A bus that takes the connection and says nothing is waited for in
 * GLib's thread. Not GLib's shared connection: that one is set to end the process with the bus, and stays closed while anybody holds it. */
#ifndef DESKTOP_SYSTEMBUS_H
#define DESKTOP_SYSTEMBUS_H

#include <gio/gio.h>

#include "pacer/base.h"

enum {
	SYSTEMBUS_RETRY_MS = 100,  /* after the bus went or its socket appeared, doubling ... */
	SYSTEMBUS_RETRIES_MAX = 7, /* ... so often; then only the socket brings the next try */
};

struct systembus_hooks {
	void (*opened)(void *ctx, GDBusConnection *bus); /* borrowed until lost */
	void (*lost)(void *ctx);                         /* whoever uses the bus lets go of it before returning */
	void *ctx;
};

struct systembus;

/* Begins to look at once; hooks are called from the context. */
struct systembus *systembus_new(GMainContext *context, const struct systembus_hooks *hooks);
/* lost is called when a bus was open. No I/O wait. NULL is fine; returns NULL. */
struct systembus *systembus_free(struct systembus *systembus);

#endif
