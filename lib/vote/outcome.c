/* SPDX-License-Identifier: ISC */
#include "vote/outcome.h"

#include <stdio.h>

#include "base/base32.h"
#include "base/fail.h"

int
outcome_rows(enum report_style style, const struct roll *roll,
    const uint8_t *verdict, const char *const *name, struct buf *rows)
{
	struct report_field field[2 + VERDICTS] = {
	    {"peer", NULL, 0, false, -16},
	    {"shards", NULL, 0, true, 8},
	};
	const struct items *items = &roll->items;
	size_t i, count[VERDICTS];
	char text[BASE32_TEXT];
	struct digest id;
	int k;

	for (k = 0; k < VERDICTS; k++)
		field[2 + k] =
		    (struct report_field){verdict_name((enum verdict)k), NULL,
			0, true, 8};
	for (i = 0; i < items->holders; i++) {
		id = members_id(&roll->members, i);
		base32_encode(BASE32_ID, id.byte, text);
		verdict_count(verdict + items->first[i],
		    items->first[i + 1] - items->first[i], count);
		field[0].text = name[i] != NULL ? name[i] : text;
		field[1].number = items->first[i + 1] - items->first[i];
		for (k = 0; k < VERDICTS; k++)
			field[2 + k].number = count[k];
		if (report_add(style, REPORT_FIELDS(field), i == 0, rows) != 0)
			return -1;
	}
	return 0;
}

void
outcome_strength(const struct electorate *electorate,
    char text[static OUTCOME_TEXT])
{
	snprintf(text, OUTCOME_TEXT,
	    "%zu voters: survives %zu absent, %u dishonest", electorate->count,
	    electorate->count - electorate->quorum, electorate->liars);
}

int
outcome_judge(const uint8_t *verdict, size_t count)
{
	size_t of[VERDICTS];

	verdict_count(verdict, count, of);
	if (of[VERDICT_OK] == count)
		return 0;
	fail(FAIL_NO, "of %zu shards %zu are bad, %zu silent, %zu undecided",
	    count, of[VERDICT_BAD], of[VERDICT_SILENT], of[VERDICT_NONE]);
	if (of[VERDICT_BAD] > 0)
		return fail_hint("'shard-repair CERTIFICATE' rebuilds what is "
				 "bad; keep the certificate with -w");
	return fail_hint("whoever is silent may come back: ask again later");
}
