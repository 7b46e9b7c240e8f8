/* What the directories of the system and of the learner say about Pacer: is its desktop entry there, are its units, does a login start it.
 *
 * Looks and reads only: starts no program and asks no bus. Where to look: XDG Base Directory 0.8, systemd.unit(5) "User Unit Search
 * Path", XDG Autostart 0.5. Paths that are returned are owned by the caller; NULL: there is none. */
#ifndef DAEMON_SYSFILES_H
#define DAEMON_SYSFILES_H

#include "pacer/base.h"

/* The first file of that name under $XDG_DATA_HOME and $XDG_DATA_DIRS: "applications/pacer.desktop". */
char *sysfiles_data(const char *name);

/* The unit file that a user's manager would read. */
char *sysfiles_unit(const char *unit);
/* That file says that the unit must not be started: it is empty, or a link to /dev/null. */
bool sysfiles_is_masked(const char *path);
/* The link that starts the unit with another one, such as ".../graphical-session.target.wants/pacerd.service". */
char *sysfiles_enabled(const char *unit);

/* The autostart entry of that name that counts, unless it is hidden. */
char *sysfiles_autostart(const char *name);

/* Where the link /etc/localtime points. Returns 0 or -errno: -ENOENT when it is not there, -EINVAL when it is no link. */
int sysfiles_localtime(char **ret_target);

#endif
