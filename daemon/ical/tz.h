/* Zones of the system by Olson name, through libical's offset table of zoneinfo (STANDARDS 2: right for UTC -> offset;
 * local -> UTC is zone_resolve's). */
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

#endif
