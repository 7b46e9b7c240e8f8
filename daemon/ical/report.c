#include "report.h"

void report_add(struct report *report, enum lint_code code, int line, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	OWNED_TEXT *text = xvasprintf(format, args);
	va_end(args);
	findings_add(report->findings, code, line, "%s", text);
	if (lint_info[code].severity != LINT_ERROR)
		return;
	report->errors++;
	if (!report->why)
		report->why = STEAL(text);
}

const char *quote(char buf[static QUOTE_TEXT], struct span span)
{
	size_t n = span.n;
	if (n > REPORT_QUOTE_MAX) {
		n = REPORT_QUOTE_MAX;
		while (n && ((unsigned char)span.p[n] & 0xC0) == 0x80)
			n--;
	}
	size_t out = 0;
	for (size_t i = 0; i < n; out++) {
		size_t control = span_control((struct span){span.p + i, n - i});
		buf[out] = control ? '?' : span.p[i];
		i += control ? control : 1;
	}
	memcpy(buf + out, n < span.n ? "..." : "", n < span.n ? 4 : 1);
	return buf;
}
