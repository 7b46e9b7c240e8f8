/* Time zones as the core sees them: a function from an instant to an offset, passed in by whoever knows zones.
 *
 * zone_resolve follows RFC 5545 3.3.5: a wall time that exists twice is its first occurrence, one that does not exist is read
 * with the offset before the gap. It assumes at most one transition in 48 hours. */
#ifndef CORE_ZONE_H
#define CORE_ZONE_H

#include "time.h"

struct zone {
	const char *name; /* "Europe/Berlin"; owned by the zone */
	/* Seconds east of UTC at that instant. */
	int32_t (*offset_s)(const struct zone *zone, int64_t utc_s);
};

/* Finds zones by their Olson name; the zones live as long as the source. */
struct zone_source {
	const struct zone *(*find)(void *ctx, const char *name); /* NULL: unknown */
	void *ctx;
};

extern const struct zone zone_utc;

/* DAY_NONE and INSTANT_NEVER become each other. */
struct instant zone_resolve(const struct zone *zone, struct civil civil);
struct civil zone_civil(const struct zone *zone, struct instant instant);
/* stamp_text of the instant on the zone's wall clock. */
const char *zone_stamp(char buf[static STAMP_TEXT], const struct zone *zone, struct instant instant);

#endif
