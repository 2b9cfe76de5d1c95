/* SPDX-License-Identifier: ISC */
#ifndef NET_RACE_H
#define NET_RACE_H

/*
 * Connecting to one of several addresses of the same name, as in RFC 8305:
 * in their order, the next one being tried as well as soon as one has failed
 * or has not answered for a quarter of a second; the first answer wins. So an
 * IPv6 that leads nowhere costs 250 ms, not the whole time limit.
 */

#include <stdint.h>

struct addrinfo;

/* A connected non-blocking socket; -1 with the errno of the last failure. */
int race_connect(const struct addrinfo *found, int64_t deadline);

#endif
