#include "calls.h"

struct call {
	struct calls *calls;
	GCancellable *round;
	call_told *told;
	void *ctx;
};

void calls_end_round(struct calls *calls)
{
	if (calls->round)
		g_cancellable_cancel(calls->round);
	g_clear_object(&calls->round);
}

void calls_next_round(struct calls *calls)
{
	calls_end_round(calls);
	calls->round = g_cancellable_new();
}

static void call_finished(GObject *source, GAsyncResult *result, gpointer data)
{
	struct call call = *(struct call *)data;
	free(data);
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant) reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
	bool current = !g_cancellable_is_cancelled(call.round);
	g_object_unref(call.round);
	call.calls->open--;
	if (current)
		call.told(call.ctx, reply, error);
}

void calls_make(struct calls *calls, GDBusConnection *bus, const char *name, const char *path, const char *interface, const char *method,
		GVariant *parameters, const char *reply_type, int limit_ms, call_told *told, void *ctx)
{
	struct call *call = xcalloc(1, sizeof(*call));
	*call = (struct call){.calls = calls, .round = g_object_ref(calls->round), .told = told, .ctx = ctx};
	calls->open++;
	g_dbus_connection_call(bus, name, path, interface, method, parameters, G_VARIANT_TYPE(reply_type), G_DBUS_CALL_FLAGS_NO_AUTO_START,
			       limit_ms, calls->round, call_finished, call);
}

bool call_timed_out(const GError *error)
{
	return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

bool call_found_nobody(const GError *error)
{
	return g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
	       g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
	       g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}
