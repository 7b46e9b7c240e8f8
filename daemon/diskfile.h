/* Bytes that are to outlive a machine that stops: what every file shares that is written beside the old one and then takes its name. */
#ifndef DAEMON_DISKFILE_H
#define DAEMON_DISKFILE_H

#include <stddef.h>

/* All of them, and onto the disk (fsync). Returns 0 or -errno; the descriptor stays open. */
int diskfile_write(int fd, const char *bytes, size_t length);
/* The names in a directory must reach the disk too. Some file systems cannot say so; the new file is in place all the same. */
void diskfile_sync_dir(const char *dir);

#endif
