/* SPDX-License-Identifier: ISC */
#include "format/metric.h"

int
metric_head(const char *name, const char *type, const char *help,
    struct buf *to)
{
	return buf_print(to, "# HELP %s %s\n# TYPE %s %s\n", name, help, name,
	    type);
}

/* Backslash, quote and newline are escaped. */
static int
quote(const char *text, struct buf *to)
{
	int result = buf_print(to, "\"");

	for (; result == 0 && *text != '\0'; text++)
		if (*text == '"' || *text == '\\')
			result = buf_print(to, "\\%c", *text);
		else if (*text == '\n')
			result = buf_print(to, "\\n");
		else
			result = buf_print(to, "%c", *text);
	return result == 0 ? buf_print(to, "\"") : -1;
}

int
metric_sample(const char *name, const struct metric_label *label, size_t count,
    double value, struct buf *to)
{
	int result = buf_print(to, "%s", name);
	size_t i;

	for (i = 0; result == 0 && i < count; i++) {
		result = buf_print(to, "%s%s=", i ? "," : "{", label[i].name);
		if (result == 0)
			result = quote(label[i].value, to);
	}
	if (result == 0)
		result = buf_print(to, "%s %.16g\n", count ? "}" : "", value);
	return result;
}

int
metric_single(const char *name, const char *type, const char *help,
    double value, struct buf *to)
{
	if (metric_head(name, type, help, to) != 0)
		return -1;
	return metric_sample(name, NULL, 0, value, to);
}
