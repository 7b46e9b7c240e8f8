/* Zones of the system by Olson name, through libical's offset table of zoneinfo (STANDARDS 2: right for UTC -> offset;
 * local -> UTC is zone_resolve's). libical 3.0.16 reads zoneinfo itself (builtin data off, its default), switches at most a few
 * hours off after 2037, and is not thread-safe: one thread.
 *
 * A name is letters, digits, '_', '+' and '-' in parts between '/': no path leads out of zoneinfo. */
#ifndef ICAL_TZ_H
#define ICAL_TZ_H

#include "core/zone.h"

/* One source a process; zones are loaded on first use and kept. */
const struct zone_source *tz_source(void);
/* Frees what tz_source loaded; every struct zone is gone after it. */
void tz_finish(void);
/* The Olson name of the system's zone from TZ (":Europe/Berlin", "Europe/Berlin") or the link /etc/localtime; "UTC" when neither
 * names a zone that tz_source finds. Owned by the caller. */
char *tz_system_name(void);

/* The zone of a TZID: an Olson name, or a name with a prefix that ends in one ("/mozilla.org/20070129_1/Europe/Berlin").
 * NULL: no such zone; names of other systems ("W. Europe Standard Time") are not guessed at. */
const struct zone *tz_of_id(const char *tzid);

#endif
