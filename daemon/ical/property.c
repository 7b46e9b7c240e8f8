#include "property.h"

bool properties_take(const struct property *rows, size_t count, const struct line *line, uint32_t *seen, struct report *report, void *ctx)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].length != line->name.n || !span_is(line->name, rows[i].name))
			continue;
		if (rows[i].once && *seen & UINT32_C(1) << i) {
			report_add(report, LINT_VALUE, line->number, "%s stands there twice: keep one", rows[i].name);
			return false;
		}
		*seen |= UINT32_C(1) << i;
		rows[i].take(ctx, line);
		return true;
	}
	return true;
}
