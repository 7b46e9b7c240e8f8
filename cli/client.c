#include "client.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { CHUNK_BYTES = 16 * 1024 };

void client_init(struct client *client)
{
	*client = (struct client){.fd = -1, .timeout_ms = CLIENT_TIMEOUT_MS};
}

void client_release(struct client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	free(client->buffer);
	client_init(client);
}

void reply_release(struct reply *reply)
{
	free(reply->error);
	json_decref(reply->parameters);
	*reply = (struct reply){0};
}

/* The fallback directory stands in /tmp, where anybody could have made it first. */
static int check_directory(const char *socket_path, uid_t uid, struct err *err)
{
	struct stat info;
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	if (runtime && *runtime == '/')
		return 0;
	OWNED_TEXT *dir = xstrndup(socket_path, (size_t)(strrchr(socket_path, '/') - socket_path));
	if (lstat(dir, &info))
		return errno == ENOENT ? 0 : err_set(err, CLIENT_REFUSED, "cannot look at '%s': %s", dir, strerror(errno));
	if (!S_ISDIR(info.st_mode) || info.st_uid != uid || (info.st_mode & 077))
		return err_set(err, CLIENT_REFUSED,
			       "not a directory of yours alone: '%s'; set XDG_RUNTIME_DIR, or remove it if it is yours", dir);
	return 0;
}

/* A daemon of another user could feed us its texts and read what is typed: SO_PEERCRED tells who listens (unix(7)). */
static int check_peer(int fd, uid_t uid, const char *path, struct err *err)
{
	struct ucred peer;
	socklen_t bytes = sizeof(peer);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &bytes))
		return err_set(err, CLIENT_REFUSED, "cannot tell who listens at '%s': %s", path, strerror(errno));
	if (peer.uid != uid)
		return err_set(err, CLIENT_REFUSED,
			       "the daemon at '%s' belongs to user %u: nothing was sent; set XDG_RUNTIME_DIR to your own", path, peer.uid);
	return 0;
}

int client_connect(struct client *client, uid_t uid, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char path[PACER_SOCKET_PATH_MAX + 1];
	struct timeval patience = {.tv_sec = client->timeout_ms / 1000, .tv_usec = client->timeout_ms % 1000 * 1000};
	if (pacer_socket_path(path, uid))
		return err_set(err, CLIENT_REFUSED, "XDG_RUNTIME_DIR is too long for a socket: '%s'; set it to a shorter path",
			       getenv("XDG_RUNTIME_DIR"));
	int result = check_directory(path, uid, err);
	if (result)
		return result;
	memcpy(address.sun_path, path, strlen(path) + 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_set(err, CLIENT_REFUSED, "cannot make a socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		bool nobody = errno == ENOENT || errno == ECONNREFUSED;
		result = err_set(err, nobody ? CLIENT_NOBODY : CLIENT_REFUSED, "cannot reach '%s': %s", path, strerror(errno));
	} else {
		result = check_peer(fd, uid, path, err);
	}
	if (result)
		close(fd);
	else
		client->fd = fd;
	return result;
}

static int send_all(int fd, const char *data, size_t bytes, struct err *err)
{
	while (bytes) {
		ssize_t sent = send(fd, data, bytes, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return err_set(err, CLIENT_BROKEN, "the daemon takes no call: %s; try again, or see pacer doctor", strerror(errno));
		data += sent;
		bytes -= (size_t)sent;
	}
	return 0;
}

int client_send(struct client *client, const char *method, json_t *parameters, bool more, struct err *err)
{
	json_t *call = json_pack("{s:s+, s:O}", "method", PACER_INTERFACE ".", method, "parameters", parameters);
	if (!call || (more && json_object_set_new(call, "more", json_true())))
		abort();
	OWNED_TEXT *message = json_dumps(call, JSON_COMPACT);
	json_decref(call);
	if (!message)
		abort();
	if (strlen(message) > PACER_MESSAGE_BYTES_MAX)
		return err_set(err, CLIENT_BROKEN, "the call is too long: %zu bytes, at most %d fit", strlen(message),
			       PACER_MESSAGE_BYTES_MAX);
	return send_all(client->fd, message, strlen(message) + 1, err);
}

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Until bytes are there. deadline_ms < 0: without end. A pipe whose reader has gone reports POLLERR (poll(2)). */
static int wait_readable(const struct client *client, int64_t deadline_ms, int heard, struct err *err)
{
	for (;;) {
		struct pollfd fds[] = {{.fd = client->fd, .events = POLLIN}, {.fd = heard}};
		int64_t left_ms = deadline_ms - now_ms();
		int ready = poll(fds, ARRAY_LEN(fds), deadline_ms < 0 ? -1 : left_ms < 0 ? 0 : (int)left_ms);
		if (ready < 0 && errno != EINTR)
			return err_set(err, CLIENT_BROKEN, "cannot wait for the daemon: %s", strerror(errno));
		if (ready > 0 && fds[0].revents)
			return 0;
		if (ready > 0 && (fds[1].revents & POLLERR))
			return CLIENT_UNHEARD;
		if (ready == 0)
			return err_set(err, CLIENT_BROKEN, "no answer for %d seconds: the daemon hangs; restart pacerd, then try again",
				       client->timeout_ms / 1000);
	}
}

static int receive_some(struct client *client, struct err *err)
{
	if (client->room - client->len < CHUNK_BYTES) {
		client->room = (client->len + CHUNK_BYTES) * 2;
		client->buffer = xrealloc(client->buffer, client->room);
	}
	ssize_t got = recv(client->fd, client->buffer + client->len, CHUNK_BYTES, MSG_DONTWAIT);
	if (got > 0)
		client->len += (size_t)got;
	if (got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN)))
		return 0;
	if (got == 0 || errno == ECONNRESET)
		return err_set(err, CLIENT_BROKEN, "the daemon closed the connection without an answer; try again, or see its log");
	return err_set(err, CLIENT_BROKEN, "cannot read the answer: %s", strerror(errno));
}

/* Deepest nesting of the message, counted outside of strings: checked before a recursive parser sees it. */
static bool too_deep(const char *message)
{
	int depth = 0;
	bool in_string = false;
	for (const char *at = message; *at; at++) {
		if (in_string && *at == '\\' && at[1])
			at++;
		else if (*at == '"')
			in_string = !in_string;
		else if (!in_string && (*at == '{' || *at == '['))
			depth++;
		else if (!in_string && (*at == '}' || *at == ']'))
			depth--;
		if (depth > PACER_JSON_DEPTH_MAX)
			return true;
	}
	return false;
}

static int parse(const char *message, struct reply *ret, struct err *err)
{
	json_error_t problem;
	if (too_deep(message))
		return err_set(err, CLIENT_BROKEN, "the answer is nested deeper than %d: not a daemon of this version",
			       PACER_JSON_DEPTH_MAX);
	json_t *root = json_loads(message, JSON_REJECT_DUPLICATES, &problem);
	json_t *error = json_object_get(root, "error"), *parameters = json_object_get(root, "parameters");
	json_t *continues = json_object_get(root, "continues");
	bool sound = json_is_object(root) && (!error || json_is_string(error)) && (!parameters || json_is_object(parameters)) &&
		     (!continues || json_is_boolean(continues));
	if (sound)
		*ret = (struct reply){
			.error = xstrdup(json_string_value(error)),
			.parameters = parameters ? json_incref(parameters) : json_object(),
			.continues = json_is_true(continues),
		};
	json_decref(root);
	if (sound)
		return 0;
	return err_set(err, CLIENT_BROKEN, "the answer is no Varlink reply (%s): another program listens at the socket",
		       root ? "wrong members" : problem.text);
}

int client_reply(struct client *client, bool patient, int heard, struct reply *ret, struct err *err)
{
	int64_t deadline_ms = now_ms() + client->timeout_ms;
	char *end = NULL;
	for (size_t seen = 0;;) {
		end = client->len > seen ? memchr(client->buffer + seen, '\0', client->len - seen) : NULL;
		seen = client->len;
		if (end || client->len > PACER_MESSAGE_BYTES_MAX)
			break;
		bool waits = patient && !client->len;
		int result = wait_readable(client, waits ? -1 : deadline_ms, waits ? heard : -1, err);
		if (waits)
			deadline_ms = now_ms() + client->timeout_ms;
		if (!result)
			result = receive_some(client, err);
		if (result)
			return result;
	}
	if (!end || end - client->buffer > PACER_MESSAGE_BYTES_MAX)
		return err_set(err, CLIENT_BROKEN, "the answer is longer than %d bytes: ask for less, or see pacer doctor",
			       PACER_MESSAGE_BYTES_MAX);
	int result = parse(client->buffer, ret, err);
	client->len -= (size_t)(end + 1 - client->buffer);
	memmove(client->buffer, end + 1, client->len);
	return result;
}
