/* SPDX-License-Identifier: ISC */
#include "serve/chores.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#include "base/event.h"
#include "base/fail.h"
#include "serve/chore.h"
#include "serve/daemon.h"
#include "serve/metrics.h"
#include "serve/noted.h"
#include "serve/scrub.h"
#include "serve/signals.h"
#include "store/store.h"

#define PURGE_S 600   /* at most, between looks at what was dropped */
#define METRICS_S 15  /* between two files of them */
#define LOOK_MS 60000 /* at most, between looks at what else is due */

static int
purge_ms(const struct chores *chores)
{
	uint64_t keep = chores->daemon->keep_dropped;

	return keep > 0 && keep < PURGE_S ? (int)keep * 1000 : PURGE_S * 1000;
}

static bool
go_on(void *context)
{
	return chore_rest(context, 0);
}

static int
delete_dropped(struct chore *chore)
{
	return store_purge(chore->store, (uint64_t)time(NULL), go_on, chore);
}

static void
purge(struct chores *chores)
{
	pid_t *purger = &chores->pid[CHORES_PURGE];
	uint64_t now = event_clock();

	if (*purger > 0 ||
	    (chores->purged != 0 &&
		now < chores->purged + (uint64_t)purge_ms(chores)))
		return;
	*purger = chore_start(chores->daemon, "purge", delete_dropped);
	chores->purged = now;
}

/* Who is cut short leaves it to the next one that writes (store/writer.h). */
static int
clear_up(struct chore *chore)
{
	signals_unblock();
	return store_bury(chore->store);
}

static void
bury(struct chores *chores)
{
	pid_t *burier = &chores->pid[CHORES_BURY];

	if (!chores->died || *burier > 0)
		return;
	*burier = chore_start(chores->daemon, "bury", clear_up);
	chores->died = false;
}

void
chores_leave(struct chores *chores, pid_t pid, bool died)
{
	size_t i;

	chores->died |= died && pid != chores->pid[CHORES_BURY];
	for (i = 0; i < CHORES_KINDS; i++)
		if (chores->pid[i] == pid)
			chores->pid[i] = 0;
}

bool
chores_running(const struct chores *chores)
{
	size_t i = 0;

	while (i < CHORES_KINDS && chores->pid[i] == 0)
		i++;
	return i < CHORES_KINDS;
}

void
chores_signal(const struct chores *chores, int signal)
{
	size_t i;

	for (i = 0; i < CHORES_KINDS; i++)
		if (chores->pid[i] > 0)
			kill(chores->pid[i], signal);
}

static void
scrub(struct chores *chores)
{
	pid_t *scrubber = &chores->pid[CHORES_SCRUB];
	uint64_t now = event_clock();

	if (chores->scrubbed == 0)
		chores->scrubbed = now;
	if (*scrubber > 0)
		return;
	*scrubber =
	    scrub_start(chores->daemon, (now - chores->scrubbed) / 1000);
	if (*scrubber > 0)
		chores->scrubbed = now;
}

int
chores_write_metrics(struct chores *chores, size_t connections)
{
	struct metrics metrics = {chores->daemon->counts,
	    &chores->daemon->roster, chores->store, connections};

	chores->counted = event_clock();
	if (chores->daemon->metrics_path == NULL)
		return 0;
	return metrics_write(&metrics, chores->daemon->metrics_path);
}

int
chores_begin(struct chores *chores)
{
	chores->store = daemon_open_store(chores->daemon);
	if (chores->store == NULL)
		return -1;
	if (store_begin(chores->store) != 0) {
		if (fail_last()->error != EROFS)
			return -1;
		event_trouble("store", NULL); /* it can still give */
	}
	return chores_write_metrics(chores, 0);
}

void
chores_do(struct chores *chores, size_t connections)
{
	bury(chores);
	purge(chores);
	scrub(chores);
	noted_sum_up(chores->daemon->lines, &chores->daemon->roster,
	    event_clock(), false);
	if (event_clock() >= chores->counted + METRICS_S * 1000 &&
	    chores_write_metrics(chores, connections) != 0)
		event_trouble("metrics", NULL);
}

int
chores_wait_ms(const struct chores *chores)
{
	int ms = purge_ms(chores);

	if (chores->daemon->metrics_path != NULL && ms > METRICS_S * 1000)
		ms = METRICS_S * 1000;
	if (ms > LOOK_MS)
		ms = LOOK_MS;
	if (chores->daemon->scrub > 0 && chores->daemon->scrub < LOOK_MS / 1000)
		ms = (int)chores->daemon->scrub * 1000;
	return ms;
}
