/* Any bytes through ical_read: no crash, no leak, and what is accepted keeps its promises. Seeds: tests/fuzz/corpus/ical. */
#include "ical/lines.h"
#include "ical/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void promise(bool kept)
{
	if (!kept)
		abort();
}

/* The ranges of the lines touch and cover the file. */
static void check_lines(const char *bytes, size_t length)
{
	struct lines lines;
	struct line line;
	size_t at = 0;
	lines_init(&lines, bytes, length);
	while (lines_next(&lines, &line)) {
		promise(line.begin == at && line.end > at && line.number >= 1);
		promise(line.fault_number >= line.number && line.fault_number < lines.number);
		promise(!line.fault == (line.blank || line.name.n > 0));
		at = line.end;
	}
	promise(at == length);
	lines_release(&lines);
}

static void check_plan(const struct plan *plan)
{
	promise(plan->session_count >= 1 && plan->session_count <= PLAN_SESSIONS_MAX);
	promise(plan->shape.weeks >= 1 && plan->shape.weeks <= PLAN_WEEKS_MAX);
	promise(plan->title && plan->uid && plan->name && plan->file && strlen(plan->revision) == 32);
	for (size_t i = 0; i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		promise(session->id && session->uid && session->title && session->skill);
		promise(session->week >= 1 && session->week <= plan->shape.weeks);
		promise(session->day / WEEK_DAYS + 1 == session->week);
		promise(session->second >= 0 && session->second < DAY_S);
		promise(session->minutes >= 1 && session->type < TYPE_COUNT);
		promise(session->alarm_count >= 0 && session->alarm_count <= PLAN_ALARMS_MAX);
		promise(i == 0 || session[-1].day <= session->day);
	}
}

/* Each at a line, in the order of the file, and no two alike. */
static void check_findings(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i], *last = i ? finding - 1 : NULL;
		promise(finding->text && finding->line >= 1);
		promise(!last || last->line <= finding->line);
		promise(!last || last->line != finding->line || last->code != finding->code || strcmp(last->text, finding->text) != 0);
	}
}

static void check_gaps(const struct plan *plan)
{
	for (size_t i = 0; i < plan->gap_count; i++) {
		const struct plan_gap *gap = &plan->gaps[i];
		promise(gap->line >= 1 && gap->last >= gap->line && gap->sessions >= 1 && gap->why);
		promise(!i || gap[-1].line <= gap->line);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct findings findings = {0};
	struct plan *plan = ical_read("fuzz", "fuzz.ics", (const char *)data, size, &findings);
	check_lines((const char *)data, size);
	promise(findings.count <= LINT_FINDINGS_MAX);
	promise(plan ? !findings_stopper(&findings) : findings_errors(&findings) > 0);
	check_findings(&findings);
	if (plan) {
		check_plan(plan);
		check_gaps(plan);
		lint_sense(plan, &findings);
		check_findings(&findings);
		struct findings values = {0};
		lint_plan(plan, &values);
		promise(!findings_errors(&values));
		findings_release(&values);
	}
	plan_free(plan);
	findings_release(&findings);
	return 0;
}
