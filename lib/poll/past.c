/* SPDX-License-Identifier: ISC */
#include "poll/past.h"

#include "poll/kept.h"

int
past_open(struct past *past, const char *folder, const struct digest *owner,
    uint64_t time, struct span members)
{
	if (kept_read(folder, owner, time, &past->certificate) != 0)
		return -1;
	return settled_open(&past->settled, span_of_buf(&past->certificate),
	    members, owner);
}

void
past_close(struct past *past)
{
	settled_release(&past->settled);
	buf_release(&past->certificate);
}
