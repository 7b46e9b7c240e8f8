#include "fare_strip.h"

#include "field.h"
#include "stamp.h"

const struct fare_look fare_looks[FARE_VERDICTS] = {
	{"good", "g", "\u2582", STYLE_GOOD}, {"fair", "f", "\u2585", STYLE_CARE}, {"bad", "B", "\u2588", STYLE_TROUBLE}};

static const char *fare_sign(const struct screen *out, const struct fare_look *look)
{
	return out->utf8 && out->colour ? look->block : look->letter;
}

size_t fare_rank(const json_t *fare)
{
	size_t rank = 0;
	while (rank < FARE_VERDICTS - 1 && strcmp(fare_looks[rank].word, field_text(fare, "verdict")) != 0)
		rank++;
	return rank;
}

/* "2027-03" of a start, as a number that grows by one a month; years and months are read off the text. */
static long month_of(const json_t *fare)
{
	const char *start = field_text(fare, "start");
	return strtol(start, NULL, 10) * 12 + (strlen(start) > 7 ? strtol(start + 5, NULL, 10) : 0);
}

/* A month is at least as wide as its name. */
enum { MONTH_CELLS = 5, MONTH_GAP = 1, MONTH_NAME = 3 };

/* One line of months from fares[from] on: names above, a cell a Monday below. Returns the first fare that did not fit. */
static size_t show_strip_line(const struct screen *out, const json_t *fares, size_t from, int months_max)
{
	struct text names = {0};
	size_t i = from, months = 0, count = json_array_size(fares);
	long month = month_of(json_array_get(fares, from));
	for (long at = -1; i < count; i++) {
		long now = month_of(json_array_get(fares, i));
		if (now == at)
			continue;
		if (months++ == (size_t)months_max || (now - 1) / 12 != (month - 1) / 12)
			break;
		OWNED_TEXT *day = stamp_short_day(field_text(json_array_get(fares, i), "start"));
		const char *name = strchr(day, ' ');
		text_addf(&names, "%*s%s", at < 0 ? 0 : MONTH_CELLS + MONTH_GAP - MONTH_NAME, "", name ? name + 1 : "");
		at = now;
	}
	OWNED_TEXT *labels = text_take(&names);
	say_line(out, STYLE_DIM, "  %4ld  %s", (month - 1) / 12, labels);
	say(out, STYLE_PLAIN, "        ");
	int cells = 0;
	for (size_t k = from; k < i; k++) {
		const json_t *fare = json_array_get(fares, k);
		const struct fare_look *look = &fare_looks[fare_rank(fare)];
		if (k > from && month_of(fare) != month_of(json_array_get(fares, k - 1))) {
			say(out, STYLE_PLAIN, "%*s", MONTH_CELLS + MONTH_GAP - cells, "");
			cells = 0;
		}
		say(out, look->style, "%s", fare_sign(out, look));
		cells++;
	}
	say_line(out, STYLE_PLAIN, "%s", "");
	return i;
}

void fare_strip_show(const struct screen *out, const json_t *fares)
{
	int width = out->wrap > 12 + MONTH_CELLS ? (out->wrap - 8) / (MONTH_CELLS + MONTH_GAP) : 1;
	int months_max = width < 12 ? width : 12;
	for (size_t at = 0; at < json_array_size(fares);)
		at = show_strip_line(out, fares, at, months_max);
	say(out, STYLE_PLAIN, "        a cell a Monday:");
	for (size_t i = 0; i < FARE_VERDICTS; i++)
		say(out, fare_looks[i].style, "  %s %s", fare_sign(out, &fare_looks[i]), fare_looks[i].word);
	say_line(out, STYLE_PLAIN, "%s", "");
}
