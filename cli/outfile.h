/* Files that somebody names for what is printed: written whole, or left as they were.
 *
 * A regular file gets a new one in its place, of the same mode, only after every byte has reached the disk; where a link leads, the file at
 * its end does, and the link stays. Pipes and terminals are written straight into. Anything else is refused. */
#ifndef CLI_OUTFILE_H
#define CLI_OUTFILE_H

#include "pacer/base.h"

enum outfile_result { OUTFILE_FAILED = 1 };

/* Returns 0 when all of the text is written, or OUTFILE_FAILED with err.text "cannot write 'PATH': why". */
int outfile_write(const char *path, const char *text, struct err *err);

#endif
