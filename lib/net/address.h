/* SPDX-License-Identifier: ISC */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

/*
 * Addresses of peers as people write them: host:port, [v6]:port, and for a
 * listener also :port (every address of this machine).
 */

#include <stddef.h>
#include <sys/socket.h>

struct address {
	char host[256]; /* empty: any, for a listener */
	char port[8];
};

/* FAIL_USAGE with what is wrong with `text`. */
int address_parse(const char *text, struct address *address);

/*
 * A connected, non-blocking socket (TCP_NODELAY, keep-alive): the addresses
 * that the name has are raced (net/race.h), all within `timeout_ms`. Looking
 * the name up has limits of its own (resolv.conf(5)). -1 (FAIL_SYSTEM) with
 * the reason of the last one, FAIL_USAGE for an empty host.
 */
int address_connect(const struct address *address, int timeout_ms);

/*
 * Listening, non-blocking sockets for all that the name stands for; IPv6 ones
 * do not take IPv4, and a family that this machine has not is passed over.
 * Returns how many are in `fd`, at least one, or -1 (FAIL_SYSTEM).
 */
#define ADDRESS_LISTENERS 8
int address_listen(const struct address *address, int fd[ADDRESS_LISTENERS]);

/* "192.0.2.7:7117" or "[2001:db8::7]:7117"; "local" for other families. */
#define ADDRESS_TEXT 72
void address_text(const struct sockaddr_storage *from,
    char text[static ADDRESS_TEXT]);

#endif
