/* SPDX-License-Identifier: ISC */
#ifndef PEER_KEYS_H
#define PEER_KEYS_H

/*
 * The keys of the tool that runs: the files of peer/identity.h in the folder
 * of its configuration (base/tool.h). What is loaded is the caller's to wipe.
 */

#include "base/bytes.h"
#include "crypto/secret.h"

struct owner;

/* The identity. */
int keys_load_scalar(struct secret *scalar);

/* The same, and its id. */
int keys_load(struct secret *scalar, struct digest *id);

/* See identity_lock. */
int keys_lock(void);

/* What all keys are derived from. */
int keys_load_secret(struct secret *secret);

/* The owner's keys, for owner_release. */
int keys_load_owner(struct owner *owner);

#endif
