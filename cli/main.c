/* pacer: what the learner types. */
#include "cli.h"
#include "completions.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

/* Started without stdin, stdout or stderr, the next file opened would take their place. */
static void fill_standard_files(void)
{
	int fd;
	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd < 3);
	if (fd >= 3)
		close(fd);
}

int main(int argc, char **argv)
{
	fill_standard_files();
	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN); /* a reader that left is noticed at the write, and ends the run quietly */
	if (argc > 1 && !strcmp(argv[1], COMPLETIONS_WORD)) {
		completions_run(argc - 2, argv + 2, stdout);
		return 0;
	}
	return cli_run(argc, argv, stdin, stdout, stderr);
}
