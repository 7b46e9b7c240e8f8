#include "cli.h"

#include "asks.h"
#include "commands.h"
#include "errors.h"
#include "field.h"
#include "launch.h"
#include "plan_forms.h"
#include "replies.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* jansson leaves DEL and the C1 controls (U+0080-9F) as they are; on a terminal some of them act. Inside JSON they can stand
 * in strings alone, so each may be written as an escape. */
static char *escape_controls(const char *json)
{
	struct text out = {0};
	const unsigned char *at = (const unsigned char *)json;
	for (; *at; at++) {
		bool c1 = at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0;
		if (c1 || *at == 0x7f)
			text_addf(&out, "\\u00%02X", c1 ? at[1] : *at);
		else
			text_add_n(&out, (const char *)at, 1);
		at += c1;
	}
	return text_take(&out);
}

static void print_json(struct cli *cli, const json_t *object, size_t flags)
{
	OWNED_TEXT *dump = json_dumps(object, flags);
	if (!dump)
		abort();
	OWNED_TEXT *safe = escape_controls(dump);
	fprintf(cli->out.file, "%s\n", safe);
}

void cli_print_json(struct cli *cli, const json_t *object)
{
	print_json(cli, object, JSON_INDENT(2));
}

void cli_print_json_line(struct cli *cli, const json_t *object)
{
	print_json(cli, object, JSON_COMPACT);
}

static void complain(struct cli *cli, const char *text)
{
	fflush(cli->out.file);
	say(&cli->err, STYLE_STRONG, "pacer: ");
	if (cli->err.tty)
		say_hanging(&cli->err, 7, 7, STYLE_PLAIN, text);
	else
		say_line(&cli->err, STYLE_PLAIN, "%s", text); /* one line: logs and scripts look for it */
}

int cli_error(struct cli *cli, enum pacer_exit exit, const char *name, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	OWNED_TEXT *text = xvasprintf(format, args);
	va_end(args);
	complain(cli, text);
	if (cli->json) {
		OWNED_TEXT *ours = text_safe(text, true); /* what was typed may be no UTF-8, which jansson refuses */
		json_t *object = json_pack("{s:s, s:s}", "error", name, "message", ours);
		if (!object)
			abort();
		cli_print_json(cli, object);
		json_decref(object);
	}
	return (int)exit;
}

static void complain_findings(struct cli *cli, const json_t *findings)
{
	size_t i;
	json_t *finding;
	json_array_foreach (findings, i, finding) {
		say(&cli->err, STYLE_DIM, "  %s:%ld: ", field_text(finding, "file"), field_number(finding, "line"));
		say_line(&cli->err, STYLE_PLAIN, "%s %s", field_text(finding, "code"), field_text(finding, "text"));
	}
}

/* What else is wrong with an imported text. */
static void complain_faults(struct cli *cli, const json_t *error)
{
	size_t i;
	json_t *fault;
	json_array_foreach (field_list(error, "more"), i, fault) {
		say(&cli->err, STYLE_DIM, "  %s: ", field_text(fault, "place"));
		say_line(&cli->err, STYLE_PLAIN, "%s", field_text(fault, "text"));
	}
	if (field_number(error, "unlisted"))
		say_line(&cli->err, STYLE_DIM, "  and %ld more", field_number(error, "unlisted"));
}

int cli_reply_error(struct cli *cli, const struct reply *reply)
{
	const char *name = error_short_name(reply->error);
	OWNED_TEXT *text = error_sentence(name, reply->parameters);
	complain(cli, text);
	complain_findings(cli, field_list(reply->parameters, "findings"));
	plan_forms_differences(&cli->err, field_list(reply->parameters, "differences"));
	complain_faults(cli, reply->parameters);
	if (cli->json) {
		json_t *object = json_pack("{s:s}", "error", name);
		if (!object || json_object_update_missing(object, reply->parameters))
			abort();
		cli_print_json(cli, object);
		json_decref(object);
	}
	return (int)error_exit(name);
}

int cli_check_reply(struct cli *cli, const char *method, const struct reply *reply)
{
	if (reply->error)
		return cli_reply_error(cli, reply);
	OWNED_TEXT *flaw = reply_flaw(method, reply->parameters);
	if (!flaw)
		return 0;
	return cli_error(cli, PACER_EXIT_PROTOCOL, "Protocol",
			 "the answer to %s lacks '%s': the daemon is of another version; restart it: systemctl --user restart pacerd",
			 method, flaw);
}

int cli_client_error(struct cli *cli, int result, struct err *err)
{
	if (result == CLIENT_UNHEARD)
		return PACER_EXIT_OK;
	bool broken = result == CLIENT_BROKEN;
	int exit = cli_error(cli, broken ? PACER_EXIT_PROTOCOL : PACER_EXIT_NO_DAEMON, broken ? "Protocol" : "NoDaemon", "%s", err->text);
	err_release(err);
	return exit;
}

int cli_connect(struct cli *cli)
{
	struct err err = {0};
	if (cli->client.fd >= 0)
		return 0;
	int result = client_connect(&cli->client, getuid(), &err);
	if (result == CLIENT_NOBODY && cli->no_start) {
		cli_error(cli, PACER_EXIT_NO_DAEMON, "NoDaemon", "no daemon answers, and --no-start keeps one from being started: %s",
			  err.text);
		err_release(&err);
		return PACER_EXIT_NO_DAEMON;
	}
	if (result == CLIENT_NOBODY) {
		err_release(&err);
		result = launch_and_connect(&cli->client, getuid(), &err);
	}
	return result ? cli_client_error(cli, result, &err) : 0;
}

static int exchange(struct cli *cli, const char *method, json_t *parameters, struct reply *ret, struct err *err)
{
	json_t *given = parameters ? parameters : json_object();
	int result = client_send(&cli->client, method, given, false, err);
	if (!result)
		result = client_reply(&cli->client, false, -1, ret, err);
	json_decref(given);
	return result;
}

/* One exchange; the reply may be an error. Returns 0, or the exit status of a reported failure to talk at all. */
static int talk(struct cli *cli, const char *method, json_t *parameters, struct reply *ret)
{
	struct err err = {0};
	int exit = cli_connect(cli);
	if (exit) {
		json_decref(parameters);
		return exit;
	}
	int result = exchange(cli, method, parameters, ret, &err);
	return result ? cli_client_error(cli, result, &err) : 0;
}

/* Reports what is wrong with the reply, or hands its parameters out. */
static int take_reply(struct cli *cli, const char *method, struct reply *reply, json_t **ret_reply)
{
	int exit = cli_check_reply(cli, method, reply);
	if (!exit)
		*ret_reply = STEAL(reply->parameters);
	return exit;
}

int cli_call(struct cli *cli, const char *method, json_t *parameters, json_t **ret_reply)
{
	struct reply reply = {0};
	int exit = talk(cli, method, parameters, &reply);
	if (!exit)
		exit = take_reply(cli, method, &reply, ret_reply);
	reply_release(&reply);
	return exit;
}

/* true: the answer repeats the call. */
static bool ask_again(struct cli *cli, const struct asks_row *row, const json_t *fields)
{
	fflush(cli->out.file);
	asks_show(&cli->err, row, fields);
	enum cli_answer answer = cli_ask(cli, row->question, row->again ? CLI_NO : CLI_YES);
	if ((answer == CLI_YES) == row->again)
		return true;
	OWNED_TEXT *kept = error_fill(row->kept, fields);
	say_line(&cli->out, STYLE_PLAIN, "%s", kept);
	return false;
}

int cli_call_asking(struct cli *cli, const char *method, json_t *parameters, json_t **ret_reply)
{
	struct reply reply = {0};
	int exit = talk(cli, method, json_incref(parameters), &reply);
	const struct asks_row *row = !exit && reply.error ? asks_find(reply.error) : NULL;
	if (exit) {
		json_decref(parameters);
	} else if (!row || cli->json || !cli_is_attended(cli)) {
		json_decref(parameters);
		exit = take_reply(cli, method, &reply, ret_reply);
	} else if (ask_again(cli, row, reply.parameters)) {
		asks_repeat(row, parameters);
		exit = cli_call(cli, method, parameters, ret_reply);
	} else {
		json_decref(parameters);
		exit = PACER_EXIT_REFUSED;
	}
	reply_release(&reply);
	return exit;
}

json_t *cli_call_quietly(struct cli *cli, const char *method, json_t *parameters)
{
	struct reply reply = {0};
	struct err err = {0};
	json_t *found = NULL;
	if (!exchange(cli, method, parameters, &reply, &err) && !reply.error)
		found = STEAL(reply.parameters);
	reply_release(&reply);
	err_release(&err);
	return found;
}

bool cli_has_several(struct cli *cli)
{
	json_t *reply = cli_call_quietly(cli, "ListEnrollments", NULL);
	bool several = json_array_size(field_list(reply, "enrollments")) > 1;
	json_decref(reply);
	return several;
}

bool cli_is_attended(const struct cli *cli)
{
	int fd = fileno(cli->in);
	return fd >= 0 && isatty(fd);
}

char *cli_read_line(struct cli *cli)
{
	OWNED_TEXT *line = NULL;
	size_t room = 0;
	fflush(cli->out.file);
	fflush(cli->err.file);
	ssize_t bytes = getline(&line, &room, cli->in);
	if (bytes <= 0) {
		say_gap(&cli->err); /* the terminal's cursor still stands behind the question */
		return NULL;
	}
	if (line[bytes - 1] == '\n')
		line[bytes - 1] = '\0';
	return STEAL(line);
}

enum cli_answer cli_ask(struct cli *cli, const char *question, enum cli_answer fallback)
{
	static const struct {
		const char *word;
		enum cli_answer answer;
	} words[] = {{"y", CLI_YES}, {"yes", CLI_YES}, {"n", CLI_NO}, {"no", CLI_NO}};
	if (!cli_is_attended(cli))
		return CLI_NOBODY_TO_ASK;
	fflush(cli->out.file);
	say(&cli->err, STYLE_STRONG, "%s", question);
	say(&cli->err, STYLE_PLAIN, fallback == CLI_YES ? " [Y/n] " : " [y/N] ");
	OWNED_TEXT *line = cli_read_line(cli);
	for (size_t i = 0; line && i < ARRAY_LEN(words); i++)
		if (!strcasecmp(line, words[i].word))
			return words[i].answer;
	return fallback;
}

int cli_show(struct cli *cli, const struct args *args, const json_t *reply)
{
	if (cli->json)
		cli_print_json(cli, reply);
	else
		args->command->show(cli, reply);
	return args->command->status ? args->command->status(reply) : 0;
}

/* One call of the command's method, then its reply as an object or for people. */
static int run_simple(struct cli *cli, const struct args *args)
{
	json_t *reply = NULL;
	int exit = cli_call_asking(cli, args->command->method, args_parameters(args), &reply);
	if (!exit)
		exit = cli_show(cli, args, reply);
	json_decref(reply);
	return exit;
}

static int run_command(struct cli *cli, const struct args *args)
{
	if (args_has(args, OPTION_VERSION)) {
		say_line(&cli->out, STYLE_PLAIN, "pacer %s", PACER_VERSION);
		return 0;
	}
	if (args_has(args, OPTION_HELP) && args->named)
		args_help_command(args->command, &cli->out);
	else if (args_has(args, OPTION_HELP))
		args_help(commands, &cli->out);
	else
		return args->command->run ? args->command->run(cli, args) : run_simple(cli, args);
	return 0;
}

/* A pipe nobody reads any more reports POLLERR (poll(2)). */
static bool reader_has_gone(FILE *file)
{
	struct pollfd fds = {.fd = fileno(file)};
	return fds.fd >= 0 && poll(&fds, 1, 0) > 0 && (fds.revents & POLLERR);
}

/* What was written must have arrived: a full disk is told, a reader that left is not (pacer week | head -1). */
static int finish(struct cli *cli, int exit)
{
	errno = 0;
	bool arrived = !fflush(cli->out.file) && !ferror(cli->out.file);
	int reason = errno;
	if (arrived || reader_has_gone(cli->out.file))
		return exit;
	cli->json = false;
	return cli_error(cli, PACER_EXIT_STORAGE, "Output", "the output could not be written: '%s'; make room and type it again",
			 reason ? strerror(reason) : "input/output error");
}

static enum colour wanted_colour(const struct args *args)
{
	const char *when = args->options[OPTION_COLOR];
	if (!when || !strcmp(when, "auto"))
		return COLOUR_AUTO;
	return !strcmp(when, "always") ? COLOUR_ALWAYS : COLOUR_NEVER;
}

int cli_run(int argc, char **argv, FILE *in, FILE *out, FILE *err_file)
{
	struct args args;
	struct err err = {0};
	int exit = args_parse(commands, argc, argv, &args, &err);
	struct cli cli = {
		.in = in,
		.json = args_has(&args, OPTION_JSON),
		.no_start = args_has(&args, OPTION_NO_START),
	};
	client_init(&cli.client);
	screen_init(&cli.out, out, wanted_colour(&args));
	screen_init(&cli.err, err_file, wanted_colour(&args));
	if (exit)
		cli_error(&cli, PACER_EXIT_USAGE, "Usage", "%s", err.text);
	else
		exit = run_command(&cli, &args);
	client_release(&cli.client);
	err_release(&err);
	args_release(&args);
	return finish(&cli, exit);
}
