/* Notifications through libnotify, and logind's news, in one thread with its own GMainContext: the only GLib in the house.
 *
 * Nothing here blocks the caller. libnotify 0.8.1 waits for its answers; so before each show the thread asks the server something of
 * its own with a limit of 1.5 s (SPIKES 1), and libnotify's own calls are limited to 2 s (bubbles.h). A server that does not answer costs
 * this thread that much once; until it answers again every show is answered at once, and the server is asked after 5 s, doubling to 5 min.
 * What remains: a session bus that takes the connection and then says nothing keeps shows waiting (not desktop_stop, not desktop_open).
 * Ids die with their server: on loss of the owner every object is dropped and DESKTOP_SERVER_DOWN is sent, without a CLOSED for each.
 * A server that the bus can start is started by the first show; after a loss only after a pause, 5 s doubling to 5 min.
 * Without a bus address GDBus is never touched (it would start a bus of its own). A bus that comes, goes and returns is followed.
 * Do-not-disturb is a hint of dunst and Plasma; xfce4-notifyd, MATE and GNOME do not tell it on the bus (quiet.h).
 * Addresses are opened without a look at the notification server (opener.h): at most 7.5 s until the answer, and 2 s more behind a Notify.
 * logind is listened to on the system bus, whatever becomes of the session bus (logind.h). */
#ifndef DESKTOP_DESKTOP_H
#define DESKTOP_DESKTOP_H

#include "core/effect.h"

enum desktop_event_kind {
	DESKTOP_SERVER_UP, /* server_owner: NULL when none runs yet; a server has the name, or can be started by the bus; also after a hung
			      one answers again */
	DESKTOP_SERVER_DOWN, /* text: why ("no session bus", "no notification server", "the notification server does not answer"); also when
				the reason changes. until SERVER_UP most shows are answered FAILED */
	DESKTOP_SHOWN,       /* key, server_id, server_owner */
	DESKTOP_FAILED,      /* key, text; a bubble that appears too late all the same is replaced by the slot's next show */
	DESKTOP_ACTION,      /* key, action (bubble_action.id, or BUBBLE_CLICK); once a bubble, which is closed then: CLOSED 3 follows */
	DESKTOP_CLOSED,      /* key, reason; not every server tells, and replacing is not closing */
	DESKTOP_SLEEP,       /* logind: the machine is about to sleep; nothing waits for us */
	DESKTOP_WAKE,        /* logind: it woke */
	DESKTOP_LOCKED,      /* logind: the learner's session is locked or idle; told only on a change */
	DESKTOP_UNLOCKED,    /* neither any more */
	DESKTOP_OPENED, /* key: as given to desktop_open; text: NULL when it was opened, else why not; action: "portal" or "xdg-open" */
};

/* Owned by the receiver: desktop_event_release. */
struct desktop_event {
	enum desktop_event_kind kind;
	char key[NOTICE_KEY_MAX];
	char *action, *text, *server_owner;
	uint32_t server_id;
	int reason; /* 1 expired, 2 dismissed, 3 closed by us, 4 other */
	bool quiet; /* SHOWN: the server says that do-not-disturb is on, so nobody may have seen it yet */
};
void desktop_event_release(struct desktop_event *event);

struct desktop_info {
	bool bus, server;                     /* as of the last look; no server and no problem: the first bubble starts one */
	char *name, *vendor, *version, *spec; /* of the server; NULL when unknown */
	bool actions, body, body_markup, persistence;
	bool quiet;    /* do-not-disturb is on, as of the last look; false also where the server does not tell */
	char *problem; /* NULL: fine */
};
void desktop_info_release(struct desktop_info *info);

struct desktop;

/* Starts the thread. wake(ctx) is called from that thread whenever an event was queued (uv_async_send); it must not block.
 * Always succeeds: trouble arrives as DESKTOP_SERVER_DOWN. Call it before other threads run: it sets NOTIFY_IGNORE_PORTAL=1 and, where
 * there is none, DBUS_SESSION_BUS_ADDRESS to the runtime directory's bus (bus.h). One at a time: libnotify has one state a process. */
struct desktop *desktop_start(void (*wake)(void *ctx), void *ctx);
/* Takes back nothing on the screen but what desktop_close was called for; shows not yet answered and events not yet taken are dropped.
 * Joins the thread (at most about 2 s when a server hangs). NULL is fine; returns NULL. */
struct desktop *desktop_stop(struct desktop *desktop);

/* Shows the bubble (copied; action ids and labels are borrowed for as long as the thread lives), replacing the one in its slot.
 * Answers with SHOWN or FAILED for its key, always, in the order of the calls. */
void desktop_show(struct desktop *desktop, const struct bubble *bubble);
/* Closes the bubble in the slot, if one is known. No answer. */
void desktop_close(struct desktop *desktop, const char *slot);
/* Opens the address (http, https, mailto; anything else is refused) in the learner's program: through the desktop portal, else with
 * xdg-open, never through a shell. Answers with OPENED for the key (borrowed text, copied), always. */
void desktop_open(struct desktop *desktop, const char *key, const char *address);
/* The next event in order; false: none. Called in the loop's thread. */
bool desktop_next(struct desktop *desktop, struct desktop_event *ret_event);
/* What is known of the server; a copy the caller releases. */
struct desktop_info desktop_info(struct desktop *desktop);

#endif
