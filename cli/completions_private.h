/* What completions.c and completions_plan.c share. For nobody else. */
#ifndef CLI_COMPLETIONS_PRIVATE_H
#define CLI_COMPLETIONS_PRIVATE_H

#include "commands.h"
#include "completions.h"

struct typed {
	struct cli cli;
	const char *current;           /* the word being typed, or what stands behind its "=" */
	const char *before;            /* the whole word in the latter case; else NULL */
	const struct command *command; /* NULL: none yet */
	const char **words;            /* before the current one: no options, no values of options; borrowed */
	int word_count;
	int taken;              /* of them, by the command's name */
	enum option_id wanting; /* the option whose value is being typed; OPTION_COUNT: none */
	bool only_words;        /* "--" was typed */
};

extern const char completions_types[]; /* of sessions, with blanks between */

/* Prints the word when it goes on from what is being typed. */
void typed_offer(const struct typed *typed, const char *word, const char *meaning);
/* Each of several words, with blanks between. */
void typed_offer_words(const struct typed *typed, const char *words);
/* Offers a field of every object in a list of the reply, which is released. */
void typed_offer_list(const struct typed *typed, json_t *reply, const char *list, const char *word, const char *meaning);
/* The learner's own sessions, as they are typed. */
void typed_offer_own_sessions(struct typed *typed);
/* "DE,U": what is being typed begins behind the last of the signs. */
void typed_go_behind(struct typed *typed, const char *signs);
/* Offers the word, unless the list that is being typed, parted by the signs, holds it already. After typed_go_behind. */
void typed_offer_once(const struct typed *typed, const char *signs, const char *word);
/* A call with one parameter; name NULL: with none. NULL: nobody answers, or not in time. */
json_t *typed_ask(struct typed *typed, const char *method, const char *name, const char *value);

/* --- completions_plan.c: what the plan that was typed first has --------------------------------------------------------------------- */

void offer_sessions(struct typed *typed);
/* plan set: a session or a field, the field behind a session, and the value behind a field where it is one of a few. */
void offer_fields(struct typed *typed);
void offer_skills(struct typed *typed);
/* Of the option: several with commas between. */
void offer_tracks(struct typed *typed);
/* Branches and tags of the repository the plan's file lies in. */
void offer_revisions(struct typed *typed);

#endif
