/* SPDX-License-Identifier: ISC */
#include "net/lan.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

#include "base/fail.h"

static size_t
address_size(int family)
{
	return family == AF_INET ? 4 : 16;
}

/* The bytes of an address, either family's. */
static const uint8_t *
address_bytes(const struct sockaddr *at)
{
	return at->sa_family == AF_INET
	    ? (const uint8_t *)&((const struct sockaddr_in *)at)->sin_addr
	    : ((const struct sockaddr_in6 *)at)->sin6_addr.s6_addr;
}

static bool
is_named(const char *const *name, size_t count, const char *wanted)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(name[i], wanted) == 0)
			return true;
	return false;
}

static bool
is_wanted(const struct ifaddrs *at, const char *const *name, size_t count)
{
	const unsigned needed = IFF_UP | IFF_MULTICAST;
	const unsigned odd = IFF_LOOPBACK | IFF_POINTOPOINT;

	if (at->ifa_addr == NULL || at->ifa_netmask == NULL ||
	    (at->ifa_addr->sa_family != AF_INET &&
		at->ifa_addr->sa_family != AF_INET6))
		return false;
	if (count > 0)
		return is_named(name, count, at->ifa_name) &&
		    (at->ifa_flags & IFF_UP) != 0;
	return (at->ifa_flags & needed) == needed && (at->ifa_flags & odd) == 0;
}

/* The link of an address: one that is listed already, or a new one. */
static struct lan *
lan_of(const struct ifaddrs *at, struct lan *lan, int *count)
{
	int family = at->ifa_addr->sa_family, i;

	for (i = 0; i < *count; i++)
		if (lan[i].family == family &&
		    strcmp(lan[i].name, at->ifa_name) == 0)
			return &lan[i];
	if (*count == LAN_MOST)
		return NULL;
	lan = &lan[(*count)++];
	*lan = (struct lan){.family = family,
	    .index = if_nametoindex(at->ifa_name),
	    .group = -1,
	    .single = -1};
	strncpy(lan->name, at->ifa_name, sizeof lan->name - 1);
	return lan;
}

static void
add_address(struct lan *lan, const struct ifaddrs *at)
{
	size_t size = address_size(lan->family);
	struct lan_address *address;

	if (lan->addresses == LAN_ADDRESSES)
		return;
	address = &lan->address[lan->addresses++];
	memcpy(address->byte, address_bytes(at->ifa_addr), size);
	memcpy(address->mask, address_bytes(at->ifa_netmask), size);
}

static int
check_names(const char *const *name, size_t count, const struct lan *lan,
    int found)
{
	size_t i;
	int l;

	for (i = 0; i < count; i++) {
		for (l = 0; l < found && strcmp(lan[l].name, name[i]) != 0; l++)
			;
		if (l == found)
			return fail(FAIL_USAGE,
			    "there is no interface '%s' that is up and has "
			    "an address",
			    name[i]);
	}
	return found;
}

int
lan_list(const char *const *name, size_t count, struct lan lan[static LAN_MOST])
{
	struct ifaddrs *first, *at;
	struct lan *one;
	int found = 0;

	if (getifaddrs(&first) != 0)
		return fail_errno("cannot list the interfaces");
	for (at = first; at != NULL; at = at->ifa_next) {
		if (!is_wanted(at, name, count))
			continue;
		one = lan_of(at, lan, &found);
		if (one != NULL)
			add_address(one, at);
	}
	freeifaddrs(first);
	return check_names(name, count, lan, found);
}

void
lan_address(const struct lan *lan, size_t number, struct sockaddr_storage *at)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)at;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)at;
	const uint8_t *byte = lan->address[number].byte;

	memset(at, 0, sizeof *at);
	at->ss_family = (sa_family_t)lan->family;
	if (lan->family == AF_INET)
		memcpy(&v4->sin_addr, byte, 4);
	else
		memcpy(&v6->sin6_addr, byte, 16);
}

bool
lan_has(const struct lan *lan, const struct sockaddr_storage *at)
{
	const uint8_t *byte = address_bytes((const struct sockaddr *)at);
	const struct lan_address *own;
	size_t i, b, size = address_size(lan->family);

	if (at->ss_family != lan->family)
		return false;
	if (lan->family == AF_INET6 && byte[0] == 0xfe &&
	    (byte[1] & 0xc0) == 0x80)
		return true;
	for (i = 0; i < lan->addresses; i++) {
		own = &lan->address[i];
		for (b = 0; b < size; b++)
			if (((byte[b] ^ own->byte[b]) & own->mask[b]) != 0)
				break;
		if (b == size)
			return true;
	}
	return false;
}
