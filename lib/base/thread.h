/* SPDX-License-Identifier: ISC */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>

/*
 * Start a thread with a stack for what our functions keep there: musl gives
 * 128 KiB unless asked for more, glibc 8 MiB. To be joined. -1: FAIL_SYSTEM.
 */
int thread_start(pthread_t *thread, void *(*function)(void *), void *argument);

#endif
