#include "planwrite_private.h"

#include <errno.h>
#include <unistd.h>

#include "core/plan.h"
#include "ical/revision.h"
#include "paths.h"

char *planwrite_history_dir(void)
{
	OWNED_TEXT *state = paths_xdg("XDG_STATE_HOME", ".local/state");
	return xasprintf("%s/pacer/plans", state);
}

/* --- names ------------------------------------------------------------------------------------------------------------------------- */

const char planwrite_name_rule[] =
	"1 to 64 letters, digits, '.', '_' and '-', starting with a letter, a digit or '_'; not one of the words "
	"that pacer uses itself, and not ending in .ics";

/* Words that stand where a plan's name may stand (pacer help plan ..., pacer enroll next ...). */
static const char *const reserved[] = {"next", "all", "none", "new", "help"};

bool planwrite_name_is_good(const char *name)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	size_t length = strlen(name);
	if (!length || length > PLAN_NAME_MAX || strspn(name, first) != length || name[0] == '.' || name[0] == '-')
		return false;
	for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
		if (!strcasecmp(name, reserved[i]))
			return false;
	return length < 4 || strcasecmp(name + length - 4, ".ics") != 0;
}

static int check_name(const char *name, struct err *err)
{
	if (planwrite_name_is_good(name))
		return 0;
	return err_set(err, PLANWRITE_NAME, "not a name for a plan: '%s', use %s", name, planwrite_name_rule);
}

char *planwrite_path(const struct planwrite *planwrite, const char *name)
{
	return xasprintf("%s/%s.ics", planwrite->plans, name);
}

/* --- the plan on disk -------------------------------------------------------------------------------------------------------------- */

/* What stands there now. */
struct present {
	char *path;     /* of the file itself, at the end of links; else where it would be */
	char *revision; /* NULL: there is none */
	struct text bytes;
	mode_t mode;
};

static void present_release(struct present *present)
{
	free(present->path);
	free(present->revision);
	text_release(&present->bytes);
}

static int refuse_file(const char *path, int r, struct err *err)
{
	return err_set(err, r, "the plan cannot be written: '%s': %s, nothing was changed", path, strerrordesc_np(-r));
}

/* The end of the links at path, which must lie in dir. */
static int follow(const char *dir, const char *path, char **ret_path, struct err *err)
{
	OWNED_TEXT *real_dir = realpath(dir, NULL), *real = realpath(path, NULL);
	struct stat st;
	if (!real && errno == ENOENT && lstat(path, &st) < 0) {
		*ret_path = xstrdup(path);
		return 0;
	}
	if (!real || !real_dir)
		return err_set(err, PLANWRITE_NAME, "the link leads nowhere: '%s', mend it or take it away", path);
	size_t length = strlen(real_dir);
	if (strncmp(real, real_dir, length) != 0 || real[length] != '/')
		return err_set(err, PLANWRITE_NAME, "the link leads out of your plan directory: '%s', put a copy of the file there instead",
			       path);
	*ret_path = STEAL(real);
	return 0;
}

static int look(const struct planwrite *planwrite, const char *name, struct present *ret, struct err *err)
{
	OWNED_TEXT *path = planwrite_path(planwrite, name);
	struct stat st = {0};
	int r = check_name(name, err);
	if (!r)
		r = follow(planwrite->plans, path, &ret->path, err);
	if (r)
		return r;
	r = planwrite_read(ret->path, &ret->bytes);
	if (r == -ENOENT)
		return 0;
	if (!r && stat(ret->path, &st) < 0)
		r = -errno;
	if (r)
		return err_set(err, r, "the plan cannot be read: '%s': %s", ret->path, strerrordesc_np(-r));
	ret->mode = st.st_mode & 07777;
	ret->revision = revision_of(ret->bytes.data, ret->bytes.len);
	return 0;
}

/* The revision as histories write it. */
static const char *revision_word(const char *revision)
{
	return revision ? revision : history_none;
}

static bool is_still(const struct present *present)
{
	struct text bytes = {0};
	int r = planwrite_read(present->path, &bytes);
	if (r)
		return r == -ENOENT && !present->revision;
	bool same = present->revision && bytes.len == present->bytes.len && !memcmp(bytes.data, present->bytes.data, bytes.len);
	text_release(&bytes);
	return same;
}

static char *dir_of(const char *path)
{
	return xstrndup(path, (size_t)(strrchr(path, '/') - path));
}

static int refuse_changed(const char *path, struct err *err)
{
	return err_set(err, PLANWRITE_CHANGED, "the file has just been changed by somebody else: '%s', look at it and try again", path);
}

/* Puts the bytes in the place of what is present. */
static int replace(const struct present *present, const char *bytes, size_t length, struct err *err)
{
	OWNED_TEXT *dir = dir_of(present->path);
	OWNED_TEXT *temp = xasprintf("%s/.%s.new", dir, strrchr(present->path, '/') + 1);
	int r = file_write_new(temp, bytes, length, present->mode);
	if (r)
		return refuse_file(present->path, r, err);
	if (!is_still(present)) {
		unlink(temp);
		return refuse_changed(present->path, err);
	}
	r = present->revision ? (rename(temp, present->path) < 0 ? -errno : 0) : file_rename_new(temp, present->path);
	if (r) {
		unlink(temp);
		return r == -EEXIST ? refuse_changed(present->path, err) : refuse_file(present->path, r, err);
	}
	diskfile_sync_dir(dir);
	return 0;
}

static int take_away(const struct planwrite *planwrite, const char *name, struct err *err)
{
	OWNED_TEXT *path = planwrite_path(planwrite, name);
	if (unlink(path) < 0 && errno != ENOENT)
		return refuse_file(path, -errno, err);
	diskfile_sync_dir(planwrite->plans);
	return 0;
}

/* --- changes ----------------------------------------------------------------------------------------------------------------------- */

int planwrite_put(const struct planwrite *planwrite, const char *name, const char *based_on, const char *bytes, size_t length,
		  struct err *err)
{
	CLEANUP(present_release) struct present present = {0};
	OWNED_TEXT *kept = NULL, *made = revision_of(bytes, length);
	int r = check_name(name, err);
	if (!r && (r = file_make_dir(planwrite->plans)))
		return refuse_file(planwrite->plans, r, err);
	if (!r)
		r = look(planwrite, name, &present, err);
	if (!r && !based_on && present.revision)
		r = err_set(err, PLANWRITE_EXISTS, "%s", present.path);
	if (!r && based_on && (!present.revision || strcmp(based_on, present.revision) != 0))
		r = refuse_changed(present.path, err);
	if (!r)
		r = history_keep(planwrite, name, present.revision ? HISTORY_BYTES : HISTORY_NONE, &present.bytes, made, &kept, err);
	if (r)
		return r;
	r = replace(&present, bytes, length, err);
	history_settle(planwrite, name, kept, !r);
	return r;
}

/* Like look; the plan must be there. */
static int look_at(const struct planwrite *planwrite, const char *name, struct present *ret, struct err *err)
{
	int r = look(planwrite, name, ret, err);
	return r || ret->revision ? r : err_set(err, PLANWRITE_CHANGED, "the plan is gone already: '%s'", ret->path);
}

int planwrite_remove(const struct planwrite *planwrite, const char *name, struct err *err)
{
	CLEANUP(present_release) struct present present = {0};
	OWNED_TEXT *kept = NULL;
	int r = look_at(planwrite, name, &present, err);
	if (!r)
		r = history_keep(planwrite, name, HISTORY_BYTES, &present.bytes, history_none, &kept, err);
	if (!r && !is_still(&present))
		r = refuse_changed(present.path, err);
	else if (!r)
		r = take_away(planwrite, name, err);
	history_settle(planwrite, name, kept, !r);
	return r;
}

/* The file (of a link the link) gets the other name, if that is free. */
static int give_name(const struct planwrite *planwrite, const char *name, const char *to, struct err *err)
{
	OWNED_TEXT *from_path = planwrite_path(planwrite, name), *to_path = planwrite_path(planwrite, to);
	int r = file_rename_new(from_path, to_path);
	if (r == -EEXIST)
		return err_set(err, PLANWRITE_EXISTS, "%s", to_path);
	if (r)
		return refuse_file(from_path, r, err);
	diskfile_sync_dir(planwrite->plans);
	return 0;
}

int planwrite_rename(const struct planwrite *planwrite, const char *name, const char *to, struct err *err)
{
	CLEANUP(present_release) struct present present = {0};
	CLEANUP(text_release) struct text was = {0};
	OWNED_TEXT *kept = NULL;
	int r = check_name(to, err);
	text_add(&was, name);
	if (!r)
		r = look_at(planwrite, name, &present, err);
	if (!r)
		r = history_keep(planwrite, name, HISTORY_NAME, &was, present.revision, &kept, err);
	if (!r)
		r = give_name(planwrite, name, to, err);
	history_settle(planwrite, name, kept, !r);
	if (!r)
		history_rename(planwrite, name, to, kept);
	return r;
}

/* The change of the entry never came to pass: the plan is what the entry kept. */
static bool is_void(const struct history_entry *entry, const char *name, const struct present *present)
{
	struct text bytes = {0};
	OWNED_TEXT *was = history_name(entry);
	if (entry->kind == HISTORY_NAME)
		return !was || !strcmp(was, name);
	if (!strcmp(entry->made, revision_word(present->revision)))
		return false;
	if (entry->kind == HISTORY_NONE)
		return !present->revision;
	if (!present->revision || planwrite_read(entry->path, &bytes))
		return false;
	bool same = bytes.len == present->bytes.len && !memcmp(bytes.data, present->bytes.data, bytes.len);
	text_release(&bytes);
	return same;
}

static int restore(const struct planwrite *planwrite, const char *name, const struct planwrite_change *change,
		   const struct present *present, struct err *err)
{
	struct text bytes = {0};
	if (change->renamed)
		return give_name(planwrite, name, change->renamed, err);
	if (!change->was_there)
		return is_still(present) ? take_away(planwrite, name, err) : refuse_changed(present->path, err);
	int r = planwrite_read(change->kept, &bytes);
	r = r ? err_set(err, r, "what the plan was cannot be read: '%s': %s", change->kept, strerrordesc_np(-r))
	      : replace(present, bytes.data, bytes.len, err);
	text_release(&bytes);
	return r;
}

/* The newest entry whose change came to pass, or NULL; what is void goes. */
static const struct history_entry *newest(const struct history *history, const char *name, const struct present *present, size_t *ret_older)
{
	size_t at = history->count;
	while (at && is_void(&history->entries[at - 1], name, present))
		unlink(history->entries[--at].path);
	*ret_older = at ? at - 1 : 0;
	return at ? &history->entries[at - 1] : NULL;
}

/* What is present, and the entry that undo would take back. */
static int find_last(const struct planwrite *planwrite, const char *name, struct present *present, struct history *history,
		     struct planwrite_change *ret, struct err *err)
{
	size_t older = 0;
	int r = look(planwrite, name, present, err);
	if (r)
		return r;
	*history = history_read(planwrite, name);
	const struct history_entry *entry = newest(history, name, present, &older);
	if (!entry)
		return err_set(err, PLANWRITE_NOTHING, "nothing to take back: no change of '%s' that was made through pacer is kept", name);
	*ret = (struct planwrite_change){
		.kept = xstrdup(entry->path),
		.revision = xstrdup(revision_word(present->revision)),
		.made = entry->since,
		.older = older,
		.renamed = history_name(entry),
		.was_there = entry->kind != HISTORY_NONE,
		.is_there = present->revision != NULL,
	};
	if (strcmp(entry->made, revision_word(present->revision)) != 0)
		return err_set(err, PLANWRITE_CHANGED,
			       "the file has been changed otherwise since: '%s', what it was before the last change is in '%s'",
			       present->path, entry->path);
	OWNED_TEXT *path = ret->renamed ? planwrite_path(planwrite, ret->renamed) : NULL;
	struct stat st;
	bool taken = path && (!lstat(path, &st) || history_is_of_removed(planwrite, ret->renamed));
	return taken ? err_set(err, PLANWRITE_EXISTS, "%s", path) : 0;
}

void planwrite_change_release(struct planwrite_change *change)
{
	free(change->kept);
	free(change->renamed);
	free(change->revision);
	*change = (struct planwrite_change){0};
}

int planwrite_last(const struct planwrite *planwrite, const char *name, struct planwrite_change *ret, struct err *err)
{
	CLEANUP(present_release) struct present present = {0};
	CLEANUP(history_release) struct history history = {0};
	return find_last(planwrite, name, &present, &history, ret, err);
}

int planwrite_undo(const struct planwrite *planwrite, const char *name, struct err *err)
{
	CLEANUP(present_release) struct present present = {0};
	CLEANUP(history_release) struct history history = {0};
	CLEANUP(planwrite_change_release) struct planwrite_change change = {0};
	int r = find_last(planwrite, name, &present, &history, &change, err);
	if (!r)
		r = restore(planwrite, name, &change, &present, err);
	if (!r && change.renamed)
		history_rename_back(planwrite, name, change.renamed, change.kept);
	else if (!r)
		unlink(change.kept);
	return r;
}
