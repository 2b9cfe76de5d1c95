/* SPDX-License-Identifier: ISC */
/* What people are told: levels, hints, and never more than one line. */
#include "base/log.h"

#include "scratch.h"

/* Run `say` in a child; what it has put on stderr must be `words`. */
static void
test_says(void (*say)(void), const char *words)
{
	int fd = memory_of(span_of("", 0));
	pid_t child = fork();
	struct buf told;

	must(child >= 0, "fork");
	if (child == 0) {
		dup2(fd, STDERR_FILENO);
		say();
		exit(0);
	}
	waitpid(child, NULL, 0);
	told = memory_read(fd);
	check(is_text(span_of_buf(&told), words), "says something else");
	buf_release(&told);
	close(fd);
}

static void
all_levels(void)
{
	log_line(LOG_ERROR, "error %d", 1);
	log_line(LOG_WARN, "warn");
	log_line(LOG_NOTE, "note");
	log_line(LOG_DETAIL, "detail");
}

static void
say_quiet(void)
{
	log_start("tool", LOG_WARN);
	all_levels();
}

static void
say_normal(void)
{
	log_start("tool", LOG_NOTE);
	all_levels();
}

static void
say_verbose(void)
{
	log_start("tool", LOG_DETAIL);
	all_levels();
}

static void
say_control(void)
{
	char every[34], high[] = "caf\xc3\xa9 \x7f\xff";
	int i;

	for (i = 1; i < 34; i++)
		every[i - 1] = (char)i;
	every[33] = '\0';
	log_start("tool", LOG_NOTE);
	log_line(LOG_NOTE, "%s", every);
	log_line(LOG_NOTE, "\x1b[31mred\r\nsecond: line %s", high);
}

/* U+009B begins an escape sequence, as ESC [ does (ECMA-48 section 5.3). */
static void
say_c1_control(void)
{
	log_start("tool", LOG_NOTE);
	log_line(LOG_NOTE,
	    "a\xc2\x9b"
	    "31mb\xc2\xa0 \x9b"
	    "32m \xe2\x80\xae"
	    "c \xf0\x9f\x98\x80");
}

static void
say_long(void)
{
	log_start("tool", LOG_NOTE);
	log_line(LOG_NOTE, "%02000d", 1);
}

static void
say_failure(void)
{
	log_start("tool", LOG_WARN);
	fail(FAIL_DATA, "it\nfails");
	log_failure();
	fail_hint("mend\tit");
	log_failure();
}

int
main(void)
{
	char zeros[1024 + 8];

	test_says(all_levels, "");
	test_says(say_quiet, "tool: error 1\ntool: warning: warn\n");
	test_says(say_normal,
	    "tool: error 1\ntool: warning: warn\ntool: note\n");
	test_says(say_verbose,
	    "tool: error 1\ntool: warning: warn\ntool: note\ntool: detail\n");
	test_says(say_control,
	    "tool: ??????????????????????????????? !\n"
	    "tool: ?[31mred??second: line caf\xc3\xa9 ??\n");
	test_says(say_c1_control,
	    "tool: a??31mb\xc2\xa0 ?32m ???c \xf0\x9f\x98\x80\n");
	test_says(say_failure,
	    "tool: it?fails\ntool: it?fails\ntool: hint: mend?it\n");
	memset(zeros, '0', sizeof zeros);
	memcpy(zeros, "tool: ", 6);
	strcpy(zeros + 6 + 1023, "\n");
	test_says(say_long, zeros);
	return failures != 0;
}
