/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "net/inquiry.h"

/* By priority; zero weights first, as RFC 2782 wants it for the draw. */
static int
compare(const void *a, const void *b)
{
	const struct offer *one = a, *other = b;

	if (one->priority != other->priority)
		return one->priority < other->priority ? -1 : 1;
	return (one->weight != 0) - (other->weight != 0);
}

/* Draw by weight among those from `offer` on with its priority: which one. */
static int
draw(const struct offer *offer, size_t count, size_t *drawn)
{
	uint32_t sum = 0, random;
	size_t i, same = 0;

	while (same < count && offer[same].priority == offer->priority)
		sum += offer[same++].weight;
	if (secret_random_bytes(&random, sizeof random) != 0)
		return -1;
	random %= sum + 1;
	for (i = 0, sum = offer->weight; sum < random; i++)
		sum += offer[i + 1].weight;
	*drawn = i;
	return 0;
}

/* What was drawn goes to the front; the others keep their order. */
static int
order(struct offer *offer, size_t count)
{
	struct offer next;
	size_t i, drawn;

	qsort(offer, count, sizeof *offer, compare);
	for (i = 0; i < count; i++) {
		if (draw(offer + i, count - i, &drawn) != 0)
			return -1;
		next = offer[i + drawn];
		memmove(offer + i + 1, offer + i, drawn * sizeof *offer);
		offer[i] = next;
	}
	return 0;
}

static void
describe(const struct inquiry *inquiry, const struct offer *offer,
    struct service *service)
{
	const struct target *texts = offer->target;

	*service = (struct service){.priority = offer->priority,
	    .weight = offer->weight};
	service->ttl = texts->ttl < offer->ttl ? texts->ttl : offer->ttl;
	if (service->ttl == 0)
		service->ttl = 1; /* "do not keep it" is not "it is gone" */
	dns_name_text(&texts->name, service->host);
	memcpy(service->via, inquiry->server, sizeof service->via);
	if (texts->text_size == 0)
		texts = &inquiry->service;
	service->text_size = texts->text_size;
	memcpy(service->text, texts->text, texts->text_size);
}

static int
tell_offer(const struct inquiry *inquiry, const struct offer *offer,
    service_each each, void *context)
{
	const struct target *target = offer->target;
	struct sockaddr_in *v4;
	struct sockaddr_in6 *v6;
	struct service service;
	int result = 0;
	size_t i;

	describe(inquiry, offer, &service);
	for (i = 0; i < target->addresses && result == 0; i++) {
		service.at = target->at[i];
		v4 = (struct sockaddr_in *)&service.at;
		v6 = (struct sockaddr_in6 *)&service.at;
		if (service.at.ss_family == AF_INET)
			v4->sin_port = htons(offer->port);
		else
			v6->sin6_port = htons(offer->port);
		result = each(context, &service);
	}
	return result;
}

int
inquiry_tell(struct inquiry *inquiry, service_each each, void *context)
{
	size_t i;
	int result = order(inquiry->offer, inquiry->offers);

	for (i = 0; i < inquiry->offers && result == 0; i++)
		result = tell_offer(inquiry, &inquiry->offer[i], each, context);
	return result < 0 ? -1 : 0;
}
