#include "check.h"

#include <errno.h>

#include "api.h"
#include "ical/read.h"
#include "pacer/protocol.h"

/* All files together. */
struct check {
	const struct check_options *options;
	json_t *plans;  /* of --json */
	size_t sums[3]; /* by severity */
	bool bad;
};

static void print_findings(const struct check_options *options, const char *path, const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		const struct lint_info *info = &lint_info[finding->code];
		if (info->severity != LINT_INFO || options->notes)
			printf("%s:%d: %s: %s\n", path, finding->line, info->code, finding->text);
	}
	if (findings->dropped)
		printf("%s: and %zu more\n", path, findings->dropped);
}

static void print_good(const char *path, const struct plan *plan)
{
	printf("%s: good: %zu session%s in %d week%s\n", path, plan->session_count, plan->session_count == 1 ? "" : "s", plan->shape.weeks,
	       plan->shape.weeks == 1 ? "" : "s");
}

static void add_json(json_t *plans, const char *path, const struct findings *findings)
{
	json_t *row = json_pack("{s:o}", "plan", json_text(path)), *lint = json_lint(findings, path);
	json_object_update(row, lint);
	json_array_append_new(plans, row);
	json_decref(lint);
}

static void check_file(struct check *check, const char *path)
{
	struct findings findings = {0};
	OWNED_TEXT *name = lint_plan_name(path);
	struct plan *plan = ical_read_file(name, path, &findings);
	if (plan)
		lint_sense(plan, &findings);
	bool good = plan && !findings_errors(&findings) && !(check->options->strict && findings_of(&findings, LINT_WARNING));
	if (check->options->json)
		add_json(check->plans, path, &findings);
	else
		print_findings(check->options, path, &findings);
	if (good && !check->options->json)
		print_good(path, plan);
	for (int severity = LINT_ERROR; severity <= LINT_INFO; severity++)
		check->sums[severity] += findings_of(&findings, (enum lint_severity)severity);
	check->bad |= !good;
	plan_free(plan);
	findings_release(&findings);
}

static void print_json(struct check *check)
{
	json_t *all = json_pack("{s:O, s:I, s:I, s:I}", "plans", check->plans, "errors", (json_int_t)check->sums[LINT_ERROR], "warnings",
				(json_int_t)check->sums[LINT_WARNING], "notes", (json_int_t)check->sums[LINT_INFO]);
	json_dumpf(all, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(all);
}

/* Returns status, or PACER_EXIT_STORAGE when not all of it could be written. A reader that left is not told: it had what it wanted. */
static int finish(int status)
{
	errno = 0;
	if ((!fflush(stdout) && !ferror(stdout)) || errno == EPIPE)
		return status;
	fprintf(stderr, "pacerd: the output could not be written: '%s'; make room and type it again\n",
		errno ? strerror(errno) : "input/output error");
	return PACER_EXIT_STORAGE;
}

int check_files(const struct check_options *options, char *const *paths)
{
	struct check check = {.options = options, .plans = json_array()};
	for (; *paths; paths++)
		check_file(&check, *paths);
	if (options->json)
		print_json(&check);
	json_decref(check.plans);
	return finish(check.bad ? PACER_EXIT_PLAN : 0);
}
