#include "values.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The number of exactly n digits at p; -1 when there is another character. */
static int fixed_number(const char *p, size_t n)
{
	int number = 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_digit(p[i]))
			return -1;
		number = number * 10 + (p[i] - '0');
	}
	return number;
}

bool value_date(struct span text, int32_t *ret_day)
{
	if (text.n != 8)
		return false;
	int year = fixed_number(text.p, 4), month = fixed_number(text.p + 4, 2), day = fixed_number(text.p + 6, 2);
	if (!ymd_valid(year, month, day))
		return false;
	*ret_day = day_from_ymd(year, month, day);
	return true;
}

bool value_date_time(struct span text, struct civil *ret_civil, bool *ret_utc)
{
	bool utc = text.n == 16 && text.p[15] == 'Z';
	int32_t day;
	if ((text.n != 15 && !utc) || text.p[8] != 'T' || !value_date((struct span){text.p, 8}, &day))
		return false;
	int hour = fixed_number(text.p + 9, 2), minute = fixed_number(text.p + 11, 2), second = fixed_number(text.p + 13, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
		return false;
	*ret_civil = (struct civil){day, hour * HOUR_S + minute * MINUTE_S + (second == 60 ? 59 : second)};
	*ret_utc = utc;
	return true;
}

static int32_t unit_s(char unit)
{
	switch (unit) {
	case 'W':
		return WEEK_DAYS * DAY_S;
	case 'D':
		return DAY_S;
	case 'H':
		return HOUR_S;
	case 'M':
		return MINUTE_S;
	default:
		return 1;
	}
}

/* Takes "12H" off *text when its unit is one of units from *at on, in their order. */
static bool take_part(struct span *text, const char *units, size_t *at, int64_t *ret_s)
{
	int64_t number = 0;
	size_t n = 0;
	for (; n < text->n && is_digit(text->p[n]); n++)
		if ((number = number * 10 + (text->p[n] - '0')) > INT32_MAX)
			return false;
	const char *unit = n && n < text->n ? memchr(units + *at, text->p[n], strlen(units + *at)) : NULL;
	if (!unit)
		return false;
	*at = (size_t)(unit - units) + 1;
	*ret_s = number * unit_s(*unit);
	*text = span_skip(*text, n + 1);
	return true;
}

/* One or more parts with these units, each at most once and in order, up to the end or a 'T'. */
static bool take_parts(struct span *text, const char *units, int64_t *total_s)
{
	size_t at = 0;
	do { /* ends: every round takes a part off */
		int64_t s;
		if (!take_part(text, units, &at, &s))
			return false;
		*total_s += s;
	} while (text->n && text->p[0] != 'T');
	return true;
}

bool value_duration(struct span text, int32_t *ret_s)
{
	bool minus = text.n && text.p[0] == '-';
	if (minus || (text.n && text.p[0] == '+'))
		text = span_skip(text, 1);
	if (text.n < 2 || text.p[0] != 'P')
		return false;
	text = span_skip(text, 1);
	int64_t total_s = 0;
	bool weeks = memchr(text.p, 'W', text.n) != NULL;
	if (text.p[0] != 'T' && !take_parts(&text, weeks ? "W" : "D", &total_s))
		return false;
	if (text.n && weeks)
		return false;
	if (text.n) {
		text = span_skip(text, 1);
		if (!take_parts(&text, "HMS", &total_s) || text.n)
			return false;
	}
	if (total_s > INT32_MAX)
		return false;
	*ret_s = (int32_t)(minus ? -total_s : total_s);
	return true;
}

bool value_integer(struct span text, int32_t *ret_number)
{
	bool minus = text.n && text.p[0] == '-';
	if (minus || (text.n && text.p[0] == '+'))
		text = span_skip(text, 1);
	if (!text.n)
		return false;
	int64_t number = 0;
	for (size_t i = 0; i < text.n; i++) {
		if (!is_digit(text.p[i]))
			return false;
		number = number * 10 + (text.p[i] - '0');
		if (number > (int64_t)INT32_MAX + minus)
			return false;
	}
	*ret_number = (int32_t)(minus ? -number : number);
	return true;
}

bool value_uri(struct span text)
{
	const char *colon = text.n ? memchr(text.p, ':', text.n) : NULL;
	if (!colon || colon == text.p || colon + 1 == text.p + text.n)
		return false;
	for (const char *p = text.p; p < colon; p++) {
		bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z');
		if (!letter && (p == text.p || (!is_digit(*p) && !memchr("+-.", *p, 3))))
			return false;
	}
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == ' ' || span_control(span_skip(text, i)) || memchr("<>\"\\^`{|}", text.p[i], 9))
			return false;
	return true;
}

bool value_link(struct span text)
{
	static const char *const schemes[] = {"HTTP", "HTTPS", "MAILTO"};
	if (!value_uri(text))
		return false;
	struct span scheme = {text.p, (size_t)((const char *)memchr(text.p, ':', text.n) - text.p)};
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (span_is(scheme, schemes[i]))
			return true;
	return false;
}

static bool has_control(struct span text)
{
	for (; text.n; text = span_skip(text, 1))
		if (span_control(text) && text.p[0] != '\t')
			return true;
	return false;
}

static void add_sign(struct text *out, unsigned char c)
{
	if (c < ' ' || c == 0x7F)
		text_addf(out, "\xe2\x90%c", c == 0x7F ? 0xA1 : 0x80 + c); /* U+2400 and up: SYMBOL FOR ... */
	else
		text_add(out, "\xef\xbf\xbd");
}

/* The text with signs in the place of control characters. Owned by the caller. */
static char *visible(struct span text)
{
	struct text out = {0};
	while (text.n) {
		size_t control = text.p[0] == '\t' ? 0 : span_control(text);
		if (control)
			add_sign(&out, (unsigned char)text.p[0]);
		else
			text_add_n(&out, text.p, 1);
		text = span_skip(text, control ? control : 1);
	}
	return text_take(&out);
}

char *value_text(struct span text)
{
	OWNED_TEXT *safe = has_control(text) ? visible(text) : NULL;
	if (safe)
		text = span_of(safe);
	if (!text.n || !memchr(text.p, '\\', text.n))
		return span_dup(text);
	char *copy = xrealloc(NULL, text.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (c == '\\' && i + 1 < text.n) {
			c = text.p[++i];
			if (c == 'n' || c == 'N')
				c = '\n';
		}
		copy[n++] = c;
	}
	copy[n] = '\0';
	return copy;
}

/* Is it on one line as it stands? */
static bool is_title(struct span text)
{
	return text.n && text.p[0] != ' ' && text.p[text.n - 1] != ' ' && !memchr(text.p, '\\', text.n) && !memchr(text.p, '\t', text.n) &&
	       !has_control(text);
}

char *value_title(struct span text)
{
	if (is_title(text))
		return span_dup(text);
	char *title = value_text(text);
	for (char *p = title; *p; p++)
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	size_t from = strspn(title, " "), n = strlen(title + from);
	while (n && title[from + n - 1] == ' ')
		n--;
	memmove(title, title + from, n);
	title[n] = '\0';
	return title;
}

char *value_slug(struct span text)
{
	char *slug = value_title(text);
	for (char *p = slug; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return slug;
}

bool value_list_next(struct span *list, struct span *ret_value)
{
	if (!list->p)
		return false;
	size_t n = 0;
	while (n < list->n && list->p[n] != ',')
		n += list->p[n] == '\\' && n + 1 < list->n ? 2 : 1;
	*ret_value = (struct span){list->p, n};
	*list = n < list->n ? span_skip(*list, n + 1) : (struct span){0};
	return true;
}
