/* SPDX-License-Identifier: ISC */
#include "serve/metrics.h"

#include "base/output.h"
#include "format/metric.h"
#include "peer/roster.h"
#include "store/store.h"
#include "xfer/counts.h"

#define P "p2p_holder_"

/* What each owner has and may have. */
static int
print_owners(const struct metrics *metrics, bool quota, const char *name,
    const char *help, struct buf *to)
{
	const struct peer *peer;
	uint64_t bytes;
	size_t i;
	int result = metric_head(name, "gauge", help, to);

	for (i = 0; result == 0 && i < metrics->roster->count; i++) {
		peer = &metrics->roster->peer[i];
		if (!peer->has_id || peer->give == 0)
			continue;
		bytes = peer->give;
		if (!quota &&
		    store_used(metrics->store, &peer->id, &bytes) != 0)
			return -1;
		result = metric_sample(name,
		    &(struct metric_label){"owner", peer->name}, 1,
		    (double)bytes, to);
	}
	return result;
}

static int
print(const struct metrics *metrics, struct buf *to)
{
	uint64_t free;

	if (store_free(metrics->store, &free) != 0 ||
	    metric_single(P "connections", "gauge", "Connections now.",
		(double)metrics->connections, to) != 0 ||
	    metric_single(P "free_bytes", "gauge",
		"What the disk of the store has left.", (double)free,
		to) != 0 ||
	    print_owners(metrics, false, P "used_bytes",
		"What an owner has here.", to) != 0 ||
	    print_owners(metrics, true, P "quota_bytes",
		"What an owner may have here.", to) != 0)
		return -1;
	return counts_print(&(struct counts_row){NULL, metrics->counts}, 1, P,
	    true, to);
}

int
metrics_write(const struct metrics *metrics, const char *path)
{
	struct buf text = {0};
	int result = print(metrics, &text);

	if (result == 0)
		result = output_put(path, span_of_buf(&text));
	buf_release(&text);
	return result;
}
