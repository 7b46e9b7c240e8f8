#include "clockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "ini.h"
#include "log.h"

/* --- the text -------------------------------------------------------------------------------------------------------------------- */

static bool digits_parse(const char *two, char first_max, int32_t *ret_number)
{
	if (two[0] < '0' || two[0] > first_max || two[1] < '0' || two[1] > '9')
		return false;
	*ret_number = (two[0] - '0') * 10 + two[1] - '0';
	return true;
}

bool clock_time_parse(const char *text, const struct zone *zone, struct instant *ret_shown)
{
	size_t length = strlen(text);
	int32_t day, second, extra_s = 0;
	if ((length != 16 && length != 19) || (text[10] != ' ' && text[10] != 'T'))
		return false;
	if (length == 19 && (text[16] != ':' || !digits_parse(text + 17, '5', &extra_s)))
		return false;
	OWNED_TEXT *date = xstrndup(text, 10);
	OWNED_TEXT *clock = xstrndup(text + 11, 5);
	if (!day_parse(date, &day) || !clock_parse(clock, &second))
		return false;
	*ret_shown = zone_resolve(zone, (struct civil){day, second + extra_s});
	return true;
}

bool clock_speed_parse(const char *text, double *ret_speed)
{
	char *end;
	double speed = strtod(text, &end);
	if (*end || end == text || !(speed > 0 && speed <= CLOCK_SPEED_MAX))
		return false;
	*ret_speed = speed;
	return true;
}

/* text: "TIME" or "TIME SPEED", without blanks around. */
static int setting_parse(const char *text, const struct zone *zone, struct clock_setting *ret_setting, struct err *err)
{
	size_t time_length = strnlen(text, strlen(text) > 16 && text[16] == ':' ? 19 : 16);
	OWNED_TEXT *time = xstrndup(text, time_length);
	OWNED_TEXT *speed = ini_trim(text + time_length);
	bool apart = !*speed || text[time_length] == ' ' || text[time_length] == '\t';
	if (!apart || !clock_time_parse(time, zone, &ret_setting->shown))
		return err_set(err, CLOCKFILE_WRONG, "not a time: '%s', write it as '2026-11-30 09:00', with a speed after it if you like",
			       text);
	ret_setting->speed = 1;
	if (*speed && !clock_speed_parse(speed, &ret_setting->speed))
		return err_set(err, CLOCKFILE_WRONG, "not a speed: '%s', give a number above 0 and up to %d", speed, CLOCK_SPEED_MAX);
	return 0;
}

static int line_parse(const struct ini_line *line, bool found, const struct zone *zone, struct clock_setting *ret_setting, struct err *err)
{
	if (line->kind == INI_NOT_UTF8)
		return err_set(err, CLOCKFILE_WRONG, "this is no text, write a time such as '2026-11-30 09:00'");
	OWNED_TEXT *text = xstrndup(line->text.at, line->text.length);
	if (found)
		return err_set(err, CLOCKFILE_WRONG, "a second time: '%s', leave one line", text);
	return setting_parse(text, zone, ret_setting, err);
}

int clockfile_parse(const char *path, const char *bytes, size_t length, const struct zone *zone, struct clock_setting *ret_setting,
		    struct err *err)
{
	struct ini lines = {.bytes = bytes, .length = length};
	struct ini_line line;
	struct clock_setting setting;
	struct err why = {0};
	bool found = false;
	while (ini_next(&lines, &line)) {
		if (line.kind == INI_NOTHING)
			continue;
		int r = line_parse(&line, found, zone, &setting, &why);
		if (r) {
			err_set(err, r, "%s:%d: %s", path, line.number, why.text);
			err_release(&why);
			return r;
		}
		found = true;
	}
	if (!found)
		return err_set(err, CLOCKFILE_EMPTY, "%s:1: there is no time, write one such as '2026-11-30 09:00'", path);
	*ret_setting = setting;
	return 0;
}

/* --- the file -------------------------------------------------------------------------------------------------------------------- */

/* At most one byte over the limit, so that who is told sees that it is too long. */
static int read_some(int fd, struct text *ret_bytes)
{
	char chunk[CLOCKFILE_BYTES_MAX + 1];
	ssize_t n;
	while (ret_bytes->len < sizeof(chunk) && (n = read(fd, chunk, sizeof(chunk) - ret_bytes->len)) != 0) {
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			text_add_n(ret_bytes, chunk, (size_t)n);
	}
	return 0;
}

static int read_file(const char *path, struct text *ret_bytes, struct stat *ret_st, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_set(err, -errno, "%s: the clock file cannot be read: %s", path, strerrordesc_np(errno));
	int r = fstat(fd, ret_st) < 0 ? -errno : !S_ISREG(ret_st->st_mode) ? -EINVAL : read_some(fd, ret_bytes);
	close(fd);
	if (r)
		return err_set(err, r, "%s: the clock file cannot be read: %s", path, strerrordesc_np(-r));
	if (ret_bytes->len > CLOCKFILE_BYTES_MAX)
		return err_set(err, CLOCKFILE_WRONG, "%s:1: more than %d bytes, write one line such as '2026-11-30 09:00'", path,
			       CLOCKFILE_BYTES_MAX);
	return 0;
}

/* Whether these bytes were read before: the same file, not written since. */
static bool is_taken(const struct clockfile *file, const char *bytes, const struct stat *st)
{
	const struct stat *old = &file->taken_from;
	return file->taken && !strcmp(file->taken, bytes) && old->st_dev == st->st_dev && old->st_ino == st->st_ino &&
	       old->st_mtim.tv_sec == st->st_mtim.tv_sec && old->st_mtim.tv_nsec == st->st_mtim.tv_nsec;
}

/* Returns 0, < 0, CLOCKFILE_EMPTY (also: nothing new) or CLOCKFILE_WRONG. */
static int take(struct clockfile *file, struct clock_setting *ret_setting, struct err *err)
{
	struct text bytes = {0};
	struct stat st;
	int r = read_file(file->path, &bytes, &st, err);
	size_t length = bytes.len;
	OWNED_TEXT *text = text_take(&bytes);
	if (r < 0)
		return r;
	if (is_taken(file, text, &st))
		return CLOCKFILE_EMPTY;
	text_replace(&file->taken, xstrdup(text));
	file->taken_from = st;
	return r ? r : clockfile_parse(file->path, text, length, file->zone(), ret_setting, err);
}

static void on_change(uv_fs_event_t *handle, const char *name, int events UNUSED, int status UNUSED)
{
	struct clockfile *file = handle->data;
	struct clock_setting setting;
	struct err err = {0};
	if (name && strcmp(name, file->name) != 0)
		return;
	int r = take(file, &setting, &err);
	if (!r)
		file->changed(file->ctx, &setting);
	else if (r != CLOCKFILE_EMPTY && r != -ENOENT)
		log_line(LOG_LEVEL_WARNING, "%s; the clock stays as it was", err.text);
	err_release(&err);
}

static void forget(struct clockfile *file)
{
	text_replace(&file->path, NULL);
	text_replace(&file->name, NULL);
	text_replace(&file->taken, NULL);
}

static void on_closed(uv_handle_t *handle)
{
	forget(handle->data);
}

int clockfile_open(struct clockfile *file, uv_loop_t *loop, const char *path, const struct zone *(*zone)(void),
		   struct clock_setting *ret_setting, struct err *err)
{
	const char *slash = strrchr(path, '/');
	OWNED_TEXT *dir = !slash ? xstrdup(".") : xstrndup(path, slash == path ? 1 : (size_t)(slash - path));
	file->path = xstrdup(path);
	file->name = xstrdup(slash ? slash + 1 : path);
	file->zone = zone;
	uv_fs_event_init(loop, &file->handle);
	uv_unref((uv_handle_t *)&file->handle);
	file->handle.data = file;
	/* Watched first: what is written between the two is told of. Not the file, which may be replaced. */
	int r = uv_fs_event_start(&file->handle, on_change, dir, 0);
	if (r)
		err_set(err, r, "%s: the directory of the clock file cannot be watched: %s", path, uv_strerror(r));
	else
		r = take(file, ret_setting, err);
	if (r)
		clockfile_close(file);
	return r;
}

void clockfile_close(struct clockfile *file)
{
	if (!uv_is_closing((uv_handle_t *)&file->handle))
		uv_close((uv_handle_t *)&file->handle, on_closed);
}
