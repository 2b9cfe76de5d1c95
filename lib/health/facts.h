/* SPDX-License-Identifier: ISC */
#ifndef HEALTH_FACTS_H
#define HEALTH_FACTS_H

/*
 * What one look at the peers and the backups has found: plain data, that
 * gathering fills in, the verdict judges and showing prints. Times are seconds
 * since 1970, sizes bytes; 0 stands for "not known" unless said otherwise.
 */

#include "health/remedy.h"
#include "store/scrubbed.h"
#include "xfer/counts.h"
#include "xfer/info.h"

struct peer;

#define HEALTH_DAYS 7 /* that are looked back on */

enum peer_state {
	PEER_UP,
	PEER_DOWN,    /* cannot be reached: worth a retry */
	PEER_REFUSED, /* somebody is there, but not as the roster says */
	PEER_PASSIVE, /* it only comes to us (peer_is_guest) */
	PEER_LATE,    /* it was there, and did not answer in time */
	PEER_STATES
};

/*
 * What is remembered of each look: a state, or that not all it gave was whole.
 */
#define LOOK_WRONG PEER_STATES
#define LOOK_KINDS (PEER_STATES + 1)

/* What a peer has proved of what it should have, when it was last asked. */
enum audit_state {
	AUDIT_NEVER, /* it was not asked */
	AUDIT_WHOLE,
	AUDIT_LACKING, /* something is gone, or is wrong */
	AUDIT_SILENT,  /* it did not answer, or could not read */
	AUDIT_STATES
};

struct peer_facts {
	const struct peer *peer;
	enum peer_state state;
	char reason[512]; /* of not being up, or of its damage */
	uint64_t seen;	  /* when it was up last */
	uint64_t since;	  /* when a look missed it first; up: 0 */
	uint64_t rtt;	  /* microseconds; a disk of ours has none */
	int64_t ahead;	  /* seconds of its clock before ours */
	struct info info;
	uint64_t damaged; /* things that it gave and that were not whole */
	enum audit_state audit;
	uint64_t audited; /* when that was */
	uint64_t receipt; /* when it last signed for something of ours */
	/* how often it was seen how; today, yesterday, ... */
	uint64_t looks[HEALTH_DAYS][LOOK_KINDS];
	bool counted; /* its shards could be listed */
	bool told;    /* what it has counted itself, which follows */
	struct counts counts;
};

/*
 * How far a stripe is from being lost. What peers that are away may have is
 * not missing; each of them can have one of its shards.
 */
enum redundancy {
	STRIPE_INTACT,	 /* all of its shards were seen */
	STRIPE_AWAY,	 /* or may be at peers that are away */
	STRIPE_DEGRADED, /* some are missing, and one more may go */
	STRIPE_EDGE,	 /* no more are left than a restore needs */
	STRIPE_HIDDEN,	 /* fewer were seen: it needs peers that are away */
	STRIPE_LOST,
	STRIPE_STATES
};

struct backup_facts {
	uint64_t number, time, size;
	unsigned need, total;
	unsigned worst;	 /* shards seen of its worst stripe */
	unsigned copies; /* of itself, or of the index with the fewest */
	uint64_t stripes[STRIPE_STATES];
	enum redundancy documents; /* by the copies: see facts_documents */
	bool counted;		   /* false: its indexes could not be read */
};

/* The last poll that we know the certificate of. */
#define POLLS_UNDECIDED 3 /* in a row are no chance any more */

struct poll_facts {
	uint64_t time; /* 0: none */
	bool holds;    /* by our members document; else nothing is known */
	uint64_t good, bad, silent, undecided; /* shards at holders */
	uint64_t long_undecided; /* of these, in POLLS_UNDECIDED polls */
};

/* The drills of a job of p2p-backup's, which try a restore. */
#define DRILL_JOB 65

struct drill_facts {
	char job[DRILL_JOB];
	uint64_t first, ran; /* its first and its last good run */
	uint64_t good;	     /* its last good drill */
	bool failed;	     /* but there was one since */
};

/* Somebody whose backups we keep. */
struct owner_facts {
	const struct peer *peer;
	uint64_t snapshots;
	uint64_t newest; /* when it was published, by the owner's clock */
	uint64_t used;
};

struct facts {
	uint64_t now;
	uint64_t max_age;	 /* of the newest backup; 0: any */
	struct remedy_site site; /* of commands that mend things */
	struct peer_facts *peer;
	size_t peers;
	struct backup_facts *backup; /* the newest first */
	size_t backups;
	uint64_t snapshots; /* all there are, also those not looked into */
	struct poll_facts poll;
	struct drill_facts *drill;
	size_t drills;
	struct owner_facts *owner; /* of a holder, who looks at nothing else */
	size_t owners;
	struct scrubbed scrubbed; /* its store, read from end to end */
};

void facts_release(struct facts *facts);

/* "up", "intact": stable words, for people and for scripts. */
const char *facts_peer_word(enum peer_state state);
const char *facts_stripe_word(enum redundancy state);
const char *facts_audit_word(enum audit_state state);

/*
 * How often a peer was seen in a state (or LOOK_WRONG), in these days together.
 * A look at what is wrong is none at what is up.
 */
uint64_t facts_looks(const struct peer_facts *peer, int kind);

/* Whether a stripe with so few shards could get one more. */
bool facts_placeable(const struct facts *facts, unsigned seen);

/* How many peers are in a state. */
size_t facts_peers(const struct facts *facts, enum peer_state state);

/* The worst state that its documents, or any stripe of it, are in. */
enum redundancy facts_worst(const struct backup_facts *backup);

enum redundancy facts_redundancy(size_t seen, size_t away, unsigned need,
    unsigned total);

/*
 * That of documents, of which any copy will do: intact if they survive the loss
 * of as many peers as the shards do when all are there.
 */
enum redundancy facts_documents(size_t copies, size_t away, unsigned need,
    unsigned total);

#endif
