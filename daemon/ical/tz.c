#include "tz.h"

#include <unistd.h>

#include <libical/ical.h>

struct tz_zone {
	struct zone zone; /* first: offset_s finds the rest */
	icaltimezone *ical;
	struct tz_zone *next;
};

/* Loaded zones, by .next; at most as many as the system has. */
static struct tz_zone *loaded;

enum { TZ_NAME_MAX = 64 };

/* Not zones of their own: other views of the same ones (with leap seconds), the learner's, and rules for TZ strings. */
static const char *const not_zones[] = {"right/", "posix/", "localtime", "posixrules", "Factory"};

static bool name_valid(const char *name)
{
	size_t n = strnlen(name, TZ_NAME_MAX + 1);
	if (n == 0 || n > TZ_NAME_MAX || name[0] == '/' || name[n - 1] == '/' || strstr(name, "//"))
		return false;
	if (name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/")])
		return false;
	for (size_t i = 0; i < ARRAY_LEN(not_zones); i++)
		if (strncmp(name, not_zones[i], strlen(not_zones[i])) == 0)
			return false;
	return true;
}

static int32_t tz_offset_s(const struct zone *zone, int64_t utc_s)
{
	/* Years outside of what libical counts in see the offset of the nearest one it knows. */
	static const int64_t first_s = INT64_C(-62135596800), last_s = INT64_C(253402300799);
	int64_t s = utc_s < first_s ? first_s : utc_s > last_s ? last_s : utc_s;
	int64_t day = s / DAY_S - (s % DAY_S < 0);
	int second = (int)(s - day * DAY_S), is_dst;
	struct icaltimetype at = icaltime_null_time();
	day_to_ymd((int32_t)day, &at.year, &at.month, &at.day);
	at.hour = second / HOUR_S;
	at.minute = second % HOUR_S / MINUTE_S;
	at.second = second % MINUTE_S;
	/* The table of changes grows inside the zone; it is const to its users. */
	return icaltimezone_get_utc_offset_of_utc_time(((const struct tz_zone *)zone)->ical, &at, &is_dst);
}

static const struct zone *tz_find(void *ctx UNUSED, const char *name)
{
	if (strcmp(name, zone_utc.name) == 0)
		return &zone_utc;
	for (struct tz_zone *zone = loaded; zone; zone = zone->next)
		if (strcmp(zone->zone.name, name) == 0)
			return &zone->zone;
	icaltimezone *ical = name_valid(name) ? icaltimezone_get_builtin_timezone(name) : NULL;
	if (!ical || !icaltimezone_get_component(ical))
		return NULL;
	struct tz_zone *zone = xcalloc(1, sizeof(*zone));
	*zone = (struct tz_zone){.zone = {xstrdup(name), tz_offset_s}, .ical = ical, .next = loaded};
	loaded = zone;
	return &zone->zone;
}

const struct zone_source *tz_source(void)
{
	static const struct zone_source source = {.find = tz_find};
	return &source;
}

void tz_finish(void)
{
	while (loaded) {
		struct tz_zone *zone = loaded;
		loaded = zone->next;
		free((char *)zone->zone.name);
		free(zone);
	}
	icaltimezone_free_builtin_timezones();
	free_zone_directory();
}

const struct zone *tz_of_id(const char *tzid)
{
	const struct zone *zone = tz_find(NULL, tzid);
	/* Bounded: every round takes a part of the name off. */
	for (const char *slash = tzid[0] == '/' ? tzid : NULL; !zone && slash; slash = strchr(slash + 1, '/'))
		zone = tz_find(NULL, slash + 1);
	return zone;
}

/* "/usr/share/zoneinfo/Europe/Berlin" -> "Europe/Berlin"; the text itself when it is no path. */
static const char *name_of_path(const char *path)
{
	const char *found = strstr(path, "zoneinfo/");
	return found ? found + strlen("zoneinfo/") : path;
}

static char *link_target(const char *path)
{
	size_t room = 128;
	for (;;) { /* ends: a link is at most PATH_MAX long */
		char *target = xrealloc(NULL, room);
		ssize_t n = readlink(path, target, room);
		if (n >= 0 && (size_t)n < room) {
			target[n] = '\0';
			return target;
		}
		free(target);
		if (n < 0)
			return NULL;
		room *= 2;
	}
}

char *tz_system_name(void)
{
	const char *tz = getenv("TZ");
	OWNED_TEXT *target = tz && *tz ? xstrdup(*tz == ':' ? tz + 1 : tz) : link_target("/etc/localtime");
	const struct zone *zone = target ? tz_find(NULL, name_of_path(target)) : NULL;
	return xstrdup(zone ? zone->name : zone_utc.name);
}
