/* What the two programs agree on besides org.pacer.Pacer.varlink: where the socket is, limits, exit statuses.
 *
 * Framing (Varlink): one JSON object and one NUL byte per message, UTF-8, replies in the order of the calls. */
#ifndef PACER_PROTOCOL_H
#define PACER_PROTOCOL_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACER_INTERFACE "org.pacer.Pacer"
#define PACER_SERVICE_INTERFACE "org.varlink.service"
#define PACER_SOCKET_DIR "pacer"
#define PACER_SOCKET_NAME "org.pacer.Pacer"
#define PACER_VERSION "1.0.0"
#define PACER_URL "https://pacer.example.org"

enum pacer_limit {
	PACER_MESSAGE_BYTES_MAX = 1024 * 1024, /* one message without its NUL */
	PACER_JSON_DEPTH_MAX = 32,
	PACER_CONNECTIONS_MAX = 64,
	PACER_MESSAGE_TIMEOUT_S = 5, /* from the first byte of a message to its NUL */
	PACER_SOCKET_PATH_MAX = 107, /* sockaddr_un */
};

/* Exit statuses of pacer; documented in pacer(1). */
enum pacer_exit {
	PACER_EXIT_OK = 0,
	PACER_EXIT_REFUSED = 1,   /* understood, but not allowed as things stand */
	PACER_EXIT_USAGE = 2,     /* an argument is wrong */
	PACER_EXIT_NO_DAEMON = 3, /* no daemon answers and none could be started */
	PACER_EXIT_NOT_FOUND = 4, /* no such session, plan, enrollment, setting */
	PACER_EXIT_STORAGE = 5,   /* disk full or state not writable */
	PACER_EXIT_PLAN = 6,      /* a plan file has errors */
	PACER_EXIT_PROTOCOL = 7,  /* the two programs do not understand each other */
	PACER_EXIT_PROBLEM = 8,   /* doctor found a problem */
};

/* Error name -> exit status. Names without a dot belong to org.pacer.Pacer; a test holds the list against the .varlink text. */
struct pacer_error_exit {
	const char *error;
	enum pacer_exit exit;
};

static const struct pacer_error_exit pacer_error_exits[] = {
	{"NoSuchSession", PACER_EXIT_NOT_FOUND},
	{"AmbiguousSession", PACER_EXIT_USAGE},
	{"NoSuchPlan", PACER_EXIT_NOT_FOUND},
	{"NoSuchEnrollment", PACER_EXIT_NOT_FOUND},
	{"NoSuchSetting", PACER_EXIT_NOT_FOUND},
	{"NothingEnrolled", PACER_EXIT_REFUSED},
	{"NothingToAnswer", PACER_EXIT_REFUSED},
	{"NothingToUndo", PACER_EXIT_REFUSED},
	{"NoSuchRegion", PACER_EXIT_NOT_FOUND},
	{"InvalidHolidays", PACER_EXIT_PLAN},
	{"RevisionConflict", PACER_EXIT_REFUSED},
	{"PlanExists", PACER_EXIT_REFUSED},
	{"NotAPlanName", PACER_EXIT_USAGE},
	{"InvalidImport", PACER_EXIT_PLAN},
	{"LintFailed", PACER_EXIT_PLAN},
	{"InvalidDate", PACER_EXIT_USAGE},
	{"OutOfRange", PACER_EXIT_USAGE},
	{"NotAMonday", PACER_EXIT_USAGE},
	{"NotEnoughWeeks", PACER_EXIT_REFUSED},
	{"AlreadyEnrolled", PACER_EXIT_REFUSED},
	{"NotPossible", PACER_EXIT_REFUSED},
	{"NotPrepared", PACER_EXIT_REFUSED},
	{"FiveMoreMinutes", PACER_EXIT_REFUSED},
	{"NoLink", PACER_EXIT_REFUSED},
	{"NotOpened", PACER_EXIT_REFUSED},
	{"AgainstRule", PACER_EXIT_REFUSED},
	{"LimitReached", PACER_EXIT_REFUSED},
	{"StorageFailed", PACER_EXIT_STORAGE},
	{"org.varlink.service.InterfaceNotFound", PACER_EXIT_PROTOCOL},
	{"org.varlink.service.MethodNotFound", PACER_EXIT_PROTOCOL},
	{"org.varlink.service.MethodNotImplemented", PACER_EXIT_PROTOCOL},
	{"org.varlink.service.InvalidParameter", PACER_EXIT_USAGE},
	{"org.varlink.service.PermissionDenied", PACER_EXIT_REFUSED},
	{"org.varlink.service.ExpectedMore", PACER_EXIT_PROTOCOL},
};

/* Writes the runtime directory's socket path, "$XDG_RUNTIME_DIR/pacer/org.pacer.Pacer", into path.
 * Without a usable (absolute) XDG_RUNTIME_DIR the fallback is /tmp/pacer-UID, which whoever uses it must find
 * owned by themselves with mode 0700. Returns 0, or -1 when the path is longer than a socket address holds. */
static inline int pacer_socket_path(char path[static PACER_SOCKET_PATH_MAX + 1], unsigned uid)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");
	int n = dir && dir[0] == '/' ? snprintf(path, PACER_SOCKET_PATH_MAX + 1, "%s/" PACER_SOCKET_DIR "/" PACER_SOCKET_NAME, dir)
				     : snprintf(path, PACER_SOCKET_PATH_MAX + 1, "/tmp/pacer-%u/" PACER_SOCKET_NAME, uid);
	return n > 0 && n <= PACER_SOCKET_PATH_MAX ? 0 : -1;
}

#endif
