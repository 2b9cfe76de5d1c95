/* SPDX-License-Identifier: ISC */
#ifndef BASE_FILE_H
#define BASE_FILE_H

/*
 * Files and descriptors: whole reads, whole writes, and files that appear
 * whole or not at all. Every function here knows EINTR and short counts.
 * What root makes in a folder of somebody else's belongs to that user, whose
 * daemon is to read it.
 */

#include <dirent.h>
#include <limits.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "base/bytes.h"

/*
 * Read until `size` bytes are there or the input ends; returns how many.
 * -1 on an error.
 */
ssize_t file_fill(int fd, void *to, size_t size);

/* Write everything, or fail. `part` is used up on the way. */
int file_write(int fd, struct span bytes);
int file_write_parts(int fd, struct iovec *part, size_t count);

/* The whole file, refused (FAIL_DATA) when it is longer than `limit`. */
int file_read(const char *path, size_t limit, struct buf *bytes);

/* The same from a descriptor, which is called `name` in messages. */
int file_read_open(int fd, const char *name, size_t limit, struct buf *bytes);

/* A path that a user gave, and that leaves room for names below it. */
#define FILE_PATH (PATH_MAX - NAME_MAX)

/* Print one as printf(3) does. FAIL_USAGE: it is too long. */
int file_path(char path[static FILE_PATH], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The folder of `path`: "." for a bare name, "/" for one at the root. */
void file_folder(const char *path, char folder[static PATH_MAX]);

/* The path of the file in a folder that has a digest for its name. */
void file_named(const char *folder, const struct digest *name,
    char path[static PATH_MAX]);

enum file_mode {
	FILE_NEW,    /* fails when the name is taken: see below */
	FILE_REPLACE /* takes the name over */
};

/*
 * Make a file appear under `path` with all of `bytes`: temporary in the same
 * folder, fsync, link or rename, fsync of the folder. Others may make it at
 * the same time; what one who died has left is removed by the next (without
 * flock(2), an hour later). Where there are no hard links FILE_NEW renames,
 * too; of two at once, on a file system that cannot even rename without
 * replacing, the later one wins.
 */
int file_put(const char *path, struct span bytes, mode_t permissions,
    enum file_mode mode);

/* Whether a name goes on, at `rest`, as that of a temporary does: .1.new */
bool file_is_temporary(const char *rest);

/*
 * What root has just made, and has open as `fd`, goes to the owner of `folder`
 * (openat(2)), if it may.
 */
void file_hand_over(int fd, int at, const char *folder);

/* fsync a folder, so that the names in it last. */
int file_sync_folder(const char *path);

/*
 * The next name in an open folder, which is called `path` in messages. NULL at
 * its end, and when *result is not 0: a folder that cannot be read any further
 * makes it -1, so that nobody takes that for the end.
 */
const char *file_next(DIR *folder, const char *path, int *result);

/*
 * mkdir that does not mind when the folder is there already. The name of a new
 * one lasts, too (fsync of the folder above), where that can be read.
 */
int file_make_folder(const char *path, mode_t permissions);

/*
 * flock(2) a file on a disk that others use, too, by LOCK_SH or LOCK_EX. Who
 * holds it for half a minute may hold it for ever: FAIL_SYSTEM.
 */
int file_lock(int fd, int operation, const char *path);

/*
 * Make a folder of mode 0700 if it is missing, and lock it (flock(2)) against
 * all other processes. Close what is returned to unlock it. Whoever holds the
 * lock for 10 s is not waited for any longer: FAIL_SYSTEM.
 */
int file_lock_folder(const char *path);

/*
 * Remove the temporaries that a killed file_put has left in a folder whose
 * writers all lock it, as the caller has. Another name, x.new, is somebody's.
 */
void file_clean_folder(const char *path);

/* The same as file_make_folder with all folders above it. */
int file_make_folders(const char *path, mode_t permissions);

/* Ask for a pipe of 1 MiB, if `fd` is a pipe: 64 KiB cost most of its speed. */
void file_widen_pipe(int fd);

#endif
