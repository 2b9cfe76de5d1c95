/* SPDX-License-Identifier: ISC */
/* What audits may still read in a minute, by whatever process. */
#include "serve/budget.h"

#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define MINUTE 60000ULL

static struct budget *
open_new(uint64_t a_minute)
{
	struct budget *budget = budget_open(a_minute);

	must(budget != NULL, "a budget");
	return budget;
}

static void
test_limits(void)
{
	struct budget *budget = open_new(0);

	check(!budget_take(budget, 0, MINUTE) && !budget_take(budget, 1, 0),
	    "something of nothing");
	budget = open_new(100);
	check(budget_take(budget, INT64_MAX, MINUTE), "one that is too big");
	check(!budget_take(budget, 0, MINUTE), "another one after it");
	check(budget_take(budget, 1, 2 * MINUTE), "a minute later");
	budget = open_new(INT64_MAX);
	check(budget_take(budget, INT64_MAX - 1, MINUTE) &&
		budget_take(budget, 1, MINUTE) &&
		!budget_take(budget, 1, MINUTE),
	    "to the last byte of the largest");
}

static void
test_minute(void)
{
	struct budget *budget = open_new(100);

	check(budget_take(budget, 60, MINUTE) &&
		budget_take(budget, 39, 2 * MINUTE - 1),
	    "99 of 100");
	check(budget_take(budget, 60, 2 * MINUTE - 1), "the last byte");
	check(!budget_take(budget, 1, 2 * MINUTE - 1), "none is left");
	check(budget_take(budget, 100, 2 * MINUTE), "all of the next minute");
	check(!budget_take(budget, 1, 2 * MINUTE), "none of that is left");
}

static void
test_processes(void)
{
	struct budget *budget = open_new(100);
	pid_t child = fork();

	must(child >= 0, "a process");
	if (child == 0)
		_exit(!budget_take(budget, 100, MINUTE));
	must(waitpid(child, NULL, 0) == child, "its end");
	check(!budget_take(budget, 1, MINUTE), "another process had it");
}

int
main(void)
{
	test_limits();
	test_minute();
	test_processes();
	return failures != 0;
}
