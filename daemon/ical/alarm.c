#include "alarm.h"

#include "property.h"
#include "values.h"

static void take_action(void *ctx, const struct line *line)
{
	bool ring = span_is(line->value, "DISPLAY") || span_is(line->value, "AUDIO");
	((struct alarm *)ctx)->action = ring ? ALARM_ACTION_RING : ALARM_ACTION_OTHER;
}

static void take_trigger(void *ctx, const struct line *line)
{
	struct alarm *alarm = ctx;
	struct span value;
	alarm->has_trigger = true;
	alarm->absolute = line_param(line, "VALUE", &value) && span_is(value, "DATE-TIME");
	alarm->ring.from_end = line_param(line, "RELATED", &value) && span_is(value, "END");
	alarm->broken = !alarm->absolute && !value_duration(line->value, &alarm->ring.offset_s);
}

static const struct property alarm_properties[] = {
	{PROPERTY_NAME("ACTION"), take_action, false},
	{PROPERTY_NAME("TRIGGER"), take_trigger, false},
};

void alarm_begin(struct alarm *alarm, int line)
{
	*alarm = (struct alarm){.line = line};
}

void alarm_take(struct alarm *alarm, const struct line *line, struct report *report)
{
	uint32_t seen = 0;
	(void)properties_take(alarm_properties, ARRAY_LEN(alarm_properties), line, &seen, report, alarm);
}

static const char *why_not_used(const struct alarm *alarm, const struct plan_session *session)
{
	if (alarm->action != ALARM_ACTION_RING)
		return "its ACTION is not DISPLAY or AUDIO";
	if (!alarm->has_trigger)
		return "it has no TRIGGER; write one like TRIGGER:-PT10M";
	if (alarm->absolute)
		return "its TRIGGER is a fixed moment; write it from the start, like TRIGGER:-PT10M";
	if (alarm->broken)
		return "its TRIGGER is not a duration; write one like TRIGGER:-PT10M";
	if (session->alarm_count == PLAN_ALARMS_MAX)
		return "the session has 8 already";
	return NULL;
}

void alarm_end(const struct alarm *alarm, struct plan_session *session, struct report *report)
{
	const char *why = why_not_used(alarm, session);
	if (why)
		report_add(report, LINT_ALARM, alarm->line, "alarm not used: %s", why);
	else
		session->alarms[session->alarm_count++] = alarm->ring;
}
