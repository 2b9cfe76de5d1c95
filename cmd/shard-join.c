/* SPDX-License-Identifier: ISC */

/* Give the stream back that shard-split was given. */

#include <unistd.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/tool.h"
#include "crypto/owner.h"
#include "pack/join.h"
#include "peer/keys.h"

static const struct tool_option options[] = {{0}};

static const struct tool tool = {
    .name = "shard-join",
    .synopsis = "[file]",
    .purpose = "Turn a shard stream back into the bytes that shard-split "
	       "was given.",
    .options = options,
    .operands_max = 1,
};

int
main(int argc, char **argv)
{
	struct owner owner;
	uint64_t size;
	int status, in, result;

	if (!tool_start(&tool, &argc, &argv, &status))
		return status;
	in = tool_input(argc, argv);
	if (in < 0 || keys_load_owner(&owner) != 0)
		return tool_end(-1);
	result = join_copy(&owner, in, STDOUT_FILENO, &size);
	owner_release(&owner);
	log_line(LOG_DETAIL, "%llu bytes", (unsigned long long)size);
	return tool_end(result);
}
