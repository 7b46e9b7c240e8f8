#include "config_edit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diskfile.h"

/* --- the text -------------------------------------------------------------------------------------------------------------------- */

char *config_line_name(const struct ini_line *line)
{
	char *name = xstrndup(line->name.at, line->name.length);
	if (!line->section.length)
		return name;
	OWNED_TEXT *section = xstrndup(line->section.at, line->section.length);
	char *full = xasprintf("%s.%s", section, name);
	free(name);
	return full;
}

static bool is_setting(const struct ini_line *line, const char *name)
{
	if (line->kind != INI_SETTING)
		return false;
	OWNED_TEXT *found = config_line_name(line);
	return strcmp(found, name) == 0;
}

/* Where a setting stands, or would go. */
struct place {
	int line;         /* number of the line in force; 0: none */
	size_t insert_at; /* behind the last line of its section; 0: there is no such section */
};

static struct place find_place(const struct text *bytes, const char *name)
{
	size_t section_length = strcspn(name, ".");
	struct ini ini = {.bytes = bytes->data, .length = bytes->len};
	struct ini_line line;
	struct place place = {0};
	while (ini_next(&ini, &line)) {
		if (is_setting(&line, name))
			place.line = line.number;
		bool belongs = line.kind == INI_SECTION || line.kind == INI_SETTING;
		if (belongs && line.section.length == section_length && memcmp(line.section.at, name, section_length) == 0)
			place.insert_at = line.to;
	}
	return place;
}

static const char *line_end(const struct text *bytes)
{
	const char *newline = bytes->len ? memchr(bytes->data, '\n', bytes->len) : NULL;
	return newline && newline > bytes->data && newline[-1] == '\r' ? "\r\n" : "\n";
}

static void add_line(struct text *ret, const char *name, const char *value, const char *end)
{
	if (ret->len && ret->data[ret->len - 1] != '\n')
		text_add(ret, end);
	text_addf(ret, "%s = %s%s", strchr(name, '.') + 1, value, end);
}

static void add_section(struct text *ret, const char *name, const char *value, const char *end)
{
	if (ret->len && ret->data[ret->len - 1] != '\n')
		text_add(ret, end);
	if (ret->len)
		text_add(ret, end);
	text_addf(ret, "[%.*s]%s", (int)strcspn(name, "."), name, end);
	add_line(ret, name, value, end);
}

/* The line with another value: what stands before and behind the old one stays. */
static void add_changed(struct text *ret, const struct text *bytes, const struct ini_line *line, const char *value)
{
	const char *from = line->value.at, *behind = from + line->value.length;
	text_add_n(ret, bytes->data + line->from, (size_t)(from - bytes->data) - line->from);
	if (from[-1] == '=' && line->value.length == 0)
		text_add(ret, " ");
	text_add(ret, value);
	text_add_n(ret, behind, line->to - (size_t)(behind - bytes->data));
}

void config_edit(const struct text *bytes, const char *name, const char *value, struct text *ret)
{
	struct place place = find_place(bytes, name);
	const char *end = line_end(bytes);
	struct ini ini = {.bytes = bytes->data, .length = bytes->len};
	struct ini_line line;
	size_t copied = 0;
	while (ini_next(&ini, &line)) {
		text_add_n(ret, bytes->data + copied, line.from - copied); /* the byte order mark */
		copied = line.to;
		if (!is_setting(&line, name))
			text_add_n(ret, bytes->data + line.from, line.to - line.from);
		else if (value && line.number == place.line)
			add_changed(ret, bytes, &line, value);
		if (value && !place.line && line.to == place.insert_at)
			add_line(ret, name, value, end);
	}
	if (copied < bytes->len) /* a byte order mark and nothing else */
		text_add_n(ret, bytes->data + copied, bytes->len - copied);
	if (value && !place.line && !place.insert_at)
		add_section(ret, name, value, end);
}

/* --- the file -------------------------------------------------------------------------------------------------------------------- */

/* Makes the directories above path. */
static int make_parents(const char *path)
{
	OWNED_TEXT *dir = xstrdup(path);
	for (char *slash = *dir ? strchr(dir + 1, '/') : NULL; slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(dir, 0700) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return 0;
}

/* The file that is meant: the end of the links at path, or path itself. */
static int find_target(const char *path, char **ret_target)
{
	int r = make_parents(path);
	if (r < 0)
		return r;
	char *real = realpath(path, NULL);
	struct stat st;
	if (!real && (errno != ENOENT || lstat(path, &st) == 0)) /* a link to nowhere is not replaced */
		return -errno;
	*ret_target = real ? real : xstrdup(path);
	return 0;
}

static int write_beside(const char *target, const struct text *bytes)
{
	const char *slash = strrchr(target, '/');
	OWNED_TEXT *dir = slash ? xstrndup(target, (size_t)(slash - target) + 1) : xstrdup("./");
	OWNED_TEXT *temp = xasprintf("%s.pacer.conf.XXXXXX", dir);
	int fd = mkostemp(temp, O_CLOEXEC); /* mode 0600 */
	if (fd < 0)
		return -errno;
	int r = diskfile_write(fd, bytes->data, bytes->len);
	if (close(fd) < 0 && r == 0)
		r = -errno;
	if (r == 0 && rename(temp, target) < 0)
		r = -errno;
	if (r == 0)
		diskfile_sync_dir(dir);
	else
		unlink(temp);
	return r;
}

int config_replace_file(const char *path, const struct text *bytes, struct err *err)
{
	OWNED_TEXT *target = NULL;
	int r = find_target(path, &target);
	if (r == 0)
		r = write_beside(target, bytes);
	if (r < 0)
		return err_set(err, r, "settings cannot be written: '%s': %s, nothing was changed", path, strerrordesc_np(-r));
	return 0;
}
