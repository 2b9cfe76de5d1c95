/* SPDX-License-Identifier: ISC */
#ifndef HEALTH_CHECK_H
#define HEALTH_CHECK_H

/* What can be wrong, by stable names, and how bad that is. */

#include <stdint.h>

/* The exit statuses of monitoring plugins. */
enum severity {
	HEALTH_OK,
	HEALTH_WARNING,
	HEALTH_CRITICAL,
	HEALTH_UNKNOWN
};

enum check_name {
	CHECK_NO_PEER,	     /* nobody answers: nothing is known */
	CHECK_NO_BACKUP,     /* peers answer, and have no snapshot */
	CHECK_DATA_LOST,     /* a backup can no longer be restored */
	CHECK_DATA_HIDDEN,   /* it cannot now: too many peers are away */
	CHECK_DATA_EDGE,     /* one more loss, and it cannot */
	CHECK_DATA_DEGRADED, /* shards are missing */
	CHECK_DATA_UNKNOWN,  /* what there is of it could not be counted */
	CHECK_BACKUP_OLD,    /* the newest is older than --max-age */
	CHECK_KEY_MISMATCH,  /* not the key of the roster, or it refuses ours */
	CHECK_STORE_UNMOUNTED, /* a folder is there, and no store in it */
	CHECK_DAMAGE,	       /* a peer gave what is not whole */
	CHECK_PEER_GONE,       /* down for 72 h and more */
	CHECK_PEER_DOWN,
	CHECK_PEER_LATE,      /* it was there, and did not answer in time */
	CHECK_QUOTA,	      /* a peer has hardly any room left for us */
	CHECK_CLOCK_SKEW,     /* a clock is wrong, here or there */
	CHECK_OWNER_SILENT,   /* somebody has sent us nothing for too long */
	CHECK_POLL_BAD,	      /* the last poll found that shards are gone */
	CHECK_POLL_UNDECIDED, /* polls cannot tell, again and again */
	CHECK_POLL_STALE,     /* it was too long ago */
	CHECK_AUDIT_BAD,      /* a peer has not proved what it should have */
	CHECK_DRILL_FAILED,   /* a restore was tried, and it failed */
	CHECK_DRILL_STALE,    /* none was tried for too long */
	CHECK_PEER_ROT,	      /* a peer says that its disk rots */
	CHECK_SCRUB_DAMAGE,   /* our own store has rotted somewhere */
	CHECK_COUNT
};

/* "PEER_DOWN"; CHECK_COUNT when there is no such check. */
const char *check_word(enum check_name name);
enum check_name check_named(const char *word);

/* How bad it is at least. */
enum severity check_severity(enum check_name name);

/* "OK", "WARNING", ... */
const char *check_severity_word(enum severity severity);

/* The worse of two: nothing is worse than CRITICAL, and UNKNOWN is next. */
enum severity check_worse(enum severity a, enum severity b);

#endif
