/* Calendars of other programs as plans: zones of Windows get the names the system knows, events whose words say what they are get their
 * type (foreign_words.h), and what had to be guessed is told.
 *
 * Everything else stays byte for byte; plans of our own keep their types. Names from the windowsZones table of Unicode CLDR 45, territory
 * 001. */
#ifndef ICAL_FOREIGN_H
#define ICAL_FOREIGN_H

#include "pacer/base.h"

/* Appends the file to *out, with zones such as "W. Europe Standard Time" renamed in parameters, VTIMEZONEs and X-WR-TIMEZONE, and an
 * X-PACER-TYPE at the end of the properties of events that have no type and a known word; each zone and word is reported once. Doing it
 * again changes nothing. The report's texts are the caller's. */
void foreign_mend(const char *bytes, size_t length, struct text *out, char ***report, size_t *report_count);

/* Appends what reading the calendar as a plan had to guess or change: anchor, types, efforts, whole days, what repeats, zones,
 * what is left out, and what is kept that a learner or a reader of the file may stumble over. Nothing when it cannot be read. */
void foreign_report(const char *name, const char *bytes, size_t length, char ***report, size_t *report_count);

#endif
