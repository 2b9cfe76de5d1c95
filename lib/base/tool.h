/* SPDX-License-Identifier: ISC */
#ifndef BASE_TOOL_H
#define BASE_TOOL_H

/*
 * What every tool does the same way: options from a table, the five that all
 * have (-h -V -v -q -C), where the configuration lies, and how it ends. A
 * tool's main reads:
 *
 *     if (!tool_start(&tool, &argc, &argv, &status))
 *             return status;
 *     return tool_end(do_the_work(argc, argv));
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/file.h"

/* The values of an option that may be given several times. */
#define TOOL_LIST 16
struct tool_list {
	const char *item[TOOL_LIST];
	size_t count;
};

/* An option adds to a list, or sets a text if it takes a value, else a flag. */
struct tool_option {
	char letter; /* '\0' if it has only the long name */
	const char *name;
	const char *value; /* what the value is called, NULL for a flag */
	const char *help;
	const char **text;
	bool *flag;
	struct tool_list *list;
};

struct tool {
	const char *name;
	const char *synopsis; /* what follows the name; lines by '\n' */
	const char *purpose;  /* one sentence */
	const struct tool_option *options; /* ends with a zeroed entry */
	int operands_max;		   /* -1: any number */
};

/*
 * Read the options. True: go on, argc and argv are the operands. False: help,
 * version or misuse has been dealt with, exit with `status`.
 */
bool tool_start(const struct tool *tool, int *argc, char ***argv, int *status);

/*
 * Flush and close stdout, tell the failure if there is one; returns the exit
 * status. A network's disk says only at the close that it has lost bytes.
 */
int tool_end(int result);

/* Whether the operands stand behind a "--". */
bool tool_separated(void);

/* Fail about an operand that is one too many. */
int tool_unexpected(const char *operand);

/*
 * The descriptor of the one operand, or stdin where there is none. -1; for a
 * folder FAIL_USAGE.
 */
int tool_input(int argc, char **argv);

/* FAIL_USAGE where shards would go to a terminal, and not into `reader`. */
int tool_check_output(const char *reader);

/*
 * A file of the configuration, in -C DIR, $SHARDKIT_HOME,
 * $XDG_CONFIG_HOME/shardkit or ~/.config/shardkit; "" is the folder itself.
 */
int tool_path(const char *file, char path[static FILE_PATH]);

/* DIR as -C said it; NULL if it did not. */
const char *tool_config(void);

#endif
