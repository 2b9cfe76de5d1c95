/* SPDX-License-Identifier: ISC */
#ifndef POSTED_H
#define POSTED_H

/*
 * A responder on one link whose clock the tests move, and what it sends, as a
 * text: "P0 P250 P500 A750", what and when.
 */

#include <arpa/inet.h>
#include <netinet/in.h>

#include "check.h"
#include "net/multicast.h"
#include "net/post.h"

#define TYPE "_x._tcp"

static struct post post;
static struct claim rival; /* somebody else with our names */
static int64_t now, begin; /* milliseconds; when times in `sent` begin */
static struct buf sent;	   /* "P0 P250 A750 ...": what, and when */
static struct buf looped;  /* the last packet to the group */

static inline struct sockaddr_storage
from(const char *ip, uint16_t port)
{
	struct sockaddr_storage at = {.ss_family = AF_INET};
	struct sockaddr_in *v4 = (struct sockaddr_in *)&at;

	must(inet_pton(AF_INET, ip, &v4->sin_addr) == 1, ip);
	v4->sin_port = htons(port);
	return at;
}

/* P: probe, A: answer or announcement, G: goodbye, L: to one host. */
static inline char
kind_of(struct span packet, const struct sockaddr_storage *to)
{
	struct dns_record record;
	struct dns_read read;

	must(dns_read_open(&read, packet) == 0 &&
		dns_read_record(&read, &record) == 1,
	    "a packet");
	if (to != NULL)
		return 'L';
	if ((read.flags & DNS_RESPONSE) == 0)
		return 'P';
	return record.ttl == 0 ? 'G' : 'A';
}

static inline void
keep(const struct post *by, struct span packet,
    const struct sockaddr_storage *to)
{
	check(by == &post, "another post sends");
	buf_print(&sent, "%s%c%lld", sent.size > 0 ? " " : "",
	    kind_of(packet, to), (long long)(now - begin));
	buf_release(&looped);
	if (to == NULL)
		must(buf_append(&looped, packet) == 0, "memory");
}

/* What was sent since the last look. */
static inline void
sends(const char *wanted, const char *what)
{
	check(is_text(span_of_buf(&sent), wanted), "%s: '%.*s', not '%s'", what,
	    (int)sent.size, (const char *)sent.data, wanted);
	buf_release(&sent);
	sent = (struct buf){0};
}

static inline void
take(struct span packet, const char *ip, uint16_t port)
{
	struct sockaddr_storage at = from(ip, port);

	post_take(&post, packet, &at, now);
}

/*
 * Do all that is due until then, to the millisecond. What we send to the group
 * comes back to us.
 */
static inline void
run(int64_t until)
{
	while (post_due(&post) <= until) {
		if (post_due(&post) > now)
			now = post_due(&post);
		post_work(&post, now);
		if (looped.size > 0)
			take(span_of_buf(&looped), "10.0.0.1", MULTICAST_PORT);
		buf_release(&looped);
	}
	now = until;
}

static inline void
start(void)
{
	buf_release(&sent);
	sent = (struct buf){0};
	now = 1000000;
	post = (struct post){.send = keep,
	    .lan = {.family = AF_INET, .addresses = 1},
	    .claim = {.port = 7117, .addresses = 1}};
	memcpy(post.lan.address[0].byte, "\x0a\0\0\1", 4);
	memcpy(post.lan.address[0].mask, "\xff\xff\xff\0", 4);
	post.claim.at[0] = from("10.0.0.1", 0);
	must(post_start(&post, TYPE, "me", now) == 0, "start");
	begin = post_due(&post);
	rival = post.claim;
}

/* The same, and nothing more to say. */
static inline void
start_quiet(void)
{
	start();
	run(begin + 5000);
	sends("P0 P250 P500 A750 A1750", "a start");
	begin = now;
}

/* Somebody asks for our type, and knows of it what he knows. */
static inline void
asks_as(const char *ip, uint16_t port, uint16_t flags, bool knows)
{
	uint8_t packet[CLAIM_PACKET], data[DNS_DATA];
	struct dns_question question = {.name = post.claim.type,
	    .type = DNS_PTR,
	    .class = DNS_IN};
	struct dns_record known = claim_record(&post.claim, CLAIM_PTR, data);
	struct dns_write write;

	dns_write_open(&write, packet, sizeof packet, 7, flags);
	must(dns_write_question(&write, &question) == 0, "question");
	if (knows)
		must(dns_write_data(&write, &known) == 0, "known");
	take(span_of(packet, write.size), ip, port);
}

static inline void
asks(const char *ip)
{
	asks_as(ip, MULTICAST_PORT, 0, false);
}

/* Answer one who asks; times begin with the answer. */
static inline void
answer_once(void)
{
	asks("10.0.0.2");
	run(now + 200);
	begin = post.sent;
	buf_release(&sent);
	sent = (struct buf){0};
}

/* Another who has the names, or would like to, on such a port. */
static inline void
rival_says(enum claim_kind kind, uint16_t port)
{
	uint8_t packet[CLAIM_PACKET];
	size_t size;

	rival.port = port;
	rival.instance = post.claim.instance;
	size = claim_write(&rival, kind, packet);
	take(span_of(packet, size), "10.0.0.9", MULTICAST_PORT);
}

static inline void
has_name(const char *wanted, const char *what)
{
	char text[DNS_TEXT];

	dns_name_text(&post.claim.instance, text);
	check(strcmp(text, wanted) == 0, "%s: '%s'", what, text);
}

#endif
