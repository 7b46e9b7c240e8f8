#include "message.h"

#include <errno.h>

#include "pacer/protocol.h"

/* --- framing ----------------------------------------------------------------------------------------------------------------------- */

void inbox_release(struct inbox *inbox)
{
	free(inbox->data);
	*inbox = (struct inbox){0};
}

/* Bytes move when no more of them move than were handled since, or with a doubling: time stays linear in what was read, and room
 * within a small multiple of what waits. */
char *inbox_space(struct inbox *inbox, size_t *ret_bytes)
{
	size_t waiting = inbox->end - inbox->start;
	if (inbox->room - inbox->end < INBOX_READ_BYTES_MIN && inbox->start >= waiting && inbox->start) {
		memmove(inbox->data, inbox->data + inbox->start, waiting);
		inbox->scanned -= inbox->start;
		inbox->end = waiting;
		inbox->start = 0;
	}
	if (inbox->room - inbox->end < INBOX_READ_BYTES_MIN) {
		inbox->room = (inbox->end + INBOX_READ_BYTES_MIN) * 2;
		inbox->data = xrealloc(inbox->data, inbox->room);
	}
	size_t space = inbox->room - inbox->end;
	*ret_bytes = space < INBOX_READ_BYTES_MAX ? space : INBOX_READ_BYTES_MAX;
	return inbox->data + inbox->end;
}

void inbox_added(struct inbox *inbox, size_t bytes)
{
	inbox->end += bytes;
}

size_t inbox_bytes(const struct inbox *inbox)
{
	return inbox->end - inbox->start;
}

int inbox_next(struct inbox *inbox, const char **ret_message, size_t *ret_bytes)
{
	if (inbox->scanned == inbox->end)
		return INBOX_NOTHING;
	const char *nul = memchr(inbox->data + inbox->scanned, '\0', inbox->end - inbox->scanned);
	size_t stop = nul ? (size_t)(nul - inbox->data) : inbox->end;
	size_t bytes = stop - inbox->start;
	inbox->scanned = stop;
	if (bytes > PACER_MESSAGE_BYTES_MAX)
		return -EMSGSIZE;
	if (!nul)
		return INBOX_NOTHING;
	*ret_message = inbox->data + inbox->start;
	*ret_bytes = bytes;
	inbox->start = inbox->scanned = stop + 1;
	return INBOX_MESSAGE;
}

/* --- calls ------------------------------------------------------------------------------------------------------------------------- */

/* Bytes of a string from its opening quote to its closing one; to the end when it does not end. */
static size_t string_bytes(const char *bytes, size_t n)
{
	size_t i = 1;
	while (i < n && bytes[i] != '"')
		i += bytes[i] == '\\' ? 2 : 1;
	return i < n ? i : n;
}

/* The JSON parser stops at the first byte that fits no JSON text; up to there this count is exact, so nothing deeper reaches it. */
bool message_depth_ok(const char *bytes, size_t n)
{
	int depth = 0;
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '"')
			i += string_bytes(bytes + i, n - i);
		else if (bytes[i] == '{' || bytes[i] == '[')
			depth++;
		else if (bytes[i] == '}' || bytes[i] == ']')
			depth--;
		if (depth > PACER_JSON_DEPTH_MAX)
			return false;
	}
	return true;
}

/* The member, or NULL when it is absent or null; *ok turns false when it is of another type. */
static json_t *member(const json_t *object, const char *name, json_type type, bool *ok)
{
	json_t *value = json_object_get(object, name);
	if (!value || json_is_null(value))
		return NULL;
	if (json_typeof(value) != type)
		*ok = false;
	return value;
}

static bool flag(const json_t *object, const char *name, bool *ok)
{
	json_t *value = json_object_get(object, name);
	if (value && !json_is_boolean(value) && !json_is_null(value))
		*ok = false;
	return json_is_true(value);
}

void message_release(struct message *message)
{
	json_decref(message->json);
	*message = (struct message){0};
}

int message_decode(const char *bytes, size_t n, struct message *ret_message)
{
	bool ok = true;
	if (!message_depth_ok(bytes, n))
		return -EBADMSG;
	struct message m = {.json = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, NULL)};
	if (!json_is_object(m.json))
		goto bad;
	json_t *method = member(m.json, "method", JSON_STRING, &ok);
	m.parameters = member(m.json, "parameters", JSON_OBJECT, &ok);
	m.more = flag(m.json, "more", &ok);
	m.oneway = flag(m.json, "oneway", &ok);
	m.upgrade = flag(m.json, "upgrade", &ok);
	if (!ok || !method)
		goto bad;
	m.method = json_string_value(method);
	if (!m.parameters) {
		m.parameters = json_object();
		json_object_set_new(m.json, "parameters", m.parameters);
	}
	*ret_message = m;
	return 0;
bad:
	message_release(&m);
	return -EBADMSG;
}

/* --- replies ----------------------------------------------------------------------------------------------------------------------- */

char *message_encode(const char *error, json_t *parameters, bool continues, size_t *ret_bytes)
{
	json_t *reply = json_object();
	if (error)
		json_object_set_new(reply, "error", json_string(error));
	json_object_set_new(reply, "parameters", parameters ? parameters : json_object());
	if (continues)
		json_object_set_new(reply, "continues", json_true());
	char *text = json_dumps(reply, JSON_COMPACT);
	if (!text)
		abort(); /* out of memory, or a reply that contains itself */
	json_decref(reply);
	*ret_bytes = strlen(text) + 1;
	return text;
}
