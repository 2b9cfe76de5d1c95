/* SPDX-License-Identifier: ISC */
#ifndef HEALTH_REMEDY_H
#define HEALTH_REMEDY_H

/*
 * The one command that mends something, as whoever reads the report can run
 * it: where p2p-backup looks after the backups it is p2p-backup's, else that of
 * a tool, with the options that this look was given.
 */

#include <stdbool.h>

#define REMEDY_OPTIONS 400
#define REMEDY_TEXT (3 * REMEDY_OPTIONS + 128) /* no command has more tools */

/* What is the same in all commands of a report. */
struct remedy_site {
	bool managed;		      /* there is a backup.conf */
	char config[REMEDY_OPTIONS];  /* " -C dir", or "" */
	char options[REMEDY_OPTIONS]; /* the same, and " -p file" */
};

/*
 * By what --config and --peers say, NULL if nothing; what is a pipe is asked
 * of peer-find anew. FAIL_NO when they are too long: none is told then.
 */
int remedy_begin(struct remedy_site *site, bool managed, const char *config,
    const char *found);

/* Make a backup: "" when only the reader knows of what. */
void remedy_back_up(const struct remedy_site *site,
    char text[static REMEDY_TEXT]);

/* Try a restore; "" where p2p-backup does not look after the backups. */
void remedy_drill(const struct remedy_site *site,
    char text[static REMEDY_TEXT]);

/* Rebuild what is missing; `what`: operands of shard-repair(1). */
void remedy_repair(const struct remedy_site *site, const char *what,
    char text[static REMEDY_TEXT]);

/* Hold a poll, rebuild what it finds bad, and see that it is good. */
void remedy_poll(const struct remedy_site *site, char text[static REMEDY_TEXT]);

#endif
