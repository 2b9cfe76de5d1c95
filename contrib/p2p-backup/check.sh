# verify, repair, status: what the peers have, and whether it is well. Tools
# that are not installed are missed by name.
# SPDX-License-Identifier: ISC

verify()
{
	[ $# -eq 0 ] || misuse "unexpected operand '$1'"
	mode_set
	[ "$folders" -lt "$peers" ] || {
		complain "all peers are folders, and only holders can be audited" \
			"to read all they have: p2p-backup drill --all"
		return 1
	}
	find_peers || warn "going on with the addresses of the roster"
	poll_or_audit
}

# poll_or_audit: the holders agree on what is there, or, if they are too few to
# agree on anything, each is asked on its own.
poll_or_audit()
{
	want shard-vote "an audit" || return
	rm -f "$work/said"
	if poll; then
		judge_poll
	else
		warn "the holders are too few for a poll: each is audited on its own"
		audit
	fi
}

# poll: whether there is a certificate, in $work/certificate; and $polled. What
# convicts a holder by its own signatures outlives this run.
poll()
{
	rm -f "$work/certificate" "$work/certificate.evidence"
	polled=$(ask shard-vote "$home" -o text -w "$work/certificate" \
		< /dev/null 2> "$work/err") || :
	[ ! -f "$work/certificate.evidence" ] ||
		mv -f "$work/certificate.evidence" "$state/evidence" || return 4
	called "$work/certificate.evidence" "$state/evidence" < "$work/err" |
		overhear "$work/said"
	[ -s "$work/certificate" ] || return
	printf '%s\n' "$polled"
}

# judge_poll: what it came to; whoever is silent may only be away.
judge_poll()
{
	bad=$(printf '%s\n' "$polled" | awk 'NR > 1 { sum += $(NF - 2) } END { print sum + 0 }')
	if [ "$bad" -gt 0 ]; then
		record verify - failed
		alarm "a holder has not got what it should: p2p-backup repair"
		return 1
	fi
	record verify - ok
}

# audit: each holder proves what it has. One that is away is no fault, unless all
# are; nor is one that has got nothing yet.
audit()
{
	answered='' worst_audit=0
	roster_holders | awk '$2 != "-" { gsub(/"/, "", $1); print $1 }' > "$work/holders" ||
		return 4
	while read -r name; do
		failed=0
		row=$(ask shard-vote "$home" audit -o text "$name" \
			< /dev/null 2> "$work/err") || failed=$?
		overhear "$work/said" < "$work/err"
		case $failed in
		4) continue ;;
		1) [ "$row" ] || failed=0 ;;
		esac
		[ "$failed" -le "$worst_audit" ] || worst_audit=$failed
		[ "$row" ] || continue
		printf '%s\n' "$row" | awk -v first="$answered" 'NR > 1 || !first'
		answered=1
	done < "$work/holders"
	if [ "$worst_audit" -gt 0 ]; then
		record verify - failed
		alarm "a holder has not got what it should: p2p-backup repair"
		return "$worst_audit"
	fi
	[ "$answered" ] || {
		warn "no holder could be audited"
		return 4
	}
	record verify - ok
}

# What a poll has found is rebuilt by its certificate. Folders have no vote: with
# some, or without a poll, everything is read, but not against an alarm.
repair()
{
	all=
	[ "${1-}" != --all ] || {
		all=1
		shift
	}
	[ $# -eq 0 ] || misuse "unexpected operand '$1'"
	lock
	mode_set
	whole_only repair
	find_peers || warn "going on with the addresses of the roster"
	if [ "$all" ] || [ "$folders" -eq "$peers" ] ||
		! command -v shard-vote > /dev/null || ! poll > /dev/null; then
		ask shard-repair "$home" -a -c -o text || return
	elif [ "$folders" -eq 0 ]; then
		ask shard-repair "$home" -o text "$work/certificate" || return
		nothing_lacks || return
	else
		ask shard-vote "$home" -o text repairs "$work/certificate" > /dev/null ||
			return
		ask shard-repair "$home" -a -c -o text || return
	fi
	rm -f "$state/lacking"
}

# What only a former peer had signed for is in nobody's charge, and no poll finds
# it: whether that, too, is there, as far as there are peers.
nothing_lacks()
{
	catalog "$home" || return
	lacking=$(awk -F '\t' -v peers="$peers" '
	$4 < $6 && $4 < peers { printf " %s", $1 }' "$work/catalog")
	[ "$lacking" ] || return 0
	complain "shards of these snapshots are still not there:$lacking" \
		"if no peer is only away: p2p-backup repair --all"
	return 1
}

# One line a job under a verdict, and p2p-health's word where it is installed.
status()
{
	[ $# -eq 0 ] || misuse "unexpected operand '$1'"
	mode_set
	faults=0 now=$(date +%s)
	known=1
	find_peers || warn "going on with the addresses of the roster"
	catalog "$read" || {
		[ $? -eq 1 ] || known=''
		true > "$work/catalog"
	}
	rows=$(for job in $(jobs); do status_of "$job"; done)
	faults=$(printf '%s\n' "$rows" | grep -c '^!')
	count=$(jobs | wc -l)
	if [ -z "$known" ]; then
		echo "UNKNOWN  no list of snapshots from the peers; mode $mode"
	elif [ "$faults" -gt 0 ]; then
		echo "ALARM  $faults of $count jobs; mode $mode, peers: $peers, of them folders: $folders"
	else
		echo "OK  jobs: $count; mode $mode, peers: $peers, of them folders: $folders"
	fi
	printf '%-12s %8s  %-7s %5s %4s  %-9s %-9s %s\n' \
		JOB SNAPSHOT AGE ALIVE NEED 'LAST RUN' DRILL WHAT
	printf '%s\n' "$rows" | cut -c 2-
	health=0
	if command -v p2p-health > /dev/null; then
		echo
		ask p2p-health "$read" -o text > "$work/health" || health=$?
		called "$read" "$home" < "$work/health"
	fi
	for job in $(jobs); do
		values "$job" path
	done | same_disk
	if [ -z "$known" ]; then
		return 4
	fi
	[ "$faults$health" = 00 ]
}

# status_of JOB: its row, after '!' if it is not well.
status_of()
{
	limit=$(value "$1" max-age '')
	row=$(snapshots_of "$(label_of "$1")" | tail -n 1)
	if [ "$row" ]; then
		tab=$(printf '\t')
		IFS=$tab read -r number time _ alive need total _ _ holders <<- END
		$row
		END
		age=$((now - time))
		alive=$alive/$total
	else
		number=- age='' alive=- need=-
	fi
	run=$(last_of run "$1") drill=$(last_of drill "$1")
	what=
	if [ -z "$row" ]; then
		what=${known:+no snapshot}
		what=${what:-unknown}
	elif [ "$limit" ] && [ "$age" -gt "$(seconds "$limit")" ]; then
		what="older than $limit"
	elif [ "${alive%/*}" -lt "$need" ]; then
		what="not restorable now: repair"
	elif [ "${alive%/*}" -lt "$total" ]; then
		what="lost shards: repair"
	elif [ "$holders" -le $((total - need)) ]; then
		what="on too few peers: repair --all"
	elif [ "$run" = FAILED ] || [ "$drill" = FAILED ]; then
		what="failed: see the log"
	fi
	printf '%s%-12s %8s  %-7s %5s %4s  %-9s %-9s %s\n' "${what:+!}" "$1" \
		"$number" "$([ -z "$age" ] || ago "$age")" "$alive" "$need" \
		"$run" "$drill" "$what" |
		sed 's/^\([^!]\)/ \1/; s/ *$//'
}

# last_of VERB JOB: the outcome that the history has last, and how long ago.
last_of()
{
	[ -f "$state/history" ] || return 0
	last=$(recorded "$1" "$2" '.*')
	good=$(recorded "$1" "$2" ok)
	if [ -z "$last" ]; then
		echo never
	elif [ "$last" = "$good" ]; then
		echo "ok $(ago $((now - last)))"
	else
		echo "FAILED"
	fi
}
