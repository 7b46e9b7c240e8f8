#include "quiet.h"

#include "calls.h"
#include "server.h"

#define PROPERTIES "org.freedesktop.DBus.Properties"

static const struct {
	const char *interface, *name;
} properties[] = {
	{"org.dunstproject.cmd0", "paused"},
	{SERVER_NAME, "Inhibited"},
};

struct reading {
	struct quiet *quiet;
	bool missing; /* the owner said that it has no such thing */
	bool on;
};

struct quiet {
	GMainContext *context;
	void (*changed)(void *ctx);
	void *ctx;
	struct calls calls; /* a new owner begins a new round */
	GDBusConnection *bus;
	char *owner;
	guint ear;
	struct reading readings[ARRAY_LEN(properties)];
};

bool quiet_on(const struct quiet *quiet)
{
	bool on = false;
	for (size_t i = 0; i < ARRAY_LEN(properties); i++)
		on = on || quiet->readings[i].on;
	return on;
}

static void read_value(struct reading *reading, GVariant *value)
{
	struct quiet *quiet = reading->quiet;
	bool before = quiet_on(quiet);
	reading->missing = !g_variant_is_of_type(value, G_VARIANT_TYPE_BOOLEAN);
	reading->on = !reading->missing && g_variant_get_boolean(value);
	if (quiet_on(quiet) != before)
		quiet->changed(quiet->ctx);
}

static void value_told(void *ctx, GVariant *reply, const GError *error)
{
	struct reading *reading = ctx;
	if (!reply) { /* no answer is none; of a server that went the bus tells */
		reading->missing = !call_timed_out(error);
		return;
	}
	g_autoptr(GVariant) value = NULL;
	g_variant_get(reply, "(v)", &value);
	read_value(reading, value);
}

static void ask(struct quiet *quiet, size_t i)
{
	GVariant *parameters = g_variant_new("(ss)", properties[i].interface, properties[i].name);
	calls_make(&quiet->calls, quiet->bus, quiet->owner, SERVER_PATH, PROPERTIES, "Get", parameters, "(v)", SERVER_ANSWER_LIMIT_MS,
		   value_told, &quiet->readings[i]);
}

void quiet_ask(struct quiet *quiet)
{
	for (size_t i = 0; quiet->owner && i < ARRAY_LEN(properties); i++)
		if (!quiet->readings[i].missing)
			ask(quiet, i);
}

/* Values may come along, or only the news that they are others now. */
static void on_changed(GDBusConnection *bus UNUSED, const gchar *sender UNUSED, const gchar *path UNUSED, const gchar *interface UNUSED,
		       const gchar *signal UNUSED, GVariant *parameters, gpointer data)
{
	struct quiet *quiet = data;
	if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(sa{sv}as)")))
		return;
	const char *of;
	g_autoptr(GVariant) values = NULL;
	g_autofree const char **stale = NULL;
	g_variant_get(parameters, "(&s@a{sv}^a&s)", &of, &values, &stale);
	for (size_t i = 0; i < ARRAY_LEN(properties); i++) {
		g_autoptr(GVariant) value = g_variant_lookup_value(values, properties[i].name, NULL);
		if (strcmp(of, properties[i].interface) != 0)
			continue;
		if (value)
			read_value(&quiet->readings[i], value);
		else if (g_strv_contains(stale, properties[i].name))
			ask(quiet, i);
	}
}

static void unfollow(struct quiet *quiet)
{
	calls_end_round(&quiet->calls);
	if (quiet->ear)
		g_dbus_connection_signal_unsubscribe(quiet->bus, quiet->ear);
	quiet->ear = 0;
	g_clear_object(&quiet->bus);
	text_replace(&quiet->owner, NULL);
	for (size_t i = 0; i < ARRAY_LEN(properties); i++)
		quiet->readings[i] = (struct reading){.quiet = quiet};
}

void quiet_follow(struct quiet *quiet, GDBusConnection *bus, const char *owner)
{
	unfollow(quiet);
	if (!owner)
		return;
	calls_next_round(&quiet->calls);
	quiet->bus = g_object_ref(bus);
	quiet->owner = xstrdup(owner);
	quiet->ear = g_dbus_connection_signal_subscribe(bus, owner, PROPERTIES, "PropertiesChanged", SERVER_PATH, NULL,
							G_DBUS_SIGNAL_FLAGS_NONE, on_changed, quiet, NULL);
}

struct quiet *quiet_new(GMainContext *context, void (*changed)(void *ctx), void *ctx)
{
	struct quiet *quiet = xcalloc(1, sizeof(*quiet));
	*quiet = (struct quiet){.context = context, .changed = changed, .ctx = ctx};
	unfollow(quiet);
	return quiet;
}

struct quiet *quiet_free(struct quiet *quiet)
{
	if (!quiet)
		return NULL;
	unfollow(quiet);
	while (quiet->calls.open > 0) /* cancelled: each is told at once */
		g_main_context_iteration(quiet->context, TRUE);
	free(quiet);
	return NULL;
}
