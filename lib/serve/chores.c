/* SPDX-License-Identifier: ISC */
#include "serve/chores.h"

#include <time.h>

#include "base/event.h"
#include "base/fail.h"
#include "serve/daemon.h"
#include "serve/metrics.h"
#include "serve/noted.h"
#include "serve/scrub.h"
#include "store/store.h"

#define PURGE_S 600   /* at most, between looks at what was dropped */
#define METRICS_S 15  /* between two files of them */
#define LOOK_MS 60000 /* at most, between looks at what else is due */

static void
log_trouble(const char *name)
{
	event_write(&(struct event){.level = LOG_WARN,
	    .name = name,
	    .outcome = fail_last()->text});
}

static int
purge_ms(const struct chores *chores)
{
	uint64_t keep = chores->daemon->keep_dropped;

	return keep > 0 && keep < PURGE_S ? (int)keep * 1000 : PURGE_S * 1000;
}

void
chores_purge(struct store *store)
{
	if (store_purge(store, (uint64_t)time(NULL)) != 0)
		log_trouble("purge");
}

static void
purge(struct chores *chores)
{
	uint64_t now = event_clock();

	if (chores->purged != 0 &&
	    now < chores->purged + (uint64_t)purge_ms(chores))
		return;
	chores_purge(chores->store);
	chores->purged = now;
}

static void
scrub(struct chores *chores)
{
	uint64_t now = event_clock();

	if (chores->scrubbed == 0)
		chores->scrubbed = now;
	if (chores->scrubber > 0)
		return;
	chores->scrubber =
	    scrub_start(chores->daemon, (now - chores->scrubbed) / 1000);
	if (chores->scrubber > 0)
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
	if (chores->store == NULL || store_begin(chores->store) != 0)
		return -1;
	return chores_write_metrics(chores, 0);
}

void
chores_do(struct chores *chores, size_t connections)
{
	purge(chores);
	scrub(chores);
	noted_sum_up(chores->daemon->lines, &chores->daemon->roster,
	    event_clock(), false);
	if (event_clock() >= chores->counted + METRICS_S * 1000 &&
	    chores_write_metrics(chores, connections) != 0)
		log_trouble("metrics");
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
