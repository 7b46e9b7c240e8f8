#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config_edit.h"
#include "ini.h"

enum {
	FILE_BYTES_MAX = 1024 * 1024,
	PROBLEMS_MAX = 50, /* the rest of a file of nonsense is passed over */
	QUOTE_BYTES_MAX = 60,
	NAME_BYTES_MAX = 63, /* of names that a nearest one is looked for */
};

struct zones {
	bool (*known)(void *ctx, const char *name);
	void *ctx;
};

/* --- reading --------------------------------------------------------------------------------------------------------------------- */

static int read_all(int fd, struct text *ret_text)
{
	char chunk[4096];
	for (;;) { /* ends with the file or at its limit */
		ssize_t n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		text_add_n(ret_text, chunk, (size_t)n);
		if (ret_text->len > FILE_BYTES_MAX)
			return -EFBIG;
	}
}

/* A missing file is an empty one. */
static int read_file(const char *path, struct text *ret_text, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return err_set(err, -errno, "settings cannot be read: '%s': %s", path, strerrordesc_np(errno));
	struct stat st;
	int r = fstat(fd, &st) < 0 ? -errno : !S_ISREG(st.st_mode) ? -EINVAL : read_all(fd, ret_text);
	close(fd);
	if (r == -EINVAL)
		return err_set(err, r, "settings are not a file: '%s', put a text file there or remove it", path);
	if (r == -EFBIG)
		return err_set(err, r, "settings file too large: '%s', keep it under %d bytes", path, FILE_BYTES_MAX);
	return r < 0 ? err_set(err, r, "settings cannot be read: '%s': %s", path, strerrordesc_np(-r)) : 0;
}

/* --- from lines to settings ------------------------------------------------------------------------------------------------------ */

static size_t row_count(void)
{
	size_t n = 0;
	while (config_rows[n].name)
		n++;
	return n;
}

PRINTF_LIKE(3, 4) static void problem_add(struct config *config, int line, const char *format, ...)
{
	if (config->problem_count == PROBLEMS_MAX)
		return;
	config->problems = xreallocarray(config->problems, config->problem_count + 1, sizeof(*config->problems));
	va_list args;
	va_start(args, format);
	config->problems[config->problem_count++] = (struct config_problem){line, xvasprintf(format, args)};
	va_end(args);
}

/* The text as it is shown in a message: shortened between two characters. */
static char *quote(struct ini_text text)
{
	if (text.length <= QUOTE_BYTES_MAX)
		return xstrndup(text.at, text.length);
	size_t n = QUOTE_BYTES_MAX;
	while (n && ((unsigned char)text.at[n] & 0xc0) == 0x80)
		n--;
	return xasprintf("%.*s...", (int)n, text.at);
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters to insert, remove or change to get from a to b, both of at most NAME_BYTES_MAX. */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_BYTES_MAX + 1], columns = strlen(b);
	for (size_t k = 0; k <= columns; k++)
		row[k] = k;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];
		row[0] = i + 1;
		for (size_t k = 1; k <= columns; k++) {
			size_t changed = diagonal + (a[i] != b[k - 1]);
			diagonal = row[k];
			row[k] = smaller(changed, smaller(row[k], row[k - 1]) + 1);
		}
	}
	return row[columns];
}

/* The known name most like this one; NULL when none is. */
static const char *nearest_name(const char *name)
{
	const char *nearest = NULL;
	size_t length = strlen(name), best = smaller(length, NAME_BYTES_MAX) / 2 + 1;
	for (const struct config_row *row = config_rows; length <= NAME_BYTES_MAX && row->name; row++) {
		size_t d = distance(name, row->name);
		if (d < best) {
			best = d;
			nearest = row->name;
		}
	}
	return nearest;
}

static char *unknown_text(const char *name)
{
	const char *nearest = nearest_name(name);
	OWNED_TEXT *shown = quote((struct ini_text){name, strlen(name)});
	return nearest ? xasprintf("unknown setting: '%s', did you mean %s?", shown, nearest)
		       : xasprintf("unknown setting: '%s', 'pacer config' lists them all", shown);
}

static bool row_set(struct settings *settings, const struct config_row *row, const char *value, const struct zones *zones)
{
	if (strcmp(row->kind, "zone") == 0 && strcmp(value, "follow") != 0 && !zones->known(zones->ctx, value))
		return false;
	return row->set(settings, value);
}

static void row_reset(struct config *config, size_t i)
{
	bool fits = config_rows[i].set(&config->settings, config_rows[i].fallback);
	if (!fits)
		abort(); /* the table is wrong */
	text_replace(&config->values[i], xstrdup(config_rows[i].fallback));
	config->from_file[i] = false;
}

/* One "name = value". lines: by row, where it was set; 0 when it was not. */
static void take_setting(struct config *config, const struct ini_line *line, const struct zones *zones, int *lines)
{
	OWNED_TEXT *name = config_line_name(line);
	const struct config_row *row = config_row_find(name);
	if (!row) {
		OWNED_TEXT *text = unknown_text(name);
		problem_add(config, line->number, "%s", text);
		return;
	}
	size_t i = (size_t)(row - config_rows);
	OWNED_TEXT *value = xstrndup(line->value.at, line->value.length);
	if (!row_set(&config->settings, row, value, zones)) {
		OWNED_TEXT *shown = quote(line->value);
		problem_add(config, line->number, "wrong value for %s: '%s', write %s", row->name, shown, row->expected);
		return;
	}
	if (lines[i])
		problem_add(config, line->number, "%s is set twice: line %d does not count, remove it", row->name, lines[i]);
	lines[i] = line->number;
	text_replace(&config->values[i], STEAL(value));
	config->from_file[i] = true;
}

static void take_line(struct config *config, const struct ini_line *line, const struct zones *zones, int *lines)
{
	switch (line->kind) {
	case INI_NOTHING:
	case INI_SECTION:
		return;
	case INI_SETTING:
		take_setting(config, line, zones, lines);
		return;
	case INI_NOT_UTF8:
		problem_add(config, line->number, "line is not plain UTF-8 text: save the file as UTF-8");
		return;
	case INI_BROKEN: {
		OWNED_TEXT *shown = quote(line->text);
		problem_add(config, line->number, "neither a [section] nor 'name = value': '%s', mend it or put a # before it", shown);
		return;
	}
	}
}

static char *set_where(const struct config *config, size_t i, const int *lines)
{
	return lines[i] ? xasprintf("'%s' on line %d", config->values[i], lines[i]) : xasprintf("'%s' by default", config->values[i]);
}

/* Values that are fine each for itself and not together: both go back to their defaults. */
static void check_hours(struct config *config, const int *lines)
{
	if (config->settings.policy.work_from_s < config->settings.policy.work_to_s)
		return;
	size_t from = (size_t)(config_row_find("hours.from") - config_rows), to = (size_t)(config_row_find("hours.to") - config_rows);
	OWNED_TEXT *from_where = set_where(config, from, lines), *to_where = set_where(config, to, lines);
	problem_add(config, lines[from] > lines[to] ? lines[from] : lines[to],
		    "the working day ends before it begins: hours.from is %s, hours.to is %s, change one; %s to %s counts until then",
		    from_where, to_where, config_rows[from].fallback, config_rows[to].fallback);
	row_reset(config, from);
	row_reset(config, to);
	config->hours_crossed = true;
}

static struct config parse(const char *path, const struct text *bytes, const struct zones *zones)
{
	size_t rows = row_count();
	struct config config = {
		.path = xstrdup(path),
		.settings.policy = policy_default,
		.values = xcalloc(rows, sizeof(*config.values)),
		.from_file = xcalloc(rows, sizeof(*config.from_file)),
	};
	for (size_t i = 0; i < rows; i++)
		row_reset(&config, i);
	int *lines = xcalloc(rows, sizeof(*lines));
	struct ini ini = {.bytes = bytes->data, .length = bytes->len};
	struct ini_line line;
	while (ini_next(&ini, &line))
		take_line(&config, &line, zones, lines);
	check_hours(&config, lines);
	free(lines);
	return config;
}

int config_load(const char *path, bool (*zone_known)(void *ctx, const char *name), void *ctx, struct config *ret_config, struct err *err)
{
	struct text bytes = {0};
	int r = read_file(path, &bytes, err);
	if (r == 0)
		*ret_config = parse(path, &bytes, &(struct zones){zone_known, ctx});
	text_release(&bytes);
	return r;
}

void config_release(struct config *config)
{
	free(config->path);
	settings_release(&config->settings);
	for (size_t i = 0; config->values && config_rows[i].name; i++)
		free(config->values[i]);
	free(config->values);
	free(config->from_file);
	for (size_t i = 0; i < config->problem_count; i++)
		free(config->problems[i].text);
	free(config->problems);
	*config = (struct config){0};
}

/* --- writing --------------------------------------------------------------------------------------------------------------------- */

static int check_value(const struct config_row *row, const char *value, const struct zones *zones, struct err *err)
{
	struct settings scratch = {.policy = policy_default};
	bool fits = ini_is_text(value, strlen(value)) && row_set(&scratch, row, value, zones);
	settings_release(&scratch);
	if (fits)
		return 0;
	/* A value that is no text is not repeated. */
	OWNED_TEXT *shown = ini_is_text(value, strlen(value)) ? quote((struct ini_text){value, strlen(value)}) : xstrdup("...");
	return err_set(err, CONFIG_BAD_VALUE, "wrong value for %s: '%s', write %s", row->name, shown, row->expected);
}

/* Values that are fine alone are also held against each other, as the file now has them. */
static int check_edited(const struct config *edited, const struct config_row *row, const char *value, struct err *err)
{
	bool is_hours = strcmp(row->name, "hours.from") == 0 || strcmp(row->name, "hours.to") == 0;
	if (!is_hours || !edited->hours_crossed)
		return 0;
	return err_set(err, CONFIG_BAD_VALUE, "the working day would end before it begins: %s '%s', change its other end first", row->name,
		       value ? value : row->fallback);
}

int config_set(struct config *config, const char *name, const char *value, bool (*zone_known)(void *ctx, const char *name), void *ctx,
	       struct err *err)
{
	const struct zones zones = {zone_known, ctx};
	const struct config_row *row = config_row_find(name);
	if (!row) {
		OWNED_TEXT *text = unknown_text(name);
		return err_set(err, CONFIG_UNKNOWN, "%s", text);
	}
	OWNED_TEXT *trimmed = value ? ini_trim(value) : NULL;
	int r = trimmed ? check_value(row, trimmed, &zones, err) : 0;
	if (r)
		return r;
	struct text old = {0}, new = {0};
	struct config edited = {0};
	r = read_file(config->path, &old, err);
	if (r == 0) {
		config_edit(&old, row->name, trimmed, &new);
		edited = parse(config->path, &new, &zones);
		r = check_edited(&edited, row, trimmed, err);
	}
	if (r == 0 && new.len > FILE_BYTES_MAX)
		r = err_set(err, -EFBIG, "settings file too large: '%s', keep it under %d bytes", config->path, FILE_BYTES_MAX);
	if (r == 0)
		r = config_replace_file(config->path, &new, err);
	if (r == 0) {
		struct config before = *config;
		*config = edited;
		edited = before;
	}
	config_release(&edited);
	text_release(&old);
	text_release(&new);
	return r;
}
