/* SPDX-License-Identifier: ISC */

/* What a poll leaves to be asked again in the next one. */

#include "vote/again.h"
#include "vote/findings.h"
#include "vote/verdict.h"

/* From a poll to the next. */
struct turn {
	const struct roll *before, *now;
	const uint8_t *verdict;
	const struct asking *asked;
	struct buf list;
};

static bool
is_open(const struct turn *turn, size_t item)
{
	return turn->verdict[item] == VERDICT_SILENT ||
	    turn->verdict[item] == VERDICT_NONE;
}

/* A question that was not answered, if its item is still one. */
static int
take(struct turn *turn, size_t holder, const struct duty *duty, uint32_t piece,
    size_t *left)
{
	const struct items *items = &turn->now->items;
	size_t place = items_find(items, holder, &duty->id);
	struct again again = {(uint32_t)place, piece};

	if (place == items_count(items) ||
	    items_get(items, place).size != duty->size)
		return 0;
	*left -= 1;
	return again_add(&turn->list, &again);
}

/* From the end, where those are that were asked again already. */
static int
take_from(struct turn *turn, size_t holder, bool every, size_t *left)
{
	size_t i, first = turn->before->items.first[holder];
	const struct drawn *drawn;
	struct findings asks;
	int result =
	    findings_ask(&asks, turn->before, holder, turn->asked, every);

	if (result != 0)
		return -1;
	for (i = asks.count; result == 0 && i-- > 0 && *left > 0;) {
		drawn = &asks.drawn[i];
		if (is_open(turn, first + drawn->duty))
			result = take(turn, holder, &asks.duty[drawn->duty],
			    drawn->piece, left);
	}
	findings_release(&asks);
	return result;
}

static int
turn_holder(struct turn *turn, size_t holder)
{
	const struct items *items = &turn->before->items;
	size_t i = items->first[holder], end = items->first[holder + 1];
	size_t left = LIMIT_AGAIN / items->holders;

	while (i < end && !is_open(turn, i))
		i++;
	if (i == end)
		return 0;
	return take_from(turn, holder, false, &left) == 0 &&
		take_from(turn, holder, true, &left) == 0
	    ? 0
	    : -1;
}

int
again_turn(const struct roll *before, const uint8_t *verdict,
    const struct asking *asked, const struct roll *now, struct buf *list)
{
	struct turn turn = {.before = before,
	    .now = now,
	    .verdict = verdict,
	    .asked = asked};
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && i < before->items.holders; i++)
		result = turn_holder(&turn, i);
	again_sort(&turn.list);
	buf_release(list);
	*list = turn.list;
	return result;
}
