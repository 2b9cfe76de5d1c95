/* SPDX-License-Identifier: ISC */
#include "peer/keys.h"

#include "base/tool.h"
#include "peer/identity.h"

int
keys_load(struct secret *scalar, struct digest *id)
{
	char path[FILE_PATH];

	if (tool_path("identity", path) != 0 ||
	    identity_load_scalar(path, scalar) != 0)
		return -1;
	return identity_id(scalar, id);
}

int
keys_lock(void)
{
	char path[FILE_PATH];

	return tool_path("identity", path) == 0 ? identity_lock(path) : -1;
}

int
keys_load_owner(struct owner *owner)
{
	char path[FILE_PATH];

	if (tool_path("secret", path) != 0)
		return -1;
	return identity_load_owner(path, owner);
}
