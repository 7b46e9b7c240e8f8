#include "service.h"

#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

struct service {
	uv_timer_t watchdog; /* active only when one is asked for, so that nothing else wakes the loop */
	int *fds;
	int fd_count;
};

/* --- sockets ----------------------------------------------------------------------------------------------------------------------- */

static void names_free(char ***names)
{
	for (char **name = *names; name && *name; name++)
		free(*name);
	free(*names);
}

/* "unknown" is what sd_listen_fds_with_names says when LISTEN_FDNAMES is not there. */
static bool is_ours(const char *name)
{
	return !strcmp(name, SERVICE_SOCKET_NAME) || !strcmp(name, "unknown") || !*name;
}

static void take_sockets(struct service *service)
{
	CLEANUP(names_free) char **names = NULL;
	int count = sd_listen_fds_with_names(1, &names);
	if (count < 0) {
		log_line(LOG_LEVEL_WARNING,
			 "sockets passed in: %s; LISTEN_FDS, LISTEN_PID or LISTEN_FDNAMES is wrong, see sd_listen_fds(3)",
			 strerror(-count));
		return;
	}
	service->fds = xcalloc((size_t)count, sizeof(*service->fds));
	for (int i = 0; i < count; i++)
		if (is_ours(names[i]))
			service->fds[service->fd_count++] = SD_LISTEN_FDS_START + i;
		else
			close(SD_LISTEN_FDS_START + i);
}

int service_fds(const struct service *service, const int **ret_fds)
{
	*ret_fds = service->fds;
	return service->fd_count;
}

/* --- watchdog ---------------------------------------------------------------------------------------------------------------------- */

static void on_watchdog(uv_timer_t *timer UNUSED)
{
	sd_notify(0, "WATCHDOG=1");
}

/* At half the time the manager waits, the rate sd_watchdog_enabled(3) recommends; rounded down to the loop's milliseconds. */
static void start_watchdog(struct service *service)
{
	uint64_t wait_us = 0;
	if (sd_watchdog_enabled(0, &wait_us) <= 0)
		return;
	uint64_t interval_ms = wait_us / 2000 ? wait_us / 2000 : 1;
	uv_timer_start(&service->watchdog, on_watchdog, interval_ms, interval_ms);
}

/* --- life -------------------------------------------------------------------------------------------------------------------------- */

struct service *service_open(uv_loop_t *loop)
{
	struct service *service = xcalloc(1, sizeof(*service));
	service->watchdog.data = service;
	uv_timer_init(loop, &service->watchdog);
	take_sockets(service);
	start_watchdog(service);
	return service;
}

static void on_closed(uv_handle_t *handle)
{
	struct service *service = handle->data;
	free(service->fds);
	free(service);
}

void service_close(struct service *service)
{
	uv_close((uv_handle_t *)&service->watchdog, on_closed);
}

/* --- messages ---------------------------------------------------------------------------------------------------------------------- */

void service_ready(struct service *service UNUSED)
{
	sd_notify(0, "READY=1");
}

/* The time is what managers from version 253 on ask for with Type=notify-reload. */
void service_reloading(struct service *service UNUSED)
{
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu", (unsigned long long)clock_monotonic_us());
}

void service_stopping(struct service *service UNUSED)
{
	sd_notify(0, "STOPPING=1");
}

/* A line end would begin a message of its own. */
void service_status(struct service *service UNUSED, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	OWNED_TEXT *line = xvasprintf(format, args);
	va_end(args);
	for (char *c = line; *c; c++)
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	sd_notifyf(0, "STATUS=%s", line);
}
