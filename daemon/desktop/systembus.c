#include "systembus.h"

#include "bus.h"

struct systembus {
	GMainContext *context;
	struct systembus_hooks hooks;
	GCancellable *opening; /* while a connection is being made */
	GDBusConnection *bus;
	gulong closed_handler;
	struct bus_watch *watch;
	GSource *timer;
	int tries;
};

static void look(struct systembus *systembus);

static void timer_stop(struct systembus *systembus)
{
	if (systembus->timer) {
		g_source_destroy(systembus->timer);
		g_clear_pointer(&systembus->timer, g_source_unref);
	}
}

static gboolean on_timer(gpointer data)
{
	look(data);
	return G_SOURCE_REMOVE;
}

static void timer_start(struct systembus *systembus)
{
	timer_stop(systembus);
	systembus->timer = g_timeout_source_new((guint)SYSTEMBUS_RETRY_MS << systembus->tries++);
	g_source_set_callback(systembus->timer, on_timer, systembus, NULL);
	g_source_attach(systembus->timer, systembus->context);
}

static void on_socket(void *ctx)
{
	struct systembus *systembus = ctx;
	systembus->tries = 0;
	if (!systembus->opening) /* bound, but perhaps not yet listening */
		timer_start(systembus);
}

/* A few tries while a socket is there (systemd keeps it over a restart of the bus), then waits for a new one. */
static void missing(struct systembus *systembus)
{
	if (!systembus->watch)
		systembus->watch = bus_watch_new(systembus->context, BUS_SYSTEM, on_socket, systembus);
	if (bus_present(BUS_SYSTEM) && systembus->tries < SYSTEMBUS_RETRIES_MAX)
		timer_start(systembus);
}

static void drop(struct systembus *systembus)
{
	if (!systembus->bus)
		return;
	systembus->hooks.lost(systembus->hooks.ctx);
	g_signal_handler_disconnect(systembus->bus, systembus->closed_handler);
	g_clear_object(&systembus->bus);
}

static void on_closed(GDBusConnection *bus UNUSED, gboolean remote UNUSED, GError *error UNUSED, gpointer data)
{
	struct systembus *systembus = data;
	drop(systembus);
	systembus->tries = 0;
	missing(systembus);
}

static void on_opened(GObject *source UNUSED, GAsyncResult *result, gpointer data)
{
	struct systembus *systembus = data;
	bool leaving = g_cancellable_is_cancelled(systembus->opening);
	g_autoptr(GDBusConnection) bus = g_dbus_connection_new_for_address_finish(result, NULL);
	g_clear_object(&systembus->opening);
	if (leaving)
		return;
	if (!bus || g_dbus_connection_is_closed(bus)) {
		missing(systembus);
		return;
	}
	g_dbus_connection_set_exit_on_close(bus, FALSE);
	systembus->bus = g_object_ref(bus);
	systembus->closed_handler = g_signal_connect(bus, "closed", G_CALLBACK(on_closed), systembus);
	systembus->watch = bus_watch_free(systembus->watch);
	systembus->tries = 0;
	systembus->hooks.opened(systembus->hooks.ctx, bus);
}

static void look(struct systembus *systembus)
{
	const GDBusConnectionFlags flags = G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION;
	timer_stop(systembus);
	if (!bus_present(BUS_SYSTEM)) {
		missing(systembus);
		return;
	}
	systembus->opening = g_cancellable_new();
	g_dbus_connection_new_for_address(bus_address(BUS_SYSTEM), flags, NULL, systembus->opening, on_opened, systembus);
}

struct systembus *systembus_new(GMainContext *context, const struct systembus_hooks *hooks)
{
	struct systembus *systembus = xcalloc(1, sizeof(*systembus));
	*systembus = (struct systembus){.context = context, .hooks = *hooks};
	/* GLib connects in a thread of its pool (2.74): it goes when that is done instead of waiting 15 s for more. */
	g_thread_pool_set_max_unused_threads(0);
	look(systembus);
	return systembus;
}

struct systembus *systembus_free(struct systembus *systembus)
{
	if (!systembus)
		return NULL;
	if (systembus->opening)
		g_cancellable_cancel(systembus->opening);
	drop(systembus);
	timer_stop(systembus);
	bus_watch_free(systembus->watch);
	while (systembus->opening) /* cancelled: told at once */
		g_main_context_iteration(systembus->context, TRUE);
	free(systembus);
	return NULL;
}
