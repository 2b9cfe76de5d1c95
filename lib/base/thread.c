/* SPDX-License-Identifier: ISC */
#include "base/thread.h"

#include <errno.h>

#include "base/fail.h"

#define STACK_SIZE (256 << 10)

int
thread_start(pthread_t *thread, void *(*function)(void *), void *argument)
{
	pthread_attr_t attributes;
	int error;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	error = pthread_create(thread, &attributes, function, argument);
	pthread_attr_destroy(&attributes);
	if (error == 0)
		return 0;
	errno = error;
	return fail_errno("cannot start a thread");
}
