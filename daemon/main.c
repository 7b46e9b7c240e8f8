/* pacerd: options, then one loop. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <unistd.h>

#include "api.h"
#include "ical/read.h"
#include "ical/tz.h"
#include "log.h"
#include "pacer/protocol.h"

extern const char pacer_interface_text[];

enum { EXIT_OK = 0, EXIT_RUNTIME = 1, EXIT_USAGE = 2, EXIT_PLAN = 6 };

struct options {
	bool check;
	const char *at, *speed;
};

static const char usage[] = "usage: pacerd [--at TIME [--speed N]]\n"
			    "       pacerd --check FILE...\n"
			    "\n"
			    "  --check FILE...  look at plan files without a daemon: one line a finding, file:line: code: text\n"
			    "  --at TIME        run as if it were TIME: '2026-11-30 09:29:50' on the wall clock here\n"
			    "  --speed N        let time pass N times as fast; with --at\n"
			    "  --version        print the version\n"
			    "  --help           print this\n"
			    "\n"
			    "Without options: the daemon, in the foreground, logging to stderr. See pacerd(1).\n";

/* --- pacerd --check -------------------------------------------------------------------------------------------------------------- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static bool check_file(const char *path)
{
	struct findings findings = {0};
	OWNED_TEXT *name = xstrdup(base_name(path));
	size_t length = strlen(name);
	if (length > 4 && !strcmp(name + length - 4, ".ics"))
		name[length - 4] = '\0';
	struct plan *plan = ical_read_file(name, path, &findings);
	for (size_t i = 0; i < findings.count; i++) {
		const struct finding *finding = &findings.items[i];
		printf("%s:%d: %s: %s\n", path, finding->line, lint_info[finding->code].code, finding->text);
	}
	if (findings.dropped)
		printf("%s: and %zu more\n", path, findings.dropped);
	bool good = plan && !findings_errors(&findings);
	if (good)
		printf("%s: good: %zu session%s in %d week%s\n", path, plan->session_count, plan->session_count == 1 ? "" : "s",
		       plan->shape.weeks, plan->shape.weeks == 1 ? "" : "s");
	plan_free(plan);
	findings_release(&findings);
	return good;
}

static int check_files(char **paths)
{
	if (!*paths) {
		fputs("pacerd: --check needs plan files: pacerd --check FILE...\n", stderr);
		return EXIT_USAGE;
	}
	int status = EXIT_OK;
	for (; *paths; paths++)
		if (!check_file(*paths))
			status = EXIT_PLAN;
	tz_finish();
	return status;
}

/* --- options --------------------------------------------------------------------------------------------------------------------- */

/* "YYYY-MM-DD HH:MM[:SS]" on the wall clock of the system's zone. */
static bool parse_at(const char *text, struct instant *ret_at)
{
	size_t length = strlen(text);
	int32_t day, second, extra_s = 0;
	if (length < 16 || (text[10] != ' ' && text[10] != 'T'))
		return false;
	OWNED_TEXT *date = xstrndup(text, 10);
	OWNED_TEXT *clock = xstrndup(text + 11, 5);
	if (length == 19 && text[16] == ':' && text[17] >= '0' && text[17] <= '5' && text[18] >= '0' && text[18] <= '9')
		extra_s = (text[17] - '0') * 10 + text[18] - '0';
	else if (length != 16)
		return false;
	if (!day_parse(date, &day) || !clock_parse(clock, &second))
		return false;
	OWNED_TEXT *name = tz_system_name();
	const struct zone *zone = tz_source()->find(tz_source()->ctx, name);
	*ret_at = zone_resolve(zone ? zone : &zone_utc, (struct civil){day, second + extra_s});
	return true;
}

static int make_clock(const struct options *options, struct clock *ret_clock)
{
	struct instant at;
	double speed = 1;
	char *end = NULL;
	if (options->speed)
		speed = strtod(options->speed, &end);
	if (options->speed && (*end || end == options->speed || !(speed > 0 && speed <= 100000))) {
		fprintf(stderr, "pacerd: not a speed: '%s', give a number above 0 and up to 100000\n", options->speed);
		return EXIT_USAGE;
	}
	if (!options->at) {
		if (options->speed)
			fputs("pacerd: --speed goes with --at TIME\n", stderr);
		*ret_clock = clock_real();
		return options->speed ? EXIT_USAGE : EXIT_OK;
	}
	if (!parse_at(options->at, &at)) {
		fprintf(stderr, "pacerd: not a time: '%s', write it as '2026-11-30 09:29:50'\n", options->at);
		return EXIT_USAGE;
	}
	*ret_clock = clock_shifted(at, speed);
	return EXIT_OK;
}

/* --- the daemon ------------------------------------------------------------------------------------------------------------------ */

static int run(const struct options *options)
{
	struct app app;
	struct app_options app_options = {
		.interface_text = pacer_interface_text,
		.handlers = {.call = api_call, .gone = api_gone, .streaming = api_streaming},
		.publish = api_publish,
	};
	struct err err = {0};
	uv_loop_t loop;
	int status = make_clock(options, &app_options.clock);
	if (status)
		return status;
	signal(SIGPIPE, SIG_IGN);
	log_open();
	uv_loop_init(&loop);
	if (app_open(&app, &loop, &app_options, &err)) {
		log_line(LOG_LEVEL_ERROR, "%s", err.text ? err.text : "cannot start");
		err_release(&err);
		app_close(&app);
		status = EXIT_RUNTIME;
	}
	uv_run(&loop, UV_RUN_DEFAULT);
	app_release(&app);
	if (uv_loop_close(&loop) != 0)
		abort(); /* a handle was forgotten: our own bug */
	return status;
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{"check", no_argument, NULL, 'c'},   {"at", required_argument, NULL, 'a'}, {"speed", required_argument, NULL, 's'},
		{"version", no_argument, NULL, 'v'}, {"help", no_argument, NULL, 'h'},     {NULL, 0, NULL, 0},
	};
	struct options options = {0};
	for (int c; (c = getopt_long(argc, argv, "h", long_options, NULL)) != -1;) {
		switch (c) {
		case 'c':
			options.check = true;
			break;
		case 'a':
			options.at = optarg;
			break;
		case 's':
			options.speed = optarg;
			break;
		case 'v':
			puts("pacerd " PACER_VERSION);
			return EXIT_OK;
		case 'h':
			fputs(usage, stdout);
			return EXIT_OK;
		default:
			fputs("pacerd: 'pacerd --help' lists the options\n", stderr);
			return EXIT_USAGE;
		}
	}
	if (options.check)
		return check_files(argv + optind);
	if (argv[optind]) {
		fprintf(stderr, "pacerd: unexpected '%s': 'pacerd --help' lists the options\n", argv[optind]);
		return EXIT_USAGE;
	}
	return run(&options);
}
