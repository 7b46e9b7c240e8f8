/* One VALARM, line by line. Alarms of files are hints (RFC 5545 8): one that cannot be used is told and harms nothing. */
#ifndef ICAL_ALARM_H
#define ICAL_ALARM_H

#include "core/plan.h"
#include "lines.h"
#include "report.h"

enum alarm_action { ALARM_ACTION_NONE, ALARM_ACTION_RING, ALARM_ACTION_OTHER };

struct alarm {
	int line;
	enum alarm_action action;
	bool has_trigger, absolute, broken;
	struct plan_alarm ring;
};

void alarm_begin(struct alarm *alarm, int line);
void alarm_take(struct alarm *alarm, const struct line *line, struct report *report);
/* Adds it to the session, or reports why not. */
void alarm_end(const struct alarm *alarm, struct plan_session *session, struct report *report);

#endif
