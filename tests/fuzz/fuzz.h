/* SPDX-License-Identifier: ISC */
#ifndef FUZZ_H
#define FUZZ_H

/*
 * What the fuzz targets share: a claim that must hold, and a file in memory
 * with a path, for decoders that want one.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void
must(bool right)
{
	if (!right)
		abort();
}

/* A descriptor at the beginning of a file in memory that holds `bytes`. */
static inline int
memory_of(struct span bytes)
{
	int fd = memfd_create("fuzz", 0);

	must(fd >= 0 && file_write(fd, bytes) == 0 &&
	    lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

/* The path of an open file. */
static inline const char *
memory_path(int fd)
{
	static char path[64];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return path;
}

#endif
