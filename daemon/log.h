/* Log lines to stderr with the <n> prefixes of sd-daemon(3) when a service manager reads them (JOURNAL_STREAM set), plain otherwise. */
#ifndef DAEMON_LOG_H
#define DAEMON_LOG_H

#include "pacer/base.h"

enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING = 4, LOG_LEVEL_INFO = 6, LOG_LEVEL_DEBUG = 7 };

/* Lines above level are dropped; debug when PACER_DEBUG is set in the environment. */
void log_open(void);
PRINTF_LIKE(2, 3) void log_line(enum log_level level, const char *format, ...);

#endif
