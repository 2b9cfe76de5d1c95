/* SPDX-License-Identifier: ISC */

/* Make, show, write down and bring back the keys of this machine. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/base32.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/log.h"
#include "base/tool.h"
#include "crypto/secret.h"
#include "peer/identity.h"
#include "peer/keys.h"

#define SHEET_MAX 4096 /* what a person types, with room for blanks */

static const struct tool_option options[] = {{0}};

static const struct tool tool = {
    .name = "peer-key",
    .synopsis = "new\nshow\nphrase\nrestore [file]",
    .purpose = "Make, show, write down and bring back the keys of this "
	       "machine.",
    .options = options,
    .operands_max = 2,
};

static int
show(void)
{
	char text[BASE32_TEXT];
	struct secret scalar;
	struct digest id;
	int result = keys_load(&scalar, &id);

	secret_wipe(&scalar, sizeof scalar);
	if (result != 0)
		return -1;
	base32_encode(BASE32_ID, id.byte, text);
	return printf("%s\n", text) < 0 ? fail_errno("cannot write") : 0;
}

static int
create(struct secret *secret)
{
	char folder[FILE_PATH], identity[FILE_PATH], file[FILE_PATH];
	int result;

	if (tool_path("", folder) != 0 ||
	    tool_path("identity", identity) != 0 ||
	    tool_path("secret", file) != 0)
		return -1;
	result = file_make_folders(folder, 0700);
	if (result == 0)
		result = identity_create(identity, file, secret);
	secret_wipe(secret, sizeof *secret);
	return result == 0 ? show() : -1;
}

static int new (void)
{
	struct secret secret;

	if (secret_random(&secret) != 0 || create(&secret) != 0)
		return -1;
	log_line(LOG_NOTE,
	    "now write the recovery sheet down, on paper: peer-key phrase");
	return 0;
}

/* The lines of the sheet in groups that are easy to read out. */
static void
print_lines(const char *text)
{
	unsigned line, i;

	for (line = 0; line < BASE32_LINES; line++, text += BASE32_LINE + 1) {
		for (i = 0; i < BASE32_LINE; i++)
			printf("%s%c", i % 5 == 0 && i > 0 ? " " : "", text[i]);
		printf("\n");
	}
}

static int
phrase(void)
{
	char text[BASE32_TEXT];
	struct secret secret;

	if (keys_load_secret(&secret) != 0)
		return -1;
	base32_encode(BASE32_SECRET, secret.byte, text);
	secret_wipe(&secret, sizeof secret);
	print_lines(text);
	secret_wipe(text, sizeof text);
	log_line(LOG_NOTE,
	    "whoever has these four lines can read your "
	    "backups; without them, nobody can");
	return 0;
}

/* Four lines from a file, from a pipe, or typed in. */
static int
restore(const char *path)
{
	struct buf text = {0};
	struct secret secret;
	int result;

	if (path == NULL && isatty(STDIN_FILENO))
		log_line(LOG_NOTE,
		    "type the four lines of the recovery sheet, "
		    "then Ctrl-D");
	result = path != NULL
	    ? file_read(path, SHEET_MAX, &text)
	    : file_read_open(STDIN_FILENO, "stdin", SHEET_MAX, &text);
	if (result == 0 && memchr(text.data, '\0', text.size) != NULL)
		result = fail(FAIL_USAGE, "this is not a text");
	if (result == 0)
		result = buf_append(&text, span_of("", 1));
	if (result == 0)
		result = base32_decode(BASE32_SECRET, (char *)text.data,
		    secret.byte);
	if (text.data != NULL)
		secret_wipe(text.data, text.capacity);
	buf_release(&text);
	return result == 0 ? create(&secret) : -1;
}

static int
run(int argc, char **argv)
{
	const char *verb = argc > 0 ? argv[0] : "";

	if (strcmp(verb, "restore") == 0)
		return restore(argv[1]);
	if (argc > 1)
		return tool_unexpected(argv[1]);
	if (strcmp(verb, "new") == 0)
		return new ();
	if (strcmp(verb, "show") == 0)
		return show();
	if (strcmp(verb, "phrase") == 0)
		return phrase();
	return fail(FAIL_USAGE, "say one of: new, show, phrase, restore");
}

int
main(int argc, char **argv)
{
	int status;

	if (!tool_start(&tool, &argc, &argv, &status))
		return status;
	return tool_end(run(argc, argv));
}
