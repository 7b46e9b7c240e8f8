/* Any bytes as a spreadsheet, as a sheet and as another program's calendar: no crash, no leak, an error has its place and its words, and
 * what is taken is given back the same. The first byte chooses. Seeds: tests/fuzz/corpus/csv. */
#include "core/csv.h"
#include "core/sheet.h"
#include "exchange.h"
#include "ical/foreign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void promise(bool kept)
{
	if (!kept)
		abort();
}

static int parse(bool sheet, const char *text, struct plan **ret_plan, struct faults *faults)
{
	int columns[FIELD_COUNT];
	return sheet ? sheet_parse(text, ret_plan, faults) : csv_parse(text, ret_plan, columns, faults);
}

static void check_round_trip(bool sheet, const struct plan *plan)
{
	struct plan *back = NULL;
	struct faults faults = {0};
	OWNED_TEXT *text = sheet ? sheet_write(plan) : csv_write(plan);
	promise(parse(sheet, text, &back, &faults) == 0);
	OWNED_TEXT *again = sheet ? sheet_write(back) : csv_write(back);
	promise(strcmp(text, again) == 0);
	plan_free(back);
}

static int by_place(const void *left, const void *right)
{
	const struct plan_session *a = left, *b = right;
	return a->week != b->week ? a->week - b->week : a->line - b->line;
}

static void check_text(bool sheet, const char *text)
{
	struct plan *plan = NULL;
	struct faults faults = {0};
	int result = parse(sheet, text, &plan, &faults);
	promise(!result == (plan != NULL) && !result == !faults_any(&faults));
	for (size_t i = 0; i < faults.count; i++) {
		promise(faults.items[i].line >= 1 && *faults.items[i].text);
		promise(!i || faults.items[i].line >= faults.items[i - 1].line);
	}
	for (size_t i = 0; plan && i < plan->session_count; i++) {
		const struct plan_session *session = &plan->sessions[i];
		promise(session->title && *session->title && session->skill && session->week >= 1 && session->week <= plan->shape.weeks);
		promise(session->day / WEEK_DAYS + 1 == session->week && session->second >= 0 && session->second < DAY_S);
	}
	if (plan && plan->session_count)
		qsort(plan->sessions, plan->session_count, sizeof(*plan->sessions), by_place); /* a sheet is written week by week */
	if (plan)
		check_round_trip(sheet, plan);
	faults_release(&faults);
	plan_free(plan);
}

static void check_calendar(const char *bytes, size_t length)
{
	struct import import = {0};
	struct text again = {0};
	foreign_mend(bytes, length, &import.bytes, &import.report, &import.report_count);
	foreign_report("fuzz", import.bytes.data ? import.bytes.data : "", import.bytes.len, &import.report, &import.report_count);
	size_t told = import.report_count;
	foreign_mend(import.bytes.data ? import.bytes.data : "", import.bytes.len, &again, &import.report, &import.report_count);
	promise(told == import.report_count && again.len == import.bytes.len); /* nothing is left to mend */
	text_release(&again);
	import_release(&import);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	OWNED_TEXT *text = xstrndup((const char *)data + 1, size - 1);
	if (data[0] % 3 == 2)
		check_calendar(text, size - 1);
	else
		check_text(data[0] % 3 == 1, text);
	return 0;
}
