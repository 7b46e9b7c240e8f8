/* The notification thread alone, driven by lines on standard input; each event is one JSON object on standard output.
 *
 *   show KEY SLOT KIND ACTIONS ID OWNER SUMMARY BODY COMMAND CLICK EXPIRE    fields separated by tabs; "\n" in a text is a line break,
 *   close SLOT                                                               ACTIONS are ids of the table below, CLICK is 1 or 0,
 *   open KEY ADDRESS                                                         EXPIRE is in seconds
 *   info
 *   stop                                                        also at the end of the input
 */
#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "desktop/desktop.h"

enum { FIELDS_MAX = 12 };

static const char *const event_name[] = {"up",    "down", "shown",  "failed",   "action", "closed",
					 "sleep", "wake", "locked", "unlocked", "opened"};

static const struct bubble_action actions[] = {
	{"start", "Start"}, {"snooze", "Snooze"}, {"not-today", "Not today"}, {"done", "Done"}, {"partly", "Partly"},
};

static void wake(void *ctx)
{
	eventfd_write(*(int *)ctx, 1);
}

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void print_text(const char *name, const char *value)
{
	printf(", \"%s\": ", name);
	if (!value) {
		printf("null");
		return;
	}
	putchar('"');
	for (const char *p = value; *p; p++) {
		if (*p == '"' || *p == '\\')
			printf("\\%c", *p);
		else if ((unsigned char)*p < 0x20)
			printf("\\u%04x", (unsigned)*p);
		else
			putchar(*p);
	}
	putchar('"');
}

static void print_events(struct desktop *desktop)
{
	for (struct desktop_event event; desktop_next(desktop, &event);) {
		printf("{\"event\": \"%s\", \"id\": %u, \"reason\": %d, \"quiet\": %d", event_name[event.kind], event.server_id,
		       event.reason, event.quiet);
		print_text("key", event.key);
		print_text("action", event.action);
		print_text("text", event.text);
		print_text("owner", event.server_owner);
		printf("}\n");
		desktop_event_release(&event);
	}
	fflush(stdout);
}

static void print_info(struct desktop *desktop)
{
	struct desktop_info info = desktop_info(desktop);
	printf("{\"event\": \"info\", \"bus\": %d, \"server\": %d, \"actions\": %d, \"markup\": %d, \"quiet\": %d", info.bus, info.server,
	       info.actions, info.body_markup, info.quiet);
	print_text("name", info.name);
	print_text("version", info.version);
	print_text("problem", info.problem);
	printf("}\n");
	fflush(stdout);
	desktop_info_release(&info);
}

static void unescape(char *text)
{
	char *out = text;
	for (const char *p = text; *p; p++) {
		if (p[0] == '\\' && p[1] == 'n') {
			*out++ = '\n';
			p++;
		} else {
			*out++ = *p;
		}
	}
	*out = '\0';
}

static void show(struct desktop *desktop, char *const fields[])
{
	struct bubble bubble = {
		.kind = (enum notice_kind)strtol(fields[3], NULL, 10),
		.summary = fields[7],
		.body = fields[8],
		.command = fields[9],
		.server_id = (uint32_t)strtoul(fields[5], NULL, 10),
		.server_owner = fields[6][0] ? fields[6] : NULL,
		.clickable = fields[10][0] == '1',
		.expire_s = (int)strtol(fields[11], NULL, 10),
	};
	snprintf(bubble.key, sizeof(bubble.key), "%s", fields[1]);
	snprintf(bubble.slot, sizeof(bubble.slot), "%s", fields[2]);
	for (size_t i = 0; i < ARRAY_LEN(actions) && bubble.action_count < BUBBLE_ACTIONS_MAX; i++)
		if (strstr(fields[4], actions[i].id))
			bubble.actions[bubble.action_count++] = actions[i];
	unescape(bubble.summary);
	unescape(bubble.body);
	desktop_show(desktop, &bubble);
}

/* Returns false for stop. Unknown lines are a mistake of the test. */
static bool obey(struct desktop *desktop, char *line)
{
	char *fields[FIELDS_MAX] = {0};
	size_t count = 0;
	for (char *rest = line, *field; count < FIELDS_MAX && (field = strsep(&rest, "\t"));)
		fields[count++] = field;
	if (count == FIELDS_MAX && strcmp(fields[0], "show") == 0)
		show(desktop, fields);
	else if (count == 2 && strcmp(fields[0], "close") == 0)
		desktop_close(desktop, fields[1]);
	else if (count == 3 && strcmp(fields[0], "open") == 0)
		desktop_open(desktop, fields[1], fields[2]);
	else if (count == 1 && strcmp(fields[0], "info") == 0)
		print_info(desktop);
	else if (count == 1 && strcmp(fields[0], "stop") == 0)
		return false;
	else
		abort();
	return true;
}

/* Reads what is there; false at the end. The pieces of a line are put together in input. */
static bool read_commands(struct desktop *desktop, struct text *input)
{
	char buffer[4096];
	ssize_t n = read(STDIN_FILENO, buffer, sizeof(buffer));
	if (n <= 0)
		return false;
	text_add_n(input, buffer, (size_t)n);
	for (char *end; (end = memchr(input->data, '\n', input->len));) {
		*end = '\0';
		if (!obey(desktop, input->data))
			return false;
		size_t used = (size_t)(end + 1 - input->data);
		memmove(input->data, input->data + used, input->len - used);
		input->len -= used;
	}
	return true;
}

int main(void)
{
	int event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct text input = {0};
	struct desktop *desktop = desktop_start(wake, &event_fd);
	struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = event_fd, .events = POLLIN}};
	for (bool more = true; more;) {
		poll(fds, ARRAY_LEN(fds), -1);
		eventfd_t count;
		eventfd_read(event_fd, &count);
		print_events(desktop);
		if (fds[0].revents)
			more = read_commands(desktop, &input);
	}
	int64_t before_ms = now_ms();
	desktop = desktop_stop(desktop);
	printf("{\"event\": \"stopped\", \"ms\": %lld}\n", (long long)(now_ms() - before_ms));
	fflush(stdout);
	text_release(&input);
	close(event_fd);
	return 0;
}
