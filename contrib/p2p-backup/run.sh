# run: what a job writes becomes a snapshot, all of it or nothing.
# SPDX-License-Identifier: ISC

run()
{
	for job; do
		known "$job"
	done
	# shellcheck disable=SC2046 # a job is one word
	[ $# -gt 0 ] || set -- $(jobs)
	lock
	mode_set
	worst=0
	mode_is_whole || (umask 077 && touch "$state/lacking") || worse 4
	find_peers || worse $?
	[ "$mode" != discover ] || [ -z "$found" ] || cat "$found"
	keep_config || worse $?
	failed_jobs=''
	for job; do
		run_job "$job" || {
			worse $?
			failed_jobs="$failed_jobs $job"
		}
	done
	if mode_is_whole && [ -e "$state/lacking" ]; then
		catch_up || worse $?
	fi
	look_after || worse $?
	if [ "$mode" = verify ] && [ "$folders" -lt "$peers" ]; then
		poll_or_audit || worse $?
	fi
	check_ages || worse $?
	return "$worst"
}

# look_after: what rests at the peers now, and what of it may go. Without a list of
# it a run that has failed has nothing more to say.
look_after()
{
	mode_is_whole || return 0
	catalog "$home" || {
		failed=$?
		[ "$worst" -eq 0 ] || return 0
		return "$failed"
	}
	kept=0
	config_is_there || keep_config || kept=$?
	run_prune || return
	return "$kept"
}

run_job()
{
	began=$(date +%s)
	shape "$1"
	[ "$total" -gt 1 ] || warn "$1: a total of 1 survives no loss"
	status=0 snapshot=''
	rm -f "$work/changed" "$work/said" "$work/stores"
	if [ "$peers" -lt "$happy" ]; then
		complain "$1: a good backup is on $happy peers, and the roster has $peers" \
			"add peers, or put 'total', 'need' or 'happy' right in '$config'"
		status=1
	else
		hook "$1" before '' || {
			complain "$1: the command 'before' exited with $?"
			status=4
		}
	fi
	no_patterns "$1"
	[ "$status" -gt 0 ] || no_links "$1" || status=$?
	[ "$status" -gt 0 ] || no_holes "$1" || status=$?
	[ "$status" -gt 0 ] || produce "$1" send "$(label_of "$1")" || status=$?
	[ "$status" -eq 0 ] && outcome=ok || outcome=failed
	hook "$1" after "$outcome" || {
		warn "$1: the command 'after' failed"
		[ "$status" -gt 0 ] || status=4
	}
	record run "$1" "$outcome" "$began" "$snapshot" ||
		[ "$status" -gt 0 ] || status=4
	if [ "$outcome" = failed ]; then
		alarm "$1: no backup was made (status $status)"
		return "$status"
	fi
	say "$1: snapshot $snapshot after $(($(date +%s) - began)) s"
	tell_stores "$1"
	[ ! -f "$work/changed" ] ||
		warn "$1: files changed while they were read; the next run has them whole"
	return "$status"
}

# hook JOB KEY OUTCOME
hook()
{
	hook=$(value "$1" "$2" '')
	[ -z "$hook" ] || P2P_JOB=$1 P2P_OUTCOME=$3 sh -c "$hook" >&2 9>&-
}

# produce JOB WORD ...: call WORD ... with the job's command behind.
produce()
{
	producer=$(value "$1" command '')
	if [ "$producer" ]; then
		shift
		"$@" sh -c "$producer"
		return
	fi
	produce_job=$1
	shift
	# tar exits with 1 when a file changed while it was read.
	# shellcheck disable=SC2016
	set -- "$@" sh -c 'tar "$@" || { s=$?; [ $s -eq 1 ] || exit $s; : > "$0"; }' \
		"$work/changed"
	tar_of "$produce_job" "$@" -c
}

# send LABEL COMMAND ...: its output becomes the snapshot $snapshot.
send()
{
	label=$1
	shift
	rm -f "$work/split" "$work/send" "$work/receipts" "$work/said"
	{
		{
			shard-split -C "$write" ${talk:+"$talk"} -k "$need" -n "$total" \
				-L "$label" -- "$@"
			tell $? "$work/split"
		} | {
			ask shard-send "$write" -H "$happy" -o json > "$work/receipts"
			tell $? "$work/send"
		}
	} 2>&1 | overhear "$work/said"
	snapshot=$(sed -n 's/.*"snapshot":\([0-9]*\).*/\1/p' "$work/receipts" | head -n 1)
	failed=$(told "$work/send")
	# To shard-send a producer that fails is a stream cut short.
	if [ "$failed" -eq 3 ]; then
		split=$(told "$work/split")
		[ "$split" -eq 0 ] || failed=$split
	fi
	[ "$failed" -gt 0 ] || [ "$snapshot" ] || failed=4
	return "$failed"
}

# The roster and backup.conf, or what they are links to, are a snapshot of their
# own, when they are others than last time: any one peer gives them back to
# whoever has the sheet.
keep_config()
{
	(
		cd "$home" || exit
		set -- backup.conf
		[ ! -f peers ] || set -- "$@" peers
		[ ! -d peers.d ] || set -- "$@" peers.d
		tar -c -h -b 1 --sort=name --format=ustar --exclude='*.new' -- "$@"
	) > "$work/config.tar" || return 4
	if [ -f "$state/config.tar" ] && cmp -s "$work/config.tar" "$state/config.tar"; then
		mode_is_whole && [ -e "$state/lacking" ] || return 0
	fi
	mode_is_whole && count=$peers || count=$folders
	[ "$count" -le 255 ] || count=255
	enough=$count
	for job in $(jobs); do
		shape "$job"
		[ "$happy" -ge "$enough" ] || enough=$happy
	done
	need=1 total=$count happy=$enough
	send p2p-backup cat "$work/config.tar" || {
		failed=$?
		warn "the roster and the configuration themselves are not backed up"
		return "$failed"
	}
	rm -rf "$state/config.tar.new"
	(umask 077 && cp "$work/config.tar" "$state/config.tar.new") &&
		mv "$state/config.tar.new" "$state/config.tar" || return 4
	record config - ok "$snapshot"
}

# config_is_there: whether the snapshot that keep_config made last is still there,
# at each peer that has the newest of all. It may have been dropped by its number,
# or not have reached a peer that was away.
config_is_there()
{
	[ -f "$state/config.tar" ] && [ -f "$state/history" ] || return
	number=$(awk '$2 == "config" { last = $5 } END { print last }' "$state/history")
	holders=$(sed -n '$s/.*"holders":\([0-9]*\),.*/\1/p' "$work/list")
	snapshots_of p2p-backup | awk -F '\t' -v number="$number" -v holders="$holders" '
	$1 == number && $4 >= holders { there = 1 }
	END { exit !there }' && return
	say "roster and configuration are not with all peers, and are sent again"
	rm -f "$state/config.tar"
	return 1
}

# After snapshots that went to the folders only: the rest to the others.
catch_up()
{
	say "giving all peers what they missed in another mode"
	failed=0
	ask shard-repair "$home" -a -o json > "$work/repaired" 2> "$work/said" ||
		failed=$?
	cat "$work/said" >&2
	if [ "$failed" -eq 0 ]; then
		rm "$state/lacking"
	elif [ "$failed" -eq 1 ] && catalog "$home" && all_are_happy; then
		warn "some peers still miss something; the next run tries again"
	else
		alarm "too few peers have what was backed up in another mode; the next run tries again"
		return "$failed"
	fi
}

# Whether all that jobs have backed up rests on as many peers as they want.
all_are_happy()
{
	for job in $(jobs); do
		shape "$job"
		snapshots_of "$(label_of "$job")" | awk -F '\t' -v happy="$happy" '
		$4 < happy && $4 < $6 { few = 1 }
		END { exit few }' || return
	done
}

# A backup that is too old is told, whether this run was to renew it or not.
check_ages()
{
	aged=0
	rm -f "$work/said"
	for job in $(jobs); do
		limit=$(value "$job" max-age '')
		last=$(recorded run "$job" ok)
		[ "$limit" ] || continue
		if [ -z "$last" ]; then
			alarm "$job: there has never been a backup"
		elif [ $(($(date +%s) - last)) -gt "$(seconds "$limit")" ]; then
			alarm "$job: the newest backup is $(ago $(($(date +%s) - last))) old, and $limit is the limit"
		else
			[ "$last" -le "$(($(date +%s) + 3600))" ] ||
				warn "$job: the last backup is in the future: is the clock right?"
			continue
		fi
		aged=1
	done
	return "$aged"
}
