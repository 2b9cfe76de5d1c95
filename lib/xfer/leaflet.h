/* SPDX-License-Identifier: ISC */
#ifndef XFER_LEAFLET_H
#define XFER_LEAFLET_H

/* A document that every holder is to have: an index, a snapshot. */

#include "xfer/group.h"

/*
 * Put the same bytes on every usable holder and make them last, together with
 * the group; then group_check_usable.
 */
int leaflet_put(struct group *group, const struct store_key *key,
    struct span bytes);

#endif
