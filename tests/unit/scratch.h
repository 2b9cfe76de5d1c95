/* SPDX-License-Identifier: ISC */
#ifndef SCRATCH_H
#define SCRATCH_H

/*
 * Places for the unit tests to write to: a folder that is gone at the exit,
 * files in memory, and a pipe that a child fills byte by byte.
 */

#include <limits.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "check.h"
#include "tree.h"

static char scratch_folder[64];

static inline void
scratch_end(void)
{
	tree_remove(scratch_folder);
}

/* The path of `name` in a folder of our own; valid until the 8th next call. */
static inline const char *
scratch(const char *name)
{
	static char path[8][PATH_MAX];
	static unsigned next;

	if (scratch_folder[0] == '\0') {
		strcpy(scratch_folder, "/tmp/shardkit-test-XXXXXX");
		must(mkdtemp(scratch_folder) != NULL, "a folder");
		atexit(scratch_end);
	}
	next = (next + 1) % 8;
	snprintf(path[next], sizeof path[next], "%s%s%.1000s", scratch_folder,
	    *name ? "/" : "", name);
	return path[next];
}

/* Make the file `path` hold just `text`. */
static inline void
scratch_write(const char *path, struct span bytes, mode_t permissions)
{
	unlink(path);
	must(file_put(path, bytes, permissions, FILE_NEW) == 0, path);
	chmod(path, permissions);
}

/* A descriptor at the beginning of a file in memory that holds `bytes`. */
static inline int
memory_of(struct span bytes)
{
	int fd = memfd_create("test", 0);

	must(fd >= 0 && file_write(fd, bytes) == 0 &&
		lseek(fd, 0, SEEK_SET) == 0,
	    "a file in memory");
	return fd;
}

/* All that has been written to it. */
static inline struct buf
memory_read(int fd)
{
	struct buf bytes = {0};
	struct stat status;

	must(fstat(fd, &status) == 0 && lseek(fd, 0, SEEK_SET) == 0 &&
		buf_reserve(&bytes, (size_t)status.st_size + 1) == 0,
	    "reading back");
	bytes.size = (size_t)status.st_size;
	must(file_fill(fd, bytes.data, bytes.size) == status.st_size,
	    "reading back");
	return bytes;
}

/* The end of a pipe into which a child writes `bytes`, `step` at a time. */
static inline int
dribble_of(struct span bytes, size_t step, pid_t *child)
{
	size_t at;
	int end[2];

	must(pipe(end) == 0, "a pipe");
	*child = fork();
	must(*child >= 0, "a child");
	if (*child > 0) {
		close(end[1]);
		return end[0];
	}
	signal(SIGPIPE, SIG_DFL);
	close(end[0]);
	for (at = 0; at < bytes.size; at += step)
		if (file_write(end[1],
			span_of(bytes.data + at,
			    bytes.size - at < step ? bytes.size - at : step)) !=
		    0)
			_exit(1);
	_exit(0);
}

static inline void
dribble_end(int fd, pid_t child)
{
	close(fd);
	waitpid(child, NULL, 0);
}

#endif
