/* SPDX-License-Identifier: ISC */
#ifndef XFER_NEEDED_H
#define XFER_NEEDED_H

/*
 * The ids that snapshots which stay still need, in bounded memory: a Bloom
 * filter (Bloom 1970), of which an id is its own eight hashes. It errs on one
 * side only: what it calls needed may be garbage, what it calls not needed is
 * needed by none. With 64 MiB, ten million stripes leave less than one id in
 * ten thousand behind.
 */

#include "base/bytes.h"

struct needed {
	uint8_t *bits;
	uint64_t mask; /* number of bits, less one */
	uint64_t added;
};

/* Room for some `count` ids. */
int needed_init(struct needed *needed, uint64_t count);
void needed_release(struct needed *needed);

void needed_add(struct needed *needed, const struct digest *id);
bool needed_has(const struct needed *needed, const struct digest *id);

/* More were added than it has room for: it errs in more than one of 1000. */
bool needed_is_full(const struct needed *needed);

#endif
