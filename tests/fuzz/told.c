/* SPDX-License-Identifier: ISC */
/*
 * What a peer may answer when it is asked for others' addresses: of what is
 * told on, each is a record of an address with a name and a time that is left.
 */
#include "find/told.h"

#include "crypto/secret.h"
#include "find/exchange.h"
#include "folder.h"
#include "format/found_read.h"
#include "peer/identity.h"
#include "peer/roster.h"

#define NOW 1800000000

static const struct secret self = {{9}}, other = {{1, 2, 3}};
static char name[] = "alice";
static struct peer peer = {.name = name, .has_id = true};
static struct roster roster = {&peer, 1};
static struct table table = {.roster = &roster};
static struct exchange exchange = {.table = &table, .scalar = &self};

static int
check(void *context, struct found *found)
{
	++*(int *)context;
	must(found->has_id && digest_equal(&found->id, &peer.id));
	must(found->sources == FOUND_EXCHANGE && found->ttl > 0);
	must(found->ip_size == 4 || found->ip_size == 16);
	must(strcmp(found->via, name) == 0);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct told told;
	struct buf records = {0};
	int told_on = 0;

	exchange.folder = folder_begin();
	must(identity_id(&other, &peer.id) == 0);
	must(told_init(&told, &exchange, memory_of(span_of(NULL, 0))) == 0);
	told.now = NOW;
	told_take(&told, &peer, span_of(data, size));
	must(file_read(memory_path(told.out), 1 << 20, &records) == 0);
	must(found_read(&records, true, check, &told_on) == 0);
	must((told_on > 0) == (told.number[0] > 0));
	close(told.out);
	told_release(&told);
	buf_release(&records);
	folder_end();
	return 0;
}
