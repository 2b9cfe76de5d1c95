/* SPDX-License-Identifier: ISC */
#include "serve/herald.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/base32.h"
#include "base/confine.h"
#include "base/event.h"
#include "base/fail.h"
#include "format/message.h"
#include "net/announce.h"
#include "net/reach.h"
#include "peer/alias.h"
#include "peer/identity.h"
#include "serve/daemon.h"
#include "serve/signals.h"

#define PREFIX 8 /* characters of the id: enough to tell it from others */

struct herald {
	const struct daemon *daemon;
	struct reach reach;
	struct digest id;
};

static void
add_string(struct announce_words *words, const char *key, const char *value)
{
	char string[1 + 255];
	int size = snprintf(string + 1, sizeof string - 1, "%s=%s", key, value);

	string[0] = (char)size;
	words->text_size = service_add_text(words->text, words->text_size,
	    span_of(string, 1 + (size_t)size));
}

/* Neither the name of this machine nor that of its user is in it. */
static void
say(void *context, struct announce_words *words)
{
	const struct herald *herald = context;
	char text[BASE32_TEXT], alias[ALIAS_TEXT];

	base32_encode(BASE32_ID, herald->id.byte, text);
	alias_text(&herald->id, (uint64_t)time(NULL), alias);
	snprintf(words->prefix, sizeof words->prefix, "%.*s", PREFIX,
	    herald->daemon->alias ? alias : text);
	words->text_size = 0;
	add_string(words, "txtvers", "1");
	if (herald->daemon->alias)
		add_string(words, "alias", alias);
	else
		add_string(words, "id", text);
}

static int
announce(struct herald *herald, int signals)
{
	struct announce_options options = {.type = MESSAGE_SERVICE,
	    .interface = herald->daemon->announce.item,
	    .interfaces = herald->daemon->announce.count,
	    .reach = &herald->reach,
	    .words = say,
	    .context = herald,
	    .wake = signals};

	return announce_run(&options);
}

static int
run(struct herald *herald, pid_t parent)
{
	const struct daemon *daemon = herald->daemon;
	const char *const nothing[] = {NULL};
	int signals = signals_open_child(parent);

	secret_wipe(daemon->scalar, sizeof *daemon->scalar);
	listeners_close(&daemon->listeners);
	if (signals < 0 || confine_files(nothing, nothing) < 0 ||
	    announce(herald, signals) != 0) {
		event_trouble("announce", NULL);
		return -1;
	}
	return 0;
}

pid_t
herald_start(const struct daemon *daemon)
{
	struct herald herald = {.daemon = daemon};
	pid_t parent = getpid(), pid;

	if (daemon->announce.count == 0)
		return 0;
	if (reach_init(&herald.reach, daemon->listeners.fd,
		daemon->listeners.count) != 0 ||
	    identity_id(daemon->scalar, &herald.id) != 0)
		return -1;
	pid = fork();
	if (pid < 0)
		return fail_errno("cannot fork");
	if (pid == 0)
		_exit(run(&herald, parent) == 0 ? 0 : 1);
	return pid;
}
