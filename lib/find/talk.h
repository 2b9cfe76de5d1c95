/* SPDX-License-Identifier: ISC */
#ifndef FIND_TALK_H
#define FIND_TALK_H

/*
 * The talks of an exchange: each peer of the roster is dialled, when
 * find/dials.h says, at its endpoints that rank first, until it answers, and
 * asked for the address records that it has.
 */

struct source;

/*
 * `run` of a source, whose options are a struct exchange. It writes what
 * find/told.h makes of the answers; and for each dial the record that was
 * dialled, with the time at which the peer was reached (`ok`) or not
 * (`refused`).
 */
int talk_run(const struct source *source, int out);

#endif
