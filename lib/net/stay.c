/* SPDX-License-Identifier: ISC */
#include "net/stay.h"

#include "base/fail.h"

int
stay_check(const struct stay *stay)
{
	if (stay->go_on(stay->context))
		return 0;
	return fail(FAIL_SYSTEM, "ended by the holder");
}
