/* Opens web and mail addresses in the learner's program. Everything runs in the thread of the given context and nothing blocks it.
 *
 *   checked -> portal (org.freedesktop.portal.OpenURI on the session bus) -> xdg-open -> told
 *
 * The address comes from a plan and is data. What is not an address in the sense of RFC 3986, or of a scheme in the table, goes no further.
 * It begins with a letter and is one argument of a program that is started without a shell, so it is never an option or a command line.
 * - Portal: the bus is asked to start one first, so that a slow start does not open the address twice: OpenURI is sent to one that runs.
 *   Its answer says that the request was taken, not that a page is shown. One that hangs may open the address when it goes on.
 * - xdg-open 1.1.3 is watched for a moment: it ends with another status than 0 where it finds no program, and lives as long as the
 *   program does where it finds one. It gets a session, a signal mask (our thread takes no signal) and an environment of its own.
 * - GLib 2.74 starts it with fork and exec (a child setup rules out posix_spawn), closes every descriptor of ours and hands it /dev/null
 *   three times. It waits for the child through a pidfd: no SIGCHLD handler, no wake-up.
 * - What the service manager forbids the daemon (sockets, system calls) would be forbidden to its children, and a browser that may open no
 *   socket of its own shows nothing. So a daemon that is a service has the manager start xdg-open, through systemd-run 252; where that
 *   fails, xdg-open is started all the same. */
#ifndef DESKTOP_OPENER_H
#define DESKTOP_OPENER_H

#include <gio/gio.h>

#include "pacer/base.h"

enum {
	OPENER_ADDRESS_BYTES_MAX = 2048,
	OPENER_REQUESTS_MAX = 16,     /* under way at a time */
	OPENER_BUS_LIMIT_MS = 1500,   /* while it is not known whether there is a session bus */
	OPENER_START_LIMIT_MS = 1500, /* the bus finds or starts a portal */
	OPENER_ANSWER_LIMIT_MS = 1500,
	OPENER_EXIT_LIMIT_MS = 1500, /* an xdg-open that still runs has found its program */
};

struct opener_hooks {
	/* Told once for each opener_open. way: "portal" or "xdg-open", the last that was tried; NULL none. problem: NULL when it was
	 * opened. All borrowed. */
	void (*opened)(void *ctx, const char *key, const char *way, const char *problem);
	void *ctx;
};

struct opener;

struct opener *opener_new(GMainContext *context, const struct opener_hooks *hooks);
/* What is under way is not told any more; programs that run go on. Waits for the cancelled calls: no I/O wait. NULL is fine; returns NULL.
 */
struct opener *opener_free(struct opener *opener);

/* The session bus, or that there is none (NULL). Until the first call requests wait for it. */
void opener_bus(struct opener *opener, GDBusConnection *bus);
/* opened may be called from within. */
void opener_open(struct opener *opener, const char *key, const char *address);

/* Why the address is not opened; NULL: it is fine. The caller frees. */
char *opener_problem(const char *address);

#endif
