/* SPDX-License-Identifier: ISC */
#ifndef PEER_FIND_ASKED_H
#define PEER_FIND_ASKED_H

/* The options of peer-find, as they were parsed, and what is made of them. */

#include "base/tool.h"
#include "format/report.h"

struct table;

struct asked {
	const char *resolver, *emit, *at;
	struct tool_list dns, exec, interface;
	bool no_mdns, no_cache, watch, exchange;
	enum report_style style;
	uint64_t need;
	uint64_t wait_ms; /* for what is asked first */
	int64_t until;	  /* when all sources end (net/deadline.h) */
};
extern struct asked asked;

#define ASKED_GRACE_MS 100 /* for a source that keeps the time itself */

/* Ask the links, the DNS and programs; what they say goes into the table. */
int sources_ask(struct table *table);

/*
 * Whether no source that was asked has found anybody; that in a sentence which
 * names these sources, and what to do.
 */
#define SILENCE_TEXT 400
bool silence_is(const struct table *table);
void silence_text(const struct table *table, char text[static SILENCE_TEXT]);
const char *silence_hint(void);

/* Print the snippet of --emit. */
int emit_print(void);

#endif
