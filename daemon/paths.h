/* Where things lie (XDG Base Directory 0.8): an absolute value of the variable counts, anything else means the default under home. */
#ifndef DAEMON_PATHS_H
#define DAEMON_PATHS_H

#include "pacer/base.h"

/* "$variable", or "<home>/under_home" when it is unset, empty or relative. Owned by the caller. */
char *paths_xdg(const char *variable, const char *under_home);

#endif
