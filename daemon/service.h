/* What a service manager expects of a daemon: sockets passed in, READY, RELOADING, STOPPING, WATCHDOG (daemon(7), sd_notify(3)).
 * Without a service manager every call does nothing. */
#ifndef DAEMON_SERVICE_H
#define DAEMON_SERVICE_H

#include <uv.h>

#include "pacer/base.h"

struct service;

/* Takes the passed sockets (close-on-exec) and, when a watchdog is asked for, pings it at half its interval from the loop. Never NULL. */
struct service *service_open(uv_loop_t *loop);
/* Closes the watchdog timer; freed in its close callback. */
void service_close(struct service *service);
/* The listening sockets passed in; *ret_fds points into the service. Returns how many. */
int service_fds(const struct service *service, const int **ret_fds);
void service_ready(struct service *service);
void service_reloading(struct service *service);
void service_stopping(struct service *service);

#endif
