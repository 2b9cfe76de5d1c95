/* SPDX-License-Identifier: ISC */
#include "health/remedy.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "base/fail.h"

#define PLAIN                                                  \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
	"0123456789/._-+,:@%"

/* A word as the shell takes it. */
static int
quote(const char *word, struct buf *to)
{
	if (*word != '\0' && word[strspn(word, PLAIN)] == '\0')
		return buf_print(to, "%s", word);
	if (buf_print(to, "'") != 0)
		return -1;
	for (; *word != '\0'; word++)
		if (buf_print(to, *word == '\'' ? "'\\%c'" : "%c", *word) != 0)
			return -1;
	return buf_print(to, "'");
}

static int
print_found(const char *found, struct buf *to)
{
	struct stat status;

	if (stat(found, &status) == 0 && S_ISREG(status.st_mode))
		return buf_print(to, " -p ") == 0 ? quote(found, to) : -1;
	return buf_print(to, " -p <(peer-find)");
}

static int
copy(struct buf *from, char to[static REMEDY_OPTIONS])
{
	if (from->size >= REMEDY_OPTIONS)
		return fail(FAIL_NO,
		    "--config and --peers are too long to be told in commands");
	memcpy(to, from->data, from->size);
	to[from->size] = '\0';
	return 0;
}

int
remedy_begin(struct remedy_site *site, bool managed, const char *config,
    const char *found)
{
	struct buf text = {0};
	int result = buf_print(&text, "%s", config != NULL ? " -C " : "");

	*site = (struct remedy_site){.managed = managed};
	if (result == 0 && config != NULL)
		result = quote(config, &text);
	if (result == 0)
		result = copy(&text, site->config);
	if (result == 0 && found != NULL)
		result = print_found(found, &text);
	if (result == 0)
		result = copy(&text, site->options);
	buf_release(&text);
	if (result != 0)
		*site = (struct remedy_site){.managed = managed};
	return result;
}

void
remedy_back_up(const struct remedy_site *site, char text[static REMEDY_TEXT])
{
	text[0] = '\0';
	if (site->managed)
		snprintf(text, REMEDY_TEXT, "p2p-backup%s run", site->config);
}

void
remedy_drill(const struct remedy_site *site, char text[static REMEDY_TEXT])
{
	text[0] = '\0';
	if (site->managed)
		snprintf(text, REMEDY_TEXT, "p2p-backup%s drill", site->config);
}

void
remedy_repair(const struct remedy_site *site, const char *what,
    char text[static REMEDY_TEXT])
{
	if (site->managed)
		snprintf(text, REMEDY_TEXT, "p2p-backup%s repair --all",
		    site->config);
	else
		snprintf(text, REMEDY_TEXT, "shard-repair%s %s", site->options,
		    what);
}

void
remedy_poll(const struct remedy_site *site, char text[static REMEDY_TEXT])
{
	const char *with = site->managed ? site->config : site->options;

	if (site->managed)
		snprintf(text, REMEDY_TEXT,
		    "p2p-backup%s repair && p2p-backup%s verify", with, with);
	else
		snprintf(text, REMEDY_TEXT,
		    "shard-vote%s -w today.cert || shard-repair%s today.cert "
		    "&& shard-vote%s -w today.cert",
		    with, with, with);
}
