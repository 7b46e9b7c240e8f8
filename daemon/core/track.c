#include "track.h"

static const char gap[] = " ,;";

bool track_next(const char **at, const char **ret_name, size_t *ret_length)
{
	*at += strspn(*at, gap);
	*ret_name = *at;
	*ret_length = strcspn(*at, gap);
	*at += *ret_length;
	return *ret_length > 0;
}

bool track_in(const char *list, const char *name, size_t length)
{
	const char *one;
	size_t one_length;
	while (track_next(&list, &one, &one_length))
		if (one_length == length && memcmp(one, name, length) == 0)
			return true;
	return false;
}

bool track_takes(const char *tracks, const struct plan_session *session)
{
	const char *at = session->track ? session->track : "", *name;
	size_t length;
	bool has_one = false;
	if (!tracks)
		return true;
	while (track_next(&at, &name, &length)) {
		if (track_in(tracks, name, length))
			return true;
		has_one = true;
	}
	return !has_one;
}

char *track_pick(const struct plan *plan, const char *wanted, const char **ret_unknown, size_t *ret_length)
{
	const char *own = plan->tracks ? plan->tracks : "", *at = wanted, *name;
	size_t length;
	struct text picked = {0};
	while (track_next(&at, ret_unknown, ret_length))
		if (!track_in(own, *ret_unknown, *ret_length))
			return NULL;
	while (track_next(&own, &name, &length))
		if (track_in(wanted, name, length))
			text_addf(&picked, "%s%.*s", picked.len ? " " : "", (int)length, name);
	return picked.len ? text_take(&picked) : NULL;
}

void track_keep(struct plan *plan, const char *tracks)
{
	size_t kept = 0;
	for (size_t i = 0; i < plan->session_count; i++) {
		if (track_takes(tracks, &plan->sessions[i]))
			plan->sessions[kept++] = plan->sessions[i];
		else
			plan_session_release(&plan->sessions[i]);
	}
	plan->session_count = kept;
}
