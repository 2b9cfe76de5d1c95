/* SPDX-License-Identifier: ISC */
#ifndef PEER_IDENTITY_H
#define PEER_IDENTITY_H

/*
 * The two key files of a configuration folder: `secret` holds the owner's
 * secret, for split, join and fetch; `identity` holds the private scalar that
 * is derived from it, for the tools that sign and speak to peers. Both are
 * one line of base32, mode 0600, and are refused when others can read them.
 */

#include "base/bytes.h"
#include "crypto/secret.h"

struct owner;

/* Make both files from `secret`; what is there already must be the same. */
int identity_create(const char *identity_path, const char *secret_path,
    const struct secret *secret);

int identity_load_secret(const char *path, struct secret *secret);
int identity_load_scalar(const char *path, struct secret *scalar);

/*
 * Until this process ends, nobody else may publish, drop or repair with this
 * identity: numbers of snapshots must not be given twice, nor shards be
 * dropped that somebody counts on, nor what is dropped be placed again.
 * FAIL_SYSTEM when somebody does.
 */
int identity_lock(const char *path);

/* The id that belongs to a scalar. */
int identity_id(const struct secret *scalar, struct digest *id);

/* The owner's keys out of the secret's file. */
int identity_load_owner(const char *path, struct owner *owner);

#endif
