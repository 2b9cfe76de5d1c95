/* SPDX-License-Identifier: ISC */
#ifndef NET_MULTICAST_H
#define NET_MULTICAST_H

/*
 * The sockets through which multicast DNS (RFC 6762) goes on one link. What is
 * received was sent on that link: its sender has an address of the link's own,
 * or it went to the group and has never been forwarded, for its TTL is still
 * 255 (section 11).
 */

#include <sys/socket.h>
#include <sys/types.h>

#include "base/bytes.h"

#define MULTICAST_PORT 5353

struct lan;

/*
 * Open one of a link's sockets, non-blocking: that which is bound to the
 * group's own address, beside other responders of this machine, and that
 * which has a port of its own. -1 (FAIL_SYSTEM).
 */
int multicast_open_group(struct lan *lan);
int multicast_open_single(struct lan *lan);

/* Close those that are open. */
void multicast_close(struct lan *lan);

/* Send to the group by one of the two, or to one host. -1 (FAIL_SYSTEM). */
int multicast_send(const struct lan *lan, int fd, struct span packet);
int multicast_send_to(const struct lan *lan, int fd, struct span packet,
    const struct sockaddr_storage *to);

/*
 * The next packet that is there, and its sender: its size, or 0 when it was
 * too long or came from off the link and is dropped. -1: there is none.
 */
ssize_t multicast_receive(const struct lan *lan, int fd, void *to, size_t size,
    struct sockaddr_storage *from);

/* The port of a sender. */
unsigned multicast_port(const struct sockaddr_storage *from);

#endif
