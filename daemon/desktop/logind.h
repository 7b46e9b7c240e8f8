/* logind over the system bus: the machine going to sleep and waking, and whether the learner is away from the screen, that is whether the
 * session is locked or idle (systemd 252, org.freedesktop.login1(5)). We listen and take nothing: no inhibitor, nothing waits for us.
 *
 * Everything is asynchronous and runs in the thread of the given context, on a connection of its own (systembus.h).
 * The session: $XDG_SESSION_ID while logind knows it, else the one User.Display names (a user's service is in no session), else none.
 *
 *   no bus -> connecting -> no logind -> session asked for -> followed; every loss leads back, a restarted logind is a new owner.
 *
 * Without a bus or a logind nothing is told and nothing wakes us: the socket and the name are waited for. Questions that get no answer are
 * asked again with a doubled limit, a few times; signals are followed all the same. */
#ifndef DESKTOP_LOGIND_H
#define DESKTOP_LOGIND_H

#include <gio/gio.h>

#include "pacer/base.h"

enum {
	LOGIND_ANSWER_LIMIT_MS = 2000, /* of the first questions to an owner, doubling ... */
	LOGIND_QUESTIONS_MAX = 7,      /* ... so often; then only its signals count */
	LOGIND_GONE_MS = 2000,         /* a logind that went keeps the learner away so long: it may be restarting */
};

struct logind_hooks {
	/* Each true is followed by a false, at the latest when logind goes; a false may come alone. */
	void (*sleeping)(void *ctx, bool asleep);
	/* Changes only, and nobody is away at first. */
	void (*away)(void *ctx, bool away);
	void *ctx;
};

struct logind;

/* Begins to look at once; hooks are called from the context. */
struct logind *logind_new(GMainContext *context, const struct logind_hooks *hooks);
/* Waits for the cancelled calls: no I/O wait. Call it in the context's thread. NULL is fine; returns NULL. */
struct logind *logind_free(struct logind *logind);

#endif
