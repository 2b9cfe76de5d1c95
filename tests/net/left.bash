# Shared by the tests of the network: what a test has started ends with it.
# SPDX-License-Identifier: ISC
# shellcheck shell=bash

# started_here: processes that have this test's folder in their environment,
# whoever started them; what has ended and is not waited for is none.
started_here()
{
	local file
	# not a pipeline, whose other end would be found, too
	for file in $(env -u BATS_TEST_TMPDIR grep -lsxzF \
		"BATS_TEST_TMPDIR=$BATS_TEST_TMPDIR" /proc/[0-9]*/environ); do
		file=${file#/proc/}
		echo "${file%/environ}"
	done
}

# none_left: at the end of teardown(), whose status it must be. What has not
# ended within 15 seconds is named and killed, and fails the test.
none_left()
{
	local left pid tries=150
	left=$(started_here)
	while [ -n "$left" ] && [ $((tries -= 1)) -gt 0 ]; do
		sleep 0.1
		left=$(started_here)
	done
	for pid in $left; do
		echo "left running: $pid $(tr '\0' ' ' 2> /dev/null < "/proc/$pid/cmdline")"
		kill -9 "$pid" 2> /dev/null || true
	done
	[ -z "$left" ]
}
