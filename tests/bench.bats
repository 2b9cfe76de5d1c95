#!/usr/bin/env bats
# The tables of contrib/bench, made of canned figures: no time is asserted.

bats_require_minimum_version 1.5.0

# bench PYTHON...: with what is in contrib/bench.
bench()
{
	{
		cat <<-'END'
			from importlib import machinery, util
			loader = machinery.SourceFileLoader("bench", "contrib/bench")
			bench = util.module_from_spec(util.spec_from_loader("bench", loader))
			loader.exec_module(bench)

			def ran(seconds, mib=0, size=1000 * 10 ** 6, **aims):
			    job = bench.Job("job", size, "", **aims)
			    job.seconds, job.memory = seconds, mib
			    return job

			def canned(figures):
			    """The groups of one file of 1000 MB, in so many seconds and MiB by name."""
			    groups = list(bench.jobs("tar", 1000 * 10 ** 6, [None] * 7))
			    for name, group in groups:
			        for job in group:
			            seconds, job.memory = figures.get(job.name, (1, 30))
			            job.seconds = [seconds] if seconds else []
			    return [(name, [j for j in group if j.seconds]) for name, group in groups]
		END
		printf '%s\n' "$@"
	} > "$BATS_TEST_TMPDIR/canned.py"
	python3 -B "$BATS_TEST_TMPDIR/canned.py"
}

setup()
{
	cd "$BATS_TEST_DIRNAME/.." || return
}

@test "a rate is bytes by the median run, and its verdict is in factors" {
	run -0 bench 'slow = ran([9, 4, 5])' \
		'fast = ran([1, 0.5, 0.2], times=[(10, slow), (10.5, slow)], rate=1500)' \
		'print(f"{slow.rate():g} {fast.rate():g}", *fast.verdicts(), sep="\n")'
	[ "$output" = "200 2000
10x 'job' wanted, 10.0x here: met
10.5x 'job' wanted, 10.0x here: not met
1500 MB/s wanted, 2000.0 MB/s here: met" ]
}

@test "ten times the bytes in ten times the time is the same rate" {
	run -0 bench 'one, ten = ran([2]), ran([20], size=10 ** 10)' 'print(ten.rate() / one.rate())'
	[ "$output" = 1.0 ]
}

@test "memory is to stay below its limit" {
	run -0 bench 'for mib in 64, 63.5: print(*ran([1], mib, memory=64).verdicts())'
	[ "$output" = "under 64 MiB wanted, 64.0 MiB here: not met
under 64 MiB wanted, 63.5 MiB here: met" ]
}

@test "every aim stands below its line, in whatever order the lines run" {
	run -0 bench 'bench.show("tar", canned({"shard-split": (2, 30), "restic backup": (9, 90),
		"restic dump": (4, 90), "zfec": (0, 0), "cat | cat | cat": (1.25, 1),
		"carry, TLS with no store": (0.25, 1)}))' 'bench.show_memory(9, 15.5)'
	for line in \
		"  cat | shard-split | cat                   1.00    1000    1.00    30
      0.9x 'cat | cat | cat' wanted, 1.25x here: met" \
		"  shard-split                               2.00     500    1.00    30
      10x 'restic backup' wanted, 4.50x here: not met
      12x 'zfec' wanted: not installed here
      1500 MB/s wanted, 500.0 MB/s here: not met
      under 64 MiB wanted, 30.0 MiB here: met" \
		"      3x 'restic dump' wanted, 4.00x here: met
      under 64 MiB wanted" \
		"  shard-send, put                           1.00    1000    4.00    30
      0.5x 'carry, TLS with no store' wanted, 0.25x here: not met
  shard-fetch, get                          1.00    1000    4.00    30
      0.5x 'carry" \
		"  shard-split | shard-send                  1.00    1000    1.00    30
      2x 'restic backup' wanted, 9.00x here: met" \
		"      2x 'restic dump' wanted, 4.00x here: met" \
		"tar: ten times as much                         s    MB/s   times   MiB
  shard-split                               2.00    5000    1.00    30
      under 64 MiB wanted, 30.0 MiB here: met
  shard-split | shard-join" \
		"  a connection under load, at most
      under 8 MiB wanted, 9.00 MiB here: not met" \
		"  64 idle connections, together
      under 16 MiB wanted, 15.5 MiB here: met"; do
		echo "looking for: $line"
		[[ $output == *"$line"* ]]
	done
}

@test "the head says which processors they were" {
	run -0 bench 'print(bench.machine("model name\t: Some CPU\nflags\t\t: aes avx512f gfni\n"),
		bench.machine("flags\t\t: aes avx2\n"), sep="\n")'
	[[ ${lines[0]} =~ ^[0-9]+\ processors\ \(Some\ CPU\),\ with\ AVX-512$ ]]
	[[ ${lines[1]} =~ ^[0-9]+\ processors\ \($(uname -m)\),\ without\ AVX-512$ ]]
}

@test "it runs to its end with no other tools than shardkit's" {
	case $BUILD in */san | */cov) skip "not a release build" ;; esac
	unshare -rn true 2> /dev/null || skip "there are no namespaces here"
	[ -x "$BUILD/test/bench/idle" ] || skip "its helpers are not built: make test does it"
	mkdir "$BATS_TEST_TMPDIR/bin"
	for tool in bash sh cat cp head ln mkdir rm sed tar taskset; do
		ln -s "$(command -v "$tool")" "$BATS_TEST_TMPDIR/bin"
	done
	# shellcheck disable=SC2016 # the inner shell expands
	run -0 unshare -rn sh -ec 'ip link set lo up; PATH=$1; shift; exec "$@"' - \
		"$BATS_TEST_TMPDIR/bin" /usr/bin/python3 contrib/bench "$BUILD" --size 1 --runs 1 \
		--dir "$BATS_TEST_TMPDIR"
	[ "$(grep -c '^random: ' <<< "$output")" -eq 8 ]
	[ "$(grep -c '^tar: ' <<< "$output")" -eq 8 ]
	[ "$(grep -c "'restic [a-z]*' wanted: not installed here" <<< "$output")" -eq 8 ]
	[ "$(grep -cE " 16 MiB wanted, [0-9.]+ MiB here: " <<< "$output")" -eq 1 ]
}
