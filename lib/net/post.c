/* SPDX-License-Identifier: ISC */
#include "net/post.h"

#include <stdio.h>
#include <string.h>

#include "base/event.h"
#include "crypto/secret.h"
#include "net/multicast.h"

/* RFC 6762 section 8: three probes, two announcements. */
#define PROBES 3
#define PROBE_MS 250
#define ANNOUNCEMENTS 2
#define ANNOUNCE_MS 1000

/* Section 8.1: whoever takes our names again and again does not hurry us. */
#define CONFLICTS_IN_HASTE 15
#define CONFLICTS_MS 10000
#define NO_HASTE_MS 5000

#define DEFER_MS 1000 /* section 8.2: who loses a tie looks again then */

/* Section 6: what others may answer too waits 20 to 120 ms ... */
#define ANSWER_MS 20
#define ANSWER_RANDOM_MS 100
/* ... and longer where more of what the asker knows is to come (7.2). */
#define MORE_MS 380

#define AGAIN_MS 1000 /* section 6: between multicasts of a record */
#define LEGACY_MS 50  /* between answers to single hosts */

static void
log_post(const struct post *post, enum log_level level, const char *outcome)
{
	event_write(&(struct event){.level = level,
	    .name = "announce",
	    .peer = post->lan.name,
	    .outcome = outcome});
}

static int64_t
random_ms(unsigned below)
{
	uint32_t random = 0;

	if (secret_random_bytes(&random, sizeof random) != 0)
		return 0;
	return random % below;
}

static void
send_claim(struct post *post, enum claim_kind kind)
{
	uint8_t packet[CLAIM_PACKET];
	size_t size = claim_write(&post->claim, kind, packet);

	post->send(post, span_of(packet, size), NULL);
}

static void
probe(struct post *post, int64_t begin)
{
	post->probes = PROBES;
	post->announcements = ANNOUNCEMENTS;
	post->next = begin;
	post->answer = INT64_MAX;
}

int
post_start(struct post *post, const char *type, const char *prefix, int64_t now)
{
	post->type = type;
	snprintf(post->prefix, sizeof post->prefix, "%s", prefix);
	post->number = 1;
	post->sent = post->legacy = now - AGAIN_MS;
	probe(post, now + random_ms(PROBE_MS));
	return claim_name(&post->claim, type, prefix, post->number);
}

void
post_stop(struct post *post)
{
	if (post->said)
		send_claim(post, CLAIM_GOODBYE);
}

int64_t
post_due(const struct post *post)
{
	return post->next < post->answer ? post->next : post->answer;
}

/* Until the last probe has had its time, too. */
static bool
is_probing(const struct post *post)
{
	return post->announcements == ANNOUNCEMENTS;
}

/* The next probe or announcement. */
static void
go_on(struct post *post, int64_t now)
{
	if (post->probes > 0) {
		post->probes--;
		send_claim(post, CLAIM_PROBE);
		post->next = now + PROBE_MS;
		return;
	}
	if (!post->said)
		log_post(post, LOG_NOTE, "ok");
	post->said = true;
	post->announcements--;
	send_claim(post, CLAIM_ANSWER);
	post->sent = now;
	post->next = post->announcements > 0 ? now + ANNOUNCE_MS : INT64_MAX;
}

void
post_work(struct post *post, int64_t now)
{
	if (post->next <= now)
		go_on(post, now);
	if (post->answer > now)
		return;
	post->answer = INT64_MAX;
	post->sent = now;
	send_claim(post, CLAIM_ANSWER);
}

/* Answer a single host, on this link only, and not too often. */
static void
answer_legacy(struct post *post, struct span query,
    const struct sockaddr_storage *from, int64_t now)
{
	uint8_t packet[CLAIM_PACKET];
	size_t size;

	if (now < post->legacy + LEGACY_MS || !lan_has(&post->lan, from))
		return;
	size = claim_write_legacy(&post->claim, query, packet);
	if (size == 0)
		return;
	post->legacy = now;
	post->send(post, span_of(packet, size), from);
}

static bool
is_truncated(struct span packet)
{
	struct dns_read read;

	return dns_read_open(&read, packet) == 0 &&
	    (read.flags & DNS_TRUNCATED) != 0;
}

/* One answer serves all who ask before it is sent. */
static void
answer_later(struct post *post, bool more, const struct sockaddr_storage *from,
    int64_t now)
{
	int64_t at = now + ANSWER_MS + random_ms(ANSWER_RANDOM_MS);

	if (more)
		at += MORE_MS;
	if (at < post->sent + AGAIN_MS)
		at = post->sent + AGAIN_MS;
	if (post->answer == INT64_MAX)
		post->asker = *from;
	else
		memset(&post->asker, 0, sizeof post->asker);
	if (at < post->answer)
		post->answer = at;
}

/* Whoever probes for our names decides soon; others wait a second (6). */
static void
answer_probe(struct post *post, int64_t now)
{
	int64_t at = post->sent + PROBE_MS;

	memset(&post->asker, 0, sizeof post->asker);
	if (at < now)
		at = now;
	if (at < post->answer)
		post->answer = at;
}

/* When to go on after a conflict. */
static int64_t
after_conflict(struct post *post, int64_t now)
{
	if (now >= post->conflict + CONFLICTS_MS)
		post->conflicts = 0;
	post->conflict = now;
	return now +
	    (++post->conflicts > CONFLICTS_IN_HASTE ? NO_HASTE_MS : PROBE_MS);
}

void
post_rename(struct post *post, unsigned number, int64_t now)
{
	char text[DNS_TEXT + 64], name[DNS_TEXT];

	dns_name_text(&post->claim.instance, name);
	snprintf(text, sizeof text, "another host has the name '%s'", name);
	log_post(post, LOG_WARN, text);
	post->number = number;
	post->said = false;
	claim_name(&post->claim, post->type, post->prefix, number);
	probe(post, after_conflict(post, now));
}

/* Section 9: who has the name already is asked whether it has, by probes. */
static void
contest(struct post *post, int64_t now)
{
	if (is_probing(post))
		post_rename(post, post->number + 1, now);
	else
		probe(post, after_conflict(post, now));
}

/* What comes from one who hears the group, too. */
static void
take_from_group(struct post *post, enum claim_verdict verdict, bool more,
    const struct sockaddr_storage *from, int64_t now)
{
	if (verdict == CLAIM_CONTESTED)
		contest(post, now);
	else if (is_probing(post) && verdict == CLAIM_BEATEN)
		probe(post, now + DEFER_MS);
	else if (is_probing(post))
		return;
	else if (verdict == CLAIM_ASKED)
		answer_later(post, more, from, now);
	else if (verdict == CLAIM_PROBED || verdict == CLAIM_BEATEN)
		answer_probe(post, now);
	else if (verdict == CLAIM_KNOWN &&
	    memcmp(from, &post->asker, sizeof *from) == 0)
		post->answer = INT64_MAX;
}

void
post_take(struct post *post, struct span packet,
    const struct sockaddr_storage *from, int64_t now)
{
	enum claim_verdict verdict = claim_judge(&post->claim, packet);

	if (multicast_port(from) == MULTICAST_PORT)
		take_from_group(post, verdict, is_truncated(packet), from, now);
	else if (!is_probing(post) &&
	    (verdict == CLAIM_ASKED || verdict == CLAIM_PROBED ||
		verdict == CLAIM_BEATEN))
		answer_legacy(post, packet, from, now);
}
