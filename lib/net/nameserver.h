/* SPDX-License-Identifier: ISC */
#ifndef NET_NAMESERVER_H
#define NET_NAMESERVER_H

/*
 * Servers of the DNS that are to be asked over TCP: which there are, and a
 * connection to one.
 */

#include <netdb.h>
#include <stdint.h>
#include <sys/socket.h>

#define NAMESERVERS_MOST 3 /* as many as resolv.conf(5) may name */

struct nameservers {
	struct sockaddr_storage at[NAMESERVERS_MOST];
	size_t count;
};

/* The one that `server` says: "ip", "ip:port" or "[ip]:port". FAIL_USAGE. */
int nameservers_parse(struct nameservers *servers, const char *server);

/* Those of a file like resolv.conf(5); none: this machine. FAIL_SYSTEM. */
int nameservers_load(struct nameservers *servers, const char *path);

/* Take the one out that `at` is. */
void nameservers_drop(struct nameservers *servers,
    const struct sockaddr_storage *at);

/*
 * Connect to the first that answers (net/race.h), which is `at` then: a
 * non-blocking socket, or -1 (FAIL_SYSTEM).
 */
int nameservers_connect(const struct nameservers *servers, int64_t deadline,
    struct sockaddr_storage *at);

#endif
