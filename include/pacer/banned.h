/* Forced into every compilation (-include): calls that overflow, hide a clock or guess at numbers do not compile here.
 * Use snprintf/xasprintf, strtol with its end pointer, and struct zone instead. */
#ifndef PACER_BANNED_H
#define PACER_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atol atof localtime gmtime gets

#endif
