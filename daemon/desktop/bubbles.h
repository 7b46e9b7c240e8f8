/* The bubbles on the screen, one a slot, through libnotify 0.8.1. Everything runs in the desktop thread.
 *
 * What libnotify needs (read in its source, measured in SPIKES 1):
 * - notify_notification_show waits for the answer without a limit of its own, that is GDBus's 25 s. GDBusProxy has a default limit
 *   as a construct property, and libnotify's proxy is the only one in the house: bubbles_new sets the property's default to
 *   BUBBLES_NOTIFY_LIMIT_MS. With a GLib that keeps its defaults elsewhere the 25 s would be back; a test holds the limit.
 * - A call that timed out is not withdrawn: the server may show the bubble later. Its late answer is caught (late_serial), the slot
 *   gets its id, and the next show in the slot replaces that bubble instead of adding one.
 * - Objects match signals by id alone: all are dropped when the owner goes (bubbles_clear). GDBusProxy passes on signals of the
 *   name's owner only, so nobody else can press our buttons.
 * - A closed object never says "closed" again: a fresh one for each show after a close.
 * - An action that was not added is not told, so a click counts only where it is registered. What it is called, "default", is the
 *   specification's; notification-daemon 3.20 and mate-notification-daemon 1.26 take a click on the bubble for it and draw no button.
 *   xfce4-notifyd 0.7.3 draws it as one more button and takes a click on the bubble as dismissal. dunst 1.9 draws no buttons but
 *   a menu, which a middle click opens; with a "default" it would invoke that at once instead, so there Help is an item like the others.
 * - Finalizing an object asks for the proxy, and would make a new one: clear before notify_uninit, never after. */
#ifndef DESKTOP_BUBBLES_H
#define DESKTOP_BUBBLES_H

#include <gio/gio.h>

#include "core/effect.h"
#include "words.h"

enum { BUBBLES_NOTIFY_LIMIT_MS = 2000 };

struct bubbles_hooks {
	/* A button of the live bubble was pressed; closed (3) follows. key and action are borrowed. */
	void (*pressed)(void *ctx, const char *key, const char *action);
	/* reason: 1 expired, 2 dismissed, 3 closed by us, 4 other. */
	void (*closed)(void *ctx, const char *key, int reason);
	void *ctx;
};

enum bubbles_result {
	BUBBLES_SHOWN,
	BUBBLES_REFUSED, /* the server answered with an error, or is gone */
	BUBBLES_SILENT,  /* no answer within the limit */
};

struct bubbles;

struct bubbles *bubbles_new(GMainContext *context, const struct bubbles_hooks *hooks);
/* Clears first. NULL is fine; returns NULL. */
struct bubbles *bubbles_free(struct bubbles *bubbles);

/* Shows the bubble, for expire_s where the server minds that, replacing the live one of its slot, or the one of an earlier process when
 * bubble->server_owner is still the owner. Blocks up to BUBBLES_NOTIFY_LIMIT_MS: call it when the server has just answered. bus and owner
 * are the present ones. ret_id: 0 when the server gives none (notify-osd). ret_problem: text with BUBBLES_REFUSED, for the caller to free.
 */
enum bubbles_result bubbles_show(struct bubbles *bubbles, GDBusConnection *bus, const char *owner, const struct bubble *bubble,
				 struct words_style style, uint32_t *ret_id, char **ret_problem);
/* Asks the server to take down the slot's bubble, without waiting; closed (3) is told at once, as not every server would.
 * Nothing happens without a live one. */
void bubbles_close(struct bubbles *bubbles, const char *slot);
/* Forgets every bubble, leaving them on the screen. bus: the connection is given back, too. */
void bubbles_clear(struct bubbles *bubbles, bool bus);

#endif
