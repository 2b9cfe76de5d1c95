/* SPDX-License-Identifier: ISC */
#include "base/tool.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/log.h"

static const char *tool_home;
static bool want_help, want_version, want_verbose, want_quiet, separated;

static const struct tool_option common[] = {
    {'C', "config", "DIR", "where keys and roster are", &tool_home, NULL, NULL},
    {'v', "verbose", NULL, "say more", NULL, &want_verbose, NULL},
    {'q', "quiet", NULL, "say only what is wrong", NULL, &want_quiet, NULL},
    {'h', "help", NULL, "print this and exit", NULL, &want_help, NULL},
    {'V', "version", NULL, "print the version and exit", NULL, &want_version,
	NULL},
    {0},
};

static void
print_usage(FILE *to, const struct tool *tool)
{
	const char *line = tool->synopsis, *end;

	for (;; line = end + 1) {
		end = line + strcspn(line, "\n");
		fprintf(to, "%s %s %.*s\n",
		    line == tool->synopsis ? "usage:" : "      ", tool->name,
		    (int)(end - line), line);
		if (*end == '\0')
			return;
	}
}

static void
print_options(const struct tool_option *option)
{
	char name[64];

	for (; option->name != NULL; option++) {
		snprintf(name, sizeof name, "--%s%s%s", option->name,
		    option->value ? " " : "",
		    option->value ? option->value : "");
		if (option->letter != '\0')
			printf("  -%c, %-22s %s\n", option->letter, name,
			    option->help);
		else
			printf("      %-22s %s\n", name, option->help);
	}
}

static const struct tool_option *
find_in(const struct tool_option *option, const char *name, size_t length,
    char letter)
{
	for (; option->name != NULL; option++) {
		if (name != NULL && strlen(option->name) == length &&
		    strncmp(option->name, name, length) == 0)
			return option;
		if (name == NULL && option->letter == letter)
			return option;
	}
	return NULL;
}

static const struct tool_option *
find(const struct tool *tool, const char *name, size_t length, char letter)
{
	const struct tool_option *option;

	option = find_in(common, name, length, letter);
	if (option == NULL)
		option = find_in(tool->options, name, length, letter);
	return option;
}

static int
set_option(const struct tool_option *option, const char *value)
{
	if (option->flag != NULL) {
		*option->flag = true;
		return 0;
	}
	if (value == NULL)
		return fail(FAIL_USAGE, "option --%s needs a value: %s",
		    option->name, option->value);
	if (option->list != NULL) {
		if (option->list->count == TOOL_LIST)
			return fail(FAIL_USAGE,
			    "option --%s is given more than %d times",
			    option->name, TOOL_LIST);
		option->list->item[option->list->count++] = value;
		return 0;
	}
	if (*option->text != NULL)
		return fail(FAIL_USAGE, "option --%s is given twice",
		    option->name);
	*option->text = value;
	return 0;
}

/* --name, --name=value or --name value. Returns how many words it took. */
static int
read_long(const struct tool *tool, char **word)
{
	const char *name = word[0] + 2;
	size_t length = strcspn(name, "=");
	const struct tool_option *option = find(tool, name, length, '\0');

	if (option == NULL)
		return fail(FAIL_USAGE, "unknown option '%s'", word[0]);
	if (name[length] == '=') {
		if (option->flag != NULL)
			return fail(FAIL_USAGE, "option --%s takes no value",
			    option->name);
		return set_option(option, name + length + 1) == 0 ? 1 : -1;
	}
	if (set_option(option, option->flag ? NULL : word[1]) != 0)
		return -1;
	return option->flag ? 1 : 2;
}

/* -abc, -kVALUE or -k VALUE. Returns how many words it took. */
static int
read_short(const struct tool *tool, char **word)
{
	const struct tool_option *option;
	const char *letter;

	for (letter = word[0] + 1; *letter != '\0'; letter++) {
		option = find(tool, NULL, 0, *letter);
		if (option == NULL)
			return fail(FAIL_USAGE, "unknown option '-%c'",
			    *letter);
		if (option->flag == NULL && letter[1] != '\0')
			return set_option(option, letter + 1) == 0 ? 1 : -1;
		if (set_option(option, word[1]) != 0)
			return -1;
		if (option->flag == NULL)
			return 2;
	}
	return 1;
}

bool
tool_separated(void)
{
	return separated;
}

int
tool_unexpected(const char *operand)
{
	fail(FAIL_USAGE, "unexpected operand '%s'", operand);
	if (operand[0] == '-')
		fail_hint("options come before operands");
	return -1;
}

/* Options end at the first operand or behind "--". */
static int
read_options(const struct tool *tool, int *argc, char ***argv)
{
	char **word = *argv + 1, **end = *argv + *argc;
	int took;

	while (word < end && word[0][0] == '-' && word[0][1] != '\0') {
		if (strcmp(word[0], "--") == 0) {
			separated = true;
			word++;
			break;
		}
		took = word[0][1] == '-' ? read_long(tool, word)
					 : read_short(tool, word);
		if (took < 0)
			return -1;
		word += took;
	}
	*argc = (int)(end - word);
	*argv = word;
	if (want_help || want_version)
		return 0;
	if (tool->operands_max >= 0 && *argc > tool->operands_max)
		return tool_unexpected(word[tool->operands_max]);
	return 0;
}

/*
 * A closed stdin, stdout or stderr would be the next file that is opened: put
 * something there that cannot be used.
 */
static void
fill_standard(void)
{
	static const int mode[] = {O_WRONLY, O_RDONLY, O_WRONLY};
	int fd;

	for (fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", mode[fd]) != fd)
			abort();
}

bool
tool_start(const struct tool *tool, int *argc, char ***argv, int *status)
{
	fill_standard();
	log_start(tool->name, LOG_NOTE);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* the write says it: EFBIG */
	if (read_options(tool, argc, argv) != 0) {
		log_failure();
		print_usage(stderr, tool);
		*status = FAIL_USAGE;
		return false;
	}
	*status = 0;
	if (want_help) {
		print_usage(stdout, tool);
		printf("%s\n\n", tool->purpose);
		print_options(tool->options);
		print_options(common);
		*status = tool_end(0);
	}
	if (want_version) {
		printf("%s (shardkit) %s\n", tool->name, VERSION);
		*status = tool_end(0);
	}
	if (want_verbose || want_quiet)
		log_start(tool->name, want_quiet ? LOG_WARN : LOG_DETAIL);
	return !want_help && !want_version;
}

int
tool_end(int result)
{
	if (result == 0 && (fflush(stdout) != 0 || ferror(stdout)))
		result = fail_errno("cannot write to stdout");
	if (result == 0 && close(STDOUT_FILENO) != 0)
		result = fail_errno("cannot close stdout");
	if (result == 0)
		return 0;
	log_failure();
	return (int)fail_last()->kind;
}

int
tool_check_output(const char *reader)
{
	if (!isatty(STDOUT_FILENO))
		return 0;
	return fail(FAIL_USAGE,
	    "shards are not for a terminal: pipe them into %s or a file",
	    reader);
}

static const char *
environment(const char *name)
{
	const char *value = getenv(name);

	return value == NULL || *value == '\0' ? NULL : value;
}

const char *
tool_config(void)
{
	return tool_home;
}

int
tool_path(const char *file, char path[static FILE_PATH])
{
	const char *base = tool_home, *below = "";

	if (base == NULL)
		base = environment("SHARDKIT_HOME");
	if (base == NULL) {
		base = environment("XDG_CONFIG_HOME");
		below = "/shardkit";
	}
	if (base == NULL) {
		base = environment("HOME");
		below = "/.config/shardkit";
	}
	if (base == NULL)
		return fail(FAIL_USAGE,
		    "no configuration folder: set SHARDKIT_HOME or HOME");
	return file_path(path, "%s%s%s%s", base, below, *file ? "/" : "", file);
}
