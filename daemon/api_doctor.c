/* Doctor: the chain from plan to bubble, link by link, and a real bubble at its end.
 *
 * What several checks look at is gathered once. Files are looked at, no program is started. */
#include <errno.h>
#include <unistd.h>

#include "api.h"
#include "ical/tz.h"
#include "pacer/protocol.h"
#include "sysfiles.h"

enum {
	LEAST_FREE_BYTES = 16 * 1024 * 1024,
	CLOCK_AHEAD_S = 60, /* an entry further ahead of the clock than this is no rounding */
	JOURNAL_LOOK = 100, /* the newest entries, for the latest of their times */
	KIB = 1024,
	MIB = 1024 * 1024,
};

struct facts {
	struct app *app;
	struct instant now;
	struct desktop_info desktop;
	bool server_known; /* it has told its name and what it can do */
	struct store_health health;
	struct err health_err; /* text: why the database could not be looked at */
	struct instant newest; /* entry of the journal; INSTANT_NEVER: there is none */
};

struct verdict {
	const char *result, *remedy; /* remedy NULL: nothing to do */
	char *text;                  /* owned */
};

static struct verdict good(char *text)
{
	return (struct verdict){"ok", NULL, text};
}

static struct verdict note(const char *remedy, char *text)
{
	return (struct verdict){"note", remedy, text};
}

static struct verdict problem(const char *remedy, char *text)
{
	return (struct verdict){"problem", remedy, text};
}

/* --- from the bus to the screen ------------------------------------------------------------------------------------------------- */

static struct verdict check_bus(const struct facts *facts)
{
	const char *address = getenv("DBUS_SESSION_BUS_ADDRESS");
	if (facts->desktop.bus)
		return good(xstrdup(address ? address : "connected"));
	if (!facts->app->server_problem)
		return note("ask again in a moment", xstrdup("the session bus has not been looked for yet"));
	return problem("log in to a desktop session, or set DBUS_SESSION_BUS_ADDRESS for pacerd",
		       address ? xasprintf("no session bus answers at %s", address) : xstrdup("there is no session bus"));
}

static struct verdict check_server(const struct facts *facts)
{
	const struct app *app = facts->app;
	const struct desktop_info *desktop = &facts->desktop;
	if (app->server_problem)
		return problem(desktop->bus ? "start your desktop's notification server (for example dunst), or start it again; "
					      "waiting questions are then shown"
					    : "the bus comes first: see above",
			       xasprintf("bubbles cannot appear: %s", app->server_problem));
	if (!app->engine->server_up)
		return note("ask again in a moment", xstrdup("the notification server has not answered yet"));
	return good(desktop->name ? xasprintf("%s %s answers", desktop->name, desktop->version ? desktop->version : "")
				  : xstrdup("a notification server can be started when it is needed"));
}

static struct verdict not_known(void)
{
	return note(NULL, xstrdup("not known before the server has answered"));
}

static struct verdict check_buttons(const struct facts *facts)
{
	if (!facts->server_known)
		return not_known();
	if (facts->desktop.actions && facts->desktop.name && !strcmp(facts->desktop.name, "mako"))
		return note("'makoctl menu', or type what the bubble says", xstrdup("mako takes buttons and shows none"));
	if (facts->desktop.actions)
		return good(xstrdup("bubbles can carry buttons"));
	return note("answer with 'pacer start', 'pacer done' or 'pacer inbox'",
		    xstrdup("this server shows no buttons: the bubble says what to type"));
}

/* What a server leaves out, and what that means. Plain text needs no remedy: nothing of ours is lost by it. */
static struct verdict check_capabilities(const struct facts *facts)
{
	const struct desktop_info *desktop = &facts->desktop;
	const struct {
		bool has;
		const char *without;
	} rows[] = {
		{desktop->body, "no text below the title: length and tip are not on the screen, 'pacer next' shows them"},
		{desktop->persistence, "bubbles may leave the screen by themselves: their questions stay in 'pacer inbox'"},
		{desktop->body_markup, "text comes without bold and links"},
	};
	struct text text = {0};
	if (!facts->server_known)
		return not_known();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (!rows[i].has)
			text_addf(&text, "%s%s", text.len ? "; " : "", rows[i].without);
	if (!text.len)
		return good(xstrdup("text below the title, and bubbles that stay until they are answered"));
	return desktop->body && desktop->persistence ? good(text_take(&text)) : note(NULL, text_take(&text));
}

static struct verdict check_quiet(const struct facts *facts)
{
	if (facts->desktop.quiet)
		return note("switch it off to see bubbles as they come",
			    xstrdup("do not disturb is on: the server keeps bubbles back, the questions are in 'pacer inbox'"));
	if (!facts->server_known)
		return not_known();
	return good(xstrdup("do not disturb is off, as far as this server tells"));
}

static struct verdict check_desktop_entry(const struct facts *facts UNUSED)
{
	OWNED_TEXT *entry = sysfiles_data("applications/pacer.desktop");
	OWNED_TEXT *icon = sysfiles_data("icons/hicolor/scalable/apps/pacer.svg");
	if (!entry)
		return note("install Pacer with 'make install'",
			    xstrdup("pacer.desktop is not found: GNOME and KDE cannot list Pacer among the programs that notify"));
	if (!icon)
		return note("install Pacer with 'make install'", xasprintf("%s; its icon is not found, bubbles come without it", entry));
	return good(STEAL(entry));
}

/* --- what the daemon keeps and reads -------------------------------------------------------------------------------------------- */

static struct verdict check_settings(const struct facts *facts)
{
	const struct config *config = &facts->app->config;
	if (!config->problem_count)
		return good(xstrdup(config->path));
	return problem("mend the line, or set it again with 'pacer config NAME VALUE'",
		       xasprintf("%s:%d: %s", config->path, config->problems[0].line, config->problems[0].text));
}

static struct verdict check_state(const struct facts *facts)
{
	const struct app *app = facts->app;
	if (app->store_problem)
		return problem("make room on the disk, or make the directory writable", xstrdup(app->store_problem));
	if (facts->health_err.text || !facts->health.sound)
		return problem(
			"stop pacerd and copy the newest .bak file beside it back",
			xasprintf("%s: %s", app->state_path, facts->health_err.text ? facts->health_err.text : "the database is damaged"));
	return good(xasprintf("%s: %lld KiB, sound", app->state_path, (long long)facts->health.bytes / KIB));
}

static struct verdict check_disk(const struct facts *facts)
{
	long long free_mib = (long long)facts->health.free_bytes / MIB;
	if (facts->health_err.text)
		return note(NULL, xstrdup("not known: the database comes first"));
	if (facts->health.free_bytes < LEAST_FREE_BYTES)
		return problem("make room on the disk",
			       xasprintf("%lld MiB free where the state is, at least %d are needed", free_mib, LEAST_FREE_BYTES / MIB));
	return good(xasprintf("%lld MiB free where the state is", free_mib));
}

static struct verdict check_plans(const struct facts *facts)
{
	const struct planfiles *planfiles = facts->app->planfiles;
	size_t count, broken = 0;
	const struct plan_file *files = planfiles_list(planfiles, &count), *first = NULL;
	for (size_t i = 0; i < count; i++)
		if (files[i].error) {
			broken++;
			first = first ? first : &files[i];
		}
	if (!count)
		return problem("put .ics files there, or install the shipped plans with 'make install'",
			       xasprintf("no plan in %s or the system's plan directories", planfiles_dirs(planfiles)[0]));
	if (!first)
		return good(xasprintf("%zu to choose from", count));
	return note("the others work; 'pacerd --check FILE' lists everything about one",
		    xasprintf("%zu of %zu cannot be used; %s:%d: %s", broken, count, first->path, first->line, first->error));
}

/* --- what holds notices back ---------------------------------------------------------------------------------------------------- */

static struct verdict check_enrolments(const struct facts *facts)
{
	size_t running = engine_running_enrolments(facts->app->engine);
	return running ? good(xasprintf("%zu running", running))
		       : note("pacer plans, then pacer enroll NAME --start 'next mon'", xstrdup("no plan yet"));
}

static struct verdict check_presence(const struct facts *facts)
{
	const struct engine *engine = facts->app->engine;
	const struct absence *absence = engine_absence_now(engine, facts->now);
	char stamp[STAMP_TEXT];
	if (absence)
		return note("pacer resume ends it", xasprintf("%s until %s: notices wait", absence_kind_name[absence->kind],
							      zone_stamp(stamp, engine->local, absence->to)));
	if (engine->locked)
		return note(NULL, xstrdup("the screen is locked or idle: notices wait up to 15 minutes"));
	return good(xstrdup("neither away nor paused"));
}

static struct verdict check_budget(const struct facts *facts)
{
	const struct policy *policy = &facts->app->config.settings.policy;
	int used = engine_notices_today(facts->app->engine, facts->now), most = policy->notices_a_day;
	if (policy->channel == CHANNEL_NONE)
		return note("pacer config notices.channel prompt",
			    xstrdup("notices.channel is none: nothing appears, everything waits in 'pacer inbox'"));
	OWNED_TEXT *of = most ? xasprintf(" of %d", most) : xstrdup("");
	if (most && used >= most)
		return note("what else comes up today waits in 'pacer inbox'; 'pacer config notices.a_day' allows more",
			    xasprintf("%d%s notices that you did not ask for have come today", used, of));
	return good(xasprintf("%d%s notices that you did not ask for have come today%s", used, of,
			      policy->channel == CHANNEL_DIGEST ? "; sessions wait for the summaries (notices.channel)" : ""));
}

/* --- time ----------------------------------------------------------------------------------------------------------------------- */

static struct verdict check_clock(const struct facts *facts)
{
	const struct zone *zone = facts->app->engine->local;
	char now[STAMP_TEXT], newest[STAMP_TEXT];
	zone_stamp(now, zone, facts->now);
	if (facts->newest.s != INSTANT_NEVER && facts->newest.s > facts->now.s + CLOCK_AHEAD_S)
		return problem("look at the computer's date; when it is right now, this ends by itself at that time",
			       xasprintf("the clock was set back before the last entry: it is %s, and the journal knows of %s", now,
					 zone_stamp(newest, zone, facts->newest)));
	if (facts->app->clock.shifted)
		return note("this daemon runs with --at or --clock: start one without it", xasprintf("%s, shifted", now));
	return good(xstrdup(now));
}

/* The learner's own zone when one is set, else the system's, by the variable TZ or by a link; without a name it is UTC. */
static struct verdict check_zone(const struct facts *facts)
{
	static const char remedy[] =
		"set your zone with 'timedatectl set-timezone NAME', or for Pacer alone with 'pacer config time.zone NAME'";
	static const char consequence[] = "sessions come at their times in UTC";
	const char *name = facts->app->engine->local->name, *fixed = facts->app->config.settings.timezone, *tz = getenv("TZ");
	const bool by_tz = tz && tz[0];
	const char *source = by_tz ? "TZ" : "/etc/localtime";
	OWNED_TEXT *target = by_tz ? xstrdup(tz) : NULL;
	if (strcmp(fixed, "follow") != 0)
		return good(xasprintf("%s, from the setting time.zone", name));
	int r = by_tz ? 0 : sysfiles_localtime(&target);
	if (r == -ENOENT)
		return note(remedy, xasprintf("there is no /etc/localtime: %s", consequence));
	if (r < 0)
		return note(remedy, xasprintf("/etc/localtime is no link, so it names no zone: %s", consequence));
	OWNED_TEXT *system = tz_system_name();
	size_t length = strlen(target), tail = strlen(zone_utc.name);
	bool means_utc = length >= tail && strcmp(target + length - tail, zone_utc.name) == 0;
	if (strcmp(system, zone_utc.name) == 0 && !means_utc)
		return note(remedy, xasprintf("%s says '%s', and there is no such time zone data: %s", source, target, consequence));
	return good(xasprintf("%s, from %s", name, source));
}

/* --- who starts the daemon ------------------------------------------------------------------------------------------------------ */

enum units_state { UNITS_MISSING, UNITS_MASKED, UNITS_OFF, UNITS_SOCKET, UNITS_AUTOSTART, UNITS_ON, UNITS_STATE_COUNT };

#define ENABLE_UNITS "systemctl --user enable --now pacerd.socket pacerd.service"
#define FIRST_COMMAND "after a login Pacer starts with your first pacer command, and not before"

/* clang-format off */
static const struct {
	bool at_login; /* a login starts the daemon */
	const char *text, *remedy;
} units_words[UNITS_STATE_COUNT] = {
	[UNITS_MISSING] = {false, "pacerd.service and pacerd.socket are not both installed: " FIRST_COMMAND,
			   "make install, then systemctl --user daemon-reload && " ENABLE_UNITS},
	[UNITS_MASKED] = {false, "pacerd.service or pacerd.socket is masked: systemd does not start Pacer",
			  "systemctl --user unmask pacerd.socket pacerd.service, then " ENABLE_UNITS},
	[UNITS_OFF] = {false, "pacerd.service and pacerd.socket are installed and not enabled: " FIRST_COMMAND,
		       ENABLE_UNITS},
	[UNITS_SOCKET] = {false, "pacerd.socket is enabled and pacerd.service is not: " FIRST_COMMAND,
			  ENABLE_UNITS},
	[UNITS_AUTOSTART] = {true, "the autostart entry starts it at login", NULL},
	[UNITS_ON] = {true, "pacerd.service is enabled: it starts at login", NULL},
};
/* clang-format on */

static bool is_masked(const char *unit)
{
	OWNED_TEXT *path = sysfiles_unit(unit);
	return path && sysfiles_is_masked(path);
}

static enum units_state units_look(void)
{
	OWNED_TEXT *service = sysfiles_unit("pacerd.service"), *socket = sysfiles_unit("pacerd.socket");
	OWNED_TEXT *service_on = sysfiles_enabled("pacerd.service"), *socket_on = sysfiles_enabled("pacerd.socket");
	OWNED_TEXT *autostart = sysfiles_autostart("pacerd-autostart.desktop");
	if (is_masked("pacerd.service") || is_masked("pacerd.socket"))
		return UNITS_MASKED;
	if (service && socket && service_on)
		return UNITS_ON;
	if (autostart)
		return UNITS_AUTOSTART;
	if (!service || !socket)
		return UNITS_MISSING;
	return socket_on ? UNITS_SOCKET : UNITS_OFF;
}

static struct verdict check_units(const struct facts *facts)
{
	const int *fds;
	/* INVOCATION_ID says less: a terminal hands it on to what is started in it. */
	bool managed = service_fds(facts->app->service, &fds) > 0 || getenv("NOTIFY_SOCKET");
	enum units_state state = units_look();
	char *text = xasprintf("%s; %s", managed ? "started by systemd" : "started without systemd", units_words[state].text);
	if (managed && units_words[state].at_login)
		return good(text);
	return note(units_words[state].remedy, text);
}

static struct verdict check_socket(const struct facts *facts)
{
	char path[PACER_SOCKET_PATH_MAX + 1];
	if (pacer_socket_path(path, (unsigned)geteuid()))
		return problem("set XDG_RUNTIME_DIR to a shorter path", xstrdup("the socket path is too long"));
	return good(xasprintf("%s, %d of %d connections", path, rpc_connections(facts->app->rpc), PACER_CONNECTIONS_MAX));
}

/* --- all of it ------------------------------------------------------------------------------------------------------------------ */

static const struct {
	const char *name;
	struct verdict (*check)(const struct facts *facts);
} checks[] = {
	{"bus", check_bus},
	{"notifications", check_server},
	{"buttons", check_buttons},
	{"capabilities", check_capabilities},
	{"quiet", check_quiet},
	{"desktop", check_desktop_entry},
	{"settings", check_settings},
	{"state", check_state},
	{"disk", check_disk},
	{"plans", check_plans},
	{"enrolment", check_enrolments},
	{"presence", check_presence},
	{"budget", check_budget},
	{"clock", check_clock},
	{"zone", check_zone},
	{"units", check_units},
	{"socket", check_socket},
};

static void take_newest(void *ctx, const struct journal_entry *entry)
{
	struct instant *newest = ctx;
	if (newest->s == INSTANT_NEVER || entry->time.s > newest->s)
		*newest = entry->time;
}

static void facts_gather(struct facts *facts, struct app *app)
{
	*facts = (struct facts){.app = app, .now = app_now(app), .desktop = desktop_info(app->desktop), .newest = {INSTANT_NEVER}};
	facts->server_known = facts->desktop.server && facts->desktop.name;
	if (store_health(app->store, &facts->health, &facts->health_err) && !facts->health_err.text)
		facts->health_err.text = xstrdup("the database cannot be read");
	/* A journal that cannot be read is what the state's check says. */
	(void)store_journal(app->store, NULL, NULL, JOURNAL_LOOK, take_newest, &facts->newest, NULL);
}

static void facts_release(struct facts *facts)
{
	desktop_info_release(&facts->desktop);
	err_release(&facts->health_err);
}

void api_doctor(struct app *app, struct rpc_call *call, json_t *parameters UNUSED)
{
	struct facts facts;
	json_t *list = json_array();
	facts_gather(&facts, app);
	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		struct verdict verdict = checks[i].check(&facts);
		json_array_append_new(list, json_check(checks[i].name, verdict.result, verdict.remedy, verdict.text));
	}
	facts_release(&facts);
	rpc_reply(call, json_pack("{s:o}", "checks", list));
}

static void test_done(void *ctx, bool shown, bool answered, const char *text)
{
	rpc_reply(ctx, json_pack("{s:b, s:b, s:o}", "shown", shown, "answered", answered, "text", json_text(text)));
}

void api_test_bubble(struct app *app, struct rpc_call *call, json_t *parameters UNUSED)
{
	if (!testbubble_start(&app->test, test_done, call))
		rpc_error(call, "LimitReached", json_pack("{s:s, s:i}", "what", "test bubbles", "limit", 1));
}
