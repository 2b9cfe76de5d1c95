/* SPDX-License-Identifier: ISC */
#ifndef SERVE_SIGNALS_H
#define SERVE_SIGNALS_H

/*
 * Signals as a holder's processes hear them: blocked, and told by a descriptor
 * (signalfd(2)), so that none comes between a look and a wait.
 */

#include <sys/types.h>

/* SIGTERM, SIGINT, SIGHUP and SIGCHLD. */
int signals_open(void);

/*
 * For a process that `parent` has forked, and that is to end with it: SIGTERM
 * and SIGINT, the first of them also when `parent` ends. FAIL_SYSTEM: it has.
 */
int signals_open_child(pid_t parent);

/* From now on these two end the process where it is. */
void signals_unblock(void);

#endif
