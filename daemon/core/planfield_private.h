/* What planfield.c and planfield_set.c share. For nobody else. */
#ifndef CORE_PLANFIELD_PRIVATE_H
#define CORE_PLANFIELD_PRIVATE_H

#include "planfield.h"

/* As it is kept: one line unless lines, no blanks at the ends of it, or of each. Owned by the caller. */
char *field_tidy(const char *value, bool lines);
/* Where the text of the row is kept in the plan or in the session; of no use for a row that holds no text. */
char **field_text(void *owner, const struct field_info *field);

#endif
