/* SPDX-License-Identifier: ISC */
#include "net/announce.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/event.h"
#include "base/fail.h"
#include "base/memory.h"
#include "net/deadline.h"
#include "net/lan.h"
#include "net/multicast.h"
#include "net/post.h"
#include "net/reach.h"

/* How often to look for other interfaces, addresses or words. */
#define LOOK_MS 5000

#define TURN 256 /* packets of one socket at a time */

struct announcer {
	const struct announce_options *options;
	struct announce_words words;
	struct lan lan[LAN_MOST]; /* as they were listed, without sockets */
	size_t lans;
	struct post post[LAN_MOST];
	size_t posts;
	bool missing[LAN_MOST]; /* of the interfaces named, when last looked */
	char trouble[512];	/* what was complained about last */
};

/* Once for both families. */
static void
complain(struct announcer *announcer, const char *interface)
{
	const char *text = fail_last()->text;

	if (strcmp(announcer->trouble, text) == 0)
		return;
	snprintf(announcer->trouble, sizeof announcer->trouble, "%s", text);
	event_write(&(struct event){.level = LOG_WARN,
	    .name = "announce",
	    .peer = interface,
	    .outcome = text});
}

/* Whether an interface was named before. */
static bool
is_repeated(const struct announce_options *options, size_t number)
{
	size_t i = 0;

	while (strcmp(options->interface[i], options->interface[number]) != 0)
		i++;
	return i < number;
}

/* The interfaces named, as they are now: one may be missing for a while. */
static size_t
list(struct announcer *announcer, struct lan lan[static LAN_MOST])
{
	const struct announce_options *options = announcer->options;
	struct lan some[LAN_MOST];
	size_t i, all = 0;
	int count, l;

	for (i = 0; i < options->interfaces && i < LAN_MOST; i++) {
		if (is_repeated(options, i))
			continue;
		count = lan_list(&options->interface[i], 1, some);
		if (count < 0 && !announcer->missing[i])
			complain(announcer, options->interface[i]);
		announcer->missing[i] = count < 0;
		for (l = 0; l < count && all < LAN_MOST; l++)
			lan[all++] = some[l];
	}
	return all;
}

/* All addresses of a link, of both families, that lead to a listener. */
static void
gather(const struct announcer *announcer, unsigned index, struct claim *claim)
{
	struct sockaddr_storage at;
	const struct lan *lan;
	size_t i, a;

	for (i = 0; i < announcer->lans; i++) {
		lan = &announcer->lan[i];
		for (a = 0; lan->index == index && a < lan->addresses; a++) {
			lan_address(lan, a, &at);
			if (claim->addresses < CLAIM_ADDRESSES &&
			    reach_has(announcer->options->reach, &at))
				claim->at[claim->addresses++] = at;
		}
	}
}

static void
send_packet(const struct post *post, struct span packet,
    const struct sockaddr_storage *to)
{
	const struct lan *lan = &post->lan;

	if ((to == NULL ? multicast_send(lan, lan->group, packet)
			: multicast_send_to(lan, lan->group, packet, to)) != 0)
		event_write(&(struct event){.level = LOG_DETAIL,
		    .name = "announce",
		    .peer = lan->name,
		    .outcome = fail_last()->text});
}

static int
open_post(struct announcer *announcer, const struct lan *lan)
{
	const struct announce_words *words = &announcer->words;
	struct post *post = &announcer->post[announcer->posts];

	*post = (struct post){.lan = *lan, .send = send_packet};
	post->claim.port = announcer->options->reach->port;
	post->claim.text_size = words->text_size;
	memcpy(post->claim.text, words->text, words->text_size);
	gather(announcer, lan->index, &post->claim);
	if (post->claim.addresses == 0)
		return fail(FAIL_USAGE, "no address of '%s' is listened on",
		    lan->name);
	if (post_start(post, announcer->options->type, words->prefix,
		deadline_in(0)) != 0 ||
	    multicast_open_group(&post->lan) != 0)
		return -1;
	announcer->posts++;
	return 0;
}

static void
close_post(struct announcer *announcer, size_t number)
{
	struct post *post = &announcer->post[number];

	post_stop(post);
	multicast_close(&post->lan);
	*post = announcer->post[--announcer->posts];
}

static bool
same_words(const struct announce_words *a, const struct announce_words *b)
{
	return strcmp(a->prefix, b->prefix) == 0 &&
	    span_equal(span_of(a->text, a->text_size),
		span_of(b->text, b->text_size));
}

/* Whether a link, in both families, is as it was. */
static bool
same_link(const struct announcer *was, unsigned index, const struct lan *lan,
    size_t lans)
{
	size_t i, w = 0;

	for (i = 0; i < lans; i++) {
		if (lan[i].index != index)
			continue;
		while (w < was->lans && was->lan[w].index != index)
			w++;
		if (w == was->lans ||
		    memcmp(&lan[i], &was->lan[w++], sizeof *lan) != 0)
			return false;
	}
	while (w < was->lans && was->lan[w].index != index)
		w++;
	return w == was->lans;
}

/* Begin anew where links or addresses are not as they were, or the words. */
static void
look(struct announcer *announcer)
{
	struct announce_words words = {.text_size = 0};
	struct lan lan[LAN_MOST];
	bool same[LAN_MOST];
	size_t i, lans = list(announcer, lan);
	bool as_before;

	announcer->options->words(announcer->options->context, &words);
	as_before = same_words(&words, &announcer->words);
	for (i = announcer->posts; i-- > 0;)
		if (!as_before ||
		    !same_link(announcer, announcer->post[i].lan.index, lan,
			lans))
			close_post(announcer, i);
	for (i = 0; i < lans; i++)
		same[i] = as_before &&
		    same_link(announcer, lan[i].index, lan, lans);
	announcer->words = words;
	announcer->lans = lans;
	memcpy(announcer->lan, lan, lans * sizeof *lan);
	announcer->trouble[0] = '\0';
	for (i = 0; i < lans; i++)
		if (!same[i] && open_post(announcer, &lan[i]) != 0)
			complain(announcer, lan[i].name);
}

/* A link has one name for its holder, whichever family finds it taken. */
static void
rename_link(struct announcer *announcer, const struct post *renamed)
{
	struct post *post;
	size_t i;

	for (i = 0; i < announcer->posts; i++) {
		post = &announcer->post[i];
		if (post->lan.index == renamed->lan.index &&
		    post->number != renamed->number)
			post_rename(post, renamed->number, deadline_in(0));
	}
}

static void
take(struct announcer *announcer, struct post *post)
{
	uint8_t packet[DNS_PACKET];
	struct sockaddr_storage from;
	unsigned number;
	ssize_t size;
	int i;

	for (i = 0; i < TURN; i++) {
		memset(&from, 0, sizeof from);
		size = multicast_receive(&post->lan, post->lan.group, packet,
		    sizeof packet, &from);
		if (size < 0)
			return;
		number = post->number;
		post_take(post, span_of(packet, (size_t)size), &from,
		    deadline_in(0));
		if (post->number != number)
			rename_link(announcer, post);
	}
}

/* Do what is due, then wait. Whether `wake` is readable. */
static bool
turn(struct announcer *announcer, int64_t looked)
{
	struct pollfd poll_for[1 + LAN_MOST];
	int64_t first = looked + LOOK_MS;
	size_t i;

	poll_for[0] = (struct pollfd){announcer->options->wake, POLLIN, 0};
	for (i = 0; i < announcer->posts; i++) {
		post_work(&announcer->post[i], deadline_in(0));
		if (post_due(&announcer->post[i]) < first)
			first = post_due(&announcer->post[i]);
		poll_for[1 + i] =
		    (struct pollfd){announcer->post[i].lan.group, POLLIN, 0};
	}
	if (poll(poll_for, 1 + announcer->posts, deadline_left(first)) <= 0)
		return false;
	for (i = 0; i < announcer->posts; i++)
		if (poll_for[1 + i].revents != 0)
			take(announcer, &announcer->post[i]);
	return poll_for[0].revents != 0;
}

int
announce_run(const struct announce_options *options)
{
	struct announcer *announcer = memory_get(1, sizeof *announcer);
	int64_t looked = 0;
	bool ended = false;

	if (announcer == NULL)
		return -1;
	announcer->options = options;
	while (!ended) {
		if (looked == 0 || looked + LOOK_MS <= deadline_in(0)) {
			look(announcer);
			looked = deadline_in(0);
		}
		ended = turn(announcer, looked);
	}
	while (announcer->posts > 0)
		close_post(announcer, announcer->posts - 1);
	free(announcer);
	return 0;
}
