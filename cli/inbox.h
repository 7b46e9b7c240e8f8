/* The inbox as a list one can walk through: its questions, which one is chosen, and what a key means. No terminal, no daemon. */
#ifndef CLI_INBOX_H
#define CLI_INBOX_H

#include "keys.h"
#include "pacer/base.h"

#include <jansson.h>

/* One answer: its row is all there is to know about it. */
struct inbox_answer {
	const char *name; /* as in the question's answers */
	char letter;
	const char *label, *running_label; /* beside the letter; while the session runs: NULL for not offered then */
	const char *method;
	const char *command;   /* whose way of telling the result is used */
	const char *parameter; /* beside the session; NULL: none */
	const char *value;     /* of it; NULL: true */
};
extern const struct inbox_answer inbox_answers[];
extern const size_t inbox_answer_count;

struct inbox {
	json_t *questions; /* a list; owned; NULL: none */
	size_t selected;   /* below the number of questions, 0 when there are none */
	size_t top;        /* the first one that is shown */
	size_t page;       /* how many are shown at once, at least 1 */
	long answered;     /* answers given here and not taken back: undo goes so far and no further */
};

enum inbox_what {
	INBOX_NOTHING,
	INBOX_CHOSEN, /* another question is selected, or the same one still */
	INBOX_ANSWER,
	INBOX_UNFIT, /* a letter that answers other questions, not this one */
	INBOX_HELP,
	INBOX_OPEN, /* the session's address */
	INBOX_UNDO,
	INBOX_NO_UNDO, /* nothing was answered here */
	INBOX_AGAIN,   /* ask the daemon anew */
	INBOX_DRAW,
	INBOX_QUIT,
};

struct inbox_step {
	enum inbox_what what;
	const struct inbox_answer *answer; /* with INBOX_ANSWER and INBOX_UNFIT */
};

void inbox_release(struct inbox *inbox);
size_t inbox_count(const struct inbox *inbox);
/* NULL when there are none. Borrowed. */
const json_t *inbox_selected(const struct inbox *inbox);

/* Takes over the list of a fresh answer. The chosen question stays chosen; when it has gone, the one that moved up. */
void inbox_take(struct inbox *inbox, json_t *questions);

/* Chooses the question about this session, when there is one. */
void inbox_choose(struct inbox *inbox, const json_t *session);

/* What the key means now; moves are carried out. */
struct inbox_step inbox_key(struct inbox *inbox, int key);

/* rows of the screen are there for the list: the chosen question is among them. */
void inbox_scroll(struct inbox *inbox, size_t rows);

/* Moves *at in a list of count as an arrow, a vi key, Home, End or a page does. false: the key is none of them. */
bool inbox_move(size_t *at, size_t count, size_t page, int key);

/* The n-th answer to a question that is known here, in the daemon's order; NULL past the last. */
const struct inbox_answer *inbox_answer_at(const json_t *question, size_t n);

#endif
