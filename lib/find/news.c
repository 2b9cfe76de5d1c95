/* SPDX-License-Identifier: ISC */
#include "find/news.h"

#include <string.h>

#include "find/show.h"
#include "find/wanted.h"

#define BEFORE (FOUND_STATIC | FOUND_CACHE | FOUND_STALE)

static int
tell(const struct news *news, const struct found *found)
{
	return news->watch
	    ? show_one(news->table, news->style, found, news->out)
	    : 0;
}

static int
tell_gone(void *context, const struct found *found)
{
	struct found gone = *found;

	gone.sources = FOUND_GONE;
	return tell(context, &gone);
}

/* Take a source's word back; what then nobody says is told to be gone. */
static int
forget(struct news *news, const struct found *found, unsigned source)
{
	const struct found *old = table_find(news->table, found);
	struct found gone;

	if (old == NULL)
		return 0;
	gone = *old;
	return table_forget(news->table, found, source) ? tell_gone(news, &gone)
							: 0;
}

static bool
is_enough(const struct news *news)
{
	return news->need > 0 &&
	    wanted_found(news->table, ~(unsigned)BEFORE, FOUND_HINT) >=
	    news->need;
}

/* Only who watches for long believes a goodbye, which anyone can forge. */
static int
take(void *context, const struct source *source, struct found *found)
{
	struct news *news = context;
	int result;

	if (source->endless && found->ttl == 0)
		return forget(news, found, source->kind);
	result = table_add(news->table, found);
	if (result > 0)
		result = tell(news, table_find(news->table, found));
	return result == 0 && is_enough(news) ? 1 : result;
}

/* What a source has not named again is gone. */
static int
end_round(void *context, const struct source *source, uint64_t began)
{
	struct news *news = context;
	size_t i = news->table->count;
	struct found found;
	char via[sizeof found.via];

	if (!news->watch || source->via == NULL)
		return 0;
	found_set(via, sizeof via, source->via);
	while (i-- > 0) {
		found = news->table->record[i]->found;
		if (found.seen < began && strcmp(found.via, via) == 0 &&
		    forget(news, &found, source->kind) != 0)
			return -1;
	}
	return 0;
}

int
news_run(struct news *news, const struct source *source, size_t count,
    int wait_ms)
{
	struct ask ask = {.source = source,
	    .count = count,
	    .wait_ms = wait_ms,
	    .each = take,
	    .round = end_round,
	    .context = news};

	int result;

	news->table->gone = tell_gone;
	news->table->context = news;
	result = ask_run(&ask);
	news->table->gone = NULL;
	return result;
}
