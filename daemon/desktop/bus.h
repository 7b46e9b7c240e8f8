/* Where the buses are, found without asking GLib: GLib starts a session bus of its own where there is none (SPIKES 1). */
#ifndef DESKTOP_BUS_H
#define DESKTOP_BUS_H

#include <gio/gio.h>

#include "pacer/base.h"

enum bus_kind {
	BUS_SESSION,
	BUS_SYSTEM,
};

/* From the environment, for the system bus else the address every system has (D-Bus specification, "System message bus").
 * NULL: none. Borrowed. */
const char *bus_address(enum bus_kind kind);

/* Writes down in the environment what GLib and libnotify must know, before any other thread runs (setenv is not for threads):
 * NOTIFY_IGNORE_PORTAL=1, and without DBUS_SESSION_BUS_ADDRESS the address of $XDG_RUNTIME_DIR/bus, whether it is there yet or not:
 * with an address set, GLib never starts a bus. */
void bus_environment(void);

/* Whether GDBus may be asked to connect: there is an address that does not start a bus, and a socket where it points to. */
bool bus_present(enum bus_kind kind);

/* Calls appeared(ctx) in the thread of the context each time the bus's socket is made. NULL when its directory cannot be watched or the
 * address is no path. */
struct bus_watch;
struct bus_watch *bus_watch_new(GMainContext *context, enum bus_kind kind, void (*appeared)(void *ctx), void *ctx);
/* NULL is fine; returns NULL. */
struct bus_watch *bus_watch_free(struct bus_watch *watch);

#endif
