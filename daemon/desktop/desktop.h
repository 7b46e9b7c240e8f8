/* Notifications through libnotify, in one thread with its own GMainContext: the only GLib in the house.
 *
 * Nothing here blocks the caller. libnotify 0.8.1 waits up to 25 s in show(); so before each show the thread makes its own
 * GetServerInformation call with a limit of 1.5 s, and a server that does not answer costs only that (SPIKES 1).
 * Ids die with their server: on loss of the owner every object is dropped and DESKTOP_SERVER_DOWN is sent.
 * Without a bus address GLib is never touched (it would start a bus of its own). */
#ifndef DESKTOP_DESKTOP_H
#define DESKTOP_DESKTOP_H

#include "core/effect.h"

enum desktop_event_kind {
	DESKTOP_SERVER_UP,   /* a server has the name, or can be started by the bus; also after a hung one answers again */
	DESKTOP_SERVER_DOWN, /* text: why ("no session bus", "no notification server", "the notification server does not answer") */
	DESKTOP_SHOWN,       /* key, server_id, server_owner */
	DESKTOP_FAILED,      /* key, text */
	DESKTOP_ACTION,      /* key, action (bubble_action.id) */
	DESKTOP_CLOSED,      /* key, reason */
};

/* Owned by the receiver: desktop_event_release. */
struct desktop_event {
	enum desktop_event_kind kind;
	char key[NOTICE_KEY_MAX];
	char *action, *text, *server_owner;
	uint32_t server_id;
	int reason; /* 1 expired, 2 dismissed, 3 closed by us, 4 other */
};
void desktop_event_release(struct desktop_event *event);

struct desktop_info {
	bool bus, server;                      /* as of the last look */
	char *name, *vendor, *version, *spec;  /* of the server; NULL when unknown */
	bool actions, body, body_markup, persistence;
	char *problem;                         /* NULL: fine */
};
void desktop_info_release(struct desktop_info *info);

struct desktop;

/* Starts the thread. wake(ctx) is called from that thread whenever an event was queued (uv_async_send); it must not block.
 * Always succeeds: trouble arrives as DESKTOP_SERVER_DOWN. */
struct desktop *desktop_start(void (*wake)(void *ctx), void *ctx);
/* Takes back nothing on the screen; joins the thread (at most about 2 s when a server hangs). NULL is fine; returns NULL. */
struct desktop *desktop_stop(struct desktop *desktop);

/* Shows the bubble (copied), replacing the one in its slot. Answers with SHOWN or FAILED for its key, always. */
void desktop_show(struct desktop *desktop, const struct bubble *bubble);
/* Closes the bubble in the slot, if one is known. No answer. */
void desktop_close(struct desktop *desktop, const char *slot);
/* The next event in order; false: none. Called in the loop's thread. */
bool desktop_next(struct desktop *desktop, struct desktop_event *ret_event);
/* What is known of the server; a copy the caller releases. */
struct desktop_info desktop_info(struct desktop *desktop);

#endif
