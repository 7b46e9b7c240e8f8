/* Whether the notification server keeps bubbles to itself for now (do-not-disturb), where it says so on the bus. A hint, and nothing waits
 * for it. Everything runs in the thread of the given context.
 *
 * Who tells (object /org/freedesktop/Notifications):
 * - dunst: property `paused` of org.dunstproject.cmd0; 1.9.0 announces it with PropertiesChanged. It answers Notify all the same and shows
 *   the bubble when the pause ends.
 * - Plasma: property `Inhibited` of org.freedesktop.Notifications; held against a mock only.
 * Who does not: xfce4-notifyd 0.7.3 keeps it in xfconf, mate-notification-daemon 1.26 and GNOME in GSettings; those are not read, and a
 * server that hides its state counts as not quiet. notification-daemon 3.20 has no such thing. */
#ifndef DESKTOP_QUIET_H
#define DESKTOP_QUIET_H

#include <gio/gio.h>

#include "pacer/base.h"

struct quiet;

/* changed(ctx) is called when quiet_on changed, but not from within the functions below. */
struct quiet *quiet_new(GMainContext *context, void (*changed)(void *ctx), void *ctx);
/* Waits for the cancelled calls: no I/O wait. NULL is fine; returns NULL. */
struct quiet *quiet_free(struct quiet *quiet);

/* There is a server now, with its unique name, or none any more (NULL; bus too): what was known is forgotten. */
void quiet_follow(struct quiet *quiet, GDBusConnection *bus, const char *owner);
/* Reads again what the owner has; a property that it says it has not is asked for once. A server that answers in order has told all of
 * it before it answers what is asked after this. */
void quiet_ask(struct quiet *quiet);
bool quiet_on(const struct quiet *quiet);

#endif
