/* SPDX-License-Identifier: ISC */

/* Cut a stream, seal it, and code it into shards. */

#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/fail.h"
#include "base/log.h"
#include "base/number.h"
#include "base/tool.h"
#include "crypto/owner.h"
#include "pack/split.h"
#include "peer/keys.h"

static const char *need_text, *total_text, *shard_text, *label_text;
static bool allow_empty;

static const struct tool_option options[] = {
    {'k', "need", "K", "shards that restore a stripe (3)", &need_text, NULL,
	NULL},
    {'n', "total", "N", "shards made of a stripe (5)", &total_text, NULL, NULL},
    {'s', "shard-size", "SIZE", "bytes of a shard (1M)", &shard_text, NULL,
	NULL},
    {'L', "label", "TEXT", "a name for the backup, sealed", &label_text, NULL,
	NULL},
    {'e', "allow-empty", NULL, "an empty stream is a backup too", NULL,
	&allow_empty, NULL},
    {0},
};

static const struct tool tool = {
    .name = "shard-split",
    .synopsis = "[-e] [-k K] [-n N] [-s SIZE] [-L TEXT] [file]\n"
		"[-e] [-k K] [-n N] [-s SIZE] [-L TEXT] -- command "
		"[argument ...]",
    .purpose = "Cut a stream, seal it, and code it into shards of which "
	       "any K of N restore it.",
    .options = options,
    .operands_max = -1,
};

/* The three numbers, each with its default and its range. */
static int
parse_numbers(struct head *head)
{
	uint64_t need = 3, total = 5, size = 1 << 20;

	if (total_text != NULL &&
	    number_parse("--total", total_text, 1, LIMIT_TOTAL, &total) != 0)
		return -1;
	if (need_text == NULL && total < need)
		need = total;
	if (need_text != NULL &&
	    number_parse("--need", need_text, 1, total, &need) != 0)
		return -1;
	if (shard_text != NULL &&
	    number_parse("--shard-size", shard_text, LIMIT_SHARD_SIZE_MIN,
		LIMIT_SHARD_SIZE_MAX, &size) != 0)
		return -1;
	if (total * size > LIMIT_STRIPE_SIZE)
		return fail(FAIL_USAGE,
		    "--total times --shard-size is above %d MiB",
		    LIMIT_STRIPE_SIZE >> 20);
	head->need = (unsigned)need;
	head->total = (unsigned)total;
	head->shard_size = (uint32_t)size;
	return 0;
}

/* Once nobody takes its bytes, there is no waiting for a command that hangs. */
static int
copy_command(struct split *split, char **argv)
{
	struct failure reason;
	struct child child;

	if (child_start(&child, argv) != 0)
		return -1;
	if (split_copy(split, child.out) == 0)
		return child_wait(&child);
	reason = *fail_last();
	child_end(&child);
	return fail_again(&reason);
}

static int
copy_input(struct split *split, int argc, char **argv)
{
	int in = tool_input(argc, argv);

	if (in < 0 && fail_last()->kind == FAIL_USAGE)
		return fail_hint("tar packs it: shard-split -- tar -c '%s'",
		    argc > 0 ? argv[0] : ".");
	return in < 0 ? -1 : split_copy(split, in);
}

/* Whatever the plain bytes come from; that there are none is no accident. */
static int
copy(struct split *split, int argc, char **argv)
{
	int result = tool_separated() ? copy_command(split, argv)
				      : copy_input(split, argc, argv);

	if (result == 0 && split->chain.size == 0 && !allow_empty) {
		fail(FAIL_DATA, "the stream to back up is empty");
		return fail_hint("if that is right, say --allow-empty");
	}
	return result;
}

/* A file that grows as it is read has no end. `path` NULL: stdin. */
static int
check_apart(const char *path)
{
	struct stat in, out;

	if (fstat(STDOUT_FILENO, &out) != 0 || !S_ISREG(out.st_mode) ||
	    (path ? stat(path, &in) : fstat(STDIN_FILENO, &in)) != 0 ||
	    in.st_dev != out.st_dev || in.st_ino != out.st_ino)
		return 0;
	return fail(FAIL_USAGE, "input and output are the same file");
}

static int
check_operands(int argc, char **argv)
{
	if (tool_separated())
		return argc > 0
		    ? 0
		    : fail(FAIL_USAGE, "there is no command behind '--'");
	return argc > 1 ? tool_unexpected(argv[1]) : check_apart(argv[0]);
}

static int
split_all(const struct owner *owner, struct head *head, int argc, char **argv)
{
	struct buf label = {0};
	struct split split;
	int result = 0;

	head->owner = owner->id;
	if (label_text != NULL)
		result = chain_seal_label(owner, label_text, &label);
	head->label = span_of_buf(&label);
	if (result == 0)
		result = split_open(&split, owner, head, STDOUT_FILENO);
	if (result == 0)
		result = copy(&split, argc, argv);
	if (result == 0)
		result = split_close(&split);
	if (result == 0)
		log_line(LOG_DETAIL, "%llu bytes in %llu stripes",
		    (unsigned long long)split.chain.size,
		    (unsigned long long)split.chain.stripes);
	buf_release(&label);
	return result;
}

int
main(int argc, char **argv)
{
	struct head head = {0};
	struct owner owner;
	int status, result;

	if (!tool_start(&tool, &argc, &argv, &status))
		return status;
	result = tool_check_output("shard-send");
	if (result == 0)
		result = check_operands(argc, argv);
	if (result == 0)
		result = parse_numbers(&head);
	if (result == 0)
		result = keys_load_owner(&owner);
	if (result == 0) {
		result = split_all(&owner, &head, argc, argv);
		owner_release(&owner);
	}
	return tool_end(result);
}
