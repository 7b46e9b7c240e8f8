/* Texts of a plan that have a form and that no rule hangs on: what is not of it is shown as it stands and warned about (W-VALUE), and
 * refused where somebody writes it. Each takes the text on one line; what follows the name tells the form.
 */
#ifndef CORE_PLANWORD_H
#define CORE_PLANWORD_H

#include <stdbool.h>

/* Days after a session on which to recall it: "1 3 7 21", at most 8, each from 1 to 365 and later than the one before. */
bool planword_is_review(const char *text);
/* Who takes part: "role=manager", or several with blanks between; a role is of letters, digits and '-'. */
bool planword_is_with(const char *text);
/* A version: a whole number of at most 9 digits. */
bool planword_is_version(const char *text);

/* What to write instead, as the end of a sentence. */
#define PLANWORD_REVIEW "write up to 8 days, each later than the one before, like 1 3 7 21"
#define PLANWORD_WITH "write who takes part like role=manager"
#define PLANWORD_VERSION "write a whole number like 2"

#endif
