#include "bus.h"

#include <glib-unix.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

static const char path_prefix[] = "unix:path=";

static const struct {
	const char *variable, *otherwise;
} places[] = {
	[BUS_SESSION] = {"DBUS_SESSION_BUS_ADDRESS", NULL},
	[BUS_SYSTEM] = {"DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/var/run/dbus/system_bus_socket"},
};

const char *bus_address(enum bus_kind kind)
{
	const char *address = getenv(places[kind].variable);
	return address && address[0] ? address : places[kind].otherwise;
}

void bus_environment(void)
{
	setenv("NOTIFY_IGNORE_PORTAL", "1", 1);
	const char *runtime_dir = getenv("XDG_RUNTIME_DIR");
	if (bus_address(BUS_SESSION) || !runtime_dir || runtime_dir[0] != '/')
		return;
	OWNED_TEXT *path = xasprintf("%s/bus", runtime_dir);
	g_autofree char *value = g_dbus_address_escape_value(path);
	OWNED_TEXT *found = xasprintf("%s%s", path_prefix, value);
	setenv(places[BUS_SESSION].variable, found, 1);
}

/* The path of the first entry when it is a unix:path; NULL otherwise. D-Bus specification, "Server addresses". The caller frees. */
static char *socket_path(const char *address)
{
	size_t prefix = sizeof(path_prefix) - 1;
	if (strncmp(address, path_prefix, prefix) != 0)
		return NULL;
	struct text path = {0};
	size_t end = prefix + strcspn(address + prefix, ",;");
	for (size_t i = prefix; i < end; i++) {
		char c = address[i];
		if (c == '%' && i + 2 < end && g_ascii_isxdigit(address[i + 1]) && g_ascii_isxdigit(address[i + 2])) {
			c = (char)(g_ascii_xdigit_value(address[i + 1]) * 16 + g_ascii_xdigit_value(address[i + 2]));
			i += 2;
		}
		text_add_n(&path, &c, 1);
	}
	return text_take(&path);
}

bool bus_present(enum bus_kind kind)
{
	const char *address = bus_address(kind);
	if (!address || strstr(address, "autolaunch:"))
		return false;
	OWNED_TEXT *path = socket_path(address);
	struct stat st;
	return !path || (stat(path, &st) == 0 && S_ISSOCK(st.st_mode));
}

struct bus_watch {
	int fd;
	GSource *source;
	char *name; /* of the socket in its directory */
	void (*appeared)(void *ctx);
	void *ctx;
};

/* Reads all that is there (bound: what the kernel queued); only our socket's name counts, the directory may be a busy one. */
static bool socket_made(struct bus_watch *watch)
{
	_Alignas(struct inotify_event) char buffer[4096];
	bool made = false;
	for (ssize_t n; (n = read(watch->fd, buffer, sizeof(buffer))) > 0;) {
		for (char *p = buffer; p < buffer + n;) {
			const struct inotify_event *event = (const struct inotify_event *)(const void *)p;
			made = made || (event->len && strcmp(event->name, watch->name) == 0);
			p += sizeof(*event) + event->len;
		}
	}
	return made;
}

static gboolean on_directory(gint fd UNUSED, GIOCondition condition UNUSED, gpointer data)
{
	struct bus_watch *watch = data;
	if (socket_made(watch))
		watch->appeared(watch->ctx); /* may free watch */
	return G_SOURCE_CONTINUE;
}

struct bus_watch *bus_watch_new(GMainContext *context, enum bus_kind kind, void (*appeared)(void *ctx), void *ctx)
{
	const char *address = bus_address(kind);
	OWNED_TEXT *path = address ? socket_path(address) : NULL;
	char *slash = path ? strrchr(path, '/') : NULL;
	if (!slash || slash == path)
		return NULL;
	struct bus_watch *watch = xcalloc(1, sizeof(*watch));
	*watch = (struct bus_watch){.appeared = appeared, .ctx = ctx, .name = xstrdup(slash + 1)};
	*slash = '\0';
	watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (watch->fd < 0 || inotify_add_watch(watch->fd, path, IN_CREATE | IN_MOVED_TO | IN_ONLYDIR) < 0)
		return bus_watch_free(watch);
	watch->source = g_unix_fd_source_new(watch->fd, G_IO_IN);
	g_source_set_callback(watch->source, G_SOURCE_FUNC(on_directory), watch, NULL);
	g_source_attach(watch->source, context);
	return watch;
}

struct bus_watch *bus_watch_free(struct bus_watch *watch)
{
	if (!watch)
		return NULL;
	if (watch->source) {
		g_source_destroy(watch->source);
		g_source_unref(watch->source);
	}
	if (watch->fd >= 0)
		close(watch->fd);
	free(watch->name);
	free(watch);
	return NULL;
}
