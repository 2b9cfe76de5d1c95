/* SPDX-License-Identifier: ISC */
#include "named.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "doc/cose.h"

/* A store has files that are named by who asked for what is in them. */
static bool
is_of_party(const char *path)
{
	static const char *const party[] = {"votes", "orders", "evidence"};
	char real[PATH_MAX], *slash = NULL;
	bool found = false;
	size_t i;

	if (realpath(path, real) != NULL)
		slash = strrchr(real, '/');
	if (slash == NULL || slash == real)
		return false;
	*slash = '\0';
	slash = strrchr(real, '/');
	for (i = 0; i < sizeof party / sizeof *party; i++)
		found = found || strcmp(slash + 1, party[i]) == 0;
	return found;
}

bool
named_by_id(const char *path, struct digest *id)
{
	const char *slash = path == NULL ? NULL : strrchr(path, '/');

	return path != NULL &&
	    digest_parse(slash ? slash + 1 : path, id) == 0 &&
	    !is_of_party(path);
}

const char *
named_state(const char *path, struct span bytes, const struct digest *root)
{
	struct digest wanted, signer;

	if (!named_by_id(path, &wanted))
		return "unnamed";
	if (digest_equal(root, &wanted))
		return "whole";
	return cose_peek(bytes, &signer) >= 0 && digest_equal(&signer, &wanted)
	    ? "unnamed"
	    : "damaged";
}
