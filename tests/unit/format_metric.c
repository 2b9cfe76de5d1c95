/* SPDX-License-Identifier: ISC */
/* Metrics as Prometheus wants them, whatever a name holds. */
#include "format/metric.h"

#include "check.h"

int
main(void)
{
	struct metric_label label[] = {{"peer", "a\"b\\c\nd"}, {"le", "+Inf"}};
	struct buf text = {0};

	check(metric_single("a_total", "counter", "What it is.", 0, &text) == 0,
	    "single");
	check(metric_sample("b", label, 1, 9007199254740992.0, &text) == 0,
	    "one label");
	check(metric_sample("b", label, 2, 0.25, &text) == 0, "two labels");
	check(is_text(span_of_buf(&text),
		  "# HELP a_total What it is.\n"
		  "# TYPE a_total counter\n"
		  "a_total 0\n"
		  "b{peer=\"a\\\"b\\\\c\\nd\"} 9007199254740992\n"
		  "b{peer=\"a\\\"b\\\\c\\nd\",le=\"+Inf\"} 0.25\n"),
	    "text");
	buf_release(&text);
	return failures != 0;
}
