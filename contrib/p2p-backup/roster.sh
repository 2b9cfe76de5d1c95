# Which peers the tools get to see: all of the roster, or a view of it, which is
# a folder like that of the configuration with fewer lines in its roster.
# SPDX-License-Identifier: ISC

# A line a peer: those of the file, and of the folder beside it.
roster_lines()
{
	for file in "$home/peers" "$home"/peers.d/*; do
		case $file in
		*.new) ;;
		*) [ ! -f "$file" ] || awk 1 "$file" ;;
		esac
	done | sed '/^[[:space:]]*#/d; /^[[:space:]]*$/d'
}

# The lines of the peers that may hold something for us: not of those who only
# come to us, as a guest of peer-pair(1) does; see peer-find(1).
roster_holders()
{
	roster_lines | holders_of
}

holders_of()
{
	awk '$3 != "-" || !/[[:space:]]give=/ || /[[:space:]]store=/'
}

# The lines of the peers that are folders.
roster_folders()
{
	roster_lines | folders_of
}

folders_of()
{
	awk '$2 == "-" && $3 ~ /^"?dir:/'
}

# folder_paths < LINES: where these folders are.
folder_paths()
{
	awk '{
		print match($0, /"dir:[^"]*"/) ? substr($0, RSTART + 5, RLENGTH - 6) : \
			substr($3, 5)
	}'
}

# same_disk < PATHS: a warning of peers that fail along with what is backed up, or
# with each other, as where a disk is not mounted.
same_disk()
{
	{
		sed 's/^/path /'
		roster_folders | folder_paths | sed 's/^/peer /'
	} | while read -r kind name; do
		! disk=$(stat -L -c %d -- "$name" 2> /dev/null) ||
			printf '%s %s %s\n' "$disk" "$kind" "$name"
	done | awk '
	{
		disk = $1
		count[disk]++
		peers[disk] += $2 == "peer"
		sub(/^[0-9]* [a-z]* /, "")
		names[disk] = names[disk] " \047" $0 "\047"
	}
	END {
		for (disk in count)
			if (count[disk] > 1 && peers[disk])
				print names[disk]
	}' | while IFS= read -r names; do
		warn "on one file system are$names"
		hint "mount the disks, and make each store on a disk of its own"
	done
}

# view NAME < LINES: $work/NAME, with the keys and these peers.
view()
{
	(
		umask 077 # a roster that others can write is refused
		mkdir -p "$work/$1"
		ln -sf "$home/secret" "$home/identity" "$work/$1"
		cat > "$work/$1/peers"
	)
}

# What is seen and begun there is so everywhere: numbers go on in all modes.
# That there is a backup.conf tells p2p-health whose commands mend things, and
# the history in $state when a restore was tried.
view_counts()
{
	ln -sf "$home/newest" "$home/begun" "$config" "$state" "$work/$1"
}

# Where the phases come in: $write is the folder for tools that send, $read for
# those that only read. Both are $home if there is nothing to leave out.
mode_set()
{
	mode=${P2P_MODE:-$(value '' mode full)}
	case $mode in
	off | discover | verify | full) ;;
	*) die 2 "P2P_MODE is off, discover, verify or full, not '$mode'" ;;
	esac
	[ -f "$home/peers" ] || [ -d "$home/peers.d" ] ||
		die 2 "there is no roster '$home/peers'" \
			"a line a peer, as 'disk1 - dir:/mnt/disk1/store'; see shard-send(1)"
	folders=$(roster_folders | wc -l) peers=$(roster_holders | wc -l)
	write=$home read=$home
	if [ "$mode" = full ] || [ "$folders" -eq "$peers" ]; then
		return
	fi
	[ "$folders" -gt 0 ] ||
		die 2 "in mode '$mode' backups go to folders only, and the roster has none" \
			"add a line as 'disk1 - dir:/mnt/disk1/store', or set the mode to full"
	roster_folders | view folders || exit 4
	view_counts folders
	write=$work/folders
	[ "$mode" = verify ] || read=$write
}

# find_peers: addresses that the roster need not have, to $work/found, for ask.
find_peers()
{
	[ "$mode" != off ] && [ "$folders" -lt "$peers" ] || return 0
	if [ "$mode" != discover ]; then
		command -v peer-find > /dev/null || return 0
	fi
	want peer-find "finding peers" || return
	sh -c "exec peer-find \"\$@\" $(value '' find '')" sh -C "$home" -o text \
		${talk:+"$talk"} > "$work/found" || {
		failed=$?
		[ "$failed" -eq 1 ] || return "$failed"
		awk -F '\t' '$2 == "?" {
			print "p2p-backup: warning: not found: " $6 ", " $1
		}' "$work/found" >&2
	}
	found=$work/found
}

# ask TOOL FOLDER ARGUMENT ...: run a tool that speaks with the peers of FOLDER.
ask()
{
	ask=$1 where=$2
	shift 2
	"$ask" -C "$where" ${talk:+"$talk"} ${found:+-p "$found"} "$@"
}

# Whether all peers hear what we send.
mode_is_whole()
{
	[ "$write" = "$home" ]
}

# whole_only WHAT: die if not.
whole_only()
{
	mode_is_whole ||
		die 1 "in mode '$mode' only folders are written to: no $1" \
			"P2P_MODE=full p2p-backup $1"
}

# shape JOB: $need, $total and $happy of what is sent now. Fewer folders than
# need get a whole copy each.
shape()
{
	total=$(value "$1" total 5)
	[ "$total" -lt 3 ] && need=$total || need=3
	need=$(value "$1" need "$need")
	happy=$(value "$1" happy "$total")
	if mode_is_whole; then
		return
	elif [ "$folders" -lt "$need" ]; then
		need=1 total=$folders happy=$folders
	elif [ "$folders" -lt "$happy" ]; then
		happy=$folders
	fi
}
