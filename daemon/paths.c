#include "paths.h"

#include <pwd.h>
#include <unistd.h>

/* HOME, else the password database; without either a place that cannot be written says so itself. */
static const char *home_directory(void)
{
	const char *home = getenv("HOME");
	if (home && home[0] == '/')
		return home;
	const struct passwd *entry = getpwuid(geteuid());
	return entry && entry->pw_dir && entry->pw_dir[0] == '/' ? entry->pw_dir : "/nonexistent";
}

char *paths_xdg(const char *variable, const char *under_home)
{
	const char *value = getenv(variable);
	return value && value[0] == '/' ? xstrdup(value) : xasprintf("%s/%s", home_directory(), under_home);
}
