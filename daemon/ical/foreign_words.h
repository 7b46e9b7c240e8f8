/* What kind of session somebody else's event is, guessed from common words (English, German, French, Spanish).
 *
 * Whole words, in any case, with or without accents: "Prüfung" is "PRUFUNG". Of several the first in the text counts. */
#ifndef ICAL_FOREIGN_WORDS_H
#define ICAL_FOREIGN_WORDS_H

#include "core/plan.h"

/* The type that the text's first known word stands for; *ret_word is that word, static. false: none is known. */
bool foreign_type(const char *text, enum session_type *ret_type, const char **ret_word);

#endif
