#include "logind.h"

#include <unistd.h>

#include "calls.h"
#include "systembus.h"

#define LOGIND_NAME "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define PROPERTIES "org.freedesktop.DBus.Properties"

static const char manager_interface[] = LOGIND_NAME ".Manager";
static const char user_interface[] = LOGIND_NAME ".User";
static const char session_interface[] = LOGIND_NAME ".Session";

/* What is listened to; each at most once at a time. */
enum ear {
	EAR_OWNER,   /* of logind's name */
	EAR_SLEEP,   /* of the machine */
	EAR_USER,    /* logging in; then which session is shown */
	EAR_REMOVED, /* the session is no more */
	EAR_HINTS,   /* of the session */
	EAR_COUNT,
};

struct hints {
	gboolean locked, idle;
};

struct logind {
	GMainContext *context;
	struct logind_hooks hooks;
	struct systembus *systembus;
	GDBusConnection *bus; /* NULL: none */
	GSource *gone_timer;
	struct calls calls; /* a new owner or session begins a new round */
	guint ears[EAR_COUNT];
	char *owner;
	int questions; /* rounds of them without an answer */
	struct hints hints;
	bool asleep, away; /* as told */
};

/* --- what is told -------------------------------------------------------------------------------------------------------------------- */

static void tell_sleeping(struct logind *logind, bool asleep)
{
	if (asleep && logind->asleep)
		return;
	logind->asleep = asleep;
	logind->hooks.sleeping(logind->hooks.ctx, asleep);
}

static void gone_timer_stop(struct logind *logind)
{
	if (logind->gone_timer) {
		g_source_destroy(logind->gone_timer);
		g_clear_pointer(&logind->gone_timer, g_source_unref);
	}
}

static void tell_away(struct logind *logind)
{
	gone_timer_stop(logind);
	bool away = logind->hints.locked || logind->hints.idle;
	if (away == logind->away)
		return;
	logind->away = away;
	logind->hooks.away(logind->hooks.ctx, away);
}

static gboolean on_gone_timer(gpointer data)
{
	tell_away(data);
	return G_SOURCE_REMOVE;
}

/* It may be restarting: a learner who is away stays so for a moment. */
static void gone_timer_start(struct logind *logind)
{
	if (!logind->away || logind->gone_timer)
		return;
	logind->gone_timer = g_timeout_source_new(LOGIND_GONE_MS);
	g_source_set_callback(logind->gone_timer, on_gone_timer, logind, NULL);
	g_source_attach(logind->gone_timer, logind->context);
}

/* --- listening ----------------------------------------------------------------------------------------------------------------------- */

static void unlisten(struct logind *logind, enum ear ear)
{
	if (logind->ears[ear])
		g_dbus_connection_signal_unsubscribe(logind->bus, logind->ears[ear]);
	logind->ears[ear] = 0;
}

/* sender is a unique name, or the bus: nobody else can speak for logind. */
static void listen_to(struct logind *logind, enum ear ear, const char *sender, const char *path, const char *interface, const char *signal,
		      const char *first_argument, GDBusSignalCallback on_signal)
{
	unlisten(logind, ear);
	logind->ears[ear] = g_dbus_connection_signal_subscribe(logind->bus, sender, interface, signal, path, first_argument,
							       G_DBUS_SIGNAL_FLAGS_NONE, on_signal, logind, NULL);
}

static void ask(struct logind *logind, const char *name, const char *path, const char *interface, const char *method, GVariant *parameters,
		const char *reply_type, call_told *told)
{
	calls_make(&logind->calls, logind->bus, name, path, interface, method, parameters, reply_type,
		   LOGIND_ANSWER_LIMIT_MS << logind->questions, told, logind);
}

static void ask_logind(struct logind *logind, const char *path, const char *interface, const char *method, GVariant *parameters,
		       const char *reply_type, call_told *told)
{
	ask(logind, logind->owner, path, interface, method, parameters, reply_type, told);
}

/* Whether the question was left without an answer and another try is worth it. */
static bool ask_again(struct logind *logind, const GError *error)
{
	if (!call_timed_out(error) || logind->questions + 1 >= LOGIND_QUESTIONS_MAX)
		return false;
	logind->questions++;
	return true;
}

/* --- the session --------------------------------------------------------------------------------------------------------------------- */

static void find_session(struct logind *logind);

static void no_session(struct logind *logind)
{
	logind->hints = (struct hints){0};
	tell_away(logind);
}

static void not_told(struct logind *logind, const GError *error)
{
	if (ask_again(logind, error))
		find_session(logind);
	else
		no_session(logind);
}

static void read_hints(struct logind *logind, GVariant *properties)
{
	g_variant_lookup(properties, "LockedHint", "b", &logind->hints.locked);
	g_variant_lookup(properties, "IdleHint", "b", &logind->hints.idle);
	tell_away(logind);
}

static void hints_told(void *ctx, GVariant *reply, const GError *error)
{
	struct logind *logind = ctx;
	if (!reply) {
		not_told(logind, error);
		return;
	}
	logind->questions = 0;
	g_autoptr(GVariant) properties = g_variant_get_child_value(reply, 0);
	logind->hints = (struct hints){0};
	read_hints(logind, properties);
}

/* Opens PropertiesChanged. True: one of names changed and its value is not told. ret_changed: those that are; the caller unrefs. */
static bool changed_without_value(GVariant *parameters, const char *const names[], size_t count, GVariant **ret_changed)
{
	g_autofree const char **invalidated = NULL;
	g_variant_get(parameters, "(&s@a{sv}^a&s)", NULL, ret_changed, &invalidated);
	for (size_t i = 0; i < count; i++)
		if (g_strv_contains(invalidated, names[i]))
			return true;
	return false;
}

static void on_hints_changed(GDBusConnection *bus UNUSED, const gchar *sender UNUSED, const gchar *path UNUSED,
			     const gchar *interface UNUSED, const gchar *signal UNUSED, GVariant *parameters, gpointer data)
{
	static const char *const names[] = {"LockedHint", "IdleHint"};
	if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(sa{sv}as)")))
		return;
	g_autoptr(GVariant) changed = NULL;
	if (changed_without_value(parameters, names, ARRAY_LEN(names), &changed))
		find_session(data);
	else
		read_hints(data, changed);
}

static void on_session_removed(GDBusConnection *bus UNUSED, const gchar *sender UNUSED, const gchar *path UNUSED,
			       const gchar *interface UNUSED, const gchar *signal UNUSED, GVariant *parameters UNUSED, gpointer data)
{
	find_session(data);
}

/* Listens first: what changes meanwhile comes before the answer, which is then the newer. */
static void follow_session(struct logind *logind, const char *id, const char *path)
{
	listen_to(logind, EAR_REMOVED, logind->owner, LOGIND_PATH, manager_interface, "SessionRemoved", id, on_session_removed);
	listen_to(logind, EAR_HINTS, logind->owner, path, PROPERTIES, "PropertiesChanged", session_interface, on_hints_changed);
	ask_logind(logind, path, PROPERTIES, "GetAll", g_variant_new("(s)", session_interface), "(a{sv})", hints_told);
}

/* --- which session ------------------------------------------------------------------------------------------------------------------- */

static void display_told(void *ctx, GVariant *reply, const GError *error)
{
	struct logind *logind = ctx;
	g_autoptr(GVariant) display = NULL;
	if (reply)
		g_variant_get(reply, "(v)", &display);
	const char *id = "", *path = NULL;
	if (display && g_variant_is_of_type(display, G_VARIANT_TYPE("(so)")))
		g_variant_get(display, "(&s&o)", &id, &path);
	if (id[0])
		follow_session(logind, id, path);
	else
		not_told(logind, error);
}

/* The session is set up while user services start already: the first Display is often none. */
static void on_user_changed(GDBusConnection *bus UNUSED, const gchar *sender UNUSED, const gchar *path UNUSED,
			    const gchar *interface UNUSED, const gchar *signal UNUSED, GVariant *parameters, gpointer data)
{
	static const char *const names[] = {"Display"};
	if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(sa{sv}as)")))
		return;
	g_autoptr(GVariant) changed = NULL;
	bool renewed = changed_without_value(parameters, names, ARRAY_LEN(names), &changed);
	g_autoptr(GVariant) display = g_variant_lookup_value(changed, "Display", NULL);
	if (renewed || display)
		find_session(data);
}

static void user_told(void *ctx, GVariant *reply, const GError *error)
{
	struct logind *logind = ctx;
	if (!reply) {
		not_told(logind, error);
		return;
	}
	const char *path;
	g_variant_get(reply, "(&o)", &path);
	listen_to(logind, EAR_USER, logind->owner, path, PROPERTIES, "PropertiesChanged", user_interface, on_user_changed);
	ask_logind(logind, path, PROPERTIES, "Get", g_variant_new("(ss)", user_interface, "Display"), "(v)", display_told);
}

static void on_user_new(GDBusConnection *bus UNUSED, const gchar *sender UNUSED, const gchar *path UNUSED, const gchar *interface UNUSED,
			const gchar *signal UNUSED, GVariant *parameters, gpointer data)
{
	guint32 uid;
	if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(uo)")))
		return;
	g_variant_get(parameters, "(u&o)", &uid, NULL);
	if (uid == getuid())
		find_session(data);
}

/* Until there is one, logins are listened to. */
static void ask_user(struct logind *logind)
{
	listen_to(logind, EAR_USER, logind->owner, LOGIND_PATH, manager_interface, "UserNew", NULL, on_user_new);
	ask_logind(logind, LOGIND_PATH, manager_interface, "GetUser", g_variant_new("(u)", getuid()), "(o)", user_told);
}

/* Of our environment, as a logind may know it; NULL: none. */
static const char *named_session(void)
{
	const char *id = getenv("XDG_SESSION_ID");
	return id && id[0] && g_utf8_validate(id, -1, NULL) ? id : NULL;
}

static void session_told(void *ctx, GVariant *reply, const GError *error)
{
	struct logind *logind = ctx;
	if (reply) {
		const char *path;
		g_variant_get(reply, "(&o)", &path);
		follow_session(logind, named_session(), path);
	} else if (ask_again(logind, error)) {
		find_session(logind);
	} else { /* unknown: left over from a session that ended */
		ask_user(logind);
	}
}

/* Keeps what the hints said until the answers are there. */
static void find_session(struct logind *logind)
{
	calls_next_round(&logind->calls);
	for (enum ear ear = EAR_USER; ear <= EAR_HINTS; ear++)
		unlisten(logind, ear);
	const char *id = named_session();
	if (id)
		ask_logind(logind, LOGIND_PATH, manager_interface, "GetSession", g_variant_new("(s)", id), "(o)", session_told);
	else
		ask_user(logind);
}

/* --- logind itself ------------------------------------------------------------------------------------------------------------------- */

static void on_prepare_for_sleep(GDBusConnection *bus UNUSED, const gchar *sender UNUSED, const gchar *path UNUSED,
				 const gchar *interface UNUSED, const gchar *signal UNUSED, GVariant *parameters, gpointer data)
{
	gboolean asleep;
	if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(b)")))
		return;
	g_variant_get(parameters, "(b)", &asleep);
	tell_sleeping(data, asleep);
}

static void lose_owner(struct logind *logind)
{
	calls_next_round(&logind->calls);
	for (enum ear ear = EAR_SLEEP; ear <= EAR_HINTS; ear++)
		unlisten(logind, ear);
	text_replace(&logind->owner, NULL);
	logind->hints = (struct hints){0};
	gone_timer_start(logind);
	if (logind->asleep) /* nobody would tell the waking */
		tell_sleeping(logind, false);
}

static void take_owner(struct logind *logind, const char *owner)
{
	text_replace(&logind->owner, xstrdup(owner));
	logind->questions = 0;
	listen_to(logind, EAR_SLEEP, owner, LOGIND_PATH, manager_interface, "PrepareForSleep", NULL, on_prepare_for_sleep);
	find_session(logind);
}

/* The bus tells in order, so the newest word is true, also while GetNameOwner is under way. */
static void on_owner_changed(GDBusConnection *bus UNUSED, const gchar *sender UNUSED, const gchar *path UNUSED,
			     const gchar *interface UNUSED, const gchar *signal UNUSED, GVariant *parameters, gpointer data)
{
	struct logind *logind = data;
	const char *name, *old, *owner;
	if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(sss)")))
		return;
	g_variant_get(parameters, "(&s&s&s)", &name, &old, &owner);
	if (g_strcmp0(owner, logind->owner) == 0)
		return;
	lose_owner(logind);
	if (owner[0])
		take_owner(logind, owner);
}

static void ask_owner(struct logind *logind);

static void owner_told(void *ctx, GVariant *reply, const GError *error)
{
	struct logind *logind = ctx;
	const char *owner;
	if (reply) {
		g_variant_get(reply, "(&s)", &owner);
		take_owner(logind, owner);
	} else if (ask_again(logind, error)) {
		ask_owner(logind);
	}
}

static void ask_owner(struct logind *logind)
{
	ask(logind, BUS_NAME, BUS_PATH, BUS_NAME, "GetNameOwner", g_variant_new("(s)", LOGIND_NAME), "(s)", owner_told);
}

/* --- life ---------------------------------------------------------------------------------------------------------------------------- */

static void on_bus_opened(void *ctx, GDBusConnection *bus)
{
	struct logind *logind = ctx;
	logind->bus = bus;
	logind->questions = 0;
	calls_next_round(&logind->calls);
	listen_to(logind, EAR_OWNER, BUS_NAME, BUS_PATH, BUS_NAME, "NameOwnerChanged", LOGIND_NAME, on_owner_changed);
	ask_owner(logind);
}

static void on_bus_lost(void *ctx)
{
	struct logind *logind = ctx;
	lose_owner(logind);
	unlisten(logind, EAR_OWNER);
	logind->bus = NULL;
}

struct logind *logind_new(GMainContext *context, const struct logind_hooks *hooks)
{
	struct logind *logind = xcalloc(1, sizeof(*logind));
	const struct systembus_hooks bus_hooks = {.opened = on_bus_opened, .lost = on_bus_lost, .ctx = logind};
	*logind = (struct logind){.context = context, .hooks = *hooks};
	logind->systembus = systembus_new(context, &bus_hooks);
	return logind;
}

struct logind *logind_free(struct logind *logind)
{
	if (!logind)
		return NULL;
	logind->systembus = systembus_free(logind->systembus);
	calls_end_round(&logind->calls);
	gone_timer_stop(logind);
	while (logind->calls.open > 0) /* cancelled: each is told at once */
		g_main_context_iteration(logind->context, TRUE);
	while (g_main_context_iteration(logind->context, FALSE)) /* GDBus frees what its subscriptions held from the context */
		;
	free(logind);
	return NULL;
}
