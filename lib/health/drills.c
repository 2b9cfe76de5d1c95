/* SPDX-License-Identifier: ISC */
#include "health/drills.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/regular.h"
#include "format/metric.h"
#include "health/show_row.h"
#include "health/verdict_note.h"

#define FILE_LIMIT (16 << 20) /* a century of ten jobs a day */
#define JOBS 1000
#define DRILL_AGE 5356800 /* 62 d: one a month, and one was missed */

/* The names that backup.conf can have, and nothing else. */
static bool
is_job(const char *name)
{
	const char *end = name;

	while (isalnum((unsigned char)*end) ||
	    (*end != '\0' && strchr("._-", *end) != NULL))
		end++;
	return isalpha((unsigned char)*name) && *end == '\0';
}

/* That of a job, or a new one; NULL when there is no room for it. */
static struct drill_facts *
find(struct facts *facts, const char *job)
{
	size_t i;

	for (i = 0; i < facts->drills; i++)
		if (strcmp(facts->drill[i].job, job) == 0)
			return &facts->drill[i];
	if (!is_job(job) || facts->drills == JOBS)
		return NULL;
	if (facts->drill == NULL)
		facts->drill = memory_get(JOBS, sizeof *facts->drill);
	if (facts->drill == NULL)
		return NULL;
	snprintf(facts->drill[i].job, sizeof facts->drill[i].job, "%s", job);
	facts->drills++;
	return &facts->drill[i];
}

static void
take_line(void *context, char *line)
{
	char what[8], job[DRILL_JOB], outcome[8];
	struct facts *facts = context;
	struct drill_facts *drill;
	unsigned long long time;
	bool good, is_drill;

	if (sscanf(line, "%llu %7s %64s %7s", &time, what, job, outcome) != 4)
		return;
	good = strcmp(outcome, "ok") == 0;
	is_drill = strcmp(what, "drill") == 0;
	if (!is_drill && (strcmp(what, "run") != 0 || !good))
		return;
	drill = find(facts, job);
	if (drill == NULL)
		return;
	if (is_drill)
		drill->failed = strcmp(outcome, "failed") == 0;
	if (is_drill && good)
		drill->good = time;
	if (!is_drill)
		drill->ran = time;
	if (!is_drill && drill->first == 0)
		drill->first = time;
}

void
drills_gather(const char *path, struct facts *facts)
{
	regular_each_line(path, FILE_LIMIT, take_line, facts);
}

/* Neither what is no longer backed up nor what is new is missed. */
static bool
is_stale(const struct drill_facts *drill, uint64_t now)
{
	uint64_t since = drill->good > 0 ? drill->good : drill->first;

	return drill->ran + DRILL_AGE >= now && since > 0 &&
	    since + DRILL_AGE < now;
}

void
drills_judge(struct verdict *verdict, const struct facts *facts)
{
	struct verdict_names failed = {.count = 0}, stale = {.count = 0};
	char fix[REMEDY_TEXT];
	size_t i;

	for (i = 0; i < facts->drills; i++)
		if (facts->drill[i].failed)
			verdict_names_add(&failed, facts->drill[i].job);
		else if (is_stale(&facts->drill[i], facts->now))
			verdict_names_add(&stale, facts->drill[i].job);
	remedy_drill(&facts->site, fix);
	if (failed.count > 0)
		verdict_note(verdict, CHECK_DRILL_FAILED, fix, "",
		    "the last try to restore failed: %s (%zu of %zu jobs)",
		    failed.text, failed.count, facts->drills);
	if (stale.count > 0)
		verdict_note(verdict, CHECK_DRILL_STALE, fix, "",
		    "no restore was tried for two months: %s (%zu of %zu jobs)",
		    stale.text, stale.count, facts->drills);
}

int
drills_show(const struct facts *facts, enum report_style style, struct buf *to)
{
	char age[NUMBER_AGE_TEXT];
	int result = 0;
	size_t i;

	if (facts->drills > 0 && style == REPORT_TEXT)
		result = buf_print(to, "\n");
	for (i = 0; result == 0 && i < facts->drills; i++) {
		const struct drill_facts *drill = &facts->drill[i];
		const char *word = drill->failed ? "failed"
		    : drill->good > 0		 ? "ok"
						 : "never";
		const struct report_field all[] = {
		    TEXT("kind", "drill", 0),
		    TEXT("drill", drill->job, -12),
		    TEXT("state", word, -7),
		    NUMBER("good", age, drill->good, 0),
		};

		show_row_ago(facts, drill->good, age);
		result = show_row_add(style, REPORT_FIELDS(all), 3, i == 0, to);
	}
	return result;
}

int
drills_metrics(const struct facts *facts, struct buf *to)
{
	static const char name[] = "p2p_last_restore_test_timestamp_seconds";
	struct metric_label label = {"job", NULL};
	int result = 0;
	size_t i;

	if (facts->drills > 0)
		result = metric_head(name, "gauge",
		    "When a drill last gave all of a job back; 0: never.", to);
	for (i = 0; result == 0 && i < facts->drills; i++) {
		label.value = facts->drill[i].job;
		result = metric_sample(name, &label, 1,
		    (double)facts->drill[i].good, to);
	}
	return result;
}
