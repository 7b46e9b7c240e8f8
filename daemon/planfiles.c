#include "planfiles.h"

#include "ical/read.h"
#include "clock.h"
#include "log.h"
#include "pacer/protocol.h"
#include "planscan.h"
#include "planwatch.h"

enum {
	QUIET_MS = 200,     /* a save is often several changes */
	PATIENCE_MS = 2000, /* but who never stops writing is not waited for longer */
};

struct planfiles {
	uv_loop_t *loop;
	struct store *store;
	void (*changed)(void *ctx);
	void *ctx;
	char **dirs;
	struct planwatch *watches; /* one a directory */
	size_t dir_count;
	uv_timer_t quiet; /* armed by a change, so that an idle daemon sleeps */
	size_t open_handles;
	uint64_t first_change_ms;
	struct plan_file *files; /* sorted by name */
	size_t count, left_out;
	bool news; /* the list changed and nobody was told yet */
	bool watching_complained;
};

/* --- the list ------------------------------------------------------------------------------------------------------------------ */

/* Files that are not to be opened are listed with their reason but not in the index: looking at them costs nothing. */
enum { SIZE_UNOPENED = -1 };

static struct plan_file file_unopened(const struct plan_candidate *candidate)
{
	return (struct plan_file){.path = xstrdup(candidate->path),
				  .name = xstrdup(candidate->name),
				  .size = SIZE_UNOPENED,
				  .error = xstrdup(candidate->problem)};
}

static void describe_plan(struct plan_file *file, const struct plan *plan)
{
	file->revision = xstrdup(plan->revision);
	file->uid = xstrdup(plan->uid);
	file->title = xstrdup(plan->title);
	file->goal = xstrdup(plan->goal);
	if (plan->modified.s != INSTANT_NEVER)
		file->modified = plan->modified;
	file->weeks = plan->shape.weeks;
	file->sessions = (int)plan->session_count;
	for (size_t i = 0; i < plan->session_count; i++)
		file->minutes += plan->sessions[i].minutes;
}

int planfiles_draft_line(const struct findings *findings)
{
	const struct finding *error = findings_first_error(findings);
	return !error ? 0 : error->line > 0 ? error->line : 1;
}

static struct plan_file file_parsed(const struct plan_candidate *candidate)
{
	struct plan_file file = {.path = xstrdup(candidate->path),
				 .name = xstrdup(candidate->name),
				 .size = candidate->size,
				 .mtime_ns = candidate->mtime_ns,
				 .inode = candidate->inode,
				 .modified = {PLAN_FILE_UNDATED}};
	struct findings findings = {0};
	struct plan *plan = ical_read_file(file.name, file.path, &findings);
	if (plan) {
		lint_sense(plan, &findings);
		describe_plan(&file, plan);
		file.line = planfiles_draft_line(&findings);
	} else {
		const struct finding *stopper = findings_stopper(&findings), *error = stopper ? stopper : findings_first_error(&findings);
		file.error = xstrdup(error ? error->text : "not a plan: check the file with pacerd --check");
		file.line = error ? error->line : 0;
	}
	plan_free(plan);
	findings_release(&findings);
	return file;
}

static bool is_unchanged(const struct plan_file *file, const struct plan_candidate *candidate)
{
	if (strcmp(file->path, candidate->path) != 0)
		return false;
	if (candidate->problem)
		return file->size == SIZE_UNOPENED && !strcmp(file->error, candidate->problem);
	return file->modified.s != INSTANT_NEVER && file->size == candidate->size && file->mtime_ns == candidate->mtime_ns &&
	       file->inode == candidate->inode;
}

/* One look at the directories: the new list, and what the index has to learn. */
struct look {
	struct plan_file *files;
	size_t count;
	struct plan_file *put; /* borrowed from files */
	size_t put_count;
	char **gone; /* paths */
	size_t gone_count;
	bool news;
};

static void look_forget(struct look *look, struct plan_file *file)
{
	if (file->size != SIZE_UNOPENED)
		look->gone[look->gone_count++] = STEAL(file->path);
	plan_file_release(file);
	look->news = true;
}

static void look_add(struct look *look, const struct plan_candidate *candidate, struct plan_file *known)
{
	struct plan_file *file = &look->files[look->count++];
	if (known && is_unchanged(known, candidate)) {
		*file = *known;
		return;
	}
	if (known)
		look_forget(look, known);
	look->news = true;
	*file = candidate->problem ? file_unopened(candidate) : file_parsed(candidate);
	if (!candidate->problem)
		look->put[look->put_count++] = *file;
}

/* Both lists are sorted by name: one walk. Takes the known files over. */
static void look_compare(struct look *look, const struct planscan *scan, struct plan_file *known, size_t known_count)
{
	look->files = xcalloc(scan->count, sizeof(*look->files));
	look->put = xcalloc(scan->count, sizeof(*look->put));
	look->gone = xcalloc(known_count, sizeof(*look->gone));
	size_t k = 0;
	for (size_t i = 0; i < scan->count; i++) {
		while (k < known_count && strcmp(known[k].name, scan->items[i].name) < 0)
			look_forget(look, &known[k++]);
		bool same_name = k < known_count && !strcmp(known[k].name, scan->items[i].name);
		look_add(look, &scan->items[i], same_name ? &known[k++] : NULL);
	}
	while (k < known_count)
		look_forget(look, &known[k++]);
}

/* The index only saves work: when it cannot be written the list is right all the same. */
static void look_remember(struct look *look, struct store *store)
{
	struct err err = {0};
	if ((look->put_count || look->gone_count) &&
	    store_plan_files_update(store, look->put, look->put_count, (const char *const *)look->gone, look->gone_count, &err))
		log_line(LOG_LEVEL_WARNING, "plan files will be read again at the next start: %s", err.text);
	err_release(&err);
	for (size_t i = 0; i < look->gone_count; i++)
		free(look->gone[i]);
	free(look->gone);
	free(look->put);
}

static void take_in(struct planfiles *planfiles)
{
	struct planscan scan = {0};
	struct look look = {0};
	planscan_run(planfiles->dirs, PLANFILES_MAX, &scan);
	look_compare(&look, &scan, planfiles->files, planfiles->count);
	look_remember(&look, planfiles->store);
	free(planfiles->files);
	planfiles->files = look.files;
	planfiles->count = look.count;
	planfiles->news |= look.news;
	if (scan.left_out && scan.left_out != planfiles->left_out)
		log_line(LOG_LEVEL_WARNING, "%zu plan files are left out: at most %d are looked at", scan.left_out, PLANFILES_MAX);
	planfiles->left_out = scan.left_out;
	planscan_release(&scan);
}

/* --- watching ------------------------------------------------------------------------------------------------------------------ */

static void on_quiet(uv_timer_t *timer)
{
	struct planfiles *planfiles = timer->data;
	planfiles_scan(planfiles);
	uv_timer_stop(timer);
	bool news = planfiles->news;
	planfiles->news = false;
	if (news)
		planfiles->changed(planfiles->ctx);
}

static void wait_for_quiet(struct planfiles *planfiles)
{
	uint64_t now_ms = (uint64_t)clock_monotonic_us() / 1000;
	if (!uv_is_active((uv_handle_t *)&planfiles->quiet))
		planfiles->first_change_ms = now_ms;
	if (now_ms - planfiles->first_change_ms < PATIENCE_MS)
		uv_timer_start(&planfiles->quiet, on_quiet, QUIET_MS, 0);
}

static void on_change(void *ctx)
{
	wait_for_quiet(ctx);
}

static void watch_all(struct planfiles *planfiles)
{
	for (size_t i = 0; i < planfiles->dir_count; i++) {
		int r = planwatch_start(&planfiles->watches[i]);
		if (r && !planfiles->watching_complained)
			log_line(LOG_LEVEL_WARNING, "changes in %s are seen at the next start or reload: %s", planfiles->dirs[i],
				 uv_strerror(r));
		planfiles->watching_complained |= r != 0;
	}
}

/* --- opening, closing, asking -------------------------------------------------------------------------------------------------- */

static void add_known(void *ctx, struct plan_file file)
{
	struct planfiles *planfiles = ctx;
	/* Grows by doubling: at each power of two. */
	if (!(planfiles->count & (planfiles->count - 1)))
		planfiles->files = xreallocarray(planfiles->files, planfiles->count ? planfiles->count * 2 : 1, sizeof(file));
	planfiles->files[planfiles->count++] = file;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct plan_file *)a)->name, ((const struct plan_file *)b)->name);
}

/* By which pacer the index was made: another one may read the same file differently. The number goes up when that one does. */
static const char reader_value[] = "plan_files_read_by", reader_name[] = PACER_VERSION " 2";

static bool index_is_ours(struct planfiles *planfiles)
{
	OWNED_TEXT *reader = NULL;
	return !store_get(planfiles->store, reader_value, &reader, NULL) && !strcmp(reader, reader_name);
}

static void index_claim(struct planfiles *planfiles)
{
	struct err err = {0};
	if (store_put(planfiles->store, reader_value, reader_name, &err))
		log_line(LOG_LEVEL_WARNING, "plan files will be read again at the next start: %s", err.text);
	err_release(&err);
}

static void load_index(struct planfiles *planfiles)
{
	struct err err = {0};
	if (store_plan_files(planfiles->store, add_known, planfiles, &err))
		log_line(LOG_LEVEL_WARNING, "plan files are read again: %s", err.text);
	err_release(&err);
	if (planfiles->count)
		qsort(planfiles->files, planfiles->count, sizeof(*planfiles->files), by_name);
}

/* No file has a change time like this. */
static void distrust_index(struct planfiles *planfiles)
{
	for (size_t i = 0; i < planfiles->count; i++)
		planfiles->files[i].mtime_ns = INT64_MIN;
}

struct planfiles *planfiles_open(uv_loop_t *loop, struct store *store, void (*changed)(void *ctx), void *ctx)
{
	struct planfiles *planfiles = xcalloc(1, sizeof(*planfiles));
	*planfiles = (struct planfiles){.loop = loop, .store = store, .changed = changed, .ctx = ctx, .dirs = planscan_dirs()};
	while (planfiles->dirs[planfiles->dir_count])
		planfiles->dir_count++;
	planfiles->watches = xcalloc(planfiles->dir_count, sizeof(*planfiles->watches));
	for (size_t i = 0; i < planfiles->dir_count; i++)
		planwatch_init(&planfiles->watches[i], loop, planfiles->dirs[i], on_change, planfiles);
	uv_timer_init(loop, &planfiles->quiet);
	planfiles->quiet.data = planfiles;
	planfiles->open_handles = planfiles->dir_count + 1;
	load_index(planfiles);
	bool ours = index_is_ours(planfiles);
	if (!ours)
		distrust_index(planfiles);
	planfiles_scan(planfiles);
	if (!ours)
		index_claim(planfiles);
	/* Whoever opens us looks at the list anyway. */
	uv_timer_stop(&planfiles->quiet);
	planfiles->news = false;
	return planfiles;
}

static void planfiles_free(struct planfiles *planfiles)
{
	for (size_t i = 0; i < planfiles->count; i++)
		plan_file_release(&planfiles->files[i]);
	for (size_t i = 0; i < planfiles->dir_count; i++)
		free(planfiles->dirs[i]);
	free(planfiles->files);
	free(planfiles->watches);
	free(planfiles->dirs);
	free(planfiles);
}

static void on_watch_closed(void *ctx)
{
	struct planfiles *planfiles = ctx;
	if (!--planfiles->open_handles)
		planfiles_free(planfiles);
}

static void on_timer_closed(uv_handle_t *handle)
{
	on_watch_closed(handle->data);
}

void planfiles_close(struct planfiles *planfiles)
{
	for (size_t i = 0; i < planfiles->dir_count; i++)
		planwatch_close(&planfiles->watches[i], on_watch_closed);
	uv_close((uv_handle_t *)&planfiles->quiet, on_timer_closed);
}

void planfiles_scan(struct planfiles *planfiles)
{
	/* Watch first: what changes while we look is seen by one or the other. */
	watch_all(planfiles);
	take_in(planfiles);
	if (planfiles->news)
		uv_timer_start(&planfiles->quiet, on_quiet, 0, 0);
}

const struct plan_file *planfiles_list(const struct planfiles *planfiles, size_t *ret_count)
{
	*ret_count = planfiles->count;
	return planfiles->files;
}

const struct plan_file *planfiles_find(const struct planfiles *planfiles, const char *name)
{
	const struct plan_file key = {.name = (char *)(uintptr_t)name};
	return planfiles->count ? bsearch(&key, planfiles->files, planfiles->count, sizeof(key), by_name) : NULL;
}

const struct plan_file *planfiles_newest(const struct planfiles *planfiles, const char *uid)
{
	const struct plan_file *newest = NULL;
	for (size_t i = 0; i < planfiles->count; i++) {
		const struct plan_file *file = &planfiles->files[i];
		if (!file->uid || strcmp(file->uid, uid) != 0)
			continue;
		bool draft = plan_file_is_draft(file), better = newest && plan_file_is_draft(newest) && !draft;
		bool worse = newest && !plan_file_is_draft(newest) && draft;
		if (!newest || better || (!worse && newest->modified.s < file->modified.s))
			newest = file;
	}
	return newest;
}

struct plan *planfiles_read(const struct planfiles *planfiles, const struct plan_file *file, struct findings *findings)
{
	(void)planfiles;
	if (file->size != SIZE_UNOPENED)
		return ical_read_file(file->name, file->path, findings);
	findings_add(findings, LINT_FILE, 0, "%s", file->error);
	return NULL;
}

const char *const *planfiles_dirs(const struct planfiles *planfiles)
{
	return (const char *const *)planfiles->dirs;
}
