/* SPDX-License-Identifier: ISC */
#include "peer/keys.h"

#include "base/tool.h"
#include "peer/identity.h"

int
keys_load_scalar(struct secret *scalar)
{
	char path[FILE_PATH];

	return tool_path("identity", path) == 0
	    ? identity_load_scalar(path, scalar)
	    : -1;
}

int
keys_load(struct secret *scalar, struct digest *id)
{
	return keys_load_scalar(scalar) == 0 ? identity_id(scalar, id) : -1;
}

int
keys_lock(void)
{
	char path[FILE_PATH];

	return tool_path("identity", path) == 0 ? identity_lock(path) : -1;
}

int
keys_load_secret(struct secret *secret)
{
	char path[FILE_PATH];

	return tool_path("secret", path) == 0
	    ? identity_load_secret(path, secret)
	    : -1;
}

int
keys_load_owner(struct owner *owner)
{
	char path[FILE_PATH];

	return tool_path("secret", path) == 0 ? identity_load_owner(path, owner)
					      : -1;
}
