#include "zone.h"

static int32_t utc_offset(const struct zone *zone UNUSED, int64_t utc_s UNUSED)
{
	return 0;
}

const struct zone zone_utc = {.name = "UTC", .offset_s = utc_offset};

struct instant zone_resolve(const struct zone *zone, struct civil civil)
{
	if (civil.day == DAY_NONE)
		return (struct instant){INSTANT_NEVER};
	/* The wall clock read as if it were UTC; the two offsets that may hold are those a day before and a day after. */
	int64_t wall_s = (int64_t)civil.day * DAY_S + civil.second;
	int32_t before = zone->offset_s(zone, wall_s - DAY_S);
	int32_t after = zone->offset_s(zone, wall_s + DAY_S);
	int64_t with_before = wall_s - before, with_after = wall_s - after;
	bool before_holds = zone->offset_s(zone, with_before) == before;
	bool after_holds = zone->offset_s(zone, with_after) == after;
	if (before_holds && after_holds) /* once or twice: the first */
		return (struct instant){with_before < with_after ? with_before : with_after};
	if (after_holds)
		return (struct instant){with_after};
	return (struct instant){with_before}; /* the one that holds, or a gap: the offset before it */
}

struct civil zone_civil(const struct zone *zone, struct instant instant)
{
	if (instant.s == INSTANT_NEVER)
		return (struct civil){.day = DAY_NONE};
	return civil_add(civil_add((struct civil){0}, instant.s), zone->offset_s(zone, instant.s));
}

const char *zone_stamp(char buf[static STAMP_TEXT], const struct zone *zone, struct instant instant)
{
	return stamp_text(buf, zone_civil(zone, instant), zone->offset_s(zone, instant.s));
}
