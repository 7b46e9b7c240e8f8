#include "opener.h"

#include <signal.h>
#include <unistd.h>

#include "calls.h"
#include "words.h"

#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define PORTAL_INTERFACE "org.freedesktop.portal.OpenURI"

static const char way_portal[] = "portal";
static const char way_program[] = "xdg-open";
static const char program_missing_text[] = "no portal and no xdg-open: open it yourself";
static const char program_failed_text[] = "xdg-open could not open it: open it yourself";
static const char too_many_text[] = "too many addresses are being opened: try again in a moment";

/* Said to the daemon alone. */
static const char *const own_variables[] = {
	"NOTIFY_IGNORE_PORTAL", "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES",
};

/* --- what is an address -------------------------------------------------------------------------------------------------------------- */

/* RFC 3986 leaves these out of every part of an address; GUri is more patient. */
static bool address_characters(const char *address)
{
	for (const char *p = address; *p; p++)
		if (!g_ascii_isgraph(*p) || strchr("\"<>\\^`{|}", *p))
			return false;
	return true;
}

static bool web_address(GUri *uri)
{
	const char *host = g_uri_get_host(uri);
	return host && host[0];
}

/* Fields that only fill in a letter. Some programs take a file to attach from others. RFC 6068 section 2. */
static const char *const mail_fields[] = {"to", "cc", "bcc", "subject", "body", "in-reply-to"};

static bool mail_field(const char *field)
{
	g_autofree char *name = g_uri_unescape_segment(field, field + strcspn(field, "="), NULL);
	bool known = false;
	for (size_t i = 0; name && i < ARRAY_LEN(mail_fields); i++)
		known = known || g_ascii_strcasecmp(name, mail_fields[i]) == 0;
	return known;
}

static bool mail_address(GUri *uri)
{
	const char *query = g_uri_get_query(uri);
	if (g_uri_get_host(uri) || (!query && !g_uri_get_path(uri)[0]))
		return false;
	g_auto(GStrv) fields = g_strsplit(query ? query : "", "&", -1);
	for (char **field = fields; *field; field++)
		if (!mail_field(*field))
			return false;
	return true;
}

static const struct {
	const char *scheme;
	bool (*good)(GUri *uri);
	const char *advice;
} schemes[] = {
	{"http", web_address, "it needs a host, as in http://example.org/"},
	{"https", web_address, "it needs a host, as in https://example.org/"},
	{"mailto", mail_address, "it takes a receiver and to, cc, bcc, subject, body, in-reply-to"},
};

/* NULL: fine; static otherwise. */
static const char *address_advice(const char *address)
{
	if (strlen(address) > OPENER_ADDRESS_BYTES_MAX)
		return "it is too long";
	if (!address_characters(address))
		return "write spaces, letters beyond ASCII and \" < > \\ ^ ` { | } as %XX";
	g_autoptr(GUri) uri = g_uri_parse(address, G_URI_FLAGS_ENCODED, NULL);
	for (size_t i = 0; uri && i < ARRAY_LEN(schemes); i++)
		if (g_ascii_strcasecmp(g_uri_get_scheme(uri), schemes[i].scheme) == 0)
			return schemes[i].good(uri) ? NULL : schemes[i].advice;
	return uri ? "only http, https and mailto are opened" : "write it as in https://example.org/page";
}

char *opener_problem(const char *address)
{
	const char *advice = address_advice(address);
	if (!advice)
		return NULL;
	OWNED_TEXT *quoted = xasprintf("'%s'", address);
	OWNED_TEXT *shown = words_summary(quoted);
	return xasprintf("not an address to open: %s; %s", shown, advice);
}

/* --- requests ------------------------------------------------------------------------------------------------------------------------ */

/* List of opener.requests, by .next: under way, or told while its program runs. */
struct request {
	struct request *next;
	struct opener *opener;
	char *key, *address;
	bool waits_for_bus, by_manager, told;
	GSource *timer, *child;
	GPid pid; /* with child */
};

struct opener {
	GMainContext *context;
	struct opener_hooks hooks;
	struct calls calls;
	GDBusConnection *bus;
	bool bus_known;
	struct request *requests;
};

static void source_stop(GSource **source)
{
	if (*source)
		g_source_destroy(*source);
	g_clear_pointer(source, g_source_unref);
}

static void source_start(GSource **source, struct request *request, GSourceFunc function)
{
	g_source_set_callback(*source, function, request, NULL);
	g_source_attach(*source, request->opener->context);
}

static void timer_start(struct request *request, guint limit_ms, GSourceFunc function)
{
	source_stop(&request->timer);
	request->timer = g_timeout_source_new(limit_ms);
	source_start(&request->timer, request, function);
}

static void request_drop(struct request *request)
{
	struct request **place = &request->opener->requests;
	while (*place != request)
		place = &(*place)->next;
	*place = request->next;
	source_stop(&request->timer);
	source_stop(&request->child);
	free(request->key);
	free(request->address);
	free(request);
}

/* Once a request; it is gone then unless its program is still waited for. */
static void request_tell(struct request *request, const char *way, const char *problem)
{
	const struct opener_hooks *hooks = &request->opener->hooks;
	request->told = true;
	source_stop(&request->timer);
	hooks->opened(hooks->ctx, request->key, way, problem);
	if (!request->child)
		request_drop(request);
}

static struct request *request_new(struct opener *opener, const char *key, const char *address)
{
	struct request *request = xcalloc(1, sizeof(*request));
	*request = (struct request){.next = opener->requests, .opener = opener, .key = xstrdup(key), .address = xstrdup(address)};
	opener->requests = request;
	return request;
}

static int requests_untold(const struct opener *opener)
{
	int count = 0;
	for (const struct request *request = opener->requests; request; request = request->next)
		count += !request->told;
	return count;
}

/* --- xdg-open ------------------------------------------------------------------------------------------------------------------------ */

/* In the child, between fork and exec: nothing but system calls. */
static void child_setup(gpointer data UNUSED)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
}

static char **child_environment(void)
{
	char **variables = g_get_environ();
	for (size_t i = 0; i < ARRAY_LEN(own_variables); i++)
		variables = g_environ_unsetenv(variables, own_variables[i]);
	return variables;
}

static void run_directly(struct request *request);

static void on_child_ended(GPid pid, gint status, gpointer data)
{
	struct request *request = data;
	g_spawn_close_pid(pid);
	source_stop(&request->child);
	if (request->told)
		request_drop(request);
	else if (status != 0 && request->by_manager)
		run_directly(request);
	else
		request_tell(request, way_program, status == 0 ? NULL : program_failed_text);
}

static gboolean on_child_stays(gpointer data)
{
	request_tell(data, way_program, NULL);
	return G_SOURCE_REMOVE;
}

static bool child_start(struct request *request, const char *const *argv, GError **error)
{
	const GSpawnFlags flags = G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL;
	g_auto(GStrv) arguments = g_strdupv((char **)argv);
	g_auto(GStrv) environment = child_environment();
	if (!g_spawn_async(NULL, arguments, environment, flags, child_setup, NULL, &request->pid, error))
		return false;
	request->child = g_child_watch_source_new(request->pid);
	source_start(&request->child, request, G_SOURCE_FUNC(on_child_ended));
	timer_start(request, OPENER_EXIT_LIMIT_MS, on_child_stays);
	return true;
}

static void not_started(struct request *request, const GError *error)
{
	if (g_error_matches(error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT)) {
		request_tell(request, way_program, program_missing_text);
		return;
	}
	OWNED_TEXT *problem = xasprintf("xdg-open could not be started (%s): open it yourself", error->message);
	request_tell(request, way_program, problem);
}

static void run_directly(struct request *request)
{
	const char *const argv[] = {way_program, request->address, NULL};
	g_autoptr(GError) error = NULL;
	request->by_manager = false;
	if (!child_start(request, argv, &error))
		not_started(request, error);
}

/* A service, and not just somewhere below one. systemd.exec(5), $SYSTEMD_EXEC_PID. */
static bool service_of_manager(void)
{
	const char *pid = getenv("SYSTEMD_EXEC_PID");
	return pid && strtol(pid, NULL, 10) == getpid();
}

/* False: it could not be asked. The manager reads $$ as one $, and would read ${NAME} (systemd.service(5)), but has no { to read. */
static bool run_by_manager(struct request *request)
{
	g_auto(GStrv) parts = g_strsplit(request->address, "$", -1);
	g_autofree char *address = g_strjoinv("$$", parts);
	const char *const argv[] = {"systemd-run", "--user",    "--quiet", "--collect", "--wait", "--description=Pacer opens an address",
				    "--",          way_program, address,   NULL};
	request->by_manager = true;
	return child_start(request, argv, NULL);
}

static void run_program(struct request *request)
{
	request->waits_for_bus = false;
	if (!service_of_manager() || !run_by_manager(request))
		run_directly(request);
}

/* --- the portal ---------------------------------------------------------------------------------------------------------------------- */

static void portal_took_it(void *ctx, GVariant *reply, const GError *error UNUSED)
{
	struct request *request = ctx;
	if (reply)
		request_tell(request, way_portal, NULL);
	else
		run_program(request);
}

/* An error is no answer about a portal that runs: the bus refuses to start what it has no file for (dbus-daemon 1.14). */
static void portal_started(void *ctx, GVariant *reply UNUSED, const GError *error)
{
	struct request *request = ctx;
	struct opener *opener = request->opener;
	if (call_timed_out(error) || !opener->bus) {
		run_program(request);
		return;
	}
	GVariant *parameters = g_variant_new("(ss@a{sv})", "", request->address, g_variant_new_array(G_VARIANT_TYPE("{sv}"), NULL, 0));
	calls_make(&opener->calls, opener->bus, PORTAL_NAME, PORTAL_PATH, PORTAL_INTERFACE, "OpenURI", parameters, "(o)",
		   OPENER_ANSWER_LIMIT_MS, portal_took_it, request);
}

static void go_on(struct request *request)
{
	struct opener *opener = request->opener;
	request->waits_for_bus = false;
	source_stop(&request->timer);
	if (!opener->bus) {
		run_program(request);
		return;
	}
	calls_make(&opener->calls, opener->bus, BUS_NAME, BUS_PATH, BUS_NAME, "StartServiceByName", g_variant_new("(su)", PORTAL_NAME, 0),
		   "(u)", OPENER_START_LIMIT_MS, portal_started, request);
}

/* --- from outside -------------------------------------------------------------------------------------------------------------------- */

static gboolean on_no_bus(gpointer data)
{
	run_program(data);
	return G_SOURCE_REMOVE;
}

void opener_open(struct opener *opener, const char *key, const char *address)
{
	OWNED_TEXT *problem = opener_problem(address);
	if (!problem && requests_untold(opener) >= OPENER_REQUESTS_MAX)
		problem = xstrdup(too_many_text);
	if (problem) {
		opener->hooks.opened(opener->hooks.ctx, key, NULL, problem);
		return;
	}
	struct request *request = request_new(opener, key, address);
	if (opener->bus_known) {
		go_on(request);
		return;
	}
	request->waits_for_bus = true;
	timer_start(request, OPENER_BUS_LIMIT_MS, on_no_bus);
}

void opener_bus(struct opener *opener, GDBusConnection *bus)
{
	if (bus)
		g_object_ref(bus);
	g_clear_object(&opener->bus);
	opener->bus = bus;
	opener->bus_known = true;
	for (struct request *request = opener->requests, *next; request; request = next) {
		next = request->next;
		if (request->waits_for_bus)
			go_on(request);
	}
}

struct opener *opener_new(GMainContext *context, const struct opener_hooks *hooks)
{
	struct opener *opener = xcalloc(1, sizeof(*opener));
	*opener = (struct opener){.context = context, .hooks = *hooks};
	calls_next_round(&opener->calls);
	return opener;
}

struct opener *opener_free(struct opener *opener)
{
	if (!opener)
		return NULL;
	calls_end_round(&opener->calls);
	g_clear_object(&opener->bus);
	while (opener->requests)
		request_drop(opener->requests);
	while (opener->calls.open > 0) /* cancelled: each is told at once */
		g_main_context_iteration(opener->context, TRUE);
	free(opener);
	return NULL;
}
