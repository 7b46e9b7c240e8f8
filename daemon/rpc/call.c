#include "internal.h"

#include "pacer/protocol.h"

/* --- answers ----------------------------------------------------------------------------------------------------------------------- */

void call_free(struct rpc_call *call)
{
	TAILQ_REMOVE(&call->conn->calls, call, link);
	call->conn->call_count--;
	call->conn->held_bytes -= call->held.len;
	text_release(&call->held);
	free(call->method);
	free(call);
}

/* What goes out in place of a reply over the limit. How much there is to say depends on plan files and learners, so it is no bug. */
static char *encode_limit(const struct rpc_call *call, size_t *ret_bytes)
{
	OWNED_TEXT *name = xasprintf("%s.LimitReached", idl_name(call->conn->rpc->interfaces[INTERFACE_OURS].idl));
	json_t *fields = json_object();
	json_object_set_new(fields, "what", json_string("bytes of a reply"));
	json_object_set_new(fields, "limit", json_integer(PACER_MESSAGE_BYTES_MAX));
	return message_encode(name, fields, false, ret_bytes);
}

static void hold_reply(struct rpc_call *call, const char *error, json_t *parameters, bool continues)
{
	size_t bytes;
	OWNED_TEXT *reply = message_encode(error, parameters, continues, &bytes);
	if (bytes - 1 > PACER_MESSAGE_BYTES_MAX && continues) {
		conn_close(call->conn); /* a stream with a hole in it would mislead */
		return;
	}
	if (bytes - 1 > PACER_MESSAGE_BYTES_MAX)
		text_replace(&reply, encode_limit(call, &bytes));
	text_add_n(&call->held, reply, bytes);
	call->conn->held_bytes += bytes;
}

/* error: full name or NULL. */
static void call_send(struct rpc_call *call, const char *error, json_t *parameters, bool continues)
{
	struct conn *conn = call->conn;
	if (call->done)
		own_bug("%s: answered twice", call->method);
	call->done = !continues;
	if (conn->closing || call->oneway) {
		json_decref(parameters);
		if (call->done)
			call_free(call);
	} else {
		hold_reply(call, error, parameters, continues);
	}
	conn_answered(conn);
}

static void must_fit(const struct idl *idl, enum idl_what what, const char *name, const json_t *parameters)
{
	OWNED_TEXT *field = NULL;
	int r = idl_check(idl, what, name, parameters, &field);
	if (r == 1)
		own_bug("%s.%s: not in the interface text", idl_name(idl), name);
	if (r == 2)
		own_bug("%s.%s: '%s' does not fit the interface text", idl_name(idl), name, field);
}

static void send_checked(struct rpc_call *call, json_t *parameters, bool continues)
{
	json_t *fields = parameters ? parameters : json_object();
	must_fit(call->interface->idl, IDL_REPLY, call->method, fields);
	call_send(call, NULL, fields, continues);
}

void rpc_reply(struct rpc_call *call, json_t *parameters)
{
	send_checked(call, parameters, false);
}

void rpc_stream(struct rpc_call *call, json_t *parameters)
{
	if (!call->more)
		own_bug("%s: streams, but the call did not ask for more", call->method);
	send_checked(call, parameters, true);
}

/* Length of the interface part of a full name; 0: there is none. */
static size_t interface_part(const char *full)
{
	const char *dot = strrchr(full, '.');
	return dot ? (size_t)(dot - full) : 0;
}

static const struct interface *interface_find(const struct rpc *rpc, const char *name)
{
	for (size_t i = 0; i < INTERFACE_COUNT; i++)
		if (!strcmp(idl_name(rpc->interfaces[i].idl), name))
			return &rpc->interfaces[i];
	return NULL;
}

void rpc_error(struct rpc_call *call, const char *error, json_t *parameters)
{
	const struct rpc *rpc = call->conn->rpc;
	size_t part = interface_part(error);
	OWNED_TEXT *name = part ? xstrndup(error, part) : xstrdup(idl_name(rpc->interfaces[INTERFACE_OURS].idl));
	const struct interface *interface = interface_find(rpc, name);
	const char *bare = part ? error + part + 1 : error;
	json_t *fields = parameters ? parameters : json_object();
	if (!interface)
		own_bug("error '%s' is of no interface of ours", error);
	must_fit(interface->idl, IDL_ERROR, bare, fields);
	OWNED_TEXT *full = xasprintf("%s.%s", name, bare);
	call_send(call, full, fields, false);
}

void call_refuse(struct rpc_call *call, const char *error, const char *field, const char *value)
{
	OWNED_TEXT *full = xasprintf("%s.%s", PACER_SERVICE_INTERFACE, error);
	json_t *fields = json_object();
	if (field)
		json_object_set_new(fields, field, json_string(value));
	rpc_error(call, full, fields);
}

/* --- calls ------------------------------------------------------------------------------------------------------------------------- */

static bool is_streaming(const struct rpc *rpc, const struct rpc_call *call)
{
	const char *const *name = rpc->handlers.streaming;
	if (call->interface != &rpc->interfaces[INTERFACE_OURS])
		return false;
	while (name && *name && strcmp(*name, call->method) != 0)
		name++;
	return name && *name;
}

static struct rpc_call *call_new(struct conn *conn, const struct message *message)
{
	struct rpc_call *call = xcalloc(1, sizeof(*call));
	size_t part = interface_part(message->method);
	OWNED_TEXT *interface = xstrndup(message->method, part);
	call->conn = conn;
	call->interface = interface_find(conn->rpc, interface);
	call->method = xstrdup(part ? message->method + part + 1 : message->method);
	call->more = message->more;
	call->oneway = message->oneway;
	call->streaming = is_streaming(conn->rpc, call);
	TAILQ_INSERT_TAIL(&conn->calls, call, link);
	conn->call_count++;
	return call;
}

/* What is optional may be given as null; the app sees it left out. */
static void drop_nulls(json_t *object)
{
	const char *key;
	json_t *value;
	void *next;
	json_object_foreach_safe(object, next, key, value) if (json_is_null(value)) json_object_del(object, key);
}

/* True when the call was answered with an error. */
static bool refuse(struct rpc_call *call, const struct message *message)
{
	size_t part = interface_part(message->method);
	OWNED_TEXT *field = NULL;
	if (!call->interface) {
		OWNED_TEXT *interface = xstrndup(message->method, part);
		if (part)
			call_refuse(call, "InterfaceNotFound", "interface", interface);
		else
			call_refuse(call, "InvalidParameter", "parameter", "method");
		return true;
	}
	int r = idl_check(call->interface->idl, IDL_CALL, call->method, message->parameters, &field);
	if (r == 1)
		call_refuse(call, "MethodNotFound", "method", message->method);
	else if (message->upgrade)
		call_refuse(call, "InvalidParameter", "parameter", "upgrade");
	else if (r == 2)
		call_refuse(call, "InvalidParameter", "parameter", field);
	else if (call->streaming && (!call->more || call->oneway))
		call_refuse(call, "ExpectedMore", NULL, NULL);
	else
		return false;
	return true;
}

void call_dispatch(struct conn *conn, const struct message *message)
{
	const struct rpc *rpc = conn->rpc;
	struct rpc_call *call = call_new(conn, message);
	if (refuse(call, message))
		return;
	drop_nulls(message->parameters);
	if (call->interface == &rpc->interfaces[INTERFACE_SERVICE])
		service_call(call, message->parameters);
	else
		rpc->handlers.call(rpc->handlers.ctx, call, message->method + interface_part(message->method) + 1, message->parameters);
}
