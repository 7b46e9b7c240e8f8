/* One run of the command line: where it writes and reads, and the daemon it talks to. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "args.h"
#include "client.h"
#include "screen.h"

struct cli {
	struct screen out, err;
	FILE *in;
	bool json;
	bool no_start;
	struct client client;
};

/* The whole program: argv in, exit status out. Reads in, writes out and err. */
int cli_run(int argc, char **argv, FILE *in, FILE *out, FILE *err);

/* One call and its reply; connects, and starts a daemon, when that has not happened yet. parameters are taken over (NULL: none).
 * Returns 0 with the parameters of the reply (owned by the caller), or the exit status of an error that has been reported. */
int cli_call(struct cli *cli, const char *method, json_t *parameters, json_t **ret_reply);
/* The same, but an error that is a question (asks.h) is asked about first, when somebody is there to be asked; unless the answer
 * repeats the call, nothing was changed and that is told: PACER_EXIT_REFUSED. */
int cli_call_asking(struct cli *cli, const char *method, json_t *parameters, json_t **ret_reply);
/* The same, but an error is no error: NULL, and nothing is said. For what makes an answer nicer. */
json_t *cli_call_quietly(struct cli *cli, const char *method, json_t *parameters);
/* Connects as cli_call does. Returns 0 or the exit status of a reported error. */
int cli_connect(struct cli *cli);

/* The command's answer: the reply as an object with --json, else what its show prints. Returns its exit status. */
int cli_show(struct cli *cli, const struct args *args, const json_t *reply);
void cli_print_json(struct cli *cli, const json_t *object);
void cli_print_json_line(struct cli *cli, const json_t *object);

/* Reports an error of our own: "pacer: text" on stderr and with --json {"error": name, "message": text}. Returns exit. */
PRINTF_LIKE(4, 5) int cli_error(struct cli *cli, enum pacer_exit exit, const char *name, const char *format, ...);
/* Reports the daemon's error reply. Returns its exit status. */
int cli_reply_error(struct cli *cli, const struct reply *reply);
/* Reports the reply's error, or that it lacks what a reply to this method carries. Returns 0 when it is sound. */
int cli_check_reply(struct cli *cli, const char *method, const struct reply *reply);
/* Reports a client_result. */
int cli_client_error(struct cli *cli, int result, struct err *err);

/* true with several enrolments: a session is then named with its enrolment ("e2/w05-fr"). */
bool cli_has_several(struct cli *cli);

/* true when somebody sits there to be asked: the input is a terminal. */
bool cli_is_attended(const struct cli *cli);

enum cli_answer { CLI_YES, CLI_NO, CLI_NOBODY_TO_ASK };
/* Asks "question [y/N] " on stderr and reads a line, when somebody sits at a terminal. fallback: CLI_YES or CLI_NO, the answer when
 * the line is neither. */
enum cli_answer cli_ask(struct cli *cli, const char *question, enum cli_answer fallback);
/* The next line typed, without its end; NULL when there are no more. What asks for it was said on stderr. Owned. */
char *cli_read_line(struct cli *cli);

#endif
