/* One end of the Varlink conversation: a blocking Unix socket, one call and its replies at a time.
 *
 * A reply that is too long, too deep, late or no reply at all ends the conversation: the other side is not who we take it for. */
#ifndef CLI_CLIENT_H
#define CLI_CLIENT_H

#include "pacer/base.h"
#include "pacer/protocol.h"

#include <jansson.h>
#include <sys/types.h>

enum client_result {
	CLIENT_NOBODY = 1, /* nobody listens at the socket: a daemon may be started */
	CLIENT_REFUSED,    /* the socket or its directory is not the learner's own, or cannot be reached */
	CLIENT_BROKEN,     /* the other side broke off, was silent, or sent what is no reply */
	CLIENT_UNHEARD,    /* watch: whoever read our output has gone */
};

enum { CLIENT_TIMEOUT_MS = 10 * 1000 };

struct client {
	int fd;         /* -1: not connected */
	int timeout_ms; /* client_init: CLIENT_TIMEOUT_MS */
	char *buffer;   /* received and not yet taken; owned */
	size_t len, room;
};

struct reply {
	char *error;        /* full name; NULL on success; owned */
	json_t *parameters; /* an object, never NULL after success of client_reply; owned */
	bool continues;
};

void client_init(struct client *client);
void client_release(struct client *client);
void reply_release(struct reply *reply);

/* Connects to the socket of user uid. Returns 0, CLIENT_NOBODY or CLIENT_REFUSED; err has the path and the reason. */
int client_connect(struct client *client, uid_t uid, struct err *err);

/* Sends one call; parameters are borrowed, an object. more: several replies are wanted. Returns 0 or CLIENT_BROKEN. */
int client_send(struct client *client, const char *method, json_t *parameters, bool more, struct err *err);

/* Waits for the next reply, timeout_ms at most; patient: as long as it takes for its first byte, and CLIENT_UNHEARD
 * when the reader of the file descriptor `heard` (-1: none) goes away meanwhile. Returns 0 or a client_result. */
int client_reply(struct client *client, bool patient, int heard, struct reply *ret, struct err *err);

#endif
