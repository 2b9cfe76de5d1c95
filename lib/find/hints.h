/* SPDX-License-Identifier: ISC */
#ifndef FIND_HINTS_H
#define FIND_HINTS_H

/*
 * Found addresses for the tools that speak to peers (their --peers FILE): they
 * are tried after those that the roster has itself, in the order of the file,
 * and only for the id that the roster has. TLS proves that id: a wrong address
 * costs time and nothing else. All are held to find/filter.h, also those that
 * claim to be the roster's.
 */

struct peer;
struct roster;

/*
 * The roster of the configuration (base/tool.h), with the addresses that the
 * found records in the file `found` have for its peers; NULL: no file.
 * FAIL_DATA when the file has something else.
 */
int hints_load_roster(const char *found, struct roster *roster);

/* Append those of one peer, whose id it has; nothing else need be set. */
int hints_load_peer(const char *found, struct peer *peer);

#endif
