# recover: a bare machine, the recovery sheet and one peer: keys, roster,
# backup.conf and the newest snapshot of every job. What is there already stays.
# SPDX-License-Identifier: ISC

recover()
{
	sheet='' to='' address='' id=''
	while [ $# -gt 0 ]; do
		case $1 in
		--sheet | --to)
			[ $# -gt 1 ] || misuse "option '$1' needs a value"
			[ "$1" = --to ] && to=$2 || sheet=$2
			shift
			;;
		--sheet=*) sheet=${1#*=} ;;
		--to=*) to=${1#*=} ;;
		-*) misuse "unknown option '$1'" ;;
		*)
			[ -z "$id" ] || misuse "unexpected operand '$1'"
			[ "$address" ] && id=$1 || address=$1
			;;
		esac
		shift
	done
	case $address,$id in
	,) misuse "say the address of a peer, and its id" ;;
	dir:*,) id=- ;;
	*,) misuse "what is the id of '$address'? It stands beside the sheet" ;;
	esac
	lock
	recover_keys || return
	echo "first $id \"$address\"" | view first
	catalog "$work/first" || return
	recover_config || return
	config_read
	read=$home
	catalog "$read" || return
	restore_to "$to"
	worst=0
	for label in $(jobs); do
		number=$(newest_of "$(label_of "$label")")
		if [ "$number" ]; then
			restore_one "$number" '' || worse $?
		else
			warn "$label: there is no snapshot"
		fi
	done
	[ "$worst" -gt 0 ] ||
		say "all jobs are back; the next 'p2p-backup run' goes on from here"
	return "$worst"
}

recover_keys()
{
	if [ -f "$home/secret" ] && [ -f "$home/identity" ]; then
		say "the keys are here already"
		return
	fi
	[ "$sheet" ] || [ ! -t 0 ] || echo "Type the four lines of the sheet, then Ctrl-D:"
	peer-key -C "$home" -q restore ${sheet:+"$sheet"} > "$work/id" || return
	say "the keys of $(cat "$work/id") are back"
}

# The newest snapshot of roster and backup.conf, from the one peer.
recover_config()
{
	number=$(newest_of p2p-backup)
	mkdir -p "$work/config.d" || return 4
	if [ -z "$number" ]; then
		[ -e "$home/peers" ] || cp "$work/first/peers" "$home/peers"
		complain "there is no backup of the roster: p2p-backup has not been here" \
			"write the other peers into '$home/peers', then: shard-fetch -l"
		return 1
	fi
	bring "$work/first" "$number" untar "$work/config.d" || return
	[ "$id" = - ] || recover_address || return
	for file in peers peers.d backup.conf; do
		[ -e "$work/config.d/$file" ] || continue
		if [ -e "$home/$file" ]; then
			warn "'$home/$file' stays as it is"
		else
			rm -rf "$home/$file.new"
			cp -R "$work/config.d/$file" "$home/$file.new" &&
				mv "$home/$file.new" "$home/$file" || return 4
		fi
	done
}

# The peer may have moved since its line was written.
recover_address()
{
	find "$work/config.d" -path '*/peers*' -type f > "$work/rosters"
	while read -r file; do
		awk -v id="$id" -v address="$address" '
		$2 == id && $3 == "-" { $3 = address }
		$2 == id && $3 !~ /^"/ && !index("," $3 ",", "," address ",") {
			$3 = address "," $3
		}
		{ print }' "$file" > "$work/moved" && cp "$work/moved" "$file" || return 4
	done < "$work/rosters"
}
