# drill: a restore that was never tried is a hope. From no more peers than must
# do, chosen by chance, to a folder that is removed again; what has not changed
# since the backup is compared with the original, digest by digest.
# SPDX-License-Identifier: ISC

drill()
{
	sample=20
	while [ $# -gt 0 ]; do
		case $1 in
		--all) sample='' ;;
		--sample)
			[ $# -gt 1 ] || misuse "option '--sample' needs a value"
			sample=$2
			shift
			;;
		--sample=*) sample=${1#*=} ;;
		-*) misuse "unknown option '$1'" ;;
		*) break ;;
		esac
		shift
	done
	case $sample in *[!0-9]* | 0*) misuse "'--sample' is a number of files, not '$sample'" ;; esac
	for job; do
		known "$job"
	done
	# shellcheck disable=SC2046 # a job is one word
	[ $# -gt 0 ] || {
		given_up || return
		set -- $(jobs)
	}
	mode_set
	find_peers || warn "going on with the addresses of the roster"
	catalog "$read" || return
	! rolled_back || {
		for job; do
			record drill "$job" failed - -
		done
		alarm "no drill: a newer snapshot was here before than the peers show: $seen"
		return 3
	}
	worst=0
	for job; do
		drill_job "$job" || worse $?
	done
	return "$worst"
}

# given_up: of a job that is no more, a drill that failed alarms nobody for ever.
given_up()
{
	[ -f "$state/history" ] || return 0
	awk '
	$2 == "drill" { last[$3] = $4 }
	END {
		for (job in last)
			if (last[job] == "failed")
				print job
	}' "$state/history" > "$work/failed" || return 4
	while read -r job; do
		jobs | grep -qxF -e "$job" || record drill "$job" gone
	done < "$work/failed"
}

drill_job()
{
	number=$(newest_of "$(label_of "$1")")
	[ "$number" ] || {
		complain "$1: there is no snapshot to try" "p2p-backup run $1"
		return 1
	}
	clear_drill
	rm -f "$work/said"
	mkdir "$work/drill" || return 4
	some_peers "$number" || {
		failed=$?
		record drill "$1" failed "$number" "${who:--}"
		return "$failed"
	}
	checked=''
	if [ "$(value "$1" command '')" ]; then
		drill_command "$number"
	else
		drill_paths "$1" "$number"
	fi || {
		failed=$?
		record drill "$1" failed "$number" "$who"
		alarm "$1: the drill failed: snapshot $number from $who"
		return "$failed"
	}
	say "$1: snapshot $number is whole from $who$checked"
	record drill "$1" ok "$number" "$who"
}

# What came back may have folders that even their owner may not change.
clear_drill()
{
	[ ! -d "$work/drill" ] || chmod -R u+rwX "$work/drill"
	rm -rf "$work/drill"
}

# some_peers NUMBER: a view of as few peers as any may be: those beyond the
# total have no shard of some stripe. Peers that do not answer are passed over.
some_peers()
{
	need=$(awk -F '\t' -v number="$1" '$1 == number { print $5 }' "$work/catalog")
	total=$(awk -F '\t' -v number="$1" '$1 == number { print $6 }' "$work/catalog")
	who='' chosen=0
	if [ "$read" = "$home" ]; then roster_holders; else roster_folders; fi > "$work/lines" ||
		return 4
	spare=$(($(wc -l < "$work/lines") - total))
	[ "$spare" -lt 0 ] || need=$((need + spare))
	true > "$work/some" && shuf "$work/lines" > "$work/shuffled" || return 4
	while read -r line && [ "$chosen" -lt "$need" ]; do
		printf '%s\n' "$line" | view probe || return 4
		ask shard-fetch "$work/probe" -l -o json < /dev/null 2> /dev/null |
			grep -q "^{\"number\":$1," || continue
		{ printf '%s\n' "$line" >> "$work/some"; } 2> /dev/null || return 4
		who="$who${who:+ }${line%% *}" chosen=$((chosen + 1))
	done < "$work/shuffled"
	[ "$chosen" -ge "$need" ] || {
		alarm "only $chosen of the $need peers that the drill needs are there${who:+: $who}"
		return 1
	}
	view drilled < "$work/some"
}

# The bytes of a command have no original: that they come to the true end is it.
drill_command()
{
	size=$(bring "$work/drilled" "$1" wc -c) || return
	checked=", $size bytes"
}

drill_paths()
{
	began=$(began_of "$1" "$2")
	(cd / && unchanged "$1" "$began") > "$work/same" || return 4
	if [ "$sample" ]; then
		shuf -n "$sample" "$work/same" > "$work/files" || return 4
		set -- "$1" "$2" --verbatim-files-from -T "$work/files"
	else
		cp "$work/same" "$work/files" || return 4
	fi
	snapshot=$2
	shift 2
	bring "$work/drilled" "$snapshot" untar "$work/drill" --no-same-owner "$@" || return
	(cd "$work/drill" && tr '\n' '\0' < "$work/files" | xargs -0r sha256sum --) \
		> "$work/digests" || return 3
	[ ! -s "$work/digests" ] || (cd / && sha256sum --quiet -c "$work/digests") >&2 || {
		complain "these have not changed since the backup, and came back as others"
		return 3
	}
	[ -s "$work/digests" ] ||
		warn "snapshot $snapshot has no file that could be compared: all have changed, or there are none$(
			grep -q '^0$' "$work/unlisted" ||
				echo ", or their names have backslashes or control characters ($(cat "$work/unlisted"))"
		)"
	checked=", $(wc -l < "$work/digests") files compared with the originals"
}

# began_of JOB NUMBER: when the run began that made it, as far as is known.
began_of()
{
	began_of=$([ ! -f "$state/history" ] || awk -v job="$1" -v number="$2" '
	$2 == "run" && $3 == job && $4 == "ok" && $6 == number { began = $5 }
	END { print began }' "$state/history")
	echo "${began_of:-0}"
}

# unchanged JOB TIME: the plain files that a backup takes now and that nothing
# has touched since then, without those whose names no list of lines can hold; how
# many these are goes to $work/unlisted. Of a sample, without those that have other
# names, for one of these has the bytes.
# To /dev/null tar writes names only, and reads no file.
# shellcheck disable=SC2016 # the inner shell expands
unchanged()
{
	tar_of "$1" env LC_ALL=C tar --quoting-style=escape -cvf /dev/null 2> "$work/tar" |
		as_lines "$work/unlisted" | tr '\n' '\0' |
		xargs -0r sh -c 'time=$0 links=$1; shift
			find "$@" -maxdepth 0 -type f $links ! -newerct "@$time"' \
			"$2" "${sample:+-links 1}" |
		sort
}

# as_lines FILE < NAMES as tar escapes them in the locale C, which a drill from
# cron has: the bytes above 127 become what they were. Names with other escapes
# are counted, in FILE.
as_lines()
{
	LC_ALL=C awk -v counted="$1" '
	BEGIN {
		for (i = 128; i < 256; i++)
			byte[sprintf("\\%03o", i)] = sprintf("%c", i)
	}
	/\/$/ { next }
	{
		name = ""
		while (match($0, /\\[23][0-7][0-7]/)) {
			name = name substr($0, 1, RSTART - 1) byte[substr($0, RSTART, 4)]
			$0 = substr($0, RSTART + 4)
		}
		name = name $0
	}
	name ~ /\\/ { others++; next }
	{ print name }
	END { print others + 0 > counted }'
}
