# What the peers have: the list of shard-fetch, as a table
# number TAB time TAB size TAB alive TAB need TAB total TAB label TAB dropped TAB
# holders; dropped has a 1 in it if it was.
# SPDX-License-Identifier: ISC

# catalog FOLDER: to $work/catalog; the oldest comes first.
catalog()
{
	ask shard-fetch "$1" -l -o json > "$work/list" || return
	field=':\([0-9]*\),'
	tab=$(printf '\t')
	sed -n "s/^{\"number\"$field\"time\"$field\"size\"$field\"alive\"$field\"need\"${field}\"total\"$field\"holders\"${field}\"id\":\"[0-9a-f]*\",\(\"dropped\":[01],\)\{0,1\}\"label\":\"\(.*\)\"}\$/\1$tab\2$tab\3$tab\4$tab\5$tab\6$tab\9$tab-\8$tab\7/p" \
		"$work/list" | sort -n > "$work/catalog" || return 4
}

# Whether what this machine has seen as the newest, $seen, is not there. What
# the peers show is older, or else another chain.
rolled_back()
{
	seen='' id=''
	[ ! -f "$home/newest" ] || read -r seen id < "$home/newest" || :
	case $seen in '' | *[!0-9]*) return 1 ;; esac
	last=$(tail -n 1 "$work/catalog" | cut -f 1)
	[ "${last:-0}" -le "$seen" ] &&
		! grep -q "^{\"number\":$seen,.*\"id\":\"$id\"" "$work/list"
}

# For who wants the newest, and did not say the number.
newest_is_there()
{
	! rolled_back || {
		complain "a newer snapshot was here before than the peers show: $seen" \
			"bring back the peer that has it; or, if an older one will do, ask for that by its number, from 'p2p-backup list'"
		return 3
	}
}

# snapshots_of LABEL: their lines, but for those that were dropped and that some
# peer still shows.
snapshots_of()
{
	label=$1 awk -F '\t' '$7 == ENVIRON["label"] && $8 !~ /1/' "$work/catalog"
}

# dropped_of LABEL: the numbers of these.
dropped_of()
{
	label=$1 awk -F '\t' '$7 == ENVIRON["label"] && $8 ~ /1/ { print $1 }' "$work/catalog"
}

# newest_of LABEL: the number of its newest snapshot; nothing if there is none.
newest_of()
{
	snapshots_of "$1" | tail -n 1 | cut -f 1
}

# label_of_snapshot NUMBER
label_of_snapshot()
{
	awk -F '\t' -v number="$1" '$1 == number { print $7 }' "$work/catalog"
}

list()
{
	[ $# -eq 0 ] || die 2 "unexpected operand '$1'"
	mode_set
	find_peers || warn "going on with the addresses of the roster"
	ask shard-fetch "$read" -l -o text
}
