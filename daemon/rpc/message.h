/* Varlink messages: bytes in, calls out; replies in, bytes out. No sockets here.
 *
 * A message is one JSON object and one NUL byte. Its nesting is counted on the bytes before the JSON parser, which recurses, sees them. */
#ifndef RPC_MESSAGE_H
#define RPC_MESSAGE_H

#include <jansson.h>

#include "pacer/base.h"

/* Bytes of one connection that are not handled yet. Zero-initialised is empty. */
struct inbox {
	char *data;
	size_t start;   /* first byte of the next message */
	size_t scanned; /* no NUL between start and here */
	size_t end;     /* of what was read */
	size_t room;
};
void inbox_release(struct inbox *inbox);
/* Where to read to, and how much. Messages taken before move. */
enum { INBOX_READ_BYTES_MIN = 16 * 1024, INBOX_READ_BYTES_MAX = 64 * 1024 };
char *inbox_space(struct inbox *inbox, size_t *ret_bytes);
void inbox_added(struct inbox *inbox, size_t bytes);
size_t inbox_bytes(const struct inbox *inbox);
/* INBOX_MESSAGE: one message without its NUL, in place, good until inbox_space. INBOX_NOTHING: not all of it is there yet.
 * -EMSGSIZE: it is longer than PACER_MESSAGE_BYTES_MAX. */
enum inbox_result { INBOX_NOTHING = 0, INBOX_MESSAGE = 1 };
int inbox_next(struct inbox *inbox, const char **ret_message, size_t *ret_bytes);

struct message {
	json_t *json;
	const char *method; /* full name, as sent; into json */
	json_t *parameters; /* an object; into json */
	bool more, oneway, upgrade;
};
void message_release(struct message *message);
/* -EBADMSG: no JSON object in strict UTF-8 without duplicate keys, nested deeper than PACER_JSON_DEPTH_MAX, or no Varlink call.
 * Members that Varlink does not define are ignored; null counts as absent. */
int message_decode(const char *bytes, size_t n, struct message *ret_message);
/* Brackets open at once, at most: outside strings, up to the first byte that no JSON text has. */
bool message_depth_ok(const char *bytes, size_t n);

/* A reply with its NUL, ret_bytes counts it; takes over parameters (NULL: {}). error: full name or NULL. The caller frees. */
char *message_encode(const char *error, json_t *parameters, bool continues, size_t *ret_bytes);

#endif
