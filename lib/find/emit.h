/* SPDX-License-Identifier: ISC */
#ifndef FIND_EMIT_H
#define FIND_EMIT_H

/*
 * What a holder's machine has to be told so that others find the holder by
 * what runs there anyway: a responder, a DNS server, a cluster.
 */

#include "base/bytes.h"

struct address;

/*
 * Append the snippet for `kind`: avahi, dnssd, zone, serf or k8s. FAIL_USAGE
 * for another one.
 */
int emit_snippet(const char *kind, const struct digest *id,
    const struct address *address, struct buf *to);

#endif
