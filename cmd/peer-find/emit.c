/* SPDX-License-Identifier: ISC */

/* peer-find --emit: how others find the holder of this machine. */

#include "find/emit.h"

#include <unistd.h>

#include "asked.h"
#include "base/file.h"
#include "crypto/secret.h"
#include "net/address.h"
#include "peer/keys.h"

int
emit_print(void)
{
	struct address address;
	struct buf text = {0};
	struct secret scalar;
	struct digest id;
	int result = address_parse(asked.at, &address);

	if (result == 0)
		result = keys_load(&scalar, &id);
	secret_wipe(&scalar, sizeof scalar);
	if (result == 0)
		result = emit_snippet(asked.emit, &id, &address, &text);
	if (result == 0)
		result = file_write(STDOUT_FILENO, span_of_buf(&text));
	buf_release(&text);
	return result;
}
