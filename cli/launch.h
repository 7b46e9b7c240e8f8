/* Starting pacerd when none answers. */
#ifndef CLI_LAUNCH_H
#define CLI_LAUNCH_H

#include "client.h"

enum { LAUNCH_PATIENCE_MS = 5000 };

/* Starts a daemon and connects to it. $PACERD names the program; without it the socket unit of a systemd user manager is
 * tried, then a detached pacerd from beside this program, then from PATH.
 * Returns 0, or a client_result with what was tried in err. */
int launch_and_connect(struct client *client, uid_t uid, struct err *err);

/* The log of a detached daemon, $XDG_STATE_HOME/pacer/pacerd.log; owned; NULL without a home. */
char *launch_log_path(void);

#endif
