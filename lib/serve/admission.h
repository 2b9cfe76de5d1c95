/* SPDX-License-Identifier: ISC */
#ifndef SERVE_ADMISSION_H
#define SERVE_ADMISSION_H

/*
 * Which requests a peer may make, by their heads alone. Each is judged once:
 * before its payload is taken, or, without one, before anything is done.
 */

#include <stdbool.h>

#include "base/fail.h"
#include "serve/requests.h"

struct verbs;

/* Of a connection; all zeroes but for `verbs`. */
struct admission {
	struct verbs *verbs;
	bool judged;  /* the request that is under way */
	bool refused; /* then */
	struct failure refusal;
};

/*
 * What becomes of the payload of a request, for requests_next: nobody gets
 * memory for what is in vain, and a shard is put as it comes.
 */
enum requests_use admission_use(void *admission, const struct request *request);
bool admission_part(void *admission, struct span bytes);

/*
 * Whether the peer may ask for that, and the disk for it is there; whose quota
 * counts is verbs->owner then. FAIL_USAGE, FAIL_NO, FAIL_DATA, or FAIL_SYSTEM.
 */
int admission_check(struct admission *admission, const struct request *request);

#endif
