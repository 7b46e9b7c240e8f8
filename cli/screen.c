#include "screen.h"

#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

enum { WRAP_DEFAULT = 80, WRAP_MAX = 96, WRAP_MIN = 24, ROOM_MIN = 10, ROOM_HANGING = 24, INDENT_NARROW = 4 };

static const char *const style_codes[STYLE_COUNT] = {
	[STYLE_PLAIN] = "",  [STYLE_DIM] = "2",  [STYLE_STRONG] = "1",   [STYLE_GOOD] = "32",
	[STYLE_CARE] = "33", [STYLE_NOW] = "36", [STYLE_TROUBLE] = "31",
};

static bool env_is(const char *name, const char *value)
{
	const char *text = getenv(name);
	return text && !strcmp(text, value);
}

static bool env_filled(const char *name)
{
	const char *text = getenv(name);
	return text && *text;
}

static bool wants_colour(enum colour colour, bool tty)
{
	if (colour != COLOUR_AUTO)
		return colour == COLOUR_ALWAYS;
	return tty && !env_filled("NO_COLOR") && env_filled("TERM") && !env_is("TERM", "dumb");
}

/* 0: nobody says. */
static int known_width(int fd, bool tty)
{
	struct winsize size;
	if (tty && !ioctl(fd, TIOCGWINSZ, &size) && size.ws_col > 0)
		return size.ws_col;
	const char *columns = getenv("COLUMNS");
	char *end = NULL;
	long width = columns ? strtol(columns, &end, 10) : 0;
	return width > 0 && width <= 10000 && end && *end == '\0' ? (int)width : 0;
}

void screen_init(struct screen *screen, FILE *file, enum colour colour)
{
	int fd = fileno(file);
	bool tty = fd >= 0 && isatty(fd);
	int width = known_width(fd, tty);
	if (!width && tty)
		width = WRAP_DEFAULT;
	int wrap = width ? width : WRAP_DEFAULT;
	*screen = (struct screen){
		.file = file,
		.width = width,
		.wrap = wrap > WRAP_MAX   ? WRAP_MAX
			: wrap < WRAP_MIN ? WRAP_MIN
					  : wrap,
		.tty = tty,
		.colour = wants_colour(colour, tty),
		.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8"),
	};
}

/* Decodes one character of RFC 3629 UTF-8; returns its bytes, 0 at the end, and -1 for a byte that begins no character. */
static int decode(const char *text, uint32_t *ret_char)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *at = (const unsigned char *)text;
	int bytes = *at < 0x80 ? 1 : *at >= 0xf0 && *at < 0xf8 ? 4 : *at >= 0xe0 && *at < 0xf0 ? 3 : *at >= 0xc0 && *at < 0xe0 ? 2 : 0;
	if (!*at)
		return 0;
	if (!bytes)
		return -1;
	uint32_t c = bytes == 1 ? *at : *at & (0xffu >> (bytes + 1));
	for (int i = 1; i < bytes; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return -1;
		c = c << 6 | (at[i] & 0x3f);
	}
	if (c < least[bytes] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return -1;
	*ret_char = c;
	return bytes;
}

/* C1 controls, line separators, and the marks that turn the writing direction around: none of them may act. */
static bool is_hidden_control(uint32_t c)
{
	return (c >= 0x80 && c < 0xa0) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

static void add_visible(struct text *out, uint32_t c, bool utf8)
{
	if (utf8)
		text_addf(out, "\xe2\x90%c", c == 0x7f ? 0xa1 : 0x80 + (int)c); /* U+2400 and up: SYMBOL FOR ... */
	else
		text_addf(out, "^%c", c == 0x7f ? '?' : '@' + (int)c);
}

char *text_safe(const char *text, bool utf8)
{
	struct text out = {0};
	for (uint32_t c = 0; *text;) {
		int bytes = decode(text, &c);
		if (bytes < 0 || is_hidden_control(c))
			text_add(&out, utf8 ? "\xef\xbf\xbd" : "?"); /* U+FFFD */
		else if (c < 0x20 || c == 0x7f)
			add_visible(&out, c, utf8);
		else
			text_add_n(&out, text, (size_t)bytes);
		text += bytes < 0 ? 1 : bytes;
	}
	return text_take(&out);
}

/* For locales in which wcwidth knows ASCII and nothing else: marks take no column, East Asian wide characters two. */
static int plain_width(uint32_t c)
{
	if ((c >= 0x300 && c < 0x370) || (c >= 0x200b && c < 0x2010) || (c >= 0xfe00 && c < 0xfe10))
		return 0;
	bool wide = (c >= 0x1100 && c < 0x1160) || (c >= 0x2e80 && c < 0xa4d0) || (c >= 0xac00 && c < 0xd7a4) ||
		    (c >= 0xf900 && c < 0xfb00) || (c >= 0xff00 && c < 0xff61) || (c >= 0x1f300 && c < 0x1f650) ||
		    (c >= 0x1f900 && c < 0x1fa00) || (c >= 0x20000 && c < 0x30000);
	return wide ? 2 : 1;
}

static int char_width(uint32_t c, bool utf8)
{
	int width = utf8 ? wcwidth((wchar_t)c) : plain_width(c);
	return width < 0 ? 1 : width;
}

/* Bytes of the longest beginning that takes at most width columns; marks stay with their letter. */
static size_t bytes_within(const char *text, int width, bool utf8, int *ret_used)
{
	size_t at = 0;
	int used = 0;
	for (uint32_t c = 0; text[at];) {
		int bytes = decode(text + at, &c);
		int columns = bytes < 0 ? 1 : char_width(c, utf8);
		if (used + columns > width)
			break;
		used += columns;
		at += bytes < 0 ? 1 : (size_t)bytes;
	}
	*ret_used = used;
	return at;
}

int text_width(const char *text, bool utf8)
{
	int used;
	bytes_within(text, INT32_MAX - 2, utf8, &used);
	return used;
}

char *text_fit(const char *text, int width, bool utf8)
{
	const char *ellipsis = utf8 ? "\xe2\x80\xa6" : "...";
	int mark = utf8 ? 1 : 3, used;
	if (text_width(text, utf8) <= width)
		return xstrdup(text);
	if (width < mark)
		return xstrndup(text, bytes_within(text, width, utf8, &used));
	size_t bytes = bytes_within(text, width - mark, utf8, &used);
	while (bytes && text[bytes - 1] == ' ')
		bytes--;
	return xasprintf("%.*s%s", (int)bytes, text, ellipsis);
}

static void put(const struct screen *screen, enum style style, const char *safe)
{
	if (screen->colour && style != STYLE_PLAIN && *safe)
		fprintf(screen->file, "\033[%sm%s\033[0m", style_codes[style], safe);
	else
		fputs(safe, screen->file);
}

PRINTF_LIKE(3, 0) static void say_args(const struct screen *screen, enum style style, const char *format, va_list args)
{
	OWNED_TEXT *text = xvasprintf(format, args);
	OWNED_TEXT *safe = text_safe(text, screen->utf8);
	put(screen, style, safe);
}

void say(const struct screen *screen, enum style style, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say_args(screen, style, format, args);
	va_end(args);
}

void say_line(const struct screen *screen, enum style style, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say_args(screen, style, format, args);
	va_end(args);
	fputc('\n', screen->file);
}

void say_gap(const struct screen *screen)
{
	fputc('\n', screen->file);
}

/* Bytes of the next line of at most width columns, broken at a space where there is one. */
static size_t line_bytes(const char *text, int width, bool utf8)
{
	int used;
	size_t fits = bytes_within(text, width, utf8, &used);
	if (!text[fits] || text[fits] == ' ')
		return fits;
	for (size_t at = fits; at > 0; at--)
		if (text[at - 1] == ' ')
			return at - 1;
	/* One word wider than the line: it goes out whole, for a path or a command must stay one word. */
	return fits ? strcspn(text, " ") : 1;
}

size_t text_line(const char *text, int width, bool utf8, size_t *ret_blanks)
{
	size_t bytes = line_bytes(text, width, utf8);
	*ret_blanks = strspn(text + bytes, " ");
	return bytes;
}

/* written: columns of the first line that are used already. */
static void say_one_paragraph(const struct screen *screen, int indent, int written, enum style style, const char *text)
{
	OWNED_TEXT *safe = text_safe(text, screen->utf8);
	int room = screen->wrap - indent;
	const char *at = safe;
	do {
		size_t blanks, bytes = text_line(at, room < ROOM_MIN ? ROOM_MIN : room, screen->utf8, &blanks);
		OWNED_TEXT *line = xstrndup(at, bytes);
		fprintf(screen->file, "%*s", *line ? indent - written : 0, "");
		put(screen, style, line);
		fputc('\n', screen->file);
		written = 0;
		at += bytes + blanks;
	} while (*at);
}

static void say_paragraphs(const struct screen *screen, int indent, int written, enum style style, const char *text)
{
	for (;; written = 0) {
		size_t bytes = strcspn(text, "\n");
		OWNED_TEXT *paragraph = xstrndup(text, bytes);
		say_one_paragraph(screen, indent, written, style, paragraph);
		if (!text[bytes] || !text[bytes + 1])
			return;
		text += bytes + 1;
	}
}

void say_wrapped(const struct screen *screen, int indent, enum style style, const char *text)
{
	say_paragraphs(screen, indent, 0, style, text);
}

void say_hanging(const struct screen *screen, int indent, int written, enum style style, const char *text)
{
	bool narrow = screen->wrap - indent < ROOM_HANGING;
	if (narrow)
		fputc('\n', screen->file);
	say_paragraphs(screen, narrow ? INDENT_NARROW : indent, narrow ? 0 : written, style, text);
}
