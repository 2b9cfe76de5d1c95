/* SPDX-License-Identifier: ISC */

/* What a tool reads. */

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/tool.h"

int
tool_input(int argc, char **argv)
{
	struct stat status;
	int fd = STDIN_FILENO;

	if (argc > 0)
		fd = open(argv[0], O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail_errno("cannot open '%s'", argv[0]);
	if (fstat(fd, &status) != 0 || !S_ISDIR(status.st_mode))
		return fd;
	if (argc == 0)
		return fail(FAIL_USAGE, "standard input is a folder");
	close(fd);
	return fail(FAIL_USAGE, "'%s' is a folder", argv[0]);
}
