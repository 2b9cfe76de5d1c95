/* SPDX-License-Identifier: ISC */
#ifndef NET_QUERIER_H
#define NET_QUERIER_H

/*
 * Questions by multicast DNS, on several links at once: by the socket in the
 * group, and in the legacy way by one of its own.
 */

#include <stdbool.h>

#include "net/lan.h"

struct heard;

struct querier {
	struct lan lan[LAN_MOST];
	size_t lans;
	uint16_t id; /* of legacy queries, which their answers repeat */
};

/*
 * Open the sockets of the interfaces named, or of all (lan_list); what cannot
 * be opened is told with --verbose. -1: FAIL_USAGE, or FAIL_SYSTEM, there is
 * none. querier_close in any case.
 */
int querier_open(struct querier *querier, const char *const *interface,
    size_t interfaces);
void querier_close(struct querier *querier);

/*
 * Who is there? By both sockets the first time, then by the better one, and
 * whoever is known well enough need not answer.
 */
void querier_ask(const struct querier *querier, const struct heard *heard,
    bool first);

/* Ask for what is missing to what was heard, each thing once. */
void querier_ask_rest(const struct querier *querier, struct heard *heard);

/*
 * Whether a packet may be an answer: it comes from the port of multicast DNS
 * (RFC 6762 section 6), and a legacy one has our id.
 */
bool querier_is_asked(const struct querier *querier, bool legacy,
    struct span packet, const struct sockaddr_storage *from);

#endif
