/* SPDX-License-Identifier: ISC */
#include "find/filter.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"

#define PORT_LEAST 1024

/* A prefix of IPv4 (4 bytes) or IPv6 (16). */
struct range {
	unsigned ip_size, bits;
	uint8_t ip[16];
};

static const struct range never[] = {
    {4, 8, {0}},
    {4, 8, {127}},
    {4, 3, {224}},		   /* multicast, reserved, broadcast */
    {16, 96, {0}},		   /* ::, ::1, IPv4 as it once was written */
    {16, 96, {[10] = 0xff, 0xff}}, /* IPv4 in disguise */
    {16, 8, {0xff}},
};

/*
 * Not of the public internet: IANA's special-purpose registries, and what once
 * was site-local (RFC 3879).
 */
static const struct range private[] = {
    {4, 8, {10}},
    {4, 10, {100, 64}},
    {4, 16, {169, 254}},
    {4, 12, {172, 16}},
    {4, 24, {192, 0, 0}},
    {4, 24, {192, 0, 2}},
    {4, 16, {192, 168}},
    {4, 15, {198, 18}},
    {4, 24, {198, 51, 100}},
    {4, 24, {203, 0, 113}},
    {16, 48, {0, 0x64, 0xff, 0x9b, 0, 1}},
    {16, 64, {1}},
    {16, 48, {0x20, 0x01, 0x00, 0x02}},
    {16, 32, {0x20, 0x01, 0x0d, 0xb8}},
    {16, 7, {0xfc}},
    {16, 10, {0xfe, 0x80}},
    {16, 10, {0xfe, 0xc0}},
};

static bool
same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;
	uint8_t mask = (uint8_t)(0xff00 >> rest);

	return memcmp(a, b, whole) == 0 &&
	    (rest == 0 || ((a[whole] ^ b[whole]) & mask) == 0);
}

static bool
is_in(const struct found *found, const struct range *range, size_t count)
{
	for (; count > 0; count--, range++)
		if (range->ip_size == found->ip_size &&
		    same_bits(range->ip, found->ip, range->bits))
			return true;
	return false;
}

/* Which means nothing without the link. */
static bool
is_link_local(const struct found *found)
{
	static const struct range range = {16, 10, {0xfe, 0x80}};

	return is_in(found, &range, 1);
}

static bool
is_private(const struct found *found)
{
	return is_in(found, private, sizeof private / sizeof *private);
}

/* A zone, where there is one, is the interface's. */
static bool
is_own(const struct filter *filter, const struct found *found)
{
	const struct filter_own *own = filter->own;
	size_t i;

	for (i = 0; i < filter->count; i++, own++)
		if (own->ip_size == found->ip_size &&
		    same_bits(own->ip, found->ip, own->bits) &&
		    (found->zone[0] == '\0' ||
			strcmp(own->zone, found->zone) == 0))
			return true;
	return false;
}

bool
filter_allows(const struct filter *filter, const struct found *found)
{
	if (found->sources & FOUND_STATIC)
		return true;
	if (found->ip_size == 0 || found->port < PORT_LEAST ||
	    (is_link_local(found) && found->zone[0] == '\0') ||
	    is_in(found, never, sizeof never / sizeof *never))
		return false;
	return !is_private(found) || (found->sources & FOUND_MDNS) != 0 ||
	    is_own(filter, found);
}

unsigned
filter_distance(const struct filter *filter, const struct found *found)
{
	if (found->ip_size == 0)
		return 2;
	if (is_own(filter, found))
		return 0;
	return is_private(found) ? 1 : 2;
}

bool
filter_same_net(const struct found *a, const struct found *b)
{
	return a->ip_size == b->ip_size && a->ip_size != 0 &&
	    same_bits(a->ip, b->ip, a->ip_size == 4 ? 24 : 48);
}

static unsigned
count_bits(const uint8_t *mask, size_t size)
{
	unsigned bits = 0;

	while (bits < size * 8 && (mask[bits / 8] << bits % 8 & 0x80) != 0)
		bits++;
	return bits;
}

/* The bytes of an address of a family that we know. */
static const uint8_t *
bytes_of(const struct sockaddr *address, unsigned *size)
{
	const struct sockaddr_in *v4 = (const void *)address;
	const struct sockaddr_in6 *v6 = (const void *)address;

	*size = address == NULL		     ? 0
	    : address->sa_family == AF_INET  ? 4
	    : address->sa_family == AF_INET6 ? 16
					     : 0;
	return *size == 0 ? NULL
	    : *size == 4  ? (const uint8_t *)&v4->sin_addr
			  : (const uint8_t *)&v6->sin6_addr;
}

static void
add_own(struct filter *filter, const struct ifaddrs *entry)
{
	struct filter_own *own = &filter->own[filter->count];
	unsigned size, mask_size;
	const uint8_t *ip = bytes_of(entry->ifa_addr, &size);
	const uint8_t *mask = bytes_of(entry->ifa_netmask, &mask_size);

	if (size == 0 || mask_size != size || !(entry->ifa_flags & IFF_UP) ||
	    (entry->ifa_flags & IFF_LOOPBACK))
		return;
	memcpy(own->ip, ip, size);
	own->ip_size = size;
	own->bits = count_bits(mask, size);
	snprintf(own->zone, sizeof own->zone, "%s", entry->ifa_name);
	filter->count++;
}

int
filter_load(struct filter *filter)
{
	struct ifaddrs *first, *entry;

	*filter = (struct filter){0};
	if (getifaddrs(&first) != 0)
		return fail_errno("cannot list the interfaces");
	for (entry = first; entry != NULL && filter->count < FILTER_OWN;
	     entry = entry->ifa_next)
		add_own(filter, entry);
	freeifaddrs(first);
	return 0;
}
