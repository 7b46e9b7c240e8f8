/* What a service manager expects of a daemon: sockets passed in, READY, RELOADING, STOPPING, WATCHDOG (daemon(7), sd_notify(3)).
 * Without a service manager every call does nothing; one that cannot be reached changes nothing for the learner. */
#ifndef DAEMON_SERVICE_H
#define DAEMON_SERVICE_H

#include <uv.h>

#include "pacer/base.h"

/* FileDescriptorName= in pacerd.socket. */
#define SERVICE_SOCKET_NAME "varlink"

struct service;

/* Takes the passed sockets (close-on-exec) and, when a watchdog is asked for, pings it at half its interval from the loop. Never NULL.
 * Sockets named SERVICE_SOCKET_NAME or without a name are ours, others are closed; LISTEN_* is taken out of the environment. */
struct service *service_open(uv_loop_t *loop);
/* Closes the watchdog timer; freed in its close callback. The sockets stay open: who uses them closes them. */
void service_close(struct service *service);
/* The listening sockets passed in; *ret_fds points into the service. Returns how many. */
int service_fds(const struct service *service, const int **ret_fds);
void service_ready(struct service *service);
/* Reading settings again; service_ready ends it. */
void service_reloading(struct service *service);
void service_stopping(struct service *service);
/* A line for `systemctl status`; line ends in it become blanks. */
PRINTF_LIKE(2, 3) void service_status(struct service *service, const char *format, ...);

#endif
