/* SPDX-License-Identifier: ISC */
#ifndef XFER_HOLDER_H
#define XFER_HOLDER_H

/*
 * A holder is a peer seen by what it does for an owner: put, get, have, list,
 * drop. Each kind of address is one file with these verbs, so a mounted disk
 * and a TLS session look the same to everyone above.
 *
 * Any thread may call any verb. A holder that fails in a way that is its own
 * fault (FAIL_SYSTEM) is lost for the rest of the run; one that only fails to
 * take bytes is full: it still gives, and keeps what it took. The reason is
 * kept for whoever has to explain which peers were missing, and why.
 */

#include <pthread.h>
#include <stdatomic.h>

#include "base/fail.h"
#include "base/rate.h"
#include "store/store.h"
#include "xfer/counts.h"
#include "xfer/info.h"
#include "xfer/lag.h"
#include "xfer/pace.h"
#include "xfer/session.h"

struct peer;
struct roster;
struct secret;
struct holder;
struct errand;

enum holder_mode {
	HOLDER_READ,
	HOLDER_RESCUE, /* to read whatever gives its bytes */
	HOLDER_AGAIN,  /* to write, and a folder is a store already */
	HOLDER_WRITE
};

/* Which of `count` ids are there, with exactly `size` bytes each (0: any). */
struct question {
	enum store_shelf shelf;
	struct digest owner;
	const struct digest *id;
	size_t count;
	size_t size;
	bool check;    /* read them: what is damaged is not there */
	bool *damaged; /* NULL, or to be told what is there but not whole */
};

/*
 * The verbs. Each is documented at store_*, whose promises are the same. Put
 * and have come in two halves for who has other holders to ask meanwhile: the
 * first (NULL: there is none) may send the request, the second does the rest.
 */
struct holder_calls {
	struct call *(*begin_put)(struct holder *holder,
	    const struct store_key *key, struct span bytes,
	    struct answer *answer);
	int (*end_put)(struct holder *holder, struct call *call,
	    const struct store_key *key, struct span bytes,
	    struct answer *answer);
	struct call *(*begin_have)(struct holder *holder,
	    const struct question *question, struct answer *answer);
	int (*end_have)(struct holder *holder, struct call *call,
	    const struct question *question, struct answer *answer,
	    bool *there);
	unsigned (*epoch)(struct holder *holder); /* NULL: always 0 */
	int (*commit)(struct holder *holder);
	/* See xfer/promises.h; NULL: whatever it has, it keeps. */
	int (*found)(struct holder *holder, const struct store_key *key);
	int (*get)(struct holder *holder, const struct store_key *key,
	    size_t limit, struct buf *to);
	int (*list)(struct holder *holder, enum store_shelf shelf,
	    const struct digest *owner,
	    int (*each)(void *context, const struct digest *id), void *context);
	int (*drop)(struct holder *holder, struct span order);
	int (*info)(struct holder *holder, const struct digest *owner,
	    struct info *info);
	/* Any other request; NULL: there is nobody to ask. */
	int (*ask)(struct holder *holder, const struct request *request,
	    const void *payload, struct answer *answer);
	/* Let every call that is under way fail, and none succeed any more. */
	void (*stop)(struct holder *holder);
	void (*close)(struct holder *holder);
};

struct holder {
	const struct holder_calls *calls; /* NULL: could not be opened */
	void *state;
	const struct peer *peer;
	size_t tried;	     /* addresses of it; the last one is in use */
	struct digest id;    /* of the peer, or of the store on a disk */
	struct rate *rate;   /* that bytes are put at; NULL: any */
	unsigned shelves;    /* that it knows, of enum store_shelf */
	struct digest owner; /* whose member we are here; zero: it is ours */
	const struct digest *index; /* that names what is put; NULL: ours */

	/* Of our own store, see xfer/own.h. */
	const struct holder_calls *disk;
	const struct secret *signer; /* of receipts */
	struct buf unsigned_ids;     /* put since the last one */

	pthread_mutex_t lock; /* of what follows */
	bool lost;
	bool full;    /* takes nothing more ... */
	bool crammed; /* ... not even instead of what it has damaged */
	struct failure reason;
	uint64_t put_count, put_size; /* written in this run */
	uint64_t kept_count;	      /* found to be there already */
	uint64_t room;		      /* bytes that it still takes */
	uint64_t damaged;	      /* read and not whole */
	uint64_t mislaid, regained;   /* shards, see xfer/repaired.h */
	struct buf receipts;  /* that it signed and that are not published */
	struct buf published; /* the last that is, or all: xfer/receipts.h */

	struct counts counts; /* of what it was asked, without the lock */

	struct pace pace; /* locked by xfer/ask */
	atomic_bool late; /* owes an answer that is not waited for any more */
	struct lag lag;	  /* without the lock */

	atomic_uint_fast64_t called; /* when holders_each did; 0: it is back */
	atomic_bool told;	     /* that it is waited for */
};

struct holders {
	struct holder *holder; /* for each peer with an address, in order */
	size_t count;
	struct asks *asks;	   /* gets under way, see xfer/ask.h */
	struct promises *promises; /* of them, see xfer/promises.h */
	bool keep_receipts;	   /* all that are published, for the caller */
	const char *forgotten;	   /* see xfer/forgotten.h; NULL: not known */
};

/*
 * Open all peers of a roster, which must outlive the holders, side by side.
 * Those that cannot be opened are lost from the start; two that are one and
 * the same store are FAIL_USAGE. `scalar` is the identity that peers behind a
 * wire shall see.
 */
int holders_open(struct holders *holders, const struct roster *roster,
    enum holder_mode mode, const struct secret *scalar);

/* Waits for a disk, as long as xfer/disk.h says; see asks_hang. */
void holders_close(struct holders *holders);

/*
 * Try those again that are lost, but for a disk that failed or one of which an
 * answer is still awaited: who was away may be back.
 */
int holders_reopen(struct holders *holders, enum holder_mode mode,
    const struct secret *scalar);

/* From now on put no faster than that, to all of them together. */
void holders_limit(struct holders *holders, struct rate *rate);

/*
 * From now on it is about another owner's shards, of which we are a member.
 */
int holders_serve(struct holders *holders, const struct digest *owner);

/*
 * Call `each` for all holders, several at once, and tell who keeps the others
 * waiting for long. What it returns does not matter: a holder that fails is
 * lost, which is no reason to stop.
 */
int holders_each(struct holders *holders,
    void (*each)(void *context, struct holder *holder), void *context);

/* How many are neither lost nor full. */
size_t holders_usable(struct holders *holders);

/* Warn about each lost holder, with its reason, and about each damage. */
void holders_explain(struct holders *holders);

/*
 * Whether it was never lost; whether it also takes more, or at least something
 * instead of what it has damaged, for which it needs no more room.
 */
bool holder_usable(struct holder *holder);
bool holder_takes(struct holder *holder);
bool holder_mends(struct holder *holder);

/* Note that the failure in the slot has lost this holder. */
void holder_lose(struct holder *holder);

/* Note that it is full, by the failure in the slot; see `crammed`. */
void holder_fill(struct holder *holder, bool crammed);

/* How many bytes it takes from now on; take some of them, FAIL_NO. */
void holder_set_room(struct holder *holder, uint64_t room);
int holder_take_room(struct holder *holder, size_t size);

/*
 * Changes when the holder may have forgotten what was put, or found by have,
 * and not committed. Ask before a put: if a commit has succeeded and this is
 * still the same, the bytes last.
 */
unsigned holder_epoch(struct holder *holder);

/*
 * The verbs with their bookkeeping. FAIL_DATA of a put is the caller's data;
 * every other failure of put fills the holder, one of commit loses it. A get
 * fills `to` anew, in the memory that it has; of what is damaged or cannot be
 * read it returns 0, as if it were not there, and counts.
 */
int holder_put(struct holder *holder, const struct store_key *key,
    struct span bytes);
int holder_commit(struct holder *holder);

/*
 * Whether it is usable and knows the shelves of papers (xfer/papers.h); a put
 * of one, which counts as nothing, nor does its failure.
 */
bool holder_has_papers(struct holder *holder);
void holder_put_paper(struct holder *holder, const struct store_key *key,
    struct span bytes);

/*
 * Ask all usable holders at once, then call `answered` for each that answers,
 * in their order; `there` is valid during the call.
 */
int holders_have(struct holders *holders, const struct question *question,
    void (*answered)(void *context, const struct errand *errand,
	const bool *there),
    void *context);

/* Count something that was put; that needed no put. */
void holder_count_put(struct holder *holder, size_t size);
void holder_keep(struct holder *holder);

/* FAIL_NO: it keeps everything, and has been told. Else, who fails is lost. */
int holder_drop(struct holder *holder, struct span order);
int holder_have(struct holder *holder, const struct question *question,
    bool *there);

/*
 * Append all ids of a shelf of an owner. FAIL_DATA when they are more than
 * `limit`. Who cannot list them is lost.
 */
int holder_list(struct holder *holder, enum store_shelf shelf,
    const struct digest *owner, size_t limit, struct buf *ids);

/* What it tells of itself; `owner` is who asks. */
int holder_info(struct holder *holder, const struct digest *owner,
    struct info *info);

/*
 * What it has counted: 1; 0 when it does not tell, to us or at all; -1.
 */
int holder_counts(struct holder *holder, const struct digest *owner,
    struct counts *counts);

/*
 * Any other request, without payload. FAIL_USAGE for a disk; the failures of
 * session_call for the rest, which lose nobody.
 */
int holder_ask(struct holder *holder, const struct request *request,
    struct answer *answer);

/* Keep what it has signed for, and what was checked (no bytes: nothing). */
int holder_keep_receipt(struct holder *holder, struct span document);

/* Note that something it lists is not whole: the failure in the slot. */
void holder_damaged(struct holder *holder);
int holder_get(struct holder *holder, const struct store_key *key, size_t limit,
    struct buf *to);

/* The kinds of address: each fills in calls, state and id. */
int holder_dir_open(struct holder *holder, const char *path,
    enum holder_mode mode);
void holder_dir_limit(struct holder *holder, uint64_t bytes);
int holder_net_open(struct holder *holder, const char *address,
    const struct secret *scalar);

#endif
