/* What a shell offers at Tab: the scripts in cli/completions ask "pacer __complete WORD..." and show what it prints.
 *
 * Commands and options are read off the tables that parsing and help use; names of plans, sessions, enrolments and settings come from
 * the daemon, when one runs: none is started, and none is waited for longer than a key press may take. */
#ifndef CLI_COMPLETIONS_H
#define CLI_COMPLETIONS_H

#include <stdio.h>

/* The first word of the hidden command. */
#define COMPLETIONS_WORD "__complete"

/* words: what was typed after "pacer", the last one being typed and perhaps empty. Writes a line a candidate that begins like it: the
 * word, a tab, what it means ("" when there is nothing to say); the line ":files" asks for names of files as well. Candidates need no
 * quoting in any shell. Says nothing else, whatever goes wrong. */
void completions_run(int count, char **words, FILE *out);

#endif
