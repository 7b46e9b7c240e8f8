/* A machine whose clocks are set and which sleeps, for one process: compiled and preloaded by test_time.py.
 *
 * The file named by PACER_SKEW has three numbers: by how many seconds CLOCK_REALTIME and CLOCK_BOOTTIME are ahead of the machine's own,
 * and what wakes the process when that changes. 1: the kernel says so, its timer becomes readable with ECANCELED, as after a
 * settimeofday() and after a suspend (timerfd_create(2)); 0: the timer runs out; -1: nothing. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static atomic_llong real_s, boot_s;
static atomic_int timer_fd = -1;
static atomic_bool to_wake, to_cancel;

static int settime(int fd, int flags, const struct itimerspec *spec, struct itimerspec *old)
{
	return (int)syscall(SYS_timerfd_settime, fd, flags, spec, old);
}

int clock_gettime(clockid_t id, struct timespec *now)
{
	int r = (int)syscall(SYS_clock_gettime, id, now);
	if (!r)
		now->tv_sec += id == CLOCK_REALTIME ? real_s : id == CLOCK_BOOTTIME ? boot_s : 0;
	return r;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *spec, struct itimerspec *old)
{
	struct itimerspec shifted = *spec;
	shifted.it_value.tv_sec -= real_s;
	if (shifted.it_value.tv_sec < 0)
		shifted.it_value = (struct timespec){0, 1};
	timer_fd = fd;
	return settime(fd, flags, &shifted, old);
}

ssize_t read(int fd, void *bytes, size_t size)
{
	ssize_t n = syscall(SYS_read, fd, bytes, size);
	if (fd != timer_fd || !atomic_exchange(&to_wake, false) || !to_cancel)
		return n;
	errno = ECANCELED;
	return -1;
}

/* Takes in what the file says; returns whether that is new and to wake the process. */
static bool look(void)
{
	long long real = 0, boot = 0;
	int said = 0;
	FILE *file = fopen(getenv("PACER_SKEW"), "re");
	bool good = file && fscanf(file, "%lld %lld %d", &real, &boot, &said) == 3;
	if (file)
		fclose(file);
	if (!good || (real == real_s && boot == boot_s))
		return false;
	real_s = real;
	boot_s = boot;
	to_cancel = said > 0;
	return said >= 0;
}

/* Once more and once more until the timer was read: the process may have set it anew at this very moment. */
static void *watch(void *none)
{
	const struct timespec pause = {0, 5000000};
	for (;; nanosleep(&pause, NULL)) {
		if (look())
			to_wake = true;
		if (to_wake && timer_fd >= 0)
			settime(timer_fd, TFD_TIMER_ABSTIME, &(struct itimerspec){.it_value = {0, 1}}, NULL);
	}
	return none;
}

__attribute__((constructor)) static void begin(void)
{
	pthread_t thread;
	sigset_t all, old;
	look();
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old); /* signals are the process's */
	pthread_create(&thread, NULL, watch, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}
