#include "handle.h"

/* Years 1 to 9999, as core/time.h counts. */
#define DAY_MIN (-719162)
#define DAY_MAX 2932896
#define INSTANT_MIN ((int64_t)DAY_MIN * DAY_S)
#define INSTANT_MAX ((int64_t)DAY_MAX * DAY_S + DAY_S - 1)
#define MINUTES_MAX 100000

static const char *name_of_state(int value)
{
	return state_name[value];
}

static const char *name_of_reason(int value)
{
	return reason_info[value].name;
}

static const char *name_of_type(int value)
{
	return type_info[value].name;
}

static const char *name_of_notice_kind(int value)
{
	return notice_info[value].name;
}

static const char *name_of_notice_state(int value)
{
	return notice_state_name[value];
}

static const char *name_of_absence_kind(int value)
{
	return absence_kind_name[value];
}

#define AT(object, member) offsetof(struct object, member)
#define SIZE(object, member) sizeof(((struct object *)NULL)->member)

#define TEXT(column_, object, member)                                                                                                      \
	{                                                                                                                                  \
		.column = column_, .kind = FIELD_TEXT, .at = AT(object, member)                                                            \
	}
#define TEXT_OR_NULL(column_, object, member)                                                                                              \
	{                                                                                                                                  \
		.column = column_, .kind = FIELD_TEXT, .at = AT(object, member), .nullable = true                                          \
	}
#define WORD(column_, object, member)                                                                                                      \
	{                                                                                                                                  \
		.column = column_, .kind = FIELD_BORROWED, .at = AT(object, member)                                                        \
	}
#define WORD_OR_NULL(column_, object, member)                                                                                              \
	{                                                                                                                                  \
		.column = column_, .kind = FIELD_BORROWED, .at = AT(object, member), .nullable = true                                      \
	}
#define CHARS(column_, object, member)                                                                                                     \
	{                                                                                                                                  \
		.column = column_, .kind = FIELD_CHARS, .at = AT(object, member), .max = (int64_t)SIZE(object, member) - 1                 \
	}
#define CHARS_OR_NULL(column_, object, member)                                                                                             \
	{                                                                                                                                  \
		.column = column_, .kind = FIELD_CHARS, .at = AT(object, member), .max = (int64_t)SIZE(object, member) - 1,                \
		.nullable = true                                                                                                           \
	}
#define NUMBER(column_, kind_, object, member, min_, max_)                                                                                 \
	{                                                                                                                                  \
		.column = column_, .kind = kind_, .at = AT(object, member), .min = min_, .max = max_                                       \
	}
#define NUMBER_OR_NULL(column_, kind_, object, member, min_, max_, none_)                                                                  \
	{                                                                                                                                  \
		.column = column_, .kind = kind_, .at = AT(object, member), .min = min_, .max = max_, .nullable = true, .none = none_      \
	}
#define INTEGER(column_, object, member, min_, max_) NUMBER(column_, FIELD_INT, object, member, min_, max_)
#define INSTANT(column_, object, member) NUMBER(column_, FIELD_INT64, object, member.s, INSTANT_MIN, INSTANT_MAX)
#define INSTANT_OR_NULL(column_, object, member)                                                                                           \
	NUMBER_OR_NULL(column_, FIELD_INT64, object, member.s, INSTANT_MIN, INSTANT_MAX, INSTANT_NEVER)
#define NAME(column_, object, member, name_, count_)                                                                                       \
	{                                                                                                                                  \
		.column = column_, .kind = FIELD_NAME, .at = AT(object, member), .name = name_, .max = count_ - 1                          \
	}
#define NAME_OR_NULL(column_, object, member, name_, count_, none_)                                                                        \
	{                                                                                                                                  \
		.column = column_, .kind = FIELD_NAME, .at = AT(object, member), .name = name_, .max = count_ - 1, .nullable = true,       \
		.none = none_                                                                                                              \
	}

static const struct field enrolment_fields[] = {
	CHARS("id", enrolment_row, enrolment.id),
	INTEGER("number", enrolment_row, number, 1, INT_MAX),
	TEXT("plan_name", enrolment_row, enrolment.plan_name),
	TEXT_OR_NULL("plan_uid", enrolment_row, enrolment.plan_uid),
	TEXT("title", enrolment_row, enrolment.plan_title),
	TEXT_OR_NULL("revision", enrolment_row, enrolment.revision),
	INTEGER("start_day", enrolment_row, enrolment.start_day, DAY_MIN, DAY_MAX),
	INTEGER("weeks", enrolment_row, enrolment.shape.weeks, 1, PLAN_WEEKS_MAX),
	TEXT("phases", enrolment_row, phases),
	TEXT("cutbacks", enrolment_row, cutbacks),
	INSTANT("enrolled_s", enrolment_row, enrolment.enrolled),
	INSTANT_OR_NULL("left_s", enrolment_row, enrolment.left),
	TEXT_OR_NULL("tracks", enrolment_row, enrolment.tracks),
};

static const struct field session_fields[] = {
	CHARS("enrolment", session_row, enrolment),
	INTEGER("position", session_row, position, 0, PLAN_SESSIONS_MAX - 1),
	TEXT("id", session_row, session.plan.id),
	TEXT_OR_NULL("uid", session_row, session.plan.uid),
	INTEGER("week", session_row, session.plan.week, 1, PLAN_WEEKS_MAX),
	INTEGER("day", session_row, session.plan.day, 0, PLAN_WEEKS_MAX *WEEK_DAYS - 1),
	INTEGER("second", session_row, session.plan.second, 0, DAY_S - 1),
	TEXT_OR_NULL("zone", session_row, session.plan.zone),
	INTEGER("minutes", session_row, session.plan.minutes, 0, MINUTES_MAX),
	NAME("type", session_row, session.plan.type, name_of_type, TYPE_COUNT),
	INTEGER("effort", session_row, session.plan.effort, 0, 10),
	INTEGER("line", session_row, session.plan.line, 0, INT_MAX),
	TEXT("skill", session_row, session.plan.skill),
	TEXT("title", session_row, session.plan.title),
	TEXT_OR_NULL("milestone", session_row, session.plan.milestone),
	TEXT_OR_NULL("prep", session_row, session.plan.prep),
	TEXT_OR_NULL("tip", session_row, session.plan.tip),
	TEXT_OR_NULL("description", session_row, session.plan.description),
	TEXT_OR_NULL("help", session_row, session.plan.help),
	TEXT_OR_NULL("link", session_row, session.plan.link),
	/* The life and what goes with it: from here on what an UPDATE writes. */
	NAME("state", session_row, session.life.state, name_of_state, STATE_COUNT),
	NAME_OR_NULL("reason", session_row, session.life.reason, name_of_reason, REASON_COUNT, REASON_NONE),
	INTEGER("start_day", session_row, session.life.start.day, DAY_MIN, DAY_MAX),
	INTEGER("start_second", session_row, session.life.start.second, 0, DAY_S - 1),
	NUMBER_OR_NULL("moved_from_day", FIELD_INT, session_row, session.life.moved_from.day, DAY_MIN, DAY_MAX, DAY_NONE),
	INTEGER("moved_from_second", session_row, session.life.moved_from.second, 0, DAY_S - 1),
	INSTANT_OR_NULL("snoozed_s", session_row, session.life.snoozed),
	INSTANT_OR_NULL("started_s", session_row, session.life.started),
	INSTANT_OR_NULL("ended_s", session_row, session.life.ended),
	INSTANT_OR_NULL("end_due_s", session_row, session.life.end_due),
	NUMBER_OR_NULL("actual_minutes", FIELD_INT, session_row, session.life.actual_minutes, 0, MINUTES_MAX, -1),
	NUMBER_OR_NULL("actual_effort", FIELD_INT, session_row, session.life.actual_effort, 0, 10, -1),
	NUMBER_OR_NULL("feel", FIELD_INT, session_row, session.life.feel, 1, 3, -1),
	INTEGER("ring", session_row, session.life.ring, 0, INT_MAX),
	NUMBER("rung", FIELD_UINT, session_row, session.life.rung, 0, (1 << ALARM_COUNT) - 1),
	TEXT_OR_NULL("want", session_row, session.intention.want),
	TEXT_OR_NULL("want_feel", session_row, session.intention.feel),
	TEXT_OR_NULL("act", session_row, session.intention.act),
	NUMBER("ticked", FIELD_UINT, session_row, session.ticked, 0, UINT32_MAX),
};
enum { LIFE_AT = 20 };

static const struct field notice_fields[] = {
	CHARS("key", notice, key),
	NAME("kind", notice, kind, name_of_notice_kind, NOTICE_KIND_COUNT),
	CHARS_OR_NULL("enrolment", notice, enrolment),
	TEXT_OR_NULL("session", notice, session),
	INSTANT_OR_NULL("due_s", notice, due),
	INSTANT_OR_NULL("sent_s", notice, sent),
	INSTANT_OR_NULL("shown_s", notice, shown),
	INSTANT_OR_NULL("closed_s", notice, closed),
	NAME("state", notice, state, name_of_notice_state, NSTATE_COUNT),
	TEXT_OR_NULL("cause", notice, cause),
	TEXT_OR_NULL("answer", notice, answer),
	INTEGER("count", notice, count, 0, INT_MAX),
	NUMBER("server_id", FIELD_UINT, notice, server_id, 0, UINT32_MAX),
	TEXT_OR_NULL("server_owner", notice, server_owner),
	NUMBER("asked", FIELD_BOOL, notice, asked, 0, 1),
};

static const struct field absence_fields[] = {
	INTEGER("number", absence, number, 1, INT_MAX),
	NAME("kind", absence, kind, name_of_absence_kind, ABSENCE_KIND_COUNT),
	INSTANT("from_s", absence, from),
	INSTANT("to_s", absence, to),
};

static const struct field journal_fields[] = {
	NUMBER_OR_NULL("seq", FIELD_INT64, journal_entry, seq, 1, INT64_MAX, 0),
	INSTANT("time_s", journal_entry, time),
	WORD("what", journal_entry, what),
	NUMBER("by_learner", FIELD_BOOL, journal_entry, by_learner, 0, 1),
	CHARS("via", journal_entry, via),
	WORD_OR_NULL("rule", journal_entry, rule),
	CHARS_OR_NULL("enrolment", journal_entry, enrolment),
	TEXT_OR_NULL("session", journal_entry, session),
	TEXT_OR_NULL("text", journal_entry, text),
	TEXT_OR_NULL("before", journal_entry, before),
	NUMBER_OR_NULL("undoes", FIELD_INT64, journal_entry, undoes, 1, INT64_MAX, 0),
};

static const struct field plan_file_fields[] = {
	TEXT("path", plan_file, path),
	TEXT("name", plan_file, name),
	NUMBER("size", FIELD_INT64, plan_file, size, 0, INT64_MAX),
	NUMBER("mtime_ns", FIELD_INT64, plan_file, mtime_ns, INT64_MIN, INT64_MAX),
	NUMBER("inode", FIELD_INT64, plan_file, inode, INT64_MIN, INT64_MAX),
	TEXT_OR_NULL("revision", plan_file, revision),
	TEXT_OR_NULL("uid", plan_file, uid),
	TEXT_OR_NULL("title", plan_file, title),
	TEXT_OR_NULL("goal", plan_file, goal),
	INTEGER("weeks", plan_file, weeks, 0, INT_MAX),
	INTEGER("sessions", plan_file, sessions, 0, INT_MAX),
	INTEGER("minutes", plan_file, minutes, 0, INT_MAX),
	TEXT_OR_NULL("error", plan_file, error),
	INTEGER("line", plan_file, line, 0, INT_MAX),
	INSTANT_OR_NULL("modified_s", plan_file, modified),
};

static const struct field value_fields[] = {
	TEXT("name", value_row, name),
	TEXT("value", value_row, value),
};

const struct table enrolment_table = {"enrolment", enrolment_fields, ARRAY_LEN(enrolment_fields), 1};
const struct table session_table = {"session", session_fields, ARRAY_LEN(session_fields), 2};
const struct table life_table = {"session", session_fields + LIFE_AT, ARRAY_LEN(session_fields) - LIFE_AT, 0};
const struct table notice_table = {"notice", notice_fields, ARRAY_LEN(notice_fields), 1};
const struct table absence_table = {"absence", absence_fields, ARRAY_LEN(absence_fields), 1};
const struct table journal_table = {"journal", journal_fields, ARRAY_LEN(journal_fields), 1};
const struct table plan_file_table = {"plan_file", plan_file_fields, ARRAY_LEN(plan_file_fields), 1};
const struct table value_table = {"value", value_fields, ARRAY_LEN(value_fields), 1};

static int64_t number_of(const struct field *field, const char *at)
{
	switch (field->kind) {
	case FIELD_UINT:
		return *(const uint32_t *)(const void *)at;
	case FIELD_INT64:
		return *(const int64_t *)(const void *)at;
	case FIELD_BOOL:
		return *(const bool *)(const void *)at;
	default:
		return *(const int32_t *)(const void *)at;
	}
}

static void number_set(const struct field *field, char *at, int64_t number)
{
	switch (field->kind) {
	case FIELD_UINT:
		*(uint32_t *)(void *)at = (uint32_t)number;
		break;
	case FIELD_INT64:
		*(int64_t *)(void *)at = number;
		break;
	case FIELD_BOOL:
		*(bool *)(void *)at = number != 0;
		break;
	default:
		*(int32_t *)(void *)at = (int32_t)number;
	}
}

/* NULL for a value outside the list. */
static const char *name_of(const struct field *field, int64_t value)
{
	return value >= 0 && value <= field->max ? field->name((int)value) : NULL;
}

static const char *text_of(const struct field *field, const char *at)
{
	switch (field->kind) {
	case FIELD_CHARS:
		return field->nullable && !at[0] ? NULL : at;
	case FIELD_NAME:
		return name_of(field, number_of(field, at));
	default:
		return *(const char *const *)(const void *)at;
	}
}

static bool is_text(const struct field *field)
{
	return field->kind == FIELD_TEXT || field->kind == FIELD_BORROWED || field->kind == FIELD_CHARS || field->kind == FIELD_NAME;
}

static bool is_none(const struct field *field, const char *at)
{
	bool numeric = !is_text(field) || field->kind == FIELD_NAME;
	return numeric ? field->nullable && number_of(field, at) == field->none : !text_of(field, at);
}

void table_bind(const struct table *table, sqlite3_stmt *statement, const void *object)
{
	for (int i = 0; i < table->count; i++) {
		const struct field *field = &table->fields[i];
		const char *at = (const char *)object + field->at;
		if (is_none(field, at))
			sqlite3_bind_null(statement, i + 1);
		else if (is_text(field))
			sqlite3_bind_text(statement, i + 1, text_of(field, at), -1, SQLITE_STATIC);
		else
			sqlite3_bind_int64(statement, i + 1, number_of(field, at));
	}
}

/* false: no name of the list. */
static bool name_set(const struct field *field, char *at, const char *text)
{
	for (int value = 0; value <= field->max; value++) {
		const char *name = field->name(value);
		if (!name || strcmp(name, text))
			continue;
		number_set(field, at, value);
		return true;
	}
	return false;
}

static bool text_set(const struct field *field, char *at, const char *text)
{
	switch (field->kind) {
	case FIELD_CHARS:
		if (strlen(text) > (size_t)field->max || (field->nullable && !text[0]))
			return false;
		memcpy(at, text, strlen(text) + 1);
		return true;
	case FIELD_NAME:
		return name_set(field, at, text);
	case FIELD_BORROWED:
		*(const char **)(void *)at = text;
		return true;
	default:
		*(char **)(void *)at = xstrdup(text);
		return true;
	}
}

/* The bytes may hold a NUL that no text of ours holds: then the row is not one we wrote. */
static bool column_read(const struct field *field, sqlite3_stmt *statement, int column, char *at)
{
	int type = sqlite3_column_type(statement, column);
	if (type == SQLITE_NULL) {
		if (!is_text(field) || field->kind == FIELD_NAME)
			number_set(field, at, field->none);
		return field->nullable;
	}
	if (is_text(field)) {
		const char *text = type == SQLITE_TEXT ? (const char *)sqlite3_column_text(statement, column) : NULL;
		return text && strlen(text) == (size_t)sqlite3_column_bytes(statement, column) && text_set(field, at, text);
	}
	int64_t number = sqlite3_column_int64(statement, column);
	if (type != SQLITE_INTEGER || number < field->min || number > field->max)
		return false;
	number_set(field, at, number);
	return true;
}

int table_read(const struct table *table, struct store *store, sqlite3_stmt *statement, void *object, struct err *err)
{
	for (int i = 0; i < table->count; i++)
		if (!column_read(&table->fields[i], statement, i, (char *)object + table->fields[i].at))
			return table_damaged(table, store, statement, table->fields[i].column, err);
	return 0;
}

int table_damaged(const struct table *table, struct store *store, sqlite3_stmt *statement, const char *detail, struct err *err)
{
	struct text key = {0};
	for (int i = 0; i < table->key_count; i++) {
		const char *part = (const char *)sqlite3_column_text(statement, i);
		text_addf(&key, "%s%s", i ? "/" : "", part ? part : "NULL");
	}
	OWNED_TEXT *name = text_take(&key);
	return err_set(err, STORE_DAMAGED,
		       "table %s has a damaged row: '%s' (%s) in %s, put a backup copy in its place or move the file away", table->name,
		       name, detail, store->path);
}
