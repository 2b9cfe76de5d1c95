/* SPDX-License-Identifier: ISC */
#include "base/screen.h"

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "base/clock.h"

#define HOME "\033[H"
#define CLEAR_LINE "\033[K"
#define CLEAR_BELOW "\033[J"

struct screen
screen_of(int terminal)
{
	struct winsize window;

	if (ioctl(terminal, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 ||
	    window.ws_row == 0)
		return (struct screen){.columns = 80, .rows = 24};
	return (struct screen){window.ws_col, window.ws_row};
}

size_t
screen_fit(struct span line, unsigned columns)
{
	unsigned width = 0;
	size_t end;

	for (end = 0; end < line.size; end++) {
		width += (line.data[end] & 0xc0) != 0x80;
		if (width > columns)
			break;
	}
	return end;
}

/* Cut the first line off a text, without its end. */
static struct span
next_line(struct span *text)
{
	const uint8_t *end = memchr(text->data, '\n', text->size);
	struct span line = *text;

	if (end == NULL) {
		text->size = 0;
		return line;
	}
	line.size = (size_t)(end - text->data);
	text->data += line.size + 1;
	text->size -= line.size + 1;
	return line;
}

static size_t
count_lines(struct span text)
{
	size_t count = 0;

	for (; text.size > 0; count++)
		next_line(&text);
	return count;
}

/* The cursor rests behind the last line, so that row stays free. */
int
screen_page(struct screen screen, struct span text, struct buf *to)
{
	size_t lines = count_lines(text), i;
	size_t room = screen.rows > 2 ? screen.rows - 1 : 1;
	size_t shown = lines > room ? room - 1 : lines;
	struct span line;

	if (buf_print(to, HOME) != 0)
		return -1;
	for (i = 0; i < shown; i++) {
		line = next_line(&text);
		line.size = screen_fit(line, screen.columns);
		if (buf_print(to, CLEAR_LINE) != 0 ||
		    buf_append(to, line) != 0 || buf_print(to, "\n") != 0)
			return -1;
	}
	if (shown < lines &&
	    buf_print(to, CLEAR_LINE "and %zu more lines\n", lines - shown) !=
		0)
		return -1;
	return buf_print(to, CLEAR_BELOW);
}

static sigset_t
resized(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	return set;
}

void
screen_watch(void)
{
	sigset_t set = resized();

	sigprocmask(SIG_BLOCK, &set, NULL);
}

bool
screen_wait(double *seconds)
{
	sigset_t set = resized();
	double began = clock_now();
	struct timespec left;
	int signal;

	if (*seconds <= 0)
		return false;
	left.tv_sec = (time_t)*seconds;
	left.tv_nsec = (long)((*seconds - (double)left.tv_sec) * 1e9);
	signal = sigtimedwait(&set, NULL, &left);
	*seconds -= clock_now() - began;
	return signal == SIGWINCH;
}
