/* Times programs from fork to exit, one after the other in turns, so that whatever else the machine does falls on all alike.
 *
 * stopwatch ROUNDS PROGRAM [ARG...] [-- PROGRAM [ARG...]]...
 *
 * Prints one JSON array a program: nanoseconds of each round. Their standard output is thrown away; a program that ends with
 * another status than 0 ends the run. vfork, as a large parent would be copied otherwise. */
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pacer/base.h"

enum { PROGRAMS_MAX = 8, ROUNDS_MAX = 100000 };

static int64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* -1: it did not end with 0. */
static int64_t run_ns(char **argv, const posix_spawn_file_actions_t *actions)
{
	pid_t pid;
	int status;
	int64_t from_ns = now_ns();
	if (posix_spawnp(&pid, argv[0], actions, NULL, argv, environ) != 0 || waitpid(pid, &status, 0) != pid || status != 0)
		return -1;
	return now_ns() - from_ns;
}

/* Cuts the arguments into programs at "--"; returns how many, 0: none or too many. */
static size_t split(char **arguments, char ***programs)
{
	size_t count = 0;
	for (char **from = arguments; *from;) {
		if (count == PROGRAMS_MAX)
			return 0;
		programs[count++] = from;
		while (*from && strcmp(*from, "--") != 0)
			from++;
		if (*from)
			*from++ = NULL;
	}
	return count;
}

static void print_row(const int64_t *took_ns, size_t rounds)
{
	for (size_t i = 0; i < rounds; i++)
		printf("%s%lld", i ? "," : "[", (long long)took_ns[i]);
	puts("]");
}

int main(int argc, char **argv)
{
	char **programs[PROGRAMS_MAX];
	long rounds = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	size_t count = rounds >= 1 && rounds <= ROUNDS_MAX ? split(argv + 2, programs) : 0;
	posix_spawn_file_actions_t actions;
	if (!count) {
		fputs("usage: stopwatch ROUNDS PROGRAM [ARG...] [-- PROGRAM [ARG...]]...\n", stderr);
		return 2;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	int64_t *took_ns = xcalloc(count * (size_t)rounds, sizeof(*took_ns));
	for (long round = 0; round < rounds; round++)
		for (size_t i = 0; i < count; i++) {
			int64_t ns = run_ns(programs[i], &actions);
			if (ns < 0) {
				fprintf(stderr, "stopwatch: '%s' did not end well in round %ld\n", programs[i][0], round + 1);
				return 1;
			}
			took_ns[i * (size_t)rounds + (size_t)round] = ns;
		}
	for (size_t i = 0; i < count; i++)
		print_row(took_ns + i * (size_t)rounds, (size_t)rounds);
	posix_spawn_file_actions_destroy(&actions);
	free(took_ns);
	return 0;
}
