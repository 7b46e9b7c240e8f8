#include "sysfiles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ini.h"
#include "paths.h"

enum { ENTRY_BYTES_MAX = 64 * 1024 }; /* of an autostart entry; what stands further down is not read */

/* Where a list of directories comes from: a variable or, when it is unset or empty, the fallback; NULL variable: always that. */
struct place {
	const char *variable, *fallback;
	bool in_home; /* one directory; the fallback is under home */
	const char *under;
};

static const struct place data_places[] = {
	{"XDG_DATA_HOME", ".local/share", true, ""},
	{"XDG_DATA_DIRS", "/usr/local/share:/usr/share", false, ""},
	{NULL, NULL, false, NULL},
};

/* Without the directories that generators and the manager itself write into: pacerd.* is not made there. */
static const struct place unit_places[] = {
	{"XDG_CONFIG_HOME", ".config", true, "/systemd/user"},
	{"XDG_CONFIG_DIRS", "/etc/xdg", false, "/systemd/user"},
	{NULL, "/etc/systemd/user", false, ""},
	{"XDG_RUNTIME_DIR", "", false, "/systemd/user"},
	{NULL, "/run/systemd/user", false, ""},
	{"XDG_DATA_HOME", ".local/share", true, "/systemd/user"},
	{"XDG_DATA_DIRS", "/usr/local/share:/usr/share", false, "/systemd/user"},
	{NULL, "/usr/local/lib/systemd/user:/usr/lib/systemd/user:/lib/systemd/user", false, ""},
	{NULL, NULL, false, NULL},
};

static const struct place autostart_places[] = {
	{"XDG_CONFIG_HOME", ".config", true, "/autostart"},
	{"XDG_CONFIG_DIRS", "/etc/xdg", false, "/autostart"},
	{NULL, NULL, false, NULL},
};

/* --- walking over directories ------------------------------------------------------------------------------------------------------- */

/* The directories that the place stands for, separated by colons; owned by the caller. */
static char *place_dirs(const struct place *place)
{
	if (place->in_home)
		return paths_xdg(place->variable, place->fallback);
	const char *value = place->variable ? getenv(place->variable) : NULL;
	return xstrdup(value && value[0] ? value : place->fallback);
}

/* What look(dir, name) gives first; relative directories are ignored, as XDG wants it. */
static char *find(const struct place *places, const char *name, char *(*look)(const char *dir, const char *name))
{
	for (const struct place *place = places; place->under; place++) {
		OWNED_TEXT *dirs = place_dirs(place);
		for (char *rest = dirs, *base; (base = strsep(&rest, ":"));) {
			OWNED_TEXT *dir = xasprintf("%s%s", base, place->under);
			char *found = base[0] == '/' ? look(dir, name) : NULL;
			if (found)
				return found;
		}
	}
	return NULL;
}

static char *look_file(const char *dir, const char *name)
{
	OWNED_TEXT *path = xasprintf("%s/%s", dir, name);
	return access(path, F_OK) == 0 ? STEAL(path) : NULL;
}

static bool is_wants(const char *name)
{
	const char *dot = strrchr(name, '.');
	return dot && strcmp(dot, ".wants") == 0;
}

/* The link counts by its name: where it points is not looked at by the manager either. */
static char *look_wants(const char *dir, const char *unit)
{
	DIR *entries = opendir(dir);
	char *found = NULL;
	for (struct dirent *entry; entries && !found && (entry = readdir(entries));) {
		OWNED_TEXT *link = xasprintf("%s/%s", entry->d_name, unit);
		struct stat st;
		if (is_wants(entry->d_name) && fstatat(dirfd(entries), link, &st, AT_SYMLINK_NOFOLLOW) == 0)
			found = xasprintf("%s/%s", dir, link);
	}
	if (entries)
		closedir(entries);
	return found;
}

/* --- what is asked ------------------------------------------------------------------------------------------------------------------ */

char *sysfiles_data(const char *name)
{
	return find(data_places, name, look_file);
}

char *sysfiles_unit(const char *unit)
{
	return find(unit_places, unit, look_file);
}

bool sysfiles_is_masked(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && (!S_ISREG(st.st_mode) || st.st_size == 0);
}

char *sysfiles_enabled(const char *unit)
{
	return find(unit_places, unit, look_wants);
}

/* The beginning of a regular file; owned by the caller. What is no file, or cannot be read, is empty. */
static struct text read_start(const char *path)
{
	struct text bytes = {0};
	struct stat st;
	char chunk[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool regular = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	for (ssize_t n = 0; regular && bytes.len < ENTRY_BYTES_MAX && (n = read(fd, chunk, sizeof(chunk))) > 0;)
		text_add_n(&bytes, chunk, (size_t)n);
	if (fd >= 0)
		close(fd);
	return bytes;
}

static bool text_is(struct ini_text text, const char *word)
{
	return text.length == strlen(word) && memcmp(text.at, word, text.length) == 0;
}

/* Hidden=true is how a learner takes back an entry that the system has. */
static bool is_hidden(const char *path)
{
	struct text bytes = read_start(path);
	struct ini ini = {.bytes = bytes.data, .length = bytes.len};
	struct ini_line line;
	bool hidden = false;
	while (ini_next(&ini, &line))
		if (line.kind == INI_SETTING && text_is(line.section, "Desktop Entry") && text_is(line.name, "Hidden"))
			hidden = text_is(line.value, "true");
	text_release(&bytes);
	return hidden;
}

char *sysfiles_autostart(const char *name)
{
	OWNED_TEXT *path = find(autostart_places, name, look_file);
	return path && !is_hidden(path) ? STEAL(path) : NULL;
}

int sysfiles_localtime(char **ret_target)
{
	for (size_t room = 128;; room *= 2) { /* ends: a link is at most PATH_MAX long */
		OWNED_TEXT *target = xrealloc(NULL, room);
		ssize_t n = readlink("/etc/localtime", target, room);
		if (n < 0)
			return -errno;
		if ((size_t)n < room) {
			target[n] = '\0';
			*ret_target = STEAL(target);
			return 0;
		}
	}
}
