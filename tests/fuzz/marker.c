/* SPDX-License-Identifier: ISC */
/*
 * A store's marker, by a symbolic link to a file in memory: what opens is
 * of this version and has a name.
 */
#include "store/marker.h"

#include "base/base32.h"
#include "fuzz.h"

static char folder[] = "/tmp/shardkit-fuzz-XXXXXX", name[64];

static void
end(void)
{
	unlink(name);
	rmdir(folder);
}

/* A folder whose marker is `fd`. */
static void
begin(int fd)
{
	must(mkdtemp(folder) != NULL);
	snprintf(name, sizeof name, "%s/shardkit-store", folder);
	must(symlink(memory_path(fd), name) == 0);
	atexit(end);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int memory = -1;
	struct digest read;
	int fd;

	if (memory < 0) {
		memory = memory_of(span_of(NULL, 0));
		begin(memory);
	}
	must(ftruncate(memory, 0) == 0 && lseek(memory, 0, SEEK_SET) == 0 &&
	    file_write(memory, span_of(data, size)) == 0);
	fd = marker_open(folder, STORE_AGAIN, &read);
	if (fd < 0)
		return 0;
	must(size > 17 + BASE32_LINES * BASE32_LINE);
	must(memcmp(data, "shardkit store 1\n", 17) == 0);
	close(fd);
	return 0;
}
