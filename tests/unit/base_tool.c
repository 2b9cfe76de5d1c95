/* SPDX-License-Identifier: ISC */
/*
 * Options from a table, each command line in a process of its own: what it
 * sets, what it prints, how it exits. Then where the configuration lies.
 */
#include "base/tool.h"

#include <fcntl.h>

#include "base/log.h"
#include "scratch.h"

#define WORDS 8

static const char *size_text, *long_text;
static bool all, brief;

static const struct tool_option options[] = {
    {'s', "size", "N", "how much", &size_text, NULL, NULL},
    {'a', "all", NULL, "all of it", NULL, &all, NULL},
    {'b', "brief", NULL, "less of it", NULL, &brief, NULL},
    {'\0', "long-only", "TEXT", "has no letter", &long_text, NULL, NULL},
    {0},
};

static const struct tool tool = {
    .name = "tool",
    .synopsis = "[-ab] [-s N] [one [two]]\n--other",
    .purpose = "Do nothing.",
    .options = options,
    .operands_max = 2,
};

#define USAGE "usage: tool [-ab] [-s N] [one [two]]\n       tool --other\n"

/* A command line, its exit status (-1: it goes on), and what it prints. */
struct line {
	const char *words; /* apart by blanks, "''" for an empty one */
	int status;
	const char *says;
};

static const struct line lines[] = {
    {"-x", 2, "tool: unknown option '-x'\n" USAGE},
    {"-ax", 2, "tool: unknown option '-x'\n" USAGE},
    {"--none", 2, "tool: unknown option '--none'\n" USAGE},
    {"--siz 3", 2, "tool: unknown option '--siz'\n" USAGE},
    {"--sizes 3", 2, "tool: unknown option '--sizes'\n" USAGE},
    {"--=3", 2, "tool: unknown option '--=3'\n" USAGE},
    {"---", 2, "tool: unknown option '---'\n" USAGE},
    {"-s", 2, "tool: option --size needs a value: N\n" USAGE},
    {"-as", 2, "tool: option --size needs a value: N\n" USAGE},
    {"--size", 2, "tool: option --size needs a value: N\n" USAGE},
    {"--all=yes", 2, "tool: option --all takes no value\n" USAGE},
    {"--all=", 2, "tool: option --all takes no value\n" USAGE},
    {"-s 1 -s 2", 2, "tool: option --size is given twice\n" USAGE},
    {"-s1 --size=2", 2, "tool: option --size is given twice\n" USAGE},
    {"-C a --config b", 2, "tool: option --config is given twice\n" USAGE},
    {"1 2 3", 2, "tool: unexpected operand '3'\n" USAGE},
    {"1 2 -x", 2,
	"tool: unexpected operand '-x'\n"
	"tool: hint: options come before operands\n" USAGE},
    {"-h -x", 2, "tool: unknown option '-x'\n" USAGE},
    {"", -1, "size - long - |\n"},
    {"-a", -1, "a size - long - |\n"},
    {"-ab", -1, "a b size - long - |\n"},
    {"-a -a", -1, "a size - long - |\n"},
    {"--all --brief", -1, "a b size - long - |\n"},
    {"-s 5", -1, "size 5 long - |\n"},
    {"-s5", -1, "size 5 long - |\n"},
    {"-abs5", -1, "a b size 5 long - |\n"},
    {"-abs 5", -1, "a b size 5 long - |\n"},
    {"-sab", -1, "size ab long - |\n"},
    {"-s -a", -1, "size -a long - |\n"},
    {"-s --", -1, "size -- long - |\n"},
    {"--size 5", -1, "size 5 long - |\n"},
    {"--size=5", -1, "size 5 long - |\n"},
    {"--size=", -1, "size  long - |\n"},
    {"--size=a=b", -1, "size a=b long - |\n"},
    {"-s ''", -1, "size  long - |\n"},
    {"--long-only x", -1, "size - long x |\n"},
    {"one -a", -1, "size - long - | one -a\n"},
    {"-a one two", -1, "a size - long - | one two\n"},
    {"-", -1, "size - long - | -\n"},
    {"-a - -b", -1, "a size - long - | - -b\n"},
    {"-- -a --", -1, "size - long - || -a --\n"},
    {"--", -1, "size - long - ||\n"},
    {"''", -1, "size - long - | \n"},
    {"-V", 0, "tool (shardkit) " VERSION "\n"},
    {"-aV 1 2 3", 0, "tool (shardkit) " VERSION "\n"},
    {"-v", -1, "tool: detail\nsize - long - |\n"},
    {"-q", -1, "size - long - |\n"},
    {"-vq", -1, "size - long - |\n"},
    {"-h", 0,
	USAGE "Do nothing.\n\n"
	      "  -s, --size N               how much\n"
	      "  -a, --all                  all of it\n"
	      "  -b, --brief                less of it\n"
	      "      --long-only TEXT       has no letter\n"
	      "  -C, --config DIR           where keys and roster are\n"
	      "  -v, --verbose              say more\n"
	      "  -q, --quiet                say only what is wrong\n"
	      "  -h, --help                 print this and exit\n"
	      "  -V, --version              print the version and exit\n"},
};

/* The tool: prints what its options have set and its operands. */
static int
be_tool(int argc, char **argv)
{
	int status;

	if (!tool_start(&tool, &argc, &argv, &status))
		return status;
	log_line(LOG_DETAIL, "detail");
	printf("%s%ssize %s long %s |%s", all ? "a " : "", brief ? "b " : "",
	    size_text ? size_text : "-", long_text ? long_text : "-",
	    tool_separated() ? "|" : "");
	while (argc-- > 0)
		printf(" %s", *argv++);
	printf("\n");
	return tool_end(0) == 0 ? 255 : 254;
}

static int
split_words(char *words, char *argv[WORDS])
{
	int argc = 0;

	argv[argc++] = (char *)(uintptr_t) "tool";
	for (words = strtok(words, " "); words != NULL;
	     words = strtok(NULL, " "))
		argv[argc++] = strcmp(words, "''") == 0 ? words + 2 : words;
	argv[argc] = NULL;
	return argc;
}

/* Run in a child; its exit status, and what it puts on both its outputs. */
static int
run_child(int (*body)(int argc, char **argv), int argc, char **argv,
    struct buf *told)
{
	int fd = memory_of(span_of("", 0)), status;
	pid_t child;

	fflush(stdout);
	child = fork();
	must(child >= 0, "fork");
	if (child == 0) {
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		status = body(argc, argv);
		exit(status);
	}
	waitpid(child, &status, 0);
	*told = memory_read(fd);
	close(fd);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
}

/* The same with a whole command line, which must print `says`. */
static int
run_line(int (*body)(int argc, char **argv), const char *line, const char *says)
{
	char words[2 * FILE_PATH], *argv[WORDS];
	struct buf told;
	int argc, status;

	strcpy(words, line);
	argc = split_words(words, argv);
	status = run_child(body, argc, argv, &told);
	check(is_text(span_of_buf(&told), says), "'%.50s' prints this", line);
	buf_release(&told);
	return status;
}

static void
test_line(const struct line *line)
{
	int status = run_line(be_tool, line->words, line->says);

	check(status == (line->status < 0 ? 255 : line->status),
	    "'%s' exits with %d", line->words, status);
}

/* A tool that has failed, and one whose words were not taken. */
static int
end_failed(int argc, char **argv)
{
	(void)argv;
	log_start("tool", LOG_NOTE);
	return tool_end(fail((enum fail_kind)argc, "so"));
}

static int
end_full(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	log_start("tool", LOG_NOTE);
	if (freopen("/dev/full", "w", stdout) == NULL)
		return 99;
	printf("words\n");
	return tool_end(0);
}

/* As over a network, where what is lost is told to whoever closes the file. */
static int
end_unclosed(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	log_start("tool", LOG_NOTE);
	close(STDOUT_FILENO);
	return tool_end(0);
}

static void
test_end(void)
{
	struct buf told;
	int kind;

	for (kind = FAIL_NO; kind <= FAIL_SYSTEM; kind++) {
		check(run_child(end_failed, kind, NULL, &told) == kind,
		    "kind %d", kind);
		buf_release(&told);
	}
	check(run_line(end_full, "",
		  "tool: cannot write to stdout: No space "
		  "left on device\n") == FAIL_SYSTEM,
	    "a full disk");
	check(run_line(end_unclosed, "",
		  "tool: cannot close stdout: Bad file descriptor\n") ==
		FAIL_SYSTEM,
	    "a file that cannot be closed");
}

static void
test_input(void)
{
	char *missing = (char *)(uintptr_t) "/no/such/file",
	     null[] = "/dev/null", *there = null;
	int fd;

	check(tool_input(0, NULL) == STDIN_FILENO, "stdin");
	check_fails(tool_input(1, &missing), FAIL_SYSTEM,
	    "cannot open '/no/such/file': No such file", "a missing operand");
	fd = tool_input(1, &there);
	check(fd > 2 && (fcntl(fd, F_GETFD) & FD_CLOEXEC), "the operand");
	close(fd);
}

/* The folder that the environment and -C DIR ask for, in be_path's words. */
static int
be_path(int argc, char **argv)
{
	char path[FILE_PATH];
	int status;

	if (!tool_start(&tool, &argc, &argv, &status))
		return status;
	if (tool_path(argc > 0 ? argv[0] : "", path) != 0)
		return tool_end(-1);
	printf("%.100s\n", path);
	return 0;
}

static void
test_path(const char *home, const char *xdg, const char *kit, const char *line,
    const char *wanted)
{
	setenv("HOME", home, 1);
	setenv("XDG_CONFIG_HOME", xdg, 1);
	setenv("SHARDKIT_HOME", kit, 1);
	run_line(be_path, line, wanted);
}

static void
test_paths(void)
{
	char line[FILE_PATH + 8] = "-C ", refused[200];

	memset(line + 3, 'x', FILE_PATH);
	line[3 + FILE_PATH] = '\0';
	snprintf(refused, sizeof refused,
	    "tool: the path '%.100s...' is too long\n", line + 3);
	test_path("", "", "", "",
	    "tool: no configuration folder: set SHARDKIT_HOME or HOME\n");
	test_path("/h", "", "", "", "/h/.config/shardkit\n");
	test_path("/h", "", "", "peers", "/h/.config/shardkit/peers\n");
	test_path("/h", "/x", "", "peers", "/x/shardkit/peers\n");
	test_path("/h", "/x", "/s", "peers", "/s/peers\n");
	test_path("/h", "/x", "/s", "-C /c peers", "/c/peers\n");
	test_path("/h", "/x", "/s", line, refused);
	line[FILE_PATH] = '\0';
	strcat(line, " ab");
	test_path("/h", "/x", "/s", line, refused);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < COUNT(lines); i++)
		test_line(&lines[i]);
	test_end();
	test_input();
	test_paths();
	return failures != 0;
}
