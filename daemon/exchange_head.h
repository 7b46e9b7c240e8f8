/* What a spreadsheet cannot say: it holds sessions, and nothing of the plan itself. */
#ifndef DAEMON_EXCHANGE_HEAD_H
#define DAEMON_EXCHANGE_HEAD_H

#include "exchange.h"

/* Gives a plan that was read of a table the phases and lighter weeks of RULES 2.3, by the number of its weeks; a plan too short to build
 * up to a race gets none. A week that is to be lighter, and is no shorter than the one before, is no lighter one. */
void exchange_head_guess(struct plan *plan);
/* Tells what was guessed and what is missing, with the commands that set it. name: the plan's. */
void exchange_head_tell(struct import *import, const char *name, const struct plan *plan);

#endif
