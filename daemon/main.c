/* pacerd: options, then one loop. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <unistd.h>

#include "api.h"
#include "check.h"
#include "clockfile.h"
#include "ical/tz.h"
#include "log.h"
#include "pacer/protocol.h"

extern const char pacer_interface_text[];

enum { EXIT_OK = 0, EXIT_RUNTIME = 1, EXIT_USAGE = 2 };

struct options {
	bool checking;
	struct check_options check;
	const char *at, *speed, *clock;
};

static const char usage[] = "usage: pacerd [--at TIME [--speed N] | --clock FILE]\n"
			    "       pacerd --check [--strict] [--notes | --json] FILE...\n"
			    "\n"
			    "  --check FILE...  look at plan files without a daemon: one line a finding, file:line: code: text\n"
			    "  --strict         with --check: warnings count as errors\n"
			    "  --notes          with --check: show what is worth knowing and no flaw, too\n"
			    "  --json           with --check: one JSON object, as pacer plan lint --json prints it\n"
			    "  --at TIME        run as if it were TIME: '2026-11-30 09:29:50' on the wall clock here\n"
			    "  --speed N        let time pass N times as fast; with --at\n"
			    "  --clock FILE     run on the clock that a file sets, each time it is written: '2026-11-30 09:00 20'\n"
			    "                   is a time, and how many times as fast it passes\n"
			    "  --version        print the version\n"
			    "  --help           print this\n"
			    "\n"
			    "Without options: the daemon, in the foreground, logging to stderr. See pacerd(1).\n";

/* --- options --------------------------------------------------------------------------------------------------------------------- */

static const struct zone *system_zone(void)
{
	OWNED_TEXT *name = tz_system_name();
	const struct zone *zone = tz_source()->find(tz_source()->ctx, name);
	return zone ? zone : &zone_utc;
}

static int make_clock(const struct options *options, struct clock *ret_clock)
{
	struct instant at;
	double speed = 1;
	if (options->clock && (options->at || options->speed)) {
		fputs("pacerd: --clock goes without --at and --speed: the file says both\n", stderr);
		return EXIT_USAGE;
	}
	if (options->speed && !clock_speed_parse(options->speed, &speed)) {
		fprintf(stderr, "pacerd: not a speed: '%s', give a number above 0 and up to %d\n", options->speed, CLOCK_SPEED_MAX);
		return EXIT_USAGE;
	}
	if (!options->at) {
		if (options->speed)
			fputs("pacerd: --speed goes with --at TIME\n", stderr);
		*ret_clock = clock_real();
		return options->speed ? EXIT_USAGE : EXIT_OK;
	}
	if (!clock_time_parse(options->at, system_zone(), &at)) {
		fprintf(stderr, "pacerd: not a time: '%s', write it as '2026-11-30 09:29:50'\n", options->at);
		return EXIT_USAGE;
	}
	*ret_clock = clock_shifted(at, speed);
	return EXIT_OK;
}

/* --- the daemon ------------------------------------------------------------------------------------------------------------------ */

/* A step of the clock, as when somebody sets the machine's. */
static void on_clock_file(void *ctx, const struct clock_setting *setting)
{
	struct app *app = ctx;
	const struct event event = {.kind = EVENT_TICK, .via = "clock-set"};
	struct err err = {0};
	char stamp[STAMP_TEXT];
	if (!app->service)
		return; /* it is closing */
	clock_shift(&app->clock, setting->shown, setting->speed);
	log_line(LOG_LEVEL_INFO, "the clock was set to %s, speed %g: looking at everything again",
		 zone_stamp(stamp, system_zone(), setting->shown), setting->speed);
	if (app_step(app, &event, &err) == APP_STORAGE)
		log_line(LOG_LEVEL_ERROR, "%s", err.text);
	err_release(&err);
}

/* The clock file first: what it says at the start is the clock to start with. */
static int open_clock_file(struct clockfile *file, uv_loop_t *loop, const char *path, struct clock *ret_clock)
{
	struct clock_setting setting;
	struct err err = {0};
	if (clockfile_open(file, loop, path, system_zone, &setting, &err)) {
		fprintf(stderr, "pacerd: %s\n", err.text);
		err_release(&err);
		return EXIT_USAGE;
	}
	*ret_clock = clock_shifted(setting.shown, setting.speed);
	return EXIT_OK;
}

static int run_app(struct app *app, uv_loop_t *loop, const struct app_options *options)
{
	struct err err = {0};
	int status = EXIT_OK;
	if (app_open(app, loop, options, &err)) {
		log_line(LOG_LEVEL_ERROR, "%s", err.text ? err.text : "cannot start");
		err_release(&err);
		app_close(app);
		status = EXIT_RUNTIME;
	}
	uv_run(loop, UV_RUN_DEFAULT);
	app_release(app);
	return status;
}

static int run(const struct options *options)
{
	struct app app;
	struct app_options app_options = {
		.interface_text = pacer_interface_text,
		.handlers = {.call = api_call, .gone = api_gone, .streaming = api_streaming},
		.publish = api_publish,
		.opened = api_opened,
		.plans_changed = api_take_new_plans,
	};
	struct clockfile clockfile = {.changed = on_clock_file, .ctx = &app};
	uv_loop_t loop;
	int status = make_clock(options, &app_options.clock);
	if (status)
		return status;
	signal(SIGPIPE, SIG_IGN);
	log_open();
	uv_loop_init(&loop);
	if (options->clock)
		status = open_clock_file(&clockfile, &loop, options->clock, &app_options.clock);
	if (!status) {
		status = run_app(&app, &loop, &app_options);
		if (options->clock)
			clockfile_close(&clockfile);
	}
	uv_run(&loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&loop) != 0)
		abort(); /* a handle was forgotten: our own bug */
	return status;
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{"check", no_argument, NULL, 'c'},       {"strict", no_argument, NULL, 't'},
		{"notes", no_argument, NULL, 'n'},       {"json", no_argument, NULL, 'j'},
		{"at", required_argument, NULL, 'a'},    {"speed", required_argument, NULL, 's'},
		{"clock", required_argument, NULL, 'k'}, {"version", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, 'h'},        {NULL, 0, NULL, 0},
	};
	struct options options = {0};
	for (int c; (c = getopt_long(argc, argv, "h", long_options, NULL)) != -1;) {
		switch (c) {
		case 'c':
			options.checking = true;
			break;
		case 't':
			options.check.strict = true;
			break;
		case 'n':
			options.check.notes = true;
			break;
		case 'j':
			options.check.json = true;
			break;
		case 'a':
			options.at = optarg;
			break;
		case 's':
			options.speed = optarg;
			break;
		case 'k':
			options.clock = optarg;
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
	if (options.checking && !argv[optind]) {
		fputs("pacerd: --check needs plan files: pacerd --check FILE...\n", stderr);
		return EXIT_USAGE;
	}
	if (options.checking) {
		int status = check_files(&options.check, argv + optind);
		tz_finish();
		return status;
	}
	if (options.check.strict || options.check.notes || options.check.json) {
		fputs("pacerd: --strict, --notes and --json go with --check FILE...\n", stderr);
		return EXIT_USAGE;
	}
	if (argv[optind]) {
		fprintf(stderr, "pacerd: unexpected '%s': 'pacerd --help' lists the options\n", argv[optind]);
		return EXIT_USAGE;
	}
	return run(&options);
}
